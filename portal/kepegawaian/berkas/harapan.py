"""Which document each entry should have, and in which of four states it is: one statement for counts and lists."""

from collections.abc import Iterable
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


def _row(pegawai: Any, tabel: str, key: Any, code: str) -> sa.Select[Any]:
    """What one document of a kind is expected for, and the link in force beside it. `key` None: of no entry."""
    same = Link.riwayat_id.is_(None) if key is None else Link.riwayat_id == key
    on = sa.and_(Link.pegawai_id == pegawai, Link.tabel == tabel, Link.jenis_dokumen == code, Link.aktif, same)
    none = sa.cast(sa.null(), sa.Uuid)
    return _columns(pegawai, sa.literal(tabel), none if key is None else key, code).outerjoin(Link, on)


def _columns(pegawai: Any, tabel: Any, key: Any, code: str) -> sa.Select[Any]:
    return sa.select(
        pegawai.label("pegawai_id"), tabel.label("tabel"), key.label("riwayat_id"), sa.literal(code).label("dok"),
        Link.id.label("tautan_id"), Link.dokumen_id.label("dokumen_id"), Link.hilang.label("hilang"),
    ).select_from(pegawai.class_)  # fmt: skip


def _of_entries(code: str) -> Iterable[sa.Select[Any]]:
    for kind in JENIS.values():
        if code not in dict(kind.dokumen) or (kind.kode == "KELUARGA" and code in PERORANGAN):
            continue
        table: Any = r.TABEL[kind.tabel]
        query = _row(table.pegawai_id, kind.tabel, table.id, code).where(table.status == r.TERVERIFIKASI)
        if table is r.RiwayatLain:
            query = query.where(r.RiwayatLain.jenis == kind.kode, _only(kind.kode, code))
        yield query


def _parts(code: str) -> Iterable[sa.Select[Any]]:
    yield from _of_entries(code)
    if code in PERORANGAN:
        yield _row(Pegawai.id, PEGAWAI, None, code)
    if code in ("LAIN", "STTPL"):
        here = sa.and_(Link.aktif, Link.jenis_dokumen == code)
        yield _columns(Link.pegawai_id, Link.tabel, Link.riwayat_id, code).where(here)


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
