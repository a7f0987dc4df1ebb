"""Pegawai from a table: data utama and, for who has none, the first seat. A NIP is one employment, a NIK one human."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import IMPOR
from portal.kepegawaian.impor import kamus, kursi, orang_tulis, tulis
from portal.kepegawaian.impor.kamus import Orangnya
from portal.kepegawaian.impor.orang_data import Ada, changes, existing
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pegawai import nomor
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan import kode
from portal.kepegawaian.rujukan.models import BERHENTI, Kedudukan
from portal.kernel import citizens, identifiers, organisation, sealing
from portal.kernel.calendar import tanggal
from portal.kernel.db import db
from portal.kernel.importing import SAMA, UBAH, Column, Importer, Row, Run, declare
from portal.kernel.organisation import Orang, Pegawai

KAWIN = (("1", "Menikah"), ("2", "Cerai"), ("3", "Janda/Duda"), ("4", "Belum kawin"))
JENIS = (("PNS", "PNS"), ("CPNS", "CPNS"), ("PPPK", "PPPK"), ("PPPK_PARUH_WAKTU", "PPPK paruh waktu"))
SEAT = tuple(one.name for one in kursi.COLUMNS)


# ---- the check


def check(rows: list[Row], run: Run) -> None:
    orang = kamus.kini(rows, run)
    there = existing([one.id for one in orang.values()])
    batch = kursi.read(rows, run, orang)
    holders, gone = _holders(rows), _left(orang)
    standing = _standing(run)
    for row in rows:
        one = orang.get(row.text("nip"))
        row.values["nip_lama"] = nomor.bersih(row.text("nip_lama"))
        _identity(row)
        _nik(row, one, holders, run)
        _position(row, standing)
        if one is not None:
            _known(row, one, there[one.id], gone, run)
        if _seat_wanted(row, one, batch):
            kursi.check(row, batch, run)
            if one is not None and row.action == SAMA:
                row.action = UBAH
        elif one is None:
            row.add("unit", "W_KURSI", "Tanpa jabatan: masuk daftar lepas perangkat daerah", warning=True)
        if row.text("nip") and not row.wrong:
            run.memo.setdefault("nip", {})[row.text("nip")] = row.number


def _identity(row: Row) -> None:
    """The NIP fills what is empty; where it differs from what was written, both stay and a warning tells (CON_1, 2)."""
    nip = identifiers.Nip.parse(row.text("nip"))
    if not nip.valid:
        return
    for code in nip.peringatan:
        row.add("nip", code, "Usia saat diangkat tidak lazim menurut NIP", warning=True)
    for name, value, words in (
        ("tanggal_lahir", nip.tanggal_lahir, "Tanggal lahir"), ("jenis_kelamin", nip.jenis_kelamin, "Jenis kelamin"),
    ):  # fmt: skip
        if row.values.get(name) in (None, ""):
            row.values[name] = value
        elif row.values[name] != value:
            shown = tanggal(value) if isinstance(value, date) else value
            row.add(name, "W_CON", f"{words} berbeda dari NIP ({shown})", warning=True)
    kind = row.text("jenis")
    if kind and (kind in ("PNS", "CPNS")) != (nip.jenis == "PNS"):
        row.add("jenis", "E_JENIS_NIP", f"NIP ini berpola {nip.jenis}")
    row.values["jenis"] = kind or nip.jenis
    name = row.text("nama")
    if name and not any(c.isalpha() for c in name):
        row.add("nama", "E_NAMA", "Nama tidak berisi huruf")
    elif "," in name or name.lower().startswith(("dr.", "drs.", "ir.", "h.", "hj.", "prof.")):
        row.add("nama", "W_GELAR", "Gelar tampaknya ikut tertulis di nama", "Pindahkan ke kolom gelar.", warning=True)


def _holders(rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Pegawai by the mark of their NIK."""
    marks = {sealing.mark(row.text("nik"), citizens.NIK): row.text("nik") for row in rows if row.text("nik")}
    today = organisation.today()
    query = (
        sa.select(Orang.nik_sidik, Orang.id, Pegawai.id.label("pegawai_id"), Pegawai.nip, Pegawai.nama, Pegawai.aktif,
                  sa.func.coalesce(Keadaan.kelompok, "").label("kelompok"))
        .outerjoin(Pegawai, Pegawai.orang_id == Orang.id)
        .outerjoin(Keadaan, sa.and_(Keadaan.pegawai_id == Pegawai.id, Keadaan.mulai <= today, Keadaan.sampai >= today))
        .where(Orang.nik_sidik.in_(marks))
    )  # fmt: skip
    found: dict[str, list[Any]] = {}
    for row in db.session.execute(query):
        found.setdefault(marks[row.nik_sidik], []).append(row)
    return found


def _nik(row: Row, one: Orangnya | None, holders: dict[str, list[Any]], run: Run) -> None:
    """One human per NIK. A second employment needs a confirmation, two open ones at once are refused."""
    nik = row.text("nik")
    if not nik:
        return
    seen: dict[str, tuple[str, int]] = run.memo.setdefault("nik", {})
    other, number = seen.setdefault(nik, (row.text("nip"), row.number))
    if other != row.text("nip"):
        row.add("nik", "E_DUA_AKTIF", f"NIK ini juga dipakai NIP lain di baris {number}",
                "Satu orang hanya punya satu hubungan kerja yang berjalan.")  # fmt: skip
        return
    born = identifiers.Nik.parse(nik).tanggal_lahir
    if born and row.day("tanggal_lahir") and born.strftime("%m%d") != row.values["tanggal_lahir"].strftime("%m%d"):  # type: ignore[union-attr]
        row.add("nik", "W_NIK", "Tanggal lahir pada NIK berbeda", warning=True)
    people = [held for held in holders.get(nik, []) if one is None or held.id != one.orang_id]
    if not people:
        return
    working = [held for held in people if held.nip and held.aktif and held.kelompok != BERHENTI]
    if one is not None:
        row.add("nik", "E_NIK_GANDA", f"NIK ini milik {people[0].nama}", "Periksa NIK keduanya di KTP.")
    elif working:
        row.add("nik", "E_DUA_AKTIF", f"NIK ini milik {working[0].nama} (NIP {working[0].nip}) yang masih bekerja",
                "Catat dulu pemberhentiannya.")  # fmt: skip
    elif row.text("orang_sama") != "1":
        row.add("nik", "E_NIK_GANDA", f"NIK ini milik {people[0].nama}, NIP {people[0].nip or 'belum ada'}",
                "Bila orangnya sama, tulis Ya di kolom Orang yang sama.")  # fmt: skip
    else:
        row.values["orang_id"] = str(people[0].id)
        row.add("nik", "W_ORANG_SAMA", f"Ditautkan dengan {people[0].nama}", warning=True)


def _left(orang: dict[str, Orangnya]) -> dict[uuid.UUID, str]:
    """By which SK those who have left did so."""
    keys = [one.id for one in orang.values() if one.kelompok == BERHENTI]
    query = (
        sa.select(r.RiwayatKedudukan.pegawai_id, r.RiwayatKedudukan.nomor_sk, r.RiwayatKedudukan.tmt)
        .join(Kedudukan, Kedudukan.kode == r.RiwayatKedudukan.kode)
        .where(r.RiwayatKedudukan.pegawai_id.in_(keys), r.RiwayatKedudukan.status == r.TERVERIFIKASI,
               Kedudukan.kelompok == BERHENTI, r.RiwayatKedudukan.tmt <= organisation.today())
        .order_by(r.RiwayatKedudukan.tmt)
    )  # fmt: skip
    words = {key: f"SK {number or 'tanpa nomor'}, TMT {tanggal(day)}" for key, number, day in db.session.execute(query)}
    return {key: words.get(key, "riwayat pemberhentiannya") for key in keys}


def _standing(run: Run) -> dict[str, tuple[str, str]]:
    """Code and group of a legal standing by code and folded name."""
    if "kedudukan" not in run.memo:
        rows = db.session.execute(sa.select(Kedudukan.kode, Kedudukan.nama, Kedudukan.kelompok))
        run.memo["kedudukan"] = {
            key: (code, group) for code, name, group in rows for key in (kamus.lipat(code), kamus.lipat(name))
        }
    kept: dict[str, tuple[str, str]] = run.memo["kedudukan"]
    return kept


def _position(row: Row, standing: dict[str, tuple[str, str]]) -> None:
    text = row.text("kedudukan")
    found = standing.get(kamus.lipat(text))
    row.values["kedudukan_kode"], row.values["kelompok"] = found or ("", "")
    if text and found is None:
        row.add("kedudukan", "E_KEDUDUKAN", "Kedudukan hukum ini tidak dikenal", "Tulis kodenya, misalnya 01.")


def _known(row: Row, one: Orangnya, ada: Ada, gone: dict[uuid.UUID, str], run: Run) -> None:
    row.found = one.id
    row.action = UBAH if changes(row, ada, run) else SAMA
    if not one.milik:
        row.add("nip", "E_WEWENANG", "Pegawai ini di luar unit yang Anda kelola")
    returns = row.text("kelompok") not in ("", BERHENTI) or any(row.values.get(name) for name in SEAT)
    if one.id in gone and returns and row.text("kelompok") != BERHENTI:
        row.add("nip", "E_PENSIUN", f"Sudah berhenti menurut {gone[one.id]}",
                "Yang diangkat lagi mendapat NIP baru; pengaktifan lewat riwayat kedudukan.")  # fmt: skip


def _seat_wanted(row: Row, one: Orangnya | None, batch: kursi.Batch) -> bool:
    if not any(row.values.get(name) for name in SEAT):
        return False
    return one is None or not batch.utama.get(one.id)


PEGAWAI = declare(Importer(
    "kepegawaian.pegawai", "Pegawai dan jabatan pertamanya", IMPOR,
    (
        Column("nip", "NIP", "nip", required=True, aliases=("NIP Baru", "NIP/NI PPPK"), example="198503152010011901"),
        Column("nama", "Nama", required=True, aliases=("Nama lengkap", "Nama pegawai"), hint="Tanpa gelar",
               longest=150),
        Column("gelar_depan", "Gelar depan", longest=40), Column("gelar_belakang", "Gelar belakang", longest=60),
        Column("nik", "NIK", "nik"),
        Column("orang_sama", "Orang yang sama", "pilihan", choices=kursi.YA,
               hint="Ya bila NIK milik pegawai dengan NIP lama yang sudah berakhir"),
        Column("tempat_lahir", "Tempat lahir", longest=100), Column("tanggal_lahir", "Tanggal lahir", "tanggal"),
        Column("jenis_kelamin", "Jenis kelamin", "pilihan", choices=(("L", "Laki-laki"), ("P", "Perempuan"))),
        Column("jenis", "Jenis pegawai", "pilihan", choices=JENIS, hint="Kosong: menurut NIP"),
        Column("kedudukan", "Kedudukan hukum", hint="Kode atau nama", longest=100),
        Column("agama", "Agama", "pilihan", choices=kode.AGAMA),
        Column("status_kawin", "Status kawin", "pilihan", choices=KAWIN),
        Column("alamat", "Alamat"), Column("hp", "Telepon", "kode", aliases=("HP", "No HP"), longest=30),
        Column("surel", "Surel", aliases=("Email",), longest=150),
        Column("surel_dinas", "Surel dinas", aliases=("Email dinas",), longest=150),
        Column("npwp", "NPWP", "kode", longest=30), Column("bpjs", "BPJS", "kode", longest=30),
        Column("taspen", "Taspen", "kode", longest=30), Column("karpeg", "Karpeg", "kode", longest=30),
        Column("nip_lama", "NIP lama", "kode", longest=18), *kursi.COLUMNS,
    ),
    ("nip",), check, orang_tulis.apply, orang_tulis.undo, manual="bkpsdm-kepegawaian#mengimpor-data", scope=tulis.SCOPE,
    lead="Data utama dan jabatan pertama. Yang sudah punya jabatan tidak diubah jabatannya.",
))  # fmt: skip
