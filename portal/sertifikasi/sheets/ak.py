"""FR.AK.01 to FR.AK.05: the records of an assessment."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from portal.sertifikasi.sheets import kepala
from portal.sertifikasi.sheets.kepala import (
    TTD,
    baris,
    berlabel,
    identitas,
    nama_tanda,
    nilai_kompeten,
    penutup,
    tanda_v,
)
from portal.sertifikasi.sheets.kertas import Cetak, Isian, Kertas, hari, hari_tanggal, pukul
from portal.sertifikasi.sheets.naskah import Alinea, Potong, centang, tebal
from portal.sertifikasi.sheets.tabel import Isi, Sel

BUKTI_AK01: Final = (
    ("PORTOFOLIO", "Hasil Verifikasi Portofolio"),
    ("OBSERVASI", "Hasil Observasi Langsung"),
    ("TERSTRUKTUR", "Hasil Kegiatan Terstruktur"),
    ("REVIU_PRODUK", "Hasil Reviu Produk"),
    ("TERTULIS", "Hasil Pertanyaan Tertulis"),
    ("LISAN", "Hasil Pertanyaan Lisan"),
    ("WAWANCARA", "Hasil Pertanyaan Wawancara"),
    ("LAINNYA", "Lainnya"),
)
METODE_AK02: Final = (
    ("OBSERVASI", "Observasi demonstrasi"),
    ("PORTOFOLIO", "Portofolio"),
    ("PIHAK_KETIGA", "Pernyataan pihak ketiga"),
    ("WAWANCARA", "Pertanyaan wawancara"),
    ("LISAN", "Pertanyaan lisan"),
    ("TERTULIS", "Pertanyaan tertulis"),
    ("PROYEK", "Proyek kerja"),
    ("LAINNYA", "Lainnya"),
)
# The statements of FR.AK.03, version 2023, and the questions of FR.AK.04.
PERNYATAAN_AK03: Final = (
    "Saya mendapatkan penjelasan yang cukup memadai mengenai proses asesmen/uji kompetensi",
    "Saya diberikan kesempatan untuk mempelajari standar kompetensi yang akan diujikan dan menilai diri sendiri"
    " terhadap pencapaiannya",
    "Asesor memberikan kesempatan untuk mendiskusikan/menegosiasikan metoda, instrumen dan sumber asesmen serta"
    " jadwal asesmen",
    "Asesor berusaha menggali seluruh bukti pendukung yang sesuai dengan latar belakang pelatihan dan pengalaman"
    " yang saya miliki",
    "Saya sepenuhnya diberikan kesempatan untuk mendemonstrasikan kompetensi yang saya miliki selama asesmen",
    "Saya mendapatkan penjelasan yang memadai mengenai keputusan asesmen",
    "Asesor memberikan umpan balik yang mendukung setelah asesmen serta tindak lanjutnya",
    "Asesor bersama saya mempelajari semua dokumen asesmen serta menandatanganinya",
    "Saya mendapatkan jaminan kerahasiaan hasil asesmen serta penjelasan penanganan dokumen asesmen",
    "Asesor menggunakan keterampilan komunikasi yang efektif selama asesmen",
)
PERTANYAAN_AK04: Final = (
    "Apakah Proses Banding telah dijelaskan kepada Anda?",
    "Apakah Anda telah mendiskusikan Banding dengan Asesor?",
    "Apakah Anda mau melibatkan “orang lain” membantu Anda dalam Proses Banding?",
)
_HEAD_YA: Final = ("YA", "TIDAK")


def ak01(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"FR.AK.01 {isi.get('nomor', '')}")
    k.kepala_form("FR.AK.01. PERSETUJUAN ASESMEN DAN KERAHASIAAN")
    k.paragraf(
        "Persetujuan Asesmen ini untuk menjamin bahwa Asesi telah diberi arahan secara rinci tentang perencanaan dan"
        " proses asesmen.",
        10,
    )
    k.jarak(4)
    lain = str(isi.get("bukti_lain") or "")
    dipilih = set(isi.get("bukti") or ())
    kotak = [
        centang(kode in dipilih, f"{teks}: {lain or '.' * 20}" if kode == "LAINNYA" else teks)
        for kode, teks in BUKTI_AK01
    ]
    identitas(k)
    k.y += 8
    setengah = len(kotak) // 2
    k.kisi(
        [[Sel("Bukti yang akan dikumpulkan", tebal=True), kotak[:setengah], kotak[setengah:]]], (0.26, 0.37, 0.37), 10
    )
    k.y += 8
    _kesepakatan(k, isi.get("pelaksanaan") or {})
    _pernyataan(k)
    tanda_berdua(k, "Asesor", "Asesi")
    k.coret()
    return k


def _kesepakatan(k: Kertas, p: Mapping[str, Any]) -> None:
    tempat = p.get("tempat") or (k.isi.get("tuk") or {}).get("nama") or "-"
    rows: list[list[Isi]] = [
        [
            Sel("Pelaksanaan asesmen disepakati pada:", tebal=True, baris=3),
            "Hari/Tanggal",
            hari_tanggal(p.get("tanggal")) or "-",
        ],
        ["Waktu", pukul(p.get("mulai"), p.get("selesai"), p.get("zona")) or "-"],
        ["TUK", str(tempat)],
    ]
    k.kisi(rows, (0.26, 0.18, 0.56), 10)
    k.y += 8


def _pernyataan(k: Kertas) -> None:
    isi = (
        (
            "Asesi:",
            "Bahwa saya telah mendapatkan penjelasan terkait hak dan prosedur banding asesmen dari Asesor.",
        ),
        (
            "Asesor:",
            "Menyatakan tidak akan membuka hasil pekerjaan yang saya peroleh karena penugasan saya sebagai Asesor dalam"
            " pekerjaan Asesmen kepada siapa pun atau organisasi apa pun selain kepada pihak yang berwenang sehubungan"
            " dengan kewajiban saya sebagai Asesor yang ditugaskan oleh LSP.",
        ),
        (
            "Asesi:",
            "Saya setuju mengikuti asesmen dengan pemahaman bahwa informasi yang dikumpulkan hanya digunakan untuk"
            " pengembangan profesional dan hanya dapat diakses oleh orang tertentu saja.",
        ),
    )
    k.kisi([[[tebal(siapa), teks]] for siapa, teks in isi], (1,), 10)
    k.y += 8


def tanda_berdua(k: Kertas, *peran: str) -> None:
    """One row per person: name, paraf layar with its stored date."""
    rows: list[list[Isi]] = []
    for p in peran:
        kode = p.upper()
        lain = kepala.nama_asesor(k.isi) if kode == "ASESOR" else str((k.isi.get("asesi") or {}).get("nama") or "")
        siapa: list[str | Potong | Alinea] = [tebal(nama_tanda(k, kode, lain) or "-")]
        if kode == "ASESOR" and kepala.no_reg(k.isi, kode, k):
            siapa.append(f"No. Reg. {kepala.no_reg(k.isi, kode, k)}")
        tanda = Sel(k.paraf(kode), tinggi=44, ukuran=9)
        rows.append([Sel(f"Tanda tangan {p}", tebal=True), siapa, "Tanggal", tanda])
    k.kisi(rows, (0.20, 0.36, 0.12, 0.32), 10)


def ak02(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"FR.AK.02 {isi.get('nomor', '')}")
    k.kepala_form("FR.AK.02. REKAMAN ASESMEN KOMPETENSI")
    identitas(
        k,
        baris("Tanggal mulai asesmen", hari(isi.get("mulai"))),
        baris("Tanggal selesai asesmen", hari(isi.get("selesai"))),
    )
    k.y += 4
    k.coret()
    k.paragraf(
        "Beri tanda V di kolom yang sesuai untuk mencerminkan bukti yang sesuai untuk setiap Unit Kompetensi, lalu K"
        " (kompeten) atau BK (belum kompeten).",
        10,
    )
    k.jarak(4)
    head: list[Isi] = [Sel("Unit Kompetensi", tebal=True, rata="c", arsir=True)]
    head += [Sel(teks, tegak=True, arsir=True, ukuran=9) for _, teks in METODE_AK02]
    head += [Sel("K", tebal=True, rata="c", arsir=True), Sel("BK", tebal=True, rata="c", arsir=True)]
    k.tabel([head], [_unit_ak02(u) for u in isi["unit"]], (0.40, *([0.059] * 10)), rata="l" + "c" * 10, ukuran=9.5)
    if isi.get("metode_lain"):
        k.paragraf(f"Lainnya: {isi['metode_lain']}", 9.5)
        k.jarak(4)
    hasil = [Alinea((*nilai_kompeten(isi.get("rekomendasi") or ""), Potong(" *")))]
    k.kisi(
        [
            [Sel("Rekomendasi hasil asesmen", tebal=True), hasil],
            [
                [
                    tebal("Tindak lanjut yang dibutuhkan"),
                    "(pekerjaan tambahan dan asesmen yang diperlukan untuk mencapai kompetensi)",
                ],
                str(isi.get("tindak_lanjut") or "-"),
            ],
            [Sel("Komentar/Observasi oleh asesor", tebal=True), str(isi.get("komentar") or "-")],
        ],
        (0.36, 0.64),
        10,
    )
    k.y += 8
    tanda_berdua(k, "Asesi", "Asesor")
    k.coret()
    _lampiran(k)
    return k


def _unit_ak02(u: Mapping[str, Any]) -> list[Isi]:
    metode, hasil = set(u.get("metode") or ()), u.get("hasil")
    nama: list[str | Potong | Alinea] = [tebal(str(u["kode"])), str(u["judul"])]
    return [nama, *(tanda_v(kode in metode) for kode, _ in METODE_AK02), tanda_v(hasil == "K"), tanda_v(hasil == "BK")]


def _lampiran(k: Kertas) -> None:
    isi = (
        "Dokumen APL.01 peserta",
        "Dokumen APL.02 peserta",
        "Bukti-bukti berkualitas peserta",
        "Tinjauan proses asesmen",
    )
    k.need(70)
    k.paragraf(tebal("LAMPIRAN DOKUMEN:"), 9.5)
    k.paragraf([Alinea((Potong(t),), peluru=f"{i}.") for i, t in enumerate(isi, 1)], 9.5)


def ak03(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"FR.AK.03 {isi.get('nomor', '')}")
    k.kepala_form("FR.AK.03. UMPAN BALIK DAN CATATAN ASESMEN")
    identitas(
        k,
        baris("Hari/Tanggal mulai", hari_tanggal(isi.get("mulai"))),
        baris("Hari/Tanggal selesai", hari_tanggal(isi.get("selesai"))),
    )
    k.y += 4
    k.coret()
    k.paragraf("Umpan balik dari Asesi (diisi oleh Asesi setelah pengambilan keputusan):", 10)
    k.jarak(4)
    head: list[list[Isi]] = [
        [
            Sel("No.", tebal=True, rata="c", baris=2, arsir=True),
            Sel("Komponen", tebal=True, rata="c", baris=2, arsir=True),
            Sel("Hasil", tebal=True, rata="c", kolom=2, arsir=True),
            Sel("Catatan/Komentar Asesi", tebal=True, rata="c", baris=2, arsir=True),
        ],
        ["Ya", "Tidak"],
    ]
    rows: list[list[Isi]] = [
        [str(p["urut"]), str(p["teks"]), *_ya_tidak(p), str(p.get("komentar") or "-")] for p in isi["pernyataan"]
    ]
    k.tabel(head, rows, (0.07, 0.53, 0.07, 0.10, 0.23), rata="clccl", ukuran=9.5)
    k.kisi([[Sel(berlabel("Catatan/komentar lainnya (apabila ada):", isi.get("catatan")), tinggi=50)]], (1,), 10)
    return k


def _ya_tidak(p: Mapping[str, Any]) -> tuple[Sel, Sel]:
    return tanda_v(p.get("jawaban") == "YA"), tanda_v(p.get("jawaban") == "TIDAK")


def ak04(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"FR.AK.04 {isi.get('nomor', '')}")
    k.kepala_form("FR.AK.04. BANDING ASESMEN")
    k.kisi(
        [
            [Sel("Nama Asesi", tebal=True), ":", str((isi.get("asesi") or {}).get("nama") or "-")],
            [Sel("Nama Asesor", tebal=True), ":", kepala.nama_asesor(isi) or "-"],
            [Sel("Tanggal Asesmen", tebal=True), ":", hari(isi.get("tanggal_asesmen")) or "-"],
        ],
        (0.30, 0.03, 0.67),
        10,
    )
    rows: list[list[Isi]] = [[str(j["teks"]), *_ya_tidak(j)] for j in isi["jawaban"]]
    k.tabel(
        [["Jawablah dengan Ya atau Tidak pertanyaan-pertanyaan berikut ini:", *_HEAD_YA]],
        rows,
        (0.76, 0.11, 0.13),
        rata="lcc",
    )
    k.paragraf("Banding ini diajukan atas keputusan asesmen yang dibuat terhadap skema sertifikasi berikut:", 10)
    k.jarak(4)
    kepala.kotak_isian(k, kepala.skema(isi))
    k.y += 4
    k.coret()
    k.kisi(
        [[Sel(berlabel("Banding ini diajukan atas alasan sebagai berikut:", isi.get("alasan")), tinggi=110)]], (1,), 10
    )
    k.paragraf(
        "Anda mempunyai hak mengajukan banding jika Anda menilai proses asesmen tidak sesuai SOP dan tidak memenuhi"
        " prinsip asesmen.",
        10,
    )
    k.jarak()
    tanda_berdua(k, "Asesi")
    return k


def ak05(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"FR.AK.05 {isi.get('nomor', '')}")
    k.kepala_form("FR.AK.05. LAPORAN ASESMEN")
    identitas(k, baris("Tanggal", hari(isi.get("tanggal"))), _unit_ak05(isi.get("unit") or ()), orang=False)
    k.y += 4
    k.coret()
    head: list[list[Isi]] = [
        [
            Sel("No.", tebal=True, rata="c", baris=2, arsir=True),
            Sel("Nama Asesi", tebal=True, rata="c", baris=2, arsir=True),
            Sel("Rekomendasi", tebal=True, rata="c", kolom=2, arsir=True),
            Sel("Keterangan**", tebal=True, rata="c", baris=2, arsir=True),
        ],
        ["K", "BK"],
    ]
    rows: list[list[Isi]] = [
        [
            str(b["urut"]),
            str(b["nama"]),
            tanda_v(b["hasil"] == "K"),
            tanda_v(b["hasil"] == "BK"),
            str(b.get("keterangan") or "-"),
        ]
        for b in isi["baris"]
    ]
    k.tabel(head, rows, (0.07, 0.39, 0.09, 0.09, 0.36), rata="clccl")
    k.paragraf("**Tuliskan kode dan judul unit kompetensi yang dinyatakan BK bila mengases satu skema.", 9)
    k.jarak(4)
    label = (
        ("Aspek negatif dan positif dalam asesmen", "aspek"),
        ("Pencatatan penolakan hasil asesmen", "penolakan"),
        ("Saran perbaikan (Asesor/personel terkait)", "saran"),
    )
    k.kisi([[Sel(teks, tebal=True), str(isi.get(nama) or "-")] for teks, nama in label], (0.36, 0.64), 10)
    penutup(
        k,
        [berlabel("Catatan:", isi.get("catatan"))],
        [
            (
                "Asesor:",
                [
                    ("Nama", nama_tanda(k, "ASESOR", kepala.nama_asesor(isi))),
                    ("No. Reg.", kepala.no_reg(isi, "ASESOR", k)),
                    (TTD, k.paraf("ASESOR")),
                ],
            )
        ],
    )
    return k


def _unit_ak05(unit: Sequence[Mapping[str, Any]]) -> list[Isi]:
    lines = [Alinea((Potong(f"{u['kode']}, {u['judul']}"),), peluru=f"{i}.") for i, u in enumerate(unit, 1)]
    return [Sel("Unit Kompetensi", kolom=2, tebal=True), ":", lines or "-"]
