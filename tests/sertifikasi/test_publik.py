"""Public pages: read without signing in, without script, without a session."""

import gzip
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import storage
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.sertifikasi.keputusan.models import BERLAKU, Sertifikat
from portal.sertifikasi.publik import katalog, konten, markdown, statistik
from portal.sertifikasi.saya.models import Permohonan
from portal.sertifikasi.skema import models as m
from portal.sertifikasi.skema import pemuat, services
from tests.kernel.factories import UserFactory
from tests.sertifikasi.factories import lisensi, skema_versi

PAGES = [
    "/sertifikasi", "/sertifikasi/skema", "/sertifikasi/skema/PPT-PTG", "/sertifikasi/alur", "/sertifikasi/tanya-jawab",
    "/sertifikasi/statistik", "/sertifikasi/hubungi",
    *(place for place, _ in konten.PLACES.values() if "/informasi/" in place),
]  # fmt: skip
STATIC = Path(__file__).resolve().parents[2] / "static"


@pytest.fixture
def loaded(app: Flask) -> Flask:
    pemuat.load()
    return app


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_reads_every_page(path: str, loaded: Flask, client: Any) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert '<footer class="public-foot">' in text
    assert "<script" not in text
    if path != "/sertifikasi/hubungi":
        assert "Set-Cookie" not in answer.headers, "a page that only is read opens no session"


@pytest.mark.parametrize("path", PAGES)
def test_a_first_visit_stays_small(path: str, loaded: Flask, client: Any) -> None:
    """All requests of a first load, compressed as they are served: 75 KB at most, and far below."""
    html = client.get(path)
    total = len(gzip.compress(html.data, 6))
    for href in re.findall(r'href="(/static/[^"]+)"', html.get_data(as_text=True)):
        answer = client.get(href, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        total += len(answer.data)
    total += sum(len((STATIC / name).read_bytes()) for name in ("fonts/plus-jakarta-sans.woff2", "img/kawung.svg"))
    assert total <= 60_000, f"{path}: {total} bytes"
    assert html.get_data(as_text=True).count("<") < 3000


def test_signed_in_people_read_the_same_pages(loaded: Flask, masuk: Any) -> None:
    client = masuk(UserFactory(nama="Relawan Uji"))
    for path in PAGES:
        assert client.get(path).status_code == 200
    assert "Relawan Uji" in client.get("/sertifikasi/hubungi").get_data(as_text=True)


# ---- schemes


def test_seventeen_schemes_are_listed_each_with_its_ribbon(loaded: Flask, client: Any) -> None:
    text = client.get("/sertifikasi/skema").get_data(as_text=True)
    assert text.count("/sertifikasi/skema/") == 17
    assert text.count("CONTOH") == 17


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"sub-klaster": "Hunian/Shelter"}, "SHL-MGR SHL-KOR SHL-PTG"),
        ({"sub-klaster": "Hunian/Shelter", "jenjang": "Manajer"}, "SHL-MGR"),
        ({"cari": "pelayanan pertolongan"}, "PPT-KOR PPT-PTG"),
        ({"cari": "PÉLAYANAN pertolongan petugas", "jenjang": "Petugas"}, "PPT-PTG"),
        ({"cari": "O.842340.046"}, "RLW-KOR"),
        ({"cari": "tidak-ada-yang-begini"}, ""),
        ({"cari": "\x00%_\\"}, ""),
    ],
)
def test_the_list_is_narrowed_by_cluster_tier_and_words(loaded: Flask, query: dict[str, str], codes: str) -> None:
    found = katalog.chosen(katalog.cards(date(2026, 11, 21)), query)
    assert [card.kode for card in found["cards"]] == codes.split()


def test_a_filter_that_was_not_offered_is_none(loaded: Flask) -> None:
    found = katalog.chosen(katalog.cards(date(2026, 11, 21)), {"jenjang": "Panglima", "sub-klaster": "' OR 1=1 --"})
    assert len(found["cards"]) == 17
    assert not found["disaring"]
    assert [value for value, _ in found["jenjang"]] == ["", "Petugas", "Koordinator", "Manajer"]


def test_nothing_found_says_so(loaded: Flask, client: Any) -> None:
    text = client.get("/sertifikasi/skema?cari=xyzzy").get_data(as_text=True)
    assert "Tidak ada skema yang cocok" in text
    assert "0 dari 17 skema" in text


def test_a_scheme_shows_units_elements_criteria_and_requirements(app: Flask, client: Any) -> None:
    version = skema_versi(pendaftaran_tutup=None, biaya=750_000)
    path = f"/sertifikasi/skema/{version.skema.kode}"
    apply = path.replace("/skema/", "/saya/mulai/")
    text = client.get(path).get_data(as_text=True)
    for words in ("Memasang Tenda Keluarga", "Melakukan langkah 3", "Langkah 3.2 dilakukan", "cukup salah satu",
                  "paling lama 12 bulan", "36 bulan", "Bulan ke-12 dan 24", "Rp", "bila ada"):  # fmt: skip
        assert words in text
    assert f'href="{apply}"' in text
    assert "CONTOH" not in text


def test_an_example_wears_the_ribbon_until_confirmed(app: Flask, client: Any) -> None:
    version = skema_versi(contoh=True)
    path = f"/sertifikasi/skema/{version.skema.kode}"
    assert "belum dicocokkan dengan dokumen resmi" in client.get(path).get_data(as_text=True)
    version = db.session.scalars(sa.select(m.SkemaVersi).where(m.SkemaVersi.id == version.id)).one()
    services.confirm(version, UserFactory())
    assert "CONTOH" not in client.get(path).get_data(as_text=True)


def test_a_closed_scheme_cannot_be_applied_for(app: Flask, client: Any, jam: Any) -> None:
    version = skema_versi(pendaftaran_tutup=date(2026, 11, 20))
    text = client.get(f"/sertifikasi/skema/{version.skema.kode}").get_data(as_text=True)
    assert "ditutup 20 November 2026" in text
    assert "/sertifikasi/saya/mulai/" not in text


def test_only_the_newest_published_version_is_public(app: Flask, client: Any) -> None:
    first = skema_versi()
    draft = m.SkemaVersi(skema_id=first.skema_id, versi=2, judul="Judul rahasia", masa_berlaku_bulan=12, status=m.DRAF)
    db.session.add(draft)
    db.session.flush()
    path = f"/sertifikasi/skema/{first.skema.kode}"
    assert "Judul rahasia" not in client.get(path).get_data(as_text=True)
    db.session.get_one(m.SkemaVersi, draft.id).status = m.TERBIT
    assert "Judul rahasia" in client.get(path).get_data(as_text=True)
    assert client.get("/sertifikasi/skema").get_data(as_text=True).count(path) == 1


@pytest.mark.parametrize(
    "path", ["/sertifikasi/skema/XXX", "/sertifikasi/informasi/beranda", "/sertifikasi/informasi/x"]
)
def test_what_is_not_there_is_404(app: Flask, client: Any, path: str) -> None:
    assert client.get(f"/sertifikasi/{path}").status_code == 404


def test_the_licence_is_shown_while_it_is_in_force(app: Flask, client: Any, jam: Any) -> None:
    assert "belum dicatat" in client.get("/sertifikasi").get_data(as_text=True)
    licence = lisensi(skema_versi(), date(2026, 1, 1), date(2026, 12, 31))
    nomor = licence.nomor
    for path in ("/sertifikasi", "/sertifikasi/informasi/tentang"):
        assert nomor in client.get(path).get_data(as_text=True)
    jam.move_to(datetime(2027, 1, 2, tzinfo=UTC))
    assert nomor not in client.get("/sertifikasi").get_data(as_text=True)


# ---- figures


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([12, 0, 7], ["12", "0", "7"]),
        ([12, 4, 7], ["12", "< 5", "tidak ditampilkan"]),
        ([3, 4, 7], ["< 5", "< 5", "7"]),
        ([4], ["< 5"]),
        ([1, 0, 1200], ["< 5", "0", "tidak ditampilkan"]),
        ([], []),
    ],
)
def test_small_groups_are_hidden_and_cannot_be_worked_out(counts: list[int], words: list[str]) -> None:
    assert statistik.suppressed(counts) == words


def test_statistics_count_people_with_a_certificate_in_force(app: Flask, client: Any, jam: Any) -> None:
    version = skema_versi()
    for number in range(8):
        _certificate(version, number, provinsi="Maluku" if number < 6 else "Papua")
    _certificate(version, 99, provinsi="Aceh", sampai=date(2026, 11, 20))
    tables = statistik.tables(date(2026, 11, 21))
    assert [(t.baris, t.jumlah) for t in tables] == [
        ([["Hunian/Shelter", "8"]], "8"), ([["Petugas", "8"]], "8"),
        ([["Maluku", "tidak ditampilkan"], ["Papua", "< 5"]], "8"),
    ]  # fmt: skip
    text = client.get("/sertifikasi/statistik").get_data(as_text=True)
    assert "&lt; 5" in text
    assert "Aceh" not in text


def test_counting_is_done_once_in_ten_minutes(app: Flask, jam: Any) -> None:
    day = date(2026, 11, 21)
    assert statistik.figures(day)[0][1] == "0"
    version = skema_versi()
    for number in range(5):
        _certificate(version, number, provinsi="Maluku")
    assert statistik.figures(day)[0][1] == "0"
    storage.redis().flushdb()
    assert statistik.figures(day)[0][1] == "5"


def _certificate(version: m.SkemaVersi, number: int, provinsi: str, sampai: date = date(2029, 1, 1)) -> None:
    user = UserFactory()
    submission = Submission(
        alur="sertifikasi.permohonan", owner_id=user.id, judul="Uji", pemohon=user.nama, status="BERSERTIFIKAT"
    )
    db.session.add(submission)
    db.session.flush()
    case = Permohonan(
        submission_id=submission.id, nomor=f"PMH-2026-{number:06d}", user_id=user.id, skema_id=version.skema_id,
        skema_versi_id=version.id, provinsi=provinsi, aktif=False, apl01_diajukan_at=datetime(2026, 3, 1, tzinfo=UTC),
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    db.session.add(
        Sertifikat(
            permohonan_id=case.id, user_id=user.id, skema_versi_id=version.id, nama=user.nama, unit=[], sampai=sampai,
            token=f"token-{number}", kode=f"KODE{number}", status=BERLAKU, diputus=date(2026, 1, 1),
        )
    )  # fmt: skip
    db.session.flush()


# ---- Markdown


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[klik](javascript:alert(1))", "<a"),
        ("[klik](JaVaScRiPt:alert(1))", "<a"),
        ("[klik](data:text/html;base64,AAAA)", "<a"),
        ("[klik](//jahat.example)", "<a"),
        ("[klik](/\\jahat.example)", "/\\"),
        ("![gambar](https://contoh.id/a.png)", "<img"),
        ("<a href='x' onclick='y'>x</a>", "<a"),
        ("# Judul besar", "<h1"),
        ("[x]: javascript:alert(1)\n\n[x]", "<a"),
        ("<javascript:alert(1)>", "<a"),
    ],
)
def test_markdown_does_no_harm(text: str, without: str) -> None:
    assert without not in markdown.render(text)


def test_markdown_knows_what_the_sekretariat_needs() -> None:
    html = markdown.render(
        "## Bagian\n\n- butir **tebal**\n\n[tautan](/sertifikasi) [surat](mailto:a@b.id)\n\n|a|b|\n|-|-|\n|1|2|"
    )
    for part in ("<h2>", "<li>", "<strong>", 'href="/sertifikasi"', "mailto:", "<table>"):
        assert part in html
    lead, parts = markdown.sections("Awal\n\n## Satu\n\nIsi\n\n## Dua\n")
    assert "Awal" in lead
    assert [heading for heading, _ in parts] == ["Satu", "Dua"]
