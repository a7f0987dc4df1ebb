"""The initial load of a dump: compared before and after, repeated without effect, resumed where it was cut off."""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kepegawaian.impor import simpeg, tulis
from portal.kepegawaian.impor.models import MuatSimpeg
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kernel.db import commit, db, rollback
from portal.kernel.organisation import Orang, Pegawai, Unit
from portal.kernel.people import Principal
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("jam")


def nip(number: int) -> str:
    return f"1985{1 + number % 12:02d}152010011{1 + number:03d}"


TABLES: dict[str, list[list[Any]]] = {
    "unit": [["kode", "nama", "kode induk", "jenis", "berlaku dari"], ["L1", "Kota Lama", "", "PEMDA", "2015-01-01"],
             ["L1.1", "Dinas Lama", "L1", "PD", "2015-01-01"], ["L1.1.1", "Seksi Lama", "L1.1", "SEKSI", "2015-01-01"],
             ["L9", "Seksi Hilang", "L8", "SEKSI", ""]],
    "pegawai": [["nip", "nama", "gelar belakang"], *([nip(n), f"Orang Lama {n}", "S.Kom"] for n in range(12)),
                ["19850315201001190O", "Salah NIP", ""]],
    "jabatan": [["nip", "jenis jabatan", "jabatan", "eselon", "unit", "pimpinan", "tmt", "atasan", "nomor sk"],
                [nip(0), "Struktural", "Kepala Dinas Lama", "II.b", "L1.1", "Ya", "2016-01-01", "Wali Lama", "821/0"],
                [nip(1), "Struktural", "Kepala Seksi Lama", "IV.a", "L1.1.1", "Ya", "2017-01-01", nip(0), "821/1"],
                *([nip(n), "Fungsional", "Arsiparis Ahli Muda", "", "L1.1.1", "Tidak", "2018-01-01", nip(1),
                   f"821/{n}"] for n in range(2, 12))],
    "golongan": [["nip", "golongan", "tmt", "mk_tahun"], *([nip(n), "III/c", "2020-04-01", 10] for n in range(12)),
                 [nip(3), "III/c", "2020-04-02", 10]],
    "pendidikan": [["nip", "tingkat", "sekolah", "tahun lulus"], *([nip(n), "40", "Univ Lama", 2008]
                                                                   for n in range(3))],
    "keluarga": [["nip", "hubungan", "nama", "tanggal lahir"], [nip(2), "Anak", "Anak Lama", "2012-02-03"]],
}  # fmt: skip


@pytest.fixture
def user(app: Flask) -> Principal:
    f.jabatan()
    f.orang("Wali Lama", status="PEJABAT_NEGARA")
    found = f.principal(f.akun("bkpsdm"))
    commit()
    return found


def dump(folder: Path, tables: dict[str, list[list[Any]]] = TABLES) -> Path:
    named = {}
    for name, rows in tables.items():
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        named[name] = {"berkas": path.name, "baris": len(rows) - 1,
                       "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps({"tabel": named}), "utf-8")
    return folder


def counts() -> list[int]:
    tables = (Unit, Orang, Pegawai, r.RiwayatJabatan, r.RiwayatGolongan, r.RiwayatPendidikan, r.RiwayatLain, Keadaan)
    return [db.session.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in tables]


def test_a_dump_is_tried_loaded_compared_and_loaded_again(user: Principal, tmp_path: Path) -> None:
    folder, before = dump(tmp_path), counts()
    tried = simpeg.muat(folder, user, coba=True)
    assert [(one.tabel, one.baru, one.ditolak) for one in tried] == [
        ("unit", 3, 1), ("pegawai", 12, 1), ("jabatan", 12, 0), ("golongan", 12, 1), ("pendidikan", 3, 0),
        ("keluarga", 1, 0),
    ]  # fmt: skip
    assert counts() == before
    loaded = simpeg.muat(folder, user, coba=False)
    assert [one.hitungan() for one in loaded] == [one.hitungan() for one in tried]
    assert all(one.cocok for one in loaded)
    assert [one.register.baris for one in loaded] == [3, 12, 12, 12, 3, 1]
    assert [line[:5] for one in loaded for line in one.galat] == [
        ["unit", "5", "induk", "L8", "E_INDUK"], ["pegawai", "14", "nip", "19850315201001190O", "E_KARAKTER"],
        ["golongan", "14", "tmt", "2020-04-02", "E_TMT"],
    ]  # fmt: skip
    here = db.session.scalars(sa.select(Keadaan).where(Keadaan.nip == nip(5)).order_by(Keadaan.mulai.desc())).first()
    assert here is not None
    assert (here.nama, here.golongan, here.jabatan) == ("Orang Lama 5, S.Kom", "III/c", "Arsiparis Ahli Muda")
    boss = db.session.scalar(sa.select(Pegawai.nip).where(Pegawai.id == here.atasan_id))
    assert boss == nip(1)
    after = counts()
    again = simpeg.muat(folder, user, coba=False)
    assert [(one.baru, one.dilewati) for one in again] == [(0, 4), (0, 13), (0, 12), (0, 13), (0, 3), (0, 1)]
    db.session.execute(sa.delete(MuatSimpeg))
    anew = simpeg.muat(folder, user, coba=False)
    assert [one.sama for one in anew] == [3, 12, 12, 12, 3, 1]
    assert all(one.cocok for one in [*again, *anew])
    assert counts() == after


def test_a_load_that_was_cut_off_goes_on_there(user: Principal, tmp_path: Path, monkeypatch: Any) -> None:
    folder = dump(tmp_path, {name: TABLES[name] for name in ("unit", "pegawai", "jabatan")})
    monkeypatch.setattr(simpeg, "BATCH", 5)
    real, calls = tulis.masuk, []

    def dies(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(tulis, "masuk", dies)
    with pytest.raises(KeyboardInterrupt):
        simpeg.muat(folder, user, coba=False)
    rollback()
    monkeypatch.setattr(tulis, "masuk", real)
    results = simpeg.muat(folder, user, coba=False)
    assert sum(one.dilewati for one in results) > 0
    assert all(one.cocok for one in results)
    assert [one.register.baris for one in results] == [3, 12, 12]


def test_what_differs_from_its_manifest_or_from_the_register_is_told(user: Principal, tmp_path: Path) -> None:
    folder = dump(tmp_path, {"pegawai": TABLES["pegawai"][:4]})
    simpeg.muat(folder, user, coba=False)
    held = db.session.scalars(sa.select(Orang).where(Orang.nama == "Orang Lama 1")).one()
    held.nama = "Diubah Orang"
    assert [one.cocok for one in simpeg.muat(folder, user, coba=False)] == [False]
    with (folder / "pegawai.csv").open("a", encoding="utf-8") as file:
        file.write(f"{nip(20)},Tambahan,\n")
    with pytest.raises(simpeg.Refused, match="isinya berbeda"):
        simpeg.muat(folder, user, coba=True)
    (folder / "manifest.json").write_text('{"tabel": {"gaji": {"berkas": "../x.csv", "baris": 1, "sha256": ""}}}')
    with pytest.raises(simpeg.Refused, match="tidak dikenal"):
        simpeg.manifest(folder)


def test_the_command_reports_and_tells_by_its_exit_code(app: Flask, user: Principal, tmp_path: Path) -> None:
    folder = dump(tmp_path, {"unit": TABLES["unit"][:4]})
    good = app.test_cli_runner().invoke(args=["muat-simpeg", str(folder), "--sebagai", user.pengguna])
    assert (good.exit_code, "LULUS" in good.output) == (0, True)
    bad = app.test_cli_runner().invoke(args=["muat-simpeg", str(folder), "--sebagai", "bukan.siapa"])
    assert bad.exit_code == 1
    assert "tidak berwenang" in bad.output
