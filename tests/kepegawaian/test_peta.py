"""The map of people: figures that add up, scope, drill-down, frozen months, differences."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.peta import beku, gambar, sumber
from portal.kepegawaian.peta.models import PetaBulanan, PetaVersi
from portal.kepegawaian.riwayat import models as r
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
TODAY = date(2026, 11, 21)
OCTOBER = date(2026, 10, 1)


def branches(tops: list[gambar.Ranting]) -> Iterator[gambar.Ranting]:
    for one in tops:
        yield one
        yield from branches(one.anak)


def by_name(drawn: gambar.Peta | None) -> dict[str, gambar.Ranting]:
    assert drawn is not None
    return {one.simpul.nama: one for one in branches(drawn.ranting)}


def live(on: date = TODAY, scope: Any = None, unit: Any = None) -> dict[str, gambar.Ranting]:
    return by_name(gambar.draw(sumber.Hidup(on), scope, unit))


def test_every_parent_is_its_own_people_and_its_children() -> None:
    k = f.kota()
    seksi = f.unit("Seksi Uji", k.bidang, k.dinas, jenis="SEKSI")
    for i in range(5):
        f.duduk(f.orang(f"Orang {i}", status="PPPK" if i % 2 else "PNS"), [k.bidang, seksi, k.bidang_lain][i % 3])
    found = live()
    for one in found.values():
        below = [child.jumlah for child in one.anak]
        assert one.jumlah == [sum(column) for column in zip(one.sendiri, *below, strict=True)], one.simpul.nama
    assert found[k.pemda.nama].angka["TERISI"] == 9
    assert found["Bidang Satu"].angka["TERISI"] == 6
    assert found[k.pemda.nama].angka["PPPK"] == 2
    assert found[k.pemda.nama].angka["PNS"] + found[k.pemda.nama].angka["PPPK"] == 9


def test_only_who_works_counts_and_the_others_stand_apart() -> None:
    k = f.kota()
    f.kedudukan(k.staf, "03", date(2026, 9, 1))
    gone = f.orang("Pensiun Uji")
    f.duduk(gone, k.bidang)
    f.kedudukan(gone, "99", date(2026, 6, 1))
    one = live()["Bidang Satu"]
    assert (one.angka["TERISI"], one.angka["TIDAK_BEKERJA"]) == (1, 1)
    assert live(date(2026, 5, 31))["Bidang Satu"].angka["TERISI"] == 3


def test_the_head_its_plt_and_the_empty_seat() -> None:
    k = f.kota()
    db.session.execute(sa.text("UPDATE unor_versi SET nama_jabatan = 'Kepala ' || nama WHERE jenis <> 'PEMDA'"))
    assert live()["Badan Lain"].tanpa_kepala
    f.catat(r.RiwayatJabatan(
        pegawai_id=k.kabid.id, unit_id=k.lain.id, jenis_jabatan="STRUKTURAL", nama_jabatan="Kepala Badan Lain",
        pimpinan=True, jalur=r.TAMBAHAN, penugasan="PLT", tmt=date(2026, 11, 1), selesai=date(2026, 11, 30),
    ))  # fmt: skip
    f.catat(r.RiwayatJabatan(
        pegawai_id=k.staf.id, unit_id=k.bidang.id, jenis_jabatan="JF", nama_jabatan="Koordinator Uji",
        jalur=r.TAMBAHAN, penugasan="KOOR", tmt=date(2026, 1, 1), selesai=date(2026, 12, 31),
    ))  # fmt: skip
    found = live()
    assert [one.penugasan for one in found["Badan Lain"].pengganti] == ["PLT"]
    assert found["Badan Lain"].angka["TERISI"] == 1
    assert [one.nama for one in found["Bidang Satu"].peran] == ["Staf Uji"]
    assert live(date(2026, 12, 1))["Badan Lain"].tanpa_kepala


def test_an_admin_sees_the_own_subtree_alone(masuk: Any) -> None:
    k = f.kota()
    page = masuk(f.akun("admin_pd", di=k.dinas)).get("/kepegawaian/peta")
    assert page.status_code == 200
    assert "Bidang Satu" in page.text
    assert "Badan Lain" not in page.text
    assert masuk(f.akun("admin_pd", di=k.dinas)).get(f"/kepegawaian/peta?unit={k.lain.id}").status_code == 404


def test_a_coming_day_is_said_to_be_one_and_names_nobody_before_the_unit_gains_them(masuk: Any) -> None:
    k = f.kota()
    f.duduk(k.staf, k.bidang_lain, date(2026, 12, 1))
    office = masuk(f.akun("bkpsdm")).get("/kepegawaian/peta?per_tanggal=2026-12-02").text
    assert "Hari ini belum tiba" in office
    there = "/kepegawaian/peta/orang?per_tanggal=2026-12-02"
    assert "Staf Uji" in masuk(f.akun("bkpsdm")).get(f"{there}&unit={k.bidang_lain.id}").text
    new, old = f.akun("admin_pd", di=k.lain), f.akun("admin_pd", di=k.dinas)
    page = masuk(new).get("/kepegawaian/peta?per_tanggal=2026-12-02").text
    assert "Yang tampil keadaan hari ini" in page
    assert 'value="2026-11-21"' in page
    for path in (there, "/kepegawaian/peta/beda?dari=TANGGAL&dari_tanggal=2026-11-21&ke_tanggal=2026-12-02"):
        assert "Staf Uji" not in masuk(new).get(path).text
    left = masuk(old).get(path).text
    assert "Staf Uji" in left
    assert "Hari ini belum tiba" in left
    assert "Hari ini belum tiba" in masuk(old).get("/kepegawaian/penugasan/daftar?per_tanggal=2026-12-02").text


def test_a_figure_opens_as_many_people_as_it_says(masuk: Any) -> None:
    k = f.kota()
    f.kedudukan(k.kabid_lain, "02", date(2026, 9, 1))
    office = f.akun("bkpsdm")
    page = masuk(office).get(f"/kepegawaian/peta?unit={k.pemda.id}").text
    links = re.findall(r'<a href="(/kepegawaian/peta/orang[^"]*)">([\d.]+)<', page)
    assert len(links) > 6
    for href, figure in links:
        listed = masuk(office).get(href.replace("&amp;", "&")).text
        assert len(re.findall(r'<tr><th scope="row"', listed)) == int(figure), href


def test_a_move_shows_at_once_and_leaves_the_frozen_month_as_it_was(masuk: Any) -> None:
    """Item f: moved at 10.00, seen on reload; October stays equal to the byte."""
    k = f.kota()
    frozen = beku.freeze(OCTOBER, 1)
    assert frozen is not None
    before = by_name(gambar.draw(sumber.Beku(frozen), None))
    f.duduk(k.staf, k.bidang_lain, date(2026, 10, 15))
    assert live()["Bidang Dua"].angka["TERISI"] == 2
    after = by_name(gambar.draw(sumber.Beku(frozen), None))
    assert {n: one.jumlah for n, one in after.items()} == {n: one.jumlah for n, one in before.items()}
    assert beku.fingerprint(frozen.id) == frozen.sidik
    second = beku.freeze(OCTOBER, 2, "SK 821/7 diterima 10 November")
    assert second is not None
    assert second.sidik != frozen.sidik
    assert by_name(gambar.draw(sumber.Beku(second), None))["Bidang Dua"].angka["TERISI"] == 2
    assert beku.fingerprint(frozen.id) == frozen.sidik
    office = f.akun("bkpsdm")
    page = masuk(office).get(f"/kepegawaian/peta/bulanan/{frozen.id}")
    assert page.status_code == 200
    people = masuk(office).get(f"/kepegawaian/peta/bulanan/orang?versi={frozen.id}&unit={k.bidang.id}&hitungan=TERISI")
    assert "Staf Uji" in people.text


def test_frozen_rows_cannot_be_changed() -> None:
    f.kota()
    frozen = beku.freeze(OCTOBER, 1)
    assert frozen is not None
    assert frozen.jumlah == db.session.scalar(sa.select(sa.func.count()).select_from(PetaBulanan))
    for statement in ("UPDATE peta_bulanan SET nama = ''", "DELETE FROM peta_versi", "TRUNCATE peta_unit"):
        with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
            db.session.execute(sa.text(statement))


def test_a_month_that_was_not_frozen_is_said_so_and_offered(masuk: Any) -> None:
    f.kota()
    office, admin = f.akun("bkpsdm"), f.akun("inspektorat")
    page = masuk(office).get("/kepegawaian/peta/bulanan").text
    assert "Peta Oktober 2026 belum dibuat" in page
    assert "Buat sekarang" in page
    assert "Buat sekarang" not in masuk(admin).get("/kepegawaian/peta/bulanan").text
    assert masuk(admin).post("/kepegawaian/peta/bulanan", data={"periode": "2026-10-01"}).status_code == 403
    made = masuk(office).post("/kepegawaian/peta/bulanan", data={"periode": "2026-10-01"})
    assert made.headers["Location"].startswith("/tugas/")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PetaVersi)) == 0


def test_a_new_version_needs_a_reason_and_a_month_that_is_over() -> None:
    f.kota()
    office = f.principal(f.akun("bkpsdm"))
    with pytest.raises(Invalid, match="pembekuan"):
        beku.request(date(2026, 11, 1), "", office)
    beku.freeze(OCTOBER, 1)
    with pytest.raises(Invalid, match="alasan"):
        beku.request(OCTOBER, "", office)
    assert beku.missing(TODAY) == []
    assert beku.freeze(OCTOBER, 1) is None


def test_the_form_for_a_new_version_says_what_is_wrong(masuk: Any) -> None:
    f.kota()
    beku.freeze(OCTOBER, 1)
    office = masuk(f.akun("bkpsdm"))
    page = office.get("/kepegawaian/peta/bulanan")
    assert "Bekukan versi baru" in page.text
    refused = office.post("/kepegawaian/peta/bulanan", data={"periode": "2026-10-01", "alasan": "pendek"})
    assert refused.status_code == 422
    assert "Tulis alasan versi baru" in refused.text
    assert 'value="pendek"' in refused.text
    assert office.post("/kepegawaian/peta/bulanan", data={"periode": "bukan"}).status_code == 404


def test_the_month_is_due_after_the_cut_off(jam: Any) -> None:
    assert beku.due(date(2026, 11, 2)) == date(2026, 9, 1)
    assert beku.due(date(2026, 11, 3)) == OCTOBER
    assert beku.last_day(date(2024, 2, 1)) == date(2024, 2, 29)


def test_what_changed_between_two_maps(masuk: Any) -> None:
    k = f.kota()
    beku.freeze(OCTOBER, 1)
    f.duduk(k.staf, k.bidang_lain, date(2026, 11, 5))
    f.duduk(k.kabid, k.bidang, date(2026, 11, 6), pimpinan=True, nama_jabatan="Kepala Bidang Lain Nama")
    new = f.orang("Baru Uji")
    f.duduk(new, k.bidang, date(2026, 11, 7))
    f.kedudukan(k.kabid_lain, "99", date(2026, 11, 8))
    office = f.akun("bkpsdm")

    def told(query: str = "") -> dict[str, str]:
        page = masuk(office).get(f"/kepegawaian/peta/beda?{query}").text
        return dict(
            re.findall(r'<tr><th scope="row"><a[^>]*>([^<]*)</a>.*?badge[^>]*>(?:<svg.*?</svg>)?([^<]*)<', page)
        )

    assert told() == {"Baru Uji": "Masuk", "Kabid Uji": "Ganti jabatan", "Kabidlain Uji": "Keluar",
                      "Staf Uji": "Pindah unit"}  # fmt: skip
    assert told(f"opd={k.lain.id}") == {"Kabidlain Uji": "Keluar", "Staf Uji": "Masuk"}
    assert told("perubahan=PINDAH") == {"Staf Uji": "Pindah unit"}
    assert told("dari=TANGGAL&dari_tanggal=2026-11-06&ke_tanggal=2026-11-07") == {"Baru Uji": "Masuk"}
    body = masuk(office).get("/kepegawaian/peta/beda?format=csv").get_data(as_text=True)
    assert len(body.strip().splitlines()) == 5


def test_only_this_package_reads_frozen_maps() -> None:
    """No screen falls back to a copy: the tables are named in one package."""
    names = re.compile(r"peta\.models|PetaBulanan|PetaUnit|PetaVersi|peta_bulanan\b|peta_unit\b|peta_versi\b")
    code = Path(__file__).resolve().parents[2] / "portal"
    guilty = [
        str(path.relative_to(code))
        for path in code.rglob("*.py")
        if "kepegawaian/peta" not in path.as_posix() and names.search(path.read_text("utf-8"))
    ]
    assert guilty == []


def test_lists_stay_as_they_are_without_any_frozen_map(masuk: Any) -> None:
    """Item h: whatever lies in the frozen months, the list of an OPD reads the state of today."""
    k = f.kota()
    admin = f.akun("admin_pd", di=k.dinas)
    empty = masuk(admin).get("/kepegawaian").text.split("<tbody>")[1]
    beku.freeze(OCTOBER, 1)
    assert masuk(admin).get("/kepegawaian").text.split("<tbody>")[1] == empty


@pytest.mark.parametrize("address", [
    "/kepegawaian/peta", "/kepegawaian/peta/orang", "/kepegawaian/peta/bulanan", "/kepegawaian/peta/beda",
    "/kepegawaian/penugasan", "/kepegawaian/penugasan/daftar", "/kepegawaian/penugasan/kosong", "/kepegawaian/lepas",
    "/kepegawaian/lepas/dikecualikan",
])  # fmt: skip
def test_who_may_open_which_page(masuk: Any, address: str) -> None:
    k = f.kota()
    for role, status in (("bkpsdm", 200), ("inspektorat", 200), ("pimpinan_pd", 200)):
        page = masuk(f.akun(role, di=k.dinas if role == "pimpinan_pd" else None)).get(address)
        assert page.status_code == status, role
        assert role != "pimpinan_pd" or "Badan Lain" not in page.text, role
    assert masuk(f.akun("", k.staf)).get(address).status_code == 403


def test_a_frozen_month_shows_an_admin_the_own_part(masuk: Any) -> None:
    k = f.kota()
    frozen = beku.freeze(OCTOBER, 1)
    assert frozen is not None
    admin = f.akun("admin_pd", di=k.dinas)
    page = masuk(admin).get(f"/kepegawaian/peta/bulanan/{frozen.id}").text
    assert "Bidang Satu" in page
    assert "Badan Lain" not in page
    people = masuk(admin).get(f"/kepegawaian/peta/bulanan/orang?versi={frozen.id}&unit={k.lain.id}").text
    assert "Kabidlain" not in people
    assert "Kabidlain" not in masuk(admin).get(f"/kepegawaian/peta/beda?opd={k.lain.id}").text


def test_a_pegawai_sees_the_own_unit_and_no_number_of_a_colleague(masuk: Any) -> None:
    k = f.kota()
    with f.bersama():
        f.duduk(k.staf, k.bidang, date(2021, 1, 1))
    me = masuk(f.akun("", k.staf))
    page = me.get("/kepegawaian/peta/saya").text
    assert page.count("Jabatan Kabid Uji") == 2  # as the head, and in the list
    assert "Kadis Uji" not in page
    assert "Kabidlain" not in page
    assert k.kabid.nip not in page.replace(" ", "")
    assert str(k.kabid.id) not in page
    assert "format=csv" not in page
    assert "Staf Uji" not in me.get("/kepegawaian/peta/saya?cari=kabid", headers={"HX-Request": "true"}).text
    assert me.get(f"/kepegawaian/peta/saya?unit={k.bidang_lain.id}").status_code == 404
    nobody = masuk(f.akun("", f.orang("Lepas Uji"))).get("/kepegawaian/peta/saya")
    assert "Anda tidak duduk di unit mana pun" in nobody.text


def test_a_pegawai_sees_the_frozen_unit_of_that_month(masuk: Any) -> None:
    k = f.kota()
    frozen = beku.freeze(date(2026, 10, 1), 1, "")
    f.duduk(k.staf, k.bidang_lain, date(2026, 11, 10))
    me = masuk(f.akun("", k.staf))
    assert k.bidang_lain.nama in me.get("/kepegawaian/peta/saya").text
    then = me.get(f"/kepegawaian/peta/saya?versi={frozen.id}").text
    assert f"<span>{k.bidang.nama}</span>" in then
    assert f"<span>{k.bidang_lain.nama}</span>" not in then
    assert me.get("/kepegawaian/peta/saya?versi=x").status_code == 404
