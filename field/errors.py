"""The errors of field/: sealing, rendering or sending did not work (documenter, checker)."""

from __future__ import annotations

from envelope.errors import SakseError


class FieldError(SakseError):
    """Root of the errors of this package."""


class AnswersError(FieldError):
    """A written-down account is not what `sakse-seal file` and `many` read."""


class ListError(FieldError):
    """A list of accounts cannot be read, or some of its lines cannot be sealed."""


class OldKeyringError(FieldError):
    """A keyring is older than one this machine has seen from the same root."""


class AddressError(FieldError):
    """An address cannot be printed on a leaflet."""


class SendError(FieldError):
    """A sealed file could not be brought to the drop."""
