"""One team for the tests of field/, a state folder of its own, and the command itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from field.cli import cli
from tests.field import team


@pytest.fixture(scope="session")
def people() -> team.Team:
    return team.make()


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


@pytest.fixture
def sakse_seal() -> Callable[..., int]:
    def call(*args: object) -> int:
        with pytest.raises(SystemExit) as exited:
            cli.main(args=[str(arg) for arg in args])
        return int(exited.value.code or 0)

    return call
