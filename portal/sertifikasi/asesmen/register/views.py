"""Pages of the registers: asesor and TUK."""

import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import calendar
from portal.kernel.access import fetch
from portal.kernel.db import db, rollback
from portal.kernel.errors import Conflict, Invalid, Missing
from portal.kernel.numbers import whole
from portal.kernel.pages.isian import Isian
from portal.kernel.people import Principal, User, required
from portal.kernel.web import SIGNED_IN, MenuItem, done, render
from portal.sertifikasi import ASESMEN, LIHAT, MANAJER, PLENO, REGISTER, VERIFIKASI, module, tenggat
from portal.sertifikasi.asesmen import daftar, kasus, policies
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.asesmen.register import services
from portal.sertifikasi.pantau import policies as outside
from portal.sertifikasi.saya import pilihan
from portal.sertifikasi.skema.models import Skema

ASESOR, TUK = "/sertifikasi/asesor", "/sertifikasi/tuk"
ZONA = (("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT"))

module.menu.append(MenuItem("Asesor", "user-check", ASESOR, can=REGISTER, group="Register LSP", order=71))
OWN = MenuItem("Registrasi saya", "user-check", f"{ASESOR}/saya", can=ASESMEN, group="Sertifikasi", order=72)
module.menu.append(OWN)
module.menu.append(MenuItem("TUK", "map-pin", TUK, can=REGISTER, group="Register LSP", order=72))


@module.route("/asesor", can=REGISTER)
def lsp_asesor_list() -> Response:
    outside.need_leave(required())
    button = ("Daftarkan asesor", f"{ASESOR}/baru") if required().has(VERIFIKASI) else None
    return daftar.ASESOR.respond("sertifikasi/asesmen_daftar.html", judul="Asesor kompetensi", tombol=button,
                                 keterangan="Register asesor beserta masa registrasi dan kompetensinya.")  # fmt: skip


@module.route("/asesor/baru", can=VERIFIKASI)
def lsp_asesor_baru() -> Response:
    return _asesor_page(None, Isian())


@module.route("/asesor/saya", can=ASESMEN)
def asesor_register_sendiri() -> Response:
    """An asesor's own entry: dates and competences as the LSP holds them."""
    row = db.session.scalars(sa.select(a.Asesor).where(a.Asesor.user_id == required().id)).first()
    if row is None:
        raise Missing("Anda belum tercatat di register asesor.", "Hubungi sekretariat LSP.")
    return _asesor_page(row, Isian())


@module.route("/asesor/<uuid:id>", can=SIGNED_IN)
def lsp_asesor(id: uuid.UUID) -> Response:
    return _asesor_page(fetch(policies.visible_asesor(required()), id), Isian())


def _asesor_page(row: a.Asesor | None, isian: Isian, status: int = 200) -> Response:
    more: dict[str, Any] = {"nama": "", "kompetensi": [], "pelatihan": [], "berkas": []}
    user = required()
    within = row is None or row.user_id == user.id or user.has(LIHAT)
    if row is not None:
        trained = sa.select(a.Pelatihan, User.nama).join(User, User.id == a.Pelatihan.peserta_id)
        held = sa.select(a.AsesorSkema, Skema.judul).join(Skema, Skema.id == a.AsesorSkema.skema_id)
        more = {
            "nama": kasus.nama_asesor(row.id),
            "kompetensi": db.session.execute(held.where(a.AsesorSkema.asesor_id == row.id).order_by(Skema.judul)).all(),
            "pelatihan": db.session.execute(
                trained.where(a.Pelatihan.pelatih_id == row.user_id).order_by(a.Pelatihan.selesai.desc()).limit(100)
            ).all(),
            "berkas": _files(a.BerkasRegister.asesor_id == row.id) if within else [],
        }
    return render(
        "sertifikasi/asesmen_asesor.html", status=status, asesor=row, isian=isian, galat=isian.galat,
        ubah=user.has(VERIFIKASI), skema=daftar.skema_options(user), hari_ini=hari_ini(), tulis=_typed_day,
        dalam=within, peserta_latih=within or user.has(PLENO), register=user.has(REGISTER),
        boleh_akhiri=user.has(MANAJER), bulan_pelatihan=tenggat.batas("pelatihan"), **more,
    )  # fmt: skip


def _typed_day(day: Any) -> str:
    """As the field shows a date to be changed: 3-9-2026."""
    return f"{day.day}-{day.month}-{day.year}" if day else ""


def _files(where: sa.ColumnElement[bool]) -> list[a.BerkasRegister]:
    return list(db.session.scalars(sa.select(a.BerkasRegister).where(where).order_by(a.BerkasRegister.id)))


def _data(isian: Isian) -> services.DataAsesor | None:
    """What was typed, None when something is wrong with it."""
    text = isian.teks("no_reg", "nomor registrasi", 1, 60)
    office = isian.teks("instansi", "instansi", maks=200)
    since, until = isian.tanggal("mulai", "Berlaku mulai"), isian.tanggal("selesai", "Berlaku sampai")
    if isian.galat or since is None or until is None:
        return None
    return services.DataAsesor(text, office, since, until)


def _act(
    row: Any, isian: Isian, page: Callable[[Any, Isian, int], Response], act: Callable[[], str], words: str
) -> Response:
    """`act` gives the address to go to; what is wrong is shown on the page again."""
    if isian.galat:
        return page(row, isian, 422)
    try:
        address = act()
    except Invalid as error:
        rollback()
        isian.galat[error.field] = error.pesan
        return page(row, isian, 422)
    return done(address, words)


@module.route("/asesor/baru", can=VERIFIKASI, methods=["POST"])
def lsp_daftarkan_asesor() -> Response:
    isian, user = Isian(request.form), required()
    data = _data(isian)

    def act() -> str:
        if data is None:
            raise Conflict("Isian belum lengkap.")
        return f"{ASESOR}/{services.daftarkan(isian['akun'], data, user).id}"

    return _act(None, isian, _asesor_page, act, "Asesor terdaftar.")


@module.route("/asesor/<uuid:id>", can=VERIFIKASI, methods=["POST"])
def lsp_ubah_asesor(id: uuid.UUID) -> Response:
    """`aksi` names which of the forms of the page was sent."""
    isian, user = Isian(request.form), required()
    row: a.Asesor = fetch(policies.visible_asesor(user), id, lock=True)
    acts: dict[str, tuple[Callable[[a.Asesor, Isian, Principal], None], str]] = {
        "ubah": (_change, "Perubahan tersimpan."),
        "skema": (_competence, "Kompetensi teknis tersimpan."), "pelatihan": (_training, "Pelatihan tercatat."),
        "berkas": (_file, "Berkas tersimpan."),
    }  # fmt: skip
    act, words = acts.get(isian["aksi"], (None, ""))
    if act is None:
        raise Missing()

    def run() -> str:
        act(row, isian, user)
        if isian.galat:
            raise Invalid(*next(iter(isian.galat.items())))
        return f"{ASESOR}/{id}"

    return _act(row, isian, _asesor_page, run, words)


def _change(row: a.Asesor, isian: Isian, user: Principal) -> None:
    data = _data(isian)
    if data is not None:
        services.ubah_asesor(row, data, user)


def _competence(row: a.Asesor, isian: Isian, user: Principal) -> None:
    since, until = isian.tanggal("skema_mulai", "Berlaku mulai"), isian.tanggal("skema_selesai", "Berlaku sampai")
    if since is not None and until is not None:
        services.beri_skema(row, request.form.get("skema", type=uuid.UUID), since, until, user)


def _training(row: a.Asesor, isian: Isian, user: Principal) -> None:
    name, ended = isian.teks("nama_pelatihan", "nama pelatihan", 3), isian.tanggal("pelatihan_selesai", "Selesai")
    if not isian.galat and ended is not None:
        services.catat_pelatihan(row, isian["peserta"], name, ended, user)


def _file(row: a.Asesor | a.Tuk, isian: Isian, user: Principal) -> None:
    title, file = isian.teks("judul", "judul berkas", 3, 120), request.files.get("berkas")
    if not isian.galat:
        services.simpan_berkas(row, title, file.stream if file else None, (file.filename or "") if file else "", user)


@module.route("/asesor/<uuid:id>/akhiri", can=MANAJER, methods=["POST"])
def lsp_akhiri_asesor(id: uuid.UUID) -> Response:
    """The manajer decides who leaves the register; the sekretariat keeps its facts."""
    user = required()
    services.akhiri_asesor(fetch(policies.visible_asesor(user), id, lock=True), user)
    return done(f"{ASESOR}/{id}", "Asesor diakhiri dari register.")


# ---- TUK


@module.route("/tuk", can=REGISTER)
def lsp_tuk_list() -> Response:
    outside.need_leave(required())
    button = ("Tambah TUK", f"{TUK}/baru") if required().has(VERIFIKASI) else None
    return daftar.TUK.respond("sertifikasi/asesmen_daftar.html", judul="Tempat uji kompetensi", tombol=button,
                              keterangan="TUK yang diverifikasi LSP beserta masa berlakunya.")  # fmt: skip


@module.route("/tuk/baru", can=VERIFIKASI)
def lsp_tuk_baru() -> Response:
    return _tuk_page(None, Isian())


@module.route("/tuk/<uuid:id>", can=REGISTER)
def lsp_tuk(id: uuid.UUID) -> Response:
    return _tuk_page(fetch(policies.visible_tuk(required()), id), Isian())


def _tuk_page(row: a.Tuk | None, isian: Isian, status: int = 200) -> Response:
    return render(
        "sertifikasi/asesmen_tuk.html", status=status, tuk=row, isian=isian, galat=isian.galat, jenis=kasus.TUK,
        ubah=required().has(VERIFIKASI), zona=ZONA,
        pilihan_provinsi=[(name, name) for name in pilihan.PROVINSI.values()],
        hari_ini=hari_ini(), tulis=_typed_day,
        dalam=required().has(LIHAT), boleh_akhiri=required().has(MANAJER),
        berkas=_files(a.BerkasRegister.tuk_id == row.id) if row and required().has(LIHAT) else [],
        zona_nama=dict(ZONA).get(row.zona, "WIB") if row else "WIB",
    )  # fmt: skip


def _tuk_values(isian: Isian) -> dict[str, Any]:
    quota = isian["kuota"]
    if whole(quota, 1, 500) is None:
        isian.galat["kuota"] = "Daya tampung: tulis angka 1 sampai 500"
    values = {
        "kode": isian.teks("kode", "kode", 2, 30), "nama": isian.teks("nama", "nama", 3, 150),
        "jenis": isian.pilihan("jenis", "Jenis", kasus.TUK), "alamat": isian.teks("alamat", "alamat", maks=300),
        "kota": isian.teks("kota", "kota", 2, 100), "provinsi": isian.teks("provinsi", "provinsi", 2, 100),
        "zona": isian.pilihan("zona", "Zona waktu", calendar.ZONA), "pemilik_pelatih": bool(isian["pemilik_pelatih"]),
        "mulai": isian.tanggal("mulai", "Berlaku mulai"), "selesai": isian.tanggal("selesai", "Berlaku sampai"),
    }  # fmt: skip
    return values if isian.galat else {**values, "kuota": int(quota)}


@module.route("/tuk/baru", can=VERIFIKASI, methods=["POST"])
def lsp_tambah_tuk() -> Response:
    isian, user = Isian(request.form), required()
    values = _tuk_values(isian)
    return _act(None, isian, _tuk_page, lambda: f"{TUK}/{services.simpan_tuk(None, values, user).id}", "TUK tersimpan.")


@module.route("/tuk/<uuid:id>", can=VERIFIKASI, methods=["POST"])
def lsp_ubah_tuk(id: uuid.UUID) -> Response:
    isian, user = Isian(request.form), required()
    row: a.Tuk = fetch(policies.visible_tuk(user), id, lock=True)

    def run() -> str:
        if isian["aksi"] == "berkas":
            _file(row, isian, user)
        else:
            values = _tuk_values(isian)
            if not isian.galat:
                services.simpan_tuk(row, values, user)
        if isian.galat:
            raise Invalid(*next(iter(isian.galat.items())))
        return f"{TUK}/{id}"

    return _act(row, isian, _tuk_page, run, "Perubahan tersimpan.")


@module.route("/tuk/<uuid:id>/akhiri", can=MANAJER, methods=["POST"])
def lsp_akhiri_tuk(id: uuid.UUID) -> Response:
    user = required()
    services.akhiri_tuk(fetch(policies.visible_tuk(user), id, lock=True), user)
    return done(f"{TUK}/{id}", "Verifikasi TUK diakhiri.")
