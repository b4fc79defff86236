"""Tells sticks for in from sticks for out, and refuses the wrong one (reviewer's laptop).

A marked stick has one small file at its root, ROLE_FILE: canonical JSON {format, name, role, team}
with the first ten digits of the fingerprint of the team's root. It is not signed. It guards people
against mistakes, not against somebody who has the stick: what lies on it is believed for its own
signatures alone.

An in stick comes from the drop and is only read; mounted as a medium of its own it must be
read-only, with no programs, devices or set-user-id files. An out stick carries proposals and
releases away and is written. A medium that can be removed and has no role is refused. Any other
folder is taken as it is.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path

from envelope import canonical
from envelope.disk import PUBLIC, write_new
from envelope.errors import FormatError
from envelope.sshsig import normalise_fingerprint
from reviewer.errors import StickError

FORMAT = "sakse-stick@v1"
ROLE_FILE = "sakse-stick.json"
IN, OUT = "in", "out"
PURPOSE = {IN: "what comes from the drop", OUT: "what leaves the reviewers' laptops"}
IN_OPTIONS = ("ro", "noexec", "nosuid", "nodev")
"""How an in stick must be mounted."""
MOUNTINFO = Path("/proc/self/mountinfo")
SYS_BLOCK = Path("/sys/dev/block")

_SYSTEM = {Path("/"), Path("/home")}  # a laptop that runs from a USB disk has no stick there
_LIMIT = 4096  # bytes of a role file
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_TEAM = re.compile(r"[0-9]{5}-[0-9]{5}")
_OCTAL = re.compile(r"\\([0-7]{3})")  # proc(5): space, tab, line feed and backslash in a path


@dataclass(frozen=True, slots=True)
class Stick:
    """What a role file says: IN or OUT, the stick's own name, the team's first ten digits."""

    role: str
    name: str
    team: str

    def __str__(self) -> str:
        """The stick as a sentence names it."""
        return f"the {self.role} stick {self.name} of team {self.team}"


@dataclass(frozen=True, slots=True)
class Mount:
    """A mounted file system: where, with which options, its device as "major:minor" and path."""

    point: Path
    device: str
    source: str
    options: frozenset[str]


def mark(folder: Path, role: str, root: str, name: str = "") -> Stick:
    """Write the role file of an empty or new stick; a name is made up when none is given.

    Raises StickError for a name that can not be one, NotNewError when the stick has a role.
    """
    stick = Stick(role, name or f"{role}-{secrets.randbelow(9000) + 1000}", _team(root))
    if not _NAME.fullmatch(stick.name):
        raise StickError("A stick's name has a-z, 0-9 and hyphen, 32 at most; give another.")
    fields = {"name": stick.name, "role": stick.role, "team": stick.team}
    write_new(folder / ROLE_FILE, canonical.dumps({"format": FORMAT, **fields}), mode=PUBLIC)
    return stick


def check(
    path: Path, role: str, root: str, *, mountinfo: Path = MOUNTINFO, sys_block: Path = SYS_BLOCK
) -> str:
    """Say which stick `path` lies on, or that it is on none, for the person to read.

    `path` need not exist yet. Raises StickError for another role or team, for an in stick that is
    not mounted as IN_OPTIONS, and for a medium that can be removed and has no role.
    """
    place = path.resolve()
    mount = mount_of(place, mountinfo)
    found = _find(place, mount.point)
    if found is None:
        if mount.point not in _SYSTEM and _removable(_device(mount), sys_block):
            raise StickError(
                f"{mount.point} is a medium that can be removed and has no role; mark it with:"
                f" sakse-review stick new --role {role} {shlex.quote(str(mount.point))}"
            )
        return f"{place} is a plain folder, no marked stick."
    folder, stick = found
    _refuse_wrong(stick, role, root)
    if role == IN and folder == mount.point:
        _refuse_mount(stick, mount)
    return f"{place} is on {stick}."


def mount_of(place: Path, mountinfo: Path = MOUNTINFO) -> Mount:
    """The mount that a resolved path lies on; of several at one point the last, which covers."""
    mounts = parse_mounts(mountinfo.read_text(encoding="utf-8", errors="surrogateescape"))
    above = [mount for mount in mounts if place.is_relative_to(mount.point)]
    if not above:
        raise StickError(f"Where {place} is mounted can not be told; check /proc.")
    return max(reversed(above), key=lambda mount: len(mount.point.parts))


def parse_mounts(text: str) -> list[Mount]:
    """Read /proc/self/mountinfo, proc(5); a line of another form is left out."""
    found = []
    for line in text.split("\n"):
        own, _, rest = line.partition(" - ")
        fields, after = own.split(" "), rest.split(" ")
        if len(fields) >= 6 and len(after) == 3:
            options = frozenset([*fields[5].split(","), *after[2].split(",")])
            found.append(Mount(Path(_plain(fields[4])), fields[2], _plain(after[1]), options))
    return found


def _plain(escaped: str) -> str:
    return _OCTAL.sub(lambda match: chr(int(match[1], 8)), escaped)


def _find(place: Path, top: Path) -> tuple[Path, Stick] | None:
    """The nearest folder with a role file, from a path up to where its mount begins."""
    for folder in (place, *place.parents):
        if (data := _read(folder / ROLE_FILE)) is not None:
            return folder, parse(data, folder)
        if folder == top:
            break
    return None


def _read(path: Path) -> bytes | None:
    """A role file's bytes, None if there is none; a link, a pipe or a device is never opened."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _damaged(path) from error
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise _damaged(path)
        return file.read(_LIMIT + 1)


def parse(data: bytes, folder: Path) -> Stick:
    """Read the role file of the stick at `folder`; StickError for any other bytes."""
    try:
        value = canonical.loads_canonical(data, what="It", limit=_LIMIT)
    except FormatError as error:
        raise _damaged(folder / ROLE_FILE) from error
    if not isinstance(value, dict) or set(value) != {"format", "name", "role", "team"}:
        raise _damaged(folder / ROLE_FILE)
    texts = list(value.values())
    if not all(isinstance(text, str) for text in texts) or value["format"] != FORMAT:
        raise _damaged(folder / ROLE_FILE)
    stick = Stick(value["role"], value["name"], value["team"])
    named = _NAME.fullmatch(stick.name) and _TEAM.fullmatch(stick.team)
    if stick.role not in PURPOSE or not named:
        raise _damaged(folder / ROLE_FILE)
    return stick


def _refuse_wrong(stick: Stick, role: str, root: str) -> None:
    if stick.team != _team(root):
        raise StickError(
            f"This is {stick}, and yours is {_team(root)}; keep it apart and ask whose it is."
        )
    if stick.role != role:
        raise StickError(
            f"This is {stick}, for {PURPOSE[stick.role]}; use an {role} stick, which is for"
            f" {PURPOSE[role]}."
        )


def _refuse_mount(stick: Stick, mount: Mount) -> None:
    missing = [option for option in IN_OPTIONS if option not in mount.options]
    if missing:
        how, where = ",".join(IN_OPTIONS), shlex.quote(str(mount.point))
        raise StickError(
            f"This is {stick}, mounted without {', '.join(missing)}; run: sudo mount -o"
            f" remount,{how} {where}"
        )


def _device(mount: Mount) -> str:
    """The block device under a mount; btrfs and FUSE give the mount a number of its own."""
    with contextlib.suppress(OSError):  # a source need not be a path: tmpfs has the name it likes
        node = Path(mount.source).stat()
        if stat.S_ISBLK(node.st_mode):
            return f"{os.major(node.st_rdev)}:{os.minor(node.st_rdev)}"
    return mount.device


def _removable(device: str, sys_block: Path) -> bool:
    """Say whether a block device, or one that it rests on (LUKS), can be pulled out."""
    try:
        block = (sys_block / device).resolve(strict=True)
    except OSError:  # no block device: a tmpfs, an overlay, a network file system
        return False
    disks = (block, block.parent)  # a partition's disk is the folder around it
    said = {_text(disk / "removable") for disk in disks}
    # A card, unlike memory soldered in, is of type SD; its disk does not say that it comes out.
    card = "SD" in {_text(folder / "type") for folder in block.parents}
    return "/usb" in str(block) or card or "1" in said or _slaves(block, sys_block)


def _text(path: Path) -> str:
    return path.read_text().strip() if path.is_file() else ""


def _slaves(block: Path, sys_block: Path) -> bool:
    below = block / "slaves"
    under = [_text(one / "dev") for one in below.iterdir()] if below.is_dir() else []
    return any(_removable(device, sys_block) for device in under)


def _team(root: str) -> str:
    return normalise_fingerprint(root)[: len("00000-00000")]


def _damaged(path: Path) -> StickError:
    return StickError(f"{path} is not a role file as Sakse writes it; wipe the stick and mark it.")
