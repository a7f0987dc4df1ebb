"""Changes of entries. Whatever makes or ends a verified entry rebuilds the projection in the same transaction."""

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import KELOLA
from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import alur, jenis, lingkup
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kepegawaian.riwayat.policies import berlaku, people_in
from portal.kernel import activity, approval, documents, organisation
from portal.kernel.approval import OWNER, Submission
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid, Missing
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal

OPEN = (r.DRAF, r.DIKEMBALIKAN)

activity.declare(**{
    "kepegawaian.riwayat_disimpan": "jenis sebelum sesudah", "kepegawaian.riwayat_dicabut": "jenis alasan",
    "kepegawaian.berkas_ditautkan": "jenis versi sha256", "kepegawaian.berkas_dilepas": "jenis versi alasan",
})  # fmt: skip


def lock(pegawai_id: uuid.UUID) -> Pegawai:
    """The pegawai, held until the transaction ends: one change of their register at a time. Raises Missing."""
    row = db.session.scalars(sa.select(Pegawai).where(Pegawai.id == pegawai_id).with_for_update()).first()
    if row is None:
        raise Missing()
    return row


def milik_sendiri(pegawai_id: uuid.UUID, user: Principal) -> bool:
    """The register is that of this very human, by this employment or another one of theirs (PPPK, then PNS)."""
    if user.pegawai_id is None or pegawai_id == user.pegawai_id:
        return pegawai_id == user.pegawai_id
    mine = sa.select(Pegawai.orang_id).where(Pegawai.id == user.pegawai_id).scalar_subquery()
    same = sa.select(Pegawai.id).where(Pegawai.id == pegawai_id, Pegawai.orang_id == mine)
    return db.session.scalar(same) is not None


def simpan(
    kind: jenis.Jenis, pegawai: Pegawai, values: Mapping[str, Any], user: Principal, row: Any = None,
    menggantikan: uuid.UUID | None = None, kunci: uuid.UUID | None = None,
) -> Any:  # fmt: skip
    """A draft, new or changed. `values`: columns of the table; for `riwayat_lain` the fields of the kind in `isi`.

    `kunci`: what its form calls the entry, so that the same form sent twice finds it. The caller has checked that the
    person may propose for this pegawai. Raises Conflict, Denied.
    """
    if kind.tutup:
        raise Denied("Riwayat ini diisi oleh bagian lain dari portal.")
    lock(pegawai.id)
    table = r.TABEL[kind.tabel]
    if row is None:
        row = table(pegawai_id=pegawai.id, diusulkan_oleh_id=user.id, menggantikan_id=menggantikan)
        if kunci is not None and db.session.get(table, kunci) is None:
            row.id = kunci
        if isinstance(row, r.RiwayatLain):
            row.jenis = kind.kode
        before: dict[str, Any] = {}
        db.session.add(row)
    else:
        if row.status not in OPEN:
            raise Conflict("Riwayat ini sudah diajukan. Tarik dulu untuk mengubahnya.")
        before = facts(row)
        row.versi += 1
    for name, value in values.items():
        setattr(row, name, value)
    db.session.flush()
    before, after = _told(kind, before, facts(row))
    activity.log("kepegawaian.riwayat_disimpan", row, by=user, jenis=kind.kode, sebelum=before, sesudah=after)
    return row


def _told(kind: jenis.Jenis, before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the log keeps: more people read it than may read a confidential kind, of which it names the fields only."""
    if kind.akses != jenis.TERBATAS:
        return before, after
    return {}, {"diubah": sorted(name for name in {*before, *after} if before.get(name) != after.get(name))}


def facts(row: Any) -> dict[str, Any]:
    """An entry as the log keeps it: without keys, times and what is sealed."""
    skip = {"id", "dibuat_at", "diubah_at", "versi", "submission_id"}
    found = {c.key: str(getattr(row, c.key)) for c in sa.inspect(row).mapper.column_attrs if c.key not in skip}
    if isinstance(row, r.RiwayatLain):
        found["isi"] = str({k: v for k, v in row.isi.items() if k != "nik"})
    return {name: value for name, value in found.items() if value not in ("", "None")}


def jalankan(
    row: Any, name: str, user: Principal, note: str = "", kunci: uuid.UUID | None = None, versi: int | None = None
) -> Any:  # fmt: skip
    """Carry out a move of the flow on an entry (`alur.FLOW`). Raises Conflict, Denied, Invalid."""
    lock(row.pegawai_id)
    db.session.refresh(row)
    if alur.FLOW.move(name).by != OWNER and milik_sendiri(row.pegawai_id, user):
        raise Denied("Anda tidak dapat memutuskan riwayat Anda sendiri.")
    if row.submission_id is None:
        _open_case(row, user)
    else:
        lingkup.ikuti([row.pegawai_id], [type(row)])
    approval.move(row.submission_id, name, user, note=note, kunci=kunci, versi=versi)
    return row


def _open_case(row: Any, user: Principal) -> None:
    """A draft becomes a case of who proposed it; scope of the case is the seat of the pegawai today."""
    kind, pegawai = jenis.of(row), db.session.get_one(Pegawai, row.pegawai_id)
    here = sa.select(Keadaan.unit_id, Keadaan.pd_id).where(
        Keadaan.pegawai_id == row.pegawai_id, berlaku(organisation.today())
    )
    seat = db.session.execute(here).first()
    case = Submission(
        alur=alur.RIWAYAT, status=row.status, judul=f"{kind.judul}: {pegawai.nama}", rincian=kind.tabel,
        owner_id=row.diusulkan_oleh_id or user.id, pemohon=pegawai.nama,
        unit_id=seat.unit_id if seat else None, pd_id=seat.pd_id if seat else None,
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    row.submission_id = case.id


def batalkan(row: Any, user: Principal, why: str, kunci: uuid.UUID | None = None) -> Any:
    """Withdraw a verified entry (R12): nothing is deleted, the one before opens again. Raises Denied, Invalid.

    An entry that came by import or pull has no case and nobody who proposed it: KELOLA alone decides.
    """
    if row.submission_id is not None:
        return jalankan(row, "batalkan", user, why, kunci)
    lock(row.pegawai_id)
    db.session.refresh(row)
    mine = sa.select(Pegawai.id).where(Pegawai.id == row.pegawai_id, people_in(user, KELOLA))
    if milik_sendiri(row.pegawai_id, user) or not user.has(KELOLA) or db.session.scalar(mine) is None:
        raise Denied()
    if row.status != r.TERVERIFIKASI:
        raise Conflict("Riwayat ini tidak lagi terverifikasi.")
    if not approval.NOTE_MIN <= len(why.strip()) <= approval.NOTE_MAX:
        raise Invalid("catatan", "Tulis alasan 10 sampai 2.000 huruf")
    row.status, row.alasan = r.DIBATALKAN, why.strip()
    with db.session.no_autoflush:
        for act in alur.AFTER["batalkan"]:
            act(row, user, why.strip())
    return row


def ganti(row: Any, user: Principal) -> Any:
    """A draft that will take the place of a verified entry when it is verified itself. Raises Conflict.

    Who has one open already goes on with it.
    """
    lock(row.pegawai_id)
    db.session.refresh(row)
    if row.status != r.TERVERIFIKASI:
        raise Conflict("Hanya riwayat terverifikasi yang dapat diganti.")
    table = type(row)
    begun = sa.select(table).where(
        table.menggantikan_id == row.id, table.diusulkan_oleh_id == user.id, table.status.in_(OPEN)
    )
    open_ = db.session.scalars(begun.limit(1)).first()
    if open_ is not None:
        return open_
    kind = jenis.of(row)
    names = [c.key for c in sa.inspect(row).mapper.column_attrs]
    skip = {
        "id", "dibuat_at", "diubah_at", "status", "alasan", "dicatat_at", "dicabut_at", "versi", "menggantikan_id",
        "submission_id", "diusulkan_oleh_id", "diperiksa_oleh_id", "diverifikasi_oleh_id", "pegawai_id", "siasn_id",
        "berlaku", "asal_id", "sumber",
    }  # fmt: skip
    values = {name: getattr(row, name) for name in names if name not in skip}
    pegawai = db.session.get_one(Pegawai, row.pegawai_id)
    return simpan(kind, pegawai, values, user, menggantikan=row.id)


# ---- what follows from the moves


@alur.after("ajukan")
def _complete(row: Any, user: Principal, why: str) -> None:
    row.diusulkan_oleh_id = row.diusulkan_oleh_id or user.id


@alur.after("periksa")
def _checked(row: Any, user: Principal, why: str) -> None:
    row.diperiksa_oleh_id = user.id


@alur.after("verifikasi")
def _known(row: Any, user: Principal, why: str) -> None:
    _has_papers(row)
    row.diverifikasi_oleh_id, row.dicatat_at = user.id, now()
    if row.menggantikan_id:
        old = db.session.scalars(sa.select(type(row)).where(type(row).id == row.menggantikan_id)).first()
        if old is None or old.status != r.TERVERIFIKASI:
            raise Conflict("Riwayat yang hendak diganti sudah berubah. Periksa lagi.")
        old.status, old.dicabut_at, old.alasan = r.DIGANTI, row.dicatat_at, f"Diganti: {row.nomor_sk or row.keterangan}"
        row.siasn_id, old.siasn_id = old.siasn_id, None
    terapkan(row)


@alur.after("batalkan")
def _revoked(row: Any, user: Principal, why: str) -> None:
    row.dicabut_at = now()
    kind = jenis.of(row)
    told = "" if kind.akses == jenis.TERBATAS else why
    activity.log("kepegawaian.riwayat_dicabut", row, by=user, jenis=kind.kode, alasan=told)
    for table in r.TABEL.values():
        made = sa.select(table).where(
            table.pegawai_id == row.pegawai_id, table.asal_id == row.id, table.status == r.TERVERIFIKASI
        )
        for one in db.session.scalars(made):
            one.status, one.dicabut_at, one.alasan = r.DIBATALKAN, row.dicabut_at, why
    for act in alur.AFTER.get("dicabut", []):
        act(row, user, why)
    terapkan(row)


def terapkan(row: Any) -> None:
    """Bring projection and accounts in line after an entry became known or was withdrawn.

    Raises Conflict for a second main seat that starts on the same day (R3) and for a second head (R7).
    """
    try:
        db.session.flush()
    except sa.exc.IntegrityError as error:
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", "") or ""
        if name.startswith("uq_riwayat"):
            raise Conflict(
                "Sudah ada riwayat terverifikasi dengan TMT yang sama.", "Batalkan atau ganti riwayat yang lama dulu."
            ) from error
        raise
    bangun.rebuild([row.pegawai_id])
    bangun.tell([row.pegawai_id])
    if isinstance(row, r.RiwayatJabatan):
        lingkup.ikuti([row.pegawai_id])


def _has_papers(row: Any) -> None:
    """Raises Invalid when a document the kind requires is missing."""
    kind = jenis.of(row)
    linked = sa.select(r.BerkasTautan.jenis_dokumen).where(
        r.BerkasTautan.pegawai_id == row.pegawai_id, r.BerkasTautan.riwayat_id == row.id, r.BerkasTautan.aktif,
        r.BerkasTautan.dokumen_id.is_not(None),
    )  # fmt: skip
    have = set(db.session.scalars(linked))
    lacking = [DOKUMEN[kode].nama for kode, required in kind.dokumen if required and kode not in have]
    if lacking:
        raise Invalid("berkas", f"Unggah dulu: {', '.join(lacking)}")


# ---- documents


def tautkan(row: Any, kode: str, document: documents.Document, user: Principal) -> r.BerkasTautan:
    """Link a stored document to an entry as its next version; the one before stays and can come back."""
    table = next(name for name, one in r.TABEL.items() if one is type(row))
    query = sa.select(r.BerkasTautan).where(
        r.BerkasTautan.pegawai_id == row.pegawai_id, r.BerkasTautan.tabel == table,
        r.BerkasTautan.riwayat_id == row.id, r.BerkasTautan.jenis_dokumen == kode,
    )  # fmt: skip
    older = list(db.session.scalars(query.order_by(r.BerkasTautan.versi).with_for_update()))
    for one in older:
        one.aktif = False
    db.session.flush()
    documents.claim(document)
    link = r.BerkasTautan(
        pegawai_id=row.pegawai_id, tabel=table, riwayat_id=row.id, jenis_dokumen=kode, dokumen_id=document.id,
        nama_asli=document.nama, sha256=document.sha256, versi=older[-1].versi + 1 if older else 1,
        diunggah_oleh_id=user.id,
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    activity.log("kepegawaian.berkas_ditautkan", row, by=user, jenis=kode, versi=link.versi, sha256=document.sha256)
    return link


def lepaskan(link: r.BerkasTautan, why: str, user: Principal) -> None:
    """Take a document away from its entry; it is kept and can be brought back. Raises Invalid."""
    if not 5 <= len(why.strip()) <= 500:
        raise Invalid("alasan", "Tulis alasan 5 sampai 500 huruf")
    link.aktif, link.dihapus_at, link.dihapus_oleh_id, link.alasan = False, now(), user.id, why.strip()
    activity.log("kepegawaian.berkas_dilepas", link, by=user, jenis=link.jenis_dokumen, versi=link.versi, alasan=why)
