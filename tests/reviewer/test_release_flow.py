"""From a sealed file to a bundle that two reviewers signed, in two vaults, without a browser."""

from __future__ import annotations

import io
import json
import re
import subprocess
from pathlib import Path

import pytest

from envelope import archive, bag, canonical, sshsig
from envelope.form import load
from envelope.header import parse as parse_header
from keys import lock
from keys.agefile import open_file
from keys.ceremony import IDENTITY_KIND
from keys.person import identity_from_json
from release.proof import Layout
from release.verify import verify_bundle
from reviewer import consent, plan, planning
from reviewer.decisions import KINDS
from tests.release.sample import recompute
from tests.reviewer.test_tokens import CORPUS
from tests.reviewer.world import PASSPHRASE, World, seal, short, transfer

CANARY = "They took U Tun Tun at the tea shop near Lone Khin clinic. His brother Zau Tu ran."


def reader(world: World, audience: str):
    data = (world.folder / f"{audience}.identity").read_bytes()
    secret = lock.unlock(data, PASSPHRASE, kind=IDENTITY_KIND)
    return identity_from_json(json.loads(secret)).age


def unseal(data: bytes, identity) -> bytes:
    return b"".join(open_file(io.BytesIO(data), [identity], testimony=False).chunks)


def opened_bundle(world: World, path: Path, audience: str, out: Path) -> Path:
    """What the legal team finds when it opens a release."""
    out.mkdir()
    archive.extract(unseal(path.read_bytes(), reader(world, audience)), out)
    (folder,) = out.iterdir()
    return folder


def arrive(world: World, *files: bytes, number: int = 1) -> list[str]:
    folder = transfer(world, list(files), number)
    for who in ("ana", "bo"):
        world.ok(who, "import", folder)
    return [short(data) for data in files]


def decide(world: World, name: str, *words: str) -> None:
    """Accept what the finder finds, and add what it might not."""
    world.ok("ana", "suggest", name)
    adds = [part for word in words for part in ("--add", word)]
    world.ok("ana", "redact", name, *adds, "--accept-all")


def propose(world: World, *names: str, audience: str = "iimm", out: str = "p") -> Path:
    folder = world.folder / out
    world.ok(
        "ana", "propose", *names, "--to", world.folder / f"{audience}.card.json",
        "--purpose", "Invented purpose for a test", "--out", folder,
    )  # fmt: skip
    return folder


def refuse_proposal(world: World, *names: str, audience: str = "iimm", purpose: str = "A test"):
    card = world.folder / f"{audience}.card.json"
    out = world.folder / "refused"
    said = world.refused("ana", "propose", *names, "--to", card, "--purpose", purpose, "--out", out)
    assert not out.exists()
    return said


@pytest.fixture
def decided(world):
    """One testimony in both vaults, its identities decided in ana's."""
    (name,) = arrive(world, seal(world.ring, CANARY, x1="military", p2__village="Invented village"))
    decide(world, name, "U Tun Tun", "Zau Tu", "the tea shop near Lone Khin clinic")
    return world, name


@pytest.mark.parametrize("audience", ["iimm", "un"])
def test_two_reviewers_release_a_bundle_that_opens_and_holds(decided, tmp_path, audience):
    world, name = decided
    folder = propose(world, name, audience=audience)
    shown = world.ok("bo", "approve", folder, "--yes")
    assert "They took [P-" in shown and "Tun Tun" not in shown
    said = world.ok("ana", "release", folder, "--out", tmp_path / "out.age")
    assert "signed by ana and bo" in said
    bundle = opened_bundle(world, tmp_path / "out.age", audience, tmp_path / "open")
    report = verify_bundle(bundle, root=world.root)
    assert report.anchored and set(report.signers) == {"ana", "bo"}
    assert (
        not parse_header((tmp_path / "out.age").read_bytes())[0].stanzas[0].type.endswith("grease")
    )


def test_nothing_that_was_replaced_or_withheld_is_in_any_released_byte(decided, tmp_path):
    world, name = decided
    folder = propose(world, name)
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", tmp_path / "out.age")
    bundle = opened_bundle(world, tmp_path / "out.age", "iimm", tmp_path / "open")
    whole = b"".join(path.read_bytes() for path in bundle.rglob("*") if path.is_file())
    for word in ("Tun Tun", "Zau Tu", "tea shop", "Lone Khin", "Invented village", name):
        assert word.encode() not in whole, word
    sealed = next((world.vault("ana") / "sealed").iterdir()).stem
    assert sealed.encode() not in whole
    assert b"They took [P-" in whole


def test_the_standard_tools_accept_a_released_bundle(decided, tmp_path):
    world, name = decided
    folder = propose(world, name)
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", tmp_path / "out.age")
    bundle = opened_bundle(world, tmp_path / "out.age", "iimm", tmp_path / "open")
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "-c", "--quiet", manifest], cwd=bundle, check=True)
    for who in ("ana", "bo"):
        subprocess.run(
            ["ssh-keygen", "-Y", "verify", "-f", "data/custody/keys.allowed_signers", "-I", who,
             "-n", sshsig.RELEASE, "-s", f"tagmanifest-sha256.txt.{who}.sig"],
            cwd=bundle, check=True, capture_output=True,
            input=(bundle / "tagmanifest-sha256.txt").read_bytes(),
        )  # fmt: skip


def test_a_partner_gets_no_proof_and_no_exact_counts(decided, tmp_path):
    world, name = decided
    folder = propose(world, name, audience="un")
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", tmp_path / "out.age")
    bundle = opened_bundle(world, tmp_path / "out.age", "un", tmp_path / "open")
    assert not list(bundle.rglob("proof.json"))
    counts = json.loads((bundle / "data/release.json").read_bytes())["counts"]
    assert counts["released"] == "1-9"


def settled(world: World, *names: str) -> Path:
    """Propose, and replace each place that a release test names, until none is left."""
    card, out = world.folder / "iimm.card.json", world.folder / "settled"
    line = ["propose", *names, "--to", card, "--purpose", "Invented purpose", "--out", out]
    for _ in range(20):
        result = world.run("ana", *line)
        if result.exit_code == 0:
            return out
        places = re.findall(r"\(of (\w{8})\) [^;]*? at (\w+:\d+:\d+)", result.stderr)
        assert places, result.output
        for name, place in dict.fromkeys(places):
            world.ok("ana", "redact", name, "--add", f"{place}:OTHER")
        world.ok("ana", "redact", *names, "--accept-all")
    raise AssertionError(result.output)


def test_the_invented_corpus_goes_through_and_its_zawgyi_is_read_under_the_same_marks(
    world, tmp_path
):
    items = [item for item in CORPUS if item["encoding"] == "zawgyi"][:4] + CORPUS[::9]
    names = arrive(world, *(seal(world.ring, item["text"]) for item in items))
    world.ok("ana", "suggest", *names)
    for name, item in zip(names, items, strict=True):
        spans = [s for s in item["spans"] if s["label"] in KINDS]
        adds = [f"{s['start']}:{s['end']}:{s['label']}" for s in spans]
        words = [part for add in adds for part in ("--add", add)]
        world.ok("ana", "redact", name, *words)
    world.ok("ana", "redact", *names, "--accept-all")
    folder = settled(world, *names)
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", tmp_path / "out.age")
    bundle = opened_bundle(world, tmp_path / "out.age", "iimm", tmp_path / "open")
    assert verify_bundle(bundle, root=world.root).testimonies == len(items)
    assert len(list(bundle.rglob("narrative.reading.txt"))) >= 4


def test_attachments_are_withheld_and_named_without_their_names(world, tmp_path):
    photo = tmp_path / "Zau Tu at home.jpg"
    photo.write_bytes(b"\xff\xd8 invented \xff\xd9")
    (name,) = arrive(world, seal(world.ring, "A photo, invented.", [photo]))
    decide(world, name)
    folder = propose(world, name)
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", tmp_path / "out.age")
    bundle = opened_bundle(world, tmp_path / "out.age", "iimm", tmp_path / "open")
    (summary,) = bundle.glob("data/testimonies/*/testimony.json")
    (withheld,) = json.loads(summary.read_bytes())["attachments"]
    assert withheld["ordinal"] == 1 and withheld["type"] == "image/jpeg"
    assert b"Zau Tu" not in summary.read_bytes()


def test_a_proof_hides_files_raw_texts_and_withheld_answers_given_or_not(world, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8 invented \xff\xd9")
    answers = {"x1": "military", "o1": "escaped", "p2__village": "Invented village"}
    names = arrive(world, seal(world.ring, "One.", [photo], **answers), seal(world.ring, "Two."))
    for name in names:
        decide(world, name)
    folder = propose(world, *names)
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", tmp_path / "out.age")
    bundle = opened_bundle(world, tmp_path / "out.age", "iimm", tmp_path / "open")
    layout = Layout.of(load())
    for path in bundle.rglob("proof.json"):
        kinds = [unit[0] for unit in json.loads(path.read_bytes())["units"]]
        assert set(kinds[layout.raw : layout.narrative]) == {"h"}
        hidden = {f for f, kind in zip(layout.fields, kinds[1:], strict=False) if kind == "h"}
        assert {"a1", "c4", "c5", "d1.day", "o1", "p2.village", "x2", "written_on"} <= hidden
        summary = json.loads(path.with_name("testimony.json").read_bytes())
        assert set(summary["withheld"]) == hidden and not hidden & set(summary["answers"])


def test_a_media_type_that_is_none_is_not_passed_on(world, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8 invented \xff\xd9")
    (name,) = arrive(world, seal(world.ring, "A photo.", [photo], media="zau/tu"))
    decide(world, name)
    folder = propose(world, name)
    shown = world.ok("bo", "approve", folder, "--yes")
    assert "application/octet-stream" in shown and "zau/tu" not in shown


def test_an_undecided_finding_stops_a_proposal(world):
    (name,) = arrive(world, seal(world.ring, CANARY))
    assert "run sakse-review suggest" in refuse_proposal(world, name)
    world.ok("ana", "suggest", name)
    assert "are undecided" in refuse_proposal(world, name)


def test_an_identity_still_shown_in_another_testimony_stops_a_proposal(world):
    names = arrive(world, seal(world.ring, CANARY), seal(world.ring, "I saw the green lorry."))
    decide(world, names[0], "U Tun Tun", "Zau Tu", "tea shop")
    decide(world, names[1])
    world.ok("ana", "redact", names[1], "--add", "green lorry", "--label", "OTHER")
    third = seal(world.ring, "There was a green lorry and a TEA SHOP.")
    names += arrive(world, third, number=2)
    world.ok("ana", "suggest", names[2])
    world.ok("ana", "redact", names[2], "--add", "and a", "--label", "OTHER", "--accept-all")
    assert f"still stands in {names[2]}" in refuse_proposal(world, *names)
    world.ok("ana", "redact", *names, "--accept-all")
    propose(world, *names)


def test_an_identity_in_the_purpose_stops_a_proposal(decided):
    world, name = decided
    said = refuse_proposal(world, name, purpose="For the case of Zau Tu")
    assert "still stands in the purpose" in said


REFUSED = {
    "no class ticked": ({"c2": ""}, "did not choose to share with iimm"),
    "another class ticked": ({"c2": "icc"}, "did not choose to share with iimm"),
    "only counted": ({"c3": "numbers"}, "counting only"),
    "c3 skipped": ({"c3": ""}, "counting only"),
    "something never to be shared": ({"c5": "Not to my uncle"}, "c5"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_release_without_her_consent_is_refused_by_name(world, case):
    answers, sentence = REFUSED[case]
    (name,) = arrive(world, seal(world.ring, "Invented.", **answers))
    decide(world, name)
    said = refuse_proposal(world, name)
    assert sentence in said and "uncle" not in said


def test_a_withdrawal_with_her_code_stops_every_step_of_a_release(world, tmp_path):
    code = "7" * 28
    (name,) = arrive(world, seal(world.ring, "Invented.", code=code))
    decide(world, name)
    early = propose(world, name, out="early")
    approved = propose(world, name, out="approved")
    world.ok("bo", "approve", approved, "--yes")
    withdrawal = seal(world.ring, "", code=code, c1="", a1="", c2="", c3="", u1="withdraw")
    arrive(world, withdrawal, number=2)
    assert "withdrawn with its receipt code" in refuse_proposal(world, name)
    assert "withdrawn with its receipt code" in world.refused("bo", "approve", early, "--yes")
    out = tmp_path / "out.age"
    assert "propose again" in world.refused("ana", "release", approved, "--out", out)
    assert not out.exists()


def test_a_release_that_held_what_was_withdrawn_later_is_to_be_recalled(world, tmp_path):
    code = "7" * 28
    arrived = arrive(world, seal(world.ring, "Invented.", code=code), seal(world.ring, "Also so."))
    decide(world, arrived[0])
    decide(world, arrived[1])
    both = propose(world, *arrived, out="both")
    world.ok("bo", "approve", both, "--yes")
    world.ok("ana", "release", both, "--out", tmp_path / "out.age")
    assert "1 releases, 0 to be recalled" in world.ok("bo", "releases")
    withdrawal = seal(world.ring, "", code=code, c1="", a1="", c2="", c3="", u1="withdraw")
    arrive(world, withdrawal, number=2)
    for who in ("ana", "bo"):
        (row,) = json.loads(world.ok(who, "releases", "--json"))
        assert [*row["recall"].values()] == [arrived[0]] and row["testimonies"] == 2
        said = world.ok(who, "releases")
        assert f"({arrived[0]}) was withdrawn" in said and "1 to be recalled" in said
        assert arrived[1] not in said and code not in said


def test_a_childs_account_is_refused(world):
    data = seal(world.ring, "", a1="under_18", c2="", c3="", i1="taken_home")
    (name,) = arrive(world, data)
    decide(world, name)
    assert "under 18" in refuse_proposal(world, name)


def test_a_redactor_can_not_approve_her_own_proposal(decided):
    world, name = decided
    folder = propose(world, name)
    assert "You proposed this yourself" in world.refused("ana", "approve", folder, "--yes")


def test_nothing_is_released_on_one_signature(decided, tmp_path):
    world, name = decided
    folder = propose(world, name)
    said = world.refused("ana", "release", folder, "--out", tmp_path / "out.age")
    assert "No approval lies in" in said and not (tmp_path / "out.age").exists()


def test_a_copied_signature_under_another_name_is_refused(decided, tmp_path):
    world, name = decided
    folder = propose(world, name)
    with_plan = unseal(
        (folder / "proposal.age").read_bytes(), world.persons["bo"].epochs[world.ring.epoch]
    )
    own = dict(archive.members(with_plan))["bag/tagmanifest-sha256.txt.ana.sig"]
    (folder / "tagmanifest-sha256.txt.bo.sig").write_bytes(own)
    said = world.refused("ana", "release", folder, "--out", tmp_path / "out.age")
    assert "tagmanifest-sha256.txt.bo.sig is refused" in said


def test_an_approver_who_lacks_a_transfer_has_to_take_it_in_first(world):
    arrive(world, seal(world.ring, "First."))
    data = seal(world.ring, CANARY)
    world.ok("ana", "import", transfer(world, [data], 2))
    decide(world, short(data))
    folder = propose(world, short(data))
    said = world.refused("bo", "approve", folder, "--yes")
    assert "after transfer 2" in said and "only 1" in said


def test_an_approver_without_the_testimony_refuses(decided):
    world, _ = decided
    data = seal(world.ring, "Another, invented.")
    world.ok("ana", "import", transfer(world, [data], 2))
    world.ok("bo", "import", transfer(world, [], 3))
    decide(world, short(data))
    folder = propose(world, short(data))
    assert "does not hold" in world.refused("bo", "approve", folder, "--yes")


def test_a_transfer_that_came_after_the_proposal_stops_the_release(decided, tmp_path):
    world, name = decided
    folder = propose(world, name)
    world.ok("bo", "approve", folder, "--yes")
    arrive(world, seal(world.ring, "I withdraw."), number=2)
    said = world.refused("ana", "release", folder, "--out", tmp_path / "out.age")
    assert "Transfer 2 came in after this was proposed" in said


def test_a_release_is_never_written_over_another_file(decided, tmp_path):
    world, name = decided
    folder = propose(world, name)
    world.ok("bo", "approve", folder, "--yes")
    (tmp_path / "out.age").write_text("mine")
    assert "never overwritten" in world.refused(
        "ana", "release", folder, "--out", tmp_path / "out.age"
    )
    assert (tmp_path / "out.age").read_text() == "mine"
    assert '"event":"released"' not in (world.vault("ana") / "custody.jsonl").read_text()


def test_a_redactor_who_passes_over_consent_is_stopped_by_the_other_vault(world, monkeypatch):
    (name,) = arrive(world, seal(world.ring, "Invented.", c2="iimm icc", c5="Not to my uncle"))
    decide(world, name)
    with monkeypatch.context() as cheating:
        cheating.setattr(consent, "require", lambda *_: None)
        folder = propose(world, name)
    assert "c5" in world.refused("bo", "approve", folder, "--yes")
    assert not list(folder.glob("*.sig"))


def test_two_who_pass_over_consent_are_stopped_at_the_release(world, monkeypatch, tmp_path):
    (name,) = arrive(world, seal(world.ring, "Invented.", c2="iimm icc", c5="Not to my uncle"))
    decide(world, name)
    with monkeypatch.context() as cheating:
        cheating.setattr(consent, "require", lambda *_: None)
        folder = propose(world, name)
        world.ok("bo", "approve", folder, "--yes")
    assert "c5" in world.refused("ana", "release", folder, "--out", tmp_path / "out.age")
    assert not (tmp_path / "out.age").exists()


def forge(world: World, folder: Path, change, grease=None, *, computed: bool = False) -> None:
    """Redo ana's proposal with another plan or bag, signed by ana: a redactor who cheats.

    `computed` makes tables and page again, of what was changed.
    """
    identity = world.persons["bo"].epochs[world.ring.epoch]
    members = {
        name: bytes(data)
        for name, data in archive.members(unseal((folder / "proposal.age").read_bytes(), identity))
    }
    change(members)
    key = world.persons["ana"].sign
    members["proposal.json.sig"] = sshsig.sign(key, sshsig.RELEASE, members["proposal.json"])
    scratch = folder / "forged"
    for name, data in members.items():
        (scratch / name).parent.mkdir(parents=True, exist_ok=True)
        (scratch / name).write_bytes(data)
    if computed:
        recompute(scratch / "bag")
    info = dict(line.split(": ", 1) for line in members["bag/bag-info.txt"].decode().splitlines())
    bag.write(scratch / "bag", info)
    if "bag/tagmanifest-sha256.txt.ana.sig" in members:
        bag.sign(scratch / "bag", key, sshsig.RELEASE, "ana")
    paths = sorted(path for path in scratch.rglob("*") if path.is_file())
    from envelope.seal import seal as seal_raw

    out = io.BytesIO()
    sources = [(path.relative_to(scratch).as_posix(), path) for path in paths]
    seal_raw(archive.pack(sources), out, [r.age for r in world.ring.recipients], grease=grease)
    (folder / "proposal.age").write_bytes(out.getvalue())


def replanned(**parts):
    """A change to the plan alone."""

    def change(members):
        value = json.loads(members["proposal.json"])
        members["proposal.json"] = canonical.dumps(value | parts)

    return change


def narrative_name(members) -> str:
    return next(name for name in members if name.endswith("/narrative.txt"))


def test_a_text_that_is_not_the_witnesses_own_is_not_approved(decided):
    world, name = decided
    folder = propose(world, name, audience="un")

    def change(members):
        at = narrative_name(members)
        members[at] = members[at].replace(b"They took", b"They shot")

    forge(world, folder, change)
    said = world.refused("bo", "approve", folder, "--yes")
    assert "narrative.txt in the proposal is not what your own vault makes of it" in said


def test_every_testimony_that_may_not_go_is_named_with_its_reasons(world):
    names = arrive(world, seal(world.ring, c2="un"), seal(world.ring, c3="numbers", c5="my uncle"))
    said = refuse_proposal(world, *names)
    assert said.startswith("2 testimonies may not be released to iimm: ")
    assert f"{names[0]} may not, since she did not choose to share with iimm (c2)" in said
    assert re.search(rf"{names[1]} may not, since she allowed counting[^;]*; she named something", said)


def test_a_widened_consent_is_not_approved(decided):
    world, name = decided
    folder = propose(world, name, audience="un")

    def change(members):
        at = next(n for n in members if n.endswith("/consent.json"))
        value = json.loads(members[at])
        members[at] = canonical.dumps({**value, "audiences": ["icc", "iimm", "un"]})

    forge(world, folder, change)
    assert "is not what your own vault makes of it" in world.refused(
        "bo", "approve", folder, "--yes"
    )


@pytest.mark.parametrize("basis", ["a later statement of hers", "narrowed by reviewers"])
def test_a_consent_said_to_rest_on_something_else_is_not_approved(decided, basis):
    world, name = decided
    folder = propose(world, name)

    def change(members):
        value = json.loads(members["proposal.json"])
        (one,) = value["allowed"].values()
        one["basis"] = basis
        members["proposal.json"] = canonical.dumps(value)

    forge(world, folder, change)
    assert "by what your own vault knows" in world.refused("bo", "approve", folder, "--yes")


def test_a_plan_that_shows_a_hidden_name_builds_another_bag_and_is_not_approved(decided):
    world, name = decided
    folder = propose(world, name)

    def change(members):
        value = json.loads(members["proposal.json"])
        value["marks"] = {key: {} for key in value["marks"]}
        members["proposal.json"] = canonical.dumps(value)

    forge(world, folder, change)
    assert "is not what your own vault makes of it" in world.refused(
        "bo", "approve", folder, "--yes"
    )


def test_a_proposal_by_someone_outside_the_keyring_is_refused(decided):
    world, name = decided
    folder = propose(world, name)
    forge(world, folder, replanned(redactor="mallory"))
    assert "not signed by its redactor" in world.refused("bo", "approve", folder, "--yes")


def test_a_proposal_whose_bag_nobody_signed_is_refused(decided):
    world, name = decided
    folder = propose(world, name)
    forge(world, folder, lambda members: members.pop("bag/tagmanifest-sha256.txt.ana.sig"))
    assert "not signed by its redactor" in world.refused("bo", "approve", folder, "--yes")


def test_a_proposal_with_a_part_too_many_is_refused(decided):
    world, name = decided
    folder = propose(world, name)
    forge(world, folder, lambda members: members.update({"extra.txt": b"x"}))
    assert "other parts than a proposal" in world.refused("bo", "approve", folder, "--yes")


def test_a_plan_beside_the_bag_of_another_proposal_is_refused(decided):
    world, name = decided
    folder = propose(world, name)
    forge(world, folder, replanned(purpose="Another invented purpose"))
    assert "another release's" in world.refused("bo", "approve", folder, "--yes")
    assert "another release's" in world.refused(
        "ana", "release", folder, "--out", world.folder / "out.age"
    )


def test_a_proposal_sealed_like_a_testimony_is_refused(decided):
    world, name = decided
    folder = propose(world, name)
    forge(world, folder, lambda _: None, grease=bytes(32))
    assert "carries a commitment" in world.refused("bo", "approve", folder, "--yes")


def test_a_flipped_bit_in_a_proposal_is_refused(decided):
    world, name = decided
    folder = propose(world, name)
    data = bytearray((folder / "proposal.age").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "proposal.age").write_bytes(data)
    assert "changed" in world.refused("bo", "approve", folder, "--yes")


def test_the_approver_is_shown_what_the_redactor_kept_and_why(world):
    (name,) = arrive(world, seal(world.ring, CANARY))
    world.ok("ana", "suggest", name)
    world.ok("ana", "redact", name, "--add", "U Tun Tun", "--add", "Zau Tu", "--accept-all")
    rows = json.loads(world.ok("ana", "redact", name, "--json"))
    number = next(row["number"] for row in rows if row["text"] == "Zau Tu")
    world.ok("ana", "redact", name, "--reject", number, "--reason", "a commander, kept")
    shown = world.ok("bo", "approve", propose(world, name), "--yes")
    assert "as no PERSON: 'Zau Tu' (a commander, kept)" in shown


def test_two_releases_of_one_testimony_share_no_id(decided):
    world, name = decided
    first, second = (propose(world, name, out=out) for out in ("p1", "p2"))
    identity = world.persons["bo"].epochs[world.ring.epoch]
    plans = []
    for folder in (first, second):
        members = dict(archive.members(unseal((folder / "proposal.age").read_bytes(), identity)))
        plans.append(plan.parse(bytes(members["proposal.json"])))
    assert plans[0].release_id != plans[1].release_id
    assert set(plans[0].testimonies) != set(plans[1].testimonies)


def test_every_step_of_a_release_is_in_the_custody_log(decided, tmp_path):
    world, name = decided
    folder = propose(world, name)
    world.ok("bo", "approve", folder, "--yes")
    world.ok("ana", "release", folder, "--out", tmp_path / "out.age")
    events = {}
    for who in ("ana", "bo"):
        lines = (world.vault(who) / "custody.jsonl").read_text().splitlines()
        events[who] = [json.loads(line)["event"] for line in lines]
        world.ok(who, "log", "verify")
    assert events["ana"][-4:] == ["redacted", "proposed", "consent_checked", "released"]
    assert events["bo"][-2:] == ["consent_checked", "approved"]


def test_a_proposal_without_yes_asks_and_signs_nothing_on_no(decided):
    world, name = decided
    folder = propose(world, name)
    result = world.run("bo", "approve", folder)
    assert result.exit_code == 1 and not list(folder.glob("*.sig"))


def test_ids_that_are_by_chance_the_beginning_of_a_hash_are_drawn_again(world, monkeypatch):
    data = seal(world.ring, "They took U Tun Tun at night.")
    (name,) = arrive(world, data)
    decide(world, name)
    unlucky = [f"T-{name[:4]}", f"T-{name[:4]}", "T-9zzz"]
    monkeypatch.setattr(planning, "new_testimony_ids", lambda count: [unlucky.pop(0)])
    propose(world, name)
    assert unlucky == []
    monkeypatch.setattr(planning, "new_testimony_ids", lambda count: [f"T-{name[:4]}"])
    assert "its id can be worked out" in refuse_proposal(world, name)
