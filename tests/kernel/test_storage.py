"""The store and Redis: bytes in and out, addresses that expire, and what an absent engine answers."""

import http.client
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

import botocore.auth
import pytest
from flask import Flask

from portal.kernel import storage


def ask(address: str) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.netloc, timeout=5)
    try:
        line.request("GET", urlunsplit(("", "", parts.path, parts.query, "")))
        answer = line.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        line.close()


@pytest.fixture
def address(app: Flask) -> str:
    storage.put("isi/uji", b"isi berkas", "application/pdf", "abc")
    return storage.signed_url("isi/uji", 'Laporan "akhir" ké-2.pdf', "application/pdf")


def test_an_object_comes_back_as_it_was_put(app: Flask) -> None:
    storage.put("isi/uji", b"\x00\xff", "image/png", "abc")
    assert storage.get("isi/uji") == b"\x00\xff"
    head = storage.s3().head_object(Bucket=storage.config().s3_bucket, Key="isi/uji")
    assert (head["ContentType"], head["Metadata"]) == ("image/png", {"sha256": "abc"})
    storage.put("isi/uji", b"baru", "image/png")
    assert storage.get("isi/uji") == b"baru"


def test_what_is_not_there_is_none_and_deleting_it_is_no_error(app: Flask) -> None:
    assert storage.get("isi/tidak-ada") is None
    storage.put("isi/uji", b"x", "text/plain")
    for _ in range(2):
        storage.delete("isi/uji")
    assert storage.get("isi/uji") is None


def test_any_other_refusal_of_the_store_is_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "pamong", replace(storage.config(), s3_bucket="bukan-ember-kami"))
    with pytest.raises(storage.ENGINE_DOWN):
        storage.get("isi/uji")
    assert not storage.store_alive()


def test_a_wrong_key_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    storage.put("isi/uji", b"x", "text/plain")
    monkeypatch.setitem(app.extensions, "pamong", replace(storage.config(), s3_secret="salah"))
    for act in (lambda: storage.get("isi/uji"), lambda: storage.put("isi/uji", b"y", "text/plain")):
        with pytest.raises(storage.ENGINE_DOWN, match="SignatureDoesNotMatch"):
            act()
    assert not storage.store_alive()


def test_a_signed_address_opens_one_object_under_its_own_name(address: str) -> None:
    status, headers, body = ask(address)
    assert (status, body) == (200, b"isi berkas")
    assert headers["Content-Disposition"] == "attachment; filename=\"Laporan 'akhir' k_-2.pdf\""
    assert headers["Content-Type"] == "application/pdf"
    assert parse_qs(urlsplit(address).query)["X-Amz-Expires"] == ["60"]


def test_an_address_for_showing_says_so(app: Flask) -> None:
    storage.put("isi/uji", b"x", "image/png")
    assert ask(storage.signed_url("isi/uji", "a.png", "image/png", inline=True))[1]["Content-Disposition"].startswith(
        "inline;"
    )


@pytest.mark.parametrize("change", [
    lambda a: a.replace("isi/uji", "isi/lain"), lambda a: a.replace("Expires=60", "Expires=6000"),
    lambda a: a.replace("attachment", "inline"), lambda a: a[:-1] + ("0" if a[-1] != "0" else "1"),
    lambda a: a.partition("?")[0], lambda a: a.replace("application%2Fpdf", "text%2Fhtml"),
])  # fmt: skip
def test_a_changed_address_opens_nothing(address: str, change: Any) -> None:
    storage.put("isi/lain", b"rahasia", "text/plain")
    other = change(address)
    assert other != address
    assert ask(other)[0] == 403


@pytest.mark.parametrize(("age", "status"), [(50, 200), (70, 403)])
def test_an_address_lives_for_sixty_seconds(app: Flask, monkeypatch: pytest.MonkeyPatch, age: int, status: int) -> None:
    storage.put("isi/uji", b"x", "text/plain")
    past = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=age)
    with monkeypatch.context() as then:
        then.setattr(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True: past)
        address = storage.signed_url("isi/uji", "a.txt", "text/plain")
    assert ask(address)[0] == status


def test_signed_addresses_name_the_host_a_browser_reaches(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        app.extensions, "pamong", replace(storage.config(), s3_public_endpoint="https://berkas.sagara.example")
    )
    assert storage.signed_url("isi/uji", "a", "text/plain").startswith("https://berkas.sagara.example/")


def test_both_engines_answer(app: Flask) -> None:
    assert storage.redis_alive()
    assert storage.store_alive()


@pytest.fixture
def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def test_an_absent_engine_is_told_as_absent(app: Flask, monkeypatch: pytest.MonkeyPatch, nobody: str) -> None:
    gone = replace(storage.config(), redis_url=f"redis://{nobody}/0", s3_endpoint=f"http://{nobody}")
    monkeypatch.setitem(app.extensions, "pamong", gone)
    assert not storage.redis_alive()
    assert not storage.store_alive()
    with pytest.raises(storage.ENGINE_DOWN):
        storage.redis().get("kunci")
    with pytest.raises(storage.ENGINE_DOWN):
        storage.get("isi/uji")
    storage.redis().close()
    storage.s3().close()
