"""One month as a page shows it, read in three statements whatever the number of RHK.

Wizard steps, Tinjau and the penilai's panel all read this; nothing here writes.
"""

import uuid
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from portal.kernel.calendar import nama_bulan
from portal.kernel.db import rows
from portal.kinerja import kalender
from portal.kinerja.bulanan import forms
from portal.kinerja.kalender import Jadwal
from portal.kinerja.models import BELUM, DIKEMBALIKAN, DITETAPKAN, EDITABLE, OPEN_STATES, SETUJU, STEPS
from portal.kinerja.predikat import capaian, kategori
from portal.kinerja.settings import KNOWN, Aturan

HEAD = """
SELECT kb.id, kb.skp_id, kb.pegawai_id, kb.pd_id, kb.tahun, kb.bulan, kb.renaksi_status, kb.skp_status, kb.pks_status,
       kb.penilai, kb.ringkasan, kb.isian_mentah, kb.terakhir_dikirim, kb.dibuka_sampai, kb.batas_perbaikan,
       kb.capaian_rata2, kb.penilai_id, kb.atasan_penilai_id, kb.jumlah_kembali,
       p.id AS submission_id, p.status, p.versi, p.diubah_at, p.diajukan_at, p.diputus_at, p.dibuka_at, p.pemohon,
       p.owner_id, p.assignee_id, p.sebagai, p.siap, p.tanda, p.rincian,
       s.jabatan, s.pangkat, s.unit_nama, s.jenis AS skp_jenis, s.penugasan, s.pendekatan, s.mulai, s.selesai,
       j.buka, j.batas_pegawai, j.batas_penilai, j.kunci_at, t.aturan
FROM kinerja_bulanan kb
JOIN pengajuan p ON p.id = kb.submission_id
JOIN kinerja_skp s ON s.id = kb.skp_id
LEFT JOIN kinerja_tahun t ON t.tahun = kb.tahun
LEFT JOIN LATERAL (
    SELECT buka, batas_pegawai, batas_penilai, kunci_at FROM kinerja_jadwal_kunci k
    WHERE k.tahun = kb.tahun AND k.bulan = kb.bulan AND (k.pd_id = kb.pd_id OR k.pd_id IS NULL)
    ORDER BY k.pd_id IS NULL LIMIT 1) j ON true
WHERE {which}
ORDER BY s.penugasan, s.mulai DESC LIMIT 1
"""
HEAD_OF_MONTH = sa.text(HEAD.format(which="kb.pegawai_id = :pegawai AND kb.tahun = :tahun AND kb.bulan = :bulan"))
HEAD_OF_PART = sa.text(HEAD.format(
    which="kb.pegawai_id = :pegawai AND kb.tahun = :tahun AND kb.bulan = :bulan AND kb.skp_id = :skp"
))  # fmt: skip
HEAD_OF_CASE = sa.text(HEAD.format(which="kb.submission_id = :submission"))
HEAD_OF_ID = sa.text(HEAD.format(which="kb.id = :id"))

ROWS = sa.text("""
SELECT r.id, r.urut, r.rhk_id, r.target, r.satuan, r.realisasi, r.realisasi_diakui, r.alasan_diakui, r.capaian,
       r.keterangan, r.faktor_pendukung, r.faktor_penghambat, r.rencana_tindak_lanjut,
       r.keputusan_renaksi, r.catatan_renaksi, r.keputusan_skp, r.catatan_skp, r.umpan_balik, r.versi,
       h.uraian AS rhk, h.jenis, h.klasifikasi, h.rhk_pimpinan, h.pemberi_tugas, h.perspektif, n.uraian AS renaksi,
       y.seri, y.target_tahun, y.kumulatif, b.bukti, i.indikator, l.lalu, q.pks
FROM kinerja_realisasi_bulanan r
JOIN kinerja_rhk h ON h.id = r.rhk_id
LEFT JOIN kinerja_renaksi n ON n.rhk_id = r.rhk_id AND n.bulan = :bulan
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_array(m.bulan, m.target, v.realisasi) ORDER BY m.bulan) AS seri,
           sum(m.target) AS target_tahun, sum(v.realisasi) FILTER (WHERE m.bulan < :bulan) AS kumulatif
    FROM kinerja_renaksi m
    LEFT JOIN (kinerja_realisasi_bulanan v JOIN kinerja_bulanan w ON w.id = v.kinerja_bulanan_id)
      ON v.rhk_id = m.rhk_id AND w.bulan = m.bulan
    WHERE m.rhk_id = r.rhk_id) y ON true
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('id', d.id, 'nama', d.nama, 'jenis', d.jenis, 'uri', d.uri,
                    'dokumen_id', o.id, 'mime', o.mime, 'ukuran', o.ukuran, 'halaman', o.halaman,
                    'sha256', o.sha256, 'tanggal', cast(d.dibuat_at AS date),
                    'dibuka', a.dibuka_at IS NOT NULL) ORDER BY d.id) AS bukti
    FROM kinerja_bukti_tautan a JOIN kinerja_bukti_dukung d ON d.id = a.bukti_id
    LEFT JOIN dokumen o ON o.id = d.dokumen_id
    WHERE a.realisasi_id = r.id) b ON true
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('id', k.id, 'urut', k.urut, 'aspek', k.aspek, 'uraian', k.uraian,
                    'satuan', k.satuan, 'target_min', k.target_min, 'target_maks', k.target_maks,
                    'polaritas', k.polaritas, 'realisasi', e.realisasi) ORDER BY k.urut) AS indikator
    FROM kinerja_indikator k
    LEFT JOIN kinerja_realisasi_indikator e ON e.indikator_id = k.id AND e.kinerja_bulanan_id = :id
    WHERE k.rhk_id = r.rhk_id) i ON true
LEFT JOIN LATERAL (
    SELECT json_object_agg(w.bulan, json_build_object('realisasi', v.realisasi,
           'faktor_pendukung', v.faktor_pendukung, 'faktor_penghambat', v.faktor_penghambat,
           'rencana_tindak_lanjut', v.rencana_tindak_lanjut)) AS lalu
    FROM kinerja_realisasi_bulanan v JOIN kinerja_bulanan w ON w.id = v.kinerja_bulanan_id
    WHERE v.rhk_id = r.rhk_id AND w.bulan BETWEEN :bulan - 2 AND :bulan - 1) l ON true
LEFT JOIN LATERAL (
    SELECT json_build_object('target', g.target, 'realisasi', g.realisasi, 'capaian', g.capaian,
           'faktor_pendukung', g.faktor_pendukung, 'faktor_penghambat', g.faktor_penghambat,
           'rencana_tindak_lanjut', g.rencana_tindak_lanjut, 'sumber', g.sumber, 'asal', g.asal,
           'keputusan', g.keputusan, 'catatan', g.catatan, 'versi', g.versi) AS pks
    FROM kinerja_pks_baris g WHERE g.kinerja_bulanan_id = :id AND g.rhk_id = r.rhk_id) q ON true
WHERE r.kinerja_bulanan_id = :id
ORDER BY r.urut
""")

WHOLE = "lembar"  # in `terakhir_dikirim`: the sheet of that sending, beside the texts by row number
FIGURES = ("realisasi", "realisasi_diakui", "capaian")
FACTORS = tuple(forms.FACTORS)
REPEATABLE = FACTORS[:2]
TEXTS = ("alasan_diakui", "keterangan", *FACTORS)
MEASURED = ("target", "realisasi", "capaian")

MONTHS = sa.text("""
SELECT kb.bulan, p.status, kb.renaksi_status, kb.skp_status, kb.pks_status, kb.capaian_rata2, kb.skp_id
FROM kinerja_bulanan kb JOIN pengajuan p ON p.id = kb.submission_id JOIN kinerja_skp s ON s.id = kb.skp_id
WHERE kb.pegawai_id = :pegawai AND kb.tahun = :tahun ORDER BY kb.bulan, s.penugasan DESC, s.mulai
""")  # of two parts of a month the main one comes last


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@dataclass
class Baris:
    """One RHK of the month. Numbers are Decimal or None; `seri` is 12 pairs (target, realisasi)."""

    data: Any
    bukti: list[dict[str, Any]]
    indikator: list[dict[str, Any]]
    lalu: dict[str, Any]
    pks: dict[str, Any]
    seri: list[tuple[Decimal, Decimal | None]]
    dua_lalu: dict[str, Any] = field(default_factory=dict)  # the month before last, like `lalu`
    disampaikan: bool = False  # the month is set: what the penilai wrote may be read

    def __getattr__(self, name: str) -> Any:
        return getattr(self.data, name)

    @property
    def kategori(self) -> str:
        return kategori(self.data.capaian)

    @property
    def kumulatif(self) -> Decimal:
        """Realisasi of the year including this month."""
        return (self.data.kumulatif or Decimal(0)) + (self.data.realisasi or Decimal(0))

    @property
    def sebelum_ini(self) -> Decimal:
        return self.data.kumulatif or Decimal(0)

    @property
    def berulang(self) -> list[str]:
        """Factors whose words are the same in this and the two months before."""
        before = (self.lalu, self.dua_lalu)
        return [c for c in REPEATABLE if forms.same_words(getattr(self.data, c), *(m.get(c, "") for m in before))]

    @property
    def umpan_balik(self) -> str:
        """Words of the penilai, delivered with the rating; until then their own pane alone reads `data`."""
        return str(self.data.umpan_balik) if self.disampaikan else ""

    @property
    def is_filled(self) -> bool:
        return self.data.realisasi is not None

    def is_approved(self, step: str) -> bool:
        decided = self.pks.get("keputusan") if step == "pks" else getattr(self.data, f"keputusan_{step}")
        return bool(decided == SETUJU)


@dataclass
class Lembar:
    """Head, rows and months of a bundle. Attributes of the head row are reachable directly."""

    head: Any
    plan: Jadwal
    aturan: Aturan
    rows: list[Baris] = field(default_factory=list)
    months: list[Any] = field(default_factory=list)
    dasar: str = ""  # address of its steps

    def __getattr__(self, name: str) -> Any:
        return getattr(self.head, name)

    @property
    def nama(self) -> str:
        return f"{nama_bulan(self.head.bulan)} {self.head.tahun}"

    @property
    def filled(self) -> int:
        """Planned rows with a realisasi; rows without a target may stay empty."""
        return sum(row.is_filled for row in self.rows if row.target)

    @property
    def planned(self) -> int:
        return sum(row.target > 0 for row in self.rows)

    @property
    def is_locked(self) -> bool:
        return self.plan.is_locked(self.head)

    @property
    def sampai(self) -> date:
        """Last day on which the pegawai may send."""
        return kalender.may_send_until(self.head, self.plan)

    @property
    def sisa_hari(self) -> int:
        return (self.sampai - kalender.hari_ini()).days

    @property
    def is_open(self) -> bool:
        return self.head.status in OPEN_STATES and not self.is_locked and self.sisa_hari >= 0

    def step_status(self, step: str) -> str:
        return str(getattr(self.head, f"{step}_status"))

    def step_open(self, step: str) -> bool:
        return self.is_open and self.step_status(step) in EDITABLE

    @property
    def returned_step(self) -> str:
        return next((s for s in STEPS if self.step_status(s) == DIKEMBALIKAN), "")

    @property
    def saved_at(self) -> datetime | None:
        touched = any(self.step_status(s) != BELUM for s in STEPS)
        return self.head.diubah_at if touched else None


def of_month(pegawai_id: uuid.UUID, tahun: int, bulan: int, skp: uuid.UUID | None = None) -> Lembar | None:
    """The month; `skp` names another plan of the same month, before a move or as Plt."""
    values = {"pegawai": pegawai_id, "tahun": tahun, "bulan": bulan}
    head = rows(HEAD_OF_PART, {**values, "skp": skp}).first() if skp else rows(HEAD_OF_MONTH, values).first()
    if head is None:
        return None
    sheet = _filled(head)
    sheet.dasar = alamat(tahun, bulan, skp)
    return sheet


def alamat(tahun: int, bulan: int, skp: uuid.UUID | None = None) -> str:
    """Address of a month, or of the part of it under another plan."""
    return f"/kinerja/{tahun}/{bulan:02d}" + (f"/skp/{skp}" if skp else "")


def of_case(submission_id: uuid.UUID) -> Lembar:
    return _filled(rows(HEAD_OF_CASE, {"submission": submission_id}).one())


def of_id(kinerja_bulanan_id: uuid.UUID) -> Lembar:
    return _filled(rows(HEAD_OF_ID, {"id": kinerja_bulanan_id}).one())


def _filled(head: Any) -> Lembar:
    rules = Aturan(**{k: v for k, v in (head.aturan or {}).items() if k in KNOWN})
    plan = kalender.default_jadwal(head.tahun, head.bulan, rules)
    if head.kunci_at is not None:
        plan = Jadwal(head.buka, head.batas_pegawai, head.batas_penilai, head.kunci_at)
    sheet = Lembar(head, plan, rules)
    found = rows(ROWS, {"id": head.id, "bulan": head.bulan})
    sheet.rows = [_baris(row, head) for row in found]
    sheet.months = months(head.pegawai_id, head.tahun)
    return sheet


def frozen(sheet: Lembar) -> dict[str, Any]:
    """What the pegawai answers for, as JSON, to show later what was sent. Numbers travel as texts."""
    return {"ringkasan": sheet.head.ringkasan, "baris": {str(row.urut): _frozen(row) for row in sheet.rows}}


def _frozen(row: Baris) -> dict[str, Any]:
    return {
        **{name: _as_text(getattr(row.data, name)) for name in FIGURES},
        **{name: getattr(row.data, name) for name in TEXTS},
        "bukti": row.bukti, "indikator": {i["id"]: _as_text(i["realisasi"]) for i in row.indikator},
        "pks": {k: _as_text(v) if k in MEASURED else v for k, v in row.pks.items()},
    }  # fmt: skip


def _as_text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def as_sent(sheet: Lembar) -> Lembar:
    """The sheet as it was last sent, for everyone but its owner: while they repair it, no unsent value shows."""
    if sheet.head.status not in OPEN_STATES:
        return sheet
    sent = sheet.head.terakhir_dikirim or {}
    whole = sent.get(WHOLE, {})
    head = {**sheet.head._mapping, "ringkasan": whole.get("ringkasan", ""), "isian_mentah": {}}
    rows = []
    for row in sheet.rows:
        key = str(row.urut)
        rows.append(_row_as_sent(row, whole.get("baris", {}).get(key) or _from_texts(row, sent.get(key, {}))))
        rows[-1].seri[sheet.head.bulan - 1] = (row.target, rows[-1].realisasi)
    return replace(sheet, head=SimpleNamespace(**head), rows=rows)


def _row_as_sent(row: Baris, sent: dict[str, Any]) -> Baris:
    values = {**{name: _number(sent[name]) for name in FIGURES}, **{name: sent[name] for name in TEXTS}}
    now = {b["id"]: b for b in row.bukti}
    bukti = [{**b, "dibuka": now.get(b["id"], b)["dibuka"], "dilepas": b["id"] not in now} for b in sent["bukti"]]
    indikator = [{**i, "realisasi": _number(sent["indikator"].get(i["id"]))} for i in row.indikator]
    pks: dict[str, Any] = {k: _number(v) if k in MEASURED else v for k, v in sent["pks"].items()}
    pks |= {k: row.pks[k] for k in ("keputusan", "catatan") if k in row.pks}
    data = SimpleNamespace(**{**row.data._mapping, **values})
    return replace(row, data=data, bukti=bukti, indikator=indikator, pks=pks, seri=list(row.seri))


def _from_texts(row: Baris, sent: dict[str, Any]) -> dict[str, Any]:
    """Sendings of earlier releases kept the texts only: what they lack stays empty, never what is typed now."""
    figure = sent.get("realisasi", "").replace(".", "").replace(",", ".")
    done = Decimal(figure) if figure else None
    reached = None if done is None else capaian(row.target, done)
    known = {b["nama"]: b for b in row.bukti}
    gone = {"id": "", "jenis": "", "uri": "", "dokumen_id": None, "mime": "", "halaman": None, "sha256": None}
    figures = {"realisasi": _as_text(done), "capaian": _as_text(reached)}
    factors = {name: sent.get(name, "") for name in FACTORS}
    return {
        **figures, **factors, "realisasi_diakui": None, "alasan_diakui": "", "keterangan": sent.get("keterangan", ""),
        "bukti": [known.get(n, {**gone, "nama": n, "dibuka": False}) for n in sent.get("bukti", [])],
        "indikator": {}, "pks": {**factors, **figures, "target": _as_text(row.target)},
    }  # fmt: skip


def same_step(before: dict[str, Any], after: dict[str, Any], step: str) -> bool:
    """Nothing of this step differs between two sendings; what they do not say counts as different."""
    old, new = before.get("baris", {}), after["baris"]
    if step == "pks":
        names = (*MEASURED, *FACTORS)
        lines = ([{n: row.get("pks", {}).get(n) for n in names} for row in rows.values()] for rows in (old, new))
        return old.keys() == new.keys() and before["ringkasan"] == after["ringkasan"] and next(lines) == next(lines)
    names = ("realisasi", "realisasi_diakui", *FACTORS, "indikator")
    return old.keys() == new.keys() and all(old[k][n] == new[k][n] for k in new for n in names)


def months(pegawai_id: uuid.UUID, tahun: int) -> list[Any]:
    return list(rows(MONTHS, {"pegawai": pegawai_id, "tahun": tahun}))


def _baris(row: Any, head: Any) -> Baris:
    seri: list[tuple[Decimal, Decimal | None]] = [(Decimal(0), None)] * 12
    for bulan, target, realisasi in row.seri or []:
        seri[bulan - 1] = (Decimal(str(target)), _number(realisasi))
    indikator = [
        {**i, **{k: _number(i[k]) for k in ("target_min", "target_maks", "realisasi")}} for i in row.indikator or []
    ]
    pks = dict(row.pks or {})
    for key in ("target", "realisasi", "capaian"):
        if key in pks:
            pks[key] = _number(pks[key])
    before = row.lalu or {}
    lalu, dua_lalu = (dict(before.get(str(head.bulan - back), {})) for back in (1, 2))
    if lalu:
        lalu["realisasi"] = _number(lalu["realisasi"])
    return Baris(row, row.bukti or [], indikator, lalu, pks, seri, dua_lalu, head.status == DITETAPKAN)
