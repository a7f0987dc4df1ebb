"""Outside persons: only with leave, only what it covers, masked, logged, and never a write."""

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image, ImageChops

from portal.kernel import documents
from portal.kernel.activity import Aktivitas
from portal.kernel.db import db, new_id
from portal.kernel.documents import Checked
from portal.kernel.errors import Denied, Invalid
from portal.kernel.organisation import today
from portal.kernel.people import User
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.pantau import services
from portal.sertifikasi.repositori import sinkron
from portal.sertifikasi.repositori.models import AksesPihakKetiga, Arsip
from portal.sertifikasi.saya import models as m
from tests.sertifikasi import factories_keputusan as keputusan
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.factories import skema_versi
from tests.sertifikasi.orang import petugas, terkirim
from tests.sertifikasi.test_repositori import berkas


def izin(kepada: User, skema: list[str] | None = None, lewat: int = 0) -> AksesPihakKetiga:
    """Leave in force from ten days ago on, or one that ended `lewat` days ago."""
    clerk, boss = f.principal(petugas("sekretariat_lsp")), f.principal(petugas("manajer_sertifikasi"))
    begun = today() - timedelta(days=10 + lewat * 4)
    until = today() + timedelta(days=20) if not lewat else today() - timedelta(days=lewat)
    row = services.propose(
        clerk,
        str(kepada.id),
        "Pengawasan tahunan BNSP",
        skema or [],
        (today() - timedelta(days=365), today()),
        (begun, until),
    )
    if lewat:
        row.disetujui_oleh_id, row.disetujui_at = boss.id, row.dibuat_at
    else:
        services.approve(row, boss)
    db.session.flush()
    return row


@pytest.fixture
def pengawas(app: Flask, jam: Any) -> User:
    return petugas("pihak_ketiga")


def test_without_leave_nothing_opens(pengawas: User, masuk: Any) -> None:
    client = masuk(pengawas)
    assert client.get("/sertifikasi/pantau").status_code == 403
    assert client.get("/sertifikasi/rekap").status_code == 403


def test_leave_that_ran_out_or_was_taken_back_is_none(pengawas: User, masuk: Any) -> None:
    izin(pengawas, lewat=3)
    client = masuk(pengawas)
    assert client.get("/sertifikasi/pantau").status_code == 403
    row = izin(pengawas)
    assert client.get("/sertifikasi/pantau").status_code == 200
    services.revoke(row, f.principal(petugas("sekretariat_lsp")))
    assert client.get("/sertifikasi/pantau").status_code == 403


def test_ninety_days_and_two_persons(pengawas: User) -> None:
    clerk = f.principal(petugas("sekretariat_lsp"))
    days = (today(), today())
    with pytest.raises(Invalid) as told:
        services.propose(
            clerk, str(pengawas.id), "Pengawasan tahunan", [], days, (today(), today() + timedelta(days=91))
        )
    assert told.value.field == "selesai"
    row = services.propose(
        clerk, str(pengawas.id), "Pengawasan tahunan", [], days, (today(), today() + timedelta(days=90))
    )
    with pytest.raises(Denied):
        services.approve(row, clerk)
    with pytest.raises(Invalid):
        services.propose(clerk, str(petugas("asesor").id), "Pengawasan tahunan", [], days, days)


def test_a_scheme_that_is_none_opens_not_all_of_them(pengawas: User) -> None:
    with pytest.raises(Invalid, match="skema yang tidak dikenal"):
        izin(pengawas, [str(new_id())])


def test_only_the_schemes_of_the_leave(pengawas: User, masuk: Any) -> None:
    inside, outside = terkirim(), terkirim()
    izin(pengawas, [str(inside.skema_id)])
    client = masuk(pengawas)
    page = client.get("/sertifikasi/pantau").text
    assert inside.nomor in page
    assert outside.nomor not in page
    assert client.get(f"/sertifikasi/pantau/{inside.id}").status_code == 200
    assert client.get(f"/sertifikasi/pantau/{outside.id}").status_code == 404
    assert "1 permohonan" in client.get("/sertifikasi/rekap").text


def test_what_names_or_reaches_a_person_is_covered(pengawas: User, masuk: Any) -> None:
    case = terkirim()
    case.isian = {**case.isian, "hp": "+6281234567890", "alamat": "Jalan Teratai 12", "surel": "ratna@contoh.id"}
    izin(pengawas)
    page = masuk(pengawas).get(f"/sertifikasi/pantau/{case.id}").text
    for text in ("1234567890", "Teratai", "ratna@contoh.id"):
        assert text not in page
    read = db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == "pantau.dibaca")).all()
    assert [line.data["halaman"] for line in read] == ["permohonan"]


def test_evidence_is_a_picture_with_the_readers_name_and_identity_stays_closed(
    pengawas: User, masuk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = terkirim()
    scan = Image.new("RGB", (900, 600), "white")
    for kind in ("LAPORAN", "KTP"):
        berkas(case, _pdf(kind), kind)
    sinkron.enter(sinkron.FIRST)
    izin(pengawas)
    client = masuk(pengawas)
    rows = {row.jenis: row for row in db.session.scalars(sa.select(Arsip))}
    base = f"/sertifikasi/pantau/{case.id}/berkas"
    answer = client.get(f"{base}/{rows['PORTOFOLIO'].id}/1.png")
    assert answer.headers["Cache-Control"] == "no-store"
    with Image.open(io.BytesIO(answer.data)) as seen:
        assert ImageChops.difference(seen.convert("RGB"), scan.resize(seen.size)).getbbox() is not None
    assert client.get(f"{base}/{rows['IDENTITAS'].id}/1.png").status_code == 404
    assert client.get(f"/berkas/{rows['PORTOFOLIO'].dokumen_id}").status_code == 404
    assert client.get("/sertifikasi/pantau?format=csv").mimetype == "text/html"
    monkeypatch.setattr(services, "PAGES_AN_HOUR", 2)  # the second look is the last of this hour
    codes = [client.get(f"{base}/{rows['PORTOFOLIO'].id}/1.png").status_code for _ in range(2)]
    assert codes == [200, 403]


def _pdf(words: str) -> bytes:
    from portal.sertifikasi.demo.berkas import letter

    return letter(words, [words])


def test_the_form_that_prints_the_nik_stays_closed(pengawas: User, masuk: Any) -> None:
    case = terkirim()
    izin(pengawas)
    paper_of = documents.store(Checked("apl-01.pdf", "application/pdf", _pdf("APL-01"), 1), case.user_id)
    documents.claim(paper_of)
    form = db.session.scalars(sa.select(m.FormIsian).where(m.FormIsian.permohonan_id == case.id)).first()
    form = form or m.FormIsian(permohonan_id=case.id, kode=m.APL01, isi={}, sha256="0" * 64, dikunci_at=case.dibuat_at)
    db.session.add(form)
    form.dokumen_id = paper_of.id
    db.session.flush()
    sinkron.enter(sinkron.FIRST)
    paper = db.session.scalars(sa.select(Arsip).where(Arsip.judul.startswith(m.APL01))).one()
    client = masuk(pengawas)
    assert f"/berkas/{paper.id}/" not in client.get(f"/sertifikasi/pantau/{case.id}").text
    assert client.get(f"/sertifikasi/pantau/{case.id}/berkas/{paper.id}/1.png").status_code == 404


def test_minutes_decisions_and_certificates_follow_the_leave(pengawas: User, masuk: Any, jam: Any) -> None:
    """A paper about many opens only when all of them lie inside the leave."""
    lsp = keputusan.lsp()
    cert = keputusan.berlaku(lsp)[0]
    decision = db.session.get(k.Keputusan, cert.keputusan_id)
    assert decision is not None
    papers = (f"/sertifikasi/sertifikat/{cert.id}", f"/sertifikasi/pleno/{decision.pleno_id}",
              f"/sertifikasi/sk/{decision.sk_id}")  # fmt: skip
    client = masuk(pengawas)
    assert {client.get(path).status_code for path in papers} == {404}
    assert cert.nama not in client.get("/sertifikasi/sertifikat").text
    leave = izin(pengawas, [str(skema_versi().skema_id)])
    assert {client.get(path).status_code for path in papers} == {404}, "another scheme"
    leave.skema = []
    db.session.flush()
    assert [client.get(path).status_code for path in papers] == [200, 200, 200]
    assert cert.nama in client.get("/sertifikasi/sertifikat").text
    beside = db.session.get(m.Permohonan, keputusan.berlaku(lsp)[0].permohonan_id)
    other = db.session.scalars(sa.select(k.Keputusan).where(k.Keputusan.permohonan_id == beside.id)).one()
    other.pleno_id, beside.dibuat_at = decision.pleno_id, beside.dibuat_at.replace(year=2001)
    db.session.flush()
    assert [client.get(path).status_code for path in papers] == [200, 404, 200]


def test_every_write_is_refused(app: Flask, pengawas: User, masuk: Any) -> None:
    """All routes of the product that are not GET answer 403, whatever they are for."""
    izin(pengawas)
    client = masuk(pengawas)
    own = {"/keluar", "/akun"}
    tried = 0
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("sertifikasi."):
            continue
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            values = {name: _value(rule, name) for name in rule.arguments}
            address = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
            if any(address.startswith(one) for one in own):
                continue
            tried += 1
            answer = client.open(address, method=method)
            assert answer.status_code == 403, (method, address, answer.status_code)
            assert answer.status_code != 200
    assert tried > 20


def _value(rule: Any, name: str) -> Any:
    converter = rule._converters[name]
    kind = type(converter).__name__
    if kind == "AnyConverter":
        return sorted(converter.items)[0]
    return new_id() if kind == "UUIDConverter" else 1 if kind == "IntegerConverter" else "x"


def test_the_page_of_leave_shows_and_approves(pengawas: User, masuk: Any) -> None:
    clerk = petugas("sekretariat_lsp")
    client = masuk(clerk)
    body = {
        "kepada": str(pengawas.id),
        "tujuan": "Pengawasan tahunan BNSP",
        "data_dari": "2026-01-01",
        "data_sampai": "2026-11-21",
        "mulai": "2026-11-21",
        "selesai": "2027-01-10",
    }
    assert client.post("/sertifikasi/akses", data={**body, "selesai": "2027-06-01"}).status_code == 422
    assert client.post("/sertifikasi/akses", data=body).status_code == 303
    row = db.session.scalars(sa.select(AksesPihakKetiga)).one()
    assert client.post(f"/sertifikasi/akses/{row.id}/setuju").status_code == 403
    boss = masuk(petugas("manajer_sertifikasi"))
    assert "Menunggu manajer" in boss.get("/sertifikasi/akses").text
    assert boss.post(f"/sertifikasi/akses/{row.id}/setuju").status_code == 303
    assert boss.post(f"/sertifikasi/akses/{row.id}/cabut").status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(m.Permohonan)) == 0
