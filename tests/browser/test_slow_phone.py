"""Attachments of megabytes in both browsers, and all of it in a Firefox as slow as Tor Browser's Safer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import witness
from tests.browser.drivers import Browser, browser
from tests.browser.tor_browser import SAFER
from tests.browser.world import Site, Team

pytestmark = pytest.mark.long
TOLD: dict[str, Any] = {"answers": {"c1": "yes", "a1": "adult"}, "narrative": "သူတို့က ဆွဲခေါ်သွားတယ်။ Invented. " * 40}


@pytest.fixture(scope="module")
def safer() -> Iterator[Browser]:
    """Firefox as Tor Browser at Safer: without JIT and WebAssembly."""
    with browser("firefox", prefs=SAFER) as tab:
        yield tab


def attachments(folder: Path, sizes: list[int]) -> list[Path]:
    files = [folder / f"invented-{n}.bin" for n in range(len(sizes))]
    for file, size in zip(files, sizes, strict=True):
        file.write_bytes(os.urandom(size))
    return files


def check(tab: Browser, site: Site, team: Team, files: list[Path]) -> None:
    before = site.kept()
    assert witness.testify(tab, site.url + "/en", TOLD, files, timeout=500) == "received"
    opened = team.open(site.newest(before))
    assert opened.attachments == [file.read_bytes() for file in files]
    assert opened.testimony.narrative == TOLD["narrative"]


def test_five_megabytes_arrive_in_pieces(tab: Browser, site: Site, team: Team, tmp_path: Path) -> None:
    site.asked.clear()
    check(tab, site, team, attachments(tmp_path, [3_000_000, 2_000_000]))
    assert sum(asked.method == "PUT" for asked in site.asked) >= 39


def test_sixteen_files_of_together_a_hundred_mebibytes_arrive(
    tab: Browser, site: Site, team: Team, tmp_path: Path
) -> None:
    check(tab, site, team, attachments(tmp_path, [(100 << 20) // 16] * 16))


@pytest.mark.parametrize("extra", [[1] * 17, [(100 << 20) + 1]])
def test_more_than_fits_is_said_before_sealing(
    tab: Browser, site: Site, tmp_path: Path, extra: list[int]
) -> None:
    tab.open(site.url + "/en")
    witness.fill(tab, TOLD["answers"], "Invented.")
    tab.attach(f"{witness.ROOT}.getElementById('files')", attachments(tmp_path, extra))
    with pytest.raises(LookupError, match="attention"):
        witness.to_last_step(tab)
    error = tab.run(f"return {witness.ROOT}.getElementById('files.error').textContent;")
    assert "16 files" in error or "100 MB" in error


def test_a_text_is_sealed_without_jit_and_webassembly(safer: Browser, site: Site, team: Team) -> None:
    safer.open(site.url + "/en")
    assert safer.run("return typeof WebAssembly;") == "undefined"
    check(safer, site, team, [])


def test_five_megabytes_are_sealed_without_jit(
    safer: Browser, site: Site, team: Team, tmp_path: Path
) -> None:
    check(safer, site, team, attachments(tmp_path, [5_000_000]))
