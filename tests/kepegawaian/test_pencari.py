"""Searching for units, jabatan and people from a form."""

from datetime import date
from typing import Any

import pytest

from portal.kepegawaian import pencari
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
TODAY = date(2026, 11, 21)


def test_units_show_their_way_up_and_only_when_in_force() -> None:
    k = f.kota()
    f.unit("Bidang Satu", k.lain, k.lain)
    found = pencari.cari_unit("bidang sat", TODAY)
    assert [one.nama for one in found] == ["Bidang Satu", "Bidang Satu"]
    assert {one.keterangan for one in found} == {"Dinas Uji", "Badan Lain"}
    k.bidang.disembunyikan = True
    assert len(pencari.cari_unit("bidang sat", TODAY)) == 1
    assert pencari.cari_unit("bidang", date(2019, 1, 1)) == []


def test_people_without_numbers_for_colleagues(masuk: Any) -> None:
    k = f.kota()
    colleague = masuk(f.akun("", pegawai=k.staf))
    page = colleague.get("/kepegawaian/cari/pegawai?medan=atasan_id&atasan_id-cari=kab", headers={"HX-Request": "true"})
    assert "Kabid Uji" in page.text
    assert "1985" not in page.text
    assert "1985" in masuk(f.akun("bkpsdm")).get(
        "/kepegawaian/cari/pegawai?medan=atasan_id&atasan_id-cari=kab", headers={"HX-Request": "true"}
    ).text  # fmt: skip
    assert colleague.get("/kepegawaian/cari/apa?medan=x").status_code == 404
    assert colleague.get("/kepegawaian/cari/unit?medan=x%22onload").status_code == 404


def test_subjects_belong_to_their_family() -> None:
    guru, arsiparis = f.jabatan("Guru Ahli Muda", rumpun="GURU"), f.jabatan("Arsiparis Ahli Muda")
    f.add(pencari.SubJabatan(rumpun="GURU", nama="Guru Kelas"))
    assert [one.nama for one in pencari.sub_jabatan(guru.id)] == ["Guru Kelas"]
    assert pencari.sub_jabatan(arsiparis.id) == []


def test_wildcards_are_letters() -> None:
    f.jabatan("Arsiparis 100% Ahli")
    assert [one.nama for one in pencari.cari_jabatan("100%", TODAY)] == ["Arsiparis 100% Ahli"]
    assert pencari.cari_jabatan("1_0%", TODAY) == []
