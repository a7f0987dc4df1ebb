"""Schemes are changed as drafts: copy, fields, requirements, units from a file, publishing, confirmation."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter
from flask import Flask

from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.sertifikasi.skema import lembar, services, sunting
from portal.sertifikasi.skema import models as m
from tests.kernel.factories import UserFactory, give
from tests.sertifikasi.factories import skema_versi

PAGE = "/sertifikasi/kelola-skema"
HEAD = ["kode", "judul", "judul_en", "elemen", "kuk"]


@pytest.fixture
def people(app: Flask) -> dict[str, Any]:
    found = {"": UserFactory()}
    for role in ("sekretariat_lsp", "manajer_sertifikasi", "ketua_lsp", "asesor", "pihak_ketiga"):
        found[role] = UserFactory(nama=f"{role} uji")
        give(found[role], role)
    return found


@pytest.fixture
def version(app: Flask) -> m.SkemaVersi:
    return skema_versi()


def drafts() -> list[m.SkemaVersi]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(m.SkemaVersi).where(m.SkemaVersi.status == m.DRAF)))


def draft(version: m.SkemaVersi, people: dict[str, Any], masuk: Any) -> tuple[Any, m.SkemaVersi]:
    """The sekretariat with a draft of this scheme."""
    client = masuk(people["sekretariat_lsp"])
    assert client.post(f"{PAGE}/{version.id}", data={"aksi": "draf"}).status_code == 303
    return client, drafts()[0]


def fields(row: m.SkemaVersi, **changes: str) -> dict[str, str]:
    """The form as the page shows it."""
    form = {"aksi": "simpan", "stempel": sunting.stamp(row), "judul": row.judul, "nomor": row.nomor,
            "masa_berlaku_bulan": str(row.masa_berlaku_bulan), "surveilan": "12, 24", "biaya": "",
            "sub_klaster": "Hunian/Shelter", "jenjang": "Petugas", "moda-LURING": "1"}  # fmt: skip
    for number, one in enumerate(services.requirements_of(row.id), 1):
        form |= {
            f"s{number}-{name}": str(getattr(one, name)) for name in ("teks", "kategori", "sifat", "grup", "jenis")
        }
    return {**form, **changes}


def csv_file(*lines: list[str], delimiter: str = ",") -> bytes:
    return "\ufeff".encode() + "\r\n".join(delimiter.join(line) for line in [HEAD, *lines]).encode()


def xlsx_file(*lines: list[str]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate([HEAD, *lines]):
            for column, cell in enumerate(line):
                if cell:
                    sheet.write_string(at, column, cell)
    return out.getvalue()


# ---- drafts


def test_a_draft_is_a_copy_that_starts_as_an_example(version: m.SkemaVersi, people: Any, masuk: Any) -> None:
    _, row = draft(version, people, masuk)
    assert (row.versi, row.contoh, row.nomor) == (2, True, version.nomor)
    assert [u.kode for u in services.units_of(row.id)] == [u.kode for u in services.units_of(version.id)]
    assert len(services.requirements_of(row.id)) == 7


def test_a_scheme_has_one_draft(version: m.SkemaVersi, people: Any, masuk: Any) -> None:
    client, row = draft(version, people, masuk)
    assert client.post(f"{PAGE}/{version.id}", data={"aksi": "draf"}).status_code == 409
    assert client.post(f"{PAGE}/{row.id}", data={"aksi": "buang"}).status_code == 303
    assert drafts() == []
    assert client.post(f"{PAGE}/{version.id}", data={"aksi": "buang"}).status_code == 409


def test_a_published_version_is_never_changed(version: m.SkemaVersi, people: Any, masuk: Any) -> None:
    client = masuk(people["sekretariat_lsp"])
    assert client.post(f"{PAGE}/{version.id}", data=fields(version, judul="Judul lain")).status_code == 409
    data = {"berkas": (io.BytesIO(csv_file(["A", "B", "", "C", "D"])), "a.csv")}
    assert client.post(f"{PAGE}/{version.id}/impor", data=data).status_code == 409


def test_fields_and_requirements_are_stored(version: m.SkemaVersi, people: Any, masuk: Any) -> None:
    client, row = draft(version, people, masuk)
    form = fields(row, judul="Petugas Tenda dan Barak", masa_berlaku_bulan="24", surveilan="12", biaya="Rp 1.250.000",
                  pendaftaran_tutup="2026-12-31") | {"s8-teks": "Surat izin atasan", "s8-kategori": "ADMINISTRATIF",
                  "s8-sifat": "OPSIONAL", "s8-jenis": "LAINNYA", "s8-umur": "6", "s1-teks": ""}  # fmt: skip
    assert client.post(f"{PAGE}/{row.id}", data=form).status_code == 303
    row = drafts()[0]
    assert (row.judul, row.masa_berlaku_bulan, row.surveilan, row.biaya) == (
        "Petugas Tenda dan Barak",
        24,
        [12],
        1250000,
    )
    assert row.pendaftaran_tutup == date(2026, 12, 31)
    rows = services.requirements_of(row.id)
    assert [(r.kategori, r.urut) for r in rows] == [("DASAR", n) for n in (1, 2, 3)] + [
        ("ADMINISTRATIF", n) for n in (1, 2, 3, 4)
    ]
    assert (rows[-1].teks, rows[-1].umur_maks_bulan) == ("Surat izin atasan", 6)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"judul": "x"}, "Isi judul"), ({"masa_berlaku_bulan": "0"}, "Masa berlaku"),
        ({"masa_berlaku_bulan": "²"}, "Masa berlaku"), ({"surveilan": "24, 12"}, "berurutan"),
        ({"surveilan": "12, 48"}, "berurutan"), ({"surveilan": "tiap tahun"}, "berurutan"),
        ({"biaya": "gratis"}, "Biaya"), ({"berlaku_mulai": "31/12/2026"}, "Tulis tanggal"),
        ({"s2-grup": "lain"}, "grup yang sama"), ({"s1-jenis": "RAHASIA"}, "Persyaratan 1"),
        ({"s1-umur": "-1"}, "Persyaratan 1"), ({f"s{n}-teks": "" for n in range(1, 8)}, "sedikitnya satu persyaratan"),
    ],
)  # fmt: skip
def test_bad_input_changes_nothing(version: m.SkemaVersi, people: Any, masuk: Any, changes: Any, words: str) -> None:
    client, row = draft(version, people, masuk)
    answer = client.post(f"{PAGE}/{row.id}", data=fields(row, **changes))
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert drafts()[0].judul == version.judul
    assert len(services.requirements_of(row.id)) == 7


def test_somebody_elses_draft_is_not_overwritten(version: m.SkemaVersi, people: Any, masuk: Any) -> None:
    client, row = draft(version, people, masuk)
    seen = fields(row, judul="Judul pertama")
    assert client.post(f"{PAGE}/{row.id}", data=seen).status_code == 303
    assert client.post(f"{PAGE}/{row.id}", data={**seen, "judul": "Judul kedua"}).status_code == 409
    assert drafts()[0].judul == "Judul pertama"


def test_a_unit_leaves_the_draft_only(version: m.SkemaVersi, people: Any, masuk: Any) -> None:
    client, row = draft(version, people, masuk)
    first = services.units_of(row.id)[0].id
    client.post(f"{PAGE}/{row.id}", data=fields(row, **{f"lepas-{first}": "1"}))
    assert len(services.units_of(row.id)) == 1
    assert len(services.units_of(version.id)) == 2


# ---- units from a file


def official(kode: str) -> list[list[str]]:
    return [
        [kode, "Memasang Tenda Keluarga", "Erecting Family Tents", "1. Menyiapkan alat", "1.1 Alat diperiksa"],
        ["", "", "", "", "1.3 Alat dihitung, dan dicatat".replace(",", "")],
        ["", "", "", "Memasang tenda", "Tenda berdiri tegak"],
    ]


@pytest.mark.parametrize("make", [csv_file, xlsx_file, lambda *lines: csv_file(*lines, delimiter=";")])
def test_a_file_is_compared_first_and_applied_on_a_second_press(
    version: m.SkemaVersi, people: Any, masuk: Any, make: Any
) -> None:  # fmt: skip
    client, row = draft(version, people, masuk)
    kode = services.units_of(row.id)[0].kode
    before = services.units_of(version.id)[0].id
    body = make(*official(kode), ["X.1", "Unit Baru", "", "Langkah", "Langkah dilakukan"])
    answer = client.post(f"{PAGE}/{row.id}/impor", data={"berkas": (io.BytesIO(body), "unit.dat")})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "1 baru, 1 berubah, 0 sama" in text
    assert "<ins>1.1 Alat diperiksa</ins>" in text
    assert services.units_of(row.id)[0].id == before
    token = text.split('name="tanda" value="')[1].split('"')[0]
    assert client.post(f"{PAGE}/{row.id}/impor", data={"aksi": "terapkan", "tanda": token}).status_code == 303
    db.session.expire_all()
    units = services.units_of(row.id)
    assert [u.kode for u in units] == [kode, services.units_of(version.id)[1].kode, "X.1"]
    assert (units[0].versi, units[0].judul_en, units[0].status_data) == (2, "Erecting Family Tents", "imported")
    assert [(e.judul, [k.nomor for k in e.kuk]) for e in units[0].elemen] == [
        ("Menyiapkan alat", ["1.1", "1.3"]), ("Memasang tenda", ["2.1"]),
    ]  # fmt: skip
    assert services.units_of(version.id)[0].id == before, "running applications keep their unit"


def test_the_same_words_are_one_unit_version(version: m.SkemaVersi, people: Any, masuk: Any) -> None:
    _, row = draft(version, people, masuk)
    units, faults = lembar.read(csv_file(*official(services.units_of(row.id)[0].kode)), "a.csv")
    assert faults == []
    user = people["sekretariat_lsp"]
    assert sunting.apply(row, units, user) == (0, 1)
    assert sunting.apply(row, units, user) == (0, 0)


def test_a_checked_file_belongs_to_who_sent_it(version: m.SkemaVersi, people: Any, masuk: Any) -> None:
    _, row = draft(version, people, masuk)
    token = sunting.keep(row, [], people["manajer_sertifikasi"])
    client = masuk(people["sekretariat_lsp"])
    for sent in (token, "", "../x", "é"):
        answer = client.post(f"{PAGE}/{row.id}/impor", data={"aksi": "terapkan", "tanda": sent})
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([["", "Judul", "", "E", "K"]], "baris 2: kode belum diisi"),
        ([["A", "", "", "E", "K"]], "unit A: judul belum diisi"),
        ([["A", "J", "", "", "K"]], "baris 2: elemen belum diisi"),
        ([["A", "J", "", "E", ""]], "belum ada KUK"),
        ([["A", "J", "", "", ""]], "unit A: belum ada elemen"),
        ([["A", "J", "", "E", "K"], ["A", "J2", "", "E", "K"]], "baris 3: judul unit A berbeda"),
        ([["A", "J", "", "E", "x" * 601]], "baris 2: teks lebih dari 600 huruf"),
    ],
)
def test_faults_are_named_by_line(lines: list[list[str]], words: str) -> None:
    _, faults = lembar.read(csv_file(*lines), "a.csv")
    assert any(words in fault for fault in faults), faults


def bad_workbook(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "kosong"), (b"a,b\n1,2", "Kolom tidak ada"), (b"PK\x03\x04rusak", "rusak"), (b"x" * 3_000_000, "2 MB"),
        (b"\x00\x01\x02", "bukan CSV"),
        (bad_workbook(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "rusak"),
        (bad_workbook(b" " * (31 * 1024 * 1024)), "terlalu besar setelah dibuka"),
        (bad_workbook(b"<tidak selesai"), "rusak"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        lembar.read(body, "a.xlsx")


def test_a_formula_is_only_text(version: m.SkemaVersi) -> None:
    units, faults = lembar.read(csv_file(["A", "=HYPERLINK(1)", "", "+E", "-K"]), "a.csv")
    assert (units[0].judul, faults) == ("=HYPERLINK(1)", [])


# ---- publishing and confirming


def test_the_manajer_publishes_and_the_old_version_stays(
    version: m.SkemaVersi, people: Any, masuk: Any, jam: Any
) -> None:
    _, row = draft(version, people, masuk)
    key = row.id
    client = masuk(people["manajer_sertifikasi"])
    assert client.post(f"{PAGE}/{key}/putusan", data={"aksi": "terbit"}).status_code == 303
    assert drafts() == []
    found = {v.versi: v for v in db.session.scalars(sa.select(m.SkemaVersi))}
    assert (found[2].status, found[2].berlaku_mulai, found[1].status) == (m.TERBIT, date(2026, 11, 21), m.TERBIT)
    assert client.post(f"{PAGE}/{key}/putusan", data={"aksi": "terbit"}).status_code == 409


def test_a_version_without_units_is_not_published(version: m.SkemaVersi, people: Any, masuk: Any) -> None:
    _, row = draft(version, people, masuk)
    db.session.execute(sa.delete(m.SkemaUnit).where(m.SkemaUnit.skema_versi_id == row.id))
    client = masuk(people["manajer_sertifikasi"])
    assert client.post(f"{PAGE}/{row.id}/putusan", data={"aksi": "terbit"}).status_code == 409


def test_confirming_needs_the_statement_a_number_and_the_manajer(
    version: m.SkemaVersi, people: Any, masuk: Any
) -> None:
    _, row = draft(version, people, masuk)
    client, path = masuk(people["manajer_sertifikasi"]), f"{PAGE}/{row.id}/putusan"
    assert client.post(path, data={"aksi": "resmi"}).status_code == 422
    row.nomor = ""
    assert client.post(path, data={"aksi": "resmi", "pernyataan": "1"}).status_code == 409
    row = drafts()[0]
    row.nomor = "SKM/01/2026"
    assert client.post(path, data={"aksi": "resmi", "pernyataan": "1"}).status_code == 303
    row = drafts()[0]
    assert (row.contoh, row.dikonfirmasi_oleh_id) == (False, people["manajer_sertifikasi"].id)
    assert "manajer_sertifikasi uji" in client.get(f"{PAGE}/{row.id}").get_data(as_text=True)
    assert client.post(path, data={"aksi": "resmi", "pernyataan": "1"}).status_code == 409


def test_a_change_after_the_confirmation_brings_the_ribbon_back(version: m.SkemaVersi, people: Any, masuk: Any) -> None:
    client, row = draft(version, people, masuk)
    services.confirm(row, people["manajer_sertifikasi"])
    assert client.post(f"{PAGE}/{row.id}", data=fields(row, judul="Judul sesudahnya")).status_code == 303
    row = drafts()[0]
    assert (row.contoh, row.dikonfirmasi_at, row.dikonfirmasi_oleh_id) == (True, None, None)


@pytest.mark.parametrize(
    ("role", "reads", "edits", "decides"),
    [("sekretariat_lsp", True, True, False), ("manajer_sertifikasi", True, False, True),
     ("ketua_lsp", True, False, True), ("asesor", False, False, False), ("pihak_ketiga", False, False, False),
     ("", False, False, False)],
)  # fmt: skip
def test_each_role_does_its_part(
    version: m.SkemaVersi, people: Any, masuk: Any, role: str, reads: bool, edits: bool, decides: bool
) -> None:
    client, path = masuk(people[role]), f"{PAGE}/{version.id}"
    client.checks_pages = role in ("sekretariat_lsp", "manajer_sertifikasi")
    assert (client.get(PAGE).status_code == 200) == reads
    assert (client.get(path).status_code == 200) == reads
    assert (client.get(f"{path}/impor").status_code == 200) == edits
    assert (client.post(path, data={"aksi": "draf"}).status_code != 403) == edits
    assert (client.post(f"{path}/putusan", data={"aksi": "terbit"}).status_code != 403) == decides


def test_without_the_form_token_nothing_happens(version: m.SkemaVersi, people: Any, masuk: Any) -> None:
    client = masuk(people["sekretariat_lsp"])
    client.csrf = ""
    client.checks_pages = False  # a stranger's token is sent back as it came
    assert client.post(f"{PAGE}/{version.id}", data={"aksi": "draf"}).status_code == 409
    assert drafts() == []
