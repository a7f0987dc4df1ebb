"""Tables that people hand in: each file, and its rows while they are checked, written, taken back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "impor"
down_revision = "cabut"

JSON = postgresql.JSONB(astext_type=sa.Text())


def _base() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "impor",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=True),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("lingkup", sa.Text(), nullable=False),
        sa.Column("lembar", sa.Text(), nullable=False),
        sa.Column("baris_judul", sa.Integer(), nullable=False),
        sa.Column("judul", JSON, nullable=False),
        sa.Column("peta", JSON, nullable=False),
        sa.Column("catatan", JSON, nullable=False),
        sa.Column("modus", sa.Text(), nullable=False),
        sa.Column("timpa", JSON, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("hitungan", JSON, nullable=False),
        sa.Column("pekerjaan_id", sa.Uuid(), nullable=True),
        sa.Column("pelaksana", sa.Text(), nullable=False),
        sa.Column("diperiksa_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ditulis_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dibatalkan_at", sa.DateTime(timezone=True), nullable=True),
        *_base(),
        sa.CheckConstraint(
            "status IN ('DIUNGGAH', 'MEMERIKSA', 'SIAP', 'MENULIS', 'SELESAI', 'MEMBATALKAN', 'DIBATALKAN', 'GAGAL')",
            name=op.f("ck_impor_status"),
        ),
        sa.ForeignKeyConstraint(["dokumen_id"], ["dokumen.id"], name=op.f("fk_impor_dokumen_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["user_id"], ["pengguna.id"], name=op.f("fk_impor_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impor")),
    )
    op.create_index(op.f("ix_impor_dokumen_id"), "impor", ["dokumen_id"])
    op.create_index("ix_impor_milik", "impor", ["user_id", sa.text("id DESC")])
    op.create_index("ix_impor_sama", "impor", ["jenis", "sha256"])
    op.create_table(
        "impor_baris",
        sa.Column("impor_id", sa.Uuid(), nullable=False),
        sa.Column("nomor", sa.Integer(), nullable=False),
        sa.Column("aksi", sa.Text(), nullable=False),
        sa.Column("nilai", sa.LargeBinary(), nullable=False),
        sa.Column("masalah", JSON, nullable=False),
        sa.Column("galat", sa.Integer(), nullable=False),
        sa.Column("peringatan", sa.Integer(), nullable=False),
        sa.Column("ditemukan_id", sa.Uuid(), nullable=True),
        sa.Column("hasil_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        *_base(),
        sa.CheckConstraint(
            "status IN ('BELUM', 'DITULIS', 'GALAT', 'DIKEMBALIKAN')", name=op.f("ck_impor_baris_status")
        ),
        sa.ForeignKeyConstraint(["impor_id"], ["impor.id"], name=op.f("fk_impor_baris_impor_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impor_baris")),
        sa.UniqueConstraint("impor_id", "nomor", name=op.f("uq_impor_baris_impor_id_nomor")),
    )
    op.create_index(
        "ix_impor_baris_masalah", "impor_baris", ["impor_id", "nomor"],
        postgresql_where=sa.text("galat > 0 OR peringatan > 0"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("impor_baris")
    op.drop_table("impor")
