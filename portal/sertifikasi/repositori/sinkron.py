"""The index of the repository: what features stored is entered here, from the moment its case was sent.

Keys are UUIDv7, so "since then" is a range of the primary keys. An entry is never made twice, and what an entry says
of its case (asesor, venue) follows the case.
"""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from portal.kernel import jobs
from portal.kernel.db import db, now, rows
from portal.kernel.documents import Document
from portal.kernel.storage import redis
from portal.sertifikasi.arsip_lama.models import SertifikatLama
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.muk.models import Muk
from portal.sertifikasi.repositori.models import KEDALUWARSA, KEPUTUSAN, PEMAKAIAN, Arsip, Retensi
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s

IDENTITAS = ("KTP", "PAS_FOTO", "IJAZAH")
OVERLAP, LOST, MARK = timedelta(hours=1), timedelta(days=2), "arsip:sampai"
FIRST = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
NONE = sa.cast(sa.null(), sa.Uuid)


def key_since(moment: datetime) -> uuid.UUID:
    """The smallest UUIDv7 made at that moment."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)


def ask_for() -> None:
    """Have entered what was stored since the last time, if anything was: a reader does not wait for it."""
    since = _mark()
    newest = db.session.scalar(sa.select(Document.id).order_by(Document.id.desc()).limit(1))
    if newest is not None and (since is None or newest >= key_since(since)):
        jobs.enqueue(catch_up_job, "Perbarui repositori sertifikasi", catch_up_job.nama)


@jobs.every(900, "Perbarui repositori sertifikasi")
@jobs.kind("sertifikasi-arsip-susul")
def catch_up_job(job: jobs.Job) -> uuid.UUID | None:
    catch_up()
    return None


def _mark() -> datetime | None:
    """When it was entered the last time; None when the cache does not know."""
    known = redis().get(MARK)
    return datetime.fromisoformat(known.decode() if isinstance(known, bytes) else str(known)) if known else None


def catch_up() -> int:
    """Enter what was stored since the last time. Returns how many entries are new. The caller commits."""
    known = _mark()
    started = now()
    if known:
        since = known - OVERLAP
    else:
        newest = db.session.scalar(sa.select(sa.func.max(Arsip.pada)))
        since = newest - LOST if newest else FIRST  # the cache was emptied; the night enters whatever is older
    added = enter(since)
    redis().set(MARK, started.isoformat())
    return added


def enter(since: datetime) -> int:
    """Enter what was stored since then, and let entries follow their cases."""
    key = key_since(since)
    if key.int < 0:
        key = uuid.UUID(int=0)
    added = sum(_insert(found) for found in _sources(key))
    _follow(key)
    return added


def _kind() -> sa.ColumnElement[str]:
    return sa.case((m.BerkasAsesi.jenis.in_(IDENTITAS), "IDENTITAS"), else_="PORTOFOLIO")


def _moved(key: uuid.UUID) -> sa.ColumnElement[bool]:
    """Cases something happened to since: a draft that is sent brings its older files along."""
    from portal.kernel.approval import SubmissionEvent

    recent = sa.select(SubmissionEvent.submission_id).where(SubmissionEvent.id >= key, SubmissionEvent.aksi == "ajukan")
    return m.Permohonan.submission_id.in_(recent)


def _evidence(key: uuid.UUID) -> Iterator[sa.Select[Any]]:
    columns = (m.BerkasAsesi.dokumen_id, m.Permohonan.id, _kind(), m.BerkasAsesi.judul, NONE, NONE, NONE)
    required = (
        sa.select(*columns)
        .join(m.BerkasSyarat, m.BerkasSyarat.berkas_id == m.BerkasAsesi.id)
        .join(m.BuktiSyarat, m.BuktiSyarat.id == m.BerkasSyarat.bukti_syarat_id)
        .join(m.Permohonan, m.Permohonan.id == m.BuktiSyarat.permohonan_id)
    )
    answered = (
        sa.select(*columns)
        .join(m.JawabanBukti, m.JawabanBukti.berkas_id == m.BerkasAsesi.id)
        .join(m.JawabanApl02, m.JawabanApl02.id == m.JawabanBukti.jawaban_id)
        .join(m.Permohonan, m.Permohonan.id == m.JawabanApl02.permohonan_id)
    )
    sent = m.Permohonan.apl01_diajukan_at.is_not(None)
    for query, link in ((required, m.BerkasSyarat.id), (answered, m.JawabanBukti.id)):
        yield query.where(sent, link >= key)
        if key.int:
            yield query.where(sent, _moved(key))


def _sources(key: uuid.UUID) -> Iterator[sa.Select[Any]]:
    """(document, case, kind, title, scheme, asesor, venue) of everything that features keep."""
    yield from _evidence(key)
    f = m.FormIsian
    kind = sa.case(
        (f.kode.like("FR.APL%"), "APL"),
        (f.kode.like("FR.AK.04%"), "PERKARA"),
        (sa.or_(f.kode.like("FR.IA%"), f.kode.like("FR.MAPA%")), "IA"),
        else_="AK",
    )
    session = a.SesiAsesmen
    forms = sa.select(
        f.dokumen_id,
        f.permohonan_id,
        kind,
        f.kode.concat(" versi ").concat(sa.cast(f.ke, sa.Text())),
        s.SkemaVersi.skema_id,
        session.asesor_id,
        session.tuk_id,
    )
    forms = forms.outerjoin(session, session.id == f.sesi_id).outerjoin(
        s.SkemaVersi, s.SkemaVersi.id == session.skema_versi_id
    )
    yield forms.where(f.dokumen_id >= key)
    yield _recordings(key)
    yield _instruments(key)
    yield from _of_decisions(key)
    yield from _of_certificates(key)
    parcel = sa.literal("Paket ").concat(k.PaketBnsp.nomor)
    yield sa.select(k.PaketBnsp.dokumen_id, NONE, sa.literal("PAKET"), parcel, NONE, NONE, NONE).where(
        k.PaketBnsp.dokumen_id >= key
    )
    register = a.BerkasRegister
    yield sa.select(
        register.dokumen_id, NONE, sa.literal("REGISTER"), register.judul, NONE, register.asesor_id, register.tuk_id
    ).where(register.dokumen_id >= key)
    licence = sa.literal("Lisensi ").concat(s.LisensiLsp.nomor)
    yield sa.select(s.LisensiLsp.dokumen_id, NONE, sa.literal("REGISTER"), licence, NONE, NONE, NONE).where(
        s.LisensiLsp.dokumen_id >= key
    )


def _instruments(key: uuid.UUID) -> sa.Select[Any]:
    title = Muk.kode.concat(" versi ").concat(sa.cast(Muk.versi, sa.Text())).concat(": ").concat(Muk.judul)
    query = sa.select(Muk.dokumen_id, NONE, sa.literal("MUK"), title, s.SkemaVersi.skema_id, NONE, NONE)
    return query.join(s.SkemaVersi, s.SkemaVersi.id == Muk.skema_versi_id).where(Muk.dokumen_id >= key)


def _recordings(key: uuid.UUID) -> sa.Select[Any]:
    """Of sessions held at a distance: they belong to the session, not to one case."""
    media, session = a.SesiMedia, a.SesiAsesmen
    title = sa.literal("Rekaman sesi ").concat(media.penyedia)
    columns = (media.rekaman_id, NONE, sa.literal("REKAMAN"), title)
    query = sa.select(*columns, s.SkemaVersi.skema_id, session.asesor_id, session.tuk_id)
    query = query.join(session, session.id == media.sesi_id)
    query = query.join(s.SkemaVersi, s.SkemaVersi.id == session.skema_versi_id)
    return query.where(media.rekaman_id >= key)


def _of_decisions(key: uuid.UUID) -> Iterator[sa.Select[Any]]:
    yield sa.select(
        k.Sertifikat.dokumen_id,
        k.Sertifikat.permohonan_id,
        sa.literal("SERTIFIKAT"),
        sa.literal("Sertifikat ").concat(sa.func.coalesce(k.Sertifikat.nomor, "")),
        NONE,
        NONE,
        NONE,
    ).where(k.Sertifikat.dokumen_id >= key)
    yield (
        sa.select(
            k.Sk.dokumen_id,
            NONE,
            sa.literal("SK"),
            sa.literal("SK ").concat(k.Sk.nomor),
            s.SkemaVersi.skema_id,
            NONE,
            NONE,
        )
        .join(s.SkemaVersi, s.SkemaVersi.id == k.Sk.skema_versi_id)
        .where(k.Sk.dokumen_id >= key)
    )
    yield sa.select(
        SertifikatLama.dokumen_id, NONE, sa.literal("SERTIFIKAT"),
        sa.literal("Sertifikat lama ").concat(SertifikatLama.nomor).concat(", ").concat(SertifikatLama.nama),
        SertifikatLama.skema_id, NONE, NONE,
    ).where(SertifikatLama.dokumen_id >= key)  # fmt: skip
    minutes = sa.literal("Berita acara ").concat(k.Pleno.nomor)
    yield sa.select(k.Pleno.berita_acara_id, NONE, sa.literal("PLENO"), minutes, NONE, NONE, NONE).where(
        k.Pleno.berita_acara_id >= key
    )


def _of_certificates(key: uuid.UUID) -> Iterator[sa.Select[Any]]:
    for table, kind, title in (
        (k.Surveilan, "SURVEILAN", sa.literal("Surveilan ke-").concat(sa.cast(k.Surveilan.ke, sa.Text()))),
        (k.Tindakan, "PERKARA", sa.literal("Tindakan: ").concat(k.Tindakan.kelas)),
    ):
        query = sa.select(table.dokumen_id, k.Sertifikat.permohonan_id, sa.literal(kind), title, NONE, NONE, NONE)
        yield query.join(k.Sertifikat, k.Sertifikat.id == table.sertifikat_id).where(table.dokumen_id >= key)


def _insert(found: sa.Select[Any]) -> int:
    source = found.subquery("asal")
    doc, case, kind, title, scheme, asesor, tuk = list(source.c)
    p = m.Permohonan
    year = sa.cast(sa.extract("year", sa.func.timezone("Asia/Jakarta", Document.dibuat_at)), sa.Integer)
    values = sa.select(
        sa.func.gen_random_uuid(),
        sa.func.now(),
        sa.func.now(),
        doc,
        case,
        kind,
        title,
        Document.sha256,
        Document.ukuran,
        Document.dibuat_at,
        year,
        sa.func.coalesce(p.nomor, ""),
        sa.func.coalesce(p.nama, ""),
        sa.func.coalesce(p.skema_id, scheme),
        asesor,
        tuk,
        sa.func.coalesce(p.provinsi, ""),
        sa.func.coalesce(p.instansi, ""),
        sa.literal(""),
    )
    values = values.join_from(source, Document, Document.id == doc).outerjoin(p, p.id == case)
    names = (
        "id dibuat_at diubah_at dokumen_id permohonan_id jenis judul sha256 ukuran pada tahun nomor nama skema_id "
        "asesor_id tuk_id provinsi instansi ditahan_alasan"
    )
    statement = insert(Arsip).from_select(names.split(), values, include_defaults=False).on_conflict_do_nothing()
    return len(rows(statement.returning(Arsip.id)).all())


def _follow(key: uuid.UUID) -> None:
    """Entries of a case carry its asesor and venue of today."""
    given = a.PenugasanAsesor
    last = sa.select(given.permohonan_id, given.asesor_id).distinct(given.permohonan_id).where(given.id >= key)
    asesor = last.order_by(given.permohonan_id, given.id.desc()).subquery()
    seat = a.PesertaSesi
    seated = sa.select(seat.permohonan_id, a.SesiAsesmen.tuk_id).join(a.SesiAsesmen, a.SesiAsesmen.id == seat.sesi_id)
    tuk = (
        seated.distinct(seat.permohonan_id)
        .where(seat.id >= key)
        .order_by(seat.permohonan_id, seat.id.desc())
        .subquery()
    )
    for found, column in ((asesor, "asesor_id"), (tuk, "tuk_id")):
        new = found.c[column]
        stale = getattr(Arsip, column).is_distinct_from(new)
        db.session.execute(
            sa.update(Arsip)
            .where(Arsip.permohonan_id == found.c.permohonan_id, stale)
            .values({column: new})
            .execution_options(synchronize_session=False)
        )


def count_retention() -> int:
    """Set until when every entry is kept, where that changed. What is counted from an end waits for that end."""
    case = m.Permohonan
    ended = sa.select(sa.func.max(k.Sertifikat.sampai)).where(k.Sertifikat.permohonan_id == Arsip.permohonan_id)
    old = sa.select(sa.func.max(SertifikatLama.sampai)).where(SertifikatLama.dokumen_id == Arsip.dokumen_id)
    from portal.kernel.approval import Submission, SubmissionEvent

    decided = (
        sa.select(sa.cast(sa.func.max(SubmissionEvent.dibuat_at), sa.Date))
        .join(case, case.submission_id == SubmissionEvent.submission_id)
        .join(Submission, Submission.id == case.submission_id)
        .where(case.id == Arsip.permohonan_id, Submission.status.in_(sorted(m.FINAL)))
        .scalar_subquery()
    )
    made = sa.cast(Arsip.pada, sa.Date)
    start = sa.case(
        (Retensi.dasar == KEPUTUSAN, decided),
        (Retensi.dasar == PEMAKAIAN, _out_of_use()),
        (Retensi.dasar == KEDALUWARSA, sa.func.coalesce(ended.scalar_subquery(), old.scalar_subquery(), decided)),
        else_=made,
    )
    until = sa.cast(start + sa.func.make_interval(0, Retensi.bulan), sa.Date)
    changed = sa.update(Arsip).where(Retensi.jenis == Arsip.jenis, Arsip.simpan_sampai.is_distinct_from(until))
    done = db.session.execute(changed.values(simpan_sampai=until).execution_options(synchronize_session=False))
    return int(done.rowcount)  # type: ignore[attr-defined]


def _out_of_use() -> sa.ScalarSelect[Any]:
    """The day an instrument ended, once no open case is pinned to its scheme version."""
    used = sa.exists().where(m.Permohonan.skema_versi_id == Muk.skema_versi_id, m.Permohonan.aktif)
    ended = sa.select(sa.cast(sa.func.max(Muk.berakhir_at), sa.Date))
    return ended.where(Muk.dokumen_id == Arsip.dokumen_id, ~used).scalar_subquery()


def overdue(hari: date) -> sa.Select[tuple[Arsip]]:
    """What may be destroyed: its time has passed, nobody holds it, nobody has proposed it."""
    return sa.select(Arsip).where(
        Arsip.simpan_sampai < hari,
        Arsip.ditahan_at.is_(None),
        Arsip.pemusnahan_id.is_(None),
        Arsip.dimusnahkan_at.is_(None),
    )
