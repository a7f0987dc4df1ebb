"""One row per active pegawai on a day with everything the indicators ask: a temporary table, read many times."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.rujukan.models import AKTIF, AKTIF_TIDAK_BEKERJA
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel.db import db
from portal.kernel.organisation import Orang, Pegawai, Unit, in_force

_T, _D, _I, _F = sa.Text(), sa.Date(), sa.Integer(), sa.Boolean()
_META = sa.MetaData()
BARIS = sa.Table(
    "mutu_dasar", _META, *(sa.Column(name, kind) for name, kind in (
        ("pegawai_id", sa.Uuid()), ("unit_id", sa.Uuid()), ("pd_id", sa.Uuid()), ("jenis", _T), ("jenis_jabatan", _T),
        ("jabatan", _T), ("jabatan_id", sa.Uuid()), ("jenjang", _T), ("eselon", _T), ("pimpinan", _F),
        ("golongan_urut", _I), ("gol_min", _I), ("didik", _I), ("kedudukan", _T), ("kelompok", _T),
        ("tmt_pensiun", _D), ("nip", _T), ("lahir", _D), ("jenis_kelamin", _T), ("tmt_cpns", _D), ("tmt_pns", _D),
        ("surel", _T), ("hp", _T), ("nik_sah", _F), ("jenis_siasn", _T), ("instansi_induk", _T),
        ("instansi_kerja", _T), ("gelar_depan", _T), ("gelar_belakang", _T), ("ber_nik", _F), ("unit_aktif", _F),
        ("cltn_berjalan", _F), ("ada_skp", _F),
    )), prefixes=["TEMPORARY"], postgresql_on_commit="DROP",
)  # fmt: skip
TEMUAN = sa.Table(
    "mutu_temuan", _META, *(sa.Column(name, kind) for name, kind in (
        ("indikator", _T), ("pegawai_id", sa.Uuid()), ("unit_id", sa.Uuid()), ("pd_id", sa.Uuid()), ("rincian", _T),
    )), prefixes=["TEMPORARY"], postgresql_on_commit="DROP",
)  # fmt: skip


def siapkan(today: date) -> int:
    """Fill the table for a day inside this transaction; it goes with its end. Returns how many people."""
    connection = db.session.connection()
    _META.drop_all(connection, checkfirst=True)
    _META.create_all(connection, checkfirst=False)
    fill = sa.insert(BARIS).from_select([c.name for c in BARIS.columns], _rows(today))
    filled = db.session.execute(fill.execution_options(preserve_rowcount=True))
    db.session.execute(sa.text("ANALYZE mutu_dasar"))
    count: int = filled.rowcount  # type: ignore[attr-defined]
    return count


def _rows(today: date) -> sa.Select[Any]:
    k, d, level = Keadaan, r.DataPegawai, kode.pendidikan()
    rank = {one.kode: kode.golongan()[one.gol_min].urutan for one in kode.eselon().values() if one.gol_min}
    blank = sa.literal("")
    return (
        sa.select(
            k.pegawai_id, k.unit_id, k.pd_id, k.jenis, k.jenis_jabatan, k.jabatan, k.jabatan_id, k.jenjang, k.eselon,
            k.pimpinan, k.golongan_urut, sa.case(rank, value=k.eselon, else_=0),
            sa.case({code: one.urutan for code, one in level.items()}, value=k.pendidikan, else_=0), k.kedudukan,
            k.kelompok, k.tmt_pensiun, k.nip, k.lahir, k.jenis_kelamin, d.tmt_cpns, d.tmt_pns,
            sa.func.coalesce(d.surel, blank), sa.func.coalesce(d.hp, blank), d.nik_sah,
            sa.func.coalesce(d.jenis_siasn, blank), sa.func.coalesce(d.instansi_induk, blank),
            sa.func.coalesce(d.instansi_kerja, blank), Orang.gelar_depan, Orang.gelar_belakang,
            Orang.nik_enc.is_not(None), k.unit_id.in_(_living_units(today)), k.pegawai_id.in_(_on_leave(today)),
            k.pegawai_id.in_(_rated(today)),
        )
        .join(Pegawai, Pegawai.id == k.pegawai_id)
        .join(Orang, Orang.id == Pegawai.orang_id)
        .outerjoin(d, d.pegawai_id == k.pegawai_id)
        .where(berlaku(today), k.kelompok.in_((AKTIF, AKTIF_TIDAK_BEKERJA)), k.jenis != "PEJABAT_NEGARA")
    )  # fmt: skip


def _living_units(today: date) -> Any:
    valid = sa.select(UnorVersi.unit_id).join(Unit, Unit.id == UnorVersi.unit_id)
    return valid.where(in_force(UnorVersi, today), ~Unit.disembunyikan)


def _on_leave(today: date) -> Any:
    """CLTN entries that cover the day."""
    lain = r.RiwayatLain
    return sa.select(lain.pegawai_id).where(
        lain.jenis == "CLTN", lain.status == r.TERVERIFIKASI, lain.isi["jenis"].astext == "CLTN", lain.tmt <= today,
        sa.or_(lain.selesai.is_(None), lain.selesai >= today),
    )  # fmt: skip


def _rated(today: date) -> Any:
    """Whose yearly rating of one of the last two years is in the register."""
    lain = r.RiwayatLain
    years = [str(today.year - back) for back in range(3)]
    return sa.select(lain.pegawai_id).where(
        lain.jenis == "SKP", lain.status == r.TERVERIFIKASI, lain.isi["tahun"].astext.in_(years)
    )
