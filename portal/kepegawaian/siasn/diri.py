"""What SIASN holds of a person once: who they are, and the contacts and numbers that a city may correct there."""

from typing import Any

from portal.kepegawaian.siasn.medan import DIRI, KELAMIN, KODE, TANGGAL, TEKS, Catatan, Isi, Medan
from portal.kepegawaian.siasn.models import BKN, KOTA

ALAMAT = "pns/data-utama/{nip}"
_KONTAK = (
    Medan("agama", "Agama", ("agamaId",), "agama", KODE, KOTA, tulis="agama_id"),
    Medan("alamat", "Alamat", ("alamat",), "alamat", TEKS, KOTA, tulis="alamat"),
    Medan("surel", "Surel pribadi", ("email",), "surel", TEKS, KOTA, tulis="email"),
    Medan("surel_dinas", "Surel dinas", ("emailGov",), "surel_dinas", TEKS, KOTA, tulis="email_gov"),
    Medan("hp", "Nomor ponsel", ("noHp",), "hp", TEKS, KOTA, tulis="nomor_hp"),
    Medan("npwp", "NPWP", ("noNpwp",), "npwp", TEKS, KOTA, tulis="npwp_nomor"),
    Medan("bpjs", "BPJS", ("bpjs",), "bpjs", TEKS, KOTA, tulis="nomor_bpjs"),
    Medan("taspen", "Taspen", ("noTaspen",), "taspen", TEKS, KOTA, tulis="taspen_nomor"),
    Medan("tapera", "Tapera", ("tapera",), "tapera", TEKS, KOTA, tulis="tapera_nomor"),
    Medan("karis", "Karis atau Karsu", ("karis_karsu",), "karis", TEKS, KOTA, tulis="karis_karsu"),
)
# Not kept here: they go back as they came. `kabupaten_id` cannot be read, so that it is never sent.
_TERBAWA = (
    Medan("telepon", "Nomor telepon", ("noTelp",), "", tulis="nomor_telpon"),
    Medan("kpkn", "KPKN", ("kpknId",), "", KODE, tulis="kpkn_id"),
    Medan("lokasi", "Lokasi kerja", ("lokasiKerjaId",), "", KODE, tulis="lokasi_kerja_id"),
    Medan("kelas", "Kelas jabatan", ("kelas_jabatan",), "", tulis="kelas_jabatan"),
    Medan("npwp_tanggal", "Tanggal NPWP", ("tglNpwp",), "", TANGGAL, tulis="npwp_tanggal"),
    Medan("taspen_tanggal", "Tanggal Taspen", ("tanggal_taspen",), "", TANGGAL, tulis="tanggal_taspen"),
)


def _sebagian(row: Isi) -> dict[str, Any]:
    """Of the long row only what this kind is about: the rest lies in the mirror of data utama."""
    wanted = {"id", *(key for one in (*_KONTAK, *_TERBAWA) for key in one.kunci)}
    return {key: value for key, value in row.items() if key in wanted}


def _lengkapi(found: dict[str, Any], row: Isi) -> dict[str, Any]:
    """A field SIASN leaves out of its answer is empty there: the row has one shape."""
    return {one.nama: found.get(one.nama, "") for one in _KONTAK}


DATA_UTAMA = Catatan(
    "datautama", "Data utama", ALAMAT, "", (
        Medan("nama", "Nama", ("nama",), "nama", TEKS, BKN),
        Medan("tanggal_lahir", "Tanggal lahir", ("tglLahir",), "tanggal_lahir", TANGGAL, BKN),
        Medan("jenis_kelamin", "Jenis kelamin", ("jenisKelamin",), "jenis_kelamin", KELAMIN, BKN),
    ),
)  # fmt: skip
KONTAK = Catatan(
    "kontak", "Kontak dan nomor", ALAMAT, DIRI, _KONTAK, simpan="pns/data-utama-update",
    urai=_sebagian, lengkapi=_lengkapi, bersama=DATA_UTAMA.kode, tunggal=True, terbawa=_TERBAWA, uji=True,
)  # fmt: skip
