"""Personnel register: reference rows, versions of units, entries and what follows from them."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from uuid_utils.compat import uuid7

from portal.kepegawaian.rujukan import kode

revision = "kepegawaian"
down_revision = "mutu"


TABLES = (
    "pegawai_data",
    "berkas_tautan",
    "usul_unor",
    "unor_versi",
    "riwayat_pendidikan",
    "riwayat_lain",
    "riwayat_kedudukan",
    "riwayat_jabatan",
    "riwayat_golongan",
    "pengaturan_kepegawaian",
    "keadaan_pegawai",
    "unor_suksesi",
    "sub_jabatan",
    "kedudukan_hukum",
    "jenjang_jabatan",
    "jabatan",
)


def upgrade() -> None:
    op.create_table(
        "jabatan",
        sa.Column("siasn_id", sa.Text(), nullable=True),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("jenjang", sa.Text(), nullable=False),
        sa.Column("rumpun", sa.Text(), nullable=False),
        sa.Column("kelas", sa.Integer(), nullable=True),
        sa.Column("usia_bup", sa.Integer(), nullable=True),
        sa.Column("aktif", sa.Boolean(), nullable=False),
        sa.Column("cari", sa.Text(), sa.Computed("lower(f_unaccent(nama))", persisted=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("jenis IN ('JF', 'PELAKSANA')", name=op.f("ck_jabatan_jenis")),
        sa.CheckConstraint("usia_bup BETWEEN 50 AND 75", name=op.f("ck_jabatan_bup")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jabatan")),
        sa.UniqueConstraint("siasn_id", name=op.f("uq_jabatan_siasn_id")),
    )
    op.create_index(
        "ix_jabatan_cari",
        "jabatan",
        ["cari"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"cari": "gin_trgm_ops"},
    )
    op.create_index("ix_jabatan_nama", "jabatan", ["jenis", "nama"], unique=False)
    op.create_table(
        "jenjang_jabatan",
        sa.Column("kode", sa.Text(), nullable=False),
        sa.Column("kelompok", sa.Text(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("bup", sa.Integer(), nullable=False),
        sa.Column("gol_min", sa.Text(), nullable=False),
        sa.Column("gol_maks", sa.Text(), nullable=False),
        sa.Column("dasar", sa.Text(), nullable=False),
        sa.Column("catatan", sa.Text(), nullable=False),
        sa.Column("urut", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("bup BETWEEN 50 AND 75", name=op.f("ck_jenjang_jabatan_bup")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jenjang_jabatan")),
        sa.UniqueConstraint("kode", name=op.f("uq_jenjang_jabatan_kode")),
    )
    op.create_table(
        "kedudukan_hukum",
        sa.Column("kode", sa.Text(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("kelompok", sa.Text(), nullable=False),
        sa.Column("dihitung", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kelompok IN ('AKTIF', 'AKTIF_TIDAK_BEKERJA', 'BERHENTI', 'LAIN')", name=op.f("ck_kedudukan_hukum_kelompok")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kedudukan_hukum")),
        sa.UniqueConstraint("kode", name=op.f("uq_kedudukan_hukum_kode")),
    )
    op.create_table(
        "sub_jabatan",
        sa.Column("siasn_id", sa.Text(), nullable=True),
        sa.Column("rumpun", sa.Text(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("aktif", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_jabatan")),
        sa.UniqueConstraint("rumpun", "nama", name=op.f("uq_sub_jabatan_rumpun_nama")),
        sa.UniqueConstraint("siasn_id", name=op.f("uq_sub_jabatan_siasn_id")),
    )
    op.create_index(op.f("ix_sub_jabatan_rumpun"), "sub_jabatan", ["rumpun"], unique=False)
    op.create_table(
        "unor_suksesi",
        sa.Column("lama_id", sa.Uuid(), nullable=False),
        sa.Column("baru_id", sa.Uuid(), nullable=True),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("tanggal", sa.Date(), nullable=False),
        sa.Column("dasar", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "jenis IN ('GANTI_NAMA', 'GABUNG', 'PECAH', 'HAPUS', 'PINDAH_INDUK')", name=op.f("ck_unor_suksesi_jenis")
        ),
        sa.ForeignKeyConstraint(["baru_id"], ["unit.id"], name=op.f("fk_unor_suksesi_baru_id")),
        sa.ForeignKeyConstraint(["lama_id"], ["unit.id"], name=op.f("fk_unor_suksesi_lama_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unor_suksesi")),
    )
    op.create_index(op.f("ix_unor_suksesi_baru_id"), "unor_suksesi", ["baru_id"], unique=False)
    op.create_index(op.f("ix_unor_suksesi_lama_id"), "unor_suksesi", ["lama_id"], unique=False)
    op.create_table(
        "keadaan_pegawai",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("mulai", sa.Date(), nullable=False),
        sa.Column("sampai", sa.Date(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("nip", sa.Text(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("jenis_kelamin", sa.Text(), nullable=False),
        sa.Column("lahir", sa.Date(), nullable=True),
        sa.Column("kedudukan", sa.Text(), nullable=False),
        sa.Column("kelompok", sa.Text(), nullable=False),
        sa.Column("dihitung", sa.Boolean(), nullable=False),
        sa.Column("riwayat_jabatan_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("pd_id", sa.Uuid(), nullable=True),
        sa.Column("luar", sa.Boolean(), nullable=False),
        sa.Column("jenis_jabatan", sa.Text(), nullable=False),
        sa.Column("jabatan", sa.Text(), nullable=False),
        sa.Column("jabatan_id", sa.Uuid(), nullable=True),
        sa.Column("jenjang", sa.Text(), nullable=False),
        sa.Column("eselon", sa.Text(), nullable=False),
        sa.Column("kelas", sa.Integer(), nullable=True),
        sa.Column("pimpinan", sa.Boolean(), nullable=False),
        sa.Column("tmt_jabatan", sa.Date(), nullable=True),
        sa.Column("atasan_id", sa.Uuid(), nullable=True),
        sa.Column("atasan_cara", sa.Text(), nullable=False),
        sa.Column("golongan", sa.Text(), nullable=False),
        sa.Column("golongan_urut", sa.Integer(), nullable=False),
        sa.Column("pendidikan", sa.Text(), nullable=False),
        sa.Column("pendidikan_grup", sa.Text(), nullable=False),
        sa.Column("bup", sa.Integer(), nullable=True),
        sa.Column("tmt_pensiun", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("pegawai_id"), "="),
            (sa.text("daterange(mulai, sampai, '[]')"), "&&"),
            using="gist",
            name="ex_keadaan_pegawai_masa",
        ),
        sa.CheckConstraint("sampai >= mulai", name=op.f("ck_keadaan_pegawai_masa")),
        sa.ForeignKeyConstraint(["pd_id"], ["unit.id"], name=op.f("fk_keadaan_pegawai_pd_id")),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f("fk_keadaan_pegawai_pegawai_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_keadaan_pegawai_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keadaan_pegawai")),
        sa.UniqueConstraint("pegawai_id", "mulai", name=op.f("uq_keadaan_pegawai_pegawai_id_mulai")),
    )
    op.create_index("ix_keadaan_pegawai_atasan", "keadaan_pegawai", ["atasan_id", "sampai"], unique=False)
    op.create_index("ix_keadaan_pegawai_nama", "keadaan_pegawai", ["nama", "id"], unique=False)
    op.create_index("ix_keadaan_pegawai_pd", "keadaan_pegawai", ["pd_id", "sampai", "nama", "id"], unique=False)
    op.create_index("ix_keadaan_pegawai_pensiun", "keadaan_pegawai", ["tmt_pensiun", "sampai"], unique=False)
    op.create_index("ix_keadaan_pegawai_unit", "keadaan_pegawai", ["unit_id", "sampai"], unique=False)
    op.create_table(
        "pengaturan_kepegawaian",
        sa.Column("kunci", sa.Text(), nullable=False),
        sa.Column("nilai", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("dasar", sa.Text(), nullable=False),
        sa.Column("mulai", sa.Date(), nullable=False),
        sa.Column("diubah_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["diubah_oleh_id"], ["pengguna.id"], name=op.f("fk_pengaturan_kepegawaian_diubah_oleh_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pengaturan_kepegawaian")),
    )
    op.create_index(op.f("ix_pengaturan_kepegawaian_kunci"), "pengaturan_kepegawaian", ["kunci"], unique=False)
    op.create_table(
        "riwayat_golongan",
        sa.Column("golongan", sa.Text(), nullable=False),
        sa.Column("jenis_kp", sa.Text(), nullable=False),
        sa.Column("mk_tahun", sa.Integer(), nullable=False),
        sa.Column("mk_bulan", sa.Integer(), nullable=False),
        sa.Column("kredit", sa.Text(), nullable=False),
        sa.Column("pertek_nomor", sa.Text(), nullable=False),
        sa.Column("pertek_tanggal", sa.Date(), nullable=True),
        sa.Column("siasn_id", sa.Text(), nullable=True),
        sa.Column("nomor_sk", sa.Text(), nullable=False),
        sa.Column("tanggal_sk", sa.Date(), nullable=True),
        sa.Column("pejabat", sa.Text(), nullable=False),
        sa.Column("tmt", sa.Date(), nullable=False),
        sa.Column("selesai", sa.Date(), nullable=True),
        sa.Column("keterangan", sa.Text(), nullable=False),
        sa.Column("sumber", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("dicatat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dicabut_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("menggantikan_id", sa.Uuid(), nullable=True),
        sa.Column("asal_id", sa.Uuid(), nullable=True),
        sa.Column("submission_id", sa.Uuid(), nullable=True),
        sa.Column("diusulkan_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diperiksa_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diverifikasi_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'TERVERIFIKASI' OR (dicatat_at IS NOT NULL AND dicabut_at IS NULL)",
            name=op.f("ck_riwayat_golongan_tahu"),
        ),
        sa.CheckConstraint(
            "status IN ('DRAF', 'DIAJUKAN', 'DIPERIKSA', 'DIKEMBALIKAN', 'TERVERIFIKASI', 'DITOLAK', 'DIBATALKAN', 'DIGANTI')",  # noqa: E501
            name=op.f("ck_riwayat_golongan_status"),
        ),
        sa.CheckConstraint(
            "mk_tahun BETWEEN 0 AND 60 AND mk_bulan BETWEEN 0 AND 11", name=op.f("ck_riwayat_golongan_masa_kerja")
        ),
        sa.CheckConstraint("selesai IS NULL OR selesai >= tmt", name=op.f("ck_riwayat_golongan_masa")),
        sa.ForeignKeyConstraint(
            ["diperiksa_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_golongan_diperiksa_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["diusulkan_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_golongan_diusulkan_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["diverifikasi_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_golongan_diverifikasi_oleh_id")
        ),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f("fk_riwayat_golongan_pegawai_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["pengajuan.id"], name=op.f("fk_riwayat_golongan_submission_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_riwayat_golongan_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_riwayat_golongan")),
        sa.UniqueConstraint("siasn_id", name=op.f("uq_riwayat_golongan_siasn_id")),
    )
    op.create_index(
        "ix_riwayat_golongan_menunggu",
        "riwayat_golongan",
        ["status"],
        unique=False,
        postgresql_where=sa.text("status IN ('DIAJUKAN', 'DIPERIKSA')"),
    )
    op.create_index(
        "ix_riwayat_golongan_pegawai_tmt",
        "riwayat_golongan",
        ["pegawai_id", sa.literal_column("tmt DESC")],
        unique=False,
    )
    op.create_index(
        "uq_riwayat_golongan_tmt",
        "riwayat_golongan",
        ["pegawai_id", "tmt"],
        unique=True,
        postgresql_where=sa.text("status = 'TERVERIFIKASI'"),
    )
    op.create_table(
        "riwayat_jabatan",
        sa.Column("jenis_jabatan", sa.Text(), nullable=False),
        sa.Column("jabatan_id", sa.Uuid(), nullable=True),
        sa.Column("sub_jabatan_id", sa.Uuid(), nullable=True),
        sa.Column("nama_jabatan", sa.Text(), nullable=False),
        sa.Column("jenjang", sa.Text(), nullable=False),
        sa.Column("eselon", sa.Text(), nullable=False),
        sa.Column("kelas", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("instansi_tujuan", sa.Text(), nullable=False),
        sa.Column("lokasi", sa.Text(), nullable=False),
        sa.Column("pimpinan", sa.Boolean(), nullable=False),
        sa.Column("jalur", sa.Text(), nullable=False),
        sa.Column("penugasan", sa.Text(), nullable=False),
        sa.Column("mutasi", sa.Text(), nullable=False),
        sa.Column("tmt_mutasi", sa.Date(), nullable=True),
        sa.Column("tmt_pelantikan", sa.Date(), nullable=True),
        sa.Column(
            "berlaku",
            sa.Date(),
            sa.Computed("CASE WHEN mutasi = 'MU' THEN tmt_mutasi ELSE tmt END", persisted=True),
            nullable=False,
        ),
        sa.Column("atasan_id", sa.Uuid(), nullable=True),
        sa.Column("atasan_cara", sa.Text(), nullable=False),
        sa.Column("siasn_id", sa.Text(), nullable=True),
        sa.Column("nomor_sk", sa.Text(), nullable=False),
        sa.Column("tanggal_sk", sa.Date(), nullable=True),
        sa.Column("pejabat", sa.Text(), nullable=False),
        sa.Column("tmt", sa.Date(), nullable=False),
        sa.Column("selesai", sa.Date(), nullable=True),
        sa.Column("keterangan", sa.Text(), nullable=False),
        sa.Column("sumber", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("dicatat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dicabut_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("menggantikan_id", sa.Uuid(), nullable=True),
        sa.Column("asal_id", sa.Uuid(), nullable=True),
        sa.Column("submission_id", sa.Uuid(), nullable=True),
        sa.Column("diusulkan_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diperiksa_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diverifikasi_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(jalur = 'UTAMA') = (penugasan = 'D')", name=op.f("ck_riwayat_jabatan_penugasan")),
        sa.CheckConstraint("atasan_cara IN ('PIMPINAN', 'DITUNJUK')", name=op.f("ck_riwayat_jabatan_atasan_cara")),
        sa.CheckConstraint("jalur = 'UTAMA' OR selesai IS NOT NULL", name=op.f("ck_riwayat_jabatan_r5")),
        sa.CheckConstraint("jalur IN ('UTAMA', 'TAMBAHAN')", name=op.f("ck_riwayat_jabatan_jalur")),
        sa.CheckConstraint("jenis_jabatan IN ('STRUKTURAL', 'JF', 'PELAKSANA')", name=op.f("ck_riwayat_jabatan_jenis")),
        sa.CheckConstraint(
            "lokasi = 'DALAM' OR (unit_id IS NULL AND instansi_tujuan <> '')", name=op.f("ck_riwayat_jabatan_r9")
        ),
        sa.CheckConstraint("lokasi IN ('DALAM', 'LUAR')", name=op.f("ck_riwayat_jabatan_lokasi")),
        sa.CheckConstraint(
            "mutasi = 'MJ' OR (tmt_mutasi IS NOT NULL AND tmt_mutasi > tmt)", name=op.f("ck_riwayat_jabatan_r2")
        ),
        sa.CheckConstraint("mutasi IN ('MJ', 'MU')", name=op.f("ck_riwayat_jabatan_mutasi")),
        sa.CheckConstraint(
            "status <> 'TERVERIFIKASI' OR (dicatat_at IS NOT NULL AND dicabut_at IS NULL)",
            name=op.f("ck_riwayat_jabatan_tahu"),
        ),
        sa.CheckConstraint(
            "status IN ('DRAF', 'DIAJUKAN', 'DIPERIKSA', 'DIKEMBALIKAN', 'TERVERIFIKASI', 'DITOLAK', 'DIBATALKAN', 'DIGANTI')",  # noqa: E501
            name=op.f("ck_riwayat_jabatan_status"),
        ),
        sa.CheckConstraint("atasan_id <> pegawai_id", name=op.f("ck_riwayat_jabatan_r8_bukan_diri")),
        sa.CheckConstraint("selesai IS NULL OR selesai >= tmt", name=op.f("ck_riwayat_jabatan_masa")),
        sa.ForeignKeyConstraint(["atasan_id"], ["pegawai.id"], name=op.f("fk_riwayat_jabatan_atasan_id")),
        sa.ForeignKeyConstraint(
            ["diperiksa_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_jabatan_diperiksa_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["diusulkan_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_jabatan_diusulkan_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["diverifikasi_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_jabatan_diverifikasi_oleh_id")
        ),
        sa.ForeignKeyConstraint(["jabatan_id"], ["jabatan.id"], name=op.f("fk_riwayat_jabatan_jabatan_id")),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f("fk_riwayat_jabatan_pegawai_id")),
        sa.ForeignKeyConstraint(["sub_jabatan_id"], ["sub_jabatan.id"], name=op.f("fk_riwayat_jabatan_sub_jabatan_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_riwayat_jabatan_unit_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["pengajuan.id"], name=op.f("fk_riwayat_jabatan_submission_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_riwayat_jabatan_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_riwayat_jabatan")),
        sa.UniqueConstraint("siasn_id", name=op.f("uq_riwayat_jabatan_siasn_id")),
    )
    op.create_index(op.f("ix_riwayat_jabatan_atasan_id"), "riwayat_jabatan", ["atasan_id"], unique=False)
    op.create_index(op.f("ix_riwayat_jabatan_jabatan_id"), "riwayat_jabatan", ["jabatan_id"], unique=False)
    op.create_index(
        "ix_riwayat_jabatan_menunggu",
        "riwayat_jabatan",
        ["status"],
        unique=False,
        postgresql_where=sa.text("status IN ('DIAJUKAN', 'DIPERIKSA')"),
    )
    op.create_index(
        "ix_riwayat_jabatan_pegawai_tmt", "riwayat_jabatan", ["pegawai_id", sa.literal_column("tmt DESC")], unique=False
    )
    op.create_index(
        "ix_riwayat_jabatan_tambahan",
        "riwayat_jabatan",
        ["selesai", "pegawai_id"],
        unique=False,
        postgresql_where=sa.text("jalur = 'TAMBAHAN' AND status = 'TERVERIFIKASI'"),
    )
    op.create_index(op.f("ix_riwayat_jabatan_unit_id"), "riwayat_jabatan", ["unit_id"], unique=False)
    op.create_index(
        "uq_riwayat_jabatan_utama",
        "riwayat_jabatan",
        ["pegawai_id", "berlaku"],
        unique=True,
        postgresql_where=sa.text("jalur = 'UTAMA' AND status = 'TERVERIFIKASI'"),
    )
    op.create_table(
        "riwayat_kedudukan",
        sa.Column("kode", sa.Text(), nullable=False),
        sa.Column("siasn_id", sa.Text(), nullable=True),
        sa.Column("nomor_sk", sa.Text(), nullable=False),
        sa.Column("tanggal_sk", sa.Date(), nullable=True),
        sa.Column("pejabat", sa.Text(), nullable=False),
        sa.Column("tmt", sa.Date(), nullable=False),
        sa.Column("selesai", sa.Date(), nullable=True),
        sa.Column("keterangan", sa.Text(), nullable=False),
        sa.Column("sumber", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("dicatat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dicabut_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("menggantikan_id", sa.Uuid(), nullable=True),
        sa.Column("asal_id", sa.Uuid(), nullable=True),
        sa.Column("submission_id", sa.Uuid(), nullable=True),
        sa.Column("diusulkan_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diperiksa_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diverifikasi_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'TERVERIFIKASI' OR (dicatat_at IS NOT NULL AND dicabut_at IS NULL)",
            name=op.f("ck_riwayat_kedudukan_tahu"),
        ),
        sa.CheckConstraint(
            "status IN ('DRAF', 'DIAJUKAN', 'DIPERIKSA', 'DIKEMBALIKAN', 'TERVERIFIKASI', 'DITOLAK', 'DIBATALKAN', 'DIGANTI')",  # noqa: E501
            name=op.f("ck_riwayat_kedudukan_status"),
        ),
        sa.CheckConstraint("selesai IS NULL OR selesai >= tmt", name=op.f("ck_riwayat_kedudukan_masa")),
        sa.ForeignKeyConstraint(
            ["diperiksa_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_kedudukan_diperiksa_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["diusulkan_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_kedudukan_diusulkan_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["diverifikasi_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_kedudukan_diverifikasi_oleh_id")
        ),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f("fk_riwayat_kedudukan_pegawai_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["pengajuan.id"], name=op.f("fk_riwayat_kedudukan_submission_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_riwayat_kedudukan_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_riwayat_kedudukan")),
        sa.UniqueConstraint("siasn_id", name=op.f("uq_riwayat_kedudukan_siasn_id")),
    )
    op.create_index(
        "ix_riwayat_kedudukan_menunggu",
        "riwayat_kedudukan",
        ["status"],
        unique=False,
        postgresql_where=sa.text("status IN ('DIAJUKAN', 'DIPERIKSA')"),
    )
    op.create_index(
        "ix_riwayat_kedudukan_pegawai_tmt",
        "riwayat_kedudukan",
        ["pegawai_id", sa.literal_column("tmt DESC")],
        unique=False,
    )
    op.create_index(
        "uq_riwayat_kedudukan_tmt",
        "riwayat_kedudukan",
        ["pegawai_id", "tmt"],
        unique=True,
        postgresql_where=sa.text("status = 'TERVERIFIKASI'"),
    )
    op.create_table(
        "riwayat_lain",
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("isi", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("siasn_id", sa.Text(), nullable=True),
        sa.Column("nomor_sk", sa.Text(), nullable=False),
        sa.Column("tanggal_sk", sa.Date(), nullable=True),
        sa.Column("pejabat", sa.Text(), nullable=False),
        sa.Column("tmt", sa.Date(), nullable=False),
        sa.Column("selesai", sa.Date(), nullable=True),
        sa.Column("keterangan", sa.Text(), nullable=False),
        sa.Column("sumber", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("dicatat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dicabut_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("menggantikan_id", sa.Uuid(), nullable=True),
        sa.Column("asal_id", sa.Uuid(), nullable=True),
        sa.Column("submission_id", sa.Uuid(), nullable=True),
        sa.Column("diusulkan_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diperiksa_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diverifikasi_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'TERVERIFIKASI' OR (dicatat_at IS NOT NULL AND dicabut_at IS NULL)",
            name=op.f("ck_riwayat_lain_tahu"),
        ),
        sa.CheckConstraint(
            "status IN ('DRAF', 'DIAJUKAN', 'DIPERIKSA', 'DIKEMBALIKAN', 'TERVERIFIKASI', 'DITOLAK', 'DIBATALKAN', 'DIGANTI')",  # noqa: E501
            name=op.f("ck_riwayat_lain_status"),
        ),
        sa.CheckConstraint("selesai IS NULL OR selesai >= tmt", name=op.f("ck_riwayat_lain_masa")),
        sa.ForeignKeyConstraint(["diperiksa_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_lain_diperiksa_oleh_id")),
        sa.ForeignKeyConstraint(["diusulkan_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_lain_diusulkan_oleh_id")),
        sa.ForeignKeyConstraint(
            ["diverifikasi_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_lain_diverifikasi_oleh_id")
        ),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f("fk_riwayat_lain_pegawai_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["pengajuan.id"], name=op.f("fk_riwayat_lain_submission_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_riwayat_lain_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_riwayat_lain")),
        sa.UniqueConstraint("siasn_id", name=op.f("uq_riwayat_lain_siasn_id")),
    )
    op.create_index(
        "ix_riwayat_lain_jenis", "riwayat_lain", ["pegawai_id", "jenis", sa.literal_column("tmt DESC")], unique=False
    )
    op.create_index(
        "ix_riwayat_lain_menunggu",
        "riwayat_lain",
        ["status"],
        unique=False,
        postgresql_where=sa.text("status IN ('DIAJUKAN', 'DIPERIKSA')"),
    )
    op.create_index(
        "ix_riwayat_lain_pegawai_tmt", "riwayat_lain", ["pegawai_id", sa.literal_column("tmt DESC")], unique=False
    )
    op.create_table(
        "riwayat_pendidikan",
        sa.Column("tingkat", sa.Text(), nullable=False),
        sa.Column("prodi", sa.Text(), nullable=False),
        sa.Column("sekolah", sa.Text(), nullable=False),
        sa.Column("nomor_ijazah", sa.Text(), nullable=False),
        sa.Column("gelar_depan", sa.Text(), nullable=False),
        sa.Column("gelar_belakang", sa.Text(), nullable=False),
        sa.Column("pertama", sa.Boolean(), nullable=False),
        sa.Column("dicantumkan", sa.Boolean(), nullable=False),
        sa.Column("siasn_id", sa.Text(), nullable=True),
        sa.Column("nomor_sk", sa.Text(), nullable=False),
        sa.Column("tanggal_sk", sa.Date(), nullable=True),
        sa.Column("pejabat", sa.Text(), nullable=False),
        sa.Column("tmt", sa.Date(), nullable=False),
        sa.Column("selesai", sa.Date(), nullable=True),
        sa.Column("keterangan", sa.Text(), nullable=False),
        sa.Column("sumber", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("dicatat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dicabut_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("menggantikan_id", sa.Uuid(), nullable=True),
        sa.Column("asal_id", sa.Uuid(), nullable=True),
        sa.Column("submission_id", sa.Uuid(), nullable=True),
        sa.Column("diusulkan_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diperiksa_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diverifikasi_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'TERVERIFIKASI' OR (dicatat_at IS NOT NULL AND dicabut_at IS NULL)",
            name=op.f("ck_riwayat_pendidikan_tahu"),
        ),
        sa.CheckConstraint(
            "status IN ('DRAF', 'DIAJUKAN', 'DIPERIKSA', 'DIKEMBALIKAN', 'TERVERIFIKASI', 'DITOLAK', 'DIBATALKAN', 'DIGANTI')",  # noqa: E501
            name=op.f("ck_riwayat_pendidikan_status"),
        ),
        sa.CheckConstraint("selesai IS NULL OR selesai >= tmt", name=op.f("ck_riwayat_pendidikan_masa")),
        sa.ForeignKeyConstraint(
            ["diperiksa_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_pendidikan_diperiksa_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["diusulkan_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_pendidikan_diusulkan_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["diverifikasi_oleh_id"], ["pengguna.id"], name=op.f("fk_riwayat_pendidikan_diverifikasi_oleh_id")
        ),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f("fk_riwayat_pendidikan_pegawai_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["pengajuan.id"], name=op.f("fk_riwayat_pendidikan_submission_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_riwayat_pendidikan_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_riwayat_pendidikan")),
        sa.UniqueConstraint("siasn_id", name=op.f("uq_riwayat_pendidikan_siasn_id")),
    )
    op.create_index(
        "ix_riwayat_pendidikan_menunggu",
        "riwayat_pendidikan",
        ["status"],
        unique=False,
        postgresql_where=sa.text("status IN ('DIAJUKAN', 'DIPERIKSA')"),
    )
    op.create_index(
        "ix_riwayat_pendidikan_pegawai_tmt",
        "riwayat_pendidikan",
        ["pegawai_id", sa.literal_column("tmt DESC")],
        unique=False,
    )
    op.create_index(
        "uq_riwayat_pendidikan_pertama",
        "riwayat_pendidikan",
        ["pegawai_id"],
        unique=True,
        postgresql_where=sa.text("pertama AND status = 'TERVERIFIKASI'"),
    )
    op.create_table(
        "unor_versi",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("singkatan", sa.Text(), nullable=False),
        sa.Column("nama_jabatan", sa.Text(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("eselon", sa.Text(), nullable=False),
        sa.Column("induk_id", sa.Uuid(), nullable=True),
        sa.Column("pd_id", sa.Uuid(), nullable=True),
        sa.Column("urut", sa.Integer(), nullable=False),
        sa.Column("formasi", sa.Integer(), nullable=True),
        sa.Column("dasar", sa.Text(), nullable=False),
        sa.Column("mulai", sa.Date(), nullable=False),
        sa.Column("selesai", sa.Date(), nullable=True),
        sa.Column("dibuat_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("unit_id"), "="),
            (sa.text("daterange(mulai, selesai, '[]')"), "&&"),
            using="gist",
            name="ex_unor_versi_masa",
        ),
        sa.CheckConstraint("induk_id <> unit_id", name=op.f("ck_unor_versi_bukan_diri")),
        sa.CheckConstraint("selesai IS NULL OR selesai >= mulai", name=op.f("ck_unor_versi_masa")),
        sa.ForeignKeyConstraint(["dibuat_oleh_id"], ["pengguna.id"], name=op.f("fk_unor_versi_dibuat_oleh_id")),
        sa.ForeignKeyConstraint(["induk_id"], ["unit.id"], name=op.f("fk_unor_versi_induk_id")),
        sa.ForeignKeyConstraint(["pd_id"], ["unit.id"], name=op.f("fk_unor_versi_pd_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unor_versi_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unor_versi")),
    )
    op.create_index(op.f("ix_unor_versi_induk_id"), "unor_versi", ["induk_id"], unique=False)
    op.create_index(op.f("ix_unor_versi_unit_id"), "unor_versi", ["unit_id"], unique=False)
    op.create_table(
        "usul_unor",
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("rencana", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("dibuat_oleh_id", sa.Uuid(), nullable=False),
        sa.Column("diputus_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diputus_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('MENUNGGU', 'DIJALANKAN', 'DITOLAK')", name=op.f("ck_usul_unor_status")),
        sa.CheckConstraint("diputus_oleh_id <> dibuat_oleh_id", name=op.f("ck_usul_unor_orang_kedua")),
        sa.ForeignKeyConstraint(["dibuat_oleh_id"], ["pengguna.id"], name=op.f("fk_usul_unor_dibuat_oleh_id")),
        sa.ForeignKeyConstraint(["diputus_oleh_id"], ["pengguna.id"], name=op.f("fk_usul_unor_diputus_oleh_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usul_unor")),
    )
    op.create_table(
        "berkas_tautan",
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("tabel", sa.Text(), nullable=False),
        sa.Column("riwayat_id", sa.Uuid(), nullable=True),
        sa.Column("jenis_dokumen", sa.Text(), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=True),
        sa.Column("nama_asli", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("aktif", sa.Boolean(), nullable=False),
        sa.Column("hilang", sa.Boolean(), nullable=False),
        sa.Column("dihapus_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dihapus_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("diunggah_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dihapus_oleh_id"], ["pengguna.id"], name=op.f("fk_berkas_tautan_dihapus_oleh_id")),
        sa.ForeignKeyConstraint(["diunggah_oleh_id"], ["pengguna.id"], name=op.f("fk_berkas_tautan_diunggah_oleh_id")),
        sa.ForeignKeyConstraint(["dokumen_id"], ["dokumen.id"], name=op.f("fk_berkas_tautan_dokumen_id")),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f("fk_berkas_tautan_pegawai_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_berkas_tautan")),
    )
    op.create_index(op.f("ix_berkas_tautan_batch_id"), "berkas_tautan", ["batch_id"], unique=False)
    op.create_index(op.f("ix_berkas_tautan_dokumen_id"), "berkas_tautan", ["dokumen_id"], unique=False)
    op.create_index(
        "ix_berkas_tautan_jenis", "berkas_tautan", ["jenis_dokumen"], unique=False, postgresql_where=sa.text("aktif")
    )
    op.create_index(op.f("ix_berkas_tautan_pegawai_id"), "berkas_tautan", ["pegawai_id"], unique=False)
    op.create_index(
        "uq_berkas_tautan_aktif",
        "berkas_tautan",
        ["tabel", "riwayat_id", "jenis_dokumen"],
        unique=True,
        postgresql_where=sa.text("aktif AND riwayat_id IS NOT NULL"),
    )
    op.create_table(
        "pegawai_data",
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("nip_lama", sa.Text(), nullable=False),
        sa.Column("jenis_siasn", sa.Text(), nullable=False),
        sa.Column("agama", sa.Text(), nullable=False),
        sa.Column("status_kawin", sa.Text(), nullable=False),
        sa.Column("alamat", sa.Text(), nullable=False),
        sa.Column("hp", sa.Text(), nullable=False),
        sa.Column("surel", sa.Text(), nullable=False),
        sa.Column("surel_dinas", sa.Text(), nullable=False),
        sa.Column("npwp", sa.Text(), nullable=False),
        sa.Column("bpjs", sa.Text(), nullable=False),
        sa.Column("taspen", sa.Text(), nullable=False),
        sa.Column("tapera", sa.Text(), nullable=False),
        sa.Column("karpeg", sa.Text(), nullable=False),
        sa.Column("karis", sa.Text(), nullable=False),
        sa.Column("kpkn", sa.Text(), nullable=False),
        sa.Column("no_kk_enc", sa.LargeBinary(), nullable=True),
        sa.Column("instansi_induk", sa.Text(), nullable=False),
        sa.Column("instansi_kerja", sa.Text(), nullable=False),
        sa.Column("lokasi_kerja", sa.Text(), nullable=False),
        sa.Column("foto_id", sa.Uuid(), nullable=True),
        sa.Column("siasn_id", sa.Text(), nullable=True),
        sa.Column("nik_sah", sa.Boolean(), nullable=True),
        sa.Column("nik_sah_pada", sa.Date(), nullable=True),
        sa.Column("tmt_cpns", sa.Date(), nullable=True),
        sa.Column("tmt_pns", sa.Date(), nullable=True),
        sa.Column("akhir_perjanjian", sa.Date(), nullable=True),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["foto_id"], ["dokumen.id"], name=op.f("fk_pegawai_data_foto_id")),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f("fk_pegawai_data_pegawai_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pegawai_data")),
        sa.UniqueConstraint("pegawai_id", name=op.f("uq_pegawai_data_pegawai_id")),
        sa.UniqueConstraint("siasn_id", name=op.f("uq_pegawai_data_siasn_id")),
    )
    op.add_column("penempatan", sa.Column("asal_id", sa.Uuid(), nullable=True))
    op.add_column("penugasan_atasan", sa.Column("asal_id", sa.Uuid(), nullable=True))
    op.add_column("unit", sa.Column("disembunyikan", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.drop_constraint(op.f("ck_penempatan_jenis"), "penempatan", type_="check")
    op.create_check_constraint(
        op.f("ck_penempatan_jenis"),
        "penempatan",
        "jenis IN ('DEFINITIF', 'PLT', 'PLH', 'PJ', 'TT', 'KOOR', 'SUBKOOR')",
    )
    op.execute(
        "ALTER TABLE penempatan ADD CONSTRAINT ex_penempatan_satu_pimpinan EXCLUDE USING gist "
        "(unit_id WITH =, daterange(mulai, selesai, '[]') WITH &&) WHERE (jenis = 'DEFINITIF' AND is_pimpinan)"
    )
    _references()


def _references() -> None:
    """Levels with their retirement age and the list of legal standing, as the packaged tables have them."""
    levels = sa.table("jenjang_jabatan", *(sa.column(name) for name in (
        "id", "dibuat_at", "diubah_at", "kode", "kelompok", "nama", "bup", "gol_min", "gol_maks", "dasar", "catatan",
        "urut",
    )))  # fmt: skip
    standing = sa.table("kedudukan_hukum", *(sa.column(name) for name in (
        "id", "dibuat_at", "diubah_at", "kode", "nama", "kelompok", "dihitung",
    )))  # fmt: skip
    moment = datetime.now(UTC)
    op.bulk_insert(levels, [
        {"id": uuid7(), "dibuat_at": moment, "diubah_at": moment, "kode": row["kode"], "kelompok": row["kelompok"],
         "nama": row["jenjang"], "bup": int(row["bup"]), "gol_min": row["gol_min"], "gol_maks": row["gol_max"],
         "dasar": row["dasar"], "catatan": row["catatan"], "urut": i}
        for i, row in enumerate(kode.rows("jenjang-jabatan"), 1)
    ])  # fmt: skip
    op.bulk_insert(standing, [
        {"id": uuid7(), "dibuat_at": moment, "diubah_at": moment, "kode": row["siasn_id"], "nama": row["nama"],
         "kelompok": row["kelompok_usulan"], "dihitung": row["dihitung_di_peta"] == "1"}
        for row in kode.rows("kedudukan-hukum")
    ])  # fmt: skip


def downgrade() -> None:
    op.drop_constraint("ex_penempatan_satu_pimpinan", "penempatan")
    op.execute("DELETE FROM penempatan WHERE jenis NOT IN ('DEFINITIF', 'PLT', 'PLH')")
    op.drop_constraint(op.f("ck_penempatan_jenis"), "penempatan", type_="check")
    op.create_check_constraint(op.f("ck_penempatan_jenis"), "penempatan", "jenis IN ('DEFINITIF', 'PLT', 'PLH')")
    op.drop_column("unit", "disembunyikan")
    op.drop_column("penugasan_atasan", "asal_id")
    op.drop_column("penempatan", "asal_id")
    for table in TABLES:
        op.drop_table(table)
