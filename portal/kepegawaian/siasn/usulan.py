"""People with a proposal under way at BKN (promotion, pension) come first: what it ends in is written there."""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.siasn import bentuk, setelan
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.jawaban import Ditolak, Sementara
from portal.kepegawaian.siasn.klien import Klien
from portal.kernel import identifiers, organisation
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.organisation import Pegawai

HALAMAN = 500
LALU, DEPAN = timedelta(days=180), timedelta(days=365)  # pension dates that are looked at, around today
NIP = ("nipBaru", "nip_baru", "nip", "NIP", "nipPns")


def semua_halaman(client: Klien, path: str, params: dict[str, str] | None = None) -> Iterator[list[dict[str, Any]]]:
    """Page by page. A page shorter than asked for ends the list only when `count` does not speak of more: SIASN may
    give less at once.
    """
    offset = 0
    while True:
        rows, count = client.halaman(path, {**(params or {}), "limit": str(HALAMAN), "offset": str(offset)})
        yield [row for row in rows if isinstance(row, dict)]
        offset += len(rows)
        if not rows or (len(rows) < HALAMAN and (count <= len(rows) or offset >= count)):
            return


def dahulukan(run: m.Jalan, client: Klien, boleh: sa.Select[tuple[uuid.UUID]]) -> None:
    """Put these people, as far as they are pulled at all (`boleh`), in front of a run, and into it when they are not.
    Without the lists it goes on as it was.
    """
    try:
        rows = [*_pensiun(client), *_pangkat(client)]
    except (Sementara, Ditolak):
        rollback()
        return
    nips = {nip for row in rows if (nip := _nip(row))}
    ids = {key for row in rows if (key := bentuk.orang(row))}
    known = sa.select(r.DataPegawai.pegawai_id).where(r.DataPegawai.siasn_id.in_(ids))
    people = boleh.where(sa.or_(Pegawai.nip.in_(nips), Pegawai.id.in_(known)))
    keys = list(db.session.scalars(people.order_by(Pegawai.id)))
    if not keys:
        return
    mine = sa.and_(m.JalanOrang.jalan_id == run.id, m.JalanOrang.pegawai_id.in_(keys))
    db.session.execute(sa.update(m.JalanOrang).where(mine).values(urut=m.JalanOrang.urut - run.total))
    fresh = [
        {"id": setelan.new_id(), "dibuat_at": now(), "diubah_at": now(), "jalan_id": run.id, "pegawai_id": key,
         "urut": 0, "kali": 0, "status": "MENUNGGU", "alasan": ""} for key in keys
    ]  # fmt: skip
    db.session.execute(setelan.insert(m.JalanOrang).values(fresh).on_conflict_do_nothing())
    run.total = db.session.scalar(sa.select(sa.func.count()).where(m.JalanOrang.jalan_id == run.id)) or 0
    commit()


def _pensiun(client: Klien) -> list[dict[str, Any]]:
    """By the day of retirement, dd-mm-yyyy."""
    today = organisation.today()
    days = {"tglAwal": bentuk.tulis_tanggal(today - LALU), "tglAkhir": bentuk.tulis_tanggal(today + DEPAN)}
    found = client.baca("pns/list-pensiun-instansi", days)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _pangkat(client: Klien) -> list[dict[str, Any]]:
    """Promotions of this month and the next, yyyy-mm-dd and in pages."""
    first = organisation.today().replace(day=1)
    found: list[dict[str, Any]] = []
    for month in (first, (first + timedelta(days=31)).replace(day=1)):
        found += _of_month(client, month)
    return found


def _of_month(client: Klien, month: date) -> list[dict[str, Any]]:
    pages = semua_halaman(client, "pns/list-kp-instansi", {"periode": month.isoformat()})
    return [row for page in pages for row in page]


def _nip(row: dict[str, Any]) -> str:
    text = next((str(row[name]) for name in NIP if row.get(name)), "")
    return identifiers.Nip.parse(text).normal or ""
