"""The tamper matrix: every file of every kind of bundle, changed in every way, refused by name.

Two attackers: one without keys, who may write all manifests anew; and one of two reviewers, who has
one key. What two reviewers together can do is in test_verify and in METHOD.txt.
"""

from __future__ import annotations

import dataclasses
import random
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import bag, canonical, keyring, sshsig
from envelope.errors import SakseError
from release.content import Event, ReleaseContent
from release.verify import read_signers, verify_bundle
from tests.release.sample import content, make_bundle, make_team, recompute, sign
from tests.release.test_verify import alone_here, original_info

TEAM = make_team()
TAGS = bag.TAG_MANIFEST
KINDS = ("iimm", "un", "public")


def made_for(audience: str) -> ReleaseContent:
    """A bundle for a court, a partner, or the public, which gets counts alone."""
    made = content(TEAM, audience, count=3)
    if audience == "public":
        counts = dataclasses.replace(made.counts, received=9, released=0, withheld=8)
        nobody = dataclasses.replace(made.recipient, age=None)
        return dataclasses.replace(
            made, testimonies=(), consent_texts=(), custody=(), counts=counts, recipient=nobody
        )
    consents = [dataclasses.replace(t.consent, audiences=("iimm", "un")) for t in made.testimonies]
    told = tuple(
        dataclasses.replace(t, consent=c) for t, c in zip(made.testimonies, consents, strict=True)
    )
    group = Event((told[0].release_id, told[1].release_id))
    return dataclasses.replace(made, testimonies=told, events=(group,))


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {kind: make_bundle(tmp_path_factory.mktemp(kind), TEAM, made_for(kind)) for kind in KINDS}
    for path in made.values():
        assert verify_bundle(path, root=TEAM.fingerprint).anchored
    return made


def files(bundle: Path) -> list[str]:
    return sorted(p.relative_to(bundle).as_posix() for p in bundle.rglob("*") if p.is_file())


def refusals(bundle: Path) -> Iterator[str]:
    """What each verifier, with each anchor and with none, says of a bundle; each must refuse."""
    for anchor in ({"root": TEAM.fingerprint}, {"signers": TEAM.signers}, {}):
        with pytest.raises(SakseError) as refused:
            verify_bundle(bundle, **anchor)  # type: ignore[arg-type]
        yield str(refused.value)
    for arguments in (("--root", TEAM.fingerprint), ()):
        code, said = alone_here(bundle, *arguments)
        assert code == 1, said
        yield said


def refused_for(bundle: Path, *names: str) -> None:
    """Every verifier refuses, and its sentence names one of these files."""
    for sentence in refusals(bundle):
        assert any(name in sentence for name in names), (names, sentence)
        assert "Traceback" not in sentence


def flip(path: Path, bit: int) -> None:
    data = bytearray(path.read_bytes() or b"\0")
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    path.write_bytes(bytes(data))


def rename(path: Path) -> None:
    path.rename(path.with_name(f"x{path.name}"))


def link(path: Path) -> None:
    aside = path.with_name(f".{path.name}")
    path.rename(aside)
    path.symlink_to(aside.name)


ONE_FILE: dict[str, Callable[[Path], object]] = {
    "a bit changed": lambda path: flip(path, 13),
    "the last byte cut off": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "a byte added": lambda path: path.write_bytes(path.read_bytes() + b"\n"),
    "emptied": lambda path: path.write_bytes(b""),
    "removed": lambda path: path.unlink(),
    "renamed": rename,
    "made a link": link,
    "a file added beside it": lambda path: path.with_name("x.txt").write_bytes(b"x"),
}


def _tampered(bundles: dict[str, Path], kind: str, tmp_path: Path) -> Path:
    target = tmp_path / bundles[kind].name
    if target.exists():
        shutil.rmtree(target)
    return Path(shutil.copytree(bundles[kind], target))


def _sample(names: list[str], much: bool) -> list[str]:
    """All files in the long run; a few, others each day it is run, in the quick one."""
    return names if much else random.sample(names, 6)


def _one_file(bundles: dict[str, Path], kind: str, tmp_path: Path, *, much: bool) -> None:
    for name in _sample(files(bundles[kind]), much):
        for what, change in ONE_FILE.items():
            path = _tampered(bundles, kind, tmp_path)
            if not (path / name).stat().st_size and what in ("the last byte cut off", "emptied"):
                continue  # an extract of no events has none
            change(path / name)
            own, folder = name.rsplit("/", 1)[-1], f"{name.rpartition('/')[0]} is a"
            try:
                refused_for(path, own, folder, "x.txt", "manifest-sha256.txt")
            except BaseException as error:
                raise AssertionError(f"{kind}: {name}, {what}: {error}") from error


@pytest.mark.parametrize("kind", KINDS)
def test_any_change_of_any_file_is_refused_by_name(
    bundles: dict[str, Path], kind: str, tmp_path: Path
) -> None:
    _one_file(bundles, kind, tmp_path, much=False)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_every_change_of_every_file_is_refused_by_name(
    bundles: dict[str, Path], kind: str, tmp_path: Path
) -> None:
    _one_file(bundles, kind, tmp_path, much=True)


@given(st.data())
def test_whoever_writes_all_manifests_anew_lacks_two_signatures(data: st.DataObject) -> None:
    """A payload file with any bit changed, and every manifest right again."""
    kind = data.draw(st.sampled_from(KINDS[:2]))
    names = [name for name in files(_MADE[kind]) if name.startswith("data/")]
    name = data.draw(st.sampled_from(names))
    path = _fresh(kind)
    flip(path / name, data.draw(st.integers(0, max(7, 8 * (path / name).stat().st_size - 1))))
    original_info(path)
    for sentence in refusals(path):
        assert "Traceback" not in sentence


_MADE: dict[str, Path] = {}


@pytest.fixture(scope="module", autouse=True)
def _made(bundles: dict[str, Path]) -> None:
    _MADE.update(bundles)


def _fresh(kind: str) -> Path:
    source = _MADE[kind]
    target = source.parent / "fresh" / source.name
    shutil.rmtree(target.parent, ignore_errors=True)
    return Path(shutil.copytree(source, target))


# --- signatures --------------------------------------------------------------------------------


def drop_one(path: Path) -> None:
    (path / f"{TAGS}.ben.sig").unlink()


def drop_the_redactors(path: Path) -> None:
    (path / f"{TAGS}.ana.sig").unlink()


def one_key_twice(path: Path) -> None:
    shutil.copy(path / f"{TAGS}.ana.sig", path / f"{TAGS}.ben.sig")


def one_key_twice_by_another_name(path: Path) -> None:
    drop_one(path)
    ana = TEAM.reviewers[0].sign
    signature = sshsig.sign(ana, sshsig.RELEASE, (path / TAGS).read_bytes())
    (path / f"{TAGS}.ben.sig").write_bytes(signature)


def for_another_purpose(path: Path) -> None:
    ben = TEAM.reviewers[1].sign
    signature = sshsig.sign(ben, sshsig.APPROVAL, (path / TAGS).read_bytes())
    (path / f"{TAGS}.ben.sig").write_bytes(signature)


def of_another_bundle(path: Path) -> None:
    ben = TEAM.reviewers[1].sign
    (path / f"{TAGS}.ben.sig").write_bytes(sshsig.sign(ben, sshsig.RELEASE, b"another manifest"))


def by_a_stranger(path: Path) -> None:
    stranger = make_team(("ben",)).reviewers[0].sign
    signature = sshsig.sign(stranger, sshsig.RELEASE, (path / TAGS).read_bytes())
    (path / f"{TAGS}.ben.sig").write_bytes(signature)


def own_keyring(path: Path) -> None:
    """A forger's team with the same names: keyring, signers file and both signatures are hers."""
    forger = make_team()
    (path / "data/custody/keyring.json").write_bytes(forger.keyring)
    (path / "data/custody/keyring.json.sig").write_bytes(forger.keyring_sig)
    lines = "".join(
        f'{who} namespaces="sakse-release@v1" {sshsig.public_line(raw)}\n'
        for who, raw in keyring.parse(forger.keyring).signers().items()
    )
    (path / "data/custody/keys.allowed_signers").write_text(lines)
    release = path / "data/release.json"
    value = canonical.loads(release.read_bytes(), what="release.json")
    value["keyring"]["sha256"] = sha256(forger.keyring).hexdigest()
    release.write_bytes(canonical.dumps(value))
    recompute(path)
    original_info(path)
    sign(path, forger, "ana", "ben")


SIGNATURES: dict[str, Callable[[Path], None]] = {
    "the second signature dropped": drop_one,
    "the redactor's signature dropped": drop_the_redactors,
    "one signature under two names": one_key_twice,
    "one key under two names": one_key_twice_by_another_name,
    "a signature for another purpose": for_another_purpose,
    "a signature of another bundle": of_another_bundle,
    "a stranger's signature": by_a_stranger,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", SIGNATURES)
def test_two_different_reviewers_have_to_have_signed_this_bundle(
    bundles: dict[str, Path], kind: str, what: str, tmp_path: Path
) -> None:
    path = _tampered(bundles, kind, tmp_path)
    SIGNATURES[what](path)
    refused_for(path, TAGS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_forgers_own_keyring_and_signers_are_nobodys(
    bundles: dict[str, Path], kind: str, tmp_path: Path
) -> None:
    """In itself it is whole: who names no anchor is told so, and exits with 2."""
    path = _tampered(bundles, kind, tmp_path)
    own_keyring(path)
    for anchor in ({"root": TEAM.fingerprint}, {"signers": TEAM.signers}):
        with pytest.raises(SakseError):
            verify_bundle(path, **anchor)  # type: ignore[arg-type]
    assert alone_here(path, "--root", TEAM.fingerprint)[0] == 1
    assert not verify_bundle(path).anchored
    code, said = alone_here(path)
    assert code == 2 and "unknown keys" in said


def test_a_signers_file_out_of_the_bundle_itself_helps_no_forger(
    bundles: dict[str, Path], tmp_path: Path
) -> None:
    """Whoever takes the bag's own signers for an anchor trusts the forger: README.txt says so."""
    path = _tampered(bundles, "iimm", tmp_path)
    own_keyring(path)
    assert read_signers(path / "data/custody/keys.allowed_signers") != TEAM.signers
    readme = (path / "data/README.txt").read_text()
    assert "never from this bundle or from the message that brought it" in " ".join(readme.split())


# --- the same parts, put together otherwise -------------------------------------------------------


def test_two_testimonies_swapped_are_refused(bundles: dict[str, Path], tmp_path: Path) -> None:
    for again in (False, True):
        path = _tampered(bundles, "iimm", tmp_path)
        first, second = sorted((path / "data/testimonies").iterdir())[:2]
        first.rename(path / "x")
        second.rename(first)
        (path / "x").rename(second)
        if again:
            original_info(path)
        refused_for(path, first.name, second.name, TAGS)


def test_a_file_of_one_bundle_in_another_is_refused(
    bundles: dict[str, Path], tmp_path: Path
) -> None:
    other = make_bundle(tmp_path / "other", TEAM, dataclasses.replace(made_for("iimm"), release_id="ABCDEF"))
    for name in files(bundles["iimm"]):
        path = _tampered(bundles, "iimm", tmp_path)
        theirs = (other / name).read_bytes()
        if theirs == (path / name).read_bytes():
            continue
        (path / name).write_bytes(theirs)
        refused_for(path, name, name.rsplit("/", 1)[-1], "manifest-sha256.txt")


def test_a_rolled_back_extract_of_the_log_is_refused(
    bundles: dict[str, Path], tmp_path: Path
) -> None:
    path = _tampered(bundles, "iimm", tmp_path)
    log = path / "data/custody/log.jsonl"
    log.write_bytes(log.read_bytes().split(b"\n")[0] + b"\n")
    refused_for(path, "log.jsonl")
    original_info(path)
    refused_for(path, TAGS)


def test_an_older_bundle_is_whole_and_says_its_day_its_keyring_and_what_came_before(
    bundles: dict[str, Path], tmp_path: Path
) -> None:
    """A replay can not be seen in a bundle alone: the report gives what to compare by voice."""
    path = _tampered(bundles, "iimm", tmp_path)
    report = verify_bundle(path, root=TEAM.fingerprint)
    assert report.anchored and "2026-11-01 to 2026-11-30" in report.keyring
