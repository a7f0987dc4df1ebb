"""Berita acara, surat keputusan and the letter to BNSP: papers of the LSP and not of one asesi."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from reportlab.pdfgen.canvas import Canvas

from portal.kernel.numbers import terbilang
from portal.kernel.reports.drawing import BLACK
from portal.kernel.reports.text import BOLD, REGULAR, balance, clean
from portal.sertifikasi.sheets.kepala import nama_asesor, tanda_v
from portal.sertifikasi.sheets.kertas import TEPI, Cetak, Isian, Kertas, Penanda, hari, hari_tanggal, pukul, rentang
from portal.sertifikasi.sheets.naskah import Alinea, Naskah, Potong, miring, tebal
from portal.sertifikasi.sheets.tabel import Isi

_LOGO: Final = 46.0
HASIL: Final = {"K": "Kompeten", "BK": "Belum kompeten", "DITUNDA": "Ditunda"}


def kop(k: Kertas, *, logo: bool = False) -> None:
    """The LSP's name and address above a line. `logo`: BNSP at the left, the LSP at the right (SK, berita acara).

    The places of the two logos hold plain marks: the real ones are property of their owners.
    """
    lsp = k.isi.get("lsp") or {}
    k.y += 26
    top, right = k.y, k.left + k.inner
    if logo:
        k.sheet.drawings.append(lambda canvas: _tanda(canvas, TEPI, top - _LOGO, "BNSP"))
        k.sheet.drawings.append(lambda canvas: _tanda(canvas, right - _LOGO, top - _LOGO, "LSP"))
    room = k.inner - 2 * (_LOGO + 10)
    lisensi = f"Lisensi BNSP Nomor {lsp['lisensi']}" if lsp.get("lisensi") else ""
    for text, face, size in (
        ("LEMBAGA SERTIFIKASI PROFESI", BOLD, 11.0),
        (str(lsp.get("nama") or "").upper(), BOLD, 13.0),
        (lisensi, REGULAR, 9.0),
        (str(lsp.get("alamat") or ""), REGULAR, 9.0),
    ):
        for line in balance(clean(text), face, size, room) if text else ():
            k.y -= size * 1.25
            k.sheet.centred(k.width / 2, k.y + 2, line, face=face, size=size)
    k.y = min(k.y, top - _LOGO if logo else k.y) - 6
    k.sheet.rules.append((k.left, k.y, right, k.y, 1.5))
    k.y -= 14


def _tanda(canvas: Canvas, x: float, y: float, teks: str) -> None:
    canvas.setStrokeColorRGB(*BLACK)
    canvas.setLineWidth(1)
    canvas.circle(x + _LOGO / 2, y + _LOGO / 2, _LOGO / 2 - 1)
    canvas.circle(x + _LOGO / 2, y + _LOGO / 2, _LOGO / 2 - 4)
    canvas.setFillColorRGB(*BLACK)
    canvas.setFont(BOLD, 11)
    canvas.drawCentredString(x + _LOGO / 2, y + _LOGO / 2 - 4, teks)


def _judul(k: Kertas, *lines: str) -> None:
    for i, text in enumerate(lines):
        k.paragraf(tebal(text) if i < 2 else text, 12 if i == 0 else 11, rata="c")
    k.jarak()


def _hitung(rows: list[dict[str, Any]], hasil: str) -> str:
    """2 (dua) orang."""
    jumlah = Counter(str(b.get("hasil")) for b in rows)[hasil]
    return f"{jumlah} ({terbilang(jumlah)}) orang"


def _judul_skema(isi: Isian) -> str:
    return str((isi.get("skema") or {}).get("judul") or "-")


def _kota(isi: Isian) -> str:
    return str(isi.get("tempat") or (isi.get("lsp") or {}).get("kota") or "")


# Berita acara asesmen -------------------------------------------------------------------------------------


def ba_asesmen(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"Berita acara asesmen {isi.get('nomor', '')}")
    kop(k, logo=True)
    _judul(k, "BERITA ACARA ASESMEN/UJI KOMPETENSI", f"Nomor: {isi.get('nomor') or '-'}")
    tuk, rows = isi.get("tuk") or {}, isi["baris"]
    waktu = pukul(isi.get("mulai"), isi.get("selesai"), isi.get("zona"))
    k.paragraf(
        f"Pada hari {hari_tanggal(isi['tanggal'])}{', pukul ' + waktu if waktu else ''}, bertempat di"
        f" {tuk.get('nama') or '-'}, telah dilakukan asesmen/uji kompetensi pada skema {_judul_skema(isi)},"
        f" diikuti {len(rows)} ({terbilang(len(rows))}) orang asesi. Asesor merekomendasikan:"
    )
    k.paragraf(
        [
            Alinea((Potong(f"Kompeten: {_hitung(rows, 'K')}"),), peluru="1."),
            Alinea((Potong(f"Belum kompeten: {_hitung(rows, 'BK')}"),), peluru="2."),
        ]
    )
    k.jarak()
    body: list[list[Isi]] = [
        [
            str(b["urut"]),
            str(b["nama"]),
            str(b.get("organisasi") or "-"),
            tanda_v(b["hasil"] == "K"),
            tanda_v(b["hasil"] == "BK"),
        ]
        for b in rows
    ]
    k.tabel(
        [["No.", "Nama Asesi", "Organisasi", "K", "BK"]], body, (0.07, 0.38, 0.37, 0.09, 0.09), rata="cllcc", sisa=120
    )
    k.paragraf([tebal("Catatan:"), str(isi.get("catatan") or "-")])
    k.paragraf("Demikian berita acara ini dibuat dengan sebenarnya.")
    _satu_penanda(k, "ASESOR", "Asesor Kompetensi,", nama_asesor(isi), _reg((isi.get("asesor") or {}).get("no_reg")))
    return k


def _reg(nomor: object) -> str:
    return f"No. Reg. {nomor}" if nomor else ""


def _satu_penanda(k: Kertas, peran: str, sebutan: str, nama: str, keterangan: str = "", *, surat: bool = False) -> None:
    """One signature at the right, place and date of the paper above it; a letter has them at its head."""
    tanda = k.cetak.paraf(peran)
    kanan = Penanda(sebutan, str((tanda or {}).get("nama") or nama), keterangan, tanda)
    tempat, saat = ("", "") if surat else (_kota(k.isi), str(k.isi.get("tanggal") or ""))
    k.kolom_tanda(kanan, tempat=tempat, tanggal=saat, kanan=True)


# Berita acara pleno ---------------------------------------------------------------------------------------


def ba_pleno(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"Berita acara pleno {isi.get('nomor', '')}")
    kop(k, logo=True)
    _judul(k, "BERITA ACARA RAPAT PLENO KOMITE TEKNIS", f"Nomor: {isi.get('nomor') or '-'}")
    rows, anggota = isi["baris"], isi["anggota"]
    hadir = [a for a in anggota if a.get("hadir")]
    k.paragraf(
        f"Pada hari {hari_tanggal(isi['tanggal'])}, bertempat di {isi.get('tempat') or '-'}, komite teknis mengadakan"
        f" rapat pleno penetapan hasil sertifikasi. Hadir {len(hadir)} ({terbilang(len(hadir))}) dari {len(anggota)}"
        f" anggota; kuorum {isi.get('kuorum') or '-'} anggota untuk setiap keputusan setelah rekusal."
    )
    k.jarak()
    daftar: list[list[Isi]] = [
        [
            str(i),
            str(a["nama"]),
            "Ketua" if a.get("sebagai") == "KETUA" else "Anggota",
            "Hadir" if a.get("hadir") else "Tidak hadir",
        ]
        for i, a in enumerate(anggota, 1)
    ]
    k.tabel(
        [["No.", "Nama", "Sebagai", "Kehadiran"]],
        daftar,
        (0.07, 0.53, 0.2, 0.2),
        rata="clll",
        judul="Anggota komite teknis",
    )
    if isi.get("undangan"):
        k.paragraf([tebal("Undangan, tanpa suara:"), ", ".join(str(nama) for nama in isi["undangan"])])
        k.jarak()
    head: list[list[Isi]] = [["No.", "Asesi dan skema", "Asesor", "Rekomendasi", "Keputusan", "Rekusal dan alasan"]]
    k.tabel(
        head,
        [_putusan(b) for b in rows],
        (0.06, 0.26, 0.17, 0.165, 0.135, 0.21),
        rata="clllll",
        ukuran=9,
        judul="Keputusan",
    )
    hitung = "; ".join(f"{teks.lower()} {_hitung(rows, kode)}" for kode, teks in HASIL.items())
    k.paragraf(f"Jumlah keputusan: {hitung}.")
    k.jarak(4)
    k.paragraf([tebal("Catatan:"), str(isi.get("catatan") or "-")])
    k.bagian("Tanda tangan komite teknis", menyusul=70)
    tanda = {str(t["nama"]): t for t in cetak.tanda if t["peran"] == "KOMITE"}
    per_baris = 3 if len(hadir) > 2 else 2
    for i in range(0, len(hadir), per_baris):
        k.kolom_tanda(*(_anggota(a, tanda) for a in hadir[i : i + per_baris]))
    return k


def _anggota(a: Mapping[str, Any], tanda: Mapping[str, Mapping[str, Any]]) -> Penanda:
    sebagai = "Ketua" if a.get("sebagai") == "KETUA" else "Anggota"
    return Penanda(f"{sebagai},", str(a["nama"]), tanda=tanda.get(str(a["nama"])))


def _putusan(b: Mapping[str, Any]) -> list[Isi]:
    catatan: list[str | Potong | Alinea] = []
    if b.get("rekusal"):
        catatan.append("Tidak ikut memutus: " + ", ".join(map(str, b["rekusal"])))
    if b.get("alasan"):
        catatan.append(str(b["alasan"]))
    asesi: list[str | Potong | Alinea] = [tebal(str(b["nama"])), str(b.get("skema") or "")]
    if b.get("nomor"):
        asesi.append(miring(str(b["nomor"])))
    usul, hasil = str(b.get("rekomendasi") or ""), str(b["hasil"])
    return [
        str(b["urut"]),
        asesi,
        str(b.get("asesor") or "-"),
        HASIL.get(usul, "-"),
        tebal(HASIL.get(hasil, hasil)),
        catatan or "-",
    ]


# SK -------------------------------------------------------------------------------------------------------


def sk(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"Surat keputusan {isi.get('nomor', '')}")
    ketua, nama_lsp = isi.get("ketua") or {}, str((isi.get("lsp") or {}).get("nama") or "LSP")
    jabatan = str(ketua.get("jabatan") or "Ketua LSP")
    masa = rentang(isi.get("mulai"), isi.get("selesai"))
    kop(k, logo=True)
    perihal = f"PENETAPAN HASIL ASESMEN SKEMA {_judul_skema(isi).upper()}"
    _judul(k, f"KEPUTUSAN {jabatan.upper()}", f"NOMOR: {isi.get('nomor') or '-'}", "tentang", "")
    k.y += 14
    k.paragraf(tebal(perihal), rata="c")
    k.paragraf(f"di TUK {(isi.get('tuk') or {}).get('nama') or '-'}, tanggal {masa or '-'}", rata="c")
    k.jarak()
    _dasar_sk(k, nama_lsp)
    k.jarak(6)
    k.paragraf(tebal("MEMUTUSKAN"), rata="c")
    k.jarak(6)
    _putusan_sk(k)
    _satu_penanda(k, "KETUA", f"{jabatan},", str(ketua.get("nama") or ""))
    _daftar_sk(k, isi["baris"])
    return k


def _dasar_sk(k: Kertas, nama_lsp: str) -> None:
    """What the decision rests on."""
    isi = k.isi
    pleno, lisensi = isi.get("pleno") or {}, (isi.get("lsp") or {}).get("lisensi") or "-"
    menimbang = (
        f"bahwa asesmen kompetensi pada skema {_judul_skema(isi)} telah dilaksanakan dan hasilnya perlu ditetapkan;"
    )
    pedoman = (
        "pedoman Badan Nasional Sertifikasi Profesi tentang persyaratan umum LSP dan pelaksanaan asesmen kompetensi;"
    )
    rapat = f"berita acara rapat pleno Nomor {pleno.get('nomor') or '-'} tanggal {hari(pleno.get('tanggal')) or '-'};"
    _diktum(
        k,
        ("Menimbang", [menimbang]),
        ("Mengingat", [pedoman, f"lisensi {nama_lsp} dari BNSP Nomor {lisensi};"]),
        ("Memperhatikan", ["bukti-bukti yang dikumpulkan dan rekomendasi asesor;", rapat]),
    )


def _putusan_sk(k: Kertas) -> None:
    rows, koreksi = k.isi["baris"], k.isi.get("koreksi")
    kesatu = (
        f"Hasil asesmen kompetensi sebagaimana tercantum dalam lampiran: {_hitung(rows, 'K')} kompeten dan"
        f" {_hitung(rows, 'BK')} belum kompeten."
    )
    kedua = (
        "Asesi yang kompeten diusulkan kepada BNSP untuk memperoleh sertifikat kompetensi; asesi yang belum kompeten"
        " berhak mengajukan banding."
    )
    mengoreksi = f"mengoreksi Keputusan Nomor {koreksi} dan " if koreksi else ""
    ketiga = f"Keputusan ini {mengoreksi}berlaku sejak tanggal ditetapkan."
    _diktum(k, ("KESATU", [kesatu]), ("KEDUA", [kedua]), ("KETIGA", [ketiga]))


def _diktum(k: Kertas, *bagian: tuple[str, list[str]]) -> None:
    """Word at the left, colon, its points at the right."""
    label, colon = 96.0, 12.0
    for kata, butir in bagian:
        k.need(44)
        k.sheet.label(k.left, k.y - 10.07, clean(kata), face=REGULAR, size=11)
        k.sheet.label(k.left + label, k.y - 10.07, ":", face=REGULAR, size=11)
        isi: Naskah = [
            Alinea((Potong(t),), peluru=f"{chr(97 + i)}." if len(butir) > 1 else "") for i, t in enumerate(butir)
        ]
        k.paragraf(isi, masuk=label + colon)
        k.jarak(5)


def _daftar_sk(k: Kertas, rows: list[dict[str, Any]]) -> None:
    k.turn()
    k.paragraf(
        [
            tebal("LAMPIRAN"),
            f"Keputusan Nomor {k.isi.get('nomor') or '-'}",
            f"Tanggal {hari(k.isi.get('tanggal')) or '-'}",
        ]
    )
    k.jarak()
    body: list[list[Isi]] = [
        [
            str(b["urut"]),
            str(b["nama"]),
            [str(b.get("asesor") or "-"), str(b.get("no_reg") or "")],
            tebal(HASIL.get(str(b["hasil"]), str(b["hasil"]))),
        ]
        for b in rows
    ]
    head: list[list[Isi]] = [["No.", "Nama Asesi", "Asesor dan No. Reg.", "Hasil"]]
    k.tabel(head, body, (0.07, 0.40, 0.33, 0.20), rata="clll", sisa=130)
    ketua = k.isi.get("ketua") or {}
    _satu_penanda(k, "KETUA", f"{ketua.get('jabatan') or 'Ketua LSP'},", str(ketua.get("nama") or ""))


# Letter to BNSP -------------------------------------------------------------------------------------------


def surat_bnsp(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"Surat permohonan blanko {isi.get('nomor', '')}")
    kop(k)
    k.paragraf(", ".join(t for t in (_kota(isi), hari(isi.get("tanggal"))) if t))
    k.jarak(4)
    k.data(
        ("Nomor", str(isi.get("nomor") or "-")),
        ("Lampiran", str(isi.get("lampiran") or "-")),
        ("Perihal", "Permohonan blanko sertifikat kompetensi"),
    )
    k.paragraf(f"Yth.\n{isi.get('tujuan') or 'Ketua Badan Nasional Sertifikasi Profesi'}")
    k.jarak()
    keputusan, rows = isi.get("sk") or {}, isi["baris"]
    jumlah = sum(int(b["k"]) for b in rows)
    k.paragraf(
        f"Berdasarkan keputusan penetapan hasil asesmen Nomor {keputusan.get('nomor') or '-'} tanggal"
        f" {hari(keputusan.get('tanggal')) or '-'}, kami mengajukan permohonan {jumlah} ({terbilang(jumlah)}) blanko"
        " sertifikat kompetensi bagi asesi yang dinyatakan kompeten, dengan rincian:"
    )
    k.jarak(4)
    body: list[list[Isi]] = [
        [
            str(i),
            [tebal(str(b["skema"])), str(b.get("nomor") or "")],
            str(b.get("tuk") or "-"),
            hari(b.get("tanggal")) or "-",
            str(b["k"]),
            str(b["bk"]),
        ]
        for i, b in enumerate(rows, 1)
    ]
    body.append(["", tebal("Jumlah"), "", "", tebal(str(jumlah)), tebal(str(sum(int(b["bk"]) for b in rows)))])
    head: list[list[Isi]] = [["No.", "Skema", "TUK", "Tanggal asesmen", "K", "BK"]]
    k.tabel(head, body, (0.07, 0.35, 0.22, 0.20, 0.08, 0.08), rata="clllcc", sisa=130)
    k.paragraf(
        "Sebagai kelengkapan kami lampirkan berita acara asesmen, keputusan penetapan hasil, dan daftar asesi per"
        " skema."
    )
    ketua = isi.get("ketua") or {}
    _satu_penanda(k, "KETUA", f"{ketua.get('jabatan') or 'Ketua LSP'},", str(ketua.get("nama") or ""), surat=True)
    return k
