"""Inviting and answering. The draft is made when its person accepts, never before and by nobody else."""

import secrets
import uuid
from datetime import timedelta
from typing import Any

import orjson
import sqlalchemy as sa

from portal.kernel import activity, citizens, issued, jobs, messages, notices, people, sealing
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.organisation import Orang, Pegawai, in_force, today
from portal.kernel.pages import alamat
from portal.kernel.people import PenugasanPeran, Principal, User
from portal.kernel.storage import config, redis
from portal.sertifikasi.kolektif import OPERATOR
from portal.sertifikasi.kolektif import models as k
from portal.sertifikasi.kolektif.models import Lembaga, Operator, Undangan
from portal.sertifikasi.saya import services as saya
from portal.sertifikasi.saya.models import Permohonan, ProfilAsesi
from portal.sertifikasi.skema.models import Skema

SEAL, CODE = "undangan kolektif", "kode undangan"
DAYS, CODE_SIGNS = 30, 10
PAUSE = timedelta(hours=1)  # between two messages to one person
TRIES, TRY_SECONDS = 10, 600
PER_OPERATOR, PER_ADDRESS = 1_000, 5  # messages a day
HERE = "/sertifikasi/saya/undangan"

activity.declare(**{
    "undangan.dikirim": "lembaga skema", "undangan.diterima": "lembaga skema", "undangan.ditolak": "lembaga skema",
    "undangan.ditarik": "lembaga skema", "lembaga.dibuat": "nama",
    "lembaga.diganti_nama": "nama sebelum", "lembaga.ditutup": "nama", "lembaga.dibuka": "nama",
    "operator.diberi": "lembaga kepada",
    "operator.dicabut": "lembaga kepada",
})  # fmt: skip


# ---- institutions and who registers for them


def add_lembaga(nama: str, user: Principal) -> Lembaga:
    """Raises Invalid."""
    row = Lembaga(nama=_free_name(nama, None))
    db.session.add(row)
    db.session.flush()
    activity.log("lembaga.dibuat", row, by=user, nama=row.nama)
    return row


def _free_name(nama: str, of: Lembaga | None) -> str:
    words = " ".join(nama.split())
    if not 3 <= len(words) <= 150:
        raise Invalid("nama", "Nama lembaga: tulis 3 sampai 150 huruf")
    held = db.session.scalar(sa.select(Lembaga.id).where(sa.func.lower(Lembaga.nama) == words.lower()))
    if held and (of is None or held != of.id):
        raise Invalid("nama", "Lembaga ini sudah ada")
    return words


def rename(row: Lembaga, nama: str, user: Principal) -> None:
    """Invitations name the institution as it is called on the day they are read. Raises Invalid."""
    before, row.nama = row.nama, _free_name(nama, row)
    if before != row.nama:
        activity.log("lembaga.diganti_nama", row, by=user, nama=row.nama, sebelum=before)


def close(row: Lembaga, user: Principal) -> None:
    """Its operators end at once; whoever was invited may still answer. Raises Conflict."""
    if not row.aktif:
        raise Conflict("Lembaga ini sudah ditutup.")
    row.aktif = False
    for operator in db.session.scalars(
        sa.select(Operator).where(Operator.lembaga_id == row.id, Operator.dicabut_at.is_(None)).with_for_update()
    ):
        revoke(operator, user)
    activity.log("lembaga.ditutup", row, by=user, nama=row.nama)


def reopen(row: Lembaga, user: Principal) -> None:
    """Operators are named anew. Raises Conflict."""
    if row.aktif:
        raise Conflict("Lembaga ini masih aktif.")
    row.aktif = True
    activity.log("lembaga.dibuka", row, by=user, nama=row.nama)


def grant(lembaga: Lembaga, pengguna: str, user: Principal) -> None:
    """Make this account an operator of the institution. Raises Invalid, Denied for oneself."""
    account = db.session.scalars(
        sa.select(User).where(sa.func.lower(User.pengguna) == pengguna.strip().lower(), User.aktif).with_for_update()
    ).first()
    if account is None:
        raise Invalid("pengguna", "Akun dengan nama pengguna itu tidak ada")
    if not lembaga.aktif:
        raise Invalid("lembaga", "Lembaga ini sudah ditutup. Buka dahulu, lalu tetapkan operatornya")
    if account.id == user.id:
        raise Denied("Anda tidak dapat menjadikan diri sendiri operator. Minta rekan Anda.")
    held = sa.select(Operator.id).where(Operator.user_id == account.id, Operator.dicabut_at.is_(None))
    if db.session.scalar(held):
        raise Invalid("pengguna", "Akun itu sudah menjadi operator sebuah lembaga")
    db.session.add(Operator(lembaga_id=lembaga.id, user_id=account.id, diberi_oleh_id=user.id))
    db.session.add(
        PenugasanPeran(user_id=account.id, peran=OPERATOR, dasar=lembaga.nama, diberi_oleh_id=user.id, mulai=today())
    )
    activity.log("operator.diberi", lembaga, by=user, lembaga=lembaga.nama, kepada=account.nama)
    notices.notify(account.id, f"Anda operator pendaftaran {lembaga.nama}", "", "/sertifikasi/kolektif")
    people.forget(account.id)


def revoke(row: Operator, user: Principal) -> None:
    """At once. Raises Conflict when it has ended."""
    if row.dicabut_at is not None:
        raise Conflict("Penugasan operator ini sudah berakhir.")
    row.dicabut_at = now()
    roles = sa.select(PenugasanPeran).where(PenugasanPeran.user_id == row.user_id, PenugasanPeran.peran == OPERATOR)
    for one in db.session.scalars(roles.where(in_force(PenugasanPeran, today()))):
        if one.mulai < today():
            one.selesai = today() - timedelta(days=1)
        else:
            db.session.delete(one)
    lembaga = db.session.get_one(Lembaga, row.lembaga_id)
    person = db.session.get_one(User, row.user_id)
    activity.log("operator.dicabut", lembaga, by=user, lembaga=lembaga.nama, kepada=person.nama)
    people.forget(row.user_id)


# ---- inviting


def accounts_of(marks: list[str]) -> dict[str, uuid.UUID]:
    """Mark of a NIK to the account of its holder, where there is one. Never by name and birth date."""
    query = (
        sa.select(Orang.nik_sidik, User.id)
        .join_from(Orang, User, sa.literal(True))
        .outerjoin(Pegawai, Pegawai.id == User.pegawai_id)
        .outerjoin(ProfilAsesi, ProfilAsesi.user_id == User.id)
        .where(Orang.id == sa.func.coalesce(User.orang_id, Pegawai.orang_id, ProfilAsesi.orang_id))
        .where(Orang.nik_sidik.in_(marks), User.aktif)
    )
    return {mark: user_id for mark, user_id in db.session.execute(query) if mark}


def invite(
    lembaga: Lembaga, skema: Skema, isian: dict[str, str], nik: str, owner: uuid.UUID | None, by: Principal
) -> Undangan:  # fmt: skip
    """`isian`: fields of forms.FIELDS and `tujuan`, the address. It gets the same message whether the NIK has an
    account here or not, so nobody learns that from it; a person with an account is told there, too. Raises Conflict
    when the operator or the address was used too often today."""
    _not_too_often(isian["tujuan"], by)
    fields = {name: value for name, value in isian.items() if name != "tujuan" and value}
    row = Undangan(
        lembaga_id=lembaga.id, skema_id=skema.id, nama=isian["nama"], nik_sidik=sealing.mark(nik, citizens.NIK),
        tujuan=isian["tujuan"], isian=sealing.seal(orjson.dumps({"nik": nik, "isian": fields}).decode(), SEAL),
        user_id=owner, oleh_id=by.id, dikirim_at=now(), berlaku_sampai=now() + timedelta(days=DAYS),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    tell(row, lembaga, skema)
    activity.log("undangan.dikirim", row, by=by, lembaga=lembaga.nama, skema=skema.kode)
    return row


def _not_too_often(address: str, by: Principal) -> None:
    """Raises Conflict for an address that somebody floods and for an operator who goes through a list."""
    sent = sa.select(sa.func.count()).where(Undangan.oleh_id == by.id, Undangan.dikirim_at > now() - timedelta(days=1))
    if (db.session.scalar(sent) or 0) >= PER_OPERATOR:
        raise Conflict("Anda sudah mengirim undangan terbanyak untuk hari ini. Lanjutkan besok.")
    pipe = redis().pipeline()
    key = f"g:undang:{sealing.mark(address, CODE)}"
    pipe.incr(key)
    pipe.expire(key, timedelta(days=1), nx=True)
    count, _ = pipe.execute()
    if int(count) > PER_ADDRESS:
        raise Conflict("Alamat itu sudah menerima undangan terbanyak untuk hari ini. Lanjutkan besok.")


def tell(row: Undangan, lembaga: Lembaga, skema: Skema) -> None:
    """The message with its code. A code sent before opens nothing any more."""
    row.dikirim_at = now()
    if row.user_id is not None:
        words = f"{lembaga.nama} mengundang Anda mengikuti sertifikasi {skema.judul}"
        notices.notify(row.user_id, "Undangan sertifikasi", words, f"{HERE}/{row.id}")
        for address in set(alamat.of(db.session.get_one(User, row.user_id))) - {row.tujuan}:
            alamat.send_word(address, "Undangan sertifikasi", f"{words}.\nBuka: {config().alamat}{HERE}")
    code = "".join(secrets.choice(issued.ALPHABET) for _ in range(CODE_SIGNS))
    row.kode_sidik = sealing.mark(code, CODE)
    text = (
        f"{lembaga.nama} mengundang Anda mengikuti sertifikasi {skema.judul}.\n\n"
        f"1. Masuk atau buat akun Anda sendiri: {config().alamat}/daftar?lanjut={HERE}\n"
        f"2. Tulis kode undangan: {code[:5]}-{code[5:]}\n\n"
        f"Kode berlaku {DAYS} hari dan sekali pakai. Permohonan Anda isi dan tanda tangani sendiri; "
        "lembaga hanya melihat apakah prosesnya berjalan atau selesai.\n"
        "Abaikan pesan ini bila Anda tidak mengenal lembaga itu."
    )
    messages.send(row.tujuan, "Undangan sertifikasi", text, within=timedelta(days=3))


def resend(row: Undangan, user: Principal) -> None:
    """Raises Conflict when it was answered or sent just now."""
    _waiting(row)
    if row.dikirim_at > now() - PAUSE:
        raise Conflict("Undangan ini baru saja dikirim. Coba lagi satu jam kemudian.")
    _not_too_often(row.tujuan, user)
    row.berlaku_sampai = now() + timedelta(days=DAYS)
    lembaga, skema = db.session.get_one(Lembaga, row.lembaga_id), db.session.get_one(Skema, row.skema_id)
    tell(row, lembaga, skema)
    activity.log("undangan.dikirim", row, by=user, lembaga=lembaga.nama, skema=skema.kode)


def withdraw(row: Undangan, user: Principal) -> None:
    """Raises Conflict when it was answered."""
    _waiting(row)
    _end(row, k.DITARIK, user, "undangan.ditarik")


def _waiting(row: Undangan) -> None:
    if row.status != k.MENUNGGU or row.berlaku_sampai < now():
        raise Conflict("Undangan ini sudah dijawab, ditarik, atau lewat waktunya.")


def _end(row: Undangan, status: str, user: Principal, event: str) -> None:
    row.status, row.isian, row.kode_sidik, row.dijawab_at, row.tujuan = status, None, None, now(), ""
    lembaga, skema = db.session.get_one(Lembaga, row.lembaga_id), db.session.get_one(Skema, row.skema_id)
    activity.log(event, row, by=user, lembaga=lembaga.nama, skema=skema.kode)
    people.touch(row.user_id)


# ---- answering


def claim(code: str, user: Principal) -> Undangan:
    """The invitation that this code opens, from now on this account's. Raises Invalid."""
    key = f"g:undangan:{user.id.hex}"
    pipe = redis().pipeline()
    pipe.incr(key)
    pipe.expire(key, TRY_SECONDS, nx=True)
    tries, _ = pipe.execute()
    if int(tries) > TRIES:
        raise Invalid("kode", "Terlalu banyak percobaan. Coba lagi 10 menit lagi.")
    clean = "".join(c for c in code.upper() if c.isalnum())
    query = sa.select(Undangan).where(Undangan.kode_sidik == sealing.mark(clean, CODE), Undangan.status == k.MENUNGGU)
    row = db.session.scalars(query.where(Undangan.berlaku_sampai >= now()).with_for_update()).first()
    if row is None or row.user_id not in (None, user.id):
        raise Invalid("kode", "Kode undangan tidak dikenal atau sudah dipakai. Periksa pesan yang Anda terima.")
    if other_person(row, user):
        raise Invalid("kode", "Undangan ini untuk NIK lain. Masuk dengan akun orang yang diundang.")
    if registers(row, user):
        raise Invalid("kode", "Undangan dijawab orang yang diundang, bukan operator lembaganya.")
    row.user_id, row.kode_sidik = user.id, None
    people.touch(user.id)
    return row


def other_person(row: Undangan, user: Principal) -> bool:
    """Whether the NIK of the invitation and the one behind this account are known to differ."""
    human = saya.person(user.id)
    if human is not None and human.nik_sidik is not None:
        return human.nik_sidik != row.nik_sidik
    return row.nik_sidik in accounts_of([row.nik_sidik]) or _uses_another(row, user)


def _uses_another(row: Undangan, user: Principal) -> bool:
    """Whether this account, whose NIK is not recorded yet, has taken up another one: one account, one person."""
    taken = sa.select(Undangan.id).where(
        Undangan.user_id == user.id, Undangan.nik_sidik != row.nik_sidik,
        Undangan.status.in_((k.MENUNGGU, k.DITERIMA)),
    )  # fmt: skip
    if db.session.execute(taken.limit(1)).first() is not None:
        return True
    written = sa.select(Permohonan.nik_enc).where(Permohonan.user_id == user.id, Permohonan.nik_enc.is_not(None))
    niks = {sealing.unseal(one, citizens.NIK) for one in db.session.scalars(written) if one}
    return any(sealing.mark(nik, citizens.NIK) != row.nik_sidik for nik in niks if nik)


def registers(row: Undangan, user: Principal) -> bool:
    """Whether this is who invited, or an operator of the institution, past or present, other than the person meant."""
    human = saya.person(user.id)
    if human is not None and human.nik_sidik == row.nik_sidik:
        return False
    held = sa.select(Operator.id).where(Operator.user_id == user.id, Operator.lembaga_id == row.lembaga_id)
    return row.oleh_id == user.id or db.session.execute(held.limit(1)).first() is not None


def contents(row: Undangan) -> dict[str, Any]:
    """What the institution wrote: {"nik", "isian"}; empty once it was answered."""
    return orjson.loads(sealing.unseal(row.isian, SEAL)) if row.isian else {"nik": "", "isian": {}}  # type: ignore[no-any-return]


def accept(row: Undangan, user: Principal) -> Permohonan:
    """The person's own draft, empty fields filled with what the institution wrote. Raises Conflict."""
    _waiting(row)
    if row.user_id != user.id or other_person(row, user) or registers(row, user):
        raise Conflict("Undangan ini untuk orang lain.")
    lembaga, skema = db.session.get_one(Lembaga, row.lembaga_id), db.session.get_one(Skema, row.skema_id)
    case, fresh = saya.start(user, skema)
    if fresh:
        given = contents(row)
        isian, asal = dict(case.isian), dict(case.asal)
        for name, value in given["isian"].items():
            if not isian.get(name):
                isian[name], asal[name] = value, {"dari": f"dari {lembaga.nama}", "v": 0, "layar": ""}
        if case.nik_enc is None:
            case.nik_enc, asal["nik"] = sealing.seal(given["nik"], citizens.NIK), {
                "dari": f"dari {lembaga.nama}", "v": 0, "layar": "",
            }  # fmt: skip
        case.isian, case.asal, case.nama = isian, asal, isian.get("nama", "")
        db.session.flush()
    row.permohonan_id = case.id
    _end(row, k.DITERIMA, user, "undangan.diterima")
    return case


def refuse(row: Undangan, user: Principal) -> None:
    _waiting(row)
    if row.user_id != user.id:
        raise Conflict("Undangan ini untuk orang lain.")
    _end(row, k.DITOLAK, user, "undangan.ditolak")


@jobs.every(86400, "Akhiri undangan yang lewat waktunya")
@jobs.kind("akhiri-undangan")
def expire(job: jobs.Job) -> None:
    """What was written about somebody who never answered is erased."""
    end_late()


def end_late(lembaga_id: uuid.UUID | None = None) -> None:
    late = sa.update(Undangan).where(Undangan.status == k.MENUNGGU, Undangan.berlaku_sampai < now())
    if lembaga_id is not None:
        late = late.where(Undangan.lembaga_id == lembaga_id)
    db.session.execute(late.values(status=k.KEDALUWARSA, isian=None, kode_sidik=None, dijawab_at=now(), tujuan=""))
