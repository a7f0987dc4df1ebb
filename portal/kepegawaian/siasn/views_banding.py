"""Pages of the differences: the report by OPD, one pair with both sides, and the decisions about it."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kepegawaian import LAPORAN, SIASN, module
from portal.kepegawaian.pegawai import data_utama
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.jenis import JENIS
from portal.kepegawaian.riwayat.policies import visible_pegawai
from portal.kepegawaian.siasn import ambigu, bentuk, catatan, daftar, paket, peta, pratinjau, putusan, sekaligus, unduh
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.medan import DIRI, Catatan, Medan
from portal.kepegawaian.siasn.policies import visible_pasangan
from portal.kepegawaian.siasn.views import HOME, tabs
from portal.kernel.access import fetch
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal, required
from portal.kernel.web import MenuItem, done, render

module.menu.append(MenuItem("Selisih SIASN", "report", f"{HOME}/laporan", can=LAPORAN, group="Kepegawaian", order=71))
module.manuals.update({
    "/kepegawaian/siasn/laporan": "bkpsdm-siasn#selisih", "/kepegawaian/siasn/pasangan": "bkpsdm-siasn#memutuskan-beda",
})  # fmt: skip
AGAMA = dict(data_utama.AGAMA)
BULK = (
    "golongan", "pendidikan", "penghargaan", "kursus", "diklat", "sertifikasi", "kgb", "masakerja", "skp22",
    "angkakredit", "pasangan", "anak", "ortu", "kontak",
)  # fmt: skip


@module.route("/siasn/laporan", can=LAPORAN)
def siasn_laporan() -> Response:
    """Counts by OPD and class above the list; list, CSV and XLSX are the same rows."""
    user = required()
    return daftar.SELISIH.respond(
        "kepegawaian/siasn_laporan.html", more=lambda ask: {"rekap": daftar.per_opd(user)}, kelas=daftar.KELAS,
        tabs=tabs("laporan"), boleh=user.has(SIASN), jenis=[(code, catatan.JUDUL[code]) for code in BULK],
        terbanyak=sekaligus.TERBANYAK,
    )  # fmt: skip


@module.route("/siasn/pasangan/<uuid:id>", can=LAPORAN)
def siasn_pasangan(id: uuid.UUID) -> Response:
    user = required()
    return _pair(fetch(visible_pasangan(user), id), user, {})


def _pair(pair: m.Pasangan, user: Principal, galat: dict[str, str], status: int = 200) -> Response:
    kind = putusan.kinds()[pair.jenis]
    mirror = db.session.scalars(sa.select(m.Cermin).where(m.Cermin.id == pair.cermin_id)).first()
    person = db.session.scalars(visible_pegawai(user).where(Pegawai.id == pair.pegawai_id)).first()
    name = db.session.scalar(sa.select(Pegawai.nama).where(Pegawai.id == pair.pegawai_id))
    return render(
        "kepegawaian/siasn_pasangan.html", status=status, pair=pair, jenis=kind, pegawai=person, nama=name,
        sisi=_sides(pair, kind, mirror), berkas=_papers(pair), berkas_siasn=bentuk.berkas(mirror.isi) if mirror else {},
        kunci=putusan.kunci(pair), kelas=daftar.KELAS, kata_sisi=daftar.SISI, tabs=tabs("laporan"), galat=galat,
        boleh=user.has(SIASN), cermin=mirror, tambahan=_extra(pair, kind, mirror), alamat=_entry(pair, kind),
        pratinjau=pratinjau.dari(pair, kind, mirror), berikut=_following(pair, user),
        calon=_candidates(pair, kind) if user.has(SIASN) else [],
        hapus=bool(getattr(kind, "hapus", "")) and mirror is not None and mirror.hilang_at is None,
    )  # fmt: skip


def _candidates(pair: m.Pasangan, kind: Catatan) -> list[tuple[str, str]]:
    """Of an ambiguous entry the rows of SIASN it may be: key, and all that is known of each."""
    found = []
    for row in ambigu.calon(pair):
        theirs, known = kind.mereka(row.isi), peta.Terjemah()
        words = [f"{one.judul}: {text}" for one in kind.medan if (text := _words(one, theirs.get(one.nama), known))]
        papers = f"{len(bentuk.berkas(row.isi))} berkas"
        found.append((str(row.id), "; ".join([*words, papers, f"id {row.siasn_id}"])))
    return found


def _following(pair: m.Pasangan, user: Principal) -> str:
    """Where the next one of the same kind and class waits for somebody, "" behind the last."""
    here = (sa.literal(pair.nama), sa.literal(pair.id))
    query = visible_pasangan(user).with_only_columns(m.Pasangan.id).where(
        m.Pasangan.jenis == pair.jenis, m.Pasangan.kelas == pair.kelas, m.Pasangan.ditangani == "",
        m.Pasangan.putusan == "", sa.tuple_(m.Pasangan.nama, m.Pasangan.id) > sa.tuple_(*here),
    )  # fmt: skip
    key = db.session.scalar(query.order_by(m.Pasangan.nama, m.Pasangan.id).limit(1))
    return f"{HOME}/pasangan/{key}" if key else ""


def _sides(pair: m.Pasangan, kind: Catatan, mirror: m.Cermin | None) -> list[tuple[str, str, str, bool]]:
    """Every field with both values, those that differ marked."""
    known = peta.Terjemah()
    theirs = kind.mereka(mirror.isi) if mirror else {}
    row = paket.lokal(kind, pair.lokal_id) if pair.lokal_id and kind.lokal else None
    ours = kind.kita(row, known)[0] if row is not None else {one["medan"]: one["kita"] for one in pair.beda}
    differing = {one["medan"] for one in pair.beda}
    return [
        (one.judul, _words(one, ours.get(one.nama), known), _words(one, theirs.get(one.nama), known),
         one.nama in differing)
        for one in kind.medan if one.nama != "berlaku"
    ]  # fmt: skip


def _words(one: Medan, value: Any, known: peta.Terjemah) -> str:
    """A value as people read it: what we call a mapped id, beside the id where we know no name."""
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if one.nama == "agama":
        return AGAMA.get(str(value), str(value))
    if one.bebas:
        return peta.nama_siasn(one.peta, str(value))
    ours = known.dari_siasn(one.peta, str(value)) if one.peta else None
    return known.sebut(one.peta, ours) if ours is not None else str(value)


def _extra(pair: m.Pasangan, kind: Catatan, mirror: m.Cermin | None) -> bool:
    """An extra role that only SIASN has: its end has to be typed."""
    if pair.kelas != m.HANYA_SIASN or kind is not catatan.JABATAN or mirror is None:
        return False
    return bool(kind.mereka(mirror.isi)["penugasan"] != r.DEFINITIF)


def _papers(pair: m.Pasangan) -> list[Any]:
    query = sa.select(r.BerkasTautan.dokumen_id, r.BerkasTautan.nama_asli).where(
        r.BerkasTautan.riwayat_id == pair.lokal_id, r.BerkasTautan.aktif, r.BerkasTautan.dokumen_id.is_not(None)
    )
    return list(db.session.execute(query)) if pair.lokal_id else []


def _entry(pair: m.Pasangan, kind: Catatan) -> str:
    if pair.lokal_id is None or not kind.lokal:
        return ""
    if kind.lokal == DIRI:
        return f"/kepegawaian/pegawai/{pair.pegawai_id}/data"
    table = r.TABEL[JENIS[kind.lokal].tabel].__tablename__
    return f"/kepegawaian/pegawai/{pair.pegawai_id}/riwayat/{table}/{pair.lokal_id}"


@module.route("/siasn/pasangan/<uuid:id>", can=SIASN, methods=["POST"])
def siasn_pasangan_putus(id: uuid.UUID) -> Response:
    """One of: choose sides, note what is done elsewhere, prepare a deletion at SIASN. Then the next one opens."""
    user = required()
    pair: m.Pasangan = fetch(visible_pasangan(user), id, lock=True)
    try:
        return _decide(pair, user)
    except Invalid as error:
        return _pair(pair, user, {error.field or "pilih": error.pesan}, 422)


def _decide(pair: m.Pasangan, user: Principal) -> Response:
    act, after = request.form.get("aksi", ""), _following(pair, user) or f"{HOME}/laporan"
    if act == "tangani":
        putusan.tangani(pair, request.form.get("ditangani", ""), user)
        return done(after, "Penanganan tercatat.")
    if act == "pasangkan":
        ambigu.pasangkan(pair, request.form.get("cermin", ""), user, request.form.get("kunci", ""))
        return done(after if pair.kelas == m.SAMA else f"{HOME}/pasangan/{pair.id}", "Pasangannya tersimpan.")
    if act == "hapus":
        parcel = paket.siapkan_hapus(pair, request.form.get("alasan", ""), user)
        return done(f"{HOME}/kirim/{parcel.id}", "Penghapusan disiapkan. Orang lain yang menyetujuinya.")
    chosen = {name.removeprefix("pilih-"): value for name, value in request.form.items() if name.startswith("pilih-")}
    ends = bentuk.tanggal(request.form.get("selesai", ""))
    with db.session.begin_nested():
        putusan.putuskan(pair, chosen, user, request.form.get("kunci", ""), ends)
    kept = m.LOKAL in chosen.values()
    return done(after, "Keputusan tersimpan." + (" Yang kita pertahankan siap dikirim." if kept else ""))


@module.route("/siasn/pasangan/<uuid:id>/berkas", can=SIASN, methods=["POST"])
def siasn_pasangan_berkas(id: uuid.UUID) -> Response:
    """Fetch a paper that SIASN keeps of this row, as background work."""
    user = required()
    pair: m.Pasangan = fetch(visible_pasangan(user), id)
    return done(f"/tugas/{unduh.minta(pair, request.form.get('dok', ''), user)}")


@module.route("/siasn/terima", can=SIASN, methods=["POST"])
def siasn_terima() -> Response:
    """Take what only SIASN has of one kind, as background work."""
    kind = request.form.get("jenis", "")
    if kind not in BULK:
        return done(f"{HOME}/laporan", "Pilih jenis yang diterima.", "galat")
    return done(f"/tugas/{sekaligus.minta_terima(kind, required())}")
