"""One's own account: password, looks, sessions, delegation, who saw my data. And papers that anybody verifies."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel import activity, issued, people
from portal.kernel.activity import Aktivitas
from portal.kernel.approval import Delegasi, Submission
from portal.kernel.db import db, now
from portal.kernel.documents import Document
from portal.kernel.notices import Notice
from portal.kernel.pages.akun import device
from portal.kernel.pages.percobaan import Tries
from portal.kernel.people import LOCK_AFTER, Peran, User, check_password, set_password
from tests.conftest import Client
from tests.database import statements
from tests.kernel.factories import UnitFactory, UserFactory, give, pegawai

pytestmark = pytest.mark.usefixtures("app", "jam")
SignIn = Callable[[User], Client]
OLD, NEW = "kuda pelana biru", "perahu layar senja"


def member(password: str = OLD) -> User:
    user: User = UserFactory.create()
    set_password(user, password)
    db.session.flush()
    return user


def change(client: Client, old: str = OLD, new: str = NEW, again: str = NEW) -> Any:
    return client.post("/akun/sandi", data={"sandi_lama": old, "sandi": new, "sandi_ulang": again})


# ---- password, looks, sessions


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(masuk: SignIn) -> None:
    user = member()
    masuk(user)
    client = masuk(user)
    assert len(people.sessions_of(user.id)) == 2
    assert change(client).status_code == 303
    assert check_password(db.session.get_one(User, user.id), NEW)
    assert len(people.sessions_of(user.id)) == 1
    assert client.get("/akun").status_code == 200
    assert (
        db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == "akun.sandi_diganti")).one().pelaku_id
        == user.id
    )


@pytest.mark.parametrize(("old", "new", "again", "words"), [
    ("salah sekali ya", NEW, NEW, "lama tidak cocok"), (OLD, "pendek", "pendek", "sedikitnya 12 karakter"),
    (OLD, NEW, NEW + "x", "sama persis"), (OLD, OLD, OLD, "harus berbeda"), (OLD, "", "", "sedikitnya 12"),
    ("", NEW, NEW, "lama tidak cocok"),
])  # fmt: skip
def test_a_wrong_form_changes_nothing_and_shows_no_password(
    masuk: SignIn, old: str, new: str, again: str, words: str
) -> None:
    user = member()
    answer = change(masuk(user), old, new, again)
    assert answer.status_code == 422
    assert words in answer.text
    for typed in filter(None, (old, new, again)):
        assert f'value="{typed}"' not in answer.text
    assert check_password(db.session.get_one(User, user.id), OLD)


def test_guessing_the_old_password_locks_like_the_door(masuk: SignIn) -> None:
    user = member()
    client = masuk(user)
    for _ in range(LOCK_AFTER):
        assert change(client, "tebakan yang salah").status_code == 422
    assert "Terlalu banyak percobaan" in change(client).text
    assert not check_password(db.session.get_one(User, user.id), NEW)


def test_guesses_at_the_door_elsewhere_do_not_keep_one_from_changing_the_password(masuk: SignIn) -> None:
    user = member()
    for _ in range(LOCK_AFTER):
        user.terkunci_sampai = Tries(user.pengguna, "203.0.113.9").count()
    assert change(masuk(user)).status_code == 303


def temporary(masuk: SignIn) -> tuple[User, Client]:
    user = member()
    user.sandi_sementara = True
    people.forget(user.id)
    return user, masuk(user)


def test_a_password_from_an_administrator_opens_nothing_but_its_change(masuk: SignIn) -> None:
    _, client = temporary(masuk)
    for path in ("/beranda", "/akun", "/pemberitahuan", "/tugas"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/akun/sandi"), path
    answer = client.post("/akun/tampilan", data={"tampilan": "dark"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/akun/sandi")
    answer = client.get("/beranda", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/akun/sandi")
    assert client.get("/panduan").status_code == 200
    page = client.get("/akun/sandi").text
    assert "Pilih kata sandi baru" in page
    assert "Kata sandi dari admin" in page


def test_after_the_change_everything_opens(masuk: SignIn) -> None:
    user, client = temporary(masuk)
    answer = change(client, new="pendek", again="pendek")
    assert answer.status_code == 422
    assert "Pilih kata sandi baru" in answer.text
    answer = change(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/beranda")
    assert not db.session.get_one(User, user.id).sandi_sementara
    assert client.get("/beranda").status_code == 200


def test_who_must_change_the_password_can_leave(masuk: SignIn) -> None:
    _, client = temporary(masuk)
    assert client.post("/keluar").headers["Location"] == "/masuk?keluar=1"


def test_the_form_alone_is_there_for_everybody(masuk: SignIn) -> None:
    page = masuk(member()).get("/akun/sandi").text
    assert "<h1>Ganti kata sandi</h1>" in page
    assert "admin" not in page


def test_whether_the_password_is_temporary_costs_no_statement(masuk: SignIn) -> None:
    user = member()
    client = masuk(user)
    client.get("/panduan")
    with statements() as seen:
        assert client.get("/tugas").status_code == 200
    assert not [one for one in seen if "sandi_sementara" in one or "penugasan_peran" in one]


def test_looks_and_shortcuts_are_kept(masuk: SignIn) -> None:
    user = member()
    client = masuk(user)
    assert client.post("/akun/tampilan", data={"tampilan": "dark"}).status_code == 303
    row = db.session.get_one(User, user.id)
    assert (row.tampilan, row.pintasan) == ("dark", False)
    client.post("/akun/tampilan", data={"tampilan": "auto", "pintasan": "1"})
    assert db.session.get_one(User, user.id).pintasan
    assert client.post("/akun/tampilan", data={"tampilan": "ungu"}).status_code == 422


def test_one_session_or_all_others_can_be_ended(masuk: SignIn) -> None:
    user = member()
    masuk(user)
    masuk(user)
    client = masuk(user)
    keys = re.findall(r'name="sesi" value="(s:[0-9a-f]{64})"', client.get("/akun").text)
    assert len(keys) == 2
    assert client.post("/akun/sesi/akhiri", data={"sesi": keys[0]}).status_code == 303
    assert len(people.sessions_of(user.id)) == 2
    client.post("/akun/sesi/akhiri", data={"sesi": "lain"})
    assert len(people.sessions_of(user.id)) == 1
    assert "sudah berakhir" in client.post("/akun/sesi/akhiri", data={"sesi": keys[0]}, follow_redirects=True).text


def test_another_persons_session_cannot_be_ended(masuk: SignIn) -> None:
    victim = member()
    masuk(victim)
    key = people.sessions_of(victim.id)[0]["kunci"]
    masuk(member()).post("/akun/sesi/akhiri", data={"sesi": key})
    assert len(people.sessions_of(victim.id)) == 1


@pytest.mark.parametrize(("agent", "words"), [
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/109.0 Safari/537.36", "Chrome di Linux"),
    ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120.0", "Edge di Windows"),
    ("Mozilla/5.0 (Linux; Android 9) SamsungBrowser/11 Chrome/75", "Samsung Internet di Android"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 15_4 like Mac OS X) Version/15.4 Safari/604", "Safari di iPhone"),
    ("curl/8", "Peramban lain"), ("", "Peramban lain"),
])  # fmt: skip
def test_a_device_is_named_as_far_as_it_tells(agent: str, words: str) -> None:
    assert device(agent) == words


def test_visitors_have_no_account_page(client: Client) -> None:
    assert client.get("/akun").status_code == 303


# ---- delegation


def boss_and_colleague() -> tuple[User, User]:
    pd = UnitFactory.create(jenis="PD")
    _, boss = pegawai(pd, pd, "Kepala Uji", pimpinan=True)
    colleague, account = pegawai(pd, pd, "Rekan Uji")
    account.pengguna = str(colleague.nip)
    db.session.flush()
    return boss, account


def delegate(client: Client, to: User, **fields: str) -> Any:
    form = {"kepada": to.pengguna, "mulai": "2026-11-21", "selesai": "2026-11-30", "alasan": "Cuti tahunan", **fields}
    return client.post("/akun/delegasi", data=form)


def test_a_delegation_opens_the_inbox_for_its_days_and_is_told(masuk: SignIn) -> None:
    boss, colleague = boss_and_colleague()
    owner = member()
    db.session.add(Submission(
        alur="uji", status="DIAJUKAN", judul="Kinerja Uji", owner_id=owner.id, pemohon="Pemohon Uji",
        assignee_id=boss.id,
    ))  # fmt: skip
    db.session.flush()
    client = masuk(boss)
    assert "Rekan Uji" in client.get("/akun").text
    assert delegate(client, colleague).status_code == 303
    assert "menunjuk Anda" in db.session.scalars(sa.select(Notice.judul).where(Notice.user_id == colleague.id)).one()
    assert "Pemohon Uji" in masuk(colleague).get("/kotak-persetujuan").text
    row = db.session.scalars(sa.select(Delegasi)).one()
    assert masuk(colleague).post(f"/akun/delegasi/{row.id}/cabut").status_code == 403
    client = masuk(boss)
    assert client.post(f"/akun/delegasi/{row.id}/cabut").status_code == 303
    assert client.post(f"/akun/delegasi/{row.id}/cabut").status_code == 409
    assert "Pemohon Uji" not in masuk(colleague).get("/kotak-persetujuan").text
    names = list(db.session.scalars(sa.select(Aktivitas.peristiwa).where(Aktivitas.peristiwa.like("delegasi.%"))))
    assert sorted(names) == ["delegasi.dibuat", "delegasi.dicabut"]


def test_the_nip_is_taken_in_any_spelling(masuk: SignIn) -> None:
    boss, colleague = boss_and_colleague()
    nip = colleague.pengguna
    spaced = f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}"
    assert delegate(masuk(boss), colleague, kepada=spaced).status_code == 303


@pytest.mark.parametrize(("fields", "words"), [
    ({"kepada": "entah"}, "tulis NIP"), ({"kepada": ""}, "tulis NIP"), ({"mulai": ""}, "Mulai: tulis tanggal"),
    ({"selesai": "2026-11-20", "mulai": "2026-11-21"}, "sesudah tanggal mulai"),
    ({"mulai": "2026-11-01", "selesai": "2026-11-20"}, "sudah lewat"), ({"selesai": "2028-01-01"}, "satu tahun"),
    ({"alasan": "x"}, "Alasan"),
])  # fmt: skip
def test_a_wrong_delegation_is_not_made(masuk: SignIn, fields: dict[str, str], words: str) -> None:
    boss, colleague = boss_and_colleague()
    answer = delegate(masuk(boss), colleague, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.scalars(sa.select(Delegasi)).all() == []


def test_one_delegates_to_others_once_at_a_time_and_to_active_people(masuk: SignIn) -> None:
    boss, colleague = boss_and_colleague()
    client = masuk(boss)
    assert "pilih orang lain" in delegate(client, boss).text
    assert "tulis NIP" in delegate(client, member()).text
    assert delegate(client, colleague).status_code == 303
    assert "sudah ada delegasi" in delegate(client, colleague, mulai="2026-11-30", selesai="2026-12-05").text
    assert delegate(client, colleague, mulai="2026-12-01", selesai="2026-12-05").status_code == 303


def test_only_deciders_delegate(masuk: SignIn) -> None:
    _, colleague = boss_and_colleague()
    client = masuk(colleague)
    assert "Delegasi persetujuan" not in client.get("/akun").text
    assert delegate(client, member()).status_code == 403


# ---- who saw my data


def test_what_others_did_with_rows_about_me_is_shown_and_nothing_else(masuk: SignIn) -> None:
    me, other = member(), member()
    file = Document(pemilik_id=me.id, nama="bukti.pdf", mime="application/pdf", ukuran=1, sha256="0" * 64)
    theirs = Document(pemilik_id=other.id, nama="rahasia.pdf", mime="application/pdf", ukuran=1, sha256="1" * 64)
    case = Submission(alur="uji", status="DIAJUKAN", judul="Uji", owner_id=me.id, pemohon=me.nama)
    db.session.add_all([file, theirs, case])
    db.session.flush()
    activity.log("berkas.dibuka", file, by=other, nama="bukti.pdf", cara="unduh")
    activity.log("berkas.dibuka", file, by=me, nama="punya-sendiri.pdf", cara="unduh")
    activity.log("berkas.dibuka", theirs, by=other, nama="rahasia.pdf", cara="unduh")
    activity.log("pengajuan.bergerak", case, by=other, aksi="setujui")
    activity.log("akun.sandi_direset", me, by=other)
    text = masuk(me).get("/akun").text
    for words in (
        "Membuka berkas Anda",
        "bukti.pdf",
        "Memproses kiriman Anda",
        "Mengatur ulang sandi Anda",
        other.nama,
    ):
        assert words in text
    assert "rahasia.pdf" not in text
    assert "punya-sendiri.pdf" not in text


def test_fifty_lines_are_enough(masuk: SignIn) -> None:
    me, other = member(), member()
    for _ in range(60):
        activity.log("akun.dibuka", me, by=other)
    assert masuk(me).get("/akun").text.count("Membuka kunci akun Anda") == 50


# ---- verification of papers


def paper() -> issued.DokumenTerbit:
    kode, nomor = issued.reserve("uji")
    key = issued.register(kode, nomor, "PKS bulanan", {"Nama": "Siti <Uji>", "Bulan": "September 2026"}, "ab" * 32)
    return db.session.get_one(issued.DokumenTerbit, key)


def test_a_genuine_paper_shows_the_lines_it_carries(client: Client) -> None:
    row = paper()
    text = client.get(f"/verifikasi/{row.kode}").text
    for words in ("asli dan masih berlaku", "PKS bulanan", row.nomor, "Siti &lt;Uji&gt;", "September 2026", "ab" * 32):
        assert words in text


def test_the_code_is_read_in_any_spelling(client: Client) -> None:
    row = paper()
    spelled = "-".join(row.kode[i : i + 4] for i in (0, 4, 8)).lower()
    assert "asli dan masih berlaku" in client.get(f"/verifikasi/{spelled}").text
    answer = client.get("/verifikasi", query_string={"kode": f" {spelled} "})
    assert answer.location == f"/verifikasi/{spelled.replace('-', '')}"
    assert client.get("/verifikasi").status_code == 200


def test_a_revoked_paper_says_so_and_why(client: Client) -> None:
    row = paper()
    row.dicabut_at, row.alasan = now(), "Diterbitkan ulang karena salah nama."
    db.session.flush()
    text = client.get(f"/verifikasi/{row.kode}").text
    assert "dicabut" in text
    assert "salah nama" in text
    assert "asli dan masih berlaku" not in text


@pytest.mark.parametrize("kode", ["AAAABBBBCCCC", "x", "%00", "<script>", "A" * 500, "....", "ñandú"])
def test_a_code_of_nothing_is_told_apart(client: Client, kode: str) -> None:
    paper()
    answer = client.get(f"/verifikasi/{kode}")
    assert answer.status_code == 404
    assert "Tidak ada dokumen dengan kode" in answer.text
    assert "<script>" not in answer.text


def test_codes_cannot_be_found_by_trying(client: Client, jam: Any) -> None:
    row = paper()
    for _ in range(60):
        assert client.get(f"/verifikasi/{row.kode}").status_code == 200
    answer = client.get(f"/verifikasi/{row.kode}")
    assert answer.status_code == 429
    assert "Terlalu banyak percobaan" in answer.text


def test_a_decider_without_a_seat_types_the_colleague(masuk: SignIn) -> None:
    _, colleague = boss_and_colleague()
    user = member()
    db.session.add(Peran(kode="s_putus", nama="Pemutus", izin=["persetujuan.putus"]))
    db.session.flush()
    give(user, "s_putus")
    client = masuk(user)
    assert "Pemutus" in client.get("/akun").text
    assert delegate(client, colleague).status_code == 303
