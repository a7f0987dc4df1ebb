"""How far an initial load came."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base


class MuatSimpeg(Base):
    """One table of a dump. `sidik`: digest of its manifest; `baris`: rows of the file that are done."""

    __tablename__ = "muat_simpeg"

    sidik: Mapped[str]
    tabel: Mapped[str]
    baris: Mapped[int] = mapped_column(default=0)
    selesai: Mapped[bool] = mapped_column(default=False)
    hitungan: Mapped[dict[str, Any]] = mapped_column(default=dict)
    __table_args__ = (sa.UniqueConstraint("sidik", "tabel"),)
