"""Cases that wait for a decision, the people who decide, and certificates in every state. All fictional."""

import itertools
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from portal.kernel import access, citizens, people, sealing
from portal.kernel import db as database
from portal.kernel.approval import Submission
from portal.kernel.db import db, now
from portal.kernel.people import Principal, User
from portal.sertifikasi import alur
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import nomor, paket, pleno, sertifikat, sk
from portal.sertifikasi.saya import models as m
from portal.sertifikasi.skema import models as s
from tests.kernel.factories import OrangFactory, UserFactory, give
from tests.sandi import RINGAN
from tests.sertifikasi.factories import add, lisensi, skema_versi

COUNT = itertools.count(1)
TODAY = date(2026, 11, 21)
PASSWORD = "rahasia-uji-2026"
SIGNING = RINGAN.hash(PASSWORD)


def principal(user: User) -> Principal:
    db.session.flush()
    found = people.principal_of(user.id, access.grants())
    assert found is not None
    return found


def staff(peran: str, nama: str = "") -> User:
    user: User = UserFactory(**({"nama": nama} if nama else {}), sandi_hash=SIGNING)
    give(user, peran)
    return user


@dataclass
class Lsp:
    """One account a role, three more of the komite, a confirmed scheme inside a licence, a session at a TUK."""

    versi: s.SkemaVersi
    sekretariat: User
    manajer: User
    ketua: User
    komite: list[User]
    asesor: User
    asesor_row: a.Asesor
    sesi: a.SesiAsesmen

    def panggil(self, nama: str) -> Principal:
        return principal(getattr(self, nama))


def lsp(*, contoh: bool = False, lisensi_sampai: date = date(2028, 1, 1), **versi: Any) -> Lsp:
    version = skema_versi(contoh=contoh, **versi)
    lisensi(version, date(2024, 1, 1), lisensi_sampai)
    asesor = staff("asesor", "Bambang Sutrisno")
    row = add(
        a.Asesor(
            user_id=asesor.id,
            no_reg=f"MET.000.{next(COUNT):06d} 2024",
            mulai=date(2024, 1, 1),
            selesai=date(2027, 12, 31),
        )
    )
    tuk = add(
        a.Tuk(
            kode=f"TUK-{next(COUNT)}",
            nama="Balai Latihan Sagara",
            jenis=a.SEWAKTU,
            kota="Sagara",
            provinsi="Jawa Barat",
            mulai=date(2025, 1, 1),
            selesai=date(2028, 1, 1),
        )
    )
    sesi = add(
        a.SesiAsesmen(
            skema_versi_id=version.id,
            tuk_id=tuk.id,
            asesor_id=row.id,
            kuota=20,
            mulai=datetime(2026, 11, 10, 1, tzinfo=UTC),
            selesai=datetime(2026, 11, 10, 9, tzinfo=UTC),
        )
    )
    komite = [staff("komite_teknis", nama) for nama in ("Siti Rahmawati", "Joko Susilo", "Maria Tambunan")]
    return Lsp(version, staff("sekretariat_lsp", "Dewi Lestari"), staff("manajer_sertifikasi", "Hendra Gunawan"),
               staff("ketua_lsp", "Sri Wahyuni"), komite, asesor, row, sesi)  # fmt: skip


def kasus(
    place: Lsp, nama: str = "", hasil: str = m.K, status: str = m.DIREKOMENDASIKAN, **changes: Any
) -> m.Permohonan:
    """An application that the asesor has assessed and recommended."""
    n = next(COUNT)
    name = nama or f"Asesi Uji {n}"
    orang = OrangFactory(nama=name)
    asesi = UserFactory(nama=name, orang_id=orang.id, sandi_hash=SIGNING)
    nik = f"327{n:05d}01019000{n % 100:02d}"[:16].ljust(16, "0")
    citizens.give_nik(orang, nik, principal(asesi))
    submission = add(
        Submission(alur=alur.PERMOHONAN, status=status, judul=place.versi.judul, owner_id=asesi.id, pemohon=name)
    )
    isian = {
        "nama": name,
        "tempat_lahir": "Sagara",
        "tanggal_lahir": "1990-01-01",
        "jenis_kelamin": "P",
        "hp": "+6281234567890",
        "alamat": "Jalan Kenanga 7",
        "surel": "asesi@contoh.go.id",
        "instansi": "BPBD Kota Sagara",
        "gelar_belakang": "S.Kom.",
    }
    values = {
        "submission_id": submission.id,
        "user_id": asesi.id,
        "orang_id": orang.id,
        "skema_id": place.versi.skema_id,
        "skema_versi_id": place.versi.id,
        "nomor": f"PMH-2026-{n:06d}",
        "nama": name,
        "isian": isian,
        "instansi": "BPBD Kota Sagara",
        "nik_enc": sealing.seal(nik, "nik"),
        "apl01_diajukan_at": now(),
        "apl01_diterima_at": now(),
        "apl02_diajukan_at": now(),
    }
    case = add(m.Permohonan(**{**values, **changes}))
    add(
        a.PenugasanAsesor(
            permohonan_id=case.id, asesor_id=place.asesor_row.id, status=a.AKTIF, diusulkan_oleh_id=place.sekretariat.id
        )
    )
    add(a.PesertaSesi(sesi_id=place.sesi.id, permohonan_id=case.id, kehadiran=a.HADIR))
    units = db.session.scalars(
        sa.select(s.SkemaUnit.unit_id).where(s.SkemaUnit.skema_versi_id == place.versi.id).order_by(s.SkemaUnit.urut)
    )
    for i, unit in enumerate(units):
        add(a.HasilUnit(permohonan_id=case.id, unit_id=unit, hasil=m.BK if hasil == m.BK and i == 0 else m.K))
    add(a.Rekomendasi(permohonan_id=case.id, asesor_id=place.asesor_row.id, hasil=hasil))
    return case


def rapat(
    place: Lsp, *cases: m.Permohonan, hadir: list[User] | None = None, anggota: list[User] | None = None
) -> k.Pleno:
    """A meeting under way with these cases; its chair is the first member."""
    members = anggota or place.komite
    row = pleno.create(place.panggil("manajer"), TODAY, "Ruang rapat", [u.id for u in members], members[0].id)
    pleno.add(row, place.panggil("manajer"), [c.id for c in cases])
    pleno.attend(row, principal(members[0]), {u.id for u in (members if hadir is None else hadir)})
    return row


def suara(row: k.Pleno, user: User, *votes: str) -> None:
    """One vote a row, in the order of the table."""
    decisions = [r.Keputusan for r in pleno.rows_of(row.id)]
    pleno.vote(row, principal(user), {d.id: v for d, v in zip(decisions, votes, strict=True)})


def putuskan(row: k.Pleno, place: Lsp) -> None:
    """Everybody votes as the asesor recommended; the chair records and closes."""
    rows = pleno.rows_of(row.id)
    for user in place.komite:
        suara(row, user, *(r.rekomendasi for r in rows))
    for r in rows:
        pleno.decide(row, r.Keputusan, principal(place.komite[0]), "Sesuai rekomendasi asesor dan bukti")
    pleno.close(row, principal(place.komite[0]), "", PASSWORD)


def sk_untuk(row: k.Pleno, place: Lsp, tanggal: date = TODAY, ditandatangani: bool = True) -> k.Sk:
    made = sk.prepare(row, place.versi.id, f"SK-{next(COUNT):03d}/LSP/2026", tanggal, place.panggil("manajer"))
    if ditandatangani:
        sk.sign(made, place.panggil("ketua"), PASSWORD)
    return made


def sertifikat_baru(place: Lsp, banyak: int = 1, tanggal: date = TODAY, **changes: Any) -> list[k.Sertifikat]:
    """Certificates that wait for a number, through meeting and SK."""
    row = rapat(place, *(kasus(place, **changes) for _ in range(banyak)))
    putuskan(row, place)
    made = sk_untuk(row, place, tanggal)
    paket.request(place.panggil("sekretariat"), f"B-{next(COUNT):03d}/2026", TODAY, "", [made.id])
    query = sa.select(k.Sertifikat).join(k.Keputusan, k.Keputusan.id == k.Sertifikat.keputusan_id)
    return list(db.session.scalars(query.where(k.Keputusan.sk_id == made.id).order_by(k.Sertifikat.nama)))


def beri_nomor(place: Lsp, *rows: k.Sertifikat) -> None:
    user = place.panggil("sekretariat")
    for row in rows:
        n = next(COUNT)
        nomor.receive(f"{7000000 + n}", "", user)
        nomor.record(row, f"84234 1439 3 {n:07d} 2026", f"PBN.0001.{n:05d} 2026", f"{7000000 + n}", user)


def berlaku(place: Lsp, banyak: int = 1, **changes: Any) -> list[k.Sertifikat]:
    """Certificates in force, with their paper."""
    rows = sertifikat_baru(place, banyak, **changes)
    beri_nomor(place, *rows)
    sertifikat.sign([r.id for r in rows], place.panggil("ketua"), PASSWORD)
    for row in rows:
        sertifikat.issue(row)
    db.session.flush()
    return rows


def pemegang(row: k.Sertifikat) -> User:
    return db.session.get_one(User, row.user_id)


def sudah_lewat(row: k.Sertifikat, sampai: date) -> None:
    """As if it had been decided long ago."""
    db.session.execute(
        sa.update(k.Sertifikat).where(k.Sertifikat.id == row.id).values(sampai=sampai, diputus=date(2023, 1, 1))
    )
    db.session.expire(row)


def simpan() -> None:
    database.commit()


def kunci(value: uuid.UUID) -> str:
    return str(value)
