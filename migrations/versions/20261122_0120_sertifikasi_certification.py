"""Certification: schemes, applications, assessing, deciding, public content."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "sertifikasi"
down_revision = "orang"


def upgrade() -> None:
    op.create_table(
        "sertifikasi_blanko",
        sa.Column("seri", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("catatan", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('STOK', 'TERPAKAI', 'RUSAK', 'HILANG')", name=op.f("ck_sertifikasi_blanko_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_blanko")),
        sa.UniqueConstraint("seri", name=op.f("uq_sertifikasi_blanko_seri")),
    )
    op.create_table(
        "sertifikasi_skema",
        sa.Column("kode", sa.Text(), nullable=False),
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("sub_klaster", sa.Text(), nullable=False),
        sa.Column("jenjang", sa.Text(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("urut", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("jenis IN ('KKNI', 'OKUPASI', 'KLASTER')", name=op.f("ck_sertifikasi_skema_jenis")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_skema")),
        sa.UniqueConstraint("kode", name=op.f("uq_sertifikasi_skema_kode")),
    )
    op.create_table(
        "sertifikasi_standar",
        sa.Column("kode", sa.Text(), nullable=False),
        sa.Column("nomor", sa.Text(), nullable=False),
        sa.Column("bidang", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_standar")),
        sa.UniqueConstraint("kode", name=op.f("uq_sertifikasi_standar_kode")),
    )
    op.create_table(
        "sertifikasi_tuk",
        sa.Column("kode", sa.Text(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("alamat", sa.Text(), nullable=False),
        sa.Column("kota", sa.Text(), nullable=False),
        sa.Column("provinsi", sa.Text(), nullable=False),
        sa.Column("zona", sa.Text(), nullable=False),
        sa.Column("kuota", sa.Integer(), nullable=False),
        sa.Column("pemilik_pelatih", sa.Boolean(), nullable=False),
        sa.Column("mulai", sa.Date(), nullable=False),
        sa.Column("selesai", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("jenis IN ('SEWAKTU', 'TEMPAT_KERJA', 'MANDIRI')", name=op.f("ck_sertifikasi_tuk_jenis")),
        sa.CheckConstraint("kuota > 0", name=op.f("ck_sertifikasi_tuk_kuota")),
        sa.CheckConstraint("selesai >= mulai", name=op.f("ck_sertifikasi_tuk_masa")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_tuk")),
        sa.UniqueConstraint("kode", name=op.f("uq_sertifikasi_tuk_kode")),
    )
    op.create_table(
        "sertifikasi_unit",
        sa.Column("standar_id", sa.Uuid(), nullable=False),
        sa.Column("kode", sa.Text(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("judul_en", sa.Text(), nullable=False),
        sa.Column("status_data", sa.Text(), nullable=False),
        sa.Column("wajib_luring", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["standar_id"], ["sertifikasi_standar.id"], name=op.f("fk_sertifikasi_unit_standar_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_unit")),
        sa.UniqueConstraint("standar_id", "kode", "versi", name=op.f("uq_sertifikasi_unit_standar_id_kode_versi")),
    )
    op.create_table(
        "sertifikasi_elemen",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("urut", sa.Integer(), nullable=False),
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("status_data", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["sertifikasi_unit.id"], name=op.f("fk_sertifikasi_elemen_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_elemen")),
        sa.UniqueConstraint("unit_id", "urut", name=op.f("uq_sertifikasi_elemen_unit_id_urut")),
    )
    op.create_table(
        "sertifikasi_asesor",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("no_reg", sa.Text(), nullable=False),
        sa.Column("instansi", sa.Text(), nullable=False),
        sa.Column("mulai", sa.Date(), nullable=False),
        sa.Column("selesai", sa.Date(), nullable=False),
        sa.Column("aktif", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("selesai >= mulai", name=op.f("ck_sertifikasi_asesor_masa")),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_asesor_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_asesor")),
        sa.UniqueConstraint("no_reg", name=op.f("uq_sertifikasi_asesor_no_reg")),
        sa.UniqueConstraint("user_id", name=op.f("uq_sertifikasi_asesor_user_id")),
    )
    op.create_table(
        "sertifikasi_konten",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("isi", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("oleh_id", sa.Uuid(), nullable=True),
        sa.Column("terbit_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('DRAF', 'TERBIT', 'LAMA')", name=op.f("ck_sertifikasi_konten_status")),
        sa.ForeignKeyConstraint(["oleh_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_konten_oleh_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_konten")),
        sa.UniqueConstraint("slug", "versi", name=op.f("uq_sertifikasi_konten_slug_versi")),
    )
    op.create_table(
        "sertifikasi_kuk",
        sa.Column("elemen_id", sa.Uuid(), nullable=False),
        sa.Column("urut", sa.Integer(), nullable=False),
        sa.Column("nomor", sa.Text(), nullable=False),
        sa.Column("teks", sa.Text(), nullable=False),
        sa.Column("status_data", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["elemen_id"], ["sertifikasi_elemen.id"], name=op.f("fk_sertifikasi_kuk_elemen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_kuk")),
        sa.UniqueConstraint("elemen_id", "urut", name=op.f("uq_sertifikasi_kuk_elemen_id_urut")),
    )
    op.create_table(
        "sertifikasi_pelatihan",
        sa.Column("pelatih_id", sa.Uuid(), nullable=False),
        sa.Column("peserta_id", sa.Uuid(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("selesai", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pelatih_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_pelatihan_pelatih_id")),
        sa.ForeignKeyConstraint(["peserta_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_pelatihan_peserta_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_pelatihan")),
    )
    op.create_index(op.f("ix_sertifikasi_pelatihan_peserta_id"), "sertifikasi_pelatihan", ["peserta_id"], unique=False)
    op.create_table(
        "sertifikasi_profil",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("orang_id", sa.Uuid(), nullable=True),
        sa.Column("isian", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["orang_id"], ["orang.id"], name=op.f("fk_sertifikasi_profil_orang_id")),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_profil_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_profil")),
        sa.UniqueConstraint("user_id", name=op.f("uq_sertifikasi_profil_user_id")),
    )
    op.create_index(op.f("ix_sertifikasi_profil_orang_id"), "sertifikasi_profil", ["orang_id"], unique=False)
    op.create_table(
        "sertifikasi_skema_versi",
        sa.Column("skema_id", sa.Uuid(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("nomor", sa.Text(), nullable=False),
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("kkni_level", sa.Integer(), nullable=True),
        sa.Column("masa_berlaku_bulan", sa.Integer(), nullable=False),
        sa.Column("surveilan", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("moda", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("biaya", sa.Integer(), nullable=True),
        sa.Column("boleh_sebagian", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("berlaku_mulai", sa.Date(), nullable=True),
        sa.Column("pendaftaran_tutup", sa.Date(), nullable=True),
        sa.Column("contoh", sa.Boolean(), nullable=False),
        sa.Column("dikonfirmasi_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dikonfirmasi_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('DRAF', 'TERBIT', 'DITUTUP')", name=op.f("ck_sertifikasi_skema_versi_status")),
        sa.CheckConstraint("masa_berlaku_bulan > 0", name=op.f("ck_sertifikasi_skema_versi_masa")),
        sa.ForeignKeyConstraint(
            ["dikonfirmasi_oleh_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_skema_versi_dikonfirmasi_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["skema_id"], ["sertifikasi_skema.id"], name=op.f("fk_sertifikasi_skema_versi_skema_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_skema_versi")),
        sa.UniqueConstraint("skema_id", "versi", name=op.f("uq_sertifikasi_skema_versi_skema_id_versi")),
    )
    op.create_table(
        "sertifikasi_tiket",
        sa.Column("nomor", sa.Text(), nullable=False),
        sa.Column("kode", sa.Text(), nullable=False),
        sa.Column("topik", sa.Text(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("surel", sa.Text(), nullable=False),
        sa.Column("ponsel", sa.Text(), nullable=False),
        sa.Column("pesan", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("batas", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("ditutup_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('BARU', 'DIJAWAB', 'DITUTUP')", name=op.f("ck_sertifikasi_tiket_status")),
        sa.CheckConstraint("surel <> '' OR ponsel <> ''", name=op.f("ck_sertifikasi_tiket_kontak")),
        sa.CheckConstraint(
            "topik IN ('INFORMASI', 'PENDAFTARAN', 'SERTIFIKAT', 'KELUHAN', 'LAINNYA')",
            name=op.f("ck_sertifikasi_tiket_topik"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_tiket_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_tiket")),
        sa.UniqueConstraint("kode", name=op.f("uq_sertifikasi_tiket_kode")),
        sa.UniqueConstraint("nomor", name=op.f("uq_sertifikasi_tiket_nomor")),
    )
    op.create_table(
        "sertifikasi_asesor_skema",
        sa.Column("asesor_id", sa.Uuid(), nullable=False),
        sa.Column("skema_id", sa.Uuid(), nullable=False),
        sa.Column("mulai", sa.Date(), nullable=False),
        sa.Column("selesai", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asesor_id"], ["sertifikasi_asesor.id"], name=op.f("fk_sertifikasi_asesor_skema_asesor_id")
        ),
        sa.ForeignKeyConstraint(
            ["skema_id"], ["sertifikasi_skema.id"], name=op.f("fk_sertifikasi_asesor_skema_skema_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_asesor_skema")),
        sa.UniqueConstraint("asesor_id", "skema_id", name=op.f("uq_sertifikasi_asesor_skema_asesor_id_skema_id")),
    )
    op.create_index(
        op.f("ix_sertifikasi_asesor_skema_skema_id"), "sertifikasi_asesor_skema", ["skema_id"], unique=False
    )
    op.create_table(
        "sertifikasi_berkas",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=False),
        sa.Column("kunci", sa.Uuid(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("penerbit", sa.Text(), nullable=False),
        sa.Column("tanggal", sa.Date(), nullable=True),
        sa.Column("berlaku_sampai", sa.Date(), nullable=True),
        sa.Column("tempat", sa.Text(), nullable=False),
        sa.Column("digantikan_id", sa.Uuid(), nullable=True),
        sa.Column("dihapus_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["digantikan_id"], ["sertifikasi_berkas.id"], name=op.f("fk_sertifikasi_berkas_digantikan_id")
        ),
        sa.ForeignKeyConstraint(["dokumen_id"], ["dokumen.id"], name=op.f("fk_sertifikasi_berkas_dokumen_id")),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_berkas_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_berkas")),
        sa.UniqueConstraint("kunci", name=op.f("uq_sertifikasi_berkas_kunci")),
    )
    op.create_index(op.f("ix_sertifikasi_berkas_dokumen_id"), "sertifikasi_berkas", ["dokumen_id"], unique=False)
    op.create_index(op.f("ix_sertifikasi_berkas_user_id"), "sertifikasi_berkas", ["user_id"], unique=False)
    op.create_table(
        "sertifikasi_lisensi",
        sa.Column("nomor", sa.Text(), nullable=False),
        sa.Column("mulai", sa.Date(), nullable=False),
        sa.Column("selesai", sa.Date(), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("selesai >= mulai", name=op.f("ck_sertifikasi_lisensi_masa")),
        sa.ForeignKeyConstraint(["dokumen_id"], ["dokumen.id"], name=op.f("fk_sertifikasi_lisensi_dokumen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_lisensi")),
        sa.UniqueConstraint("nomor", name=op.f("uq_sertifikasi_lisensi_nomor")),
    )
    op.create_table(
        "sertifikasi_permohonan",
        sa.Column("nomor", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("orang_id", sa.Uuid(), nullable=True),
        sa.Column("skema_id", sa.Uuid(), nullable=False),
        sa.Column("skema_versi_id", sa.Uuid(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("tujuan", sa.Text(), nullable=False),
        sa.Column("tujuan_lain", sa.Text(), nullable=False),
        sa.Column("isian", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asal", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ditandai", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("nik_enc", sa.LargeBinary(), nullable=True),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("provinsi", sa.Text(), nullable=False),
        sa.Column("instansi", sa.Text(), nullable=False),
        sa.Column("pernyataan", sa.Boolean(), nullable=False),
        sa.Column("aktif", sa.Boolean(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("tenggat", sa.Date(), nullable=True),
        sa.Column("apl01_diajukan_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("apl01_diterima_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("apl02_diajukan_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "cari",
            sa.Text(),
            sa.Computed("lower(f_unaccent(nama || ' ' || coalesce(nomor, '') || ' ' || instansi))", persisted=True),
            nullable=False,
        ),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "jenis IN ('BARU', 'PERPANJANGAN', 'ULANG', 'BANDING_ULANG')", name=op.f("ck_sertifikasi_permohonan_jenis")
        ),
        sa.CheckConstraint(
            "tujuan IN ('SERTIFIKASI', 'PKT', 'RPL', 'LAINNYA')", name=op.f("ck_sertifikasi_permohonan_tujuan")
        ),
        sa.ForeignKeyConstraint(["orang_id"], ["orang.id"], name=op.f("fk_sertifikasi_permohonan_orang_id")),
        sa.ForeignKeyConstraint(
            ["skema_id"], ["sertifikasi_skema.id"], name=op.f("fk_sertifikasi_permohonan_skema_id")
        ),
        sa.ForeignKeyConstraint(
            ["skema_versi_id"], ["sertifikasi_skema_versi.id"], name=op.f("fk_sertifikasi_permohonan_skema_versi_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["pengajuan.id"], name=op.f("fk_sertifikasi_permohonan_submission_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_permohonan_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_permohonan")),
        sa.UniqueConstraint("nomor", name=op.f("uq_sertifikasi_permohonan_nomor")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_sertifikasi_permohonan_submission_id")),
    )
    op.create_index(
        "ix_sertifikasi_permohonan_cari",
        "sertifikasi_permohonan",
        ["cari"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"cari": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_sertifikasi_permohonan_orang_id"), "sertifikasi_permohonan", ["orang_id"], unique=False)
    op.create_index(
        op.f("ix_sertifikasi_permohonan_skema_versi_id"), "sertifikasi_permohonan", ["skema_versi_id"], unique=False
    )
    op.create_index(
        "uq_sertifikasi_permohonan_aktif",
        "sertifikasi_permohonan",
        ["user_id", "skema_id"],
        unique=True,
        postgresql_where=sa.text("aktif"),
    )
    op.create_table(
        "sertifikasi_pleno",
        sa.Column("nomor", sa.Text(), nullable=False),
        sa.Column("tanggal", sa.Date(), nullable=False),
        sa.Column("tempat", sa.Text(), nullable=False),
        sa.Column("kuorum", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("catatan", sa.Text(), nullable=False),
        sa.Column("berita_acara_id", sa.Uuid(), nullable=True),
        sa.Column("ditutup_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('PERSIAPAN', 'BERLANGSUNG', 'DITUTUP')", name=op.f("ck_sertifikasi_pleno_status")
        ),
        sa.CheckConstraint("kuorum > 0", name=op.f("ck_sertifikasi_pleno_kuorum")),
        sa.ForeignKeyConstraint(["berita_acara_id"], ["dokumen.id"], name=op.f("fk_sertifikasi_pleno_berita_acara_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_pleno")),
        sa.UniqueConstraint("nomor", name=op.f("uq_sertifikasi_pleno_nomor")),
    )
    op.create_table(
        "sertifikasi_sesi",
        sa.Column("skema_versi_id", sa.Uuid(), nullable=False),
        sa.Column("tuk_id", sa.Uuid(), nullable=False),
        sa.Column("asesor_id", sa.Uuid(), nullable=False),
        sa.Column("moda", sa.Text(), nullable=False),
        sa.Column("mulai", sa.DateTime(timezone=True), nullable=False),
        sa.Column("selesai", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kuota", sa.Integer(), nullable=False),
        sa.Column("izin_bnsp_ref", sa.Text(), nullable=False),
        sa.Column("berita_acara_id", sa.Uuid(), nullable=True),
        sa.Column("ditutup_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "moda IN ('LURING', 'DARING_SINKRON', 'DARING_ASINKRON', 'HYBRID')", name=op.f("ck_sertifikasi_sesi_moda")
        ),
        sa.CheckConstraint("selesai > mulai", name=op.f("ck_sertifikasi_sesi_waktu")),
        sa.ForeignKeyConstraint(["asesor_id"], ["sertifikasi_asesor.id"], name=op.f("fk_sertifikasi_sesi_asesor_id")),
        sa.ForeignKeyConstraint(["berita_acara_id"], ["dokumen.id"], name=op.f("fk_sertifikasi_sesi_berita_acara_id")),
        sa.ForeignKeyConstraint(
            ["skema_versi_id"], ["sertifikasi_skema_versi.id"], name=op.f("fk_sertifikasi_sesi_skema_versi_id")
        ),
        sa.ForeignKeyConstraint(["tuk_id"], ["sertifikasi_tuk.id"], name=op.f("fk_sertifikasi_sesi_tuk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_sesi")),
    )
    op.create_index(op.f("ix_sertifikasi_sesi_asesor_id"), "sertifikasi_sesi", ["asesor_id"], unique=False)
    op.create_index(op.f("ix_sertifikasi_sesi_tuk_id"), "sertifikasi_sesi", ["tuk_id"], unique=False)
    op.create_table(
        "sertifikasi_sk",
        sa.Column("nomor", sa.Text(), nullable=False),
        sa.Column("tanggal", sa.Date(), nullable=False),
        sa.Column("skema_versi_id", sa.Uuid(), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=True),
        sa.Column("ditandatangani_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("ditandatangani_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("koreksi_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ditandatangani_oleh_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_sk_ditandatangani_oleh_id")
        ),
        sa.ForeignKeyConstraint(["dokumen_id"], ["dokumen.id"], name=op.f("fk_sertifikasi_sk_dokumen_id")),
        sa.ForeignKeyConstraint(["koreksi_id"], ["sertifikasi_sk.id"], name=op.f("fk_sertifikasi_sk_koreksi_id")),
        sa.ForeignKeyConstraint(
            ["skema_versi_id"], ["sertifikasi_skema_versi.id"], name=op.f("fk_sertifikasi_sk_skema_versi_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_sk")),
        sa.UniqueConstraint("nomor", name=op.f("uq_sertifikasi_sk_nomor")),
    )
    op.create_table(
        "sertifikasi_skema_syarat",
        sa.Column("skema_versi_id", sa.Uuid(), nullable=False),
        sa.Column("kategori", sa.Text(), nullable=False),
        sa.Column("urut", sa.Integer(), nullable=False),
        sa.Column("teks", sa.Text(), nullable=False),
        sa.Column("sifat", sa.Text(), nullable=False),
        sa.Column("grup", sa.Text(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("umur_maks_bulan", sa.Integer(), nullable=True),
        sa.Column("status_data", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kategori IN ('DASAR', 'ADMINISTRATIF')", name=op.f("ck_sertifikasi_skema_syarat_kategori")),
        sa.CheckConstraint(
            "sifat IN ('WAJIB', 'SALAH_SATU', 'OPSIONAL')", name=op.f("ck_sertifikasi_skema_syarat_sifat")
        ),
        sa.ForeignKeyConstraint(
            ["skema_versi_id"], ["sertifikasi_skema_versi.id"], name=op.f("fk_sertifikasi_skema_syarat_skema_versi_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_skema_syarat")),
        sa.UniqueConstraint(
            "skema_versi_id", "kategori", "urut", name=op.f("uq_sertifikasi_skema_syarat_skema_versi_id_kategori_urut")
        ),
    )
    op.create_table(
        "sertifikasi_skema_unit",
        sa.Column("skema_versi_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("urut", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["skema_versi_id"], ["sertifikasi_skema_versi.id"], name=op.f("fk_sertifikasi_skema_unit_skema_versi_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["sertifikasi_unit.id"], name=op.f("fk_sertifikasi_skema_unit_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_skema_unit")),
        sa.UniqueConstraint("skema_versi_id", "unit_id", name=op.f("uq_sertifikasi_skema_unit_skema_versi_id_unit_id")),
        sa.UniqueConstraint("skema_versi_id", "urut", name=op.f("uq_sertifikasi_skema_unit_skema_versi_id_urut")),
    )
    op.create_index(op.f("ix_sertifikasi_skema_unit_unit_id"), "sertifikasi_skema_unit", ["unit_id"], unique=False)
    op.create_table(
        "sertifikasi_tiket_balasan",
        sa.Column("tiket_id", sa.Uuid(), nullable=False),
        sa.Column("dari_lsp", sa.Boolean(), nullable=False),
        sa.Column("oleh", sa.Text(), nullable=False),
        sa.Column("isi", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tiket_id"], ["sertifikasi_tiket.id"], name=op.f("fk_sertifikasi_tiket_balasan_tiket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_tiket_balasan")),
    )
    op.create_index(
        op.f("ix_sertifikasi_tiket_balasan_tiket_id"), "sertifikasi_tiket_balasan", ["tiket_id"], unique=False
    )
    op.create_table(
        "sertifikasi_banding",
        sa.Column("nomor", sa.Text(), nullable=False),
        sa.Column("permohonan_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("objek", sa.Text(), nullable=False),
        sa.Column("jawaban", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("batas_jawab", sa.Date(), nullable=False),
        sa.Column("panel", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("putusan", sa.Text(), nullable=False),
        sa.Column("diputus_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diputus_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("objek IN ('ASESMEN', 'APL01')", name=op.f("ck_sertifikasi_banding_objek")),
        sa.CheckConstraint(
            "status IN ('DIAJUKAN', 'DIREGISTRASI', 'DITELAAH', 'DITERIMA', 'DITOLAK')",
            name=op.f("ck_sertifikasi_banding_status"),
        ),
        sa.ForeignKeyConstraint(
            ["diputus_oleh_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_banding_diputus_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["permohonan_id"], ["sertifikasi_permohonan.id"], name=op.f("fk_sertifikasi_banding_permohonan_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_banding_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_banding")),
        sa.UniqueConstraint("nomor", name=op.f("uq_sertifikasi_banding_nomor")),
    )
    op.create_index(
        op.f("ix_sertifikasi_banding_permohonan_id"), "sertifikasi_banding", ["permohonan_id"], unique=False
    )
    op.create_table(
        "sertifikasi_bukti_syarat",
        sa.Column("permohonan_id", sa.Uuid(), nullable=False),
        sa.Column("syarat_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("catatan", sa.Text(), nullable=False),
        sa.Column("verifikator_id", sa.Uuid(), nullable=True),
        sa.Column("diputus_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('', 'MEMENUHI', 'TIDAK_MEMENUHI')", name=op.f("ck_sertifikasi_bukti_syarat_status")
        ),
        sa.ForeignKeyConstraint(
            ["permohonan_id"], ["sertifikasi_permohonan.id"], name=op.f("fk_sertifikasi_bukti_syarat_permohonan_id")
        ),
        sa.ForeignKeyConstraint(
            ["syarat_id"], ["sertifikasi_skema_syarat.id"], name=op.f("fk_sertifikasi_bukti_syarat_syarat_id")
        ),
        sa.ForeignKeyConstraint(
            ["verifikator_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_bukti_syarat_verifikator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_bukti_syarat")),
        sa.UniqueConstraint(
            "permohonan_id", "syarat_id", name=op.f("uq_sertifikasi_bukti_syarat_permohonan_id_syarat_id")
        ),
    )
    op.create_table(
        "sertifikasi_form",
        sa.Column("permohonan_id", sa.Uuid(), nullable=True),
        sa.Column("sesi_id", sa.Uuid(), nullable=True),
        sa.Column("kode", sa.Text(), nullable=False),
        sa.Column("versi_form", sa.Text(), nullable=False),
        sa.Column("ke", sa.Integer(), nullable=False),
        sa.Column("isi", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("dikunci_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dokumen_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dokumen_id"], ["dokumen.id"], name=op.f("fk_sertifikasi_form_dokumen_id")),
        sa.ForeignKeyConstraint(
            ["permohonan_id"], ["sertifikasi_permohonan.id"], name=op.f("fk_sertifikasi_form_permohonan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_form")),
        sa.UniqueConstraint("permohonan_id", "kode", "ke", name=op.f("uq_sertifikasi_form_permohonan_id_kode_ke")),
    )
    op.create_index(op.f("ix_sertifikasi_form_permohonan_id"), "sertifikasi_form", ["permohonan_id"], unique=False)
    op.create_table(
        "sertifikasi_hasil_unit",
        sa.Column("permohonan_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("metode", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hasil", sa.Text(), nullable=False),
        sa.Column("gagal", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tindak_lanjut", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hasil IN ('', 'K', 'BK')", name=op.f("ck_sertifikasi_hasil_unit_hasil")),
        sa.ForeignKeyConstraint(
            ["permohonan_id"], ["sertifikasi_permohonan.id"], name=op.f("fk_sertifikasi_hasil_unit_permohonan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["sertifikasi_unit.id"], name=op.f("fk_sertifikasi_hasil_unit_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_hasil_unit")),
        sa.UniqueConstraint("permohonan_id", "unit_id", name=op.f("uq_sertifikasi_hasil_unit_permohonan_id_unit_id")),
    )
    op.create_table(
        "sertifikasi_jawaban",
        sa.Column("permohonan_id", sa.Uuid(), nullable=False),
        sa.Column("elemen_id", sa.Uuid(), nullable=False),
        sa.Column("jawaban", sa.Text(), nullable=False),
        sa.Column("catatan", sa.Text(), nullable=False),
        sa.Column("vatm", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("catatan_asesor", sa.Text(), nullable=False),
        sa.Column("ditinjau_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("perlu_perbaikan", sa.Boolean(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("jawaban IN ('', 'K', 'BK')", name=op.f("ck_sertifikasi_jawaban_jawaban")),
        sa.ForeignKeyConstraint(
            ["elemen_id"], ["sertifikasi_elemen.id"], name=op.f("fk_sertifikasi_jawaban_elemen_id")
        ),
        sa.ForeignKeyConstraint(
            ["permohonan_id"], ["sertifikasi_permohonan.id"], name=op.f("fk_sertifikasi_jawaban_permohonan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_jawaban")),
        sa.UniqueConstraint("permohonan_id", "elemen_id", name=op.f("uq_sertifikasi_jawaban_permohonan_id_elemen_id")),
    )
    op.create_table(
        "sertifikasi_keputusan",
        sa.Column("pleno_id", sa.Uuid(), nullable=False),
        sa.Column("permohonan_id", sa.Uuid(), nullable=False),
        sa.Column("hasil", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("rekusal", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("suara", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sk_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hasil IN ('', 'K', 'BK', 'DITUNDA')", name=op.f("ck_sertifikasi_keputusan_hasil")),
        sa.ForeignKeyConstraint(
            ["permohonan_id"], ["sertifikasi_permohonan.id"], name=op.f("fk_sertifikasi_keputusan_permohonan_id")
        ),
        sa.ForeignKeyConstraint(["pleno_id"], ["sertifikasi_pleno.id"], name=op.f("fk_sertifikasi_keputusan_pleno_id")),
        sa.ForeignKeyConstraint(["sk_id"], ["sertifikasi_sk.id"], name=op.f("fk_sertifikasi_keputusan_sk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_keputusan")),
        sa.UniqueConstraint("pleno_id", "permohonan_id", name=op.f("uq_sertifikasi_keputusan_pleno_id_permohonan_id")),
    )
    op.create_index(
        op.f("ix_sertifikasi_keputusan_permohonan_id"), "sertifikasi_keputusan", ["permohonan_id"], unique=False
    )
    op.create_table(
        "sertifikasi_lisensi_skema",
        sa.Column("lisensi_id", sa.Uuid(), nullable=False),
        sa.Column("skema_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["lisensi_id"], ["sertifikasi_lisensi.id"], name=op.f("fk_sertifikasi_lisensi_skema_lisensi_id")
        ),
        sa.ForeignKeyConstraint(
            ["skema_id"], ["sertifikasi_skema.id"], name=op.f("fk_sertifikasi_lisensi_skema_skema_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_lisensi_skema")),
        sa.UniqueConstraint("lisensi_id", "skema_id", name=op.f("uq_sertifikasi_lisensi_skema_lisensi_id_skema_id")),
    )
    op.create_index(
        op.f("ix_sertifikasi_lisensi_skema_skema_id"), "sertifikasi_lisensi_skema", ["skema_id"], unique=False
    )
    op.create_table(
        "sertifikasi_penugasan",
        sa.Column("permohonan_id", sa.Uuid(), nullable=False),
        sa.Column("asesor_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("surat_tugas", sa.Text(), nullable=False),
        sa.Column("diusulkan_oleh_id", sa.Uuid(), nullable=False),
        sa.Column("disetujui_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("disetujui_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("peringatan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("mitigasi", sa.Text(), nullable=False),
        sa.Column("keberatan", sa.Text(), nullable=False),
        sa.Column("keberatan_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('DIUSULKAN', 'MENUNGGU_COI', 'BERSEDIA', 'MENOLAK', 'AKTIF', 'SELESAI')",
            name=op.f("ck_sertifikasi_penugasan_status"),
        ),
        sa.ForeignKeyConstraint(
            ["asesor_id"], ["sertifikasi_asesor.id"], name=op.f("fk_sertifikasi_penugasan_asesor_id")
        ),
        sa.ForeignKeyConstraint(
            ["disetujui_oleh_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_penugasan_disetujui_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["diusulkan_oleh_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_penugasan_diusulkan_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["permohonan_id"], ["sertifikasi_permohonan.id"], name=op.f("fk_sertifikasi_penugasan_permohonan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_penugasan")),
    )
    op.create_index(op.f("ix_sertifikasi_penugasan_asesor_id"), "sertifikasi_penugasan", ["asesor_id"], unique=False)
    op.create_index(
        op.f("ix_sertifikasi_penugasan_permohonan_id"), "sertifikasi_penugasan", ["permohonan_id"], unique=False
    )
    op.create_index(
        "uq_sertifikasi_penugasan_berlaku",
        "sertifikasi_penugasan",
        ["permohonan_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('DIUSULKAN', 'MENUNGGU_COI', 'BERSEDIA', 'AKTIF')"),
    )
    op.create_table(
        "sertifikasi_peserta_sesi",
        sa.Column("sesi_id", sa.Uuid(), nullable=False),
        sa.Column("permohonan_id", sa.Uuid(), nullable=False),
        sa.Column("kehadiran", sa.Text(), nullable=False),
        sa.Column("catatan", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kehadiran IN ('', 'HADIR', 'TERLAMBAT', 'TIDAK_HADIR')", name=op.f("ck_sertifikasi_peserta_sesi_kehadiran")
        ),
        sa.ForeignKeyConstraint(
            ["permohonan_id"], ["sertifikasi_permohonan.id"], name=op.f("fk_sertifikasi_peserta_sesi_permohonan_id")
        ),
        sa.ForeignKeyConstraint(["sesi_id"], ["sertifikasi_sesi.id"], name=op.f("fk_sertifikasi_peserta_sesi_sesi_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_peserta_sesi")),
        sa.UniqueConstraint("sesi_id", "permohonan_id", name=op.f("uq_sertifikasi_peserta_sesi_sesi_id_permohonan_id")),
    )
    op.create_index(
        op.f("ix_sertifikasi_peserta_sesi_permohonan_id"), "sertifikasi_peserta_sesi", ["permohonan_id"], unique=False
    )
    op.create_table(
        "sertifikasi_pleno_anggota",
        sa.Column("pleno_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sebagai", sa.Text(), nullable=False),
        sa.Column("hadir", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pleno_id"], ["sertifikasi_pleno.id"], name=op.f("fk_sertifikasi_pleno_anggota_pleno_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_pleno_anggota_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_pleno_anggota")),
        sa.UniqueConstraint("pleno_id", "user_id", name=op.f("uq_sertifikasi_pleno_anggota_pleno_id_user_id")),
    )
    op.create_table(
        "sertifikasi_rekomendasi",
        sa.Column("permohonan_id", sa.Uuid(), nullable=False),
        sa.Column("asesor_id", sa.Uuid(), nullable=False),
        sa.Column("hasil", sa.Text(), nullable=False),
        sa.Column("tindak_lanjut", sa.Text(), nullable=False),
        sa.Column("komentar", sa.Text(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hasil IN ('K', 'BK')", name=op.f("ck_sertifikasi_rekomendasi_hasil")),
        sa.ForeignKeyConstraint(
            ["asesor_id"], ["sertifikasi_asesor.id"], name=op.f("fk_sertifikasi_rekomendasi_asesor_id")
        ),
        sa.ForeignKeyConstraint(
            ["permohonan_id"], ["sertifikasi_permohonan.id"], name=op.f("fk_sertifikasi_rekomendasi_permohonan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_rekomendasi")),
        sa.UniqueConstraint("permohonan_id", name=op.f("uq_sertifikasi_rekomendasi_permohonan_id")),
    )
    op.create_table(
        "sertifikasi_berkas_syarat",
        sa.Column("bukti_syarat_id", sa.Uuid(), nullable=False),
        sa.Column("berkas_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["berkas_id"], ["sertifikasi_berkas.id"], name=op.f("fk_sertifikasi_berkas_syarat_berkas_id")
        ),
        sa.ForeignKeyConstraint(
            ["bukti_syarat_id"],
            ["sertifikasi_bukti_syarat.id"],
            name=op.f("fk_sertifikasi_berkas_syarat_bukti_syarat_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_berkas_syarat")),
        sa.UniqueConstraint(
            "bukti_syarat_id", "berkas_id", name=op.f("uq_sertifikasi_berkas_syarat_bukti_syarat_id_berkas_id")
        ),
    )
    op.create_index(
        op.f("ix_sertifikasi_berkas_syarat_berkas_id"), "sertifikasi_berkas_syarat", ["berkas_id"], unique=False
    )
    op.create_table(
        "sertifikasi_deklarasi_coi",
        sa.Column("penugasan_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("jawaban", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rincian", sa.Text(), nullable=False),
        sa.Column("ada_konflik", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["penugasan_id"], ["sertifikasi_penugasan.id"], name=op.f("fk_sertifikasi_deklarasi_coi_penugasan_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_deklarasi_coi_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_deklarasi_coi")),
        sa.UniqueConstraint("penugasan_id", name=op.f("uq_sertifikasi_deklarasi_coi_penugasan_id")),
    )
    op.create_table(
        "sertifikasi_jawaban_bukti",
        sa.Column("jawaban_id", sa.Uuid(), nullable=False),
        sa.Column("berkas_id", sa.Uuid(), nullable=False),
        sa.Column("urut", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["berkas_id"], ["sertifikasi_berkas.id"], name=op.f("fk_sertifikasi_jawaban_bukti_berkas_id")
        ),
        sa.ForeignKeyConstraint(
            ["jawaban_id"], ["sertifikasi_jawaban.id"], name=op.f("fk_sertifikasi_jawaban_bukti_jawaban_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_jawaban_bukti")),
        sa.UniqueConstraint("jawaban_id", "berkas_id", name=op.f("uq_sertifikasi_jawaban_bukti_jawaban_id_berkas_id")),
    )
    op.create_index(
        op.f("ix_sertifikasi_jawaban_bukti_berkas_id"), "sertifikasi_jawaban_bukti", ["berkas_id"], unique=False
    )
    op.create_table(
        "sertifikasi_sertifikat",
        sa.Column("permohonan_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("skema_versi_id", sa.Uuid(), nullable=False),
        sa.Column("keputusan_id", sa.Uuid(), nullable=True),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("unit", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("nomor", sa.Text(), nullable=True),
        sa.Column("no_reg", sa.Text(), nullable=True),
        sa.Column("blanko_id", sa.Uuid(), nullable=True),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("kode", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("diputus", sa.Date(), nullable=False),
        sa.Column("sampai", sa.Date(), nullable=False),
        sa.Column("terbit_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ditandatangani_oleh", sa.Text(), nullable=False),
        sa.Column("alasan_publik", sa.Text(), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("menggantikan_id", sa.Uuid(), nullable=True),
        sa.Column("sumber", sa.Text(), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('MENUNGGU_NOMOR', 'MENUNGGU_TANDA_TANGAN', 'BERLAKU', "
            "'DITANGGUHKAN', 'DICABUT', 'KEDALUWARSA', 'DIGANTIKAN')",
            name=op.f("ck_sertifikasi_sertifikat_status"),
        ),
        sa.CheckConstraint("sumber IN ('PORTAL', 'ARSIP')", name=op.f("ck_sertifikasi_sertifikat_sumber")),
        sa.CheckConstraint("sampai > diputus", name=op.f("ck_sertifikasi_sertifikat_masa")),
        sa.ForeignKeyConstraint(
            ["blanko_id"], ["sertifikasi_blanko.id"], name=op.f("fk_sertifikasi_sertifikat_blanko_id")
        ),
        sa.ForeignKeyConstraint(["dokumen_id"], ["dokumen.id"], name=op.f("fk_sertifikasi_sertifikat_dokumen_id")),
        sa.ForeignKeyConstraint(
            ["keputusan_id"], ["sertifikasi_keputusan.id"], name=op.f("fk_sertifikasi_sertifikat_keputusan_id")
        ),
        sa.ForeignKeyConstraint(
            ["menggantikan_id"], ["sertifikasi_sertifikat.id"], name=op.f("fk_sertifikasi_sertifikat_menggantikan_id")
        ),
        sa.ForeignKeyConstraint(
            ["permohonan_id"], ["sertifikasi_permohonan.id"], name=op.f("fk_sertifikasi_sertifikat_permohonan_id")
        ),
        sa.ForeignKeyConstraint(
            ["skema_versi_id"], ["sertifikasi_skema_versi.id"], name=op.f("fk_sertifikasi_sertifikat_skema_versi_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_sertifikat_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_sertifikat")),
        sa.UniqueConstraint("blanko_id", name=op.f("uq_sertifikasi_sertifikat_blanko_id")),
        sa.UniqueConstraint("kode", name=op.f("uq_sertifikasi_sertifikat_kode")),
        sa.UniqueConstraint("no_reg", name=op.f("uq_sertifikasi_sertifikat_no_reg")),
        sa.UniqueConstraint("nomor", name=op.f("uq_sertifikasi_sertifikat_nomor")),
        sa.UniqueConstraint("token", name=op.f("uq_sertifikasi_sertifikat_token")),
    )
    op.create_index(
        op.f("ix_sertifikasi_sertifikat_permohonan_id"), "sertifikasi_sertifikat", ["permohonan_id"], unique=False
    )
    op.create_index(op.f("ix_sertifikasi_sertifikat_user_id"), "sertifikasi_sertifikat", ["user_id"], unique=False)
    op.create_table(
        "sertifikasi_sesi_media",
        sa.Column("sesi_id", sa.Uuid(), nullable=False),
        sa.Column("penyedia", sa.Text(), nullable=False),
        sa.Column("url_ruang", sa.Text(), nullable=False),
        sa.Column("mulai", sa.DateTime(timezone=True), nullable=True),
        sa.Column("selesai", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rekaman_id", sa.Uuid(), nullable=True),
        sa.Column("persetujuan_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["persetujuan_id"], ["sertifikasi_form.id"], name=op.f("fk_sertifikasi_sesi_media_persetujuan_id")
        ),
        sa.ForeignKeyConstraint(["rekaman_id"], ["dokumen.id"], name=op.f("fk_sertifikasi_sesi_media_rekaman_id")),
        sa.ForeignKeyConstraint(["sesi_id"], ["sertifikasi_sesi.id"], name=op.f("fk_sertifikasi_sesi_media_sesi_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_sesi_media")),
    )
    op.create_index(op.f("ix_sertifikasi_sesi_media_sesi_id"), "sertifikasi_sesi_media", ["sesi_id"], unique=False)
    op.create_table(
        "sertifikasi_tanda_tangan",
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("peran", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("no_reg", sa.Text(), nullable=False),
        sa.Column("pada", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cara", sa.Text(), nullable=False),
        sa.Column("alamat_ip", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("gambar_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["sertifikasi_form.id"], name=op.f("fk_sertifikasi_tanda_tangan_form_id")),
        sa.ForeignKeyConstraint(["gambar_id"], ["dokumen.id"], name=op.f("fk_sertifikasi_tanda_tangan_gambar_id")),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_tanda_tangan_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_tanda_tangan")),
        sa.UniqueConstraint("form_id", "peran", name=op.f("uq_sertifikasi_tanda_tangan_form_id_peran")),
    )
    op.create_table(
        "sertifikasi_sertifikat_peristiwa",
        sa.Column("sertifikat_id", sa.Uuid(), nullable=False),
        sa.Column("aksi", sa.Text(), nullable=False),
        sa.Column("dari", sa.Text(), nullable=False),
        sa.Column("ke", sa.Text(), nullable=False),
        sa.Column("pelaku_id", sa.Uuid(), nullable=True),
        sa.Column("pelaku", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("publik", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pelaku_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_sertifikat_peristiwa_pelaku_id")
        ),
        sa.ForeignKeyConstraint(
            ["sertifikat_id"],
            ["sertifikasi_sertifikat.id"],
            name=op.f("fk_sertifikasi_sertifikat_peristiwa_sertifikat_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_sertifikat_peristiwa")),
    )
    op.create_index(
        op.f("ix_sertifikasi_sertifikat_peristiwa_sertifikat_id"),
        "sertifikasi_sertifikat_peristiwa",
        ["sertifikat_id"],
        unique=False,
    )
    op.create_table(
        "sertifikasi_surveilan",
        sa.Column("sertifikat_id", sa.Uuid(), nullable=False),
        sa.Column("ke", sa.Integer(), nullable=False),
        sa.Column("jatuh_tempo", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("laporan", sa.Text(), nullable=False),
        sa.Column("temuan", sa.Text(), nullable=False),
        sa.Column("dikirim_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("diputus_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('MENUNGGU', 'DIKIRIM', 'SESUAI', 'TEMUAN')", name=op.f("ck_sertifikasi_surveilan_status")
        ),
        sa.ForeignKeyConstraint(
            ["sertifikat_id"], ["sertifikasi_sertifikat.id"], name=op.f("fk_sertifikasi_surveilan_sertifikat_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_surveilan")),
        sa.UniqueConstraint("sertifikat_id", "ke", name=op.f("uq_sertifikasi_surveilan_sertifikat_id_ke")),
    )
    op.create_index(
        op.f("ix_sertifikasi_surveilan_sertifikat_id"), "sertifikasi_surveilan", ["sertifikat_id"], unique=False
    )
    op.execute(
        "CREATE TRIGGER sertifikasi_sertifikat_peristiwa_tetap BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON sertifikasi_sertifikat_peristiwa FOR EACH STATEMENT EXECUTE FUNCTION tolak_ubah()"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_sertifikasi_surveilan_sertifikat_id"), table_name="sertifikasi_surveilan")
    op.drop_table("sertifikasi_surveilan")
    op.drop_index(
        op.f("ix_sertifikasi_sertifikat_peristiwa_sertifikat_id"), table_name="sertifikasi_sertifikat_peristiwa"
    )
    op.drop_table("sertifikasi_sertifikat_peristiwa")
    op.drop_table("sertifikasi_tanda_tangan")
    op.drop_index(op.f("ix_sertifikasi_sesi_media_sesi_id"), table_name="sertifikasi_sesi_media")
    op.drop_table("sertifikasi_sesi_media")
    op.drop_index(op.f("ix_sertifikasi_sertifikat_user_id"), table_name="sertifikasi_sertifikat")
    op.drop_index(op.f("ix_sertifikasi_sertifikat_permohonan_id"), table_name="sertifikasi_sertifikat")
    op.drop_table("sertifikasi_sertifikat")
    op.drop_index(op.f("ix_sertifikasi_jawaban_bukti_berkas_id"), table_name="sertifikasi_jawaban_bukti")
    op.drop_table("sertifikasi_jawaban_bukti")
    op.drop_table("sertifikasi_deklarasi_coi")
    op.drop_index(op.f("ix_sertifikasi_berkas_syarat_berkas_id"), table_name="sertifikasi_berkas_syarat")
    op.drop_table("sertifikasi_berkas_syarat")
    op.drop_table("sertifikasi_rekomendasi")
    op.drop_table("sertifikasi_pleno_anggota")
    op.drop_index(op.f("ix_sertifikasi_peserta_sesi_permohonan_id"), table_name="sertifikasi_peserta_sesi")
    op.drop_table("sertifikasi_peserta_sesi")
    op.drop_index(
        "uq_sertifikasi_penugasan_berlaku",
        table_name="sertifikasi_penugasan",
        postgresql_where=sa.text("status IN ('DIUSULKAN', 'MENUNGGU_COI', 'BERSEDIA', 'AKTIF')"),
    )
    op.drop_index(op.f("ix_sertifikasi_penugasan_permohonan_id"), table_name="sertifikasi_penugasan")
    op.drop_index(op.f("ix_sertifikasi_penugasan_asesor_id"), table_name="sertifikasi_penugasan")
    op.drop_table("sertifikasi_penugasan")
    op.drop_index(op.f("ix_sertifikasi_lisensi_skema_skema_id"), table_name="sertifikasi_lisensi_skema")
    op.drop_table("sertifikasi_lisensi_skema")
    op.drop_index(op.f("ix_sertifikasi_keputusan_permohonan_id"), table_name="sertifikasi_keputusan")
    op.drop_table("sertifikasi_keputusan")
    op.drop_table("sertifikasi_jawaban")
    op.drop_table("sertifikasi_hasil_unit")
    op.drop_index(op.f("ix_sertifikasi_form_permohonan_id"), table_name="sertifikasi_form")
    op.drop_table("sertifikasi_form")
    op.drop_table("sertifikasi_bukti_syarat")
    op.drop_index(op.f("ix_sertifikasi_banding_permohonan_id"), table_name="sertifikasi_banding")
    op.drop_table("sertifikasi_banding")
    op.drop_index(op.f("ix_sertifikasi_tiket_balasan_tiket_id"), table_name="sertifikasi_tiket_balasan")
    op.drop_table("sertifikasi_tiket_balasan")
    op.drop_index(op.f("ix_sertifikasi_skema_unit_unit_id"), table_name="sertifikasi_skema_unit")
    op.drop_table("sertifikasi_skema_unit")
    op.drop_table("sertifikasi_skema_syarat")
    op.drop_table("sertifikasi_sk")
    op.drop_index(op.f("ix_sertifikasi_sesi_tuk_id"), table_name="sertifikasi_sesi")
    op.drop_index(op.f("ix_sertifikasi_sesi_asesor_id"), table_name="sertifikasi_sesi")
    op.drop_table("sertifikasi_sesi")
    op.drop_table("sertifikasi_pleno")
    op.drop_index(
        "uq_sertifikasi_permohonan_aktif", table_name="sertifikasi_permohonan", postgresql_where=sa.text("aktif")
    )
    op.drop_index(op.f("ix_sertifikasi_permohonan_skema_versi_id"), table_name="sertifikasi_permohonan")
    op.drop_index(op.f("ix_sertifikasi_permohonan_orang_id"), table_name="sertifikasi_permohonan")
    op.drop_index(
        "ix_sertifikasi_permohonan_cari",
        table_name="sertifikasi_permohonan",
        postgresql_using="gin",
        postgresql_ops={"cari": "gin_trgm_ops"},
    )
    op.drop_table("sertifikasi_permohonan")
    op.drop_table("sertifikasi_lisensi")
    op.drop_index(op.f("ix_sertifikasi_berkas_user_id"), table_name="sertifikasi_berkas")
    op.drop_index(op.f("ix_sertifikasi_berkas_dokumen_id"), table_name="sertifikasi_berkas")
    op.drop_table("sertifikasi_berkas")
    op.drop_index(op.f("ix_sertifikasi_asesor_skema_skema_id"), table_name="sertifikasi_asesor_skema")
    op.drop_table("sertifikasi_asesor_skema")
    op.drop_table("sertifikasi_tiket")
    op.drop_table("sertifikasi_skema_versi")
    op.drop_index(op.f("ix_sertifikasi_profil_orang_id"), table_name="sertifikasi_profil")
    op.drop_table("sertifikasi_profil")
    op.drop_index(op.f("ix_sertifikasi_pelatihan_peserta_id"), table_name="sertifikasi_pelatihan")
    op.drop_table("sertifikasi_pelatihan")
    op.drop_table("sertifikasi_kuk")
    op.drop_table("sertifikasi_konten")
    op.drop_table("sertifikasi_asesor")
    op.drop_table("sertifikasi_elemen")
    op.drop_table("sertifikasi_unit")
    op.drop_table("sertifikasi_tuk")
    op.drop_table("sertifikasi_standar")
    op.drop_table("sertifikasi_skema")
    op.drop_table("sertifikasi_blanko")
