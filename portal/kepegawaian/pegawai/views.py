"""Pages of the list of pegawai and of one pegawai."""

import uuid
from datetime import date

from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import LIHAT, SENDIRI, module
from portal.kepegawaian.pegawai import daftar, data_utama, orang
from portal.kepegawaian.riwayat import hak, jenis, penuh_waktu
from portal.kepegawaian.riwayat.policies import visible_pegawai
from portal.kernel import activity, organisation
from portal.kernel.access import fetch
from portal.kernel.errors import Denied
from portal.kernel.organisation import Pegawai
from portal.kernel.people import required
from portal.kernel.web import SIGNED_IN, MenuItem, done, render

activity.declare(**{"kepegawaian.dilihat": "tanggal"})
SAYA = "/kepegawaian/saya"
module.menu.append(MenuItem("Data saya", "user", SAYA, can=SENDIRI, group="Kepegawaian", order=5))


@module.route("", can=LIHAT)
def pegawai_list() -> Response:
    return daftar.DAFTAR.respond("kepegawaian/pegawai_list.html")


@module.route("/saya", can=SENDIRI)
def pegawai_saya() -> Response:
    user = required()
    if user.pegawai_id is None:
        raise Denied("Akun ini tidak terhubung dengan data pegawai.")
    return done(f"/kepegawaian/pegawai/{user.pegawai_id}")


def shown_day() -> date:
    """The day the page is about: `?per_tanggal=`, else today."""
    try:
        return date.fromisoformat(request.args.get("per_tanggal", ""))
    except ValueError:
        return organisation.today()


@module.route("/pegawai/<uuid:id>", can=SIGNED_IN, writes=True)
def pegawai(id: uuid.UUID) -> Response:
    """The page of one pegawai on a day. Reading somebody else's is in the log."""
    user = required()
    row: Pegawai = fetch(visible_pegawai(user), id)
    on = shown_day()
    found = orang.state(row.id, on)
    person, data = orang.person(row)
    entries, stretches = orang.rows_of(user, row.id), orang.stretches(row.id)
    facts = orang.facts(found, on)
    facts += [("Penugasan lain", words) for words in orang.extra_roles(entries, on)]
    mine = row.id == user.pegawai_id
    if not mine:
        activity.log("kepegawaian.dilihat", row, by=user, tanggal=on)
    return render(
        "kepegawaian/pegawai.html", entry=SAYA if mine else "", pegawai=row, orang=person, data=data,
        tanggal_tampil=on, fakta=facts, kenapa=orang.why(found), kini=found, dasar_bup=orang.special_age(found),
        riwayat=orang.entries(entries, stretches, orang.papers(row.id)), jenis=jenis.JENIS, lini=stretches,
        status_tampil=orang.STATUS, kelompok=daftar.KELOMPOK, nip=daftar.nip_words(row.nip),
        milik_sendiri=mine, selamanya=orang.SELAMANYA, hari_ini=organisation.today(),
        daftar_terbuka=user.has(LIHAT),
        usulan=hak.jenis_usulan(user, row), nik=data_utama.nik_samar(person, user, row),
        nomor=data_utama.nomor(data, user, row),
        boleh_nik=person.nik_enc is not None and data_utama.boleh_nik(user, row),
        boleh_penuh=penuh_waktu.boleh(row, mine),
        boleh_data=bool(data_utama.boleh(user, row)), sandi={"agama": dict(data_utama.AGAMA),
                                                             "kawin": dict(data_utama.KAWIN)},
    )  # fmt: skip
