"""Pleno, SK, certificates with what happened to them, surveilan and appeals of a batch, as rows."""

from datetime import date, datetime, timedelta
from typing import Any

from portal.kernel import holidays, issued
from portal.kernel.demo.salin import dice
from portal.kernel.storage import config
from portal.sertifikasi import sheets
from portal.sertifikasi.demo import akun
from portal.sertifikasi.demo.cerita import Angkatan
from portal.sertifikasi.demo.kasus import Kasus, Panggung, form
from portal.sertifikasi.demo.manusia import Manusia
from portal.sertifikasi.demo.meja import PDF
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import tindakan
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.sheets import tanda

KOMITE = ("sri.mulyasari", "tomi.rantung", "fatimah.syahrani")
PANEL = ("lestari.handoko", "yohanes.lado")  # of appeals: they decided none of the rows
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
DECIDED = {m.KOMPETEN: m.K, m.MENUNGGU_NOMOR: m.K, m.BERSERTIFIKAT: m.K, m.BELUM_KOMPETEN: m.BK, m.DITUNDA: m.DITUNDA}
OUTCOME = {
    k.DITANGGUHKAN: (k.TANGGUHKAN, "SURVEILAN", "Laporan surveilan belum disampaikan."),
    k.DICABUT: (k.CABUT, "BUKTI_PALSU", "Logbook pada portofolio ternyata milik orang lain."),
}


def add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def write(p: Panggung, plan: Angkatan, group: list[Kasus]) -> None:
    rows = [one for one in group if one.sampai("ke_pleno")]
    if not rows:
        return
    held = max(one.waktu["ke_pleno"] for one in rows) + timedelta(days=2)
    decided = [one for one in rows if one.akhir in DECIDED]
    pleno, keys = _pleno(p, rows, held, bool(decided))
    states = list(plan.sertifikat)
    final = [one for one in decided if one.akhir != m.DITUNDA]
    sk = _sk(p, final, keys, pleno, held + timedelta(days=1), plan.sk) if final else None
    numbered = plan.bernomor
    for one in rows:
        _decision(p, one, pleno, keys[one.id], sk, held)
        if one.akhir in (m.MENUNGGU_NOMOR, m.BERSERTIFIKAT):
            state = states.pop(0) if states and one.akhir == m.BERSERTIFIKAT else k.BERLAKU
            if one.akhir == m.MENUNGGU_NOMOR:
                state = k.MENUNGGU_TANDA_TANGAN if numbered > 0 else k.MENUNGGU_NOMOR
                numbered -= 1
            _certificate(p, one, keys[one.id], (held + timedelta(days=1)).date(), state)
        if one.akhir == m.BELUM_KOMPETEN and plan.banding:
            _appeal(p, one, plan.banding, held)


def _minutes(p: Panggung, rows: list[Kasus], held: datetime, nomor: str, members: list[Manusia]) -> dict[str, Any]:
    return {
        "kode": "BA.PLENO",
        "versi_form": "2023",
        "nomor": nomor,
        "contoh": rows[0].skema.versi.contoh,
        "lsp": p.register.lsp,
        "tanggal": held.date().isoformat(),
        "tempat": "Kantor LSP, Kota Sagara",
        "kuorum": 3,
        "anggota": [
            {"nama": o.lengkap, "sebagai": "ANGGOTA" if n else "KETUA", "hadir": True} for n, o in enumerate(members)
        ],
        "baris": [
            {
                "urut": n,
                "nomor": one.nomor,
                "nama": one.orang.nama,
                "skema": one.skema.versi.judul,
                "asesor": one.asesor.orang.lengkap,
                "rekomendasi": m.BK if one.akhir == m.BELUM_KOMPETEN else m.K,
                "hasil": DECIDED.get(one.akhir, ""),
                "rekusal": [],
                "alasan": "",
            }
            for n, one in enumerate(rows, 1)
        ],
        "catatan": "",
    }


def _pleno(p: Panggung, rows: list[Kasus], held: datetime, closed: bool) -> tuple[tuple[str, str], dict[str, str]]:
    """One meeting with three members; returns its (id, number) and the id of every row's decision."""
    seri, made = f"PLENO-{held.year}", held - timedelta(days=2)
    nomor = f"{seri}-{p.meja.number(seri):04d}"
    keys = {one.id: p.meja.next(made) for one in rows}
    members = [p.petugas[name] for name in KOMITE]
    isi = _minutes(p, rows, held, nomor, members)
    paper = None
    if closed and p.kertas:
        signed = [
            {"peran": "KOMITE", "nama": o.lengkap, "no_reg": "", "pada": held, "sha256": sheets.sidik(isi)}
            for o in members
        ]
        body = sheets.render(isi, signed)
        paper = p.meja.document(members[0].user_id, sheets.nama_berkas(isi), p.meja.lemari.put(body, PDF), held)
    key = p.meja.add(
        k.Pleno,
        "nomor tanggal tempat kuorum status berita_acara_id ditutup_at isi",
        made,
        nomor,
        held.date(),
        "Kantor LSP, Kota Sagara",
        3,
        k.DITUTUP if closed else k.PERSIAPAN,
        paper,
        held if closed else None,
        isi if closed else {},
    )
    for n, one in enumerate(members):
        p.meja.add(
            k.PlenoAnggota,
            "pleno_id user_id sebagai hadir",
            made,
            key,
            one.user_id,
            "ANGGOTA" if n else "KETUA",
            closed,
        )
    return (key, nomor), keys


def _decision(p: Panggung, one: Kasus, pleno: tuple[str, str], key: str, sk: str | None, held: datetime) -> None:
    result = DECIDED.get(one.akhir, "")
    votes = {_uuid(p.petugas[name].user_id): result for name in KOMITE} if result else {}
    reason = {m.BK: "Satu unit belum kompeten.", m.DITUNDA: "Bukti observasi perlu dilengkapi."}.get(result, "")
    p.meja.add(
        k.Keputusan,
        "pleno_id permohonan_id hasil alasan rekusal suara sk_id",
        held - timedelta(days=2),
        pleno[0],
        one.id,
        result,
        reason,
        {},
        votes,
        sk if result in (m.K, m.BK) else None,
        id=key,
    )


def _uuid(text: str) -> str:
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _signed(ketua: Manusia, when: datetime, sha256: str) -> dict[str, Any]:
    return {"peran": "KETUA", "nama": ketua.lengkap, "no_reg": "", "pada": when, "sha256": sha256}


def _sk(
    p: Panggung, rows: list[Kasus], keys: dict[str, str], pleno: tuple[str, str], when: datetime, signed: bool
) -> str:
    first, ketua, day = rows[0], p.petugas["rahmat.daulay"], when.date()
    number = f"{p.meja.number(f'demo-sk-{day.year}'):03d}/SK/LSP-PBS/{day.year} (rekaan)"
    tested = first.uji.date().isoformat()
    isi = {
        "kode": "SK.HASIL",
        "nomor": number,
        **first.skema.kepala,
        "lsp": p.register.lsp,
        "tuk": first.tuk.isi,
        "tanggal": day.isoformat(),
        "mulai": tested,
        "selesai": tested,
        "tempat": "Sagara",
        "koreksi": "",
        "ketua": {"nama": ketua.lengkap, "jabatan": "Ketua LSP"},
        "pleno": {"nomor": pleno[1], "tanggal": (day - timedelta(days=1)).isoformat()},
        "baris": [
            {"urut": n, "keputusan": _uuid(keys[one.id]), "nomor": one.nomor, "nama": one.orang.lengkap,
             "asesor": one.asesor.orang.lengkap, "no_reg": one.asesor.no_reg, "hasil": DECIDED[one.akhir]}
            for n, one in enumerate(rows, 1)
        ],
    }  # fmt: skip
    sha256, paper = sheets.sidik(isi), None
    if p.kertas and signed:
        body = sheets.render(isi, [_signed(ketua, when, sha256)])
        paper = p.meja.document(ketua.user_id, sheets.nama_berkas(isi), p.meja.lemari.put(body, PDF), when)
    return p.meja.add(
        k.Sk,
        "nomor tanggal skema_versi_id dokumen_id ditandatangani_oleh_id ditandatangani_at "
        "pleno_id isi sha256 disiapkan_oleh_id",
        when,
        number,
        day,
        first.skema.versi.id,
        paper,
        ketua.user_id if signed else None,
        when if signed else None,
        pleno[0],
        isi,
        sha256,
        p.petugas["gede.artawan"].user_id,
    )


# ---- certificates


def _certificate(p: Panggung, one: Kasus, keputusan: str, diputus: date, state: str) -> None:
    random = dice(f"sertifikat:{one.nomor}")
    kode = "".join(random.choice(issued.ALPHABET) for _ in range(10))
    token = "".join(random.choice(LETTERS) for _ in range(22))
    units = [{**u, "judul_en": one.skema.unit[u["urut"] - 1].judul_en} for u in one.skema.isi_unit()]
    sampai = add_months(diputus, one.skema.versi.masa_berlaku_bulan)
    made, done = one.waktu["minta_nomor"], one.waktu.get("terbit")
    columns = "permohonan_id user_id skema_versi_id keputusan_id nama unit token kode status diputus sampai status_at"
    base = (one.id, one.orang.user_id, one.skema.versi.id, keputusan, one.orang.lengkap, units, token, kode)
    if state == k.MENUNGGU_NOMOR:
        p.meja.add(k.Sertifikat, columns, made, *base, state, diputus, sampai, made)
        return
    serial = p.meja.number("demo-sertifikat")
    nomor, no_reg = f"84234 1439 3 {serial:07d} {diputus.year} (rekaan)", f"PBS.9999.{serial:05d} {diputus.year}"
    seri = f"REKAAN-{serial:07d}"
    blanko = p.meja.add(k.Blanko, "seri status", made, seri, k.TERPAKAI)
    if done is None:
        p.meja.add(k.Sertifikat, f"{columns} nomor no_reg blanko_id", made, *base, state, diputus, sampai, made,
                   nomor, no_reg, blanko)  # fmt: skip
        return
    isi = _printed(p, one, (nomor, no_reg, seri, kode), diputus, sampai, units, done.date())
    ketua = p.petugas["rahmat.daulay"]
    paper, sha256 = None, ""
    if p.kertas:
        signed = [{"peran": "KETUA", "nama": ketua.lengkap, "no_reg": "", "pada": done, "sha256": sheets.sidik(isi)}]
        stored = p.meja.lemari.put(sheets.render(isi, signed, foto=one.foto), PDF, 2)
        paper, sha256 = p.meja.document(one.orang.user_id, sheets.nama_berkas(isi), stored, done), stored.sha256
    key = p.meja.add(
        k.Sertifikat,
        f"{columns} nomor no_reg blanko_id terbit_at ditandatangani_oleh ditandatangani_oleh_id "
        "ditandatangani_at alasan_publik dokumen_id sha256 isi",
        done, *base, state, diputus, sampai, done, nomor, no_reg, blanko, done, ketua.lengkap, ketua.user_id, done,
        _reason(state), paper, sha256, isi,
    )  # fmt: skip
    _happened(p, one, key, state, done, diputus, sampai)


def _printed(
    p: Panggung,
    one: Kasus,
    numbers: tuple[str, str, str, str],
    diputus: date,
    sampai: date,
    units: list[dict[str, Any]],
    day: date,
) -> dict[str, Any]:
    nomor, no_reg, seri, kode = numbers
    isi = {
        "kode": "SERTIFIKAT",
        "nomor": nomor,
        "no_reg": no_reg,
        "blanko": seri,
        "nama": one.orang.lengkap,
        "kode_verifikasi": kode,
        "alamat": config().alamat,
        "diputus": diputus.isoformat(),
        "sampai": sampai.isoformat(),
        "masa_berlaku_bulan": one.skema.versi.masa_berlaku_bulan,
        **one.skema.kepala,
        "lsp": p.register.lsp,
        "bidang": {"id": "Penanggulangan Bencana", "en": "Disaster Management"},
        "kualifikasi": {"id": one.skema.versi.judul, "en": ""},
        "unit": units,
        "asesi": {"nama": one.orang.lengkap},
        "ketua": {"nama": p.petugas["rahmat.daulay"].lengkap, "jabatan": "Ketua LSP"},
        "manajer": {"nama": p.petugas["gede.artawan"].lengkap},
        "tempat": "Sagara",
        "tanggal": day.isoformat(),
        "bentuk": "ELEKTRONIK",
    }
    seed = config().certificate_key
    return {**isi, "tanda_qr": tanda.sign(isi, tanda.private_key(seed))} if seed else isi


def _happened(p: Panggung, one: Kasus, key: str, state: str, done: datetime, diputus: date, sampai: date) -> None:
    columns = "sertifikat_id aksi dari ke pelaku_id pelaku alasan publik"
    ketua = p.petugas["rahmat.daulay"]
    p.meja.add(
        k.SertifikatPeristiwa,
        columns,
        done,
        key,
        "terbit",
        k.MENUNGGU_TANDA_TANGAN,
        k.BERLAKU,
        ketua.user_id,
        ketua.lengkap,
        "",
        "Sertifikat diterbitkan",
    )
    if state == k.KEDALUWARSA:
        p.meja.add(
            k.SertifikatPeristiwa,
            columns,
            akun.at(sampai + timedelta(days=1), 0, 10),
            key,
            "kedaluwarsa",
            k.BERLAKU,
            k.KEDALUWARSA,
            None,
            "sistem",
            "",
            "Masa berlaku berakhir",
        )
    if state in OUTCOME:
        _acted(p, key, state, done)
    _surveillance(p, key, diputus, sampai, state, one)


def _acted(p: Panggung, key: str, state: str, done: datetime) -> None:
    """A suspension or revocation: proposed, decided, signed, told."""
    columns = "sertifikat_id aksi dari ke pelaku_id pelaku alasan publik"
    ketua, manajer = p.petugas["rahmat.daulay"], p.petugas["gede.artawan"]
    kind, kelas, words = OUTCOME[state]
    at, public = done + timedelta(days=200), f"{tindakan.PUBLIC[kind]}: {_reason(state)}"
    p.meja.add(
        k.Tindakan,
        "sertifikat_id jenis kelas uraian status diusulkan_oleh_id batas_tanggapan putusan diputus_oleh_id "
        "diputus_at ditandatangani_oleh_id ditandatangani_at",
        at - timedelta(days=12),
        key,
        kind,
        kelas,
        words,
        k.SELESAI,
        p.petugas["maria.tamaela"].user_id,
        (at - timedelta(days=5)).date(),
        "Usul disetujui.",
        manajer.user_id,
        at - timedelta(days=2),
        ketua.user_id,
        at,
    )
    p.meja.add(
        k.SertifikatPeristiwa, columns, at, key, kind.lower(), k.BERLAKU, state, ketua.user_id, ketua.lengkap, words,
        public,
    )  # fmt: skip


def _reason(state: str) -> str:
    """Class of the reason as the public reads it, "" for a certificate nobody acted upon."""
    kind, kelas, _ = OUTCOME.get(state, ("", "", ""))
    return tindakan.KELAS[kind][kelas] if kind else ""


def _surveillance(p: Panggung, key: str, diputus: date, sampai: date, state: str, one: Kasus) -> None:
    for ke, months in enumerate(one.skema.versi.surveilan, 1):
        due = add_months(diputus, months)
        made = akun.at(diputus, 16)
        met = due < p.hari - timedelta(days=60) and state != k.DITANGGUHKAN
        if met:
            sent = akun.at(due - timedelta(days=6), 10)
            p.meja.add(
                k.Surveilan,
                "sertifikat_id ke jatuh_tempo status laporan dikirim_at diputus_at diputus_oleh_id",
                made,
                key,
                ke,
                due,
                "SESUAI",
                "Bertugas pada dua kejadian dan satu latihan gabungan.",
                sent,
                sent + timedelta(days=4),
                p.petugas["maria.tamaela"].user_id,
            )
        else:
            p.meja.add(k.Surveilan, "sertifikat_id ke jatuh_tempo status", made, key, ke, due, "MENUNGGU")


# ---- appeals


def _appeal(p: Panggung, one: Kasus, state: str, held: datetime) -> None:
    filed = min(held + timedelta(days=3, hours=2), p.now - timedelta(hours=3))
    seri = f"BDG-{filed.year}"
    nomor = f"{seri}-{p.meja.number(seri):04d}"
    asked = [{"teks": text, "jawaban": "YA"} for text in sheets.PERTANYAAN_AK04]
    reason = "Observasi unit terakhir dilakukan saat hujan sehingga peralatan tidak lengkap."
    isi = {**one.kepala("FR.AK.04"), "tanggal_asesmen": one.uji.date().isoformat(), "jawaban": asked, "alasan": reason}
    key = form(p, one, isi, filed, [{"peran": "ASESI", "orang": one.orang, "pada": filed}])
    panel = [] if state == "DIAJUKAN" else [_uuid(p.petugas[name].user_id) for name in PANEL]
    result = {"DITERIMA": "DITERIMA", "DITOLAK": "DITOLAK", "DIPUTUS": "DITOLAK"}.get(state, "")
    decided = min(filed + timedelta(days=9), p.now - timedelta(hours=2)) if result else None
    closed = state in ("DITERIMA", "DITOLAK")
    words = {"DITERIMA": "Peralatan memang tidak lengkap; asesmen diulang oleh asesor lain.",
             "DITOLAK": "Asesmen berjalan sesuai rencana; cuaca telah diperhitungkan."}  # fmt: skip
    p.meja.add(
        k.Banding,
        "nomor permohonan_id user_id objek jawaban alasan status batas_jawab panel putusan diputus_oleh_id "
        "diputus_at form_id hasil ditandatangani_oleh_id ditandatangani_at",
        filed, nomor, one.id, one.orang.user_id, "ASESMEN", {"pertanyaan": asked}, reason,
        "DITELAAH" if state == "DIPUTUS" else state, holidays.add_working_days(filed.date(), 14), panel,
        words.get(result, ""), p.petugas[PANEL[0]].user_id if result else None, decided, key, result,
        p.petugas["rahmat.daulay"].user_id if closed else None, decided if closed else None,
    )  # fmt: skip
