"""What processes have used, read from the scheduler's own counters, and how much memory is theirs alone."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
NANO = 1e9


def children() -> dict[int, list[int]]:
    """Every process of the machine by its parent."""
    found: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            found.setdefault(parent, []).append(int(entry.name))
    return found


def tree(root: int) -> list[int]:
    """A process and everything below it."""
    known, pids = children(), [root]
    for pid in pids:
        pids.extend(known.get(pid, []))
    return pids


def cpu(pids: Iterable[int]) -> float:
    """Seconds on a processor of all threads that live, to the nanosecond (`schedstat`)."""
    total = 0
    for pid in pids:
        for task in (PROC / str(pid) / "task").glob("*"):
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except (OSError, IndexError):
                continue
    return total / NANO


def machine() -> float:
    """Seconds all processors together have worked, for whomever (10 ms steps)."""
    fields = [int(field) for field in (PROC / "stat").read_text().splitlines()[0].split()[1:]]
    idle = fields[3] + fields[4]
    return (sum(fields[:7]) - idle) / os.sysconf("SC_CLK_TCK")


def own_cpu() -> float:
    """Seconds this process has used, all threads."""
    return time.process_time()


def uss(pid: int) -> float:
    """Memory in MB that would be free without this process (private pages)."""
    lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty"))) / 1024


def rss(pid: int) -> float:
    """Memory in MB that is in use at this moment."""
    for line in (PROC / str(pid) / "status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0
