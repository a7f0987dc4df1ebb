"""People of the LSP of the fictional Kota Sagara region, one account or more for every role of certification."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from portal.kernel import people
from portal.kernel.calendar import zona_waktu
from portal.kernel.db import db
from portal.kernel.demo import ACCOUNTS, FILLERS, SEED, require_demo, today
from portal.kernel.demo.salin import Ids
from portal.kernel.storage import config
from portal.sertifikasi.demo.manusia import Manusia, Penduduk, write_person
from portal.sertifikasi.demo.meja import Lemari, Meja

EPOCH_MS = 1_704_153_600_000  # 2 January 2024, so that keys do not depend on the day of loading
LSP = "LSP Penanggulangan Bencana Sagara (rekaan)"


@dataclass(frozen=True)
class Petugas:
    """`peran`: what akun-demo prints; `diberi`: the role that is given, "" for an asesi."""

    peran: str
    diberi: str
    pengguna: str
    nama: str
    kelamin: str
    sandi: str
    unit: str
    belakang: str = ""
    depan: str = ""


PETUGAS = (
    Petugas(
        "sekretariat_lsp",
        "sekretariat_lsp",
        "maria.tamaela",
        "Maria Tamaela",
        "P",
        "sagara-kamboja-2026",
        "Sekretariat LSP",
        "S.Sos.",
    ),
    Petugas(
        "asesor",
        "asesor",
        "hendra.gunadi",
        "Hendra Gunadi",
        "L",
        "sagara-meranti-2026",
        "Asesor kompetensi",
        "S.Kep., Ns.",
    ),
    Petugas(
        "asesor",
        "asesor",
        "rini.pakpahan",
        "Rini Pakpahan",
        "P",
        "sagara-cendana-2026",
        "Asesor kompetensi",
        "S.T., M.T.",
    ),
    Petugas(
        "asesor", "asesor", "ahmad.fauzan", "Ahmad Fauzan", "L", "sagara-jatimas-2026", "Asesor kompetensi", "S.K.M."
    ),
    Petugas(
        "manajer_sertifikasi",
        "manajer_sertifikasi",
        "gede.artawan",
        "I Gede Artawan",
        "L",
        "sagara-gurami-2026",
        "Manajer sertifikasi",
        "M.M.",
    ),
    Petugas(
        "komite_teknis",
        "komite_teknis",
        "sri.mulyasari",
        "Sri Mulyasari",
        "P",
        "sagara-melati-2026",
        "Komite teknis",
        "M.Si.",
    ),
    Petugas(
        "komite_teknis",
        "komite_teknis",
        "tomi.rantung",
        "Tomi Rantung",
        "L",
        "sagara-bakawan-2026",
        "Komite teknis",
        "S.H.",
    ),
    Petugas(
        "komite_teknis",
        "komite_teknis",
        "fatimah.syahrani",
        "Fatimah Syahrani",
        "P",
        "sagara-seruni-2026",
        "Komite teknis",
        "M.Kes.",
    ),
    Petugas(
        "ketua_lsp",
        "ketua_lsp",
        "rahmat.daulay",
        "Rahmat Daulay",
        "L",
        "sagara-trembesi-2026",
        "Ketua LSP",
        "M.P.A.",
        "Dr.",
    ),
    Petugas(
        "pihak_ketiga",
        "pihak_ketiga",
        "nadia.kusuma",
        "Nadia Kusuma",
        "P",
        "sagara-pengawas-2026",
        "Pengawas BNSP (rekaan)",
    ),
    Petugas(
        "asesi", "", "dimas.anggoro", "Dimas Anggoro", "L", "sagara-wijaya-2026", "Asesi baru, belum pernah melamar"
    ),
    Petugas(
        "asesi_lama", "", "yuliana.kase", "Yuliana Kase", "P", "sagara-flores-2026", "Asesi yang sudah bersertifikat"
    ),
    # They sat in none of the meetings, so that appeals find a panel.
    Petugas(
        "komite_teknis", "komite_teknis", "lestari.handoko", "Lestari Handoko", "P", "sagara-kecapi-2026",
        "Komite teknis", "M.Kom.",
    ),
    Petugas(
        "komite_teknis", "komite_teknis", "yohanes.lado", "Yohanes Lado", "L", "sagara-pinang-2026", "Komite teknis",
        "M.T.",
    ),
)  # fmt: skip
ACCOUNTS.extend(
    {"peran": p.peran, "pengguna": p.pengguna, "sandi": p.sandi, "nama": p.nama, "unit": p.unit} for p in PETUGAS
)


@dataclass(frozen=True)
class Jumlah:
    akun: int = 0

    def __str__(self) -> str:
        return f"Sertifikasi: {self.akun} akun LSP ditambahkan."


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), zona_waktu(config().zona))


def staff(seed: int = SEED) -> dict[str, Manusia]:
    """Account name to person, the same on every machine."""
    made = Penduduk(f"{seed}:lsp", Ids(f"{seed}:lsp:kunci", EPOCH_MS))
    found = {}
    for p in PETUGAS:
        more = {"belakang": p.belakang, "depan": p.depan}
        if p.diberi:
            more |= {
                "instansi": LSP if p.diberi != "pihak_ketiga" else "BNSP (rekaan)",
                "status_kerja": "ASN",
                "jabatan": p.unit,
            }
        found[p.pengguna] = made.next(nama=p.nama, kelamin=p.kelamin, pengguna=p.pengguna, **more)
    return found


def load_akun(skala: str = "kecil", seed: int = SEED) -> Jumlah:
    """Accounts and roles. The caller commits. Raises Refused in production, ValueError for an unknown scale."""
    require_demo(skala)
    if db.session.scalar(sa.select(sa.exists().where(people.User.pengguna == PETUGAS[0].pengguna))):
        return Jumlah()
    ids, begun = Ids(f"{seed}:lsp:peran", EPOCH_MS), today() - timedelta(days=900)
    meja, persons = Meja(ids, Lemari()), staff(seed)
    for p in PETUGAS:
        person = persons[p.pengguna]
        known = p.peran == "asesi_lama"
        write_person(meja, person, at(begun), people.HASHER.hash(p.sandi), profil=known)
        if p.diberi and p.diberi != "pihak_ketiga":
            dasar = f"SK Ketua LSP Nomor {len(meja.rows)}/LSP-PBS/{begun.year} (rekaan)"
            meja.add(
                people.PenugasanPeran, "user_id peran dasar mulai", at(begun), person.user_id, p.diberi, dasar, begun
            )
        elif p.diberi:
            until = today() + timedelta(days=60)
            meja.add(
                people.PenugasanPeran,
                "user_id peran dasar mulai selesai",
                at(begun),
                person.user_id,
                p.diberi,
                "Surat tugas pengawasan BNSP (rekaan)",
                today() - timedelta(days=14),
                until,
            )
    meja.flush()
    people.forget_everyone()
    return Jumlah(len(PETUGAS))


FILLERS.append(load_akun)
