"""People of the demo city who retire within a year: one request in every state, and candidates without one.

Names, numbers and days follow from the list and the day of loading. Papers only in the small city.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import demo as city_demo
from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.pensiun import akun, alur, hak, persetujuan, sk, syarat
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.pensiun.jenis import APS, BUP, JENIS
from portal.kepegawaian.riwayat import models as r
from portal.kernel import access, documents, people
from portal.kernel.approval import Submission, SubmissionEvent
from portal.kernel.calendar import zona_waktu
from portal.kernel.db import db
from portal.kernel.demo import SANDI_UMUM, kota, today
from portal.kernel.demo.kota import City, Unit
from portal.kernel.documents import PDF, Checked, Document
from portal.kernel.organisation import Orang, Pegawai
from portal.kernel.people import Principal, User
from portal.kernel.reports import A4, Page
from portal.kernel.storage import config

RUANG = uuid.UUID("c1d7d6c0-5f8e-5b52-9a64-7b1f0a3e5d11")
SK_PEJABAT = "Wali Kota Sagara"


@dataclass(frozen=True)
class Tokoh:
    """`bulan`: months from this one to the TMT. `status`: state of the request, empty for none."""

    nama: str
    kelamin: str
    bulan: int
    status: str
    jenis: str = BUP
    jabatan: str = "Pengelola Administrasi"
    jenjang: str = "PELAKSANA"
    bup: int = 58


TOKOH = (
    Tokoh("Sutrisno Wibowo", "L", 2, m.SK), Tokoh("Endang Rahayu", "P", 3, m.PERTEK),
    Tokoh("Bambang Hartono", "L", 4, m.USUL_BKN), Tokoh("Sri Lestari Utami", "P", 5, m.DIVERIFIKASI),
    Tokoh("Agus Salim Harahap", "L", 6, m.DIPERIKSA), Tokoh("Nur Hidayati", "P", 7, m.DIAJUKAN),
    Tokoh("Slamet Riyanto", "L", 8, m.DIKEMBALIKAN), Tokoh("Wahyuningsih", "P", 9, m.DRAF),
    Tokoh("Djoko Purnomo", "L", 0, m.SELESAI), Tokoh("Tri Handayani", "P", 40, m.TMS, APS),
    Tokoh("Yusuf Maulana", "L", 10, m.DIBATALKAN), Tokoh("Kartini Dewi", "P", 11, ""),
    Tokoh("Hasan Basri", "L", 12, "", jabatan="Jabatan Penyetaraan Lama", jenjang=""),
    Tokoh("Ida Ayu Puspita", "P", 5, m.DISETUJUI),
)  # fmt: skip
JALAN = (
    ("ajukan", m.DRAF, m.DIAJUKAN, "pemohon"), ("periksa", m.DIAJUKAN, m.DIPERIKSA, "admin_pd"),
    ("setujui_opd", m.DIPERIKSA, m.DISETUJUI, "kepala"),
    ("verifikasi", m.DISETUJUI, m.DIVERIFIKASI, "verifikator_bkpsdm"), ("usul", m.DIVERIFIKASI, m.USUL_BKN, "bkpsdm"),
    ("pertek", m.USUL_BKN, m.PERTEK, "bkpsdm"), ("sk", m.PERTEK, m.SK, "bkpsdm"), ("selesai", m.SK, m.SELESAI, ""),
)  # fmt: skip
SAMPING = {
    m.DIKEMBALIKAN: ("kembalikan_opd", "admin_pd", "KTP tidak terbaca, unggah lagi yang jelas"),
    m.TMS: ("tms", "verifikator_bkpsdm", "Masa kerja pada TMT belum 20 tahun"),
    m.DIBATALKAN: ("batalkan", "bkpsdm", "Pegawai menarik permohonannya lewat surat"),
}  # fmt: skip


def cerita(city: City, skala: str) -> None:
    """Add the people and their requests. The register of the city stands."""
    cast = {one["peran"]: one for one in kota.cast() if one.get("peran")}
    pd = city.unit(cast["admin_pd"]["pd"])
    units = [u for u in city.units if u.pd is pd and u is not pd] or [pd]
    names = [one["pengguna"] for one in cast.values()]
    rows = db.session.scalars(sa.select(User).where(User.pengguna.in_(names)))
    by_name = {row.pengguna: row for row in rows}
    actors = {peran: by_name.get(one["pengguna"]) for peran, one in cast.items()}
    actors["kepala"] = persetujuan.akun_kepala(uuid.UUID(pd.id))
    secret = people.HASHER.hash(SANDI_UMUM)
    for i, one in enumerate(TOKOH):
        if db.session.get(Orang, _key(one, "orang")) is None:
            person = _person(one, i, units[i % len(units)], secret)
            if one.status:
                _request(one, person, pd, {**actors, "pemohon": person[1]}, skala)


city_demo.CERITA.append(cerita)


def _key(one: Tokoh, what: str) -> uuid.UUID:
    return uuid.uuid5(RUANG, f"{one.nama}:{what}")


def _tmt(one: Tokoh) -> date:
    day = today().replace(day=1)
    years, months = divmod(day.year * 12 + day.month - 1 + one.bulan, 12)
    return date(years, months + 1, 1)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(9), zona_waktu(config().zona))


def _person(one: Tokoh, i: int, unit: Unit, secret: str) -> tuple[Pegawai, User]:
    """Born so that the TMT comes when it should; entered service 30 years before it."""
    tmt = _tmt(one)
    born = (tmt - timedelta(days=1)).replace(day=10)
    born = born.replace(year=born.year - one.bup)
    begun = date(tmt.year - (12 if one.status == m.TMS else 30), 3, 1)
    sex = "1" if one.kelamin == "L" else "2"
    human = Orang(id=_key(one, "orang"), nama=one.nama, tempat_lahir="Sagara", tanggal_lahir=born,
                  jenis_kelamin=one.kelamin)  # fmt: skip
    db.session.add(human)
    db.session.flush()
    pegawai = Pegawai(id=_key(one, "pegawai"), orang_id=human.id, nama=one.nama,
                      nip=f"{born:%Y%m%d}{begun:%Y%m}{sex}{900 + i}")  # fmt: skip
    db.session.add(pegawai)
    db.session.flush()
    user = User(id=_key(one, "akun"), pengguna=f"{one.nama.lower().replace(' ', '.')}.pensiun", nama=one.nama,
                sandi_hash=secret, pegawai_id=pegawai.id)  # fmt: skip
    db.session.add_all([user, r.DataPegawai(id=_key(one, "data"), pegawai_id=pegawai.id, tmt_cpns=begun,
                                            status_kawin="1", alamat="Jalan Dermaga 12, Kota Sagara")])  # fmt: skip
    db.session.add_all(_entries(one, pegawai, unit, begun))
    db.session.flush()
    bangun.rebuild([pegawai.id])
    return pegawai, user


def _entries(one: Tokoh, pegawai: Pegawai, unit: Unit, begun: date) -> list[Any]:
    heads = unit.heads(today())
    common = {"pegawai_id": pegawai.id, "status": r.TERVERIFIKASI, "sumber": r.IMPOR, "dicatat_at": _moment(begun)}
    return [
        r.RiwayatKedudukan(id=_key(one, "kedudukan"), kode="01", tmt=begun, nomor_sk="813/1", **common),
        r.RiwayatGolongan(id=_key(one, "golongan"), golongan="III/b", jenis_kp="101", tmt=date(2022, 4, 1),
                          nomor_sk="823/5/2022", **common),
        r.RiwayatJabatan(
            id=_key(one, "jabatan"), jenis_jabatan="PELAKSANA", nama_jabatan=one.jabatan, jenjang=one.jenjang,
            unit_id=uuid.UUID(unit.id), tmt=max(date(2018, 1, 2), begun), nomor_sk="821/7/2018",
            atasan_id=uuid.UUID(heads[0].person.id) if heads else None, **common,
        ),
        r.RiwayatLain(id=_key(one, "pasangan"), jenis="KELUARGA", tmt=date(1996, 6, 1),
                      isi={"hubungan": "PASANGAN", "nama": "Pasangan Contoh", "tanggal_lahir": "1971-02-02",
                           "hidup": True}, **common),
    ]  # fmt: skip


def _request(one: Tokoh, person: tuple[Pegawai, User], pd: Unit, actors: dict[str, User | None], skala: str) -> None:
    pegawai, user = person
    tmt = _tmt(one)
    if one.jenis == APS:
        tmt = hak.bulan_berikut(today() + timedelta(days=90))
    begun = today() - timedelta(days=60 if one.status != m.SELESAI else 150)
    row = m.UsulanPensiun(
        id=_key(one, "usulan"), pegawai_id=pegawai.id, jenis=one.jenis, status=m.DRAF, tmt=tmt, pd_id=uuid.UUID(pd.id),
        isi={"alamat_pensiun": "Jalan Dermaga 12, Kota Sagara", "bank": "Bank Sagara", "rekening": "0012 345 678"},
        dibuat_at=_moment(begun),
    )  # fmt: skip
    case = Submission(
        id=_key(one, "pengajuan"), alur=alur.PENSIUN, status=one.status, judul=alur.judul(row, pegawai),
        rincian=one.jenis, owner_id=user.id, pemohon=pegawai.nama, pd_id=row.pd_id, dibuat_at=_moment(begun),
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    row.submission_id = case.id
    db.session.add(row)
    db.session.flush()
    _events(one, case, actors, begun)
    document = _papers(row, user, one) if skala == "kecil" else None
    office = actors.get("bkpsdm")
    if one.status in (m.PERTEK, m.SK, m.SELESAI):
        row.pertek_nomor, row.pertek_tanggal = f"PT-{tmt:%m}/KANREG/2026", begun + timedelta(days=40)
        row.bkn_status, row.bkn_pada = 32 if one.status != m.PERTEK else 22, begun + timedelta(days=45)
    if one.status in (m.SK, m.SELESAI) and office is not None:
        row.sk_nomor, row.sk_tanggal, row.sk_pejabat = f"882/{tmt:%m}/2026", begun + timedelta(days=50), SK_PEJABAT
        row.sk_dokumen_id = document.id if document else None
        principal = _principal(office)
        sk.tulis(row, document, principal)
        row.lama = akun.akhiri(pegawai.id, tmt, f"SK {row.sk_nomor}", principal)
    row.status = one.status
    db.session.flush()


def _principal(user: User) -> Principal:
    found = people.principal_of(user.id, access.grants())
    return found or Principal(id=user.id, nama=user.nama, pengguna=user.pengguna)


def _events(one: Tokoh, case: Submission, actors: dict[str, User | None], begun: date) -> None:
    """The usual way up to the state; a side state leaves it after the first step."""
    steps = list(JALAN[:1]) if one.status in SAMPING else []
    if not steps:
        for step in JALAN:
            if step[1] == one.status:
                break
            steps.append(step)
    rows = [(name, before, after, who, "") for name, before, after, who in steps]
    if one.status in SAMPING:
        name, who, note = SAMPING[one.status]
        rows.append((name, m.DIAJUKAN, one.status, who, note))
    for i, (name, before, after, who, note) in enumerate(rows, 1):
        actor = actors.get(who)
        db.session.add(SubmissionEvent(
            id=_key(one, f"langkah{i}"), submission_id=case.id, aksi=name, dari=before, ke=after, catatan=note,
            pelaku_id=actor.id if actor else None, pelaku=actor.nama if actor else "sistem", versi=i + 1,
            dibuat_at=_moment(begun + timedelta(days=7 * i)),
        ))  # fmt: skip
    case.versi = len(rows) + 1
    db.session.flush()


def _papers(row: m.UsulanPensiun, user: User, one: Tokoh) -> Document:
    """One paper marked CONTOH for every line that has to be there; a draft has half of them."""
    page = Page(f"Berkas contoh {one.nama}", A4, contoh=True)
    page.title("BERKAS CONTOH", one.nama)
    page.text(f"Berkas peragaan untuk usulan: {JENIS[one.jenis].judul}.")
    document = documents.store(Checked("berkas-contoh.pdf", PDF, page.build(), 1), user.id)
    documents.claim(document)
    early = (m.DRAF, m.DIAJUKAN, m.DIPERIKSA, m.DISETUJUI)
    lines = syarat.kurang(row, m.OPD if one.status not in early[:2] else m.PEMOHON)
    lines = [line for line in lines if line.kode != "PENGANTAR" or one.status not in early]
    seen = one.status not in (*early, m.DIKEMBALIKAN)
    for i, line in enumerate(lines):
        if one.status == m.DRAF and i % 2:
            continue
        back = one.status == m.DIKEMBALIKAN and line.kode == "KTP"
        db.session.add(m.BerkasUsulan(
            id=_key(one, f"berkas:{line.kode}"), usulan_id=row.id, dokumen=line.kode, dokumen_id=document.id,
            nama=document.nama, status=m.DIKEMBALIKAN if back else m.SESUAI if seen else m.MENUNGGU,
            catatan="KTP tidak terbaca" if back else "", diunggah_oleh_id=user.id,
        ))  # fmt: skip
    db.session.flush()
    return document
