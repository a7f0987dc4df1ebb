"""The requirements a new portal starts with: merged from forms of BKN and its regional offices."""

from typing import Any

from portal.kepegawaian.pensiun.jenis import APS, BUP, JANDA_DUDA, JENIS, PPPK_BERAKHIR, TANPA_HAK, UZUR
from portal.kepegawaian.rujukan import kode

PPPK_SAJA = ("PENGANTAR", "SK_JABATAN", "KTP")
LAPORAN = "Laporan kepolisian dan keputusan dinyatakan hilang"
MARK = {"W": "WAJIB", "B": "BILA_ADA"}


def syarat() -> list[dict[str, Any]]:
    """Rows of `syarat_pensiun` without keys. Kinds without a column of their own follow that of the rest."""
    columns = {BUP: "BUP", APS: "APS", JANDA_DUDA: "JANDA_DUDA", "TEWAS": "JANDA_DUDA", "HILANG": "JANDA_DUDA",
               UZUR: "UZUR", "PERAMPINGAN": "BUP"}  # fmt: skip
    found = []
    for jenis in JENIS:
        for urut, row in enumerate(kode.rows("syarat-pensiun"), 1):
            mark = MARK.get(row[columns.get(jenis, "LAIN")])
            if mark is None or (jenis in (PPPK_BERAKHIR, TANPA_HAK) and row["dokumen"] not in PPPK_SAJA):
                continue
            lost = jenis == "HILANG" and row["dokumen"] == "AKTA_KEMATIAN"
            found.append({
                "jenis": jenis, "dokumen": row["dokumen"], "judul": LAPORAN if lost else row["judul"], "wajib": mark,
                "urut": urut * 10,
                "sumber": row["sumber"], "riwayat": row["riwayat"], "tahap": row["tahap"], "catatan": row["catatan"],
                "aktif": True,
            })  # fmt: skip
    return found
