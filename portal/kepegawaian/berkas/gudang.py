"""The store as it is: the folder that an old system left in the bucket, read by name; and both ways of the audit."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.berkas.models import ISI, LAMA, BerkasObjek
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.rujukan.aturan import Aturan
from portal.kernel import identifiers, jobs, organisation, storage
from portal.kernel.db import commit, db, new_id, now
from portal.kernel.documents import Document

AWALAN = "berkas_awalan_lama"
aturan.DAFTAR[AWALAN] = Aturan(AWALAN, "Folder penyimpanan lama di dalam bucket", "lama/", "Bergantung pada pemindahan")
CONTENT = "isi/"
ORPHAN_HOURS = 24  # an upload under way puts its object before its row
NUMBER = re.compile(r"(?<!\d)(\d{8})[ ._-]?(\d{6})[ ._-]?(\d)[ ._-]?(\d{3})(?!\d)")
WORD = re.compile(r"[a-z]+|\d+")
Link = r.BerkasTautan


# ---- what a name says


def nip_dari(kunci: str) -> str:
    """The one NIP that folder or file name hold; "" for none and for two different ones (somebody's misplaced file)."""
    found = {"".join(match.groups()) for match in NUMBER.finditer(kunci)}
    valid = {text for text in found if identifiers.Nip.parse(text).valid}
    return valid.pop() if len(found) == 1 and valid else ""


def _words(text: str) -> list[str]:
    return WORD.findall(NUMBER.sub(" ", text.lower()))


def _spans(words: list[str]) -> Iterator[tuple[int, int, str]]:
    """Places at which the words of a kind stand: first, last + 1, code."""
    for code, kind in DOKUMEN.items():
        for phrase in kind.kata:
            parts = _words(phrase)
            for at in range(len(words) - len(parts) + 1):
                if words[at : at + len(parts)] == parts:
                    yield at, at + len(parts), code


def _kinds(words: list[str]) -> list[str]:
    """Kinds whose words stand there; what lies within longer words of another kind does not count ("sk pak")."""
    spans = list(_spans(words))
    kept = {
        code for start, end, code in spans
        if not any(a <= start and end <= b and (b - a) > (end - start) for a, b, _ in spans)
    }  # fmt: skip
    return sorted(kept)


def jenis_dari(kunci: str) -> list[str]:
    """Kinds of document that a name speaks of: the file name first, the nearest folder that does otherwise."""
    for part in reversed(kunci.split("/")):
        found = _kinds(_words(part.rsplit(".", 1)[0] if part == kunci.rsplit("/", 1)[-1] else part))
        if found:
            return found
    return []


# ---- reading the bucket


def objects(prefix: str) -> Iterator[list[dict[str, Any]]]:
    """Key, size, ETag and time of all objects that begin so, in the order of their keys, up to 1,000 at once."""
    pages = storage.s3().get_paginator("list_objects_v2").paginate(Bucket=storage.config().s3_bucket, Prefix=prefix)
    for page in pages:
        yield page.get("Contents", [])


def awalan() -> str:
    """The folder to search; never the portal's own."""
    found = str(aturan.nilai(AWALAN, organisation.today())).strip().lstrip("/")
    return found if found and not found.startswith((CONTENT, "pratinjau/")) else "lama/"


def pindai(prefix: str) -> int:
    """Bring the inventory of the old folder up to date, a page of the bucket a transaction. Returns objects seen."""
    begun, seen = now(), 0
    for page in objects(prefix):
        found = {one["Key"]: one for one in page if not one["Key"].endswith("/")}
        have = {one.kunci: one for one in db.session.scalars(sa.select(BerkasObjek).where(
            BerkasObjek.kunci.in_(found)))}  # fmt: skip
        for key, one in found.items():
            row = have.get(key) or BerkasObjek(asal=LAMA, kunci=key, nip=nip_dari(key), jenis=jenis_dari(key))
            etag = one["ETag"].strip('"')
            if (row.etag, row.ukuran) != (etag, one["Size"]):
                row.etag, row.ukuran, row.sha256 = etag, one["Size"], ""
            row.dilihat_at = now()
            db.session.add(row)
        seen += len(found)
        commit()
    gone = sa.delete(BerkasObjek).where(BerkasObjek.asal == LAMA, BerkasObjek.dilihat_at < begun)
    db.session.execute(gone)
    commit()
    return seen


def sidik(rows: Iterable[BerkasObjek]) -> None:
    """Digest of objects not yet read since they last changed. One that is gone meanwhile keeps none."""
    for row in rows:
        if not row.sha256:
            body = storage.get(row.kunci)
            row.sha256 = hashlib.sha256(body).hexdigest() if body is not None else ""


# ---- the audit


def periksa() -> dict[str, int]:
    """Walk rows and store side by side, both in the order of their digests: rows without an object are marked lost,
    those whose object is back no longer; objects that no row uses are listed. Memory does not grow with either."""
    stored = (key for page in objects(CONTENT) for key in page)
    query = sa.select(Document.sha256).group_by(Document.sha256).order_by(Document.sha256.collate("C"))
    rows = db.session.execute(query.execution_options(yield_per=2000)).scalars()
    lost, orphans, count = _compare(rows, stored)
    marked = _mark(lost)
    _list(orphans)
    commit()
    return {"objek": count, "hilang": marked, "yatim": len(orphans)}


def _compare(rows: Iterable[str], stored: Iterator[dict[str, Any]]) -> tuple[list[str], list[dict[str, Any]], int]:
    lost: list[str] = []
    orphans: list[dict[str, Any]] = []
    count, one = 0, next(stored, None)
    for sha in rows:
        while one is not None and _digest(one) < sha:
            orphans.append(one)
            count, one = count + 1, next(stored, None)
        if one is not None and _digest(one) == sha:
            count, one = count + 1, next(stored, None)
        else:
            lost.append(sha)
    while one is not None:
        orphans.append(one)
        count, one = count + 1, next(stored, None)
    return lost, orphans, count


def _digest(one: dict[str, Any]) -> str:
    return str(one["Key"]).rsplit("/", 1)[-1]


def _mark(lost: list[str]) -> int:
    """Flag active links whose object is missing; returns how many are missing now."""
    gone = sa.select(Document.id).where(Document.sha256.in_(lost))
    quiet = {"synchronize_session": False}
    back = sa.update(Link).where(Link.hilang, Link.dokumen_id.not_in(gone)).values(hilang=False)
    db.session.execute(back, execution_options=quiet)
    new = sa.update(Link).where(~Link.hilang, Link.aktif, Link.dokumen_id.in_(gone)).values(hilang=True)
    db.session.execute(new, execution_options=quiet)
    db.session.expire_all()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Link).where(Link.aktif, Link.hilang)) or 0


def _list(orphans: list[dict[str, Any]]) -> None:
    db.session.execute(sa.delete(BerkasObjek).where(BerkasObjek.asal == ISI))
    moment = now()
    rows = [
        {"id": new_id(), "dibuat_at": moment, "diubah_at": moment, "asal": ISI, "kunci": one["Key"],
         "ukuran": one["Size"], "etag": one["ETag"].strip('"'), "sha256": _digest(one), "nip": "", "jenis": [],
         "dilihat_at": moment, "dipakai_id": None}
        for one in orphans if (moment - one["LastModified"]).total_seconds() > ORPHAN_HOURS * 3600
    ]  # fmt: skip
    if rows:
        db.session.execute(sa.insert(BerkasObjek), rows)


@jobs.every(86400, "Cocokkan berkas dengan penyimpanan")
@jobs.kind("kepegawaian-berkas-periksa", antrean="panjang")
def audit(job: jobs.Job) -> None:
    db.session.execute(sa.text("SET LOCAL statement_timeout = 0"))
    found = periksa()
    pindai(awalan())
    job.rincian = f"{found['hilang']} objek hilang, {found['yatim']} objek tanpa pemilik"
