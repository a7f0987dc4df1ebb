"""The page of one entry: its fields beside its documents, what happened to it, and what may be done with it now."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import module
from portal.kepegawaian.pegawai import data_utama, orang
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.riwayat import (
    alur,
    aturan,
    aturan_lain,
    berkas,
    hak,
    isian,
    jenis,
    policies,
    pratinjau,
    pulih,
    services,
)
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.aturan import Temuan
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kepegawaian.riwayat.formulir import alamat, tanda
from portal.kepegawaian.riwayat.pratinjau import Pratinjau
from portal.kepegawaian.rujukan.models import JENIS_JABATAN, Jenjang, SubJabatan
from portal.kernel import approval, calendar, numbers, organisation
from portal.kernel.access import fetch
from portal.kernel.approval import Submission
from portal.kernel.db import db, rollback
from portal.kernel.errors import Conflict, Denied, DomainError, Invalid, Missing
from portal.kernel.organisation import Orang, Pegawai, Unit
from portal.kernel.people import Principal, User, required
from portal.kernel.web import SIGNED_IN, done, render

AKSI = {
    "ajukan": ("Diajukan", ""), "tarik": ("Ditarik", ""), "periksa": ("Berkas dinyatakan sesuai", "positive"),
    "kembalikan": ("Dikembalikan", "negative"), "kembalikan_opd": ("Dikembalikan", "negative"),
    "verifikasi": ("Diverifikasi", "positive"), "tolak": ("Ditolak", "negative"),
    "batalkan": ("Dibatalkan", "negative"), "hapus_draf": ("Draf dihapus", ""),
}  # fmt: skip
MEMUTUSKAN = ("verifikasi", "periksa", "kembalikan", "kembalikan_opd", "tolak")
PESAN = {
    "ajukan": "Usulan diajukan.", "tarik": "Usulan ditarik. Anda dapat mengubahnya lagi.",
    "periksa": "Berkas dinyatakan sesuai. BKPSDM memverifikasinya.", "kembalikan": "Usulan dikembalikan.",
    "kembalikan_opd": "Usulan dikembalikan.", "verifikasi": "Riwayat terverifikasi.", "tolak": "Usulan ditolak.",
    "batalkan": "Riwayat dibatalkan.", "hapus_draf": "Draf dihapus.",
}  # fmt: skip


@dataclass(frozen=True)
class Peristiwa:
    """A line of the timeline, as its macro reads it."""

    act: str
    by: str
    at: str
    note: str = ""
    kind: str = ""


@module.route("/pegawai/<uuid:id>/riwayat/<string:tabel>/<uuid:riwayat>", can=SIGNED_IN)
def riwayat_entri(id: uuid.UUID, tabel: str, riwayat: uuid.UUID) -> Response:
    user = required()
    pegawai = hak.pegawai_terlihat(user, id)
    return _show(user, pegawai, hak.entri(user, pegawai, tabel, riwayat))


@module.route("/pegawai/<uuid:id>/riwayat/<string:tabel>/<uuid:riwayat>", can=SIGNED_IN, methods=["POST"])
def riwayat_langkah(id: uuid.UUID, tabel: str, riwayat: uuid.UUID) -> Response:
    """A move of the flow. What was decided or changed meanwhile is answered with the entry as it is now."""
    user, name = required(), request.form.get("aksi", "")
    pegawai = hak.pegawai_terlihat(user, id)
    row = hak.entri(user, pegawai, tabel, riwayat)
    try:
        if name == "ganti":
            return _replace(row, pegawai, user)
        return _move(row, pegawai, user, name)
    except (Conflict, Invalid) as error:
        rollback()
        pegawai = hak.pegawai_terlihat(user, id)
        return _show(user, pegawai, hak.entri(user, pegawai, tabel, riwayat), error)


def _move(row: Any, pegawai: Pegawai, user: Principal, name: str) -> Response:
    if name not in {move.name for move in alur.FLOW.moves}:
        raise Missing()
    if name == "ajukan":  # who began it may have left the office since
        hak.pastikan_usul(user, pegawai, jenis.of(row))
    key, version = isian_kunci("kunci"), request.form.get("versi", "")
    if name == "batalkan":
        services.batalkan(row, user, request.form.get("catatan", ""), key)
    else:
        case = db.session.get(Submission, row.submission_id) if row.submission_id else None
        if name == "verifikasi" and not _done_before(row, key) and _named(hak.langkah(user, row, case), name):
            _look_again(row, pegawai)
        versi = numbers.whole(version)
        services.jalankan(row, name, user, request.form.get("catatan", ""), key, versi)
    if name == "hapus_draf":
        return done(alamat(pegawai), PESAN[name])
    after = request.form.get("kembali", "")
    words = f"{PESAN[name]} {pulih.kabar(row)}".rstrip() if name == "batalkan" else PESAN[name]
    return done(after if after.startswith("/kepegawaian/antrean") else alamat(pegawai, row), words)


def isian_kunci(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.form.get(name, ""))
    except ValueError:
        return None


def _done_before(row: Any, key: uuid.UUID | None) -> bool:
    return key is not None and row.submission_id is not None and approval.is_repeat(row.submission_id, key)


def _look_again(row: Any, pegawai: Pegawai) -> None:
    """The rules once more, against the register of now. Raises Invalid.

    What is unusual or changes the past has to be ticked.
    """
    services.lock(pegawai.id)
    found = temuan(row, pegawai)
    if found.galat:
        raise Invalid("", " ".join(dict.fromkeys(f"{one.pesan.rstrip('.')}." for one in found.galat)))
    found.peringatan += berkas.peringatan(berkas.daftar(row))
    wanted = tanda(found.peringatan, pratinjau.dari(row))
    if wanted and request.form.get("setuju") != wanted:
        raise Invalid("setuju", "Periksa peringatan dan perubahan masa lalu, lalu centang")


def temuan(row: Any, pegawai: Pegawai) -> Temuan:
    """The rules of a stored proposal against the register as it is now; of a new atasan alone, those of atasan."""
    values = {c.key: getattr(row, c.key) for c in sa.inspect(row).mapper.column_attrs}
    known = (row.id, row.menggantikan_id)
    if isinstance(row, r.RiwayatJabatan):
        if not hanya_atasan(row):
            return aturan.periksa(pegawai, values, known)
        found = aturan.periksa(pegawai, values, known, organisation.today())
        return Temuan(*([one for one in part if one.field == "atasan_id"] for part in (found.galat, found.peringatan)))
    return aturan_lain.periksa(jenis.of(row), pegawai, values, known)


def hanya_atasan(row: r.RiwayatJabatan) -> bool:
    """Whether a correction differs from what it replaces in the atasan alone."""
    old = db.session.get(r.RiwayatJabatan, row.menggantikan_id) if row.menggantikan_id else None
    if old is None or old.atasan_id == row.atasan_id:
        return False
    same = ("jenis_jabatan", "jabatan_id", "sub_jabatan_id", "nama_jabatan", "jenjang", "eselon", "kelas", "unit_id",
            "pimpinan", "jalur", "penugasan", "mutasi", "lokasi", "tmt", "tmt_mutasi", "selesai")  # fmt: skip
    return all(getattr(old, name) == getattr(row, name) for name in same)


def _replace(row: Any, pegawai: Pegawai, user: Principal) -> Response:
    """A correction: a draft with the same values and documents, which takes the place of this entry when verified."""
    hak.pastikan_usul(user, pegawai, jenis.of(row))
    services.lock(pegawai.id)
    sent = _waiting(row)
    if sent is not None:
        return done(alamat(pegawai, sent), "Perbaikan riwayat ini sudah diusulkan dan menunggu putusan.")
    draft = services.ganti(row, user)
    berkas.salin(row, draft, user)
    return done(f"{alamat(pegawai, draft)}/ubah", "Ubah yang perlu, lalu ajukan. Riwayat lama berlaku sampai itu.")


def _waiting(row: Any) -> Any:
    """A correction of this entry that waits for a decision: a second one would meet an entry replaced meanwhile."""
    table: Any = type(row)
    query = sa.select(table).where(table.menggantikan_id == row.id, table.status.in_((r.DIAJUKAN, r.DIPERIKSA)))
    return db.session.scalars(query.order_by(table.id).limit(1)).first()


def _again(row: Any, kind: jenis.Jenis, pegawai: Pegawai) -> tuple[str, ...]:
    """Address, name and first day of the entry that holds again once this one is cancelled."""
    old = pulih.digantikan(row)
    if old is None:
        return ()
    day = old.berlaku if isinstance(old, r.RiwayatJabatan) else old.tmt
    return alamat(pegawai, old), orang.judul(old, kind), calendar.tanggal(day)


def _correction(user: Principal, pegawai: Pegawai, row: Any) -> tuple[str, ...]:
    """Address and state, in words, of a correction under way that this person may see: sent ones first."""
    if row.status != r.TERVERIFIKASI:
        return ()
    table: Any = type(row)
    sent = table.status.in_((r.DIAJUKAN, r.DIPERIKSA))
    query = policies.visible_entries(user, table, pegawai.id).where(
        table.menggantikan_id == row.id, sa.or_(sent, table.status.in_(services.OPEN))
    )
    found = db.session.scalars(query.order_by(sent.desc(), table.id).limit(1)).first()
    if found is None:
        return ()
    return alamat(pegawai, found), "belum diajukan" if found.status in services.OPEN else "menunggu putusan"


# ---- documents


@module.route("/pegawai/<uuid:id>/riwayat/<string:tabel>/<uuid:riwayat>/berkas", can=SIGNED_IN, methods=["POST"])
def riwayat_unggah(id: uuid.UUID, tabel: str, riwayat: uuid.UUID) -> Response:
    user, kode = required(), request.form.get("dokumen", "")
    pegawai = hak.pegawai_terlihat(user, id)
    services.lock(pegawai.id)
    row = hak.entri(user, pegawai, tabel, riwayat)
    if not hak.boleh_unggah(user, row) or kode not in dict(berkas.dokumen(jenis.of(row))):
        raise Denied("Berkas riwayat ini tidak dapat Anda ubah.")
    file = request.files.get(f"berkas-{kode}")
    try:
        if file is None or not file.filename:
            raise Invalid(f"berkas-{kode}", "Pilih dulu berkasnya")
        berkas.terima(row, kode, file, user)
    except Invalid as error:
        rollback()
        pegawai = hak.pegawai_terlihat(user, id)
        return _show(user, pegawai, hak.entri(user, pegawai, tabel, riwayat), error)
    return done(f"{alamat(pegawai, row)}#berkas", f"{berkas.nama(kode)} tersimpan.")


@module.route("/pegawai/<uuid:id>/riwayat/<string:tabel>/<uuid:riwayat>/lepas", can=SIGNED_IN, methods=["POST"])
def riwayat_lepas(id: uuid.UUID, tabel: str, riwayat: uuid.UUID) -> Response:
    """Take a document away, with the reason. It is kept and can come back."""
    user = required()
    pegawai = hak.pegawai_terlihat(user, id)
    services.lock(pegawai.id)  # or it would be verified while its file goes
    row = hak.entri(user, pegawai, tabel, riwayat)
    if not hak.boleh_lepas(user, row):
        raise Denied("Berkas riwayat ini tidak dapat Anda ubah.")
    link_of = r.BerkasTautan
    links = sa.select(link_of).where(link_of.pegawai_id == pegawai.id, link_of.riwayat_id == row.id, link_of.aktif)
    link: r.BerkasTautan = fetch(links, isian_kunci("tautan") or uuid.UUID(int=0), lock=True)
    try:
        services.lepaskan(link, request.form.get("alasan", ""), user)
    except Invalid as error:
        rollback()
        pegawai = hak.pegawai_terlihat(user, id)
        where = Invalid(f"alasan-{link.id}", error.pesan)
        return _show(user, pegawai, hak.entri(user, pegawai, tabel, riwayat), where)
    return done(f"{alamat(pegawai, row)}#berkas", "Berkas dilepas. Berkas itu tersimpan dan dapat dikembalikan.")


# ---- the page


def _show(user: Principal, pegawai: Pegawai, row: Any, error: DomainError | None = None) -> Response:
    kind, (case, author, *_held) = jenis.of(row), _around(row)  # `_held`: read once, the session finds it
    moves = hak.langkah(user, row, case)
    deciding = any(move.name in MEMUTUSKAN for move in moves)
    waiting = deciding and row.status in (r.DIAJUKAN, r.DIPERIKSA)
    found = temuan(row, pegawai) if waiting else Temuan()
    seen = pratinjau.dari(row) if waiting and not found.galat else Pratinjau()
    papers = berkas.daftar(row, semua=hak.kelola(user, pegawai.id))
    if waiting:
        found.peringatan += berkas.peringatan(papers)
    return render(
        "kepegawaian/riwayat_entri.html", status=error.status if error else 200, row=row, kind=kind, pegawai=pegawai,
        nip=nip_words(pegawai.nip), judul=orang.judul(row, kind), rincian=rincian(row, pegawai, user),
        status_tampil=orang.STATUS(row.status), alamat=alamat(pegawai, row), orang=alamat(pegawai), langkah=moves,
        memutuskan=deciding, boleh_verifikasi=_named(moves, "verifikasi"),
        boleh_batal=_named(moves, "batalkan"), perbaikan=_correction(user, pegawai, row),
        pulih=_again(row, kind, pegawai) if _named(moves, "batalkan") else (),
        ubah=hak.boleh_ubah(user, row), unggah=hak.boleh_unggah(user, row), lepas=hak.boleh_lepas(user, row),
        ganti=row.status == r.TERVERIFIKASI and kind in hak.jenis_usulan(user, pegawai),
        temuan=found, pratinjau=seen, tanda=tanda(found.peringatan, seen), berkas=papers,
        dokumen=[(kode, wajib) for kode, wajib in berkas.dokumen(kind) if kode != berkas.LAIN or kode in papers],
        nama_dokumen={kode: one.nama for kode, one in DOKUMEN.items()}, lini=timeline(row, case, author, user),
        versi=case.versi if case else "", kunci=uuid.uuid4(), galat=error, catatan=request.form.get("catatan", ""),
        medan_galat=getattr(error, "field", ""), kembali=request.args.get("kembali", request.form.get("kembali", "")),
    )  # fmt: skip


def _around(row: Any) -> Any:
    """The case of an entry, who wrote it, the human it is about and the entry it replaces, in one statement."""
    table = type(row)
    old = sa.orm.aliased(table)
    query = (
        sa.select(Submission, User.nama, Orang, old)
        .select_from(table)
        .join(Pegawai, Pegawai.id == table.pegawai_id)
        .join(Orang, Orang.id == Pegawai.orang_id)
        .outerjoin(Submission, Submission.id == table.submission_id)
        .outerjoin(User, User.id == table.diusulkan_oleh_id)
        .outerjoin(old, old.id == table.menggantikan_id)
    )
    return db.session.execute(query.where(table.id == row.id)).one()


def _named(moves: Sequence[approval.Move], name: str) -> bool:
    return any(move.name == name for move in moves)


def rincian(row: Any, pegawai: Pegawai, user: Principal) -> list[tuple[str, str]]:
    if isinstance(row, r.RiwayatJabatan):
        return _jabatan(row)
    kind = jenis.of(row)
    sealed = any(one.tipe == jenis.NIK for one in kind.medan)
    return isian.rincian(kind, row, pegawai, not sealed or data_utama.boleh_nik(user, pegawai))


def _jabatan(row: r.RiwayatJabatan) -> list[tuple[str, str]]:
    opd = sa.orm.aliased(Unit)
    names = db.session.execute(sa.select(*(part.scalar_subquery() for part in (
        sa.select(opd.nama).join(Unit, Unit.pd_id == opd.id).where(Unit.id == row.unit_id),
        sa.select(Unit.nama).where(Unit.id == row.unit_id),
        sa.select(SubJabatan.nama).where(SubJabatan.id == row.sub_jabatan_id),
        sa.select(Jenjang.nama).where(Jenjang.kode == row.jenjang),
        sa.select(Pegawai.nama).where(Pegawai.id == row.atasan_id),
    )))).one()  # fmt: skip
    pd_name, unit_name, sub, level, boss = (name or "" for name in names)
    how = {r.IKUT_PIMPINAN: "pimpinan unit", r.DITUNJUK: "ditunjuk"}
    pairs = [
        ("Perangkat daerah", pd_name), ("Unit kerja", unit_name),
        ("Kedudukan di unit", "Pimpinan" if row.pimpinan else "Bukan pimpinan"),
        ("Jenis jabatan", JENIS_JABATAN.get(row.jenis_jabatan, "")), ("Jabatan", row.nama_jabatan),
        ("Sub jabatan", sub), ("Jenjang", level), ("Eselon", row.eselon),
        ("Lokasi", "Dalam kota" if row.lokasi == r.DALAM else f"Luar kota: {row.instansi_tujuan}"),
        ("Mutasi", "Mutasi unor" if row.mutasi == r.MU else "Mutasi jabatan"),
        ("TMT jabatan", calendar.tanggal(row.tmt)), ("TMT mutasi", _day(row.tmt_mutasi)),
        ("TMT pelantikan", _day(row.tmt_pelantikan)), ("Selesai", _day(row.selesai)),
        ("Atasan langsung", f"{boss} ({how.get(row.atasan_cara, '')})" if boss else ""),
        ("Penugasan", r.PENUGASAN[row.penugasan]), ("Nomor SK", row.nomor_sk), ("Tanggal SK", _day(row.tanggal_sk)),
        ("Pejabat penetap", row.pejabat), ("Keterangan", row.keterangan),
    ]  # fmt: skip
    kept = ("Perangkat daerah", "Unit kerja", "Jabatan", "Atasan langsung", "Nomor SK")
    return [(label, value) for label, value in pairs if value or label in kept]


def _day(day: Any) -> str:
    return calendar.tanggal(day) if day else ""


def timeline(row: Any, case: Submission | None, author: str | None, user: Principal) -> list[Peristiwa]:
    """What happened, latest first."""
    found = []
    for one in approval.history(case.id) if case else []:
        words, kind = AKSI.get(one.aksi, (one.aksi, ""))
        at = calendar.waktu_pendek(one.dibuat_at, user.zona)
        found.append(Peristiwa(words, f"oleh {one.pelaku}", at, one.catatan, kind))
    begun = {r.IMPOR: "Diimpor", r.SIASN: "Ditarik dari SIASN"}.get(row.sumber, "Draf dibuat")
    if row.alasan == pulih.ALASAN:
        begun = "Berlaku lagi"
    at = calendar.waktu_pendek(row.dibuat_at, user.zona)
    found.insert(0, Peristiwa(begun, f"oleh {author or 'portal'}", at))
    return found[::-1]
