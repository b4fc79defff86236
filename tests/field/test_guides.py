"""The guides keep what they say: the example seals, commands and buttons are there by that name."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from envelope import code, form
from field.cli import cli
from tests.field.team import Team

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "doc/guides"
EXAMPLE = GUIDES / "example/interviews.csv"
DOCUMENTER = (GUIDES / "documenter.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", DOCUMENTER, re.MULTILINE | re.DOTALL)


def test_the_guide_shows_the_example_as_it_lies_beside_it() -> None:
    assert blocks("csv") == [EXAMPLE.read_text(encoding="utf-8")]


def test_the_example_of_the_guide_is_sealed_as_the_guide_says(
    tmp_path: Path, people: Team, sakse_seal: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(EXAMPLE.parent, tmp_path / "list")
    monkeypatch.chdir(tmp_path / "list")
    people.write(Path("keyring.json"))
    (command,) = [line for line in blocks("sh") if " many " in line]
    words = shlex.split(command)[1:]
    assert (
        sakse_seal(*(people.fingerprint if word == "FINGERPRINT" else word for word in words)) == 0
    )
    read = [people.read(path) for path in Path("sealed").iterdir()]
    assert len(read) == 4 and {t.answers["w6"] for t in read} == {"INV-01"}
    assert sorted(t.consent_lang for t in read) == ["en", "en", "kac", "my"]
    (child,) = [t for t in read if t.answers["a1"] == "under_18"]
    assert child.narrative == "" and child.answers["i1"] == "child_recruited"
    (told,) = [t for t in read if t.attachments]
    _, shown = Path("codes.csv").read_text().splitlines()
    assert told.code == code.parse(shown.removeprefix("2,")) and told.narrative.count("\n") == 1
    assert told.answers["i1"] == "taken_work roundup" or told.answers["i1"] == "roundup taken_work"
    (back,) = [t for t in read if "u1" in t.answers]
    assert code.show(back.code) in EXAMPLE.read_text()


def test_every_command_the_guides_show_exists_with_its_options() -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) >= 5
    for line in lines:
        program, name, *words = shlex.split(line)
        command = cli.get_command(None, name)  # type: ignore[arg-type]
        assert program == "sakse-seal" and command is not None, line
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, line


@pytest.mark.parametrize("lang", ["en", "my", "kac"])
def test_every_button_a_guide_or_leaflet_names_is_on_the_page_by_that_name(lang: str) -> None:
    guide = (GUIDES / f"witness.{lang}.md").read_text(encoding="utf-8")
    texts = json.loads((ROOT / f"templates/witness/texts.{lang}.json").read_bytes())
    shown = {*texts["static"].values(), *texts["script"].values()}
    named = set(re.findall(r"\*\*(.+?)\*\*", guide))
    assert len(named) >= 6
    leaflet = (ROOT / f"templates/leaflet/{lang}.json").read_text(encoding="utf-8")
    quoted = set(re.findall("“(.+?)”", leaflet))
    assert len(quoted) == 2
    assert named | quoted <= shown


@pytest.mark.parametrize("lang", ["my", "kac"])
def test_a_translated_guide_begins_by_saying_that_it_awaits_review(lang: str) -> None:
    first, *_ = (GUIDES / f"witness.{lang}.md").read_text(encoding="utf-8").splitlines()
    assert "A first translation; it awaits a native speaker's review." in first
    leaflet = json.loads((ROOT / f"templates/leaflet/{lang}.json").read_bytes())
    assert "awaits review by a native speaker" in leaflet["review"]


@pytest.mark.parametrize("lang", ["en", "my", "kac"])
def test_every_guide_for_witnesses_says_first_what_it_cannot_do(lang: str) -> None:
    guide = (GUIDES / f"witness.{lang}.md").read_text(encoding="utf-8")
    first, second = re.findall(r"^## (.+)$", guide, re.MULTILINE)[:2]
    limits = guide.partition(f"## {first}\n")[2].partition("## ")[0]
    assert second and len(re.findall(r"^- ", limits, re.MULTILINE)) == 5 and "Tor" in limits


def test_the_fields_a_documenter_is_shown_are_the_forms_with_codes_it_takes(
    sakse_seal: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert sakse_seal("fields") == 0
    head, *rows = [line.split(",", 2) for line in capsys.readouterr().out.splitlines()]
    assert head == ["field", "code", "words"] and all(row[2] for row in rows)
    known = form.load()
    assert {row[0] for row in rows} == set(known.fields)
    for field, answer, _ in rows:
        if answer:
            known.validate({field: answer})
    assert ["p1.township", "MMR001009", "Hpakant"] in rows
    assert [row for row in rows if row[0] == "p2.ward"] == [["p2.ward", "", "Ward"]]
