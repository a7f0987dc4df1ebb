"""The penilai's side: order of the steps, row returns, ratings, Tetapkan, undo, bulk, delegation, locks."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel import approval, jobs
from portal.kernel.approval import Delegasi, SubmissionEvent
from portal.kernel.db import db, now
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.jobs import Job
from portal.kernel.organisation import Penempatan
from portal.kinerja.bulanan import bukti, lembar, services
from portal.kinerja.bulanan import flows as bulanan
from portal.kinerja.models import (
    BERJALAN,
    DIBUKA,
    DIKEMBALIKAN,
    DISETUJUI,
    DITETAPKAN,
    MENUNGGU_PENILAI,
    PERLU_TINJAU,
    TERKUNCI,
    TIDAK_LAPOR,
    Evaluasi,
)
from portal.kinerja.penilaian import flows, kunci
from portal.kinerja.penilaian import services as penilaian
from tests.kernel.factories import PenempatanFactory, pegawai
from tests.kinerja.factories import BLOCKED, HELPED, MONTH, YEAR, Office, evidence, filled, office, opened, sent

pytestmark = pytest.mark.usefixtures("app", "jam")
NOTE = "Lampirkan halaman pengesahan dokumen."
RATED = {"rating_hasil": "SESUAI", "rating_perilaku": "SESUAI"}


def press(place: Office, case: Any, aksi: str, step: str, **form: str) -> approval.Outcome:
    """One button of the pane, as the penilai."""
    db.session.flush()
    return flows.decide(case.kb.submission, place.penilai, {"aksi": aksi, **form}, step)


def approve_all(place: Office, case: Any) -> None:
    for step in ("renaksi", "skp", "pks"):
        press(place, case, "setuju-semua", step)


def fresh(case: Any) -> Any:
    return penilaian.bundle_of(case.kb.submission_id)


def test_the_steps_are_decided_in_order() -> None:
    place = office()
    case = sent(place)
    with pytest.raises(Conflict, match="Renaksi"):
        press(place, case, "setuju-semua", "skp")
    with pytest.raises(Conflict):
        press(place, case, "setuju-semua", "pks")
    approve_all(place, case)
    kb = fresh(case)
    assert {kb.renaksi_status, kb.skp_status, kb.pks_status} == {DISETUJUI}


def test_rows_are_approved_one_by_one_and_the_step_follows_the_last() -> None:
    place = office()
    case = sent(place)
    for urut in (1, 2, 3):
        outcome = press(place, case, "setuju", f"renaksi:{urut}")
        assert outcome.step == f"renaksi:{urut + 1}"
    assert press(place, case, "setuju", "renaksi:4").step == "skp"
    steps = [(e.aksi, e.langkah) for e in approval.history(case.kb.submission_id)]
    assert steps == [("ajukan", ""), ("setujui", "renaksi")]


def test_a_return_needs_a_note_of_ten_letters() -> None:
    place = office()
    case = sent(place)
    with pytest.raises(Invalid, match="sedikitnya 10 huruf"):
        press(place, case, "kembalikan", "renaksi:2", catatan="perbaiki")


def test_returning_one_row_reopens_only_it() -> None:
    place = office()
    case = sent(place)
    for urut in (1, 3, 4):
        press(place, case, "setuju", f"renaksi:{urut}")
    press(place, case, "kembalikan", "renaksi:2", catatan=NOTE)
    press(place, case, "kirim-kembali", "renaksi")
    kb = fresh(case)
    assert (kb.submission.status, kb.renaksi_status) == (DIKEMBALIKAN, DIKEMBALIKAN)
    again = bulanan.case(place.me, YEAR, MONTH)
    services.save_renaksi(again.kb, {"r1-realisasi": "1", "r2-realisasi": "24"})
    assert [row.realisasi for row in again.kb.realisasi][:2] == [4, 24]
    assert services.returned_step(again.kb) == "renaksi"


def test_a_repaired_bundle_comes_back_with_what_changed() -> None:
    place = office()
    case = sent(place)
    press(place, case, "kembalikan", "renaksi:2", catatan=NOTE)
    press(place, case, "kirim-kembali", "renaksi")
    again = bulanan.case(place.me, YEAR, MONTH)
    services.save_renaksi(again.kb, {"r2-realisasi": "24"})
    factors = {"r2-penghambat": "Satu peserta sakit pada hari ujian.", "r2-rtl": "Ujian susulan pekan depan."}
    services.save_skp(again.kb, factors)
    services.submit(again.kb, place.me, None)
    db.session.flush()
    changed = flows.panel(again.kb.submission, place.penilai, "")["berubah"]
    assert changed["2"]["realisasi"] == ["25", "24"]
    assert "KIRIMAN_ULANG" in again.kb.submission.tanda
    assert not again.kb.submission.siap


def test_returning_an_early_step_asks_for_another_look_at_later_ones() -> None:
    place = office()
    case = sent(place)
    press(place, case, "setuju-semua", "renaksi")
    press(place, case, "setuju-semua", "skp")
    kb = fresh(case)
    kb.realisasi[0].keputusan_renaksi, kb.realisasi[0].catatan_renaksi = "KEMBALI", NOTE
    penilaian.send_back(kb, place.penilai, None, None)
    assert (kb.renaksi_status, kb.skp_status) == (DIKEMBALIKAN, PERLU_TINJAU)


def test_what_was_approved_of_a_returned_row_opens_with_its_figures() -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    press(place, case, "kembalikan", "renaksi:2", catatan=NOTE)
    press(place, case, "kirim-kembali", "renaksi")
    again = bulanan.case(place.me, YEAR, MONTH)
    services.save_renaksi(again.kb, {"r2-realisasi": "10"})
    services.save_skp(again.kb, {"r2-penghambat": "Satu peserta sakit pada hari ujian.", "r2-rtl": "Ujian susulan."})
    rows = {row.urut: row for row in again.kb.realisasi}
    assert (rows[2].rencana_tindak_lanjut, rows[2].keputusan_skp) == ("Ujian susulan.", None)
    assert {rows[n].keputusan_skp for n in (1, 3, 4)} == {"SETUJU"}
    assert [line.keputusan for line in services.pks_rows(again.kb)] == ["SETUJU", None, "SETUJU", "SETUJU"]


def test_a_month_with_a_row_marked_for_return_is_not_set() -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    press(place, case, "kembalikan", "renaksi:2", catatan=NOTE)
    with pytest.raises(Conflict, match="ditandai untuk dikembalikan"):
        press(place, case, "tetapkan", "tetapkan", **RATED)
    press(place, case, "setuju", "renaksi:2")
    press(place, case, "tetapkan", "tetapkan", **RATED)
    assert fresh(case).submission.status == DITETAPKAN


def test_nothing_is_returned_without_a_marked_row() -> None:
    place = office()
    case = sent(place)
    with pytest.raises(Conflict, match="Tandai"):
        press(place, case, "kirim-kembali", "renaksi")


def test_tetapkan_waits_for_all_steps_and_both_ratings() -> None:
    place = office()
    case = sent(place)
    with pytest.raises(Conflict, match="Setujui dulu"):
        press(place, case, "tetapkan", "tetapkan", **RATED)
    approve_all(place, case)
    with pytest.raises(Invalid, match="rating perilaku"):
        press(place, case, "tetapkan", "tetapkan", rating_hasil="SESUAI")
    press(place, case, "tetapkan", "tetapkan", **RATED)
    evaluasi = db.session.scalars(sa.select(Evaluasi).where(Evaluasi.skp_id == place.skp.id)).one()
    assert (evaluasi.predikat, evaluasi.status, evaluasi.periode) == ("BAIK", "DISAMPAIKAN", "B11")
    assert fresh(case).submission.status == DITETAPKAN


def test_the_predikat_of_the_form_is_ignored() -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    press(place, case, "tetapkan", "tetapkan", **RATED, predikat="SANGAT_BAIK")
    assert db.session.scalar(sa.select(Evaluasi.predikat)) == "BAIK"


def test_another_rating_than_the_suggestion_needs_a_reason() -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    different = {"rating_hasil": "DI_ATAS", "rating_perilaku": "SESUAI"}
    with pytest.raises(Invalid, match="berbeda dari saran"):
        press(place, case, "tetapkan", "tetapkan", **different)
    press(place, case, "tetapkan", "tetapkan", **different, alasan_beda="Hasil dipakai seluruh perangkat daerah.")


def test_behaviour_below_expectation_needs_a_record() -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    with pytest.raises(Invalid, match="catatan kejadian"):
        press(place, case, "tetapkan", "tetapkan", rating_hasil="SESUAI", rating_perilaku="DI_BAWAH")


def test_undo_within_ten_minutes_needs_no_reason_later_it_does(jam: Any) -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    press(place, case, "tetapkan", "tetapkan", **RATED)
    press(place, case, "batal", "tetapkan")
    assert db.session.scalar(sa.select(Evaluasi.status)) == "DRAF"
    press(place, case, "tetapkan", "tetapkan", **RATED)
    jam.shift(timedelta(minutes=11))
    with pytest.raises(Invalid, match="alasan"):
        press(place, case, "batal", "tetapkan")
    press(place, case, "batal", "tetapkan", catatan="Salah memilih rating perilaku.")
    jam.move_to(datetime(2026, 12, 12, tzinfo=UTC))


def test_a_set_month_is_not_undone_after_the_lock(jam: Any) -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    press(place, case, "tetapkan", "tetapkan", **RATED)
    jam.move_to(datetime(2026, 12, 12, tzinfo=UTC))
    with pytest.raises(Conflict, match="terkunci"):
        press(place, case, "batal", "tetapkan", catatan="Salah memilih rating perilaku.")


def test_undo_after_the_lock_asks_for_a_reason_even_at_once(jam: Any, masuk: Any) -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    jam.move_to(datetime(2026, 12, 11, 1, 0, tzinfo=UTC))
    run_lock()
    press(place, case, "tetapkan", "tetapkan", **RATED)
    client, address = masuk(place.boss_user), f"/kotak-persetujuan/{case.kb.submission_id}"
    assert "(sedikitnya 10 huruf, paling lama 10 menit lagi)" in client.get(address).text
    with pytest.raises(Invalid, match="alasan"):
        press(place, case, "batal", "tetapkan")
    press(place, case, "batal", "tetapkan", catatan="Salah memilih rating perilaku.")
    assert db.session.scalar(sa.select(Evaluasi.status)) == "DRAF"
    press(place, case, "tetapkan", "tetapkan", **RATED)
    jam.shift(timedelta(minutes=11))
    assert "Batalkan penetapan" not in client.get(address).text


def test_a_stale_window_gets_a_conflict_and_a_repeat_the_first_result() -> None:
    place = office()
    case = sent(place)
    old = str(case.kb.submission.versi)
    press(place, case, "setuju", "renaksi:1", versi=old)
    with pytest.raises(Conflict, match="berubah sejak"):
        press(place, case, "setuju", "renaksi:2", versi=old)
    approve_all(place, case)
    key = str(uuid.uuid4())
    press(place, case, "tetapkan", "tetapkan", **RATED, kunci=key)
    assert press(place, case, "tetapkan", "tetapkan", **RATED, kunci=key).next_case
    count = sa.select(sa.func.count()).select_from(SubmissionEvent).where(SubmissionEvent.aksi == "tetapkan")
    assert db.session.scalar(count) == 1


def test_the_wrong_person_cannot_decide() -> None:
    place = office()
    case = sent(place)
    _, other = pegawai(place.bidang, place.pd, "Andi Uji")
    for user in (place.me, place.principal(other)):
        with pytest.raises(Denied):
            approval.move(case.kb.submission_id, "setujui", user, step="renaksi")


def test_a_delegate_decides_in_the_name_of_the_penilai() -> None:
    place = office()
    case = sent(place)
    _, other = pegawai(place.bidang, place.pd, "Andi Uji")
    today = date(2026, 11, 21)
    db.session.add(Delegasi(dari_id=place.boss_user.id, kepada_id=other.id, mulai=today, selesai=today))
    db.session.flush()
    flows.decide(case.kb.submission, place.principal(other), {"aksi": "setuju-semua"}, "renaksi")
    last = approval.history(case.kb.submission_id)[-1]
    assert (last.pelaku, last.atas_nama) == ("Andi Uji", "Bambang Uji")


def test_a_seat_that_changed_hands_moves_the_pending_case() -> None:
    place = office()
    case = sent(place)
    seat = sa.update(Penempatan).where(Penempatan.pegawai_id == place.boss.id)
    db.session.execute(seat.values(selesai=date(2026, 11, 20)))
    person, user = pegawai(place.pd, place.pd, "Dewi Uji")
    PenempatanFactory(
        pegawai_id=person.id,
        unit_id=place.bidang.id,
        pd_id=place.pd.id,
        jenis="PLT",
        is_pimpinan=True,
        jabatan="Kepala Bidang Pengembangan",
        mulai=date(2026, 11, 21),
    )
    to, sebagai = flows.resolve(case.kb.submission)
    assert (to, sebagai) == (user.id, "Plt. Kepala Bidang Pengembangan")


def test_bulk_takes_clean_cases_only_and_never_rates() -> None:
    place = office()
    clean = sent(place)
    penilaian.approve_clean(fresh(clean), place.penilai)
    with pytest.raises(Conflict, match="sudah membuka"):
        services.withdraw(fresh(clean), place.me)
    kb = fresh(clean)
    assert (kb.renaksi_status, kb.skp_status, kb.pks_status) == (DISETUJUI, DISETUJUI, "DIAJUKAN")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Evaluasi)) == 0


@pytest.mark.parametrize("values", [("4", "20", "10", "0"), ("4", "29", "10", "0")])
def test_bulk_refuses_what_is_outside_90_to_110_percent(values: tuple[str, ...]) -> None:
    place = office()
    case = sent(place, values)
    with pytest.raises(Conflict, match="satu per satu"):
        penilaian.approve_clean(fresh(case), place.penilai)


def test_recognising_less_keeps_the_claim_and_lowers_capaian() -> None:
    place = office()
    case = sent(place)
    with pytest.raises(Invalid):
        press(place, case, "akui", "renaksi:1", diakui="5", alasan_diakui=NOTE)
    press(place, case, "akui", "renaksi:1", diakui="3", alasan_diakui="Satu dokumen belum ditetapkan.")
    kb = fresh(case)
    row = kb.realisasi[0]
    assert (row.realisasi, row.realisasi_diakui, row.capaian) == (4, 3, 75)
    assert kb.capaian_rata2 == penilaian.services.rata_capaian(r.capaian for r in kb.realisasi)


def test_what_was_recognised_belongs_to_one_claim() -> None:
    place = office()
    case = sent(place)
    press(place, case, "akui", "renaksi:1", diakui="3", alasan_diakui="Satu dokumen belum ditetapkan.")
    press(place, case, "kembalikan", "renaksi:1", catatan=NOTE)
    press(place, case, "kirim-kembali", "renaksi")
    kb = bulanan.case(place.me, YEAR, MONTH).kb
    services.save_renaksi(kb, {"r1-realisasi": "4", "r1-keterangan": "Dokumen menyusul."})
    assert (kb.realisasi[0].realisasi_diakui, kb.realisasi[0].capaian) == (3, 75)
    services.save_renaksi(kb, {"r1-realisasi": "2"})
    assert (kb.realisasi[0].realisasi_diakui, kb.realisasi[0].capaian) == (None, 50)


def test_the_lock_marks_the_silent_on_both_sides(jam: Any) -> None:
    place = office()
    case = sent(place)
    jam.move_to(datetime(2026, 12, 11, 1, 0, tzinfo=UTC))
    run_lock()
    kb = fresh(case)
    evaluasi = db.session.scalars(sa.select(Evaluasi)).one()
    assert kb.submission.status == MENUNGGU_PENILAI
    assert (evaluasi.predikat, evaluasi.sementara) == ("BAIK", True)
    approve_all(place, case)
    press(place, case, "tetapkan", "tetapkan", **RATED)
    assert not db.session.scalars(sa.select(Evaluasi)).one().sementara


def test_the_lock_leaves_alone_what_was_decided_or_unlocked_meanwhile(jam: Any) -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    jam.move_to(datetime(2026, 12, 12, tzinfo=UTC))
    press(place, case, "tetapkan", "tetapkan", **RATED)
    kunci.lock_month(case.kb)
    kb = fresh(case)
    rated = penilaian.evaluasi_of(kb.skp_id, penilaian.periode(kb))
    assert (kb.submission.status, rated.predikat if rated else None) == (DITETAPKAN, "BAIK")
    kb.submission.status = DIBUKA
    db.session.flush()
    stale = {"sampai": now() + timedelta(days=2), "key": kb.id}
    db.session.execute(sa.text("UPDATE kinerja_bulanan SET dibuka_sampai = :sampai WHERE id = :key"), stale)
    kunci.lock_month(kb)
    assert (kb.submission.status, kb.dibuka_sampai) == (DIBUKA, stale["sampai"])


def test_a_month_never_sent_counts_as_not_reported_and_can_be_unlocked(jam: Any) -> None:
    place = office()
    case = filled(place)
    jam.move_to(datetime(2026, 12, 11, 1, 0, tzinfo=UTC))
    run_lock()
    kb = fresh(case)
    assert kb.submission.status == TERKUNCI
    assert db.session.scalar(sa.select(Evaluasi.predikat)) == TIDAK_LAPOR
    with pytest.raises(Invalid):
        kunci.unlock(kb, now() + timedelta(days=2), "lupa", place.penilai)
    kunci.unlock(kb, now() + timedelta(days=2), "Pegawai dirawat di rumah sakit.", place.penilai)
    assert kb.submission.status == DIBUKA
    services.submit(bulanan.case(place.me, YEAR, MONTH).kb, place.me, None)
    assert fresh(case).submission.status == "DIAJUKAN"


def run_lock() -> None:
    job = Job(nama="kunci-bulan", judul="", kunci="x", argumen={})
    kunci.kunci_bulan.run(job)
    db.session.flush()


def test_a_running_month_before_its_lock_is_left_alone() -> None:
    case = opened(office())
    run_lock()
    assert fresh(case).submission.status == BERJALAN


def test_an_event_cannot_be_changed_or_deleted() -> None:
    case = sent(office())
    for statement in ("UPDATE langkah_persetujuan SET catatan = 'x'", "DELETE FROM langkah_persetujuan"):
        with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
            db.session.execute(sa.text(statement))
    assert approval.history(case.kb.submission_id)


def test_the_pane_shows_what_the_penilai_needs() -> None:
    place = office()
    case = sent(place)
    pane = flows.panel(case.kb.submission, place.penilai, "")
    assert pane["langkah"] == "renaksi:1"
    assert isinstance(pane["lembar"], lembar.Lembar)
    assert pane["saran_hasil"] == "SESUAI"
    assert jobs.KINDS["kunci-bulan"].antrean == "panjang"


def test_waiting_cases_follow_the_seat_and_rest_while_it_is_vacant(masuk: Any) -> None:
    place = office()
    case = sent(place)
    seat = sa.update(Penempatan).where(Penempatan.pegawai_id == place.boss.id)
    db.session.execute(seat.values(selesai=date(2026, 11, 20)))
    client = masuk(place.boss_user)
    pressed = {"aksi": "setuju-semua", "langkah": "renaksi"}
    assert client.post(f"/kotak-persetujuan/{case.kb.submission_id}", data=pressed).status_code == 303
    assert "jabatan penilainya kosong" in client.get("/kotak-persetujuan").text
    assert fresh(case).renaksi_status == "DIAJUKAN"
    person, user = pegawai(place.pd, place.pd, "Dewi Uji")
    PenempatanFactory(
        pegawai_id=person.id,
        unit_id=place.bidang.id,
        pd_id=place.pd.id,
        jenis="PLT",
        is_pimpinan=True,
        jabatan="Kepala Bidang Pengembangan",
        mulai=date(2026, 11, 21),
    )
    approval.follow_seats.run(Job(nama="ikuti-jabatan", judul="", kunci="y", argumen={}))
    db.session.flush()
    submission = approval.lock(case.kb.submission_id)
    assert (submission.assignee_id, submission.sebagai) == (user.id, "Plt. Kepala Bidang Pengembangan")


# ---- what the penilai reads while a month is repaired


def returned(place: Office, case: Any) -> services.KinerjaBulanan:
    """Row 2 sent back; the pegawai then writes what nobody was sent yet, in all three steps."""
    press(place, case, "kembalikan", "renaksi:2", catatan=NOTE)
    press(place, case, "kirim-kembali", "renaksi")
    kb = bulanan.case(place.me, YEAR, MONTH).kb
    services.save_renaksi(kb, {"r2-realisasi": "13", "r2-keterangan": "Draf belum dikirim."})
    row = next(r for r in kb.realisasi if r.urut == 2)
    bukti.detach(kb, row, row.bukti[0].id)
    evidence(kb, 2, place.staff_user, "f" * 64).nama = "draf.pdf"
    services.save_skp(kb, {"r2-penghambat": BLOCKED, "i1_2-realisasi": "95"})
    services.save_pks(kb, {"ringkasan": "Ringkasan draf.", "p2-rtl": "Tindak lanjut draf."})
    db.session.flush()
    return kb


def test_while_a_month_is_repaired_the_penilai_reads_what_was_sent(masuk: Any) -> None:
    place = office()
    case = sent(place)
    press(place, case, "akui", "renaksi:1", diakui="3", alasan_diakui="Satu dokumen belum ditetapkan.")
    kb = returned(place, case)
    sheet = flows.panel(kb.submission, place.penilai, "renaksi:2")["lembar"]
    first, row = sheet.rows[:2]
    assert (row.realisasi, row.capaian, row.keterangan, row.kumulatif) == (25, 100, "", 25)
    assert (row.seri[MONTH - 1], row.faktor_pendukung, row.faktor_penghambat) == ((25, 25), HELPED, "")
    assert [(b["nama"], b["dilepas"]) for b in row.bukti] == [("notulen.pdf", True)]
    assert (row.pks["realisasi"], row.pks["rencana_tindak_lanjut"], sheet.ringkasan[:5]) == (25, "", "Semua")
    assert (first.realisasi, first.realisasi_diakui, first.capaian) == (4, 3, 75)
    assert [i["realisasi"] for i in first.indikator] == [None, None]
    client = masuk(place.boss_user)
    for step in ("renaksi:2", "skp:1", "skp:2", "pks", "tetapkan"):
        page = client.get(f"/kotak-persetujuan/{kb.submission_id}?langkah={step}").text
        assert "Sedang diperbaiki pegawai" in page
        assert "kiriman terakhir, 21 November pukul" in page
        for draft in (">13<", "Draf belum", BLOCKED, "draf.pdf", "Ringkasan draf", "Tindak lanjut draf"):
            assert draft not in page.partition('<div class="inbox-body"')[2], (step, draft)


def test_a_sending_that_kept_only_its_texts_shows_them_and_nothing_typed_since() -> None:
    place = office()
    kb = returned(place, sent(place, ("4", "1250,5", "10", "0")))
    kb.terakhir_dikirim = {k: v for k, v in kb.terakhir_dikirim.items() if k != lembar.WHOLE}
    db.session.flush()
    sheet = flows.panel(kb.submission, place.penilai, "")["lembar"]
    row = sheet.rows[1]
    assert (row.realisasi, row.capaian, sheet.ringkasan) == (Decimal("1250.5"), 120, "")
    assert (row.faktor_penghambat, row.pks["faktor_pendukung"], row.keterangan) == ("", HELPED, "")
    assert [(b["nama"], b["dilepas"]) for b in row.bukti] == [("notulen.pdf", True)]
    assert sheet.rows[0].indikator[1]["realisasi"] is None


def test_a_month_that_waits_is_read_as_it_stands(masuk: Any) -> None:
    place = office()
    key = sent(place).kb.submission_id
    sheet = lembar.of_case(key)
    assert lembar.as_sent(sheet) is sheet
    client = masuk(place.boss_user)
    for step in ("renaksi", "skp", "pks", "tetapkan"):
        answer = client.get(f"/kotak-persetujuan/{key}?langkah={step}")
        assert answer.status_code == 200
        assert "Sedang diperbaiki" not in answer.text


# ---- who may rate


class Statements:
    """Counts the queries of a block."""

    count = 0

    def _seen(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.count += "SAVEPOINT" not in statement

    def __enter__(self) -> "Statements":
        sa.event.listen(sa.Engine, "before_cursor_execute", self._seen)
        return self

    def __exit__(self, *_: object) -> None:
        sa.event.remove(sa.Engine, "before_cursor_execute", self._seen)


def vacate(place: Office) -> None:
    seat = sa.update(Penempatan).where(Penempatan.pegawai_id == place.boss.id)
    db.session.execute(seat.values(selesai=date(2026, 11, 20)))


def take_seat(place: Office) -> Any:
    """Dewi Uji heads the unit from today, as Plt."""
    person, user = pegawai(place.pd, place.pd, "Dewi Uji")
    PenempatanFactory(
        pegawai_id=person.id, unit_id=place.bidang.id, pd_id=place.pd.id, jenis="PLT", is_pimpinan=True,
        jabatan="Kepala Bidang Pengembangan", mulai=date(2026, 11, 21),
    )  # fmt: skip
    return user


PRESSED = ("decision-bar", 'name="rating_hasil"', 'name="diakui"')


@pytest.mark.parametrize(("heir", "words"), [(False, "sedang kosong"), (True, "diputuskan pejabat lain")])
def test_who_may_not_rate_any_more_reads_the_pane_and_is_told_why(masuk: Any, heir: bool, words: str) -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    client, address = masuk(place.boss_user), f"/kotak-persetujuan/{case.kb.submission_id}?langkah="
    pane = client.get(address + "tetapkan").text
    assert 'name="rating_hasil"' in pane
    assert "decision-bar" in pane
    vacate(place)
    if heir:
        take_seat(place)
    for step in ("renaksi:1", "skp:1", "pks", "tetapkan"):
        pane = client.get(address + step).text
        assert words in pane
        assert "hanya dapat Anda baca" in pane
        assert not [mark for mark in PRESSED if mark in pane]


def test_the_new_holder_of_the_seat_and_a_delegate_rate(masuk: Any) -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    vacate(place)
    heir = take_seat(place)
    approval.follow_seat(case.kb.submission)
    _, helper = pegawai(place.bidang, place.pd, "Andi Uji")
    today = date(2026, 11, 21)
    db.session.add(Delegasi(dari_id=heir.id, kepada_id=helper.id, mulai=today, selesai=today))
    db.session.flush()
    for user in (heir, helper):
        pane = masuk(user).get(f"/kotak-persetujuan/{case.kb.submission_id}?langkah=tetapkan").text
        assert "hanya dapat Anda baca" not in pane
        assert 'name="rating_hasil"' in pane
    flows.decide(case.kb.submission, place.principal(helper), {"aksi": "tetapkan", **RATED}, "tetapkan")
    assert "Ditetapkan: Baik" in masuk(heir).get(f"/kotak-persetujuan/{case.kb.submission_id}").text


def test_the_pane_asks_the_database_at_most_twelve_times(masuk: Any) -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    press(place, case, "tetapkan", "tetapkan", **RATED)
    press(place, case, "batal", "tetapkan")
    client, address = masuk(place.boss_user), f"/kotak-persetujuan/{case.kb.submission_id}?langkah=renaksi"
    client.get(address)
    with Statements() as seen:
        client.get(address)
    assert seen.count <= 12


# ---- feedback on the indikator


def feedback(case: Any) -> list[str]:
    return [row.umpan_balik for row in fresh(case).realisasi]


def test_feedback_travels_with_every_button_and_has_one_of_its_own(masuk: Any) -> None:
    place = office()
    case = sent(place)
    press(place, case, "setuju-semua", "renaksi")
    press(place, case, "setuju", "skp:1", umpan_balik="  Pertahankan mutunya. ")
    press(place, case, "kembalikan", "skp:2", catatan=NOTE, umpan_balik="Jadwalkan lebih awal.")
    assert press(place, case, "umpan-balik", "skp:3", umpan_balik="Rapi.").step == "skp:3"
    assert feedback(case) == ["Pertahankan mutunya.", "Jadwalkan lebih awal.", "Rapi.", ""]
    press(place, case, "setuju-semua", "skp:3", umpan_balik="")
    press(place, case, "setuju", "skp:2")
    assert feedback(case)[1:3] == ["Jadwalkan lebih awal.", ""]
    client = masuk(place.boss_user)
    pane = client.get(f"/kotak-persetujuan/{case.kb.submission_id}?langkah=skp:1").text
    assert "Pertahankan mutunya." in pane
    assert 'value="umpan-balik"' in pane
    sent_form = {"langkah": "skp:1", "aksi": "umpan-balik", "umpan_balik": "Sudah disetujui, tetap baik."}
    client.post(f"/kotak-persetujuan/{case.kb.submission_id}", data=sent_form)
    assert feedback(case)[0] == "Sudah disetujui, tetap baik."


def test_feedback_has_an_end_and_a_time(masuk: Any) -> None:
    place = office()
    case = sent(place)
    with pytest.raises(Invalid, match=r"paling banyak 1\.000"):
        press(place, case, "umpan-balik", "skp:1", umpan_balik="x" * 1001)
    approve_all(place, case)
    press(place, case, "umpan-balik", "skp:1", umpan_balik="Pertahankan mutunya.")
    assert lembar.of_id(case.kb.id).rows[0].umpan_balik == ""
    press(place, case, "tetapkan", "tetapkan", **RATED)
    assert lembar.of_id(case.kb.id).rows[0].umpan_balik == "Pertahankan mutunya."
    with pytest.raises(Conflict, match="sudah diputuskan"):
        penilaian.give_feedback(fresh(case), 1, "Terlambat.")
    pane = masuk(place.boss_user).get(f"/kotak-persetujuan/{case.kb.submission_id}?langkah=skp:1").text
    assert "Umpan balik penilai" in pane
    assert 'value="umpan-balik"' not in pane


# ---- sent again


def resent(place: Office, case: Any, step: str, **form: str) -> services.KinerjaBulanan:
    """Row 2 of a step returned, what the form says repaired, and sent once more."""
    press(place, case, "kembalikan", step if step == "pks" else f"{step}:2", baris="2", catatan=NOTE)
    press(place, case, "kirim-kembali", step)
    kb = bulanan.case(place.me, YEAR, MONTH).kb
    services.save_renaksi(kb, form)
    services.save_skp(kb, form)
    services.save_pks(kb, form)
    services.submit(kb, place.me, None)
    db.session.flush()
    return fresh(case)


@pytest.mark.parametrize(("step", "kept"), [("pks", 1), ("skp", 0), ("renaksi", 0)])
def test_a_month_sent_again_goes_on_at_pks_only_while_skp_is_approved(step: str, kept: int) -> None:
    place = office()
    case = sent(place)
    for done in ("renaksi", "skp"):
        press(place, case, "setuju-semua", done)
    kb = resent(place, case, step, **{"p2-rtl": "Tindak lanjut baru disusun."})
    assert kb.submission.tanda.count("LANJUT_PKS") == kept
    assert "KIRIMAN_ULANG" in kb.submission.tanda
    if not kept:
        for done in ("renaksi", "skp"):
            press(place, case, "setuju-semua", done)
        assert fresh(case).submission.tanda.count("LANJUT_PKS") == 1


def test_what_was_approved_and_did_not_change_is_confirmed_with_one_press(masuk: Any) -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    kb = resent(place, case, "renaksi", **{"r2-realisasi": "25", "r2-keterangan": "Daftar hadir dilengkapi."})
    assert (kb.renaksi_status, kb.skp_status, kb.pks_status) == ("DIAJUKAN", PERLU_TINJAU, PERLU_TINJAU)
    client, address = masuk(place.boss_user), f"/kotak-persetujuan/{case.kb.submission_id}"
    assert 'value="masih-sesuai"' not in client.get(f"{address}?langkah=skp").text, "Renaksi comes first"
    with pytest.raises(Conflict, match="Renaksi"):
        press(place, case, "masih-sesuai", "skp")
    press(place, case, "setuju-semua", "renaksi")
    for step in ("skp:2", "pks"):
        assert 'value="masih-sesuai"' in client.get(f"{address}?langkah={step}").text
        client.post(address, data={"langkah": step, "aksi": "masih-sesuai"})
    kb = fresh(case)
    assert {kb.renaksi_status, kb.skp_status, kb.pks_status} == {DISETUJUI}


@pytest.mark.parametrize("form", [
    {"r2-realisasi": "24", "r2-penghambat": BLOCKED, "r2-rtl": "Ujian susulan pekan depan."},
    {"r2-pendukung": "Pengajar dari luar bersedia hadir dua hari."}, {"i1_2-realisasi": "95"},
])  # fmt: skip
def test_what_changed_since_is_read_again_row_by_row(form: dict[str, str]) -> None:
    place = office()
    case = sent(place)
    approve_all(place, case)
    urut = "1" if "i1_2-realisasi" in form else "2"
    press(place, case, "kembalikan", f"renaksi:{urut}", catatan=NOTE)
    press(place, case, "kirim-kembali", "renaksi")
    kb = bulanan.case(place.me, YEAR, MONTH).kb
    services.save_renaksi(kb, form)
    services.save_skp(kb, form)
    services.submit(kb, place.me, None)
    db.session.flush()
    assert fresh(case).skp_status == "DIAJUKAN"
    press(place, case, "setuju-semua", "renaksi")
    with pytest.raises(Conflict, match="berubah sejak"):
        press(place, case, "masih-sesuai", "skp")
