"""What else follows, in the same transaction, when an entry becomes known, is replaced or is withdrawn.

CLTN and tugas belajar write the legal standing and the way back; a move to or from another agency closes or opens the
stay here; CPNS/PNS and agreements refresh caches of DataPegawai; titles of diplomas become part of the name.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.riwayat import alur, jenis, services
from portal.kepegawaian.riwayat import models as r
from portal.kernel import organisation
from portal.kernel.db import db, now
from portal.kernel.organisation import Orang, Pegawai
from portal.kernel.people import Principal

CLTN, TUGAS_BELAJAR, TIDAK_AKTIF = "02", "03", "52"  # codes of kedudukan_hukum
SEMULA = "jenis_sebelum"  # in `isi` of CPNS/PNS: what the register called the pegawai before


def kode_aktif(pegawai: Pegawai) -> str:
    return "71" if pegawai.status in jenis.PPPK else "01"


@alur.after("verifikasi")
def _known(row: Any, user: Principal, why: str) -> None:
    replaced = _replaced(row)
    if isinstance(row, r.RiwayatPendidikan):
        for old in replaced:
            _titles(old, add=False)
    berlakukan(row, user, replaced)


def berlakukan(row: Any, user: Principal, replaced: Sequence[Any]) -> None:
    """What follows from an entry that holds from now on, in the place of these."""
    if isinstance(row, r.RiwayatPendidikan):
        _titles(row, add=True)
    if isinstance(row, r.RiwayatLain):
        _remember(row, replaced)
        _standing(row, user, replaced)
        segarkan(row)
        for old in replaced:
            _give_back(old)


@alur.after("batalkan")
def _revoked(row: Any, user: Principal, why: str) -> None:
    if isinstance(row, r.RiwayatPendidikan):
        _titles(row, add=False)
    if isinstance(row, r.RiwayatLain):
        segarkan(row)
        _give_back(row)


def _replaced(row: Any) -> list[Any]:
    """The entry this one took the place of; what that one had made goes with it."""
    if row.menggantikan_id is None:
        return []
    for table in r.TABEL.values():
        made = sa.select(table).where(
            table.pegawai_id == row.pegawai_id, table.asal_id == row.menggantikan_id, table.status == r.TERVERIFIKASI
        )
        for one in db.session.scalars(made):
            one.status, one.dicabut_at, one.alasan = r.DIGANTI, now(), f"Diganti: {row.nomor_sk}"
    db.session.flush()
    query = sa.select(type(row)).where(type(row).id == row.menggantikan_id)
    return list(db.session.scalars(query))


# ---- legal standing


def _standing(row: r.RiwayatLain, user: Principal, replaced: Sequence[Any]) -> None:
    made = STANDING.get(row.jenis, lambda _: [])(row)
    for kode, start in made:
        db.session.add(r.RiwayatKedudukan(
            pegawai_id=row.pegawai_id, kode=kode, tmt=start, nomor_sk=row.nomor_sk, tanggal_sk=row.tanggal_sk,
            pejabat=row.pejabat, keterangan=jenis.of(row).judul, status=r.TERVERIFIKASI, dicatat_at=now(),
            diverifikasi_oleh_id=user.id, asal_id=row.id,
        ))  # fmt: skip
    if made or replaced:
        services.terapkan(row)


def _absence(row: r.RiwayatLain) -> list[tuple[str, date]]:
    """Away from the start; back only when a date of return is known, so that a period that ended shows."""
    pegawai = db.session.get_one(Pegawai, row.pegawai_id)
    found = [(CLTN if row.isi.get("jenis") == "CLTN" else TUGAS_BELAJAR, row.tmt)]
    if row.isi.get("aktif_kembali"):
        found.append((kode_aktif(pegawai), date.fromisoformat(row.isi["aktif_kembali"])))
    return found


def _transfer(row: r.RiwayatLain) -> list[tuple[str, date]]:
    pegawai = db.session.get_one(Pegawai, row.pegawai_id)
    return [(TIDAK_AKTIF if row.isi.get("arah") == "KELUAR" else kode_aktif(pegawai), row.tmt)]


STANDING = {"CLTN": _absence, "PINDAH": _transfer}


# ---- caches


def segarkan(row: r.RiwayatLain) -> None:
    """What DataPegawai caches of entries of this kind, read anew."""
    refresh = CACHES.get(row.jenis)
    if refresh is None:
        return
    query = sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == row.pegawai_id)
    data = db.session.scalars(query).first()
    if data is None:
        data = r.DataPegawai(pegawai_id=row.pegawai_id)
        db.session.add(data)
    refresh(data, _verified(row))
    data.versi = (data.versi or 0) + 1
    db.session.flush()


def _verified(row: r.RiwayatLain) -> list[r.RiwayatLain]:
    """Verified entries of the same kind of this pegawai, by TMT."""
    query = sa.select(r.RiwayatLain).where(
        r.RiwayatLain.pegawai_id == row.pegawai_id, r.RiwayatLain.jenis == row.jenis,
        r.RiwayatLain.status == r.TERVERIFIKASI,
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(r.RiwayatLain.tmt)))


def _appointment(data: r.DataPegawai, rows: list[r.RiwayatLain]) -> None:
    last = rows[-1] if rows else None
    pns = last.isi.get("tmt_pns") if last else None
    data.tmt_cpns, data.tmt_pns = last.tmt if last else None, date.fromisoformat(pns) if pns else None
    if last and last.isi.get("nomor_karpeg"):
        data.karpeg = last.isi["nomor_karpeg"]
    pegawai = db.session.get_one(Pegawai, data.pegawai_id)
    if pegawai.status in jenis.PNS and data.tmt_pns:  # the state of each day follows from the entry itself
        pegawai.status = "PNS" if data.tmt_pns <= organisation.today() else "CPNS"


def _remember(row: r.RiwayatLain, replaced: Sequence[r.RiwayatLain]) -> None:
    """Kept with an appointment, for the day it is withdrawn."""
    status = db.session.get_one(Pegawai, row.pegawai_id).status
    if row.jenis != "CPNS_PNS" or SEMULA in row.isi or status not in jenis.PNS:
        return
    known = [one.isi[SEMULA] for one in (*replaced, *_verified(row)) if SEMULA in one.isi]
    row.isi = {**row.isi, SEMULA: known[0] if known else status}


def _give_back(row: r.RiwayatLain) -> None:
    """CPNS again where no entry that remains names a TMT PNS; without any entry what the register said before."""
    if row.jenis != "CPNS_PNS":
        return
    rest, pegawai = _verified(row), db.session.get_one(Pegawai, row.pegawai_id)
    if pegawai.status not in jenis.PNS or not row.isi.get("tmt_pns") or any(one.isi.get("tmt_pns") for one in rest):
        return
    before = row.isi.get(SEMULA) or ("CPNS" if rest else pegawai.status)
    if before != pegawai.status:
        pegawai.status = before
        db.session.flush()
        services.bangun.rebuild([pegawai.id])
        services.bangun.tell([pegawai.id])


def _agreement(data: r.DataPegawai, rows: list[r.RiwayatLain]) -> None:
    ends = [row.selesai for row in rows if row.selesai]
    data.akhir_perjanjian = max(ends) if ends else None


CACHES = {"CPNS_PNS": _appointment, "PERJANJIAN": _agreement}


# ---- titles


def _titles(row: r.RiwayatPendidikan, add: bool) -> None:
    """Titles of a diploma recorded by BKN join the name of the person, or leave it unless another one gives them."""
    front, back = row.gelar_depan.split(), _parts(row.gelar_belakang)
    if not row.dicantumkan or not (front or back):
        return
    pegawai = db.session.get_one(Pegawai, row.pegawai_id)
    orang = db.session.get_one(Orang, pegawai.orang_id)
    have_front, have_back = orang.gelar_depan.split(), _parts(orang.gelar_belakang)
    if add:
        have_front = [*(one for one in front if one not in have_front), *have_front]
        have_back = [*have_back, *(one for one in back if one not in have_back)]
    else:
        others = _others(row)
        have_front = [one for one in have_front if one not in front or one in others]
        have_back = [one for one in have_back if one not in back or one in others]
    orang.gelar_depan, orang.gelar_belakang = " ".join(have_front), ", ".join(have_back)
    _rename(orang)


def _others(row: r.RiwayatPendidikan) -> set[str]:
    """Titles that other verified diplomas of this pegawai give."""
    table = r.RiwayatPendidikan
    query = sa.select(table.gelar_depan, table.gelar_belakang).where(
        table.pegawai_id == row.pegawai_id, table.status == r.TERVERIFIKASI, table.dicantumkan, table.id != row.id
    )
    return {one for front, back in db.session.execute(query) for one in (*front.split(), *_parts(back))}


def _parts(titles: str) -> list[str]:
    return [one.strip() for one in titles.split(",") if one.strip()]


def _rename(orang: Orang) -> None:
    """`nama` of every employment carries the titles as papers print them."""
    rows = db.session.scalars(sa.select(Pegawai).where(Pegawai.orang_id == orang.id)).all()
    for one in rows:
        one.nama = orang.nama_lengkap
    db.session.flush()
    services.bangun.rebuild([one.id for one in rows])
