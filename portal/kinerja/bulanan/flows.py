"""The pegawai's wizard of one month, declared: Renaksi, SKP, PKS, Tinjau."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.kernel import approval, calendar, charts, people
from portal.kernel import db as database
from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.documents import Document, visible_documents
from portal.kernel.errors import Invalid, Missing
from portal.kernel.forms import Problem
from portal.kernel.organisation import Kosong
from portal.kernel.people import Principal
from portal.kernel.web import render
from portal.kernel.wizard import Form, Step, Wizard
from portal.kinerja import ISI, kalender, module
from portal.kinerja.bulanan import bukti, forms, lembar, services
from portal.kinerja.bulanan.lembar import Lembar
from portal.kinerja.bulanan.policies import own_months
from portal.kinerja.kalender import Jadwal
from portal.kinerja.models import BELUM, DIKEMBALIKAN, DISETUJUI, STEPS, TERKUNCI, KinerjaBulanan, RealisasiBulanan, Skp
from portal.kinerja.settings import Aturan, aturan

EVIDENCE = ("unggah", "tautan", "dokumen", "lepas")
SENT = ("DIAJUKAN", "MENUNGGU_PENILAI", "DITETAPKAN")
READ_ONLY = ("DITETAPKAN", "DIAJUKAN", TERKUNCI)
STEP_NAMES = {"renaksi": "Renaksi", "skp": "SKP", "pks": "PKS", "tinjau": "Tinjau"}


@dataclass
class Case:
    """The locked rows of a month with its deadlines and settings, for the length of one POST."""

    kb: KinerjaBulanan
    plan: Jadwal
    rules: Aturan
    mentah: dict[str, str]
    dasar: str

    def row(self, urut: str) -> RealisasiBulanan:
        found = next((r for r in self.kb.realisasi if str(r.urut) == urut), None)
        if found is None:
            raise Missing()
        return found

    def has_key(self, kunci: uuid.UUID | None) -> bool:
        return kunci is not None and approval.is_repeat(self.kb.submission_id, kunci)


def page(user: Principal, tahun: int, bulan: int, skp: uuid.UUID | None = None) -> Lembar | Response:
    """The sheet of this month; the first visit makes it, or says what stands in the way. `skp`: another part of it."""
    if user.pegawai_id is None or not 1 <= bulan <= 12 or not 2000 <= tahun <= kalender.hari_ini().year + 1:
        raise Missing()
    sheet = lembar.of_month(user.pegawai_id, tahun, bulan, skp)
    if sheet is not None:
        return sheet
    plan = services.skp_on(user.pegawai_id, tahun, bulan, skp)
    boss = services.penilai_of(plan, kalender.hari_ini()) if plan else None
    why = services.obstacles(plan, tahun, bulan, boss, existing=False)
    if why or plan is None or boss is None or isinstance(boss, Kosong):
        months = month_items(None, lembar.months(user.pegawai_id, tahun), tahun, bulan)
        return render("kinerja/bulan_tertahan.html", alasan=why, tahun=tahun, bulan=bulan, bulan_ini=months)
    database.rollback()
    database.reading(False)
    services.open_month(user, plan, tahun, bulan, boss)
    people.touch(user.id)
    database.commit()
    return redirect(request.path, 303)


def case(user: Principal, tahun: int, bulan: int, skp: uuid.UUID | None = None) -> Case:
    query = own_months(user).where(KinerjaBulanan.tahun == tahun, KinerjaBulanan.bulan == bulan)
    query = query.where(KinerjaBulanan.skp_id == skp) if skp else query
    query = query.join(KinerjaBulanan.skp).order_by(Skp.penugasan, Skp.mulai.desc())  # the one the page shows
    key = db.session.execute(query.with_only_columns(KinerjaBulanan.id, KinerjaBulanan.submission_id).limit(1)).first()
    if key is None:
        raise Missing()
    approval.lock(key.submission_id)  # before the rows are read: what another POST changed meanwhile must be seen
    kb = fetch(services.full(own_months(user)).execution_options(populate_existing=True), key.id)
    people.touch(user.id)  # a refused POST stores what was typed, too: pages held by the browser are stale
    rules = aturan(tahun)
    return Case(kb, kalender.jadwal(tahun, bulan, kb.pd_id), rules, kb.isian_mentah, lembar.alamat(tahun, bulan, skp))


def guard(case: Case, step: str) -> None:
    if step != "tinjau":
        services.require_open(case.kb, step, case.plan)


# ---- what each step stores and checks


def save_renaksi(case: Case, form: Form, user: Principal) -> list[Problem]:
    """Numbers and notes, and whatever evidence was chosen but not sent with a button of its own.

    With script an evidence button sends nothing else: the texts save themselves, and what the form held when
    a slow upload began must not overwrite them.
    """
    aksi, _, urut = form.get("aksi", "lanjut").partition(":")
    if aksi in EVIDENCE and request.htmx:  # type: ignore[attr-defined]
        return []
    problems = services.save_renaksi(case.kb, form)
    if aksi == "otomatis":
        return problems
    unsent = _unsent_evidence(case, user, but=(aksi, urut))
    if aksi in ("kembali", "draf", "keluar"):
        for problem in unsent:
            flash(problem.pesan, "negative")
    return problems + unsent


def _unsent_evidence(case: Case, user: Principal, but: tuple[str, str]) -> list[Problem]:
    """Attach files, links and documents left in the fields; `but` is the button that does its own."""
    problems = []
    for row in case.kb.realisasi:
        name, urut = f"r{row.urut}", str(row.urut)
        given = {
            "unggah": any(f.filename for f in request.files.getlist(f"{name}-berkas")),
            "tautan": bool(request.form.get(f"{name}-tautan", "").strip()),
            "dokumen": bool(request.form.get(f"{name}-dokumen")),
        }
        for aksi, act in (("unggah", upload), ("tautan", link), ("dokumen", from_portal)):
            if given[aksi] and (aksi, urut) != but:
                try:
                    act(case, urut, user)
                except Invalid as error:
                    problems.append(Problem(error.field, error.pesan))
    return problems


def check_renaksi(case: Case) -> list[Problem]:
    raw = case.kb.isian_mentah
    found = []
    for row in case.kb.realisasi:
        found += _raw_problems(raw, [(f"r{row.urut}-realisasi", f"Realisasi {row.urut}", row.satuan)])
        found += forms.check_renaksi(row, raw, case.rules)
    return found


def _raw_problems(raw: Form, fields: list[tuple[str, str, str]]) -> list[Problem]:
    """Texts that are still not numbers, read again for their message; fields are (name, label, unit)."""
    entries = [forms.read_number(raw, *field) for field in fields if field[0] in raw]
    return [entry.problem for entry in entries if entry.problem]


def save_skp(case: Case, form: Form, user: Principal) -> list[Problem]:
    return services.save_skp(case.kb, form)


def check_skp(case: Case) -> list[Problem]:
    found = []
    for row in case.kb.realisasi:
        fields = [(f"i{row.urut}_{i.urut}-realisasi", i.uraian, i.satuan) for i in row.rhk.indikator]
        found += _raw_problems(case.kb.isian_mentah, fields)
        texts = {column: getattr(row, column) for column in forms.FACTORS}
        found += forms.check_factors(row.urut, row.capaian, texts, case.rules)
    return found


def save_pks(case: Case, form: Form, user: Principal) -> list[Problem]:
    return services.save_pks(case.kb, form)


def check_pks(case: Case) -> list[Problem]:
    found = []
    for row in services.pks_rows(case.kb):
        texts = {column: getattr(row, column) for column in forms.FACTORS}
        problems = forms.check_factors(row.urut, row.capaian, texts, case.rules)
        found += [Problem("p" + problem.field[1:], problem.pesan) for problem in problems]
    return found


def save_tinjau(case: Case, form: Form, user: Principal) -> list[Problem]:
    return []


def check_tinjau(case: Case) -> list[Problem]:
    if request.form.get("pernyataan") != "1":
        return [Problem("pernyataan", "Centang pernyataan bahwa data benar sebelum mengajukan")]
    return []


# ---- the further buttons of step 1 and 3


def _open_row(case: Case, urut: str) -> RealisasiBulanan:
    row = case.row(urut)
    if not services.row_open(row, "renaksi"):
        raise Invalid(f"r{urut}-berkas", "Renaksi ini sudah disetujui, jadi buktinya tidak dapat diubah.")
    return row


def upload(case: Case, urut: str, user: Principal) -> None:
    """Every file that is in order is attached; the others are named together."""
    row, field = _open_row(case, urut), f"r{urut}-berkas"
    files = [f for f in request.files.getlist(field) if f.filename]
    if not files:
        raise Invalid(field, "Pilih berkas dulu, lalu tekan Unggah berkas.")
    refused = []
    for file in files:
        limit = case.rules.berkas_maks_mb * 1024 * 1024
        try:
            bukti.attach_file(case.kb, row, file.stream, file.filename or "berkas", user, limit)
        except Invalid as error:
            refused.append(error.pesan)
    if refused:
        raise Invalid(field, " ".join(refused))


def link(case: Case, urut: str, user: Principal) -> None:
    address = forms.read_link(request.form.get(f"r{urut}-tautan", ""), f"r{urut}-tautan")
    bukti.attach_link(case.kb, _open_row(case, urut), address, user)


def from_portal(case: Case, urut: str, user: Principal) -> None:
    text = request.form.get(f"r{urut}-dokumen", "")
    try:
        key = uuid.UUID(text)
    except ValueError as error:
        raise Invalid(f"r{urut}-dokumen", "Pilih satu dokumen dari daftar.") from error
    bukti.attach_document(case.kb, _open_row(case, urut), fetch(visible_documents(user), key), user)


def detach(case: Case, argument: str, user: Principal) -> None:
    urut, _, key = argument.partition(":")
    row = _open_row(case, urut)
    try:
        bukti.detach(case.kb, row, uuid.UUID(key))
    except ValueError as error:
        raise Missing() from error


def refetch(case: Case, urut: str, user: Principal) -> None:
    services.refetch_pks(case.kb, case.row(urut).urut)


def row_versions(case: Case) -> dict[str, int]:
    return {f"r{row.urut}-versi": row.versi for row in case.kb.realisasi}


def pks_versions(case: Case) -> dict[str, int]:
    return {f"p{row.urut}-versi": row.versi for row in services.pks_rows(case.kb)}


# ---- what the pages show


def context(sheet: Lembar, step: str, problems: list[Problem]) -> dict[str, Any]:
    base = sheet.dasar
    return {
        "dasar": base, "phases": phases(sheet, step, base), "bulan_ini": month_items(sheet, sheet.months),
        "terbuka": step != "tinjau" and sheet.step_open(step), "label_pks": sheet.aturan.label_pks,
        "berubah": diff(sheet) if step == "tinjau" else {},
        "riwayat": approval.history(sheet.submission_id) if step == "tinjau" else [],
        "laporan": reports_of(sheet) if step == "tinjau" else [],
        "grafik": {} if step == "tinjau" else {row.urut: _chart(row) for row in sheet.rows},
        "dokumen_saya": _opened_documents(sheet.owner_id) if step == "renaksi" else {},
    }  # fmt: skip


def reports_of(sheet: Lembar) -> list[tuple[str, str]]:
    """Sheets that can be printed of this month: (address to POST to, words)."""
    sent = sheet.diajukan_at is not None
    names = [("rencana-aksi", "Rencana aksi (B.1.1)")]
    if sent:
        names += [
            ("pendokumentasian", "Pendokumentasian kinerja (B.1.2)"),
            ("pks", f"{sheet.aturan.label_pks} bulanan"),
        ]
    names += [("evaluasi", "Evaluasi kinerja periodik")] if sheet.status == "DITETAPKAN" else []
    return [(f"/laporan/{kode}/{sheet.id}", words) for kode, words in names]


def _chart(row: lembar.Baris) -> Markup:
    targets, done = [target for target, _ in row.seri], [realisasi for _, realisasi in row.seri]
    return charts.bars12(targets, done, judul=f"{row.rhk}, per bulan", satuan=row.satuan)


def _opened_documents(owner_id: uuid.UUID) -> dict[int, list[tuple[uuid.UUID, str]]]:
    """Own documents for the one row whose list was opened (`?dokumen=<row>`); the others ask when they are."""
    opened = request.args.get("dokumen", type=int)
    return {} if opened is None else {opened: _own_documents(owner_id)}


def _own_documents(owner_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """The newest twenty files of the person, the same content once, as choices of "Dokumen portal"."""
    latest = (
        sa.select(Document.id, Document.nama, Document.dibuat_at)
        .where(Document.pemilik_id == owner_id, Document.diklaim_at.is_not(None))
        .where(sa.or_(Document.kedaluwarsa_at.is_(None), Document.kedaluwarsa_at > services.now()))
        .distinct(Document.sha256)
        .order_by(Document.sha256, Document.dibuat_at.desc())
        .subquery()
    )
    rows = db.session.execute(sa.select(latest).order_by(latest.c.dibuat_at.desc()).limit(20))
    return [(row.id, f"{row.nama}, {calendar.tanggal_pendek(row.dibuat_at)}") for row in rows]


def diff(sheet: Lembar) -> dict[str, Any]:
    """Columns that differ from the last sending, by row number."""
    before = sheet.terakhir_dikirim or {}
    found: dict[str, Any] = {}
    for row in sheet.rows:
        old = before.get(str(row.urut))
        if old is None:
            continue
        stored = services.as_texts(row)
        changed = {c: (old.get(c, ""), stored[c]) for c in stored if old.get(c, "") != stored[c]}
        if changed:
            found[str(row.urut)] = changed
    return found


def phases(sheet: Lembar, current: str, base: str) -> list[dict[str, Any]]:
    explained = sum((row.is_filled or not row.target) and not _unexplained(row, sheet.aturan) for row in sheet.rows)
    done = {
        "renaksi": sheet.rows != [] and sheet.filled == sheet.planned,
        "skp": sheet.skp_status == DISETUJUI or (sheet.skp_status != BELUM and explained == len(sheet.rows)),
        "pks": sheet.pks_status == DISETUJUI or (sheet.pks_status != BELUM and explained == len(sheet.rows)),
        "tinjau": sheet.status in SENT,
    }
    notes = {
        "renaksi": f"{sheet.filled} dari {sheet.planned} terisi",
        "skp": "Belum dimulai" if sheet.skp_status == BELUM else f"{explained} dari {len(sheet.rows)} lengkap",
        "pks": "Terisi dari SKP",
        "tinjau": "Sudah diajukan" if done["tinjau"] else "Lalu ajukan" if sheet.is_open else "Tidak diajukan",
    }
    items = []
    for slug in (*STEPS, "tinjau"):
        status = sheet.step_status(slug) if slug in STEPS else ""
        finished = done[slug] and status != DIKEMBALIKAN
        state = "current" if slug == current else "done" if finished else "open"
        note = {"DIKEMBALIKAN": "Perlu diperbaiki", DISETUJUI: "Disetujui"}.get(status, notes[slug])
        reachable = slug == "renaksi" or done["renaksi"] or status not in ("", BELUM)
        if not reachable and state == "open":
            items.append({"name": STEP_NAMES[slug], "note": note, "state": "locked", "reason": "Isi Renaksi dulu"})
        else:
            items.append({"name": STEP_NAMES[slug], "note": note, "state": state, "href": f"{base}/{slug}"})
    return items


def _unexplained(row: lembar.Baris, rules: Aturan) -> list[Problem]:
    """What is still missing among the three factors of a row."""
    return forms.check_factors(row.urut, row.capaian, {c: getattr(row, c) for c in forms.FACTORS}, rules)


def month_items(sheet: Lembar | None, months: Iterable[Any], tahun: int = 0, current: int = 0) -> list[dict[str, Any]]:
    """Twelve entries for the month list, future months as text."""
    tahun, current = (sheet.tahun, sheet.bulan) if sheet else (tahun, current)
    today = kalender.hari_ini()
    known = {row.bulan: row.status for row in months}
    words = {"BERJALAN": "DRAF", "DIBUKA": "DRAF", "MENUNGGU_PENILAI": "DIAJUKAN"}
    items = []
    for number in range(1, 13):
        state = words.get(known.get(number, BELUM), known.get(number, BELUM))
        item = {"name": services.nama_bulan(number), "state": state, "current": number == current, "number": number,
                "href": "", "note": "", "tone": ""}  # fmt: skip
        if (tahun, number) <= (today.year, today.month):
            step = "" if state == DIKEMBALIKAN else "/tinjau" if state in READ_ONLY else "/renaksi"
            item["href"] = f"/kinerja/{tahun}/{number:02d}{step}"  # a returned month opens at the returned step
        items.append(item)
    return items


def finish(case: Case, user: Principal, kunci: uuid.UUID | None) -> tuple[str, str]:
    services.submit(case.kb, user, kunci)
    name = case.kb.penilai.get("nama", "penilai Anda")
    return f"{case.dasar}/terkirim", f"Kiriman Anda sudah sampai ke {name}."


BULANAN = Wizard(
    "bulan",
    "/<int:tahun>/<int:bulan>",
    can=ISI,
    steps=(
        Step("renaksi", "Renaksi", "kinerja/bulan_renaksi.html", save_renaksi, check_renaksi, versions=row_versions,
             acts={"unggah": upload, "tautan": link, "dokumen": from_portal, "lepas": detach},
             echo="kinerja/bulan_gema.html"),
        Step("skp", "SKP", "kinerja/bulan_skp.html", save_skp, check_skp, versions=row_versions),
        Step("pks", "PKS", "kinerja/bulan_pks.html", save_pks, check_pks, {"ambil": refetch}, pks_versions),
        Step("tinjau", "Tinjau", "kinerja/bulan_tinjau.html", save_tinjau, check_tinjau),
    ),
    page=page, case=case, guard=guard, context=context, finish=finish, exit_url="/kinerja",
)  # fmt: skip
BULANAN.mount(module)
BAGIAN = replace(BULANAN, name="bagian", rule="/<int:tahun>/<int:bulan>/skp/<uuid:skp>")
BAGIAN.mount(module)
