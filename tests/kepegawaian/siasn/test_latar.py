"""What is started from a page is only asked for there: a worker chooses people and rows, all of them or none."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.siasn import jalan, paket, peta, tarik, uji_kirim
from portal.kepegawaian.siasn import models as m
from portal.kernel.db import commit, db
from portal.kernel.errors import Conflict
from portal.kernel.jobs import Job
from portal.kernel.people import Principal, User
from tests import database
from tests.kepegawaian import factories as f
from tests.kepegawaian.siasn.kerja import Mati, bangkitkan, kelas, kotak, pasangan, putar, tarik_semua
from tests.kepegawaian.siasn.test_tarik import kursus, kursus_siasn
from tests.kepegawaian.siasn.tiruan import Siasn

pytestmark = pytest.mark.usefixtures("app", "jam")
HOME = "/kepegawaian/siasn"


@contextmanager
def mati_pada(words: str, ke: int = 1) -> Iterator[list[str]]:
    """The worker dies when it is about to send the first (second, ...) statement with these words."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)
        if words in statement and sum(words in text for text in seen) == ke:
            raise Mati(words)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        with pytest.raises(Mati):
            yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def banyak(k: f.Kota, count: int) -> None:
    """So many more people of the city."""
    with f.bersama():
        for number in range(count):
            who = f.orang(f"Orang {number}")
            who.nip = f"19900101202001{1000 + number}"
            f.duduk(who, k.bidang)


@pytest.fixture
def akun_operator(operator: Principal, masuk: Any) -> Any:
    return masuk(db.session.get_one(User, operator.id))


def test_a_pull_is_started_with_the_same_few_statements_for_any_number_of_people(
    k: f.Kota, akun_operator: Any, siasn: Siasn
) -> None:  # fmt: skip
    taken = []
    akun_operator.get(HOME)  # the first visit also learns who this is
    for more in (0, 30):
        banyak(k, more)
        commit()
        with database.statements() as seen:
            answer = akun_operator.post(f"{HOME}/tarik", data={"cakupan": "PERUBAHAN", "jenis": ["kursus"]})
        assert answer.status_code == 303
        assert not any("siasn_jalan_orang" in text for text in seen)
        taken.append(len(seen))
        run = db.session.scalars(sa.select(m.Jalan).where(m.Jalan.status == m.BERJALAN)).one()
        assert run.memilih
        assert "Sedang memilih pegawai" in akun_operator.get(answer.headers["Location"]).text
        assert "Memilih pegawai" in akun_operator.get(HOME).text
        again = akun_operator.post(f"{HOME}/tarik", data={"cakupan": "SEMUA"})
        assert again.status_code == 409  # not while another one is being prepared
        assert tarik.pilih(jalan_dipegang(run))
        assert run.total == 1 + more
        assert f"0 dari {run.total}" in akun_operator.get(answer.headers["Location"]).text
        jalan.hentikan(run, f.principal(f.akun("bkpsdm")))
    assert taken[0] == taken[1] <= 8


def jalan_dipegang(run: m.Jalan) -> m.Jalan:
    """As a worker holds it."""
    job = db.session.scalars(sa.select(Job).where(Job.kunci == f"siasn-{run.id}")).one()
    held = jalan.sesuai(job)
    assert held is run
    return held


def test_killed_while_it_chooses_nobody_is_chosen_and_it_begins_again(
    k: f.Kota, operator: Principal, siasn: Siasn
) -> None:  # fmt: skip
    kursus_siasn(siasn, k.staf)
    run = tarik.mulai(operator, tarik.SEMUA, ["kursus"])
    with mati_pada("dipilih_at=%") as seen:
        putar()
    assert any("INTO siasn_jalan_orang" in text for text in seen)
    chosen = sa.select(sa.func.count()).select_from(m.JalanOrang)
    db.session.expire_all()
    assert (db.session.scalar(chosen), run.total, run.memilih) == (0, 0, True)
    bangkitkan()
    putar()
    assert (run.status, run.total, run.selesai, run.memilih) == (m.SELESAI, 1, 1, False)
    assert kelas(jenis="kursus") == {m.HANYA_SIASN: 1}


def test_stopped_or_chosen_by_another_meanwhile_nothing_is_added(
    k: f.Kota, operator: Principal, siasn: Siasn
) -> None:  # fmt: skip
    run = tarik.mulai(operator, tarik.SEMUA, ["kursus"])
    commit()
    jalan_dipegang(run)
    db.session.execute(sa.update(m.Jalan).values(status=m.DIHENTIKAN), execution_options={"synchronize_session": False})
    commit()
    assert not tarik.pilih(run)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(m.JalanOrang)) == 0
    db.session.execute(sa.update(m.Jalan).values(status=m.BERJALAN))
    commit()
    assert tarik.pilih(run)
    assert not tarik.pilih(run)
    assert (run.total, db.session.scalar(sa.select(sa.func.count()).select_from(m.JalanOrang))) == (1, 1)


def test_a_pull_of_nobody_ends_and_says_so(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    run = tarik.mulai(operator, tarik.OPD, opd=k.lain.id)
    putar()
    assert (run.status, run.total, run.alasan) == (m.SELESAI, 0, "Tidak ada pegawai yang perlu ditarik.")
    assert siasn.panggilan["semua"] == 0
    tarik.mulai(operator, tarik.SEMUA)  # and another one may start


def test_a_parcel_is_filled_by_a_worker_whole_or_not_at_all(
    k: f.Kota, operator: Principal, akun_operator: Any, siasn: Siasn
) -> None:  # fmt: skip
    taken = []
    akun_operator.get(HOME)
    for names in (("Satu",), ("Dua", "Tiga")):
        for name in names:
            kursus(k.staf, name)
        tarik_semua(operator, "kursus")
        with database.statements() as seen:
            answer = akun_operator.post(f"{HOME}/kirim", data={"jenis": ["kursus"]})
        taken.append(len(seen))
        page = answer.headers["Location"]
        assert "sedang dipilih" in akun_operator.get(page).text
        assert akun_operator.post(f"{HOME}/kirim", data={"jenis": ["kursus"]}).status_code == 409
        with mati_pada("INSERT INTO siasn_kotak"):
            putar()
        parcel = db.session.scalars(sa.select(m.Paket).where(m.Paket.status == m.MENYUSUN)).one()
        assert (kotak(parcel), parcel.jumlah) == ([], 0)
        with pytest.raises(Conflict):
            paket.setujui(parcel, "", f.principal(f.akun("bkpsdm")))
        bangkitkan()
        putar()
        db.session.refresh(parcel)
        assert (parcel.status, parcel.jumlah, len(kotak(parcel))) == (m.DISIAPKAN, len(names), len(names))
        assert names[0] in akun_operator.get(page).text
    assert taken[0] == taken[1] <= 8


def test_what_cannot_be_put_in_is_named_on_the_page(
    k: f.Kota, operator: Principal, akun_operator: Any, siasn: Siasn
) -> None:  # fmt: skip
    row = kursus(k.staf, "Berubah")
    tarik_semua(operator, "kursus")
    row.isi = {**row.isi, "bentuk": "MAGANG"}  # has no code of SIASN
    parcel = uji_kirim.minta(operator, ["kursus"])
    commit()
    jalan.lanjutkan.run(None)  # type: ignore[arg-type]
    putar()
    db.session.refresh(parcel)
    assert (parcel.status, parcel.alasan) == (m.DIHENTIKAN, "1 riwayat belum dapat dikirim.")
    assert "Bentuk: Magang" in akun_operator.get(f"{HOME}/kirim/{parcel.id}").text
    part = akun_operator.get(f"{HOME}/kirim/{parcel.id}", headers={"HX-Request": "true"}).text
    assert ("belum dapat dikirim" in part, "siap diperiksa" in part, "every 3s" in part) == (True, False, False)
    assert uji_kirim.minta(operator, ["kursus"]).id != parcel.id  # nothing is in its way


def test_many_are_taken_by_a_worker_that_may_die(
    k: f.Kota, operator: Principal, akun_operator: Any, siasn: Siasn
) -> None:  # fmt: skip
    for name in ("A", "B", "C"):
        kursus_siasn(siasn, k.staf, name)
    kursus_siasn(siasn, k.staf, "Tanpa Tanggal", tanggalKursus="01-01-0001")
    tarik_semua(operator, "kursus")
    with database.statements() as seen:
        answer = akun_operator.post(f"{HOME}/terima", data={"jenis": "kursus"})
    assert answer.headers["Location"].startswith("/tugas/")
    assert len(seen) <= 8
    with mati_pada("INSERT INTO riwayat_lain", ke=2):
        putar()
    assert kelas(jenis="kursus")[m.SAMA] == 1
    bangkitkan()
    putar()
    assert kelas(jenis="kursus") == {m.SAMA: 3, m.HANYA_SIASN: 1}
    assert "tidak memuat TMT" in pasangan(jenis="kursus", kelas=m.HANYA_SIASN).catatan


def test_namesakes_are_mapped_by_a_worker(k: f.Kota, akun_operator: Any, siasn: Siasn) -> None:
    siasn.unor = [{"Id": "U1", "NamaUnor": "Badan Lain", "DiatasanId": None}]
    peta.unit_dari_siasn(siasn.unor)
    commit()
    answer = akun_operator.post(f"{HOME}/peta/tunggal", data={"daftar": "UNIT"})
    assert answer.headers["Location"].startswith("/tugas/")
    assert peta.terpetakan(peta.UNIT, str(k.lain.id)) == ""
    putar()
    assert peta.terpetakan(peta.UNIT, str(k.lain.id)) == "U1"
