"""The story's 20 accounts, each with another consent, to every class of recipients. All invented."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from envelope import code
from envelope.form import load
from keys.person import new_reader
from reviewer import consent
from tests.reviewer.leaking import vault
from tests.reviewer.test_release_flow import opened_bundle
from tests.reviewer.world import PASSPHRASE, World, seal, short, transfer
from tests.scenarios.cast import STORY, Witness, witnesses

CLASSES = load().question("c2").choices
WORDS = tuple(one for one in CLASSES if one != "public")
"""Classes that get accounts; the public gets counts alone."""
SHARED = ("iimm icc courts_abroad un ngo public", "iimm un", "icc courts_abroad", "un ngo", "ngo public", "")
LEVELS = ("text", "identity", "numbers", "text", "text")
AGES = ("adult", "not_say", "adult")
STOPPED = re.compile(r"\(of (\w{8})\) [^;]*?\((\w)\) stands at (\w+:\d+:\d+)")
LABELS = {"P": "PERSON", "L": "PLACE_FINE", "N": "PHONE", "O": "ORGANISATION", "D": "DATE_EXACT"}
ROUNDS = 20

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Case:
    """One account and what its witness allowed."""

    id: str
    witness: Witness
    shared: str
    level: str
    stop: str
    withdrawn: bool

    def may_go_to(self, audience: str) -> bool:
        """The rule once more, in its own words."""
        asked = audience in self.shared.split()
        return asked and self.level != "numbers" and not self.stop and not self.withdrawn


def told(world: World, tmp_path: Path) -> list[Case]:
    """Twenty accounts over every value of c2, c3, a1, c5 and withdrawn, taken in by both."""
    people = [w for w in witnesses(STORY, [tmp_path] * 3) if w.narrative][:20]
    cases, files = [], []
    for n, witness in enumerate(people):
        mine = code.generate()
        said = {
            "c2": SHARED[n % len(SHARED)],
            "c3": LEVELS[n % len(LEVELS)],
            "a1": AGES[n % len(AGES)],
            "c5": "Not to my village." if n % 7 == 3 else "",
        }
        sealed = seal(world.ring, witness.narrative, code=mine, k1="saw", i1="roundup", **said)
        files.append(sealed)
        gone = n % 9 == 4
        if gone:
            files.append(seal(world.ring, "", code=mine, u1="withdraw", c1="", a1="", c2="", c3=""))
        cases.append(Case(short(sealed), witness, said["c2"], said["c3"], said["c5"], gone))
    folder = transfer(world, files)
    for who in ("ana", "bo"):
        world.ok(who, "import", folder)
    return cases


def decide(world: World, cases: list[Case]) -> None:
    """Accept what the finder finds, and add each name and number that it missed."""
    ids = [case.id for case in cases]
    world.ok("ana", "suggest", *ids)
    for case in cases:
        rows = json.loads(world.ok("ana", "redact", case.id, "--accept-all", "--json"))
        rows = [row for row in rows if row["state"] == "accepted"]
        covered = {at for row in rows for at in range(row["start"], row["end"])}
        missed = [one for one in case.witness.must if not covered.issuperset(range(*one[:2]))]
        adds = [part for a, b, _ in missed for part in ("--add", f"{a}:{b}:PERSON")]
        if adds:
            world.ok("ana", "redact", case.id, *adds)
    world.ok("ana", "redact", *ids, "--accept-all")


def cards(world: World) -> dict[str, Path]:
    from envelope import canonical
    from keys import lock
    from keys.ceremony import IDENTITY_KIND

    made = {}
    for audience in WORDS:
        one = new_reader(f"team-{audience}".replace("_", "-"), audience)
        made[audience] = world.folder / f"{audience}.card.json"
        made[audience].write_bytes(one.card())
        secret = lock.lock(canonical.dumps(one.as_json()), PASSPHRASE, kind=IDENTITY_KIND)
        (world.folder / f"{audience}.identity").write_bytes(secret)
    return made


def propose(world: World, allowed: list[Case], to: tuple[object, ...]) -> None:
    """Propose, and replace what a release test names, until nothing is left, as a reviewer does."""
    for _ in range(ROUNDS):
        result = world.run("ana", "propose", *(case.id for case in allowed), *to)
        if result.exit_code == 0:
            return
        places = STOPPED.findall(result.stderr)
        assert places, result.stderr
        for name, kind, place in dict.fromkeys(places):
            world.ok("ana", "redact", name, "--add", f"{place}:{LABELS[kind]}")
    raise AssertionError(result.stderr)


def test_each_class_gets_exactly_what_was_allowed_to_it_and_the_rest_is_refused_by_name(
    world: World, tmp_path: Path
) -> None:
    cases = told(world, tmp_path)
    assert len(cases) == 20
    decide(world, cases)
    for audience, card in cards(world).items():
        allowed = [case for case in cases if case.may_go_to(audience)]
        assert 0 < len(allowed) < len(cases)
        to = ("--to", card, "--purpose", "Invented purpose", "--out", world.folder / f"p-{audience}")
        for case in cases:
            if case not in allowed:
                said = world.refused("ana", "propose", *(c.id for c in allowed), case.id, *to)
                assert f"{case.id} may not be released to {audience}" in said
        propose(world, allowed, to)
        world.ok("bo", "approve", world.folder / f"p-{audience}", "--yes")
        out = world.folder / f"{audience}.age"
        world.ok("ana", "release", world.folder / f"p-{audience}", "--out", out)
        bag = opened_bundle(world, out, audience, world.folder / f"opened-{audience}")
        there = list((bag / "data/testimonies").iterdir())
        assert len(there) == len(allowed)
        audiences = sorted(
            json.loads((one / "consent.json").read_bytes())["audiences"] for one in there
        )
        assert audiences == sorted(case.shared.split() for case in allowed)
        secrets = {text for case in cases for *_, text in case.witness.must if len(text) > 5}
        everything = b"".join(path.read_bytes() for path in bag.rglob("*") if path.is_file())
        assert not [text for text in secrets if text.encode() in everything]
    with vault(world) as opened:
        gone = consent.said(opened.store.entries())
        for case in cases:
            ours = consent.open_to(opened.store.get(case.id), gone)
            assert [one for one in WORDS if case.may_go_to(one)] == [o for o in ours if o in WORDS]
