"""Extensions and functions that the tables stand on."""

from alembic import op

revision = "fungsi"
down_revision = None

EXTENSIONS = ["pg_trgm", "unaccent", "btree_gist"]


def upgrade() -> None:
    for name in EXTENSIONS:
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
    op.execute(
        "CREATE OR REPLACE FUNCTION f_unaccent(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT "
        "AS $$ SELECT public.unaccent('public.unaccent'::regdictionary, $1) $$"
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION tolak_ubah() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'Baris % tidak boleh diubah atau dihapus', TG_TABLE_NAME; END $$"
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION IF EXISTS tolak_ubah()")
    op.execute("DROP FUNCTION IF EXISTS f_unaccent(text)")
