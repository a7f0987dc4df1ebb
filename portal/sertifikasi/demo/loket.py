"""What lies on desks: letters from the public, packages sent to BNSP, blanko in stock, an act that waits for the
ketua, and the new case of an appeal that was accepted."""

import uuid
from datetime import timedelta

import sqlalchemy as sa

from portal.kernel import access, people
from portal.kernel.db import db
from portal.kernel.demo.salin import dice
from portal.sertifikasi.demo.kasus import Panggung
from portal.sertifikasi.keputusan import banding, paket
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.publik.models import Tiket, TiketBalasan
from portal.sertifikasi.publik.services import due
from portal.sertifikasi.saya import models as m

STOCK, SPOILED = 24, 1
# days ago, topic, name, message, state, answer
PESAN = (
    (0, "INFORMASI", "Laila Nuraini", "Apakah ada jadwal asesmen untuk skema petugas posko pada bulan depan?",
     "BARU", ""),
    (1, "PENDAFTARAN", "Bonar Siregar", "Pas foto saya ditolak karena latar belakang. Warna apa yang diminta?",
     "BARU", ""),
    (2, "KELUHAN", "Wayan Sudarma", "Saya datang tepat waktu, tetapi asesmen baru mulai dua jam kemudian.", "BARU", ""),
    (9, "KELUHAN", "Ningsih Lestari", "Nomor telepon sekretariat tidak diangkat selama tiga hari berturut-turut.",
     "BARU", ""),
    (6, "SERTIFIKAT", "Oktavianus Bria", "Nama saya pada sertifikat memakai gelar lama. Bagaimana menggantinya?",
     "DIJAWAB",
     "Kirim fotokopi ijazah terbaru lewat Dokumen Saya. Kami mengusulkan penggantian; sertifikat lama tetap berlaku."),
    (21, "INFORMASI", "Fitri Handayani", "Apakah relawan tanpa instansi boleh mendaftar?", "DITUTUP",
     "Boleh. Pada bagian pekerjaan pilih Relawan; surat tugas diganti surat keterangan kegiatan."),
)  # fmt: skip


def write(p: Panggung) -> None:
    """Rows that nothing else refers to; before the flush."""
    for n, (ago, topik, nama, pesan, status, jawaban) in enumerate(PESAN):
        made = p.now - timedelta(days=ago, hours=1, minutes=7 * n)
        seri, kode = f"HUB-{made.year}", "".join(dice(f"tiket:{n}").choices("abcdefghjkmnpqrstuvwxyz23456789", k=24))
        ended = made + timedelta(days=1) if status == "DITUTUP" else None
        key = p.meja.add(
            Tiket, "nomor kode topik nama surel pesan status batas ditutup_at tautan_dipakai_at", made,
            f"{seri}-{p.meja.number(seri):05d}", kode, topik, nama, f"{nama.split()[0].lower()}@contoh.example", pesan,
            status, due(made.date()), ended, made,
        )  # fmt: skip
        if jawaban:
            p.meja.add(TiketBalasan, "tiket_id dari_lsp oleh isi", made + timedelta(hours=5), key, True,
                       p.petugas["maria.tamaela"].lengkap, jawaban)  # fmt: skip
    received = p.now - timedelta(days=30)
    for n in range(STOCK + SPOILED):
        status, words = (k.STOK, "Kiriman BNSP (rekaan)") if n < STOCK else (k.RUSAK, "Sobek saat dicetak (rekaan)")
        p.meja.add(k.Blanko, "seri status catatan", received, f"REKAAN-{9000001 + n}", status, words)


def finish(p: Panggung) -> None:
    """What is made from rows that are there; after the flush."""
    p.meja.keep_numbers()
    _packages(p)
    _act(p)
    _accepted(p)
    db.session.flush()
    p.meja.know_numbers()


def _packages(p: Panggung) -> None:
    """One for each signed SK whose certificates were asked for; the worker draws the zip."""
    asked = sa.select(k.Sertifikat.id).join(k.Keputusan, k.Keputusan.id == k.Sertifikat.keputusan_id)
    query = sa.select(k.Sk).where(asked.where(k.Keputusan.sk_id == k.Sk.id).exists()).order_by(k.Sk.tanggal, k.Sk.id)
    user = people.principal_of(db.session.scalars(_account("maria.tamaela")).one(), access.grants())
    assert user is not None  # noqa: S101 - made with the accounts
    for n, sk in enumerate(db.session.scalars(query).all(), 1):
        day = sk.tanggal + timedelta(days=2)
        row = k.PaketBnsp(
            nomor=f"{n:03d}/BNSP/LSP-PBS/{day.year} (rekaan)", tanggal=day, tujuan=paket.TO, sk=[str(sk.id)],
            oleh_id=user.id,
        )  # fmt: skip
        row.isi = paket.letter(row, [sk])
        db.session.add(row)
        db.session.flush()
        mine = sa.select(k.Keputusan.id).where(k.Keputusan.sk_id == sk.id)
        db.session.execute(
            sa.update(k.Sertifikat).where(k.Sertifikat.keputusan_id.in_(mine)).values(paket_id=row.id)
        )  # fmt: skip
        paket.build(row, user)


def _account(pengguna: str) -> sa.Select[tuple[uuid.UUID]]:
    return sa.select(people.User.id).where(people.User.pengguna == pengguna)


def _act(p: Panggung) -> None:
    """A suspension that the manajer has agreed to."""
    query = sa.select(k.Sertifikat).where(k.Sertifikat.status == k.BERLAKU, k.Sertifikat.sampai > p.hari)
    held = db.session.scalars(query.order_by(k.Sertifikat.diputus, k.Sertifikat.nomor).limit(1)).first()
    if held is None:
        return
    db.session.add(
        k.Tindakan(
            sertifikat_id=held.id, jenis=k.TANGGUHKAN, kelas="SURVEILAN", status=k.DISETUJUI,
            uraian="Laporan surveilan pertama tidak disampaikan setelah dua kali diingatkan.",
            diusulkan_oleh_id=p.petugas["maria.tamaela"].user_id, batas_tanggapan=p.hari - timedelta(days=3),
            putusan="Setuju: pemegang tidak menanggapi.", diputus_oleh_id=p.petugas["gede.artawan"].user_id,
            diputus_at=p.now - timedelta(days=1),
        )
    )  # fmt: skip


def _accepted(p: Panggung) -> None:
    user = people.principal_of(db.session.scalars(_account("rahmat.daulay")).one(), access.grants())
    query = sa.select(k.Banding).where(k.Banding.status == banding.DITERIMA, k.Banding.ulang_id.is_(None))
    for row in db.session.scalars(query).all():
        assert user is not None  # noqa: S101 - made with the accounts
        row.ulang_id = banding.again(db.session.get_one(m.Permohonan, row.permohonan_id), user).id
