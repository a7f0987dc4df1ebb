"""Who sits in no OPD and why; kinds of assignment, live."""

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.peta import lepas, penugasan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.siasn.models import Peta
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel.db import db
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
TODAY = date(2026, 11, 21)


def listed(masuk: Any, user: Any, address: str = "/kepegawaian/lepas") -> dict[str, str]:
    page = masuk(user).get(address)
    assert page.status_code == 200
    row = r'<tr><th scope="row"><a[^>]*>([^<]*)</a>.*?badge[^>]*>(?:<svg.*?</svg>)?([^<]*)<'
    return {name: reason[:2] for name, reason in re.findall(row, page.text)}


def extra(pegawai: Any, unit: Any, kind: str, start: date, end: date, **values: Any) -> Any:
    return f.catat(r.RiwayatJabatan(
        pegawai_id=pegawai.id, unit_id=unit.id, jenis_jabatan="JF", nama_jabatan=f"{kind} {unit.nama}",
        jalur=r.TAMBAHAN, penugasan=kind, tmt=start, selesai=end, **values,
    ))  # fmt: skip


def one_per_reason(k: f.Kota) -> dict[str, Any]:
    """A person for each of L1 to L6."""
    closed = f.unit("Bidang Tutup", k.dinas, k.dinas, selesai=date(2026, 6, 30))
    loose = f.unit("Unit Lepas", k.pemda)
    people = {code: f.orang(f"Orang {code}") for code in lepas.ALASAN.states}
    f.kedudukan(people["L1"], "01", f.CPNS)
    f.duduk(people["L2"], None)
    f.duduk(people["L3"], closed)
    f.duduk(people["L4"], loose)
    f.add(r.RiwayatJabatan(
        pegawai_id=people["L5"].id, unit_id=k.bidang.id, jenis_jabatan="JF", nama_jabatan="Analis",
        tmt=date(2024, 1, 1), status=r.DIAJUKAN, sumber=r.IMPOR,
    ))  # fmt: skip
    unmapped = f.unit("Bidang Tanpa Pasangan", k.dinas, k.dinas)
    f.duduk(people["L6"], unmapped)
    for i, one in enumerate((k.dinas, k.lain, k.bidang, k.bidang_lain)):
        f.add(Peta(jenis="UNIT", lokal=str(one.id), siasn_id=f"unor-{i}"))
    return people


def test_one_person_for_each_reason_and_placing_one_removes_it(masuk: Any) -> None:
    """Item b."""
    k = f.kota()
    people = one_per_reason(k)
    office = f.akun("bkpsdm")
    assert listed(masuk, office) == {f"Orang {code}": code for code in lepas.ALASAN.states}
    assert lepas.count() == 6
    page = masuk(office).get("/kepegawaian/lepas").text
    for one in people.values():
        assert lepas.FORM.format(one.id) in page
    for left, (code, one) in zip(range(5, -1, -1), people.items(), strict=True):
        f.duduk(one, k.bidang, date(2026, 11, 1))
        assert lepas.count() == left, code
    assert listed(masuk, office) == {}
    assert "Semua pegawai sudah ditempatkan" in masuk(office).get("/kepegawaian/lepas").text


def test_who_is_excused_stands_apart(masuk: Any) -> None:
    k = f.kota()
    away = f.orang("Luar Uji")
    f.duduk(away, None, lokasi=r.LUAR, instansi_tujuan="Kementerian Uji")
    study = f.orang("Belajar Uji")
    f.kedudukan(study, "03", date(2026, 1, 1))
    gone = f.orang("Pensiun Uji")
    f.kedudukan(gone, "99", date(2026, 1, 1))
    office = f.akun("bkpsdm")
    assert listed(masuk, office) == {}
    apart = listed(masuk, office, "/kepegawaian/lepas/dikecualikan")
    assert set(apart) == {"Luar Uji", "Belajar Uji"}
    assert k.staf.nama not in apart


def test_the_office_sees_the_count_on_its_home_page(masuk: Any) -> None:
    k = f.kota()
    office = f.akun("bkpsdm")
    f.kedudukan(f.orang("Tanpa Unit"), "01", f.CPNS)
    page = masuk(office).get("/beranda").text
    assert "Lepas OPD" in page
    assert "Lepas OPD" not in masuk(f.akun("", k.staf)).get("/beranda").text


def test_an_admin_sees_whom_the_own_opd_had_last(masuk: Any) -> None:
    k = f.kota()
    f.duduk(k.staf, None, date(2026, 11, 1))
    assert listed(masuk, f.akun("admin_pd", di=k.dinas)) == {"Staf Uji": "L2"}
    assert listed(masuk, f.akun("admin_pd", di=k.lain)) == {}


def test_who_may_not_place_somebody_is_offered_no_button(masuk: Any) -> None:
    one = one_per_reason(f.kota())["L1"]
    page = masuk(f.akun("verifikator_bkpsdm")).get("/kepegawaian/lepas").text
    assert f"/kepegawaian/pegawai/{one.id}" in page
    assert "Tempatkan" not in page


def test_assignments_are_those_in_force_and_counts_are_their_lists(masuk: Any) -> None:
    """Items o and p: a Plt that ended yesterday is gone; every figure opens as many rows."""
    k = f.kota()
    db.session.execute(sa.text("UPDATE unor_versi SET nama_jabatan = 'Kepala ' || nama WHERE jenis <> 'PEMDA'"))
    extra(k.kabid, k.lain, "PLT", date(2026, 9, 1), date(2026, 11, 20), pimpinan=True)
    assert penugasan.summary(f.principal(f.akun("bkpsdm")), TODAY).total_peran("PLT") == 0
    assert penugasan.summary(f.principal(f.akun("bkpsdm")), date(2026, 11, 20)).total_peran("PLT") == 1
    extra(k.kabid, k.dinas, "PLH", date(2026, 6, 1), date(2026, 12, 5), pimpinan=True)
    for i, kind in enumerate(("KOOR", "TT", "KETUA_TIM")):
        extra(k.staf, k.bidang, kind, date(2026, 1, 1 + i), date(2027, 1, 31))
    office = f.akun("bkpsdm")
    found = penugasan.summary(f.principal(office), TODAY)
    assert [found.total(name) for name in ("definitif", "berakhir", "lewat", "kosong")] == [4, 1, 1, 1]
    assert [(one.nama, one.banyak) for one in found.rangkap] == [("Staf Uji", 3)]
    page = masuk(office).get("/kepegawaian/penugasan").text
    links = re.findall(r'<a href="(/kepegawaian/[^"]*\?[^"]*)">(\d+)</a>', page)
    assert len(links) >= 8
    for href, figure in links:
        shown = masuk(office).get(href.replace("&amp;", "&")).text
        assert len(re.findall(r'<tr><th scope="row"', shown)) == int(figure), href


def test_an_admin_sees_assignments_of_the_own_opd(masuk: Any) -> None:
    k = f.kota()
    extra(k.kabid, k.lain, "PLT", date(2026, 11, 1), date(2026, 12, 31))
    for unit, count in ((k.dinas, 0), (k.lain, 1)):
        found = penugasan.summary(f.principal(f.akun("admin_pd", di=unit)), TODAY)
        assert found.total_peran("PLT") == count


def test_a_circle_of_units_is_told_as_loose() -> None:
    """Units that hang on each other reach no OPD: nobody in them may disappear."""
    k = f.kota()
    one, two = f.unit("Putar Satu", k.dinas, k.dinas), f.unit("Putar Dua", k.dinas, k.dinas)
    for unit, above in ((one, two), (two, one)):
        db.session.execute(sa.update(UnorVersi).where(UnorVersi.unit_id == unit.id).values(induk_id=above.id))
    f.duduk(f.orang("Putar Uji"), one)
    assert lepas.count() == 1


def test_the_demo_city_has_something_to_show() -> None:
    """Loading the small city twice leaves one Plt, one koordinator, one empty seat, one person without OPD."""
    from portal.kepegawaian.demo import load_kepegawaian
    from portal.kernel import demo

    demo.load_city("kecil")
    load_kepegawaian("kecil")
    load_kepegawaian("kecil")
    found = penugasan.summary(f.principal(f.akun("bkpsdm")), TODAY)
    assert found.total_peran("KOOR") == 1
    assert found.total("berakhir") >= 1
    assert "Rangga Wiratmaja, S.Kom" in db.session.scalars(
        lepas.people_without(f.principal(f.akun("bkpsdm")), TODAY).with_only_columns(lepas.Pegawai.nama)
    )
    names = penugasan.vacant(f.principal(f.akun("bkpsdm")), TODAY).with_only_columns(UnorVersi.nama)
    assert "Seksi Kerja Sama Antardaerah" in set(db.session.scalars(names))
    assert "Seksi Inovasi Layanan" not in set(db.session.scalars(names))
