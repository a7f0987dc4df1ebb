"""Reports a person asks for: declared once, made by a worker, kept as a Document, checked three times.

The route checks that the row is visible to who asks; the worker checks it again when the job runs, as that
person; the download checks once more. A report carries the code under which `/verifikasi/<kode>` confirms it.
"""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.kernel import access, activity, documents, issued, jobs, people
from portal.kernel.access import fetch
from portal.kernel.db import db, now
from portal.kernel.documents import PDF, Checked
from portal.kernel.errors import Missing
from portal.kernel.people import Principal
from portal.kernel.reports.page import Page

KEEP_DAYS = 7

activity.declare(**{"laporan.diminta": "laporan", "laporan.dibuat": "laporan kode sha256"})


@dataclass(frozen=True)
class Report:
    """`rows(user)` are the subjects this person may print. `build(subject, user, kode, nomor)` gives the Page.

    `file_name(subject)` ends in .pdf; `facts(subject)` are the lines that verification shows.
    """

    kode: str
    judul: str
    rows: Callable[[Principal], sa.Select[tuple[Any]]]
    build: Callable[[Any, Principal, str, str], Page]
    file_name: Callable[[Any], str]
    facts: Callable[[Any], dict[str, str]]

    def __post_init__(self) -> None:
        REPORTS[self.kode] = self

    def request(self, key: uuid.UUID, user: Principal) -> uuid.UUID:
        """Queue it for a subject the person may see. Raises Missing. Returns the job's id."""
        subject = fetch(self.rows(user), key)
        activity.log("laporan.diminta", subject, by=user, laporan=self.kode)
        return jobs.enqueue(
            make_report,
            self.judul,
            f"laporan-{self.kode}-{key}-{user.id}",
            user.id,
            kode=self.kode,
            subjek=str(key),
        )


REPORTS: dict[str, Report] = {}


@jobs.kind("laporan")
def make_report(job: jobs.Job) -> uuid.UUID:
    """Build, store and issue one report. Repeatable: a second run makes another Document."""
    report = REPORTS[job.argumen["kode"]]
    user = people.principal_of(job.user_id, access.grants()) if job.user_id else None
    if user is None:
        raise Missing("Akun peminta sudah tidak aktif.")
    subject = fetch(report.rows(user), uuid.UUID(job.argumen["subjek"]))
    user = documents.watched(user)  # from here on: who may see the subject is asked again as a whole
    jobs.progress(job, 0, 1)
    kode, nomor = issued.reserve(report.kode)
    body = report.build(subject, user, kode, nomor).build()
    document = documents.made(Checked(report.file_name(subject), PDF, body, None), user.id)
    documents.claim(document)
    document.kedaluwarsa_at = now() + timedelta(days=KEEP_DAYS)
    document.asal = {"jenis": "laporan", "izin": documents.rights_used(user), **job.argumen}
    sha256 = hashlib.sha256(body).hexdigest()
    issued.register(kode, nomor, report.judul, report.facts(subject), sha256)
    activity.log("laporan.dibuat", subject, by=user, laporan=report.kode, kode=kode, sha256=sha256)
    db.session.flush()
    return document.id


def _still_visible(user: Principal, asal: dict[str, Any]) -> bool:
    """The subject of a paper, asked for again when the paper is opened."""
    report = REPORTS.get(asal["kode"])
    if report is None:
        return False
    try:
        fetch(report.rows(user), uuid.UUID(asal["subjek"]))
    except Missing:
        return False
    return True


documents.checked_origin("laporan", _still_visible)
