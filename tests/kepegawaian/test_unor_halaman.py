"""Pages of the tree: who may open them, the dry run before anything is stored, the second person, the way back."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.unor import pohon
from portal.kepegawaian.unor.models import UnorVersi, UsulUnor
from portal.kernel import organisation
from portal.kernel.db import db, new_id
from portal.kernel.organisation import Unit
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
R = "/kepegawaian/unor/rencana"


def post(client: Any, jenis_: str, aksi_: str, /, **values: Any) -> Any:
    data = {
        name: [str(one) for one in value] if isinstance(value, list) else str(value) for name, value in values.items()
    }
    return client.post(f"/kepegawaian/unor/siapkan/{jenis_}", data={**data, "aksi": aksi_})


def stored() -> list[UsulUnor]:
    return list(db.session.scalars(sa.select(UsulUnor).order_by(UsulUnor.dibuat_at)))


def test_only_who_keeps_the_tree(masuk: Any) -> None:
    k = f.kota()
    for user in (f.akun("admin_pd", di=k.dinas), f.akun("", pegawai=k.staf), f.akun("admin_tu", di=k.dinas)):
        for path in ("/kepegawaian/unor", f"/kepegawaian/unor/{k.bidang.id}", R, "/kepegawaian/unor/siapkan/tutup"):
            assert masuk(user).get(path).status_code == 403
        assert post(masuk(user), "tutup", "simpan", unit_ids=[k.bidang.id]).status_code == 403
    assert masuk(f.akun("bkpsdm")).get("/kepegawaian/unor/siapkan/lain").status_code == 404


def test_the_tree_of_a_day_opens_level_by_level(masuk: Any) -> None:
    k = f.kota()
    office = masuk(f.akun("bkpsdm"))
    page = office.get("/kepegawaian/unor").text
    assert "Dinas Uji" in page
    assert "Bidang Satu" not in page
    opened = office.get(f"/kepegawaian/unor?buka={k.dinas.id}").text
    assert "Bidang Satu" in opened
    assert "2 orang" in opened
    found = office.get("/kepegawaian/unor?cari=bidang").text
    assert re.findall(r'href="/kepegawaian/unor/[^"]*">(Bidang[^<]*)', found) == ["Bidang Dua", "Bidang Satu"]
    assert "Dinas Uji" in found
    assert "Belum ada unit pada tanggal itu" in office.get("/kepegawaian/unor?per_tanggal=2019-01-01").text


def test_a_unit_shows_versions_head_and_people(masuk: Any) -> None:
    k = f.kota()
    page = masuk(f.akun("bkpsdm")).get(f"/kepegawaian/unor/{k.bidang.id}").text
    assert "Kabid Uji" in page.split('id="pimpinan"')[1].split('id="penghuni"')[0]
    assert "Staf Uji" in page.split('id="penghuni"')[1]
    assert "1 Jan 2020 – sekarang" in page


def test_the_dry_run_stores_nothing_and_the_second_person_decides(masuk: Any) -> None:
    k = f.kota()
    one, other = f.akun("bkpsdm"), f.akun("bkpsdm")
    values = {"unit_id": k.bidang.id, "nama": "Bidang Satu Data", "jenis": "BIDANG", "induk_id": k.lain.id,
              "tanggal": "1-1-2027", "dasar": "Perwali 9/2026"}  # fmt: skip
    page = post(masuk(one), "ubah", "periksa", **values)
    assert page.status_code == 200
    for words in ("Bidang Satu menjadi Bidang Satu Data", "pindah ke bawah Badan Lain", "Staf Uji", "Simpan rencana"):
        assert words in page.text
    assert stored() == []
    assert post(masuk(one), "ubah", "simpan", **values).status_code == 303
    row = stored()[0]
    assert masuk(one).post(f"{R}/{row.id}/putuskan", data={"aksi": "setujui"}).status_code == 403
    assert "Perlu keputusan Anda" in masuk(other).get(R).text
    assert masuk(other).post(f"{R}/{row.id}/putuskan", data={"aksi": ""}).status_code == 404
    assert masuk(other).post(f"{R}/{row.id}/putuskan", data={"aksi": "tolak", "alasan": "tidak"}).status_code == 422
    assert masuk(other).post(f"{R}/{row.id}/putuskan", data={"aksi": "setujui"}).status_code == 303
    assert masuk(other).post(f"{R}/{row.id}/putuskan", data={"aksi": "setujui"}).status_code == 409
    names = db.session.scalars(
        sa.select(UnorVersi.nama).where(UnorVersi.unit_id == k.bidang.id).order_by(UnorVersi.mulai)
    )
    assert names.all() == ["Bidang Satu", "Bidang Satu Data"]


def test_refused_plans_change_nothing(masuk: Any) -> None:
    k = f.kota()
    one, other = f.akun("bkpsdm"), f.akun("bkpsdm")
    post(masuk(one), "tutup", "simpan", unit_ids=[k.bidang.id], tanggal="1-1-2027", dasar="Perda 1/2026")
    row = stored()[0]
    masuk(other).post(f"{R}/{row.id}/putuskan", data={"aksi": "tolak", "alasan": "Perda belum terbit"})
    assert stored()[0].status == "DITOLAK"
    assert "Perda belum terbit" in masuk(one).get(f"{R}/{row.id}").text
    assert db.session.scalar(sa.select(Unit.selesai).where(Unit.id == k.bidang.id)) is None


@pytest.mark.parametrize(("jenis", "values", "words"), [
    ("tutup", {"tanggal": "1-1-2027", "dasar": "Perda 1"}, "pilih sedikitnya satu"),
    ("tutup", {"unit_ids": ["bidang"], "tanggal": "31-2-2027", "dasar": "Perda 1"}, "tulis tanggal"),
    ("pecah", {"unit_ids": ["bidang"], "pengganti_ids": ["lain"], "tanggal": "1-1-2027", "dasar": "Perda 1"},
     "dua unit"),
    ("baru", {"nama": "Bidang X", "jenis": "BIDANG", "kode": "9", "tanggal": "1-1-2027", "dasar": "Perda 1"},
     "Induk: cari"),
    ("ubah", {"unit_id": "bidang", "nama": "Bidang Satu", "jenis": "BIDANG", "induk_id": "dinas", "tanggal": "1-1-2027",
              "dasar": "Perda 1"}, "Tidak ada yang berubah"),
    ("sembunyikan", {"unit_ids": ["bidang"], "dasar": "Unit lama"}, "Masih ditempati 2 pegawai: Kabid Uji, Staf Uji"),
])  # fmt: skip
def test_what_is_missing_or_stands_in_the_way_is_said(
    masuk: Any, jenis: str, values: dict[str, Any], words: str
) -> None:
    k = f.kota()
    given = {name: [getattr(k, one).id for one in value] if isinstance(value, list) else
             getattr(k, value).id if name.endswith("_id") else value for name, value in values.items()}  # fmt: skip
    page = post(masuk(f.akun("bkpsdm")), jenis, "simpan", **given)
    assert page.status_code == 422
    assert words in page.text
    assert stored() == []


def test_searching_keeps_what_was_chosen(masuk: Any) -> None:
    k = f.kota()
    page = post(masuk(f.akun("bkpsdm")), "gabung", "cari:pengganti_ids", unit_ids=[k.bidang.id], dasar="Perda 7",
                **{"pengganti_ids-cari": "bidang dua"})  # fmt: skip
    assert page.status_code == 200
    assert f'value="{k.bidang.id}" checked' in page.text
    assert f'name="pengganti_ids" value="{k.bidang_lain.id}"' in page.text
    assert "Perda 7" in page.text


def test_an_old_opd_is_hidden_and_brought_back_by_two_people(masuk: Any) -> None:
    """Item e on the screen: batch, dry run, second person, undo from the same screen; the name stays in riwayat."""
    k = f.kota()
    f.duduk(k.kabid_lain, k.dinas, f.date(2026, 6, 1), jenis_jabatan="PELAKSANA")
    one, other = f.akun("bkpsdm"), f.akun("bkpsdm")
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Unit))
    units = [k.bidang_lain.id, k.lain.id]
    assert (
        "2 unit tidak ditawarkan lagi"
        in post(masuk(one), "sembunyikan", "periksa", unit_ids=units, dasar="SOTK lama").text
    )
    post(masuk(one), "sembunyikan", "simpan", unit_ids=units, dasar="SOTK lama")
    hide = stored()[0]
    masuk(other).post(f"{R}/{hide.id}/putuskan", data={"aksi": "setujui"})
    assert k.lain.id not in pohon.nodes(organisation.today())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Unit)) == before
    assert "Bidang Dua" in masuk(one).get(f"/kepegawaian/pegawai/{k.kabid_lain.id}").text
    offered = masuk(one).get("/kepegawaian/cari/unit?medan=u&u-cari=bidang", headers={"HX-Request": "true"}).text
    assert "Bidang Dua" not in offered
    assert "Siapkan pengembalian" in masuk(other).get(f"{R}/{hide.id}").text
    assert masuk(other).post(f"{R}/{hide.id}/urungkan").status_code == 303
    masuk(one).post(f"{R}/{stored()[1].id}/putuskan", data={"aksi": "setujui"})
    assert k.lain.id in pohon.nodes(organisation.today())
    assert masuk(other).post(f"{R}/{hide.id}/urungkan").status_code == 409


def test_days_and_units_that_are_none_make_no_plan(masuk: Any) -> None:
    k = f.kota()
    office = masuk(f.akun("bkpsdm"))
    for kind in ("sembunyikan", "tampilkan"):
        sent = post(office, kind, "simpan", unit_ids=[k.pemda.id, new_id()], dasar="Perwali 9/2026")
        assert (sent.status_code, "Salah satu unit tidak ada" in sent.text) == (422, True)
    sent = post(office, "baru", "simpan", kode="9.7", nama="Bidang Baru", jenis="BIDANG", induk_id=k.dinas.id,
                tanggal="01/01/9999", dasar="Perwali 9/2026")  # fmt: skip
    assert (sent.status_code, "periksa tahunnya" in sent.text) == (422, True)
    assert stored() == []
