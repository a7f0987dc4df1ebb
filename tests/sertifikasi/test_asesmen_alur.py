"""The way of a case from verification to the closed session, through services and screens."""

from typing import Any

import pytest

from portal.kernel.db import db
from portal.sertifikasi.saya import models as m
from tests.sertifikasi import factories_asesmen as f

pytestmark = pytest.mark.usefixtures("app", "jam")
TABS = ("", "/apl-01", "/bukti", "/apl-02", "/proses", "/riwayat", "/penugasan")


@pytest.mark.parametrize("state", [m.DIAJUKAN, *[s for s, _ in f.STEPS], m.BERLANGSUNG, m.DIREKOMENDASIKAN])
def test_every_state_is_reached_and_its_pages_open(state: str, masuk: Any, jam: Any) -> None:
    lsp, row = f.sampai(state, jam=jam)
    for user in (lsp.sekretariat, lsp.manajer):
        client = masuk(user)
        for tab in TABS:
            assert client.get(f"/sertifikasi/permohonan/{row.id}{tab}").status_code == 200, tab
    p = f.kasus.penugasan_berlaku(row.id)
    client = masuk(lsp.asesor_user)
    assert client.get("/sertifikasi/asesmen").status_code == 200
    for part in ("", "/mapa", "/ak-01", "/ak-02", "/berkas") if p else ():
        assert client.get(f"/sertifikasi/asesmen/{p.id}{part}").status_code == 200, part
    client = masuk(db.session.get_one(f.User, row.user_id))
    for part in ("/ak-01", "/ak-02", "/ak-03", "/keberatan"):
        assert client.get(f"/sertifikasi/saya/{row.id}{part}").status_code == 200, part
