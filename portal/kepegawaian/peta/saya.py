"""The map of one's own unit, for every pegawai: figures, heads, colleagues by name and jabatan, nobody's number."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import SENDIRI, module
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.peta import beku, gambar, sumber, views
from portal.kepegawaian.peta.models import PetaBulanan, PetaVersi
from portal.kepegawaian.peta.orang import beneath
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan.models import AKTIF
from portal.kernel import organisation
from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.errors import Missing
from portal.kernel.listing import Column, Listing
from portal.kernel.organisation import Unit
from portal.kernel.people import Principal, required
from portal.kernel.web import MenuItem, render

module.menu.append(
    MenuItem("Unit saya", "building-community", "/kepegawaian/peta/saya", can=SENDIRI, group="Kepegawaian", order=6)
)
module.manuals["/kepegawaian/peta/saya"] = "pegawai-kepegawaian#unit-saya"


def colleagues(user: Principal) -> sa.Select[tuple[Keadaan]]:
    """Who is in service today in the unit this person sits in, and below it."""
    today = organisation.today()
    rows = sa.select(Keadaan).where(berlaku(today), Keadaan.kelompok == AKTIF)
    return rows.where(Keadaan.unit_id.in_(beneath([user.unit_id] if user.unit_id else [], today)))


REKAN = Listing(
    "rekan-seunit", title="Rekan seunit", noun="pegawai", rows=colleagues, key=Keadaan.id, sort="nama", can=SENDIRI,
    search=[Keadaan.nama], search_label="Nama", exports=(),
    columns=[
        Column("nama", "Nama", Keadaan.nama, sort=True),
        Column("jabatan", "Jabatan", Keadaan.jabatan),
        Column("unit", "Unit kerja", sa.select(Unit.nama).where(Unit.id == Keadaan.unit_id).correlate(Keadaan)
               .scalar_subquery()),
    ],
)  # fmt: skip


def _version() -> PetaVersi | None:
    """Raises Missing for an address that names no frozen map."""
    text = request.args.get("versi", "")
    if not text:
        return None
    try:
        row: PetaVersi = fetch(views.visible_versions(), uuid.UUID(text))
    except ValueError as error:
        raise Missing() from error
    return row


def _then(user: Principal, versi: PetaVersi) -> uuid.UUID | None:
    """The unit this person sat in on a frozen map."""
    query = sa.select(PetaBulanan.unit_id).where(
        PetaBulanan.versi_id == versi.id, PetaBulanan.pegawai_id == user.pegawai_id
    )
    return db.session.scalar(query)


@module.route("/peta/saya", can=SENDIRI)
def peta_saya() -> Response:
    user, versi = required(), _version()
    source: sumber.Sumber = sumber.Beku(versi) if versi else sumber.Hidup(organisation.today())
    here = _then(user, versi) if versi else user.unit_id
    drawn = gambar.draw(source, [here] if here else [], views.chosen_unit())
    if drawn is None:
        raise Missing()
    address = f"/kepegawaian/peta/saya?versi={versi.id}" if versi else "/kepegawaian/peta/saya?"
    shown: dict[str, Any] = {
        "peta": drawn, "versi": versi, "beku": beku.versions(), "kata": beku.words, "alamat": address,
    }  # fmt: skip
    page, block = "kepegawaian/peta_saya.html", "pohon" if "unit" in request.args else "results"
    return render(page, block="pohon", listing=None, **shown) if versi else REKAN.respond(page, block=block, **shown)
