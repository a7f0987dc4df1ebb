"""The fixtures themselves: what one test writes, no other test meets; what a page lacks, the client tells."""

import pytest
import sqlalchemy as sa
from flask import Response

from portal.kernel import jobs, people, storage
from portal.kernel.db import commit, db, now, rollback
from portal.kernel.people import User
from tests.conftest import NOW
from tests.pages import check_page

GOOD = "<!doctype html><html lang=id><head><title>a</title></head><body><h1>a</h1>{}</body></html>"
FORM = "<form method=post><input type=hidden name=csrf_token value=x>{}</form>"


def make_user(pengguna="budi"):
    user = User(pengguna=pengguna, nama="Budi Santoso")
    db.session.add(user)
    db.session.flush()
    return user


@pytest.mark.parametrize("turn", [1, 2])
def test_nothing_stays_for_the_next_test(app, turn):
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 0
    assert storage.redis().dbsize() == 0
    assert storage.get("berkas") is None
    make_user()
    commit()
    storage.redis().set("kunci", "nilai")
    storage.put("berkas", b"isi", "text/plain")
    assert storage.get("berkas") == b"isi"


def test_a_rollback_takes_back_only_what_was_not_committed(app):
    make_user("pertama")
    commit()
    make_user("kedua")
    rollback()
    assert db.session.scalars(sa.select(User.pengguna)).all() == ["pertama"]


def test_progress_is_written_beside_an_open_transaction(app):
    job_id = jobs.enqueue(jobs.Kind("uji", lambda job: None, "singkat"), "Uji", "uji")
    commit()
    job = db.session.get_one(jobs.Job, job_id)
    jobs.progress(job, 1, 2)
    db.session.refresh(job)
    assert (job.progres, job.total) == (1, 2)


def test_a_request_sees_what_the_test_wrote_and_the_test_what_the_request_wrote(client):
    user = make_user()
    people.set_password(user, "sandi yang panjang")
    client.get("/masuk")
    assert user.masuk_terakhir_at is None
    before = user.gagal_masuk
    with client.session_transaction() as session:
        client.csrf = session["csrf"]
    assert client.post("/masuk", data={"pengguna": "budi", "sandi": "salah"}).status_code == 422
    assert user.gagal_masuk == before + 1


def test_signing_in_opens_the_pages_of_that_person_and_signing_out_closes_them(masuk, client):
    masuk(make_user())
    assert client.get("/beranda").status_code == 200
    assert client.post("/keluar").status_code == 303
    assert client.get("/beranda").status_code == 303


def test_the_clock_stands_still_and_the_file_store_does_not_mind(app, jam):
    assert now() == NOW
    storage.put("berkas", b"isi", "text/plain")
    jam.shift(86_400 * 400)
    assert (now() - NOW).days == 400
    assert storage.get("berkas") == b"isi"


def answer(html):
    response = Response(html, mimetype="text/html")
    response.vary.add("HX-Request")
    return response


@pytest.mark.parametrize("inside", ["", FORM.format("<label>N <input name=n></label>"), "<p id=a></p><p id=b></p>"])
def test_a_good_page_passes(inside):
    check_page(answer(GOOD.format(inside)))


@pytest.mark.parametrize(("inside", "why"), [
    ("<p><div></div></p>", "invalid HTML"),
    ("<h1>b</h1>", "exactly one h1"),
    ("<p id=a></p><p id=a></p>", "ids used twice"),
    (FORM.format("<input name=n>"), "no label"),
    ("<form method=post></form>", "csrf_token"),
    ("<p style='color:red'></p>", "inline"),
    ("<script>1</script>", "inline script"),
    ("<p hx-on:click=x></p>", "inline"),
])  # fmt: skip
def test_a_bad_page_is_told(inside, why):
    with pytest.raises(AssertionError, match=why):
        check_page(answer(GOOD.format(inside)))
