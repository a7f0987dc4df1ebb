"""Holding, and destroying in two hands: proposed by one, approved by another, done by a job with a certificate."""

import uuid
from functools import partial
from typing import Any

import sqlalchemy as sa

from portal.kernel import activity, documents, jobs, notices
from portal.kernel.calendar import tanggal
from portal.kernel.db import after_commit, commit, db, next_number, now
from portal.kernel.documents import PDF, Checked, Document
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import today
from portal.kernel.people import Principal, User
from portal.kernel.reports import Letterhead, Page, Signature
from portal.kernel.storage import config
from portal.sertifikasi import LIHAT
from portal.sertifikasi.asesmen.kasus import pemegang
from portal.sertifikasi.repositori import sinkron
from portal.sertifikasi.repositori.models import DISETUJUI, DITOLAK, DIUSULKAN, SELESAI, Arsip, Pemusnahan

MOST, NOTE_MIN = 500, 10
activity.declare(
    **{
        "arsip.ditahan": "judul alasan",
        "arsip.dilepas": "judul alasan",
        "pemusnahan.diusulkan": "nomor jumlah alasan",
        "pemusnahan.diputus": "nomor status",
        "pemusnahan.selesai": "nomor jumlah dilewati sha256",
    }
)


def hold(row: Arsip, user: Principal, alasan: str) -> None:
    """A legal hold on every document of the same case, or on this one. Raises Invalid, Conflict."""
    if len(alasan.strip()) < NOTE_MIN:
        raise Invalid("alasan", "Tulis alasan penahanan, sedikitnya 10 huruf")
    if row.dimusnahkan_at:
        raise Conflict("Berkas ini sudah dimusnahkan.")
    for one in _of_case(row):
        if one.dimusnahkan_at is None:
            one.ditahan_at, one.ditahan_alasan = now(), alasan.strip()
            activity.log("arsip.ditahan", one, by=user, judul=one.judul, alasan=alasan.strip())


def release(row: Arsip, user: Principal, alasan: str) -> None:
    if len(alasan.strip()) < NOTE_MIN:
        raise Invalid("alasan", "Tulis alasan pelepasan, sedikitnya 10 huruf")
    for one in _of_case(row):
        if one.ditahan_at is not None:
            one.ditahan_at, one.ditahan_alasan = None, ""
            activity.log("arsip.dilepas", one, by=user, judul=one.judul, alasan=alasan.strip())


def _of_case(row: Arsip) -> list[Arsip]:
    same = Arsip.permohonan_id == row.permohonan_id if row.permohonan_id else Arsip.id == row.id
    return list(db.session.scalars(sa.select(Arsip).where(same).with_for_update()))


# ---- destruction


def propose(user: Principal, jenis: str, alasan: str) -> Pemusnahan:
    """Everything of a kind whose time has passed, oldest first, at most 500. Raises Invalid, Conflict."""
    if len(alasan.strip()) < NOTE_MIN:
        raise Invalid("alasan", "Tulis dasar pemusnahan, sedikitnya 10 huruf")
    query = sinkron.overdue(today()).where(Arsip.jenis == jenis).order_by(Arsip.simpan_sampai, Arsip.id).limit(MOST)
    rows = list(db.session.scalars(query.with_for_update(skip_locked=True)))
    if not rows:
        raise Conflict("Tidak ada berkas jenis ini yang lewat masa simpan.")
    year = today().year
    nomor = f"MSN-{year}-{next_number(f'MSN-{year}'):04d}"
    proposal = Pemusnahan(nomor=nomor, alasan=alasan.strip(), diusulkan_oleh_id=user.id)
    db.session.add(proposal)
    db.session.flush()
    for row in rows:
        row.pemusnahan_id = proposal.id
    activity.log("pemusnahan.diusulkan", proposal, by=user, nomor=nomor, jumlah=len(rows), alasan=alasan.strip())
    for person in pemegang("manajer_sertifikasi"):
        notices.notify(
            person,
            "Usul pemusnahan menunggu Anda",
            f"{nomor}: {len(rows)} berkas",
            f"/sertifikasi/repositori/pemusnahan/{proposal.id}",
        )
    return proposal


def decide(proposal: Pemusnahan, user: Principal, setuju: bool, catatan: str) -> uuid.UUID | None:
    """Raises Denied for who proposed it, Conflict when it was decided. Returns the job when it is approved."""
    if proposal.status != DIUSULKAN:
        raise Conflict("Usul ini sudah diputuskan.")
    if proposal.diusulkan_oleh_id == user.id:
        raise Denied("Pemusnahan disetujui oleh orang lain, bukan pengusulnya.")
    if not setuju and len(catatan.strip()) < NOTE_MIN:
        raise Invalid("catatan", "Tulis alasan penolakan, sedikitnya 10 huruf")
    proposal.status, proposal.diputus_oleh_id, proposal.diputus_at = DISETUJUI if setuju else DITOLAK, user.id, now()
    proposal.catatan = catatan.strip()
    activity.log("pemusnahan.diputus", proposal, by=user, nomor=proposal.nomor, status=proposal.status)
    if not setuju:
        free = sa.update(Arsip).where(Arsip.pemusnahan_id == proposal.id).values(pemusnahan_id=None)
        db.session.execute(free.execution_options(synchronize_session=False))
        return None
    return jobs.enqueue(destroy, f"Musnahkan {proposal.nomor}", f"musnah-{proposal.id}", user.id, usul=str(proposal.id))


@jobs.kind("sertifikasi-musnah", antrean="panjang")
def destroy(job: jobs.Job) -> uuid.UUID | None:
    """The certificate and the end of the contents in one transaction; repeating it changes nothing. What was held
    meanwhile stays."""
    query = sa.select(Pemusnahan).where(Pemusnahan.id == uuid.UUID(job.argumen["usul"])).with_for_update()
    proposal = db.session.scalars(query).one()
    if proposal.status != DISETUJUI:
        return proposal.dokumen_id
    rows = list(
        db.session.scalars(
            sa.select(Arsip).where(Arsip.pemusnahan_id == proposal.id).order_by(Arsip.id).with_for_update()
        )
    )
    needed = _needed_elsewhere(proposal.id, rows)
    kept = [row for row in rows if row.ditahan_at is not None or row.dokumen_id in needed]
    gone = [row for row in rows if row not in kept]
    for row in kept:
        row.pemusnahan_id = None
    people_of = dict(
        db.session.execute(
            sa.select(User.id, User.nama).where(User.id.in_([proposal.diusulkan_oleh_id, proposal.diputus_oleh_id]))
        )
        .tuples()
        .all()
    )
    proposal.isi = {
        "nomor": proposal.nomor,
        "alasan": proposal.alasan,
        "tanggal": today().isoformat(),
        "pengusul": people_of[proposal.diusulkan_oleh_id],
        "penyetuju": people_of[proposal.diputus_oleh_id or proposal.diusulkan_oleh_id],
        "baris": [{"judul": r.judul, "nomor": r.nomor, "sha256": r.sha256, "ukuran": r.ukuran} for r in gone],
        "ditahan": len(kept),
    }
    paper = documents.made(
        Checked(f"{proposal.nomor}.pdf", PDF, certificate(proposal.isi), None), proposal.diusulkan_oleh_id
    )
    documents.claim(paper)
    documents.for_office(paper, LIHAT)
    proposal.dokumen_id, proposal.status = paper.id, SELESAI
    _empty(gone, proposal.nomor)
    activity.log(
        "pemusnahan.selesai", proposal, nomor=proposal.nomor, jumlah=len(gone), dilewati=len(kept), sha256=paper.sha256
    )
    commit()
    return paper.id


def _needed_elsewhere(proposal_id: uuid.UUID, rows: list[Arsip]) -> set[uuid.UUID]:
    """Documents that another case keeps, too: held there, or its time has not passed."""
    query = sa.select(Arsip.dokumen_id).where(
        Arsip.dokumen_id.in_([row.dokumen_id for row in rows]),
        Arsip.pemusnahan_id.is_distinct_from(proposal_id),
        Arsip.dimusnahkan_at.is_(None),
        sa.or_(Arsip.ditahan_at.is_not(None), Arsip.simpan_sampai.is_(None), Arsip.simpan_sampai >= today()),
    )
    return set(db.session.scalars(query))


def _empty(rows: list[Arsip], nomor: str) -> None:
    """Each document becomes a sheet that says what happened; old bytes leave the store when nothing else holds them."""
    if not rows:
        return
    owner = db.session.get_one(Document, rows[0].dokumen_id).pemilik_id
    note = documents.made(Checked("dimusnahkan.pdf", PDF, notice(nomor), 1), owner)
    documents.claim(note)
    olds = {row.sha256 for row in rows}
    for row in rows:
        row.dimusnahkan_at = now()
        document = db.session.get_one(Document, row.dokumen_id)
        document.sha256, document.mime, document.ukuran, document.halaman = note.sha256, PDF, note.ukuran, 1
    also = sa.update(Arsip).where(Arsip.dokumen_id.in_([r.dokumen_id for r in rows]), Arsip.dimusnahkan_at.is_(None))
    db.session.flush()
    db.session.execute(also.values(dimusnahkan_at=now()).execution_options(synchronize_session=False))
    after_commit(partial(documents.remove_unused, olds))


def notice(nomor: str) -> bytes:
    """What opens in the place of a destroyed document."""
    page = Page("Berkas dimusnahkan", nomor=nomor)
    page.title("BERKAS INI TELAH DIMUSNAHKAN", nomor)
    page.text("Isi berkas dihapus setelah masa simpannya berakhir. Catatan dan sidik berkas tetap tersimpan.")
    return page.build()


def certificate(isi: dict[str, Any]) -> bytes:
    """The certificate of destruction: who, when, why, and the hash of everything that is gone."""
    page = Page("Berita acara pemusnahan", nomor=isi["nomor"], ulang=isi["nomor"])
    page.letterhead(Letterhead(config().instansi, "Lembaga Sertifikasi Profesi"))
    page.title("BERITA ACARA PEMUSNAHAN BERKAS", f"Nomor {isi['nomor']}")
    day = sinkron.date.fromisoformat(isi["tanggal"])
    page.fields(
        ("Tanggal", tanggal(day)),
        ("Dasar", isi["alasan"]),
        ("Diusulkan oleh", isi["pengusul"]),
        ("Disetujui oleh", isi["penyetuju"]),
        ("Jumlah berkas", str(len(isi["baris"]))),
        ("Ditahan, tidak dimusnahkan", str(isi["ditahan"])),
    )
    rows = [[str(n), row["judul"], row["nomor"], row["sha256"]] for n, row in enumerate(isi["baris"], 1)]
    page.table(
        ["No.", "Berkas", "Permohonan", "SHA-256"], rows or [["", "Tidak ada", "", ""]], [24, 150, 90, 247], size=7
    )
    page.signed_by(Signature("Pengusul", isi["pengusul"]), Signature("Penyetuju", isi["penyetuju"]), tanggal=day)
    return page.build()
