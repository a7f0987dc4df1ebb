"""The wizard of APL-02: one page per unit of the pinned version, then the review. Field names: see flows.py."""

import uuid
from typing import Any

from flask import request

from portal.kernel.errors import Conflict, Invalid
from portal.kernel.forms import Problem
from portal.kernel.people import Principal, required
from portal.kernel.wizard import Form, Step, Wizard
from portal.sertifikasi import DAFTAR, module
from portal.sertifikasi.saya import berkas, flows, jawaban, kirim
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.kasus import NOTE_LEAST, Kasus
from portal.sertifikasi.skema.models import Elemen

MOST_UNITS = 20
STATEMENT = "Centang pernyataan bahwa jawaban Anda benar sebelum mengirim"


def guard(found: Kasus, step: str) -> None:
    if not found.apl02_terbuka:
        raise Conflict("APL-02 ini sedang tidak dapat diubah.")
    if step == "tinjau" and request.form.get("aksi") == "ajukan" and not found.apl02_dapat_dikirim:
        raise Conflict("APL-02 dapat dikirim setelah APL-01 diterima. Isian Anda tetap tersimpan.")


def live(found: Kasus) -> list[str]:
    return [*(f"unit-{u.urut}" for u in found.units), "tinjau"]


def here() -> str:
    """The step of this address."""
    return request.path.rsplit("/", 1)[1]


def save_unit(found: Kasus, form: Form, user: Principal) -> list[Problem]:
    unit = found.unit(here())
    aksi, nomor = flows.button()
    problems = jawaban.save_unit(found, unit, form)
    if aksi in flows.FILE_ACTS and request.htmx:  # type: ignore[attr-defined]
        return problems
    names = [f"e{e.urut}" for e in unit.unit.elemen if not (aksi in flows.FILE_ACTS and nomor == str(e.urut))]
    return problems + flows.left_in_fields(names, lambda name: _take(found, name[1:], user), aksi)


def _take(found: Kasus, urut: str, user: Principal) -> int:
    """Files and picked evidence of one elemen. Returns how many there were."""
    name = f"e{urut}"
    count = len(flows.given_files(name, user)) + len([k for k in request.form.getlist(f"{name}-pakai") if k])
    if not count:
        return 0
    row = jawaban.row_of(found, found.elemen(here(), urut))

    def attach(stored: Any, field: str) -> None:
        berkas.attach_answer(row, stored, field)
        found.__dict__.pop("berkas", None)

    flows.take_files(found, name, user, "KEGIATAN", "", attach)
    flows.take_picked(name, user, attach)
    jawaban.touch(found, row, request.form.get("layar", ""))
    return count


def upload(found: Kasus, argument: str, user: Principal) -> None:
    if not _take(found, argument, user):
        raise Invalid(f"e{argument}-berkas", "Pilih berkas dulu, lalu tekan Unggah.")


def detach(found: Kasus, argument: str, user: Principal) -> None:
    urut, _, key = argument.partition(":")
    row = jawaban.row_of(found, found.elemen(here(), urut))
    berkas.detach_answer(row, key)
    jawaban.touch(found, row, request.form.get("layar", ""))


def accept(found: Kasus, argument: str, user: Principal) -> None:
    """The person tapped an earlier answer: it becomes theirs here, with its evidence."""
    elemen = found.elemen(here(), argument)
    offered = jawaban.suggestions(found, found.unit(here())).get(elemen.id)
    if offered is None:
        raise Invalid(f"e{argument}-jawaban", "Jawaban sebelumnya tidak ditemukan.")
    row = jawaban.row_of(found, elemen)
    row.jawaban, row.catatan = offered.jawaban, row.catatan or offered.catatan
    for file in offered.bukti:
        berkas.attach_answer(row, file, f"e{argument}-berkas")
    jawaban.touch(found, row, request.form.get("layar", ""))


def nothing(found: Kasus) -> list[Problem]:
    """Evidence is asked for when sending, not when moving on."""
    return []


def check_tinjau(found: Kasus) -> list[Problem]:
    form = request.form
    problems = kirim.check_apl02(found)
    return problems + kirim.check_signature(required(), form.get("sandi", ""), form.get("pernyataan") == "1", STATEMENT)


def versions(found: Kasus) -> dict[str, int]:
    slug = here()
    if slug == "tinjau":
        return {}
    rows = ((e, found.jawaban.get(e.id)) for e in found.unit(slug).unit.elemen)
    return {f"e{e.urut}-versi": row.versi if row else 0 for e, row in rows}


def context(found: Kasus, step: str, problems: list[Problem]) -> dict[str, Any]:
    shown: dict[str, Any] = {"dasar": f"{found.dasar}/apl-02", "uuid4": uuid.uuid4, "paling_sedikit": NOTE_LEAST}
    if step == "tinjau":
        return shown | {"belum": kirim.check_apl02(found), "jumlah": totals(found)}
    unit = found.unit(step)
    picked = request.args.get("pilih", "")
    return shown | {
        "unit": unit, "saran": jawaban.suggestions(found, unit), "pilih": picked,
        "pilihan": _offered(found, unit.unit.elemen, picked),
    }  # fmt: skip


def _offered(found: Kasus, elemen: list[Elemen], picked: str) -> list[m.BerkasAsesi]:
    chosen = next((e for e in elemen if str(e.urut) == picked), None)
    if chosen is None:
        return []
    return jawaban.others(found, found.jawaban.get(chosen.id), berkas.locker(found.p.user_id))


def totals(found: Kasus) -> dict[str, int]:
    answers = [row.jawaban for row in found.p.jawaban]
    files = {b.id for row in found.p.jawaban for b in row.bukti}
    return {"elemen": found.jumlah_elemen, "K": answers.count(m.K), "BK": answers.count(m.BK), "berkas": len(files)}


def finish(found: Kasus, user: Principal, kunci: uuid.UUID | None) -> tuple[str, str]:
    kirim.apl02(found, user, kunci)
    return f"{found.dasar}/terkirim", ""


def _unit_step(n: int) -> Step:
    acts = {"unggah": upload, "pakai": upload, "lepas": detach, "saran": accept}
    return Step(
        f"unit-{n}", f"Unit {n}", "sertifikasi/saya_unit.html", save_unit, nothing, acts=acts, versions=versions
    )


WIZARD = Wizard(
    name="apl02",
    rule="/saya/<uuid:id>/apl-02",
    can=DAFTAR,
    steps=(
        *(_unit_step(n) for n in range(1, MOST_UNITS + 1)),
        Step("tinjau", "Tinjau dan kirim", flows.REVIEW_PAGE, flows.save_nothing, check_tinjau),
    ),
    page=flows.page,
    case=flows.case,
    guard=guard,
    context=context,
    finish=finish,
    exit_url="/sertifikasi/saya",
    live=live,
)
WIZARD.mount(module)
