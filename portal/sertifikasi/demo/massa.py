"""Thousands of cases that are only rows, for measuring lists and figures: people, events, decisions, certificates.

They come in portions of a thousand, each from a seed of its own, so that a larger scale adds to a smaller one.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from portal.kernel import issued, people, sealing
from portal.kernel.approval import OWNER, Submission, SubmissionEvent
from portal.kernel.citizens import NIK
from portal.kernel.db import db, now
from portal.kernel.demo import SANDI_UMUM
from portal.kernel.demo.salin import Ids, dice
from portal.sertifikasi import alur, sheets
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.demo import akun, berkas, cerita
from portal.sertifikasi.demo.manusia import Manusia, Penduduk, write_person
from portal.sertifikasi.demo.meja import JPG, PDF, Isi, Meja
from portal.sertifikasi.demo.putusan import LETTERS, add_months
from portal.sertifikasi.demo.skema import SkemaDemo
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.publik.models import Tiket
from portal.sertifikasi.saya import models as m

ADDED = {"sedang": 5, "besar": 100}  # thousands
PORTION, SPAN_DAYS, WITH_ROWS = 1000, 1000, 5
ASKING = 5  # one message to the LSP for so many cases
TOPICS = ("INFORMASI", "PENDAFTARAN", "SERTIFIKAT", "KELUHAN", "LAINNYA")
OFFICIAL = "PPT-PTG"
ENDS = (
    (m.BERSERTIFIKAT, 60),
    (m.BELUM_KOMPETEN, 14),
    (m.DITARIK, 7),
    (m.GUGUR, 6),
    (m.APL01_DITOLAK, 5),
    (m.TIDAK_LANJUT, 4),
    (m.DIBATALKAN, 4),
)
GOING = [s for s in m.STATES if s not in m.FINAL and s not in (m.DRAF, m.DITUNDA)]


@dataclass
class Massa:
    """Registers and shared contents; sessions, meetings and SK are made when the first case needs them."""

    meja: Meja
    schemes: list[SkemaDemo]
    asesor: list[Any]
    tuk: list[Any]
    petugas: dict[str, Manusia]
    sandi: str
    now: datetime
    kertas: Isi
    foto: Isi
    sesi: dict[tuple[str, str, int], str] = field(default_factory=dict)
    pleno: dict[str, str] = field(default_factory=dict)
    sk: dict[tuple[str, str], str] = field(default_factory=dict)


def write(meja: Meja, schemes: dict[str, SkemaDemo], skala: str, seed: int) -> None:
    """Adds the portions that are missing; nothing at `kecil`."""
    there = set(db.session.scalars(sa.select(people.User.pengguna).where(people.User.pengguna.like("peserta%000"))))
    wanted = [n for n in range(ADDED.get(skala, 0)) if f"peserta{n:03d}000" not in there]
    if not wanted:
        return
    asesor = db.session.execute(
        sa.select(a.Asesor.id, a.Asesor.user_id, people.User.nama)
        .join(people.User, people.User.id == a.Asesor.user_id)
        .order_by(people.User.nama)
    ).all()
    mass = Massa(
        meja,
        sorted(schemes.values(), key=lambda s: s.kode),
        list(asesor),
        list(db.session.scalars(sa.select(a.Tuk.id).order_by(a.Tuk.kode))),
        akun.staff(seed),
        people.HASHER.hash(SANDI_UMUM),
        now(),
        meja.lemari.put(berkas.letter("Formulir peragaan", ["Contoh."]), PDF),
        meja.lemari.put(berkas.portrait(1), JPG),
    )
    for n in wanted:
        _portion(mass, n, seed)
        meja.flush()


def _portion(x: Massa, n: int, seed: int) -> None:
    name = f"{seed}:massa:{n}"
    random = dice(name)
    x.meja.ids = Ids(f"{name}:baris", akun.EPOCH_MS)
    made = Penduduk(name, Ids(f"{name}:kunci", akun.EPOCH_MS), kecamatan=n, first=9400)
    before: list[tuple[Manusia, SkemaDemo]] = []
    for i in range(PORTION):
        scheme = next(s for s in x.schemes if s.kode == OFFICIAL) if random.random() < 0.5 else random.choice(x.schemes)
        tested = akun.at(x.now.date() + timedelta(days=30 - int(random.random() * SPAN_DAYS)), 9)
        again = random.choice(before) if before and random.random() < 0.15 else None
        if again is not None and again[1] is not scheme:
            person = again[0]
            before.remove(again)
        else:
            person = made.next(pengguna=f"peserta{n:03d}{i:03d}")
            write_person(x.meja, person, tested - timedelta(days=50), x.sandi)
            before.append((person, scheme))
        _case(x, person, scheme, tested, random, with_rows=n < WITH_ROWS)
        if i % ASKING == 0:
            _message(x, person, scheme, tested - timedelta(days=40), TOPICS[i // ASKING % len(TOPICS)], random)


def _message(x: Massa, o: Manusia, scheme: SkemaDemo, asked: datetime, topik: str, random: Random) -> None:
    """A message to the LSP: old ones are answered or closed, the newest wait."""
    age = (x.now - asked).days
    status = "BARU" if age < 5 else random.choice(("DIJAWAB", "DITUTUP", "DITUTUP"))
    x.meja.add(
        Tiket,
        "nomor kode topik nama surel pesan status batas",
        asked,
        f"HUB-{asked.year}-{x.meja.number(f'HUB-{asked.year}'):05d}",
        "".join(random.choices(LETTERS, k=22)),
        topik,
        o.nama,
        o.surel,
        f"Kapan jadwal uji skema {scheme.versi.judul} berikutnya?",
        status,
        asked.date() + timedelta(days=3),
    )


def _end(x: Massa, scheme: SkemaDemo, tested: datetime, random: Random) -> str:
    """A state that has been reached by now."""
    over = tested + timedelta(days=25) < x.now
    if over:
        end = random.choices([e for e, _ in ENDS], [w for _, w in ENDS])[0]
        return m.KOMPETEN if end == m.BERSERTIFIKAT and scheme.versi.contoh else end
    passed = [s for s in GOING if tested + timedelta(days=cerita.DISTANCE[cerita.PATHS[s][-1]], hours=3) < x.now]
    if scheme.versi.contoh:
        passed = [s for s in passed if s != m.MENUNGGU_NOMOR]
    return random.choice(passed[-3:]) if passed else m.DRAF


def _case(x: Massa, o: Manusia, scheme: SkemaDemo, tested: datetime, random: Random, with_rows: bool) -> None:
    end = _end(x, scheme, tested, random)
    path = cerita.PATHS[end]
    times = {aksi: tested + timedelta(days=cerita.DISTANCE[aksi], seconds=17 * i) for i, aksi in enumerate(path)}
    begun = times.get("ajukan", tested - timedelta(days=30)) - timedelta(days=2)
    asesor, tuk = random.choice(x.asesor), random.choice(x.tuk)
    sub = x.meja.add(
        Submission,
        "alur status judul owner_id pemohon diajukan_at versi",
        begun,
        alur.PERMOHONAN,
        end,
        scheme.versi.judul,
        o.user_id,
        o.nama,
        times.get("ajukan"),
        1 + len(path),
    )
    nomor = _number(x, times["ajukan"]) if path else None
    case = x.meja.add(
        m.Permohonan,
        "submission_id nomor user_id orang_id skema_id skema_versi_id isian asal nik_enc nama provinsi instansi "
        "pernyataan aktif apl01_diajukan_at apl01_diterima_at apl02_diajukan_at",
        begun,
        sub,
        nomor,
        o.user_id,
        o.orang_id,
        scheme.id,
        scheme.versi.id,
        o.isian(),
        {},
        sealing.seal(o.nik, NIK),
        o.nama,
        o.provinsi,
        o.instansi,
        bool(path),
        end not in m.FINAL,
        times.get("ajukan"),
        times.get("terima"),
        times.get("ajukan_apl02"),
    )
    _events(x, sub, o, asesor, times)
    _papers(x, case, o, scheme, begun, times, with_rows)
    if "tugaskan" in times:
        _assessed(x, case, scheme, asesor, tuk, tested, times, end)
    if "ke_pleno" in times:
        _decided(x, case, o, scheme, end, times, random)


def _number(x: Massa, sent: datetime) -> str:
    seri = f"PMH-{sent.year}"
    return f"{seri}-{x.meja.number(seri):06d}"


def _events(x: Massa, sub: str, o: Manusia, asesor: Any, times: dict[str, datetime]) -> None:
    state, clerk = m.DRAF, x.petugas["maria.tamaela"]
    for n, (aksi, when) in enumerate(times.items(), 2):
        move = alur.FLOW.move(aksi)
        who, name = (o.user_id, o.nama) if move.by == OWNER else (clerk.user_id, clerk.nama)
        if aksi in ("mulai_tinjau", "siap", "tidak_lanjut", "mulai", "rekomendasikan"):
            who, name = asesor.user_id, asesor.nama
        x.meja.add(
            SubmissionEvent,
            "submission_id aksi dari ke pelaku_id pelaku catatan versi",
            when,
            sub,
            aksi,
            state,
            move.target,
            who,
            name,
            cerita.NOTES.get(aksi, ""),
            n,
        )
        state = move.target


def _papers(
    x: Massa, case: str, o: Manusia, scheme: SkemaDemo, begun: datetime, times: dict[str, datetime], with_rows: bool
) -> None:
    photo = x.meja.document(o.user_id, "pas-foto.jpg", x.foto, begun)
    held = x.meja.add(
        m.BerkasAsesi,
        "user_id dokumen_id kunci jenis judul tanggal",
        begun,
        o.user_id,
        photo,
        x.meja.next(begun),
        "PAS_FOTO",
        f"Pas foto {o.nama}",
        begun.date(),
    )
    for row in scheme.syarat if with_rows else [r for r in scheme.syarat if r.jenis == "PAS_FOTO"]:
        there = row.jenis == "PAS_FOTO"
        status = m.MEMENUHI if "terima" in times and there else ""
        key = x.meja.add(m.BuktiSyarat, "permohonan_id syarat_id status", begun, case, row.id, status)
        if there:
            x.meja.add(m.BerkasSyarat, "bukti_syarat_id berkas_id", begun, key, held)
    if "ajukan" in times:
        sent = times["ajukan"]
        paper = x.meja.document(o.user_id, "APL01.pdf", x.kertas, sent)
        isi = {"kode": m.APL01, **scheme.kepala}
        x.meja.add(
            m.FormIsian,
            "permohonan_id kode isi sha256 dikunci_at dokumen_id",
            sent,
            case,
            m.APL01,
            isi,
            sheets.sidik(isi),
            sent,
            paper,
        )


def _assessed(
    x: Massa,
    case: str,
    scheme: SkemaDemo,
    asesor: Any,
    tuk: str,
    tested: datetime,
    times: dict[str, datetime],
    end: str,
) -> None:
    clerk, manajer = x.petugas["maria.tamaela"], x.petugas["gede.artawan"]
    x.meja.add(
        a.PenugasanAsesor,
        "permohonan_id asesor_id status diusulkan_oleh_id disetujui_oleh_id disetujui_at rencana",
        times["ajukan_apl02"],
        case,
        asesor.id,
        a.AKTIF,
        clerk.user_id,
        manajer.user_id,
        times["tugaskan"],
        tested.date(),
    )
    if "jadwalkan" in times:
        key = (scheme.kode, str(asesor.id), tested.toordinal() // 14)
        if key not in x.sesi:
            x.sesi[key] = x.meja.add(
                a.SesiAsesmen,
                "skema_versi_id tuk_id asesor_id mulai selesai kuota",
                times["jadwalkan"],
                scheme.versi.id,
                tuk,
                asesor.id,
                tested,
                tested + timedelta(hours=6),
                200,
            )
        there = a.HADIR if "mulai" in times else a.TIDAK_HADIR if end == m.GUGUR else ""
        x.meja.add(a.PesertaSesi, "sesi_id permohonan_id kehadiran", times["jadwalkan"], x.sesi[key], case, there)
    if "rekomendasikan" in times:
        verdict = m.BK if end == m.BELUM_KOMPETEN else m.K
        x.meja.add(a.Rekomendasi, "permohonan_id asesor_id hasil", times["rekomendasikan"], case, asesor.id, verdict)


def _decided(
    x: Massa, case: str, o: Manusia, scheme: SkemaDemo, end: str, times: dict[str, datetime], random: Random
) -> None:
    held = times.get("kompeten") or times.get("belum_kompeten")
    if held is None:
        return
    month = f"{held:%Y-%m}"
    if month not in x.pleno:
        nomor = f"PLENO-{held.year}-{x.meja.number(f'PLENO-{held.year}'):04d}"
        x.pleno[month] = x.meja.add(
            k.Pleno, "nomor tanggal kuorum status ditutup_at", held, nomor, held.date(), 3, k.DITUTUP, held
        )
    if (month, scheme.kode) not in x.sk:
        nomor = f"{x.meja.number(f'demo-sk-{held.year}'):03d}/SK/LSP-PBS/{held.year} (rekaan)"
        ketua = x.petugas["rahmat.daulay"].user_id
        x.sk[month, scheme.kode] = x.meja.add(
            k.Sk,
            "nomor tanggal skema_versi_id ditandatangani_oleh_id ditandatangani_at pleno_id",
            held,
            nomor,
            held.date(),
            scheme.versi.id,
            ketua,
            held,
            x.pleno[month],
        )
    result = m.BK if end == m.BELUM_KOMPETEN else m.K
    decision = x.meja.add(
        k.Keputusan,
        "pleno_id permohonan_id hasil rekusal suara sk_id",
        held,
        x.pleno[month],
        case,
        result,
        {},
        {},
        x.sk[month, scheme.kode],
    )
    if end in (m.MENUNGGU_NOMOR, m.BERSERTIFIKAT):
        _certificate(x, case, o, scheme, decision, held.date(), times, random)


def _certificate(
    x: Massa,
    case: str,
    o: Manusia,
    scheme: SkemaDemo,
    decision: str,
    diputus: date,
    times: dict[str, datetime],
    random: Random,
) -> None:
    until = add_months(diputus, scheme.versi.masa_berlaku_bulan)
    done = times.get("terbit")
    serial = x.meja.number("demo-sertifikat")
    state = k.BERLAKU if done else k.MENUNGGU_NOMOR
    gone = random.random()
    if done and gone < 0.03 and done + timedelta(days=120) < x.now:
        state = k.DICABUT if gone < 0.01 else k.DITANGGUHKAN
    kode = "".join(random.choices(issued.ALPHABET, k=10))
    token = "".join(random.choices(LETTERS, k=22))
    nomor = f"84234 1439 3 {serial:07d} {diputus.year} (rekaan)" if done else None
    blanko = x.meja.add(k.Blanko, "seri status", done, f"REKAAN-{serial:07d}", k.TERPAKAI) if done else None
    key = x.meja.add(
        k.Sertifikat,
        "permohonan_id user_id skema_versi_id keputusan_id nama unit token kode status diputus sampai nomor blanko_id "
        "terbit_at",
        times["minta_nomor"],
        case,
        o.user_id,
        scheme.versi.id,
        decision,
        o.lengkap,
        [],
        token,
        kode,
        state,
        diputus,
        until,
        nomor,
        blanko,
        done,
    )
    if done is None:
        return
    columns = "sertifikat_id aksi dari ke pelaku"
    x.meja.add(k.SertifikatPeristiwa, columns, done, key, "terbit", k.MENUNGGU_TANDA_TANGAN, k.BERLAKU, "Ketua LSP")
    if state != k.BERLAKU:
        aksi = "cabut" if state == k.DICABUT else "tangguhkan"
        x.meja.add(k.SertifikatPeristiwa, columns, done + timedelta(days=100), key, aksi, k.BERLAKU, state, "Ketua LSP")
    for ke, months in enumerate(scheme.versi.surveilan, 1):
        x.meja.add(k.Surveilan, "sertifikat_id ke jatuh_tempo", done, key, ke, add_months(diputus, months))
