"""Who is entitled to what: age and service on the TMT against the settings, and the TMT that a rule fixes.

Sources: UU 11/1969, PP 11/2017 article 305, PP 49/2018. Ages and years are settings of the office.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pensiun import jenis as j
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.rujukan.aturan import DAFTAR, Aturan
from portal.kernel import organisation
from portal.kernel.calendar import tanggal
from portal.kernel.db import db
from portal.kernel.forms import Problem
from portal.kernel.organisation import Orang, Pegawai

DAFTAR.update({one.kunci: one for one in (
    Aturan("perampingan_usia_min", "Usia paling muda pensiun karena perampingan", 50, "PP 11/2017", "tahun"),
    Aturan("perampingan_masa_kerja_min", "Masa kerja paling sedikit pensiun karena perampingan", 10, "PP 11/2017",
           "tahun"),
    Aturan("uzur_masa_kerja_min", "Masa kerja paling sedikit pensiun uzur bukan karena dinas", 4, "UU 11/1969",
           "tahun"),
    Aturan("bup_masa_kerja_min", "Masa kerja paling sedikit untuk hak pensiun BUP", 10, "UU 11/1969", "tahun"),
    Aturan("mpp_paling_lama", "Masa persiapan pensiun paling lama", 12, "PerBKN 2/2019", "bulan"),
)})  # fmt: skip


@dataclass
class Hasil:
    """`tmt`: as the rule fixes it, or as typed. `galat` forbids, `peringatan` is only said."""

    tmt: date | None = None
    usia: int | None = None
    masa_kerja: tuple[int, int] | None = None
    galat: list[Problem] = field(default_factory=list)
    peringatan: list[str] = field(default_factory=list)


def bulan_berikut(day: date) -> date:
    """The first day of the month after a day."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def usia(lahir: date, on: date) -> int:
    """Full years; who was born on 29 February is a year older on 1 March of a common year."""
    return on.year - lahir.year - ((on.month, on.day) < (lahir.month, lahir.day))


def masa_kerja(pegawai_id: uuid.UUID, on: date) -> tuple[int, int] | None:
    """Years and months of service on a day: since TMT CPNS, with PMK, without CLTN. None when the start is unknown."""
    data = r.DataPegawai
    start = db.session.scalar(sa.select(data.tmt_cpns).where(data.pegawai_id == pegawai_id))
    if start is None:
        entry = sa.select(r.RiwayatLain.tmt).where(
            r.RiwayatLain.pegawai_id == pegawai_id, r.RiwayatLain.jenis.in_(("CPNS_PNS", "PERJANJIAN")),
            r.RiwayatLain.status == r.TERVERIFIKASI,
        )  # fmt: skip
        start = db.session.scalar(entry.order_by(r.RiwayatLain.tmt).limit(1))
    if start is None:
        return None
    months = (on.year - start.year) * 12 + on.month - start.month - (on.day < start.day)
    rows = sa.select(r.RiwayatLain.jenis, r.RiwayatLain.isi, r.RiwayatLain.tmt, r.RiwayatLain.selesai).where(
        r.RiwayatLain.pegawai_id == pegawai_id, r.RiwayatLain.jenis.in_(("PMK", "CLTN")),
        r.RiwayatLain.status == r.TERVERIFIKASI, r.RiwayatLain.tmt <= on,
    )  # fmt: skip
    for kind, isi, begin, end in db.session.execute(rows):
        if kind == "PMK":
            months += _whole(isi.get("mk_tahun")) * 12 + _whole(isi.get("mk_bulan"))
        elif isi.get("jenis") == "CLTN":
            last = min(end or on, on)
            months -= max((last.year - begin.year) * 12 + last.month - begin.month, 0)
    return divmod(max(months, 0), 12)


def _whole(value: Any) -> int:
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return 0


def periksa(pegawai: Pegawai, kind: j.JenisUsulan, values: dict[str, Any], hari_ini: date) -> Hasil:
    """TMT and entitlement of a request. `values`: tmt, tanggal_kejadian, keterangan, isi. Reads, stores nothing."""
    found = Hasil()
    if pegawai.status not in kind.bagi:
        found.galat.append(Problem("jenis", f"{kind.judul}: bukan untuk {pegawai.status.replace('_', ' ')}"))
        return found
    here = sa.and_(Keadaan.pegawai_id == pegawai.id, berlaku(hari_ini))
    known = sa.select(Keadaan, Orang.tanggal_lahir).select_from(Orang).outerjoin(Keadaan, here)
    state, born = db.session.execute(known.where(Orang.id == pegawai.orang_id)).tuples().one()
    found.tmt = _tmt(kind, values, state, found, hari_ini)
    if found.tmt is None:
        return found
    found.usia = usia(born, found.tmt) if born else None
    found.masa_kerja = masa_kerja(pegawai.id, found.tmt)
    _limits(kind, values, found, aturan.semua(hari_ini))
    if kind.kode == j.APS:
        _aps(state, found, hari_ini)
    return found


def _tmt(
    kind: j.JenisUsulan, values: dict[str, Any], state: Keadaan | None, found: Hasil, hari_ini: date
) -> date | None:  # fmt: skip
    typed: date | None = values.get("tmt")
    event: date | None = values.get("tanggal_kejadian")
    if kind.kode in (j.JANDA_DUDA, j.TEWAS):
        fixed = bulan_berikut(event) if event else None
    elif kind.kode in (j.BUP, j.PPPK_BERAKHIR):
        fixed = state.tmt_pensiun if state else None
        if fixed is None and len(values.get("keterangan", "")) < 10:
            found.galat.append(Problem("keterangan", "BUP pegawai ini belum diketahui. Tulis dasar TMT di keterangan, "
                                                     "sedikitnya 10 huruf."))  # fmt: skip
    else:
        fixed = None
    if fixed and kind.kode == j.BUP and fixed <= hari_ini:
        if not _past_age(values, found, fixed, typed):
            return None
        fixed = typed
    if fixed and typed and typed != fixed:
        found.galat.append(Problem("tmt", f"TMT: menurut aturan {tanggal(fixed)}. Kosongkan atau tulis tanggal itu."))
        return None
    tmt = fixed or typed
    if tmt is None:
        if kind.kode not in (j.JANDA_DUDA, j.TEWAS):
            found.galat.append(Problem("tmt", "TMT: isi tanggal mulai berhenti"))
    elif kind.tmt_bulan and tmt.day != 1:
        found.galat.append(Problem("tmt", "TMT: pensiun mulai tanggal 1"))
        return None
    return tmt


def _past_age(values: dict[str, Any], found: Hasil, fixed: date, typed: date | None) -> bool:
    """The age has passed (a late request, or W_LEWAT_BUP): no stop in the past by itself, a person writes the TMT.

    A later one than the rule gives needs its reason. Returns whether there is a TMT to go on with.
    """
    past = f"TMT menurut BUP, {tanggal(fixed)}, sudah lewat"
    found.peringatan.append(f"{past}.")
    if typed is None:
        found.galat.append(Problem("tmt", f"{past}. Tulis TMT yang dipilih."))
    elif typed < fixed:
        found.galat.append(Problem("tmt", f"TMT: menurut aturan {tanggal(fixed)}. Tulis tanggal itu atau sesudahnya."))
    elif typed > fixed and len(values.get("keterangan", "")) < 10:
        found.galat.append(Problem("keterangan", f"{past}. Tulis dasar TMT yang dipilih, sedikitnya 10 huruf."))
    return typed is not None and typed >= fixed


def _limits(kind: j.JenisUsulan, values: dict[str, Any], found: Hasil, rule: dict[str, Any]) -> None:
    """Least age and service by kind."""
    least_age = {j.APS: rule["aps_usia_min"], j.PERAMPINGAN: rule["perampingan_usia_min"]}.get(kind.kode)
    least_years = {
        j.APS: rule["aps_masa_kerja_min"], j.PERAMPINGAN: rule["perampingan_masa_kerja_min"],
        j.UZUR: rule["uzur_masa_kerja_min"],
    }.get(kind.kode)  # fmt: skip
    if kind.kode == j.UZUR and values.get("isi", {}).get("dinas"):
        least_years = None
    if least_age and found.usia is None:
        found.peringatan.append("Tanggal lahir belum tercatat; syarat usia belum dapat diperiksa.")
    elif least_age and found.usia is not None and found.usia < least_age:
        found.galat.append(Problem(
            "jenis", f"Usia pada TMT {found.usia} tahun; {kind.judul.lower()} sedikitnya {least_age} tahun"
        ))  # fmt: skip
    if (least_years or kind.kode == j.BUP) and found.masa_kerja is None:
        found.peringatan.append("TMT CPNS belum tercatat; syarat masa kerja belum dapat diperiksa.")
        return
    years, months = found.masa_kerja or (0, 0)
    if least_years and years < least_years:
        found.galat.append(Problem(
            "jenis", f"Masa kerja pada TMT {years} tahun {months} bulan; sedikitnya {least_years} tahun"
        ))  # fmt: skip
    elif kind.kode == j.BUP and years < rule["bup_masa_kerja_min"]:
        found.peringatan.append(
            f"Masa kerja {years} tahun {months} bulan, kurang dari {rule['bup_masa_kerja_min']} tahun: berhenti karena "
            "BUP tanpa hak pensiun. Pastikan sebelum diteruskan."
        )


def _aps(state: Keadaan | None, found: Hasil, hari_ini: date) -> None:
    if found.tmt and found.tmt <= hari_ini:
        found.galat.append(Problem("tmt", "TMT: pensiun dini mulai setelah hari ini"))
    if state and state.tmt_pensiun and found.tmt and found.tmt >= state.tmt_pensiun:
        found.galat.append(Problem(
            "tmt", f"TMT: sudah mencapai BUP pada {tanggal(state.tmt_pensiun)}. Pilih jenis BUP."
        ))  # fmt: skip


def hukdis(pegawai_id: uuid.UUID, on: date | None = None) -> list[r.RiwayatLain]:
    """Verified discipline of a medium or severe degree that began or ran within the year before a day."""
    day = on or organisation.today()
    since = day.replace(year=day.year - 1, day=min(day.day, 28))
    query = sa.select(r.RiwayatLain).where(
        r.RiwayatLain.pegawai_id == pegawai_id, r.RiwayatLain.jenis == "HUKDIS",
        r.RiwayatLain.status == r.TERVERIFIKASI, r.RiwayatLain.isi["tingkat"].astext.in_(("S", "B")),
        r.RiwayatLain.tmt <= day, sa.func.coalesce(r.RiwayatLain.selesai, r.RiwayatLain.tmt) >= since,
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(r.RiwayatLain.tmt.desc())))
