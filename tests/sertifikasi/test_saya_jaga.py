"""What an asesi's own pages hold back: tries of a NIK, words about a file that was sent with."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel import citizens
from portal.kernel.db import db
from portal.kernel.messages import Pesan
from portal.kernel.notices import Notice
from portal.sertifikasi.saya.kasus import row_key
from portal.sertifikasi.saya.models import BerkasAsesi
from tests.conftest import Client
from tests.sertifikasi import factories_saya as f
from tests.sertifikasi.factories import skema_versi
from tests.sertifikasi.test_saya import sent_apl01

pytestmark = pytest.mark.usefixtures("app", "jam")
Masuk = Callable[[Any], Client]
DOKUMEN = "/sertifikasi/saya/dokumen"


def test_nobody_goes_through_a_list_of_nik(masuk: Masuk) -> None:
    first = f.asesi()
    sent_apl01(first, masuk(first))
    client = masuk(f.asesi("Bayu Saputra"))
    base = f.start(client, skema_versi())

    def told(nik: str) -> str:
        typed = f.DATA | {"nik": nik, "ada-konfirmasi": "1", "konfirmasi": "1"}
        return " ".join(f.messages(f.post(client, f"{base}/apl-01/data", **typed)))

    for number in range(citizens.TRIES):
        assert "NIK" not in told(f"{f.NIK[:-4]}{7000 + number}")
    assert "Terlalu banyak NIK berbeda" in told(f.NIK)
    assert "NIK" not in told(f"{f.NIK[:-4]}7000"), "one that was asked before is not asked again"


def test_the_owner_hears_that_their_nik_was_changed(masuk: Masuk) -> None:
    user = f.asesi(surel="ratna@contoh.id", surel_terbukti=True)
    client = masuk(user)
    sent_apl01(user, client)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Pesan)) == 0
    base = f.start(client, skema_versi())
    f.fill(client, base)
    f.post(
        client,
        f"{base}/apl-01/data",
        **f.DATA | {"nik": f"{f.NIK[:-4]}7001"},
        **{"ada-konfirmasi": "1", "konfirmasi": "1"},
    )
    assert f.send(client, base).status_code == 303
    told = db.session.scalars(sa.select(Notice.judul).where(Notice.user_id == user.id)).all()
    assert "NIK pada akun Anda diganti" in told
    assert db.session.scalars(sa.select(Pesan.tujuan)).all() == ["ratna@contoh.id"]


def test_what_is_said_about_a_file_stands_once_it_was_sent_with(masuk: Masuk) -> None:
    user = f.asesi()
    client = masuk(user)
    base = sent_apl01(user, client)
    rows = [row for row in f.read(user, f.id_of(base)).syarat if row.berkas]
    one, other = rows[0].berkas[0], rows[1].berkas[0]
    client.checks_pages = False

    def date_of(row: BerkasAsesi, tanggal: str) -> int:
        return client.post(f"{DOKUMEN}/{row.id}", data={"judul": row.judul, "tanggal": tanggal}).status_code

    assert "Simpan keterangan" not in client.get(f"{DOKUMEN}/{one.id}").text
    assert date_of(one, "3-9-2026") == 409
    again = {"berkas": f.file(10, "lain.jpg"), "kunci": str(one.kunci), "judul": one.judul, "tanggal": "3-9-2026"}
    assert f.post(client, DOKUMEN, **again).status_code == 409
    found = f.read(user, f.id_of(base))
    notes = {row_key(rows[0]): "Tanggal tidak terbaca."}
    found.p.ditandai, found.p.tenggat = list(notes), date(2026, 11, 30)
    f.move(found, "minta_perbaikan", f.officer(), "Permohonan perlu diperbaiki.", catatan=notes)
    assert "Simpan keterangan" in client.get(f"{DOKUMEN}/{one.id}").text
    assert (date_of(one, "3-9-2026"), date_of(other, "3-9-2026")) == (303, 409)
    db.session.expire_all()
    assert (one.tanggal, other.tanggal) == (date(2026, 9, 3), None)


def test_the_tool_that_covers_faces_is_loaded_only_when_asked_for(masuk: Masuk) -> None:
    client = masuk(f.asesi())
    address = f"{f.start(client, skema_versi())}/apl-02/unit-1"
    plain, asked = client.get(address).text, client.get(f"{address}?samar=1").text
    assert ("/js/samar." in plain, 'href="?samar=1#e1"' in plain) == (False, True)
    assert ("/js/samar." in asked, 'id="samar"' in asked, "?samar=1#e1" in asked) == (True, True, False)
