"""`make gambar`: pictures of the main pages of each role, wide and narrow, light and dark, and of each paper."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pypdfium2
from playwright.sync_api import sync_playwright

from portal.kernel import engines
from tests import database
from tests.browser.halaman import LAST_MONTH, PAGES, PUBLIC
from tests.browser.halaman_kepegawaian import PAGES as REGISTER
from tests.browser.halaman_lsp import DETAILS, LISTS, prepare
from tests.browser.orang import Orang
from tests.live import Live

FOLDER = Path("var/gambar")
WIDTHS, MODES = (360, 1440), (False, True)
PAPERS = ("Rencana aksi", "Pendokumentasian", "bulanan", "Evaluasi")


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    place = Path(tempfile.mkdtemp(prefix="pamong-gambar-"))
    with engines.Engines(place, testing=True, discard=True) as running:
        database.migrated(running)
        with Live(running, 0) as live, sync_playwright() as playwright:
            program = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            for width in WIDTHS:
                for dark in MODES:
                    visit(browser, live, width, dark)
            papers(browser, live)
            browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} gambar di {FOLDER}")  # noqa: T201


def visit(browser: Any, live: Live, width: int, dark: bool) -> None:
    mode = "gelap" if dark else "terang"
    for pengguna in ("", *dict.fromkeys((*PAGES, *LISTS, *REGISTER))):
        who = Orang(browser, live, pengguna, width=width, dark=dark)
        prepare(who)
        everything = (PAGES, LISTS, DETAILS, REGISTER) if pengguna else ({"": PUBLIC},)
        for name, path in ((n, p) for pages in everything for n, p in pages.get(pengguna, {}).items()):
            who.go(who.find(path))
            who.page.wait_for_load_state("networkidle")
            prefix = pengguna.split(".")[0] or "umum"
            who.page.screenshot(path=FOLDER / f"{prefix}-{name}-{width}-{mode}.png")
        who.close()


def papers(browser: Any, live: Live) -> None:
    """The first page of each paper of a month that is set."""
    from tests.browser.test_bulan import download

    who = Orang(browser, live, "siti.rahmawati")
    month = int(LAST_MONTH[-2:])
    for number in (month - 1, month - 2):
        if number < 1:
            continue
        path = f"{LAST_MONTH[:-2]}{number:02d}/tinjau"
        who.go(path)
        if "Ditetapkan" in who.text():
            break
    for words in PAPERS:
        who.go(path)
        with pypdfium2.PdfDocument(download(who, words)) as pdf:
            pdf[0].render(scale=1.6).to_pil().save(FOLDER / f"kertas-{words.split()[0].lower()}.png")
    who.close()


if __name__ == "__main__":
    main()
