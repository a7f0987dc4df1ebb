"""A year in the register through the pages people are given, each in a window of their own: a move to another OPD
that begins in a week, then a retirement from the request to the day itself."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.pensiun import sk, syarat
from portal.kernel import activity
from portal.kernel.approval import history
from portal.kernel.db import db
from portal.kernel.people import User
from tests.conftest import Client
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_pensiun_usulan import kertas
from tests.layar import Jendela, Layar

HOME = "/kepegawaian"
Buka = Callable[[User], Jendela]


@pytest.fixture
def jendela(app: Flask, masuk: Callable[[User], Client], jam: Any) -> Buka:
    """A window of its own for each person."""

    def open_for(user: User) -> Jendela:
        signed, own = masuk(user), Jendela.baru(app)
        for cookie in list(signed._cookies.values()):  # type: ignore[attr-defined]
            own.client.set_cookie(cookie.key, cookie.value)
        own.client.csrf = signed.csrf
        return own

    return open_for


def tekan(
    page: Layar, kata: str, isi: dict[str, Any] | None = None, *, di: str = "", harap: tuple[int, ...] = (303,)
) -> Layar:
    """Fill the one form with this button and press it; the next page."""
    form = page.formulir(kata, di).isi(isi)
    button = next(one for one in form.tombol if one.kata == kata)
    return page.jendela.kirim(form, button, *harap)


def terbuka(window: Jendela, list_at: str, piece: str) -> Layar:
    """The first row of a list, through its link."""
    page = window.buka(list_at)
    rows = [one for one in page.tautan_berisi(piece) if not one.endswith("sekaligus")]
    assert rows, f"{list_at}: nothing waits\n{page.kata[-600:]}"
    return window.buka(rows[0])


def test_a_move_proposed_by_the_pegawai_takes_effect_on_its_day(jendela: Buka, jam: Any) -> None:
    k = f.kota()
    jabatan = f.jabatan()
    staf = jendela(f.akun("", pegawai=k.staf))
    lama, baru = jendela(f.akun("admin_pd", di=k.dinas)), jendela(f.akun("admin_pd", di=k.lain))
    person = f"{HOME}/pegawai/{k.staf.id}"
    page = staf.buka(f"{person}/riwayat/baru/JABATAN")
    form = page.formulir("Ajukan").isi(opd=str(k.lain.id))
    page = staf.kirim(form, next(t for t in form.tombol if t.kata == "Tampilkan unitnya"), 200)
    form = page.formulir("Ajukan").isi({"unit_id": str(k.bidang_lain.id), "jabatan_id-cari": "arsiparis"})
    page = staf.kirim(form, next(t for t in form.tombol if t.nilai == "cari:jabatan_id"), 200)
    page = tekan(page, "Ajukan", {
        "jabatan_id": str(jabatan.id), "tmt": "01-12-2026", "nomor_sk": "821/17/2026", "tanggal_sk": "20-11-2026",
        "pejabat": "Wali Kota Sagara", "berkas-SK_JABATAN": (kertas(), "sk.pdf"),
    })  # fmt: skip
    assert "Usulan diajukan." in page.kata
    assert "Kabidlain Uji" in page.kata, "the head of the new unit, though the old one stood there first"
    assert "Staf Uji" not in baru.buka(f"{HOME}/antrean/periksa").kata
    tekan(terbuka(lama, f"{HOME}/antrean/periksa", "/antrean/periksa/"), "Berkas sesuai")
    verifikator = jendela(f.akun("verifikator_bkpsdm"))
    page = tekan(terbuka(verifikator, f"{HOME}/antrean", "/antrean/"), "Verifikasi")
    assert "Riwayat terverifikasi." in page.kata
    page = staf.buka(person)
    assert "Bidang Satu" in page.kata
    assert "Staf Uji" in lama.buka(f"{HOME}?cari=staf").kata
    assert "Staf Uji" not in baru.buka(f"{HOME}?cari=staf").kata
    jam.move_to(datetime(2026, 11, 30, 17, 0, tzinfo=UTC))  # midnight in Sagara
    lama, baru = (jendela(user) for user in (f.akun("admin_pd", di=k.dinas), f.akun("admin_pd", di=k.lain)))
    assert "Staf Uji" not in lama.buka(f"{HOME}?cari=staf").kata
    assert "Staf Uji" in baru.buka(f"{HOME}?cari=staf").kata
    page = baru.buka(person)
    assert "Arsiparis Ahli Muda" in page.kata
    assert "Kabidlain Uji" in page.kata
    lama.buka(person, 404)


def test_a_retirement_from_the_request_to_the_day_itself(jendela: Buka, jam: Any) -> None:
    k = f.kota()
    calon = f.orang("Ibu Calon", lahir=date(1969, 3, 10))
    f.duduk(calon, k.bidang, atasan_id=k.kabid.id)
    ibu, opd = jendela(f.akun("", pegawai=calon)), jendela(f.akun("admin_pd", di=k.dinas))
    page = tekan(ibu.buka(f"{HOME}/pensiun/usulan/baru"), "Lanjut", {"jenis": "BUP"})
    page = tekan(page, "Simpan")
    here = page.alamat
    assert tekan(page, "Ajukan", harap=(422,)).galat, "papers are missing"
    unggah(ibu, here, m.PEMOHON)
    tekan(ibu.buka(here), "Ajukan")
    unggah(opd, here, m.OPD, tanpa="PENGANTAR")
    tekan(opd.buka(here), "Berkas lengkap dan sesuai")
    kepala, tu = jendela(f.akun("", pegawai=k.kadis)), jendela(f.akun("admin_tu", di=k.dinas))
    tekan(terbuka(kepala, f"{HOME}/pensiun/usulan", f"{HOME}/pensiun/usulan/0"), "Setujui")
    letter = {"jenis": "kepegawaian.pensiun", "perihal": "Usulan pensiun Ibu Calon"}
    page = tekan(tu.buka(f"{HOME}/surat/baru"), "Simpan draf", letter)
    waiting = page.formulir("Muat yang dicentang").medan["tambah"].pilihan
    page = tekan(tekan(page, "Muat yang dicentang", {"tambah": waiting}), "Kirim")
    number = f"800/001/{k.dinas.kode}/2026"
    assert number in page.kata
    assert number in ibu.buka(here).kata
    verifikator, kantor = jendela(f.akun("verifikator_bkpsdm")), jendela(f.akun("bkpsdm"))
    tekan(tekan(verifikator.buka(here), "Semua yang menunggu sudah sesuai"), "Verifikasi")
    page = tekan(kantor.buka(here), "Sudah diusulkan ke BKN")
    page = tekan(page, "Catat pertek", {"pertek_nomor": "PT-001/2026", "pertek_tanggal": "2026-11-20"})
    decision = {"sk_nomor": "882/1/2026", "sk_tanggal": "2026-11-20", "sk_pejabat": "Wali Kota Sagara"}
    tekan(page, "Catat SK", {**decision, "sk_berkas": (kertas(), "sk.pdf")})
    person = f"{HOME}/pegawai/{calon.id}"
    assert "882/1/2026" in ibu.buka(person).kata
    assert "Ibu Calon" in opd.buka(f"{HOME}?cari=calon").kata, "still at work"
    jam.move_to(datetime(2027, 3, 31, 17, 30, tzinfo=UTC))  # the first of April in Sagara
    assert sk.selesaikan() == 1
    opd, ibu = jendela(f.akun("admin_pd", di=k.dinas)), jendela(f.akun("", pegawai=calon))
    assert "Ibu Calon" not in opd.buka(f"{HOME}?cari=calon").kata
    assert "Pensiun" in ibu.buka(person).kata
    case = db.session.scalars(sa.select(m.UsulanPensiun)).one()
    assert [one.aksi for one in history(case.submission_id)] == [
        "ajukan", "periksa", "setujui_opd", "verifikasi", "usul", "pertek", "sk", "selesai",
    ]  # fmt: skip
    assert activity.verify().broken is None


def unggah(window: Jendela, here: str, tahap: str, tanpa: str = "") -> None:
    """Every paper that is missing for this stage, each by its own form."""
    row = db.session.get_one(m.UsulanPensiun, uuid.UUID(here.rpartition("/")[2]))
    page = window.buka(here)
    for one in syarat.kurang(row, tahap):
        if one.kode != tanpa:
            page = tekan(page, "Unggah", {"berkas": (kertas(), f"{one.kode.lower()}.pdf")}, di=f"/berkas/{one.kode}")
