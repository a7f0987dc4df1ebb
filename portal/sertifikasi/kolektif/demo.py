"""Demo rows: two institutions, an operator, invitations in three states, and a few lines of the old register."""

from datetime import date, timedelta

import orjson
import sqlalchemy as sa

from portal.kernel import citizens, people, sealing
from portal.kernel.db import db, now
from portal.kernel.demo import ACCOUNTS, FILLERS, require_demo
from portal.kernel.organisation import today
from portal.kernel.people import PenugasanPeran, User
from portal.sertifikasi.arsip_lama.models import SertifikatLama
from portal.sertifikasi.keputusan.nomor import squeeze
from portal.sertifikasi.kolektif import OPERATOR, services
from portal.sertifikasi.kolektif import models as k
from portal.sertifikasi.kolektif.models import Lembaga, Operator, Undangan
from portal.sertifikasi.skema.models import Skema

PLACES = ("BPBD Kota Sagara (rekaan)", "Palang Merah Kota Sagara (rekaan)")
ACCOUNT = {
    "peran": OPERATOR, "pengguna": "yanti.rumapea", "sandi": "sagara-bakung-2026", "nama": "Yanti Rumapea",
    "unit": PLACES[0],
}  # fmt: skip
CODE = "SAGARA2026"  # of the invitation that waits
INVITED = (
    ("Darma Wijaksana", "3199990309900011", k.MENUNGGU), ("Lestari Pertiwi", "3199994309900012", k.DITOLAK),
    ("Markus Tandi", "3199991503850013", k.KEDALUWARSA),
)  # fmt: skip
OLD = (
    ("Sutrisno Hadi", date(1979, 8, 17), "84234 5121 3 9000001 2021", "SKM 9001 00001 2021", date(2021, 6, 14)),
    ("Nengah Suarni", date(1988, 2, 1), "84234 5121 3 9000002 2025", "SKM 9001 00002 2025", date(2025, 3, 10)),
    ("Yohanis Lapu", date(1991, 11, 30), "84234 5121 3 9000003 2025", "SKM 9001 00003 2025", date(2025, 3, 10)),
)
ACCOUNTS.append(ACCOUNT)


def load_kolektif(skala: str = "kecil") -> str:
    """Add what is missing. The caller commits. Raises Refused in production."""
    require_demo(skala)
    office = db.session.scalars(
        sa.select(User).join(PenugasanPeran, PenugasanPeran.user_id == User.id)
        .where(PenugasanPeran.peran == "sekretariat_lsp").order_by(User.pengguna).limit(1)
    ).first()  # fmt: skip
    skema = db.session.scalars(sa.select(Skema).order_by(Skema.urut).limit(1)).first()
    known = db.session.scalar(sa.select(sa.exists().where(Lembaga.nama == PLACES[0])))
    if office is None or skema is None or known:
        return "Pendaftaran kolektif: tidak ada yang ditambahkan."
    places = [Lembaga(nama=name) for name in PLACES]
    user = User(pengguna=ACCOUNT["pengguna"], nama=ACCOUNT["nama"])
    db.session.add_all([*places, user])
    db.session.flush()
    people.set_password(user, ACCOUNT["sandi"])
    db.session.add(Operator(lembaga_id=places[0].id, user_id=user.id, diberi_oleh_id=office.id))
    db.session.add(PenugasanPeran(user_id=user.id, peran=OPERATOR, dasar=PLACES[0], mulai=today()))
    db.session.add_all(_invitation(places[0], skema, user, *one) for one in INVITED)
    db.session.add_all(_old(skema, office, *one) for one in OLD)
    db.session.flush()
    return f"Pendaftaran kolektif: {len(INVITED)} undangan dan {len(OLD)} sertifikat lama ditambahkan."


def _invitation(lembaga: Lembaga, skema: Skema, user: User, nama: str, nik: str, status: str) -> Undangan:
    waits = status == k.MENUNGGU
    isian = {"nama": nama, "jabatan": "Petugas logistik", "instansi": lembaga.nama}
    body = orjson.dumps({"nik": nik, "isian": isian}).decode()
    late = timedelta(days=0 if waits else services.DAYS + 2)
    return Undangan(
        lembaga_id=lembaga.id, skema_id=skema.id, nama=nama, nik_sidik=sealing.mark(nik, citizens.NIK),
        tujuan=f"{nama.partition(' ')[0].lower()}@contoh.id",
        isian=sealing.seal(body, services.SEAL) if waits else None,
        kode_sidik=sealing.mark(CODE, services.CODE) if waits else None, status=status, oleh_id=user.id,
        dikirim_at=now() - late, berlaku_sampai=now() - late + timedelta(days=services.DAYS),
        dijawab_at=None if waits else now() - timedelta(days=2),
    )  # fmt: skip


def _old(skema: Skema, office: User, nama: str, lahir: date, nomor: str, no_reg: str, terbit: date) -> SertifikatLama:
    return SertifikatLama(
        nama=nama, tanggal_lahir=lahir, skema_id=skema.id, nomor=nomor, nomor_sidik=squeeze(nomor), no_reg=no_reg,
        no_reg_sidik=squeeze(no_reg), terbit=terbit, sampai=terbit.replace(year=terbit.year + 3),
        dimuat_oleh_id=office.id,
    )  # fmt: skip


FILLERS.append(load_kolektif)
