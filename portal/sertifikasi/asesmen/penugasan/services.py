"""Assignments: proposed by the sekretariat, declared by the asesor, approved by the manajer. Three persons, always."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, approval, calendar, jobs, notices, organisation
from portal.kernel.approval import Submission
from portal.kernel.db import db, next_number, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal, User
from portal.sertifikasi import alur
from portal.sertifikasi.asesmen import aturan, kalender, kasus
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.tenggat import batas

PERTANYAAN = {
    "C1": "Apakah Anda orang yang sama dengan asesi?",
    "C2": "Apakah Anda pernah melatih atau membimbing asesi dalam {bulan} bulan terakhir?",
    "C3_KELUARGA": "Apakah Anda mempunyai hubungan keluarga dengan asesi?",
    "C3_JABATAN": "Apakah Anda atasan langsung, bawahan, atau rekan satu unit kerja asesi?",
    "LAIN": "Apakah ada kepentingan lain yang dapat memengaruhi penilaian Anda?",
}
BERAT = {"C1", "C3_KELUARGA"}  # no mitigation makes up for these
MITIGASI_MIN, ALASAN_MIN, ALASAN_MAKS = 30, 10, 2000

activity.declare(**{
    "sertifikasi.asesor_diusulkan": "permohonan peringatan", "sertifikasi.coi_dinyatakan": "ada_konflik",
    "sertifikasi.asesor_disetujui": "permohonan surat_tugas mitigasi",
    "sertifikasi.asesor_berakhir": "permohonan alasan",
    "sertifikasi.keberatan": "alasan", "sertifikasi.keberatan_dijawab": "jawaban",
})  # fmt: skip


def pertanyaan() -> dict[str, str]:
    """The questions of a declaration, with the look-back that the LSP has set."""
    return {key: words.format(bulan=batas("pelatihan")) for key, words in PERTANYAAN.items()}


def usulkan(case: m.Permohonan, asesor_id: uuid.UUID, rencana: date, user: Principal) -> a.PenugasanAsesor:
    """Propose one asesor for a planned day. Raises Conflict when a hard rule speaks or somebody was first."""
    kasus.kunci_alur(case, m.APL02_DIAJUKAN)
    if case.user_id == user.id:
        raise Denied("Asesor untuk permohonan Anda sendiri diusulkan oleh rekan Anda.")
    if kasus.penugasan_berlaku(case.id) is not None:
        raise Conflict("Permohonan ini sudah mempunyai usul asesor.")
    if rencana < kalender.hari_ini():
        raise Invalid("rencana", "Perkiraan hari asesmen: pilih hari ini atau sesudahnya.")
    calon = _candidate(case, asesor_id, rencana)
    row = a.PenugasanAsesor(
        permohonan_id=case.id, asesor_id=asesor_id, status=a.MENUNGGU_COI, diusulkan_oleh_id=user.id,
        peringatan=[t.id for t in calon.temuan], rencana=rencana,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    activity.log("sertifikasi.asesor_diusulkan", row, by=user, permohonan=case.nomor, peringatan=row.peringatan)
    notices.notify(
        calon.pasangan.asesor.user_id, "Anda diusulkan sebagai asesor",
        "Nyatakan dahulu ada tidaknya konflik kepentingan.",
        f"/sertifikasi/asesmen/{row.id}/coi",
    )  # fmt: skip
    return row


def _candidate(case: m.Permohonan, asesor_id: uuid.UUID, hari: date) -> aturan.Calon:
    """The asesor as the rules see them on that day. Raises Conflict when a hard rule forbids them."""
    found = aturan.calon(case, hari, [asesor_id])
    if not found:
        raise Invalid("asesor", "Asesor tidak dikenal.")
    if found[0].terhalang:
        words = " ".join(f"{t.id}: {t.kata}" for t in found[0].temuan if t.mode == aturan.MUTLAK)
        raise Conflict(f"{found[0].pasangan.nama} tidak dapat ditugaskan. {words}")
    return found[0]


def nyatakan(p: a.PenugasanAsesor, user: Principal, jawaban: dict[str, str], rincian: str) -> a.DeklarasiCoi:
    """The asesor's declaration. A family tie ends the proposal, other conflicts wait for the manajer's mitigation."""
    if p.asesor.user_id != user.id:
        raise Denied()
    if p.status != a.MENUNGGU_COI:
        raise Conflict("Deklarasi ini sudah diisi.")
    missing = [key for key in PERTANYAAN if jawaban.get(key) not in ("YA", "TIDAK")]
    if missing:
        raise Invalid(missing[0], "Jawab semua pertanyaan.")
    yes = {key for key in PERTANYAAN if jawaban[key] == "YA"}
    if yes and len(rincian.strip()) < ALASAN_MIN:
        raise Invalid("rincian", "Jelaskan hubungan itu, sedikitnya 10 huruf.")
    row = a.DeklarasiCoi(
        penugasan_id=p.id, user_id=user.id, rincian=rincian.strip(), ada_konflik=bool(yes),
        jawaban={words: jawaban[key] for key, words in pertanyaan().items()},
    )  # fmt: skip
    db.session.add(row)
    p.status = a.MENOLAK if yes & BERAT else a.BERSEDIA
    p.alasan = rincian.strip() if p.status == a.MENOLAK else p.alasan
    p.peringatan = [*p.peringatan, *(["DEKLARASI"] if yes and p.status == a.BERSEDIA else [])]
    db.session.flush()
    activity.log("sertifikasi.coi_dinyatakan", p, by=user, ada_konflik=bool(yes))
    _tell_lsp(p.permohonan_id, "Deklarasi asesor sudah masuk")
    return row


def tidak_bersedia(p: a.PenugasanAsesor, user: Principal, alasan: str) -> None:
    """The asesor declines before the approval."""
    if p.asesor.user_id != user.id:
        raise Denied()
    if p.status not in (a.MENUNGGU_COI, a.BERSEDIA):
        raise Conflict("Usul ini sudah diputus.")
    if len(alasan.strip()) < ALASAN_MIN:
        raise Invalid("alasan", "Tulis alasan sedikitnya 10 huruf.")
    p.status, p.alasan = a.MENOLAK, alasan.strip()
    activity.log("sertifikasi.asesor_berakhir", p, by=user, permohonan=str(p.permohonan_id), alasan=p.alasan)
    _tell_lsp(p.permohonan_id, "Asesor tidak bersedia")


def perlu_mitigasi(p: a.PenugasanAsesor) -> bool:
    """Whether approving needs the manajer's words: a rule that can be overridden, or a declared conflict."""
    modes = {rule.id: rule.mode for rule in aturan.ATURAN}
    return any(key == "DEKLARASI" or modes.get(key) == aturan.DAPAT_DIKECUALIKAN for key in p.peringatan)


def setujui(case: m.Permohonan, p: a.PenugasanAsesor, user: Principal, mitigasi: str, kunci: uuid.UUID | None) -> None:
    """The manajer approves: letter number, case assigned. The rules are asked again, since days have passed."""
    if kunci and approval.is_repeat(case.submission_id, kunci):
        return
    kasus.kunci_alur(case, m.APL02_DIAJUKAN)
    if p.status != a.BERSEDIA:
        raise Conflict("Asesor belum menyatakan tidak ada konflik kepentingan.")
    if user.id in (p.diusulkan_oleh_id, p.asesor.user_id):
        raise Denied("Penugasan disetujui oleh orang lain, bukan pengusul atau asesornya.")
    calon = _candidate(case, p.asesor_id, max(p.rencana or kalender.hari_ini(), kalender.hari_ini()))
    declared = [key for key in p.peringatan if key == "DEKLARASI"]
    p.peringatan = [*dict.fromkeys([t.id for t in calon.temuan] + declared)]
    if perlu_mitigasi(p) and len(mitigasi.strip()) < MITIGASI_MIN:
        raise Invalid("mitigasi", f"Tulis cara menjaga ketidakberpihakan, sedikitnya {MITIGASI_MIN} huruf.")
    year = kalender.hari_ini().year
    p.surat_tugas = f"ST-{year}-{next_number(f'surat-tugas-{year}'):06d}"
    p.status, p.disetujui_oleh_id, p.disetujui_at, p.mitigasi = a.AKTIF, user.id, now(), mitigasi.strip()
    activity.log(
        "sertifikasi.asesor_disetujui",
        p,
        by=user,
        permohonan=case.nomor,
        surat_tugas=p.surat_tugas,
        mitigasi=p.mitigasi,
    )
    about = {"penugasan": str(p.id), "surat_tugas": p.surat_tugas, "peringatan": p.peringatan}
    approval.move(case.submission_id, "tugaskan", user, kunci=kunci, rincian=about)
    notices.notify(p.asesor.user_id, "Surat tugas Anda sudah terbit", p.surat_tugas, f"/sertifikasi/asesmen/{p.id}")


def batalkan_usul(case: m.Permohonan, p: a.PenugasanAsesor, user: Principal, alasan: str) -> None:
    """Take a proposal back before it is approved."""
    kasus.kunci_alur(case, m.APL02_DIAJUKAN)
    if case.user_id == user.id:
        raise Denied("Usul asesor untuk permohonan Anda sendiri dibatalkan oleh rekan Anda.")
    if p.status not in (a.DIUSULKAN, a.MENUNGGU_COI, a.BERSEDIA):
        raise Conflict("Usul ini sudah diputus.")
    if len(alasan.strip()) < ALASAN_MIN:
        raise Invalid("alasan", "Tulis alasan sedikitnya 10 huruf.")
    p.status, p.alasan = a.MENOLAK, alasan.strip()
    activity.log("sertifikasi.asesor_berakhir", p, by=user, permohonan=case.nomor, alasan=p.alasan)
    notices.notify(p.asesor.user_id, "Usul penugasan dibatalkan", case.nomor or "", "/sertifikasi/asesmen")


def ganti(case: m.Permohonan, user: Principal, alasan: str, kunci: uuid.UUID | None) -> None:
    """The manajer takes the asesor off; the case waits for another one."""
    if kunci and approval.is_repeat(case.submission_id, kunci):
        return
    p = kasus.penugasan_berlaku(case.id)
    approval.move(case.submission_id, "lepas_asesor", user, alasan, kunci=kunci)
    if p is not None:
        _end(p, alasan.strip(), user)


def mundur(case: m.Permohonan, p: a.PenugasanAsesor, user: Principal, alasan: str) -> None:
    """The asesor resigns from an assignment that was approved."""
    if p.asesor.user_id != user.id:
        raise Denied()
    submission = kasus.kunci_alur(case, *kasus.RELEASED, m.APL02_DIAJUKAN)
    if p.status != a.AKTIF:
        raise Conflict("Penugasan ini sudah berakhir.")
    if len(alasan.strip()) < ALASAN_MIN:
        raise Invalid("alasan", "Tulis alasan sedikitnya 10 huruf.")
    _release(submission, p, f"Asesor mengundurkan diri: {alasan.strip()}", user)


def _release(submission: Submission, p: a.PenugasanAsesor, alasan: str, user: Principal | None) -> None:
    """Back to waiting for an asesor, written as a step of the system; whoever is concerned is told."""
    if submission.status != m.APL02_DIAJUKAN:
        approval.record_system(submission, "ganti_asesor", m.APL02_DIAJUKAN, alasan)
    _end(p, alasan, user)
    case = alur.subject(submission)
    notices.notify(case.user_id, "Asesor Anda akan diganti", case.nomor or "", f"/sertifikasi/saya/{case.id}")
    _tell_lsp(case.id, "Permohonan menunggu asesor baru")


def _end(p: a.PenugasanAsesor, alasan: str, user: Principal | None) -> None:
    p.status, p.alasan = a.SELESAI, alasan
    seats = sa.select(a.SesiAsesmen.id).where(a.SesiAsesmen.ditutup_at.is_(None))
    db.session.execute(
        sa.delete(a.PesertaSesi).where(
            a.PesertaSesi.permohonan_id == p.permohonan_id, a.PesertaSesi.sesi_id.in_(seats),
            a.PesertaSesi.kehadiran == "",
        )
    )  # fmt: skip
    activity.log("sertifikasi.asesor_berakhir", p, by=user, permohonan=str(p.permohonan_id), alasan=alasan)


def _tell_lsp(case_id: uuid.UUID, title: str) -> None:
    nomor = db.session.scalar(sa.select(m.Permohonan.nomor).where(m.Permohonan.id == case_id)) or ""
    people = {*kasus.pemegang("sekretariat_lsp"), *kasus.pemegang("manajer_sertifikasi")}
    for person in people:
        notices.notify(person, title, f"Permohonan {nomor}", f"/sertifikasi/permohonan/{case_id}/proses")


# ---- objections: rule C10


def keberatan(case: m.Permohonan, user: Principal, alasan: str) -> None:
    """The asesi objects within three working days of the assignment; the manajer answers."""
    if case.user_id != user.id:
        raise Denied()
    p = kasus.penugasan_berlaku(case.id)
    if p is None or p.status != a.AKTIF or p.disetujui_at is None:
        raise Conflict("Belum ada asesor yang ditugaskan.")
    if p.keberatan_at is not None:
        raise Conflict("Keberatan Anda sudah tercatat.")
    last = kalender.batas_keberatan(calendar.setempat(p.disetujui_at).date())
    if kalender.hari_ini() > last:
        raise Conflict(f"Batas keberatan sudah lewat pada {calendar.tanggal(last)}.")
    if not ALASAN_MIN <= len(alasan.strip()) <= ALASAN_MAKS:
        raise Invalid("alasan", f"Tulis alasan {ALASAN_MIN} sampai {ALASAN_MAKS} huruf.")
    p.keberatan, p.keberatan_at = alasan.strip(), now()
    activity.log("sertifikasi.keberatan", p, by=user, alasan=p.keberatan)
    for person in kasus.pemegang("manajer_sertifikasi"):
        notices.notify(
            person, "Asesi berkeberatan atas asesornya", case.nomor or "", f"/sertifikasi/permohonan/{case.id}/proses"
        )


def jawab_keberatan(case: m.Permohonan, p: a.PenugasanAsesor, user: Principal, jawaban: str) -> None:
    """The manajer keeps the asesor and says why; to accept the objection, `ganti` takes the asesor off."""
    if user.id in (case.user_id, p.asesor.user_id):
        raise Denied("Keberatan dijawab oleh orang yang tidak terlibat.")
    if p.keberatan_at is None or p.keberatan_jawaban:
        raise Conflict("Tidak ada keberatan yang menunggu jawaban.")
    if len(jawaban.strip()) < ALASAN_MIN:
        raise Invalid("jawaban", "Tulis jawaban sedikitnya 10 huruf.")
    p.keberatan_jawaban = jawaban.strip()
    activity.log("sertifikasi.keberatan_dijawab", p, by=user, jawaban=p.keberatan_jawaban)
    notices.notify(case.user_id, "Keberatan Anda dijawab", p.keberatan_jawaban[:120], f"/sertifikasi/saya/{case.id}")


# ---- the clock


@jobs.every(3600, "Periksa masa berlaku asesor")
@jobs.kind("sertifikasi-periksa-asesor", antrean="panjang")
def periksa_asesor(job: jobs.Job) -> None:
    """Release cases whose asesor may no longer assess on the day of the session."""
    sweep()


def sweep() -> int:
    """Returns how many cases wait for a new asesor from now on. Expiry, end of competence, a closed account."""
    released = 0
    for row in db.session.execute(_in_force()).mappings():
        why = _gone(dict(row))
        if not why:
            continue
        submission = approval.lock(row["submission_id"])
        if submission.status in kasus.RELEASED or submission.status == m.APL02_DIAJUKAN:
            p = db.session.scalars(sa.select(a.PenugasanAsesor).where(a.PenugasanAsesor.id == row["id"])).one()
            _release(submission, p, why, None)
            released += 1
    return released


def _in_force() -> sa.Select[Any]:
    """Active assignments of cases before their recommendation, with the day that counts."""
    session = (
        sa.select(a.SesiAsesmen.mulai)
        .join(a.PesertaSesi, a.PesertaSesi.sesi_id == a.SesiAsesmen.id)
        .where(a.PesertaSesi.permohonan_id == m.Permohonan.id, a.SesiAsesmen.ditutup_at.is_(None))
        .order_by(a.SesiAsesmen.mulai.desc()).limit(1).scalar_subquery()
    )  # fmt: skip
    competence = sa.and_(a.AsesorSkema.asesor_id == a.Asesor.id, a.AsesorSkema.skema_id == m.Permohonan.skema_id)
    return (
        sa.select(
            a.PenugasanAsesor.id, m.Permohonan.submission_id, a.Asesor.aktif, User.aktif.label("akun"),
            a.Asesor.selesai, a.AsesorSkema.selesai.label("kompetensi"), session.label("sesi"),
        )
        .join(m.Permohonan, m.Permohonan.id == a.PenugasanAsesor.permohonan_id)
        .join(Submission, Submission.id == m.Permohonan.submission_id)
        .join(a.Asesor, a.Asesor.id == a.PenugasanAsesor.asesor_id)
        .join(User, User.id == a.Asesor.user_id)
        .outerjoin(a.AsesorSkema, competence)
        .where(a.PenugasanAsesor.status == a.AKTIF)
        .where(Submission.status.in_([*kasus.RELEASED - {m.BERLANGSUNG}, m.APL02_DIAJUKAN]))
        .order_by(a.PenugasanAsesor.id)
    )  # fmt: skip


def _gone(row: dict[str, Any]) -> str:
    today = organisation.today()
    day = max(calendar.setempat(row["sesi"]).date(), today) if row["sesi"] else today
    if not row["akun"]:
        return "Akun asesor tidak aktif lagi."
    if not row["aktif"]:
        return "Asesor tidak lagi terdaftar."
    if row["selesai"] < day:
        return f"Registrasi MET asesor berakhir {calendar.tanggal(row['selesai'])}, sebelum asesmen."
    if row["kompetensi"] is None or row["kompetensi"] < day:
        return "Kompetensi teknis asesor untuk skema ini berakhir sebelum asesmen."
    return ""
