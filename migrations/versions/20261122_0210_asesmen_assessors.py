"""Registers keep documents, assignments their reasons; indexes of the list of applications."""

import sqlalchemy as sa
from alembic import op

revision = "asesmen"
down_revision = "cadangan"

LIST = {
    "ix_sertifikasi_permohonan_terkirim": [],
    "ix_sertifikasi_permohonan_skema": ["skema_id"],
    "ix_sertifikasi_permohonan_provinsi": ["provinsi"],
    "ix_sertifikasi_permohonan_instansi": ["instansi"],
}


def upgrade() -> None:
    op.create_table(
        "sertifikasi_berkas_register",
        sa.Column("asesor_id", sa.Uuid(), nullable=True),
        sa.Column("tuk_id", sa.Uuid(), nullable=True),
        sa.Column("dokumen_id", sa.Uuid(), nullable=False),
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dibuat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diubah_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(asesor_id, tuk_id) = 1", name=op.f("ck_sertifikasi_berkas_register_satu")),
        sa.ForeignKeyConstraint(
            ["asesor_id"], ["sertifikasi_asesor.id"], name=op.f("fk_sertifikasi_berkas_register_asesor_id")
        ),
        sa.ForeignKeyConstraint(["tuk_id"], ["sertifikasi_tuk.id"], name=op.f("fk_sertifikasi_berkas_register_tuk_id")),
        sa.ForeignKeyConstraint(["dokumen_id"], ["dokumen.id"], name=op.f("fk_sertifikasi_berkas_register_dokumen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sertifikasi_berkas_register")),
    )
    for column in ("asesor_id", "tuk_id", "dokumen_id"):
        name = op.f(f"ix_sertifikasi_berkas_register_{column}")
        op.create_index(name, "sertifikasi_berkas_register", [column])
    op.add_column("sertifikasi_penugasan", sa.Column("rencana", sa.Date(), nullable=True))
    for column in ("alasan", "keberatan_jawaban"):
        op.add_column("sertifikasi_penugasan", sa.Column(column, sa.Text(), nullable=False, server_default=""))
    for name, columns in LIST.items():
        op.create_index(name, "sertifikasi_permohonan", [*columns, "apl01_diajukan_at", "id"])
    op.create_index("ix_sertifikasi_permohonan_nama", "sertifikasi_permohonan", ["nama", "id"])
    op.create_index(
        "ix_pengajuan_sertifikasi", "pengajuan", ["status", "id"],
        postgresql_where=sa.text("alur = 'sertifikasi.permohonan'"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_pengajuan_sertifikasi", table_name="pengajuan")
    for name in [*LIST, "ix_sertifikasi_permohonan_nama"]:
        op.drop_index(name, table_name="sertifikasi_permohonan")
    for column in ("keberatan_jawaban", "alasan", "rencana"):
        op.drop_column("sertifikasi_penugasan", column)
    op.drop_table("sertifikasi_berkas_register")
