"""What the home page shows of certification: what waits for the LSP's people, whatever roles they
hold, in one statement; nothing is asked for anybody else."""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from portal.kernel.approval import Submission
from portal.kernel.db import rows
from portal.kernel.people import Principal
from portal.kernel.web import Tile
from portal.sertifikasi import ASESMEN, KONTEN, MANAJER, PLENO, TANDA_TANGAN, VERIFIKASI, module
from portal.sertifikasi.alur import PERMOHONAN
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.publik.models import Tiket
from portal.sertifikasi.saya import models as m

SAYA = sa.bindparam("saya", type_=sa.Uuid())
MOST = 1000  # a count beyond this says no more


def _count(query: sa.Select[Any] | sa.CompoundSelect[Any]) -> sa.ScalarSelect[Any]:
    return sa.select(sa.func.count()).select_from(query.limit(MOST).subquery()).scalar_subquery()


def _cases(*states: str) -> sa.ScalarSelect[Any]:
    return _count(sa.select(Submission.id).where(Submission.alur == PERMOHONAN, Submission.status.in_(states)))


def _assigned(*states: str) -> sa.ScalarSelect[Any]:
    mine = sa.select(a.PenugasanAsesor.id).join(a.Asesor, a.Asesor.id == a.PenugasanAsesor.asesor_id)
    return _count(mine.where(a.Asesor.user_id == SAYA, a.PenugasanAsesor.status.in_(states)))


LIST = "/sertifikasi/permohonan?kelompok="
# permission: (what is counted, words, where it is done, icon)
WORK = {
    VERIFIKASI: [
        (_cases(m.DIAJUKAN), "APL-01 perlu diverifikasi", f"{LIST}VERIFIKASI", "clipboard-check"),
        (_cases(m.APL02_DIAJUKAN), "Perlu asesor", f"{LIST}ASESOR", "user-check"),
        (_cases(m.AK01_DISETUJUI), "Perlu jadwal", f"{LIST}JADWAL", "calendar"),
        (_cases(m.KOMPETEN), "Perlu diminta nomornya", "/sertifikasi/paket", "send"),
        (_count(sa.select(k.Surveilan.id).where(k.Surveilan.status == "DIKIRIM")),
         "Laporan surveilan perlu diputuskan", "/sertifikasi/surveilan?status=DIKIRIM", "refresh"),
    ],
    KONTEN: [
        (_count(sa.select(Tiket.id).where(Tiket.status == "BARU")), "Pesan belum dijawab", "/sertifikasi/pesan",
         "message"),
    ],
    MANAJER: [
        (_count(sa.select(a.PenugasanAsesor.id).where(a.PenugasanAsesor.status == a.BERSEDIA)),
         "Penugasan asesor menunggu persetujuan", f"{LIST}ASESOR", "user-check"),
        (_cases(m.DIREKOMENDASIKAN, m.DITUNDA), "Rekomendasi siap dibawa ke pleno", "/sertifikasi/pleno",
         "users-group"),
        (_count(sa.select(k.Tindakan.id).where(k.Tindakan.status == k.DIUSULKAN)), "Usul tindakan atas sertifikat",
         "/sertifikasi/sertifikat", "alert-triangle"),
    ],
    ASESMEN: [
        (_assigned(a.DIUSULKAN, a.MENUNGGU_COI), "Usul penugasan menunggu pernyataan Anda", "/sertifikasi/asesmen",
         "user-check"),
        (_assigned(a.AKTIF), "Asesi yang ditugaskan kepada Anda", "/sertifikasi/asesmen", "clipboard-check"),
    ],
    PLENO: [
        (_count(sa.select(k.Pleno.id).where(k.Pleno.status != k.DITUTUP)), "Pleno belum ditutup", "/sertifikasi/pleno",
         "users-group"),
    ],
    TANDA_TANGAN: [
        (_count(sa.union_all(
            sa.select(k.Sk.id).where(k.Sk.ditandatangani_at.is_(None)),
            sa.select(k.Sertifikat.id).where(
                k.Sertifikat.status == k.MENUNGGU_TANDA_TANGAN, k.Sertifikat.ditandatangani_at.is_(None)),
            sa.select(k.Tindakan.id).where(k.Tindakan.status == k.DISETUJUI),
            sa.select(k.Banding.id).where(k.Banding.status == "DITELAAH", k.Banding.hasil != ""),
        )), "Menunggu tanda tangan Anda", "/sertifikasi/tanda-tangan", "pencil"),
    ],
}  # fmt: skip


@lru_cache(maxsize=64)
def _query(permissions: tuple[str, ...]) -> sa.Select[Any]:
    """Kept for each set of permissions: building it costs more than running it."""
    return sa.select(*(count for name in permissions for count, *_ in WORK[name]))


def tiles(user: Principal) -> list[Tile]:
    held = tuple(name for name in WORK if user.has(name))
    if not held:
        return []
    counts = rows(_query(held), {"saya": user.id}).one()
    work = [one for name in held for one in WORK[name]]
    return [
        Tile(words, href, icon, str(count) if count < MOST else f"{MOST}+", kind="tugas", tone="warning", order=12)
        for count, (_, words, href, icon) in zip(counts, work, strict=True) if count
    ]  # fmt: skip


module.tiles.append(tiles)
