"""Decisions of the penilai on one bundle. Rows first, then steps in order, then the two ratings."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, approval, notices, numbers
from portal.kernel.calendar import nama_bulan
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.people import Principal
from portal.kinerja import kalender
from portal.kinerja.bulanan import lembar, services
from portal.kinerja.bulanan.lembar import Lembar
from portal.kinerja.models import (
    ASPEK_PERILAKU,
    DIAJUKAN,
    DIKEMBALIKAN,
    DISETUJUI,
    DRAF,
    KEMBALI,
    PERLU_TINJAU,
    SETUJU,
    STEPS,
    Evaluasi,
    EvaluasiAspek,
    KinerjaBulanan,
    PksBaris,
    RealisasiBulanan,
)  # fmt: skip
from portal.kinerja.predikat import DI_BAWAH, RATING, predikat, saran_hasil, saran_indikator, saran_rhk
from portal.kinerja.settings import aturan

activity.declare(**{"kinerja.ditetapkan": "periode predikat hasil perilaku", "kinerja.diakui": "baris dari ke alasan"})

FEEDBACK_MAX = 1000


def bundle_of(submission_id: uuid.UUID) -> KinerjaBulanan:
    query = services.full(sa.select(KinerjaBulanan).where(KinerjaBulanan.submission_id == submission_id))
    return db.session.scalars(query.execution_options(populate_existing=True)).unique().one()


def periode(kb: Any) -> str:
    return f"B{kb.bulan:02d}"


def require_step(kb: KinerjaBulanan, step: str) -> None:
    """Order of the steps (invariant 7) and state of the bundle. Raises Conflict."""
    if kb.submission.status not in ("DIAJUKAN", "MENUNGGU_PENILAI"):
        raise Conflict("Kiriman ini sudah diputuskan atau ditarik pegawai.")
    for earlier in STEPS[: STEPS.index(step)]:
        if getattr(kb, f"{earlier}_status") != DISETUJUI:
            raise Conflict(f"Selesaikan dulu langkah {earlier.upper() if earlier != 'renaksi' else 'Renaksi'}.")


def rows_of(kb: KinerjaBulanan, step: str) -> list[Any]:
    return services.pks_rows(kb) if step == "pks" else list(kb.realisasi)


def decide_row(kb: KinerjaBulanan, step: str, urut: int, approve: bool, note: str) -> None:
    """Mark one row; the step itself moves when its last row is approved. Raises Invalid without a note."""
    require_step(kb, step)
    if not approve and len(note.strip()) < approval.NOTE_MIN:
        raise Invalid("catatan", "Tulis catatan sedikitnya 10 huruf agar pegawai tahu apa yang perlu diperbaiki")
    row = next((r for r in rows_of(kb, step) if r.urut == urut), None)
    if row is None:
        raise Conflict("Baris ini tidak ada lagi pada kiriman.")
    _mark(row, step, SETUJU if approve else KEMBALI, note.strip()[: approval.NOTE_MAX])


def _mark(row: RealisasiBulanan | PksBaris, step: str, decision: str | None, note: str) -> None:
    if isinstance(row, PksBaris):
        row.keputusan, row.catatan = decision, note
    else:
        setattr(row, f"keputusan_{step}", decision)
        setattr(row, f"catatan_{step}", note)


def decision_of(row: Any, step: str) -> str | None:
    return row.keputusan if step == "pks" else getattr(row, f"keputusan_{step}")


def approve_rest(kb: KinerjaBulanan, step: str) -> None:
    """Approve every row of the step that has no decision yet."""
    require_step(kb, step)
    for row in rows_of(kb, step):
        if decision_of(row, step) is None:
            _mark(row, step, SETUJU, "")


def still_fits(kb: KinerjaBulanan, step: str) -> None:
    """Approve again, with one press, a step whose contents are as they were. Raises Conflict when they are not."""
    if getattr(kb, f"{step}_status") != PERLU_TINJAU:
        raise Conflict("Isi langkah ini berubah sejak Anda menyetujuinya. Putuskan barisnya satu per satu.")
    approve_rest(kb, step)


def settle_step(kb: KinerjaBulanan, step: str, user: Principal) -> bool:
    """When all rows are approved, the step becomes DISETUJUI, with one event. True if it did."""
    rows = rows_of(kb, step)
    if not rows or any(decision_of(row, step) != SETUJU for row in rows):
        return False
    if getattr(kb, f"{step}_status") != DISETUJUI:
        setattr(kb, f"{step}_status", DISETUJUI)
        approval.move(kb.submission_id, "setujui", user, step=step)
        if step == "skp" and "LANJUT_PKS" not in kb.submission.tanda:
            kb.submission.tanda = [*kb.submission.tanda, "LANJUT_PKS"]
    return True


def acknowledge(kb: KinerjaBulanan, urut: int, text: str, why: str, user: Principal) -> None:
    """Recognise less than was claimed, with a reason; the claim itself stays. Raises Invalid."""
    require_step(kb, "renaksi")
    row = next((r for r in kb.realisasi if r.urut == urut), None)
    try:
        amount = numbers.parse(text, "Realisasi diakui").nilai
    except numbers.GalatAngka as error:
        raise Invalid("diakui", error.pesan) from error
    if row is None or row.realisasi is None or not 0 <= amount <= row.realisasi:
        raise Invalid("diakui", "Realisasi diakui tidak boleh melebihi yang dilaporkan pegawai.")
    if len(why.strip()) < approval.NOTE_MIN:
        raise Invalid("alasan_diakui", "Tulis alasan sedikitnya 10 huruf mengapa realisasi diakui lebih rendah")
    activity.log("kinerja.diakui", kb, by=user, baris=urut, dari=str(row.realisasi), ke=str(amount), alasan=why)
    row.realisasi_diakui, row.alasan_diakui = amount, why.strip()[: approval.NOTE_MAX]
    row.capaian = services.capaian(row.target, amount)
    kb.capaian_rata2 = services.rata_capaian(r.capaian for r in kb.realisasi)
    services.fetch_pks(kb)


def give_feedback(kb: KinerjaBulanan, urut: int, text: str) -> None:
    """Words of the penilai about one RHK; empty takes them back. The pegawai reads them once the month is set."""
    if kb.submission.status not in ("DIAJUKAN", "MENUNGGU_PENILAI"):
        raise Conflict("Kiriman ini sudah diputuskan atau ditarik pegawai.")
    row = next((r for r in kb.realisasi if r.urut == urut), None)
    if row is None:
        raise Conflict("Baris ini tidak ada lagi pada kiriman.")
    if len(text.strip()) > FEEDBACK_MAX:
        raise Invalid("umpan_balik", f"Umpan balik: paling banyak {numbers.angka(FEEDBACK_MAX)} karakter")
    row.umpan_balik = text.strip()


def marked(kb: KinerjaBulanan) -> dict[str, list[Any]]:
    """Rows marked for return, by step."""
    found = {step: [r for r in rows_of(kb, step) if decision_of(r, step) == KEMBALI] for step in STEPS}
    return {step: rows for step, rows in found.items() if rows}


def send_back(kb: KinerjaBulanan, user: Principal, kunci: uuid.UUID | None, versi: int | None) -> None:
    """Return the bundle: the earliest marked step is reopened, later approved ones want another look."""
    rows = marked(kb)
    if not rows:
        raise Conflict("Tandai dulu baris yang perlu diperbaiki.")
    first = min(rows, key=STEPS.index)
    notes = "; ".join(f"{step} {r.urut}: {_note(r, step)}" for step, found in rows.items() for r in found)
    approval.move(
        kb.submission_id, "kembalikan", user, notes[: approval.NOTE_MAX], versi=versi, kunci=kunci, step=first
    )
    for step in STEPS:
        status = getattr(kb, f"{step}_status")
        if step in rows:
            setattr(kb, f"{step}_status", DIKEMBALIKAN)
        elif STEPS.index(step) > STEPS.index(first) and status == DISETUJUI:
            setattr(kb, f"{step}_status", PERLU_TINJAU)
        elif status == DIAJUKAN:
            setattr(kb, f"{step}_status", DRAF)
    _reopen_later(kb, rows)
    services.keep_sent(kb)  # as sent, with what the penilai recognised of it
    plan, today = kalender.jadwal(kb.tahun, kb.bulan, kb.pd_id), kalender.hari_ini()
    kb.batas_perbaikan = kalender.repair_until(today, plan, aturan(kb.tahun), kb.pd_id)
    kb.jumlah_kembali += 1
    url = f"/kinerja/{kb.tahun}/{kb.bulan:02d}/{first}"
    notices.notify(kb.submission.owner_id, f"{kb.submission.judul} dikembalikan", notes, url)
    if kb.jumlah_kembali >= aturan(kb.tahun).kembali_sebelum_dialog:
        times = f"sudah dikembalikan {kb.jumlah_kembali} kali. Usulkan dialog kinerja."
        words = f"{kb.submission.pemohon}: {kb.submission.judul} {times}"
        notices.notify(services.user_of(kb.atasan_penilai_id), words)


def _reopen_later(kb: KinerjaBulanan, rows: dict[str, list[Any]]) -> None:
    """What was approved of a returned row further on: its reasons follow the figures, so they open with them."""
    for step, found in rows.items():
        numbers_ = {row.urut for row in found}
        for later in STEPS[STEPS.index(step) + 1 :]:
            for row in rows_of(kb, later):
                if row.urut in numbers_ and decision_of(row, later) == SETUJU:
                    _mark(row, later, None, "")


def _note(row: Any, step: str) -> str:
    return str(row.catatan if step == "pks" else getattr(row, f"catatan_{step}"))


# ---- ratings


def suggestion(sheet: Lembar) -> tuple[str | None, list[tuple[str, str | None]]]:
    """Suggested rating of hasil kerja and that of each RHK. The month's target is the range of kuantitas."""
    per_rhk = []
    for row in sheet.rows:
        measured = [saran_indikator(row.target, row.target, _recognised(row))] if row.target else [None]
        measured += [
            saran_indikator(i["target_min"], i["target_maks"], i["realisasi"], i["polaritas"])
            for i in row.indikator
            if i["aspek"] != "KUANTITAS" and i["realisasi"] is not None
        ]
        per_rhk.append((row.jenis, saran_rhk(measured, sheet.aturan.ambang).rating))
    return saran_hasil(per_rhk, sheet.aturan.ambang).rating, per_rhk


def _recognised(row: Any) -> Decimal | None:
    return row.realisasi if row.realisasi_diakui is None else row.realisasi_diakui


def evaluasi_of(skp_id: uuid.UUID, name: str) -> Evaluasi | None:
    return db.session.scalars(sa.select(Evaluasi).where(Evaluasi.skp_id == skp_id, Evaluasi.periode == name)).first()


def rate(kb: KinerjaBulanan, form: Any, user: Principal) -> Evaluasi:
    """Store both ratings; the predikat is computed here, whatever the form says. Raises Invalid."""
    hasil, perilaku = form.get("rating_hasil", ""), form.get("rating_perilaku", "")
    if hasil not in RATING:
        raise Invalid("rating_hasil", "Pilih rating hasil kerja")
    if perilaku not in RATING:
        raise Invalid("rating_perilaku", "Pilih rating perilaku")
    suggested, _ = suggestion(lembar.of_id(kb.id))
    reason, note = (form.get(name, "").strip()[: approval.NOTE_MAX] for name in ("alasan_beda", "catatan_evaluasi"))
    if suggested and hasil != suggested and len(reason) < approval.NOTE_MIN:
        raise Invalid("alasan_beda", "Rating hasil kerja berbeda dari saran. Tulis alasannya, sedikitnya 10 huruf")
    if perilaku == DI_BAWAH and len(note) < approval.NOTE_MIN:
        raise Invalid(
            "catatan_evaluasi", "Perilaku di bawah ekspektasi: tulis catatan kejadiannya, sedikitnya 10 huruf"
        )
    row = evaluasi_of(kb.skp_id, periode(kb)) or Evaluasi(skp_id=kb.skp_id, periode=periode(kb))
    db.session.add(row)
    row.saran_hasil, row.saran_perilaku, row.rating_hasil, row.rating_perilaku = suggested, None, hasil, perilaku
    row.predikat, row.alasan_beda, row.catatan = predikat(hasil, perilaku), reason, note
    row.pembinaan, row.sementara, row.status = form.get("pembinaan") == "1", False, DRAF
    row.penilai = dict(kb.penilai)
    db.session.flush()
    _aspects(row, form)
    return row


def _aspects(evaluasi: Evaluasi, form: Any) -> None:
    """Optional feedback on each aspect of behaviour; empty ones are not stored."""
    db.session.execute(sa.delete(EvaluasiAspek).where(EvaluasiAspek.evaluasi_id == evaluasi.id))
    for code in ASPEK_PERILAKU:
        text = form.get(f"aspek-{code}", "").strip()[:FEEDBACK_MAX]
        if text:
            db.session.add(EvaluasiAspek(evaluasi_id=evaluasi.id, aspek=code, umpan_balik=text))


def confirm(kb: KinerjaBulanan, form: Any, user: Principal, kunci: uuid.UUID | None, versi: int | None) -> Evaluasi:
    """Tetapkan: all three steps approved and both ratings given; the evaluation is delivered."""
    waiting = [step for step in STEPS if getattr(kb, f"{step}_status") != DISETUJUI]
    if waiting:
        raise Conflict(
            f"Setujui dulu langkah {', '.join(s.upper() if s != 'renaksi' else 'Renaksi' for s in waiting)}."
        )
    if marked(kb):
        raise Conflict("Ada baris yang ditandai untuk dikembalikan. Kirim kembali, atau setujui dulu baris itu.")
    evaluasi = rate(kb, form, user)
    approval.move(
        kb.submission_id, "tetapkan", user, evaluasi.catatan, versi=versi, kunci=kunci,
        rincian={"predikat": evaluasi.predikat},
    )  # fmt: skip
    evaluasi.status, evaluasi.ditetapkan_at = "DISAMPAIKAN", now()
    kb.submission.diputus_at = now()
    activity.log(
        "kinerja.ditetapkan", kb, by=user, periode=evaluasi.periode, predikat=evaluasi.predikat,
        hasil=evaluasi.rating_hasil, perilaku=evaluasi.rating_perilaku,
    )  # fmt: skip
    month = f"{nama_bulan(kb.bulan)} {kb.tahun}"
    url = f"/kinerja/{kb.tahun}/{kb.bulan:02d}/tinjau"
    notices.notify(kb.submission.owner_id, f"Kinerja {month} Anda sudah ditetapkan", "", url)
    return evaluasi


def undo_until(kb: KinerjaBulanan) -> datetime:
    """The instant after which taking back a Tetapkan wants a reason, and a locked month stays as it is."""
    decided = kb.submission.diputus_at or datetime.min.replace(tzinfo=UTC)
    return decided + timedelta(minutes=aturan(kb.tahun).batal_menit)


def undo(kb: KinerjaBulanan, user: Principal, why: str) -> None:
    """Take back a Tetapkan. Within the undo window or before the lock; without a reason only where both hold."""
    late, locked = now() > undo_until(kb), kalender.jadwal(kb.tahun, kb.bulan, kb.pd_id).is_locked(kb)
    if late and locked:
        raise Conflict("Bulan ini sudah terkunci, jadi penetapan tidak dapat dibatalkan.")
    if (late or locked) and len(why.strip()) < approval.NOTE_MIN:
        raise Invalid("catatan", "Tulis alasan pembatalan, sedikitnya 10 huruf")
    approval.move(kb.submission_id, "batal", user, why)
    kb.submission.diputus_at = None
    evaluasi = evaluasi_of(kb.skp_id, periode(kb))
    if evaluasi:
        evaluasi.status, evaluasi.ditetapkan_at = DRAF, None
    notices.notify(kb.submission.owner_id, f"Penetapan {kb.submission.judul} dibatalkan penilai", why)


def approve_clean(kb: KinerjaBulanan, user: Principal) -> None:
    """Bulk: approve steps 1 and 2 of a case that shows nothing to read. Raises Conflict otherwise."""
    if not kb.submission.siap:
        raise Conflict("Kiriman ini perlu dilihat satu per satu.")
    approval.seen(kb.submission, user)  # what was approved in part is no longer taken back
    for step in STEPS[:2]:
        approve_rest(kb, step)
        if not settle_step(kb, step, user):
            raise Conflict("Ada baris yang sudah ditandai untuk dikembalikan.")


def first_open_step(kb: Any) -> str:
    """Where the penilai goes on: the first step that is not approved, else the setting."""
    return next((s for s in STEPS if getattr(kb, f"{s}_status") != DISETUJUI), "tetapkan")
