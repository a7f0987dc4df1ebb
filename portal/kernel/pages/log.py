"""The activity log for those who may read it. Reading it is itself a line of the log."""

import re
from contextlib import suppress
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import request
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from portal.kernel import activity, calendar
from portal.kernel.activity import Aktivitas
from portal.kernel.listing import Ask, Choice, Column, DateRange, Listing
from portal.kernel.listing.search import matches
from portal.kernel.organisation import Penempatan, in_force, subtree
from portal.kernel.people import Principal, User, required
from portal.kernel.web import MenuItem, Module, today

BACA = "log.baca"
CODE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{7,}")  # of a state or a kind: DIPERIKSA_OPD, DIAJUKAN
DAY = re.compile(r"\d{4}-\d\d-\d\d")
activity.declare(**{"log.dibaca": "saringan"})

module = Module("log", "/log", menu=[MenuItem("Log aktivitas", "history", "/log", can=BACA, group="Administrasi")])


def visible_lines(user: Principal) -> sa.Select[tuple[Aktivitas]]:
    """The whole log; with a right bound to units, what people seated there did."""
    held, query = user.units(BACA), sa.select(Aktivitas)
    if held is None:
        return query
    seated = (
        sa.select(User.id)
        .join(Penempatan, Penempatan.pegawai_id == User.pegawai_id)
        .where(in_force(Penempatan, today()), sa.or_(Penempatan.unit_id.in_(subtree(held)), Penempatan.pd_id.in_(held)))
    )
    return query.where(Aktivitas.pelaku_id.in_(seated))


def details(data: dict[str, Any] | None) -> Markup:
    """Keys and values of a line, as text."""
    pairs = [(k, v) for k, v in (data or {}).items() if v not in (None, "", [], {})]
    return escape("; ".join(_short(v) if k == "apa" else f"{k.replace('_', ' ')}: {_short(v)}" for k, v in pairs))


def _short(value: Any) -> str:
    text = _plain(value)
    return text if len(text) <= 120 else f"{text[:117]}…"


def _plain(value: Any) -> str:
    """A value as it stands in a sentence: no brackets or quotes of a data format."""
    if isinstance(value, dict):
        return ", ".join(f"{str(k).replace('_', ' ')} {_plain(v)}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    text = str(value)
    if CODE.fullmatch(text):
        return text.replace("_", " ").lower()
    if DAY.fullmatch(text):
        with suppress(ValueError):
            return calendar.tanggal_pendek(date.fromisoformat(text))
    return "kosong" if value in (None, "") else text


def _object(text: str | None) -> Markup | str:
    """Kind of the row an event is about and the end of its key; files carry the whole key."""
    kind, _, key = (text or "").partition(" ")
    kind = kind.replace("_", " ")
    return Markup("{} <small>…{}</small>").format(kind, key[-12:]) if key else escape(kind)


def _about() -> sa.ColumnElement[Any]:
    key = sa.func.coalesce(sa.cast(Aktivitas.objek_id, sa.Text()), "")
    return sa.func.trim(Aktivitas.objek_tipe.concat(" ").concat(key))


def _by_someone(words: str) -> sa.ColumnElement[bool]:
    return Aktivitas.pelaku_id.in_(sa.select(User.id).where(matches([User.cari], words)))


def _events(user: Principal) -> list[tuple[str, str]]:
    return activity.options()


def _in_words(ask: Ask) -> sa.ColumnElement[Any]:
    named = (Aktivitas.peristiwa == code for code in activity.WORDS)
    return sa.case(*zip(named, activity.WORDS.values(), strict=True), else_=Aktivitas.peristiwa)


DAFTAR = Listing(
    "log", title="Log aktivitas", noun="baris", rows=visible_lines, search=_by_someone,
    search_label="Nama atau NIP pelaku", key=Aktivitas.urut, sort="-nomor", can=BACA,
    columns=[
        Column("nomor", "Nomor", Aktivitas.urut, show=str, sort=True),
        Column("waktu", "Waktu", Aktivitas.waktu),
        Column("pelaku", "Pelaku", Aktivitas.pelaku),
        Column("peristiwa", "Peristiwa", Aktivitas.peristiwa, show=activity.words, export=False),
        Column("dalam_kata", "Peristiwa", _in_words, screen=False),
        Column("kode", "Kode peristiwa", Aktivitas.peristiwa, optional=True),
        Column("objek", "Objek", lambda ask: _about(), show=_object),
        Column("data", "Rincian", Aktivitas.data, show=details),
        Column("alamat", "Alamat IP", Aktivitas.alamat_ip),
    ],
    filters=[
        Choice("peristiwa", "Peristiwa", Aktivitas.peristiwa, options=_events),
        DateRange("tanggal", "Tanggal", Aktivitas.waktu),
    ],
)  # fmt: skip


@module.route("", can=BACA, writes=True)
def log_list() -> Response:
    if not request.args.get("format"):
        kept = {k: v for k, v in request.args.items() if k not in ("setelah", "sebelum") and v}
        activity.log("log.dibaca", by=required(), saringan=kept)
    return DAFTAR.respond("kernel/log_list.html")
