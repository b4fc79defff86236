"""`sakse-seal`: seals accounts without a browser and sends them (documenter's laptop)."""

from __future__ import annotations

from typing import NoReturn

import click

from envelope.cli import LazyGroup, run


@click.group(
    cls=LazyGroup,
    lazy={
        "file": ("field.seal_file:file", "seal one account and its files"),
        "many": ("field.many:many", "seal a list of accounts, a file each"),
        "fields": ("field.fields:fields", "print what a list of accounts can hold"),
        "form": ("field.form:form", "write the witness's page to a folder"),
        "leaflet": ("field.leaflet:leaflet", "write a printable leaflet in each language"),
        "send": ("field.send:send", "bring sealed files to the drop"),
    },
)
def cli() -> None:
    """Seal accounts offline, write the witness's page and leaflets, send sealed files."""


def main() -> NoReturn:
    """Run the command; never returns."""
    run(cli)
