"""The web floor: modules, the route wrapper, sessions, rendering, error pages and headers.

`Module.route` demands `can=`. Its wrapper signs people in, checks the form token and the permission,
answers 304 where the page has not changed, runs the view, and commits before the answer leaves:
an unsafe method with a status below 400 commits, everything else rolls back.
"""

import functools
import hashlib
import hmac
import logging
import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import orjson
import sqlalchemy as sa
from flask import (
    Blueprint, Flask, Response, current_app, flash, g, make_response, redirect, render_template, request, session,
    url_for,
)  # fmt: skip
from flask.sessions import SessionInterface, SessionMixin
from flask_login import LoginManager, current_user, login_user, logout_user
from htmx_flask import Htmx
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.datastructures import CallbackDict
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from portal.config import Config
from portal.kernel import access, activity, calendar, db, icons, numbers, people, theme
from portal.kernel.access import PUBLIC, SIGNED_IN
from portal.kernel.errors import Conflict, Denied, DomainError, Invalid, Missing
from portal.kernel.people import Principal
from portal.kernel.storage import ENGINE_DOWN, config, redis

logger = logging.getLogger(__name__)

COOKIE = "pamong"
ROOT = Path(__file__).resolve().parents[2]  # holds templates/ and static/
SAFE = {"GET", "HEAD", "OPTIONS"}
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
STASH_SECONDS = 1800
ENTRY_PAGE = "/masuk"

activity.declare(**{"sesi.masuk": "cara", "sesi.keluar": "", "sesi.gagal": "pengguna alasan", "sesi.diakhiri": "jumlah"})


# ---- modules


@dataclass(frozen=True)
class MenuItem:
    """A line of the side navigation, shown to whoever holds `can`."""

    label: str
    icon: str
    href: str
    can: str = SIGNED_IN
    group: str = ""
    order: int = 50


@dataclass
class Module:
    """One service: its routes, menu, badges and tiles. `name` is package, URL prefix and template folder."""

    name: str
    prefix: str
    menu: list[MenuItem] = field(default_factory=list)
    tiles: list[Callable[[Principal], list[Any]]] = field(default_factory=list)
    badges: dict[str, Callable[[Principal], Any]] = field(default_factory=dict)
    routes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.blueprint = Blueprint(self.name, __name__, url_prefix=self.prefix or None)

    def route(
        self, rule: str, *, can: str, methods: Iterable[str] = ("GET",), writes: bool = False, cached: bool = False
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a view. `writes=True`: a GET that stores. `cached=True`: 304 while nothing of this person changed."""
        if can not in (PUBLIC, SIGNED_IN) and can not in access.PERMISSIONS:
            raise ValueError(f"{rule}: permission {can!r} is not declared")

        def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
            guarded = _guard(view, can, writes, cached)
            self.routes[f"{self.name}.{view.__name__}"] = can
            self.blueprint.add_url_rule(rule, view.__name__, guarded, methods=list(methods))
            return view

        return wrap


def _guard(view: Callable[..., Any], can: str, writes: bool, cached: bool) -> Callable[..., Any]:
    @functools.wraps(view)
    def guarded(**arguments: Any) -> Response:
        safe = request.method in SAFE
        refusal = _refuse(can, safe)
        if refusal is not None:
            return refusal
        tag = _page_tag() if cached and safe else None
        if tag and request.if_none_match.contains(tag):
            return Response(status=304, headers={"ETag": f'"{tag}"'})
        db.reading(safe and not writes)
        response = make_response(view(**arguments))
        if (writes or not safe) and response.status_code < 400:
            if not safe and g.get("principal"):
                people.touch(g.principal.id)
            db.commit()
        else:
            db.rollback()
        if tag and response.status_code == 200:
            response.set_etag(tag)
        return response

    return guarded


def _refuse(can: str, safe: bool) -> Response | None:
    """None when the request may go on; otherwise the answer: sign in, wrong token. Raises Denied."""
    user = people.current()
    if can != PUBLIC and user is None:
        return _sign_in_first(safe)
    if not safe and not _token_ok():
        if user is None:
            return _sign_in_first(safe) if can != PUBLIC else _stale_entry()
        raise Conflict(
            "Halaman ini sudah terlalu lama terbuka.", "Muat ulang halaman, periksa isian Anda, lalu kirim lagi."
        )
    if can not in (PUBLIC, SIGNED_IN) and not cast(Principal, user).has(can):
        raise Denied()
    return None


def _stale_entry() -> Response:
    return redirect(url_for("masuk.masuk", lanjut=safe_next(request.form.get("lanjut")), kedaluwarsa=1), 303)


def _token_ok() -> bool:
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    known = session.get("csrf", "")
    return bool(known) and hmac.compare_digest(sent.encode(), known.encode())


def csrf_token() -> str:
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return cast(str, session["csrf"])


def _sign_in_first(safe: bool) -> Response:
    """Where somebody without a session goes. What a form held waits in Redis for the same person."""
    target = request.full_path.rstrip("?") if safe else _page_of_form()
    query = {"lanjut": target}
    if not safe and g.get("expired_user"):
        query["titipan"] = _stash(target)
    entry = url_for("masuk.masuk", **query)
    if request.htmx:  # type: ignore[attr-defined]
        if request.form.get("aksi") == "otomatis":
            return Response(status=401)
        return Response(status=401, headers={"HX-Redirect": entry})
    return redirect(entry, 303)


def _page_of_form() -> str:
    """The page that held the form: its own address, else the one it posts to."""
    parts = urlsplit(request.referrer or "")
    same = parts.netloc == request.host
    return safe_next(parts.path + (f"?{parts.query}" if parts.query else "")) if same else request.path


def _stash(target: str) -> str:
    token = secrets.token_urlsafe(16)
    fields = [(k, v) for k, v in request.form.items(multi=True) if k not in ("csrf_token", "sandi")]
    body = orjson.dumps({"user": g.expired_user, "ke": target, "isian": fields})
    redis().set(f"t:{token}", body, ex=STASH_SECONDS)
    return token


def stashed(user: Principal) -> dict[str, str]:
    """Fields this person had typed into this page when the session ended; handed out once."""
    token = session.get("titipan")
    if not token:
        return {}
    body = redis().get(f"t:{token}")
    data = orjson.loads(body) if body else {}
    if not data or data["user"] != user.id.hex or urlsplit(data["ke"]).path != request.path:
        return {}
    session.pop("titipan")
    redis().delete(f"t:{token}")
    return dict(data["isian"])


def safe_next(address: str | None) -> str:
    """A path inside the portal, /beranda for anything else."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return "/beranda"
    parts = urlsplit(address)
    return "/beranda" if parts.netloc or parts.path in (ENTRY_PAGE, "/keluar") else address


# ---- sessions


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """A session whose content lies in Redis; the cookie carries the account's id and a token."""

    def __init__(self, initial: dict[str, Any] | None, token: str) -> None:
        def changed(_: Any) -> None:
            self.modified = True

        super().__init__(initial or {}, changed)
        self.token = token
        self.modified = False
        self.fresh_token = False

    def rotate(self) -> None:
        """New token for the same content: after signing in, so that an old cookie opens nothing."""
        redis().delete(people.session_key(self.token))
        self.token, self.fresh_token, self.modified = people.new_token(), True, True


class RedisSessions(SessionInterface):
    """One round trip a request: session, person, page version, badges and the access epoch together."""

    def open_session(self, app: Flask, request: Any) -> ServerSession:
        uid, _, token = request.cookies.get(COOKIE, "").partition(".")
        if not token or len(token) > 64:
            return ServerSession(None, people.new_token())
        key, idle = people.session_key(token), config().sesi_menganggur
        pipe = redis().pipeline(transaction=False)
        pipe.getex(key, ex=idle)
        if len(uid) == 32:
            pipe.mget(f"u:{uid}", f"v:{uid}", f"b:{uid}", people.EPOCH)
        found = pipe.execute()
        body = orjson.loads(found[0]) if found[0] else None
        if body is None:
            g.expired_user = uid if len(uid) == 32 else None
            return ServerSession(None, people.new_token())
        if body.get("_user_id", "").replace("-", "") == uid:
            g.cached_user, g.version, g.cached_badges, g.epoch = found[1]
        return ServerSession(body, token)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not isinstance(session, ServerSession) or not session.modified:
            return
        if not session:
            redis().delete(people.session_key(session.token))
            response.delete_cookie(COOKIE, httponly=True, samesite="Lax")
            return
        redis().set(people.session_key(session.token), orjson.dumps(dict(session)), ex=config().sesi_menganggur)
        uid = session.get("_user_id", "").replace("-", "") or "-"
        response.set_cookie(
            COOKIE, f"{uid}.{session.token}", httponly=True, samesite="Lax",
            secure=config().alamat.startswith("https://"), path="/",
        )  # fmt: skip


def sign_in(principal: Principal, how: str) -> None:
    """Open a session for this person; the token changes."""
    keep = {name: session[name] for name in ("titipan",) if name in session}
    session.clear()
    session.update(keep)
    login_user(principal)
    own = cast(ServerSession, session._get_current_object())  # type: ignore[attr-defined]
    own.rotate()
    csrf_token()
    g.principal = principal
    people.register_session(
        principal.id, own.token, request.headers.get("User-Agent", ""), request.remote_addr or ""
    )
    activity.log("sesi.masuk", by=principal, cara=how)


def sign_out() -> None:
    user = people.current()
    own = cast(ServerSession, session._get_current_object())  # type: ignore[attr-defined]
    if user:
        people.end_sessions(user.id, only=people.session_key(own.token))
        activity.log("sesi.keluar", by=user)
    logout_user()
    session.clear()
    own.rotate()
    session.clear()


def _load_user(user_id: str) -> Principal | None:
    """Flask-Login's loader: from the session's round trip, from SQL when Redis has forgotten."""
    epoch = g.get("epoch") or b""
    cached = g.get("cached_user")
    if cached and cached.startswith(epoch + b"|"):
        return people.load(cached[len(epoch) + 1 :])
    db.reading(True)
    principal = people.principal_of(uuid.UUID(user_id), access.grants())
    db.rollback()
    if principal is not None:
        redis().set(
            people.cache_key(principal.id), epoch + b"|" + people.dump(principal), ex=people.CACHE_SECONDS
        )
    return principal


def _before_request() -> None:
    g.principal = None
    if session.get("_user_id"):
        user = current_user._get_current_object()
        g.principal = user if user.is_authenticated else None


def _page_tag() -> str | None:
    """Version of everything this person's pages show; None when it cannot be known or a message waits."""
    if not g.get("version") or session.get("_flashes") or session.get("titipan"):
        return None
    own = cast(ServerSession, session._get_current_object())  # type: ignore[attr-defined]
    parts = (g.version, g.get("epoch") or b"", own.token, current_app.extensions["pamong_assets"].version)
    text = "|".join(str(p) for p in (*parts, db.now().strftime("%Y%m%d%H"), bool(request.htmx)))  # type: ignore[attr-defined]
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


# ---- rendering


def render(template: str, block: str = "", status: int = 200, **context: Any) -> Response:
    """The whole page, or, for an htmx request, the one block of it that the route names."""
    fragment = block if _wants_fragment() else ""
    layout = "_fragment.html" if fragment else "base.html"
    frame = {} if fragment else {"menu_html": menu_html(), "badges": badges()}
    body = render_template(template, layout=layout, fragment=fragment, **frame, **context)
    return Response(body, status=status, mimetype="text/html")


def _wants_fragment() -> bool:
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


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


def menu_html() -> Markup:
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
        drawn[held] = Markup(cast(Any, macro).navigation(groups=list(groups.items())))
    return theme.personal_menu(drawn[held], request.path, badges())


def _waktu(value: datetime | None) -> str:
    zona = g.principal.zona if g.get("principal") else config().zona
    return calendar.waktu(value, zona) if value else ""


def _pukul(value: datetime | None) -> str:
    zona = g.principal.zona if g.get("principal") else config().zona
    return calendar.pukul(value, zona) if value else ""


def _context() -> dict[str, Any]:
    user = people.current()
    return {"user": user, "instansi": config().instansi, "tema_url": theme_url(user.tema) if user else ""}


def theme_url(colour: str) -> str:
    """Address of the stylesheet for a unit's colour, '' when it has none."""
    if not colour:
        return ""
    sheet = _theme_sheet(colour)
    return f"/tema/{colour.lstrip('#')}.{theme.content_hash(sheet)}.css"


@functools.lru_cache(maxsize=256)
def _theme_sheet(colour: str) -> str:
    return theme.stylesheet(colour)


# ---- errors


TITLES = {
    400: "Permintaan tidak lengkap", 403: "Tidak punya akses", 404: "Halaman tidak ditemukan",
    405: "Cara membuka tidak didukung", 409: "Data sudah berubah", 413: "Berkas terlalu besar",
    422: "Ada isian yang perlu diperbaiki", 429: "Terlalu sering mencoba", 500: "Ada gangguan di sistem kami",
    503: "Layanan sedang tidak tersambung",
}  # fmt: skip
WORDS = {
    400: "Permintaan dari peramban Anda tidak lengkap. Muat ulang halaman, lalu coba lagi.",
    403: "Anda tidak punya akses ke halaman ini. Hubungi admin unit kerja Anda.",
    404: "Halaman tidak ditemukan. Periksa alamatnya atau kembali ke beranda.",
    405: "Halaman ini tidak dapat dibuka dengan cara itu. Kembali ke beranda.",
    413: "Berkas yang Anda kirim terlalu besar. Perkecil, lalu unggah lagi.",
    429: "Tunggu beberapa menit, lalu coba lagi.",
    500: "Isian yang sudah tersimpan aman. Coba lagi; bila berulang, sampaikan kode di bawah kepada admin.",
    503: "Isian yang sudah tersimpan aman. Tunggu satu menit, lalu coba lagi.",
}


def _error_page(status: int, pesan: str = "", saran: str = "", code: str = "", resend: bool = False) -> Response:
    context: dict[str, Any] = {
        "kode": status, "judul": TITLES.get(status, TITLES[500]), "pesan": pesan or WORDS.get(status, WORDS[500]),
        "saran": saran, "id_galat": code, "kirim_ulang": None,
    }  # fmt: skip
    if resend and request.method == "POST" and not request.files:
        fields = [(k, v) for k, v in request.form.items(multi=True) if k != "sandi"]
        context["kirim_ulang"] = {"action": request.full_path.rstrip("?"), "fields": fields}
    body = render_template("kernel/galat.html", layout="base.html", fragment="", **context)
    return Response(body, status=status, mimetype="text/html")


def _on_domain_error(error: DomainError) -> Response:
    db.rollback()
    user = people.current()
    if isinstance(error, Denied) and user:
        activity.log_now("akses.ditolak", by=user, jalur=request.path, metode=request.method, izin=error.pesan)
    if isinstance(error, Missing) and user and request.view_args:
        keys = {k: str(v) for k, v in request.view_args.items()}
        activity.log_now("akses.tidak_terlihat", by=user, jalur=request.path, metode=request.method, kunci=keys)
    return _error_page(error.status, error.pesan, error.saran, resend=isinstance(error, Conflict))


def _on_http_error(error: HTTPException) -> Response:
    db.rollback()
    if isinstance(error, InternalServerError):
        return _on_crash(error.original_exception or error)
    if error.code is not None and error.code < 400:
        return cast(Response, error.get_response())
    return _error_page(error.code or 500)


def _on_crash(error: BaseException) -> Response:
    code = secrets.token_hex(4).upper()
    down = isinstance(error, ENGINE_DOWN) or (isinstance(error, Exception) and db.lost_connection(error))
    logger.error("%s %s failed, code %s", request.method, request.path, code, exc_info=error)
    g.badges = {}
    if down:
        response = _error_page(503, code=code, resend=True)
        response.headers["Retry-After"] = "60"
        return response
    return _error_page(500, code=code, resend=True)


def _on_too_large(error: RequestEntityTooLarge) -> Response:
    mega = config().berkas_maks // (1024 * 1024)
    return _error_page(413, f"Berkas terlalu besar (maksimal {mega} MB per berkas). Perkecil, lalu unggah lagi.")


# ---- the application


def make_app(cfg: Config) -> Flask:
    """An application with the kernel's engines, filters and error pages; `register` adds the modules."""
    
    app = Flask("portal", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(
        SECRET_KEY=cfg.secret_key, MAX_CONTENT_LENGTH=32 * 1024 * 1024, MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        TESTING=cfg.lingkungan == "uji",
    )  # fmt: skip
    app.extensions["pamong"] = cfg
    app.session_interface = RedisSessions()
    db.init_app(app, cfg.database_url)
    Htmx(app)
    login = LoginManager(app)
    login.session_protection = None
    login.user_loader(_load_user)
    app.before_request(_before_request)
    app.after_request(_after_request)
    app.teardown_appcontext(lambda _: None)
    for error, handler in (
        (DomainError, _on_domain_error), (RequestEntityTooLarge, _on_too_large), (HTTPException, _on_http_error),
    ):  # fmt: skip
        app.register_error_handler(error, handler)  # type: ignore[arg-type]
    _prepare_templates(app)
    assets = theme.load_assets(ROOT / "static")
    app.extensions["pamong_assets"] = assets
    app.jinja_env.globals["asset"] = assets.url
    app.wsgi_app = StaticFiles(app.wsgi_app, assets)  # type: ignore[method-assign]
    return app


def _prepare_templates(app: Flask) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.undefined = StrictUndefined
    env.filters.update(
        tanggal=calendar.tanggal, tanggal_pendek=calendar.tanggal_pendek, waktu=_waktu, pukul=_pukul,
        bulan_tahun=calendar.bulan_tahun, angka=numbers.angka, persen=numbers.persen, rupiah=numbers.rupiah,
        ukuran=numbers.ukuran, durasi_lalu=lambda at: calendar.durasi_lalu(at, db.now()),
    )  # fmt: skip
    env.globals.update(
        icon=icons.icon, badge=theme.badge, csrf_token=csrf_token, sekarang=db.now,
    )  # fmt: skip
    app.context_processor(_context)


def register(app: Flask, modules: list[Module]) -> None:
    items = [item for module in modules for item in module.menu]
    app.extensions["pamong_menu_items"] = sorted(items, key=lambda i: (i.order, i.label))
    app.extensions["pamong_menu"] = {}
    app.extensions["pamong_badges"] = {href: q for module in modules for href, q in module.badges.items()}
    app.extensions["pamong_modules"] = modules
    for module in modules:
        app.register_blueprint(module.blueprint)


def _after_request(response: Response) -> Response:
    response.headers.extend(HEADERS)
    if config().alamat.startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if response.mimetype == "text/html":
        response.vary.update(["HX-Request", "Cookie"])
        if "ETag" in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
    if "Cache-Control" not in response.headers and response.status_code != 304:
        response.headers["Cache-Control"] = "no-store"
    return response


class StaticFiles:
    """Serves /static/ from memory, hashed names, before a session is opened."""

    def __init__(self, inner: Any, assets: theme.Assets) -> None:
        self.inner, self.assets = inner, assets

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = environ.get("PATH_INFO", "")
        if not path.startswith("/static/"):
            return self.inner(environ, start_response)
        asset = self.assets.get(path)
        if asset is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return [b""]
        zipped = bool(asset.gzip_body) and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        body = asset.gzip_body if zipped else asset.body
        headers = [
            ("Content-Type", asset.content_type), ("Content-Length", str(len(body))), ("Vary", "Accept-Encoding"),
            ("Cache-Control", "public, max-age=31536000, immutable"), ("X-Content-Type-Options", "nosniff"),
        ]  # fmt: skip
        if zipped:
            headers.append(("Content-Encoding", "gzip"))
        start_response("200 OK", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def today() -> date:
    """The date in the person's time zone."""
    zona = g.principal.zona if g.get("principal") else config().zona
    return calendar.setempat(db.now(), zona).date()


__all__ = [
    "PUBLIC", "SIGNED_IN", "Invalid", "MenuItem", "Module", "badges", "done", "register", "render", "safe_next",
    "sign_in", "sign_out", "stashed", "today",
]  # fmt: skip
