"""The fictional city: believable, deterministic, in every state, and agreeing with the product's own rules."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from portal.kernel import demo, organisation
from portal.kernel.approval import Submission, SubmissionEvent
from portal.kernel.db import db
from portal.kernel.demo import bangun, kota
from portal.kernel.demo.salin import Ids
from portal.kernel.identifiers import Nip
from portal.kernel.people import User
from portal.kinerja import demo as kinerja_demo
from portal.kinerja.bulanan import lembar, services
from portal.kinerja.demo import berkas, contoh, keadaan, naskah, putar
from portal.kinerja.demo.arsip import Archive, Store
from portal.kinerja.demo.bulan import Bundel
from portal.kinerja.demo.rencana import Rencana
from portal.kinerja.models import BuktiDukung, Evaluasi, KinerjaBulanan, RealisasiTahunan, Rhk, Skp
from portal.kinerja.penilaian import services as penilaian

TODAY = date(2026, 11, 21)
GAP = re.compile(r"\{(\w+)\}")
KNOWN_GAPS = {*"xyXYbdrtkulwosROK", "bd", "d2", "x2", "y2", "n1", "n2"}


@cache
def city(skala: str = "kecil") -> kota.City:
    return bangun.build(skala, demo.SEED, TODAY)


PLAYED: dict[date, list[tuple[Rencana, list[Bundel]]]] = {}


def play(app: Flask, day: date) -> list[tuple[Rencana, list[Bundel]]]:
    """Every plan of the year of last month with its months, without a database; made once for all tests."""
    if day not in PLAYED:
        PLAYED[day] = list(_play(app, day))
    return PLAYED[day]


def _play(app: Flask, day: date) -> Iterator[tuple[Rencana, list[Bundel]]]:
    year = kinerja_demo.years(bangun.build("kecil", demo.SEED, day), demo.SEED, day)[0]
    with app.app_context():
        schedule = kinerja_demo.schedule_of(year)
        clock = kinerja_demo.clock_of(year, schedule)
    clock = replace(clock, now=datetime(day.year, day.month, day.day, 3, tzinfo=UTC).astimezone(clock.now.tzinfo))
    plans: dict[str, Rencana] = {}
    for part in year.city.parts:
        ids = Ids(f"uji:{part.name}", 1)
        player = putar.Player(year, part, clock, ids)
        for seat in putar.seats(part, year.tahun):
            plan = putar.plan(seat, plans, year, ids)
            yield plan, list(player.months(plan))


# ---- the city


def test_the_small_city_has_twelve_opd_and_about_400_people() -> None:
    small = city()
    assert len(small.root.anak) == 12
    assert 380 <= len(small.people) <= 420
    assert len({p.nama for p in small.people}) == len(small.people)


def test_the_medium_city_has_12000_people_in_one_dinas_among_32() -> None:
    medium = city("sedang")
    mass = {s.person.id for s in medium.seats if s.unit.pd and s.unit.pd.kode == bangun.MASS_PD}
    assert len(medium.root.anak) == 32
    assert len(mass) == 12_000
    assert len({u.kode for u in medium.units}) == len(medium.units)


@pytest.mark.parametrize("skala", ["kecil", "sedang"])
def test_every_nip_is_valid_unique_and_fictional(skala: str) -> None:
    people = [p for p in city(skala).people if p.nip]
    assert len({p.nip for p in people}) == len(people)
    for person in people:
        nip = Nip.parse(person.nip or "", TODAY)
        assert (nip.galat, nip.peringatan) == ((), ())
        assert (nip.tanggal_lahir, nip.jenis_kelamin, nip.jenis) == (person.lahir, person.kelamin, person.status)
        assert (nip.nomor_urut or "")[0] == "9"


def test_the_same_seed_gives_the_same_city_and_a_bigger_one_begins_with_it() -> None:
    again = bangun.build("kecil", demo.SEED, TODAY)
    assert [s.id for s in again.seats] == [s.id for s in city().seats]
    assert [p.id for p in city("sedang").parts[0].seats] == [s.id for s in city().seats]


def test_every_role_has_an_account_without_a_database() -> None:
    rows = demo.accounts()
    roles = {"pegawai", "atasan", "atasan_penilai", "admin_pd", "bkpsdm", "inspektorat", "reviewer", "keuangan"}
    assert roles | {"wali_kota", "administrator", "pegawai_plt"} <= {row["peran"] for row in rows}
    assert len({row["sandi"] for row in rows}) == len(rows)
    assert all(re.fullmatch(r"sagara-[a-z]+-2026", row["sandi"]) and row["unit"] for row in rows)


def test_whoever_acts_for_a_vacant_seat_is_decided_one_level_up() -> None:
    seat = next(s for s in city().seats if s.person.pengguna == "daniel.rumbiak")
    boss = kota.atasan(seat, TODAY)
    assert boss is not None
    assert boss.jabatan.startswith("Kepala Dinas Pertanian")
    staff = next(s for s in seat.unit.seats if s.person is not seat.person)
    acting = kota.atasan(staff, TODAY)
    assert acting is not None
    assert acting.sebutan.startswith("Plt. Kepala Bidang")


# ---- the texts


@pytest.mark.parametrize("family", naskah.families())
def test_a_family_is_complete_and_words_its_results_as_results(family: str) -> None:
    data = naskah.rumpun(family)
    if "profil" in data:
        results = [row[2] for rows in data["profil"].values() for row in rows]
        assert all(len(rows) == 4 for rows in data["profil"].values())
    else:
        results = [item["rhk"] for item in data["rhk"]]
        assert len(results) >= 3
    assert all(text.split()[0].endswith("nya") for text in results)
    texts = [t for item in data.get("rhk", [data.get("naskah")]) for k in ("pas", "kurang", "lebih") for t in item[k]]
    gaps = {gap for text in texts for gap in GAP.findall(text)}
    assert gaps <= KNOWN_GAPS


def test_every_jabatan_has_a_family() -> None:
    families = set(naskah.families())
    assert {seat.rumpun for seat in city("sedang").seats if seat.rumpun} <= families


@pytest.mark.parametrize("day", [TODAY, date(2026, 2, 3), date(2027, 1, 4), date(2026, 7, 1)])
def test_a_year_plays_on_any_day_and_nothing_happens_in_the_future(app: Flask, day: date) -> None:
    now = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    months: Counter[int] = Counter()
    for _, bundles in play(app, day):
        for kb in bundles:
            months[kb.bulan] += 1
            moments = [one.waktu for one in kb.langkah]
            assert moments == sorted(moments)
            assert all(moment <= now for moment in moments)
            assert [one.dari for one in kb.langkah[1:]] == [one.ke for one in kb.langkah[:-1]]
            assert not kb.langkah or kb.langkah[-1].ke == kb.status
    last = (day.month - 2) % 12 + 1
    assert set(months) == set(range(1, last + 1))


def test_words_agree_with_numbers_and_rules_of_the_wizard(app: Flask) -> None:
    for _, bundles in play(app, TODAY):
        for kb in bundles:
            for row in kb.rows:
                told = " ".join((row.keterangan, *row.faktor, row.umpan_balik, kb.ringkasan))
                assert "{" not in told
                assert not re.search(r"[a-z.]  |\.\.| ,", row.keterangan + kb.ringkasan + row.umpan_balik)
                if row.realisasi:
                    assert row.bukti
                if kb.diajukan_at is None or row.capaian is None or row.diakui is not None:
                    continue
                pendukung, penghambat, rtl = row.faktor
                assert pendukung if row.capaian >= 100 else (penghambat and rtl)
                assert all(10 <= len(text) <= 2000 for text in row.faktor if text)


def test_neighbours_do_not_read_the_same(app: Flask) -> None:
    texts = Counter(r.keterangan for _, bundles in play(app, TODAY) for kb in bundles for r in kb.rows if r.keterangan)
    assert len(texts) / texts.total() > 0.6


def test_the_supervisor_has_twenty_waiting_and_fourteen_clean(app: Flask) -> None:
    waiting = [
        kb for _, bundles in play(app, TODAY) for kb in bundles
        if kb.penilai.person.pengguna == "bambang.prasetyo" and kb.status == "DIAJUKAN"
    ]  # fmt: skip
    assert len(waiting) >= 20
    assert sum(kb.siap for kb in waiting) >= 14
    siti = next(b for p, b in play(app, TODAY) if p.seat.person.pengguna == "siti.rahmawati")[-1]
    assert [r.realisasi for r in siti.rows] == [4, 22, None, None]
    assert siti.step == {"renaksi": "DRAF", "skp": "BELUM", "pks": "BELUM"}


def test_the_worked_people_reproduce_the_reference_means() -> None:
    for code in contoh.PEOPLE:
        seat = next(s for s in city().seats if s.person.contoh == code)
        year = putar.Year(city(), 2025, 12, demo.SEED, TODAY)
        plan = putar.plan(seat, {}, year, Ids("uji", 1))
        means = [keadaan.rata_capaian(r.capaian for r in contoh.rows(plan, b, Ids("b", 1))) for b in range(1, 13)]
        assert [float(m or 0) for m in means] == contoh.of(code)["capaian_renaksi_rata2_per_bulan"]


# ---- the files


@pytest.mark.parametrize("jenis", sorted(berkas.LAYOUTS))
def test_a_document_opens_and_says_what_it_is(jenis: str) -> None:
    values = {"judul": "LAPORAN UJI (TAHAP 1)", "nomor": "Nomor 800/1/UJI/X/2026", "pnama": "Siti Rahmawati, S.Psi."}
    body = berkas.document(jenis, "Dinas Contoh", "Jalan Kenanga Nomor 1, Telepon (0799) 1", values)
    with pypdfium2.PdfDocument(body) as pdf:
        assert len(pdf) == 1
        text = pdf[0].get_textpage().get_text_range()
    assert "LAPORAN UJI [TAHAP 1]" in text
    assert "DINAS CONTOH" in text
    assert "@" not in text


def test_pictures_open_and_no_two_are_the_same_file() -> None:
    assert berkas.photo(1, "a") != berkas.photo(1, "b")
    for body in (berkas.photo(1, "a"), berkas.screenshot(1, "a")):
        with Image.open(io.BytesIO(body)) as picture:
            picture.verify()


# ---- the database


def test_production_and_unknown_scales_are_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="skala"):
        demo.load_city("raksasa")
    monkeypatch.setitem(app.extensions, "pamong", replace(app.extensions["pamong"], lingkungan="produksi"))
    with pytest.raises(demo.Refused):
        demo.load_city()
    with pytest.raises(demo.Refused):
        kinerja_demo.load_kinerja()


@pytest.fixture
def filled(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The small city loaded, BKPSDM, Diskominfo and Distan only: the same code on a fifth of the rows."""
    whole = bangun.build

    def part(skala: str, seed: int, today: date) -> kota.City:
        built = whole(skala, seed, today)
        inti = built.parts[0]
        kept = {"0", "5.03.01", "2.16.01", "3.27.01"}
        inti.units = [u for u in inti.units if (u.pd.kode if u.pd else u.kode) in kept]
        inti.seats = [s for s in inti.seats if s.unit in inti.units]
        return built

    monkeypatch.setattr(bangun, "build", part)
    demo.load_city()
    kinerja_demo.load_kinerja()
    return app


def test_loaded_rows_agree_with_the_products_own_rules(filled: Flask) -> None:
    del filled
    _no_second_load()
    _inbox_facts()
    _seats_agree()
    _ratings_agree()
    _reference_year()


def _no_second_load() -> None:
    assert demo.load_city() == demo.Loaded()
    again = kinerja_demo.load_kinerja()
    assert (again.baris.total(), again.berkas) == (0, 0)


def _inbox_facts() -> None:
    """What was written about a sent month is what the product would have written."""
    query = services.full(sa.select(KinerjaBulanan).join(Submission, Submission.id == KinerjaBulanan.submission_id))
    sent = db.session.scalars(query.where(Submission.status == "DIAJUKAN", KinerjaBulanan.bulan == 10)).unique().all()
    assert len(sent) > 25
    for kb in sent:
        assert services.snapshot(kb) == kb.terakhir_dikirim
        rows = [row.capaian for row in kb.realisasi if row.capaian is not None]
        clean = all(90 <= c <= 110 for c in rows) and all(r.bukti for r in kb.realisasi if r.realisasi)
        assert kb.submission.siap == (clean and kb.jumlah_kembali == 0)
        events = db.session.scalars(sa.select(SubmissionEvent).where(SubmissionEvent.submission_id == kb.submission_id))
        assert kb.submission.versi == 1 + len(events.all())


def _seats_agree() -> None:
    """The penilai stored with an open month is the one the organisation resolves today."""
    query = (
        sa.select(KinerjaBulanan.pegawai_id, KinerjaBulanan.penilai_id)
        .join(Submission, Submission.id == KinerjaBulanan.submission_id)
        .where(Submission.status == "DIAJUKAN", KinerjaBulanan.bulan == 10)
    )
    for row in db.session.execute(query):
        boss = organisation.atasan(row.pegawai_id, TODAY)
        assert isinstance(boss, organisation.Atasan)
        assert boss.pegawai_id == row.penilai_id
    vacant = db.session.scalars(
        sa.select(organisation.Penempatan.pegawai_id)
        .join(organisation.Unit, organisation.Unit.id == organisation.Penempatan.unit_id)
        .where(organisation.Unit.nama == "UPT Pusat Kesehatan Hewan", organisation.Penempatan.selesai.is_(None))
    ).all()
    assert len(vacant) == 2
    assert all(isinstance(organisation.atasan(key, TODAY), organisation.Kosong) for key in vacant)


def _ratings_agree() -> None:
    """The suggestion kept with an evaluation is the one the product computes from the rows."""
    query = (
        sa.select(KinerjaBulanan.id, Evaluasi.saran_hasil, Evaluasi.rating_hasil, Evaluasi.alasan_beda)
        .join(Evaluasi, Evaluasi.skp_id == KinerjaBulanan.skp_id)
        .where(Evaluasi.periode == "B09", KinerjaBulanan.bulan == 9, Evaluasi.status == "DISAMPAIKAN")
        .limit(25)
    )
    for row in db.session.execute(query).all():
        suggested, _ = penilaian.suggestion(lembar.of_id(row.id))
        assert suggested == row.saran_hasil
        assert row.rating_hasil == suggested or len(row.alasan_beda) >= 10


def _reference_year() -> None:
    """P001 stands in 2025 with the year closed, and in the current year under the same figures."""
    user = db.session.scalars(sa.select(User).where(User.pengguna == "ratna.wulandari")).one()
    years = db.session.scalars(sa.select(Skp.tahun).where(Skp.pegawai_id == user.pegawai_id).order_by(Skp.tahun)).all()
    assert years == [2025, 2026]
    year = db.session.execute(
        sa.select(Evaluasi.predikat).join(Skp).where(Skp.pegawai_id == user.pegawai_id, Evaluasi.periode == "TAHUN")
    ).scalar_one()
    assert year == "BAIK"
    assert db.session.scalar(sa.select(sa.func.count(RealisasiTahunan.id))) == 17
    kinds = db.session.scalars(
        sa.select(Rhk.klasifikasi).join(Skp).where(Skp.pegawai_id == user.pegawai_id, Skp.tahun == 2025)
    )
    assert Counter(kinds) == {"INDIVIDU": 2, "TEMATIK": 1, "INOVASI": 1}
    links = sa.select(BuktiDukung.uri).where(BuktiDukung.user_id == user.id, BuktiDukung.jenis == "TAUTAN")
    assert "https://berkas.contoh.go.id/uji-3" in db.session.scalars(links).all()


def test_people_in_bulk_share_contents_but_not_rows(app: Flask) -> None:
    store = Store()
    archive = Archive(store, Ids("uji", 1), recent=10, mass=True)
    bundles = [kb for _, months in play(app, TODAY) for kb in months if kb.bulan == 10 and kb.diajukan_at]
    files = [one for kb in bundles for one in archive.file(kb, every=False)]
    store.finish()
    assert len({one.id for one in files}) == len(files)
    assert len({one.isi.sha256 for one in files}) < len(files) / 2
