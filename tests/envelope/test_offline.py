"""The audit hook, tried in processes of their own because a hook cannot be taken out again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PREPARE = """
import socket
from envelope.offline import forbid_network, NetworkRefusedError
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
t = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
u = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
"""
CALLS = [
    "t.connect(('127.0.0.1', 9))",
    "t.connect_ex(('127.0.0.1', 9))",
    "u.connect('/nonexistent')",
    "t.bind(('127.0.0.1', 0))",
    "s.sendto(b'x', ('127.0.0.1', 9))",
    "s.sendmsg([b'x'], [], 0, ('127.0.0.1', 9))",
    "socket.getaddrinfo('localhost', 80)",
    "socket.gethostbyname('localhost')",
    "socket.gethostbyname_ex('localhost')",
    "socket.gethostbyaddr('127.0.0.1')",
    "socket.getnameinfo(('127.0.0.1', 9), 0)",
]


def _run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )


def _attempt(call: str, guard: str) -> str:
    body = f"""
{PREPARE}
{guard}
try:
    {call}
    print('went through')
except NetworkRefusedError as error:
    print('refused:', error)
except OSError as error:
    print('reached the system:', error)
"""
    done = _run(body)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("call", CALLS)
def test_a_network_call_is_refused_with_a_sentence(call: str) -> None:
    assert _attempt(call, "forbid_network(); forbid_network()").startswith(
        "refused: This command must stay offline"
    )


@pytest.mark.parametrize(
    "call",
    [
        "socket.socket().listen()",
        "socket.socket(socket.AF_INET6).listen()",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "socket.socket(fileno=t.detach()).listen()",
        "t.dup()",
        "socket._socket.socket()",
    ],
)
def test_no_socket_is_made_that_could_listen_without_an_address(call: str) -> None:
    assert _attempt(call, "forbid_network()").startswith("refused: This command must stay offline")
    assert _attempt(call, "") == "went through\n"


def test_a_socket_inside_the_machine_is_made_but_listens_for_nobody() -> None:
    call = "socket.socketpair(); socket.socket(socket.AF_UNIX)"
    assert _attempt(call, "forbid_network()") == "went through\n"
    listening = _attempt("socket.socket(socket.AF_UNIX).listen()", "forbid_network()")
    assert listening.startswith("reached the system: [Errno 22]")


def test_the_same_calls_reach_the_system_without_the_hook() -> None:
    assert _attempt("t.connect(('127.0.0.1', 9))", "").startswith("reached the system")


def test_a_library_that_catches_oserror_cannot_hide_the_refusal() -> None:
    done = _run(
        PREPARE + "forbid_network()\ntry:\n    t.connect(('127.0.0.1', 9))\nexcept OSError:\n"
        "    print('hidden')"
    )
    assert done.returncode != 0 and "hidden" not in done.stdout


def test_files_and_child_processes_still_work_after_the_hook() -> None:
    done = _run(
        "from envelope.offline import forbid_network; forbid_network(); import subprocess\n"
        "print(subprocess.run(['true'], capture_output=True).returncode)\n"
        "print(open('/dev/null').read() == '')"
    )
    assert done.stdout.split() == ["0", "True"]


def test_the_libraries_of_the_laptop_still_work_after_the_hook(tmp_path: Path) -> None:
    done = _run(
        "from envelope.offline import forbid_network; forbid_network()\n"
        "import argon2, asyncio, click, sqlalchemy, tqdm\n"
        f"engine = sqlalchemy.create_engine('sqlite:///{tmp_path}/a.db')\n"
        "print(engine.connect().scalar(sqlalchemy.text('select 1')))\n"
        "print(len(argon2.PasswordHasher(1, 64, 1).hash('x')) > 0, list(tqdm.tqdm([3])))\n"
        "print(asyncio.run(asyncio.sleep(0, 4)))"
    )
    assert done.stdout.split() == ["1", "True", "[3]", "4"], done.stderr


LISTENING = """
from envelope.offline import one_loopback_listener
forbid_network()
with one_loopback_listener():
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.bind(('127.0.0.1', 0))
made.listen()
"""


@pytest.mark.parametrize(
    "call",
    [
        *CALLS,
        "made.bind(('127.0.0.1', 0))",
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "socket.socket()",
        "socket.socket(socket.AF_INET6, socket.SOCK_STREAM)",
        "one_loopback_listener().__enter__()",
        "socket.create_connection(made.getsockname())",
    ],
)
def test_after_the_one_listener_every_other_call_is_refused_still(call: str) -> None:
    assert "refused: This command" in _attempt(call, LISTENING)


@pytest.mark.parametrize(
    "call",
    [
        "socket.socket(socket.AF_INET6, socket.SOCK_STREAM)",
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM).bind(('0.0.0.0', 0))",
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM).bind(('', 0))",
        "t.bind(('10.0.0.1', 0))",
        "t.connect(('127.0.0.1', 9))",
        "[socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(2)]",
        "[t.bind(('127.0.0.1', 0)), s.bind(('127.0.0.1', 0))]",
    ],
)
def test_the_one_listener_is_one_and_on_127_0_0_1_only(call: str) -> None:
    guard = "from envelope.offline import one_loopback_listener\nforbid_network()"
    body = f"exec('''with one_loopback_listener():\n        {call}''')"
    assert _attempt(body, guard).startswith("refused: This command must stay offline")
