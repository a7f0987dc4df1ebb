"""What a pegawai has once and may be edited: contact data by the person, the rest by BKPSDM. The NIK, masked."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import KELOLA, LIHAT_NIK, SENDIRI, module
from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.pegawai.nomor import bersih
from portal.kepegawaian.riwayat.models import DataPegawai
from portal.kepegawaian.riwayat.policies import people_in, visible_pegawai
from portal.kepegawaian.rujukan import kode
from portal.kernel import activity, calendar, citizens, identifiers, sealing
from portal.kernel.access import fetch
from portal.kernel.db import db, rollback
from portal.kernel.errors import Denied, Invalid
from portal.kernel.forms import Problem
from portal.kernel.organisation import Orang, Pegawai
from portal.kernel.people import Principal, required
from portal.kernel.web import SIGNED_IN, done, render

AGAMA = kode.AGAMA
KAWIN = (("1", "Menikah"), ("2", "Cerai"), ("3", "Janda atau duda"), ("4", "Belum menikah"))

activity.declare(**{"kepegawaian.data_diubah": "sebelum sesudah"})


@dataclass(frozen=True)
class Isi:
    """A field of the form. `orang`: it belongs to the human, not to this employment."""

    nama: str
    judul: str
    panjang: int = 120
    pilihan: tuple[tuple[str, str], ...] = ()
    orang: bool = False


TERTUTUP, KK = "Tertutup", "nomor kartu keluarga"  # KK: what its seal is for
NOMOR = frozenset(("npwp", "bpjs", "taspen", "tapera", "karpeg", "karis", "kpkn", "instansi_induk", "instansi_kerja",
                   "lokasi_kerja", "jenis_siasn"))  # fmt: skip
KONTAK = (Isi("alamat", "Alamat", 500), Isi("hp", "Nomor ponsel", 30), Isi("surel", "Surel pribadi"))
LAIN = (
    Isi("surel_dinas", "Surel dinas"), Isi("tempat_lahir", "Tempat lahir", orang=True),
    Isi("agama", "Agama", pilihan=AGAMA), Isi("status_kawin", "Status kawin", pilihan=KAWIN),
    Isi("nip_lama", "NIP lama", 20), Isi("npwp", "NPWP", 30), Isi("bpjs", "BPJS", 30), Isi("taspen", "Taspen", 30),
    Isi("tapera", "Tapera", 30), Isi("karpeg", "Karpeg", 30), Isi("karis", "Karis atau Karsu", 30),
    Isi("kpkn", "KPKN", 60), Isi("instansi_induk", "Instansi induk"), Isi("instansi_kerja", "Instansi kerja"),
    Isi("lokasi_kerja", "Lokasi kerja"), Isi("jenis_siasn", "Kode jenis pegawai SIASN", 4),
)  # fmt: skip


def boleh(user: Principal, pegawai: Pegawai) -> tuple[Isi, ...]:
    """Fields this person may change; none for most."""
    if user.has(KELOLA) and _holds(user, KELOLA, pegawai):
        return (*KONTAK, *LAIN)
    return KONTAK if pegawai.id == user.pegawai_id and user.has(SENDIRI) else ()


def boleh_nik(user: Principal, pegawai: Pegawai) -> bool:
    return pegawai.id == user.pegawai_id or (user.has(LIHAT_NIK) and _holds(user, LIHAT_NIK, pegawai))


def _holds(user: Principal, permission: str, pegawai: Pegawai) -> bool:
    if user.units(permission) is None:
        return True
    return (
        db.session.scalar(sa.select(Pegawai.id).where(Pegawai.id == pegawai.id, people_in(user, permission)))
        is not None
    )


def nik_samar(orang: Orang, user: Principal, pegawai: Pegawai) -> str:
    """Masked, so that nobody reads it by passing; opening it is a decision of its own. Others see no digit of it."""
    if orang.nik_enc is None:
        return ""
    if not boleh_nik(user, pegawai):
        return TERTUTUP
    return identifiers.mask(sealing.unseal(orang.nik_enc, citizens.NIK))


def nomor(data: DataPegawai | None, user: Principal, pegawai: Pegawai) -> list[tuple[str, str]]:
    """Numbers and places that are known, for the page: label and words. The KK masked, for who may open the NIK."""
    if data is None:
        return []
    shown = [(one.judul, getattr(data, one.nama)) for one in LAIN if one.nama in NOMOR]
    if data.no_kk_enc is not None:
        clear = boleh_nik(user, pegawai)
        shown.append(("Nomor KK", identifiers.mask(sealing.unseal(data.no_kk_enc, KK)) if clear else TERTUTUP))
    if data.nik_sah is not None:
        since = f", {calendar.tanggal(data.nik_sah_pada)}" if data.nik_sah_pada else ""
        shown.append(("NIK menurut BKN", f"{'Sah' if data.nik_sah else 'Belum sah'}{since}"))
    return [(label, value) for label, value in shown if value]


def _data(pegawai: Pegawai, lock: bool = False) -> DataPegawai:
    query = sa.select(DataPegawai).where(DataPegawai.pegawai_id == pegawai.id)
    found = db.session.scalars(query.with_for_update() if lock else query).first()
    return found or DataPegawai(pegawai_id=pegawai.id, versi=0)


def _now(fields: tuple[Isi, ...], data: DataPegawai, orang: Orang) -> dict[str, str]:
    return {one.nama: getattr(orang if one.orang else data, one.nama) or "" for one in fields}


# ---- pages


@module.route("/pegawai/<uuid:id>/data", can=SIGNED_IN)
def pegawai_data(id: uuid.UUID) -> Response:
    pegawai, fields = _allowed(id)
    data = _data(pegawai)
    return _show(pegawai, fields, _now(fields, data, db.session.get_one(Orang, pegawai.orang_id)), data.versi)


@module.route("/pegawai/<uuid:id>/data", can=SIGNED_IN, methods=["POST"])
def pegawai_data_simpan(id: uuid.UUID) -> Response:
    """Nothing is overwritten that changed since the form was opened: both values are shown."""
    pegawai, fields = _allowed(id)
    db.session.execute(sa.select(Pegawai.id).where(Pegawai.id == pegawai.id).with_for_update())
    data, orang = _data(pegawai, lock=True), db.session.get_one(Orang, pegawai.orang_id)
    before = _now(fields, data, orang)
    typed = {one.nama: request.form.get(one.nama, before[one.nama]).strip() for one in fields}
    if "nip_lama" in typed:
        typed["nip_lama"] = bersih(typed["nip_lama"])
    if request.form.get("versi", "") != str(data.versi):
        return _show(pegawai, fields, typed, data.versi, 409, kini=before)
    problems = _check(fields, typed, request.form)
    if problems:
        return _show(pegawai, fields, typed, data.versi, 422, problems)
    try:
        _write(pegawai, data, orang, fields, typed, before)
    except Invalid as error:
        rollback()
        pegawai, fields = _allowed(id)
        return _show(pegawai, fields, typed, _data(pegawai).versi, 422, [Problem("nik", error.pesan)])
    return done(f"/kepegawaian/pegawai/{id}", "Data tersimpan.")


@module.route("/pegawai/<uuid:id>/nik", can=SIGNED_IN, methods=["POST"])
def pegawai_nik(id: uuid.UUID) -> Response:
    """The NIK in clear, once, for the person and for who holds the permission. Each reading is in the log."""
    user = required()
    pegawai: Pegawai = fetch(visible_pegawai(user), id)
    if not boleh_nik(user, pegawai):
        raise Denied("Anda tidak berhak membuka NIK pegawai ini.")
    orang = db.session.get_one(Orang, pegawai.orang_id)
    nik = citizens.read_nik(orang, user, "halaman pegawai")
    return render("kepegawaian/pegawai_nik.html", block="nik", pegawai=pegawai, nik=nik)


def _allowed(key: uuid.UUID) -> tuple[Pegawai, tuple[Isi, ...]]:
    user = required()
    pegawai: Pegawai = fetch(visible_pegawai(user), key)
    fields = boleh(user, pegawai)
    if not fields:
        raise Denied("Data utama pegawai ini tidak dapat Anda ubah.")
    return pegawai, fields


def _check(fields: tuple[Isi, ...], typed: dict[str, str], form: Mapping[str, str]) -> list[Problem]:
    found = []
    for one in fields:
        text = typed[one.nama]
        if len(text) > one.panjang:
            found.append(Problem(one.nama, f"{one.judul}: paling banyak {one.panjang} huruf"))
        elif text and one.pilihan and text not in dict(one.pilihan):
            found.append(Problem(one.nama, f"{one.judul}: pilih salah satu"))
        elif text and one.nama.startswith("surel") and ("@" not in text or " " in text):
            found.append(Problem(one.nama, f"{one.judul}: tulis alamat surel yang lengkap"))
    if typed["hp"] and not identifiers.Telepon.parse(typed["hp"]).valid:
        found.append(Problem("hp", identifiers.Telepon.parse(typed["hp"]).pesan or "Periksa nomor ponsel"))
    nik = form.get("nik", "").strip()
    if nik and len(fields) > len(KONTAK) and not identifiers.Nik.parse(nik).valid:
        found.append(Problem("nik", identifiers.Nik.parse(nik).pesan or "Periksa NIK"))
    kk = form.get("no_kk", "").strip()
    if kk and len(fields) > len(KONTAK) and not _kk(kk):
        found.append(Problem("no_kk", "Nomor KK harus 16 angka"))
    return found


def _kk(text: str) -> str:
    """The sixteen digits of a family card; empty for anything else."""
    bare = "".join(c for c in text if c not in " .-")
    return bare if len(bare) == 16 and bare.isascii() and bare.isdigit() else ""


def _write(
    pegawai: Pegawai, data: DataPegawai, orang: Orang, fields: tuple[Isi, ...], typed: dict[str, str],
    before: dict[str, str],
) -> None:  # fmt: skip
    user, nik = required(), identifiers.Nik.parse(request.form.get("nik", "").strip()).normal
    if nik and len(fields) > len(KONTAK):
        had = orang.nik_sidik
        citizens.give_nik(orang, nik, user)
        if had is None:  # a change of one leaves its line there
            activity.log("kepegawaian.data_diubah", pegawai, by=user, sebelum={"nik": ""}, sesudah={"nik": "diisi"})
    kk = _kk(request.form.get("no_kk", "")) if len(fields) > len(KONTAK) else ""
    if kk:
        data.no_kk_enc = sealing.seal(kk, KK)
        activity.log("kepegawaian.data_diubah", pegawai, by=user, sebelum={}, sesudah={"no_kk": "diisi"})
    changed = {name: value for name, value in typed.items() if value != before[name]}
    for one in fields:
        if one.nama in changed:
            setattr(orang if one.orang else data, one.nama, changed[one.nama])
    if changed or kk:
        data.versi += 1
        db.session.add(data)
        db.session.flush()
    if changed:
        activity.log("kepegawaian.data_diubah", pegawai, by=user, sebelum={n: before[n] for n in changed},
                     sesudah=changed)  # fmt: skip


def _words(one: Isi, value: str) -> str:
    return dict(one.pilihan).get(value, value)


def _show(
    pegawai: Pegawai, fields: tuple[Isi, ...], teks: dict[str, str], versi: int, status: int = 200,
    problems: list[Problem] | None = None, kini: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    differs = [
        (one.judul, _words(one, kini[one.nama]), _words(one, teks[one.nama]))
        for one in fields if kini[one.nama] != teks[one.nama]
    ] if kini is not None else []  # fmt: skip
    return render(
        "kepegawaian/pegawai_data.html", status=status, pegawai=pegawai, nip=nip_words(pegawai.nip), isian=fields,
        t=teks, versi=versi, masalah=problems or [], galat={one.field: one.pesan for one in problems or []},
        bentrok=status == 409, beda=differs, semua=len(fields) > len(KONTAK),
    )  # fmt: skip
