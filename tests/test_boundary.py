"""Each room loads only what its machine may have: read from the source, and seen in a fresh process."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("envelope", "intake", "keys", "reviewer", "release", "field")
WITHIN = ("reviewer/desk",)  # a room inside another one, with rules of its own

# Standard modules that open no connection, run no program and import nothing by name.
PLAIN = """__future__ abc base64 binascii bisect calendar codecs collections concurrent.futures contextlib csv dataclasses
datetime decimal difflib enum errno fcntl functools gzip hashlib heapq hmac html io ipaddress
itertools json math mimetypes operator os pathlib random re secrets shlex shutil signal stat string struct sys
tarfile tempfile textwrap threading time tomllib types typing unicodedata urllib.parse uuid
xml.etree zipfile zlib zoneinfo""".split()

# Of envelope/, the half that holds no cipher: all the drop may have.
PUBLIC = [
    f"envelope.{name}"
    for name in "bag canonical cli config disk errors form header keyring padding receipt render sshsig".split()
]
ED25519 = "cryptography.hazmat.primitives.asymmetric.ed25519"
# What importing ED25519 loads, measured; the drop may have no more of the library.
DROP_CRYPTOGRAPHY = re.compile(
    r"cryptography(\.__about__|\.utils|\.exceptions|\.hazmat(\.bindings(\._rust(\..*)?)?"
    r"|\.primitives(\.hashes|\._serialization|\.asymmetric(\.ed25519)?)?)?)?"
)
NETWORK = """socket _socket ssl asyncio http.client http.server urllib.request urllib3 requests httpx
ftplib smtplib socketserver xmlrpc socks websocket telnetlib""".split()
SERVER = ["flask", "werkzeug", "flask_wtf", "waitress"]
# Ways to a program, a module or a cipher that no import of its own name shows: the shell and exec
# of os, the import of web libraries, programs that click starts, ciphers behind the drop's ED25519.
SHUNNED = re.compile(
    r"__builtins__|__dict__|modules|import_string|find_modules|launch|edit|startfile|system|popen"
    r"|fork|forkpty|posix_spawnp?|spawn[lv]p?e?|exec[lv]p?e?|(enable_)?load_extension"
    r"|attrgetter|methodcaller|rust_openssl|_rust|aead"
)
# Modules that another module holds as an attribute: reaching one there is importing it.
REACHED = {*NETWORK, "builtins", "ctypes", "importlib", "multiprocessing", "runpy", "subprocess"}
LATE = {"__import__", "import_module", "exec", "eval", "load_module", "exec_module", "run_module"}
LAZY = re.compile(rf"({'|'.join(ROOMS)})(\.\w+)*(:\w+)?")


@dataclass(frozen=True, slots=True)
class Room:
    """What a room may import (by prefix) and what must not be loaded once all of it is imported."""

    may: list[str]
    never: list[str]


RULES = {
    "envelope": Room(
        ["envelope", "cryptography", "click", "jinja2", "markupsafe"],
        [*NETWORK, *SERVER, "sqlalchemy", "nacl", "argon2", "keys", "intake", "release", "reviewer"],
    ),
    "intake": Room(
        ["intake", *PUBLIC, ED25519, "cryptography.exceptions", "click", "flask", "flask_wtf",
         "wtforms", "werkzeug", "markupsafe", "sqlalchemy", "waitress", "zopfli", "sqlite3", "socket",
         "logging", "resource", "queue"],
        ["nacl", "argon2", "_argon2_cffi_bindings", "keys", "reviewer", "release", "field",
         "envelope.seal", "envelope.stream", "envelope.testimony", "envelope.commit",
         "urllib3", "requests", "httpx", "socks"],
    ),
    "keys": Room(
        ["keys", "envelope", "cryptography", "nacl", "argon2", "click"],
        [*NETWORK, *SERVER, "sqlalchemy", "intake", "release", "reviewer", "field"],
    ),
    "release": Room(
        ["release", "keys", "envelope", "cryptography", "click", "jinja2", "markupsafe"],
        [*NETWORK, *SERVER, "sqlalchemy", "intake", "reviewer", "field"],
    ),
    # SQLAlchemy itself loads socket, ssl and asyncio: the audit hook answers for those three.
    "reviewer": Room(
        ["reviewer", "release", "keys", "envelope", "cryptography", "nacl", "click", "sqlalchemy",
         "sqlite3", "myanmartools", "tqdm"],
        [*(name for name in NETWORK if name not in {"socket", "_socket", "ssl", "asyncio"}),
         *SERVER, "intake", "field"],
    ),
    # The one page of the laptop: a server on loopback (reviewer/desk/server.py binds, once).
    "reviewer/desk": Room(
        ["reviewer", "release", "keys", "envelope", "click", "flask", "flask_wtf", "werkzeug",
         "waitress", "logging", "markupsafe", "queue", "_thread"],
        ["intake", "field", "urllib3", "requests", "httpx", "socks"],
    ),
    "field": Room(
        ["field", "envelope", "click", "cryptography", "socks", "socket", "ssl", "http.client",
         "jinja2", "segno", "tqdm"],
        [*SERVER, "sqlalchemy", "nacl", "argon2", "keys", "intake", "release", "reviewer"],
    ),
}  # fmt: skip
# The few modules that may do what their room may not, and why.
EXCEPTIONS = {
    "envelope/cli.py": ["importlib", "getattr"],  # sub-commands load when called
    # prctl: no other process may read its memory; waitress calls what waits in a channel `requests`
    "intake/server.py": ["ctypes", "requests"],
    "release/build.py": ["getattr"],  # fields of a count, whose names it writes itself
    "release/texts.py": ["getattr"],  # columns of a table, the same
    # Pictures and PDFs are written anew from bare pixels; what decodes them runs in the sandbox.
    "reviewer/cleaning/__init__.py": ["PIL"],
    "reviewer/cleaning/pixels.py": ["PIL", "pikepdf"],
    "reviewer/cleaning/media.py": ["wave"],  # samples for the reviewer's ears
    "reviewer/cleaning/faces.py": ["numpy", "onnxruntime", "PIL"],
    "reviewer/cleaning/office.py": ["lxml"],
    "reviewer/cleaning/worker.py": ["PIL", "pypdfium2"],
    "reviewer/sandbox.py": ["subprocess", "select"],  # starts bubblewrap and awaits its end
    # The finder's model: read on the laptop, made by the developer; bytes checked against a hash.
    "reviewer/finder/crf.py": ["pycrfsuite"],
    "reviewer/model/train.py": ["pycrfsuite"],
    "reviewer/importing.py": ["getattr"],  # fields of a count, the same
    "reviewer/openers.py": ["subprocess"],  # starts reviewer.openchild in the sandbox, no other program
    "reviewer/cli_common.py": ["resource"],  # what crashes leaves no dump
    "reviewer/openchild.py": ["resource"],  # bounds its own memory, leaves no dump
    "reviewer/desk/server.py": ["socket"],  # one listener, which the audit hook lets through once
    "reviewer/desk/window.py": ["subprocess"],  # starts the browser
    "release/standalone.py": ["argparse", "subprocess"],  # verify.py in a bundle, calls ssh-keygen
}


def within(name: str, allowed: list[str]) -> bool:
    """Whether a dotted name is one of the allowed names or lies below one."""
    return any(name == one or name.startswith(f"{one}.") for one in allowed)


def hidden(name: str) -> bool:
    """Whether an attribute or imported name leads to what an import would show."""
    return name in REACHED or SHUNNED.fullmatch(name) is not None


def late(key: ast.expr) -> bool:
    """Whether getattr takes a name that is computed, or one that an attribute may not have."""
    return not isinstance(key, ast.Constant) or hidden(str(key.value)) or key.value in LATE


def wanted(source: str, package: str) -> Iterator[tuple[int, str]]:
    """Every name a module imports, also late, by string, through another or a command table."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                parts = package.split(".")[: -(level - 1) or None] if level else []
                base = ".".join([*parts, *([module] if module else [])])
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in names)
                yield from ((node.lineno, a.name) for a in names if a.name == "*" or hidden(a.name))
            case ast.Attribute(attr=name) if hidden(name):
                yield node.lineno, name
            case ast.Name(id="__builtins__" | "globals" | "vars" as name):
                yield node.lineno, name
            case ast.Call(func=ast.Name(id="getattr"), args=[_, key, *_]) if late(key):
                yield node.lineno, "getattr"
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in LATE:
                yield node.lineno, f"importlib.{name}"
            case ast.Constant(value=str(text)) if ":" in text and LAZY.fullmatch(text):
                yield node.lineno, text.partition(":")[0]


def sources(root: Path, room: str) -> list[Path]:
    """The modules of a room, without those of a room inside it."""
    inner = [root / one for one in WITHIN if one.startswith(f"{room}/")]
    found = sorted((root / room).rglob("*.py"))
    return [path for path in found if not any(path.is_relative_to(one) for one in inner)]


def read_refusals(root: Path, room: str) -> list[str]:
    """What the source of a room imports against its rules, one sentence each."""
    found = []
    for path in sources(root, room):
        name = path.relative_to(root).as_posix()
        allowed = [*PLAIN, *RULES[room].may, *EXCEPTIONS.get(name, [])]
        package = ".".join(path.relative_to(root).parent.parts)
        for line, module in wanted(path.read_text(encoding="utf-8"), package):
            if not within(module, allowed):
                found.append(f"{name}:{line} imports {module}")
    return found


PROBE = """
import importlib, json, sys
for name in sys.argv[1:]: importlib.import_module(name)
import envelope
json.dump([envelope.__file__, sorted(sys.modules)], sys.stdout)
"""


def seen_refusals(root: Path, room: str) -> list[str]:
    """What a fresh process has loaded against the rules after importing all of a room."""
    names = [
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        for path in sources(root, room)
    ]
    answer = subprocess.run(
        [sys.executable, "-c", PROBE, *names], cwd=root, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    where, loaded = json.loads(answer.stdout)
    assert Path(where).is_relative_to(root)
    bad = [name for name in loaded if within(name, RULES[room].never)]
    if room == "intake":
        bad += [
            name
            for name in loaded
            if name.startswith("cryptography") and not DROP_CRYPTOGRAPHY.fullmatch(name)
        ]
    return [f"{room} has {name} loaded" for name in bad]


@pytest.mark.parametrize("room", [*ROOMS, *WITHIN])
def test_a_room_loads_only_what_its_machine_may_have(room):
    assert read_refusals(ROOT, room) == []
    assert seen_refusals(ROOT, room) == []


READ, SEEN = read_refusals, seen_refusals
PLANTED = [
    ("intake", "intake/errors.py", "import nacl", READ),
    ("intake", "intake/errors.py", "def f():\n    from nacl.secret import SecretBox", READ),
    ("intake", "intake/errors.py", "import importlib\nimportlib.import_module('nacl.public')", READ),
    ("intake", "intake/errors.py", "__import__('argon' + '2')", READ),
    ("intake", "intake/errors.py", "g = __builtins__['__imp' + 'ort__']\ng('nacl')", SEEN),
    ("intake", "intake/errors.py", "from keys import agefile", READ),
    ("intake", "intake/errors.py", "from envelope import seal", READ),
    ("intake", "intake/errors.py", "from cryptography.hazmat.primitives import serialization", READ),
    ("intake", "intake/errors.py", f"from {ED25519} import rust_openssl\n"
     "BOX = rust_openssl.aead.ChaCha20Poly1305", READ),
    ("intake", "intake/errors.py", f"from {ED25519} import rust_openssl as plain", READ),
    ("intake", "intake/errors.py", f"from {ED25519} import *", READ),
    ("intake", "intake/errors.py", f"import {ED25519} as e\ndef f():\n"
     "    return e.rust_openssl.aead.ChaCha20Poly1305", READ),
    ("intake", "intake/errors.py", f"from {ED25519[:-8]} import ed25519\n"
     "b = getattr(ed25519, 'rust_openssl')", READ),
    ("intake", "intake/errors.py", "from werkzeug.utils import import_string", READ),
    ("intake", "intake/errors.py", "import werkzeug\nwerkzeug.utils.import_string('nacl.secret')", READ),
    ("intake", "intake/errors.py", "import os\nos.system('true')", READ),
    ("intake", "intake/errors.py", "from os import system as s", READ),
    ("intake", "intake/errors.py", "import os\nos.popen('true')", READ),
    ("intake", "envelope/header.py", "from cryptography.hazmat.primitives import hpke", SEEN),
    ("intake", "envelope/keyring.py", "import envelope.stream", SEEN),
    ("intake", "envelope/padding.py", "from cryptography.hazmat.primitives.ciphers import aead", SEEN),
    ("reviewer", "reviewer/errors.py", "import requests", READ),
    ("reviewer", "reviewer/errors.py", "from urllib import request", READ),
    ("reviewer", "reviewer/errors.py", "def f():\n    import http.client", READ),
    ("reviewer", "reviewer/errors.py", "from socket import create_connection", READ),
    ("reviewer", "reviewer/errors.py", "import subprocess", READ),
    ("reviewer", "reviewer/errors.py", "from intake import errors", READ),
    ("reviewer", "reviewer/errors.py", "import os\nos.sys.modules\nexec('import ssl')", READ),
    ("reviewer", "reviewer/errors.py", "import sys\nsys.modules['socket'].create_connection", READ),
    ("reviewer", "reviewer/errors.py", "from sys import modules", READ),
    ("reviewer", "reviewer/errors.py", "from sqlalchemy.util.concurrency import asyncio", READ),
    ("reviewer", "reviewer/errors.py", "import sqlalchemy\nsqlalchemy.util.concurrency.asyncio", READ),
    ("reviewer", "reviewer/errors.py", "import tempfile\ndef f():\n    tempfile.subprocess", READ),
    ("reviewer", "reviewer/errors.py", "import os\nos.system('curl http://x.invalid')", READ),
    ("reviewer", "reviewer/errors.py", "import os\nos.posix_spawn('/bin/true', ['true'], {})", READ),
    ("reviewer", "reviewer/errors.py", "import os\nos.posix_spawnp('true', ['true'], {})", READ),
    ("reviewer", "reviewer/errors.py", "import os\nos.spawnlp(os.P_WAIT, 'true', 'true')", READ),
    ("reviewer", "reviewer/errors.py", "import os\nos.fork()", READ),
    ("reviewer", "reviewer/errors.py", "import os\nos.forkpty()", READ),
    ("reviewer", "reviewer/errors.py", "import os\nos.startfile('x')", READ),
    ("reviewer", "reviewer/errors.py", "import os\nos.__dict__['sys' + 'tem']('true')", READ),
    ("reviewer", "reviewer/errors.py", "import os\ngetattr(os, 'sys' + 'tem')('true')", READ),
    ("reviewer", "reviewer/errors.py", "import os\nvars(os)['system']('true')", READ),
    ("reviewer", "reviewer/errors.py", "import os\nfrom operator import attrgetter", READ),
    ("reviewer", "reviewer/errors.py", "import os\ngetattr(os, 'system')('true')", READ),
    ("reviewer", "reviewer/errors.py", "import os\nglobals()['__built' + 'ins__']", READ),
    ("reviewer", "reviewer/errors.py", "import sqlite3\nsqlite3.connect('').load_extension('x')", READ),
    ("reviewer", "reviewer/errors.py", "import flask", READ),
    ("reviewer", "reviewer/errors.py", "import reviewer.desk.server", SEEN),
    ("reviewer/desk", "reviewer/desk/texts.py", "import socket", READ),
    ("reviewer/desk", "reviewer/desk/texts.py", "import subprocess", READ),
    ("reviewer/desk", "reviewer/desk/server.py", "from urllib import request", READ),
    ("reviewer/desk", "reviewer/desk/app.py", "import nacl", READ),
    ("envelope", "envelope/errors.py", "import flask", READ),
    ("envelope", "envelope/errors.py", "getattr(__builtins__, '__imp' + 'ort__')('ssl')", READ),
    ("envelope", "envelope/errors.py", "b = __builtins__", READ),
    ("envelope", "envelope/errors.py", "import builtins", READ),
    ("envelope", "envelope/errors.py", "import codecs\ncodecs.builtins", READ),
    ("envelope", "envelope/errors.py", "import jinja2\njinja2.utils.import_string('ssl')", READ),
    ("envelope", "envelope/errors.py", "import click\nclick.launch('https://x.invalid')", READ),
    ("envelope", "envelope/errors.py", "import click\nclick.edit('x')", READ),
    ("envelope", "envelope/errors.py", "from keys import agefile", READ),
    ("envelope", "envelope/errors.py", "import gzip, ssl", READ),
    ("release", "release/errors.py", "from field import send", READ),
    ("release", "release/errors.py", "from reviewer.errors import *", READ),
    ("release", "release/errors.py", "LAZY = {'x': ('reviewer.cli:main', '')}", READ),
    ("release", "release/errors.py", "from ..reviewer import errors", READ),
    ("keys", "keys/errors.py", "import intake", READ),
    ("keys", "keys/errors.py", "import asyncio", READ),
    ("keys", "keys/errors.py", "import os\nos.execvp('true', ['true'])", READ),
    ("keys", "keys/errors.py", "from os import execlpe, execv", READ),
    ("field", "field/errors.py", "import keys.identity", READ),
    ("field", "envelope/errors.py", "__builtins__['__imp' + 'ort__']('sqlalchemy')", SEEN),
]  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the rooms' sources that a test may spoil."""
    root = tmp_path_factory.mktemp("house")
    for room in ROOMS:
        shutil.copytree(ROOT / room, root / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "templates", root / "templates")
    shutil.copytree(ROOT / "browser" / "dist", root / "browser" / "dist")
    return root


@pytest.mark.parametrize(
    ("room", "file", "violation", "refuse"),
    # What a fresh process shows takes a second each: the violations of one way to read are quick.
    [one if one[-1] is READ else pytest.param(*one, marks=pytest.mark.long) for one in PLANTED],
)
def test_a_planted_violation_is_refused(copy, room, file, violation, refuse):
    path = copy / file
    before = path.read_bytes()
    try:
        path.write_bytes(before + b"\n" + violation.encode() + b"\n")
        assert refuse(copy, room)
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize(
    "call",
    [
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.socket().bind(('127.0.0.1', 0))",
        "socket.socket().listen()",
        "socket.socket(socket.AF_UNIX).connect('/nowhere')",
        "socket.getaddrinfo('localhost', 80)",
        "socket.gethostbyname('localhost')",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))",
    ],
)
def test_the_audit_hook_refuses_every_way_onto_a_network(call):
    program = f"""
import socket, sqlalchemy
from envelope.offline import NetworkRefusedError, forbid_network
forbid_network()
try:
    {call}
except NetworkRefusedError:
    print("refused")
"""
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT
    )
    assert answer.stdout == "refused\n", answer.stderr


EACH_COMMAND = """
import click, contextlib, importlib, io, sys
from envelope import offline
module = importlib.import_module(sys.argv[1])
(top,) = [value for value in vars(module).values() if isinstance(value, click.Group)]
def call_each(group):
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if isinstance(command, click.Group):
            call_each(command)
            continue
        offline._installed.clear()
        context = click.Context(command, parent=click.Context(group))
        given = {one.name: ("x",) if one.nargs < 0 else None for one in command.params}
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
            context.invoke(command.callback, **given)
        print(name, "offline" if offline._installed else "ONLINE")
call_each(top)
"""


@pytest.mark.parametrize("module", ["reviewer.cli", "release.cli"])
def test_every_command_of_an_offline_machine_installs_the_hook_before_anything_can_fail(module):
    line = [sys.executable, "-c", EACH_COMMAND, module]
    answer = subprocess.run(line, capture_output=True, text=True, cwd=ROOT, check=True)
    said = dict(row.split() for row in answer.stdout.splitlines())
    assert len(said) >= 3
    assert {name for name, state in said.items() if state != "offline"} <= {"site"}


def test_sakse_keys_installs_the_hook_before_it_reads_its_arguments():
    program = (
        "import sys; sys.argv = ['sakse-keys', '--help']\n"
        "from keys.cli import main; from envelope import offline\n"
        "try: main()\nexcept SystemExit: print(offline._installed)"
    )
    line = [sys.executable, "-c", program]
    answer = subprocess.run(line, capture_output=True, text=True, cwd=ROOT, check=True)
    assert answer.stdout.endswith("[True]\n")
