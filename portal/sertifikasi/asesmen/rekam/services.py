"""Records: scans of what was signed on paper, K or BK of every unit, the recommendation, report and minutes."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.kernel import approval, calendar, documents, notices
from portal.kernel.approval import SubmissionEvent
from portal.kernel.db import db, now
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal
from portal.sertifikasi import ASESMEN, alur
from portal.sertifikasi.asesmen import formulir, kasus
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.formulir import ASESI, ASESOR, Penanda
from portal.sertifikasi.asesmen.penugasan.services import ALASAN_MIN
from portal.sertifikasi.asesmen.sesi.services import peserta
from portal.sertifikasi.asesmen.tinjau.services import Tugas
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.sheets import METODE_AK02, PERNYATAAN_AK03

SCAN_LIMIT = 10 * 1024 * 1024
INSTRUMEN = {
    "FR.IA.01": "Ceklis observasi", "FR.IA.02": "Tugas praktik demonstrasi",
    "FR.IA.03": "Pertanyaan pendukung observasi",
    "FR.IA.04": "Proyek singkat", "FR.IA.05": "Pertanyaan tertulis pilihan ganda",
    "FR.IA.06": "Pertanyaan tertulis esai",
    "FR.IA.07": "Pertanyaan lisan", "FR.IA.08": "Verifikasi portofolio", "FR.IA.09": "Pertanyaan wawancara",
    "FR.IA.10": "Klarifikasi pihak ketiga", "FR.IA.11": "Reviu produk", "FR.MAPA.02": "Peta instrumen asesmen",
    "FR.AK.07": "Ceklis penyesuaian yang wajar",
}  # fmt: skip
OVER = frozenset({m.DIREKOMENDASIKAN, m.MENUNGGU_KEPUTUSAN, m.KOMPETEN, m.BELUM_KOMPETEN, m.DITUNDA, m.MENUNGGU_NOMOR,
                  m.BERSERTIFIKAT})  # fmt: skip


def unggah(tugas: Tugas, user: Principal, kode: str, stream: Any, name: str) -> m.FormIsian:
    """A signed paper form as a scan: kept whole, locked at once. Raises Invalid."""
    tugas.milik(user)
    kasus.kunci_alur(tugas.case, m.SIAP_ASESMEN, m.AK01_DISETUJUI, m.TERJADWAL, m.BERLANGSUNG)
    if kode not in INSTRUMEN:
        raise Invalid("kode", "Pilih formulir.")
    if not name:
        raise Invalid("berkas", "Pilih berkas hasil pindaian.")
    document = documents.receive(stream, name, user.id, SCAN_LIMIT)
    documents.claim(document)
    documents.for_office(document, ASESMEN)
    isi = {
        **formulir.kepala(tugas.case, kode, tugas.p.asesor_id),
        "judul": INSTRUMEN[kode],
        "pindaian": document.nama,
        "sha256_berkas": document.sha256,
    }
    form = formulir.draf(tugas.case.id, kode, isi)
    form.dokumen_id = document.id
    formulir.kunci(form, user)
    return form


# ---- FR.AK.02


@dataclass(frozen=True)
class NilaiUnit:
    hasil: str
    metode: list[str]
    gagal: list[str]
    tindak_lanjut: str


def simpan_unit(tugas: Tugas, user: Principal, unit_id: uuid.UUID, nilai: NilaiUnit) -> a.HasilUnit:
    """K or BK of one unit, with methods; a BK names its elemen and what follows. Raises Invalid."""
    tugas.milik(user)
    kasus.kunci_alur(tugas.case, m.BERLANGSUNG)
    unit = next((u for _, u, _ in kasus.units(tugas.case.skema_versi_id) if u.id == unit_id), None)
    if unit is None:
        raise Invalid("", "Unit ini bukan bagian dari skema.")
    if nilai.hasil not in (m.K, m.BK):
        raise Invalid("hasil", "Pilih kompeten atau belum kompeten.")
    methods = [code for code, _ in METODE_AK02 if code in nilai.metode]
    if not methods:
        raise Invalid("metode", "Pilih sedikitnya satu metode.")
    failed = [str(e.id) for e in unit.elemen if str(e.id) in nilai.gagal]
    if nilai.hasil == m.BK and not failed:
        raise Invalid("gagal", "Tandai elemen yang belum ditunjukkan.")
    if nilai.hasil == m.BK and len(nilai.tindak_lanjut.strip()) < ALASAN_MIN:
        raise Invalid("tindak_lanjut", "Tulis tindak lanjut, sedikitnya 10 huruf.")
    if nilai.hasil == m.K and failed:
        raise Invalid("hasil", "Unit dengan elemen yang belum ditunjukkan belum kompeten.")
    row = hasil(tugas.case).get(unit_id) or a.HasilUnit(permohonan_id=tugas.case.id, unit_id=unit_id)
    row.hasil, row.metode, row.gagal, row.tindak_lanjut = (
        nilai.hasil,
        methods,
        failed,
        nilai.tindak_lanjut.strip()[:1000],
    )
    db.session.add(row)
    db.session.flush()
    return row


def hasil(case: m.Permohonan) -> dict[uuid.UUID, a.HasilUnit]:
    query = sa.select(a.HasilUnit).where(a.HasilUnit.permohonan_id == case.id)
    return {row.unit_id: row for row in db.session.scalars(query)}


@dataclass(frozen=True)
class Usulan:
    """The recommendation as the asesor sends it."""

    hasil: str
    tindak_lanjut: str = ""
    komentar: str = ""


def rekomendasikan(tugas: Tugas, user: Principal, usulan: Usulan, sandi: str, kunci: uuid.UUID | None) -> None:
    """Lock and sign FR.AK.02. Raises Invalid while a unit is open or the whole contradicts its units."""
    if kunci and approval.is_repeat(tugas.case.submission_id, kunci):
        return
    tugas.milik(user)
    kasus.kunci_alur(tugas.case, m.BERLANGSUNG)
    case, values = tugas.case, hasil(tugas.case)
    units = kasus.units(case.skema_versi_id)
    left = sum(unit.id not in values for _, unit, _ in units)
    if left:
        raise Invalid("", f"{left} unit belum dinilai.")
    if usulan.hasil not in (m.K, m.BK):
        raise Invalid("rekomendasi", "Pilih kompeten atau belum kompeten.")
    _agrees(case, usulan.hasil, [v.hasil for v in values.values()])
    if usulan.hasil == m.BK and len(usulan.tindak_lanjut.strip()) < ALASAN_MIN:
        raise Invalid("tindak_lanjut", "Tulis tindak lanjut, sedikitnya 10 huruf.")
    sesi = sesi_terakhir(case)
    form = formulir.draf(case.id, formulir.AK02, _isi_ak02(tugas, usulan, units, values, sesi))
    formulir.kunci_dan_tanda(form, tugas.penanda(user, sandi))
    _keep(tugas, usulan)
    approval.move(case.submission_id, "rekomendasikan", user, kunci=kunci, rincian={"form": str(form.id)})


def _agrees(case: m.Permohonan, overall: str, units: list[str]) -> None:
    """No K over a BK unless the scheme recognises units alone; no BK when every unit is K."""
    partial = kasus.muat(case).skema.boleh_sebagian
    if overall == m.K and m.BK in units and not partial:
        raise Invalid("rekomendasi", "Ada unit belum kompeten, jadi rekomendasinya belum kompeten.")
    if overall == m.BK and m.BK not in units:
        raise Invalid("rekomendasi", "Semua unit kompeten. Tandai dahulu unit yang belum kompeten.")


def sesi_terakhir(case: m.Permohonan) -> a.SesiAsesmen:
    """The session in which the asesi was present. Raises Conflict."""
    query = (
        sa.select(a.SesiAsesmen)
        .join(a.PesertaSesi, a.PesertaSesi.sesi_id == a.SesiAsesmen.id)
        .where(a.PesertaSesi.permohonan_id == case.id, a.PesertaSesi.kehadiran.in_([a.HADIR, a.TERLAMBAT]))
        .order_by(a.SesiAsesmen.mulai.desc())
    )
    row = db.session.scalars(query.limit(1)).first()
    if row is None:
        raise Conflict("Kehadiran asesi belum dicatat.")
    return row


def _tuk(sesi: a.SesiAsesmen) -> a.Tuk:
    return db.session.scalars(sa.select(a.Tuk).where(a.Tuk.id == sesi.tuk_id)).one()


def _isi_ak02(
    tugas: Tugas, usulan: Usulan, units: list[Any], values: dict[uuid.UUID, a.HasilUnit], sesi: a.SesiAsesmen
) -> dict[str, Any]:  # fmt: skip
    tuk = _tuk(sesi)
    names = {str(e.id): f"{e.urut}. {e.judul}" for _, unit, _ in units for e in unit.elemen}
    return {
        **formulir.kepala(tugas.case, formulir.AK02, tugas.p.asesor_id, tuk),
        "mulai": calendar.setempat(sesi.mulai, tuk.zona).date().isoformat(),
        "selesai": calendar.setempat(sesi.selesai, tuk.zona).date().isoformat(),
        "zona": calendar.zona_waktu(tuk.zona).tzname(None),
        "unit": [
            {"urut": link.urut, "kode": unit.kode, "judul": unit.judul, "metode": values[unit.id].metode,
             "hasil": values[unit.id].hasil, "gagal": [names[key] for key in values[unit.id].gagal],
             "tindak_lanjut": values[unit.id].tindak_lanjut}
            for link, unit, _ in units
        ],
        "rekomendasi": usulan.hasil, "tindak_lanjut": usulan.tindak_lanjut.strip(), "komentar": usulan.komentar.strip(),
    }  # fmt: skip


def _keep(tugas: Tugas, usulan: Usulan) -> None:
    query = sa.select(a.Rekomendasi).where(a.Rekomendasi.permohonan_id == tugas.case.id)
    row = db.session.scalars(query).first()
    if row is None:
        row = a.Rekomendasi(permohonan_id=tugas.case.id, versi=0)
    row.asesor_id, row.hasil = tugas.p.asesor_id, usulan.hasil
    row.tindak_lanjut, row.komentar = usulan.tindak_lanjut.strip(), usulan.komentar.strip()
    row.versi += 1
    db.session.add(row)


def rekomendasi(case_id: uuid.UUID) -> a.Rekomendasi | None:
    return db.session.scalars(sa.select(a.Rekomendasi).where(a.Rekomendasi.permohonan_id == case_id)).first()


def tanda_ak02(case: m.Permohonan, user: Principal, sandi: str, sidik: str) -> None:
    """The asesi signs what they were told. It does not hold the case up, and says nothing about agreeing."""
    if case.user_id != user.id:
        raise Denied()
    form = formulir.terakhir(case.id, formulir.AK02)
    if form is None or kasus.status(case) == m.BERLANGSUNG:
        raise Conflict("Rekam asesmen belum dikirim asesor.")
    if form.sha256 != sidik:
        raise Conflict("Rekam asesmen ini diganti asesor. Baca lagi, lalu tanda tangani.")
    formulir.tanda_tangani(form, Penanda(user, ASESI, sandi))
    form.dokumen_id = None  # a paper that says they refused gives way to the one they signed
    formulir.cetak(form, f"FR.AK.02 {case.nomor}")


def buka_lagi(case: m.Permohonan, user: Principal, alasan: str, kunci: uuid.UUID | None) -> None:
    """The manajer opens a recommendation again, with a reason; the earlier FR.AK.02 stays as it was."""
    held = sa.select(a.Asesor.id).join(a.PenugasanAsesor, a.PenugasanAsesor.asesor_id == a.Asesor.id).where(
        a.PenugasanAsesor.permohonan_id == case.id, a.Asesor.user_id == user.id
    )  # fmt: skip
    if db.session.scalar(held) is not None:
        raise Denied("Rekomendasi Anda sendiri dibuka lagi oleh orang lain.")
    approval.move(case.submission_id, "buka_rekomendasi", user, alasan, kunci=kunci)


@alur.after("buka_rekomendasi")
def _asesor_again(case: m.Permohonan, user: Principal, why: str) -> None:
    """The last asesor may write again, the session is open again."""
    if kasus.penugasan_berlaku(case.id) is None:
        query = sa.select(a.PenugasanAsesor).where(
            a.PenugasanAsesor.permohonan_id == case.id, a.PenugasanAsesor.status == a.SELESAI
        )
        last = db.session.scalars(query.order_by(a.PenugasanAsesor.disetujui_at.desc()).limit(1)).first()
        if last is not None:
            last.status = a.AKTIF
    seat = sa.select(a.PesertaSesi.sesi_id).where(a.PesertaSesi.permohonan_id == case.id)
    db.session.execute(sa.update(a.SesiAsesmen).where(a.SesiAsesmen.id.in_(seat)).values(ditutup_at=None))
    p = kasus.penugasan_berlaku(case.id)
    if p is not None:
        notices.notify(p.asesor.user_id, "Rekomendasi dibuka lagi", why[:120], f"/sertifikasi/asesmen/{p.id}/ak-02")


# ---- FR.AK.03


def umpan_balik(case: m.Permohonan, user: Principal, jawaban: list[tuple[str, str]], catatan: str) -> m.FormIsian:
    """Ya or Tidak with a comment for each statement, stored with the words that were asked. Sent again, or twice at
    once: the first one stands and is the answer."""
    if case.user_id != user.id:
        raise Denied()
    if approval.lock(case.submission_id).status not in OVER:
        raise Conflict("Umpan balik diisi setelah asesmen selesai.")
    stored = formulir.terakhir(case.id, formulir.AK03)
    if stored is not None:
        return stored
    sesi = sesi_terakhir(case)
    tuk = _tuk(sesi)
    body = {
        **formulir.kepala(case, formulir.AK03, sesi.asesor_id, tuk),
        "mulai": calendar.setempat(sesi.mulai, tuk.zona).date().isoformat(),
        "selesai": calendar.setempat(sesi.selesai, tuk.zona).date().isoformat(),
        "pernyataan": [
            {"urut": urut, "teks": teks, "jawaban": answer if answer in ("YA", "TIDAK") else "",
             "komentar": words[:500]}
            for urut, (teks, (answer, words)) in enumerate(zip(PERNYATAAN_AK03, jawaban, strict=True), 1)
        ],
        "catatan": catatan.strip()[:2000],
    }  # fmt: skip
    form = formulir.draf(case.id, formulir.AK03, body)
    formulir.kunci(form, user)
    formulir.cetak(form, f"FR.AK.03 {case.nomor}")
    return form


# ---- FR.AK.05 and the minutes


@dataclass(frozen=True)
class Laporan:
    aspek: str
    penolakan: str
    saran: str
    catatan: str


def tutup(sesi: a.SesiAsesmen, user: Principal, laporan: Laporan, sandi: str) -> None:
    """FR.AK.05 and berita acara, signed by the asesor of the session; its assignments are done."""
    if sesi.asesor.user_id != user.id:
        raise Denied("Laporan ditandatangani asesor sesi ini.")
    locked = sa.select(a.SesiAsesmen).where(a.SesiAsesmen.id == sesi.id).with_for_update()
    sesi = db.session.scalars(locked.execution_options(populate_existing=True)).one()
    if sesi.dibatalkan_at is not None:
        raise Conflict("Sesi ini sudah dibatalkan.")
    if sesi.ditutup_at is not None:
        raise Conflict("Sesi ini sudah ditutup.")
    rows = [row for row in peserta(sesi.id) if row.PesertaSesi.kehadiran in (a.HADIR, a.TERLAMBAT)]
    if not rows:
        raise Conflict("Tidak ada peserta yang hadir.")
    waiting = sum(row.status not in OVER for row in rows)
    if waiting:
        raise Invalid("", f"{waiting} peserta belum direkomendasikan.")
    if len(laporan.aspek.strip()) < ALASAN_MIN:
        raise Invalid("aspek", "Tulis aspek positif dan negatif, sedikitnya 10 huruf.")
    for kode, isi in (
        (formulir.AK05, _ak05(sesi, rows, laporan)),
        (formulir.BERITA_ACARA, _minutes(sesi, rows, laporan)),
    ):
        form = formulir.draf(None, kode, isi, sesi_id=sesi.id)
        formulir.kunci_dan_tanda(form, Penanda(user, ASESOR, sandi, str((isi["asesor"] or {}).get("no_reg", ""))))
        formulir.cetak(form, f"{kode} {isi['skema']['judul']}")
    sesi.ditutup_at = now()
    ids = [row.Permohonan.id for row in rows]
    done = sa.update(a.PenugasanAsesor).where(
        a.PenugasanAsesor.permohonan_id.in_(ids), a.PenugasanAsesor.asesor_id == sesi.asesor_id,
        a.PenugasanAsesor.status == a.AKTIF,
    )  # fmt: skip
    db.session.execute(done.values(status=a.SELESAI))


def kepala_sesi(sesi: a.SesiAsesmen, kode: str) -> dict[str, Any]:
    """The part that the forms of a session share."""
    tuk = _tuk(sesi)
    start, end = calendar.setempat(sesi.mulai, tuk.zona), calendar.setempat(sesi.selesai, tuk.zona)
    return {
        "kode": kode, "versi_form": "2023", "nomor": "", **formulir.kepala_skema(sesi.skema_versi_id),
        "tuk": formulir.kepala_tuk(tuk), "asesor": formulir.kepala_asesor(sesi.asesor_id), "asesi": None,
        "tanggal": start.date().isoformat(), "mulai": calendar.pukul(start), "selesai": calendar.pukul(end),
        "zona": start.tzname(),
    }  # fmt: skip


def _ak05(sesi: a.SesiAsesmen, rows: list[Any], laporan: Laporan) -> dict[str, Any]:
    return {
        **kepala_sesi(sesi, formulir.AK05),
        "unit": [{"kode": unit.kode, "judul": unit.judul} for _, unit, _ in kasus.units(sesi.skema_versi_id)],
        "baris": [{"urut": n, "nama": row.Permohonan.nama, "hasil": row.Rekomendasi.hasil,
                   "keterangan": row.Rekomendasi.tindak_lanjut} for n, row in enumerate(rows, 1)],
        "aspek": laporan.aspek.strip(), "penolakan": laporan.penolakan.strip(), "saran": laporan.saran.strip(),
        "catatan": laporan.catatan.strip(),
    }  # fmt: skip


def _minutes(sesi: a.SesiAsesmen, rows: list[Any], laporan: Laporan) -> dict[str, Any]:
    return {
        **kepala_sesi(sesi, formulir.BERITA_ACARA),
        "baris": [{"urut": n, "nama": row.Permohonan.nama, "organisasi": row.Permohonan.instansi,
                   "hasil": row.Rekomendasi.hasil} for n, row in enumerate(rows, 1)],
        "catatan": "\n".join([*dihentikan(sesi), laporan.catatan.strip()]).strip(), "tempat": _tuk(sesi).kota,
    }  # fmt: skip


def dihentikan(sesi: a.SesiAsesmen) -> list[str]:
    """Lines for the minutes: who was taken out of this session while being assessed, when and why."""
    event = SubmissionEvent
    query = (
        sa.select(m.Permohonan.nama, event.dibuat_at, event.catatan)
        .join(m.Permohonan, m.Permohonan.submission_id == event.submission_id)
        .where(event.aksi.in_(["hentikan", "hentikan_lsp"]), event.rincian["sesi"].astext == str(sesi.id))
        .where(m.Permohonan.id.in_(sa.select(a.PenugasanAsesor.permohonan_id).where(
            a.PenugasanAsesor.asesor_id == sesi.asesor_id)))
        .order_by(event.id)
    )  # fmt: skip
    return [f"Asesmen {nama} dihentikan {calendar.waktu(at)}: {why}" for nama, at, why in db.session.execute(query)]


def ganti_berita_acara(sesi: a.SesiAsesmen, user: Principal, stream: Any, name: str) -> Document:
    """The signed minutes as a scan, once there are results."""
    if sesi.ditutup_at is None:
        raise Conflict("Berita acara diunggah setelah hasil semua peserta ada.")
    if not name:
        raise Invalid("berkas", "Pilih berkas berita acara.")
    document = documents.receive(stream, name, user.id, 5 * 1024 * 1024)
    documents.claim(document)
    documents.for_office(document, ASESMEN)
    sesi.berita_acara_id = document.id
    return document
