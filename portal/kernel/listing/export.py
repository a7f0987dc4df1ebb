"""The rows of a list as a file: CSV streamed by COPY, XLSX written by the worker."""

import csv
import hashlib
import io
import tempfile
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
import xlsxwriter  # type: ignore[import-untyped]
from flask import Response, redirect
from werkzeug.wrappers import Response as BaseResponse

from portal.kernel import access, activity, documents, jobs, people
from portal.kernel.calendar import setempat
from portal.kernel.db import commit, db, now, reading, rollback
from portal.kernel.documents import XLSX, Checked
from portal.kernel.errors import Missing
from portal.kernel.listing.ask import Query
from portal.kernel.listing.columns import as_cell, as_text
from portal.kernel.listing.declared import LISTINGS

KEEP_DAYS, CHUNK, SHEET_ROWS, BEAT = 7, 64 * 1024, 1_000_000, 5_000
PATIENCE = sa.text("SET LOCAL statement_timeout = '300s'")

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

activity.declare(
    **{"daftar.diunduh": "daftar bentuk saringan", "daftar.ditulis": "daftar bentuk saringan baris sha256"}
)


def _columns(ask: Query) -> list[Any]:
    return [c for c in ask.listing.columns if c.export is not False]


def _statement(ask: Query, values: list[Any]) -> sa.Select[Any]:
    labelled = [value.label(f"k{i}") for i, value in enumerate(values)]
    return ask.select(*labelled).order_by(*ask.order.clauses())


def file_name(ask: Query, kind: str) -> str:
    stem = "".join(c if c.isalnum() else "-" for c in ask.listing.title.lower())
    return f"{stem}-{setempat(now(), ask.user.zona):%Y%m%d-%H%M}.{kind}"


# ---- CSV


def csv_response(ask: Query) -> Response:
    """Streamed from PostgreSQL's COPY to the browser: memory does not grow with the rows. Logged before it starts."""
    listing = ask.listing
    activity.log_now("daftar.diunduh", by=ask.user, daftar=listing.name, bentuk="csv", saringan=ask.kept)
    response = Response(csv_chunks(ask), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(ask, "csv")}"'
    return response


def csv_chunks(ask: Query) -> Iterator[bytes]:
    """Header and rows as UTF-8 with a byte order mark, in pieces of about 64 KB."""
    columns = _columns(ask)
    query = _statement(ask, [as_text(c.in_file(ask), ask.user.zona) for c in columns])
    engine = db.engine
    compiled = query.compile(dialect=engine.dialect, compile_kwargs={"render_postcompile": True})
    head = io.StringIO()
    csv.writer(head).writerow([c.label for c in columns])
    spelled = getattr(compiled, "escaped_bind_names", {})  # of "lepas.alasan" the dot is no letter of a parameter
    params = {spelled.get(name, name): value for name, value in compiled.params.items()}
    return _copied(engine, f"COPY ({compiled}) TO STDOUT (FORMAT csv)", params, head.getvalue())


def _copied(engine: Any, statement: str, params: dict[str, Any], head: str) -> Iterator[bytes]:
    waiting = bytearray("\ufeff" + head, "utf-8")
    with engine.connect() as connection, connection.begin():
        connection.execute(PATIENCE)
        with connection.connection.cursor() as cursor, cursor.copy(statement, params) as copy:
            for piece in copy:
                waiting += piece
                if len(waiting) >= CHUNK:
                    yield bytes(waiting)
                    waiting.clear()
    yield bytes(waiting)


# ---- XLSX


def request_xlsx(ask: Query) -> BaseResponse:
    """Queue the file and lead to the page that shows how far it is. A second click joins the first."""
    name = ask.listing.name
    mark = hashlib.sha256(orjson.dumps([name, sorted(ask.kept.items())])).hexdigest()[:16]
    rollback()
    reading(False)
    activity.log("daftar.diunduh", by=ask.user, daftar=name, bentuk="xlsx", saringan=ask.kept)
    job = jobs.enqueue(
        write_xlsx, f"Unduhan {ask.listing.title}", f"ekspor-{ask.user.id.hex}-{mark}", ask.user.id,
        daftar=name, saringan=ask.kept,
    )  # fmt: skip
    commit()
    return redirect(f"/tugas/{job}", 303)


@jobs.kind("ekspor-daftar", antrean="panjang")
def write_xlsx(job: jobs.Job) -> uuid.UUID:
    """Write the file as the person who asked, with the rights they hold now. Repeatable."""
    user = people.principal_of(job.user_id, access.grants()) if job.user_id else None
    if user is None:
        raise Missing("Akun peminta sudah tidak aktif.")
    user = documents.watched(user)
    ask = Query.allowed(LISTINGS[job.argumen["daftar"]], user, job.argumen["saringan"])
    with tempfile.TemporaryDirectory(prefix="pamong-") as folder:
        path = Path(folder) / "daftar.xlsx"
        count = write_workbook(ask, path, lambda done, total: jobs.progress(job, done, total))
        body = path.read_bytes()
    document = documents.made(Checked(file_name(ask, "xlsx"), XLSX, body, None), user.id)
    documents.claim(document)
    document.kedaluwarsa_at = now() + timedelta(days=KEEP_DAYS)
    document.asal = {"jenis": "daftar", "izin": documents.rights_used(user)}
    activity.log(
        "daftar.ditulis", document, by=user, daftar=ask.listing.name, bentuk="xlsx", saringan=ask.kept, baris=count,
        sha256=document.sha256,
    )  # fmt: skip
    db.session.flush()
    return document.id


def write_workbook(ask: Query, path: Path, progress: Any) -> int:
    """Rows from a server-side cursor, written one by one: memory stays flat. Returns how many."""
    columns, zona = _columns(ask), ask.user.zona
    query = _statement(ask, [c.in_file(ask) for c in columns]).execution_options(yield_per=2000)
    total = db.session.execute(ask.select(sa.func.count())).scalar_one()
    progress(0, total)
    count = 0
    with db.engine.connect() as connection, connection.begin(), xlsxwriter.Workbook(path, OPTIONS) as book:
        connection.execute(PATIENCE)
        writer = _Sheets(book, [c.label for c in columns])
        for count, row in enumerate(connection.execute(query), 1):
            writer.add([as_cell(value, zona) for value in row])
            if count % BEAT == 0:
                progress(count, total)
        writer.finish()
    return count


class _Sheets:
    """One worksheet, another when Excel's limit of rows comes near."""

    def __init__(self, book: Any, labels: list[str]) -> None:
        self.book, self.labels, self.row = book, labels, 0
        self.sheet: Any = None
        self.bold = book.add_format({"bold": True})
        forms = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm"}
        self.looks = {name: book.add_format({"num_format": form}) for name, form in forms.items()}

    def finish(self) -> None:
        """An empty list still is a sheet with its heads."""
        if self.sheet is None:
            self._open()

    def _open(self) -> None:
        self.sheet, self.row = self.book.add_worksheet(), 0
        self.sheet.freeze_panes(1, 0)
        for at, label in enumerate(self.labels):
            self.sheet.set_column(at, at, max(12, min(len(label) + 4, 40)))
            self.sheet.write_string(0, at, label, self.bold)

    def add(self, values: list[Any]) -> None:
        if self.sheet is None or self.row >= SHEET_ROWS:
            self._open()
        self.row += 1
        for at, value in enumerate(values):
            if isinstance(value, str):
                self.sheet.write_string(self.row, at, value[:32_767])
            elif value is not None:
                look = self.looks.get(type(value).__name__)
                self.sheet.write(self.row, at, value, look)
