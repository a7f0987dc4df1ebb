"""How a post of these pages ends: by its act, or by its page again with what was wrong."""

import uuid
from collections.abc import Callable
from datetime import date

from flask import request
from werkzeug.wrappers import Response

from portal.kernel.db import rollback
from portal.kernel.errors import Conflict, Invalid
from portal.sertifikasi import batas
from portal.sertifikasi.saya.forms import parse_date

Galat = dict[str, str]


def attempt(act: Callable[[], Response], page: Callable[[Galat, int], Response]) -> Response:
    """`page` gets the message by field ("" for the whole page) and the status; nothing of the act is stored."""
    try:
        return act()
    except (Invalid, Conflict) as error:
        rollback()
        return page({getattr(error, "field", ""): error.pesan}, error.status)


def ids(name: str) -> list[uuid.UUID]:
    """Keys ticked in the form; what is none is left out."""
    return [found for text in request.form.getlist(name) if (found := _key(text)) is not None]


def one_id(name: str) -> uuid.UUID | None:
    return _key(request.form.get(name, ""))


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def day(name: str) -> date | None:
    return parse_date(request.form.get(name, ""))


def text(name: str) -> str:
    """As typed, within the limit of the module. Raises Invalid."""
    return batas.teks(name)
