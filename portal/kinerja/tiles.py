"""What the home page shows of kinerja: the month to fill, figures of the year, what waits for a penilai."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from portal.kernel.approval import Submission, inbox_rows
from portal.kernel.calendar import BULAN_PENDEK, bulan_tahun, tanggal
from portal.kernel.db import now, rows
from portal.kernel.numbers import persen
from portal.kernel.people import Principal
from portal.kernel.web import Tile
from portal.kinerja import ISI, kalender, module
from portal.kinerja.kalender import Jadwal
from portal.kinerja.models import (
    BELUM,
    BERJALAN,
    DIAJUKAN,
    DIBUKA,
    DIKEMBALIKAN,
    DITETAPKAN,
    MENUNGGU_PENILAI,
    OPEN_STATES,
    TERKUNCI,
)
from portal.kinerja.predikat import LABEL
from portal.kinerja.settings import KNOWN, Aturan

TASK, FIGURE, PANEL = "tugas", "angka", "panel"
STRIP = {
    BELUM: ("", "Belum"), BERJALAN: ("strip-guide", "Diisi"), DIBUKA: ("strip-guide", "Dibuka"),
    DIAJUKAN: ("strip-warning", "Menunggu"), MENUNGGU_PENILAI: ("strip-warning", "Menunggu"),
    DIKEMBALIKAN: ("strip-negative", "Perbaiki"), TERKUNCI: ("strip-negative", "Terkunci"),
    DITETAPKAN: ("strip-positive", "Selesai"),
}  # fmt: skip
INBOX = "/kotak-persetujuan"
ANYONE = Principal(sa.bindparam("saya", type_=sa.Uuid()), "", "")  # type: ignore[arg-type]
SOON = 3  # days before a deadline from which it is shown as urgent


# One row per month that may still be filled: this one and the one before. The figures repeat on both.
MONTHS = sa.text("""
SELECT m.tahun, m.bulan, b.status, b.batas_perbaikan, b.dibuka_sampai, b.terisi, b.rhk,
       j.buka, j.batas_pegawai, j.batas_penilai, j.kunci_at, t.aturan,
       EXISTS (SELECT 1 FROM kinerja_skp s
               WHERE s.pegawai_id = :pegawai AND s.status IN ('DITETAPKAN', 'REVISI_DIMINTA')
               AND daterange(s.mulai, s.selesai, '[]') && daterange(m.awal, m.akhir)) AS ada_skp,
       (SELECT json_build_array(s.tahun, e.periode, e.predikat)
        FROM kinerja_evaluasi e JOIN kinerja_skp s ON s.id = e.skp_id
        WHERE s.pegawai_id = :pegawai AND e.periode LIKE 'B%' AND e.status <> 'DRAF' AND e.predikat IS NOT NULL
        ORDER BY s.tahun DESC, e.periode DESC LIMIT 1) AS terakhir,
       (SELECT json_build_array(round(avg(capaian_rata2), 1)::text, count(capaian_rata2))
        FROM kinerja_bulanan WHERE pegawai_id = :pegawai AND tahun = :tahun) AS setahun,
       (SELECT json_agg(json_build_array(kb.bulan, p.status, round(kb.capaian_rata2)::int))
        FROM kinerja_bulanan kb JOIN pengajuan p ON p.id = kb.submission_id
        WHERE kb.pegawai_id = :pegawai AND kb.tahun = :tahun) AS tiap_bulan
FROM (SELECT extract(year FROM d)::int AS tahun, extract(month FROM d)::int AS bulan, d::date AS awal,
             (d + interval '1 month')::date AS akhir
      FROM generate_series(CAST(:lalu AS date), CAST(:ini AS date), interval '1 month') d) m
LEFT JOIN kinerja_tahun t ON t.tahun = m.tahun
LEFT JOIN LATERAL (
    SELECT p.status, kb.batas_perbaikan, kb.dibuka_sampai, kb.pd_id,
           (SELECT count(r.realisasi) FROM kinerja_realisasi_bulanan r WHERE r.kinerja_bulanan_id = kb.id) AS terisi,
           (SELECT count(*) FROM kinerja_realisasi_bulanan r WHERE r.kinerja_bulanan_id = kb.id) AS rhk
    FROM kinerja_bulanan kb JOIN pengajuan p ON p.id = kb.submission_id JOIN kinerja_skp s ON s.id = kb.skp_id
    WHERE kb.pegawai_id = :pegawai AND kb.tahun = m.tahun AND kb.bulan = m.bulan
    ORDER BY s.penugasan, s.mulai DESC LIMIT 1) b ON true
LEFT JOIN LATERAL (
    SELECT buka, batas_pegawai, batas_penilai, kunci_at FROM kinerja_jadwal_kunci k
    WHERE k.tahun = m.tahun AND k.bulan = m.bulan AND (k.pd_id = coalesce(b.pd_id, :pd) OR k.pd_id IS NULL)
    ORDER BY k.pd_id IS NULL LIMIT 1) j ON true
""").columns(
    *(sa.column(c) for c in ("tahun", "bulan", "status", "batas_perbaikan", "dibuka_sampai", "terisi", "rhk", "buka")),
    *(sa.column(c) for c in ("batas_pegawai", "batas_penilai", "kunci_at", "aturan", "ada_skp", "terakhir", "setahun")),
    sa.column("tiap_bulan"),
)
STATE_WORDS = {
    BELUM: ("Belum diisi", "warning"), DIAJUKAN: ("Menunggu penilai", ""), MENUNGGU_PENILAI: ("Menunggu penilai", ""),
    DIKEMBALIKAN: ("Perlu diperbaiki", "negative"), DITETAPKAN: ("Ditetapkan", "positive"),
    TERKUNCI: ("Terkunci", ""), DIBUKA: ("Dibuka kembali", "warning"),
}  # fmt: skip


def tiles(user: Principal) -> list[Tile]:
    """In one statement, whatever roles the person has."""
    if user.pegawai_id is None and not user.has("persetujuan.putus"):
        return []
    today = kalender.hari_ini()
    this = today.replace(day=1)
    values = {
        "saya": user.id, "pegawai": user.pegawai_id, "pd": user.pd_id, "tahun": today.year, "hari_ini": today,
        "ini": this, "lalu": (this - timedelta(days=1)).replace(day=1),
    }  # fmt: skip
    months = rows(_query(now().date()), values).all()
    found = _waiting(months[0]) if user.has("persetujuan.putus") else []
    if user.has(ISI):
        found += _own(months)
    return found


@lru_cache(maxsize=8)
def _query(on: date) -> sa.Select[Any]:
    """Kept, because building it costs more than running it; `on` is the day of the delegations inside."""
    months = MONTHS.bindparams(
        *(sa.bindparam(name, type_=sa.Uuid()) for name in ("pegawai", "pd")),
        *(sa.bindparam(name, type_=sa.Date()) for name in ("ini", "lalu")),
        sa.bindparam("tahun", type_=sa.Integer()),
    ).subquery("m")
    late = Submission.batas < sa.bindparam("hari_ini", type_=sa.Date())
    waits = (
        sa.select(
            sa.func.count().filter(Submission.siap).label("siap"), sa.func.count().filter(late).label("lewat"),
            sa.func.min(Submission.batas).filter(~late).label("terdekat"),
        )
        .where(inbox_rows(ANYONE), Submission.status.in_([DIAJUKAN, MENUNGGU_PENILAI]))
        .subquery("k")
    )  # fmt: skip
    return sa.select(months, waits).select_from(months.join(waits, sa.true())).order_by(months.c.tahun, months.c.bulan)


def _waiting(row: Any) -> list[Tile]:
    """Of a penilai: what can be approved at once, what is late, what is due next."""
    found = []
    if row.siap:
        ready = Tile("Siap disetujui", f"{INBOX}?tanda=siap", "checks", str(row.siap), "Capaian 90–110%, bukti lengkap")
        found.append(replace(ready, kind=FIGURE, tone="positive", order=21))
    if row.lewat:
        late = Tile("Lewat batas", INBOX, "alert-triangle", str(row.lewat), "Melewati batas keputusan")
        found.append(replace(late, kind=FIGURE, tone="negative", order=20))
    if row.terdekat:
        words = _until((row.terdekat - kalender.hari_ini()).days).capitalize()
        found.append(Tile("Batas keputusan", INBOX, "clock", words, tanggal(row.terdekat), FIGURE, order=22))
    return found


def _until(days: int) -> str:
    return {0: "hari ini", 1: "besok"}.get(days, f"{days} hari lagi")


def _own(months: Sequence[Any]) -> list[Tile]:
    before, this = months
    row = before if before.ada_skp and _open(before) else this
    found = [Tile("Kinerja saya", "/kinerja", "target", note="Semua bulan", order=10)]
    if row.ada_skp:
        found.append(_month(row))
    mean, months = this.setahun
    found.append(_strip(this))
    if months:
        year = Tile(f"Capaian {this.tahun}", "/kinerja/statistik", "chart-line", persen(float(mean)))
        found.append(replace(year, note=f"Rata-rata {months} bulan", kind=FIGURE, order=30))
    if this.terakhir:
        tahun, periode, predikat = this.terakhir
        bulan = int(periode[1:])
        last = Tile("Predikat terakhir", f"/kinerja/{tahun}/{bulan:02d}/tinjau", "star", LABEL[predikat])
        found.append(replace(last, note=bulan_tahun(tahun, bulan), kind=FIGURE, order=31))
    return found


def _strip(this: Any) -> Tile:
    """The year in twelve boxes: how far each month is, and its capaian once there is one."""
    known = {bulan: (status, capaian) for bulan, status, capaian in this.tiap_bulan or []}
    parts = []
    for bulan in range(1, 13):
        status, capaian = known.get(bulan, (BELUM, None))
        look, words = STRIP.get(status, STRIP[BELUM])
        figure = f"{capaian}%" if capaian is not None else "–"
        inside = f"<b>{BULAN_PENDEK[bulan - 1]}</b><span>{figure}</span><small>{words}</small>"
        box = f' class="{look}"' if look else ""
        link = f'<a{box} href="/kinerja/{this.tahun}/{bulan:02d}">{inside}</a>'
        parts.append(f"<li>{link if bulan <= this.bulan else f'<span>{inside}</span>'}</li>")
    body = Markup(f'<ol class="month-strip">{"".join(parts)}</ol>')  # noqa: S704 - words and numbers of our own
    return Tile(f"Bulan kinerja {this.tahun}", "/kinerja", "calendar", kind=PANEL, body=body, order=15)


def _plan(row: Any) -> Jadwal:
    if row.kunci_at is not None:
        return Jadwal(row.buka, row.batas_pegawai, row.batas_penilai, row.kunci_at)
    rules = Aturan(**{k: v for k, v in (row.aturan or {}).items() if k in KNOWN})
    return kalender.default_jadwal(row.tahun, row.bulan, rules)


def _days_left(row: Any) -> int:
    """Until the last day on which this month may be sent."""
    return (kalender.may_send_until(row, _plan(row)) - kalender.hari_ini()).days


def _open(row: Any) -> bool:
    status = row.status or BELUM
    return (status == BELUM or status in OPEN_STATES) and _days_left(row) >= 0 and not _plan(row).is_locked(row)


def _month(row: Any) -> Tile:
    """The month at hand: what is missing and how long there is."""
    status, href = row.status or BELUM, f"/kinerja/{row.tahun}/{row.bulan:02d}"
    words, tone = STATE_WORDS.get(status, ("", ""))
    if status == BERJALAN:
        words = f"{row.terisi} dari {row.rhk} terisi"
    label, note = f"Kinerja {bulan_tahun(row.tahun, row.bulan)}", ""
    if _open(row):
        days, until = _days_left(row), tanggal(kalender.may_send_until(row, _plan(row)))
        note = f"Batas kirim {until}, {_until(days)}"
        tone = "negative" if days <= SOON or tone == "negative" else "warning"
        return Tile(label, href, "pencil", words, note, TASK, tone, 10)
    return Tile(label, href, "calendar", words, note, FIGURE, tone, 29)


module.tiles.append(tiles)
