"""Schemes in the order of how little is missing, counted over units that this person was found competent in."""

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from werkzeug.wrappers import Response

from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.organisation import today
from portal.kernel.people import required
from portal.kernel.web import MenuItem, render
from portal.sertifikasi import DAFTAR, module
from portal.sertifikasi.asesmen.models import HasilUnit
from portal.sertifikasi.keputusan.models import BERLAKU, Sertifikat
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s

HOME = "/sertifikasi/saya/peta"
DECIDED = (m.KOMPETEN, m.MENUNGGU_NOMOR, m.BERSERTIFIKAT, m.BELUM_KOMPETEN)
module.menu.append(MenuItem("Peta jalan kompetensi", "target", HOME, can=DAFTAR, group="Sertifikasi", order=62))


@dataclass(frozen=True)
class Langkah:
    """One scheme: the units it asks for and which of them are there. `dimiliki`: a certificate for it is in force."""

    kode: str
    judul: str
    sub_klaster: str
    contoh: bool
    ada: list[tuple[str, str]]
    kurang: list[tuple[str, str]]
    dimiliki: bool
    permohonan: uuid.UUID | None

    @property
    def jumlah(self) -> int:
        return len(self.ada) + len(self.kurang)

    @property
    def persen(self) -> float:
        return 100 * len(self.ada) / self.jumlah if self.jumlah else 0.0


def held_units(user_id: uuid.UUID, hari: date) -> set[uuid.UUID]:
    """Units of certificates in force, and units found K in a decided assessment of the last three years."""
    certified = (
        sa.select(s.SkemaUnit.unit_id)
        .join(Sertifikat, Sertifikat.skema_versi_id == s.SkemaUnit.skema_versi_id)
        .where(Sertifikat.user_id == user_id, Sertifikat.status == BERLAKU, Sertifikat.sampai >= hari)
    )
    assessed = (
        sa.select(HasilUnit.unit_id)
        .join(m.Permohonan, m.Permohonan.id == HasilUnit.permohonan_id)
        .join(Submission, Submission.id == m.Permohonan.submission_id)
        .where(m.Permohonan.user_id == user_id, HasilUnit.hasil == m.K, Submission.status.in_(DECIDED))
        .where(HasilUnit.diubah_at >= sa.func.now() - sa.text("interval '3 years'"))
    )
    return set(db.session.scalars(certified.union(assessed)))


def road(user_id: uuid.UUID, hari: date) -> list[Langkah]:
    """Every published scheme; those not held first, nearest first."""
    have = held_units(user_id, hari)
    version = s.SkemaVersi
    newest = sa.select(version.id).distinct(version.skema_id).where(version.status == s.TERBIT)
    newest = newest.order_by(version.skema_id, version.versi.desc())
    query = (
        sa.select(s.Skema, version, s.UnitKompetensi.id, s.UnitKompetensi.kode, s.UnitKompetensi.judul)
        .join(version, version.skema_id == s.Skema.id)
        .join(s.SkemaUnit, s.SkemaUnit.skema_versi_id == version.id)
        .join(s.UnitKompetensi, s.UnitKompetensi.id == s.SkemaUnit.unit_id)
        .where(version.id.in_(newest))
        .order_by(s.Skema.urut, s.SkemaUnit.urut)
    )
    mine, running = _certified(user_id, hari), _running(user_id)
    found: dict[uuid.UUID, Langkah] = {}
    for skema, versi, unit_id, kode, judul in db.session.execute(query):
        if skema.id not in found:
            found[skema.id] = Langkah(
                skema.kode,
                versi.judul,
                skema.sub_klaster,
                versi.contoh,
                [],
                [],
                skema.id in mine,
                running.get(skema.id),
            )
        (found[skema.id].ada if unit_id in have else found[skema.id].kurang).append((kode, judul))
    return sorted(found.values(), key=lambda x: (x.dimiliki, -x.persen, len(x.kurang), x.judul))


def _certified(user_id: uuid.UUID, hari: date) -> set[uuid.UUID]:
    query = sa.select(s.SkemaVersi.skema_id).join(Sertifikat, Sertifikat.skema_versi_id == s.SkemaVersi.id)
    return set(
        db.session.scalars(
            query.where(Sertifikat.user_id == user_id, Sertifikat.status == BERLAKU, Sertifikat.sampai >= hari)
        )
    )


def _running(user_id: uuid.UUID) -> dict[uuid.UUID, uuid.UUID]:
    query = sa.select(m.Permohonan.skema_id, m.Permohonan.id).where(m.Permohonan.user_id == user_id, m.Permohonan.aktif)
    return dict(db.session.execute(query).tuples().all())


@module.route("/saya/peta", can=DAFTAR)
def saya_peta() -> Response:
    user = required()
    found = road(user.id, today())
    near = [x for x in found if x.ada and not x.dimiliki]
    return render(
        "sertifikasi/peta.html",
        dekat=near,
        dimiliki=[x for x in found if x.dimiliki],
        lain=[x for x in found if not x.ada and not x.dimiliki],
        unit=len(held_units(user.id, today())),
    )
