"""The head of the OPD approves requests to retire; ages that the office sets for a jabatan."""

import sqlalchemy as sa
from alembic import op

revision = "setuju"
down_revision = "ingat"

BEFORE = ("DRAF", "DIAJUKAN", "DIPERIKSA_OPD", "DIVERIFIKASI", "USUL_BKN", "PERTEK", "SK_DITETAPKAN", "SELESAI",
          "DIKEMBALIKAN", "TMS", "DIBATALKAN")  # fmt: skip


def _allow(states: tuple[str, ...]) -> None:
    words = ", ".join(f"'{one}'" for one in states)
    op.drop_constraint("ck_usulan_pensiun_status", "usulan_pensiun")
    op.execute(f"ALTER TABLE usulan_pensiun ADD CONSTRAINT ck_usulan_pensiun_status CHECK (status IN ({words}))")


def upgrade() -> None:
    _allow((*BEFORE, "DISETUJUI_OPD"))
    op.create_table(
        "bup_khusus",
        sa.Column("jabatan_id", sa.Uuid(), nullable=False),
        sa.Column("usia", sa.Integer(), nullable=False),
        sa.Column("mulai", sa.Date(), nullable=False),
        sa.Column("selesai", sa.Date(), nullable=True),
        sa.Column("dasar", sa.Text(), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=False),
        sa.Column("dicatat_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("dicabut_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dicabut_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("selesai IS NULL OR selesai >= mulai", name=op.f("ck_bup_khusus_masa")),
        sa.CheckConstraint("usia BETWEEN 50 AND 75", name=op.f("ck_bup_khusus_usia")),
        sa.ForeignKeyConstraint(["dicabut_oleh_id"], ["pengguna.id"], name=op.f("fk_bup_khusus_dicabut_oleh_id")),
        sa.ForeignKeyConstraint(["dicatat_oleh_id"], ["pengguna.id"], name=op.f("fk_bup_khusus_dicatat_oleh_id")),
        sa.ForeignKeyConstraint(["dokumen_id"], ["dokumen.id"], name=op.f("fk_bup_khusus_dokumen_id")),
        sa.ForeignKeyConstraint(["jabatan_id"], ["jabatan.id"], name=op.f("fk_bup_khusus_jabatan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bup_khusus")),
    )
    op.create_index(op.f("ix_bup_khusus_dokumen_id"), "bup_khusus", ["dokumen_id"])
    op.create_index(
        "uq_bup_khusus_mulai",
        "bup_khusus",
        ["jabatan_id", "mulai"],
        unique=True,
        postgresql_where=sa.text("dicabut_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("bup_khusus")
    op.execute("UPDATE usulan_pensiun SET status = 'DIPERIKSA_OPD' WHERE status = 'DISETUJUI_OPD'")
    op.execute("UPDATE pengajuan SET status = 'DIPERIKSA_OPD' WHERE status = 'DISETUJUI_OPD'")
    _allow(BEFORE)
