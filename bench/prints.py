"""PDFs a second on one core, made as the worker makes them (rows read from PostgreSQL), and their memory.

Runs in a process of its own: `python -m bench.prints` prints one line of JSON for the bench.
"""

import json
import os
import subprocess
import sys
import uuid
from typing import Any

from bench import place, processes
from bench.figures import Figure
from bench.place import ROOT, BenchError, Place

PER_SECOND = 20
MANY, SETTLED, BATCH = 1000, 100, 20
GROWTH_MB = 10  # what "flat" may cost: allocator and caches, not documents
DECIDED = """
SELECT kb.id, u.id FROM kinerja_bulanan kb JOIN pengajuan p ON p.id = kb.submission_id
JOIN pengguna u ON u.pegawai_id = kb.pegawai_id JOIN kinerja_evaluasi e ON e.skp_id = kb.skp_id
  AND e.periode = 'B' || lpad(cast(kb.bulan AS text), 2, '0') AND e.status <> 'DRAF'
WHERE p.status = 'DITETAPKAN' AND (SELECT count(*) FROM kinerja_realisasi_bulanan r
                                   WHERE r.kinerja_bulanan_id = kb.id) = 4
ORDER BY kb.id LIMIT 200
"""
SHEETS = {"d11": ("evaluasi", "D11 evaluasi kinerja"), "d14": ("pks", "D14 pengukuran kinerja")}


def measured(where: Place) -> list[Figure]:
    command = [sys.executable, "-m", "bench.prints"]
    environment = {**os.environ, **where.environment, "BENCH_MESIN": str(where.postgres)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"Cetakan gagal:\n{done.stderr[-2000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    figures = []
    for kode, (_, words) in SHEETS.items():
        one = told[kode]
        note = f"{one['halaman']:.1f} halaman, {one['ms']:.1f} ms CPU, {one['kb']:.0f} KB"
        figures.append(
            Figure(f"pdf_{kode}_per_detik", f"PDF {words}", 1000 / one["ms"], "/dtk/inti", PER_SECOND, at_least=True,
                   note=note)
        )  # fmt: skip
    figures.append(
        Figure("pdf_memori_tumbuh", f"PDF: memori tumbuh selama {MANY} dokumen", told["tumbuh"], "MB", GROWTH_MB,
               note=f"RSS {told['rss']:.0f} MB")
    )  # fmt: skip
    return figures


def main() -> int:
    from portal import create_app
    from portal.config import Config

    app = create_app(Config.from_env())
    with app.app_context():
        told: dict[str, Any] = {kode: _speed(report) for kode, (report, _) in SHEETS.items()}
        told |= _memory()
    print(json.dumps(told))
    return 0


def _subjects() -> list[tuple[uuid.UUID, uuid.UUID]]:
    import sqlalchemy as sa

    from portal.kernel import db

    db.reading(True)
    rows = db.db.session.execute(sa.text(DECIDED)).all()
    if not rows:
        raise place.BenchError("Tidak ada bulan yang sudah ditetapkan di data peragaan.")
    return [(row[0], row[1]) for row in rows]


def _build(report: str, subject: uuid.UUID, user_id: uuid.UUID, number: int) -> tuple[int, int]:
    """One document as the job builds it, without storing it. Returns pages and bytes."""
    from portal.kernel import access, db, people
    from portal.kernel.access import fetch
    from portal.kernel.reports.request import REPORTS

    db.reading(True)
    declared = REPORTS[report]
    user = people.principal_of(user_id, access.grants())
    assert user is not None
    page = declared.build(fetch(declared.rows(user), subject), user, f"7F3K-{number:04d}-M4TX", f"PKS-{number:06d}")
    body = page.build()
    db.rollback()
    db.db.session.remove()
    return page.count, len(body)


def _speed(report: str) -> dict[str, float]:
    """Best of ten batches of 20, CPU of this process and of PostgreSQL."""
    subjects = _subjects()
    backends = processes.tree(int(os.environ["BENCH_MESIN"]))
    pages = size = 0
    best = float("inf")
    for batch in range(11):
        database, own = processes.cpu(backends), processes.own_cpu()
        for at in range(BATCH):
            subject, user = subjects[(batch * BATCH + at) % len(subjects)]
            count, length = _build(report, subject, user, batch * BATCH + at)
            pages, size = pages + count, size + length
        took = processes.own_cpu() - own + processes.cpu(backends) - database
        best = min(best, took) if batch else best
    made = 11 * BATCH
    return {"ms": 1000 * best / BATCH, "halaman": pages / made, "kb": size / made / 1024}


def _memory() -> dict[str, float]:
    subjects, reports = _subjects(), [report for report, _ in SHEETS.values()]
    settled = 0.0
    for number in range(MANY + SETTLED):
        subject, user = subjects[number % len(subjects)]
        _build(reports[number % len(reports)], subject, user, number)
        if number == SETTLED:
            settled = processes.rss(os.getpid())
    now = processes.rss(os.getpid())
    return {"rss": now, "tumbuh": now - settled}


if __name__ == "__main__":
    sys.exit(main())
