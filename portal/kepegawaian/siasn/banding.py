"""Comparing one person's entries of one kind: match, classify, and say which side moved since both agreed."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.jenis import JENIS
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.siasn import bentuk, catatan, golongan_utama
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.medan import DIRI, Catatan, id_dari, nilai
from portal.kepegawaian.siasn.peta import Terjemah
from portal.kernel import organisation
from portal.kernel.db import db, now
from portal.kernel.organisation import Orang, Pegawai

TANPA_BERKAS = "Berkas diunggah, tetapi tidak tampak di SIASN."
BELUM_DIHITUNG = "Tersimpan, tetapi SIASN menolak menghitung ulang data utama:"
NOMOR_TERPENDEK = 5  # "1" or "2019" is no number of a certificate
PENUGASAN_BKN = ("D", "PLT", "PLH", "PJ", "TT")
Baris = Mapping[str, Any]


@dataclass
class Sisi:
    """A row of one side: its fields in the common form. `kurang`: what of it is not mapped. `tertinggal`: how SIASN's
    own data utama contradicts it.
    """

    row: Any
    isi: dict[str, Any]
    siasn_id: str = ""
    kurang: list[str] = field(default_factory=list)
    pasangan: "Sisi | None" = None
    ragu: bool = False
    tertinggal: str = ""

    def kunci(self, kind: Catatan) -> tuple[str, ...] | None:
        """The natural key, None when every part of it is empty."""
        parts = tuple(bentuk.ringkas(self.isi.get(name)) for name in kind.alamiah)
        return parts if any(parts) else None

    def nomor(self, kind: Catatan) -> str:
        """The number that tells it alone, "" when there is none worth the name."""
        text = bentuk.ringkas(self.isi.get(kind.nomor)) if kind.nomor else ""
        return text if len(text) >= NOMOR_TERPENDEK else ""


@dataclass
class Bekal:
    """What comparing needs and does not change from one person to the next."""

    peta: Terjemah
    pemilik: dict[tuple[str, str], str]
    jalan_id: uuid.UUID | None = None
    _siapa: tuple[uuid.UUID | None, str, uuid.UUID | None] = (None, "", None)

    def siapa(self, pegawai_id: uuid.UUID) -> tuple[str, uuid.UUID | None]:
        """Name and OPD of the person at hand, asked once and not once a kind."""
        if self._siapa[0] != pegawai_id:
            self._siapa = (pegawai_id, *siapa(pegawai_id))
        return self._siapa[1:]


def siapa(pegawai_id: uuid.UUID) -> tuple[str, uuid.UUID | None]:
    """Name of a person, and the OPD they sit in today."""
    here = sa.and_(Keadaan.pegawai_id == Pegawai.id, berlaku(organisation.today()))
    query = sa.select(Pegawai.nama, Keadaan.pd_id).outerjoin(Keadaan, here).where(Pegawai.id == pegawai_id)
    name, where = db.session.execute(query).tuples().one()
    return name, where


def baris_lokal(kind: Catatan, pegawai_id: uuid.UUID) -> list[Any]:
    """Verified entries of ours that SIASN has a place for."""
    if kind.lokal == DIRI:
        return list(db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == pegawai_id)))
    table: Any = r.TABEL[JENIS[kind.lokal].tabel]
    query = sa.select(table).where(table.pegawai_id == pegawai_id, table.status == r.TERVERIFIKASI)
    if table is r.RiwayatLain:
        query = query.where(table.jenis == kind.lokal)
        for name, value in kind.saring:
            query = query.where(table.isi[name].astext.in_([value] if isinstance(value, str) else value))
    if table is r.RiwayatJabatan:
        query = query.where(table.penugasan.in_(PENUGASAN_BKN), table.lokasi == r.DALAM)
    return list(db.session.scalars(query.order_by(table.tmt, table.id)))


def sisi_kita(kind: Catatan, row: Any, peta: Terjemah) -> Sisi:
    values, lacking = kind.kita(row, peta)
    return Sisi(row, values, row.siasn_id or "", lacking)


def cocokkan(kind: Catatan, ours: Sequence[Sisi], theirs: Sequence[Sisi]) -> None:
    """Pair by id, then by the natural key; where a key fits several rows, a person has to look."""
    by_id = {one.siasn_id: one for one in theirs}
    for one in ours:
        if one.siasn_id and one.siasn_id in by_id:
            _pair(one, by_id[one.siasn_id])
    groups: dict[tuple[str, ...], tuple[list[Sisi], list[Sisi]]] = {}
    for at, side in enumerate((ours, theirs)):
        for one in side:
            key = one.kunci(kind) if one.pasangan is None and not (at == 0 and one.siasn_id) else None
            if key is not None:
                groups.setdefault(key, ([], []))[at].append(one)
    _settle(groups.values())
    _by_number(kind, ours, theirs)
    _unmapped(kind, ours, theirs)


def _settle(groups: Iterable[tuple[list[Sisi], list[Sisi]]]) -> None:
    for mine, others in groups:
        if len(mine) == 1 and len(others) == 1:
            _pair(mine[0], others[0])
        elif mine and others:
            for one in (*mine, *others):
                one.ragu = True


def _by_number(kind: Catatan, ours: Sequence[Sisi], theirs: Sequence[Sisi]) -> None:
    """Left alone by the whole key, but of one number: one of both was typed differently."""
    groups: dict[str, tuple[list[Sisi], list[Sisi]]] = {}
    for at, side in enumerate((ours, theirs)):
        for one in side:
            if one.pasangan is None and not one.ragu and not (at == 0 and one.siasn_id) and one.nomor(kind):
                groups.setdefault(one.nomor(kind), ([], []))[at].append(one)
    for mine, others in groups.values():
        if len(mine) == len(others) == 1:
            _pair(mine[0], others[0])


def _unmapped(kind: Catatan, ours: Sequence[Sisi], theirs: Sequence[Sisi]) -> None:
    """What is not mapped lacks a part of its key: the rest of it still tells that both rows mean the same."""
    for one in ours:
        key = one.kunci(kind) if one.pasangan is None and one.kurang and not one.siasn_id else None
        if key is None:
            continue
        fits = [
            other for other in theirs if other.pasangan is None
            and all(a in ("", b) for a, b in zip(key, other.kunci(kind) or ("",) * len(key), strict=True))
        ]  # fmt: skip
        if len(fits) == 1:
            _pair(one, fits[0])


def _pair(mine: Sisi, other: Sisi) -> None:
    mine.pasangan, other.pasangan = other, mine


def beda(kind: Catatan, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """Names of the fields that both sides have and that mean something else."""
    return [
        one.nama for one in kind.medan
        if one.nama in ours and one.nama in theirs and one.nama != "berlaku"
        and bentuk.ringkas(ours[one.nama]) != bentuk.ringkas(theirs[one.nama])
    ]  # fmt: skip


def uraikan(
    kind: Catatan, names: Sequence[str], ours: Mapping[str, Any], theirs: Mapping[str, Any],
    agreed: Mapping[str, Any] | None, owners: Mapping[tuple[str, str], str],
) -> tuple[list[dict[str, Any]], str]:  # fmt: skip
    """Each differing field with both values and the side proposed; and which side moved as a whole.

    With what both agreed to: who changed it proposes it. Both changed it, or nothing was agreed: its owner does.
    """
    found, sides = [], set()
    for one in kind.medan:
        if one.nama not in names:
            continue
        mine, other = bentuk.ringkas(ours[one.nama]), bentuk.ringkas(theirs[one.nama])
        before = None if agreed is None else agreed.get(one.nama)
        side = m.KEDUANYA if before is None or before not in (mine, other) else m.LOKAL if other == before else m.SIASN
        if kind.tunggal and not (mine and other):
            side = m.LOKAL if mine else m.SIASN  # nothing empties what the other side has
        sides.add(side)
        owner = owners.get((kind.kode, one.nama), one.pemilik)
        by_owner = m.SIASN if owner == m.BKN or not kind.simpan else m.LOKAL
        found.append({
            "medan": one.nama, "judul": one.judul, "kita": _shown(ours[one.nama]), "mereka": _shown(theirs[one.nama]),
            "sisi": side, "usul": by_owner if side == m.KEDUANYA else side if kind.simpan else m.SIASN,
        })  # fmt: skip
    return found, sides.pop() if len(sides) == 1 else m.KEDUANYA


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    return "" if value is None else str(value)


# ---- the mirror


def cermin(
    kind: Catatan, pegawai_id: uuid.UUID, rows: Sequence[Baris], jalan_id: uuid.UUID | None
) -> list[m.Cermin]:  # fmt: skip
    """Bring the mirror of one person and kind in line; what is no longer there is marked, never deleted."""
    held = sa.select(m.Cermin).where(m.Cermin.pegawai_id == pegawai_id, m.Cermin.jenis == kind.kode)
    known = {row.siasn_id: row for row in db.session.scalars(held.with_for_update())}
    seen: dict[str, m.Cermin] = {}
    for raw in rows:
        body = bentuk.samarkan(dict(raw))
        key = kind.kunci_baris(raw, pegawai_id) or f"~{pegawai_id.hex[:12]}{bentuk.sidik_isi(body)[:16]}"
        row = known.get(key) or seen.get(key)
        if row is None:
            row = m.Cermin(jenis=kind.kode, siasn_id=key, pegawai_id=pegawai_id)
            db.session.add(row)
        row.isi, row.sidik, row.jalan_id = body, bentuk.sidik_isi(body), jalan_id
        row.terlihat_at, row.hilang_at = now(), None
        seen[key] = row
    for key, row in known.items():
        if key not in seen and row.hilang_at is None:
            row.hilang_at = now()
    db.session.flush()
    return list(seen.values())


# ---- pairs


def bandingkan(kind: Catatan, pegawai_id: uuid.UUID, rows: Sequence[Baris], bekal: Bekal) -> None:
    """Mirror what arrived for one person and kind, and bring its pairs in line."""
    mirrored = cermin(kind, pegawai_id, rows, bekal.jalan_id)
    if kind.lokal:
        pasangkan(kind, pegawai_id, mirrored, bekal)


def ulang(kind: Catatan, pegawai_id: uuid.UUID, bekal: Bekal) -> None:
    """Compare again with what the mirror holds: after a decision or a new mapping."""
    held = sa.select(m.Cermin).where(
        m.Cermin.pegawai_id == pegawai_id, m.Cermin.jenis == kind.kode, m.Cermin.hilang_at.is_(None)
    )
    pasangkan(kind, pegawai_id, list(db.session.scalars(held)), bekal)


def pasangkan(kind: Catatan, pegawai_id: uuid.UUID, mirrored: Sequence[m.Cermin], bekal: Bekal) -> None:
    theirs = [Sisi(row, kind.mereka(row.isi), row.siasn_id) for row in mirrored]
    if kind is catatan.GOLONGAN:
        _data_utama_tertinggal(pegawai_id, theirs)
    ours = [sisi_kita(kind, row, bekal.peta) for row in baris_lokal(kind, pegawai_id)]
    if kind.tunggal and ours and theirs:
        _pair(ours[0], theirs[0])
    else:
        cocokkan(kind, ours, theirs)
    tulis(kind, pegawai_id, ours, theirs, bekal)


def _data_utama_tertinggal(pegawai_id: uuid.UUID, theirs: Sequence[Sisi]) -> None:
    """Mark the golongan that data utama should show. Both as one pull brought them, or an older one looks wrong."""
    held = sa.select(m.Cermin).where(
        m.Cermin.pegawai_id == pegawai_id, m.Cermin.jenis == catatan.DATA_UTAMA.kode, m.Cermin.hilang_at.is_(None)
    )
    whole, rows, today = db.session.scalars(held).first(), [one.row.isi for one in theirs], organisation.today()
    last = golongan_utama.terbaru(rows, today)
    for one in theirs:
        if whole is not None and one.row.isi is last and whole.jalan_id in (None, one.row.jalan_id):
            one.tertinggal = golongan_utama.tertinggal(whole.isi, rows, today)


def tulis(kind: Catatan, pegawai_id: uuid.UUID, ours: Sequence[Sisi], theirs: Sequence[Sisi], bekal: Bekal) -> None:
    held = sa.select(m.Pasangan).where(m.Pasangan.pegawai_id == pegawai_id, m.Pasangan.jenis == kind.kode)
    rows = list(db.session.scalars(held.with_for_update()))
    by_ours = {row.lokal_id: row for row in rows if row.lokal_id}
    by_theirs = {row.cermin_id: row for row in rows if row.cermin_id}
    wanted: list[tuple[m.Pasangan, Sisi | None, Sisi | None]] = []
    used: set[uuid.UUID] = set()
    pairs = [(one, one.pasangan) for one in ours] + [(None, one) for one in theirs if one.pasangan is None]
    for mine, other in pairs:
        row = (by_ours.get(mine.row.id) if mine else None) or (by_theirs.get(other.row.id) if other else None)
        if row is None or row.id in used:
            row = m.Pasangan(pegawai_id=pegawai_id, jenis=kind.kode)
        else:
            used.add(row.id)
        wanted.append((row, mine, other))
    _release(rows, used, wanted)
    name, where = bekal.siapa(pegawai_id)
    for row, mine, other in wanted:
        row.nama, row.pd_id, row.jalan_id = name, where, bekal.jalan_id
        row.lokal_id, row.cermin_id = mine.row.id if mine else None, other.row.id if other else None
        _classify(kind, row, mine, other, bekal)
        db.session.add(row)
    db.session.flush()


def _release(rows: Sequence[m.Pasangan], used: set[uuid.UUID], wanted: Sequence[tuple[m.Pasangan, Any, Any]]) -> None:
    """Pairs that are no more, and mirror rows that pass from one pair to another, before others take them."""
    for row in rows:
        if row.id not in used:
            db.session.delete(row)
    for row, _, other in wanted:
        if row.cermin_id is not None and (other is None or row.cermin_id != other.row.id):
            row.cermin_id = None if row.lokal_id else row.cermin_id
    db.session.flush()


def _classify(kind: Catatan, row: m.Pasangan, mine: Sisi | None, other: Sisi | None, bekal: Bekal) -> None:
    refused = (row.sidik_kita, row.catatan) if row.kelas == m.DITOLAK else None
    before = (row.sidik_kita, row.sidik_mereka)
    row.beda, row.sisi, row.catatan = [], "", ""
    row.sidik_kita = bentuk.sidik(mine.isi) if mine else ""
    row.sidik_mereka = bentuk.sidik(other.isi) if other else ""
    if before != (row.sidik_kita, row.sidik_mereka):
        row.putusan = row.ditangani = ""  # what was decided was about something else
    one = mine or other
    assert one is not None  # noqa: S101 - a pair has at least one side
    row.uraian = sebutan(kind, one.isi)
    if one.ragu:
        row.kelas, row.catatan = m.AMBIGU, "Beberapa baris cocok dengan kunci yang sama."
    elif mine and mine.kurang:
        row.kelas, row.catatan = m.TIDAK_TERPETAKAN, "; ".join(mine.kurang)
    elif mine and other:
        _both(kind, row, mine, other, bekal)
    elif mine:
        row.kelas, row.sisi = m.HANYA_LOKAL, m.HILANG if mine.siasn_id else m.LOKAL
        row.catatan = "Pernah ada di SIASN, sekarang tidak." if mine.siasn_id else ""
    else:
        _only_theirs(kind, row, one, bekal)
    if other and other.tertinggal:
        row.catatan = "; ".join(filter(None, (row.catatan, other.tertinggal)))
    if (
        refused
        and refused[0] == row.sidik_kita
        and (row.kelas in (m.HANYA_LOKAL, m.BEDA) or _unfinished(refused, other))
    ):
        row.kelas, row.catatan = m.DITOLAK, refused[1]


def _unfinished(refused: tuple[str, str], other: Sisi | None) -> bool:
    """The fields are equal, but the paper is still not there or data utama still old: it has to be sent again."""
    if other is None:
        return False
    lacks_paper = refused[1].startswith(TANPA_BERKAS) and not bentuk.berkas(other.row.isi)
    return lacks_paper or refused[1].startswith(BELUM_DIHITUNG)


def _only_theirs(kind: Catatan, row: m.Pasangan, other: Sisi, bekal: Bekal) -> None:
    lacking = [
        f"{one.judul}: {other.isi[one.nama]}" for one in kind.medan
        if one.peta and not one.bebas and other.isi.get(one.nama)
        and bekal.peta.dari_siasn(one.peta, other.isi[one.nama]) is None
    ]  # fmt: skip
    row.kelas, row.sisi = (m.TIDAK_TERPETAKAN if lacking else m.HANYA_SIASN), m.SIASN
    row.catatan = "; ".join(lacking)


def _both(kind: Catatan, row: m.Pasangan, mine: Sisi, other: Sisi, bekal: Bekal) -> None:
    """Agreed: remember it, and the id. Not agreed: which fields, and who moved."""
    if not mine.siasn_id and not other.siasn_id.startswith("~"):
        mine.row.siasn_id = other.siasn_id
    names = beda(kind, mine.isi, other.isi)
    if names:
        row.beda, row.sisi = uraikan(kind, names, mine.isi, other.isi, row.sepakat, bekal.pemilik)
        row.kelas = m.BEDA
        return
    if other.tertinggal:
        row.kelas = m.BEDA  # not in its fields: the rows agree, what BKN makes of them does not
    else:
        row.kelas, row.ditangani = m.SAMA, ""
    row.sepakat = {name: bentuk.ringkas(value) for name, value in mine.isi.items()}
    row.sidik_sepakat = row.sidik_kita


def sebutan(kind: Catatan, values: Mapping[str, Any]) -> str:
    """A line by which people know the entry."""
    parts = [kind.judul]
    for name in ("nama", "golongan", "nomor_sk", "nomor", "tahun", "berlaku", "tmt"):
        value = values.get(name)
        if value not in (None, "") and len(parts) < 4:
            parts.append(f"{value:%d-%m-%Y}" if isinstance(value, date) else str(value))
    return " · ".join(parts)


# ---- the person


def data_utama(pegawai: Pegawai, raw: Baris, bekal: Bekal) -> None:
    """Id and flags of the person, and what BKN holds of name, birth and sex."""
    data = db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == pegawai.id)).first()
    if data is None:
        data = r.DataPegawai(pegawai_id=pegawai.id)
        db.session.add(data)
    if key := id_dari(raw) or bentuk.orang(raw):
        data.siasn_id = key
    if raw.get("validNik") is not None:
        data.nik_sah, data.nik_sah_pada = str(raw["validNik"]).lower() in ("true", "1"), organisation.today()
    kind = catatan.DATA_UTAMA
    mirrored = cermin(kind, pegawai.id, [raw], bekal.jalan_id)
    values = kind.mereka(mirrored[0].isi)
    person = db.session.get_one(Orang, pegawai.orang_id)
    ours = {one.nama: nilai(person, str(one.kita)) for one in kind.medan}
    mine = Sisi(_Diri(pegawai.id), ours, mirrored[0].siasn_id)
    other = Sisi(mirrored[0], values, mirrored[0].siasn_id)
    _pair(mine, other)
    tulis(kind, pegawai.id, [mine], [other], bekal)
    bandingkan(catatan.KONTAK, pegawai.id, catatan.KONTAK.buka([raw]), bekal)


@dataclass
class _Diri:
    """Stands for the person as an entry: its key is that of the pegawai."""

    id: uuid.UUID
    siasn_id: str = ""
