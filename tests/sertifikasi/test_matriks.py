"""What each role may do (reference 4.1): MATRIKS asks every action for its roles. What they read: test_matriks_sel.py.

A role that may is answered anything but 403 (an id that does not exist is 404, an empty form 409 or 422); one that may
not is answered 403, a visitor is sent to the door.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from portal.kernel.people import User
from portal.sertifikasi import module
from portal.sertifikasi.demo.berkas import letter
from portal.sertifikasi.repositori import sinkron
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.orang import petugas, terkirim
from tests.sertifikasi.test_pantau import izin
from tests.sertifikasi.test_repositori import berkas

PERAN = {
    "publik": None,
    "asesi": "",
    "sekretariat": "sekretariat_lsp",
    "asesor": "asesor",
    "manajer": "manajer_sertifikasi",
    "komite": "komite_teknis",
    "ketua": "ketua_lsp",
    "admin": "administrator",
    "bnsp": "pihak_ketiga",
}
SEMUA = frozenset(PERAN)
MASUK = SEMUA - {"publik"}
PEMBACA = frozenset({"sekretariat", "manajer", "ketua"})  # who reads applications
PEMUTUS = frozenset({"komite", "ketua"})
SKEMA = frozenset({"manajer", "ketua"})  # who publishes
PENYIAP = frozenset({"sekretariat", "manajer"})
REKAP = PEMBACA | {"komite", "bnsp"}
UNDUH = REKAP - {"komite"}
TULIS_SENDIRI = MASUK - {"bnsp"}
Z = str(UUID(int=7))


@dataclass(frozen=True)
class Sel:
    """`boleh`: roles the route lets through."""

    objek: str
    aksi: str
    cara: str
    alamat: str
    boleh: frozenset[str]

    def __str__(self) -> str:
        return f"{self.objek}: {self.aksi}"


def sel(objek: str, aksi: str, cara: str, alamat: str, *boleh: str | frozenset[str]) -> Sel:
    roles = frozenset().union(*({one} if isinstance(one, str) else one for one in boleh))
    return Sel(objek, aksi, cara, f"/sertifikasi{alamat}", roles)


S, M, K, P = f"/permohonan/{Z}", "manajer", "sekretariat", "POST"
MATRIKS = (
    # landing and catalogue: everybody reads, the sekretariat writes
    sel("Halaman publik", "R", "GET", "", SEMUA),
    sel("Katalog skema", "R", "GET", "/skema", SEMUA),
    sel("Katalog skema", "R informasi", "GET", "/tanya-jawab", SEMUA),
    sel("Halaman publik", "U simpan", P, "/konten/tidak-ada", PENYIAP),
    sel("Halaman publik", "U pulihkan", P, "/konten/tidak-ada/versi/1/pulihkan", PENYIAP),
    sel("Halaman publik", "U", "GET", "/konten", PENYIAP),
    # account and profile of an asesi
    sel("Profil", "R own", "GET", "/saya/profil", MASUK),
    sel("Profil", "U own", P, "/saya/profil", TULIS_SENDIRI),
    # APL-01 and APL-02
    sel("APL-01", "C own", P, "/saya/mulai/TIDAK-ADA", TULIS_SENDIRI),
    sel("APL-01", "R own", "GET", f"/saya/{Z}", MASUK),
    sel("APL-01", "R", "GET", S, PEMBACA),
    sel("APL-01", "D terima", P, f"{S}/terima", K),
    sel("APL-01", "D minta perbaikan", P, f"{S}/minta-perbaikan", K),
    sel("APL-01", "usul tolak", P, f"{S}/usul-tolak", K),
    sel("APL-01", "D tolak", P, f"{S}/tolak", M),
    sel("APL-01", "batalkan", P, f"{S}/batalkan", M),
    sel("APL-01", "gugurkan", P, f"{S}/gugurkan", K),
    sel("APL-01", "R NIK", P, f"{S}/nik", PEMBACA),
    sel("APL-01", "tarik own", P, f"/saya/{Z}/tarik", TULIS_SENDIRI),
    sel("APL-02", "CRUS own", P, f"/saya/{Z}/semua/1", TULIS_SENDIRI),
    sel("APL-02", "D mulai", P, f"/asesmen/{Z}/mulai", "asesor"),
    sel("APL-02", "D elemen", P, f"/asesmen/{Z}/elemen/{Z}", "asesor"),
    sel("APL-02", "D S tinjau", P, f"/asesmen/{Z}/putusan", "asesor"),
    sel("APL-02", "aR", "GET", f"/asesmen/{Z}", "asesor"),
    # evidence
    sel("Bukti", "verify", P, f"{S}/bukti/{Z}", K),
    sel("Bukti", "C own", P, "/saya/dokumen", TULIS_SENDIRI),
    sel("Bukti", "U own", P, f"/saya/dokumen/{Z}", TULIS_SENDIRI),
    sel("Bukti", "hapus own", P, f"/saya/dokumen/{Z}/hapus", TULIS_SENDIRI),
    # scheme
    sel("Skema", "CRU draf", P, f"/kelola-skema/{Z}", K),
    sel("Skema", "R kelola", "GET", "/kelola-skema", PEMBACA),
    sel("Skema", "C impor", P, f"/kelola-skema/{Z}/impor", K),
    sel("Skema", "D terbit", P, f"/kelola-skema/{Z}/putusan", SKEMA),
    # instruments
    sel("MUK", "R list", "GET", "/muk", PENYIAP),
    sel("MUK", "R", "GET", f"/muk/{Z}", M),
    sel("MUK", "C", P, "/muk/baru", M),
    sel("MUK", "U", P, f"/muk/{Z}/ubah", M),
    sel("MUK", "U versi", P, f"/muk/{Z}/ganti", M),
    sel("MUK", "D cabut", P, f"/muk/{Z}/cabut", M),
    sel("MUK", "D buka", P, f"/muk/{Z}/buka", M),
    sel("MUK", "D tutup", P, f"/muk/{Z}/tutup/{Z}", M),
    sel("MUK", "aR", "GET", "/muk/saya", "asesor"),
    sel("MUK", "tR", "GET", "/pantau/muk", "bnsp"),
    # registers
    sel("Register asesor", "R", "GET", "/asesor", REKAP),
    sel("Register asesor", "C", P, "/asesor/baru", K),
    sel("Register asesor", "U", P, f"/asesor/{Z}", K),
    sel("Register asesor", "D akhiri", P, f"/asesor/{Z}/akhiri", M),
    sel("Register asesor", "names", "GET", "/asesor-tuk", SEMUA),
    sel("Register asesor", "oR", "GET", "/asesor/saya", "asesor"),
    sel("Register TUK", "R", "GET", "/tuk", REKAP),
    sel("Register TUK", "D akhiri", P, f"/tuk/{Z}/akhiri", M),
    sel("Register TUK", "C", P, "/tuk/baru", K),
    sel("Register TUK", "U", P, f"/tuk/{Z}", K),
    # assignment
    sel("Penugasan", "R", "GET", "/penugasan", REKAP),
    sel("Penugasan", "C", P, f"{S}/penugasan", K),
    sel("Penugasan", "D", P, f"{S}/penugasan/{Z}/setujui", M),
    sel("Penugasan", "oR declare", P, f"/asesmen/{Z}/coi", "asesor"),
    sel("Penugasan", "D keberatan", P, f"{S}/penugasan/{Z}/keberatan", M),
    sel("Penugasan", "D ganti asesor", P, f"{S}/ganti-asesor", M),
    sel("Penugasan", "keberatan own", P, f"/saya/{Z}/keberatan", TULIS_SENDIRI),
    # schedule
    sel("Jadwal", "R", "GET", "/sesi", REKAP),
    sel("Jadwal", "C", P, "/sesi/baru", K),
    sel("Jadwal", "aU mulai", P, f"/sesi/{Z}/mulai", "asesor"),
    sel("Jadwal", "C peserta", P, f"/sesi/{Z}/peserta", K),
    sel("Jadwal", "aU tutup", P, f"/sesi/{Z}/tutup", "asesor"),
    sel("Jadwal", "setujui own", P, f"/saya/{Z}/jadwal", TULIS_SENDIRI),
    sel("Jadwal", "U", P, f"/sesi/{Z}/ubah", K),
    sel("Jadwal", "batal", P, f"/sesi/{Z}/batal", K),
    # records
    sel("AK", "a hentikan", P, f"/asesmen/{Z}/hentikan", "asesor"),
    sel("AK", "hentikan", P, f"{S}/hentikan", M),
    sel("AK", "aCRUS AK-01", P, f"/asesmen/{Z}/ak-01", "asesor"),
    sel("AK", "aCRUS AK-02", P, f"/asesmen/{Z}/ak-02", "asesor"),
    sel("AK", "aCRUS AK-02 unit", P, f"/asesmen/{Z}/ak-02/{Z}", "asesor"),
    sel("AK", "aCRUS MAPA", P, f"/asesmen/{Z}/mapa", "asesor"),
    sel("AK", "a unggah", P, f"/asesmen/{Z}/berkas", "asesor"),
    sel("AK", "o sign AK-01", P, f"/saya/{Z}/ak-01", TULIS_SENDIRI),
    sel("AK", "o sign AK-02", P, f"/saya/{Z}/ak-02", TULIS_SENDIRI),
    sel("AK", "o sign AK-03", P, f"/saya/{Z}/ak-03", TULIS_SENDIRI),
    sel("AK", "upload", P, f"/sesi/{Z}/berita-acara", K),
    sel("AK", "buka rekomendasi", P, f"{S}/buka-rekomendasi", M),
    # pleno and decision
    sel("Pleno", "R", "GET", "/pleno", REKAP, "asesor"),
    sel("Pleno", "C", P, "/pleno/baru", PENYIAP),
    sel("Pleno", "U permohonan", P, f"/pleno/{Z}/permohonan", PENYIAP),
    sel("Pleno", "R bukti", "GET", f"/pleno/{Z}/bukti/{Z}", "komite"),
    sel("Pleno", "D kehadiran", P, f"/pleno/{Z}/kehadiran", PEMUTUS),
    sel("Pleno", "D putus satu", P, f"/pleno/{Z}/putuskan/{Z}", PEMUTUS),
    sel("Pleno", "D suara", P, f"/pleno/{Z}/suara", PEMUTUS),
    sel("Pleno", "D putus", P, f"/pleno/{Z}/putuskan", PEMUTUS),
    sel("Pleno", "S tutup", P, f"/pleno/{Z}/tutup", PEMUTUS),
    sel("SK", "R", "GET", "/sk", REKAP, "asesor"),
    sel("SK", "prepare", P, f"/pleno/{Z}/sk", PENYIAP),
    sel("SK", "S", P, f"/sk/{Z}/tanda-tangan", "ketua"),
    sel("SK", "hapus", P, f"/sk/{Z}/hapus", M),
    sel("SK", "koreksi", P, f"/sk/{Z}/koreksi", M),
    # certificates
    sel("Sertifikat", "verify page", "GET", f"/v/{'A' * 22}", SEMUA),
    sel("Sertifikat", "R", "GET", "/sertifikat", UNDUH),
    sel("Sertifikat", "C number", P, f"/sertifikat/{Z}/nomor", K),
    sel("Sertifikat", "C numbers", P, "/nomor", K),
    sel("Sertifikat", "C package", P, "/paket/baru", K),
    sel("Sertifikat", "C blanko", P, "/blanko/terima", K),
    sel("Sertifikat", "U blanko", P, f"/blanko/{Z}", K),
    sel("Sertifikat", "terbitkan", P, "/tanda-tangan/terbitkan", "ketua"),
    sel("Surveilan", "R", "GET", "/surveilan", UNDUH),
    sel("Surveilan", "own", P, f"/saya/{Z}/surveilan/{Z}", TULIS_SENDIRI),
    sel("Surveilan", "U", P, f"/surveilan/{Z}", K),
    sel("Sertifikat", "S", P, "/tanda-tangan", "ketua"),
    sel("Tindakan", "propose", P, f"/sertifikat/{Z}/tindakan", K),
    sel("Tindakan", "R", "GET", "/tindakan", REKAP),
    sel("Tindakan", "advise", P, f"/tindakan/{Z}/pertimbangan", "komite"),
    sel("Tindakan", "D", P, f"/tindakan/{Z}/putuskan", M),
    sel("Tindakan", "S", P, f"/tindakan/{Z}/tanda-tangan", "ketua"),
    sel("Tindakan", "tanggapan own", P, f"/saya/{Z}/tanggapan", TULIS_SENDIRI),
    # appeals
    sel("Banding", "D panel", P, f"/banding/{Z}/putuskan", PEMUTUS),
    sel("Banding", "R", "GET", "/banding", REKAP),
    sel("Banding", "S", P, f"/banding/{Z}/tanda-tangan", "ketua"),
    sel("Banding", "C own", P, f"/saya/{Z}/banding", TULIS_SENDIRI),
    sel("Banding", "aR answer", P, f"/banding/{Z}/keterangan", "asesor"),
    # recap, repository, leave
    sel("Rekap", "R", "GET", "/rekap", REKAP),
    sel("Rekap", "X", "GET", "/rekap?format=csv", UNDUH),
    sel("Rekap", "own a", "GET", "/rekap/asesor", "asesor"),
    sel("Repositori", "R", "GET", "/repositori", PEMBACA),
    sel("Repositori", "tahan", P, f"/repositori/{Z}/tahan", M),
    sel("Repositori", "R kelengkapan", "GET", "/repositori/kelengkapan", PEMBACA),
    sel("Repositori", "lepas", P, f"/repositori/{Z}/lepas", M),
    sel("Repositori", "usul musnah", P, "/repositori/pemusnahan", K),
    sel("Repositori", "D musnah", P, f"/repositori/pemusnahan/{Z}", M),
    sel("Repositori", "U retensi", P, "/repositori/retensi", M),
    sel("Jilid audit", "C", P, "/audit", PEMBACA),
    sel("Akses pihak ketiga", "R", "GET", "/akses", PENYIAP),
    sel("Akses pihak ketiga", "cabut", P, f"/akses/{Z}/cabut", PENYIAP),
    sel("Akses pihak ketiga", "C", P, "/akses", K),
    sel("Akses pihak ketiga", "D", P, f"/akses/{Z}/setuju", M),
    sel("Akses pihak ketiga", "tR", "GET", "/pantau", "bnsp"),
    sel("Log", "R own unit", "GET", "/jejak", K),
    sel("Log", "R summary", "GET", "/jejak/ringkasan", "bnsp"),
    # collective registration, the old register, emergency access
    sel("Kolektif", "R own", "GET", "/kolektif", K),
    sel("Kolektif", "U own", P, f"/kolektif/{Z}", K),
    sel("Kolektif", "R lembaga", "GET", "/lembaga", K),
    sel("Kolektif", "C lembaga", P, "/lembaga", K),
    sel("Kolektif", "R lembaga satu", "GET", f"/lembaga/{Z}", K),
    sel("Kolektif", "U lembaga", P, f"/lembaga/{Z}", K),
    sel("Kolektif", "cabut", P, f"/lembaga/operator/{Z}/cabut", K),
    sel("Kolektif", "undangan own", "GET", "/saya/undangan", MASUK),
    sel("Kolektif", "jawab own", P, f"/saya/undangan/{Z}", TULIS_SENDIRI),
    sel("Arsip lama", "R", "GET", "/arsip-lama", K),
    sel("Arsip lama", "R satu", "GET", f"/arsip-lama/{Z}", K),
    sel("Arsip lama", "D", P, f"/arsip-lama/{Z}", K),
    sel("Arsip lama", "D tarik", P, f"/arsip-lama/{Z}/tarik", K),
    sel("Darurat", "R", "GET", "/darurat", "admin", "manajer", "ketua"),
    sel("Darurat", "C", P, "/darurat", "admin"),
    sel("Darurat", "R kasus", "GET", f"/darurat/{Z}", "admin"),
    sel("Mutu", "R", "GET", "/mutu", "manajer", "ketua"),
    sel("Skema", "C baru", P, "/kelola-skema/baru", K),
    sel("Skema", "D cabut", P, f"/kelola-skema/{Z}/cabut", SKEMA),
    sel("Lisensi", "R", "GET", "/lisensi", PEMBACA),
    sel("Lisensi", "C", P, "/lisensi/baru", K),
    sel("Lisensi", "U", P, f"/lisensi/{Z}", K),
    sel("AK", "aCRUS AK-06", P, f"/sesi/{Z}/ak-06", "asesor"),
    sel("AK", "aCRUS AK-07", P, f"/asesmen/{Z}/ak-07", "asesor"),
    sel("AK", "o sign AK-07", P, f"/saya/{Z}/ak-07", TULIS_SENDIRI),
    sel("Banding", "D buka", P, f"/banding/{Z}/buka", PEMUTUS),
    sel("SK", "perbaikan", P, f"/sk/{Z}/perbaikan", M),
    sel("Sertifikat", "samarkan", P, f"/sertifikat/{Z}/samarkan", M),
    sel("Sertifikat", "samarkan, kedua", P, f"/sertifikat/{Z}/samarkan/putuskan", "ketua"),
    sel("Pengaturan", "U", P, "/pengaturan", M),
    sel("Pesan masuk", "R", "GET", "/pesan", K),
)
LUAR = (  # what the kernel keeps for the others
    ("Log aktivitas", "/log", frozenset({"manajer", "ketua", "admin"})),
    ("Cadangan", "/cadangan", frozenset({"admin"})),
    ("Akun", "/akun", MASUK),
)


@pytest.fixture
def orang(app: Flask, jam: Any) -> dict[str, User | None]:
    found: dict[str, User | None] = {name: None if role is None else petugas(role) for name, role in PERAN.items()}
    watcher = found["bnsp"]
    assert watcher is not None
    izin(watcher)
    return found


def _answers(app: Flask, masuk: Any, orang: dict[str, User | None], cara: str, alamat: str) -> dict[str, int]:
    """Status by role. The visitor comes first, before anybody has signed in."""
    found = {}
    for name in sorted(orang, key=lambda one: orang[one] is not None):
        user = orang[name]
        client = app.test_client() if user is None else masuk(user)
        client.checks_pages = False
        found[name] = client.open(alamat, method=cara).status_code
    return found


@pytest.mark.parametrize("satu", MATRIKS, ids=str)
def test_each_cell(app: Flask, orang: dict[str, User | None], masuk: Any, satu: Sel) -> None:
    found = _answers(app, masuk, orang, satu.cara, satu.alamat)
    refused = {name for name, code in found.items() if name != "publik" and code == 403}
    assert refused == MASUK - satu.boleh, found
    assert not {name for name, code in found.items() if code >= 500}, found
    if "publik" not in satu.boleh:
        assert found["publik"] in (303, 401, 403, 409), found


@pytest.mark.parametrize(("objek", "alamat", "boleh"), LUAR, ids=lambda one: one if isinstance(one, str) else "")
def test_the_kernels_own(
    app: Flask, orang: dict[str, User | None], masuk: Any, objek: str, alamat: str, boleh: frozenset[str]
) -> None:
    found = _answers(app, masuk, orang, "GET", alamat)
    assert {name for name, code in found.items() if code == 200} == boleh, (objek, found)


def test_the_technical_admin_reads_no_case(app: Flask, orang: dict[str, User | None], masuk: Any) -> None:
    """Neither the case, nor its evidence, nor the repository, nor what an outside person may see."""
    case = terkirim()
    held = berkas(case, letter("uji", ["uji"]), "LAPORAN")
    sinkron.enter(sinkron.FIRST)
    client = masuk(orang["admin"])
    for address in (f"/sertifikasi/permohonan/{case.id}", "/sertifikasi/repositori", f"/sertifikasi/pantau/{case.id}"):
        assert client.get(address).status_code == 403, address
    assert client.get(f"/berkas/{held.dokumen_id}").status_code == 404
    assert client.get(f"/sertifikasi/saya/{case.id}").status_code == 404


def test_a_case_is_read_by_its_asesi_and_those_who_read_applications(
    app: Flask, orang: dict[str, User | None], masuk: Any
) -> None:
    owner = f.asesi()
    case = terkirim(owner)
    for name in MASUK:
        code = masuk(orang[name]).get(f"/sertifikasi/permohonan/{case.id}").status_code
        assert code == (200 if name in PEMBACA else 403), name
        assert masuk(orang[name]).get(f"/sertifikasi/saya/{case.id}").status_code == 404, name
    assert masuk(owner).get(f"/sertifikasi/saya/{case.id}").status_code in (200, 302, 303)


def test_every_write_of_the_module_belongs_to_somebody(app: Flask) -> None:
    """No route that changes something is open to the public but the contact form and its tickets."""
    public = {
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("sertifikasi.")
        and "POST" in (rule.methods or ())
        and module.routes.get(rule.endpoint) == "PUBLIC"
    }
    assert public == {"/sertifikasi/hubungi", "/sertifikasi/tiket/<string:nomor>", "/sertifikasi/periksa"}
