"""Instruments (MUK) of a scheme version, what is opened of them for a leave, and how long they are kept."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from uuid_utils.compat import uuid7

revision = "muk"
down_revision = "kolektif"

BASES = ("DIBUAT", "KEPUTUSAN", "KEDALUWARSA")


def _row() -> list[sa.Column[object]]:
    stamps = [sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("dibuat_at", "diubah_at")]
    return [sa.Column("id", sa.Uuid(), nullable=False), *stamps]


def _link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _instruments() -> None:
    name = "sertifikasi_muk"
    op.create_table(
        name,
        sa.Column("skema_versi_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("kode", sa.Text(), nullable=False),
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("pembuat_id", sa.Uuid(), nullable=False),
        sa.Column("menggantikan_id", sa.Uuid(), nullable=True),
        sa.Column("berakhir_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alasan", sa.Text(), nullable=False, server_default=""),
        *_row(),
        sa.CheckConstraint("status IN ('BERLAKU', 'DICABUT')", name=op.f(f"ck_{name}_status")),
        sa.CheckConstraint("versi > 0", name=op.f(f"ck_{name}_versi")),
        sa.CheckConstraint("(status = 'BERLAKU') = (berakhir_at IS NULL)", name=op.f(f"ck_{name}_berakhir")),
        _link(name, "skema_versi_id", "sertifikasi_skema_versi"),
        _link(name, "unit_id", "sertifikasi_unit"),
        _link(name, "dokumen_id", "dokumen"),
        _link(name, "pembuat_id", "pengguna"),
        _link(name, "menggantikan_id", "sertifikasi_muk"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_dokumen_id"), name, ["dokumen_id"])
    op.create_index(
        f"uq_{name}_berlaku", name, ["skema_versi_id", "unit_id", "kode"], unique=True,
        postgresql_nulls_not_distinct=True, postgresql_where=sa.text("status = 'BERLAKU'"),
    )  # fmt: skip


def _opened() -> None:
    name = "sertifikasi_muk_dibuka"
    op.create_table(
        name,
        sa.Column("muk_id", sa.Uuid(), nullable=False),
        sa.Column("akses_id", sa.Uuid(), nullable=False),
        sa.Column("oleh_id", sa.Uuid(), nullable=False),
        sa.Column("permintaan", sa.Text(), nullable=False),
        sa.Column("ditutup_at", sa.DateTime(timezone=True), nullable=True),
        *_row(),
        _link(name, "muk_id", "sertifikasi_muk"),
        _link(name, "akses_id", "sertifikasi_akses"),
        _link(name, "oleh_id", "pengguna"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_akses_id"), name, ["akses_id"])
    op.create_index(
        f"uq_{name}", name, ["muk_id", "akses_id"], unique=True, postgresql_where=sa.text("ditutup_at IS NULL")
    )


def _bases(*names: str) -> None:
    op.drop_constraint(op.f("ck_sertifikasi_retensi_dasar"), "sertifikasi_retensi", type_="check")
    listed = ", ".join(repr(name) for name in names)
    op.create_check_constraint(op.f("ck_sertifikasi_retensi_dasar"), "sertifikasi_retensi", f"dasar IN ({listed})")


def upgrade() -> None:
    _instruments()
    _opened()
    _bases(*BASES, "PEMAKAIAN")
    statement = sa.text(
        "INSERT INTO sertifikasi_retensi (id, dibuat_at, diubah_at, jenis, nama, kelas, bulan, dasar, urut) "
        "VALUES (:id, :now, :now, 'MUK', 'Materi uji kompetensi', 'RAHASIA', 24, 'PEMAKAIAN', 14)"
    ).bindparams(sa.bindparam("id", type_=sa.Uuid()), sa.bindparam("now", type_=sa.DateTime(timezone=True)))
    op.get_bind().execute(statement, {"id": uuid7(), "now": datetime.now(UTC)})


def downgrade() -> None:
    op.execute("DELETE FROM sertifikasi_arsip WHERE jenis = 'MUK'")
    op.execute("DELETE FROM sertifikasi_retensi WHERE jenis = 'MUK'")
    _bases(*BASES)
    op.drop_table("sertifikasi_muk_dibuka")
    op.drop_table("sertifikasi_muk")
