"""Pages of the tree: a day of it, one unit, plans prepared by one person and decided by another."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.kepegawaian import UNOR, module, pencari
from portal.kepegawaian.pegawai.views import shown_day
from portal.kepegawaian.unor import isian as unor_isian
from portal.kepegawaian.unor import lihat, pohon, rencana
from portal.kepegawaian.unor.isian import JALUR, FormRencana
from portal.kepegawaian.unor.models import UsulUnor
from portal.kepegawaian.unor.policies import visible_plans, visible_units
from portal.kernel import calendar, organisation
from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Invalid, Missing
from portal.kernel.people import User, required
from portal.kernel.web import MenuItem, done, render

module.menu.append(
    MenuItem("Unit organisasi", "building", "/kepegawaian/unor", can=UNOR, group="Kepegawaian", order=60)
)
module.manuals.update({
    "/kepegawaian/unor": "bkpsdm-kepegawaian#unit-organisasi",
    "/kepegawaian/unor/rencana": "bkpsdm-kepegawaian#rencana-perubahan-unit",
    "/kepegawaian/unor/siapkan": "bkpsdm-kepegawaian#rencana-perubahan-unit",
})  # fmt: skip
STATUS = {
    "MENUNGGU": ("Menunggu orang kedua", "warning"), "DIJALANKAN": ("Dijalankan", "positive"),
    "DITOLAK": ("Ditolak", "negative"),
}  # fmt: skip


@module.route("/unor", can=UNOR)
def unor_list() -> Response:
    on, words = shown_day(), " ".join(request.args.get("cari", "").split())[:80]
    opened = unor_isian.keys([request.args.get("buka", "")])
    hidden = request.args.get("tersembunyi") == "1"
    page = lihat.tree(on, opened[0] if opened else None, words if len(words) > 1 else "", hidden)
    return render("kepegawaian/unor_list.html", pohon=page, hari=on, kata=words, tersembunyi=hidden, jalur=JALUR,
                  judul=rencana.JUDUL, menunggu=_waiting())  # fmt: skip


def _waiting() -> int:
    query = visible_plans(required()).where(UsulUnor.status == "MENUNGGU")
    return db.session.scalar(query.with_only_columns(sa.func.count())) or 0


@module.route("/unor/<uuid:id>", can=UNOR)
def unor(id: uuid.UUID) -> Response:
    unit = fetch(visible_units(required()), id)
    today = organisation.today()
    return render(
        "kepegawaian/unor.html", unit=unit, versi=lihat.versions(unit), suksesi=lihat.successions(unit),
        nama_suksesi=lihat.SUKSESI, pimpinan=lihat.heads(unit, today), anak=lihat.children(unit, today),
        penghuni=pohon.occupants({unit.id}, today, lihat.MOST_PEOPLE), hari=today,
        jumlah=pohon.count_occupants({unit.id}, today), nama_jenis=dict(unor_isian.JENIS),
    )  # fmt: skip


# ---- preparing a plan


@module.route("/unor/siapkan/<string:jalur>", can=UNOR)
def unor_rencana_baru(jalur: str) -> Response:
    jenis = JALUR.get(jalur)
    if jenis is None:
        raise Missing()
    given = unor_isian.keys(request.args.getlist("unit"))
    form = MultiDict(_prefilled(jenis, given))
    return _form(unor_isian.read(jenis, form), fresh=True)


def _prefilled(jenis: str, given: list[uuid.UUID]) -> list[tuple[str, str]]:
    if jenis in unor_isian.BANYAK:
        return [("unit_ids", str(key)) for key in given]
    if not given:
        return []
    if jenis == rencana.BARU:
        return [("induk_id", str(given[0]))]
    unit = fetch(visible_units(required()), given[0])
    version = next((row.UnorVersi for row in lihat.versions(unit)), None)
    if version is None:
        return [("unit_id", str(unit.id)), ("nama", unit.nama), ("jenis", unit.jenis)]
    values = {name: getattr(version, name) for name in rencana.VALUES}
    kept = [(name, str(value)) for name, value in values.items() if value not in (None, "")]
    return [("unit_id", str(unit.id)), *kept]


@module.route("/unor/siapkan/<string:jalur>", can=UNOR, methods=["POST"])
def unor_rencana_siapkan(jalur: str) -> Response:
    """Search for a field, dry run, or store: by the button that was pressed."""
    jenis = JALUR.get(jalur)
    if jenis is None:
        raise Missing()
    typed = unor_isian.read(jenis, request.form)
    aksi = request.form.get("aksi", "")
    if aksi.startswith("cari:") or aksi == "ubah":
        return _form(typed, fresh=True)
    if typed.isian.galat:
        return _form(typed, status=422)
    found = rencana.periksa(jenis, typed.rencana)
    if aksi != "simpan" or found.halangan:
        return _form(typed, found, 422 if aksi == "simpan" else 200)
    row = rencana.siapkan(jenis, _title(typed), typed.rencana, required())
    return done(f"/kepegawaian/unor/rencana/{row.id}", "Rencana tersimpan. Orang lain yang menyetujuinya.", "positive")


def _title(typed: FormRencana) -> str:
    names = [row.nama for row in lihat.named(typed.unit_ids)] or [typed.isian["nama"]]
    if typed.jenis == rencana.UBAH:
        names = [row.nama for row in lihat.named(unor_isian.keys([typed.isian["unit_id"]]))]
    more = f" dan {len(names) - 2} lainnya" if len(names) > 2 else ""
    return f"{rencana.JUDUL[typed.jenis]}: {', '.join(names[:2])}{more}"


def _form(typed: FormRencana, found: rencana.Akibat | None = None, status: int = 200, fresh: bool = False) -> Response:
    if fresh:
        typed.isian.galat.clear()
    form, on = typed.isian.form, typed.hari or organisation.today()
    words = {name: form.get(f"{name}-cari", "").strip()[:80] for name in ("unit_ids", "pengganti_ids", "induk_id")}
    shown: Any = lihat.hidden_units() if typed.jenis == rencana.TAMPILKAN else None
    return render(
        "kepegawaian/unor_rencana_form.html", status=status, typed=typed, isian=typed.isian, jenis=typed.jenis,
        judul=rencana.JUDUL[typed.jenis], jalur=typed.jenis.lower(), akibat=found, kata=words, hari=on,
        dipilih=lihat.named(typed.unit_ids), pengganti=lihat.named(typed.pengganti_ids),
        induk=pencari.nama("unit", typed.induk_id), unit=lihat.named(unor_isian.keys([typed.isian["unit_id"]])),
        hasil=_sought(typed, words, on), jenis_unit=_kinds(typed.isian["jenis"]),
        eselon=[(one, one or "Tanpa eselon") for one in unor_isian.ESELON],
        tersembunyi=shown, bertanggal=typed.jenis in unor_isian.BERTANGGAL,
        bernilai=typed.jenis in unor_isian.DENGAN_NILAI, banyak=typed.jenis in unor_isian.BANYAK,
        berpengganti=typed.jenis in unor_isian.BERPENGGANTI,
    )  # fmt: skip


def _kinds(own: str) -> list[tuple[str, str]]:
    known = dict(unor_isian.JENIS)
    return [("", "Pilih"), *unor_isian.JENIS, *([(own, own.capitalize())] if own and own not in known else [])]


def _sought(typed: FormRencana, words: dict[str, str], on: date) -> dict[str, list[Any]]:
    """What the pressed button "Cari" found, by field. Units to hide are sought among all that ever were."""
    name = typed.isian["aksi"].removeprefix("cari:")
    text = words.get(name, "")
    if not typed.isian["aksi"].startswith("cari:") or len(text) < 2:
        return {}
    if name == "unit_ids" and typed.jenis == rencana.SEMBUNYIKAN:
        return {name: [row for row in lihat.seek(text) if not row.disembunyikan and row.id not in typed.unit_ids]}
    chosen = {"unit_ids": typed.unit_ids, "pengganti_ids": typed.pengganti_ids}.get(name, [])
    return {name: [one for one in pencari.cari_unit(text, on) if one.nilai not in chosen]}


# ---- plans and decisions


@module.route("/unor/rencana", can=UNOR)
def unor_rencana_list() -> Response:
    """Waiting plans first, then the last hundred that were decided."""
    maker, decider = sa.orm.aliased(User), sa.orm.aliased(User)
    query = (
        visible_plans(required())
        .add_columns(maker.nama.label("pembuat"), decider.nama.label("pemutus"))
        .join(maker, maker.id == UsulUnor.dibuat_oleh_id)
        .outerjoin(decider, decider.id == UsulUnor.diputus_oleh_id)
        .order_by(UsulUnor.status != "MENUNGGU", UsulUnor.dibuat_at.desc())
    )
    rows = db.session.execute(query.limit(100)).all()
    return render("kepegawaian/unor_rencana_list.html", baris=rows, status_rencana=STATUS, jalur=JALUR,
                  judul=rencana.JUDUL, saya=required().id)  # fmt: skip


@module.route("/unor/rencana/<uuid:id>", can=UNOR)
def unor_rencana(id: uuid.UUID) -> Response:
    return _plan(fetch(visible_plans(required()), id))


def _plan(row: UsulUnor, galat: str = "", status: int = 200) -> Response:
    plan: dict[str, Any] = dict(row.rencana)
    found = rencana.periksa(row.jenis, plan) if row.status == "MENUNGGU" else None
    units = unor_isian.keys([*plan.get("unit_ids", []), plan.get("unit_id", "")])
    people = sa.select(User.id, User.nama).where(User.id.in_([row.dibuat_oleh_id, row.diputus_oleh_id]))
    skip = ("unit_ids", "unit_id", "pengganti_ids")
    return render(
        "kepegawaian/unor_rencana.html", status=status, usul=row, akibat=found, galat=galat,
        judul=rencana.JUDUL[row.jenis], keadaan=STATUS[row.status], unit=lihat.named(units),
        pengganti=lihat.named(unor_isian.keys(plan.get("pengganti_ids", []))),
        nama={one.id: one.nama for one in db.session.execute(people)}, sendiri=row.dibuat_oleh_id == required().id,
        nilai=[(rencana.LABEL.get(name, name.removesuffix("_id").capitalize()), _worded(name, plan[name]))
               for name in sorted(plan, key=_place) if name not in skip and plan[name] not in ("", None)],
    )  # fmt: skip


def _place(name: str) -> int:
    """Where a value of a plan stands: JSON keeps no order."""
    order = ("tanggal", "kode", "nama", "induk_id", *rencana.LABEL)
    return order.index(name) if name in order else len(order)


def _worded(name: str, value: Any) -> str:
    if name == "tanggal":
        return calendar.tanggal(date.fromisoformat(value))
    if name == "induk_id":
        return pencari.nama("unit", uuid.UUID(str(value)))
    return dict(unor_isian.JENIS).get(value, str(value)) if name == "jenis" else str(value)


@module.route("/unor/rencana/<uuid:id>/putuskan", can=UNOR, methods=["POST"])
def unor_rencana_putuskan(id: uuid.UUID) -> Response:
    """Confirm or refuse as the second person. Who prepared it gets 403."""
    user = required()
    row = fetch(visible_plans(user), id, lock=True)
    if request.form.get("aksi") == "tolak":
        try:
            rencana.tolak(row, request.form.get("alasan", ""), user)
        except Invalid as error:
            return _plan(row, error.pesan, 422)
        return done("/kepegawaian/unor/rencana", "Rencana ditolak.", "positive")
    if request.form.get("aksi") != "setujui":
        raise Missing()
    changed = rencana.jalankan(row, user)
    words = "Rencana dijalankan." + (f" {changed} keadaan pegawai disesuaikan." if changed else "")
    return done(f"/kepegawaian/unor/rencana/{row.id}", words, "positive")


@module.route("/unor/rencana/<uuid:id>/urungkan", can=UNOR, methods=["POST"])
def unor_rencana_urungkan(id: uuid.UUID) -> Response:
    """Undo of a hiding: the plan that shows the same units again, for another person to confirm."""
    user = required()
    row = fetch(visible_plans(user), id)
    if row.jenis != rencana.SEMBUNYIKAN or row.status != "DIJALANKAN":
        raise Conflict("Hanya penyembunyian yang sudah dijalankan yang dapat diurungkan di sini.")
    kept: dict[str, Any] = dict(row.rencana)
    still = [str(one.id) for one in lihat.named(unor_isian.keys(kept["unit_ids"])) if one.disembunyikan]
    if not still:
        raise Conflict("Unit-unit ini sudah tampil lagi.")
    plan = {"unit_ids": still, "dasar": f"Urungkan: {row.judul}"}
    undo = rencana.siapkan(rencana.TAMPILKAN, f"Urungkan: {row.judul}", plan, user)
    return done(
        f"/kepegawaian/unor/rencana/{undo.id}", "Pengurungan disiapkan. Orang lain yang menyetujuinya.", "positive"
    )
