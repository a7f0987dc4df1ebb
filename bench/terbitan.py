"""Certificates a second on one core, and a thousand of them issued by the job itself, with their memory.

Runs in a process of its own: `python -m bench.terbitan` prints one line of JSON for the bench. A thousand certificates
of the demo go back to "signed, not yet issued" and are issued again: rows, papers in the store, events.
"""

import json
import os
import subprocess
import sys
import time
import uuid
from typing import Any

from bench import processes
from bench.figures import Figure
from bench.place import ROOT, BenchError, Place

PER_SECOND, JOB_PER_SECOND, GROWTH_MB = 40, 20, 10
MANY, BATCH, BATCHES, SETTLED = 1000, 20, 11, 0.2
CHOSEN = """
SELECT s.id FROM sertifikasi_sertifikat s JOIN sertifikasi_skema_versi v ON v.id = s.skema_versi_id
WHERE s.status = 'BERLAKU' AND s.nomor IS NOT NULL AND NOT v.contoh
ORDER BY s.dokumen_id IS NOT NULL, s.id DESC LIMIT %s
"""


def measured(where: Place) -> list[Figure]:
    with where.connect() as connection:
        chosen = [row[0] for row in connection.execute(CHOSEN.encode(), (MANY,)).fetchall()]
        if len(chosen) < MANY:
            raise BenchError("Data peragaan tidak memuat seribu sertifikat. Muat ulang: python -m bench --muat")
        connection.execute("DELETE FROM sertifikasi_surveilan WHERE sertifikat_id = ANY(%s)", (chosen,))
    command = [sys.executable, "-m", "bench.terbitan"]
    environment = {**os.environ, **where.environment, "BENCH_MESIN": str(where.postgres)}
    ids = json.dumps([str(key) for key in chosen])
    done = subprocess.run(command, cwd=ROOT, env=environment, input=ids, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"Sertifikat gagal:\n{done.stderr[-2000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    note = f"{told['halaman']:.0f} halaman, {told['ms']:.1f} ms CPU"
    words = f"{MANY} sertifikat sebagai satu pekerjaan"
    return [
        Figure("sertifikat_per_detik", "Sertifikat dengan QR", 1000 / told["ms"], "/dtk/inti", PER_SECOND,
               at_least=True, note=note),
        Figure("sertifikat_pekerjaan", words, MANY / told["detik"], "/dtk", JOB_PER_SECOND, at_least=True,
               note=f"{told['detik']:.0f} dtk, {MANY / told['cpu']:.0f}/dtk CPU, terbit {told['terbit']}"),
        Figure("sertifikat_memori_tumbuh", f"{words}: memori tumbuh", told["tumbuh"], "MB", GROWTH_MB,
               note=f"RSS {told['rss']:.0f} MB"),
        Figure("sertifikat_hilang", f"{words}: hilang atau ganda", told["hilang"], "", 0),
    ]  # fmt: skip


def main() -> int:
    from portal import create_app
    from portal.config import Config

    ids = [uuid.UUID(text) for text in json.loads(sys.stdin.read())]
    with create_app(Config.from_env()).app_context():
        _sign(ids)
        print(json.dumps({**_speed(ids), **_job(ids)}))
    return 0


def _sign(ids: list[uuid.UUID]) -> None:
    """Back to the hour after the ketua signed them, with the content that is printed."""
    import sqlalchemy as sa

    from portal.kernel import db
    from portal.kernel.db import now
    from portal.kernel.people import PenugasanPeran, User
    from portal.sertifikasi import sheets
    from portal.sertifikasi.keputusan import models as k
    from portal.sertifikasi.keputusan import sertifikat
    from portal.sertifikasi.skema.models import SkemaVersi

    holder = sa.select(User).join(PenugasanPeran, PenugasanPeran.user_id == User.id)
    ketua = db.db.session.scalars(holder.where(PenugasanPeran.peran == "ketua_lsp").limit(1)).one()
    for row in db.db.session.scalars(sa.select(k.Sertifikat).where(k.Sertifikat.id.in_(ids))):
        versi = db.db.session.get_one(SkemaVersi, row.skema_versi_id)
        row.ditandatangani_at, row.ditandatangani_oleh_id, row.ditandatangani_oleh = now(), ketua.id, ketua.nama
        row.isi, row.status = sertifikat.content(row, versi), k.MENUNGGU_TANDA_TANGAN
        row.isi_sha256 = sheets.sidik(row.isi)
    db.commit()


def _speed(ids: list[uuid.UUID]) -> dict[str, float]:
    """Best of ten batches of 20 drawn as the job draws them, CPU of this process and of PostgreSQL."""
    from portal.kernel import db

    backends = processes.tree(int(os.environ["BENCH_MESIN"]))
    best, pages = float("inf"), 0.0
    for batch in range(BATCHES):
        database, own = processes.cpu(backends), processes.own_cpu()
        for key in ids[batch * BATCH : (batch + 1) * BATCH]:
            pages = _draw(key)
        took = processes.own_cpu() - own + processes.cpu(backends) - database
        best = min(best, took) if batch else best
        db.rollback()
    return {"ms": 1000 * best / BATCH, "halaman": pages}


def _draw(key: uuid.UUID) -> int:
    from portal.kernel import db
    from portal.sertifikasi import sheets
    from portal.sertifikasi.keputusan import models as k
    from portal.sertifikasi.keputusan import sertifikat

    row = db.db.session.get_one(k.Sertifikat, key)
    signed = [{"peran": "KETUA", "nama": row.ditandatangani_oleh, "no_reg": "", "pada": row.ditandatangani_at,
               "sha256": row.isi_sha256}]  # fmt: skip
    body = sheets.render(row.isi, signed, foto=sertifikat.photo(row.permohonan_id))
    return body.count(b"/Type /Page\n")


def _job(ids: list[uuid.UUID]) -> dict[str, Any]:
    """The job as the worker runs it, its resident memory after a fifth and at the end."""
    import sqlalchemy as sa

    from portal.kernel import db, jobs
    from portal.sertifikasi.keputusan import models as k
    from portal.sertifikasi.keputusan import sertifikat

    seen: list[float] = []
    told = jobs.progress

    def heard(job: jobs.Job, done: int, total: int) -> None:
        told(job, done, total)
        seen.append(processes.rss(os.getpid()))

    jobs.progress = heard
    job = jobs.Job(nama="bench", judul="bench", kunci=str(uuid.uuid4()), argumen={}, status=jobs.BERJALAN)
    db.db.session.add(job)
    db.commit()
    begun, cpu = time.monotonic(), processes.own_cpu()
    sertifikat.terbitkan.run(job)
    took, cpu = time.monotonic() - begun, processes.own_cpu() - cpu
    papers = db.db.session.scalars(
        sa.select(k.Sertifikat.dokumen_id).where(k.Sertifikat.id.in_(ids), k.Sertifikat.status == k.BERLAKU)
    ).all()
    job.status = jobs.SELESAI
    db.commit()
    growth = seen[-1] - seen[int(len(seen) * SETTLED)]
    missing = len(ids) - len(set(papers) - {None})
    return {"detik": took, "cpu": cpu, "rss": seen[-1], "tumbuh": growth, "terbit": len(papers), "hilang": missing}


if __name__ == "__main__":
    sys.exit(main())
