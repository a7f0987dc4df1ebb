"""Sending APL-01 and APL-02: what still stands in the way, then number, person, frozen form, signature, move."""

import uuid

from portal.kernel import approval, citizens, notices
from portal.kernel.calendar import pukul
from portal.kernel.db import db, next_number, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.forms import Problem
from portal.kernel.organisation import Orang
from portal.kernel.pages import alamat, bukti
from portal.kernel.people import Principal, User
from portal.kernel.sealing import unseal
from portal.kernel.storage import config
from portal.sertifikasi.asesmen import formulir as lembar
from portal.sertifikasi.saya import forms, formulir, services
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.saya.isian import CONFIRMED
from portal.sertifikasi.saya.kasus import Kasus
from portal.sertifikasi.saya.models import BuktiSyarat
from portal.sertifikasi.skema import models as sk
from portal.sertifikasi.tenggat import batas

# ---- what is missing


def missing_rows(kasus: Kasus) -> list[tuple[int, BuktiSyarat]]:
    """Requirement rows without the file they need; of each SALAH_SATU group the first row stands for all."""
    found: list[tuple[int, BuktiSyarat]] = []
    served = {row.syarat.grup for row in kasus.syarat if row.syarat.sifat == sk.SALAH_SATU and row.berkas}
    for n, row in enumerate(kasus.syarat, 1):
        if row.syarat.sifat == sk.WAJIB and not row.berkas:
            found.append((n, row))
        if row.syarat.sifat == sk.SALAH_SATU and row.syarat.grup not in served:
            served.add(row.syarat.grup)
            found.append((n, row))
    return found


def check_fields(kasus: Kasus, part: str) -> list[Problem]:
    return forms.check(forms.of_part(part), kasus.values, kasus.hari_ini)


def check_data(kasus: Kasus) -> list[Problem]:
    found = check_fields(kasus, forms.PRIBADI)
    if forms.is_citizen(kasus.values) and kasus.nik and not any(p.field == "nik" for p in found):
        found += _nik_free(kasus)
    if kasus.terisi_otomatis and kasus.ditandai is None and not kasus.p.isian.get(CONFIRMED):
        found.append(Problem("konfirmasi", "Centang bahwa data ini masih benar, atau ubah yang berbeda"))
    return found


def _nik_free(kasus: Kasus) -> list[Problem]:
    human = services.person(kasus.p.user_id)
    if human is not None and human.nik_enc is not None and unseal(human.nik_enc, citizens.NIK) == kasus.nik:
        return []
    if citizens.asked_too_often(kasus.nik, kasus.p.user_id):
        return [
            Problem("nik", "Terlalu banyak NIK berbeda ditulis hari ini. Coba lagi besok atau hubungi sekretariat.")
        ]
    if citizens.holder(kasus.nik) is None:
        return []
    return [Problem("nik", "NIK ini sudah terdaftar pada akun lain. Hubungi sekretariat bila ini data Anda.")]


def check_rows(kasus: Kasus) -> list[Problem]:
    return [Problem(f"s{n}", f"Lampirkan bukti: {row.syarat.teks}") for n, row in missing_rows(kasus)]


def check_scheme(kasus: Kasus) -> list[Problem]:
    found = check_fields(kasus, forms.SKEMA)
    if kasus.tertutup:
        found.append(Problem("", kasus.tertutup))
    elif kasus.versi_baru is not None:
        found.append(Problem("", drift_words(kasus)))
    held = services.valid_certificate(kasus.p.user_id, kasus.p.skema_id) if kasus.status == m.DRAF else None
    if held is not None and kasus.p.tujuan != m.PKT:
        found.append(
            Problem(
                "tujuan", f"Sertifikat Anda untuk skema ini masih berlaku lebih dari {batas('pkt')} bulan. Pilih PKT."
            )
        )
    return found


def drift_words(kasus: Kasus) -> str:
    """What changed between the draft's version of the scheme and the one in force."""
    if kasus.versi_baru is None:
        return ""
    changed = services.unit_ids(kasus.p.skema_versi_id) ^ services.unit_ids(kasus.versi_baru.id)
    return f"Skema diperbarui; {len(changed)} unit berubah. Tinjau bagian bertanda."


def check_signature(user: Principal, proof: str, statement: bool, words: str) -> list[Problem]:
    """The tick and the proof that whoever sends is who signed in. A code is spent only where the tick is there."""
    found = [] if statement else [Problem("pernyataan", words)]
    if found and bukti.way(user) == bukti.KODE:
        return found
    try:
        bukti.prove(user, proof)
    except (Denied, Invalid) as error:
        found.append(Problem(bukti.FIELD, error.pesan))
    return found


# ---- APL-01


def apl01(kasus: Kasus, user: Principal, kunci: uuid.UUID | None) -> None:
    """Number, person and NIK, frozen form, signature and move in one transaction. Raises Invalid for a NIK that
    is somebody else's, Conflict when it is not open. A `kunci` seen before changes nothing."""
    if kasus.has_key(kunci):
        return
    if not kasus.apl01_terbuka:
        raise Conflict(sent_words(kasus))
    p = kasus.p
    _know(kasus, user)
    first = p.nomor is None
    if p.nomor is None:
        series = f"PMH-{kasus.hari_ini.year}"
        p.nomor = f"{series}-{next_number(series):06d}"
    p.pernyataan, p.ditandai, p.tenggat = True, None, None
    p.apl01_diajukan_at = p.submission.diajukan_at = now()
    form = formulir.freeze(p.id, m.APL01, formulir.apl01(kasus))
    formulir.sign(form, user, formulir.ASESI, formulir.full_name(kasus), bukti.way(user))
    detail = {"form": str(form.id), "sha256": form.sha256, "ke": form.ke, "pertama": first}
    approval.move(p.submission_id, "ajukan", user, kunci=kunci, rincian=detail)
    lembar.cetak(form, f"FR.APL.01 {p.nomor}")


def _know(kasus: Kasus, user: Principal) -> None:
    """The human behind the case: found by account or made, with the NIK sealed on them. The pegawai data of an
    officer are not overwritten by what an application says."""
    human = services.person(user.id)
    if human is None:
        human = Orang(nama=kasus.nilai("nama"))
        db.session.add(human)
        db.session.flush()
        account = db.session.get_one(User, user.id)
        account.orang_id = human.id
    born = forms.parse_date(kasus.nilai("tanggal_lahir"))
    human.tempat_lahir = human.tempat_lahir or kasus.nilai("tempat_lahir")
    human.tanggal_lahir = human.tanggal_lahir or born
    human.jenis_kelamin = human.jenis_kelamin or kasus.nilai("jenis_kelamin")
    if forms.is_citizen(kasus.values) and citizens.give_nik(human, kasus.nik, user):
        _tell_new_nik(user)
    kasus.p.orang_id = human.id


def _tell_new_nik(user: Principal) -> None:
    """On the portal and to the proven addresses, so that its owner hears of a change that somebody else made."""
    words, hint = "NIK pada akun Anda diganti", "Bila bukan Anda, segera ganti kata sandi dan hubungi sekretariat LSP."
    notices.notify(user.id, words, hint, "/sertifikasi/saya/profil")
    for address in alamat.of(db.session.get_one(User, user.id)):
        alamat.send_word(address, words, f"{words} bersama permohonan sertifikasi.\n{hint}")


def sent_words(kasus: Kasus) -> str:
    at = kasus.p.apl01_diajukan_at
    if at is None:
        return "Permohonan ini sedang tidak dapat diubah."
    return f"Permohonan ini sudah terkirim pukul {pukul(at, config().zona)}. Nomor Anda {kasus.p.nomor}."


# ---- APL-02


def check_apl02(kasus: Kasus) -> list[Problem]:
    """Every elemen answered, and K resting on evidence or on a note that says when and where."""
    blank = [(u, e) for u in kasus.units for e in u.unit.elemen if not _answer(kasus, e)]
    found = []
    if blank:
        u, e = blank[0]
        words = f"{len(blank)} elemen belum dijawab. Buka yang pertama."
        found.append(Problem(f"unit-{u.urut}-e{e.urut}", words))
    words = "Anda memilih K. Lampirkan bukti atau jelaskan kapan dan di mana Anda melakukannya."
    bare = [(u, e) for u in kasus.units for e in u.unit.elemen if _answer(kasus, e) == m.K and not kasus.cukup(e)]
    found += [Problem(f"unit-{u.urut}-e{e.urut}", f"Unit {u.urut}, {e.judul}: {words}") for u, e in bare]
    return found


def _answer(kasus: Kasus, elemen: sk.Elemen) -> str:
    row = kasus.jawaban.get(elemen.id)
    return row.jawaban if row else ""


def apl02(kasus: Kasus, user: Principal, kunci: uuid.UUID | None) -> None:
    """Frozen form, signature, move. Raises Conflict before APL-01 is accepted."""
    if kasus.has_key(kunci):
        return
    if not kasus.apl02_dapat_dikirim:
        raise Conflict("APL-02 dapat dikirim setelah APL-01 diterima. Isian Anda tetap tersimpan.")
    if check_apl02(kasus):
        raise Invalid("", "Masih ada elemen yang belum lengkap.")
    p = kasus.p
    p.apl02_diajukan_at, p.tenggat = now(), None
    for row in p.jawaban:
        row.perlu_perbaikan = False
    form = formulir.freeze(p.id, m.APL02, formulir.apl02(kasus))
    formulir.sign(form, user, formulir.ASESI, formulir.full_name(kasus), bukti.way(user))
    detail = {"form": str(form.id), "sha256": form.sha256, "ke": form.ke}
    approval.move(p.submission_id, "ajukan_apl02", user, kunci=kunci, rincian=detail)
    lembar.cetak(form, f"FR.APL.02 {p.nomor}")
