"""The permission matrix (reference 4.1), cell by cell: TABEL has its rows and nine columns and asks for real objects.

The answer depends on them: what is not visible is 404. A cell of the reference that contradicts a rule of the same
page is named in BEDA with the rule, and nothing else may differ.
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
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.demo.berkas import letter
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.muk import services
from portal.sertifikasi.repositori import sinkron
from portal.sertifikasi.repositori.models import Arsip
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s
from tests.sertifikasi import factories_keputusan as keputusan
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.factories import add
from tests.sertifikasi.orang import petugas
from tests.sertifikasi.test_matriks import PERAN
from tests.sertifikasi.test_muk import instrumen
from tests.sertifikasi.test_pantau import izin
from tests.sertifikasi.test_repositori import berkas

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
MUK, MUK_LUAR = f"{A}/muk/{{muk}}", f"{A}/pantau/muk/{{muk}}"
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
    Baris("MUK", "-|-|R list|aR|CRUD|-|-|-|tR", ("/berkas/{muk_berkas}", MUK, f"{A}/muk", f"{MUK_LUAR}/1.png"), {
        "sekretariat": (f"{A}/muk",), "asesor": ("/berkas/{muk_berkas}",), "bnsp": (f"{MUK_LUAR}/1.png",),
        "manajer": ("/berkas/{muk_berkas}", MUK, f"{A}/muk", f"{A}/muk/baru"),
    }),
    Baris("Asesor, TUK register", "names only|R|CRU|oR|D|R|R|-|R", REGISTER, {
        **dict.fromkeys(("sekretariat", "manajer", "ketua", "komite", "bnsp"), REGISTER),
        **dict.fromkeys(("publik", "asesi"), (f"{A}/asesor-tuk",)),
        "asesor": (f"{A}/asesor/{{asesor}}", f"{A}/asesor/saya"),
    }),
    Baris("Assignment, COI", "-|oR object|C|oR declare|D|R|R|-|R", (f"{KASUS}/penugasan", f"{TUGAS}/coi"), {
        "asesi": (f"{MILIK}/keberatan",), "asesor": (f"{TUGAS}/coi",),
    }),
    Baris("Schedule", "-|oR|CRU|aR U|R|R|R|-|R", (f"{A}/sesi/{{sesi}}", f"{A}/sesi"), {"asesi": (MILIK,)}),
    Baris("AK record", "-|oR sign|upload|aCRUS|R|aR|R|-|tR", ("/berkas/{ak02}", f"{TUGAS}/ak-02", LUARAN), {
        **_kertas("ak02"), "asesor": ("/berkas/{ak02}", f"{TUGAS}/ak-02"),
    }),
    Baris("Pleno", "-|oR result|prepare|R own batch|CRU|D S|D S|-|R", (f"{A}/pleno/{{pleno}}", f"{A}/pleno"), {
        "asesi": HASIL, "sekretariat": (f"{A}/pleno/{{pleno}}", f"{A}/pleno/baru"),
    }),
    Baris("Decision (SK)", "-|oR result|prepare|R own batch|CRU|D S|D S|-|R", (f"{A}/sk/{{sk}}", f"{A}/sk"), {
        "asesi": HASIL,
    }),
    Baris("Certificate", "verify|oR|C number|-|D|-|S|-|R", (f"{A}/sertifikat/{{sertifikat}}", f"{A}/sertifikat"), {
        "publik": (f"{A}/v/{{token}}",), "asesi": (*HASIL, f"{MILIK}/salinan"),
    }),
    Baris("Surveilan", "-|oR|C|-|D|-|S|-|R", (f"{A}/surveilan/{{surveilan}}", f"{A}/surveilan"), {"asesi": HASIL}),
    Baris("Suspend, revoke", "-|-|propose|-|D|advise|S|-|R", (f"{A}/sertifikat/{{sertifikat}}", f"{A}/tindakan"), {
        **dict.fromkeys(("sekretariat", "manajer", "ketua", "bnsp"), (
            f"{A}/sertifikat/{{sertifikat}}", f"{A}/tindakan/{{tindakan}}")),
        "komite": (f"{A}/tindakan/{{tindakan}}", f"{A}/tindakan"),
    }),
    Baris("Banding", "-|oC R|R register|aR answer|D|D panel|S|-|R", (f"{A}/banding/{{banding}}", f"{A}/banding"), {
        "asesi": HASIL, "asesor": (f"{A}/banding/{{banding}}/keterangan",),
    }),
    Baris("Recap", "aggregates|-|R X|own a|R X|R|R X|-|R X masked", (f"{A}/rekap", f"{A}/rekap/asesor"), {
        "publik": (f"{A}/statistik",), "asesor": (f"{A}/rekap/asesor",),
    }),
    Baris("Recap export", "-|-|X|own a|X|-|X|-|X masked", (f"{A}/rekap?format=csv", f"{A}/rekap/asesor?format=csv"), {
        "asesor": (f"{A}/rekap/asesor?format=csv",),
    }),
    Baris("Log", "-|own events|R own unit|-|R|-|R|R|R summary", ("/log", f"{A}/jejak", f"{A}/jejak/ringkasan"), {
        "asesi": ("/akun",), "sekretariat": (f"{A}/jejak",), "bnsp": (f"{A}/jejak/ringkasan",),
    }),
    Baris("Backup, config", "-|-|-|-|-|-|-|RU|-", ("/cadangan",)),
    Baris("Third-party access", "-|-|C|-|D|-|-|-|-", (f"{A}/akses",)),
)  # fmt: skip
BEDA: dict[str, frozenset[str]] = {}  # rows and columns where a rule of the same page says otherwise


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
    paper = instrumen(place)
    services.open_for(paper, izin(watcher).id, "Surat 12/PENGAWASAN/2026", place.panggil("manajer"))
    case.aktif = True  # the asesor has it in hand: instruments are read for such cases
    keys |= {"muk": paper.id, "muk_berkas": paper.dokumen_id}
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
    act = add(
        k.Tindakan(sertifikat_id=cert.id, jenis=k.TANGGUHKAN, kelas="PEMERIKSAAN", uraian="Diperiksa LSP.",
                   diusulkan_oleh_id=owner.id, batas_tanggapan=date(2026, 12, 1))
    )  # fmt: skip
    watch = db.session.scalars(sa.select(k.Surveilan.id).where(k.Surveilan.sertifikat_id == cert.id)).first()
    decided = {"pleno": made.pleno_id, "sk": made.sk_id, "sertifikat": cert.id, "surveilan": watch, "tindakan": act.id}
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
