"""Requests to retire, their requirements and papers."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from uuid_utils.compat import uuid7

from portal.kepegawaian.pensiun import bawaan

revision = "pensiun"
down_revision = "peta"


def upgrade() -> None:
    op.create_table(
        "usulan_pensiun",
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("tmt", sa.Date(), nullable=True),
        sa.Column("tanggal_kejadian", sa.Date(), nullable=True),
        sa.Column("keterangan", sa.Text(), nullable=False),
        sa.Column("isi", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("pd_id", sa.Uuid(), nullable=True),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("kunci", sa.Uuid(), nullable=True),
        sa.Column("bkn_id", sa.Text(), nullable=False),
        sa.Column("bkn_status", sa.Integer(), nullable=True),
        sa.Column("bkn_pada", sa.Date(), nullable=True),
        sa.Column("pertek_nomor", sa.Text(), nullable=False),
        sa.Column("pertek_tanggal", sa.Date(), nullable=True),
        sa.Column("sk_nomor", sa.Text(), nullable=False),
        sa.Column("sk_tanggal", sa.Date(), nullable=True),
        sa.Column("sk_pejabat", sa.Text(), nullable=False),
        sa.Column("sk_dokumen_id", sa.Uuid(), nullable=True),
        sa.Column("riwayat_id", sa.Uuid(), nullable=True),
        sa.Column("lama", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "jenis IN ('BUP', 'APS', 'JANDA_DUDA', 'UZUR', 'PERAMPINGAN', 'HUKUMAN', 'PTDH', 'TEWAS', 'HILANG', "
            "'TANPA_HAK', 'PPPK_BERAKHIR')",
            name=op.f("ck_usulan_pensiun_jenis"),
        ),
        sa.CheckConstraint(
            "status <> 'SK_DITETAPKAN' OR (sk_nomor <> '' AND tmt IS NOT NULL)", name=op.f("ck_usulan_pensiun_sk")
        ),
        sa.CheckConstraint(
            "status IN ('DRAF', 'DIAJUKAN', 'DIPERIKSA_OPD', 'DIVERIFIKASI', 'USUL_BKN', 'PERTEK', 'SK_DITETAPKAN', "
            "'SELESAI', 'DIKEMBALIKAN', 'TMS', 'DIBATALKAN')",
            name=op.f("ck_usulan_pensiun_status"),
        ),
        sa.ForeignKeyConstraint(["pd_id"], ["unit.id"], name=op.f("fk_usulan_pensiun_pd_id")),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f("fk_usulan_pensiun_pegawai_id")),
        sa.ForeignKeyConstraint(["sk_dokumen_id"], ["dokumen.id"], name=op.f("fk_usulan_pensiun_sk_dokumen_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["pengajuan.id"], name=op.f("fk_usulan_pensiun_submission_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_usulan_pensiun_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usulan_pensiun")),
        sa.UniqueConstraint("kunci", name=op.f("uq_usulan_pensiun_kunci")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_usulan_pensiun_submission_id")),
    )
    op.create_index("ix_usulan_pensiun_pd", "usulan_pensiun", ["pd_id", "status"], unique=False)
    op.create_index(op.f("ix_usulan_pensiun_pegawai_id"), "usulan_pensiun", ["pegawai_id"], unique=False)
    op.create_index(op.f("ix_usulan_pensiun_sk_dokumen_id"), "usulan_pensiun", ["sk_dokumen_id"], unique=False)
    op.create_index("ix_usulan_pensiun_status", "usulan_pensiun", ["status", "tmt"], unique=False)
    op.create_index(
        "uq_usulan_pensiun_terbuka",
        "usulan_pensiun",
        ["pegawai_id", "jenis"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('SELESAI', 'TMS', 'DIBATALKAN')"),
    )
    op.create_table(
        "syarat_pensiun",
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("dokumen", sa.Text(), nullable=False),
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("wajib", sa.Text(), nullable=False),
        sa.Column("sumber", sa.Text(), nullable=False),
        sa.Column("riwayat", sa.Text(), nullable=False),
        sa.Column("tahap", sa.Text(), nullable=False),
        sa.Column("catatan", sa.Text(), nullable=False),
        sa.Column("urut", sa.Integer(), nullable=False),
        sa.Column("aktif", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sumber IN ('OTOMATIS', 'UNGGAH', 'SISTEM')", name=op.f("ck_syarat_pensiun_sumber")),
        sa.CheckConstraint("tahap IN ('PEMOHON', 'OPD')", name=op.f("ck_syarat_pensiun_tahap")),
        sa.CheckConstraint("wajib IN ('WAJIB', 'BILA_ADA')", name=op.f("ck_syarat_pensiun_wajib")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_syarat_pensiun")),
        sa.UniqueConstraint("jenis", "dokumen", name=op.f("uq_syarat_pensiun_jenis_dokumen")),
    )
    op.create_table(
        "berkas_usulan_pensiun",
        sa.Column("usulan_id", sa.Uuid(), nullable=False),
        sa.Column("dokumen", sa.Text(), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("catatan", sa.Text(), nullable=False),
        sa.Column("aktif", sa.Boolean(), nullable=False),
        sa.Column("diunggah_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diperiksa_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diperiksa_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('MENUNGGU', 'SESUAI', 'DIKEMBALIKAN')", name=op.f("ck_berkas_usulan_pensiun_status")
        ),
        sa.ForeignKeyConstraint(
            ["diperiksa_oleh_id"], ["pengguna.id"], name=op.f("fk_berkas_usulan_pensiun_diperiksa_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["diunggah_oleh_id"], ["pengguna.id"], name=op.f("fk_berkas_usulan_pensiun_diunggah_oleh_id")
        ),
        sa.ForeignKeyConstraint(["dokumen_id"], ["dokumen.id"], name=op.f("fk_berkas_usulan_pensiun_dokumen_id")),
        sa.ForeignKeyConstraint(["usulan_id"], ["usulan_pensiun.id"], name=op.f("fk_berkas_usulan_pensiun_usulan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_berkas_usulan_pensiun")),
    )
    op.create_index(op.f("ix_berkas_usulan_pensiun_dokumen_id"), "berkas_usulan_pensiun", ["dokumen_id"], unique=False)
    op.create_index(op.f("ix_berkas_usulan_pensiun_usulan_id"), "berkas_usulan_pensiun", ["usulan_id"], unique=False)
    op.create_index(
        "uq_berkas_usulan_pensiun_aktif",
        "berkas_usulan_pensiun",
        ["usulan_id", "dokumen"],
        unique=True,
        postgresql_where=sa.text("aktif"),
    )
    _start_rows()


def _start_rows() -> None:
    columns = ("jenis", "dokumen", "judul", "wajib", "sumber", "riwayat", "tahap", "catatan")
    table = sa.table(
        "syarat_pensiun", sa.column("id", sa.Uuid()), *(sa.column(name, sa.Text()) for name in columns),
        sa.column("urut", sa.Integer()), sa.column("aktif", sa.Boolean()),
        sa.column("dibuat_at", sa.DateTime(timezone=True)), sa.column("diubah_at", sa.DateTime(timezone=True)),
    )  # fmt: skip
    moment = datetime.now(UTC)
    op.bulk_insert(table, [{"id": uuid7(), "dibuat_at": moment, "diubah_at": moment, **row} for row in bawaan.syarat()])


def downgrade() -> None:
    op.drop_table("berkas_usulan_pensiun")
    op.drop_table("syarat_pensiun")
    op.drop_table("usulan_pensiun")
