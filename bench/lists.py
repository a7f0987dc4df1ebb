"""A list of 12,000 people at the server: first page, filters, search, a page far behind."""

from urllib.parse import quote

from bench.figures import Figure
from bench.requests import Request, elapsed, trips_of
from bench.scenes import ROLE, Scenes
from portal.kernel.listing import keyset

MILLISECONDS = 100
DEEP = 10_000
FAR = """
SELECT p.nama, s.id FROM kinerja_skp s JOIN pegawai p ON p.id = s.pegawai_id
WHERE s.tahun = %s ORDER BY p.nama, s.id OFFSET %s LIMIT 1
"""
LARGEST = "SELECT pd_id FROM kinerja_skp GROUP BY pd_id ORDER BY count(*) DESC LIMIT 1"


def views(scenes: Scenes) -> dict[str, tuple[str, Request]]:
    """What people do with the list: words and request by name."""
    who = scenes.visitor(scenes.one(ROLE, ("bkpsdm",))[0])
    base = f"/kinerja/monitoring?bulan={scenes.bulan}&tahun={scenes.tahun}"
    far = keyset.write(*scenes.one(FAR, (scenes.tahun, DEEP)))
    queries = {
        "pertama": ("halaman pertama", ""),
        "saringan": ("saringan status", "&status=DIAJUKAN"),
        "unit": ("saringan unit terbesar", f"&unit={scenes.one(LARGEST)[0]}"),
        "cari": ("cari bagian nama", "&cari=puspa"),
        "cari_dua": ("cari dua bagian nama", "&cari=sri+wah"),
        "dalam": (f"setelah baris ke-{DEEP}", f"&setelah={quote(far)}"),
        "urut": ("urut capaian", "&urut=-capaian"),
    }
    return {name: (words, Request(scenes.app, base + query, who.cookie)) for name, (words, query) in queries.items()}


def measured(scenes: Scenes) -> list[Figure]:
    """Best of fifteen, from the request to the last byte of the page."""
    figures = []
    for name, (words, request) in views(scenes).items():
        trips = trips_of(request)
        took = elapsed(request.send)
        figures.append(
            Figure(f"daftar_{name}", f"Monitoring 12.700 orang, {words}", took, "ms", MILLISECONDS,
                   note=f"{len(trips.statements)} pernyataan")
        )  # fmt: skip
    return figures
