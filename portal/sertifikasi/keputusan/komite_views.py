"""What the komite looks at beside the table of a meeting: evidence of a case, and acts upon certificates to weigh."""

import uuid

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import people
from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import KOMITE, REKAP, module
from portal.sertifikasi.asesmen import formulir, kasus
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.asesmen.policies import in_meeting, note_reading
from portal.sertifikasi.keputusan import daftar, jawab, policies, tindakan
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan.jawab import Galat, attempt
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s

ACTS = "/sertifikasi/tindakan"
module.menu.append(
    MenuItem("Tindakan atas sertifikat", "alert-triangle", ACTS, can=REKAP, group="Keputusan LSP", order=68)
)


@module.route("/pleno/<uuid:id>/bukti/<uuid:baris>", can=KOMITE, writes=True)
def kep_pleno_bukti(id: uuid.UUID, baris: uuid.UUID) -> Response:
    """Forms and evidence of one row, for a member who decides it; the look is noted with the case."""
    user = people.required()
    mine = in_meeting(user).with_only_columns(m.Permohonan.id)
    row: k.Keputusan = fetch(
        sa.select(k.Keputusan).where(k.Keputusan.pleno_id == id, k.Keputusan.permohonan_id.in_(mine)), baris
    )
    case = db.session.get_one(m.Permohonan, row.permohonan_id)
    note_reading(case, user, "Bukti")
    return render(
        "sertifikasi/keputusan_bukti.html",
        kasus=case,
        pleno=db.session.get_one(k.Pleno, id),
        versi=db.session.get_one(s.SkemaVersi, case.skema_versi_id),
        syarat=kasus.syarat(case),
        form=formulir.semua(case.id),
        hari_ini=hari_ini(),
    )


@module.route("/tindakan", can=REKAP)
def kep_tindakan_list() -> Response:
    return daftar.TINDAKAN.respond(
        "sertifikasi/keputusan_daftar.html",
        judul="Tindakan atas sertifikat",
        tombol=None,
        keterangan="Usul penangguhan, pencabutan, pemulihan, dan penggantian.",
    )


@module.route("/tindakan/<uuid:id>", can=REKAP)
def kep_tindakan(id: uuid.UUID) -> Response:
    return _act(id, {})


def _act(id: uuid.UUID, galat: Galat, status: int = 200) -> Response:
    user = people.required()
    row: k.Tindakan = fetch(policies.visible_tindakan(user), id)
    said = next((one["teks"] for one in row.pertimbangan if one["user"] == str(user.id)), "")
    return render(
        "sertifikasi/keputusan_tindakan.html",
        status=status,
        t=row,
        s=db.session.get_one(k.Sertifikat, row.sertifikat_id),
        jenis=tindakan.JENIS[row.jenis],
        kelas=tindakan.KELAS[row.jenis][row.kelas],
        lencana=daftar.TINDAKAN_STATES(row.status),
        galat=galat,
        galat_isian=bool(galat),
        teks=request.form.get("teks", said),
        boleh=user.has(KOMITE) and row.status == k.DIUSULKAN,
    )


@module.route("/tindakan/<uuid:id>/pertimbangan", can=KOMITE, methods=["POST"])
def kep_tindakan_timbang(id: uuid.UUID) -> Response:
    def act() -> Response:
        row: k.Tindakan = fetch(policies.visible_tindakan(people.required()), id, lock=True)
        tindakan.advise(row, people.required(), jawab.text("teks"))
        return done(f"{ACTS}/{id}", "Pertimbangan Anda tersimpan untuk manajer sertifikasi.", "positive")

    return attempt(act, lambda galat, status: _act(id, galat, status))
