"""The checklist of a request: each line green (verified), yellow (waiting), red (missing) or grey (not needed).

What is verified in riwayat counts without being handed in again; a paper that came back leaves the others alone.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.pensiun import hak
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.riwayat import models as r
from portal.kernel import activity, organisation
from portal.kernel.calendar import setempat, tanggal
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.listing import Tags
from portal.kernel.people import Principal

HIJAU, KUNING, MERAH, KOSONG = "HIJAU", "KUNING", "MERAH", "KOSONG"
WARNA = Tags({
    HIJAU: ("Terverifikasi", "positive", "circle-check"), KUNING: ("Menunggu diperiksa", "warning", "clock"),
    MERAH: ("Belum ada", "negative", "alert-circle"), KOSONG: ("Bila ada", "", "minus"),
})  # fmt: skip
SUMBER = {m.OTOMATIS: "dari riwayat", m.UNGGAH: "diunggah", m.SISTEM: "dibuat portal, lalu ditandatangani"}
TAHAP = {m.PEMOHON: "sebelum diajukan", m.OPD: "sebelum selesai diperiksa perangkat daerah"}
Surat = tuple[str, date | None]  # number and date of a covering letter
TERAKHIR = ("JABATAN", "GOLONGAN", "KGB", "SKP")  # kinds of entry of which a requirement means the newest one
TENGGANG = 3  # months into a year until when the yearly evaluation of the year before may still be on its way
PENGANTAR: list[Callable[[], sa.Select[Any]]] = []  # who numbers letters: rows of case, number, date

activity.declare(**{"kepegawaian.syarat_pensiun": "jenis dokumen sebelum sesudah"})


@dataclass(frozen=True)
class Baris:
    """One line. `dokumen_id`: the paper to open. `berkas`: the row handed in, None for one taken from riwayat."""

    kode: str
    judul: str
    wajib: bool
    sumber: str
    tahap: str
    warna: str
    kata: str
    catatan: str
    dokumen_id: uuid.UUID | None = None
    berkas: m.BerkasUsulan | None = None
    dikembalikan: bool = False

    @property
    def menghalangi(self) -> bool:
        return self.wajib and self.warna == MERAH


def daftar(jenis: str, semua: bool = False) -> list[m.SyaratPensiun]:
    """Requirements of a kind in order; `semua`: those out of use, too."""
    query = sa.select(m.SyaratPensiun).where(m.SyaratPensiun.jenis == jenis)
    if not semua:
        query = query.where(m.SyaratPensiun.aktif)
    return list(db.session.scalars(query.order_by(m.SyaratPensiun.urut, m.SyaratPensiun.dokumen)))


def lembar(row: m.UsulanPensiun, hukdis: bool | None = None) -> list[Baris]:
    """The checklist of a request. Two statements whatever its length, a third where `hukdis` (discipline that forbids
    the letter about it) has not been read."""
    known = _lines(row)
    kept = _kept(row, {one.dokumen: one.riwayat for one, *_ in known})
    if hukdis is None:
        hukdis = bool(hak.hukdis(row.pegawai_id))
    return [_line(one, berkas, kept.get(one.dokumen), letter, hukdis) for one, berkas, letter in known]


def _lines(row: m.UsulanPensiun) -> list[tuple[m.SyaratPensiun, m.BerkasUsulan | None, Surat | None]]:
    """Requirements in order, each with the paper that was handed in and, for the covering letter, its number."""
    one, paper = m.SyaratPensiun, m.BerkasUsulan
    letter = sa.union_all(*(rows() for rows in PENGANTAR)).subquery("surat")
    here = sa.and_(letter.c[0] == row.submission_id, one.dokumen == "PENGANTAR")
    query = (
        sa.select(one, paper, letter.c[1], letter.c[2])
        .outerjoin(paper, sa.and_(paper.usulan_id == row.id, paper.dokumen == one.dokumen, paper.aktif))
        .outerjoin(letter, here)
        .where(one.jenis == row.jenis, one.aktif)
        .order_by(one.urut, one.dokumen)
    )
    return [(line, berkas, (nomor, hari) if nomor else None) for line, berkas, nomor, hari in db.session.execute(query)]


def pengantar(keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Surat]:
    """Number and date of the covering letter of each case (`submission_id`) that has one."""
    letter = sa.union_all(*(rows() for rows in PENGANTAR)).subquery("surat")
    rows = db.session.execute(sa.select(letter).where(letter.c[0].in_(keys)))
    return {key: (nomor, hari) for key, nomor, hari in rows}


def _kept(row: m.UsulanPensiun, wanted: dict[str, str]) -> dict[str, tuple[uuid.UUID, bool]]:
    """By kind of paper the one in the register that counts, and whether its entry is verified.

    `wanted`: the kind of entry each paper belongs to, empty for papers of the person.
    """
    link, entry = r.BerkasTautan, _entries(row.pegawai_id)
    query = sa.select(link.jenis_dokumen, link.dokumen_id, link.riwayat_id, entry).where(
        link.pegawai_id == row.pegawai_id, link.aktif, link.dokumen_id.is_not(None), ~link.hilang,
        link.jenis_dokumen.in_(wanted),
    )  # fmt: skip
    year = _least_year(row)
    found: dict[str, tuple[date, uuid.UUID, bool]] = {}
    for one in db.session.execute(query.outerjoin(entry, entry.c.id == link.riwayat_id).order_by(link.id)):
        code, day = one.jenis_dokumen, one.hari or date.min
        if _counts(wanted[code], one, year) and (code not in found or found[code][0] <= day):
            found[code] = (day, one.dokumen_id, one.riwayat_id is not None)
    return {code: (key, verified) for code, (_, key, verified) in found.items()}


def _entries(pegawai_id: uuid.UUID) -> sa.Subquery:
    """Verified entries of a person, only the main ones among the seats; `nomor` is 1 for the newest of its kind.

    What begins after today is no newer than what holds. A yearly evaluation is as old as its year.
    """
    parts = []
    for name, table in r.TABEL.items():
        kind: Any = sa.literal(name.upper())
        year: Any = sa.literal("")
        day = table.tmt
        query = sa.select(table.id).where(table.pegawai_id == pegawai_id, table.status == r.TERVERIFIKASI)
        if table is r.RiwayatJabatan:  # with MU the TMT is still that of the seat before
            day, query = r.RiwayatJabatan.berlaku, query.where(r.RiwayatJabatan.jalur == r.UTAMA)
        elif table is r.RiwayatLain:
            kind, year = r.RiwayatLain.jenis, sa.func.coalesce(r.RiwayatLain.isi["tahun"].astext, "")
        parts.append(query.add_columns(kind.label("jenis"), day.label("hari"), year.label("tahun")))
    one = sa.union_all(*parts).subquery("entri").c
    begun = one.hari <= organisation.today()
    number = sa.func.row_number().over(
        partition_by=one.jenis, order_by=[begun.desc(), one.tahun.desc(), one.hari.desc(), one.id.desc()]
    )
    return sa.select(one.id, one.jenis, one.hari, one.tahun, number.label("nomor")).subquery("riwayat")


def _least_year(row: m.UsulanPensiun) -> str:
    """The oldest year that is "the last year" for a request; by when it was opened, so that it stays complete."""
    opened = setempat(row.dibuat_at)
    return str(opened.year - (2 if opened.month <= TENGGANG else 1))


def _counts(kind: str, one: Any, year: str) -> bool:
    """Whether a paper stands for a requirement about this kind of entry."""
    if one.riwayat_id is None:
        return kind not in TERAKHIR
    if one.nomor is None:  # its entry is not verified, or is no main seat
        return False
    if kind not in TERAKHIR:  # where no entry is asked for, that of one is about somebody else: a parent's death
        return kind != ""
    return bool(one.jenis == kind and one.nomor == 1 and (kind != "SKP" or one.tahun >= year))


def _line(
    one: m.SyaratPensiun, berkas: m.BerkasUsulan | None, kept: tuple[uuid.UUID, bool] | None,
    letter: Surat | None, blocked: bool,
) -> Baris:  # fmt: skip
    must = one.wajib == m.WAJIB
    base: dict[str, Any] = {
        "kode": one.dokumen,
        "judul": one.judul,
        "wajib": must,
        "sumber": one.sumber,
        "tahap": one.tahap,
    }
    if one.dokumen == "BEBAS_HUKDIS" and blocked:
        return Baris(**base, warna=MERAH, kata="Belum dapat dibuat", catatan="Tanyakan kepada BKPSDM.")
    if berkas is not None:
        looks = {
            m.SESUAI: (HIJAU, "Sesuai"), m.MENUNGGU: (KUNING, "Menunggu diperiksa"),
            m.DIKEMBALIKAN: (MERAH, "Perlu diganti"),
        }  # fmt: skip
        warna, kata = looks[berkas.status]
        return Baris(
            **base, warna=warna, kata=kata, catatan=berkas.catatan or one.catatan, dokumen_id=berkas.dokumen_id,
            berkas=berkas, dikembalikan=berkas.status == m.DIKEMBALIKAN,
        )  # fmt: skip
    if one.dokumen == "PENGANTAR" and letter:
        day = f", {tanggal(letter[1])}" if letter[1] else ""
        return Baris(**base, warna=HIJAU, kata=f"Nomor {letter[0]}{day}", catatan=one.catatan)
    if kept is not None:
        warna, kata = (HIJAU, "Terverifikasi di riwayat") if kept[1] else (KUNING, "Dari berkas pegawai")
        return Baris(**base, warna=warna, kata=kata, catatan=one.catatan, dokumen_id=kept[0])
    if must:
        return Baris(**base, warna=MERAH, kata="Belum ada", catatan=one.catatan)
    return Baris(**base, warna=KOSONG, kata="Bila ada", catatan=one.catatan)


def kurang(row: m.UsulanPensiun, tahap: str) -> list[Baris]:
    """Mandatory lines that are red at a stage; the check in the OPD also asks for those of the request."""
    wanted = (m.PEMOHON,) if tahap == m.PEMOHON else (m.PEMOHON, m.OPD)
    return [one for one in lembar(row) if one.menghalangi and one.tahap in wanted]


def tuntut(row: m.UsulanPensiun, tahap: str, tanpa: Sequence[str] = ()) -> None:
    """Raises Invalid that names the mandatory papers that are missing. `tanpa`: codes that come later."""
    lacking = [one for one in kurang(row, tahap) if one.kode not in tanpa]
    if lacking:
        raise Invalid("berkas", f"Lengkapi dulu: {', '.join(one.judul for one in lacking)}")


def tuntut_diperiksa(row: m.UsulanPensiun) -> None:
    """Raises Invalid while a paper waits to be looked at, or a mandatory one is missing."""
    tuntut(row, m.OPD)
    waiting = [one.judul for one in lembar(row) if one.warna == KUNING or one.dikembalikan]
    if waiting:
        raise Invalid("berkas", f"Periksa dulu: {', '.join(waiting)}")


# ---- the screen that changes the requirements


def ubah(row: m.SyaratPensiun, form: Any, user: Principal) -> None:
    """Mandatory or not, source, stage, note, in use or not. Raises Invalid."""
    wajib, sumber, tahap = form.get("wajib", ""), form.get("sumber", ""), form.get("tahap", "")
    note = form.get("catatan", "").strip()
    if wajib not in (m.WAJIB, m.BILA_ADA):
        raise Invalid("wajib", "Pilih wajib atau bila ada")
    if sumber not in SUMBER:
        raise Invalid("sumber", "Pilih sumber berkas")
    if tahap not in TAHAP:
        raise Invalid("tahap", "Pilih kapan berkas harus ada")
    if len(note) > 200 or not note.replace("\n", "").isprintable():
        raise Invalid("catatan", "Catatan: paling banyak 200 huruf")
    before = [row.wajib, row.sumber, row.tahap, row.catatan, row.aktif]
    row.wajib, row.sumber, row.tahap, row.catatan = wajib, sumber, tahap, note
    row.aktif = form.get("aktif") == "1"
    after = [row.wajib, row.sumber, row.tahap, row.catatan, row.aktif]
    activity.log("kepegawaian.syarat_pensiun", row, by=user, jenis=row.jenis, dokumen=row.dokumen,
                 sebelum=before, sesudah=after)  # fmt: skip


def tambah(jenis: str, form: Any, user: Principal) -> m.SyaratPensiun:
    """A paper of the office's own for a kind, handed in by the applicant. Raises Invalid, Conflict."""
    title = " ".join(form.get("judul", "").split())
    if not 3 <= len(title) <= 120 or not title.isprintable():
        raise Invalid("judul", "Nama dokumen: tulis 3 sampai 120 huruf")
    code = "LOKAL_" + "_".join("".join(c if c.isalnum() else " " for c in title.upper()).split())[:40]
    same = sa.select(m.SyaratPensiun.id).where(m.SyaratPensiun.jenis == jenis, m.SyaratPensiun.dokumen == code)
    if db.session.scalar(same) is not None:
        raise Conflict("Dokumen dengan nama itu sudah ada pada jenis ini.")
    last = db.session.scalar(sa.select(sa.func.max(m.SyaratPensiun.urut)).where(m.SyaratPensiun.jenis == jenis)) or 0
    row = m.SyaratPensiun(jenis=jenis, dokumen=code, judul=title, wajib=m.BILA_ADA, urut=last + 10)
    db.session.add(row)
    db.session.flush()
    ubah(row, {"wajib": form.get("wajib", m.BILA_ADA), "sumber": m.UNGGAH, "tahap": m.PEMOHON,
               "catatan": form.get("catatan", ""), "aktif": "1"}, user)  # fmt: skip
    return row
