"""The approval inbox: one place for every kind of case that waits for this person."""

import base64
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import approval, people
from portal.kernel.access import fetch
from portal.kernel.approval import FLOWS, Submission, inbox_rows, visible_submissions
from portal.kernel.db import commit, db, rollback
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal
from portal.kernel.web import SIGNED_IN, MenuItem, Module, done, render, today

PATH = "/kotak-persetujuan"
PAGE = 50
BULK_MAX = 50
TABS = {
    "menunggu": ("Menunggu", ["DIAJUKAN", "MENUNGGU_PENILAI"]),
    "dikembalikan": ("Dikembalikan", ["DIKEMBALIKAN"]),
    "selesai": ("Disetujui", ["DITETAPKAN", "DISETUJUI"]),
}
SIGNS = {"siap": "Siap disetujui", "baca": "Perlu dibaca", "plt": "Sebagai Plt atau wakil"}
FAR = date(9999, 12, 31)

module = Module("kotak", PATH, menu=[MenuItem("Persetujuan", "inbox", PATH, can="persetujuan.putus", order=20)])


def _waiting(user: Principal) -> Any:
    rows = sa.select(sa.literal(1)).where(inbox_rows(user), Submission.status.in_(TABS["menunggu"][1])).limit(1000)
    return sa.select(sa.func.count()).select_from(rows.subquery()).scalar_subquery()


module.badges[PATH] = _waiting


@module.route("", can=SIGNED_IN, cached=True)
def daftar() -> Response:
    """The list. The newest case is loaded beside it on wide screens, a link everywhere."""
    return render("kernel/kotak.html", block="daftar", **_list_context(), panel=None, kasus=None, langkah="")


def _list_context() -> dict[str, Any]:
    user = people.required()
    tab = request.args.get("tab", "menunggu")
    tab = tab if tab in TABS else "menunggu"
    cari, tanda = request.args.get("cari", "").strip()[:80], request.args.get("tanda", "")
    rows = db.session.execute(_list_query(user, tab, cari, tanda)).all()
    counts = db.session.execute(_count_query(user)).one()._mapping
    more = _cursor(rows[PAGE - 1]) if len(rows) > PAGE else ""
    return {
        "tab": tab, "tabs": [(name, words, counts[name]) for name, (words, _) in TABS.items()], "cari": cari,
        "tanda": tanda, "tanda_pilihan": [("", "Semua"), *SIGNS.items()], "rows": rows[:PAGE], "lanjutan": more,
        "menahan": counts["menahan"], "siap": counts["siap"], "hari_ini": today(),
    }  # fmt: skip


def _list_query(user: Principal, tab: str, cari: str, tanda: str) -> sa.Select[Any]:
    due = sa.func.coalesce(Submission.batas, FAR)
    columns = [Submission.id, Submission.pemohon, Submission.judul, Submission.rincian, Submission.tanda]
    columns += [Submission.siap, Submission.diajukan_at, Submission.batas, Submission.sebagai, Submission.status]
    columns += [Submission.assignee_id, Submission.alur]
    query = sa.select(*columns).where(inbox_rows(user), Submission.status.in_(TABS[tab][1]))
    if cari:
        query = query.where(Submission.pemohon.icontains(cari, autoescape=True))
    if tanda == "siap":
        query = query.where(Submission.siap)
    elif tanda == "baca":
        query = query.where(~Submission.siap)
    elif tanda == "plt":
        query = query.where(sa.or_(Submission.sebagai != "", Submission.assignee_id != user.id))
    order = (due, Submission.diajukan_at, Submission.id) if tab == "menunggu" else (Submission.id.desc(),)
    after = _read_cursor(request.args.get("setelah", ""))
    if after and tab == "menunggu":
        query = query.where(sa.tuple_(due, Submission.diajukan_at, Submission.id) > sa.tuple_(*after))
    elif after:
        query = query.where(Submission.id < after[2])
    return query.order_by(*order).limit(PAGE + 1)


def _count_query(user: Principal) -> sa.Select[Any]:
    """All tab counts in one statement, each capped by what an inbox can hold."""
    counts = [sa.func.count().filter(Submission.status.in_(states)).label(name) for name, (_, states) in TABS.items()]
    waiting = Submission.status.in_(TABS["menunggu"][1])
    counts.append(sa.func.count().filter(waiting, Submission.tanda.op("?")("MENAHAN_TPP")).label("menahan"))
    counts.append(sa.func.count().filter(waiting, Submission.siap).label("siap"))
    return sa.select(*counts).where(inbox_rows(user))


def _cursor(row: Any) -> str:
    parts = [str(row.batas or FAR), row.diajukan_at.isoformat() if row.diajukan_at else "", str(row.id)]
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode()


def _read_cursor(text: str) -> list[Any] | None:
    try:
        due, sent, key = orjson.loads(base64.urlsafe_b64decode(text.encode()))
        return [date.fromisoformat(due), sent, uuid.UUID(key)]
    except ValueError:
        return None


def _case(key: uuid.UUID, lock: bool = False) -> Submission:
    """A case of this person's inbox. Raises Missing for all others, their own included."""
    user = people.required()
    row: Submission = fetch(visible_submissions(user).where(inbox_rows(user)), key, lock=lock)
    return row


@module.route("/<uuid:id>", can=SIGNED_IN, writes=True)
def kasus(id: uuid.UUID) -> Response:
    submission = _case(id)
    if submission.dibuka_at is None:
        approval.seen(approval.lock(id), people.required())
    return _show(submission, request.args.get("langkah", ""))


def _show(submission: Submission, step: str, status: int = 200, galat: str = "", catatan: str = "") -> Response:
    flow = FLOWS[submission.alur]
    panel = flow.panel(submission, people.required(), step)
    context = {
        "panel": panel, "panel_template": flow.template, "kasus": submission, "langkah": panel["langkah"],
        "galat": galat, "catatan": catatan, "aksi_url": f"{PATH}/{submission.id}", "hari_ini": today(),
        "kunci": uuid.uuid4(), "tetangga": _neighbours(submission),
    }  # fmt: skip
    context["galat_isian"] = galat
    if request.htmx:  # type: ignore[attr-defined]
        return render("kernel/kotak.html", block="rincian", status=status, rows=[], **context)
    return render("kernel/kotak.html", status=status, **{**_list_context(), **context})


def _neighbours(submission: Submission) -> dict[str, Any]:
    """The cases before and after this one in the waiting order, and its place among them."""
    user = people.required()
    due = sa.func.coalesce(Submission.batas, FAR)
    order = (due, Submission.diajukan_at, Submission.id)
    waiting = sa.select(
        Submission.id,
        sa.func.row_number().over(order_by=order).label("ke"),
        sa.func.count().over().label("dari"),
        sa.func.lag(Submission.id).over(order_by=order).label("sebelum"),
        sa.func.lead(Submission.id).over(order_by=order).label("sesudah"),
        sa.func.first_value(Submission.id).over(order_by=order).label("pertama"),
    ).where(inbox_rows(user), Submission.status.in_(TABS["menunggu"][1]))
    rows = waiting.subquery()
    found = db.session.execute(sa.select(rows).where(rows.c.id == submission.id)).first()
    return dict(found._mapping) if found else {"ke": 0, "dari": 0, "sebelum": None, "sesudah": None}


@module.route("/<uuid:id>", can=SIGNED_IN, methods=["POST"])
def putuskan(id: uuid.UUID) -> Response:
    """One decision. A stale version or a refused one shows the case again, nothing is half done."""
    user, step = people.required(), request.form.get("langkah", "")
    submission = _case(id, lock=True)
    after = _neighbours(submission).get("sesudah")
    try:
        with db.session.begin_nested():
            _still_decider(submission)
            outcome = FLOWS[submission.alur].decide(submission, user, request.form, step)
    except Invalid as error:
        rollback()
        return _show(_case(id), step, 422, error.pesan, request.form.get("catatan", ""))
    except Conflict as error:
        rollback()
        return _show(_case(id), step, 409, error.pesan, request.form.get("catatan", ""))
    people.touch(user.id)
    if outcome.next_case:
        return done(f"{PATH}/{after}" if after else PATH, outcome.message)
    if request.htmx:  # type: ignore[attr-defined]
        commit()
        return _show(_case(id), outcome.step)
    return done(f"{PATH}/{id}?langkah={outcome.step}", outcome.message)


def _still_decider(submission: Submission) -> None:
    """The decider is who holds the seat today; a case that moved on is handed over first."""
    to, sebagai = FLOWS[submission.alur].resolve(submission)
    if to is not None and to != submission.assignee_id:
        approval.reassign(submission, to, sebagai, "Pejabat penilai berganti.")
        db.session.flush()
    approval.decider(submission, people.required())


@module.route("/massal", can=SIGNED_IN, methods=["POST"])
def massal() -> Response:
    """Two steps: a page with the names, then the decision, each case on its own."""
    keys = [uuid.UUID(k) for k in request.form.getlist("pilih") if _is_uuid(k)][: BULK_MAX + 1]
    if not keys:
        return done(PATH, "Pilih dulu kiriman yang akan disetujui.", "warning")
    if len(keys) > BULK_MAX:
        return done(PATH, f"Paling banyak {BULK_MAX} kiriman sekali setuju.", "warning")
    if request.form.get("aksi") != "setujui":
        return render("kernel/kotak_massal.html", rows=_chosen(keys))
    approved, left = _decide_all(keys)
    words = f"{approved} disetujui." if not left else f"{approved} disetujui, {left} perlu dilihat satu per satu."
    return done(PATH, words, "positive" if approved else "warning")


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _chosen(keys: list[uuid.UUID]) -> Sequence[Submission]:
    query = visible_submissions(people.required()).where(inbox_rows(people.required()), Submission.id.in_(keys))
    return db.session.scalars(query.order_by(Submission.pemohon)).all()


def _decide_all(keys: list[uuid.UUID]) -> tuple[int, int]:
    """How many were approved and how many want to be read. A refusal of one leaves the others."""
    user, approved = people.required(), 0
    allowed = {row.id for row in _chosen(keys)}
    for key in sorted(allowed):
        submission = approval.lock(key)
        bulk = FLOWS[submission.alur].bulk
        try:
            with db.session.begin_nested():
                _still_decider(submission)
                if bulk is None:
                    continue
                bulk(submission, user)
                approved += 1
        except (Conflict, Denied, Invalid):
            continue
    return approved, len(keys) - approved
