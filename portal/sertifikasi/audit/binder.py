"""The job that builds the binder: index, forms, minutes, certificates, log and manifest, in a fixed order."""

import csv
import hashlib
import io
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from portal.kernel import access, activity, documents, jobs, people, storage
from portal.kernel.activity import Aktivitas
from portal.kernel.calendar import rentang, zona_waktu
from portal.kernel.db import db, now
from portal.kernel.documents import Checked, content_key
from portal.kernel.errors import Missing
from portal.kernel.organisation import today
from portal.kernel.reports import Letterhead, Page
from portal.kernel.storage import config
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.rekap import ekspor
from portal.sertifikasi.rekap.hitung import Saringan, rekap
from portal.sertifikasi.repositori import kelengkapan, sinkron
from portal.sertifikasi.repositori.models import Arsip
from portal.sertifikasi.repositori.policies import sent_cases, visible_arsip
from portal.sertifikasi.saya import models as m

ZIP, KEEP_DAYS = "application/zip", 7
CHAPTERS = (
    ("PLENO", "02-berita-acara-pleno"),
    ("SK", "03-surat-keputusan"),
    ("SERTIFIKAT", "04-sertifikat"),
    ("APL", "05-permohonan"),
    ("AK", "06-asesmen"),
    ("PERKARA", "07-banding-dan-tindakan"),
    ("REGISTER", "08-register"),
    ("PAKET", "09-paket-bnsp"),
)
LOGGED = ("pengajuan.%", "sertifika%", "sk.%", "pleno.%", "arsip.%", "akses.%", "pemusnahan.%", "rekap.%", "skema.%")
activity.declare(**{"audit.dibuat": "dari sampai berkas sha256"})


@dataclass
class Jilid:
    """What has been put in: path, hash, bytes, title; and the entries whose bytes were not there."""

    dari: date
    sampai: date
    isi: list[dict[str, Any]] = field(default_factory=list)
    hilang: list[str] = field(default_factory=list)

    @property
    def batas(self) -> tuple[datetime, datetime]:
        zone = zona_waktu(config().zona)
        return datetime.combine(self.dari, time(), zone), datetime.combine(
            self.sampai + timedelta(days=1), time(), zone
        )


@jobs.kind("sertifikasi-audit", antrean="panjang")
def build(job: jobs.Job) -> uuid.UUID | None:
    """Repeatable. With the rights of who asked, now; what it rests on is kept with the file."""
    person = people.principal_of(job.user_id, access.grants()) if job.user_id else None
    if person is None:
        raise Missing("Akun peminta sudah tidak aktif.")
    user = documents.watched(person)
    binder = Jilid(date.fromisoformat(job.argumen["dari"]), date.fromisoformat(job.argumen["sampai"]))
    sinkron.enter(sinkron.FIRST)
    with tempfile.TemporaryDirectory(prefix="pamong-") as folder:
        path = Path(folder) / "jilid.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            _fill(archive, binder, user, job)
        body = path.read_bytes()
    name = f"jilid-audit-{binder.dari:%Y%m%d}-{binder.sampai:%Y%m%d}.zip"
    document = documents.made(Checked(name, ZIP, body, None), user.id)
    documents.claim(document)
    document.kedaluwarsa_at = now() + timedelta(days=KEEP_DAYS)
    document.asal = {"jenis": "audit", "izin": documents.rights_used(user)}
    activity.log(
        "audit.dibuat",
        document,
        by=person,
        dari=binder.dari,
        sampai=binder.sampai,
        berkas=len(binder.isi),
        sha256=document.sha256,
    )
    db.session.flush()
    return document.id


def _fill(archive: zipfile.ZipFile, binder: Jilid, user: Any, job: jobs.Job) -> None:
    rows = list(_entries(binder, user))
    figures = rekap(Saringan(min(binder.sampai, today())))
    _put(archive, binder, "01-rekap/rekap-per-skema.csv", ekspor.as_csv(figures, ";"), "Rekap per skema")
    for n, (chapter, row) in enumerate(rows, 1):
        body = storage.get(content_key(row.sha256))
        place = f"{chapter}/{row.nomor or 'umum'}-{n:05d}-{_slug(row.judul)}"
        if body is None or hashlib.sha256(body).hexdigest() != row.sha256:
            binder.hilang.append(f"{row.judul} ({row.nomor})")
            continue
        _put(archive, binder, f"{place}.{'pdf' if body.startswith(b'%PDF') else 'bin'}", body, row.judul)
        if n % 50 == 0:
            jobs.progress(job, n, len(rows) + 3)
    _put(archive, binder, "90-log/log-aktivitas.csv", _log(binder), "Petikan log aktivitas")
    _put(archive, binder, "00-indeks.pdf", index(binder, _completeness(binder, user)), "Indeks")
    archive.writestr("99-manifes.json", orjson.dumps(_manifest(binder), option=orjson.OPT_INDENT_2))


def _entries(binder: Jilid, user: Any) -> Iterator[tuple[str, Arsip]]:
    begin, end = binder.batas
    for kind, chapter in CHAPTERS:
        query = visible_arsip(user).where(Arsip.jenis == kind, Arsip.pada >= begin, Arsip.pada < end)
        for row in db.session.scalars(
            query.where(Arsip.dimusnahkan_at.is_(None)).order_by(Arsip.nomor, Arsip.pada, Arsip.id)
        ):
            yield chapter, row


def _put(archive: zipfile.ZipFile, binder: Jilid, path: str, body: bytes, title: str) -> None:
    archive.writestr(path, body)
    binder.isi.append({"berkas": path, "judul": title, "sha256": hashlib.sha256(body).hexdigest(), "byte": len(body)})


def _slug(text: str) -> str:
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in text.lower()).strip("-")[:50]


def _log(binder: Jilid) -> bytes:
    begin, end = binder.batas
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["urut", "waktu", "pelaku", "peristiwa", "objek", "rincian", "sidik"])
    names = sa.or_(*(Aktivitas.peristiwa.like(one) for one in LOGGED))
    query = sa.select(Aktivitas).where(Aktivitas.waktu >= begin, Aktivitas.waktu < end, names).order_by(Aktivitas.urut)
    for row in db.session.scalars(query.execution_options(yield_per=1000)):
        cells = [
            row.pelaku,
            row.peristiwa,
            f"{row.objek_tipe} {row.objek_id or ''}".strip(),
            orjson.dumps(row.data).decode(),
        ]
        writer.writerow(
            [row.urut, row.waktu.isoformat(), *(ekspor.safe(cell) for cell in cells), bytes(row.sidik).hex()]
        )
    return ("\ufeff" + out.getvalue()).encode()


def _completeness(binder: Jilid, user: Any) -> tuple[int, Any]:
    """Cases sent in the period, and how complete their documents are on average, in percent."""
    begin, end = binder.batas
    case = m.Permohonan
    query = sent_cases(user).where(case.apl01_diajukan_at >= begin, case.apl01_diajukan_at < end)
    query = query.join(kelengkapan.Submission, kelengkapan.Submission.id == case.submission_id)
    some = (
        query.with_only_columns(kelengkapan.share().label("bagian"), maintain_column_froms=True).limit(5_000).subquery()
    )
    row = db.session.execute(sa.select(sa.func.count(), sa.func.avg(some.c.bagian)).select_from(some)).one()
    return int(row[0]), row[1]


def index(binder: Jilid, score: tuple[int, Any]) -> bytes:
    """The first page of the binder: what lies where, with the beginning of every hash."""
    cases, percent = score
    page = Page("Jilid audit sertifikasi", ulang=f"Jilid audit {rentang(binder.dari, binder.sampai)}")
    page.letterhead(Letterhead(config().instansi, "Lembaga Sertifikasi Profesi"))
    page.title("JILID AUDIT SERTIFIKASI", rentang(binder.dari, binder.sampai))
    filled = "-" if percent is None else f"{float(percent):.1f} %".replace(".", ",")
    page.fields(
        ("Disusun", hari_ini().isoformat()),
        ("Jumlah berkas", str(len(binder.isi) + 1)),
        ("Permohonan dikirim", str(cases)),
        ("Kelengkapan dokumen", filled),
        ("Tidak dapat dimuat", "; ".join(binder.hilang[:20]) or "Tidak ada"),
    )
    rows = [[str(n), row["berkas"], row["judul"], row["sha256"][:16]] for n, row in enumerate(binder.isi, 1)]
    page.table(["No.", "Berkas", "Judul", "SHA-256 (awal)"], rows or [["", "-", "-", "-"]], [28, 240, 150, 93], size=7)
    return page.build()


def _manifest(binder: Jilid) -> dict[str, Any]:
    head = db.session.execute(
        sa.select(Aktivitas.urut, Aktivitas.sidik).order_by(Aktivitas.urut.desc()).limit(1)
    ).first()
    return {
        "dari": binder.dari.isoformat(),
        "sampai": binder.sampai.isoformat(),
        "dibuat": now().isoformat(),
        "log": {"urut": head.urut, "sidik": bytes(head.sidik).hex()} if head else None,
        "berkas": binder.isi,
        "tidak_dimuat": binder.hilang,
    }
