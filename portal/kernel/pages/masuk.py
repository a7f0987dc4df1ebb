"""Signing in and out. Tries are limited by address and by name; both answers take the same time."""

from datetime import timedelta

import sqlalchemy as sa
from flask import request, session
from werkzeug.wrappers import Response

from portal.kernel import access, activity, people
from portal.kernel.db import commit, db, now
from portal.kernel.pages import alamat
from portal.kernel.pages.percobaan import Tries, tries_of
from portal.kernel.people import User
from portal.kernel.storage import config, redis
from portal.kernel.web import PUBLIC, SIGNED_IN, Module, done, render, safe_next, sign_in, sign_out

module = Module("masuk", "")

TRIES_PER_ADDRESS, WINDOW = 60, timedelta(minutes=15)
SSO_WORDS = {
    "putus": "Layanan masuk bersama sedang tidak dapat dihubungi. Masuk dengan kata sandi, atau coba lagi nanti.",
    "gagal": "Masuk lewat layanan bersama tidak berhasil. Coba lagi, atau masuk dengan kata sandi.",
    "asing": "Akun Anda belum terdaftar di portal ini. Hubungi admin unit kerja Anda.",
}
REFUSED = "{apa} atau kata sandi tidak cocok."


@module.route("/masuk", can=PUBLIC)
def masuk() -> Response:
    token = request.args.get("titipan", "")
    if token and len(token) < 64:
        session["titipan"] = token
    if people.current():
        return done(safe_next(request.args.get("lanjut")))
    notice = ""
    if token:
        notice = "Sesi berakhir. Masuk lagi untuk melanjutkan; isian Anda tidak hilang."
    elif request.args.get("sso") in SSO_WORDS:
        return _page(galat=SSO_WORDS[request.args["sso"]])
    elif request.args.get("kedaluwarsa"):
        notice = "Halaman masuk terlalu lama terbuka. Silakan masuk lagi."
    elif request.args.get("lanjut"):
        notice = "Masuk dulu untuk membuka halaman itu."
    elif request.args.get("keluar"):
        notice = "Anda sudah keluar."
    return _page(notice=notice)


@module.route("/masuk", can=PUBLIC, methods=["POST"])
def coba_masuk() -> Response:
    name = request.form.get("pengguna", "").strip()
    password = request.form.get("sandi", "")
    wait = _too_many()
    if wait:
        return _page(galat=f"Terlalu banyak percobaan dari jaringan ini. Coba lagi dalam {wait} menit.", status=429)
    user = _find(name)
    tries = tries_of(user, name)
    closed = _closed(tries)
    if closed:
        people.check_password(None, password)
        return _page(galat=closed, status=429)
    known = people.check_password(user, password)
    principal = people.principal_of(user.id, access.grants()) if known and user else None
    if principal is None or user is None:
        return _refuse(user, name, tries)
    tries.succeeded()
    _note_success(user)
    redis().decr(_address_key())
    people.forget(user.id)
    sign_in(principal, "sandi")
    return done(safe_next(request.form.get("lanjut")))


@module.route("/keluar", can=SIGNED_IN, methods=["POST"], before_password=True)
def keluar() -> Response:
    sign_out()
    response = done("/masuk?keluar=1")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _page(notice: str = "", galat: str = "", status: int = 200) -> Response:
    demo = [] if config().is_production else DEMO_ACCOUNTS
    lanjut = request.values.get("lanjut", "")
    return render(
        "kernel/masuk.html", status=status, lanjut=safe_next(lanjut) if lanjut else "", pemberitahuan=notice,
        galat=galat, pengguna=request.form.get("pengguna", ""), sso=bool(config().oidc_issuer), akun_demo=demo,
    )  # fmt: skip


DEMO_ACCOUNTS: list[dict[str, str]] = []


def _find(name: str) -> User | None:
    """By user name, NIP or proven address in any spelling; a user name comes first."""
    digits = "".join(c for c in name if c.isdigit())
    names = {name.lower(), digits} if len(digits) == 18 else {name.lower()}
    query = sa.select(User).where(User.pengguna.in_(names)).with_for_update()
    user = db.session.scalars(query).first()
    address = alamat.read(name)[0]
    return user or (alamat.owner(address, lock=True) if address else None)


def _address_key() -> str:
    return f"g:masuk:{alamat.network()}"


def _too_many() -> int:
    """Minutes to wait when this address failed too often, else 0. A whole office may share one address."""
    key = _address_key()
    pipe = redis().pipeline()
    pipe.incr(key)
    pipe.expire(key, int(WINDOW.total_seconds()), nx=True)
    pipe.ttl(key)
    tries, _, left = pipe.execute()
    return max(1, int(left) // 60 + 1) if int(tries) > TRIES_PER_ADDRESS else 0


def _closed(tries: Tries) -> str:
    """Why this name may not try from here now, "" when it may. The same words whether or not it has an account."""
    here, everywhere = tries.closed_minutes()
    if here:
        return f"Terlalu banyak salah sandi untuk akun ini dari jaringan Anda. Coba lagi dalam {here} menit."
    if everywhere:
        return (
            f"Akun ini sedang sering dicoba dengan sandi yang salah. Coba lagi dalam {everywhere} menit, "
            "atau masuk dari jaringan yang biasa Anda pakai."
        )
    return ""


def _refuse(user: User | None, name: str, tries: Tries) -> Response:
    until = tries.count()
    if user is not None:
        user.gagal_masuk += 1
        user.terkunci_sampai = until or user.terkunci_sampai  # what administrators see; the door asks `tries`
    activity.log("sesi.gagal", user, pengguna=name[:80], alasan="sandi")
    commit()
    mail, phone = "@" in name, bool(alamat.read(name)[0])
    return _page(galat=REFUSED.format(apa="Surel" if mail else "Nomor HP" if phone else "NIP"), status=422)


def _note_success(user: User) -> None:
    user.gagal_masuk, user.terkunci_sampai = 0, None
    user.masuk_sebelumnya_at, user.masuk_sebelumnya_dari = user.masuk_terakhir_at, user.masuk_terakhir_dari
    user.masuk_terakhir_at, user.masuk_terakhir_dari = now(), request.remote_addr or ""
