"""One case as the asesi's pages read it and as their posts change it: rows, units, and what is open now."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal.kernel import approval, people, sealing
from portal.kernel.access import fetch
from portal.kernel.approval import SubmissionEvent
from portal.kernel.calendar import setempat
from portal.kernel.citizens import NIK
from portal.kernel.db import db
from portal.kernel.errors import Missing
from portal.kernel.numbers import whole
from portal.kernel.people import Principal
from portal.kernel.storage import config
from portal.sertifikasi.saya import forms, services
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.models import BerkasAsesi, BuktiSyarat, JawabanApl02, Permohonan
from portal.sertifikasi.saya.policies import own_cases
from portal.sertifikasi.skema import models as sk
from portal.sertifikasi.skema.models import Elemen, SkemaUnit, SkemaVersi, UnitKompetensi
from portal.sertifikasi.tenggat import batas

APL01_OPEN = (m.DRAF, m.PERLU_PERBAIKAN)
APL02_SENDABLE = (m.APL01_DITERIMA, m.APL02_PERLU_PERBAIKAN)
APL02_OPEN = (m.DRAF, m.DIAJUKAN, m.PERLU_PERBAIKAN, *APL02_SENDABLE)
NOTE_LEAST = 20  # letters of a note that may stand in for evidence


def row_key(row: BuktiSyarat) -> str:
    """Key of a requirement row in `Permohonan.ditandai` and in the notes of a return."""
    return f"syarat:{row.id}"


def field_key(name: str) -> str:
    """The same for a field of forms.FIELDS."""
    return f"isian:{name}"


@dataclass
class Kasus:
    """`versi_lama`: the draft is pinned to a version that has been replaced by this one."""

    p: Permohonan
    units: list[SkemaUnit]
    hari_ini: date

    # ---- what the case is

    @property
    def status(self) -> str:
        return self.p.submission.status

    @property
    def dasar(self) -> str:
        return f"/sertifikasi/saya/{self.p.id}"

    @property
    def versi_skema(self) -> SkemaVersi:
        return self.p.skema_versi

    @cached_property
    def versi_baru(self) -> SkemaVersi | None:
        return services.newer_version(self.p)

    @cached_property
    def tertutup(self) -> str:
        """Why this draft cannot be sent now: registration closed, licence ended."""
        if self.status != m.DRAF:
            return ""
        return services.closed_because(self.versi_baru or self.versi_skema)

    @property
    def tenggat(self) -> date | None:
        """Last day to send: of a repair, or of the sixty days a draft is kept."""
        if self.status in (m.PERLU_PERBAIKAN, m.APL02_PERLU_PERBAIKAN):
            return self.p.tenggat
        if self.status == m.DRAF:
            return setempat(self.p.dibuat_at, config().zona).date() + timedelta(days=batas("draf"))
        return None

    def has_key(self, kunci: uuid.UUID | None) -> bool:
        return kunci is not None and approval.is_repeat(self.p.submission_id, kunci)

    # ---- APL-01

    @property
    def apl01_terbuka(self) -> bool:
        return self.p.aktif and self.status in APL01_OPEN

    @property
    def ditandai(self) -> set[str] | None:
        """Keys a return reopened; None: everything is open."""
        if self.status != m.PERLU_PERBAIKAN or not self.p.ditandai:
            return None
        return set(self.p.ditandai)

    def open(self, key: str) -> bool:
        return self.apl01_terbuka and (self.ditandai is None or key in self.ditandai)

    @cached_property
    def nik(self) -> str:
        return sealing.unseal(self.p.nik_enc, NIK) if self.p.nik_enc else ""

    def nilai(self, name: str) -> str:
        if name == "nik":
            return self.nik
        if name in forms.COLUMNS:
            return str(getattr(self.p, name))
        return str(self.p.isian.get(name, ""))

    @property
    def values(self) -> dict[str, str]:
        return {**self.p.isian, **{name: self.nilai(name) for name in ("nik", *forms.COLUMNS)}}

    def dari(self, name: str) -> str:
        """Where a prefilled value came from, "" once the person has typed one."""
        words = self.p.asal.get(name, {}).get("dari", "")
        return str(words) if self.nilai(name) else ""

    @property
    def terisi_otomatis(self) -> bool:
        return any(mark.get("dari") for mark in self.p.asal.values())

    @cached_property
    def syarat(self) -> list[BuktiSyarat]:
        """Requirement rows in the order of the form; row n is named s<n>."""
        return sorted(self.p.syarat, key=lambda row: (row.syarat.kategori != sk.DASAR, row.syarat.urut))

    def baris(self, nomor: str) -> BuktiSyarat:
        found = whole(nomor, 1, len(self.syarat))
        if found is None:
            raise Missing()
        return self.syarat[found - 1]

    @cached_property
    def catatan(self) -> dict[str, str]:
        """Notes of the last return by key (`rincian` of the event holds them under "catatan"); rows also carry
        theirs in a column."""
        found = {row_key(row): row.catatan for row in self.p.syarat if row.catatan}
        for event in reversed(self.riwayat):
            if event.aksi == "minta_perbaikan":
                return {**found, **event.rincian.get("catatan", {})}
        return found

    @cached_property
    def riwayat(self) -> list[SubmissionEvent]:
        return approval.history(self.p.submission_id)

    @property
    def pengembali(self) -> SubmissionEvent | None:
        names = ("minta_perbaikan", "kembalikan_apl02")
        return next((event for event in reversed(self.riwayat) if event.aksi in names), None)

    # ---- APL-02

    @property
    def apl02_terbuka(self) -> bool:
        return self.p.aktif and self.status in APL02_OPEN

    @property
    def apl02_dapat_dikirim(self) -> bool:
        return self.p.aktif and self.status in APL02_SENDABLE

    @cached_property
    def jawaban(self) -> dict[uuid.UUID, JawabanApl02]:
        return {row.elemen_id: row for row in self.p.jawaban}

    def unit(self, slug: str) -> SkemaUnit:
        found = next((u for u in self.units if f"unit-{u.urut}" == slug), None)
        if found is None:
            raise Missing()
        return found

    def elemen(self, slug: str, urut: str) -> Elemen:
        found = next((e for e in self.unit(slug).unit.elemen if str(e.urut) == urut), None)
        if found is None:
            raise Missing()
        return found

    def elemen_terbuka(self, elemen: Elemen) -> bool:
        """A returned APL-02 reopens only the elemen that the asesor marked."""
        if not self.apl02_terbuka:
            return False
        if self.status != m.APL02_PERLU_PERBAIKAN or not any(row.perlu_perbaikan for row in self.p.jawaban):
            return True
        row = self.jawaban.get(elemen.id)
        return row is not None and row.perlu_perbaikan

    def terjawab(self, unit: SkemaUnit) -> int:
        return sum(1 for e in unit.unit.elemen if e.id in self.jawaban and self.jawaban[e.id].jawaban)

    @property
    def jumlah_elemen(self) -> int:
        return sum(len(u.unit.elemen) for u in self.units)

    @property
    def jumlah_terjawab(self) -> int:
        return sum(self.terjawab(u) for u in self.units)

    def cukup(self, elemen: Elemen) -> bool:
        """K rests on evidence or on a note that says when and where."""
        row = self.jawaban.get(elemen.id)
        if row is None or not row.jawaban:
            return False
        return row.jawaban != m.K or bool(row.bukti) or len(row.catatan.strip()) >= NOTE_LEAST

    def nomor_elemen(self, elemen: Elemen) -> int:
        """Place among all elemen of the scheme, from 1."""
        every = [e.id for u in self.units for e in u.unit.elemen]
        return every.index(elemen.id) + 1

    # ---- files

    @cached_property
    def berkas(self) -> list[BerkasAsesi]:
        """Every file this case uses, the newest first, each once."""
        used = [b for row in self.p.syarat for b in row.berkas] + [b for row in self.p.jawaban for b in row.bukti]
        return sorted({b.id: b for b in used}.values(), key=lambda b: b.id, reverse=True)


def find(user: Principal, id: uuid.UUID, lock: bool = False) -> Kasus:
    """The person's own case. `lock`: its submission is held until the transaction ends, then everything is read."""
    query = own_cases(user)
    if lock:
        key = db.session.scalar(query.with_only_columns(Permohonan.submission_id).where(Permohonan.id == id))
        if key is None:
            raise Missing()
        approval.lock(key)
        people.touch(user.id)
    case = fetch(full(query).execution_options(populate_existing=True), id)
    return Kasus(case, units_of(case.skema_versi_id), services.today())


def full(query: sa.Select[tuple[Permohonan]]) -> sa.Select[tuple[Permohonan]]:
    files = selectinload(BuktiSyarat.berkas).joinedload(BerkasAsesi.dokumen)
    proof = selectinload(JawabanApl02.bukti).joinedload(BerkasAsesi.dokumen)
    return query.options(
        joinedload(Permohonan.submission), joinedload(Permohonan.skema_versi).joinedload(SkemaVersi.skema),
        selectinload(Permohonan.syarat).options(joinedload(BuktiSyarat.syarat), files),
        selectinload(Permohonan.jawaban).options(proof),
    )  # fmt: skip


def units_of(skema_versi_id: uuid.UUID) -> list[SkemaUnit]:
    """Units of a version with their elemen and KUK, in order."""
    inside = joinedload(SkemaUnit.unit)
    query = sa.select(SkemaUnit).where(SkemaUnit.skema_versi_id == skema_versi_id).order_by(SkemaUnit.urut)
    query = query.options(inside.selectinload(UnitKompetensi.elemen).selectinload(Elemen.kuk))
    return list(db.session.scalars(query))
