"""Files sealed by npm age-encryption under Node, by the page and by Python open in each other."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from envelope.seal import seal
from keys.agefile import open_file
from tests.browser import witness
from tests.browser.drivers import Browser
from tests.browser.world import ROOT, Site, Team

pytestmark = pytest.mark.long
SIZES = [0, 1, 65535, 65536, 65537, 131072, 1_000_000]


def node(*arguments: str, data: bytes) -> bytes:
    """Run interop.mjs; `make page` has installed what it imports."""
    script = Path(__file__).with_name("interop.mjs")
    done = subprocess.run(["node", str(script), *arguments], input=data, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.parametrize("size", SIZES)
def test_a_file_sealed_under_node_opens_in_python(team: Team, size: int) -> None:
    plain = os.urandom(size)
    sealed = node("seal", *(r.age for r in team.ring.recipients), data=plain)
    for reviewer in team.reviewers:
        assert b"".join(open_file(io.BytesIO(sealed), [reviewer], testimony=False).chunks) == plain


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("grease", [None, bytes(32)])
def test_a_file_sealed_by_python_opens_under_node(team: Team, size: int, grease: bytes | None) -> None:
    plain = os.urandom(size)
    out = io.BytesIO()
    seal([plain], out, [r.age for r in team.ring.recipients], grease=grease)
    for reviewer in team.reviewers:
        assert node("open", reviewer.encode(), data=out.getvalue()) == plain


@pytest.mark.parametrize("size", SIZES)
def test_with_the_same_secrets_our_sealer_writes_what_age_encryption_writes(team: Team, size: int) -> None:
    both = node("twins", *(r.age for r in team.ring.recipients), data=os.urandom(size))
    assert both.startswith(b"age-encryption.org/v1\n")
    assert len(both) > 2 * size
    assert both[: len(both) // 2] == both[len(both) // 2 :]


def test_a_file_sealed_in_the_page_opens_under_node_as_in_python(
    tab: Browser, site: Site, team: Team
) -> None:
    before = site.kept()
    told = {"answers": {"c1": "yes"}, "narrative": "Invented. စမ်းသပ်"}
    assert witness.testify(tab, site.url + "/en", told) == "received"
    sealed = site.newest(before)
    assert node("open", team.reviewers[0].encode(), data=sealed) == team.open(sealed).plain


def test_the_modules_have_the_types_they_say() -> None:
    done = subprocess.run(
        ["npm", "run", "--silent", "types"], cwd=ROOT / "browser", capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout


def rebuild(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(folder / "rebuild.sh")], capture_output=True, text=True, timeout=300
    )


def test_the_committed_script_is_what_its_sources_build_and_a_change_is_noticed(tmp_path: Path) -> None:
    copy = tmp_path / "browser"
    shutil.copytree(ROOT / "browser", copy, ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(ROOT / "envelope/vocabulary", tmp_path / "envelope/vocabulary")  # the rules of Zawgyi
    assert rebuild(copy).returncode == 0
    source = copy / "src" / "padding.js"
    source.write_text(source.read_text().replace("64 * 1024", "63 * 1024"))
    changed = rebuild(copy)
    assert changed.returncode == 1
    assert "browser/dist" in changed.stderr
