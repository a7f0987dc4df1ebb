"""Which document each entry should have, and in which of four states it is: one statement for counts and lists."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kepegawaian.riwayat.jenis import JENIS, TERBATAS
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan.models import BERHENTI
from portal.kernel import organisation
from portal.kernel.listing import Tags
from portal.kernel.organisation import Pegawai

ADA, BELUM, KOSONG, HILANG = "ADA", "BELUM", "KOSONG", "HILANG"
KEADAAN = Tags({
    ADA: ("Ada", "positive", "circle-check"), BELUM: ("Belum diunggah", "warning", "clock"),
    KOSONG: ("Path kosong", "negative", "alert-circle"), HILANG: ("Objek hilang", "negative", "alert-circle"),
})  # fmt: skip
PEGAWAI = "pegawai"  # papers of the person, of no entry
PERORANGAN = ("KTP", "KK", "NPWP", "KARPEG", "TASPEN", "KARIS_KARSU", "PAS_FOTO")
RAHASIA = frozenset(code for one in JENIS.values() if one.akses == TERBATAS for code, _ in one.dokumen)
WAJIB = frozenset(code for one in JENIS.values() for code, required in one.dokumen if required)
URUT = {code: at for at, code in enumerate(sorted(DOKUMEN, key=lambda c: (c not in WAJIB, list(DOKUMEN).index(c))))}
Link = r.BerkasTautan
VERIFIED: Any = sa.literal_column(f"'{r.TERVERIFIKASI}'")  # as the partial indexes say it


def _only(kind: str, code: str) -> sa.ColumnElement[bool]:
    """Papers that only some entries of a kind can have: who is married has a marriage certificate."""
    relation = r.RiwayatLain.isi["hubungan"].astext
    alive = sa.func.coalesce(r.RiwayatLain.isi["hidup"].astext, "") == "true"  # "no" is not kept at all
    found = {
        ("KELUARGA", "AKTA_NIKAH"): relation == "PASANGAN",
        ("KELUARGA", "AKTA_LAHIR"): relation == "ANAK",
        ("KELUARGA", "AKTA_CERAI"): sa.and_(relation == "PASANGAN", r.RiwayatLain.selesai.is_not(None), alive),
        ("KELUARGA", "AKTA_KEMATIAN"): ~alive,
        ("CPNS_PNS", "SK_PNS"): sa.func.coalesce(r.RiwayatLain.isi["tmt_pns"].astext, "") != "",
    }  # fmt: skip
    return found.get((kind, code), sa.true())


def _same(pegawai: Any, tabel: str, key: Any, code: str) -> sa.ColumnElement[bool]:
    """The link in force of a document. `key` None: of no entry."""
    same = sa.and_(Link.pegawai_id == pegawai, Link.riwayat_id.is_(None)) if key is None else Link.riwayat_id == key
    return sa.and_(Link.tabel == tabel, Link.jenis_dokumen == code, Link.aktif, same)


def _columns(pegawai: Any, tabel: Any, key: Any, code: str) -> sa.Select[Any]:
    return sa.select(
        pegawai.label("pegawai_id"), tabel.label("tabel"), key.label("riwayat_id"), sa.literal(code).label("dok"),
        Link.id.label("tautan_id"), Link.dokumen_id.label("dokumen_id"), Link.hilang.label("hilang"),
    ).select_from(pegawai.class_)  # fmt: skip


def _owners(code: str) -> Iterable[tuple[Any, str, Any, Sequence[sa.ColumnElement[bool]]]]:
    """What a document is expected for: whose it is, table, key of the entry or None, which rows."""
    for kind in JENIS.values():
        if code not in dict(kind.dokumen) or (kind.kode == "KELUARGA" and code in PERORANGAN):
            continue
        table: Any = r.TABEL[kind.tabel]
        rows = [table.status == VERIFIED]
        if table is r.RiwayatLain:
            rows += [r.RiwayatLain.jenis == kind.kode, _only(kind.kode, code)]
        yield table.pegawai_id, kind.tabel, table.id, rows
    if code in PERORANGAN:
        yield Pegawai.id, PEGAWAI, None, ()


def _parts(code: str) -> Iterable[sa.Select[Any]]:
    none = sa.cast(sa.null(), sa.Uuid)
    for pegawai, tabel, key, rows in _owners(code):
        query = _columns(pegawai, sa.literal(tabel), none if key is None else key, code)
        yield query.outerjoin(Link, _same(pegawai, tabel, key, code)).where(*rows)
    if code in ("LAIN", "STTPL"):
        here = sa.and_(Link.aktif, Link.jenis_dokumen == code)
        yield _columns(Link.pegawai_id, Link.tabel, Link.riwayat_id, code).where(here)


def belum(code: str) -> Any:
    """Subquery of pegawai_id of whom a document of this kind has no link.

    The same as `diharapkan` with BELUM, for a whole city: PostgreSQL can hold two indexes against each other.
    """
    parts = [
        sa.select(pegawai.label("pegawai_id")).where(*rows, ~sa.exists().where(_same(pegawai, tabel, key, code)))
        for pegawai, tabel, key, rows in _owners(code)
    ]
    return sa.union_all(*parts).subquery("kosong") if parts else sa.select(Link.pegawai_id).where(sa.false()).subquery()


def counted() -> sa.ColumnElement[bool]:
    """Whose files are asked for: civil servants in service today."""
    return sa.and_(berlaku(organisation.today()), Keadaan.jenis != "PEJABAT_NEGARA", Keadaan.kelompok != BERHENTI)


def diharapkan(codes: Iterable[str]) -> Any:
    """Subquery of what should be there: pegawai_id, tabel, riwayat_id, dok; of its active link, where there is one,
    tautan_id, dokumen_id, hilang. At least one code."""
    return sa.union_all(*(part for code in codes for part in _parts(code))).subquery("harap")


def dalam(wanted: Any, state: str) -> sa.ColumnElement[bool]:
    """Condition on the columns of `diharapkan`."""
    found = wanted.c
    there = found.tautan_id.is_not(None)
    return {
        ADA: sa.and_(there, found.dokumen_id.is_not(None), ~found.hilang), BELUM: found.tautan_id.is_(None),
        KOSONG: sa.and_(there, found.dokumen_id.is_(None)),
        HILANG: sa.and_(there, found.dokumen_id.is_not(None), found.hilang),
    }[state]  # fmt: skip


def keadaan(link: Link | None) -> str:
    """The state of one document by its active link."""
    if link is None:
        return BELUM
    if link.dokumen_id is None:
        return KOSONG
    return HILANG if link.hilang else ADA
