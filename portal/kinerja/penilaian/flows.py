"""The penilai's wizard, declared as one flow of the approval inbox."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kernel import approval
from portal.kernel.approval import ASSIGNEE, OPTIONAL, OWNER, REQUIRED, Flow, Move, Outcome, Submission
from portal.kernel.calendar import pukul
from portal.kernel.db import db
from portal.kernel.documents import Document, visible_through, when_opened
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import Penempatan, PenugasanAtasan, in_force
from portal.kernel.people import Principal, User
from portal.kinerja import kalender
from portal.kinerja.bulanan import lembar, services
from portal.kinerja.bulanan.policies import visible_evidence
from portal.kinerja.models import (
    ASPEK_PERILAKU,
    BERJALAN,
    DIAJUKAN,
    DIBUKA,
    DIKEMBALIKAN,
    DITETAPKAN,
    MENUNGGU_PENILAI,
    STEPS,
    BuktiDukung,
    BuktiTautan,
    EvaluasiAspek,
    KinerjaBulanan,
    RealisasiBulanan,
    Skp,
)  # fmt: skip
from portal.kinerja.penilaian import services as penilaian
from portal.kinerja.predikat import LABEL, RATING, predikat

WAITING = frozenset([DIAJUKAN, MENUNGGU_PENILAI])
OPEN = frozenset([BERJALAN, DIKEMBALIKAN, DIBUKA])


def subject(submission: Submission) -> KinerjaBulanan:
    return penilaian.bundle_of(submission.id)


def resolve(submission: Submission) -> tuple[uuid.UUID | None, str]:
    """The penilai effective today (invariant 8)."""
    row = db.session.execute(
        sa.select(Skp.pegawai_id, Skp.selesai, Skp.unit_id, Skp.jenis)
        .join(KinerjaBulanan, KinerjaBulanan.skp_id == Skp.id)
        .where(KinerjaBulanan.submission_id == submission.id)
    ).one()
    boss = services.penilai_of(row, kalender.hari_ini())
    if isinstance(boss, services.Kosong):
        return None, ""
    return services.user_of(boss.pegawai_id), services.capacity(boss)


def refusal(submission: Submission, user: Principal, pegawai_id: uuid.UUID) -> str:
    """Why this person may only read the case, '' when they may rate: as its decider, while the seat is theirs."""
    try:
        approval.decider(submission, user)
    except Denied as error:
        return error.pesan
    if submission.status not in WAITING or _seated(submission.assignee_id, pegawai_id):
        return ""
    to, _ = resolve(submission)
    if to is None:
        return "Jabatan penilainya sedang kosong. BKPSDM menetapkan Plt atau delegasi."
    return "" if to == submission.assignee_id else "Penilai berganti, jadi kiriman ini diputuskan pejabat lain."


def _seated(decider_id: uuid.UUID | None, pegawai_id: uuid.UUID) -> bool:
    """The decider still heads a unit, or was set by hand. One statement: the whole chain is asked only without."""
    today = kalender.hari_ini()
    heads = sa.exists().where(
        Penempatan.pegawai_id == User.pegawai_id, Penempatan.is_pimpinan, in_force(Penempatan, today)
    )
    by_hand = sa.exists().where(
        PenugasanAtasan.atasan_id == User.pegawai_id, PenugasanAtasan.pegawai_id == pegawai_id,
        in_force(PenugasanAtasan, today),
    )  # fmt: skip
    return bool(db.session.scalar(sa.select(sa.or_(heads, by_hand)).where(User.id == decider_id)))


def panel(submission: Submission, user: Principal, step: str) -> dict[str, Any]:
    """The detail pane: one step, on Renaksi and SKP one row at a time."""
    sheet = lembar.as_sent(lembar.of_case(submission.id))
    name, _, number = step.partition(":")
    name = name if name in (*STEPS, "tetapkan") else penilaian.first_open_step(sheet)
    row = _row(sheet, name, number)
    evaluasi = penilaian.evaluasi_of(sheet.skp_id, penilaian.periode(sheet))
    suggested, per_rhk = penilaian.suggestion(sheet)
    events = approval.history(submission.id)
    why = refusal(submission, user, sheet.pegawai_id)
    return {
        "lembar": sheet, "langkah": name if row is None else f"{name}:{row.urut}", "bagian": name, "baris": row,
        "tabs": _tabs(sheet, name, submission.id), "berubah": _changes(events),
        "tanda_kembali": [r for r in sheet.rows if _is_marked(r)], "bersama": _shared(sheet, row),
        "riwayat": events, "evaluasi": evaluasi, "saran_hasil": suggested,
        "saran_rhk": per_rhk, "rating": [(r, LABEL[r]) for r in RATING], "label": LABEL, "aspek": ASPEK_PERILAKU,
        "umpan_balik": _feedback(evaluasi), "boleh_nilai": not why, "alasan_baca": why,
        "matriks": [[predikat(h, p) for p in RATING] for h in RATING],
        "putus": submission.status in WAITING, "kolom": _columns(),
    }  # fmt: skip


def _changes(events: list[approval.SubmissionEvent]) -> dict[str, Any]:
    """What the newest sending changed against the one before, by row number."""
    return next((dict(e.rincian.get("berubah", {})) for e in reversed(events) if e.aksi == "ajukan"), {})


def _columns() -> dict[str, str]:
    labels = {column: label for column, (_, label) in services.FACTORS.items()}
    return {"realisasi": "Realisasi", "keterangan": "Keterangan", "bukti": "Bukti dukung", **labels}


def _is_marked(row: Any) -> bool:
    return "KEMBALI" in (row.keputusan_renaksi, row.keputusan_skp, row.pks.get("keputusan"))


def _row(sheet: lembar.Lembar, step: str, number: str) -> Any:
    """The row asked for, else the first without a decision. PKS and Tetapkan show the whole sheet."""
    if step not in ("renaksi", "skp") or not sheet.rows:
        return None
    wanted = next((r for r in sheet.rows if str(r.urut) == number), None)
    undecided = (r for r in sheet.rows if not r.is_approved(step))
    return wanted or next(undecided, sheet.rows[0])


def _tabs(sheet: lembar.Lembar, current: str, key: uuid.UUID) -> list[dict[str, Any]]:
    names = {"renaksi": "1 Renaksi", "skp": "2 SKP", "pks": "3 PKS", "tetapkan": "4 Tetapkan"}
    return [
        {
            "label": label, "current": step == current, "href": f"/kotak-persetujuan/{key}?langkah={step}",
            "selesai": step in STEPS and sheet.step_status(step) == "DISETUJUI",
        }
        for step, label in names.items()
    ]  # fmt: skip


def _shared(sheet: lembar.Lembar, row: Any) -> dict[str, int]:
    """How many other people used the same file, by content hash, for the evidence on screen."""
    hashes = [b["sha256"] for b in (row.bukti if row else []) if b["sha256"]]
    if not hashes:
        return {}
    query = (
        sa.select(Document.sha256, sa.func.count(sa.distinct(BuktiDukung.user_id)))
        .join(BuktiDukung, BuktiDukung.dokumen_id == Document.id)
        .join(BuktiTautan, BuktiTautan.bukti_id == BuktiDukung.id)
        .where(Document.sha256.in_(hashes), BuktiDukung.user_id != sheet.owner_id)
        .group_by(Document.sha256)
    )
    return dict(db.session.execute(query).tuples().all())


def _feedback(evaluasi: Any) -> dict[str, str]:
    if evaluasi is None:
        return {}
    query = sa.select(EvaluasiAspek.aspek, EvaluasiAspek.umpan_balik).where(EvaluasiAspek.evaluasi_id == evaluasi.id)
    return dict(db.session.execute(query).tuples().all())


def decide(submission: Submission, user: Principal, form: Any, step: str) -> Outcome:
    """One button of the pane. `aksi` names it; the row travels in `langkah` as "skp:2"."""
    kb = penilaian.bundle_of(submission.id)
    name, _, number = step.partition(":")
    sent = form.get("versi", "")
    versi = int(sent) if sent.isdecimal() and len(sent) < 10 else None
    key = _key(form.get("kunci", ""))
    aksi = form.get("aksi", "")
    if key and approval.is_repeat(submission.id, key):
        return Outcome("", next_case=aksi in ("tetapkan", "kirim-kembali"), step=name)
    if name == "skp" and number.isdecimal() and "umpan_balik" in form:
        penilaian.give_feedback(kb, int(number), form["umpan_balik"])  # whichever button was pressed
    if aksi == "tetapkan":
        evaluasi = penilaian.confirm(kb, form, user, key, versi)
        until = pukul(penilaian.undo_until(kb), user.zona)
        words = f"{submission.pemohon} ditetapkan: {LABEL[evaluasi.predikat or '']}."
        return Outcome(f"{words} Batalkan sampai pukul {until} lewat tab Disetujui.", next_case=True)
    if aksi == "kirim-kembali":
        penilaian.send_back(kb, user, key, versi)
        return Outcome(f"Dikembalikan ke {submission.pemohon} dengan catatan Anda.", next_case=True)
    if aksi == "batal":
        penilaian.undo(kb, user, form.get("catatan", ""))
        return Outcome("Penetapan dibatalkan.", step="tetapkan")
    approval.touch_case(submission, versi)
    return _decide_row(kb, user, form, name, number, aksi)


def _decide_row(kb: KinerjaBulanan, user: Principal, form: Any, name: str, number: str, aksi: str) -> Outcome:
    if name not in STEPS:
        raise Conflict("Langkah ini tidak dikenal. Muat ulang halaman.")
    if aksi == "setuju-semua":
        penilaian.approve_rest(kb, name)
    elif aksi == "masih-sesuai":
        penilaian.still_fits(kb, name)
    elif aksi == "akui":
        penilaian.acknowledge(
            kb, int(number) if number.isdecimal() else 0, form.get("diakui", ""), form.get("alasan_diakui", ""), user
        )
        return Outcome("Realisasi yang diakui disimpan.", step=f"{name}:{number}")
    elif aksi == "umpan-balik":
        return Outcome("Umpan balik disimpan.", step=f"{name}:{number}")
    elif aksi in ("setuju", "kembalikan"):
        for urut in _numbers(kb, name, number, form):
            penilaian.decide_row(kb, name, urut, aksi == "setuju", form.get("catatan", ""))
    else:
        raise Invalid("", "Pilih Setujui atau Kembalikan.")
    if penilaian.settle_step(kb, name, user):
        following = (*STEPS, "tetapkan")[STEPS.index(name) + 1]
        return Outcome("Langkah disetujui.", step=following)
    undecided = [r.urut for r in penilaian.rows_of(kb, name) if penilaian.decision_of(r, name) is None]
    return Outcome("", step=f"{name}:{undecided[0]}" if undecided else name)


def _numbers(kb: KinerjaBulanan, name: str, number: str, form: Any) -> list[int]:
    """Row of the pane, or on PKS the line chosen in the form (all lines when none is)."""
    chosen = number or form.get("baris", "")
    if chosen.isdecimal():
        return [int(chosen)]
    return [row.urut for row in penilaian.rows_of(kb, name)]


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def bulk(submission: Submission, user: Principal) -> None:
    penilaian.approve_clean(penilaian.bundle_of(submission.id), user)


def note_opened(document_id: uuid.UUID, user: Principal) -> None:
    """The penilai opened a piece of evidence: it is no longer "Belum dibuka"."""
    evidence = sa.select(BuktiDukung.id).where(BuktiDukung.dokumen_id == document_id, BuktiDukung.user_id != user.id)
    rated = (
        sa.select(RealisasiBulanan.id)
        .join(KinerjaBulanan, KinerjaBulanan.id == RealisasiBulanan.kinerja_bulanan_id)
        .join(Submission, Submission.id == KinerjaBulanan.submission_id)
        .where(approval.inbox_rows(user))
    )
    db.session.execute(
        sa.update(BuktiTautan)
        .where(BuktiTautan.bukti_id.in_(evidence), BuktiTautan.dibuka_at.is_(None), BuktiTautan.realisasi_id.in_(rated))
        .values(dibuka_at=services.now())
    )


PENILAIAN = Flow(
    name=services.FLOW,
    title="Kinerja bulanan",
    moves=(
        Move("ajukan", "Ajukan", OPEN, DIAJUKAN, by=OWNER),
        Move("tarik", "Tarik kembali", WAITING, BERJALAN, by=OWNER),
        Move("setujui", "Setujui langkah", WAITING, DIAJUKAN, by=ASSIGNEE),
        Move("kembalikan", "Kembalikan", WAITING, DIKEMBALIKAN, by=ASSIGNEE, note=REQUIRED),
        Move("tetapkan", "Tetapkan", WAITING, DITETAPKAN, by=ASSIGNEE),
        Move("batal", "Batal setuju", frozenset([DITETAPKAN]), DIAJUKAN, by=ASSIGNEE, note=OPTIONAL),
    ),
    subject=subject,
    template="kinerja/kotak_bulan.html",
    panel=panel,
    decide=decide,
    resolve=resolve,
    bulk=bulk,
    bulk_label="Setujui Renaksi dan SKP",
)
visible_through(visible_evidence)
when_opened(note_opened)
