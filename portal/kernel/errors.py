"""The four domain errors. Services raise them, `web` renders them."""


class DomainError(Exception):
    """Base of what a person can be told about. `pesan` is shown as it is, in Indonesian."""

    status = 500

    def __init__(self, pesan: str = "", saran: str = "") -> None:
        super().__init__(pesan)
        self.pesan = pesan
        self.saran = saran


class Denied(DomainError):
    """403: the person may see the thing, but not do this to it."""

    status = 403


class Missing(DomainError):
    """404: not there, or not visible to this person."""

    status = 404


class Conflict(DomainError):
    """409: somebody else changed it first, or its state no longer allows the act."""

    status = 409


class Invalid(DomainError):
    """422: an input is wrong. `field` is the name of the form field, '' for the whole form."""

    status = 422

    def __init__(self, field: str, pesan: str, saran: str = "") -> None:
        super().__init__(pesan, saran)
        self.field = field
