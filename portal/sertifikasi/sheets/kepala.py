"""What the forms have in common at their head and foot: scheme, TUK, people, two columns for signing."""

from typing import Final

from portal.sertifikasi.sheets.kertas import Isian, Kertas
from portal.sertifikasi.sheets.naskah import Alinea, Potong, coret_lainnya, tebal
from portal.sertifikasi.sheets.tabel import Isi, Sel

JENIS_SKEMA: Final = (("KKNI", "KKNI"), ("OKUPASI", "Okupasi"), ("KLASTER", "Klaster"))
JENIS_TUK: Final = (("SEWAKTU", "Sewaktu"), ("TEMPAT_KERJA", "Tempat kerja"), ("MANDIRI", "Mandiri"))
TTD: Final = "Tanda tangan/\nTanggal"
# Label, sub-label, colon, value.
_LEBAR: Final = (0.29, 0.11, 0.03, 0.57)


def skema(isi: Isian) -> list[list[Isi]]:
    """Kind (the other two struck), title and number of the scheme."""
    data = isi.get("skema") or {}
    jenis = coret_lainnya(JENIS_SKEMA, str(data.get("jenis") or ""), "/")
    label: list[str | Potong | Alinea] = [tebal("Skema Sertifikasi"), Alinea((Potong("("), *jenis, Potong(")*")))]
    return [
        [Sel(label, baris=2), "Judul", ":", str(data.get("judul") or "-")],
        ["Nomor", ":", str(data.get("nomor") or "-")],
    ]


def baris(label: str, nilai: Isi) -> list[Isi]:
    return [Sel(label, kolom=2, tebal=True), ":", nilai if not isinstance(nilai, str) else nilai or "-"]


def tuk(isi: Isian) -> list[Isi]:
    data = isi.get("tuk") or {}
    jenis = coret_lainnya(JENIS_TUK, str(data.get("jenis") or ""), "/")
    nama = [Potong(str(data["nama"]))] if data.get("nama") else []
    return [Sel("TUK", kolom=2, tebal=True), ":", [Alinea((*jenis, Potong("*"))), *nama]]


def identitas(k: Kertas, *tambahan: list[Isi], orang: bool = True) -> None:
    """The table every AK form begins with. `orang` False leaves out asesor and asesi (forms of a session)."""
    isi = k.isi
    rows = [*skema(isi), tuk(isi), baris("Nama Asesor", nama_asesor(isi))]
    if orang:
        rows.append(baris("Nama Asesi", str((isi.get("asesi") or {}).get("nama") or "")))
    k.kisi([*rows, *tambahan], _LEBAR, 10)


def kotak_isian(k: Kertas, rows: list[list[Isi]]) -> None:
    """A grid with the columns of the head."""
    k.kisi(rows, _LEBAR, 10)


def nama_asesor(isi: Isian) -> str:
    return str((isi.get("asesor") or {}).get("nama") or "")


def no_reg(isi: Isian, peran: str, k: Kertas) -> str:
    """The number on the signature, else the one of the head."""
    tanda = k.cetak.paraf(peran) or {}
    return str(tanda.get("no_reg") or (isi.get("asesor") or {}).get("no_reg") or "")


def nama_tanda(k: Kertas, peran: str, lain: str = "") -> str:
    return str((k.cetak.paraf(peran) or {}).get("nama") or lain)


def penutup(k: Kertas, kiri: list[Isi], kanan: list[tuple[str, list[tuple[str, Isi]]]], tinggi: float = 46) -> None:
    """The closing block: at the left what the LSP decides, at the right who signs. `kiri` has one cell per `kanan`."""
    rows: list[list[Isi]] = []
    for cell, (judul, baris_kanan) in zip(kiri, kanan, strict=True):
        rows.append([Sel(_isi(cell), baris=len(baris_kanan) + 1), Sel(judul, tebal=True, kolom=2)])
        for label, nilai in baris_kanan:
            signing = label.startswith("Tanda tangan")
            rows.append([label, Sel(_isi(nilai), tinggi=tinggi if signing else 0, ukuran=9 if signing else 0)])
    k.kisi(rows, (0.42, 0.20, 0.38), 10)


def _isi(cell: Isi) -> "str | Potong | Alinea | list[str | Potong | Alinea]":
    inner = cell.isi if isinstance(cell, Sel) else cell
    return inner if isinstance(inner, str | Potong | Alinea) else list(inner)


def nilai_kompeten(hasil: str) -> list[Potong]:
    """Kompeten / Belum kompeten with the other one struck."""
    return coret_lainnya((("K", "Kompeten"), ("BK", "Belum kompeten")), hasil)


def tanda_v(ya: bool) -> Sel:
    return Sel("V" if ya else "", tebal=True, rata="c", ulang=True)


def berlabel(label: str, teks: object) -> list[str | Potong | Alinea]:
    """A bold label and the text below it."""
    return [tebal(label), str(teks or "-")]
