"""The asesor before the assessment. Every elemen is looked at before anything is recommended."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, approval, calendar, notices
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.numbers import whole
from portal.kernel.people import Principal
from portal.sertifikasi.asesmen import formulir, kalender, kasus
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.formulir import ASESI, ASESOR, Penanda
from portal.sertifikasi.asesmen.penugasan.services import ALASAN_MIN
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.sheets import BUKTI_AK01, METODE_AK02
from portal.sertifikasi.sheets.proses import JENIS_BUKTI, MAPA_PENDEKATAN
from portal.sertifikasi.skema import models as s

VATM = {"V": "Valid", "A": "Asli", "T": "Terkini", "M": "Memadai"}
JALUR = {
    "LENGKAPI": "Melengkapi bukti, lalu mengajukan lagi", "PELATIHAN": "Mengikuti pelatihan lebih dahulu",
    "PENGALAMAN": "Menambah pengalaman kerja di bidang ini", "SKEMA_LAIN": "Memilih skema yang lebih sesuai",
}  # fmt: skip
TIDAK_MIN = 30
MAPA = {
    "pendekatan": "Pendekatan asesmen: karakteristik asesi dan tujuan asesmen",
    "konteks": "Konteks dan lingkungan asesmen",
    "tolok_ukur": "Tolok ukur asesmen", "rencana": "Rencana asesmen: bukti, metode, dan perangkat tiap unit",
    "penyesuaian": "Penyesuaian yang wajar dan modifikasi",
}  # fmt: skip

activity.declare(
    **{"sertifikasi.elemen_ditinjau": "elemen vatm perlu_perbaikan", "sertifikasi.ttd_ditolak": "kode saksi"}
)


@dataclass(frozen=True)
class Tugas:
    """An assignment in force, as the asesor opened it."""

    case: m.Permohonan
    p: a.PenugasanAsesor

    def milik(self, user: Principal) -> None:
        """Only the asesor of this case, and only while the assignment stands. Raises Denied."""
        if self.p.asesor.user_id != user.id or self.p.status != a.AKTIF or self.case.user_id == user.id:
            raise Denied("Permohonan ini tidak ditugaskan kepada Anda.")

    def penanda(self, user: Principal, sandi: str) -> Penanda:
        return Penanda(user, ASESOR, sandi, self.p.asesor.no_reg)


def berlaku(asesor: a.Asesor, hari: date) -> None:
    """C7 once more, on the day something is done. Raises Conflict."""
    if not asesor.aktif or not asesor.mulai <= hari <= asesor.selesai:
        raise Conflict(f"Registrasi MET asesor tidak berlaku pada {calendar.tanggal(hari)}.")


def mulai(tugas: Tugas, user: Principal) -> None:
    """Open the review, the first time or after the asesi sent APL-02 again."""
    tugas.milik(user)
    berlaku(tugas.p.asesor, kalender.hari_ini())
    again = kasus.status(tugas.case) == m.APL02_DIAJUKAN
    approval.move(tugas.case.submission_id, "tinjau_lagi" if again else "mulai_tinjau", user)


def tinjau_elemen(
    tugas: Tugas, elemen_id: uuid.UUID, user: Principal, vatm: list[str], catatan: str, perbaiki: bool, versi: int
) -> m.JawabanApl02:  # fmt: skip
    """Ticks, note and the mark "perlu perbaikan" of one elemen. Raises Conflict, Invalid."""
    tugas.milik(user)
    kasus.kunci_alur(tugas.case, m.DITINJAU)
    row = _answer(tugas.case, elemen_id)
    if row.versi != versi:
        raise Conflict("Elemen ini berubah sejak Anda membukanya. Muat ulang, lalu tinjau lagi.")
    catatan = catatan.strip()
    if perbaiki and len(catatan) < ALASAN_MIN:
        raise Invalid("catatan", "Tulis apa yang perlu diperbaiki, sedikitnya 10 huruf.")
    row.vatm, row.catatan_asesor, row.perlu_perbaikan = [v for v in VATM if v in vatm], catatan[:500], perbaiki
    row.ditinjau_at = now()
    row.versi += 1
    activity.log(
        "sertifikasi.elemen_ditinjau", row, by=user, elemen=str(elemen_id), vatm=row.vatm, perlu_perbaikan=perbaiki
    )
    return row


def _answer(case: m.Permohonan, elemen_id: uuid.UUID) -> m.JawabanApl02:
    query = sa.select(m.JawabanApl02).where(
        m.JawabanApl02.permohonan_id == case.id, m.JawabanApl02.elemen_id == elemen_id
    )
    row = db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    if row is None:
        raise Invalid("", "Elemen ini bukan bagian dari permohonan.")
    return row


def belum_dilihat(case: m.Permohonan) -> int:
    """How many elemen of the pinned version have not been looked at."""
    seen = sa.exists().where(
        m.JawabanApl02.permohonan_id == case.id, m.JawabanApl02.elemen_id == s.Elemen.id,
        m.JawabanApl02.ditinjau_at.is_not(None),
    )  # fmt: skip
    query = (
        sa.select(sa.func.count())
        .select_from(s.Elemen)
        .join(s.SkemaUnit, s.SkemaUnit.unit_id == s.Elemen.unit_id)
        .where(s.SkemaUnit.skema_versi_id == case.skema_versi_id, ~seen)
    )
    return int(db.session.scalar(query) or 0)


def minta_perbaikan(tugas: Tugas, user: Principal, pesan: str, kunci: uuid.UUID | None) -> None:
    """Return APL-02: only the marked elemen open again, and have to be looked at again."""
    tugas.milik(user)
    if kunci and approval.is_repeat(tugas.case.submission_id, kunci):
        return
    kasus.kunci_alur(tugas.case, m.DITINJAU)
    marked = [j for j in kasus.jawaban(tugas.case).values() if j.perlu_perbaikan]
    if not marked:
        raise Invalid("", "Tandai sedikitnya satu elemen yang perlu diperbaiki, dengan catatan.")
    notes = {f"elemen:{j.elemen_id}": j.catatan_asesor for j in marked}
    for row in marked:
        row.ditinjau_at = None
    case = tugas.case
    case.ditandai, case.tenggat = list(notes), kalender.tenggat_perbaikan(kalender.hari_ini())
    text = (
        f"{pesan.strip() or f'APL-02 perlu diperbaiki: {len(notes)} elemen.'} Batas {calendar.tanggal(case.tenggat)}."
    )
    approval.move(case.submission_id, "kembalikan_apl02", user, text, kunci=kunci, rincian={"catatan": notes})


def lanjut(tugas: Tugas, user: Principal, catatan: str, sandi: str, kunci: uuid.UUID | None) -> None:
    """Sign FR.APL.02: the assessment may go on."""
    if kunci and approval.is_repeat(tugas.case.submission_id, kunci):
        return
    _ready(tugas, user)
    if any(j.perlu_perbaikan for j in kasus.jawaban(tugas.case).values()):
        raise Invalid("", "Masih ada elemen yang Anda tandai perlu diperbaiki.")
    _sign_apl02(tugas, user, "LANJUT", catatan, sandi)
    tugas.case.ditandai = tugas.case.tenggat = None
    approval.move(tugas.case.submission_id, "siap", user, catatan, kunci=kunci)


def tidak_lanjut(
    tugas: Tugas, user: Principal, alasan: str, jalur: str, sandi: str, kunci: uuid.UUID | None
) -> None:  # fmt: skip
    """Sign FR.APL.02: the assessment ends here, with the reason and a path for the asesi."""
    if kunci and approval.is_repeat(tugas.case.submission_id, kunci):
        return
    _ready(tugas, user)
    if len(alasan.strip()) < TIDAK_MIN:
        raise Invalid("alasan", f"Tulis alasan sedikitnya {TIDAK_MIN} huruf.")
    if jalur not in JALUR:
        raise Invalid("jalur", "Pilih jalan yang Anda sarankan.")
    words = f"{alasan.strip()} Saran: {JALUR[jalur].lower()}."
    _sign_apl02(tugas, user, "TIDAK", words, sandi)
    tugas.p.status = a.SELESAI
    approval.move(tugas.case.submission_id, "tidak_lanjut", user, words, kunci=kunci, rincian={"jalur": jalur})


def _ready(tugas: Tugas, user: Principal) -> None:
    tugas.milik(user)
    berlaku(tugas.p.asesor, kalender.hari_ini())
    kasus.kunci_alur(tugas.case, m.DITINJAU)
    left = belum_dilihat(tugas.case)
    if left:
        raise Invalid("", f"{left} elemen belum ditinjau.")


def _sign_apl02(tugas: Tugas, user: Principal, rekomendasi: str, catatan: str, sandi: str) -> None:
    case = tugas.case
    sent = formulir.terakhir(case.id, m.APL02)
    isi = dict(sent.isi) if sent else {**formulir.kepala(case, m.APL02), "unit": isi_unit(case)}
    isi |= {"asesor": formulir.kepala_asesor(tugas.p.asesor_id), "rekomendasi": rekomendasi, "catatan": catatan.strip()}
    isi["peninjauan"] = [
        {"elemen": str(j.elemen_id), "vatm": j.vatm, "catatan": j.catatan_asesor} for j in kasus.jawaban(case).values()
    ]
    form = formulir.draf(case.id, m.APL02, isi)
    formulir.kunci_dan_tanda(form, tugas.penanda(user, sandi))
    formulir.cetak(form, f"FR.APL.02 {case.nomor}")


def isi_unit(case: m.Permohonan) -> list[dict[str, Any]]:
    """Units of the pinned version with the asesi's answers, as FR.APL.02 prints them."""
    answers = kasus.jawaban(case)
    return [
        {"urut": link.urut, "kode": unit.kode, "judul": unit.judul, "elemen": [
            {"urut": e.urut, "judul": e.judul, "kuk": [{"nomor": k.nomor, "teks": k.teks} for k in e.kuk],
             "jawaban": answers[e.id].jawaban if e.id in answers else "",
             "bukti": [b.judul for b in answers[e.id].bukti] if e.id in answers else [],
             "catatan": answers[e.id].catatan if e.id in answers else ""}
            for e in unit.elemen
        ]}
        for link, unit, _ in kasus.units(case.skema_versi_id)
    ]  # fmt: skip


# ---- MAPA, a generic form


@dataclass(frozen=True)
class Rencana:
    """FR.MAPA.01: texts by MAPA, ticks by MAPA_PENDEKATAN, and for each unit its evidence, kinds and methods."""

    teks: dict[str, str]
    pilihan: dict[str, list[str]] = field(default_factory=dict)
    unit: dict[uuid.UUID, tuple[str, list[str], list[str]]] = field(default_factory=dict)


def _isi_rencana(case: m.Permohonan, plan: Rencana) -> dict[str, Any]:
    none: tuple[str, list[str], list[str]] = ("", [], [])
    units = [(link, unit, plan.unit.get(unit.id, none)) for link, unit, _ in kasus.units(case.skema_versi_id)]
    return {
        "baris": [{"kode": key, "teks": words, "isi": plan.teks.get(key, "").strip()} for key, words in MAPA.items()],
        "pilihan": {kode: [one for one, _ in choices if one in plan.pilihan.get(kode, [])]
                    for kode, _, choices in MAPA_PENDEKATAN},
        "unit": [{"urut": link.urut, "kode": unit.kode, "judul": unit.judul, "bukti": bukti.strip(),
                  "jenis": [one for one, _ in JENIS_BUKTI if one in jenis],
                  "metode": [one for one, _ in METODE_AK02 if one in metode]}
                 for link, unit, (bukti, jenis, metode) in units],
    }  # fmt: skip


def simpan_mapa(tugas: Tugas, user: Principal, plan: Rencana, kunci: bool, sandi: str) -> m.FormIsian:
    """FR.MAPA.01: a draft as long as it is not signed; a plan is made before what it plans."""
    tugas.milik(user)
    if kasus.status(tugas.case) not in (m.SIAP_ASESMEN, m.AK01_DISETUJUI, m.TERJADWAL):
        raise Conflict("Rencana asesmen ditulis sebelum asesmen dimulai.")
    isi = {
        **formulir.kepala(tugas.case, formulir.MAPA01, tugas.p.asesor_id),
        "judul": "Merencanakan aktivitas asesmen",
        **_isi_rencana(tugas.case, plan),
    }
    if kunci and not all(row["isi"] for row in isi["baris"]):
        raise Invalid("", "Isi semua bagian rencana sebelum menandatangani.")
    form = formulir.draf(tugas.case.id, formulir.MAPA01, isi)
    if kunci:
        formulir.kunci_dan_tanda(form, tugas.penanda(user, sandi))
        formulir.cetak(form, f"FR.MAPA.01 {tugas.case.nomor}")
    return form


# ---- FR.AK.01


@dataclass(frozen=True)
class Persetujuan:
    """What asesor and asesi agree on; `tuk_id` and the times are local to the venue."""

    bukti: list[str]
    bukti_lain: str
    tanggal: date | None
    mulai: str
    selesai: str
    tuk_id: uuid.UUID | None


def siapkan_ak01(tugas: Tugas, user: Principal, isi: Persetujuan, sandi: str) -> m.FormIsian:
    """The asesor signs what the asesi is to sign; written again, the earlier one stays as it was."""
    tugas.milik(user)
    kasus.kunci_alur(tugas.case, m.SIAP_ASESMEN)
    kinds = [code for code, _ in BUKTI_AK01 if code in isi.bukti]
    if not kinds:
        raise Invalid("bukti", "Pilih sedikitnya satu jenis bukti.")
    if "LAINNYA" in kinds and not isi.bukti_lain.strip():
        raise Invalid("bukti_lain", "Tulis bukti lainnya.")
    tuk = _venue(isi)
    if isi.tanggal is None or isi.tanggal < kalender.hari_ini():
        raise Invalid("tanggal", "Tanggal asesmen: pilih hari ini atau sesudahnya.")
    berlaku(tugas.p.asesor, isi.tanggal)
    when = {"tanggal": isi.tanggal.isoformat(), "mulai": jam(isi.mulai, "mulai"),
            "selesai": jam(isi.selesai, "selesai"),
            "zona": calendar.zona_waktu(tuk.zona).tzname(None), "tempat": tuk.nama}  # fmt: skip
    if when["selesai"] <= when["mulai"]:
        raise Invalid("selesai", "Selesai: harus sesudah mulai.")
    body = {**formulir.kepala(tugas.case, formulir.AK01, tugas.p.asesor_id, tuk), "bukti": kinds,
            "bukti_lain": isi.bukti_lain.strip(), "pelaksanaan": when}  # fmt: skip
    form = formulir.draf(tugas.case.id, formulir.AK01, body)
    formulir.kunci_dan_tanda(form, tugas.penanda(user, sandi))
    notices.notify(tugas.case.user_id, "Persetujuan asesmen menunggu tanda tangan Anda", tugas.case.nomor or "",
                   f"/sertifikasi/saya/{tugas.case.id}/ak-01")  # fmt: skip
    return form


def jam(text: str, field: str) -> str:
    """09.00 out of 9:00, 09.00 or 09:00. Raises Invalid."""
    hours, _, minutes = text.strip().replace(":", ".").partition(".")
    hour, minute = whole(hours, most=23), whole(minutes, most=59)
    if hour is None or minute is None:
        raise Invalid(field, "Tulis jam seperti 09.00")
    return f"{hour:02}.{minute:02}"


def _venue(isi: Persetujuan) -> a.Tuk:
    tuk = db.session.scalars(sa.select(a.Tuk).where(a.Tuk.id == isi.tuk_id)).first()
    if tuk is None:
        raise Invalid("tuk", "Pilih tempat uji.")
    if isi.tanggal and not tuk.mulai <= isi.tanggal <= tuk.selesai:
        raise Invalid("tuk", f"Verifikasi {tuk.nama} tidak berlaku pada hari itu.")
    return tuk


def tanda_ak01(case: m.Permohonan, user: Principal, sandi: str, sidik: str, kunci: uuid.UUID | None) -> None:
    """The asesi signs the same content; `sidik` is what their page showed. Raises Conflict when it changed."""
    if case.user_id != user.id:
        raise Denied()
    if kunci and approval.is_repeat(case.submission_id, kunci):
        return
    kasus.kunci_alur(case, m.SIAP_ASESMEN)
    form = formulir.terakhir(case.id, formulir.AK01)
    if form is None:
        raise Conflict("Asesor belum menyiapkan persetujuan asesmen.")
    if form.sha256 != sidik:
        raise Conflict("Asesor mengubah persetujuan ini. Baca lagi, lalu tanda tangani.")
    formulir.tanda_tangani(form, Penanda(user, ASESI, sandi))
    approval.move(case.submission_id, "setujui_ak01", user, kunci=kunci, rincian={"form": str(form.id)})
    formulir.cetak(form, f"FR.AK.01 {case.nomor}")


def catat_penolakan(
    tugas: Tugas, user: Principal, kode: str, alasan: str, saksi: str, sandi: str
) -> m.FormIsian:  # fmt: skip
    """The asesi refuses to sign FR.AK.01 or FR.AK.02: recorded with the reason and a witness."""
    tugas.milik(user)
    if kode not in (formulir.AK01, formulir.AK02):
        raise Invalid("kode", "Pilih formulir yang ditolak.")
    if len(alasan.strip()) < ALASAN_MIN:
        raise Invalid("alasan", "Tulis alasan penolakan sedikitnya 10 huruf.")
    if len(saksi.strip()) < 3:
        raise Invalid("saksi", "Tulis nama saksi.")
    target = formulir.terakhir(tugas.case.id, kode)
    if target is None:
        raise Conflict(f"{kode} belum disiapkan.")
    if any(t.peran == ASESI for t in formulir.tanda_di_kertas(target)):
        raise Conflict("Asesi sudah menandatangani formulir itu.")
    isi = {
        **formulir.kepala(tugas.case, formulir.PENOLAKAN, tugas.p.asesor_id),
        "judul": f"Penolakan tanda tangan {kode}",
        "formulir": kode,
        "sha256": target.sha256,
        "alasan": alasan.strip(),
        "saksi": saksi.strip(),
    }
    form = formulir.draf(tugas.case.id, formulir.PENOLAKAN, isi)
    formulir.kunci_dan_tanda(form, tugas.penanda(user, sandi))
    if kode == formulir.AK02:
        formulir.cetak(target, f"{kode} {tugas.case.nomor}")
    activity.log("sertifikasi.ttd_ditolak", form, by=user, kode=kode, saksi=saksi.strip())
    for person in kasus.pemegang("manajer_sertifikasi"):
        notices.notify(person, "Asesi menolak menandatangani", tugas.case.nomor or "",
                       f"/sertifikasi/permohonan/{tugas.case.id}/proses")  # fmt: skip
    return form
