"""Surat keputusan: one for each scheme of a meeting, prepared by the manajer, signed by the ketua, never edited."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, documents, jobs, notices, people
from portal.kernel.calendar import setempat
from portal.kernel.db import db, now
from portal.kernel.documents import PDF, Checked
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.people import Principal, User
from portal.kernel.storage import config
from portal.sertifikasi import TANDA_TANGAN, sheets
from portal.sertifikasi.asesmen import formulir
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.asesmen.kalender import hari_ini
from portal.sertifikasi.asesmen.kasus import pemegang
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import pengaturan, penyegel, pleno
from portal.sertifikasi.keputusan.tanda import buktikan
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s

activity.declare(
    **{
        "sk.disiapkan": "nomor skema baris koreksi",
        "sk.ditandatangani": "nomor sha256",
        "sk.dihapus": "nomor",
        "sk.hubungan": "nomor asesi",
    }
)

AFTER_SIGN: list[Callable[[k.Sk, Principal], None]] = []  # what a signature brings about, in its transaction


def without_sk(pleno_id: uuid.UUID) -> dict[s.SkemaVersi, list[Any]]:
    """Decided rows of a meeting that no SK names yet, by scheme."""
    found: dict[s.SkemaVersi, list[Any]] = {}
    for row in pleno.rows_of(pleno_id):
        if row.Keputusan.hasil in (m.K, m.BK) and row.Keputusan.sk_id is None:
            found.setdefault(row.SkemaVersi, []).append(row)
    return found


def check(nomor: str, tanggal: date | None, tidak_sebelum: date) -> tuple[str, date]:
    """Number and date as typed. Raises Invalid."""
    text = " ".join(nomor.split())
    if not 3 <= len(text) <= 80:
        raise Invalid("nomor", "Isi nomor SK, 3 sampai 80 huruf")
    if tanggal is None:
        raise Invalid("tanggal", "Isi tanggal SK, misalnya 21-11-2026")
    if not tidak_sebelum <= tanggal <= hari_ini():
        raise Invalid("tanggal", "Tanggal SK tidak sebelum pleno dan tidak sesudah hari ini")
    if db.session.scalar(sa.select(k.Sk.id).where(k.Sk.nomor == text)) is not None:
        raise Invalid("nomor", f"Nomor {text} sudah dipakai SK lain")
    return text, tanggal


def prepare(row: k.Pleno, versi_id: uuid.UUID, nomor: str, tanggal: date | None, user: Principal) -> k.Sk:
    """SK for the decided rows of one scheme. Raises Conflict before the meeting is closed, Invalid."""
    if row.status != k.DITUTUP:
        raise Conflict("SK disiapkan setelah pleno ditutup.")
    text, day = check(nomor, tanggal, row.tanggal)
    versi, rows = next(((v, r) for v, r in without_sk(row.id).items() if v.id == versi_id), (None, []))
    if versi is None:
        raise Conflict("Semua keputusan skema ini sudah tercantum dalam SK.")
    sk = k.Sk(nomor=text, tanggal=day, skema_versi_id=versi.id, pleno_id=row.id, disiapkan_oleh_id=user.id)
    return freeze(sk, row, rows, user)


def correct(
    old: k.Sk, nomor: str, tanggal: date | None, alasan: str, nama: dict[uuid.UUID, str], user: Principal
) -> k.Sk:
    """A new SK that takes the place of a signed one; `nama` holds names by decision as they should read. Raises
    Invalid, Conflict."""
    if old.ditandatangani_at is None:
        raise Conflict("SK yang belum ditandatangani dihapus lalu disiapkan lagi.")
    if successor(old.id) is not None:
        raise Conflict("SK ini sudah dikoreksi.")
    waiting = next((one.nomor for one in repairs(old.id) if one.ditandatangani_at is None), None)
    if waiting is not None:
        raise Conflict(f"SK perbaikan {waiting} untuk satu baris SK ini menunggu tanda tangan. Selesaikan dahulu.")
    text, day = check(nomor, tanggal, old.tanggal)
    if len(alasan.strip()) < 10:
        raise Invalid("alasan", "Tulis apa yang dikoreksi, sedikitnya 10 huruf")
    row = db.session.get_one(k.Pleno, old.pleno_id)
    rows = [r for r in pleno.rows_of(row.id) if r.Keputusan.sk_id == old.id]
    sk = k.Sk(
        nomor=text, tanggal=day, skema_versi_id=old.skema_versi_id, pleno_id=row.id, koreksi_id=old.id,
        alasan=alasan.strip(), disiapkan_oleh_id=user.id,
    )  # fmt: skip
    return freeze(sk, row, rows, user, koreksi=old.nomor, nama=nama)


def successor(sk_id: uuid.UUID) -> k.Sk | None:
    """The SK that took the place of this one as a whole."""
    query = sa.select(k.Sk).where(k.Sk.koreksi_id == sk_id, ~k.Sk.isi.has_key("perbaikan"))
    return db.session.scalars(query).first()


def repairs(sk_id: uuid.UUID) -> list[k.Sk]:
    """The SK that put single rows of this one right."""
    query = sa.select(k.Sk).where(k.Sk.koreksi_id == sk_id, k.Sk.isi.has_key("perbaikan")).order_by(k.Sk.id)
    return list(db.session.scalars(query))


def holding_rows(sk: k.Sk) -> list[dict[str, Any]]:
    """Rows as printed, without those that a signed SK perbaikan has taken over."""
    gone = {one.isi["perbaikan"]["keputusan"] for one in repairs(sk.id) if one.ditandatangani_at is not None}
    return [row for row in sk.isi["baris"] if row["keputusan"] not in gone]


def freeze(
    sk: k.Sk,
    row: k.Pleno,
    rows: list[Any],
    user: Principal,
    koreksi: str = "",
    nama: dict[uuid.UUID, str] | None = None,
    perbaikan: dict[str, Any] | None = None,
) -> k.Sk:
    """Fix the content as it will be printed. `koreksi`: which SK it corrects; `perbaikan`: the row put right."""
    days = _days([r.Permohonan.id for r in rows])
    sk.isi = {
        "kode": "SK.HASIL", "nomor": sk.nomor, **formulir.kepala_skema(sk.skema_versi_id), "lsp": pengaturan.lsp(),
        "tuk": _venue([r.Permohonan.id for r in rows]), "tanggal": sk.tanggal.isoformat(),
        "mulai": (min(days) if days else row.tanggal).isoformat(),
        "selesai": (max(days) if days else row.tanggal).isoformat(),
        "tempat": pengaturan.lsp()["kota"], "koreksi": koreksi, "ketua": pengaturan.ketua(),
        "pleno": {"nomor": row.nomor, "tanggal": row.tanggal.isoformat()},
        "baris": [
            {"urut": i, "keputusan": str(r.Keputusan.id), "nomor": r.Permohonan.nomor or "",
             "nama": (nama or {}).get(r.Keputusan.id) or full_name(r.Permohonan), "asesor": r.asesor or "",
             "no_reg": r.no_reg or "", "hasil": perbaikan["ke"] if perbaikan else r.Keputusan.hasil}
            for i, r in enumerate(rows, 1)
        ],
        **({"perbaikan": perbaikan} if perbaikan else {}),
    }  # fmt: skip
    sk.sha256 = sheets.sidik(sk.isi)
    db.session.add(sk)
    db.session.flush()
    if not koreksi:
        for r in rows:
            r.Keputusan.sk_id = sk.id
    activity.log(
        "sk.disiapkan", sk, by=user, nomor=sk.nomor, skema=rows[0].SkemaVersi.judul, baris=len(rows), koreksi=koreksi
    )
    _tell_signers(sk)
    return sk


def full_name(case: m.Permohonan) -> str:
    """With titles, as the certificate prints it."""
    before, after = (str(case.isian.get(name, "")).strip() for name in ("gelar_depan", "gelar_belakang"))
    text = f"{before} {case.nama}".strip()
    return f"{text}, {after}" if after else text


def _days(cases: list[uuid.UUID]) -> list[date]:
    """First and last day of every session, as the calendar at its venue shows them."""
    query = sa.select(a.SesiAsesmen.mulai, a.SesiAsesmen.selesai, a.Tuk.zona)
    query = query.join(a.PesertaSesi, a.PesertaSesi.sesi_id == a.SesiAsesmen.id)
    query = query.join(a.Tuk, a.Tuk.id == a.SesiAsesmen.tuk_id).where(a.PesertaSesi.permohonan_id.in_(cases))
    return [setempat(at, row.zona).date() for row in db.session.execute(query) for at in (row.mulai, row.selesai)]


def _venue(cases: list[uuid.UUID]) -> dict[str, str] | None:
    """The one venue of these cases; several are named together."""
    query = (
        sa.select(a.Tuk)
        .join(a.SesiAsesmen, a.SesiAsesmen.tuk_id == a.Tuk.id)
        .join(a.PesertaSesi, a.PesertaSesi.sesi_id == a.SesiAsesmen.id)
        .where(a.PesertaSesi.permohonan_id.in_(cases))
        .distinct()
    )
    found = list(db.session.scalars(query))
    if len(found) < 2:
        return formulir.kepala_tuk(found[0] if found else None)
    return {"jenis": found[0].jenis, "nama": ", ".join(sorted(t.nama for t in found)), "alamat": "", "kota": ""}


def _tell_signers(sk: k.Sk) -> None:
    for one in pemegang("ketua_lsp"):
        notices.notify(one, "SK penetapan hasil menunggu tanda tangan Anda", sk.nomor, f"/sertifikasi/sk/{sk.id}")
        people.touch(one)


def discard(sk: k.Sk, user: Principal) -> None:
    """Take back an SK that nobody has signed. Raises Conflict."""
    if sk.ditandatangani_at is not None:
        raise Conflict("SK yang sudah ditandatangani tidak dihapus; buat SK koreksi.")
    db.session.execute(sa.update(k.Keputusan).where(k.Keputusan.sk_id == sk.id).values(sk_id=None))
    activity.log("sk.dihapus", sk, by=user, nomor=sk.nomor)
    db.session.delete(sk)


def sign(sk: k.Sk, user: Principal, sandi: str) -> uuid.UUID:
    """Raises Denied for who assessed or trained somebody on it (C4), Invalid for a wrong password, Conflict when it
    is signed already. Returns the id of the job that draws it."""
    if sk.ditandatangani_at is not None:
        raise Conflict("SK ini sudah ditandatangani.")
    _intact(sk)
    _still_true(sk)
    if own_repair(sk, user):
        raise Denied("SK perbaikan yang Anda siapkan ditandatangani orang lain.")
    close = conflicts(sk, user.id)
    if close:
        raise Denied(f"Anda tidak dapat menandatangani SK ini: {'; '.join(close)}.")
    buktikan(user, sandi)
    _state(sk, user, [])
    sk.isi = {**sk.isi, "ketua": pengaturan.ketua(user.nama)}  # whoever holds the office now, not when it was prepared
    sk.sha256 = sheets.sidik(sk.isi)
    sk.ditandatangani_oleh_id, sk.ditandatangani_at = user.id, now()
    for decision in db.session.scalars(sa.select(k.Keputusan).where(k.Keputusan.id.in_(decisions(sk)))):
        decision.sk_id = sk.id
        case = db.session.get_one(m.Permohonan, decision.permohonan_id)
        notices.notify(case.user_id, "SK penetapan hasil Anda sudah terbit", f"Permohonan {case.nomor or ''}".strip(),
                       f"/sertifikasi/saya/{case.id}/hasil")  # fmt: skip
        people.touch(case.user_id)
    for act in AFTER_SIGN:
        act(sk, user)
    activity.log("sk.ditandatangani", sk, by=user, nomor=sk.nomor, sha256=sk.sha256)
    return draw(sk)


def draw(sk: k.Sk) -> uuid.UUID:
    """The job that draws a signed SK; a living one is joined."""
    return jobs.enqueue(cetak_sk, f"SK {sk.nomor}", f"sk-{sk.id}", sk.ditandatangani_oleh_id, sk=str(sk.id))


def _intact(sk: k.Sk) -> None:
    """Raises Conflict when the content is not the one that was frozen: it is neither signed nor printed."""
    if sk.sha256 != sheets.sidik(sk.isi):
        raise Conflict("Isi SK tidak sama dengan sidiknya. Hubungi admin.")


def own_repair(sk: k.Sk, user: Principal) -> bool:
    """Whether this person prepared what turns a decision around: somebody else signs it."""
    return "perbaikan" in sk.isi and sk.disiapkan_oleh_id == user.id


def _still_true(sk: k.Sk) -> None:
    """Raises Conflict when a decision is no longer the one this SK was prepared for."""
    repair = sk.isi.get("perbaikan")
    told = {row["keputusan"]: row["hasil"] for row in sk.isi["baris"]}
    if repair:
        told[repair["keputusan"]] = repair["dari"]
    query = sa.select(k.Keputusan).where(k.Keputusan.id.in_(decisions(sk))).with_for_update()
    for one in db.session.scalars(query.execution_options(populate_existing=True)):
        if one.hasil != told[str(one.id)] or one.sk_id not in (sk.koreksi_id, sk.id):
            raise Conflict("Putusan pada SK ini sudah berubah sejak SK disiapkan. Hapus SK ini, lalu siapkan lagi.")


def decisions(sk: k.Sk) -> list[uuid.UUID]:
    return [uuid.UUID(row["keputusan"]) for row in sk.isi["baris"]]


def conflicts(sk: k.Sk, user_id: uuid.UUID) -> list[str]:
    """Why this person may not sign, per asesi."""
    query = sa.select(m.Permohonan).join(k.Keputusan, k.Keputusan.permohonan_id == m.Permohonan.id)
    cases = db.session.scalars(query.where(k.Keputusan.id.in_(decisions(sk))))
    found = [
        f"Anda {why.replace('asesi ini', case.nama)}" for case in cases if (why := pleno.involved(case).get(user_id))
    ]
    names = {row["keputusan"]: row["nama"] for row in sk.isi["baris"]}
    return found + [f"Anda menyatakan {names[one]} keluarga Anda" for one in declared(sk, user_id) if one in names]


def declared(sk: k.Sk, user_id: uuid.UUID) -> list[str]:
    """Decisions about relatives, as this person declared them at this SK or at the one it corrects."""
    older = db.session.get(k.Sk, sk.koreksi_id) if sk.koreksi_id else None
    found: list[str] = sk.pernyataan.get(str(user_id), {}).get("keputusan", [])
    return found or (declared(older, user_id) if older else [])


def declare(sk: k.Sk, user: Principal, keluarga: list[str]) -> None:
    """A signer names relatives on this SK: somebody else signs it. Raises Invalid without a row, Conflict."""
    if sk.ditandatangani_at is not None:
        raise Conflict("SK ini sudah ditandatangani.")
    rows = [row["keputusan"] for row in sk.isi["baris"] if row["keputusan"] in keluarga]
    if not rows:
        raise Invalid("keluarga", "Centang asesi yang keluarga Anda")
    _state(sk, user, rows)
    activity.log("sk.hubungan", sk, by=user, nomor=sk.nomor, asesi=len(rows))
    others = {one for role in ("ketua_lsp", "manajer_sertifikasi") for one in pemegang(role)} - {user.id}
    for one in others:
        notices.notify(one, "SK memerlukan penandatangan lain", f"{sk.nomor}: {user.nama} menyatakan hubungan keluarga",
                       f"/sertifikasi/sk/{sk.id}")  # fmt: skip
        people.touch(one)


def _state(sk: k.Sk, user: Principal, rows: list[str]) -> None:
    """What this person said of ties, kept with its time."""
    sk.pernyataan = {**sk.pernyataan, str(user.id): {"pada": now().isoformat(), "keputusan": rows}}


@jobs.kind("sertifikasi-sk")
def cetak_sk(job: jobs.Job) -> uuid.UUID | None:
    """May run twice: an SK that is drawn stays. Raises SegelGagal: it waits for its seal."""
    sk = db.session.scalars(sa.select(k.Sk).where(k.Sk.id == uuid.UUID(job.argumen["sk"])).with_for_update()).one()
    if sk.dokumen_id is not None or job.user_id is None:
        return sk.dokumen_id
    _intact(sk)
    signer = db.session.get_one(User, sk.ditandatangani_oleh_id)
    tanda = [{"peran": "KETUA", "nama": signer.nama, "no_reg": "", "pada": sk.ditandatangani_at, "sha256": sk.sha256}]
    body = sheets.render(sk.isi, tanda, tautan=f"{config().alamat}/sertifikasi/sk/{sk.id}")
    body = penyegel.bubuhkan(sk, body, signer.nama, sk.ditandatangani_at)
    document = documents.made(Checked(sheets.nama_berkas(sk.isi), PDF, body, None), job.user_id)
    documents.claim(document)
    documents.for_office(document, TANDA_TANGAN)
    sk.dokumen_id = document.id
    return document.id
