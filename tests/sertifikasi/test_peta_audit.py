"""The road map counts units once and honestly; the binder holds what it lists, with hashes that agree."""

import csv
import hashlib
import io
import zipfile
from typing import Any

import orjson
import pypdfium2
import sqlalchemy as sa
from flask import Flask

from portal.kernel import jobs, storage
from portal.kernel.db import commit, db, new_id
from portal.kernel.documents import PDF, Checked, Document, claim, store
from portal.kernel.organisation import today
from portal.sertifikasi.audit import binder
from portal.sertifikasi.demo.berkas import letter
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.peta import views as peta
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema.models import SkemaUnit
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.factories import add, skema_versi
from tests.sertifikasi.orang import petugas, sertifikat, terkirim


def test_units_of_a_valid_certificate_count_toward_other_schemes(app: Flask, jam: Any, masuk: Any) -> None:
    user, first, second = f.asesi(), skema_versi(), skema_versi()
    shared = db.session.scalars(sa.select(SkemaUnit).where(SkemaUnit.skema_versi_id == first.id)).first()
    assert shared is not None
    add(SkemaUnit(skema_versi_id=second.id, unit_id=shared.unit_id, urut=9))
    assert not peta.held_units(user.id, today())
    sertifikat(terkirim(user, first))
    db.session.flush()
    road = {x.kode: x for x in peta.road(user.id, today())}
    mine, other = road[first.skema.kode], road[second.skema.kode]
    assert mine.dimiliki
    assert (len(mine.ada), len(mine.kurang)) == (2, 0)
    assert (len(other.ada), len(other.kurang), other.dimiliki) == (1, 2, False)
    page = masuk(user).get("/sertifikasi/saya/peta").text
    assert "1 dari 3 unit sudah terpenuhi" in page
    assert page.index(second.judul) < page.index("Sudah bersertifikat")


def test_a_revoked_certificate_gives_no_units(app: Flask, jam: Any) -> None:
    user = f.asesi()
    sertifikat(terkirim(user), k.DICABUT)
    db.session.flush()
    assert not peta.held_units(user.id, today())


def test_somebody_new_sees_where_to_begin(app: Flask, jam: Any, masuk: Any) -> None:
    versi = skema_versi()
    page = masuk(f.asesi()).get("/sertifikasi/saya/peta").text
    assert "belum memiliki unit" in page
    assert versi.judul in page


# ---- the binder


def _with_form(case: m.Permohonan) -> m.FormIsian:
    document = store(Checked("apl01.pdf", PDF, letter("APL-01", [case.nama]), 1), case.user_id)
    claim(document)
    isi = {"kode": m.APL01}
    return add(m.FormIsian(permohonan_id=case.id, kode=m.APL01, isi=isi, sha256="a" * 64, dokumen_id=document.id))


def _build(user: Any, dari: str = "2026-01-01", sampai: str = "2026-12-31") -> zipfile.ZipFile:
    job = jobs.Job(
        nama="uji", judul="uji", kunci=str(new_id()), argumen={"dari": dari, "sampai": sampai}, user_id=user.id
    )
    db.session.add(job)
    commit()
    key = binder.build.run(job)
    return zipfile.ZipFile(io.BytesIO(storage.get(db.session.get_one(Document, key).kunci) or b""))


def test_the_binder_holds_what_its_manifest_says(app: Flask, jam: Any) -> None:
    case = terkirim()
    _with_form(case)
    archive = _build(petugas("manajer_sertifikasi"))
    manifest = orjson.loads(archive.read("99-manifes.json"))
    names = {row["berkas"] for row in manifest["berkas"]}
    assert names | {"99-manifes.json"} == set(archive.namelist())
    for row in manifest["berkas"]:
        body = archive.read(row["berkas"])
        assert (hashlib.sha256(body).hexdigest(), len(body)) == (row["sha256"], row["byte"])
    assert any(name.startswith("05-permohonan/PMH-UJI") for name in names)
    log = list(csv.reader(io.StringIO(archive.read("90-log/log-aktivitas.csv").decode("utf-8-sig")), delimiter=";"))
    assert any(line[3] == "pengajuan.bergerak" for line in log[1:])
    with pypdfium2.PdfDocument(archive.read("00-indeks.pdf")) as pdf:
        assert "JILID AUDIT" in pdf[0].get_textpage().get_text_range()
    assert manifest["log"]["urut"] > 0


def test_a_paper_whose_bytes_changed_is_named_and_left_out(app: Flask, jam: Any) -> None:
    form = _with_form(terkirim())
    storage.put(db.session.get_one(Document, form.dokumen_id).kunci, b"lain", PDF)
    archive = _build(petugas("sekretariat_lsp"))
    manifest = orjson.loads(archive.read("99-manifes.json"))
    assert len(manifest["tidak_dimuat"]) == 1
    assert not any(name.startswith("05-") for name in archive.namelist())


def test_another_period_is_empty_and_nonsense_is_refused(app: Flask, jam: Any, masuk: Any) -> None:
    _with_form(terkirim())
    archive = _build(petugas("ketua_lsp"), "2020-01-01", "2020-12-31")
    assert not any(name.startswith("05-") for name in archive.namelist())
    client = masuk(petugas("manajer_sertifikasi"))
    assert client.post("/sertifikasi/audit", data={"dari": "2026-02-01", "sampai": "2026-01-01"}).status_code == 422
    answer = client.post("/sertifikasi/audit", data={"dari": "2026-01-01", "sampai": "2026-11-21"})
    assert answer.status_code == 303
    assert answer.location.startswith("/tugas/")
    for peran in ("asesor", "komite_teknis", "pihak_ketiga", ""):
        assert masuk(petugas(peran)).get("/sertifikasi/audit").status_code == 403
