"""BagIt bags (RFC 8493) for every border: transfer, return and release; every machine.

Our own writer because bagit.py writes version 0.97 manifests with one space, which
``sha256sum -c`` refuses. Signatures stand beside the tag manifest, which they sign and which
names every other file but itself.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from envelope import sshsig
from envelope.archive import is_safe_name
from envelope.errors import BagError, SignatureError

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
_TAG_FILES = ("bag-info.txt", "bagit.txt", MANIFEST)
_SIGNATURE = re.compile(r"tagmanifest-sha256\.txt\.([a-z0-9][a-z0-9-]{0,31})\.sig")
_INFO_LINE = re.compile(r"([A-Za-z][A-Za-z-]{0,63}): ([^\x00-\x1f\x7f]{0,1000})")
_MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_MAX_TAG_FILE = 16 << 20
_COPY = 1 << 20


def write(folder: Path, info: Mapping[str, str]) -> None:
    """Make ``folder``, which holds ``data/``, a bag; ``info`` becomes bag-info.txt in its order.

    All times in the folder are set to the epoch. Raises BagError for an unsafe name or a link.
    """
    payload = sorted(name for name in _files(folder) if name.startswith("data/"))
    lines = [f"{key}: {value}" for key, value in info.items()]
    if not all(_INFO_LINE.fullmatch(line) and line.isprintable() for line in lines):
        raise BagError("A line of bag-info.txt would not be readable; use one short line each.")
    (folder / "bagit.txt").write_bytes(DECLARATION)
    (folder / "bag-info.txt").write_bytes("".join(line + "\n" for line in lines).encode())
    (folder / MANIFEST).write_bytes(_manifest(folder, payload))
    (folder / TAG_MANIFEST).write_bytes(_manifest(folder, _TAG_FILES))
    for path in [folder, *folder.rglob("*")]:
        os.utime(path, (0, 0))


def manifest(digests: Mapping[str, str]) -> bytes:
    """Return the only manifest that says name → SHA-256 (hex) of these files."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def tag_files(info: bytes, digests: Mapping[str, str]) -> dict[str, bytes]:
    """Return name → bytes of the tag files of the only bag with this payload and bag-info.txt.

    ``digests`` is payload name → SHA-256 (hex). For who reads a bag without trusting its medium.
    """
    parts = {"bag-info.txt": info, "bagit.txt": DECLARATION, MANIFEST: manifest(digests)}
    tags = manifest({name: hashlib.sha256(data).hexdigest() for name, data in parts.items()})
    return {**parts, TAG_MANIFEST: tags}


def validate(folder: Path) -> dict[str, str]:
    """Check every file of a bag against its manifests; return bag-info.txt.

    Raises BagError naming the first file that is added, missing, changed or unsafely named.
    Signatures may be there; ``verify`` checks them.
    """
    files = _files(folder)
    for name in (*_TAG_FILES, TAG_MANIFEST):
        if name not in files:
            raise BagError(f"{name} is missing from the bag; get the bag again.")
    if (folder / "bagit.txt").read_bytes() != DECLARATION:
        raise BagError("bagit.txt is not that of a BagIt 1.0 bag; get the bag again.")
    _check(folder, TAG_MANIFEST, set(_TAG_FILES))
    _check(folder, MANIFEST, {name for name in files if name.startswith("data/")})
    for name in files:
        known = name.startswith("data/") or name in (*_TAG_FILES, TAG_MANIFEST)
        if not known and not _SIGNATURE.fullmatch(name):
            raise BagError(f"{name} does not belong in the bag; get the bag again.")
    return _info(folder)


def sign(folder: Path, private: Ed25519PrivateKey, namespace: str, name: str) -> Path:
    """Sign the tag manifest as ``name`` (a-z, 0-9, hyphen); return the signature's path."""
    path = folder / f"{TAG_MANIFEST}.{name}.sig"
    if not _SIGNATURE.fullmatch(path.name):
        raise BagError("A signer's name may have only a-z, 0-9 and hyphen; choose another.")
    path.write_bytes(sshsig.sign(private, namespace, (folder / TAG_MANIFEST).read_bytes()))
    os.utime(path, (0, 0))
    os.utime(folder, (0, 0))
    return path


def signatures(folder: Path) -> dict[str, bytes]:
    """Signer's name → armored signature, for every signature file in the bag."""
    found = {}
    for path in sorted(folder.iterdir()):
        if (match := _SIGNATURE.fullmatch(path.name)) and path.is_file():
            found[match[1]] = read(folder, path.name, 4096)
    return found


def verify(folder: Path, namespace: str, allowed: Mapping[str, bytes]) -> dict[str, bytes]:
    """``verify_signatures`` for a folder; an unsigned bag gives an empty result."""
    message = read(folder, TAG_MANIFEST, _MAX_TAG_FILE)
    return verify_signatures(message, signatures(folder), namespace, allowed)


def verify_signatures(
    message: bytes, found: Mapping[str, bytes], namespace: str, allowed: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Check every signature over a tag manifest; return signer's name → raw key.

    ``allowed`` is name → raw key: a signature must be by the key of the name it bears. Raises
    BagError naming the signature file that fails.
    """
    good = {}
    for name, signature in found.items():
        keys = {allowed[name]} if name in allowed else set()
        try:
            good[name] = sshsig.verify(signature, namespace, message, keys)
        except SignatureError as error:
            raise BagError(f"{TAG_MANIFEST}.{name}.sig is refused: {error}") from error
    return good


def read(folder: Path, name: str, limit: int) -> bytes:
    """The bytes of a file in the bag; BagError for more than ``limit``."""
    path = folder / name
    if path.stat().st_size > limit:
        raise BagError(f"{name} is larger than it can be; get the bag again.")
    return path.read_bytes()


def _files(folder: Path) -> list[str]:
    """Every file in the folder as a relative name; BagError for a link or an unsafe name."""
    names = []
    seen: set[str] = set()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.lower() in seen:
            raise BagError(f"{name!r} differs from another name in case only; get the bag again.")
        seen.add(name.lower())
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise BagError(f"{name!r} is a link or a device, not a file; get the bag again.")
        if not is_safe_name(name):
            raise BagError(f"{name!r} is not a safe file name; get the bag again.")
        if path.is_file():
            names.append(name)
        elif not any(path.iterdir()):
            raise BagError(f"{name} is an empty folder, which a bag cannot vouch for; remove it.")
    return names


def _manifest(folder: Path, names: Iterable[str]) -> bytes:
    return manifest({name: _sha256(folder / name) for name in names})


def _check(folder: Path, manifest: str, present: set[str]) -> None:
    """The manifest names exactly ``present``, in C order, each with its true hash."""
    names: list[str] = []
    text = read(folder, manifest, _MAX_TAG_FILE).decode("ascii", "replace")
    for line in text.removesuffix("\n").split("\n") if text else []:
        match = _MANIFEST_LINE.fullmatch(line)
        if not match:
            raise BagError(f"{manifest} has a line that is not readable; get the bag again.")
        digest, name = match.groups()
        # Before any hash: a manifest that names one large file again and again costs nothing.
        if names and name <= names[-1]:
            raise BagError(f"{manifest} is not in order; get the bag again.")
        if name not in present:
            raise BagError(f"{name!r} is named in {manifest} but missing; get the bag again.")
        if _sha256(folder / name) != digest:
            raise BagError(f"{name} is not what {manifest} says: it was changed; get it again.")
        names.append(name)
    if extra := sorted(present - set(names)):
        raise BagError(f"{extra[0]} is in the bag but not in {manifest}: it was added; remove it.")
    if names and not text.endswith("\n"):
        raise BagError(f"{manifest} does not end with its last line; get the bag again.")


def _info(folder: Path) -> dict[str, str]:
    info: dict[str, str] = {}
    try:
        text = read(folder, "bag-info.txt", _MAX_TAG_FILE).decode()
    except UnicodeDecodeError:
        raise BagError("bag-info.txt is not UTF-8; get the bag again.") from None
    for line in text.removesuffix("\n").split("\n") if text else []:
        match = _INFO_LINE.fullmatch(line)
        if not match or match[1] in info or not line.isprintable():
            raise BagError("bag-info.txt has a line that is not readable; get the bag again.")
        info[match[1]] = match[2]
    return info


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_COPY):
            digest.update(piece)
    return digest.hexdigest()
