"""The page of one pegawai: who may open it, and what it says on which day."""

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kernel import citizens, identifiers
from portal.kernel.activity import Aktivitas
from portal.kernel.db import db
from portal.kernel.organisation import Orang
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")


def code(masuk: Any, user: Any, pegawai: Any, query: str = "") -> int:
    return int(masuk(user).get(f"/kepegawaian/pegawai/{pegawai.id}{query}").status_code)


def test_who_may_open_it(masuk: Any) -> None:
    k = f.kota()
    assert code(masuk, f.akun("", pegawai=k.staf), k.staf) == 200
    assert code(masuk, f.akun("", pegawai=k.staf), k.kabid) == 404
    assert code(masuk, f.akun("", pegawai=k.kabid), k.staf) == 200
    assert code(masuk, f.akun("admin_pd", di=k.dinas), k.staf) == 200
    assert code(masuk, f.akun("admin_pd", di=k.lain), k.staf) == 404
    assert code(masuk, f.akun("bkpsdm"), k.staf) == 200
    assert code(masuk, f.akun(""), k.staf) == 404


def test_discipline_is_for_the_person_the_boss_and_the_office(masuk: Any) -> None:
    k = f.kota()
    f.catat(r.RiwayatLain(pegawai_id=k.staf.id, jenis="HUKDIS", tmt=date(2025, 1, 1),
                          isi={"tingkat": "S", "jenis": "POTONG_6", "alasan": "Tidak masuk kerja"}))  # fmt: skip
    seen = {
        name: "Pemotongan tunjangan" in masuk(user).get(f"/kepegawaian/pegawai/{k.staf.id}").text
        or "Sedang" in masuk(user).get(f"/kepegawaian/pegawai/{k.staf.id}").text
        for name, user in (
            ("sendiri", f.akun("", pegawai=k.staf)), ("atasan", f.akun("", pegawai=k.kabid)),
            ("admin", f.akun("admin_pd", di=k.dinas)), ("bkpsdm", f.akun("bkpsdm")),
        )
    }  # fmt: skip
    assert seen == {"sendiri": True, "atasan": True, "admin": False, "bkpsdm": True}


def test_the_page_of_a_day(masuk: Any) -> None:
    k = f.kota()
    f.duduk(k.staf, k.bidang_lain, date(2026, 11, 10), nama_jabatan="Pranata Baru", nomor_sk="821/9/2026")
    office = masuk(f.akun("bkpsdm"))
    now, then = (
        office.get(f"/kepegawaian/pegawai/{k.staf.id}{query}").text for query in ("", "?per_tanggal=2026-11-09")
    )
    assert "Bidang Dua" in now.split('id="data-utama"')[0]
    assert "Bidang Satu" in then.split('id="data-utama"')[0]
    assert "821/9/2026" in now


def test_my_own_page_has_an_address(masuk: Any) -> None:
    k = f.kota()
    page = masuk(f.akun("", pegawai=k.staf)).get("/kepegawaian/saya")
    assert page.headers["Location"] == f"/kepegawaian/pegawai/{k.staf.id}"
    for one, entry in ((f.akun("bkpsdm", k.staf), "/kepegawaian/saya"), (f.akun("bkpsdm"), "/kepegawaian")):
        page = masuk(one).get(f"/kepegawaian/pegawai/{k.staf.id}").text
        assert re.search(rf'<a href="{entry}"[^>]*aria-current', page), entry


def test_buttons_for_who_may_propose(masuk: Any) -> None:
    k = f.kota()
    shown = {
        name: masuk(user).get(f"/kepegawaian/pegawai/{k.staf.id}").text
        for name, user in (
            ("sendiri", f.akun("", pegawai=k.staf)), ("atasan", f.akun("", pegawai=k.kabid)),
            ("bkpsdm", f.akun("bkpsdm")),
        )
    }  # fmt: skip
    assert {name: "riwayat/baru/JABATAN" in text for name, text in shown.items()} == {
        "sendiri": True, "atasan": False, "bkpsdm": True,
    }  # fmt: skip
    assert {name: "riwayat/baru/HUKDIS" in text for name, text in shown.items()} == {
        "sendiri": False, "atasan": False, "bkpsdm": True,
    }  # fmt: skip
    assert {name: f"/pegawai/{k.staf.id}/data" in text for name, text in shown.items()} == {
        "sendiri": True, "atasan": False, "bkpsdm": True,
    }  # fmt: skip


def test_a_pension_decision_shows_and_the_status_waits_for_its_day(masuk: Any, jam: Any) -> None:
    """Items t and u: the SK under riwayat utama, downloadable by its owner; Aktif until the TMT."""
    k = f.kota()
    f.kedudukan(k.staf, "01", f.CPNS)
    f.kedudukan(k.staf, "99", date(2027, 2, 1))
    row = f.catat(r.RiwayatLain(pegawai_id=k.staf.id, jenis="PEMBERHENTIAN", tmt=date(2027, 2, 1),
                                isi={"jenis": "BUP"}))  # fmt: skip
    paper = f.berkas(row, "SK_PENSIUN", f.akun("bkpsdm"))
    me = masuk(f.akun("", pegawai=k.staf))
    page = me.get(f"/kepegawaian/pegawai/{k.staf.id}").text
    assert page.index('id="riwayat-pemberhentian"') < page.index(f"/berkas/{paper.dokumen_id}")
    assert page.index('id="riwayat-utama"') < page.index('id="status-kedudukan"')
    panel = page.split('id="status-kedudukan"')[1].split("</section>")[0]
    assert "1 Feb 2027" in panel
    assert panel.index(">Aktif<") < panel.index("Pensiun")
    assert me.get(f"/berkas/{paper.dokumen_id}").status_code == 303
    then = me.get(f"/kepegawaian/pegawai/{k.staf.id}?per_tanggal=2027-02-01").text
    assert "Berhenti" in then.split('id="status-kedudukan"')[1].split("</section>")[0]


def test_a_coordinator_is_shown_until_the_last_day(masuk: Any) -> None:
    k = f.kota()
    f.duduk(k.staf, k.bidang, date(2026, 1, 1), jalur=r.TAMBAHAN, penugasan="KOOR", selesai=date(2026, 12, 31))
    office = masuk(f.akun("bkpsdm"))
    shown = office.get(f"/kepegawaian/pegawai/{k.staf.id}").text
    assert "Koordinator Bidang Satu, sampai 31 Desember 2026" in shown
    assert (
        "Koordinator Bidang"
        not in office.get(f"/kepegawaian/pegawai/{k.staf.id}?per_tanggal=2027-01-01").text.split('id="data-utama"')[0]
    )


def test_contact_data_by_the_person_the_rest_by_the_office(masuk: Any) -> None:
    k = f.kota()
    path = f"/kepegawaian/pegawai/{k.staf.id}/data"
    data = db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == k.staf.id)).one()
    me = masuk(f.akun("", pegawai=k.staf))
    assert "npwp" not in me.get(path).text
    sent = {"alamat": "Jalan Baru 5", "hp": "0812 3456 7890", "npwp": "1", "versi": str(data.versi)}
    assert me.post(path, data=sent).status_code == 303
    db.session.refresh(data)
    assert (data.alamat, data.npwp) == ("Jalan Baru 5", "")
    stale = masuk(f.akun("bkpsdm")).post(path, data={"alamat": "Jalan Lain 1", "npwp": "09", "versi": "1"})
    assert stale.status_code == 409
    assert "Jalan Baru 5" in stale.text
    assert "Jalan Lain 1" in stale.text
    office = masuk(f.akun("bkpsdm"))
    bad = {"hp": "12", "surel": "bukan", "nik": "1", "agama": "9", "versi": str(data.versi)}
    refused = office.post(path, data=bad)
    assert refused.status_code == 422
    for field in ("hp", "surel", "nik", "agama"):
        assert f'href="#{field}"' in refused.text
    good = {"npwp": "09.254", "agama": "1", "nik": "3577014101600003", "versi": str(data.versi)}
    assert office.post(path, data=good).status_code == 303
    assert masuk(f.akun("", pegawai=k.kabid)).get(path).status_code == 403
    assert masuk(f.akun("admin_pd", di=k.dinas)).get(path).status_code == 403


def test_numbers_are_shown_and_the_family_card_lies_sealed(masuk: Any) -> None:
    k = f.kota()
    office, path = masuk(f.akun("bkpsdm")), f"/kepegawaian/pegawai/{k.staf.id}"
    data = db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == k.staf.id)).one()
    values = {"versi": str(data.versi), "npwp": "09.254", "taspen": "T-77", "no_kk": "3577 0141 0160 0003"}
    assert office.post(f"{path}/data", data={**values, "no_kk": "3577"}).status_code == 422
    assert office.post(f"{path}/data", data=values).status_code == 303
    db.session.refresh(data)
    assert b"3577014101600003" not in (data.no_kk_enc or b"")
    shown = office.get(path).text
    for words in ("09.254", "T-77", identifiers.mask("3577014101600003")):
        assert words in shown
    assert office.post(f"{path}/data", data=values).status_code == 409
    below = masuk(f.akun("admin_tu", di=k.dinas)).get(path).text
    assert "T-77" in below
    assert identifiers.mask("3577014101600003") not in below


def test_the_nik_is_masked_and_each_opening_is_logged(masuk: Any) -> None:
    k = f.kota()
    person = db.session.get_one(Orang, k.staf.orang_id)
    citizens.give_nik(person, "3577014101600003", f.principal(f.akun("bkpsdm")))
    answers = {}
    for name, user in (
        ("sendiri", f.akun("", pegawai=k.staf)), ("atasan", f.akun("", pegawai=k.kabid)),
        ("admin", f.akun("admin_pd", di=k.dinas)), ("tu", f.akun("admin_tu", di=k.dinas)),
    ):  # fmt: skip
        client = masuk(user)
        page = client.get(f"/kepegawaian/pegawai/{k.staf.id}").text
        assert ("3577********0003" in page) == (name in ("sendiri", "admin"))
        assert "3577014101600003" not in page
        answers[name] = client.post(f"/kepegawaian/pegawai/{k.staf.id}/nik").status_code
    assert answers == {"sendiri": 200, "atasan": 403, "admin": 200, "tu": 403}
    read = sa.select(sa.func.count()).select_from(Aktivitas).where(Aktivitas.peristiwa == "nik.dibaca")
    assert db.session.scalar(read) == 2


@pytest.mark.parametrize(("parts", "printed"), [
    (("", "Sukarno", ""), "Sukarno"), (("dr.", "Ma'ruf Amin", ""), "dr. Ma'ruf Amin"),
    (("", "Siti", "S.Kom, M.T"), "Siti, S.Kom, M.T"), (("Dr. Ir.", "Budi", "M.Si"), "Dr. Ir. Budi, M.Si"),
])  # fmt: skip
def test_names_as_they_are_printed(parts: tuple[str, str, str], printed: str) -> None:
    assert Orang(gelar_depan=parts[0], nama=parts[1], gelar_belakang=parts[2]).nama_lengkap == printed


def test_the_home_page_has_doors_to_what_one_may_open(masuk: Any) -> None:
    k = f.kota()
    own = masuk(f.akun("", pegawai=k.staf)).get("/beranda").text
    assert "Riwayat dan berkas" in own
    assert "Usulan dan nomornya" not in own
    assert "Usulan dan nomornya" in masuk(f.akun("admin_tu", di=k.dinas)).get("/beranda").text
