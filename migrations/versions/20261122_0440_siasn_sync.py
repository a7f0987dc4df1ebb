"""Synchronisation with SIASN: settings, runs, mirror, pairs, outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "siasn"
down_revision = "arsip_lama_dua"

TABLES = (
    "siasn_jalan_orang",
    "siasn_kotak",
    "siasn_jalan",
    "siasn_token",
    "siasn_setelan",
    "siasn_peta",
    "siasn_pemilik",
    "siasn_pasangan",
    "siasn_paket",
    "siasn_cermin",
    "siasn_rujukan",
    "siasn_panggilan",
    "siasn_kunci_asing",
    "siasn_harian",
)


def upgrade() -> None:
    op.create_table(
        "siasn_harian",
        sa.Column("tanggal", sa.Date(), nullable=False),
        sa.Column("jumlah", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_harian")),
        sa.UniqueConstraint("tanggal", name=op.f("uq_siasn_harian_tanggal")),
    )
    op.create_table(
        "siasn_kunci_asing",
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("kunci", sa.Text(), nullable=False),
        sa.Column("tipe", sa.Text(), nullable=False),
        sa.Column("kali", sa.Integer(), nullable=False),
        sa.Column("terlihat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_kunci_asing")),
        sa.UniqueConstraint("jenis", "kunci", name=op.f("uq_siasn_kunci_asing_jenis_kunci")),
    )
    op.create_table(
        "siasn_panggilan",
        sa.Column("waktu", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jalan_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("metode", sa.Text(), nullable=False),
        sa.Column("alamat", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("milidetik", sa.Integer(), nullable=False),
        sa.Column("galat", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_panggilan")),
    )
    op.create_index(op.f("ix_siasn_panggilan_jalan_id"), "siasn_panggilan", ["jalan_id"], unique=False)
    op.create_index(op.f("ix_siasn_panggilan_waktu"), "siasn_panggilan", ["waktu"], unique=False)
    op.create_table(
        "siasn_rujukan",
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("siasn_id", sa.Text(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("induk_id", sa.Text(), nullable=False),
        sa.Column("cari", sa.Text(), nullable=False),
        sa.Column("terlihat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_rujukan")),
        sa.UniqueConstraint("jenis", "siasn_id", name=op.f("uq_siasn_rujukan_jenis_siasn_id")),
    )
    op.create_index("ix_siasn_rujukan_cari", "siasn_rujukan", ["jenis", "cari"], unique=False)
    op.create_table(
        "siasn_cermin",
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("siasn_id", sa.Text(), nullable=False),
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("isi", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sidik", sa.Text(), nullable=False),
        sa.Column("jalan_id", sa.Uuid(), nullable=True),
        sa.Column("terlihat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hilang_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f("fk_siasn_cermin_pegawai_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_cermin")),
        sa.UniqueConstraint("jenis", "siasn_id", name=op.f("uq_siasn_cermin_jenis_siasn_id")),
    )
    op.create_index("ix_siasn_cermin_pegawai", "siasn_cermin", ["pegawai_id", "jenis"], unique=False)
    op.create_table(
        "siasn_paket",
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("sidik", sa.Text(), nullable=False),
        sa.Column("jumlah", sa.Integer(), nullable=False),
        sa.Column("disiapkan_oleh_id", sa.Uuid(), nullable=False),
        sa.Column("diputus_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diputus_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('DISIAPKAN', 'DISETUJUI', 'SELESAI', 'DIHENTIKAN', 'DITOLAK')",
            name=op.f("ck_siasn_paket_status"),
        ),
        sa.CheckConstraint("diputus_oleh_id <> disiapkan_oleh_id", name=op.f("ck_siasn_paket_orang_kedua")),
        sa.ForeignKeyConstraint(["diputus_oleh_id"], ["pengguna.id"], name=op.f("fk_siasn_paket_diputus_oleh_id")),
        sa.ForeignKeyConstraint(["disiapkan_oleh_id"], ["pengguna.id"], name=op.f("fk_siasn_paket_disiapkan_oleh_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_paket")),
    )
    op.create_table(
        "siasn_pasangan",
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("pd_id", sa.Uuid(), nullable=True),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("lokal_id", sa.Uuid(), nullable=True),
        sa.Column("cermin_id", sa.Uuid(), nullable=True),
        sa.Column("kelas", sa.Text(), nullable=False),
        sa.Column("sisi", sa.Text(), nullable=False),
        sa.Column("uraian", sa.Text(), nullable=False),
        sa.Column("beda", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sepakat", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("sidik_sepakat", sa.Text(), nullable=False),
        sa.Column("sidik_kita", sa.Text(), nullable=False),
        sa.Column("sidik_mereka", sa.Text(), nullable=False),
        sa.Column("catatan", sa.Text(), nullable=False),
        sa.Column("putusan", sa.Text(), nullable=False),
        sa.Column("ditangani", sa.Text(), nullable=False),
        sa.Column("diputus_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diputus_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("jalan_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kelas IN ('SAMA', 'HANYA_LOKAL', 'HANYA_SIASN', 'BEDA', 'AMBIGU', 'TIDAK_TERPETAKAN', 'DITOLAK')",
            name=op.f("ck_siasn_pasangan_kelas"),
        ),
        sa.CheckConstraint("lokal_id IS NOT NULL OR cermin_id IS NOT NULL", name=op.f("ck_siasn_pasangan_ada_isinya")),
        sa.ForeignKeyConstraint(["cermin_id"], ["siasn_cermin.id"], name=op.f("fk_siasn_pasangan_cermin_id")),
        sa.ForeignKeyConstraint(["diputus_oleh_id"], ["pengguna.id"], name=op.f("fk_siasn_pasangan_diputus_oleh_id")),
        sa.ForeignKeyConstraint(["pd_id"], ["unit.id"], name=op.f("fk_siasn_pasangan_pd_id")),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f("fk_siasn_pasangan_pegawai_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_pasangan")),
        sa.UniqueConstraint("cermin_id", name=op.f("uq_siasn_pasangan_cermin_id")),
        sa.UniqueConstraint("jenis", "lokal_id", name=op.f("uq_siasn_pasangan_jenis_lokal_id")),
    )
    op.create_index("ix_siasn_pasangan_hitung", "siasn_pasangan", ["pd_id", "kelas"], unique=False)
    op.create_index(
        "ix_siasn_pasangan_kelas",
        "siasn_pasangan",
        ["kelas", "pd_id"],
        unique=False,
        postgresql_where=sa.text("kelas <> 'SAMA'"),
    )
    op.create_index("ix_siasn_pasangan_pegawai", "siasn_pasangan", ["pegawai_id", "jenis"], unique=False)
    op.create_table(
        "siasn_pemilik",
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("medan", sa.Text(), nullable=False),
        sa.Column("pemilik", sa.Text(), nullable=False),
        sa.Column("diubah_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pemilik IN ('BKN', 'KOTA', 'MSKP')", name=op.f("ck_siasn_pemilik_pemilik")),
        sa.ForeignKeyConstraint(["diubah_oleh_id"], ["pengguna.id"], name=op.f("fk_siasn_pemilik_diubah_oleh_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_pemilik")),
        sa.UniqueConstraint("jenis", "medan", name=op.f("uq_siasn_pemilik_jenis_medan")),
    )
    op.create_table(
        "siasn_peta",
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("lokal", sa.Text(), nullable=False),
        sa.Column("siasn_id", sa.Text(), nullable=False),
        sa.Column("dipetakan_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dipetakan_oleh_id"], ["pengguna.id"], name=op.f("fk_siasn_peta_dipetakan_oleh_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_peta")),
        sa.UniqueConstraint("jenis", "lokal", name=op.f("uq_siasn_peta_jenis_lokal")),
        sa.UniqueConstraint("jenis", "siasn_id", name=op.f("uq_siasn_peta_jenis_siasn_id")),
    )
    op.create_table(
        "siasn_setelan",
        sa.Column("kode", sa.Text(), nullable=False),
        sa.Column("alamat_api", sa.Text(), nullable=False),
        sa.Column("alamat_token", sa.Text(), nullable=False),
        sa.Column("instansi_id", sa.Text(), nullable=False),
        sa.Column("satuan_kerja_id", sa.Text(), nullable=False),
        sa.Column("kunci_enc", sa.LargeBinary(), nullable=True),
        sa.Column("rahasia_enc", sa.LargeBinary(), nullable=True),
        sa.Column("laju", sa.Numeric(precision=8, scale=2), nullable=False),
        sa.Column("batas_harian", sa.Integer(), nullable=False),
        sa.Column("tenang_mulai", sa.Text(), nullable=False),
        sa.Column("tenang_selesai", sa.Text(), nullable=False),
        sa.Column("percobaan", sa.Integer(), nullable=False),
        sa.Column("batas_waktu", sa.Integer(), nullable=False),
        sa.Column("jeda_awal", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("putus_setelah", sa.Integer(), nullable=False),
        sa.Column("putus_sampai", sa.DateTime(timezone=True), nullable=True),
        sa.Column("putus_kali", sa.Integer(), nullable=False),
        sa.Column("diubah_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("laju > 0", name=op.f("ck_siasn_setelan_laju")),
        sa.CheckConstraint("percobaan BETWEEN 1 AND 10", name=op.f("ck_siasn_setelan_percobaan")),
        sa.ForeignKeyConstraint(["diubah_oleh_id"], ["pengguna.id"], name=op.f("fk_siasn_setelan_diubah_oleh_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_setelan")),
        sa.UniqueConstraint("kode", name=op.f("uq_siasn_setelan_kode")),
    )
    op.create_table(
        "siasn_token",
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("token_enc", sa.LargeBinary(), nullable=True),
        sa.Column("kedaluwarsa_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("berakhir_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["pengguna.id"], name=op.f("fk_siasn_token_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_token")),
    )
    op.create_index(op.f("ix_siasn_token_operator_id"), "siasn_token", ["operator_id"], unique=False)
    op.create_index(
        "uq_siasn_token_hidup",
        "siasn_token",
        [sa.literal_column("(berakhir_at IS NULL)")],
        unique=True,
        postgresql_where=sa.text("berakhir_at IS NULL"),
    )
    op.create_table(
        "siasn_jalan",
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("catatan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("paket_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("selesai", sa.Integer(), nullable=False),
        sa.Column("gagal", sa.Integer(), nullable=False),
        sa.Column("panggilan", sa.Integer(), nullable=False),
        sa.Column("pemegang", sa.Uuid(), nullable=True),
        sa.Column("denyut_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lanjut_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("selesai_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("jenis IN ('TARIK', 'KIRIM')", name=op.f("ck_siasn_jalan_jenis")),
        sa.CheckConstraint(
            "status IN ('BERJALAN', 'JEDA', 'SELESAI', 'DIHENTIKAN')", name=op.f("ck_siasn_jalan_status")
        ),
        sa.ForeignKeyConstraint(["paket_id"], ["siasn_paket.id"], name=op.f("fk_siasn_jalan_paket_id")),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_siasn_jalan_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_jalan")),
    )
    op.create_index(
        "ix_siasn_jalan_hidup",
        "siasn_jalan",
        ["dibuat_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('BERJALAN', 'JEDA')"),
    )
    op.create_index(op.f("ix_siasn_jalan_paket_id"), "siasn_jalan", ["paket_id"], unique=False)
    op.create_table(
        "siasn_kotak",
        sa.Column("paket_id", sa.Uuid(), nullable=False),
        sa.Column("pasangan_id", sa.Uuid(), nullable=True),
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("lokal_id", sa.Uuid(), nullable=True),
        sa.Column("aksi", sa.Text(), nullable=False),
        sa.Column("uraian", sa.Text(), nullable=False),
        sa.Column("isi", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sebelum", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("berkas", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sidik", sa.Text(), nullable=False),
        sa.Column("kunci", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("siasn_id", sa.Text(), nullable=False),
        sa.Column("percobaan", sa.Integer(), nullable=False),
        sa.Column("galat", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("terbukti_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("aksi IN ('SIMPAN', 'HAPUS')", name=op.f("ck_siasn_kotak_aksi")),
        sa.CheckConstraint(
            "status IN ('DISIAPKAN', 'DISETUJUI', 'MENGIRIM', 'TERKIRIM', 'BERKAS', 'TERBUKTI', 'GAGAL', 'BATAL')",
            name=op.f("ck_siasn_kotak_status"),
        ),
        sa.ForeignKeyConstraint(["paket_id"], ["siasn_paket.id"], name=op.f("fk_siasn_kotak_paket_id")),
        sa.ForeignKeyConstraint(
            ["pasangan_id"], ["siasn_pasangan.id"], name=op.f("fk_siasn_kotak_pasangan_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f("fk_siasn_kotak_pegawai_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_kotak")),
        sa.UniqueConstraint("kunci", name=op.f("uq_siasn_kotak_kunci")),
    )
    op.create_index(op.f("ix_siasn_kotak_paket_id"), "siasn_kotak", ["paket_id"], unique=False)
    op.create_index(
        "uq_siasn_kotak_hidup",
        "siasn_kotak",
        ["jenis", "lokal_id", "aksi"],
        unique=True,
        postgresql_where=sa.text("lokal_id IS NOT NULL AND status NOT IN ('TERBUKTI', 'GAGAL', 'BATAL')"),
    )
    op.create_table(
        "siasn_jalan_orang",
        sa.Column("jalan_id", sa.Uuid(), nullable=False),
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("urut", sa.Integer(), nullable=False),
        sa.Column("kali", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("selesai_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('MENUNGGU', 'SELESAI', 'GAGAL')", name=op.f("ck_siasn_jalan_orang_status")),
        sa.ForeignKeyConstraint(
            ["jalan_id"], ["siasn_jalan.id"], name=op.f("fk_siasn_jalan_orang_jalan_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f("fk_siasn_jalan_orang_pegawai_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siasn_jalan_orang")),
        sa.UniqueConstraint("jalan_id", "pegawai_id", name=op.f("uq_siasn_jalan_orang_jalan_id_pegawai_id")),
    )
    op.create_index(
        "ix_siasn_jalan_orang_terakhir",
        "siasn_jalan_orang",
        ["pegawai_id", sa.literal_column("selesai_at DESC")],
        unique=False,
    )
    op.create_index(
        "ix_siasn_jalan_orang_tunggu",
        "siasn_jalan_orang",
        ["jalan_id", "urut"],
        unique=False,
        postgresql_where=sa.text("status = 'MENUNGGU'"),
    )


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)
