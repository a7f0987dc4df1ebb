"""Lists of files: counts by kind and OPD, the people behind a count, and objects that nobody owns."""

import uuid
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from markupsafe import Markup

from portal.kepegawaian import KELOLA, LIHAT, LIHAT_HUKDIS
from portal.kepegawaian.berkas import harapan, policies, rekap
from portal.kepegawaian.berkas.harapan import BELUM, KEADAAN, URUT
from portal.kepegawaian.berkas.models import ISI, KOTA, LAMA, OPD, UNIT, BerkasObjek, BerkasRekap
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai.daftar import nip_words, opd_options, people_on, sought
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kepegawaian.riwayat.policies import sees_confidential
from portal.kernel import organisation
from portal.kernel.access import in_scope
from portal.kernel.db import db
from portal.kernel.listing import Ask, Choice, Column, Given, Listing, Tags
from portal.kernel.numbers import angka, ukuran
from portal.kernel.organisation import Unit
from portal.kernel.people import Principal

HOME = "/kepegawaian/berkas"
KINDS = [(code, DOKUMEN[code].nama) for code in sorted(DOKUMEN, key=URUT.__getitem__)]
BANYAK = 30_000  # documents: most people are among those who lack one
PLACE = sa.func.coalesce(BerkasRekap.unit_id, BerkasRekap.pd_id)


def kinds_of(user: Principal) -> list[tuple[Any, str]]:
    allowed = set(policies.kinds(user))
    return [(code, name) for code, name in KINDS if code in allowed]


def _all_kinds(user: Principal) -> list[tuple[Any, str]]:
    return [("", "Semua jenis"), *kinds_of(user)]


def _all_opd(user: Principal) -> list[tuple[Any, str]]:
    return [("", "Semua"), *opd_options(user)]


def counts(user: Principal, opd: Any = "", jenis: str = "") -> sa.Select[tuple[BerkasRekap]]:
    """Counts this person may read: of the city for who looks after all of it, by OPD when one kind is chosen, else
    of their own OPD or units."""
    query = sa.select(BerkasRekap).where(BerkasRekap.jenis_dokumen.in_(policies.kinds(user)))
    if user.units(LIHAT_HUKDIS) is not None:
        inside = in_scope(BerkasRekap, user, LIHAT_HUKDIS)
        query = query.where(sa.or_(BerkasRekap.jenis_dokumen.not_in(harapan.RAHASIA), inside))
    if jenis:
        query = query.where(BerkasRekap.jenis_dokumen == jenis)
    held = user.units(LIHAT)
    if held is None:
        level = OPD if opd or jenis else KOTA
        return query.where(BerkasRekap.tingkat == level, *([BerkasRekap.pd_id == opd] if opd else []))
    tops = sa.select(Unit.id).where(Unit.id.in_(held), Unit.pd_id == Unit.id)
    if held and len(db.session.scalars(tops).all()) == len(held):
        wanted = [one for one in held if not opd or one == opd]
        return query.where(BerkasRekap.tingkat == OPD, BerkasRekap.pd_id.in_(wanted))
    query = query.where(BerkasRekap.tingkat == UNIT, in_scope(BerkasRekap, user, LIHAT))
    return query.where(BerkasRekap.unit_id.in_(organisation.subtree([opd]))) if opd else query


def _count(state: str, column: Any) -> Column:
    """A figure that opens the people behind it."""
    value = sa.func.concat(column, "|", BerkasRekap.jenis_dokumen, "|", PLACE)

    def draw(text: str) -> Markup | str:
        figure, code, place = text.split("|")
        if figure == "0":
            return "0"
        query = urlencode({"jenis": code, "keadaan": state, **({"opd": place} if place else {})})
        return Markup('<a href="{}/kosong?{}">{}</a>').format(HOME, query, angka(int(figure)))

    words = KEADAAN.states[state][0]
    return Column(state.lower(), words, value, show=draw, number=True, export=column)


MATRIKS = Listing(
    "berkas-matriks", title="Kelengkapan berkas", noun="jenis dokumen", rows=counts, key=BerkasRekap.id, sort="jenis",
    can=LIHAT,
    columns=[
        Column("jenis", "Jenis dokumen", sa.case(*((BerkasRekap.jenis_dokumen == code, name) for code, name in KINDS),
               else_=BerkasRekap.jenis_dokumen), sort=BerkasRekap.urut,
               link=HOME + "/kosong?jenis={kode}&opd={tempat}"),
        Column("unit", "Unit kerja", sa.select(Unit.nama).where(Unit.id == PLACE).correlate(BerkasRekap)
               .scalar_subquery(), show=lambda v: v or "Semua"),
        _count(harapan.ADA, BerkasRekap.ada), _count(BELUM, BerkasRekap.belum),
        _count(harapan.KOSONG, BerkasRekap.kosong), _count(harapan.HILANG, BerkasRekap.hilang),
        Column("kode", "Kode", BerkasRekap.jenis_dokumen, screen=False, export=False),
        Column("tempat", "ID", sa.func.coalesce(sa.cast(PLACE, sa.Text), ""), screen=False, export=False),
    ],
    filters=[
        Given("opd", "Unit kerja", options=_all_opd, default=str),
        Given("jenis", "Jenis dokumen", options=_all_kinds, default=str),
    ],
)  # fmt: skip


# ---- people behind a count


def _missing(jenis: str, state: str) -> Any:
    """Documents of one kind in one state, of the pegawai of the outer query."""
    wanted = harapan.diharapkan([jenis])
    rows = sa.select(sa.func.count()).select_from(wanted)
    return rows.where(wanted.c.pegawai_id == Keadaan.pegawai_id, harapan.dalam(wanted, state)).correlate(Keadaan)


def people(user: Principal, jenis: str = "", keadaan: str = BELUM) -> sa.Select[tuple[Keadaan]]:
    """Pegawai in service today of whom a document of this kind is in this state."""
    if jenis not in policies.kinds(user):
        return sa.select(Keadaan).where(sa.false())
    query = people_on(user).where(harapan.counted(), _lacks(user, jenis, keadaan))
    return query.where(in_scope(Keadaan, user, LIHAT_HUKDIS)) if jenis in harapan.RAHASIA else query


def _lacks(user: Principal, jenis: str, state: str) -> sa.ColumnElement[bool]:
    """Whether a person has a document of this kind in this state.

    Where many do, people are asked one by one until page and count are full; a figure instead of EXISTS keeps
    PostgreSQL from collecting all of them first. Where few do, those few are collected once.
    """
    if user.units(LIHAT) is not None or rekap.jumlah(jenis, state) > BANYAK:
        found: sa.ColumnElement[bool] = _missing(jenis, state).scalar_subquery() > 0
        return found
    if state == BELUM:
        rows = sa.select(harapan.belum(jenis).c.pegawai_id)
    else:
        wanted = harapan.diharapkan([jenis])
        rows = sa.select(wanted.c.pegawai_id).where(harapan.dalam(wanted, state))
    few = rows.distinct().cte("kurang")
    return Keadaan.pegawai_id.in_(sa.select(few.prefix_with("MATERIALIZED").c.pegawai_id))


def _number(ask: Ask) -> Any:
    return _missing(ask.chosen["jenis"], ask.chosen["keadaan"]).scalar_subquery()


def _in_unit(unit: Any, ask: Ask) -> sa.ColumnElement[bool]:
    if ask.user.units(LIHAT) is None:
        return Keadaan.pd_id == unit
    return Keadaan.unit_id.in_(organisation.subtree([unit]))


def _unit_name(column: Any) -> Any:
    return sa.select(Unit.nama).where(Unit.id == column).correlate(Keadaan).scalar_subquery()


ORANG = Listing(
    "berkas-kosong", title="File kosong", noun="pegawai", rows=people, key=Keadaan.id, sort="nama", can=LIHAT,
    search=sought, search_label="Nama atau NIP",
    columns=[
        Column("nama", "Nama", Keadaan.nama, sort=True, link=HOME + "/pegawai/{orang}"),
        Column("nip", "NIP", Keadaan.nip, show=nip_words),
        Column("unit", "Unit kerja", _unit_name(Keadaan.unit_id)),
        Column("opd", "Perangkat daerah", _unit_name(Keadaan.pd_id), optional=True),
        Column("jumlah", "Dokumen", _number, number=True),
        Column("orang", "ID", Keadaan.pegawai_id, screen=False, export=False),
    ],
    filters=[
        Given("jenis", "Jenis dokumen", options=kinds_of, default=lambda: KINDS[0][0]),
        Given("keadaan", "Keadaan", options=KEADAAN.options, default=lambda: BELUM),
        Choice("opd", "Unit kerja", options=opd_options, where=_in_unit),
    ],
)  # fmt: skip


# ---- objects of the store


def orphans(user: Principal) -> sa.Select[tuple[BerkasObjek]]:
    """Objects that no row uses; for who manages the files of everybody."""
    rows = sa.select(BerkasObjek).where(BerkasObjek.dipakai_id.is_(None))
    return rows if user.units(KELOLA) is None else rows.where(sa.false())


ASAL = Tags({LAMA: ("Penyimpanan lama", "", ""), ISI: ("Penyimpanan portal", "", "")})
YATIM = Listing(
    "berkas-yatim", title="Objek tanpa pemilik", noun="objek", rows=orphans, key=BerkasObjek.id, sort="kunci",
    can=KELOLA, search=[BerkasObjek.kunci], search_label="Nama berkas",
    nothing=("Tidak ada objek tanpa pemilik", "Semua isi penyimpanan ditunjuk riwayatnya."),
    columns=[
        Column("kunci", "Nama", BerkasObjek.kunci, sort=True),
        Column("asal", "Tempat", BerkasObjek.asal, show=ASAL),
        Column("nip", "NIP pada nama", BerkasObjek.nip, show=nip_words),
        Column("ukuran", "Ukuran", BerkasObjek.ukuran, show=ukuran, number=True),
        Column("dilihat", "Terakhir dilihat", BerkasObjek.dilihat_at),
    ],
    filters=[Choice("asal", "Tempat", BerkasObjek.asal, options=ASAL.options, indexed=False)],
)  # fmt: skip


def recounted_at() -> Any:
    return db.session.scalar(sa.select(BerkasRekap.dibuat_at).where(BerkasRekap.tingkat == KOTA).limit(1))


def of_person(user: Principal, pegawai_id: uuid.UUID) -> list[dict[str, Any]]:
    """Every document of one pegawai: what it belongs to, its state, the link in force."""
    closed = not db.session.scalar(sa.select(sees_confidential(user, pegawai_id)))
    codes = [code for code in DOKUMEN if not (closed and code in harapan.RAHASIA)]
    wanted = harapan.diharapkan(codes)
    link = harapan.Link
    query = sa.select(wanted.c.tabel, wanted.c.riwayat_id, wanted.c.dok, link).select_from(wanted)
    query = query.outerjoin(link, link.id == wanted.c.tautan_id)
    rows = db.session.execute(query.where(wanted.c.pegawai_id == pegawai_id)).all()
    known = {(row[0], row[1], row[2]) for row in rows}
    rest = policies.visible_links(user).where(link.pegawai_id == pegawai_id, link.aktif)
    loose = [(one.tabel, one.riwayat_id, one.jenis_dokumen, one) for one in db.session.scalars(rest)]
    found = [*rows, *(row for row in loose if (row[0], row[1], row[2]) not in known)]
    return [
        {"tabel": tabel, "riwayat_id": key, "jenis": code, "nama": DOKUMEN[code].nama, "tautan": one,
         "keadaan": harapan.keadaan(one), "wajib": code in harapan.WAJIB}
        for tabel, key, code, one in sorted(found, key=lambda row: (URUT[row[2]], str(row[1])))
    ]  # fmt: skip
