"""What is about to end or has ended: certificates and agreements of PPPK that no later one has renewed."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from werkzeug.wrappers import Response

from portal.kepegawaian import LIHAT, module
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.keadaan.proyeksi import PARUH, PENUH
from portal.kepegawaian.pegawai.daftar import nip_words, opd_options, people_on, sought
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.pengingat import BERAKHIR
from portal.kepegawaian.rujukan.models import BERHENTI
from portal.kernel import organisation
from portal.kernel.listing import Ask, Choice, Column, Given, GivenDay, Listing, Tags
from portal.kernel.organisation import Unit
from portal.kernel.people import Principal
from portal.kernel.web import MenuItem

PATH = "/kepegawaian/berakhir"
Row = r.RiwayatLain
SERTIFIKAT, PERJANJIAN = "SERTIFIKASI", "PERJANJIAN"
JENIS = Tags({SERTIFIKAT: ("Sertifikat", "", ""), PERJANJIAN: ("Perjanjian PPPK", "", "")})
LEWAT, SEMULA = "LEWAT", "90"
MASA = {
    "30": "Dalam 30 hari", SEMULA: "Dalam 90 hari", "180": "Dalam 180 hari", LEWAT: "Sudah berakhir, setahun terakhir",
}  # fmt: skip
SETAHUN = timedelta(days=365)
module.menu.append(MenuItem("Akan berakhir", "clock", PATH, can=LIHAT, group="Kepegawaian", order=15))
module.manuals[PATH] = "kepegawaian#akan-berakhir"


def ending(user: Principal, per_tanggal: date, masa: str) -> sa.Select[tuple[Any]]:
    """Verified entries that end within so many days of a day, or ended in the year before, of who serves that day."""
    if masa == LEWAT:
        first, last = per_tanggal - SETAHUN, per_tanggal - timedelta(days=1)
    else:
        first, last = per_tanggal, per_tanggal + timedelta(days=int(masa))
    kinds = sa.or_(Row.jenis == SERTIFIKAT, Keadaan.jenis.in_((PENUH, PARUH)))
    people = people_on(user, per_tanggal).where(Keadaan.kelompok != BERHENTI)
    return people.join(Row, Row.pegawai_id == Keadaan.pegawai_id).where(
        sa.literal_column(BERAKHIR, sa.Boolean()), Row.selesai.between(first, last), kinds, ~_renewed(per_tanggal)
    )


def _renewed(day: date) -> sa.ColumnElement[bool]:
    """A later certificate of that name; an agreement that follows without a gap, or had begun by the day.

    On a day that has gone by, only what had begun by then counts.
    """
    later = sa.orm.aliased(Row)
    name = sa.func.lower(Row.isi["nama"].astext) == sa.func.lower(later.isi["nama"].astext)
    follows = later.tmt <= sa.func.greatest(Row.selesai + 1, day)
    known = sa.true() if day >= organisation.today() else later.tmt <= day
    return sa.exists().where(
        later.pegawai_id == Row.pegawai_id, later.jenis == Row.jenis, later.status == r.TERVERIFIKASI,
        later.id != Row.id, sa.or_(later.selesai.is_(None), later.selesai > Row.selesai), known,
        sa.case((Row.jenis == SERTIFIKAT, name), else_=follows),
    )  # fmt: skip


def _unit(column: Any) -> Any:
    return sa.select(Unit.nama).where(Unit.id == column).correlate(Keadaan).scalar_subquery()


def _in_unit(unit: Any, ask: Ask) -> sa.ColumnElement[bool]:
    if ask.user.units(LIHAT) is None:
        return Keadaan.pd_id == unit
    return Keadaan.unit_id.in_(organisation.subtree([unit]))


def _days(ask: Ask) -> Any:
    day = sa.literal(ask.chosen["per_tanggal"], sa.Date())
    return sa.type_coerce(Row.selesai - day, sa.Integer())


def _left(days: int) -> str:
    words = f"{days} hari lagi" if days > 0 else "Hari ini" if days == 0 else f"Lewat {-days} hari"
    return words.replace(" ", "\u00a0")  # on one line


def _said(name: str) -> Any:
    return sa.func.coalesce(Row.isi[name].astext, "")


DAFTAR = Listing(
    "akan-berakhir", title="Akan berakhir", noun="dokumen", rows=ending, key=Row.id, sort="berakhir", can=LIHAT,
    search=sought, search_label="Nama atau NIP",
    nothing=("Tidak ada yang berakhir", "Sertifikat dan perjanjian PPPK yang berakhir pada masa ini muncul di sini."),
    columns=[
        Column("nama", "Nama", Keadaan.nama, link="/kepegawaian/pegawai/{orang}/riwayat/riwayat_lain/{entri}"),
        Column("nip", "NIP", Keadaan.nip, show=nip_words),
        Column("jenis", "Jenis", Row.jenis, show=JENIS),
        Column("uraian", "Uraian", sa.case((Row.jenis == SERTIFIKAT, _said("nama")),
                                           else_=sa.func.concat("Perjanjian ke-", _said("ke")))),
        Column("berakhir", "Berakhir", Row.selesai, sort=True, indexed=False),
        Column("sisa", "Sisa", _days, show=_left),
        Column("unit", "Unit kerja", _unit(Keadaan.unit_id)),
        Column("opd", "Perangkat daerah", _unit(Keadaan.pd_id), optional=True),
        Column("lembaga", "Lembaga", _said("lembaga"), optional=True),
        Column("orang", "ID", Keadaan.pegawai_id, screen=False, export=False),
        Column("entri", "Riwayat", Row.id, screen=False, export=False),
    ],
    filters=[
        GivenDay("per_tanggal", "Per tanggal", default=organisation.today),
        Given("masa", "Masa", options=list(MASA.items()), default=lambda: SEMULA),
        Choice("jenis", "Jenis", Row.jenis, options=JENIS.options, indexed=False),
        Choice("opd", "Unit kerja", options=opd_options, where=_in_unit, indexed=False),
    ],
)  # fmt: skip


@module.route("/berakhir", can=LIHAT)
def berakhir() -> Response:
    return DAFTAR.respond("kepegawaian/berakhir.html")
