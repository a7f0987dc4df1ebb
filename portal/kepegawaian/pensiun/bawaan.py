"""The requirements a new portal starts with: merged from forms of BKN and its regional offices."""

from typing import Any

from portal.kepegawaian.pensiun.jenis import (
    APS,
    BUP,
    HILANG,
    JANDA_DUDA,
    JENIS,
    PERAMPINGAN,
    PPPK_BERAKHIR,
    PTDH,
    TANPA_HAK,
    TEWAS,
    UZUR,
)
from portal.kepegawaian.rujukan import kode

KOLOM = {BUP: "BUP", APS: "APS", JANDA_DUDA: "JANDA_DUDA", TEWAS: "JANDA_DUDA", HILANG: "JANDA_DUDA", UZUR: "UZUR",
         PERAMPINGAN: "BUP"}  # fmt: skip
PENDEK = {  # kinds that pay nothing need little
    PPPK_BERAKHIR: {"PENGANTAR", "SK_JABATAN", "KTP"},
    TANPA_HAK: {"PENGANTAR", "SK_JABATAN", "KTP", "PERMOHONAN", "AKTA_KEMATIAN"},
}
MARK = {"W": "WAJIB", "B": "BILA_ADA"}
LAIN: dict[tuple[str, str], dict[str, str]] = {  # where a kind differs from its column
    (HILANG, "AKTA_KEMATIAN"): {"judul": "Laporan kepolisian dan keputusan dinyatakan hilang"},
    (TEWAS, "SK_PPK"): {"wajib": "WAJIB", "judul": "Keputusan tewas dan laporan kejadiannya"},
    (PERAMPINGAN, "SK_PPK"): {"wajib": "WAJIB", "judul": "Keputusan perampingan organisasi"},
    (PTDH, "DPCP"): {"wajib": "BILA_ADA"},  # no pension, and often because of a sentence
    (PTDH, "TIDAK_PIDANA"): {"wajib": "BILA_ADA"},
    (TANPA_HAK, "PERMOHONAN"): {"wajib": "BILA_ADA", "catatan": "Bila atas permintaan sendiri"},
    (TANPA_HAK, "AKTA_KEMATIAN"): {"wajib": "BILA_ADA", "catatan": "Bila meninggal"},
}  # fmt: skip


def syarat() -> list[dict[str, Any]]:
    """Rows of `syarat_pensiun` without keys. Kinds without a column of their own follow that of the rest."""
    found = []
    for jenis in JENIS:
        for urut, row in enumerate(kode.rows("syarat-pensiun"), 1):
            own = LAIN.get((jenis, row["dokumen"]), {})
            mark = own.get("wajib") or MARK.get(row[KOLOM.get(jenis, "LAIN")])
            if mark is None or (jenis in PENDEK and row["dokumen"] not in PENDEK[jenis]):
                continue
            found.append({
                "jenis": jenis, "dokumen": row["dokumen"], "judul": own.get("judul", row["judul"]), "wajib": mark,
                "urut": urut * 10, "sumber": row["sumber"], "riwayat": row["riwayat"], "tahap": row["tahap"],
                "catatan": own.get("catatan", row["catatan"]), "aktif": True,
            })  # fmt: skip
    return found
