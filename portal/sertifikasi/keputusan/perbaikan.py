"""SK perbaikan: one row of a signed SK that names a wrong decision.

The old SK and the minutes stay as they were signed. A new SK names the old one, the row and the minutes in which the
komite found the mistake; with the signature of the ketua the case makes its move. Nobody is made BK while a
certificate of that decision can still be shown: it is revoked first, with the holder's days to answer.
"""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, approval, documents
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal
from portal.sertifikasi import MANAJER
from portal.sertifikasi.keputusan import banding, pleno, sertifikat, sk
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.saya import models as m

WORDS_MIN, BASIS_MIN, FILE_MOST = 30, 5, 10 * 1024 * 1024
OPPOSITE = {m.K: m.BK, m.BK: m.K}
MOVES = {m.K: "perbaiki_kompeten", m.BK: "perbaiki_belum"}
IN_FORCE = (k.BERLAKU, k.DITANGGUHKAN, k.KEDALUWARSA)
ON_THE_WAY = (k.MENUNGGU_NOMOR, k.MENUNGGU_TANDA_TANGAN)

activity.declare(**{"sk.diperbaiki": "nomor lama baris dari ke"})


def prepare(
    old: k.Sk, baris: str, nomor: str, tanggal: date | None, dasar: str, alasan: str, user: Principal,
    berita: Any,
) -> k.Sk:  # fmt: skip
    """`baris`: id of a decision in `old`; `dasar`: number and day of the signed minutes in which the komite found the
    mistake, `berita` (an uploaded file): those minutes. Raises Invalid, Denied for
    the asesi of the row, Conflict for what stands in the way."""
    row = next((one for one in old.isi["baris"] if one["keputusan"] == baris), None)
    if row is None:
        raise Invalid("baris", "Pilih baris yang keliru")
    decision = db.session.get_one(k.Keputusan, uuid.UUID(baris), with_for_update=True)
    case = db.session.get_one(m.Permohonan, decision.permohonan_id)
    if case.user_id == user.id:
        raise Denied("Putusan tentang Anda sendiri diperbaiki rekan Anda.")
    _open(old, decision)
    text, day = sk.check(nomor, tanggal, old.tanggal)
    basis = " ".join(dasar.split())
    if not BASIS_MIN <= len(basis) <= 200:
        raise Invalid("dasar", "Tulis nomor dan tanggal berita acara rapat komite yang menemukan kekeliruan ini")
    if len(alasan.strip()) < WORDS_MIN:
        raise Invalid("alasan-perbaikan", f"Uraikan apa yang keliru, sedikitnya {WORDS_MIN} huruf")
    if len(alasan.strip()) > approval.NOTE_MAX:
        raise Invalid("alasan-perbaikan", "Uraian: paling banyak 2.000 huruf")
    to = OPPOSITE[decision.hasil]
    if to == m.K:
        _may_become_k(case)
    minutes = _minutes(berita, user)
    new = k.Sk(
        nomor=text, tanggal=day, skema_versi_id=old.skema_versi_id, pleno_id=old.pleno_id, koreksi_id=old.id,
        alasan=alasan.strip(), disiapkan_oleh_id=user.id,
    )  # fmt: skip
    change = {"keputusan": baris, "urut": row["urut"], "dari": decision.hasil, "ke": to, "dasar": basis,
              "berita": {"dokumen": str(minutes.id), "nama": minutes.nama, "sha256": minutes.sha256}}  # fmt: skip
    meeting = db.session.get_one(k.Pleno, old.pleno_id)
    found = [r for r in pleno.rows_of(meeting.id) if r.Keputusan.id == decision.id]
    return sk.freeze(new, meeting, found, user, koreksi=_told(old, row, change), perbaikan=change)


def _minutes(berita: Any, user: Principal) -> documents.Document:
    """What the komite signed; without it one office alone would decide."""
    if berita is None or not berita.filename:
        raise Invalid("berita", "Unggah berita acara rapat komite yang sudah ditandatangani")
    document = documents.receive(berita.stream, berita.filename, user.id, FILE_MOST, "berita")
    documents.claim(document)
    documents.for_office(document, MANAJER)
    return document


def _told(old: k.Sk, row: dict[str, Any], change: dict[str, Any]) -> str:
    """What stands after "mengoreksi Keputusan Nomor" on paper."""
    before, after = (pleno.WORDS[change[one]].lower() for one in ("dari", "ke"))
    return (
        f"{old.nomor} untuk lampiran nomor {row['urut']} atas nama {row['nama']}, semula {before} menjadi {after},"
        f" berdasarkan {change['dasar']},"
    )


def _open(old: k.Sk, decision: k.Keputusan) -> None:
    """Raises Conflict when this row cannot be put right through this SK now."""
    if old.ditandatangani_at is None:
        raise Conflict("SK yang belum ditandatangani dihapus lalu disiapkan lagi.")
    if decision.sk_id != old.id or sk.successor(old.id) is not None:
        raise Conflict("Baris ini tercantum dalam SK yang lebih baru. Perbaiki dari SK itu.")
    waiting = sa.select(k.Sk.nomor).where(
        k.Sk.ditandatangani_at.is_(None), k.Sk.isi["perbaikan"]["keputusan"].astext == str(decision.id)
    )
    number = db.session.scalar(waiting.limit(1))
    if number is not None:
        raise Conflict(f"SK perbaikan {number} untuk baris ini menunggu tanda tangan.")


def _may_become_k(case: m.Permohonan) -> None:
    """Raises Conflict: a BK unit, an appeal whose panel decides, another application under way."""
    pleno.units_allow(case)
    appeal = banding.of_case(case.id)
    if appeal is not None and appeal.status not in (banding.DITERIMA, banding.DITOLAK):
        raise Conflict(f"Banding {appeal.nomor} sedang berjalan; panelnya yang memutuskan.")
    query = sa.select(m.Permohonan.nomor).where(
        m.Permohonan.user_id == case.user_id, m.Permohonan.skema_id == case.skema_id, m.Permohonan.aktif,
        m.Permohonan.id != case.id,
    )  # fmt: skip
    other = db.session.execute(query.limit(1)).first()
    if other is not None:
        raise Conflict(
            f"Asesi sedang memproses permohonan {other[0] or 'baru'} untuk skema ini. Selesaikan itu dahulu."
        )


def in_the_way(row: k.Sk) -> str:
    """Why this SK cannot be signed yet, "" when it can."""
    change = row.isi.get("perbaikan")
    if not change or change["ke"] == m.K:
        return ""
    for held in _certificates(uuid.UUID(change["keputusan"])):
        if held.status in IN_FORCE:
            return f"Cabut dahulu sertifikat nomor {held.nomor} dengan golongan Kekeliruan LSP."
        if held.status == k.MENUNGGU_TANDA_TANGAN and held.ditandatangani_at is not None:
            return "Sertifikat asesi ini sedang diterbitkan. Tunggu, lalu cabut dahulu sertifikatnya."
    return ""


def _certificates(decision: uuid.UUID) -> list[k.Sertifikat]:
    query = sa.select(k.Sertifikat).where(k.Sertifikat.keputusan_id == decision).order_by(k.Sertifikat.id)
    return list(db.session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def apply(row: k.Sk, user: Principal) -> None:
    """The ketua has signed: decision, case and what was on its way to a certificate. Raises Conflict."""
    change = row.isi.get("perbaikan")
    if not change:
        return
    why = in_the_way(row)
    if why:
        raise Conflict(why)
    decision = db.session.get_one(k.Keputusan, uuid.UUID(change["keputusan"]))
    case = db.session.get_one(m.Permohonan, decision.permohonan_id)
    if change["ke"] == m.K:
        _may_become_k(case)
        case.aktif = True
    else:
        for one in _certificates(decision.id):
            _cancel(one, row, user)
    decision.hasil, decision.alasan = change["ke"], f"Diperbaiki dengan SK {row.nomor}: {row.alasan}"
    old = db.session.get_one(k.Sk, row.koreksi_id)
    detail = {"sk": row.nomor, "sk_lama": old.nomor, "keputusan": change["keputusan"], "dari": change["dari"]}
    approval.move(case.submission_id, MOVES[change["ke"]], user, note=row.alasan, rincian=detail)
    activity.log("sk.diperbaiki", row, by=user, nomor=row.nomor, lama=old.nomor, baris=change["urut"],
                 dari=change["dari"], ke=change["ke"])  # fmt: skip


def _cancel(held: k.Sertifikat, row: k.Sk, user: Principal) -> None:
    """One that nobody has seen yet. Its number is BNSP's and never used again; its blanko is reported as spoiled."""
    if held.status not in ON_THE_WAY:
        return
    if held.blanko_id is not None:
        blanko = db.session.get_one(k.Blanko, held.blanko_id)
        blanko.status, blanko.catatan = k.RUSAK, f"Keputusan diperbaiki dengan SK {row.nomor}"
    sertifikat.note(held, "dibatalkan", k.DICABUT, user, alasan=f"Keputusan diperbaiki dengan SK {row.nomor}")


sk.AFTER_SIGN.append(apply)
