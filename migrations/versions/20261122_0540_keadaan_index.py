"""Constraints of stretches by a hash of the key, and indexes the lists and the map read."""

import sqlalchemy as sa
from alembic import op

revision = "keadaan"
down_revision = "jabatan"

# btree_gist tells uuids apart by their first bytes, which are times: keys of one import all look the same, and every
# new row visits most of the index (3.4 ms a row at 100,000 people). A 64-bit hash of the key spreads them.
CONSTRAINTS = (
    ("keadaan_pegawai", "ex_keadaan_pegawai_masa", "pegawai_id", "sampai", ""),
    ("penempatan", "ex_penempatan_satu_definitif", "pegawai_id", "selesai", "WHERE (jenis = 'DEFINITIF')"),
    ("penempatan", "ex_penempatan_satu_pimpinan", "unit_id", "selesai", "WHERE (jenis = 'DEFINITIF' AND is_pimpinan)"),
)


def _replace(key: str) -> None:
    for table, name, column, end, where in CONSTRAINTS:
        op.drop_constraint(name, table)
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist "
            f"({key.format(column)} WITH =, daterange(mulai, {end}, '[]') WITH &&) {where}"
        )


def upgrade() -> None:
    _replace("uuid_hash_extended({}, 0)")
    op.create_index(
        "ix_keadaan_pegawai_akhir",
        "keadaan_pegawai",
        ["pegawai_id"],
        postgresql_where=sa.text("sampai = '9999-12-31'"),
    )
    op.create_index(
        "ix_keadaan_pegawai_kepala", "keadaan_pegawai", ["unit_id", "sampai"], postgresql_where=sa.text("pimpinan")
    )
    op.create_index(
        "ix_keadaan_pegawai_lepas",
        "keadaan_pegawai",
        ["sampai", "pegawai_id"],
        postgresql_where=sa.text("unit_id IS NULL AND kelompok <> 'BERHENTI'"),
    )
    op.create_index(
        "ix_keadaan_pegawai_peta",
        "keadaan_pegawai",
        ["sampai", "unit_id"],
        postgresql_where=sa.text("kelompok <> 'BERHENTI'"),
        postgresql_include=["pd_id", "mulai", "jenis", "kelompok", "dihitung", "eselon", "pimpinan"],
    )


def downgrade() -> None:
    for name in ("peta", "lepas", "kepala", "akhir"):
        op.drop_index(f"ix_keadaan_pegawai_{name}", "keadaan_pegawai")
    _replace("{}")
