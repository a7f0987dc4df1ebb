"""Writes plans and months to the tables with COPY. Texts and figures come finished."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.kernel.approval import Submission, SubmissionEvent
from portal.kernel.calendar import bulan_tahun
from portal.kernel.db import Base
from portal.kernel.demo.kota import Seat
from portal.kernel.demo.salin import Ids, copy_rows
from portal.kernel.documents import Document
from portal.kinerja import models
from portal.kinerja.demo.arsip import Berkas
from portal.kinerja.demo.bulan import Bukti, Bundel
from portal.kinerja.demo.keadaan import FACTORS
from portal.kinerja.demo.rencana import Hasil, Rencana

FLOW = "kinerja.bulanan"
JA_JF = "JA_JF"
Row = Sequence[Any]


class Tables:
    """Collects rows of many tables and copies them in the order the foreign keys ask for."""

    def __init__(self) -> None:
        self.rows: dict[tuple[type[Base], str], list[Row]] = {}

    def add(self, model: type[Base], columns: str, row: Row) -> None:
        self.rows.setdefault((model, columns), []).append(row)

    def flush(self) -> Counter[str]:
        """Write everything collected. Returns how many rows went into which table."""
        counts: Counter[str] = Counter()
        for model in ORDER:
            for (kind, columns), rows in self.rows.items():
                if kind is model:
                    counts[model.__tablename__] += copy_rows(model, columns, rows)
        self.rows.clear()
        return counts


ORDER: list[type[Base]] = [
    models.TahunKinerja, models.JadwalKunci, models.Skp, models.Rhk, models.Indikator, models.SkpPerilaku,
    models.SkpLampiran, models.Renaksi, Document, Submission, models.KinerjaBulanan, models.RealisasiBulanan,
    models.RealisasiIndikator, models.PksBaris, models.BuktiDukung, models.BuktiTautan, SubmissionEvent,
    models.Evaluasi, models.EvaluasiAspek, models.RealisasiTahunan,
]  # fmt: skip


def pangkat(seat: Seat) -> str:
    return f"{seat.person.pangkat} ({seat.person.golongan})" if seat.person.pangkat else "-"


def identity(seat: Seat) -> dict[str, str]:
    """A penilai as documents of that time print them."""
    return {
        "nama": seat.person.lengkap, "nip": seat.person.nip or "", "jabatan": seat.sebutan, "pangkat": pangkat(seat),
        "unit": seat.unit.nama, "jenis": seat.jenis,
    }  # fmt: skip


# ---- plans


def write_plan(tables: Tables, plan: Rencana, ids: Ids, set_at: datetime, months_from: int = 1) -> None:
    """`months_from`: the first month whose renaksi is written."""
    seat, unit = plan.seat, plan.seat.unit
    tables.add(
        models.Skp,
        "id pegawai_id user_id tahun mulai selesai unit_id pd_id jabatan pangkat unit_nama jenis penilai_id status"
        " ditetapkan_at",
        (plan.id, seat.person.id, seat.person.user_id, plan.tahun, plan.mulai, plan.selesai, unit.id,
         (unit.pd or unit).id, seat.jabatan, pangkat(seat), unit.nama, "JPT" if seat.jenis_jabatan == "JPT" else JA_JF,
         plan.atasan.person.id if plan.atasan else None, plan.status, set_at),
    )  # fmt: skip
    for hasil in plan.rhk:
        _write_result(tables, plan, hasil, ids, months_from)
    for aspek, text in plan.perilaku.items():
        tables.add(models.SkpPerilaku, "id skp_id aspek ekspektasi_khusus", (ids.next(), plan.id, aspek, text))
    for jenis, texts in plan.lampiran.items():
        for urut, text in enumerate(texts, 1):
            tables.add(models.SkpLampiran, "id skp_id jenis urut teks", (ids.next(), plan.id, jenis, urut, text))


def _write_result(tables: Tables, plan: Rencana, hasil: Hasil, ids: Ids, months_from: int) -> None:
    giver = plan.atasan.sebutan if plan.atasan and hasil.jenis == models.TAMBAHAN else ""
    tema = hasil.isi.get("tema", "") if hasil.klasifikasi == "TEMATIK" else ""
    tables.add(
        models.Rhk,
        "id skp_id urut jenis klasifikasi tema uraian rhk_pimpinan_id rhk_pimpinan perspektif pemberi_tugas"
        " silsilah_id",
        (hasil.id, plan.id, hasil.urut, hasil.jenis, hasil.klasifikasi, tema, hasil.uraian,
         hasil.atas.id if hasil.atas else None, hasil.atas.uraian if hasil.atas else "",
         hasil.isi.get("perspektif", ""), giver, hasil.id),
    )  # fmt: skip
    columns = "id rhk_id urut aspek uraian target_min target_maks satuan polaritas akumulasi"
    for urut, m in enumerate(hasil.indikator, 1):
        row = (m.id, hasil.id, urut, m.aspek, m.uraian, m.target_min, m.target_maks, m.satuan, m.polaritas, m.akumulasi)
        tables.add(models.Indikator, columns, row)
    for bulan, target in enumerate(hasil.target, 1):
        if plan.covers(bulan) and bulan >= months_from:
            step = (ids.next(), hasil.id, bulan, hasil.renaksi, target, hasil.satuan)
            tables.add(models.Renaksi, "id rhk_id bulan uraian target satuan", step)


# ---- months


def write_month(tables: Tables, kb: Bundel, files: list[Berkas], ids: Ids) -> None:
    for one in files:
        tables.add(
            Document,
            "id pemilik_id nama mime ukuran sha256 halaman diklaim_at dibuat_at",
            (one.id, one.pemilik, one.nama, one.isi.mime, one.isi.ukuran, one.isi.sha256, 1, one.waktu, one.waktu),
        )
    _write_case(tables, kb)
    started = kb.step["renaksi"] != models.BELUM
    for row in kb.rows:
        _write_row(tables, kb, row, ids)
        if started:
            _write_sheet_line(tables, kb, row, ids)
    _write_evidence(tables, kb, ids)
    _write_events(tables, kb, ids)
    if kb.nilai is not None:
        _write_evaluation(tables, kb, ids)


def _write_case(tables: Tables, kb: Bundel) -> None:
    seat, unit, boss = kb.seat, kb.seat.unit, kb.penilai
    sent = kb.diajukan_at is not None
    sebagai = boss.sebutan if sent and boss.jenis != "DEFINITIF" else ""
    changed = kb.langkah[-1].waktu if kb.langkah else kb.mulai_at
    tables.add(
        Submission,
        "id alur status judul rincian tanda siap owner_id pemohon assignee_id sebagai unit_id pd_id diajukan_at"
        " diputus_at dibuka_at batas versi dibuat_at diubah_at",
        (kb.submission_id, FLOW, kb.status, f"Kinerja {bulan_tahun(kb.rencana.tahun, kb.bulan)}", kb.rincian, kb.tanda,
         kb.siap, seat.person.user_id, seat.person.lengkap, boss.person.user_id if sent else None, sebagai, unit.id,
         (unit.pd or unit).id, kb.diajukan_at, kb.diputus_at, kb.dibuka_at, kb.batas, 1 + len(kb.langkah), kb.mulai_at,
         changed),
    )  # fmt: skip
    tables.add(
        models.KinerjaBulanan,
        "id submission_id skp_id pegawai_id pd_id tahun bulan renaksi_status skp_status pks_status penilai_id penilai"
        " atasan_penilai_id ringkasan pernyataan_at terakhir_dikirim capaian_rata2 jumlah_kembali batas_perbaikan"
        " dibuka_sampai dibuat_at diubah_at",
        (kb.id, kb.submission_id, kb.rencana.id, seat.person.id, (unit.pd or unit).id, kb.rencana.tahun, kb.bulan,
         kb.step["renaksi"], kb.step["skp"], kb.step["pks"], boss.person.id, identity(boss),
         kb.di_atas.person.id if kb.di_atas else None, kb.ringkasan, kb.pernyataan_at, kb.terakhir, kb.rata2,
         kb.jumlah_kembali, kb.batas_perbaikan, kb.dibuka_sampai, kb.mulai_at, changed),
    )  # fmt: skip


def _write_row(tables: Tables, kb: Bundel, row: Any, ids: Ids) -> None:
    tables.add(
        models.RealisasiBulanan,
        "id kinerja_bulanan_id rhk_id urut target satuan realisasi realisasi_diakui alasan_diakui capaian keterangan "
        + " ".join(FACTORS)
        + " keputusan_renaksi catatan_renaksi keputusan_skp catatan_skp umpan_balik",
        (row.id, kb.id, row.hasil.id, row.hasil.urut, row.target, row.hasil.satuan, row.realisasi, row.diakui,
         row.alasan_diakui, row.capaian, row.keterangan, *row.faktor, row.keputusan.get("renaksi"),
         row.catatan.get("renaksi", ""), row.keputusan.get("skp"), row.catatan.get("skp", ""), row.umpan_balik),
    )  # fmt: skip
    for key, value in row.mutu.items():
        columns = "id kinerja_bulanan_id indikator_id realisasi"
        tables.add(models.RealisasiIndikator, columns, (ids.next(), kb.id, key, value))


def _write_sheet_line(tables: Tables, kb: Bundel, row: Any, ids: Ids) -> None:
    fetched = dict(zip(FACTORS, row.faktor, strict=True))
    tables.add(
        models.PksBaris,
        "id kinerja_bulanan_id rhk_id urut target realisasi capaian " + " ".join(FACTORS) + " sumber asal keputusan",
        (ids.next(), kb.id, row.hasil.id, row.hasil.urut, row.target, row.realisasi, row.capaian,
         *(row.pks or row.faktor), row.sumber, fetched, row.keputusan.get("pks")),
    )  # fmt: skip


def _write_evidence(tables: Tables, kb: Bundel, ids: Ids) -> None:
    seen: dict[str, Bukti] = {}
    for row in kb.rows:
        for one in row.bukti:
            if one.id not in seen:
                seen[one.id] = one
                jenis = models.TAUTAN if one.tautan else models.BERKAS
                tables.add(
                    models.BuktiDukung,
                    "id user_id jenis nama uri dokumen_id",
                    (one.id, kb.seat.person.user_id, jenis, one.nama, one.tautan, one.dokumen_id or None),
                )
            columns = "id bukti_id realisasi_id dibuka_at"
            tables.add(models.BuktiTautan, columns, (ids.next(), one.id, row.id, one.dibuka_at))


def _write_events(tables: Tables, kb: Bundel, ids: Ids) -> None:
    for versi, one in enumerate(kb.langkah, 2):
        actor = one.pelaku
        decides = actor is not None and actor.person is not kb.seat.person
        on_behalf = actor.sebutan if actor and decides and actor.jenis != "DEFINITIF" else ""
        tables.add(
            SubmissionEvent,
            "id submission_id langkah aksi dari ke pelaku_id pelaku atas_nama catatan rincian versi dibuat_at"
            " diubah_at",
            (ids.next(int(one.waktu.timestamp() * 1000)), kb.submission_id, one.langkah, one.aksi, one.dari, one.ke,
             actor.person.user_id if actor else None, actor.person.lengkap if actor else "sistem", on_behalf,
             one.catatan, one.rincian, versi, one.waktu, one.waktu),
        )  # fmt: skip


def _write_evaluation(tables: Tables, kb: Bundel, ids: Ids) -> None:
    nilai = kb.nilai
    assert nilai is not None  # noqa: S101 — the caller looked
    write_rating(tables, kb.rencana.id, nilai, identity(kb.penilai), ids)


def write_rating(tables: Tables, skp_id: str, nilai: Any, penilai: dict[str, str], ids: Ids) -> None:
    tables.add(
        models.Evaluasi,
        "id skp_id periode saran_hasil saran_perilaku rating_hasil rating_perilaku predikat alasan_beda"
        " catatan pembinaan sementara penilai status ditetapkan_at",
        (nilai.id, skp_id, nilai.periode, nilai.saran, nilai.saran_perilaku, nilai.hasil, nilai.perilaku,
         nilai.predikat, nilai.alasan, nilai.catatan, nilai.pembinaan, nilai.sementara, penilai, nilai.status,
         nilai.ditetapkan_at),
    )  # fmt: skip
    for aspek, (rating, text) in nilai.aspek.items():
        columns = "id evaluasi_id aspek rating umpan_balik"
        tables.add(models.EvaluasiAspek, columns, (ids.next(), nilai.id, aspek, rating, text))
