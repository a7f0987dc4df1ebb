"""What a person hears outside the portal: a digest at 07.00 on working days, each message at once, or nothing.

The letters are plain text with links and go through `messages`: sealed, retried, to e-mail or else to the phone.
Without a mail server or gateway, and in drill mode, nothing is made.
"""

import logging
import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask import current_app, request
from sqlalchemy.dialects.postgresql import insert
from werkzeug.wrappers import Response

from portal.kernel import access, activity, holidays, jobs, messages, notices, people
from portal.kernel.calendar import setempat, zona_waktu
from portal.kernel.db import commit, db, new_id, now
from portal.kernel.errors import Invalid
from portal.kernel.notices import CHOICES, RINGKASAN, SEKETIKA, HariRingkasan, Notice, PilihanKabar, Ringkasan
from portal.kernel.people import Principal, User
from portal.kernel.storage import config
from portal.kernel.web import SIGNED_IN, Module, done

logger = logging.getLogger(__name__)
MORNING, LATEST = time(7), time(17)  # a portal that was off in the morning catches up until then
BATCH: Final = 200  # people a minute: other work in the queue is not kept waiting
LINES_MOST: Final = 30
OWN_PAGE = "/pemberitahuan"  # its count is the list of messages itself
activity.declare(**{"akun.kabar": "cara"})

module = Module("kabar", "/akun/kabar")


@module.route("", can=SIGNED_IN, methods=["POST"])
def pilih_kabar() -> Response:
    cara, user = request.form.get("cara", ""), people.required()
    if cara not in CHOICES:
        raise Invalid("cara", "Pilih cara kami mengabari Anda")
    notices.choose(user.id, cara)
    activity.log("akun.kabar", by=user, cara=cara)
    return done("/akun#kabar-luar", "Pilihan kabar tersimpan.", "positive")


# ---- what waits


def work_of(user: Principal) -> list[tuple[str, str]]:
    """Words and address of what waits for this person: counts of the menu, and the tasks of the home page."""
    found: dict[str, str] = {}
    modules = current_app.extensions["pamong_modules"]
    names = {item.href: item.label for one in modules for item in one.menu}
    counted = [(href, query(user)) for href, query in current_app.extensions["pamong_badges"].items()]
    counted = [(href, query) for href, query in counted if href != OWN_PAGE]
    if counted:
        row = db.session.execute(sa.select(*(query for _, query in counted))).one()
        found |= {
            href: f"{names.get(href, href)}: {count}" for (href, _), count in zip(counted, row, strict=True) if count
        }
    for tile in (tile for one in modules for make in one.tiles for tile in make(user)):
        if tile.kind == "tugas":
            found.setdefault(tile.href, f"{tile.label}: {tile.figure}" if tile.figure else tile.label)
    return [(words, href) for href, words in found.items()]


def letter(nama: str, work: list[tuple[str, str]], fresh: list[Notice]) -> str:
    """Titles and links alone: details stay behind the door."""
    base = config().alamat
    lines = [f"Yth. {nama}", ""]
    if work:
        lines += ["Menunggu Anda:", *(f"- {words}\n  {base}{href}" for words, href in work), ""]
    if fresh:
        told = [f"- {one.judul}\n  {base}{one.url or OWN_PAGE}" for one in fresh[:LINES_MOST]]
        more = [f"- dan {len(fresh) - LINES_MOST} lagi"] if len(fresh) > LINES_MOST else []
        lines += ["Pemberitahuan baru:", *told, *more, ""]
    stop = f"Ubah atau hentikan kabar ini: {base}/akun#kabar-luar"
    return "\n".join([*lines, f"Buka portal: {base}/beranda", stop, ""])


def _send(person: Any, work: list[tuple[str, str]], fresh: list[Notice]) -> None:
    """By e-mail; by phone to who has no e-mail. An address nobody could write to is left out, with a line."""
    cfg, count = config(), len(work) + len(fresh)
    subject = f"{count} hal menunggu Anda" if work else f"{count} pemberitahuan menunggu Anda"
    try:
        if person.surel and cfg.surel_url:
            messages.send(person.surel, subject, letter(person.nama, work, fresh))
        elif person.ponsel and cfg.ponsel_url:
            messages.send(person.ponsel, subject, f"{subject} di portal {cfg.instansi}. Buka {cfg.alamat}/beranda")
    except ValueError as error:
        logger.warning("no message to user %s: %s", person.id, error)


def _reachable(cara: str) -> sa.Select[Any]:
    """Active people of this choice whom a set sender can reach, by id."""
    cfg = config()
    ways = [User.surel != ""] if cfg.surel_url else []
    ways += [User.ponsel.is_not(None)] if cfg.ponsel_url else []
    chosen = sa.func.coalesce(PilihanKabar.cara, RINGKASAN) == cara
    query = sa.select(User.id, User.nama, User.surel, User.ponsel).outerjoin(
        PilihanKabar, PilihanKabar.user_id == User.id
    )
    return query.where(User.aktif, chosen, sa.or_(sa.false(), *ways)).order_by(User.id)


def _no_sender() -> bool:
    return not (config().surel_url or config().ponsel_url)


# ---- 07.00


@jobs.every(60, "Kirim ringkasan pagi")
@jobs.kind("surel-ringkasan", antrean="panjang")
def mail_digest(job: jobs.Job) -> None:
    """Some people a minute from 07.00 on, until all were looked at. Killed anywhere it goes on behind the last one."""
    here = setempat(now(), config().zona)
    today = here.date()
    if _no_sender() or not MORNING <= here.time() < LATEST or not holidays.is_working_day(today):
        return
    day = _day(today)
    if day.selesai_at is not None:
        return
    query = _reachable(RINGKASAN)
    people_ = db.session.execute((query.where(User.id > day.sampai_id) if day.sampai_id else query).limit(BATCH)).all()
    seven = datetime.combine(today, MORNING, zona_waktu(config().zona))
    _digest(people_, today, seven)
    if people_:
        day.sampai_id = people_[-1].id
    if len(people_) < BATCH:
        day.selesai_at = now()
    commit()


def _day(today: date) -> HariRingkasan:
    fresh = insert(HariRingkasan).values(id=new_id(), tanggal=today, dibuat_at=now(), diubah_at=now())
    db.session.execute(fresh.on_conflict_do_nothing())
    return db.session.scalars(sa.select(HariRingkasan).where(HariRingkasan.tanggal == today).with_for_update()).one()


def _digest(people_: Sequence[Any], today: date, seven: datetime) -> None:
    fresh, grants = notices.unsent([one.id for one in people_], seven), access.grants()
    for person in people_:
        user = people.principal_of(person.id, grants)
        work, news = work_of(user) if user else [], fresh.get(person.id, [])
        if (work or news) and _first_today(person.id, today, len(work) + len(news)):
            _send(person, work, news)
            notices.mark_mailed([person.id], seven)


def _first_today(user_id: uuid.UUID, today: date, count: int) -> bool:
    values = {"id": new_id(), "user_id": user_id, "tanggal": today, "jumlah": count}
    row = insert(Ringkasan).values(**values, dibuat_at=now(), diubah_at=now()).on_conflict_do_nothing()
    return db.session.execute(row.returning(Ringkasan.id)).first() is not None


# ---- at once


@jobs.every(60, "Kirim kabar seketika")
@jobs.kind("surel-seketika")
def mail_now(job: jobs.Job) -> None:
    """Everything a person has not been told since the last minute, in one letter."""
    if _no_sender():
        return
    waiting = sa.select(Notice.user_id).where(
        Notice.dibaca_at.is_(None), Notice.disurelkan_at.is_(None), Notice.dibuat_at > now() - notices.FRESH
    )
    found = db.session.execute(_reachable(SEKETIKA).where(User.id.in_(waiting)).limit(BATCH)).all()
    until = now() + timedelta(microseconds=1)
    fresh = notices.unsent([one.id for one in found], until)
    for person in found:
        _send(person, [], fresh.get(person.id, []))
    notices.mark_mailed([one.id for one in found], until)
