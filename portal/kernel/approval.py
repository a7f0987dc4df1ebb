"""Approval: flows of moves declared by modules, one Submission per case, events that are never changed.

A `Submission` row is what the inbox lists; the module's own row points at it with a foreign key.
A move locks the submission, checks its state, its version and who acts, writes one event, then
runs the module's function. Nobody decides their own case unless the move says `by=OWNER`.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from portal.kernel import activity, jobs, notices, organisation, people
from portal.kernel.access import in_scope
from portal.kernel.db import Base, commit, db, now
from portal.kernel.errors import Conflict, Denied, Invalid, Missing
from portal.kernel.organisation import in_force
from portal.kernel.people import Principal, User

OWNER, ASSIGNEE = "OWNER", "ASSIGNEE"
REQUIRED, OPTIONAL, NONE = "REQUIRED", "OPTIONAL", "NONE"
NOTE_MIN = 10
NOTE_MAX = 2000
WAITING = ["DIAJUKAN", "MENUNGGU_PENILAI"]  # states in which a case waits for its decider

activity.declare(**{
    "pengajuan.bergerak": "alur aksi langkah dari ke atas_nama versi",
    "pengajuan.dialihkan": "alur dari ke alasan",
    "delegasi.dibuat": "kepada mulai selesai", "delegasi.dicabut": "kepada",
})  # fmt: skip


class Submission(Base):
    """One case in the inbox. `versi` grows with every change the owner or the decider makes."""

    __tablename__ = "pengajuan"

    alur: Mapped[str]
    status: Mapped[str]
    judul: Mapped[str]
    rincian: Mapped[str] = mapped_column(default="")
    tanda: Mapped[list[str]] = mapped_column(default=list)  # badges: SIAP, PERLU_DIBACA, MENAHAN_TPP, ...
    siap: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    pemohon: Mapped[str]
    assignee_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    sebagai: Mapped[str] = mapped_column(default="")  # "Plt. ..." when the assignee decides in another seat
    unit_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    pd_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("unit.id"))
    diajukan_at: Mapped[datetime | None]
    diputus_at: Mapped[datetime | None]
    dibuka_at: Mapped[datetime | None]  # first time the decider opened it
    batas: Mapped[date | None]
    versi: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        sa.Index("ix_pengajuan_kotak", "assignee_id", "status", "batas", "diajukan_at", "id"),
        sa.Index("ix_pengajuan_pd", "pd_id", "alur", "status"),
    )


class SubmissionEvent(Base):
    """What was done, by whom, for whom, on which version. Append-only (a trigger refuses the rest)."""

    __tablename__ = "langkah_persetujuan"

    submission_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengajuan.id"), index=True)
    langkah: Mapped[str] = mapped_column(default="")
    aksi: Mapped[str]
    dari: Mapped[str]
    ke: Mapped[str]
    pelaku_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pengguna.id"))
    pelaku: Mapped[str]
    atas_nama: Mapped[str] = mapped_column(default="")
    catatan: Mapped[str] = mapped_column(default="")
    rincian: Mapped[dict[str, Any]] = mapped_column(default=dict)
    versi: Mapped[int]
    kunci: Mapped[uuid.UUID | None] = mapped_column(unique=True)  # idempotency key of the form


class Delegasi(Base):
    """A decider lets a colleague decide in their name for a period."""

    __tablename__ = "delegasi"

    dari_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    kepada_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("pengguna.id"), index=True)
    alasan: Mapped[str] = mapped_column(default="")
    mulai: Mapped[date]
    selesai: Mapped[date]
    dicabut_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint("selesai >= mulai", name="masa"),
        sa.CheckConstraint("dari_id <> kepada_id", name="bukan_diri"),
    )


class Submittable:
    """Mixin of a module's row: `submission_id` and the `submission` it belongs to."""

    @declared_attr
    def submission_id(cls) -> Mapped[uuid.UUID]:
        return mapped_column(sa.ForeignKey("pengajuan.id"), unique=True)

    @declared_attr
    def submission(cls) -> Mapped[Submission]:
        return relationship(Submission, lazy="raise_on_sql", foreign_keys=[cls.submission_id])  # type: ignore[list-item]


@dataclass(frozen=True)
class Move:
    """A named change of state. `by`: OWNER, ASSIGNEE, or a permission. `note`: REQUIRED means >= 10 letters, NONE
    that pages ask for none.

    `then(subject, user, note)` runs in the same transaction, after the event is written; `when` raises
    Conflict or Invalid if the subject is not ready for it.
    """

    name: str
    label: str
    sources: frozenset[str]
    target: str
    by: str
    note: str = OPTIONAL
    step: str = ""
    then: Callable[[Any, Principal, str], None] | None = None
    when: Callable[[Any], None] | None = None


@dataclass(frozen=True)
class Outcome:
    """What a decision in the inbox led to. `next_case`: go on to the next one; `stay`: the step to show here."""

    message: str
    next_case: bool = False
    step: str = ""


@dataclass(frozen=True)
class Flow:
    """A kind of case. The kernel owns list, state, log and inbox; the module fills these in.

    `subject(submission)`: the module's row. `panel(submission, user, step)`: context of `template`, the detail
    pane. `decide(submission, user, form, step)`: one press of a button in that pane. `bulk(submission, user)`:
    decide without opening, raises Conflict when this case wants to be read. `resolve(submission)`: who decides
    today (user id, capacity), asked before each decision and when seats change. A flow whose moves belong to
    permissions is decided on its module's own pages and leaves these empty: nobody is its one decider.
    """

    name: str
    title: str
    moves: tuple[Move, ...]
    subject: Callable[[Submission], Any]
    template: str = ""
    panel: Callable[[Submission, Principal, str], dict[str, Any]] | None = None
    decide: Callable[[Submission, Principal, Any, str], Outcome] | None = None
    resolve: Callable[[Submission], tuple[uuid.UUID | None, str]] | None = None
    bulk: Callable[[Submission, Principal], None] | None = None
    bulk_label: str = "Setujui"

    def __post_init__(self) -> None:
        FLOWS[self.name] = self

    def move(self, name: str) -> Move:
        return next(m for m in self.moves if m.name == name)


FLOWS: dict[str, Flow] = {}


def acting_for(user_id: uuid.UUID, on: date) -> sa.Select[tuple[uuid.UUID]]:
    """Users whose cases this person may decide through a delegation in force."""
    return sa.select(Delegasi.dari_id).where(
        Delegasi.kepada_id == user_id, Delegasi.dicabut_at.is_(None), in_force(Delegasi, on)
    )


def inbox_rows(user: Principal) -> sa.ColumnElement[bool]:
    """Cases this person decides, never their own: assigned to them, or by delegation what waits now.

    Of what was decided earlier a delegate sees what they took part in, not the delegator's whole past.
    """
    # One array instead of an OR: PostgreSQL then walks the index of the inbox for each decider.
    deciders = sa.select(sa.cast(user.id, sa.Uuid)).union_all(acting_for(user.id, organisation.today()))
    mine = Submission.assignee_id == sa.any_(sa.func.array(deciders.scalar_subquery()))
    # An array for the events, too: as EXISTS they might be hashed, which reads those of all cases.
    acted = sa.select(SubmissionEvent.pelaku_id).where(SubmissionEvent.submission_id == Submission.id)
    hands = sa.func.array(acted.correlate(Submission).scalar_subquery())
    open_to = sa.or_(
        Submission.assignee_id == user.id, Submission.status.in_(WAITING),
        sa.cast(user.id, sa.Uuid) == sa.any_(hands),
    )  # fmt: skip
    return sa.and_(mine, open_to, Submission.owner_id != user.id)


def visible_submissions(user: Principal) -> sa.Select[tuple[Submission]]:
    """Cases in the person's inbox and their own."""
    return sa.select(Submission).where(sa.or_(inbox_rows(user), Submission.owner_id == user.id))


def lock(submission_id: uuid.UUID) -> Submission:
    query = sa.select(Submission).where(Submission.id == submission_id).with_for_update()
    row = db.session.scalars(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise Missing()
    return row


def move(
    submission_id: uuid.UUID, name: str, user: Principal, note: str = "", versi: int | None = None,
    kunci: uuid.UUID | None = None, rincian: dict[str, Any] | None = None, step: str = "",
) -> Submission:  # fmt: skip
    """Carry out a declared move. Raises Conflict (state, version), Denied (not theirs), Invalid (note).

    A `kunci` seen before returns the case as the first click left it.
    """
    submission = lock(submission_id)
    flow = FLOWS[submission.alur]
    step_of = flow.move(name)
    if kunci and _used(submission, kunci):
        return submission
    on_behalf = _may(submission, step_of, user)
    if versi is not None and versi != submission.versi:
        raise Conflict(stale_message(submission))
    if submission.status not in step_of.sources:
        raise Conflict(f"{submission.judul} sudah berstatus {submission.status.lower().replace('_', ' ')}.")
    if len(note) > NOTE_MAX:
        raise Invalid("catatan", "Catatan: paling banyak 2.000 karakter")
    if step_of.note == REQUIRED and len(note.strip()) < NOTE_MIN:
        raise Invalid("catatan", "Tulis catatan sedikitnya 10 huruf agar pegawai tahu apa yang perlu diperbaiki")
    subject = flow.subject(submission)
    if step_of.when:
        step_of.when(subject)
    _write(submission, step_of, user, note.strip(), on_behalf, kunci, rincian or {}, step)
    if step_of.then:
        step_of.then(subject, user, note.strip())
    _tell(submission, submission.assignee_id, user.id)
    return submission


def _used(submission: Submission, kunci: uuid.UUID) -> bool:
    """A form with this key was carried out on this case. Raises Conflict when it was on another one."""
    case = db.session.scalar(sa.select(SubmissionEvent.submission_id).where(SubmissionEvent.kunci == kunci))
    if case not in (None, submission.id):
        raise Conflict(stale_message(submission))
    return case is not None


def _tell(submission: Submission, *deciders: uuid.UUID | None) -> None:
    """Pages of the owner, of these deciders and of who decides in their name are stale."""
    acting = sa.select(Delegasi.kepada_id).where(
        Delegasi.dari_id.in_([d for d in deciders if d]),
        Delegasi.dicabut_at.is_(None),
        in_force(Delegasi, organisation.today()),
    )
    people.touch(submission.owner_id, *deciders, *db.session.scalars(acting))


def is_repeat(submission_id: uuid.UUID, kunci: uuid.UUID) -> bool:
    """The form with this key was already carried out on this case."""
    query = sa.select(SubmissionEvent.id).where(
        SubmissionEvent.kunci == kunci, SubmissionEvent.submission_id == submission_id
    )
    return db.session.scalar(query) is not None


def stale_message(submission: Submission) -> str:
    return f"{submission.judul} berubah sejak Anda membukanya. Lihat perubahannya, lalu putuskan lagi."


def decider(submission: Submission, user: Principal) -> str:
    """The capacity in which this person decides the case ("" in their own seat). Raises Denied."""
    return _may(submission, Move("", "", frozenset(), "", by=ASSIGNEE), user)


def touch_case(submission: Submission, versi: int | None) -> None:
    """A change inside the case that moves no state: checks the version and raises it. Raises Conflict."""
    if versi is not None and versi != submission.versi:
        raise Conflict(stale_message(submission))
    submission.versi += 1
    _tell(submission, submission.assignee_id)


def seen(submission: Submission, user: Principal) -> None:
    """Note the first time the decider opened the case: from then on the owner can no longer take it back."""
    if submission.dibuka_at is None and submission.owner_id != user.id:
        submission.dibuka_at = now()
        people.touch(submission.owner_id)


def _may(submission: Submission, step: Move, user: Principal) -> str:
    """Name of the person acted for, '' for oneself. Raises Denied."""
    if step.by == OWNER:
        if submission.owner_id != user.id:
            raise Denied("Hanya pemilik kiriman yang dapat melakukan ini.")
        return ""
    if submission.owner_id == user.id:
        raise Denied("Anda tidak dapat memutuskan kiriman Anda sendiri.")
    if step.by != ASSIGNEE:
        held = sa.select(Submission.id).where(Submission.id == submission.id, in_scope(Submission, user, step.by))
        if db.session.scalar(held) is None:
            raise Denied()
        return ""
    if submission.assignee_id == user.id:
        return submission.sebagai
    delegators = db.session.scalars(acting_for(user.id, organisation.today())).all()
    if submission.assignee_id not in delegators:
        raise Denied("Kiriman ini diputuskan oleh pejabat lain.")
    return db.session.scalar(sa.select(User.nama).where(User.id == submission.assignee_id)) or ""


def _write(
    submission: Submission, step: Move, user: Principal, note: str, on_behalf: str,
    kunci: uuid.UUID | None, rincian: dict[str, Any], langkah: str,
) -> None:  # fmt: skip
    before = submission.status
    submission.status = step.target
    submission.versi += 1
    langkah = langkah or step.step
    db.session.add(
        SubmissionEvent(
            submission_id=submission.id, langkah=langkah, aksi=step.name, dari=before, ke=step.target,
            pelaku_id=user.id, pelaku=user.nama, atas_nama=on_behalf, catatan=note, rincian=rincian,
            versi=submission.versi, kunci=kunci,
        )
    )  # fmt: skip
    activity.log(
        "pengajuan.bergerak", submission, by=user, alur=submission.alur, aksi=step.name, langkah=langkah,
        dari=before, ke=step.target, atas_nama=on_behalf, versi=submission.versi,
    )  # fmt: skip


def record_system(submission: Submission, aksi: str, target: str, note: str = "") -> None:
    """A change of state that the calendar makes (a lock that passes), written like a move of nobody."""
    step = Move(aksi, aksi, frozenset([submission.status]), target, by=ASSIGNEE)
    system = Principal(id=None, nama="sistem", pengguna="sistem")  # type: ignore[arg-type]
    _write(submission, step, system, note, "", None, {}, "")
    _tell(submission, submission.assignee_id)


def history(submission_id: uuid.UUID) -> list[SubmissionEvent]:
    query = sa.select(SubmissionEvent).where(SubmissionEvent.submission_id == submission_id)
    return list(db.session.scalars(query.order_by(SubmissionEvent.id)))


def reassign(submission: Submission, to: uuid.UUID | None, sebagai: str, why: str) -> None:
    """Give a pending case to another decider: a seat changed hands. Both are told."""
    if submission.assignee_id == to and submission.sebagai == sebagai:
        return
    activity.log(
        "pengajuan.dialihkan",
        submission,
        alur=submission.alur,
        dari=submission.assignee_id,
        ke=to,
        alasan=why,
    )
    _tell(submission, submission.assignee_id, to)
    submission.assignee_id, submission.sebagai = to, sebagai
    notices.notify(to, f"{submission.pemohon}: {submission.judul}", why, f"/kotak-persetujuan/{submission.id}")


def follow_seat(submission: Submission) -> None:
    """Give a waiting case to who holds the decider's seat today; to nobody while that seat is vacant."""
    resolve = FLOWS[submission.alur].resolve
    if resolve is None:
        return
    to, sebagai = resolve(submission)
    why = "Pejabat penilai berganti." if to else "Jabatan penilai sedang kosong."
    reassign(submission, to, sebagai, why)


@jobs.every(900, "Alihkan kiriman yang penilainya berganti")
@jobs.kind("ikuti-jabatan", antrean="panjang")
def follow_seats(job: jobs.Job) -> None:
    """All waiting cases, when a seat began, ended or was changed in the last two days."""
    since = now() - timedelta(days=2)
    if not organisation.seats_changed(since, organisation.today()):
        return
    waiting = sa.select(Submission.id).where(Submission.status.in_(WAITING)).order_by(Submission.id)
    for key in db.session.scalars(waiting).all():
        submission = lock(key)
        if submission.status in WAITING:
            follow_seat(submission)
        commit()  # case by case: nobody who decides one waits for all the others
