"""What anybody who holds a certificate may ask: is it genuine, what does it say, does it still hold.

Shown is what is printed and nothing more. The address is /verifikasi/<kode>, for the code (10 signs) and the token
(22); /sertifikasi/v/<token> leads there.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import redirect, request
from werkzeug.wrappers import Response

from portal.kernel import issued
from portal.kernel.db import db, now
from portal.kernel.issued import Statement
from portal.kernel.pages import alamat
from portal.kernel.storage import redis
from portal.kernel.web import PUBLIC, render
from portal.sertifikasi import module
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import pengaturan, penyegel, samar
from portal.sertifikasi.keputusan.sertifikat import LONG, SHORT
from portal.sertifikasi.skema import models as s
from portal.sertifikasi.tenggat import batas

AKAN_BERAKHIR = "AKAN_BERAKHIR"
CHECKS_PER_ADDRESS, WINDOW_SECONDS, FILE_MOST = 20, 600, 12 * 1024 * 1024


@dataclass(frozen=True)
class Keadaan:
    """Status as the public reads it: words, look, icon, one sentence. `sah`: may be relied upon today."""

    kode: str
    kata: str
    rupa: str
    ikon: str
    arti: str
    sah: bool = False


KEADAAN = {
    one.kode: one
    for one in (
        Keadaan(k.BERLAKU, "Berlaku", "positive", "circle-check", "Sertifikat ini asli dan masih berlaku.", True),
        Keadaan(
            AKAN_BERAKHIR,
            "Akan berakhir",
            "warning",
            "clock",
            "Sertifikat ini asli dan masih berlaku, tetapi segera berakhir.",
            True,
        ),
        Keadaan(
            k.KEDALUWARSA,
            "Kedaluwarsa",
            "negative",
            "calendar",
            "Sertifikat ini asli, tetapi masa berlakunya sudah lewat.",
        ),
        Keadaan(
            k.DITANGGUHKAN, "Ditangguhkan", "warning", "alert-triangle", "Sertifikat ini sedang tidak dapat digunakan."
        ),
        Keadaan(k.DICABUT, "Dicabut", "negative", "ban", "Sertifikat ini sudah dicabut dan tidak berlaku."),
        Keadaan(
            k.DIGANTIKAN,
            "Digantikan",
            "guide",
            "refresh",
            "Sertifikat ini sudah digantikan sertifikat yang lebih baru.",
        ),
    )
}


def status_of(row: k.Sertifikat) -> str:
    """The stored state seen with today's date: the clock duty may not have passed yet."""
    if row.status in (k.BERLAKU, k.DITANGGUHKAN) and row.sampai < hari_ini():
        return k.KEDALUWARSA
    if row.status == k.BERLAKU and row.sampai <= hari_ini() + timedelta(days=batas("segera")):
        return AKAN_BERAKHIR
    return row.status


def keadaan(row: k.Sertifikat) -> Keadaan | None:
    """None before it is issued: for the public there is no such certificate yet, or never was."""
    if row.status == k.DICABUT and row.terbit_at is None and row.sumber == "PORTAL":
        return None
    return KEADAAN.get(status_of(row))


def find(kode: str) -> k.Sertifikat | None:
    """By short code in any spelling, or by token exactly. Not before it is issued."""
    clean = "".join(c for c in kode.upper() if c in issued.ALPHABET)
    wanted = k.Sertifikat.token == kode if len(kode) == LONG else k.Sertifikat.kode == clean
    if len(kode) != LONG and len(clean) != SHORT:
        return None
    row = db.session.scalars(sa.select(k.Sertifikat).where(wanted)).first()
    return row if row is not None and keadaan(row) is not None else None


def _lookup(kode: str) -> Statement | None:
    row = find(kode)
    return Statement("sertifikasi/keputusan_verifikasi.html", shown(row)) if row is not None else None


issued.LOOKUPS.append(_lookup)


def shown(row: k.Sertifikat, cocok: bool | None = None) -> dict[str, Any]:
    """Context of the public page: what is printed. `cocok`: a file was held against it."""
    versi = db.session.get_one(s.SkemaVersi, row.skema_versi_id)
    state = keadaan(row)
    assert state is not None  # noqa: S101 - find() gives none that is not issued
    return {
        "kode": f"{row.kode[:5]}-{row.kode[5:]}",
        "keadaan": state,
        "nama": samar.initials(row.nama) if samar.is_masked(row) else row.nama,
        "nomor": row.nomor,
        "no_reg": row.no_reg,
        "skema": versi.judul,
        "contoh": versi.contoh,
        "unit": row.unit,
        "diputus": row.diputus,
        "sampai": row.sampai,
        "sisa": (row.sampai - hari_ini()).days,
        "kota": _city(row),
        "lsp": pengaturan.lsp()["nama"],
        "diperiksa": now(),
        "penanda": row.ditandatangani_oleh,
        "ditandatangani": row.ditandatangani_at,
        "segel": penyegel.terbaca(row),
        "alasan": row.alasan_publik,
        "sejak": row.status_at,
        "pengganti": _successor(row),
        "peristiwa": events(row),
        "arsip": row.sumber == "ARSIP",
        "cocok": cocok,
        "sidik": row.sha256,
    }


def _city(row: k.Sertifikat) -> str:
    query = (
        sa.select(a.Tuk.kota)
        .join(a.SesiAsesmen, a.SesiAsesmen.tuk_id == a.Tuk.id)
        .join(a.PesertaSesi, a.PesertaSesi.sesi_id == a.SesiAsesmen.id)
        .where(a.PesertaSesi.permohonan_id == row.permohonan_id)
        .order_by(a.SesiAsesmen.mulai.desc())
    )
    return db.session.scalar(query.limit(1)) or ""


def _successor(row: k.Sertifikat) -> k.Sertifikat | None:
    query = sa.select(k.Sertifikat).where(k.Sertifikat.menggantikan_id == row.id, k.Sertifikat.terbit_at.is_not(None))
    return db.session.scalars(query.order_by(k.Sertifikat.terbit_at.desc()).limit(1)).first()


def events(row: k.Sertifikat) -> list[k.SertifikatPeristiwa]:
    """Public events, newest first."""
    query = sa.select(k.SertifikatPeristiwa).where(
        k.SertifikatPeristiwa.sertifikat_id == row.id, k.SertifikatPeristiwa.publik != ""
    )
    return list(db.session.scalars(query.order_by(k.SertifikatPeristiwa.id.desc())))


# ---- pages


@module.route("/v/<string:token>", can=PUBLIC)
def kep_token(token: str) -> Response:
    """The long address on older papers. An unknown token is answered like an unknown code."""
    row = find(token) if len(token) == LONG else None
    return redirect(f"/verifikasi/{row.kode if row else 'TIDAK-ADA'}", 302)


@module.route("/periksa", can=PUBLIC)
def kep_periksa() -> Response:
    return _check_page("")


def _check_page(galat: str, status: int = 200, nama: str = "") -> Response:
    return render(
        "sertifikasi/keputusan_periksa.html", status=status, galat=galat, galat_isian=bool(galat), berkas=nama
    )


@module.route("/periksa", can=PUBLIC, methods=["POST"])
def kep_periksa_berkas() -> Response:
    """Compare a PDF with what was issued. It is read in memory and kept nowhere."""
    if _too_often(alamat.network()):
        return _check_page("Terlalu banyak pemeriksaan dari jaringan ini. Coba lagi 10 menit lagi.", 429)
    file = request.files.get("berkas")
    if file is None or not file.filename:
        return _check_page("Pilih berkas PDF sertifikat", 422)
    digest, size = hashlib.sha256(), 0
    while piece := file.stream.read(64 * 1024):
        digest.update(piece)
        size += len(piece)
        if size > FILE_MOST:
            return _check_page("Berkas terlalu besar: sertifikat dari portal ini di bawah 12 MB", 422)
    found = (
        db.session.scalars(sa.select(k.Sertifikat).where(k.Sertifikat.sha256 == digest.hexdigest())).first()
        if size
        else None
    )
    if found is None or keadaan(found) is None:
        return _check_page("", nama=file.filename[:80])
    return render("sertifikasi/keputusan_verifikasi.html", **shown(found, cocok=True))


def _too_often(address: str) -> bool:
    key = f"g:periksa:{address}"
    pipe = redis().pipeline()
    pipe.incr(key)
    pipe.expire(key, WINDOW_SECONDS, nx=True)
    tries, _ = pipe.execute()
    return int(tries) > CHECKS_PER_ADDRESS
