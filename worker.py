"""The worker: RQ processes for both queues, one clock for periodic jobs, restarted when one dies.

"singkat" runs in long-lived SimpleWorkers; "panjang" forks per job, so that memory and crashes stay apart. All of them
are forked from this process, which has imported the portal and opened nothing: it is read once, and its memory shared.
"""

import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from types import FrameType

from rq import Queue
from rq.worker import SimpleWorker, Worker

from portal import create_app, load_modules
from portal.config import Config
from portal.kernel import backup, documents, jobs, messages, pieces
from portal.kernel.db import commit, db, rollback
from portal.kernel.engines import environment_for
from portal.kernel.storage import redis

logger = logging.getLogger("worker")
SHORT = int(os.environ.get("PEKERJA_SINGKAT", "2"))
SWEEP_SECONDS = 10
FOLLOW_SECONDS = 1


def config() -> Config:
    return Config.from_env({**os.environ, **environment_for(os.environ)})


def end_with_parent() -> None:
    """A killed parent takes its children along; otherwise the next one's clock would be the second."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # not as the parent, from which it was forked
    signal.signal(signal.SIGINT, signal.default_int_handler)
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        threading.Thread(target=_follow, args=(parent.pid,), daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(FOLLOW_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)  # a job under way is finished first


def serve(name: str, kind: type[Worker]) -> None:
    """One RQ worker, inside the application's context; the engine is opened after the fork."""
    end_with_parent()
    app = create_app(config())
    with app.app_context():
        db.engine.dispose(close=False)
        queue = Queue(f"pamong-{name}", connection=redis())
        kind([queue], connection=redis(), default_worker_ttl=60).work(logging_level="WARNING", with_scheduler=False)


def clock() -> None:
    """Runs the periodic list; a duty that fails is tried again at its next turn."""
    end_with_parent()
    app = create_app(config())
    duties = periodic()
    due = dict.fromkeys(range(len(duties)), 0.0)
    while True:
        for index, (seconds, duty) in enumerate(duties):
            if time.monotonic() >= due[index]:
                due[index] = time.monotonic() + seconds
                with app.app_context():
                    _run(duty)
        time.sleep(1)


def _run(duty: Callable[[], object]) -> None:
    try:
        duty()
        commit()
    except Exception:  # the clock outlives any failure of a duty
        rollback()
        logger.exception("periodic %s failed", duty)


def periodic() -> list[tuple[int, Callable[[], object]]]:
    """What the kernel does itself, and the jobs that the modules want again and again."""
    return DUTIES + [(seconds, partial(jobs.enqueue, what, judul, what.nama)) for seconds, what, judul in jobs.PERIODIC]


DUTIES: list[tuple[int, Callable[[], object]]] = [
    (SWEEP_SECONDS, jobs.sweep),
    (60, backup.on_schedule),
    (300, messages.expire),
    (3600, documents.purge),
    (3600, pieces.sweep),
    (86400, jobs.purge),
]
PROCESSES = [("singkat", SimpleWorker)] * SHORT + [("panjang", Worker)]


def main() -> None:
    logging.basicConfig(level="INFO", format="%(asctime)s %(name)s %(levelname)s %(message)s")
    gc.disable()
    load_modules()
    gc.freeze()  # no collection of a child touches, and so copies, what the portal is made of
    gc.enable()
    linux = sys.platform == "linux"  # elsewhere a fork is not safe with every library of the system
    context = multiprocessing.get_context("fork") if linux else multiprocessing.get_context("spawn")
    plans = [(serve, one) for one in PROCESSES] + [(clock, ())]
    running = [context.Process(target=target, args=arguments) for target, arguments in plans]
    for process in running:
        process.start()

    def stop(_: int, __: FrameType | None) -> None:
        for process in running:
            if process.pid and process.is_alive():
                os.kill(process.pid, signal.SIGTERM)
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while True:
        time.sleep(1)
        for index, process in enumerate(running):
            if not process.is_alive():
                target, arguments = plans[index]
                logger.warning("a worker process ended (%s); starting another", process.exitcode)
                running[index] = context.Process(target=target, args=arguments)
                running[index].start()


if __name__ == "__main__":
    main()
