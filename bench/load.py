"""Many signed-in people at once: granian (behind nginx when asked), the generator in C, and what it saw."""

import contextlib
import http.client
import json
import resource
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis

from bench import processes
from bench.place import ROOT, BenchError, Place
from bench.servers import granian, nginx, stop
from bench.visitors import Visitor, sign_in
from portal.kernel import theme

SMALL_FILE = "img/pamong.svg"
PAGE, FRAGMENT = "/kotak-persetujuan", "/kotak-persetujuan?tab=dikembalikan"
EACH_GENERATOR = 10_000
SPARE_FILES = 300  # a worker's own files, and an uneven share of the connections


@dataclass(frozen=True)
class Profile:
    """Times in seconds. `mix`: "penuh" = whole pages only, "campur" = half unchanged, a third fragments."""

    people: int
    think: float
    ramp: float
    measure: float
    mix: str = "penuh"
    drop: float = 2
    behind_nginx: bool = False


@dataclass
class Seen:
    """What the generators measured. Times in milliseconds, cores by program."""

    rate: float
    kinds: dict[str, dict[int, int]]
    faults: dict[str, int]
    cores: dict[str, float]
    others: float = 0
    memory: dict[str, float] = field(default_factory=dict)
    kept: int = 0

    @property
    def errors(self) -> int:
        return sum(self.faults.values())

    def at(self, share: float, kind: str = "halaman") -> float:
        """The time below which this share of the answers came."""
        buckets = sorted(self.kinds.get(kind, {}).items())
        wanted = share * sum(count for _, count in buckets)
        for bucket, count in buckets:
            wanted -= count
            if wanted <= 0:
                return float(1.02 ** (bucket + 1)) / 1000
        return 0.0


def generator(var: Path) -> Path:
    """The program, compiled when its source is newer. Raises BenchError where there is no compiler."""
    source, program = ROOT / "bench" / "muatan.c", var / "muatan"
    if program.exists() and program.stat().st_mtime > source.stat().st_mtime:
        return program
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        raise BenchError("Tidak ada penyusun C untuk bench/muatan.c. Pasang: apt-get install gcc libc6-dev")
    command = [compiler, "-O2", "-Wall", "-o", str(program), str(source), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"bench/muatan.c tidak dapat disusun: {done.stderr[-800:]}")
    return program


def warmed(port: int, visitors: list[Visitor], path: Path) -> Path:
    """Everybody has been here before: one visit each, their page's version written down beside the cookie."""
    shares = [visitors[at::4] for at in range(4)]
    with ThreadPoolExecutor(len(shares)) as pool:
        tags = [tag for found in pool.map(lambda some: _visit(port, some), shares) for tag in found]
    path.write_text("".join(f"{cookie}\t{tag}\n" for cookie, tag in tags))
    return path


def _visit(port: int, visitors: list[Visitor]) -> list[tuple[str, str]]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    found = []
    for one in visitors:
        line.request("GET", PAGE, headers={"Cookie": one.cookie, "Accept": "text/html"})
        answer = line.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise BenchError(f"Kotak persetujuan menjawab {answer.status} untuk pengunjung yang sudah masuk.")
        found.append((one.cookie, answer.headers.get("ETag", "")))
    line.close()
    return found


def measured(place: Place, profile: Profile, workers: int = 2) -> Seen:
    """One run from an empty server to the last answer. Raises BenchError when it cannot be made."""
    program = generator(place.var)
    _enough_files(profile.people, workers)
    visitors = sign_in(Redis.from_url(place.environment["REDIS_URL"]), place.people)
    with contextlib.ExitStack() as stack:
        silence = 1 if profile.behind_nginx else profile.think * 1.5
        server, port = stack.enter_context(granian(place, workers, silence))
        people = warmed(port, visitors, place.var / "pengunjung.tsv")
        watched = {"aplikasi": server.pid, "postgresql": place.postgres, "valkey": place.valkey}
        if profile.behind_nginx:
            front, port = stack.enter_context(nginx(place, port))
            watched["nginx"] = front.pid
        return _run(place, profile, program, port, people, watched)


def _asset() -> str:
    """Address of a small static file."""
    return theme.load_assets(ROOT / "static").url(SMALL_FILE)


def _enough_files(people: int, workers: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = max(people // workers, min(people, EACH_GENERATOR)) * 3 // 2 + SPARE_FILES
    if hard < needed:
        raise BenchError(f"Batas berkas terbuka {hard} per proses; diperlukan {needed} untuk {people} sambungan.")
    if soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _run(
    place: Place, profile: Profile, program: Path, port: int, people: Path, watched: dict[str, int]
) -> Seen:  # fmt: skip
    parts = -(-profile.people // EACH_GENERATOR)
    times = [str(int(1000 * t)) for t in (profile.think, profile.ramp, profile.drop, profile.measure)]
    generators = []
    for part in range(parts):
        share = profile.people // parts + (part < profile.people % parts)
        command = [str(program), str(port), str(share), *times, profile.mix, str(part + 1), str(people), PAGE, FRAGMENT]
        command.append(_asset())
        generators.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE))
    try:
        time.sleep(profile.ramp + profile.drop)
        before = _cpu(watched, generators)
        time.sleep(profile.measure - 0.5)
        after, memory = _cpu(watched, generators), _memory(watched)
        told = [json.loads(one.communicate(timeout=60)[0]) for one in generators]
    finally:
        for one in generators:
            if one.poll() is None:
                stop(one)
    seconds = after["saat"] - before["saat"]
    cores = {name: (after[name] - before[name]) / seconds for name in after if name != "saat"}
    others = cores.pop("mesin") - sum(cores.values())
    return _merged(told, profile, cores, others, memory)


def _cpu(watched: dict[str, int], generators: list[subprocess.Popen[bytes]]) -> dict[str, float]:
    found = {name: processes.cpu(processes.tree(pid)) for name, pid in watched.items()}
    found["pembangkit"] = processes.cpu(one.pid for one in generators)
    return {**found, "mesin": processes.machine(), "saat": time.monotonic()}


def _memory(watched: dict[str, int]) -> dict[str, float]:
    """Private memory of the two programs that hold connections."""
    names = [name for name in ("aplikasi", "nginx") if name in watched]
    return {name: sum(processes.uss(pid) for pid in processes.tree(watched[name])) for name in names}


def _merged(
    told: list[dict[str, object]], profile: Profile, cores: dict[str, float], others: float, memory: dict[str, float]
) -> Seen:
    kinds: dict[str, dict[int, int]] = {}
    faults: dict[str, int] = {}
    kept = 0
    for one in told:
        kept += int(str(one["sambungan"]))
        for name, count in dict(one["galat"]).items():  # type: ignore[call-overload]
            faults[name] = faults.get(name, 0) + count
        for kind, buckets in dict(one["jenis"]).items():  # type: ignore[call-overload]
            into = kinds.setdefault(kind, {})
            for at, count in buckets.items():
                into[int(at)] = into.get(int(at), 0) + count
    answers = sum(count for buckets in kinds.values() for count in buckets.values())
    return Seen(answers / profile.measure, kinds, faults, cores, others, memory, kept)
