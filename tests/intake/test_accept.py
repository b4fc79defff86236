"""A return: the drop deletes what two reviewers name, byte for byte, and nothing else. All invented."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from envelope import bag, receipt, sshsig
from envelope.errors import SakseError
from envelope.receipt import Receipt
from intake import accept as accepting
from intake import db, store, trust
from intake.accept import Accepted, accept
from intake.store import Store
from tests.intake.rig import (
    Site,
    digest_of,
    key_of,
    look_alike,
    make_site,
    public,
    rows,
    sealed,
    serving,
    signed_keyring,
)

HEAD = "0" * 64
Files = dict[str, str]


@pytest.fixture
def filled(site: Site) -> tuple[Site, Files]:
    """A drop that holds six files, and the drop's id → SHA-256 of each."""
    return site, fill(site, [look_alike() for _ in range(5)] + [sealed(size=500_000)])


def fill(site: Site, bodies: Sequence[bytes]) -> Files:
    opened = Store(db.engine(site.config), site.config)
    for body in bodies:
        opened.put_sealed(body, digest_of(body))
    with db.reading(opened.engine) as connection:
        held = {one.id: b"".join(store.read(connection, one)) for one in store.kept(connection)}
    opened.close()
    return {name.hex(): digest_of(data).hex() for name, data in held.items()}


def drop_key(site: Site) -> bytes:
    return public(trust.load(site.config).key)


def bring(
    site: Site, opened: Files, signers: Sequence[int] = (0, 1), *, aside: Files | None = None,
    ring: tuple[bytes, bytes] | None = None, place: str = "stick",
) -> Path:  # fmt: skip
    """A return by reviewer-0 that these reviewers signed."""
    made = Receipt("reviewer-0", HEAD, 1, opened, aside or {}, {})
    (site.folder / place).mkdir(exist_ok=True)
    given = ring or signed_keyring(site, drop_key(site))
    folder = receipt.write(site.folder / place, made, given, key_of(0))
    (folder / f"{bag.TAG_MANIFEST}.reviewer-0.sig").unlink()
    for n in signers:
        bag.sign(folder, key_of(n), sshsig.RECEIPT, f"reviewer-{n}")
    return folder


def take(site: Site, folder: Path) -> Accepted:
    engine = db.engine(site.config)
    try:
        return accept(engine, site.config, trust.load(site.config), folder)
    finally:
        engine.dispose()


def refused(site: Site, folder: Path, sentence: str) -> None:
    """The return is refused and the drop is as it was."""
    before = rows(site), (site.folder / "keyring.json").read_bytes()
    with pytest.raises(SakseError, match=sentence):
        take(site, folder)
    assert (rows(site), (site.folder / "keyring.json").read_bytes()) == before


# --- what is deleted ---------------------------------------------------------------------------


def test_exactly_the_files_that_are_named_are_deleted(filled) -> None:
    site, files = filled
    names = sorted(files)
    folder = bring(site, {n: files[n] for n in names[:3]}, aside={names[3]: files[names[3]]})
    assert take(site, folder) == Accepted(deleted=4, unknown=0, differ=0, serial=0)
    with db.reading(db.engine(site.config)) as connection:
        assert [one.id.hex() for one in store.kept(connection)] == names[4:]
    assert rows(site)["finished"] == 2


def test_the_same_return_again_changes_nothing_more(filled) -> None:
    site, files = filled
    folder = bring(site, files)
    assert take(site, folder).deleted == 6
    assert take(site, folder) == Accepted(deleted=0, unknown=6, differ=0, serial=0)


def test_a_file_whose_bytes_are_others_than_were_received_stays(filled) -> None:
    site, files = filled
    name = min(files)
    assert take(site, bring(site, {**files, name: "0" * 64})) == Accepted(5, 0, 1, 0)
    assert rows(site)["finished"] == 1


def test_an_unfinished_upload_is_never_deleted(filled) -> None:
    site, files = filled
    opened = Store(db.engine(site.config), site.config)
    name = opened.start(3, 300_000).hex()
    opened.close()
    assert take(site, bring(site, {**files, name: "0" * 64})) == Accepted(6, 1, 0, 0)
    assert rows(site)["unfinished"] == 1


def test_deleted_bytes_are_nowhere_in_the_drops_files(site: Site) -> None:
    body = look_alike()
    files = fill(site, [body, look_alike()])
    gone = digest_of(body).hex()
    (name,) = (one for one, digest in files.items() if digest == gone)
    found = site.command("accept", str(bring(site, {name: gone})))
    assert found.stdout == "sakse-return-0001: 1 files deleted, 0 not here any more, 0 kept.\n"
    for path in site.files():
        data = path.read_bytes()
        assert body[-500:] not in data and bytes.fromhex(name) not in data, path


def test_a_served_drop_lets_go_and_goes_on_taking_and_the_next_export_holds_the_rest(
    site: Site, tmp_path: Path
) -> None:
    bodies = [look_alike() for _ in range(3)]
    with serving(site) as running:
        for body in bodies:
            assert running.client().seal(body).status == 200
        files = fill(site, [])
        kept = files.popitem()
        done = site.command("accept", str(bring(site, files).parent))
        assert "2 files deleted" in done.stdout
        again = next(body for body in bodies if digest_of(body).hex() != kept[1])
        assert running.client().seal(again).status == 200
        (tmp_path / "next").mkdir()
        out = Path(site.command("export", "--to", str(tmp_path / "next")).stdout.strip())
    digests = {digest_of(one.read_bytes()).hex() for one in (out / "data/sealed").iterdir()}
    assert digests == {kept[1], digest_of(again).hex()}


def test_an_accept_that_is_cut_leaves_whole_files_and_ends_at_the_next_try(
    filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, files = filled
    folder = bring(site, files, ring=signed_keyring(site, drop_key(site), 2))
    removed = store.remove

    def cut(connection, ids) -> None:
        removed(connection, ids)
        if min(files) in {one.hex() for one in ids}:
            raise RuntimeError("the power went")

    monkeypatch.setattr(accepting, "BATCH", 2)
    monkeypatch.setattr(store, "remove", cut)
    with pytest.raises(RuntimeError):
        take(site, folder)
    with db.reading(db.engine(site.config)) as connection:
        left = {one.id.hex(): b"".join(store.read(connection, one)) for one in store.kept(connection)}
    assert {name: digest_of(data).hex() for name, data in left.items()}.items() <= files.items()
    assert min(files) in left
    monkeypatch.undo()
    assert take(site, folder).deleted == len(left)


# --- who may say so ----------------------------------------------------------------------------


@pytest.mark.parametrize("signers", [(), (0,), (1,), (1, 2)])
def test_two_reviewers_must_have_signed_and_who_wrote_it_among_them(filled, signers) -> None:
    site, files = filled
    refused(site, bring(site, files, signers), "signatures of two reviewers")


def test_one_reviewers_key_under_two_names_is_no_second_signature(filled) -> None:
    site, files = filled
    folder = bring(site, files, (0,))
    bag.sign(folder, key_of(0), sshsig.RECEIPT, "reviewer-1")
    refused(site, folder, "reviewer-1.sig is refused")


@pytest.mark.parametrize(
    ("key", "namespace", "name"),
    [
        (Ed25519PrivateKey.from_private_bytes(b"x" * 32), sshsig.RECEIPT, "reviewer-1"),
        (Ed25519PrivateKey.from_private_bytes(b"x" * 32), sshsig.RECEIPT, "somebody"),
        (key_of(1), sshsig.APPROVAL, "reviewer-1"),
    ],
)
def test_a_signature_by_nobody_or_for_something_else_is_refused(filled, key, namespace, name) -> None:
    site, files = filled
    folder = bring(site, files, (0,))
    bag.sign(folder, key, namespace, name)
    refused(site, folder, "is refused")


def test_a_reviewer_whom_the_newest_keyring_left_out_signs_no_more(filled) -> None:
    site, files = filled
    ring = signed_keyring(site, drop_key(site), 2, reviewers=(0, 2))
    refused(site, bring(site, files, ring=ring), "reviewer-1.sig is refused")
    assert take(site, bring(site, {}, (0, 2), ring=ring, place="two")).serial == 2
    old = bring(site, files, (0, 1), place="three")
    refused(site, old, "reviewer-1.sig is refused")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_changed_bit_of_a_return_is_accepted(changing, data) -> None:
    site, folder = changing
    path = data.draw(st.sampled_from(sorted(one for one in folder.rglob("*") if one.is_file())))
    kept = path.read_bytes()
    at = data.draw(st.integers(0, len(kept) * 8 - 1))
    changed = bytearray(kept)
    changed[at // 8] ^= 1 << at % 8
    path.write_bytes(changed)
    try:
        refused(site, folder, ".")
    finally:
        path.write_bytes(kept)


@pytest.fixture(scope="module")
def changing(tmp_path_factory) -> tuple[Site, Path]:
    site = make_site(tmp_path_factory.mktemp("changing"))
    return site, bring(site, fill(site, [look_alike()]))


@pytest.mark.parametrize("name", ["data/more.txt", "more.txt", "data/sealed/a.age"])
def test_a_file_too_many_is_refused(filled, name: str) -> None:
    site, files = filled
    folder = bring(site, files)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("invented")
    refused(site, folder, re.escape(name))
    if name.startswith("data/"):
        bag.write(folder, {})
        for n in (0, 1):
            bag.sign(folder, key_of(n), sshsig.RECEIPT, f"reviewer-{n}")
        refused(site, folder, "does not hold what a return holds")


# --- its keyring -------------------------------------------------------------------------------


def test_a_newer_keyring_is_put_in_its_place(filled) -> None:
    site, _ = filled
    ring = signed_keyring(site, drop_key(site), 2)
    done = site.command("accept", str(bring(site, {}, ring=ring)))
    assert "keyring 2 is in its place; restart the drop" in done.stderr
    assert trust.load(site.config).data == ring[0]


def test_an_older_keyring_changes_nothing_and_the_receipt_counts(filled) -> None:
    site, files = filled
    take(site, bring(site, {}, ring=signed_keyring(site, drop_key(site), 2)))
    assert take(site, bring(site, files, place="two")) == Accepted(6, 0, 0, 0)
    assert trust.load(site.config).keyring.serial == 2


def test_a_keyring_for_another_drop_root_or_a_second_of_one_serial_is_refused(filled) -> None:
    site, files = filled
    key = drop_key(site)
    other = Ed25519PrivateKey.generate()
    for place, ring, sentence in (
        ("a", signed_keyring(site, public(other), 2), "another drop's key"),
        ("b", signed_keyring(site, key, 2, root=other), "another root"),
        ("c", signed_keyring(site, key, 1, team="Another"), "two keyrings with the serial 1"),
    ):
        refused(site, bring(site, files, ring=ring, place=place), sentence)


def test_all_returns_of_a_stick_are_taken_and_a_stick_without_one_is_a_sentence(filled) -> None:
    site, files = filled
    folder = bring(site, files)
    shutil.copytree(folder, folder.with_name("sakse-return-0002"))
    done = site.command("accept", str(folder.parent))
    assert [line.split(" files")[0] for line in done.stdout.splitlines()] == [
        "sakse-return-0001: 6", "sakse-return-0002: 0",
    ]  # fmt: skip
    failed = site.command("accept", str(site.folder / "tmp"), check=False)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert re.fullmatch(r"error: .* is no return and holds none .*\n", failed.stderr)
