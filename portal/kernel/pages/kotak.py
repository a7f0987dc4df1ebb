"""The approval inbox: one place for every kind of case that waits for this person."""

import base64
import json
import re
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import orjson
import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import approval, calendar, organisation, people
from portal.kernel.access import fetch
from portal.kernel.approval import FLOWS, Submission, inbox_rows, visible_submissions
from portal.kernel.db import commit, db, rollback, rows
from portal.kernel.errors import Conflict, Denied, DomainError, Invalid, Missing
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
ANYONE = Principal(sa.bindparam("saya", type_=sa.Uuid()), "", "")  # type: ignore[arg-type]
PLACE = (
    sa.bindparam("batas", type_=sa.Date()),
    sa.bindparam("diajukan", type_=sa.DateTime(timezone=True)),
    sa.bindparam("kunci", type_=sa.Uuid()),
)
STATES = [state for _, states in TABS.values() for state in states]

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
    tab, tanda = request.args.get("tab", "menunggu"), request.args.get("tanda", "")
    tab, tanda = tab if tab in TABS else "menunggu", tanda if tanda in SIGNS else ""
    cari, after = request.args.get("cari", "").strip()[:80], _read_cursor(request.args.get("setelah", ""))
    values = {"saya": user.id, "cari": re.sub("([/%_])", r"/\1", cari), **after}
    day = organisation.today()
    found = rows(_list_query(tab, bool(cari), tanda, bool(after), day), values).all()
    counts = rows(_count_query(day), {"saya": user.id}).one()._mapping
    more = _cursor(found[PAGE - 1]) if len(found) > PAGE else ""
    here = {"tab": "" if tab == "menunggu" else tab, "cari": cari, "tanda": tanda}
    return {
        "tab": tab, "tabs": [(name, words, counts[name]) for name, (words, _) in TABS.items()], "cari": cari,
        "tanda": tanda, "rows": found[:PAGE], "kueri": _query({**here, "setelah": request.args.get("setelah", "")}),
        "saringan": [(v, words, PATH + _query({**here, "tanda": v})) for v, words in (("", "Semua"), *SIGNS.items())],
        "lanjutan": PATH + _query({**here, "setelah": more}) if more else "", "saat": moment_for(user.zona),
        "menahan": counts["menahan"], "siap": counts["siap"], "hari_ini": today(),
    }  # fmt: skip


def _query(values: dict[str, str]) -> str:
    """The part of an address after the path, without what is empty."""
    given = {name: value for name, value in values.items() if value}
    return f"?{urlencode(given)}" if given else ""


def moment_for(zona: str) -> Callable[[datetime | None], str]:
    """Says a time as short as a list needs it: 09.12 today, Kemarin, 19 Sep, 19 Sep 2025."""
    now_on = today()
    before, year = now_on - timedelta(days=1), f" {now_on.year}"

    def moment(at: datetime | None) -> str:
        if at is None:
            return ""
        local = calendar.setempat(at, zona)
        day = local.date()
        if day == now_on:
            return calendar.pukul(local)
        return "Kemarin" if day == before else calendar.tanggal_pendek(day).removesuffix(year)

    return moment


def moment_in_full(at: datetime | None) -> str:
    """22 September pukul 09.12 WIB; the year only when it is another one."""
    if at is None:
        return ""
    local = calendar.setempat(at, people.required().zona)
    day = calendar.tanggal(local.date()).removesuffix(f" {today().year}")
    return f"{day} pukul {calendar.pukul(local)} {local.tzname()}"


@lru_cache(maxsize=128)
def _list_query(tab: str, cari: bool, tanda: str, after: bool, on: date) -> sa.Select[Any]:
    """One shape of the list. Kept, because building a statement costs more than running it; `on` is the day
    of the delegations inside. Parameters: `saya`, and `cari`, `batas`, `diajukan`, `kunci` where used."""
    due = sa.func.coalesce(Submission.batas, FAR)
    columns = [Submission.id, Submission.pemohon, Submission.judul, Submission.rincian, Submission.tanda]
    columns += [Submission.siap, Submission.diajukan_at, Submission.batas, Submission.sebagai]
    columns += [Submission.assignee_id]
    query = sa.select(*columns).where(inbox_rows(ANYONE), Submission.status.in_(TABS[tab][1]))
    if cari:
        query = query.where(Submission.pemohon.icontains(sa.bindparam("cari", type_=sa.Text()), escape="/"))
    if tanda == "siap":
        query = query.where(Submission.siap)
    elif tanda == "baca":
        query = query.where(~Submission.siap)
    elif tanda == "plt":
        query = query.where(sa.or_(Submission.sebagai != "", Submission.assignee_id != ANYONE.id))
    order = (due, Submission.diajukan_at, Submission.id) if tab == "menunggu" else (Submission.id.desc(),)
    if after and tab == "menunggu":
        query = query.where(sa.tuple_(due, Submission.diajukan_at, Submission.id) > sa.tuple_(*PLACE))
    elif after:
        query = query.where(Submission.id < PLACE[2])
    return query.order_by(*order).limit(PAGE + 1)


@lru_cache(maxsize=8)
def _count_query(on: date) -> sa.Select[Any]:
    """All tab counts in one statement, each capped by what an inbox can hold. Kept like the list."""
    counts = [sa.func.count().filter(Submission.status.in_(states)).label(name) for name, (_, states) in TABS.items()]
    waiting = Submission.status.in_(TABS["menunggu"][1])
    counts.append(sa.func.count().filter(waiting, Submission.tanda.op("?")("MENAHAN_TPP")).label("menahan"))
    counts.append(sa.func.count().filter(waiting, Submission.siap).label("siap"))
    return sa.select(*counts).where(inbox_rows(ANYONE))


def _cursor(row: Any) -> str:
    parts = [str(row.batas or FAR), row.diajukan_at.isoformat() if row.diajukan_at else "", str(row.id)]
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode()


def _read_cursor(text: str) -> dict[str, Any]:
    """Where the page before ended; nothing for a text that is not ours."""
    try:
        due, sent, key = orjson.loads(base64.urlsafe_b64decode(text.encode()))
        at = datetime.fromisoformat(sent) if sent else datetime.max.replace(tzinfo=UTC)
        return {"batas": date.fromisoformat(due), "diajukan": at, "kunci": uuid.UUID(key)}
    except (TypeError, ValueError):
        return {}


def _case(key: uuid.UUID, lock: bool = False) -> Submission:
    """A case of this person's inbox. Raises Missing for all others, their own included."""
    user = people.required()
    sent = visible_submissions(user).where(inbox_rows(user), Submission.status.in_(STATES))
    row: Submission = fetch(sent, key, lock=lock)
    return row


@module.route("/<uuid:id>", can=SIGNED_IN, writes=True)
def kasus(id: uuid.UUID) -> Response:
    submission = _case(id)
    if submission.dibuka_at is None:
        approval.seen(approval.lock(id), people.required())
    return _show(submission, request.args.get("langkah", ""))


def _show(submission: Submission, step: str, error: DomainError | None = None) -> Response:
    """The case, as a page or as the pane; with what was refused and the note that was typed."""
    flow, user = FLOWS[submission.alur], people.required()
    if flow.panel is None:
        raise Missing()
    panel = flow.panel(submission, user, step)
    galat, status = (error.pesan, error.status) if error else ("", 200)
    context = {
        "panel": panel, "panel_template": flow.template, "kasus": submission, "langkah": panel["langkah"],
        "galat": galat, "galat_isian": (error.field if isinstance(error, Invalid) else "") or galat,
        "catatan": request.form.get("catatan", "") if error else "", "aksi_url": f"{PATH}/{submission.id}",
        "kunci": uuid.uuid4(), "tetangga": _neighbours(submission), "hari_ini": today(), "saat": moment_for(user.zona),
        "saat_lengkap": moment_in_full, "sebagai": approval.decider(submission, user),
        "inisial": Principal(submission.owner_id, submission.pemohon, "").inisial,
    }  # fmt: skip
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
    if _hand_over(submission, user):
        why = "kini diputuskan pejabat lain karena penilai berganti"
        if submission.assignee_id is None:
            why = "belum dapat diputuskan: jabatan penilainya kosong. BKPSDM menetapkan Plt atau delegasi"
        return done(PATH, f"{submission.pemohon} {why}.", "warning")
    try:
        with db.session.begin_nested():
            decide = FLOWS[submission.alur].decide
            if decide is None:
                raise Missing()
            outcome = decide(submission, user, request.form, step)
    except (Conflict, Invalid) as error:
        rollback()
        return _show(_case(id), step, error)
    people.touch(user.id)
    if outcome.next_case:
        return done(f"{PATH}/{after}" if after else PATH, outcome.message)
    if request.htmx:  # type: ignore[attr-defined]
        commit()
        response = _show(_case(id), outcome.step)
        if outcome.message:
            response.headers["HX-Trigger"] = json.dumps({"toast": {"pesan": outcome.message, "jenis": "positive"}})
        return response
    return done(f"{PATH}/{id}?langkah={outcome.step}", outcome.message)


def _hand_over(submission: Submission, user: Principal) -> bool:
    """The decider is who holds the seat today. True when the case went to somebody else, or to nobody yet."""
    if submission.status in TABS["menunggu"][1]:
        approval.follow_seat(submission)
        db.session.flush()
    try:
        approval.decider(submission, user)
    except Denied:
        return True
    return False


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
    waiting = Submission.status.in_(TABS["menunggu"][1])
    query = sa.select(Submission).where(inbox_rows(people.required()), waiting, Submission.id.in_(keys))
    return db.session.scalars(query.order_by(Submission.pemohon)).all()


def _decide_all(keys: list[uuid.UUID]) -> tuple[int, int]:
    """How many were approved and how many want to be read. A refusal of one leaves the others."""
    user, approved = people.required(), 0
    allowed = {row.id for row in _chosen(keys)}
    for key in sorted(allowed):
        submission = approval.lock(key)
        bulk = FLOWS[submission.alur].bulk
        if bulk is None or _hand_over(submission, user):
            continue
        try:
            with db.session.begin_nested():
                bulk(submission, user)
                approved += 1
        except (Conflict, Denied, Invalid):
            continue
    return approved, len(keys) - approved
