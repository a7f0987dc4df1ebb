"""What taking SIASN's side of a pair would change of the days of a person, before anybody decides (R4)."""

from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat import pratinjau
from portal.kepegawaian.riwayat.jenis import JENIS
from portal.kepegawaian.riwayat.pratinjau import Pratinjau
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn import peta, putusan
from portal.kepegawaian.siasn.catatan import Catatan
from portal.kernel.db import db
from portal.kernel.errors import Invalid


def dari(pair: m.Pasangan, kind: Catatan, mirror: m.Cermin | None) -> Pratinjau:
    """With every differing field of SIASN taken; nothing for kinds that no day follows from, or what is not mapped."""
    known = JENIS.get(kind.lokal)
    table: Any = r.TABEL[known.tabel] if known else None
    if mirror is None or mirror.hilang_at is not None or table not in pratinjau.TRACKS:
        return Pratinjau()
    old = db.session.get(table, pair.lokal_id) if pair.lokal_id else None
    theirs = kind.mereka(mirror.isi)
    names = {one["medan"] for one in pair.beda} if old is not None else set(theirs)
    chosen = {name: value for name, value in theirs.items() if name in names}
    try:
        columns = putusan.kolom(kind, chosen, mirror.isi, peta.Terjemah())
    except Invalid:
        return Pratinjau()
    values = {c.key: getattr(old, c.key) for c in sa.inspect(table).column_attrs} if old is not None else {}
    values |= columns
    if not columns or values.get("tmt") is None:
        return Pratinjau()
    return pratinjau.susun(pair.pegawai_id, table, values, pair.lokal_id)
