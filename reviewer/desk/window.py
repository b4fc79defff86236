"""The desk's own browser: a throw-away profile in memory that knows one address (laptop).

Everything it may write lies in one folder on tmpfs, which is gone when the desk ends; what a killed
desk left is swept by the next start. The start token is in a file there, never in a command line
that other programs can read.
"""

from __future__ import annotations

import contextlib
import fcntl
import html
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from envelope.offline import LOOPBACK
from reviewer.errors import DeskError

MEMORY = Path("/dev/shm")  # noqa: S108 - tmpfs on every Linux: what lies there is on no disk
_PREFIX = "sakse-desk-"
_STOP_SECONDS = 5
_NOWHERE = 9  # the discard port (RFC 863): a proxy that is not there

# Chromium's switches; --app shows one page without an address bar.
_CHROMIUM = (
    "--incognito", "--no-first-run", "--no-default-browser-check", "--no-pings",
    "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-breakpad",
    "--disable-domain-reliability", "--disable-default-apps", "--disable-quic",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication",
    "--password-store=basic", "--disk-cache-dir=/dev/null", "--disable-spell-checking",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {LOOPBACK}",
)  # fmt: skip
# Firefox's preferences (about:config).
_FIREFOX: dict[str, bool | int | str] = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.cache.disk.enable": False,
    "browser.cache.memory.enable": False,
    "browser.download.forbid_open_with": True,
    "browser.formfill.enable": False,
    "browser.newtabpage.enabled": False,
    "browser.privatebrowsing.autostart": True,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.sessionstore.max_tabs_undo": 0,
    "browser.sessionstore.resume_from_crash": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "browser.translations.enable": False,
    "captivedetect.canonicalURL": "",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.pocket.enabled": False,
    "layout.spellcheckDefault": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.http.speculative-parallel-limit": 0,
    "network.prefetch-next": False,
    # All but this machine goes to a proxy that is not there.
    "network.proxy.type": 1,
    "network.proxy.http": LOOPBACK,
    "network.proxy.http_port": _NOWHERE,
    "network.proxy.ssl": LOOPBACK,
    "network.proxy.ssl_port": _NOWHERE,
    "network.proxy.no_proxies_on": LOOPBACK,
    "places.history.enabled": False,
    "signon.rememberSignons": False,
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "trailhead.firstrun.didSeeAboutWelcome": True,
}
_PROGRAMS = ("firefox-esr", "chromium")


def sweep(memory: Path = MEMORY) -> int:
    """Remove what desks left that were killed, their browsers first; return how many."""
    count = 0
    for folder in memory.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # what others put there stops no start
            if _is_own(folder) and _is_left(folder):
                _end_browser(folder)
                shutil.rmtree(folder, ignore_errors=True)
                count += 1
    return count


@contextlib.contextmanager
def folder(memory: Path = MEMORY) -> Iterator[Path]:
    """A folder in memory for one browser, locked while this desk runs and gone afterwards."""
    if not memory.is_dir():
        raise DeskError(f"{memory} is missing, and the browser may write to no disk; mount it.")
    made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=memory))
    with (made / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)


def program(wish: str = "") -> str:
    """The browser to use: the one wished for, else the first that is there."""
    for name in (wish,) if wish else _PROGRAMS:
        # Chromium has no sandbox as root, and a page of testimony is not shown without one.
        if name in _PROGRAMS and shutil.which(name) and (name != "chromium" or os.getuid() != 0):
            return name
    raise DeskError(f"No browser is here; install {' or '.join(_PROGRAMS)}, not as root.")


@contextlib.contextmanager
def browser(name: str, home: Path, link: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a browser on `link` with all it writes below `home`; it ends with the block."""
    profile = home / "profile"
    profile.mkdir()
    first = home / "start.html"
    first.touch(mode=0o600, exist_ok=False)
    first.write_text(f'<meta http-equiv="refresh" content="0;url={html.escape(link)}">')
    line = _firefox(profile, first) if name == "firefox-esr" else _chromium(profile, first)
    # setpriv: the browser ends with this process however this process ends.
    started = subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", "--", name, *line],
        env=_environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    (home / "browser").write_text(str(started.pid))
    try:
        yield started
    finally:
        _stop(started)


def _firefox(profile: Path, first: Path) -> list[str]:
    prefs = (f"user_pref({_js(name)}, {_js(value)});\n" for name, value in _FIREFOX.items())
    (profile / "user.js").write_text("".join(prefs))
    return ["--profile", str(profile), "--no-remote", "--new-instance", first.as_uri()]


def _js(value: bool | int | str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else f'"{value}"'


def _chromium(profile: Path, first: Path) -> list[str]:
    return [*_CHROMIUM, f"--user-data-dir={profile}", f"--app={first.as_uri()}"]


def _environment(home: Path) -> dict[str, str]:
    """This process's environment, with every folder for files below `home`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "SAKSE_"))}
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):  # the socket of a Wayland screen is there
        kept["XDG_RUNTIME_DIR"] = runtime
    for name in ("user", "tmp"):
        (home / name).mkdir(exist_ok=True)
    return {**kept, "HOME": str(home / "user"), "TMPDIR": str(home / "tmp")}


def _stop(started: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.wait(_STOP_SECONDS)
            return


def _is_own(folder: Path) -> bool:
    """Whether it is a directory of this user, and no link to one."""
    about = folder.lstat()
    return stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid()


def _is_left(folder: Path) -> bool:
    """Whether no desk that runs has this folder."""
    try:
        with (folder / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return True
    return True


def _end_browser(folder: Path) -> None:
    """End the browser of a killed desk; a number that another program has now is left alone."""
    try:
        pid = int((folder / "browser").read_text())
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    except (OSError, ValueError):
        return
    if os.fsencode(f"HOME={folder}") in environment:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
