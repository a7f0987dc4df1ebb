"""Fictional people: names, births, NIK of a regency that does not exist, work. Every choice comes from a seed."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from portal.kernel import people, sealing
from portal.kernel.citizens import NIK
from portal.kernel.demo.nama import Names, read
from portal.kernel.demo.salin import Ids, dice
from portal.kernel.organisation import Orang
from portal.sertifikasi.demo.meja import Meja
from portal.sertifikasi.saya.models import ProfilAsesi

# Code of a province that exists, its capital, and how often applicants come from there.
TEMPAT = (
    ("32", "Kabupaten Teluk Bayangan", 22),
    ("33", "Kabupaten Sendang Biru", 16),
    ("35", "Kota Sagara", 18),
    ("51", "Kabupaten Tirta Asri", 6),
    ("12", "Kabupaten Bukit Lawangan", 9),
    ("13", "Kota Ranah Permai", 7),
    ("73", "Kabupaten Tanjung Lontar", 8),
    ("71", "Kota Minaesa Baru", 4),
    ("81", "Kabupaten Nusa Kenari", 3),
    ("64", "Kabupaten Mahligai", 3),
    ("53", "Kabupaten Padang Sabana", 3),
    ("91", "Kota Teluk Cenderawangi", 1),
)
INSTANSI = (
    ("BPBD Kota Sagara", "BPBD", "Petugas lapangan", 26),
    ("Palang Merah Kota Sagara", "RELAWAN", "Relawan", 20),
    ("BPBD Kabupaten Teluk Bayangan", "ASN", "Analis kebencanaan", 14),
    ("Puskesmas Pandan Wangi", "ASN", "Perawat", 9),
    ("Dinas Sosial Kota Sagara", "ASN", "Pengelola bantuan sosial", 7),
    ("Relawan Siaga Nusantara", "RELAWAN", "Koordinator wilayah", 10),
    ("PT Karya Samudra Rekaan", "SWASTA", "Petugas keselamatan kerja", 6),
    ("Kodim Teluk Rekaan", "TNI_POLRI", "Babinsa", 4),
    ("", "BELUM_BEKERJA", "", 4),
)
PENDIDIKAN = (("SMA", 34), ("D3", 22), ("S1", 38), ("S2", 6))
ANGGARAN = (("APBN", 30), ("APBD", 34), ("MANDIRI", 22), ("HIBAH", 9), ("PERUSAHAAN", 5))
OLDEST, SPAN_DAYS = date(1968, 1, 1), 35 * 365


@dataclass(slots=True)
class Manusia:
    """A human with an account. `nik` begins with a real province and goes on with a regency 99 that is none."""

    orang_id: str
    user_id: str
    pengguna: str
    nama: str
    kelamin: str
    lahir: date
    nik: str
    provinsi: str
    kab_kota: str
    instansi: str
    status_kerja: str
    jabatan: str
    pendidikan: str
    anggaran: str
    hp: str
    alamat: str
    belakang: str = ""
    depan: str = ""

    @property
    def lengkap(self) -> str:
        return f"{self.depan + ' ' if self.depan else ''}{self.nama}{', ' + self.belakang if self.belakang else ''}"

    @property
    def surel(self) -> str:
        return f"{self.pengguna}@sagara.example"

    def isian(self) -> dict[str, str]:
        """Fields of APL-01, parts 1a and 1b."""
        works = self.status_kerja != "BELUM_BEKERJA"
        found = {
            "nama": self.nama,
            "gelar_depan": self.depan,
            "gelar_belakang": self.belakang,
            "kebangsaan": "ID",
            "tempat_lahir": self.kab_kota.split(" ", 1)[1],
            "tanggal_lahir": self.lahir.isoformat(),
            "jenis_kelamin": self.kelamin,
            "alamat": self.alamat,
            "provinsi": self.provinsi,
            "kab_kota": self.kab_kota,
            "kecamatan": "Kecamatan Rekaan",
            "kode_pos": "99999",
            "hp": self.hp,
            "surel": self.surel,
            "pendidikan": self.pendidikan,
            "status_kerja": self.status_kerja,
            "sumber_anggaran": self.anggaran,
            "lama_pengalaman": str(2 + self.lahir.day % 11),
        }
        if works:
            found |= {
                "instansi": self.instansi,
                "jabatan": self.jabatan,
                "alamat_kantor": f"Jalan Balai Rekaan Nomor {self.lahir.day}, {self.kab_kota}",
            }
        return {name: value for name, value in found.items() if value}


class Penduduk:
    """Makes people one after the other; the same seed makes the same ones."""

    def __init__(self, seed: str, ids: Ids, kecamatan: int = 99, first: int = 9000) -> None:
        self.random: Random = dice(f"{seed}:orang")
        self.names, self.ids = Names(dice(f"{seed}:nama")), ids
        self.kecamatan, self.first = f"99{kecamatan:02d}", first
        self.serial: dict[str, int] = {}
        self.taken: set[str] = set()
        self.streets = read("nama")["jalan"]

    def next(self, **given: Any) -> Manusia:
        r = self.random
        kelamin = given.pop("kelamin", "") or r.choice("LLLPP")
        nama = given.pop("nama", "") or self.names.next(kelamin)
        provinsi, kota, _ = r.choices(TEMPAT, [t[2] for t in TEMPAT])[0]
        instansi, status, jabatan, _ = r.choices(INSTANSI, [i[3] for i in INSTANSI])[0]
        lahir = OLDEST + timedelta(days=r.randrange(SPAN_DAYS))
        pendidikan = r.choices([p for p, _ in PENDIDIKAN], [n for _, n in PENDIDIKAN])[0]
        anggaran = r.choices([p for p, _ in ANGGARAN], [n for _, n in ANGGARAN])[0]
        alamat = f"{r.choice(self.streets)} Nomor {r.randint(1, 120)}, {kota}"
        made = Manusia(
            self.ids.next(),
            self.ids.next(),
            given.pop("pengguna", "") or self._account(nama),
            nama,
            kelamin,
            lahir,
            self._nik(provinsi, kelamin, lahir),
            provinsi,
            kota,
            instansi,
            status,
            jabatan,
            pendidikan,
            anggaran,
            f"+62899{r.randrange(10**7):07d}",
            alamat,
        )
        for name, value in given.items():
            setattr(made, name, value)
        return made

    def _account(self, nama: str) -> str:
        words = "".join(c for c in nama.lower() if c.isascii() and (c.isalpha() or c == " ")).split()
        stem = f"asesi.{words[0]}.{words[-1]}"
        name, n = stem, 1
        while name in self.taken:
            n += 1
            name = f"{stem}{n}"
        self.taken.add(name)
        return name

    def _nik(self, provinsi: str, kelamin: str, lahir: date) -> str:
        day = lahir.day + (40 if kelamin == "P" else 0)
        stem = f"{provinsi}{self.kecamatan}{day:02d}{lahir:%m%y}"
        number = self.serial.get(stem, self.first) + 1
        self.serial[stem] = number
        return f"{stem}{number:04d}"


def write_person(meja: Meja, one: Manusia, at: Any, sandi_hash: str, profil: bool = False) -> None:
    """Person, account and, for somebody who has applied before, profile."""
    sealed, mark = sealing.seal(one.nik, NIK), sealing.mark(one.nik, NIK)
    columns = "nama gelar_depan gelar_belakang tempat_lahir tanggal_lahir jenis_kelamin nik_enc nik_sidik"
    born_in = one.kab_kota.split(" ", 1)[1]
    meja.add(
        Orang,
        columns,
        at,
        one.nama,
        one.depan,
        one.belakang,
        born_in,
        one.lahir,
        one.kelamin,
        sealed,
        mark,
        id=one.orang_id,
    )
    columns = "pengguna nama surel surel_terbukti sandi_hash orang_id aktif sandi_diubah_at setuju_data_at"
    meja.add(
        people.User,
        columns,
        at,
        one.pengguna,
        one.lengkap,
        one.surel,
        True,
        sandi_hash,
        one.orang_id,
        True,
        at,
        at,
        id=one.user_id,
    )
    if profil:
        meja.add(ProfilAsesi, "user_id orang_id isian", at, one.user_id, one.orang_id, one.isian())
