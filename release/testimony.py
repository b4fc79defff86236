"""What the files of one testimony must agree with each other about; laptop and legal team.

Every check reads files whose manifests already hold, and raises BundleError with a sentence that
begins with the file's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Any

from envelope import canonical, form
from envelope.commit import UNIT_MULTIPLE
from envelope.errors import FormatError
from envelope.padding import MAX_ATTACHMENTS
from release import schema
from release.content import AS_SEALED, COPIES, LATER, NARRATIVE, READING, RELEASABLE, UNOFFICIAL
from release.errors import BundleError, ProofError
from release.files import MAX_COPY, MAX_FILE, bad, read, read_object, read_text
from release.proof import Layout, Shown, verify_proof
from release.texts import NUMBERED, read_redactions, tokens, without_tokens

TRANSLATION = "narrative.en.txt"
"""The unofficial translation of an account, if somebody wrote one."""


def check_testimony(
    data: Path, testimony: str, release: Mapping[str, Any], widths: dict[str, int]
) -> None:
    """Check one testimony against itself, its proof, and the release it is in.

    `widths` is kind → width of its words in brackets so far, and is added to. Raises BundleError.
    """
    folder = f"testimonies/{testimony}"
    summary = read_object(data, f"{folder}/testimony.json", schema.TESTIMONY)
    consent = read_object(data, f"{folder}/consent.json", schema.CONSENT)
    assessment = read_object(data, f"{folder}/assessment.json", schema.ASSESSMENT)
    for name, value in (("testimony.json", summary["id"]), ("consent.json", consent["testimony"])):
        if value != testimony:
            raise bad(f"data/{folder}/{name}", "belongs to another testimony")
    if assessment["testimony"] != testimony:
        raise bad(f"data/{folder}/assessment.json", "belongs to another testimony")
    _answers(f"data/{folder}/testimony.json", summary)
    _attachments(data, folder, summary)
    _consent(data, f"data/{folder}/consent.json", consent, release["recipient"]["class"])
    _shown_consent(f"data/{folder}/testimony.json", summary, consent)
    narrative = _redactions(data, folder, summary["answers"], widths)
    if release["tier"] == "court":
        _proof(data, folder, summary, consent, narrative)


def _answers(name: str, summary: Mapping[str, Any]) -> None:
    ours, answers, withheld = form.load(), summary["answers"], summary["withheld"]
    free = Layout.of(ours).free
    if not set(withheld) <= set(ours.fields) or withheld != sorted(set(withheld)):
        raise bad(name, "withholds a field the form does not have, or one twice")
    if set(answers) & set(withheld):
        raise bad(name, "both shows and withholds a field")
    try:
        ours.validate({f: v for f, v in answers.items() if f not in free})
    except FormatError as error:
        raise BundleError(f"{name}: {error}") from error
    if answers.get("a1") == "under_18":
        raise bad(name, "is by a child, which no bundle may hold")


def _attachments(data: Path, folder: str, summary: Mapping[str, Any]) -> None:
    name = f"data/{folder}/testimony.json"
    for key in ("attachments", "copies"):
        ordinals = [item["ordinal"] for item in summary[key]]
        if ordinals != sorted(set(ordinals)):
            raise bad(name, "lists an attachment twice or out of order")
    if {item["ordinal"] for item in summary["attachments"]} & {
        item["ordinal"] for item in summary["copies"]
    }:
        raise bad(name, "both withholds an attachment and gives a copy of it")
    for item in summary["copies"]:
        if item["file"] != f"{item['ordinal']:02}.{COPIES[item['type']]}":
            raise bad(name, "gives a copy another name than its place and type")
        raw = read(data, f"{folder}/attachments/{item['file']}", limit=MAX_COPY)
        if (len(raw), sha256(raw).hexdigest()) != (item["size"], item["sha256"]):
            raise bad(f"data/{folder}/attachments/{item['file']}", "is not what is said of it")


def _consent(data: Path, name: str, consent: Mapping[str, Any], audience: str) -> None:
    text = f"consent-texts/form-{consent['form']}.{consent['lang']}.txt"
    if not (data / text).is_file():
        raise bad(name, f"names a consent text that is not in data/{text}")
    if sha256(read(data, text)).hexdigest() != consent["sha256"]:
        raise bad(name, f"agrees to another text than data/{text}")
    if audience not in consent["audiences"]:
        raise bad(name, "does not allow this recipient to read the text")


def _shown_consent(name: str, summary: Mapping[str, Any], consent: Mapping[str, Any]) -> None:
    """Compare the consent she ticked, where it is shown, with what consent.json makes of it."""
    answers, withheld = summary["answers"], summary["withheld"]
    if answers.get("c1") != "yes" or answers.get("u1") == "withdraw" or "c5" in answers:
        raise bad(name, "is without consent (c1), withdrawn (u1), or shows what is forbidden (c5)")
    if consent["basis"] == LATER:
        if not {"c2", "c3"} <= set(withheld):
            raise bad(name, "shows the consent (c2, c3) that a later statement took the place of")
        return
    chosen, level = answers.get("c2", "").split(), answers.get("c3", "")
    if not set(consent["audiences"]) <= set(chosen):
        raise bad(name, "shows a narrower consent (c2) than consent.json")
    if level not in RELEASABLE[RELEASABLE.index(consent["level"]) :]:
        raise bad(name, "shows a narrower consent (c3) than consent.json")
    said = consent["audiences"], consent["level"]
    if consent["basis"] == AS_SEALED and said != (chosen, level):
        raise bad(name, "shows another consent (c2, c3) than consent.json calls as sealed")


def _redactions(data: Path, folder: str, answers: Mapping[str, str], widths: dict[str, int]) -> str:
    """Check that redactions.csv lists exactly the tokens in the texts; return the narrative."""
    name = f"data/{folder}/redactions.csv"
    units_of = Layout.of(form.load())
    narrative = read_text(data, f"{folder}/narrative.txt")
    texts = [
        (field, answers[field])
        for field in units_of.fields
        if field in units_of.free & set(answers)
    ]
    texts.append((NARRATIVE, narrative))
    if (data / folder / "narrative.reading.txt").exists():
        reading = read_text(data, f"{folder}/narrative.reading.txt")
        texts.append((READING, reading))
        _reading(f"data/{folder}/narrative.reading.txt", narrative, reading)
    found = [token for field, text in texts for token in tokens(field, text)]
    rows = read_redactions(read(data, f"{folder}/redactions.csv"), name)
    if [(r.field, r.start, r.end, r.token, r.kind) for r in rows] != found:
        raise bad(name, "does not list exactly the words in brackets of the texts beside it")
    for *_, token, kind in [*found, *_translated(data, folder)]:
        if not kind:
            raise bad(name, f"lists {token}, which is no word a release may put in brackets")
        if NUMBERED.fullmatch(token) and widths.setdefault(kind, len(token)) != len(token):
            raise bad(name, f"has {token} in another width than its kind, which can tell who")
    return narrative


def _translated(data: Path, folder: str) -> list[tuple[str, int, int, str, str]]:
    """The tokens of a translation, which is the team's own text and has no rows or proof."""
    if not (data / folder / TRANSLATION).exists():
        return []
    text = read_text(data, f"{folder}/{TRANSLATION}")
    if not text.startswith(f"{UNOFFICIAL}\n\n"):
        raise bad(f"data/{folder}/{TRANSLATION}", "does not say that it is unofficial")
    return tokens("", text)


def _reading(name: str, narrative: str, reading: str) -> None:
    if reading == narrative:
        raise bad(name, "is the same as narrative.txt and must not be there")
    if [t[3] for t in tokens("", reading)] != [t[3] for t in tokens("", narrative)]:
        raise bad(name, "hides other words than narrative.txt")


def _proof(
    data: Path,
    folder: str,
    summary: Mapping[str, Any],
    consent: Mapping[str, Any],
    narrative: str,
) -> None:
    name = f"data/{folder}/proof.json"
    units_of = Layout.of(form.load())
    value = canonical.loads_canonical(
        read(data, f"{folder}/proof.json"), what=name, limit=MAX_FILE
    )
    try:
        units = verify_proof(value, units_of).units
    except ProofError as error:
        raise BundleError(f"{name}: {error}") from error
    if units[0].text != f"{consent['form']} {consent['lang']} {consent['sha256']}":
        raise bad(name, "is for another form or consent text than consent.json")
    for field, unit in zip(units_of.fields, units[1:], strict=False):
        shown = summary["answers"].get(field, "")
        if field in summary["withheld"] and unit.kind == "h":
            continue
        if field in summary["withheld"] or without_tokens(shown) != (unit.text, unit.gaps):
            raise bad(name, f"shows another answer to {field} than testimony.json")
    sent = {item["ordinal"] for item in (*summary["attachments"], *summary["copies"])}
    for ordinal in range(1, MAX_ATTACHMENTS + 1):
        unit = units[units_of.raw + ordinal]
        if unit.kind == "o" and bool(unit.text) != (ordinal in sent):
            raise bad(name, f"and testimony.json do not agree on attachment {ordinal}")
    if not same_text(narrative, units[units_of.narrative :]):
        raise bad(name, "shows another text than narrative.txt beside it")


def same_text(narrative: str, units: Sequence[Shown]) -> bool:
    """Return whether a narrative, its tokens taken out, is what the units show.

    A token must stand exactly where something is hidden, so that nothing can be left out without
    a mark. Only at the very end may up to 15 hidden units have none: padding looks like that.
    """
    text, marks = without_tokens(narrative)
    tail = len(list(takewhile(lambda unit: unit.kind == "h", reversed(units))))
    shown, gaps = "", set()
    for unit in units[: len(units) - tail]:
        gaps |= {len(shown) + gap for gap in unit.gaps}
        shown += unit.text
    if tail >= UNIT_MULTIPLE or (tail and len(shown) in marks):
        gaps.add(len(shown))
    return text == shown and marks == gaps
