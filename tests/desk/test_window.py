"""The desk's own browser: it gets in, leaves nothing, and ends with the desk. Firefox, headless."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path

import pytest

from reviewer.desk import window
from reviewer.errors import DeskError
from tests.desk.station import wait_until

MEMORY = Path("/dev/shm")


@contextlib.contextmanager
def windowed(station, home):
    """`sakse-review desk` with Firefox for a user whose home is `home`."""
    home.mkdir(exist_ok=True)
    before = set(MEMORY.glob("sakse-desk-*"))
    environment = {**station.environment(), "MOZ_HEADLESS": "1", "HOME": str(home)}
    line = station.line("ana", "desk", "--browser", "firefox-esr")
    process = subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert "open in its own window" in process.stdout.readline()
        (folder,) = set(MEMORY.glob("sakse-desk-*")) - before
        yield process, folder
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        window.sweep()


def entered(folder):
    """Whether the browser has loaded the desk's pages: its profile knows the cookie's site."""
    tcp = Path("/proc/net/tcp").read_text()
    return (folder / "profile").is_dir() and tcp.count(" 01 ") >= 1


def browser_of(folder):
    return int((folder / "browser").read_text())


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_window_opens_the_desk_leaves_nothing_and_ends_it_when_it_is_closed(station, tmp_path):
    with windowed(station, tmp_path / "home") as (process, folder):
        token = (folder / "start.html").read_text().partition("token=")[2].partition('"')[0]
        assert (folder / "start.html").stat().st_mode & 0o077 == 0 and folder.stat().st_mode & 0o077 == 0
        wait_until(lambda: entered(folder), 60)
        commands = b""
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                commands += path.read_bytes()
        assert token.encode() not in commands
        os.killpg(browser_of(folder), signal.SIGTERM)  # as closing its window
        assert process.wait(30) == 0
        assert not folder.exists()
    assert [path for path in (tmp_path / "home").rglob("*") if path.is_file()] == []


@pytest.mark.long
def test_a_killed_desk_takes_its_browser_along_and_the_next_start_sweeps(station, tmp_path):
    with windowed(station, tmp_path / "home") as (process, folder):
        wait_until(lambda: entered(folder), 60)
        pid = browser_of(folder)
        process.kill()
        process.wait()
        wait_until(lambda: not alive(pid), 30)
        assert folder.exists()
        assert window.sweep() == 1
        assert not folder.exists()


def test_what_another_desk_uses_is_not_swept(tmp_path):
    with window.folder(tmp_path) as used:
        (used / "start.html").write_text("x")
        assert window.sweep(tmp_path) == 0 and used.exists()
    assert not used.exists()


def test_a_left_folder_goes_and_a_stranger_s_process_of_the_same_number_stays(tmp_path):
    left = tmp_path / "sakse-desk-left"
    left.mkdir()
    (left / "lock").touch()
    (left / "browser").write_text(str(os.getpid()))  # this test: it must survive
    assert window.sweep(tmp_path) == 1 and not left.exists()


def test_links_files_and_what_can_not_be_read_stop_no_start_and_stay(tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    others = [tmp_path / f"sakse-desk-{name}" for name in ("dangling", "link", "file", "odd")]
    others[0].symlink_to(tmp_path / "nowhere")
    others[1].symlink_to(mine)
    others[2].touch()
    (others[3] / "lock").mkdir(parents=True)  # opening it is an error
    left = tmp_path / "sakse-desk-zleft"
    left.mkdir()
    assert window.sweep(tmp_path) == 1
    assert not left.exists() and mine.exists() and all(map(os.path.lexists, others))


def test_a_browser_that_is_not_there_is_said_in_a_sentence(monkeypatch, tmp_path):
    with pytest.raises(DeskError, match="install"):
        window.program("lynx")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeskError, match="install firefox-esr or chromium"):
        window.program()
    with pytest.raises(DeskError, match="missing"), window.folder(tmp_path / "none"):
        pass
