"""What an asesi's phone needs without signal: the service worker, its offline page, the manifest, a fresh token.

The worker's script lies under the address it serves; static/js/sw.js is its text, before it stand the version and the
addresses it keeps. None of the three public answers says anything about a person.
"""

import orjson
from flask import Response as FlaskResponse
from flask import current_app, jsonify
from werkzeug.wrappers import Response

from portal.kernel import people, theme
from portal.kernel.storage import config
from portal.kernel.web import PUBLIC, csrf_token, render
from portal.sertifikasi import DAFTAR, module

SCOPE = "/sertifikasi/saya"
SHELL = (
    "portal.css", "vendor/htmx-2.0.11.min.js", "pemohon.js", "fonts/plus-jakarta-sans.woff2",
    "img/pamong.svg", "img/kawung.svg",
)  # fmt: skip


def assets() -> theme.Assets:
    found: theme.Assets = current_app.extensions["pamong_assets"]
    return found


@module.route("/saya/sw", can=PUBLIC)
def sw() -> Response:
    files = assets()
    kept = [files.url(name) for name in SHELL]
    script = files.body(files.url("js/sw.js")).decode()
    head = f"const VERSI = {orjson.dumps(files.version).decode()}, KULIT = {orjson.dumps(kept).decode()};\n"
    answer = FlaskResponse(head + script, mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = SCOPE
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@module.route("/saya/luring", can=PUBLIC)
def luring() -> Response:
    """Shown in place of a page that is not on the phone."""
    return render("sertifikasi/saya_luring.html")


@module.route("/saya/manifest.json", can=PUBLIC)
def manifest() -> Response:
    icon = assets().url
    answer = jsonify(
        id=SCOPE, start_url=SCOPE, scope=SCOPE, name=f"Sertifikasi {config().instansi}", short_name="Sertifikasi",
        lang="id", display="standalone", background_color="#f4f6f9", theme_color="#0f427c",
        icons=[
            {"src": icon(f"img/ikon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size in (192, 512) for purpose in ("any", "maskable")
        ],
    )  # fmt: skip
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@module.route("/saya/tanda", can=DAFTAR)
def tanda() -> Response:
    """Who is signed in here, and the form token of this session: a queue is sent on after signing in again."""
    return jsonify(pengguna=people.required().id, csrf=csrf_token())
