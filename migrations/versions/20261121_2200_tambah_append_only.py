"""Tables that only grow: no role may update, delete or truncate them."""

from alembic import op

revision = "tambah"
down_revision = "dasar"

TABLES = ["aktivitas", "langkah_persetujuan"]


def upgrade() -> None:
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_tetap BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tolak_ubah()"
        )


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TRIGGER {table}_tetap ON {table}")
