"""The `age` of this machine: 1.3 or newer opens ours, an older one refuses and writes nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from envelope.seal import seal
from keys.agefile import open_file
from keys.identity import AgeIdentity

POST_QUANTUM_SINCE = (1, 3)
PLAIN = b"invented testimony\n" * 10_000


def age_version() -> tuple[int, ...]:
    """The version of the `age` on this machine; () when there is none."""
    if shutil.which("age") is None:
        return ()
    text = subprocess.run(["age", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else ()


def decrypt(folder: Path, identity: AgeIdentity) -> subprocess.CompletedProcess[bytes]:
    with (folder / "sealed.age").open("wb") as out:
        seal([PLAIN], out, [identity.recipient], grease=bytes(32))
    (folder / "key").write_text(f"# invented\n{identity.encode()}\n")
    return subprocess.run(
        ["age", "-d", "-i", folder / "key", "-o", folder / "plain", folder / "sealed.age"],
        capture_output=True,
    )


def test_stock_age_opens_our_file_or_refuses_it_cleanly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    version = age_version()
    if not version:
        pytest.skip("age is not installed: apt install age")
    done = decrypt(tmp_path, AgeIdentity.generate())
    if version >= POST_QUANTUM_SINCE:
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "plain").read_bytes() == PLAIN
        return
    with capsys.disabled():
        print(f"\nage {version[0]}.{version[1]} is older than 1.3: it can only refuse our files")
    assert done.returncode != 0 and done.stderr.startswith(b"age: error:")
    assert not (tmp_path / "plain").exists() or (tmp_path / "plain").read_bytes() == b""


def test_our_opener_opens_what_stock_age_sealed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    version = age_version()
    if not version:
        pytest.skip("age is not installed: apt install age")
    identity = AgeIdentity.generate()
    (tmp_path / "plain").write_bytes(PLAIN)
    done = subprocess.run(
        ["age", "-r", identity.recipient, "-o", tmp_path / "sealed.age", tmp_path / "plain"],
        capture_output=True,
    )
    if version < POST_QUANTUM_SINCE:
        with capsys.disabled():
            print(f"\nage {version[0]}.{version[1]} is older than 1.3: it cannot seal post-quantum")
        assert done.returncode != 0 and not (tmp_path / "sealed.age").exists()
        return
    assert done.returncode == 0, done.stderr
    with (tmp_path / "sealed.age").open("rb") as source:
        assert b"".join(open_file(source, [identity], testimony=False).chunks) == PLAIN
