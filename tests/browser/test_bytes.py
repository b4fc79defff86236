"""The page is the same bytes for everyone, and what anyone builds from release, keyring and settings."""

from __future__ import annotations

import gzip
import http.client
import io
import itertools
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from envelope import sshsig
from envelope.config import LANGUAGES
from tests.browser.world import ROOT, Site, Team

PATHS = ("/", *(f"/{lang}" for lang in LANGUAGES))
HEADERS: dict[str, tuple[str, ...]] = {
    "Accept-Language": ("my", "kac,en;q=0.5", "en-US"),
    "User-Agent": ("Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "curl/8", ""),
    "Accept-Encoding": ("gzip, deflate, br, zstd", "gzip;q=0", "br", "identity", "*"),
    "Cookie": ("lang=my; session=invented", "a=b"),
    "Referer": ("http://example.invalid/army", "about:blank"),
    "X-Forwarded-For": ("203.0.113.7", "2001:db8::1, 203.0.113.8"),
    "X-Forwarded-Host": ("example.invalid",),
    "Accept": ("text/html", "application/json", "image/*"),
    "DNT": ("1",),
    "If-None-Match": ('"invented"', "*"),
    "If-Modified-Since": ("Wed, 21 Oct 2015 07:28:00 GMT",),
    "Range": ("bytes=0-99",),
}
QUERIES = ("", "?lang=my", "?utm_source=invented&x=1", "?" + "a" * 500)


def fetch(site: Site, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and bytes of a page, unpacked if they came packed."""
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=30)
    try:
        connection.putrequest("GET", path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        data = answer.read()
        return answer.status, gzip.decompress(data) if answer.headers["Content-Encoding"] == "gzip" else data
    finally:
        connection.close()


def visitors() -> list[tuple[str, dict[str, str]]]:
    """Fifty visitors who differ in everything a browser says."""
    alone = [{name: value} for name, values in HEADERS.items() for value in values]
    turning = {name: itertools.cycle(values) for name, values in HEADERS.items()}
    together = [{name: next(values) for name, values in turning.items()} for _ in range(50 - len(alone))]
    return list(zip(itertools.cycle(QUERIES), [*alone, *together]))


def test_fifty_different_visitors_get_the_same_bytes(site: Site, team: Team) -> None:
    pages = team.pages()
    assert set(pages) == set(PATHS)
    asked = visitors()
    assert len(asked) == 50
    for path, (query, headers) in itertools.product(PATHS, asked):
        assert fetch(site, path + query, headers) == (200, pages[path].html), (path, query, headers)


def unpack_release(folder: Path) -> None:
    """What is committed, and nothing else, without what a build makes."""
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    for built in (folder / "browser" / "dist").iterdir():
        built.unlink()


@pytest.mark.long
def test_a_clean_build_makes_the_bytes_the_drop_serves(site: Site, team: Team, tmp_path: Path) -> None:
    release = tmp_path / "release"
    unpack_release(release)
    for command in (["npm", "ci", "--no-audit", "--no-fund"], ["npm", "run", "build"]):
        subprocess.run(command, cwd=release / "browser", capture_output=True, check=True)
    (tmp_path / "keyring.json").write_bytes(team.signed()[0])
    (tmp_path / "keyring.json.sig").write_bytes(team.signed()[1])
    (tmp_path / "config.toml").write_text("[page]\n")
    made = subprocess.run(
        [sys.executable, "-c", "import field.cli; print(field.cli.__file__); field.cli.main()", "form",
         "--keyring", tmp_path / "keyring.json", "--root", sshsig.fingerprint(team.root.public_key().public_bytes_raw()),
         "--config", tmp_path / "config.toml", "--out", tmp_path / "out"],
        cwd=release, env=os.environ | {"HOME": str(tmp_path)}, capture_output=True, text=True,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith(str(release)), "the checkout's own code was run"
    for path in PATHS:
        built = (tmp_path / "out" / f"{path.strip('/') or 'index'}.html").read_bytes()
        assert fetch(site, path, {}) == (200, built), path
