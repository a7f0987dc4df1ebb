"""The licence of the LSP: its register, what it blocks, reminders, the public page."""

import io
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel import jobs
from portal.kernel.activity import Aktivitas
from portal.kernel.db import db
from portal.kernel.errors import Conflict
from portal.kernel.notices import Notice
from portal.sertifikasi.keputusan import sertifikat
from portal.sertifikasi.saya import services as saya
from portal.sertifikasi.skema import lisensi, services
from portal.sertifikasi.skema import models as m
from tests.sertifikasi import factories_asesmen as f
from tests.sertifikasi.factories import lisensi as licence
from tests.sertifikasi.factories import skema_versi

pytestmark = pytest.mark.usefixtures("app", "jam")
PAGE = lisensi.PAGE
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF"


def sent(*schemes: m.SkemaVersi, **changes: str) -> dict[str, Any]:
    return {"nomor": "BNSP-LSP-1234-ID", "mulai": "2026-01-01", "selesai": "2028-12-31",
            "skema": [str(one.skema_id) for one in schemes], **changes}  # fmt: skip


def test_a_licence_opens_its_schemes_and_closes_the_others(masuk: Any, jam: Any) -> None:
    inside, outside = skema_versi(), skema_versi()
    assert (saya.closed_because(inside), sertifikat.licensed(inside.skema_id, f.TODAY)) == ("", False)
    client = masuk(f.account("Sekar", "sekretariat_lsp"))
    assert "Belum ada lisensi" in client.get(PAGE).text
    assert client.get(f"{PAGE}/baru").status_code == 200
    assert client.post(f"{PAGE}/baru", data=sent(inside)).status_code == 303
    assert saya.closed_because(inside) == ""
    assert sertifikat.licensed(inside.skema_id, f.TODAY)
    assert "di luar ruang lingkup" in saya.closed_because(outside)
    asesi = f.principal(f.account("Ratna"))
    with pytest.raises(Conflict, match="ruang lingkup"):
        saya.start(asesi, services.scheme_of(outside))
    jam.move_to("2029-01-02T03:00:00Z")
    with pytest.raises(Conflict, match="tidak berlaku hari ini"):
        saya.start(asesi, services.scheme_of(inside))
    assert not sertifikat.licensed(inside.skema_id, date(2029, 1, 2))
    assert "Tidak ada lisensi yang berlaku" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"nomor": ""}, "nomor lisensi"), ({"selesai": "2025-01-01"}, "tidak boleh sebelum"),
     ({"mulai": "kemarin"}, "tulis tanggal"), ({"skema": ""}, "sedikitnya satu skema")],
)  # fmt: skip
def test_a_licence_that_is_not_right_is_not_kept(masuk: Any, changes: Any, words: str) -> None:
    client = masuk(f.account("Sekar", "sekretariat_lsp"))
    answer = client.post(f"{PAGE}/baru", data=sent(skema_versi(), **changes))
    assert (answer.status_code, words in answer.text) == (422, True)
    assert db.session.scalar(sa.select(m.LisensiLsp.id)) is None


def test_a_licence_is_changed_and_carries_its_paper(masuk: Any) -> None:
    first, second = skema_versi(), skema_versi()
    row = licence(first, date(2026, 1, 1), date(2026, 12, 31))
    client, page = masuk(f.account("Sekar", "sekretariat_lsp")), f"{PAGE}/{row.id}"
    changed = sent(second, nomor=row.nomor) | {"stempel": lisensi.stempel(row)}
    assert lisensi.stempel(row) in client.get(page).text
    assert client.post(page, data=changed).status_code == 303
    assert client.post(page, data=changed | {"stempel": "1"}).status_code == 409, "the form has seen an older state"
    last = db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == "sertifikasi.lisensi_diubah")
                              .order_by(Aktivitas.urut.desc()).limit(1)).one()  # fmt: skip
    assert (last.data["sebelum"]["skema"], last.data["sesudah"]["skema"]) == (
        [db.session.get_one(m.Skema, first.skema_id).kode], [db.session.get_one(m.Skema, second.skema_id).kode]
    )  # fmt: skip
    assert [one.id for one in lisensi.scope(row.id)] == [second.skema_id]
    assert client.post(page, data={"aksi": "berkas"}).status_code == 422
    file = {"aksi": "berkas", "berkas": (io.BytesIO(picture()), "sk-lisensi.png")}
    assert client.post(page, data=file).status_code == 303
    text = client.get(page).text
    assert "Buka berkas lisensi" in text
    link = text.split('href="/berkas/')[1].split('"')[0]
    client.checks_pages = False
    assert client.get(f"/berkas/{link}").status_code in (200, 302, 303)
    assert masuk(f.account("Asesi")).get(f"/berkas/{link}").status_code == 404


def picture() -> bytes:
    from tests.sertifikasi.factories_saya import picture as made

    return made()


def test_who_only_reads_changes_nothing_and_strangers_see_nothing(masuk: Any) -> None:
    row = licence(skema_versi(), date(2026, 1, 1), date(2026, 12, 31))
    page = f"{PAGE}/{row.id}"
    manajer = masuk(f.account("Mana", "manajer_sertifikasi"))
    assert "31 Desember 2026" in manajer.get(page).text
    assert manajer.post(page, data=sent()).status_code == 403
    assert masuk(f.account("Asa", "asesor")).get(page).status_code == 403


def test_reminders_go_six_three_and_one_month_before_the_end_once_each(jam: Any) -> None:
    row = licence(skema_versi(), date(2025, 1, 1), date(2027, 8, 15))
    who = [f.account(role, role).id for role in lisensi.TOLD]

    def told(day: str) -> int:
        jam.move_to(f"{day}T03:00:00Z")
        for time in ("pagi", "sore"):
            key = jobs.enqueue(lisensi.remind, "Ingatkan", f"uji-{day}-{time}")
            lisensi.remind.run(db.session.get_one(jobs.Job, key))
        db.session.flush()
        titles = sa.select(Notice.judul).where(Notice.user_id.in_(who), Notice.judul.like("Lisensi LSP%"))
        return len(db.session.scalars(titles).all())

    assert [told(day) for day in ("2027-02-14", "2027-02-15", "2027-05-15", "2027-06-01")] == [0, 3, 6, 6]
    licence(skema_versi(), date(2027, 8, 1), date(2030, 7, 31))
    assert told("2027-07-15") == 6, "another licence follows"
    assert row.diingatkan == {"6": "2027-02-15", "3": "2027-05-15"}


def test_the_public_reads_number_scope_and_that_it_ended(client: Any, jam: Any) -> None:
    version = skema_versi()
    row = licence(version, date(2026, 1, 1), date(2026, 12, 31))
    kode, nomor = services.scheme_of(version).kode, row.nomor
    text = client.get("/sertifikasi/informasi/tentang").text
    assert nomor in text
    assert version.judul in text
    jam.move_to("2027-01-02T03:00:00Z")
    assert "Masa berlaku lisensi sudah berakhir" in client.get("/sertifikasi").text
    assert "tidak berlaku hari ini" in client.get(f"/sertifikasi/skema/{kode}").text
