"""The meeting that decides: its members and rows, who steps aside (C4), votes, decisions, minutes.

A row is decided by the members who are present and did not step aside; there must be as many as the quorum says,
enough of them must have voted, and more than half of the votes must agree.
"""

import logging
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, approval, documents, jobs, people
from portal.kernel.approval import Submission
from portal.kernel.db import db, next_number, now
from portal.kernel.documents import PDF, Checked
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import in_force
from portal.kernel.people import PenugasanPeran, Principal, User
from portal.kernel.storage import config
from portal.sertifikasi import PLENO, sheets
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.aturan import penilai_semula
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import pengaturan
from portal.sertifikasi.keputusan.tanda import buktikan
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s
from portal.sertifikasi.tenggat import hari_pelatihan

logger = logging.getLogger(__name__)

KETUA, ANGGOTA = "KETUA", "ANGGOTA"
ROLES = ("komite_teknis", "ketua_lsp")
GUESTS_MOST, NAME_MOST = 30, 120
READY = (m.DIREKOMENDASIKAN, m.DITUNDA)
VOTES = (m.K, m.BK, m.DITUNDA)
MOVES = {m.K: "kompeten", m.BK: "belum_kompeten", m.DITUNDA: "tunda"}
WORDS = {m.K: "Kompeten", m.BK: "Belum kompeten", m.DITUNDA: "Ditunda"}

activity.declare(**{
    "pleno.dibuat": "nomor tanggal kuorum", "pleno.berubah": "apa", "pleno.suara": "keputusan suara",
    "pleno.diputus": "hasil suara rekusal", "pleno.ditutup": "nomor",
})  # fmt: skip


# ---- members


def eligible() -> list[User]:
    """Who may sit in a pleno today."""
    held = sa.select(PenugasanPeran.user_id).where(
        PenugasanPeran.peran.in_(ROLES), in_force(PenugasanPeran, hari_ini())
    )
    return list(db.session.scalars(sa.select(User).where(User.id.in_(held), User.aktif).order_by(User.nama)))


def create(user: Principal, tanggal: date, tempat: str, anggota: list[uuid.UUID], ketua: uuid.UUID | None) -> k.Pleno:
    """Raises Invalid without a date, members or a chair, and with fewer members than the quorum."""
    kuorum = pengaturan.kuorum()
    known = {u.id for u in eligible()}
    chosen = [one for one in dict.fromkeys(anggota) if one in known]
    if len(chosen) < kuorum:
        raise Invalid("anggota", f"Pilih sedikitnya {kuorum} anggota: sebanyak itu kuorumnya")
    if ketua not in chosen:
        raise Invalid("ketua", "Pilih pimpinan rapat di antara anggota")
    number = next_number(f"PLENO-{tanggal.year}")
    row = k.Pleno(nomor=f"PLENO-{tanggal.year}-{number:04d}", tanggal=tanggal, tempat=tempat, kuorum=kuorum)
    db.session.add(row)
    db.session.flush()
    for one in chosen:
        seat = KETUA if one == ketua else ANGGOTA
        db.session.add(k.PlenoAnggota(pleno_id=row.id, user_id=one, sebagai=seat))
    db.session.flush()
    people.touch(*chosen)
    activity.log("pleno.dibuat", row, by=user, nomor=row.nomor, tanggal=str(tanggal), kuorum=kuorum)
    return row


def lock(pleno_id: uuid.UUID, *states: str) -> k.Pleno:
    """Raises Conflict when the meeting is over."""
    query = sa.select(k.Pleno).where(k.Pleno.id == pleno_id).with_for_update()
    row = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if row.status not in (states or (k.PERSIAPAN, k.BERLANGSUNG)):
        raise Conflict("Pleno ini sudah ditutup." if row.status == k.DITUTUP else "Pleno ini belum dimulai.")
    return row


def attend(row: k.Pleno, user: Principal, hadir: set[uuid.UUID], undangan: Iterable[str] = ()) -> None:
    """Record who is here: members by account, guests by name. The meeting is under way once a member is here; only
    members count for the quorum, and who leaves takes their votes along. Raises Invalid without a member, for
    somebody who is none, for too many guests."""
    members = list(db.session.scalars(sa.select(k.PlenoAnggota).where(k.PlenoAnggota.pleno_id == row.id)))
    if not hadir:
        raise Invalid("hadir", "Tandai anggota yang hadir")
    if not hadir <= {member.user_id for member in members}:
        raise Invalid("hadir", "Hanya anggota pleno ini yang dihitung hadir. Tulis tamu pada undangan.")
    guests = list(dict.fromkeys(name for name in (" ".join(line.split()) for line in undangan) if name))
    if len(guests) > GUESTS_MOST or any(len(name) > NAME_MOST for name in guests):
        raise Invalid("undangan", f"Tulis paling banyak {GUESTS_MOST} nama, satu nama setiap baris")
    for member in members:
        member.hadir = member.user_id in hadir
    for decision in open_rows(row.id):
        decision.suara = {u: v for u, v in decision.suara.items() if uuid.UUID(u) in hadir}
    row.status, row.undangan = k.BERLANGSUNG, guests
    row.versi += 1
    activity.log("pleno.berubah", row, by=user, apa=f"kehadiran: {len(hadir)} anggota, {len(guests)} undangan")


# ---- rows


def candidates(user: Principal) -> list[Any]:
    """Cases that may be taken to a pleno, oldest recommendation first."""
    query = (
        sa.select(m.Permohonan, Submission.status, s.SkemaVersi.judul.label("skema"), s.SkemaVersi.contoh)
        .join(Submission, Submission.id == m.Permohonan.submission_id)
        .join(s.SkemaVersi, s.SkemaVersi.id == m.Permohonan.skema_versi_id)
        .where(Submission.alur == "sertifikasi.permohonan", Submission.status.in_(READY))
        .where(m.Permohonan.user_id != user.id)
        .order_by(s.SkemaVersi.judul, m.Permohonan.nama)
        .limit(300)
    )
    return list(db.session.execute(query))


def postponed(cases: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How often a meeting has put off each of these cases; those never put off are left out."""
    query = sa.select(k.Keputusan.permohonan_id, sa.func.count()).where(
        k.Keputusan.permohonan_id.in_(cases), k.Keputusan.hasil == m.DITUNDA
    )
    return dict(db.session.execute(query.group_by(k.Keputusan.permohonan_id)).tuples().all())


def add(row: k.Pleno, user: Principal, cases: list[uuid.UUID]) -> int:
    """Bring cases to this meeting. Raises Invalid when none was chosen, Conflict for one it has postponed."""
    if not cases:
        raise Invalid("kasus", "Pilih sedikitnya satu permohonan")
    known = sa.select(k.Keputusan.id).where(k.Keputusan.pleno_id == row.id, k.Keputusan.permohonan_id.in_(cases))
    if db.session.scalar(known.limit(1)) is not None:
        raise Conflict("Permohonan yang ditunda pleno ini dibawa ke pleno berikutnya.")
    for case in db.session.scalars(sa.select(m.Permohonan).where(m.Permohonan.id.in_(cases))):
        approval.move(case.submission_id, "ke_pleno", user, rincian={"pleno": row.nomor})
        db.session.add(k.Keputusan(pleno_id=row.id, permohonan_id=case.id, rekusal=recusals(row.id, case)))
    row.versi += 1
    db.session.flush()
    activity.log("pleno.berubah", row, by=user, apa=f"{len(cases)} permohonan ditambahkan")
    return len(cases)


def recusals(pleno_id: uuid.UUID, case: m.Permohonan) -> dict[str, str]:
    """Members who assessed or trained this asesi, or are the asesi (C4): user id to the reason."""
    members = set(db.session.scalars(sa.select(k.PlenoAnggota.user_id).where(k.PlenoAnggota.pleno_id == pleno_id)))
    return {str(one): why for one, why in involved(case).items() if one in members}


def involved(case: m.Permohonan) -> dict[uuid.UUID, str]:
    """Everybody who may not decide this case or sign for it, with the reason."""
    found: dict[uuid.UUID, str] = {case.user_id: "asesi itu sendiri"}
    trained = sa.select(a.Pelatihan.pelatih_id).where(
        a.Pelatihan.peserta_id == case.user_id, a.Pelatihan.selesai >= hari_ini() - timedelta(days=hari_pelatihan())
    )
    found |= dict.fromkeys(db.session.scalars(trained), "melatih asesi ini")
    found |= dict.fromkeys(penilai_semula(case), "menilai asesmen yang dibanding")
    return found | dict.fromkeys(assessors(case.id), "menilai asesi ini")


def assessors(case_id: uuid.UUID) -> set[uuid.UUID]:
    """Accounts of the asesor who were assigned to this case or recommended on it."""
    assigned = sa.select(a.PenugasanAsesor.asesor_id).where(
        a.PenugasanAsesor.permohonan_id == case_id, a.PenugasanAsesor.status.in_([a.BERSEDIA, a.AKTIF, a.SELESAI])
    )
    recommended = sa.select(a.Rekomendasi.asesor_id).where(a.Rekomendasi.permohonan_id == case_id)
    either = sa.or_(a.Asesor.id.in_(assigned), a.Asesor.id.in_(recommended))
    return set(db.session.scalars(sa.select(a.Asesor.user_id).where(either)))


def open_rows(pleno_id: uuid.UUID) -> list[k.Keputusan]:
    query = sa.select(k.Keputusan).where(k.Keputusan.pleno_id == pleno_id, k.Keputusan.hasil == "")
    return list(db.session.scalars(query))


# ---- votes and decisions


@dataclass(frozen=True)
class Hitung:
    """How a row stands: who may decide it, who of them may record it, what they said, what stands in the way."""

    penentu: list[uuid.UUID]
    pencatat: list[uuid.UUID]
    suara: Counter[str]
    hasil: str
    halangan: str
    menepi: list[tuple[str, str]] = field(default_factory=list)


def count(row: k.Pleno, decision: k.Keputusan, members: list[Any]) -> Hitung:
    """`members`: PlenoAnggota rows with their User. `hasil` is "" while `halangan` says why."""
    present = [seat.user_id for seat, _ in members if seat.hadir]
    free = [one for one in present if str(one) not in decision.rekusal]
    cast = Counter(decision.suara[str(one)] for one in free if str(one) in decision.suara)
    aside = [(user.nama, decision.rekusal[str(user.id)]) for _, user in members if str(user.id) in decision.rekusal]
    hasil, halangan = _outcome(row.kuorum, len(present), len(free), cast)
    return Hitung(free, _recorders(members, free), cast, hasil, halangan, aside)


def _recorders(members: list[Any], free: list[uuid.UUID]) -> list[uuid.UUID]:
    """The chair; for a row from which the chair steps aside, any member who decides it."""
    chair = [seat.user_id for seat, _ in members if seat.sebagai == KETUA and seat.hadir]
    return [one for one in chair if one in free] or (free if chair else [])


def _outcome(kuorum: int, present: int, free: int, cast: Counter[str]) -> tuple[str, str]:
    if free < kuorum:
        aside = f" setelah {present - free} anggota mengundurkan diri dari baris ini" if present > free else ""
        return "", f"Tidak kuorum: {free} anggota dapat memutuskan{aside}, kuorum {kuorum}."
    total = sum(cast.values())
    if total < kuorum:
        return "", f"Baru {total} suara masuk, kuorum {kuorum}."
    best, votes = cast.most_common(1)[0]
    if votes * 2 > total:
        return best, ""
    return "", f"Suara imbang atau tanpa mayoritas ({told(cast)}). Bahas lagi, ubah suara, atau tunda."


def told(cast: Counter[str]) -> str:
    return ", ".join(f"{WORDS[v]} {cast[v]}" for v in VOTES if cast[v]) or "belum ada suara"


def members_of(pleno_id: uuid.UUID) -> list[Any]:
    query = (
        sa.select(k.PlenoAnggota, User)
        .join(User, User.id == k.PlenoAnggota.user_id)
        .where(k.PlenoAnggota.pleno_id == pleno_id)
        .order_by(k.PlenoAnggota.sebagai.desc(), User.nama)
    )
    return list(db.session.execute(query))


def vote(row: k.Pleno, user: Principal, votes: dict[uuid.UUID, str]) -> int:
    """One member's votes by decision id. Raises Denied for who is not here, Conflict for a row already decided or
    one they stepped aside from."""
    seat = next((seat for seat, person in members_of(row.id) if person.id == user.id), None)
    if seat is None or not seat.hadir:
        raise Denied("Hanya anggota yang hadir dapat memberi suara.")
    query = sa.select(k.Keputusan).where(k.Keputusan.pleno_id == row.id, k.Keputusan.id.in_(votes))
    given = 0
    for decision in db.session.scalars(query.with_for_update()):
        said = votes[decision.id]
        if said not in VOTES:
            continue
        if decision.hasil:
            raise Conflict("Baris itu sudah diputuskan; suara tidak dapat diubah.")
        if str(user.id) in decision.rekusal:
            raise Conflict("Anda mengundurkan diri dari baris itu, jadi tidak memberi suara.")
        decision.suara = {**decision.suara, str(user.id): said}
        activity.log("pleno.suara", decision, by=user, keputusan=str(decision.id), suara=said)
        given += 1
    return given


def decide(row: k.Pleno, decision: k.Keputusan, user: Principal, alasan: str, kunci: uuid.UUID | None = None) -> str:
    """Put the outcome of the votes on record. Raises Conflict without quorum, on a tie, and for K beside a unit that
    is BK; Invalid without a reason for BK and for a postponement."""
    members = members_of(row.id)
    if decision.hasil:
        raise Conflict("Baris ini sudah diputuskan.")
    case = db.session.get_one(m.Permohonan, decision.permohonan_id)
    decision.rekusal = recusals(row.id, case)  # whoever trained or assessed may have come to light since
    decision.suara = {u: v for u, v in decision.suara.items() if u not in decision.rekusal}
    state = count(row, decision, members)
    if user.id not in state.pencatat:
        raise Denied("Putusan dicatat pimpinan rapat yang hadir, atau anggota lain bila pimpinan tidak ikut memutus.")
    if state.halangan:
        raise Conflict(state.halangan)
    if state.hasil == m.K:
        units_allow(case)
    if state.hasil != m.K and len(alasan.strip()) < approval.NOTE_MIN:
        raise Invalid("alasan", f"{WORDS[state.hasil]}: tulis alasan sedikitnya {approval.NOTE_MIN} huruf")
    decision.hasil, decision.alasan = state.hasil, alasan.strip()
    row.versi += 1
    detail = {"pleno": row.nomor, "keputusan": str(decision.id), "suara": dict(state.suara)}
    approval.move(case.submission_id, MOVES[state.hasil], user, note=alasan, kunci=kunci, rincian=detail)
    activity.log(
        "pleno.diputus", decision, by=user, hasil=state.hasil, suara=dict(state.suara),
        rekusal=sorted(decision.rekusal),
    )  # fmt: skip
    return state.hasil


def units_allow(case: m.Permohonan) -> None:
    """No K overall while a unit is BK or open, unless the scheme recognises units alone."""
    version = db.session.get_one(s.SkemaVersi, case.skema_versi_id)
    results = unit_results(case)
    good = sum(1 for hasil in results.values() if hasil == m.K)
    if good == len(results) or (version.boleh_sebagian and good):
        return
    raise Conflict(
        f"{case.nama}: {len(results) - good} unit belum kompeten, jadi skema tidak dapat diputuskan kompeten."
    )


def unit_results(case: m.Permohonan) -> dict[uuid.UUID, str]:
    """K, BK or "" of every unit of the pinned version."""
    query = (
        sa.select(s.SkemaUnit.unit_id, sa.func.coalesce(a.HasilUnit.hasil, ""))
        .outerjoin(
            a.HasilUnit,
            sa.and_(a.HasilUnit.unit_id == s.SkemaUnit.unit_id, a.HasilUnit.permohonan_id == case.id),
        )
        .where(s.SkemaUnit.skema_versi_id == case.skema_versi_id)
        .order_by(s.SkemaUnit.urut)
    )
    return dict(db.session.execute(query).tuples().all())


# ---- the end, minutes


def close(row: k.Pleno, user: Principal, catatan: str, sandi: str) -> uuid.UUID:
    """Freeze the minutes, signed by the chair, and have them drawn. Raises Conflict while a row is open, Denied for
    anybody but the chair, Invalid for a wrong password. Returns the job's id."""
    if not any(seat.sebagai == KETUA and person.id == user.id for seat, person in members_of(row.id)):
        raise Denied("Pleno ditutup oleh pimpinan rapat.")
    left = open_rows(row.id)
    rows = rows_of(row.id)
    if left or not rows:
        raise Conflict(
            f"Masih ada {len(left)} baris yang belum diputuskan." if rows else "Pleno ini belum berisi baris."
        )
    buktikan(user, sandi)
    row.status, row.ditutup_at, row.catatan = k.DITUTUP, now(), catatan.strip()
    row.isi = minutes(row, rows)
    row.isi_sha256 = sheets.sidik(row.isi)
    row.versi += 1
    activity.log("pleno.ditutup", row, by=user, nomor=row.nomor)
    return draw(row, user.id)


def draw(row: k.Pleno, user_id: uuid.UUID) -> uuid.UUID:
    return jobs.enqueue(cetak_pleno, f"Berita acara {row.nomor}", f"pleno-{row.id}", user_id, pleno=str(row.id))


def rows_of(pleno_id: uuid.UUID) -> list[Any]:
    """Decisions with case, scheme, recommendation and asesor, in the order of the table."""
    asesor = sa.orm.aliased(User)
    query = (
        sa.select(
            k.Keputusan, m.Permohonan, s.SkemaVersi, a.Rekomendasi.hasil.label("rekomendasi"),
            asesor.nama.label("asesor"), a.Asesor.no_reg,
        )
        .join(m.Permohonan, m.Permohonan.id == k.Keputusan.permohonan_id)
        .join(s.SkemaVersi, s.SkemaVersi.id == m.Permohonan.skema_versi_id)
        .outerjoin(a.Rekomendasi, a.Rekomendasi.permohonan_id == m.Permohonan.id)
        .outerjoin(a.Asesor, a.Asesor.id == a.Rekomendasi.asesor_id)
        .outerjoin(asesor, asesor.id == a.Asesor.user_id)
        .where(k.Keputusan.pleno_id == pleno_id)
        .order_by(s.SkemaVersi.judul, m.Permohonan.nama, k.Keputusan.id)
    )  # fmt: skip
    return list(db.session.execute(query))


def minutes(row: k.Pleno, rows: list[Any]) -> dict[str, Any]:
    """Content of the berita acara pleno."""
    members = members_of(row.id)
    names = {str(user.id): user.nama for _, user in members}
    return {
        "kode": "BA.PLENO", "versi_form": "2023", "nomor": row.nomor, "contoh": any(r.SkemaVersi.contoh for r in rows),
        "lsp": pengaturan.lsp(), "tanggal": row.tanggal.isoformat(), "tempat": row.tempat, "kuorum": row.kuorum,
        "anggota": [{"nama": u.nama, "sebagai": seat.sebagai, "hadir": seat.hadir} for seat, u in members],
        "baris": [
            {"urut": i, "nomor": r.Permohonan.nomor or "", "nama": r.Permohonan.nama, "skema": r.SkemaVersi.judul,
             "asesor": r.asesor or "", "rekomendasi": r.rekomendasi or "", "hasil": r.Keputusan.hasil,
             "rekusal": [names.get(u, "") for u in r.Keputusan.rekusal], "alasan": r.Keputusan.alasan}
            for i, r in enumerate(rows, 1)
        ],
        "catatan": row.catatan, "undangan": row.undangan,
    }  # fmt: skip


def _signatures(row: k.Pleno) -> list[dict[str, Any]]:
    """The chair signed with a password; the others voted from their own account, and the paper says just that."""
    voted = {
        u for d in db.session.scalars(sa.select(k.Keputusan.suara).where(k.Keputusan.pleno_id == row.id)) for u in d
    }
    signed = []
    for seat, user in members_of(row.id):
        line = {"peran": "KOMITE", "nama": user.nama, "no_reg": "", "pada": row.ditutup_at,
                "sha256": row.isi_sha256}  # fmt: skip
        if seat.sebagai == KETUA:
            signed.append(line)
        elif str(user.id) in voted:
            signed.append({**line, "catatan": "memberi suara dari akunnya sendiri"})
    return signed


@jobs.kind("sertifikasi-berita-acara-pleno")
def cetak_pleno(job: jobs.Job) -> uuid.UUID | None:
    """May run twice: minutes that are drawn stay."""
    row = db.session.scalars(
        sa.select(k.Pleno).where(k.Pleno.id == uuid.UUID(job.argumen["pleno"])).with_for_update()
    ).one()
    if row.berita_acara_id is not None or job.user_id is None:
        return row.berita_acara_id
    if row.isi_sha256 != sheets.sidik(row.isi):
        logger.error("minutes %s are not what was signed (%s)", row.nomor, row.isi_sha256)
        raise Conflict("Isi berita acara tidak sama dengan yang ditandatangani. Hubungi admin.")
    body = sheets.render(row.isi, _signatures(row), tautan=f"{config().alamat}/sertifikasi/pleno/{row.id}")
    document = documents.made(Checked(sheets.nama_berkas(row.isi), PDF, body, None), job.user_id)
    documents.claim(document)
    documents.for_office(document, PLENO)
    row.berita_acara_id = document.id
    return document.id
