"""FR.APL.01 as data: every field of its parts 1a, 1b and 2 declared once, and the rules in tiers.

A draft is checked for types only ("what was typed can be read"); sending checks everything. Values are texts:
dates ISO, telephones E.164, choices by their code, everything else as typed. A text that cannot be read is kept
as typed, so that nothing is lost. `nik` is the exception: it never lies in `isian`, the case keeps it sealed.

`printed()` gives the words for paper: names of choices instead of codes; dates stay ISO, jenis_kelamin "L"/"P".
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.kernel.calendar import BULAN
from portal.kernel.forms import Problem
from portal.kernel.identifiers import Nik, Telepon
from portal.kernel.reports.text import clean
from portal.sertifikasi.saya import pilihan
from portal.sertifikasi.saya.pilihan import BELUM_BEKERJA, INDONESIA, RELAWAN

PRIBADI, PEKERJAAN, SKEMA = "pribadi", "pekerjaan", "skema"
TEXT, LONG, DATE, CHOICE, PHONE, MAIL, DIGITS, NUMBER, NIK, PASPOR = (
    "text", "long", "date", "choice", "phone", "mail", "digits", "number", "nik", "paspor",
)  # fmt: skip
P, L = "P", "L"  # filled from the profile, from the last accepted application
Values = Mapping[str, str]


def _never(values: Values) -> bool:
    return False


@dataclass(frozen=True)
class Field:
    """`label`: as printed. `required(values)`: whether sending needs it. `least`, `most`: letters (digits: exact).
    `fill`: where a new draft takes it from. `empty`: words when it is missing, "Isi <label>" otherwise."""

    name: str
    label: str
    part: str
    kind: str = TEXT
    required: Callable[[Values], bool] = _never
    least: int = 0
    most: int = 200
    options: Mapping[str, str] = field(default_factory=dict)
    fill: str = P + L
    empty: str = ""
    hint: str = ""
    autocomplete: str = ""

    @property
    def always(self) -> bool:
        return self.required({})

    def optional(self, values: Values) -> bool:
        """May be left empty whatever else is typed, or given what is typed already."""
        return self.required is _never or (bool(values.get("status_kerja")) and not self.required(values))

    def shown_for(self, values: Values) -> bool:
        """NIK or passport: only the one that this nationality has, unless the other holds something."""
        return self.kind not in (NIK, PASPOR) or self.required(values) or bool(values.get(self.name))

    @property
    def missing_words(self) -> str:
        first, rest = self.label[:1], self.label[1:]
        return self.empty or f"Isi {first if rest[:1].isupper() else first.lower()}{rest}"


def _always(values: Values) -> bool:
    return True


def is_citizen(values: Values) -> bool:
    return values.get("kebangsaan", INDONESIA) in ("", INDONESIA)


def works(values: Values) -> bool:
    return values.get("status_kerja", "") != BELUM_BEKERJA


def has_office(values: Values) -> bool:
    return values.get("status_kerja", "") not in (BELUM_BEKERJA, RELAWAN, "")


FIELDS: tuple[Field, ...] = (
    Field("nama", "Nama lengkap", PRIBADI, required=_always, least=2, most=100, hint="Seperti pada KTP, tanpa gelar",
          autocomplete="name"),
    Field("gelar_depan", "Gelar di depan nama", PRIBADI, most=40, autocomplete="honorific-prefix"),
    Field("gelar_belakang", "Gelar di belakang nama", PRIBADI, most=60, autocomplete="honorific-suffix"),
    Field("kebangsaan", "Kebangsaan", PRIBADI, CHOICE, _always, options=pilihan.NEGARA, fill=P),
    Field("nik", "NIK", PRIBADI, NIK, is_citizen, hint="16 angka pada KTP"),
    Field("paspor", "Nomor paspor", PRIBADI, PASPOR, lambda values: not is_citizen(values), fill=P + L,
          hint="6 sampai 9 huruf atau angka"),
    Field("tempat_lahir", "Tempat lahir", PRIBADI, required=_always, least=2, most=100),
    Field("tanggal_lahir", "Tanggal lahir", PRIBADI, DATE, _always, hint="Misalnya 3-9-1990", autocomplete="bday"),
    Field("jenis_kelamin", "Jenis kelamin", PRIBADI, CHOICE, _always, options=pilihan.KELAMIN,
          empty="Pilih jenis kelamin"),
    Field("alamat", "Alamat rumah", PRIBADI, LONG, _always, least=10, most=300, autocomplete="street-address"),
    Field("provinsi", "Provinsi", PRIBADI, CHOICE, _always, options=pilihan.PROVINSI, empty="Pilih provinsi"),
    Field("kab_kota", "Kabupaten/kota", PRIBADI, most=100),
    Field("kecamatan", "Kecamatan", PRIBADI, most=100),
    Field("kode_pos", "Kode pos", PRIBADI, DIGITS, least=5, most=5, hint="5 angka", autocomplete="postal-code"),
    Field("telepon_rumah", "Telepon rumah", PRIBADI, PHONE),
    Field("telepon_kantor", "Telepon kantor", PRIBADI, PHONE),
    Field("hp", "HP", PRIBADI, PHONE, _always, fill=P, empty="Isi nomor HP", autocomplete="tel"),
    Field("surel", "E-mail", PRIBADI, MAIL, lambda values: not values.get("hp_terbukti"), most=200, fill=P,
          autocomplete="email"),
    Field("pendidikan", "Kualifikasi pendidikan", PRIBADI, CHOICE, _always, options=pilihan.PENDIDIKAN,
          empty="Pilih pendidikan terakhir"),
    Field("status_kerja", "Status kerja", PEKERJAAN, CHOICE, _always, options=pilihan.STATUS_KERJA, fill=P,
          empty="Pilih status kerja"),
    Field("instansi", "Nama institusi/perusahaan", PEKERJAAN, required=works, least=2, most=200,
          empty="Isi nama institusi, atau pilih 'Belum bekerja'.", autocomplete="organization"),
    Field("jabatan", "Jabatan", PEKERJAAN, required=works, least=2, most=150,
          empty="Isi jabatan, atau pilih 'Belum bekerja'.", autocomplete="organization-title"),
    Field("alamat_kantor", "Alamat kantor", PEKERJAAN, LONG, has_office, least=10, most=300),
    Field("kode_pos_kantor", "Kode pos kantor", PEKERJAAN, DIGITS, least=5, most=5, hint="5 angka"),
    Field("telepon_instansi", "Telepon kantor", PEKERJAAN, PHONE),
    Field("faks_instansi", "Faks kantor", PEKERJAAN, PHONE),
    Field("surel_instansi", "E-mail kantor", PEKERJAAN, MAIL, most=200),
    Field("lama_pengalaman", "Pengalaman penanggulangan bencana", PEKERJAAN, NUMBER, most=60, fill="",
          hint="Dalam tahun"),
    Field("sumber_anggaran", "Sumber anggaran", PEKERJAAN, CHOICE, options=pilihan.ANGGARAN, fill=""),
    Field("tujuan", "Tujuan asesmen", SKEMA, CHOICE, _always, options=pilihan.TUJUAN, fill="",
          empty="Pilih tujuan asesmen"),
    Field("tujuan_lain", "Tujuan lainnya", SKEMA, required=lambda values: values.get("tujuan") == "LAINNYA", least=3,
          most=200, fill="", hint="Isi bila Anda memilih Lainnya", empty="Tulis tujuan asesmen Anda"),
    Field("tuk_provinsi", "Provinsi tempat uji yang diinginkan", SKEMA, CHOICE, options=pilihan.PROVINSI, fill=""),
    Field("kebutuhan", "Kebutuhan khusus saat asesmen", SKEMA, LONG, most=500, fill="",
          hint="Misalnya kursi roda, huruf besar, atau juru bahasa isyarat"),
    Field("bahasa", "Bahasa asesmen", SKEMA, CHOICE, options=pilihan.BAHASA, fill=""),
)  # fmt: skip
BY_NAME = {f.name: f for f in FIELDS}
COLUMNS = ("tujuan", "tujuan_lain")  # fields that have a column of their own on the case

NAME = re.compile(r"[^\W\d_][^\d_]*")
NAME_SIGNS = re.compile(r"[^\w .,'’-]|[\d_]")
DATE_TEXT = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2}|[A-Za-z]{3,9})[-/. ]+(\d{4})")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
MAIL_TEXT = re.compile(r"[^\s@]+@[^\s@.]+(\.[^\s@.]+)+")
MONTHS = {name.lower()[:3]: i + 1 for i, name in enumerate(BULAN)}
YOUNGEST, OLDEST = 17, 80  # outside is warned about, not refused
BIRTH_DIFFERS = "Tanggal lahir berbeda dengan NIK. Periksa kembali; bila KTP Anda memang begitu, lanjutkan."


def of_part(part: str) -> list[Field]:
    return [f for f in FIELDS if f.part == part]


def parse_date(text: str) -> date | None:
    """3-9-1990, 3/9/1990, 3 September 1990 or 1990-09-03; None for anything else."""
    found = DATE_TEXT.fullmatch(text.strip())
    try:
        if ISO.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
        if found is None:
            return None
        day, month, year = found.groups()
        return date(int(year), int(month) if month.isdigit() else MONTHS.get(month.lower()[:3], 0), int(day))
    except ValueError:
        return None


def tidy(f: Field, text: str, today: date) -> tuple[str, Problem | None]:
    """The value as it is stored, and what is wrong with its type. Empty is never wrong here."""
    text = " ".join(text.split()) if f.kind != LONG else text.strip()
    if not text:
        return "", None
    if len(text) > 1000:
        return text[:1000], Problem(f.name, f"{f.label}: paling banyak {f.most} karakter")
    value, words = READERS.get(f.kind, _read_text)(f, text, today)
    return value, Problem(f.name, words) if words else None


def _read_text(f: Field, text: str, today: date) -> tuple[str, str]:
    if len(text) > f.most:
        return text, f"{f.label}: paling banyak {f.most} karakter"
    if f.name == "nama" and (NAME_SIGNS.search(text) or not NAME.match(text)):
        return text, "Nama hanya boleh berisi huruf, spasi, titik, koma, tanda petik, dan tanda hubung."
    if f.name == "nama" and clean(text) != unicodedata.normalize("NFC", text):
        return text, "Tulis nama dengan huruf Latin, seperti pada paspor: huruf lain tidak dapat dicetak."
    return text, ""


def _read_date(f: Field, text: str, today: date) -> tuple[str, str]:
    value = parse_date(text)
    if value is None:
        return text, f"{f.label}: tulis tanggal, misalnya 3-9-1990"
    if value > today:
        return value.isoformat(), f"{f.label} tidak boleh di masa depan."
    return value.isoformat(), ""


def _read_choice(f: Field, text: str, today: date) -> tuple[str, str]:
    return (text, "") if text in f.options else ("", "Pilih salah satu")


def _read_phone(f: Field, text: str, today: date) -> tuple[str, str]:
    number = Telepon.parse(text)
    foreign = f.name != "hp" or number.jenis != "TETAP"
    if number.valid and number.normal and foreign:
        return number.normal, ""
    if f.name == "hp":
        return text, "Nomor HP tidak dikenali. Contoh: 0812 3456 7890."
    return text, f"{f.label} tidak dikenali. Contoh: 021 7654321."


def _read_mail(f: Field, text: str, today: date) -> tuple[str, str]:
    fits = MAIL_TEXT.fullmatch(text) and len(text) <= f.most
    return text, "" if fits else f"{f.label}: tulis alamat e-mail, misalnya nama@contoh.id"


def _read_digits(f: Field, text: str, today: date) -> tuple[str, str]:
    return text, "" if re.fullmatch(rf"[0-9]{{{f.least}}}", text) else f"{f.label} harus {f.least} angka."


def _read_number(f: Field, text: str, today: date) -> tuple[str, str]:
    digits = text.removesuffix("tahun").strip()
    if not re.fullmatch(r"[0-9]{1,3}", digits):
        return text, f"{f.label}: isi dengan angka, misalnya 4"
    return str(int(digits)), "" if int(digits) <= f.most else f"{f.label}: paling banyak {f.most}"


def _read_nik(f: Field, text: str, today: date) -> tuple[str, str]:
    nik = Nik.parse(text, per_tanggal=today)
    return nik.normal or text, nik.pesan or ""


def _read_passport(f: Field, text: str, today: date) -> tuple[str, str]:
    number = text.replace(" ", "").upper()
    fits = re.fullmatch(r"[A-Z0-9]{6,9}", number)
    return number, "" if fits else "Nomor paspor berisi 6 sampai 9 huruf atau angka."


READERS: dict[str, Callable[[Field, str, date], tuple[str, str]]] = {
    DATE: _read_date, CHOICE: _read_choice, PHONE: _read_phone, MAIL: _read_mail, DIGITS: _read_digits,
    NUMBER: _read_number, NIK: _read_nik, PASPOR: _read_passport,
}  # fmt: skip


def check(fields: list[Field], values: Values, today: date) -> list[Problem]:
    """Everything that sending needs of these fields; `values` holds every field of the form, `nik` too."""
    found = []
    for f in fields:
        value = values.get(f.name, "")
        if not value.strip():
            if f.required(values):
                found.append(Problem(f.name, f.missing_words))
            continue
        _, problem = tidy(f, value, today)
        if problem is None and f.kind in (TEXT, LONG) and len(value) < f.least:
            problem = Problem(f.name, f"{f.label}: sedikitnya {f.least} huruf")
        if problem:
            found.append(problem)
    return found


def warnings(values: Values, today: date) -> dict[str, str]:
    """What may be right all the same: shown beside the field, never in the way of sending."""
    found: dict[str, str] = {}
    born = parse_date(values.get("tanggal_lahir", ""))
    if born:
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        if not YOUNGEST <= age <= OLDEST:
            found["tanggal_lahir"] = (
                f"Menurut tanggal ini usia Anda {age} tahun. Periksa kembali; bila benar, lanjutkan."
            )
    nik = Nik.parse(values.get("nik", ""), tanggal_lahir=born, per_tanggal=today) if values.get("nik") else None
    if nik is None or not nik.valid or not is_citizen(values):
        return found
    if "W_NIK_BEDA_TGL_LAHIR" in nik.peringatan:
        found["tanggal_lahir"] = BIRTH_DIFFERS
    if values.get("jenis_kelamin") and nik.jenis_kelamin != values["jenis_kelamin"]:
        found["jenis_kelamin"] = (
            "Jenis kelamin berbeda dengan NIK. Periksa kembali; bila KTP Anda memang begitu, lanjutkan."
        )
    return found


def printed(f: Field, value: str) -> str:
    """As the paper prints it."""
    if f.kind == CHOICE and f.name != "jenis_kelamin":
        return f.options.get(value, "")
    if f.kind == PHONE and value:
        return Telepon.parse(value).tampil
    return value


def shown(f: Field, value: str) -> str:
    """As a page shows it to be read."""
    if f.kind == DATE and ISO.fullmatch(value):
        day = date.fromisoformat(value)
        return f"{day.day} {BULAN[day.month - 1]} {day.year}"
    return f.options.get(value, "") if f.kind == CHOICE else printed(f, value)


def editable(f: Field, value: str) -> str:
    """As the field shows it to be changed: 1990-09-03 is typed 3-9-1990 here."""
    if f.kind == DATE and ISO.fullmatch(value):
        day = date.fromisoformat(value)
        return f"{day.day}-{day.month}-{day.year}"
    return Telepon.parse(value).tampil if f.kind == PHONE and value else value
