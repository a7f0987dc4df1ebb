"""`python -m bench`: every figure beside its limit, then one line of JSON. Exit code 0 also when one is missed.

`--hanya halaman,daftar,…` measures some groups only; `--muat` loads the data anew.
"""

import argparse
import sys
import time
from collections.abc import Callable

from bench import figures, place
from bench.figures import Figure
from bench.scenes import Scenes

Told = tuple[list[Figure], list[str]]


def _pages(where: place.Place, scenes: Scenes) -> Told:
    from bench import pages

    hot = scenes.hot()
    found = pages.ratios(where, hot, scenes) + pages.against_constant(where, hot[0])
    return found, []


def _statements(where: place.Place, scenes: Scenes) -> Told:
    from bench import pages

    hot = scenes.hot()
    scans, words = pages.seq_scans(where, hot, scenes)
    return pages.statements(hot, scenes) + scans, words


def _lists(where: place.Place, scenes: Scenes) -> Told:
    from bench import lists

    return lists.measured(scenes), []


def _prints(where: place.Place, scenes: Scenes) -> Told:
    from bench import prints

    return prints.measured(where), []


def _memory(where: place.Place, scenes: Scenes) -> Told:
    from bench import memory

    return memory.measured(where, scenes), []


def _certification(where: place.Place, scenes: Scenes) -> Told:
    from bench import lsp

    return lsp.measured(where, scenes)


def _certificates(where: place.Place, scenes: Scenes) -> Told:
    from bench import terbitan

    return terbitan.measured(where), []


def _register(where: place.Place, scenes: Scenes) -> Told:
    from bench import kepegawaian

    return kepegawaian.measured(where)


def _load(where: place.Place, scenes: Scenes) -> Told:
    from bench.duapuluhribu import told
    from bench.load import Profile, measured

    found = []
    for mix in ("penuh", "campur"):
        profile = Profile(people=2000, think=6, ramp=4, measure=20, mix=mix)
        found += told(measured(where, profile), profile, f"muatan_2000_{mix}", f"{mix}, jeda 6 dtk")
    return found, []


GROUPS: dict[str, Callable[[place.Place, Scenes], Told]] = {
    "halaman": _pages, "pernyataan": _statements, "daftar": _lists, "cetak": _prints, "lsp": _certification,
    "sertifikat": _certificates, "kepegawaian": _register, "memori": _memory, "muatan": _load,
}  # fmt: skip


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--hanya", default=",".join(GROUPS), help="groups, comma separated: " + ", ".join(GROUPS))
    options.add_argument("--muat", action="store_true", help="load the data anew")
    chosen = options.parse_args()
    begun = time.monotonic()
    found: list[Figure] = []
    try:
        with place.opened(fresh=chosen.muat) as where:
            app = where.application()
            scenes = Scenes(where, app)
            for name in chosen.hanya.split(","):
                print(f"\n{name} …", flush=True)
                more, words = GROUPS[name](where, scenes)
                print("\n".join([figures.table(more), *words]), flush=True)
                found += more
    except place.BenchError as error:
        print(error, file=sys.stderr)
        return 1
    missed = [one for one in found if one.missed]
    print(f"\n{len(found)} ukuran, {len(missed)} di luar batas, {time.monotonic() - begun:.0f} detik.")
    print("".join(f"  MELESET {one.words}: {one.row[1]}, batas {one.row[2]}\n" for one in missed))
    print(figures.as_json(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
