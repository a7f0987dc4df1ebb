"""What an asesi changes about a case as a whole: starting a draft, its scheme's version, withdrawal, the profile."""

import uuid
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal.kernel import activity, approval, calendar, people
from portal.kernel.approval import Submission
from portal.kernel.calendar import setempat
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Missing
from portal.kernel.organisation import Orang, Pegawai
from portal.kernel.people import Principal, User
from portal.kernel.storage import config
from portal.sertifikasi import alur
from portal.sertifikasi.keputusan import models as kep
from portal.sertifikasi.saya import forms
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.models import BuktiSyarat, JawabanApl02, Permohonan, ProfilAsesi
from portal.sertifikasi.skema import lisensi
from portal.sertifikasi.skema import models as sk
from portal.sertifikasi.skema.models import Elemen, Skema, SkemaSyarat, SkemaUnit, SkemaVersi
from portal.sertifikasi.tenggat import batas

activity.declare(**{
    "permohonan.dibuat": "skema versi jenis", "permohonan.versi_skema": "dari ke berubah",
    "profil_asesi.diubah": "isian",
})  # fmt: skip


def today() -> date:
    return setempat(now(), config().zona).date()


# ---- schemes


def current_version(skema_id: uuid.UUID) -> SkemaVersi | None:
    """The published version in force today."""
    query = (
        sa.select(SkemaVersi)
        .where(SkemaVersi.skema_id == skema_id, SkemaVersi.status == sk.TERBIT)
        .where(sa.or_(SkemaVersi.berlaku_mulai.is_(None), SkemaVersi.berlaku_mulai <= today()))
        .order_by(SkemaVersi.versi.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def scheme(kode: str) -> Skema:
    found = db.session.scalar(sa.select(Skema).where(sa.func.lower(Skema.kode) == kode.lower()))
    if found is None:
        raise Missing()
    return found


def closed_because(versi: SkemaVersi | None) -> str:
    """Why nobody can apply for this version today, "" when they can."""
    if versi is None:
        return "Pendaftaran skema ini belum dibuka."
    ended = versi.pendaftaran_tutup
    if ended is not None and ended < today():
        return f"Pendaftaran skema ini ditutup {calendar.tanggal(ended)}. Draf Anda tetap tersimpan."
    if versi.status == sk.DITUTUP:
        return "Pendaftaran skema ini ditutup. Draf Anda tetap tersimpan."
    why = lisensi.closed(versi.skema_id, today())
    return f"{why} Draf Anda tetap tersimpan." if why else ""


def newer_version(case: Permohonan) -> SkemaVersi | None:
    """The version a draft could move to; running cases stay on theirs."""
    if case.submission.status != m.DRAF:
        return None
    latest = current_version(case.skema_id)
    return latest if latest is not None and latest.versi > case.skema_versi.versi else None


def unit_ids(versi_id: uuid.UUID) -> set[uuid.UUID]:
    return set(db.session.scalars(sa.select(SkemaUnit.unit_id).where(SkemaUnit.skema_versi_id == versi_id)))


def valid_certificate(user_id: uuid.UUID, skema_id: uuid.UUID) -> kep.Sertifikat | None:
    """One that is still far from its end: only PKT may be applied for beside it."""
    query = (
        sa.select(kep.Sertifikat)
        .join(SkemaVersi, SkemaVersi.id == kep.Sertifikat.skema_versi_id)
        .where(SkemaVersi.skema_id == skema_id, kep.Sertifikat.user_id == user_id)
        .where(kep.Sertifikat.status == kep.BERLAKU)
        .where(kep.Sertifikat.sampai > today() + timedelta(days=batas("pkt") * 30))
    )
    return db.session.scalar(query.limit(1))


# ---- drafts


def active_case(user_id: uuid.UUID, skema_id: uuid.UUID) -> Permohonan | None:
    query = sa.select(Permohonan).where(Permohonan.user_id == user_id, Permohonan.skema_id == skema_id)
    return db.session.scalar(query.where(Permohonan.aktif).options(joinedload(Permohonan.submission)))


def start(user: Principal, skema: Skema, jenis: str = "") -> tuple[Permohonan, bool]:
    """The person's draft for this scheme, and whether it is new. Raises Conflict when the scheme is closed."""
    db.session.execute(sa.select(User.id).where(User.id == user.id).with_for_update())  # two presses, one draft
    there = active_case(user.id, skema.id)
    if there is not None:
        return there, False
    versi = current_version(skema.id)
    why = closed_because(versi)
    if why or versi is None:
        raise Conflict(why)
    kind = jenis or _kind(user.id, skema.id)
    isian, asal, nik = prefill(user)
    submission = Submission(
        alur=alur.PERMOHONAN, status=m.DRAF, judul=versi.judul, owner_id=user.id, pemohon=isian.get("nama") or user.nama
    )
    db.session.add(submission)
    db.session.flush()
    case = Permohonan(
        submission_id=submission.id, user_id=user.id, skema_id=skema.id, skema_versi_id=versi.id, jenis=kind,
        tujuan=m.PKT if kind == m.PERPANJANGAN else m.SERTIFIKASI, isian=isian, asal=asal, nik_enc=nik,
        nama=isian.get("nama", ""), aktif=True,
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    add_requirements(case.id, versi.id)
    activity.log("permohonan.dibuat", case, by=user, skema=skema.kode, versi=versi.versi, jenis=kind)
    return case, True


def _kind(user_id: uuid.UUID, skema_id: uuid.UUID) -> str:
    """Renewal, repeat after "belum kompeten", or new: read from what this person has been through."""
    held = (
        sa.select(kep.Sertifikat.id)
        .join(SkemaVersi, SkemaVersi.id == kep.Sertifikat.skema_versi_id)
        .where(kep.Sertifikat.user_id == user_id, SkemaVersi.skema_id == skema_id)
        .where(kep.Sertifikat.status.in_([kep.BERLAKU, kep.KEDALUWARSA]))
    )
    if db.session.scalar(held.limit(1)):
        return m.PERPANJANGAN
    before = sa.select(Permohonan.id).join(Permohonan.submission)
    before = before.where(Permohonan.user_id == user_id, Permohonan.skema_id == skema_id)
    return m.ULANG if db.session.scalar(before.where(Submission.status == m.BELUM_KOMPETEN).limit(1)) else m.BARU


def add_requirements(case_id: uuid.UUID, versi_id: uuid.UUID) -> None:
    wanted = sa.select(SkemaSyarat.id).where(SkemaSyarat.skema_versi_id == versi_id)
    for syarat_id in db.session.scalars(wanted):
        db.session.add(BuktiSyarat(permohonan_id=case_id, syarat_id=syarat_id))
    db.session.flush()


# ---- filling by itself


def profile(user_id: uuid.UUID) -> ProfilAsesi | None:
    return db.session.scalar(sa.select(ProfilAsesi).where(ProfilAsesi.user_id == user_id))


def last_accepted(user_id: uuid.UUID) -> Permohonan | None:
    """The newest application of this person whose APL-01 was accepted."""
    query = sa.select(Permohonan).where(Permohonan.user_id == user_id, Permohonan.apl01_diterima_at.is_not(None))
    return db.session.scalar(query.order_by(Permohonan.apl01_diterima_at.desc()).limit(1))


def person(user_id: uuid.UUID) -> Orang | None:
    """The human behind an account, once one is known."""
    found = (
        sa.select(Orang)
        .select_from(User)
        .outerjoin(Pegawai, Pegawai.id == User.pegawai_id)
        .outerjoin(ProfilAsesi, ProfilAsesi.user_id == User.id)
        .join(Orang, Orang.id == sa.func.coalesce(User.orang_id, Pegawai.orang_id, ProfilAsesi.orang_id))
    )
    return db.session.scalar(found.where(User.id == user_id))


def prefill(user: Principal) -> tuple[dict[str, Any], dict[str, Any], bytes | None]:
    """Texts of a new draft, where each came from, the sealed NIK. The later source wins: account, profile,
    last accepted application (2.7 of the reference)."""
    isian: dict[str, Any] = {}
    asal: dict[str, Any] = {}

    def take(values: dict[str, Any], letter: str, words: str) -> None:
        for f in forms.FIELDS:
            if values.get(f.name) and letter in f.fill and f.kind != forms.NIK:
                isian[f.name], asal[f.name] = values[f.name], {"dari": words, "v": 0, "layar": ""}

    account = db.session.get_one(User, user.id)
    human = person(user.id)
    take(_of_account(account, human), forms.P, "dari akun")
    kept = profile(user.id)
    take(kept.isian if kept else {}, forms.P, "dari profil")
    before = last_accepted(user.id)
    nik = human.nik_enc if human else None
    if before is not None and before.apl01_diterima_at is not None:
        day = calendar.tanggal_pendek(setempat(before.apl01_diterima_at, config().zona).date())
        take(before.isian, forms.L, f"dari permohonan {before.nomor}, {day}")
        nik = nik or before.nik_enc
    if nik:
        asal["nik"] = {"dari": "dari profil", "v": 0, "layar": ""}
    isian.setdefault("kebangsaan", forms.INDONESIA)
    if account.ponsel and isian.get("hp") == account.ponsel:
        isian["hp_terbukti"] = "1"
    return isian, asal, nik


def _of_account(account: User, human: Orang | None) -> dict[str, str]:
    found = {"nama": human.nama if human else account.nama, "surel": account.surel, "hp": account.ponsel or ""}
    if human is not None:
        born = human.tanggal_lahir.isoformat() if human.tanggal_lahir else ""
        found |= {
            "gelar_depan": human.gelar_depan, "gelar_belakang": human.gelar_belakang, "tanggal_lahir": born,
            "tempat_lahir": human.tempat_lahir, "jenis_kelamin": human.jenis_kelamin,
        }  # fmt: skip
    return found


def profile_differs(case: Permohonan) -> list[str]:
    """Labels of the fields in which what was sent differs from the profile."""
    kept = profile(case.user_id)
    stored = kept.isian if kept else {}
    return [
        f.label
        for f in forms.FIELDS
        if forms.P in f.fill and f.kind != forms.NIK and case.isian.get(f.name, "") != stored.get(f.name, "")
    ]


def save_profile(user: Principal, values: dict[str, Any], orang_id: uuid.UUID | None = None) -> ProfilAsesi:
    kept = profile(user.id)
    if kept is None:
        kept = ProfilAsesi(user_id=user.id, isian={})
        db.session.add(kept)
    names = {f.name for f in forms.FIELDS if forms.P in f.fill and f.kind != forms.NIK}
    new = {name: value for name, value in values.items() if name in names and value}
    changed = sorted(name for name in names if new.get(name, "") != kept.isian.get(name, ""))
    kept.isian, kept.orang_id = new, orang_id or kept.orang_id
    kept.versi = (kept.versi or 0) + 1
    db.session.flush()
    activity.log("profil_asesi.diubah", kept, by=user, isian=changed)
    return kept


# ---- a newer version of the scheme, withdrawal


def repin(case: Permohonan, user: Principal) -> int:
    """Move a draft to the newest version of its scheme. Answers to elemen that are still in it stay, and so do
    files of requirements with the same words. Returns how many units changed. Raises Conflict."""
    target = newer_version(case)
    if target is None:
        raise Conflict("Permohonan ini sudah memakai versi skema yang berlaku.")
    before, after = unit_ids(case.skema_versi_id), unit_ids(target.id)
    rows = list(
        db.session.scalars(
            sa.select(BuktiSyarat)
            .where(BuktiSyarat.permohonan_id == case.id)
            .options(joinedload(BuktiSyarat.syarat), selectinload(BuktiSyarat.berkas))
        )
    )
    kept = {row.syarat.teks.casefold(): [b.id for b in row.berkas] for row in rows}
    ids = [row.id for row in rows]
    db.session.execute(sa.delete(m.BerkasSyarat).where(m.BerkasSyarat.bukti_syarat_id.in_(ids)))
    db.session.execute(sa.delete(BuktiSyarat).where(BuktiSyarat.id.in_(ids)))
    old = case.skema_versi.versi
    case.skema_versi_id, case.submission.judul = target.id, target.judul
    case.versi += 1
    add_requirements(case.id, target.id)
    _carry(case.id, kept)
    gone = sa.select(JawabanApl02.id).join(Elemen, Elemen.id == JawabanApl02.elemen_id)
    gone = gone.where(JawabanApl02.permohonan_id == case.id, Elemen.unit_id.not_in(after))
    lost = list(db.session.scalars(gone))
    db.session.execute(sa.delete(m.JawabanBukti).where(m.JawabanBukti.jawaban_id.in_(lost)))
    db.session.execute(sa.delete(JawabanApl02).where(JawabanApl02.id.in_(lost)))
    db.session.expire(case)
    changed = len(before ^ after)
    activity.log("permohonan.versi_skema", case, by=user, dari=old, ke=target.versi, berubah=changed)
    return changed


def _carry(case_id: uuid.UUID, kept: dict[str, list[uuid.UUID]]) -> None:
    fresh = sa.select(BuktiSyarat).where(BuktiSyarat.permohonan_id == case_id).options(joinedload(BuktiSyarat.syarat))
    for row in db.session.scalars(fresh):
        for berkas_id in kept.get(row.syarat.teks.casefold(), []):
            db.session.add(m.BerkasSyarat(bukti_syarat_id=row.id, berkas_id=berkas_id))
    db.session.flush()


def withdraw(case: Permohonan, user: Principal, note: str, kunci: uuid.UUID | None) -> None:
    """Raises Conflict after the decision."""
    approval.move(case.submission_id, "tarik", user, note=note, kunci=kunci)
    people.touch(user.id)
