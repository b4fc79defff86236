"""Bundles: what is written is accepted, and nothing that was changed is, by either verifier."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envelope import bag, canonical, sshsig
from envelope.errors import SakseError
from release import files, standalone, verify
from release.content import ConsentText, Counts, Redaction
from release.texts import write_redactions
from release.verify import read_signers, verify_bundle
from tests.release.sample import (
    Team,
    account,
    content,
    make_bundle,
    make_team,
    recompute,
    released,
    sign,
)

FIRST = "data/testimonies/T-2ab3"
SECOND = "data/testimonies/T-3ab0"
KEYRING = "data/custody/keyring.json"
TAGS = "tagmanifest-sha256.txt"
Edit = Callable[[Path, Team], None]


@pytest.fixture(scope="module")
def team() -> Team:
    return make_team()


@pytest.fixture(scope="module")
def original(team: Team, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("bundle"), team, content(team))


@pytest.fixture
def bundle(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / original.name, symlinks=True))


def alone(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the verify.py that lies in the bag, isolated from every installed package."""
    command = [sys.executable, "-I", "-S", str(path / "data/verify/verify.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def alone_here(path: Path, *arguments: str) -> tuple[int, str]:
    """The same program inside this process, for tests that need it a hundred times."""
    said = io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["verify.py", str(path), *arguments]),
        contextlib.redirect_stderr(said),
        contextlib.redirect_stdout(said),
    ):
        code = standalone.main()
    return code, said.getvalue()


def refused(path: Path, team: Team, name: str) -> None:
    """Assert that no anchor makes the bundle pass, in one sentence that names the file."""
    for anchor in ({"root": team.fingerprint}, {"signers": team.signers}, {}):
        with pytest.raises(SakseError) as refusal:
            verify_bundle(path, **anchor)  # type: ignore[arg-type]
        sentence = str(refusal.value)
        assert name in sentence
        assert sentence.endswith(".") and "\n" not in sentence


# --- what holds --------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", ["iimm", "un", "public"])
def test_a_bundle_signed_by_two_reviewers_holds(team: Team, tmp_path: Path, audience: str) -> None:
    made = content(team, audience)
    if audience == "public":
        recipient = dataclasses.replace(made.recipient, age=None)
        consents = [dataclasses.replace(t.consent, audiences=("public",)) for t in made.testimonies]
        testimonies = tuple(
            dataclasses.replace(t, consent=c, answers=t.answers | {"c2": "public"})
            for t, c in zip(made.testimonies, consents, strict=True)
        )
        made = dataclasses.replace(made, recipient=recipient, testimonies=testimonies)
    path = make_bundle(tmp_path, team, made)
    report = verify_bundle(path, root=team.fingerprint)
    assert report.anchored and report.signers == ("ana", "ben") and report.testimonies == 2
    assert verify_bundle(path, signers=team.signers).anchored
    assert alone(path, "--root", team.fingerprint).returncode == 0
    assert (path / FIRST / "proof.json").exists() == (audience == "iimm")


def test_counts_are_exact_for_courts_and_bands_for_others(team: Team, tmp_path: Path) -> None:
    counts = {}
    for audience in ("icc", "ngo"):
        made = content(team, audience)
        testimonies = [
            dataclasses.replace(t, consent=dataclasses.replace(t.consent, audiences=(audience,)))
            for t in made.testimonies
        ]
        if audience == "ngo":
            testimonies = [
                dataclasses.replace(t, answers=t.answers | {"c2": "ngo"}) for t in testimonies
            ]
        if audience == "icc":
            with pytest.raises(SakseError, match="narrower consent"):
                make_bundle(
                    tmp_path / "wide",
                    team,
                    dataclasses.replace(made, testimonies=tuple(testimonies)),
                )
            testimonies, made = list(content(team).testimonies), content(team)
        made = dataclasses.replace(made, testimonies=tuple(testimonies))
        path = make_bundle(tmp_path / audience, team, made)
        counts[audience] = json.loads((path / "data/release.json").read_bytes())["counts"]
    assert counts["icc"] == {"received": 5, "released": 2, "set_aside": 1, "withheld": 2}
    assert set(counts["ngo"].values()) == {"1-9"}


def test_ssh_keygen_sha256sum_and_bagit_accept_a_bundle(original: Path, team: Team) -> None:
    for manifest in (TAGS, "manifest-sha256.txt"):
        run = subprocess.run(
            ["sha256sum", "--check", "--strict", manifest], cwd=original, capture_output=True
        )
        assert run.returncode == 0
    validate = [sys.executable, "-W", "ignore", "-m", "bagit", "--validate", str(original)]
    assert subprocess.run(validate, capture_output=True).returncode == 0
    for name in ("ana", "ben"):
        command = [
            "ssh-keygen",
            "-Y",
            "verify",
            "-f",
            original / "data/custody/keys.allowed_signers",
        ]
        command += ["-I", name, "-n", "sakse-release@v1", "-s", original / f"{TAGS}.{name}.sig"]
        run = subprocess.run(command, input=(original / TAGS).read_bytes(), capture_output=True)
        assert run.returncode == 0, run.stderr


def test_two_builds_of_the_same_content_have_the_same_bytes(team: Team, tmp_path: Path) -> None:
    one, two = (make_bundle(tmp_path / name, team, content(team)) for name in "ab")
    names = [p.relative_to(one) for p in one.rglob("*") if p.is_file()]
    assert all((one / name).read_bytes() == (two / name).read_bytes() for name in names)


def test_a_third_signature_does_no_harm(bundle: Path, team: Team) -> None:
    sign(bundle, team, "cho")
    assert verify_bundle(bundle, root=team.fingerprint).signers == ("ana", "ben", "cho")
    assert alone(bundle, "--root", team.fingerprint).returncode == 0


def test_the_fingerprint_may_be_typed_with_spaces_or_in_burmese_digits(
    bundle: Path, team: Team
) -> None:
    burmese = team.fingerprint.translate({48 + d: 0x1040 + d for d in range(10)})
    for typed in (team.fingerprint.replace("-", " "), burmese):
        assert verify_bundle(bundle, root=typed).anchored
        assert alone(bundle, "--root", typed).returncode == 0


# --- who is trusted ----------------------------------------------------------------------------


def test_without_an_anchor_a_bundle_is_whole_and_signed_by_unknown_keys(bundle: Path) -> None:
    assert not verify_bundle(bundle).anchored
    run = alone(bundle)
    assert run.returncode == 2 and "unknown keys" in run.stdout


def test_a_bundle_of_another_team_is_refused_with_an_anchor(team: Team, tmp_path: Path) -> None:
    """Everything in it is right, names of reviewers included: only the keys are other people's."""
    forger = make_team()
    path = make_bundle(tmp_path, forger, content(forger))
    assert not verify_bundle(path).anchored
    own = tmp_path / "signers"
    own.write_text(sshsig.allowed_signers((n, k, sshsig.RELEASE) for n, k in team.signers.items()))
    with pytest.raises(SakseError, match="another root"):
        verify_bundle(path, root=team.fingerprint)
    with pytest.raises(SakseError, match=r"tagmanifest-sha256\.txt\.ana\.sig"):
        verify_bundle(path, signers=read_signers(own))
    assert "another root" in alone(path, "--root", team.fingerprint).stderr
    assert alone(path, "--root", team.fingerprint).returncode == 1
    assert alone(path, "--signers", str(own)).returncode == 1
    assert alone(path).returncode == 2


def test_keys_a_forger_puts_into_the_bag_do_not_make_her_a_reviewer(
    bundle: Path, team: Team
) -> None:
    forger = make_team()
    (bundle / KEYRING).write_bytes(forger.keyring)
    (bundle / f"{KEYRING}.sig").write_bytes(forger.keyring_sig)
    rewrite(bundle, forger)
    for anchor in ({"root": team.fingerprint}, {"signers": team.signers}, {}):
        with pytest.raises(SakseError):
            verify_bundle(bundle, **anchor)  # type: ignore[arg-type]


def test_signers_must_be_those_of_the_keyring_in_the_bag(team: Team, tmp_path: Path) -> None:
    """Trusted people signed, but the keyring inside gives their names to other keys."""
    other = make_team()
    made = dataclasses.replace(content(team), keyring=other.keyring, keyring_sig=other.keyring_sig)
    path = make_bundle(tmp_path, team, made)
    own = tmp_path / "signers"
    own.write_text(sshsig.allowed_signers((n, k, sshsig.RELEASE) for n, k in team.signers.items()))
    with pytest.raises(SakseError, match=r"tagmanifest-sha256\.txt\.ana\.sig"):
        verify_bundle(path, signers=read_signers(own))
    with pytest.raises(SakseError, match=r"tagmanifest-sha256\.txt\.ana\.sig"):
        verify_bundle(path, root=other.fingerprint)
    assert alone(path, "--signers", str(own)).returncode == 1
    assert alone(path, "--root", other.fingerprint).returncode == 1


def test_an_own_signers_file_must_hold_the_keys_of_both_reviewers(
    bundle: Path, team: Team, tmp_path: Path
) -> None:
    lines = {n: f"{n} {sshsig.public_line(k)} a comment\n" for n, k in team.signers.items()}
    own = tmp_path / "signers"
    own.write_text("# reviewers\n\n" + lines["ana"] + lines["ben"])
    assert verify_bundle(bundle, signers=read_signers(own)).anchored
    assert alone(bundle, "--signers", str(own)).returncode == 0
    own.write_text(lines["ana"])
    with pytest.raises(SakseError, match=r"tagmanifest-sha256\.txt\.ben\.sig"):
        verify_bundle(bundle, signers=read_signers(own))
    assert alone(bundle, "--signers", str(own)).returncode == 1
    own.write_text(lines["ana"] + f"ben {sshsig.public_line(team.signers['cho'])}\n")
    with pytest.raises(SakseError, match=r"tagmanifest-sha256\.txt\.ben\.sig"):
        verify_bundle(bundle, signers=read_signers(own))
    assert alone(bundle, "--signers", str(own)).returncode == 1


@pytest.mark.parametrize(
    "line",
    [
        "ana",
        "* ssh-ed25519 AAAA",
        "ana,ben ssh-ed25519 AAAA",
        "ana ssh-rsa AAAA",
        "ana cert-authority ssh-ed25519 AAAA",
        "ana ssh-ed25519 AAAA",
    ],
)
def test_a_signers_file_that_is_not_plain_is_refused(line: str, tmp_path: Path) -> None:
    (tmp_path / "signers").write_text(line + "\n")
    with pytest.raises(SakseError):
        read_signers(tmp_path / "signers")


def test_a_signers_file_that_names_a_reviewer_twice_is_refused(team: Team, tmp_path: Path) -> None:
    path = tmp_path / "signers"
    keys = (team.signers["ana"], team.signers["ben"])
    path.write_text(sshsig.allowed_signers(("ana", key, sshsig.RELEASE) for key in keys))
    with pytest.raises(SakseError, match="Line 2 of signers"):
        read_signers(path)


def test_a_signers_file_for_another_purpose_trusts_nobody(team: Team, tmp_path: Path) -> None:
    path = tmp_path / "signers"
    path.write_text(sshsig.allowed_signers([("ana", team.signers["ana"], sshsig.LOG)]))
    assert read_signers(path) == {}


def test_without_ssh_keygen_the_stand_alone_verifier_says_so_and_fails(
    bundle: Path, team: Team
) -> None:
    command = [
        sys.executable,
        "-I",
        "-S",
        str(bundle / "data/verify/verify.py"),
        "--root",
        team.fingerprint,
    ]
    run = subprocess.run(command, env={"PATH": "/nowhere"}, capture_output=True, text=True)
    assert run.returncode == 3 and "SIGNATURES NOT CHECKED" in run.stdout
    (bundle / FIRST / "narrative.txt").write_text("another")
    run = subprocess.run(command, env={"PATH": "/nowhere"}, capture_output=True, text=True)
    assert run.returncode == 1


def test_the_stand_alone_verifier_stays_short_enough_to_read() -> None:
    assert len(Path(standalone.__file__).read_text().splitlines()) < 250


# --- one bit -----------------------------------------------------------------------------------


@contextlib.contextmanager
def flipped(path: Path, bit: int) -> Iterator[None]:
    data = path.read_bytes()
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    path.write_bytes(changed)
    try:
        yield
    finally:
        path.write_bytes(data)


@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_any_flipped_bit_of_any_file_is_refused_and_the_file_named(
    data: st.DataObject, original: Path, team: Team
) -> None:
    files = sorted(p for p in original.rglob("*") if p.is_file())
    path = data.draw(st.sampled_from(files))
    bit = data.draw(st.integers(0, 8 * path.stat().st_size - 1))
    anchor = data.draw(st.sampled_from([{"root": team.fingerprint}, {"signers": team.signers}, {}]))
    name = path.relative_to(original).as_posix()
    with flipped(path, bit), pytest.raises(SakseError) as refusal:
        verify_bundle(original, **anchor)
    assert name in str(refusal.value)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_any_flipped_bit_is_refused_by_the_stand_alone_verifier(
    data: st.DataObject, original: Path, team: Team
) -> None:
    files = sorted(p for p in original.rglob("*") if p.is_file())
    path = data.draw(st.sampled_from(files))
    bit = data.draw(st.integers(0, 8 * path.stat().st_size - 1))
    anchor = data.draw(st.sampled_from([["--root", team.fingerprint], []]))
    with flipped(path, bit):
        code, said = alone_here(original, *anchor)
    assert code == 1
    assert path.relative_to(original).as_posix() in said


def every_flip(original: Path, team: Team, name: str) -> None:
    path = original / name
    for bit in range(8 * path.stat().st_size):
        with flipped(path, bit):
            code, said = alone_here(original, "--root", team.fingerprint)
            assert code == 1 and name in said
            with pytest.raises(SakseError) as refusal:
                verify_bundle(original, root=team.fingerprint)
            assert name in str(refusal.value)


@pytest.mark.long
@pytest.mark.parametrize(
    "name", [f"{TAGS}.ana.sig", TAGS, "bagit.txt", "bag-info.txt", f"{KEYRING}.sig"]
)
def test_every_single_bit_of_what_signs_and_names_is_refused(
    name: str, original: Path, team: Team
) -> None:
    every_flip(original, team, name)


# --- what an outsider can do -------------------------------------------------------------------


def _rename(path: Path, name: str) -> None:
    path.rename(path.with_name(name))


def swap(one: Path, two: Path) -> None:
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)


def other_purpose(path: Path, team: Team) -> None:
    bag.sign(path, team.reviewers[1].sign, sshsig.APPROVAL, "ben")


def stranger(path: Path, team: Team) -> None:
    bag.sign(path, make_team(("dan",)).reviewers[0].sign, sshsig.RELEASE, "dan")


def only_others(path: Path, team: Team) -> None:
    (path / f"{TAGS}.ana.sig").unlink()
    sign(path, team, "cho")


def from_another_bundle(path: Path, team: Team) -> None:
    made = dataclasses.replace(content(team), purpose="another invented purpose")
    other = make_bundle(path.parent / "other", team, made)
    shutil.copy(other / f"{TAGS}.ben.sig", path)


def linked(path: Path, team: Team) -> None:
    readme = path / "data/README.txt"
    outside = path.parent / "README.txt"
    readme.rename(outside)
    readme.symlink_to(outside)


def typed_question(path: Path, team: Team) -> None:
    """Make a choice of the form a typed answer, which could be shown in part."""
    value = json.loads((path / FORM).read_bytes())
    next(q for q in value["questions"] if q["id"] == "i1")["kind"] = "text"
    (path / FORM).write_text(json.dumps(value))


def swap_testimonies(path: Path, team: Team) -> None:
    (path / FIRST).rename(path / "data/x")
    (path / SECOND).rename(path / FIRST)
    (path / "data/x").rename(path / SECOND)


def remanifested(path: Path, team: Team) -> None:
    (path / FIRST / "assessment.json").write_bytes(
        (path / FIRST / "assessment.json").read_bytes().replace(b"unknown", b"unsure")
    )
    recompute(path)
    bag.write(path, bag.validate(original_info(path)))


def original_info(path: Path) -> Path:
    """Manifest the changed files so that the bag itself is whole; return the bag."""
    info = dict(line.split(": ", 1) for line in (path / "bag-info.txt").read_text().splitlines())
    bag.write(path, info)
    return path


OUTSIDER: dict[str, tuple[Edit, str]] = {
    "a file added to the payload": (
        lambda p, _: (p / "data/extra.txt").write_text("x") and None,
        "data/extra.txt",
    ),
    "a file added beside the manifests": (
        lambda p, _: (p / "extra.txt").write_text("x") and None,
        "extra.txt",
    ),
    "a file removed": (lambda p, _: (p / FIRST / "consent.json").unlink(), f"{FIRST}/consent.json"),
    "a manifest removed": (
        lambda p, _: (p / "manifest-sha256.txt").unlink(),
        "manifest-sha256.txt",
    ),
    "the tag manifest removed": (lambda p, _: (p / TAGS).unlink(), TAGS),
    "bagit.txt removed": (lambda p, _: (p / "bagit.txt").unlink(), "bagit.txt"),
    "a file renamed": (
        lambda p, _: (p / FIRST / "narrative.txt").rename(p / FIRST / "account.txt") and None,
        f"{FIRST}/",
    ),
    "two files swapped": (
        lambda p, _: swap(p / FIRST / "narrative.txt", p / SECOND / "narrative.txt"),
        "narrative.txt",
    ),
    "two testimonies swapped": (swap_testimonies, "data/testimonies/T-"),
    "a file emptied": (
        lambda p, _: (p / "data/custody/log.jsonl").write_bytes(b"") and None,
        "data/custody/log.jsonl",
    ),
    "a file replaced by a link to the same bytes": (linked, "data/README.txt"),
    "an empty folder added": (lambda p, _: (p / "data/empty").mkdir(), "data/empty"),
    "changed, with manifests made again": (remanifested, f"{TAGS}.ana.sig"),
    "one signature dropped": (lambda p, _: (p / f"{TAGS}.ben.sig").unlink(), TAGS),
    "both signatures dropped": (
        lambda p, _: [f.unlink() for f in p.glob("*.sig")] and None,
        TAGS,
    ),
    "the same reviewer twice": (
        lambda p, _: shutil.copy(p / f"{TAGS}.ana.sig", p / f"{TAGS}.ben.sig") and None,
        f"{TAGS}.ben.sig",
    ),
    "the redactor's signature replaced by a third reviewer's": (only_others, TAGS),
    "a stranger's signature added": (stranger, f"{TAGS}.dan.sig"),
    "a signature from another bundle": (from_another_bundle, f"{TAGS}.ben.sig"),
    "a signature for another purpose": (other_purpose, f"{TAGS}.ben.sig"),
    "a signature of garbage": (
        lambda p, _: (p / f"{TAGS}.ben.sig").write_bytes(os.urandom(300)) and None,
        f"{TAGS}.ben.sig",
    ),
    "an empty signature": (
        lambda p, _: (p / f"{TAGS}.ben.sig").write_bytes(b"") and None,
        f"{TAGS}.ben.sig",
    ),
    "a signature with a name no reviewer can have": (
        lambda p, _: shutil.copy(p / f"{TAGS}.ana.sig", p / f"{TAGS}.Dan.sig") and None,
        f"{TAGS}.Dan.sig",
    ),
}


@pytest.mark.parametrize("what", OUTSIDER)
def test_a_bundle_changed_by_an_outsider_is_refused_and_the_file_named(
    what: str, bundle: Path, team: Team
) -> None:
    edit, name = OUTSIDER[what]
    edit(bundle, team)
    refused(bundle, team, name)
    verifier = bundle.parent / "verify.py"
    shutil.copy(standalone.__file__, verifier)
    for anchor in (["--root", team.fingerprint], []):
        command = [sys.executable, "-I", "-S", str(verifier), str(bundle), *anchor]
        run = subprocess.run(command, capture_output=True, text=True)
        assert run.returncode == 1, run.stdout
        assert name in run.stderr and "Traceback" not in run.stderr


# --- what reviewers who do not keep to the rules can do ------------------------------------------


def rewrite(path: Path, team: Team) -> None:
    """Make tables, manifests and both signatures again, as two reviewers could."""
    with contextlib.suppress(SakseError, ValueError, KeyError, TypeError, AttributeError, OSError):
        recompute(path)  # where the change left something that can be computed from
    original_info(path)
    sign(path, team, "ana", "ben")


def json_edit(name: str, change: Callable[[Any], object]) -> Edit:
    def edit(path: Path, team: Team) -> None:
        value = json.loads((path / name).read_bytes())
        changed = change(value)
        (path / name).write_bytes(canonical.dumps(value if changed is None else changed))

    return edit


def text_edit(name: str, old: str, new: str) -> Edit:
    def edit(path: Path, team: Team) -> None:
        text = (path / name).read_bytes().decode()
        assert old in text
        (path / name).write_bytes(text.replace(old, new).encode())

    return edit


def both(*edits: Edit) -> Edit:
    def edit(path: Path, team: Team) -> None:
        for one in edits:
            one(path, team)

    return edit


def without_mark(path: Path, team: Team) -> None:
    """Leave out a word that the proof hides, and its mark, so that nobody misses it."""
    text_edit(f"{FIRST}/narrative.txt", "[P-07] ", " ")(path, team)
    rows = (path / FIRST / "redactions.csv").read_text().splitlines(keepends=True)
    (path / FIRST / "redactions.csv").write_text("".join(r for r in rows if "[P-07]" not in r))


def moved_mark(path: Path, team: Team) -> None:
    text_edit(f"{FIRST}/narrative.txt", "[P-07] did not see", " did[P-07] not see")(path, team)
    text_edit(f"{FIRST}/redactions.csv", "narrative,20,26", "narrative,24,30")(path, team)


def invented_mark(path: Path, team: Team) -> None:
    text_edit(f"{FIRST}/narrative.txt", "silence", "silence[P-07]")(path, team)
    row = 'narrative,{},{},[P-07],P,"\'=an identity, named in the text"\n'
    start = len((path / FIRST / "narrative.txt").read_bytes().decode()) - 6
    with (path / FIRST / "redactions.csv").open("a") as table:
        table.write(row.format(start, start + 6))


def unproved(path: Path, team: Team) -> None:
    (path / FIRST / "proof.json").unlink()


def add_file(name: str) -> Edit:
    return lambda path, _: (path / name).write_text("x") and None


def set_part(name: str, **parts: Any) -> Edit:
    return json_edit(name, lambda value: value.update(parts))


SUMMARY, PROOF, RELEASE = f"{FIRST}/testimony.json", f"{FIRST}/proof.json", "data/release.json"
CONSENT, CUSTODY = f"{FIRST}/consent.json", "data/custody/log.jsonl"
FORM = "data/method/form-v1.json"
ROWS = f"{FIRST}/redactions.csv"

# what -> (edit, file the sentence names, whether the stand-alone verifier sees it too)
INSIDER: dict[str, tuple[Edit, str, bool]] = {
    "a word of the account changed": (
        text_edit(f"{FIRST}/narrative.txt", "but I did", "but I hid"), PROOF, True),
    "a hidden word left out without a mark": (without_mark, PROOF, True),
    "a mark moved": (moved_mark, PROOF, True),
    "an answer changed": (
        json_edit(SUMMARY, lambda v: v["answers"].update(k1="heard")), PROOF, True),
    "an answer left out": (json_edit(SUMMARY, lambda v: v["answers"].pop("k1") and None), PROOF, True),
    "an answer invented": (
        json_edit(SUMMARY, lambda v: v["answers"].update({"h1.hurt": "3"})), PROOF, True),
    "an answer to a question nobody asked": (
        json_edit(SUMMARY, lambda v: v["answers"].update({"q9": "3"})), SUMMARY, True),
    "an open answer said to be withheld": (
        json_edit(SUMMARY, lambda v: v["withheld"].append("x1")), PROOF, True),
    "a withheld answer not named": (
        json_edit(SUMMARY, lambda v: v["withheld"].clear()), PROOF, True),
    "a withheld answer named twice": (
        json_edit(SUMMARY, lambda v: v["withheld"].append("p2.village")), SUMMARY, False),
    "a withheld answer to a question nobody asked": (
        json_edit(SUMMARY, lambda v: v["withheld"].append("q9")), SUMMARY, False),
    "an answer both shown and withheld": (
        json_edit(SUMMARY, lambda v: v["answers"].update({"p2.village": "Example"})), SUMMARY, True),
    "an answer the form does not allow": (
        json_edit(SUMMARY, lambda v: v["answers"].update(k1="maybe")), SUMMARY, True),
    "a child": (json_edit(SUMMARY, lambda v: v["answers"].update(a1="under_18")), SUMMARY, True),
    "an attachment not named": (
        json_edit(SUMMARY, lambda v: v["attachments"].append(v["attachments"][0] | {"ordinal": 2})), PROOF, False),
    "an attachment named twice": (
        json_edit(SUMMARY, lambda v: v["attachments"].append(v["attachments"][0])), SUMMARY, False),
    "a proof of another testimony": (
        lambda p, _: shutil.copy(p / SECOND / "proof.json", p / PROOF) and None, PROOF, True),
    "a proof whose root was changed": (set_part(PROOF, R="00" * 32), PROOF, True),
    "a proof left out": (unproved, PROOF, True),
    "another consent text than was proved": (
        both(text_edit("data/consent-texts/form-1.en.txt", "no payment", "payment"),
             lambda p, t: [set_part(f"{folder}/consent.json", sha256=_sha(p))(p, t) for folder in (FIRST, SECOND)] and None),
        PROOF, True),
    "a consent text that was changed": (
        text_edit("data/consent-texts/form-1.en.txt", "no payment", "payment"), CONSENT, False),
    "a consent text left out": (
        lambda p, _: _rename(p / "data/consent-texts/form-1.en.txt", "form-2.en.txt"),
        CONSENT, False),
    "a consent for others only": (set_part(CONSENT, audiences=["un"]), CONSENT, False),
    "a consent wider than the one that was sealed": (
        set_part(CONSENT, audiences=["icc", "iimm"]), f"{FIRST}/testimony.json", False),
    "a consent to be counted only": (set_part(CONSENT, level="numbers"), CONSENT, False),
    "a consent of another testimony": (set_part(CONSENT, testimony="T-3ab0"), CONSENT, False),
    "an assessment of another testimony": (
        set_part(f"{FIRST}/assessment.json", testimony="T-3ab0"), f"{FIRST}/assessment.json", False),
    "a testimony with another id": (set_part(SUMMARY, id="T-3ab0"), SUMMARY, False),
    "a member too many": (set_part(SUMMARY, note="x"), SUMMARY, False),
    "a row of redactions left out": (text_edit(ROWS, "narrative,20,26", "narrative,21,27"), ROWS, False),
    "a formula in the table": (text_edit(ROWS, "'=an", "=an"), ROWS, False),
    "JSON that is not canonical": (
        lambda p, _: (p / RELEASE).write_bytes((p / RELEASE).read_bytes() + b"\n") and None, RELEASE, True),
    "release.json left out": (lambda p, _: (p / RELEASE).unlink(), RELEASE, True),
    "a count too high": (json_edit(RELEASE, lambda v: v["counts"].update(released=3, received=6)), RELEASE, False),
    "counts that do not add up": (json_edit(RELEASE, lambda v: v["counts"].update(withheld=9)), RELEASE, False),
    "bands for a court": (json_edit(RELEASE, lambda v: v["counts"].update(withheld="1-9")), RELEASE, False),
    "another tier": (set_part(RELEASE, tier="partner"), RELEASE, False),
    "another release's id": (set_part(RELEASE, id="R7K2Q8"), "bag-info.txt", False),
    "another day": (set_part(RELEASE, day="2026-11-08"), "bag-info.txt", False),
    "another basis of consent": (set_part(RELEASE, consent="c2 names un; c3 is text"), RELEASE, False),
    "no fingerprint of the recipient": (
        json_edit(RELEASE, lambda v: v["recipient"].update(fingerprint=None)), RELEASE, False),
    "a redactor who is no reviewer": (set_part(RELEASE, redactor="dan"), RELEASE, False),
    "a redactor who did not sign": (set_part(RELEASE, redactor="cho"), TAGS, True),
    "a testimony not listed": (
        json_edit(RELEASE, lambda v: (v["testimonies"].pop(), v["counts"].update(released=1, withheld=3))[1]),
        SECOND, False),
    "testimonies out of order": (json_edit(RELEASE, lambda v: v["testimonies"].reverse()), RELEASE, False),
    "a file nobody expects": (add_file("data/tables.csv"), "data/tables.csv", False),
    "a file nobody expects in a testimony": (add_file(f"{FIRST}/map.txt"), f"{FIRST}/map.txt", False),
    "a log line changed": (text_edit(CUSTODY, "received", "released"), CUSTODY, False),
    "a log line about another testimony": (text_edit(CUSTODY, "T-2ab3", "T-2ab4"), CUSTODY, False),
    "a log cut in the middle": (
        lambda p, _: (p / CUSTODY).write_bytes((p / CUSTODY).read_bytes()[:-1]) and None, CUSTODY, False),
    "keys the keyring does not name": (
        text_edit("data/custody/keys.allowed_signers", "ana", "dan"), "keys.allowed_signers", True),
    "a stranger's key beside those of the keyring": (
        text_edit("data/custody/keys.allowed_signers", "ana ", "dan ssh-ed25519 AAAA\nana "),
        "keys.allowed_signers", True),
    "another keyring": (lambda p, _: (p / KEYRING).write_bytes(make_team().keyring) and None, "keyring.json", True),
    "a keyring the root did not sign": (
        lambda p, _: (p / f"{KEYRING}.sig").write_bytes(make_team().keyring_sig) and None, f"{KEYRING}.sig", True),
    "another form": (
        text_edit("data/method/form-v1.json", '"h1.hurt"', '"h1.harm"'), "form-v1.json", False),
    "a form whose choices can be shown in part": (typed_question, FORM, False),
    "another version of the form": (
        lambda p, _: (p / FORM).write_text(json.dumps(json.loads((p / FORM).read_text()) | {"version": 2})) and None,
        FORM, False),
    "a reading that hides another word": (
        text_edit(f"{SECOND}/narrative.reading.txt", "[P-11]", "[P-12]"), f"{SECOND}/", False),
    "a reading that is no other text": (
        lambda p, _: shutil.copy(p / SECOND / "narrative.txt", p / SECOND / "narrative.reading.txt") and None,
        f"{SECOND}/narrative.reading.txt", False),
    "an account that is not UTF-8": (
        lambda p, _: (p / FIRST / "narrative.txt").write_bytes(b"\xff") and None, FIRST, True),
}  # fmt: skip


def _sha(path: Path) -> str:
    return sha256((path / "data/consent-texts/form-1.en.txt").read_bytes()).hexdigest()


@pytest.mark.parametrize("what", INSIDER)
def test_a_bundle_that_contradicts_itself_is_refused_whoever_signed_it(
    what: str, bundle: Path, team: Team
) -> None:
    edit, name, seen_alone = INSIDER[what]
    edit(bundle, team)
    rewrite(bundle, team)
    refused(bundle, team, name)
    verifier = bundle.parent / "verify.py"
    shutil.copy(standalone.__file__, verifier)
    command = [sys.executable, "-I", "-S", str(verifier), str(bundle), "--root", team.fingerprint]
    run = subprocess.run(command, capture_output=True, text=True)
    assert "Traceback" not in run.stderr
    assert run.returncode == (1 if seen_alone else run.returncode), run.stdout


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every part of a JSON value with the way to it."""
    yield path, value
    if not isinstance(value, (dict, list)):
        return
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield from leaves(item, (*path, key))


def wrong_kinds(value: Any) -> list[Any]:
    match value:
        case str() | None:
            return [5, True, [], "\n", ""]
        case int():
            return [None, True, "x", -1]
        case list():
            return [None, {}, "x"]
    return [None, [], "x"]


@pytest.mark.parametrize("name", [RELEASE, SUMMARY, CONSENT, f"{FIRST}/assessment.json", CUSTODY])
def test_a_part_of_another_kind_is_refused_wherever_it_stands(bundle: Path, name: str) -> None:
    path = bundle / name
    data = path.read_bytes()
    *others, last = data.splitlines(keepends=True)  # nothing follows on the last line of a log
    value = json.loads(last)
    for way, part in list(leaves(value)):
        for wrong in wrong_kinds(part):
            if (name, *way, wrong) == (CUSTODY, "testimony", ""):
                continue  # an event may be about no testimony
            changed = with_part(value, way, wrong)
            end = b"\n" if name == CUSTODY else b""
            path.write_bytes(b"".join(others) + canonical.dumps(changed) + end)
            original_info(bundle)
            with pytest.raises(SakseError) as refusal:
                verify.check_content(bundle)
            assert str(refusal.value).endswith("."), (way, wrong)


@pytest.mark.parametrize("name", [RELEASE, SUMMARY, CONSENT, KEYRING, FORM, f"{FIRST}/proof.json"])
def test_the_verifier_inside_refuses_a_part_of_another_kind_without_a_trace(
    bundle: Path, name: str, team: Team
) -> None:
    path = bundle / name
    value = json.loads(path.read_bytes())
    ways = [way for way, part in leaves(value) if not isinstance(part, str) or len(way) < 3][:12]
    deep = b"[" * 100_000
    for data in (deep, *(canonical.dumps(with_part(value, way, 5)) for way in ways)):
        path.write_bytes(data)
        if name == KEYRING:
            keys_of(bundle, data)
        original_info(bundle)
        sign(bundle, team, "ana", "ben")
        for anchor in ((), ("--root", team.fingerprint)):
            code, said = alone_here(bundle, *anchor)
            assert code == 1 or (code in (0, 2) and data != deep), said
            assert said.count("\n") == 1, said


def keys_of(bundle: Path, keyring: bytes) -> None:
    """An attacker's keys.allowed_signers that says what his keyring says, as far as it says any."""
    with contextlib.suppress(TypeError, KeyError, ValueError, RecursionError):
        lines = {item["id"]: item["sign"] for item in json.loads(keyring)["recipients"]}
        listed = "".join(f'{i} namespaces="sakse-release@v1" {one}\n' for i, one in lines.items())
        (bundle / "data/custody/keys.allowed_signers").write_text(listed)


def with_part(value: Any, way: tuple[Any, ...], part: Any) -> Any:
    if not way:
        return part
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[way[0]] = with_part(value[way[0]], way[1:], part)
    return copy


def test_a_manifest_in_another_order_is_refused_whoever_signed_it(bundle: Path, team: Team) -> None:
    manifest = bundle / "manifest-sha256.txt"
    old = sha256(manifest.read_bytes()).hexdigest()
    first, second, *others = manifest.read_text().splitlines(keepends=True)
    manifest.write_text("".join([second, first, *others]))
    text_edit(TAGS, old, sha256(manifest.read_bytes()).hexdigest())(bundle, team)
    sign(bundle, team, "ana", "ben")
    refused(bundle, team, "manifest-sha256.txt")
    assert "manifest-sha256.txt" in alone(bundle, "--root", team.fingerprint).stderr


def test_a_signature_written_another_way_is_refused_though_ssh_keygen_takes_it(
    bundle: Path, team: Team
) -> None:
    path = bundle / f"{TAGS}.ben.sig"
    begin, *body, end = path.read_text().splitlines(keepends=True)
    path.write_text(begin + "".join(body).replace("\n", "") + "\n" + end)
    signers = bundle / "data/custody/keys.allowed_signers"
    command = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        signers,
        "-I",
        "ben",
        "-n",
        sshsig.RELEASE,
        "-s",
        path,
    ]
    assert (
        subprocess.run(command, input=(bundle / TAGS).read_bytes(), capture_output=True).returncode
        == 0
    )
    refused(bundle, team, path.name)
    assert path.name in alone(bundle, "--root", team.fingerprint).stderr


@pytest.mark.parametrize(
    ("kept", "unmarked_holds"), [(19, True), (16, True), (15, False), (0, False)]
)
def test_hidden_last_sentences_need_a_mark_once_they_can_not_be_padding(
    kept: int, unmarked_holds: bool, team: Team, tmp_path: Path
) -> None:
    """20 sentences; the form's other units are 65, so 11 units of padding follow."""
    sentences = [f"Invented sentence {n}.\n" for n in range(20)]
    hide = {"".join(sentences[kept:]): "[X-01]"}
    one = released("T-2ab3", account("".join(sentences), {"c1": "yes", "c2": "iimm un", "c3": "text"}), hide)
    counts = Counts(1, 1, 0, 0)
    made = dataclasses.replace(content(team), testimonies=(one,), counts=counts, custody=())
    path = make_bundle(tmp_path, team, made)
    assert verify_bundle(path, root=team.fingerprint).anchored
    assert alone(path, "--root", team.fingerprint).returncode == 0
    text_edit(f"{FIRST}/narrative.txt", "[X-01]", "")(path, team)
    (path / ROWS).write_bytes(write_redactions([]))
    rewrite(path, team)
    assert alone(path, "--root", team.fingerprint).returncode == (0 if unmarked_holds else 1)
    if unmarked_holds:
        assert verify_bundle(path, root=team.fingerprint).anchored
    else:
        refused(path, team, PROOF)


def test_a_mark_at_the_very_end_must_hide_something(team: Team, tmp_path: Path) -> None:
    """15 sentences leave no padding that could hide behind the mark."""
    text = "".join(f"Invented sentence {n}.\n" for n in range(15))
    one = released("T-2ab3", account(text, {"c1": "yes", "c2": "iimm un", "c3": "text"}), {})
    counts = Counts(1, 1, 0, 0)
    made = dataclasses.replace(content(team), testimonies=(one,), counts=counts, custody=())
    path = make_bundle(tmp_path, team, made)
    assert verify_bundle(path, root=team.fingerprint).anchored
    (path / FIRST / "narrative.txt").write_text(text + "[X-01]")
    mark = Redaction("narrative", len(text), len(text) + 6, "[X-01]", "X", "nothing")
    (path / ROWS).write_bytes(write_redactions([mark]))
    rewrite(path, team)
    refused(path, team, PROOF)
    assert alone(path, "--root", team.fingerprint).returncode == 1


def test_a_file_larger_than_it_can_be_is_refused_before_it_is_read(
    bundle: Path, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_FILE", (bundle / FORM).stat().st_size - 1)
    with pytest.raises(SakseError, match=r"form-v1\.json is larger"):
        verify_bundle(bundle, root=team.fingerprint)


def test_the_last_sentences_can_be_missing_without_a_mark_as_the_method_says(
    bundle: Path, team: Team
) -> None:
    """A limit of the format, stated in METHOD.txt: what is at the very end may look like padding."""
    invented_mark(bundle, team)
    rewrite(bundle, team)
    assert verify_bundle(bundle, root=team.fingerprint).anchored


def test_counts_and_consent_texts_are_checked_before_anybody_signs(
    team: Team, tmp_path: Path
) -> None:
    made = content(team)
    for number, wrong in enumerate(
        [
            dataclasses.replace(made, counts=Counts(9, 2, 2, 1)),
            dataclasses.replace(made, consent_texts=()),
            dataclasses.replace(made, consent_texts=(ConsentText(1, "en", "another text"),)),
            dataclasses.replace(made, redactor="dan"),
            dataclasses.replace(made, purpose="two\nlines"),
            dataclasses.replace(made, release_id="r7k2q9"),
        ]
    ):
        with pytest.raises(SakseError):
            make_bundle(tmp_path / str(number), team, wrong)


def test_a_coarser_word_holds_for_both_verifiers_and_one_of_no_list_is_refused(
    team: Team, tmp_path: Path
) -> None:
    made = content(team, count=1)
    sealed = account("We fled Exampleyang in March.", {"c1": "yes", "c2": "iimm un", "c3": "text"})
    for number, word in enumerate(("[Hpakant township]", "[Nowhere township]")):
        told = released("T-2ab3", sealed, {"Exampleyang": word})
        one = dataclasses.replace(made, testimonies=(told,))
        (tmp_path / str(number)).mkdir()
        if number:
            with pytest.raises(SakseError, match="which is no word a release may put in brackets"):
                make_bundle(tmp_path / "1", team, one)
            continue
        path = make_bundle(tmp_path / "0", team, one)
        assert verify_bundle(path, root=team.fingerprint).anchored
        assert alone(path, "--root", team.fingerprint).returncode == 0


@pytest.mark.parametrize("audience", ["iimm", "un"])
@pytest.mark.parametrize(
    ("said", "basis", "why"),
    [
        ({"c1": ""}, "as sealed", r"without consent \(c1\)"),
        ({"u1": "withdraw"}, "as sealed", r"withdrawn \(u1\)"),
        ({"c5": "my uncle"}, "as sealed", r"forbidden \(c5\)"),
        ({"c2": "icc"}, "narrowed by reviewers", r"narrower consent \(c2\)"),
        ({"c3": "numbers"}, "as sealed", r"narrower consent \(c3\)"),
        ({"c3": "identity"}, "as sealed", "calls as sealed"),
        ({"c2": "iimm icc un"}, "as sealed", "calls as sealed"),
        ({}, "a later statement of hers", "took the place of"),
    ],
)
def test_a_consent_that_contradicts_what_is_shown_is_refused_whoever_signed(
    team: Team, tmp_path: Path, audience: str, said: dict[str, str], basis: str, why: str
) -> None:
    answers = {"c1": "yes", "c2": "iimm un", "c3": "text", **said}
    sealed = account("We fled in March.", {f: v for f, v in answers.items() if v})
    one = released("T-2ab3", sealed, {}, court=audience == "iimm")
    one = dataclasses.replace(one, consent=dataclasses.replace(one.consent, basis=basis))
    made = dataclasses.replace(content(team, audience, count=1), testimonies=(one,))
    with pytest.raises(SakseError, match=why):
        make_bundle(tmp_path, team, made)


def test_a_text_that_is_not_utf8_is_refused_by_name(bundle: Path, team: Team) -> None:
    path = bundle / FIRST / "attachments/01.transcript.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\xff")
    rewrite(bundle, team)
    with pytest.raises(SakseError) as refusal:
        verify_bundle(bundle, root=team.fingerprint)
    assert "01.transcript.txt" in str(refusal.value)
