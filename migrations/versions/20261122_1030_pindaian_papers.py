"""What the text of a document says about whose it is; papers that some kinds of retirement lacked."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from portal.kepegawaian.pensiun import bawaan

revision = "pindaian"
down_revision = "pilih"


def upgrade() -> None:
    op.add_column("berkas_tautan", sa.Column("bacaan", sa.Text(), nullable=False, server_default=""))
    op.create_check_constraint(
        op.f("ck_berkas_tautan_bacaan"), "berkas_tautan", "bacaan IN ('', 'COCOK', 'LAIN', 'TANPA_NIP', 'TANPA_TEKS')"
    )
    _more_papers()


def _more_papers() -> None:
    """Rows that a portal of before this day lacks; what its office changed stays."""
    columns = ("jenis", "dokumen", "judul", "wajib", "sumber", "riwayat", "tahap", "catatan")
    table = sa.table(
        "syarat_pensiun", sa.column("id", sa.Uuid()), *(sa.column(name, sa.Text()) for name in columns),
        sa.column("urut", sa.Integer()), sa.column("aktif", sa.Boolean()),
        sa.column("dibuat_at", sa.DateTime(timezone=True)), sa.column("diubah_at", sa.DateTime(timezone=True)),
    )  # fmt: skip
    moment = datetime.now(UTC)
    rows = [{"id": uuid7(), "dibuat_at": moment, "diubah_at": moment, **row} for row in bawaan.syarat()]
    op.execute(insert(table).values(rows).on_conflict_do_nothing(index_elements=["jenis", "dokumen"]))


def downgrade() -> None:
    op.drop_constraint(op.f("ck_berkas_tautan_bacaan"), "berkas_tautan")
    op.drop_column("berkas_tautan", "bacaan")
