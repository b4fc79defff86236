from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envelope import bag, sshsig
from envelope.errors import BagError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ALLOWED = {"r1": KEY.public_key().public_bytes_raw()}
INFO = {"Source-Organization": "Invented team", "External-Identifier": "R7K2Q9"}


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "bag"
    (path / "data/b").mkdir(parents=True)
    (path / "data/b/narrative.txt").write_text("ကျွန်တော် invented\n")
    (path / "data/a.txt").write_bytes(b"")
    (path / "data/B.txt").write_bytes(b"capital")
    bag.write(path, INFO)
    bag.sign(path, KEY, sshsig.RELEASE, "r1")
    return path


def whole(folder):
    bag.validate(folder)
    return bag.verify(folder, sshsig.RELEASE, ALLOWED)


def test_a_bag_validates_and_gives_back_its_info_and_signers(folder):
    assert bag.validate(folder) == INFO
    assert whole(folder) == ALLOWED
    assert all(p.stat().st_mtime == 0 for p in [folder, *folder.rglob("*")])


def test_outsiders_tools_accept_it(folder):
    subprocess.run(["sha256sum", "-c", "--strict", "--quiet", "manifest-sha256.txt"], cwd=folder, check=True)
    subprocess.run(["sha256sum", "-c", "--strict", "--quiet", "tagmanifest-sha256.txt"], cwd=folder, check=True)
    subprocess.run([sys.executable, "-W", "ignore", "-m", "bagit", "--validate", folder], check=True, capture_output=True)


def test_manifests_are_in_c_order_whatever_the_folder_says(folder):
    names = [line.split("  ")[1] for line in (folder / "manifest-sha256.txt").read_text().splitlines()]
    assert names == ["data/B.txt", "data/a.txt", "data/b/narrative.txt"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_flipped_bit_is_refused_by_a_sentence_that_names_a_file(folder, draw):
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.stat().st_size)
    path = draw.draw(st.sampled_from(files))
    good = path.read_bytes()
    changed = bytearray(good)
    changed[draw.draw(st.integers(0, len(good) - 1))] ^= 1 << draw.draw(st.integers(0, 7))
    path.write_bytes(changed)
    try:
        with pytest.raises(BagError, match=r"\.txt|\.sig"):
            whole(folder)
    finally:
        path.write_bytes(good)
    whole(folder)


def _add(f):
    (f / "data/extra.txt").write_text("x")


def _add_tag(f):
    (f / "extra.txt").write_text("x")


def _remove(f):
    (f / "data/a.txt").unlink()


def _rename(f):
    (f / "data/a.txt").rename(f / "data/c.txt")


def _link(f):
    (f / "data/link").symlink_to("/etc/passwd")


def _link_folder(f):
    shutil.rmtree(f / "data/b")
    (f / "data/b").symlink_to("/etc")


def _hide(f):
    (f / "data/.hidden").write_text("x")


def _space(f):
    (f / "data/a b").write_text("x")


def _empty_folder(f):
    (f / "data/empty").mkdir()


def _no_manifest(f):
    (f / "tagmanifest-sha256.txt").unlink()


def _pipe(f):
    os.mkfifo(f / "data/pipe")


@pytest.mark.parametrize("change", [_add, _add_tag, _remove, _rename, _link, _link_folder, _hide, _space, _empty_folder, _no_manifest, _pipe])
def test_a_file_added_removed_renamed_or_linked_is_refused(folder, change):
    change(folder)
    with pytest.raises(BagError, match=r"\.$"):
        bag.validate(folder)


def test_a_manifest_line_that_leads_outside_is_refused(folder):
    path = folder / "manifest-sha256.txt"
    path.write_bytes(b"0" * 64 + b"  data/../../x\n" + path.read_bytes())
    (folder / "tagmanifest-sha256.txt").write_bytes(bag._manifest(folder, bag._TAG_FILES))
    with pytest.raises(BagError, match="missing"):
        bag.validate(folder)


def test_a_rewritten_bag_no_longer_fits_its_signature(folder):
    (folder / "data/a.txt").write_text("changed")
    bag.write(folder, INFO)
    bag.validate(folder)
    with pytest.raises(BagError, match=r"r1\.sig"):
        bag.verify(folder, sshsig.RELEASE, ALLOWED)


def test_a_signature_by_another_key_name_or_purpose_is_refused(folder):
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    bag.sign(folder, other, sshsig.RELEASE, "r1")
    with pytest.raises(BagError, match=r"r1\.sig"):
        whole(folder)
    bag.sign(folder, KEY, sshsig.LOG, "r1")
    with pytest.raises(BagError, match="purpose"):
        whole(folder)
    bag.sign(folder, KEY, sshsig.RELEASE, "r1")
    bag.sign(folder, KEY, sshsig.RELEASE, "r2")
    with pytest.raises(BagError, match=r"r2\.sig"):
        whole(folder)


def test_an_info_line_that_could_break_out_is_refused(folder):
    with pytest.raises(BagError, match="bag-info"):
        bag.write(folder, {"Source-Organization": "a\nPayload-Oxum: 1"})
    with pytest.raises(BagError, match="name"):
        bag.sign(folder, KEY, sshsig.RELEASE, "../r1")


def test_a_manifest_that_names_one_file_again_and_again_is_refused_before_it_is_hashed(folder, monkeypatch):
    line = (folder / "manifest-sha256.txt").read_bytes().splitlines(keepends=True)[0]
    (folder / "manifest-sha256.txt").write_bytes(line * 200_000)
    (folder / "tagmanifest-sha256.txt").write_bytes(bag._manifest(folder, bag._TAG_FILES))
    hashed = []
    true_hash = bag._sha256
    monkeypatch.setattr(bag, "_sha256", lambda path: hashed.append(path) or true_hash(path))
    with pytest.raises(BagError, match="order"):
        bag.validate(folder)
    assert len(hashed) < 10


def test_names_that_differ_in_case_only_are_refused(folder):
    (folder / "data/A.txt").write_text("x")
    with pytest.raises(BagError, match="case"):
        bag.write(folder, INFO)


@pytest.mark.parametrize("line", [b"A: \xff\n", "A: x\u202ey\n".encode(), "A: x\u2028y\n".encode(), "A: x\u0085y\n".encode()])
def test_an_info_line_that_is_not_plain_text_is_refused(folder, line):
    (folder / "bag-info.txt").write_bytes(line)
    (folder / "tagmanifest-sha256.txt").write_bytes(bag._manifest(folder, bag._TAG_FILES))
    with pytest.raises(BagError, match=r"bag-info\.txt"):
        bag.validate(folder)
