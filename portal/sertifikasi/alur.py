"""The case of one application as a flow: every transition, who may make it, what has to hold.

Guards that need only the case are named here; the services of each feature check what needs the person (conflict
of interest, assigned assessor, quorum) before they call `approval.move`.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from portal.kernel import notices
from portal.kernel.approval import OPTIONAL, OWNER, REQUIRED, Flow, Move, Submission
from portal.kernel.db import db
from portal.kernel.people import Principal
from portal.sertifikasi import ASESMEN, MANAJER, PLENO, TANDA_TANGAN, VERIFIKASI
from portal.sertifikasi.saya import models as m

PERMOHONAN = "sertifikasi.permohonan"
OPEN = frozenset(m.STATES) - m.FINAL
BEFORE_DECISION = OPEN - {m.KOMPETEN, m.MENUNGGU_NOMOR}
BEFORE_SESSION = frozenset(
    {m.ASESOR_DITUGASKAN, m.DITINJAU, m.APL02_PERLU_PERBAIKAN, m.SIAP_ASESMEN, m.AK01_DISETUJUI, m.TERJADWAL}
)
AFTER: dict[str, list[Callable[[m.Permohonan, Principal, str], None]]] = {}  # features add what follows a move


def subject(submission: Submission) -> m.Permohonan:
    return db.session.scalars(sa.select(m.Permohonan).where(m.Permohonan.submission_id == submission.id)).one()


def after(name: str) -> Callable[[Callable[[m.Permohonan, Principal, str], None]], Any]:
    """Run a function of a feature after the move of this name, in the same transaction."""

    def keep(act: Callable[[m.Permohonan, Principal, str], None]) -> Callable[[m.Permohonan, Principal, str], None]:
        AFTER.setdefault(name, []).append(act)
        return act

    return keep


def _move(
    name: str, label: str, sources: set[str] | frozenset[str], target: str, by: str, note: str = OPTIONAL,
    tell: str = "",
) -> Move:  # fmt: skip
    """`tell`: words for the asesi; never a result, only that something waits on their page."""

    def then(case: m.Permohonan, user: Principal, why: str) -> None:
        if target in m.FINAL:
            case.aktif = False
        for act in AFTER.get(name, []):
            act(case, user, why)
        if tell and case.user_id != user.id:
            notices.notify(case.user_id, tell, f"Permohonan {case.nomor or ''}".strip(), f"/sertifikasi/saya/{case.id}")

    return Move(name, label, frozenset(sources), target, by, note=note, then=then)


FLOW = Flow(
    PERMOHONAN,
    "Permohonan sertifikasi",
    subject=subject,
    moves=(
        _move("ajukan", "Kirim APL-01", {m.DRAF, m.PERLU_PERBAIKAN}, m.DIAJUKAN, OWNER),
        _move("minta_perbaikan", "Minta perbaikan APL-01", {m.DIAJUKAN}, m.PERLU_PERBAIKAN, VERIFIKASI, REQUIRED,
              "Permohonan Anda perlu diperbaiki"),
        _move("terima", "Terima APL-01", {m.DIAJUKAN}, m.APL01_DITERIMA, VERIFIKASI, tell="Permohonan Anda diterima"),
        _move("usul_tolak", "Usulkan penolakan", {m.DIAJUKAN}, m.DIAJUKAN, VERIFIKASI, REQUIRED),
        _move("tolak", "Tolak permohonan", {m.DIAJUKAN}, m.APL01_DITOLAK, MANAJER, REQUIRED,
              "Permohonan Anda sudah diputuskan"),
        _move("ajukan_apl02", "Kirim APL-02", {m.APL01_DITERIMA, m.APL02_PERLU_PERBAIKAN}, m.APL02_DIAJUKAN, OWNER),
        _move("tugaskan", "Tugaskan asesor", {m.APL02_DIAJUKAN}, m.ASESOR_DITUGASKAN, MANAJER,
              tell="Asesor Anda sudah ditetapkan"),
        _move("lepas_asesor", "Ganti asesor", BEFORE_SESSION, m.APL02_DIAJUKAN,
              MANAJER, REQUIRED),
        _move("mulai_tinjau", "Mulai meninjau APL-02", {m.ASESOR_DITUGASKAN}, m.DITINJAU, ASESMEN),
        _move("kembalikan_apl02", "Minta perbaikan APL-02", {m.DITINJAU}, m.APL02_PERLU_PERBAIKAN, ASESMEN, REQUIRED,
              "APL-02 Anda perlu diperbaiki"),
        _move("tinjau_lagi", "Tinjau lagi", {m.APL02_DIAJUKAN}, m.DITINJAU, ASESMEN),
        _move("siap", "Asesmen dapat dilanjutkan", {m.DITINJAU}, m.SIAP_ASESMEN, ASESMEN,
              tell="Asesmen Anda dapat dilanjutkan"),
        _move("tidak_lanjut", "Asesmen tidak dapat dilanjutkan", {m.DITINJAU}, m.TIDAK_LANJUT, ASESMEN, REQUIRED,
              "Hasil peninjauan APL-02 sudah ada"),
        _move("setujui_ak01", "Setujui persetujuan asesmen", {m.SIAP_ASESMEN}, m.AK01_DISETUJUI, OWNER),
        _move("jadwalkan", "Jadwalkan", {m.AK01_DISETUJUI, m.TERJADWAL}, m.TERJADWAL, VERIFIKASI,
              tell="Jadwal asesmen Anda sudah ada"),
        _move("ubah_jadwal", "Ubah jadwal", {m.TERJADWAL}, m.TERJADWAL, VERIFIKASI, REQUIRED),
        _move("setujui_jadwal", "Setujui hari yang baru", {m.TERJADWAL}, m.TERJADWAL, OWNER),
        _move("batal_jadwal", "Batalkan jadwal", {m.TERJADWAL}, m.AK01_DISETUJUI, VERIFIKASI, REQUIRED),
        _move("mulai", "Mulai asesmen", {m.TERJADWAL}, m.BERLANGSUNG, ASESMEN),
        _move("hentikan", "Hentikan asesmen", {m.BERLANGSUNG}, m.AK01_DISETUJUI, ASESMEN, REQUIRED,
              "Asesmen Anda dihentikan dan dijadwalkan lagi"),
        _move("hentikan_lsp", "Hentikan asesmen", {m.BERLANGSUNG}, m.AK01_DISETUJUI, MANAJER, REQUIRED,
              "Asesmen Anda dihentikan dan dijadwalkan lagi"),
        _move("rekomendasikan", "Kirim rekomendasi", {m.BERLANGSUNG}, m.DIREKOMENDASIKAN, ASESMEN,
              tell="Rekam asesmen Anda sudah dapat dibaca"),
        _move("buka_rekomendasi", "Buka lagi rekomendasi", {m.DIREKOMENDASIKAN}, m.BERLANGSUNG, MANAJER, REQUIRED),
        _move("ke_pleno", "Bawa ke pleno", {m.DIREKOMENDASIKAN, m.DITUNDA}, m.MENUNGGU_KEPUTUSAN, MANAJER),
        _move("kompeten", "Putuskan kompeten", {m.MENUNGGU_KEPUTUSAN}, m.KOMPETEN, PLENO,
              tell="Keputusan sertifikasi Anda sudah ada"),
        _move("belum_kompeten", "Putuskan belum kompeten", {m.MENUNGGU_KEPUTUSAN}, m.BELUM_KOMPETEN, PLENO, REQUIRED,
              "Keputusan sertifikasi Anda sudah ada"),
        _move("tunda", "Tunda keputusan", {m.MENUNGGU_KEPUTUSAN}, m.DITUNDA, PLENO, REQUIRED),
        _move("perbaiki_kompeten", "Perbaiki putusan menjadi kompeten", {m.BELUM_KOMPETEN}, m.KOMPETEN,
              TANDA_TANGAN, REQUIRED, "Keputusan sertifikasi Anda diperbaiki"),
        _move("perbaiki_belum", "Perbaiki putusan menjadi belum kompeten",
              {m.KOMPETEN, m.MENUNGGU_NOMOR, m.BERSERTIFIKAT}, m.BELUM_KOMPETEN, TANDA_TANGAN, REQUIRED,
              "Keputusan sertifikasi Anda diperbaiki"),
        _move("minta_nomor", "Minta nomor sertifikat", {m.KOMPETEN}, m.MENUNGGU_NOMOR, VERIFIKASI),
        _move("terbit", "Terbitkan sertifikat", {m.MENUNGGU_NOMOR}, m.BERSERTIFIKAT, VERIFIKASI,
              tell="Sertifikat Anda sudah terbit"),
        _move("tarik", "Tarik permohonan", BEFORE_DECISION - {m.MENUNGGU_KEPUTUSAN}, m.DITARIK, OWNER),
        _move("batalkan", "Batalkan permohonan", BEFORE_DECISION, m.DIBATALKAN, MANAJER, REQUIRED,
              "Permohonan Anda dibatalkan"),
        _move("gugurkan", "Nyatakan gugur", {m.PERLU_PERBAIKAN, m.APL01_DITERIMA, m.APL02_PERLU_PERBAIKAN, m.TERJADWAL},
              m.GUGUR, VERIFIKASI, REQUIRED, "Permohonan Anda dinyatakan gugur"),
    ),
)  # fmt: skip
