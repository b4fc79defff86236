"""The options several commands of sakse-seal share (documenter's laptop)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def keyring_options(command: F) -> F:
    """Add --keyring and --root, the anchor it is checked against."""
    command = click.option(
        "--root", required=True, metavar="FINGERPRINT", help="The team's root, from a leaflet."
    )(command)
    return click.option(
        "--keyring",
        required=True,
        type=click.Path(path_type=Path),
        help="The team's keyring; its signature lies beside it as FILE.sig.",
    )(command)
