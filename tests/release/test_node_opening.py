"""Opening without us: npm age-encryption under Node, tar, and then the bundle's own steps."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from envelope import archive
from envelope.seal import seal
from tests.keys.test_node_age import node
from tests.release.sample import content, make_bundle, make_team
from tests.release.test_commands import run_steps

pytestmark = pytest.mark.long


def test_a_sealed_bundle_opens_in_node_and_unpacks_with_tar_and_every_step_then_holds(
    tmp_path: Path,
) -> None:
    team = make_team()
    bundle = make_bundle(tmp_path / "made", team, content(team))
    paths = sorted(path for path in bundle.rglob("*") if path.is_file())
    members = [(path.relative_to(bundle.parent).as_posix(), path) for path in paths]
    folder = tmp_path / "opened"
    folder.mkdir()
    with (folder / "release.age").open("wb") as out:
        seal(archive.pack(members), out, [team.legal.age.recipient], grease=None)
    node("open", folder, team.legal.age.encode())
    tar = shutil.which("tar")
    assert tar is not None
    subprocess.run([tar, "xf", "release.opened"], cwd=folder, check=True)
    run = run_steps(folder / bundle.name, team.fingerprint)
    assert run.returncode == 0, run.stderr
    assert "Everything holds" in run.stdout
