"""A PPPK of part time becomes one of full time: a new agreement and, where BKN gives one, a new NI.

The pegawai stays the same row: human, account and the key at SIASN with it. The day itself follows from the entry;
status and number of the register follow it on the TMT, by `terapkan`.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.keadaan.fakta import PERALIHAN, PERJANJIAN
from portal.kepegawaian.riwayat import akibat, alur, berkas, services
from portal.kepegawaian.riwayat import models as r
from portal.kernel import activity, identifiers, jobs, notices, organisation
from portal.kernel.calendar import tanggal
from portal.kernel.db import commit, db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import Orang, Pegawai
from portal.kernel.people import Principal, User

PARUH, PENUH = "PPPK_PARUH_WAKTU", "PPPK"
activity.declare(**{"kepegawaian.penuh_waktu": "tmt sebelum sesudah", "kepegawaian.ni_berlaku": "sebelum sesudah"})


@dataclass(frozen=True)
class Ni:
    """A new NI, empty where it stays the same. `ingat`: what is odd about it, a sentence."""

    nomor: str = ""
    ingat: str = ""


def periksa_ni(text: str, pegawai: Pegawai) -> Ni:
    """Raises Invalid at the field `ni`."""
    if not text.strip():
        return Ni()
    nip = identifiers.Nip.parse(text, organisation.today())
    if nip.pesan or nip.normal is None:
        raise Invalid("ni", nip.pesan or "Periksa NI")
    if nip.normal == pegawai.nip:
        return Ni()
    if nip.jenis != identifiers.PPPK:
        raise Invalid("ni", "Angka ke-13 dan ke-14 NI PPPK harus 21 sampai 29")
    _free(nip.normal, pegawai)
    human = db.session.get_one(Orang, pegawai.orang_id)
    known = ((human.tanggal_lahir, nip.tanggal_lahir), (human.jenis_kelamin, nip.jenis_kelamin))
    differs = any(mine and mine != said for mine, said in known)
    return Ni(nip.normal, "Tanggal lahir atau jenis kelamin di dalam NI berbeda dari data utama." if differs else "")


def _free(nomor: str, pegawai: Pegawai) -> None:
    """A number is given once: nobody has it, had it, or will have it."""
    holder = db.session.scalars(sa.select(Pegawai).where(Pegawai.nip == nomor, Pegawai.id != pegawai.id)).first()
    if holder is not None:
        held = "masih dipakai" if holder.aktif else "pernah dipakai"
        raise Invalid("ni", f"NI ini {held} {holder.nama}. NI tidak diberikan dua kali.")
    before = sa.select(r.DataPegawai.id).where(r.DataPegawai.nip_lama == nomor, r.DataPegawai.nip_lama != "")
    coming = sa.select(r.RiwayatLain.id).where(
        r.RiwayatLain.jenis == PERALIHAN, r.RiwayatLain.status == r.TERVERIFIKASI,
        r.RiwayatLain.isi["ni_baru"].astext == nomor,
    )  # fmt: skip
    if db.session.scalar(before.limit(1)) or db.session.scalar(coming.limit(1)):
        raise Invalid("ni", "NI ini sudah pernah diberikan. NI tidak diberikan dua kali.")


def pastikan(pegawai: Pegawai, user: Principal) -> None:
    """Raises Denied for the own register, Conflict for who is not (or no longer) of part time."""
    if services.milik_sendiri(pegawai.id, user):
        raise Denied("Anda tidak dapat mengubah status Anda sendiri.")
    if pegawai.status != PARUH:
        raise Conflict("Pegawai ini bukan PPPK paruh waktu.")
    known = berjalan(pegawai.id)
    if known is not None:
        raise Conflict(f"Peralihan pegawai ini sudah tercatat, berlaku {tanggal(known.tmt)}.",
                       "Batalkan dulu riwayat peralihan itu.")  # fmt: skip


def sudah(pegawai: Pegawai, kunci: uuid.UUID) -> bool:
    """This very form was carried out before (a double click)."""
    made = db.session.get(r.RiwayatLain, kunci)
    return made is not None and (made.pegawai_id, made.jenis) == (pegawai.id, PERALIHAN)


def perjanjian_berjalan(pegawai_id: uuid.UUID, on: date) -> uuid.UUID | None:
    """The agreement of that day: the new one takes over from it."""
    one = r.RiwayatLain
    query = sa.select(one.id).where(
        one.pegawai_id == pegawai_id, one.jenis == PERJANJIAN, one.status == r.TERVERIFIKASI, one.tmt < on,
        sa.or_(one.selesai.is_(None), one.selesai >= on),
    )  # fmt: skip
    return db.session.scalar(query.order_by(one.tmt.desc()).limit(1))


def berjalan(pegawai_id: uuid.UUID) -> r.RiwayatLain | None:
    """The change on record, whether its day has come or not."""
    one = r.RiwayatLain
    query = sa.select(one).where(one.pegawai_id == pegawai_id, one.jenis == PERALIHAN, one.status == r.TERVERIFIKASI)
    return db.session.scalars(query).first()


def alihkan(
    pegawai: Pegawai, values: dict[str, Any], ni: str, file: FileStorage, user: Principal, kunci: uuid.UUID | None
) -> r.RiwayatLain:  # fmt: skip
    """Record the change with its agreement (`values`: columns of the entry) and its paper, both verified.

    The same `kunci` again answers with what it made. Raises Invalid, Conflict, Denied.
    """
    services.lock(pegawai.id)
    db.session.refresh(pegawai)
    if kunci is not None and sudah(pegawai, kunci):
        return db.session.get_one(r.RiwayatLain, kunci)
    pastikan(pegawai, user)
    new = periksa_ni(ni, pegawai)
    entry, agreement = _entries(pegawai, values, new.nomor, user, kunci)
    berkas.terima(agreement, "PERJANJIAN", file, user)
    before = {"status": pegawai.status, "nip": pegawai.nip}
    if entry.tmt <= organisation.today():
        _take_effect(pegawai, entry)
    services.terapkan(entry)
    akibat.segarkan(agreement)
    activity.log("kepegawaian.penuh_waktu", pegawai, by=user, tmt=entry.tmt, sebelum=before,
                 sesudah={"status": PENUH, "nip": new.nomor or pegawai.nip})  # fmt: skip
    _tell(pegawai, entry)
    return entry


def _entries(
    pegawai: Pegawai, values: dict[str, Any], ni: str, user: Principal, kunci: uuid.UUID | None
) -> tuple[r.RiwayatLain, r.RiwayatLain]:  # fmt: skip
    """The change and its agreement, which goes with it when that is cancelled."""
    known = {"pegawai_id": pegawai.id, "status": r.TERVERIFIKASI, "dicatat_at": now(), "diusulkan_oleh_id": user.id,
             "diverifikasi_oleh_id": user.id}  # fmt: skip
    said = {
        name: values[name] for name in ("tmt", "nomor_sk", "tanggal_sk", "pejabat", "keterangan") if values.get(name)
    }
    isi = {"menjadi": "PPPK penuh waktu", "ni_lama": pegawai.nip or "", "ni_baru": ni,
           "nip_lama": _data(pegawai.id).nip_lama or ""}  # fmt: skip
    entry = r.RiwayatLain(jenis=PERALIHAN, isi=isi, **known, **said)
    if kunci is not None and db.session.get(r.RiwayatLain, kunci) is None:
        entry.id = kunci
    db.session.add(entry)
    db.session.flush()
    agreement = r.RiwayatLain(jenis=PERJANJIAN, asal_id=entry.id, **known, **values)
    db.session.add(agreement)
    db.session.flush()
    return entry, agreement


def _data(pegawai_id: uuid.UUID) -> r.DataPegawai:
    found = db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == pegawai_id)).first()
    if found is None:
        found = r.DataPegawai(pegawai_id=pegawai_id)
        db.session.add(found)
        db.session.flush()
    return found


def _take_effect(pegawai: Pegawai, entry: r.RiwayatLain) -> None:
    """From the TMT on the register calls the pegawai so; the number before is kept for search."""
    pegawai.status = PENUH
    if entry.isi.get("ni_baru"):
        data = _data(pegawai.id)
        data.nip_lama, data.versi = entry.isi["ni_lama"], (data.versi or 0) + 1
        pegawai.nip = entry.isi["ni_baru"]
    db.session.flush()


def _tell(pegawai: Pegawai, entry: r.RiwayatLain) -> None:
    new = entry.isi.get("ni_baru")
    words = f"NI Anda menjadi {identifiers.Nip.parse(new).tampil}. Akun Anda tetap sama." if new else "NI Anda tetap."
    for user_id in db.session.scalars(sa.select(User.id).where(User.pegawai_id == pegawai.id, User.aktif)):
        notices.notify(user_id, f"Anda menjadi PPPK penuh waktu mulai {tanggal(entry.tmt)}", words,
                       "/kepegawaian/saya")  # fmt: skip


@jobs.every(3600, "Terapkan peralihan PPPK penuh waktu")
@jobs.kind("kepegawaian-peralihan", antrean="panjang")
def apply_due(job: jobs.Job) -> None:
    job.rincian = f"{terapkan(organisation.today())} pegawai beralih"
    commit()


def terapkan(today: date) -> int:
    """Status and number of those whose TMT has come; returns how many. A number taken meanwhile waits for a person."""
    one = r.RiwayatLain
    query = (
        sa.select(one, Pegawai)
        .join(Pegawai, Pegawai.id == one.pegawai_id)
        .where(one.jenis == PERALIHAN, one.status == r.TERVERIFIKASI, one.tmt <= today, Pegawai.status == PARUH)
    )
    count = 0
    for entry, pegawai in db.session.execute(query.with_for_update(of=Pegawai)).tuples().all():
        new, old = entry.isi.get("ni_baru"), pegawai.nip
        if new and db.session.scalar(sa.select(Pegawai.id).where(Pegawai.nip == new)) is not None:
            continue
        _take_effect(pegawai, entry)
        bangun.rebuild([pegawai.id])
        bangun.tell([pegawai.id])
        activity.log("kepegawaian.ni_berlaku", pegawai, sebelum={"nip": old}, sesudah={"nip": pegawai.nip})
        count += 1
    return count


@alur.after("batalkan")
def _taken_back(row: Any, user: Principal, why: str) -> None:
    """Status and number as they were; the agreement that came with it is withdrawn by its `asal_id`."""
    if not isinstance(row, r.RiwayatLain) or row.jenis != PERALIHAN:
        return
    pegawai = db.session.get_one(Pegawai, row.pegawai_id)
    before = {"status": pegawai.status, "nip": pegawai.nip}
    if pegawai.status == PENUH:
        pegawai.status = PARUH
    if row.isi.get("ni_baru") and pegawai.nip == row.isi["ni_baru"]:
        pegawai.nip = row.isi["ni_lama"] or None
        _data(pegawai.id).nip_lama = row.isi.get("nip_lama", "")
    db.session.flush()
    bangun.rebuild([pegawai.id])
    for made in db.session.scalars(sa.select(r.RiwayatLain).where(r.RiwayatLain.asal_id == row.id)).all():
        akibat.segarkan(made)
    activity.log("kepegawaian.penuh_waktu", pegawai, by=user, tmt=row.tmt, sebelum=before,
                 sesudah={"status": pegawai.status, "nip": pegawai.nip})  # fmt: skip
