"""Twenty thousand signed-in people on this machine: `python -m bench.duapuluhribu`.

Two runs, about two minutes: whole inbox pages at 60 s between two clicks, then 30 s with the mixed profile
(half "has it changed?", three of ten the list alone, the rest whole pages). Everything on the loopback
address; PostgreSQL, Valkey, granian, nginx and the generator share the cores. Without nginx people click every
38 s in the first run: granian closes connections that are silent for 60 s.
"""

import argparse
import sys

from bench import figures, place
from bench.figures import Figure
from bench.load import Profile, Seen, measured
from bench.servers import nginx_program

PEOPLE, RAMP, MEASURE = 20_000, 15, 30
SILENT_THINK = 38
OTHERS = 0.3  # cores; the kernel's own work for the network is among them
P95_MS = 250


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m bench.duapuluhribu", description=__doc__)
    options.add_argument("--tanpa-nginx", action="store_true", help="granian alone even where nginx is installed")
    options.add_argument("--orang", type=int, default=PEOPLE, help="signed-in people, at most 20000")
    options.add_argument("--hanya", choices=("penuh", "campur"), help="one of the two runs")
    chosen = options.parse_args()
    found: list[Figure] = []
    try:
        with place.opened() as where:
            nginx = not chosen.tanpa_nginx and nginx_program() is not None
            for mix, think in (("penuh", 60 if nginx else SILENT_THINK), ("campur", 30)):
                if chosen.hanya in (None, mix):
                    front = "nginx di depan granian" if nginx else "granian saja"
                    print(f"{chosen.orang} orang, {mix}, jeda {think} detik, {front} …", flush=True)
                    profile = Profile(min(chosen.orang, PEOPLE), think, RAMP, MEASURE, mix, behind_nginx=nginx)
                    found += told(measured(where, profile), profile, f"muatan_{mix}", f"{mix}, jeda {think} dtk")
    except place.BenchError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n" + figures.table(found) + "\n")
    print(figures.as_json(found))
    return 0


def told(seen: Seen, profile: Profile, name: str, words: str) -> list[Figure]:
    """The figures of one run. Times are judged only when nobody else worked on the machine."""
    alone = seen.others <= OTHERS
    wanted = profile.people / profile.think
    faults = ", ".join(f"{kind} {count}" for kind, count in seen.faults.items() if count)
    cores = " + ".join(f"{who} {used:.2f}" for who, used in seen.cores.items())
    memory = ", ".join(f"{who} {size:.0f} MB" for who, size in seen.memory.items())
    who = f"{profile.people} orang ({words})"
    quick = P95_MS if alone else None
    found = [
        Figure(f"{name}_galat", f"{who}: galat", seen.errors, "", 0, note=faults),
        Figure(f"{name}_p95", f"{who}: halaman p95", seen.at(0.95), "ms", quick,
               note=f"p50 {seen.at(0.5):.0f}, p99 {seen.at(0.99):.0f} ms"),
        Figure(f"{name}_laju", f"{who}: jawaban per detik", seen.rate, "/dtk", 0.97 * wanted if alone else None,
               at_least=True, note=f"diminta {wanted:.0f}"),
        Figure(f"{name}_inti", f"{who}: inti prosesor", sum(v for k, v in seen.cores.items() if k != "pembangkit"),
               "inti", note=f"{cores}; {memory}"),
        Figure(f"{name}_orang_lain", f"{who}: inti yang dipakai program lain", seen.others, "inti",
               note="" if alone else "waktu dan laju di atas tidak dinilai"),
    ]  # fmt: skip
    found += [
        Figure(f"{name}_{kind}_p95", f"{who}: {kind} p95", seen.at(0.95, kind), "ms",
               note=f"p50 {seen.at(0.5, kind):.1f} ms")
        for kind in ("bagian", "tetap") if seen.kinds.get(kind)
    ]  # fmt: skip
    return found


if __name__ == "__main__":
    sys.exit(main())
