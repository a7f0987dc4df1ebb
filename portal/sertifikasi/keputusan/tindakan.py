"""Acts upon a certificate: suspension, revocation, reinstatement, replacement.

Proposed with evidence by the sekretariat, seven days for the holder to answer, decided by the manajer, signed by the
ketua; with the signature the public page changes.
"""

import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, documents, notices, people
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal
from portal.sertifikasi import VERIFIKASI
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import pleno, sertifikat, surveilan
from portal.sertifikasi.keputusan.tanda import buktikan
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.tenggat import batas

WORDS_MIN, FILE_MOST = 30, 10 * 1024 * 1024
JENIS = {
    k.TANGGUHKAN: "Penangguhan", k.CABUT: "Pencabutan", k.PULIHKAN: "Pemulihan", k.GANTI: "Penggantian",
}  # fmt: skip
KELAS = {
    k.TANGGUHKAN: {
        "PENYALAHGUNAAN": "Penyalahgunaan sertifikat atau logo",
        "SURVEILAN": "Surveilan tidak terpenuhi",
        "PEMERIKSAAN": "Dalam pemeriksaan LSP",
        "PERMINTAAN": "Permintaan pemegang",
    },
    k.CABUT: {
        "BUKTI_PALSU": "Bukti tidak benar",
        "PENYALAHGUNAAN": "Penyalahgunaan sertifikat atau logo",
        "SURVEILAN": "Surveilan tidak terpenuhi",
        "PERMINTAAN": "Permintaan pemegang",
        "KELIRU_LSP": "Kekeliruan LSP",
    },
    k.PULIHKAN: {
        "TERPENUHI": "Kewajiban sudah dipenuhi",
        "TIDAK_TERBUKTI": "Dugaan tidak terbukti",
        "PERMINTAAN": "Permintaan pemegang",
    },
    k.GANTI: {
        "SALAH_CETAK": "Salah cetak",
        "GANTI_NAMA": "Perubahan nama atau gelar",
        "RUSAK_HILANG": "Sertifikat rusak atau hilang",
    },
}
FROM = {
    k.TANGGUHKAN: {k.BERLAKU},
    k.CABUT: {k.BERLAKU, k.DITANGGUHKAN, k.KEDALUWARSA},
    k.PULIHKAN: {k.DITANGGUHKAN},
    k.GANTI: {k.BERLAKU},
}
NO_ANSWER = {k.PULIHKAN, k.GANTI}  # in the holder's favour: no days to wait
PUBLIC = {k.TANGGUHKAN: "Ditangguhkan", k.CABUT: "Dicabut", k.PULIHKAN: "Dipulihkan"}

activity.declare(**{
    "tindakan.diusulkan": "jenis kelas", "tindakan.ditanggapi": "", "tindakan.diputus": "jenis setuju",
    "tindakan.ditandatangani": "jenis kelas", "tindakan.ditimbang": "jenis",
})  # fmt: skip


def open_act(sertifikat_id: uuid.UUID) -> k.Tindakan | None:
    query = sa.select(k.Tindakan).where(
        k.Tindakan.sertifikat_id == sertifikat_id, k.Tindakan.status.in_([k.DIUSULKAN, k.DISETUJUI])
    )
    return db.session.scalars(query).first()


def possible(row: k.Sertifikat) -> list[str]:
    """Acts that the state allows now."""
    return [] if open_act(row.id) else [jenis for jenis, states in FROM.items() if row.status in states]


def propose(row: k.Sertifikat, user: Principal, typed: dict[str, str], file: Any) -> k.Tindakan:
    """`typed`: jenis, kelas, uraian, nama_baru. Raises Invalid, Denied for the holder, Conflict in another state."""
    if row.user_id == user.id:
        raise Denied("Tindakan atas sertifikat Anda sendiri diusulkan oleh rekan Anda.")
    jenis, kelas = typed.get("jenis", ""), typed.get("kelas", "")
    if jenis not in JENIS:
        raise Invalid("jenis", "Pilih tindakan")
    if jenis not in possible(row):
        raise Conflict(f"{JENIS[jenis]} tidak dapat diusulkan untuk sertifikat ini sekarang.")
    if kelas not in KELAS[jenis]:
        raise Invalid("kelas", "Pilih golongan alasan yang sesuai dengan tindakan ini")
    if (jenis, kelas) == (k.TANGGUHKAN, "SURVEILAN") and not surveilan.overdue(row.id):
        days = batas("surveilan_lewat")
        raise Invalid("kelas", f"Belum ada surveilan dengan temuan atau yang lewat {days} hari dari jatuh temponya")
    text = typed.get("uraian", "").strip()
    if len(text) < WORDS_MIN:
        raise Invalid("uraian", f"Uraikan alasannya, sedikitnya {WORDS_MIN} huruf")
    name = " ".join(typed.get("nama_baru", "").split())
    if kelas == "GANTI_NAMA" and len(name) < 2:
        raise Invalid("nama_baru", "Tulis nama seperti yang harus tercetak")
    _needs_file(jenis, kelas, file)
    act = k.Tindakan(
        sertifikat_id=row.id,
        jenis=jenis,
        kelas=kelas,
        uraian=text,
        nama_baru=name if jenis == k.GANTI else "",
        diusulkan_oleh_id=user.id,
        batas_tanggapan=hari_ini() + timedelta(days=0 if jenis in NO_ANSWER else batas("tanggapan")),
    )
    if file is not None and file.filename:
        document = documents.receive(file.stream, file.filename, user.id, FILE_MOST, "bukti")
        documents.claim(document)
        documents.for_office(document, VERIFIKASI)
        act.dokumen_id = document.id
    db.session.add(act)
    db.session.flush()
    activity.log("tindakan.diusulkan", act, by=user, jenis=jenis, kelas=kelas)
    _tell_holder(row, f"{JENIS[jenis]} sertifikat Anda diusulkan")
    return act


def _needs_file(jenis: str, kelas: str, file: Any) -> None:
    if jenis in (k.TANGGUHKAN, k.CABUT) and kelas != "KELIRU_LSP" and (file is None or not file.filename):
        raise Invalid("bukti", "Lampirkan bukti usul ini")


def _tell_holder(row: k.Sertifikat, words: str) -> None:
    notices.notify(row.user_id, words, f"Nomor {row.nomor}", f"/sertifikasi/saya/{row.permohonan_id}/hasil")
    people.touch(row.user_id)


def answer(act: k.Tindakan, user: Principal, text: str) -> None:
    """The holder's words. Raises Conflict when they were given or the days are over, Invalid."""
    if act.status != k.DIUSULKAN or act.tanggapan_at is not None:
        raise Conflict("Tanggapan Anda sudah tercatat atau usul ini sudah diputuskan.")
    if hari_ini() > act.batas_tanggapan:
        raise Conflict("Waktu untuk menanggapi sudah berakhir.")
    if len(text.strip()) < 10:
        raise Invalid("tanggapan", "Tulis tanggapan Anda, sedikitnya 10 huruf")
    act.tanggapan, act.tanggapan_at = text.strip()[:4000], now()
    activity.log("tindakan.ditanggapi", act, by=user)


def may_decide(act: k.Tindakan) -> str:
    """Why it cannot be decided yet, "" when it can."""
    if act.tanggapan_at is None and act.jenis not in NO_ANSWER and hari_ini() <= act.batas_tanggapan:
        return "Pemegang masih dapat menanggapi."
    return ""


def decide(act: k.Tindakan, user: Principal, setuju: bool, putusan: str) -> None:
    """By the manajer, never by who proposed it. Raises Conflict, Denied, Invalid."""
    if act.status != k.DIUSULKAN:
        raise Conflict("Usul ini sudah diputuskan.")
    row = db.session.get_one(k.Sertifikat, act.sertifikat_id)
    if user.id in (act.diusulkan_oleh_id, row.user_id):
        raise Denied("Usul diputuskan oleh orang lain: bukan pengusul, bukan pemegang.")
    why = may_decide(act)
    if why:
        raise Conflict(why)
    if len(putusan.strip()) < 10:
        raise Invalid("putusan", "Tulis pertimbangan Anda, sedikitnya 10 huruf")
    act.status = k.DISETUJUI if setuju else k.DITOLAK
    act.putusan, act.diputus_oleh_id, act.diputus_at = putusan.strip(), user.id, now()
    activity.log("tindakan.diputus", act, by=user, jenis=act.jenis, setuju=setuju)
    if not setuju:
        _tell_holder(row, f"Usul {JENIS[act.jenis].lower()} sertifikat Anda tidak disetujui")


def advise(act: k.Tindakan, user: Principal, text: str) -> None:
    """A word of the komite while the manajer has not decided; said again, it takes the place of the first. Raises
    Denied for the holder, who proposed it and who assessed the case, Conflict, Invalid."""
    if act.status != k.DIUSULKAN:
        raise Conflict("Usul ini sudah diputuskan.")
    row = db.session.get_one(k.Sertifikat, act.sertifikat_id)
    if user.id in {act.diusulkan_oleh_id, row.user_id, *pleno.assessors(row.permohonan_id)}:
        raise Denied("Pertimbangan diberikan orang lain: bukan pengusul, pemegang, atau asesornya.")
    if len(text.strip()) < WORDS_MIN:
        raise Invalid("teks", f"Tulis pertimbangan Anda, sedikitnya {WORDS_MIN} huruf")
    others = [one for one in act.pertimbangan if one["user"] != str(user.id)]
    said = {"user": str(user.id), "nama": user.nama, "pada": now().isoformat(), "teks": text.strip()[:4000]}
    act.pertimbangan = [*others, said]
    activity.log("tindakan.ditimbang", act, by=user, jenis=act.jenis)


def sign(act: k.Tindakan, user: Principal, sandi: str) -> None:
    """By the ketua: the state changes and the public page with it. Raises Denied for whoever took part before,
    Conflict, Invalid for a wrong password."""
    if act.status != k.DISETUJUI:
        raise Conflict("Tindakan ini belum disetujui atau sudah selesai.")
    row = db.session.scalars(
        sa.select(k.Sertifikat).where(k.Sertifikat.id == act.sertifikat_id).with_for_update()
    ).one()
    if user.id in (act.diusulkan_oleh_id, act.diputus_oleh_id, row.user_id):
        raise Denied("Tindakan ditandatangani oleh orang lain: bukan pengusul, pemutus, atau pemegang.")
    case = db.session.get_one(m.Permohonan, row.permohonan_id)
    if user.id in pleno.assessors(case.id):
        raise Denied("Anda menilai asesi ini, jadi tidak menandatangani tindakan atas sertifikatnya.")
    if row.status not in FROM[act.jenis]:
        raise Conflict("Keadaan sertifikat sudah berubah. Tolak usul ini dan buat usul baru.")
    buktikan(user, sandi)
    act.status, act.ditandatangani_oleh_id, act.ditandatangani_at = k.SELESAI, user.id, now()
    words = KELAS[act.jenis][act.kelas]
    if act.jenis == k.GANTI:
        replace(row, act, user)
    else:
        ke = {k.TANGGUHKAN: k.DITANGGUHKAN, k.CABUT: k.DICABUT, k.PULIHKAN: k.BERLAKU}[act.jenis]
        row.alasan_publik = "" if ke == k.BERLAKU else words
        sertifikat.note(row, act.jenis.lower(), ke, user, alasan=act.putusan, publik=f"{PUBLIC[act.jenis]}: {words}")
    activity.log("tindakan.ditandatangani", act, by=user, jenis=act.jenis, kelas=act.kelas)
    _tell_holder(row, f"{JENIS[act.jenis]} sertifikat Anda ditetapkan")


def replace(old: k.Sertifikat, act: k.Tindakan, user: Principal) -> k.Sertifikat:
    """A new certificate beside the old one, which holds until the new one is issued. Dates stay as they were."""
    new = k.Sertifikat(
        permohonan_id=old.permohonan_id, user_id=old.user_id, skema_versi_id=old.skema_versi_id,
        keputusan_id=old.keputusan_id, nama=act.nama_baru or old.nama, unit=old.unit, token=sertifikat.token(),
        kode=sertifikat.short_code(), diputus=old.diputus, sampai=old.sampai, status=k.MENUNGGU_NOMOR, status_at=now(),
        menggantikan_id=old.id,
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    activity.log("sertifikat.dibuat", new, by=user, kode=new.kode)
    return new
