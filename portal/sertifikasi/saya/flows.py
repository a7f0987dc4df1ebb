"""The two wizards of an asesi, declared.

Names of fields, stable because a phone keeps posts in a queue and repeats them:

every form  csrf_token, aksi, kunci (of the sending), layar (uuid of the opened page: posts of the same page never
            collide with each other), versi (of the case as the page saw it)
APL-01      POST /sertifikasi/saya/<id>/apl-01/<data|pekerjaan|skema|syarat|periksa>
            data, pekerjaan, skema: the names of forms.FIELDS; ada-konfirmasi + konfirmasi; pakai-<field>
            (isian|tersimpan) after a 409
            syarat, row n from 1: s<n>-foto, s<n>-berkas (files), s<n>-kunci (uuid of the upload), s<n>-pakai (ids of
            Dokumen Saya), s<n>-potongan (uploads in pieces: <id>/<sha256>/<name>);
            aksi unggah:<n>, pakai:<n>, lepas:<n>:<berkas id>
            periksa: pernyataan, sandi; aksi ajukan
APL-02      POST /sertifikasi/saya/<id>/apl-02/<unit-1 ... unit-20|tinjau>
            elemen n from 1: e<n>-jawaban (K|BK), e<n>-catatan, e<n>-versi, e<n>-foto, e<n>-berkas, e<n>-kunci,
            e<n>-pakai, e<n>-potongan; aksi unggah:<n>, pakai:<n>, lepas:<n>:<berkas id>, saran:<n>
            tinjau: pernyataan, sandi; aksi ajukan

aksi=otomatis stores whatever of these names the post brings and nothing else; repeating it changes nothing. A large
file may have come in pieces before: s<n>-potongan, e<n>-potongan name it as kernel/pieces.py says. A file
sent again under its key (header Idempotency-Key, else the row's kunci field) is stored and attached once.
"""

import uuid
from collections.abc import Callable
from contextlib import closing
from typing import Any

from flask import flash, request
from werkzeug.datastructures import FileStorage

from portal.kernel import pieces
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.forms import Problem
from portal.kernel.people import Principal, required
from portal.kernel.wizard import Form, Step, Wizard
from portal.sertifikasi import DAFTAR, module
from portal.sertifikasi.saya import berkas, forms, isian, kasus, kirim
from portal.sertifikasi.saya.kasus import Kasus, field_key, row_key
from portal.sertifikasi.saya.pilihan import INSTANSI

UNIT_PAGE, REVIEW_PAGE = "sertifikasi/saya_unit.html", "sertifikasi/saya_tinjau.html"
FILE_ACTS = ("unggah", "pakai", "lepas")
STATEMENT = "Centang pernyataan bahwa data dan bukti benar sebelum mengirim"


def page(user: Principal, id: uuid.UUID) -> Kasus:
    return kasus.find(user, id)


def case(user: Principal, id: uuid.UUID) -> Kasus:
    return kasus.find(user, id, lock=True)


def guard(found: Kasus, step: str) -> None:
    if not found.apl01_terbuka:
        raise Conflict(kirim.sent_words(found))


# ---- files in a form, for both wizards


def upload_key(name: str, index: int) -> uuid.UUID | None:
    """Key of the n-th file of an upload: from the header, else from the row's hidden field."""
    try:
        key = uuid.UUID(request.headers.get("Idempotency-Key") or request.form.get(f"{name}-kunci", ""))
    except ValueError:
        return None
    return key if index == 0 else uuid.uuid5(key, str(index))


def given_files(name: str, user: Principal) -> list[FileStorage]:
    """Files that came with the form, then those that came before it in pieces. Raises Invalid."""
    both = request.files.getlist(f"{name}-foto") + request.files.getlist(f"{name}-berkas")
    whole = pieces.given(user, request.form.getlist(f"{name}-potongan"), f"{name}-berkas")
    return [f for f in both if f.filename] + whole


def take_files(
    found: Kasus, name: str, user: Principal, jenis: str, judul: str, attach: Callable[[Any, str], None]
) -> None:
    """Store and attach every file of a row that is in order; the others are named together. Raises Invalid."""
    field, refused = f"{name}-berkas", []
    for index, file in enumerate(given_files(name, user)):
        try:
            with closing(file):
                key = upload_key(name, index)
                stored = berkas.receive(file.stream, file.filename or "", user, key, field, jenis, judul)
            berkas.room(found.berkas, stored, field)
            attach(stored, field)
        except Invalid as error:
            refused.append(error.pesan)
        found.__dict__.pop("berkas", None)
    if refused:
        raise Invalid(field, " ".join(refused))


def take_picked(name: str, user: Principal, attach: Callable[[Any, str], None]) -> int:
    keys = [key for key in request.form.getlist(f"{name}-pakai") if key]
    for key in keys:
        attach(berkas.own(user, key), f"{name}-pakai")
    return len(keys)


def left_in_fields(names: list[str], take: Callable[[str], object], aksi: str) -> list[Problem]:
    """Files that were chosen but not sent with a button of their own, as a form without script leaves them."""
    problems = []
    for name in names:
        try:
            take(name)
        except Invalid as error:
            problems.append(Problem(error.field, error.pesan))
    if aksi in ("kembali", "draf", "keluar"):
        for problem in problems:
            flash(problem.pesan, "negative")
    return problems


def button() -> tuple[str, str]:
    aksi, _, argument = request.form.get("aksi", "lanjut").partition(":")
    return aksi, argument.partition(":")[0]


# ---- APL-01: what each step stores and checks


def saves(part: str) -> Callable[[Kasus, Form, Principal], list[Problem]]:
    def save(found: Kasus, form: Form, user: Principal) -> list[Problem]:
        isian.confirm(found, form)
        return isian.save(found, forms.of_part(part), form)

    return save


def save_syarat(found: Kasus, form: Form, user: Principal) -> list[Problem]:
    aksi, nomor = button()
    if aksi in FILE_ACTS and request.htmx:  # type: ignore[attr-defined]
        return []
    names = [f"s{n}" for n in range(1, len(found.syarat) + 1) if not (aksi in FILE_ACTS and nomor == str(n))]
    return left_in_fields(names, lambda name: _take_row(found, name[1:], user), aksi)


def _take_row(found: Kasus, nomor: str, user: Principal) -> int:
    """Files and picked documents of one requirement row. Returns how many there were."""
    name, row = f"s{nomor}", found.baris(nomor)
    count = len(given_files(name, user)) + len([k for k in request.form.getlist(f"{name}-pakai") if k])
    if not count:
        return 0
    if not found.open(row_key(row)):
        raise Invalid(f"{name}-berkas", "Baris ini tidak diminta diperbaiki, jadi buktinya tidak dapat diubah.")

    def attach(stored: Any, field: str) -> None:
        berkas.attach_row(row, stored, field)
        found.__dict__.pop("berkas", None)

    take_files(found, name, user, row.syarat.jenis, "", attach)
    take_picked(name, user, attach)
    return count


def upload_row(found: Kasus, argument: str, user: Principal) -> None:
    if not _take_row(found, argument, user):
        raise Invalid(f"s{argument}-berkas", "Pilih berkas dulu, lalu tekan Unggah.")


def detach_row(found: Kasus, argument: str, user: Principal) -> None:
    nomor, _, key = argument.partition(":")
    row = found.baris(nomor)
    if not found.open(row_key(row)):
        raise Invalid(f"s{nomor}-berkas", "Baris ini tidak diminta diperbaiki, jadi buktinya tidak dapat diubah.")
    berkas.detach_row(row, key)


def save_nothing(found: Kasus, form: Form, user: Principal) -> list[Problem]:
    return []


def check_periksa(found: Kasus) -> list[Problem]:
    """Runs after the checks of all steps; the password is asked for only when nothing else is in the way."""
    form = request.form
    return kirim.check_signature(required(), form.get("sandi", ""), form.get("pernyataan") == "1", STATEMENT)


def versions(found: Kasus) -> dict[str, int]:
    return {"versi": found.p.versi}


def context(found: Kasus, step: str, problems: list[Problem]) -> dict[str, Any]:
    picked = request.args.get("pilih", "")
    shown: dict[str, Any] = {
        "dasar": f"{found.dasar}/apl-01", "uuid4": uuid.uuid4, "forms": forms, "row_key": row_key,
        "field_key": field_key,
        "peringatan": forms.warnings(found.values, found.hari_ini), "usia": berkas.age_words, "pilih": picked,
        "instansi": INSTANSI if step == "pekerjaan" else (), "tempat": step_of,
        "loker": berkas.locker(found.p.user_id) if step == "syarat" and picked else [],
        "kurang": kirim.missing_rows(found) if step in ("syarat", "periksa") else [],
        "skema_berubah": kirim.drift_words(found), "bagian": forms.of_part(step if step != "data" else forms.PRIBADI),
    }  # fmt: skip
    if step == "periksa":
        shown["belum"] = [*kirim.check_data(found), *kirim.check_fields(found, forms.PEKERJAAN),
                          *kirim.check_scheme(found), *kirim.check_rows(found)]  # fmt: skip
    return shown


def step_of(field: str) -> str:
    """The step in which a field of a problem stands."""
    if field in forms.BY_NAME:
        return {forms.PRIBADI: "data"}.get(forms.BY_NAME[field].part, forms.BY_NAME[field].part)
    return "data" if field == isian.CONFIRMED else "syarat"


def finish(found: Kasus, user: Principal, kunci: uuid.UUID | None) -> tuple[str, str]:
    kirim.apl01(found, user, kunci)
    return f"{found.dasar}/terkirim", ""


WIZARD = Wizard(
    name="apl01",
    rule="/saya/<uuid:id>/apl-01",
    can=DAFTAR,
    steps=(
        Step("data", "Data pribadi", "sertifikasi/saya_data.html", saves(forms.PRIBADI), kirim.check_data,
             versions=versions),
        Step("pekerjaan", "Pekerjaan", "sertifikasi/saya_data.html", saves(forms.PEKERJAAN),
             lambda found: kirim.check_fields(found, forms.PEKERJAAN), versions=versions),
        Step("skema", "Skema dan tujuan", "sertifikasi/saya_skema.html", saves(forms.SKEMA), kirim.check_scheme,
             versions=versions),
        Step("syarat", "Bukti persyaratan", "sertifikasi/saya_syarat.html", save_syarat, kirim.check_rows,
             acts={"unggah": upload_row, "pakai": upload_row, "lepas": detach_row}),
        Step("periksa", "Periksa dan kirim", "sertifikasi/saya_periksa.html", save_nothing, check_periksa),
    ),
    page=page,
    case=case,
    guard=guard,
    context=context,
    finish=finish,
    exit_url="/sertifikasi/saya",
)  # fmt: skip
WIZARD.mount(module)
