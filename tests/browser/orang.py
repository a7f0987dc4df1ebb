"""A person at a browser: signs in, walks, and keeps what the console and the security policy had to say."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from tests.live import Live

AXE = Path(__file__).with_name("axe.min.js").read_text("utf-8")
ROW = r"[0-9a-f-]{36}"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Orang:
    """One signed-in person in a browser context of their own."""

    def __init__(
        self, browser: Any, live: Live, pengguna: str, *, script: bool = True, width: int = 1440, dark: bool = False
    ) -> None:
        self.live, self.pengguna, self.script = live, pengguna, script
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            accept_downloads=True,
            locale="id-ID",
            reduced_motion="reduce",
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.said: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.said.append(f"pageerror: {error}"))
        if pengguna:
            self._sign_in()

    def _heard(self, message: Any) -> None:
        refused = "the server responded with a status of 4" in message.text
        # Leaving a page ends an autosave under way; the form that was sent carried the same values.
        left = "htmx:sendAbort" in message.text or "htmx:afterRequest" in message.text
        if message.type in ("error", "warning") and not refused and not left:
            self.said.append(f"{message.type}: {message.text}")

    def _sign_in(self) -> None:
        account = next((a for a in self.live.accounts if a["pengguna"] == self.pengguna), None)
        from portal.kernel.demo import SANDI_UMUM

        self.go("/masuk")
        self.page.fill("[name=pengguna]", self.pengguna)
        self.page.fill("[name=sandi]", account["sandi"] if account else SANDI_UMUM)
        self.page.get_by_role("button", name="Masuk", exact=True).click()
        self.page.wait_for_url("**/beranda")

    def find(self, path: str) -> str:
        """The address a path with a `*` means: that of the first row of its list. See tests.browser.halaman."""
        shown, _, wanted = path.rpartition(" > ")
        head, star, tail = wanted.partition("*")
        if not star:
            return path
        address, _, within = (shown or head.rstrip("/")).partition(" ")
        self.go(address)
        addresses = self.page.locator(f"{within or 'main'} a").evaluate_all("links => links.map(link => link.pathname)")
        first = next((a for a in addresses if re.match(re.escape(head) + ROW, a)), "")
        assert first, f"no row at {address} {within}:\n{self.text()[:800]}"
        return head + first.removeprefix(head).split("/")[0] + tail

    def go(self, path: str) -> Any:
        return self.page.goto(self.live.url + path)

    def press(self, name: str, **where: Any) -> None:
        """Click a button by its words; when it is not there, say what stands on the page instead."""
        button = self.page.get_by_role("button", name=name, **where).first
        try:
            button.click()
        except PlaywrightError as error:
            raise AssertionError(f"no button {name!r} at {self.page.url}:\n{self.text()[:1500]}") from error
        self.page.wait_for_load_state("networkidle")

    def settle(self) -> None:
        """Wait until nothing is asked in the background: what is pressed next stands on the page that stays."""
        expect(self.page.locator(".htmx-request")).to_have_count(0, timeout=20_000)

    def calm(self) -> None:
        """Wait until everything is there that the page asks for by itself."""
        self.page.wait_for_load_state()
        if self.page.locator("[hx-trigger^=intersect], .htmx-request").count():
            self.page.wait_for_load_state("networkidle")

    def leave(self, name: str) -> None:
        """Press a button that leads to another page, and wait until that is where we are."""
        here = self.page.url
        self.press(name)
        expect(self.page).not_to_have_url(here, timeout=20_000)
        self.page.wait_for_load_state()

    def arrive(self, pattern: str) -> None:
        """Wait for an address; when it does not come, say what the page says instead."""
        try:
            self.page.wait_for_url(pattern)
        except PlaywrightError as error:
            raise AssertionError(f"still at {self.page.url}:\n{self.text()[:2500]}\n{self.said}") from error

    def text(self) -> str:
        """What a person reads of the page's main part."""
        words: str = self.page.locator("main").inner_text()
        return words

    def violations(self) -> list[str]:
        """axe-core's findings on the page as it stands."""
        self.page.evaluate(AXE)
        found = self.page.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", TAGS)
        return [f"{v['id']}: {[n['html'][:120] for n in v['nodes'][:3]]}" for v in found["violations"]]

    def sideways(self) -> int:
        """Pixels by which the page is wider than the window."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return max(0, wide)

    def close(self) -> None:
        self.context.close()
