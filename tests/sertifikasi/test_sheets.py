"""The papers of certification, read back from the PDF."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image

from portal.kernel.reports import A4, write_many
from portal.kernel.reports.drawing import Label
from portal.kernel.reports.text import width
from portal.sertifikasi import sheets
from portal.sertifikasi.sheets.kertas import TEPI, Kertas
from portal.sertifikasi.sheets.sertifikat import _modul
from tests.sertifikasi import isian

TAUTAN = "https://contoh.go.id/sertifikasi/permohonan/0193b0c2-77aa-7d11-9a1e-1234567890ab"
NIK = "3201231503900001"
KERTAS: dict[str, tuple[Callable[[], dict[str, Any]], list[dict[str, Any]]]] = {
    "FR.APL.01": (isian.apl01, isian.tanda("ASESI", "ADMIN_LSP")),
    "FR.APL.02": (isian.apl02, isian.tanda("ASESI", "ASESOR")),
    "FR.AK.01": (isian.ak01, isian.tanda("ASESOR", "ASESI")),
    "FR.AK.02": (isian.ak02, isian.tanda("ASESI", "ASESOR")),
    "FR.AK.03": (isian.ak03, []),
    "FR.AK.04": (isian.ak04, isian.tanda("ASESI")),
    "FR.AK.05": (isian.ak05, isian.tanda("ASESOR")),
    "FR.AK.06": (isian.ak06, isian.tanda("ASESOR")),
    "FR.AK.07": (isian.ak07, isian.tanda("ASESOR", "ASESI")),
    "FR.MAPA.01": (isian.mapa01, isian.tanda("ASESOR")),
    "BA.ASESMEN": (isian.ba_asesmen, isian.tanda("ASESOR")),
    "BA.PLENO": (isian.ba_pleno, isian.tanda_komite()),
    "SK.HASIL": (isian.sk, isian.tanda("KETUA")),
    "SURAT.BNSP": (isian.surat, isian.tanda("KETUA")),
    "KARTU": (isian.kartu, []),
    "SALINAN": (isian.salinan, []),
    "SERTIFIKAT": (isian.sertifikat, isian.tanda("KETUA")),
}
# Codes (printed as words, as a mark or by striking the others) and dates (printed in words, tested by themselves).
KODE = {
    "versi_form", "jenis", "tujuan", "rekomendasi", "jawaban", "hasil", "metode", "kategori", "sebagai", "tanggal",
    "mulai", "selesai", "zona", "tanggal_lahir", "tanggal_asesmen", "diputus", "sampai", "status_per", "jenis_kelamin",
}  # fmt: skip
# Per paper, what it has no place for.
TANPA_TEMPAT = {
    "": {"kode", "alamat", "syarat.status", "unit.judul_en", "unit.standar"},
    "FR.APL.01": {"asesor", "tuk", "lsp"},
    "FR.APL.02": {"lsp", "tuk"},
    "FR.AK.01": {"lsp", "bukti", "pelaksanaan", "tuk.alamat", "tuk.kota", "skema.judul_en"},
    "FR.AK.02": {"lsp", "tuk.alamat", "tuk.kota"},
    "FR.AK.03": {"lsp", "tuk.alamat", "tuk.kota", "asesor.no_reg"},
    "FR.AK.04": {"lsp", "tuk", "asesor.no_reg"},
    "FR.AK.05": {"lsp", "asesi", "tuk.alamat", "tuk.kota"},
    "FR.AK.06": {"lsp", "tuk.alamat", "tuk.kota", "aspek.prinsip", "dimensi"},
    "FR.AK.07": {"lsp", "tuk.alamat", "tuk.kota", "potensi"},
    "FR.MAPA.01": {"lsp", "tuk.alamat", "tuk.kota", "pilihan", "baris.kode", "unit.jenis"},
    "BA.ASESMEN": {"asesi", "lsp.kota", "tuk.alamat", "tuk.kota", "skema.nomor", "baris.nomor", "baris.skema",
                   "baris.asesor", "baris.no_reg"},
    "BA.PLENO": {"asesi", "tuk", "asesor", "skema", "lsp.kota", "baris.organisasi", "baris.no_reg"},
    "SK.HASIL": {"asesi", "asesor", "tuk.alamat", "tuk.kota", "skema.nomor", "baris.nomor", "baris.skema",
                 "baris.organisasi"},
    "SURAT.BNSP": {"asesi", "asesor", "tuk", "skema", "lsp.kota"},
    "KARTU": {"lsp.kota", "tuk.kota", "asesor.no_reg"},
    "SALINAN": {"asesi", "asesor", "tuk", "ketua", "manajer", "bidang", "kualifikasi", "tempat", "lsp.kota"},
    "SERTIFIKAT": {"asesi", "asesor", "tuk", "blanko", "skema", "lsp.alamat", "lsp.lisensi"},
}  # fmt: skip


def buat(kode: str, **arguments: Any) -> bytes:
    isi, tanda = KERTAS[kode]
    return sheets.render(isi(), tanda, **{"tautan": TAUTAN, "nik": NIK, **arguments})


def baca(pdf: bytes) -> list[str]:
    """Text of every page."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [document[i].get_textpage().get_text_range() for i in range(len(document))]
    finally:
        document.close()


def rapat(teks: str) -> str:
    return re.sub(r"\s+|\ufffe", "", teks)


def semua(pdf: bytes) -> str:
    return rapat("".join(baca(pdf)))


def lembar(kode: str, isi: dict[str, Any] | None = None) -> Kertas:
    return sheets.halaman(isi or KERTAS[kode][0](), KERTAS[kode][1], tautan=TAUTAN, nik=NIK)


def label(k: Kertas) -> Iterator[tuple[int, Label]]:
    for i, sheet in enumerate(k._sheets):
        yield from ((i, one) for one in sheet.labels)


def tercoret(k: Kertas) -> set[str]:
    """Words with a stroke through them."""
    found = set()
    for i, one in label(k):
        for x1, y1, x2, _, thick in k._sheets[i].rules:
            middle = one.y + one.size * 0.3
            right = one.x + width(one.text, one.face, one.size)
            if thick == 0.9 and abs(y1 - middle) < 0.5 and x1 <= one.x <= right <= x2:
                found.add(one.text)
    return found


def teks_isi(isi: Any, tanpa: set[str], jalan: str = "") -> Iterator[str]:
    """Every text of the content that is neither a code nor left out of this paper."""
    if jalan in tanpa:
        return
    if isinstance(isi, dict):
        for key, value in isi.items():
            yield from teks_isi(value, tanpa, f"{jalan}.{key}".strip("."))
    elif isinstance(isi, list):
        for value in isi:
            yield from teks_isi(value, tanpa, jalan)
    elif isinstance(isi, str) and isi and jalan.rpartition(".")[2] not in KODE:
        yield isi


@pytest.mark.parametrize("kode", KERTAS)
def test_every_field_stands_on_paper(kode: str) -> None:
    tanpa = TANPA_TEMPAT[""] | TANPA_TEMPAT[kode] | {"skema.judul_en"}
    if kode == "FR.APL.01":
        tanpa = tanpa - {"unit.standar"}
    found = semua(buat(kode)).casefold()
    texts = list(teks_isi(KERTAS[kode][0](), tanpa))
    assert len(texts) > 6
    assert not [t for t in texts if rapat(t).casefold() not in found]


@pytest.mark.parametrize("kode", KERTAS)
def test_the_same_content_gives_the_same_bytes(kode: str) -> None:
    assert buat(kode) == buat(kode)


@pytest.mark.parametrize("kode", KERTAS)
def test_every_page_is_a4_with_its_number_hash_and_ribbon(kode: str) -> None:
    isi, tanda = KERTAS[kode]
    pdf = sheets.render(isi(), tanda, tautan=TAUTAN)
    pages = baca(pdf)
    for i, teks in enumerate(pages, 1):
        assert re.search(rf"[Hh]alaman {i}/{len(pages)}", teks)
        assert sheets.sidik(isi())[:12] in teks
        assert isi()["nomor"] in teks
        assert "CONTOH" in teks
    assert pdfium.PdfDocument(pdf).get_page_size(0) == pytest.approx(A4, abs=0.1)
    tanpa = sheets.render({**isi(), "contoh": False}, tanda)
    assert "CONTOH" not in re.sub("LSP (CONTOH|Contoh)", "", "".join(baca(tanpa)))


@pytest.mark.parametrize("kode", KERTAS)
def test_stored_signatures_are_printed_with_their_own_date(kode: str) -> None:
    teks = semua(buat(kode, zona="WITA"))
    for t in KERTAS[kode][1]:
        assert rapat(t["nama"]) in teks
        assert rapat(f"{t['pada'].day} November 2026, 11.42 WITA") in teks
        assert t["sha256"][:12] in teks
    assert teks.count("paraflayar") >= len(KERTAS[kode][1])


@pytest.mark.parametrize("kode", KERTAS)
def test_nothing_leaves_the_margins(kode: str) -> None:
    isi = KERTAS[kode][0]()
    isi = {**isi, "asesi": {"nama": isian.PANJANG}, "nama": isian.PANJANG}
    k = lembar(kode, isi)
    tepi = TEPI if kode != "SERTIFIKAT" else 54.0
    for _, one in label(k):
        assert one.x >= tepi - 0.01
        assert one.x + width(one.text, one.face, one.size) <= k.width - tepi + 0.5, one.text
        assert one.y >= 40


def test_forms_of_a_person_use_11_points_and_a_bold_title_at_the_left() -> None:
    for kode in [k for k in KERTAS if k.startswith("FR.")]:
        _, first = next(label(lembar(kode)))
        assert (first.x, first.size, first.face) == (TEPI, 12, "Arimo-Bold")
        assert first.text.startswith(kode)
    assert any(one.size == 11 and one.text == "Nama lengkap" for _, one in label(lembar("FR.APL.01")))


@pytest.mark.parametrize(
    ("kode", "ubah", "dicoret", "tinggal"),
    [
        ("FR.APL.01", {}, {"Laki-laki", "KKNI", "Klaster", "Tidak diterima"}, {"Wanita", "Okupasi"}),
        ("FR.APL.01", {"rekomendasi": ""}, {"Laki-laki", "KKNI", "Klaster"}, {"Tidak diterima"}),
        ("FR.APL.02", {"rekomendasi": "TIDAK"}, {"dapat", "KKNI", "Klaster"}, {"tidak dapat"}),
        ("FR.AK.01", {}, {"KKNI", "Klaster", "Tempat kerja", "Mandiri"}, set()),
        ("FR.AK.02", {}, {"Kompeten", "KKNI", "Klaster", "Tempat kerja", "Mandiri"}, set()),
        ("FR.AK.04", {}, {"KKNI", "Klaster"}, set()),
    ],
)
def test_what_was_not_chosen_is_struck_through_and_still_printed(
    kode: str, ubah: dict[str, Any], dicoret: set[str], tinggal: set[str]
) -> None:
    isi = {**KERTAS[kode][0](), **ubah}
    k = lembar(kode, isi)
    assert tercoret(k) == dicoret
    teks = semua(k.build())
    assert all(rapat(t) in teks for t in dicoret | tinggal)
    assert "*Coretyangtidakperlu" in teks


def test_apl01_breaks_between_its_parts_as_the_printed_form_does() -> None:
    satu, dua, tiga = baca(buat("FR.APL.01"))
    assert "Bagian 1" in satu
    assert NIK in satu
    assert "Bagian 2" in dua
    assert "3.1 Bukti Persyaratan Dasar Pemohon" in dua
    assert "3.2 Bukti Administratif" in tiga
    assert "Rekomendasi (diisi oleh LSP)" in tiga
    assert "5 November 2026, 10.42 WIB" in tiga
    assert "6 November 2026, 10.42 WIB" in tiga


def test_each_requirement_has_one_mark_and_an_unchecked_one_says_so() -> None:
    k = lembar("FR.APL.01")
    marks = [one for i, one in label(k) if one.text == "V"]
    assert len(marks) == 1 + 5  # the purpose, then five decided or missing rows
    assert len({round(m.x) for m in marks[1:]}) == 3
    assert "ada, belum diperiksa LSP" in "".join(baca(k.build()))


def test_a_draft_prints_lines_to_fill_in_and_no_question_marks() -> None:
    isi = {**isian.apl01(), "pribadi": {"nama": "Si", "tanggal_lahir": "kemarin"}, "pekerjaan": {}, "asesi": None}
    teks = "".join(baca(sheets.render(isi)))
    assert "kemarin" in teks
    assert "None" not in teks


def test_twelve_units_with_sixty_elemen_keep_rows_below_their_heads() -> None:
    isi = isian.apl02(unit=isian.unit_apl02(banyak=12, elemen=5, huruf=400))
    k = sheets.halaman(isi, isian.tanda("ASESI", "ASESOR"))
    pages = baca(k.build())
    teks = rapat("".join(pages))
    assert teks.count("akhir") >= sum(len(e["kuk"]) for u in isi["unit"] for e in u["elemen"])
    assert sum(len(u["elemen"]) for u in isi["unit"]) == 60
    for u in isi["unit"]:
        for e in u["elemen"]:
            assert rapat(f"{e['urut']}. Elemen: {e['judul']}") in teks
    for sheet in k._sheets[1:-1]:
        first = sheet.labels[0].text
        assert first.startswith("Unit Kompetensi"), first
        assert any(one.text == "BK" for one in sheet.labels)
    for sheet in k._sheets:
        assert all(y >= TEPI - 0.01 and y + h <= k.height - TEPI + 0.01 for _, y, _, h in sheet.boxes)
        _no_overlap(sheet.boxes)


def _no_overlap(boxes: list[tuple[float, float, float, float]]) -> None:
    cells = [b for b in boxes if b[2] > 12]
    for i, (x, y, w, h) in enumerate(cells):
        for x2, y2, w2, h2 in cells[i + 1 :]:
            assert x + w <= x2 + 0.1 or x2 + w2 <= x + 0.1 or y + h <= y2 + 0.1 or y2 + h2 <= y + 0.1


def test_a_row_taller_than_a_page_goes_on_with_its_answer_printed_again() -> None:
    unit = isian.unit_apl02()[:1]
    kuk = [{"nomor": f"1.{i}", "teks": "kata " * 80} for i in range(1, 25)]
    unit[0]["elemen"] = [{**unit[0]["elemen"][0], "kuk": kuk}]
    k = sheets.halaman(isian.apl02(unit=unit))
    marks = [i for i, one in label(k) if one.text == "V"]
    assert len(marks) >= 2
    assert marks == sorted(set(marks))
    teks = rapat("".join(baca(k.build())))
    assert all(f"1.{i}kata" in teks for i in range(1, 25))


def test_ak02_prints_every_method_and_result_in_every_row() -> None:
    isi = isian.ak02()
    k = lembar("FR.AK.02", isi)
    marks = sum(one.text == "V" for _, one in label(k))
    assert marks == sum(len(u["metode"]) + 1 for u in isi["unit"])
    teks = rapat("".join(baca(k.build())))
    assert all(rapat(words) in teks for _, words in sheets.METODE_AK02)


def test_ak01_ticks_what_was_agreed_and_shows_the_zone_of_the_tuk() -> None:
    k = lembar("FR.AK.01")
    assert sum(one.text == "V" for _, one in label(k)) == 3
    teks = "".join(baca(k.build()))
    assert "Kamis, 3 Desember 2026" in teks
    assert "09.00 s.d. 12.00 WITA" in teks
    assert "Lainnya: Simulasi evakuasi" in teks


def test_counts_are_written_in_words_and_never_as_passed_or_failed() -> None:
    teks = "".join(baca(buat("BA.ASESMEN")))
    assert "Kompeten: 9 (sembilan) orang" in teks
    assert "Belum kompeten: 3 (tiga) orang" in teks
    for kode in KERTAS:
        assert not re.search(r"\b(lulus|gagal)\b", "".join(baca(buat(kode))), re.IGNORECASE)


def test_a_long_list_repeats_its_head_and_its_signature_is_never_alone() -> None:
    for isi in (isian.sk(90), isian.ba_asesmen(90)):
        pages = baca(sheets.render(isi, isian.tanda("KETUA", "ASESOR")))
        assert len(pages) > 3
        rows = [p for p in pages if "Asesi Uji" in p]
        assert all("Nama Asesi" in p for p in rows)
        assert "Asesi Uji 90" in pages[-1]
        assert "paraf layar" in pages[-1]


def test_a_correcting_sk_names_the_one_it_corrects() -> None:
    teks = "".join(baca(sheets.render({**isian.sk(), "koreksi": "SK-2026-0005"})))
    assert "mengoreksi Keputusan Nomor SK-2026-0005" in teks.replace("\r\n", " ")


def test_a_refused_signature_says_so() -> None:
    tanda = [{**isian.tanda("ASESI")[0], "catatan": "menolak menandatangani, saksi: Dewi Lestari"}]
    teks = semua(sheets.render(isian.ak02(), tanda))
    assert "menolakmenandatangani,saksi:DewiLestari" in teks
    assert "paraflayar" not in teks


@pytest.mark.parametrize("kode", ["FR.APL.01", "FR.APL.02", "FR.AK.02", "FR.AK.03", "FR.AK.04", "FR.AK.05"])
def test_remarks_longer_than_a_page_stay_whole_and_inside(kode: str) -> None:
    panjang = " ".join(f"kata{i}" for i in range(900))
    isi = {**KERTAS[kode][0](), "catatan": panjang, "alasan": panjang, "tindak_lanjut": panjang, "aspek": panjang}
    k = lembar(kode, isi)
    teks = rapat("".join(baca(k.build())))
    assert all(f"kata{i}" in teks for i in range(900))
    for sheet in k._sheets:
        assert all(y >= TEPI - 0.01 and y + h <= k.height - TEPI + 0.01 for _, y, _, h in sheet.boxes)


# The certificate ------------------------------------------------------------------------------------------


def test_the_certificate_carries_numbers_dates_and_the_address_of_its_check() -> None:
    depan, belakang = baca(buat("SERTIFIKAT"))
    for teks in (
        "No. 84234 1439 3 0000123 2026", "No. Reg. PBN.0001.00123 2026", "Ratna Wulandari, S.Kom.",
        "Disaster Management",
        "3 (tiga) tahun, sampai dengan 11 Desember 2029", "3 (three) years", "Sagara, 20 Desember 2026",
        "https://contoh.go.id/verifikasi/8KJ4XW2M3P", "Dr. Sri Wahyuni, M.Si.",
    ):  # fmt: skip
        assert teks in depan
    for u in isian.unit_skema():
        assert u["kode"] in belakang
    assert "Hendra Gunawan" in belakang
    assert "Foto 3 x 4" in belakang


def test_a_name_of_a_hundred_letters_becomes_smaller_and_stays_whole() -> None:
    k = sheets.halaman(isian.sertifikat(nama=isian.PANJANG))
    parts = [one for i, one in label(k) if i == 0 and one.text in isian.PANJANG and one.face == "Arimo-Bold"]
    assert " ".join(one.text for one in parts) == isian.PANJANG
    assert {one.size for one in parts} < {s / 2 for s in range(12, 46)}
    pendek = next(one for _, one in label(lembar("SERTIFIKAT")) if one.text == "Ratna Wulandari, S.Kom.")
    assert parts[0].size < pendek.size


def test_the_overlay_prints_data_alone_and_moves_with_the_paper() -> None:
    isi = isian.sertifikat(bentuk="BLANKO", contoh=False)
    teks = "".join(baca(sheets.render(isi)))
    assert "84234 1439 3 0000123 2026" in teks
    assert "Ratna Wulandari" in teks
    for tetap in ("SERTIFIKAT KOMPETENSI", "Dengan ini", "Badan Nasional", "Daftar Unit", "Foto"):
        assert tetap not in teks
    a = next(one for _, one in label(sheets.halaman(isi)))
    b = next(one for _, one in label(sheets.halaman({**isi, "geser": [2, -3]})))
    assert (b.x - a.x, b.y - a.y) == pytest.approx((2 * 72 / 25.4, -3 * 72 / 25.4))


def test_without_an_official_number_there_is_no_certificate_but_a_copy_of_the_data() -> None:
    with pytest.raises(ValueError, match="belum bernomor"):
        sheets.render(isian.sertifikat(nomor=""))
    with pytest.raises(KeyError, match="sampai"):
        sheets.render(isian.sertifikat(sampai=""))
    teks = "".join(baca(sheets.render(isian.salinan(nomor=""))))
    assert "menunggu nomor dari BNSP" in teks
    assert "Lembar ini bukan sertifikat" in teks
    assert "Berlaku (per 21 Desember 2026)" in teks


def test_many_units_go_on_over_pages_of_the_back() -> None:
    isi = isian.sertifikat(unit=isian.unit_skema(40), tanda_qr="PMS1:" + "A0" * 200)
    pages = baca(sheets.render(isi))
    assert len(pages) == 3
    assert all("Kode Unit" in p for p in pages[1:])
    assert "Periksa tanpa internet" in pages[-1]


@pytest.mark.parametrize("jenis", ["PNG", "JPEG"])
def test_a_photo_is_printed_and_keeps_the_bytes_equal(jenis: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), (200, 20, 20)).save(out, jenis)
    for kode in ("SERTIFIKAT", "KARTU"):
        pdf = buat(kode, foto=out.getvalue())
        assert pdf == buat(kode, foto=out.getvalue())
        assert "Foto 3 x 4" not in "".join(baca(pdf))
        assert len(pdf) > 500


def test_the_dark_runs_of_a_code_are_its_modules() -> None:
    size, runs = _modul("PMS1:ABC")
    assert size >= 21
    assert all(c >= 0 and c + n <= size and 0 <= r < size for c, r, n in runs)
    assert (0, 0, 7) in runs


# Around the papers ----------------------------------------------------------------------------------------


def test_unknown_papers_and_times_without_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="tidak dikenal"):
        sheets.render({"kode": "FR.X.99"})
    with pytest.raises(KeyError):
        sheets.render({"kode": "FR.APL.02"})
    with pytest.raises(ValueError, match="tanpa zona"):
        sheets.render(isian.ak04(), [{"peran": "ASESI", "nama": "A", "pada": datetime(2026, 11, 5)}])  # noqa: DTZ001


def test_iso_text_and_datetime_print_the_same_signature() -> None:
    tanda = isian.tanda("ASESI")
    teks = [{**t, "pada": t["pada"].isoformat()} for t in tanda]
    assert sheets.render(isian.ak04(), tanda) == sheets.render(isian.ak04(), teks)


def test_file_names_are_safe_in_any_header() -> None:
    assert sheets.nama_berkas(isian.apl01()) == "APL01_PMH-2026-000123_RATNA-WULANDARI.pdf"
    nama = sheets.nama_berkas({**isian.apl01(), "asesi": {"nama": "O'Neil \r\nX: Ñandú/../" + "a" * 200}})
    assert re.fullmatch(r"[A-Z0-9_.-]+\.pdf", nama)
    assert len(nama) < 120


def test_the_hash_does_not_depend_on_the_order_of_fields() -> None:
    isi = isian.apl01()
    assert sheets.sidik(isi) == sheets.sidik(dict(reversed(isi.items())))
    assert sheets.sidik(isi) != sheets.sidik({**isi, "catatan": ""})


def test_several_papers_go_into_one_file_with_their_own_numbers() -> None:
    out = io.BytesIO()
    write_many([lembar("FR.APL.01"), lembar("FR.AK.01")], out)
    pages = baca(out.getvalue())
    assert len(pages) == 4
    assert "Halaman 1/1" in pages[-1]


def test_hostile_text_is_printed_as_text() -> None:
    jahat = "<b>&amp;</b> \u202e=HYPERLINK() 漢字 😀 \x00"
    teks = semua(sheets.render({**isian.ak04(), "alasan": jahat}))
    assert "<b>&amp;</b>=HYPERLINK()" in teks
