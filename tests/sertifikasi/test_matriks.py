"""The permission matrix (reference 4.1) as tables: MATRIKS asks each action for its roles, TABEL every cell to read.

A role that may is answered anything but 403 (an id that does not exist is 404, an empty form 409 or 422); one that may
not is answered 403, a visitor is sent to the door. TABEL has the rows and the nine columns of the reference and asks
for real objects, because there the answer depends on them: what is not visible is 404. What
the product does not hold yet is named in BEDA, and nothing else may differ; a cell that holds has to leave it.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import documents
from portal.kernel.db import db, now
from portal.kernel.documents import PDF, Checked
from portal.kernel.people import User
from portal.sertifikasi import module
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.demo.berkas import letter
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.repositori import sinkron
from portal.sertifikasi.repositori.models import Arsip
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s
from tests.sertifikasi import factories_keputusan as keputusan
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.factories import add
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
    sel("Katalog skema", "R informasi", "GET", "/tanya-jawab", SEMUA),
    sel("Halaman publik", "U simpan", P, "/konten/tidak-ada", K),
    sel("Halaman publik", "U pulihkan", P, "/konten/tidak-ada/versi/1/pulihkan", K),
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
    sel("Skema", "D terbit", P, f"/kelola-skema/{Z}/putusan", M),
    # registers
    sel("Register asesor", "R", "GET", "/asesor", PEMBACA),
    sel("Register asesor", "C", P, "/asesor/baru", K),
    sel("Register asesor", "U", P, f"/asesor/{Z}", K),
    sel("Register TUK", "R", "GET", "/tuk", PEMBACA),
    sel("Register TUK", "C", P, "/tuk/baru", K),
    sel("Register TUK", "U", P, f"/tuk/{Z}", K),
    # assignment
    sel("Penugasan", "C", P, f"{S}/penugasan", K),
    sel("Penugasan", "D", P, f"{S}/penugasan/{Z}/setujui", M),
    sel("Penugasan", "oR declare", P, f"/asesmen/{Z}/coi", "asesor"),
    sel("Penugasan", "D keberatan", P, f"{S}/penugasan/{Z}/keberatan", M),
    sel("Penugasan", "D ganti asesor", P, f"{S}/ganti-asesor", M),
    sel("Penugasan", "keberatan own", P, f"/saya/{Z}/keberatan", TULIS_SENDIRI),
    # schedule
    sel("Jadwal", "R", "GET", "/sesi", PEMBACA),
    sel("Jadwal", "C", P, "/sesi/baru", K),
    sel("Jadwal", "aU mulai", P, f"/sesi/{Z}/mulai", "asesor"),
    sel("Jadwal", "C peserta", P, f"/sesi/{Z}/peserta", K),
    sel("Jadwal", "aU tutup", P, f"/sesi/{Z}/tutup", "asesor"),
    # records
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
    sel("Pleno", "C", P, "/pleno/baru", M),
    sel("Pleno", "U permohonan", P, f"/pleno/{Z}/permohonan", M),
    sel("Pleno", "D kehadiran", P, f"/pleno/{Z}/kehadiran", PEMUTUS),
    sel("Pleno", "D putus satu", P, f"/pleno/{Z}/putuskan/{Z}", PEMUTUS),
    sel("Pleno", "D suara", P, f"/pleno/{Z}/suara", PEMUTUS),
    sel("Pleno", "D putus", P, f"/pleno/{Z}/putuskan", PEMUTUS),
    sel("Pleno", "S tutup", P, f"/pleno/{Z}/tutup", PEMUTUS),
    sel("SK", "prepare", P, f"/pleno/{Z}/sk", M),
    sel("SK", "S", P, f"/sk/{Z}/tanda-tangan", "ketua"),
    sel("SK", "hapus", P, f"/sk/{Z}/hapus", M),
    sel("SK", "koreksi", P, f"/sk/{Z}/koreksi", M),
    # certificates
    sel("Sertifikat", "verify page", "GET", f"/v/{'A' * 22}", SEMUA),
    sel("Sertifikat", "C number", P, f"/sertifikat/{Z}/nomor", K),
    sel("Sertifikat", "C numbers", P, "/nomor", K),
    sel("Sertifikat", "C package", P, "/paket/baru", K),
    sel("Sertifikat", "C blanko", P, "/blanko/terima", K),
    sel("Sertifikat", "U blanko", P, f"/blanko/{Z}", K),
    sel("Sertifikat", "terbitkan", P, "/tanda-tangan/terbitkan", "ketua"),
    sel("Surveilan", "own", P, f"/saya/{Z}/surveilan/{Z}", TULIS_SENDIRI),
    sel("Surveilan", "U", P, f"/surveilan/{Z}", K),
    sel("Sertifikat", "S", P, "/tanda-tangan", "ketua"),
    sel("Tindakan", "propose", P, f"/sertifikat/{Z}/tindakan", K),
    sel("Tindakan", "D", P, f"/tindakan/{Z}/putuskan", M),
    sel("Tindakan", "S", P, f"/tindakan/{Z}/tanda-tangan", "ketua"),
    sel("Tindakan", "tanggapan own", P, f"/saya/{Z}/tanggapan", TULIS_SENDIRI),
    # appeals
    sel("Banding", "D panel", P, f"/banding/{Z}/putuskan", PEMUTUS),
    sel("Banding", "C own", P, f"/saya/{Z}/banding", TULIS_SENDIRI),
    sel("Banding", "aR answer", P, f"/banding/{Z}/keterangan", "asesor"),
    # recap, repository, leave
    sel("Rekap", "R X", "GET", "/rekap", REKAP),
    sel("Rekap", "own a", "GET", "/rekap/asesor", "asesor"),
    sel("Repositori", "R", "GET", "/repositori", PEMBACA),
    sel("Repositori", "tahan", P, f"/repositori/{Z}/tahan", M),
    sel("Repositori", "R kelengkapan", "GET", "/repositori/kelengkapan", PEMBACA),
    sel("Repositori", "lepas", P, f"/repositori/{Z}/lepas", M),
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


# ---- every cell of the table, against one case that went all the way

KOLOM = tuple(PERAN)
TIDAK = "-"


@dataclass(frozen=True)
class Baris:
    """One row of the reference: nine cells, the addresses of the row, and by column the one a letter opens.

    `tertutup`: what a "-" is refused; `buka`: where a column reads, else the first of `tertutup`.
    """

    objek: str
    sel: str
    tertutup: tuple[str, ...]
    buka: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def huruf(self, kolom: str) -> str:
        return self.sel.split("|")[KOLOM.index(kolom)].strip()

    def alamat(self, kolom: str) -> tuple[str, ...]:
        return self.tertutup if self.huruf(kolom) == TIDAK else self.buka.get(kolom, self.tertutup[:1])


A = "/sertifikasi"
KASUS, MILIK, LUARAN = (f"{A}/{one}/{{kasus}}" for one in ("permohonan", "saya", "pantau"))
TUGAS = f"{A}/asesmen/{{tugas}}"
HASIL = (f"{MILIK}/hasil",)
REGISTER = (f"{A}/asesor", f"{A}/asesor/{{asesor}}", f"{A}/tuk", f"{A}/tuk/{{tuk}}")


def _kertas(nama: str) -> dict[str, tuple[str, ...]]:
    """A signed form: its paper for those of the case, its page as a picture for the outside person."""
    return {"asesi": (f"/berkas/{{{nama}}}",), "bnsp": (LUARAN, f"{LUARAN}/berkas/{{arsip_{nama}}}/1.png")}


TABEL = (
    #                    Publik|Asesi|Sekretariat|Asesor|Manajer|Komite|Ketua|Admin|Pihak ketiga
    Baris("Landing, catalogue", "R|R|R|R|R|R|R|R|R", (A, f"{A}/skema", f"{A}/skema/{{kode}}")),
    Baris("Content", "-|-|CRU|-|RU|-|-|-|-", (f"{A}/konten",)),
    Baris("Profile", "-|oCRU|R|oRU|R|-|-|R m|-", ("/pengguna/{asesi}",), {
        "asesi": (f"{A}/saya/profil",), "asesor": (f"{A}/saya/profil",), "sekretariat": (KASUS,), "manajer": (KASUS,),
    }),
    Baris("APL-01", "-|oCRUS|R D S|aR|R D|aR|R|-|tR m", ("/berkas/{apl01}", KASUS, TUGAS, LUARAN, MILIK), {
        "asesi": ("/berkas/{apl01}",), "bnsp": (LUARAN,), "sekretariat": (KASUS, "/berkas/{apl01}"),
        "asesor": (TUGAS, "/berkas/{apl01}"),
        "manajer": (KASUS, "/berkas/{apl01}"), "ketua": (KASUS, "/berkas/{apl01}"),
    }),
    Baris("APL-02", "-|oCRUS|R|aR D S|R|aR|R|-|tR", ("/berkas/{apl02}", f"{KASUS}/apl02", TUGAS, LUARAN), {
        **_kertas("apl02"), "asesor": (TUGAS, "/berkas/{apl02}"),
    }),
    Baris("Evidence", "-|oCR|R verify|aR|R|aR|-|-|tR", ("/berkas/{bukti}",), {
        "bnsp": (f"{LUARAN}/berkas/{{arsip_bukti}}/1.png",),
    }),
    Baris("Scheme", "R|R|CRU draft|R|D publish|R|D|-|R", (f"{A}/kelola-skema", f"{A}/kelola-skema/{{versi}}"), {
        **dict.fromkeys(("publik", "asesi", "asesor", "komite", "bnsp"), (f"{A}/skema/{{kode}}",)),
        **dict.fromkeys(("sekretariat", "manajer", "ketua"), (f"{A}/kelola-skema", f"{A}/kelola-skema/{{versi}}")),
    }),
    Baris("Asesor, TUK register", "names only|R|CRU|oR|D|R|R|-|R", REGISTER, {
        **dict.fromkeys(("sekretariat", "manajer", "ketua", "komite", "bnsp"), REGISTER),
        "asesor": (f"{A}/asesor/{{asesor}}",),
    }),
    Baris("Assignment, COI", "-|oR object|C|oR declare|D|R|R|-|R", (f"{KASUS}/penugasan", f"{TUGAS}/coi"), {
        "asesi": (f"{MILIK}/keberatan",), "asesor": (f"{TUGAS}/coi",),
    }),
    Baris("Schedule", "-|oR|CRU|aR U|R|R|R|-|R", (f"{A}/sesi/{{sesi}}", f"{A}/sesi"), {"asesi": (MILIK,)}),
    Baris("AK record", "-|oR sign|upload|aCRUS|R|aR|R|-|tR", ("/berkas/{ak02}", f"{TUGAS}/ak-02", LUARAN), {
        **_kertas("ak02"), "asesor": ("/berkas/{ak02}", f"{TUGAS}/ak-02"),
    }),
    Baris("Pleno", "-|oR result|prepare|R own batch|CRU|D S|D S|-|R", (f"{A}/pleno/{{pleno}}", f"{A}/pleno"), {
        "asesi": HASIL, "sekretariat": (f"{A}/pleno/{{pleno}}",),
    }),
    Baris("Decision (SK)", "-|oR result|prepare|R own batch|CRU|D S|D S|-|R", (f"{A}/sk/{{sk}}", f"{A}/sk"), {
        "asesi": HASIL,
    }),
    Baris("Certificate", "verify|oR|C number|-|D|-|S|-|R", (f"{A}/sertifikat/{{sertifikat}}", f"{A}/sertifikat"), {
        "publik": (f"{A}/v/{{token}}",), "asesi": (*HASIL, f"{MILIK}/salinan"),
    }),
    Baris("Surveilan", "-|oR|C|-|D|-|S|-|R", (f"{A}/surveilan/{{surveilan}}", f"{A}/surveilan"), {"asesi": HASIL}),
    Baris("Suspend, revoke", "-|-|propose|-|D|advise|S|-|R", (f"{A}/sertifikat/{{sertifikat}}",)),
    Baris("Banding", "-|oC R|R register|aR answer|D|D panel|S|-|R", (f"{A}/banding/{{banding}}", f"{A}/banding"), {
        "asesi": HASIL, "asesor": (f"{A}/banding/{{banding}}/keterangan",),
    }),
    Baris("Recap", "aggregates|-|R X|own a|R X|R|R X|-|R X masked", (f"{A}/rekap", f"{A}/rekap/asesor"), {
        "publik": (f"{A}/statistik",), "asesor": (f"{A}/rekap/asesor",),
    }),
    Baris("Recap export", "-|-|X|own a|X|-|X|-|X masked", (f"{A}/rekap?format=csv", f"{A}/rekap/asesor?format=csv"), {
        "asesor": (f"{A}/rekap/asesor?format=csv",),
    }),
    Baris("Log", "-|own events|R own unit|-|R|-|R|R|R summary", ("/log",)),
    Baris("Backup, config", "-|-|-|-|-|-|-|RU|-", ("/cadangan",)),
    Baris("Third-party access", "-|-|C|-|D|-|-|-|-", (f"{A}/akses",)),
)  # fmt: skip
BEDA: dict[str, frozenset[str]] = {  # rows and columns where the product answers otherwise than the reference
    "Content": frozenset({"manajer"}),  # edits no pages
    "Evidence": frozenset({"komite"}),  # reads forms alone
    "Asesor, TUK register": frozenset({"publik", "asesi", "asesor", "komite", "bnsp"}),  # staff of the LSP alone
    "Assignment, COI": frozenset({"komite", "bnsp"}),
    "Schedule": frozenset({"komite", "bnsp"}),
    "Pleno": frozenset({"asesor"}),  # nor their own batch
    "Decision (SK)": frozenset({"asesor"}),
    "Certificate": frozenset({"komite"}),  # reads the register it decided for, and advises on acts from there
    "Surveilan": frozenset({"komite"}),
    "Recap export": frozenset({"komite"}),
    "Log": frozenset({"asesi", "sekretariat", "bnsp"}),
    "Third-party access": frozenset({"ketua"}),  # reads who was given leave
}


@pytest.fixture
def dunia(app: Flask, jam: Any) -> tuple[dict[str, User | None], dict[str, str]]:
    """Who sits in each column, all of them of one case with its certificate, and the keys of what they ask for."""
    place = keputusan.lsp()
    cert = keputusan.berlaku(place)[0]
    case, owner = db.session.get_one(m.Permohonan, cert.permohonan_id), keputusan.pemegang(cert)
    keys = _papers(case) | _decided(case, cert, owner)
    keys |= {"kasus": case.id, "asesi": owner.id, "versi": place.versi.id, "sesi": place.sesi.id}
    keys |= {"asesor": place.asesor_row.id, "tuk": place.sesi.tuk_id, "token": cert.token}
    keys["kode"] = db.session.get_one(s.Skema, place.versi.skema_id).kode
    watcher = petugas("pihak_ketiga")
    izin(watcher)
    people: dict[str, User | None] = {
        "publik": None, "asesi": owner, "sekretariat": place.sekretariat, "asesor": place.asesor,
        "manajer": place.manajer, "komite": place.komite[0], "ketua": place.ketua,
        "admin": petugas("administrator"), "bnsp": watcher,
    }  # fmt: skip
    return people, {name: str(value) for name, value in keys.items()}


def _papers(case: m.Permohonan) -> dict[str, Any]:
    """Signed forms and a letter of evidence, with what the repository calls them."""
    found: dict[str, Any] = {}
    for name, kode in (("apl01", m.APL01), ("apl02", m.APL02), ("ak02", "FR.AK.02")):
        paper = documents.store(Checked(f"{name}.pdf", PDF, letter(name, ["uji"]), 1), case.user_id)
        documents.claim(paper)
        add(
            m.FormIsian(
                permohonan_id=case.id, kode=kode, isi={}, sha256="0" * 64, dikunci_at=now(), dokumen_id=paper.id
            )
        )
        found[name] = paper.id
    syarat = db.session.scalars(sa.select(s.SkemaSyarat.id).where(s.SkemaSyarat.skema_versi_id == case.skema_versi_id))
    add(m.BuktiSyarat(permohonan_id=case.id, syarat_id=syarat.first()))
    found["bukti"] = berkas(case, letter("bukti", ["uji"]), "SURAT_PENGALAMAN").dokumen_id
    sinkron.enter(sinkron.FIRST)
    rows = db.session.execute(sa.select(Arsip.dokumen_id, Arsip.id).where(Arsip.permohonan_id == case.id))
    held = dict(rows.tuples().all())
    return found | {f"arsip_{name}": held.get(key) for name, key in found.items()}


def _decided(case: m.Permohonan, cert: k.Sertifikat, owner: User) -> dict[str, Any]:
    made = db.session.scalars(sa.select(k.Keputusan).where(k.Keputusan.permohonan_id == case.id)).one()
    form = add(m.FormIsian(permohonan_id=case.id, kode="FR.AK.04", isi={}, sha256="0" * 64, dikunci_at=now()))
    task = db.session.scalars(sa.select(a.PenugasanAsesor).where(a.PenugasanAsesor.permohonan_id == case.id)).one()
    task.disetujui_at = now()
    appeal = add(
        k.Banding(nomor="BDG-2026-0001", permohonan_id=case.id, user_id=owner.id, objek="ASESMEN", form_id=form.id,
                  alasan="Alat tidak tersedia saat asesmen.", jawaban={"pertanyaan": []},
                  batas_jawab=date(2026, 12, 21))
    )  # fmt: skip
    watch = db.session.scalars(sa.select(k.Surveilan.id).where(k.Surveilan.sertifikat_id == cert.id)).first()
    decided = {"pleno": made.pleno_id, "sk": made.sk_id, "sertifikat": cert.id, "surveilan": watch}
    return decided | {"banding": appeal.id, "tugas": task.id}


def _opens(app: Flask, masuk: Any, user: User | None, alamat: str) -> bool:
    """Answered with a page or a file, not with the door or a refusal. Whatever else is told as it is."""
    client = app.test_client() if user is None else masuk(user)
    client.checks_pages = False
    answer = client.get(alamat)
    if answer.status_code in (401, 403, 404) or "/masuk" in answer.headers.get("Location", ""):
        return False
    assert answer.status_code in (200, 302, 303), (alamat, answer.status_code)
    return True


def _holds(app: Flask, masuk: Any, dunia: Any, baris: Baris, kolom: str) -> list[tuple[str, bool]]:
    people, keys = dunia
    may = baris.huruf(kolom) != TIDAK
    asked = [one.format(**keys) for one in baris.alamat(kolom)]
    return [(one, may) for one in asked if _opens(app, masuk, people[kolom], one) != may]


@pytest.mark.parametrize("baris", TABEL, ids=lambda one: one.objek)
def test_each_cell_of_a_row(app: Flask, dunia: Any, masuk: Any, baris: Baris) -> None:
    """A "-" is refused at every address of its row, a letter opens its own."""
    assert len(baris.sel.split("|")) == len(KOLOM)
    wrong = {kolom: _holds(app, masuk, dunia, baris, kolom) for kolom in KOLOM}
    assert {kolom for kolom, seen in wrong.items() if seen} == BEDA.get(baris.objek, frozenset()), wrong


OWN_PAGES = ("Landing, catalogue", "Scheme", "Profile", "Recap", "Recap export")  # nothing of somebody else's


@pytest.mark.parametrize("baris", [one for one in TABEL if one.objek not in OWN_PAGES], ids=lambda one: one.objek)
def test_a_scope_ends_at_ones_own_cases(app: Flask, dunia: Any, masuk: Any, baris: Baris) -> None:
    """o: another asesi, a: an asesor or a member without this case, t: an outside person whose leave is over."""
    expired = petugas("pihak_ketiga")
    izin(expired, lewat=3)
    others = {"asesi": f.asesi(), "asesor": petugas("asesor"), "komite": petugas("komite_teknis"), "bnsp": expired}
    for kolom, stranger in others.items():
        letters = baris.huruf(kolom)
        scoped = kolom == "bnsp" or (letters[0] in "oat" and letters[1:2].isupper())
        asked = baris.alamat(kolom) if scoped and letters != TIDAK else ()
        for one in asked:
            assert not _opens(app, masuk, stranger, one.format(**dunia[1])), (kolom, one)


def test_an_outside_person_reads_the_recap_while_the_leave_lasts(app: Flask, jam: Any, masuk: Any) -> None:
    expired = petugas("pihak_ketiga")
    izin(expired, lewat=3)
    for address in ("/sertifikasi/rekap", "/sertifikasi/rekap?format=csv"):
        assert masuk(expired).get(address).status_code == 403


def test_an_outside_person_reads_apl01_masked(app: Flask, dunia: Any, masuk: Any) -> None:
    people, keys = dunia
    text = masuk(people["bnsp"]).get(LUARAN.format(**keys)).text
    case = db.session.get_one(m.Permohonan, UUID(keys["kasus"]))
    assert case.nama in text
    sheet = f"{LUARAN}/berkas/{{arsip_apl01}}/1.png".format(**keys)  # its paper holds the NIK in clear
    assert not _opens(app, masuk, people["bnsp"], sheet)
    for paper in ("apl01", "apl02", "ak02", "bukti"):
        assert not _opens(app, masuk, people["bnsp"], f"/berkas/{keys[paper]}"), paper
    for name in ("hp", "alamat", "surel"):
        assert str(case.isian[name]) not in text, name
