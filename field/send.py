"""`sakse-seal send`: brings sealed files to the drop and goes on where it stopped (documenter)."""

from __future__ import annotations

import base64
import contextlib
import random
import re
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeGuard

import click
from tqdm import tqdm

from envelope import canonical
from envelope.disk import write_new
from envelope.errors import FormatError
from envelope.header import MAX_HEADER, parse, require_pq
from envelope.padding import bucket_of_payload
from field.drop import Drop, RefusedError
from field.errors import SendError
from field.received import PIECE, Received, file_and_drop, read_pieces

NOT_FOUND = 404
_SEALED = (".bin", ".age")  # as many, the page and README name them
_ID = re.compile(r"[0-9a-f]{32}")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", "url", required=True, metavar="URL", help="The drop: http://….onion")
@click.option("--socks", "proxy", metavar="HOST:PORT", help="Tor's SOCKS port: 127.0.0.1:9050")
@click.option("--again", is_flag=True, help="Send also what was received before.")
def send(files: tuple[Path, ...], url: str, proxy: str | None, again: bool) -> None:
    """Bring sealed files, or folders of them (*.bin, *.age), to the drop, in random order.

    Run it again if the line breaks: .received in each folder says what the drop has (without its
    address or a file's name), and FILE.upload how far a large file got; only the rest is sent.
    """
    paths = _sealed_files(files)
    for path in paths:
        check_sealed(path)
    received = Received(paths, Drop(url, proxy).url)
    left = [path for path in paths if again or not received.has(path)]
    try:
        _send_all(left, received, url, proxy)
    finally:  # also when the line is down or somebody stops it
        click.echo(f"received: {len(paths) - len(left)} of {len(paths)}")
        for path in left:
            click.echo(f"left: {path}")
    if left:
        raise SendError("Not every file was received; see above why, then run this again.")


def _sealed_files(given: Sequence[Path]) -> list[Path]:
    found: dict[Path, Path] = {}
    for path in given:
        inside = [path]
        if path.is_dir():
            inside = sorted(entry for entry in path.iterdir() if entry.suffix in _SEALED)
            if not inside:
                raise SendError(f"{path} holds no sealed file (*.bin or *.age); name another one.")
        found |= {entry.resolve(): entry for entry in inside}
    return list(found.values())


def _send_all(left: list[Path], received: Received, url: str, proxy: str | None) -> None:
    """Send what is in `left`, and take out of it what was received."""
    order = random.SystemRandom().sample(left, len(left))
    total = sum(path.stat().st_size for path in order)
    with tqdm(total=total, unit="B", unit_scale=True, disable=None) as bar:
        for path in order:
            mark = received.mark(path)  # if it is written anew meanwhile, that one was not sent
            try:
                with contextlib.closing(Drop(url, proxy)) as drop:
                    send_file(path, drop, bar.update)
            except RefusedError as refusal:  # this file's own trouble; the others go on
                bar.write(f"refused: {path}: {refusal}", file=sys.stderr)
            else:
                received.add(path, mark)
                left.remove(path)
                bar.write(f"received: {path}")


def check_sealed(path: Path) -> None:
    """Raise FormatError unless `path` is a sealed testimony: plaintext must never travel."""
    with path.open("rb") as stream:
        head = stream.read(MAX_HEADER + 1)
    try:
        header, payload = parse(head)
        require_pq(header, grease=True)
        bucket_of_payload(path.stat().st_size - payload)
    except FormatError as error:
        raise FormatError(f"{path}: {error}") from error


def send_file(
    path: Path, drop: Drop, advance: Callable[[int], object] = lambda _bytes: None
) -> None:
    """Return once the drop has the file on disk; raise SendError otherwise.

    `advance` is called with the number of bytes each step brought it further.
    """
    size = path.stat().st_size
    if size <= PIECE:
        body = path.read_bytes()
        drop.request("POST", "/sealed", body, _headers(sha256(body).digest()))
        advance(size)
    else:
        _send_pieces(path, drop, advance)


def _send_pieces(path: Path, drop: Drop, advance: Callable[[int], object]) -> None:
    size = path.stat().st_size
    pieces = -(-size // PIECE)
    upload, missing = _resume(path, drop, pieces) or _begin(path, drop, pieces, size)
    digests = b""
    for n, body in enumerate(read_pieces(path)):
        digest = sha256(body).digest()
        digests += digest
        if n in missing:
            drop.request("PUT", f"/t/{upload}/{n}", body, _headers(digest))
        advance(len(body))
    done = canonical.dumps({"digest": sha256(digests).hexdigest()})
    drop.request("POST", f"/t/{upload}/done", done, {"Content-Type": "application/json"})
    _note(path).unlink()


def _begin(path: Path, drop: Drop, pieces: int, size: int) -> tuple[str, set[int]]:
    body = canonical.dumps({"pieces": pieces, "size": size})
    answer = drop.request("POST", "/t", body, {"Content-Type": "application/json"})
    upload = _field(answer, "id")
    if not isinstance(upload, str) or _ID.fullmatch(upload) is None:
        raise SendError("The drop gave no usable number for this upload; check its address.")
    note = canonical.dumps({"for": file_and_drop(path, drop.url), "id": upload})
    _note(path).unlink(missing_ok=True)
    write_new(_note(path), note)
    return upload, set(range(pieces))


def _resume(path: Path, drop: Drop, pieces: int) -> tuple[str, set[int]] | None:
    """Return the upload the note names and its missing pieces, if it is this file's and known."""
    if not _note(path).exists():
        return None
    note = canonical.loads(_note(path).read_bytes(), what=str(_note(path)))
    upload = note.get("id") if isinstance(note, dict) else None
    if note != {"for": file_and_drop(path, drop.url), "id": upload}:
        return None
    try:
        missing = _field(drop.request("GET", f"/t/{upload}"), "missing")
    except RefusedError as refusal:
        if refusal.status == NOT_FOUND:  # the drop forgot it: begin again
            return None
        raise
    if not _are_pieces(missing, pieces):
        raise SendError("The drop's list of missing pieces makes no sense; check its address.")
    return str(upload), set(missing)


def _are_pieces(value: Any, pieces: int) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(n) is int and 0 <= n < pieces for n in value)


def _headers(digest: bytes) -> dict[str, str]:
    encoded = base64.b64encode(digest).decode()
    return {"Content-Type": "application/age", "Content-Digest": f"sha-256=:{encoded}:"}


def _field(answer: bytes, key: str) -> Any:
    value = canonical.loads(answer, what="The drop's answer")
    return value.get(key) if isinstance(value, dict) else None


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".upload")
