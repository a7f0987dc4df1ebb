"""Deadlines and limits that the LSP sets for itself. What stands here is common practice, to be confirmed by the LSP;
the page "Pengaturan LSP" changes each of them, and what is under way keeps the day it was given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import has_request_context, request

from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.numbers import whole
from portal.sertifikasi.keputusan.models import Pengaturan

NAMA, MEMO = "batas", "pamong.batas"


@dataclass(frozen=True)
class Batas:
    """A figure with its unit, what it is before anybody changed it, and what it may be."""

    nama: str
    label: str
    satuan: str
    awal: int
    least: int
    most: int


BATAS = {
    one.nama: one
    for one in (
        Batas("perbaikan", "Waktu memperbaiki permohonan", "hari", 14, 1, 60),
        Batas("keberatan", "Waktu berkeberatan atas asesor", "hari kerja", 3, 1, 10),
        Batas("pelatihan", "Asesor tidak menilai orang yang dilatihnya selama", "bulan", 24, 1, 60),
        Batas("asesi_sehari", "Asesi sehari bagi seorang asesor sebelum diperingatkan", "orang", 10, 1, 40),
        Batas("banding_ajukan", "Waktu mengajukan banding", "hari kerja", 7, 1, 30),
        Batas("banding_jawab", "Waktu menjawab banding", "hari kerja", 14, 1, 60),
        Batas("panel", "Anggota panel banding, sedikitnya", "orang", 2, 1, 7),
        Batas("tanggapan", "Waktu pemegang menanggapi usul tindakan", "hari", 7, 1, 30),
        Batas("draf", "Draf permohonan disimpan", "hari", 60, 14, 365),
        Batas("ingat_1", "Pengingat draf pertama, pada hari ke-", "hari", 3, 1, 30),
        Batas("ingat_2", "Pengingat draf kedua, pada hari ke-", "hari", 14, 2, 180),
        Batas("ingat_3", "Peringatan terakhir sebelum draf berakhir, pada hari ke-", "hari", 50, 3, 360),
        Batas("pkt", "Sertifikat yang masih berlaku lebih lama dari ini hanya dapat PKT", "bulan", 6, 1, 24),
        Batas("perpanjangan", "Perpanjangan diberitahukan sebelum sertifikat berakhir", "bulan", 3, 1, 12),
        Batas("surveilan_buka", "Surveilan diberitahukan dan dibuka sebelum jatuh tempo", "hari", 60, 7, 180),
        Batas("surveilan_lewat", "Penangguhan dapat diusulkan setelah surveilan lewat", "hari", 30, 0, 180),
        Batas("segera", "Halaman pemeriksaan menyebut “akan berakhir” sebelum akhir", "hari", 90, 7, 365),
        Batas("sel", "Kelompok terkecil yang angkanya ditampilkan di statistik", "orang", 5, 3, 20),
    )
}


DRAF = ("ingat_1", "ingat_2", "ingat_3", "draf")  # days of a draft, one after the other


def semua() -> dict[str, int]:
    """Asked once a request."""
    if not has_request_context():
        return _stored()
    found: dict[str, int] | None = request.environ.get(MEMO)
    if found is None:
        found = request.environ[MEMO] = _stored()
    return dict(found)


def _stored() -> dict[str, int]:
    stored: dict[str, Any] = db.session.scalar(sa.select(Pengaturan.nilai).where(Pengaturan.nama == NAMA)) or {}
    return {name: int(stored.get(name, one.awal)) for name, one in BATAS.items()}


def batas(nama: str) -> int:
    return semua()[nama]


def hari_pelatihan() -> int:
    """How many days back a training counts: 24 months are 731."""
    return batas("pelatihan") * 366 // 12 - 1


def read(form: Mapping[str, str]) -> dict[str, int]:
    """What the page sent; a figure it does not send keeps its value. Raises Invalid."""
    found = semua()
    for name, one in BATAS.items():
        value = whole(form.get(f"batas-{name}", str(found[name])), one.least, one.most)
        if value is None:
            raise Invalid(f"batas-{name}", f"{one.label}: isi angka {one.least} sampai {one.most}")
        found[name] = value
    days = [found[name] for name in DRAF]
    if days != sorted(set(days)):
        raise Invalid("batas-ingat_1", "Pengingat draf: tulis hari yang berurutan, sebelum draf berakhir")
    return found
