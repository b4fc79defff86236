"""`sakse-seal form`: the witness's page as files, byte for byte as the drop serves it."""

from __future__ import annotations

from pathlib import Path

import click

from envelope import config, render
from envelope.disk import PUBLIC, write_new
from field.options import keyring_options
from field.serials import load_newest


@click.command()
@keyring_options
@click.option(
    "--config",
    "settings",
    required=True,
    type=click.Path(path_type=Path),
    help="The team's settings; only their [page] table goes into the page.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A folder.")
def form(keyring: Path, root: str, settings: Path, out: Path) -> None:
    """Write the page of each language, the chooser, and their SHA-256 hashes."""
    load_newest(keyring, root)
    signature = keyring.with_name(keyring.name + ".sig")
    pages = render.site(keyring.read_bytes(), signature.read_bytes(), config.load(settings).page)
    out.mkdir(parents=True, exist_ok=True)
    lines = []
    for path, page in sorted(pages.items()):
        name = f"{path.strip('/') or 'index'}.html"
        write_new(out / name, page.html, mode=PUBLIC)
        lines.append(f"{page.sha256}  {name}\n")
    write_new(out / "SHA256SUMS", "".join(lines).encode(), mode=PUBLIC)
    click.echo("".join(lines), nl=False)
