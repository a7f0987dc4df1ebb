"""How complete the files of each pegawai are, by the definitions of the matrix: a filter of the list of people."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from portal.kepegawaian.berkas import harapan
from portal.kepegawaian.berkas.harapan import BELUM, HILANG, KOSONG, counted
from portal.kepegawaian.berkas.models import KURANG, BerkasOrang
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai import daftar
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kernel.db import db, now
from portal.kernel.listing import Ask, Choice, Column

TERBUKA = [code for code in DOKUMEN if code not in harapan.RAHASIA]
WAJIB = [code for code in TERBUKA if code in harapan.WAJIB]
PILIHAN = [code for code in TERBUKA if code not in harapan.WAJIB]
STATES = {"belum": BELUM, "kosong": KOSONG, "hilang": HILANG}
KATA = {
    "lengkap": "Lengkap", "kurang": "Ada yang kosong",
    **{name: harapan.KEADAAN.words(state) for name, state in STATES.items()},
}  # fmt: skip


def susun() -> None:
    """Count anew; rows that stay the same are not written. The caller commits."""
    db.session.flush()
    found = sa.union_all(*_lacking()).subquery("temuan")
    sums = sa.select(found.c.pegawai_id, *(sa.func.count().filter(found.c.keadaan == name).label(name)
                                           for name in STATES)).group_by(found.c.pegawai_id).subquery()  # fmt: skip
    figures = [sa.func.coalesce(sums.c[name], 0) for name in STATES]
    rows = sa.select(sa.func.gen_random_uuid(), sa.literal(now()), sa.literal(now()), Keadaan.pegawai_id, *figures)
    rows = rows.outerjoin(sums, sums.c.pegawai_id == Keadaan.pegawai_id).where(counted())
    put = insert(BerkasOrang).from_select(["id", "dibuat_at", "diubah_at", "pegawai_id", *STATES], rows)
    new = put.excluded
    changed = sa.or_(*(getattr(BerkasOrang, name) != new[name] for name in STATES))
    values = {name: new[name] for name in ("diubah_at", *STATES)}
    db.session.execute(put.on_conflict_do_update(index_elements=["pegawai_id"], set_=values, where=changed))
    gone = sa.delete(BerkasOrang).where(~sa.exists().where(Keadaan.pegawai_id == BerkasOrang.pegawai_id, counted()))
    db.session.execute(gone.execution_options(synchronize_session=False))


def _lacking() -> Iterable[sa.Select[Any]]:
    """One row for each thing that lacks: of required documents all three sorts, of the others what was recorded."""
    for codes, recorded in ((WAJIB, False), (PILIHAN, True)):
        wanted = harapan.diharapkan(codes)
        state = sa.case(*((harapan.dalam(wanted, state), name) for name, state in STATES.items()))
        query = sa.select(wanted.c.pegawai_id, state.label("keadaan"))
        yield query.where(wanted.c.tautan_id.is_not(None)) if recorded else query


def _in_state(name: str, ask: Ask) -> sa.ColumnElement[bool]:
    condition = sa.literal_column(KURANG[name], sa.Boolean)  # as it stands: the indexes ask for the very words
    return Keadaan.pegawai_id.in_(sa.select(BerkasOrang.pegawai_id).where(condition))


def _words() -> sa.ColumnElement[str]:
    """Of one person, in words: "Lengkap", or what lacks."""
    parts = [
        sa.case((getattr(BerkasOrang, name) > 0, sa.func.concat(getattr(BerkasOrang, name), f" {KATA[name].lower()}")))
        for name in STATES
    ]
    words = sa.func.coalesce(sa.func.nullif(sa.func.concat_ws(", ", *parts), ""), KATA["lengkap"])
    query = sa.select(words).where(BerkasOrang.pegawai_id == Keadaan.pegawai_id).correlate(Keadaan)
    return sa.cast(query.scalar_subquery(), sa.Text)


daftar.tambah(
    Choice("berkas", "Kelengkapan berkas", options=list(KATA.items()), where=_in_state, advanced=True),
    Column("berkas", "Kelengkapan berkas", _words(), optional=True),
)
