"""Forms: the base class of WTForms forms, and the small vocabulary that forms and wizards share."""

from dataclasses import dataclass
from typing import Any

from wtforms import Form as WtForm


@dataclass(frozen=True)
class Problem:
    """Something to repair: the id of its field ('' = the whole form) and what to do.

    `pilihan` offers values with their words when the text can mean two things.
    """

    field: str
    pesan: str
    pilihan: tuple[tuple[str, str], ...] = ()


class Form(WtForm):
    """Strips white space from every text; the form token is checked by the route wrapper."""

    class Meta:
        locales = ("id", "en")

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            filters = [*unbound_field.kwargs.get("filters", []), _strip]
            return unbound_field.bind(form=form, filters=filters, **options)

    def problems(self) -> list[Problem]:
        return [Problem(field.id, str(field.errors[0])) for field in self if field.errors]


def _strip(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
