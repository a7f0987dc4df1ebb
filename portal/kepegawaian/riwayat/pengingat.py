"""Who was told of a certificate, and the indexes by which certificates, changes of status and old numbers are found."""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kepegawaian.riwayat.models import DataPegawai, RiwayatLain
from portal.kernel.db import Base


class PengingatSertifikat(Base):
    """Somebody was told that this certificate ends on `berakhir`."""

    __tablename__ = "pengingat_sertifikat"

    riwayat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("riwayat_lain.id"))
    berakhir: Mapped[date]
    __table_args__ = (sa.UniqueConstraint("riwayat_id", "berakhir"),)


BERAKHIR = "riwayat_lain.jenis IN ('SERTIFIKASI', 'PERJANJIAN') AND riwayat_lain.status = 'TERVERIFIKASI'"
sa.Index(
    "ix_riwayat_lain_berakhir", RiwayatLain.selesai, RiwayatLain.pegawai_id,
    postgresql_where=sa.text(BERAKHIR.replace("riwayat_lain.", "")),
)  # fmt: skip
sa.Index(
    "ix_riwayat_lain_sertifikat", RiwayatLain.selesai,
    postgresql_where=sa.text("jenis = 'SERTIFIKASI' AND status = 'TERVERIFIKASI'"),
)  # fmt: skip
sa.Index(
    "ix_riwayat_lain_peralihan", RiwayatLain.tmt,
    postgresql_where=sa.text("jenis = 'PERALIHAN' AND status = 'TERVERIFIKASI'"),
)  # fmt: skip
sa.Index(
    "ix_pegawai_data_nip_lama", DataPegawai.nip_lama, postgresql_ops={"nip_lama": "text_pattern_ops"},
    postgresql_where=sa.text("nip_lama <> ''"),
)  # fmt: skip
