"""The papers of certification: pure functions from frozen content to PDF bytes. No database, no clock, no request.

    pdf = render(isi, tanda, tautan=..., nik=..., zona="WIB", foto=...)
    name = nama_berkas(isi)                  APL01_PMH-2026-000123_RATNA-WULANDARI.pdf
    sha256 = sidik(isi)                      canonical hash, printed (12 hex) in every footer

The same arguments give the same bytes. `render` chooses the paper by isi["kode"]; ValueError when it is unknown,
KeyError when a field marked * is missing. All other fields may be left out and print as "-" or as a line to fill in.

Arguments beside `isi`
  tanda    signatures, a list of {"peran", "nama", "no_reg", "pada", "sha256", "catatan"}; `pada` an aware datetime
           or its ISO text, `no_reg` also holds an NIP. `catatan` is printed instead of "paraf layar" ("menolak
           menandatangani, saksi: ..."). peran: ASESI, ADMIN_LSP, ASESOR, MANAJER, KETUA, KOMITE (several), PEMEGANG.
  tautan   address of the signed-in view; becomes the QR of the footer. "" leaves the QR out.
  nik      opened by the caller for a reader who may see it, else masked. Printed in APL.01 and in kartu peserta.
  zona     WIB, WITA or WIT: signature dates are shown in it.
  foto     PNG or JPEG bytes, printed 3 x 4 on the kartu and on the back of the certificate; b"" leaves a frame.

Beside this: `tanda` (signed payload of the certificate's QR), `segel` (sign a finished PDF), `views` (public key).

Dates in `isi` are ISO text ("2026-11-21"), clock times "09.00". K/BK are "K" and "BK", Ya/Tidak "YA" and "TIDAK".

Every paper
  kode*, versi_form ("2023"), nomor (of the paper or the case), contoh (bool: ribbon CONTOH),
  skema {"jenis": "KKNI|OKUPASI|KLASTER", "judul", "nomor", "versi", "judul_en"},
  tuk {"jenis": "SEWAKTU|TEMPAT_KERJA|MANDIRI", "nama", "alamat", "kota"} | null,
  asesor {"nama", "no_reg"} | null, asesi {"nama"} | null,
  lsp {"nama", "alamat", "kota", "lisensi"}: used by BA, SK, SURAT, KARTU, SALINAN, SERTIFIKAT.

FR.APL.01
  pribadi, pekerjaan {field: text}  names of saya.forms.FIELDS; dates ISO, jenis_kelamin "L|P"
  tujuan "SERTIFIKASI|PKT|RPL|LAINNYA", tujuan_lain
  unit [{"urut", "kode", "judul", "standar"}]
  syarat [{"kategori": "DASAR|ADMINISTRATIF", "urut", "teks", "ada": bool,
           "status": "|MEMENUHI|TIDAK_MEMENUHI", "catatan"}]
  rekomendasi "|DITERIMA|TIDAK_DITERIMA", catatan                            signed by ASESI, ADMIN_LSP
FR.APL.02
  unit [{"urut", "kode", "judul", "elemen": [{"urut", "judul", "kuk": [{"nomor", "teks"}], "jawaban": "|K|BK",
         "bukti": ["judul berkas"], "catatan"}]}]
  rekomendasi "|LANJUT|TIDAK", catatan                                       signed by ASESI, ASESOR
FR.AK.01
  bukti [codes of BUKTI_AK01], bukti_lain (text beside LAINNYA)
  pelaksanaan {"tanggal", "mulai", "selesai", "zona", "tempat"}              signed by ASESOR, ASESI
FR.AK.02
  mulai, selesai (dates)
  unit [{"urut", "kode", "judul", "metode": [codes of METODE_AK02], "hasil": "|K|BK"}], metode_lain (text)
  rekomendasi "|K|BK", tindak_lanjut, komentar                               signed by ASESI, ASESOR
FR.AK.03
  mulai, selesai (dates)
  pernyataan [{"urut", "teks", "jawaban": "|YA|TIDAK", "komentar"}]  store the text that was asked (PERNYATAAN_AK03)
  catatan                                                                    no signature
FR.AK.04
  tanggal_asesmen, jawaban [{"teks", "jawaban"}] (PERTANYAAN_AK04), alasan   signed by ASESI
FR.AK.05
  tanggal, unit [{"kode", "judul"}]
  baris [{"urut", "nama", "hasil", "keterangan"}]
  aspek (negative and positive), penolakan (refusals of results), saran, catatan   signed by ASESOR
FR.AK.06
  tanggal, aspek [{"teks", "prinsip": [codes of PRINSIP]}], rekomendasi_aspek, dimensi [codes of DIMENSI],
  rekomendasi_konsistensi, komentar                                          signed by ASESOR
FR.AK.07
  potensi (a code of MAPA_PENDEKATAN[0]), penyesuaian [{"urut", "teks", "jawaban": "YA|TIDAK", "keterangan"}]
  (KEBUTUHAN_AK07), hasil {"acuan", "metode", "instrumen"}                   signed by ASESOR, ASESI
FR.MAPA.01
  pilihan {code of MAPA_PENDEKATAN: [codes]}, baris [{"kode", "teks", "isi"}]
  unit [{"kode", "judul", "bukti", "jenis": ["L|TL|T"], "metode": [codes of METODE_AK02]}]   signed by ASESOR
BA.ASESMEN  berita acara asesmen
  tanggal, mulai, selesai (clock), zona, baris [{"urut", "nama", "organisasi", "hasil"}], catatan, tempat (place of
  signing)                                                                   signed by ASESOR
BA.PLENO  berita acara pleno
  tanggal, tempat, kuorum, anggota [{"nama", "sebagai": "KETUA|ANGGOTA", "hadir": bool}], undangan? [nama]
  baris [{"urut", "nomor", "nama", "skema", "asesor", "rekomendasi", "hasil": "K|BK|DITUNDA", "rekusal": [nama],
          "alasan"}], catatan                                                signed by KOMITE
SK.HASIL  surat keputusan with its list
  tanggal, mulai, selesai (dates of assessment), tempat (of signing), koreksi (number of the SK it corrects)
  pleno {"nomor", "tanggal"}, ketua {"nama", "jabatan"}
  baris [{"urut", "nama", "asesor", "no_reg", "hasil"}]                      signed by KETUA
SURAT.BNSP  permohonan blanko
  tanggal, tempat, tujuan (addressee lines, "\n"), lampiran (text), ketua {"nama", "jabatan"}, sk {"nomor", "tanggal"}
  baris [{"skema", "nomor", "tuk", "tanggal", "k", "bk"}]  one per scheme    signed by KETUA
KARTU  kartu peserta
  sesi {"tanggal", "mulai", "selesai", "zona"}, tata_tertib [text] (TATA_TERTIB when left out)
SERTIFIKAT and SALINAN ("Salinan data sertifikat", which does not look like the blanko)
  nomor* (official, recorded; ValueError while empty), no_reg, blanko (serial), nama*, kode_verifikasi*, alamat*
  (ALAMAT of the portal: the QR opens <alamat>/verifikasi/<kode_verifikasi>), diputus*, sampai* (dates),
  masa_berlaku_bulan, bidang {"id", "en"}, kualifikasi {"id", "en"} (skema.judul when left out)
  unit [{"urut", "kode", "judul", "judul_en"}]
  ketua {"nama", "jabatan"}, manajer {"nama"}, tempat, tanggal (of issue), tanda_qr (text of tanda.sign)
  SERTIFIKAT only: bentuk "ELEKTRONIK|BLANKO" (BLANKO prints data alone, for the numbered form), geser [x, y] in mm
  SALINAN only: status (word), status_per (date)                             signed by KETUA
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from portal.sertifikasi.sheets import ak, apl, kartu, proses, sertifikat, surat
from portal.sertifikasi.sheets.ak import BUKTI_AK01, METODE_AK02, PERNYATAAN_AK03, PERTANYAAN_AK04
from portal.sertifikasi.sheets.kartu import TATA_TERTIB
from portal.sertifikasi.sheets.kertas import Cetak, Kertas, sidik

__all__ = [
    "BUKTI_AK01",
    "METODE_AK02",
    "PERNYATAAN_AK03",
    "PERTANYAAN_AK04",
    "TATA_TERTIB",
    "halaman",
    "nama_berkas",
    "render",
    "sidik",
]

KERTAS: dict[str, Callable[[Mapping[str, Any], Cetak], Kertas]] = {
    "FR.APL.01": apl.apl01,
    "FR.APL.02": apl.apl02,
    "FR.AK.01": ak.ak01,
    "FR.AK.02": ak.ak02,
    "FR.AK.03": ak.ak03,
    "FR.AK.04": ak.ak04,
    "FR.AK.05": ak.ak05,
    "FR.AK.06": proses.ak06,
    "FR.AK.07": proses.ak07,
    "FR.MAPA.01": proses.mapa01,
    "BA.ASESMEN": surat.ba_asesmen,
    "BA.PLENO": surat.ba_pleno,
    "SK.HASIL": surat.sk,
    "SURAT.BNSP": surat.surat_bnsp,
    "KARTU": kartu.kartu,
    "SALINAN": kartu.salinan,
    "SERTIFIKAT": sertifikat.sertifikat,
}


def halaman(
    isi: Mapping[str, Any],
    tanda: Sequence[Mapping[str, Any]] = (),
    *,
    tautan: str = "",
    nik: str = "",
    zona: str = "WIB",
    foto: bytes = b"",
) -> Kertas:
    """One paper, not yet a file: several of them go into one file with `reports.write_many`."""
    kode = str(isi.get("kode"))
    if kode not in KERTAS:
        raise ValueError(f"kertas tidak dikenal: {kode!r}")
    return KERTAS[kode](isi, Cetak(tanda, tautan, nik, zona, foto))


def render(
    isi: Mapping[str, Any],
    tanda: Sequence[Mapping[str, Any]] = (),
    *,
    tautan: str = "",
    nik: str = "",
    zona: str = "WIB",
    foto: bytes = b"",
) -> bytes:
    """The PDF. See the package for the arguments."""
    return halaman(isi, tanda, tautan=tautan, nik=nik, zona=zona, foto=foto).build()


def nama_berkas(isi: Mapping[str, Any]) -> str:
    """APL01_PMH-2026-000123_RATNA-WULANDARI.pdf: ASCII letters, digits, hyphens; safe in any header."""
    kode = str(isi["kode"]).removeprefix("FR.").replace(".", "")
    asesi = isi.get("asesi") or {}
    parts = (kode, isi.get("nomor"), isi.get("nama") or asesi.get("nama"))
    return "_".join(t for t in (_ascii(str(p or "")) for p in parts) if t) + ".pdf"


def _ascii(teks: str) -> str:
    plain = unicodedata.normalize("NFKD", teks).encode("ascii", "ignore").decode()
    return re.sub(r"[^0-9A-Za-z]+", "-", plain).strip("-").upper()[:60]
