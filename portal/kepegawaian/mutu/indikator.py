"""The 27 indicators of BKN with their weights (`data/ikd-indikator.csv`) and what each asks of our data.

Each has a condition for whom it is about and one for a finding, over one row per active pegawai (`dasar.BARIS`).
What our data cannot tell is named with its reason and left out; the weights of its dimension are shared by the rest.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.mutu.dasar import BARIS as B
from portal.kepegawaian.pensiun.hitung import PPPK
from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.rujukan.models import JF, PELAKSANA, STRUKTURAL, Jabatan

Syarat = sa.ColumnElement[bool]
DIMENSI = {
    "completeness": "Kelengkapan", "timeliness": "Ketepatan waktu", "accuracy": "Ketepatan isi",
    "consistency": "Kesesuaian",
}  # fmt: skip
PUSAT = "data tidak ada di sini"
CLTN = ("02", "13")
PNS = ("PNS", "CPNS")
SURAT_ELEKTRONIK = r"^[^@\s]+@[^@\s]+\.[^@\s.]{2,}$"
LOKAL = {"NIK_1": "Tanggal lahir atau jenis kelamin pada NIK berbeda dari data"}  # weighs nothing at BKN


@dataclass(frozen=True)
class Bobot:
    """One line of BKN's table: share of the dimension, share within it (percent), what is checked."""

    kode: str
    dimensi: str
    bobot_dimensi: float
    persen: float
    judul: str


@dataclass(frozen=True)
class Periksa:
    """`siapa`: people the indicator is about. `temuan`: what is wrong; None: read from the NIP elsewhere (`nomor.py`).

    `rincian`: words for the ticket.
    """

    siapa: Syarat
    temuan: Syarat | None
    rincian: Any


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def bobot() -> dict[str, Bobot]:
    return {
        row["kode"]: Bobot(row["kode"], row["dimensi"], float(row["bobot_dimensi"]),
                           float(row["bobot_indikator_persen"]), _capital(row["yang_diperiksa"]))
        for row in kode.rows("ikd-indikator")
    }  # fmt: skip


def judul(code: str) -> str:
    known = bobot().get(code)
    return known.judul if known else LOKAL.get(code, code)


def efektif(tersedia: frozenset[str]) -> dict[str, float]:
    """Share of the whole score by indicator; those that cannot be computed here leave theirs to their dimension."""
    sums: dict[str, float] = {}
    for one in bobot().values():
        if one.kode in tersedia:
            sums[one.dimensi] = sums.get(one.dimensi, 0.0) + one.persen
    weight = {one.dimensi: one.bobot_dimensi for one in bobot().values() if one.dimensi in sums}
    whole = sum(weight.values()) or 1.0
    return {
        one.kode: one.bobot_dimensi / whole * one.persen / sums[one.dimensi]
        for one in bobot().values() if one.kode in tersedia
    }  # fmt: skip


TIDAK_ADA: dict[str, str] = {
    "TIM_2": f"{PUSAT}: formasi saat pengadaan hanya dicatat BKN",
}
BERGANTUNG = {  # available once somebody has filled these columns
    "COM_1": (B.c.ada_skp, "riwayat kinerja tahunan belum diisi modul kinerja atau SIASN"),
    "ACC_2": (B.c.jenis_siasn != "", "jenis pegawai SIASN belum ditarik"),
}  # fmt: skip


def semua(today: date, aturan: dict[str, Any]) -> dict[str, Periksa]:
    """Every indicator that our data can answer, for a day and the settings of that day."""
    return _lengkap(today) | _waktu(today) | _isi(today, aturan) | _nomor()


def _lengkap(today: date) -> dict[str, Periksa]:
    everybody, pns = sa.true(), B.c.jenis.in_(("PNS",))
    settled = sa.and_(B.c.tmt_cpns < date(today.year - 1, 1, 1))
    titled = B.c.didik >= kode.pendidikan()["20"].urutan
    return {
        "COM_1": Periksa(settled, ~B.c.ada_skp, "Belum ada SKP dua tahun terakhir"),
        "COM_2": Periksa(B.c.jenis_jabatan.in_((JF, PELAKSANA)), B.c.jabatan_id.is_(None),
                         sa.func.concat("Jabatan belum terhubung ke rujukan: ", B.c.jabatan)),
        "COM_3": Periksa(everybody, B.c.didik == 0, "Pendidikan terakhir kosong"),
        "COM_4": Periksa(pns, B.c.tmt_pns.is_(None), "TMT PNS kosong"),
        "COM_5": Periksa(titled, sa.and_(B.c.gelar_depan == "", B.c.gelar_belakang == ""),
                         "Gelar kosong padahal berijazah diploma ke atas"),
        "COM_6": Periksa(everybody, ~B.c.surel.op("~")(SURAT_ELEKTRONIK),
                         sa.case((B.c.surel == "", "Surel pribadi kosong"), else_="Bentuk surel pribadi salah")),
        "COM_7": Periksa(everybody, B.c.hp == "", "Nomor HP kosong"),
    }  # fmt: skip


def _waktu(today: date) -> dict[str, Periksa]:
    year = today - timedelta(days=365)
    double = sa.select(B.c.unit_id).where(B.c.pimpinan).group_by(B.c.unit_id).having(sa.func.count() > 1)
    return {
        "TIM_1": Periksa(B.c.unit_id.is_not(None), ~B.c.unit_aktif, "Unitnya tidak aktif atau disembunyikan"),
        "TIM_3": Periksa(B.c.jenis == "CPNS", B.c.tmt_cpns < year, "CPNS lebih dari 1 tahun"),
        "TIM_4": Periksa(B.c.pimpinan, B.c.unit_id.in_(double), "Jabatan pimpinan unit diduduki lebih dari satu orang"),
        "TIM_5": Periksa(B.c.jenis.in_(PNS), B.c.tmt_pensiun <= today,
                         sa.func.concat("TMT pensiun ", sa.func.to_char(B.c.tmt_pensiun, "DD-MM-YYYY"))),
        "TIM_6": Periksa(B.c.kedudukan.in_(CLTN), ~B.c.cltn_berjalan, "Masih CLTN setelah masanya berakhir"),
    }  # fmt: skip


def _isi(today: date, aturan: dict[str, Any]) -> dict[str, Periksa]:
    level = {name: kode.pendidikan()[aturan[f"mutu_didik_{name}"]].urutan
             for name in ("jpt", "administrator", "pengawas", "keahlian", "keterampilan")}  # fmt: skip
    head = sa.and_(B.c.jenis_jabatan == STRUKTURAL, B.c.jenjang != "")
    needed = sa.case(
        (B.c.jenjang.like("JPT%"), level["jpt"]), (B.c.jenjang == "ADMINISTRATOR", level["administrator"]),
        (B.c.jenjang == "PENGAWAS", level["pengawas"]), else_=0,
    )  # fmt: skip
    skilled = sa.case((B.c.jenjang.in_(("JF_PM", "JF_TR", "JF_MH", "JF_PY")), level["keterampilan"]),
                      else_=level["keahlian"])  # fmt: skip
    names = sa.select(sa.func.lower(Jabatan.nama)).where(Jabatan.jenis == JF)
    pppk, active = B.c.jenis.in_(PPPK), B.c.kelompok == "AKTIF"
    away = (B.c.jenis_siasn != "15") != (B.c.instansi_induk != B.c.instansi_kerja)
    return {
        "ACC_1": Periksa(B.c.jenis == "PNS", B.c.tmt_cpns > B.c.tmt_pns, "TMT CPNS setelah TMT PNS"),
        "ACC_2": Periksa(sa.and_(B.c.jenis_siasn != "", B.c.instansi_kerja != ""), away,
                         "Jenis pegawai tidak cocok dengan instansi kerja"),
        "ACC_3": Periksa(head, B.c.tmt_cpns > today - timedelta(days=730),
                         "Jabatan struktural dengan masa kerja kurang dari 2 tahun"),
        "ACC_4": Periksa(sa.or_(pppk, B.c.kedudukan == "71"),
                         sa.or_(sa.and_(pppk, active, B.c.kedudukan != "71"), sa.and_(~pppk, B.c.kedudukan == "71")),
                         sa.func.concat("Kedudukan hukum ", B.c.kedudukan)),
        "ACC_5": Periksa(sa.true(), sa.or_(~B.c.ber_nik, B.c.nik_sah.is_(False)),
                         sa.case((~B.c.ber_nik, "NIK kosong"), else_="NIK dinyatakan tidak sah oleh Dukcapil")),
        "ACC_6": Periksa(head, sa.and_(B.c.didik > 0, B.c.didik < needed), "Pendidikan di bawah syarat jabatan"),
        "ACC_7": Periksa(sa.and_(pppk, B.c.nip != ""), None, ""),
        "ACC_8": Periksa(B.c.jenis_jabatan == JF, sa.and_(B.c.didik > 0, B.c.didik < skilled),
                         "Pendidikan di bawah syarat jenjang fungsional"),
        "ACC_9": Periksa(B.c.jenis_jabatan == PELAKSANA, sa.func.lower(B.c.jabatan).in_(names),
                         sa.func.concat("Pelaksana bernama jabatan fungsional: ", B.c.jabatan)),
        "ACC_10": Periksa(sa.and_(head, B.c.jenis.in_(PNS)),
                          sa.and_(B.c.golongan_urut.between(1, 17), B.c.golongan_urut < B.c.gol_min),
                          sa.func.concat("Golongan di bawah syarat eselon ", B.c.eselon)),
    }  # fmt: skip


def _nomor() -> dict[str, Periksa]:
    """Read from the NIP in `nomor.py`; here only whom they are about."""
    numbered = B.c.nip != ""
    return {
        "CON_1": Periksa(sa.and_(numbered, B.c.jenis.in_(PNS)), None, ""), "CON_2": Periksa(numbered, None, ""),
        "CON_3": Periksa(numbered, None, ""), "CON_4": Periksa(sa.and_(numbered, B.c.jenis.in_(PPPK)), None, ""),
        "NIK_1": Periksa(B.c.ber_nik, None, ""),
    }  # fmt: skip
