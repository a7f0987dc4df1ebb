"""Fields of an entry: which ones a kind has, reading what was typed, and showing it again."""

import base64
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.riwayat import jenis
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.jenis import Jenis, Medan
from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.rujukan.models import Kedudukan
from portal.kernel import calendar, citizens, identifiers, numbers, sealing
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.forms import Problem
from portal.kernel.organisation import Pegawai

BENTUK = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", re.ASCII)
TERPANJANG = {jenis.TEKS: 300, jenis.PANJANG: 4000}
BATAS = {  # whole numbers: least and most; others 0 to a billion
    "mk_tahun": (0, 60), "mk_bulan": (0, 11), "ke": (1, 30), "anak_ke": (1, 30), "jam": (1, 5000), "hari": (1, 400),
    "tahun": (1945, 2200),
}  # fmt: skip


@dataclass
class Isian:
    """`nilai`: columns of the table (`isi` for kinds without their own). `teks`: what the form shows again."""

    nilai: dict[str, Any] = field(default_factory=dict)
    galat: list[Problem] = field(default_factory=list)
    teks: dict[str, str] = field(default_factory=dict)


def medan(kind: Jenis) -> tuple[Medan, ...]:
    """Every field of a kind in the order of its form: own ones, dates, SK, note."""
    found = [*kind.medan, Medan("tmt", kind.tmt, jenis.TANGGAL, True)]
    if kind.selesai:
        hint = "" if kind.wajib_selesai else "Kosongkan jika masih berlaku"
        found.append(Medan("selesai", kind.selesai, jenis.TANGGAL, kind.wajib_selesai, bantuan=hint))
    if kind.sk:
        found += [
            Medan("nomor_sk", "Nomor SK", jenis.TEKS, True), Medan("tanggal_sk", "Tanggal SK", jenis.TANGGAL, True),
            Medan("pejabat", "Pejabat penetap"),
        ]  # fmt: skip
    return (*found, Medan("keterangan", "Keterangan", jenis.PANJANG))


def pilihan(one: Medan, kind: Jenis, pegawai: Pegawai) -> list[tuple[str, str]]:
    """Options of a field for this pegawai: golongan of their own ladder, legal standings of the table."""
    if one.nama == "kode" and kind.kode == "KEDUDUKAN":
        rows = db.session.execute(sa.select(Kedudukan.kode, Kedudukan.nama).order_by(Kedudukan.kode))
        return [(row.kode, f"{row.kode} {row.nama}") for row in rows]
    if one.nama == "golongan":
        ladder = "PPPK" if pegawai.status in jenis.PPPK else "PNS"
        return [(value, words) for value, words in one.pilihan if kode.golongan()[value].jenis == ladder]
    return list(one.pilihan)


def baca_tanggal(text: str, label: str) -> date | None:
    """A day typed as 5/4/2020 (day first) or 2020-04-05; None for nothing. Raises Invalid."""
    if not text:
        return None
    shape = BENTUK.fullmatch(text)
    try:
        day = date(int(shape[3]), int(shape[2]), int(shape[1])) if shape else date.fromisoformat(text)
    except ValueError:
        raise Invalid("", f"{label}: tulis tanggal yang ada, misalnya 05/04/2020") from None
    if not 1900 <= day.year < 2200:
        raise Invalid("", f"{label}: periksa tahunnya")
    return day


def tulis_tanggal(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def baca(kind: Jenis, form: Mapping[str, str], pegawai: Pegawai, lama: Any = None) -> Isian:
    """What was typed. `lama`: the draft being edited, whose sealed NIK stays when the field is left empty."""
    found = Isian()
    for one in medan(kind):
        text = bersih(form.get(one.nama, ""))
        found.teks[one.nama] = "" if one.tipe == jenis.NIK else text
        try:
            value = _read(one, kind, pegawai, text)
        except Invalid as error:
            found.galat.append(Problem(one.nama, error.pesan))
            continue
        if value in (None, "") and one.wajib:
            verb = "Pilih" if one.tipe == jenis.PILIHAN else "Isi"
            found.galat.append(Problem(one.nama, f"{verb} {one.judul}"))
        found.nilai[one.nama] = value
    _keep_nik(kind, found, lama)
    return _by_column(kind, found)


def _keep_nik(kind: Jenis, found: Isian, lama: Any) -> None:
    for one in kind.medan:
        if one.tipe == jenis.NIK and not found.nilai.get(one.nama) and isinstance(lama, r.RiwayatLain):
            found.nilai[one.nama] = lama.isi.get(one.nama, "")


def _by_column(kind: Jenis, found: Isian) -> Isian:
    """Own fields of kinds without a table of their own go into `isi`, as JSON can hold them."""
    if kind.tabel != "lain":
        for one in kind.medan:
            if found.nilai.get(one.nama) is None and one.tipe in (jenis.TEKS, jenis.PILIHAN):
                found.nilai[one.nama] = ""
        return found
    isi = {}
    for one in kind.medan:
        value = found.nilai.pop(one.nama, None)
        if value not in (None, "", False):
            isi[one.nama] = value.isoformat() if isinstance(value, date) else value
    found.nilai["isi"] = isi
    return found


def _read(one: Medan, kind: Jenis, pegawai: Pegawai, text: str) -> Any:
    return READ[one.tipe](one, text) if one.tipe != jenis.PILIHAN else _option(one, kind, pegawai, text)


def bersih(text: str) -> str:
    """Without signs that no keyboard writes and no page shows; they come along when text is pasted from papers."""
    return "".join(c for c in text if c in "\n\r\t" or unicodedata.category(c) != "Cc").strip()


def _text(one: Medan, text: str) -> str:
    most = TERPANJANG.get(one.tipe, 300)
    if len(text) > most:
        raise Invalid("", f"{one.judul}: paling banyak {numbers.angka(most)} huruf")
    return text


def _day(one: Medan, text: str) -> date | None:
    return baca_tanggal(text, one.judul)


def _whole(one: Medan, text: str) -> int | None:
    if not text:
        return None
    low, high = BATAS.get(one.nama, (0, 1_000_000_000))
    try:
        value = int(numbers.parse(text, one.judul, desimal=0).nilai)
    except numbers.GalatAngka as error:
        raise Invalid("", error.pesan) from error
    if not low <= value <= high:
        raise Invalid("", f"{one.judul}: isi {numbers.angka(low)} sampai {numbers.angka(high)}")
    return value


def _decimal(one: Medan, text: str) -> str | None:
    if not text:
        return None
    try:
        return str(numbers.parse(text, one.judul, desimal=3).nilai)
    except numbers.GalatAngka as error:
        raise Invalid("", error.pesan) from error


def _option(one: Medan, kind: Jenis, pegawai: Pegawai, text: str) -> str:
    if text and text not in dict(pilihan(one, kind, pegawai)):
        raise Invalid("", f"{one.judul}: pilih salah satu")
    return text


def _nik(one: Medan, text: str) -> str:
    """Sealed at once; as text, because `isi` is JSON."""
    if not text:
        return ""
    known = identifiers.Nik.parse(text)
    if not known.valid or known.normal is None:
        raise Invalid("", known.pesan or "Periksa NIK")
    return base64.b64encode(sealing.seal(known.normal, citizens.NIK)).decode()


READ: dict[str, Callable[[Medan, str], Any]] = {
    jenis.TEKS: _text, jenis.PANJANG: _text, jenis.TANGGAL: _day, jenis.BULAT: _whole, jenis.DESIMAL: _decimal,
    jenis.YA: lambda one, text: text == "1", jenis.NIK: _nik,
}  # fmt: skip


# ---- showing


def nilai(row: Any, one: Medan) -> Any:
    """The value of a field of an entry; days as days."""
    if isinstance(row, r.RiwayatLain) and one.nama not in UMUM:
        value = row.isi.get(one.nama)
        return date.fromisoformat(value) if one.tipe == jenis.TANGGAL and value else value
    return getattr(row, one.nama)


UMUM = frozenset(("tmt", "selesai", "nomor_sk", "tanggal_sk", "pejabat", "keterangan"))


def isi_formulir(kind: Jenis, row: Any) -> dict[str, str]:
    """What the form of an entry shows, by field."""
    return {one.nama: _typed(one, nilai(row, one)) for one in medan(kind)}


def _typed(one: Medan, value: Any) -> str:
    if value is None or value is False or one.tipe == jenis.NIK:
        return ""
    if one.tipe == jenis.TANGGAL:
        return tulis_tanggal(value)
    if one.tipe == jenis.YA:
        return "1"
    if one.tipe in (jenis.BULAT, jenis.DESIMAL):
        return angka(value)
    return str(value)


def angka(value: Any) -> str:
    """A number without the dots that would make three decimals doubtful when it is read again."""
    exact = Decimal(str(value))
    return numbers.angka(exact) if exact == exact.to_integral_value() else str(exact).replace(".", ",")


def tampil(one: Medan, value: Any, options: Mapping[str, str] | None = None) -> str:
    """A value as people read it."""
    if value in (None, "", False):
        return ""
    show = TAMPIL.get(one.tipe)
    return show(one, value) if show else (options or dict(one.pilihan)).get(str(value), str(value))


def _whole_shown(one: Medan, value: Any) -> str:
    return numbers.rupiah(int(value)) if "(Rp)" in one.judul else numbers.angka(int(value))


def samar(sealed: str) -> str:
    """A sealed NIK, masked."""
    return identifiers.mask(sealing.unseal(base64.b64decode(sealed), citizens.NIK)) if sealed else ""


TAMPIL: dict[str, Callable[[Medan, Any], str]] = {
    jenis.TANGGAL: lambda one, value: calendar.tanggal(value), jenis.NIK: lambda one, value: samar(value),
    jenis.YA: lambda one, value: "Ya", jenis.BULAT: _whole_shown,
    jenis.DESIMAL: lambda one, value: numbers.angka(Decimal(str(value))),
}  # fmt: skip


def rincian(kind: Jenis, row: Any, pegawai: Pegawai, nik: bool = True) -> list[tuple[str, str]]:
    """Label and words of every field, for the page of an entry; `nik`: with a NIK, masked."""
    found = []
    for one in medan(kind):
        if one.tipe == jenis.NIK and not nik:
            continue
        words = dict(pilihan(one, kind, pegawai)) if one.tipe == jenis.PILIHAN else None
        found.append((judul(one), tampil(one, nilai(row, one), words)))
    return found


def judul(one: Medan) -> str:
    return one.judul.removesuffix(" (Rp)")


def untuk(kind: Jenis, pegawai: Pegawai) -> list[dict[str, Any]]:
    """Fields as the template draws them."""
    return [
        {"medan": replace(one, judul=judul(one)), "rupiah": "(Rp)" in one.judul,
         "pilihan": [("", "Pilih"), *pilihan(one, kind, pegawai)] if one.tipe == jenis.PILIHAN else []}
        for one in medan(kind)
    ]  # fmt: skip
