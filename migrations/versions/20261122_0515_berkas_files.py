"""Counts of files, objects of the store, runs of the finder, and how far an initial load came."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "berkas"
down_revision = "surat"
MANY = sa.DateTime(timezone=True)


def base() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False), sa.Column("dibuat_at", MANY, nullable=False),
        sa.Column("diubah_at", MANY, nullable=False),
    ]  # fmt: skip


def key(table: str, column: str, target: str, nullable: bool = True, gone: str | None = None) -> list:
    name = op.f(f"fk_{table}_{column}")
    return [
        sa.Column(column, sa.Uuid(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=gone),
    ]


def primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def check(table: str, name: str, words: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(words, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "berkas_rekap", text("tingkat"), *key("berkas_rekap", "pd_id", "unit"), *key("berkas_rekap", "unit_id", "unit"),
        text("jenis_dokumen"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("urut", "ada", "belum", "kosong", "hilang")),
        *base(), primary("berkas_rekap"), check("berkas_rekap", "tingkat", "tingkat IN ('KOTA', 'OPD', 'UNIT')"),
    )  # fmt: skip
    op.create_index("ix_berkas_rekap_urut", "berkas_rekap", ["tingkat", "urut", "id"])
    op.create_index("ix_berkas_rekap_pd", "berkas_rekap", ["tingkat", "pd_id", "jenis_dokumen"])
    op.create_index("ix_berkas_rekap_unit", "berkas_rekap", ["unit_id"])
    op.create_table(
        "berkas_objek", text("asal"), text("kunci"), sa.Column("ukuran", sa.BigInteger(), nullable=False),
        text("etag"), text("sha256"), text("nip"), sa.Column("jenis", JSONB(), nullable=False),
        sa.Column("dilihat_at", MANY, nullable=False),
        *key("berkas_objek", "dipakai_id", "berkas_tautan", gone="SET NULL"), *base(), primary("berkas_objek"),
        sa.UniqueConstraint("kunci", name=op.f("uq_berkas_objek_kunci")),
        check("berkas_objek", "asal", "asal IN ('ISI', 'LAMA')"),
    )  # fmt: skip
    for column in ("sha256", "nip"):
        op.create_index(op.f(f"ix_berkas_objek_{column}"), "berkas_objek", [column])
    op.create_index("ix_berkas_objek_ukuran", "berkas_objek", ["ukuran"])
    op.create_index("ix_berkas_objek_dipakai", "berkas_objek", ["dipakai_id"])
    finder()
    op.create_table(
        "muat_simpeg", text("sidik"), text("tabel"), sa.Column("baris", sa.Integer(), nullable=False),
        sa.Column("selesai", sa.Boolean(), nullable=False), sa.Column("hitungan", JSONB(), nullable=False),
        *base(), primary("muat_simpeg"),
        sa.UniqueConstraint("sidik", "tabel", name=op.f("uq_muat_simpeg_sidik_tabel")),
    )  # fmt: skip


def finder() -> None:
    states = "'MENYIAPKAN', 'SIAP', 'MENJALANKAN', 'SELESAI', 'MENGURUNGKAN', 'DIURUNGKAN'"
    op.create_table(
        "berkas_batch", text("awalan"), text("status"), sa.Column("hitungan", JSONB(), nullable=False),
        *key("berkas_batch", "dibuat_oleh_id", "pengguna", nullable=False),
        *key("berkas_batch", "dijalankan_oleh_id", "pengguna"), sa.Column("dijalankan_at", MANY),
        *key("berkas_batch", "diurungkan_oleh_id", "pengguna"), sa.Column("diurungkan_at", MANY),
        *base(), primary("berkas_batch"), check("berkas_batch", "status", f"status IN ({states})"),
    )  # fmt: skip
    op.create_table(
        "berkas_temuan", *key("berkas_temuan", "batch_id", "berkas_batch", nullable=False, gone="CASCADE"),
        *key("berkas_temuan", "tautan_id", "berkas_tautan", nullable=False),
        *key("berkas_temuan", "pegawai_id", "pegawai", nullable=False),
        *map(text, ("jenis_dokumen", "hasil", "sebab")), sa.Column("calon", JSONB(), nullable=False),
        *map(text, ("status", "kunci")), *key("berkas_temuan", "baru_id", "berkas_tautan", gone="SET NULL"),
        *key("berkas_temuan", "diputus_oleh_id", "pengguna"), sa.Column("diputus_at", MANY),
        *base(), primary("berkas_temuan"),
        sa.UniqueConstraint("batch_id", "tautan_id", name=op.f("uq_berkas_temuan_batch_id_tautan_id")),
        check("berkas_temuan", "hasil", "hasil IN ('OTOMATIS', 'ANTRE')"),
        check("berkas_temuan", "status", "status IN ('MENUNGGU', 'DITAUTKAN', 'DILEWATI', 'KEMBALI')"),
    )  # fmt: skip
    op.create_index(op.f("ix_berkas_temuan_tautan_id"), "berkas_temuan", ["tautan_id"])
    op.create_index(
        "ix_berkas_temuan_antre", "berkas_temuan", ["batch_id", "id"],
        postgresql_where=sa.text("hasil = 'ANTRE' AND status = 'MENUNGGU'"),
    )  # fmt: skip


def downgrade() -> None:
    for table in ("muat_simpeg", "berkas_temuan", "berkas_batch", "berkas_objek", "berkas_rekap"):
        op.drop_table(table)
