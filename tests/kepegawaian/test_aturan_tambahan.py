"""R5 to R7 and R10 where nobody else looks: extra roles beside a head, one extension, roles the office gives."""

from datetime import date
from typing import Any

import pytest

from portal.kepegawaian.riwayat import aturan, isian_jabatan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan import aturan as pengaturan
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_riwayat import values

pytestmark = pytest.mark.usefixtures("app", "jam")


def acting(k: f.Kota, start: date, end: date, kind: str = "PLT", **more: Any) -> dict[str, Any]:
    return values(unit_id=k.bidang.id, pimpinan=True, jenis_jabatan="STRUKTURAL", nama_jabatan="Kepala Bidang Satu",
                  jenjang="ADMINISTRATOR", jalur=r.TAMBAHAN, penugasan=kind, tmt=start, selesai=end,
                  atasan_id=k.kadis.id, tanggal_sk=date(2026, 1, 2), **more)  # fmt: skip


def warned(pegawai: Any, v: dict[str, Any]) -> dict[str, str]:
    found = aturan.periksa(pegawai, v)
    assert found.galat == []
    return {one.field: one.pesan for one in found.peringatan}


def test_an_acting_head_is_extended_once_and_makes_room_for_the_new_one() -> None:
    k = f.kota()
    assert "tanpa pejabat definitif" not in str(warned(k.staf, acting(k, date(2026, 1, 5), date(2026, 1, 9), "PLH")))
    f.kedudukan(k.kabid, "99", date(2026, 1, 1))
    assert "Plt" in warned(k.staf, acting(k, date(2026, 1, 5), date(2026, 1, 9), "PLH"))["penugasan"]
    terms = [(date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 6, 30)),
             (date(2026, 7, 1), date(2026, 9, 30))]  # fmt: skip
    for start, end in terms[:2]:
        assert warned(k.staf, acting(k, start, end)) == {}
        f.duduk(k.staf, k.bidang, start, pimpinan=True, jalur=r.TAMBAHAN, penugasan="PLT", selesai=end,
                atasan_id=k.kadis.id)  # fmt: skip
    assert "satu kali" in warned(k.staf, acting(k, *terms[2]))["selesai"]
    assert "Lebih lama dari 3 bulan" in warned(k.staf, acting(k, date(2026, 1, 1), date(2026, 4, 30)))["selesai"]
    head = values(unit_id=k.bidang.id, pimpinan=True, jenis_jabatan="STRUKTURAL", jenjang="ADMINISTRATOR",
                  tmt=date(2026, 6, 1), atasan_id=k.kadis.id)  # fmt: skip
    assert "Staf Uji masih tercatat" in warned(k.kabid_lain, head)["pimpinan"]
    assert "pimpinan" not in warned(k.kabid_lain, {**head, "tmt": date(2026, 7, 1)})


def test_a_seat_before_the_first_agreement_of_a_pppk_is_asked_about() -> None:
    k = f.kota()
    one = f.orang("Kontrak Uji", status="PPPK")
    f.catat(r.RiwayatLain(pegawai_id=one.id, jenis="PERJANJIAN", tmt=date(2026, 3, 1), selesai=date(2029, 2, 28),
                          isi={"ke": 1}))  # fmt: skip
    seat = values(unit_id=k.bidang.id, atasan_id=k.kabid.id)
    assert warned(one, seat) == {}
    assert "perjanjian" in warned(one, {**seat, "tmt": date(2026, 2, 28)})["tmt"]
    assert warned(one, {**seat, "tmt_pelantikan": date(2026, 1, 15)}) == {}
    assert "30 hari" in warned(one, {**seat, "tmt_pelantikan": date(2026, 4, 1)})["tmt_pelantikan"]


def test_no_seat_in_a_unit_that_is_hidden() -> None:
    """No field offers it; a direct request names it all the same (R9)."""
    k = f.kota()
    k.bidang_lain.disembunyikan = True
    found = aturan.periksa(k.staf, values(unit_id=k.bidang_lain.id, atasan_id=k.kabid.id))
    assert [one.field for one in found.galat] == ["unit_id"]


def test_roles_of_coordination_are_those_the_office_gives() -> None:
    k = f.kota()
    role = acting(k, date(2026, 11, 1), date(2027, 1, 15), "KOOR", kelas=None)
    form = {**isian_jabatan.awal(k.staf), "tmt": "01/11/2026"}

    def offered() -> set[str]:
        return {code for code, _ in isian_jabatan.bahan(form, k.staf, form)["penugasan"]}

    assert aturan.periksa(k.staf, role).galat == []
    assert {"KOOR", "SUBKOOR", "KETUA_TIM"} <= offered()
    pengaturan.ubah("peran_koordinasi", "KETUA_TIM", date(2026, 10, 1), "Perwali 1", f.principal(f.akun("bkpsdm")))
    assert [one.field for one in aturan.periksa(k.staf, role).galat] == ["penugasan"]
    assert aturan.periksa(k.staf, {**role, "tmt": date(2026, 9, 1)}).galat == []
    assert offered() & {"KOOR", "SUBKOOR", "KETUA_TIM"} == {"KETUA_TIM"}


def test_a_head_on_leave_without_pay_makes_room_for_a_plt() -> None:
    k = f.kota()
    role = acting(k, date(2026, 10, 1), date(2026, 12, 1))
    assert [one.field for one in aturan.periksa(k.staf, role).galat] == ["penugasan"]
    f.kedudukan(k.kabid, "02", date(2026, 9, 1))
    assert aturan.periksa(k.staf, role).galat == []
