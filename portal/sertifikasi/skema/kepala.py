"""The head of a scheme: its code, kind, level, tier and how it may be assessed. A new scheme begins with it.

Code and kind stand as soon as a version was published: forms of running applications print them. Sub-cluster and
tier may change later; a draft keeps them (`SkemaVersi.kepala`) until it is published.
"""

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.kernel import activity
from portal.kernel.db import db
from portal.kernel.errors import Conflict
from portal.kernel.forms import Problem
from portal.kernel.people import Principal
from portal.sertifikasi.asesmen.kasus import MODA
from portal.sertifikasi.skema import models as m

JENIS = {m.KKNI: "Kualifikasi KKNI", m.OKUPASI: "Okupasi", m.KLASTER: "Klaster"}
AT_VENUE = {"LURING", "HYBRID"}  # modes in which somebody stands at the TUK
TEXTS = (("sub_klaster", "Sub-klaster", 2), ("jenjang", "Jenjang", 2))
TAKEN = "Kode ini sudah dipakai skema lain"
CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")

activity.declare(**{"skema.dibuat": "kode judul jenis"})


def read_scheme(form: Mapping[str, str], whole: bool) -> tuple[dict[str, str], list[Problem]]:
    """Columns of Skema; code and kind only while the scheme may still change whole."""
    problems: list[Problem] = []
    values = {name: " ".join(form.get(name, "").split()) for name, _, _ in TEXTS}
    for name, label, least in TEXTS:
        if not least <= len(values[name]) <= 80:
            problems.append(Problem(name, f"{label}: tulis {least} sampai 80 huruf"))
    if not whole:
        return values, problems
    values |= {"kode": form.get("kode", "").strip().upper(), "jenis": form.get("jenis", "")}
    if not CODE.fullmatch(values["kode"]) or not 3 <= len(values["kode"]) <= 20:
        problems.append(Problem("kode", "Kode: 3 sampai 20 huruf besar, angka, atau tanda hubung, misalnya PPT-PTG"))
    if values["jenis"] not in JENIS:
        problems.append(Problem("jenis", "Pilih jenis skema"))
    return values, problems


def read_version(form: Mapping[str, str], jenis: str) -> tuple[dict[str, Any], list[Problem]]:
    """Columns of SkemaVersi beside title, number and periods."""
    problems: list[Problem] = []
    english = " ".join(form.get("judul_en", "").split())
    if len(english) > 200:
        problems.append(Problem("judul_en", "Judul bahasa Inggris: paling banyak 200 huruf"))
    typed = form.get("kkni_level", "").strip()
    level = int(typed) if re.fullmatch("[1-9]", typed) else None
    if typed and level is None:
        problems.append(Problem("kkni_level", "Jenjang KKNI: pilih 1 sampai 9"))
    if jenis == m.KKNI and level is None and not typed:
        problems.append(Problem("kkni_level", "Skema kualifikasi KKNI memerlukan jenjang"))
    modes = [code for code in MODA if form.get(f"moda-{code}")]
    if not modes:
        problems.append(Problem("moda", "Pilih sedikitnya satu moda asesmen"))
    elif not AT_VENUE & set(modes) and any(name.startswith("luring-") for name in form):
        problems.append(Problem("moda", "Ada unit yang wajib luring, jadi pilih juga luring atau campuran"))
    return {"judul_en": english, "kkni_level": level, "moda": modes}, problems


def shown(skema: m.Skema, version: m.SkemaVersi | None) -> dict[str, Any]:
    """The head as a draft would have it."""
    names = ("kode", "jenis", "sub_klaster", "jenjang")
    return {name: getattr(skema, name) for name in names} | (version.kepala if version else {})


def unpublished(skema_id: Any) -> bool:
    """No version of the scheme was ever published."""
    query = sa.select(m.SkemaVersi.id).where(m.SkemaVersi.skema_id == skema_id, m.SkemaVersi.status != m.DRAF)
    return db.session.scalar(query.limit(1)) is None


def taken(version: m.SkemaVersi, values: dict[str, str]) -> list[Problem]:
    """Another scheme has the code that was typed."""
    query = sa.select(m.Skema.id).where(m.Skema.kode == values.get("kode", ""), m.Skema.id != version.skema_id)
    return [Problem("kode", TAKEN)] if db.session.scalar(query) is not None else []


def keep(version: m.SkemaVersi, values: dict[str, str]) -> None:
    """A scheme nobody has seen takes the values at once; otherwise they wait in the draft."""
    if "kode" not in values:
        version.kepala = values
        return
    skema = db.session.scalars(sa.select(m.Skema).where(m.Skema.id == version.skema_id).with_for_update()).one()
    for name, value in values.items():
        setattr(skema, name, value)
    skema.judul = version.judul


def settle(version: m.SkemaVersi) -> m.Skema:
    """The draft is published: what waited in it becomes the head of the scheme. Raises Conflict once withdrawn."""
    skema = db.session.scalars(sa.select(m.Skema).where(m.Skema.id == version.skema_id).with_for_update()).one()
    if skema.dicabut_mulai is not None:
        raise Conflict("Skema ini dicabut, jadi versi baru tidak diterbitkan.", "Batalkan pencabutannya lebih dulu.")
    for name in ("sub_klaster", "jenjang"):
        setattr(skema, name, version.kepala.get(name, getattr(skema, name)))
    skema.judul, version.kepala = version.judul, {}
    return skema


def create(
    scheme: dict[str, str], version: dict[str, Any], user: Principal
) -> tuple[m.SkemaVersi | None, list[Problem]]:  # fmt: skip
    """A scheme with an empty draft of version 1, last in the list."""
    place = (db.session.scalar(sa.select(sa.func.max(m.Skema.urut))) or 0) + 1
    skema = m.Skema(judul=version["judul"], urut=place, **scheme)
    try:
        with db.session.begin_nested():
            db.session.add(skema)
    except IntegrityError:
        return None, [Problem("kode", TAKEN)]
    draft = m.SkemaVersi(skema_id=skema.id, versi=1, status=m.DRAF, contoh=True, **version)
    db.session.add(draft)
    db.session.flush()
    activity.log("skema.dibuat", draft, by=user, kode=skema.kode, judul=draft.judul, jenis=skema.jenis)
    return draft, []


def forget_if_empty(skema_id: Any) -> None:
    """A scheme whose only draft was thrown away goes with it. Raises Conflict when a register names it."""
    if db.session.scalar(sa.select(m.SkemaVersi.id).where(m.SkemaVersi.skema_id == skema_id).limit(1)) is not None:
        return
    try:
        with db.session.begin_nested():
            db.session.execute(sa.delete(m.Skema).where(m.Skema.id == skema_id))
    except IntegrityError as error:
        raise Conflict("Skema ini sudah disebut dalam register asesor atau lisensi, jadi drafnya disimpan.") from error
