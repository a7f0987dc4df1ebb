"""Markdown of the sekretariat as HTML that cannot do harm: no raw HTML, no pictures, links to known places only."""

import re
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markupsafe import Markup

SCHEMES = {"http", "https", "mailto", "tel"}
FIRST, LAST = 2, 4  # headings of a text stand below the heading of its page


def _is_safe(address: str) -> bool:
    """A place in this portal, a web address, mail or phone. Browsers drop control characters before they read."""
    if not address.isprintable() or "\\" in address:
        return False
    parts = urlsplit(address)
    return parts.scheme in SCHEMES or (not parts.scheme and not parts.netloc)


MARKDOWN = MarkdownIt("commonmark", {"html": False, "maxNesting": 12}).enable("table").disable(["image", "html_block"])
MARKDOWN.validateLink = _is_safe  # type: ignore[method-assign, assignment]


def render(text: str) -> Markup:
    tokens = MARKDOWN.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(max(int(token.tag[1]), FIRST), LAST)}"
    return Markup(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))  # noqa: S704 - raw HTML is off


def sections(text: str) -> tuple[Markup, list[tuple[str, Markup]]]:
    """What stands before the first "## ", and each part under one with its heading."""
    first, *parts = re.split(r"^## +", text, flags=re.M)
    pairs = [part.partition("\n") for part in parts]
    return render(first), [(heading.strip(), render(body)) for heading, _, body in pairs]
