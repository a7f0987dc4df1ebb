"""The four monthly and yearly documents of performance, as pure functions of plain data.

Codes as in PermenPAN-RB 6/2022 and its local additions: D5 rencana aksi (B.1.1), D6 pendokumentasian
(B.1.2), D11 evaluasi kinerja, D14 pengukuran kinerja bulanan. Each function gives a `Page`; call `build`.
"""

from portal.kinerja.sheets.bulanan import pendokumentasian, pengukuran_kinerja, rencana_aksi
from portal.kinerja.sheets.data import (
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
    nama_berkas,
    teks_target,
)
from portal.kinerja.sheets.evaluasi import evaluasi_kinerja

__all__ = [
    "PANDUAN",
    "BarisDokumentasi",
    "BarisPks",
    "BarisRenaksi",
    "Bukti",
    "Dokumentasi",
    "EvaluasiIndikator",
    "EvaluasiKinerja",
    "EvaluasiPerilaku",
    "EvaluasiRhk",
    "Identitas",
    "PengukuranKinerja",
    "Perihal",
    "RencanaAksi",
    "RhkDokumentasi",
    "RhkRenaksi",
    "evaluasi_kinerja",
    "nama_berkas",
    "pendokumentasian",
    "pengukuran_kinerja",
    "rencana_aksi",
    "teks_target",
]
