"""The page on which BKPSDM makes a PPPK of part time one of full time."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import KELOLA, module
from portal.kepegawaian.keadaan.fakta import PERJANJIAN
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.riwayat import aturan_lain, berkas, hak, isian, jenis, peralihan
from portal.kepegawaian.riwayat.aturan import Temuan
from portal.kepegawaian.riwayat.formulir import alamat
from portal.kernel import identifiers
from portal.kernel.calendar import tanggal
from portal.kernel.db import new_id, rollback
from portal.kernel.errors import Denied, Invalid
from portal.kernel.forms import Problem
from portal.kernel.organisation import Pegawai
from portal.kernel.people import required
from portal.kernel.web import done, render

FILE = f"berkas-{PERJANJIAN}"
module.manuals["/kepegawaian/pegawai/*/penuh-waktu"] = "bkpsdm-kepegawaian#pppk-paruh-waktu-menjadi-penuh-waktu"


def boleh(pegawai: Pegawai, milik_sendiri: bool) -> bool:
    """Whether the page of the pegawai offers the change."""
    if pegawai.status != peralihan.PARUH or milik_sendiri or not hak.kelola(required(), pegawai.id):
        return False
    return peralihan.berjalan(pegawai.id) is None


def _pegawai(key: uuid.UUID) -> Pegawai:
    user = required()
    pegawai = hak.pegawai_terlihat(user, key)
    if not hak.kelola(user, pegawai.id):
        raise Denied("Anda tidak dapat mengubah status pegawai ini.")
    return pegawai


@module.route("/pegawai/<uuid:id>/penuh-waktu", can=KELOLA)
def penuh_waktu(id: uuid.UUID) -> Response:
    pegawai = _pegawai(id)
    peralihan.pastikan(pegawai, required())
    return _show(pegawai)


@module.route("/pegawai/<uuid:id>/penuh-waktu", can=KELOLA, methods=["POST"])
def penuh_waktu_simpan(id: uuid.UUID) -> Response:
    user, pegawai = required(), _pegawai(id)
    key = _key()
    if key is not None and peralihan.sudah(pegawai, key):
        return done(alamat(pegawai), "Peralihan ini sudah tersimpan.")
    peralihan.pastikan(pegawai, user)
    found = isian.baca(jenis.JENIS[PERJANJIAN], request.form, pegawai)
    rules = _rules(pegawai, found.nilai) if not found.galat else Temuan()
    problems = [*found.galat, *rules.galat]
    file = request.files.get(FILE)
    if file is None or not file.filename:
        problems.append(Problem(FILE, "Unggah Perjanjian kerja"))
    try:
        new = peralihan.periksa_ni(request.form.get("ni", ""), pegawai)
        if problems or file is None:
            return _show(pegawai, problems)
        entry = peralihan.alihkan(pegawai, found.nilai, new.nomor, file, user, key)
    except Invalid as error:
        rollback()
        return _show(_pegawai(id), [*problems, Problem(error.field, error.pesan)])
    ni = entry.isi.get("ni_baru")
    words = [f"Peralihan tersimpan, berlaku {tanggal(entry.tmt)}."]
    words += [f"NI menjadi {identifiers.Nip.parse(ni).tampil}."] if ni else ["NI tetap."]
    words += [f"{one.rstrip('.')}." for one in [new.ingat, *(one.pesan for one in rules.peringatan)] if one]
    return done(alamat(pegawai), " ".join(words))


def _rules(pegawai: Pegawai, values: dict[str, Any]) -> Temuan:
    """Those of an agreement of full time; it takes over from the one that runs."""
    running = peralihan.perjanjian_berjalan(pegawai.id, values["tmt"])
    return aturan_lain.periksa(jenis.JENIS[PERJANJIAN], pegawai, {**values, "penuh_waktu": True}, (running,))


def _key() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.form.get("kunci", ""))
    except ValueError:
        return None


def _show(pegawai: Pegawai, problems: Sequence[Problem] = ()) -> Response:
    form = request.form
    return render(
        "kepegawaian/penuh_waktu.html", status=422 if problems else 200, pegawai=pegawai, nip=nip_words(pegawai.nip),
        medan=isian.untuk(jenis.JENIS[PERJANJIAN], pegawai), t=form, galat_semua=problems,
        galat={one.field: one.pesan for one in reversed(problems)}, kunci=form.get("kunci") or new_id(),
        batas=berkas.batas_mb(), berkas=FILE, alamat=alamat(pegawai),
        pilih_lagi=bool(problems and any(file.filename for file in request.files.values())),
    )  # fmt: skip
