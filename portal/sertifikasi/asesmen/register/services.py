"""Registers of asesor and TUK: entries are ended, never deleted, and every change is in the log."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, documents, notices, people
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.people import PenugasanPeran, Principal, User
from portal.sertifikasi import VERIFIKASI
from portal.sertifikasi.asesmen import kasus
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.saya.models import Permohonan
from portal.sertifikasi.skema.models import Skema
from portal.sertifikasi.tenggat import hari_pelatihan

FILE_LIMIT = 10 * 1024 * 1024

activity.declare(**{
    "sertifikasi.asesor_diubah": "sebelum sesudah", "sertifikasi.asesor_kompetensi": "skema mulai selesai",
    "sertifikasi.pelatihan_dicatat": "peserta nama selesai", "sertifikasi.tuk_diubah": "sebelum sesudah",
    "sertifikasi.berkas_register": "judul",
})  # fmt: skip


def normal_met(text: str) -> str:
    """MET.000.nnnnnn yyyy out of the ways it is written ("000.011004 2018", "MET.000.00.0001.2020").

    Raises Invalid when it holds no number of six digits and no year.
    """
    year = re.search(r"((?:19|20)\d{2})\s*$", text.strip())
    rest = re.sub(r"^\s*(MET)?\W*000\W+", "", text, flags=re.IGNORECASE)
    digits = re.sub(r"\D", "", rest)[:-4]
    number = digits[3:] if len(digits) == 9 and digits.startswith("000") else digits
    if year is None or not 4 <= len(number) <= 6:
        raise Invalid("no_reg", "Nomor registrasi: tulis seperti MET.000.001234 2024")
    return f"MET.000.{number.zfill(6)} {year.group(1)}"


def cari_akun(text: str, field: str = "akun") -> User:
    """The account with this user name or mail address. Raises Invalid."""
    word = text.strip().lower()
    query = sa.select(User).where(sa.or_(sa.func.lower(User.pengguna) == word, sa.func.lower(User.surel) == word))
    found = db.session.scalars(query.where(User.aktif)).all() if word else []
    if len(found) != 1:
        raise Invalid(field, "Akun tidak ditemukan. Tulis nama pengguna atau e-mail akunnya.")
    return found[0]


@dataclass(frozen=True)
class DataAsesor:
    no_reg: str
    instansi: str
    mulai: date
    selesai: date

    def masuk_akal(self) -> None:
        if self.selesai < self.mulai:
            raise Invalid("selesai", "Berlaku sampai: tidak boleh sebelum tanggal mulai")


def daftarkan(akun: str, data: DataAsesor, user: Principal) -> a.Asesor:
    """A new asesor; the account gets the role "asesor". Raises Invalid, Conflict."""
    person, number = cari_akun(akun), normal_met(data.no_reg)
    data.masuk_akal()
    _free(number)
    if db.session.scalar(sa.select(a.Asesor.id).where(a.Asesor.user_id == person.id)) is not None:
        raise Conflict(f"{person.nama} sudah ada di register asesor.")
    row = a.Asesor(user_id=person.id, no_reg=number, instansi=data.instansi, mulai=data.mulai, selesai=data.selesai)
    db.session.add(row)
    _give_role(person, user)
    db.session.flush()
    activity.log("sertifikasi.asesor_diubah", row, by=user, sebelum={}, sesudah=_facts(row))
    return row


def _free(number: str, but: uuid.UUID | None = None) -> None:
    query = sa.select(a.Asesor.id).where(a.Asesor.no_reg == number, a.Asesor.id != but if but else sa.true())
    if db.session.scalar(query) is not None:
        raise Invalid("no_reg", "Nomor registrasi ini sudah dipakai asesor lain.")


def _give_role(person: User, user: Principal) -> None:
    held = sa.select(PenugasanPeran.id).where(
        PenugasanPeran.user_id == person.id, PenugasanPeran.peran == "asesor",
        sa.or_(PenugasanPeran.selesai.is_(None), PenugasanPeran.selesai >= hari_ini()),
    )  # fmt: skip
    if db.session.scalar(held) is None:
        db.session.add(PenugasanPeran(user_id=person.id, peran="asesor", dasar="Register asesor", mulai=hari_ini(),
                                      diberi_oleh_id=user.id))  # fmt: skip
        people.forget(person.id)


def _facts(row: Any) -> dict[str, Any]:
    skip = {"id", "dibuat_at", "diubah_at", "user_id"}
    return {c.key: str(getattr(row, c.key)) for c in sa.inspect(row).mapper.column_attrs if c.key not in skip}


def ubah_asesor(row: a.Asesor, data: DataAsesor, user: Principal) -> None:
    before, number = _facts(row), normal_met(data.no_reg)
    data.masuk_akal()
    _free(number, row.id)
    row.no_reg, row.instansi, row.mulai, row.selesai = number, data.instansi, data.mulai, data.selesai
    db.session.flush()
    activity.log("sertifikasi.asesor_diubah", row, by=user, sebelum=before, sesudah=_facts(row))


def akhiri_asesor(row: a.Asesor, user: Principal) -> None:
    """The asesor leaves the register; the clock releases the cases they still held."""
    if not row.aktif:
        raise Conflict("Asesor ini sudah tidak aktif.")
    before = _facts(row)
    row.aktif = False
    activity.log("sertifikasi.asesor_diubah", row, by=user, sebelum=before, sesudah=_facts(row))


def beri_skema(row: a.Asesor, skema_id: uuid.UUID | None, mulai: date, selesai: date, user: Principal) -> None:
    """Technical competence for a scheme; given again, its period changes."""
    if selesai < mulai:
        raise Invalid("skema_selesai", "Berlaku sampai: tidak boleh sebelum tanggal mulai")
    skema = db.session.scalars(sa.select(Skema).where(Skema.id == skema_id)).first()
    if skema is None:
        raise Invalid("skema", "Pilih skema.")
    query = sa.select(a.AsesorSkema).where(a.AsesorSkema.asesor_id == row.id, a.AsesorSkema.skema_id == skema.id)
    held = db.session.scalars(query).first() or a.AsesorSkema(asesor_id=row.id, skema_id=skema.id)
    held.mulai, held.selesai = mulai, selesai
    db.session.add(held)
    activity.log("sertifikasi.asesor_kompetensi", row, by=user, skema=skema.judul, mulai=mulai, selesai=selesai)


def catat_pelatihan(row: a.Asesor, peserta: str, nama: str, selesai: date, user: Principal) -> None:
    """The asesor trained a person: rule C2 looks back on it."""
    person = cari_akun(peserta, "peserta")
    if person.id == row.user_id:
        raise Invalid("peserta", "Peserta tidak boleh asesor itu sendiri.")
    if selesai > hari_ini():
        raise Invalid("pelatihan_selesai", "Selesai: tidak boleh setelah hari ini")
    db.session.add(a.Pelatihan(pelatih_id=row.user_id, peserta_id=person.id, nama=nama, selesai=selesai))
    activity.log("sertifikasi.pelatihan_dicatat", row, by=user, peserta=str(person.id), nama=nama, selesai=selesai)
    _tell_of_assessed(row, person.id, selesai)


def _tell_of_assessed(row: a.Asesor, peserta: uuid.UUID, selesai: date) -> None:
    """C2 that comes to light late: the manajer hears of every case of this person that the asesor holds or held."""
    since = datetime.combine(selesai, time(), UTC) + timedelta(days=hari_pelatihan())
    held = (
        sa.select(Permohonan.id, Permohonan.nomor)
        .join(a.PenugasanAsesor, a.PenugasanAsesor.permohonan_id == Permohonan.id)
        .where(a.PenugasanAsesor.asesor_id == row.id, a.PenugasanAsesor.status.in_([a.AKTIF, a.SELESAI]))
        .where(Permohonan.user_id == peserta, Permohonan.apl01_diajukan_at.is_not(None))
        .where(Permohonan.apl01_diajukan_at < since)
    )
    for case_id, nomor in db.session.execute(held.distinct()):
        for manajer in kasus.pemegang("manajer_sertifikasi"):
            words = f"Permohonan {nomor}: komite menimbang apakah asesmennya diulang"
            notices.notify(manajer, "Asesor ternyata melatih asesinya", words, f"/sertifikasi/permohonan/{case_id}")


def simpan_tuk(row: a.Tuk | None, values: dict[str, Any], user: Principal) -> a.Tuk:
    """A new venue or other facts of one. Raises Invalid."""
    if values["selesai"] < values["mulai"]:
        raise Invalid("selesai", "Berlaku sampai: tidak boleh sebelum tanggal mulai")
    taken = sa.select(a.Tuk.id).where(a.Tuk.kode == values["kode"], a.Tuk.id != row.id if row else sa.true())
    if db.session.scalar(taken) is not None:
        raise Invalid("kode", "Kode ini sudah dipakai TUK lain.")
    before = _facts(row) if row else {}
    tuk = row or a.Tuk()
    for name, value in values.items():
        setattr(tuk, name, value)
    db.session.add(tuk)
    db.session.flush()
    activity.log("sertifikasi.tuk_diubah", tuk, by=user, sebelum=before, sesudah=_facts(tuk))
    return tuk


def akhiri_tuk(row: a.Tuk, user: Principal) -> None:
    """Its verification ends today; sessions after today are no longer valid there."""
    if row.selesai <= hari_ini():
        raise Conflict("Masa verifikasi TUK ini sudah berakhir.")
    before = _facts(row)
    row.selesai = max(hari_ini(), row.mulai)
    activity.log("sertifikasi.tuk_diubah", row, by=user, sebelum=before, sesudah=_facts(row))


def simpan_berkas(row: a.Asesor | a.Tuk, judul: str, stream: Any, name: str, user: Principal) -> None:
    if not name:
        raise Invalid("berkas", "Pilih berkas.")
    document = documents.receive(stream, name, user.id, FILE_LIMIT)
    documents.claim(document)
    documents.for_office(document, VERIFIKASI)
    owner = {"asesor_id": row.id} if isinstance(row, a.Asesor) else {"tuk_id": row.id}
    db.session.add(a.BerkasRegister(dokumen_id=document.id, judul=judul, **owner))
    activity.log("sertifikasi.berkas_register", row, by=user, judul=judul)
