"""A filter of lists for rows that are too many to be offered."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.kernel.db import db
from portal.kernel.listing import Choice


@dataclass(frozen=True)
class MenurutKunci(Choice):
    """A row named by its key in the address. `kolom`: mapped column of its words; `cadangan`: for one that is gone."""

    kolom: Any = None
    cadangan: str = ""

    def read(self, args: Mapping[str, str], offered: Any) -> uuid.UUID | None:
        try:
            return uuid.UUID(args.get(self.name, ""))
        except ValueError:
            return None

    def fields(self, chosen: Any, offered: Any) -> list[dict[str, Any]]:
        if chosen is None:
            return []
        words = db.session.scalar(sa.select(self.kolom).where(self.kolom.class_.id == chosen)) or self.cadangan
        return [self._field([("", self.all_words), (chosen, words)], chosen)]
