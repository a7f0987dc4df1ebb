"""Pages of the repository: list, one document, destruction, retention."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import activity
from portal.kernel.access import fetch
from portal.kernel.db import db, rollback
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.listing import Choice, Column, DateRange, Listing
from portal.kernel.listing.columns import Tags
from portal.kernel.numbers import ukuran, whole
from portal.kernel.organisation import today
from portal.kernel.people import Principal, User, required
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import LIHAT, MANAJER, VERIFIKASI, module
from portal.sertifikasi.asesmen.models import Asesor, Tuk
from portal.sertifikasi.repositori import services, sinkron
from portal.sertifikasi.repositori.models import Arsip, Pemusnahan, Retensi
from portal.sertifikasi.repositori.policies import visible_arsip, visible_pemusnahan
from portal.sertifikasi.saya.pilihan import PROVINSI
from portal.sertifikasi.skema.models import Skema

HOME = "/sertifikasi/repositori"
module.menu.append(MenuItem("Repositori", "archive", HOME, can=LIHAT, group="Register LSP", order=75))
activity.declare(**{"retensi.diubah": "jenis dari ke"})
KELAS = {
    "PERMANEN": "Permanen",
    "ASESMEN": "Rekaman asesmen",
    "PRIBADI": "Data pribadi",
    "SENSITIF": "Data pribadi spesifik",
    "RAHASIA": "Rahasia",
    "PERKARA": "Perkara",
    "TATA_KELOLA": "Tata kelola",
}
DASAR = {
    "DIBUAT": "tanggal berkas",
    "KEPUTUSAN": "keputusan akhir",
    "KEDALUWARSA": "akhir sertifikat atau keputusan akhir",
    "PEMAKAIAN": "akhir pemakaian",
}
ADA, DITAHAN, DIUSULKAN, MUSNAH, BERBEDA = "ADA", "DITAHAN", "DIUSULKAN", "MUSNAH", "BERBEDA"
KEADAAN = Tags(
    {
        ADA: ("Tersimpan", "positive", "check"),
        DITAHAN: ("Ditahan", "warning", "lock"),
        DIUSULKAN: ("Diusulkan musnah", "warning", "clock"),
        MUSNAH: ("Dimusnahkan", "", "archive"),
        BERBEDA: ("Isi berbeda", "negative", "alert-circle"),
    }
)


def _state() -> sa.ColumnElement[str]:
    return sa.case(
        (Arsip.dimusnahkan_at.is_not(None), MUSNAH),
        (Arsip.cocok.is_(False), BERBEDA),
        (Arsip.ditahan_at.is_not(None), DITAHAN),
        (Arsip.pemusnahan_id.is_not(None), DIUSULKAN),
        else_=ADA,
    )


def _in_state(value: str, ask: Any) -> sa.ColumnElement[bool]:
    """The same states as conditions, so that the rare ones are found by their own indexes."""
    gone, other = Arsip.dimusnahkan_at.is_not(None), Arsip.cocok.is_(False)
    held, named = Arsip.ditahan_at.is_not(None), Arsip.pemusnahan_id.is_not(None)
    here, same = Arsip.dimusnahkan_at.is_(None), Arsip.cocok.is_distinct_from(sa.false())
    free, unnamed = Arsip.ditahan_at.is_(None), Arsip.pemusnahan_id.is_(None)
    return {
        MUSNAH: gone,
        BERBEDA: sa.and_(other, here),
        DITAHAN: sa.and_(held, here, same),
        DIUSULKAN: sa.and_(named, here, same, free),
        ADA: sa.and_(here, same, free, unnamed),
    }[value]


def _kinds(user: Principal) -> list[tuple[str, str]]:
    return list(db.session.execute(sa.select(Retensi.jenis, Retensi.nama).order_by(Retensi.urut)).tuples())


def _years(user: Principal) -> list[tuple[int, str]]:
    first = db.session.scalar(sa.select(sa.func.min(Arsip.tahun))) or today().year
    return [(year, str(year)) for year in range(today().year, first - 1, -1)]


def _schemes(user: Principal) -> list[tuple[uuid.UUID, str]]:
    return list(db.session.execute(sa.select(Skema.id, Skema.judul).order_by(Skema.urut)).tuples())


def _asesor(user: Principal) -> list[tuple[uuid.UUID, str]]:
    query = sa.select(Asesor.id, User.nama).join(User, User.id == Asesor.user_id).order_by(User.nama)
    return list(db.session.execute(query).tuples())


def _venues(user: Principal) -> list[tuple[uuid.UUID, str]]:
    return list(db.session.execute(sa.select(Tuk.id, Tuk.nama).order_by(Tuk.nama)).tuples())


def _institutions(user: Principal) -> list[tuple[str, str]]:
    """The distinct names by hopping along their index: as many steps as there are names, at most 200."""
    first = sa.select(sa.func.min(Arsip.instansi).label("nama")).where(Arsip.instansi > "").cte("i", recursive=True)
    after = sa.select(sa.func.min(Arsip.instansi)).where(Arsip.instansi > first.c.nama).scalar_subquery()
    names = first.union_all(sa.select(after).where(first.c.nama.is_not(None)))
    found = db.session.scalars(sa.select(names.c.nama).where(names.c.nama.is_not(None)).limit(200))
    return [(name, name) for name in found]


def _label(table: Any, column: Any, link: Any) -> Any:
    return sa.select(column).where(table.id == link).scalar_subquery()


DAFTAR = Listing(
    "repositori",
    title="Repositori sertifikasi",
    noun="berkas",
    rows=visible_arsip,
    key=Arsip.id,
    sort="-pada",
    can=LIHAT,
    search=[Arsip.cari],
    search_label="Judul, nama, atau nomor permohonan",
    columns=[
        Column("judul", "Berkas", Arsip.judul, link=HOME + "/{id}"),
        Column(
            "jenis", "Jenis", lambda ask: sa.select(Retensi.nama).where(Retensi.jenis == Arsip.jenis).scalar_subquery()
        ),
        Column("nama", "Pemilik", Arsip.nama),
        Column("nomor", "Permohonan", Arsip.nomor),
        Column("skema", "Skema", lambda ask: _label(Skema, Skema.judul, Arsip.skema_id)),
        Column("pada", "Disimpan", Arsip.pada, sort=True),
        Column("ukuran", "Ukuran", Arsip.ukuran, show=ukuran, number=True),
        Column("simpan", "Simpan sampai", Arsip.simpan_sampai),
        Column("keadaan", "Keadaan", lambda ask: _state(), show=KEADAAN),
        Column("sha256", "SHA-256", Arsip.sha256, screen=False),
    ],
    filters=[
        Choice("tahun", "Tahun", Arsip.tahun, options=_years),
        Choice("skema", "Skema", Arsip.skema_id, options=_schemes),
        Choice("jenis", "Jenis", Arsip.jenis, options=_kinds),
        Choice("asesor", "Asesor", Arsip.asesor_id, options=_asesor),
        Choice("tuk", "TUK", Arsip.tuk_id, options=_venues),
        Choice("provinsi", "Provinsi", Arsip.provinsi, options=list(PROVINSI.items())),
        Choice("institusi", "Institusi", Arsip.instansi, options=_institutions),
        Choice("keadaan", "Keadaan", options=KEADAAN.options, where=_in_state),
        DateRange("pada", "Disimpan", Arsip.pada),
    ],
)


@module.route("/repositori", can=LIHAT, writes=True)
def repositori() -> Response:
    sinkron.ask_for()
    return DAFTAR.respond("sertifikasi/repositori.html")


@module.route("/repositori/<uuid:id>", can=LIHAT)
def repositori_berkas(id: uuid.UUID) -> Response:
    return _page(fetch(visible_arsip(required()), id))


def _page(row: Arsip, galat: dict[str, str] | None = None, status: int = 200) -> Response:
    kind = db.session.scalars(sa.select(Retensi).where(Retensi.jenis == row.jenis)).one()
    same = sa.select(Arsip).where(
        Arsip.permohonan_id == row.permohonan_id, Arsip.jenis == row.jenis, Arsip.id != row.id
    )
    others = list(db.session.scalars(same.order_by(Arsip.pada.desc()).limit(50))) if row.permohonan_id else []
    user = required()
    return render(
        "sertifikasi/repositori_berkas.html",
        status=status,
        row=row,
        retensi=kind,
        kelas=KELAS[kind.kelas],
        lain=others,
        keadaan=db.session.scalar(sa.select(_state()).where(Arsip.id == row.id)),
        tag=KEADAAN,
        galat=galat or {},
        dasar=DASAR[kind.dasar],
        boleh_tahan=user.has(MANAJER),
        ukuran_tampil=ukuran(row.ukuran),
    )


@module.route("/repositori/<uuid:id>/tahan", can=MANAJER, methods=["POST"])
def repositori_tahan(id: uuid.UUID) -> Response:
    return _held(id, services.hold, "Berkas ditahan: tidak akan dimusnahkan.")


@module.route("/repositori/<uuid:id>/lepas", can=MANAJER, methods=["POST"])
def repositori_lepas(id: uuid.UUID) -> Response:
    return _held(id, services.release, "Penahanan dilepas.")


def _held(id: uuid.UUID, act: Any, words: str) -> Response:
    user = required()
    row = fetch(visible_arsip(user), id)
    try:
        act(row, user, request.form.get("alasan", ""))
    except Invalid as error:
        rollback()
        return _page(fetch(visible_arsip(user), id), {error.field: error.pesan}, 422)
    return done(f"{HOME}/{id}", words)


# ---- destruction and retention


@module.route("/repositori/pemusnahan", can=LIHAT)
def repositori_pemusnahan() -> Response:
    return _destructions()


def _destructions(galat: dict[str, str] | None = None, status: int = 200) -> Response:
    due = sinkron.overdue(today()).with_only_columns(Arsip.jenis, sa.func.count()).group_by(Arsip.jenis)
    counts = dict(db.session.execute(due).tuples().all())
    query = sa.select(Pemusnahan, User.nama, sa.func.count(Arsip.id)).join(
        User, User.id == Pemusnahan.diusulkan_oleh_id
    )
    query = query.outerjoin(Arsip, Arsip.pemusnahan_id == Pemusnahan.id).group_by(Pemusnahan.id, User.nama)
    kinds = list(db.session.scalars(sa.select(Retensi).order_by(Retensi.urut)))
    return render(
        "sertifikasi/repositori_pemusnahan.html",
        status=status,
        jatuh=counts,
        retensi=kinds,
        kelas=KELAS,
        dasar=DASAR,
        usul=db.session.execute(query.order_by(Pemusnahan.id.desc()).limit(100)).all(),
        galat=galat or {},
        boleh_usul=required().has(VERIFIKASI),
        boleh_atur=required().has(MANAJER),
        isian=request.form,
    )


@module.route("/repositori/pemusnahan", can=VERIFIKASI, methods=["POST"])
def repositori_usul_musnah() -> Response:
    try:
        row = services.propose(required(), request.form.get("jenis", ""), request.form.get("alasan", ""))
    except (Invalid, Conflict) as error:
        rollback()
        field = error.field if isinstance(error, Invalid) else "jenis"
        return _destructions({field: error.pesan}, 422)
    return done(f"{HOME}/pemusnahan/{row.id}", f"Usul {row.nomor} dikirim kepada manajer sertifikasi.")


@module.route("/repositori/pemusnahan/<uuid:id>", can=LIHAT)
def repositori_usul(id: uuid.UUID) -> Response:
    return _proposal(fetch(visible_pemusnahan(required()), id))


def _proposal(row: Pemusnahan, galat: dict[str, str] | None = None, status: int = 200) -> Response:
    user = required()
    rows = list(db.session.scalars(sa.select(Arsip).where(Arsip.pemusnahan_id == row.id).order_by(Arsip.judul)))
    names = dict(
        db.session.execute(
            sa.select(User.id, User.nama).where(User.id.in_([row.diusulkan_oleh_id, row.diputus_oleh_id]))
        )
        .tuples()
        .all()
    )
    may = user.has(MANAJER) and row.status == "DIUSULKAN" and row.diusulkan_oleh_id != user.id
    return render(
        "sertifikasi/repositori_usul.html",
        status=status,
        usul=row,
        baris=rows,
        nama=names,
        boleh=may,
        galat=galat or {},
    )


@module.route("/repositori/pemusnahan/<uuid:id>", can=MANAJER, methods=["POST"])
def repositori_putus_musnah(id: uuid.UUID) -> Response:
    user = required()
    row = fetch(visible_pemusnahan(user), id, lock=True)
    try:
        job = services.decide(row, user, request.form.get("aksi") == "setuju", request.form.get("catatan", ""))
    except Invalid as error:
        rollback()
        return _proposal(fetch(visible_pemusnahan(user), id), {error.field: error.pesan}, 422)
    return done(f"/tugas/{job}" if job else f"{HOME}/pemusnahan/{id}", "" if job else "Usul ditolak.")


@module.route("/repositori/retensi", can=MANAJER, methods=["POST"])
def repositori_retensi() -> Response:
    """How many months each kind is kept; empty: for ever."""
    for row in db.session.scalars(sa.select(Retensi).with_for_update()):
        text = request.form.get(f"bulan-{row.jenis}", "").strip()
        months = whole(text, 1, 1200)
        if text and months is None:
            rollback()
            return _destructions({f"bulan-{row.jenis}": "Isi bulan 1 sampai 1.200, atau kosongkan"}, 422)
        if months != row.bulan:
            activity.log("retensi.diubah", row, by=required(), jenis=row.jenis, dari=row.bulan, ke=months)
            row.bulan = months
    db.session.flush()
    sinkron.count_retention()
    return done(f"{HOME}/pemusnahan", "Masa simpan disimpan.")
