"""The letter on paper: kop, number, text, signature; its list of names on the next page."""

from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.pegawai.daftar import nip_words
from portal.kepegawaian.pensiun import naskah
from portal.kepegawaian.surat import usulan
from portal.kepegawaian.surat.models import DIBATALKAN, SuratPengantar
from portal.kepegawaian.surat.policies import printable_surat
from portal.kernel import calendar
from portal.kernel.db import db
from portal.kernel.organisation import Unit
from portal.kernel.people import Principal
from portal.kernel.reports import Page
from portal.kernel.reports.page import F4, Letterhead, Signature
from portal.kernel.reports.request import Report
from portal.kernel.storage import config

HEAD = ("No.", "Nama dan NIP", "Gol.", "Jabatan", "Unit kerja", "Usulan")
WIDTHS = (5, 29, 7, 25, 20, 22)
SIZE = 10.5


def letter(surat: SuratPengantar, user: Principal, kode: str, nomor: str) -> Page:
    """Two parts: the letter, and the lampiran that names everybody it carries."""
    unit, rows, instansi = _unit(surat), usulan.carried(surat), config().instansi
    page = Page(
        f"Surat pengantar {surat.nomor}", ukuran=F4, nomor=nomor, kode=kode, alamat=config().alamat, penerbit=instansi,
        ulang=f"Surat pengantar {surat.nomor}", contoh=surat.status == DIBATALKAN,
    )  # fmt: skip
    page.letterhead(Letterhead(instansi, unit.nama, naskah.alamat(unit.alamat, unit.telepon)))
    page.space(4)
    page.pairs(("", ""), ("", f"{naskah.kota()}, {calendar.tanggal(surat.tanggal)}"), size=SIZE)
    page.fields(
        ("Nomor", surat.nomor), ("Sifat", "Biasa"), ("Lampiran", "1 (satu) berkas"),
        ("Perihal", surat.perihal), size=SIZE,
    )  # fmt: skip
    page.space(10)
    page.text(f"Yth. {surat.tujuan}", size=SIZE)
    page.text("di tempat", size=SIZE)
    page.space(10)
    for paragraph in body(surat, unit.nama, len(rows)):
        page.text(paragraph, size=SIZE)
        page.space(3)
    if surat.status == DIBATALKAN:
        page.text(f"Surat ini dibatalkan: {surat.alasan}", size=SIZE)
    page.space(14)
    page.signed_by(_signature(surat))
    page.turn()
    page.title("DAFTAR NOMINATIF", surat.perihal)
    page.fields(("Lampiran surat", surat.nomor), ("Tanggal", calendar.tanggal(surat.tanggal)), size=9)
    lines = [_line(i, row) for i, row in enumerate(rows, 1)]
    page.table(HEAD, lines, WIDTHS, align="clclll", size=8.5, reserve=page.signing_height(_signature(surat)))
    page.signed_by(_signature(surat))
    return page


def body(surat: SuratPengantar, unit: str, count: int) -> list[str]:
    """What the office wrote, or the usual words."""
    if surat.isi.strip():
        return [part.strip() for part in surat.isi.split("\n") if part.strip()]
    kind = usulan.kinds().get(surat.jenis, "").lower()
    kind = kind if kind.startswith("usulan") else f"usulan {kind}".strip()
    return [
        f"Bersama ini kami sampaikan {kind} atas nama {count} pegawai {unit} sebagaimana daftar nominatif terlampir, "
        "untuk diproses sesuai ketentuan.",
        "Demikian kami sampaikan. Atas perhatian dan kerja sama Saudara, kami ucapkan terima kasih.",
    ]


def _unit(surat: SuratPengantar) -> Any:
    """Name and address of the office; those of its OPD where its own are not kept."""
    top = sa.orm.aliased(Unit)
    query = (
        sa.select(top.nama, top.alamat, top.telepon)
        .select_from(Unit)
        .join(top, top.id == sa.func.coalesce(Unit.pd_id, Unit.id))
        .where(Unit.id == surat.unit_id)
    )
    return db.session.execute(query).one()


def _signature(surat: SuratPengantar) -> Signature:
    signed = surat.tertanda
    title = signed.get("jabatan", "")
    prefix = next((p for p in ("Plt.", "Plh.", "Pj.") if title.startswith(p)), "")
    return Signature(
        "", signed.get("nama", ""), nip_words(signed.get("nip")), title.removeprefix(prefix).strip(),
        signed.get("pangkat", ""), prefix,
    )  # fmt: skip


def _line(number: int, row: Any) -> list[str]:
    subject = row.judul.replace(f": {row.nama}", "").replace(f" {row.nama}", "")
    name = f"{row.nama}\nNIP {nip_words(row.nip)}" if row.nip else row.nama
    starts = f", TMT {calendar.tanggal(row.tmt)}" if row.tmt else ""
    return [str(number), name, row.golongan or "-", row.jabatan or "-", row.unit or "-", f"{subject}{starts}"]


def _name(surat: SuratPengantar) -> str:
    return f"Surat pengantar {surat.nomor.replace('/', '-')}.pdf"


def _facts(surat: SuratPengantar) -> dict[str, str]:
    state = "Dibatalkan" if surat.status == DIBATALKAN else "Dikirim"
    return {"Nomor surat": surat.nomor, "Tanggal": calendar.tanggal(surat.tanggal), "Perihal": surat.perihal,
            "Keadaan saat dicetak": state}  # fmt: skip


Report("surat-pengantar", "Surat pengantar", printable_surat, letter, _name, _facts)
