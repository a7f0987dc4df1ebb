"""Kartu peserta, and the "Salinan data sertifikat" that is no certificate and does not look like one."""

from typing import Final

from portal.sertifikasi.sheets.kertas import Cetak, Isian, Kertas, hari, hari_tanggal, pukul
from portal.sertifikasi.sheets.naskah import Alinea, Potong, tebal
from portal.sertifikasi.sheets.sertifikat import foto, judul_dua_bahasa, tautan_verifikasi
from portal.sertifikasi.sheets.surat import kop
from portal.sertifikasi.sheets.tabel import Isi

TATA_TERTIB: Final = (
    "Hadir 30 menit sebelum asesmen dimulai dan mengisi daftar hadir.",
    "Bawa kartu ini, KTP atau paspor asli, serta bukti portofolio asli.",
    "Kenakan pakaian dan alat pelindung diri sesuai skema sertifikasi.",
    "Ikuti arahan asesor dan petugas TUK. Sampaikan keadaan darurat atau kebutuhan khusus sejak awal.",
    "Hubungi sekretariat LSP sebelum jadwal bila Anda berhalangan hadir.",
)


def kartu(isi: Isian, cetak: Cetak) -> Kertas:
    k = Kertas(isi, cetak, f"Kartu peserta {isi.get('nomor', '')}")
    kop(k)
    k.paragraf(tebal("KARTU PESERTA ASESMEN"), 12, rata="c")
    k.jarak()
    sesi, tuk, skema = isi.get("sesi") or {}, isi.get("tuk") or {}, isi.get("skema") or {}
    tempat = ", ".join(str(t) for t in (tuk.get("nama"), tuk.get("alamat") or tuk.get("kota")) if t)
    atas = k.y
    foto(k, k.left + k.inner - 85.1, k.y - 113.4)
    k.sempit = 98.0
    k.data(
        ("Nomor permohonan", str(isi.get("nomor") or "-")),
        ("Nama asesi", tebal(str((isi.get("asesi") or {}).get("nama") or "-"))),
        ("NIK/Paspor", cetak.nik or "-"),
        ("Skema sertifikasi", str(skema.get("judul") or "-")),
        ("Nomor skema", str(skema.get("nomor") or "-")),
    )
    k.sempit = 0.0
    k.y = min(k.y, atas - 120)
    k.data(
        ("Hari/tanggal", hari_tanggal(sesi.get("tanggal")) or "-"),
        ("Waktu", pukul(sesi.get("mulai"), sesi.get("selesai"), sesi.get("zona")) or "-"),
        ("TUK", tempat or "-"),
        ("Asesor", str((isi.get("asesor") or {}).get("nama") or "-")),
    )
    k.bagian("Tata tertib")
    aturan = isi.get("tata_tertib") or TATA_TERTIB
    k.paragraf([Alinea((Potong(str(t)),), peluru=f"{i}.") for i, t in enumerate(aturan, 1)])
    return k


def salinan(isi: Isian, cetak: Cetak) -> Kertas:
    tautan = tautan_verifikasi(isi)
    k = Kertas(isi, Cetak(cetak.tanda, tautan, "", cetak.zona), f"Salinan data sertifikat {isi.get('nomor') or ''}")
    k.ajakan = "Kode QR membuka halaman pemeriksaan sertifikat, terbuka untuk umum."
    kop(k)
    k.paragraf(tebal("SALINAN DATA SERTIFIKAT"), 12)
    k.paragraf(
        "Lembar ini bukan sertifikat dan tidak menggantikannya. Keadaan terakhir selalu ada di halaman pemeriksaan.", 10
    )
    k.jarak()
    skema = isi.get("skema") or {}
    status = str(isi.get("status") or "")
    per = f" (per {hari(isi['status_per'])})" if isi.get("status_per") else ""
    k.data(
        ("Nama pemegang", tebal(str(isi["nama"]))),
        ("Nomor sertifikat", str(isi.get("nomor") or "menunggu nomor dari BNSP")),
        ("Nomor registrasi", str(isi.get("no_reg") or "-")),
        ("Nomor blanko", str(isi.get("blanko") or "-")),
        ("Skema", str(skema.get("judul") or "-")),
        ("Nomor skema", str(skema.get("nomor") or "-")),
        ("Tanggal keputusan", hari(isi["diputus"])),
        ("Berlaku sampai", hari(isi["sampai"])),
        ("Status", f"{status}{per}" if status else "-"),
        ("Diterbitkan oleh", str((isi.get("lsp") or {}).get("nama") or "-")),
        ("Kode pemeriksaan", str(isi["kode_verifikasi"])),
        ("Alamat pemeriksaan", tautan),
    )
    rows: list[list[Isi]] = [[str(u["urut"]), str(u["kode"]), judul_dua_bahasa(u)] for u in isi["unit"]]
    k.tabel([["No.", "Kode Unit", "Judul Unit"]], rows, (0.08, 0.27, 0.65), rata="cll", judul="Daftar unit kompetensi")
    return k
