"""The audit hook, tried in processes of their own because a hook cannot be taken out again."""

from __future__ import annotations

import subprocess
import sys

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
        "print(subprocess.run(['true']).returncode, open('/dev/null').read() == '')"
    )
    assert done.stdout.split() == ["0", "True"]
