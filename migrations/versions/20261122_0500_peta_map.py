"""Frozen maps of people, month by month: rows are only added."""

import sqlalchemy as sa
from alembic import op

revision = "peta"
down_revision = "siasn"

TABLES = ("peta_bulanan", "peta_unit", "peta_versi")


def upgrade() -> None:
    op.create_table(
        "peta_versi",
        sa.Column("periode", sa.Date(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("per_tanggal", sa.Date(), nullable=False),
        sa.Column("jumlah", sa.Integer(), nullable=False),
        sa.Column("jumlah_unit", sa.Integer(), nullable=False),
        sa.Column("sidik", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("dibuat_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("versi >= 1 AND (versi = 1 OR alasan <> '')", name=op.f("ck_peta_versi_alasan")),
        sa.CheckConstraint("extract(day FROM periode) = 1", name=op.f("ck_peta_versi_periode")),
        sa.ForeignKeyConstraint(["dibuat_oleh_id"], ["pengguna.id"], name=op.f("fk_peta_versi_dibuat_oleh_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peta_versi")),
        sa.UniqueConstraint("periode", "versi", name=op.f("uq_peta_versi_periode_versi")),
    )
    op.create_table(
        "peta_bulanan",
        sa.Column("versi_id", sa.Uuid(), nullable=False),
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("nip", sa.Text(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("jenis_kelamin", sa.Text(), nullable=False),
        sa.Column("kedudukan", sa.Text(), nullable=False),
        sa.Column("kelompok", sa.Text(), nullable=False),
        sa.Column("dihitung", sa.Boolean(), nullable=False),
        sa.Column("riwayat_jabatan_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("pd_id", sa.Uuid(), nullable=True),
        sa.Column("luar", sa.Boolean(), nullable=False),
        sa.Column("jenis_jabatan", sa.Text(), nullable=False),
        sa.Column("jabatan", sa.Text(), nullable=False),
        sa.Column("jenjang", sa.Text(), nullable=False),
        sa.Column("eselon", sa.Text(), nullable=False),
        sa.Column("kelas", sa.Integer(), nullable=True),
        sa.Column("pimpinan", sa.Boolean(), nullable=False),
        sa.Column("tmt_jabatan", sa.Date(), nullable=True),
        sa.Column("atasan_id", sa.Uuid(), nullable=True),
        sa.Column("golongan", sa.Text(), nullable=False),
        sa.Column("pendidikan_grup", sa.Text(), nullable=False),
        _version("peta_bulanan"),
        sa.PrimaryKeyConstraint("versi_id", "pegawai_id", name=op.f("pk_peta_bulanan")),
    )
    op.create_index("ix_peta_bulanan_unit", "peta_bulanan", ["versi_id", "unit_id"], unique=False)
    op.create_index("ix_peta_bulanan_nama", "peta_bulanan", ["versi_id", "nama", "pegawai_id"], unique=False)
    op.create_table(
        "peta_unit",
        sa.Column("versi_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("nama_jabatan", sa.Text(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("eselon", sa.Text(), nullable=False),
        sa.Column("induk_id", sa.Uuid(), nullable=True),
        sa.Column("pd_id", sa.Uuid(), nullable=True),
        sa.Column("urut", sa.Integer(), nullable=False),
        sa.Column("formasi", sa.Integer(), nullable=True),
        sa.Column("kode", sa.Text(), nullable=False),
        _version("peta_unit"),
        sa.PrimaryKeyConstraint("versi_id", "unit_id", name=op.f("pk_peta_unit")),
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_tetap BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tolak_ubah()"
        )


def _version(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_versi_id")
    return sa.ForeignKeyConstraint(["versi_id"], ["peta_versi.id"], name=name, deferrable=True, initially="DEFERRED")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
