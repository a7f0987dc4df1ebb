"""The way of a request: who may move it from where to where. Nobody decides their own, nor what they asked for."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import PENSIUN_KELOLA, PENSIUN_PERIKSA, PENSIUN_VERIFIKASI
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.pensiun import persetujuan, syarat
from portal.kepegawaian.pensiun.jenis import JENIS
from portal.kernel import notices
from portal.kernel.approval import ASSIGNEE, NONE, OPTIONAL, OWNER, REQUIRED, Flow, Move, Submission
from portal.kernel.db import db
from portal.kernel.errors import Conflict
from portal.kernel.listing import Tags
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal, User

PENSIUN = "kepegawaian.pensiun"
STATUS = Tags({
    m.DRAF: ("Draf", "guide", "pencil"), m.DIAJUKAN: ("Diajukan", "warning", "clock"),
    m.DIPERIKSA: ("Diperiksa perangkat daerah", "warning", "clock"),
    m.DISETUJUI: ("Disetujui kepala perangkat daerah", "guide", "check"),
    m.DIVERIFIKASI: ("Diverifikasi BKPSDM", "guide", "check"), m.USUL_BKN: ("Diusulkan ke BKN", "guide", "send"),
    m.PERTEK: ("Pertek terbit", "guide", "file-text"), m.SK: ("SK ditetapkan", "positive", "circle-check"),
    m.SELESAI: ("Selesai", "positive", "check"), m.DIKEMBALIKAN: ("Dikembalikan", "negative", "arrow-back-up"),
    m.TMS: ("Tidak memenuhi syarat", "negative", "x"), m.DIBATALKAN: ("Dibatalkan", "", "x"),
})  # fmt: skip
URUTAN = (m.DRAF, m.DIAJUKAN, m.DIPERIKSA, m.DISETUJUI, m.DIVERIFIKASI, m.USUL_BKN, m.PERTEK, m.SK, m.SELESAI)
Act = Callable[[Any, Principal, str], None]
AFTER: dict[str, list[Act]] = {}


def subject(submission: Submission) -> m.UsulanPensiun:
    return db.session.scalars(sa.select(m.UsulanPensiun).where(m.UsulanPensiun.submission_id == submission.id)).one()


def after(*names: str) -> Callable[[Act], Act]:
    """What else happens in the transaction of these moves."""

    def keep(act: Act) -> Act:
        for name in names:
            AFTER.setdefault(name, []).append(act)
        return act

    return keep


def alamat(row: m.UsulanPensiun) -> str:
    return f"/kepegawaian/pensiun/usulan/{row.id}"


def beri_tahu(row: m.UsulanPensiun, judul: str, isi: str = "") -> None:
    """The applicant, and the person concerned where that is somebody else."""
    owner = sa.select(Submission.owner_id).where(Submission.id == row.submission_id)
    told = {db.session.scalar(owner)}
    told |= set(db.session.scalars(sa.select(User.id).where(User.pegawai_id == row.pegawai_id, User.aktif)))
    for user_id in told:
        notices.notify(user_id, judul, isi, alamat(row))


def _move(
    name: str, label: str, sources: set[str], target: str, by: str, note: str = OPTIONAL, tell: str = "",
    when: Callable[[Any], None] | None = None,
) -> Move:  # fmt: skip
    def then(row: Any, user: Principal, why: str) -> None:
        row.status = target
        row.versi += 1
        for act in AFTER.get(name, []):
            act(row, user, why)
        if tell:
            beri_tahu(row, tell, why)

    return Move(name, label, frozenset(sources), target, by, note=note, then=then, when=when)


def _complete(row: m.UsulanPensiun) -> None:
    syarat.tuntut(row, m.PEMOHON)


def _opd_complete(row: m.UsulanPensiun) -> None:
    """The covering letter follows the approval of the head where there is one, else it has to be there by now."""
    syarat.tuntut(row, m.OPD, tanpa=("PENGANTAR",) if persetujuan.perlu(row) else ())


def _all_checked(row: m.UsulanPensiun) -> None:
    persetujuan.tuntut_disetujui(row)
    syarat.tuntut_diperiksa(row)


def _asks_bkn(row: m.UsulanPensiun) -> None:
    if not JENIS[row.jenis].pertek:
        raise Conflict("Jenis ini tidak memerlukan pertimbangan teknis BKN. Catat SK-nya.")


def _decided(row: m.UsulanPensiun) -> None:
    if row.status == m.DIVERIFIKASI and JENIS[row.jenis].pertek:
        raise Conflict("Catat dulu pertimbangan teknis BKN, lalu SK.")


OPEN = {m.DRAF, m.DIAJUKAN, m.DIPERIKSA, m.DISETUJUI, m.DIVERIFIKASI, m.USUL_BKN, m.PERTEK, m.DIKEMBALIKAN}
IN_CHECK = {m.DIAJUKAN, m.DIPERIKSA, m.DISETUJUI, m.DIVERIFIKASI, m.USUL_BKN}
BACK = "Usulan pensiun perlu diperbaiki"

FLOW = Flow(
    PENSIUN,
    "Usulan pensiun",
    subject=subject,
    moves=(
        _move("ajukan", "Ajukan", {m.DRAF, m.DIKEMBALIKAN}, m.DIAJUKAN, OWNER, when=_complete),
        _move("tarik", "Tarik", {m.DIAJUKAN}, m.DRAF, OWNER, NONE),
        _move("hapus_draf", "Batalkan usulan", {m.DRAF, m.DIKEMBALIKAN}, m.DIBATALKAN, OWNER, NONE),
        _move("periksa", "Berkas lengkap dan sesuai", {m.DIAJUKAN}, m.DIPERIKSA, PENSIUN_PERIKSA, when=_opd_complete),
        _move("periksa_pusat", "Periksa untuk perangkat daerah", {m.DIAJUKAN}, m.DIPERIKSA, PENSIUN_KELOLA, REQUIRED,
              when=_opd_complete),
        _move("kembalikan_opd", "Kembalikan", {m.DIAJUKAN}, m.DIKEMBALIKAN, PENSIUN_PERIKSA, REQUIRED, BACK),
        _move("kembalikan", "Kembalikan", IN_CHECK, m.DIKEMBALIKAN, PENSIUN_VERIFIKASI, REQUIRED, BACK),
        _move("setujui_opd", "Setujui", {m.DIPERIKSA}, m.DISETUJUI, ASSIGNEE, when=persetujuan.tuntut_perlu),
        _move("kembalikan_kepala", "Kembalikan", {m.DIPERIKSA}, m.DIKEMBALIKAN, ASSIGNEE, REQUIRED, BACK,
              when=persetujuan.tuntut_perlu),
        _move("setujui_pusat", "Setujui untuk perangkat daerah", {m.DIPERIKSA}, m.DISETUJUI, PENSIUN_KELOLA, REQUIRED,
              when=persetujuan.tuntut_buntu),
        _move("verifikasi", "Verifikasi", {m.DIPERIKSA, m.DISETUJUI}, m.DIVERIFIKASI, PENSIUN_VERIFIKASI,
              when=_all_checked, tell="Usulan pensiun diverifikasi BKPSDM"),
        _move("usul", "Sudah diusulkan ke BKN", {m.DIVERIFIKASI}, m.USUL_BKN, PENSIUN_KELOLA, when=_asks_bkn),
        _move("pertek", "Catat pertek", {m.USUL_BKN}, m.PERTEK, PENSIUN_KELOLA),
        _move("sk", "Catat SK", {m.PERTEK, m.DIVERIFIKASI}, m.SK, PENSIUN_KELOLA, when=_decided),
        _move("tms", "Tidak memenuhi syarat", IN_CHECK, m.TMS, PENSIUN_VERIFIKASI, REQUIRED,
              "Usulan pensiun tidak memenuhi syarat"),
        _move("batalkan", "Batalkan usulan", OPEN, m.DIBATALKAN, PENSIUN_KELOLA, REQUIRED,
              "Usulan pensiun dibatalkan"),
        _move("batalkan_sk", "Batalkan SK", {m.SK, m.SELESAI}, m.DIBATALKAN, PENSIUN_KELOLA, REQUIRED,
              "SK pensiun dibatalkan"),
    ),
)  # fmt: skip


def judul(row: m.UsulanPensiun, pegawai: Pegawai) -> str:
    return f"Pensiun {pegawai.nama}: {JENIS[row.jenis].kecil}"


@after("periksa", "periksa_pusat")
def _ask_head(row: m.UsulanPensiun, user: Principal, why: str) -> None:
    head = persetujuan.pemutus(row) if persetujuan.perlu(row) else None
    if head is not None and head.user_id is not None:
        pegawai = db.session.get_one(Pegawai, row.pegawai_id)
        notices.notify(head.user_id, "Usulan pensiun menunggu persetujuan Anda", judul(row, pegawai), alamat(row))


@after("setujui_opd", "kembalikan_kepala")
def _release(row: m.UsulanPensiun, user: Principal, why: str) -> None:
    persetujuan.lepaskan(row)
