"""Which document each entry should have, and in which of four states it is: one statement for counts and lists."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kepegawaian.riwayat.jenis import JENIS, TERBATAS
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


def _row(pegawai: Any, tabel: Any, key: Any, code: str) -> sa.Select[Any]:
    return sa.select(
        pegawai.label("pegawai_id"), tabel.label("tabel"), key.label("riwayat_id"), sa.literal(code).label("dok")
    )


def _of_entries(code: str) -> Iterable[sa.Select[Any]]:
    for kind in JENIS.values():
        if code not in dict(kind.dokumen) or (kind.kode == "KELUARGA" and code in PERORANGAN):
            continue
        table: Any = r.TABEL[kind.tabel]
        query = _row(table.pegawai_id, sa.literal(kind.tabel), table.id, code).where(table.status == r.TERVERIFIKASI)
        if table is r.RiwayatLain:
            query = query.where(r.RiwayatLain.jenis == kind.kode, _only(kind.kode, code))
        yield query


def _parts(code: str) -> Iterable[sa.Select[Any]]:
    yield from _of_entries(code)
    if code in PERORANGAN:
        yield _row(Pegawai.id, sa.literal(PEGAWAI), sa.cast(sa.null(), sa.Uuid), code)
    if code in ("LAIN", "STTPL"):
        yield _row(Link.pegawai_id, Link.tabel, Link.riwayat_id, code).where(Link.aktif, Link.jenis_dokumen == code)


def diharapkan(codes: Iterable[str]) -> Any:
    """Subquery of what should be there: pegawai_id, tabel, riwayat_id, dok. At least one code."""
    return sa.union_all(*(part for code in codes for part in _parts(code))).subquery("harap")


def tautan_dari(wanted: Any) -> tuple[Any, sa.ColumnElement[bool]]:
    """The active link of each wanted document: to be outer-joined."""
    return Link, sa.and_(
        Link.pegawai_id == wanted.c.pegawai_id, Link.tabel == wanted.c.tabel, Link.jenis_dokumen == wanted.c.dok,
        Link.aktif, Link.riwayat_id.is_not_distinct_from(wanted.c.riwayat_id),
    )  # fmt: skip


def dalam(state: str) -> sa.ColumnElement[bool]:
    """Condition on the outer-joined link."""
    there = Link.id.is_not(None)
    return {
        ADA: sa.and_(there, Link.dokumen_id.is_not(None), ~Link.hilang), BELUM: Link.id.is_(None),
        KOSONG: sa.and_(there, Link.dokumen_id.is_(None)),
        HILANG: sa.and_(there, Link.dokumen_id.is_not(None), Link.hilang),
    }[state]  # fmt: skip


def keadaan(link: Link | None) -> str:
    """The state of one document by its active link."""
    if link is None:
        return BELUM
    if link.dokumen_id is None:
        return KOSONG
    return HILANG if link.hilang else ADA
