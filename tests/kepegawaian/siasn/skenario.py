"""A city whose register and SIASN differ in every way at once; how the office brings them together.

Everybody has a seat on both sides. What else differs follows from the number of the person, so that any size is made
of the same cases and the counts are known beforehand.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan.models import Jabatan
from portal.kepegawaian.siasn import bentuk, paket, peta, putusan
from portal.kepegawaian.siasn import models as m
from portal.kernel.db import commit, db, now
from portal.kernel.organisation import Orang, Pegawai, Unit
from portal.kernel.people import Principal
from tests.kepegawaian import factories as f
from tests.kepegawaian.siasn.tiruan import Siasn

KINDS = (
    "jabatan", "golongan", "kursus", "penghargaan", "hukdis", "skp22", "diklat", "sertifikasi", "kgb", "pasangan",
    "anak", "ortu",
)  # fmt: skip
DITERIMA = ("golongan", "penghargaan", "sertifikasi", "kgb", "pasangan", "anak", "kontak")
LEMBAGA = "LSP Uji"


@dataclass
class Kota:
    """What was planted: rows to be pushed and taken; to be decided for ours (`beda`) and for SIASN (`ambil`)."""

    unit: list[Unit] = field(default_factory=list)
    jabatan: Any = None
    kirim: int = 0
    terima: int = 0
    beda: int = 0
    ambil: int = 0


def tanam(siasn: Siasn, count: int, user: Principal) -> Kota:
    """People here and there, with their differences."""
    city = Kota()
    pemda = f.unit("Pemerintah Kota Uji", jenis="PEMDA")
    for number in range(max(count // 50, 2)):
        opd = f.unit(f"Dinas {number}", pemda, jenis="PD")
        city.unit.append(f.unit(f"Bidang {number}", opd, opd))
    for one in city.unit:
        peta.petakan(peta.UNIT, str(one.id), f"UNOR{one.kode}", user)
        siasn.unor.append({"Id": f"UNOR{one.kode}", "NamaUnor": f"  {one.nama} ", "DiatasanId": None})
    peta.petakan("KURSUS", "BIMTEK", "7", user)
    peta.petakan("HUKDIS", "TEGURAN_LISAN", "11", user)
    peta.petakan("DIKLAT", "PIM_IV", "2", user)
    f.add(m.Peta(jenis=peta.LEMBAGA, lokal=bentuk.padat(LEMBAGA), siasn_id="LEM-1"))
    city.jabatan = f.add(Jabatan(jenis="JF", nama="Arsiparis Ahli Muda", jenjang="JF_MU", siasn_id="JF-1"))
    keys = []
    for number in range(count):
        keys.append(_person(siasn, city, number))
        if number % 100 == 99:
            db.session.flush()
    db.session.flush()
    for start in range(0, len(keys), 500):
        bangun.rebuild(keys[start : start + 500])
        commit()
    commit()
    return city


def _person(siasn: Siasn, city: Kota, number: int) -> Any:
    nip = (
        f"19850315{201001:06d}1{number % 999 + 1:03d}"
        if number < 999
        else f"19{70 + number % 25:02d}0412199901{number:04d}"
    )
    one = Orang(nama=f"Pegawai Ke {number}", tanggal_lahir=date(1985, 3, 15), jenis_kelamin="L")
    db.session.add(one)
    db.session.flush()
    who = Pegawai(orang_id=one.id, nip=nip, nama=one.nama, status="PNS")
    db.session.add(who)
    db.session.flush()
    siasn.tambah_orang(nip, nama=f"PEGAWAI KE  {number} ")
    unit = city.unit[number % len(city.unit)]
    seat = {"jenis_jabatan": "JF", "nama_jabatan": city.jabatan.nama, "jenjang": "JF_MU", "jabatan_id": city.jabatan.id}
    _fact(r.RiwayatJabatan(pegawai_id=who.id, unit_id=unit.id, tmt=date(2020, 1, 1), nomor_sk=f"SK/{number}", **seat))
    siasn.tambah(nip, "jabatan", jenisJabatan="2", jabatanFungsionalId="JF-1", unorId=f"UNOR{unit.kode}",
                 nomorSk=f"sk / {number}", tmtJabatan="01-01-2020", jenisPenugasanId="D", jenisMutasiId="MJ",
                 tmtPelantikan="01-01-0001")  # fmt: skip
    _differences(siasn, city, number, who, seat)
    _later_kinds(siasn, city, number, who)
    _family(siasn, city, number, who)
    _contacts(siasn, city, number, who)
    return who.id


def _fact(row: Any) -> None:
    row.status, row.sumber, row.dicatat_at = r.TERVERIFIKASI, r.IMPOR, now()
    db.session.add(row)


def _differences(siasn: Siasn, city: Kota, number: int, who: Pegawai, seat: dict[str, Any]) -> None:
    nip = who.nip or ""
    if number % 6 == 0:  # moved to another unit: only here
        there = city.unit[(number + 1) % len(city.unit)].id
        _fact(r.RiwayatJabatan(pegawai_id=who.id, unit_id=there, mutasi=r.MU, tmt=date(2020, 1, 1),
                               tmt_mutasi=date(2025, 2, 1), nomor_sk=f"MU/{number}", **seat))  # fmt: skip
        city.kirim += 1
    if number % 4 == 0:  # a course: only here
        _fact(_lain(who, "KURSUS", {"nama": f"Bimtek {number}", "bentuk": "BIMTEK", "jam": 20,
                                    "nomor_sertifikat": f"B-{number}", "penyelenggara": "BPSDM"}))  # fmt: skip
        city.kirim += 1
    if number % 9 == 0:
        _fact(_lain(who, "SKP", {"tahun": 2025, "hasil": "Sesuai ekspektasi", "perilaku": "Sesuai ekspektasi",
                                 "predikat": "Baik", "penilai": "Kepala Dinas"}))  # fmt: skip
        city.kirim += 1
    if number % 50 == 7:
        _fact(_lain(who, "HUKDIS", {"tingkat": "R", "jenis": "TEGURAN_LISAN", "alasan": "x", "dasar": "PP94"}))
        city.kirim += 1
    if number % 5 == 0:  # an award: only there
        siasn.tambah(nip, "penghargaan", hargaId="201", skNomor=f"K/{number}", skDate="17-08-2020", tahun="2020")
        city.terima += 1
    if number % 7 == 0:  # a rank: only there
        siasn.tambah(nip, "golongan", golonganId="33", skNomor=f"KP/{number}", skTanggal="10-03-2024",
                     tmtGolongan="01-04-2024", masaKerjaGolonganTahun="12", masaKerjaGolonganBulan="3")  # fmt: skip
        city.terima += 1
    if number % 8 == 3:  # a course that both have, with other hours
        _fact(_lain(who, "KURSUS", {"nama": f"Seminar {number}", "bentuk": "BIMTEK", "jam": 30,
                                    "nomor_sertifikat": f"C-{number}", "penyelenggara": "LAN"}))  # fmt: skip
        siasn.tambah(nip, "kursus", namaKursus=f"Seminar {number}", jenisDiklatId="7", jumlahJam="20",
                     noSertipikat=f"C-{number}", institusiPenyelenggara="LAN", tanggalKursus="03-03-2025",
                     tanggalSelesaiKursus="05-03-2025")  # fmt: skip
        city.beda += 1


def _later_kinds(siasn: Siasn, city: Kota, number: int, who: Pegawai) -> None:
    """Training, certificates, pay."""
    nip = who.nip or ""
    training = {"latihan": "PIM_IV", "jam": 285, "penyelenggara": "LAN"}
    body = {"nama": "Ahli Pengadaan", "nomor": f"SER/{number}", "lembaga": LEMBAGA}
    if number % 10 == 1:
        _fact(_lain(who, "DIKLAT", training))
        city.kirim += 1
    if number % 10 == 2:
        _fact(_lain(who, "SERTIFIKASI", body))
        city.kirim += 1
    if number % 10 == 3:
        pay = _lain(who, "KGB", {"gaji_lama": 3000000, "gaji_baru": 3100000, "mk_tahun": 8})
        pay.selesai = None
        _fact(pay)
        city.kirim += 1
    if number % 11 == 4:  # only there
        siasn.tambah(nip, "sertifikasi", noSertifikat=f"SIASN/{number}", namaSertifikasi="Auditor Muda",
                     lembagaSertifikasiId="LEM-1", lembagaSertifikasiNama=f" {LEMBAGA}  ",
                     masaBerlakuSertMulai="01-02-2024", masaBerlakuSertSelesai="01-02-2027")  # fmt: skip
        city.terima += 1
    if number % 12 == 5:
        siasn.tambah(nip, "kgb", nomorSk=f"KGB/{number}", tanggalSk="01-03-2023", tmtKgb="01-04-2023",
                     gajiBaru="2900000")  # fmt: skip
        city.terima += 1
    if number % 13 == 6:  # both, with other hours
        longer = _lain(who, "DIKLAT", {**training, "jam": 300})
        longer.nomor_sk = f"LATIH/{number}"
        _fact(longer)
        siasn.tambah(nip, "diklat", latihanStrukturalId="2", nomor=f"LATIH/{number}", tanggal="03-03-2025",
                     tanggalSelesai="05-03-2025", jumlahJam="285", institusiPenyelenggara="LAN")  # fmt: skip
        city.beda += 1


def _family(siasn: Siasn, city: Kota, number: int, who: Pegawai) -> None:
    """Nothing of it is pushed: it is equal, only there, or decided for SIASN. A child may be that of two people."""
    nip = who.nip or ""
    alive = {"StatusHidup": "1", "tempatLahir": "Sagara"}
    if number % 5 == 2:
        siasn.tambah(
            nip, "pasangan", orang={"id": f"ORG-{number}", "nama": f" Pasangan  {number} ", "tglLahir": "17-01-1987",
                                    "jenisKelamin": "F", **alive},
            dataPernikahan={"id": f"NIKAH-{number}", "tgglMenikah": "24-03-2010", "aktaMenikah": f"66/{number}",
                            "tgglCerai": "01-01-0001"},
        )  # fmt: skip
        city.terima += 1
    if number % 20 in (0, 1):
        siasn.tambah(nip, "anak", id=f"ANAK-{number // 20}", nama=f"Anak {number // 20}", tglLahir="02-05-2012",
                     jenisKelamin="M", aktaKelahiran=f"AL-{number // 20}", **alive)  # fmt: skip
        city.terima += 1
    if number % 4 == 1:  # equal on both sides
        _fact(_keluarga(who, "IBU", f"Ibu {number}", date(1958, 6, 5), "P"))
        siasn.tambah(nip, "ortu", nama=f"Ibu  {number}", tglLahir="05-06-1958", jenisKelamin="F", **alive)
    if number % 16 == 9:  # another number of the birth certificate there
        _fact(_keluarga(who, "ANAK", f"Budi {number}", date(2014, 5, 2), "L", nomor_akta=f"LAMA-{number}"))
        siasn.tambah(nip, "anak", id=f"BUDI-{number}", nama=f"Budi {number}", tglLahir="02-05-2014", jenisKelamin="M",
                     aktaKelahiran=f"BARU-{number}", **alive)  # fmt: skip
        city.ambil += 1


def _keluarga(who: Pegawai, tie: str, name: str, born: date, sex: str, **more: str) -> r.RiwayatLain:
    body = {"hubungan": tie, "nama": name, "tanggal_lahir": born.isoformat(), "tempat_lahir": "Sagara",
            "jenis_kelamin": sex, "hidup": True, **more}  # fmt: skip
    return r.RiwayatLain(pegawai_id=who.id, jenis="KELUARGA", isi=body, tmt=born)


def _contacts(siasn: Siasn, city: Kota, number: int, who: Pegawai) -> None:
    nip = who.nip or ""
    siasn.orang[nip].update(noTelp=f"0351-{number}", lokasiKerjaId="LOK-1", tglNpwp="02-03-2011")
    if number % 7 == 3:  # another address on each side
        db.session.add(r.DataPegawai(pegawai_id=who.id, alamat=f"Jalan Baru {number}"))
        siasn.orang[nip].update(alamat=f"Jalan Lama {number}")
        city.beda += 1
    elif number % 9 == 4:  # empty here
        siasn.orang[nip].update(noHp=f"0812{number:06d}")
        city.terima += 1


def _lain(who: Pegawai, kode: str, isi: dict[str, Any]) -> r.RiwayatLain:
    return r.RiwayatLain(pegawai_id=who.id, jenis=kode, isi=isi, tmt=date(2025, 3, 3), selesai=date(2025, 3, 5),
                         nomor_sk=f"{kode}/{who.nip}", tanggal_sk=date(2025, 3, 1))  # fmt: skip


def sepakati(user: Principal) -> int:
    """Take what only SIASN has; keep ours where both have it and it can be sent. Returns how many decisions it was."""
    done = 0
    for kind in DITERIMA:
        while (taken := putusan.terima_semua(kind, user))[0]:
            done += taken[0]
            commit()
    for pair in db.session.scalars(sa.select(m.Pasangan).where(m.Pasangan.kelas == m.BEDA)).all():
        side = m.LOKAL if putusan.kinds()[pair.jenis].simpan else m.SIASN
        choice = {one["medan"]: side for one in pair.beda}
        putusan.putuskan(pair, choice, user, putusan.kunci(pair))
        done += 1
    commit()
    return done


def siapkan(one: Principal, other: Principal) -> m.Jalan | None:
    """The next parcel, approved by the other. Only a kind that has to be proven first may hold rows back."""
    parcel, blocked = paket.siapkan(one)
    assert {why for _, why in blocked} <= {paket.UJI}
    return paket.setujui(parcel, parcel.sidik, other) if parcel else None


def laporan() -> dict[str, int]:
    """What is left to reconcile: every class but SAMA."""
    query = sa.select(m.Pasangan.kelas, sa.func.count()).where(m.Pasangan.kelas != m.SAMA).group_by(m.Pasangan.kelas)
    return dict(db.session.execute(query).tuples().all())
