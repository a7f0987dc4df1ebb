"""Every night a thirtieth of the store is read again and compared with the hash it was entered under."""

import hashlib
import math
import uuid

import sqlalchemy as sa

from portal.kernel import activity, jobs, notices, storage
from portal.kernel.db import commit, db, now
from portal.kernel.documents import content_key
from portal.sertifikasi.asesmen.kasus import pemegang
from portal.sertifikasi.repositori import sinkron
from portal.sertifikasi.repositori.models import Arsip

PART, STEP = 30, 200
activity.declare(**{"arsip.diperiksa": "berkas berbeda", "arsip.berbeda": "judul sha256 ditemukan"})


@jobs.every(86400, "Periksa repositori sertifikasi")
@jobs.kind("sertifikasi-arsip-periksa", antrean="panjang")
def check_store(job: jobs.Job) -> uuid.UUID | None:
    """Enter what is new, count how long it is kept, then re-hash the contents checked longest ago."""
    sinkron.enter(sinkron.FIRST)
    sinkron.count_retention()
    commit()
    total = db.session.scalar(sa.select(sa.func.count()).where(Arsip.dimusnahkan_at.is_(None))) or 0
    wanted, done, wrong = math.ceil(total / PART), 0, 0
    while done < wanted:
        rows = _oldest(min(STEP, wanted - done))
        if not rows:
            break
        wrong += sum(not _same(row) for row in rows)
        done += len(rows)
        commit()
        jobs.progress(job, done, wanted)
    activity.log("arsip.diperiksa", berkas=done, berbeda=wrong)
    return None


def _oldest(count: int) -> list[Arsip]:
    order = (Arsip.diperiksa_at.nulls_first(), Arsip.id)
    query = sa.select(Arsip).where(Arsip.dimusnahkan_at.is_(None)).order_by(*order).limit(count)
    return list(db.session.scalars(query.with_for_update(skip_locked=True)))


def _same(row: Arsip) -> bool:
    """Whether the store still holds the bytes of this entry. A difference is told once, when it is found."""
    body = storage.get(content_key(row.sha256))
    found = hashlib.sha256(body).hexdigest() if body is not None else "tidak ditemukan"
    before, row.cocok, row.diperiksa_at = row.cocok, found == row.sha256, now()
    if not row.cocok and before is not False:
        activity.log("arsip.berbeda", row, judul=row.judul, sha256=row.sha256, ditemukan=found)
        for person in {*pemegang("manajer_sertifikasi"), *pemegang("sekretariat_lsp")}:
            words = f"{row.judul}: isi tersimpan berbeda dari sidiknya. Pulihkan dari cadangan."
            notices.notify(person, "Berkas repositori berubah", words, f"/sertifikasi/repositori/{row.id}")
    return bool(row.cocok)
