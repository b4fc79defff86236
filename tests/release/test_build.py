"""What is written into a bundle, and what its method paper says about it."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from pathlib import Path

import pytest

from envelope.errors import SakseError
from release import build, checks, tool
from release.content import (
    COURT,
    PARTNER,
    PUBLIC,
    Redaction,
    band,
    new_release_id,
    new_testimony_ids,
    tier,
)
from release.errors import ReleaseError
from release.verify import verify_bundle
from tests.release.sample import BURMESE, ENGLISH, Team, content, make_bundle, make_team


@pytest.fixture(scope="module")
def team() -> Team:
    return make_team()


@pytest.fixture(scope="module")
def bundle(team: Team, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("bundle"), team, content(team))


def test_nothing_hidden_is_in_any_byte_of_a_bundle(bundle: Path) -> None:
    everything = b"\n".join(p.read_bytes() for p in bundle.rglob("*") if p.is_file())
    for hidden in (
        "Kyaw",
        "U Kyaw Example",
        "Ex-1",
        "Examplegahtawng",
        "မောင်ဥပမာ",
        "typed otherwise",
    ):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert hidden.encode(encoding) not in everything
    assert bytes(range(32)).hex().encode() not in everything  # the seed
    for shown in (ENGLISH[:20], BURMESE[-8:]):
        assert shown.encode() in everything


def test_files_and_testimonies_are_those_of_the_format(bundle: Path) -> None:
    assert sorted(p.relative_to(bundle).as_posix() for p in bundle.rglob("*") if p.is_file()) == [
        "bag-info.txt",
        "bagit.txt",
        "data/README.txt",
        "data/consent-texts/form-1.en.txt",
        "data/custody/keyring.json",
        "data/custody/keyring.json.sig",
        "data/custody/keys.allowed_signers",
        "data/custody/log.jsonl",
        "data/index.html",
        "data/loadfile/documents.csv",
        "data/loadfile/documents.dat",
        "data/method/DECLARATION.txt",
        "data/method/METHOD.txt",
        "data/method/form-v1.json",
        "data/release.json",
        "data/tables/aggregates.csv",
        "data/tables/corroboration.csv",
        "data/tables/corroboration.svg",
        "data/tables/incidents.csv",
        "data/tables/persons.csv",
        "data/tables/timeline.csv",
        "data/tables/timeline.svg",
        "data/tables/townships.svg",
        *[
            f"data/testimonies/T-2ab3/{n}"
            for n in ("assessment.json", "consent.json", "narrative.txt", "proof.json", "redactions.csv", "testimony.json")
        ],
        *[
            f"data/testimonies/T-3ab0/{n}"
            for n in ("assessment.json", "consent.json", "narrative.reading.txt", "narrative.txt", "proof.json", "redactions.csv", "testimony.json")
        ],
        "data/verify/verify.py",
        "manifest-sha256.txt",
        "tagmanifest-sha256.txt",
        "tagmanifest-sha256.txt.ana.sig",
        "tagmanifest-sha256.txt.ben.sig",
    ]  # fmt: skip


def test_an_attachment_that_stays_behind_is_named(bundle: Path) -> None:
    summary = json.loads((bundle / "data/testimonies/T-2ab3/testimony.json").read_bytes())
    assert summary["attachments"] == [
        {"ordinal": 1, "reason": "can not be cleaned yet", "size": 1234, "type": "image/jpeg"}
    ]
    assert summary["withheld"] == ["p2.village"]


def test_an_assessment_nobody_made_is_unknown(bundle: Path) -> None:
    value = json.loads((bundle / "data/testimonies/T-2ab3/assessment.json").read_bytes())
    assert value["account"] == value["source"] == "unknown"


def test_the_tool_hash_is_what_the_method_paper_says() -> None:
    rooms = " ".join(tool.ROOMS)
    find = f"find {rooms} -type f -not -path '*/__pycache__/*' | LC_ALL=C sort | xargs sha256sum"
    run = subprocess.run(
        f"{find} | sha256sum", shell=True, cwd=tool.ROOT, capture_output=True, text=True
    )
    assert run.stdout.split()[0] == tool.tool_hash()
    method = (tool.TEMPLATES / "METHOD.txt").read_text()
    assert all(room in method for room in tool.ROOMS)


def test_a_folder_with_another_name_or_a_used_one_is_refused(team: Team, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="sakse-R7K2Q9"):
        build.build(tmp_path / "other", content(team))
    (tmp_path / "sakse-R7K2Q9").mkdir()
    with pytest.raises(FileExistsError):
        build.build(tmp_path / "sakse-R7K2Q9", content(team))


def test_a_redaction_that_is_not_in_the_text_is_refused(team: Team, tmp_path: Path) -> None:
    made = content(team)
    first = made.testimonies[0]
    extra = Redaction("narrative", 0, 6, "[P-07]", "P", "not there")
    wrong = dataclasses.replace(first, redactions=(*first.redactions, extra))
    made = dataclasses.replace(made, testimonies=(wrong, *made.testimonies[1:]))
    with pytest.raises(SakseError, match=r"redactions\.csv"):
        make_bundle(tmp_path, team, made)


def test_a_mark_of_another_width_than_its_kind_is_refused(team: Team, tmp_path: Path) -> None:
    made = content(team, "un")
    first = made.testimonies[0]
    text = first.narrative.replace("[P-07]", "[P-107]")
    rows = tuple(
        dataclasses.replace(r, token="[P-107]", end=r.end + 1) if r.token == "[P-07]" else r
        for r in first.redactions
    )
    wrong = dataclasses.replace(first, narrative=text, redactions=rows)
    made = dataclasses.replace(made, testimonies=(wrong, *made.testimonies[1:]))
    with pytest.raises(SakseError, match="width"):
        make_bundle(tmp_path, team, made)


def test_the_custody_extract_is_a_chain_from_zeros(bundle: Path) -> None:
    lines = (bundle / "data/custody/log.jsonl").read_bytes().splitlines()
    assert json.loads(lines[0])["prev"] == checks.FIRST
    assert [e["event"] for e in checks.chain(b"".join(x + b"\n" for x in lines), "log")] == [
        "received",
        "redacted",
    ]


def test_a_bundle_may_have_no_custody_extract(team: Team, tmp_path: Path) -> None:
    path = make_bundle(tmp_path, team, dataclasses.replace(content(team), custody=()))
    assert (path / "data/custody/log.jsonl").read_bytes() == b""
    assert verify_bundle(path, root=team.fingerprint).anchored


def test_ids_are_random_and_do_not_repeat() -> None:
    ids = new_testimony_ids(2000)
    assert len(set(ids)) == 2000
    assert len({new_release_id() for _ in range(200)}) > 190


def test_every_class_of_recipients_has_one_tier_and_every_count_one_band() -> None:
    tiers = [tier(c) for c in sorted(COURT | PARTNER | PUBLIC)]
    assert sorted(tiers) == ["court"] * 3 + ["partner"] * 2 + ["public"]
    with pytest.raises(ValueError, match="class"):
        tier("military")
    assert [band(n) for n in (0, 1, 9, 10, 1000)] == ["0", "1-9", "1-9", "10+", "10+"]
