"""Emergency access to a case by two persons for an hour; links with the code of a ticket open one more time."""

import sqlalchemy as sa
from alembic import op

revision = "darurat"
down_revision = "kabar"


def upgrade() -> None:
    op.add_column("sertifikasi_tiket", sa.Column("tautan_dipakai_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "sertifikasi_akses_darurat",
        sa.Column("permohonan_id", sa.Uuid(), nullable=False),
        sa.Column("diminta_oleh_id", sa.Uuid(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("diputus_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("diputus_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sampai", sa.DateTime(timezone=True), nullable=True),
        sa.Column("diakhiri_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "diputus_oleh_id <> diminta_oleh_id", name=op.f("ck_sertifikasi_akses_darurat_dua_orang")
        ),
        sa.CheckConstraint(
            "(status = 'DIBUKA') = (sampai IS NOT NULL)", name=op.f("ck_sertifikasi_akses_darurat_sampai")
        ),
        sa.CheckConstraint(
            "status IN ('MENUNGGU', 'DIBUKA', 'DITOLAK')", name=op.f("ck_sertifikasi_akses_darurat_status")
        ),
        sa.ForeignKeyConstraint(
            ["permohonan_id"], ["sertifikasi_permohonan.id"],
            name=op.f("fk_sertifikasi_akses_darurat_permohonan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["diminta_oleh_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_akses_darurat_diminta_oleh_id")
        ),
        sa.ForeignKeyConstraint(
            ["diputus_oleh_id"], ["pengguna.id"], name=op.f("fk_sertifikasi_akses_darurat_diputus_oleh_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_akses_darurat")),
    )  # fmt: skip
    for column in ("permohonan_id", "diminta_oleh_id"):
        op.create_index(f"ix_sertifikasi_akses_darurat_{column}", "sertifikasi_akses_darurat", [column])


def downgrade() -> None:
    op.drop_table("sertifikasi_akses_darurat")
    op.drop_column("sertifikasi_tiket", "tautan_dipakai_at")
