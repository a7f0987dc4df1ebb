"""What a person typed into a small form of the kernel's own screens, and what is wrong with it, by field."""

from collections.abc import Container, Mapping
from datetime import date, datetime

FORMS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")


class Isian:
    """Each reader returns the value, None when there is none, and notes in `galat` what to repair."""

    def __init__(self, form: Mapping[str, str] | None = None) -> None:
        self.form = form or {}
        self.galat: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        """The text as typed, for showing the form again."""
        return self.form.get(name, "").strip()

    @property
    def problems(self) -> list[tuple[str, str]]:
        return list(self.galat.items())

    def teks(self, name: str, label: str, min_: int = 0, maks: int = 300) -> str:
        text = self[name]
        if len(text) < min_:
            self.galat[name] = f"Isi {label}" if min_ < 2 else f"{label}: tulis sedikitnya {min_} huruf"
        elif len(text) > maks:
            self.galat[name] = f"{label}: paling banyak {maks} huruf"
        return text

    def tanggal(self, name: str, label: str, required: bool = True) -> date | None:
        text = self[name]
        for form in FORMS:
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        if text or required:
            self.galat[name] = f"{label}: tulis tanggal, misalnya 3-9-2026"
        return None

    def pilihan(self, name: str, label: str, allowed: Container[str]) -> str | None:
        if self[name] in allowed:
            return self[name]
        self.galat[name] = f"{label}: pilih salah satu"
        return None
