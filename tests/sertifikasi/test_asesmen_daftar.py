"""The list of applications: filters, files, and what it costs with 100,000 rows."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from portal.kernel.db import db
from portal.kernel.listing import keyset
from portal.kernel.people import Principal
from portal.sertifikasi.asesmen import daftar
from portal.sertifikasi.saya import models as m
from tests import database
from tests.sertifikasi import factories_asesmen as f

pytestmark = pytest.mark.usefixtures("app", "jam")
LIST = "/sertifikasi/permohonan"
MANY = 100_000
BLOCKS = 80_000  # pages of 8 KB a view may touch, counting up to 10,000 rows included: about 50 ms of work


def test_groups_scheme_province_institution_and_age_narrow_the_list(masuk: Any, jam: Any) -> None:
    lsp, _ = f.sampai(m.APL02_DIAJUKAN)
    f.permohonan(lsp, "Bima Sakti", provinsi="51", instansi="PMI Bali")
    jam.move_to(f.now().replace(month=12, day=10))
    client = masuk(lsp.sekretariat)
    assert "2 permohonan" in client.get(LIST).text
    for query, shown in (
        ("kelompok=VERIFIKASI", "Bima Sakti"), ("kelompok=ASESOR", "Ratna Wulandari"), ("provinsi=51", "Bima Sakti"),
        ("instansi=PMI+Bali", "Bima Sakti"), ("cari=ratna", "Ratna Wulandari"), ("cari=pmi", "Bima Sakti"),
    ):  # fmt: skip
        page = client.get(f"{LIST}?{query}").text
        assert "1 permohonan" in page, query
        assert shown in page, query
    assert "2 permohonan" in client.get(f"{LIST}?umur=14&skema={lsp.versi.skema_id}").text
    assert "Belum ada" in client.get(f"{LIST}?umur=30").text or "Tidak ada" in client.get(f"{LIST}?umur=30").text


def test_the_csv_names_states_and_holds_no_nik(masuk: Any) -> None:
    lsp = f.Lsp()
    f.permohonan(lsp, "=Ratna")
    text = masuk(lsp.sekretariat).get(f"{LIST}?format=csv").get_data(as_text=True)
    assert "Menunggu verifikasi" in text
    assert "'=Ratna" in text
    assert "3171014309900001" not in text


FREE = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype = 'f'
    AND conrelid IN ('pengajuan'::regclass, 'sertifikasi_permohonan'::regclass)
  LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.t, one.conname); END LOOP; END $$
"""  # made-up persons and schemes
CROWD = """
WITH n AS (SELECT g, gen_random_uuid() AS p, gen_random_uuid() AS s FROM generate_series(1, :n) g),
cases AS (
  INSERT INTO pengajuan (id, alur, status, judul, rincian, tanda, siap, owner_id, pemohon, sebagai, versi, dibuat_at,
    diubah_at)
  SELECT s, 'sertifikasi.permohonan',
    CASE WHEN g % 200 = 0 THEN 'DIAJUKAN' WHEN g % 500 = 1 THEN 'AK01_DISETUJUI' WHEN g % 3 = 0 THEN 'BERSERTIFIKAT'
      WHEN g % 7 = 1 THEN 'DITARIK' WHEN g % 11 = 1 THEN 'TERJADWAL' ELSE 'BELUM_KOMPETEN' END,
    'Skema', '', '[]', false, gen_random_uuid(), 'Asesi ' || g, '', 1, now(), now()
  FROM n
)
INSERT INTO sertifikasi_permohonan (id, submission_id, nomor, user_id, skema_id, skema_versi_id, jenis, tujuan,
  tujuan_lain, isian, asal, nama, provinsi, instansi, pernyataan, aktif, versi, apl01_diajukan_at, dibuat_at, diubah_at)
SELECT p, s, 'PMH-2025-' || lpad(g::text, 6, '0'), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'BARU',
  'SERTIFIKASI', '', '{}', '{}', (ARRAY['Siti','Budi','Ayu','Made','Yusuf'])[1 + g % 5] || ' ' || g,
  'Provinsi ' || g % 38, 'Instansi ' || g % 300, true, g % 6 = 0, 1,
  timestamptz '2026-11-21' - (g % 700) * interval '1 day' - g * interval '1 second', now(), now() FROM n
"""


@pytest.fixture(scope="module")
def crowd(running: Any, worker_number: int) -> Iterator[Any]:
    """A database of its own with 100,000 cases over two years, vacuumed and analysed; a connection to it."""
    name = f"ramai_{worker_number}"
    database.copied(running, name)
    with database.owner(running.environment(), name) as connection:
        with connection.transaction():
            connection.execute(FREE)
            connection.execute(CROWD.replace(":n", str(MANY)).encode())
        connection.execute("VACUUM ANALYZE")
        yield connection


VIEWS: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({}, {}), ({"urut": "nama"}, {}), ({}, {"kelompok": "VERIFIKASI"}), ({}, {"kelompok": "JADWAL"}),
    ({}, {"kelompok": "SERTIFIKAT"}), ({}, {"kelompok": "KEPUTUSAN"}), ({}, {"provinsi": "Provinsi 7"}),
    ({}, {"instansi": "Instansi 12"}), ({}, {"umur": 30}), ({"cari": "yusuf 4"}, {"kelompok": "VERIFIKASI"}),
    ({"cari": "PMH-2025-077777"}, {}), ({"setelah": keyset.write("2026-03-01 00:00:00+00:00", uuid.UUID(int=0))}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("args", "chosen"), VIEWS, ids=str)
def test_every_view_of_100_000_applications_reads_few_pages(args: Any, chosen: Any, crowd: Any) -> None:
    reader = Principal(uuid.UUID(int=1), "Sekar", "sekar", scopes={"sertifikasi.lihat": None})
    ask = daftar.PERMOHONAN.ask(args, reader)
    ask.chosen |= chosen
    query = ask.gathered() if ask.gathers else ask.walked()
    made = query.compile(dialect=db.engine.dialect, compile_kwargs={"render_postcompile": True})
    plan = crowd.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {made}".encode(), dict(made.params)).fetchone()[0][0]
    touched = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    assert touched < BLOCKS, plan["Plan"]
