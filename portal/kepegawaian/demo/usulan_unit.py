"""Small stories of the offices: one plan of the tree that waits, three letters, and the tickets of tonight."""

import uuid
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import SURAT, UNOR
from portal.kepegawaian.demo import CERITA
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.mutu import hitung
from portal.kepegawaian.mutu.models import MutuBulan
from portal.kepegawaian.riwayat import alur, jenis, services
from portal.kepegawaian.riwayat.models import DataPegawai
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.surat import services as surat
from portal.kepegawaian.surat.models import SuratPengantar
from portal.kepegawaian.unor import rencana
from portal.kepegawaian.unor.models import UsulUnor
from portal.kernel import access, organisation, people
from portal.kernel.db import db
from portal.kernel.demo.kota import City
from portal.kernel.organisation import Pegawai, Unit
from portal.kernel.people import PenugasanPeran, Principal, User

KANTOR = "5.03.01"  # BKPSDM of the demo city
SUBJECTS = ("Usulan penghargaan", "Usulan penghargaan susulan", "Usulan penghargaan tahap ketiga")
TUJUAN = "Kepala Badan Kepegawaian dan Pengembangan Sumber Daya Manusia"


def cerita(city: City, skala: str) -> None:
    """Each part only where it is not there yet."""
    first = db.session.scalar(sa.select(sa.func.count()).select_from(MutuBulan)) == 0
    if skala == "kecil":
        _plan()
        _letters()
        _findings()
    hitung.hitung(organisation.today())
    if first and skala == "kecil":
        _months()


CERITA.append(cerita)


def _holder(permission: str) -> Principal | None:
    """Somebody of the demo who may do this."""
    roles = [one.kode for one in access.ROLES.values() if permission in one.permissions]
    query = sa.select(User.id).join(PenugasanPeran, PenugasanPeran.user_id == User.id)
    found = db.session.scalars(query.where(PenugasanPeran.peran.in_(roles)).order_by(User.pengguna)).first()
    return people.principal_of(found, access.grants()) if found else None


def _office() -> Any:
    return db.session.scalars(sa.select(Unit).where(Unit.kode == KANTOR)).first()


def _plan() -> None:
    """A bidang of BKPSDM gets another name next year; a second person has still to confirm it."""
    user, office = _holder(UNOR), _office()
    if user is None or office is None or db.session.scalar(sa.select(sa.func.count()).select_from(UsulUnor)):
        return
    below = sa.select(Unit).where(Unit.induk_id == office.id, Unit.jenis == "BIDANG").order_by(Unit.kode)
    unit = db.session.scalars(below).first()
    if unit is None:
        return
    start = organisation.today().replace(month=1, day=1)
    plan = {
        "unit_id": str(unit.id), "tanggal": start.replace(year=start.year + 1).isoformat(),
        "nama": f"{unit.nama} dan Data", "induk_id": str(office.id), "dasar": "Rancangan Perwali Sagara tentang SOTK",
    }  # fmt: skip
    rencana.siapkan(rencana.UBAH, f"{rencana.JUDUL[rencana.UBAH]}: {unit.nama}", plan, user)


def _letters() -> None:
    """Three letters for requests of the office: one sent, one sent and withdrawn, one still a draft."""
    user, office = _holder(SURAT), _office()
    if user is None or office is None or db.session.scalar(sa.select(sa.func.count()).select_from(SuratPengantar)):
        return
    head, cases = surat.kepala(office.id), _requests(office, user)
    for i, subject in enumerate(SUBJECTS):
        values = {"tanggal": organisation.today() - timedelta(days=9 - 3 * i), "perihal": subject, "tujuan": TUJUAN,
                  "isi": "", "penandatangan_id": head}  # fmt: skip
        row = surat.buat(office, alur.RIWAYAT, values, user, uuid.uuid5(uuid.NAMESPACE_URL, f"pamong:surat:{i}"))
        surat.muat(row, cases[2 * i : 2 * i + 2], [], user)
        if i < 2 and head:
            surat.kirim(row, "", user)
        if i == 1:
            surat.batalkan(row, "Perihal tertukar dengan surat lain", user)


def _staff(office: Any, count: int) -> list[Pegawai]:
    query = (
        sa.select(Pegawai)
        .join(Keadaan, Keadaan.pegawai_id == Pegawai.id)
        .where(Keadaan.pd_id == office.id, berlaku(organisation.today()), ~Keadaan.pimpinan, Keadaan.jenis == "PNS")
    )
    return list(db.session.scalars(query.order_by(Pegawai.nip).limit(count)))


def _requests(office: Any, user: Principal) -> list[uuid.UUID]:
    """Awards that six people of the office ask to be entered, waiting for verification."""
    found = []
    for one in _staff(office, 6):
        values = {"tmt": date(2026, 8, 17), "isi": {"nama": "201"}, "nomor_sk": "17/TK/2026",
                  "pejabat": "Presiden Republik Indonesia"}  # fmt: skip
        row = services.simpan(jenis.JENIS["PENGHARGAAN"], one, values, user)
        services.jalankan(row, "ajukan", user)
        found.append(row.submission_id)
    return found


def _findings() -> None:
    """A few columns of the office left empty, and months before this one in which there were more of them."""
    office = _office()
    if office is None:
        return
    for i, one in enumerate(_staff(office, 6)):
        change = {"hp": ""} if i % 2 else {"surel": "belum-ada"}
        db.session.execute(sa.update(DataPegawai).where(DataPegawai.pegawai_id == one.id).values(**change))


def _months() -> None:
    today = organisation.today()
    rows = db.session.scalars(sa.select(MutuBulan).where(MutuBulan.bulan == today.replace(day=1))).all()
    month = today.replace(day=1)
    for back in range(1, 6):
        last = month - timedelta(days=1)
        month = last.replace(day=1)
        for row in rows:
            more = row.temuan + row.diperiksa * back // 40
            db.session.add(MutuBulan(bulan=month, hari=last, pd_id=row.pd_id, indikator=row.indikator,
                                     diperiksa=row.diperiksa, temuan=min(row.diperiksa, more)))  # fmt: skip
