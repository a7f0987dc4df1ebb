"""The assessment of a batch as rows: assignment and declaration, agreement, session, results, reports."""

from datetime import datetime, timedelta
from typing import Any

from portal.sertifikasi import sheets
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.demo import cerita
from portal.sertifikasi.demo.kasus import Kasus, Panggung, form
from portal.sertifikasi.saya import models as m

COI = (
    "Saya pernah melatih asesi ini dalam 24 bulan terakhir.",
    "Saya keluarga, atasan, atau bawahan asesi ini.",
    "Saya mempunyai kepentingan atas hasil asesmen ini.",
)
BUKTI = [code for code, _ in sheets.BUKTI_AK01[:2]]
METODE = ["OBSERVASI", "PORTOFOLIO", "LISAN"]


def write(p: Panggung, group: list[Kasus], rencana: datetime) -> None:
    seated = [one for one in group if one.sampai("jadwalkan")]
    for n, one in enumerate(group):
        if one.sampai("tugaskan") or (one.akhir == m.APL02_DIAJUKAN and n < 2):
            _assignment(p, one, n, rencana)
        if one.sampai("setujui_ak01") or one.akhir == m.SIAP_ASESMEN:
            _agreement(p, one)
    if seated:
        _session(p, seated, rencana)


def _assignment(p: Panggung, one: Kasus, n: int, rencana: datetime) -> None:
    proposed = one.waktu["ajukan_apl02"] + timedelta(days=1)
    approved = one.waktu.get("tugaskan")
    status = a.AKTIF if approved else (a.MENUNGGU_COI, a.BERSEDIA)[n]
    number = ""
    if approved:
        seri = f"surat-tugas-{approved.year}"
        number = f"ST-{approved.year}-{p.meja.number(seri):06d}"
    key = p.meja.add(
        a.PenugasanAsesor,
        "permohonan_id asesor_id status surat_tugas diusulkan_oleh_id disetujui_oleh_id disetujui_at rencana",
        proposed,
        one.id,
        one.asesor.id,
        status,
        number,
        p.petugas["maria.tamaela"].user_id,
        p.petugas["gede.artawan"].user_id if approved else None,
        approved,
        rencana.date(),
    )
    if status != a.MENUNGGU_COI:
        answers = dict.fromkeys(COI, "TIDAK")
        p.meja.add(
            a.DeklarasiCoi,
            "penugasan_id user_id jawaban ada_konflik",
            proposed + timedelta(days=1),
            key,
            one.asesor.orang.user_id,
            answers,
            False,
        )


def _agreement(p: Panggung, one: Kasus) -> None:
    when = one.waktu.get("setujui_ak01") or one.waktu["siap"] + timedelta(hours=5)
    if when > p.now:
        return
    isi = {
        **one.kepala("FR.AK.01"),
        "bukti": BUKTI,
        "bukti_lain": "",
        "pelaksanaan": {
            "tanggal": one.uji.date().isoformat(),
            "mulai": "09.00",
            "selesai": "15.00",
            "zona": "WIB",
            "tempat": one.tuk.nama,
        },
    }
    tanda = [
        {"peran": "ASESOR", "orang": one.asesor.orang, "no_reg": one.asesor.no_reg, "pada": when - timedelta(hours=3)}
    ]
    if one.sampai("setujui_ak01"):
        tanda.append({"peran": "ASESI", "orang": one.orang, "pada": when})
    form(p, one, isi, when, tanda, kertas=one.sampai("setujui_ak01"))


def _session(p: Panggung, group: list[Kasus], rencana: datetime) -> None:
    first = group[0]
    closed = all(one.sampai("rekomendasikan") or one.akhir == m.GUGUR for one in group)
    made = min(one.waktu["jadwalkan"] for one in group)
    ended = rencana + timedelta(hours=7)
    key = p.meja.next(made)
    for one in group:
        gone = one.akhir == m.GUGUR
        there = "" if not one.sampai("mulai") and not gone else a.TIDAK_HADIR if gone else a.HADIR
        p.meja.add(a.PesertaSesi, "sesi_id permohonan_id kehadiran", made, key, one.id, there)
        if one.sampai("rekomendasikan"):
            _result(p, one, ended - timedelta(hours=1))
    minutes = _reports(p, key, [one for one in group if one.sampai("rekomendasikan")], ended) if closed else None
    p.meja.add(
        a.SesiAsesmen,
        "skema_versi_id tuk_id asesor_id moda mulai selesai kuota berita_acara_id ditutup_at",
        made,
        first.skema.versi.id,
        first.tuk.id,
        first.asesor.id,
        a.LURING,
        rencana,
        ended - timedelta(hours=1),
        15,
        minutes,
        ended if closed else None,
        id=key,
    )


def hasil(one: Kasus) -> str:
    return m.BK if one.akhir == m.BELUM_KOMPETEN else m.K


def _result(p: Panggung, one: Kasus, when: datetime) -> None:
    verdict, rows = hasil(one), []
    for n, unit in enumerate(one.skema.unit, 1):
        result = m.BK if verdict == m.BK and n == len(one.skema.unit) else m.K
        failed = [str(unit.elemen[-1].id)] if result == m.BK else []
        p.meja.add(
            a.HasilUnit,
            "permohonan_id unit_id metode hasil gagal tindak_lanjut",
            when,
            one.id,
            unit.id,
            METODE,
            result,
            failed,
            cerita.FOLLOW_UP if failed else "",
        )
        rows.append({"urut": n, "kode": unit.kode, "judul": unit.judul, "metode": METODE, "hasil": result})
    follow = cerita.FOLLOW_UP if verdict == m.BK else ""
    words = "Asesi bekerja tenang dan mengikuti prosedur keselamatan."
    p.meja.add(
        a.Rekomendasi,
        "permohonan_id asesor_id hasil tindak_lanjut komentar",
        when,
        one.id,
        one.asesor.id,
        verdict,
        follow,
        words,
    )
    day = one.uji.date().isoformat()
    isi = {
        **one.kepala("FR.AK.02"),
        "mulai": day,
        "selesai": day,
        "unit": rows,
        "metode_lain": "",
        "rekomendasi": verdict,
        "tindak_lanjut": follow,
        "komentar": words,
    }
    asesor = {"peran": "ASESOR", "orang": one.asesor.orang, "no_reg": one.asesor.no_reg, "pada": when}
    form(p, one, isi, when, [asesor, {"peran": "ASESI", "orang": one.orang, "pada": when + timedelta(minutes=20)}])
    if one.sampai("ke_pleno"):
        asked = [
            {"urut": n, "teks": t, "jawaban": "YA", "komentar": ""} for n, t in enumerate(sheets.PERNYATAAN_AK03, 1)
        ]
        isi = {**one.kepala("FR.AK.03"), "mulai": day, "selesai": day, "pernyataan": asked, "catatan": "Terima kasih."}
        form(p, one, isi, when + timedelta(days=1), [])


def _reports(p: Panggung, sesi_id: str, group: list[Kasus], when: datetime) -> str | None:
    """FR.AK.05 and the berita acara of the session. Returns the id of the minutes' document."""
    if not group:
        return None
    first, day = group[0], group[0].uji.date().isoformat()
    sign = {"peran": "ASESOR", "orang": first.asesor.orang, "no_reg": first.asesor.no_reg, "pada": when}
    rows: list[dict[str, Any]] = [
        {
            "urut": n,
            "nama": one.orang.lengkap,
            "organisasi": one.orang.instansi or "-",
            "hasil": hasil(one),
            "keterangan": "",
        }
        for n, one in enumerate(group, 1)
    ]
    owner = first.asesor.orang.user_id
    ak05 = {
        **first.kepala("FR.AK.05"),
        "asesi": None,
        "nomor": "",
        "tanggal": day,
        "unit": first.skema.isi_unit(),
        "baris": rows,
        "aspek": "Seluruh asesi menyiapkan alat pelindung diri.",
        "penolakan": "",
        "saran": "",
        "catatan": "",
    }
    form(p, first, ak05, when, [sign], sesi_id=sesi_id, owner=owner)
    ba = {
        **first.kepala("BA.ASESMEN"),
        "asesi": None,
        "nomor": "",
        "lsp": p.register.lsp,
        "tanggal": day,
        "mulai": "09.00",
        "selesai": "15.00",
        "zona": "WIB",
        "baris": rows,
        "catatan": "",
        "tempat": first.tuk.kota,
    }
    form(p, first, ba, when, [sign], sesi_id=sesi_id, owner=owner)
    return p.last_document if p.kertas else None
