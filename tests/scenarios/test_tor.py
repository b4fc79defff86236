"""A testimony reaches the drop over Tor: a real onion address, a real browser, a private network."""

from __future__ import annotations

import hashlib
import http.client
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import witness
from tests.browser.drivers import browser
from tests.browser.world import OpenedTestimony, open_testimony
from tests.intake.rig import REVIEWERS, ROOT, Client, Site, make_site, sealed, serving
from tests.scenarios.private_tor import PrivateTor, through

pytestmark = pytest.mark.long

ACCOUNT = {
    "answers": {"c1": "yes", "a1": "adult", "k1": "saw", "i1": "taken_work", "c2": "iimm", "c3": "text"},
    "narrative": "Invented: at dusk two men came to the mine gate. ညနေစောင်းမှာ လူနှစ်ယောက် လာတယ်။",
}  # fmt: skip
# As Tor Browser has it: an onion address is a secure context.
SECURE = {"dom.securecontext.allowlist_onions": True}
PLAIN = {"dom.securecontext.allowlist_onions": False}


class Onion(Client):
    """Speaks HTTP to an onion address through tor's SOCKS port."""

    def __init__(self, net: PrivateTor) -> None:
        self.http = http.client.HTTPConnection(net.onion, timeout=60)
        self.http._create_connection = (  # type: ignore[attr-defined]
            lambda address, *_: through(net.socks, address[0], 80, 60)
        )


def deployed() -> str:
    """The lines of the deployed torrc about the service itself, less its folder and socket."""
    lines = (ROOT / "deploy" / "drop" / "torrc").read_text().splitlines()
    wanted = re.compile(
        r"(HiddenService(?!Dir |Port )|VanguardsLite|MaxMemInQueues|ConnectionPadding)"
    )
    return "\n".join(line for line in lines if wanted.match(line)) + "\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = make_site(tmp_path_factory.mktemp("drop"))
    with serving(made):
        yield made


@pytest.fixture(scope="module")
def net(site: Site) -> Iterator[PrivateTor]:
    with PrivateTor(site.config.listen, deployed()) as running:
        yield running


def kept(site: Site, folder: Path) -> dict[bytes, bytes]:
    """Every sealed file of an export, by its SHA-256."""
    folder.mkdir()
    site.command("export", "--to", str(folder))
    files = [path.read_bytes() for path in folder.rglob("*.age")]
    return {hashlib.sha256(data).digest(): data for data in files}


def opened(site: Site, folder: Path, before: set[bytes]) -> OpenedTestimony:
    """The one testimony that came since, opened by a reviewer."""
    (new,) = set(now := kept(site, folder)) - before
    return open_testimony(now[new], REVIEWERS[1])


def test_the_onion_serves_the_page_and_takes_sealed_files(
    net: PrivateTor, site: Site, tmp_path: Path
) -> None:
    client = Onion(net)
    assert client.ask("GET", "/").status == 200
    page = client.ask("GET", "/en", Accept_Encoding="gzip")
    assert page.headers["content-encoding"] == "gzip"
    assert not {"server", "date", "set-cookie"} & set(page.headers)
    small, large = sealed("small"), sealed(size=700_000)
    assert client.seal(small).status == 200
    assert client.send(large).status == 200
    assert {hashlib.sha256(body).digest() for body in (small, large)} <= set(
        kept(site, tmp_path / "out")
    )


@pytest.mark.parametrize("prefs", [SECURE, PLAIN], ids=["secure context", "no secure context"])
def test_a_testimony_written_in_firefox_arrives_over_the_onion(
    net: PrivateTor, site: Site, tmp_path: Path, prefs: dict[str, bool]
) -> None:
    before = set(kept(site, tmp_path / "before"))
    with browser("firefox", prefs=prefs, socks=net.socks) as tab:
        tab.open(f"http://{net.onion}/")
        assert tab.run("return isSecureContext;") is prefs["dom.securecontext.allowlist_onions"]
        assert witness.testify(tab, f"http://{net.onion}/en", ACCOUNT) == "received"
    arrived = opened(site, tmp_path / "after", before)
    assert arrived.testimony.narrative == ACCOUNT["narrative"]


def test_attachments_arrive_in_pieces_over_the_onion(
    net: PrivateTor, site: Site, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 1200)
    before = set(kept(site, tmp_path / "before"))
    with browser("firefox", prefs=SECURE, socks=net.socks) as tab:
        assert witness.testify(tab, f"http://{net.onion}/en", ACCOUNT, [photo]) == "received"
    arrived = opened(site, tmp_path / "after", before)
    assert arrived.attachments == [photo.read_bytes()]


def test_a_documenter_sends_sealed_files_over_the_onion(
    net: PrivateTor, site: Site, tmp_path: Path
) -> None:
    bodies = [sealed("one"), sealed(size=400_000)]
    files = [tmp_path / f"{n}.age" for n in range(len(bodies))]
    for file, body in zip(files, bodies, strict=True):
        file.write_bytes(body)
    command = [sys.executable, "-c", "from field.cli import main; main()", "send", *files]
    command += ["--to", f"http://{net.onion}", "--socks", net.socks]
    sent = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert sent.returncode == 0, sent.stderr
    assert {hashlib.sha256(body).digest() for body in bodies} <= set(kept(site, tmp_path / "out"))
