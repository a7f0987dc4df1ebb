"""Making an account: the form, the code, the account. Nothing tells whether an address has one already."""

from datetime import datetime
from urllib.parse import urlencode

from flask import request
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from portal.kernel import access, activity, onetime, people
from portal.kernel.db import after_commit, db, now
from portal.kernel.onetime import MATCHES
from portal.kernel.pages import alamat
from portal.kernel.pages.isian import Isian
from portal.kernel.people import User
from portal.kernel.storage import config
from portal.kernel.web import PUBLIC, Module, done, render, safe_next, sign_in

PURPOSE = "daftar"
NOTICE = "2026-11"  # version of the processing notice in kernel/daftar_data.html
activity.declare(**{"akun.didaftarkan": "saluran pemberitahuan"})

module = Module("daftar", "/daftar")


def onward() -> str:
    """Where the person wanted to go, "" when nowhere in particular."""
    text = request.values.get("lanjut", "")
    return safe_next(text) if text else ""


def address_of(path: str, **query: str) -> str:
    """A step of the way with what it needs to go on."""
    kept = {name: value for name, value in {**query, "lanjut": onward()}.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


@module.route("", can=PUBLIC)
def daftar() -> Response:
    if people.current():
        return done(onward() or "/beranda")
    words = ""
    if request.args.get("habis"):
        words = "Pendaftaran itu sudah selesai atau lewat waktunya. Masuk bila akun Anda sudah jadi, atau daftar lagi."
    elif request.args.get("kedaluwarsa"):
        words = "Halaman terlalu lama terbuka. Isi lagi formulir ini."
    return _page(Isian(), notice=words)


def _page(isian: Isian, status: int = 200, notice: str = "") -> Response:
    return render("kernel/daftar.html", status=status, isian=isian, lanjut=onward(), pemberitahuan=notice)


@module.route("", can=PUBLIC, methods=["POST"])
def isi() -> Response:
    """The account waits, sealed, for the code that was sent to its address."""
    if people.current():
        return done(onward() or "/beranda")
    isian = Isian(request.form)
    nama = isian.teks("nama", "Nama", min_=3, maks=100)
    if nama and not (nama.isprintable() and any(c.isalpha() for c in nama)):
        isian.galat["nama"] = "Nama: tulis dengan huruf, seperti di KTP"
    address, wrong = alamat.read(isian["alamat"])
    if wrong:
        isian.galat["alamat"] = wrong
    password = request.form.get("sandi", "")
    if problems := people.password_problems(password, User(pengguna=address)):
        isian.galat["sandi"] = " ".join(problems) if password else "Isi kata sandi"
    if isian["setuju"] != "1":
        isian.galat["setuju"] = "Baca dan setujui pemberitahuan pemrosesan data untuk mendaftar"
    if isian.galat:
        return _page(isian, 422)
    ticket = alamat.ticket_of(PURPOSE, address)
    made = alamat.new_code(PURPOSE, address, ticket)
    if made.wait > onetime.PAUSE:
        isian.galat["alamat"] = alamat.too_often(made)
        return _page(isian, 429)
    onetime.keep(
        PURPOSE, {"nama": " ".join(nama.split()), "alamat": address, "sandi": people.HASHER.hash(password),
                  "setuju": now().isoformat(), "pemberitahuan": NOTICE}, ticket,
    )  # fmt: skip
    _tell(address, made)
    return done(address_of("/daftar/kode", tiket=ticket), alamat.too_often(made) if made.wait else "", "warning")


def _tell(address: str, made: onetime.Made) -> None:
    """A code, or to who has an account already how to come in. From the outside both look alike."""
    if not made.code:
        return
    if alamat.is_taken(address):
        text = (
            "Seseorang mencoba mendaftar dengan alamat ini, tetapi Anda sudah punya akun.\n"
            f"Masuk: {config().alamat}/masuk\nLupa kata sandi: {config().alamat}/lupa-sandi\n"
            "Bila bukan Anda, abaikan pesan ini; akun Anda tidak berubah."
        )
        alamat.send_word(address, "Anda sudah punya akun", text)
    else:
        alamat.send_code(address, made.code, "pendaftaran")


@module.route("/kode", can=PUBLIC)
def kode() -> Response:
    if people.current():
        return done(onward() or "/beranda")
    return _code_page(Isian())


def _ticket() -> str:
    return request.values.get("tiket", "")


def _code_page(isian: Isian, status: int = 200, notice: str = "") -> Response:
    waits = onetime.kept(PURPOSE, _ticket())
    if waits is None:
        return done(address_of("/daftar", habis="1"))
    return render(
        "kernel/daftar_kode.html", status=status, isian=isian, tiket=_ticket(), lanjut=onward(), pemberitahuan=notice,
        alamat=alamat.shown(waits["alamat"]), percobaan=not config().is_production,
    )  # fmt: skip


@module.route("/kode", can=PUBLIC, methods=["POST"])
def buktikan() -> Response:
    if people.current():
        return done(onward() or "/beranda")
    isian, waits = Isian(request.form), onetime.kept(PURPOSE, _ticket())
    if waits is None:
        return done(address_of("/daftar", habis="1"))
    if not alamat.looks_like_code(isian["kode"]):
        isian.galat["kode"] = "Tulis enam angka dari pesan yang Anda terima"
        return _code_page(isian, 422)
    state = onetime.check(PURPOSE, waits["alamat"], _ticket(), isian["kode"])
    if state != MATCHES:
        isian.galat["kode"] = alamat.wrong_code(state)
        return _code_page(isian, 422)
    ticket = _ticket()
    after_commit(lambda: onetime.drop(ticket))
    if not _open(waits):
        return done(address_of("/masuk"), "Alamat ini sudah punya akun. Masuk dengan kata sandinya.", "warning")
    return done(onward() or "/beranda", "Akun Anda sudah jadi.", "positive")


def _open(waits: dict[str, str]) -> bool:
    """Make the account and sign it in. False when the address found an owner meanwhile."""
    address, moment = waits["alamat"], now()
    user = User(
        pengguna=address, nama=waits["nama"], sandi_hash=waits["sandi"], sandi_diubah_at=moment,
        setuju_data_at=datetime.fromisoformat(waits["setuju"]), setuju_data_versi=waits["pemberitahuan"],
        masuk_terakhir_at=moment, masuk_terakhir_dari=request.remote_addr or "",
    )  # fmt: skip
    alamat.give(user, address)
    if alamat.is_taken(address):
        return False
    try:
        with db.session.begin_nested():
            db.session.add(user)
            db.session.flush()
    except IntegrityError:  # the other window was a moment faster
        return False
    principal = people.principal_of(user.id, access.grants())
    if principal is None:
        raise LookupError(f"account {user.id} vanished while it was made")
    channel = "surel" if alamat.is_mail(address) else "ponsel"
    activity.log("akun.didaftarkan", user, by=principal, saluran=channel, pemberitahuan=waits["pemberitahuan"])
    sign_in(principal, "daftar")
    return True


@module.route("/kode/ulang", can=PUBLIC, methods=["POST"])
def ulang() -> Response:
    waits = onetime.kept(PURPOSE, _ticket())
    if waits is None:
        return done(address_of("/daftar", habis="1"))
    made = alamat.new_code(PURPOSE, waits["alamat"], _ticket())
    if made.wait:
        return _code_page(Isian(), 429, alamat.too_often(made))
    _tell(waits["alamat"], made)
    return done(address_of("/daftar/kode", tiket=_ticket()), "Pesan baru dikirim.", "positive")
