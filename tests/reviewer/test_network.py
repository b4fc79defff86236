"""The guard that keeps every reviewer's command off a machine with a network."""

from __future__ import annotations

import pytest

from reviewer import network
from reviewer.errors import NetworkUpError

DEV_HEAD = "Inter-|   Receive\n face |bytes\n"
ROUTE_HEAD = "Iface\tDestination\tGateway\tFlags\n"
REJECT6 = " ".join(
    ["0" * 32, "00", "0" * 32, "00", "0" * 32, "ffffffff", "1", "0", "00200200", "lo"]
)


@pytest.fixture
def machine(tmp_path):
    """A /proc/net and a /sys/class/net with loopback alone; returns a function that adds to it."""
    proc, sys_net = tmp_path / "proc", tmp_path / "sys"
    proc.mkdir()
    (proc / "dev").write_text(DEV_HEAD + "    lo:  0 0\n")
    (proc / "route").write_text(ROUTE_HEAD)
    (proc / "ipv6_route").write_text(REJECT6 + "\n")

    def add(name: str, flags: str | None = None, state: str = "down") -> None:
        with (proc / "dev").open("a") as file:
            file.write(f"{name:>6}:  0 0\n")
        if flags is not None:
            (sys_net / name).mkdir(parents=True)
            (sys_net / name / "flags").write_text(flags + "\n")
            (sys_net / name / "operstate").write_text(state + "\n")

    add.proc, add.check = proc, lambda: network.refuse_if_up(proc, sys_net)
    return add


def test_loopback_alone_is_no_network(machine):
    machine.check()


def test_this_test_run_has_no_network_to_refuse():
    network.refuse_if_up()


def test_an_interface_that_is_down_is_no_network(machine):
    machine("eth0", "0x1002")
    machine.check()


def test_an_interface_that_is_up_is_refused_by_name(machine):
    machine("wlan0", "0x1003", "up")
    with pytest.raises(NetworkUpError, match="wlan0 is up"):
        machine.check()


def test_an_interface_that_is_set_up_without_a_cable_is_refused(machine):
    machine("eth0", "0x1003", "down")
    with pytest.raises(NetworkUpError, match="eth0 is up"):
        machine.check()


def test_an_interface_whose_flags_cannot_be_read_is_refused(machine):
    machine("bnep0")
    with pytest.raises(NetworkUpError, match="bnep0"):
        machine.check()


def test_a_default_route_is_refused_even_if_every_interface_says_down(machine):
    machine("eth0", "0x1002")
    (machine.proc / "route").write_text(ROUTE_HEAD + "eth0\t00000000\t010200C0\t0003\n")
    with pytest.raises(NetworkUpError, match="route leads out through eth0"):
        machine.check()


def test_an_ipv6_route_is_refused(machine):
    row = REJECT6.split()
    row[8], row[9] = "00000003", "usb0"
    (machine.proc / "ipv6_route").write_text(REJECT6 + "\n" + " ".join(row) + "\n")
    with pytest.raises(NetworkUpError, match="usb0"):
        machine.check()


def test_a_kernel_that_does_not_say_is_refused(machine):
    (machine.proc / "route").unlink()
    with pytest.raises(NetworkUpError, match="can not be checked"):
        machine.check()


def test_a_kernel_without_ipv6_is_no_network(machine):
    (machine.proc / "ipv6_route").unlink()
    machine.check()
