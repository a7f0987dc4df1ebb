"""The schemes: starting data, requirements, confirmation."""

import copy
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import activity
from portal.kernel.db import db
from portal.kernel.errors import Conflict
from portal.sertifikasi.skema import models as m
from portal.sertifikasi.skema import pemuat, services
from tests.kernel.factories import UserFactory, give
from tests.sertifikasi.factories import lisensi, skema_versi


def count(table: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_the_starting_data_are_17_schemes_and_52_units(app: Flask) -> None:
    assert str(pemuat.load()) == "Sertifikasi: 17 skema dan 52 unit kompetensi ditambahkan."
    assert (count(m.Skema), count(m.UnitKompetensi), count(m.SkemaUnit)) == (17, 52, 94)
    unused = sa.select(m.UnitKompetensi.kode).where(m.UnitKompetensi.id.not_in(sa.select(m.SkemaUnit.unit_id)))
    assert db.session.scalars(unused).all() == []
    assert count(m.Standar) == 2


def test_loading_twice_adds_nothing_and_keeps_corrections(app: Flask) -> None:
    pemuat.load()
    unit = db.session.scalars(sa.select(m.UnitKompetensi)).first()
    assert unit is not None
    unit.judul = "Judul yang sudah diperbaiki"
    assert pemuat.load() == pemuat.Loaded(0, 0)
    assert unit.judul == "Judul yang sudah diperbaiki"
    assert count(m.SkemaVersi) == 17


def test_every_scheme_is_an_example_until_somebody_confirms_it(app: Flask) -> None:
    pemuat.load()
    assert db.session.scalars(sa.select(m.SkemaVersi.contoh)).all() == [True] * 17
    assert db.session.scalars(sa.select(m.SkemaVersi.dikonfirmasi_at).distinct()).all() == [None]


def test_the_status_of_a_unit_is_the_weaker_of_code_and_title(app: Flask) -> None:
    pemuat.load()
    found = dict(db.session.execute(sa.select(m.UnitKompetensi.kode, m.UnitKompetensi.status_data)).all())
    assert found["O.842340.052.01"] == "sourced"
    assert found["O.842340.002.01"] == "draft2012"  # inferred code, title of the draft
    assert found["O.842340.016.01"] == "assumed"  # sourced title, assumed code
    with pytest.raises(ValueError, match="tuple"):
        pemuat.weaker("sourced", "perkiraan")


def test_one_row_that_is_not_sourced_makes_the_scheme_an_example() -> None:
    found = pemuat.data()
    raw = {unit["kode"]: copy.deepcopy(unit) for unit in found["unit_kompetensi"]}
    row = copy.deepcopy(found["skema"][0])
    row |= {name: "sourced" for name in row if name.endswith("_status")}
    for part in [*row["persyaratan_dasar"], *row["bukti_administratif"]]:
        part["status"] = "sourced"
    for unit in raw.values():
        unit |= {"kode_status": "sourced", "judul_status": "sourced"}
        for elemen in unit["elemen"]:
            elemen["status"] = "sourced"
            for kuk in elemen["kuk"]:
                kuk["status"] = "sourced"
    assert pemuat.is_sourced(row, raw)
    raw[row["units"][0]["kode"]]["elemen"][0]["kuk"][0]["status"] = "condensed"
    assert not pemuat.is_sourced(row, raw)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["skema"].pop(), "harus 17 skema"),
        (lambda d: d["unit_kompetensi"].pop(), "harus 52 unit"),
        (lambda d: [s.update(units=[]) for s in d["skema"] if s["kode_internal"] == "RLW-KOR"], "tidak dipakai"),
        (lambda d: d["skema"][0]["units"].append({"urut": 99, "kode": "O.000000.000.00"}), "tidak dikenal"),
        (lambda d: d["skema"].append(d["skema"].pop(0) | {"kode_internal": "PSK-MGR"}), "harus 17 skema"),
    ],
)
def test_a_wrong_file_is_refused(change: Any, words: str) -> None:
    found = copy.deepcopy(pemuat.data())
    change(found)
    with pytest.raises(ValueError, match=words):
        pemuat.check(found)


def test_either_or_becomes_a_group_of_which_one_row_is_enough(app: Flask) -> None:
    pemuat.load()
    version = db.session.scalars(sa.select(m.SkemaVersi).join(m.Skema).where(m.Skema.kode == "PPT-PTG")).one()
    rows = services.requirements_of(version.id)
    assert [(r.kategori, r.urut, r.sifat, r.grup, r.jenis, r.umur_maks_bulan) for r in rows] == [
        ("DASAR", 1, "WAJIB", "", "IJAZAH", None),
        ("DASAR", 2, "SALAH_SATU", "dasar-2", "SERTIFIKAT_PELATIHAN", None),
        ("DASAR", 3, "SALAH_SATU", "dasar-2", "SURAT_PENGALAMAN", None),
        ("DASAR", 4, "WAJIB", "", "SURAT_SEHAT", 12),
        ("ADMINISTRATIF", 1, "WAJIB", "", "KTP", None),
        ("ADMINISTRATIF", 2, "WAJIB", "", "PAS_FOTO", None),
        ("ADMINISTRATIF", 3, "WAJIB", "", "CV", None),
        ("ADMINISTRATIF", 4, "OPSIONAL", "", "SURAT_REKOMENDASI", None),
    ]
    assert rows[2].teks == "Pengalaman tugas PB minimal 1 tahun"


def test_no_requirement_of_the_data_is_without_a_kind(app: Flask) -> None:
    pemuat.load()
    assert "LAINNYA" not in set(db.session.scalars(sa.select(m.SkemaSyarat.jenis)))


def test_units_come_in_order_with_everything_below(app: Flask) -> None:
    version = skema_versi()
    units = services.units_of(version.id)
    assert [len(unit.elemen) for unit in units] == [3, 2]
    assert [[len(e.kuk) for e in unit.elemen] for unit in units] == [[2, 1, 2], [1, 2]]
    table = services.as_units(units, services.standard_of(units))
    assert table[0]["urut"] == 1
    assert table[0]["standar"].startswith("Kepmenaker Uji")


def test_the_ribbon_goes_only_with_a_recorded_confirmation(app: Flask) -> None:
    version, user = skema_versi(contoh=True), UserFactory(nama="Manajer Uji")
    services.confirm(version, user)
    assert not version.contoh
    assert version.dikonfirmasi_oleh_id == user.id
    assert version.dikonfirmasi_at is not None
    db.session.flush()
    with pytest.raises(Conflict):
        services.confirm(version, user)
    lines = db.session().info["waiting"]["aktivitas"]
    assert [line["peristiwa"] for line in lines] == ["skema.dikonfirmasi"]
    assert activity.EVENTS["skema.dikonfirmasi"] == {"kode", "versi", "nomor"}


def test_the_demo_confirms_one_scheme_and_names_it_so(app: Flask) -> None:
    user = UserFactory(pengguna="manajer.uji")
    give(user, "manajer_sertifikasi")
    pemuat.load_demo("kecil")
    pemuat.load_demo("kecil")
    confirmed = db.session.scalars(sa.select(m.SkemaVersi).where(sa.not_(m.SkemaVersi.contoh))).all()
    assert [(v.nomor, v.dikonfirmasi_oleh_id) for v in confirmed] == [(pemuat.DEMO_NUMBER, user.id)]
    assert (count(m.LisensiLsp), count(m.LisensiSkema)) == (1, 17)


def test_the_operator_loads_the_schemes_by_a_command(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["sertifikasi", "muat-skema"])
    assert answer.exit_code == 0, answer.output
    assert "17 skema" in answer.output
    again = app.test_cli_runner().invoke(args=["sertifikasi", "muat-skema"])
    assert "0 skema dan 0 unit" in again.output


def test_a_licence_covers_the_scheme(app: Flask, jam: Any) -> None:
    version = skema_versi()
    licence = lisensi(version, date(2026, 1, 1), date(2027, 1, 1))
    assert db.session.scalars(sa.select(m.LisensiSkema.skema_id)).all() == [version.skema_id]
    assert licence.nomor.startswith("LSP-UJI")
