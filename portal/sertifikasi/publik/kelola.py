"""Pages of the sekretariat: public texts, messages, the register of complaints."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import access, people
from portal.kernel.db import db
from portal.kernel.errors import Invalid, Missing
from portal.kernel.forms import Problem
from portal.kernel.listing import Choice, Column, DateRange, Listing, Tags
from portal.kernel.people import Principal
from portal.kernel.web import MenuItem, done, render, today
from portal.sertifikasi import HALAMAN, KONTEN, module
from portal.sertifikasi.publik import forms, konten, markdown, services
from portal.sertifikasi.publik.models import Tiket

GROUP = "Sertifikasi"
PAGE, INBOX = "/sertifikasi/konten", "/sertifikasi/pesan"
module.menu.append(MenuItem("Pesan masuk", "message", INBOX, can=KONTEN, group="Proses LSP", order=63))
module.menu.append(MenuItem("Isi halaman publik", "file-text", PAGE, can=HALAMAN, group="Pengelolaan LSP", order=82))


# ---- texts


@module.route("/konten", can=HALAMAN)
def konten_list() -> Response:
    return render("sertifikasi/konten_list.html", rows=konten.overview())


@module.route("/konten/<string:slug>", can=HALAMAN)
def konten_ubah(slug: str) -> Response:
    return _editor(slug, {}, [])


def _editor(slug: str, typed: Any, problems: list[Problem], status: int = 200, preview: bool = False) -> Response:
    every = konten.versions(slug)
    newest = every[0]
    isi = typed.get("isi", newest.isi)
    return render(
        "sertifikasi/konten_ubah.html", status=status, slug=slug, teks=newest, versi=every,
        judul=typed.get("judul", newest.judul), isi=isi,
        stempel=typed.get("stempel") or konten.stamp(slug), problems=problems, galat_isian=bool(problems),
        masalah={p.field: p.pesan for p in problems}, pratinjau=markdown.render(isi) if preview else None,
        tempat=konten.PLACES[slug], draf=newest.status == konten.DRAFT,
    )  # fmt: skip


@module.route("/konten/<string:slug>", can=HALAMAN, methods=["POST"])
def konten_simpan(slug: str) -> Response:
    """Keeps a draft, shows it, publishes it, or throws it away, by the button that was pressed."""
    konten.first_wording(slug)
    typed = {"judul": forms.line(request.form.get("judul", "")), "isi": forms.paragraphs(request.form.get("isi", "")),
             "stempel": request.form.get("stempel", "")}  # fmt: skip
    action, user, address = request.form.get("aksi", ""), people.required(), f"{PAGE}/{slug}"
    if action == "pratinjau":
        return _editor(slug, typed, [], preview=True)
    if action == "buang":
        konten.discard(slug, user)
        return done(address, "Draf dihapus. Yang terbaca umum tidak berubah.", "positive")
    if action == "terbit" and konten.is_published(slug, typed["judul"], typed["isi"]):
        return done(address, "Tidak ada yang berubah: isi ini sudah terbaca umum.")
    try:
        row = konten.save(slug, typed["judul"], typed["isi"], typed["stempel"], user)
    except Invalid as error:
        return _editor(slug, typed, [Problem(error.field, error.pesan)], 422)
    if action == "terbit":
        konten.publish(slug, user)
        return done(address, f"Versi {row.versi} terbit dan langsung terbaca umum.", "positive")
    return done(address, f"Draf versi {row.versi} tersimpan. Umum belum melihatnya.", "positive")


@module.route("/konten/<string:slug>/versi/<int:nomor>", can=HALAMAN)
def konten_versi(slug: str, nomor: int) -> Response:
    every = konten.versions(slug)
    this = konten.version(slug, nomor)
    others = [text for text in every if text.versi != nomor]
    asked = request.args.get("dengan", type=int)
    with_ = next((t for t in others if t.versi == asked), None) or next((t for t in others if t.versi < nomor), None)
    return render(
        "sertifikasi/konten_versi.html", slug=slug, teks=this, isi=markdown.render(this.isi), lain=others, dengan=with_,
        beda=konten.difference(with_, this) if with_ else [], boleh=this.status == konten.OLD,
        draf=every[0].status == konten.DRAFT,
    )  # fmt: skip


@module.route("/konten/<string:slug>/versi/<int:nomor>/pulihkan", can=HALAMAN, methods=["POST"])
def konten_pulihkan(slug: str, nomor: int) -> Response:
    row = konten.restore(slug, nomor, people.required())
    return done(f"{PAGE}/{slug}", f"Isi versi {nomor} terbit lagi sebagai versi {row.versi}.", "positive")


# ---- messages

STATES = Tags({
    "TERLAMBAT": ("Lewat batas jawab", "negative", "alert-triangle"),
    "HARI_INI": ("Jatuh tempo hari ini", "warning", "clock"),
    services.NEW: ("Belum dijawab", "guide", "inbox"), services.ANSWERED: ("Sudah dijawab", "positive", "check"),
    services.CLOSED: ("Ditutup", "", "archive"),
})  # fmt: skip
TOPICS = Tags({code: (words, "", "") for code, words in forms.TOPICS.items()})


def _state(_: Any) -> sa.ColumnElement[str]:
    """The state with the clock of three working days in it."""
    waits = Tiket.status == services.NEW
    return sa.case(
        (sa.and_(waits, Tiket.batas < today()), "TERLAMBAT"), (sa.and_(waits, Tiket.batas == today()), "HARI_INI"),
        else_=Tiket.status,
    )  # fmt: skip


def _messages(user: Principal) -> sa.Select[tuple[Tiket]]:
    return services.visible_tickets(user).where(Tiket.topik != services.COMPLAINT)


def _complaints(user: Principal) -> sa.Select[tuple[Tiket]]:
    return services.visible_tickets(user).where(Tiket.topik == services.COMPLAINT)


def _columns(with_topic: bool) -> list[Column]:
    topic = [Column("topik", "Topik", Tiket.topik, show=TOPICS)] if with_topic else []
    return [
        Column("nomor", "Nomor", Tiket.nomor, link=INBOX + "/{id}", sort=True),
        Column("keadaan", "Keadaan", _state, show=STATES),
        *topic,
        Column("nama", "Nama", Tiket.nama, sort=True),
        Column("masuk", "Masuk", Tiket.dibuat_at, sort=True),
        Column("batas", "Batas jawab", Tiket.batas, sort=True),
        Column("pesan", "Pesan", Tiket.pesan, screen=False),
    ]


def _state_filter() -> Choice:
    def of(value: str, ask: Any) -> sa.ColumnElement[bool]:
        clocks = {"TERLAMBAT": Tiket.batas < today(), "HARI_INI": Tiket.batas == today()}
        if value in clocks:
            return sa.and_(Tiket.status == services.NEW, clocks[value])
        return sa.and_(Tiket.status == value, sa.true() if value != services.NEW else Tiket.batas > today())

    return Choice("keadaan", "Keadaan", options=STATES.options, where=of)


PESAN = Listing(
    "tiket", title="Pesan masuk", noun="pesan", rows=_messages, key=Tiket.id, sort="-masuk", can=KONTEN,
    columns=_columns(True), search=[Tiket.cari], search_label="Nomor, nama, atau isi pesan",
    filters=[_state_filter(), Choice("topik", "Topik", Tiket.topik, options=TOPICS.options),
             DateRange("tanggal", "Masuk", Tiket.dibuat_at)],
)  # fmt: skip
KELUHAN = Listing(
    "tiket-keluhan", title="Register keluhan", noun="keluhan", rows=_complaints, key=Tiket.id, sort="-masuk",
    can=KONTEN,
    columns=_columns(False), search=[Tiket.cari], search_label="Nomor, nama, atau isi keluhan",
    filters=[_state_filter(), DateRange("tanggal", "Masuk", Tiket.dibuat_at)],
)  # fmt: skip


@module.route("/pesan", can=KONTEN)
def pesan_list() -> Response:
    return PESAN.respond("sertifikasi/tiket_list.html", keluhan=False)


@module.route("/pesan/keluhan", can=KONTEN)
def pesan_keluhan() -> Response:
    return KELUHAN.respond("sertifikasi/tiket_list.html", keluhan=True)


@module.route("/pesan/<uuid:key>", can=KONTEN)
def pesan(key: uuid.UUID) -> Response:
    return _message(key)


def _message(key: uuid.UUID, problem: str = "", typed: str = "", status: int = 200) -> Response:
    ticket = access.fetch(services.visible_tickets(people.required()), key)
    state = db.session.scalar(sa.select(_state(None)).where(Tiket.id == ticket.id))
    return render(
        "sertifikasi/tiket.html", status=status, tiket=ticket, topik=forms.TOPICS[ticket.topik], lencana=STATES(state),
        balasan=services.conversation(ticket), berkas=services.files_of(ticket), galat=problem, isian=typed,
        galat_isian=bool(problem), ditutup=ticket.status == services.CLOSED,
    )  # fmt: skip


@module.route("/pesan/<uuid:key>", can=KONTEN, methods=["POST"])
def pesan_jawab(key: uuid.UUID) -> Response:
    """An answer, a closed ticket, or both."""
    user, action = people.required(), request.form.get("aksi", "")
    ticket = access.fetch(services.visible_tickets(user), key, lock=True)
    text = forms.paragraphs(request.form.get("isi", ""))
    if action not in ("jawab", "tutup", "jawab-tutup"):
        raise Missing("Tombol itu tidak dikenal.", "Muat ulang halaman ini.")
    try:
        if action != "tutup" or text:
            services.reply(ticket, text, user)
    except Invalid as error:
        return _message(key, error.pesan, text, 422)
    if action != "jawab":
        services.close(ticket, user)
    said = {"jawab": "Jawaban terkirim.", "tutup": "Tiket ditutup."}
    return done(f"{INBOX}/{ticket.id}", said.get(action, "Jawaban terkirim dan tiket ditutup."), "positive")
