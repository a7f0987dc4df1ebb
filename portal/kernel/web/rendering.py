"""Pages and fragments, the menu with its counts, and the filters templates use."""

import functools
import secrets
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, cast

import orjson
import sqlalchemy as sa
from flask import Flask, current_app, flash, g, redirect, render_template, request
from flask.templating import Environment
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.kernel import calendar, db, icons, numbers, people, theme
from portal.kernel.access import SIGNED_IN
from portal.kernel.storage import config, redis
from portal.kernel.web.modules import Manual, MenuItem
from portal.kernel.web.sessions import csrf_token, wants_fragment


class Templates(Environment):
    """Looks into a dict before asking it for an attribute: most of what templates read are dicts, and a miss
    is an exception each time. A twentieth of a page full of rows."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)


def render(template: str, block: str = "", status: int = 200, entry: str = "", **context: Any) -> Response:
    """The whole page, or, for an htmx request, the one block of it that the route names. Its title says when fields
    are wrong. `entry`: address of the menu entry it lies under, where its own address does not tell."""
    context.setdefault("galat_isian", status == HTTPStatus.UNPROCESSABLE_ENTITY)
    fragment = block if wants_fragment() else ""
    layout = "_fragment.html" if fragment else "base.html"
    frame = {} if fragment else {"menu_html": menu_html(entry), "badges": badges()}
    body = render_template(template, layout=layout, fragment=fragment, **frame, **context)
    return Response(body, status=status, mimetype="text/html")


def done(address: str, message: str = "", kind: str = "sukses") -> Response:
    """After a change: 303 to `address`, for htmx a real page load. The message is shown there."""
    if message:
        flash(message, kind)
    if request.htmx:  # type: ignore[attr-defined]
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)


def badges() -> dict[str, int]:
    """Counts beside the menu, from Redis while the person's version stands, else one statement."""
    user = people.current()
    if user is None:
        return {}
    if "badges" in g:
        return cast(dict[str, int], g.badges)
    version = g.get("version")
    cached = g.get("cached_badges")
    if version and cached and cached.startswith(version + b"|"):
        g.badges = orjson.loads(cached[len(version) + 1 :])
        return cast(dict[str, int], g.badges)
    sources = current_app.extensions["pamong_badges"]
    names = [(href, query(user)) for href, query in sources.items()]
    row = db.db.session.execute(sa.select(*(query for _, query in names))).one() if names else ()
    g.badges = {href: int(count or 0) for (href, _), count in zip(names, row, strict=True)}
    version = version or secrets.token_hex(6).encode()
    pipe = redis().pipeline(transaction=False)
    pipe.set(people.version_key(user.id), version, ex=86400, nx=True)
    pipe.set(f"b:{user.id.hex}", version + b"|" + orjson.dumps(g.badges), ex=3600)
    pipe.execute()
    return cast(dict[str, int], g.badges)


def menu_html(entry: str = "") -> Markup:
    """The side navigation of this person: drawn once per set of permissions, then only marked."""
    user = people.current()
    if user is None:
        return Markup("")
    drawn: dict[frozenset[str], Markup] = current_app.extensions["pamong_menu"]
    held = frozenset(user.scopes)
    if held not in drawn:
        items: list[MenuItem] = current_app.extensions["pamong_menu_items"]
        groups: dict[str, list[MenuItem]] = {}
        for item in items:
            if item.can == SIGNED_IN or item.can in held:
                groups.setdefault(item.group, []).append(item)
        macro = current_app.jinja_env.get_template("components/navigation.html").module
        drawn[held] = cast(Any, macro).navigation(groups=list(groups.items()))
    return _marked(drawn[held], _entry(drawn[held], entry or request.path), tuple(badges().items()))


@functools.lru_cache(maxsize=64)
def _entries(menu: Markup) -> tuple[str, ...]:
    return tuple(sorted(theme.HREF.findall(menu), key=len, reverse=True))


def _entry(menu: Markup, path: str) -> str:
    """The menu entry a page lies under: its own address, or that of the entry with a slash. "" for none."""
    for href in _entries(menu):
        if path == href:
            return path
        if path.startswith(href.rstrip("/") + "/"):
            return f"{href}/"
    return ""


@functools.lru_cache(maxsize=512)
def _marked(menu: Markup, entry: str, counts: tuple[tuple[str, int], ...]) -> Markup:
    """The same few menus, entries and counts come again and again."""
    return theme.personal_menu(menu, entry, dict(counts))


def manual_href() -> str:
    """Address of the manual of this page; the list of manuals where no page is named (an unknown address)."""
    rule = request.url_rule
    target: Manual = current_app.extensions.get("pamong_manuals", {}).get(rule.rule if rule else "", "")
    if not isinstance(target, str):
        user = people.current()
        held = user.scopes if user else {}
        target = next((name for can, name in target.items() if not can or can in held), "")
    return f"/panduan/{target}" if target else "/panduan"


def _waktu(value: datetime | None) -> str:
    zona = g.principal.zona if g.get("principal") else config().zona
    return calendar.waktu(value, zona) if value else ""


def _pukul(value: datetime | None) -> str:
    zona = g.principal.zona if g.get("principal") else config().zona
    return calendar.pukul(value, zona) if value else ""


def _context() -> dict[str, Any]:
    user = people.current()
    cfg = config()
    theme_of = theme_url(user.tema) if user else ""
    return {"user": user, "instansi": cfg.instansi, "tema_url": theme_of, "latihan": cfg.latihan}


def theme_url(colour: str) -> str:
    """Address of the stylesheet for a unit's colour, '' when it has none."""
    if not colour:
        return ""
    sheet = _theme_sheet(colour)
    return f"/tema/{colour.lstrip('#')}.{theme.content_hash(sheet)}.css"


@functools.lru_cache(maxsize=256)
def _theme_sheet(colour: str) -> str:
    return theme.stylesheet(colour)


def prepare_templates(app: Flask) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.undefined = StrictUndefined
    env.filters.update(
        tanggal=calendar.tanggal, tanggal_pendek=calendar.tanggal_pendek, waktu=_waktu, pukul=_pukul,
        bulan_tahun=calendar.bulan_tahun, angka=numbers.angka, persen=numbers.persen, rupiah=numbers.rupiah,
        ukuran=numbers.ukuran, durasi_lalu=lambda at: calendar.durasi_lalu(at, db.now()),
    )  # fmt: skip
    env.globals.update(
        icon=icons.icon, badge=theme.badge, csrf_token=csrf_token, manual_href=manual_href,
        sekarang=db.now,
    )  # fmt: skip
    app.context_processor(_context)


def today() -> date:
    """The date in the person's time zone."""
    zona = g.principal.zona if g.get("principal") else config().zona
    return calendar.setempat(db.now(), zona).date()
