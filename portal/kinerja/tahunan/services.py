"""The yearly realisasi of every indikator: what the months add up to, and what the pegawai settles on."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict
from portal.kernel.forms import Problem
from portal.kernel.people import Principal
from portal.kinerja import kalender
from portal.kinerja.bulanan.forms import read_number
from portal.kinerja.models import AKHIR, JUMLAH, RealisasiTahunan, TahunKinerja
from portal.kinerja.settings import aturan

activity.declare(**{"kinerja.tahunan": "tahun indikator dari ke"})

YEARLY = sa.text("""
SELECT i.id, i.urut, i.aspek, i.uraian, i.satuan, i.target_min, i.target_maks, i.akumulasi, h.urut AS rhk_urut,
       h.uraian AS rhk, s.selesai, t.realisasi, t.narasi, t.ditutup_at, m.bulan, m.terisi
FROM kinerja_skp s
JOIN kinerja_rhk h ON h.skp_id = s.id
JOIN kinerja_indikator i ON i.rhk_id = h.id
LEFT JOIN kinerja_realisasi_tahunan t ON t.indikator_id = i.id
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_array(kb.bulan, coalesce(e.realisasi, r.realisasi)) ORDER BY kb.bulan) AS bulan,
           count(coalesce(e.realisasi, r.realisasi)) AS terisi
    FROM kinerja_bulanan kb
    LEFT JOIN kinerja_realisasi_bulanan r ON r.kinerja_bulanan_id = kb.id AND r.rhk_id = h.id AND i.aspek = 'KUANTITAS'
    LEFT JOIN kinerja_realisasi_indikator e ON e.kinerja_bulanan_id = kb.id AND e.indikator_id = i.id
    WHERE kb.skp_id = s.id) m ON true
WHERE s.pegawai_id = :pegawai AND s.tahun = :tahun AND s.status IN ('DITETAPKAN', 'REVISI_DIMINTA', 'DITUTUP')
ORDER BY s.mulai, h.urut, i.urut
""")


@dataclass(frozen=True)
class Baris:
    """One indikator of the year. `usulan` is what its months come to; `realisasi` what was settled, if anything."""

    data: Any
    usulan: Decimal | None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.data, name)


def rows(pegawai_id: uuid.UUID, tahun: int) -> list[Baris]:
    found = db.session.execute(YEARLY, {"pegawai": pegawai_id, "tahun": tahun}).all()
    return [Baris(row, proposal(row.akumulasi, row.bulan or [])) for row in found]


def proposal(akumulasi: str, months: list[list[Any]]) -> Decimal | None:
    """Sum, last or mean (two places, half up) of the months that have a figure; None when none has."""
    values = [Decimal(str(value)) for _, value in months if value is not None]
    if not values:
        return None
    if akumulasi == JUMLAH:
        return sum(values, Decimal(0))
    if akumulasi == AKHIR:
        return values[-1]
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def why_closed(tahun: int, ends: date | None) -> str:
    """Why the yearly realisasi cannot be entered now, '' when it can."""
    today = kalender.hari_ini()
    status = db.session.scalar(sa.select(TahunKinerja.status).where(TahunKinerja.tahun == tahun))
    if status == "TUTUP":
        return f"Tahun kinerja {tahun} sudah ditutup."
    if ends is None:
        return f"Belum ada SKP Anda untuk {tahun}."
    opens = min(date(tahun, aturan(tahun).bulan_tutup, 1), ends.replace(day=1))
    if today < opens:
        return f"Realisasi setahun dapat diisi mulai 1 {kalender.calendar.bulan_tahun(opens.year, opens.month)}."
    return ""


def save(user: Principal, tahun: int, form: Mapping[str, str]) -> list[Problem]:
    """Store what was typed; an emptied field takes its row back. Wrong numbers are returned, not stored."""
    if user.pegawai_id is None:
        return []
    items = rows(user.pegawai_id, tahun)
    closed = why_closed(tahun, items[-1].selesai if items else None)
    if closed:
        raise Conflict(closed)
    query = sa.select(RealisasiTahunan).where(RealisasiTahunan.indikator_id.in_([item.id for item in items]))
    stored = {row.indikator_id: row for row in db.session.scalars(query.with_for_update())}
    problems = []
    for item in items:
        name = f"t{item.rhk_urut}_{item.urut}-realisasi"
        if name not in form:
            continue
        entry = read_number(form, name, item.uraian, item.satuan)
        if entry.problem:
            problems.append(entry.problem)
            continue
        note = form.get(name.replace("realisasi", "narasi"), "").strip()[:2000]
        _store(user, tahun, item, stored.get(item.id), entry.nilai, note)
    db.session.flush()
    return problems


def _store(
    user: Principal, tahun: int, item: Baris, row: RealisasiTahunan | None, nilai: Decimal | None, note: str
) -> None:
    before = row.realisasi if row else None
    if nilai is None and row is not None:
        db.session.delete(row)
    elif nilai is not None and row is None:
        db.session.add(RealisasiTahunan(indikator_id=item.id, realisasi=nilai, narasi=note, ditutup_at=now()))
    elif nilai is not None and row is not None:
        row.realisasi, row.narasi = nilai, note
    if before != nilai:
        words = {"dari": "" if before is None else str(before), "ke": "" if nilai is None else str(nilai)}
        activity.log("kinerja.tahunan", by=user, tahun=tahun, indikator=str(item.id), **words)
