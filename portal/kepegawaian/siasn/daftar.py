"""Lists of the synchronisation: differences, calls, what a parcel holds."""

from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import LAPORAN, SIASN
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.siasn import catatan
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.policies import visible_panggilan, visible_pasangan
from portal.kernel import identifiers
from portal.kernel.db import db
from portal.kernel.listing import Choice, Choices, Column, DateRange, Listing, Tags
from portal.kernel.organisation import Pegawai, Unit
from portal.kernel.people import Principal, User

KELAS = Tags({
    m.BEDA: ("Beda", "warning", "alert-triangle"), m.HANYA_LOKAL: ("Hanya di sini", "guide", ""),
    m.HANYA_SIASN: ("Hanya di SIASN", "guide", ""), m.AMBIGU: ("Ambigu", "warning", ""),
    m.TIDAK_TERPETAKAN: ("Belum dipetakan", "negative", ""), m.DITOLAK: ("Ditolak BKN", "negative", "x"),
    m.SAMA: ("Sama", "positive", "check"),
})  # fmt: skip
SISI = {m.LOKAL: "Berubah di sini", m.SIASN: "Berubah di SIASN", m.KEDUANYA: "Berubah di dua sisi",
        m.HILANG: "Hilang di SIASN", "": ""}  # fmt: skip
LANGKAH = Tags({
    m.DISIAPKAN: ("Disiapkan", "", "clock"), m.DISETUJUI: ("Disetujui", "guide", ""),
    m.MENGIRIM: ("Sedang dikirim", "guide", "send"), m.TERKIRIM: ("Terkirim", "guide", "send"),
    m.BERKAS: ("Berkas terunggah", "guide", "file"), m.TERBUKTI: ("Terbukti", "positive", "check"),
    m.GAGAL: ("Gagal", "negative", "x"), m.BATAL: ("Tidak jadi", "", ""),
})  # fmt: skip
PAKET = Tags({
    m.MENYUSUN: ("Sedang disiapkan", "guide", "refresh"),
    m.DISIAPKAN: ("Menunggu persetujuan", "warning", "clock"), m.DISETUJUI: ("Disetujui", "guide", "check"),
    m.SELESAI: ("Selesai", "positive", "check"), m.DIHENTIKAN: ("Dihentikan", "negative", "ban"),
    "DITOLAK": ("Ditolak", "negative", "x"),
})  # fmt: skip
JALAN = Tags({
    m.BERJALAN: ("Berjalan", "guide", "refresh"), m.JEDA: ("Jeda", "warning", "clock"),
    m.SELESAI: ("Selesai", "positive", "check"), m.DIHENTIKAN: ("Dihentikan", "negative", "ban"),
})  # fmt: skip


def opd_options(_: Principal) -> list[tuple[Any, str]]:
    rows = db.session.execute(sa.select(Unit.id, Unit.nama).where(Unit.jenis == "PD").order_by(Unit.urut, Unit.nama))
    return [(row.id, row.nama) for row in rows]


def _unit(column: Any) -> Any:
    return sa.select(Unit.nama).where(Unit.id == column).scalar_subquery()


def _sought(words: str) -> sa.ColumnElement[bool]:
    nip = identifiers.Nip.parse(words).normal if any(c.isdigit() for c in words) else None
    texts = [nip] if nip else words.split()
    parts = [w.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for w in texts]
    like = [Pegawai.cari.like(sa.func.lower(sa.func.f_unaccent(f"%{part}%"))) for part in parts]
    return m.Pasangan.pegawai_id.in_(sa.select(Pegawai.id).where(*like))


def _handled(value: str, ask: Any) -> sa.ColumnElement[bool]:
    return m.Pasangan.ditangani != "" if value == "ya" else m.Pasangan.ditangani == ""


SELISIH = Listing(
    "siasn-selisih", title="Selisih dengan SIASN", noun="selisih", rows=visible_pasangan, key=m.Pasangan.id,
    sort="nama", can=LAPORAN, search=_sought, search_label="Nama atau NIP",
    join=[(Pegawai, Pegawai.id == m.Pasangan.pegawai_id)],
    columns=[
        Column("nama", "Nama", m.Pasangan.nama, sort=True, link="/kepegawaian/siasn/pasangan/{id}"),
        Column("nip", "NIP", Pegawai.nip, show=nip_words),
        Column("jenis", "Jenis", m.Pasangan.jenis, show=lambda v: catatan.JUDUL.get(v, v)),
        Column("uraian", "Riwayat", m.Pasangan.uraian),
        Column("kelas", "Keadaan", m.Pasangan.kelas, show=KELAS),
        Column("sisi", "Yang berubah", m.Pasangan.sisi, show=lambda v: SISI.get(v, v), optional=True),
        Column("catatan", "Catatan", m.Pasangan.catatan),
        Column("ditangani", "Penanganan", m.Pasangan.ditangani, optional=True),
        Column("opd", "Perangkat daerah", _unit(m.Pasangan.pd_id), optional=True),
        Column("diubah", "Diperiksa", m.Pasangan.diubah_at, optional=True),
    ],
    filters=[
        Choices("kelas", "Keadaan", m.Pasangan.kelas, options=[o for o in KELAS.options if o[0] != m.SAMA]),
        Choice("jenis", "Jenis", m.Pasangan.jenis, options=list(catatan.JUDUL.items())),
        Choice("opd", "Perangkat daerah", m.Pasangan.pd_id, options=opd_options),
        Choice("sisi", "Yang berubah", m.Pasangan.sisi, options=[(k, v) for k, v in SISI.items() if k]),
        Choice("ditangani", "Penanganan", where=_handled,
               options=[("belum", "Belum ditangani"), ("ya", "Sudah ditangani")]),
    ],
)  # fmt: skip

PANGGILAN = Listing(
    "siasn-panggilan", title="Panggilan ke SIASN", noun="panggilan", rows=visible_panggilan, key=m.Panggilan.id,
    sort="-waktu", can=SIASN,
    nothing=("Belum ada panggilan", "Panggilan ke SIASN tercatat di sini selama 90 hari."),
    columns=[
        Column("waktu", "Waktu", m.Panggilan.waktu, sort=True), Column("metode", "Cara", m.Panggilan.metode),
        Column("alamat", "Alamat", m.Panggilan.alamat), Column("status", "Jawaban", m.Panggilan.status),
        Column("milidetik", "Lama (ms)", m.Panggilan.milidetik), Column("galat", "Galat", m.Panggilan.galat),
        Column("operator", "Operator", sa.select(User.nama).where(User.id == m.Panggilan.user_id).scalar_subquery(),
               optional=True),
    ],
    filters=[
        DateRange("waktu", "Waktu", m.Panggilan.waktu),
        Choice("metode", "Cara", m.Panggilan.metode, options=[(one, one) for one in ("GET", "POST", "DELETE")]),
    ],
)  # fmt: skip


def per_opd(user: Principal) -> list[tuple[Any, str, dict[str, int]]]:
    """Open differences by OPD and class, the largest first; None is who sits nowhere."""
    base = visible_pasangan(user).subquery()
    query = sa.select(base.c.pd_id, base.c.kelas, sa.func.count()).group_by(base.c.pd_id, base.c.kelas)
    found: dict[Any, dict[str, int]] = {}
    for pd_id, kelas, count in db.session.execute(query):
        found.setdefault(pd_id, {})[kelas] = count
    names = dict(
        db.session.execute(sa.select(Unit.id, Unit.nama).where(Unit.id.in_([k for k in found if k]))).tuples().all()
    )
    rows = [(pd_id, names.get(pd_id, "Di luar perangkat daerah"), counts) for pd_id, counts in found.items()]
    return sorted(rows, key=lambda row: (-sum(row[2].values()), row[1]))
