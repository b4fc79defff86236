"""Errors of the release room; every one is a sentence for the person who runs the command."""

from __future__ import annotations

from envelope.errors import SakseError


class ReleaseError(SakseError):
    """Root of everything that is wrong with a bundle or its content."""


class ProofError(ReleaseError):
    """A proof is not what doc/FORMAT.md says, or does not lead to its root."""


class BundleError(ReleaseError):
    """A bundle contradicts itself, or is not signed as it must be."""
