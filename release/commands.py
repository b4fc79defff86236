"""The sub-commands of `sakse-verify` that need no network (legal team's computer)."""

from __future__ import annotations

import dataclasses
from hashlib import sha256
from pathlib import Path

import click

from envelope import archive, sshsig
from envelope import keyring as rings
from envelope.cli import echo_json, json_option, passphrase_option, read_passphrase, warn
from envelope.offline import forbid_network
from release import schema
from release.checks import chain
from release.errors import BundleError
from release.files import read_object
from release.verify import Report, read_signers, verify_bundle

EXIT_NO_ANCHOR = 2
FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--root", help="Fingerprint of the team's root, by voice or on paper.")
@click.option("--signers", type=FILE, help="An allowed_signers file of your own.")
@click.option("--identity", type=FILE, help="Your locked identity, if PATH is still sealed.")
@click.option("--out", "folder", type=FOLDER, help="Empty or new folder for the opened bundle.")
@passphrase_option
@json_option
@click.pass_context
def bundle(
    ctx: click.Context,
    path: Path,
    *,
    root: str | None,
    signers: Path | None,
    identity: Path | None,
    folder: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Check the bundle PATH, an opened folder, a sealed .age file or the public's .tar.

    Exit 0: everything holds. 1: refused. 2: everything holds, but without --root or --signers
    nobody knows whose keys signed it.
    """
    forbid_network()
    if root is not None and signers is not None:
        raise click.UsageError("Give --root or --signers, not both.")
    if not path.is_dir():
        is_open = path.suffix == ".tar"
        if folder is None or (identity is None and not is_open):
            raise click.UsageError(f"{path} is no folder; to open it give --identity and --out.")
        path = open_bundle(path, None if is_open else identity, folder, passphrase_file)
    trusted = read_signers(signers) if signers is not None else None
    report = verify_bundle(path, signers=trusted, root=root)
    _echo(report, path, as_json)
    if not report.anchored:
        ctx.exit(EXIT_NO_ANCHOR)


@click.command()
@click.argument("path", type=FILE)
@click.option("--root", required=True, help="Fingerprint of the team's root.")
@json_option
def keyring(path: Path, root: str, as_json: bool) -> None:
    """Check the keyring PATH (and PATH.sig beside it) against the root's fingerprint."""
    forbid_network()
    ring = rings.load(path, root)
    facts = {
        "drop": sshsig.fingerprint(ring.drop),
        "epoch": ring.epoch,
        "reviewers": {who: sshsig.fingerprint(raw) for who, raw in ring.signers().items()},
        "root": sshsig.normalise_fingerprint(root),
        "serial": ring.serial,
        "team": ring.team,
        "valid": f"{ring.valid_from} to {ring.valid_until}",
    }
    if as_json:
        echo_json(facts)
        return
    click.echo(f"Signed by the root: team {ring.team}, keyring {ring.serial}, {facts['valid']}.")
    for who, raw in ring.signers().items():
        click.echo(f"reviewer {who}: {sshsig.fingerprint(raw)}")


@click.command()
@click.argument("path", type=FILE)
@json_option
def log(path: Path, as_json: bool) -> None:
    """Check that each line of a custody log or extract follows the line before it.

    Signatures of a full log are checked where it is kept, by `sakse-review log verify`.
    """
    forbid_network()
    raw = path.read_bytes()
    count = sum(1 for _ in chain(raw, path.name))
    head = sha256(raw.split(b"\n")[-2]).hexdigest() if count else ""
    if as_json:
        echo_json({"head": head, "lines": count})
    else:
        click.echo(f"{count} lines, each follows the one before it; head {head or 'none'}.")


def open_bundle(
    path: Path, identity: Path | None, folder: Path, passphrase_file: Path | None = None
) -> Path:
    """Open a bundle into `folder` (empty or new); return the bag's folder.

    A sealed one needs an `identity`; nothing of it is written before the whole file has been
    authenticated. Raises SakseError.
    """
    if identity is None:
        data, opener = path.read_bytes(), None
    else:
        data, opener = _unseal(path, identity, passphrase_file)
    names = {name.split("/")[0] for name, _ in archive.members(data)}
    if len(names) != 1:
        raise BundleError(f"{path.name} does not hold exactly one bundle; ask the team for it.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    archive.extract(data, folder)
    bag = folder / names.pop()
    if opener is not None:
        _require_addressee(bag, opener)
    return bag


def _require_addressee(bag: Path, opener: str) -> None:
    """BundleError unless the bundle names who opened it: another could have sealed it on."""
    recipient = read_object(bag / "data", "release.json", schema.RELEASE)["recipient"]
    if recipient["fingerprint"] != opener:
        raise BundleError(
            f"{bag.name} was released to another team ({recipient['name']}) and sealed to you by"
            " somebody else; do not rely on this bundle, ask the team for your own."
        )


def _unseal(path: Path, identity: Path, passphrase_file: Path | None) -> tuple[bytes, str]:
    """What a sealed file holds, and the fingerprint of whose identity opened it."""
    from keys.agefile import open_file
    from keys.ceremony import open_identity
    from keys.person import Reader, recipient_fingerprint

    person = open_identity(identity, read_passphrase(passphrase_file, "Your passphrase"))
    if not isinstance(person, Reader):
        raise BundleError(f"{identity.name} is a reviewer's; name your legal team's identity.")
    with path.open("rb") as source:
        data = b"".join(open_file(source, [person.age], testimony=False).chunks)
    return data, recipient_fingerprint(person.age.recipient)


def _echo(report: Report, path: Path, as_json: bool) -> None:
    if as_json:
        echo_json({**dataclasses.asdict(report), "bundle": str(path)})
        return
    for check in report.checks:
        click.echo(f"holds: {check}")
    click.echo(f"Release {report.release} for {report.recipient}: {report.testimonies} testimonies")
    click.echo(f"Keyring {report.keyring}; ask the team whether it has a newer one.")
    if not report.anchored:
        click.echo(f"The keyring's root says of itself that it is {report.root}.")
        warn(
            "This bundle is signed by unknown keys; get the root's fingerprint by voice or on "
            "paper and give --root."
        )
    click.echo(f"bundle: {path}")
