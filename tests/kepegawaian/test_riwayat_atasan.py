"""Many people get another atasan at once; two persons never write over each other."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kepegawaian.keadaan import bangun
from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import antrean, atasan, jenis, services
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan.models import PELAKSANA
from portal.kernel import organisation
from portal.kernel.approval import Submission
from portal.kernel.db import commit, db, rollback
from portal.kernel.errors import Conflict
from portal.kernel.organisation import Pegawai, PenugasanAtasan
from tests import database
from tests.conftest import empty_bucket
from tests.kepegawaian import factories as f
from tests.kepegawaian.test_riwayat_formulir import page
from tests.kernel.sessions import Other, together

TODAY = date(2026, 11, 21)


def city() -> tuple[f.Kota, list[Any]]:
    """Two of the staff under an atasan named by SK, who has retired since."""
    k = f.kota()
    old = f.orang("Lama Uji")
    f.duduk(old, k.dinas, date(2015, 1, 1), atasan_id=k.kadis.id)
    f.kedudukan(old, "01", f.CPNS)
    f.kedudukan(old, "99", date(2026, 10, 1))
    people = [f.orang(name) for name in ("Anak Satu", "Anak Dua")]
    for one in people:
        row = f.duduk(one, k.bidang, date(2022, 1, 1), atasan_id=old.id, atasan_cara=r.DITUNJUK)
        f.berkas(row, "SK_JABATAN", f.akun("bkpsdm"))
    return k, people


@pytest.mark.usefixtures("app", "jam")
def test_a_retired_atasan_is_replaced_for_many(masuk: Any) -> None:
    k, people = city()
    admin = masuk(f.akun("admin_pd", di=k.dinas))
    shown = admin.get("/kepegawaian/atasan").text
    assert "Berhenti sejak 1 Oktober 2026" in shown
    assert "Kabid Uji" in shown
    rows = atasan.tidak_aktif(f.principal(f.akun("bkpsdm")))
    assert [(one.nama, one.pengganti) for one in rows] == [("Anak Dua", "Kabid Uji"), ("Anak Satu", "Kabid Uji")]
    empty = admin.post("/kepegawaian/atasan", data={"mulai": "31/02/2026"})
    assert empty.status_code == 422
    values = {"pilih": [str(one.riwayat_id) for one in rows], "mulai": "01/12/2026", "dasar": "800/7/2026"}
    unseen = admin.post("/kepegawaian/atasan", data=values)  # who would follow on that day was not shown yet
    assert unseen.status_code == 422
    values |= {f"kepada-{one.riwayat_id}": str(one.pengganti_id) for one in rows}
    assert admin.post("/kepegawaian/atasan", data=values).status_code == 303
    again = admin.post("/kepegawaian/atasan", data=values, follow_redirects=True)
    assert "sudah ada usulan yang menunggu" in again.text
    office = masuk(f.akun("bkpsdm"))
    waiting = db.session.scalars(antrean.untuk_diverifikasi(f.principal(f.akun("bkpsdm")))).all()
    assert [one.siap for one in waiting] == [True, True]
    keys = [str(one.id) for one in waiting]
    assert "2 terverifikasi" in office.post(
        "/kepegawaian/antrean/sekaligus", data={"pilih": keys}, follow_redirects=True
    ).text  # fmt: skip
    found = db.session.execute(
        sa.select(Keadaan.atasan_id, Keadaan.mulai, Keadaan.tmt_jabatan)
        .where(Keadaan.pegawai_id.in_([one.id for one in people]), Keadaan.sampai >= TODAY)
    ).all()  # fmt: skip
    old = db.session.scalars(sa.select(Pegawai.id).where(Pegawai.nama == "Lama Uji")).one()
    start = date(2022, 1, 1)
    assert set(found) == {(old, start, start), (k.kabid.id, date(2026, 12, 1), start)}
    assert atasan.tidak_aktif(f.principal(f.akun("bkpsdm"))) == []


@pytest.mark.usefixtures("app", "jam")
def test_a_change_counts_from_its_day_also_for_other_modules(masuk: Any) -> None:
    """Section 7 item 12: before the day the old atasan, from it on the new one; cancelled, the old one again."""
    _, people = city()
    one = people[0]
    office, other = f.principal(f.akun("bkpsdm")), f.principal(f.akun("bkpsdm"))
    rows = [row for row in atasan.tidak_aktif(office) if row.pegawai_id == one.id]
    assert atasan.ganti_banyak(rows, date(2021, 12, 31), "800/7", office)[0] == 0  # before the seat begins
    assert atasan.ganti_banyak(rows, date(2026, 10, 1), "800/7", office) == (1, [])
    case = db.session.scalars(antrean.untuk_diverifikasi(other)).one()
    page_ = masuk(f.akun("verifikator_bkpsdm")).get(f"/kepegawaian/antrean/{case.id}", follow_redirects=True).text
    assert "Oktober 2026" in page_
    assert "Atasan: Kabid Uji" in page_
    antrean.verifikasi_siap(case, other)
    bosses = [organisation.atasan(one.id, day) for day in (date(2026, 9, 30), date(2026, 10, 1))]
    assert [getattr(boss, "nama", "") for boss in bosses] == ["Lama Uji", "Kabid Uji"]
    orders = sa.select(PenugasanAtasan.mulai, PenugasanAtasan.selesai).where(PenugasanAtasan.pegawai_id == one.id)
    assert db.session.execute(orders).all() == [(date(2022, 1, 1), date(2026, 9, 30))]
    assert bangun.rebuild([one.id]) == 0
    entry = db.session.scalars(sa.select(r.RiwayatLain).where(r.RiwayatLain.jenis == jenis.ATASAN)).one()
    services.batalkan(entry, other, "Surat perintah dicabut")
    assert db.session.execute(orders).all() == [(date(2022, 1, 1), None)]


@pytest.mark.usefixtures("app", "jam")
def test_only_the_own_scope_and_only_named_atasan(masuk: Any) -> None:
    k, _ = city()
    assert atasan.tidak_aktif(f.principal(f.akun("admin_pd", di=k.lain))) == []
    assert masuk(f.akun("verifikator_bkpsdm")).get("/kepegawaian/atasan").status_code == 403
    f.kedudukan(k.kabid, "99", date(2026, 11, 1))
    names = [one.nama for one in atasan.tidak_aktif(f.principal(f.akun("bkpsdm")))]
    assert "Staf Uji" not in names
    assert page(k.staf)


# ---- two sessions, real transactions


@pytest.fixture
def shared(_application: Flask, running: Any, environment: dict[str, str]) -> Iterator[Flask]:
    """The portal on a database whose transactions really end; copied anew afterwards."""
    from portal.kernel import storage

    with _application.app_context():
        storage.redis().flushdb()
        yield _application
        empty_bucket(storage.s3(), storage.config().s3_bucket)
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    name = environment["DATABASE_URL"].rpartition("/")[2].partition("?")[0]
    database.copied(running, name)


def _proposal(k: f.Kota, unit: Any, user: Any) -> Any:
    values = {
        "jenis_jabatan": PELAKSANA, "nama_jabatan": "Pengolah Data", "jenjang": PELAKSANA, "unit_id": unit.id,
        "atasan_id": k.kabid.id, "tmt": date(2026, 3, 1), "nomor_sk": "821/1/2026", "tanggal_sk": date(2026, 2, 20),
    }  # fmt: skip
    row = services.simpan(jenis.JENIS["JABATAN"], k.staf, values, f.principal(user))
    f.berkas(row, "SK_JABATAN", user)
    return services.jalankan(row, "ajukan", f.principal(user))


def test_of_two_seats_verified_at_once_exactly_one_wins(shared: Flask, jam: Any) -> None:
    """R3 against two people at the same moment, each in a session and a transaction of their own."""
    k = f.kota()
    admin = f.akun("admin_pd", di=k.dinas)
    keys = [_proposal(k, unit, admin).id for unit in (k.bidang, k.bidang_lain)]
    users = [f.principal(f.akun("verifikator_bkpsdm")) for _ in keys]
    staf = k.staf.id
    commit()

    def verify(key: Any, user: Any) -> Any:
        def act() -> str:
            services.jalankan(db.session.get_one(r.RiwayatJabatan, key), "verifikasi", user)
            commit()
            return "menang"

        return act

    answers = together(shared, *(verify(key, user) for key, user in zip(keys, users, strict=True)))
    assert sorted(type(one).__name__ for one in answers) == ["Conflict", "str"], answers
    lost = next(one for one in answers if isinstance(one, Conflict))
    assert "TMT yang sama" in lost.pesan
    db.session.rollback()
    rows = db.session.execute(
        sa.select(r.RiwayatJabatan.status).where(r.RiwayatJabatan.id.in_(keys))
    ).scalars().all()  # fmt: skip
    assert sorted(rows) == [r.DIAJUKAN, r.TERVERIFIKASI]
    cases = db.session.scalars(sa.select(Submission.status).where(Submission.alur == "kepegawaian.riwayat")).all()
    assert sorted(cases) == [r.DIAJUKAN, r.TERVERIFIKASI]
    stretches = db.session.execute(
        sa.select(Keadaan.mulai, Keadaan.sampai).where(Keadaan.pegawai_id == staf).order_by(Keadaan.mulai)
    ).all()  # fmt: skip
    assert all(one.sampai < other.mulai for one, other in pairwise(stretches))


def test_a_rebuild_waits_for_who_is_changing_the_pegawai(shared: Flask) -> None:
    """Otherwise the nightly one could read facts, and write them after somebody else had verified newer ones."""
    key = f.kota().staf.id
    commit()
    services.lock(key)
    with Other(shared) as other:
        other.run(lambda: db.session.execute(sa.text("SET LOCAL lock_timeout = '200ms'")))
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            other.run(lambda: bangun.rebuild([key]))
    rollback()
