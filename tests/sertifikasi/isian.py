"""Contents of every paper, as the features freeze them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal.sertifikasi import sheets

BERKAS = Path(sheets.__file__).parents[1] / "data" / "skema-lsp-bnpb.json"
DATA = json.loads(BERKAS.read_text("utf-8"))
SKEMA = DATA["skema"][0]
UNIT = {u["kode"]: u for u in DATA["unit_kompetensi"]}
PANJANG = (
    "Raden Mas Panji Kertawijaya Sastradiningrat Kusumonegoro Adiwinata Suryodiprojo Notohamijoyo bin Sastrowardoyo"
)
LSP = {
    "nama": "LSP Contoh Kebencanaan",
    "alamat": "Jalan Bahari Nomor 12, Sagara",
    "kota": "Sagara",
    "lisensi": "BNSP-LSP-0000-ID",
}
KETUA = {"nama": "Dr. Sri Wahyuni, M.Si.", "jabatan": "Ketua LSP"}
ASESOR = {"nama": "Bambang Sutrisno, S.T.", "no_reg": "MET.000.001234 2024"}
TUK = {"jenis": "SEWAKTU", "nama": "Balai Latihan Sagara", "alamat": "Jalan Pelabuhan 4, Sagara", "kota": "Sagara"}


def pada(hari: int, jam: int = 3) -> datetime:
    return datetime(2026, 11, hari, jam, 42, tzinfo=UTC)


def tanda(*peran: str) -> list[dict[str, Any]]:
    nama = {
        "ASESI": ("Ratna Wulandari", ""),
        "ADMIN_LSP": ("Dewi Lestari", "199003152015032904"),
        "ASESOR": (ASESOR["nama"], ASESOR["no_reg"]),
        "KETUA": (KETUA["nama"], ""),
        "MANAJER": ("Hendra Gunawan", ""),
    }
    return [
        {"peran": p, "nama": nama[p][0], "no_reg": nama[p][1], "pada": pada(5 + i), "sha256": f"{i}ab{'0' * 61}"}
        for i, p in enumerate(peran)
    ]


def dasar(kode: str, **isi: Any) -> dict[str, Any]:
    return {
        "kode": kode,
        "versi_form": "2023",
        "nomor": "PMH-2026-000123",
        "contoh": True,
        "skema": {"jenis": "OKUPASI", "judul": SKEMA["judul"], "nomor": "SKM/LSP/01/2026", "versi": 1,
                  "judul_en": "First Aid Officer"},
        "tuk": TUK,
        "asesor": ASESOR,
        "asesi": {"nama": "Ratna Wulandari"},
        "lsp": LSP,
        **isi,
    }  # fmt: skip


def unit_skema(banyak: int = 0) -> list[dict[str, Any]]:
    kode = [u["kode"] for u in SKEMA["units"]] if not banyak else list(UNIT)[:banyak]
    return [
        {"urut": i, "kode": k, "judul": UNIT[k]["judul"], "judul_en": UNIT[k].get("judul_en") or "",
         "standar": "SKKNI 401/2014"}
        for i, k in enumerate(kode, 1)
    ]  # fmt: skip


def _syarat(kategori: str, urut: int, teks: str, status: str = "MEMENUHI", **lain: Any) -> dict[str, Any]:
    return {"kategori": kategori, "urut": urut, "teks": teks, "ada": True, "status": status, "catatan": "", **lain}


def apl01(**isi: Any) -> dict[str, Any]:
    syarat = [
        _syarat("DASAR", 1, "Ijazah terakhir, paling rendah SMA"),
        _syarat("DASAR", 2, "Sertifikat pelatihan pertolongan pertama", "TIDAK_MEMENUHI",
                catatan="Masa berlaku sertifikat habis Mei 2026"),
        _syarat("DASAR", 3, "Surat keterangan pengalaman kerja", "", ada=False),
        _syarat("ADMINISTRATIF", 1, "Fotokopi KTP"),
        _syarat("ADMINISTRATIF", 2, "Pas foto 3x4 berlatar merah", ""),
        _syarat("ADMINISTRATIF", 3, "Daftar riwayat hidup"),
    ]  # fmt: skip
    return dasar(
        "FR.APL.01",
        pribadi={
            "nama": "Ratna Wulandari", "tempat_lahir": "Sagara", "tanggal_lahir": "1990-03-15", "jenis_kelamin": "P",
            "kebangsaan": "Indonesia", "alamat": "Jalan Kenanga Nomor 7 RT 03 RW 05 Kelurahan Tirtasari",
            "kecamatan": "Sagara Utara", "kab_kota": "Kota Sagara", "provinsi": "Jawa Barat", "kode_pos": "40123",
            "telepon_rumah": "", "telepon_kantor": "+62222000111", "hp": "+6281234567890",
            "surel": "ratna@contoh.go.id", "pendidikan": "D4/S1",
        },
        pekerjaan={
            "instansi": "BPBD Kota Sagara", "jabatan": "Analis kebencanaan", "alamat_kantor": "Jalan Bahari Nomor 1",
            "kode_pos_kantor": "40111", "telepon_instansi": "+62222000222", "faks_instansi": "",
            "surel_instansi": "bpbd@contoh.go.id",
        },
        tujuan="PKT",
        tujuan_lain="",
        unit=unit_skema(),
        syarat=syarat,
        rekomendasi="DITERIMA",
        catatan="Surat pengalaman menyusul pada hari asesmen",
        **isi,
    )  # fmt: skip


def unit_apl02(banyak: int = 0, elemen: int = 0, huruf: int = 0) -> list[dict[str, Any]]:
    """Units with their elemen; the figures make up a large scheme."""
    hasil = []
    for u in unit_skema(banyak):
        asal = UNIT[u["kode"]]["elemen"]
        rows = asal if not elemen else [asal[i % len(asal)] for i in range(elemen)]
        u["elemen"] = [
            {"urut": i, "judul": f"{e['judul']}" + (f" ({u['urut']}.{i})" if elemen else ""),
             "kuk": [{"nomor": c["nomor"], "teks": _isi(c["teks"], huruf)} for c in e["kuk"]],
             "jawaban": "BK" if i == 2 else "K", "bukti": ["Sertifikat pelatihan 2025", "Foto kegiatan posko Sagara"],
             "catatan": "Dilakukan saat banjir Januari 2026 di posko Sagara Utara" if i == 1 else ""}
            for i, e in enumerate(rows, 1)
        ]  # fmt: skip
        hasil.append(u)
    return hasil


def _isi(teks: str, huruf: int) -> str:
    return (f"{teks} " * (huruf // len(teks) + 1))[: huruf - 5] + "akhir" if huruf else teks


def apl02(**isi: Any) -> dict[str, Any]:
    return dasar("FR.APL.02", **{"unit": unit_apl02(), "rekomendasi": "LANJUT", "catatan": "", **isi})


def ak01() -> dict[str, Any]:
    return dasar(
        "FR.AK.01",
        bukti=["PORTOFOLIO", "OBSERVASI", "LAINNYA"],
        bukti_lain="Simulasi evakuasi",
        pelaksanaan={
            "tanggal": "2026-12-03",
            "mulai": "09.00",
            "selesai": "12.00",
            "zona": "WITA",
            "tempat": TUK["nama"],
        },
    )


def ak02(**isi: Any) -> dict[str, Any]:
    metode = [m for m, _ in sheets.METODE_AK02]
    unit = [{**u, "metode": metode[i % 3 :: 3], "hasil": "BK" if i == 1 else "K"} for i, u in enumerate(unit_skema())]
    return dasar(
        "FR.AK.02",
        **{"mulai": "2026-12-03", "selesai": "2026-12-04", "unit": unit, "metode_lain": "Simulasi", "rekomendasi": "BK",
           "tindak_lanjut": "Mengulang unit kedua dalam tiga bulan", "komentar": "Teliti dan tenang", **isi},
    )  # fmt: skip


def ak03() -> dict[str, Any]:
    rows = [
        {
            "urut": i,
            "teks": t,
            "jawaban": "TIDAK" if i == 3 else "YA",
            "komentar": "Jadwal sudah tetap" if i == 3 else "",
        }
        for i, t in enumerate(sheets.PERNYATAAN_AK03, 1)
    ]
    return dasar("FR.AK.03", mulai="2026-12-03", selesai="2026-12-03", pernyataan=rows, catatan="Ruang tunggu sempit")


def ak04() -> dict[str, Any]:
    jawaban = [{"teks": t, "jawaban": j} for t, j in zip(sheets.PERTANYAAN_AK04, ("YA", "YA", "TIDAK"), strict=True)]
    return dasar(
        "FR.AK.04", tanggal_asesmen="2026-12-03", jawaban=jawaban, alasan="Unit kedua diuji tanpa alat yang tercantum"
    )


def ak05() -> dict[str, Any]:
    return dasar(
        "FR.AK.05",
        tanggal="2026-12-04",
        unit=unit_skema(),
        baris=[
            {"urut": 1, "nama": "Ratna Wulandari", "hasil": "BK", "keterangan": unit_skema()[1]["kode"]},
            {"urut": 2, "nama": "Agus Setiawan", "hasil": "K", "keterangan": ""},
        ],
        aspek="Alat lengkap, cuaca hujan",
        penolakan="Tidak ada",
        saran="Tambah satu asisten",
        catatan="Berjalan lancar",
    )


def _orang(banyak: int) -> list[dict[str, Any]]:
    return [
        {"urut": i, "nomor": f"PMH-2026-{i:06d}", "nama": f"Asesi Uji {i}", "organisasi": "BPBD Kota Sagara",
         "skema": SKEMA["judul"], "asesor": ASESOR["nama"], "no_reg": ASESOR["no_reg"],
         "hasil": "BK" if i % 4 == 0 else "K"}
        for i in range(1, banyak + 1)
    ]  # fmt: skip


def ba_asesmen(banyak: int = 12) -> dict[str, Any]:
    return dasar("BA.ASESMEN", nomor="BA-2026-00007", tanggal="2026-12-04", mulai="08.00", selesai="15.30", zona="WIB",
                 baris=_orang(banyak), catatan="Listrik padam 20 menit", tempat="Sagara")  # fmt: skip


def ba_pleno() -> dict[str, Any]:
    rows = [{**b, "rekomendasi": b["hasil"], "rekusal": [], "alasan": ""} for b in _orang(4)]
    rows[2] |= {"hasil": "DITUNDA", "rekusal": ["Joko Susilo"], "alasan": "Bukti unit kedua belum memadai"}
    anggota = [
        {"nama": "Siti Rahmawati", "sebagai": "KETUA", "hadir": True},
        {"nama": "Joko Susilo", "sebagai": "ANGGOTA", "hadir": True},
        {"nama": "Maria Tambunan", "sebagai": "ANGGOTA", "hadir": True},
        {"nama": "Yusuf Maulana", "sebagai": "ANGGOTA", "hadir": False},
    ]
    return dasar("BA.PLENO", nomor="PLENO-2026-0003", tanggal="2026-12-10", tempat="Ruang rapat LSP", kuorum=2,
                 anggota=anggota, baris=rows, catatan="")  # fmt: skip


def tanda_komite() -> list[dict[str, Any]]:
    return [
        {"peran": "KOMITE", "nama": n, "no_reg": "", "pada": pada(11), "sha256": f"c{'0' * 63}"}
        for n in ("Siti Rahmawati", "Joko Susilo", "Maria Tambunan")
    ]


def sk(banyak: int = 6) -> dict[str, Any]:
    return dasar("SK.HASIL", nomor="SK-2026-0009", tanggal="2026-12-11", mulai="2026-12-03", selesai="2026-12-04",
                 tempat="Sagara", koreksi="", pleno={"nomor": "PLENO-2026-0003", "tanggal": "2026-12-10"}, ketua=KETUA,
                 baris=_orang(banyak))  # fmt: skip


def surat() -> dict[str, Any]:
    rows = [
        {
            "skema": s["judul"],
            "nomor": f"SKM/LSP/{i:02}/2026",
            "tuk": TUK["nama"],
            "tanggal": "2026-12-04",
            "k": 3 + i,
            "bk": i,
        }
        for i, s in enumerate(DATA["skema"][:3], 1)
    ]
    return dasar("SURAT.BNSP", nomor="B-2026-0012", tanggal="2026-12-14", tempat="Sagara", lampiran="4 berkas",
                 tujuan="Ketua Badan Nasional Sertifikasi Profesi\ndi Jakarta", ketua=KETUA, baris=rows,
                 sk={"nomor": "SK-2026-0009", "tanggal": "2026-12-11"})  # fmt: skip


def kartu() -> dict[str, Any]:
    return dasar("KARTU", sesi={"tanggal": "2026-12-03", "mulai": "09.00", "selesai": "12.00", "zona": "WIB"})


def sertifikat(kode: str = "SERTIFIKAT", **isi: Any) -> dict[str, Any]:
    return dasar(
        kode,
        **{"versi_form": "", "nomor": "84234 1439 3 0000123 2026", "no_reg": "PBN.0001.00123 2026", "blanko": "1234567",
           "nama": "Ratna Wulandari, S.Kom.", "kode_verifikasi": "8KJ4XW2M3P", "alamat": "https://contoh.go.id",
           "diputus": "2026-12-11", "sampai": "2029-12-11", "masa_berlaku_bulan": 36,
           "bidang": {"id": "Penanggulangan Bencana", "en": "Disaster Management"},
           "kualifikasi": {"id": SKEMA["judul"], "en": "Shelter Manager"}, "unit": unit_skema(), "ketua": KETUA,
           "manajer": {"nama": "Hendra Gunawan"}, "tempat": "Sagara", "tanggal": "2026-12-20", **isi},
    )  # fmt: skip


def salinan(**isi: Any) -> dict[str, Any]:
    return sertifikat("SALINAN", **{"status": "Berlaku", "status_per": "2026-12-21", **isi})


def mapa01() -> dict[str, Any]:
    kata = ("pendekatan", "konteks", "tolok_ukur", "rencana", "penyesuaian")
    unit = [{**u, "bukti": f"Rekaman kegiatan unit {u['urut']}", "jenis": ["L", "T"], "metode": ["OBSERVASI", "LISAN"]}
            for u in unit_skema()]  # fmt: skip
    return dasar(
        "FR.MAPA.01", unit=unit,
        pilihan={"asesi": ["PEKERJA"], "tujuan": ["PKT"], "lingkungan": ["SIMULASI"], "acuan": ["SKKNI"]},
        baris=[{"kode": k, "teks": f"Bagian {k}", "isi": f"Uraian {k} di lapangan"} for k in kata],
    )  # fmt: skip


def ak06() -> dict[str, Any]:
    aspek = [{"teks": teks, "prinsip": ["V", "A"]} for _, teks in sheets.proses.ASPEK_AK06]
    return dasar(
        "FR.AK.06", asesi=None, tanggal="2026-12-04", aspek=aspek, rekomendasi_aspek="Tambah waktu persiapan",
        dimensi=["TS", "TRS"], rekomendasi_konsistensi="Samakan pertanyaan lisan", komentar="Lancar dan tertib",
    )  # fmt: skip


def ak07() -> dict[str, Any]:
    rows = [
        {"urut": n, "teks": teks, "jawaban": "YA" if n == 4 else "TIDAK",
         "keterangan": "Jeda 15 menit tiap jam" if n == 4 else ""}
        for n, teks in enumerate(sheets.proses.KEBUTUHAN_AK07, 1)
    ]  # fmt: skip
    return dasar("FR.AK.07", potensi="PEKERJA", penyesuaian=rows,
                 hasil={"acuan": "Tetap", "metode": "Lisan, bukan tertulis", "instrumen": "FR.IA.07"})  # fmt: skip
