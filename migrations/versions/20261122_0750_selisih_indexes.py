"""Lists of the synchronisation with SIASN at 500,000 pairs: their order, their counts, what waits."""

import sqlalchemy as sa
from alembic import op

revision = "selisih"
down_revision = "setuju"

DIFFERS = "kelas <> 'SAMA'"
MAY_GO = "kelas IN ('HANYA_LOKAL', 'BEDA', 'DITOLAK') AND ditangani = '' AND (putusan = 'KIRIM' OR sisi = 'LOKAL')"
LIVING = "status NOT IN ('TERBUKTI', 'GAGAL', 'BATAL')"
ORDERED = {"nama": [], "jenis": ["jenis"], "kelas": ["kelas"], "opd": ["pd_id"]}


def upgrade() -> None:
    op.add_column("siasn_pasangan", sa.Column("nama", sa.Text(), server_default="", nullable=False))
    op.execute("UPDATE siasn_pasangan s SET nama = p.nama FROM pegawai p WHERE p.id = s.pegawai_id")
    for name, first in ORDERED.items():
        op.create_index(
            f"ix_siasn_selisih_{name}",
            "siasn_pasangan",
            [*first, "nama", "id"],
            postgresql_where=sa.text(DIFFERS),
        )
    op.create_index(
        "ix_siasn_selisih_hitung",
        "siasn_pasangan",
        ["pd_id", "kelas"],
        postgresql_include=["jenis", "pegawai_id", "sisi"],
        postgresql_where=sa.text(DIFFERS),
    )
    op.create_index(
        "ix_siasn_pasangan_layak",
        "siasn_pasangan",
        ["jenis", "id"],
        postgresql_include=["pd_id"],
        postgresql_where=sa.text(MAY_GO),
    )
    op.drop_index("ix_siasn_pasangan_hitung", "siasn_pasangan")  # the one above counts what differs
    op.create_index(
        "ix_siasn_jalan_orang_alasan", "siasn_jalan_orang", ["jalan_id"], postgresql_where=sa.text("alasan <> ''")
    )
    op.create_index("ix_siasn_kotak_menunggu", "siasn_kotak", ["pasangan_id"], postgresql_where=sa.text(LIVING))
    op.create_index("ix_siasn_panggilan_metode", "siasn_panggilan", ["metode", "waktu", "id"])
    op.create_index("ix_siasn_kotak_jenis", "siasn_kotak", ["jenis", "aksi", "status"])


def downgrade() -> None:
    op.drop_index("ix_siasn_kotak_jenis", "siasn_kotak")
    op.drop_index("ix_siasn_panggilan_metode", "siasn_panggilan")
    op.drop_index("ix_siasn_kotak_menunggu", "siasn_kotak")
    op.drop_index("ix_siasn_jalan_orang_alasan", "siasn_jalan_orang")
    op.create_index("ix_siasn_pasangan_hitung", "siasn_pasangan", ["pd_id", "kelas"])
    op.drop_index("ix_siasn_pasangan_layak", "siasn_pasangan")
    op.drop_index("ix_siasn_selisih_hitung", "siasn_pasangan")
    for name in reversed(ORDERED):
        op.drop_index(f"ix_siasn_selisih_{name}", "siasn_pasangan")
    op.drop_column("siasn_pasangan", "nama")
