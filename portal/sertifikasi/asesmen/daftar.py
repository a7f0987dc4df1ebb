"""Lists of the LSP: applications, asesor, TUK, sessions."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.kernel.approval import Submission
from portal.kernel.db import now, rows
from portal.kernel.listing import Ask, Choice, Column, DateRange, Listing, Tags
from portal.kernel.people import Principal, User
from portal.sertifikasi import LIHAT, REGISTER
from portal.sertifikasi.asesmen import kasus, policies
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.pilihan import PROVINSI
from portal.sertifikasi.skema import models as s

KELOMPOK = {
    "VERIFIKASI": ("Perlu diverifikasi", [m.DIAJUKAN]),
    "PERBAIKAN": ("Di tangan asesi", [m.PERLU_PERBAIKAN, m.APL01_DITERIMA, m.APL02_PERLU_PERBAIKAN]),
    "ASESOR": ("Perlu asesor", [m.APL02_DIAJUKAN]),
    "TINJAU": ("Pra-asesmen", [m.ASESOR_DITUGASKAN, m.DITINJAU, m.SIAP_ASESMEN]),
    "JADWAL": ("Perlu jadwal", [m.AK01_DISETUJUI]),
    "ASESMEN": ("Asesmen", [m.TERJADWAL, m.BERLANGSUNG]),
    "KEPUTUSAN": ("Menunggu keputusan", [m.DIREKOMENDASIKAN, m.MENUNGGU_KEPUTUSAN, m.DITUNDA]),
    "SERTIFIKAT": ("Kompeten", [m.KOMPETEN, m.MENUNGGU_NOMOR, m.BERSERTIFIKAT]),
    "BERHENTI": ("Berhenti", [m.APL01_DITOLAK, m.TIDAK_LANJUT, m.BELUM_KOMPETEN, m.DITARIK, m.GUGUR, m.DIBATALKAN]),
}  # fmt: skip
UMUR = [(7, "Lebih dari 7 hari"), (14, "Lebih dari 14 hari"), (30, "Lebih dari 30 hari"), (90, "Lebih dari 90 hari")]
MOST_OPTIONS = 300


def _cases(user: Principal) -> sa.Select[tuple[m.Permohonan]]:
    return policies.visible_permohonan(user).join(Submission, Submission.id == m.Permohonan.submission_id)


def _in_group(group: str, ask: Ask) -> sa.ColumnElement[bool]:
    # The flow is named for the planner: the index of states holds cases of this flow only.
    return sa.and_(Submission.alur == "sertifikasi.permohonan", Submission.status.in_(KELOMPOK[group][1]))


def _older(days: int, ask: Ask) -> sa.ColumnElement[bool]:
    open_ = m.Permohonan.aktif
    return sa.and_(open_, m.Permohonan.apl01_diajukan_at < now() - timedelta(days=days))


def _distinct(column: Any) -> Callable[[Principal], list[tuple[Any, str]]]:
    """The different values of an indexed column, each found by one probe of the index."""

    def options(_: Principal) -> list[tuple[Any, str]]:
        first = sa.select(sa.func.min(column).label("nilai")).where(column != "").cte("nilai", recursive=True)
        following = sa.select(sa.func.min(column)).where(column > first.c.nilai).scalar_subquery()
        found = first.union_all(sa.select(following).where(first.c.nilai.is_not(None)))
        query = sa.select(found.c.nilai).where(found.c.nilai.is_not(None)).limit(MOST_OPTIONS)
        return [(value, value) for (value,) in rows(query)]

    return options


def skema_options(_: Principal) -> list[tuple[Any, str]]:
    return [tuple(row) for row in rows(sa.select(s.Skema.id, s.Skema.judul).order_by(s.Skema.urut, s.Skema.judul))]


def _umur(ask: Ask) -> Any:
    """Whole days since it was first sent, while it is open."""
    days = sa.func.extract("day", sa.literal(now()) - m.Permohonan.apl01_diajukan_at)
    return sa.case((m.Permohonan.aktif, sa.cast(days, sa.Integer())), else_=None)


def _provinsi(kode: str) -> str:
    return PROVINSI.get(kode, kode)


_skema = sa.select(s.Skema.judul).where(s.Skema.id == m.Permohonan.skema_id).scalar_subquery()

PERMOHONAN = Listing(
    "permohonan", title="Permohonan sertifikasi", noun="permohonan", rows=_cases, key=m.Permohonan.id, sort="-dikirim",
    can=LIHAT, search=[m.Permohonan.cari], search_label="Nama, nomor, atau instansi",
    columns=[
        Column("nama", "Nama", m.Permohonan.nama, sort=True, link="/sertifikasi/permohonan/{id}"),
        Column("nomor", "Nomor", m.Permohonan.nomor),
        Column("skema", "Skema", _skema),
        Column("status", "Keadaan", Submission.status, show=kasus.STATUS),
        Column("instansi", "Instansi", m.Permohonan.instansi),
        Column("provinsi", "Provinsi", m.Permohonan.provinsi, show=_provinsi),
        Column("dikirim", "Dikirim", m.Permohonan.apl01_diajukan_at, sort=True),
        Column("umur", "Umur (hari)", _umur, number=True),
        Column("tenggat", "Batas perbaikan", m.Permohonan.tenggat, screen=False),
        Column("tujuan", "Tujuan", m.Permohonan.tujuan, screen=False),
    ],
    filters=[
        Choice("kelompok", "Keadaan", options=[(k, words) for k, (words, _) in KELOMPOK.items()], where=_in_group),
        Choice("skema", "Skema", m.Permohonan.skema_id, options=skema_options),
        Choice("provinsi", "Provinsi", m.Permohonan.provinsi, options=list(PROVINSI.items())),
        Choice("instansi", "Instansi", m.Permohonan.instansi, options=_distinct(m.Permohonan.instansi)),
        Choice("umur", "Umur", options=UMUR, where=_older),
    ],
)  # fmt: skip


# ---- registers and sessions

BERLAKU, BERAKHIR = "BERLAKU", "BERAKHIR"
MASA = Tags({BERLAKU: ("Berlaku", "positive", "check"), BERAKHIR: ("Berakhir", "negative", "ban")})


def _state_of(table: Any, active: Any = None) -> Callable[[Ask], Any]:
    def state(_: Ask) -> Any:
        held = sa.and_(
            table.mulai <= hari_ini(), table.selesai >= hari_ini(), active if active is not None else sa.true()
        )
        return sa.case((held, BERLAKU), else_=BERAKHIR)

    return state


def _valid(table: Any, active: Any = None) -> Callable[[str, Ask], Any]:
    state = _state_of(table, active)
    return lambda wanted, ask: state(ask) == wanted


_skema_asesor = (
    sa.select(sa.func.string_agg(s.Skema.judul, "; "))
    .join(a.AsesorSkema, a.AsesorSkema.skema_id == s.Skema.id)
    .where(a.AsesorSkema.asesor_id == a.Asesor.id)
    .scalar_subquery()
)

ASESOR = Listing(
    "asesor-lsp", title="Asesor kompetensi", noun="asesor", rows=policies.visible_asesor, key=a.Asesor.id, sort="nama",
    can=REGISTER, join=[(User, User.id == a.Asesor.user_id)], search=[User.cari], search_label="Nama asesor",
    columns=[
        Column("nama", "Nama", User.nama, sort=True, indexed=False, link="/sertifikasi/asesor/{id}"),
        Column("no_reg", "Nomor registrasi", a.Asesor.no_reg),
        Column("instansi", "Instansi", a.Asesor.instansi),
        Column("skema", "Skema", _skema_asesor),
        Column("selesai", "Berlaku sampai", a.Asesor.selesai, sort=True),
        Column("keadaan", "Keadaan", _state_of(a.Asesor, a.Asesor.aktif), show=MASA),
    ],
    filters=[Choice("keadaan", "Keadaan", options=MASA.options, where=_valid(a.Asesor, a.Asesor.aktif))],
)  # fmt: skip

TUK = Listing(
    "tuk-lsp", title="Tempat uji kompetensi", noun="TUK", rows=policies.visible_tuk, key=a.Tuk.id, sort="nama",
    can=REGISTER,
    columns=[
        Column("nama", "Nama", a.Tuk.nama, sort=True, link="/sertifikasi/tuk/{id}"),
        Column("kode", "Kode", a.Tuk.kode),
        Column("jenis", "Jenis", a.Tuk.jenis, show=lambda v: kasus.TUK.get(v, v)),
        Column("kota", "Kota", a.Tuk.kota), Column("provinsi", "Provinsi", a.Tuk.provinsi),
        Column("kuota", "Daya tampung", a.Tuk.kuota, number=True),
        Column("selesai", "Berlaku sampai", a.Tuk.selesai, sort=True),
        Column("keadaan", "Keadaan", _state_of(a.Tuk), show=MASA),
    ],
    filters=[Choice("keadaan", "Keadaan", options=MASA.options, where=_valid(a.Tuk))],
)  # fmt: skip

_peserta = sa.select(sa.func.count(a.PesertaSesi.id)).where(a.PesertaSesi.sesi_id == a.SesiAsesmen.id).scalar_subquery()

SESI = Listing(
    "sesi-lsp", title="Jadwal asesmen", noun="sesi", rows=policies.visible_sesi, key=a.SesiAsesmen.id, sort="-mulai",
    can=REGISTER,
    join=[(s.SkemaVersi, s.SkemaVersi.id == a.SesiAsesmen.skema_versi_id), (a.Tuk, a.Tuk.id == a.SesiAsesmen.tuk_id),
          (a.Asesor, a.Asesor.id == a.SesiAsesmen.asesor_id), (User, User.id == a.Asesor.user_id)],
    columns=[
        Column("skema", "Skema", s.SkemaVersi.judul, link="/sertifikasi/sesi/{id}"),
        Column("mulai", "Mulai", a.SesiAsesmen.mulai, sort=True),
        Column("tuk", "TUK", a.Tuk.nama),
        Column("asesor", "Asesor", User.nama),
        Column("peserta", "Peserta", _peserta, number=True),
        Column("kuota", "Kuota", a.SesiAsesmen.kuota, number=True),
        Column("selesai", "Ditutup", a.SesiAsesmen.ditutup_at),
        Column("batal", "Dibatalkan", a.SesiAsesmen.dibatalkan_at),
    ],
    filters=[DateRange("hari", "Hari", a.SesiAsesmen.mulai)],
)  # fmt: skip

PENUGASAN_STATES = Tags({
    a.DIUSULKAN: ("Diusulkan", "", "clock"), a.MENUNGGU_COI: ("Menunggu deklarasi", "warning", "clock"),
    a.BERSEDIA: ("Menunggu persetujuan", "warning", "user-check"), a.AKTIF: ("Ditugaskan", "positive", "check"),
    a.MENOLAK: ("Tidak ditugaskan", "", "x"),
    a.SELESAI: ("Selesai", "guide", "check"),
})  # fmt: skip
_konflik = sa.case((a.DeklarasiCoi.ada_konflik, "Ada yang dinyatakan"), else_="Tidak ada")

PENUGASAN = Listing(
    "penugasan-lsp", title="Penugasan asesor", noun="penugasan", rows=policies.assigned, key=a.PenugasanAsesor.id,
    sort="-dibuat", can=REGISTER,
    join=[(m.Permohonan, m.Permohonan.id == a.PenugasanAsesor.permohonan_id),
          (a.Asesor, a.Asesor.id == a.PenugasanAsesor.asesor_id), (User, User.id == a.Asesor.user_id),
          (a.DeklarasiCoi, a.DeklarasiCoi.penugasan_id == a.PenugasanAsesor.id)],
    columns=[
        Column("nama", "Asesi", m.Permohonan.nama, link="/sertifikasi/penugasan/{id}"),
        Column("nomor", "Permohonan", m.Permohonan.nomor),
        Column("skema", "Skema", _skema),
        Column("asesor", "Asesor", User.nama),
        Column("status", "Keadaan", a.PenugasanAsesor.status, show=PENUGASAN_STATES),
        Column("konflik", "Konflik kepentingan", sa.case((a.DeklarasiCoi.id.is_(None), "Belum dinyatakan"),
                                                         else_=_konflik)),
        Column("surat", "Surat tugas", a.PenugasanAsesor.surat_tugas),
        Column("dibuat", "Diusulkan", a.PenugasanAsesor.dibuat_at, sort=True, indexed=False),
    ],
    filters=[Choice("status", "Keadaan", a.PenugasanAsesor.status, options=PENUGASAN_STATES.options)],
)  # fmt: skip


def menunggu() -> Any:
    """Scalar subquery for the badge beside the menu: applications to be verified, counted up to 100."""
    some = (
        sa.select(sa.literal(1))
        .where(Submission.alur == "sertifikasi.permohonan", Submission.status == m.DIAJUKAN)
        .limit(100)
    )
    return sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery()
