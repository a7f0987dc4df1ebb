"""Instruments that open: one replaced, one for a unit, one that the officer of BNSP asked to see. All marked CONTOH."""

from datetime import timedelta

from portal.sertifikasi.demo import akun, berkas
from portal.sertifikasi.demo.kasus import Panggung
from portal.sertifikasi.demo.meja import PDF
from portal.sertifikasi.demo.skema import SkemaDemo
from portal.sertifikasi.muk.models import BERLAKU, DICABUT, Muk, MukDibuka

# scheme, place of the unit (None: all of them), code, title, whether an older version was replaced
INSTRUMEN = (
    ("PPT-PTG", None, "FR.MAPA.01", "Rencana aktivitas dan proses asesmen", True),
    ("PPT-PTG", 0, "FR.IA.05", "Pertanyaan tertulis pilihan ganda", False),
    ("SHL-PTG", None, "FR.IA.02", "Tugas praktik demonstrasi", False),
)
COLUMNS = "skema_versi_id unit_id kode judul versi dokumen_id status pembuat_id menggantikan_id berakhir_at alasan"


def write(p: Panggung, schemes: dict[str, SkemaDemo], leave: str) -> None:
    """`leave`: that of the officer of BNSP, for whom the last one is opened."""
    key = ""
    for code, place, kode, judul, replaced in INSTRUMEN:
        scheme = schemes[code]
        unit = scheme.unit[place].id if place is not None else None
        old = _one(p, scheme, unit, (kode, judul), 1, "") if replaced else ""
        key = _one(p, scheme, unit, (kode, judul), 2 if replaced else 1, old)
    boss, made = p.petugas["gede.artawan"].user_id, p.now - timedelta(days=9)
    words = "Surat permintaan 12/PENGAWASAN (rekaan)"
    p.meja.add(MukDibuka, "muk_id akses_id oleh_id permintaan", made, key, leave, boss, words)


def _one(p: Panggung, scheme: SkemaDemo, unit: object, words: tuple[str, str], versi: int, before: str) -> str:
    kode, judul = words
    boss = p.petugas["gede.artawan"].user_id
    old = versi == 1 and kode.startswith("FR.MAPA")
    made = akun.at(p.hari - timedelta(days=400 if old else 120))
    lines = [f"Skema {scheme.versi.judul}", f"Versi {versi}", "Instrumen rekaan untuk peragaan, bukan alat uji resmi."]
    body = berkas.letter(f"{kode} {judul}", lines)
    paper = p.meja.document(boss, f"{kode} {judul}.pdf", p.meja.lemari.put(body, PDF), made)
    ended = akun.at(p.hari - timedelta(days=120)) if old else None
    return p.meja.add(
        Muk, COLUMNS, made, scheme.versi.id, unit, kode, judul, versi, paper, DICABUT if old else BERLAKU, boss,
        before or None, ended, "Butir disesuaikan dengan unit terbaru" if old else "",
    )  # fmt: skip
