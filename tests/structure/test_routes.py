"""Every route names who may use it; what is not in the table below is refused."""

import re
from typing import Any

import pytest
from flask import Flask

from portal.kernel import access
from portal.kernel.access import PUBLIC, SIGNED_IN
from tests.kernel.factories import UserFactory, give, pegawai
from tests.kinerja.factories import office

WORD = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


def modules(app: Flask) -> list[Any]:
    found: list[Any] = app.extensions["pamong_modules"]
    return found


def rules(app: Flask) -> dict[str, tuple[str, str]]:
    """Endpoint: (path, permission) of every route of every module."""
    can = {name: permission for module in modules(app) for name, permission in module.routes.items()}
    return {rule.endpoint: (rule.rule, can[rule.endpoint]) for rule in app.url_map.iter_rules()}


def test_every_route_is_declared_through_a_module(app: Flask) -> None:
    for endpoint, (path, can) in rules(app).items():
        assert can in (PUBLIC, SIGNED_IN) or can in access.PERMISSIONS, (endpoint, path)


def test_addresses_are_kebab_case_with_typed_arguments(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        for part in rule.rule.strip("/").split("/"):
            fixed = re.sub(r"<[^>]+>", "", part).strip(".")
            assert not fixed or WORD.match(
                fixed.replace(".png", "").replace(".css", "").replace(".csv", "").replace(".json", "")
            ), rule.rule
        for argument in re.findall(r"<([^>]+)>", rule.rule):
            assert ":" in argument or rule.rule.startswith("/tema/"), f"{rule.rule}: {argument} has no type"


def test_public_pages_are_few_and_known(app: Flask) -> None:
    public = {path for path, can in rules(app).values() if can == PUBLIC}
    assert public <= {
        "/", "/masuk", "/sehat", "/gaya", "/tema/<colour>.<digest>.css", "/verifikasi", "/verifikasi/<string:kode>",
        "/sertifikasi/kunci-publik.json",
        "/masuk/sso", "/masuk/sso/kembali", "/panduan", "/panduan/<string:nama>",
        "/daftar", "/daftar/kode", "/daftar/kode/ulang", "/lupa-sandi", "/lupa-sandi/kode", "/lupa-sandi/kode/ulang",
        "/kotak-surat",
        "/sertifikasi", "/sertifikasi/skema", "/sertifikasi/skema/<string:kode>", "/sertifikasi/alur",
        "/sertifikasi/informasi/<string:slug>", "/sertifikasi/tanya-jawab", "/sertifikasi/statistik",
        "/sertifikasi/asesor-tuk",
        "/sertifikasi/hubungi", "/sertifikasi/tiket/<string:nomor>", "/sertifikasi/periksa",
        "/sertifikasi/v/<string:token>",
        "/kepegawaian/api/v1/openapi.json", "/kepegawaian/api/v1/pegawai",  # a key is asked for
        "/kepegawaian/api/v1/pegawai/<string:nip>", "/kepegawaian/api/v1/unit",
        "/sertifikasi/saya/sw", "/sertifikasi/saya/luring", "/sertifikasi/saya/manifest.json",
    }  # fmt: skip


ROLES = ["pegawai", "atasan", "admin_pd", "bkpsdm", "inspektorat", "reviewer", "administrator"]


@pytest.fixture
def people(app: Flask) -> dict[str, Any]:
    """One account per role, each in the same small office."""
    place = office()
    found = {"pegawai": place.staff_user, "atasan": place.boss_user}
    for role in ROLES[2:]:
        _, user = pegawai(place.pd, place.pd, f"{role.title()} Uji")
        give(user, role, place.pd if role == "admin_pd" else None)
        found[role] = user
    found["tanpa_peran"] = UserFactory()
    return found


@pytest.mark.parametrize("role", [*ROLES, "tanpa_peran"])
def test_a_role_opens_exactly_the_routes_of_its_permissions(role: str, people: Any, masuk: Any, app: Flask) -> None:
    client = masuk(people[role])
    client.checks_pages = False
    held = set(access.ROLES[role].permissions) if role in access.ROLES else set()
    held |= set(access.ROLES["pengguna"].permissions)
    if role not in ("tanpa_peran",):
        held |= set(access.ROLES["pegawai"].permissions)
    for rule in app.url_map.iter_rules():
        path, can = rules(app)[rule.endpoint]
        if "GET" not in (rule.methods or ()) or can in (PUBLIC, SIGNED_IN) or "<" in path:
            continue
        answer = client.get(path)
        allowed = can in held
        assert (answer.status_code != 403) == allowed, f"{role} {path}: {answer.status_code}"


def test_a_visitor_is_sent_to_sign_in_everywhere(client: Any, app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        path, can = rules(app)[rule.endpoint]
        if "GET" in (rule.methods or ()) and can != PUBLIC and "<" not in path:
            answer = client.get(path)
            assert answer.status_code == 303, path
            assert answer.headers["Location"].startswith("/masuk?lanjut="), path


def test_every_write_demands_the_form_token(masuk: Any, app: Flask) -> None:
    client = masuk(office().staff_user)
    client.csrf = ""
    client.checks_pages = False
    for rule in app.url_map.iter_rules():
        path, can = rules(app)[rule.endpoint]
        if "POST" in (rule.methods or ()) and "<" not in path:
            answer = client.post(path)
            assert answer.status_code in (303, 403, 409), f"{path}: {answer.status_code}"
            if answer.status_code == 303:
                assert can == PUBLIC, path
