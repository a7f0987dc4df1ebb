"""Institutions that register their people, invitations, and certificates from before the portal."""

import sqlalchemy as sa
from alembic import op

revision = "kolektif"
down_revision = "darurat"


def _base() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _institutions() -> None:
    op.create_table(
        "sertifikasi_lembaga",
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("aktif", sa.Boolean(), nullable=False),
        *_base(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_lembaga")),
        sa.UniqueConstraint("nama", name=op.f("uq_sertifikasi_lembaga_nama")),
    )
    name = "sertifikasi_operator"
    op.create_table(
        name,
        sa.Column("lembaga_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("diberi_oleh_id", sa.Uuid(), nullable=False),
        sa.Column("dicabut_at", sa.DateTime(timezone=True), nullable=True),
        *_base(),
        _to(name, "lembaga_id", "sertifikasi_lembaga"),
        _to(name, "user_id", "pengguna"),
        _to(name, "diberi_oleh_id", "pengguna"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_operator")),
    )
    op.create_index(
        "uq_sertifikasi_operator_satu", name, ["user_id"], unique=True, postgresql_where=sa.text("dicabut_at IS NULL")
    )
    op.create_index("ix_sertifikasi_operator_lembaga_id", name, ["lembaga_id"])


def _invitations() -> None:
    name = "sertifikasi_undangan"
    op.create_table(
        name,
        sa.Column("lembaga_id", sa.Uuid(), nullable=False),
        sa.Column("skema_id", sa.Uuid(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("nik_sidik", sa.Text(), nullable=False),
        sa.Column("tujuan", sa.Text(), nullable=False),
        sa.Column("isian", sa.LargeBinary(), nullable=True),
        sa.Column("kode_sidik", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("permohonan_id", sa.Uuid(), nullable=True),
        sa.Column("oleh_id", sa.Uuid(), nullable=False),
        sa.Column("dikirim_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("berlaku_sampai", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dijawab_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cari", sa.Text(), sa.Computed("lower(f_unaccent(nama))", persisted=True), nullable=False),
        *_base(),
        sa.CheckConstraint(
            "status IN ('MENUNGGU', 'DITERIMA', 'DITOLAK', 'DITARIK', 'KEDALUWARSA')",
            name=op.f("ck_sertifikasi_undangan_status"),
        ),
        _to(name, "lembaga_id", "sertifikasi_lembaga"),
        _to(name, "skema_id", "sertifikasi_skema"),
        _to(name, "user_id", "pengguna"),
        _to(name, "permohonan_id", "sertifikasi_permohonan"),
        _to(name, "oleh_id", "pengguna"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_undangan")),
        sa.UniqueConstraint("kode_sidik", name=op.f("uq_sertifikasi_undangan_kode_sidik")),
    )
    op.create_index(
        "uq_sertifikasi_undangan_hidup", name, ["nik_sidik", "skema_id", "lembaga_id"], unique=True,
        postgresql_where=sa.text("status = 'MENUNGGU'"),
    )  # fmt: skip
    op.create_index(
        "ix_sertifikasi_undangan_cari", name, ["cari"], postgresql_using="gin", postgresql_ops={"cari": "gin_trgm_ops"}
    )
    for column in ("lembaga_id", "user_id", "permohonan_id"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _old_certificates() -> None:
    name = "sertifikasi_sertifikat_lama"
    op.create_table(
        name,
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("tanggal_lahir", sa.Date(), nullable=True),
        sa.Column("nik_enc", sa.LargeBinary(), nullable=True),
        sa.Column("nik_sidik", sa.Text(), nullable=True),
        sa.Column("skema_id", sa.Uuid(), nullable=False),
        sa.Column("nomor", sa.Text(), nullable=False),
        sa.Column("nomor_sidik", sa.Text(), nullable=False),
        sa.Column("no_reg", sa.Text(), nullable=True),
        sa.Column("no_reg_sidik", sa.Text(), nullable=True),
        sa.Column("seri", sa.Text(), nullable=True),
        sa.Column("diputus", sa.Date(), nullable=True),
        sa.Column("terbit", sa.Date(), nullable=False),
        sa.Column("sampai", sa.Date(), nullable=False),
        sa.Column("periksa", sa.Text(), nullable=False),
        sa.Column("dokumen_id", sa.Uuid(), nullable=True),
        sa.Column("catatan", sa.Text(), nullable=False),
        sa.Column("diperiksa_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("diperiksa_oleh_id", sa.Uuid(), nullable=True),
        sa.Column("dimuat_oleh_id", sa.Uuid(), nullable=False),
        sa.Column(
            "cari", sa.Text(), sa.Computed("lower(f_unaccent(nama || ' ' || nomor))", persisted=True), nullable=False
        ),
        *_base(),
        sa.CheckConstraint("sampai > terbit", name=op.f("ck_sertifikasi_sertifikat_lama_masa")),
        sa.CheckConstraint(
            "periksa = 'BELUM' OR diperiksa_oleh_id IS NOT NULL", name=op.f("ck_sertifikasi_sertifikat_lama_pemeriksa")
        ),
        sa.CheckConstraint(
            "periksa IN ('BELUM', 'SESUAI', 'BERBEDA')", name=op.f("ck_sertifikasi_sertifikat_lama_periksa")
        ),
        _to(name, "skema_id", "sertifikasi_skema"),
        _to(name, "dokumen_id", "dokumen"),
        _to(name, "diperiksa_oleh_id", "pengguna"),
        _to(name, "dimuat_oleh_id", "pengguna"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_sertifikat_lama")),
        *(
            sa.UniqueConstraint(column, name=op.f(f"uq_{name}_{column}"))
            for column in ("nomor_sidik", "no_reg_sidik", "seri")
        ),
    )
    op.create_index(f"ix_{name}_nama", name, ["nama", "id"])
    op.create_index(f"ix_{name}_cari", name, ["cari"], postgresql_using="gin", postgresql_ops={"cari": "gin_trgm_ops"})
    for column in ("nik_sidik", "skema_id", "dokumen_id"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def upgrade() -> None:
    _institutions()
    _invitations()
    _old_certificates()


def downgrade() -> None:
    for table in ("sertifikat_lama", "undangan", "operator", "lembaga"):
        op.drop_table(f"sertifikasi_{table}")
