"""The Flask application: engines, error pages, static files, headers."""

import gzip
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask_login import LoginManager
from htmx_flask import Htmx
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.config import Config
from portal.kernel import db, theme
from portal.kernel.errors import DomainError
from portal.kernel.storage import config
from portal.kernel.web.faults import on_domain_error, on_http_error, on_too_large
from portal.kernel.web.modules import Module, manual_of
from portal.kernel.web.rendering import Templates, prepare_templates
from portal.kernel.web.sessions import RedisSessions, before_request, load_user

ROOT = Path(__file__).resolve().parents[3]  # holds templates/ and static/
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
VARY = "HX-Request, Cookie, Accept-Encoding"
WORTH_ZIPPING = 1024  # bytes
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}


def make_app(cfg: Config) -> Flask:
    """An application with the kernel's engines, filters and error pages; `register` adds the modules."""

    app = Flask("portal", template_folder=str(ROOT / "templates"), static_folder=None)
    app.jinja_environment = Templates
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
    login.user_loader(load_user)
    app.before_request(before_request)
    app.after_request(_after_request)
    app.teardown_appcontext(lambda _: None)
    for error, handler in (
        (DomainError, on_domain_error), (RequestEntityTooLarge, on_too_large), (HTTPException, on_http_error),
    ):  # fmt: skip
        app.register_error_handler(error, handler)
    prepare_templates(app)
    assets = theme.load_assets(ROOT / "static")
    app.extensions["pamong_assets"] = assets
    app.jinja_env.globals["asset"] = assets.url
    app.wsgi_app = StaticFiles(app.wsgi_app, assets)  # type: ignore[method-assign]
    if cfg.perantara:
        near = cfg.perantara
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=near, x_proto=near, x_host=near)  # type: ignore[method-assign]
    return app


def register(app: Flask, modules: list[Module]) -> None:
    items = [item for module in modules for item in module.menu]
    app.extensions["pamong_menu_items"] = sorted(items, key=lambda i: (i.order, i.label))
    app.extensions["pamong_menu"] = {}
    app.extensions["pamong_badges"] = {href: q for module in modules for href, q in module.badges.items()}
    app.extensions["pamong_modules"] = modules
    for module in modules:
        app.register_blueprint(module.blueprint)
    manuals = {key: target for module in modules for key, target in module.manuals.items()}
    app.extensions["pamong_manuals"] = {rule.rule: manual_of(rule.rule, manuals) for rule in app.url_map.iter_rules()}


def _after_request(response: Response) -> Response:
    if response.status_code == 304:  # the browser keeps the headers of the page it holds
        response.headers["Vary"], response.headers["Cache-Control"] = VARY, "private, no-cache"
        return response
    response.headers.extend(HEADERS)
    if config().alamat.startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if response.mimetype == "text/html":
        response.headers["Vary"] = VARY
        _zip(response)
        if "ETag" in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _zip(response: Response) -> None:
    """Pages travel to phones compressed. Behind a proxy that is the proxy's work (deploy/server/nginx.conf)."""
    if config().perantara or "gzip" not in request.headers.get("Accept-Encoding", "") or response.is_streamed:
        return
    body = response.get_data()
    if len(body) >= WORTH_ZIPPING:
        response.set_data(gzip.compress(body, compresslevel=1, mtime=0))
        response.headers["Content-Encoding"] = "gzip"


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
