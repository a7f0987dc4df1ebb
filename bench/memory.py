"""What a web worker keeps after ten thousand requests: one granian worker, every hot page, many people."""

import http.client
from concurrent.futures import ThreadPoolExecutor

from bench import processes
from bench.figures import Figure
from bench.place import BenchError, Place
from bench.scenes import Scenes
from bench.servers import granian
from bench.visitors import sign_in

REQUESTS, LINES = 10_000, 4
USS_MB = 120


def measured(place: Place, scenes: Scenes) -> list[Figure]:
    hot = scenes.hot()
    inboxes = [(("/kotak-persetujuan"), one.cookie) for one in sign_in(scenes.redis, place.people[:500])]
    asked = [(scene.request.path, scene.visitor.cookie) for scene in hot[1:4]]
    with granian(place, workers=1, idle=1) as (server, port):
        worker = _worker(server.pid)
        visits = [inboxes[at % len(inboxes)] if at % 2 else asked[at // 2 % len(asked)] for at in range(REQUESTS)]
        visits[:: REQUESTS // 50] = [(hot[4].request.path, hot[4].visitor.cookie)] * 50
        _visit(port, visits[:200])
        fresh = processes.uss(worker)
        with ThreadPoolExecutor(LINES) as pool:
            list(pool.map(lambda at: _visit(port, visits[at::LINES]), range(LINES)))
        kept = processes.uss(worker)
    note = f"{fresh:.0f} MB setelah 200 permintaan"
    return [Figure("pekerja_web_memori", f"Pekerja web setelah {REQUESTS} permintaan", kept, "MB", USS_MB, note=note)]


def _worker(parent: int) -> int:
    """The process below granian's own that uses most."""
    below = processes.tree(parent)[1:]
    if not below:
        raise BenchError("granian tidak punya proses pekerja.")
    return max(below, key=processes.uss)


def _visit(port: int, visits: list[tuple[str, str]]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for path, cookie in visits:
        line.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})
        answer = line.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise BenchError(f"{path} menjawab {answer.status}.")
    line.close()
