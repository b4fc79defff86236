"""Refuses to show testimony while memory can be written to a disk in clear (reviewer's laptop)."""

from __future__ import annotations

import os
from pathlib import Path

from reviewer.errors import SwapError

SWAPS = Path("/proc/swaps")
DEVICES = Path("/sys/dev/block")
# Others that begin with CRYPT- only check what is read (CRYPT-VERITY) or need not encrypt.
_ENCRYPTED = ("CRYPT-LUKS", "CRYPT-PLAIN")


def refuse_if_readable(swaps: Path = SWAPS, devices: Path = DEVICES) -> None:
    """Raise SwapError naming a swap space that is neither encrypted nor in memory (zram).

    Also raises when the kernel does not say: what can not be checked is not trusted.
    """
    try:
        lines = swaps.read_text().splitlines()[1:]
    except OSError:
        raise SwapError(f"{swaps} can not be read, so swap can not be checked.") from None
    for line in lines:
        name = line.split()[0] if line.split() else ""
        if name and not _is_safe(Path(name), devices):
            raise SwapError(
                f"Swap is on and not encrypted ({name}); testimony would be written to the disk."
                " Switch it off (swapoff -a) and start the desk again."
            )


def _is_safe(space: Path, devices: Path) -> bool:
    """Whether a swap partition or file lies in memory or on an encrypted device."""
    try:
        about = space.stat()
    except OSError:
        return False
    number = about.st_rdev or about.st_dev  # a file lies on the device of its file system
    return _is_encrypted(devices / f"{os.major(number)}:{os.minor(number)}")


def _is_encrypted(device: Path) -> bool:
    """Whether a block device is zram in memory, dm-crypt, or rests on nothing but such devices."""
    folder = device.resolve()
    if folder.name.startswith("zram"):
        return _is_memory(folder)
    try:
        if (folder / "dm" / "uuid").read_text().startswith(_ENCRYPTED):
            return True
        below = list((folder / "slaves").iterdir())
    except OSError:
        return False
    return bool(below) and all(map(_is_encrypted, below))


def _is_memory(zram: Path) -> bool:
    """Whether a zram device writes nothing back to a disk."""
    try:
        return (zram / "backing_dev").read_text().strip() == "none"
    except FileNotFoundError:  # a kernel that can not write back
        return True
    except OSError:
        return False
