"""Lines of the log by people of the LSP, for its sekretariat; counts without content, for who watches from outside.

The whole log stays with the kernel (`log.baca`), what others did with an asesi's data with their account.
"""

import uuid
from datetime import timedelta

import sqlalchemy as sa
from werkzeug.wrappers import Response

from portal.kernel import activity, notices, people
from portal.kernel.access import ROLES
from portal.kernel.activity import EVENTS, Aktivitas
from portal.kernel.db import db, now
from portal.kernel.listing import Choice, Column, DateRange, Listing
from portal.kernel.organisation import in_force, today
from portal.kernel.pages.akun import EVENTS as SHOWN
from portal.kernel.pages.log import details
from portal.kernel.pages.peran import when_given
from portal.kernel.people import PenugasanPeran, Principal, User, required
from portal.kernel.web import MenuItem, render
from portal.sertifikasi import JEJAK, RINGKASAN, module
from portal.sertifikasi.asesmen.kasus import pemegang
from portal.sertifikasi.pantau import policies as outside

HOME, FIGURES = "/sertifikasi/jejak", "/sertifikasi/jejak/ringkasan"
DAYS = 30
OURS = ("sertifikasi.", "skema.", "konten.", "tiket.", "pleno.", "sk.", "sertifikat.", "tindakan.", "surveilan.",
        "banding.", "paket.", "blanko.", "arsip.", "pemusnahan.", "retensi.", "rekap.", "muk.", "pantau.",
        "permohonan.", "audit.", "akses.diusulkan", "akses.disetujui", "akses.dicabut", "darurat.", "undangan.",
        "lembaga.", "operator.", "pemegang.", "sertifikat_lama.", "jejak.", "mutu.")  # fmt: skip
module.menu.append(MenuItem("Log LSP", "history", HOME, can=JEJAK, group="Pengelolaan LSP", order=86))
module.menu.append(MenuItem("Ringkasan log", "history", FIGURES, can=RINGKASAN, group="Sertifikasi", order=86))
activity.declare(**{"jejak.dibaca": "halaman"})
SHOWN.update({
    "sertifikasi.bukti_dibaca": "Membuka bukti Anda", "sertifikasi.kasus_dibuka": "Membaca permohonan Anda",
    "pantau.dibaca": "Membaca permohonan Anda sebagai pengawas",
})  # fmt: skip


def our_events() -> list[str]:
    return sorted(name for name in EVENTS if name.startswith(OURS))


def staff() -> sa.Select[tuple[uuid.UUID]]:
    """Accounts that hold a role of the LSP today: its unit."""
    roles = [kode for kode, role in ROLES.items() if any(one.startswith("sertifikasi.") for one in role.permissions)]
    within = [kode for kode in roles if ROLES[kode].given and not ROLES[kode].read_only]
    return sa.select(PenugasanPeran.user_id).where(
        PenugasanPeran.peran.in_(within), in_force(PenugasanPeran, today())
    )  # fmt: skip


@when_given
def _tell_of_role(account: User, kode: str, user: Principal) -> None:
    """Who gains a hand in decisions of the LSP is known to its ketua and manajer at once."""
    role = ROLES.get(kode)
    if role is None or not any(one.startswith("sertifikasi.") for one in role.permissions):
        return
    for one in {*pemegang("ketua_lsp"), *pemegang("manajer_sertifikasi")} - {user.id, account.id}:
        notices.notify(one, "Peran LSP diberikan", f"{role.nama} kepada {account.nama}, oleh {user.nama}")
        people.touch(one)


def visible_lines(user: Principal) -> sa.Select[tuple[Aktivitas]]:
    lines = sa.select(Aktivitas).where(Aktivitas.peristiwa.in_(our_events()), Aktivitas.pelaku_id.in_(staff()))
    return lines if user.has(JEJAK) else lines.where(sa.false())


def _events(user: Principal) -> list[tuple[str, str]]:
    return activity.options(our_events())


DAFTAR = Listing(
    "jejak-lsp", title="Log LSP", noun="baris", rows=visible_lines, key=Aktivitas.urut, sort="-nomor", can=JEJAK,
    columns=[
        Column("nomor", "Nomor", Aktivitas.urut, show=str, sort=True),
        Column("waktu", "Waktu", Aktivitas.waktu),
        Column("pelaku", "Pelaku", Aktivitas.pelaku),
        Column("peristiwa", "Peristiwa", Aktivitas.peristiwa, show=activity.words),
        Column("data", "Rincian", Aktivitas.data, show=details),
    ],
    filters=[
        Choice("peristiwa", "Peristiwa", Aktivitas.peristiwa, options=_events),
        DateRange("tanggal", "Tanggal", Aktivitas.waktu),
    ],
    exports=(),
)  # fmt: skip


@module.route("/jejak", can=JEJAK, writes=True)
def jejak() -> Response:
    activity.log("jejak.dibaca", by=required(), halaman="daftar")
    return DAFTAR.respond(
        "sertifikasi/asesmen_daftar.html", judul="Log LSP", tombol=None,
        keterangan="Apa yang dikerjakan orang LSP dalam layanan ini. Membuka halaman ini juga dicatat.",
    )  # fmt: skip


@module.route("/jejak/ringkasan", can=RINGKASAN, writes=True)
def jejak_ringkasan() -> Response:
    """How often what was done in the last days: no names, no objects, no content."""
    user = required()
    if outside.is_outside(user):
        outside.scope(user)
    activity.log("jejak.dibaca", by=user, halaman="ringkasan")
    since = now() - timedelta(days=DAYS)
    query = (
        sa.select(Aktivitas.peristiwa, sa.func.count(), sa.func.max(Aktivitas.waktu))
        .where(Aktivitas.peristiwa.in_(our_events()), Aktivitas.waktu >= since)
        .group_by(Aktivitas.peristiwa)
        .order_by(sa.func.count().desc(), Aktivitas.peristiwa)
    )
    return render(
        "sertifikasi/jejak_ringkasan.html",
        hari=DAYS,
        baris=[(activity.words(code), *row) for code, *row in db.session.execute(query)],
    )
