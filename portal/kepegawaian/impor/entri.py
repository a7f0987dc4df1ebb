"""Entries from a table: jabatan, golongan, pendidikan, keluarga. One line an entry; what is verified is never changed
by a table, so a line that is there already is passed over and one that contradicts it is told."""

import base64
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import IMPOR
from portal.kepegawaian.impor import kamus, kursi, tulis
from portal.kepegawaian.impor.kamus import Orangnya
from portal.kepegawaian.riwayat import aturan_lain
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.jenis import GOLONGAN, JENIS, KP, TINGKAT, Jenis
from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.rujukan.models import BERHENTI, Kedudukan
from portal.kernel import citizens, sealing
from portal.kernel.calendar import tanggal
from portal.kernel.db import db
from portal.kernel.importing import MODE_BARU, SAMA, Column, Importer, Row, Run, declare
from portal.kernel.organisation import Orang, Pegawai

Values = dict[str, Any]
NIP = Column("nip", "NIP", "nip", required=True, aliases=("NIP Baru",), example="198503152010011901")
SK = (
    Column("nomor_sk", "Nomor SK", aliases=("No SK", "No. SK"), longest=120),
    Column("tanggal_sk", "Tanggal SK", "tanggal", aliases=("Tgl SK",)),
    Column("pejabat", "Pejabat penetap", longest=200),
)
TMT = Column("tmt", "TMT", "tanggal", required=True, example="01/04/2024")


def people(rows: Sequence[Row], run: Run) -> dict[str, Orangnya]:
    """Pegawai of the rows; notes who is unknown, of another unit, or gone."""
    found = kamus.kini(rows, run)
    stopped = _stopped([one.id for one in found.values() if one.kelompok == BERHENTI])
    for row in rows:
        one = found.get(row.text("nip"))
        if row.text("nip") and one is None and not any(p.code == kamus.BUKAN_SATU for p in row.problems):
            row.add("nip", "E_NIP", "Pegawai dengan NIP ini belum ada di portal", "Impor dulu data utamanya.")
        elif one is not None and not one.milik:
            row.add("nip", "E_WEWENANG", "Pegawai ini di luar unit yang Anda kelola")
        elif one is not None and one.id in stopped and (row.day("tmt") or date.min) >= stopped[one.id][0]:
            day, number = stopped[one.id]
            row.add("tmt", "E_PENSIUN", f"Sudah berhenti menurut SK {number or 'tanpa nomor'}, TMT {tanggal(day)}")
    return found


def _stopped(keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[date, str]]:
    query = (
        sa.select(r.RiwayatKedudukan.pegawai_id, r.RiwayatKedudukan.tmt, r.RiwayatKedudukan.nomor_sk)
        .join(Kedudukan, Kedudukan.kode == r.RiwayatKedudukan.kode)
        .where(r.RiwayatKedudukan.pegawai_id.in_(keys), r.RiwayatKedudukan.status == r.TERVERIFIKASI,
               Kedudukan.kelompok == BERHENTI).order_by(r.RiwayatKedudukan.tmt)
    )  # fmt: skip
    return {key: (day, number) for key, day, number in db.session.execute(query)}


def _present(table: Any, found: Mapping[str, Orangnya], *more: Any) -> dict[uuid.UUID, list[Any]]:
    """Verified and waiting entries of these pegawai."""
    keys = [one.id for one in found.values()]
    states = (r.TERVERIFIKASI, r.DIAJUKAN, r.DIPERIKSA)
    rows: dict[uuid.UUID, list[Any]] = {}
    for one in db.session.scalars(sa.select(table).where(table.pegawai_id.in_(keys), table.status.in_(states), *more)):
        rows.setdefault(one.pegawai_id, []).append(one)
    return rows


def _doubled(row: Row, there: Any, values: Values, names: Sequence[str]) -> None:
    """A line that is there already: the same is passed over, a different one is told."""
    row.found, row.action = there.id, SAMA
    differing = [name for name in names if values.get(name) not in (None, "") and values[name] != getattr(there, name)]
    if differing:
        row.add("tmt", "E_ADA", "Riwayat ini sudah ada dengan isi lain", "Ganti lewat halaman riwayatnya.")


# ---- golongan, pendidikan, keluarga: the rules of their pages


def _checker(
    code: str, make: Callable[[Row], Values], same: Callable[[Any, Values], bool], names: Sequence[str]
) -> Any:
    kind = JENIS[code]

    def check(rows: list[Row], run: Run) -> None:
        found = people(rows, run)
        table = r.TABEL[kind.tabel]
        more = [r.RiwayatLain.jenis == kind.kode] if table is r.RiwayatLain else []
        present = _present(table, found, *more)
        held = {one.id: one for one in db.session.scalars(
            sa.select(Pegawai).where(Pegawai.id.in_([one.id for one in found.values()])))}  # fmt: skip
        humans = sa.select(Orang).where(Orang.id.in_([one.orang_id for one in held.values()]))
        kept = db.session.scalars(humans).all()  # held, so that the rules find them without asking
        for row in rows:
            one = found.get(row.text("nip"))
            if one is None or row.wrong:
                continue
            values = make(row)
            there = next((entry for entry in present.get(one.id, []) if same(entry, values)), None)
            if there is not None:
                _doubled(row, there, values, names)
            else:
                _rules(row, kind, held[one.id], values)
        del kept

    return check


def _rules(row: Row, kind: Jenis, pegawai: Pegawai, values: Values) -> None:
    found = aturan_lain.periksa(kind, pegawai, values)
    for problem in found.galat:
        row.add(problem.field, f"E_{problem.field.upper() or 'RIWAYAT'}", problem.pesan)
    for problem in found.peringatan:
        row.add(problem.field, f"W_{problem.field.upper() or 'RIWAYAT'}", problem.pesan, warning=True)


def _writer(code: str, make: Callable[[Row], Values]) -> Any:
    kind = JENIS[code]

    def apply(rows: list[Row], run: Run) -> None:
        found = kamus.people([row.text("nip") for row in rows], run)
        extra = {"jenis": kind.kode} if kind.tabel == "lain" else {}
        entries = [(row, found[row.text("nip")].id, {**make(row), **extra}) for row in rows]
        for row, key in zip(rows, tulis.masuk(r.TABEL[kind.tabel], entries, run), strict=True):
            row.result = key
        if run.scope == tulis.LANGSUNG:
            tulis.susun([key for _, key, _ in entries])

    return apply


def _undoer(code: str) -> Any:
    table = r.TABEL[JENIS[code].tabel]

    def undo(rows: list[Row], run: Run) -> None:
        tulis.tarik(table, rows, run)

    return undo


def _sk(row: Row) -> Values:
    return {"nomor_sk": row.text("nomor_sk"), "tanggal_sk": row.day("tanggal_sk"), "pejabat": row.text("pejabat")}


def golongan(row: Row) -> Values:
    return {
        "tmt": row.day("tmt"), "golongan": row.text("golongan"), "jenis_kp": row.text("jenis_kp"),
        "mk_tahun": row.values.get("mk_tahun") or 0, "mk_bulan": row.values.get("mk_bulan") or 0,
        "pertek_nomor": row.text("pertek_nomor"), "pertek_tanggal": row.day("pertek_tanggal"), **_sk(row),
    }  # fmt: skip


def pendidikan(row: Row) -> Values:
    """Where only the year is known the day is its last."""
    year = row.values.get("tahun_lulus")
    day = row.day("tmt") or (date(year, 12, 31) if isinstance(year, int) and 1900 < year < 2200 else None)
    return {
        "tmt": day, "tingkat": row.text("tingkat"), "prodi": row.text("prodi"), "sekolah": row.text("sekolah"),
        "nomor_ijazah": row.text("nomor_ijazah"), "gelar_depan": row.text("gelar_depan"),
        "gelar_belakang": row.text("gelar_belakang"), "pertama": row.text("pertama") == "1",
        "dicantumkan": row.text("dicantumkan") == "1",
    }  # fmt: skip


def keluarga(row: Row) -> Values:
    nik = row.text("nik")
    born, signed = row.day("tanggal_lahir"), row.day("tanggal_akta")
    isi = {
        "hubungan": row.text("hubungan"), "nama": row.text("nama"), "tempat_lahir": row.text("tempat_lahir"),
        "tanggal_lahir": born.isoformat() if born else "", "jenis_kelamin": row.text("jenis_kelamin"),
        "hidup": row.text("hidup") != "0", "anak_ke": row.values.get("anak_ke"),
        "tanggungan": row.text("tanggungan") == "1", "kuliah": row.text("kuliah") == "1",
        "nomor_akta": row.text("nomor_akta"), "tanggal_akta": signed.isoformat() if signed else "",
        "nik": base64.b64encode(sealing.seal(nik, citizens.NIK)).decode() if nik else "",
    }  # fmt: skip
    kept = {name: value for name, value in isi.items() if value not in (None, "", False)}
    return {"tmt": row.day("tmt") or born, "selesai": row.day("selesai"), "isi": kept}


def _golongan_check(rows: list[Row], run: Run) -> None:
    _CHECKS["GOLONGAN"](rows, run)
    found = kamus.people([row.text("nip") for row in rows], run)
    for row in rows:
        one, known = found.get(row.text("nip")), kode.golongan().get(row.text("golongan"))
        if one and known and (known.jenis == "PPPK") != one.status.startswith("PPPK"):
            row.add("golongan", "E_GOLONGAN", f"Golongan {known.kode} bukan untuk {one.status.replace('_', ' ')}")
        for name, most in (("mk_tahun", 60), ("mk_bulan", 11)):
            value = row.values.get(name)
            if isinstance(value, int) and not 0 <= value <= most:
                row.add(name, "E_MASA_KERJA", f"Isi 0 sampai {most}")


def _pendidikan_check(rows: list[Row], run: Run) -> None:
    for row in rows:
        if pendidikan(row)["tmt"] is None and not any(one.column == "tmt" for one in row.problems):
            row.add("tmt", "E_KOSONG", "Isi tanggal lulus atau tahun lulus")
    _CHECKS["PENDIDIKAN"](rows, run)


def _same_family(entry: Any, values: Values) -> bool:
    return all(entry.isi.get(n, "") == values["isi"].get(n, "") for n in ("hubungan", "nama", "tanggal_lahir"))


_CHECKS = {
    "GOLONGAN": _checker("GOLONGAN", golongan, lambda e, v: bool(e.tmt == v["tmt"]),
                         ("golongan", "mk_tahun", "mk_bulan")),
    "PENDIDIKAN": _checker("PENDIDIKAN", pendidikan, lambda e, v: bool((e.tingkat, e.tmt) == (v["tingkat"], v["tmt"])),
                           ("nomor_ijazah",)),
    "KELUARGA": _checker("KELUARGA", keluarga, _same_family, ()),
}  # fmt: skip


# ---- jabatan


def _jabatan_check(rows: list[Row], run: Run) -> None:
    found = people(rows, run)
    batch = kursi.read(rows, run, found)
    present = _present(r.RiwayatJabatan, found)
    for row in rows:
        _segment(row)
        kursi.check(row, batch, run)
        one = found.get(row.text("nip"))
        if one is None or row.day("tmt") is None:
            continue
        start = (row.day("tmt_mutasi") if row.text("mutasi") == r.MU else None) or row.day("tmt")
        main = row.text("penugasan") in ("", r.DEFINITIF)
        for entry in present.get(one.id, []):
            if entry.berlaku == start and (entry.jalur == r.UTAMA) == main and (
                main or str(entry.unit_id or "") == row.text("unit_id")
            ):  # fmt: skip
                _doubled(row, entry, {"nama_jabatan": row.text("jabatan"), "pimpinan": row.text("pimpinan") == "1"},
                         ("nama_jabatan", "pimpinan"))  # fmt: skip
                break


def _segment(row: Row) -> None:
    """R2, R5, and the end of the segment."""
    start, end, moved = row.day("tmt"), row.day("selesai"), row.day("tmt_mutasi")
    if row.text("mutasi") == r.MU and (moved is None or (start and moved <= start)):
        row.add("tmt_mutasi", "E_R2", "TMT mutasi harus diisi dan sesudah TMT jabatan (R2)")
    if row.text("mutasi") != r.MU:
        row.values["tmt_mutasi"] = None
    if end and start and end < (moved or start):
        row.add("selesai", "E_SELESAI", "Selesai sebelum TMT")
    extra = row.text("penugasan") not in ("", r.DEFINITIF)
    if extra and end is None:
        row.add("selesai", "E_R5", "Tugas tambahan harus punya tanggal akhir (R5)")
    elif extra and end and start and end - start > timedelta(days=93) and row.text("penugasan") in ("PLT", "PLH"):
        row.add("selesai", "W_R5", "Lebih lama dari 3 bulan (R5)", warning=True)
    if row.text("lokasi") == r.LUAR and not row.text("instansi_tujuan"):
        row.add("instansi_tujuan", "E_R9", "Isi instansi tujuan (R9)")


def _jabatan_apply(rows: list[Row], run: Run) -> None:
    """Heads first, so that who names no atasan finds theirs."""
    found = kamus.people([row.text("nip") for row in rows], run)
    for leads in (True, False):
        some = [row for row in rows if (row.text("pimpinan") == "1") == leads]
        entries: list[tulis.Entry] = []
        for row, values in zip(some, kursi.values(some, run) if some else [], strict=True):
            key = found[row.text("nip")].id
            if values["atasan_id"] == key:
                values["atasan_id"] = None
            entries.append((row, key, values))
        for row, made in zip(some, tulis.masuk(r.RiwayatJabatan, entries, run), strict=True):
            row.result = made
        if run.scope == tulis.LANGSUNG:
            tulis.susun([key for _, key, _ in entries])


def _declare(code: str, title: str, columns: tuple[Column, ...], key: tuple[str, ...], check: Any, apply: Any) -> None:
    declare(Importer(
        f"kepegawaian.{code.lower()}", title, IMPOR, (NIP, *columns), key, check, apply, _undoer(code),
        modes=(MODE_BARU,), manual="bkpsdm-kepegawaian#mengimpor-data", scope=tulis.SCOPE,
        lead="Satu baris satu riwayat. Riwayat yang sudah ada tidak diubah.",
    ))  # fmt: skip


PENUGASAN = tuple(r.PENUGASAN.items())
_declare("JABATAN", "Riwayat jabatan", (
    *(one for one in kursi.COLUMNS if one.name != "tmt"),
    Column("tmt", "TMT jabatan", "tanggal", required=True, aliases=("TMT", "TMT Jab"), example="01/03/2024"),
    Column("selesai", "Selesai", "tanggal"),
    Column("penugasan", "Penugasan", "pilihan", choices=PENUGASAN, hint="Kosong: definitif"),
    Column("mutasi", "Mutasi", "pilihan", choices=((r.MJ, "Mutasi jabatan"), (r.MU, "Mutasi unit"))),
    Column("tmt_mutasi", "TMT mutasi", "tanggal"), Column("tmt_pelantikan", "TMT pelantikan", "tanggal"),
    Column("lokasi", "Lokasi", "pilihan", choices=((r.DALAM, "Dalam kota"), (r.LUAR, "Luar kota"))),
    Column("instansi_tujuan", "Instansi tujuan", longest=200), Column("pejabat", "Pejabat penetap", longest=200),
), ("nip", "tmt", "unit", "penugasan"), _jabatan_check, _jabatan_apply)  # fmt: skip
_declare("GOLONGAN", "Riwayat golongan", (
    Column("golongan", "Golongan", "pilihan", required=True, choices=tuple((code, code) for code, _ in GOLONGAN)), TMT,
    Column("jenis_kp", "Jenis kenaikan", "pilihan", choices=KP), Column("mk_tahun", "Masa kerja tahun", "bulat"),
    Column("mk_bulan", "Masa kerja bulan", "bulat"), Column("pertek_nomor", "Nomor pertek", longest=120),
    Column("pertek_tanggal", "Tanggal pertek", "tanggal"), *SK,
), ("nip", "tmt"), _golongan_check, _writer("GOLONGAN", golongan))  # fmt: skip
_declare("PENDIDIKAN", "Riwayat pendidikan", (
    Column("tingkat", "Tingkat", "pilihan", required=True, choices=TINGKAT),
    Column("prodi", "Program studi", longest=200),
    Column("sekolah", "Sekolah atau perguruan tinggi", required=True, longest=200),
    Column("tmt", "Tanggal lulus", "tanggal", aliases=("Tgl lulus",)), Column("tahun_lulus", "Tahun lulus", "bulat"),
    Column("nomor_ijazah", "Nomor ijazah", longest=120), Column("gelar_depan", "Gelar depan", longest=40),
    Column("gelar_belakang", "Gelar belakang", longest=60),
    Column("pertama", "Ijazah saat pengangkatan", "pilihan", choices=kursi.YA),
    Column("dicantumkan", "Gelar dicantumkan BKN", "pilihan", choices=kursi.YA),
), ("nip", "tingkat", "nomor_ijazah"), _pendidikan_check, _writer("PENDIDIKAN", pendidikan))  # fmt: skip
_declare("KELUARGA", "Keluarga", (
    Column("hubungan", "Hubungan", "pilihan", required=True,
           choices=JENIS["KELUARGA"].medan[0].pilihan),
    Column("nama", "Nama", required=True, longest=150), Column("nik", "NIK", "nik"),
    Column("tempat_lahir", "Tempat lahir", longest=100),
    Column("tanggal_lahir", "Tanggal lahir", "tanggal", required=True),
    Column("jenis_kelamin", "Jenis kelamin", "pilihan", choices=(("L", "Laki-laki"), ("P", "Perempuan"))),
    Column("hidup", "Masih hidup", "pilihan", choices=kursi.YA), Column("anak_ke", "Anak ke", "bulat"),
    Column("tanggungan", "Tanggungan", "pilihan", choices=kursi.YA),
    Column("kuliah", "Masih kuliah", "pilihan", choices=kursi.YA), Column("nomor_akta", "Nomor akta", longest=120),
    Column("tanggal_akta", "Tanggal akta", "tanggal"), Column("tmt", "Sejak", "tanggal"),
    Column("selesai", "Sampai", "tanggal"),
), ("nip", "hubungan", "nama", "tanggal_lahir"), _CHECKS["KELUARGA"], _writer("KELUARGA", keluarga))  # fmt: skip
