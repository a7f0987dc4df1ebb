"""Registers of the LSP: assessors with their periods, venues, trainings, older licence. One MET ends soon, one venue
has run out, one assessor trained an asesi lately: the rules have something to say."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from portal.kernel.db import db
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.demo import akun, berkas
from portal.sertifikasi.demo.manusia import Manusia
from portal.sertifikasi.demo.meja import PDF, Meja
from portal.sertifikasi.keputusan.models import Pengaturan
from portal.sertifikasi.skema import models as s

OLD_LICENCE = "PERAGAAN-LSP-0000-ID"
# account, registration number, months since it began, schemes (codes)
ASESOR = (
    ("hendra.gunadi", "MET.000.900001 {year}", 16, ("PPT-PTG", "PPT-KOR", "SHL-PTG", "KCP-PTG")),
    ("rini.pakpahan", "MET.000.900002 {year}", 20, ("SHL-PTG", "SHL-KOR", "ASB-PTG", "DST-PTG", "PPT-PTG")),
    ("ahmad.fauzan", "MET.000.900003 {year}", 35, ("PPT-PTG", "SAR-PTG", "RLW-KOR", "DST-PTG", "ASB-PTG")),
)
TUK = (
    ("TUK-SGR-01", "Balai Pelatihan Kota Sagara", a.SEWAKTU, "Kota Sagara", "35", 20, False, 500),
    ("TUK-SGR-02", "Lapangan Teluk Bayangan", a.TEMPAT_KERJA, "Kabupaten Teluk Bayangan", "32", 30, False, 320),
    ("TUK-SGR-03", "Markas Palang Merah Kota Sagara", a.MANDIRI, "Kota Sagara", "35", 15, True, 210),
    ("TUK-SGR-04", "Gudang Logistik Sendang Biru", a.TEMPAT_KERJA, "Kabupaten Sendang Biru", "33", 12, False, -25),
)


@dataclass(frozen=True)
class AsesorDemo:
    id: str
    orang: Manusia
    no_reg: str


@dataclass(frozen=True)
class TukDemo:
    id: str
    jenis: str
    nama: str
    kota: str

    @property
    def isi(self) -> dict[str, str]:
        return {"jenis": self.jenis, "nama": self.nama, "kota": self.kota, "alamat": f"Jalan Rekaan 1, {self.kota}"}


@dataclass(frozen=True)
class Register:
    asesor: dict[str, AsesorDemo]
    tuk: list[TukDemo]
    lsp: dict[str, str]


def write(meja: Meja, persons: dict[str, Manusia], hari: date, schemes: dict[str, str]) -> Register:
    """`schemes`: code to id. Nothing here is there before."""
    made = at_start = akun.at(hari - timedelta(days=1500))
    asesor = {}
    for pengguna, pattern, months, codes in ASESOR:
        begun = hari - timedelta(days=months * 30)
        person, no_reg = persons[pengguna], pattern.format(year=begun.year)
        end = begun + timedelta(days=3 * 365)
        key = meja.add(
            a.Asesor,
            "user_id no_reg instansi mulai selesai aktif",
            at_start,
            person.user_id,
            no_reg,
            "Puskesmas Pandan Wangi" if pengguna == "hendra.gunadi" else "BPBD Kota Sagara",
            begun,
            end,
            True,
        )
        for code in codes:
            meja.add(a.AsesorSkema, "asesor_id skema_id mulai selesai", made, key, schemes[code], begun, end)
        _paper(meja, person, f"Sertifikat metodologi {no_reg}", asesor_id=key)
        asesor[pengguna] = AsesorDemo(key, person, no_reg)
    tuk = [_venue(meja, persons, hari, row) for row in TUK]
    coach, pupil = persons["hendra.gunadi"], persons["dimas.anggoro"]
    meja.add(
        a.Pelatihan,
        "pelatih_id peserta_id nama selesai",
        made,
        coach.user_id,
        pupil.user_id,
        "Pelatihan pertolongan pertama Kota Sagara",
        hari - timedelta(days=200),
    )
    lsp = {"nama": akun.LSP, "alamat": "Jalan Teluk Bayangan Nomor 17, Kota Sagara", "kota": "Sagara"}
    meja.add(Pengaturan, "nama nilai", made, "lsp", lsp)
    return Register(asesor, tuk, {**lsp, "lisensi": "PERAGAAN-LSP-0001-ID"})


def _venue(
    meja: Meja, persons: dict[str, Manusia], hari: date, row: tuple[str, str, str, str, str, int, bool, int]
) -> TukDemo:
    kode, nama, jenis, kota, provinsi, kuota, coach, left = row
    made = akun.at(hari - timedelta(days=1500))
    key = meja.add(
        a.Tuk,
        "kode nama jenis alamat kota provinsi kuota pemilik_pelatih mulai selesai",
        made,
        kode,
        nama,
        jenis,
        f"Jalan Rekaan 1, {kota}",
        kota,
        provinsi,
        kuota,
        coach,
        hari - timedelta(days=1400),
        hari + timedelta(days=left),
    )
    _paper(meja, persons["maria.tamaela"], f"Berita acara verifikasi {kode}", tuk_id=key)
    return TukDemo(key, jenis, nama, kota)


def _paper(meja: Meja, owner: Manusia, judul: str, asesor_id: str | None = None, tuk_id: str | None = None) -> None:
    made = akun.at(akun.today() - timedelta(days=500))
    body = berkas.letter(
        judul, [f"Dokumen register LSP atas nama {owner.lengkap}.", "Berlaku sesuai masa pada register."]
    )
    key = meja.document(owner.user_id, f"{judul}.pdf", meja.lemari.put(body, PDF), made)
    meja.add(a.BerkasRegister, "asesor_id tuk_id dokumen_id judul", made, asesor_id, tuk_id, key, judul)


def old_licence(meja: Meja, hari: date, schemes: dict[str, str]) -> None:
    """The licence before the present one, so that older certificates lie inside one."""
    if db.session.scalar(sa.select(sa.exists().where(s.LisensiLsp.nomor == OLD_LICENCE))):
        return
    made = akun.at(date(hari.year - 6, 1, 5))
    key = meja.add(
        s.LisensiLsp, "nomor mulai selesai", made, OLD_LICENCE, date(hari.year - 6, 1, 1), date(hari.year - 2, 12, 31)
    )
    for scheme in schemes.values():
        meja.add(s.LisensiSkema, "lisensi_id skema_id", made, key, scheme)
