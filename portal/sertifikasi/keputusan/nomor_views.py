"""Pages of the stock of blanko and of numbers that came from BNSP; settings of the LSP."""

import uuid

from flask import request
from werkzeug.wrappers import Response

from portal.kernel import people
from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.web import MenuItem, done, render
from portal.sertifikasi import LIHAT, MANAJER, VERIFIKASI, module, tenggat
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.keputusan import daftar, jawab, nomor, pengaturan, policies
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan.jawab import Galat, attempt

BLANKO, NOMOR, ATUR = "/sertifikasi/blanko", "/sertifikasi/nomor", "/sertifikasi/pengaturan"
module.menu.append(MenuItem("Nomor dari BNSP", "qrcode", NOMOR, can=VERIFIKASI, group="Keputusan LSP", order=67))
module.menu.append(MenuItem("Blanko", "archive", BLANKO, can=LIHAT, group="Register LSP", order=73))
module.menu.append(MenuItem("Pengaturan LSP", "settings", ATUR, can=MANAJER, group="Pengelolaan LSP", order=84))


@module.route("/blanko", can=LIHAT)
def kep_blanko_list() -> Response:
    receives = people.required().has(VERIFIKASI)
    return daftar.BLANKO.respond(
        "sertifikasi/keputusan_daftar.html",
        judul="Blanko",
        tombol=("Terima blanko", f"{BLANKO}/terima") if receives else None,
        keterangan="Formulir bernomor dari BNSP. Setiap seri tercatat sejak diterima sampai terpakai atau rusak.",
        angka=[(daftar.BLANKO_STATES.words(one), total) for one, total in nomor.stock().items()],
    )


@module.route("/blanko/terima", can=VERIFIKASI)
def kep_blanko_terima() -> Response:
    return _receive({})


def _receive(galat: Galat, status: int = 200) -> Response:
    return render(
        "sertifikasi/keputusan_blanko_terima.html",
        status=status,
        galat=galat,
        galat_isian=bool(galat),
        ketik=request.form,
    )


@module.route("/blanko/terima", can=VERIFIKASI, methods=["POST"])
def kep_blanko_simpan() -> Response:
    def act() -> Response:
        added = nomor.receive(request.form.get("seri", ""), jawab.text("catatan"), people.required())
        return done(BLANKO, f"{added} blanko masuk stok.", "positive")

    return attempt(act, _receive)


@module.route("/blanko/<uuid:id>", can=LIHAT)
def kep_blanko(id: uuid.UUID) -> Response:
    return _blanko(id, {})


def _blanko(id: uuid.UUID, galat: Galat, status: int = 200) -> Response:
    user = people.required()
    row: k.Blanko = fetch(policies.visible_blanko(user), id)
    return render(
        "sertifikasi/keputusan_blanko.html",
        status=status,
        blanko=row,
        galat=galat,
        galat_isian=bool(galat),
        ketik=request.form,
        lencana=daftar.BLANKO_STATES(row.status),
        boleh=user.has(VERIFIKASI) and row.status in (k.STOK, k.TERPAKAI),
    )


@module.route("/blanko/<uuid:id>", can=VERIFIKASI, methods=["POST"])
def kep_blanko_rusak(id: uuid.UUID) -> Response:
    def act() -> Response:
        row: k.Blanko = fetch(policies.visible_blanko(people.required()), id, lock=True)
        holder = nomor.spoil(row, jawab.text("status"), jawab.text("catatan"), people.required())
        words = f"Blanko {row.seri} tercatat {row.status.lower()}."
        if holder is not None:
            words += f" Sertifikat {holder.nama} memerlukan blanko lain."
        return done(f"{BLANKO}/{id}", words, "warning" if holder is not None else "positive")

    return attempt(act, lambda galat, status: _blanko(id, galat, status))


# ---- numbers


@module.route("/nomor", can=VERIFIKASI)
def kep_nomor() -> Response:
    return _numbers()


def _numbers(
    rows: list[nomor.Baris] | None = None, galat: Galat | None = None, status: int = 200, tercatat: int | None = None
) -> Response:
    return render(
        "sertifikasi/keputusan_nomor.html", status=status, baris=rows, galat=galat or {}, galat_isian=bool(galat),
        tabel=request.form.get("tabel", ""), kurang=nomor.missing(), stok=nomor.stock()[k.STOK], tercatat=tercatat,
    )  # fmt: skip


@module.route("/nomor", can=VERIFIKASI, methods=["POST"])
def kep_nomor_tabel() -> Response:
    """Look first, then record: only lines without a problem, and only those that were looked at."""
    try:
        rows = nomor.match(nomor.read_table(request.form.get("tabel", "")))
    except Invalid as error:
        return _numbers(galat={error.field: error.pesan}, status=422)
    if request.form.get("aksi") != "catat":
        return _numbers(rows)
    recorded = nomor.record_all(rows, people.required())
    db.session.flush()
    return _numbers([row for row in rows if row.masalah], tercatat=recorded)


# ---- settings


@module.route("/pengaturan", can=MANAJER)
def kep_pengaturan() -> Response:
    return _settings({})


def _settings(galat: Galat, status: int = 200) -> Response:
    typed = request.form
    columns = typed.get("kolom") or "\n".join(f"{title} = {value}" for title, value in pengaturan.columns())
    return render(
        "sertifikasi/keputusan_pengaturan.html", status=status, galat=galat, galat_isian=bool(galat),
        lsp={**pengaturan.lsp(), **{name: typed[name] for name in LSP_FIELDS if name in typed}},
        portal_sejak=typed.get("portal_sejak", pengaturan.portal_since().strftime("%d-%m-%Y")),
        kuorum=typed.get("kuorum") or pengaturan.kuorum(), kolom=columns, nilai=sorted(pengaturan.VALUES),
        batas=tenggat.BATAS.values(), angka_batas={**tenggat.semua(), **_typed_figures()},
    )  # fmt: skip


def _typed_figures() -> dict[str, str]:
    return {name: request.form[f"batas-{name}"] for name in tenggat.BATAS if f"batas-{name}" in request.form}


LSP_FIELDS = ("nama", "alamat", "kota", "lisensi", "jabatan_ketua", "bidang", "bidang_en", "bentuk")


@module.route("/pengaturan", can=MANAJER, methods=["POST"])
def kep_pengaturan_simpan() -> Response:
    def act() -> Response:
        user = people.required()
        quorum = pengaturan.parse_kuorum(request.form.get("kuorum", ""))
        columns = pengaturan.parse_columns(request.form.get("kolom", ""))
        figures = tenggat.read(request.form)
        lsp = {name: jawab.text(name)[:300] for name in LSP_FIELDS}
        since = jawab.day("portal_sejak") if jawab.text("portal_sejak") else None
        if jawab.text("portal_sejak") and (since is None or since > hari_ini()):
            raise Invalid("portal_sejak", "Isi tanggal yang sudah lewat, misalnya 21-11-2026, atau kosongkan")
        if since is not None:
            lsp["portal_sejak"] = since.isoformat()
        if len(lsp["nama"]) < 3:
            raise Invalid("nama", "Isi nama LSP seperti tercetak di surat dan sertifikat")
        if lsp["bentuk"] not in ("ELEKTRONIK", "BLANKO"):
            raise Invalid("bentuk", "Pilih bentuk sertifikat")
        pengaturan.save(pengaturan.LSP, lsp, user)
        pengaturan.save(tenggat.NAMA, dict(figures), user)
        pengaturan.save(pengaturan.PLENO, {"kuorum": quorum}, user)
        pengaturan.save(pengaturan.BNSP, {"kolom": [list(pair) for pair in columns]}, user)
        return done(ATUR, "Pengaturan LSP tersimpan.", "positive")

    return attempt(act, _settings)
