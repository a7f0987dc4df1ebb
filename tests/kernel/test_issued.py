"""Papers the portal has issued: codes nobody can guess, numbers without gap, found in any spelling."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import issued
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.issued import ALPHABET, DokumenTerbit, find, register, reserve
from tests.kernel.sessions import together


def test_a_code_has_twelve_signs_that_cannot_be_misread(app: Flask) -> None:
    codes = [reserve("uji")[0] for _ in range(100)]
    assert len(set(codes)) == 100
    assert {len(code) for code in codes} == {12}
    assert not set("".join(codes)) & set("01OIL")
    assert set("".join(codes)) <= set(ALPHABET)


def test_numbers_count_per_series_and_year(app: Flask, jam: Any) -> None:
    assert [reserve("pks")[1] for _ in range(2)] == ["PKS-2026-000001", "PKS-2026-000002"]
    assert reserve("evaluasi")[1] == "EVALUASI-2026-000001"
    jam.move_to("2026-12-31T16:59:59+00:00")
    assert reserve("pks")[1] == "PKS-2026-000003"
    jam.move_to("2026-12-31T17:00:01+00:00")
    assert reserve("pks")[1] == "PKS-2027-000001", "it is New Year where the office is"


def test_a_paper_that_was_not_made_leaves_no_gap(app: Flask, jam: Any) -> None:
    reserve("pks")
    commit()
    reserve("pks")
    rollback()
    assert reserve("pks")[1] == "PKS-2026-000002"


def test_papers_made_at_once_never_share_a_number(serentak: Flask) -> None:
    def make() -> str:
        kode, nomor = reserve("pks")
        register(kode, nomor, "PKS", {}, "0" * 64)
        commit()
        return nomor

    made = together(serentak, *[make] * 5)
    assert sorted(text.rpartition("-")[2] for text in made) == [f"{n:06d}" for n in range(1, 6)]


@pytest.mark.parametrize("spelling", [
    "ABCD2345WXYZ", "abcd2345wxyz", "ABCD-2345-WXYZ", " abcd 2345 wxyz ", "ABCD.2345/WXYZ\n",
])  # fmt: skip
def test_a_paper_is_found_in_any_spelling(app: Flask, jam: Any, spelling: str) -> None:
    key = register("ABCD2345WXYZ", "PKS-2026-000001", "PKS bulanan", {"Pegawai": "Siti"}, "ab" * 32)
    found = find(spelling)
    assert found is not None
    assert (found.id, found.nomor, found.judul) == (key, "PKS-2026-000001", "PKS bulanan")
    assert (found.perihal, found.terbit_at, found.dicabut_at) == ({"Pegawai": "Siti"}, now(), None)


@pytest.mark.parametrize("text", ["", "ABCD2345WXY", "ABCD2345WXYZZ", "0000", "%", "ABCD2345WXYA", "\x00", "文" * 12])
def test_what_was_never_issued_is_not_found(app: Flask, text: str) -> None:
    register("ABCD2345WXYZ", "PKS-2026-000001", "PKS", {}, "ab" * 32)
    assert find(text) is None


def test_a_code_is_given_once(app: Flask) -> None:
    register("ABCD2345WXYZ", "1", "A", {}, "a")
    with pytest.raises(sa.exc.IntegrityError):
        register("ABCD2345WXYZ", "2", "B", {}, "b")
    rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DokumenTerbit)) == 0


def test_a_module_answers_for_papers_of_its_own_kind(probed: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def look(kode: str) -> issued.Statement | None:
        asked.append(kode)
        return issued.Statement("uji.html", {"isi": "ditangguhkan"}) if kode == "SERTIFIKAT" else None

    monkeypatch.setattr(issued, "LOOKUPS", [lambda kode: None, look])
    browser = probed.test_client()
    assert "ditangguhkan" in browser.get("/verifikasi/SERTIFIKAT").get_data(as_text=True)
    assert browser.get("/verifikasi/LAIN").status_code == 404
    assert browser.get(f"/verifikasi/{'A' * 41}").status_code == 404
    assert asked == ["SERTIFIKAT", "LAIN"], "what is too long to be a code is not looked for"
