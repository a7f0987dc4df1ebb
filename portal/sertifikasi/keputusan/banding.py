"""Appeals (FR.AK.04): filed by the asesi within seven working days, judged by people outside the original row (C5)."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, approval, calendar, documents, holidays, jobs, notices, people
from portal.kernel.approval import Submission, SubmissionEvent
from portal.kernel.calendar import setempat
from portal.kernel.db import db, next_number, now
from portal.kernel.documents import PDF, Checked
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal, User
from portal.kernel.storage import config
from portal.sertifikasi import alur, sheets
from portal.sertifikasi.asesmen import formulir
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.formulir import ASESI, Penanda
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.asesmen.kasus import pemegang
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import pleno
from portal.sertifikasi.keputusan.tanda import buktikan
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s
from portal.sertifikasi.tenggat import batas

WORDS_MIN = 30
ASESMEN, APL01 = "ASESMEN", "APL01"
DIAJUKAN, DIREGISTRASI, DITELAAH, DITERIMA, DITOLAK = "DIAJUKAN", "DIREGISTRASI", "DITELAAH", "DITERIMA", "DITOLAK"
AK04 = "FR.AK.04"
OBJECTS = {
    m.APL01_DITOLAK: APL01, m.BELUM_KOMPETEN: ASESMEN, m.TIDAK_LANJUT: ASESMEN, m.DIREKOMENDASIKAN: ASESMEN,
}  # fmt: skip
ENDINGS = {m.APL01_DITOLAK: ("tolak",), m.BELUM_KOMPETEN: ("belum_kompeten", "perbaiki_belum"),
           m.TIDAK_LANJUT: ("tidak_lanjut",), m.DIREKOMENDASIKAN: ("rekomendasikan",)}  # fmt: skip
WORDS = {
    DIAJUKAN: "Diajukan",
    DIREGISTRASI: "Terdaftar",
    DITELAAH: "Ditelaah panel",
    DITERIMA: "Diterima",
    DITOLAK: "Ditolak",
}
STAGES = {  # what the asesi reads until the panel has decided
    DIAJUKAN: "LSP mendaftar banding Anda, lalu menunjuk panel.",
    DIREGISTRASI: "Panel sudah ditunjuk. Anggotanya tidak terlibat dalam asesmen dan putusan semula.",
    DITELAAH: "Panel sedang menelaah berkas dan keterangan asesor.",
}

activity.declare(
    **{
        "banding.diajukan": "nomor objek",
        "banding.didaftar": "panel",
        "banding.ditelaah": "",
        "banding.dijawab_asesor": "",
        "banding.diputus": "putusan",
        "banding.ditandatangani": "putusan",
    }
)


# ---- the asesi


def deadline(case: m.Permohonan, status: str) -> date | None:
    """Last day to file, None when this state gives no right to appeal."""
    if status not in OBJECTS:
        return None
    query = sa.select(SubmissionEvent.dibuat_at).where(
        SubmissionEvent.submission_id == case.submission_id, SubmissionEvent.aksi.in_(ENDINGS[status])
    )
    at = db.session.scalar(query.order_by(SubmissionEvent.id.desc()).limit(1))
    if at is None:
        return None
    return holidays.add_working_days(setempat(at, config().zona).date(), batas("banding_ajukan"))


def of_case(case_id: uuid.UUID) -> k.Banding | None:
    query = sa.select(k.Banding).where(k.Banding.permohonan_id == case_id).order_by(k.Banding.id.desc())
    return db.session.scalars(query.limit(1)).first()


def refusal(case: m.Permohonan, status: str) -> str:
    """Why no appeal can be filed now, "" when it can."""
    last = deadline(case, status)
    if last is None:
        return "Keadaan permohonan ini tidak dapat dibanding."
    before = of_case(case.id)
    if before is not None:
        return f"Banding {before.nomor} sudah diajukan untuk permohonan ini."
    if hari_ini() > last:
        return f"Batas mengajukan banding {calendar.tanggal(last)} sudah lewat. Anda tetap dapat menyampaikan keluhan."
    return ""


def file(case: m.Permohonan, user: Principal, jawaban: list[str], alasan: str, sandi: str) -> k.Banding:
    """Raises Conflict when the days are over, Invalid for missing answers or a wrong password."""
    submission = approval.lock(case.submission_id)
    why = refusal(case, submission.status)
    if case.user_id != user.id:
        raise Denied("Banding diajukan oleh asesi sendiri.")
    if why:
        raise Conflict(why)
    if len(jawaban) != len(sheets.PERTANYAAN_AK04) or any(one not in ("YA", "TIDAK") for one in jawaban):
        raise Invalid("jawaban-1", "Jawab ketiga pertanyaan")
    if len(alasan.strip()) < WORDS_MIN:
        raise Invalid("alasan", f"Tulis alasan banding, sedikitnya {WORDS_MIN} huruf")
    asked = [{"teks": t, "jawaban": j} for t, j in zip(sheets.PERTANYAAN_AK04, jawaban, strict=True)]
    number = next_number(f"BDG-{hari_ini().year}")
    row = k.Banding(
        nomor=f"BDG-{hari_ini().year}-{number:04d}",
        permohonan_id=case.id,
        user_id=user.id,
        objek=OBJECTS[submission.status],
        jawaban={"pertanyaan": asked},
        alasan=alasan.strip()[:4000],
        batas_jawab=holidays.add_working_days(hari_ini(), batas("banding_jawab")),
    )
    row.form_id = _form(case, asked, row.alasan, user, sandi).id
    db.session.add(row)
    db.session.flush()
    activity.log("banding.diajukan", row, by=user, nomor=row.nomor, objek=row.objek)
    return row


def _form(case: m.Permohonan, asked: list[dict[str, str]], alasan: str, user: Principal, sandi: str) -> m.FormIsian:
    """FR.AK.04, locked and signed."""
    query = (
        sa.select(a.SesiAsesmen.mulai, a.SesiAsesmen.asesor_id, a.Tuk)
        .join(a.PesertaSesi, a.PesertaSesi.sesi_id == a.SesiAsesmen.id)
        .join(a.Tuk, a.Tuk.id == a.SesiAsesmen.tuk_id)
        .where(a.PesertaSesi.permohonan_id == case.id)
        .order_by(a.SesiAsesmen.mulai.desc())
    )
    held = db.session.execute(query.limit(1)).first()
    isi = formulir.kepala(case, AK04, held.asesor_id if held else None, held.Tuk if held else None)
    isi |= {
        "jawaban": asked,
        "alasan": alasan,
        "tanggal_asesmen": setempat(held.mulai, config().zona).date().isoformat() if held else "",
    }
    form = formulir.draf(case.id, AK04, isi)
    formulir.kunci_dan_tanda(form, Penanda(user, ASESI, sandi))
    jobs.enqueue(cetak_banding, f"{AK04} {case.nomor or ''}".strip(), f"banding-{form.id}", user.id, form=str(form.id))
    return form


@jobs.kind("sertifikasi-banding")
def cetak_banding(job: jobs.Job) -> uuid.UUID | None:
    """May run twice: a form that has its paper keeps it."""
    query = sa.select(m.FormIsian).where(m.FormIsian.id == uuid.UUID(job.argumen["form"])).with_for_update()
    form = db.session.scalars(query).one()
    if form.dokumen_id is not None or job.user_id is None:
        return form.dokumen_id
    formulir.utuh(form)
    signed = [{"peran": t.peran, "nama": t.nama, "no_reg": t.no_reg, "pada": t.pada, "sha256": t.sha256}
              for t in formulir.tanda_di_kertas(form)]  # fmt: skip
    link = f"{config().alamat}/sertifikasi/saya/{form.permohonan_id}/hasil"
    document = documents.made(
        Checked(sheets.nama_berkas(form.isi), PDF, sheets.render(form.isi, signed, tautan=link), None), job.user_id
    )
    documents.claim(document)
    form.dokumen_id = document.id
    return document.id


# ---- the LSP


def barred(row: k.Banding) -> dict[uuid.UUID, str]:
    """Who may not handle this appeal (C5): the asesor and everybody who decided the original row, and the asesi."""
    case = db.session.get_one(m.Permohonan, row.permohonan_id)
    decided = sa.select(k.PlenoAnggota.user_id).join(k.Keputusan, k.Keputusan.pleno_id == k.PlenoAnggota.pleno_id)
    found = dict.fromkeys(
        db.session.scalars(decided.where(k.Keputusan.permohonan_id == case.id)), "ikut memutus baris semula"
    )
    moved = sa.select(SubmissionEvent.pelaku_id).where(
        SubmissionEvent.submission_id == case.submission_id,
        SubmissionEvent.aksi.in_(["tolak", "usul_tolak", "tidak_lanjut", "perbaiki_belum"]),
    )
    found |= dict.fromkeys((one for one in db.session.scalars(moved) if one), "memutus permohonan semula")
    return found | dict.fromkeys(pleno.assessors(case.id), "menilai asesi ini") | {case.user_id: "asesi itu sendiri"}


def eligible(row: k.Banding) -> list[User]:
    """Who may sit in the panel."""
    out = barred(row)
    return [user for user in pleno.eligible() if user.id not in out]


def register(row: k.Banding, user: Principal, panel: list[uuid.UUID]) -> None:
    """Enter it and name its panel. Raises Conflict, Denied for who took part before, Invalid."""
    if row.status not in (DIAJUKAN, DIREGISTRASI):
        raise Conflict("Panel banding ini sudah bekerja.")
    if user.id in barred(row):
        raise Denied("Anda terlibat dalam putusan semula, jadi tidak menangani banding ini.")
    free = {u.id for u in eligible(row)}
    chosen = [one for one in dict.fromkeys(panel) if one in free]
    least = batas("panel")
    if len(chosen) < least or len(chosen) < len(set(panel)):
        raise Invalid("panel", f"Pilih sedikitnya {least} anggota yang tidak terlibat dalam putusan semula")
    row.panel, row.status = [str(one) for one in chosen], DIREGISTRASI
    row.versi += 1
    activity.log("banding.didaftar", row, by=user, panel=row.panel)
    for one in chosen:
        notices.notify(one, "Anda ditunjuk sebagai panel banding", row.nomor, f"/sertifikasi/banding/{row.id}")
        people.touch(one)
    _tell(row, "Banding Anda sudah terdaftar")
    for one in pleno.assessors(row.permohonan_id):
        notices.notify(
            one, "Beri keterangan atas banding asesi Anda", row.nomor, f"/sertifikasi/banding/{row.id}/keterangan"
        )
        people.touch(one)


def explain(row: k.Banding, user: Principal, text: str) -> None:
    """The asesor's side, once. Raises Denied, Conflict, Invalid."""
    if user.id not in pleno.assessors(row.permohonan_id):
        raise Denied("Keterangan diberikan oleh asesor yang menilai.")
    if row.status not in (DIREGISTRASI, DITELAAH):
        raise Conflict("Banding ini belum terdaftar atau sudah diputuskan.")
    if row.keterangan:
        raise Conflict("Keterangan Anda sudah tercatat.")
    if len(text.strip()) < WORDS_MIN:
        raise Invalid("keterangan", f"Tulis keterangan, sedikitnya {WORDS_MIN} huruf")
    row.keterangan, row.keterangan_oleh_id = text.strip()[:4000], user.id
    activity.log("banding.dijawab_asesor", row, by=user)


def study(row: k.Banding, user: Principal) -> None:
    """A member of the panel opens the files: from then on it is being studied, and the asesi reads so. A second
    member changes nothing. Raises Denied, Conflict."""
    _in_panel(row, user)
    if row.status not in (DIREGISTRASI, DITELAAH):
        raise Conflict("Banding ini sudah diputuskan.")
    if row.status == DITELAAH:
        return
    row.status = DITELAAH
    row.versi += 1
    activity.log("banding.ditelaah", row, by=user)
    _tell(row, "Banding Anda sedang ditelaah panel")


def _in_panel(row: k.Banding, user: Principal) -> None:
    if str(user.id) not in row.panel or user.id in barred(row):
        raise Denied("Banding diputuskan oleh panelnya.")


def decide(row: k.Banding, user: Principal, diterima: bool, putusan: str) -> k.Banding:
    """By a member of the panel for the panel; in force once the ketua has signed. Raises Denied, Conflict, Invalid."""
    _in_panel(row, user)
    if row.status == DIREGISTRASI:
        raise Conflict("Buka berkas banding lebih dahulu, lalu putuskan.")
    if row.status != DITELAAH or row.hasil:
        raise Conflict("Banding ini sudah diputuskan.")
    if len(putusan.strip()) < WORDS_MIN:
        raise Invalid("putusan", f"Tulis pertimbangan panel, sedikitnya {WORDS_MIN} huruf")
    row.hasil = DITERIMA if diterima else DITOLAK
    row.putusan, row.diputus_oleh_id, row.diputus_at = putusan.strip(), user.id, now()
    row.versi += 1
    activity.log("banding.diputus", row, by=user, putusan=row.hasil)
    for chief in pemegang("ketua_lsp"):
        notices.notify(chief, "Putusan banding menunggu tanda tangan", row.nomor, f"/sertifikasi/banding/{row.id}")
        people.touch(chief)
    return row


def unsigned(row: k.Banding) -> bool:
    """The panel has decided, the ketua has not signed."""
    return row.status == DITELAAH and bool(row.hasil)


def signed_first(row: k.Banding, user_id: uuid.UUID) -> bool:
    """Whether this person signed the SK that the appeal is against. They step aside while another ketua can sign; an
    LSP with one ketua has nobody else, and the panel that decides is free of everybody who took part."""
    query = sa.select(k.Sk.id).join(k.Keputusan, k.Keputusan.sk_id == k.Sk.id).where(
        k.Keputusan.permohonan_id == row.permohonan_id, k.Sk.ditandatangani_oleh_id == user_id
    )  # fmt: skip
    return db.session.execute(query.limit(1)).first() is not None


def may_sign(row: k.Banding, user: Principal) -> str:
    """Why this ketua does not sign, "" when nothing is in the way (C5 reaches the signature, too)."""
    out = barred(row)
    why = out.get(user.id, "mencatat putusan panel ini" if user.id == row.diputus_oleh_id else "")
    if not why and signed_first(row, user.id) and set(pemegang("ketua_lsp")) - {user.id, *out}:
        why = "menandatangani SK semula"
    return f"Anda {why}. Penanda tangan lain dengan peran ketua LSP yang menandatangani." if why else ""


def sign(row: k.Banding, user: Principal, sandi: str) -> None:
    """By the ketua: now it is in force and the asesi is told. Accepted: a new case of the same asesi, jenis
    BANDING_ULANG, old rows kept. Raises Denied for who took part before, Conflict, Invalid for a wrong password."""
    if not unsigned(row):
        raise Conflict("Panel belum memutus banding ini, atau putusannya sudah ditandatangani.")
    why = may_sign(row, user)
    if why:
        raise Denied(why)
    buktikan(user, sandi)
    row.status, row.ditandatangani_oleh_id, row.ditandatangani_at = row.hasil, user.id, now()
    row.versi += 1
    if row.hasil == DITERIMA:
        row.ulang_id = again(db.session.get_one(m.Permohonan, row.permohonan_id), user).id
    activity.log("banding.ditandatangani", row, by=user, putusan=row.hasil)
    _tell(row, "Banding Anda sudah diputuskan")


def _tell(row: k.Banding, words: str) -> None:
    notices.notify(row.user_id, words, row.nomor, f"/sertifikasi/saya/{row.permohonan_id}/hasil")
    people.touch(row.user_id)


def again(case: m.Permohonan, user: Principal) -> m.Permohonan:
    """A new case with what was sent before, waiting for another asesor; after a refused APL-01, for verification.

    Raises Conflict while the asesi has another active case for the scheme."""
    if case.aktif:
        submission = approval.lock(case.submission_id)
        approval.record_system(submission, "batalkan", m.DIBATALKAN, "Diulang karena banding diterima")
        case.aktif = False
        db.session.flush()
    other = sa.select(sa.func.coalesce(m.Permohonan.nomor, "yang masih draf")).where(
        m.Permohonan.user_id == case.user_id, m.Permohonan.skema_id == case.skema_id, m.Permohonan.aktif
    )
    found = db.session.scalar(other)
    if found is not None:
        raise Conflict(f"Asesi sedang memproses permohonan {found} untuk skema ini. Selesaikan itu lebih dahulu.")
    status = m.APL02_DIAJUKAN if case.apl02_diajukan_at else m.DIAJUKAN
    versi = db.session.get_one(s.SkemaVersi, case.skema_versi_id)
    submission = Submission(
        alur=alur.PERMOHONAN, status=m.DRAF, judul=versi.judul, owner_id=case.user_id, pemohon=case.nama
    )
    db.session.add(submission)
    db.session.flush()
    year = hari_ini().year
    new = m.Permohonan(
        submission_id=submission.id, nomor=f"PMH-{year}-{next_number(f'PMH-{year}'):06d}", jenis=m.BANDING_ULANG
    )
    for name in COPIED:
        setattr(new, name, getattr(case, name))
    db.session.add(new)
    db.session.flush()
    _copy_rows(case.id, new.id)
    submission.diajukan_at = now()
    approval.record_system(submission, "banding_ulang", status, f"Banding atas {case.nomor} diterima")
    return new


COPIED = (
    "user_id", "orang_id", "skema_id", "skema_versi_id", "tujuan", "tujuan_lain", "isian", "asal", "nik_enc", "nama",
    "provinsi", "instansi", "pernyataan", "apl01_diajukan_at", "apl01_diterima_at", "apl02_diajukan_at",
)  # fmt: skip


def _copy_rows(old: uuid.UUID, new: uuid.UUID) -> None:
    """Requirements and answers with their files; the review of the asesor is left behind."""
    for row in db.session.scalars(sa.select(m.BuktiSyarat).where(m.BuktiSyarat.permohonan_id == old)):
        copy = m.BuktiSyarat(permohonan_id=new, syarat_id=row.syarat_id, status=row.status, catatan=row.catatan,
                             verifikator_id=row.verifikator_id, diputus_at=row.diputus_at)  # fmt: skip
        db.session.add(copy)
        db.session.flush()
        for berkas in db.session.scalars(
            sa.select(m.BerkasSyarat.berkas_id).where(m.BerkasSyarat.bukti_syarat_id == row.id)
        ):
            db.session.add(m.BerkasSyarat(bukti_syarat_id=copy.id, berkas_id=berkas))
    for answer in db.session.scalars(sa.select(m.JawabanApl02).where(m.JawabanApl02.permohonan_id == old)):
        twin = m.JawabanApl02(
            permohonan_id=new, elemen_id=answer.elemen_id, jawaban=answer.jawaban, catatan=answer.catatan
        )
        db.session.add(twin)
        db.session.flush()
        proof: Any = sa.select(m.JawabanBukti).where(m.JawabanBukti.jawaban_id == answer.id)
        for link in db.session.scalars(proof):
            db.session.add(m.JawabanBukti(jawaban_id=twin.id, berkas_id=link.berkas_id, urut=link.urut))
    db.session.flush()
