"""The finder: which object of the old store is the lost file. It proposes; only what is beyond doubt needs no person.

By recorded digest; by a name or folder that holds the NIP and words of the kind; by the file name that SIASN keeps for
the same entry. Nothing is guessed from the order of files, and a file that names another person is never taken.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.berkas import gudang, harapan
from portal.kepegawaian.berkas import models as m
from portal.kepegawaian.berkas.models import BerkasBatch, BerkasObjek, BerkasTemuan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kepegawaian.siasn.models import Cermin
from portal.kernel import jobs
from portal.kernel.db import commit, db
from portal.kernel.documents import Document
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal

Link = r.BerkasTautan
BATCH = 500
SIDIK, NAMA, BKN = "SIDIK", "NAMA", "SIASN"
CARA = {SIDIK: "Isi sama", NAMA: "NIP dan jenis pada nama", BKN: "Nama berkas di SIASN"}
MOST = 12  # candidates kept for one file


@dataclass
class Sasaran:
    """One lost file: its link, whose it is, and how many entries of the person could own such a file."""

    link: Link
    nip: str
    ukuran: int
    sesama: int = 1
    calon: dict[str, tuple[BerkasObjek, str]] = field(default_factory=dict)


def lost() -> sa.ColumnElement[bool]:
    return sa.and_(Link.aktif, sa.or_(Link.dokumen_id.is_(None), Link.hilang))


def targets(after: uuid.UUID | None = None) -> list[Sasaran]:
    """The next lost files with what is known of them."""
    query = (
        sa.select(Link, Pegawai.nip, Document.ukuran)
        .join(Pegawai, Pegawai.id == Link.pegawai_id).outerjoin(Document, Document.id == Link.dokumen_id)
        .where(lost()).order_by(Link.id).limit(BATCH)
    )  # fmt: skip
    rows = db.session.execute(query.where(Link.id > after) if after else query)
    found = [Sasaran(link, nip or "", size or -1) for link, nip, size in rows]
    _rivals(found)
    return found


def _rivals(found: list[Sasaran]) -> None:
    """How many entries of the same person ask for a document of the same kind."""
    for code in {one.link.jenis_dokumen for one in found}:
        mine = [one for one in found if one.link.jenis_dokumen == code]
        wanted = harapan.diharapkan([code])
        keys = {one.link.pegawai_id for one in mine}
        linked = sa.select(Link.pegawai_id, Link.tabel, Link.riwayat_id).where(
            Link.aktif, Link.jenis_dokumen == code, Link.pegawai_id.in_(keys)
        )
        entries = sa.union(
            sa.select(wanted.c.pegawai_id, wanted.c.tabel, wanted.c.riwayat_id).where(wanted.c.pegawai_id.in_(keys)),
            linked,
        ).subquery()
        counts = sa.select(entries.c.pegawai_id, sa.func.count()).group_by(entries.c.pegawai_id)
        number: dict[Any, int] = dict(db.session.execute(counts).tuples().all())
        for one in mine:
            one.sesama = number.get(one.link.pegawai_id, 1)


# ---- candidates


def collect(found: Sequence[Sasaran]) -> None:
    """Objects of the old store that may be the files of these targets."""
    free = sa.and_(BerkasObjek.asal == m.LAMA, BerkasObjek.ukuran > 0)
    nips = {one.nip for one in found if one.nip}
    sizes = {one.ukuran for one in found if one.ukuran > 0}
    digests = {one.link.sha256 for one in found if one.link.sha256}
    query = sa.select(BerkasObjek).where(free, sa.or_(
        BerkasObjek.nip.in_(nips), BerkasObjek.sha256.in_(digests), BerkasObjek.ukuran.in_(sizes)
    ))  # fmt: skip
    rows = list(db.session.scalars(query.order_by(BerkasObjek.kunci)))
    gudang.sidik(_worth_reading(rows, found, sizes))
    by_digest, by_nip = defaultdict(list), defaultdict(list)
    for row in rows:
        by_digest[row.sha256].append(row)
        by_nip[row.nip].append(row)
    names = _bkn_names(found)
    for one in found:
        same = by_digest.get(one.link.sha256, []) if one.link.sha256 else []
        _add(one, same, SIDIK)
        own = by_nip.get(one.nip, []) if one.nip else []
        _add(one, (row for row in own if one.link.jenis_dokumen in row.jenis), NAMA)
        _add(one, (row for row in own if row.kunci.rsplit("/", 1)[-1] in names.get(one.link.id, ())), BKN)


def _worth_reading(rows: list[BerkasObjek], found: Sequence[Sasaran], sizes: set[int]) -> list[BerkasObjek]:
    """Objects whose content decides something: of the size of a lost one, or of a kind that this person lacks."""
    codes: dict[str, set[str]] = defaultdict(set)
    for one in found:
        codes[one.nip] |= set(DOKUMEN) if one.link.sha256 else {one.link.jenis_dokumen}
    return [row for row in rows if row.ukuran in sizes or not row.jenis or codes[row.nip] & set(row.jenis)]


def _add(one: Sasaran, rows: Iterable[BerkasObjek], how: str) -> None:
    for row in rows:
        one.calon.setdefault(row.kunci, (row, how))


def _bkn_names(found: Sequence[Sasaran]) -> dict[uuid.UUID, set[str]]:
    """File names that SIASN keeps for the entries of these links, where its mirror knows them."""
    entries = [one.link for one in found if one.link.riwayat_id and DOKUMEN[one.link.jenis_dokumen].bkn]
    names: dict[uuid.UUID, set[str]] = {}
    for tabel in {link.tabel for link in entries} & set(r.TABEL):
        table: Any = r.TABEL[tabel]
        mine = {link.riwayat_id: link for link in entries if link.tabel == tabel}
        query = sa.select(table.id, Cermin.isi).join(Cermin, Cermin.siasn_id == table.siasn_id)
        for key, payload in db.session.execute(query.where(table.id.in_(mine))):
            link = mine[key]
            names[link.id] = _file_names(payload, DOKUMEN[link.jenis_dokumen].bkn)
    return names


def _file_names(payload: Any, bkn: str) -> set[str]:
    paths = payload.get("path") if isinstance(payload, dict) else None
    one = paths.get(bkn) if isinstance(paths, dict) else None
    uris = [one.get(name) for name in ("dok_uri", "object", "slug")] if isinstance(one, dict) else []
    return {str(uri).replace("\\", "/").rsplit("/", 1)[-1] for uri in uris if uri}


# ---- the verdict


def verdict(one: Sasaran) -> tuple[str, str, BerkasObjek | None]:
    """OTOMATIS with the object, or ANTRE with the reason; "" where there is nothing to propose."""
    rows = list(one.calon.values())
    if not rows:
        return "", "", None
    same = [row for row, how in rows if how == SIDIK]
    if same:
        fitting = [row for row in same if row.nip in ("", one.nip)]
        if fitting:
            return m.OTOMATIS, "", max(fitting, key=lambda row: row.nip)
        return m.ANTRE, "Isinya sama, tetapi nama berkasnya menyebut pegawai lain", None
    why = _doubt(one, rows)
    return (m.ANTRE, why, None) if why else (m.OTOMATIS, "", rows[0][0])


def _doubt(one: Sasaran, rows: list[tuple[BerkasObjek, str]]) -> str:
    """Why a name alone is not enough here; "" when it is."""
    if one.link.sha256:
        return "Isinya berbeda dari yang tercatat"
    if len({row.sha256 or row.kunci for row, _ in rows}) > 1:
        return f"Ada {len(rows)} calon"
    if rows[0][0].jenis not in ([one.link.jenis_dokumen], []):
        return "Nama berkasnya menyebut lebih dari satu jenis dokumen"
    if one.sesama > 1 and any(how != BKN for _, how in rows):
        return f"Pegawai ini punya {one.sesama} riwayat dengan jenis dokumen ini"
    return ""


def start(user: Principal) -> BerkasBatch:
    """A new run, dry. Nothing is linked before somebody carries it out."""
    batch = BerkasBatch(awalan=gudang.awalan(), dibuat_oleh_id=user.id)
    db.session.add(batch)
    db.session.flush()
    jobs.enqueue(prepare, "Cari berkas hilang", f"berkas-cari-{batch.id}", user.id, batch=str(batch.id))
    return batch


@jobs.kind("kepegawaian-berkas-cari", antrean="panjang")
def prepare(job: jobs.Job) -> None:
    siapkan(uuid.UUID(job.argumen["batch"]), job)


def siapkan(key: uuid.UUID, job: jobs.Job | None = None) -> None:
    """Read the old store, propose for every lost file. A worker that died begins anew; twice gives the same."""
    batch = db.session.get_one(BerkasBatch, key)
    if batch.status != m.MENYIAPKAN:
        return
    db.session.execute(sa.delete(BerkasTemuan).where(BerkasTemuan.batch_id == key))
    objects = gudang.pindai(batch.awalan)
    count: dict[str, int] = {"objek": objects, "sasaran": 0, "otomatis": 0, "antre": 0, "tanpa": 0}
    last: uuid.UUID | None = None
    while found := targets(last):
        collect(found)
        for one in found:
            _propose(batch, one, count)
        last = found[-1].link.id
        db.session.flush()
        batch.hitungan = dict(count)
        commit()
        if job is not None:
            jobs.progress(job, count["sasaran"], count["sasaran"])
    batch.hitungan, batch.status = dict(count), m.SIAP
    commit()


def _propose(batch: BerkasBatch, one: Sasaran, count: dict[str, int]) -> None:
    outcome, why, chosen = verdict(one)
    count["sasaran"] += 1
    count[outcome.lower() or "tanpa"] += 1
    if not outcome:
        return
    rows = sorted(one.calon.values(), key=lambda pair: (pair[0] is not chosen, pair[0].kunci))[:MOST]
    db.session.add(BerkasTemuan(
        batch_id=batch.id, tautan_id=one.link.id, pegawai_id=one.link.pegawai_id, hasil=outcome, sebab=why,
        jenis_dokumen=one.link.jenis_dokumen, kunci=chosen.kunci if chosen else "",
        calon=[{"kunci": row.kunci, "cara": how, "ukuran": row.ukuran, "sha256": row.sha256} for row, how in rows],
    ))  # fmt: skip
