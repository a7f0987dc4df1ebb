"""FR.MAPA.01, FR.AK.06 and FR.AK.07: the plan of an assessment, the look back on it, adjustments for one asesi."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from portal.sertifikasi.sheets import kepala
from portal.sertifikasi.sheets.ak import METODE_AK02, tanda_berdua
from portal.sertifikasi.sheets.kepala import TTD, baris, berlabel, identitas, nama_tanda, penutup, tanda_v
from portal.sertifikasi.sheets.kertas import Cetak, Isian, Kertas, hari
from portal.sertifikasi.sheets.naskah import centang
from portal.sertifikasi.sheets.tabel import Isi, Sel

Pilihan = tuple[tuple[str, str], ...]
# Part 1 of FR.MAPA.01: (code, label, choices).
MAPA_PENDEKATAN: Final[tuple[tuple[str, str, Pilihan], ...]] = (
    ("asesi", "Asesi", (
        ("PELATIHAN", "Hasil pelatihan dan/atau pendidikan berbasis kompetensi"),
        ("PELATIHAN_LAIN", "Hasil pelatihan dan/atau pendidikan yang belum berbasis kompetensi"),
        ("PEKERJA", "Pekerja berpengalaman, dari tempat kerja yang memakai standar"),
        ("PEKERJA_LAIN", "Pekerja berpengalaman, dari tempat kerja yang belum memakai standar"),
        ("MANDIRI", "Pelatihan atau belajar mandiri"),
    )),
    ("tujuan", "Tujuan sertifikasi", (
        ("SERTIFIKASI", "Sertifikasi"), ("PKT", "Pengakuan Kompetensi Terkini (PKT)"),
        ("RPL", "Rekognisi Pembelajaran Lampau (RPL)"), ("LAINNYA", "Lainnya"),
    )),
    ("lingkungan", "Konteks: lingkungan", (("NYATA", "Tempat kerja nyata"), ("SIMULASI", "Tempat kerja simulasi"))),
    ("peluang", "Konteks: peluang mengumpulkan bukti", (("TERSEDIA", "Tersedia"), ("TERBATAS", "Terbatas"))),
    ("hubungan", "Konteks: hubungan standar kompetensi", (
        ("BUKTI", "Bukti untuk mendukung asesmen"), ("AKTIVITAS", "Aktivitas kerja di tempat kerja asesi"),
        ("PEMBELAJARAN", "Kegiatan pembelajaran"),
    )),
    ("pelaksana", "Siapa yang melakukan asesmen", (
        ("LSP", "Lembaga sertifikasi"), ("PELATIHAN", "Organisasi pelatihan"), ("PERUSAHAAN", "Asesor tempat kerja"),
    )),
    ("konfirmasi", "Konfirmasi dengan orang yang relevan", (
        ("MANAJER", "Manajer sertifikasi LSP"), ("MASTER", "Master asesor atau asesor utama"),
        ("PELATIHAN", "Manajer pelatihan"), ("PENYELIA", "Manajer atau penyelia di tempat kerja"),
    )),
    ("acuan", "Tolok ukur asesmen", (
        ("SKKNI", "Standar kompetensi"), ("KURIKULUM", "Kriteria asesmen dari kurikulum pelatihan"),
        ("KINERJA", "Spesifikasi kinerja suatu organisasi"), ("PRODUK", "Spesifikasi produk"),
        ("PEDOMAN", "Pedoman khusus"),
    )),
)  # fmt: skip
JENIS_BUKTI: Final[Pilihan] = (("L", "Langsung"), ("TL", "Tidak langsung"), ("T", "Tambahan"))
# FR.AK.06: what is looked back on, against which principles; consistency of the decision in five dimensions.
ASPEK_AK06: Final[Pilihan] = (
    ("RENCANA", "Rencana asesmen"), ("PERSIAPAN", "Persiapan asesmen"), ("IMPLEMENTASI", "Implementasi asesmen"),
    ("KEPUTUSAN", "Keputusan asesmen"), ("UMPAN_BALIK", "Umpan balik asesmen"),
)  # fmt: skip
PRINSIP: Final[Pilihan] = (("V", "Validitas"), ("R", "Reliabel"), ("F", "Fleksibel"), ("A", "Adil"))
DIMENSI: Final[Pilihan] = (
    ("TS", "Task Skills"), ("TMS", "Task Management Skills"), ("CMS", "Contingency Management Skills"),
    ("JRES", "Job Role/Environment Skills"), ("TRS", "Transfer Skills"),
)  # fmt: skip
# FR.AK.07: needs of an asesi that may call for an adjustment.
KEBUTUHAN_AK07: Final = (
    "Keterbatasan asesi terhadap persyaratan bahasa, literasi, atau numerasi",
    "Dukungan pembaca, penerjemah, pelayan, atau penulis",
    "Teknologi adaptif atau peralatan khusus",
    "Pelaksanaan yang luwes karena keletihan atau keperluan pengobatan",
    "Peralatan asesmen berupa braille, audio, atau video",
    "Penyesuaian tempat atau lingkungan asesmen",
    "Pertimbangan umur, usia lanjut, atau gender",
    "Pertimbangan budaya, tradisi, atau agama",
)
HASIL_AK07: Final[Pilihan] = (
    ("acuan", "Acuan pembanding asesmen"), ("metode", "Metode asesmen"), ("instrumen", "Instrumen asesmen"),
)  # fmt: skip


def _kotak(pilihan: Iterable[tuple[str, str]], dipilih: Iterable[str]) -> list[Any]:
    taken = set(dipilih)
    return [centang(kode in taken, teks) for kode, teks in pilihan]


def mapa01(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"FR.MAPA.01 {isi.get('nomor', '')}")
    k.kepala_form("FR.MAPA.01. MERENCANAKAN AKTIVITAS DAN PROSES ASESMEN")
    identitas(k)
    k.coret()
    teks = {str(row["kode"]): (str(row["teks"]), row.get("isi")) for row in isi["baris"]}
    pilihan = isi.get("pilihan") or {}
    k.bagian("1. Menentukan pendekatan asesmen")
    for kode, label, choices in MAPA_PENDEKATAN:
        k.kisi([[Sel(label, tebal=True), _kotak(choices, pilihan.get(kode) or ())]], (0.22, 0.78), 10)
        k.y += 8
    _uraian(k, teks, "pendekatan", "konteks", "tolok_ukur")
    k.bagian("2. Mempersiapkan rencana asesmen")
    _uraian(k, teks, "rencana")
    if isi.get("unit"):
        _rencana(k, isi["unit"])
    k.bagian("3. Mengidentifikasi persyaratan modifikasi dan kontekstualisasi")
    _uraian(k, teks, "penyesuaian")
    k.need(80)
    tanda_berdua(k, "Asesor")
    return k


def _uraian(k: Kertas, teks: Mapping[str, tuple[str, Any]], *kode: str) -> None:
    rows: list[list[Isi]] = [
        [Sel(teks[name][0], tebal=True), str(teks[name][1] or "-")] for name in kode if name in teks
    ]
    k.tabel([], rows, (0.22, 0.78), ukuran=10)


def _rencana(k: Kertas, unit: Iterable[Mapping[str, Any]]) -> None:
    metode = dict(METODE_AK02)
    rows: list[list[Isi]] = []
    for u in unit:
        taken = set(u.get("jenis") or ())
        words = [metode[one] for one in u.get("metode") or () if one in metode]
        rows.append([f"{u['kode']}\n{u['judul']}", str(u.get("bukti") or "-"),
                     *(tanda_v(kode in taken) for kode, _ in JENIS_BUKTI), "\n".join(words) or "-"])  # fmt: skip
    head: list[Isi] = ["Unit Kompetensi", "Bukti-bukti", *(kode for kode, _ in JENIS_BUKTI), "Metode asesmen"]
    k.tabel([head], rows, (0.30, 0.29, 0.06, 0.06, 0.06, 0.23), rata="llcccl", ukuran=9.5)
    k.paragraf("L: bukti langsung, TL: bukti tidak langsung, T: bukti tambahan.", 9)
    k.jarak(4)


def ak06(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"FR.AK.06 {isi.get('nomor', '')}")
    k.kepala_form("FR.AK.06. MENINJAU PROSES ASESMEN")
    identitas(k, baris("Tanggal", hari(isi.get("tanggal"))), orang=False)
    k.y += 4
    k.coret()
    k.paragraf("Peninjauan dilakukan oleh asesor yang menangani pelaksanaan asesmen.", 10)
    k.jarak(4)
    head: list[list[Isi]] = [
        [Sel("Aspek yang ditinjau", tebal=True, rata="c", baris=2, arsir=True),
         Sel("Kesesuaian dengan prinsip asesmen", tebal=True, rata="c", kolom=4, arsir=True)],
        [nama for _, nama in PRINSIP],
    ]  # fmt: skip
    rows: list[list[Isi]] = [
        [str(row["teks"]), *(tanda_v(kode in (row.get("prinsip") or ())) for kode, _ in PRINSIP)]
        for row in isi["aspek"]
    ]
    k.tabel(head, rows, (0.44, 0.14, 0.14, 0.14, 0.14), rata="lcccc")
    k.kisi([[Sel(berlabel("Rekomendasi untuk peningkatan:", isi.get("rekomendasi_aspek")), tinggi=40)]], (1,), 10)
    taken = set(isi.get("dimensi") or ())
    second: list[Isi] = ["Konsistensi keputusan asesmen", *(nama for _, nama in DIMENSI)]
    cells: list[Isi] = ["Bukti dari berbagai asesmen diperiksa untuk konsistensi dimensi kompetensi",
                        *(tanda_v(kode in taken) for kode, _ in DIMENSI)]  # fmt: skip
    k.tabel([second], [cells], (0.30, 0.12, 0.15, 0.16, 0.15, 0.12), rata="lccccc", ukuran=9)
    k.kisi([[Sel(berlabel("Rekomendasi untuk peningkatan:", isi.get("rekomendasi_konsistensi")), tinggi=40)]], (1,), 10)
    asesor: list[tuple[str, Isi]] = [
        ("Nama", nama_tanda(k, "ASESOR", kepala.nama_asesor(isi))), ("No. Reg.", kepala.no_reg(isi, "ASESOR", k)),
        (TTD, k.paraf("ASESOR")),
    ]  # fmt: skip
    penutup(k, [berlabel("Komentar:", isi.get("komentar"))], [("Peninjau:", asesor)])
    return k


def ak07(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"FR.AK.07 {isi.get('nomor', '')}")
    k.kepala_form("FR.AK.07. CEKLIS PENYESUAIAN YANG WAJAR DAN BERALASAN")
    identitas(k)
    k.coret()
    k.kisi([[Sel("Potensi asesi", tebal=True), _kotak(MAPA_PENDEKATAN[0][2], [str(isi.get("potensi") or "")])]],
           (0.22, 0.78), 10)  # fmt: skip
    k.bagian("A. Karakteristik asesi yang memerlukan penyesuaian")
    rows: list[list[Isi]] = [
        [str(row["urut"]), str(row["teks"]), tanda_v(row.get("jawaban") == "YA"),
         tanda_v(row.get("jawaban") == "TIDAK"), str(row.get("keterangan") or "-")]
        for row in isi["penyesuaian"]
    ]  # fmt: skip
    k.tabel([["No.", "Kebutuhan asesi", "Ya", "Tidak", "Penyesuaian yang diberikan"]], rows,
            (0.06, 0.50, 0.06, 0.09, 0.29), rata="clccl", ukuran=9)  # fmt: skip
    k.bagian("B. Hasil penyesuaian yang disepakati")
    hasil = isi.get("hasil") or {}
    k.kisi([[Sel(teks, tebal=True), str(hasil.get(kode) or "-")] for kode, teks in HASIL_AK07], (0.36, 0.64), 10)
    tanda_berdua(k, "Asesor", "Asesi")
    return k
