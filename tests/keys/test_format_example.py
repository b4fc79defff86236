"""The example that doc/FORMAT.md opens with is true, down to its numbers."""

from __future__ import annotations

import subprocess
from pathlib import Path

from envelope import archive, commit, header, keyring, testimony
from keys.agefile import open_file
from keys.identity import AgeIdentity

EXAMPLE = Path(__file__).parent.parent / "vectors/example"
FORMAT = (Path(__file__).parents[2] / "doc/FORMAT.md").read_text()


def _opened():
    identity = AgeIdentity.parse((EXAMPLE / "r1.age-identity").read_text().strip())
    with (EXAMPLE / "testimony.age").open("rb") as source:
        opened = open_file(source, [identity], testimony=True)
        return opened.header, archive.unpack_testimony(b"".join(opened.chunks))


def test_the_example_opens_to_the_testimony_it_shows():
    _, members = _opened()
    assert bytes(members["testimony.json"]) == (EXAMPLE / "testimony.json").read_bytes()
    assert f'"seed":"{testimony.from_members(members).seed.hex()[:8]}' in FORMAT


def test_the_examples_commitment_follows_from_its_words():
    read, members = _opened()
    told = testimony.from_members(members)
    root = commit.root(told.seed, testimony.units_of(told, members))
    assert commit.commitment(told.r, root) == header.grease_body(read)
    assert header.grease_body(read).hex() in FORMAT


def test_the_examples_sizes_are_those_the_paper_names():
    data = (EXAMPLE / "testimony.age").read_bytes()
    _, offset = header.parse(data)
    assert (len(data), offset) == (68815, 3247)
    assert "68,815 bytes: 3,247 of header" in FORMAT


def test_the_examples_keyring_is_signed_by_the_root_the_paper_names():
    fingerprint = FORMAT.partition("a root with fingerprint `")[2].partition("`")[0]
    assert len(keyring.load(EXAMPLE / "keyring.json", fingerprint).recipients) == 2
    command = [
        "ssh-keygen",
        "-Y",
        "check-novalidate",
        "-n",
        "sakse-keyring@v1",
        "-s",
        EXAMPLE / "keyring.json.sig",
    ]
    subprocess.run(
        command, input=(EXAMPLE / "keyring.json").read_bytes(), check=True, capture_output=True
    )
