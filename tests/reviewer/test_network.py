"""The guard that keeps every reviewer's command off a machine with a network."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from unittest import mock

import pytest

from reviewer import custody, network
from reviewer.errors import NetworkUpError
from tests.reviewer.test_vault import vault_of
from tests.reviewer.world import PASSPHRASE, seal, transfer

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


def test_an_interface_with_a_name_in_no_encoding_is_refused(machine):
    with (machine.proc / "dev").open("ab") as file:
        file.write(b"  \xff\xfe:  0 0\n")
    with pytest.raises(NetworkUpError, match="is up"):
        machine.check()


# --- the watch, in real network namespaces

REVIEW = "from reviewer import network\nnetwork.EVERY = {every}\nfrom reviewer.cli import main\nmain()"
SENTENCE = (
    "error: This laptop is on a network (the network interface v0 is up); pull the cable, switch"
    " every radio off, and try again.\n"
)
PEER = "v0-peer"  # a pair comes at once; which of the two is named first is the kernel's choice


def bring_up(process: subprocess.Popen) -> None:
    """Give the network namespace of a process an interface that is up."""
    enter = ["nsenter", f"--net=/proc/{process.pid}/ns/net", "ip", "link"]
    subprocess.run([*enter, "add", "v0", "type", "veth", "peer", "name", PEER], check=True)
    subprocess.run([*enter, "set", "v0", "up"], check=True)


def ended(process: subprocess.Popen) -> tuple[str, str]:
    out, err = process.communicate(timeout=30)
    return out, err.replace(PEER, "v0")


@contextmanager
def reviewing(world, *arguments, every=0.05, passphrase=None, **how):
    """A sakse-review in a network namespace of its own, in ana's vault."""
    line = ["unshare", "-n", sys.executable, "-c", REVIEW.format(every=every)]
    line += ["--vault", world.vault("ana"), *map(str, arguments)]
    env = {**os.environ, "SAKSE_PASSPHRASE_FILE": str(passphrase or world.folder / "passphrase")}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(line, env=env, text=True, **{**pipes, **how}) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def asking(tmp_path):
    """A file of the passphrase at which a command waits, as at the keyboard, until it is given."""
    os.mkfifo(tmp_path / "asking")
    return tmp_path / "asking"


def wait_until_it_waits(process: subprocess.Popen) -> None:
    """Until a command sleeps in opening the passphrase's pipe (proc(5): wchan is hidden, S is not)."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with open(f"/proc/{process.pid}/task/{process.pid}/stat") as stat:
            sleeping = stat.read().rpartition(") ")[2][0] == "S"
        if sleeping and len(os.listdir(f"/proc/{process.pid}/task")) > 1:
            return
        time.sleep(0.01)
    raise AssertionError("the command does not come to ask for the passphrase")


def test_a_command_that_waits_ends_when_a_network_comes_up(world, asking):
    with reviewing(world, "list", passphrase=asking) as process:
        wait_until_it_waits(process)
        bring_up(process)
        began = time.monotonic()
        out, err = ended(process)
    assert (process.returncode, out, err) == (1, "", SENTENCE)
    assert time.monotonic() - began < 2 < network.GRACE


def test_a_command_goes_on_while_no_network_comes_up(world, asking):
    with reviewing(world, "list", passphrase=asking) as process:
        wait_until_it_waits(process)
        time.sleep(0.3)
        asking.write_text(PASSPHRASE)
        out, err = ended(process)
    assert (process.returncode, out, err) == (0, "0 sealed files.\n", "")


def test_a_background_job_of_a_script_ends_as_cleanly(world, asking):
    """It has SIGINT ignored."""
    ignore = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    with reviewing(world, "list", passphrase=asking, **ignore) as process:
        wait_until_it_waits(process)
        bring_up(process)
        began = time.monotonic()
        out, err = ended(process)
    assert (process.returncode, out, err) == (1, "", SENTENCE)
    assert time.monotonic() - began < 2 < network.GRACE


STUBBORN = """
import time
from reviewer import network
network.EVERY, network.GRACE = 0.05, 0.5
with network.Watch():
    print("at work", flush=True)
    while True:
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            pass
"""


def test_a_command_that_can_not_be_interrupted_ends_all_the_same():
    line = ["unshare", "-n", sys.executable, "-c", STUBBORN]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "at work\n"
            bring_up(process)
            _, err = ended(process)
        finally:
            process.kill()
    assert (process.returncode, err) == (1, SENTENCE)


def test_an_import_that_a_network_ends_leaves_the_vault_whole_and_can_be_done_again(world):
    folder = transfer(world, [seal(world.ring, f"Account {n}.") for n in range(150)])
    sealed = world.vault("ana") / "sealed"
    with reviewing(world, "import", folder, every=0.02) as process:
        deadline = time.monotonic() + 20
        while not any(sealed.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.002)
        bring_up(process)
        out, err = ended(process)
    assert (process.returncode, out) == (1, "") and err.endswith(SENTENCE)
    with vault_of(world) as vault:
        before = vault.store.facts()
        assert len(before) < 150 and "1" not in (vault.store.record("transfers") or {})
        kept = {path.name for path in sealed.iterdir() if not path.name.startswith(".")}
        assert {f"{sha256}.age" for sha256 in before} <= kept
    assert f"{150 - len(before)} opened, {len(before)} known" in world.ok("ana", "import", folder)
    world.ok("ana", "log", "verify")


def test_a_command_refuses_to_start_where_an_interface_is_up(world):
    program = 'ip link add v0 type veth peer name v0-peer && ip link set v0 up && exec "$@"'
    line = ["unshare", "-n", "sh", "-c", program, "sh", sys.executable, "-c", REVIEW.format(every=9)]
    env = {**os.environ, "SAKSE_PASSPHRASE_FILE": "/nowhere"}
    done = subprocess.run([*line, "--vault", world.vault("ana"), "list"], env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr.replace(PEER, "v0")) == (1, "", SENTENCE)


def test_a_real_interface_that_is_down_is_no_network_and_up_is_one():
    """With the namespace's own /sys, as on a laptop."""
    program = (
        "mount -t sysfs none /sys && ip link add v0 type veth peer name v0-peer && "
        f"{sys.executable} -c 'from reviewer import network; print(repr(network.way_out()))' && "
        f"ip link set v0 up && {sys.executable} -c 'from reviewer import network; print(network.way_out())'"
    )
    done = subprocess.run(["unshare", "-nm", "sh", "-c", program], capture_output=True, text=True)
    assert done.stdout == "''\nthe network interface v0 is up\n", done.stderr


@pytest.mark.long
def test_a_running_command_is_looked_after_every_ten_seconds(world, asking):
    assert network.EVERY == 10
    with reviewing(world, "list", passphrase=asking, every="network.EVERY") as process:
        wait_until_it_waits(process)
        bring_up(process)
        began = time.monotonic()
        _, err = ended(process)
    assert (process.returncode, err) == (1, SENTENCE) and time.monotonic() - began < 11


def test_a_watch_ends_without_a_thread_left_over():
    before = threading.active_count()
    with network.Watch():
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


def test_a_watch_lets_an_error_of_its_block_pass():
    with pytest.raises(ZeroDivisionError), network.Watch():
        raise ZeroDivisionError


def test_a_watch_that_can_look_no_more_breaks_its_block_off(monkeypatch):
    monkeypatch.setattr(network, "EVERY", 0.01)
    looks = mock.Mock(side_effect=[None, MemoryError()])
    monkeypatch.setattr(network, "refuse_if_up", looks)
    with pytest.raises(NetworkUpError, match="can not be checked"), network.Watch():
        time.sleep(5)


# --- the override, for demos


def up(monkeypatch) -> None:
    monkeypatch.setattr(network, "way_out", lambda *_: "the network interface v0 is up")


def test_a_demo_on_a_network_is_loud_and_in_the_custody_log(world, monkeypatch):
    from reviewer import cli_common

    up(monkeypatch)
    monkeypatch.setattr(cli_common, "way_out", network.way_out)
    assert "on a network" in world.refused("ana", "list")
    for command in (["list"], ["log", "verify"]):
        result = world.run("ana", "--demo-network", *command)
        assert result.exit_code == 0, result.output
        assert result.stderr.startswith("warning: DEMO: this laptop may be on a network;")
    assert "on a network" in world.refused("ana", "list")
    keys = {"ana": world.persons["ana"].sign.public_key().public_bytes_raw()}
    log = custody.verify(world.vault("ana") / "custody.jsonl", keys)
    events = [line.event for line in log if line.event.event != "key_ceremony"]
    assert [(event.event, event.detail) for event in events] == [
        ("network_override", {"command": f"group {name}", "network": "the network interface v0 is up"})
        for name in ("list", "log verify")
    ]


def test_a_vault_made_for_a_demo_begins_its_log_with_that(world):
    (world.folder / "eve.identity").write_bytes((world.folder / "ana.identity").read_bytes())
    world.ok(
        "eve", "--demo-network", "init", "--identity", world.folder / "eve.identity",
        "--keyring", world.folder / "keyring.json", "--root", world.root,
    )  # fmt: skip
    assert b'"event":"network_override"' in (world.vault("eve") / "custody.jsonl").read_bytes()


@pytest.mark.parametrize("name", ["SAKSE_DEMO_NETWORK", "SAKSE_REVIEW_DEMO_NETWORK", "DEMO_NETWORK"])
def test_no_variable_of_the_environment_makes_a_demo(world, monkeypatch, name):
    up(monkeypatch)
    monkeypatch.setenv(name, "1")
    assert "on a network" in world.refused("ana", "list")


def test_the_warning_of_a_demo_is_red_on_a_terminal(capfd):
    import click

    from reviewer.cli_common import offline

    @offline
    def quiet() -> None:
        pass

    with click.Context(click.Command("x"), color=True) as context:
        context.meta[network.DEMO] = True
        quiet()
    assert "\x1b[97m\x1b[41m" in capfd.readouterr().err


def test_a_check_before_a_release_passes_in_a_demo_and_not_after(monkeypatch):
    up(monkeypatch)
    with network.Watch(demo=True):
        network.refuse_if_up()
    with pytest.raises(NetworkUpError):
        network.refuse_if_up()
