"""What somebody typed into the contact form: read and checked, no database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from portal.kernel.forms import Problem

TOPICS = {
    "INFORMASI": "Informasi skema", "PENDAFTARAN": "Pendaftaran", "SERTIFIKAT": "Sertifikat", "KELUHAN": "Keluhan",
    "LAINNYA": "Lainnya",
}  # fmt: skip
NAME, MESSAGE = (2, 100), (20, 2000)
FILES, FILE_BYTES = 2, 5 * 1024 * 1024
MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
TRAP = "situs"  # a field that only programs see


@dataclass(frozen=True)
class Message:
    """A message that may be stored."""

    nama: str
    surel: str
    ponsel: str
    topik: str
    pesan: str


def line(text: str) -> str:
    """One line: line ends and other control characters become spaces, so that no header can be smuggled in."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def paragraphs(text: str) -> str:
    """Line ends as \\n, other control characters dropped."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in plain if c.isprintable() or c in "\n\t").strip()


def phone(text: str) -> str | None:
    """+62… for 08…, 62… or +62… with 9 to 13 digits after the country code; None for anything else."""
    digits = re.sub(r"[\s().-]", "", text)
    found = re.fullmatch(r"(?:\+?62|0)(8\d{8,12})", digits)
    return f"+62{found[1]}" if found else None


def read(form: Mapping[str, str]) -> tuple[Message, list[Problem]]:
    """The message as far as it can be used, and what is to be repaired."""
    nama, surel, typed = (line(form.get(name, "")) for name in ("nama", "surel", "ponsel"))
    topik, pesan = form.get("topik", ""), paragraphs(form.get("pesan", ""))
    ponsel = phone(typed) if typed else ""
    problems = []
    if not NAME[0] <= len(nama) <= NAME[1]:
        problems.append(Problem("nama", f"Isi nama Anda, {NAME[0]} sampai {NAME[1]} huruf"))
    if surel and (len(surel) > 200 or not MAIL.fullmatch(surel)):
        problems.append(Problem("surel", "Alamat surel tidak dikenali. Contoh: nama@contoh.id"))
    if ponsel is None:
        problems.append(Problem("ponsel", "Nomor HP tidak dikenali. Contoh: 0812 3456 7890."))
    if not surel and not typed:
        problems.append(Problem("surel", "Isi surel atau nomor HP agar kami dapat menghubungi Anda"))
    if topik not in TOPICS:
        problems.append(Problem("topik", "Pilih topik"))
    problems += check_text("pesan", pesan)
    return Message(nama, surel, ponsel or "", topik, pesan), problems


def check_text(field: str, text: str) -> list[Problem]:
    """20 to 2,000 characters."""
    if MESSAGE[0] <= len(text) <= MESSAGE[1]:
        return []
    words = f"Tulis pesan antara {MESSAGE[0]} dan 2.000 huruf. Sekarang {len(text)} huruf."
    return [Problem(field, words)]
