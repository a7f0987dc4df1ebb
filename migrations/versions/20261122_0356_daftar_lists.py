"""Search columns and orders of the lists of certification, rare states of the repository, marks of the recap."""

import sqlalchemy as sa
from alembic import op

revision = "daftar_lsp"
down_revision = "wewenang"

SOUGHT = {
    "sertifikat": "nama || ' ' || coalesce(nomor, '') || ' ' || coalesce(no_reg, '') || ' ' || kode",
    "blanko": "seri",
    "tiket": "nomor || ' ' || nama || ' ' || pesan",
}
ORDERS = (
    ("sertifikat", "diputus", ["diputus", "id"]),
    ("sertifikat", "sampai", ["sampai", "id"]),
    ("sertifikat", "nama", ["nama", "id"]),
    ("sertifikat", "status", ["status", "diputus", "id"]),
    ("sertifikat", "versi", ["skema_versi_id", "diputus", "id"]),
    ("blanko", "keadaan", ["status", "seri"]),
    ("surveilan", "jatuh_tempo", ["jatuh_tempo", "id"]),
    ("surveilan", "status", ["status", "jatuh_tempo", "id"]),
    ("tiket", "masuk", ["dibuat_at", "id"]),
    ("tiket", "topik", ["topik", "dibuat_at", "id"]),
    ("tiket", "status", ["status", "dibuat_at", "id"]),
    ("tiket", "batas", ["batas", "id"]),
    ("tiket", "nama", ["nama", "id"]),
)
RARE = (
    ("musnah", "dimusnahkan_at IS NOT NULL"),
    ("beda", "cocok IS false"),
    ("tahan", "ditahan_at IS NOT NULL"),
    ("usul", "pemusnahan_id IS NOT NULL"),
)
MARKS = (
    ("ix_pengajuan_sertifikasi_diubah", "pengajuan", "alur = 'sertifikasi.permohonan'"),
    ("ix_sertifikasi_permohonan_diubah", "sertifikasi_permohonan", "apl01_diajukan_at IS NOT NULL"),
)


def upgrade() -> None:
    for name, text in SOUGHT.items():
        table = f"sertifikasi_{name}"
        made = sa.Computed(f"lower(f_unaccent({text}))", persisted=True)
        op.add_column(table, sa.Column("cari", sa.Text(), made, nullable=False))
        ops = {"cari": "gin_trgm_ops"}
        op.create_index(f"ix_{table}_cari", table, ["cari"], postgresql_using="gin", postgresql_ops=ops)
    for name, word, columns in ORDERS:
        op.create_index(f"ix_sertifikasi_{name}_{word}", f"sertifikasi_{name}", columns)
    for word, rare in RARE:
        where = sa.text(rare)
        op.create_index(f"ix_sertifikasi_arsip_{word}", "sertifikasi_arsip", ["pada", "id"], postgresql_where=where)
    for index, table, some in MARKS:
        op.create_index(index, table, ["diubah_at"], postgresql_where=sa.text(some))


def downgrade() -> None:
    for index, table, _ in MARKS:
        op.drop_index(index, table_name=table)
    for word, _ in RARE:
        op.drop_index(f"ix_sertifikasi_arsip_{word}", table_name="sertifikasi_arsip")
    for name, word, _ in ORDERS:
        op.drop_index(f"ix_sertifikasi_{name}_{word}", table_name=f"sertifikasi_{name}")
    for name in SOUGHT:
        op.drop_column(f"sertifikasi_{name}", "cari")
