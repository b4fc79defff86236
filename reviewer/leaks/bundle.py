"""Release tests 4-6 and 8-11: names, ids, maps, tokens, two releases side by side (laptop)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import md5, sha1, sha256
from itertools import pairwise
from typing import Any

from release.checks import FIXED
from release.derived import DERIVED
from release.errors import ReleaseError
from release.texts import NUMBERED, TOKEN, kind, read_redactions
from reviewer.custody import EVENTS
from reviewer.leaks.subject import Leak, Subject, Text
from reviewer.plan import Plan
from reviewer.recognise import Index, units, words
from reviewer.tokens import reason, titles_before

_TAGS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
_PLACE = re.compile(
    r"data/(?:consent-texts/form-[0-9]{1,2}\.[a-z]{2,3}\.txt|testimonies/T-[0-9a-z]{4}/(?:"
    r"testimony\.json|narrative\.txt|narrative\.reading\.txt|narrative\.[a-z]{2,3}\.txt|redactions\.csv"
    r"|consent\.json|assessment\.json|proof\.json"
    r"|attachments/[0-9]{2}\.(?:jpg|png|webp|pdf|opus|ogg|mp4|webm|transcript\.txt)))"
)
_NEVER = frozenset("marks start end offset offsets seed code contact sealed file_key".split())
"""Members of the vault's own records; in a bundle only redactions.csv has offsets, of its text."""
_ENOUGH = 6  # tokens of a kind; six in a row by chance happen once in 360 releases


def names(subject: Subject) -> Iterator[Leak]:
    """4: every file has a listed name without an identity, and tables are what accounts say."""
    index = Index()
    for form in subject.forms:
        index.add(words(form.text), form.kind)
    for name in subject.files:
        fixed = name in _TAGS or name.removeprefix("data/") in FIXED
        if not fixed and not _PLACE.fullmatch(name):
            yield Leak("the bag", "a file has a name that is in no list")
        elif any(index.find(units(re.sub(r"T-[0-9a-z]{4}", "", name)))):
            yield Leak("the bag", "a replaced identity stands in the name of a file")
    for name in sorted({f"data/{name}" for name in DERIVED} - subject.computed):
        yield Leak(name, "is not what is computed from the accounts; propose again")


def ids(subject: Subject) -> Iterator[Leak]:
    """5: no id comes from a name, a sealed file, or another id."""
    for name, sealed in subject.plan.testimonies.items():
        own = name.removeprefix("T-").lower()
        sources = [form.text for form in subject.forms if form.testimony == name]
        derived = [*map(_digests, sources), _digests(sealed), _encoded(bytes.fromhex(sealed))]
        folded = ["".join(words(text)) for text in sources]
        if any(one.startswith(own) for group in derived for one in group) or own in folded:
            yield Leak(f"data/testimonies/{name}", "its id can be worked out from what it is about")


def maps(subject: Subject) -> Iterator[Leak]:
    """6: no map from tokens to people, no offset of the sealed text, nothing of the vault."""
    for name, data in subject.files.items():
        if name.endswith("/redactions.csv"):
            yield from _offsets(subject, name, data)
        elif name.endswith((".json", ".jsonl")) and not name.startswith("data/method/"):
            found = _members(json.loads(line) for line in data.splitlines())
            if found & _NEVER and not name.endswith("/proof.json"):
                yield Leak(name, "has a member that only the vault may have")
        if any(secret.encode() in data for secret in subject.secret):
            yield Leak(name, "names a sealed file, or holds a receipt code")
    ring = subject.json("data/custody/keyring.json")
    people = {item["id"] for item in ring["recipients"]}
    for line in subject.files["data/custody/log.jsonl"].splitlines():
        event = json.loads(line)
        if event["event"] not in EVENTS or event["by"] not in people:
            yield Leak("data/custody/log.jsonl", "has an event, or somebody, that is in no list")


def widths(subject: Subject) -> Iterator[Leak]:
    """8: the tokens of a kind have one width; what is in brackets is a token or a listed word."""
    seen: dict[str, int] = {}
    for text, _, token in _tokens(subject):
        if not kind(token):
            yield Leak(text.file, "has words in brackets that are in no list")
        elif NUMBERED.fullmatch(token) and seen.setdefault(token[1], len(token)) != len(token):
            yield Leak(text.file, f"has {token} in another width than its kind")


def shuffled(subject: Subject) -> Iterator[Leak]:
    """9: the numbers of tokens stand in no order."""
    order: dict[str, list[int]] = {}
    for _, _, token in _tokens(subject):
        if NUMBERED.fullmatch(token):
            numbers = order.setdefault(token[1], [])
            if (number := int(token[3:-1])) not in numbers:
                numbers.append(number)
    for letter, numbers in order.items():
        steps = {left < right for left, right in pairwise(numbers)}
        if len(numbers) >= _ENOUGH and len(steps) == 1:
            yield Leak("data/testimonies", f"the numbers of {letter} are in order; propose again")


def silent(subject: Subject) -> Iterator[Leak]:
    """10: no token tells more than its kind, and no title is left before a person's."""
    for text, at, token in _tokens(subject):
        if token[1:3] == "P-" and titles_before(text.words[:at]):
            yield Leak(text.file, f"a title before {token} tells who it is; replace it too")
    for name in subject.testimonies:
        where = subject.of(name, "redactions.csv")
        for row in _rows(subject.files[where], where):
            if not kind(row.token) or row.reason != reason(row.token):
                yield Leak(where, f"says of {row.token} what is in no list")


def difference(subject: Subject) -> Iterator[Leak]:
    """11: beside an earlier release, this one shows nothing that was hidden, and links nothing."""
    plan = subject.plan
    for before in subject.earlier:
        again = set(plan.testimonies) & set(before.testimonies)
        if again or plan.release_id == before.release_id:
            why = f"has an id of release {before.release_id}; propose again"
            yield Leak("data/release.json", why)
        names_before = {sealed: name for name, sealed in before.testimonies.items()}
        for name, sealed in plan.testimonies.items():
            shown = _newly_shown(plan, name, before, names_before.get(sealed, ""))
            if shown:
                why = f"shows in {shown} what release {before.release_id} hid; hide it again"
                yield Leak(subject.of(name, "narrative.txt"), f"{why}, or keep it with a reason")


def _newly_shown(plan: Plan, name: str, before: Plan, name_before: str) -> str:
    """The first field with code points hidden before, hidden no more, and not kept on purpose."""
    for field, marks in before.marks.get(name_before, {}).items():
        now = [(mark.start, mark.end) for mark in plan.marks.get(name, {}).get(field, ())]
        now += [(k.start, k.end) for k in plan.kept if (k.testimony, k.field) == (name, field)]
        hidden = {at for start, end in now for at in range(start, end)}
        if any(at not in hidden for mark in marks for at in range(mark.start, mark.end)):
            return field
    return ""


def _tokens(subject: Subject) -> Iterator[tuple[Text, int, str]]:
    for text in subject.told:
        for match in TOKEN.finditer(text.words):
            yield text, match.start(), match[0]


def _rows(data: bytes, name: str) -> Sequence[Any]:
    try:
        return read_redactions(data, name)
    except ReleaseError:
        return ()


def _offsets(subject: Subject, name: str, data: bytes) -> Iterator[Leak]:
    """redactions.csv counts in the text as released; any other count is that of the sealed one."""
    folder = name.rsplit("/", 1)[0]
    summary = subject.json(f"{folder}/testimony.json")
    read = {"narrative": "narrative.txt", "reading": "narrative.reading.txt"}
    for row in _rows(data, name):
        file = subject.files.get(f"{folder}/{read.get(row.field, '')}", b"")
        text = file.decode("utf-8", "replace") or summary["answers"].get(row.field, "")
        if text[row.start : row.end] != row.token:
            yield Leak(name, f"gives a place of {row.token} that is not in the released text")


def _members(values: Iterator[Any]) -> set[str]:
    found, left = set[str](), list(values)
    while left:
        value = left.pop()
        if isinstance(value, dict):
            found |= set(value)
            left += value.values()
        elif isinstance(value, list):
            left += value
    return found


def _digests(text: str) -> list[str]:
    raw = text.encode()
    return [one for made in (md5, sha1, sha256) for one in _encoded(made(raw).digest())]


def _encoded(raw: bytes) -> list[str]:
    return [raw.hex(), base64.b32encode(raw).decode().lower()]


Check = Callable[[Subject], Iterator[Leak]]
CHECKS: Mapping[int, Check] = {
    4: names,
    5: ids,
    6: maps,
    8: widths,
    9: shuffled,
    10: silent,
    11: difference,
}
