"""The list of instruments: titles for the sekretariat, with the way to each for the manajer."""

import sqlalchemy as sa

from portal.kernel.listing import Choice, Column, Listing, Tags
from portal.kernel.listing.search import matches
from portal.sertifikasi import KELOLA_MUK
from portal.sertifikasi import MUK as LISTS
from portal.sertifikasi.asesmen.daftar import skema_options
from portal.sertifikasi.muk import policies
from portal.sertifikasi.muk.models import BERLAKU, DICABUT, Muk
from portal.sertifikasi.skema.models import SkemaVersi, UnitKompetensi

STATES = Tags({BERLAKU: ("Berlaku", "positive", "check"), DICABUT: ("Tidak berlaku", "", "archive")})
_unit = sa.select(UnitKompetensi.kode).where(UnitKompetensi.id == Muk.unit_id).scalar_subquery()


def _sought(words: str) -> sa.ColumnElement[bool]:
    return matches([sa.func.lower(sa.func.f_unaccent(sa.func.concat_ws(" ", Muk.kode, Muk.judul)))], words)


def _listing(name: str, can: str, link: str) -> Listing:
    return Listing(
        name, title="Materi uji kompetensi", noun="instrumen", can=can, key=Muk.id, sort="kode", exports=(),
        rows=policies.listed_muk, join=[(SkemaVersi, SkemaVersi.id == Muk.skema_versi_id)],
        search=_sought, search_label="Kode atau judul",
        columns=[
            Column("kode", "Kode", Muk.kode, sort=True, indexed=False, link=link),
            Column("judul", "Judul", Muk.judul),
            Column("skema", "Skema", SkemaVersi.judul),
            Column("versi_skema", "Versi skema", SkemaVersi.versi, number=True),
            Column("unit", "Unit", sa.func.coalesce(_unit, "Semua unit")),
            Column("versi", "Versi", Muk.versi, number=True),
            Column("status", "Keadaan", Muk.status, show=STATES),
        ],
        filters=[
            Choice("skema", "Skema", SkemaVersi.skema_id, options=skema_options),
            Choice("status", "Keadaan", Muk.status, options=STATES.options),
        ],
    )  # fmt: skip


JUDUL = _listing("muk-judul", LISTS, "")
KELOLA = _listing("muk-kelola", KELOLA_MUK, "/sertifikasi/muk/{id}")
