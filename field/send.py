"""`sakse-seal send`: brings sealed files to the drop and goes on where it stopped (documenter)."""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from envelope import canonical
from envelope.disk import write_new
from envelope.header import MAX_HEADER, parse, require_pq
from envelope.padding import bucket_of_payload
from field.drop import Drop, RefusedError
from field.errors import SendError

PIECE = 128 << 10  # FORMAT.md: bytes of one request
NOT_FOUND = 404
_ID = re.compile(r"[0-9a-f]{32}")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", "url", required=True, metavar="URL", help="The drop: http://….onion")
@click.option("--socks", "proxy", metavar="HOST:PORT", help="Tor's SOCKS port: 127.0.0.1:9050")
def send(files: tuple[Path, ...], url: str, proxy: str | None) -> None:
    """Bring sealed files to the drop; run it again if the line breaks.

    While a large file is under way, FILE.upload beside it says how far it got.
    """
    for path in files:
        check_sealed(path)
    for path in files:
        with contextlib.closing(Drop(url, proxy)) as drop:
            send_file(path, drop)
        click.echo(f"received: {path}")


def check_sealed(path: Path) -> None:
    """Raise FormatError unless `path` is a sealed testimony: plaintext must never travel."""
    with path.open("rb") as stream:
        head = stream.read(MAX_HEADER + 1)
    header, payload = parse(head)
    require_pq(header, grease=True)
    bucket_of_payload(path.stat().st_size - payload)


def send_file(path: Path, drop: Drop) -> None:
    """Return once the drop has the file on disk; raise SendError otherwise."""
    size = path.stat().st_size
    with tqdm(total=size, unit="B", unit_scale=True, desc=path.name, disable=None) as bar:
        if size <= PIECE:
            body = path.read_bytes()
            drop.request("POST", "/sealed", body, _headers(sha256(body).digest()))
            bar.update(size)
        else:
            _send_pieces(path, drop, bar)


def _send_pieces(path: Path, drop: Drop, bar: Any) -> None:
    size = path.stat().st_size
    pieces = -(-size // PIECE)
    upload, missing = _resume(path, drop, pieces) or _begin(path, drop, pieces, size)
    digests = b""
    for n, body in enumerate(_pieces(path)):
        digest = sha256(body).digest()
        digests += digest
        if n in missing:
            drop.request("PUT", f"/t/{upload}/{n}", body, _headers(digest))
        bar.update(len(body))
    done = canonical.dumps({"digest": sha256(digests).hexdigest()})
    drop.request("POST", f"/t/{upload}/done", done, {"Content-Type": "application/json"})
    _note(path).unlink()


def _begin(path: Path, drop: Drop, pieces: int, size: int) -> tuple[str, set[int]]:
    body = canonical.dumps({"pieces": pieces, "size": size})
    answer = drop.request("POST", "/t", body, {"Content-Type": "application/json"})
    upload = _field(answer, "id")
    if not isinstance(upload, str) or _ID.fullmatch(upload) is None:
        raise SendError("The drop gave no usable number for this upload; check its address.")
    note = canonical.dumps({"id": upload, "sha256": _sha256(path), "to": drop.url})
    _note(path).unlink(missing_ok=True)
    write_new(_note(path), note)
    return upload, set(range(pieces))


def _resume(path: Path, drop: Drop, pieces: int) -> tuple[str, set[int]] | None:
    """Return the upload the note names and its missing pieces, if it is this file's and known."""
    if not _note(path).exists():
        return None
    note = canonical.loads(_note(path).read_bytes(), what=str(_note(path)))
    upload = note.get("id") if isinstance(note, dict) else None
    if note != {"id": upload, "sha256": _sha256(path), "to": drop.url}:
        return None
    try:
        missing = _field(drop.request("GET", f"/t/{upload}"), "missing")
    except RefusedError as refusal:
        if refusal.status == NOT_FOUND:  # the drop forgot it: begin again
            return None
        raise
    if not isinstance(missing, list) or not set(missing) <= set(range(pieces)):
        raise SendError("The drop's list of missing pieces makes no sense; check its address.")
    return str(upload), set(missing)


def _headers(digest: bytes) -> dict[str, str]:
    encoded = base64.b64encode(digest).decode()
    return {"Content-Type": "application/age", "Content-Digest": f"sha-256=:{encoded}:"}


def _field(answer: bytes, key: str) -> Any:
    value = canonical.loads(answer, what="The drop's answer")
    return value.get(key) if isinstance(value, dict) else None


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".upload")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def _sha256(path: Path) -> str:
    whole = sha256()
    for piece in _pieces(path):
        whole.update(piece)
    return whole.hexdigest()
