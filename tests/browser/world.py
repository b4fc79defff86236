"""A team with invented keys and a real drop on loopback that remembers what it was asked."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from envelope import archive, commit, header, keyring, render, sshsig, testimony
from envelope.config import DropConfig, PageConfig
from envelope.form import load
from envelope.keyring import Keyring, Recipient
from envelope.testimony import Testimony
from intake import db, server, store
from intake.views import Drop, create_app
from keys.agefile import open_file
from keys.identity import AgeIdentity

ROOT = Path(__file__).resolve().parent.parent.parent
MODULES = ROOT / "browser" / "dist" / "modules.js"


@dataclass(frozen=True, slots=True)
class Team:
    """Two reviewers, their keyring and its signature."""

    reviewers: tuple[AgeIdentity, AgeIdentity]
    protection: AgeIdentity
    ring: Keyring
    root: Ed25519PrivateKey

    @classmethod
    def invented(cls) -> Team:
        """A team nobody belongs to, with new keys."""
        reviewers = (AgeIdentity.generate(), AgeIdentity.generate())
        protection = AgeIdentity.generate()
        ring = Keyring(
            serial=1,
            team="Invented Team",
            epoch="2026-11",
            valid_from="2026-11-01",
            valid_until="2099-11-30",
            recipients=tuple(
                Recipient(name, identity.recipient, _public(Ed25519PrivateKey.generate()))
                for name, identity in zip(("r1", "r2"), reviewers, strict=True)
            ),
            protection=protection.recipient,
            drop=_public(Ed25519PrivateKey.generate()),
            minimum_release="0.1.0",
        )
        return cls(reviewers, protection, ring, Ed25519PrivateKey.generate())

    def until(self, day: str) -> Team:
        """The same team with a keyring that ends on `day`."""
        return replace(self, ring=replace(self.ring, valid_from=day, valid_until=day))

    def without_officer(self) -> Team:
        """The same team with nobody who reads how to reach a witness."""
        return replace(self, ring=replace(self.ring, protection=None))

    def months_ago(self, months: float) -> Team:
        """The same team with a keyring that ended so many months before today."""
        day = dt.date.today() - dt.timedelta(days=round(months * 30.44))
        return self.until(day.isoformat())

    def pages(self, config: PageConfig | None = None) -> dict[str, render.Page]:
        """The rendered pages of this team."""
        return render.site(*self.signed(), config or PageConfig())

    def signed(self) -> tuple[bytes, bytes]:
        """The keyring's bytes and the root's signature."""
        data = keyring.encode(self.ring)
        return data, sshsig.sign(self.root, sshsig.KEYRING, data)

    def seal(self, path: Path, attached: int = 0) -> Path:
        """Write a sealed testimony as a documenter's laptop does; `attached` bytes of one file if not 0."""
        files = [path.with_suffix(".attached")] if attached else []
        for file in files:
            file.write_bytes(bytes(attached))
        told = testimony.build(
            load(), lang="en", answers={"c1": "yes"}, narrative="Invented.", attachments=files
        )
        with path.open("xb") as out:
            testimony.seal_testimony(told, files, self.ring, out)
        return path

    def open(self, sealed: bytes) -> OpenedTestimony:
        """Open a sealed file as the second reviewer, by every rule for testimonies."""
        return open_testimony(sealed, self.reviewers[1])

    def open_contact(self, plain: bytes) -> str:
        """Open how she can be reached, inside the packed testimony, as the protection officer."""
        sealed = archive.unpack_testimony(plain)["contact.age"]
        opened = open_file(io.BytesIO(bytes(sealed)), [self.protection], testimony=False)
        return b"".join(opened.chunks).rstrip(b"\0").decode()


@dataclass(frozen=True, slots=True)
class OpenedTestimony:
    """What was inside a sealed file, with the commitment in its header."""

    testimony: Testimony
    attachments: list[bytes]
    commitment: bytes
    plain: bytes


def open_testimony(sealed: bytes, identity: AgeIdentity) -> OpenedTestimony:
    """Open a sealed file and recompute its commitment; AssertionError if they differ."""
    opened = open_file(io.BytesIO(sealed), [identity], testimony=True)
    plain = b"".join(opened.chunks)
    members = archive.unpack_testimony(plain)
    found = testimony.from_members(members)
    root = commit.root(found.seed, testimony.units_of(found, members))
    assert header.grease_body(opened.header) == commit.commitment(found.r, root)
    load().validate(found.answers)
    files = [bytes(data) for name, data in members.items() if name.startswith("attachments/")]
    return OpenedTestimony(found, files, commit.commitment(found.r, root), plain)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: method, path, bytes of its headers and of its body."""

    method: str
    path: str
    header_bytes: int
    body: bytes
    headers: dict[str, str]


@dataclass(slots=True)
class Site:
    """A drop of `team` that serves; `asked` is every request since it was last cleared."""

    url: str
    store: store.Store
    team: Team
    asked: list[Asked] = field(default_factory=list)
    # Called with each request; an answer it gives is sent instead of the drop's.
    interfere: Callable[[Asked], tuple[str, bytes] | None] = lambda _: None

    def kept(self) -> list[bytes]:
        """Every sealed file the drop has."""
        with self.store.engine.connect() as connection:
            return [b"".join(store.read(connection, file)) for file in store.kept(connection)]

    def newest(self, before: Iterable[bytes]) -> bytes:
        """The one sealed file that was not there `before`."""
        (sealed,) = set(self.kept()) - set(before)
        return sealed

    def wrap(self, app: Any) -> Any:
        """WSGI middleware: record each request, and serve the test page of modules."""

        def wrapped(environ: dict[str, Any], start: Any) -> Any:
            body = environ["wsgi.input"].read()
            environ["wsgi.input"] = io.BytesIO(body)
            headers = {key[5:]: value for key, value in environ.items() if key.startswith("HTTP_")}
            size = sum(len(key) + len(value) + 4 for key, value in headers.items())
            path = environ["PATH_INFO"]
            asked = Asked(environ["REQUEST_METHOD"], path, size, body, headers)
            self.asked.append(asked)
            if path == "/modules":
                start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
                return [_modules_page().encode()]
            if interference := self.interfere(asked):
                status, text = interference
                start(status, [("Content-Type", "text/plain; charset=utf-8")])
                return [text]
            return app(environ, start)

        return wrapped


def _modules_page() -> str:
    return f"<!doctype html><title>modules</title><script>{MODULES.read_text()}</script>"


@contextlib.contextmanager
def serve(team: Team, folder: Path, page: PageConfig | None = None) -> Iterator[Site]:
    """A drop of `team` with its state in `folder`, on a free loopback port."""
    config = DropConfig(state=folder, listen="127.0.0.1:1", root=sshsig.fingerprint(_public(team.root)))
    db.create(db.engine(config))
    kept = store.Store(db.engine(config), config)
    site = Site("", kept, team)
    app = create_app(Drop(kept, team.pages(page), *team.signed(), config.form_mib << 20))
    app.wsgi_app = site.wrap(app.wsgi_app)  # type: ignore[method-assign]
    web = _bind(app, config)
    site.url = f"http://127.0.0.1:{web.effective_port}"
    thread = threading.Thread(target=web.run, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        web.close()
        for connection in list(web.active_channels.values()):
            with contextlib.suppress(OSError):  # gone already
                connection.socket.shutdown(socket.SHUT_RDWR)  # or a browser goes on asking over it
        kept.close()


def _bind(app: Any, config: DropConfig) -> Any:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return server.build(app, replace(config, listen=f"127.0.0.1:{port}"))


def _public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()
