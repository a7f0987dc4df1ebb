"""The figures, from events that never change: last move of every case and of its certificate before a moment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kernel.approval import Submission, SubmissionEvent
from portal.kernel.calendar import zona_waktu
from portal.kernel.db import now, rows
from portal.kernel.people import User
from portal.kernel.storage import config
from portal.sertifikasi.alur import PERMOHONAN
from portal.sertifikasi.arsip_lama import models as lama
from portal.sertifikasi.arsip_lama.models import SertifikatLama
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.publik.statistik import SMALLEST, few, suppressed, terkecil
from portal.sertifikasi.rekap import definisi as d
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya import pilihan
from portal.sertifikasi.skema import models as s

KOSONG, SISA = "Tidak diisi", "Kelompok lain"
MOST_ROWS = 100
Dikelompokkan = tuple[sa.Select[Any], Any]  # the query with what it joins, and the name of the group
Dimensi = Callable[[sa.Select[Any], datetime], Dikelompokkan]


@dataclass(frozen=True)
class Saringan:
    """`skema`: ids, None for all. `asesor`: user id of the assessor whose cases alone count. `dari`/`sampai`: days
    between which a case was begun. `samar`: small cells are not told."""

    tanggal: date
    menurut: str = "skema"
    skema: tuple[str, ...] | None = None
    asesor: Any = None
    dari: date | None = None
    sampai: date | None = None
    samar: bool = False

    @property
    def batas(self) -> datetime:
        """The end of the day of the recap, where the LSP is."""
        return _start(self.tanggal + timedelta(days=1))


@dataclass(frozen=True)
class Baris:
    """One group: counts by bucket and distinct persons."""

    nama: str
    jumlah: dict[str, int]
    orang: int

    @property
    def total(self) -> int:
        return sum(self.jumlah.values())


@dataclass
class Rekap:
    saringan: Saringan
    ember: dict[str, int] = field(default_factory=dict)
    orang: dict[str, int] = field(default_factory=dict)
    rinci: dict[str, int] = field(default_factory=dict)
    baris: list[Baris] = field(default_factory=list)
    total: int = 0
    orang_total: int = 0
    terkecil: int = SMALLEST
    lama: int | None = None  # checked certificates of the old register in force; None where a filter leaves them out

    def sel(self) -> list[list[str]]:
        """The table as words: name, buckets, total, persons; small cells left out where they must not be told."""
        codes = [e.kode for e in d.EMBER]
        grid = [[b.jumlah.get(c, 0) for c in codes] + [b.total, b.orang] for b in self.baris]
        words = [[str(n) for n in row] for row in grid]
        if self.saringan.samar and grid:
            columns = [suppressed(list(column), self.terkecil) for column in zip(*grid, strict=True)]
            words = [list(row) for row in zip(*columns, strict=True)]
            for row in words:
                hidden = any(not w.replace(".", "").isdigit() for w in row[:-2])
                row[-2:] = [few(self.terkecil)] * 2 if hidden else row[-2:]
        return [[b.nama, *row] for b, row in zip(self.baris, words, strict=True)]


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), zona_waktu(config().zona))


# ---- groups


def _schemes(query: sa.Select[Any], batas: datetime) -> Dikelompokkan:
    return query, s.Skema.judul


def _clusters(query: sa.Select[Any], batas: datetime) -> Dikelompokkan:
    return query, s.Skema.sub_klaster


def _field(name: str) -> Dimensi:
    def group(query: sa.Select[Any], batas: datetime) -> Dikelompokkan:
        return query, m.Permohonan.isian[name].astext

    return group


def _column(column: Any) -> Dimensi:
    def group(query: sa.Select[Any], batas: datetime) -> Dikelompokkan:
        return query, column

    return group


def last_asesor(batas: datetime) -> Any:
    """Case to the assessor whom it was assigned to last, before that moment."""
    given = a.PenugasanAsesor
    query = sa.select(given.permohonan_id, given.asesor_id).distinct(given.permohonan_id)
    query = query.where(given.disetujui_at < batas).order_by(given.permohonan_id, given.disetujui_at.desc())
    return query.subquery("ditugaskan")


def _asesor(query: sa.Select[Any], batas: datetime) -> Dikelompokkan:
    last = last_asesor(batas)
    query = query.outerjoin(last, last.c.permohonan_id == m.Permohonan.id)
    query = query.outerjoin(a.Asesor, a.Asesor.id == last.c.asesor_id).outerjoin(User, User.id == a.Asesor.user_id)
    return query, sa.func.coalesce(User.nama, "Belum ditugaskan")


def _tuk(query: sa.Select[Any], batas: datetime) -> Dikelompokkan:
    seat = a.PesertaSesi
    last = sa.select(seat.permohonan_id, seat.sesi_id).distinct(seat.permohonan_id).where(seat.dibuat_at < batas)
    found = last.order_by(seat.permohonan_id, seat.id.desc()).subquery("dijadwalkan")
    query = query.outerjoin(found, found.c.permohonan_id == m.Permohonan.id)
    query = query.outerjoin(a.SesiAsesmen, a.SesiAsesmen.id == found.c.sesi_id)
    query = query.outerjoin(a.Tuk, a.Tuk.id == a.SesiAsesmen.tuk_id)
    return query, sa.func.coalesce(a.Tuk.nama, "Belum dijadwalkan")


MENURUT: dict[str, tuple[str, Dimensi, dict[str, str]]] = {
    "skema": ("Skema", _schemes, {}),
    "subklaster": ("Sub-klaster", _clusters, {}),
    "provinsi": ("Provinsi", _column(m.Permohonan.provinsi), pilihan.PROVINSI),
    "institusi": ("Institusi", _column(m.Permohonan.instansi), {}),
    "kelamin": ("Jenis kelamin", _field("jenis_kelamin"), pilihan.KELAMIN),
    "anggaran": ("Sumber anggaran", _field("sumber_anggaran"), pilihan.ANGGARAN),
    "asesor": ("Asesor", _asesor, {}),
    "tuk": ("TUK", _tuk, {}),
}


# ---- states on a day


def states(batas: datetime) -> Any:
    """Case (its submission) to its state at that moment. Up to now nothing has to be replayed: a move writes its event
    and the state it led to at once."""
    if batas <= now():
        return last_states(batas)
    query = sa.select(Submission.id.label("submission_id"), Submission.status.label("ke"))
    return query.where(Submission.alur == PERMOHONAN).subquery("terakhir")


def last_states(batas: datetime) -> Any:
    """The same for any moment, from the last event before it."""
    e = SubmissionEvent
    query = sa.select(e.submission_id, e.ke).distinct(e.submission_id).where(e.dibuat_at < batas)
    return query.order_by(e.submission_id, e.id.desc()).subquery("terakhir")


def last_certificates(batas: datetime) -> Any:
    """Case to the state of its newest certificate at that moment; an end that has passed is an end."""
    e, row = k.SertifikatPeristiwa, k.Sertifikat
    told = sa.select(e.sertifikat_id, e.ke).distinct(e.sertifikat_id).where(e.dibuat_at < batas)
    last = told.order_by(e.sertifikat_id, e.id.desc()).subquery("kejadian")
    over = sa.and_(
        last.c.ke == k.BERLAKU, row.sampai < (batas - timedelta(seconds=1)).astimezone(zona_waktu(config().zona)).date()
    )
    state = sa.case((over, k.KEDALUWARSA), else_=last.c.ke).label("keadaan")
    query = sa.select(row.permohonan_id, state).distinct(row.permohonan_id).join(last, last.c.sertifikat_id == row.id)
    return query.order_by(row.permohonan_id, row.id.desc()).subquery("sertifikat_kini")


def cases(f: Saringan, group: Dimensi) -> sa.Select[Any]:
    """One row a case: person, group, bucket, and the finer state inside "Lainnya"."""
    state, paper = states(f.batas), last_certificates(f.batas)
    bucket = sa.case(
        (sa.and_(state.c.ke == m.BERSERTIFIKAT, paper.c.keadaan == k.BERLAKU), d.TERSERTIFIKASI),
        (state.c.ke == m.BERSERTIFIKAT, d.LAINNYA),
        *((state.c.ke.in_(e.keadaan), e.kode) for e in d.EMBER if e.kode != d.TERSERTIFIKASI),
        else_=d.LAINNYA,
    )
    finer = sa.case(
        (state.c.ke == m.BERSERTIFIKAT, sa.func.coalesce(paper.c.keadaan, k.MENUNGGU_NOMOR)), else_=state.c.ke
    )
    query = (
        sa.select()
        .select_from(m.Permohonan)
        .join(state, state.c.submission_id == m.Permohonan.submission_id)
        .join(s.Skema, s.Skema.id == m.Permohonan.skema_id)
        .outerjoin(paper, paper.c.permohonan_id == m.Permohonan.id)
        .where(state.c.ke != m.DRAF, m.Permohonan.apl01_diajukan_at.is_not(None))  # nothing that was never sent
    )
    query, name = group(_narrowed(query, f), f.batas)
    return query.add_columns(
        m.Permohonan.user_id.label("orang"),
        sa.collate(sa.func.coalesce(sa.func.nullif(name, ""), KOSONG), "C").label("kelompok"),
        sa.collate(bucket, "C").label("ember"),
        sa.collate(finer, "C").label("rinci"),
    )


def _narrowed(query: sa.Select[Any], f: Saringan) -> sa.Select[Any]:
    p = m.Permohonan
    if f.skema is not None:
        query = query.where(sa.cast(p.skema_id, sa.Text()).in_(f.skema))
    if f.dari:
        query = query.where(p.dibuat_at >= _start(f.dari))
    if f.sampai:
        query = query.where(p.dibuat_at < _start(f.sampai + timedelta(days=1)))
    if f.asesor is not None:
        given = sa.select(a.PenugasanAsesor.permohonan_id).join(a.Asesor, a.Asesor.id == a.PenugasanAsesor.asesor_id)
        mine = given.where(a.Asesor.user_id == f.asesor, a.PenugasanAsesor.disetujui_at.is_not(None))
        query = query.where(p.id.in_(mine))
    return query


def rekap(f: Saringan) -> Rekap:
    """All figures of one page from one statement."""
    _, group, words = MENURUT[f.menurut]
    per_case = cases(f, group).cte("kasus")
    c, many = per_case.c, sa.func.count()
    people = sa.func.count(sa.distinct(c.orang))
    level = sa.func.grouping(c.kelompok, c.ember, c.rinci)
    sets = sa.func.grouping_sets(
        sa.tuple_(c.kelompok, c.ember),
        sa.tuple_(c.kelompok),
        sa.tuple_(c.ember),
        sa.tuple_(c.ember, c.rinci),
        sa.tuple_(),
    )
    query = sa.select(level, c.kelompok, c.ember, c.rinci, many, people).group_by(sets)
    found = Rekap(f, terkecil=terkecil() if f.samar else SMALLEST)
    groups: dict[str, tuple[dict[str, int], int]] = {}
    for at, name, bucket, finer, count, persons in rows(query):
        if at == 0b001:
            groups.setdefault(name, ({}, 0))[0][bucket] = count
        elif at == 0b011:
            groups[name] = (groups.get(name, ({}, 0))[0], persons)
        elif at == 0b101:
            found.ember[bucket], found.orang[bucket] = count, persons
        elif at == 0b100 and bucket == d.LAINNYA:
            found.rinci[finer] = count
        elif at == 0b111:
            found.total, found.orang_total = count, persons
    named = [Baris(words.get(name, name), counts, persons) for name, (counts, persons) in groups.items()]
    found.lama = before_portal(f)
    found.baris = _most(sorted(named, key=lambda b: (-b.total, b.nama)))
    return found


def before_portal(f: Saringan) -> int | None:
    """Certificates of the old register that were held against their paper by that day and were in force on it. They
    have no application: what narrows applications alone leaves them out."""
    if f.asesor is not None or f.dari is not None or f.sampai is not None:
        return None
    old = SertifikatLama
    query = sa.select(sa.func.count()).where(
        old.periksa == lama.SESUAI, old.diperiksa_at < f.batas, old.terbit <= f.tanggal, old.sampai >= f.tanggal
    )
    if f.skema is not None:
        query = query.where(sa.cast(old.skema_id, sa.Text()).in_(f.skema))
    return int(rows(query).scalar() or 0)


def _most(named: list[Baris]) -> list[Baris]:
    """The largest groups by name, the others together, so that screen and file hold the same."""
    if len(named) <= MOST_ROWS:
        return named
    rest = named[MOST_ROWS - 1 :]
    summed = {e.kode: sum(b.jumlah.get(e.kode, 0) for b in rest) for e in d.EMBER}
    return [*named[: MOST_ROWS - 1], Baris(f"{SISA} ({len(rest)})", summed, sum(b.orang for b in rest))]
