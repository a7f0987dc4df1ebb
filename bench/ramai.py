"""What a busy office has beside its register: proposals that wait, letters, links without a file, a run of the finder.

The demo of 100,000 people holds none of it. Rows are made from those that are there, by SQL, always the same ones.
"""

import psycopg
import sqlalchemy as sa
from flask import Flask

QUEUE, LINKS, FINDINGS, LETTERS, HEADS, OLD = 5_000, 200_000, 20_000, 5_000, 300, 5_000
SUBMITTED = """
WITH kursi AS (
    SELECT DISTINCT ON (r.pegawai_id) r.*, p.nama, k.unit_id AS unit_kini, k.pd_id AS opd,
           md5(r.id::text)::uuid AS kasus
    FROM riwayat_jabatan r JOIN pegawai p ON p.id = r.pegawai_id
    JOIN keadaan_pegawai k ON k.riwayat_jabatan_id = r.id AND k.sampai = '9999-12-31'
    WHERE r.jalur = 'UTAMA' AND r.status = 'TERVERIFIKASI' AND r.unit_id IS NOT NULL AND NOT r.pimpinan
    ORDER BY r.pegawai_id, r.berlaku DESC LIMIT %(queue)s),
pengusul AS (SELECT id FROM pengguna WHERE aktif ORDER BY id DESC LIMIT 1),
kasus AS (
    INSERT INTO pengajuan (id, dibuat_at, diubah_at, alur, status, judul, rincian, tanda, siap, owner_id, pemohon,
                           sebagai, unit_id, pd_id, diajukan_at, versi)
    SELECT kasus, now(), now(), 'kepegawaian.riwayat', 'DIAJUKAN', 'Jabatan: ' || nama, 'jabatan', '["JABATAN"]', false,
           (SELECT id FROM pengusul), nama, '', unit_kini, opd,
           now() - (row_number() OVER (ORDER BY id)) * interval '5 minutes', 2
    FROM kursi)
INSERT INTO riwayat_jabatan (
    id, dibuat_at, diubah_at, nomor_sk, tanggal_sk, pejabat, tmt, keterangan, sumber, status, alasan, versi, pegawai_id,
    menggantikan_id, submission_id, diusulkan_oleh_id, jenis_jabatan, jabatan_id, sub_jabatan_id, nama_jabatan, jenjang,
    eselon, kelas, unit_id, instansi_tujuan, lokasi, pimpinan, jalur, penugasan, mutasi, atasan_id, atasan_cara)
SELECT md5(kasus::text)::uuid, now(), now(), nomor_sk || '-P', tanggal_sk, pejabat, tmt - 31, '', 'MANUAL', 'DIAJUKAN',
       '', 1, pegawai_id, id, kasus, (SELECT id FROM pengusul), jenis_jabatan, jabatan_id, sub_jabatan_id, nama_jabatan,
       jenjang, eselon, kelas, unit_id, '', 'DALAM', false, 'UTAMA', 'D', 'MJ', atasan_id, atasan_cara
FROM kursi
"""
LINKED = """
INSERT INTO berkas_tautan (id, dibuat_at, diubah_at, pegawai_id, tabel, riwayat_id, jenis_dokumen, nama_asli, sha256,
                           versi, aktif, hilang, alasan)
SELECT md5(id::text || 'tautan')::uuid, now(), now(), pegawai_id, 'golongan', id, 'SK_KP', nomor_sk, '', 1, true, false,
       ''
FROM riwayat_golongan WHERE status = 'TERVERIFIKASI' ORDER BY id LIMIT %(links)s
"""
SOUGHT = """
WITH pencari AS (SELECT id FROM pengguna WHERE aktif ORDER BY id DESC LIMIT 1),
jalan AS (
    INSERT INTO berkas_batch (id, dibuat_at, diubah_at, awalan, status, hitungan, dibuat_oleh_id)
    SELECT md5('jalan')::uuid, now(), now(), 'lama/', 'SIAP', '{}', id FROM pencari RETURNING id)
INSERT INTO berkas_temuan (id, dibuat_at, diubah_at, batch_id, tautan_id, pegawai_id, jenis_dokumen, hasil, sebab,
                           calon, status, kunci)
SELECT md5(t.id::text)::uuid, now(), now(), jalan.id, t.id, t.pegawai_id, t.jenis_dokumen,
       CASE WHEN row_number() OVER (ORDER BY t.id) %% 4 = 0 THEN 'ANTRE' ELSE 'OTOMATIS' END, '', '[]', 'MENUNGGU', ''
FROM jalan, (SELECT * FROM berkas_tautan ORDER BY id LIMIT %(findings)s) t
"""
WRITTEN = """
WITH penulis AS (SELECT id FROM pengguna WHERE aktif ORDER BY id DESC LIMIT 1),
opd AS (SELECT id, row_number() OVER (ORDER BY kode) - 1 AS nomor, count(*) OVER () AS banyak
        FROM unit WHERE pd_id = id AND NOT disembunyikan),
kasus AS (SELECT p.id, r.pegawai_id, row_number() OVER (ORDER BY p.id) AS n
          FROM pengajuan p JOIN riwayat_jabatan r ON r.submission_id = p.id
          WHERE p.alur = 'kepegawaian.riwayat' ORDER BY p.id LIMIT %(letters)s),
surat AS (
    INSERT INTO surat_pengantar (id, dibuat_at, diubah_at, pd_id, unit_id, jenis, tanggal, tahun, nomor, urut, perihal,
                                 tujuan, isi, tertanda, status, alasan, dibuat_oleh_id, dikirim_at, versi)
    SELECT md5(kasus.id::text || 'surat')::uuid, now(), now(), opd.id, opd.id, 'kepegawaian.riwayat', h.hari,
           extract(year FROM h.hari), '800/' || kasus.n, kasus.n, 'Usulan riwayat jabatan ' || kasus.n,
           'Kepala BKPSDM', '', '{}', 'DIKIRIM', '', (SELECT id FROM penulis), now(), 1
    FROM kasus JOIN opd ON opd.nomor = kasus.n %% opd.banyak
    CROSS JOIN LATERAL (SELECT (current_date - (kasus.n %% 700)::int)) AS h (hari))
INSERT INTO surat_usulan (id, dibuat_at, diubah_at, surat_id, jenis, usulan_id, pegawai_id, aktif)
SELECT md5(kasus.id::text || 'usulan')::uuid, now(), now(), md5(kasus.id::text || 'surat')::uuid, 'kepegawaian.riwayat',
       kasus.id, kasus.pegawai_id, true
FROM kasus
"""
LEAVING = """
INSERT INTO riwayat_kedudukan (id, dibuat_at, diubah_at, nomor_sk, tanggal_sk, pejabat, tmt, keterangan, sumber, status,
                               alasan, dicatat_at, versi, pegawai_id, kode)
SELECT md5(pegawai_id::text || 'henti')::uuid, now(), now(), '882/' || row_number() OVER (ORDER BY pegawai_id),
       current_date, '',
       (date_trunc('month', current_date) + (hashtext(pegawai_id::text) & 3) * interval '1 month')::date,
       '', 'IMPOR', 'TERVERIFIKASI', '', now(), 1, pegawai_id, '99'
FROM (SELECT DISTINCT atasan_id AS pegawai_id FROM keadaan_pegawai
      WHERE sampai = '9999-12-31' AND kelompok = 'AKTIF' AND atasan_id IS NOT NULL AND atasan_id IN (
          SELECT pegawai_id FROM keadaan_pegawai WHERE sampai = '9999-12-31' AND kelompok = 'AKTIF'
              AND jenis <> 'PEJABAT_NEGARA')
      ORDER BY atasan_id LIMIT %(heads)s) p
RETURNING pegawai_id
"""
OLDER = """
UPDATE orang SET tanggal_lahir = (date_trunc('month', current_date) - make_interval(years => p.bup)
                                  + (abs(hashtext(p.pegawai_id::text)) %% 18) * interval '1 month')::date
FROM (SELECT k.pegawai_id, k.bup, g.orang_id FROM keadaan_pegawai k JOIN pegawai g ON g.id = k.pegawai_id
      WHERE k.sampai = '9999-12-31' AND k.kelompok = 'AKTIF' AND k.bup IS NOT NULL
      ORDER BY md5(k.pegawai_id::text) LIMIT %(old)s) p
WHERE orang.id = p.orang_id RETURNING p.pegawai_id
"""


def fill(connection: psycopg.Connection[tuple[object, ...]], app: Flask) -> None:
    """Also what the nightly and hourly jobs would have counted from it."""
    numbers = {"queue": QUEUE, "links": LINKS, "findings": FINDINGS, "letters": LETTERS, "heads": HEADS,
               "old": OLD}  # fmt: skip
    connection.execute(b"ANALYZE riwayat_jabatan, keadaan_pegawai, pegawai")
    for statement in (SUBMITTED, LINKED, SOUGHT, WRITTEN):
        connection.execute(statement.encode(), numbers)
    changed = [row[0] for part in (LEAVING, OLDER) for row in connection.execute(part.encode(), numbers).fetchall()]
    connection.execute(b"ANALYZE")
    _counted(app, changed)


def _counted(app: Flask, changed: list[object]) -> None:
    from portal.kepegawaian.berkas import rekap
    from portal.kepegawaian.keadaan import bangun
    from portal.kepegawaian.mutu import hitung
    from portal.kernel import db, organisation

    with app.app_context():
        db.db.session.execute(sa.text("SET LOCAL statement_timeout = 0"))
        for i in range(0, len(changed), bangun.BATCH):
            bangun.rebuild(changed[i : i + bangun.BATCH])  # type: ignore[arg-type]
        rekap.susun()
        hitung.hitung(organisation.today())
        db.commit()
