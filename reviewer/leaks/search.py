"""Seeks confirmed identities in the files of a bag, and passes by what may stand there (laptop)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from envelope import keyring
from envelope.errors import KeyringError
from reviewer.finder import propagate
from reviewer.finder.words import Finding
from reviewer.leaks.subject import RING, Form, Subject
from reviewer.recognise import Index, Unit, common, weak, words

_LABEL = {"P": "PERSON", "L": "PLACE_FINE"}
_TEAMS_OWN = ("bag-info.txt", "data/custody/log.jsonl", "data/release.json")
"""Where days are the team's own."""


class Sought:
    """Forms to seek in one release, spelled by `key` unit by unit.

    A weak form is sought in the testimony it was replaced in, and nowhere else.
    """

    def __init__(self, subject: Subject, key: Callable[[str], str] = str) -> None:
        """Seek nothing yet."""
        self._subject, self._key = subject, key
        self._index = Index()
        self._owners: dict[str, set[str]] = {}
        self._own = _own_words(subject)

    def add(self, parts: Sequence[str], form: Form) -> None:
        """Seek these units of a form in a row."""
        self._index.add(parts, form.kind)
        if weak(parts):
            self._owners.setdefault("".join(parts), set()).add(form.testimony)

    def find(self, name: str, cut: Sequence[Unit]) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield (kind, span) of what stands in a file of this name, but for what may."""
        testimony = name.split("/")[2] if name.startswith("data/testimonies/") else ""
        kept = kept_words(self._subject, testimony, self._key)
        teams = name in _TEAMS_OWN
        for kind, (start, end) in self._index.find(cut):
            said = "".join(unit.word for unit in cut if start <= unit.start and unit.end <= end)
            elsewhere = testimony not in self._owners.get(said, {testimony})
            if not (elsewhere or said in kept or (teams and (kind == "D" or said in self._own))):
                yield kind, (start, end)


def short(subject: Subject) -> Iterator[tuple[Form, list[str]]]:
    """(form, units) of every name and place of these testimonies, and of each short form of it.

    What is also an ordinary word, or a name everybody knows, is left out.
    """
    for form in subject.forms:
        if form.kind in _LABEL and form.testimony:
            whole = Finding(0, len(form.text), _LABEL[form.kind], "")
            for one in {form.text, *propagate.forms(whole, form.text)}:
                parts = words(one)
                if not common(parts):
                    yield form, parts


def kept_words(subject: Subject, testimony: str, key: Callable[[str], str] = str) -> frozenset[str]:
    """Folded forms a reviewer decided to keep in a testimony, each with a reason."""
    texts = subject.kept.get(testimony, ())
    return frozenset("".join(map(key, words(text))) for text in texts)


def _own_words(subject: Subject) -> frozenset[str]:
    """What the keyring and the card call people and teams, which a release can not change."""
    try:
        ring = keyring.parse(subject.files[RING[0]])
    except (KeyringError, KeyError):
        return frozenset()
    called = [ring.team, subject.plan.recipient.name, *ring.signers()]
    return frozenset(word for one in called for word in (*words(one), "".join(words(one))))
