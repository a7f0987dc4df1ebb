"""Who is entitled to what: age and service on the TMT against the settings, and the TMT that a rule fixes.

Sources: UU 11/1969, PP 11/2017 article 305, PP 49/2018. Ages and years are settings of the office.
"""

import uuid
from collections.abc import Sequence
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
from portal.kepegawaian.rujukan.models import BERHENTI, Kedudukan
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
MULAI = ("CPNS_PNS", "PERJANJIAN")  # service begins with the first of these where the TMT CPNS is not kept
LAMA = (*MULAI, "PMK", "CLTN")  # what years of service are counted from
HUKDIS, KELUARGA = "HUKDIS", "KELUARGA"
MENIKAH = "1"


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


@dataclass(frozen=True)
class Fakta:
    """What the register knows of somebody on a day, read once for the rules, the checklist and the page.

    `kawin`: code of the marital status. `entri`: verified entries of the kinds in LAMA, of discipline and of the
    family. `lagi`: the further columns that were asked for.
    """

    keadaan: Keadaan | None
    lahir: date | None
    tmt_cpns: date | None
    kawin: str
    aturan: dict[str, Any]
    entri: Sequence[r.RiwayatLain]
    lagi: tuple[Any, ...] = ()

    def masa_kerja(self, on: date) -> tuple[int, int] | None:
        return lama(self.tmt_cpns, self.entri, on)


def baca(pegawai: Pegawai, hari_ini: date, *lagi: Any) -> Fakta:
    """Two statements. `lagi`: columns to read on the way."""
    here, data = sa.and_(Keadaan.pegawai_id == pegawai.id, berlaku(hari_ini)), r.DataPegawai
    married = sa.func.coalesce(data.status_kawin, "")
    query = (
        sa.select(Keadaan, Orang.tanggal_lahir, data.tmt_cpns, married, aturan.kolom_semua(hari_ini), *lagi)
        .select_from(Orang)
        .outerjoin(Keadaan, here)
        .outerjoin(data, data.pegawai_id == pegawai.id)
        .where(Orang.id == pegawai.orang_id)
    )
    state, born, begun, kawin, kept, *more = db.session.execute(query).one()
    rows = entri(pegawai.id, *LAMA, HUKDIS, KELUARGA)
    return Fakta(state, born, begun, kawin, aturan.dari(kept), rows, tuple(more))


def entri(pegawai_id: uuid.UUID, *kinds: str) -> list[r.RiwayatLain]:
    """Verified entries of these kinds, the oldest first."""
    query = sa.select(r.RiwayatLain).where(
        r.RiwayatLain.pegawai_id == pegawai_id, r.RiwayatLain.jenis.in_(kinds), r.RiwayatLain.status == r.TERVERIFIKASI
    )
    return list(db.session.scalars(query.order_by(r.RiwayatLain.tmt, r.RiwayatLain.id)))


def masa_kerja(pegawai_id: uuid.UUID, on: date) -> tuple[int, int] | None:
    """`lama` for somebody of whom nothing was read yet."""
    start = db.session.scalar(sa.select(r.DataPegawai.tmt_cpns).where(r.DataPegawai.pegawai_id == pegawai_id))
    return lama(start, entri(pegawai_id, *LAMA), on)


def lama(tmt_cpns: date | None, rows: Sequence[r.RiwayatLain], on: date) -> tuple[int, int] | None:
    """Years and months of service on a day: since TMT CPNS, with PMK, without CLTN. None when the start is unknown."""
    start = tmt_cpns or min((one.tmt for one in rows if one.jenis in MULAI), default=None)
    if start is None:
        return None
    months = bulan_penuh(start, on)
    for one in rows:
        if one.tmt > on:
            continue
        if one.jenis == "PMK":
            months += _whole(one.isi.get("mk_tahun")) * 12 + _whole(one.isi.get("mk_bulan"))
        elif one.jenis == "CLTN" and one.isi.get("jenis") == "CLTN":
            back = one.selesai + timedelta(days=1) if one.selesai else on
            months -= bulan_penuh(one.tmt, min(back, on))
    return divmod(max(months, 0), 12)


def bulan_penuh(start: date, end: date) -> int:
    """Full months from a day until before another one."""
    return max((end.year - start.year) * 12 + end.month - start.month - (end.day < start.day), 0)


def _whole(value: Any) -> int:
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return 0


def periksa(
    pegawai: Pegawai, kind: j.JenisUsulan, values: dict[str, Any], hari_ini: date, fakta: Fakta | None = None,
    *, berjalan: bool = False,
) -> Hasil:  # fmt: skip
    """TMT and entitlement of a request. `values`: tmt, tanggal_kejadian, keterangan, isi. Stores nothing.

    `berjalan`: the request is there already, so that who has left meanwhile (by it, or by a death) does not matter.
    """
    found = Hasil()
    if pegawai.status not in kind.bagi:
        found.galat.append(Problem("jenis", f"{kind.judul}: bukan untuk {pegawai.status.replace('_', ' ')}"))
        return found
    known = fakta or baca(pegawai, hari_ini)
    if not berjalan and _left(kind, known.keadaan):
        found.galat.append(Problem("jenis", f"{kind.judul}: tidak dapat diusulkan, pegawai ini sudah berhenti"))
        return found
    found.tmt = _tmt(kind, values, known.keadaan, found, hari_ini)
    if found.tmt is None:
        return found
    found.usia = usia(known.lahir, found.tmt) if known.lahir else None
    found.masa_kerja = known.masa_kerja(found.tmt)
    _limits(kind, values, found, known.aturan)
    _early(kind, found, known.aturan["pensiun_horizon"], hari_ini)
    if kind.kode == j.APS:
        _aps(known.keadaan, found, hari_ini)
    elif found.tmt <= hari_ini and kind.kode not in (j.BUP, j.JANDA_DUDA, j.TEWAS):
        found.peringatan.append("TMT sudah lewat: dengan SK-nya pegawai ini tercatat berhenti sejak tanggal itu.")
    found.peringatan += _lacking(kind, values, known)
    return found


def _left(kind: j.JenisUsulan, state: Keadaan | None) -> bool:
    """Whether somebody has left already; heirs still ask, and an agreement that ran out still wants its SK."""
    if state is None or state.kelompok != BERHENTI or kind.kode in j.WARIS:
        return False
    if kind.kode != j.PPPK_BERAKHIR:
        return True
    group = sa.select(Kedudukan.kelompok).where(Kedudukan.kode == state.kedudukan)
    return db.session.scalar(group) == BERHENTI


def _early(kind: j.JenisUsulan, found: Hasil, bulan: int, hari_ini: date) -> None:
    """No request for a TMT by age or agreement that the list of candidates does not look ahead to."""
    if kind.kode not in (j.BUP, j.PPPK_BERAKHIR) or found.tmt is None:
        return
    first = sejak(found.tmt, bulan)
    if first > hari_ini:
        found.galat.append(Problem(
            "tmt", f"TMT {tanggal(found.tmt)} masih jauh. Usulan dapat dibuat mulai {tanggal(first)}, {bulan} bulan "
            "sebelumnya.",
        ))  # fmt: skip


def sejak(tmt: date, bulan: int) -> date:
    """The first day on which a list that looks so many months ahead shows a TMT (`calon.batas` the other way)."""
    years, months = divmod(tmt.year * 12 + tmt.month - 1 - bulan, 12)
    first = date(years, months + 1, 1)
    return first.replace(day=tmt.day) if tmt.day <= 28 else bulan_berikut(first)


def _lacking(kind: j.JenisUsulan, values: dict[str, Any], known: Fakta) -> list[str]:
    """What the register does not know yet and the papers would print wrong."""
    found = []
    if kind.kode in (j.JANDA_DUDA, j.TEWAS) and known.keadaan and known.keadaan.kelompok != BERHENTI:
        found.append("Pegawai ini masih tercatat aktif. Jabatan dan kedudukannya berakhir pada tanggal itu begitu "
                     "BKPSDM memverifikasi usulan ini atau mencatat kematiannya.")  # fmt: skip
    partner = any(one.isi.get("hubungan") == "PASANGAN" and one.selesai is None for one in known.entri)
    married = known.kawin == MENIKAH or values.get("isi", {}).get("hubungan") in ("SUAMI", "ISTRI")
    if kind.kode in j.PENSIUN and married and not partner:
        found.append("Suami atau istri belum ada di riwayat keluarga, jadi DPCP tidak memuatnya. Ajukan dulu riwayat "
                     "keluarganya.")  # fmt: skip
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
            "jenis", f"Usia pada TMT {found.usia} tahun; {kind.kecil} sedikitnya {least_age} tahun"
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
            "BUP tanpa hak pensiun, kedudukan 77. Pastikan sebelum diteruskan."
        )


def _aps(state: Keadaan | None, found: Hasil, hari_ini: date) -> None:
    if found.tmt and found.tmt <= hari_ini:
        found.galat.append(Problem("tmt", "TMT: pensiun dini mulai setelah hari ini"))
    if state and state.tmt_pensiun and found.tmt and found.tmt >= state.tmt_pensiun:
        found.galat.append(Problem(
            "tmt", f"TMT: sudah mencapai BUP pada {tanggal(state.tmt_pensiun)}. Pilih jenis BUP."
        ))  # fmt: skip


def hukdis(pegawai_id: uuid.UUID) -> list[r.RiwayatLain]:
    """`menghalangi` for somebody of whom nothing was read yet."""
    return menghalangi(entri(pegawai_id, HUKDIS), organisation.today())


def menghalangi(rows: Sequence[r.RiwayatLain], on: date) -> list[r.RiwayatLain]:
    """Discipline of a medium or severe degree that began or ran within the year before a day."""
    since = on.replace(year=on.year - 1, day=min(on.day, 28))
    return [
        one for one in rows
        if one.jenis == HUKDIS and one.isi.get("tingkat") in ("S", "B") and one.tmt <= on
        and (one.selesai or one.tmt) >= since
    ]  # fmt: skip
