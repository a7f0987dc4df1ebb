"""An entry of ours with several rows of SIASN of its key: a person says which one it is, nothing is guessed."""

import sqlalchemy as sa

from portal.kepegawaian.riwayat import services
from portal.kepegawaian.siasn import banding, paket, peta, putusan
from portal.kepegawaian.siasn import models as m
from portal.kernel import activity
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal

activity.declare(**{"kepegawaian.siasn_dipasangkan": "jenis uraian siasn_id"})


def calon(pair: m.Pasangan) -> list[m.Cermin]:
    """Rows of SIASN that an entry of ours may be, where several have its key; only what has an id can be told."""
    kind = putusan.kinds()[pair.jenis]
    ours = paket.lokal(kind, pair.lokal_id) if pair.kelas == m.AMBIGU and pair.lokal_id else None
    if ours is None:
        return []
    query = sa.select(m.Cermin).join(m.Pasangan, m.Pasangan.cermin_id == m.Cermin.id).where(
        m.Pasangan.pegawai_id == pair.pegawai_id, m.Pasangan.jenis == pair.jenis, m.Pasangan.kelas == m.AMBIGU,
        m.Cermin.hilang_at.is_(None), m.Cermin.siasn_id.not_like("~%"),
    )  # fmt: skip
    key = banding.sisi_kita(kind, ours, peta.Terjemah()).kunci(kind)
    rows = db.session.scalars(query.order_by(m.Cermin.siasn_id))
    return [row for row in rows if banding.Sisi(row, kind.mereka(row.isi)).kunci(kind) == key]


def pasangkan(pair: m.Pasangan, cermin: str, user: Principal, seen: str) -> None:
    """Say which of them it is: from now on both are told by the id. Raises Conflict, Denied, Invalid."""
    if putusan.kunci(pair) != seen:
        raise Conflict("Data ini berubah sejak Anda membukanya.", "Muat ulang, lalu pilih lagi.")
    services.lock(pair.pegawai_id)
    if services.milik_sendiri(pair.pegawai_id, user):
        raise Denied("Anda tidak dapat memutuskan riwayat Anda sendiri.")
    kind = putusan.kinds()[pair.jenis]
    chosen = next((row for row in calon(pair) if str(row.id) == cermin), None)
    if chosen is None:
        raise Invalid("cermin", "Pilih baris SIASN yang dimaksud")
    paket.lokal(kind, pair.lokal_id).siasn_id = chosen.siasn_id
    pair.diputus_oleh_id, pair.diputus_at = user.id, now()
    activity.log("kepegawaian.siasn_dipasangkan", pair, by=user, **putusan.tercatat(pair, siasn_id=chosen.siasn_id))
    db.session.flush()
    banding.ulang(kind, pair.pegawai_id, putusan.bekal())
