"""Chromium and Firefox ESR behind one small interface, headless, each with a fresh profile."""

from __future__ import annotations

import base64
import contextlib
import gc
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from tests.ports import free_port

BROWSERS = ("chromium", "firefox")
PLAIN_HOST = "drop.test"  # this machine under a name that is no secure context, as http .onion may be
TIMEOUT = 60.0  # seconds for a page, a script or a wait
# Keys without a letter: the code points of https://www.w3.org/TR/webdriver2/#keyboard-actions
TAB, ENTER, SPACE, DOWN = "\ue004", "\ue007", " ", "\ue015"

_QUIET: dict[str, Any] = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.startup.page": 0,
    "captivedetect.canonicalURL": "",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.localDomains": PLAIN_HOST,
    "network.dns.disablePrefetch": True,
    "network.http.speculative-parallel-limit": 0,
    "network.prefetch-next": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
_CHROMIUM_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1",
    "--window-size=1280,900",
)
_ASYNC = """
const done = arguments[arguments.length - 1];
(async function () { %s }).apply(null, Array.from(arguments).slice(0, -1))
  .then((value) => done({ value }), (error) => done({ error: String(error) }));
"""

# "Save page as, complete", as Firefox's own dialog calls it.
_SAVE_COMPLETE = """
const [path, done] = arguments;
const at = (name) => {
  const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
  file.initWithPath(name);
  return file;
};
const persist = Cc["@mozilla.org/embedding/browser/nsWebBrowserPersist;1"].createInstance(Ci.nsIWebBrowserPersist);
const end = Ci.nsIWebProgressListener.STATE_STOP | Ci.nsIWebProgressListener.STATE_IS_NETWORK;
persist.progressListener = {
  onStateChange(progress, request, flags) { if ((flags & end) === end) done("saved"); },
  onProgressChange() {}, onLocationChange() {}, onStatusChange() {}, onSecurityChange() {},
  onContentBlockingEvent() {},
  QueryInterface: ChromeUtils.generateQI(["nsIWebProgressListener"]),
};
gBrowser.selectedBrowser.frameLoader.startPersistence(null, {
  onDocumentReady(page) { persist.saveDocument(page, at(path), at(path + "_files"), "text/html", 0, 80); },
  onError(error) { done("error " + error); },
});
"""


class Browser(Protocol):
    """What tests and scenarios may do with a browser. Scripts are function bodies."""

    name: str
    downloads: Path
    home: Path  # everything it writes: profile, downloads, temporary files, its user's folders

    def open(self, url: str) -> None:
        """Load `url` and wait for its load event."""

    def address(self) -> str:
        """The URL of the page that is shown."""

    def run(self, js: str, *args: Any) -> Any:
        """Run a function body in the page; `arguments` are `args`; returns what it returns."""

    def run_async(self, js: str, *args: Any) -> Any:
        """Run an async function body and wait for it; raises RuntimeError if it rejects."""

    def press(self, keys: str) -> None:
        """Press keys one after the other, on whatever has the focus; keys without a letter by
        their code points, as TAB."""

    def attach(self, find: str, files: Sequence[Path]) -> None:
        """Choose `files` in the file input that the expression `find` gives, as a person would."""

    def wide(self, width: int) -> AbstractContextManager[None]:
        """Show pages `width` CSS pixels wide until the block ends."""

    def screenshot(self, path: Path) -> None:
        """Write a PNG of the whole page, as wide as it is shown."""

    def saved_page(self) -> str:
        """What the browser's own "save page" writes."""

    def quit(self) -> None:
        """End the browser as a person does, so that it writes down what it keeps."""

    def close(self) -> None:
        """End the browser whatever it does; its home stays."""


@contextlib.contextmanager
def new_home(name: str) -> Iterator[Path]:
    """A folder for a browser, removed at the end."""
    # Not below TMPDIR: Chromium's socket lies in it, and a socket's path has 107 bytes at most.
    home = Path(tempfile.mkdtemp(prefix=f"sakse-{name}-", dir="/tmp"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def browser(
    name: str, *, prefs: Mapping[str, Any] | None = None, socks: str = "", home: Path | None = None
) -> Iterator[Browser]:
    """Start the browser `name` of BROWSERS and end it whatever happens.

    `prefs` are Firefox preferences; `socks` is HOST:PORT of a proxy that also resolves names;
    `home` is a folder of new_home() for all it writes, to be looked at after it has ended.
    """
    if name == "chromium" and prefs:
        raise ValueError("Chromium takes no Firefox preferences")
    with contextlib.ExitStack() as stack:
        place = home or stack.enter_context(new_home(name))
        started: Browser = Chromium(place, socks) if name == "chromium" else Firefox(place, prefs or {}, socks)
        stack.callback(started.close)
        yield started


@contextlib.contextmanager
def _user_of(home: Path) -> Iterator[None]:
    """What starts in here takes its user's folders and temporary files from `home`."""
    folders = {"HOME": home / "user", "TMPDIR": home / "tmp"}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    xdg = [name for name in os.environ if name.startswith("XDG_")]
    before = {name: os.environ.pop(name, None) for name in (*folders, *xdg)}
    os.environ.update({name: str(folder) for name, folder in folders.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def wait_for(tab: Browser, expression: str, *args: Any, timeout: float = TIMEOUT) -> Any:
    """The value of a JavaScript expression once it is truthy; TimeoutError after `timeout` s."""
    end = time.monotonic() + timeout
    while True:
        value = tab.run(f"return ({expression});", *args)
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"not true in {timeout} s: {expression}")
        time.sleep(0.05)


class Chromium:
    """Debian's Chromium by its own chromedriver; nothing is downloaded."""

    name = "chromium"

    def __init__(self, home: Path, socks: str = "") -> None:
        from selenium import webdriver

        self.home = home
        self.downloads = home / "downloads"
        self.downloads.mkdir()
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in (*_CHROMIUM_FLAGS, f"--user-data-dir={home / 'profile'}"):
            options.add_argument(flag)
        if socks:
            options.add_argument(f"--proxy-server=socks5://{socks}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = webdriver.ChromeService("/usr/bin/chromedriver")
        with _user_of(home):
            self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.set_page_load_timeout(TIMEOUT)
        self.driver.set_script_timeout(TIMEOUT * 5)
        self._cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))

    def open(self, url: str) -> None:
        self.driver.get(url)

    def address(self) -> str:
        return str(self.driver.current_url)

    def run(self, js: str, *args: Any) -> Any:
        return self.driver.execute_script(js, *args)

    def run_async(self, js: str, *args: Any) -> Any:
        return _settled(self.driver.execute_async_script(_ASYNC % js, *args))

    def press(self, keys: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self.driver, duration=0).send_keys(keys).perform()

    def attach(self, find: str, files: Sequence[Path]) -> None:
        self.run(f"return {find};").send_keys("\n".join(map(str, files)))

    @contextlib.contextmanager
    def wide(self, width: int) -> Iterator[None]:
        screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
        self._cdp("Emulation.setDeviceMetricsOverride", **screen)
        try:
            yield
        finally:
            self._cdp("Emulation.clearDeviceMetricsOverride")

    def screenshot(self, path: Path) -> None:
        page = self._cdp("Page.getLayoutMetrics")["cssContentSize"]
        taken = self._cdp(
            "Page.captureScreenshot", captureBeyondViewport=True, clip={**page, "scale": 1}
        )
        path.write_bytes(base64.b64decode(taken["data"]))

    def saved_page(self) -> str:
        data: str = self._cdp("Page.captureSnapshot", format="mhtml")["data"]
        return data

    def quit(self) -> None:
        self.driver.quit()

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.driver.quit()
        self.driver.service.stop()

    def _cdp(self, method: str, **arguments: Any) -> Any:
        return self.driver.execute_cdp_cmd(method, arguments)


class Firefox:
    """Debian's Firefox ESR by Marionette; nothing is downloaded."""

    name = "firefox"

    def __init__(self, home: Path, prefs: Mapping[str, Any], socks: str = "") -> None:
        self.home = home
        self.downloads = home / "downloads"
        self.downloads.mkdir()
        self._factor = 1  # zoom
        chosen = {**_QUIET, **self._download_prefs(), **_socks_prefs(socks), **prefs}
        try:
            with _untidy_library(), _user_of(home):
                self.driver = self._start(chosen)
        except BaseException:
            self.close()
            raise
        self.driver.timeout.page_load = TIMEOUT
        self.driver.timeout.script = TIMEOUT * 5
        self.driver.set_window_rect(width=1280, height=900)

    def _start(self, prefs: Mapping[str, Any]) -> Any:
        from marionette_driver.marionette import Marionette  # type: ignore[import-untyped]

        driver = Marionette(
            bin="/usr/bin/firefox-esr",
            headless=True,
            port=free_port(),
            prefs=prefs,
            workspace=str(self.home),
            gecko_log=str(self.home / "gecko.log"),
            socket_timeout=TIMEOUT * 5,
            startup_timeout=TIMEOUT,
        )
        # Its folder goes with ours; the library would try again when Python ends.
        driver.instance.profile.restore = False
        driver.start_session({"strictFileInteractability": False})
        return driver

    def _download_prefs(self) -> dict[str, Any]:
        return {
            "browser.download.folderList": 2,
            "browser.download.dir": str(self.downloads),
            "browser.download.useDownloadDir": True,
            "browser.download.always_ask_before_handling_new_types": False,
            "browser.helperApps.neverAsk.saveToDisk": "application/octet-stream",
        }

    def open(self, url: str) -> None:
        self.driver.navigate(url)
        self._zoom(self._factor)  # Firefox forgets it with every page

    def address(self) -> str:
        return str(self.driver.get_url())

    def run(self, js: str, *args: Any) -> Any:
        return self.driver.execute_script(js, script_args=args, sandbox=None)

    def run_async(self, js: str, *args: Any) -> Any:
        return _settled(self.driver.execute_async_script(_ASYNC % js, script_args=args, sandbox=None))

    def press(self, keys: str) -> None:
        self.driver.actions.sequence("key", "keyboard").send_keys(keys).perform()

    def attach(self, find: str, files: Sequence[Path]) -> None:
        element = self.run(f"return {find};")
        for file in files:
            element.send_keys(str(file))

    @contextlib.contextmanager
    def wide(self, width: int) -> Iterator[None]:
        # A Firefox window cannot be as narrow as a phone: zoom makes it so.
        self._factor = 2 if width < 600 else 1
        self.driver.set_window_rect(width=width * self._factor, height=900)
        self._zoom(self._factor)
        try:
            wait_for(self, "innerWidth === arguments[0]", width, timeout=10)
            yield
        finally:
            self._factor = 1
            self._zoom(1)
            self.driver.set_window_rect(width=1280, height=900)

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.driver.screenshot(full=True)))

    def saved_page(self) -> str:
        target = self.home / "saved.html"
        with self.driver.using_context("chrome"):
            self.driver.execute_async_script(_SAVE_COMPLETE, script_args=[str(target)])
        return target.read_text()

    def _zoom(self, factor: int) -> None:
        with self.driver.using_context("chrome"):
            self.driver.execute_script("gBrowser.selectedBrowser.fullZoom = arguments[0];", [factor])

    def quit(self) -> None:
        with _untidy_library():
            self.driver.quit()

    def close(self) -> None:
        driver = getattr(self, "driver", None)
        if driver is not None:
            with _untidy_library():
                with contextlib.suppress(Exception):
                    driver.delete_session()
                driver.instance.close()
                driver.cleanup_ran = True  # the library's own would make one more profile


@contextlib.contextmanager
def _untidy_library() -> Iterator[None]:
    """Marionette's library leaves sockets open and calls deprecated functions: not our warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
        gc.collect()


def _socks_prefs(socks: str) -> dict[str, Any]:
    if not socks:
        return {}
    host, port = socks.rsplit(":", 1)
    return {
        "network.proxy.type": 1,
        "network.proxy.socks": host,
        "network.proxy.socks_port": int(port),
        "network.proxy.socks_version": 5,
        "network.proxy.socks_remote_dns": True,
        "network.proxy.no_proxies_on": "",
        "network.dns.blockDotOnion": False,
    }


def _settled(answer: Any) -> Any:
    if answer.get("error"):
        raise RuntimeError(answer["error"])
    return answer.get("value")
