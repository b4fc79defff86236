"""The whole path as `make story` plays it, and whether the story would notice what goes wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.drivers import BROWSERS
from tests.scenarios.cast import SHARED, STORY, Witness, witnesses
from tests.scenarios.story import PER_BROWSER, check_what_left


def test_every_kind_of_writing_is_typed_and_files_come_both_ways() -> None:
    people = witnesses(STORY, [Path(name) for name in ("jpeg", "opus", "pdf")])
    typed, sealed = people[: PER_BROWSER * len(BROWSERS)], people[PER_BROWSER * len(BROWSERS) :]
    assert all(
        w.id.startswith(lang) for w, lang in zip(typed, ("en", "my", "my", "kac"), strict=True)
    )
    assert [w.id.endswith("-zg") for w in typed] == [False, False, True, False]
    assert [path.name for w in typed for path in w.files] == ["jpeg", "opus"]
    assert [path.name for w in sealed for path in w.files] == ["pdf"]
    for n in range(len(BROWSERS)):
        assert any(w.files for w in typed[n * PER_BROWSER : (n + 1) * PER_BROWSER])


def test_the_story_notices_a_name_that_has_left_and_an_account_that_is_missing(
    tmp_path: Path,
) -> None:
    told = "They took Maran Brang."
    witness = Witness("invented", {**SHARED}, told, ((10, 21, "Maran Brang"),))
    released = tmp_path / "data/testimonies/T-1/narrative.txt"
    released.parent.mkdir(parents=True)
    released.write_text("They took [P-01].")
    check_what_left(tmp_path, [witness])
    with pytest.raises(SystemExit, match="2 accounts may be shared"):
        check_what_left(tmp_path, [witness, witness])
    released.write_text(told)
    with pytest.raises(SystemExit, match="Maran Brang"):
        check_what_left(tmp_path, [witness])


@pytest.mark.long
def test_the_story_ends_with_the_path_of_its_bundle(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.scenarios.story"],
        # Locking at full strength is most of its time, and tested with the keys.
        env={
            "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(tmp_path),
            "TMPDIR": str(tmp_path),
            "SAKSE_TEST_WEAK_ARGON2": "1",
        },
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    word, _, path = told.stdout.splitlines()[-1].partition(" ")
    assert word == "bundle:" and (Path(path) / "tagmanifest-sha256.txt").exists()
