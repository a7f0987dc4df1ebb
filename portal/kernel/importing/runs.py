"""One import from the file to its report: who sees it, what is stored at each step, which job may write."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import IO, Any

import orjson
import sqlalchemy as sa

from portal.kernel import access, activity, citizens, documents, jobs, people, sealing, storage
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.documents import Document, content_key
from portal.kernel.errors import Conflict, Denied, Invalid, Missing
from portal.kernel.importing import models as m
from portal.kernel.importing import tables
from portal.kernel.importing.declared import (
    IMPORTERS,
    MODE_TIMPA,
    NIK,
    Importer,
    Problem,
    Row,
    Run,
    as_stored,
    from_stored,
)  # fmt: skip
from portal.kernel.importing.models import Impor, ImporBaris
from portal.kernel.importing.tables import Table, automatic, head_of
from portal.kernel.people import Principal

SEAL = "baris impor"
BATCH = 500
FILE_DAYS, ROW_DAYS = 30, 90

activity.declare(**{
    "impor.diunggah": "jenis nama sha256", "impor.ditulis": "jenis nama hitungan",
    "impor.dibatalkan": "jenis nama hitungan",
})  # fmt: skip


def importer_of(kind: str, user: Principal) -> Importer:
    """Raises Missing for an unknown kind, Denied without its permission."""
    importer = IMPORTERS.get(kind)
    if importer is None:
        raise Missing()
    if not user.has(importer.permission):
        raise Denied()
    return importer


def usable(user: Principal) -> list[Importer]:
    return [one for one in IMPORTERS.values() if user.has(one.permission)]


def visible(user: Principal) -> sa.Select[tuple[Impor]]:
    """A person's own imports, of the kinds they may still use."""
    kinds = [one.kind for one in usable(user)]
    return sa.select(Impor).where(Impor.user_id == user.id, Impor.jenis.in_(kinds))


# ---- the file and its columns


def upload(importer: Importer, stream: IO[bytes], name: str, scope: str, user: Principal) -> Impor:
    """Raises Invalid for a file that is no table of ours, and for a scope the person may not choose."""
    if importer.scope is not None and scope not in dict(importer.scope.options(user)):
        raise Invalid("lingkup", f"Pilih {importer.scope.label.lower()}")
    checked = tables.receive(stream, name)
    table = Table(checked.body, checked.mime, checked.nama)
    head = head_of(table, importer)
    _template(table, importer, head.notes)
    document = documents.store(checked, user.id)
    twice = _just_given(importer, document.sha256, scope, user)
    if twice is not None:
        return twice
    documents.claim(document)
    document.kedaluwarsa_at = now() + timedelta(days=FILE_DAYS)
    row = Impor(
        user_id=user.id, jenis=importer.kind, dokumen_id=document.id, nama=checked.nama, sha256=document.sha256,
        lingkup=scope, modus=importer.modes[0],
    )  # fmt: skip
    _headed(row, importer, head)
    db.session.add(row)
    db.session.flush()
    activity.log("impor.diunggah", row, by=user, jenis=importer.kind, nama=row.nama, sha256=row.sha256)
    return row


def _just_given(importer: Importer, sha256: str, scope: str, user: Principal) -> Impor | None:
    """The same file of the same person, not yet checked: a second press of the button. Storing the content waits for
    the first, so its row is there."""
    same = sa.select(Impor).where(
        Impor.user_id == user.id, Impor.jenis == importer.kind, Impor.sha256 == sha256, Impor.lingkup == scope,
        Impor.status == m.DIUNGGAH, Impor.dokumen_id.is_not(None),
    )  # fmt: skip
    return db.session.scalars(same.order_by(Impor.id.desc()).limit(1)).first()


def _template(table: Table, importer: Importer, notes: list[str]) -> None:
    kind, _, mark = table.template_mark().partition(":")
    if kind and kind != importer.kind:
        raise Invalid("berkas", f"{table.nama} dibuat dari templat impor lain. Unduh templat {importer.title}.")
    if kind and mark != importer.mark:
        notes.append("Berkas ini dibuat dari templat versi lama. Periksa padanan kolomnya.")


def _headed(row: Impor, importer: Importer, head: tables.Head) -> None:
    row.lembar, row.baris_judul, row.judul, row.catatan = head.sheet, head.row, head.titles, head.notes
    found = automatic(head, importer, remembered(row.user_id, importer.kind))
    row.peta = {name: {"di": place, "judul": head.titles[place]} for name, place in found.items()}


def remembered(user_id: uuid.UUID, kind: str) -> dict[str, str]:
    """Headings this person chose for the columns the last time a file was checked."""
    query = sa.select(Impor.peta).where(Impor.user_id == user_id, Impor.jenis == kind, Impor.diperiksa_at.is_not(None))
    last = db.session.scalar(query.order_by(Impor.id.desc()).limit(1)) or {}
    return {name: one["judul"] for name, one in last.items()}


def sheets_of(row: Impor) -> list[str]:
    table = table_of(row)
    return table.sheets()


def choose_sheet(row: Impor, importer: Importer, sheet: str) -> None:
    if row.status not in (m.DIUNGGAH, m.SIAP, m.GAGAL):
        raise Conflict("Lembar tidak dapat diganti lagi.")
    _headed(row, importer, head_of(table_of(row), importer, sheet))


def table_of(row: Impor) -> Table:
    """The stored file. Raises Missing once it was purged."""
    found = db.session.get(Document, row.dokumen_id) if row.dokumen_id else None
    body = storage.get(content_key(row.sha256)) if found is not None else None
    if found is None or body is None:
        raise Missing("Berkas impor ini sudah dihapus. Unggah lagi.")
    return Table(body, found.mime, row.nama)


def twin(row: Impor) -> Impor | None:
    """The latest other import of the same content, by anybody, that was written or is being written."""
    query = sa.select(Impor).where(Impor.jenis == row.jenis, Impor.sha256 == row.sha256, Impor.id != row.id)
    query = query.where(Impor.lingkup == row.lingkup, Impor.status.in_([m.SELESAI, m.MENULIS]))
    return db.session.scalars(query.order_by(Impor.id.desc()).limit(1)).first()


def map_columns(row: Impor, importer: Importer, form: Mapping[str, str], ticked: list[str]) -> None:
    """Which place in the file each column comes from. Raises Invalid for a missing or doubled one."""
    chosen: dict[str, Any] = {}
    for column in importer.columns:
        text = form.get(f"kolom-{column.name}", "")
        if not text:
            if column.required or (column.name in importer.key and len(importer.key) == 1 and column.required):
                raise Invalid(f"kolom-{column.name}", f"Pilih kolom untuk {column.title}")
            continue
        place = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1
        if not 0 <= place < len(row.judul):
            raise Invalid(f"kolom-{column.name}", f"Pilih kolom untuk {column.title}")
        if any(one["di"] == place for one in chosen.values()):
            raise Invalid(f"kolom-{column.name}", f"{row.judul[place]} sudah dipakai untuk kolom lain")
        chosen[column.name] = {"di": place, "judul": row.judul[place]}
    mode = form.get("modus", "")
    if mode not in importer.modes:
        raise Invalid("modus", "Pilih apa yang ditulis")
    over = [name for name in ticked if name in chosen and name not in importer.key]
    if mode == MODE_TIMPA and not over:
        raise Invalid("timpa", "Pilih kolom yang boleh ditimpa")
    if twin(row) is not None and form.get("lagi") != "1":
        raise Invalid("lagi", "Berkas yang sama sudah pernah diimpor. Centang bila Anda tetap ingin mengimpornya.")
    row.peta, row.modus, row.timpa = chosen, mode, over if mode == MODE_TIMPA else []


# ---- jobs that belong to an import


def send(row: Impor, kind: jobs.Kind, title: str, status: str) -> None:
    """Start the work that takes this import to its next state. A second click joins the first."""
    row.status, row.alasan = status, ""
    row.pekerjaan_id = jobs.enqueue(kind, title, f"impor-{row.id}-{status}", row.user_id, impor=str(row.id))
    people.touch(row.user_id)
    db.session.flush()


class Stopped(Exception):
    """Another job or another attempt has taken this import over; what this one began is dropped."""


def _may_take(row: Impor, job: jobs.Job) -> bool:
    """Its own job, or another one for the same work (asked for again on the page of jobs) once its own has ended."""
    own = db.session.get(jobs.Job, row.pekerjaan_id) if row.pekerjaan_id not in (None, job.id) else None
    return own is None or own.status not in (jobs.ANTRE, jobs.BERJALAN)


class Worker:
    """One attempt of a job upon one import. Each batch begins with `hold`, which no other attempt then passes."""

    def __init__(self, job: jobs.Job, status: str) -> None:
        self.job, self.status = job, status
        self.key = uuid.UUID(job.argumen["impor"])
        self.mark = f"{job.id}:{job.percobaan}"
        row = self._locked()
        if row is None or row.status != status or not _may_take(row, job):
            raise Stopped()
        row.pekerjaan_id, row.pelaksana = job.id, self.mark
        user = people.principal_of(row.user_id, access.grants())
        if user is None:
            raise Missing("Akun peminta sudah tidak aktif.")
        self.importer = importer_of(row.jenis, user)
        self.run = Run(row.id, row.jenis, user, row.modus, row.lingkup, frozenset(row.peta), frozenset(row.timpa))
        self._scope_kept()
        commit()

    def _scope_kept(self) -> None:
        scope = self.importer.scope
        if scope is not None and self.run.scope not in dict(scope.options(self.run.user)):
            raise Denied("Anda tidak lagi berwenang atas pilihan impor ini.")

    def _locked(self) -> Impor | None:
        query = sa.select(Impor).where(Impor.id == self.key).with_for_update().execution_options(populate_existing=True)
        return db.session.scalars(query).first()

    def hold(self) -> Impor:
        """The import, locked until the batch is committed. Raises Stopped."""
        row = self._locked()
        if row is None or row.pelaksana != self.mark or row.status != self.status:
            rollback()
            raise Stopped()
        return row

    def fail(self, reason: str, status: str) -> None:
        """Note why it ended here. The job's own failure is written by who runs it."""
        rollback()
        row = self.hold()
        row.status, row.alasan = status, reason
        people.touch(row.user_id)
        commit()


# ---- rows as they are kept


def kept_problem(importer: Importer, problem: Problem) -> dict[str, Any]:
    """The problem as JSON; a NIK is shortened, and so is whatever else names somebody in sixteen digits."""
    body = asdict(problem)
    kinds = {column.name: column.kind for column in importer.columns}
    if kinds.get(problem.column) == NIK:
        body["value"] = citizens.masked(problem.value)
    return body


def columns_of(importer: Importer, run: Run, row: Row) -> dict[str, Any]:
    """A checked row for the table of rows."""
    moment = now()
    return {
        "id": uuid.uuid4(), "dibuat_at": moment, "diubah_at": moment, "impor_id": run.id, "nomor": row.number,
        "aksi": row.action, "nilai": sealing.seal(as_stored(row), SEAL),
        "masalah": [kept_problem(importer, one) for one in row.problems],
        "galat": sum(not one.warning for one in row.problems), "peringatan": sum(one.warning for one in row.problems),
        "ditemukan_id": row.found, "status": m.BELUM,
    }  # fmt: skip


def as_row(importer: Importer, kept: Any) -> Row:
    """The row of a module's functions from the one in the table."""
    values, before = from_stored(importer, sealing.unseal(kept.nilai, SEAL))
    return Row(kept.nomor, values, [], kept.aksi, "", kept.ditemukan_id, kept.hasil_id, before)


def purge() -> int:
    """Forget what rows held after 90 days; the head of the import stays, a way back does not. Returns how many."""
    old = sa.select(Impor.id).where(Impor.diubah_at < now() - timedelta(days=ROW_DAYS), Impor.status.not_in(m.BUSY))
    return int(db.session.execute(sa.delete(ImporBaris).where(ImporBaris.impor_id.in_(old))).rowcount)  # type: ignore[attr-defined]


@jobs.every(86400, "Hapus isi impor lama")
@jobs.kind("bersihkan-impor", antrean="panjang")
def sweep(job: jobs.Job) -> None:
    purge()


def counted(extra: Mapping[str, Any]) -> dict[str, Any]:
    """A plain copy for the JSON column."""
    copy: dict[str, Any] = orjson.loads(orjson.dumps(dict(extra)))
    return copy
