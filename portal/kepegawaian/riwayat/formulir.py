"""The form of an entry: new, changed, handed in. One form for every kind, with its own body for jabatan."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from portal.kepegawaian import module
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.riwayat import (
    aturan,
    aturan_lain,
    berkas,
    hak,
    isian,
    isian_jabatan,
    jenis,
    pratinjau,
    services,
)
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.dokumen import DOKUMEN
from portal.kepegawaian.riwayat.jenis import Jenis
from portal.kepegawaian.riwayat.pratinjau import Pratinjau
from portal.kernel.db import db, new_id, rollback
from portal.kernel.errors import Conflict, Denied, Invalid, Missing
from portal.kernel.forms import Problem
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal, required
from portal.kernel.web import SIGNED_IN, done, render

JABATAN = "JABATAN"


@dataclass
class Keadaan:
    """The form as it stands: what it shows, what is wrong, what has to be looked at before it goes on."""

    kind: Jenis
    pegawai: Pegawai
    row: Any = None
    kunci: uuid.UUID = field(default_factory=new_id)
    teks: dict[str, str] = field(default_factory=dict)
    nilai: dict[str, Any] = field(default_factory=dict)
    galat: Sequence[Problem] = ()
    peringatan: Sequence[Problem] = ()
    pratinjau: Pratinjau = field(default_factory=Pratinjau)
    tersimpan: bool = False  # kept as a draft while it asks to look again, so that files need not be chosen twice

    @property
    def kecuali(self) -> tuple[uuid.UUID | None, ...]:
        return (self.row.id, self.row.menggantikan_id) if self.row is not None else ()


def alamat(pegawai: Pegawai | uuid.UUID, row: Any = None) -> str:
    """Address of an entry, or of the page of its pegawai."""
    key = pegawai if isinstance(pegawai, uuid.UUID) else pegawai.id
    return f"/kepegawaian/pegawai/{key}" + (f"/riwayat/{row.__tablename__}/{row.id}" if row is not None else "")


def tanda(peringatan: Sequence[Problem], seen: Pratinjau) -> str:
    """Stands for exactly these warnings and this change of the past: other ones have to be ticked anew."""
    words = [one.pesan for one in peringatan] + ([seen.bulan] if seen.masa_lalu else [])
    return hashlib.sha256("|".join(words).encode()).hexdigest()[:16] if words else ""


# ---- pages


@module.route("/pegawai/<uuid:id>/riwayat/baru/<string:kode>", can=SIGNED_IN)
def riwayat_baru(id: uuid.UUID, kode: str) -> Response:
    state = _new(id, kode)
    state.teks = isian_jabatan.awal(state.pegawai) if state.kind.kode == JABATAN else {"tmt": ""}
    return _show(state)


@module.route("/pegawai/<uuid:id>/riwayat/baru/<string:kode>", can=SIGNED_IN, methods=["POST"])
def riwayat_simpan_baru(id: uuid.UUID, kode: str) -> Response:
    return _save(_new(id, kode))


@module.route("/pegawai/<uuid:id>/riwayat/<string:tabel>/<uuid:riwayat>/ubah", can=SIGNED_IN)
def riwayat_ubah(id: uuid.UUID, tabel: str, riwayat: uuid.UUID) -> Response:
    state = _draft(id, tabel, riwayat)
    if state.kind.kode == JABATAN:
        state.teks = isian_jabatan.isi_formulir(state.row, state.pegawai)
    else:
        state.teks = isian.isi_formulir(state.kind, state.row)
    return _show(state)


@module.route("/pegawai/<uuid:id>/riwayat/<string:tabel>/<uuid:riwayat>/ubah", can=SIGNED_IN, methods=["POST"])
def riwayat_simpan(id: uuid.UUID, tabel: str, riwayat: uuid.UUID) -> Response:
    return _save(_draft(id, tabel, riwayat, lock=True))


def _new(key: uuid.UUID, kode: str) -> Keadaan:
    user, kind = required(), jenis.JENIS.get(kode)
    pegawai = hak.pegawai_terlihat(user, key)
    if kind is None:
        raise Missing()
    hak.pastikan_usul(user, pegawai, kind)
    return Keadaan(kind, pegawai)


def _draft(key: uuid.UUID, tabel: str, riwayat: uuid.UUID, lock: bool = False) -> Keadaan:
    user = required()
    pegawai = hak.pegawai_terlihat(user, key)
    if lock:
        services.lock(pegawai.id)
    row = hak.entri(user, pegawai, tabel, riwayat, lock=lock)
    if row.diusulkan_oleh_id != user.id or jenis.of(row).tutup:
        raise Denied("Hanya pengusulnya yang dapat mengubah usulan ini.")
    if row.status not in services.OPEN:
        raise Conflict("Riwayat ini sudah diajukan. Tarik dulu untuk mengubahnya.")
    hak.pastikan_usul(user, pegawai, jenis.of(row))
    return Keadaan(jenis.of(row), pegawai, row)


def _save(state: Keadaan) -> Response:
    """One press of a button: search, refresh, save as a draft, hand in. Nothing is stored while something is wrong."""
    user, act = required(), request.form.get("aksi", "draf")
    if state.row is not None and request.form.get("versi", "") != str(state.row.versi):
        raise Conflict("Usulan ini berubah sejak Anda membukanya.", "Buka lagi, lalu ulangi perubahan Anda.")
    stored = _stored(state, user) if state.row is None else None
    if stored is not None:
        return done(alamat(state.pegawai, stored), "Usulan ini sudah tersimpan.")
    _read(state)
    if act == "segarkan" or act.startswith("cari:"):
        state.galat, state.peringatan = (), ()
        return _show(state)
    files = _files(state)
    if not state.galat and act == "ajukan":
        _papers(state, files)
    state.pratinjau = _preview(state) if act == "ajukan" and not state.galat else Pratinjau()
    wanted = tanda(state.peringatan, state.pratinjau)
    asks = act == "ajukan" and wanted and request.form.get("setuju") != wanted
    if state.galat or (asks and not files):
        return _show(state, 422)
    try:
        state.row = _store(state, files, user)
    except Invalid as error:
        rollback()
        state.galat = [Problem(error.field, error.pesan)]
        return _show(state, 422)
    if asks:
        state.tersimpan = True
        return _show(state)
    return _handed(state, act, user)


def _stored(state: Keadaan, user: Principal) -> Any:
    """What an earlier sending of this form made (a double click); None the first time."""
    key = isian_jabatan.kunci(request.form.get("kunci", ""))
    if key is None:
        return None
    services.lock(state.pegawai.id)
    row: Any = db.session.get(r.TABEL[state.kind.tabel], key)
    if row is None:
        state.kunci = key
        return None
    return row if (row.pegawai_id, row.diusulkan_oleh_id) == (state.pegawai.id, user.id) else None


def _read(state: Keadaan) -> None:
    if state.kind.kode == JABATAN:
        found, rules = isian_jabatan.baca(request.form, state.pegawai, state.kecuali)
    else:
        found = isian.baca(state.kind, request.form, state.pegawai, state.row)
        rules = aturan.Temuan()
        if not found.galat:
            rules = aturan_lain.periksa(state.kind, state.pegawai, found.nilai, state.kecuali)
            found.galat += rules.galat
    state.teks, state.nilai, state.galat, state.peringatan = found.teks, found.nilai, found.galat, rules.peringatan


def _files(state: Keadaan) -> dict[str, FileStorage]:
    """Files chosen in the form, by code of the document."""
    found = {}
    for kode, _ in berkas.dokumen(state.kind):
        file = request.files.get(f"berkas-{kode}")
        if file is not None and file.filename:
            found[kode] = file
    return found


def _papers(state: Keadaan, files: Mapping[str, FileStorage]) -> None:
    """Without its required documents nothing is handed in."""
    have = set(files) | (berkas.punya(state.row) if state.row is not None else set())
    state.galat = [
        Problem(f"berkas-{kode}", f"Unggah {berkas.nama(kode)}")
        for kode, needed in state.kind.dokumen if needed and kode not in have
    ]  # fmt: skip


def _preview(state: Keadaan) -> Pratinjau:
    table = r.TABEL[state.kind.tabel]
    values = {**state.nilai, "jenis": state.kind.kode} if table is r.RiwayatLain else state.nilai
    replaced = state.row.menggantikan_id if state.row is not None else None
    return pratinjau.susun(state.pegawai.id, table, values, replaced)


def _store(state: Keadaan, files: Mapping[str, FileStorage], user: Principal) -> Any:
    row = services.simpan(state.kind, state.pegawai, state.nilai, user, state.row, kunci=state.kunci)
    for kode, file in files.items():
        berkas.terima(row, kode, file, user)
    return row


def _handed(state: Keadaan, act: str, user: Principal) -> Response:
    target = alamat(state.pegawai, state.row)
    if act != "ajukan":
        return done(target, "Draf tersimpan. Ajukan jika sudah lengkap.")
    services.jalankan(state.row, "ajukan", user)
    return done(target, "Usulan diajukan.")


def _show(state: Keadaan, status: int = 200) -> Response:
    own = state.kind.kode == JABATAN
    target = alamat(state.pegawai, state.row)
    return render(
        "kepegawaian/riwayat_form.html", block="formulir", status=status, s=state, kind=state.kind,
        pegawai=state.pegawai, nip=nip_words(state.pegawai.nip), t=state.teks,
        versi="" if state.row is None else state.row.versi,
        galat={one.field: one.pesan for one in reversed(state.galat)}, jabatan=own,
        medan=[] if own else isian.untuk(state.kind, state.pegawai),
        b=isian_jabatan.bahan(state.teks, state.pegawai, request.form) if own else {},
        dokumen=berkas.dokumen(state.kind), nama_dokumen={kode: one.nama for kode, one in DOKUMEN.items()},
        berkas=berkas.daftar(state.row) if state.row is not None else {},
        aksi=f"{target}/ubah" if state.row is not None else f"{target}/riwayat/baru/{state.kind.kode}",
        batal=target, tanda=tanda(state.peringatan, state.pratinjau), batas=berkas.batas_mb(),
        pilih_lagi=bool(status != 200 and any(file.filename for file in request.files.values())),
    )  # fmt: skip
