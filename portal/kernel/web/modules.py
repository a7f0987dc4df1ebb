"""Modules and their routes. `can=` is required; the wrapper signs in, checks, commits."""

import functools
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa
from flask import Blueprint, current_app, g, make_response, redirect, request, session
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.kernel import access, db, people
from portal.kernel.access import PUBLIC, SIGNED_IN
from portal.kernel.errors import Conflict, Denied
from portal.kernel.people import Principal
from portal.kernel.web.faults import unsent
from portal.kernel.web.sessions import ServerSession, is_entry, sign_in_first, stale_entry, token_ok, wants_fragment

SAFE = {"GET", "HEAD", "OPTIONS"}
NOTHING = Markup("")
PASSWORD_PAGE = "/akun/sandi"  # noqa: S105 - an address
Manual = str | Mapping[str, str]


@dataclass(frozen=True)
class MenuItem:
    """A line of the side navigation, shown to whoever holds `can`."""

    label: str
    icon: str
    href: str
    can: str = SIGNED_IN
    group: str = ""
    order: int = 50


@dataclass(frozen=True)
class Tile:
    """What a module shows on the home page. `kind`: tugas (waits for this person), angka (a figure), pintu (a way
    in) or panel (`body` drawn by the module). `tone` colours the figure: "", positive, warning, negative. Smaller
    `order` comes first."""

    label: str
    href: str
    icon: str
    figure: str = ""
    note: str = ""
    kind: str = "pintu"
    tone: str = ""
    order: int = 50
    body: Markup = NOTHING


@dataclass
class Module:
    """One service: its routes, menu, badges and tiles. `name` is package, URL prefix and template folder.

    `manuals`: which part of docs/panduan explains the pages below an address ("*" stands for any one part of it),
    as "file" or "file#section"; by permission where several roles see the page, the first held one wins, "" is last.
    """

    name: str
    prefix: str
    menu: list[MenuItem] = field(default_factory=list)
    tiles: list[Callable[[Principal], list[Tile]]] = field(default_factory=list)
    badges: dict[str, Callable[[Principal], Any]] = field(default_factory=dict)
    routes: dict[str, str] = field(default_factory=dict)
    manuals: dict[str, Manual] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.blueprint = Blueprint(self.name, __name__, url_prefix=self.prefix or None)

    def route(
        self,
        rule: str,
        *,
        can: str,
        methods: Iterable[str] = ("GET",),
        writes: bool = False,
        cached: bool = False,
        before_password: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a view. `writes=True`: a GET that stores. `cached=True`: 304 while nothing of this person changed.

        `before_password=True`: also for who signed in with a password that somebody else had set.
        """
        if can not in (PUBLIC, SIGNED_IN) and can not in access.PERMISSIONS:
            raise ValueError(f"{rule}: permission {can!r} is not declared")

        def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
            guarded = _guard(view, can, writes, cached, before_password)
            self.routes[f"{self.name}.{view.__name__}"] = can
            self.blueprint.add_url_rule(rule, view.__name__, guarded, methods=list(methods))
            return view

        return wrap


def manual_of(rule: str, manuals: Mapping[str, Manual]) -> Manual:
    """The entry that fits this address most closely, "" when none does."""
    parts = [part for part in re.sub(r"<[^>]*>", "*", rule).split("/") if part]
    known = [([part for part in key.split("/") if part], target) for key, target in manuals.items()]
    fitting = [(key, target) for key, target in known if _lies_below(parts, key)]
    return max(fitting, key=lambda one: (len(one[0]), -one[0].count("*")))[1] if fitting else ""


def _lies_below(parts: list[str], key: list[str]) -> bool:
    """Whether the parts of an address begin with those of a key."""
    return len(key) <= len(parts) and all(want in ("*", have) for want, have in zip(key, parts, strict=False))


def _guard(
    view: Callable[..., Any], can: str, writes: bool, cached: bool, before_password: bool
) -> Callable[..., Any]:  # fmt: skip
    @functools.wraps(view)
    def guarded(**arguments: Any) -> Response:
        safe = request.method in SAFE
        if g.get("session_fault") and not (safe and can == PUBLIC):
            raise g.session_fault
        refusal = _refuse(can, safe)
        if refusal is None and not before_password:
            _only_reads(safe)
            refusal = _password_first(can)
        if refusal is not None:
            return refusal
        tag = _page_tag() if cached and safe else None
        if tag and request.if_none_match.contains(tag):
            return Response(status=304, headers={"ETag": f'"{tag}"'})
        db.reading(safe and not writes)
        response = _answer(view, arguments, may_repeat=safe and not writes)
        if safe and can != PUBLIC and response.status_code == 200 and session.get("titipan") and not wants_fragment():
            response = unsent(people.required()) or response  # the view did not fill its fields with them itself
        if (writes or not safe) and response.status_code < 400:
            if not safe and g.get("principal"):
                people.touch(g.principal.id)
            db.commit()
            g.stored = True
        else:
            db.rollback()
        if tag and response.status_code == 200:
            response.set_etag(tag)
        return response

    return guarded


def _only_reads(safe: bool) -> None:
    """Raises Denied when somebody who may only look sends anything but their own password or goodbye."""
    user = people.current()
    if not safe and user is not None and access.only_reads(user):
        raise Denied("Akun ini hanya dapat melihat data.")


def _answer(view: Callable[..., Any], arguments: dict[str, Any], may_repeat: bool) -> Response:
    """What the view says. A page that only reads is asked once more when the database was restarted meanwhile."""
    try:
        return make_response(view(**arguments))
    except sa.exc.DBAPIError as error:
        if not (may_repeat and error.connection_invalidated):
            raise
    db.rollback()
    return make_response(view(**arguments))


def _refuse(can: str, safe: bool) -> Response | None:
    """None when the request may go on; otherwise the answer: sign in, wrong token. Raises Denied."""
    user = people.current()
    if can != PUBLIC and user is None:
        return sign_in_first(safe)
    if not safe and not token_ok():
        if user is None and is_entry(request.path):
            return stale_entry()
        if request.form.get("aksi") == "otomatis":
            return Response(status=401)  # not stored, and the page says so
        raise Conflict(
            "Halaman ini sudah terlalu lama terbuka.",
            "Muat ulang halaman, periksa isian Anda, lalu kirim lagi.",
        )
    if can not in (PUBLIC, SIGNED_IN) and not cast(Principal, user).has(can):
        raise Denied()
    return None


def _password_first(can: str) -> Response | None:
    """Where a person goes whose password somebody else had set; None for everybody else."""
    user = people.current()
    if can == PUBLIC or user is None or not user.ganti_sandi:
        return None
    if request.htmx:  # type: ignore[attr-defined]
        return Response(status=401, headers={"HX-Redirect": PASSWORD_PAGE})
    return redirect(PASSWORD_PAGE, 303)


def _page_tag() -> str | None:
    """Version of everything this person's pages show; None when it cannot be known or a message waits."""
    if not g.get("version") or session.get("_flashes") or session.get("titipan"):
        return None
    own = cast(ServerSession, session._get_current_object())  # type: ignore[attr-defined]
    hour, assets = int(db.now().timestamp()) // 3600, current_app.extensions["pamong_assets"].version
    text = f"{g.version}|{g.get('epoch')}|{own.token}|{assets}|{hour}|{wants_fragment()}"
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
