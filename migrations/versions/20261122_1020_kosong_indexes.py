"""Who lacks a file: entries held against links by their indexes alone."""

import sqlalchemy as sa
from alembic import op

revision = "kosong"
down_revision = "saring"
TABLES = ("riwayat_jabatan", "riwayat_golongan", "riwayat_pendidikan", "riwayat_kedudukan", "riwayat_lain")
FIRST = {"riwayat_lain": ("jenis",)}
LINKS = ("ix_berkas_tautan_jenis", "berkas_tautan")


def upgrade() -> None:
    for table in TABLES:
        op.create_index(
            f"ix_{table}_sah", table, [*FIRST.get(table, ()), "id"], postgresql_include=["pegawai_id"],
            postgresql_where=sa.text("status = 'TERVERIFIKASI'"),
        )  # fmt: skip
    op.drop_index(*LINKS)
    op.create_index(*LINKS, ["jenis_dokumen", "pegawai_id"], postgresql_where=sa.text("aktif"))


def downgrade() -> None:
    op.drop_index(*LINKS)
    op.create_index(*LINKS, ["jenis_dokumen"], postgresql_where=sa.text("aktif"))
    for table in TABLES:
        op.drop_index(f"ix_{table}_sah", table)
