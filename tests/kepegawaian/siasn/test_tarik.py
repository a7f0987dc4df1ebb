"""Pull: what arrives, how it is matched and classed, and what no fault may turn into "missing"."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn import setelan, tarik
from portal.kernel.db import commit, db, now
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.people import Principal
from tests.kepegawaian import factories as f
from tests.kepegawaian.siasn.conftest import UNOR, tempel
from tests.kepegawaian.siasn.kerja import Mati, bangkitkan, dibunuh, kelas, pasangan, putar, tarik_semua
from tests.kepegawaian.siasn.tiruan import Siasn

pytestmark = pytest.mark.usefixtures("app", "jam")


@pytest.fixture
def empat(k: f.Kota, pegawai_siasn: Any) -> f.Kota:
    """All four people of the city are known to SIASN."""
    for at, one in enumerate((k.kadis, k.kabid, k.kabid_lain)):
        one.nip = f"19770101200501199{at}"
        pegawai_siasn(one)
    db.session.flush()
    return k


def kursus(pegawai: Any, nama: str = "Bimtek Arsip", **values: Any) -> r.RiwayatLain:
    row = {"tmt": date(2025, 3, 3), "selesai": date(2025, 3, 5), **values}
    isi = {"nama": nama, "bentuk": "BIMTEK", "jam": 20, "nomor_sertifikat": f"S-{nama}", "penyelenggara": "BPSDM",
           **row.pop("isi", {})}  # fmt: skip
    found: r.RiwayatLain = f.catat(r.RiwayatLain(pegawai_id=pegawai.id, jenis="KURSUS", isi=isi, **row))
    return found


def kursus_siasn(siasn: Siasn, pegawai: Any, nama: str = "Bimtek Arsip", **values: Any) -> str:
    return siasn.tambah(pegawai.nip, "kursus", **{
        "namaKursus": f"  {nama.upper()} ", "jenisDiklatId": "7", "jumlahJam": "20", "noSertipikat": f"S-{nama}",
        "institusiPenyelenggara": "BPSDM", "tanggalKursus": "03-03-2025", "tanggalSelesaiKursus": "05-03-2025",
        **values,
    })  # fmt: skip


def test_equal_rows_are_paired_and_the_id_is_adopted(empat: f.Kota, operator: Principal, siasn: Siasn) -> None:
    row, key = kursus(empat.staf), kursus_siasn(siasn, empat.staf)
    run = tarik_semua(operator, "kursus")
    assert (run.status, run.total, run.selesai, run.gagal) == (m.SELESAI, 4, 4, 0)
    pair = pasangan(jenis="kursus")
    assert (pair.kelas, pair.lokal_id) == (m.SAMA, row.id)
    db.session.refresh(row)
    assert row.siasn_id == key
    assert pair.sepakat
    assert pair.sepakat["jam"] == "20"
    data = db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == empat.staf.id)).one()
    assert data.siasn_id == siasn.orang[empat.staf.nip or ""]["id"]
    assert data.nik_sah


def test_every_class_is_found(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    kursus(k.staf, "Hanya Lokal")
    kursus_siasn(siasn, k.staf, "Hanya Siasn")
    kursus(k.staf, "Beda", isi={"jam": 40})
    kursus_siasn(siasn, k.staf, "Beda")
    kursus(k.staf, "Ganda")
    kursus_siasn(siasn, k.staf, "Ganda")
    kursus_siasn(siasn, k.staf, "Ganda")
    kursus(k.staf, "Tanpa Peta", isi={"bentuk": "MAGANG"})
    tarik_semua(operator, "kursus")
    assert kelas(jenis="kursus") == {
        m.HANYA_LOKAL: 1, m.HANYA_SIASN: 1, m.BEDA: 1, m.AMBIGU: 3, m.TIDAK_TERPETAKAN: 1,
    }  # fmt: skip
    pair = pasangan(jenis="kursus", kelas=m.BEDA)
    assert [(one["medan"], one["kita"], one["mereka"], one["sisi"]) for one in pair.beda] == [
        ("jam", "40", "20", m.KEDUANYA)
    ]
    assert "Magang" in pasangan(jenis="kursus", kelas=m.TIDAK_TERPETAKAN).catatan


def test_two_jabatan_of_one_day_stay_two(empat: f.Kota, operator: Principal, siasn: Siasn) -> None:
    """A public importer keyed rows by person and TMT: the second overwrote the first."""
    tmt = "01-01-2020"
    common = {"jenisJabatan": "1", "tmtJabatan": tmt, "unorId": UNOR, "eselonId": "31", "tanggalSk": tmt}
    siasn.tambah(empat.kabid.nip, "jabatan", nomorSk="1", jenisPenugasanId="D", **common)
    siasn.tambah(empat.kabid.nip, "jabatan", nomorSk="2", jenisPenugasanId="PLT", **common)
    tarik_semua(operator, "jabatan")
    rows = db.session.scalars(sa.select(m.Cermin).where(m.Cermin.jenis == "jabatan")).all()
    assert sorted(row.isi["nomorSk"] for row in rows) == ["1", "2"]
    assert (
        sum(kelas(jenis="jabatan", pegawai_id=empat.kabid.id).values()) == 3
    )  # ours has no SK number: nothing is merged


def test_a_move_of_unit_is_matched_by_its_own_date(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    names = f.jabatan(siasn_id="JF-1")
    f.duduk(k.staf, k.bidang, date(2022, 5, 1), jabatan_id=names.id, nomor_sk="SK/7", mutasi=r.MU,
            tmt_mutasi=date(2023, 2, 1))  # fmt: skip
    siasn.tambah(
        k.staf.nip, "jabatan", jenisJabatan="2", jabatanFungsionalId="JF-1", unorId=UNOR, nomorSk="sk 7 ",
        tmtJabatan="01-05-2022", jenisMutasiId="MU", tmtMutasi="01-02-2023", jenisPenugasanId="D", tmtPelantikan="",
    )  # fmt: skip
    tarik_semua(operator, "jabatan")
    assert kelas(jenis="jabatan", pegawai_id=k.staf.id)[m.SAMA] == 1


def test_missing_at_siasn_is_marked_and_nothing_is_deleted_here(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    row = kursus(k.staf)
    kursus_siasn(siasn, k.staf)
    tarik_semua(operator, "kursus")
    siasn.rw[k.staf.nip or ""]["kursus"].clear()
    tarik_semua(operator, "kursus")
    db.session.refresh(row)
    assert row.status == r.TERVERIFIKASI
    pair = pasangan(jenis="kursus")
    assert (pair.kelas, pair.sisi) == (m.HANYA_LOKAL, m.HILANG)
    assert db.session.scalars(sa.select(m.Cermin.hilang_at).where(m.Cermin.jenis == "kursus")).one() is not None


FAULTS = ("html", "kosong", "nol", "runtime", "throttle", "jwt", "reset", "separuh", "500", "kode", "tanpa")


def test_no_fault_is_read_as_no_data(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    """A public client turned every answer but 200 into an empty list."""
    kursus(k.staf)
    kursus_siasn(siasn, k.staf)
    tarik_semua(operator, "kursus")
    for fault in FAULTS:
        siasn.naskah = ["", fault]
        run = tarik_semua(operator, "kursus")
        assert (run.status, run.gagal, siasn.naskah) == (m.SELESAI, 0, []), fault
        assert kelas(jenis="kursus") == {m.SAMA: 1}, fault


def test_a_fault_that_stays_fails_the_person_not_the_rows(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    """And says what to do: wait and report a fault of SIASN, look at the person when SIASN says no."""
    kursus_siasn(siasn, k.staf)
    setelan.ambil().putus_setelah = 99
    for fault, words in (
        ("500", "menjawab 500. Dicoba lagi sendiri; bila menetap, laporkan ke BKN"), ("html", "halaman web"),
        ("separuh", "terpotong"), ("kosong", "tanpa isi"), ("kode", "Periksa pegawai ini di SIASN"),
        ("tanpa", "Bentuk jawaban SIASN tidak dikenal"), ("throttle", "kecilkan laju"),
        ("runtime", "token baru tidak menolong"),
    ):  # fmt: skip
        siasn.banyak, siasn.jenis = 1000, (fault,)
        run = tarik_semua(operator, "kursus")
        one = db.session.scalars(sa.select(m.JalanOrang).where(m.JalanOrang.jalan_id == run.id)).one()
        assert (run.status, one.status, one.kali) == (m.SELESAI, "GAGAL", 3), fault
        assert words in one.alasan
        assert kelas() == {}


def test_keys_that_siasn_does_not_take_pause_the_run_and_cost_no_sso_token(
    k: f.Kota, operator: Principal, siasn: Siasn
) -> None:  # fmt: skip
    siasn.klien = ("kunci-lain", "rahasia-lain")
    run = tarik_semua(operator, "kursus")
    assert (run.status, run.lanjut_at, "menolak kunci aplikasi" in run.alasan) == (m.JEDA, None, True)
    assert setelan.token() is not None
    assert siasn.panggilan["semua"] == 1


def test_a_nip_that_siasn_does_not_know_is_named_once(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    siasn.orang.clear()
    run = tarik_semua(operator, "kursus")
    one = db.session.scalars(sa.select(m.JalanOrang).where(m.JalanOrang.jalan_id == run.id)).one()
    assert (one.status, one.kali) == ("GAGAL", 1)
    assert "Periksa NIP di data pegawai" in one.alasan


def test_the_tree_of_units_may_come_in_pages_of_any_size(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    """SIASN gives fewer at once than asked for, and its `count` may speak of all; half a page is not the end."""
    siasn.unor = [{"Id": f"U{n}", "NamaUnor": f"Unit {n}", "DiatasanId": None} for n in range(7)]
    siasn.halaman = 3
    tarik_semua(operator, "jabatan")
    query = sa.select(sa.func.count()).where(m.RujukanSiasn.jenis == "UNIT")
    assert db.session.scalar(query) == 7


def test_suspended_opens_the_circuit_and_asks_for_no_new_token(
    k: f.Kota, operator: Principal, siasn: Siasn, jam: Any
) -> None:  # fmt: skip
    siasn.naskah = ["", "suspended"]
    run = tarik_semua(operator, "kursus")
    assert run.status == m.JEDA
    assert run.lanjut_at
    assert run.lanjut_at > now()
    assert len(siasn.apim) == 1
    assert setelan.token() is not None
    jam.move_to(run.lanjut_at + timedelta(seconds=1))
    bangunkan()
    assert run.status == m.SELESAI


def bangunkan() -> None:
    from portal.kepegawaian.siasn import jalan

    jalan.lanjutkan.run(None)  # type: ignore[arg-type]
    putar()


def test_a_token_that_dies_pauses_the_run_and_a_new_one_resumes_it(
    empat: f.Kota, operator: Principal, siasn: Siasn
) -> None:  # fmt: skip
    siasn.mati_setelah = 9
    run = tarik_semua(operator, "kursus", "golongan")
    assert (run.status, run.lanjut_at) == (m.JEDA, None)
    assert 0 < run.selesai < 4
    assert setelan.token() is None
    dead = db.session.scalars(sa.select(m.TokenSso).where(m.TokenSso.berakhir_at.is_not(None))).one()
    assert dead.token_enc is None
    calls = siasn.panggilan["semua"]
    putar()
    assert siasn.panggilan["semua"] == calls  # no endless asking
    from portal.kepegawaian.siasn import jalan

    tempel(siasn, "token-baru-dari-operator-98765")
    assert jalan.teruskan_semua() == 1
    putar()
    assert (run.status, run.selesai) == (m.SELESAI, 4)


def test_killed_in_between_it_goes_on_behind_the_last_person(empat: f.Kota, operator: Principal, siasn: Siasn) -> None:
    for one in (empat.kadis, empat.kabid, empat.kabid_lain, empat.staf):
        kursus_siasn(siasn, one)
    run = tarik.mulai(operator, tarik.SEMUA, ["kursus"])
    with dibunuh(lambda method, path: siasn.panggilan["semua"] >= 6), pytest.raises(Mati):
        putar()
    bangkitkan()
    done = db.session.scalar(
        sa.select(sa.func.count()).where(m.JalanOrang.jalan_id == run.id, m.JalanOrang.status == "SELESAI")
    )
    assert done
    putar()
    assert (run.status, run.selesai) == (m.SELESAI, 4)
    assert kelas(jenis="kursus") == {m.HANYA_SIASN: 4}
    assert siasn.panggilan["semua"] <= 6 + 2 + 1 + 8  # only the person who was under way is asked again


def test_unknown_keys_are_reported_without_their_values(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    kursus_siasn(siasn, k.staf, kodeBaru="rahasia", tglSpmt="01-01-0001")
    tarik_semua(operator, "kursus")
    rows = db.session.execute(sa.select(m.KunciAsing.jenis, m.KunciAsing.kunci, m.KunciAsing.tipe)).all()
    assert sorted(tuple(row) for row in rows) == [("kursus", "kodeBaru", "str"), ("kursus", "tglSpmt", "str")]


def test_the_mirror_holds_no_nik(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    tarik_semua(operator, "kursus")
    kept = db.session.scalars(sa.select(m.Cermin.isi).where(m.Cermin.jenis == "datautama")).first()
    assert kept
    assert kept["nik"] == "**************01"


def test_quiet_hours_and_the_cap_of_the_day(empat: f.Kota, operator: Principal, siasn: Siasn) -> None:
    row = setelan.ambil()
    row.tenang_mulai, row.tenang_selesai = "08:00", "12:00"  # it is 10.00 in Jakarta
    run = tarik_semua(operator, "kursus")
    assert (run.status, run.alasan, siasn.panggilan["semua"]) == (m.JEDA, "Jam tenang.", 0)
    assert setelan.setempat(run.lanjut_at, "Asia/Jakarta").hour == 12
    row = setelan.ambil()
    row.tenang_mulai = row.tenang_selesai = ""
    row.batas_harian = 4
    run.lanjut_at = now()
    commit()
    bangunkan()
    assert (run.status, run.alasan) == (m.JEDA, "Batas panggilan hari ini tercapai.")
    assert siasn.panggilan["semua"] in (4, 5)


def test_who_has_a_proposal_at_bkn_comes_first(
    empat: f.Kota, operator: Principal, siasn: Siasn, jam: Any
) -> None:  # fmt: skip
    """A public client asked the list of promotions for those who retire, and swapped limit and offset."""
    tarik_semua(operator, "kursus")
    jam.move_to(now() + timedelta(hours=1))
    due = empat.staf  # the only one who changed meanwhile
    kursus(due).diubah_at = now()
    siasn.usul_pensiun = [
        {"nipBaru": empat.kadis.nip, "tmtPensiun": "01-02-2027 00:00:00"},
        {"nipBaru": empat.kabid_lain.nip, "tmtPensiun": "01-02-2031 00:00:00"},  # far away
    ]
    others = [{"nipBaru": f"19900101202001{number:04d}"} for number in range(3)]
    siasn.usul_kp = {"2026-12-01": [*others, {"pnsId": siasn.orang[empat.kabid.nip or ""]["id"]}]}
    siasn.halaman = 2
    run = tarik.mulai(operator, tarik.PERUBAHAN, ["kursus"])
    putar()
    rows = sa.select(m.JalanOrang.pegawai_id).where(m.JalanOrang.jalan_id == run.id).order_by(m.JalanOrang.urut)
    keys = list(db.session.scalars(rows))
    assert (run.status, run.total, run.selesai) == (m.SELESAI, 3, 3)
    assert (set(keys[:2]), keys[2]) == ({empat.kadis.id, empat.kabid.id}, due.id)


def test_one_pull_at_a_time_and_scopes(empat: f.Kota, operator: Principal, siasn: Siasn) -> None:
    tarik.mulai(operator, tarik.OPD, opd=empat.lain.id, kinds=["kursus"])
    with pytest.raises(Conflict):
        tarik.mulai(operator, tarik.SEMUA)
    putar()
    with pytest.raises(Invalid):
        tarik.mulai(operator, tarik.NIP)
    with pytest.raises(Invalid, match="Tidak ada pegawai"):
        tarik.mulai(operator, tarik.NIP, nip=["199001012020011001"])
    first = db.session.scalars(tarik.orang(tarik.PERUBAHAN)).all()
    assert set(first) >= {empat.kadis.id, empat.kabid.id, empat.staf.id}
    assert empat.wali.id not in first
