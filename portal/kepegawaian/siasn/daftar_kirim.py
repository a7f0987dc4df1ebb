"""What was put into parcels, row by row: before a push the dry run, after it what was proven, what failed and why."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.mutu import nilai
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.saringan import MenurutKunci
from portal.kepegawaian.siasn import catatan
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.daftar import LANGKAH, opd_options
from portal.kepegawaian.siasn.policies import visible_kotak, visible_paket
from portal.kernel import organisation
from portal.kernel.access import SIGNED_IN
from portal.kernel.db import db
from portal.kernel.listing import Ask, Choice, Choices, Column, Listing
from portal.kernel.numbers import angka
from portal.kernel.organisation import Pegawai, Unit

TINDAKAN = sa.case((m.Kotak.aksi == m.HAPUS, "Hapus"), (m.Kotak.sebelum.is_not(None), "Ubah"), else_="Baru")
UTAMA, SISA = (m.TERBUKTI, m.GAGAL, m.BATAL), "SISA"


def _sits() -> sa.Select[tuple[Any]]:
    return sa.select(Keadaan.pd_id).where(Keadaan.pegawai_id == m.Kotak.pegawai_id, berlaku(organisation.today()))


def _opd(ask: Ask) -> Any:
    return sa.select(Unit.nama).where(Unit.id == _sits().correlate(m.Kotak).scalar_subquery()).scalar_subquery()


def _in_opd(value: Any, ask: Ask) -> sa.ColumnElement[bool]:
    here = sa.select(Keadaan.pegawai_id).where(Keadaan.pd_id == value, berlaku(organisation.today()))
    return m.Kotak.pegawai_id.in_(here)


ISI = Listing(
    "siasn-kirim-isi", title="Riwayat yang dikirim ke SIASN", noun="riwayat", rows=visible_kotak, key=m.Kotak.id,
    sort="-dibuat", can=SIGNED_IN, join=[(Pegawai, Pegawai.id == m.Kotak.pegawai_id)],
    nothing=("Belum ada riwayat", "Riwayat yang disiapkan untuk dikirim tampak di sini."),
    columns=[
        Column("nama", "Nama", Pegawai.nama), Column("nip", "NIP", Pegawai.nip, show=nip_words),
        Column("jenis", "Jenis", m.Kotak.jenis, show=lambda value: catatan.JUDUL.get(value, value)),
        Column("uraian", "Riwayat", m.Kotak.uraian), Column("tindakan", "Tindakan", TINDAKAN),
        Column("status", "Langkah", m.Kotak.status, show=LANGKAH), Column("galat", "Alasan", m.Kotak.galat),
        Column("opd", "Perangkat daerah", _opd, optional=True),
        Column("siasn_id", "Id SIASN", m.Kotak.siasn_id, optional=True),
        Column("dibuat", "Disiapkan", m.Kotak.dibuat_at, sort=True, optional=True),
        Column("terbukti", "Terbukti", m.Kotak.terbukti_at, optional=True),
        Column("sebelum", "Isi di SIASN sebelumnya", sa.cast(m.Kotak.sebelum, sa.Text), screen=False),
        Column("isi", "Isi yang dikirim", sa.cast(m.Kotak.isi, sa.Text), screen=False),
    ],
    filters=[
        MenurutKunci("paket", "Paket", m.Kotak.paket_id, kolom=m.Paket.judul, cadangan="Paket ini"),
        Choices("status", "Langkah", m.Kotak.status, options=LANGKAH.options),
        Choice("jenis", "Jenis", m.Kotak.jenis,
               options=[(one.kode, one.judul) for one in catatan.SEMUA.values() if one.simpan]),
        Choice("opd", "Perangkat daerah", options=opd_options, where=_in_opd),
    ],
)  # fmt: skip


@dataclass
class Rekap:
    """How the rows of one OPD ended, and how good its data are here ("" before the first count)."""

    nama: str
    mutu: str
    hitung: Counter[str]


def per_opd(ask: Ask) -> dict[str, Any]:
    """Of one parcel how many rows ended how, by OPD; the parcel itself."""
    key = ask.chosen["paket"]
    if key is None:
        return {"paket": None, "rekap": []}
    rows = ask.select(m.Kotak.pegawai_id, m.Kotak.status).subquery()
    here = sa.and_(Keadaan.pegawai_id == rows.c.pegawai_id, berlaku(organisation.today()))
    query = sa.select(Keadaan.pd_id, Unit.nama, rows.c.status, sa.func.count()).select_from(rows)
    query = query.outerjoin(Keadaan, here).outerjoin(Unit, Unit.id == Keadaan.pd_id)
    found, day = {}, nilai.last_day()
    scores = {pd: score.nilai for pd, _, score in nilai.ranking(day.replace(day=1))} if day else {}
    for pd, name, status, count in db.session.execute(query.group_by(Keadaan.pd_id, Unit.nama, rows.c.status)):
        if pd not in found:
            known = angka(round(scores[pd], 1)) if pd in scores else ""
            found[pd] = Rekap(name or "Di luar perangkat daerah", known, Counter())
        found[pd].hitung[status if status in UTAMA else SISA] += count
    parcel = db.session.scalars(visible_paket(ask.user).where(m.Paket.id == key)).first()
    return {"paket": parcel, "rekap": sorted(found.values(), key=lambda one: (-one.hitung.total(), one.nama))}
