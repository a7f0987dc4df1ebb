"""An office with a head, staff, their SKP of 2026 with four RHK, and the forms they would send."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.kernel import access, people
from portal.kernel.db import db
from portal.kernel.documents import Document
from portal.kernel.organisation import JA, Pegawai, Unit
from portal.kernel.people import Principal, User
from portal.kinerja.bulanan import flows, services
from portal.kinerja.models import BERKAS, BuktiDukung, BuktiTautan, Indikator, KinerjaBulanan, Renaksi, Rhk, Skp
from tests.kernel.factories import UnitFactory, pegawai

YEAR, MONTH = 2026, 11
TARGETS = [4, 25, 10, 0]
HELPED = "Tim kerja lengkap dan data tersedia sejak awal bulan."
BLOCKED = "Tiga peserta menunda jadwal karena tugas luar daerah."
NEXT = "Menjadwalkan ulang peserta pada pekan pertama bulan depan."


@dataclass
class Office:
    pd: Unit
    bidang: Unit
    boss: Pegawai
    boss_user: User
    staff: Pegawai
    staff_user: User
    skp: Skp

    def principal(self, user: User) -> Principal:
        found = people.principal_of(user.id, access.grants())
        assert found is not None
        return found

    @property
    def me(self) -> Principal:
        return self.principal(self.staff_user)

    @property
    def penilai(self) -> Principal:
        return self.principal(self.boss_user)


def office() -> Office:
    pemda = UnitFactory(nama="Pemerintah Kota Sagara", jenis="PEMDA")
    pd = UnitFactory(nama="Badan Kepegawaian", jenis="PD", induk_id=pemda.id)
    pd.pd_id = pd.id
    bidang = UnitFactory(nama="Bidang Pengembangan", induk_id=pd.id, pd_id=pd.id)
    pegawai(pemda, pemda, "Wali Kota Uji", pimpinan=True, jabatan="Wali Kota", jenis_jabatan="JPT")
    pegawai(pd, pd, "Kepala Badan Uji", pimpinan=True, jabatan="Kepala Badan", jenis_jabatan="JPT")
    boss, boss_user = pegawai(
        bidang, pd, "Bambang Uji", pimpinan=True, jabatan="Kepala Bidang Pengembangan", jenis_jabatan=JA
    )
    staff, staff_user = pegawai(bidang, pd, "Siti Uji")
    return Office(pd, bidang, boss, boss_user, staff, staff_user, make_skp(staff, staff_user, bidang, pd, boss))


def make_skp(person: Pegawai, user: User, unit: Unit, pd: Unit, boss: Pegawai, **changes: Any) -> Skp:
    values: dict[str, Any] = {
        "pegawai_id": person.id,
        "user_id": user.id,
        "tahun": YEAR,
        "mulai": date(YEAR, 1, 1),
        "selesai": date(YEAR, 12, 31),
        "unit_id": unit.id,
        "pd_id": pd.id,
        "jabatan": "Analis SDM Aparatur",
        "unit_nama": unit.nama,
        "jenis": "JA_JF",
        "penilai_id": boss.id,
    }
    skp = Skp(**{**values, **changes})
    db.session.add(skp)
    db.session.flush()
    for urut, target in enumerate(TARGETS, 1):
        _rhk(skp, urut, target)
    db.session.flush()
    return skp


def _rhk(skp: Skp, urut: int, target: int) -> None:
    rhk = Rhk(skp_id=skp.id, urut=urut, uraian=f"Tersusunnya hasil kerja {urut}", klasifikasi="INDIVIDU")
    db.session.add(rhk)
    db.session.flush()
    db.session.add(
        Indikator(
            rhk_id=rhk.id,
            urut=1,
            aspek="KUANTITAS",
            uraian=f"Jumlah dokumen {urut}",
            satuan="dokumen",
            target_min=Decimal(target * 12),
            target_maks=Decimal(target * 12),
        )
    )
    if urut == 1:
        db.session.add(
            Indikator(
                rhk_id=rhk.id,
                urut=2,
                aspek="KUALITAS",
                uraian="Persentase tanpa revisi",
                satuan="persen",
                target_min=Decimal(90),
                target_maks=Decimal(100),
                akumulasi="RATA2",
            )
        )
    for bulan in range(1, 13):
        db.session.add(
            Renaksi(
                rhk_id=rhk.id, bulan=bulan, uraian=f"Menyusun hasil {urut}", target=Decimal(target), satuan="dokumen"
            )
        )


def opened(place: Office, bulan: int = MONTH) -> flows.Case:
    """The month's case, made on first use, as a POST would lock it."""
    boss = services.penilai_of(place.skp, flows.kalender.hari_ini())
    assert isinstance(boss, services.Atasan)
    services.open_month(place.me, place.skp, YEAR, bulan, boss)
    return flows.case(place.me, YEAR, bulan)


def evidence(kb: KinerjaBulanan, urut: int, user: User, sha256: str = "") -> BuktiDukung:
    """A piece of evidence on a row, without a stored content."""
    row = next(r for r in kb.realisasi if r.urut == urut)
    document = Document(
        pemilik_id=user.id,
        nama="notulen.pdf",
        mime="application/pdf",
        ukuran=1200,
        halaman=1,
        sha256=sha256 or f"{urut:064d}",
    )
    db.session.add(document)
    db.session.flush()
    bukti = BuktiDukung(user_id=user.id, jenis=BERKAS, nama="notulen.pdf", dokumen_id=document.id)
    db.session.add(bukti)
    db.session.flush()
    db.session.add(BuktiTautan(bukti_id=bukti.id, realisasi_id=row.id))
    db.session.flush()
    db.session.expire(row, ["bukti"])
    return bukti


def renaksi_form(*values: str) -> dict[str, str]:
    return {f"r{n}-realisasi": value for n, value in enumerate(values, 1)} | {
        f"r{n}-keterangan": "" for n in range(1, len(values) + 1)
    }


def filled(place: Office, values: tuple[str, ...] = ("4", "25", "10", "0"), bulan: int = MONTH) -> flows.Case:
    """All three steps filled as the values ask for."""
    case = opened(place, bulan)
    services.save_renaksi(case.kb, renaksi_form(*values))
    for urut in (1, 2, 3):
        evidence(case.kb, urut, place.staff_user)
    factors = {}
    for row in case.kb.realisasi:
        if row.capaian is not None and row.capaian < 100:
            factors |= {f"r{row.urut}-penghambat": BLOCKED, f"r{row.urut}-rtl": NEXT}
        elif row.capaian is not None:
            factors |= {f"r{row.urut}-pendukung": HELPED}
    services.save_skp(case.kb, factors)
    services.save_pks(case.kb, {"ringkasan": "Semua renaksi berjalan sesuai rencana."})
    db.session.flush()
    return flows.case(place.me, YEAR, bulan)


def sent(place: Office, values: tuple[str, ...] = ("4", "25", "10", "0"), bulan: int = MONTH) -> flows.Case:
    case = filled(place, values, bulan)
    services.submit(case.kb, place.me, None)
    db.session.flush()
    return flows.case(place.me, YEAR, bulan)
