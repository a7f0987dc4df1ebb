"""Opening and changing requests, papers of their checklist, and the moves that need no more than a note."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian import PENSIUN_KELOLA, PENSIUN_PERIKSA, PENSIUN_VERIFIKASI
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.pensiun import alur, bahan, hak, persetujuan, policies, syarat
from portal.kepegawaian.pensiun import models as m
from portal.kepegawaian.pensiun.bahan import Bahan
from portal.kepegawaian.pensiun.jenis import BKN, JENIS, JenisUsulan, penghalang
from portal.kepegawaian.riwayat import services as register
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan import aturan
from portal.kernel import activity, approval, documents, organisation, people
from portal.kernel.approval import Submission
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal

UBAHAN = (m.DRAF, m.DIKEMBALIKAN)
DI_OPD = ("periksa", "periksa_pusat", "setujui_opd", "setujui_pusat")

activity.declare(**{
    "kepegawaian.pensiun_dibuka": "jenis tmt", "kepegawaian.pensiun_diubah": "sebelum sesudah",
    "kepegawaian.pensiun_berkas": "dokumen sha256", "kepegawaian.pensiun_berkas_dinilai": "dokumen status catatan",
    "kepegawaian.pensiun_bkn": "sebelum sesudah",
})  # fmt: skip


def tempat(pegawai_id: uuid.UUID) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """Unit and OPD of today, both None for who has no seat."""
    row = db.session.execute(
        sa.select(Keadaan.unit_id, Keadaan.pd_id).where(Keadaan.pegawai_id == pegawai_id, berlaku(organisation.today()))
    ).first()
    return (row.unit_id, row.pd_id) if row else (None, None)


def buka(
    pegawai: Pegawai, kind: JenisUsulan, values: dict[str, Any], user: Principal, kunci: uuid.UUID | None = None
) -> m.UsulanPensiun:  # fmt: skip
    """A new draft. A `kunci` seen before returns the first one. Raises Invalid while another one is open.

    The caller has checked that the person may ask for this pegawai and this kind.
    """
    register.lock(pegawai.id)
    if kunci is not None:
        held = sa.select(m.UsulanPensiun).where(m.UsulanPensiun.kunci == kunci)
        same = db.session.scalars(held.where(m.UsulanPensiun.pegawai_id == pegawai.id)).first()
        if same is not None:
            return same
        kunci = None if db.session.scalar(held.with_only_columns(m.UsulanPensiun.id)) else kunci
    _none_open(pegawai, kind, user)
    unit_id, pd_id = tempat(pegawai.id)
    row = m.UsulanPensiun(pegawai_id=pegawai.id, jenis=kind.kode, kunci=kunci, unit_id=unit_id, pd_id=pd_id, **values)
    case = Submission(alur=alur.PENSIUN, status=m.DRAF, judul=alur.judul(row, pegawai), rincian=kind.kode,
                      owner_id=user.id, pemohon=pegawai.nama, unit_id=unit_id, pd_id=pd_id)  # fmt: skip
    db.session.add(case)
    db.session.flush()
    row.submission_id = case.id
    db.session.add(row)
    db.session.flush()
    activity.log("kepegawaian.pensiun_dibuka", row, by=user, jenis=kind.kode, tmt=row.tmt)
    return row


def _none_open(pegawai: Pegawai, kind: JenisUsulan, user: Principal) -> None:
    """Raises Invalid that names the open request in the way to who sees it."""
    if db.session.scalar(sa.select(_in_the_way(pegawai, kind).exists())):
        seen = terbuka(pegawai, kind, user)
        if seen is None:
            raise Invalid("jenis", "Usulan lain untuk pegawai ini masih terbuka, belum diajukan pembuatnya. Mintalah "
                                   "pembuatnya atau BKPSDM membatalkannya.")  # fmt: skip
        if seen.jenis == kind.kode:
            raise Invalid("jenis", "Usulan jenis ini untuk pegawai ini masih terbuka. Lanjutkan yang ada.")
        raise Invalid("jenis", f"Usulan lain untuk pegawai ini masih terbuka: {JENIS[seen.jenis].judul}. Lanjutkan "
                               "atau batalkan dulu usulan itu.")  # fmt: skip


def terbuka(pegawai: Pegawai, kind: JenisUsulan, user: Principal) -> m.UsulanPensiun | None:
    """The open request that stands in the way of one of this kind, where this person sees it."""
    seen = policies.visible_usulan(user).where(m.UsulanPensiun.id.in_(_in_the_way(pegawai, kind)))
    return db.session.scalars(seen.order_by(m.UsulanPensiun.jenis != kind.kode, m.UsulanPensiun.id.desc())).first()


def _in_the_way(pegawai: Pegawai, kind: JenisUsulan) -> sa.Select[tuple[uuid.UUID]]:
    return sa.select(m.UsulanPensiun.id).where(
        m.UsulanPensiun.pegawai_id == pegawai.id, m.UsulanPensiun.jenis.in_(penghalang(kind)),
        m.UsulanPensiun.status.not_in(m.TERTUTUP),
    )  # fmt: skip


def ubah(row: m.UsulanPensiun, values: dict[str, Any], versi: int, user: Principal) -> m.UsulanPensiun:
    """Change a draft or a returned request. Raises Conflict for another version, Denied for who did not write it."""
    register.lock(row.pegawai_id)
    db.session.refresh(row)
    if not menulis(row, user):
        raise Denied("Hanya yang membuat usulan ini yang dapat mengubahnya.")
    if row.status not in UBAHAN:
        raise Conflict("Usulan ini sedang diperiksa. Tarik dulu untuk mengubahnya.")
    if versi != row.versi:
        raise Conflict("Usulan ini berubah sejak Anda membukanya.")
    before = _facts(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.versi += 1
    db.session.flush()
    activity.log("kepegawaian.pensiun_diubah", row, by=user, sebelum=before, sesudah=_facts(row))
    return row


def _facts(row: m.UsulanPensiun) -> dict[str, str]:
    kept = {name: value for name, value in row.isi.items() if name != "rekening"}
    return {"tmt": str(row.tmt), "kejadian": str(row.tanggal_kejadian), "keterangan": row.keterangan, "isi": str(kept)}


def pemilik(row: m.UsulanPensiun, user: Principal) -> bool:
    return db.session.get_one(Submission, row.submission_id).owner_id == user.id


def menulis(row: m.UsulanPensiun, user: Principal, izin: Collection[str] | None = None) -> bool:
    """Who wrote it goes on writing while they may ask for this pegawai; after a move to another OPD they only read.

    `izin`, here and below: permissions that reach the request, where they were read.
    """
    if not pemilik(row, user):
        return False
    return row.pegawai_id == user.pegawai_id or _any(row, user, (PENSIUN_PERIKSA, PENSIUN_KELOLA), izin)


def _any(row: m.UsulanPensiun, user: Principal, wanted: Sequence[str], izin: Collection[str] | None) -> bool:
    return any(one in izin if izin is not None else policies.holds(user, one, row) for one in wanted)


def dikelola(row: m.UsulanPensiun, user: Principal) -> None:
    """Raises Denied unless this person manages requests of these units and it is not about themselves."""
    if register.milik_sendiri(row.pegawai_id, user) or not policies.holds(user, PENSIUN_KELOLA, row):
        raise Denied("Usulan ini dikelola petugas lain.")


# ---- papers


def boleh_unggah(row: m.UsulanPensiun, user: Principal, izin: Collection[str] | None = None) -> set[str]:
    """Stages for which this person may hand in papers now."""
    if row.status in UBAHAN and menulis(row, user, izin):
        return {m.PEMOHON, m.OPD}
    if row.status in (m.DIAJUKAN, m.DIPERIKSA, m.DISETUJUI) and row.pegawai_id != user.pegawai_id:
        return {m.OPD} if _any(row, user, (PENSIUN_PERIKSA, PENSIUN_KELOLA), izin) else set()
    return set()


def unggah(row: m.UsulanPensiun, kode: str, stream: Any, nama: str, user: Principal) -> m.BerkasUsulan:
    """Hand in a paper for one line. Raises Invalid naming what is wrong with the file, Denied, Conflict."""
    line = next((one for one in syarat.lembar(row) if one.kode == kode), None)
    if line is None:
        raise Invalid("berkas", "Dokumen ini bukan persyaratan usulan ini")
    if line.tahap not in boleh_unggah(row, user):
        raise Denied("Berkas ini tidak dapat diganti pada tahap ini.")
    if row.status == m.DIKEMBALIKAN and line.berkas is not None and line.berkas.status == m.SESUAI:
        raise Conflict("Berkas ini sudah dinyatakan sesuai dan tidak perlu diganti.")
    if not nama:
        raise Invalid(f"berkas-{kode}", f"{line.judul}: pilih berkasnya dulu")
    most = aturan.nilai("berkas_maks_mb", organisation.today()) * 1024 * 1024
    document = documents.receive(stream, nama, user.id, most, f"berkas-{kode}")
    if document.mime not in (documents.PDF, documents.JPG, documents.PNG):
        raise Invalid(f"berkas-{kode}", f"{line.judul}: unggah PDF, JPG, atau PNG")
    return _attach(row, kode, document, user)


def _attach(row: m.UsulanPensiun, kode: str, document: documents.Document, user: Principal) -> m.BerkasUsulan:
    """The newest paper of a line; the one before stays but no longer counts."""
    register.lock(row.pegawai_id)
    db.session.execute(
        sa.update(m.BerkasUsulan)
        .where(m.BerkasUsulan.usulan_id == row.id, m.BerkasUsulan.dokumen == kode, m.BerkasUsulan.aktif)
        .values(aktif=False)
    )
    documents.claim(document)
    one = m.BerkasUsulan(usulan_id=row.id, dokumen=kode, dokumen_id=document.id, nama=document.nama,
                         diunggah_oleh_id=user.id)  # fmt: skip
    db.session.add(one)
    db.session.flush()
    activity.log("kepegawaian.pensiun_berkas", row, by=user, dokumen=kode, sha256=document.sha256)
    return one


def boleh_menilai(row: m.UsulanPensiun, user: Principal, izin: Collection[str] | None = None) -> bool:
    """Somebody else looks at the papers: the OPD first, then the office."""
    if row.pegawai_id == user.pegawai_id or pemilik(row, user):
        return False
    needed = {
        m.DIAJUKAN: (PENSIUN_PERIKSA, PENSIUN_VERIFIKASI, PENSIUN_KELOLA),
        **dict.fromkeys((m.DIPERIKSA, m.DISETUJUI, m.DIVERIFIKASI, m.USUL_BKN), (PENSIUN_VERIFIKASI,)),
    }.get(row.status, ())  # fmt: skip
    return _any(row, user, needed, izin)


def nilai(row: m.UsulanPensiun, kode: str, status: str, note: str, user: Principal) -> None:
    """Find one paper right, or send it back with a note. Raises Denied, Invalid."""
    if not boleh_menilai(row, user):
        raise Denied("Berkas ini diperiksa oleh petugas lain.")
    line = next((one for one in syarat.lembar(row) if one.kode == kode), None)
    if line is None or line.dokumen_id is None:
        raise Invalid(f"catatan-{kode}", "Dokumen ini belum ada")
    if status not in (m.SESUAI, m.DIKEMBALIKAN):
        raise Invalid(f"catatan-{kode}", "Pilih sesuai atau kembalikan")
    note = note.strip()
    if status == m.DIKEMBALIKAN and not 5 <= len(note) <= 500:
        raise Invalid(f"catatan-{kode}", f"{line.judul}: tulis apa yang perlu diperbaiki, 5 sampai 500 huruf")
    if not note.replace("\n", "").replace("\r", "").isprintable():
        raise Invalid(f"catatan-{kode}", f"{line.judul}: hapus tanda yang tidak terbaca")
    one = line.berkas or _by_reference(row, line)
    one.status, one.catatan = status, note if status == m.DIKEMBALIKAN else ""
    one.diperiksa_oleh_id, one.diperiksa_at = user.id, now()
    db.session.flush()
    activity.log("kepegawaian.pensiun_berkas_dinilai", row, by=user, dokumen=kode, status=status, catatan=note)


def _by_reference(row: m.UsulanPensiun, line: syarat.Baris) -> m.BerkasUsulan:
    """A paper of the register, judged for this request: a row that points at the same file."""
    query = sa.select(documents.Document.nama).where(documents.Document.id == line.dokumen_id)
    name = db.session.scalar(query) or line.judul
    one = m.BerkasUsulan(usulan_id=row.id, dokumen=line.kode, dokumen_id=line.dokumen_id, nama=name)
    db.session.add(one)
    return one


def semua_sesuai(row: m.UsulanPensiun, user: Principal) -> int:
    """Every paper that waits is right; returns how many there were. Raises Denied."""
    if not boleh_menilai(row, user):
        raise Denied("Berkas ini diperiksa oleh petugas lain.")
    waiting = [one.kode for one in syarat.lembar(row) if one.warna == syarat.KUNING]
    for kode in waiting:
        nilai(row, kode, m.SESUAI, "", user)
    return len(waiting)


# ---- moves


def langkah(
    row: m.UsulanPensiun, name: str, user: Principal, note: str = "", kunci: uuid.UUID | None = None,
    versi: int | None = None,
) -> m.UsulanPensiun:  # fmt: skip
    """Carry out a move. Raises Denied (own case, same person twice), Conflict (state, version), Invalid."""
    prepared(row, name, user)
    if versi is not None and versi != row.versi and not (kunci and approval.is_repeat(row.submission_id, kunci)):
        raise Conflict("Usulan ini berubah sejak Anda membukanya. Lihat perubahannya, lalu putuskan lagi.")
    approval.move(row.submission_id, name, user, note=note, kunci=kunci)
    return row


def prepared(row: m.UsulanPensiun, name: str, user: Principal) -> None:
    """Hold the person's register and see that somebody else decides. Raises Denied."""
    register.lock(row.pegawai_id)
    db.session.refresh(row)
    step = alur.FLOW.move(name)
    if step.by == approval.OWNER and not menulis(row, user):
        raise Denied("Hanya yang membuat usulan ini yang dapat melakukan ini, selama pegawai itu di unitnya.")
    if step.by != approval.OWNER:
        if register.milik_sendiri(row.pegawai_id, user):
            raise Denied("Anda tidak dapat memutuskan usulan Anda sendiri.")
        follow_seat(row)
    if name == "verifikasi" and user.id in _decided_in_opd(row):
        raise Denied("Anda sudah memutuskan usulan ini untuk perangkat daerah. Orang lain yang memverifikasi.")
    if step.by == approval.ASSIGNEE:
        persetujuan.siapkan(row, user)


def follow_seat(row: m.UsulanPensiun) -> None:
    """The case belongs to the OPD where the person sits today; who has left stays with the last one."""
    unit_id, pd_id = tempat(row.pegawai_id)
    if pd_id is None:
        return
    case = db.session.get_one(Submission, row.submission_id)
    if (case.unit_id, case.pd_id) != (unit_id, pd_id):
        case.unit_id, case.pd_id = unit_id, pd_id
        db.session.flush()


def _decided_in_opd(row: m.UsulanPensiun) -> set[uuid.UUID | None]:
    """Who looked at it or approved it for the OPD since it was last handed in."""
    event = approval.SubmissionEvent
    query = sa.select(event.aksi, event.pelaku_id).where(event.submission_id == row.submission_id)
    found: set[uuid.UUID | None] = set()
    for name, by in db.session.execute(query.order_by(event.id)):
        found = set() if name == "ajukan" else found | ({by} if name in DI_OPD else set())
    return found


def moves_for(row: m.UsulanPensiun, user: Principal, known: Bahan | None = None) -> list[approval.Move]:
    """Moves this person may make now, in order of the flow."""
    known = known or bahan.baca(row, user)
    mine, own, writes = pemilik(row, user), row.pegawai_id == user.pegawai_id, menulis(row, user, known.izin)
    held = set(known.izin)
    if not mine and not own and persetujuan.boleh(row, user, known.pemutus):
        held.add(approval.ASSIGNEE)
    late = _not_yet(row, known)
    found: dict[str, approval.Move] = {}
    for step in alur.FLOW.moves:
        allowed = writes if step.by == approval.OWNER else step.by in held and not mine and not own
        if allowed and row.status in step.sources and step.name not in late:
            found[step.label] = step  # one button for moves of the same words
    return list(found.values())


def _not_yet(row: m.UsulanPensiun, known: Bahan) -> set[str]:
    """Moves that the state would allow, but not this request or this person."""
    pertek = JENIS[row.jenis].pertek
    found = set() if pertek else {"usul", "pertek"}
    if PENSIUN_PERIKSA in known.izin:
        found.add("periksa_pusat")
    if row.status == m.DIVERIFIKASI and pertek:
        found.add("sk")
    if row.status == m.DIPERIKSA:
        found |= {"verifikasi"} if known.perlu else {"setujui_pusat"}
        if not persetujuan.buntu(known.pemutus):
            found.add("setujui_pusat")
    return found


# ---- what BKN says


def catat_bkn(row: m.UsulanPensiun, status: int, pada: date, user: Principal | None = None, bkn_id: str = "") -> None:
    """Mirror BKN's status; it moves nothing here. Raises Denied, Invalid for a code that is not known."""
    if user is not None:
        dikelola(row, user)
    if status not in BKN:
        raise Invalid("bkn_status", "Pilih status BKN dari daftar")
    if pada > organisation.today():
        raise Invalid("bkn_pada", "Tanggal status BKN: tidak boleh setelah hari ini")
    before = row.bkn_status
    row.bkn_status, row.bkn_pada, row.bkn_id = status, pada, bkn_id or row.bkn_id
    activity.log("kepegawaian.pensiun_bkn", row, by=user, sebelum=before, sesudah=status)
    owner = db.session.scalar(sa.select(Submission.owner_id).where(Submission.id == row.submission_id))
    people.touch(*([owner] if owner else []))


def hasil_hak(row: m.UsulanPensiun, fakta: hak.Fakta) -> hak.Hasil:
    """Entitlement as it stands today, for the page."""
    pegawai = db.session.get_one(Pegawai, row.pegawai_id)
    values = {"tmt": row.tmt, "tanggal_kejadian": row.tanggal_kejadian, "keterangan": row.keterangan, "isi": row.isi}
    return hak.periksa(pegawai, JENIS[row.jenis], values, organisation.today(), fakta, berjalan=True)
