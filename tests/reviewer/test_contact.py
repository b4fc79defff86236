"""How to reach a witness: what a reviewer can hand on, and what only the officer reads."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import canonical, testimony
from envelope.form import load
from envelope.seal import seal as seal_raw
from keys import lock
from keys.ceremony import IDENTITY_KIND
from keys.identity import AgeIdentity
from keys.person import new_reader
from reviewer import contact
from reviewer.errors import ContactError
from tests.reviewer.world import CONSENT, PASSPHRASE, seal, short, transfer

CHANNEL = "an invented channel, after dark\nသူငယ်ချင်းအိမ်\x1b[2J"
OFFICER = new_reader("officer", None)


def with_contact(world) -> bytes:
    ring = replace(world.ring, protection=OFFICER.age.recipient)
    given_ = {**CONSENT, "c4": "channel"}
    made = testimony.build(load(), lang="en", answers=given_, narrative="Told.", attachments=())
    out = io.BytesIO()
    testimony.seal_testimony(made, (), ring, out, contact=CHANNEL)
    return out.getvalue()


def identity(world, reader) -> object:
    path = world.folder / f"{reader.name}.identity"
    secret = lock.lock(canonical.dumps(reader.as_json()), PASSPHRASE, kind=IDENTITY_KIND)
    path.write_bytes(secret)
    return path


@pytest.fixture
def handed(world):
    """A contact that ana exported from her vault."""
    data = with_contact(world)
    world.ok("ana", "import", transfer(world, [data]))
    path = world.folder / "contact.age"
    world.ok("ana", "contact", short(data), "--out", path)
    return path


def test_the_officer_reads_what_a_reviewer_handed_on(world, handed):
    said = world.ok("nobody", "contact", handed, "--identity", identity(world, OFFICER))
    assert said == "an invented channel, after dark\nသူငယ်ချင်းအိမ်‹U+001B›[2J\n"


def test_handing_on_is_logged_and_shows_nothing(world, handed):
    last = json.loads((world.vault("ana") / "custody.jsonl").read_text().splitlines()[-1])
    assert (last["event"], last["detail"]) == ("exported", {"what": "contact"})
    assert b"channel" not in handed.read_bytes()
    world.ok("ana", "log", "verify")


def test_no_reviewer_opens_it(world, handed):
    said = world.refused("ana", "contact", handed, "--identity", world.folder / "ana.identity")
    assert said.startswith("Only the protection officer reads contacts")
    for name in ("ana", "bo"):
        for age in world.persons[name].epochs.values():
            with pytest.raises(ContactError, match="another protection officer"):
                contact.opened(handed.read_bytes(), age)


def test_neither_another_officer_nor_a_legal_team_opens_it(world, handed):
    other = identity(world, new_reader("other", None))
    said = world.refused("nobody", "contact", handed, "--identity", other)
    assert "sealed to another protection officer" in said
    said = world.refused("nobody", "contact", handed, "--identity", world.folder / "iimm.identity")
    assert said.startswith("Only the protection officer reads contacts")


def test_a_testimony_without_a_contact_says_so(world):
    data = seal(world.ring)
    world.ok("ana", "import", transfer(world, [data]))
    out = world.folder / "none.age"
    assert "holds no contact" in world.refused("ana", "contact", short(data), "--out", out)
    assert not out.exists()


def test_nothing_is_overwritten(world, handed):
    before = handed.read_bytes()
    name = json.loads(world.ok("ana", "list", "--json"))[0]["id"]
    assert "never overwritten" in world.refused("ana", "contact", name, "--out", handed)
    assert handed.read_bytes() == before


@pytest.mark.parametrize("line", [("x",), ("x", "--out", "y", "--identity", "pyproject.toml")])
def test_half_a_wish_is_refused(world, line):
    assert world.run("ana", "contact", *line).exit_code == 64


def sealed(text: bytes) -> bytes:
    out = io.BytesIO()
    seal_raw([text], out, [OFFICER.age.recipient], grease=None)
    return out.getvalue()


@pytest.mark.parametrize("text", [b"", b"short", bytes(4095), b"\xff" * 4096, bytes(4097)])
def test_what_no_page_seals_is_refused(text):
    with pytest.raises(ContactError, match="not a contact as a page seals it"):
        contact.opened(sealed(text), OFFICER.age)


@given(st.integers(0, 3000), st.integers(0, 7))
def test_a_contact_with_any_bit_flipped_is_refused(at, bit):
    data = bytearray(sealed(b"invented".ljust(4096, b"\0")))
    data[at % len(data)] ^= 1 << bit
    with pytest.raises(ContactError):
        contact.opened(bytes(data), OFFICER.age)


def test_a_testimony_is_not_taken_for_a_contact(world):
    with pytest.raises(ContactError, match="not a contact"):
        contact.opened(seal(world.ring), AgeIdentity.generate())
