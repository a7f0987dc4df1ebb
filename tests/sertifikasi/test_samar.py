"""A holder who died or wants to be forgotten; a new name through the screens."""

from typing import Any

import pytest
import sqlalchemy as sa

from portal.kernel import people
from portal.kernel.db import db
from portal.sertifikasi.keputusan import models as k
from portal.sertifikasi.keputusan import samar, sertifikat
from portal.sertifikasi.saya import models as m
from tests.sertifikasi import factories_keputusan as f
from tests.sertifikasi.factories import add
from tests.sertifikasi.test_keputusan_layar import SignIn, post

pytestmark = pytest.mark.usefixtures("app", "jam")
WHY = "Akta kematian nomor 12/2026 diserahkan keluarga."


@pytest.mark.parametrize(("nama", "found"), [("Ratna Wulandari, S.Kom.", "R*** W***"), ("O'Neil", "O***")])
def test_initials(nama: str, found: str) -> None:
    assert samar.initials(nama) == found


def test_the_person_is_masked_and_the_register_stays(masuk: SignIn, client: Any) -> None:
    place = f.lsp()
    (row,) = f.berlaku(place, nama="Ratna Wulandari")
    holder = f.pemegang(row)
    add(m.ProfilAsesi(user_id=holder.id, isian={"alamat": "Jalan Kenanga 7"}))
    f.simpan()
    address = f"/sertifikasi/sertifikat/{row.id}"
    masuk(holder)
    assert len(people.sessions_of(holder.id)) == 1
    manajer = masuk(place.manajer)
    assert "Samarkan data pemegang" in manajer.get(address).text
    post(manajer, f"{address}/samarkan", 422, **{"kelas-samar": "WAFAT", "uraian-samar": "wafat"})
    post(manajer, f"{address}/samarkan", **{"kelas-samar": "WAFAT", "uraian-samar": WHY})
    post(manajer, f"{address}/samarkan", 409, **{"kelas-samar": "WAFAT", "uraian-samar": WHY})
    assert "R*** W***" not in client.get(f"/verifikasi/{row.kode}").text  # one person alone masks nobody
    assert manajer.post(f"{address}/samarkan/putuskan", data={"setuju": "YA"}).status_code == 403
    ketua = masuk(place.ketua)
    assert "Diusulkan Hendra Gunawan" in ketua.get(address).text
    post(ketua, f"{address}/samarkan/putuskan", setuju="TIDAK")
    post(masuk(place.manajer), f"{address}/samarkan", **{"kelas-samar": "WAFAT", "uraian-samar": WHY})
    post(masuk(place.ketua), f"{address}/samarkan/putuskan", setuju="YA")
    manajer = masuk(place.manajer)
    public = client.get(f"/verifikasi/{row.kode}").text
    assert "R*** W***" in public
    assert "Ratna" not in public
    assert WHY not in public
    assert str(row.nomor) in public
    assert "Ratna Wulandari" in manajer.get(address).text  # the register of the LSP
    db.session.expire_all()
    assert (row.status, holder.aktif, holder.surel) == (k.BERLAKU, False, "")
    assert db.session.scalars(sa.select(m.ProfilAsesi.isian).where(m.ProfilAsesi.user_id == holder.id)).one() == {}
    assert people.sessions_of(holder.id) == []
    assert masuk(place.sekretariat).post(f"{address}/samarkan").status_code == 403


def test_a_new_name_is_a_new_certificate_through_the_screens(masuk: SignIn, client: Any) -> None:
    place = f.lsp()
    (old,) = f.berlaku(place)
    f.simpan()
    address = f"/sertifikasi/sertifikat/{old.id}"
    staff = masuk(place.sekretariat)
    wish = {"jenis": k.GANTI, "kelas": "GANTI_NAMA", "uraian": "Penetapan pengadilan tentang ganti nama dilampirkan."}
    post(staff, f"{address}/tindakan", 422, **wish)
    post(staff, f"{address}/tindakan", **wish, nama_baru="Ratna Kusuma, M.Kom.")
    act = db.session.scalars(sa.select(k.Tindakan)).one()
    post(masuk(place.manajer), f"/sertifikasi/tindakan/{act.id}/putuskan", setuju="YA", putusan="Sesuai penetapannya")
    post(masuk(place.ketua), f"/sertifikasi/tindakan/{act.id}/tanda-tangan", sandi=f.PASSWORD)
    new = db.session.scalars(sa.select(k.Sertifikat).where(k.Sertifikat.menggantikan_id == old.id)).one()
    assert "Berlaku" in client.get(f"/verifikasi/{old.kode}").text  # until the new one is there
    f.beri_nomor(place, new)
    sertifikat.sign([new.id], place.panggil("ketua"), f.PASSWORD)
    sertifikat.issue(new)
    f.simpan()
    page = client.get(f"/verifikasi/{old.kode}").text
    assert "Digantikan" in page
    assert new.kode in page
    assert "Ratna Kusuma, M.Kom." in client.get(f"/verifikasi/{new.kode}").text
