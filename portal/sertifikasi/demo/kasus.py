"""One case of the stories, as rows: application, events, requirements and their files, answers, frozen forms."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from portal.kernel import sealing
from portal.kernel.approval import OWNER, Submission, SubmissionEvent
from portal.kernel.citizens import NIK
from portal.kernel.storage import config
from portal.sertifikasi import ASESMEN, MANAJER, PLENO, alur, sheets
from portal.sertifikasi.demo import berkas, cerita
from portal.sertifikasi.demo.manusia import Manusia
from portal.sertifikasi.demo.meja import JPG, PDF, Isi, Meja
from portal.sertifikasi.demo.register import AsesorDemo, Register, TukDemo
from portal.sertifikasi.demo.skema import SkemaDemo
from portal.sertifikasi.saya import forms, pilihan
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s

FORM_COLUMNS = "permohonan_id sesi_id kode versi_form ke isi sha256 dikunci_at dokumen_id"
NOTE = "Dilakukan saat simulasi tanggap darurat di {kota}, {bulan}, sebagai {jabatan}."
PICTURES = {"PAS_FOTO", "KTP", "KEGIATAN"}


@dataclass
class Panggung:
    """What all cases share: tables, registers, officers, the clock."""

    meja: Meja
    register: Register
    petugas: Mapping[str, Manusia]
    now: datetime
    kertas: bool = True
    last_document: str = ""

    @property
    def hari(self) -> date:
        return self.now.date()


@dataclass
class Kasus:
    orang: Manusia
    skema: SkemaDemo
    akhir: str
    asesor: AsesorDemo
    tuk: TukDemo
    uji: datetime
    id: str
    submission_id: str
    nomor: str = ""
    waktu: dict[str, datetime] = field(default_factory=dict)
    bukti: dict[str, tuple[str, str]] = field(default_factory=dict)  # kind to id and title of a file in the locker
    foto: bytes = b""
    tanda: list[dict[str, Any]] = field(default_factory=list)

    def sampai(self, aksi: str) -> bool:
        return aksi in self.waktu

    def kepala(self, kode: str) -> dict[str, Any]:
        beyond = self.sampai("tugaskan")
        asesor = {"nama": self.asesor.orang.lengkap, "no_reg": self.asesor.no_reg} if beyond else None
        return {
            "kode": kode,
            "versi_form": "2023",
            "nomor": self.nomor,
            **self.skema.kepala,
            "tuk": self.tuk.isi if self.sampai("siap") else None,
            "asesor": asesor,
            "asesi": {"nama": self.orang.lengkap},
        }


def write(p: Panggung, one: Kasus) -> None:
    """Everything up to the assessment; what follows belongs to the batch."""
    _clock(p, one)
    _locker(p, one)
    _case(p, one, _requirements(p, one))
    if one.akhir != m.DRAF:
        _apl01(p, one)
        _answers(p, one)


def _clock(p: Panggung, one: Kasus) -> None:
    path = cerita.PATHS[one.akhir]
    for n, aksi in enumerate(path):
        late = timedelta(minutes=7 * n + int(one.orang.nik[-2:]))
        one.waktu[aksi] = one.uji + timedelta(days=cerita.DISTANCE[aksi]) + late
    if path:
        seri = f"PMH-{one.waktu['ajukan'].year}"
        one.nomor = f"{seri}-{p.meja.number(seri):06d}"


def begun(one: Kasus) -> datetime:
    return one.waktu.get("ajukan", one.uji - timedelta(days=33)) - timedelta(days=2)


def actor(p: Panggung, one: Kasus, by: str) -> Manusia:
    if by == OWNER:
        return one.orang
    return {
        ASESMEN: one.asesor.orang,
        MANAJER: p.petugas["gede.artawan"],
        PLENO: p.petugas["sri.mulyasari"],
    }.get(by, p.petugas["maria.tamaela"])


def _case(p: Panggung, one: Kasus, flagged: list[str]) -> None:
    o, sent, last = one.orang, one.waktu.get("ajukan"), max(one.waktu.values(), default=begun(one))
    p.meja.add(
        Submission,
        "alur status judul owner_id pemohon diajukan_at versi",
        begun(one),
        alur.PERMOHONAN,
        one.akhir,
        one.skema.versi.judul,
        o.user_id,
        o.nama,
        sent,
        1 + len(one.waktu),
        id=one.submission_id,
    )
    columns = (
        "submission_id nomor user_id orang_id skema_id skema_versi_id jenis tujuan isian asal nik_enc nama provinsi "
        "instansi pernyataan aktif apl01_diajukan_at apl01_diterima_at apl02_diajukan_at tenggat versi"
    )
    isian = {**o.isian(), "tuk_provinsi": o.provinsi}
    repair: tuple[Any, ...] = (flagged,) if flagged else ()
    p.meja.add(
        m.Permohonan,
        f"{columns} ditandai" if flagged else columns,
        begun(one),
        one.submission_id,
        one.nomor or None,
        o.user_id,
        o.orang_id,
        one.skema.id,
        one.skema.versi.id,
        m.BARU,
        m.SERTIFIKASI,
        isian,
        {},
        sealing.seal(o.nik, NIK),
        o.nama,
        o.provinsi,
        o.instansi,
        sent is not None,
        one.akhir not in m.FINAL,
        sent,
        one.waktu.get("terima"),
        one.waktu.get("ajukan_apl02"),
        (last + timedelta(days=14)).date() if flagged else None,
        1 + len(one.waktu),
        *repair,
        id=one.id,
    )
    _events(p, one)


def _events(p: Panggung, one: Kasus) -> None:
    state = m.DRAF
    for n, (aksi, when) in enumerate(one.waktu.items(), 2):
        move = alur.FLOW.move(aksi)
        who: Manusia | None = None if aksi == "terbit" else actor(p, one, move.by)
        p.meja.add(
            SubmissionEvent,
            "submission_id aksi dari ke pelaku_id pelaku catatan rincian versi",
            when,
            one.submission_id,
            aksi,
            state,
            move.target,
            who.user_id if who else None,
            who.lengkap if who else "sistem",
            cerita.NOTES.get(aksi, ""),
            {},
            n,
        )
        state = move.target


# ---- files


def _locker(p: Panggung, one: Kasus) -> None:
    """One file of each kind that the scheme asks for, and two of field work for APL-02."""
    kinds = list(
        dict.fromkeys([row.jenis for row in one.skema.syarat if row.sifat != s.OPSIONAL] + ["KEGIATAN", "LAPORAN"])
    )
    if one.akhir == m.DRAF:
        kinds = kinds[:2]
    for n, jenis in enumerate(kinds):
        judul = f"{pilihan.JENIS_BERKAS.get(jenis, 'Berkas')} {one.orang.nama}"
        isi = _content(p, one, jenis, judul)
        made = begun(one) - timedelta(hours=6 - n % 6)
        ending = "jpg" if isi.mime == JPG else "pdf"
        key = p.meja.document(one.orang.user_id, f"{judul}.{ending}", isi, made)
        age = 400 if jenis == "SURAT_SEHAT" and one.akhir == m.PERLU_PERBAIKAN else 40 + 11 * n
        issued = (made - timedelta(days=age)).date()
        until = issued + timedelta(days=365) if jenis == "SURAT_SEHAT" else None
        row = p.meja.add(
            m.BerkasAsesi,
            "user_id dokumen_id kunci jenis judul penerbit tanggal berlaku_sampai tempat",
            made,
            one.orang.user_id,
            key,
            p.meja.next(made),
            jenis,
            judul,
            "Instansi rekaan",
            issued,
            until,
            one.orang.kab_kota if jenis == "KEGIATAN" else "",
        )
        one.bukti[jenis] = (row, judul)


def _content(p: Panggung, one: Kasus, jenis: str, judul: str) -> Isi:
    number = int(one.orang.nik[-3:]) + one.orang.lahir.day
    if jenis == "PAS_FOTO":
        one.foto = berkas.portrait(number)
        return p.meja.lemari.put(one.foto, JPG)
    if jenis == "KTP":
        return p.meja.lemari.put(berkas.card(one.orang.nama, one.orang.nik), JPG)
    if jenis == "KEGIATAN":
        return p.meja.lemari.put(berkas.scene(number), JPG)
    o = one.orang
    lines = [
        f"Nama: {o.lengkap}",
        f"Instansi: {o.instansi or '-'}",
        f"Wilayah: {o.kab_kota}",
        f"Diterbitkan untuk permohonan skema {one.skema.versi.judul}.",
    ]
    return p.meja.lemari.put(berkas.letter(judul, lines), PDF)


def _requirements(p: Panggung, one: Kasus) -> list[str]:
    """Returns the keys of the rows that a return reopened."""
    flagged = []
    decided = one.waktu.get("terima") or one.waktu.get("minta_perbaikan") or one.waktu.get("tolak")
    for row in one.skema.syarat:
        held = one.bukti.get(row.jenis)
        bad = one.akhir in (m.PERLU_PERBAIKAN, m.APL01_DITOLAK) and row.jenis in ("PAS_FOTO", "SURAT_SEHAT")
        status = "" if decided is None or held is None else m.TIDAK_MEMENUHI if bad else m.MEMENUHI
        made = begun(one)
        key = p.meja.add(
            m.BuktiSyarat,
            "permohonan_id syarat_id status catatan verifikator_id diputus_at versi",
            made,
            one.id,
            row.id,
            status,
            cerita.NOTES["minta_perbaikan"] if status == m.TIDAK_MEMENUHI else "",
            p.petugas["maria.tamaela"].user_id if status else None,
            decided if status else None,
            2 if status else 1,
        )
        if held:
            p.meja.add(m.BerkasSyarat, "bukti_syarat_id berkas_id", made, key, held[0])
        if status == m.TIDAK_MEMENUHI and one.akhir == m.PERLU_PERBAIKAN:
            flagged.append(f"syarat:{uuid.UUID(key)}")
    return flagged


# ---- forms


def form(
    p: Panggung,
    one: Kasus,
    isi: dict[str, Any],
    at: datetime,
    tanda: list[dict[str, Any]],
    ke: int = 1,
    kertas: bool = True,
    sesi_id: str | None = None,
    owner: str = "",
) -> str:
    """A locked form with its signatures and paper. `tanda`: {"peran", "orang", "no_reg", "pada"}."""
    sha256 = sheets.sidik(isi)
    signed = [
        {
            "peran": t["peran"],
            "nama": t["orang"].lengkap,
            "no_reg": t.get("no_reg", ""),
            "pada": t["pada"],
            "sha256": sha256,
        }
        for t in tanda
    ]
    paper = None
    if kertas and p.kertas:
        link = f"{config().alamat.rstrip('/')}/sertifikasi/permohonan/{one.id}"
        nik = one.orang.nik if isi["kode"] == m.APL01 else ""
        body = sheets.render(isi, signed, tautan=link, nik=nik, zona="WIB")
        paper = p.meja.document(
            owner or one.orang.user_id, sheets.nama_berkas(isi), p.meja.lemari.put(body, PDF, 2), at
        )
        p.last_document = paper
    key = p.meja.add(
        m.FormIsian,
        FORM_COLUMNS,
        at,
        None if sesi_id else one.id,
        sesi_id,
        isi["kode"],
        "2023",
        ke,
        isi,
        sha256,
        at,
        paper,
    )
    _sign(p, key, tanda, sha256)
    return key


def _sign(p: Panggung, key: str, tanda: list[dict[str, Any]], sha256: str) -> None:
    for t in tanda:
        p.meja.add(
            m.TandaTangan,
            "form_id peran user_id nama no_reg pada cara alamat_ip sha256",
            t["pada"],
            key,
            t["peran"],
            t["orang"].user_id,
            t["orang"].lengkap,
            t.get("no_reg", ""),
            t["pada"],
            "SANDI",
            "192.0.2.17",
            sha256,
        )


def _part(values: Mapping[str, str], part: str) -> dict[str, str]:
    return {f.name: forms.printed(f, values.get(f.name, "")) for f in forms.of_part(part) if f.kind != forms.NIK}


def _apl01(p: Panggung, one: Kasus) -> None:
    values = one.orang.isian()
    rows = [
        {
            "kategori": r.kategori,
            "urut": r.urut,
            "teks": r.teks,
            "ada": r.jenis in one.bukti,
            "status": "",
            "catatan": "",
        }
        for r in one.skema.syarat
    ]
    isi = {
        **one.kepala(m.APL01),
        "tuk": None,
        "asesor": None,
        "pribadi": _part(values, forms.PRIBADI),
        "pekerjaan": _part(values, forms.PEKERJAAN),
        "tujuan": m.SERTIFIKASI,
        "tujuan_lain": "",
        "unit": one.skema.tabel,
        "syarat": rows,
        "rekomendasi": "",
        "catatan": "",
    }
    asesi = {"peran": "ASESI", "orang": one.orang, "pada": one.waktu["ajukan"]}
    final = one.waktu.get("terima") or one.waktu.get("tolak")
    form(p, one, isi, one.waktu["ajukan"], [asesi], kertas=final is None)
    if final is None:
        return
    verdict = "DITERIMA" if one.sampai("terima") else "TIDAK_DITERIMA"
    status = m.MEMENUHI if one.sampai("terima") else m.TIDAK_MEMENUHI
    isi = {
        **isi,
        "rekomendasi": verdict,
        "catatan": cerita.NOTES["tolak"] if verdict != "DITERIMA" else "",
        "syarat": [{**r, "status": status if r["ada"] else ""} for r in rows],
    }
    admin = {"peran": "ADMIN_LSP", "orang": p.petugas["maria.tamaela"], "pada": final}
    form(p, one, isi, final, [admin] if verdict != "DITERIMA" else [asesi, admin], ke=2)


def _answers(p: Panggung, one: Kasus) -> None:
    """APL-02: answers are drafted early; the form is sent with the move and reviewed by the asesor."""
    seen, sent = one.waktu.get("siap") or one.waktu.get("tidak_lanjut"), one.waktu.get("ajukan_apl02")
    if sent is None and one.akhir not in (m.APL01_DITERIMA,):
        return
    table, made = [], sent or begun(one) + timedelta(days=5)
    month = f"{(made - timedelta(days=120)).month}-{made.year}"
    note = NOTE.format(kota=one.orang.kab_kota, bulan=month, jabatan=one.orang.jabatan or "peserta")
    for u, unit in enumerate(one.skema.unit, 1):
        rows = []
        for e, elemen in enumerate(unit.elemen, 1):
            known = not (one.akhir == m.TIDAK_LANJUT and u > 1)
            flawed = one.akhir == m.APL02_PERLU_PERBAIKAN and u == 1 and e <= 2
            if sent is None and u > 2:
                continue
            kind = "KEGIATAN" if e % 2 else "LAPORAN"
            _answer(p, one, elemen.id, made, known, "" if flawed else note, None if flawed else kind, seen)
            rows.append(
                {
                    "urut": e,
                    "judul": elemen.judul,
                    "kuk": [{"nomor": q.nomor, "teks": q.teks} for q in elemen.kuk],
                    "jawaban": m.K if known else m.BK,
                    "bukti": [] if flawed else [one.bukti[kind][1]],
                    "catatan": "" if flawed else note,
                }
            )
        table.append({"urut": u, "kode": unit.kode, "judul": unit.judul, "elemen": rows})
    if sent:
        _apl02(p, one, {**one.kepala(m.APL02), "unit": table, "rekomendasi": "", "catatan": ""}, seen)


def _answer(
    p: Panggung,
    one: Kasus,
    elemen_id: Any,
    made: datetime,
    known: bool,
    note: str,
    kind: str | None,
    seen: datetime | None,
) -> None:
    key = p.meja.add(
        m.JawabanApl02,
        "permohonan_id elemen_id jawaban catatan vatm catatan_asesor ditinjau_at perlu_perbaikan versi",
        made,
        one.id,
        elemen_id,
        m.K if known else m.BK,
        note,
        ["V", "A", "T", "M"] if seen and known else [],
        "",
        seen,
        kind is None,
        1,
    )
    if kind:
        p.meja.add(m.JawabanBukti, "jawaban_id berkas_id urut", made, key, one.bukti[kind][0], 0)


def _apl02(p: Panggung, one: Kasus, isi: dict[str, Any], seen: datetime | None) -> None:
    asesi = {"peran": "ASESI", "orang": one.orang, "pada": one.waktu["ajukan_apl02"]}
    form(p, one, {**isi, "asesor": None, "tuk": None}, one.waktu["ajukan_apl02"], [asesi], kertas=seen is None)
    if seen is None:
        return
    go = one.sampai("siap")
    reviewed = {
        **isi,
        "rekomendasi": "LANJUT" if go else "TIDAK",
        "catatan": "" if go else cerita.NOTES["tidak_lanjut"],
    }
    asesor = {"peran": "ASESOR", "orang": one.asesor.orang, "no_reg": one.asesor.no_reg, "pada": seen}
    form(p, one, reviewed, seen, [asesi, asesor], ke=2)
