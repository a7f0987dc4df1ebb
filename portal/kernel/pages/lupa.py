"""A forgotten password: a code to a proven address, then a new password and an end to every other session."""

from flask import request, session
from werkzeug.wrappers import Response

from portal.kernel import access, activity, notices, onetime, people
from portal.kernel.db import after_commit, now
from portal.kernel.onetime import MATCHES
from portal.kernel.pages import alamat
from portal.kernel.pages.daftar import address_of, onward
from portal.kernel.pages.isian import Isian
from portal.kernel.pages.percobaan import reopen
from portal.kernel.people import User
from portal.kernel.storage import config
from portal.kernel.web import PUBLIC, Module, done, render, sign_in

PURPOSE = "sandi"
activity.declare(**{"akun.sandi_dipulihkan": "saluran"})

module = Module("lupa", "/lupa-sandi")


@module.route("", can=PUBLIC)
def lupa() -> Response:
    words = ""
    if request.args.get("habis"):
        words = "Permintaan itu sudah selesai atau lewat waktunya. Masuk, atau minta kode lagi."
    elif request.args.get("kedaluwarsa"):
        words = "Halaman terlalu lama terbuka. Isi lagi formulir ini."
    return _page(Isian(), notice=words)


def _page(isian: Isian, status: int = 200, notice: str = "") -> Response:
    return render("kernel/lupa.html", status=status, isian=isian, lanjut=onward(), pemberitahuan=notice)


@module.route("", can=PUBLIC, methods=["POST"])
def minta() -> Response:
    isian = Isian(request.form)
    address, wrong = alamat.read(isian["alamat"])
    if wrong:
        isian.galat["alamat"] = wrong
        return _page(isian, 422)
    ticket = alamat.ticket_of(PURPOSE, address)
    made = alamat.new_code(PURPOSE, address, ticket)
    if made.wait > onetime.PAUSE:
        isian.galat["alamat"] = alamat.too_often(made)
        return _page(isian, 429)
    onetime.keep(PURPOSE, {"alamat": address}, ticket)
    _tell(address, made)
    return done(address_of("/lupa-sandi/kode", tiket=ticket), alamat.too_often(made) if made.wait else "", "warning")


def _tell(address: str, made: onetime.Made) -> None:
    """Who has no account here is told so, too, where only the owner of the address reads it."""
    if not made.code:
        return
    user = alamat.owner(address)
    if user is not None and user.aktif:
        alamat.send_code(address, made.code, "ganti sandi")
    else:
        text = (
            "Seseorang meminta kode ganti sandi untuk alamat ini, tetapi tidak ada akun aktif yang memakainya.\n"
            f"Mungkin Anda mendaftar dengan alamat lain. Daftar: {config().alamat}/daftar\n"
            "Bila bukan Anda, abaikan pesan ini."
        )
        alamat.send_word(address, "Belum ada akun dengan alamat ini", text)


def _ticket() -> str:
    return request.values.get("tiket", "")


@module.route("/kode", can=PUBLIC)
def kode() -> Response:
    return _code_page(Isian())


def _code_page(isian: Isian, status: int = 200, notice: str = "") -> Response:
    waits = onetime.kept(PURPOSE, _ticket())
    if waits is None:
        return done(address_of("/lupa-sandi", habis="1"))
    return render(
        "kernel/lupa_kode.html", status=status, isian=isian, tiket=_ticket(), lanjut=onward(), pemberitahuan=notice,
        alamat=alamat.shown(waits["alamat"]), percobaan=not config().is_production,
    )  # fmt: skip


@module.route("/kode", can=PUBLIC, methods=["POST"])
def ganti() -> Response:
    """The code is spent only together with a password that will do."""
    isian, waits = Isian(request.form), onetime.kept(PURPOSE, _ticket())
    if waits is None:
        return done(address_of("/lupa-sandi", habis="1"))
    address, password = waits["alamat"], request.form.get("sandi", "")
    if not alamat.looks_like_code(isian["kode"]):
        isian.galat["kode"] = "Tulis enam angka dari pesan yang Anda terima"
    if problems := people.password_problems(password, User(pengguna=address)):
        isian.galat["sandi"] = " ".join(problems) if password else "Isi kata sandi"
    if isian.galat:
        return _code_page(isian, 422)
    user = _prove(isian, address, password)
    if user is None:
        return _code_page(isian, 422)
    _change(user, password, address)
    return done(onward() or "/beranda", "Kata sandi diganti. Sesi di perangkat lain diakhiri.", "positive")


def _prove(isian: Isian, address: str, password: str) -> User | None:
    """Whose code it was; None with the reason in `isian`. Rules about the own name are told only to the owner."""
    state = onetime.check(PURPOSE, address, _ticket(), isian["kode"], spend=False)
    user = alamat.owner(address, lock=True) if state == MATCHES else None
    if user is None or not user.aktif:
        isian.galat["kode"] = alamat.wrong_code(state if state != MATCHES else onetime.GONE)
        return None
    if problems := people.password_problems(password, user):
        isian.galat["sandi"] = " ".join(problems)
        return None
    if (state := onetime.check(PURPOSE, address, _ticket(), isian["kode"])) != MATCHES:
        isian.galat["kode"] = alamat.wrong_code(state)
        return None
    return user


def _change(user: User, password: str, address: str) -> None:
    people.set_password(user, password)
    user.gagal_masuk, user.terkunci_sampai = 0, None
    user.masuk_sebelumnya_at, user.masuk_sebelumnya_dari = user.masuk_terakhir_at, user.masuk_terakhir_dari
    user.masuk_terakhir_at, user.masuk_terakhir_dari = now(), request.remote_addr or ""
    reopen(user)
    principal = people.principal_of(user.id, access.grants())
    if principal is None:
        raise LookupError(f"account {user.id} was closed meanwhile")
    principal.ganti_sandi = False
    channel, key, ticket = "surel" if alamat.is_mail(address) else "ponsel", user.id, _ticket()
    activity.log("akun.sandi_dipulihkan", user, by=principal, saluran=channel)
    notices.notify(user.id, "Kata sandi Anda diganti dengan kode", f"Kode dikirim ke {alamat.shown(address)}.", "/akun")
    people.forget(user.id)
    sign_in(principal, "kode")
    here = people.session_key(session.token)  # type: ignore[attr-defined]
    after_commit(lambda: people.end_sessions(key, keep=here))
    after_commit(lambda: onetime.drop(ticket))


@module.route("/kode/ulang", can=PUBLIC, methods=["POST"])
def ulang() -> Response:
    waits = onetime.kept(PURPOSE, _ticket())
    if waits is None:
        return done(address_of("/lupa-sandi", habis="1"))
    made = alamat.new_code(PURPOSE, waits["alamat"], _ticket())
    if made.wait:
        return _code_page(Isian(), 429, alamat.too_often(made))
    _tell(waits["alamat"], made)
    return done(address_of("/lupa-sandi/kode", tiket=_ticket()), "Pesan baru dikirim.", "positive")
