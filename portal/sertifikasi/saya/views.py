"""Pages of an asesi beside the wizards: home, start, receipt, withdrawal, Dokumen Saya, profile."""

import uuid
from contextlib import closing
from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import redirect, request
from werkzeug.wrappers import Response

from portal.kernel import people
from portal.kernel.access import fetch
from portal.kernel.documents import JPG
from portal.kernel.errors import Conflict, Invalid, Missing
from portal.kernel.forms import Problem
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import DAFTAR, alur, module
from portal.sertifikasi.saya import berkas, flows, forms, jawaban, kasus, kertas, kirim, lini, services, sesudah
from portal.sertifikasi.saya.pilihan import JENIS_BERKAS
from portal.sertifikasi.saya.policies import own_files

HOME = "/sertifikasi/saya"
module.menu.append(MenuItem("Permohonan saya", "certificate", HOME, DAFTAR, "Sertifikasi", 60))
module.menu.append(MenuItem("Dokumen saya", "folder", f"{HOME}/dokumen", DAFTAR, "Sertifikasi", 61))


def key_of_form() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.form.get("kunci", ""))
    except ValueError:
        return None


# ---- home and cases


@module.route("/saya", can=DAFTAR)
def saya() -> Response:
    """The task list of the newest active case, and every other case of the person."""
    user = people.required()
    cases = lini.all_cases(user)
    active = [case for case in cases if case.aktif]
    found = kasus.find(user, active[0].id) if active else None
    others = [case for case in cases if found is None or case.id != found.p.id]
    return render("sertifikasi/saya.html", **_home(found), lain=others, kata=lini.WORDS)


@module.route("/saya/<uuid:id>", can=DAFTAR)
def permohonan(id: uuid.UUID) -> Response:
    user = people.required()
    found = kasus.find(user, id)
    others = [case for case in lini.all_cases(user) if case.id != id]
    return render("sertifikasi/saya.html", **_home(found), lain=others, kata=lini.WORDS)


def _home(found: kasus.Kasus | None) -> dict[str, Any]:
    if found is None:
        return {"kasus": None, "tugas": None}
    return {
        "kasus": found, "tugas": lini.tasks(found), "alur": lini.stages(found), "riwayat": lini.events(found),
        "skema_berubah": kirim.drift_words(found),
        "kertas": kertas.papers(found.p.id), "nama_kertas": kertas.NAMES,
        "dapat_keberatan": sesudah.may_object(found),
        "dapat_ditarik": found.p.aktif and found.status in alur.FLOW.move("tarik").sources,
    }  # fmt: skip


@module.route("/saya/<uuid:id>/lanjut", can=DAFTAR)
def lanjut(id: uuid.UUID) -> Response:
    """The first unfinished step."""
    found = kasus.find(people.required(), id)
    return redirect(lini.tasks(found).next_href or found.dasar, 303)


@module.route("/saya/mulai/<string:kode>", can=DAFTAR)
def mulai(kode: str) -> Response:
    """What to prepare for this scheme, and the button that makes the draft."""
    user = people.required()
    skema = services.scheme(kode)
    there = services.active_case(user.id, skema.id)
    versi = services.current_version(skema.id)
    return render(
        "sertifikasi/saya_mulai.html", skema=skema, versi=versi, ada=there, tutup=services.closed_because(versi),
        syarat=lini.requirements(versi), unit=kasus.units_of(versi.id) if versi else [],
    )  # fmt: skip


@module.route("/saya/mulai/<string:kode>", can=DAFTAR, methods=["POST"])
def mulai_kirim(kode: str) -> Response:
    case, new = services.start(people.required(), services.scheme(kode))
    if new:
        return done(f"{HOME}/{case.id}/apl-01/data")
    name = case.nomor or "draf"
    return done(f"{HOME}/{case.id}", f"Anda masih punya permohonan {name} untuk skema ini.", "warning")


@module.route("/saya/<uuid:id>/versi-skema", can=DAFTAR, methods=["POST"])
def versi_skema(id: uuid.UUID) -> Response:
    user = people.required()
    found = kasus.find(user, id, lock=True)
    changed = services.repin(found.p, user)
    return done(
        f"{HOME}/{id}", f"Draf memakai skema terbaru; {changed} unit berubah. Periksa bagian yang belum selesai."
    )


@module.route("/saya/<uuid:id>/terkirim", can=DAFTAR)
def terkirim(id: uuid.UUID) -> Response:
    found = kasus.find(people.required(), id)
    if found.p.nomor is None:
        return redirect(found.dasar, 303)
    return render(
        "sertifikasi/saya_terkirim.html", kasus=found, beda=services.profile_differs(found.p),
        ada_profil=services.profile(found.p.user_id) is not None,
        alur=lini.stages(found), apl02=found.p.apl02_diajukan_at is not None and not found.apl02_terbuka,
    )  # fmt: skip


@module.route("/saya/<uuid:id>/profil", can=DAFTAR, methods=["POST"])
def perbarui_profil(id: uuid.UUID) -> Response:
    user = people.required()
    found = kasus.find(user, id, lock=True)
    if found.p.nomor is None:
        raise Conflict("Permohonan ini belum dikirim.")
    services.save_profile(user, found.p.isian, found.p.orang_id)
    return done(f"{HOME}/{id}/terkirim", "Profil diperbarui.", "positive")


@module.route("/saya/<uuid:id>/tarik", can=DAFTAR)
def tarik(id: uuid.UUID) -> Response:
    found = kasus.find(people.required(), id)
    return render("sertifikasi/saya_tarik.html", kasus=found, kunci=uuid.uuid4())


@module.route("/saya/<uuid:id>/tarik", can=DAFTAR, methods=["POST"])
def tarik_kirim(id: uuid.UUID) -> Response:
    user = people.required()
    found = kasus.find(user, id, lock=True)
    services.withdraw(found.p, user, request.form.get("catatan", ""), key_of_form())
    return done(HOME, "Permohonan ditarik. Berkas Anda tetap ada di Dokumen saya.", "positive")


@module.route("/saya/<uuid:id>/semua/<int:urut>", can=DAFTAR)
def semua(id: uuid.UUID, urut: int) -> Response:
    """Confirm page of "Tandai semua elemen kompeten": it names what will be declared."""
    found = kasus.find(people.required(), id)
    return render("sertifikasi/saya_semua.html", kasus=found, unit=found.unit(f"unit-{urut}"))


@module.route("/saya/<uuid:id>/semua/<int:urut>", can=DAFTAR, methods=["POST"])
def semua_kirim(id: uuid.UUID, urut: int) -> Response:
    found = kasus.find(people.required(), id, lock=True)
    if not found.apl02_terbuka:
        raise Conflict("APL-02 ini sedang tidak dapat diubah.")
    changed = jawaban.mark_all(found, found.unit(f"unit-{urut}"))
    words = f"{changed} elemen ditandai kompeten. Lampirkan bukti atau catatan untuk tiap elemen."
    return done(f"{found.dasar}/apl-02/unit-{urut}", words, "positive")


# ---- Dokumen Saya


@module.route("/saya/dokumen", can=DAFTAR)
def dokumen() -> Response:
    return _locker([], {})


def _locker(problems: list[Problem], typed: Any, status: int = 200) -> Response:
    user = people.required()
    return render(
        "sertifikasi/saya_dokumen.html", status=status, daftar=berkas.locker(user.id), jenis=JENIS_BERKAS,
        problems=problems, masalah={p.field: p.pesan for p in problems}, typed=typed, kunci=uuid.uuid4(),
        usia=berkas.age_words, hari_ini=services.today(), galat_isian=bool(problems),
    )  # fmt: skip


@module.route("/saya/dokumen", can=DAFTAR, methods=["POST"])
def dokumen_tambah() -> Response:
    """A new file with what the person says about it; `ganti` names the one whose place it takes."""
    user, form = people.required(), request.form
    file = request.files.get("berkas")
    try:
        dates = _dates()
        if file is None or not file.filename:
            raise Invalid("berkas", "Pilih berkas dulu.")
        key = flows.upload_key("dokumen", 0) or key_of_form()
        with closing(file):
            stored = berkas.receive(
                file.stream,
                file.filename,
                user,
                key,
                "berkas",
                form.get("jenis", ""),
                form.get("judul", "").strip()[:120],
            )
        if form.get("ganti"):
            berkas.replace(berkas.own(user, form["ganti"]), stored, user)
        berkas.describe(stored, {**form, "judul": form.get("judul", "").strip() or stored.judul}, dates)
    except Invalid as error:
        return _locker([Problem(error.field, error.pesan)], form, 422)
    return done(f"{HOME}/dokumen", f"{stored.judul} tersimpan.", "positive")


def _dates() -> dict[str, date | None]:
    """The two dates of a document; empty is allowed. Raises Invalid."""
    found = {}
    for name, label in (("tanggal", "Tanggal dokumen"), ("berlaku_sampai", "Berlaku sampai")):
        text = request.form.get(name, "").strip()
        found[name] = forms.parse_date(text) if text else None
        if text and found[name] is None:
            raise Invalid(name, f"{label}: tulis tanggal, misalnya 3-9-2026")
    return found


@module.route("/saya/dokumen/<uuid:id>", can=DAFTAR)
def dokumen_satu(id: uuid.UUID) -> Response:
    return _document(id, [], {})


def _document(id: uuid.UUID, problems: list[Problem], typed: Any, status: int = 200) -> Response:
    row = fetch(own_files(people.required()).options(berkas.WITH_DOCUMENT), id)
    return render(
        "sertifikasi/saya_dokumen_satu.html", status=status, berkas=row, jenis=JENIS_BERKAS,
        dipakai=berkas.used_by(row), terkunci=berkas.locked_by(row),
        problems=problems, masalah={p.field: p.pesan for p in problems}, typed=typed,
        kunci=uuid.uuid4(), forms=forms, galat_isian=bool(problems),
    )  # fmt: skip


@module.route("/saya/dokumen/<uuid:id>", can=DAFTAR, methods=["POST"])
def dokumen_ubah(id: uuid.UUID) -> Response:
    user = people.required()
    row = fetch(own_files(user).options(berkas.WITH_DOCUMENT), id, lock=True)
    try:
        berkas.describe(row, dict(request.form), _dates())
    except Invalid as error:
        return _document(id, [Problem(error.field, error.pesan)], request.form, 422)
    return done(f"{HOME}/dokumen", f"{row.judul} tersimpan.", "positive")


@module.route("/saya/dokumen/<uuid:id>/hapus", can=DAFTAR, methods=["POST"])
def dokumen_hapus(id: uuid.UUID) -> Response:
    user = people.required()
    row = fetch(own_files(user), id, lock=True)
    berkas.remove(row, user)
    return done(f"{HOME}/dokumen", f"{row.judul} dihapus.", "positive")


@module.route("/saya/berkas/<uuid:id>/kecil", can=DAFTAR)
def kecil(id: uuid.UUID) -> Response:
    """The first page as a picture of a few kilobytes: a phone shows a dozen of them."""
    row = fetch(own_files(people.required()).options(berkas.WITH_DOCUMENT), id)
    body = berkas.thumbnail(row.dokumen)
    if body is None:
        raise Missing()
    return FlaskResponse(body, mimetype=JPG, headers={"Cache-Control": "private, max-age=86400"})


# ---- profile


@module.route("/saya/profil", can=DAFTAR)
def profil() -> Response:
    user = people.required()
    kept = services.profile(user.id)
    values, _, nik = services.prefill(user)
    return _profile(dict(kept.isian) if kept else values, [], nik is not None)


def _profile(values: dict[str, Any], problems: list[Problem], has_nik: bool, status: int = 200) -> Response:
    return render(
        "sertifikasi/saya_profil.html", status=status, forms=forms, values=values, problems=problems, ada_nik=has_nik,
        masalah={p.field: p.pesan for p in problems}, galat_isian=bool(problems),
        bagian=[("Data pribadi", _own(forms.PRIBADI)), ("Pekerjaan", _own(forms.PEKERJAAN))],
    )  # fmt: skip


def _own(part: str) -> list[forms.Field]:
    return [f for f in forms.of_part(part) if forms.P in f.fill and f.kind != forms.NIK]


@module.route("/saya/profil", can=DAFTAR, methods=["POST"])
def profil_simpan() -> Response:
    """Nothing is required of a profile; what is there has to be readable."""
    user, values, problems = people.required(), {}, []
    for f in _own(forms.PRIBADI) + _own(forms.PEKERJAAN):
        values[f.name], problem = forms.tidy(f, request.form.get(f.name, ""), services.today())
        problems += [problem] if problem else []
    if problems:
        return _profile(values, problems, services.prefill(user)[2] is not None, 422)
    services.save_profile(user, values)
    return done(f"{HOME}/profil", "Profil tersimpan.", "positive")
