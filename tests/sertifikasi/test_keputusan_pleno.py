"""The meeting: quorum after recusals, votes, ties, decisions, minutes; then the SK."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import jobs
from portal.kernel.approval import Submission, SubmissionEvent
from portal.kernel.db import db
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.sertifikasi.asesmen import models as a
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import pengaturan, pleno, sk
from portal.sertifikasi.saya import models as m
from tests.sertifikasi import factories_keputusan as f


def state(case: m.Permohonan) -> str:
    return db.session.get_one(Submission, case.submission_id, populate_existing=True).status


def decision_of(case: m.Permohonan) -> k.Keputusan:
    return db.session.scalars(sa.select(k.Keputusan).where(k.Keputusan.permohonan_id == case.id)).one()


def chair(place: f.Lsp) -> Any:
    return f.principal(place.komite[0])


def test_votes_become_a_decision_and_one_event(app: Flask, jam: Any) -> None:
    place = f.lsp()
    case = f.kasus(place)
    row = f.rapat(place, case)
    assert state(case) == m.MENUNGGU_KEPUTUSAN
    for user in place.komite:
        f.suara(row, user, m.K)
    assert pleno.decide(row, decision_of(case), chair(place), "") == m.K
    assert state(case) == m.KOMPETEN
    query = sa.select(SubmissionEvent).where(SubmissionEvent.submission_id == case.submission_id)
    events = db.session.scalars(query.order_by(SubmissionEvent.versi)).all()
    assert [e.aksi for e in events] == ["ke_pleno", "kompeten"]
    assert events[-1].rincian["suara"] == {"K": 3}


def test_a_member_who_assessed_steps_aside_and_the_quorum_counts_without_them(app: Flask, jam: Any) -> None:
    place = f.lsp()
    case = f.kasus(place)
    anggota = [*place.komite, place.asesor]
    f.give(place.asesor, "komite_teknis")
    row = f.rapat(place, case, anggota=anggota)
    decision = decision_of(case)
    assert decision.rekusal == {str(place.asesor.id): "menilai asesi ini"}
    state_ = pleno.count(row, decision, pleno.members_of(row.id))
    assert len(state_.penentu) == 3
    with pytest.raises(Conflict, match="mengundurkan diri"):
        f.suara(row, place.asesor, m.K)
    f.suara(row, place.komite[0], m.K)
    f.suara(row, place.komite[1], m.K)
    pleno.attend(row, chair(place), {u.id for u in (place.komite[0], place.komite[1], place.asesor)})
    state_ = pleno.count(row, decision, pleno.members_of(row.id))
    assert (
        state_.halangan
        == "Tidak kuorum: 2 anggota dapat memutuskan setelah 1 anggota mengundurkan diri dari baris ini, kuorum 3."
    )
    with pytest.raises(Conflict, match="Tidak kuorum"):
        pleno.decide(row, decision, chair(place), "")


@pytest.mark.parametrize(("days", "aside"), [(700, True), (760, False)])
def test_training_binds_for_24_months(app: Flask, jam: Any, days: int, aside: bool) -> None:
    place = f.lsp()
    case = f.kasus(place)
    f.add(
        a.Pelatihan(
            pelatih_id=place.komite[1].id, peserta_id=case.user_id, nama="Tenda", selesai=f.TODAY - timedelta(days=days)
        )
    )
    f.rapat(place, case)
    assert (str(place.komite[1].id) in decision_of(case).rekusal) is aside


def test_training_that_comes_to_light_during_the_meeting_counts(app: Flask, jam: Any) -> None:
    place = f.lsp()
    case = f.kasus(place)
    row = f.rapat(place, case)
    for user in place.komite:
        f.suara(row, user, m.K)
    f.add(a.Pelatihan(pelatih_id=place.komite[2].id, peserta_id=case.user_id, nama="Tenda", selesai=f.TODAY))
    with pytest.raises(Conflict, match="Tidak kuorum: 2"):
        pleno.decide(row, decision_of(case), chair(place), "")


def test_a_tie_refuses_to_decide_and_says_why(app: Flask, jam: Any) -> None:
    place = f.lsp()
    place.komite.append(f.staff("komite_teknis", "Yusuf Maulana"))
    case = f.kasus(place)
    row = f.rapat(place, case)
    for user, vote in zip(place.komite, (m.K, m.K, m.BK, m.BK), strict=True):
        f.suara(row, user, vote)
    with pytest.raises(Conflict, match="imbang") as error:
        pleno.decide(row, decision_of(case), chair(place), "Alasan yang panjang")
    assert "Kompeten 2, Belum kompeten 2" in error.value.pesan
    assert state(case) == m.MENUNGGU_KEPUTUSAN


def test_too_few_votes_refuse(app: Flask, jam: Any) -> None:
    place = f.lsp()
    case = f.kasus(place)
    row = f.rapat(place, case)
    f.suara(row, place.komite[0], m.K)
    with pytest.raises(Conflict, match="Baru 1 suara"):
        pleno.decide(row, decision_of(case), chair(place), "")


def test_a_postponed_row_comes_back_twice(app: Flask, jam: Any) -> None:
    place = f.lsp()
    case = f.kasus(place)
    for _ in range(2):
        row = f.rapat(place, case)
        for user in place.komite:
            f.suara(row, user, m.DITUNDA)
        decision = db.session.scalars(sa.select(k.Keputusan).where(k.Keputusan.pleno_id == row.id)).one()
        with pytest.raises(Invalid, match="alasan"):
            pleno.decide(row, decision, chair(place), "pendek")
        pleno.decide(row, decision, chair(place), "Bukti unit kedua perlu dilihat lagi")
        assert state(case) == m.DITUNDA


def test_no_k_while_a_unit_is_bk_unless_the_scheme_allows(app: Flask, jam: Any) -> None:
    place = f.lsp()
    case = f.kasus(place, hasil=m.BK)
    row = f.rapat(place, case)
    for user in place.komite:
        f.suara(row, user, m.K)
    with pytest.raises(Conflict, match="1 unit belum kompeten"):
        pleno.decide(row, decision_of(case), chair(place), "")
    place.versi.boleh_sebagian = True
    assert pleno.decide(row, decision_of(case), chair(place), "") == m.K


def test_only_the_chair_records_and_only_who_is_present_votes(app: Flask, jam: Any) -> None:
    place = f.lsp()
    case = f.kasus(place)
    row = f.rapat(place, case, hadir=place.komite[:2])
    with pytest.raises(Denied):
        f.suara(row, place.komite[2], m.K)
    with pytest.raises(Denied):
        pleno.decide(row, decision_of(case), f.principal(place.komite[1]), "")
    with pytest.raises(Denied):
        f.suara(row, place.manajer, m.K)


def test_fewer_members_than_the_quorum_cannot_be_invited(app: Flask, jam: Any) -> None:
    place = f.lsp()
    user = place.panggil("manajer")
    with pytest.raises(Invalid, match="sedikitnya 3"):
        pleno.create(user, f.TODAY, "", [u.id for u in place.komite[:2]], place.komite[0].id)
    pengaturan.save(pengaturan.PLENO, {"kuorum": 2}, user)
    assert pleno.create(user, f.TODAY, "", [u.id for u in place.komite[:2]], place.komite[0].id).kuorum == 2


def test_it_closes_when_every_row_is_decided_and_its_minutes_are_drawn(app: Flask, jam: Any) -> None:
    place = f.lsp()
    one, two = f.kasus(place, "Agus Setiawan"), f.kasus(place, "Ratna Wulandari", hasil=m.BK)
    row = f.rapat(place, one, two)
    with pytest.raises(Conflict, match="2 baris"):
        pleno.close(row, chair(place), "", f.PASSWORD)
    f.putuskan(row, place)
    assert (row.status, state(one), state(two)) == (k.DITUTUP, m.KOMPETEN, m.BELUM_KOMPETEN)
    assert [b["hasil"] for b in row.isi["baris"]] == ["K", "BK"]
    job = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.nama == "sertifikasi-berita-acara-pleno")).one()
    row.isi, signed = {**row.isi, "catatan": "disisipkan"}, row.isi
    with pytest.raises(Conflict, match="tidak sama dengan yang ditandatangani"):
        pleno.cetak_pleno.run(job)
    row.isi = signed
    first = pleno.cetak_pleno.run(job)
    assert first is not None
    assert pleno.cetak_pleno.run(job) == first == row.berita_acara_id
    with pytest.raises(Conflict):
        pleno.lock(row.id)


# ---- SK


def closed(place: f.Lsp, *cases: m.Permohonan) -> k.Pleno:
    row = f.rapat(place, *cases)
    f.putuskan(row, place)
    return row


def test_one_sk_for_each_scheme_signed_by_the_ketua(app: Flask, jam: Any) -> None:
    place = f.lsp()
    case = f.kasus(place, "Ratna Wulandari")
    row = closed(place, case, f.kasus(place, hasil=m.BK))
    made = f.sk_untuk(row, place, ditandatangani=False)
    assert [b["hasil"] for b in made.isi["baris"]].count("K") == 1
    assert "Ratna Wulandari, S.Kom." in {b["nama"] for b in made.isi["baris"]}
    assert sk.without_sk(row.id) == {}
    with pytest.raises(Invalid, match="Kata sandi"):
        sk.sign(made, place.panggil("ketua"), "salah")
    sk.sign(made, place.panggil("ketua"), f.PASSWORD)
    with pytest.raises(Conflict, match="sudah ditandatangani"):
        sk.sign(made, place.panggil("ketua"), f.PASSWORD)
    with pytest.raises(Conflict, match="koreksi"):
        sk.discard(made, place.panggil("manajer"))


def test_a_signer_who_assessed_is_refused(app: Flask, jam: Any) -> None:
    place = f.lsp()
    f.give(place.asesor, "ketua_lsp")
    made = f.sk_untuk(closed(place, f.kasus(place, "Ratna Wulandari")), place, ditandatangani=False)
    with pytest.raises(Denied, match="menilai Ratna Wulandari"):
        sk.sign(made, f.principal(place.asesor), f.PASSWORD)


def test_an_sk_has_a_number_once_and_a_date_between_meeting_and_today(app: Flask, jam: Any) -> None:
    place = f.lsp()
    row = closed(place, f.kasus(place))
    user = place.panggil("manajer")
    for day in (f.TODAY - timedelta(days=1), f.TODAY + timedelta(days=1), None):
        with pytest.raises(Invalid):
            sk.prepare(row, place.versi.id, "SK-1", day, user)
    sk.prepare(row, place.versi.id, "SK-1", f.TODAY, user)
    other = closed(place, f.kasus(place))
    with pytest.raises(Invalid, match="sudah dipakai"):
        sk.prepare(other, place.versi.id, " SK-1 ", f.TODAY, user)


def test_a_wrong_row_is_corrected_by_a_new_sk(app: Flask, jam: Any) -> None:
    place = f.lsp()
    row = closed(place, f.kasus(place, "Ratna Wulandri"))
    old = f.sk_untuk(row, place)
    frozen = old.isi
    key = sk.decisions(old)[0]
    new = sk.correct(
        old, "SK-KOREKSI-1", f.TODAY, "Nama asesi salah eja", {key: "Ratna Wulandari"}, place.panggil("manajer")
    )
    decision = db.session.get_one(k.Keputusan, key)
    assert decision.sk_id == old.id
    sk.sign(new, place.panggil("ketua"), f.PASSWORD)
    assert (decision.sk_id, old.isi, new.isi["koreksi"]) == (new.id, frozen, old.nomor)
    assert new.isi["baris"][0]["nama"] == "Ratna Wulandari"
    with pytest.raises(Conflict, match="sudah dikoreksi"):
        sk.correct(old, "SK-KOREKSI-2", f.TODAY, "Sekali lagi salah", {}, place.panggil("manajer"))


def test_29_february_ends_on_the_28th(app: Flask) -> None:
    from portal.sertifikasi.keputusan.sertifikat import add_months

    assert add_months(date(2028, 2, 29), 36) == date(2031, 2, 28)
    assert add_months(date(2026, 11, 21), 36) == date(2029, 11, 21)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)
