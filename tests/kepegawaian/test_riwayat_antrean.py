"""The two queues: first step of an OPD, verification by BKPSDM; what may be verified at once."""

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kepegawaian.keadaan.models import Keadaan
from portal.kepegawaian.riwayat import antrean, contoh, entri, jenis, lingkup, services
from portal.kepegawaian.riwayat import models as r
from portal.kernel.approval import Submission
from portal.kernel.db import db
from portal.kernel.errors import Denied
from tests.kepegawaian import factories as f

pytestmark = pytest.mark.usefixtures("app", "jam")
AWAL = {"nama": "Pelatihan", "bentuk": "LAIN", "jam": 4}


def sent(pegawai: Any, user: Any, kind: str = "KURSUS", paper: str = "SERTIFIKAT_KURSUS", **isi: Any) -> Any:
    values = {"tmt": date(2026, 3, 2), "selesai": date(2026, 3, 3), "isi": isi or AWAL}
    row = services.simpan(jenis.JENIS[kind], pegawai, values, f.principal(user))
    f.berkas(row, paper, user)
    return services.jalankan(row, "ajukan", f.principal(user))


def names(rows: Any) -> list[str]:
    return sorted(one.judul for one in db.session.scalars(rows))


def test_who_sees_what_waits() -> None:
    """The OPD of today, BKPSDM everything; discipline only the circle; never one's own."""
    k = f.kota()
    admin, other = f.akun("admin_pd", di=k.dinas), f.akun("admin_pd", di=k.lain)
    own = f.akun("admin_pd", pegawai=k.staf, di=k.dinas)
    office, verifier = f.akun("bkpsdm"), f.akun("verifikator_bkpsdm", pegawai=k.kabid)
    sent(k.staf, own)
    sent(k.kabid, f.akun("", pegawai=k.kadis) and office)
    sent(k.kabid_lain, office, "HUKDIS", "SK_HUKDIS", tingkat="R", jenis="TEGURAN_LISAN", alasan="x", dasar="PP94")
    assert names(antrean.untuk_diperiksa(f.principal(admin))) == [
        "Kursus dan pengembangan kompetensi: Kabid Uji", "Kursus dan pengembangan kompetensi: Staf Uji",
    ]  # fmt: skip
    assert names(antrean.untuk_diperiksa(f.principal(own))) == ["Kursus dan pengembangan kompetensi: Kabid Uji"]
    assert names(antrean.untuk_diperiksa(f.principal(other))) == []
    assert names(antrean.untuk_diverifikasi(f.principal(verifier))) == [
        "Hukuman disiplin: Kabidlain Uji", "Kursus dan pengembangan kompetensi: Staf Uji",
    ]  # fmt: skip
    assert names(antrean.untuk_diverifikasi(f.principal(office))) == ["Kursus dan pengembangan kompetensi: Staf Uji"]


def test_a_proposal_goes_with_the_pegawai_to_the_next_opd(masuk: Any, jam: Any) -> None:
    k = f.kota()
    old, new = f.akun("admin_pd", di=k.dinas), f.akun("admin_pd", di=k.lain)
    rows = [sent(k.staf, f.akun("", pegawai=k.staf)) for _ in range(2)]
    paths = [f"/kepegawaian/pegawai/{k.staf.id}/riwayat/riwayat_lain/{row.id}" for row in rows]
    f.duduk(k.staf, k.bidang_lain, date(2026, 12, 1), atasan_id=k.kabid_lain.id)

    def waits(user: Any) -> int:
        return len(names(antrean.untuk_diperiksa(f.principal(user))))

    assert (lingkup.ikuti(), waits(old), waits(new)) == (0, 2, 0)
    jam.shift(timedelta(days=10))
    assert 'value="periksa"' in masuk(new).get(paths[0]).text
    assert masuk(new).post(paths[0], data={"aksi": "periksa"}).status_code == 303
    assert masuk(old).post(paths[1], data={"aksi": "periksa"}).status_code == 404
    with pytest.raises(Denied):
        services.jalankan(rows[1], "periksa", f.principal(old))
    assert (waits(old), waits(new)) == (0, 1)


def test_filters_by_kind_opd_and_age(masuk: Any, jam: Any) -> None:
    k = f.kota()
    old = sent(k.staf, f.akun("", pegawai=k.staf))
    case = db.session.get_one(Submission, old.submission_id)
    case.diajukan_at = case.diajukan_at and case.diajukan_at - timedelta(days=8)
    sent(k.kabid_lain, f.akun("", pegawai=k.kabid_lain), "SERTIFIKASI", "SERTIFIKAT", nama="A", lembaga="B")
    office = masuk(f.akun("verifikator_bkpsdm"))

    def shown(query: str) -> list[str]:
        return sorted(re.findall(r"(Staf|Kabidlain) Uji</a>", office.get(f"/kepegawaian/antrean{query}").text))

    assert shown("") == ["Kabidlain", "Staf"]
    assert shown("?jenis=KURSUS") == ["Staf"]
    assert shown(f"?opd={k.lain.id}") == ["Kabidlain"]
    assert shown("?usia=7") == ["Staf"]
    assert shown("?cari=kabid") == ["Kabidlain"]
    opened = office.get(f"/kepegawaian/antrean/{old.submission_id}")
    assert f"/riwayat/riwayat_lain/{old.id}?kembali=/kepegawaian/antrean" in opened.headers["Location"]
    assert office.get(opened.headers["Location"]).status_code == 200


def test_at_once_only_where_nothing_is_left_to_read(masuk: Any) -> None:
    k = f.kota()
    me, admin = f.akun("", pegawai=k.staf), f.principal(f.akun("admin_pd", di=k.dinas))
    light, wide = sent(k.staf, me), sent(k.staf, me, **{**AWAL, "jam": 400})
    office = masuk(f.akun("bkpsdm"))
    assert "Tidak ada yang dapat" in office.get("/kepegawaian/antrean/sekaligus").text
    for one in (light, wide):
        services.jalankan(one, "periksa", admin)
    page = office.get("/kepegawaian/antrean/sekaligus").text
    assert str(light.submission_id) in page
    assert str(wide.submission_id) not in page
    keys = [str(light.submission_id), str(wide.submission_id), "bukan"]
    answer = office.post("/kepegawaian/antrean/sekaligus", data={"pilih": keys})
    assert answer.status_code == 303
    states = db.session.execute(sa.select(r.RiwayatLain.id, r.RiwayatLain.status)).tuples().all()
    assert dict(states) == {light.id: r.TERVERIFIKASI, wide.id: r.DIPERIKSA}


def test_the_home_page_counts_what_waits(masuk: Any) -> None:
    k = f.kota()
    sent(k.staf, f.akun("", pegawai=k.staf))
    for user, place in (
        (f.akun("admin_pd", di=k.dinas), "/kepegawaian/antrean/periksa"), (f.akun("bkpsdm"), "/kepegawaian/antrean"),
    ):  # fmt: skip
        tile = antrean.ubin(f.principal(user))[0]
        assert (tile.label, tile.href, tile.figure) == ("Usulan riwayat menunggu", place, "1")
    assert antrean.ubin(f.principal(f.akun("", pegawai=k.staf))) == []
    assert "Usulan riwayat menunggu" in masuk(f.akun("bkpsdm")).get("/beranda").text


def test_only_their_holders_open_the_queues(masuk: Any) -> None:
    k = f.kota()
    for user, expected in (
        (f.akun("", pegawai=k.staf), (403, 403, 403)), (f.akun("admin_pd", di=k.dinas), (200, 403, 403)),
        (f.akun("verifikator_bkpsdm"), (403, 200, 200)),
    ):  # fmt: skip
        client = masuk(user)
        paths = ("/kepegawaian/antrean/periksa", "/kepegawaian/antrean", "/kepegawaian/antrean/sekaligus")
        assert tuple(client.get(path).status_code for path in paths) == expected


@pytest.mark.parametrize("i", range(len(contoh.CONTOH)))
def test_examples_of_the_demo_obey_the_rules(masuk: Any, i: int) -> None:
    k = f.kota()
    user = f.akun("", pegawai=k.staf)
    seat = db.session.scalars(sa.select(Keadaan).where(Keadaan.pegawai_id == k.staf.id).limit(1)).one()
    contoh._propose(i, contoh.CONTOH[i], user, seat)
    row = db.session.scalars(sa.select(r.RiwayatLain)).one()
    found = entri.temuan(row, k.staf)
    assert [one.pesan for one in found.galat] == []
    if row.submission_id and db.session.get_one(Submission, row.submission_id).siap:
        assert antrean.tanpa_dibaca(row)
    page = masuk(user).get(f"/kepegawaian/pegawai/{k.staf.id}/riwayat/riwayat_lain/{row.id}")
    assert page.status_code == 200


def test_the_demo_fills_the_queue_once() -> None:
    k = f.kota()
    f.akun("", pegawai=k.staf)
    city: Any = SimpleNamespace(unit=lambda kode: SimpleNamespace(id=str(k.dinas.id)))
    for _ in range(2):
        contoh.cerita(city, "kecil")
    assert db.session.scalars(sa.select(r.RiwayatLain.jenis)).all() == ["KURSUS"]
