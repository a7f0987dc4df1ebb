"""Papers of an asesi's own case: the forms they filled or signed, and the card for the day of the assessment."""

import uuid
from typing import Any

import sqlalchemy as sa
from werkzeug.wrappers import Response

from portal.kernel import calendar, citizens, documents, people
from portal.kernel.db import db
from portal.kernel.documents import PDF
from portal.kernel.errors import Missing
from portal.kernel.people import Principal
from portal.kernel.sealing import unseal
from portal.sertifikasi import DAFTAR, module, sheets
from portal.sertifikasi.asesmen import formulir
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.keputusan import pengaturan
from portal.sertifikasi.keputusan.sertifikat import photo
from portal.sertifikasi.saya import kasus
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.policies import own_cases

NAMES = {
    "FR.APL.01": "Permohonan sertifikasi kompetensi", "FR.APL.02": "Asesmen mandiri",
    "FR.AK.01": "Persetujuan asesmen", "FR.AK.02": "Rekam asesmen", "FR.AK.03": "Umpan balik",
    "FR.AK.04": "Banding", "FR.AK.07": "Penyesuaian asesmen",
}  # fmt: skip


def own_papers(user: Principal) -> sa.Select[tuple[uuid.UUID | None]]:
    """Forms of own cases that an asesi fills or signs; plans and instruments are not theirs to read."""
    mine = own_cases(user).with_only_columns(m.Permohonan.id)
    query = sa.select(m.FormIsian.dokumen_id)
    return query.where(m.FormIsian.permohonan_id.in_(mine), m.FormIsian.kode.in_(NAMES))


documents.visible_through(own_papers)


def papers(case_id: uuid.UUID) -> list[m.FormIsian]:
    """The newest drawn paper of each form, in the order of the codes."""
    query = (
        sa.select(m.FormIsian)
        .where(m.FormIsian.permohonan_id == case_id, m.FormIsian.kode.in_(NAMES), m.FormIsian.dokumen_id.is_not(None))
        .order_by(m.FormIsian.kode.desc(), m.FormIsian.ke)
    )
    newest = {form.kode: form for form in db.session.scalars(query)}
    return [newest[kode] for kode in NAMES if kode in newest]


def seat(case_id: uuid.UUID) -> Any:
    """The session this case is seated in, with its venue; None without one."""
    query: Any = (
        sa.select(a.SesiAsesmen, a.Tuk)
        .join(a.PesertaSesi, a.PesertaSesi.sesi_id == a.SesiAsesmen.id)
        .join(a.Tuk, a.Tuk.id == a.SesiAsesmen.tuk_id)
        .where(a.PesertaSesi.permohonan_id == case_id)
        .order_by(a.SesiAsesmen.mulai.desc())
    )
    return db.session.execute(query.limit(1)).first()


@module.route("/saya/<uuid:id>/kartu", can=DAFTAR)
def kartu(id: uuid.UUID) -> Response:
    """Drawn when it is asked for: a session may be moved."""
    found = kasus.find(people.required(), id)
    place = seat(id)
    if place is None or found.status not in (m.TERJADWAL, m.BERLANGSUNG):
        raise Missing()
    sesi, tuk = place
    start, end = (calendar.setempat(at, tuk.zona) for at in (sesi.mulai, sesi.selesai))
    isi = {
        **formulir.kepala(found.p, "KARTU", sesi.asesor_id, tuk),
        "lsp": pengaturan.lsp(),
        "sesi": {"tanggal": start.date().isoformat(), "mulai": calendar.pukul(start), "selesai": calendar.pukul(end),
                 "zona": start.tzname()},
    }  # fmt: skip
    nik = citizens.masked(unseal(found.p.nik_enc, "nik")) if found.p.nik_enc else ""
    body = sheets.render(isi, nik=nik, foto=photo(id))
    head = {"Content-Disposition": f'attachment; filename="{sheets.nama_berkas(isi)}"'}
    return Response(body, mimetype=PDF, headers=head)
