"""Storing what is typed into the steps of APL-01, field by field, without overwriting another device.

Every field remembers in `asal` at which version of the case it changed last (`v`) and from which opened page
(`layar`). A form sends the version it saw: a field that changed since, from another page, is not overwritten but
answered with both values. Sending the same again changes nothing, so a phone may repeat a post it is unsure of.
"""

from collections.abc import Iterable, Mapping

from portal.kernel import sealing
from portal.kernel.calendar import pukul
from portal.kernel.citizens import NIK
from portal.kernel.forms import Problem
from portal.kernel.numbers import whole
from portal.kernel.storage import config
from portal.kernel.wizard import CONFLICT
from portal.sertifikasi.saya import forms
from portal.sertifikasi.saya.forms import Field
from portal.sertifikasi.saya.kasus import Kasus, field_key
from portal.sertifikasi.saya.pilihan import PROVINSI

Form = Mapping[str, str]
CONFIRMED = "konfirmasi"  # "Data ini masih benar"


def save(kasus: Kasus, fields: Iterable[Field], form: Form) -> list[Problem]:
    """Store what the form brings of these fields; returns what cannot be read and what collides."""
    problems, changed = [], set()
    told = whole(form.get("versi", ""))
    seen = kasus.p.versi if told is None else told
    for f in fields:
        if f.name not in form or not kasus.open(field_key(f.name)):
            continue
        value, problem = forms.tidy(f, form[f.name], kasus.hari_ini)
        if value != kasus.nilai(f.name):
            clash = _clash(kasus, f.name, seen, form)
            if clash == "tanya":
                problems.append(Problem(CONFLICT + f.name, conflict_words(kasus)))
            if clash:
                continue
            changed.add(f.name)
            put(kasus, f.name, value, form.get("layar", ""))
        if problem:
            problems.append(problem)
    if changed:
        kasus.p.versi += 1
        _derive(kasus)
    return problems


def _clash(kasus: Kasus, name: str, seen: int, form: Form) -> str:
    """ "" = store it, "lewat" = the person keeps what is stored, "tanya" = both values have to be shown."""
    mark = kasus.p.asal.get(name, {})
    if mark.get("v", 0) <= seen or (mark.get("layar") and mark["layar"] == form.get("layar")):
        return ""
    choice = form.get(f"pakai-{name}", "")
    return "" if choice == "isian" else "lewat" if choice == "tersimpan" else "tanya"


def conflict_words(kasus: Kasus) -> str:
    return f"Isian ini diubah dari perangkat lain pada {pukul(kasus.p.diubah_at, config().zona)}. Pilih yang benar."


def put(kasus: Kasus, name: str, value: str, layar: str = "") -> None:
    p = kasus.p
    p.asal = {**p.asal, name: {"dari": "", "v": p.versi + 1, "layar": layar}}
    if name == "nik":
        p.nik_enc = sealing.seal(value, NIK) if value else None
        kasus.__dict__.pop("nik", None)
    elif name in forms.COLUMNS:
        setattr(p, name, value)
    else:
        p.isian = {**p.isian, name: value}


def confirm(kasus: Kasus, form: Form) -> None:
    """The one tick under prefilled data. A form without it (an autosave of one field) leaves it as it is."""
    if "ada-konfirmasi" in form and kasus.apl01_terbuka:
        kasus.p.isian = {**kasus.p.isian, CONFIRMED: "1" if form.get(CONFIRMED) == "1" else ""}


def _derive(kasus: Kasus) -> None:
    """Columns that lists read."""
    p = kasus.p
    p.nama, p.instansi = kasus.nilai("nama"), kasus.nilai("instansi") if forms.works(kasus.values) else ""
    p.provinsi = PROVINSI.get(kasus.nilai("provinsi"), "")
    if p.nama:
        p.submission.pemohon = p.nama
