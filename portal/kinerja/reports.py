"""The printed sheets of a month and a year: from rows to the plain data that `sheets` lays out."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from portal.kernel import calendar, organisation
from portal.kernel.calendar import nama_bulan
from portal.kernel.db import db, now
from portal.kernel.numbers import angka
from portal.kernel.organisation import Pegawai, Unit
from portal.kernel.people import Principal
from portal.kernel.reports import Page
from portal.kernel.reports.request import Report
from portal.kernel.storage import config
from portal.kinerja import sheets
from portal.kinerja.bulanan import lembar
from portal.kinerja.bulanan.lembar import Lembar
from portal.kinerja.bulanan.policies import may_see_rating, visible_bulan
from portal.kinerja.models import (
    ASPEK_PERILAKU,
    CapaianOrganisasi,
    EvaluasiAspek,
    KinerjaBulanan,
    Renaksi,
    Rhk,
    SkpPerilaku,
)
from portal.kinerja.penilaian.services import evaluasi_of, periode
from portal.kinerja.settings import aturan


def _subject_names(sheet: Lembar) -> Any:
    query = (
        sa.select(Pegawai.nama, Pegawai.nip, Unit.nama.label("pd"), Unit.alamat, Unit.telepon)
        .join(Unit, Unit.id == sheet.pd_id)
        .where(Pegawai.id == sheet.pegawai_id)
    )
    return db.session.execute(query).one()


def _perihal(sheet: Lembar, kode: str, nomor: str, kurun: str) -> sheets.Perihal:
    who = _subject_names(sheet)
    boss = sheet.penilai or {}
    prefix = next((p for p in ("Plt.", "Plh.") if boss.get("jabatan", "").startswith(p)), "")
    decided = sheet.diputus_at or now()
    return sheets.Perihal(
        instansi=config().instansi, unit=who.pd, alamat_unit=who.alamat,
        pegawai=sheets.Identitas(who.nama, who.nip or "", _dash(_rank(sheet)), sheet.jabatan, sheet.unit_nama),
        penilai=sheets.Identitas(
            boss.get("nama", ""), boss.get("nip", ""), _dash(boss.get("pangkat", "")),
            boss.get("jabatan", "").removeprefix(prefix).strip(), boss.get("unit", ""), prefix=prefix,
            label_unit="Unit Kerja" if boss.get("nip") else "Instansi",
        ),
        periode=kurun, tempat=_place(), tanggal=calendar.setempat(decided, config().zona).date(),
        nomor=nomor, kode=kode, alamat=config().alamat,
    )  # fmt: skip


def _rank(sheet: Lembar) -> str:
    """Pangkat on the last day the sheet is about, as the register has it; that of the plan where it knows none."""
    day = min(_last_day(sheet.tahun, sheet.bulan), sheet.selesai)
    seat = organisation.penempatan(sheet.pegawai_id, day)
    return f"{seat.pangkat} ({seat.golongan})" if seat and seat.pangkat else str(sheet.pangkat)


def _dash(text: str) -> str:
    return "" if text == "-" else text


def _place() -> str:
    """Place of signing: the last word of the instansi's name, "Sagara"."""
    return config().instansi.split()[-1]


def _month_words(sheet: Lembar) -> str:
    last = calendar.tanggal(_last_day(sheet.tahun, sheet.bulan))
    return f"1 sampai {last}"


def _last_day(tahun: int, bulan: int) -> date:
    return date.fromordinal(date(tahun + bulan // 12, bulan % 12 + 1, 1).toordinal() - 1)


def _bukti(row: Any) -> list[sheets.Bukti]:
    """Evidence with its day; of what was taken off an old sending only the name is left, and nobody can open it."""
    dated = (b for b in row.bukti if b.get("tanggal"))
    return [sheets.Bukti(b["nama"], date.fromisoformat(b["tanggal"]), b["uri"] or "") for b in dated]


def rencana_aksi(bulan: KinerjaBulanan, user: Principal, kode: str, nomor: str) -> Page:
    """D5 (B.1.1): the twelve targets of every RHK of the SKP."""
    sheet = _sheet(bulan, user)
    plans: dict[uuid.UUID, list[Any]] = {}
    query = sa.select(Renaksi).join(Rhk, Rhk.id == Renaksi.rhk_id).where(Rhk.skp_id == sheet.skp_id)
    for plan in db.session.scalars(query.order_by(Renaksi.bulan)):
        plans.setdefault(plan.rhk_id, []).append(plan)
    rows = [
        sheets.RhkRenaksi(r.jenis, r.rhk, _plan_lines(plans.get(r.rhk_id, [])))
        for r in sheet.rows
    ]  # fmt: skip
    perihal = _perihal(sheet, kode, nomor, f"1 Januari sampai 31 Desember {sheet.tahun}")
    return sheets.rencana_aksi(sheets.RencanaAksi(perihal, sheet.tahun, rows))


def _sheet(bulan: KinerjaBulanan, user: Principal) -> Lembar:
    """A month that is being repaired prints for everyone but its owner as it was sent."""
    sheet = lembar.of_id(bulan.id)
    return sheet if bulan.pegawai_id == user.pegawai_id else lembar.as_sent(sheet)


def _plan_lines(plans: list[Any]) -> list[sheets.BarisRenaksi]:
    """One line per wording; months of another wording stay empty in it."""
    lines: dict[tuple[str, str], list[Decimal | None]] = {}
    for plan in plans:
        targets = lines.setdefault((plan.uraian, plan.satuan), [None] * 12)
        targets[plan.bulan - 1] = plan.target
    return [sheets.BarisRenaksi(text, unit, targets) for (text, unit), targets in lines.items()]


def pendokumentasian(bulan: KinerjaBulanan, user: Principal, kode: str, nomor: str) -> Page:
    """D6 (B.1.2): what was done, with its evidence."""
    sheet = _sheet(bulan, user)
    rows = [
        sheets.RhkDokumentasi(
            r.jenis, r.rhk,
            [sheets.BarisDokumentasi(r.renaksi or "-", r.target, r.realisasi, r.satuan, _bukti(r), r.keterangan)],
        )
        for r in sheet.rows
    ]  # fmt: skip
    return sheets.pendokumentasian(
        sheets.Dokumentasi(_perihal(sheet, kode, nomor, _month_words(sheet)), sheet.nama, rows)
    )


def pks(bulan: KinerjaBulanan, user: Principal, kode: str, nomor: str) -> Page:
    """D14: target against realisasi with the three texts."""
    sheet = _sheet(bulan, user)
    rows = [
        sheets.BarisPks(
            r.jenis, r.rhk, r.pks.get("target", r.target), r.pks.get("realisasi", r.realisasi), r.satuan,
            r.pks.get("capaian", r.capaian), r.pks.get("faktor_pendukung", ""), r.pks.get("faktor_penghambat", ""),
            r.pks.get("rencana_tindak_lanjut", ""), _bukti(r),
        )
        for r in sheet.rows
    ]  # fmt: skip
    label = aturan(sheet.tahun).label_pks.split(" (")[0]
    data = sheets.PengukuranKinerja(
        _perihal(sheet, kode, nomor, _month_words(sheet)), sheet.nama, rows, sheet.ringkasan, label
    )
    return sheets.pengukuran_kinerja(data)


def evaluasi(bulan: KinerjaBulanan, user: Principal, kode: str, nomor: str) -> Page:
    """D11: ratings and predikat of the month; blank lines for whoever may not see them yet."""
    sheet = _sheet(bulan, user)
    found = evaluasi_of(sheet.skp_id, periode(sheet))
    shown = found if may_see_rating(user, bulan, found) else None
    expect = sa.select(SkpPerilaku.aspek, SkpPerilaku.ekspektasi_khusus).where(SkpPerilaku.skp_id == sheet.skp_id)
    special = dict(db.session.execute(expect).tuples().all())
    said = sa.select(EvaluasiAspek.aspek, EvaluasiAspek.umpan_balik).where(
        EvaluasiAspek.evaluasi_id == (shown.id if shown else None)
    )
    feedback = dict(db.session.execute(said).tuples().all())
    data = sheets.EvaluasiKinerja(
        perihal=_perihal(sheet, kode, nomor, _month_words(sheet)), kurun=f"Bulan {sheet.nama}",
        rhk=[_evaluated(r, shown is not None) for r in sheet.rows],
        perilaku=[sheets.EvaluasiPerilaku(a, feedback.get(a, ""), special.get(a, "")) for a in ASPEK_PERILAKU],
        rating_hasil=(shown.rating_hasil or "") if shown else "",
        rating_perilaku=(shown.rating_perilaku or "") if shown else "",
        predikat=(shown.predikat or "") if shown else "", catatan=shown.catatan if shown else "",
        jenis=sheet.skp_jenis, pendekatan=sheet.pendekatan, capaian_organisasi=_organisation(sheet),
    )  # fmt: skip
    return sheets.evaluasi_kinerja(data)


def _organisation(sheet: Lembar) -> str:
    """Capaian organisasi of the PD for this month, '' until it is set."""
    query = sa.select(CapaianOrganisasi.predikat).where(
        CapaianOrganisasi.unit_id == sheet.pd_id, CapaianOrganisasi.tahun == sheet.tahun,
        CapaianOrganisasi.periode == periode(sheet),
    )  # fmt: skip
    return db.session.scalar(query) or ""


def _evaluated(row: Any, with_feedback: bool) -> sheets.EvaluasiRhk:
    """Kuantitas is measured against the month's target, the other aspects against their own."""
    lines = []
    for indikator in row.indikator:
        if indikator["aspek"] == "KUANTITAS":
            target, done = f"{angka(row.target)} {row.satuan}", row.realisasi
            unit = row.satuan
        else:
            target = sheets.teks_target(indikator["target_min"], indikator["target_maks"], indikator["satuan"])
            done, unit = indikator["realisasi"], indikator["satuan"]
        realised = f"{angka(done)} {unit}" if done is not None else "-"
        lines.append(
            sheets.EvaluasiIndikator(
                indikator["uraian"],
                target,
                realised,
                indikator["aspek"],
                row.umpan_balik if with_feedback else "",
                row.perspektif,
            )
        )
    return sheets.EvaluasiRhk(row.jenis, row.rhk, lines, row.rhk_pimpinan, row.pemberi_tugas)


def _name(prefix: str) -> Any:
    def make(bulan: KinerjaBulanan) -> str:
        nip = db.session.scalar(sa.select(Pegawai.nip).where(Pegawai.id == bulan.pegawai_id)) or "tanpa-nip"
        return sheets.nama_berkas(prefix, f"{bulan.tahun}-{bulan.bulan:02d}", nip)

    return make


def _facts(bulan: KinerjaBulanan) -> dict[str, str]:
    nama = db.session.scalar(sa.select(Pegawai.nama).where(Pegawai.id == bulan.pegawai_id)) or ""
    return {"Pegawai": nama, "Periode": f"{nama_bulan(bulan.bulan)} {bulan.tahun}"}


LAPORAN = [
    Report("rencana-aksi", "Rencana aksi (B.1.1)", visible_bulan, rencana_aksi, _name("RENAKSI"), _facts),
    Report("pendokumentasian", "Pendokumentasian (B.1.2)", visible_bulan, pendokumentasian, _name("DOKUMEN"), _facts),
    Report("pks", "PKS bulanan", visible_bulan, pks, _name("PKS"), _facts),
    Report("evaluasi", "Evaluasi kinerja periodik", visible_bulan, evaluasi, _name("EVALUASI"), _facts),
]  # fmt: skip
