"""Conflicts: who moved since both agreed, what is proposed, and what taking or keeping does."""

import html
import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.siasn import models as m
from portal.kepegawaian.siasn import peta, putusan, setelan
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Invalid
from portal.kernel.organisation import Orang
from portal.kernel.people import Principal, User
from tests import database
from tests.kepegawaian import factories as f
from tests.kepegawaian.siasn.conftest import UNOR
from tests.kepegawaian.siasn.kerja import kelas, kirim_semua, pasangan, tarik_semua
from tests.kepegawaian.siasn.test_tarik import kursus, kursus_siasn
from tests.kepegawaian.siasn.tiruan import Siasn

pytestmark = pytest.mark.usefixtures("app", "jam")


def agreed(k: f.Kota, operator: Principal, siasn: Siasn) -> tuple[r.RiwayatLain, dict[str, Any]]:
    row = kursus(k.staf)
    kursus_siasn(siasn, k.staf)
    tarik_semua(operator, "kursus")
    assert pasangan(jenis="kursus").kelas == m.SAMA
    return row, siasn.baris(k.staf.nip or "", "kursus")[0]


def test_who_moved_since_both_agreed(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    row, there = agreed(k, operator, siasn)
    for ours, theirs, side in ((30, "20", m.LOKAL), (20, "30", m.SIASN), (30, "40", m.KEDUANYA)):
        row.isi, there["jumlahJam"] = {**row.isi, "jam": ours}, theirs
        db.session.flush()
        tarik_semua(operator, "kursus")
        pair = pasangan(jenis="kursus")
        assert (pair.kelas, pair.sisi) == (m.BEDA, side)
        assert pair.beda[0]["usul"] == (m.SIASN if side == m.SIASN else m.LOKAL)


def test_a_date_that_only_one_side_changed(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    _, there = agreed(k, operator, siasn)
    there["tanggalSelesaiKursus"] = "06-03-2025"
    tarik_semua(operator, "kursus")
    assert [(one["medan"], one["sisi"]) for one in pasangan(jenis="kursus").beda] == [("selesai", m.SIASN)]


def test_field_by_field_the_taken_becomes_ours_and_the_kept_is_pushed(
    k: f.Kota, operator: Principal, kedua: Principal, siasn: Siasn
) -> None:  # fmt: skip
    row, there = agreed(k, operator, siasn)
    f.berkas(row, "SERTIFIKAT_KURSUS", f.akun("bkpsdm"))
    row.isi = {**row.isi, "jam": 30, "penyelenggara": "LAN"}
    there.update(jumlahJam="40", institusiPenyelenggara="Kemendagri")
    tarik_semua(operator, "kursus")
    pair = pasangan(jenis="kursus")
    seen = putusan.kunci(pair)
    with pytest.raises(Invalid):
        putusan.putuskan(pair, {"jam": m.SIASN}, operator, seen)
    putusan.putuskan(pair, {"jam": m.SIASN, "penyelenggara": m.LOKAL}, operator, seen)
    with pytest.raises(Conflict):
        putusan.putuskan(pair, {"jam": m.LOKAL, "penyelenggara": m.LOKAL}, operator, seen)
    assert (row.status, row.siasn_id) == (r.DIGANTI, None)
    new = db.session.scalars(sa.select(r.RiwayatLain).where(r.RiwayatLain.menggantikan_id == row.id)).one()
    assert (new.isi["jam"], new.isi["penyelenggara"], new.sumber) == (40, "LAN", r.SIASN)
    linked = db.session.scalars(sa.select(r.BerkasTautan).where(r.BerkasTautan.riwayat_id == new.id)).one()
    assert linked.jenis_dokumen == "SERTIFIKAT_KURSUS"
    assert kirim_semua(operator, kedua)
    assert there["institusiPenyelenggara"] == "LAN"
    assert there["jumlahJam"] == "40"
    assert kelas(jenis="kursus") == {m.SAMA: 1}
    assert siasn.rangkap() == []


def test_many_conflicts_come_in_pages_and_one_after_another(
    k: f.Kota, operator: Principal, siasn: Siasn, masuk: Any
) -> None:  # fmt: skip
    with f.bersama():
        for number in range(53):
            kursus(k.staf, f"Beda {number}", isi={"jam": 30})
            kursus_siasn(siasn, k.staf, f"Beda {number}")
    tarik_semua(operator, "kursus")
    client = masuk(db.session.get_one(User, operator.id))
    first = client.get("/kepegawaian/siasn/laporan?kelas=BEDA").text
    assert first.count("/kepegawaian/siasn/pasangan/") == 50
    after = re.search(r'href="(/kepegawaian/siasn/laporan\?[^"]*setelah=[^"]+)"', first)
    assert after
    assert client.get(html.unescape(after[1])).text.count("/kepegawaian/siasn/pasangan/") == 3
    pairs = list(db.session.scalars(sa.select(m.Pasangan).where(m.Pasangan.kelas == m.BEDA).order_by(m.Pasangan.id)))
    page = "/kepegawaian/siasn/pasangan/{}"
    with database.statements() as seen:
        assert page.format(pairs[1].id) in client.get(page.format(pairs[0].id)).text
    assert len(seen) <= 14
    answer = client.post(page.format(pairs[0].id), data={"kunci": putusan.kunci(pairs[0]), "pilih-jam": m.LOKAL})
    assert answer.headers["Location"] == page.format(pairs[1].id)
    assert "Selisih berikutnya" not in client.get(page.format(pairs[-1].id)).text


def test_which_of_two_rows_is_meant_is_said_by_a_person(
    k: f.Kota, operator: Principal, siasn: Siasn, masuk: Any
) -> None:  # fmt: skip
    row = kursus(k.staf)
    keys = sorted(kursus_siasn(siasn, k.staf, jumlahJam=hours) for hours in ("20", "24"))
    tarik_semua(operator, "kursus")
    assert kelas(jenis="kursus") == {m.AMBIGU: 3}
    pair = pasangan(jenis="kursus", lokal_id=row.id)
    client = masuk(db.session.get_one(User, operator.id))
    page = f"/kepegawaian/siasn/pasangan/{pair.id}"
    assert all(key in client.get(page).text for key in keys)
    data = {"aksi": "pasangkan", "kunci": putusan.kunci(pair)}
    assert client.post(page, data=data).status_code == 422
    chosen = db.session.scalars(sa.select(m.Cermin.id).where(m.Cermin.siasn_id == keys[1])).one()
    assert client.post(page, data={**data, "cermin": str(chosen)}).status_code == 303
    assert kelas(jenis="kursus") == {m.BEDA: 1, m.HANYA_SIASN: 1}
    tarik_semua(operator, "kursus")
    pair = pasangan(jenis="kursus", lokal_id=row.id)
    assert [(one["medan"], one["mereka"]) for one in pair.beda] == [("jam", "24")]


def test_golongan_is_taken_never_pushed(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    siasn.tambah(k.staf.nip, "golongan", golonganId="33", skNomor="KP/1", skTanggal="10-03-2024",
                 tmtGolongan="01-04-2024", masaKerjaGolonganTahun="12", masaKerjaGolonganBulan="3",
                 noPertekBkn="PT-1")  # fmt: skip
    f.golongan(k.staf, "III/b", date(2018, 4, 1))
    tarik_semua(operator, "golongan")
    assert kelas(jenis="golongan") == {m.HANYA_SIASN: 1, m.HANYA_LOKAL: 1}
    assert putusan.terima_semua("golongan", operator) == (1, [])
    row = db.session.scalars(sa.select(r.RiwayatGolongan).where(r.RiwayatGolongan.nomor_sk == "KP/1")).one()
    assert (row.golongan, row.tmt, row.mk_tahun, row.sumber) == ("III/c", date(2024, 4, 1), 12, r.SIASN)
    pair = pasangan(jenis="golongan", kelas=m.HANYA_LOKAL)
    putusan.tangani(pair, "Diusulkan lewat layanan kenaikan pangkat", operator)
    tarik_semua(operator, "golongan")
    assert pasangan(jenis="golongan", kelas=m.HANYA_LOKAL).ditangani.startswith("Diusulkan")


def test_a_jabatan_is_taken_into_the_register(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    names = f.jabatan(siasn_id="JF-9")
    siasn.tambah(k.staf.nip, "jabatan", jenisJabatan="2", jabatanFungsionalId="JF-9", unorId=UNOR, nomorSk="SK/9",
                 tanggalSk="01-06-2026", tmtJabatan="01-07-2026", jenisPenugasanId="D", jenisMutasiId="MJ",
                 jabatanFungsionalNama="Arsiparis")  # fmt: skip
    tarik_semua(operator, "jabatan")
    pair = pasangan(jenis="jabatan", kelas=m.HANYA_SIASN)
    putusan.putuskan(pair, {}, operator, putusan.kunci(pair))
    seat = organisation.penempatan(k.staf.id, date(2026, 7, 1))
    assert seat is not None
    assert (seat.jabatan, seat.unit_id, seat.mulai) == (names.nama, k.bidang.id, date(2026, 7, 1))
    assert pasangan(jenis="jabatan", lokal_id=pair.lokal_id).kelas == m.SAMA


def test_an_extra_role_needs_its_end(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    siasn.tambah(k.staf.nip, "jabatan", jenisJabatan="1", eselonId="31", unorId=UNOR, nomorSk="PLT/1",
                 namaJabatan="Kabid", tmtJabatan="01-09-2026", jenisPenugasanId="PLT")  # fmt: skip
    tarik_semua(operator, "jabatan")
    pair = pasangan(jenis="jabatan", kelas=m.HANYA_SIASN)
    with pytest.raises(Invalid):
        putusan.putuskan(pair, {}, operator, putusan.kunci(pair))
    db.session.rollback()


def test_the_name_of_a_person_is_bkns_and_taken_on_purpose(
    k: f.Kota, operator: Principal, siasn: Siasn
) -> None:  # fmt: skip
    siasn.orang[k.staf.nip or ""].update(nama="STAF UJI WIBOWO", jenisKelamin="F")
    tarik_semua(operator, "kursus")
    pair = pasangan(jenis="datautama", kelas=m.BEDA)
    assert {one["medan"]: one["usul"] for one in pair.beda} == {"nama": m.SIASN, "jenis_kelamin": m.SIASN}
    with pytest.raises(Invalid):
        putusan.putuskan(pair, {"nama": m.LOKAL, "jenis_kelamin": m.LOKAL}, operator, putusan.kunci(pair))
    putusan.putuskan(pair, {"nama": m.SIASN, "jenis_kelamin": m.SIASN}, operator, putusan.kunci(pair))
    person = db.session.get_one(Orang, k.staf.orang_id)
    assert (person.nama, person.jenis_kelamin) == ("STAF UJI WIBOWO", "P")
    assert pasangan(jenis="datautama", pegawai_id=k.staf.id).kelas == m.SAMA


def test_ownership_is_a_setting(k: f.Kota, operator: Principal, siasn: Siasn) -> None:
    kursus(k.staf)
    kursus_siasn(siasn, k.staf, jumlahJam="99")
    setelan.pilih_pemilik("kursus", "jam", m.BKN, operator)
    tarik_semua(operator, "kursus")
    assert pasangan(jenis="kursus").beda[0]["usul"] == m.SIASN


def test_mapping_is_one_to_one_and_namesakes_are_not_guessed(
    k: f.Kota, operator: Principal, siasn: Siasn
) -> None:  # fmt: skip
    siasn.unor = [
        {"Id": "U1", "NamaUnor": "  -- Bidang Dua ", "DiatasanId": "U0"},
        {"Id": "U0", "NamaUnor": "Badan Lain", "DiatasanId": None},
        *({"Id": f"S{n}", "NamaUnor": "Seksi Pelayanan", "DiatasanId": f"U{n}"} for n in range(2)),
    ]
    for bidang in (k.bidang, k.bidang_lain):
        f.unit("Seksi Pelayanan", bidang, k.dinas, jenis="SEKSI")
    tarik_semua(operator, "jabatan")
    assert peta.petakan_tunggal(peta.UNIT, operator) == 2
    assert peta.terpetakan(peta.UNIT, str(k.bidang_lain.id)) == "U1"
    assert peta.jalur("U1") == "Bidang Dua / Badan Lain"
    with pytest.raises(Invalid):
        peta.petakan(peta.UNIT, str(k.dinas.id), "U1", operator)
