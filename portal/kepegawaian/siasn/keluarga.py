"""Family as SIASN holds it. Read and compared; a difference is mended in a service of BKN, or taken from there.

Answers come in two shapes: the human nested under `orang` (older: `dataOrang`) beside `dataPernikahan`, or all of it
in one flat row. A marriage has an id of its own, which is the id of the row.
"""

from typing import Any

from portal.kepegawaian.siasn import bentuk
from portal.kepegawaian.siasn.medan import KELAMIN, TANGGAL, TEKS, YA, Catatan, Isi, Medan, kata
from portal.kepegawaian.siasn.models import KOTA

SARANG = ("orang", "dataOrang", "dataPernikahan")  # the last one wins where names meet: its id is that of the row
IBU, AYAH = "IBU", "AYAH"


def _rata(row: Isi) -> dict[str, Any]:
    found: dict[str, Any] = {}
    person = next((row[key] for key in SARANG[:2] if isinstance(row.get(key), dict)), None)
    if person is not None:
        found = {**person, "orangId": person.get("id")}
    found.update({key: value for key, value in row.items() if key not in SARANG})
    if isinstance(row.get(SARANG[2]), dict):
        found.update(row[SARANG[2]])
    return found


def _orang_tua(row: Isi) -> dict[str, Any]:
    """Which parent: by the key it lies under, else by sex."""
    found = _rata(row)
    key, sex = bentuk.padat(str(found.pop("_kunci", ""))), str(found.get("jenisKelamin") or "")
    found["hubungan"] = {"ayah": AYAH, "ibu": IBU}.get(key) or {"M": AYAH, "F": IBU}.get(sex, "")
    return found


def _tanpa_kunci(row: Isi) -> dict[str, Any]:
    found = _rata(row)
    found.pop("_kunci", None)
    return found


def _hidup(row: Any) -> bool:
    """ "No" is not kept at all."""
    return bool(row.isi.get("hidup"))


def _lengkapi(found: dict[str, Any], row: Isi) -> dict[str, Any]:
    """Who has a day of death is dead, whatever the flag says; who has neither lives."""
    dead = bentuk.tanggal(row.get("tglMeninggal")) is not None or bool(bentuk.teks(row.get("aktaMeninggal")))
    found["hidup"] = not dead and found.get("hidup", True)
    return found


def _orang(*akta: str) -> tuple[Medan, ...]:
    return (
        Medan("nama", "Nama", ("nama",), "isi.nama", TEKS, KOTA),
        Medan("tanggal_lahir", "Tanggal lahir", ("tglLahir",), "isi.tanggal_lahir", TANGGAL, KOTA),
        Medan("tempat_lahir", "Tempat lahir", ("tempatLahir",), "isi.tempat_lahir", TEKS, KOTA),
        Medan("jenis_kelamin", "Jenis kelamin", ("jenisKelamin",), "isi.jenis_kelamin", KELAMIN, KOTA),
        Medan("hidup", "Masih hidup", ("StatusHidup", "statusHidup"), _hidup, YA, KOTA),
        *([Medan("nomor_akta", "Nomor akta", akta, "isi.nomor_akta", TEKS, KOTA)] if akta else []),
    )


KENAL = kata(
    "created_at updated_at orangId ayahId ibuId nama namaKtp gelarDepan gelarBlk gelarBelakang tempatLahir "
    "tempatLahirId tglLahir aktaMeninggal tglMeninggal jenisKelamin jenisAnak jenisAnakId StatusHidup statusHidup "
    "JenisKawinId jenisKawinId karisKarsu karisKarsuVirtual statusNikah tgglMenikah aktaMenikah tgglCerai aktaCerai "
    "posisi status isPns noSkPensiun aktaKelahiran aktaLahir agama agamaId pasanganId nomorIdDocument nomorIdentitas "
    "jenisIdDokumenId nik alamat email noHp noTelp nomorHp nomorTelpon hubungan anakKe statusAnak"
)
KUNCI = ("nama", "tanggal_lahir")
PASANGAN = Catatan(
    "pasangan", "Suami atau istri", "pns/data-pasangan/{nip}", "KELUARGA",
    (
        *_orang("aktaMenikah", "noAktaMenikah"),
        Medan("tmt", "Tanggal menikah", ("tgglMenikah", "tglAktaMenikah"), "tmt", TANGGAL, KOTA),
        Medan("selesai", "Tanggal cerai", ("tgglCerai",), "selesai", TANGGAL, KOTA),
    ),
    KUNCI, (("hubungan", "PASANGAN"),), KENAL, bungkus=("listPasangan", "pasangan"), urai=_tanpa_kunci,
    lengkapi=_lengkapi, berbagi=True,
)  # fmt: skip
ANAK = Catatan(
    "anak", "Anak", "pns/data-anak/{nip}", "KELUARGA", _orang("aktaKelahiran", "aktaLahir"), KUNCI,
    (("hubungan", "ANAK"),), KENAL, bungkus=("listAnak", "anak"), urai=_tanpa_kunci, lengkapi=_lengkapi,
    berbagi=True,
)  # fmt: skip
ORTU = Catatan(
    "ortu", "Orang tua", "pns/data-ortu/{nip}", "KELUARGA",
    (Medan("hubungan", "Hubungan", ("hubungan",), "isi.hubungan", TEKS, KOTA), *_orang()), KUNCI,
    (("hubungan", (AYAH, IBU)),), KENAL, bungkus=("ayah", "ibu", "listOrtu", "ortu"), urai=_orang_tua,
    lengkapi=_lengkapi, berbagi=True,
)  # fmt: skip
KELUARGA = (PASANGAN, ANAK, ORTU)
