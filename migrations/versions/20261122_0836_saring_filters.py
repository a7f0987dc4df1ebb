"""What lists filter people by: how complete their files are, how they stand with SIASN, their religion."""

import sqlalchemy as sa
from alembic import op

revision = "saring"
down_revision = "alih"
MANY = sa.DateTime(timezone=True)
KURANG = {
    "lengkap": "belum = 0 AND kosong = 0 AND hilang = 0", "kurang": "belum > 0 OR kosong > 0 OR hilang > 0",
    "belum": "belum > 0", "kosong": "kosong > 0", "hilang": "hilang > 0",
}  # fmt: skip


def of_people(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", MANY, nullable=False),
        sa.Column("diubah_at", MANY, nullable=False),
        sa.ForeignKeyConstraint(["pegawai_id"], ["pegawai.id"], name=op.f(f"fk_{table}_pegawai_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("pegawai_id", name=op.f(f"uq_{table}_pegawai_id")),
    )


def upgrade() -> None:
    of_people("berkas_orang", *(sa.Column(one, sa.Integer(), nullable=False) for one in ("belum", "kosong", "hilang")))
    for name, words in KURANG.items():
        op.create_index(f"ix_berkas_orang_{name}", "berkas_orang", ["pegawai_id"], postgresql_where=sa.text(words))
    of_people(
        "siasn_orang",
        sa.Column("keadaan", sa.Text(), nullable=False),
        sa.CheckConstraint("keadaan IN ('BELUM', 'SAMA', 'SELISIH', 'GAGAL')", name=op.f("ck_siasn_orang_keadaan")),
    )
    op.create_index("ix_siasn_orang_keadaan", "siasn_orang", ["keadaan", "pegawai_id"])
    op.create_index("ix_pegawai_data_agama", "pegawai_data", ["agama", "pegawai_id"])


def downgrade() -> None:
    op.drop_index("ix_pegawai_data_agama", "pegawai_data")
    op.drop_table("siasn_orang")
    op.drop_table("berkas_orang")
