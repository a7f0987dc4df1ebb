import gc
import io
import re
import tracemalloc
from datetime import date
from itertools import pairwise

import pypdfium2 as pdfium
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.reports import (
    A4,
    F4,
    Box,
    Cell,
    Group,
    Letterhead,
    Page,
    Para,
    Section,
    Signature,
    write_many,
)
from portal.kernel.reports.page import SIDE
from portal.kernel.reports.text import (
    BOLD,
    FACES,
    ITALIC,
    REGULAR,
    _widths,
    balance,
    clean,
    register_fonts,
    width,
    wrap,
)

ALAMAT = "https://pamong.sagarakota.go.id"
PANJANG = " ".join(f"kata{i}" for i in range(400))


def halaman(**lain):
    pilihan = {"nomor": "UJI-2026-000001", "kode": "7F3K-92QD", "alamat": ALAMAT, "ulang": "Uji kepala"} | lain
    return Page("Dokumen uji", **pilihan)


def baca(page):
    """Text of every page, as a reader's program finds it."""
    pdf = pdfium.PdfDocument(page if isinstance(page, bytes) else page.build())
    isi = [re.sub(r"\s+", " ", lembar.get_textpage().get_text_bounded()) for lembar in pdf]
    pdf.close()
    return isi


def kotak_huruf(page):
    """(page number, left, bottom, right, top) of every printed character."""
    pdf = pdfium.PdfDocument(page.build())
    for n, lembar in enumerate(pdf):
        teks = lembar.get_textpage()
        for i in range(teks.count_chars()):
            if teks.get_text_range(i, 1).strip():
                yield n, *teks.get_charbox(i)
    pdf.close()


# Text -----------------------------------------------------------------------------------------------------


def test_the_three_faces_cover_the_same_characters():
    register_fonts()
    assert _widths.__wrapped__(BOLD) == _widths(BOLD)
    assert _widths(REGULAR).keys() == _widths(BOLD).keys() == _widths(ITALIC).keys()
    assert set("“Ketersediaan ≥ 99,5% – 12 °C” é ñ •…Rp") <= {chr(c) for c in _widths(REGULAR)}


@pytest.mark.parametrize(
    ("teks", "hasil"),
    [
        ("biasa saja", "biasa saja"),
        ("Café", "Café"),
        ("Cafe\u0301", "Café"),
        ("a\tb", "a b"),
        ("a\x00b\u200bc", "abc"),
        ("pe\u00adnuh", "penuh"),
        ("ﬁle", "file"),
        ("Ａ１", "A1"),
        ("日", "?"),
        ("😀", "?"),
        ("a\r\nb\nc", "a\nb\nc"),
        ("", ""),
        ("½ kg", "½ kg"),
    ],
)
def test_only_characters_that_can_be_drawn_remain(teks, hasil):
    assert clean(teks) == hasil


@given(st.text())
def test_every_text_can_be_measured_after_cleaning(teks):
    for baris in clean(teks).split("\n"):
        for face in FACES:
            assert width(baris, face, 8) >= 0


@given(st.text(alphabet="ab /-_.,Wi\n", max_size=200), st.floats(8, 200))
def test_lines_fit_their_room_and_lose_nothing(teks, ruang):
    baris = wrap(teks, REGULAR, 8, ruang)
    assert "".join(baris).replace(" ", "") == teks.replace(" ", "").replace("\n", "")
    assert all(len(b) == 1 or width(b, REGULAR, 8) <= ruang + 0.01 for b in baris)


def test_centred_titles_break_into_lines_of_like_length():
    judul = "BADAN KEPEGAWAIAN DAN PENGEMBANGAN SUMBER DAYA MANUSIA"
    assert balance(judul, BOLD, 14, 400) == ["BADAN KEPEGAWAIAN DAN", "PENGEMBANGAN SUMBER DAYA MANUSIA"]
    assert balance("INSPEKTORAT", BOLD, 14, 400) == ["INSPEKTORAT"]


def test_an_address_breaks_after_its_slashes_and_a_long_word_anywhere():
    assert wrap("https://contoh.go.id/a/bcdefgh", REGULAR, 8, 80) == ["https://contoh.go.id/a/", "bcdefgh"]
    assert wrap("aaaaaaaaaa bb", REGULAR, 8, 25) == ["aaaaa", "aaaaa", "bb"]
    assert wrap("x " + "W" * 9, REGULAR, 8, 3) == ["x", *["W"] * 9]


# Parts of a page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ukuran", "mendatar", "lebar", "tinggi"),
    [
        (A4, False, 595.28, 841.89),
        (A4, True, 841.89, 595.28),
        (F4, True, 935.43, 609.45),
    ],
)
def test_paper_sizes(ukuran, mendatar, lebar, tinggi):
    pdf = pdfium.PdfDocument(halaman(ukuran=ukuran, mendatar=mendatar).build())
    assert [round(x, 1) for x in pdf[0].get_size()] == [round(lebar, 1), round(tinggi, 1)]
    pdf.close()


def test_letterhead_title_fields_and_text_stand_in_reading_order():
    page = halaman()
    page.letterhead(Letterhead("Pemerintah Kota Sagara", "Dinas Komunikasi", "Jalan Bahari 12"))
    page.title("SURAT UJI", "TAHUN 2026", formulir="FORMULIR B.1.1")
    page.pairs(("", "Kota Sagara"), ("Periode", "September 2026"))
    page.fields(("Nama lengkap", "Ratna Wulandari"), NIP="199003152015032904")
    page.heading("A. Bagian pertama")
    page.text("Isi bagian pertama.")
    page.space(10)
    page.text("Di tengah.", align="c", face=ITALIC)
    isi = baca(page)[0]
    urut = [
        "PEMERINTAH KOTA SAGARA",
        "DINAS KOMUNIKASI",
        "Jalan Bahari 12",
        "SURAT UJI",
        "TAHUN 2026",
        "Kota Sagara",
        "Periode: September 2026",
        "Nama lengkap",
        "Ratna Wulandari",
        "NIP",
        "199003152015032904",
        "A. Bagian pertama",
        "Isi bagian pertama.",
        "Di tengah.",
    ]
    tempat = [isi.index(u) for u in urut]
    assert tempat == sorted(tempat)
    assert "FORMULIR B.1.1" in isi


def test_a_letterhead_without_unit_and_with_a_very_long_one():
    page = halaman()
    page.letterhead(Letterhead("Pemerintah Kota Sagara", emblem=lambda *_: None))
    pendek = page.y
    page.letterhead(Letterhead("Pemerintah Kota Sagara", "Badan " * 30, "Jalan"))
    assert pendek - page.y > page.height - pendek
    assert baca(page)[0].count("BADAN") == 30


def test_long_values_flow_to_the_next_page():
    page = halaman()
    page.fields(Uraian=PANJANG * 8, label_width=60)
    page.text(PANJANG * 6)
    assert page.count > 1
    isi = " ".join(baca(page))
    assert isi.count("kata399") == 14


def test_identity_boxes_may_differ_in_length():
    page = halaman(mendatar=True)
    page.boxes(Box("Pegawai", [("Nama", "Ratna"), ("NIP", "1990")]), Box("Penilai", [("Nama", "Bambang")]))
    isi = baca(page)[0]
    assert "NO PEGAWAI NO PENILAI" in isi
    assert "1 Nama Ratna 1 Nama Bambang 2 NIP 1990" in isi


def test_a_drawing_gets_its_room():
    tempat = []
    page = halaman()
    awal = page.y
    page.draw(50, lambda canvas, x, y: tempat.append((x, y)))
    page.build()
    assert tempat == [(SIDE, awal - 50)]


def tanda(nama, **lain):
    return Signature("Pejabat", nama, "19780510 200501 1 907", "Kepala Bidang", **lain)


def test_one_two_and_three_signatures_have_their_places():
    page = halaman()
    page.signed_by(tanda("Satu"), tempat="Sagara", tanggal=date(2026, 9, 3))
    page.signed_by(tanda("Kiri"), tanda("Kanan", jabatan_prefix="Plt.", pangkat="Pembina (IV/a)"))
    page.signed_by(tanda("Aaa"), tanda("Bbb"), tanda("Ccc", catatan="Disetujui dalam sistem"), tempat="Sagara")
    page.signed_by(Signature("Wali Kota Sagara", "Tanpa Nip"))
    isi = baca(page)[0]
    assert "Sagara, 3 September 2026" in isi
    assert "Plt. Kepala Bidang," in isi
    assert "Pembina (IV/a)" in isi
    assert "Disetujui dalam sistem" in isi
    assert "Wali Kota Sagara," in isi
    assert isi.count("NIP 19780510 200501 1 907") == 6


def test_names_of_a_pair_stand_on_one_line():
    page = halaman()
    page.signed_by(Signature("Ketua", "Nama Kiri", jabatan="Kepala Bidang " * 9), Signature("Anggota", "Nama Kanan"))
    tinggi = {label.y for label in page.sheet.labels if label.text.startswith("Nama")}
    assert len(tinggi) == 1


def test_signatures_stay_together_on_one_page():
    page = halaman()
    page.space(page.y - page.floor - 60)
    page.signed_by(tanda("Kiri"), tanda("Kanan"), tempat="Sagara", tanggal=date(2026, 9, 3))
    satu, dua = baca(page)
    assert "Kiri" not in satu
    assert all(kata in dua for kata in ("Sagara, 3 September 2026", "Kiri", "Kanan"))


# Tables ---------------------------------------------------------------------------------------------------


def test_the_head_repeats_and_every_row_is_printed_once():
    page = halaman(mendatar=True)
    page.table(["No", "Uraian"], [[str(i), f"baris-{i};"] for i in range(120)], (1, 5), align="rc", numbered=True)
    isi = baca(page)
    assert len(isi) > 3
    assert all("No Uraian (1) (2)" in lembar for lembar in isi)
    assert all(sum(lembar.count(f"baris-{i};") for lembar in isi) == 1 for i in range(120))
    assert "Uji kepala" not in isi[0]
    assert all("Uji kepala" in lembar for lembar in isi[1:])


def test_a_head_of_two_rows_with_spans():
    page = halaman()
    satuan = Cell("Satuan ukur yang panjang sekali", rows=2)
    head = [[Cell("No", rows=2), Cell("Target", span=2), satuan], ["Jan", None]]
    page.table(head, [["1", "2", "3", "modul"]], (1, 1, 1, 1))
    assert "1 2 3 modul" in baca(page)[0]


def test_a_tall_row_is_split_and_nothing_is_lost():
    page = halaman(mendatar=True)
    page.table(["A", "B"], [["pendek", PANJANG * 4], ["akhir", ""]], (1, 2))
    isi = baca(page)
    assert len(isi) > 1
    assert " ".join(isi).count("kata200") == 4
    assert "akhir" in isi[-1]


def test_a_row_that_fits_a_page_is_not_split():
    page = halaman(mendatar=True)
    page.space(page.y - page.floor - 60)
    page.table(["A"], [["satu"], ["x " * 600]], (1,))
    isi = baca(page)
    assert "satu" in isi[0]
    assert " x " not in isi[0]


def test_left_cells_of_a_group_continue_on_the_next_page():
    page = halaman(mendatar=True)
    rows = [[f"indikator-{i};"] for i in range(60)]
    page.table(["No", "RHK", "Indikator"], [Group(("1", PANJANG * 5), rows)], (1, 3, 3))
    isi = baca(page)
    assert len(isi) > 1
    assert [lembar.count("kata0 ") for lembar in isi].count(0) < len(isi) - 1
    assert " ".join(isi).count("kata399") == 5
    assert [sum(lembar.count(f"indikator-{i};") for lembar in isi) for i in range(60)] == [1] * 60


def test_a_group_without_room_for_its_first_row_begins_on_the_next_page():
    page = halaman(mendatar=True)
    page.space(page.y - page.floor - 36)
    page.table(["RHK", "Indikator"], [["awal", ""], Group(("rhk-satu",), [["isi"]] * 60)], (1, 1))
    isi = baca(page)
    assert "awal" in isi[0]
    assert "rhk-satu" not in isi[0]
    assert isi[1].index("rhk-satu") < isi[1].index("isi")


def test_a_left_cell_longer_than_its_rows_goes_on_beside_an_empty_row():
    page = halaman(mendatar=True)
    page.table(["RHK", "Indikator"], [Group((PANJANG * 5,), [["satu"], ["dua"]])], (1, 1))
    isi = " ".join(baca(page))
    assert isi.count("kata399") == 5
    assert isi.count(" dua ") == 1
    kosong = halaman()
    kosong.table(["RHK", "Indikator", "Target"], [Group(("tanpa indikator",), [])], (1, 1, 1))
    assert "tanpa indikator" in baca(kosong)[0]


@pytest.mark.parametrize(
    "baris",
    [
        [Section("B. TAMBAHAN"), ["isi"]],
        [Section("B. TAMBAHAN"), Group(("a",), [])],
        [Section("B. TAMBAHAN"), Section("LAGI"), ["isi " * 900]],
    ],
)
def test_a_section_never_ends_a_page(baris):
    for sisa in range(40, 120, 7):
        page = halaman()
        page.space(page.y - page.floor - sisa)
        kolom = (1,) if not isinstance(baris[1], Group) else (1, 1)
        page.table(["Kepala"] * len(kolom), [["awal"] * len(kolom), *baris], kolom)
        for lembar in baca(page):
            assert not re.search(r"(TAMBAHAN|LAGI) (Nomor|Uji)", lembar)


def test_a_heading_stays_with_its_table_and_a_table_may_end_the_section():
    page = halaman()
    page.title("HANYA JUDUL")
    page.space(page.y - page.floor - 50)
    page.table(["Kepala"], [["isi"], Section("PENUTUP")], (1,), heading="HASIL KERJA")
    satu, dua = baca(page)
    assert "HASIL KERJA" not in satu
    assert "HASIL KERJA Kepala isi PENUTUP" in dua
    page.close_gap()
    page.table([], [], (1,))


def test_the_last_row_waits_for_the_signatures():
    for reserve, awal in ((0, "akhir"), (150, "tengah")):
        page = halaman()
        page.space(page.y - page.floor - 120)
        page.table(["Kepala"], [["tengah"], Section("S"), ["akhir"]], (1,), reserve=reserve)
        assert awal in baca(page)[0]
        assert len(baca(page)) == (2 if reserve else 1)


def test_paragraphs_bullets_and_spans_in_cells():
    page = halaman()
    isi = [Para("Tebal", bold=True), Para("butir satu", bullet="•"), Para("lanjutan", italic=True, under="•")]
    page.table(
        ["A", "B", "C"],
        [[isi, Para("tunggal"), None], [Cell("membentang", span=3, shade=True, align="r", bold=True)]],
        (2, 1, 1),
    )
    assert "Tebal • butir satu lanjutan tunggal membentang" in baca(page)[0]


def test_a_row_that_does_not_fill_the_columns_is_refused():
    with pytest.raises(ValueError, match="1 dari 2 kolom"):
        halaman().table(["A", "B"], [["satu"]], (1, 1))


def test_a_head_that_leaves_no_room_is_refused():
    with pytest.raises(ValueError, match="tidak menyisakan tempat"):
        halaman().table([PANJANG * 3], [["isi"]], (1,), size=10)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 90), st.lists(st.integers(1, 160), min_size=1, max_size=4)),
        min_size=1,
        max_size=8,
    )
)
def test_no_table_clips_or_loses_a_word(bentuk):
    page, kata = halaman(mendatar=True), 0
    body = [Section("A. UTAMA")]
    for kiri, rows in bentuk:
        isi = []
        for n in (kiri, *rows):
            isi.append(" ".join(f"k{kata + i}" for i in range(n)))
            kata += n
        body.append(Group((isi[0],), [[x, "-"] for x in isi[1:]]))
    page.table(["RHK", "Indikator", "Catatan"], body, (2, 3, 1))
    terbaca = re.findall(r"k(\d+)", " ".join(baca(page)))
    assert sorted(map(int, terbaca)) == list(range(kata))
    for _, kiri, bawah, kanan, atas in kotak_huruf(page):
        assert SIDE - 1 <= kiri <= kanan <= page.width - SIDE + 1
        assert 10 <= bawah <= atas <= page.height - 10


# The file -------------------------------------------------------------------------------------------------


def test_the_footer_names_number_page_and_where_to_verify():
    page = halaman()
    page.turn()
    satu, dua = baca(page)
    assert "Nomor dokumen: UJI-2026-000001" in satu
    assert "Halaman 1 dari 2" in satu
    assert "Halaman 2 dari 2" in dua
    assert f"{ALAMAT}/verifikasi/7F3K-92QD" in dua
    assert "Periksa keaslian dokumen ini" in dua


def test_a_page_without_number_and_code_has_only_its_page_number():
    page = Page("x", alamat=ALAMAT)
    page.turn()
    assert baca(page) == ["Halaman 1 dari 2", "Halaman 2 dari 2"]
    assert page.verification_url == ""


def test_the_printed_qr_is_the_code_of_the_verification_address():
    page = halaman()
    pdf = pdfium.PdfDocument(page.build())
    skala = 12
    gambar = pdf[0].render(scale=skala).to_pil().convert("L")
    pdf.close()
    matriks = segno.make(page.verification_url, error="m", micro=False, boost_error=False).matrix
    sisi = 43.0 / len(matriks)
    kiri, atas = SIDE, page.height - 20.0 - 43.0
    terbaca = [
        [
            gambar.getpixel((int((kiri + (x + 0.5) * sisi) * skala), int((atas + (y + 0.5) * sisi) * skala))) < 128
            for x in range(len(matriks))
        ]
        for y in range(len(matriks))
    ]
    assert terbaca == [[bool(m) for m in baris] for baris in matriks]


def test_the_ribbon_marks_every_page_of_an_example():
    page = halaman(contoh=True, mendatar=True)
    page.table(["A" * 60, "B" * 60], [["isi", "isi"]] * 40, (1, 1))
    assert all("CONTOH" in isi for isi in baca(page))
    for _, kiri, bawah, _, _ in kotak_huruf(page):
        di_pita = kiri > page.width - SIDE or bawah > page.height - 30
        assert di_pita or kiri + bawah < page.width + page.height - 72
    assert not any("CONTOH" in isi for isi in baca(halaman()))


def isi_contoh(nomor=1):
    page = halaman(nomor=f"UJI-{nomor}", kode=f"KODE-{nomor}", penerbit="Dinas")
    page.letterhead(Letterhead("Pemerintah Kota Sagara", "Dinas"))
    page.table(["A"], [["Isi é"], [Para("miring", italic=True)]], (1,))
    page.signed_by(tanda("Satu"))
    return page


def test_the_same_input_gives_the_same_bytes():
    page = isi_contoh()
    assert page.build() == page.build() == isi_contoh().build()
    assert page.build() != isi_contoh(2).build()


def test_the_file_describes_itself():
    pdf = pdfium.PdfDocument(isi_contoh().build())
    data = pdf.get_metadata_dict()
    pdf.close()
    assert (data["Title"], data["Author"], data["Subject"]) == ("Dokumen uji", "Dinas", "UJI-1")
    assert b"/Lang (id)" in isi_contoh().build()


def test_many_documents_share_one_file_and_keep_their_own_numbers():
    out = io.BytesIO()
    panjang = isi_contoh(3)
    panjang.turn()
    write_many((isi_contoh(1), panjang), out)
    satu, dua, tiga = baca(out.getvalue())
    assert "UJI-1" in satu
    assert "Halaman 1 dari 1" in satu
    assert "Halaman 1 dari 2" in dua
    assert "verifikasi/KODE-3" in tiga
    assert len(out.getvalue()) < len(isi_contoh(1).build()) * 1.6
    with pytest.raises(ValueError, match="tidak ada dokumen"):
        write_many((), io.BytesIO())


def test_memory_stays_flat_over_many_documents():
    tracemalloc.start()
    ukuran = []
    for putaran in range(4):
        for i in range(10):
            isi_contoh(1000 + putaran * 10 + i).build()
        gc.collect()
        ukuran.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    # Widths of new words stay in a bounded cache; a document that stayed would weigh 40 KB each time.
    assert all(b - a < 10 * 2_500 for a, b in pairwise(ukuran[1:])), ukuran
