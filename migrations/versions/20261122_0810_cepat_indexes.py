"""Indexes of pension, files and tickets: who has no TMT now, links without an object, findings and closed tickets."""

import sqlalchemy as sa
from alembic import op

revision = "cepat"
down_revision = "selisih"


def upgrade() -> None:
    op.create_index(
        "ix_keadaan_pegawai_tanpa_tmt_kini",
        "keadaan_pegawai",
        ["pegawai_id"],
        postgresql_where=sa.text("tmt_pensiun IS NULL AND kelompok <> 'BERHENTI' AND sampai = '9999-12-31'"),
    )
    op.create_index(
        "ix_berkas_tautan_tanpa_objek",
        "berkas_tautan",
        ["jenis_dokumen", "pegawai_id"],
        postgresql_where=sa.text("aktif AND (dokumen_id IS NULL OR hilang)"),
    )
    op.create_index("ix_berkas_temuan_urut", "berkas_temuan", ["batch_id", "hasil", sa.text("status DESC"), "id"])
    op.create_index(
        "ix_tiket_mutu_selesai", "tiket_mutu", ["poin", "id"], postgresql_where=sa.text("ditutup IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_tiket_mutu_selesai", "tiket_mutu")
    op.drop_index("ix_berkas_temuan_urut", "berkas_temuan")
    op.drop_index("ix_berkas_tautan_tanpa_objek", "berkas_tautan")
    op.drop_index("ix_keadaan_pegawai_tanpa_tmt_kini", "keadaan_pegawai")
