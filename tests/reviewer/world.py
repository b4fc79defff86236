"""A small team for tests: root, drop, reviewers with vaults, and transfers. All of it invented."""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from envelope import bag, canonical, keyring, sshsig, testimony
from envelope.form import load
from envelope.keyring import Keyring, Recipient
from keys import lock
from keys.ceremony import IDENTITY_KIND
from keys.person import Person, current_epoch, new_reader, new_reviewer
from reviewer.cli import group

PASSPHRASE = "an invented passphrase for tests"
CONSENT = {"c1": "yes", "a1": "adult", "c2": "iimm un", "c3": "text"}


def raw(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


@dataclass(frozen=True)
class World:
    folder: Path
    root: str
    drop: Ed25519PrivateKey
    persons: dict[str, Person]
    ring: Keyring
    root_key: Ed25519PrivateKey

    def newer(self, serial: int, reviewers: tuple[str, ...] = ("ana", "bo")) -> Path:
        """A keyring of these reviewers under another serial, which the root signed."""
        kept = tuple(one for one in self.ring.recipients if one.id in reviewers)
        data = keyring.encode(replace(self.ring, serial=serial, recipients=kept))
        path = self.folder / f"keyring-{serial}-{len(kept)}.json"
        path.write_bytes(data)
        keyring.beside(path).write_bytes(sshsig.sign(self.root_key, sshsig.KEYRING, data))
        return path

    def run(self, who: str, *args: object) -> Result:
        """Run sakse-review in a reviewer's vault."""
        line = ["--vault", str(self.vault(who)), *map(str, args)]
        env = {"SAKSE_PASSPHRASE_FILE": str(self.folder / "passphrase")}
        return CliRunner().invoke(group, line, env=env)

    def ok(self, who: str, *args: object) -> str:
        """As `run`; the command must succeed. Returns what it printed on stdout."""
        result = self.run(who, *args)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, who: str, *args: object) -> str:
        """As `run`; the command must fail with one sentence, which is returned."""
        result = self.run(who, *args)
        assert result.exit_code == 1, result.output
        lines = [line for line in result.stderr.splitlines() if not line.startswith("warning: ")]
        assert lines[-1].startswith("error: ") and "Traceback" not in result.output, result.output
        return lines[-1].removeprefix("error: ")

    def vault(self, who: str) -> Path:
        return self.folder / f"vault-{who}"

    def init(self, who: str) -> str:
        return self.ok(
            who, "init", "--identity", self.folder / f"{who}.identity",
            "--keyring", self.folder / "keyring.json", "--root", self.root,
        )  # fmt: skip


def make_world(folder: Path) -> World:
    """A root, a drop, reviewers `ana` and `bo` with vaults, and two legal teams' cards."""
    world = make_team(folder)
    for name in world.persons:
        world.init(name)
    return world


def make_team(folder: Path) -> World:
    """The same, before anybody made a vault."""
    root, drop = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    persons = {name: new_reviewer(name, current_epoch()) for name in ("ana", "bo")}
    epoch = current_epoch()
    ring = Keyring(
        serial=1, team="invented team", epoch=epoch, valid_from=f"{epoch}-01",
        valid_until=f"{epoch}-28", protection=None, drop=raw(drop), minimum_release="0.1.0",
        recipients=tuple(
            Recipient(name, person.epochs[epoch].recipient, raw(person.sign))
            for name, person in persons.items()
        ),
    )  # fmt: skip
    data = keyring.encode(ring)
    (folder / "keyring.json").write_bytes(data)
    (folder / "keyring.json.sig").write_bytes(sshsig.sign(root, sshsig.KEYRING, data))
    (folder / "passphrase").write_text(PASSPHRASE)
    for name, person in persons.items():
        secret = lock.lock(canonical.dumps(person.as_json()), PASSPHRASE, kind=IDENTITY_KIND)
        (folder / f"{name}.identity").write_bytes(secret)
    for audience in ("iimm", "un"):
        reader = new_reader(f"team-{audience}", audience)
        (folder / f"{audience}.card.json").write_bytes(reader.card())
        secret = lock.lock(canonical.dumps(reader.as_json()), PASSPHRASE, kind=IDENTITY_KIND)
        (folder / f"{audience}.identity").write_bytes(secret)
    return World(folder, sshsig.fingerprint(raw(root)), drop, persons, ring, root)


def seal(
    ring: Keyring,
    narrative: str = "They took U Tun Tun at the tea shop.",
    files=(),
    media="",
    code="",
    **answers: str,
) -> bytes:
    """A sealed testimony as a witness's page makes it. `answers` with __ for the dot."""
    named = {key.replace("__", "."): value for key, value in answers.items()}
    given = {key: value for key, value in {**CONSENT, **named}.items() if value}
    made = testimony.build(load(), lang="en", answers=given, narrative=narrative, attachments=files, code=code)
    if media:  # as a hostile sealer could write it
        named = tuple(replace(one, type=media) for one in made.attachments)
        made = replace(made, attachments=named)
    out = io.BytesIO()
    testimony.seal_testimony(made, files, ring, out)
    return out.getvalue()


def transfer(world: World, files: list[bytes], number: int = 1, key=None, serial: int = 1) -> Path:
    """A transfer bag as the drop exports it."""
    folder = world.folder / f"sakse-transfer-{number:04d}-{secrets.token_hex(2)}"
    (folder / "data/sealed").mkdir(parents=True)
    listed = []
    for data in files:
        name = secrets.token_hex(16)
        (folder / f"data/sealed/{name}.age").write_bytes(data)
        listed.append({"id": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)})
    listed.sort(key=lambda item: item["id"])
    head = {
        "files": listed,
        "format": "sakse-transfer@v1",
        "number": number,
        "keyring_serial": serial,
    }
    (folder / "data/transfer.json").write_bytes(canonical.dumps(head))
    if not files:
        (folder / "data/sealed").rmdir()
    bag.write(folder, {"Payload-Oxum": "0.0"})
    bag.sign(folder, key or world.drop, sshsig.TRANSFER, "drop")
    return folder


def short(data: bytes) -> str:
    """The id a sealed file has in every vault."""
    import base64

    return base64.b32encode(hashlib.sha256(data).digest()).decode().lower()[:8]
