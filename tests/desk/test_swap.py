"""Testimony is not shown while memory can reach a disk in clear."""

from __future__ import annotations

import os

import pytest

from reviewer.desk.swap import refuse_if_readable
from reviewer.errors import SwapError

HEAD = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"


@pytest.fixture
def machine(tmp_path):
    """A machine whose block devices are folders: returns a function that lists swap on one."""
    devices = tmp_path / "devices"
    space = tmp_path / "swapfile"
    space.write_bytes(b"")
    number = space.stat().st_dev
    here = devices / f"{os.major(number)}:{os.minor(number)}"

    def with_swap(name, uuid="", below=(), backing=""):
        real = tmp_path / "block" / name
        real.mkdir(parents=True)
        if backing:
            (real / "backing_dev").write_text(f"{backing}\n")
        if uuid:
            (real / "dm").mkdir()
            (real / "dm" / "uuid").write_text(uuid)
        for under, its_uuid in below:
            (real / "slaves" / under / "dm").mkdir(parents=True)
            (real / "slaves" / under / "dm" / "uuid").write_text(its_uuid)
        devices.mkdir(exist_ok=True)
        here.symlink_to(real)
        swaps = tmp_path / "swaps"
        swaps.write_text(f"{HEAD}{space} file 1024 0 -2\n")
        refuse_if_readable(swaps, devices)

    return with_swap


def test_no_swap_is_fine(tmp_path):
    (tmp_path / "swaps").write_text(HEAD)
    refuse_if_readable(tmp_path / "swaps", tmp_path)


@pytest.mark.parametrize(
    ("name", "uuid", "below"),
    [
        ("zram0", "", ()),
        ("dm-0", "CRYPT-LUKS2-abc-swap", ()),
        ("dm-0", "CRYPT-PLAIN-swap", ()),
        ("dm-1", "LVM-abc", [("dm-0", "CRYPT-LUKS2-abc-disk")]),
    ],
)
def test_swap_in_memory_or_on_an_encrypted_device_is_fine(machine, name, uuid, below):
    machine(name, uuid, below)


@pytest.mark.parametrize(
    ("name", "uuid", "below"),
    [
        ("sda2", "", ()),
        ("dm-0", "LVM-abc", ()),
        ("dm-0", "CRYPT-VERITY-abc-root", ()),
        ("dm-0", "CRYPT-INTEGRITY-abc", ()),
        ("dm-1", "LVM-abc", [("dm-0", "CRYPT-LUKS2-abc"), ("dm-2", "LVM-clear")]),
    ],
)
def test_any_other_swap_is_refused_and_named(machine, name, uuid, below):
    with pytest.raises(SwapError, match=r"swapfile.*swapoff"):
        machine(name, uuid, below)


def test_zram_is_in_memory_only_while_it_writes_nothing_back(machine):
    machine("zram0", backing="none")


def test_zram_that_writes_back_to_a_disk_is_refused(machine):
    with pytest.raises(SwapError, match="swapfile"):
        machine("zram0", backing="/dev/sda3")


def test_swap_on_a_device_that_is_gone_or_a_list_that_can_not_be_read_is_refused(tmp_path):
    (tmp_path / "swaps").write_text(f"{HEAD}/nowhere/swap partition 1024 0 -2\n")
    with pytest.raises(SwapError, match="nowhere"):
        refuse_if_readable(tmp_path / "swaps", tmp_path)
    with pytest.raises(SwapError, match="can not be read"):
        refuse_if_readable(tmp_path / "none", tmp_path)
