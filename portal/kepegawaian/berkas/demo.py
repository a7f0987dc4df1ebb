"""Files of the demo city: some that are there, one with a history, and missing ones of each of the three sorts."""

import io
import uuid
from typing import Any

import sqlalchemy as sa
from reportlab.pdfgen.canvas import Canvas

from portal.kepegawaian import demo
from portal.kepegawaian.berkas import rekap
from portal.kepegawaian.riwayat import models as r
from portal.kernel import documents, storage
from portal.kernel.db import db, now
from portal.kernel.demo.kota import City
from portal.kernel.documents import PDF, Checked, Document
from portal.kernel.organisation import Pegawai
from portal.kernel.people import User

RUANG = uuid.UUID("0e3b6a5e-6f57-5a40-9a54-3a3f7d8f1c55")
BERKAS, KOSONG, HILANG = 12, 4, 3  # people with a file, without path, with a lost object
OLD = "lama/"


def paper(title: str, *lines: str) -> bytes:
    """A page that looks like a letter; the same text gives the same bytes."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1)
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawCentredString(297, 760, title)
    canvas.setFont("Helvetica", 11)
    for at, line in enumerate(lines):
        canvas.drawString(72, 720 - 18 * at, line)
    canvas.save()
    return out.getvalue()


def story(city: City, skala: str) -> None:
    """Only the small city gets files. What is there already stays."""
    entries = _entries(BERKAS + KOSONG + HILANG) if skala == "kecil" else []
    if entries and db.session.get(r.BerkasTautan, uuid.uuid5(RUANG, f"{entries[0].id}:2")) is None:
        _files(entries)
    rekap.susun()


def _entries(count: int) -> list[Any]:
    """Entries CPNS and PNS of the first people, in the order of their keys."""
    query = sa.select(r.RiwayatLain).where(r.RiwayatLain.jenis == "CPNS_PNS", r.RiwayatLain.status == r.TERVERIFIKASI)
    return list(db.session.scalars(query.order_by(r.RiwayatLain.id).limit(count)))


def _files(entries: list[Any]) -> None:
    owner = db.session.scalars(sa.select(User).order_by(User.id).limit(1)).first()
    if owner is None:
        return
    people = sa.select(Pegawai.id, Pegawai.nip).where(Pegawai.id.in_([row.pegawai_id for row in entries]))
    nips = {key: nip or "" for key, nip in db.session.execute(people)}
    for at, row in enumerate(entries):
        nip = nips.get(row.pegawai_id, "")
        body = paper("KEPUTUSAN WALI KOTA SAGARA", f"Nomor {row.nomor_sk}", f"Pengangkatan CPNS, NIP {nip}")
        if at < BERKAS:
            _link(row, _document(body, owner, f"SK CPNS {nip}.pdf"), owner)
            if at == 0:
                _older(row, owner, nip)
        elif at < BERKAS + KOSONG:
            _without_path(row, nip)
            if at % 2:  # the finder can link these
                storage.put(f"{OLD}{nip}/sk_cpns.pdf", body, PDF)
        else:
            made = _document(body, owner, f"SK CPNS {nip}.pdf")
            _link(row, made, owner).hilang = True
            storage.delete(made.kunci)
    db.session.flush()


def _document(body: bytes, owner: User, name: str) -> Document:
    made = documents.store(Checked(name, PDF, body, 1), owner.id)
    documents.claim(made)
    return made


def _link(row: Any, made: Document, owner: User, versi: int = 2, aktif: bool = True) -> r.BerkasTautan:
    link = r.BerkasTautan(
        id=uuid.uuid5(RUANG, f"{row.id}:{versi}"), pegawai_id=row.pegawai_id, tabel="lain", riwayat_id=row.id,
        jenis_dokumen="SK_CPNS", dokumen_id=made.id, nama_asli=made.nama, sha256=made.sha256, versi=versi, aktif=aktif,
        diunggah_oleh_id=owner.id,
    )  # fmt: skip
    db.session.add(link)
    return link


def _older(row: Any, owner: User, nip: str) -> None:
    """A version that somebody took away: it can come back."""
    body = paper("KEPUTUSAN WALI KOTA SAGARA", "Pindaian pertama, halaman terpotong", f"NIP {nip}")
    old = _link(row, _document(body, owner, f"SK CPNS {nip} pindaian pertama.pdf"), owner, 1, aktif=False)
    old.dihapus_at, old.dihapus_oleh_id, old.alasan = now(), owner.id, "Halaman kedua terpotong"


def _without_path(row: Any, nip: str) -> None:
    db.session.add(r.BerkasTautan(
        id=uuid.uuid5(RUANG, f"{row.id}:0"), pegawai_id=row.pegawai_id, tabel="lain", riwayat_id=row.id,
        jenis_dokumen="SK_CPNS", nama_asli=f"sk_cpns_{nip}.pdf",
    ))  # fmt: skip


demo.CERITA.append(story)
