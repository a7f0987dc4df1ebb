"""Certificates: made from a signed decision, numbered by BNSP, signed by the ketua, drawn and issued by a job.

MENUNGGU_NOMOR -> MENUNGGU_TANDA_TANGAN -> BERLAKU -> DITANGGUHKAN <-> BERLAKU, DICABUT, KEDALUWARSA, DIGANTIKAN
"""

import calendar as almanac
import logging
import secrets
import string
import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, approval, documents, issued, jobs, notices, people, storage
from portal.kernel.approval import Submission
from portal.kernel.db import commit, db, now
from portal.kernel.documents import JPG, PDF, PNG, Checked, Document
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.organisation import in_force
from portal.kernel.people import Principal, User
from portal.kernel.storage import config
from portal.sertifikasi import sheets
from portal.sertifikasi.asesmen import formulir
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import pengaturan, penyegel, pleno
from portal.sertifikasi.keputusan.sk import declared, full_name
from portal.sertifikasi.keputusan.tanda import buktikan
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.sheets import tanda
from portal.sertifikasi.sheets.segel import SegelGagal
from portal.sertifikasi.skema import models as s

logger = logging.getLogger(__name__)

SHORT, LONG = 10, 22
LETTERS = string.ascii_letters + string.digits
BATCH = 50  # signed at once
STEP = 10  # certificates between two commits of the job
MOVES = {
    k.MENUNGGU_NOMOR: {k.MENUNGGU_TANDA_TANGAN, k.DICABUT},
    k.MENUNGGU_TANDA_TANGAN: {k.MENUNGGU_NOMOR, k.BERLAKU, k.DICABUT},
    k.BERLAKU: {k.DITANGGUHKAN, k.DICABUT, k.KEDALUWARSA, k.DIGANTIKAN},
    k.DITANGGUHKAN: {k.BERLAKU, k.DICABUT, k.KEDALUWARSA},
    k.KEDALUWARSA: {k.DICABUT},
    k.DICABUT: set(), k.DIGANTIKAN: set(),
}  # fmt: skip

activity.declare(
    **{
        "sertifikat.dibuat": "kode",
        "sertifikat.berubah": "dari ke aksi",
        "sertifikat.ditandatangani": "jumlah",
        "sertifikat.sidik_beda": "nomor sha256",
    }
)


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where there is none (29 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, almanac.monthrange(year, month + 1)[1]))


def note(
    row: k.Sertifikat, aksi: str, ke: str, user: Principal | User | None, alasan: str = "", publik: str = ""
) -> None:  # fmt: skip
    """Change the state and write down who did it. Raises Conflict for a way that is not open."""
    before = row.status
    if ke != before and ke not in MOVES[before]:
        raise Conflict(
            f"Sertifikat ini {STATUS_WORDS[before].lower()}, jadi tidak dapat menjadi {STATUS_WORDS[ke].lower()}."
        )
    row.status, row.status_at = ke, now()
    row.versi = (row.versi or 0) + 1
    db.session.flush()
    db.session.add(
        k.SertifikatPeristiwa(
            sertifikat_id=row.id,
            aksi=aksi,
            dari=before,
            ke=ke,
            pelaku_id=user.id if user else None,
            pelaku=user.nama if user else "sistem",
            alasan=alasan,
            publik=publik,
        )
    )
    activity.log("sertifikat.berubah", row, by=user, dari=before, ke=ke, aksi=aksi)
    people.touch(row.user_id)


STATUS_WORDS = {
    k.MENUNGGU_NOMOR: "Menunggu nomor", k.MENUNGGU_TANDA_TANGAN: "Menunggu tanda tangan", k.BERLAKU: "Berlaku",
    k.DITANGGUHKAN: "Ditangguhkan", k.DICABUT: "Dicabut", k.KEDALUWARSA: "Kedaluwarsa", k.DIGANTIKAN: "Digantikan",
}  # fmt: skip


# ---- from decision to certificate


def barrier(decision: k.Keputusan, sk: k.Sk, versi: s.SkemaVersi) -> str:
    """Why this decision can never become a certificate, "" when it can."""
    if decision.hasil != m.K:
        return "Keputusannya bukan kompeten."
    if sk.ditandatangani_at is None:
        return "SK belum ditandatangani."
    if versi.contoh:
        return "Isi skema ini masih contoh dan belum dikonfirmasi."
    if not licensed(versi.skema_id, sk.tanggal):
        return "Skema ini di luar lisensi LSP pada tanggal keputusan."
    return ""


def licensed(skema_id: uuid.UUID, on: date) -> bool:
    """The scheme lies inside a licence of the LSP on that day."""
    query = sa.select(s.LisensiSkema.id).join(s.LisensiLsp, s.LisensiLsp.id == s.LisensiSkema.lisensi_id)
    return (
        db.session.scalar(query.where(s.LisensiSkema.skema_id == skema_id, in_force(s.LisensiLsp, on)).limit(1))
        is not None
    )


def make(decision: k.Keputusan, sk: k.Sk, user: Principal) -> k.Sertifikat:
    """The certificate of a decision, still without a number. Raises Conflict when it can never be one."""
    case = db.session.get_one(m.Permohonan, decision.permohonan_id)
    versi = db.session.get_one(s.SkemaVersi, case.skema_versi_id)
    why = barrier(decision, sk, versi)
    if why:
        raise Conflict(f"{case.nama}: {why}")
    printed = next((row["nama"] for row in sk.isi["baris"] if row["keputusan"] == str(decision.id)), full_name(case))
    row = k.Sertifikat(
        permohonan_id=case.id, user_id=case.user_id, skema_versi_id=versi.id, keputusan_id=decision.id, nama=printed,
        unit=units_of(case, versi), token=token(), kode=short_code(), diputus=sk.tanggal, status=k.MENUNGGU_NOMOR,
        sampai=add_months(sk.tanggal, versi.masa_berlaku_bulan), status_at=now(),
        menggantikan_id=_renewed(case) if case.jenis == m.PERPANJANGAN else None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    approval.move(case.submission_id, "minta_nomor", user, rincian={"sk": sk.nomor})
    activity.log("sertifikat.dibuat", row, by=user, kode=row.kode)
    return row


def _renewed(case: m.Permohonan) -> uuid.UUID | None:
    """The certificate that a renewal follows: the newest one of this person for the scheme."""
    query = (
        sa.select(k.Sertifikat.id)
        .join(s.SkemaVersi, s.SkemaVersi.id == k.Sertifikat.skema_versi_id)
        .where(k.Sertifikat.user_id == case.user_id, s.SkemaVersi.skema_id == case.skema_id)
        .where(k.Sertifikat.status.in_([k.BERLAKU, k.KEDALUWARSA]))
    )
    return db.session.scalar(query.order_by(k.Sertifikat.sampai.desc()).limit(1))


def units_of(case: m.Permohonan, versi: s.SkemaVersi) -> list[dict[str, Any]]:
    """Units of the version; those alone that are K where the scheme recognises units alone."""
    results = pleno.unit_results(case)
    query = (
        sa.select(
            s.SkemaUnit.unit_id,
            s.SkemaUnit.urut,
            s.UnitKompetensi.kode,
            s.UnitKompetensi.judul,
            s.UnitKompetensi.judul_en,
        )
        .join(s.UnitKompetensi, s.UnitKompetensi.id == s.SkemaUnit.unit_id)
        .where(s.SkemaUnit.skema_versi_id == versi.id)
        .order_by(s.SkemaUnit.urut)
    )
    rows = [r for r in db.session.execute(query) if not versi.boleh_sebagian or results.get(r.unit_id) == m.K]
    return [{"urut": i, "kode": r.kode, "judul": r.judul, "judul_en": r.judul_en} for i, r in enumerate(rows, 1)]


def token() -> str:
    """22 letters and digits, 131 bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(LONG))


def short_code() -> str:
    return "".join(secrets.choice(issued.ALPHABET) for _ in range(SHORT))


# ---- the ketua signs


def waiting(limit: int = BATCH) -> list[k.Sertifikat]:
    """Numbered and not signed, oldest decision first."""
    query = sa.select(k.Sertifikat).where(
        k.Sertifikat.status == k.MENUNGGU_TANDA_TANGAN, k.Sertifikat.ditandatangani_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(k.Sertifikat.diputus, k.Sertifikat.nomor).limit(limit)))


def sign(ids: list[uuid.UUID], user: Principal, sandi: str) -> list[tuple[str, str]]:
    """Sign up to 50. Returns (name, "" or why not) of each; one that cannot be signed leaves the others alone.

    Raises Invalid for a wrong password or an empty choice."""
    if not ids:
        raise Invalid("pilih", "Pilih sedikitnya satu sertifikat")
    if len(ids) > BATCH:
        raise Invalid("pilih", f"Paling banyak {BATCH} sertifikat sekali tanda tangan")
    buktikan(user, sandi)
    query = sa.select(k.Sertifikat).where(k.Sertifikat.id.in_(ids)).order_by(k.Sertifikat.nomor).with_for_update()
    found = list(db.session.scalars(query.execution_options(populate_existing=True)))
    results = [(row.nama, _sign_one(row, user)) for row in found]
    signed = sum(1 for _, why in results if not why)
    activity.log("sertifikat.ditandatangani", by=user, jumlah=signed)
    if signed:
        issue_all(user.id)
    return results


def _sign_one(row: k.Sertifikat, user: Principal) -> str:
    if row.status != k.MENUNGGU_TANDA_TANGAN or row.ditandatangani_at is not None:
        return "Sudah ditandatangani atau tidak lagi menunggu tanda tangan."
    case = db.session.get_one(m.Permohonan, row.permohonan_id)
    why = pleno.involved(case).get(user.id)
    if why:
        return f"Anda {why}."
    if _relative(row, user):
        return "Anda menyatakan asesi ini keluarga Anda."
    versi = db.session.get_one(s.SkemaVersi, row.skema_versi_id)
    if versi.contoh or not licensed(versi.skema_id, row.diputus):
        return "Skemanya masih contoh atau di luar lisensi pada tanggal keputusan."
    row.ditandatangani_at, row.ditandatangani_oleh_id, row.ditandatangani_oleh = now(), user.id, user.nama
    row.isi = content(row, versi)
    row.isi_sha256 = sheets.sidik(row.isi)
    return ""


def _relative(row: k.Sertifikat, user: Principal) -> bool:
    """Declared by this person at the SK of the decision."""
    decision = db.session.get(k.Keputusan, row.keputusan_id) if row.keputusan_id else None
    made = db.session.get(k.Sk, decision.sk_id) if decision and decision.sk_id else None
    return made is not None and str(row.keputusan_id) in declared(made, user.id)


def issue_all(user_id: uuid.UUID | None) -> uuid.UUID:
    """One job issues everything that is signed; a second one joins it while it runs."""
    return jobs.enqueue(terbitkan, "Terbitkan sertifikat yang sudah ditandatangani", "terbitkan-sertifikat", user_id)


def content(row: k.Sertifikat, versi: s.SkemaVersi) -> dict[str, Any]:
    """What is printed, frozen when it is signed. Raises Conflict without an official number."""
    if not row.nomor:
        raise Conflict("Sertifikat ini belum bernomor.")
    lsp = pengaturan.lsp()
    blanko = db.session.get(k.Blanko, row.blanko_id) if row.blanko_id else None
    isi = {
        "kode": "SERTIFIKAT",
        "nomor": row.nomor,
        "no_reg": row.no_reg or "",
        "blanko": blanko.seri if blanko else "",
        "nama": row.nama,
        "kode_verifikasi": row.kode,
        "alamat": config().alamat,
        "diputus": row.diputus.isoformat(),
        "sampai": row.sampai.isoformat(),
        "masa_berlaku_bulan": versi.masa_berlaku_bulan,
        **formulir.kepala_skema(versi.id),
        "lsp": lsp,
        "bidang": {"id": lsp["bidang"], "en": lsp["bidang_en"]},
        "kualifikasi": {"id": versi.judul, "en": versi.judul_en},
        "unit": row.unit,
        "asesi": {"nama": row.nama},
        "ketua": pengaturan.ketua(row.ditandatangani_oleh),
        "manajer": {"nama": pengaturan.officer("manajer_sertifikasi")},
        "tempat": lsp["kota"],
        "tanggal": hari_ini().isoformat(),
        "bentuk": lsp["bentuk"],
    }
    key = config().certificate_key
    return {**isi, "tanda_qr": tanda.sign(isi, tanda.private_key(key))} if key else isi


def copy_of(row: k.Sertifikat, status: str) -> bytes:
    """The "Salinan data sertifikat": what the certificate says today, on a sheet that does not look like one."""
    isi = {**row.isi, "kode": "SALINAN", "status": status, "status_per": hari_ini().isoformat()}
    return sheets.render({name: value for name, value in isi.items() if name != "tanda_qr"})


# ---- the job


@jobs.kind("sertifikasi-terbitkan", antrean="panjang")
def terbitkan(job: jobs.Job) -> uuid.UUID | None:
    """Draw and issue whatever is signed, some at a time. Killed anywhere, it goes on with what is left: each
    certificate gets its paper, its state and its case in one transaction. One that cannot be sealed stays behind and
    leaves the others alone; then the job fails at its end, and is tried again.

    Raises SegelGagal."""
    penyegel.siap()
    done, total, last = 0, left(), uuid.UUID(int=0)
    unsealed: list[SegelGagal] = []
    while rows := _next(last):
        for row in rows:
            try:
                issue(row)
            except SegelGagal as error:
                unsealed.append(error)
        last = rows[-1].id
        commit()
        done += len(rows)
        jobs.progress(job, done, max(total, done))
    if unsealed:
        raise SegelGagal(f"{len(unsealed)} sertifikat menunggu segel: {unsealed[0]}") from unsealed[0]
    return None


def _signed() -> sa.ColumnElement[bool]:
    return sa.and_(k.Sertifikat.status == k.MENUNGGU_TANDA_TANGAN, k.Sertifikat.ditandatangani_at.is_not(None))


def left() -> int:
    """Signed and not yet issued."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(k.Sertifikat).where(_signed())) or 0


def _next(after: uuid.UUID) -> list[k.Sertifikat]:
    query = sa.select(k.Sertifikat).where(_signed(), k.Sertifikat.id > after).order_by(k.Sertifikat.id).limit(STEP)
    query = query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def issue(row: k.Sertifikat) -> None:
    """Paper, hash, state, public event, and the case becomes BERSERTIFIKAT. What is not what was signed gets none.
    Raises SegelGagal, and then nothing of it has happened."""
    if row.isi_sha256 != sheets.sidik(row.isi):
        _unsign(row)
        return
    signed = [{"peran": "KETUA", "nama": row.ditandatangani_oleh, "no_reg": "", "pada": row.ditandatangani_at,
              "sha256": row.isi_sha256}]  # fmt: skip
    body = sheets.render(row.isi, signed, foto=photo(row.permohonan_id))
    body = penyegel.bubuhkan(row, body, row.ditandatangani_oleh, row.ditandatangani_at)
    document = documents.made(Checked(sheets.nama_berkas(row.isi), PDF, body, 2), row.user_id)
    documents.claim(document)
    row.dokumen_id, row.sha256, row.terbit_at = document.id, document.sha256, now()
    signer = db.session.get(User, row.ditandatangani_oleh_id) if row.ditandatangani_oleh_id else None
    note(row, "terbit", k.BERLAKU, signer, publik="Sertifikat diterbitkan")
    _surveillance(row)
    _finish_case(row)
    if row.menggantikan_id is not None:
        _replace(row, signer)
    notices.notify(row.user_id, "Sertifikat Anda sudah terbit", f"Nomor {row.nomor}",
                   f"/sertifikasi/saya/{row.permohonan_id}/hasil")  # fmt: skip


def _unsign(row: k.Sertifikat) -> None:
    """The content is another than the ketua signed: the signature falls, and the certificate waits for a new one."""
    logger.error("certificate %s is not what was signed (%s)", row.id, row.isi_sha256)
    activity.log("sertifikat.sidik_beda", row, nomor=row.nomor, sha256=row.isi_sha256)
    words = "Isinya tidak sama dengan yang ditandatangani. Periksa, lalu tanda tangani lagi."
    notices.notify(row.ditandatangani_oleh_id, f"Sertifikat {row.nomor} tidak diterbitkan", words,
                   "/sertifikasi/tanda-tangan")  # fmt: skip
    row.ditandatangani_at, row.ditandatangani_oleh_id, row.ditandatangani_oleh, row.isi_sha256 = None, None, "", ""


def _surveillance(row: k.Sertifikat) -> None:
    """Due dates of the checks; a reprint takes over those of the certificate it replaces."""
    old = db.session.get(k.Sertifikat, row.menggantikan_id) if row.menggantikan_id else None
    if old is not None and old.diputus == row.diputus:
        theirs = sa.update(k.Surveilan).where(k.Surveilan.sertifikat_id == old.id)
        db.session.execute(theirs.values(sertifikat_id=row.id))
        return
    versi = db.session.get_one(s.SkemaVersi, row.skema_versi_id)
    for ke, months in enumerate(versi.surveilan, 1):
        due = add_months(row.diputus, months)
        if due < row.sampai:
            db.session.add(k.Surveilan(sertifikat_id=row.id, ke=ke, jatuh_tempo=due))


def _finish_case(row: k.Sertifikat) -> None:
    """The signature of the ketua ends the case; the sekretariat has no hand in it, so the flow writes it itself."""
    case = db.session.get_one(m.Permohonan, row.permohonan_id)
    submission = db.session.get_one(Submission, case.submission_id)
    if submission.status != m.MENUNGGU_NOMOR:
        return  # a replacement: its case ended with the first certificate
    approval.record_system(submission, "terbit", m.BERSERTIFIKAT, f"Ditandatangani {row.ditandatangani_oleh}")
    case.aktif = False


def _replace(row: k.Sertifikat, signer: User | None) -> None:
    old = db.session.scalars(
        sa.select(k.Sertifikat).where(k.Sertifikat.id == row.menggantikan_id).with_for_update()
    ).one()
    if old.status == k.BERLAKU:
        note(old, "digantikan", k.DIGANTIKAN, signer, publik=f"Digantikan sertifikat nomor {row.nomor}")
    unasked = k.Surveilan.status == "MENUNGGU"
    db.session.execute(sa.delete(k.Surveilan).where(k.Surveilan.sertifikat_id == old.id, unasked))


def photo(case_id: uuid.UUID) -> bytes:
    """The holder's photo as it lies in the case, b"" when there is none that can be drawn."""
    query = (
        sa.select(Document)
        .join(m.BerkasAsesi, m.BerkasAsesi.dokumen_id == Document.id)
        .join(m.BerkasSyarat, m.BerkasSyarat.berkas_id == m.BerkasAsesi.id)
        .join(m.BuktiSyarat, m.BuktiSyarat.id == m.BerkasSyarat.bukti_syarat_id)
        .join(s.SkemaSyarat, s.SkemaSyarat.id == m.BuktiSyarat.syarat_id)
        .where(m.BuktiSyarat.permohonan_id == case_id, s.SkemaSyarat.jenis == "PAS_FOTO", Document.mime.in_([JPG, PNG]))
        .order_by(m.BerkasAsesi.id.desc())
    )
    document = db.session.scalars(query.limit(1)).first()
    return (storage.get(document.kunci) or b"") if document else b""
