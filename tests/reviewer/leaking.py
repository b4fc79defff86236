"""A release before it is signed, and ways to spoil it, for the release tests. All of it invented."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from envelope import canonical
from keys.person import parse_card
from release.build import build
from release.content import Addressee
from reviewer import decisions, proposal
from reviewer.compose import content
from reviewer.leaks import CHECKS, gather
from reviewer.leaks.subject import Leak, Subject
from reviewer.planning import planned
from reviewer.vault import Vault
from tests.reviewer.world import PASSPHRASE, World, seal, short, transfer

ENGLISH = (
    "On 3 March 2024 they took U Zau Htunla at the hut by Lungzep Yang in Hpakant township. His"
    " brother Brang Seng ran. His number is 09 450 111 222, his card 12/KaMaNa(N)123456."
)
ENGLISH_HIDES = {
    "U Zau Htunla": "PERSON",
    "Brang Seng": "PERSON",
    "Lungzep Yang": "PLACE_FINE",
    "3 March 2024": "DATE_EXACT",
    "09 450 111 222": "PHONE",
    "12/KaMaNa(N)123456": "NATIONAL_ID",
}
BURMESE = "ညက မောင်ဇော်ထွန်းလာကို ဖမ်းသွားတယ်။ ကျွန်တော် လုံးဇက်ရွာက မြင်တယ်။"
BURMESE_HIDES = {"မောင်ဇော်ထွန်းလာ": "PERSON", "လုံးဇက်ရွာ": "PLACE_FINE"}
IDENTITIES = (*ENGLISH_HIDES, *BURMESE_HIDES)

Plant = Callable[[Subject], Subject]


@dataclass(frozen=True)
class Planted:
    """One way to spoil a release, and the file that the refusal must name."""

    number: int
    what: str
    plant: Plant
    file: str = ""


def found(subject: Subject, number: int) -> list[Leak]:
    return list(CHECKS[number](subject))


def arrive(world: World, *files: bytes, number: int = 1) -> list[str]:
    folder = transfer(world, list(files), number)
    for who in ("ana", "bo"):
        world.ok(who, "import", folder)
    return [short(data) for data in files]


def hide(world: World, name: str, hides: dict[str, str]) -> None:
    """Accept exactly these words, as the redactor does."""
    with vault(world) as opened:
        entry = replace(opened.store.get(name), review={"findings": [], "sought": True})
        for words, label in hides.items():
            entry = decisions.add_text(entry, words, label, "ana")
        opened.store.put(entry)
        opened.commit()


@contextmanager
def vault(world: World, who: str = "ana") -> Iterator[Vault]:
    with Vault(world.vault(who), PASSPHRASE) as opened:
        yield opened


def release(
    world: World, names: list[str], folder: Path, audience: str = "iimm", **given
) -> Subject:
    """The Subject of a release of these testimonies, as `propose` makes it before it signs."""
    card = parse_card((world.folder / f"{audience}.card.json").read_bytes())
    with vault(world) as opened:
        entries = [opened.store.get(name) for name in names]
        to = Addressee(card.name, card.audience, card.age)
        made = planned(opened, entries, to, "Invented purpose for a test")
        bag = folder / f"sakse-{made.release_id}"
        build(bag, content(opened, made, proposal._own_copies(opened, made)))
        return gather(opened, made, bag, **given)


def two_accounts(world: World) -> list[str]:
    """One account in English, one in Burmese, decided."""
    answers = {"x1": "military", "p1__state": "MMR001", "p1__township": "MMR001009"}
    english = seal(world.ring, ENGLISH, p2__village="Lungzepgahtawng", **answers)
    burmese = seal(world.ring, BURMESE, d1__year="2024", d1__month="3", **answers)
    names = arrive(world, english, burmese)
    hide(world, names[0], ENGLISH_HIDES)
    hide(world, names[1], BURMESE_HIDES)
    return names


def about(subject: Subject, word: str) -> str:
    """The release id of the account that holds a word."""
    for name in subject.testimonies:
        if word in subject.files[subject.of(name, "narrative.txt")].decode():
            return name
    raise AssertionError(word)


def with_file(subject: Subject, name: str, data: bytes) -> Subject:
    return replace(subject, files={**subject.files, name: data})


def english_file(subject: Subject, tail: str = "narrative.txt") -> str:
    return subject.of(about(subject, "His brother"), tail)


def said(words: str) -> Plant:
    """These words stand at the end of the English account."""

    def plant(subject: Subject) -> Subject:
        name = english_file(subject)
        return with_file(subject, name, subject.files[name] + f" {words}.".encode())

    return plant


def changed(tail: str, **members) -> Plant:
    """Members of a JSON file of the English account (`tail`), or of the bag (data/…), replaced."""

    def plant(subject: Subject) -> Subject:
        name = tail if tail.startswith("data/") else english_file(subject, tail)
        value = {**json.loads(subject.files[name]), **members}
        return with_file(subject, name, canonical.dumps(value))

    return plant


def added(name: str, data: bytes) -> Plant:
    """A further file: in the English account's folder, or in the bag if it begins with data/."""

    def plant(subject: Subject) -> Subject:
        where = name if name.startswith("data/") else english_file(subject, name)
        return with_file(subject, where, data)

    return plant
