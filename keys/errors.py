"""The errors of keys/: a key is missing, locked, or does not fit (laptop and legal)."""

from __future__ import annotations

from envelope.errors import FormatError, SakseError


class KeysError(SakseError):
    """Root of the errors of this package: a ceremony, an identity or a sealed file is refused."""


class LockError(KeysError):
    """A locked file is malformed, too weakly locked, or the passphrase does not open it."""


class NoIdentity(KeysError):  # noqa: N818 - says what there is not, like FileNotFoundError does
    """No identity at hand opens this sealed file: not for us, or its epoch's key is burned."""


class BadFile(KeysError, FormatError):  # noqa: N818 - the file is the fault
    """A sealed file whose key we hold does not hold together: changed, cut or extended."""


class HeaderMacError(BadFile):
    """The header was changed after sealing."""


class PayloadError(BadFile):
    """The payload was changed, cut or extended after sealing."""


class CardError(KeysError):
    """A card or an unlocked identity is malformed, or a name or month in it is."""


class CeremonyError(KeysError):
    """A key, a card or a serial does not fit what the ceremony is about to sign."""
