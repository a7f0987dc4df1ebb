"""Engines that may be stopped, killed and frozen, and a browser that presses what an error page offers."""

import os
import re
import signal
import time
from collections.abc import Callable
from typing import Any

import psycopg
import redis
from botocore.exceptions import BotoCoreError, ClientError
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.kernel import engines
from portal.kernel.engines.processes import identity, remembered
from tests import database
from tests.live import store
from tests.pages import check_page

WAIT = 60
NOT_YET = (OSError, redis.RedisError, psycopg.Error, BotoCoreError, ClientError)


def until(true: Callable[[], Any], seconds: float = WAIT) -> Any:
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
    return found


class Machine:
    """The engines, with their guard held still while one of them is away: it would start it again at once."""

    def __init__(self, started: engines.Engines) -> None:
        self.engines = started
        self.environment = started.environment()
        self.frozen: set[int] = set()

    def pid(self, name: str) -> int:
        found = remembered(self.engines.home / f"{name}.pid")
        assert found is not None, f"{name} does not run"
        return found

    def stop(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        os.kill(self.pid("penjaga"), signal.SIGSTOP)
        pid = self.pid(name)
        os.kill(pid, how)
        until(lambda: identity(pid) is None)

    def start(self) -> None:
        """Everything runs again, whatever was done to it."""
        for pid in self.frozen:
            os.kill(pid, signal.SIGCONT)
        self.frozen.clear()
        os.kill(self.pid("penjaga"), signal.SIGCONT)
        until(self.serves)

    def freeze(self, name: str) -> None:
        """It neither answers nor closes its connections."""
        self.frozen.add(self.pid(name))
        os.kill(self.pid(name), signal.SIGSTOP)

    def restart(self, name: str, how: signal.Signals) -> None:
        pid = self.pid(name)
        os.kill(pid, how)
        until(lambda: identity(pid) is None)
        until(lambda: remembered(self.engines.home / f"{name}.pid") not in (None, pid))
        until(self.serves)

    def serves(self) -> bool:
        """All three answer. Asked as the portal asks them: their own check does not bear a moved clock."""
        try:
            cache = redis.Redis.from_url(self.environment["REDIS_URL"], socket_timeout=1)
            cache.ping()
            cache.close()
            database.owner(self.environment).close()
            s3 = store(self.environment)
            s3.put_object(Bucket=self.environment["S3_BUCKET"], Key="siap", Body=b"siap")
            s3.delete_object(Bucket=self.environment["S3_BUCKET"], Key="siap")
            s3.close()
        except NOT_YET:
            return False
        return True


class Browser(FlaskClient):
    """Sends back what a page's form holds, as a person would who presses its button."""

    csrf = ""

    def open(self, *args: Any, **keywords: Any) -> TestResponse:
        response = super().open(*args, **keywords)
        if response.mimetype == "text/html" and not response.is_streamed:
            check_page(response)
        return response

    def sign_in(self, pengguna: str, sandi: str) -> None:
        page = self.get("/masuk").get_data(as_text=True)
        answer = self.post("/masuk", data={"pengguna": pengguna, "sandi": sandi, "csrf_token": token_in(page)})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        self.csrf = token_in(self.get("/akun").get_data(as_text=True))

    def send(self, path: str, **form: Any) -> TestResponse:
        headers = {"Origin": "http://localhost", "Referer": f"http://localhost{path}"}
        return self.post(path, data={"csrf_token": self.csrf, **form}, headers=headers)

    def press_again(self, page: TestResponse) -> TestResponse:
        """The button of an error page that offers to send the form once more."""
        text = page.get_data(as_text=True)
        action = re.search(r'<form method="post" action="([^"]+)"', text)
        assert action, text[-2000:]
        return self.post(action[1], data=hidden_fields(text), headers={"Origin": "http://localhost"})


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def hidden_fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.partition("<form")[2]))
