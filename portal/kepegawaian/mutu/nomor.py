"""What the digits of NIP and NIK say against the stored columns: BKN's consistency indicators, and one of our own."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.mutu.dasar import BARIS as B
from portal.kepegawaian.mutu.dasar import TEMUAN
from portal.kepegawaian.pensiun.hitung import PPPK
from portal.kernel import calendar, citizens, sealing
from portal.kernel.db import db
from portal.kernel.identifiers import Nik, Nip
from portal.kernel.organisation import Orang, Pegawai

BATCH = 5_000
TAHUN_PPPK = 2019  # PP 49/2018: the first appointments
SALAH = {"E_TGL_LAHIR": "CON_2", "E_JENIS_KELAMIN": "CON_3", "E_TMT": "CON_1", "E_TMT_MASA_DEPAN": "CON_1",
         "E_USIA_ANGKAT": "CON_1", "E_TAHUN_PPPK": "ACC_7"}  # fmt: skip
Temuan = tuple[str, str]


def cari(today: date) -> int:
    """Add findings of NIP and NIK to the temporary table. Returns how many."""
    columns = [B.c.pegawai_id, B.c.unit_id, B.c.pd_id, B.c.jenis, B.c.nip, B.c.lahir, B.c.jenis_kelamin, B.c.tmt_cpns]
    query = (
        sa.select(*columns, Orang.nik_enc)
        .select_from(B)
        .join(Pegawai, Pegawai.id == B.c.pegawai_id)
        .join(Orang, Orang.id == Pegawai.orang_id)
    )
    found: list[dict[str, Any]] = []
    for row in db.session.execute(query).all():
        for code, words in _of(row, today):
            found.append({"indikator": code, "pegawai_id": row.pegawai_id, "unit_id": row.unit_id,
                          "pd_id": row.pd_id, "rincian": words})  # fmt: skip
    for i in range(0, len(found), BATCH):
        db.session.execute(sa.insert(TEMUAN), found[i : i + BATCH])
    return len(found)


def _of(row: Any, today: date) -> Iterator[Temuan]:
    if row.nip:
        yield from dict(_nip(row, today)).items()
    if row.nik_enc is not None:
        words = _nik(row)
        if words:
            yield "NIK_1", words


def _nip(row: Any, today: date) -> Iterator[Temuan]:
    """Differences by indicator. A NIP that cannot be read differs by what is unreadable in it."""
    nip = Nip.parse(row.nip, today)
    pppk = row.jenis in PPPK
    for code in nip.galat:
        where = SALAH.get(code, "CON_2")
        yield "CON_4" if where == "CON_1" and pppk else where, nip.pesan or "NIP tidak dapat dibaca"
    if nip.galat:
        return
    if nip.tanggal_lahir != row.lahir:
        yield "CON_2", f"Tanggal lahir {_day(row.lahir)}, menurut NIP {_day(nip.tanggal_lahir)}"
    if nip.jenis_kelamin != row.jenis_kelamin:
        yield "CON_3", f"Jenis kelamin {row.jenis_kelamin or 'kosong'}, menurut NIP {nip.jenis_kelamin}"
    if pppk:
        yield from _pppk(row, nip, today)
    elif nip.tmt_cpns != row.tmt_cpns:
        yield "CON_1", f"TMT CPNS {_day(row.tmt_cpns)}, menurut NIP {_day(nip.tmt_cpns)}"


def _pppk(row: Any, nip: Nip, today: date) -> Iterator[Temuan]:
    year = nip.tahun_pengangkatan
    if year is None:
        yield "CON_4", "NIP berbentuk NIP PNS"
        return
    if not TAHUN_PPPK <= year <= today.year:
        yield "ACC_7", f"Tahun pada NI PPPK {year}"
    if row.tmt_cpns is None or row.tmt_cpns.year != year:
        yield "CON_4", f"TMT PPPK {_day(row.tmt_cpns)}, menurut NI PPPK tahun {year}"


def _nik(row: Any) -> str:
    """What differs, in words that hold no digit of the NIK; "" when nothing does."""
    try:
        nik = Nik.parse(sealing.unseal(row.nik_enc, citizens.NIK), row.lahir)
    except sealing.Unreadable:
        return "NIK tersimpan tidak dapat dibuka"
    if nik.galat:
        return "NIK tidak sesuai aturan penulisan"
    parts = ["tanggal lahir"] if row.lahir and nik.tanggal_lahir != row.lahir else []
    parts += ["jenis kelamin"] if row.jenis_kelamin and nik.jenis_kelamin != row.jenis_kelamin else []
    return f"NIK berbeda: {' dan '.join(parts)}" if parts else ""


def _day(day: date | None) -> str:
    return calendar.tanggal_pendek(day) if day else "kosong"
