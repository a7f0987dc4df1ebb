"""The LSP of the fictional Kota Sagara region: people of every role, registers, and cases in every state.

`kecil`: complete stories, with files that open and papers that are drawn. `sedang` and `besar` add thousands of
cases that are only rows. Dates follow the clock; a part that is there already is left as it is.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa

from portal.kernel import people
from portal.kernel.db import db, now
from portal.kernel.demo import FILLERS, SANDI_UMUM, SEED, require_demo, today
from portal.kernel.demo.salin import Ids, no_time_limit
from portal.sertifikasi.demo import akun, cerita, kasus, loket, massa, muk, putusan, register, skema, uji
from portal.sertifikasi.demo.kasus import Kasus, Panggung
from portal.sertifikasi.demo.manusia import Manusia, Penduduk, write_person
from portal.sertifikasi.demo.meja import Lemari, Meja
from portal.sertifikasi.demo.skema import SkemaDemo
from portal.sertifikasi.repositori import sinkron
from portal.sertifikasi.repositori.models import AksesPihakKetiga
from portal.sertifikasi.saya.models import Permohonan
from portal.sertifikasi.skema import pemuat  # its data are loaded between the accounts and the cases

__all__ = ["load_sertifikasi", "pemuat"]


@dataclass
class Loaded:
    """Rows added per table, stored files."""

    baris: Counter[str] = field(default_factory=Counter)
    berkas: int = 0

    def __str__(self) -> str:
        cases, papers = self.baris["sertifikasi_permohonan"], self.baris["sertifikasi_form"]
        return f"Sertifikasi: {cases} permohonan, {papers} formulir, dan {self.berkas} berkas ditambahkan."


def load_sertifikasi(skala: str = "kecil", seed: int = SEED) -> Loaded:
    """Add what is missing. The caller commits. Raises Refused in production, ValueError for an unknown scale."""
    require_demo(skala)
    no_time_limit()
    cerita.check()
    akun.load_akun(skala, seed)
    pemuat.load_demo(skala)
    loaded = Loaded()
    meja = Meja(Ids(f"{seed}:sertifikasi", akun.EPOCH_MS), Lemari())
    meja.know_numbers()
    schemes = skema.read()
    if not db.session.scalar(sa.select(sa.exists().where(Permohonan.nomor.is_not(None)))):
        _stories(meja, schemes, seed)
    if skala != "kecil":
        massa.write(meja, schemes, skala, seed)
    meja.keep_numbers()
    sinkron.enter(sinkron.FIRST)
    sinkron.count_retention()
    loaded.baris, loaded.berkas = meja.jumlah, meja.lemari.finish()
    people.forget_everyone()
    return loaded


FILLERS.append(load_sertifikasi)


def _stories(meja: Meja, schemes: dict[str, SkemaDemo], seed: int) -> None:
    persons, hari = akun.staff(seed), today()
    ids = {code: str(one.id) for code, one in schemes.items()}
    register.old_licence(meja, hari, ids)
    panggung = Panggung(meja, register.write(meja, persons, hari, ids), persons, now())
    made = Penduduk(f"{seed}:asesi", Ids(f"{seed}:asesi:kunci", akun.EPOCH_MS))
    shared = people.HASHER.hash(SANDI_UMUM)
    for plan in cerita.ANGKATAN:
        group = [_case(panggung, plan, schemes, n, made, shared) for n in range(len(plan.peserta))]
        for one in group:
            kasus.write(panggung, one)
        uji.write(panggung, group, group[0].uji)
        putusan.write(panggung, plan, group)
    muk.write(panggung, schemes, _leave(panggung))
    loket.write(panggung)
    meja.flush()
    loket.finish(panggung)


def _leave(p: Panggung) -> str:
    """The officer of BNSP may look at the cases of the last two years for another month and a half. Its id."""
    made, hari = p.now - timedelta(days=14), p.hari
    columns = (
        "user_id tujuan skema data_dari data_sampai mulai selesai diusulkan_oleh_id disetujui_oleh_id disetujui_at"
    )
    return p.meja.add(
        AksesPihakKetiga,
        columns,
        made,
        p.petugas["nadia.kusuma"].user_id,
        "Pengawasan tahunan BNSP (rekaan)",
        [],
        hari - timedelta(days=730),
        hari,
        hari - timedelta(days=14),
        hari + timedelta(days=46),
        p.petugas["maria.tamaela"].user_id,
        p.petugas["gede.artawan"].user_id,
        made,
    )


def _case(
    p: Panggung, plan: cerita.Angkatan, schemes: dict[str, SkemaDemo], n: int, made: Penduduk, shared: str
) -> Kasus:
    tested = akun.at(p.hari + timedelta(days=plan.uji), 9)
    person = _person(p, plan, n, made, shared, tested)
    ids, reg = p.meja, p.register
    began = tested - timedelta(days=32)
    return Kasus(
        person,
        schemes[plan.skema],
        plan.peserta[n],
        reg.asesor[plan.asesor],
        reg.tuk[plan.tuk],
        tested,
        ids.next(began),
        ids.next(began),
    )


def _person(
    p: Panggung, plan: cerita.Angkatan, n: int, made: Penduduk, shared: str, tested: "akun.datetime"
) -> Manusia:
    if plan.pengguna and n == 0:
        return p.petugas[plan.pengguna]
    person = made.next()
    write_person(p.meja, person, tested - timedelta(days=45), shared, profil=True)
    return person
