"""The web server: reached only from this machine, never blocked, holding little, telling nothing."""

from __future__ import annotations

import json
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from envelope.config import DropConfig
from intake import server
from intake.store import Store
from intake.views import Drop, create_app
from tests.intake.rig import (
    ROOT,
    Client,
    Served,
    look_alike,
    make_site,
    multipart,
    rows,
    sealed,
    serving,
)
from tests.ports import free_port


def connect(served: Served) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(10)
    sock.connect(served.site.config.listen.removeprefix("unix:"))
    return sock


def test_the_socket_is_for_its_group_only(shared: Served) -> None:
    path = Path(shared.site.config.listen.removeprefix("unix:"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_it_serves_on_loopback_too(tmp_path: Path) -> None:
    port = free_port()
    with serving(make_site(tmp_path, listen=f"127.0.0.1:{port}")) as running:
        assert running.client().ask("GET", "/").status == 200
        listening = subprocess.run(
            ["ss", "-Hltnp"], capture_output=True, text=True, check=True
        ).stdout
        mine = [line for line in listening.splitlines() if f"pid={running.process.pid}," in line]
        assert [line.split()[3] for line in mine] == [f"127.0.0.1:{port}"]


def test_a_taken_address_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        site = make_site(tmp_path, listen=f"127.0.0.1:{held.getsockname()[1]}")
        failed = site.command("serve", check=False)
    assert failed.returncode == 1
    assert failed.stderr.startswith("error: ")
    assert "drop.listen" in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_fifty_stalled_clients_do_not_keep_a_witness_waiting(served: Served) -> None:
    with ExitStack() as stack:
        for n in range(50):
            sock = stack.enter_context(connect(served))
            if n % 2:
                sock.sendall(
                    b"POST /sealed HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\nage"
                )
            else:
                sock.sendall(b"GET /en HTTP/1.1\r\nHo")
        assert_served_quickly(served)


def test_hundreds_of_idle_connections_do_not_keep_a_witness_waiting(served: Served) -> None:
    with ExitStack() as stack:
        for _ in range(400):
            stack.enter_context(connect(served))
        assert_served_quickly(served)


def assert_served_quickly(served: Served) -> None:
    before = time.monotonic()
    client = served.client()
    assert client.ask("GET", "/en").status == 200
    assert client.seal(sealed()).status == 200
    assert time.monotonic() - before < 20
    assert rows(served.site)["finished"] == 1


def test_a_slow_reader_keeps_nobody_waiting(served: Served) -> None:
    with ExitStack() as stack:
        for _ in range(20):
            sock = stack.enter_context(connect(served))
            sock.sendall(b"GET /en HTTP/1.1\r\nHost: x\r\n\r\n" * 5)
        assert_served_quickly(served)


def test_forms_together_hold_a_bounded_amount_of_memory(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "FORM_MEMORY", 4 << 20)
    config = DropConfig(state=tmp_path, listen=f"unix:{tmp_path / 'web.sock'}")
    web = server.build(create_app(Drop(store, {}, b"", b"", 2 << 20)), config)
    thread = threading.Thread(target=web.run)
    thread.start()
    try:
        body = multipart(b"age-encryption.org/v1\n" + bytes((2 << 20) - 30000))
        request = (
            b"POST /sealed-form HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data;"
            b" boundary=invented\r\nContent-Length: %d\r\n\r\n" % len(body)
        ) + body
        with ExitStack() as stack:
            socks = [stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(6)]
            for sock in socks:
                sock.settimeout(10)
                sock.connect(str(tmp_path / "web.sock"))
                sock.sendall(request[:-10])
            time.sleep(0.5)
            assert server._held(web) <= (4 << 20) + server.RECEIVE
            for sock in socks:
                sock.sendall(request[-10:])
            codes = sorted(sock.recv(4096).split(b" ")[1] for sock in socks)
        assert codes.count(b"503") >= 3
        assert set(codes) <= {b"422", b"503"}
        assert Client(config.listen).seal(look_alike()).status == 200
    finally:
        web.close()
        thread.join(10)


def test_nothing_is_logged_whatever_is_sent(served: Served) -> None:
    client = served.client()
    client.seal(sealed())
    client.seal(b"what she wrote")
    client.ask("GET", "/what-she-wrote?her=name")
    with connect(served) as sock:
        sock.sendall(b"POST /sealed HTTP/1.1\r\nContent-Length: 9999\r\n\r\nhalf")
    with connect(served) as sock:
        sock.sendall(b"\x16\x03\x01 not http\r\n\r\n")
        sock.recv(1000)
    served.process.terminate()
    assert served.process.wait(30) == 0
    assert served.process.stdout is not None
    with served.process.stdout as said:
        assert said.read() == ""  # nothing after the line it began with
    assert served.log() == ""


def test_no_core_is_dumped_and_no_other_process_reads_its_memory() -> None:
    code = (
        "import ctypes, json, resource; from intake import server; server.harden();"
        "print(json.dumps([ctypes.CDLL(None).prctl(3), resource.getrlimit(resource.RLIMIT_CORE)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert json.loads(done.stdout) == [0, [0, 0]]


def test_it_stops_cleanly_on_sigterm_and_starts_again_on_its_old_socket(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    for _ in range(2):
        with serving(site) as running:
            assert running.client().seal(sealed()).status == 200
            assert running.stop() == 0
    assert rows(site)["finished"] == 2


def test_a_request_that_trickles_for_too_long_is_cut_off(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    with serving(site, module="tests.intake.hasty"), socket.socket(socket.AF_UNIX) as slow:
        slow.settimeout(5)
        slow.connect(site.config.listen.removeprefix("unix:"))
        slow.sendall(b"POST /sealed HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        with pytest.raises(OSError):
            for _ in range(40):
                slow.sendall(b"x")
                time.sleep(0.1)
