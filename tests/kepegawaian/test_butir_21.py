"""What the twenty-one items of the order say and no other file shows; docs/uji-kepegawaian.md lists them all."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian import pencari
from portal.kepegawaian.berkas import rekap
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.peta import gambar, sumber
from portal.kepegawaian.riwayat import aturan, isian_jabatan
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.riwayat.policies import berlaku
from portal.kepegawaian.unor import rencana
from portal.kepegawaian.unor.models import UnorVersi
from portal.kernel import organisation
from portal.kernel.db import db
from portal.kernel.errors import Invalid
from portal.kernel.organisation import Unit
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_daftar import lihat
from tests.kepegawaian.test_peta import branches
from tests.kepegawaian.test_riwayat import state, values
from tests.kepegawaian.test_riwayat_formulir import page
from tests.kepegawaian.test_riwayat_jabatan import BARU, errors, send, typed
from tests.kepegawaian.test_unor import done

pytestmark = pytest.mark.usefixtures("app", "jam")
TODAY = date(2026, 11, 21)


def count(table: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_the_new_seat_ends_the_old_one_the_day_before(masuk: Any) -> None:
    """As on the page: the running one becomes the past the day before, whatever was typed as its end."""
    k = f.kota()
    office = masuk(f.akun("admin_tu"))
    assert send(office, k.staf, typed(k)).status_code == 303
    row = db.session.scalars(sa.select(r.RiwayatJabatan).order_by(r.RiwayatJabatan.id.desc()).limit(1)).one()
    assert state(k.staf).sampai.year == 9999
    verifier = masuk(f.akun("verifikator_bkpsdm"))
    assert verifier.post(page(k.staf, row), data={"aksi": "verifikasi"}).status_code == 303
    shown = masuk(f.akun("bkpsdm")).get(page(k.staf)).text.split('id="riwayat-jabatan"')[1].split("</table>")[0]
    old, new = sorted(shown.split("<tr>")[2:], key=lambda line: "1 Des 2026" in line.split("30 Nov")[0])
    assert "30 Nov 2026" in old
    assert "30 Nov 2026" not in new
    ends = [end for end, in db.session.execute(
        sa.select(Keadaan.sampai).where(Keadaan.pegawai_id == k.staf.id).order_by(Keadaan.mulai))]  # fmt: skip
    assert ends[0] == date(2026, 11, 30)


def test_e_what_is_hidden_stays_in_the_past_and_is_offered_nowhere(masuk: Any) -> None:
    k = f.kota()
    old = f.unit("Seksi Lama", k.bidang, k.dinas, jenis="SEKSI")
    f.duduk(k.staf, old, date(2021, 2, 1), atasan_id=k.kabid.id)
    f.duduk(k.staf, k.bidang, date(2024, 2, 1), atasan_id=k.kabid.id)
    rows = count(Unit), count(UnorVersi), count(r.RiwayatJabatan)
    waiting = f.add(r.RiwayatJabatan(pegawai_id=k.staf.id, unit_id=old.id, jenis_jabatan="JF", nama_jabatan="Analis",
                                     tmt=date(2027, 1, 1), status=r.DIAJUKAN))  # fmt: skip
    with pytest.raises(Invalid, match="usulan riwayat"):
        done(rencana.SEMBUNYIKAN, unit_ids=[str(old.id)])
    db.session.delete(waiting)
    with pytest.raises(Invalid, match=r"2 pegawai: (Kabid|Staf) Uji, (Kabid|Staf) Uji"):
        done(rencana.SEMBUNYIKAN, unit_ids=[str(k.bidang.id)])
    done(rencana.SEMBUNYIKAN, unit_ids=[str(old.id)])
    assert (count(Unit), count(UnorVersi), count(r.RiwayatJabatan)) == rows
    assert "Seksi Lama" in masuk(f.akun("bkpsdm")).get(f"/kepegawaian/pegawai/{k.staf.id}").text
    assert pencari.cari_unit("seksi lama", TODAY) == []
    assert "Seksi Lama" not in [one.nama for one in isian_jabatan.unit_opd(k.dinas.id, TODAY)]
    drawn = gambar.draw(sumber.Hidup(TODAY), None, None)
    assert drawn is not None
    assert "Seksi Lama" not in [one.simpul.nama for one in branches(drawn.ranting)]
    done(rencana.TAMPILKAN, unit_ids=[str(old.id)])
    assert [one.nama for one in pencari.cari_unit("seksi lama", TODAY)] == ["Seksi Lama"]


def _educated(k: f.Kota) -> None:
    """Of twenty in two OPD: S-1, D-III, S-1 not verified, D-III and a later S-1, none at all."""
    for i in range(20):
        one = f.orang(f"Didik {i:02d}")
        f.duduk(one, k.bidang if i % 2 else k.bidang_lain)
        for level, verified in (((("40", True),), (("30", True),), (("40", False),), (("30", True), ("40", True)),
                                 ())[i % 5]):  # fmt: skip
            row = r.RiwayatPendidikan(pegawai_id=one.id, tingkat=level, tmt=date(2007 + int(level) // 20, 7, 1))
            f.catat(row) if verified else f.add(row)


def _rows(masuk: Any, user: Any, query: str) -> list[str]:
    body = masuk(user).get(f"/kepegawaian?format=csv&{query}").get_data(as_text=True)
    return [row[0] for row in csv.reader(io.StringIO(body.lstrip("\ufeff")))][1:]


def test_g_count_export_and_sql_agree(masuk: Any) -> None:
    k = f.kota()
    _educated(k)
    office = f.akun("bkpsdm")
    highest = (
        sa.select(sa.func.max(r.RiwayatPendidikan.tingkat))
        .where(r.RiwayatPendidikan.pegawai_id == organisation.Pegawai.id, r.RiwayatPendidikan.status == r.TERVERIFIKASI)
        .scalar_subquery()
    )
    for query, wanted in (
        ("pendidikan=S-1/D-IV&pendidikan=D-III", ("30", "40")), ("pendidikan=D-III", ("30",)),
        (f"pendidikan=S-1/D-IV,D-III&opd={k.dinas.id}", ("30", "40")),
    ):  # fmt: skip
        sql = sa.select(organisation.Pegawai.nama).where(highest.in_(wanted))
        if "opd" in query:
            here = sa.select(Keadaan.pegawai_id).where(berlaku(TODAY), Keadaan.pd_id == k.dinas.id)
            sql = sql.where(organisation.Pegawai.id.in_(here))
        names = sorted(db.session.scalars(sql))
        assert lihat(masuk, office, query) == names
        assert sorted(_rows(masuk, office, query)) == names
        assert f"{len(names)} pegawai" in masuk(office).get(f"/kepegawaian?{query}").text
    assert len(names) == 6
    blank = lihat(masuk, office, "pendidikan=BELUM_DIISI")
    assert {one for one in blank if one.startswith("Didik")} == {f"Didik {i:02d}" for i in range(20) if i % 5 in (2, 4)}


def test_i_an_sk_for_a_later_day_takes_effect_on_that_day_by_itself(masuk: Any, jam: Any) -> None:
    """Half past midnight in Madiun is still the day before in UTC: the day of the office counts (section 7, 14)."""
    k = f.kota()
    old, new = f.akun("admin_pd", di=k.dinas), f.akun("admin_pd", di=k.lain)
    f.duduk(k.staf, k.bidang_lain, date(2026, 12, 1), atasan_id=k.kabid_lain.id)
    assert ("Staf Uji" in lihat(masuk, old), "Staf Uji" in lihat(masuk, new)) == (True, False)
    jam.move_to(datetime(2026, 11, 30, 16, 30, tzinfo=UTC))
    assert "Staf Uji" in lihat(masuk, old)
    jam.move_to(datetime(2026, 11, 30, 17, 30, tzinfo=UTC))
    assert ("Staf Uji" in lihat(masuk, old), "Staf Uji" in lihat(masuk, new)) == (False, True)
    assert masuk(new).get(f"/kepegawaian/pegawai/{k.staf.id}").status_code == 200
    assert masuk(old).get(f"/kepegawaian/pegawai/{k.staf.id}").status_code == 404


def test_k_a_move_keeps_masa_jabatan_and_bup_on_the_page(masuk: Any) -> None:
    k = f.kota()
    one = f.jabatan("Arsiparis Ahli Madya", "JF_MA")
    same = {"jabatan_id": one.id, "jenjang": "JF_MA", "nama_jabatan": one.nama, "atasan_id": k.kabid.id}
    f.duduk(k.staf, k.bidang, date(2022, 4, 1), **same)
    office = masuk(f.akun("bkpsdm"))
    before = office.get(f"/kepegawaian/pegawai/{k.staf.id}").text
    f.duduk(k.staf, k.bidang_lain, date(2022, 4, 1), mutasi=r.MU, tmt_mutasi=date(2026, 11, 2), **same)
    after = office.get(f"/kepegawaian/pegawai/{k.staf.id}").text
    for words in ("4 tahun 7 bulan, sejak 1 April 2022", "60 tahun, 1 April 2045"):
        assert words in before
        assert words in after
    assert "pindah unit 2 November 2026" in after


def test_l_nothing_is_stored_without_a_possible_atasan(masuk: Any) -> None:
    """By a request that no form sent, too: without the field, with oneself, with somebody below, with who has left."""
    k = f.kota()
    below = f.orang("Bawahan Uji")
    f.duduk(below, k.bidang, atasan_id=k.staf.id)
    gone = f.orang("Pergi Uji")
    f.kedudukan(gone, "99", date(2026, 1, 1))
    office, before = masuk(f.akun("bkpsdm")), count(r.RiwayatJabatan)
    bare = {name: value for name, value in typed(k).items() if name != "atasan_id"}
    sent = send(office, k.staf, bare)
    assert errors(sent) == {"atasan_id"}
    assert "Pilih atasan langsung" in sent.text
    for boss, words in ((k.staf, "diri sendiri"), (below, "bawahan pegawai ini"), (gone, "tidak aktif")):
        sent = send(office, k.staf, {**bare, "atasan_id": str(boss.id)})
        assert errors(sent) == {"atasan_id"}
        assert words in sent.text
    assert count(r.RiwayatJabatan) == before


def test_m_the_atasan_offered_follows_the_flag() -> None:
    k = f.kota()
    offered = [isian_jabatan.usul_atasan(k.bidang.id, head, k.staf, TODAY) for head in (False, True)]
    assert [one.nama for one in offered if one] == ["Kabid Uji", "Kadis Uji"]
    f.kedudukan(k.kabid, "99", date(2026, 11, 1))
    f.duduk(k.staf, k.bidang, date(2026, 11, 5), pimpinan=True, jalur=r.TAMBAHAN, penugasan="PLT",
            selesai=date(2026, 12, 31), nama_jabatan="Kepala Bidang Satu", atasan_id=k.kadis.id)  # fmt: skip
    other = f.orang("Anak Uji")
    acting = isian_jabatan.usul_atasan(k.bidang.id, False, other, TODAY)
    assert acting is not None
    assert (acting.nama, acting.jabatan) == ("Staf Uji", "Plt. Kepala Bidang Satu")


def test_p_a_coordinator_leads_without_another_jabatan_until_the_last_day(masuk: Any, jam: Any) -> None:
    k = f.kota()
    before = {name: getattr(state(k.staf), name) for name in ("jabatan", "bup", "tmt_pensiun", "unit_id", "mulai")}
    heads = gambar.draw(sumber.Hidup(TODAY), None, None)
    f.catat(r.RiwayatJabatan(
        pegawai_id=k.staf.id, unit_id=k.bidang.id, jenis_jabatan="JF", nama_jabatan=before["jabatan"], jenjang="JF_MU",
        jalur=r.TAMBAHAN, penugasan="KOOR", tmt=date(2026, 6, 1), selesai=date(2026, 11, 30), atasan_id=k.kabid.id,
    ))  # fmt: skip
    drawn = gambar.draw(sumber.Hidup(TODAY), None, None)
    assert heads is not None
    assert drawn is not None
    assert [one.jumlah for one in branches(drawn.ranting)] == [one.jumlah for one in branches(heads.ranting)]
    assert ["Staf Uji"] in [[role.nama for role in one.peran] for one in branches(drawn.ranting)]
    assert {name: getattr(state(k.staf), name) for name in before} == before
    under = f.orang("Anggota Uji")
    found = aturan.periksa(under, values(unit_id=k.bidang.id, atasan_id=k.staf.id, tmt=TODAY))
    assert found.galat == []
    office = f.akun("bkpsdm")
    assert lihat(masuk, office, "penugasan=KOOR,PLT") == ["Staf Uji"]
    assert "Koordinator Bidang Satu, sampai 30 November 2026" in masuk(office).get(page(k.staf)).text
    jam.shift(timedelta(days=10))
    assert lihat(masuk, office, "penugasan=KOOR,PLT") == []
    assert "Koordinator Bidang Satu" not in masuk(office).get(page(k.staf)).text.split('id="riwayat-utama"')[0]


def test_t_a_decision_is_in_the_matrix_of_files_and_leaves_it_when_cancelled(masuk: Any) -> None:
    from portal.kepegawaian.pensiun import services
    from tests.kepegawaian.test_pensiun_sk import siap_sk, tetapkan
    from tests.kepegawaian.test_pensiun_usulan import calon

    k = f.kota()
    one = calon(k)
    row, who = siap_sk(k, one)
    entry = tetapkan(row, who["bkpsdm"])
    assert sum(figures[0] for figures in rekap.hitung("SK_PENSIUN").values()) == 1
    own = masuk(f.akun("", pegawai=one))
    address = page(one)
    link = db.session.scalars(sa.select(r.BerkasTautan).where(r.BerkasTautan.riwayat_id == entry.id)).one()
    panel = own.get(address).text.split('id="riwayat-pemberhentian"')[1].split("</details>")[0]
    assert f"/berkas/{link.dokumen_id}" in panel
    services.langkah(row, "batalkan_sk", f.principal(who["bkpsdm"]), "SK dibatalkan pengadilan")
    assert rekap.hitung("SK_PENSIUN") == {}
    panel = own.get(address).text.split('id="riwayat-pemberhentian"')[1].split("</details>")[0]
    shown, hidden = panel.split('id="ditarik-pemberhentian"')
    assert "Belum ada riwayat" in shown
    assert "Dibatalkan" in hidden
    status = own.get(address).text.split('id="status-kedudukan"')[1].split('id="perjalanan"')[0]
    assert "823/17/2026" not in status.split('id="ditarik-kedudukan"')[0]
    office = masuk(f.akun("bkpsdm"))
    trace = office.get(f"{address}/riwayat/riwayat_lain/{entry.id}").text
    assert "SK dibatalkan pengadilan" in trace


def test_j_what_no_form_offers_is_not_stored(masuk: Any) -> None:
    k = f.kota()
    guru = f.jabatan("Guru Ahli Muda", rumpun="GURU")
    office, before = masuk(f.akun("bkpsdm")), count(r.RiwayatJabatan)
    wrong = typed(k, jenis_jabatan="JF", jabatan_id=str(guru.id), sub_jabatan_id="11111111-1111-1111-1111-111111111111")
    assert errors(send(office, k.staf, wrong)) == {"sub_jabatan_id"}
    assert errors(send(office, k.staf, typed(k, jenis_jabatan="RAJA"))) == {"jenis_jabatan"}
    assert errors(office.post(page(k.staf, more=BARU), data={"aksi": "ajukan"})) >= {"tmt", "jenis_jabatan", "nomor_sk"}
    assert count(r.RiwayatJabatan) == before
