"""One's own e-mail or phone: password again, a code to the new address, a word to the old one."""

import sqlalchemy as sa
from flask import request
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from portal.kernel import activity, notices, onetime, people
from portal.kernel.db import after_commit, commit, db
from portal.kernel.errors import Invalid
from portal.kernel.onetime import MATCHES
from portal.kernel.pages import alamat, bukti
from portal.kernel.pages.isian import Isian
from portal.kernel.pages.percobaan import tries_of
from portal.kernel.people import User, required
from portal.kernel.storage import config
from portal.kernel.web import SIGNED_IN, Module, done, render

activity.declare(**{"akun.alamat_diganti": "saluran"})

module = Module("kontak", "/akun/alamat")


def _purpose() -> str:
    return f"alamat {required().id.hex}"


def _own(lock: bool = False) -> User:
    query = sa.select(User).where(User.id == required().id)
    return db.session.scalars(query.with_for_update() if lock else query).one()


@module.route("", can=SIGNED_IN)
def kontak() -> Response:
    words = "Permintaan itu sudah selesai atau lewat waktunya." if request.args.get("habis") else ""
    return _page(_own(), Isian(), notice=words)


def _page(account: User, isian: Isian, status: int = 200, notice: str = "") -> Response:
    return render("kernel/alamat.html", status=status, akun=account, isian=isian, pemberitahuan=notice)


@module.route("", can=SIGNED_IN, methods=["POST"])
def minta() -> Response:
    """Wrong passwords count like those at the door."""
    account, isian = _own(lock=True), Isian(request.form)
    address, wrong = alamat.read(isian["alamat"])
    tries = tries_of(account)
    if wrong:
        isian.galat["alamat"] = wrong
    elif address in (account.ponsel, account.surel.lower() if account.surel_terbukti else ""):
        isian.galat["alamat"] = "Alamat ini sudah milik akun Anda"
    if not account.sandi_hash:
        _prove_by_code(isian)
    elif minutes := tries.closed_minutes()[0]:
        isian.galat["sandi"] = f"Terlalu banyak percobaan. Coba lagi dalam {minutes} menit."
    elif not people.check_password(account, request.form.get("sandi", "")):
        account.gagal_masuk += 1
        account.terkunci_sampai = tries.count() or account.terkunci_sampai
        activity.log("sesi.gagal", account, by=required(), pengguna=account.pengguna, alasan="ganti alamat")
        commit()
        isian.galat["sandi"] = "Kata sandi tidak cocok"
    if isian.galat:
        return _page(account, isian, 422)
    tries.succeeded()
    account.gagal_masuk = 0
    ticket = alamat.ticket_of(_purpose(), address)
    made = alamat.new_code(_purpose(), address, ticket)
    if made.wait > onetime.PAUSE:
        isian.galat["alamat"] = alamat.too_often(made)
        return _page(account, isian, 429)
    onetime.keep(_purpose(), {"alamat": address}, ticket)
    _tell(address, made)
    return done(f"/akun/alamat/kode?tiket={ticket}", alamat.too_often(made) if made.wait else "", "warning")


def _prove_by_code(isian: Isian) -> None:
    """Who has no password proves the old address; spent only when the new one can be read."""
    if isian.galat:
        return
    try:
        bukti.prove(required(), isian["sandi"])
    except Invalid as error:
        isian.galat["sandi"] = error.pesan


def _tell(address: str, made: onetime.Made) -> None:
    if not made.code:
        return
    if alamat.is_taken(address):
        text = "Seseorang mencoba memakai alamat ini untuk akun lain. Akun Anda tidak berubah."
        alamat.send_word(address, "Alamat ini sudah punya akun", text)
    else:
        alamat.send_code(address, made.code, "ganti alamat")


def _ticket() -> str:
    return request.values.get("tiket", "")


@module.route("/kode", can=SIGNED_IN)
def kode() -> Response:
    return _code_page(Isian())


def _code_page(isian: Isian, status: int = 200, notice: str = "") -> Response:
    waits = onetime.kept(_purpose(), _ticket())
    if waits is None:
        return done("/akun/alamat?habis=1")
    return render(
        "kernel/alamat_kode.html", status=status, isian=isian, tiket=_ticket(), pemberitahuan=notice,
        alamat=alamat.shown(waits["alamat"]), percobaan=not config().is_production,
    )  # fmt: skip


@module.route("/kode", can=SIGNED_IN, methods=["POST"])
def buktikan() -> Response:
    isian, waits = Isian(request.form), onetime.kept(_purpose(), _ticket())
    if waits is None:
        return done("/akun/alamat?habis=1")
    state = ""
    if alamat.looks_like_code(isian["kode"]):
        state = onetime.check(_purpose(), waits["alamat"], _ticket(), isian["kode"])
    if state != MATCHES:
        isian.galat["kode"] = alamat.wrong_code(state) if state else "Tulis enam angka dari pesan yang Anda terima"
        return _code_page(isian, 422)
    ticket = _ticket()
    after_commit(lambda: onetime.drop(ticket))
    if not _change(_own(lock=True), waits["alamat"]):
        return done("/akun", "Alamat itu sudah dipakai akun lain.", "warning")
    return done("/akun", "Alamat Anda diganti.", "positive")


def _change(account: User, address: str) -> bool:
    """False when the address found another owner meanwhile. The old address is told."""
    if alamat.is_taken(address):
        return False
    mail = alamat.is_mail(address)
    old = (account.surel if account.surel_terbukti else "") if mail else account.ponsel or ""
    try:
        with db.session.begin_nested():
            alamat.give(account, address)
            db.session.flush()
    except IntegrityError:
        return False
    activity.log("akun.alamat_diganti", account, by=required(), saluran="surel" if mail else "ponsel")
    words = f"{'Surel' if mail else 'Nomor HP'} akun Anda diganti"
    notices.notify(account.id, words, f"Sekarang {alamat.shown(address)}.", "/akun")
    if old:
        hint = "Bila bukan Anda, segera ganti kata sandi dan hubungi admin portal."
        alamat.send_word(old, words, f"{words}. Kode tidak lagi dikirim ke alamat ini.\n{hint}")
    people.forget(account.id)
    return True


@module.route("/kode/ulang", can=SIGNED_IN, methods=["POST"])
def ulang() -> Response:
    waits = onetime.kept(_purpose(), _ticket())
    if waits is None:
        return done("/akun/alamat?habis=1")
    made = alamat.new_code(_purpose(), waits["alamat"], _ticket())
    if made.wait:
        return _code_page(Isian(), 429, alamat.too_often(made))
    _tell(waits["alamat"], made)
    return done(f"/akun/alamat/kode?tiket={_ticket()}", "Pesan baru dikirim.", "positive")
