"""A letter from draft to sent: what it carries, who signs, its number, and taking it back."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.surat import nomor, usulan
from portal.kepegawaian.surat.models import DIBATALKAN, DIKIRIM, DRAF, SuratPengantar, SuratUsulan
from portal.kernel import activity, documents, organisation
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.organisation import Pegawai, Penempatan, in_force
from portal.kernel.people import Principal

MOST = 500  # requests in one letter
FIELDS = ("tanggal", "perihal", "tujuan", "isi", "penandatangan_id")

activity.declare(**{
    "kepegawaian.surat_disimpan": "perihal tanggal jenis", "kepegawaian.surat_usulan": "ditambah dilepas",
    "kepegawaian.surat_dikirim": "nomor tanggal jumlah", "kepegawaian.surat_dibatalkan": "nomor alasan",
    "kepegawaian.surat_berkas": "nomor sha256",
})  # fmt: skip


def by_key(kunci: uuid.UUID | None) -> SuratPengantar | None:
    """The letter that an earlier sending of the same form made."""
    if kunci is None:
        return None
    return db.session.scalars(sa.select(SuratPengantar).where(SuratPengantar.kunci == kunci)).first()


def buat(unit: Any, jenis: str, values: dict[str, Any], user: Principal, kunci: uuid.UUID | None) -> SuratPengantar:
    """A draft for a unit (id, pd_id). A second sending of the same form gives the first one's letter."""
    made = by_key(kunci)
    if made is not None:
        return made
    row = SuratPengantar(
        pd_id=unit.pd_id, unit_id=unit.id, jenis=jenis, dibuat_oleh_id=user.id, kunci=kunci,
        tahun=values["tanggal"].year, **values,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except sa.exc.IntegrityError as error:  # the other press of the button was faster
        made = by_key(kunci)
        if made is None:
            raise Conflict("Surat ini sedang disimpan. Muat ulang daftarnya.") from error
        return made
    activity.log("kepegawaian.surat_disimpan", row, by=user, perihal=row.perihal, tanggal=row.tanggal, jenis=jenis)
    return row


def ubah(row: SuratPengantar, values: dict[str, Any], versi: int, user: Principal) -> None:
    """Raises Conflict when somebody else changed or sent it meanwhile."""
    _open(row)
    if row.versi != versi:
        raise Conflict("Surat ini diubah orang lain. Muat ulang, lalu ulangi perubahan Anda.")
    for name, value in values.items():
        setattr(row, name, value)
    row.tahun = row.tanggal.year
    row.versi += 1
    activity.log("kepegawaian.surat_disimpan", row, by=user, perihal=row.perihal, tanggal=row.tanggal, jenis=row.jenis)


def muat(row: SuratPengantar, add: Sequence[uuid.UUID], drop: Sequence[uuid.UUID], user: Principal) -> int:
    """Put requests in and take others out; only those that wait in this office are taken. Returns how many came in."""
    _open(row)
    if drop:
        gone = sa.delete(SuratUsulan).where(SuratUsulan.surat_id == row.id, SuratUsulan.usulan_id.in_(drop))
        db.session.execute(gone)
    offered = {one.id for one in usulan.waiting(row)} & set(add)
    there = db.session.scalar(sa.select(sa.func.count()).where(SuratUsulan.surat_id == row.id)) or 0
    if there + len(offered) > MOST:
        raise Invalid("usulan", f"Satu surat memuat paling banyak {MOST} usulan.")
    people = usulan.owners(list(offered))
    try:
        with db.session.begin_nested():
            for key in sorted(offered & set(people)):
                db.session.add(SuratUsulan(surat_id=row.id, jenis=row.jenis, usulan_id=key, pegawai_id=people[key]))
            db.session.flush()
    except sa.exc.IntegrityError as error:
        raise Conflict("Salah satu usulan baru saja dimuat surat lain. Muat ulang halaman ini.") from error
    row.versi += 1
    activity.log("kepegawaian.surat_usulan", row, by=user, ditambah=len(people), dilepas=len(drop))
    return len(people)


def kirim(row: SuratPengantar, typed: str, user: Principal) -> None:
    """Give the number and freeze who signed. Raises Invalid naming what is missing, Conflict for a letter sent before.

    Two letters of one OPD that are sent at once wait for each other at the counter; a number typed twice is held by
    the unique index.
    """
    _open(row)
    if not db.session.scalar(sa.select(sa.func.count()).where(SuratUsulan.surat_id == row.id)):
        raise Invalid("usulan", "Muat sedikitnya satu usulan sebelum mengirim.")
    row.tertanda = tertanda(row.penandatangan_id, row.unit_id, row.tanggal)
    try:
        with db.session.begin_nested(), db.session.no_autoflush:
            if nomor.dibuat_di_sini(row.tanggal):
                nomor.beri(row)
            else:
                nomor.isi(row, typed)
            row.status, row.dikirim_at, row.dikirim_oleh_id, row.versi = DIKIRIM, now(), user.id, row.versi + 1
            db.session.flush()
    except sa.exc.IntegrityError as error:
        raise Invalid("nomor", "Nomor ini baru saja dipakai surat lain. Tulis nomor lain.") from error
    count = db.session.scalar(sa.select(sa.func.count()).where(SuratUsulan.surat_id == row.id))
    activity.log("kepegawaian.surat_dikirim", row, by=user, nomor=row.nomor, tanggal=row.tanggal, jumlah=count)


def batalkan(row: SuratPengantar, why: str, user: Principal) -> None:
    """Withdraw it: its requests are free again, its number stays used. Raises Invalid, Conflict."""
    if row.status == DIBATALKAN:
        raise Conflict("Surat ini sudah dibatalkan.")
    if not 10 <= len(why.strip()) <= 2000:
        raise Invalid("alasan", "Tulis alasan 10 sampai 2.000 huruf")
    row.status, row.alasan, row.versi = DIBATALKAN, why.strip(), row.versi + 1
    db.session.execute(sa.update(SuratUsulan).where(SuratUsulan.surat_id == row.id).values(aktif=False))
    activity.log("kepegawaian.surat_dibatalkan", row, by=user, nomor=row.nomor, alasan=why.strip())


def lampirkan(row: SuratPengantar, document: documents.Document, user: Principal) -> None:
    """The signed paper. A newer one takes its place."""
    if row.status != DIKIRIM:
        raise Conflict("Lampirkan surat bertanda tangan setelah surat bernomor.")
    documents.claim(document)
    row.dokumen_id, row.versi = document.id, row.versi + 1
    activity.log("kepegawaian.surat_berkas", row, by=user, nomor=row.nomor, sha256=document.sha256)


def tertanda(pegawai_id: uuid.UUID | None, unit_id: uuid.UUID, on: date) -> dict[str, str]:
    """Who signs, as printed: name, NIP, jabatan in the capacity of that day, pangkat. Raises Invalid."""
    query = (
        sa.select(Pegawai.nama, Pegawai.nip, Keadaan.jabatan, Keadaan.golongan, Keadaan.kelompok)
        .join(Keadaan, Keadaan.pegawai_id == Pegawai.id)
        .where(Pegawai.id == pegawai_id, berlaku(on))
    )
    found = db.session.execute(query).first() if pegawai_id else None
    if found is None or found.kelompok != "AKTIF":
        raise Invalid("penandatangan_id", "Penandatangan: pilih pegawai yang aktif pada tanggal surat")
    leads = sa.select(Penempatan).where(
        Penempatan.pegawai_id == pegawai_id, Penempatan.is_pimpinan, in_force(Penempatan, on)
    )
    seat = db.session.scalars(leads.order_by(Penempatan.unit_id != unit_id, Penempatan.jenis != "DEFINITIF")).first()
    return {
        "nama": found.nama, "nip": found.nip or "", "jabatan": seat.sebutan if seat else found.jabatan,
        "pangkat": kode.pangkat(found.golongan),
    }  # fmt: skip


def kepala(unit_id: uuid.UUID) -> uuid.UUID | None:
    """Who leads the unit today: offered as the one who signs."""
    query = sa.select(Penempatan.pegawai_id).where(
        Penempatan.unit_id == unit_id, Penempatan.is_pimpinan, in_force(Penempatan, organisation.today())
    )
    return db.session.scalars(query.order_by(Penempatan.jenis != "DEFINITIF")).first()


def _open(row: SuratPengantar) -> None:
    if row.status != DRAF:
        raise Conflict("Surat ini sudah bernomor atau dibatalkan, jadi tidak dapat diubah.")
