"""Documents of one entry: what its kind asks for, what is there, taking one in."""

import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast

import pypdfium2
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat import services
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kepegawaian.riwayat.jenis import TERBATAS, Jenis
from portal.kepegawaian.rujukan import aturan
from portal.kernel import documents, identifiers, organisation
from portal.kernel.db import db
from portal.kernel.documents import JPG, PDF, PNG, Document
from portal.kernel.errors import Invalid
from portal.kernel.forms import Problem
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal, User
from portal.kernel.storage import config

LAIN = "LAIN"
KINDS = {PDF: "pdf", JPG: "image", PNG: "image"}
NIP = re.compile(r"(?<!\d)\d{8}[ .\-]?\d{6}[ .\-]?\d[ .\-]?\d{3}(?!\d)")
HALAMAN = 20  # pages of a file that are read for a NIP
MATA = "Cocokkan nama dan NIP dengan mata."
PESAN = {
    r.TAK_DIBACA: f"Isi berkas ini belum dibandingkan. {MATA}",
    r.TANPA_TEKS: f"Berkas ini hasil pindai, isinya belum dibandingkan. {MATA}",
    r.TANPA_NIP: f"Teks berkas ini tidak memuat NIP, jadi belum dibandingkan. {MATA}",
}  # fmt: skip


@dataclass(frozen=True)
class Berkas:
    """A version of a document of an entry. `dokumen_id` is empty where an old system lost the path."""

    tautan_id: uuid.UUID
    dokumen_id: uuid.UUID | None
    nama: str
    versi: int
    aktif: bool
    ukuran: int
    mime: str
    alasan: str
    oleh: str
    pada: datetime
    nip_lain: str = ""
    bacaan: str = ""

    @property
    def pesan(self) -> str:
        """What whoever decides has to compare by eye; empty where the portal has done so."""
        return PESAN.get(self.bacaan, "")

    @property
    def href(self) -> str:
        return f"/berkas/{self.dokumen_id}" if self.dokumen_id else ""

    @property
    def gambar(self) -> str:
        """Address of the first page as a picture."""
        return f"{self.href}/halaman/1.png" if self.href and self.mime in KINDS else ""


def dokumen(kind: Jenis) -> list[tuple[str, bool]]:
    """Codes with whether they are required, and room for one more.

    Not for confidential kinds: lists of documents tell theirs by the code.
    """
    return [*kind.dokumen] if kind.akses == TERBATAS else [*kind.dokumen, (LAIN, False)]


def nama(kode: str) -> str:
    return DOKUMEN[kode].nama


def batas_mb() -> int:
    """Largest file in MB: the office's setting, never more than the portal takes."""
    return min(int(aturan.nilai("berkas_maks_mb", organisation.today())), config().berkas_maks // (1024 * 1024))


def punya(row: Any) -> set[str]:
    """Codes of the documents an entry has."""
    link = r.BerkasTautan
    query = sa.select(link.jenis_dokumen).where(
        link.pegawai_id == row.pegawai_id, link.riwayat_id == row.id, link.aktif, link.dokumen_id.is_not(None)
    )
    return set(db.session.scalars(query))


def daftar(row: Any, semua: bool = False) -> dict[str, list[Berkas]]:
    """Documents of an entry by code, the one in use first. `semua`: also those replaced or taken away."""
    link = r.BerkasTautan
    query = (
        sa.select(
            link.id, link.dokumen_id, link.nama_asli, link.versi, link.aktif, Document.ukuran, Document.mime,
            link.alasan, User.nama.label("oleh"), link.dibuat_at, link.jenis_dokumen, link.nip_lain,
            link.bacaan,
        )
        .outerjoin(Document, Document.id == link.dokumen_id)
        .outerjoin(User, User.id == link.diunggah_oleh_id)
        .where(link.pegawai_id == row.pegawai_id, link.riwayat_id == row.id)
        .order_by(link.aktif.desc(), link.versi.desc())
    )  # fmt: skip
    found: dict[str, list[Berkas]] = {}
    for one in db.session.execute(query if semua else query.where(link.aktif)):
        found.setdefault(one.jenis_dokumen, []).append(Berkas(
            one.id, one.dokumen_id, one.nama_asli or "Tanpa nama", one.versi, one.aktif, one.ukuran or 0,
            one.mime or "", one.alasan, one.oleh or "", one.dibuat_at, one.nip_lain, one.bacaan,
        ))  # fmt: skip
    return found


def terima(row: Any, kode: str, file: FileStorage, user: Principal) -> r.BerkasTautan:
    """Check, store and link a file as the next version. Raises Invalid at the field of the document."""
    name, most = f"berkas-{kode}", batas_mb() * 1024 * 1024
    body = cast(BinaryIO, file.stream).read(most + 1)
    checked = documents.check(body, file.filename or "", most, name)
    if checked.mime not in KINDS:
        raise Invalid(name, f"{checked.nama}: unggah sebagai PDF, JPG, atau PNG")
    same = sama(row, kode, checked.body)
    if same is not None:
        return same
    link = services.tautkan(row, kode, documents.store(checked, user.id, name), user)
    pegawai = db.session.get_one(Pegawai, row.pegawai_id)
    scan = (r.TANPA_TEKS, "")  # a picture has no text to compare
    link.bacaan, link.nip_lain = baca(checked.body, pegawai.nip or "") if checked.mime == PDF else scan
    return link


def sama(row: Any, kode: str, body: bytes) -> r.BerkasTautan | None:
    """The version in force when it is this very file (a second press of the button) and not lost."""
    link = r.BerkasTautan
    query = sa.select(link).where(
        link.pegawai_id == row.pegawai_id, link.riwayat_id == row.id, link.jenis_dokumen == kode, link.aktif,
        link.dokumen_id.is_not(None), ~link.hilang, link.sha256 == hashlib.sha256(body).hexdigest(),
    )  # fmt: skip
    return db.session.scalars(query.with_for_update()).first()


def baca(body: bytes, own: str) -> tuple[str, str]:
    """What the text of a PDF says about whose it is (one of BACAAN), and the first NIP of somebody else in it.

    A list of people with `own` among them is theirs, too.
    """
    try:
        with pypdfium2.PdfDocument(body) as pdf:
            pages = range(min(len(pdf), HALAMAN))
            words = " ".join(pdf[i].get_textpage().get_text_range() for i in pages)
    except pypdfium2.PdfiumError:
        return r.TAK_DIBACA, ""
    if not any(one.isalnum() for one in words):
        return r.TANPA_TEKS, ""
    read = [identifiers.Nip.parse(text) for text in NIP.findall(words)]
    found = [one.normal for one in read if one.valid and one.normal]
    if own in found:
        return r.COCOK, ""
    return (r.LAIN, found[0]) if found else (r.TANPA_NIP, "")


def peringatan(papers: Mapping[str, list[Berkas]]) -> list[Problem]:
    """Files in use that speak of somebody else: the SK of another person under this name."""
    return [
        Problem(f"berkas-{kode}", f"{nama(kode)} memuat NIP lain, {identifiers.Nip.parse(one.nip_lain).tampil}. "
                "Pastikan berkasnya milik pegawai ini.")
        for kode, rows in papers.items() for one in rows if one.aktif and one.nip_lain
    ]  # fmt: skip


def salin(dari: Any, ke: Any, user: Principal) -> None:
    """Documents of an entry also belong to the one that takes its place: the same files, no second upload."""
    link = r.BerkasTautan
    query = sa.select(link.jenis_dokumen, Document, link.nip_lain, link.bacaan)
    query = query.join(Document, Document.id == link.dokumen_id)
    kept = query.where(link.pegawai_id == dari.pegawai_id, link.riwayat_id == dari.id, link.aktif,
                       link.jenis_dokumen.not_in(punya(ke)))  # fmt: skip
    for kode, document, strange, read in db.session.execute(kept).all():
        copy = services.tautkan(ke, kode, document, user)
        copy.nip_lain, copy.bacaan = strange, read
