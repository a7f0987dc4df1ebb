"""Sessions in Redis, who is signed in, and what a form held when its session ended."""

import hmac
import logging
import secrets
import uuid
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import orjson
from flask import Flask, g, redirect, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import login_user, logout_user
from redis.commands.core import Script
from werkzeug.datastructures import CallbackDict
from werkzeug.wrappers import Response

from portal.kernel import access, activity, db, organisation, people
from portal.kernel.people import Principal
from portal.kernel.storage import ENGINE_DOWN, config, redis

logger = logging.getLogger(__name__)

COOKIE = "pamong"
STASH_SECONDS = 1800
ENTRY_PAGE = "/masuk"
OPEN_FORMS = ("daftar", "lupa-sandi")  # public ways of several steps: whose form grew old begins that step again

# The session lives on from now, and is read together with what its person's pages need.
OPEN = Script(None, b"redis.call('EXPIRE', KEYS[1], ARGV[1]) return redis.call('MGET', unpack(KEYS))")  # type: ignore[arg-type]

activity.declare(
    **{"sesi.masuk": "cara", "sesi.keluar": "", "sesi.gagal": "pengguna alasan", "sesi.diakhiri": "jumlah"}
)


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """A session whose content lies in Redis; the cookie carries the account's id, a token, and a seal on both."""

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
        uid, token, seal = _parts(request.cookies.get(COOKIE, ""))
        if not token:
            return ServerSession(None, people.new_token())
        key, idle = people.session_key(token), config().sesi_menganggur
        beside = [f"u:{uid}", f"v:{uid}", f"b:{uid}", people.EPOCH] if len(uid) == 32 else []
        try:
            found = OPEN([key, *beside], [idle], client=redis())
        except ENGINE_DOWN as error:
            g.session_fault = error  # raised by every route that needs to know who asks
            return ServerSession(None, people.new_token())
        body = orjson.loads(found[0]) if found[0] else None
        if body is None:
            genuine = len(uid) == 32 and hmac.compare_digest(seal, _seal(uid, token))
            g.expired_user = uid if genuine else None
            return ServerSession(None, people.new_token())
        if body.get("_user_id", "").replace("-", "") == uid:
            g.cached_user, g.version, g.cached_badges, g.epoch = found[1:]
        return ServerSession(body, token)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not isinstance(session, ServerSession) or not session.modified or g.get("session_fault"):
            return
        try:
            self._store(session, response)
        except ENGINE_DOWN:
            if not g.get("stored"):
                raise
            logger.exception("stored, but the session was not: a message is lost")

    def _store(self, session: ServerSession, response: Response) -> None:
        key = people.session_key(session.token)
        if not session:
            redis().delete(key)
            response.delete_cookie(COOKIE, httponly=True, samesite="Lax")
            return
        redis().set(key, orjson.dumps(dict(session)), ex=config().sesi_menganggur)
        uid = session.get("_user_id", "").replace("-", "") or "-"
        response.set_cookie(
            COOKIE, f"{uid}.{session.token}.{_seal(uid, session.token)}", httponly=True, samesite="Lax",
            secure=config().alamat.startswith("https://"), path="/",
        )  # fmt: skip


def _parts(cookie: str) -> tuple[str, str, str]:
    """Account, token and seal of a cookie; a token that cannot be one of ours is none."""
    uid, _, rest = cookie.partition(".")
    token, _, seal = rest.partition(".")
    return (uid, token, seal) if cookie.isascii() and len(token) <= 64 else ("", "", "")


def _seal(uid: str, token: str) -> str:
    """Tells later, when Redis has forgotten the session, that it really was one of this account."""
    return hmac.digest(config().secret_key.encode(), f"sesi {uid} {token}".encode(), "sha256").hex()[:32]


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
    people.register_session(principal.id, own.token, request.headers.get("User-Agent", ""), request.remote_addr or "")
    activity.log("sesi.masuk", by=principal, cara=how)


def sign_out() -> None:
    """Of the signed-in person: the session ends on the server, its cookie here."""
    user = people.required()
    own = cast(ServerSession, session._get_current_object())  # type: ignore[attr-defined]
    people.end_sessions(user.id, only=people.session_key(own.token))
    activity.log("sesi.keluar", by=user)
    logout_user()
    session.clear()
    own.rotate()
    session.clear()


def load_user(user_id: str) -> Principal | None:
    """Flask-Login's loader: from the session's round trip, from SQL when Redis has forgotten."""
    # Seats and roles begin and end with the day, whatever is still kept of the day before.
    mark = b"%b|%b|" % (g.get("epoch") or b"", organisation.today().isoformat().encode())
    cached = g.get("cached_user")
    if cached and cached.startswith(mark):
        return people.load(cached[len(mark) :])
    db.reading(True)
    principal = people.principal_of(uuid.UUID(user_id), access.grants())
    db.rollback()
    if principal is not None:
        redis().set(people.cache_key(principal.id), mark + people.dump(principal), ex=people.CACHE_SECONDS)
    return principal


def before_request() -> None:
    """The person of this request. Flask-Login is told, so that it does not look again."""
    user_id = session.get("_user_id")
    g.principal = load_user(user_id) if user_id else None
    if g.principal is not None:
        g._login_user = g.principal


def wants_fragment() -> bool:
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def is_entry(path: str) -> bool:
    """Pages where people sign in, register or ask for a code: they hold passwords and begin again by themselves."""
    return path == ENTRY_PAGE or path.split("/")[1] in OPEN_FORMS


def stale_entry() -> Response:
    if request.path.split("/")[1] in OPEN_FORMS:
        kept = {name: request.values[name] for name in ("tiket", "lanjut") if request.values.get(name)}
        page = request.path.removesuffix("/ulang")
        return redirect(f"{page}?{urlencode({**kept, 'kedaluwarsa': 1})}", 303)
    query = urlencode({"lanjut": safe_next(request.form.get("lanjut")), "kedaluwarsa": 1})
    return redirect(f"{ENTRY_PAGE}?{query}", 303)


def token_ok() -> bool:
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    known = session.get("csrf", "")
    return bool(known) and hmac.compare_digest(sent.encode(), known.encode())


def csrf_token() -> str:
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return cast(str, session["csrf"])


def sign_in_first(safe: bool) -> Response:
    """Where somebody without a session goes. What a form held waits in Redis for the same person."""
    target = request.full_path.rstrip("?") if safe else page_of_form()
    query = {"lanjut": target}
    if not safe and g.get("expired_user"):
        query["titipan"] = _stash(target)
    entry = f"{ENTRY_PAGE}?{urlencode(query)}"
    if request.htmx:  # type: ignore[attr-defined]
        if request.form.get("aksi") == "otomatis":
            return Response(status=401)
        return Response(status=401, headers={"HX-Redirect": entry})
    return redirect(entry, 303)


def page_of_form() -> str:
    """The page that held the form: its own address, else the one it posts to."""
    parts = urlsplit(request.referrer or "")
    same = parts.netloc == request.host
    return safe_next(parts.path + (f"?{parts.query}" if parts.query else "")) if same else request.path


def _stash(target: str) -> str:
    token = secrets.token_urlsafe(16)
    given = any(file.filename for file in request.files.values())
    sent = {"aksi": request.full_path.rstrip("?"), "isian": typed_fields(), "berkas": given}
    body = orjson.dumps({"user": g.expired_user, "ke": target, **sent})
    redis().set(f"t:{token}", body, ex=STASH_SECONDS)
    return token


def typed_fields() -> list[tuple[str, str]]:
    """What the form of this request held, without its token and without passwords."""
    return [(k, v) for k, v in request.form.items(multi=True) if k != "csrf_token" and not k.startswith("sandi")]


def is_same_origin() -> bool:
    """The browser says that a page of this portal sent the request."""
    sender = request.headers.get("Origin") or request.referrer or ""
    return urlsplit(sender).netloc == request.host


def stashed(user: Principal) -> dict[str, str]:
    """Fields this person had typed into this page when the session ended; handed out once."""
    return dict(unstash(user).get("isian", []))


def unstash(user: Principal) -> dict[str, Any]:
    """The whole form that a session ended over on this page: `aksi` (its address), `isian`, `berkas` (it had files)."""
    token = session.get("titipan")
    if not token:
        return {}
    body = redis().get(f"t:{token}")
    data: dict[str, Any] = orjson.loads(body) if body else {}
    if not data:
        session.pop("titipan")  # too late: it would keep pages of this session from being cached
        return {}
    if data["user"] != user.id.hex or urlsplit(data["ke"]).path != request.path:
        return {}
    session.pop("titipan")
    redis().delete(f"t:{token}")
    return data


def safe_next(address: str | None) -> str:
    """A path inside the portal, /beranda for anything else."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return "/beranda"
    if not address.isprintable():  # browsers drop tabs and line ends before they read an address
        return "/beranda"
    parts = urlsplit(address)
    return "/beranda" if parts.netloc or parts.path in (ENTRY_PAGE, "/keluar") else address
