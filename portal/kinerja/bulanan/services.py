"""What happens to a month: opening, saving each step, evidence, sending, taking back."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal.kernel import approval, organisation
from portal.kernel.approval import Submission
from portal.kernel.calendar import nama_bulan
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict
from portal.kernel.forms import Problem
from portal.kernel.numbers import angka, persen
from portal.kernel.organisation import Atasan, Kosong
from portal.kernel.people import Principal, User
from portal.kinerja import kalender
from portal.kinerja.bulanan import lembar
from portal.kinerja.bulanan.forms import FACTORS, Entry, read_number
from portal.kinerja.kalender import Jadwal
from portal.kinerja.models import (
    BELUM,
    BERJALAN,
    DIAJUKAN,
    DIKEMBALIKAN,
    DISETUJUI,
    DIUBAH,
    DRAF,
    EDITABLE,
    KUANTITAS,
    OPEN_STATES,
    OTOMATIS,
    PERLU_TINJAU,
    SETUJU,
    STEPS,
    BuktiDukung,
    Indikator,
    KinerjaBulanan,
    PksBaris,
    RealisasiBulanan,
    RealisasiIndikator,
    Renaksi,
    Rhk,
    Skp,
)  # fmt: skip
from portal.kinerja.predikat import capaian, rata_capaian

FLOW = "kinerja.bulanan"
ELSEWHERE = "Isian ini diubah dari perangkat lain. Pilih yang benar."


# ---- finding and opening


def skp_on(pegawai_id: uuid.UUID, tahun: int, bulan: int, skp: uuid.UUID | None = None) -> Skp | None:
    """The SKP of the month: of several in one month, the one in force at its end, or the one that is named."""
    first, last = date(tahun, bulan, 1), kalender.first_of_next(tahun, bulan) - timedelta(days=1)
    query = (
        sa.select(Skp)
        .where(Skp.pegawai_id == pegawai_id, Skp.mulai <= last, Skp.selesai >= first)
        .where(Skp.status.in_(["DITETAPKAN", "REVISI_DIMINTA", "DITUTUP"]), Skp.id == skp if skp else sa.true())
        .order_by(Skp.penugasan, Skp.mulai.desc())
        .limit(1)
    )
    return db.session.scalars(query).first()


def full(query: sa.Select[tuple[KinerjaBulanan]]) -> sa.Select[tuple[KinerjaBulanan]]:
    """A bundle with everything a wizard step shows, in a fixed number of statements."""
    rows = selectinload(KinerjaBulanan.realisasi)
    return query.options(
        joinedload(KinerjaBulanan.submission),
        joinedload(KinerjaBulanan.skp),
        rows.joinedload(RealisasiBulanan.rhk).selectinload(Rhk.indikator),
        rows.selectinload(RealisasiBulanan.bukti).joinedload(BuktiDukung.dokumen),
    )


def penilai_of(skp: Any, on: date) -> Atasan | Kosong:
    """Who decides: the atasan of the day, for a plan that ended with a move that of its last day.

    Where that person has left since, the one who heads the old unit today.
    """
    if skp.selesai >= on:
        return organisation.atasan(skp.pegawai_id, on)
    boss = organisation.atasan(skp.pegawai_id, skp.selesai)
    if isinstance(boss, Atasan) and organisation.penempatan(boss.pegawai_id, on) is None:
        return organisation.proposed_atasan(skp.unit_id, skp.jenis == "JPT", skp.pegawai_id, on) or boss
    return boss


def as_dict(atasan: Atasan) -> dict[str, Any]:
    keys = ("nama", "nip", "jabatan", "pangkat", "unit", "jenis")
    return {k: getattr(atasan, k) for k in keys}


def user_of(pegawai_id: uuid.UUID | None) -> uuid.UUID | None:
    if pegawai_id is None:
        return None
    return db.session.scalar(sa.select(User.id).where(User.pegawai_id == pegawai_id))


def obstacles(skp: Skp | None, tahun: int, bulan: int, boss: Atasan | Kosong | None, existing: bool) -> list[str]:
    """Step 0: why this month cannot be filled, each with who mends it."""
    month = f"{nama_bulan(bulan)} {tahun}"
    if date(tahun, bulan, 1) > kalender.hari_ini():
        return [f"{month} belum dimulai. Bulan ini terbuka mulai 1 {month}."]
    if skp is None:
        return [f"Belum ada SKP Anda yang ditetapkan untuk {month}. Minta penilai Anda menetapkan SKP lebih dulu."]
    if isinstance(boss, Kosong):
        proposal = f" Usulan sementara: {boss.usulan.nama} ({boss.usulan.jabatan})." if boss.usulan else ""
        return [
            f"Jabatan pimpinan {boss.unit} kosong, jadi penilai Anda belum ada. "
            f"Hubungi pengelola kepegawaian unit Anda atau BKPSDM untuk menetapkan Plt atau delegasi.{proposal}"
        ]
    if not existing and kalender.jadwal(tahun, bulan, skp.pd_id).is_locked():
        return [f"{month} sudah terkunci. Minta BKPSDM membuka kunci bulan ini disertai alasannya."]
    return []


def open_month(user: Principal, skp: Skp, tahun: int, bulan: int, boss: Atasan) -> uuid.UUID:
    """The bundle of this month, made with one row per RHK when it is opened for the first time."""
    query = sa.select(KinerjaBulanan.id).where(KinerjaBulanan.skp_id == skp.id, KinerjaBulanan.bulan == bulan)
    found = db.session.scalar(query)
    if found:
        return found
    db.session.execute(sa.select(Skp.id).where(Skp.id == skp.id).with_for_update())
    found = db.session.scalar(query)
    if found:
        return found
    submission = Submission(
        alur=FLOW, status=BERJALAN, judul=f"Kinerja {nama_bulan(bulan)} {tahun}", owner_id=user.id,
        pemohon=user.nama, unit_id=skp.unit_id, pd_id=skp.pd_id,
    )  # fmt: skip
    db.session.add(submission)
    db.session.flush()
    kb = KinerjaBulanan(
        submission_id=submission.id, skp_id=skp.id, pegawai_id=skp.pegawai_id, pd_id=skp.pd_id, tahun=tahun,
        bulan=bulan, penilai_id=boss.pegawai_id, penilai=as_dict(boss),
    )  # fmt: skip
    db.session.add(kb)
    db.session.flush()
    plan = (
        sa.select(Rhk.id, Rhk.urut, Renaksi.target, Renaksi.satuan)
        .join(Renaksi, sa.and_(Renaksi.rhk_id == Rhk.id, Renaksi.bulan == bulan))
        .where(Rhk.skp_id == skp.id)
        .order_by(Rhk.urut)
    )
    for row in db.session.execute(plan):
        db.session.add(
            RealisasiBulanan(
                kinerja_bulanan_id=kb.id, rhk_id=row.id, urut=row.urut, target=row.target, satuan=row.satuan
            )
        )
    db.session.flush()
    return kb.id


# ---- may it be edited


def is_open(kb: KinerjaBulanan, plan: Jadwal) -> bool:
    """The pegawai may still change this month."""
    if kb.submission.status not in OPEN_STATES or plan.is_locked(kb):
        return False
    return kalender.hari_ini() <= kalender.may_send_until(kb, plan)


def step_open(kb: KinerjaBulanan, step: str, plan: Jadwal) -> bool:
    return is_open(kb, plan) and getattr(kb, f"{step}_status") in EDITABLE


def row_open(row: RealisasiBulanan, step: str) -> bool:
    """A row the penilai approved stays as it is while its neighbours are repaired."""
    return getattr(row, f"keputusan_{step}") != SETUJU


def require_open(kb: KinerjaBulanan, step: str, plan: Jadwal) -> None:
    """Raises Conflict with the reason a person can act on."""
    if step_open(kb, step, plan):
        return
    if plan.is_locked(kb):
        raise Conflict(
            f"Kinerja {nama_bulan(kb.bulan)} {kb.tahun} terkunci saat Anda mengisi. Yang sudah tersimpan tetap ada.",
            "Minta BKPSDM membuka kunci bulan ini disertai alasannya.",
        )
    raise Conflict("Bagian ini sedang tidak dapat diubah. Tarik kembali kiriman, atau tunggu keputusan penilai.")


# ---- step 1: renaksi


def save_renaksi(kb: KinerjaBulanan, form: Mapping[str, str]) -> list[Problem]:
    """Store the rows present in the form. Wrong numbers stay as typed; returns what is wrong with them.

    Raises Conflict listing nothing itself: rows changed elsewhere are returned as problems named "versi".
    """
    problems: list[Problem] = []
    for row in kb.realisasi:
        name = f"r{row.urut}"
        if f"{name}-realisasi" not in form or not row_open(row, "renaksi"):
            continue
        entry = read_number(form, f"{name}-realisasi", f"Realisasi {row.urut}", row.satuan)
        changed = _changed_renaksi(row, kb, entry, form)
        if changed and _stale(row, form):
            problems += [] if _gives_way(row, form) else [_conflict(row, entry)]
            continue
        _keep_raw(kb, f"{name}-realisasi", entry.mentah)
        if "aksi" not in form or form.get("aksi") != "otomatis" or f"{name}-yakin" in form:
            _keep_raw(kb, f"{name}-yakin", form.get(f"{name}-yakin", ""))
        if entry.problem:
            problems.append(entry.problem)
        if changed:
            if row.realisasi != entry.nilai:  # recognised was part of another claim
                row.realisasi_diakui, row.alasan_diakui = None, ""
                row.capaian = None if entry.nilai is None else capaian(row.target, entry.nilai)
            row.realisasi = entry.nilai
            row.keterangan = form.get(f"{name}-keterangan", row.keterangan).strip()[:2000]
            row.versi += 1
    mark(kb, "renaksi")
    fetch_pks(kb)
    return problems


def _changed_renaksi(row: RealisasiBulanan, kb: KinerjaBulanan, entry: Entry, form: Mapping[str, str]) -> bool:
    note = form.get(f"r{row.urut}-keterangan", row.keterangan).strip()
    raw = kb.isian_mentah.get(f"r{row.urut}-realisasi", "")
    return (row.realisasi, row.keterangan, raw) != (entry.nilai, note, entry.mentah)


def _stale(row: Any, form: Mapping[str, str], prefix: str = "r") -> bool:
    sent = form.get(f"{prefix}{row.urut}-versi", "")
    return sent.isdecimal() and sent != str(row.versi) and form.get(f"{prefix}{row.urut}-pakai") != "isian"


def _gives_way(row: Any, form: Mapping[str, str], prefix: str = "r") -> bool:
    """After both values were shown, the person chose the stored one."""
    return form.get(f"{prefix}{row.urut}-pakai") == "tersimpan"


def _conflict(row: RealisasiBulanan, entry: Entry) -> Problem:
    stored = "kosong" if row.realisasi is None else angka(row.realisasi)
    typed = entry.mentah or ("kosong" if entry.nilai is None else angka(entry.nilai))
    return Problem(
        f"versi-{row.urut}", f"Isian ini diubah dari perangkat lain: tersimpan {stored}, isian Anda {typed}."
    )


def _keep_raw(kb: KinerjaBulanan, name: str, text: str) -> None:
    raw = dict(kb.isian_mentah)
    raw.pop(name, None)
    if text:
        raw[name] = text[:200]
    if raw != kb.isian_mentah:
        kb.isian_mentah = raw


def mark(kb: KinerjaBulanan, step: str) -> None:
    """The step was worked on: BELUM becomes DRAF; the bundle of an unlocked month runs again."""
    if getattr(kb, f"{step}_status") == BELUM:
        setattr(kb, f"{step}_status", DRAF)
    kb.submission.diubah_at = now()


# ---- step 2: skp


def save_skp(kb: KinerjaBulanan, form: Mapping[str, str]) -> list[Problem]:
    problems: list[Problem] = []
    stored = {r.indikator_id: r for r in indikator_rows(kb.id)}
    for row in kb.realisasi:
        if not row_open(row, "skp"):
            continue
        for indikator in row.rhk.indikator:
            name = f"i{row.urut}_{indikator.urut}-realisasi"
            if indikator.aspek == KUANTITAS or name not in form:
                continue
            entry = read_number(form, name, indikator.uraian, indikator.satuan)
            _keep_raw(kb, name, entry.mentah)
            if entry.problem:
                problems.append(entry.problem)
            _store_indikator(kb, indikator, stored, entry.nilai)
        problems += _save_factors(row, form)
    mark(kb, "skp")
    fetch_pks(kb)
    return problems


def _store_indikator(
    kb: KinerjaBulanan, indikator: Indikator, stored: dict[uuid.UUID, RealisasiIndikator], nilai: Decimal | None
) -> None:
    row = stored.get(indikator.id)
    if row is None and nilai is not None:
        db.session.add(RealisasiIndikator(kinerja_bulanan_id=kb.id, indikator_id=indikator.id, realisasi=nilai))
    elif row is not None and row.realisasi != nilai:
        row.realisasi = nilai
        row.versi += 1


def _save_factors(row: RealisasiBulanan, form: Mapping[str, str]) -> list[Problem]:
    texts = {c: form[f"r{row.urut}-{s}"].strip() for c, (s, _) in FACTORS.items() if f"r{row.urut}-{s}" in form}
    changed = {c: t for c, t in texts.items() if getattr(row, c) != t}
    if not changed:
        return []
    if _stale(row, form):
        return [] if _gives_way(row, form) else [Problem(f"versi-{row.urut}", ELSEWHERE)]
    for column, text in changed.items():
        setattr(row, column, text[:4000])
    row.versi += 1
    return []


def indikator_rows(kinerja_bulanan_id: uuid.UUID) -> list[RealisasiIndikator]:
    query = sa.select(RealisasiIndikator).where(RealisasiIndikator.kinerja_bulanan_id == kinerja_bulanan_id)
    return list(db.session.scalars(query))


# ---- step 3: pks


def pks_rows(kb: KinerjaBulanan) -> list[PksBaris]:
    query = sa.select(PksBaris).where(PksBaris.kinerja_bulanan_id == kb.id).order_by(PksBaris.urut)
    return list(db.session.scalars(query))


def fetch_pks(kb: KinerjaBulanan) -> None:
    """Copy figures and factors from steps 1 and 2; a text a person changed stays, its source is refreshed."""
    existing = {row.rhk_id: row for row in pks_rows(kb)}
    for row in kb.realisasi:
        pks = existing.get(row.rhk_id)
        if pks is None:
            pks = PksBaris(
                kinerja_bulanan_id=kb.id, rhk_id=row.rhk_id, urut=row.urut, target=row.target, sumber=OTOMATIS
            )
            db.session.add(pks)
        pks.target, pks.realisasi, pks.capaian = row.target, row.realisasi, row.capaian
        fetched = {column: getattr(row, column) for column in FACTORS}
        pks.asal = fetched
        if pks.sumber == OTOMATIS:
            for column, text in fetched.items():
                setattr(pks, column, text)
    db.session.flush()


def save_pks(kb: KinerjaBulanan, form: Mapping[str, str]) -> list[Problem]:
    problems: list[Problem] = []
    for row in pks_rows(kb):
        if row.keputusan == SETUJU:
            continue
        texts = {c: form[f"p{row.urut}-{s}"].strip() for c, (s, _) in FACTORS.items() if f"p{row.urut}-{s}" in form}
        changed = {c: t for c, t in texts.items() if getattr(row, c) != t}
        if not changed:
            continue
        if _stale(row, form, "p"):
            problems += [] if _gives_way(row, form, "p") else [Problem(f"versi-{row.urut}", ELSEWHERE)]
            continue
        for column, text in changed.items():
            setattr(row, column, text[:4000])
        row.sumber = OTOMATIS if all(getattr(row, c) == t for c, t in row.asal.items()) else DIUBAH
        row.versi += 1
    if "ringkasan" in form:
        kb.ringkasan = form["ringkasan"].strip()[:4000]
    mark(kb, "pks")
    return problems


def refetch_pks(kb: KinerjaBulanan, urut: int) -> None:
    """Give up the edited texts of one line for those of step 2."""
    for row in pks_rows(kb):
        if row.urut == urut and row.keputusan != SETUJU:
            row.sumber, row.versi = OTOMATIS, row.versi + 1
    db.session.flush()
    fetch_pks(kb)


# ---- sending


def as_texts(row: Any) -> dict[str, Any]:
    """What the pegawai answers for in one row, as texts: of a RealisasiBulanan or of a page's row."""
    names = sorted(b["nama"] if isinstance(b, dict) else b.nama for b in row.bukti)
    return {
        "realisasi": "" if row.realisasi is None else angka(row.realisasi),
        "keterangan": row.keterangan, "bukti": names, **{column: getattr(row, column) for column in FACTORS},
    }  # fmt: skip


def snapshot(kb: KinerjaBulanan) -> dict[str, Any]:
    """The values of a sending by row number, to show later what changed."""
    return {str(row.urut): as_texts(row) for row in kb.realisasi}


def keep_sent(kb: KinerjaBulanan) -> None:
    """Remember this sending: texts by row for the diff, and the whole sheet for who reads it while it is repaired."""
    kb.terakhir_dikirim = {**snapshot(kb), lembar.WHOLE: lembar.frozen(lembar.of_id(kb.id))}


def changes(kb: KinerjaBulanan) -> dict[str, dict[str, tuple[Any, Any]]]:
    """Per row number, what differs from the last sending: {column: (before, now)}. Empty before the first."""
    found: dict[str, dict[str, tuple[Any, Any]]] = {}
    for urut, values in snapshot(kb).items():
        old = kb.terakhir_dikirim.get(urut)
        diff = {c: (old.get(c, ""), v) for c, v in values.items() if old.get(c, "") != v} if old else {}
        if diff:
            found[urut] = diff
    return found


def submit(kb: KinerjaBulanan, user: Principal, kunci: uuid.UUID | None) -> None:
    """Send all three steps. The caller has checked them. Raises Conflict when the month closed meanwhile.

    A step that was approved before and did not change stays PERLU_TINJAU: the penilai confirms it with one press.
    """
    if kunci and approval.is_repeat(kb.submission_id, kunci):
        return
    plan = kalender.jadwal(kb.tahun, kb.bulan, kb.pd_id)
    if not is_open(kb, plan):
        require_open(kb, "renaksi", plan)
    boss = penilai_of(kb.skp, kalender.hari_ini())
    if isinstance(boss, Kosong):
        raise Conflict(obstacles(kb.skp, kb.tahun, kb.bulan, boss, True)[0])
    diff, first = changes(kb), not kb.terakhir_dikirim
    approval.move(kb.submission_id, "ajukan", user, kunci=kunci, rincian={"berubah": diff})
    earlier = kb.terakhir_dikirim.get(lembar.WHOLE, {})
    keep_sent(kb)
    for step in STEPS:
        status = getattr(kb, f"{step}_status")
        untouched = lembar.same_step(earlier, kb.terakhir_dikirim[lembar.WHOLE], step)
        if status != DISETUJUI and not (status == PERLU_TINJAU and untouched):
            setattr(kb, f"{step}_status", DIAJUKAN)
    for row in kb.realisasi:
        row.keputusan_renaksi = SETUJU if row.keputusan_renaksi == SETUJU else None
        row.keputusan_skp = SETUJU if row.keputusan_skp == SETUJU else None
    for line in pks_rows(kb):
        line.keputusan = SETUJU if line.keputusan == SETUJU else None
    kb.pernyataan_at = now()
    kb.penilai_id, kb.penilai = boss.pegawai_id, as_dict(boss)
    above = organisation.atasan(boss.pegawai_id, kalender.hari_ini())
    kb.atasan_penilai_id = above.pegawai_id if isinstance(above, Atasan) else None
    kb.capaian_rata2 = rata_capaian(row.capaian for row in kb.realisasi)
    _facts(kb, boss, diff, first, plan)


def _facts(kb: KinerjaBulanan, boss: Atasan, diff: dict[str, Any], first: bool, plan: Jadwal) -> None:
    """What the inbox shows of this case without opening it."""
    submission, rules = kb.submission, kalender.aturan(kb.tahun)
    values = [row.capaian for row in kb.realisasi if row.capaian is not None]
    in_range = all(rules.bersih_min <= c <= rules.bersih_maks for c in values)
    proven = all(row.bukti for row in kb.realisasi if row.realisasi)
    count = sum(len(row.bukti) for row in kb.realisasi)
    submission.siap = bool(values) and in_range and proven and not diff
    mean = "tanpa target" if kb.capaian_rata2 is None else f"Capaian {persen(kb.capaian_rata2)}"
    change = "tanpa perubahan" if not diff else f"kiriman ulang: {len(diff)} renaksi diperbaiki"
    submission.rincian = f"{mean}, {count} bukti, {change}"
    late = kalender.hari_ini() >= kalender.first_of_next(kb.tahun, kb.bulan)
    signs = {"MENAHAN_TPP": late, "KIRIMAN_ULANG": not first, "LANJUT_PKS": kb.skp_status == DISETUJUI}
    submission.tanda = [sign for sign, on in signs.items() if on]
    submission.batas, submission.diajukan_at, submission.dibuka_at = plan.batas_penilai, now(), None
    approval.reassign(submission, user_of(boss.pegawai_id), capacity(boss), "Kiriman baru menunggu keputusan Anda.")


def capacity(boss: Atasan) -> str:
    return boss.jabatan if boss.jabatan.startswith(("Plt. ", "Plh. ")) else ""


def withdraw(kb: KinerjaBulanan, user: Principal) -> None:
    """Take back what the penilai has not opened yet. Raises Conflict afterwards."""
    if kb.submission.dibuka_at is not None:
        raise Conflict("Penilai sudah membuka kiriman ini, jadi tidak dapat ditarik. Minta penilai mengembalikannya.")
    plan = kalender.jadwal(kb.tahun, kb.bulan, kb.pd_id)
    if plan.is_locked(kb) or kalender.hari_ini() > kalender.may_send_until(kb, plan):
        raise Conflict(
            "Batas kirim sudah lewat: kiriman yang ditarik tidak dapat dikirim lagi.",
            "Minta penilai mengembalikannya bila ada yang perlu diperbaiki.",
        )
    approval.move(kb.submission_id, "tarik", user)
    for step in STEPS:
        if getattr(kb, f"{step}_status") == DIAJUKAN:
            setattr(kb, f"{step}_status", DRAF)


def returned_step(kb: KinerjaBulanan) -> str:
    """The step a returned bundle opens at, '' otherwise."""
    return next((s for s in STEPS if getattr(kb, f"{s}_status") == DIKEMBALIKAN), "")
