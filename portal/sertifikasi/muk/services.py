"""Instruments are added, replaced, withdrawn, and opened for a named leave; their content never changes."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.kernel import activity, documents, notices, people
from portal.kernel.calendar import tanggal
from portal.kernel.db import db, now
from portal.kernel.documents import PDF, Document
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.organisation import in_force, today
from portal.kernel.people import Principal, User
from portal.sertifikasi import KELOLA_MUK
from portal.sertifikasi.muk.models import BERLAKU, DICABUT, Muk, MukDibuka
from portal.sertifikasi.muk.policies import leaves_in_force
from portal.sertifikasi.repositori.models import AksesPihakKetiga
from portal.sertifikasi.skema.models import SkemaUnit, SkemaVersi

FILE_MOST, WORDS_MIN = 20 * 1024 * 1024, 10
KODE = re.compile(r"FR\.(IA\.\d{2}[A-Z]?|MAPA\.\d{2})")
activity.declare(**{
    "muk.ditambah": "kode judul versi", "muk.diganti": "kode judul versi alasan", "muk.diubah": "dari ke",
    "muk.dicabut": "kode alasan", "muk.dibuka": "kepada kode permintaan", "muk.ditutup": "kepada kode",
})  # fmt: skip


@dataclass(frozen=True)
class Berkas:
    """An upload: its stream and the name it came with."""

    stream: Any
    nama: str


def normal_kode(text: str) -> str:
    """FR.IA.01 or FR.MAPA.02 as forms are numbered. Raises Invalid."""
    kode = text.strip().upper().replace(" ", "")
    if not KODE.fullmatch(kode):
        raise Invalid("kode", "Kode: tulis seperti FR.IA.05 atau FR.MAPA.01")
    return kode


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not 3 <= len(title) <= 200:
        raise Invalid("judul", "Judul: tulis 3 sampai 200 huruf")
    return title


def _stored(file: Berkas, versi: uuid.UUID, user: Principal) -> Document:
    """PDF only: pages of it are shown with the reader's name across them."""
    if not file.nama:
        raise Invalid("berkas", "Pilih berkas PDF instrumennya")
    document = documents.receive(file.stream, file.nama, user.id, FILE_MOST)
    if document.mime != PDF:
        raise Invalid("berkas", "Simpan instrumen sebagai PDF, lalu unggah lagi")
    documents.claim(document)
    documents.for_office(document, KELOLA_MUK, "muk", versi=str(versi))
    return document


def add(user: Principal, versi: uuid.UUID | None, unit: uuid.UUID | None, teks: tuple[str, str], file: Berkas) -> Muk:
    """`teks`: kode and judul. Raises Invalid, Conflict while one of that code is in force for the same unit."""
    if versi is None or db.session.get(SkemaVersi, versi) is None:
        raise Invalid("skema", "Pilih versi skema")
    part = sa.select(SkemaUnit.id).where(SkemaUnit.skema_versi_id == versi, SkemaUnit.unit_id == unit)
    if unit is not None and db.session.scalar(part) is None:
        raise Invalid("unit", "Unit itu bukan bagian dari versi skema yang dipilih")
    kode, judul = normal_kode(teks[0]), _title(teks[1])
    same = sa.select(Muk).where(Muk.skema_versi_id == versi, Muk.unit_id.is_not_distinct_from(unit), Muk.kode == kode)
    if db.session.scalars(same.where(Muk.status == BERLAKU)).first() is not None:
        raise Conflict(f"{kode} sudah berlaku untuk skema dan unit itu. Ganti dengan versi baru dari halamannya.")
    last = db.session.scalar(same.with_only_columns(sa.func.max(Muk.versi))) or 0
    row = Muk(skema_versi_id=versi, unit_id=unit, kode=kode, judul=judul, versi=last + 1, pembuat_id=user.id,
              dokumen_id=_stored(file, versi, user).id)  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:  # the same form sent twice at once
        raise Conflict(f"{kode} sudah berlaku untuk skema dan unit itu.") from error
    activity.log("muk.ditambah", row, by=user, kode=kode, judul=judul, versi=row.versi)
    return row


def _in_force(row: Muk) -> None:
    if row.status != BERLAKU:
        raise Conflict("Instrumen ini sudah diganti atau dicabut.")


def _reason(text: str) -> str:
    words = text.strip()
    if not WORDS_MIN <= len(words) <= 1000:
        raise Invalid("alasan", f"Tulis alasannya, sedikitnya {WORDS_MIN} huruf")
    return words


def rename(row: Muk, user: Principal, judul: str) -> None:
    _in_force(row)
    before, row.judul = row.judul, _title(judul)
    activity.log("muk.diubah", row, by=user, dari=before, ke=row.judul)


def replace(row: Muk, user: Principal, alasan: str, file: Berkas) -> Muk:
    """The next version; this one ends. Raises Conflict, Invalid."""
    _in_force(row)
    why, document = _reason(alasan), _stored(file, row.skema_versi_id, user)
    row.status, row.berakhir_at, row.alasan = DICABUT, now(), why
    db.session.flush()
    new = Muk(skema_versi_id=row.skema_versi_id, unit_id=row.unit_id, kode=row.kode, judul=row.judul,
              versi=row.versi + 1, pembuat_id=user.id, dokumen_id=document.id, menggantikan_id=row.id)  # fmt: skip
    db.session.add(new)
    db.session.flush()
    activity.log("muk.diganti", new, by=user, kode=new.kode, judul=new.judul, versi=new.versi, alasan=why)
    return new


def withdraw(row: Muk, user: Principal, alasan: str) -> None:
    """Out of use without a successor; what was opened of it is closed. Raises Conflict, Invalid."""
    _in_force(row)
    row.status, row.berakhir_at, row.alasan = DICABUT, now(), _reason(alasan)
    for held in db.session.scalars(sa.select(MukDibuka).where(MukDibuka.muk_id == row.id)):
        held.ditutup_at = held.ditutup_at or now()
    activity.log("muk.dicabut", row, by=user, kode=row.kode, alasan=row.alasan)


# ---- on request of an outside person


def open_leaves() -> list[tuple[AksesPihakKetiga, str]]:
    """Leaves in force today with the name of their person."""
    query = sa.select(AksesPihakKetiga, User.nama).join(User, User.id == AksesPihakKetiga.user_id)
    held = query.where(leaves_in_force(), in_force(AksesPihakKetiga, today())).order_by(User.nama)
    return list(db.session.execute(held).tuples())


def open_for(row: Muk, akses: uuid.UUID | None, permintaan: str, user: Principal) -> None:
    """Raises Invalid for a leave that is not in force or without the request in words, Conflict when it is open."""
    _in_force(row)
    found = next(((leave, name) for leave, name in open_leaves() if leave.id == akses), None)
    if found is None:
        raise Invalid("akses", "Pilih orang yang aksesnya sedang berlaku")
    words = permintaan.strip()
    if not WORDS_MIN <= len(words) <= 1000:
        raise Invalid("permintaan", f"Tulis permintaannya, sedikitnya {WORDS_MIN} huruf")
    leave, name = found
    same = sa.select(MukDibuka.id).where(MukDibuka.muk_id == row.id, MukDibuka.akses_id == leave.id)
    if db.session.scalar(same.where(MukDibuka.ditutup_at.is_(None))) is not None:
        raise Conflict(f"Instrumen ini sudah dibuka untuk {name}.")
    db.session.add(MukDibuka(muk_id=row.id, akses_id=leave.id, oleh_id=user.id, permintaan=words))
    db.session.flush()
    activity.log("muk.dibuka", row, by=user, kepada=name, kode=row.kode, permintaan=words)
    until = f"{row.kode}, sampai {tanggal(leave.selesai)}"
    notices.notify(leave.user_id, "Instrumen dibuka untuk Anda", until, "/sertifikasi/pantau/muk")
    people.touch(leave.user_id)


def close_for(held: MukDibuka, row: Muk, nama: str, user: Principal) -> None:
    if held.ditutup_at is not None:
        raise Conflict("Pembukaan ini sudah ditutup.")
    held.ditutup_at = now()
    activity.log("muk.ditutup", row, by=user, kepada=nama, kode=row.kode)
