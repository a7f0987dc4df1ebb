"""Reminders of agreements that end, NIP read in files, names found whatever their punctuation."""

import sqlalchemy as sa
from alembic import op

revision = "ingat"
down_revision = "henti"

WITH_NIP = "nama || ' ' || coalesce(nip, '')"
BARE = "coalesce(' ' || nullif(translate(nama, '-.,''’‘`', ' '), nama), '')"


def upgrade() -> None:
    op.create_table(
        "pengingat_kontrak",
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("berakhir", sa.Date(), nullable=False),
        sa.Column("bulan", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f("fk_pengingat_kontrak_pegawai_id_pegawai")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pengingat_kontrak")),
        sa.UniqueConstraint(
            "pegawai_id", "berakhir", "bulan", name=op.f("uq_pengingat_kontrak_pegawai_id_berakhir_bulan")
        ),
    )
    op.add_column("berkas_tautan", sa.Column("nip_lain", sa.Text(), server_default="", nullable=False))
    _search(f"{WITH_NIP} || {BARE}")


def downgrade() -> None:
    _search(WITH_NIP)
    op.drop_column("berkas_tautan", "nip_lain")
    op.drop_table("pengingat_kontrak")


def _search(text: str) -> None:
    """The column is computed anew under its own name: what runs beside this keeps reading it."""
    op.drop_column("pegawai", "cari")
    made = sa.Computed(f"lower(f_unaccent({text}))", persisted=True)
    op.add_column("pegawai", sa.Column("cari", sa.Text(), made, nullable=False))
    op.create_index(
        "ix_pegawai_cari", "pegawai", ["cari"], postgresql_using="gin", postgresql_ops={"cari": "gin_trgm_ops"}
    )
