"""How long recordings of remote sessions are kept: a row of the retention table, no change of any table.

Nine months: the decision, the days to appeal and 90 days after them lie within.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from uuid_utils.compat import uuid7

revision = "rekaman"
down_revision = "libur"


def upgrade() -> None:
    statement = sa.text(
        "INSERT INTO sertifikasi_retensi (id, dibuat_at, diubah_at, jenis, nama, kelas, bulan, dasar, urut) "
        "VALUES (:id, :now, :now, 'REKAMAN', 'Rekaman sesi jarak jauh', 'RAHASIA', 9, 'DIBUAT', 13)"
    ).bindparams(sa.bindparam("id", type_=sa.Uuid()), sa.bindparam("now", type_=sa.DateTime(timezone=True)))
    op.get_bind().execute(statement, {"id": uuid7(), "now": datetime.now(UTC)})


def downgrade() -> None:
    op.execute("DELETE FROM sertifikasi_arsip WHERE jenis = 'REKAMAN'")
    op.execute("DELETE FROM sertifikasi_retensi WHERE jenis = 'REKAMAN'")
