"""A drop as its operator sets it up, for tests: invented keys, a signed keyring, real processes."""

from __future__ import annotations

import base64
import hashlib
import http.client
import io
import json
import os
import re
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from envelope import archive, config, keyring, padding, sshsig
from envelope.keyring import Keyring, Recipient
from envelope.seal import seal
from intake.commands import init
from keys.identity import AgeIdentity

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-c", "from intake.cli import main; main()"]
REVIEWERS = [AgeIdentity(bytes([n]) * 32) for n in (1, 2, 3)]
HOST = "127.0.0.1"


@dataclass
class Site:
    """One drop's folder: settings, signed keyring, database URL."""

    folder: Path
    config_file: Path
    root: Ed25519PrivateKey

    @property
    def config(self) -> config.DropConfig:
        return config.load(self.config_file).drop

    @property
    def database(self) -> Path:
        return self.folder / "state" / "drop.db"

    def files(self) -> list[Path]:
        """Everything the drop ever wrote: database, journal, key, logs, temporary files."""
        places = [self.folder / "state", self.folder / "tmp", self.folder / "log"]
        return [path for place in places for path in place.rglob("*") if path.is_file()]

    def command(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `sakse-intake` with this drop's settings."""
        return subprocess.run(
            [*COMMAND, *arguments, "--config", str(self.config_file)],
            cwd=ROOT, env=self.environment(), check=check, capture_output=True, text=True,
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "TMPDIR": str(self.folder / "tmp"),
            "PYTHONWARNINGS": "error,ignore::ResourceWarning",
        }


def make_site(folder: Path, *, listen: str = "", **settings: object) -> Site:
    """Set a drop up with `init`; further `[drop]` settings as keywords."""
    site = write_settings(folder, listen=listen, **settings)
    said = io.StringIO()
    with redirect_stdout(said):
        init.main(["--config", str(site.config_file)], standalone_mode=False)
    sign_keyring(site, sshsig.parse_public(said.getvalue()))
    return site


def write_settings(folder: Path, *, listen: str = "", **settings: object) -> Site:
    """The settings of a drop with a root of its own, before its `init`."""
    for name in ("tmp", "log"):
        (folder / name).mkdir(parents=True)
    root = Ed25519PrivateKey.generate()
    drop = {
        "state": "state",
        "keyring": "keyring.json",
        "listen": listen or f"unix:{folder / 'web.sock'}",
        "root": sshsig.fingerprint(root.public_key().public_bytes_raw()),
        **settings,
    }
    config_file = folder / "config.toml"
    lines = [f"{key} = {json.dumps(value)}" for key, value in drop.items()]
    # One language: its page is compressed at every start, for seconds.
    config_file.write_text("[drop]\n" + "\n".join(lines) + '\n[page]\nlanguages = ["en"]\n')
    return Site(folder, config_file, root)


def sign_keyring(site: Site, drop: bytes, root: Ed25519PrivateKey | None = None) -> None:
    """Put a keyring with three invented reviewers beside the settings, signed by the root."""
    data, signature = signed_keyring(site, drop, root=root)
    path = site.folder / "keyring.json"
    path.write_bytes(data)
    keyring.beside(path).write_bytes(signature)


def signed_keyring(
    site: Site, drop: bytes, serial: int = 1, *, root: Ed25519PrivateKey | None = None,
    team: str = "Invented team", reviewers: Sequence[int] = (0, 1, 2),
) -> tuple[bytes, bytes]:  # fmt: skip
    """A keyring of these invented reviewers and its signature by the root."""
    listed = [
        Recipient(f"reviewer-{n}", REVIEWERS[n].recipient, public(key_of(n))) for n in reviewers
    ]
    data = keyring.encode(
        Keyring(serial, team, "2026-11", "2026-11-01", "2099-11-30", tuple(listed), None, drop, "0.1.0")
    )  # fmt: skip
    return data, sshsig.sign(root or site.root, sshsig.KEYRING, data)


def key_of(n: int) -> Ed25519PrivateKey:
    """The key invented reviewer n signs with."""
    return Ed25519PrivateKey.from_private_bytes(bytes([100 + n]) * 32)


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def sealed(text: str = "", *, size: int = 0, recipients: Sequence[AgeIdentity] = REVIEWERS,
           grease: bytes | None = b"") -> bytes:  # fmt: skip
    """A real sealed file with this text, at least `size` bytes of plaintext, random every time."""
    content = text.encode().ljust(size, b"x")
    out = io.BytesIO()
    packed = archive.pack([("testimony.json", content)], padding.bucket)
    commitment = secrets.token_bytes(32) if grease == b"" else grease
    seal(packed, out, [identity.recipient for identity in recipients], grease=commitment)
    return out.getvalue()


def look_alike() -> bytes:
    """A file the drop cannot tell from a sealed one, without the cost of sealing: for loads."""
    if not _TEMPLATE:
        _TEMPLATE.append(sealed())
    return _TEMPLATE[0][:-1000] + secrets.token_bytes(1000)


_TEMPLATE: list[bytes] = []


class Unix(http.client.HTTPConnection):
    """HTTP over the drop's unix socket."""

    def __init__(self, path: str, timeout: float = 30) -> None:
        super().__init__("drop.invalid", timeout=timeout)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


@dataclass
class Answer:
    """What the drop answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> dict:
        return json.loads(self.body)


class Client:
    """Speaks to one served drop on one kept connection."""

    def __init__(self, listen: str, timeout: float = 30) -> None:
        if listen.startswith("unix:"):
            self.http: http.client.HTTPConnection = Unix(listen.removeprefix("unix:"), timeout)
        else:
            self.http = http.client.HTTPConnection(listen, timeout=timeout)

    def __del__(self) -> None:
        self.http.close()

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request; `content_type=` becomes Content-Type."""
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        try:
            self.http.request(method, path, body, named)
            reply = self.http.getresponse()
        except (http.client.HTTPException, OSError):
            self.http.close()
            raise
        return Answer(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())

    def put(self, path: str, body: bytes, digest: bytes | None = None, method: str = "POST",
            kind: str = "application/age") -> Answer:  # fmt: skip
        digest = hashlib.sha256(body).digest() if digest is None else digest
        encoded = base64.b64encode(digest).decode()
        return self.ask(
            method, path, body, Content_Type=kind, Content_Digest=f"sha-256=:{encoded}:"
        )

    def seal(self, body: bytes) -> Answer:
        """POST /sealed."""
        return self.put("/sealed", body)

    def json(self, path: str, value: object) -> Answer:
        body = json.dumps(value).encode()
        return self.ask("POST", path, body, Content_Type="application/json")

    def start(self, body: bytes) -> str:
        """POST /t for this file; returns the upload's address."""
        answer = self.json("/t", {"pieces": len(pieces(body)), "size": len(body)})
        assert answer.status == 201, answer
        return "/t/" + answer.json()["id"]

    def piece(self, upload: str, n: int, body: bytes) -> Answer:
        return self.put(f"{upload}/{n}", body, method="PUT")

    def done(self, upload: str, body: bytes) -> Answer:
        digest = b"".join(hashlib.sha256(piece).digest() for piece in pieces(body))
        return self.json(f"{upload}/done", {"digest": hashlib.sha256(digest).hexdigest()})

    def send(self, body: bytes) -> Answer:
        """A whole upload in pieces."""
        upload = self.start(body)
        for n, piece in enumerate(pieces(body)):
            answer = self.piece(upload, n, piece)
            assert answer.status == 200, answer
        return self.done(upload, body)

    def form(self, body: bytes, name: str = "sealed", extra: bytes = b"") -> Answer:
        """POST /sealed-form as a browser without script does."""
        return self.ask("POST", "/sealed-form", extra or multipart(body, name),
                        Content_Type="multipart/form-data; boundary=invented")  # fmt: skip


def multipart(body: bytes, name: str = "sealed", filename: str = "a.bin") -> bytes:
    head = f'--invented\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
    return head.encode() + b"\r\n" + body + b"\r\n--invented--\r\n"


def pieces(body: bytes) -> list[bytes]:
    return [body[at : at + 131072] for at in range(0, len(body), 131072)]


class Served:
    """A running `sakse-intake serve`."""

    def __init__(
        self, site: Site, module: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        self.site = site
        command = [sys.executable, "-m", module] if module else COMMAND
        with (site.folder / "log" / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "serve", "--config", str(site.config_file)],
                cwd=ROOT, env={**site.environment(), **(environment or {})}, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert re.fullmatch(r"listening on .* with keyring 1\n", said), self.log()

    def client(self, timeout: float = 30) -> Client:
        return Client(self.site.config.listen, timeout)

    def log(self) -> str:
        return (self.site.folder / "log" / "serve.log").read_text()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self._end()

    def stop(self) -> int:
        self.process.terminate()
        return self._end()

    def _end(self) -> int:
        code = self.process.wait(30)
        if self.process.stdout:
            self.process.stdout.close()
        return code

    def cpu(self) -> float:
        """Seconds of processor time the drop has used."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(path.read_text().split()[0]) for path in threads) / 1e9


@contextmanager
def serving(
    site: Site, module: str = "", environment: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Serve for the length of a block; `module` stands in for the command."""
    served = Served(site, module, environment)
    try:
        yield served
    finally:
        if served.process.poll() is None:
            served.stop()


def eventually(holds, seconds: float = 10) -> bool:
    """Whether something comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def rows(site: Site) -> dict[str, int]:
    """How many finished files, unfinished uploads and pieces the database holds."""
    queries = {
        "finished": "SELECT count(*) FROM file WHERE week IS NOT NULL",
        "unfinished": "SELECT count(*) FROM file WHERE week IS NULL",
        "pieces": "SELECT count(*) FROM piece",
    }
    with closing(sqlite3.connect(site.database)) as connection:
        return {name: connection.execute(query).fetchone()[0] for name, query in queries.items()}


def raw(listen: str, data: bytes, timeout: float = 10) -> bytes:
    """Send bytes as they are and read until the drop closes or falls silent."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(timeout)
        sock.connect(listen.removeprefix("unix:"))
        sock.sendall(data)
        answer = b""
        while more := sock.recv(65536):
            answer += more
            head, _, body = answer.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            if length and len(body) >= int(length[1]):
                break
    return answer


def digest_of(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def joined_digest(body: bytes) -> bytes:
    """SHA-256 over the joined digests of a file's pieces."""
    return digest_of(b"".join(digest_of(piece) for piece in pieces(body)))
