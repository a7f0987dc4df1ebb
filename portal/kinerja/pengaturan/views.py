"""Pages of BKPSDM: the settings of a year, the deadlines of its months, exceptions for one PD."""

import uuid
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from portal.kernel import activity, people
from portal.kernel.calendar import nama_bulan
from portal.kernel.db import db
from portal.kernel.errors import Denied, Invalid
from portal.kernel.forms import Problem
from portal.kernel.organisation import Unit, in_force
from portal.kernel.web import done, render
from portal.kinerja import ATUR, kalender, module
from portal.kinerja.models import JadwalKunci, TahunKinerja
from portal.kinerja.pengaturan import forms
from portal.kinerja.settings import aturan, simpan_aturan

activity.declare(**{"kinerja.aturan": "tahun perubahan", "kinerja.jadwal": "tahun bulan pd pegawai penilai alasan"})
PATH = "/kinerja/pengaturan"


def _tahun() -> int:
    """The year asked for, if it exists; the current one otherwise."""
    years = list(db.session.scalars(sa.select(TahunKinerja.tahun).order_by(TahunKinerja.tahun)))
    wanted = request.values.get("tahun", type=int)
    return wanted if wanted in years else kalender.hari_ini().year


def _require_city() -> None:
    """Settings and deadlines hold for everybody: a right bound to units only reads them. Raises Denied."""
    if people.required().units(ATUR) is not None:
        raise Denied("Pengaturan berlaku di seluruh instansi, sedangkan peran Anda terbatas pada unit tertentu.")


@module.route("/pengaturan", can=ATUR)
def pengaturan() -> Response:
    return _page([], {})


def _page(problems: list[Problem], typed: Any, status: int = 200) -> Response:
    tahun = _tahun()
    rules = aturan(tahun)
    query = (
        sa.select(JadwalKunci, Unit.nama.label("pd"))
        .outerjoin(Unit, Unit.id == JadwalKunci.pd_id)
        .where(JadwalKunci.tahun == tahun)
        .order_by(JadwalKunci.bulan, JadwalKunci.pd_id.is_not(None), Unit.nama)
    )
    rows = db.session.execute(query).all()
    known = {row.JadwalKunci.bulan for row in rows if row.JadwalKunci.pd_id is None}
    missing = {b: kalender.default_jadwal(tahun, b, rules) for b in range(1, 13) if b not in known}
    units = db.session.execute(
        sa.select(Unit.id, Unit.nama).where(Unit.jenis == "PD", in_force(Unit, kalender.hari_ini())).order_by(Unit.nama)
    ).all()
    return render(
        "kinerja/pengaturan.html", status=status, tahun=tahun, groups=forms.GROUPS, nilai=asdict(rules), typed=typed,
        masalah={p.field: p.pesan for p in problems}, problems=problems, galat_isian=bool(problems), jadwal=rows,
        bawaan=missing, units=units, nama_bulan=nama_bulan, bulan_pilihan=[(b, nama_bulan(b)) for b in range(1, 13)],
        tahun_lain=list(db.session.scalars(sa.select(TahunKinerja.tahun).order_by(TahunKinerja.tahun))),
    )  # fmt: skip


@module.route("/pengaturan", can=ATUR, methods=["POST"])
def simpan_pengaturan() -> Response:
    _require_city()
    tahun = _tahun()
    before = asdict(aturan(tahun))
    changed, problems = forms.read(request.form, before)
    if problems:
        return _page(problems, request.form, 422)
    if not changed:
        return done(f"{PATH}?tahun={tahun}", "Tidak ada yang berubah.")
    simpan_aturan(tahun, changed)
    diff = {name: [before[name], value] for name, value in changed.items()}
    activity.log("kinerja.aturan", by=people.required(), tahun=tahun, perubahan=diff)
    people.forget_everyone()
    return done(f"{PATH}?tahun={tahun}", f"{len(changed)} pengaturan disimpan untuk {tahun}.", "positive")


@module.route("/pengaturan/jadwal", can=ATUR, methods=["POST"])
def simpan_jadwal() -> Response:
    """Deadlines of one month, for the city or for one PD with a reason. Past months keep what they had."""
    _require_city()
    tahun, form = _tahun(), request.form
    try:
        bulan = int(form.get("bulan", "0"))
        if not 1 <= bulan <= 12:
            raise Invalid("bulan", "Pilih bulan")
        pegawai = forms.read_date(form.get("batas_pegawai", ""), "batas_pegawai", "Batas kirim pegawai")
        penilai = forms.read_date(form.get("batas_penilai", ""), "batas_penilai", "Batas keputusan penilai")
        _store(tahun, bulan, pegawai, penilai, form)
    except Invalid as error:
        return _page([Problem(error.field, error.pesan)], form, 422)
    except ValueError:
        return _page([Problem("bulan", "Pilih bulan")], form, 422)
    return done(f"{PATH}?tahun={tahun}#jadwal", f"Tenggat {nama_bulan(bulan)} {tahun} disimpan.", "positive")


def _store(tahun: int, bulan: int, pegawai: Any, penilai: Any, form: Any) -> None:
    pd_id = uuid.UUID(form["pd"]) if form.get("pd") else None
    alasan = form.get("alasan", "").strip()
    if pegawai < kalender.first_of_next(tahun, bulan).replace(day=1) or penilai < pegawai:
        raise Invalid("batas_penilai", "Urutan tanggal: akhir bulan, batas kirim pegawai, lalu batas keputusan penilai")
    if penilai < kalender.hari_ini():
        raise Invalid(
            "batas_penilai", "Batas keputusan penilai sudah lewat. Buka kunci per pegawai dari Monitoring kinerja"
        )
    if pd_id is not None and not db.session.scalar(sa.select(sa.exists().where(Unit.id == pd_id, Unit.jenis == "PD"))):
        raise Invalid("pd", "Pilih perangkat daerah dari daftar")
    if pd_id is not None and len(alasan) < 10:
        raise Invalid("alasan", "Tulis alasan pengecualian, sedikitnya 10 huruf")
    same_pd = JadwalKunci.pd_id == pd_id if pd_id else JadwalKunci.pd_id.is_(None)
    query = sa.select(JadwalKunci).where(JadwalKunci.tahun == tahun, JadwalKunci.bulan == bulan, same_pd)
    row = db.session.scalars(query.with_for_update()).first()
    if row is None:
        row = JadwalKunci(tahun=tahun, bulan=bulan, pd_id=pd_id, buka=kalender.date(tahun, bulan, 1))
        db.session.add(row)
    row.batas_pegawai, row.batas_penilai, row.alasan = pegawai, penilai, alasan
    row.kunci_at = kalender.end_of(penilai)
    db.session.flush()
    activity.log("kinerja.jadwal", row, by=people.required(), tahun=tahun, bulan=bulan, pd=str(pd_id or ""),
                 pegawai=str(pegawai), penilai=str(penilai), alasan=alasan)  # fmt: skip
    people.forget_everyone()
