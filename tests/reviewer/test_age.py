"""A release that is old is told, whatever the laptop's clock says."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from reviewer import age, custody
from tests.reviewer.test_vault import vault_of

NOTE = "days old; ask for the stick with the newest one."


@pytest.fixture
def clock(monkeypatch):
    """Sets this machine's clock to so many days after the release."""

    def at(days: int) -> str:
        day = (age.RELEASED + dt.timedelta(days)).isoformat()
        monkeypatch.setattr(custody, "today", lambda: day)
        return day

    return at


@pytest.mark.parametrize(("days", "told"), [(-400, ""), (0, ""), (60, ""), (61, "61 "), (500, "500 ")])
def test_sixty_days_are_told_from_sixty_one(clock, days, told):
    clock(days)
    assert age.age_note() == (f"This release of Sakse is {told}{NOTE}" if told else "")


def test_every_command_in_a_vault_says_it_in_red_on_stderr(world, clock):
    clock(61)
    result = world.run("ana", "list")
    assert result.exit_code == 0 and result.stdout == "0 sealed files.\n"
    assert result.stderr == f"warning: This release of Sakse is 61 {NOTE}\n"


def test_init_says_it_too(world, clock):
    clock(61)
    given = ["--identity", world.folder / "no", "--keyring", world.folder / "keyring.json", "--root", "x"]
    assert "does not exist" in world.run("eve", "init", *given).stderr
    given[1] = world.folder / "ana.identity"
    assert f"61 {NOTE}" in world.run("eve", "init", *given).stderr


def test_a_clock_set_back_does_not_hide_it_once_the_log_has_a_later_day(world, clock):
    clock(300)
    with vault_of(world) as vault:
        vault.log("error", reason="a day the clock was right")
        vault.commit()
    clock(-3000)
    with vault_of(world) as vault:
        vault.log("error", reason="a day it was not")
        vault.commit()
        assert "300 days old" in age.age_note(vault)


def test_a_keyring_tells_the_time_too(world, clock):
    """Signed for this month or two more at most, so its first day less 62 days has been."""
    clock(-3000)
    with vault_of(world) as vault:
        object.__setattr__(vault.keyring, "valid_from", (age.RELEASED + dt.timedelta(122)).isoformat())
        assert age.age_note(vault) == ""
        object.__setattr__(vault.keyring, "valid_from", (age.RELEASED + dt.timedelta(123)).isoformat())
        assert "61 days old" in age.age_note(vault)


def test_a_log_with_a_day_that_is_none_is_no_fault_here(world, clock):
    clock(0)
    with vault_of(world) as vault:
        vault.custody_path.write_bytes(b'{"day":"2026-13-45"}\n{"day":"9999-99-99"}\n')
        assert age.age_note(vault) == ""


def test_the_change_log_gives_the_same_day_once_this_version_is_released():
    root = Path(__file__).resolve().parents[2]
    version = re.search(r'^version = "(.*)"', (root / "pyproject.toml").read_text(), re.MULTILINE)[1]
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    dated = re.search(rf"^## \[{re.escape(version)}\] - (\S+)$", text, re.MULTILINE)
    assert dated is None or dated[1] == age.RELEASED.isoformat()
    assert dt.date(2026, 11, 1) < age.RELEASED
