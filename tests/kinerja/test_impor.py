"""Import of SKP: everything is checked first, each fault names line and column, all or nothing is stored."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel.db import commit, db
from portal.kernel.organisation import Penempatan
from portal.kinerja.models import Indikator, Renaksi, Rhk, Skp
from portal.kinerja.skp import impor
from tests.kernel.factories import pegawai
from tests.kinerja.factories import Office, office

pytestmark = pytest.mark.usefixtures("app", "jam")
LINE = {
    "nip": "",
    "mulai": "2027-01-01",
    "selesai": "2027-12-31",
    "rhk": "Tersusunnya laporan triwulan",
    "aspek": "KUANTITAS",
    "rhk_jenis": "UTAMA",
    "klasifikasi": "INDIVIDU",
    "rhk_pimpinan": "Meningkatnya mutu layanan",
    "indikator": "Jumlah laporan",
    "satuan": "laporan",
    "target_min": "4",
    "target_maks": "4",
    "polaritas": "NAIK",
    "akumulasi": "JUMLAH",
    "renaksi": "Menyusun laporan",
    "t03": "1",
    "t06": "1",
    "t09": "1",
    "t12": "1",
}


def file(*lines: dict[str, str], delimiter: str = ";") -> io.StringIO:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(LINE), delimiter=delimiter)
    writer.writeheader()
    writer.writerows({**LINE, **line} for line in lines)
    out.seek(0)
    return out


@pytest.fixture
def place() -> Office:
    return office()


def test_a_plan_is_set_with_all_its_parts(place: Office) -> None:
    second = {
        "nip": place.staff.nip,
        "aspek": "KUALITAS",
        "indikator": "Ketepatan",
        "target_min": "90,5",
        "satuan": "persen",
        "target_maks": "100",
    }
    plans, faults = impor.read(file({"nip": f"{place.staff.nip[:8]} {place.staff.nip[8:]}"}, second))
    assert faults == []
    skp = impor.store(plans[0])
    rhk = db.session.scalars(sa.select(Rhk).where(Rhk.skp_id == skp.id)).one()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Indikator).where(Indikator.rhk_id == rhk.id)) == 2
    targets = db.session.scalars(
        sa.select(Renaksi.target).where(Renaksi.rhk_id == rhk.id).order_by(Renaksi.bulan)
    ).all()
    assert [int(t) for t in targets] == [0, 0, 1] * 4
    assert (skp.jabatan, skp.penilai_id, skp.pangkat) == (
        "Analis SDM Aparatur Ahli Muda",
        place.boss.id,
        "Penata (III/c)",
    )


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"nip": "198503152010011999"}, "nip"),
        ({"mulai": "1 Januari"}, "mulai"),
        ({"selesai": "2028-01-01"}, "selesai"),
        ({"aspek": "MUTU"}, "aspek"),
        ({"target_min": "5"}, "target_maks"),
        ({"target_maks": "banyak"}, "target_maks"),
        ({"rhk": ""}, "rhk"),
        ({"rhk_jenis": "TAMBAHAN"}, "rhk_jenis"),
        ({"mulai": "2026-06-01", "selesai": "2026-12-31"}, "mulai"),
    ],
)
def test_a_fault_names_line_and_column(place: Office, changes: dict[str, str], column: str) -> None:
    _, faults = impor.read(file({"nip": place.staff.nip, **changes}))
    assert column in {fault.kolom for fault in faults}
    assert {fault.baris for fault in faults} == {2}


def test_a_file_without_the_columns_is_refused(place: Office) -> None:
    assert impor.read(io.StringIO("nip;nama\n1;a\n"))[1][0].baris == 1


def test_the_command_stores_all_or_nothing(app: Flask, place: Office, tmp_path: Path) -> None:
    other, _ = pegawai(place.bidang, place.pd)
    path = tmp_path / "skp.csv"
    before = sa.select(sa.func.count()).select_from(Skp)
    commit()
    runner = app.test_cli_runner()
    path.write_text(file({"nip": place.staff.nip}, {"nip": other.nip, "aspek": "MUTU"}).read(), "utf-8")
    refused = runner.invoke(args=["kinerja", "impor-skp", str(path)])
    assert (refused.exit_code, "baris 3, aspek" in refused.output) == (1, True)
    assert db.session.scalar(before) == 1
    path.write_text(file({"nip": place.staff.nip}, {"nip": other.nip}, delimiter=",").read(), "utf-8")
    assert "2 SKP siap" in runner.invoke(args=["kinerja", "impor-skp", str(path), "--periksa"]).output
    assert db.session.scalar(before) == 1
    assert "2 SKP diimpor" in runner.invoke(args=["kinerja", "impor-skp", str(path)]).output
    assert db.session.scalar(before) == 3


def test_the_plan_of_a_time_as_plt_takes_that_seat(place: Office) -> None:
    db.session.add(Penempatan(
        pegawai_id=place.staff.id, unit_id=place.pd.id, pd_id=place.pd.id, jenis="PLT", jabatan="Kepala Badan",
        jenis_jabatan="JPT", is_pimpinan=True, mulai=date(2027, 1, 1), selesai=date(2027, 6, 30),
    ))  # fmt: skip
    db.session.flush()
    text = file({"nip": place.staff.nip}).getvalue().replace("\r\n", "\n").replace("nip;", "penugasan;nip;", 1)
    text = text.replace(f"\n{place.staff.nip}", f"\nPLT;{place.staff.nip}")
    plans, faults = impor.read(io.StringIO(text))
    assert faults == []
    skp = impor.store(plans[0])
    assert (skp.penugasan, skp.jabatan, skp.jenis, skp.unit_id) == ("PLT", "Kepala Badan", "JPT", place.pd.id)
