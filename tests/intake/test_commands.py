"""`sakse-intake` on the command line: what it makes, says and refuses."""

from __future__ import annotations

import json
import re
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from envelope import config, sshsig
from envelope.errors import SakseError
from intake import db
from intake.commands import prepare
from intake.store import Store
from tests.intake.rig import COMMAND, ROOT, Site, digest_of, look_alike, make_site, sign_keyring


def test_init_makes_a_private_key_of_32_bytes_and_prints_its_public_line(site: Site) -> None:
    key = site.folder / "state" / "drop.key"
    assert (stat.S_IMODE(key.stat().st_mode), key.stat().st_size) == (0o600, 32)
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    public = Ed25519PrivateKey.from_private_bytes(key.read_bytes()).public_key().public_bytes_raw()
    assert f'"drop":"{sshsig.public_line(public)}"' in (site.folder / "keyring.json").read_text()


def test_init_overwrites_nothing(site: Site) -> None:
    before = {path: path.read_bytes() for path in (site.folder / "state").iterdir()}
    failed = site.command("init", check=False)
    assert failed.returncode == 1
    assert "never overwritten" in failed.stderr
    (site.folder / "state" / "drop.key").unlink()
    failed = site.command("init", check=False)
    assert "holds a drop already" in failed.stderr
    assert not (site.folder / "state" / "drop.key").exists()
    assert before[site.database] == site.database.read_bytes()


def test_status_tells_sizes_and_weeks_only(site: Site) -> None:
    store = Store(db.engine(site.config), site.config)
    for _ in range(3):
        store.put_sealed(body := look_alike(), digest_of(body))
    store.start(2, 200_000)
    store.close()
    found = json.loads(site.command("status", "--json").stdout)
    assert set(found) == {
        "files", "unfinished", "transfers", "stored_bytes", "quota_bytes", "keyring", "weeks",
    }  # fmt: skip
    assert (found["files"], found["unfinished"]) == (3, 1)
    assert [(entry["size"], entry["files"]) for entry in found["weeks"]] == [(len(body), 3)]
    said = site.command("status").stdout
    assert "3 sealed files, 1 unfinished uploads" in said


def another_root(site: Site) -> None:
    drop = Ed25519PrivateKey.from_private_bytes((site.folder / "state/drop.key").read_bytes())
    sign_keyring(site, drop.public_key().public_bytes_raw(), Ed25519PrivateKey.generate())


def another_drop(site: Site) -> None:
    sign_keyring(site, Ed25519PrivateKey.generate().public_key().public_bytes_raw())


def changed_keyring(site: Site) -> None:
    path = site.folder / "keyring.json"
    path.write_bytes(path.read_bytes().replace(b"Invented team", b"Invented Team"))


def rewrite(name: str, old: str, new: str):
    def change(site: Site) -> None:
        path = site.folder / name
        path.write_text(path.read_text().replace(old, new))

    return change


BROKEN = {
    "another root": (another_root, "signed by another root"),
    "another drop": (another_drop, "names another drop's key"),
    "a changed keyring": (changed_keyring, "does not fit"),
    "no signature": (lambda s: (s.folder / "keyring.json.sig").unlink(), "keyring.json.sig cannot be read"),
    "no root": (rewrite("config.toml", "root =", "# root ="), "drop.root is not set"),
    "no key": (lambda s: (s.folder / "state/drop.key").unlink(), "drop.key cannot be read"),
    "a short key": (lambda s: (s.folder / "state/drop.key").write_bytes(b"x"), "must be 32 bytes"),
    "an open key": (lambda s: (s.folder / "state/drop.key").chmod(0o644), "only its owner"),
    "no database": (lambda s: s.database.unlink(), "sakse-intake init"),
    "an unknown setting": (rewrite("config.toml", "root =", "rooot ="), "drop.rooot"),
    "a public address": (rewrite("config.toml", "unix:/", "0.0.0.0:80/"), "drop.listen"),
    "a language without page": (
        lambda s: s.config_file.write_text(s.config_file.read_text().replace('["en"]', '["de"]')),
        "page.languages",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_drop_that_is_not_as_it_must_be_does_not_start(site: Site, name: str) -> None:
    change, sentence = BROKEN[name]
    change(site)
    with pytest.raises(SakseError, match=re.escape(sentence)):
        prepare(config.load(site.config_file))


def test_serve_refuses_to_start_with_one_sentence(site: Site) -> None:
    another_root(site)
    failed = site.command("serve", check=False)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith(f"error: {site.folder / 'keyring.json'}: ")
    assert failed.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["init", "serve", "export", "status", ""])
def test_every_command_has_help(command: str) -> None:
    arguments = [*COMMAND, *([command] if command else []), "--help"]
    shown = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert shown.startswith("Usage: ")
    assert "--config" in shown or not command


def test_another_database_url_is_used(tmp_path: Path) -> None:
    site = make_site(tmp_path, database=f"sqlite:///{tmp_path / 'elsewhere.db'}")
    assert (tmp_path / "elsewhere.db").exists()
    assert not site.database.exists()
