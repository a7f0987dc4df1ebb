"""Thousands of cases that are only rows: for measuring lists and figures."""

from portal.sertifikasi.demo.meja import Meja
from portal.sertifikasi.demo.skema import SkemaDemo

ADDED = {"sedang": 5_000, "besar": 100_000}


def write(meja: Meja, schemes: dict[str, SkemaDemo], skala: str, seed: int) -> None:
    """Adds nothing at `kecil`."""
    _ = (meja, schemes, skala, seed)
