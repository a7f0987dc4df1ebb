"""The home page of the LSP's people: what waits, by role, in one statement."""

from typing import Any

import pytest

from portal.kernel.people import User
from portal.sertifikasi import ubin
from portal.sertifikasi.saya import models as m
from tests.database import statements
from tests.kernel.factories import UserFactory, give
from tests.sertifikasi.factories_asesmen import account, principal, sampai

pytestmark = pytest.mark.usefixtures("app", "jam")


def shown(user: User) -> dict[str, str]:
    return {tile.label: tile.figure for tile in ubin.tiles(principal(user))}


def test_each_role_sees_what_it_has_to_do(jam: Any) -> None:
    lsp, _ = sampai(m.DIAJUKAN)
    sampai(m.DIAJUKAN, lsp, nama="Bima Sakti")
    sampai(m.ASESOR_DITUGASKAN, lsp, nama="Rara Ayu")
    assert shown(lsp.sekretariat) == {"APL-01 perlu diverifikasi": "2"}
    assert shown(lsp.asesor_user) == {"Asesi yang ditugaskan kepada Anda": "1"}
    assert shown(lsp.manajer) == {}
    assert shown(account("Ketua Uji", "ketua_lsp")) == {}


def test_it_is_one_statement_for_every_role_together_and_none_for_others() -> None:
    lsp, _ = sampai(m.DIAJUKAN)
    for role in ("manajer_sertifikasi", "ketua_lsp", "asesor"):
        give(lsp.sekretariat, role)
    everything, nobody = principal(lsp.sekretariat), principal(UserFactory.create())
    with statements() as asked:
        assert [tile.figure for tile in ubin.tiles(everything)] == ["1"]
    assert len(asked) == 1
    with statements() as asked:
        assert ubin.tiles(nobody) == []
    assert asked == []
