"""Pages everybody may read, and the contact form. No sign-in, no script, and but for the form no session."""

from typing import Any

from flask import request, session
from werkzeug.wrappers import Response

from portal.kernel import people
from portal.kernel.errors import Invalid, Missing
from portal.kernel.forms import Problem
from portal.kernel.pages import alamat
from portal.kernel.web import PUBLIC, done, render, today
from portal.sertifikasi import module
from portal.sertifikasi.publik import forms, katalog, konten, markdown, services, statistik
from portal.sertifikasi.publik.models import Tiket

PLAIN = ("tentang", "ketidakberpihakan", "persyaratan", "biaya", "hak-kewajiban", "jadwal-tuk", "banding-keluhan",
         "unduhan", "privasi", "batasan")  # fmt: skip
OPENED, MOST_OPENED = "tiket", 20  # in the session: numbers of the tickets this browser opened
STEP_ICONS = ("user", "list-check", "send", "clipboard-check", "shield-check", "target", "users-group", "certificate")


@module.route("", can=PUBLIC)
def publik_beranda() -> Response:
    day, texts = today(), konten.published(("beranda", "ketidakberpihakan", "alur"))
    steps = markdown.sections(texts["alur"].isi)[1]
    return render(
        "sertifikasi/publik_beranda.html", teks=texts, pembuka=markdown.render(texts["beranda"].isi),
        ketidakberpihakan=markdown.render(texts["ketidakberpihakan"].isi), langkah=steps, ikon=STEP_ICONS,
        **katalog.chosen(katalog.cards(day), {}), **katalog.scope(katalog.licence(day), day),
        angka=statistik.figures(day),
    )  # fmt: skip


@module.route("/skema", can=PUBLIC)
def publik_skema() -> Response:
    return render("sertifikasi/publik_skema.html", **katalog.chosen(katalog.cards(today()), request.args))


@module.route("/skema/<string:kode>", can=PUBLIC)
def publik_skema_rincian(kode: str) -> Response:
    return render("sertifikasi/publik_skema_rincian.html", **katalog.detail(kode, today()))


@module.route("/informasi/<string:slug>", can=PUBLIC)
def publik_informasi(slug: str) -> Response:
    if slug not in PLAIN:
        raise Missing("Halaman itu tidak ada.", "Buka halaman depan sertifikasi.")
    text = konten.published((slug,))[slug]
    others = [(one.slug, one.judul) for one in konten.published(PLAIN).values()]
    scope = katalog.scope(katalog.licence(today()), today()) if slug == "tentang" else {}
    return render("sertifikasi/publik_informasi.html", teks=text, isi=markdown.render(text.isi), lain=others,
                  **{"lisensi": None, "lisensi_habis": False, **scope})  # fmt: skip


@module.route("/alur", can=PUBLIC)
def publik_alur() -> Response:
    text = konten.published(("alur",))["alur"]
    lead, steps = markdown.sections(text.isi)
    return render("sertifikasi/publik_alur.html", teks=text, pembuka=lead, langkah=steps, ikon=STEP_ICONS)


@module.route("/tanya-jawab", can=PUBLIC)
def publik_tanya_jawab() -> Response:
    text = konten.published(("tanya-jawab",))["tanya-jawab"]
    lead, questions = markdown.sections(text.isi)
    return render("sertifikasi/publik_tanya_jawab.html", teks=text, pembuka=lead, pertanyaan=questions)


@module.route("/statistik", can=PUBLIC)
def publik_statistik() -> Response:
    day = today()
    return render("sertifikasi/publik_statistik.html", angka=statistik.figures(day), tabel=statistik.tables(day),
                  hari=day, terkecil=statistik.terkecil())  # fmt: skip


# ---- contact form


@module.route("/hubungi", can=PUBLIC)
def publik_hubungi() -> Response:
    typed = {"topik": request.args.get("topik", "")}
    user = people.current()
    if user is not None:
        typed["nama"] = user.nama
    return _form(typed, [])


def _form(typed: Any, problems: list[Problem], status: int = 200, token: str = "") -> Response:
    return render(
        "sertifikasi/publik_hubungi.html", status=status, isian=typed, problems=problems, galat_isian=bool(problems),
        masalah={p.field: p.pesan for p in reversed(problems)}, topik=[("", "Pilih topik"), *forms.TOPICS.items()],
        tanda=token or services.entry_token(), jebakan=forms.TRAP, hari=services.ANSWER_DAYS,
    )  # fmt: skip


@module.route("/hubungi", can=PUBLIC, methods=["POST"])
def publik_hubungi_kirim() -> Response:
    typed, token = request.form, request.form.get("tanda", "")
    message, problems = forms.read(typed)
    files = [f for f in request.files.getlist("lampiran") if f.filename]
    if len(files) > forms.FILES:
        problems.append(Problem("lampiran", f"Lampirkan paling banyak {forms.FILES} berkas"))
    if problems:
        return _form(typed, problems, 422, token)
    refusal = _refusal(typed, token)
    if refusal is not None:
        return refusal
    try:
        streams = [(f.stream, f.filename or "") for f in files]
        ticket = services.take_in(message, services.check_entry(token), streams, people.current(), today())
    except Invalid as error:
        return _form(typed, [Problem("lampiran", error.pesan)], 422, token)
    return _to_ticket(ticket.nomor)


def _refusal(typed: Any, token: str) -> Response | None:
    """The form again for programs and for who writes too often; None when the message may be stored."""
    try:
        word = services.check_entry(token)
    except Invalid as error:
        # one sent too soon keeps its token, so that waiting helps; any other gets a new one
        return _form(typed, [Problem("", error.pesan)], 422, "" if error.__cause__ else token)
    if services.sent(word) is not None:
        return None
    wait = services.minutes_to_wait(alamat.network())
    if wait:
        words = f"Sudah ada {services.PER_HOUR} pesan dari jaringan ini dalam satu jam. Coba lagi {wait} menit lagi."
        return _form(typed, [Problem("", words)], 429, token)
    if typed.get(forms.TRAP):
        words = "Pesan belum terkirim karena tampak seperti kiriman otomatis. Periksa isian Anda, lalu kirim lagi."
        return _form(typed, [Problem("", words)], 422, token)
    return None


def _to_ticket(nomor: str) -> Response:
    """The ticket's page, open for this browser from now on: the code stands in no address."""
    session[OPENED] = [*(one for one in _opened() if one != nomor), nomor][-MOST_OPENED:]
    return done(f"/sertifikasi/tiket/{nomor}")


def _opened() -> list[str]:
    return list(session[OPENED]) if OPENED in session else []


@module.route("/tiket/<string:nomor>", can=PUBLIC, writes=True)
def publik_tiket(nomor: str) -> Response:
    kode = request.args.get("kode", "")
    if kode:
        wait = services.minutes_to_wait(alamat.network(), "tiket", services.CODES_PER_HOUR)
        if not wait and services.follow_link(nomor, kode):
            return _to_ticket(nomor)
        return done(f"/sertifikasi/tiket/{nomor}")
    ticket = _ticket_of(nomor)
    return _ask_code(nomor) if ticket is None else _ticket(ticket)


def _ticket_of(nomor: str, kode: str = "") -> Tiket | None:
    return services.ticket_of_asker(nomor, kode, people.current(), _opened())


def _ask_code(nomor: str, problem: str = "", status: int = 200) -> Response:
    return render(
        "sertifikasi/publik_tiket_kode.html", status=status, nomor=nomor, galat=problem, galat_isian=bool(problem)
    )


def _ticket(ticket: Tiket, problem: str = "", typed: str = "", status: int = 200) -> Response:
    return render(
        "sertifikasi/publik_tiket.html", status=status, tiket=ticket, topik=forms.TOPICS[ticket.topik], galat=problem,
        balasan=services.conversation(ticket), berkas=services.files_of(ticket), isian=typed,
        galat_isian=bool(problem), kode=services.shown_code(ticket),
    )  # fmt: skip


@module.route("/tiket/<string:nomor>", can=PUBLIC, methods=["POST"])
def publik_tiket_lanjut(nomor: str) -> Response:
    """The code opens the ticket for this browser; a text adds a message."""
    kode, text = request.form.get("kode", ""), forms.paragraphs(request.form.get("isi", ""))
    ticket = _ticket_of(nomor)
    if ticket is None:
        wait = services.minutes_to_wait(alamat.network(), "tiket", services.CODES_PER_HOUR)
        if wait:
            return _ask_code(nomor, f"Terlalu banyak percobaan dari jaringan ini. Coba lagi {wait} menit lagi.", 429)
        ticket = _ticket_of(nomor, kode)
    if ticket is None:
        return _ask_code(nomor, "Nomor atau kode tiket tidak cocok. Periksa kode yang Anda catat.", 422)
    if "isi" not in request.form:
        return _to_ticket(nomor)
    wait = services.minutes_to_wait(alamat.network())
    if wait:
        words = f"Terlalu banyak pesan dari jaringan ini. Coba lagi {wait} menit lagi."
        return _ticket(ticket, words, text, 429)
    try:
        services.write_again(ticket, text, today())
    except Invalid as error:
        return _ticket(ticket, error.pesan, text, 422)
    return _to_ticket(nomor)
