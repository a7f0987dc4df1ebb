"""FR.APL.01 permohonan and FR.APL.02 asesmen mandiri."""

from collections.abc import Mapping
from typing import Any, Final

from portal.sertifikasi.sheets import kepala
from portal.sertifikasi.sheets.kepala import TTD, nama_tanda, penutup, tanda_v
from portal.sertifikasi.sheets.kertas import Cetak, Isian, Kertas, hari
from portal.sertifikasi.sheets.naskah import Alinea, Potong, centang, coret_lainnya, miring, tebal
from portal.sertifikasi.sheets.tabel import Isi, Sel

TUJUAN: Final = (
    ("SERTIFIKASI", "Sertifikasi"),
    ("PKT", "Pengakuan Kompetensi Terkini (PKT)"),
    ("RPL", "Rekognisi Pembelajaran Lampau (RPL)"),
    ("LAINNYA", "Lainnya"),
)


def apl01(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"FR.APL.01 {isi.get('nomor', '')}")
    k.kepala_form("FR.APL.01. PERMOHONAN SERTIFIKASI KOMPETENSI")
    _bagian_1(k, cetak.nik)
    k.turn()
    _bagian_2(k)
    k.bagian("Bagian 3 : Bukti Kelengkapan Pemohon", menyusul=110)
    _syarat(k, "3.1", "Bukti Persyaratan Dasar Pemohon", "DASAR")
    k.turn()
    _syarat(k, "3.2", "Bukti Administratif", "ADMINISTRATIF")
    _penutup_apl01(k)
    return k


def _bagian_1(k: Kertas, nik: str) -> None:
    p, w = _Bagian(k.isi.get("pribadi")), _Bagian(k.isi.get("pekerjaan"))
    k.bagian("Bagian 1 : Rincian Data Pemohon Sertifikasi")
    k.paragraf("Pada bagian ini, cantumkan data pribadi, data pendidikan formal, serta data pekerjaan Anda saat ini.")
    k.bagian("a. Data Pribadi")
    lahir = " / ".join(t for t in (p("tempat_lahir"), _hari(p("tanggal_lahir"))) if t)
    kelamin = coret_lainnya((("L", "Laki-laki"), ("P", "Wanita")), p("jenis_kelamin"))
    alamat = ", ".join(t for t in (p("alamat"), p("kecamatan"), p("kab_kota"), p("provinsi")) if t)
    k.data(
        ("Nama lengkap", p("nama")),
        ("No. KTP/NIK/Paspor", nik or p("paspor")),
        ("Tempat / tgl. lahir", lahir),
        ("Jenis kelamin", Alinea((*kelamin, Potong(" *")))),
        ("Kebangsaan", p("kebangsaan")),
        ("Alamat rumah", alamat),
        ("Kode pos", p("kode_pos")),
        ("No. Telepon/E-mail", f"Rumah: {p('telepon_rumah') or '-'}; Kantor: {p('telepon_kantor') or '-'};"),
        ("", f"HP: {p('hp') or '-'}; E-mail: {p('surel') or '-'}"),
        ("Kualifikasi pendidikan", p("pendidikan")),
    )
    k.coret()
    k.bagian("b. Data Pekerjaan Sekarang")
    k.data(
        ("Nama institusi/ perusahaan", w("instansi") or "-"),
        ("Jabatan", w("jabatan") or "-"),
        ("Alamat kantor", w("alamat_kantor") or "-"),
        ("Kode pos", w("kode_pos_kantor") or "-"),
        ("No. Telp/Fax/E-mail", f"Telp: {w('telepon_instansi') or '-'}; Fax: {w('faks_instansi') or '-'};"),
        ("", f"E-mail: {w('surel_instansi') or '-'}"),
    )


def _bagian_2(k: Kertas) -> None:
    isi = k.isi
    k.bagian("Bagian 2 : Data Sertifikasi")
    k.paragraf(
        "Tuliskan judul dan nomor skema sertifikasi yang Anda ajukan berikut daftar unit kompetensi sesuai kemasan"
        " pada skema sertifikasi."
    )
    k.jarak(4)
    lain = str(isi.get("tujuan_lain") or "")
    tujuan = [
        centang(isi.get("tujuan") == kode, f"{teks}: {lain or '.' * 24}" if kode == "LAINNYA" else teks)
        for kode, teks in TUJUAN
    ]
    kepala.kotak_isian(k, [*kepala.skema(isi), kepala.baris("Tujuan Asesmen", tujuan)])
    k.y += 4
    k.coret()
    k.tabel(
        [["No.", "Kode Unit", "Judul Unit", "Standar Kompetensi Kerja"]],
        [[str(u["urut"]), u["kode"], u["judul"], u.get("standar") or "-"] for u in isi["unit"]],
        (0.07, 0.25, 0.42, 0.26),
        rata="clll",
        judul="Daftar Unit Kompetensi sesuai kemasan:",
    )


def _syarat(k: Kertas, nomor: str, judul: str, kategori: str) -> None:
    head: list[list[Isi]] = [
        [
            Sel("No.", tebal=True, rata="c", baris=2, arsir=True),
            Sel(judul, tebal=True, rata="c", baris=2, arsir=True),
            Sel("Ada", tebal=True, rata="c", kolom=2, arsir=True),
            Sel("Tidak ada", tebal=True, rata="c", baris=2, arsir=True),
        ],
        ["Memenuhi syarat", "Tidak memenuhi syarat"],
    ]
    rows = [_baris_syarat(i, s) for i, s in enumerate(_dari(k.isi["syarat"], kategori), 1)]
    k.tabel(head, rows, (0.07, 0.45, 0.17, 0.18, 0.13), rata="clccc", judul=f"{nomor} {judul}")


def _dari(syarat: list[dict[str, Any]], kategori: str) -> list[dict[str, Any]]:
    return [s for s in syarat if s["kategori"] == kategori]


def _baris_syarat(nomor: int, s: Mapping[str, Any]) -> list[Isi]:
    status, ada = str(s.get("status") or ""), bool(s.get("ada"))
    teks: list[str | Potong | Alinea] = [str(s["teks"])]
    if s.get("catatan"):
        teks.append(miring(f"Catatan LSP: {s['catatan']}"))
    if ada and not status:
        return [str(nomor), teks, Sel("ada, belum diperiksa LSP", kolom=2, ukuran=8), tanda_v(False)]
    periksa = [tanda_v(ada and status == kode) for kode in ("MEMENUHI", "TIDAK_MEMENUHI")]
    return [str(nomor), teks, *periksa, tanda_v(not ada)]


def _penutup_apl01(k: Kertas) -> None:
    isi = k.isi
    pilihan = coret_lainnya(
        (("DITERIMA", "Diterima"), ("TIDAK_DITERIMA", "Tidak diterima")), isi.get("rekomendasi") or ""
    )
    kiri: list[Isi] = [
        [
            tebal("Rekomendasi (diisi oleh LSP):"),
            "Berdasarkan ketentuan persyaratan dasar, maka pemohon:",
            Alinea((*_tebal(pilihan), Potong(" *) sebagai peserta sertifikasi"))),
            Alinea((Potong("*Coret yang tidak perlu"),), ukuran=9),
        ],
        kepala.berlabel("Catatan:", isi.get("catatan")),
    ]
    nama = str((isi.get("asesi") or {}).get("nama") or _Bagian(isi.get("pribadi"))("nama"))
    admin = k.cetak.paraf("ADMIN_LSP") or {}
    penutup(
        k,
        kiri,
        [
            ("Pemohon/Kandidat:", [("Nama", nama_tanda(k, "ASESI", nama)), (TTD, k.paraf("ASESI"))]),
            (
                "Admin LSP:",
                [
                    ("Nama", str(admin.get("nama") or "")),
                    ("NIP", str(admin.get("no_reg") or "")),
                    (TTD, k.paraf("ADMIN_LSP")),
                ],
            ),
        ],
    )


def _tebal(runs: list[Potong]) -> list[Potong]:
    return [Potong(r.teks, not r.coret, False, r.coret) for r in runs]


def _hari(teks: str) -> str:
    try:
        return hari(teks)
    except ValueError:  # a draft keeps what was typed
        return teks


class _Bagian:
    """A field of a part as text; what is missing is empty."""

    def __init__(self, bagian: Mapping[str, Any] | None) -> None:
        self.bagian = bagian or {}

    def __call__(self, nama: str) -> str:
        return str(self.bagian.get(nama) or "")


# FR.APL.02 ------------------------------------------------------------------------------------------------


def apl02(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"FR.APL.02 {isi.get('nomor', '')}")
    k.kepala_form("FR.APL.02. ASESMEN MANDIRI")
    kepala.kotak_isian(k, kepala.skema(isi))
    k.y += 4
    k.coret()
    _panduan(k)
    for unit in isi["unit"]:
        _unit(k, unit)
    _penutup_apl02(k)
    return k


def _panduan(k: Kertas) -> None:
    langkah = (
        "Baca setiap pertanyaan di kolom sebelah kiri.",
        "Beri tanda V pada kotak K jika Anda yakin dapat melakukan tugas yang dijelaskan, atau BK jika belum.",
        "Isi kolom di sebelah kanan dengan bukti yang relevan yang Anda miliki untuk menunjukkan bahwa Anda"
        " melakukan tugas ini.",
    )
    isi = [tebal("PANDUAN ASESMEN MANDIRI"), tebal("Instruksi:")]
    k.kisi([[[*isi, *(Alinea((Potong(t),), peluru="•") for t in langkah)]]], (1,), 10)


def _unit(k: Kertas, unit: Mapping[str, Any]) -> None:
    """The unit's title line belongs to the head, so that it stands above every part of its table."""
    judul = [
        Alinea((Potong(f"Unit Kompetensi {unit['urut']}: ", tebal=True), Potong(f"{unit['kode']}, {unit['judul']}")))
    ]
    head: list[list[Isi]] = [
        [Sel(judul, kolom=4)],
        [Sel("Dapatkah Saya ...?", tebal=True, arsir=True), "K", "BK", "Bukti yang relevan"],
    ]
    k.tabel(head, [_elemen(e) for e in unit["elemen"]], (0.56, 0.06, 0.06, 0.32), rata="lccl")


def _elemen(e: Mapping[str, Any]) -> list[Isi]:
    kuk = [Alinea((Potong(str(c["teks"])),), peluru=str(c["nomor"])) for c in e.get("kuk") or ()]
    kiri: list[str | Potong | Alinea] = [tebal(f"{e['urut']}. Elemen: {e['judul']}")]
    if kuk:
        kiri += ["Kriteria unjuk kerja:", *kuk]
    bukti = [str(b) for b in e.get("bukti") or ()]
    kanan: list[str | Potong | Alinea] = [Alinea((Potong(b),), peluru="•") for b in bukti]
    if e.get("catatan"):
        kanan.append(miring(str(e["catatan"])))
    jawaban = e.get("jawaban")
    return [kiri, tanda_v(jawaban == "K"), tanda_v(jawaban == "BK"), kanan or "-"]


def _penutup_apl02(k: Kertas) -> None:
    isi = k.isi
    pilihan = coret_lainnya((("LANJUT", "dapat"), ("TIDAK", "tidak dapat")), isi.get("rekomendasi") or "")
    kiri: list[Isi] = [
        [
            tebal("Rekomendasi untuk Asesi:"),
            Alinea((Potong("Asesmen "), *_tebal(pilihan), Potong(" *) dilanjutkan"))),
            Alinea((Potong("*Coret yang tidak perlu"),), ukuran=9),
        ],
        kepala.berlabel("Catatan:", isi.get("catatan")),
    ]
    asesi = str((isi.get("asesi") or {}).get("nama") or "")
    penutup(
        k,
        kiri,
        [
            ("Asesi:", [("Nama", nama_tanda(k, "ASESI", asesi)), (TTD, k.paraf("ASESI"))]),
            (
                "Ditinjau oleh Asesor:",
                [
                    ("Nama", nama_tanda(k, "ASESOR", kepala.nama_asesor(isi))),
                    ("No. Reg.", kepala.no_reg(isi, "ASESOR", k)),
                    (TTD, k.paraf("ASESOR")),
                ],
            ),
        ],
    )
