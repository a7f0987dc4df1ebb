"""Signed papers whose seal failed are asked for again."""

import uuid

import sqlalchemy as sa

from portal.kernel import jobs
from portal.kernel.db import db
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import sertifikat, sk


@jobs.every(900, "Segel kertas yang tertunda")
@jobs.kind("sertifikasi-segel-susul")
def susul(job: jobs.Job) -> uuid.UUID | None:
    """Ask again for signed papers that are not there: their jobs gave up when the key did not work."""
    if sertifikat.left():
        sertifikat.issue_all(None)
    unsealed = sa.select(k.Sk).where(k.Sk.ditandatangani_at.is_not(None), k.Sk.dokumen_id.is_(None))
    for row in db.session.scalars(unsealed.order_by(k.Sk.id).limit(50)):
        sk.draw(row)
    return None
