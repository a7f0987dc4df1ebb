"""Pages of letters: the list with its numbers, a letter, what it carries, gaps of the series."""

import uuid
from typing import Any, BinaryIO, cast

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import SURAT, SURAT_BACA, module, pencari
from portal.kepegawaian.pegawai import orang
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.pensiun import alur
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.surat import nomor, services, usulan
from portal.kepegawaian.surat.models import DIBATALKAN, DIKIRIM, DRAF, SuratPengantar, SuratUsulan
from portal.kepegawaian.surat.policies import places, visible_surat, visible_usulan, writable_surat
from portal.kernel import documents, numbers, organisation
from portal.kernel.access import fetch
from portal.kernel.approval import Submission
from portal.kernel.db import db, new_id
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.listing import Ask, Choice, Column, DateRange, Listing, Tags
from portal.kernel.organisation import Pegawai, Unit
from portal.kernel.pages.isian import Isian
from portal.kernel.people import Principal, required
from portal.kernel.web import MenuItem, done, render

module.menu.append(
    MenuItem("Surat pengantar", "mail", "/kepegawaian/surat", can=SURAT_BACA, group="Kepegawaian", order=45)
)
module.manuals.update({
    "/kepegawaian/surat": "tata-usaha#surat-pengantar",
    "/kepegawaian/surat/celah": "tata-usaha#nomor-yang-terlewat",
    "/kepegawaian/surat/usulan": "tata-usaha#usulan-dalam-surat",
})  # fmt: skip
STATUS = Tags({
    DRAF: ("Draf", "guide", "pencil"), DIKIRIM: ("Dikirim", "positive", "send"), DIBATALKAN: ("Dibatalkan", "", "ban"),
})  # fmt: skip
KEADAAN = Tags({**alur.STATUS.states, **orang.STATUS.states})  # of a request, whichever flow it goes through
TUJUAN = "Kepala Badan Kepegawaian dan Pengembangan Sumber Daya Manusia"


def _count() -> Any:
    rows = sa.select(sa.func.count()).where(SuratUsulan.surat_id == SuratPengantar.id)
    return rows.correlate(SuratPengantar).scalar_subquery()


def _unit_name() -> Any:
    return sa.select(Unit.nama).where(Unit.id == SuratPengantar.unit_id).correlate(SuratPengantar).scalar_subquery()


def _search(words: str) -> sa.ColumnElement[bool]:
    """A number whatever its spaces, words of the subject, or somebody the letter carries."""
    plain = "".join(words.split()).lower()
    people = sa.select(Pegawai.id).where(Pegawai.cari.contains(words.lower(), autoescape=True))
    digits = plain.replace(".", "").replace("-", "")
    if digits.isdigit():
        people = sa.select(Pegawai.id).where(Pegawai.cari.contains(digits, autoescape=True))
    inside = sa.select(SuratUsulan.surat_id).where(SuratUsulan.pegawai_id.in_(people))
    return sa.or_(
        SuratPengantar.nomor_normal.contains(plain, autoescape=True),
        sa.func.lower(SuratPengantar.perihal).contains(words.lower(), autoescape=True),
        SuratPengantar.id.in_(inside),
    )


def _offices(user: Principal) -> list[tuple[Any, str]]:
    held = SURAT_BACA if user.has(SURAT_BACA) else SURAT
    return [(row.id, row.nama) for row in places(user, held)]


def _office(unit: uuid.UUID, ask: Ask) -> sa.ColumnElement[bool]:
    return sa.or_(SuratPengantar.pd_id == unit, SuratPengantar.unit_id == unit)


def _kinds(_: Principal) -> list[tuple[str, str]]:
    return list(usulan.kinds().items())


DAFTAR = Listing(
    "surat-pengantar", title="Surat pengantar", noun="surat", rows=visible_surat, key=SuratPengantar.id,
    sort="-tanggal", can=SURAT_BACA, search=_search, search_label="Nomor, perihal, nama, atau NIP",
    nothing=("Belum ada surat", "Surat yang dibuat atau dikirim muncul di sini."),
    columns=[
        Column("nomor", "Nomor pengantar", SuratPengantar.nomor, link="/kepegawaian/surat/{id}",
               show=lambda v: v or "Belum bernomor"),
        Column("tanggal", "Tanggal", SuratPengantar.tanggal, sort=True),
        Column("perihal", "Perihal", SuratPengantar.perihal),
        Column("unit", "Perangkat daerah", _unit_name()),
        Column("jenis", "Jenis usulan", SuratPengantar.jenis, show=lambda v: usulan.kinds().get(v, v)),
        Column("jumlah", "Usulan", _count(), number=True),
        Column("status", "Status", SuratPengantar.status, show=STATUS),
    ],
    filters=[
        DateRange("tanggal", "Tanggal", SuratPengantar.tanggal),
        Choice("opd", "Perangkat daerah", options=_offices, where=_office, indexed=False),
        Choice("jenis", "Jenis usulan", SuratPengantar.jenis, options=_kinds, indexed=False),
        Choice("status", "Status", SuratPengantar.status, options=STATUS.options, indexed=False),
    ],
)  # fmt: skip


def _people(words: str) -> sa.ColumnElement[bool]:
    return SuratUsulan.pegawai_id.in_(
        sa.select(Pegawai.id).where(Pegawai.cari.contains(words.lower(), autoescape=True))
    )


def _of_person(column: Any) -> Any:
    return sa.select(column).where(Pegawai.id == SuratUsulan.pegawai_id).correlate(SuratUsulan).scalar_subquery()


def _of_case(column: Any) -> Any:
    return sa.select(column).where(Submission.id == SuratUsulan.usulan_id).correlate(SuratUsulan).scalar_subquery()


USULAN = Listing(
    "surat-usulan", title="Usulan dalam surat", noun="usulan", rows=visible_usulan, key=SuratUsulan.id, sort="-tanggal",
    can=SURAT_BACA, search=_people, search_label="Nama atau NIP",
    nothing=("Belum ada usulan dalam surat", "Usulan muncul di sini setelah dimuat surat."),
    columns=[
        Column("nama", "Nama", _of_person(Pegawai.nama), link="/kepegawaian/surat/{surat}"),
        Column("nip", "NIP", _of_person(Pegawai.nip), show=nip_words),
        Column("usulan", "Usulan", _of_case(Submission.judul)),
        Column("keadaan", "Keadaan usulan", _of_case(Submission.status), show=KEADAAN),
        Column("nomor", "Nomor pengantar", SuratPengantar.nomor, show=lambda v: v or "Belum bernomor"),
        Column("tanggal", "Tanggal pengantar", SuratPengantar.tanggal, sort=True),
        Column("surat", "ID", SuratPengantar.id, screen=False, export=False),
    ],
    filters=[
        DateRange("tanggal", "Tanggal", SuratPengantar.tanggal),
        Choice("opd", "Perangkat daerah", options=_offices, where=_office, indexed=False),
        Choice("jenis", "Jenis usulan", SuratUsulan.jenis, options=_kinds, indexed=False),
        Choice("status", "Status surat", SuratPengantar.status, options=STATUS.options, indexed=False),
    ],
)  # fmt: skip


@module.route("/surat", can=SURAT_BACA)
def surat_list() -> Response:
    return DAFTAR.respond("kepegawaian/surat_list.html", boleh=required().has(SURAT))


@module.route("/surat/usulan", can=SURAT_BACA)
def surat_usulan_list() -> Response:
    return USULAN.respond("kepegawaian/surat_usulan_list.html")


@module.route("/surat/celah", can=SURAT_BACA)
def surat_celah() -> Response:
    """Numbers of a year that no valid letter carries."""
    offices = places(required(), SURAT_BACA)
    given = request.args.get("opd", "")
    chosen = next((row for row in offices if str(row.id) == given), offices[0] if offices else None)
    tahun = numbers.whole(request.args.get("tahun", ""), 2000, 2200) or organisation.today().year
    return render(
        "kepegawaian/surat_celah.html", pilihan=[(str(row.id), row.nama) for row in offices], opd=chosen, tahun=tahun,
        celah=nomor.celah(chosen.pd_id, tahun) if chosen else [],
    )  # fmt: skip


# ---- writing one


@module.route("/surat/baru", can=SURAT)
def surat_baru() -> Response:
    offices = places(required())
    first = offices[0] if offices else None
    head = services.kepala(first.id) if first else None
    kind = request.args.get("jenis", "")
    return _form(None, Isian({
        "tanggal": organisation.today().isoformat(), "tujuan": TUJUAN, "kunci": str(new_id()),
        "penandatangan_id": str(head or ""), "jenis": kind,
    }))  # fmt: skip


@module.route("/surat/baru", can=SURAT, methods=["POST"])
def surat_tambah() -> Response:
    user, isian = required(), Isian(request.form)
    if isian["aksi"].startswith("cari:"):
        return _form(None, isian)
    offices = {str(row.id): row for row in places(user)}
    unit = isian.pilihan("unit", "Perangkat daerah", offices)
    kind = isian.pilihan("jenis", "Jenis usulan", usulan.kinds())
    values = _read(isian)
    if isian.galat or unit is None or kind is None:
        return _form(None, isian, 422)
    row = services.buat(offices[unit], kind, values, user, _key(isian["kunci"]))
    return done(f"/kepegawaian/surat/{row.id}", "Draf tersimpan. Muat usulannya, lalu kirim.", "positive")


@module.route("/surat/<uuid:id>/ubah", can=SURAT)
def surat_ubah(id: uuid.UUID) -> Response:
    row = fetch(writable_surat(required()), id)
    return _form(row, Isian({
        "tanggal": row.tanggal.isoformat(), "perihal": row.perihal, "tujuan": row.tujuan, "isi": row.isi,
        "penandatangan_id": str(row.penandatangan_id or ""), "versi": str(row.versi),
    }))  # fmt: skip


@module.route("/surat/<uuid:id>/ubah", can=SURAT, methods=["POST"])
def surat_simpan(id: uuid.UUID) -> Response:
    user, isian = required(), Isian(request.form)
    row = fetch(writable_surat(user), id, lock=True)
    if isian["aksi"].startswith("cari:"):
        return _form(row, isian)
    values = _read(isian)
    if isian.galat:
        return _form(row, isian, 422)
    services.ubah(row, values, numbers.whole(isian["versi"]) or 0, user)
    return done(f"/kepegawaian/surat/{row.id}", "Surat tersimpan.", "positive")


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _read(isian: Isian) -> dict[str, Any]:
    day = isian.tanggal("tanggal", "Tanggal")
    if day and not 2000 <= day.year <= 2200:
        isian.galat["tanggal"] = "Tanggal: periksa tahunnya"
    signer = _key(isian["penandatangan_id"])
    if signer is not None and not pencari.nama("pegawai", signer):
        isian.galat["penandatangan_id"] = "Penandatangan: pilih pegawai"
    return {
        "tanggal": day, "perihal": isian.teks("perihal", "Perihal", min_=5, maks=200),
        "tujuan": isian.teks("tujuan", "Tujuan", min_=5, maks=200), "isi": isian.teks("isi", "Isi surat", maks=4000),
        "penandatangan_id": signer,
    }  # fmt: skip


def _form(row: SuratPengantar | None, isian: Isian, status: int = 200) -> Response:
    signer, today = _key(isian["penandatangan_id"]), organisation.today()
    found = pencari.hasil(isian.form, {"penandatangan_id": "pegawai"}, today)
    return render(
        "kepegawaian/surat_form.html", status=status, surat=row, isian=isian, temuan=found.get("penandatangan_id"),
        unit=[(str(one.id), one.nama) for one in places(required())], jenis=[("", "Pilih"), *usulan.kinds().items()],
        penandatangan=signer or "", nama_penandatangan=pencari.nama("pegawai", signer), hari=today,
        kata=isian["penandatangan_id-cari"],
    )  # fmt: skip


# ---- one letter


@module.route("/surat/<uuid:id>", can=SURAT_BACA)
def surat(id: uuid.UUID) -> Response:
    return _page(fetch(visible_surat(required()), id), Isian(request.args))


def _page(row: SuratPengantar, isian: Isian, status: int = 200) -> Response:
    user = required()
    mine = writable_surat(user).where(SuratPengantar.id == row.id).with_only_columns(SuratPengantar.id)
    may = db.session.scalar(mine) is not None
    draft = row.status == DRAF and may
    words = isian["cari"][:80]
    return render(
        "kepegawaian/surat.html", status=status, surat=row, isian=isian, boleh=may, draf=draft, kata=words,
        muatan=usulan.carried(row), menunggu=usulan.waiting(row, words) if draft else [],
        unit=db.session.scalar(sa.select(Unit.nama).where(Unit.id == row.unit_id)), keadaan=STATUS(row.status),
        jenis=usulan.kinds().get(row.jenis, row.jenis), nip=nip_words, dibuat=nomor.dibuat_di_sini(row.tanggal),
        keadaan_usulan=KEADAAN, penandatangan=row.tertanda.get("nama") or pencari.nama("pegawai", row.penandatangan_id),
        contoh=nomor.contoh(row) if draft else "", maks=_limit(),
    )  # fmt: skip


def _limit() -> int:
    return int(aturan.nilai("berkas_maks_mb", organisation.today()))


@module.route("/surat/<uuid:id>/usulan", can=SURAT, methods=["POST"])
def surat_muat(id: uuid.UUID) -> Response:
    user = required()
    row = fetch(writable_surat(user), id, lock=True)
    add, drop = _keys("tambah"), _keys("lepas")
    if not add and not drop:
        isian = Isian(request.form)
        isian.galat["muat"] = "Centang sedikitnya satu usulan"
        return _page(row, isian, 422)
    came = services.muat(row, add, drop, user)
    words = f"{came} usulan dimuat." if came else f"{len(drop)} usulan dilepas."
    return done(f"/kepegawaian/surat/{row.id}", words, "positive")


def _keys(name: str) -> list[uuid.UUID]:
    return [key for text in request.form.getlist(name) if (key := _key(text)) is not None]


@module.route("/surat/<uuid:id>/kirim", can=SURAT, methods=["POST"])
def surat_kirim(id: uuid.UUID) -> Response:
    user, isian = required(), Isian(request.form)
    row = fetch(writable_surat(user), id, lock=True)
    if isian["versi"] != str(row.versi):
        raise Conflict("Surat ini berubah sejak Anda membukanya. Muat ulang, periksa, lalu kirim.")
    try:
        services.kirim(row, isian["nomor"], user)
    except Invalid as error:
        isian.galat[error.field] = error.pesan
        db.session.refresh(row)
        return _page(row, isian, 422)
    return done(f"/kepegawaian/surat/{row.id}", f"Surat dikirim dengan nomor {row.nomor}.", "positive")


@module.route("/surat/<uuid:id>/batalkan", can=SURAT, methods=["POST"])
def surat_batalkan(id: uuid.UUID) -> Response:
    user, isian = required(), Isian(request.form)
    row = fetch(writable_surat(user), id, lock=True)
    try:
        services.batalkan(row, isian["alasan"], user)
    except Invalid as error:
        isian.galat[error.field] = error.pesan
        return _page(row, isian, 422)
    return done("/kepegawaian/surat", "Surat dibatalkan. Usulannya dapat dimuat surat lain.", "positive")


@module.route("/surat/<uuid:id>/berkas", can=SURAT, methods=["POST"])
def surat_berkas(id: uuid.UUID) -> Response:
    user, isian, file = required(), Isian(request.form), request.files.get("berkas")
    row = fetch(writable_surat(user), id, lock=True)
    try:
        if file is None or not file.filename:
            raise Invalid("berkas", "Pilih berkas surat bertanda tangan.")
        document = documents.receive(cast(BinaryIO, file.stream), file.filename, user.id, _limit() * 1024 * 1024)
    except Invalid as error:
        isian.galat[error.field] = error.pesan
        return _page(row, isian, 422)
    services.lampirkan(row, document, user)
    return done(f"/kepegawaian/surat/{row.id}", "Surat bertanda tangan tersimpan.", "positive")
