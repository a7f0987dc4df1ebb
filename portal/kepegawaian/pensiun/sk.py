"""What the SK does: an entry in riwayat utama with the paper, and the standing from the TMT on. Until then nothing.

Also a death, which closes the day at once, and the time of preparation (MPP). Cancelling takes all of it back.
"""

import uuid
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pensiun import akun, alur, hak, services
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.pensiun.bahan import MPP
from portal.kepegawaian.pensiun.jenis import BUP, HUKUMAN, JANDA_DUDA, JENIS, PPPK, TANPA_HAK, TEWAS
from portal.kepegawaian.riwayat import alur as jalan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat import services as register
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import aturan
from portal.kepegawaian.rujukan.models import BERHENTI
from portal.kernel import activity, approval, documents, jobs, organisation
from portal.kernel.approval import Submission
from portal.kernel.calendar import tanggal
from portal.kernel.db import commit, db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import Orang, Pegawai
from portal.kernel.people import Principal
from portal.kernel.storage import config

HARI = timedelta(days=1)
MENINGGAL_PNS, MENINGGAL_PPPK, TANPA_HAK_KODE = "88", "77", "77"
ATURAN_TMT = {BUP: "BUP", JANDA_DUDA: "tanggal meninggal", TEWAS: "tanggal tewas"}  # kinds whose TMT a rule fixes
PRESIDEN = ("JPT_UTAMA", "JPT_MADYA", "JF_UT", "PENELITI_UT", "PROFESOR")  # levels whom the President dismisses
activity.declare(**{
    "kepegawaian.pensiun_sk": "nomor tanggal tmt", "kepegawaian.meninggal": "tanggal",
    "kepegawaian.mpp": "mulai sampai", "kepegawaian.pensiun_dibalik": "alasan riwayat",
})  # fmt: skip


def catat_pertek(row: m.UsulanPensiun, values: dict[str, Any], user: Principal, kunci: uuid.UUID | None) -> None:
    """BKN's consideration. Raises Conflict, Denied."""
    services.prepared(row, "pertek", user)
    if kunci and approval.is_repeat(row.submission_id, kunci):
        return
    row.pertek_nomor, row.pertek_tanggal = values["pertek_nomor"], values["pertek_tanggal"]
    approval.move(row.submission_id, "pertek", user, kunci=kunci, rincian={"nomor": row.pertek_nomor})


def periksa_tmt(row: m.UsulanPensiun, tmt: date) -> list[tuple[str, str]]:
    """Why this TMT cannot stand on an SK of this kind: field and words."""
    kind = JENIS[row.jenis]
    found = []
    if kind.tmt_bulan and tmt.day != 1:
        found.append(("sk_tmt", "TMT: pensiun mulai tanggal 1"))
    elif row.jenis in ATURAN_TMT and row.tmt and tmt != row.tmt:
        why = ATURAN_TMT[row.jenis]
        found.append(("sk_tmt", f"TMT: menurut {why} {tanggal(row.tmt)}. Periksa SK atau perbaiki usulannya."))
    return found


def pejabat(keadaan: Keadaan | None) -> str:
    """Who decides about somebody of this level, offered in the form; empty where the office cannot be told."""
    if keadaan is not None and keadaan.jenjang in PRESIDEN:
        return "Presiden Republik Indonesia"
    kind, _, name = config().instansi.removeprefix("Pemerintah ").partition(" ")
    return {"Kota": f"Wali Kota {name}", "Kabupaten": f"Bupati {name}"}.get(kind, "")


def tetapkan(
    row: m.UsulanPensiun, values: dict[str, Any], berkas: tuple[Any, str], user: Principal,
    kunci: uuid.UUID | None = None,
) -> r.RiwayatLain | None:  # fmt: skip
    """Record the SK. `berkas`: stream and name of its PDF. A `kunci` seen before changes nothing (None).

    Raises Invalid, Conflict (state, an entry with the same TMT), Denied (own case).
    """
    services.prepared(row, "sk", user)
    if kunci and approval.is_repeat(row.submission_id, kunci):
        return None
    wrong = periksa_tmt(row, values["tmt"])
    if wrong:
        raise Invalid(*wrong[0])
    document = _decree(berkas, user)
    for name in ("sk_nomor", "sk_tanggal", "sk_pejabat", "tmt"):
        setattr(row, name, values[name])
    row.sk_dokumen_id = document.id
    approval.move(row.submission_id, "sk", user, kunci=kunci,
                  rincian={"nomor": row.sk_nomor, "tmt": str(row.tmt)})  # fmt: skip
    entry = tulis(row, document, user)
    if not row.lama:  # closed since the day of death otherwise
        row.lama = akun.akhiri(row.pegawai_id, values["tmt"], f"SK {row.sk_nomor}", user)
    activity.log("kepegawaian.pensiun_sk", row, by=user, nomor=row.sk_nomor, tanggal=row.sk_tanggal, tmt=row.tmt)
    alur.beri_tahu(row, "SK pensiun ditetapkan", f"Nomor {row.sk_nomor}, TMT {tanggal(values['tmt'])}")
    return entry


def _decree(berkas: tuple[Any, str], user: Principal) -> documents.Document:
    stream, nama = berkas
    if not nama:
        raise Invalid("sk_berkas", "Pilih berkas PDF SK")
    most = aturan.nilai("berkas_maks_mb", organisation.today()) * 1024 * 1024
    document = documents.receive(stream, nama, user.id, most, "sk_berkas")
    if document.mime != documents.PDF:
        raise Invalid("sk_berkas", "Simpan SK sebagai PDF, lalu unggah lagi")
    return document


def tulis(row: m.UsulanPensiun, document: documents.Document | None, user: Principal) -> r.RiwayatLain:
    """The entry in riwayat utama with its paper, and the standing from the TMT on, both verified."""
    kind = JENIS[row.jenis]
    said = {"nomor_sk": row.sk_nomor, "tanggal_sk": row.sk_tanggal, "pejabat": row.sk_pejabat, "tmt": row.tmt}
    entry = r.RiwayatLain(
        jenis="PEMBERHENTIAN", isi={"jenis": kind.berhenti, "pertek_nomor": row.pertek_nomor}, asal_id=row.id,
        **_verified(row.pegawai_id, user), **said,
    )  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    if document is not None:
        register.tautkan(entry, "SK_PENSIUN", document, user)
    row.riwayat_id = entry.id
    standing = kedudukan(row)
    if standing and not _died(_made(row)):
        db.session.add(r.RiwayatKedudukan(
            kode=standing, asal_id=entry.id, keterangan=kind.judul, **_verified(row.pegawai_id, user), **said
        ))  # fmt: skip
    register.terapkan(entry)
    return entry


def kedudukan(row: m.UsulanPensiun) -> str:
    """Standing from the TMT on. Who served too short when the age comes has no pension; dismissed with honour, but not
    on request: with the right only of age and service."""
    kind = JENIS[row.jenis]
    if row.jenis not in (BUP, HUKUMAN) or row.tmt is None:
        return kind.kedudukan
    known = hak.baca(db.session.get_one(Pegawai, row.pegawai_id), organisation.today())
    rule, served = known.aturan, known.masa_kerja(row.tmt)
    if row.jenis == BUP:
        short = served is not None and served[0] < rule["bup_masa_kerja_min"]
        return TANPA_HAK_KODE if short else kind.kedudukan
    old = known.lahir is not None and hak.usia(known.lahir, row.tmt) >= rule["perampingan_usia_min"]
    long = served is not None and served[0] >= rule["perampingan_masa_kerja_min"]
    return kind.kedudukan if old and long else TANPA_HAK_KODE


def _verified(pegawai_id: uuid.UUID, user: Principal) -> dict[str, Any]:
    return {"pegawai_id": pegawai_id, "status": r.TERVERIFIKASI, "dicatat_at": now(), "diverifikasi_oleh_id": user.id,
            "sumber": r.MANUAL}  # fmt: skip


# ---- taking it back


@alur.after("batalkan_sk")
def _undo(row: m.UsulanPensiun, user: Principal, why: str) -> None:
    """Entry and standing are withdrawn, the account has its roles again; all of it stays on record."""
    if row.riwayat_id is not None:
        entry = db.session.get_one(r.RiwayatLain, row.riwayat_id)
        if entry.status == r.TERVERIFIKASI:
            register.batalkan(entry, user, why)
    undone = _take_back(row, user, why)
    activity.log("kepegawaian.pensiun_dibalik", row, by=user, alasan=why, riwayat=undone)


@alur.after("batalkan", "hapus_draf")
def _undo_death(row: m.UsulanPensiun, user: Principal, why: str) -> None:
    """A death or a time of preparation that this request had recorded."""
    held = bool(row.lama)
    undone = _take_back(row, user, why or "Usulan dibatalkan")
    if undone or held:
        activity.log("kepegawaian.pensiun_dibalik", row, by=user, alasan=why, riwayat=undone)


def _take_back(row: m.UsulanPensiun, user: Principal, why: str) -> int:
    """What the request itself had recorded, and the account. Returns how many standings.

    A death whose papers were found right stays: only what was asked for because of it has ended.
    """
    rows = _made(row)
    if _died(rows) and any(step.aksi == "verifikasi" for step in approval.history(row.submission_id)):
        rows = [one for one in rows if one.kode == MPP]
    else:
        akun.pulihkan(row.lama, user)
        row.lama = {}
    for one in rows:
        one.status, one.dicabut_at, one.alasan = r.DIBATALKAN, now(), why
    if rows:
        register.terapkan(rows[0])
    return len(rows)


def _made(row: m.UsulanPensiun) -> list[r.RiwayatKedudukan]:
    """Standings that follow from the request itself: a death, a time of preparation."""
    made = sa.select(r.RiwayatKedudukan).where(
        r.RiwayatKedudukan.pegawai_id == row.pegawai_id, r.RiwayatKedudukan.asal_id == row.id,
        r.RiwayatKedudukan.status == r.TERVERIFIKASI,
    )  # fmt: skip
    return list(db.session.scalars(made))


def _died(rows: list[r.RiwayatKedudukan]) -> bool:
    return any(one.kode != MPP for one in rows)


@jalan.after("batalkan")
def _entry_cancelled(entry: Any, user: Principal, why: str) -> None:
    """The entry was withdrawn on the page of the register: its request follows."""
    if not isinstance(entry, r.RiwayatLain) or entry.jenis != "PEMBERHENTIAN" or entry.asal_id is None:
        return
    row = db.session.scalars(sa.select(m.UsulanPensiun).where(m.UsulanPensiun.id == entry.asal_id)).first()
    if row is None or row.status not in (m.SK, m.SELESAI):
        return
    row.status = m.DIBATALKAN
    approval.record_system(db.session.get_one(Submission, row.submission_id), "batalkan_sk", m.DIBATALKAN, why)
    _take_back(row, user, why)


# ---- death


def meninggal(pegawai: Pegawai, hari: date, keterangan: str, user: Principal) -> m.UsulanPensiun:
    """The register of this person ends with that day; a request for the heirs is opened, or the one there is goes on.

    An SK for a later day is withdrawn, other open requests end. Raises Invalid, Denied, Conflict.
    """
    register.lock(pegawai.id)
    if register.milik_sendiri(pegawai.id, user):
        raise Denied("Data Anda sendiri dicatat oleh petugas lain.")
    _plausible(pegawai, hari)
    words = f"Meninggal {tanggal(hari)}"
    row = _for_heirs(pegawai)
    _end_others(pegawai, hari, words, user, row)
    contract = pegawai.status in PPPK
    tmt = hari + HARI if contract else hak.bulan_berikut(hari)
    if row is None:
        kind = JENIS[TANPA_HAK if contract else JANDA_DUDA]
        note = f"{words}. {keterangan}".strip()
        # Who the heirs are is written later, on the page of the request.
        row = services.buka(pegawai, kind, {"tmt": tmt, "tanggal_kejadian": hari, "keterangan": note, "isi": {}}, user)
    row.tmt, row.tanggal_kejadian = tmt, hari
    _close(row, hari, user)
    return row


def _for_heirs(pegawai: Pegawai) -> m.UsulanPensiun | None:
    """What the OPD has asked for the heirs already."""
    rows = sa.select(m.UsulanPensiun).where(
        m.UsulanPensiun.pegawai_id == pegawai.id, m.UsulanPensiun.jenis.in_((JANDA_DUDA, TEWAS)),
        m.UsulanPensiun.status.not_in((*m.TERTUTUP, m.SK)),
    )  # fmt: skip
    return db.session.scalars(rows.order_by(m.UsulanPensiun.id.desc())).first()


def _close(row: m.UsulanPensiun, hari: date, user: Principal) -> None:
    """Seat, standing and account end with the day of death."""
    pegawai = db.session.get_one(Pegawai, row.pegawai_id)
    words = f"Meninggal {tanggal(hari)}"
    standing = r.RiwayatKedudukan(
        kode=MENINGGAL_PPPK if pegawai.status in PPPK else MENINGGAL_PNS, tmt=hari + HARI, asal_id=row.id,
        keterangan=words, **_verified(pegawai.id, user),
    )  # fmt: skip
    db.session.add(standing)
    db.session.flush()
    register.terapkan(standing)
    row.lama = akun.akhiri(pegawai.id, hari + HARI, words, user)
    activity.log("kepegawaian.meninggal", row, by=user, tanggal=hari)


@alur.after("verifikasi")
def _death_is_known(row: m.UsulanPensiun, user: Principal, why: str) -> None:
    """The OPD asked for the heirs before the office knew of the death: with its papers found right it is recorded."""
    if row.jenis not in (JANDA_DUDA, TEWAS) or row.tanggal_kejadian is None:
        return
    if not _left(row.pegawai_id, row.tanggal_kejadian + HARI):
        pegawai = db.session.get_one(Pegawai, row.pegawai_id)
        _end_others(pegawai, row.tanggal_kejadian, f"Meninggal {tanggal(row.tanggal_kejadian)}", user, row)
        _close(row, row.tanggal_kejadian, user)


def _left(pegawai_id: uuid.UUID, on: date) -> bool:
    found = sa.select(Keadaan.id).where(
        Keadaan.pegawai_id == pegawai_id, berlaku(on), Keadaan.kelompok == BERHENTI
    )  # fmt: skip
    return db.session.scalar(found) is not None


def _plausible(pegawai: Pegawai, hari: date) -> None:
    if hari > organisation.today():
        raise Invalid("hari", "Tanggal meninggal: tidak boleh setelah hari ini")
    born = db.session.scalar(sa.select(Orang.tanggal_lahir).where(Orang.id == pegawai.orang_id))
    if born and hari <= born:
        raise Invalid("hari", "Tanggal meninggal: sebelum tanggal lahir. Periksa tahunnya.")
    if _left(pegawai.id, hari):
        raise Invalid("hari", "Pegawai ini sudah berhenti pada tanggal itu.")


def _end_others(
    pegawai: Pegawai, hari: date, words: str, user: Principal, kept: m.UsulanPensiun | None
) -> None:  # fmt: skip
    rows = sa.select(m.UsulanPensiun).where(
        m.UsulanPensiun.pegawai_id == pegawai.id, m.UsulanPensiun.status.not_in(m.TERTUTUP)
    )
    for row in list(db.session.scalars(rows)):
        if row is kept:
            continue
        if row.status == m.SK and row.tmt and row.tmt <= hari:
            continue
        case = db.session.get_one(Submission, row.submission_id)
        step = "batalkan_sk" if row.status == m.SK else "batalkan"
        approval.record_system(case, step, m.DIBATALKAN, words)
        row.status = m.DIBATALKAN
        for act in alur.AFTER.get(step, []):
            act(row, user, words)


# ---- the time of preparation


def mulai_mpp(row: m.UsulanPensiun, mulai: date, nomor: str, user: Principal) -> None:
    """Standing 20 until the TMT, at most as long before it as the setting says. Raises Denied, Invalid, Conflict."""
    services.prepared(row, "sk", user)
    services.dikelola(row, user)
    if row.jenis != BUP or row.tmt is None or row.status in (*m.TERTUTUP, m.DRAF):
        raise Conflict("Masa persiapan pensiun hanya untuk usulan BUP yang sudah diajukan.")
    most = aturan.nilai("mpp_paling_lama", organisation.today())
    years, months = divmod(row.tmt.year * 12 + row.tmt.month - 1 - most, 12)
    earliest = date(years, months + 1, 1)
    if not earliest <= mulai < row.tmt:
        raise Invalid("mpp_mulai", f"Mulai MPP: antara {tanggal(earliest)} dan {tanggal(row.tmt - HARI)}")
    held = sa.select(r.RiwayatKedudukan.id).where(
        r.RiwayatKedudukan.asal_id == row.id, r.RiwayatKedudukan.kode == MPP,
        r.RiwayatKedudukan.status == r.TERVERIFIKASI,
    )  # fmt: skip
    if db.session.scalar(held) is not None:
        raise Conflict("Masa persiapan pensiun sudah dicatat.")
    standing = r.RiwayatKedudukan(kode=MPP, tmt=mulai, selesai=row.tmt - HARI, nomor_sk=nomor, asal_id=row.id,
                                  keterangan="Masa persiapan pensiun", **_verified(row.pegawai_id, user))  # fmt: skip
    db.session.add(standing)
    register.terapkan(standing)
    activity.log("kepegawaian.mpp", row, by=user, mulai=mulai, sampai=row.tmt - HARI)


# ---- the day itself


@jobs.every(3600, "Selesaikan usulan pensiun yang TMT-nya tiba")
@jobs.kind("kepegawaian-pensiun", antrean="panjang")
def follow_day(job: jobs.Job) -> None:
    """Requests whose TMT has come are done; accounts of who left by other ways are closed like theirs."""
    job.rincian = f"{selesaikan()} usulan selesai, {akun.ikuti()} akun disesuaikan"
    commit()


def selesaikan() -> int:
    due = sa.select(m.UsulanPensiun).where(m.UsulanPensiun.status == m.SK, m.UsulanPensiun.tmt <= organisation.today())
    rows = list(db.session.scalars(due.limit(2000)))
    for row in rows:
        row.status = m.SELESAI
        approval.record_system(db.session.get_one(Submission, row.submission_id), "selesai", m.SELESAI)
    bangun.tell([row.pegawai_id for row in rows])
    return len(rows)
