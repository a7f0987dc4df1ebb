"""The table an institution hands in: one line a person and scheme."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from portal.kernel import citizens, sealing
from portal.kernel.db import db, now
from portal.kernel.identifiers import Nik
from portal.kernel.importing import BARU, MODE_BARU, SAMA, Column, Importer, Row, Run, Scope, declare, suggestion
from portal.kernel.pages import alamat
from portal.kernel.people import Principal
from portal.sertifikasi.kolektif import KOLEKTIF, services
from portal.sertifikasi.kolektif import models as k
from portal.sertifikasi.kolektif.models import Lembaga, Undangan
from portal.sertifikasi.kolektif.policies import visible_lembaga
from portal.sertifikasi.saya import services as saya
from portal.sertifikasi.saya.pilihan import KELAMIN
from portal.sertifikasi.skema.models import Skema

MOST = 1_000  # each line sends a message
FIELDS = ("nama", "jenis_kelamin", "alamat", "jabatan")


def _institutions(user: Principal) -> Sequence[tuple[str, str]]:
    query = visible_lembaga(user).where(Lembaga.aktif).order_by(Lembaga.nama)
    return [(str(row.id), row.nama) for row in db.session.scalars(query)]


def schemes(run: Run) -> dict[str, tuple[uuid.UUID, str, str]]:
    """Folded code, title or number to id, title and why it is closed; read once a job."""
    if "skema" not in run.memo:
        found: dict[str, tuple[uuid.UUID, str, str]] = {}
        for row in db.session.scalars(sa.select(Skema)):
            found |= dict.fromkeys(
                (row.kode.casefold(), row.judul.casefold()),
                (row.id, row.judul, saya.closed_because(saya.current_version(row.id))),
            )
        run.memo["skema"] = found
    schemes_: dict[str, tuple[uuid.UUID, str, str]] = run.memo["skema"]
    return schemes_


def check(rows: list[Row], run: Run) -> None:
    known = schemes(run)
    marks = {row.number: sealing.mark(row.text("nik"), citizens.NIK) for row in rows if row.text("nik")}
    services.end_late(uuid.UUID(run.scope))
    live = sa.select(Undangan.nik_sidik, Undangan.skema_id).where(
        Undangan.lembaga_id == uuid.UUID(run.scope), Undangan.status == k.MENUNGGU, Undangan.berlaku_sampai >= now(),
        Undangan.nik_sidik.in_(marks.values()),
    )  # fmt: skip
    waiting = {(mark, skema) for mark, skema in db.session.execute(live)}
    seen: dict[tuple[str, uuid.UUID], int] = run.memo.setdefault("pasangan", {})
    for row in rows:
        _scheme(row, known)
        _address(row)
        _born(row)
        skema = known.get(row.text("skema").casefold())
        if skema and (marks.get(row.number), skema[0]) in waiting:
            row.action = SAMA
        mark = marks.get(row.number)
        if skema and mark:
            before = seen.setdefault((mark, skema[0]), row.number)
            if before != row.number:
                row.add("skema", "E_GANDA", f"Orang dan skema ini sama dengan baris {before}")


def _scheme(row: Row, known: dict[str, tuple[uuid.UUID, str, str]]) -> None:
    text = row.text("skema")
    if not text:
        return
    found = known.get(text.casefold())
    if found is None:
        titles = sorted({title for _, title, why in known.values() if not why})
        row.add("skema", "E_SKEMA", "Skema ini tidak dikenal", suggestion(text, titles))
    elif found[2]:
        row.add("skema", "E_TUTUP", found[2].replace(" Draf Anda tetap tersimpan.", ""))


def _address(row: Row) -> None:
    text = row.text("kontak")
    _, wrong = alamat.read(text)
    if text and wrong:
        row.add("kontak", "E_KONTAK", wrong.rstrip("."), "Undangan dikirim ke alamat ini.")


def _born(row: Row) -> None:
    """What the NIK tells about its holder against the other columns: odd, but such cards exist."""
    born, text = row.day("tanggal_lahir"), row.text("nik")
    if not text:
        return
    nik = Nik.parse(text, born)
    if nik.peringatan:
        row.add("tanggal_lahir", "W_NIK", "Tanggal lahir berbeda dengan NIK", "Periksa KTP-nya.", warning=True)
    if row.text("jenis_kelamin") and nik.jenis_kelamin != row.text("jenis_kelamin"):
        row.add("jenis_kelamin", "W_NIK", "Jenis kelamin berbeda dengan NIK", "Periksa KTP-nya.", warning=True)


def apply(rows: list[Row], run: Run) -> None:
    lembaga = db.session.get_one(Lembaga, uuid.UUID(run.scope))
    known = schemes(run)
    marks = [sealing.mark(row.text("nik"), citizens.NIK) for row in rows]
    owners = services.accounts_of(marks)
    for row, mark in zip(rows, marks, strict=True):
        if row.action != BARU:
            continue
        skema = db.session.get_one(Skema, known[row.text("skema").casefold()][0])
        address, _ = alamat.read(row.text("kontak"))
        isian = {name: row.text(name) for name in FIELDS} | {"tujuan": address, "instansi": lembaga.nama}
        born = row.day("tanggal_lahir")
        isian["tanggal_lahir"] = born.isoformat() if born else ""
        isian["surel" if "@" in address else "hp"] = address
        made = services.invite(lembaga, skema, isian, row.text("nik"), owners.get(mark), run.user)
        row.result = made.id


def undo(rows: list[Row], run: Run) -> None:
    """Invitations that wait are withdrawn; one that was answered is its person's now."""
    query = sa.select(Undangan).where(Undangan.id.in_([row.result for row in rows])).with_for_update()
    found = {one.id: one for one in db.session.scalars(query)}
    for row in rows:
        one = found.get(row.result) if row.result else None
        if one is None or one.status in (k.DITARIK, k.KEDALUWARSA):
            continue
        if one.status != k.MENUNGGU:
            row.add("nama", "E_DIJAWAB", "Undangan ini sudah dijawab orangnya")
        else:
            services.withdraw(one, run.user)


KOLEKTIF_IMPOR = declare(Importer(
    "kolektif", "Pendaftaran kolektif", KOLEKTIF,
    (
        Column("nik", "NIK", "nik", required=True, hint="16 angka pada KTP", example="3171014309900001"),
        Column("nama", "Nama lengkap", required=True, aliases=("Nama",), longest=100, hint="Seperti KTP, tanpa gelar"),
        Column("tanggal_lahir", "Tanggal lahir", "tanggal", required=True, aliases=("Tgl lahir",),
               example="03/09/1990"),
        Column("jenis_kelamin", "Jenis kelamin", "pilihan", aliases=("JK", "L/P"), choices=tuple(KELAMIN.items())),
        Column("kontak", "HP atau surel", required=True, aliases=("HP", "No HP", "Surel", "Email", "E-mail", "Kontak"),
               hint="Milik orangnya sendiri; undangan dikirim ke sini", example="0812 3456 7890", longest=254),
        Column("alamat", "Alamat rumah", aliases=("Alamat",), longest=300),
        Column("jabatan", "Jabatan", longest=150),
        Column("skema", "Skema", required=True, aliases=("Kode skema", "Skema sertifikasi"),
               hint="Kode atau judul skema"),
    ),
    ("nik", "skema"), check, apply, undo, modes=(MODE_BARU,), manual="sekretariat-lsp",
    lead="Satu baris untuk satu orang. Setiap orang menerima undangan dan mengisi permohonannya sendiri.",
    scope=Scope("Lembaga", _institutions, "Lembaga yang mendaftarkan orang-orang ini."), most_rows=MOST,
))  # fmt: skip
