"""What deploy/drop/ says is what tor, systemd and the drop accept."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from intake.cli import cli
from tests.intake.rig import ROOT

DROP = ROOT / "deploy" / "drop"
UNITS = sorted(path.name for path in DROP.glob("*.service"))
THRESHOLD = 15  # tenths of systemd's exposure, which goes to 100


@pytest.mark.long
def test_tor_accepts_the_torrc(tmp_path: Path) -> None:
    """Only its two folders are moved, since /var/lib/sakse-tor is not this machine's."""
    torrc = tmp_path / "torrc"
    lines = (DROP / "torrc").read_text()
    torrc.write_text(lines.replace("/var/lib/sakse-tor", str(tmp_path / "tor")))
    assert torrc.read_text() != lines
    checked = subprocess.run(
        ["tor", "--defaults-torrc", "/dev/null", "-f", torrc, "--verify-config"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout
    assert "Configuration was valid" in checked.stdout
    torrc.write_text(torrc.read_text() + "NoSuchOption 1\n")
    refused = subprocess.run(
        ["tor", "--defaults-torrc", "/dev/null", "-f", torrc, "--verify-config"],
        capture_output=True,
    )  # fmt: skip
    assert refused.returncode != 0


@pytest.mark.long
@pytest.mark.parametrize("unit", ["sakse-intake.service", "sakse-tor.service"])
def test_systemd_finds_a_unit_hardly_exposed(unit: str, tmp_path: Path) -> None:
    command = [
        "systemd-analyze",
        "security",
        "--no-pager",
        "--offline=true",
        f"--threshold={THRESHOLD}",
    ]
    checked = subprocess.run([*command, DROP / unit], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout[-2000:] + checked.stderr
    weak = tmp_path / unit
    weak.write_text(
        re.sub(
            r"(?m)^(Protect|Private|Restrict|SystemCall|Capability).*\n",
            "",
            (DROP / unit).read_text(),
        )
    )
    assert subprocess.run([*command, weak], capture_output=True).returncode != 0


def test_there_are_two_units() -> None:
    assert UNITS == ["sakse-intake.service", "sakse-tor.service"]


def test_the_unit_calls_the_command_as_it_is() -> None:
    line = re.search(r"(?m)^ExecStart=(.*)$", (DROP / "sakse-intake.service").read_text())
    assert line
    program, command, option, _ = shlex.split(line[1])
    assert Path(program).name == "sakse-intake"
    assert command in cli.lazy
    found = cli.get_command(None, command)  # type: ignore[arg-type]
    assert found is not None
    assert option in {name for parameter in found.params for name in parameter.opts}


def test_tor_and_the_drop_meet_at_the_same_socket() -> None:
    socket = re.search(r'(?m)^listen = "(unix:.*)"$', (ROOT / "config.example.toml").read_text())
    assert socket
    assert f"HiddenServicePort 80 {socket[1]}\n" in (DROP / "torrc").read_text()
    assert "RuntimeDirectory=sakse\n" in (DROP / "sakse-intake.service").read_text()


def test_no_unit_reloads_tor() -> None:
    assert "Sandbox 1\n" in (DROP / "torrc").read_text()
    assert not re.search(r"(?m)^ExecReload", (DROP / "sakse-tor.service").read_text())


MDWE = """
import ctypes, mmap, os, sys
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0):
    sys.exit(77)
os.execv(sys.executable, [sys.executable, "-c", '''
import mmap
from intake import server, views, store
import psycopg
server.harden()
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
except OSError:
    print("refused")
'''])
"""


@pytest.mark.long
def test_the_drop_needs_no_memory_that_is_writable_and_executable() -> None:
    """The unit's MemoryDenyWriteExecute, by the kernel's own switch (Linux 6.3)."""
    done = subprocess.run([sys.executable, "-c", MDWE], cwd=ROOT, capture_output=True, text=True)
    if done.returncode == 77:
        pytest.skip("this kernel has no PR_SET_MDWE (Linux 6.3): not checked")
    assert (done.returncode, done.stdout) == (0, "refused\n"), done.stderr
