"""Decisions on APL-01. Nobody verifies their own application, and a declared relative hands it to a colleague (C6)."""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, approval, calendar, notices
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal, User
from portal.sertifikasi import alur
from portal.sertifikasi.asesmen import formulir, kalender, kasus
from portal.sertifikasi.asesmen.formulir import ADMIN_LSP, Penanda
from portal.sertifikasi.saya import forms as isian_apl01
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s
from portal.sertifikasi.tenggat import batas

KELAS_TOLAK = {
    "SYARAT_DASAR": "Persyaratan dasar tidak terpenuhi", "BUKTI_TIDAK_SAH": "Bukti tidak sah",
    "DATA_TIDAK_BENAR": "Data tidak benar", "RUANG_LINGKUP": "Di luar ruang lingkup skema", "LAINNYA": "Alasan lain",
}  # fmt: skip
BANDING = "Anda dapat mengajukan banding dalam {} hari kerja lewat halaman permohonan Anda."
NOTE_MIN = 10

activity.declare(**{"sertifikasi.bukti_diputus": "syarat dari ke catatan"})


@alur.after("ajukan")
def _decide_again(case: m.Permohonan, user: Principal, why: str) -> None:
    """Rows that did not meet are open once more when the asesi sends again; the note stays to be read."""
    again = sa.update(m.BuktiSyarat).where(
        m.BuktiSyarat.permohonan_id == case.id, m.BuktiSyarat.status == m.TIDAK_MEMENUHI
    )
    db.session.execute(again.values(status="", versi=m.BuktiSyarat.versi + 1))


class Berubah(Conflict):
    """Somebody decided this row first; `bukti` is what they left, `oleh` their name."""

    def __init__(self, bukti: m.BuktiSyarat, oleh: str) -> None:
        words = {m.MEMENUHI: "Memenuhi", m.TIDAK_MEMENUHI: "Tidak memenuhi", "": "belum diputus"}[bukti.status]
        super().__init__(f"Baris ini baru saja diputus {oleh or 'verifikator lain'}: {words}.")
        self.bukti, self.oleh = bukti, oleh


def bukan_sendiri(case: m.Permohonan, user: Principal) -> None:
    """C6: hard for one's own case, also under a second account of the same person. Raises Denied."""
    own = db.session.scalar(sa.select(User.orang_id).where(User.id == user.id))
    if case.user_id == user.id or (own is not None and own == case.orang_id):
        raise Denied("Anda tidak dapat memverifikasi permohonan Anda sendiri. Minta rekan Anda.")


def nyatakan_hubungan(pernyataan: str) -> None:
    """C6: who decides says whether the applicant is a relative. Raises Invalid."""
    if pernyataan == "ADA":
        raise Invalid("hubungan", "Pemohon keluarga Anda: serahkan verifikasi kepada rekan Anda.")
    if pernyataan != "TIDAK":
        raise Invalid("hubungan", "Nyatakan hubungan Anda dengan pemohon.")


def putus_baris(
    case: m.Permohonan, syarat_id: uuid.UUID, user: Principal, status: str, catatan: str, versi: int
) -> m.BuktiSyarat:  # fmt: skip
    """Raises Berubah when another verifier was first, Conflict when the case moved, Invalid without a note."""
    bukan_sendiri(case, user)
    kasus.kunci_alur(case, m.DIAJUKAN)
    row = _row(case, syarat_id)
    if row.versi != versi:
        raise Berubah(row, db.session.scalar(sa.select(User.nama).where(User.id == row.verifikator_id)) or "")
    if status not in (m.MEMENUHI, m.TIDAK_MEMENUHI):
        raise Invalid("status", "Pilih memenuhi atau tidak memenuhi.")
    catatan = catatan.strip()
    if status == m.TIDAK_MEMENUHI and len(catatan) < NOTE_MIN:
        raise Invalid("catatan", "Tulis apa yang kurang, sedikitnya 10 huruf.")
    if len(catatan) > 500:
        raise Invalid("catatan", "Catatan: paling banyak 500 huruf.")
    activity.log(
        "sertifikasi.bukti_diputus", row, by=user, syarat=str(syarat_id), dari=row.status, ke=status, catatan=catatan
    )
    row.status, row.catatan, row.verifikator_id, row.diputus_at = status, catatan, user.id, now()
    row.versi += 1
    return row


def _row(case: m.Permohonan, syarat_id: uuid.UUID) -> m.BuktiSyarat:
    """The row of a requirement of the pinned version, made when the asesi never touched it. Raises Invalid."""
    query = sa.select(m.BuktiSyarat).where(m.BuktiSyarat.permohonan_id == case.id, m.BuktiSyarat.syarat_id == syarat_id)
    row = db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    if row is not None:
        return row
    known = sa.select(s.SkemaSyarat.id).where(
        s.SkemaSyarat.id == syarat_id, s.SkemaSyarat.skema_versi_id == case.skema_versi_id
    )
    if db.session.scalar(known) is None:
        raise Invalid("", "Syarat ini bukan bagian dari skema permohonan.")
    row = m.BuktiSyarat(permohonan_id=case.id, syarat_id=syarat_id, versi=1)
    db.session.add(row)
    db.session.flush()
    return row


def kekurangan(rows: list[kasus.BarisSyarat]) -> list[str]:
    """Why APL-01 cannot be accepted yet, in words."""
    undecided = sum(row.perlu_diputus for row in rows)
    found = [f"{undecided} baris bukti belum diputus."] if undecided else []
    found += [
        f"Syarat wajib tidak memenuhi: {row.syarat.teks}"
        for row in rows
        if row.syarat.sifat == s.WAJIB and row.status == m.TIDAK_MEMENUHI
    ]
    groups = {row.syarat.grup for row in rows if row.syarat.sifat == s.SALAH_SATU}
    for grup in sorted(groups):
        if not any(r.status == m.MEMENUHI for r in rows if r.syarat.grup == grup and r.syarat.sifat == s.SALAH_SATU):
            found.append("Tidak ada satu pun syarat pilihan yang memenuhi.")
    return found


def terima(
    case: m.Permohonan, user: Principal, hubungan: str, sandi: str, catatan: str, kunci: uuid.UUID | None
) -> None:
    """Accept and sign as Admin LSP. Raises Invalid, Conflict, Denied."""
    if kunci and approval.is_repeat(case.submission_id, kunci):
        return
    bukan_sendiri(case, user)
    kasus.kunci_alur(case, m.DIAJUKAN)
    nyatakan_hubungan(hubungan)
    lacking = kekurangan(kasus.syarat(case))
    if lacking:
        raise Invalid("", " ".join(lacking))
    form = formulir.draf(case.id, m.APL01, isi_apl01(case, "DITERIMA", catatan))
    formulir.kunci_dan_tanda(form, Penanda(user, ADMIN_LSP, sandi))
    case.ditandai, case.tenggat, case.apl01_diterima_at = None, None, now()
    approval.move(
        case.submission_id, "terima", user, catatan, kunci=kunci, rincian={"hubungan": hubungan, "form": str(form.id)}
    )
    formulir.cetak(form, f"FR.APL.01 {case.nomor}")


def minta_perbaikan(
    case: m.Permohonan, user: Principal, hubungan: str, isian: dict[str, str], pesan: str, kunci: uuid.UUID | None
) -> None:  # fmt: skip
    """Reopen the rows that do not meet and these fields (name to note). Raises Invalid when there is none."""
    if kunci and approval.is_repeat(case.submission_id, kunci):
        return
    bukan_sendiri(case, user)
    kasus.kunci_alur(case, m.DIAJUKAN)
    nyatakan_hubungan(hubungan)
    rows = [row.bukti for row in kasus.syarat(case) if row.bukti and row.status == m.TIDAK_MEMENUHI]
    notes = {f"syarat:{row.id}": row.catatan for row in rows}
    for name, note in isian.items():
        if len(note.strip()) < NOTE_MIN:
            raise Invalid(f"isian-{name}", "Tulis apa yang perlu diperbaiki, sedikitnya 10 huruf.")
        notes[f"isian:{name}"] = note.strip()
    if not notes:
        raise Invalid("", "Tandai sedikitnya satu bukti yang tidak memenuhi atau satu isian, dengan catatan.")
    case.ditandai, case.tenggat = list(notes), kalender.tenggat_perbaikan(kalender.hari_ini())
    text = pesan.strip() or f"Permohonan perlu diperbaiki: {len(notes)} catatan."
    text = f"{text} Batas {calendar.tanggal(case.tenggat)}."
    approval.move(
        case.submission_id, "minta_perbaikan", user, text, kunci=kunci, rincian={"catatan": notes, "hubungan": hubungan}
    )


def usul_tolak(
    case: m.Permohonan, user: Principal, hubungan: str, kelas: str, alasan: str, kunci: uuid.UUID | None
) -> None:  # fmt: skip
    """Propose a refusal; the manajer confirms it."""
    if kunci and approval.is_repeat(case.submission_id, kunci):
        return
    bukan_sendiri(case, user)
    kasus.kunci_alur(case, m.DIAJUKAN)
    nyatakan_hubungan(hubungan)
    if kelas not in KELAS_TOLAK:
        raise Invalid("kelas", "Pilih golongan alasan.")
    approval.move(case.submission_id, "usul_tolak", user, alasan, kunci=kunci, rincian={"kelas": kelas})
    for manajer in kasus.pemegang("manajer_sertifikasi"):
        notices.notify(
            manajer, "Usul penolakan menunggu Anda", f"Permohonan {case.nomor}", f"/sertifikasi/permohonan/{case.id}"
        )


def tolak(case: m.Permohonan, user: Principal, alasan: str, kunci: uuid.UUID | None) -> None:
    """The manajer confirms what somebody else proposed. Raises Conflict, Denied."""
    if kunci and approval.is_repeat(case.submission_id, kunci):
        return
    bukan_sendiri(case, user)
    kasus.kunci_alur(case, m.DIAJUKAN)
    proposal = kasus.usul_tolak(case.submission_id)
    if proposal is None:
        raise Conflict("Tidak ada usul penolakan yang menunggu.")
    if proposal.pelaku_id == user.id:
        raise Denied("Penolakan dikukuhkan oleh orang lain, bukan pengusulnya.")
    kelas = str(proposal.rincian.get("kelas", "LAINNYA"))
    note = alasan.strip() or proposal.catatan
    form = formulir.draf(case.id, m.APL01, isi_apl01(case, "TIDAK_DITERIMA", f"{KELAS_TOLAK[kelas]}. {note}"))
    formulir.kunci(form, user)
    approval.move(case.submission_id, "tolak", user, note, kunci=kunci, rincian={"kelas": kelas})
    formulir.cetak(form, f"FR.APL.01 {case.nomor}")
    words = BANDING.format(batas("banding_ajukan"))
    notices.notify(case.user_id, "Hak banding Anda", words, f"/sertifikasi/saya/{case.id}")


def gugurkan(case: m.Permohonan, user: Principal, alasan: str, kunci: uuid.UUID | None) -> None:
    """After a deadline; one more day is left for what a phone still has to send. Raises Conflict."""
    bukan_sendiri(case, user)
    late = case.tenggat is not None and (kalender.hari_ini() - case.tenggat).days > 1
    if not late and kasus.status(case) != m.TERJADWAL:
        raise Conflict("Batas waktunya belum lewat.")
    approval.move(case.submission_id, "gugurkan", user, alasan, kunci=kunci)


def isi_apl01(case: m.Permohonan, rekomendasi: str, catatan: str) -> dict[str, Any]:
    """What the asesi sent last, with the columns that the LSP fills in."""
    sent = formulir.terakhir(case.id, m.APL01)
    isi = dict(sent.isi) if sent else _without_form(case)
    before = {(r["kategori"], r["urut"]): r for r in isi.get("syarat", [])}
    isi["syarat"] = [
        {**before.get((row.syarat.kategori, row.syarat.urut), {}), "kategori": row.syarat.kategori,
         "urut": row.syarat.urut, "teks": row.syarat.teks, "ada": row.ada,
         "status": row.status, "catatan": row.bukti.catatan if row.bukti else ""}
        for row in kasus.syarat(case)
    ]  # fmt: skip
    return {**isi, "rekomendasi": rekomendasi, "catatan": catatan}


def _without_form(case: m.Permohonan) -> dict[str, Any]:
    """For cases that came from paper: the fields as the case keeps them."""
    shown = {
        part: {f.name: str(case.isian.get(f.name, "")) for f in isian_apl01.of_part(part) if f.name != "nik"}
        for part in (isian_apl01.PRIBADI, isian_apl01.PEKERJAAN)
    }
    unit = [
        {"urut": link.urut, "kode": unit.kode, "judul": unit.judul, "standar": standar}
        for link, unit, standar in kasus.units(case.skema_versi_id)
    ]
    return {
        **formulir.kepala(case, m.APL01), **shown, "tujuan": case.tujuan, "tujuan_lain": case.tujuan_lain, "unit": unit,
    }  # fmt: skip
