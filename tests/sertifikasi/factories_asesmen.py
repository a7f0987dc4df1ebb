"""An LSP with its officers, an asesor and a venue, and a case that is walked to any state by its own services."""

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kernel import access, approval, people, sealing, storage
from portal.kernel.approval import Submission
from portal.kernel.db import db, now
from portal.kernel.documents import PDF, Document
from portal.kernel.people import Principal, User
from portal.sertifikasi.asesmen import formulir, kasus
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.penugasan import services as penugasan
from portal.sertifikasi.asesmen.rekam import services as rekam
from portal.sertifikasi.asesmen.sesi import services as sesi
from portal.sertifikasi.asesmen.tinjau import services as tinjau
from portal.sertifikasi.asesmen.tinjau.services import Persetujuan, Tugas
from portal.sertifikasi.asesmen.verifikasi import services as verifikasi
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema.models import SkemaVersi
from tests.kernel.factories import OrangFactory, UserFactory, give
from tests.sandi import RINGAN
from tests.sertifikasi.factories import add, skema_versi

PASSWORD = "kuda hijau melompat pagar"
TODAY = date(2026, 11, 21)
COUNT = itertools.count(1)
HASH = RINGAN.hash(PASSWORD)
TIDAK = dict.fromkeys(penugasan.PERTANYAAN, "TIDAK")


def account(nama: str, peran: str = "", **more: Any) -> User:
    user: User = UserFactory(nama=nama, sandi_hash=HASH, **more)
    if peran:
        give(user, peran)
    return user


def principal(user: User) -> Principal:
    db.session.flush()
    found = people.principal_of(user.id, access.grants())
    assert found is not None
    return found


@dataclass
class Lsp:
    """Officers of one LSP; `asesor` holds the scheme, `tuk` lies in WITA."""

    versi: SkemaVersi = field(default_factory=skema_versi)
    sekretariat: User = field(default_factory=lambda: account("Sekar Sekretariat", "sekretariat_lsp"))
    rekan: User = field(default_factory=lambda: account("Rekan Sekretariat", "sekretariat_lsp"))
    manajer: User = field(default_factory=lambda: account("Mana Jer", "manajer_sertifikasi"))
    asesor: a.Asesor = field(init=False)
    asesor_user: User = field(init=False)
    tuk: a.Tuk = field(init=False)

    def __post_init__(self) -> None:
        self.asesor_user = account("Asa Sesor", "asesor")
        self.asesor = asesor(self.asesor_user, self.versi)
        self.tuk = tuk()


def asesor(user: User, versi: SkemaVersi | None = None, **changes: Any) -> a.Asesor:
    values = {
        "user_id": user.id, "no_reg": f"MET.000.{next(COUNT):06d} 2025", "instansi": "Palang Uji",
        "mulai": date(2025, 1, 1), "selesai": date(2027, 12, 31),
    }  # fmt: skip
    row: a.Asesor = add(a.Asesor(**{**values, **changes}))
    if versi is not None:
        add(a.AsesorSkema(asesor_id=row.id, skema_id=versi.skema_id, mulai=row.mulai, selesai=row.selesai))
    return row


def tuk(**changes: Any) -> a.Tuk:
    values = {
        "kode": f"TUK-{next(COUNT):03d}", "nama": "Balai Uji Sagara", "jenis": a.SEWAKTU, "alamat": "Jalan Uji 1",
        "kota": "Kota Sagara", "provinsi": "Bali", "zona": "Asia/Makassar", "kuota": 10,
        "mulai": date(2026, 1, 1), "selesai": date(2027, 12, 31),
    }  # fmt: skip
    row: a.Tuk = add(a.Tuk(**{**values, **changes}))
    return row


def terisi(dokumen_id: Any) -> Any:
    """The key of a document, whose content lies in the store from here on: only then it can be opened."""
    storage.put(db.session.get_one(Document, dokumen_id).kunci, b"%PDF-1.4", PDF)
    return dokumen_id


def berkas(user: User, judul: str = "Ijazah") -> m.BerkasAsesi:
    number = next(COUNT)
    document = add(
        Document(pemilik_id=user.id, nama=f"{judul}.pdf", mime="application/pdf", ukuran=1200, halaman=1,
                 sha256=f"{number:064x}", diklaim_at=now())
    )  # fmt: skip
    row: m.BerkasAsesi = add(m.BerkasAsesi(user_id=user.id, dokumen_id=document.id, kunci=uuid.uuid4(), judul=judul))
    return row


def permohonan(lsp: Lsp, nama: str = "Ratna Wulandari", user: User | None = None, **changes: Any) -> m.Permohonan:
    """Sent, waiting for verification, a file under every requirement, an answer to every elemen."""
    person = OrangFactory(nama=nama)
    person.nik_enc, person.nik_sidik = sealing.seal("3171014309900001", "nik"), f"sidik-{next(COUNT)}"
    user = user or account(nama)
    user.orang_id = user.orang_id or person.id
    submission = add(
        Submission(alur="sertifikasi.permohonan", status=m.DIAJUKAN, judul=lsp.versi.judul, owner_id=user.id,
                   pemohon=nama, diajukan_at=now())
    )  # fmt: skip
    values = {
        "submission_id": submission.id, "nomor": f"PMH-2026-{next(COUNT):06d}", "user_id": user.id,
        "orang_id": user.orang_id, "skema_id": lsp.versi.skema_id, "skema_versi_id": lsp.versi.id, "nama": nama,
        "provinsi": "DKI Jakarta", "instansi": "BPBD Kota Sagara", "pernyataan": True, "apl01_diajukan_at": now(),
        "isian": {"nama": nama, "hp": "+6281234567890", "tanggal_lahir": "1990-09-03", "jenis_kelamin": "P"},
        "nik_enc": sealing.seal("3171014309900001", "nik"),
    }  # fmt: skip
    row: m.Permohonan = add(m.Permohonan(**{**values, **changes}))
    _evidence(row, user)
    return row


def _evidence(row: m.Permohonan, user: User) -> None:
    for baris in kasus.syarat(row):
        bukti = add(m.BuktiSyarat(permohonan_id=row.id, syarat_id=baris.syarat.id))
        add(m.BerkasSyarat(bukti_syarat_id=bukti.id, berkas_id=berkas(user, baris.syarat.teks).id))
    proof = berkas(user, "Surat tugas")
    for _, unit, _ in kasus.units(row.skema_versi_id):
        for elemen in unit.elemen:
            answer = add(
                m.JawabanApl02(permohonan_id=row.id, elemen_id=elemen.id, jawaban=m.K, catatan="Dilakukan 2025")
            )
            add(m.JawabanBukti(jawaban_id=answer.id, berkas_id=proof.id, urut=1))
    db.session.expire_all()


def status(row: m.Permohonan) -> str:
    return db.session.scalars(sa.select(Submission.status).where(Submission.id == row.submission_id)).one()


def tugas(row: m.Permohonan) -> Tugas:
    p = kasus.penugasan_berlaku(row.id)
    assert p is not None
    return Tugas(row, p)


# ---- the way of a case, one step a function


def setuju_semua(lsp: Lsp, row: m.Permohonan, user: User | None = None) -> None:
    """Every row meets."""
    for baris in kasus.syarat(row):
        versi = baris.bukti.versi if baris.bukti else 1
        verifikasi.putus_baris(row, baris.syarat.id, principal(user or lsp.sekretariat), m.MEMENUHI, "", versi)
    db.session.flush()
    db.session.expire_all()


def diterima(lsp: Lsp, row: m.Permohonan) -> None:
    setuju_semua(lsp, row)
    verifikasi.terima(row, principal(lsp.sekretariat), "TIDAK", PASSWORD, "", None)


def apl02(lsp: Lsp, row: m.Permohonan) -> None:
    """The asesi sends APL-02."""
    row.apl02_diajukan_at = now()
    formulir.kunci(
        formulir.draf(row.id, m.APL02, {**formulir.kepala(row, m.APL02), "unit": tinjau.isi_unit(row),
                                        "rekomendasi": "", "catatan": ""}),
        asesi(row),
    )  # fmt: skip
    approval.move(row.submission_id, "ajukan_apl02", asesi(row))


def asesi(row: m.Permohonan) -> Principal:
    return principal(db.session.scalars(sa.select(User).where(User.id == row.user_id)).one())


def diusulkan(lsp: Lsp, row: m.Permohonan, hari: date = TODAY + timedelta(days=12)) -> a.PenugasanAsesor:
    penugasan.usulkan(row, lsp.asesor.id, hari, principal(lsp.sekretariat))
    return tugas(row).p


def ditugaskan(lsp: Lsp, row: m.Permohonan) -> None:
    p = diusulkan(lsp, row)
    penugasan.nyatakan(p, principal(lsp.asesor_user), TIDAK, "")
    penugasan.setujui(row, p, principal(lsp.manajer), "", None)


def ditinjau(lsp: Lsp, row: m.Permohonan) -> None:
    tinjau.mulai(tugas(row), principal(lsp.asesor_user))


def lihat_semua(lsp: Lsp, row: m.Permohonan) -> None:
    for elemen_id, answer in kasus.jawaban(row).items():
        tinjau.tinjau_elemen(
            tugas(row), elemen_id, principal(lsp.asesor_user), ["V", "A", "T", "M"], "", False, answer.versi
        )
    db.session.flush()


def siap(lsp: Lsp, row: m.Permohonan) -> None:
    lihat_semua(lsp, row)
    tinjau.lanjut(tugas(row), principal(lsp.asesor_user), "", PASSWORD, None)


def ak01_siap(lsp: Lsp, row: m.Permohonan) -> m.FormIsian:
    agreed = Persetujuan(["OBSERVASI", "LISAN"], "", TODAY + timedelta(days=12), "09.00", "12.00", lsp.tuk.id)
    return tinjau.siapkan_ak01(tugas(row), principal(lsp.asesor_user), agreed, PASSWORD)


def ak01(lsp: Lsp, row: m.Permohonan) -> None:
    form = ak01_siap(lsp, row)
    tinjau.tanda_ak01(row, asesi(row), PASSWORD, form.sha256, None)


def data_sesi(lsp: Lsp, **changes: Any) -> sesi.DataSesi:
    values = {
        "skema_versi_id": lsp.versi.id, "tuk_id": lsp.tuk.id, "asesor_id": lsp.asesor.id, "moda": a.LURING,
        "hari": TODAY + timedelta(days=12), "mulai": "09.00", "selesai": "12.00", "kuota": 5,
    }  # fmt: skip
    return sesi.DataSesi(**{**values, **changes})


def sesi_baru(lsp: Lsp, **changes: Any) -> a.SesiAsesmen:
    row = sesi.buat(data_sesi(lsp, **changes), principal(lsp.sekretariat))
    return muat_sesi(row.id)


def muat_sesi(id: uuid.UUID) -> a.SesiAsesmen:
    query = sa.select(a.SesiAsesmen).options(sa.orm.joinedload(a.SesiAsesmen.asesor)).where(a.SesiAsesmen.id == id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def terjadwal(lsp: Lsp, row: m.Permohonan) -> a.SesiAsesmen:
    place = db.session.scalars(sa.select(a.SesiAsesmen).where(a.SesiAsesmen.asesor_id == lsp.asesor.id)).first()
    found = muat_sesi(place.id) if place else sesi_baru(lsp)
    sesi.tambah(found, row, principal(lsp.sekretariat), None)
    return found


def berlangsung(lsp: Lsp, row: m.Permohonan, jam: Any) -> a.SesiAsesmen:
    """Time passes to the day of the session."""
    place = sesi_of(row)
    jam.move_to(place.mulai)
    sesi.hadir(place, {row.id: (a.HADIR, "")}, principal(lsp.asesor_user))
    db.session.flush()
    sesi.mulai(place, principal(lsp.asesor_user))
    return place


def sesi_of(row: m.Permohonan) -> a.SesiAsesmen:
    query = sa.select(a.PesertaSesi.sesi_id).where(a.PesertaSesi.permohonan_id == row.id)
    return muat_sesi(db.session.scalars(query).one())


def nilai(lsp: Lsp, row: m.Permohonan, gagal: int = 0) -> None:
    """K for every unit but the first `gagal`."""
    for place, (_, unit, _) in enumerate(kasus.units(row.skema_versi_id)):
        bad = place < gagal
        value = rekam.NilaiUnit(
            m.BK if bad else m.K,
            ["OBSERVASI"],
            [str(unit.elemen[0].id)] if bad else [],
            "Mengulang unit ini." if bad else "",
        )
        rekam.simpan_unit(tugas(row), principal(lsp.asesor_user), unit.id, value)


def direkomendasikan(lsp: Lsp, row: m.Permohonan, hasil: str = m.K) -> None:
    nilai(lsp, row, int(hasil == m.BK))
    after = "Mengulang unit itu dalam 3 bulan." if hasil == m.BK else ""
    rekam.rekomendasikan(tugas(row), principal(lsp.asesor_user), rekam.Usulan(hasil, after), PASSWORD, None)


STEPS: list[tuple[str, Callable[..., Any]]] = [
    (m.APL01_DITERIMA, diterima), (m.APL02_DIAJUKAN, apl02), (m.ASESOR_DITUGASKAN, ditugaskan), (m.DITINJAU, ditinjau),
    (m.SIAP_ASESMEN, siap), (m.AK01_DISETUJUI, ak01), (m.TERJADWAL, terjadwal),
]  # fmt: skip


def sampai(state: str, lsp: Lsp | None = None, jam: Any = None, **changes: Any) -> tuple[Lsp, m.Permohonan]:
    """A case in this state. BERLANGSUNG and DIREKOMENDASIKAN need the clock, which they move to the session."""
    lsp = lsp or Lsp()
    row = permohonan(lsp, **changes)
    for reached, step in STEPS:
        if status(row) == state:
            break
        step(lsp, row)
        db.session.flush()
        assert status(row) == reached
    if state in (m.BERLANGSUNG, m.DIREKOMENDASIKAN):
        berlangsung(lsp, row, jam)
    if state == m.DIREKOMENDASIKAN:
        direkomendasikan(lsp, row)
    db.session.flush()
    assert status(row) == state
    return lsp, row
