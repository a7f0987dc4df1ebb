"""A person's own account: who I am here, sign-ins and sessions, password, looks, delegation, who saw my data."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import request, session
from werkzeug.wrappers import Response

from portal.kernel import activity, notices, people
from portal.kernel.activity import Aktivitas
from portal.kernel.approval import Delegasi, Submission
from portal.kernel.calendar import tanggal
from portal.kernel.db import after_commit, commit, db, now
from portal.kernel.documents import Document
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.organisation import Orang, Pegawai, Penempatan, Unit, in_force
from portal.kernel.pages.alamat import shown
from portal.kernel.pages.isian import Isian
from portal.kernel.pages.peran import SEATS, composed, names
from portal.kernel.pages.percobaan import Tries, tries_of
from portal.kernel.people import Principal, User, required
from portal.kernel.web import SIGNED_IN, Module, done, render, today

LOOKS = [("auto", "Ikuti perangkat"), ("light", "Terang"), ("dark", "Gelap")]
PUTUS, LONGEST_DAYS, SHOWN_LINES = "persetujuan.putus", 366, 50
EVENTS = {
    "berkas.dibuka": "Membuka berkas Anda",
    "kinerja.dilihat": "Membaca kinerja Anda",
    "kinerja.dibuka": "Membuka kunci bulan Anda",
    "pengajuan.bergerak": "Memproses kiriman Anda",
    "pengajuan.dialihkan": "Mengalihkan kiriman Anda",
    "laporan.diminta": "Mencetak dokumen tentang Anda",
    "peran.diberi": "Memberi Anda peran",
    "peran.diakhiri": "Mengakhiri peran Anda",
    "akun.dikunci": "Mengunci akun Anda",
    "akun.dibuka": "Membuka kunci akun Anda",
    "akun.sandi_direset": "Mengatur ulang sandi Anda",
    "nik.dibaca": "Membaca NIK Anda",
    "sesi.diakhiri": "Mengakhiri sesi Anda",
    "sesi.gagal": "Gagal masuk ke akun Anda",
}
BROWSERS = {
    "Edg/": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox/": "Firefox", "Chrome/": "Chrome",
    "Safari/": "Safari",
}  # fmt: skip
SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux",
}  # fmt: skip
OWNED: list[Callable[[Principal], sa.Select[tuple[uuid.UUID]]]] = []
activity.declare(**{"akun.sandi_diganti": "", "akun.tampilan": "tampilan pintasan"})

module = Module("akun", "/akun")


def owned_through(rows: Callable[[Principal], sa.Select[tuple[uuid.UUID]]]) -> None:
    """A module names the keys of its rows that are about a person, for "Siapa melihat data saya"."""
    OWNED.append(rows)


def _own(lock: bool = False) -> User:
    query = sa.select(User).where(User.id == required().id)
    return db.session.scalars(query.with_for_update() if lock else query).one()


@module.route("", can=SIGNED_IN)
def akun() -> Response:
    return _page(Isian())


def _page(isian: Isian, status: int = 200, bagian: str = "") -> Response:
    user, account = required(), _own()
    here = people.session_key(session.token)  # type: ignore[attr-defined]
    sessions = [
        {
            **s,
            "ini": s["kunci"] == here,
            "perangkat": device(s["perangkat"]),
            "sejak": datetime.fromisoformat(s["sejak"]),
        }
        for s in people.sessions_of(user.id)
    ]
    decides = user.has(PUTUS)
    return render(
        "kernel/akun.html", status=status, akun=account, isian=isian, bagian=bagian, sesi=sessions,
        data=_about(account, user), tampilan=LOOKS,
        kabar=notices.choice(user.id), cara_kabar=list(notices.CHOICES.items()),
        bisa_delegasi=decides, delegasi=_delegations(user) if decides else [],
        rekan=_colleagues(user) if decides else [], pembaca=readers_of_mine(user), hari_ini=today(),
    )  # fmt: skip


def device(agent: str) -> str:
    """Browser and system in words, as far as the header tells."""
    browser = next((words for mark, words in BROWSERS.items() if mark in agent), "Peramban lain")
    system = next((words for mark, words in SYSTEMS.items() if mark in agent), "")
    return f"{browser} di {system}" if system else browser


def _about(account: User, user: Principal) -> list[tuple[str, str]]:
    """What the portal knows about this person, as label and value."""
    words = names(composed())
    roles = ", ".join(words[kode] for kode in user.roles if kode in words and kode != "pengguna")
    found = _seats(user)
    seats = [(SEATS[s.jenis], f"{s.jabatan}, {s.unit}") for s in found]
    ranks = [("Pangkat", f"{s.pangkat} ({s.golongan})") for s in found[:1] if s.pangkat]
    who = [("Nama", account.nama)]
    if account.pengguna not in (account.surel, account.ponsel):
        who.append(("Nama pengguna", account.pengguna))
    phone = [("Nomor HP", shown(account.ponsel))] if account.ponsel else []
    last = [("Peran", roles)] if roles or user.pegawai_id else []
    return [*who, *seats, *ranks, ("Surel", account.surel), *phone, *last]


def _seats(user: Principal) -> list[Any]:
    if user.pegawai_id is None:
        return []
    query = (
        sa.select(
            Penempatan.jenis, Penempatan.jabatan, Penempatan.pangkat, Penempatan.golongan, Unit.nama.label("unit")
        )
        .join(Unit, Unit.id == Penempatan.unit_id)
        .where(Penempatan.pegawai_id == user.pegawai_id, in_force(Penempatan, today()))
        .order_by(Penempatan.jenis, Penempatan.mulai)
    )
    return list(db.session.execute(query))


def readers_of_mine(user: Principal, limit: int = SHOWN_LINES) -> list[dict[str, Any]]:
    """What others did with rows about this person: account, pegawai, cases, files. Newest first."""
    mine = [
        sa.select(sa.literal(user.id)),
        sa.select(Submission.id).where(Submission.owner_id == user.id),
        sa.select(Document.id).where(Document.pemilik_id == user.id),
    ]
    mine.append(sa.select(Orang.id).join(User, User.orang_id == Orang.id).where(User.id == user.id))
    mine += [rows(user) for rows in OWNED]
    if user.pegawai_id:
        mine.append(sa.select(sa.literal(user.pegawai_id)))
    keys = sa.union_all(*mine).subquery()
    query = (
        sa.select(Aktivitas.waktu, Aktivitas.pelaku, Aktivitas.peristiwa, Aktivitas.data)
        .where(Aktivitas.objek_id.in_(sa.select(keys)), Aktivitas.pelaku_id.is_distinct_from(user.id))
        .where(Aktivitas.peristiwa.in_(EVENTS))
        .order_by(Aktivitas.urut.desc())
        .limit(limit)
    )
    return [
        {"waktu": row.waktu, "oleh": row.pelaku, "perbuatan": EVENTS[row.peristiwa],
         "rincian": row.data.get("nama") or row.data.get("apa") or row.data.get("aksi") or ""}
        for row in db.session.execute(query)
    ]  # fmt: skip


# ---- password, looks, sessions


@module.route("/sandi", can=SIGNED_IN, before_password=True)
def sandi() -> Response:
    """The form alone: the one page of a person whose password somebody else had set."""
    return _password_page(Isian())


def _password_page(isian: Isian, status: int = 200) -> Response:
    return render("kernel/sandi.html", status=status, akun=_own(), isian=isian, wajib=required().ganti_sandi)


@module.route("/sandi", can=SIGNED_IN, methods=["POST"], before_password=True)
def ganti_sandi() -> Response:
    """The old password, the rules, then every other session ends. Wrong tries count like those at the door."""
    account, isian = _own(lock=True), Isian(request.form)
    old, new, again = (request.form.get(n, "") for n in ("sandi_lama", "sandi", "sandi_ulang"))
    tries = tries_of(account)
    if minutes := tries.closed_minutes()[0]:
        isian.galat["sandi_lama"] = f"Terlalu banyak percobaan. Coba lagi dalam {minutes} menit."
    elif not people.check_password(account, old):
        _count_failure(account, tries)
        isian.galat["sandi_lama"] = "Kata sandi lama tidak cocok"
    elif problems := people.password_problems(new, account):
        isian.galat["sandi"] = " ".join(problems)
    elif new != again:
        isian.galat["sandi_ulang"] = "Ulangi kata sandi baru dengan sama persis"
    elif new == old:
        isian.galat["sandi"] = "Kata sandi baru harus berbeda dari yang lama"
    forced = account.sandi_sementara
    if isian.galat:
        return _password_page(isian, 422) if forced else _page(isian, 422, "sandi")
    people.set_password(account, new)
    people.forget(account.id)
    account.gagal_masuk = 0
    tries.succeeded()
    here, key = people.session_key(session.token), account.id  # type: ignore[attr-defined]
    activity.log("akun.sandi_diganti", account, by=required())
    after_commit(lambda: people.end_sessions(key, keep=here))
    return done("/beranda" if forced else "/akun", "Kata sandi diganti. Sesi di perangkat lain diakhiri.", "positive")


def _count_failure(account: User, tries: Tries) -> None:
    """Stored although the answer is a refusal."""
    account.gagal_masuk += 1
    account.terkunci_sampai = tries.count() or account.terkunci_sampai
    activity.log("sesi.gagal", account, by=required(), pengguna=account.pengguna, alasan="ganti sandi")
    commit()


@module.route("/tampilan", can=SIGNED_IN, methods=["POST"])
def atur_tampilan() -> Response:
    account, isian = _own(lock=True), Isian(request.form)
    look = isian.pilihan("tampilan", "Tampilan", dict(LOOKS))
    if look is None:
        return _page(isian, 422, "tampilan")
    account.tampilan, account.pintasan = look, isian["pintasan"] == "1"
    activity.log("akun.tampilan", account, by=required(), tampilan=look, pintasan=account.pintasan)
    people.forget(account.id)
    return done("/akun#tampilan", "Tampilan tersimpan.", "positive")


@module.route("/sesi/akhiri", can=SIGNED_IN, methods=["POST"])
def akhiri_sesi() -> Response:
    """One session of one's own, or all others. The session in use ends by signing out."""
    user, wanted = required(), request.form.get("sesi", "")
    here = people.session_key(session.token)  # type: ignore[attr-defined]
    others = [s["kunci"] for s in people.sessions_of(user.id) if s["kunci"] != here]
    doomed = others if wanted == "lain" else [k for k in others if k == wanted]
    if not doomed:
        return done("/akun#sesi", "Sesi itu sudah berakhir.", "warning")
    activity.log("sesi.diakhiri", by=user, jumlah=len(doomed))
    after_commit(lambda: [people.end_sessions(user.id, only=key) for key in doomed] and None)
    return done("/akun#sesi", f"{len(doomed)} sesi diakhiri.", "positive")


# ---- delegation


def _delegations(user: Principal) -> list[Any]:
    query = (
        sa.select(Delegasi.id, Delegasi.mulai, Delegasi.selesai, Delegasi.alasan, Delegasi.dicabut_at, User.nama)
        .join(User, User.id == Delegasi.kepada_id)
        .where(Delegasi.dari_id == user.id)
        .order_by(Delegasi.mulai.desc(), Delegasi.id)
        .limit(20)
    )
    return list(db.session.execute(query))


def _colleagues(user: Principal) -> list[Any]:
    """Suggestions for the field: heads in the same PD, then the own unit. Anybody else can be typed."""
    if user.pd_id is None:
        return []
    query = (
        sa.select(User.pengguna, User.nama, Penempatan.jabatan)
        .join(Penempatan, Penempatan.pegawai_id == User.pegawai_id)
        .where(User.aktif, User.id != user.id, in_force(Penempatan, today()), Penempatan.pd_id == user.pd_id)
        .where(sa.or_(Penempatan.is_pimpinan, Penempatan.unit_id == user.unit_id))
        .order_by(Penempatan.is_pimpinan.desc(), User.nama)
        .limit(100)
    )
    return list(db.session.execute(query))


@module.route("/delegasi", can=PUTUS, methods=["POST"])
def beri_delegasi() -> Response:
    isian = Isian(request.form)
    try:
        to = delegate(isian, required())
    except Invalid as error:
        isian.galat.setdefault(error.field, error.pesan)
        return _page(isian, 422, "delegasi")
    return done("/akun#delegasi", f"{to} dapat memutuskan atas nama Anda pada masa itu.", "positive")


def delegate(isian: Isian, user: Principal) -> str:
    """Let a colleague decide in one's name for a period. Raises Invalid. Returns the colleague's name."""
    db.session.execute(sa.select(User.id).where(User.id == user.id).with_for_update())
    colleague = _colleague(isian, user)
    mulai, selesai = isian.tanggal("mulai", "Mulai"), isian.tanggal("selesai", "Selesai")
    alasan = isian.teks("alasan", "Alasan", min_=3)
    if mulai and selesai:
        _check_period(isian, user, mulai, selesai)
    if isian.galat or colleague is None or mulai is None or selesai is None:
        raise Invalid(*next(iter(isian.galat.items())))
    row = Delegasi(dari_id=user.id, kepada_id=colleague.id, alasan=alasan, mulai=mulai, selesai=selesai)
    db.session.add(row)
    db.session.flush()
    activity.log("delegasi.dibuat", row, by=user, kepada=colleague.nama, mulai=mulai, selesai=selesai)
    words = f"{tanggal(mulai)} sampai {tanggal(selesai)}: {alasan}"
    notices.notify(colleague.id, f"{user.nama} menunjuk Anda memutuskan atas namanya", words, "/kotak-persetujuan")
    people.touch(colleague.id)
    return colleague.nama


def _colleague(isian: Isian, user: Principal) -> User | None:
    """An active colleague with a seat, by user name or NIP in any spelling."""
    text = isian["kepada"].split(" · ")[0]
    digits = "".join(c for c in text if c.isdigit())
    wanted = {text.lower(), digits} if len(digits) == 18 else {text.lower()}
    query = sa.select(User).join(Pegawai, Pegawai.id == User.pegawai_id).where(User.pengguna.in_(wanted))
    found = db.session.scalars(query.where(User.aktif, Pegawai.aktif)).first()
    if found is None:
        isian.galat["kepada"] = "Rekan: tulis NIP pegawai aktif, atau pilih dari daftar"
    elif found.id == user.id:
        isian.galat["kepada"] = "Rekan: pilih orang lain, bukan Anda sendiri"
    return found


def _check_period(isian: Isian, user: Principal, mulai: date, selesai: date) -> None:
    if selesai < mulai:
        isian.galat["selesai"] = "Selesai: harus sama dengan atau sesudah tanggal mulai"
    elif selesai < today():
        isian.galat["selesai"] = "Selesai: sudah lewat"
    elif selesai - mulai > timedelta(days=LONGEST_DAYS):
        isian.galat["selesai"] = "Selesai: paling lama satu tahun sesudah mulai"
    overlap = sa.select(Delegasi.id).where(
        Delegasi.dari_id == user.id, Delegasi.dicabut_at.is_(None), Delegasi.mulai <= selesai, Delegasi.selesai >= mulai
    )
    if db.session.scalar(overlap.limit(1)):
        isian.galat["mulai"] = "Mulai: sudah ada delegasi pada masa itu. Cabut dulu yang lama."


@module.route("/delegasi/<uuid:id>/cabut", can=PUTUS, methods=["POST"])
def cabut_delegasi(id: uuid.UUID) -> Response:
    user = required()
    row = db.session.scalars(
        sa.select(Delegasi).where(Delegasi.id == id, Delegasi.dari_id == user.id).with_for_update()
    ).first()
    if row is None or row.dicabut_at is not None or row.selesai < today():
        raise Conflict("Delegasi ini sudah berakhir.")
    row.dicabut_at = now()
    activity.log("delegasi.dicabut", row, by=user, kepada=row.kepada_id)
    notices.notify(row.kepada_id, f"{user.nama} mencabut delegasi kepada Anda")
    people.touch(row.kepada_id)
    return done("/akun#delegasi", "Delegasi dicabut.", "positive")
