"""Reminders of certificates, the change to full time of a PPPK, search by the number before."""

import sqlalchemy as sa
from alembic import op

revision = "alih"
down_revision = "ditunjuk"


def upgrade() -> None:
    op.create_table(
        "pengingat_sertifikat",
        sa.Column("riwayat_id", sa.Uuid(), nullable=False),
        sa.Column("berakhir", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["riwayat_id"], ["riwayat_lain.id"], name=op.f("fk_pengingat_sertifikat_riwayat_id_riwayat_lain")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pengingat_sertifikat")),
        sa.UniqueConstraint("riwayat_id", "berakhir", name=op.f("uq_pengingat_sertifikat_riwayat_id_berakhir")),
    )
    for name, column, kind in (("sertifikat", "selesai", "SERTIFIKASI"), ("peralihan", "tmt", "PERALIHAN")):
        op.create_index(
            f"ix_riwayat_lain_{name}",
            "riwayat_lain",
            [column],
            postgresql_where=sa.text(f"jenis = '{kind}' AND status = 'TERVERIFIKASI'"),
        )
    op.create_index(
        "ix_pegawai_data_nip_lama",
        "pegawai_data",
        ["nip_lama"],
        postgresql_ops={"nip_lama": "text_pattern_ops"},
        postgresql_where=sa.text("nip_lama <> ''"),
    )


def downgrade() -> None:
    op.drop_index("ix_pegawai_data_nip_lama", "pegawai_data")
    for name in ("peralihan", "sertifikat"):
        op.drop_index(f"ix_riwayat_lain_{name}", "riwayat_lain")
    op.drop_table("pengingat_sertifikat")
