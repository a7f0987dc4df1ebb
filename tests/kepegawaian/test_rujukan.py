"""Reference rows and settings: who changes them, what follows, and the national lists as a table."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian import pencari
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import aturan, impor, services
from portal.kepegawaian.rujukan.models import Jabatan, Jenjang, Kedudukan, Pengaturan
from portal.kernel import jobs
from portal.kernel.db import db
from portal.kernel.importing import BARU, MODE_BARU, MODE_TIMPA, SAMA, UBAH, Row, Run
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
R = "/kepegawaian/rujukan"
TODAY = date(2026, 11, 21)


def level(kode: str) -> Jenjang:
    found: Jenjang = db.session.scalars(sa.select(Jenjang).where(Jenjang.kode == kode)).one()
    return found


def pensions(pegawai: Any) -> date | None:
    return db.session.scalar(sa.select(Keadaan.tmt_pensiun).where(Keadaan.pegawai_id == pegawai.id, berlaku(TODAY)))


def run_job() -> jobs.Job:
    """The rebuilding that waits, carried out here; its own commits stay inside the test."""
    job = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.nama == "kepegawaian-rujukan")).one()
    services.rebuild_touched.run(job)
    return job


def test_only_who_keeps_the_references(masuk: Any) -> None:
    k = f.kota()
    paths = (R, f"{R}/jabatan", f"{R}/sub-jabatan", f"{R}/kedudukan", f"{R}/pengaturan",
             f"{R}/pengaturan/aps_usia_min", f"{R}/jenjang/{level('JF_MU').id}", f"{R}/jabatan/baru")  # fmt: skip
    for user in (f.akun("admin_pd", di=k.dinas), f.akun("", pegawai=k.staf)):
        assert [masuk(user).get(path).status_code for path in paths] == [403] * len(paths)
    office = masuk(f.akun("bkpsdm"))
    assert [office.get(path).status_code for path in paths] == [200] * len(paths)


def test_another_bup_reaches_everybody_on_the_level(masuk: Any) -> None:
    k = f.kota()
    row = level("JF_MU")
    assert pensions(k.staf) == date(2043, 4, 1)
    office = masuk(f.akun("bkpsdm"))
    assert office.post(f"{R}/jenjang/{row.id}", data={"bup": "80", "dasar": "PP baru"}).status_code == 422
    answer = office.post(f"{R}/jenjang/{row.id}", data={"bup": "60", "dasar": "PP 99/2026 ps 1"})
    assert answer.status_code == 303
    run_job()
    assert pensions(k.staf) == date(2045, 4, 1)
    page = office.get(f"{R}/jenjang/{row.id}").text
    assert "bup 58 menjadi 60" in page
    assert "PP 99/2026 ps 1" in page


def test_a_group_of_standing_moves_people_out_of_the_map(masuk: Any) -> None:
    k = f.kota()
    f.kedudukan(k.staf, "03", date(2026, 1, 1))
    row = db.session.scalars(sa.select(Kedudukan).where(Kedudukan.kode == "03")).one()
    masuk(f.akun("bkpsdm")).post(f"{R}/kedudukan/{row.id}", data={"kelompok": "AKTIF", "dihitung": "1",
                                                                  "dasar": "Surat BKPSDM 1/2026"})  # fmt: skip
    run_job()
    group = sa.select(Keadaan.kelompok).where(Keadaan.pegawai_id == k.staf.id, berlaku(TODAY))
    assert db.session.scalar(group) == "AKTIF"


def test_an_age_of_its_own_needs_a_reason_and_is_listed(masuk: Any) -> None:
    f.kota()
    office = masuk(f.akun("bkpsdm"))
    form = {"nama": "Guru Ahli Muda", "jenis": "JF", "jenjang": "JF_MU", "rumpun": "GURU", "aktif": "1",
            "usia_bup": "60"}  # fmt: skip
    assert office.post(f"{R}/jabatan/baru", data=form).status_code == 422
    assert office.post(f"{R}/jabatan/baru", data={**form, "dasar": "UU 14/2005 pasal 67"}).status_code == 303
    row = db.session.scalars(sa.select(Jabatan).where(Jabatan.nama == "Guru Ahli Muda")).one()
    office.post(f"{R}/jabatan/{row.id}", data={**form, "usia_bup": "65", "dasar": "UU 14/2005 pasal 67"})
    db.session.refresh(row)
    assert row.usia_bup == 60  # the age of a name that is there already asks for its document
    assert "Guru Ahli Muda" in office.get(f"{R}/jabatan?beda=1").text
    assert "1 jabatan punya BUP yang berbeda" in office.get(R).text
    gone = {name: value for name, value in form.items() if name != "aktif"}
    office.post(f"{R}/jabatan/{row.id}", data=gone)
    assert pencari.cari_jabatan("guru", TODAY) == []


def test_subjects_are_added_once(masuk: Any) -> None:
    office = masuk(f.akun("bkpsdm"))
    form = {"nama": "Guru Kelas", "rumpun": "GURU", "aktif": "1"}
    assert office.post(f"{R}/sub-jabatan/baru", data=form).status_code == 303
    again = office.post(f"{R}/sub-jabatan/baru", data=form)
    assert again.status_code == 422
    assert "sudah dipakai" in again.text
    assert "Guru Kelas" in office.get(f"{R}/sub-jabatan").text


def test_a_setting_has_a_source_a_day_and_a_history(masuk: Any) -> None:
    office = masuk(f.akun("bkpsdm"))
    path = f"{R}/pengaturan/pensiun_horizon"
    assert office.post(path, data={"nilai": "24", "mulai": "2027-01-01", "dasar": ""}).status_code == 422
    assert office.post(path, data={"nilai": "banyak", "mulai": "2027-01-01", "dasar": "SE 1/2026"}).status_code == 422
    assert office.post(path, data={"nilai": "24", "mulai": "2027-01-01", "dasar": "SE 1/2026"}).status_code == 303
    assert aturan.nilai("pensiun_horizon", TODAY) == 18
    assert aturan.nilai("pensiun_horizon", date(2027, 1, 1)) == 24
    assert "SE 1/2026" in office.get(path).text
    assert "Berubah 1 Jan 2027" in office.get(f"{R}/pengaturan").text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Pengaturan)) == 1
    assert office.get(f"{R}/pengaturan/tidak_ada").status_code == 404


def rows(*values: dict[str, Any]) -> list[Row]:
    blank = {
        "kode": "",
        "jenis": "JF",
        "nama": "",
        "jenjang": "",
        "rumpun": "",
        "kelas": None,
        "usia_bup": None,
        "aktif": "",
    }
    return [Row(i, {**blank, **one}) for i, one in enumerate(values, 2)]


def test_the_national_list_is_matched_by_code_then_by_name() -> None:
    f.jabatan("Arsiparis Ahli Muda")
    run = Run(f.orang("X").id, "jabatan", f.principal(f.akun("bkpsdm")), MODE_TIMPA, columns=frozenset({"usia_bup"}),
              overwrite=frozenset({"usia_bup", "kelas"}))  # fmt: skip
    found = rows(
        {"kode": "j1", "nama": "ARSIPARIS AHLI MUDA", "jenjang": "MU", "usia_bup": 60},
        {"kode": "j2", "nama": "Perekayasa Ahli Utama", "jenjang": "Ahli Utama", "usia_bup": 65, "rumpun": "Statistik"},
        {"kode": "j3", "nama": "Jabatan Aneh", "jenjang": "Agung"},
        {"kode": "j4", "nama": "Operator", "jenis": "PELAKSANA", "usia_bup": 90},
    )
    impor.check(found, run)
    assert [row.action for row in found] == [UBAH, BARU, BARU, BARU]
    assert [row.wrong for row in found] == [False, False, True, True]
    good = [row for row in found if not row.wrong]
    impor.apply(good, run)
    kept = db.session.scalars(sa.select(Jabatan).where(Jabatan.siasn_id == "j1")).one()
    assert (kept.nama, kept.usia_bup) == ("Arsiparis Ahli Muda", 60)
    again = rows({"kode": "j1", "nama": "Arsiparis Ahli Muda", "jenjang": "MU", "usia_bup": 60})
    impor.check(again, run)
    assert again[0].action == SAMA
    impor.undo(good, run)
    db.session.flush()
    assert (kept.siasn_id, kept.usia_bup) == (None, None)
    assert db.session.scalar(sa.select(Jabatan.id).where(Jabatan.siasn_id == "j2")) is None


def test_only_new_names_where_that_was_asked() -> None:
    row = f.jabatan("Arsiparis Ahli Muda", siasn_id="j1")
    run = Run(row.id, "jabatan", f.principal(f.akun("bkpsdm")), MODE_BARU)
    found = rows({"kode": "j1", "nama": "Arsiparis Ahli Muda", "jenjang": "MU", "usia_bup": 60})
    impor.check(found, run)
    assert found[0].action == SAMA
