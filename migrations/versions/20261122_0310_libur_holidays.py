"""Free days, with those of 2026 by the joint decree of three ministers.

Facts from: Keputusan Bersama Menteri Agama, Menteri Ketenagakerjaan, dan Menteri PANRB Nomor 1497 Tahun 2025,
Nomor 2 Tahun 2025, dan Nomor 5 Tahun 2025, 19 September 2025.
"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op
from uuid_utils.compat import uuid7

revision = "libur"
down_revision = "arsip"

DASAR = (
    "SKB Menteri Agama, Menteri Ketenagakerjaan, dan Menteri PANRB Nomor 1497 Tahun 2025, Nomor 2 Tahun 2025, "
    "dan Nomor 5 Tahun 2025"
)
NASIONAL = (
    (1, 1, "Tahun Baru 2026 Masehi"),
    (1, 16, "Isra Mikraj Nabi Muhammad SAW"),
    (2, 17, "Tahun Baru Imlek 2577 Kongzili"),
    (3, 19, "Hari Suci Nyepi, Tahun Baru Saka 1948"),
    (3, 21, "Idulfitri 1447 Hijriah"),
    (3, 22, "Idulfitri 1447 Hijriah"),
    (4, 3, "Wafat Yesus Kristus"),
    (4, 5, "Kebangkitan Yesus Kristus (Paskah)"),
    (5, 1, "Hari Buruh Internasional"),
    (5, 14, "Kenaikan Yesus Kristus"),
    (5, 27, "Iduladha 1447 Hijriah"),
    (5, 31, "Hari Raya Waisak 2570 BE"),
    (6, 1, "Hari Lahir Pancasila"),
    (6, 16, "1 Muharam, Tahun Baru Islam 1448 Hijriah"),
    (8, 17, "Proklamasi Kemerdekaan"),
    (8, 25, "Maulid Nabi Muhammad SAW"),
    (12, 25, "Kelahiran Yesus Kristus"),
)
BERSAMA = (
    (2, 16, "Cuti bersama Tahun Baru Imlek 2577 Kongzili"),
    (3, 18, "Cuti bersama Hari Suci Nyepi"),
    (3, 20, "Cuti bersama Idulfitri 1447 Hijriah"),
    (3, 23, "Cuti bersama Idulfitri 1447 Hijriah"),
    (3, 24, "Cuti bersama Idulfitri 1447 Hijriah"),
    (5, 15, "Cuti bersama Kenaikan Yesus Kristus"),
    (5, 28, "Cuti bersama Iduladha 1447 Hijriah"),
    (12, 24, "Cuti bersama Kelahiran Yesus Kristus"),
)


def upgrade() -> None:
    table = op.create_table(
        "hari_libur",
        sa.Column("tanggal", sa.Date(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("dasar", sa.Text(), nullable=False),
        sa.Column("diakhiri_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("diakhiri_alasan", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("jenis IN ('LIBUR_NASIONAL', 'CUTI_BERSAMA', 'LOKAL')", name=op.f("ck_hari_libur_jenis")),
        sa.CheckConstraint("unit_id IS NULL OR jenis = 'LOKAL'", name=op.f("ck_hari_libur_unit")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_hari_libur_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hari_libur")),
    )
    op.create_index("ix_hari_libur_tanggal", "hari_libur", ["tanggal"])
    op.create_index(
        "uq_hari_libur_berlaku", "hari_libur", ["tanggal", "nama", "unit_id"], unique=True,
        postgresql_nulls_not_distinct=True, postgresql_where=sa.text("diakhiri_at IS NULL"),
    )  # fmt: skip
    now = datetime.now(UTC)
    rows = [(jenis, *day) for jenis, listed in (("LIBUR_NASIONAL", NASIONAL), ("CUTI_BERSAMA", BERSAMA))
            for day in listed]  # fmt: skip
    op.bulk_insert(table, [
        {"id": uuid7(), "dibuat_at": now, "diubah_at": now, "tanggal": date(2026, month, day), "nama": nama,
         "jenis": jenis, "dasar": DASAR}
        for jenis, month, day, nama in rows
    ])  # fmt: skip


def downgrade() -> None:
    op.drop_table("hari_libur")
