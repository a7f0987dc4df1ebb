"""The pegawai's own pages: month list, entry of a month, after sending, statistics."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import redirect, request
from werkzeug.wrappers import Response

from portal.kernel import approval, charts, people
from portal.kernel.calendar import BULAN_PENDEK, nama_bulan, rentang
from portal.kernel.db import db, rows
from portal.kernel.errors import Missing
from portal.kernel.numbers import angka, persen
from portal.kernel.people import Principal
from portal.kernel.web import done, render
from portal.kinerja import ISI, kalender, module
from portal.kinerja.bulanan import flows, lembar, services
from portal.kinerja.models import OPEN_STATES, TIDAK_LAPOR, Skp
from portal.kinerja.predikat import LABEL, TONE


def _user() -> Principal:
    user = people.current()
    if user is None or user.pegawai_id is None:
        raise Missing("Akun Anda belum terhubung dengan data pegawai. Hubungi pengelola kepegawaian unit Anda.")
    return user


YEAR = sa.text("""
SELECT kb.id, kb.bulan, p.status, kb.renaksi_status, kb.skp_status, kb.pks_status, kb.capaian_rata2, p.diajukan_at,
       p.diputus_at, p.id AS submission_id, e.predikat, e.rating_hasil, e.rating_perilaku, e.status AS evaluasi_status,
       e.sementara, s.jabatan, s.penugasan
FROM kinerja_bulanan kb JOIN pengajuan p ON p.id = kb.submission_id JOIN kinerja_skp s ON s.id = kb.skp_id
LEFT JOIN kinerja_evaluasi e ON e.skp_id = kb.skp_id AND e.periode = 'B' || lpad(cast(kb.bulan AS text), 2, '0')
WHERE kb.pegawai_id = :pegawai AND kb.tahun = :tahun ORDER BY kb.bulan, s.mulai
""")
FOLDERS = sa.text("""
SELECT i.akumulasi, count(*) AS jumlah, count(t.id) AS ditutup, count(DISTINCT s.id) AS skp
FROM kinerja_skp s JOIN kinerja_rhk h ON h.skp_id = s.id JOIN kinerja_indikator i ON i.rhk_id = h.id
LEFT JOIN kinerja_realisasi_tahunan t ON t.indikator_id = i.id
WHERE s.pegawai_id = :pegawai AND s.tahun = :tahun GROUP BY i.akumulasi
""")


PARTS = sa.text("""
SELECT s.id, s.mulai, s.selesai, s.jabatan, s.unit_nama, s.penugasan FROM kinerja_skp s
WHERE s.pegawai_id = :pegawai AND s.tahun = :tahun AND s.status IN ('DITETAPKAN', 'REVISI_DIMINTA', 'DITUTUP')
ORDER BY s.penugasan, s.mulai DESC
""")


@module.route("", can=ISI, cached=True)
def beranda_kinerja() -> Response:
    """Twelve months as folders, with the yearly folder and what each month waits for."""
    return _year(_user(), request.args.get("tahun", type=int) or kalender.hari_ini().year)


def _year(user: Principal, tahun: int) -> Response:
    months = rows(YEAR, {"pegawai": user.pegawai_id, "tahun": tahun}).all()
    folders = rows(FOLDERS, {"pegawai": user.pegawai_id, "tahun": tahun}).all()
    total, closed = sum(f.jumlah for f in folders), sum(f.ditutup for f in folders)
    today = kalender.hari_ini()
    items = flows.month_items(None, months, tahun, today.month if today.year == tahun else 0)
    by_month = {row.bulan: row for row in months}
    for item in items:
        item.update(_folder(by_month.get(item["number"]), bool(item["href"])))
    return render(
        "kinerja/bulan_list.html", tahun=tahun, items=items, kini=next((i for i in items if i["current"]), None),
        hijau=total > 0 and closed == total, ditutup=closed, indikator=total,
        tahun_lain=[y for y in (today.year - 1, today.year) if y != tahun],
        bagian=_parts(user, tahun, today) if any(f.skp > 1 for f in folders) else [],
    )  # fmt: skip


def _parts(user: Principal, tahun: int, today: date) -> list[dict[str, Any]]:
    """Months under another plan than the main one of the month: before a move, or as Plt."""
    plans = rows(PARTS, {"pegawai": user.pegawai_id, "tahun": tahun}).all()
    found = []
    for bulan in range(1, 13 if tahun < today.year else today.month + 1):
        first, end = date(tahun, bulan, 1), kalender.first_of_next(tahun, bulan) - timedelta(days=1)
        covering = [plan for plan in plans if plan.mulai <= end and plan.selesai >= first]
        for plan in covering[1:]:
            span = rentang(max(plan.mulai, first), min(plan.selesai, end))
            name = f"Sebagai Plt.: {plan.jabatan}" if plan.penugasan == "PLT" else f"{plan.jabatan}, {plan.unit_nama}"
            found.append({"href": lembar.alamat(tahun, bulan, plan.id), "bulan": nama_bulan(bulan), "nama": name,
                          "masa": span})  # fmt: skip
    return found


def _folder(row: Any, reached: bool) -> dict[str, str]:
    """Note and colour of a month whose state alone does not say enough."""
    if row is not None and row.predikat == TIDAK_LAPOR:
        return {"note": "Tidak lapor", "tone": "negative"}
    if row is not None and row.predikat and row.evaluasi_status not in (None, "DRAF"):
        return {"note": f"Ditetapkan: {LABEL[row.predikat]}", "tone": TONE[row.predikat]}
    return {} if reached else {"note": "Belum waktunya"}


@module.route("/<int:tahun>/<int:bulan>", can=ISI)
def pintu_bulan(tahun: int, bulan: int) -> Response:
    """To the returned step, else the first unfinished one, else the summary."""
    return _door(tahun, bulan, None)


@module.route("/<int:tahun>/<int:bulan>/skp/<uuid:skp>", can=ISI)
def pintu_bagian(tahun: int, bulan: int, skp: uuid.UUID) -> Response:
    """The same for the part of the month under another plan: before a move, or as Plt."""
    return _door(tahun, bulan, skp)


def _door(tahun: int, bulan: int, skp: uuid.UUID | None) -> Response:
    user, base = _user(), lembar.alamat(tahun, bulan, skp)
    sheet = lembar.of_month(user.pegawai_id, tahun, bulan, skp) if user.pegawai_id else None
    if sheet is None:
        return redirect(f"{base}/renaksi", 303)
    if not sheet.is_open:
        return redirect(f"{base}/tinjau", 303)
    unfinished = "renaksi" if sheet.filled < sheet.planned else "skp" if sheet.skp_status == "BELUM" else "tinjau"
    return redirect(f"{base}/{sheet.returned_step or unfinished}", 303)


@module.route("/<int:tahun>/<int:bulan>/terkirim", can=ISI)
def terkirim(tahun: int, bulan: int) -> Response:
    return _sent(tahun, bulan, None)


@module.route("/<int:tahun>/<int:bulan>/skp/<uuid:skp>/terkirim", can=ISI)
def terkirim_bagian(tahun: int, bulan: int, skp: uuid.UUID) -> Response:
    return _sent(tahun, bulan, skp)


def _sent(tahun: int, bulan: int, skp: uuid.UUID | None) -> Response:
    user = _user()
    sheet = lembar.of_month(user.pegawai_id, tahun, bulan, skp) if user.pegawai_id else None
    if sheet is None or sheet.diajukan_at is None:
        raise Missing()
    if sheet.status in OPEN_STATES:  # taken back or returned since
        return redirect(f"{sheet.dasar}/tinjau", 303)
    return render(
        "kinerja/bulan_terkirim.html", lembar=sheet, dasar=sheet.dasar,
        riwayat=approval.history(sheet.submission_id), laporan=flows.reports_of(sheet),
        bulan_ini=flows.month_items(sheet, sheet.months),
    )  # fmt: skip


@module.route("/<int:tahun>/<int:bulan>/tarik", can=ISI, methods=["POST"])
def tarik(tahun: int, bulan: int) -> Response:
    return _withdrawn(tahun, bulan, None)


@module.route("/<int:tahun>/<int:bulan>/skp/<uuid:skp>/tarik", can=ISI, methods=["POST"])
def tarik_bagian(tahun: int, bulan: int, skp: uuid.UUID) -> Response:
    return _withdrawn(tahun, bulan, skp)


def _withdrawn(tahun: int, bulan: int, skp: uuid.UUID | None) -> Response:
    user = _user()
    case = flows.case(user, tahun, bulan, skp)
    services.withdraw(case.kb, user)
    return done(f"{case.dasar}/tinjau", "Kiriman ditarik. Anda dapat mengubahnya lagi.", "positive")


@module.route("/statistik", can=ISI)
def statistik() -> Response:
    """The one dialog of the portal; without script it is a page."""
    user = _user()
    tahun = request.args.get("tahun", type=int) or kalender.hari_ini().year
    context = person_year(user.pegawai_id, tahun)
    response = render("kinerja/statistik.html", block="isi", nama=user.nama, **context)
    if request.htmx:  # type: ignore[attr-defined]
        response.headers["HX-Trigger-After-Settle"] = '{"open-dialog": {"id": "dialog-statistik"}}'
    return response


PERSON = sa.text("""
WITH rencana AS (
    SELECT h.id, sum(m.target) AS setahun
    FROM kinerja_skp s JOIN kinerja_rhk h ON h.skp_id = s.id JOIN kinerja_renaksi m ON m.rhk_id = h.id
    WHERE s.pegawai_id = :pegawai AND s.tahun = :tahun GROUP BY h.id HAVING sum(m.target) > 0)
SELECT m.bulan, 100 * sum(m.target / r.setahun) / (SELECT count(*) FROM rencana) AS target,
       100 * sum(v.realisasi / r.setahun) / (SELECT count(*) FROM rencana) AS realisasi
FROM rencana r JOIN kinerja_renaksi m ON m.rhk_id = r.id
LEFT JOIN (kinerja_realisasi_bulanan v JOIN kinerja_bulanan w ON w.id = v.kinerja_bulanan_id
           JOIN pengajuan p ON p.id = w.submission_id AND p.diajukan_at IS NOT NULL)
  ON v.rhk_id = r.id AND w.bulan = m.bulan
GROUP BY m.bulan ORDER BY m.bulan
""")


def cumulative(rows: Sequence[Any]) -> tuple[list[Decimal], list[Decimal | None]]:
    """Target and realisasi summed up month by month, in percent of the year; nothing after the last month sent.

    RHK count things that cannot be added (documents, people), so each weighs the same.
    """
    by_month = {row.bulan: row for row in rows}
    last = max((row.bulan for row in rows if row.realisasi is not None), default=0)
    planned, done = Decimal(0), Decimal(0)
    targets: list[Decimal] = []
    reached: list[Decimal | None] = []
    for bulan in range(1, 13):
        row = by_month.get(bulan)
        planned += row.target if row else 0
        done += (row.realisasi or 0) if row else 0
        targets.append(planned)
        reached.append(done if bulan <= last else None)
    return targets, reached


def _year_chart(rows: Sequence[Any], months: Sequence[Any]) -> dict[str, Any]:
    """The chart of the cumulative year with its table, and the finding that heads it."""
    targets, reached = cumulative(rows)
    known = [(i, r) for i, r in enumerate(reached) if r is not None]
    finding = "Belum ada realisasi pada tahun ini"
    if known:
        i, value = known[-1]
        behind = round(targets[i], 1) - round(value, 1)
        words = (
            "sesuai rencana"
            if not behind
            else f"{angka(abs(behind))} poin {'di bawah' if behind > 0 else 'di atas'} rencana"
        )
        finding = f"Realisasi {persen(value)} dari target setahun sampai {nama_bulan(i + 1)}, {words}"
    series = [charts.Series("Target", [round(t, 1) for t in targets], warna=3, putus=True)]
    series.append(charts.Series("Realisasi", [None if r is None else round(r, 1) for r in reached]))
    mean = {m.bulan: m.capaian_rata2 for m in months}
    table = [(nama_bulan(i + 1), persen(targets[i]), persen(reached[i]), persen(mean.get(i + 1))) for i in range(12)]
    chart = charts.line(BULAN_PENDEK, series, judul=finding, satuan="persen")
    head = ("Bulan", "Target", "Realisasi", "Capaian bulan")
    return {"temuan": finding, "grafik": charts.with_table(chart, head, table, judul="Kumulatif setahun")}


def person_year(pegawai_id: Any, tahun: int) -> dict[str, Any]:
    """Figures of one person and year: counts of RHK, months, mean capaian, cumulative chart."""
    months = db.session.execute(YEAR, {"pegawai": pegawai_id, "tahun": tahun}).all()
    rhk = db.session.execute(
        sa.select(services.Rhk.jenis, services.Rhk.klasifikasi, sa.func.count().label("jumlah"))
        .join(Skp, Skp.id == services.Rhk.skp_id)
        .where(Skp.pegawai_id == pegawai_id, Skp.tahun == tahun)
        .group_by(services.Rhk.jenis, services.Rhk.klasifikasi)
    ).all()
    series = db.session.execute(PERSON, {"pegawai": pegawai_id, "tahun": tahun}).all()
    return {
        "tahun": tahun, "bulan": months, "rata2": services.rata_capaian(m.capaian_rata2 for m in months),
        "rhk_total": sum(r.jumlah for r in rhk),
        "rhk": {k: sum(r.jumlah for r in rhk if k in (r.jenis, r.klasifikasi))
                for k in ("UTAMA", "TAMBAHAN", "INDIVIDU", "TEMATIK", "INOVASI")},
        "seri": series, "ditetapkan": sum(m.status == "DITETAPKAN" for m in months), "label": LABEL,
        **_year_chart(series, months),
    }  # fmt: skip
