"""The errors of every room, for every machine: each message is one sentence for a person."""

from __future__ import annotations


class SakseError(Exception):
    """Root of all errors Sakse raises on purpose.

    ``str(error)`` is one sentence that says what is wrong and what to do. Command lines print it
    as it is; nothing else of an error reaches a person.
    """

    exit_code = 1


class FormatError(SakseError):
    """Bytes are not what doc/FORMAT.md says."""


class HeaderError(FormatError):
    """An age header is malformed, or names recipients Sakse does not allow."""


class SignatureError(SakseError):
    """An SSH signature is malformed, by an unexpected key, for another purpose, or wrong."""


class KeyringError(SakseError):
    """A keyring is malformed, or its signature or contents cannot be trusted."""


class BagError(SakseError):
    """A BagIt bag has a file added, missing, changed or unsafely named."""


class ConfigError(SakseError):
    """The configuration file has an unknown, missing or malformed setting."""
