"""Signing in through an outside OpenID provider: authorization code with PKCE, state and nonce.

The provider proves who somebody is; accounts and roles stay here. A person without an account is refused.
"""

import logging
from typing import Any

import sqlalchemy as sa
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, request, session
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from portal.kernel import access, activity, people
from portal.kernel.db import db, now
from portal.kernel.people import User
from portal.kernel.storage import config
from portal.kernel.web import PUBLIC, Module, done, safe_next, sign_in

logger = logging.getLogger(__name__)
module = Module("sso", "/masuk/sso")
TIMEOUT = 8
CLIENT = "luar"


def init_app(app: Flask) -> None:
    """Declare the provider named by the settings; without one the routes answer 404."""
    cfg = app.extensions["pamong"]
    if not cfg.oidc_issuer:
        return
    oauth = OAuth(app)
    oauth.register(  # type: ignore[no-untyped-call]
        CLIENT,
        client_id=cfg.oidc_client,
        client_secret=cfg.oidc_secret,
        server_metadata_url=f"{cfg.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "timeout": TIMEOUT},
    )
    app.extensions["pamong_oidc"] = oauth


@module.route("", can=PUBLIC)
def mulai() -> Response:
    """Off to the provider. When it does not answer, back to the sign-in page with a sentence."""
    session["lanjut"] = safe_next(request.args.get("lanjut"))
    try:
        answer: Response = _client().authorize_redirect(f"{config().alamat}/masuk/sso/kembali")
    except RequestException as error:
        logger.warning("identity provider unreachable: %s", error)
        return done("/masuk?sso=putus")
    return answer


@module.route("/kembali", can=PUBLIC, writes=True)
def kembali() -> Response:
    """The provider sends the person back; the token's signature, issuer, audience and nonce are checked."""
    target = safe_next(session.pop("lanjut", None))
    try:
        token = _client().authorize_access_token()
    except (OAuthError, JoseError, RequestException, ValueError) as error:
        logger.warning("single sign-on failed: %s", error)
        return done("/masuk?sso=gagal")
    name = str(token["userinfo"].get(config().oidc_claim, ""))
    user = _account(name)
    principal = people.principal_of(user.id, access.grants()) if user else None
    if user is None or principal is None:
        activity.log("sesi.gagal", user, pengguna=name[:80], alasan="sso tanpa akun")
        return done("/masuk?sso=asing")
    user.masuk_sebelumnya_at, user.masuk_sebelumnya_dari = user.masuk_terakhir_at, user.masuk_terakhir_dari
    user.masuk_terakhir_at, user.masuk_terakhir_dari = now(), request.remote_addr or ""
    sign_in(principal, "sso")
    return done(target)


def _client() -> Any:
    oauth = current_app.extensions.get("pamong_oidc")
    if oauth is None:
        raise NotFound()
    return oauth.create_client(CLIENT)


def _account(name: str) -> User | None:
    """By user name or NIP; a locked account opens nothing. Wrong passwords typed elsewhere say nothing here."""
    if not name:
        return None
    return db.session.scalars(sa.select(User).where(User.pengguna == name.lower(), User.aktif)).first()
