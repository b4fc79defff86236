"""What deploy/drop/ says is what tor, systemd and the drop accept."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from envelope import sshsig
from intake.cli import cli
from tests.intake.rig import ROOT, Client, sealed, sign_keyring, write_settings

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


LEFT_OUT = shutil.ignore_patterns(".*", "node_modules", "__pycache__", "*.egg-info", "build")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The command `sakse-intake` after the README's lines, with another folder for /opt/sakse."""
    (lines,) = re.findall(r"(?s)```sh\n(.*?)```", (DROP / "README.md").read_text())
    place = tmp_path / "opt"
    shutil.copytree(ROOT, place / "src", ignore=LEFT_OUT)
    script = lines.replace("/opt/sakse", str(place))
    assert script.count(str(place)) == 7
    done = subprocess.run(["sh", "-eu", "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return place / "venv" / "bin" / "sakse-intake"


@pytest.mark.long
def test_a_drop_installed_as_the_readme_says_serves_and_exports(
    installed: Path, tmp_path: Path
) -> None:
    site = write_settings(tmp_path / "site")

    def run(*arguments: str) -> subprocess.Popen[str]:
        command = [installed, *arguments, "--config", site.config_file]
        return subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True)

    said, _ = run("init").communicate()
    sign_keyring(site, sshsig.parse_public(said))
    body = sealed("invented")
    with run("serve") as serving:
        try:
            assert serving.stdout is not None
            assert serving.stdout.readline().startswith("listening on unix:")
            client = Client(site.config.listen)
            page = client.ask("GET", "/en")
            assert (page.status, "<script" in page.text) == (200, True)
            assert client.seal(body).status == 200
        finally:
            serving.terminate()
    assert serving.returncode == 0
    (stick := tmp_path / "stick").mkdir()
    said, _ = run("export", "--to", str(stick)).communicate()
    assert [path.read_bytes() for path in Path(said.strip()).rglob("*.age")] == [body]


def test_the_unit_starts_and_may_run_what_the_readme_installs() -> None:
    unit = (DROP / "sakse-intake.service").read_text()
    assert "\nExecStart=/opt/sakse/venv/bin/sakse-intake serve " in unit
    (allowed,) = re.findall(r"(?m)^ExecPaths=(.*)$", unit)
    assert "/opt/sakse/venv" in allowed.split()
    hidden = re.findall(r"(?m)^(?:Inaccessible|TemporaryFileSystem)\w*=(.*)$", unit)
    assert not any("/opt" in line for line in hidden)
    assert "python3.11 -m venv /opt/sakse/venv\n" in (DROP / "README.md").read_text()


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
