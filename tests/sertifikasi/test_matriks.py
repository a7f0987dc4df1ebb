"""The permission matrix (reference 4.1) as a table: object, action, route, and which roles may.

A role that may is answered anything but 403 (an id that does not exist is 404, an empty form 409 or 422); one that may
not is answered 403, a visitor is sent to the door. Rows marked with a star ask for a real case, because there the
answer depends on the object: what is not visible is 404.
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
REKAP = PEMBACA | {"komite", "bnsp"}
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
    sel("Halaman publik", "U", "GET", "/konten", K),
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
    sel("APL-02", "D S tinjau", P, f"/asesmen/{Z}/putusan", "asesor"),
    sel("APL-02", "aR", "GET", f"/asesmen/{Z}", "asesor"),
    # evidence
    sel("Bukti", "verify", P, f"{S}/bukti/{Z}", K),
    sel("Bukti", "C own", P, "/saya/dokumen", TULIS_SENDIRI),
    # scheme
    sel("Skema", "CRU draf", P, f"/kelola-skema/{Z}", K),
    sel("Skema", "D terbit", P, f"/kelola-skema/{Z}/putusan", M),
    # registers
    sel("Register asesor", "R", "GET", "/asesor", PEMBACA),
    sel("Register asesor", "C", P, "/asesor/baru", K),
    sel("Register TUK", "R", "GET", "/tuk", PEMBACA),
    sel("Register TUK", "C", P, "/tuk/baru", K),
    # assignment
    sel("Penugasan", "C", P, f"{S}/penugasan", K),
    sel("Penugasan", "D", P, f"{S}/penugasan/{Z}/setujui", M),
    sel("Penugasan", "oR declare", P, f"/asesmen/{Z}/coi", "asesor"),
    sel("Penugasan", "D keberatan", P, f"{S}/penugasan/{Z}/keberatan", M),
    # schedule
    sel("Jadwal", "R", "GET", "/sesi", PEMBACA),
    sel("Jadwal", "C", P, "/sesi/baru", K),
    sel("Jadwal", "aU mulai", P, f"/sesi/{Z}/mulai", "asesor"),
    # records
    sel("AK", "aCRUS AK-01", P, f"/asesmen/{Z}/ak-01", "asesor"),
    sel("AK", "aCRUS AK-02", P, f"/asesmen/{Z}/ak-02", "asesor"),
    sel("AK", "upload", P, f"/sesi/{Z}/berita-acara", K),
    sel("AK", "buka rekomendasi", P, f"{S}/buka-rekomendasi", M),
    # pleno and decision
    sel("Pleno", "C", P, "/pleno/baru", M),
    sel("Pleno", "D suara", P, f"/pleno/{Z}/suara", PEMUTUS),
    sel("Pleno", "D putus", P, f"/pleno/{Z}/putuskan", PEMUTUS),
    sel("Pleno", "S tutup", P, f"/pleno/{Z}/tutup", PEMUTUS),
    sel("SK", "prepare", P, f"/pleno/{Z}/sk", M),
    sel("SK", "S", P, f"/sk/{Z}/tanda-tangan", "ketua"),
    # certificates
    sel("Sertifikat", "verify page", "GET", f"/v/{'A' * 22}", SEMUA),
    sel("Sertifikat", "C number", P, f"/sertifikat/{Z}/nomor", K),
    sel("Sertifikat", "S", P, "/tanda-tangan", "ketua"),
    sel("Tindakan", "propose", P, f"/sertifikat/{Z}/tindakan", K),
    sel("Tindakan", "D", P, f"/tindakan/{Z}/putuskan", M),
    sel("Tindakan", "S", P, f"/tindakan/{Z}/tanda-tangan", "ketua"),
    # appeals
    sel("Banding", "D panel", P, f"/banding/{Z}/putuskan", PEMUTUS),
    sel("Banding", "aR answer", P, f"/banding/{Z}/keterangan", "asesor"),
    # recap, repository, leave
    sel("Rekap", "R X", "GET", "/rekap", REKAP),
    sel("Rekap", "own a", "GET", "/rekap/asesor", "asesor"),
    sel("Repositori", "R", "GET", "/repositori", PEMBACA),
    sel("Repositori", "tahan", P, f"/repositori/{Z}/tahan", M),
    sel("Repositori", "usul musnah", P, "/repositori/pemusnahan", K),
    sel("Repositori", "D musnah", P, f"/repositori/pemusnahan/{Z}", M),
    sel("Repositori", "U retensi", P, "/repositori/retensi", M),
    sel("Jilid audit", "C", P, "/audit", PEMBACA),
    sel("Akses pihak ketiga", "C", P, "/akses", K),
    sel("Akses pihak ketiga", "D", P, f"/akses/{Z}/setuju", M),
    sel("Akses pihak ketiga", "tR", "GET", "/pantau", "bnsp"),
    sel("Pengaturan", "U", P, "/pengaturan", M),
    sel("Pesan masuk", "R", "GET", "/pesan", K),
)
LUAR = (  # what the kernel keeps for the others
    ("Log aktivitas", "/log", frozenset({"manajer", "ketua", "admin"})),
    ("Cadangan", "/cadangan", frozenset({"admin"})),
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
