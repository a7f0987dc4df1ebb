"""Single sign-on against a provider that speaks the protocol over HTTP: discovery, code with PKCE, signed token."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, jsonify, redirect, request
from joserfc import jwk, jwt
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from portal.kernel import activity
from portal.kernel.db import db, now
from portal.kernel.pages.sso import init_app
from tests.kernel.factories import UserFactory

pytestmark = pytest.mark.usefixtures("app")


@dataclass
class Provider:
    """One person signs in at once; `claims` is what the token says, `nonce_of` may be spoiled by a test."""

    address: str = ""
    name: str = "siti.uji"
    key: Any = field(default_factory=lambda: jwk.ECKey.generate_key("P-256", {"kid": "satu", "use": "sig"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    spoil_nonce: bool = False

    def app(self) -> Flask:
        app = Flask("penyedia")
        app.add_url_rule("/.well-known/openid-configuration", view_func=self.discovery, endpoint="d")
        app.add_url_rule("/otorisasi", view_func=self.authorize, endpoint="a")
        app.add_url_rule("/token", view_func=self.token, methods=["POST"], endpoint="t")
        app.add_url_rule("/kunci", view_func=self.keys, endpoint="k")
        return app

    def discovery(self) -> Response:
        return jsonify(
            issuer=self.address, authorization_endpoint=f"{self.address}/otorisasi", jwks_uri=f"{self.address}/kunci",
            token_endpoint=f"{self.address}/token", id_token_signing_alg_values_supported=["ES256"],
        )  # fmt: skip

    def authorize(self) -> Response:
        code = secrets.token_urlsafe(12)
        self.codes[code] = request.args.to_dict()
        return redirect(f"{request.args['redirect_uri']}?code={code}&state={request.args['state']}")

    def token(self) -> Response | tuple[Response, int]:
        asked = self.codes.pop(request.form["code"])
        verifier = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() != asked["code_challenge"]:
            return jsonify(error="invalid_grant"), 400
        now = int(time.time())
        claims = {
            "iss": self.address, "aud": "pamong", "sub": "1", "iat": now, "exp": now + 60,
            "preferred_username": self.name, "nonce": "lain" if self.spoil_nonce else asked["nonce"],
        }  # fmt: skip
        signed = jwt.encode({"alg": "ES256", "kid": "satu"}, claims, self.key)
        return jsonify(access_token="x", token_type="Bearer", expires_in=60, id_token=signed)

    def keys(self) -> Response:
        return jsonify(keys=[self.key.as_dict(private=False)])


@pytest.fixture
def provider(app: Flask) -> Iterator[Provider]:
    found = Provider()
    server = make_server("127.0.0.1", 0, found.app(), threaded=True)
    found.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    before = app.extensions["pamong"]
    app.extensions["pamong"] = replace(before, oidc_issuer=found.address, oidc_client="pamong", oidc_secret="rahasia")
    init_app(app)
    yield found
    app.extensions["pamong"] = before
    app.extensions.pop("pamong_oidc")
    server.shutdown()
    thread.join()
    server.server_close()


def walk(client: Any, provider: Provider, start: str = "/masuk/sso") -> Any:
    """From the portal to the provider and back, as a browser goes."""
    away = client.get(start)
    asked = {k: v[0] for k, v in parse_qs(urlsplit(away.headers["Location"]).query).items()}
    with provider.app().test_request_context(query_string=asked):
        back = provider.authorize().headers["Location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def test_a_known_person_is_signed_in_and_sent_on(client: Any, provider: Provider) -> None:
    closed = now() + timedelta(minutes=9)  # by wrong passwords, which say nothing about the provider's word
    UserFactory(pengguna="siti.uji", nama="Siti Uji", terkunci_sampai=closed)
    answer = walk(client, provider, "/masuk/sso?lanjut=/pemberitahuan")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/pemberitahuan")
    last = db.session.query(activity.Aktivitas).order_by(activity.Aktivitas.urut.desc()).first()
    assert last is not None
    assert (last.peristiwa, last.data) == ("sesi.masuk", {"cara": "sso"})


@pytest.mark.parametrize("account", [{}, {"aktif": False}])
def test_a_person_without_a_living_account_is_told_so(
    client: Any, provider: Provider, account: dict[str, bool]
) -> None:
    UserFactory(pengguna="siti.uji" if account else "lain", **account)
    assert walk(client, provider).headers["Location"] == "/masuk?sso=asing"
    assert "belum terdaftar" in client.get("/masuk?sso=asing").text


def test_a_token_for_another_request_is_refused(client: Any, provider: Provider) -> None:
    UserFactory(pengguna="siti.uji")
    provider.spoil_nonce = True
    assert walk(client, provider).headers["Location"] == "/masuk?sso=gagal"


def test_a_state_that_was_never_given_is_refused(client: Any, provider: Provider) -> None:
    answer = client.get("/masuk/sso/kembali?code=a&state=b")
    assert answer.headers["Location"] == "/masuk?sso=gagal"


def test_a_silent_provider_leaves_the_password(client: Any, app: Flask, provider: Provider) -> None:
    app.extensions["pamong"] = replace(app.extensions["pamong"], oidc_issuer="http://127.0.0.1:9")
    init_app(app)
    assert client.get("/masuk/sso").headers["Location"] == "/masuk?sso=putus"


def test_without_a_provider_there_is_no_such_page(client: Any) -> None:
    assert client.get("/masuk/sso").status_code == 404
