"""What the asesi's home shows: parts to fill with their state, the stages of the case, what happened."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.kernel.calendar import waktu_pendek
from portal.kernel.db import db
from portal.kernel.people import Principal
from portal.sertifikasi import alur
from portal.sertifikasi.saya import forms, kirim, sesudah
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.kasus import Kasus, field_key, row_key
from portal.sertifikasi.saya.models import Permohonan
from portal.sertifikasi.saya.policies import own_cases
from portal.sertifikasi.skema.models import SkemaSyarat, SkemaUnit, SkemaVersi

# State of a case for its asesi: words, colour of the badge.
WORDS: dict[str, tuple[str, str]] = {
    m.DRAF: ("Draf", ""), m.DIAJUKAN: ("APL-01 diperiksa", "guide"),
    m.PERLU_PERBAIKAN: ("APL-01 perlu diperbaiki", "warning"),
    m.APL01_DITERIMA: ("APL-01 diterima, isi APL-02", "positive"), m.APL01_DITOLAK: ("Tidak diterima", "negative"),
    m.APL02_DIAJUKAN: ("APL-02 terkirim", "guide"), m.ASESOR_DITUGASKAN: ("Asesor ditetapkan", "guide"),
    m.DITINJAU: ("APL-02 ditinjau", "guide"), m.APL02_PERLU_PERBAIKAN: ("APL-02 perlu diperbaiki", "warning"),
    m.SIAP_ASESMEN: ("Siap asesmen", "positive"), m.TIDAK_LANJUT: ("Asesmen tidak dilanjutkan", "negative"),
    m.AK01_DISETUJUI: ("Menunggu jadwal", "guide"), m.TERJADWAL: ("Terjadwal", "positive"),
    m.BERLANGSUNG: ("Asesmen berlangsung", "guide"), m.DIREKOMENDASIKAN: ("Asesmen selesai", "guide"),
    m.MENUNGGU_KEPUTUSAN: ("Menunggu keputusan", "guide"), m.KOMPETEN: ("Kompeten", "positive"),
    m.BELUM_KOMPETEN: ("Belum kompeten", "warning"), m.DITUNDA: ("Keputusan ditunda", "warning"),
    m.MENUNGGU_NOMOR: ("Kompeten, menunggu sertifikat", "positive"), m.BERSERTIFIKAT: ("Bersertifikat", "positive"),
    m.DITARIK: ("Ditarik", ""), m.GUGUR: ("Gugur", "negative"), m.DIBATALKAN: ("Dibatalkan", "negative"),
}  # fmt: skip

# Stages with the states that belong to each, and what happens there.
STAGES = (
    ("Permohonan (APL-01)", (m.DRAF, m.PERLU_PERBAIKAN), "Anda mengisi data dan bukti persyaratan."),
    ("Pemeriksaan oleh sekretariat", (m.DIAJUKAN,), "Sekretariat memeriksa bukti Anda satu per satu."),
    ("Asesmen mandiri (APL-02)", (m.APL01_DITERIMA, m.APL02_PERLU_PERBAIKAN), "Anda menilai diri sendiri per elemen."),
    (
        "Penetapan dan peninjauan asesor",
        (m.APL02_DIAJUKAN, m.ASESOR_DITUGASKAN, m.DITINJAU),
        "Asesor ditetapkan, lalu meninjau APL-02 Anda.",
    ),
    ("Persetujuan asesmen (AK-01)", (m.SIAP_ASESMEN,), "Anda dan asesor menyepakati cara, waktu, dan tempat."),
    ("Jadwal dan pelaksanaan asesmen", (m.AK01_DISETUJUI, m.TERJADWAL, m.BERLANGSUNG), "Anda diuji di TUK."),
    ("Keputusan", (m.DIREKOMENDASIKAN, m.MENUNGGU_KEPUTUSAN, m.DITUNDA), "Rapat pleno memutuskan hasilnya."),
    ("Sertifikat", (m.KOMPETEN, m.MENUNGGU_NOMOR), "Sekretariat mengurus nomor dan sertifikat."),
)
# What was done, for moves whose label is an order; the others keep it.
TOLD = {
    "ajukan": "APL-01 dikirim", "minta_perbaikan": "APL-01 dikembalikan", "terima": "APL-01 diterima",
    "tolak": "Permohonan tidak diterima", "ajukan_apl02": "APL-02 dikirim", "tugaskan": "Asesor ditetapkan",
    "lepas_asesor": "Asesor diganti", "mulai_tinjau": "APL-02 mulai ditinjau",
    "kembalikan_apl02": "APL-02 dikembalikan",
    "siap": "Asesmen dapat dilanjutkan", "setujui_ak01": "AK-01 disetujui", "jadwalkan": "Dijadwalkan",
    "ubah_jadwal": "Jadwal diubah", "batal_jadwal": "Jadwal dibatalkan", "setujui_jadwal": "Hari yang baru disetujui",
    "hentikan": "Asesmen dihentikan", "hentikan_lsp": "Asesmen dihentikan",
    "mulai": "Asesmen dimulai", "rekomendasikan": "Rekomendasi dikirim", "ke_pleno": "Dibawa ke pleno",
    "kompeten": "Keputusan ditetapkan", "belum_kompeten": "Keputusan ditetapkan", "tunda": "Keputusan ditunda",
    "perbaiki_kompeten": "Keputusan diperbaiki", "perbaiki_belum": "Keputusan diperbaiki",
    "minta_nomor": "Nomor sertifikat diminta", "terbit": "Sertifikat terbit", "tarik": "Permohonan ditarik",
    "batalkan": "Permohonan dibatalkan", "gugurkan": "Dinyatakan gugur",
}  # fmt: skip
LABELS = {move.name: move.label for move in alur.FLOW.moves} | TOLD


@dataclass(frozen=True)
class Tugas:
    """Groups of rows for `task_list`, how many parts are done, where to go on."""

    groups: list[tuple[str, list[dict[str, Any]]]]
    done: int
    total: int
    next_label: str = ""
    next_href: str = ""


@dataclass
class _Part:
    name: str
    href: str
    state: str
    note: str = ""
    reason: str = ""
    short: str = ""
    flagged: bool = field(default=False)

    def row(self) -> dict[str, Any]:
        return {"name": self.name, "href": self.href, "state": self.state, "note": self.note, "reason": self.reason}


def all_cases(user: Principal) -> list[Permohonan]:
    """Own cases, active ones first, then the newest."""
    query = own_cases(user).order_by(Permohonan.aktif.desc(), Permohonan.diubah_at.desc())
    wanted = (joinedload(Permohonan.submission), joinedload(Permohonan.skema_versi))
    return list(db.session.scalars(query.options(*wanted)))


def requirements(versi: SkemaVersi | None) -> list[SkemaSyarat]:
    if versi is None:
        return []
    query = sa.select(SkemaSyarat).where(SkemaSyarat.skema_versi_id == versi.id)
    return list(db.session.scalars(query.order_by(SkemaSyarat.kategori.desc(), SkemaSyarat.urut)))


def tasks(found: Kasus) -> Tugas:
    first, second = _apl01(found), _apl02(found)
    third = [_Part(row.name, row.href, row.state, row.note, row.reason) for row in sesudah.rows_after(found)]
    parts = [*first, *second, *third]
    done = sum(1 for part in parts if part.state == "SELESAI")
    here = next((p for p in parts if p.state in ("PERBAIKI", "SEDANG", "BELUM") and p.href), None)
    groups = [("APL-01 Permohonan", [p.row() for p in first]), ("APL-02 Asesmen mandiri", [p.row() for p in second])]
    groups = [("Asesmen dan hasil", [p.row() for p in third]), *groups] if third else groups
    if here is None:
        return Tugas(groups, done, len(parts))
    return Tugas(groups, done, len(parts), here.short or here.name, here.href)


def _apl01(found: Kasus) -> list[_Part]:
    base, open_ = f"{found.dasar}/apl-01", found.apl01_terbuka
    rows = kirim.missing_rows(found)
    filled = sum(1 for row in found.syarat if row.berkas)
    checks = {
        "data": ("Data pribadi", kirim.check_data(found), ""),
        "pekerjaan": ("Pekerjaan", kirim.check_fields(found, forms.PEKERJAAN), ""),
        "skema": ("Skema dan tujuan", kirim.check_scheme(found), ""),
        "syarat": ("Bukti persyaratan", rows, f"{filled} dari {len(found.syarat)} baris terisi"),
    }
    parts = []
    for slug, (name, missing, note) in checks.items():
        state = "SELESAI" if not open_ or not missing else "SEDANG" if _begun(found, slug) else "BELUM"
        marked = open_ and _marked(found, slug)
        parts.append(_Part(name, f"{base}/{slug}", "PERBAIKI" if marked else state, note, short=f"APL-01 {name}"))
    ready = all(part.state in ("SELESAI", "PERBAIKI") for part in parts)
    send = _Part("Periksa dan kirim APL-01", f"{base}/periksa", "SELESAI", short="Periksa dan kirim APL-01")
    if open_:
        send.state = "BELUM" if ready else "TERKUNCI"
        send.reason = "" if ready else "Lengkapi keempat bagian di atas dahulu"
    elif found.p.nomor:
        send.note = f"Terkirim, nomor {found.p.nomor}"
        send.href = f"{found.dasar}/terkirim"
    return [*parts, send]


def _begun(found: Kasus, slug: str) -> bool:
    if slug == "syarat":
        return any(row.berkas for row in found.syarat)
    part = forms.PRIBADI if slug == "data" else slug
    return any(found.nilai(f.name) for f in forms.of_part(part) if f.name not in ("kebangsaan", "tujuan"))


def _marked(found: Kasus, slug: str) -> bool:
    """A return flagged something in this step."""
    keys = found.ditandai
    if keys is None:
        return False
    if slug == "syarat":
        return any(row_key(row) in keys for row in found.syarat)
    return any(field_key(f.name) in keys for f in forms.of_part(forms.PRIBADI if slug == "data" else slug))


def _apl02(found: Kasus) -> list[_Part]:
    parts = [_unit(found, unit) for unit in found.units]
    send = _Part("Tinjau dan kirim APL-02", f"{found.dasar}/apl-02/tinjau", "BELUM", short="Tinjau dan kirim APL-02")
    if not found.apl02_terbuka:
        sent = found.p.apl02_diajukan_at is not None
        send.state, send.reason = ("SELESAI", "") if sent else ("TERKUNCI", "Permohonan ini sudah berakhir")
    elif not found.apl02_dapat_dikirim:
        send.state, send.reason = "TERKUNCI", "Dapat dikirim setelah APL-01 diterima"
    elif kirim.check_apl02(found):
        send.state, send.reason = "TERKUNCI", "Lengkapi semua unit dahulu"
    return [*parts, send]


def _unit(found: Kasus, unit: SkemaUnit) -> _Part:
    total, answered = len(unit.unit.elemen), found.terjawab(unit)
    enough = all(found.cukup(e) for e in unit.unit.elemen)
    state = "SELESAI" if enough or not found.apl02_terbuka else "SEDANG" if answered else "BELUM"
    rows = [found.jawaban.get(e.id) for e in unit.unit.elemen]
    if found.status == m.APL02_PERLU_PERBAIKAN and any(row and row.perlu_perbaikan for row in rows):
        state = "PERBAIKI"
    note = f"{answered} dari {total} elemen"
    if answered == total and not enough and found.apl02_terbuka:
        note += ", ada K yang belum berbukti"
    href = f"{found.dasar}/apl-02/unit-{unit.urut}"
    return _Part(f"Unit {unit.urut}: {unit.unit.judul}", href, state, note, short=f"APL-02 Unit {unit.urut}")


def stages(found: Kasus) -> list[dict[str, str]]:
    """Each stage with its place: done, here, or to come."""
    at = next((i for i, (_, states, _) in enumerate(STAGES) if found.status in states), len(STAGES))
    if found.status in m.FINAL and found.status != m.BERSERTIFIKAT:
        return []
    places = ["done" if i < at else "here" if i == at else "next" for i in range(len(STAGES))]
    return [{"nama": s[0], "kata": s[2], "letak": place} for s, place in zip(STAGES, places, strict=True)]


def events(found: Kasus) -> list[dict[str, str]]:
    """What happened, newest first, in words for the asesi; a proposal inside the LSP is not told."""
    shown = []
    for event in reversed(found.riwayat):
        if event.aksi == "usul_tolak":
            continue
        by = "oleh Anda" if event.pelaku_id == found.p.user_id else "oleh LSP" if event.pelaku_id else "otomatis"
        kind = "negative" if event.ke in (m.PERLU_PERBAIKAN, m.APL02_PERLU_PERBAIKAN) else ""
        shown.append({"act": LABELS.get(event.aksi, event.aksi), "by": by, "at": waktu_pendek(event.dibuat_at),
                      "note": event.catatan, "kind": kind})  # fmt: skip
    return shown
