"""npm age-encryption under Node, an implementation of others, against our opener and our sealer."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import pytest

from envelope.seal import seal
from keys.agefile import open_file
from keys.identity import AgeIdentity

BROWSER = Path(__file__).resolve().parents[2] / "browser"
SCRIPT = Path(__file__).with_name("node_age.mjs")
EDGES = [0, 1, 15, 16, 65535, 65536, 65537, 131071, 131072, 131073, 300_000, 3_000_000]
SIZES = EDGES + random.Random(1).sample(range(200_000), 60)

pytestmark = pytest.mark.long


def node(*arguments: object) -> str:
    """Run the script where `make page` has installed the locked npm packages."""
    done = subprocess.run(
        ["node", "--input-type=module", "-", *map(str, arguments)],
        cwd=BROWSER, input=SCRIPT.read_text(), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, f"run `make page` first if a package is missing: {done.stderr}"
    return done.stdout


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def test_every_file_that_javascript_sealed_opens_here(tmp_path: Path) -> None:
    people = [AgeIdentity.generate() for _ in range(3)]
    for number, size in enumerate(SIZES):
        (tmp_path / f"{number}.plain").write_bytes(content(size))
    node("seal", tmp_path, *(person.recipient for person in people))
    for number, size in enumerate(SIZES):
        with (tmp_path / f"{number}.age").open("rb") as source:
            opened = open_file(source, [people[number % 3]], testimony=False)
            assert b"".join(opened.chunks) == content(size)


def test_every_file_that_we_sealed_opens_in_javascript(tmp_path: Path) -> None:
    people = [AgeIdentity.generate() for _ in range(3)]
    for number, size in enumerate(SIZES):
        grease = bytes(32) if number % 2 else None
        with (tmp_path / f"{number}.age").open("wb") as out:
            seal([content(size)], out, [person.recipient for person in people], grease=grease)
    node("open", tmp_path, people[1].encode())
    for number, size in enumerate(SIZES):
        assert (tmp_path / f"{number}.opened").read_bytes() == content(size)


def test_an_identity_made_in_javascript_has_the_same_recipient_here() -> None:
    for _ in range(3):
        identity, recipient = json.loads(node("new"))
        assert AgeIdentity.parse(identity).recipient == recipient
