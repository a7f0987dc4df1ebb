"""Pull: fetch what SIASN holds, person by person, and compare. It writes no history; each person is committed alone."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.rujukan.models import BERHENTI
from portal.kepegawaian.siasn import banding, bentuk, catatan, golongan_utama, jalan, peta, setelan, sinkron, usulan
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn.banding import Bekal
from portal.kepegawaian.siasn.jawaban import Ditolak, Sementara
from portal.kepegawaian.siasn.klien import Klien
from portal.kepegawaian.siasn.medan import Catatan, id_dari
from portal.kernel import activity, jobs, organisation
from portal.kernel.db import commit, db, new_id, now, rollback
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.organisation import Pegawai
from portal.kernel.people import Principal

SEMUA, PERUBAHAN, OPD, NIP = "SEMUA", "PERUBAHAN", "OPD", "NIP"
CAKUPAN = {PERUBAHAN: "Yang berubah, lalu giliran mingguan", SEMUA: "Semua pegawai", OPD: "Satu perangkat daerah",
           NIP: "NIP tertentu"}  # fmt: skip
PUTARAN, KALI_MAKS = timedelta(days=7), 3
PEJABAT = "PEJABAT_NEGARA"
Baris = Mapping[str, Any]


# ---- whom


def _people() -> sa.Select[tuple[uuid.UUID]]:
    """Pegawai with a NIP who have not left."""
    today = sa.select(Keadaan.pegawai_id).where(
        berlaku(organisation.today()), Keadaan.jenis != PEJABAT, Keadaan.kelompok != BERHENTI
    )
    return sa.select(Pegawai.id).where(Pegawai.nip.is_not(None), Pegawai.id.in_(today))


def _changed() -> sa.Select[tuple[uuid.UUID]]:
    """Changed here since their last pull first, then those nobody pulled for a week, longest first."""
    last = (
        sa.select(m.JalanOrang.pegawai_id, sa.func.max(m.JalanOrang.selesai_at).label("pada"))
        .where(m.JalanOrang.status == "SELESAI").group_by(m.JalanOrang.pegawai_id).subquery()
    )  # fmt: skip
    touched = sa.union_all(*(sa.select(t.pegawai_id, t.diubah_at) for t in r.TABEL.values())).subquery()
    moved = (
        sa.select(touched.c.pegawai_id, sa.func.max(touched.c.diubah_at).label("pada"))
        .group_by(touched.c.pegawai_id).subquery()
    )  # fmt: skip
    fresh = moved.c.pada > last.c.pada
    query = _people().outerjoin(last, last.c.pegawai_id == Pegawai.id)
    query = query.outerjoin(moved, moved.c.pegawai_id == Pegawai.id)
    due = sa.or_(last.c.pada.is_(None), fresh, last.c.pada < now() - PUTARAN)
    return query.where(due).order_by(sa.func.coalesce(fresh, False).desc(), last.c.pada.nulls_first(), Pegawai.id)


def orang(cakupan: str, opd: uuid.UUID | None = None, nip: Sequence[str] = ()) -> sa.Select[tuple[uuid.UUID]]:
    """People of a scope, in the order they are pulled. Raises Invalid."""
    if cakupan == PERUBAHAN:
        return _changed()
    if cakupan == OPD:
        if opd is None:
            raise Invalid("opd", "Pilih perangkat daerah")
        there = sa.select(Keadaan.pegawai_id).where(berlaku(organisation.today()), Keadaan.pd_id == opd)
        return _people().where(Pegawai.id.in_(there)).order_by(Pegawai.id)
    if cakupan == NIP:
        if not nip:
            raise Invalid("nip", "Tulis NIP, satu per baris")
        return sa.select(Pegawai.id).where(Pegawai.nip.in_(nip)).order_by(Pegawai.id)
    if cakupan != SEMUA:
        raise Invalid("cakupan", "Pilih siapa yang ditarik")
    return _people().order_by(Pegawai.id)


def mulai(
    user: Principal, cakupan: str, kinds: Sequence[str] = (), opd: uuid.UUID | None = None, nip: Sequence[str] = ()
) -> m.Jalan:  # fmt: skip
    """Start a pull: what was asked for is kept, a worker chooses the people. One pull at a time, the choosing included.
    Raises Conflict, Invalid.
    """
    people = orang(cakupan, opd, nip)
    if cakupan == NIP and db.session.scalar(people.limit(1)) is None:
        raise Invalid("nip", "Tidak ada pegawai dengan NIP ini")
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext("siasn tarik"))))
    living = sa.select(m.Jalan.id).where(m.Jalan.jenis == m.TARIK, m.Jalan.status.in_([m.BERJALAN, m.JEDA]))
    if db.session.scalar(living) is not None:
        raise Conflict("Penarikan lain belum selesai.", "Tunggu sampai selesai, atau hentikan dulu.")
    wanted = [kind for kind in catatan.DITARIK if not kinds or kind in kinds]
    asked = {"cakupan": cakupan, "opd": str(opd) if opd else None, "nip": list(nip)}
    run = m.Jalan(jenis=m.TARIK, judul=f"Tarik SIASN: {CAKUPAN[cakupan]}", catatan=wanted, user_id=user.id, minta=asked)
    db.session.add(run)
    db.session.flush()
    activity.log("kepegawaian.siasn_dimulai", run, by=user, jenis=run.jenis, judul=run.judul)
    jalan.antrekan(run)
    return run


def pilih(run: m.Jalan) -> bool:
    """Choose the people of a run in one transaction, all of them or none. False when it was stopped meanwhile, or
    another worker chose. Ends a run that nobody is in.
    """
    asked = run.minta or {}
    unit = uuid.UUID(asked["opd"]) if asked["opd"] else None
    people = orang(asked["cakupan"], unit, asked["nip"]).subquery()
    db.session.execute(sa.text("SET LOCAL statement_timeout = 0"))
    columns = ["id", "dibuat_at", "diubah_at", "jalan_id", "pegawai_id", "urut", "kali", "status", "alasan"]
    rows = sa.select(
        sa.func.gen_random_uuid(), sa.literal(now()), sa.literal(now()), sa.literal(run.id), people.c.id,
        sa.func.row_number().over(), sa.literal(0), sa.literal("MENUNGGU"), sa.literal(""),
    )  # fmt: skip
    chosen = setelan.insert(m.JalanOrang).from_select(columns, rows).on_conflict_do_nothing()
    added: Any = db.session.execute(chosen, execution_options={"preserve_rowcount": True})
    mine = sa.and_(
        m.Jalan.id == run.id, m.Jalan.status == m.BERJALAN, m.Jalan.dipilih_at.is_(None),
        m.Jalan.pemegang == run.pemegang,
    )  # fmt: skip
    told = sa.update(m.Jalan).where(mine).values(total=added.rowcount, dipilih_at=now()).returning(m.Jalan.id)
    if db.session.execute(told).first() is None:
        rollback()
        return False
    if not added.rowcount:
        jalan.tutup(run, "Tidak ada pegawai yang perlu ditarik.")
    commit()
    db.session.refresh(run)
    return True


# ---- the work


@jobs.kind("siasn-tarik", antrean="panjang")
def tarik(job: jobs.Job) -> None:
    """Go on with a run where it stands; may be killed anywhere and run again."""
    run = jalan.sesuai(job)
    if run is None or (run.memilih and not pilih(run)) or run.status != m.BERJALAN:
        return
    row = setelan.ambil()
    jalan.dengan_klien(run, row, lambda client: _work(run, row, client, job))


def _work(run: m.Jalan, row: m.Setelan, client: Klien, job: jobs.Job) -> None:
    begun = now()
    if run.selesai == 0 and "jabatan" in run.catatan:
        _unit_siasn(client)
    if run.selesai == 0 and (run.minta or {}).get("cakupan") == PERUBAHAN:
        usulan.dahulukan(run, client, _people())
    bekal = Bekal(peta.Terjemah(), setelan.pemilik(), run.id)
    for one in _waiting(run):
        if not jalan.masih(run):
            commit()
            return
        fetched = _fetched(run, client, one)
        today = _person(run, client, one, fetched, bekal)
        setelan.sambungkan(row)
        stop = jalan.halangan(row, today)
        if stop:
            jalan.jeda(run, *stop)
        commit()
        if stop:
            return
        jobs.progress(job, run.selesai, run.total)
        if now() - begun > jalan.SEPOTONG:
            run.pemegang = None
            jalan.antrekan(run, f"-{run.selesai}")
            return
    jalan.tutup(run)


def _waiting(run: m.Jalan) -> Iterator[m.JalanOrang]:
    """The next person, again and again, until none waits."""
    query = (
        sa.select(m.JalanOrang).where(m.JalanOrang.jalan_id == run.id, m.JalanOrang.status == "MENUNGGU")
        .order_by(m.JalanOrang.urut).limit(1)
    )  # fmt: skip
    while (one := db.session.scalars(query).first()) is not None:
        yield one


def _fetched(run: m.Jalan, client: Klien, one: m.JalanOrang) -> dict[str, list[Baris]] | str:
    """Rows by kind, or why this person could not be fetched now. Nothing is written meanwhile.

    A kind that failed makes the whole person wait: half a person would look as if rows were missing.
    """
    person = db.session.get_one(Pegawai, one.pegawai_id)
    commit()  # no transaction stays open while SIASN takes its time
    try:
        whole = catatan.DATA_UTAMA
        found = {whole.kode: whole.buka(client.baca(whole.alamat.format(nip=person.nip)))}
        if not found[whole.kode]:
            return "NIP tidak dikenal SIASN. Periksa NIP di data pegawai, atau laporkan ke BKN."
        for name in run.catatan:
            kind = catatan.SEMUA[name]
            if not kind.jenis_pegawai or person.status in kind.jenis_pegawai:
                found[name] = kind.buka(client.baca(kind.alamat.format(nip=person.nip)))
    except (Sementara, Ditolak) as error:
        return error.pesan
    _computed(client, person.nip or "", found)
    return found


def _computed(client: Klien, nip: str, found: dict[str, list[Baris]]) -> None:
    """Ask once for data utama that lags behind its golongan rows to be computed anew, and read it again.

    Whoever was killed in between reads first and finds it done. When SIASN fails at it what was read stands: the
    comparison flags it, the next pull asks again.
    """
    whole, kind = catatan.DATA_UTAMA, catatan.GOLONGAN
    raw = found[whole.kode][0]
    if not golongan_utama.tertinggal(raw, found.get(kind.kode, []), organisation.today()):
        return
    try:
        client.hitung(kind.hitung, {"pns_orang_id": id_dari(raw) or bentuk.orang(raw)})
        found[whole.kode] = whole.buka(client.baca(whole.alamat.format(nip=nip))) or found[whole.kode]
    except (Sementara, Ditolak):
        return


def _person(
    run: m.Jalan, client: Klien, one: m.JalanOrang, fetched: dict[str, list[Baris]] | str, bekal: Bekal
) -> int:  # fmt: skip
    """Write what was fetched for one person, the cursor with it. Returns the calls of today."""
    wrong = fetched if isinstance(fetched, str) else _written(one, fetched, bekal)
    if wrong:
        _again_later(run, one, wrong)
    else:
        one.status, one.alasan, one.selesai_at = "SELESAI", "", now()
    if one.status != "MENUNGGU":
        run.selesai += 1
        sinkron.susun([one.pegawai_id])
    return jalan.bukukan(run, client)


def _written(one: m.JalanOrang, fetched: dict[str, list[Baris]], bekal: Bekal) -> str:
    """Why nothing could be written, or ""."""
    try:
        with db.session.begin_nested():
            pegawai = db.session.scalars(sa.select(Pegawai).where(Pegawai.id == one.pegawai_id).with_for_update()).one()
            banding.data_utama(pegawai, fetched[catatan.DATA_UTAMA.kode][0], bekal)
            for name, rows in fetched.items():
                if name == catatan.DATA_UTAMA.kode:
                    continue
                _odd_keys(catatan.SEMUA[name], rows)
                if name in peta.SEBUTAN:
                    peta.catat_rujukan(peta.SEBUTAN[name](rows))
                banding.bandingkan(catatan.SEMUA[name], one.pegawai_id, rows, bekal)
    except sa.exc.IntegrityError as error:
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", "") or "aturan tabel"
        return f"Kode SIASN pegawai ini sudah dipakai pegawai lain ({name})."
    return ""


def _again_later(run: m.Jalan, one: m.JalanOrang, why: str) -> None:
    """To the end of the row; after the third time it counts as failed and is named in the report."""
    one.kali += 1
    one.alasan = why
    if one.kali >= KALI_MAKS or why.startswith("NIP tidak"):
        one.status, one.selesai_at = "GAGAL", now()
        run.gagal += 1
    else:
        one.urut += run.total


def _odd_keys(kind: Catatan, rows: Sequence[Baris]) -> None:
    """Report fields that we do not know; kinds that are only mirrored declare none."""
    if not kind.kenal:
        return
    found: dict[str, str] = {}
    for row in rows:
        found.update(bentuk.kenal_tidak(row, kind.kenal | catatan.UMUM))
    for name, what in sorted(found.items()):
        fresh = setelan.insert(m.KunciAsing).values(
            id=new_id(), dibuat_at=now(), diubah_at=now(), jenis=kind.kode, kunci=name[:80], tipe=what, kali=1,
            terlihat_at=now(),
        )  # fmt: skip
        more = {"kali": m.KunciAsing.kali + 1, "terlihat_at": now(), "tipe": what}
        db.session.execute(fresh.on_conflict_do_update(index_elements=["jenis", "kunci"], set_=more))


def _unit_siasn(client: Klien) -> None:
    """The tree of units, page by page. Without it the run goes on: it only feeds the mapping."""
    try:
        for rows in usulan.semua_halaman(client, "referensi/ref-unor"):
            peta.unit_dari_siasn(rows)
            commit()
    except (Sementara, Ditolak):
        rollback()
