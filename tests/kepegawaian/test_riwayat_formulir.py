"""The form of every kind and the page of an entry, as people use them."""

import io
import re
import uuid
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from reportlab.pdfgen.canvas import Canvas

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import isian_jabatan, jenis, services
from portal.kepegawaian.riwayat import models as r
from portal.kernel.db import db
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
HTMX = {"HX-Request": "true"}


def pdf(words: str) -> bytes:
    out = io.BytesIO()
    sheet = Canvas(out, invariant=1)
    sheet.drawString(50, 700, words)
    sheet.save()
    return out.getvalue()


def upload(kode: str, body: bytes = b"") -> dict[str, Any]:
    return {f"berkas-{kode}": (io.BytesIO(body or pdf(kode)), f"{kode}.pdf")}


def kursus(**more: Any) -> dict[str, Any]:
    return {
        "nama": "Pelatihan arsip <digital>", "bentuk": "DIKLAT_TEKNIS", "jam": "24", "tmt": "02/03/2026",
        "selesai": "4/3/2026", "aksi": "draf", **more,
    }  # fmt: skip


def newest(table: Any = r.RiwayatLain) -> Any:
    return db.session.scalars(sa.select(table).order_by(table.id.desc()).limit(1)).one()


def page(pegawai: Any, row: Any = None, more: str = "") -> str:
    tail = f"/riwayat/{row.__tablename__}/{row.id}" if row is not None else ""
    return f"/kepegawaian/pegawai/{pegawai.id}{tail}{more}"


@pytest.mark.parametrize("kode", [one.kode for one in jenis.JENIS.values() if not one.tutup])
def test_every_kind_has_a_form(masuk: Any, kode: str) -> None:
    kind = jenis.JENIS[kode]
    one = f.orang("Borang Uji", status="PPPK" if kind.jenis_pegawai == jenis.PPPK else "PNS")
    f.kedudukan(one, "01", f.CPNS)
    office = masuk(f.akun("bkpsdm"))
    shown = office.get(page(one, more=f"/riwayat/baru/{kode}"))
    assert shown.status_code == 200
    sent = office.post(page(one, more=f"/riwayat/baru/{kode}"), data={"aksi": "ajukan"})
    assert sent.status_code == 422
    assert "perlu diperbaiki" in sent.text


def test_from_a_draft_to_a_verified_entry(masuk: Any) -> None:
    k = f.kota()
    own = f.akun("", pegawai=k.staf)
    me = masuk(own)
    saved = me.post(page(k.staf, more="/riwayat/baru/KURSUS"), data=kursus())
    row = newest()
    assert saved.headers["Location"] == page(k.staf, row)
    assert (row.status, row.selesai, row.isi["jam"]) == (r.DRAF, date(2026, 3, 4), 24)
    shown = me.get(page(k.staf, row))
    assert "Pelatihan arsip &lt;digital&gt;" in shown.text
    edited = me.get(page(k.staf, row, "/ubah"))
    assert 'value="04/03/2026"' in edited.text
    late = me.post(page(k.staf, row, "/ubah"), data=kursus(aksi="ajukan", versi="1"))
    assert late.status_code == 422
    assert "Unggah Sertifikat kursus" in late.text
    sent = me.post(page(k.staf, row, "/ubah"), data={**kursus(aksi="ajukan", versi="1"), **upload("SERTIFIKAT_KURSUS")})
    assert sent.status_code == 303, sent.text
    db.session.refresh(row)
    assert row.status == r.DIAJUKAN
    assert me.post(page(k.staf, row), data={"aksi": "verifikasi"}).status_code == 403
    checker = masuk(f.akun("admin_pd", di=k.dinas))
    assert "Berkas sesuai" in checker.get(page(k.staf, row)).text
    assert (
        checker.post(page(k.staf, row), data={"aksi": "periksa", "versi": _versi(checker, k, row)}).status_code == 303
    )
    office = masuk(f.akun("verifikator_bkpsdm"))
    assert office.post(page(k.staf, row), data={"aksi": "verifikasi"}).status_code == 303
    db.session.refresh(row)
    assert row.status == r.TERVERIFIKASI
    assert "Diverifikasi" in office.get(page(k.staf, row)).text


def _versi(client: Any, k: Any, row: Any) -> str:
    found = re.search(r'name="versi" value="(\d+)"', client.get(page(k.staf, row)).text)
    assert found
    return found[1]


def test_wrong_values_come_back_and_nothing_is_stored(masuk: Any) -> None:
    k = f.kota()
    me = masuk(f.akun("", pegawai=k.staf))
    sent = me.post(page(k.staf, more="/riwayat/baru/KURSUS"), data=kursus(jam="nol", tmt="31/02/2026"))
    assert sent.status_code == 422
    assert 'value="nol"' in sent.text
    assert 'value="31/02/2026"' in sent.text
    assert "tulis tanggal yang ada" in sent.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(r.RiwayatLain)) == 0


def test_faults_are_listed_in_the_order_of_the_fields(masuk: Any) -> None:
    k = f.kota()
    form = {"aksi": "ajukan", "tanggal_sk": "31/02/2026", "kunci": str(uuid.uuid4())}
    sent = masuk(f.akun("", pegawai=k.staf)).post(page(k.staf, more="/riwayat/baru/JABATAN"), data=form)
    summary = sent.text[sent.text.index('id="galat"') :].partition("</ul>")[0]
    fields = re.findall(r'href="#(\w+)"', summary)
    assert {"tmt", "nomor_sk", "tanggal_sk"} < set(fields)
    assert fields == [one for one in isian_jabatan.TEKS if one in fields]


def test_warnings_are_ticked_once_and_the_file_is_chosen_once(masuk: Any) -> None:
    k = f.kota()
    me = masuk(f.akun("", pegawai=k.staf))
    values = kursus(jam="200", aksi="ajukan")
    asked = me.post(page(k.staf, more="/riwayat/baru/KURSUS"), data={**values, **upload("SERTIFIKAT_KURSUS")})
    assert asked.status_code == 200
    tick = re.search(r'name="setuju" value="(\w+)"', asked.text)
    row = newest()
    assert tick
    assert row.status == r.DRAF
    assert f'action="{page(k.staf, row, "/ubah")}"' in asked.text
    again = {**values, "setuju": tick[1], "versi": str(row.versi)}
    assert me.post(page(k.staf, row, "/ubah"), data={**again, "setuju": ""}).status_code == 422
    assert me.post(page(k.staf, row, "/ubah"), data=again).status_code == 303
    assert newest().status == r.DIAJUKAN


def test_a_draft_is_taken_back_withdrawn_and_replaced(masuk: Any) -> None:
    k = f.kota()
    me = masuk(f.akun("", pegawai=k.staf))
    me.post(page(k.staf, more="/riwayat/baru/KURSUS"), data={**kursus(aksi="ajukan"), **upload("SERTIFIKAT_KURSUS")})
    row = newest()
    assert me.post(page(k.staf, row, "/ubah"), data=kursus(versi=str(row.versi))).status_code == 409
    assert me.post(page(k.staf, row), data={"aksi": "tarik"}).status_code == 303
    assert me.post(page(k.staf, row), data={"aksi": "ajukan"}).status_code == 303
    office = masuk(f.akun("bkpsdm"))
    assert office.post(page(k.staf, row), data={"aksi": "verifikasi"}).status_code == 303
    me = masuk(f.akun("", pegawai=k.staf))
    fixed = me.post(page(k.staf, row), data={"aksi": "ganti"})
    draft = newest()
    assert fixed.headers["Location"] == page(k.staf, draft, "/ubah")
    assert me.post(page(k.staf, draft, "/ubah"), data=kursus(jam="30", versi="1", aksi="ajukan")).status_code == 303
    assert me.post(page(k.staf, row), data={"aksi": "ganti"}).headers["Location"] == page(k.staf, draft), "not another"
    office = masuk(f.akun("bkpsdm"))
    office.post(page(k.staf, draft), data={"aksi": "verifikasi"})
    db.session.refresh(row)
    assert row.status == r.DIGANTI
    wrong = office.post(page(k.staf, draft), data={"aksi": "batalkan", "catatan": "salah"})
    assert wrong.status_code == 422
    gone = office.post(page(k.staf, draft), data={"aksi": "batalkan", "catatan": "Sertifikat palsu, surat 5/2026"})
    assert gone.status_code == 303
    db.session.refresh(draft)
    assert draft.status == r.DIBATALKAN


def test_the_second_verifier_meets_what_the_first_decided(masuk: Any) -> None:
    k = f.kota()
    me = masuk(f.akun("", pegawai=k.staf))
    me.post(page(k.staf, more="/riwayat/baru/KURSUS"), data={**kursus(aksi="ajukan"), **upload("SERTIFIKAT_KURSUS")})
    row = newest()
    second = f.akun("verifikator_bkpsdm")
    old = _versi(masuk(second), k, row)
    first = masuk(f.akun("verifikator_bkpsdm"))
    first.post(page(k.staf, row), data={"aksi": "kembalikan", "catatan": "Sertifikat tidak terbaca", "versi": old})
    late = masuk(second).post(page(k.staf, row), data={"aksi": "verifikasi", "versi": old})
    assert late.status_code == 409
    assert "Sertifikat tidak terbaca" in late.text
    db.session.refresh(row)
    assert row.status == r.DIKEMBALIKAN


def test_documents_open_for_who_sees_the_entry(masuk: Any) -> None:
    """Files of discipline only inside the circle; a new version keeps the old one; taking away needs a reason."""
    k = f.kota()
    office = f.akun("bkpsdm")
    plain = f.catat(r.RiwayatLain(pegawai_id=k.staf.id, jenis="KURSUS", tmt=date(2026, 1, 1), isi={"nama": "A"}))
    closed = f.catat(r.RiwayatLain(pegawai_id=k.staf.id, jenis="HUKDIS", tmt=date(2026, 1, 1), isi={"tingkat": "R"}))
    files = [f.berkas(plain, "SERTIFIKAT_KURSUS", office), f.berkas(closed, "SK_HUKDIS", office)]
    seen = {}
    for name, user in (
        ("sendiri", f.akun("", pegawai=k.staf)), ("atasan", f.akun("", pegawai=k.kabid)),
        ("admin", f.akun("admin_pd", di=k.dinas)), ("lain", f.akun("admin_pd", di=k.lain)),
        ("verifikator", f.akun("verifikator_bkpsdm")),
    ):  # fmt: skip
        client = masuk(user)
        seen[name] = [client.get(f"/berkas/{one.dokumen_id}").status_code for one in files]
        seen[name].append(client.get(page(k.staf, closed)).status_code)
    assert seen == {
        "sendiri": [303, 303, 200], "atasan": [303, 303, 200], "admin": [303, 404, 404], "lain": [404, 404, 404],
        "verifikator": [303, 303, 200],
    }  # fmt: skip
    client = masuk(office)
    put = {"dokumen": "SERTIFIKAT_KURSUS", **upload("SERTIFIKAT_KURSUS", pdf("dua"))}
    assert client.post(page(k.staf, plain, "/berkas"), data=put).status_code == 303
    links = db.session.scalars(sa.select(r.BerkasTautan).where(r.BerkasTautan.riwayat_id == plain.id)).all()
    assert sorted((one.versi, one.aktif) for one in links) == [(1, False), (2, True)]
    now = next(one for one in links if one.aktif)
    short = client.post(page(k.staf, plain, "/lepas"), data={"tautan": str(now.id), "alasan": "x"})
    assert short.status_code == 422
    assert (
        client.post(page(k.staf, plain, "/lepas"), data={"tautan": str(now.id), "alasan": "Salah orang"}).status_code
        == 303
    )
    admin = masuk(f.akun("admin_pd", di=k.dinas))
    assert admin.post(page(k.staf, plain, "/berkas"), data={"dokumen": "SERTIFIKAT_KURSUS"}).status_code == 403


def test_who_proposes_what(masuk: Any) -> None:
    k = f.kota()
    answers = {}
    for name, user in (
        ("sendiri", f.akun("", pegawai=k.staf)), ("admin", f.akun("admin_pd", di=k.dinas)),
        ("lain", f.akun("admin_pd", di=k.lain)), ("bkpsdm", f.akun("bkpsdm")),
    ):  # fmt: skip
        client = masuk(user)
        answers[name] = [
            client.get(page(k.staf, more=f"/riwayat/baru/{kind}")).status_code
            for kind in ("KURSUS", "HUKDIS", "SKP", "PERJANJIAN", "APA")
        ]
    assert answers == {
        "sendiri": [200, 403, 403, 403, 404], "admin": [200, 403, 403, 403, 404],
        "lain": [404, 404, 404, 404, 404], "bkpsdm": [200, 200, 403, 403, 404],
    }  # fmt: skip
    row = services.simpan(jenis.JENIS["KURSUS"], k.staf, {"tmt": date(2026, 1, 1), "isi": {}},
                          f.principal(f.akun("admin_pd", di=k.dinas)))  # fmt: skip
    assert masuk(f.akun("", pegawai=k.staf)).get(page(k.staf, row)).status_code == 404
    assert masuk(f.akun("bkpsdm")).get(page(k.staf, row, "/ubah")).status_code == 403
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Keadaan)) > 0
