"""The dry run as people ask for it: the request names kinds and OPD, a worker fills the parcel, whole or not at all."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from portal.kepegawaian import SIASN
from portal.kepegawaian.siasn import jalan, paket
from portal.kepegawaian.siasn import models as m
from portal.kernel import access, jobs, people
from portal.kernel.db import db, new_id
from portal.kernel.errors import Conflict
from portal.kernel.people import Principal

DISEBUT = 100  # of what could not be put in so many are named


def minta(user: Principal, kinds: Sequence[str], pd_id: uuid.UUID | None = None) -> m.Paket:
    """Ask for a parcel. One is prepared at a time. Raises Conflict."""
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext("siasn siapkan"))))
    if db.session.scalar(sa.select(m.Paket.id).where(m.Paket.status == m.MENYUSUN)) is not None:
        raise Conflict("Uji kirim lain sedang disiapkan.", "Tunggu sampai selesai, atau tarik kembali dulu.")
    parcel = m.Paket(
        id=new_id(), judul="Uji kirim", status=m.MENYUSUN, jumlah=0, sidik="", disiapkan_oleh_id=user.id,
        minta={"jenis": list(kinds), "opd": str(pd_id) if pd_id else None},
    )  # fmt: skip
    db.session.add(parcel)
    db.session.flush()
    jalan.antrekan_paket(parcel)
    return parcel


@jobs.kind("siasn-siapkan", antrean="panjang")
def siapkan(job: jobs.Job) -> None:
    """Fill a parcel in one transaction; killed, it is as if it had never begun."""
    key = uuid.UUID(job.argumen["paket"])
    wanted = sa.select(m.Paket).where(m.Paket.id == key, m.Paket.status == m.MENYUSUN).with_for_update()
    parcel = db.session.scalars(wanted).first()
    if parcel is None:
        return
    asked = parcel.minta or {}
    user = people.principal_of(parcel.disiapkan_oleh_id, access.grants())
    if user is None or not user.has(SIASN):
        parcel.status, parcel.alasan = m.DIHENTIKAN, "Peminta tidak lagi berhak menyiapkan."
        return
    items, blocked = paket.pilih(asked["jenis"], uuid.UUID(asked["opd"]) if asked["opd"] else None)
    parcel.terhalang = [[str(pair.id), why] for pair, why in blocked[:DISEBUT]]
    parcel.alasan = f"{len(blocked)} riwayat belum dapat dikirim." if blocked else ""
    if items:
        paket.isikan(parcel, items, user)
    else:
        parcel.status = m.DIHENTIKAN
        parcel.alasan = parcel.alasan or "Tidak ada riwayat yang perlu dikirim."
