"""Files: checked by content, kept once per content in the S3 store, opened only after a permission check.

A file that no row claims within a day is purged. Images are re-encoded, which drops position and
camera data. Who may open a file: its owner, and whoever a module's declared policy says. What a job made for
somebody (`asal`) opens for them only while they hold the rights it was made with.
"""

import hashlib
import io
import struct
import uuid
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO

import pi_heif
import pypdfium2
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel import access, activity, jobs, organisation, storage
from portal.kernel.db import Base, after_commit, db, now
from portal.kernel.errors import Invalid
from portal.kernel.people import Principal
from portal.kernel.storage import ENGINE_DOWN

PDF, JPG, PNG = "application/pdf", "image/jpeg", "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXTENSIONS = {PDF: "pdf", JPG: "jpg", PNG: "png", DOCX: "docx", XLSX: "xlsx", "text/csv": "csv"}
MAX_PIXELS, LONG_SIDE, PREVIEW_WIDTH, PREVIEW_HEIGHT = 60_000_000, 2400, 900, 3600
MAX_UNPACKED = 100 * 1024 * 1024
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
pi_heif.register_heif_opener(thumbnails=False)
HEIC = (b"heic", b"heix", b"heim", b"heis", b"mif1")  # brands of still pictures
TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
# What Pillow and zipfile raise, beside their own errors, for bytes that are cut off or forged.
DAMAGED = (
    OSError, ValueError, SyntaxError, LookupError, TypeError, RuntimeError, EOFError, OverflowError, struct.error,
)  # fmt: skip

activity.declare(**{"berkas.dibuka": "nama cara", "berkas.diunggah": "nama ukuran sha256", "berkas.dihapus": "nama"})


class Document(Base):
    """A file as one person gave or asked for it. Several rows may share one stored content."""

    __tablename__ = "dokumen"

    pemilik_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    nama: Mapped[str]
    mime: Mapped[str]
    ukuran: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)
    halaman: Mapped[int | None]
    diklaim_at: Mapped[datetime | None]
    kedaluwarsa_at: Mapped[datetime | None]
    asal: Mapped[dict[str, Any] | None]
    __table_args__ = (
        sa.Index("ix_dokumen_lepas", "dibuat_at", postgresql_where=sa.text("diklaim_at IS NULL")),
    )  # fmt: skip

    @property
    def kunci(self) -> str:
        return content_key(self.sha256)


@dataclass(frozen=True)
class Checked:
    """A file that passed: its bytes as they will be stored."""

    nama: str
    mime: str
    body: bytes
    halaman: int | None


OPENED: list[Callable[[uuid.UUID, Principal], None]] = []
VISIBLE: list[Callable[[Principal], sa.Select[tuple[uuid.UUID | None]]]] = []
ORIGINS: dict[str, Callable[[Principal, dict[str, Any]], bool]] = {}


def visible_through(policy: Callable[[Principal], sa.Select[tuple[uuid.UUID | None]]]) -> None:
    """A module says which document ids a person may open besides their own."""
    VISIBLE.append(policy)


def when_opened(act: Callable[[uuid.UUID, Principal], None]) -> None:
    """A module is told, in the same transaction, that a person opened a document."""
    OPENED.append(act)


def visible_documents(user: Principal) -> sa.Select[tuple[Document]]:
    allowed = [Document.pemilik_id == user.id] + [_reaches(policy(user)) for policy in VISIBLE]
    fresh = sa.or_(Document.kedaluwarsa_at.is_(None), Document.kedaluwarsa_at > now())
    return sa.select(Document).where(sa.or_(*allowed), fresh)


def _reaches(ids: sa.Select[tuple[uuid.UUID | None]]) -> sa.ColumnElement[bool]:
    """Asked of one document at a time: a policy's whole set may be the evidence of a city."""
    return sa.exists(ids.where(ids.selected_columns[0] == Document.id).correlate(Document))


# ---- what a job made: the rights it was made with


class _Asked(dict[str, list[uuid.UUID] | None]):
    """Scopes of a person that remember which permissions somebody asked for."""

    def __init__(self, scopes: dict[str, list[uuid.UUID] | None]) -> None:
        super().__init__(scopes)
        self.names: set[str] = set()

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return super().__contains__(name)

    def __getitem__(self, name: str) -> list[uuid.UUID] | None:
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


def watched(user: Principal) -> Principal:
    """The same person for a job that writes a file: `rights_used` tells afterwards what the file rests on."""
    return replace(user, scopes=_Asked(user.scopes))


def rights_used(user: Principal) -> dict[str, list[str] | None]:
    """Permissions a `watched` person held when asked for them, each with its units, None for everywhere."""
    asked = user.scopes
    if not isinstance(asked, _Asked):
        raise TypeError("rights_used needs the person that watched() gave")
    held = {name: dict.get(asked, name) for name in sorted(asked.names) if dict.__contains__(asked, name)}
    return {name: None if units is None else [str(unit) for unit in units] for name, units in held.items()}


def checked_origin(kind: str, allowed: Callable[[Principal, dict[str, Any]], bool]) -> None:
    """A block says who may still open what it made, beyond the rights: `asal` names its kind as `jenis`."""
    ORIGINS[kind] = allowed


def for_office(document: Document, permission: str, kind: str = "dinas", **more: str) -> None:
    """What an officer uploads or signs belongs to the office: having made it opens it to them only while they hold
    this permission everywhere. `kind` and `more`: for a block that checks the origin further."""
    document.asal = {"jenis": kind, "izin": {permission: None}, **more}


def openable(user: Principal, key: uuid.UUID) -> Document:
    """The document, to be opened now. Raises Missing, also when the rights it was made with have ended and nothing
    but having made it would open it."""
    document: Document = access.fetch(visible_documents(user), key)
    asal = document.asal
    if asal is not None and document.pemilik_id == user.id:
        kept = all(_still_holds(user, name, units) for name, units in asal["izin"].items())
        more = ORIGINS.get(asal["jenis"])
        if not kept or (more is not None and not more(user, asal)):
            reached = [_reaches(policy(user)) for policy in VISIBLE]
            fetched: Document = access.fetch(visible_documents(user).where(sa.or_(sa.false(), *reached)), key)
            return fetched
    return document


def _still_holds(user: Principal, name: str, units: list[str] | None) -> bool:
    """Whether a permission still reaches every unit it reached then."""
    held = user.units(name)
    if held is None:
        return True
    if units is None or not held:
        return False
    wanted = {uuid.UUID(unit) for unit in units} - set(held)
    return not wanted or wanted <= set(db.session.scalars(organisation.subtree(held)))


def content_key(sha256: str) -> str:
    return f"isi/{sha256[:2]}/{sha256}"


def preview_key(sha256: str, page: int) -> str:
    return f"pratinjau/{sha256[:2]}/{sha256}/{page}.png"


def receive(stream: BinaryIO, name: str, owner_id: uuid.UUID, limit: int, field: str = "berkas") -> Document:
    """Check an uploaded file, store its content, add its row. Raises Invalid naming what is wrong."""
    body = stream.read(limit + 1)
    checked = check(body, name, limit, field)
    return store(checked, owner_id, field)


def store(checked: Checked, owner_id: uuid.UUID, field: str = "berkas") -> Document:
    """Put the content first, then the row: a failure leaves at most an object that `sweep_contents` removes."""
    sha256 = hashlib.sha256(checked.body).hexdigest()
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_content_lock(sha256))))
    try:
        storage.put(content_key(sha256), checked.body, checked.mime, sha256)
    except ENGINE_DOWN as error:
        raise Invalid(
            field,
            f"{checked.nama} belum terunggah: penyimpanan berkas sedang tidak dapat dihubungi. "
            "Isian lain tidak hilang. Coba unggah lagi beberapa menit lagi.",
        ) from error
    document = Document(
        pemilik_id=owner_id, nama=checked.nama, mime=checked.mime, ukuran=len(checked.body), sha256=sha256,
        halaman=checked.halaman,
    )  # fmt: skip
    db.session.add(document)
    db.session.flush()
    activity.log("berkas.diunggah", document, nama=checked.nama, ukuran=len(checked.body), sha256=sha256)
    return document


def made(checked: Checked, owner_id: uuid.UUID) -> Document:
    """As `store`, for a job: a store that is away is a reason to try again, not an answer for the person."""
    try:
        return store(checked, owner_id)
    except Invalid as error:
        raise error.__cause__ or error from error


def claim(document: Document) -> None:
    """A row now depends on this file; the purge leaves it alone, also when it was to expire (a report)."""
    document.diklaim_at, document.kedaluwarsa_at = document.diklaim_at or now(), None


def check(body: bytes, name: str, limit: int, field: str = "berkas") -> Checked:
    """Type by content, size, pages, password. The stored name keeps the person's words, not their path."""
    nama = clean_name(name)
    if not body:
        raise Invalid(field, f"{nama} kosong (0 KB). Pilih berkas lain.")
    if len(body) > limit:
        mega = limit // (1024 * 1024)
        raise Invalid(field, f"Berkas {nama} terlalu besar (maksimal {mega} MB). Perkecil, lalu unggah lagi.")
    mime, body, pages = _by_content(body, nama, field)
    stem = nama.rsplit(".", 1)[0] if "." in nama else nama
    return Checked(f"{stem}.{EXTENSIONS[mime]}", mime, body, pages)


def clean_name(name: str) -> str:
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in base if c.isprintable() and c not in '<>:"|?*').strip(" .")
    return kept[-120:] or "berkas"


def _by_content(body: bytes, nama: str, field: str) -> tuple[str, bytes, int | None]:
    if body.startswith(b"%PDF-"):
        return PDF, body, _pdf_pages(body, nama, field)
    if is_picture(body):
        return _image(body, nama, field)
    if body.startswith(b"PK\x03\x04"):
        return _office(body, nama, field), body, None
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(field, f"{nama} terkunci sandi atau memakai format Office lama. Simpan sebagai PDF, lalu unggah.")
    raise Invalid(field, f"Isi {nama} bukan PDF, JPG, PNG, DOCX, atau XLSX. Gunakan salah satu jenis itu.")


def is_picture(body: bytes) -> bool:
    """JPEG, PNG, or HEIC, which is stored as JPEG."""
    return body.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (body[4:8] == b"ftyp" and body[8:12] in HEIC)


def _pdf_pages(body: bytes, nama: str, field: str) -> int:
    try:
        with pypdfium2.PdfDocument(body) as pdf:
            pages = len(pdf)
            script = b"/JavaScript" in body or pypdfium2.raw.FPDFDoc_GetJavaScriptActionCount(pdf) > 0
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Invalid(field, f"{nama} terkunci sandi. Hapus sandinya, lalu unggah lagi.") from error
        raise Invalid(field, f"{nama} rusak atau bukan PDF yang utuh. Simpan ulang, lalu unggah lagi.") from error
    if script:
        raise Invalid(field, f"{nama} memuat skrip. Cetak sebagai PDF biasa, lalu unggah lagi.")
    return pages


def _image(body: bytes, nama: str, field: str) -> tuple[str, bytes, int]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body)) as picture:
                kind = PNG if picture.format == "PNG" else JPG
                picture.thumbnail((LONG_SIDE, LONG_SIDE))
                upright = _upright(picture)
                upright.info = {"icc_profile": picture.info.get("icc_profile")}  # no comment, no XMP
                out = io.BytesIO()
                if kind == JPG:
                    upright.convert("RGB").save(out, "JPEG", quality=82, optimize=True)
                else:
                    upright.convert("RGBA" if "A" in upright.getbands() else "RGB").save(out, "PNG", optimize=True)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Invalid(field, f"Gambar {nama} terlalu besar: paling banyak 60 megapiksel.") from error
    except DAMAGED as error:
        raise Invalid(field, f"Gambar {nama} rusak. Ambil ulang, lalu unggah lagi.") from error
    return kind, out.getvalue(), 1


def _upright(picture: Image.Image) -> Image.Image:
    """The picture as the camera was held. Camera data that cannot be read turn nothing."""
    try:
        turn = TURNED.get(picture.getexif().get(0x0112, 1))
    except DAMAGED:
        turn = None
    return picture if turn is None else picture.transpose(turn)


def _office(body: bytes, nama: str, field: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            infos = archive.infolist()
    except (*DAMAGED, zipfile.BadZipFile) as error:
        raise Invalid(field, f"{nama} rusak. Simpan ulang, lalu unggah lagi.") from error
    names = {info.filename for info in infos}
    if sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise Invalid(field, f"Isi {nama} terlalu besar setelah dibuka.")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Invalid(field, f"{nama} memuat makro. Simpan tanpa makro, lalu unggah lagi.")
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return DOCX
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return XLSX
    raise Invalid(field, f"Isi {nama} bukan PDF, JPG, PNG, DOCX, atau XLSX. Gunakan salah satu jenis itu.")


def preview(document: Document, page: int) -> bytes | None:
    """PNG of one page, 900 pixels wide, made once and kept in the store. None: no picture of this kind."""
    if document.mime not in {PDF, JPG, PNG} or not 1 <= page <= (document.halaman or 1):
        return None
    key = preview_key(document.sha256, page)
    ready = storage.get(key)
    if ready is not None:
        return ready
    body = storage.get(document.kunci)
    if body is None:
        return None
    try:
        picture = _sheet(body, page) if document.mime == PDF else _thumbnail(body)
    except (pypdfium2.PdfiumError, OSError):
        return None
    out = io.BytesIO()
    picture.convert("RGB").save(out, "PNG")
    storage.put(key, out.getvalue(), PNG)
    return out.getvalue()


def _sheet(body: bytes, page: int) -> Image.Image:
    """A page 900 pixels wide, smaller when it is an endless strip."""
    with pypdfium2.PdfDocument(body) as pdf:
        sheet = pdf[page - 1]
        scale = min(3.0, PREVIEW_WIDTH / sheet.get_width(), PREVIEW_HEIGHT / sheet.get_height())
        picture: Image.Image = sheet.render(scale=scale).to_pil()
    return picture


def _thumbnail(body: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(body))
    picture.thumbnail((PREVIEW_WIDTH, PREVIEW_HEIGHT))
    return picture


def purge(hours: int = 24) -> int:
    """Remove rows of unclaimed and expired files; after the commit the contents no row uses. Returns rows removed."""
    stale = sa.or_(
        sa.and_(Document.diklaim_at.is_(None), Document.dibuat_at < now() - timedelta(hours=hours)),
        Document.kedaluwarsa_at < now(),
    )
    query = sa.select(Document.id, Document.sha256).where(stale).with_for_update(skip_locked=True)
    removed = 0
    left: set[str] = set()
    for row in db.session.execute(query).all():
        if not db.session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_content_lock(row.sha256)))):
            continue  # somebody is giving the same content at this moment
        db.session.execute(sa.delete(Document).where(Document.id == row.id))
        removed += 1
        left.add(row.sha256)
    after_commit(lambda: remove_unused(left))
    return removed


def remove_unused(contents: set[str]) -> int:
    """Remove those of these contents, and their pictures, that no stored row uses. Returns how many.

    Under the lock of the content, since somebody may be giving it again; in transactions of its own.
    """
    removed = 0
    for sha256 in sorted(contents):
        with db.engine.connect() as connection, connection.begin():
            if not connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_content_lock(sha256)))):
                continue
            if connection.scalar(sa.select(sa.exists().where(Document.sha256 == sha256))):
                continue
            storage.delete_under(preview_key(sha256, 0).removesuffix("0.png"))
            storage.delete(content_key(sha256))
            removed += 1
    return removed


@jobs.every(86400, "Bersihkan isi berkas yang tidak dipakai")
@jobs.kind("bersihkan-isi", antrean="panjang")
def sweep_contents(job: jobs.Job) -> None:
    """Remove what no row ever used or a purge left: uploads rolled back, a store or a process that went away."""
    seen = 0
    for prefix in ("isi/", "pratinjau/"):
        for keys in storage.keys_under(prefix):
            contents = {key.split("/")[2] for key in keys if key.count("/") > 1}
            used = db.session.scalars(sa.select(Document.sha256).where(Document.sha256.in_(contents)).distinct())
            remove_unused(contents - set(used))
            seen += len(keys)
            jobs.progress(job, seen, seen)


def _content_lock(sha256: str) -> int:
    """Number of the lock under which one content is stored or removed, so that neither undoes the other."""
    return int(sha256[:15], 16)
