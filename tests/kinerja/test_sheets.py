import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from portal.kernel.reports.page import SIDE
from portal.kinerja import predikat as p
from portal.kinerja import sheets
from portal.kinerja.sheets import (
    PANDUAN,
    BarisDokumentasi,
    BarisPks,
    BarisRenaksi,
    Bukti,
    Dokumentasi,
    EvaluasiIndikator,
    EvaluasiKinerja,
    EvaluasiPerilaku,
    EvaluasiRhk,
    Identitas,
    PengukuranKinerja,
    Perihal,
    RencanaAksi,
    RhkDokumentasi,
    RhkRenaksi,
)
from portal.kinerja.sheets.data import JPT, KUALITATIF
from portal.kinerja.sheets.evaluasi import POLA

BERKAS = Path(__file__).parents[1] / "data" / "kinerja-contoh.json"
CONTOH = json.loads(BERKAS.read_text("utf-8"), parse_float=Decimal)
PEGAWAI = {o["id"]: o for o in CONTOH["pegawai"]}
SKP = CONTOH["skp"][0]
PIMPINAN = {r["kode"]: r["rhk"] for r in CONTOH["skp"][1]["rhk"]}
PANJANG = "Uraian yang sangat panjang " * 120

RATNA = Identitas(
    PEGAWAI["P001"]["nama"], PEGAWAI["P001"]["nip"], "Penata Muda Tk. I (III/b)", "Pranata Komputer", "Bidang Aplikasi"
)
BAMBANG = Identitas(
    PEGAWAI["P002"]["nama"],
    PEGAWAI["P002"]["nip"],
    "Pembina (IV/a)",
    "Kepala Bidang Aplikasi",
    "Dinas Kominfo",
    prefix="Plt.",
    catatan="Disetujui dalam sistem 3 Oktober 2025",
)
PERIHAL = Perihal(
    "Pemerintah Kota Sagara",
    "Dinas Komunikasi dan Informatika",
    RATNA,
    BAMBANG,
    "1 s.d. 30 September 2025",
    "Sagara",
    date(2025, 10, 3),
    nomor="DOK-2025-000001",
    kode="7F3K-92QD",
    alamat="https://contoh.go.id",
    alamat_unit="Jalan Bahari Nomor 12",
)
KEPALA_DAN_KAKI = [
    "PEMERINTAH KOTA SAGARA",
    "DINAS KOMUNIKASI DAN INFORMATIKA",
    "Jalan Bahari Nomor 12",
    "PEGAWAI YANG DINILAI",
    "PEJABAT PENILAI KINERJA",
    "Ratna Wulandari, S.Kom.",
    "19900315 201503 2 904",
    "Penata Muda Tk. I (III/b)",
    "Pranata Komputer",
    "Bidang Aplikasi",
    "Bambang Sutrisno, S.T., M.T.",
    "19780510 200501 1 907",
    "Pembina (IV/a)",
    "Plt. Kepala Bidang Aplikasi",
    "Dinas Kominfo",
    "Periode penilaian: 1 s.d. 30 September 2025",
    "Sagara, 3 Oktober 2025",
    "Pegawai yang Dinilai",
    "Pejabat Penilai Kinerja",
    "NIP 19780510 200501 1 907",
    "Disetujui dalam sistem 3 Oktober 2025",
    "Nomor dokumen: DOK-2025-000001",
    "Halaman 1 dari",
    "https://contoh.go.id/verifikasi/7F3K-92QD",
]


def baca(page):
    """All text of the document; also checks that no character lies outside the margins."""
    pdf = pdfium.PdfDocument(page.build())
    isi = []
    for lembar in pdf:
        teks = lembar.get_textpage()
        for i in range(teks.count_chars()):
            kiri, bawah, kanan, atas = teks.get_charbox(i)
            pita = page.contoh and kiri > page.width - 100 and bawah > page.height - 100
            if teks.get_text_range(i, 1).strip() and not pita:
                assert SIDE - 1 <= kiri <= kanan <= page.width - SIDE + 1
                assert 10 < bawah <= atas < page.height - 10
        isi.append(teks.get_text_bounded())
    pdf.close()
    return re.sub(r"\s+", " ", " ".join(isi))


def memuat(isi, *harapan):
    rata = re.sub(r"\s+", "", isi)
    assert [h for h in harapan if re.sub(r"\s+", "", h) not in rata] == []


def bulanan(rhk, bulan):
    return next(b for b in SKP["bulanan"] if (b["rhk"], b["bulan"]) == (rhk["kode"], bulan))


def satuan(rhk):
    return rhk["indikator"][0]["satuan"]


def bukti(nama):
    return [Bukti(f"{nama}.pdf", date(2025, 9, 28)), Bukti("Hasil uji", None, "https://berkas.contoh.go.id/uji-3")]


def rencana(perihal=PERIHAL):
    rows = []
    for r in SKP["rhk"]:
        bulan = [bulanan(r, b) for b in range(1, 13)]
        uraian = next(b["renaksi"] for b in bulan if b["renaksi"])
        target = [Decimal(b["target"]) or None for b in bulan]
        rows.append(RhkRenaksi(r["jenis"], r["rhk"], [BarisRenaksi(uraian, satuan(r), target)]))
    return RencanaAksi(perihal, 2025, rows)


def dokumentasi(perihal=PERIHAL):
    rows = []
    for r in SKP["rhk"]:
        b = bulanan(r, 9)
        angka = (b["target"], b["realisasi"], satuan(r))
        baris = BarisDokumentasi(b["renaksi"], *angka, bukti(b["bukti"]), b["pendukung"])
        rows.append(RhkDokumentasi(r["jenis"], r["rhk"], [baris]))
    return Dokumentasi(perihal, "September 2025", rows)


def pks(perihal=PERIHAL, bulan=3):
    rows = []
    for r in SKP["rhk"]:
        b = bulanan(r, bulan)
        capaian = None if b["capaian"] is None else Decimal(b["capaian"])
        rows.append(
            BarisPks(
                r["jenis"],
                r["rhk"],
                b["target"],
                b["realisasi"],
                satuan(r),
                capaian,
                b["pendukung"] or "",
                b["penghambat"] or "",
                b["rtl"] or "",
                bukti(b["bukti"]) if b["bukti"] else (),
            )
        )
    return PengukuranKinerja(perihal, "Maret 2025", rows, "Satu rilis bergeser ke April.")


def evaluasi(**lain):
    rows = []
    for r in SKP["rhk"]:
        indikator = [
            EvaluasiIndikator(
                i["indikator"],
                sheets.teks_target(i["target_min"], i["target_maks"], i["satuan"]),
                sheets.teks_target(i["realisasi"], i["realisasi"], i["satuan"]),
                i["aspek"],
                f"Umpan balik {i['kode']}",
                "PROSES_BISNIS",
            )
            for i in r["indikator"]
        ]
        tugas = "Kepala Dinas" if r["jenis"] == p.TAMBAHAN else ""
        rows.append(EvaluasiRhk(r["jenis"], r["rhk"], indikator, PIMPINAN[r["intervensi_rhk_pimpinan"]], tugas))
    perilaku = [EvaluasiPerilaku(a["aspek"], f"Catatan {a['aspek']}", "Ekspektasi khusus") for a in SKP["perilaku"]]
    isi = {
        "perihal": PERIHAL,
        "kurun": "Bulan September 2025",
        "rhk": rows,
        "perilaku": perilaku,
        "capaian_organisasi": p.BAIK,
        "rating_hasil": p.DI_ATAS,
        "rating_perilaku": p.SESUAI,
        "predikat": p.BAIK,
        "catatan": "Lanjutkan pendampingan.",
    }
    return EvaluasiKinerja(**(isi | lain))


SEMUA = {
    "D5": lambda perihal: sheets.rencana_aksi(rencana(perihal)),
    "D6": lambda perihal: sheets.pendokumentasian(dokumentasi(perihal)),
    "D11": lambda perihal: sheets.evaluasi_kinerja(evaluasi(perihal=perihal)),
    "D14": lambda perihal: sheets.pengukuran_kinerja(pks(perihal)),
}


@pytest.mark.parametrize("ukuran", ["A4", "F4"])
@pytest.mark.parametrize("kode", list(SEMUA))
def test_every_document_has_the_common_header_and_footer(kode, ukuran):
    page = SEMUA[kode](replace(PERIHAL, ukuran=ukuran))
    memuat(baca(page), *KEPALA_DAN_KAKI)
    assert page.width > page.height
    assert round(page.height) == (595 if ukuran == "A4" else 609)


@pytest.mark.parametrize("kode", list(SEMUA))
def test_an_example_is_marked_and_a_mayor_needs_no_nip(kode):
    wali = Identitas("Dr. H. Surya Pratama", jabatan="Wali Kota Sagara", unit="Kota Sagara", label_unit="Instansi")
    isi = baca(SEMUA[kode](replace(PERIHAL, penilai=wali, contoh=True)))
    memuat(isi, "CONTOH", "Dr. H. Surya Pratama", "Wali Kota Sagara", "Instansi Kota Sagara")
    assert "NIP -" in isi


def test_rencana_aksi_has_every_step_with_its_twelve_targets():
    page = sheets.rencana_aksi(rencana())
    isi = baca(page)
    assert page.count == 1
    memuat(isi, "RENCANA AKSI", "TAHUN 2025", "FORMULIR B.1.1", "TARGET BULAN", "JUMLAH", "SATUAN")
    memuat(isi, "A. UTAMA", "B. TAMBAHAN")
    for r in SKP["rhk"]:
        memuat(isi, r["rhk"], satuan(r))
    assert "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des" in isi
    assert "2 2 2 2 2 2 2 2 2 2 2 2 24 modul" in isi
    assert "- - 1 - - 1 - - 1 - - 1 4 purwarupa" in isi


def test_pendokumentasian_lists_evidence_with_date_and_link():
    isi = baca(sheets.pendokumentasian(dokumentasi()))
    memuat(isi, "PENDOKUMENTASIAN KINERJA", "BULAN SEPTEMBER 2025", "FORMULIR B.1.2", "KETERANGAN", "BUKTI DUKUNG")
    for r in SKP["rhk"]:
        b = bulanan(r, 9)
        memuat(isi, r["rhk"], b["renaksi"], f"{b['target']} {satuan(r)}", b["pendukung"])
        memuat(isi, f"{b['bukti']}.pdf (28 Sep 2025)")
    memuat(isi, "1.", "2. Hasil uji", "https://berkas.contoh.go.id/uji-3")


def test_pks_measures_every_rhk_and_sums_up():
    isi = baca(sheets.pengukuran_kinerja(pks()))
    memuat(
        isi,
        "PENGUKURAN KINERJA (PKS)",
        "BULAN MARET 2025",
        "FAKTOR PENDUKUNG",
        "FAKTOR PENGHAMBAT",
        "RENCANA TINDAK LANJUT",
        "BUKTI DUKUNG",
        "2 modul",
        "1 modul",
        "50%",
        "Belum tercapai",
        "120%",
        "Melampaui target",
        "Perubahan kebutuhan dari pengguna di tengah bulan",
        "Kunci lingkup rilis tiap tanggal 5",
        "BD-P001-R1-03.pdf (28 Sep 2025)",
        "Rata-rata capaian",
        "92,5%",
        "Satu rilis bergeser ke April.",
        "4 diukur: 1 melampaui target, 2 tercapai, 1 belum tercapai",
    )


def test_pks_of_a_month_without_target_and_of_nothing():
    isi = baca(sheets.pengukuran_kinerja(replace(pks(bulan=1), singkatan="Pengukuran Sasaran")))
    memuat(isi, "PENGUKURAN KINERJA (Pengukuran Sasaran)", "0 purwarupa", "Tanpa target", "1 tanpa target")
    kosong = baca(sheets.pengukuran_kinerja(PengukuranKinerja(PERIHAL, "Maret 2025", ())))
    assert "Rata-rata capaian : -" in kosong
    assert "A. UTAMA" not in kosong


def isi_evaluasi(**lain):
    isi = baca(sheets.evaluasi_kinerja(evaluasi(**lain)))
    memuat(
        isi,
        "EVALUASI KINERJA PEGAWAI",
        "PERIODE: BULAN SEPTEMBER 2025",
        "CAPAIAN KINERJA ORGANISASI",
        "BAIK",
        "POLA DISTRIBUSI PREDIKAT KINERJA",
        "HASIL KERJA",
        "A. UTAMA",
        "B. TAMBAHAN",
        "REALISASI BERDASARKAN BUKTI DUKUNG",
        "UMPAN BALIK BERKELANJUTAN BERDASARKAN BUKTI DUKUNG",
        "RATING HASIL KERJA",
        "DI ATAS EKSPEKTASI",
        "PERILAKU KERJA",
        "EKSPEKTASI KHUSUS PIMPINAN",
        "RATING PERILAKU KERJA",
        "SESUAI EKSPEKTASI",
        "PREDIKAT KINERJA PEGAWAI",
        "CATATAN DAN REKOMENDASI",
        "Lanjutkan pendampingan.",
        "(Penugasan dari Kepala Dinas)",
    )
    for r in SKP["rhk"]:
        memuat(isi, r["rhk"], *(i["indikator"] for i in r["indikator"]))
        memuat(isi, *(f"Umpan balik {i['kode']}" for i in r["indikator"]))
    for aspek, panduan in PANDUAN.items():
        memuat(isi, sheets.data.PERILAKU[aspek], *panduan, f"Catatan {aspek}", "Ekspektasi khusus")
    return isi


def test_evaluasi_of_ja_jf_kuantitatif():
    isi = isi_evaluasi()
    memuat(
        isi,
        "KUANTITATIF BAGI JABATAN ADMINISTRASI DAN JABATAN FUNGSIONAL",
        "RENCANA HASIL KERJA PIMPINAN YANG DIINTERVENSI",
        "ASPEK",
        "INDIKATOR KINERJA INDIVIDU",
        "TARGET",
        *PIMPINAN.values(),
        "Kuantitas",
        "24–26 modul",
        "27 modul",
        "99–99,5 persen",
        "5,4 jam",
    )
    assert "PERSPEKTIF" not in isi


def test_evaluasi_of_jpt_has_perspektif_instead_of_the_leaders_rhk():
    isi = isi_evaluasi(jenis=JPT)
    memuat(isi, "KUANTITATIF BAGI JABATAN PIMPINAN TINGGI", "PERSPEKTIF", "Proses bisnis", "24–26 modul")
    assert "DIINTERVENSI" not in isi
    assert PIMPINAN["A1"] not in isi


@pytest.mark.parametrize("jenis", ["JA_JF", JPT])
def test_evaluasi_kualitatif_tells_measure_and_target_together(jenis):
    isi = isi_evaluasi(jenis=jenis, pendekatan=KUALITATIF)
    memuat(isi, "PENDEKATAN HASIL KERJA KUALITATIF", "UKURAN KEBERHASILAN DAN TARGET")
    memuat(isi, "Jumlah modul yang dirilis 24–26 modul")
    assert ("PERSPEKTIF" in isi) == (jenis == JPT)
    assert "ASPEK" not in isi


def test_an_evaluation_not_yet_decided_leaves_its_lines_open():
    rhk = [EvaluasiRhk(p.UTAMA, "Tanpa indikator", ())]
    perilaku = [EvaluasiPerilaku("TERBUKA", panduan=("Panduan sendiri",))]
    data = EvaluasiKinerja(PERIHAL, "Triwulan III Tahun 2025", rhk, perilaku)
    isi = baca(sheets.evaluasi_kinerja(data))
    assert isi.count("." * 40) == 4
    memuat(isi, "Tanpa indikator", "TERBUKA", "Panduan sendiri", "PERIODE: TRIWULAN III TAHUN 2025")
    assert "CATATAN DAN REKOMENDASI" not in isi
    assert "Jumlah pegawai" not in isi


@pytest.mark.parametrize("capaian", p.CAPAIAN_ORGANISASI)
def test_the_curve_peaks_where_the_organisation_stands(capaian):
    puncak = {p.ISTIMEWA: p.SANGAT_BAIK}.get(capaian, capaian)
    urut = list(reversed(p.PREDIKAT))
    assert urut[POLA[capaian].index(max(POLA[capaian]))] == puncak
    memuat(baca(sheets.evaluasi_kinerja(evaluasi(capaian_organisasi=capaian))), "Jumlah", "Sangat Kurang")


def test_long_texts_are_never_cut():
    rhk = [EvaluasiRhk(p.UTAMA, PANJANG, [EvaluasiIndikator(PANJANG, "1", "1", "BIAYA", PANJANG)], PANJANG)]
    isi = baca(sheets.evaluasi_kinerja(evaluasi(rhk=rhk)))
    assert isi.count("panjang") == 480
    baris = BarisPks(p.UTAMA, PANJANG, Decimal(1), None, "dokumen", None, PANJANG, PANJANG, PANJANG)
    isi = baca(sheets.pengukuran_kinerja(PengukuranKinerja(PERIHAL, "Maret 2025", [baris], PANJANG)))
    assert isi.count("panjang") == 600


def test_a_plan_without_additional_work_has_no_section_for_it():
    utama = [r for r in rencana().rhk if r.jenis == p.UTAMA]
    assert "B. TAMBAHAN" not in baca(sheets.rencana_aksi(replace(rencana(), rhk=utama)))
    tambahan = [r for r in dokumentasi().rhk if r.jenis == p.TAMBAHAN]
    assert "A. UTAMA" not in baca(sheets.pendokumentasian(replace(dokumentasi(), rhk=tambahan)))


def test_an_rhk_without_a_plan_still_shows():
    isi = baca(sheets.rencana_aksi(replace(rencana(), rhk=[RhkRenaksi(p.UTAMA, "Belum ada renaksi", ())])))
    assert "1 Belum ada renaksi" in isi


def test_file_names_and_targets():
    assert sheets.nama_berkas("PKS", "2026-09", "198503152010011901") == "PKS_2026-09_198503152010011901.pdf"
    assert sheets.nama_berkas('a/"b', "", "é") == "a-b.pdf"
    assert sheets.teks_target(12, 12, "layanan") == "12 layanan"
    assert sheets.teks_target(Decimal("99.0"), Decimal("99.5"), "persen") == "99–99,5 persen"
    assert set(PANDUAN) == set(sheets.data.PERILAKU)
    assert {len(v) for v in PANDUAN.values()} == {3}


@pytest.mark.parametrize("kode", list(SEMUA))
def test_the_same_data_print_the_same_bytes(kode):
    assert SEMUA[kode](PERIHAL).build() == SEMUA[kode](PERIHAL).build()
