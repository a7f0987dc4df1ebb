"""Hash of what was signed, beside certificates and minutes: nothing else is drawn later.

Papers that are signed and not yet drawn get the hash of what they hold now.
"""

import hashlib

import orjson
import sqlalchemy as sa
from alembic import op

revision = "sidik"
down_revision = "pengingat"

UNDRAWN = {
    "sertifikasi_sertifikat": "status = 'MENUNGGU_TANDA_TANGAN' AND ditandatangani_at IS NOT NULL",
    "sertifikasi_pleno": "status = 'DITUTUP' AND berita_acara_id IS NULL",
}


def upgrade() -> None:
    here = op.get_bind()
    for name, undrawn in UNDRAWN.items():
        op.add_column(name, sa.Column("isi_sha256", sa.Text(), server_default="", nullable=False))
        table = sa.table(name, sa.column("id", sa.Uuid), sa.column("isi", sa.JSON), sa.column("isi_sha256", sa.Text))
        for row in here.execute(sa.select(table.c.id, table.c.isi).where(sa.text(undrawn))).all():
            digest = hashlib.sha256(orjson.dumps(row.isi, option=orjson.OPT_SORT_KEYS)).hexdigest()
            op.execute(sa.update(table).where(table.c.id == row.id).values(isi_sha256=digest))


def downgrade() -> None:
    for name in UNDRAWN:
        op.drop_column(name, "isi_sha256")
