"""One limit for the long texts that people write into the forms of this module: reasons, notes, answers."""

from flask import request

from portal.kernel.errors import Invalid
from portal.kernel.numbers import angka

MOST = 4000


def teks(name: str) -> str:
    """A text of the form as typed, without blanks around it. Raises Invalid when it is longer than MOST."""
    text = request.form.get(name, "").strip()
    if len(text) > MOST:
        raise Invalid(name, f"Tulis paling banyak {angka(MOST)} huruf. Anda menulis {angka(len(text))}.")
    return text


def periksa() -> None:
    """Every text of this form at once, for acts that read several. Raises Invalid naming the first that is longer."""
    for name in request.form:
        for text in request.form.getlist(name):
            if len(text.strip()) > MOST:
                teks(name)
