"""Tables of people and entries: what each rule refuses, who may write at once, what comes back and what stays."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kepegawaian import IMPOR, KELOLA
from portal.kepegawaian.impor import orang, tulis
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan.models import SubJabatan
from portal.kernel import citizens, sealing
from portal.kernel.access import role
from portal.kernel.db import db
from portal.kernel.errors import Denied
from portal.kernel.importing import IMPORTERS, SAMA, UBAH, Row, Run, runs
from portal.kernel.organisation import Orang, Pegawai, Penempatan
from portal.kernel.people import Principal
from tests.kepegawaian import factories as f

NIP, NIK = "198503152010011951", "3577031503850001"
pytestmark = pytest.mark.usefixtures("jam")


@pytest.fixture
def kota(app: Flask) -> f.Kota:
    found = f.kota()
    f.jabatan()
    for number, one in enumerate((found.kadis, found.kabid, found.kabid_lain, found.staf), 1):
        one.nip = f"19850315201001190{number}"
    db.session.flush()
    return found


@pytest.fixture
def user(app: Flask) -> Principal:
    return f.principal(f.akun("bkpsdm"))


def run(user: Principal, kind: str, scope: str = tulis.LANGSUNG, mode: str = "baru", *over: str) -> Run:
    names = frozenset(column.name for column in IMPORTERS[f"kepegawaian.{kind}"].columns)
    return Run(user.id, f"kepegawaian.{kind}", user, mode, scope, names, frozenset(over))


def person(number: int = 2, **values: Any) -> Row:
    body = {"nip": NIP, "nama": "Sari Melati", "nik": NIK, "tanggal_lahir": date(1985, 3, 15), "jenis_kelamin": "L",
            "jenis": "", "kedudukan": "", **values}  # fmt: skip
    return Row(number, body)


def seat(kota: f.Kota, **values: Any) -> dict[str, Any]:
    return {"jenis_jabatan": "JF", "jabatan": "Arsiparis Ahli Muda", "unit": "Bidang Satu", "pimpinan": "0",
            "tmt": date(2021, 3, 1), "atasan": "", "nomor_sk": "821/1/2021", **values}  # fmt: skip


def codes(row: Row) -> list[str]:
    return [f"{one.column}:{one.code}" for one in row.problems]


def imported(kind: str, rows: list[Row], work: Run) -> list[Row]:
    importer = IMPORTERS[f"kepegawaian.{kind}"]
    importer.check(rows, work)
    assert [codes(row) for row in rows if row.wrong] == []
    importer.apply([row for row in rows if row.action != SAMA], work)
    return rows


def state(pegawai_id: Any) -> Any:
    query = sa.select(Keadaan).where(Keadaan.pegawai_id == pegawai_id).order_by(Keadaan.mulai.desc())
    return db.session.scalars(query).first()


# ---- people


def test_a_person_with_a_first_seat_is_placed_and_undone_without_a_trace(kota: f.Kota, user: Principal) -> None:
    count = sa.select(sa.func.count()).select_from(Orang)
    before = db.session.scalar(count)
    work = run(user, "pegawai")
    row = imported("pegawai", [person(**seat(kota), kedudukan="01", gelar_belakang="S.Kom")], work)[0]
    made = db.session.get_one(Pegawai, row.result)
    held = db.session.get_one(Orang, made.orang_id)
    assert (made.nama, made.status, held.nama) == ("Sari Melati, S.Kom", "PNS", "Sari Melati")
    assert sealing.unseal(held.nik_enc or b"", citizens.NIK) == NIK
    now_there = state(made.id)
    assert (now_there.unit_id, now_there.jabatan, now_there.atasan_id, now_there.kedudukan) == (
        kota.bidang.id, "Arsiparis Ahli Muda", kota.kabid.id, "01",
    )  # fmt: skip
    entry = db.session.scalars(sa.select(r.RiwayatJabatan).where(r.RiwayatJabatan.pegawai_id == made.id)).one()
    assert (entry.sumber, entry.status) == (r.IMPOR, r.TERVERIFIKASI)
    again = person(**seat(kota))
    orang.check([again], run(user, "pegawai"))
    assert (again.action, codes(again)) == (SAMA, [])
    IMPORTERS["kepegawaian.pegawai"].undo([row], work)  # type: ignore[misc]
    assert not row.problems
    assert db.session.scalar(count) == before
    assert db.session.scalar(sa.select(Penempatan.id).where(Penempatan.pegawai_id == row.result)) is None


def test_who_has_other_data_by_now_stays(kota: f.Kota, user: Principal) -> None:
    work = run(user, "pegawai")
    row = imported("pegawai", [person(**seat(kota))], work)[0]
    f.golongan(db.session.get_one(Pegawai, row.result), "III/a")
    IMPORTERS["kepegawaian.pegawai"].undo([row], work)  # type: ignore[misc]
    assert codes(row) == ["nip:E_TERIKAT"]
    assert state(row.result).unit_id is None


def test_filling_and_overwriting_by_mode_and_back(kota: f.Kota, user: Principal) -> None:
    nip = kota.staf.nip or ""
    data = db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == kota.staf.id)).one()
    data.hp = "0811"
    changed = {"nip": nip, "nama": "Staf Uji", "nik": "", "hp": "0812", "npwp": "123"}
    fill, over = person(**changed), person(**changed)
    work = run(user, "pegawai", tulis.LANGSUNG, "kosong")
    imported("pegawai", [fill], work)
    assert (fill.action, data.hp, data.npwp) == (UBAH, "0811", "123")
    imported("pegawai", [over], run(user, "pegawai", tulis.LANGSUNG, "timpa", "hp"))
    assert data.hp == "0812"
    for row in (over, fill):
        IMPORTERS["kepegawaian.pegawai"].undo([row], work)  # type: ignore[misc]
    assert (data.hp, data.npwp) == ("0811", "")


def test_one_human_under_two_nip_needs_a_word_and_an_ended_employment(kota: f.Kota, user: Principal) -> None:
    held = db.session.get_one(Orang, kota.staf.orang_id)
    held.nik_enc, held.nik_sidik = sealing.seal(NIK, citizens.NIK), sealing.mark(NIK, citizens.NIK)
    row = person(orang_sama="1")
    orang.check([row], run(user, "pegawai"))
    assert "nik:E_DUA_AKTIF" in codes(row)
    f.kedudukan(kota.staf, "99", date(2022, 1, 1))
    row = person()
    orang.check([row], run(user, "pegawai"))
    assert "nik:E_NIK_GANDA" in codes(row)
    row = imported("pegawai", [person(orang_sama="1")], run(user, "pegawai"))[0]
    assert db.session.get_one(Pegawai, row.result).orang_id == held.id
    assert [one.code for one in row.problems] == ["W_ORANG_SAMA", "W_KURSI"]


def test_who_retired_does_not_come_back_by_a_table(kota: f.Kota, user: Principal) -> None:
    gone = f.kedudukan(kota.staf, "99", date(2022, 1, 1))
    gone.nomor_sk = "882/7/2021"
    nip = kota.staf.nip or ""
    rows = [person(nip=nip, nik="", **seat(kota)), person(3, nip=nip, nik="", kedudukan="Aktif"),
            person(4, nip=nip, nik="", hp="0813")]  # fmt: skip
    orang.check(rows, run(user, "pegawai", tulis.LANGSUNG, "kosong"))
    assert [[one.code for one in row.problems if not one.warning] for row in rows] == [["E_PENSIUN"], ["E_PENSIUN"], []]
    assert "882/7/2021, TMT 1 Januari 2022" in rows[0].problems[0].message
    late = Row(2, {"nip": nip, "golongan": "III/d", "tmt": date(2022, 4, 1)})
    IMPORTERS["kepegawaian.golongan"].check([late], run(user, "golongan"))
    assert codes(late) == ["tmt:E_PENSIUN"]


def test_a_former_number_finds_its_person_and_makes_no_second_one(kota: f.Kota, user: Principal) -> None:
    old = "198503152022211007"
    for one in (kota.staf, kota.kabid):
        db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == one.id)).one().nip_lama = old
    count = sa.select(sa.func.count()).select_from(Pegawai)
    before = db.session.scalar(count)
    unclear = person(nip=old, nik="", hp="0812")
    orang.check([unclear], run(user, "pegawai", tulis.LANGSUNG, "kosong"))
    assert codes(unclear)[0] == "nip:E_NIP_LAMA"
    db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == kota.kabid.id)).one().nip_lama = ""
    work = run(user, "pegawai", tulis.LANGSUNG, "kosong")
    rows = [person(2, nip=old, nik="", hp="0812"), person(3, nip=kota.staf.nip, nik="", hp="0813")]
    orang.check(rows, work)
    assert (rows[0].text("nip"), rows[0].found, rows[0].action) == (kota.staf.nip, kota.staf.id, UBAH)
    assert rows[0].problems[0].value == old
    assert [code for row in rows for code in codes(row)] == ["nip:W_NIP_LAMA", "nip:E_GANDA"]
    orang.PEGAWAI.apply(rows[:1], work)
    assert db.session.scalar(count) == before
    entry = Row(2, {"nip": old, "golongan": "III/c", "tmt": date(2024, 4, 1), "jenis_kp": "101"})
    imported("golongan", [entry], run(user, "golongan"))
    assert db.session.get_one(r.RiwayatGolongan, entry.result).pegawai_id == kota.staf.id
    boss = person(**seat(kota, atasan=old))
    orang.check([boss], run(user, "pegawai"))
    assert (codes(boss), boss.text("atasan_nip")) == (["atasan:W_NIP_LAMA"], kota.staf.nip)


def test_unknown_names_bring_suggestions_and_make_nothing(kota: f.Kota, user: Principal) -> None:
    f.jabatan("Guru Ahli Muda", rumpun="GURU")
    f.add(SubJabatan(rumpun="GURU", nama="Guru Kelas"))
    rows = [
        person(2, **seat(kota, unit="Bidang Stau")), person(3, **seat(kota, jabatan="Arsiparis Ahli Mudaa")),
        person(4, **seat(kota, jabatan="Guru Ahli Muda", sub_jabatan="")),
        person(5, **seat(kota, unit="Dinas Uji > Bidang Satu", jabatan="guru ahli muda", sub_jabatan="guru kelas")),
        person(6, **seat(kota, atasan="Wali Uji")), person(7, **seat(kota, pimpinan="1")),
    ]  # fmt: skip
    for number, row in enumerate(rows):
        row.values["nip"], row.values["nik"] = f"1985031520100119{60 + number}", ""
    orang.check(rows, run(user, "pegawai"))
    hints = [[(one.code, one.hint) for one in row.problems] for row in rows]
    assert hints[0] == [("E_UNIT", "Mungkin maksudnya: Bidang Satu, Bidang Dua.")]
    assert hints[1] == [("E_JABATAN", "Mungkin maksudnya: Arsiparis Ahli Muda, Guru Ahli Muda.")]
    assert hints[2] == [("E_SUB", "Pilihannya: guru kelas.")]
    assert hints[3] == hints[4] == []
    assert "Kabid Uji" in rows[5].problems[0].message
    assert rows[5].problems[0].code == "E_R7"


def test_only_who_manages_entries_writes_verified_ones(kota: f.Kota, user: Principal) -> None:
    assert [value for value, _ in tulis.SCOPE.options(user)] == [tulis.USUL, tulis.LANGSUNG]
    other = f.principal(f.akun("verifikator_bkpsdm"))
    assert [value for value, _ in tulis.SCOPE.options(other)] == [tulis.USUL]
    row = Row(2, {"nip": kota.staf.nip, "golongan": "III/c", "tmt": date(2024, 4, 1), "jenis_kp": "101"})
    work = run(user, "golongan", tulis.USUL)
    imported("golongan", [row], work)
    made = db.session.get_one(r.RiwayatGolongan, row.result)
    assert (made.status, made.sumber, made.submission_id is not None) == (r.DIAJUKAN, r.IMPOR, True)
    assert state(kota.staf.id).golongan == ""
    IMPORTERS["kepegawaian.golongan"].undo([row], work)  # type: ignore[misc]
    assert made.status == r.DIBATALKAN
    with pytest.raises(Denied):
        runs.importer_of("kepegawaian.golongan", other)


# ---- entries


def test_jabatan_follow_the_rules_by_number(kota: f.Kota, user: Principal) -> None:
    base = {"nip": kota.staf.nip, **seat(kota), "tmt": date(2023, 1, 1), "penugasan": "", "mutasi": "", "lokasi": ""}
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, []), ({"nip": NIP}, ["nip:E_NIP"]), ({"mutasi": "MU", "tmt": date(2023, 2, 1)}, ["tmt_mutasi:E_R2"]),
        ({"penugasan": "PLT", "tmt": date(2023, 3, 1)}, ["selesai:E_R5"]), ({}, ["tmt:E_R3"]),
        ({"tmt": date(2019, 1, 1)}, ["unit:E_R9"]),
        ({"atasan": kota.staf.nip, "tmt": date(2023, 4, 1)}, ["atasan:E_R8"]),
        ({"lokasi": "LUAR", "unit": "", "tmt": date(2023, 5, 1)}, ["instansi_tujuan:E_R9"]),
        ({"selesai": date(2022, 1, 1), "tmt": date(2023, 6, 1)}, ["selesai:E_SELESAI"]),
        ({"tmt": f.START, "jabatan": "Arsiparis Ahli Muda"}, ["tmt:E_ADA"]),
    ]  # fmt: skip
    rows = [Row(number, {**base, **values}) for number, (values, _) in enumerate(cases, 2)]
    IMPORTERS["kepegawaian.jabatan"].check(rows, run(user, "jabatan"))
    assert [codes(row) for row in rows] == [wanted for _, wanted in cases]


def test_who_stands_in_for_a_head_follows_the_rules_of_the_form(kota: f.Kota, user: Principal) -> None:
    """R7: no Plt beside a definitive head, a Plh only for one, and a head is told of a Plt, of the table as well."""
    f.unit("Bidang Kosong", kota.dinas, kota.dinas)
    base = {"nip": kota.staf.nip, **seat(kota), "jenis_jabatan": "STRUKTURAL", "jabatan": "Kepala Bidang",
            "eselon": "III.b", "pimpinan": "1", "tmt": date(2023, 1, 1), "selesai": date(2023, 3, 1)}  # fmt: skip
    head = {"nip": kota.kabid_lain.nip, "unit": "Bidang Kosong", "tmt": date(2023, 2, 1), "selesai": None}
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"penugasan": "PLT"}, ["penugasan:E_R7"]), ({"penugasan": "PLH"}, []), ({"penugasan": "PJ"}, []),
        ({"penugasan": "PLH", "unit": "Bidang Kosong"}, ["penugasan:W_R7"]),
        ({"penugasan": "PLT", "unit": "Bidang Kosong"}, []), (head, ["pimpinan:W_R7"]),
        ({"penugasan": "PLT", "unit": "Bidang Kosong", "tmt": date(2023, 2, 2)}, ["penugasan:E_R7"]),
    ]  # fmt: skip
    rows = [Row(number, {**base, **values}) for number, (values, _) in enumerate(cases, 2)]
    IMPORTERS["kepegawaian.jabatan"].check(rows, run(user, "jabatan"))
    assert [[one for one in codes(row) if "R7" in one] for row in rows] == [wanted for _, wanted in cases]
    assert rows[5].problems[-1].message.startswith("Baris 6 masih")


def test_a_definitive_head_is_told_of_who_acts_by_now(kota: f.Kota, user: Principal) -> None:
    place = f.unit("Bidang Kosong", kota.dinas, kota.dinas)
    f.duduk(kota.staf, place, date(2023, 1, 1), pimpinan=True, jalur=r.TAMBAHAN, penugasan="PLT",
            selesai=date(2023, 3, 1), atasan_id=kota.kadis.id)  # fmt: skip
    row = Row(2, {"nip": kota.kabid_lain.nip, **seat(kota, unit="Bidang Kosong", pimpinan="1"), "penugasan": "",
                  "tmt": date(2023, 3, 1)})  # fmt: skip
    IMPORTERS["kepegawaian.jabatan"].check([row], run(user, "jabatan"))
    assert [one.message.split(" masih")[0] for one in row.problems if one.code == "W_R7"] == ["Staf Uji"]


def test_jabatan_cut_the_one_before_and_open_it_again_when_undone(kota: f.Kota, user: Principal) -> None:
    work = run(user, "jabatan")
    row = Row(2, {"nip": kota.staf.nip, **seat(kota, unit="Bidang Dua"), "tmt": date(2023, 1, 1)})
    imported("jabatan", [row], work)
    assert (state(kota.staf.id).unit_id, state(kota.staf.id).atasan_id) == (kota.bidang_lain.id, kota.kabid_lain.id)
    again = Row(2, {"nip": kota.staf.nip, **seat(kota, unit="Bidang Dua"), "tmt": date(2023, 1, 1)})
    IMPORTERS["kepegawaian.jabatan"].check([again], run(user, "jabatan"))
    assert (again.action, codes(again)) == (SAMA, [])
    IMPORTERS["kepegawaian.jabatan"].undo([row], work)  # type: ignore[misc]
    assert state(kota.staf.id).unit_id == kota.bidang.id
    assert db.session.get_one(r.RiwayatJabatan, row.result).alasan == "Impor dibatalkan"


def test_what_ended_long_ago_has_the_atasan_of_its_time(kota: f.Kota, user: Principal) -> None:
    """Where none is written: who headed the unit, or the one above, when it began; never the head of today."""
    f.duduk(kota.kabid_lain, kota.dinas, date(2023, 1, 1), atasan_id=kota.kadis.id)
    f.duduk(f.orang("Kabid Kini"), kota.bidang_lain, date(2025, 1, 1), pimpinan=True, atasan_id=kota.wali.id)
    rows = [
        Row(i, {"nip": kota.staf.nip, **seat(kota, unit="Bidang Dua"), "tmt": date(year, 3, 1),
                "selesai": date(year, 12, 31)}) for i, year in enumerate((2021, 2024), 2)
    ]  # fmt: skip
    imported("jabatan", rows, run(user, "jabatan"))
    made = [db.session.get_one(r.RiwayatJabatan, row.result).atasan_id for row in rows]
    assert made == [kota.kabid_lain.id, kota.wali.id]


def test_golongan_pendidikan_keluarga(kota: f.Kota, user: Principal) -> None:
    nip = kota.staf.nip
    ranks = [Row(2, {"nip": nip, "golongan": "III/b", "tmt": date(2018, 4, 1), "mk_tahun": 8, "mk_bulan": 3}),
             Row(3, {"nip": nip, "golongan": "III/c", "tmt": date(2022, 4, 1), "mk_tahun": 12})]  # fmt: skip
    imported("golongan", ranks, run(user, "golongan"))
    assert state(kota.staf.id).golongan == "III/c"
    bad = [Row(2, {"nip": nip, "golongan": "III/b", "tmt": date(2024, 4, 1)}),
           Row(3, {"nip": nip, "golongan": "III/d", "tmt": date(2024, 4, 2)}),
           Row(4, {"nip": nip, "golongan": "IX", "tmt": date(2025, 4, 1)}),
           Row(5, {"nip": nip, "golongan": "III/d", "tmt": date(2026, 4, 1), "mk_bulan": 12})]  # fmt: skip
    IMPORTERS["kepegawaian.golongan"].check(bad, run(user, "golongan"))
    assert [codes(row)[-1] for row in bad] == ["golongan:E_GOLONGAN", "tmt:E_TMT", "golongan:E_GOLONGAN",
                                               "mk_bulan:E_MASA_KERJA"]  # fmt: skip
    school = {"nip": nip, "sekolah": "Universitas Uji"}
    study = [Row(2, {**school, "tingkat": "40", "tahun_lulus": 2008}), Row(3, {**school, "tingkat": "45"}),
             Row(4, {**school, "tingkat": "45", "tmt": date(2030, 1, 1)})]  # fmt: skip
    IMPORTERS["kepegawaian.pendidikan"].check(study, run(user, "pendidikan"))
    assert [codes(row) for row in study] == [[], ["tmt:E_KOSONG"], ["tmt:E_TMT"]]
    imported("pendidikan", [Row(2, {**school, "tingkat": "40", "tahun_lulus": 2008})], run(user, "pendidikan"))
    assert state(kota.staf.id).pendidikan == "40"
    born = date(2000, 5, 1)
    child = {"nip": nip, "hubungan": "ANAK", "nama": "Anak Uji", "tanggal_lahir": born, "nik": NIK}
    family = [Row(2, {**child, "tanggungan": "1"}), Row(3, {**child, "nama": "Anak Dua", "hidup": "1"})]
    IMPORTERS["kepegawaian.keluarga"].check(family, run(user, "keluarga"))
    assert [codes(row) for row in family] == [["tanggungan:E_TANGGUNGAN"], []]
    imported("keluarga", family[1:], run(user, "keluarga"))
    kept = db.session.get_one(r.RiwayatLain, family[1].result)
    assert (kept.isi["nama"], kept.isi["hidup"], NIK in str(kept.isi)) == ("Anak Dua", True, False)
    again = Row(2, {**child, "nama": "Anak Dua"})
    IMPORTERS["kepegawaian.keluarga"].check([again], run(user, "keluarga"))
    assert again.action == SAMA


def test_an_importer_of_one_opd_reaches_no_other(kota: f.Kota) -> None:
    role("importir_uji", "Importir uji", {IMPOR, KELOLA})
    user = f.principal(f.akun("importir_uji", di=kota.dinas))
    rows = [
        Row(2, {"nip": one.nip, "golongan": "III/c", "tmt": date(2024, 4, 1)}) for one in (kota.staf, kota.kabid_lain)
    ]
    IMPORTERS["kepegawaian.golongan"].check(rows, run(user, "golongan"))
    assert [[c for c in codes(row) if "WEWENANG" in c] for row in rows] == [[], ["nip:E_WEWENANG"]]
