"""Letters with their numbers, tickets of data quality and figures of every month."""

import sqlalchemy as sa
from alembic import op

revision = "surat"
down_revision = "kunci_api"

TABLES = ("mutu_bulan", "tiket_mutu", "surat_usulan", "surat_pengantar")


def upgrade() -> None:
    _letters()
    _quality()


def _times() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
    )


def _fk(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _letters() -> None:
    op.create_table(
        "surat_pengantar",
        sa.Column("pd_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("tanggal", sa.Date(), nullable=False),
        sa.Column("tahun", sa.Integer(), nullable=False),
        sa.Column("nomor", sa.Text(), nullable=False),
        sa.Column(
            "nomor_normal", sa.Text(), sa.Computed(r"lower(regexp_replace(nomor, '\s', '', 'g'))", persisted=True),
            nullable=False,
        ),
        sa.Column("urut", sa.Integer(), nullable=True),
        sa.Column("perihal", sa.Text(), nullable=False),
        sa.Column("tujuan", sa.Text(), nullable=False),
        sa.Column("isi", sa.Text(), nullable=False),
        sa.Column("penandatangan_id", sa.Uuid(), nullable=True),
        sa.Column("tertanda", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("dibuat_oleh_id", sa.Uuid(), nullable=False),
        sa.Column("dikirim_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("dikirim_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versi", sa.Integer(), nullable=False),
        sa.Column("kunci", sa.Uuid(), nullable=True),
        *_times(),
        sa.CheckConstraint("status IN ('DRAF', 'DIKIRIM', 'DIBATALKAN')", name=op.f("ck_surat_pengantar_status")),
        sa.CheckConstraint(
            "status <> 'DIKIRIM' OR (nomor <> '' AND dikirim_at IS NOT NULL)", name=op.f("ck_surat_pengantar_bernomor")
        ),
        sa.CheckConstraint("tahun = extract(year FROM tanggal)", name=op.f("ck_surat_pengantar_tahun")),
        *(_fk("surat_pengantar", column, target) for column, target in (
            ("pd_id", "unit"), ("unit_id", "unit"), ("penandatangan_id", "pegawai"), ("dokumen_id", "dokumen"),
            ("dibuat_oleh_id", "pengguna"), ("dikirim_oleh_id", "pengguna"),
        )),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surat_pengantar")),
        sa.UniqueConstraint("kunci", name=op.f("uq_surat_pengantar_kunci")),
    )  # fmt: skip
    op.create_index(
        "uq_surat_pengantar_nomor", "surat_pengantar", ["pd_id", "tahun", "nomor_normal"], unique=True,
        postgresql_where=sa.text("nomor <> ''"),
    )  # fmt: skip
    op.create_index(
        "uq_surat_pengantar_urut", "surat_pengantar", ["pd_id", "tahun", "urut"], unique=True,
        postgresql_where=sa.text("urut IS NOT NULL"),
    )  # fmt: skip
    op.create_index("ix_surat_pengantar_tanggal", "surat_pengantar", ["tanggal", "id"])
    op.create_index(op.f("ix_surat_pengantar_unit_id"), "surat_pengantar", ["unit_id"])
    op.create_index(op.f("ix_surat_pengantar_dokumen_id"), "surat_pengantar", ["dokumen_id"])
    op.create_table(
        "surat_usulan",
        sa.Column("surat_id", sa.Uuid(), nullable=False),
        sa.Column("jenis", sa.Text(), nullable=False),
        sa.Column("usulan_id", sa.Uuid(), nullable=False),
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("aktif", sa.Boolean(), nullable=False),
        *_times(),
        _fk("surat_usulan", "surat_id", "surat_pengantar"),
        _fk("surat_usulan", "usulan_id", "pengajuan"),
        _fk("surat_usulan", "pegawai_id", "pegawai"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surat_usulan")),
        sa.UniqueConstraint("surat_id", "usulan_id", name=op.f("uq_surat_usulan_surat_id_usulan_id")),
    )
    op.create_index(op.f("ix_surat_usulan_surat_id"), "surat_usulan", ["surat_id"])
    op.create_index(op.f("ix_surat_usulan_pegawai_id"), "surat_usulan", ["pegawai_id"])
    op.create_index(
        "uq_surat_usulan_aktif", "surat_usulan", ["usulan_id"], unique=True, postgresql_where=sa.text("aktif")
    )


def _quality() -> None:
    op.create_table(
        "tiket_mutu",
        sa.Column("indikator", sa.Text(), nullable=False),
        sa.Column("pegawai_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("pd_id", sa.Uuid(), nullable=True),
        sa.Column("rincian", sa.Text(), nullable=False),
        sa.Column("dibuka", sa.Date(), nullable=False),
        sa.Column("ditutup", sa.Date(), nullable=True),
        *_times(),
        sa.CheckConstraint("ditutup IS NULL OR ditutup >= dibuka", name=op.f("ck_tiket_mutu_masa")),
        *(_fk("tiket_mutu", column, target) for column, target in (
            ("pegawai_id", "pegawai"), ("unit_id", "unit"), ("pd_id", "unit"),
        )),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tiket_mutu")),
    )  # fmt: skip
    op.create_index(
        "uq_tiket_mutu_terbuka", "tiket_mutu", ["indikator", "pegawai_id"], unique=True,
        postgresql_where=sa.text("ditutup IS NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_tiket_mutu_pd", "tiket_mutu", ["pd_id", "indikator"], postgresql_where=sa.text("ditutup IS NULL")
    )
    op.create_index("ix_tiket_mutu_dibuka", "tiket_mutu", ["dibuka", "id"])
    op.create_index(op.f("ix_tiket_mutu_pegawai_id"), "tiket_mutu", ["pegawai_id"])
    op.create_table(
        "mutu_bulan",
        sa.Column("bulan", sa.Date(), nullable=False),
        sa.Column("hari", sa.Date(), nullable=False),
        sa.Column("pd_id", sa.Uuid(), nullable=True),
        sa.Column("indikator", sa.Text(), nullable=False),
        sa.Column("diperiksa", sa.Integer(), nullable=False),
        sa.Column("temuan", sa.Integer(), nullable=False),
        *_times(),
        sa.CheckConstraint("temuan BETWEEN 0 AND diperiksa", name=op.f("ck_mutu_bulan_jumlah")),
        _fk("mutu_bulan", "pd_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mutu_bulan")),
        sa.UniqueConstraint(
            "bulan", "pd_id", "indikator", name=op.f("uq_mutu_bulan_bulan_pd_id_indikator"),
            postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
