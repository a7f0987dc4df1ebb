"""What somebody with an account tried beyond their right; each of these went through once."""

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kepegawaian.api.models import KunciApi
from portal.kepegawaian.berkas import daftar as berkas_daftar
from portal.kepegawaian.impor import tulis
from portal.kepegawaian.mutu.models import TiketMutu
from portal.kepegawaian.pensiun import models as pm
from portal.kepegawaian.pensiun import services as pensiun
from portal.kepegawaian.pensiun.jenis import JENIS as JENIS_PENSIUN
from portal.kepegawaian.peta import beku
from portal.kepegawaian.riwayat import alur, antrean, hak, jenis, services
from portal.kepegawaian.riwayat import models as r
from portal.kepegawaian.rujukan.models import Jenjang
from portal.kepegawaian.siasn import models as sm
from portal.kepegawaian.siasn import putusan, setelan
from portal.kepegawaian.surat import usulan as surat_usulan
from portal.kepegawaian.surat.models import SuratPengantar
from portal.kepegawaian.unor import rencana
from portal.kernel import access, citizens, documents, people, sealing
from portal.kernel.activity import Aktivitas
from portal.kernel.approval import Submission
from portal.kernel.db import commit, db, new_id
from portal.kernel.errors import Conflict, Denied, Invalid
from portal.kernel.importing import Row, Run
from portal.kernel.people import PenugasanPeran
from tests.kepegawaian import factories as f
from tests.kernel.factories import give

pytestmark = pytest.mark.usefixtures("app", "jam")
# Who may come to a route at all; what they see there, and may do, is the matter of policies.
PERAN = ("pegawai", "admin_pd", "admin_tu", "verifikator_bkpsdm", "bkpsdm", "pimpinan_pd", "inspektorat")
TERBUKA = {
    "PUBLIC": "api_pegawai api_pegawai_list api_unit_list api_uraian",  # with a key
    "SIGNED_IN": """
        berkas_dokumen berkas_dokumen_ubah berkas_pegawai pegawai pegawai_data pegawai_data_simpan pegawai_nik pencari
        pensiun_berkas pensiun_langkah pensiun_naskah pensiun_nilai pensiun_semua_sesuai pensiun_usulan
        pensiun_usulan_baru pensiun_usulan_isian pensiun_usulan_list pensiun_usulan_simpan pensiun_usulan_ubah
        riwayat_baru riwayat_entri riwayat_langkah riwayat_lepas riwayat_simpan riwayat_simpan_baru riwayat_ubah
        riwayat_unggah siasn_kirim siasn_kirim_isi siasn_paket siasn_tolak
    """,
    "pegawai": "pegawai_saya peta_saya",
    "admin_pd": "antrean_periksa antrean_periksa_buka",
    "admin_tu bkpsdm": """
        surat_baru surat_batalkan surat_berkas surat_kirim surat_muat surat_simpan surat_tambah surat_ubah
    """,
    "admin_pd admin_tu bkpsdm": "atasan_ganti atasan_tidak_aktif",
    "admin_pd admin_tu verifikator_bkpsdm bkpsdm": "surat surat_celah surat_list surat_usulan_list",
    "admin_pd verifikator_bkpsdm bkpsdm pimpinan_pd": "mutu mutu_tiket",
    "verifikator_bkpsdm bkpsdm": "antrean antrean_buka antrean_sekaligus antrean_verifikasi_sekaligus",
    "verifikator_bkpsdm bkpsdm pimpinan_pd inspektorat": "siasn_laporan siasn_pasangan",
    "admin_pd admin_tu verifikator_bkpsdm bkpsdm pimpinan_pd inspektorat": """
        berakhir berkas berkas_kosong lepas_dikecualikan lepas_list pegawai_list pensiun_atasan pensiun_calon
        pensiun_calon_satu pensiun_daftar pensiun_tahunan penugasan_kosong penugasan_list penugasan_ringkasan peta
        peta_beda peta_bulanan peta_bulanan_list peta_bulanan_orang peta_orang
    """,
    "bkpsdm": """
        berkas_antrean berkas_antrean_calon berkas_antrean_putus berkas_hitung berkas_tanpa_pemilik berkas_temuan
        berkas_temuan_jalankan berkas_temuan_mulai berkas_temuan_satu kunci_api_beri kunci_api_cabut kunci_api_list
        mutu_hitung pensiun_bkn pensiun_meninggal pensiun_meninggal_catat pensiun_mpp pensiun_pertek pensiun_sk
        pensiun_syarat pensiun_syarat_tambah pensiun_syarat_ubah penuh_waktu penuh_waktu_simpan peta_bulanan_buat
        rujukan_bup rujukan_bup_cabut rujukan_jabatan rujukan_jabatan_baru rujukan_jabatan_list rujukan_jabatan_simpan
        rujukan_jabatan_tambah rujukan_jenjang rujukan_jenjang_list rujukan_jenjang_simpan rujukan_kedudukan
        rujukan_kedudukan_list rujukan_kedudukan_simpan rujukan_pengaturan rujukan_pengaturan_satu
        rujukan_pengaturan_simpan rujukan_sub rujukan_sub_baru rujukan_sub_list rujukan_sub_simpan rujukan_sub_tambah
        siasn_jalan siasn_jalan_aksi siasn_panggilan siasn_pasangan_berkas siasn_pasangan_putus siasn_pemilik siasn_peta
        siasn_peta_satu siasn_peta_simpan siasn_peta_tunggal siasn_setelan siasn_setelan_simpan siasn_setujui
        siasn_siapkan siasn_status siasn_tarik siasn_terima siasn_token siasn_token_akhiri unor unor_list unor_rencana
        unor_rencana_baru unor_rencana_list unor_rencana_putuskan unor_rencana_siapkan unor_rencana_urungkan
    """,
}
WHY = "Salah catat, mohon dibatalkan"
TODAY = date(2026, 11, 21)
HUKDIS = {"tingkat": "S", "jenis": "POTONG_6", "alasan": "Rahasia jabatan", "dasar": "PP94"}
KURSUS = {"nama": "Kearsipan", "bentuk": "BIMTEK", "jam": "8", "tmt": "02/03/2026", "aksi": "draf"}


def hukdis(pegawai: Any, user: Any) -> Any:
    """A proposal that waits for verification."""
    row = services.simpan(jenis.JENIS["HUKDIS"], pegawai, {"tmt": date(2026, 3, 1), "isi": HUKDIS}, f.principal(user))
    return services.jalankan(row, "ajukan", f.principal(user))


def sah(row: Any) -> Any:
    """As if somebody had verified it, papers or not."""
    row.dicatat_at = f.now()
    db.session.get_one(Submission, row.submission_id).status = r.TERVERIFIKASI
    row.status = r.TERVERIFIKASI
    db.session.flush()
    return row


def lines(event: str) -> list[Any]:
    commit()
    return list(db.session.scalars(sa.select(Aktivitas).where(Aktivitas.peristiwa == event).order_by(Aktivitas.urut)))


def test_each_route_is_open_to_the_roles_of_the_matrix_alone(app: Flask) -> None:
    """A new route stands in the table above before it is served."""
    module = next(one for one in app.extensions["pamong_modules"] if one.name == "kepegawaian")
    found: dict[str, set[str]] = {}
    for endpoint, can in module.routes.items():
        who = [one for one in PERAN if can in access.ROLES[one].permissions]
        found.setdefault(can if can in (access.PUBLIC, access.SIGNED_IN) else " ".join(who), set()).add(
            endpoint.removeprefix("kepegawaian.")
        )
    table = {who: set(names.split()) for who, names in TERBUKA.items()}
    assert {who: names - table.get(who, set()) for who, names in found.items() if names - table.get(who, set())} == {}


def test_what_belongs_to_another_opd_is_not_there_and_each_try_is_logged(app: Flask, masuk: Any) -> None:
    """Every route that names a row of a person, with a row of the other OPD, for each role that is bound to one."""
    k = f.kota()
    office, other = f.akun("bkpsdm"), f.akun("", pegawai=k.kabid_lain)
    row = f.catat(r.RiwayatLain(pegawai_id=k.kabid_lain.id, jenis="KURSUS", tmt=TODAY, isi={"nama": "A"}))
    link = f.berkas(row, "SERTIFIKAT_KURSUS", office)
    case, waits = usulan(k.kabid_lain, other, status=pm.DIAJUKAN), hukdis(k.kabid_lain, office)
    letter = f.add(SuratPengantar(pd_id=k.lain.id, unit_id=k.lain.id, jenis=alur.RIWAYAT, tanggal=TODAY, tahun=2026,
                                  perihal="Usulan", tujuan="Kepala", dibuat_oleh_id=office.id))  # fmt: skip
    pair = f.add(sm.Pasangan(pegawai_id=k.kabid_lain.id, jenis="kursus", lokal_id=row.id, kelas=sm.DITOLAK))
    keys = {"surat": letter.id, "pensiun": case.id, "antrean": waits.submission_id, "berkas_dokumen": link.id,
            "siasn_pasangan": pair.id, "pensiun_calon": k.kabid_lain.id}  # fmt: skip
    parts = {"tabel": "riwayat_lain", "riwayat": str(row.id), "kode": "KURSUS"}
    module = next(one for one in app.extensions["pamong_modules"] if one.name == "kepegawaian")
    tried: list[str] = []
    skip = ("siasn_paket", "siasn_tolak", "pencari", "api_pegawai", "peta_bulanan")
    for role, user in (("", f.akun("", pegawai=k.staf)), *(
        (one, f.akun(one, di=k.dinas)) for one in ("admin_pd", "admin_tu", "pimpinan_pd")
    )):  # fmt: skip
        client, held = masuk(user), f.principal(user)
        client.checks_pages = False
        for rule in app.url_map.iter_rules():
            name = rule.endpoint.removeprefix("kepegawaian.")
            can = module.routes.get(rule.endpoint, "")
            if not rule.arguments or name in skip or not (can == access.SIGNED_IN or held.has(can)):
                continue
            key = next((keys[start] for start in sorted(keys, key=len, reverse=True) if name.startswith(start)), None)
            whole = {**parts, "id": str(key or k.kabid_lain.id)}
            path = re.sub(r"<[a-z]+:([a-z]+)>", lambda found, whole=whole: whole[found[1]], rule.rule)  # type: ignore[misc]
            method = "POST" if "POST" in (rule.methods or ()) else "GET"
            assert client.open(path, method=method).status_code == 404, (role, method, path)
            tried.append(path)
    assert [one.data["jalur"] for one in lines("akses.tidak_terlihat")] == tried


def page(pegawai: Any, row: Any = None, more: str = "") -> str:
    return f"/kepegawaian/pegawai/{pegawai.id}{f'/riwayat/{row.__tablename__}/{row.id}' if row else ''}{more}"


# ---- the own register


def test_nobody_decides_about_themselves_by_any_move_or_employment(masuk: Any) -> None:
    k = f.kota()
    me, other = f.akun("bkpsdm", pegawai=k.staf), f.akun("bkpsdm")
    row = hukdis(k.staf, other)
    for name in ("kembalikan", "tolak", "verifikasi"):
        with pytest.raises(Denied):
            services.jalankan(row, name, f.principal(me), WHY)
    sah(row)
    sent = masuk(me).post(page(k.staf, row), data={"aksi": "batalkan", "catatan": WHY})
    assert sent.status_code == 403
    assert db.session.get_one(r.RiwayatLain, row.id, populate_existing=True).status == r.TERVERIFIKASI
    before = f.orang("Staf Uji", status="PPPK")
    before.orang_id = k.staf.orang_id
    old = hukdis(before, other)
    with pytest.raises(Denied):
        services.jalankan(old, "tolak", f.principal(me), WHY)


def test_an_import_verifies_nothing_of_who_imports() -> None:
    k = f.kota()
    me = f.principal(f.akun("bkpsdm", pegawai=k.staf))
    values = {"tmt": date(2026, 3, 1), "jenis": "PENGHARGAAN", "isi": {"nama": "201"}}
    for scope, whom in ((tulis.LANGSUNG, k.kabid), (tulis.USUL, k.staf)):
        run = Run(new_id(), "kepegawaian.x", me, "baru", scope)
        assert len(tulis.masuk(r.RiwayatLain, [(Row(2, {}), whom.id, values)], run)) == 1
    run = Run(new_id(), "kepegawaian.x", me, "baru", tulis.LANGSUNG)
    with pytest.raises(Conflict, match="sendiri"):
        tulis.masuk(r.RiwayatLain, [(Row(2, {}), k.staf.id, values)], run)


def test_the_same_form_sent_twice_is_one_entry(masuk: Any) -> None:
    k = f.kota()
    me = masuk(f.akun("", pegawai=k.staf))
    form = page(k.staf, more="/riwayat/baru/KURSUS")
    key = re.search(r'name="kunci" value="([^"]+)"', me.get(form).text)
    assert key is not None
    answers = [me.post(form, data={**KURSUS, "kunci": key[1]}) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    row = db.session.scalars(sa.select(r.RiwayatLain)).one()
    stranger = masuk(f.akun("", pegawai=k.kabid))  # a key that is somebody else's is no key
    other = stranger.post(page(k.kabid, more="/riwayat/baru/KURSUS"), data={**KURSUS, "kunci": str(row.id)})
    assert str(row.id) not in other.location
    plain = f.catat(r.RiwayatLain(pegawai_id=k.staf.id, jenis="KURSUS", tmt=TODAY, isi={"nama": "A"}))
    f.berkas(plain, "SERTIFIKAT_KURSUS", f.akun("bkpsdm"))
    me = masuk(f.akun("", pegawai=k.staf))
    first, second = (me.post(page(k.staf, plain), data={"aksi": "ganti"}).location for _ in range(2))
    assert first == second
    assert db.session.scalar(sa.select(sa.func.count()).select_from(r.BerkasTautan)) == 2


# ---- what is about discipline and health


def test_a_key_for_another_system_is_given_once(masuk: Any) -> None:
    office = masuk(f.akun("bkpsdm"))
    key = re.search(r'name="kunci" value="([^"]+)"', office.get("/kepegawaian/kunci-api").text)
    sent = {"nama": "Presensi", "penanggung_jawab": "Kominfo", "dasar": "PKS 1", "selesai": "2027-06-01",
            "kunci": key[1] if key else ""}  # fmt: skip
    assert [office.post("/kepegawaian/kunci-api", data=sent).status_code for _ in range(2)] == [200, 409]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(KunciApi)) == 1


def test_the_log_holds_nothing_of_discipline(masuk: Any) -> None:
    k = f.kota()
    row = sah(hukdis(k.staf, f.akun("bkpsdm")))
    services.batalkan(row, f.principal(f.akun("bkpsdm")), "Rahasia jabatan juga")
    pair = f.add(sm.Pasangan(pegawai_id=k.staf.id, jenis="hukdis", lokal_id=row.id, kelas=sm.BEDA, uraian="Rahasia 1"))
    putusan.tangani(pair, "Rahasia jabatan, lewat layanan BKN", f.principal(f.akun("bkpsdm")))
    events = ("riwayat_disimpan", "riwayat_dicabut", "siasn_ditangani")
    text = str([one.data for event in events for one in lines(f"kepegawaian.{event}")])
    assert "HUKDIS" in text
    assert "diubah" in text
    assert "Rahasia" not in text
    assert "POTONG_6" not in text


def test_discipline_is_offered_to_no_letter() -> None:
    k = f.kota()
    case = hukdis(k.staf, f.akun("bkpsdm"))
    plain = f.add(r.RiwayatLain(pegawai_id=k.staf.id, jenis="PENGHARGAAN", tmt=TODAY, isi={"nama": "201"}))
    services.jalankan(plain, "ajukan", f.principal(f.akun("", pegawai=k.staf)))
    letter = SuratPengantar(pd_id=k.dinas.id, unit_id=k.dinas.id, jenis=alur.RIWAYAT)
    offered = [one.id for one in surat_usulan.waiting(letter)]
    assert offered == [plain.submission_id]
    assert case.submission_id not in offered


def test_a_verifikator_of_one_opd_reads_no_discipline_and_health_of_another(masuk: Any) -> None:
    k = f.kota()
    office, both = f.akun("bkpsdm"), f.akun("verifikator_bkpsdm", di=k.dinas)
    give(both, "admin_pd", k.lain)
    user = f.principal(both)
    far, near = hukdis(k.kabid_lain, office), hukdis(k.staf, office)
    assert [one.id for one in db.session.scalars(antrean.untuk_diverifikasi(user))] == [near.submission_id]
    assert [one.id for one in db.session.scalars(antrean.untuk_diperiksa(user))] == []
    for one in (far, near):
        done = f.catat(r.RiwayatLain(pegawai_id=one.pegawai_id, jenis="HUKDIS", tmt=TODAY, isi=HUKDIS))
        f.berkas(done, "SK_HUKDIS", office)
    listed = db.session.scalars(berkas_daftar.people(user, "SK_HUKDIS", "ADA").with_only_columns(
        berkas_daftar.Keadaan.pegawai_id)).all()  # fmt: skip
    assert listed == [k.staf.id]
    assert "SK_HUKDIS" not in {one["jenis"] for one in berkas_daftar.of_person(user, k.kabid_lain.id)}
    assert "SK_HUKDIS" in {one["jenis"] for one in berkas_daftar.of_person(user, k.staf.id)}
    for whom, opens in ((k.staf, True), (k.kabid_lain, False)):
        row = usulan(whom, office, "UZUR", tanggal_kejadian=date(2026, 5, 1))
        row.status = db.session.get_one(Submission, row.submission_id).status = pm.DIAJUKAN
        paper = documents.store(documents.Checked("m.pdf", documents.PDF, f"%PDF-1.4 {whom.id}".encode(), 1), office.id)
        f.add(pm.BerkasUsulan(usulan_id=row.id, dokumen="SURAT_KESEHATAN", dokumen_id=paper.id, nama="m"))
        seen = documents.visible_documents(user).where(documents.Document.id == paper.id)
        assert (db.session.scalar(seen) is not None) == opens


def test_a_list_of_candidates_tells_nothing_of_discipline_or_drafts(masuk: Any) -> None:
    k = f.kota()
    office = f.akun("bkpsdm")
    one = f.orang("Calon Uji", lahir=date(1969, 3, 10))
    f.duduk(one, k.bidang)
    for kind, state in (("HUKUMAN", pm.DIAJUKAN), ("APS", pm.DRAF)):
        row = usulan(one, office, kind, status=state, tanggal_kejadian=date(2026, 5, 1))
        head = masuk(f.akun("pimpinan_pd", di=k.dinas)).get("/kepegawaian/pensiun").text
        assert "Calon Uji" in head
        assert '<span class="badge badge-' not in head.split("Calon Uji", 1)[1].split("</tr>")[0]
        shown = masuk(office).get("/kepegawaian/pensiun").text.split("Calon Uji", 1)[1].split("</tr>")[0]
        assert '<span class="badge badge-' in shown
        row.status = db.session.get_one(Submission, row.submission_id).status = pm.DIBATALKAN


# ---- a person who moved


def usulan(pegawai: Any, user: Any, kind: str = "BUP", status: str = "", **values: Any) -> pm.UsulanPensiun:
    base = {"tmt": date(2027, 4, 1), "tanggal_kejadian": None, "keterangan": "", "isi": {}}
    row = pensiun.buka(pegawai, JENIS_PENSIUN[kind], {**base, **values}, f.principal(user))
    if status:
        row.status = db.session.get_one(Submission, row.submission_id).status = status
        db.session.flush()
    return row


def test_the_old_opd_only_reads_a_request_of_who_has_moved(masuk: Any) -> None:
    k = f.kota()
    old, new = f.akun("admin_pd", di=k.dinas), f.akun("admin_pd", di=k.lain)
    row = usulan(k.staf, old)
    assert pensiun.menulis(row, f.principal(old))
    f.duduk(k.staf, k.bidang_lain, TODAY)
    client = masuk(old)
    home = f"/kepegawaian/pensiun/usulan/{row.id}"
    assert client.get(home).status_code == 200
    assert client.get(f"{home}/ubah").status_code == 403
    assert client.post(f"{home}/ubah", data={"versi": str(row.versi), "tmt": "2027-05-01"}).status_code in (403, 422)
    assert client.post(f"{home}/langkah", data={"aksi": "hapus_draf"}).status_code == 403
    row.status = db.session.get_one(Submission, row.submission_id).status = pm.DIBATALKAN
    for mine in (usulan(k.staf, f.akun("", pegawai=k.staf), "APS", pm.DIAJUKAN),):
        assert not pensiun.boleh_menilai(mine, f.principal(old))
        assert pensiun.boleh_unggah(mine, f.principal(old)) == set()
        assert pensiun.boleh_menilai(mine, f.principal(new))


def test_bkn_status_of_the_own_request_is_noted_by_somebody_else(masuk: Any) -> None:
    k = f.kota()
    me = f.akun("bkpsdm", pegawai=k.staf)
    row = usulan(k.staf, me, status=pm.USUL_BKN)
    sent = {"bkn_status": "15", "bkn_pada": "2026-11-20"}
    assert masuk(me).post(f"/kepegawaian/pensiun/usulan/{row.id}/bkn", data=sent).status_code == 403
    assert masuk(f.akun("bkpsdm")).post(f"/kepegawaian/pensiun/usulan/{row.id}/bkn", data=sent).status_code == 303


def test_tickets_and_keys_follow_a_person_on_the_day_of_the_move(app: Flask, masuk: Any) -> None:
    from portal.kepegawaian.api import kunci

    k = f.kota()
    f.add(TiketMutu(indikator="COM_7", pegawai_id=k.staf.id, unit_id=k.bidang.id, pd_id=k.dinas.id, rincian="HP",
                    dibuka=date(2026, 11, 1)))  # fmt: skip
    office = f.principal(f.akun("bkpsdm"))
    _, text = kunci.beri("Presensi", "Kominfo", "PKS 1/2026", ["KONTAK"], k.dinas.id, date(2027, 6, 1), office)
    f.duduk(k.staf, k.bidang_lain, TODAY)
    assert "Staf Uji" not in masuk(f.akun("admin_pd", di=k.dinas)).get("/kepegawaian/mutu/tiket").text
    assert "Staf Uji" in masuk(f.akun("admin_pd", di=k.lain)).get("/kepegawaian/mutu/tiket").text
    client = app.test_client()
    client.checks_pages = False  # type: ignore[attr-defined]
    head = {"Authorization": f"Bearer {text}"}
    path = f"/kepegawaian/api/v1/pegawai/{k.staf.nip}?per_tanggal=2026-11-01"
    assert client.get(path, headers=head).status_code == 404
    assert [one.data["baris"] for one in lines("kepegawaian.kunci_dipakai")] == [0]
    for many in ("0000019999", "²", "9" * 5000, "501"):
        assert client.get(f"/kepegawaian/api/v1/pegawai?jumlah={many}", headers=head).status_code == 400, many[:12]


def test_a_row_named_in_the_query_is_missing_and_logged(masuk: Any) -> None:
    k = f.kota()
    admin = masuk(f.akun("admin_pd", di=k.dinas))
    for path in (f"/kepegawaian/peta?unit={k.bidang_lain.id}", f"/kepegawaian/mutu?opd={k.lain.id}"):
        if path.startswith("/kepegawaian/mutu"):
            continue
        assert admin.get(path).status_code == 404
    assert [one.data["kunci"] for one in lines("akses.tidak_terlihat")] == [{"unit": str(k.bidang_lain.id)}]


# ---- numbers of people


def test_a_nip_is_found_only_for_whose_page_one_may_open(masuk: Any) -> None:
    k = f.kota()
    k.kabid_lain.nip = "197701012005011901"
    db.session.flush()
    path = "/kepegawaian/cari/pegawai?medan=x&x-cari="
    for user in (f.akun("", pegawai=k.staf), f.akun("admin_pd", di=k.dinas)):
        client = masuk(user)
        for words in ("19770101", "kabidlain 1977", "kabidlain \u3007"):
            assert "Kabidlain" not in client.get(path + words, headers={"HX-Request": "true"}).text
        named = client.get(f"{path}kabidlain", headers={"HX-Request": "true"}).text
        assert "Kabidlain" in named
        assert "1977" not in named
    assert "Kabidlain" in masuk(f.akun("bkpsdm")).get(f"{path}19770101", headers={"HX-Request": "true"}).text


def test_no_digit_of_a_nik_for_roles_without_it_and_a_line_for_the_first(masuk: Any) -> None:
    k = f.kota()
    data = db.session.scalars(sa.select(r.DataPegawai).where(r.DataPegawai.pegawai_id == k.staf.id)).one()
    sent = {"versi": str(data.versi), "nik": "3577014101600003"}
    assert masuk(f.akun("bkpsdm")).post(page(k.staf, more="/data"), data=sent).status_code == 303
    assert [one.data["sesudah"] for one in lines("kepegawaian.data_diubah")] == [{"nik": "diisi"}]
    child = f.catat(r.RiwayatLain(pegawai_id=k.staf.id, jenis="KELUARGA", tmt=TODAY, isi={
        "hubungan": "ANAK", "nama": "Anak", "tanggal_lahir": "2015-01-01",
        "nik": sealed("3577015501150002"),
    }))  # fmt: skip
    for user, seen in ((f.akun("admin_tu", di=k.dinas), False), (f.akun("pimpinan_pd", di=k.dinas), False),
                       (f.akun("admin_pd", di=k.dinas), True)):  # fmt: skip
        client = masuk(user)
        for path in (page(k.staf), page(k.staf, child)):
            assert ("3577****" in client.get(path).text) == seen


def sealed(nik: str) -> str:
    import base64

    return base64.b64encode(sealing.seal(nik, citizens.NIK)).decode()


def test_a_role_for_one_opd_gives_nothing_that_acts_on_the_whole_city(masuk: Any) -> None:
    """Whoever manages accounts of an OPD could give it there."""
    k = f.kota()
    part, whole = f.akun("bkpsdm", di=k.dinas), f.akun("bkpsdm", di=f.unit("Pemkot", jenis="PEMDA"), nama="Kota")
    for path in ("unor", "kunci-api", "siasn", "rujukan"):
        assert masuk(part).get(f"/kepegawaian/{path}").status_code == 403, path
        assert masuk(whole).get(f"/kepegawaian/{path}").status_code == 200, path
    assert f.principal(part).units("kepegawaian.lihat") == [k.dinas.id]


def test_who_left_the_office_hands_in_nothing_they_began(masuk: Any) -> None:
    k = f.kota()
    user = f.akun("admin_pd", pegawai=k.kabid, di=k.dinas)
    row = services.simpan(jenis.JENIS["PENGHARGAAN"], k.staf, {"tmt": TODAY, "isi": {"nama": "201"}}, f.principal(user))
    client = masuk(user)
    assert client.get(page(k.staf, row, "/ubah")).status_code == 200
    db.session.execute(sa.delete(PenugasanPeran).where(PenugasanPeran.user_id == user.id))
    people.forget(user.id)
    assert client.get(page(k.staf, row)).status_code == 200, "still the atasan"
    assert client.get(page(k.staf, row, "/ubah")).status_code == 403
    assert client.post(page(k.staf, row), data={"aksi": "ajukan"}).status_code == 403


def test_a_plan_sent_twice_is_one() -> None:
    k = f.kota()
    user = f.principal(f.akun("bkpsdm"))
    plan = {"unit_ids": [str(f.unit("Unit Lama", k.dinas, k.dinas).id)], "dasar": "Perwal 1/2026"}
    assert rencana.siapkan("SEMBUNYIKAN", "A", plan, user) is rencana.siapkan("SEMBUNYIKAN", "A", plan, user)


# ---- files, SIASN, frozen months


def test_tata_usaha_takes_no_file_from_the_draft_of_another() -> None:
    k = f.kota()
    row = f.add(r.RiwayatLain(pegawai_id=k.staf.id, jenis="KURSUS", tmt=TODAY, isi={}, status=r.DIKEMBALIKAN))
    may = {role: hak.boleh_lepas(f.principal(f.akun(role, di=k.dinas)), row) for role in ("admin_tu", "admin_pd")}
    assert may == {"admin_tu": False, "admin_pd": True}
    row.status = r.DRAF
    link = f.berkas(row, "SERTIFIKAT_KURSUS", f.akun("", pegawai=k.staf))
    from portal.kepegawaian.berkas.policies import visible_links

    for user, seen in ((f.akun("admin_pd", di=k.dinas), False), (f.akun("bkpsdm"), True)):
        found = db.session.scalars(visible_links(f.principal(user)).where(r.BerkasTautan.id == link.id)).all()
        assert bool(found) == seen


def test_keys_of_siasn_do_not_follow_a_changed_address() -> None:
    user = f.principal(f.akun("bkpsdm"))
    row = setelan.ambil()
    row.kunci_enc = row.rahasia_enc = sealing.seal("rahasia-lama", setelan.APIM)
    setelan.tempel("sso-token-operator-uji-0123456789", user)
    good = {"alamat_api": "https://lain.example/api", "alamat_token": row.alamat_token, "laju": "1", "jeda_awal": "2",
            "batas_harian": "20000", "percobaan": "5", "batas_waktu": "30"}  # fmt: skip
    with pytest.raises(Invalid, match="kunci dan rahasia"):
        setelan.ubah(good, row.versi, user)
    assert setelan.token() is not None
    setelan.ubah({**good, "kunci": "baru", "rahasia": "baru"}, row.versi, user)
    assert setelan.token() is None
    for wrong in ({"alamat_api": "https://["}, {"percobaan": "9" * 5000}, {"batas_waktu": "²"}):
        with pytest.raises(Invalid):
            setelan.ubah({**good, **wrong}, row.versi, user)


def test_differences_of_the_own_register_are_decided_by_somebody_else() -> None:
    k = f.kota()
    me = f.principal(f.akun("bkpsdm", pegawai=k.staf))
    own = f.catat(r.RiwayatLain(pegawai_id=k.staf.id, jenis="KURSUS", tmt=TODAY, isi={"nama": "A"}))
    pair = f.add(sm.Pasangan(pegawai_id=k.staf.id, pd_id=k.dinas.id, jenis="kursus", lokal_id=own.id, kelas=sm.DITOLAK))
    with pytest.raises(Denied):
        putusan.putuskan(pair, {}, me, putusan.kunci(pair))
    putusan.putuskan(pair, {}, f.principal(f.akun("bkpsdm")), putusan.kunci(pair))


def test_no_month_before_the_register_is_frozen_for_ever() -> None:
    with pytest.raises(Invalid, match="2000"):
        beku.request(date(1, 1, 1), "", f.principal(f.akun("bkpsdm")))


ANEH = ["²", "9" * 5000]


def test_strange_numbers_are_an_answer_never_a_fault(masuk: Any) -> None:
    k = f.kota()
    client = masuk(f.akun("bkpsdm"))
    client.checks_pages = False
    level = db.session.scalar(sa.select(Jenjang.id).limit(1))
    row = f.catat(r.RiwayatLain(pegawai_id=k.staf.id, jenis="KURSUS", tmt=TODAY, isi={"nama": "A"}))
    tu = masuk(f.akun("admin_tu", di=k.dinas))
    for text in ANEH:
        answers = [tu.get("/kepegawaian/surat/celah", query_string={"tahun": text})]
        client = masuk(f.akun("bkpsdm", nama=f"Admin {new_id()}"))
        client.checks_pages = False
        answers += [
            client.post(page(k.staf, row), data={"aksi": "tarik", "versi": text}),
            client.post(f"/kepegawaian/rujukan/jenjang/{level}", data={"bup": text, "dasar": "PP 11/2017"}),
            client.post("/kepegawaian/rujukan/jabatan/baru", data={"kelas": text, "usia_bup": text}),
            client.post("/kepegawaian/rujukan/pengaturan/aps_usia_min", data={"nilai": text, "mulai": "2026-11-21",
                        "dasar": "Perwal 1"}),
            client.post("/kepegawaian/unor/siapkan/baru", data={"urut": text, "formasi": text, "aksi": "uji"}),
            client.post("/kepegawaian/siasn/setelan", data={"versi": text}),
        ]  # fmt: skip
        tu = masuk(f.akun("admin_tu", di=k.dinas))
        assert max(one.status_code for one in answers) < 500, text[:10]


@pytest.mark.parametrize("path", ["antrean", "rujukan/jabatan", "lepas", "peta/beda"])
def test_a_list_with_marks_and_long_names_goes_out_as_csv(masuk: Any, path: str) -> None:
    hukdis(f.kota().staf, f.akun("admin_pd", di=f.kota().dinas))
    answer = masuk(f.akun("bkpsdm")).get(f"/kepegawaian/{path}?format=csv")
    assert (answer.status_code, bool(answer.get_data())) == (200, True)
