"""Sent forms: their frozen content with its hash, and the screen signatures under it.

A form is written once. Sending again after a repair makes the next `ke`; nothing is changed in place.
"""

import hashlib
import uuid
from typing import Any

import orjson
import sqlalchemy as sa
from flask import has_request_context, request

from portal.kernel.db import db, now
from portal.kernel.people import Principal
from portal.sertifikasi.saya import forms
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.kasus import Kasus
from portal.sertifikasi.saya.models import FormIsian, TandaTangan
from portal.sertifikasi.skema.models import Elemen, SkemaUnit, Standar

FORM_VERSION = "2023"
ASESI = "ASESI"


def digest(isi: dict[str, Any]) -> str:
    """sha256 of the content in canonical JSON, 64 hex digits."""
    return hashlib.sha256(orjson.dumps(isi, option=orjson.OPT_SORT_KEYS)).hexdigest()


def freeze(permohonan_id: uuid.UUID, kode: str, isi: dict[str, Any]) -> FormIsian:
    """The next copy of a form of this case, locked as it is."""
    before = sa.select(sa.func.max(FormIsian.ke))
    before = before.where(FormIsian.permohonan_id == permohonan_id, FormIsian.kode == kode)
    form = FormIsian(
        permohonan_id=permohonan_id, kode=kode, versi_form=FORM_VERSION, ke=(db.session.scalar(before) or 0) + 1,
        isi=isi, sha256=digest(isi), dikunci_at=now(),
    )  # fmt: skip
    db.session.add(form)
    db.session.flush()
    return form


def sign(form: FormIsian, user: Principal, peran: str, nama: str, cara: str) -> TandaTangan:
    """Write who signed which content, when and from where; the date on paper is this one."""
    mark = TandaTangan(
        form_id=form.id, peran=peran, user_id=user.id, nama=nama, pada=now(), cara=cara, sha256=form.sha256,
        alamat_ip=(request.remote_addr or "") if has_request_context() else "",
    )  # fmt: skip
    db.session.add(mark)
    db.session.flush()
    return mark


def latest(permohonan_id: uuid.UUID, kode: str) -> FormIsian | None:
    query = sa.select(FormIsian).where(FormIsian.permohonan_id == permohonan_id, FormIsian.kode == kode)
    return db.session.scalar(query.order_by(FormIsian.ke.desc()).limit(1))


# ---- contents


def head(kasus: Kasus, kode: str) -> dict[str, Any]:
    versi = kasus.versi_skema
    return {
        "kode": kode, "versi_form": FORM_VERSION, "nomor": kasus.p.nomor or "", "contoh": versi.contoh,
        "skema": {"jenis": versi.skema.jenis, "judul": versi.judul, "nomor": versi.nomor, "versi": versi.versi},
        "tuk": None, "asesor": None, "asesi": {"nama": full_name(kasus)},
    }  # fmt: skip


def full_name(kasus: Kasus) -> str:
    before, after = kasus.nilai("gelar_depan"), kasus.nilai("gelar_belakang")
    return f"{before + ' ' if before else ''}{kasus.nilai('nama')}{', ' + after if after else ''}"


def apl01(kasus: Kasus) -> dict[str, Any]:
    """Content of FR.APL.01 without the NIK, which is printed from where it lies sealed."""
    standards = {row.id: row.nomor for row in db.session.scalars(sa.select(Standar))}
    return head(kasus, m.APL01) | {
        "pribadi": _part(kasus, forms.PRIBADI), "pekerjaan": _part(kasus, forms.PEKERJAAN),
        "tujuan": kasus.p.tujuan, "tujuan_lain": kasus.p.tujuan_lain,
        "unit": [
            _unit(u) | {"standar": standards.get(u.unit.standar_id, "")} for u in kasus.units
        ],
        "syarat": [
            {"kategori": row.syarat.kategori, "urut": row.syarat.urut, "teks": row.syarat.teks, "ada": bool(row.berkas),
             "status": row.status, "catatan": row.catatan, "berkas": [_file(b) for b in row.berkas]}
            for row in kasus.syarat
        ],
        "permintaan": {f.name: kasus.nilai(f.name) for f in forms.of_part(forms.SKEMA) if f.name not in forms.COLUMNS},
        "rekomendasi": "", "catatan": "",
    }  # fmt: skip


def _part(kasus: Kasus, part: str) -> dict[str, str]:
    fields = [f for f in forms.of_part(part) if f.kind != forms.NIK]
    found = {f.name: forms.printed(f, kasus.nilai(f.name)) for f in fields}
    if part == forms.PEKERJAAN and not forms.works(kasus.values):
        found |= {"instansi": "-", "jabatan": "-"}
    return found


def _file(b: m.BerkasAsesi) -> dict[str, str]:
    return {"judul": b.judul, "sha256": b.dokumen.sha256, "id": str(b.id)}


def apl02(kasus: Kasus) -> dict[str, Any]:
    """Content of FR.APL.02: every elemen of the pinned version with its answer."""
    return head(kasus, m.APL02) | {
        "unit": [
            _unit(u) | {"elemen": [_elemen(kasus, e) for e in u.unit.elemen]} for u in kasus.units
        ],
        "rekomendasi": "", "catatan": "",
    }  # fmt: skip


def _unit(row: SkemaUnit) -> dict[str, Any]:
    return {"urut": row.urut, "kode": row.unit.kode, "judul": row.unit.judul}


def _elemen(kasus: Kasus, elemen: Elemen) -> dict[str, Any]:
    row = kasus.jawaban.get(elemen.id)
    files = row.bukti if row else []
    return {
        "urut": elemen.urut, "judul": elemen.judul, "kuk": [{"nomor": k.nomor, "teks": k.teks} for k in elemen.kuk],
        "jawaban": row.jawaban if row else "", "bukti": [b.judul for b in files], "berkas": [_file(b) for b in files],
        "catatan": row.catatan if row else "",
    }  # fmt: skip
