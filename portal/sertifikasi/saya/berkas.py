""" "Dokumen Saya" and its use: storing a file once per `kunci`, attaching it to a requirement or an elemen."""

import hashlib
import io
import re
import uuid
from collections.abc import Iterable
from datetime import date
from typing import IO

import sqlalchemy as sa
from PIL import Image, ImageOps
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from portal.kernel import activity, documents, storage
from portal.kernel.approval import Submission
from portal.kernel.db import db, now
from portal.kernel.documents import JPG, PDF, PNG, Document
from portal.kernel.errors import Conflict, Invalid, Missing
from portal.kernel.people import Principal
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.kasus import row_key
from portal.sertifikasi.saya.models import BerkasAsesi, BerkasSyarat, BuktiSyarat, JawabanApl02, JawabanBukti
from portal.sertifikasi.saya.pilihan import JENIS_BERKAS
from portal.sertifikasi.saya.policies import own_files

MEGA = 1024 * 1024
FILE_LIMIT, CASE_LIMIT = 10 * MEGA, 100 * MEGA
ROW_FILES, ELEMEN_FILES = 5, 20
SMALL = 112  # pixels, twice the size shown
WITH_DOCUMENT = joinedload(BerkasAsesi.dokumen)
PDF_MARK = b"%PDF-"
CAMERA = re.compile(r"(img|dsc|pxl|photo|image|foto|wa|screenshot|vid)?[-_ ]?[\d\W_a-f]*", re.IGNORECASE)

activity.declare(**{
    "dokumen_saya.diganti": "jenis oleh", "dokumen_saya.dihapus": "jenis", "dokumen_saya.ditambah": "jenis",
})  # fmt: skip


def receive(
    stream: IO[bytes], name: str, user: Principal, kunci: uuid.UUID | None, field: str, jenis: str, judul: str = ""
) -> BerkasAsesi:
    """Store one file. The same file with the same `kunci` is stored once: the first copy is returned. A `kunci`
    that comes with another file (an old page opened again) counts as none. Raises Invalid."""
    checked = _checked(stream, name, field)
    kunci = kunci or uuid.uuid4()
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(kunci.int & 0x7FFFFFFFFFFFFFFF)))
    same = sa.select(BerkasAsesi).where(BerkasAsesi.kunci == kunci).options(WITH_DOCUMENT)
    known = db.session.scalar(same)
    if known is not None:
        if known.user_id == user.id and known.dokumen.sha256 == hashlib.sha256(checked.body).hexdigest():
            return known
        kunci = uuid.uuid4()
    document = documents.store(checked, user.id, field)
    documents.claim(document)
    row = BerkasAsesi(
        user_id=user.id, dokumen_id=document.id, kunci=kunci, jenis=jenis if jenis in JENIS_BERKAS else "LAINNYA",
        judul=judul or title(name, jenis),
    )  # fmt: skip
    row.dokumen = document
    db.session.add(row)
    db.session.flush()
    activity.log("dokumen_saya.ditambah", row, by=user, jenis=row.jenis)
    return row


def _checked(stream: IO[bytes], name: str, field: str) -> documents.Checked:
    """Size, then type by content, then whether it opens; in the words for applicants."""
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(0)
    if size > FILE_LIMIT:
        mega = -(-size // MEGA)
        words = f"Berkas {mega} MB terlalu besar (maksimal 10 MB). Coba foto ulang atau perkecil PDF."
        raise Invalid(field, words)
    body = stream.read(FILE_LIMIT + 1)
    if body and not (body.startswith(PDF_MARK) or documents.is_picture(body)):
        raise Invalid(field, "Jenis berkas tidak didukung. Gunakan PDF, JPG, atau PNG.")
    try:
        found = documents.check(body, name, FILE_LIMIT, field)
    except Invalid as error:
        if not body:
            raise
        raise Invalid(field, "Berkas tidak dapat dibuka. Unggah ulang; PDF tidak boleh dikunci kata sandi.") from error
    if found.mime not in (PDF, JPG, PNG):
        raise Invalid(field, "Jenis berkas tidak didukung. Gunakan PDF, JPG, atau PNG.")
    return found


def title(name: str, jenis: str) -> str:
    """The name people gave the file; a camera's number becomes the kind of document."""
    stem = documents.clean_name(name).rsplit(".", 1)[0].replace("_", " ").strip()
    if stem and not CAMERA.fullmatch(stem):
        return stem[:80]
    return JENIS_BERKAS[jenis] if jenis in JENIS_BERKAS and jenis != "LAINNYA" else "Foto bukti"


def own(user: Principal, key: str) -> BerkasAsesi:
    """A file of the person's own by the id a form sent. Raises Missing."""
    try:
        id = uuid.UUID(key)
    except ValueError as error:
        raise Missing() from error
    query = own_files(user).where(BerkasAsesi.id == id).options(WITH_DOCUMENT)
    found = db.session.scalar(query)
    if found is None:
        raise Missing()
    return found


def locker(user_id: uuid.UUID) -> list[BerkasAsesi]:
    """What lies in Dokumen Saya, the newest first; replaced and removed files are no longer offered."""
    query = sa.select(BerkasAsesi).where(BerkasAsesi.user_id == user_id, BerkasAsesi.digantikan_id.is_(None))
    query = query.where(BerkasAsesi.dihapus_at.is_(None)).order_by(BerkasAsesi.id.desc())
    return list(db.session.scalars(query.options(WITH_DOCUMENT)))


def room(used: Iterable[BerkasAsesi], more: BerkasAsesi, field: str) -> None:
    """Raises Invalid when a case would hold more than 100 MB."""
    held = {b.id: b.dokumen.ukuran for b in used}
    if more.id not in held and sum(held.values()) + more.dokumen.ukuran > CASE_LIMIT:
        raise Invalid(field, "Berkas permohonan ini sudah 100 MB. Hapus berkas yang tidak perlu, lalu unggah lagi.")


def attach_row(row: BuktiSyarat, berkas: BerkasAsesi, field: str) -> None:
    """1 to 5 files a requirement; attaching the same again changes nothing."""
    if any(b.id == berkas.id for b in row.berkas):
        return
    if len(row.berkas) >= ROW_FILES:
        raise Invalid(field, f"Paling banyak {ROW_FILES} berkas untuk satu syarat.")
    db.session.add(BerkasSyarat(bukti_syarat_id=row.id, berkas_id=berkas.id))
    row.versi += 1
    db.session.flush()
    set_committed_value(row, "berkas", [*row.berkas, berkas])


def detach_row(row: BuktiSyarat, key: str) -> None:
    id, gone = _uuid(key), sa.delete(BerkasSyarat).where(BerkasSyarat.bukti_syarat_id == row.id)
    db.session.execute(gone.where(BerkasSyarat.berkas_id == id))
    row.versi += 1
    set_committed_value(row, "berkas", [b for b in row.berkas if b.id != id])


def attach_answer(row: JawabanApl02, berkas: BerkasAsesi, field: str) -> None:
    if any(b.id == berkas.id for b in row.bukti):
        return
    if len(row.bukti) >= ELEMEN_FILES:
        raise Invalid(field, f"Paling banyak {ELEMEN_FILES} berkas untuk satu elemen.")
    last = db.session.scalar(sa.select(sa.func.max(JawabanBukti.urut)).where(JawabanBukti.jawaban_id == row.id))
    db.session.add(JawabanBukti(jawaban_id=row.id, berkas_id=berkas.id, urut=(last or 0) + 1))
    db.session.flush()
    set_committed_value(row, "bukti", [*row.bukti, berkas])


def detach_answer(row: JawabanApl02, key: str) -> None:
    id, gone = _uuid(key), sa.delete(JawabanBukti).where(JawabanBukti.jawaban_id == row.id)
    db.session.execute(gone.where(JawabanBukti.berkas_id == id))
    set_committed_value(row, "bukti", [b for b in row.bukti if b.id != id])


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Missing() from error


def thumbnail(document: Document) -> bytes | None:
    """JPEG of the first page, 112 pixels wide, made once. None when it has no picture."""
    key = f"{documents.preview_key(document.sha256, 1)}.kecil.jpg"
    ready = storage.get(key)
    if ready is not None:
        return ready
    page = documents.preview(document, 1)
    if page is None:
        return None
    out = io.BytesIO()
    with Image.open(io.BytesIO(page)) as picture:
        ImageOps.fit(picture.convert("RGB"), (SMALL, SMALL)).save(out, "JPEG", quality=70, optimize=True)
    storage.put(key, out.getvalue(), JPG)
    return out.getvalue()


# ---- the locker's own page


def used_by(berkas: BerkasAsesi) -> list[m.Permohonan]:
    """Cases in which this file stands."""
    rows = sa.select(BuktiSyarat.permohonan_id).join(BerkasSyarat, BerkasSyarat.bukti_syarat_id == BuktiSyarat.id)
    answers = sa.select(JawabanApl02.permohonan_id).join(JawabanBukti, JawabanBukti.jawaban_id == JawabanApl02.id)
    ids = rows.where(BerkasSyarat.berkas_id == berkas.id).union(answers.where(JawabanBukti.berkas_id == berkas.id))
    return list(db.session.scalars(sa.select(m.Permohonan).where(m.Permohonan.id.in_(ids))))


def locked_by(berkas: BerkasAsesi) -> list[m.Permohonan]:
    """Cases whose sent form rests on this file, but for those that asked to repair the very row it stands in."""
    rows = sa.select(m.Permohonan, BuktiSyarat).join(BuktiSyarat, BuktiSyarat.permohonan_id == m.Permohonan.id)
    rows = rows.join(BerkasSyarat, BerkasSyarat.bukti_syarat_id == BuktiSyarat.id).where(
        BerkasSyarat.berkas_id == berkas.id, m.Permohonan.apl01_diajukan_at.is_not(None)
    )
    answers = sa.select(m.Permohonan, JawabanApl02).join(JawabanApl02, JawabanApl02.permohonan_id == m.Permohonan.id)
    answers = answers.join(JawabanBukti, JawabanBukti.jawaban_id == JawabanApl02.id).where(
        JawabanBukti.berkas_id == berkas.id, m.Permohonan.apl02_diajukan_at.is_not(None)
    )
    with_state = joinedload(m.Permohonan.submission)
    held = [case for case, row in db.session.execute(rows.options(with_state)) if not _row_open(case, row)]
    held += [case for case, row in db.session.execute(answers.options(with_state)) if not _answer_open(case, row)]
    return list({case.id: case for case in held}.values())


def _row_open(case: m.Permohonan, row: BuktiSyarat) -> bool:
    return case.submission.status == m.PERLU_PERBAIKAN and (not case.ditandai or row_key(row) in case.ditandai)


def _answer_open(case: m.Permohonan, row: JawabanApl02) -> bool:
    return case.submission.status == m.APL02_PERLU_PERBAIKAN and row.perlu_perbaikan


def describe(berkas: BerkasAsesi, values: dict[str, str], dates: dict[str, date | None]) -> None:
    """Kind, title, issuer, place and dates that the person gave. Raises Invalid, and Conflict for a change to what
    a sent form rests on."""
    judul = values.get("judul", "").strip()
    if not judul or len(judul) > 120:
        raise Invalid("judul", "Isi judul dokumen, paling banyak 120 huruf.")
    told = {
        "judul": judul, "jenis": values["jenis"] if values.get("jenis") in JENIS_BERKAS else berkas.jenis,
        "penerbit": values.get("penerbit", "").strip()[:150], "tempat": values.get("tempat", "").strip()[:150], **dates,
    }  # fmt: skip
    if all(getattr(berkas, name) == value for name, value in told.items()):
        return
    if cases := locked_by(berkas):
        names = ", ".join(sorted(case.nomor or "" for case in cases))
        raise Conflict(f"{berkas.judul} dipakai pada {names} yang sudah terkirim, jadi keterangannya tidak berubah.")
    for name, value in told.items():
        setattr(berkas, name, value)
    db.session.flush()


def replace(old: BerkasAsesi, new: BerkasAsesi, user: Principal) -> None:
    """The new file takes the old one's place in the locker and in drafts; what was sent keeps the old one."""
    if old.id == new.id:
        return
    new.jenis, new.judul, new.penerbit, new.tempat = old.jenis, old.judul, old.penerbit, old.tempat
    old.digantikan_id = new.id
    drafts = sa.select(m.Permohonan.id).join(m.Permohonan.submission)
    drafts = drafts.where(m.Permohonan.user_id == user.id, Submission.status == m.DRAF)
    rows = sa.select(BuktiSyarat.id).where(BuktiSyarat.permohonan_id.in_(drafts))
    answers = sa.select(JawabanApl02.id).where(JawabanApl02.permohonan_id.in_(drafts))
    for change in (
        sa.update(BerkasSyarat).where(BerkasSyarat.berkas_id == old.id, BerkasSyarat.bukti_syarat_id.in_(rows)),
        sa.update(JawabanBukti).where(JawabanBukti.berkas_id == old.id, JawabanBukti.jawaban_id.in_(answers)),
    ):
        db.session.execute(change.values(berkas_id=new.id).execution_options(synchronize_session=False))
    activity.log("dokumen_saya.diganti", old, by=user, jenis=old.jenis, oleh=new.id)


def remove(berkas: BerkasAsesi, user: Principal) -> None:
    """Raises Conflict while a case uses it."""
    cases = used_by(berkas)
    if cases:
        names = ", ".join(sorted(case.nomor or "draf permohonan" for case in cases))
        raise Conflict(f"{berkas.judul} masih dipakai pada {names}, jadi tidak dapat dihapus.")
    berkas.dihapus_at = now()
    activity.log("dokumen_saya.dihapus", berkas, by=user, jenis=berkas.jenis)


def age_words(berkas: BerkasAsesi, today: date, most_months: int | None = None) -> tuple[str, bool]:
    """How old it is in words, and whether it has to be renewed: past its end, or older than the rule allows."""
    if berkas.berlaku_sampai and berkas.berlaku_sampai < today:
        days = (today - berkas.berlaku_sampai).days
        ago = "kemarin" if days == 1 else f"{days} hari lalu" if days < 60 else f"{days // 30} bulan lalu"
        return f"masa berlaku habis {ago} - perlu diperbarui", True
    if berkas.tanggal is None:
        return "", False
    if berkas.tanggal > today:
        return "tanggal dokumen di masa depan - periksa lagi", True
    months = (today.year - berkas.tanggal.year) * 12 + today.month - berkas.tanggal.month
    months -= today.day < berkas.tanggal.day
    words = f"{months} bulan lalu" if months else f"{(today - berkas.tanggal).days} hari lalu"
    old = most_months is not None and months >= most_months
    return words + (" - perlu diperbarui" if old else ""), old
