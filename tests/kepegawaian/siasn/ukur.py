"""Taken by hand: `python -m tests.kepegawaian.siasn.ukur 2000`. A whole city against the stand-in, with faults in
8 of 100 calls and a worker that is killed with -9 while it pulls and while it pushes. Prints figures as it goes.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from portal.kernel import engines
from tests import database
from tests.kepegawaian.siasn.tiruan import Siasn, jalan

ROOT = Path(__file__).resolve().parents[3]
WORKER = "tests.kepegawaian.siasn.pekerja"


def main(count: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="pamong-siasn-"))
    with engines.Engines(folder, testing=True, discard=True) as started:
        database.migrated(started)
        place = {**started.environment(), "VAR": str(started.var), "ALAMAT": "http://localhost"}
        siasn = Siasn(seed=20261122, banyak=80)
        with jalan(siasn) as address:
            siasn.alamat = address  # type: ignore[attr-defined]
            walk(place, siasn, count)


def walk(place: dict[str, str], siasn: Siasn, count: int) -> None:
    from portal import create_app
    from portal.config import Config
    from portal.kepegawaian.siasn import models as m
    from portal.kepegawaian.siasn import setelan, tarik
    from portal.kernel.db import commit, db
    from tests.kepegawaian import factories as f
    from tests.kepegawaian.siasn import conftest, skenario

    app = create_app(Config.from_env(place))
    with app.app_context():
        conftest.siapkan(siasn)
        setelan.ambil().batas_harian = 500_000  # the usual cap of a day is 50,000 calls, fewer than this takes
        one, other = conftest.tempel(siasn), f.principal(f.akun("bkpsdm"))
        commit()
        begun = time.monotonic()
        city = skenario.tanam(siasn, count, one)
        say(
            f"planted {count} people in {time.monotonic() - begun:.0f} s: "
            f"push {city.kirim}, take {city.terima}, decide {city.beda} for ours, {city.ambil} for SIASN"
        )
        pull = tarik.mulai(one, tarik.SEMUA, skenario.KINDS)
        commit()
        killed_while_choosing(place, pull.id)
        work(place, siasn, pull.id, "pull", lambda: siasn.panggilan["semua"] > count * 3)
        say(f"open: {skenario.laporan()}")
        say(f"decided: {skenario.sepakati(one)}")
        parcels = 0
        while (push := skenario.siapkan(one, other)) is not None:
            commit()
            parcels += 1
            saved = len(siasn.simpan)
            when = (lambda saved=saved: len(siasn.simpan) > saved + min(100, city.kirim // 3)) if parcels == 1 else None
            work(place, siasn, push.id, f"push {parcels}", when)
        states = db.session.execute(sa.select(m.Kotak.status, sa.func.count()).group_by(m.Kotak.status))
        say(f"parcels {parcels}: {dict(states.tuples().all())}, saves {len(siasn.simpan)}")
        last = tarik.mulai(one, tarik.SEMUA, skenario.KINDS)
        commit()
        work(place, siasn, last.id, "pull again", None)
        say(f"report: {skenario.laporan()}; twice at SIASN: {siasn.rangkap()}")
        pairs = dict(db.session.execute(sa.select(m.Pasangan.kelas, sa.func.count()).group_by(m.Pasangan.kelas)).all())
        say(f"pairs {pairs}, calls {siasn.panggilan['semua']}, faults {siasn.terjadi.total()} {dict(siasn.terjadi)}")
        say(f"{(time.monotonic() - begun) / 60:.1f} minutes")


def work(
    place: dict[str, str], siasn: Siasn, key: object, name: str, kill: Callable[[], bool] | None
) -> None:  # fmt: skip
    """Let workers go on with a run until it is over; one of them dies when `kill` says so."""
    from portal.kepegawaian.siasn import jalan as runs
    from portal.kepegawaian.siasn import models as m
    from portal.kernel.db import commit, db, now
    from tests.kepegawaian.siasn import conftest
    from tests.kepegawaian.siasn.kerja import bangkitkan

    begun, calls, killed, pauses, tokens = time.monotonic(), siasn.panggilan["semua"], 0, 0, 0
    peak = 0
    while True:
        worker = start(place)
        while worker.poll() is None:
            time.sleep(0.1)
            peak = max(peak, memory(worker.pid))
            if kill is not None and kill():
                os.kill(worker.pid, signal.SIGKILL)
                killed, kill = killed + 1, None
        worker.wait()
        bangkitkan()
        run = db.session.get_one(m.Jalan, key, populate_existing=True)
        if run.status not in (m.BERJALAN, m.JEDA):
            break
        if run.status == m.JEDA:
            pauses += 1
            runs.setelan.ambil().putus_sampai = now() - timedelta(seconds=1)
            if runs.setelan.token() is None:  # two refusals in a row count as its end
                tokens += 1
                conftest.tempel(siasn, f"token-baru-dari-operator-{tokens:06d}")
            runs.teruskan(run)
        commit()
    spent, made = time.monotonic() - begun, siasn.panggilan["semua"] - calls
    say(
        f"{name}: {run.status} {run.selesai}/{run.total}, failed {run.gagal}, calls {made} in {spent:.0f} s "
        f"({made / spent:.0f}/s), killed {killed}, pauses {pauses}, tokens {tokens}, worker {peak // 1024} MB"
    )


def killed_while_choosing(place: dict[str, str], key: object) -> None:
    """The first worker is held where it writes down the people of the run, and killed there."""
    from portal.kepegawaian.siasn import models as m
    from portal.kernel.db import db
    from tests.kepegawaian.siasn.kerja import bangkitkan

    waits = sa.text("SELECT count(*) FROM pg_locks WHERE relation = 'siasn_jalan_orang'::regclass AND NOT granted")
    with db.engine.connect() as holder, db.engine.connect() as looker:
        holder.execute(sa.text("LOCK TABLE siasn_jalan_orang IN SHARE MODE"))
        worker = start(place)
        while not looker.scalar(waits):
            time.sleep(0.1)
            assert worker.poll() is None
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        holder.rollback()
    bangkitkan()
    run = db.session.get_one(m.Jalan, key, populate_existing=True)
    chosen = db.session.scalar(sa.select(sa.func.count()).where(m.JalanOrang.jalan_id == key))
    say(f"killed while choosing: {chosen} people, chosen at {run.dipilih_at}")


def start(place: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", WORKER], cwd=ROOT, env={**os.environ, **place})


def memory(pid: int) -> int:
    """The most that a process ever held, in KB; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def say(words: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
