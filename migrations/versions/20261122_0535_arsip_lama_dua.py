"""A certificate of the old register is held against its paper by somebody else than who loaded it."""

from alembic import op

revision = "arsip_lama_dua"
down_revision = "segel"

TABLE, NAME = "sertifikasi_sertifikat_lama", "ck_sertifikasi_sertifikat_lama_dua_orang"
ALONE = "periksa = 'SESUAI' AND diperiksa_oleh_id = dimuat_oleh_id"


def upgrade() -> None:
    op.execute(f"UPDATE {TABLE} SET periksa = 'BELUM', diperiksa_oleh_id = NULL, diperiksa_at = NULL WHERE {ALONE}")  # noqa: S608 - names of this file
    op.create_check_constraint(op.f(NAME), TABLE, "periksa <> 'SESUAI' OR diperiksa_oleh_id <> dimuat_oleh_id")


def downgrade() -> None:
    op.drop_constraint(op.f(NAME), TABLE)
