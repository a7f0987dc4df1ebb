"""Background work as the person who asked for it sees it, and their messages."""

import uuid

import sqlalchemy as sa
from werkzeug.wrappers import Response

from portal.kernel import jobs, messages, notices, people
from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.errors import Conflict
from portal.kernel.jobs import GAGAL, Job, visible_jobs
from portal.kernel.people import Principal
from portal.kernel.web import SIGNED_IN, Module, done, render

module = Module("tugas", "")


@module.route("/tugas", can=SIGNED_IN)
def daftar() -> Response:
    user = people.required()
    rows = db.session.scalars(visible_jobs(user.id).order_by(Job.id.desc()).limit(50)).all()
    unsent = messages.failed() if user.has("tugas.pantau") else []
    return render("kernel/tugas_list.html", rows=rows, pesan=unsent)


@module.route("/tugas/<uuid:id>", can=SIGNED_IN)
def tugas(id: uuid.UUID) -> Response:
    """Polled every two seconds while it runs; the finished answer carries no trigger."""
    return render("kernel/tugas.html", block="isi", job=fetch(visible_jobs(people.required().id), id))


@module.route("/tugas/<uuid:id>/ulang", can=SIGNED_IN, methods=["POST"])
def ulang(id: uuid.UUID) -> Response:
    job = fetch(visible_jobs(people.required().id), id, lock=True)
    kind = jobs.KINDS.get(job.nama)
    if job.status != GAGAL or kind is None:
        raise Conflict("Pekerjaan ini tidak sedang gagal, atau tidak lagi dapat diulang.")
    fresh = jobs.enqueue(kind, job.judul, job.kunci, job.user_id, **job.argumen)
    return done(f"/tugas/{fresh}")


@module.route("/pemberitahuan", can=SIGNED_IN)
def pemberitahuan() -> Response:
    return render("kernel/pemberitahuan.html", rows=notices.latest(people.required().id))


@module.route("/pemberitahuan", can=SIGNED_IN, methods=["POST"])
def baca_semua() -> Response:
    notices.mark_read(people.required().id)
    return done("/pemberitahuan", "Semua pemberitahuan ditandai sudah dibaca.")


def _count(user: Principal) -> sa.ScalarSelect[int]:
    count: sa.ScalarSelect[int] = notices.unread(user.id)
    return count


module.badges["/pemberitahuan"] = _count
