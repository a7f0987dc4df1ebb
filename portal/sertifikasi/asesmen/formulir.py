"""Forms of a case: drafts, the lock with its hash, signatures after a password, and the paper drawn once by a job."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import has_request_context, request

from portal.kernel import activity, documents, jobs
from portal.kernel.db import db, now
from portal.kernel.documents import PDF, Checked
from portal.kernel.errors import Conflict
from portal.kernel.pages import bukti
from portal.kernel.people import Principal, User
from portal.kernel.sealing import unseal
from portal.kernel.storage import config
from portal.sertifikasi import ASESMEN, sheets
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema.models import Skema, SkemaVersi

AK01, AK02, AK03, AK05, BERITA_ACARA = "FR.AK.01", "FR.AK.02", "FR.AK.03", "FR.AK.05", "BA.ASESMEN"
AK06, AK07 = "FR.AK.06", "FR.AK.07"
MAPA01, MAPA02, PENOLAKAN, PINDAIAN = "FR.MAPA.01", "FR.MAPA.02", "BA.PENOLAKAN", "FR.IA"
ASESI, ADMIN_LSP, ASESOR = "ASESI", "ADMIN_LSP", "ASESOR"
ON_PAPER = {m.APL01, m.APL02, AK01, AK02, AK03, AK05, AK06, AK07, MAPA01, BERITA_ACARA}

activity.declare(**{"sertifikasi.ditandatangani": "kode peran sha256", "sertifikasi.form_dikunci": "kode ke sha256"})


@dataclass(frozen=True)
class Penanda:
    """Who signs, in which role; `no_reg` is printed beside the name. `sandi`: typed again for this signature."""

    user: Principal
    peran: str
    sandi: str
    no_reg: str = ""


def kepala_skema(versi_id: uuid.UUID) -> dict[str, Any]:
    query = sa.select(SkemaVersi, Skema).join(Skema, Skema.id == SkemaVersi.skema_id).where(SkemaVersi.id == versi_id)
    versi, skema = db.session.execute(query).one()
    return {
        "contoh": versi.contoh,
        "skema": {"jenis": skema.jenis, "judul": versi.judul, "nomor": versi.nomor, "versi": versi.versi},
    }


def kepala_asesor(asesor_id: uuid.UUID | None) -> dict[str, str] | None:
    query = sa.select(User.nama, a.Asesor.no_reg).join(a.Asesor, a.Asesor.user_id == User.id)
    row = db.session.execute(query.where(a.Asesor.id == asesor_id)).first()
    return {"nama": row.nama, "no_reg": row.no_reg} if row else None


def kepala_tuk(tuk: a.Tuk | None) -> dict[str, str] | None:
    if tuk is None:
        return None
    return {"jenis": tuk.jenis, "nama": tuk.nama, "alamat": tuk.alamat, "kota": tuk.kota}


def kepala(
    case: m.Permohonan, kode: str, asesor_id: uuid.UUID | None = None, tuk: a.Tuk | None = None
) -> dict[str, Any]:
    """The part that all forms of a case share."""
    return {
        "kode": kode, "versi_form": "2023", "nomor": case.nomor or "", **kepala_skema(case.skema_versi_id),
        "tuk": kepala_tuk(tuk), "asesor": kepala_asesor(asesor_id), "asesi": {"nama": nama_lengkap(case)},
    }  # fmt: skip


def nama_lengkap(case: m.Permohonan) -> str:
    """With titles, as the asesi signed APL-01."""
    sent = terakhir(case.id, m.APL01)
    return str(sent.isi["asesi"]["nama"]) if sent else case.nama


def terakhir(case_id: uuid.UUID, kode: str, terkunci: bool = True) -> m.FormIsian | None:
    """The newest form of this kind: the locked one, or the draft that lies above it."""
    query = sa.select(m.FormIsian).where(
        m.FormIsian.permohonan_id == case_id, m.FormIsian.kode == kode,
        (m.FormIsian.sha256 != "") if terkunci else (m.FormIsian.sha256 == ""),
    )  # fmt: skip
    return db.session.scalars(query.order_by(m.FormIsian.ke.desc()).limit(1)).first()


def untuk_sesi(sesi_id: uuid.UUID, kode: str) -> m.FormIsian | None:
    query = sa.select(m.FormIsian).where(m.FormIsian.sesi_id == sesi_id, m.FormIsian.kode == kode)
    return db.session.scalars(query.order_by(m.FormIsian.ke.desc()).limit(1)).first()


def semua(case_id: uuid.UUID) -> list[m.FormIsian]:
    query = sa.select(m.FormIsian).where(m.FormIsian.permohonan_id == case_id, m.FormIsian.sha256 != "")
    return list(db.session.scalars(query.order_by(m.FormIsian.dikunci_at)))


def draf(case_id: uuid.UUID | None, kode: str, isi: dict[str, Any], sesi_id: uuid.UUID | None = None) -> m.FormIsian:
    """Keep `isi` as the one draft of this kind above what is locked."""
    same = (m.FormIsian.permohonan_id == case_id, m.FormIsian.sesi_id == sesi_id, m.FormIsian.kode == kode)
    query = sa.select(m.FormIsian).where(*same, m.FormIsian.sha256 == "")
    form = db.session.scalars(query).first()
    if form is None:
        last = db.session.scalar(sa.select(sa.func.max(m.FormIsian.ke)).where(*same)) or 0
        form = m.FormIsian(permohonan_id=case_id, sesi_id=sesi_id, kode=kode, ke=last + 1)
        db.session.add(form)
    form.isi = isi
    db.session.flush()
    return form


def kunci(form: m.FormIsian, user: Principal) -> None:
    """From here on the content stands; a later change is a new form with a higher `ke`."""
    if form.sha256:
        raise Conflict(f"{form.kode} sudah dikunci.")
    form.sha256, form.dikunci_at = sheets.sidik(form.isi), now()
    activity.log("sertifikasi.form_dikunci", form, by=user, kode=form.kode, ke=form.ke, sha256=form.sha256)


def utuh(form: m.FormIsian) -> None:
    """Raises Conflict when the content is not the one that was locked: it is neither signed nor printed."""
    if form.sha256 != sheets.sidik(form.isi):
        raise Conflict("Isi formulir tidak sama dengan sidiknya. Hubungi admin.")


def tanda_tangani(form: m.FormIsian, penanda: Penanda) -> m.TandaTangan:
    """Sign a locked form. Raises Invalid for a wrong password, Conflict for a role that has signed."""
    cara = bukti.prove(penanda.user, penanda.sandi)
    utuh(form)
    taken = sa.select(m.TandaTangan.id).where(m.TandaTangan.form_id == form.id, m.TandaTangan.peran == penanda.peran)
    if db.session.scalar(taken) is not None:
        raise Conflict("Formulir ini sudah ditandatangani dalam peran itu.")
    user = penanda.user
    row = m.TandaTangan(
        form_id=form.id, peran=penanda.peran, user_id=user.id, nama=user.nama, no_reg=penanda.no_reg, pada=now(),
        cara=cara, alamat_ip=(request.remote_addr or "") if has_request_context() else "", sha256=form.sha256,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    activity.log("sertifikasi.ditandatangani", form, by=user, kode=form.kode, peran=penanda.peran, sha256=form.sha256)
    return row


def kunci_dan_tanda(form: m.FormIsian, penanda: Penanda) -> None:
    kunci(form, penanda.user)
    tanda_tangani(form, penanda)


def tanda_di_kertas(form: m.FormIsian) -> list[m.TandaTangan]:
    """Signatures of this paper: what each role signed last, up to this form; the asesi's stands on what they sent."""
    query = (
        sa.select(m.TandaTangan)
        .join(m.FormIsian, m.FormIsian.id == m.TandaTangan.form_id)
        .where(m.FormIsian.kode == form.kode, m.FormIsian.ke <= form.ke)
        .where(m.FormIsian.permohonan_id == form.permohonan_id if form.permohonan_id
               else m.FormIsian.sesi_id == form.sesi_id)
        .order_by(m.FormIsian.ke, m.TandaTangan.pada)
    )  # fmt: skip
    if form.kode not in (m.APL01, m.APL02):
        query = query.where(m.FormIsian.id == form.id)
    return list({row.peran: row for row in db.session.scalars(query)}.values())


def cetak(form: m.FormIsian, judul: str) -> None:
    """Draw the paper after this transaction, once."""
    jobs.enqueue(cetak_lembar, judul, f"lembar-{form.id}", None, form=str(form.id))


@jobs.kind("sertifikasi-lembar")
def cetak_lembar(job: jobs.Job) -> uuid.UUID | None:
    """May run twice: a form that has its paper keeps it."""
    query = sa.select(m.FormIsian).where(m.FormIsian.id == uuid.UUID(job.argumen["form"])).with_for_update()
    form = db.session.scalars(query).one()
    if form.dokumen_id is not None or form.kode not in ON_PAPER:
        return form.dokumen_id
    utuh(form)
    case = db.session.get(m.Permohonan, form.permohonan_id) if form.permohonan_id else None
    signed = tanda_di_kertas(form)
    marks = [{"peran": t.peran, "nama": t.nama, "no_reg": t.no_reg, "pada": t.pada, "sha256": t.sha256} for t in signed]
    body = sheets.render(
        form.isi, [*marks, *_refused(form)], tautan=_link(form), nik=_nik(case, form.kode),
        zona=str(form.isi.get("zona") or config().zona),
    )  # fmt: skip
    owner = case.user_id if case and form.kode != MAPA01 else signed[0].user_id  # a plan is not the asesi's to read
    document = documents.made(Checked(sheets.nama_berkas(form.isi), PDF, body, None), owner)
    documents.claim(document)
    if case is None or owner != case.user_id:
        documents.for_office(document, ASESMEN)
    form.dokumen_id = document.id
    return document.id


def _refused(form: m.FormIsian) -> list[dict[str, Any]]:
    """In place of the asesi's signature: that they refused it, before which witness."""
    if any(t.peran == ASESI for t in tanda_di_kertas(form)):
        return []  # they signed after all
    note = terakhir(form.permohonan_id, PENOLAKAN) if form.permohonan_id else None
    if note is None or note.isi["sha256"] != form.sha256:
        return []
    words = f"menolak menandatangani, saksi: {note.isi['saksi']}"
    return [{"peran": ASESI, "nama": form.isi["asesi"]["nama"], "no_reg": "", "pada": note.dikunci_at,
             "sha256": form.sha256, "catatan": words}]  # fmt: skip


def _link(form: m.FormIsian) -> str:
    base = config().alamat.rstrip("/")
    if form.permohonan_id:
        return f"{base}/sertifikasi/permohonan/{form.permohonan_id}"
    return f"{base}/sertifikasi/sesi/{form.sesi_id}"


def _nik(case: m.Permohonan | None, kode: str) -> str:
    """Only APL-01 prints it; the paper opens for those who may read the application."""
    return unseal(case.nik_enc, "nik") if case is not None and case.nik_enc and kode == m.APL01 else ""
