"""The sub-commands of `sakse-intake`, one function each (drop)."""

from __future__ import annotations

import datetime as dt
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.engine import Engine

from envelope import config as settings
from envelope import receipt, sshsig
from envelope.cli import echo_json, json_option, warn
from envelope.config import Config
from envelope.disk import write_new
from envelope.render import site
from intake import db, store, trust

if TYPE_CHECKING:
    from intake.views import Drop

config_option: Callable[[Any], Any] = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Settings file; config.example.toml explains each.",
)


@click.command()
@config_option
def init(config_file: Path) -> None:
    """Make the drop's folder, database and signing key; print its public line.

    The line goes into the keyring (sakse-keys keyring --drop).
    """
    drop = settings.load(config_file).drop
    drop.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    drop.state.chmod(0o700)  # also one that was there
    key = Ed25519PrivateKey.generate()
    write_new(drop.state / trust.KEY_FILE, key.private_bytes_raw())
    engine = db.engine(drop)
    try:
        db.create(engine)
    except BaseException:
        (drop.state / trust.KEY_FILE).unlink()
        raise
    finally:
        engine.dispose()
    click.echo(sshsig.public_line(key.public_key().public_bytes_raw(), "drop"))


@click.command()
@config_option
def serve(config_file: Path) -> None:
    """Serve until SIGTERM or Ctrl-C, behind tor only."""
    # Only here: the other commands need no web server.
    from intake import server
    from intake.maintenance import Maintenance
    from intake.views import create_app

    server.harden()
    config = settings.load(config_file)
    drop, serial = prepare(config)
    maintenance = Maintenance(drop.store, config.drop.vacuum_hour)
    maintenance.check(dt.datetime.now(dt.UTC))  # before anyone comes and would be told to wait
    web = server.build(create_app(drop), config.drop)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    click.echo(f"listening on {config.drop.listen} with keyring {serial}")
    maintenance.start()
    web.run()
    maintenance.stop()
    drop.store.close()


@click.command()
@config_option
@click.option(
    "--to", "target", type=click.Path(path_type=Path), required=True, help="Folder on the stick."
)
def export(config_file: Path, target: Path) -> None:
    """Write every kept file as a signed transfer into a folder; the drop keeps them."""
    from intake.export import export as write

    config = settings.load(config_file)
    trusted = trust.load(config.drop)
    engine = _engine(config)
    click.echo(write(engine, target, trusted.key, trusted.keyring.serial))
    _tidy(engine)


@click.command()
@config_option
@click.argument("place", type=click.Path(path_type=Path, exists=True, file_okay=False))
def accept(config_file: Path, place: Path) -> None:
    """Take in a return (a folder sakse-return-NNNN), or all that lie in a stick's folder.

    The drop deletes what two reviewers received, and takes a newer keyring.
    """
    from intake.accept import accept as take

    config = settings.load(config_file)
    engine = _engine(config)
    for folder in receipt.folders(place):
        done = take(engine, config.drop, trust.load(config.drop), folder)
        click.echo(
            f"{folder.name}: {done.deleted} files deleted, {done.unknown} not here any more,"
            f" {done.differ} kept."
        )
        if done.differ:
            warn(f"{done.differ} files have other bytes here than were received; they stay.")
        if done.serial:
            warn(f"keyring {done.serial} is in its place; restart the drop, so that it serves it.")
    _tidy(engine)


@click.command()
@config_option
@json_option
def status(config_file: Path, as_json: bool) -> None:
    """Say how many sealed files of which size came in which week, and how much room is left."""
    config = settings.load(config_file)
    keyring = trust.load(config.drop).keyring
    with db.reading(_engine(config)) as connection:
        files = store.kept(connection)
        found: dict[str, Any] = {
            "files": len(files),
            "unfinished": store.unfinished(connection),
            "transfers": store.last_transfer(connection),
            "stored_bytes": store.stored_bytes(connection),
            "quota_bytes": config.drop.quota_mib << 20,
            "keyring": {"serial": keyring.serial, "valid_until": keyring.valid_until},
            "weeks": [
                {"week": week, "size": size, "files": count}
                for (week, size), count in sorted(Counter((f.week, f.size) for f in files).items())
            ],
        }
    if as_json:
        echo_json(found)
        return
    click.echo(f"{found['files']} sealed files, {found['unfinished']} unfinished uploads")
    click.echo(f"{found['stored_bytes']} of {found['quota_bytes']} bytes stored")
    click.echo(f"{found['transfers']} transfers; keyring {keyring.serial} to {keyring.valid_until}")
    for entry in found["weeks"]:
        click.echo(f"{entry['week']}  {entry['size']:>9} bytes  {entry['files']:>6} files")


def prepare(config: Config) -> tuple[Drop, int]:
    """What a drop serves and where it stores, with its keyring's serial.

    Raises SakseError if the keyring, the key, the database or a page is not as it must be.
    """
    from intake.compress import gzipped
    from intake.views import Drop

    trusted = trust.load(config.drop)
    pages = site(trusted.data, trusted.signature, config.page)
    for page in pages.values():
        gzipped(page.html)  # before anyone waits for it
    kept = store.Store(_engine(config), config.drop)
    form_bytes = config.drop.form_mib << 20
    return Drop(kept, pages, trusted.data, trusted.signature, form_bytes), trusted.keyring.serial


def _tidy(engine: Engine) -> None:
    if not db.vacuum(engine):
        warn("the database was in use and was not tidied; the drop does so at its daily hour.")


def _engine(config: Config) -> Engine:
    engine = db.engine(config.drop)
    db.require(engine)
    return engine
