"""What a column or a filter may know of the person who asks, and of what they chose."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from portal.kernel.people import Principal


class Ask(ABC):
    """One request to a list. `chosen`: value of each filter by its name; `offered`: what each could have had."""

    def __init__(self, user: Principal) -> None:
        self.user = user
        self.memo: dict[str, Any] = {}  # for functions of the declaration that are asked twice
        self.chosen: dict[str, Any] = {}
        self.offered: dict[str, Any] = {}

    @abstractmethod
    def select(self, *columns: Any, skip: Sequence[str] = ()) -> sa.Select[Any]:
        """The same rows with other columns: sums and counts that agree with the list."""
