"""Accounts in the hands of officers: who may give which role to whom, locks, new passwords; composed roles; the log."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kernel import access, activity, people, storage
from portal.kernel.activity import Aktivitas
from portal.kernel.db import db, now
from portal.kernel.notices import Notice
from portal.kernel.organisation import Unit
from portal.kernel.pages.pengguna import DAFTAR
from portal.kernel.pages.percobaan import tries_of
from portal.kernel.people import PenugasanPeran, Peran, User, check_password
from tests.conftest import Client
from tests.kernel.factories import UnitFactory, UserFactory, give, pegawai

pytestmark = pytest.mark.usefixtures("app", "jam")
SignIn = Callable[[User], Client]


def account(role: str = "", unit: Unit | None = None, nama: str = "") -> User:
    user: User = UserFactory.create(**({"nama": nama} if nama else {}))
    if role:
        give(user, role, unit)
    return user


def offer(client: Client, user: User, peran: str = "reviewer", **fields: str) -> Any:
    form = {"peran": peran, "unit": "", "mulai": "2026-11-21", "selesai": "", "dasar": "SK 12/2026", **fields}
    return client.post(f"/pengguna/{user.id}/peran", data=form)


def held(user: User) -> list[str]:
    return list(db.session.scalars(sa.select(PenugasanPeran.peran).where(PenugasanPeran.user_id == user.id)))


def events(name: str) -> list[Aktivitas]:
    return list(db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == name)))


# ---- giving and ending


def test_a_role_is_given_noted_and_told(masuk: SignIn) -> None:
    officer, user = account("bkpsdm", nama="Petugas Uji"), account()
    unit = UnitFactory.create()
    answer = offer(masuk(officer), user, unit=str(unit.id), selesai="2026-12-31")
    assert answer.location == f"/pengguna/{user.id}"
    row = db.session.scalars(sa.select(PenugasanPeran).where(PenugasanPeran.user_id == user.id)).one()
    assert (row.peran, row.unit_id, row.mulai, row.selesai) == (
        "reviewer",
        unit.id,
        date(2026, 11, 21),
        date(2026, 12, 31),
    )
    assert (row.dasar, row.diberi_oleh_id) == ("SK 12/2026", officer.id)
    line = events("peran.diberi")[0]
    assert (line.objek_id, line.pelaku, line.data["peran"]) == (user.id, "Petugas Uji", "reviewer")
    assert "Reviewer" in db.session.scalars(sa.select(Notice.judul).where(Notice.user_id == user.id)).one()


def test_a_new_role_works_with_the_next_request(masuk: SignIn) -> None:
    user, officer = account(), account("administrator")
    client = masuk(user)
    assert client.get("/log").status_code == 403
    cookie = client.get_cookie("pamong")
    offer(masuk(officer), user, "inspektorat")
    assert cookie is not None
    client.set_cookie("pamong", cookie.value)
    assert client.get("/log").status_code == 200


@pytest.mark.parametrize(("fields", "words"), [
    ({"peran": ""}, "Peran: pilih"), ({"peran": "pegawai"}, "Peran: pilih"), ({"peran": "entah"}, "Peran: pilih"),
    ({"unit": "x"}, "Unit: pilih"), ({"mulai": ""}, "Mulai: tulis tanggal"),
    ({"mulai": "besok"}, "Mulai: tulis tanggal"),
    ({"selesai": "2026-11-20", "mulai": "2026-11-21"}, "sesudah tanggal mulai"),
    ({"selesai": "2026-11-20", "mulai": "2026-11-01"}, "sudah lewat"), ({"dasar": ""}, "Dasar: tulis"),
    ({"dasar": "x" * 301}, "paling banyak"),
])  # fmt: skip
def test_a_wrong_form_comes_back_with_what_was_typed(masuk: SignIn, fields: dict[str, str], words: str) -> None:
    user = account()
    answer = offer(masuk(account("administrator")), user, **{"dasar": "SK 99/2026", **fields})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Galat: " in answer.text
    assert held(user) == []


@pytest.mark.parametrize("text", ["21-11-2026", "21/11/2026", "21.11.2026", "2026-11-21"])
def test_a_day_is_read_in_the_forms_people_write(masuk: SignIn, text: str) -> None:
    user = account()
    assert offer(masuk(account("administrator")), user, mulai=text).status_code == 303
    assert db.session.scalars(sa.select(PenugasanPeran.mulai).where(PenugasanPeran.user_id == user.id)).one().day == 21


def test_the_same_role_is_not_given_twice_for_one_time(masuk: SignIn) -> None:
    user, client = account(), masuk(account("administrator"))
    assert offer(client, user, selesai="2026-12-31").status_code == 303
    assert offer(client, user, mulai="2026-12-01").status_code == 422
    assert offer(client, user, mulai="2027-01-01").status_code == 303
    assert offer(client, user, unit=str(UnitFactory.create().id)).status_code == 303


def test_nobody_changes_their_own_account(masuk: SignIn) -> None:
    for role in ("administrator", "bkpsdm"):
        user = account(role)
        client = masuk(user)
        assert offer(client, user).status_code == 403
        for act in ("kunci", "buka", "akhiri-sesi", "sandi"):
            assert client.post(f"/pengguna/{user.id}/{act}", data={"alasan": "Alasan yang cukup"}).status_code == 403
        assert "Beri peran" not in client.get(f"/pengguna/{user.id}").text
        assert held(user) == [role]


def test_what_only_administrators_hold_only_administrators_give(masuk: SignIn) -> None:
    db.session.add(Peran(kode="s_pantau", nama="Pemantau sistem", izin=["tugas.pantau"]))
    db.session.add(Peran(kode="s_baca", nama="Pembaca", izin=["kinerja.lihat_isi"]))
    db.session.flush()
    user, bkpsdm, admin = account(), masuk(account("bkpsdm")), account("administrator")
    page = bkpsdm.get(f"/pengguna/{user.id}").text
    assert 'value="administrator"' not in page
    assert 'value="s_pantau"' not in page
    assert 'value="s_baca"' in page
    for role, status in (("administrator", 422), ("s_pantau", 422), ("s_baca", 303), ("admin_pd", 303)):
        assert offer(bkpsdm, user, role).status_code == status, role
    client = masuk(admin)
    for role in ("administrator", "s_pantau"):
        assert offer(client, user, role).status_code == 303


def test_an_administrators_account_is_out_of_bkpsdms_reach(masuk: SignIn) -> None:
    admin = account("administrator")
    client = masuk(account("bkpsdm"))
    assert "hanya dapat Anda lihat" in client.get(f"/pengguna/{admin.id}").text
    assert client.post(f"/pengguna/{admin.id}/sandi").status_code == 403
    assert client.post(f"/pengguna/{admin.id}/kunci", data={"alasan": "Alasan yang cukup"}).status_code == 403
    assert offer(client, admin).status_code == 403
    row = db.session.scalars(sa.select(PenugasanPeran).where(PenugasanPeran.user_id == admin.id)).one()
    assert client.post(f"/pengguna/{admin.id}/peran/{row.id}/akhiri").status_code == 403


def test_a_manager_bound_to_a_unit_reaches_its_people_and_gives_for_its_units(masuk: SignIn) -> None:
    mine, other = UnitFactory.create(jenis="PD"), UnitFactory.create(jenis="PD")
    below = UnitFactory.create(induk_id=mine.id, pd_id=mine.id)
    _, inside = pegawai(below, mine, "Orang Dalam")
    _, outside = pegawai(other, other, "Orang Luar")
    nobody = account()
    client = masuk(account("bkpsdm", mine))
    assert client.get(f"/pengguna/{inside.id}").status_code == 200
    for user in (outside, nobody):
        assert client.get(f"/pengguna/{user.id}").status_code == 404
        assert offer(client, user, unit=str(mine.id)).status_code == 404
    for unit, status in ((str(mine.id), 303), (str(below.id), 303), (str(other.id), 422), ("", 422)):
        assert offer(client, inside, unit=unit).status_code == status
    everywhere = PenugasanPeran(user_id=inside.id, peran="inspektorat", mulai=date(2026, 1, 1))
    db.session.add(everywhere)
    db.session.flush()
    assert client.post(f"/pengguna/{inside.id}/peran/{everywhere.id}/akhiri").status_code == 403


def test_a_role_ends_today_and_one_of_today_never_was(masuk: SignIn) -> None:
    user, client = account(), masuk(account("administrator"))
    old = PenugasanPeran(user_id=user.id, peran="reviewer", mulai=date(2026, 1, 1))
    new = PenugasanPeran(user_id=user.id, peran="inspektorat", mulai=date(2026, 11, 21))
    db.session.add_all([old, new])
    db.session.flush()
    for row in (old, new):
        assert client.post(f"/pengguna/{user.id}/peran/{row.id}/akhiri").status_code == 303
    assert held(user) == ["reviewer"]
    assert db.session.get_one(PenugasanPeran, old.id).selesai == date(2026, 11, 20)
    found = people.principal_of(user.id, access.grants())
    assert found is not None
    assert found.roles == ["pengguna"]
    assert client.post(f"/pengguna/{user.id}/peran/{old.id}/akhiri").status_code == 409
    assert "Peran yang sudah berakhir (1)" in client.get(f"/pengguna/{user.id}").text
    assert len(events("peran.diakhiri")) == 2


def test_accounts_are_for_those_who_manage_them(masuk: SignIn) -> None:
    client, user = masuk(account("inspektorat")), account()
    assert client.get("/pengguna").status_code == 403
    assert client.get(f"/pengguna/{user.id}").status_code == 403
    assert client.get("/pengguna/peran").status_code == 403
    assert offer(client, user).status_code == 403


# ---- locks and passwords


def test_a_lock_wants_a_reason_ends_sessions_and_keeps_out(masuk: SignIn) -> None:
    user, admin = account(), account("administrator")
    client = masuk(user)
    cookie = client.get_cookie("pamong")
    officer = masuk(admin)
    assert officer.post(f"/pengguna/{user.id}/kunci", data={"alasan": "pendek"}).status_code == 422
    assert officer.post(f"/pengguna/{user.id}/kunci", data={"alasan": "Cuti di luar tanggungan"}).status_code == 303
    assert officer.post(f"/pengguna/{user.id}/kunci", data={"alasan": "Cuti di luar tanggungan"}).status_code == 409
    assert people.sessions_of(user.id) == []
    assert "Dikunci" in officer.get("/pengguna?status=DIKUNCI").text
    assert events("akun.dikunci")[0].data == {"alasan": "Cuti di luar tanggungan"}
    assert cookie is not None
    officer.set_cookie("pamong", cookie.value)
    assert officer.get("/akun").status_code == 303
    masuk(admin).post(f"/pengguna/{user.id}/buka")
    assert db.session.get_one(User, user.id).aktif


def test_unlocking_also_lifts_the_lock_of_wrong_passwords(masuk: SignIn) -> None:
    user = account()
    user.terkunci_sampai, user.gagal_masuk = datetime(2026, 11, 21, 4, tzinfo=UTC), 2
    client = masuk(account("administrator"))
    assert "Terkunci sementara" in client.get(f"/pengguna/{user.id}").text
    assert user.nama in client.get("/pengguna?status=SEMENTARA").text
    assert user.nama not in client.get("/pengguna?status=AKTIF").text
    client.post(f"/pengguna/{user.id}/buka")
    row = db.session.get_one(User, user.id)
    assert (row.terkunci_sampai, row.gagal_masuk) == (None, 0)


def test_unlocking_opens_the_door_for_every_address(masuk: SignIn, app: Flask) -> None:
    user = account()
    with app.test_request_context(environ_base={"REMOTE_ADDR": "203.0.113.9"}):
        tries = tries_of(user)
    for path in ("buka", "sandi"):
        until = [tries.count() for _ in range(people.LOCK_AFTER)][-1]
        user.terkunci_sampai = until
        assert tries.closed_minutes() == (15, 0)
        client = masuk(account("administrator"))
        assert "berulang kali salah sandi" in client.get(f"/pengguna/{user.id}").text
        client.post(f"/pengguna/{user.id}/{path}")
        assert tries.closed_minutes() == (0, 0)


def test_a_new_password_is_shown_once_and_works(masuk: SignIn) -> None:
    user, admin = account(), account("administrator")
    masuk(user)
    client = masuk(admin)
    answer = client.post(f"/pengguna/{user.id}/sandi")
    found = re.search(r"Sandi baru: ([a-z2-9]{4}(?:-[a-z2-9]{4}){3})", answer.text)
    assert found
    assert answer.headers["Cache-Control"] == "no-store"
    row = db.session.get_one(User, user.id)
    assert check_password(row, found[1])
    assert row.sandi_diubah_at is None
    assert row.sandi_sementara
    assert people.sessions_of(user.id) == []
    assert found[1] not in client.get(f"/pengguna/{user.id}").text
    assert found[1] not in str([line.data for line in db.session.scalars(sa.select(Aktivitas))])
    assert people.password_problems(found[1], row) == []
    assert masuk(user).get("/beranda").headers["Location"] == "/akun/sandi"


def test_all_sessions_of_an_account_end_at_a_button(masuk: SignIn) -> None:
    user, admin = account(), account("administrator")
    masuk(user)
    masuk(user)
    client = masuk(admin)
    assert client.post(f"/pengguna/{user.id}/akhiri-sesi").status_code == 303
    assert people.sessions_of(user.id) == []
    assert events("sesi.diakhiri")[0].data == {"jumlah": 2}


# ---- composed roles


def compose(client: Client, **fields: Any) -> Any:
    return client.post("/pengguna/peran", data={"nama": "Pembaca kinerja", "izin": ["kinerja.lihat_isi"], **fields})


def test_an_administrator_composes_roles_from_declared_permissions_alone(masuk: SignIn) -> None:
    client = masuk(account("administrator"))
    assert compose(client, izin=["kinerja.lihat_isi", "rahasia.buka"]).status_code == 303
    row = db.session.scalars(sa.select(Peran)).one()
    assert (row.kode, row.nama, row.izin) == ("s_pembaca_kinerja", "Pembaca kinerja", ["kinerja.lihat_isi"])
    epoch = storage.redis().get(people.EPOCH)
    assert compose(client, kode=row.kode, nama="Pembaca saja", izin=["log.baca"]).status_code == 303
    assert storage.redis().get(people.EPOCH) != epoch
    assert db.session.get_one(Peran, row.id).izin == ["log.baca"]
    page = client.get("/pengguna/peran?ubah=s_pembaca_kinerja").text
    assert "Ubah peran Pembaca saja" in page
    assert len(events("peran.disusun")) == 2


@pytest.mark.parametrize(("fields", "words"), [
    ({"nama": "x"}, "sedikitnya 3"), ({"izin": []}, "pilih sedikitnya satu"),
    ({"izin": ["rahasia.buka"]}, "sedikitnya satu"),
])  # fmt: skip
def test_a_role_without_name_or_permission_is_not_made(masuk: SignIn, fields: dict[str, Any], words: str) -> None:
    answer = compose(masuk(account("administrator")), **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.scalars(sa.select(Peran)).all() == []


def test_a_name_is_not_used_twice_and_bkpsdm_composes_nothing(masuk: SignIn) -> None:
    client = masuk(account("administrator"))
    compose(client)
    assert compose(client).status_code == 422
    assert compose(masuk(account("bkpsdm"))).status_code == 403


def test_a_code_of_the_form_makes_no_role(masuk: SignIn) -> None:
    """Else a role of the code's own name would add permissions to everybody who holds that one."""
    answer = compose(masuk(account("administrator")), kode="pegawai")
    assert answer.status_code == 409
    assert db.session.scalars(sa.select(Peran)).all() == []


def test_an_administrator_of_a_unit_composes_nothing_and_gives_no_administrator(masuk: SignIn) -> None:
    unit = UnitFactory.create(jenis="PD")
    _, user = pegawai(unit, unit, "Orang Dalam")
    client = masuk(account("administrator", unit))
    assert compose(client).status_code == 403
    assert offer(client, user, "administrator", unit=str(unit.id)).status_code == 422
    assert offer(client, user, unit=str(unit.id)).status_code == 303


def test_a_manager_bound_to_a_unit_leaves_holders_of_wider_roles_alone(masuk: SignIn) -> None:
    unit = UnitFactory.create(jenis="PD")
    _, user = pegawai(unit, unit, "Orang Dalam")
    client = masuk(account("bkpsdm", unit))
    give(user, "reviewer", unit)
    assert client.post(f"/pengguna/{user.id}/sandi").status_code == 200
    give(user, "inspektorat")
    for act in ("sandi", "kunci", "buka", "akhiri-sesi"):
        assert client.post(f"/pengguna/{user.id}/{act}", data={"alasan": "Alasan yang cukup."}).status_code == 403


def test_a_right_to_colours_bound_to_a_unit_reaches_that_unit_alone(masuk: SignIn) -> None:
    mine, other = UnitFactory.create(jenis="PD"), UnitFactory.create(jenis="PD")
    db.session.add(Peran(kode="s_warna", nama="Penata warna", izin=["unit.tema"]))
    db.session.flush()
    client = masuk(account("s_warna", mine))
    assert client.post(f"/unit/{other.id}", data={"warna": "#1b7f5c"}).status_code == 404
    assert client.post(f"/unit/{mine.id}", data={"warna": "#1b7f5c"}).status_code == 303


# ---- the log


def test_the_log_is_read_filtered_and_each_reading_noted(masuk: SignIn) -> None:
    reader = account("inspektorat", nama="Pembaca Log")
    other = account(nama="Sutrisno Uji")
    activity.log("sesi.gagal", other, by=other, pengguna="x", alasan="sandi")
    client = masuk(reader)
    assert "Sutrisno Uji" in client.get("/log").text
    text = client.get("/log?peristiwa=sesi.gagal&cari=sutrisno&tanggal-dari=2026-11-21&tanggal-sampai=2026-11-21").text
    assert "alasan: sandi" in text
    assert re.search(r"<td[^>]*>Gagal masuk", text)
    assert "Pembaca Log" not in re.sub(r"<header.*?</header>", "", text, flags=re.DOTALL)
    assert "Tidak ada hasil" in client.get("/log?cari=sutrisno&tanggal-sampai=2026-11-20").text
    lines = events("log.dibaca")
    assert len(lines) == 3
    assert lines[1].data["saringan"]["peristiwa"] == "sesi.gagal"
    rows = client.get("/log?format=csv").text
    assert rows.startswith("\ufeffNomor,Waktu,Pelaku,Peristiwa,Kode peristiwa")
    assert "Gagal masuk,sesi.gagal" in rows
    assert events("daftar.diunduh")[0].data["daftar"] == "log"


def test_a_reader_bound_to_a_unit_reads_what_its_people_did(masuk: SignIn) -> None:
    mine, other = UnitFactory.create(jenis="PD"), UnitFactory.create(jenis="PD")
    _, inside = pegawai(mine, mine, "Orang Dalam")
    _, outside = pegawai(other, other, "Orang Luar")
    for user in (inside, outside):
        activity.log("sesi.keluar", by=user)
    text = masuk(account("inspektorat", mine)).get("/log").text
    assert "Orang Dalam" in text
    assert "Orang Luar" not in text


def test_the_log_shows_long_values_short_and_kinds_of_rows() -> None:
    from portal.kernel.pages.log import _object, details

    assert str(details({"apa": "Isi kinerja", "kosong": "", "jalur": "x" * 200})).startswith("Isi kinerja; jalur: xxx")
    assert len(details({"jalur": "x" * 200})) < 140
    assert details(None) == ""
    assert details({"a": "<b>", "d": ["x", 1]}) == "a: &lt;b&gt;; d: x, 1"
    assert details({"ke": "DIPERIKSA_OPD", "mulai": "2026-11-22"}) == "ke: diperiksa opd; mulai: 22 Nov 2026"
    assert details({"sesudah": {"aktif": True, "nama": ""}, "mulai": "2026-99-99"}) == (
        "sesudah: aktif ya, nama kosong; mulai: 2026-99-99"
    )
    assert _object("pengguna 0123456789abcdef") == "pengguna <small>…456789abcdef</small>"
    assert _object("") == ""


def test_the_log_goes_on_page_by_page(masuk: SignIn) -> None:
    client = masuk(account("inspektorat"))
    reader = account(nama="Banyak Uji")
    for _ in range(120):
        activity.log("sesi.keluar", by=reader)
    first = client.get("/log").text
    following = re.search(r'href="(/log\?setelah=[^"]+)"', first)
    assert following
    page = client.get(following[1].replace("&amp;", "&")).text
    assert len(re.findall(r"<td[^>]*>Keluar</td>", page)) == 50


def test_accounts_are_found_by_role_and_a_locked_one_says_so(masuk: SignIn) -> None:
    user, other = account("reviewer", nama="Penelaah Uji"), account(nama="Tanpa Peran")
    other.aktif = False
    client = masuk(account("administrator"))
    text = client.get("/pengguna?peran=reviewer").text
    assert "Penelaah Uji" in text
    assert "Tanpa Peran" not in text
    assert "Buka kunci akun" in client.get(f"/pengguna/{other.id}").text
    assert user.aktif


def test_a_city_of_many_units_offers_its_pds(masuk: SignIn) -> None:
    pd = UnitFactory.create(nama="Dinas Besar Uji", jenis="PD")
    UnitFactory.create_batch(401, induk_id=pd.id)
    text = masuk(account("administrator")).get(f"/pengguna/{account().id}").text
    assert "Dinas Besar Uji" in text
    assert text.count("<option") < 40


@pytest.mark.parametrize(("state", "index"), [
    ("DIKUNCI", "ix_pengguna_dikunci"), ("SEMENTARA", "ix_pengguna_terkunci"),
])  # fmt: skip
def test_the_few_locked_accounts_of_a_city_are_found_by_an_index(state: str, index: str) -> None:
    soon = now() + timedelta(minutes=5)
    db.session.execute(sa.insert(User), [
        {"id": uuid.uuid4(), "pengguna": f"u{i}", "nama": f"Nama {i * 7919 % 12_000}", "aktif": i % 400 != 0,
         "terkunci_sampai": soon if i % 3000 == 1 else None}
        for i in range(12_000)
    ])  # fmt: skip
    db.session.execute(sa.text("ANALYZE pengguna"))
    everywhere = people.Principal(uuid.uuid4(), "A", "a", scopes={"pengguna.kelola": None})
    query = DAFTAR.ask({"status": state}, everywhere).gathered()
    made = query.compile(dialect=db.engine.dialect, compile_kwargs={"render_postcompile": True})
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN {made}", dict(made.params)).scalars().all()
    read = [line for line in plan if re.search(r"(Scan|Scan using \w+) on (ix_)?pengguna", line)]
    assert any(index in line for line in read)
    assert not [line for line in read if "Seq Scan" in line], read
