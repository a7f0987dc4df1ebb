"""Public texts: the first wording lies in `data/konten`, every change by the sekretariat is a version in the table.

Version 0 is the file. At most one version of a text is a draft and one is published; older ones stay to be read,
compared and brought back.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Invalid, Missing
from portal.kernel.people import Principal, User
from portal.sertifikasi.publik.models import Konten

FOLDER = Path(__file__).resolve().parents[1] / "data" / "konten"
DRAFT, LIVE, OLD = "DRAF", "TERBIT", "LAMA"
TITLE_MAX, TEXT_MIN, TEXT_MAX = 120, 20, 20_000
# slug: address and what the list of the sekretariat says about it
PLACES = {
    "beranda": ("/sertifikasi", "Kalimat pembuka halaman depan"),
    "tentang": ("/sertifikasi/informasi/tentang", "Penjelasan LSP, BNSP, dan wewenangnya"),
    "ketidakberpihakan": ("/sertifikasi/informasi/ketidakberpihakan", "Pernyataan yang wajib terbuka bagi umum"),
    "persyaratan": ("/sertifikasi/informasi/persyaratan", "Persyaratan yang berlaku umum"),
    "alur": ("/sertifikasi/alur", "Delapan langkah; setiap judul ## menjadi satu langkah"),
    "biaya": ("/sertifikasi/informasi/biaya", "Biaya dan cara membayar"),
    "hak-kewajiban": ("/sertifikasi/informasi/hak-kewajiban", "Hak dan kewajiban asesi dan pemegang sertifikat"),
    "jadwal-tuk": ("/sertifikasi/informasi/jadwal-tuk", "Jadwal dan tempat uji kompetensi"),
    "tanya-jawab": ("/sertifikasi/tanya-jawab", "Setiap judul ## menjadi satu pertanyaan"),
    "banding-keluhan": ("/sertifikasi/informasi/banding-keluhan", "Cara dan batas waktu banding dan keluhan"),
    "unduhan": ("/sertifikasi/informasi/unduhan", "Tautan berkas dan panduan"),
    "privasi": ("/sertifikasi/informasi/privasi", "Pemakaian data pribadi"),
    "batasan": ("/sertifikasi/informasi/batasan", "Apa yang belum dan tidak dikerjakan portal"),
}

activity.declare(
    **{"konten.disimpan": "slug versi", "konten.terbit": "slug versi", "konten.dipulihkan": "slug dari versi",
       "konten.dibuang": "slug"}
)  # fmt: skip


@dataclass(frozen=True)
class Text:
    """One version of one text as pages need it."""

    slug: str
    judul: str
    isi: str
    versi: int = 0
    status: str = LIVE
    terbit_at: datetime | None = None
    oleh: str = ""


@cache
def first_wording(slug: str) -> Text:
    """Raises Missing for a text that does not exist."""
    if slug not in PLACES:
        raise Missing("Halaman itu tidak ada.")
    heading, _, body = (FOLDER / f"{slug}.md").read_text("utf-8").partition("\n")
    return Text(slug, heading.lstrip("# ").strip(), body.strip())


def published(slugs: Iterable[str]) -> dict[str, Text]:
    """What people read now, in one statement."""
    wanted = list(slugs)
    query = sa.select(Konten).where(Konten.slug.in_(wanted), Konten.status == LIVE)
    found = {row.slug: _text(row) for row in db.session.scalars(query)}
    return {slug: found.get(slug) or first_wording(slug) for slug in wanted}


def versions(slug: str) -> list[Text]:
    """All versions, newest first, down to the first wording."""
    first = first_wording(slug)
    query = (
        sa.select(Konten, User.nama)
        .outerjoin(User, User.id == Konten.oleh_id)
        .where(Konten.slug == slug)
        .order_by(Konten.versi.desc())
    )
    found = [_text(row, nama or "") for row, nama in db.session.execute(query).all()]
    status = OLD if any(text.status != DRAFT for text in found) else LIVE
    return [*found, Text(slug, first.judul, first.isi, 0, status)]


def version(slug: str, number: int) -> Text:
    """Raises Missing."""
    found = next((text for text in versions(slug) if text.versi == number), None)
    if found is None:
        raise Missing("Versi itu tidak ada.", "Pilih versi dari daftar.")
    return found


def _text(row: Konten, oleh: str = "") -> Text:
    return Text(row.slug, row.judul, row.isi, row.versi, row.status, row.terbit_at, oleh)


def newest(slug: str) -> Text:
    """The draft, else the newest version: what an editor goes on from."""
    return versions(slug)[0]


def is_published(slug: str, judul: str, isi: str) -> bool:
    """Whether people read exactly this already, and no draft waits."""
    last = newest(slug)
    return last.status != DRAFT and (last.judul, last.isi) == (judul, isi)


def stamp(slug: str) -> str:
    """Changes whenever a version of this text does; a form sends it back so that nothing is overwritten."""
    query = sa.select(sa.func.max(Konten.diubah_at), sa.func.count()).where(Konten.slug == slug)
    at, count = db.session.execute(query).one()
    return f"{count}-{int(at.timestamp() * 1_000_000) if at else 0}"


def check(judul: str, isi: str) -> None:
    """Raises Invalid naming the first field that is wrong."""
    if not judul or len(judul) > TITLE_MAX or not judul.isprintable():
        raise Invalid("judul", f"Isi judul, paling banyak {TITLE_MAX} huruf")
    if not TEXT_MIN <= len(isi) <= TEXT_MAX:
        raise Invalid("isi", f"Isi teks antara {TEXT_MIN} dan 20.000 huruf. Sekarang {len(isi)}.")


def save(slug: str, judul: str, isi: str, seen: str, user: Principal) -> Konten:
    """Keep a draft: the one there is, or a new version. Raises Invalid, Conflict when somebody else was quicker."""
    check(judul, isi)
    _lock(slug)
    if seen != stamp(slug):
        raise Conflict(
            "Teks ini diubah orang lain setelah Anda membukanya.",
            "Salin isian Anda, muat ulang halaman, lalu gabungkan dengan versi terbaru.",
        )
    row = _draft(slug)
    if row is None:
        number = db.session.scalar(sa.select(sa.func.max(Konten.versi)).where(Konten.slug == slug)) or 0
        row = Konten(slug=slug, versi=number + 1, judul=judul, isi=isi, oleh_id=user.id)
        db.session.add(row)
    row.judul, row.isi, row.oleh_id, row.diubah_at = judul, isi, user.id, now()
    db.session.flush()
    activity.log("konten.disimpan", row, by=user, slug=slug, versi=row.versi)
    return row


def publish(slug: str, user: Principal) -> Konten:
    """The draft becomes what people read. Raises Conflict when there is none."""
    _lock(slug)
    row = _draft(slug)
    if row is None:
        raise Conflict("Tidak ada draf untuk diterbitkan.", "Simpan perubahan lebih dulu.")
    _retire(slug)
    row.status, row.terbit_at = LIVE, now()
    db.session.flush()
    activity.log("konten.terbit", row, by=user, slug=slug, versi=row.versi)
    return row


def restore(slug: str, number: int, user: Principal) -> Konten:
    """An older version is published again, as a new one: what was read in between stays on record."""
    _lock(slug)
    old = version(slug, number)
    if old.status != OLD:
        raise Conflict("Versi ini tidak perlu dipulihkan.", "Pilih versi lama dari daftar.")
    draft = _draft(slug)
    if draft is not None:
        raise Conflict("Masih ada draf yang belum terbit.", "Terbitkan atau hapus draf itu lebih dulu.")
    last = db.session.scalar(sa.select(sa.func.max(Konten.versi)).where(Konten.slug == slug)) or 0
    _retire(slug)
    row = Konten(slug=slug, versi=last + 1, judul=old.judul, isi=old.isi, oleh_id=user.id, status=LIVE, terbit_at=now())
    db.session.add(row)
    db.session.flush()
    activity.log("konten.dipulihkan", row, by=user, slug=slug, dari=number, versi=row.versi)
    return row


def discard(slug: str, user: Principal) -> None:
    """Throw the draft away. Raises Conflict when there is none."""
    _lock(slug)
    row = _draft(slug)
    if row is None:
        raise Conflict("Tidak ada draf untuk dihapus.")
    db.session.delete(row)
    db.session.flush()
    activity.log("konten.dibuang", by=user, slug=slug)


def _draft(slug: str) -> Konten | None:
    return db.session.scalars(sa.select(Konten).where(Konten.slug == slug, Konten.status == DRAFT)).first()


def _retire(slug: str) -> None:
    live = sa.update(Konten).where(Konten.slug == slug, Konten.status == LIVE)
    db.session.execute(live.values(status=OLD), execution_options={"synchronize_session": "fetch"})


def _lock(slug: str) -> None:
    """One writer a text: two people who save at once get one version each, not one number."""
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"konten {slug}"))))


def overview() -> list[dict[str, Any]]:
    """Every text with what people read and whether a draft waits."""
    query = sa.select(Konten, User.nama).outerjoin(User, User.id == Konten.oleh_id).where(Konten.status != OLD)
    found: dict[tuple[str, str], tuple[Konten, str]] = {}
    for row, nama in db.session.execute(query).all():
        found[row.slug, row.status] = (row, nama or "")
    rows = []
    for slug, (address, about) in PLACES.items():
        live, oleh = found.get((slug, LIVE), (None, ""))
        text = live or first_wording(slug)
        draft = found.get((slug, DRAFT))
        rows.append({
            "slug": slug, "judul": text.judul, "alamat": address, "tentang": about, "versi": text.versi,
            "terbit_at": text.terbit_at, "oleh": oleh, "draf": draft[0].versi if draft else None,
        })  # fmt: skip
    return rows


def difference(before: Text, after: Text) -> list[tuple[str, str]]:
    """Lines as (kind, text): "" unchanged, "-" taken out, "+" put in. Long unchanged stretches are one "…"."""
    old, new = ([f"# {text.judul}", *text.isi.splitlines()] for text in (before, after))
    lines: list[tuple[str, str]] = []
    for line in difflib.unified_diff(old, new, lineterm="", n=2):
        if line.startswith(("---", "+++")) and not lines:
            continue
        if line.startswith("@@"):
            lines += [("…", "")] if lines else []
        else:
            lines.append((line[0].strip(), line[1:]))
    return lines
