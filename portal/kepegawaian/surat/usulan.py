"""Requests that letters carry: every case of this module, whatever feature it belongs to, and whose it is."""

import uuid
from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pensiun import persetujuan, syarat
from portal.kepegawaian.pensiun.models import UsulanPensiun
from portal.kepegawaian.pensiun.policies import RAHASIA
from portal.kepegawaian.riwayat.jenis import JENIS, TERBATAS
from portal.kepegawaian.riwayat.models import RiwayatLain
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.surat.models import DIKIRIM, SuratPengantar, SuratUsulan
from portal.kernel import organisation
from portal.kernel.approval import FLOWS, Submission
from portal.kernel.db import Model, db
from portal.kernel.organisation import Pegawai, Unit

OURS = "kepegawaian."
CLOSED = (  # nothing to send any more
    "DRAF", "DITOLAK", "DIBATALKAN", "TERVERIFIKASI", "SELESAI", "TMS", "DIGANTI",
    "USUL_BKN", "PERTEK", "SK_DITETAPKAN",
)  # fmt: skip
TERTUTUP = tuple(one.kode for one in JENIS.values() if one.akses == TERBATAS)  # goes by no letter of an OPD
MOST = 100


def kinds() -> dict[str, str]:
    """Kinds of requests by the name of their flow."""
    return {name: flow.title for name, flow in FLOWS.items() if name.startswith(OURS)}


@cache
def _subjects() -> tuple[Any, ...]:
    """Tables whose rows are subjects of cases and belong to a pegawai."""
    tables = [one.local_table for one in Model.registry.mappers]
    return tuple(t for t in tables if isinstance(t, sa.Table) and {"submission_id", "pegawai_id"} <= set(t.c.keys()))


def owners(keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Pegawai by case. A case without one (another module's) is missing."""
    parts = [sa.select(t.c.submission_id, t.c.pegawai_id).where(t.c.submission_id.in_(keys)) for t in _subjects()]
    return {row[0]: row[1] for row in db.session.execute(sa.union_all(*parts))} if keys else {}


def waiting(surat: SuratPengantar, words: str = "") -> list[Any]:
    """Cases of this kind in the office that lie in no living letter: id, judul, pemohon, status, diajukan_at."""
    taken = sa.select(SuratUsulan.usulan_id).where(SuratUsulan.aktif)
    place = Submission.pd_id == surat.pd_id
    if surat.unit_id != surat.pd_id:
        place = Submission.unit_id.in_(organisation.subtree([surat.unit_id]))
    query = sa.select(
        Submission.id, Submission.judul, Submission.pemohon, Submission.status, Submission.diajukan_at
    ).where(
        Submission.alur == surat.jenis, place, Submission.status.not_in(CLOSED), Submission.id.not_in(taken),
        ~sa.exists().where(UsulanPensiun.submission_id == Submission.id, sa.or_(
            UsulanPensiun.jenis.in_(RAHASIA), UsulanPensiun.status.in_(persetujuan.belum_disetujui())
        )),
    )  # fmt: skip
    query = query.where(~sa.exists().where(RiwayatLain.submission_id == Submission.id, RiwayatLain.jenis.in_(TERTUTUP)))
    if words:
        query = query.where(sa.func.lower(Submission.pemohon).contains(words.lower(), autoescape=True))
    return list(db.session.execute(query.order_by(Submission.diajukan_at, Submission.id).limit(MOST)))


def carried(surat: SuratPengantar) -> list[Any]:
    """Requests of a letter with the state of the person on its day, by name."""
    seat = sa.orm.aliased(Unit)
    query = (
        sa.select(
            SuratUsulan.id, SuratUsulan.usulan_id, SuratUsulan.pegawai_id, Pegawai.nama, Pegawai.nip, Submission.judul,
            Submission.status, Keadaan.golongan, Keadaan.jabatan, seat.nama.label("unit"), UsulanPensiun.tmt,
        )
        .join(Pegawai, Pegawai.id == SuratUsulan.pegawai_id)
        .join(Submission, Submission.id == SuratUsulan.usulan_id)
        .outerjoin(Keadaan, sa.and_(Keadaan.pegawai_id == SuratUsulan.pegawai_id, berlaku(surat.tanggal)))
        .outerjoin(seat, seat.id == Keadaan.unit_id)
        .outerjoin(UsulanPensiun, UsulanPensiun.submission_id == SuratUsulan.usulan_id)
        .where(SuratUsulan.surat_id == surat.id)
        .order_by(Pegawai.nama, SuratUsulan.id)
    )  # fmt: skip
    return list(db.session.execute(query))


def bernomor() -> sa.Select[Any]:
    """Case, number and date of every living letter that was sent."""
    return (
        sa.select(SuratUsulan.usulan_id, SuratPengantar.nomor, SuratPengantar.tanggal)
        .join(SuratPengantar, SuratPengantar.id == SuratUsulan.surat_id)
        .where(SuratUsulan.aktif, SuratPengantar.status == DIKIRIM)
    )


syarat.PENGANTAR.append(bernomor)
