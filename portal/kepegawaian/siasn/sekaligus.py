"""What is decided for many rows with one press: asked for on a page, done by a worker, row by row."""

import uuid

from portal.kepegawaian import SIASN
from portal.kepegawaian.siasn import catatan, peta, putusan
from portal.kernel import access, jobs, people
from portal.kernel.db import commit
from portal.kernel.errors import Missing
from portal.kernel.people import Principal

TERBANYAK = 5000  # rows that one press takes


def peminta(job: jobs.Job) -> Principal:
    """Who pressed, with the rights they hold now."""
    user = people.principal_of(job.user_id, access.grants()) if job.user_id else None
    if user is None or not user.has(SIASN):
        raise Missing("Peminta tidak lagi berhak.")
    return user


def minta_terima(jenis: str, user: Principal) -> uuid.UUID:
    """Take what SIASN has of a kind. A second press joins the first."""
    words = f"Terima dari SIASN: {catatan.JUDUL[jenis]}"
    return jobs.enqueue(terima, words, f"siasn-terima-{jenis}", user.id, jenis=jenis)


@jobs.kind("siasn-terima", antrean="panjang")
def terima(job: jobs.Job) -> None:
    """Each row is committed on its own: killed, it goes on behind the last one. Refused rows keep the reason."""
    user, with_ = peminta(job), putusan.bekal()
    keys = putusan.calon_terima(job.argumen["jenis"], TERBANYAK)
    for done, key in enumerate(keys, 1):
        putusan.terima_satu(key, user, with_)
        commit()
        if done % 20 == 0:
            jobs.progress(job, done, len(keys))
    jobs.progress(job, len(keys), len(keys))


def minta_petakan(daftar: str, user: Principal) -> uuid.UUID:
    """Map what has one namesake only. A second press joins the first."""
    words = f"Petakan yang namanya sama: {peta.JUDUL[daftar]}"
    return jobs.enqueue(petakan, words, f"siasn-petakan-{daftar}", user.id, daftar=daftar)


@jobs.kind("siasn-petakan", antrean="panjang")
def petakan(job: jobs.Job) -> None:
    peta.petakan_tunggal(job.argumen["daftar"], peminta(job), TERBANYAK)
