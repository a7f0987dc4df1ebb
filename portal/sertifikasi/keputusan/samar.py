"""The holder has died, or asks for their data to be deleted (UU 27/2022): the register stays, the person is masked.

The manajer proposes, another person, the ketua, confirms: it cannot be taken back.

Numbers, scheme, dates and papers are kept, because a certificate that was issued must stay verifiable. The public
page shows initials, the profile that would fill a next application is emptied and the account closed. An account that
somebody works with here (a pegawai, a role) is their office's to close, not this page's.
"""

import uuid
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, notices, people
from portal.kernel.db import after_commit, db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import today
from portal.kernel.people import PenugasanPeran, Principal, User
from portal.sertifikasi.asesmen.kasus import pemegang
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.saya import models as m

AKSI, ASKED, DROPPED, WORDS_MIN, WORDS_MOST = "disamarkan", "usul_samar", "tolak_samar", 30, 1000
KELAS = {"WAFAT": "Pemegang wafat", "PERMINTAAN": "Permintaan pemegang menurut UU 27/2022"}
PUBLIC = "Nama pemegang disamarkan"

activity.declare(**{
    "pemegang.disamarkan": "kelas sertifikat", "pemegang.samar_diusulkan": "kelas", "pemegang.samar_ditolak": "",
})  # fmt: skip


def initials(nama: str) -> str:
    """R*** W***: the first sign of every word; titles after a comma are left out."""
    return " ".join(f"{word[0]}***" for word in nama.split(",", maxsplit=1)[0].split())


def _masked_of(user_id: Any) -> sa.Select[Any]:
    """A line for each certificate of this person that was masked: what replaces one later is masked with it."""
    event, held = k.SertifikatPeristiwa, sa.orm.aliased(k.Sertifikat)
    query = sa.select(sa.literal(1)).select_from(event).join(held, held.id == event.sertifikat_id)
    return query.where(held.user_id == user_id, event.aksi == AKSI)


def is_masked(row: k.Sertifikat) -> bool:
    return holder_masked(row.user_id)


def holder_masked(user_id: uuid.UUID) -> bool:
    return db.session.execute(_masked_of(user_id).limit(1)).first() is not None


def name_outside(nama: Any, user_id: Any) -> sa.ColumnElement[str]:
    """A name as lists show it to who watches from outside: first signs of every word of a masked holder."""
    words = sa.func.regexp_replace(sa.func.split_part(nama, ",", 1), r"(\S)\S*", r"\1***", "g")
    return sa.case((sa.exists(_masked_of(user_id)), words), else_=nama)


def asked(row: k.Sertifikat) -> k.SertifikatPeristiwa | None:
    """The proposal that waits for its second person."""
    event = k.SertifikatPeristiwa
    query = sa.select(event).where(event.sertifikat_id == row.id, event.aksi.in_((ASKED, DROPPED, AKSI)))
    last = db.session.scalars(query.order_by(event.id.desc()).limit(1)).first()
    return last if last is not None and last.aksi == ASKED else None


def _event(row: k.Sertifikat, user: Principal, aksi: str, alasan: str, publik: str = "") -> None:
    db.session.add(
        k.SertifikatPeristiwa(
            sertifikat_id=row.id, aksi=aksi, dari=row.status, ke=row.status, pelaku_id=user.id, pelaku=user.nama,
            alasan=alasan, publik=publik,
        )
    )  # fmt: skip
    db.session.flush()


def propose(row: k.Sertifikat, user: Principal, kelas: str, uraian: str) -> None:
    """Raises Denied for one's own, Invalid, Conflict when it was done, waits already, or while an application of
    theirs is under way."""
    if row.user_id == user.id:
        raise Denied("Data Anda sendiri disamarkan oleh rekan Anda.")
    if kelas not in KELAS:
        raise Invalid("kelas-samar", "Pilih alasannya")
    if len(uraian.strip()) < WORDS_MIN:
        raise Invalid("uraian-samar", f"Tulis dasarnya, misalnya nomor surat, sedikitnya {WORDS_MIN} huruf")
    if asked(row) is not None:
        raise Conflict("Penyamaran ini sudah diusulkan dan menunggu ketua LSP.")
    _possible(row)
    _event(row, user, ASKED, f"{KELAS[kelas]}: {uraian.strip()[:WORDS_MOST]}")
    activity.log("pemegang.samar_diusulkan", row, by=user, kelas=kelas)
    for one in set(pemegang("ketua_lsp")) - {user.id}:
        notices.notify(one, "Penyamaran data menunggu Anda", row.nama, f"/sertifikasi/sertifikat/{row.id}")
        people.touch(one)


def _possible(row: k.Sertifikat) -> None:
    """Raises Conflict when it was done or while an application of theirs is under way."""
    if is_masked(row):
        raise Conflict("Data pemegang ini sudah disamarkan.")
    going = sa.select(m.Permohonan.nomor).where(m.Permohonan.user_id == row.user_id, m.Permohonan.aktif)
    if db.session.execute(going.limit(1)).first() is not None:
        raise Conflict("Permohonan pemegang ini masih berjalan. Batalkan atau selesaikan dahulu.")


def confirm(row: k.Sertifikat, user: Principal, setuju: bool) -> int:
    """All certificates of this holder. Returns how many, 0 when the proposal is dropped. Raises Denied for the holder
    and for who proposed it, Conflict."""
    event = asked(row)
    if event is None:
        raise Conflict("Tidak ada usul penyamaran yang menunggu.")
    if user.id in (row.user_id, event.pelaku_id):
        raise Denied("Penyamaran ditegaskan orang lain, bukan pengusul atau pemegangnya.")
    if not setuju:
        _event(row, user, DROPPED, "")
        activity.log("pemegang.samar_ditolak", row, by=user)
        return 0
    _possible(row)
    held = list(db.session.scalars(sa.select(k.Sertifikat).where(k.Sertifikat.user_id == row.user_id)))
    for one in held:
        _event(one, user, AKSI, event.alasan, PUBLIC)
    _close(db.session.get_one(User, row.user_id))
    activity.log("pemegang.disamarkan", row, by=user, kelas=event.alasan.partition(":")[0], sertifikat=len(held))
    return len(held)


def works_here(account: User) -> bool:
    """Whether this account is more than a holder's: a pegawai, or somebody with a role today or later."""
    role = sa.select(PenugasanPeran.id).where(
        PenugasanPeran.user_id == account.id,
        sa.or_(PenugasanPeran.selesai.is_(None), PenugasanPeran.selesai >= today()),
    )
    return account.pegawai_id is not None or db.session.execute(role.limit(1)).first() is not None


def _close(account: User) -> None:
    """What only served the person: the profile, ways to reach them, the way in. Case files follow their retention."""
    profile = sa.update(m.ProfilAsesi).where(m.ProfilAsesi.user_id == account.id)
    db.session.execute(profile.values(isian={}))
    if works_here(account):
        return
    account.pengguna = f"disamarkan-{account.id.hex[-12:]}"  # the old name may be an address or a number
    account.aktif, account.surel, account.ponsel, account.surel_terbukti = False, "", None, False
    people.forget(account.id)
    key = account.id
    after_commit(lambda: people.end_sessions(key) and None)
