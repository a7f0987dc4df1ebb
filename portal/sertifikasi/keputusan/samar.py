"""The holder has died, or asks for their data to be deleted (UU 27/2022): the register stays, the person is masked.

Numbers, scheme, dates and papers are kept, because a certificate that was issued must stay verifiable. The public
page shows initials, the profile that would fill a next application is emptied and the account closed.
"""

import sqlalchemy as sa

from portal.kernel import activity, people
from portal.kernel.db import after_commit, db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal, User
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.saya import models as m

AKSI, WORDS_MIN = "disamarkan", 30
KELAS = {"WAFAT": "Pemegang wafat", "PERMINTAAN": "Permintaan pemegang menurut UU 27/2022"}
PUBLIC = "Nama pemegang disamarkan"

activity.declare(**{"pemegang.disamarkan": "kelas sertifikat"})


def initials(nama: str) -> str:
    """R*** W***: the first sign of every word; titles after a comma are left out."""
    return " ".join(f"{word[0]}***" for word in nama.split(",", maxsplit=1)[0].split())


def is_masked(row: k.Sertifikat) -> bool:
    event = k.SertifikatPeristiwa
    query = sa.select(event.id).where(event.sertifikat_id == row.id, event.aksi == AKSI)
    return db.session.scalar(query.limit(1)) is not None


def mask(row: k.Sertifikat, user: Principal, kelas: str, uraian: str) -> int:
    """All certificates of this holder. Returns how many. Raises Denied for one's own, Invalid, Conflict when it was
    done or while an application of theirs is under way."""
    if row.user_id == user.id:
        raise Denied("Data Anda sendiri disamarkan oleh rekan Anda.")
    if kelas not in KELAS:
        raise Invalid("kelas-samar", "Pilih alasannya")
    if len(uraian.strip()) < WORDS_MIN:
        raise Invalid("uraian-samar", f"Tulis dasarnya, misalnya nomor surat, sedikitnya {WORDS_MIN} huruf")
    if is_masked(row):
        raise Conflict("Data pemegang ini sudah disamarkan.")
    going = sa.select(m.Permohonan.nomor).where(m.Permohonan.user_id == row.user_id, m.Permohonan.aktif)
    if db.session.execute(going.limit(1)).first() is not None:
        raise Conflict("Permohonan pemegang ini masih berjalan. Batalkan atau selesaikan dahulu.")
    held = list(db.session.scalars(sa.select(k.Sertifikat).where(k.Sertifikat.user_id == row.user_id)))
    for one in held:
        db.session.add(
            k.SertifikatPeristiwa(
                sertifikat_id=one.id, aksi=AKSI, dari=one.status, ke=one.status, pelaku_id=user.id, pelaku=user.nama,
                alasan=f"{KELAS[kelas]}: {uraian.strip()}", publik=PUBLIC,
            )
        )  # fmt: skip
    _close(db.session.get_one(User, row.user_id))
    activity.log("pemegang.disamarkan", row, by=user, kelas=kelas, sertifikat=len(held))
    return len(held)


def _close(account: User) -> None:
    """What only served the person: the profile, ways to reach them, the way in. Case files follow their retention."""
    profile = sa.update(m.ProfilAsesi).where(m.ProfilAsesi.user_id == account.id)
    db.session.execute(profile.values(isian={}))
    account.aktif, account.surel, account.ponsel, account.surel_terbukti = False, "", None, False
    people.forget(account.id)
    key = account.id
    after_commit(lambda: people.end_sessions(key) and None)
