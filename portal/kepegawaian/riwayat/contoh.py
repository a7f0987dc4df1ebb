"""Proposals of the demo city that wait for a decision: one of a few kinds, in the states an office meets.

Who proposes follows from the names of the city; keys and days follow from the list and the day of loading.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import demo as city_demo
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import alur, jenis
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kernel import documents
from portal.kernel.approval import Submission, SubmissionEvent
from portal.kernel.calendar import zona_waktu
from portal.kernel.db import db
from portal.kernel.demo import kota, today
from portal.kernel.demo.kota import City
from portal.kernel.documents import PDF, Checked
from portal.kernel.people import User
from portal.kernel.reports import A4, Page
from portal.kernel.storage import config

RUANG = uuid.UUID("3d0a52a4-5c1e-5d0b-8b57-6a4f0f3f9c21")


@dataclass(frozen=True)
class Contoh:
    """`hari`: days since it was handed in. `lalu`: days from today back to the TMT, `lama` days long."""

    kode: str
    berkas: str
    hari: int
    status: str
    lalu: int
    lama: int | None
    isi: dict[str, Any]
    nomor_sk: str = ""


CONTOH = (
    Contoh("KURSUS", "SERTIFIKAT_KURSUS", 2, r.DIAJUKAN, 60, 2,
           {"nama": "Pelatihan pengelolaan arsip digital", "bentuk": "DIKLAT_TEKNIS", "jam": 16}),
    Contoh("KURSUS", "SERTIFIKAT_KURSUS", 5, r.DIPERIKSA, 90, 1,
           {"nama": "Bimbingan teknis pelayanan publik", "bentuk": "BIMTEK", "jam": 8}),
    Contoh("SERTIFIKASI", "SERTIFIKAT", 9, r.DIPERIKSA, 120, 1095,
           {"nama": "Pengadaan barang dan jasa tingkat dasar", "lembaga": "LKPP", "nomor": "PBJ-2291"}),
    Contoh("KELUARGA", "AKTA_LAHIR", 16, r.DIAJUKAN, 30, None,
           {"hubungan": "ANAK", "nama": "Anak contoh", "tanggal_lahir": "2026-10-20", "hidup": True, "anak_ke": 2,
            "tanggungan": True}),
    Contoh("KGB", "SK_KGB", 1, r.DIKEMBALIKAN, 80, None, {"gaji_lama": 3_220_000, "gaji_baru": 3_321_000},
           "822.3/441/2026"),
    Contoh("PENGHARGAAN", "PIAGAM", 0, r.DRAF, 100, None, {"nama": "201"}, "003.3/17/2026"),
)  # fmt: skip


def cerita(city: City, skala: str) -> None:
    """Proposals of the first people with an account in the OPD of the cast. Only the small city has papers."""
    if skala != "kecil":
        return
    cast = {one["peran"]: one for one in kota.cast() if one.get("peran")}
    pd = city.unit(cast["admin_pd"]["pd"])
    query = (
        sa.select(User, Keadaan)
        .join(Keadaan, Keadaan.pegawai_id == User.pegawai_id)
        .where(Keadaan.pd_id == uuid.UUID(pd.id), berlaku(today()), ~Keadaan.pimpinan, Keadaan.jenis == "PNS")
        .order_by(Keadaan.nama)
        .limit(len(CONTOH))
    )
    for i, (user, seat) in enumerate(db.session.execute(query).all()):
        if db.session.get(r.RiwayatLain, _key(i, "riwayat")) is None:
            _propose(i, CONTOH[i], user, seat)


city_demo.CERITA.append(cerita)


def _key(i: int, part: str) -> uuid.UUID:
    return uuid.uuid5(RUANG, f"{i}:{part}")


def _propose(i: int, one: Contoh, user: User, seat: Keadaan) -> None:
    kind, start = jenis.JENIS[one.kode], today() - timedelta(days=one.lalu)
    start = start.replace(day=1) if one.kode == "KGB" else start
    sent = datetime.combine(today() - timedelta(days=one.hari), time(9, 15), zona_waktu(config().zona))
    case = Submission(
        id=_key(i, "kasus"), alur=alur.RIWAYAT, status=one.status, judul=f"{kind.judul}: {seat.nama}",
        rincian=kind.tabel, owner_id=user.id, pemohon=seat.nama, unit_id=seat.unit_id, pd_id=seat.pd_id,
        diajukan_at=sent, tanda=[one.kode], siap=one.status == r.DIPERIKSA and one.lama is not None, versi=2,
    )  # fmt: skip
    row = r.RiwayatLain(
        id=_key(i, "riwayat"), pegawai_id=seat.pegawai_id, jenis=one.kode, isi=one.isi, tmt=start,
        selesai=start + timedelta(days=one.lama) if one.lama else None, status=one.status, nomor_sk=one.nomor_sk,
        tanggal_sk=start if one.nomor_sk else None, diusulkan_oleh_id=user.id,
        alasan="Nomor SK tidak terbaca, unggah pindaian yang jelas" if one.status == r.DIKEMBALIKAN else "",
        submission_id=None if one.status == r.DRAF else case.id,
    )  # fmt: skip
    if one.status != r.DRAF:
        db.session.add(case)
        db.session.flush()
        _events(i, one, case, user, sent)
    db.session.add(row)
    db.session.flush()
    _paper(i, one, row, user, seat)


def _events(i: int, one: Contoh, case: Submission, user: User, sent: datetime) -> None:
    steps: list[tuple[str, str, str, uuid.UUID | None, str, str]] = [
        ("ajukan", r.DRAF, r.DIAJUKAN, user.id, user.nama, ""),
    ]
    if one.status == r.DIPERIKSA:
        steps.append(("periksa", r.DIAJUKAN, r.DIPERIKSA, None, "Admin perangkat daerah", ""))
    elif one.status == r.DIKEMBALIKAN:
        note = "Nomor SK tidak terbaca, unggah pindaian yang jelas"
        steps.append(("kembalikan_opd", r.DIAJUKAN, r.DIKEMBALIKAN, None, "Admin perangkat daerah", note))
    for n, (name, before, after, who, words, note) in enumerate(steps, 1):
        db.session.add(SubmissionEvent(
            id=_key(i, f"langkah{n}"), submission_id=case.id, aksi=name, dari=before, ke=after, pelaku_id=who,
            pelaku=words, catatan=note, versi=n, dibuat_at=sent + timedelta(hours=n),
        ))  # fmt: skip
    case.versi = len(steps) + 1
    db.session.flush()


def _paper(i: int, one: Contoh, row: r.RiwayatLain, user: User, seat: Keadaan) -> None:
    page = Page(f"Berkas contoh {seat.nama}", A4, contoh=True)
    page.title("BERKAS CONTOH", seat.nama)
    page.text(f"Berkas peragaan untuk usulan {jenis.JENIS[one.kode].judul.lower()}.")
    document = documents.store(Checked(f"{one.berkas.lower()}.pdf", PDF, page.build(), 1), user.id)
    documents.claim(document)
    db.session.add(r.BerkasTautan(
        id=_key(i, "berkas"), pegawai_id=seat.pegawai_id, tabel="lain", riwayat_id=row.id, jenis_dokumen=one.berkas,
        dokumen_id=document.id, nama_asli=document.nama, sha256=document.sha256, diunggah_oleh_id=user.id,
    ))  # fmt: skip
    db.session.flush()
