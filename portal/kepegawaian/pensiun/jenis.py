"""Kinds of leaving: whom they are for, what they need, and what the SK makes of the person. Source: PP 11/2017."""

from dataclasses import dataclass

BUP, APS, JANDA_DUDA, UZUR, PERAMPINGAN = "BUP", "APS", "JANDA_DUDA", "UZUR", "PERAMPINGAN"
HUKUMAN, PTDH, TEWAS, HILANG, TANPA_HAK = "HUKUMAN", "PTDH", "TEWAS", "HILANG", "TANPA_HAK"
PPPK_BERAKHIR = "PPPK_BERAKHIR"
PNS, PPPK = ("PNS", "CPNS"), ("PPPK", "PPPK_PARUH_WAKTU")
SEMUA = (*PNS, *PPPK)
GUGUR = ("MENINGGAL", "Meninggal")


@dataclass(frozen=True)
class JenisUsulan:
    """`kedudukan`: code of the legal standing from the TMT on, empty when the day of death has set it already.

    `berhenti`: kind in the entry PEMBERHENTIAN. `bertanggal`: words for the day of the event the request rests on,
    empty when there is none. `rahasia`: about discipline, only for who may read that. `pertek`: BKN is asked first.
    `pribadi`: the pegawai may ask for it.
    """

    kode: str
    judul: str
    kedudukan: str
    berhenti: str
    bagi: tuple[str, ...] = PNS
    bertanggal: str = ""
    waris: bool = False
    rahasia: bool = False
    pertek: bool = True
    pribadi: bool = False
    tmt_bulan: bool = True  # the TMT is the first day of a month
    medis: bool = False

    @property
    def kecil(self) -> str:
        """The title inside a sentence: abbreviations keep their capitals."""
        return f"{self.judul[0].lower()}{self.judul[1:]}"


JENIS = {one.kode: one for one in (
    JenisUsulan(BUP, "Mencapai batas usia pensiun (BUP)", "99", "BUP", pribadi=True),
    JenisUsulan(APS, "Atas permintaan sendiri (APS)", "88", "APS", pribadi=True),
    JenisUsulan(JANDA_DUDA, "Meninggal: pensiun janda, duda, atau anak", "", "MENINGGAL", waris=True,
                bertanggal="Tanggal meninggal"),
    JenisUsulan(UZUR, "Tidak cakap jasmani atau rohani", "88", "UZUR", pribadi=True, medis=True,
                bertanggal="Tanggal surat tim penguji kesehatan"),
    JenisUsulan(PERAMPINGAN, "Perampingan organisasi", "88", "PERAMPINGAN", bertanggal="Tanggal keputusan perampingan"),
    JenisUsulan(HUKUMAN, "Hukuman disiplin: diberhentikan dengan hormat (PDHTAPS)", "88", "PDHTAPS", rahasia=True,
                bertanggal="Tanggal SK hukuman", tmt_bulan=False),
    JenisUsulan(PTDH, "Diberhentikan tidak dengan hormat (PTDH)", "77", "PTDH", rahasia=True, pertek=False,
                bertanggal="Tanggal SK hukuman", tmt_bulan=False),
    JenisUsulan(TEWAS, "Tewas dalam tugas", "", "TEWAS", waris=True, bertanggal="Tanggal tewas"),
    JenisUsulan(HILANG, "Dinyatakan hilang", "88", "HILANG", waris=True, bertanggal="Tanggal laporan kepolisian"),
    JenisUsulan(TANPA_HAK, "Berhenti tanpa hak pensiun", "77", "TANPA_HAK", SEMUA, pertek=False, pribadi=True,
                tmt_bulan=False),
    JenisUsulan(PPPK_BERAKHIR, "Perjanjian PPPK berakhir", "77", "PPPK_BERAKHIR", PPPK, pertek=False, tmt_bulan=False),
)}  # fmt: skip
WARIS = (JANDA_DUDA, TEWAS)  # what heirs ask for after a death
PENSIUN = (BUP, APS, JANDA_DUDA, UZUR, PERAMPINGAN, TEWAS, HILANG)  # kinds that pay a pension


def penghalang(kind: JenisUsulan) -> tuple[str, ...]:
    """Kinds of which an open request stands in the way of a new one of `kind`: everybody leaves once.

    A death overtakes every other way. What is about discipline goes its own way, so that nobody learns of it here.
    """
    if kind.kode in WARIS:
        return WARIS
    return tuple(one.kode for one in JENIS.values() if one.rahasia == kind.rahasia)


# What BKN's service says about a request; kept beside ours, it moves nothing here.
BKN = {
    1: "Input berkas", 3: "Surat usulan", 4: "Persetujuan surat usulan", 12: "Terima usulan",
    13: "Tidak memenuhi syarat", 14: "Perbaikan dokumen", 15: "Disetujui", 20: "Tanda tangan pertek",
    21: "Tanda tangan pertek", 22: "Pertek ditandatangani", 27: "Paraf SK", 28: "Paraf SK", 29: "Tanda tangan SK",
    30: "Tanda tangan SK", 31: "Profil diperbarui", 32: "SK berhasil", 46: "Paraf SK", 47: "Paraf SK",
    48: "Tanda tangan SK", 49: "Tanda tangan SK", 11: "Profil diperbarui", 99: "Dihapus",
}  # fmt: skip
