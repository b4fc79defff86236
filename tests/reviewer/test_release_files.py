"""Attachments from the redactor's vault to the bundle, past an approver who can not make them again."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
from PIL import Image

from envelope import archive, canonical
from release.verify import verify_bundle
from reviewer.cleaning import pixels
from tests.reviewer.test_release_flow import (
    arrive,
    decide,
    forge,
    opened_bundle,
    propose,
    unseal,
)
from tests.reviewer.world import seal

COPY = "attachments/01.jpg"


@pytest.fixture
def photographed(world, tmp_path):
    """An account with a photo, cleaned with a box, and a note that nobody looked at."""
    out = io.BytesIO()
    Image.effect_noise((300, 200), 80).convert("RGB").save(out, "JPEG", comment=b"by Zau Tu")
    (tmp_path / "photo.jpg").write_bytes(out.getvalue())
    (tmp_path / "note.txt").write_text("by Zau Tu")
    files = [tmp_path / "photo.jpg", tmp_path / "note.txt"]
    (name,) = arrive(world, seal(world.ring, "They took Zau Tu.", files))
    decide(world, name, "Zau Tu")
    world.ok("ana", "attach", name, 1, "--clean", "--box", "0:25,25,50,50")
    return world, name


def released(world, folder) -> str:
    """The release id of the one testimony in a proposal."""
    data = unseal((folder / "proposal.age").read_bytes(), world.persons["bo"].epochs[world.ring.epoch])
    (name,) = json.loads(bytes(dict(archive.members(data))["proposal.json"]))["testimonies"]
    return name


def inside(folder, members_of) -> str:
    return next(name for name in members_of if name.endswith(folder))


def test_a_clean_copy_leaves_once_the_approver_has_looked_at_it(photographed, tmp_path):
    world, name = photographed
    folder = propose(world, name)
    file = f"data/testimonies/{released(world, folder)}/{COPY}"
    world.ok("bo", "approve", folder, "--yes", "--looked", file)
    world.ok("ana", "release", folder, "--out", tmp_path / "out.age")
    bundle = opened_bundle(world, tmp_path / "out.age", "iimm", tmp_path / "open")
    assert verify_bundle(bundle, root=world.root).anchored
    own = [sys.executable, "-I", "-S", str(bundle / "data/verify/verify.py"), "--root", world.root]
    assert subprocess.run(own, capture_output=True).returncode == 0
    (summary,) = [json.loads(path.read_bytes()) for path in bundle.rglob("testimony.json")]
    assert [item["ordinal"] for item in summary["copies"]] == [1]
    (left,) = summary["attachments"]
    assert left["ordinal"] == 2 and left["reason"] == "nobody has looked at it yet"
    (copy,) = bundle.rglob("01.jpg")
    shown = Image.open(copy).convert("L")
    assert shown.crop((80, 55, 220, 145)).getextrema()[1] < 48
    assert b"Zau Tu" not in copy.read_bytes()


@pytest.mark.long
def test_a_copy_nobody_looked_at_is_not_approved(photographed):
    world, name = photographed
    said = world.refused("bo", "approve", propose(world, name), "--yes")
    assert COPY in said and "was not shown to the second reviewer" in said


@pytest.mark.long
def test_a_transcript_that_names_somebody_is_refused_and_a_clean_one_leaves(photographed, tmp_path):
    world, name = photographed
    (tmp_path / "words.txt").write_text("U Kyaw Kyaw Win speaks of the gate.")
    world.ok("ana", "attach", name, 2, "--transcript", tmp_path / "words.txt")
    card = world.folder / "iimm.card.json"
    line = ["propose", name, "--to", card, "--purpose", "A test", "--out", world.folder / "p"]
    said = world.refused("ana", *line)
    assert "02.transcript.txt" in said and "release test 7" in said and "Kyaw" not in said
    (tmp_path / "words.txt").write_text("A man speaks of the gate.")
    world.ok("ana", "attach", name, 2, "--transcript", tmp_path / "words.txt")
    folder = propose(world, name)
    shown = world.run("bo", "approve", folder, "--yes").output
    assert "A man speaks of the gate." in shown


@pytest.mark.long
def test_a_copy_swapped_for_one_without_its_box_is_not_approved(photographed):
    world, name = photographed
    folder = propose(world, name)

    def change(members):
        from hashlib import sha256

        at = inside(COPY, members)
        open_ = pixels.jpeg(Image.effect_noise((300, 200), 80).convert("RGB"))
        members[at] = open_
        made = json.loads(members["proposal.json"])
        (files,) = made["files"].values()
        files[0] |= {"sha256": sha256(open_).hexdigest(), "size": len(open_)}
        members["proposal.json"] = canonical.dumps(made)
        summary = json.loads(members[inside("testimony.json", members)])
        summary["copies"][0] |= {"sha256": files[0]["sha256"], "size": files[0]["size"]}
        members[inside("testimony.json", members)] = canonical.dumps(summary)

    forge(world, folder, change, computed=True)
    said = world.refused("bo", "approve", folder, "--yes")
    assert "shows something under a box" in said and "release test 25" in said


def test_a_copy_that_is_not_the_planned_one_is_not_approved(photographed):
    world, name = photographed
    folder = propose(world, name)
    forge(world, folder, lambda members: members.update({inside(COPY, members): b"another"}))
    assert "is not the one that was looked at" in world.refused("bo", "approve", folder, "--yes")


@pytest.mark.long
def test_a_plan_that_leaves_an_attachment_out_is_not_approved(photographed):
    world, name = photographed
    folder = propose(world, name)

    def change(members):
        made = json.loads(members["proposal.json"])
        made["files"] = {key: files[:1] for key, files in made["files"].items()}
        members["proposal.json"] = canonical.dumps(made)

    forge(world, folder, change)
    assert "what happens to each attachment" in world.refused("bo", "approve", folder, "--yes")
