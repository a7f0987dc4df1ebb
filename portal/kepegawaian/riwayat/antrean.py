"""What waits: entries whose files an OPD checks first, and those BKPSDM verifies. Own ones never stand there."""

import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import KELOLA, LIHAT_HUKDIS, PERIKSA, VERIFIKASI, module
from portal.kepegawaian.riwayat import alur, berkas, entri, formulir, jenis, pratinjau, services
from portal.kepegawaian.riwayat import models as r
from portal.kernel import organisation
from portal.kernel.access import fetch, in_scope
from portal.kernel.approval import Submission
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.listing import Ask, Choice, Column, Listing, Tags
from portal.kernel.organisation import Pegawai, Unit, in_force
from portal.kernel.people import Principal, required
from portal.kernel.web import MenuItem, Tile, done, render

PERIKSA_PATH, VERIFIKASI_PATH = "/kepegawaian/antrean/periksa", "/kepegawaian/antrean"
PALING_BANYAK = 50
# The queues of a register are a handful of rows among every case of the portal.
MENUNGGU = sa.Index(
    "ix_pengajuan_riwayat", Submission.diajukan_at, Submission.id,
    postgresql_where=sa.text("alur = 'kepegawaian.riwayat' AND status IN ('DIAJUKAN', 'DIPERIKSA')"),
)  # fmt: skip
STATUS = Tags(
    {r.DIAJUKAN: ("Belum diperiksa OPD", "warning", "clock"), r.DIPERIKSA: ("Berkas sesuai", "guide", "check")}
)
SIAP = Tags({True: ("Siap", "positive", "checks"), False: ("", "", "")})
LAMA = [(3, "Lebih dari 3 hari"), (7, "Lebih dari 7 hari"), (14, "Lebih dari 14 hari"), (30, "Lebih dari 30 hari")]
RINGAN = ("DIKLAT", "KURSUS", "SERTIFIKASI", "PENGHARGAAN", "CUTI", "KGB")  # change neither state nor pay of a day gone


def _waiting(user: Principal, permission: str, states: tuple[str, ...]) -> sa.Select[tuple[Submission]]:
    """Cases in these states in the scope of a permission; neither proposed by the person nor about them."""
    query = sa.select(Submission).where(
        Submission.alur == alur.RIWAYAT, Submission.status.in_(states), in_scope(Submission, user, permission),
        Submission.owner_id != user.id,
    )  # fmt: skip
    if user.pegawai_id:
        own = [
            sa.select(table.submission_id).where(
                table.pegawai_id == user.pegawai_id, table.submission_id.is_not(None)
            )
            for table in r.TABEL.values()
        ]  # fmt: skip
        query = query.where(Submission.id.not_in(sa.union_all(*own)))
    if user.units(LIHAT_HUKDIS) is None:
        return query
    closed = [one.kode for one in jenis.JENIS.values() if one.akses == jenis.TERBATAS]
    shut = sa.or_(*(Submission.tanda.op("?")(kode) for kode in closed))
    return query.where(sa.or_(sa.not_(shut), in_scope(Submission, user, LIHAT_HUKDIS)))


def untuk_diperiksa(user: Principal) -> sa.Select[tuple[Submission]]:
    return _waiting(user, PERIKSA, (r.DIAJUKAN,))


def untuk_diverifikasi(user: Principal) -> sa.Select[tuple[Submission]]:
    return _waiting(user, VERIFIKASI, (r.DIAJUKAN, r.DIPERIKSA))


def _of_kind(kode: str, ask: Ask) -> sa.ColumnElement[bool]:
    return Submission.tanda.op("?")(kode)


def _older(days: int, ask: Ask) -> sa.ColumnElement[bool]:
    return Submission.diajukan_at < now() - timedelta(days=days)


def _kinds(user: Principal) -> list[tuple[str, str]]:
    return [(one.kode, one.judul) for one in jenis.JENIS.values() if not one.tutup
            and (one.akses != jenis.TERBATAS or user.has(LIHAT_HUKDIS))]  # fmt: skip


def _opd(permission: str) -> Any:
    def options(user: Principal) -> list[tuple[Any, str]]:
        held = user.units(permission)
        query = sa.select(Unit.id, Unit.nama).where(Unit.pd_id == Unit.id, in_force(Unit, organisation.today()))
        if held is not None:
            query = query.where(sa.or_(Unit.id.in_(held), Unit.id.in_(sa.select(Unit.pd_id).where(Unit.id.in_(held)))))
        return [(row.id, row.nama) for row in db.session.execute(query.order_by(Unit.nama).limit(400))]

    return options


def _listing(name: str, title: str, rows: Any, can: str, path: str) -> Listing:
    opd = sa.select(Unit.nama).where(Unit.id == Submission.pd_id).correlate(Submission).scalar_subquery()
    return Listing(
        name, title=title, noun="usulan", rows=rows, key=Submission.id, sort="diajukan", can=can,
        search=lambda words: Submission.pemohon.icontains(words, autoescape=True), search_label="Nama pegawai",
        nothing=("Tidak ada kiriman yang menunggu", "Kiriman baru muncul di sini."),
        columns=[
            Column("judul", "Usulan", Submission.judul, link=path + "/{id}"),
            Column("opd", "Perangkat daerah", opd),
            Column("diajukan", "Diajukan", Submission.diajukan_at, sort=True, indexed=False),
            Column("status", "Keadaan", Submission.status, show=STATUS),
            Column("siap", "Dapat sekaligus", Submission.siap, show=SIAP),
            Column("id", "ID", Submission.id, screen=False, export=False),
        ],
        filters=[
            Choice("jenis", "Jenis riwayat", options=_kinds, where=_of_kind, indexed=False),
            Choice("opd", "Perangkat daerah", Submission.pd_id, options=_opd(can), indexed=False),
            Choice("usia", "Menunggu", options=LAMA, where=_older, indexed=False),
            Choice("siap", "Dapat sekaligus", Submission.siap, options=[(True, "Ya"), (False, "Tidak")], indexed=False),
        ],
    )  # fmt: skip


PERIKSA_DAFTAR = _listing("riwayat-periksa", "Periksa berkas riwayat", untuk_diperiksa, PERIKSA, PERIKSA_PATH)
VERIFIKASI_DAFTAR = _listing("riwayat-verifikasi", "Verifikasi riwayat", untuk_diverifikasi, VERIFIKASI,
                             VERIFIKASI_PATH)  # fmt: skip


@alur.after("ajukan")
def _sent(row: Any, user: Principal, why: str) -> None:
    """The case carries its kind, and since when it waits: what lists filter by."""
    case = db.session.get_one(Submission, row.submission_id)
    boss = ganti_atasan(row) or (isinstance(row, r.RiwayatJabatan) and row.menggantikan_id is not None)
    ready = boss and tanpa_dibaca(row)
    case.diajukan_at, case.tanda, case.siap = now(), [jenis.of(row).kode], ready


@alur.after("periksa")
def _checked(row: Any, user: Principal, why: str) -> None:
    case = db.session.get_one(Submission, row.submission_id)
    case.siap = tanpa_dibaca(row)


def ganti_atasan(row: Any) -> bool:
    return isinstance(row, r.RiwayatLain) and row.jenis == jenis.ATASAN


def tanpa_dibaca(row: Any) -> bool:
    """Nothing is left to read once an OPD has seen the files: a light kind with all its papers, no remark, no
    correction, no warning, no change of the past; or a correction that names another atasan only."""
    kind = jenis.of(row)
    lacking = [kode for kode, needed in kind.dokumen if needed and kode not in berkas.punya(row)]
    pegawai = db.session.get_one(Pegawai, row.pegawai_id)
    found = entri.temuan(row, pegawai)
    if lacking or found.galat or found.peringatan or berkas.peringatan(berkas.daftar(row)):
        return False
    if isinstance(row, r.RiwayatJabatan):
        return entri.hanya_atasan(row)
    return ganti_atasan(row) or (kind.kode in RINGAN and not row.keterangan and row.menggantikan_id is None)


# ---- pages


@module.route("/antrean/periksa", can=PERIKSA)
def antrean_periksa() -> Response:
    return PERIKSA_DAFTAR.respond("kepegawaian/riwayat_antrean.html", path=PERIKSA_PATH, massal=False)


@module.route("/antrean", can=VERIFIKASI)
def antrean() -> Response:
    return VERIFIKASI_DAFTAR.respond("kepegawaian/riwayat_antrean.html", path=VERIFIKASI_PATH, massal=True)


@module.route("/antrean/periksa/<uuid:id>", can=PERIKSA)
def antrean_periksa_buka(id: uuid.UUID) -> Response:
    return _open(fetch(untuk_diperiksa(required()), id), PERIKSA_PATH)


@module.route("/antrean/<uuid:id>", can=VERIFIKASI)
def antrean_buka(id: uuid.UUID) -> Response:
    return _open(fetch(untuk_diverifikasi(required()), id), VERIFIKASI_PATH)


def _open(case: Submission, path: str) -> Response:
    row = alur.subject(case)
    return done(f"{formulir.alamat(row.pegawai_id, row)}?kembali={path}")


@module.route("/antrean/sekaligus", can=VERIFIKASI)
def antrean_sekaligus() -> Response:
    """Everything there is nothing to read about, by name, before it is verified at once."""
    return render("kepegawaian/riwayat_sekaligus.html", rows=_ready(required()), banyak=PALING_BANYAK)


@module.route("/antrean/sekaligus", can=VERIFIKASI, methods=["POST"])
def antrean_verifikasi_sekaligus() -> Response:
    user = required()
    chosen = {key for text in request.form.getlist("pilih") if (key := baca_kunci(text))}
    if not chosen:
        return done(f"{VERIFIKASI_PATH}/sekaligus", "Pilih dulu usulan yang akan diverifikasi.", "warning")
    done_, left = 0, 0
    for case in [one for one in _ready(user) if one.id in chosen]:
        try:
            with db.session.begin_nested():
                verifikasi_siap(case, user)
            done_ += 1
        except (Conflict, Denied, Invalid):
            left += 1
    words = f"{done_} terverifikasi." + (f" {left} perlu dilihat satu per satu." if left else "")
    return done(VERIFIKASI_PATH, words, "sukses" if done_ else "warning")


def verifikasi_siap(case: Submission, user: Principal) -> None:
    """Raises Conflict when there is something to read after all."""
    row = alur.subject(case)
    services.lock(row.pegawai_id)
    boss = ganti_atasan(row) or isinstance(row, r.RiwayatJabatan)
    if not tanpa_dibaca(row) or (not boss and pratinjau.dari(row).masa_lalu):
        raise Conflict("Usulan ini perlu dilihat.")
    services.jalankan(row, "verifikasi", user)


def baca_kunci(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _ready(user: Principal) -> list[Submission]:
    query = untuk_diverifikasi(user).where(Submission.siap)
    return list(db.session.scalars(query.order_by(Submission.diajukan_at, Submission.id).limit(PALING_BANYAK)))


# ---- home page and menu


def ubin(user: Principal) -> list[Tile]:
    found = []
    for permission, path, rows in (
        (VERIFIKASI, VERIFIKASI_PATH, untuk_diverifikasi), (PERIKSA, PERIKSA_PATH, untuk_diperiksa),
    ):  # fmt: skip
        if not user.has(permission):
            continue
        count = db.session.scalar(sa.select(sa.func.count()).select_from(rows(user).subquery())) or 0
        note = "Menunggu verifikasi" if permission == VERIFIKASI else "Menunggu pemeriksaan berkas"
        tone = "warning" if count else ""
        found.append(Tile("Usulan riwayat menunggu", path, "inbox", str(count), note, "angka", tone, 24))
    return found


module.tiles.append(ubin)
module.manuals.update({
    "/kepegawaian/antrean": "bkpsdm-kepegawaian#verifikasi-riwayat",
    "/kepegawaian/antrean/periksa": "admin-opd-kepegawaian#periksa-berkas-riwayat",
    "/kepegawaian/atasan": {
        KELOLA: "bkpsdm-kepegawaian#atasan-tidak-aktif-lagi", "": "admin-opd-kepegawaian#atasan-tidak-aktif-lagi",
    },
    "/kepegawaian/pegawai/*/riwayat": {
        VERIFIKASI: "bkpsdm-kepegawaian#riwayat-seorang-pegawai", PERIKSA: "admin-opd-kepegawaian#mengusulkan-riwayat",
        "": "pegawai-kepegawaian#mengusulkan-riwayat",
    },
    "/kepegawaian/pegawai/*/data": "pegawai-kepegawaian#data-utama", "/kepegawaian/pegawai/*/nik":
    "pegawai-kepegawaian#data-utama",
})  # fmt: skip
module.menu += [
    MenuItem("Verifikasi riwayat", "checks", VERIFIKASI_PATH, can=VERIFIKASI, group="Kepegawaian", order=14),
    MenuItem("Periksa berkas riwayat", "clipboard-check", PERIKSA_PATH, can=PERIKSA, group="Kepegawaian", order=13),
]
