"""Writes random sentences from a grammar, the identities in them marked (developer).

A grammar file holds rules: a name at the margin, its alternatives indented below it. In one:
{name} expands a rule ({file:name} one of another file), @list takes an entry of a word list,
(a|b) chooses, (a) without a bar is a pair of brackets, [a] is there half the time, <LABEL a> marks
an identity; `3* ` in front makes an alternative three times as likely.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

Piece = tuple[str, str]
"""A piece of text and its label, "O" for none."""
Node = Callable[["Writer", str], None]

_WEIGHT = re.compile(r"(\d+)\* ")
_NAME = re.compile(r"[a-z0-9]+(?::[a-z0-9]+)?")
_LIST = re.compile(r"@([a-z_]+(?:\.[a-z0-9]+)?)")
_LABEL = re.compile(r"<([A-Z_]+) ")
_PLAIN = re.compile(r"[^{}()\[\]<>|@]+")
_MAX_DEPTH = 40


class GrammarError(ValueError):
    """A grammar file that cannot be read; the message names the line."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """The rules of one language: for each name its alternatives and their running weights."""

    rules: Mapping[str, tuple[list[Node], list[int]]]


class Writer:
    """Writes one text from several grammars with one source of chance."""

    def __init__(
        self,
        chance: Random,
        grammars: Mapping[str, Grammar],
        order: tuple[str, ...],
        lists: Callable[[str], tuple[list[str], list[int] | None]],
    ) -> None:
        self.chance, self.grammars, self.order, self.lists = chance, grammars, order, lists
        self.pieces = list[Piece]()
        self.depth = 0

    def write(self, name: str) -> list[Piece]:
        """Return the pieces of one expansion of a rule."""
        self.pieces, self.depth = [], 0
        self.expand(name, "O")
        return self.pieces

    def say(self, text: str, label: str) -> None:
        """Add literal text under a label."""
        if text:
            self.pieces.append((text, label))

    def expand(self, name: str, label: str) -> None:
        """Expand a rule; the outermost label holds for all of it. GrammarError if there is none."""
        prefix, _, rule = name.rpartition(":")
        for file in (prefix, *self.order) if prefix else self.order:
            if rule in self.grammars[file].rules:
                break
        else:
            raise GrammarError(f"No grammar has a rule {name}.")
        nodes, weights = self.grammars[file].rules[rule]
        self.depth += 1
        before = self.order
        if prefix:
            self.order = (prefix, *(f for f in before if f != prefix))
        if self.depth > _MAX_DEPTH:
            raise GrammarError(f"The rule {name} goes round in a circle.")
        self.chance.choices(nodes, cum_weights=weights)[0](self, label)
        self.order = before
        self.depth -= 1

    def entry(self, name: str, label: str) -> None:
        """Add an entry of a word list."""
        entries, weights = self.lists(name)
        self.say(self.chance.choices(entries, cum_weights=weights)[0], label)


def _sequence(nodes: list[Node]) -> Node:
    def write(writer: Writer, label: str) -> None:
        for node in nodes:
            node(writer, label)

    return write


def _choice(nodes: list[Node]) -> Node:
    def write(writer: Writer, label: str) -> None:
        writer.chance.choice(nodes)(writer, label)

    return write


def _maybe(node: Node) -> Node:
    def write(writer: Writer, label: str) -> None:
        if writer.chance.random() < 0.5:
            node(writer, label)

    return write


def _marked(node: Node, mark: str) -> Node:
    return lambda writer, label: node(writer, mark if label == "O" else label)


def _literal(text: str) -> Node:
    return lambda writer, label: writer.say(text, label)


def _rule(name: str) -> Node:
    return lambda writer, label: writer.expand(name, label)


def _entry(name: str) -> Node:
    return lambda writer, label: writer.entry(name, label)


class _Parser:
    """Reads one alternative."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def fail(self, why: str) -> GrammarError:
        return GrammarError(f"{why} at {self.at} of: {self.text}")

    def take(self, pattern: re.Pattern[str], what: str) -> re.Match[str]:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise self.fail(f"There should be {what}")
        self.at = match.end()
        return match

    def close(self, mark: str) -> None:
        if self.text[self.at : self.at + 1] != mark:
            raise self.fail(f"There should be {mark}")
        self.at += 1

    def alternatives(self, end: str) -> list[Node]:
        """Read a|b|c up to the closing mark, which stays."""
        found = [self.sequence(end)]
        while self.text[self.at : self.at + 1] == "|":
            self.at += 1
            found.append(self.sequence(end))
        return found

    def sequence(self, end: str) -> Node:
        nodes = list[Node]()
        while self.at < len(self.text) and self.text[self.at] not in ("|", end):
            nodes.append(self.node())
        return _sequence(nodes)

    def node(self) -> Node:
        mark = self.text[self.at]
        if mark == "@" and _LIST.match(self.text, self.at):
            return _entry(self.take(_LIST, "the name of a list")[1])
        if mark == "<":
            label = self.take(_LABEL, "a label")[1]
            inner = _choice(self.alternatives(">"))
            self.close(">")
            return _marked(inner, label)
        if mark in "{([":
            self.at += 1
            return {"{": self.reference, "(": self.group, "[": self.option}[mark]()
        if mark in ")]>}@":
            self.at += 1
            return _literal(mark)
        return _literal(self.take(_PLAIN, "text")[0])

    def reference(self) -> Node:
        name = self.take(_NAME, "the name of a rule")[0]
        self.close("}")
        return _rule(name)

    def group(self) -> Node:
        nodes = self.alternatives(")")
        self.close(")")
        if len(nodes) == 1:
            return _sequence([_literal("("), nodes[0], _literal(")")])
        return _choice(nodes)

    def option(self) -> Node:
        nodes = self.alternatives("]")
        self.close("]")
        return _maybe(_choice(nodes))


def _alternative(line: str) -> tuple[Node, int]:
    weight = _WEIGHT.match(line)
    parser = _Parser(line[weight.end() :] if weight else line)
    node = parser.sequence("")
    if parser.at < len(parser.text):
        raise parser.fail("A bar or bracket too many")
    return node, int(weight[1]) if weight else 1


def load(path: Path) -> Grammar:
    """Read a grammar file. Raises GrammarError that quotes the alternative at fault."""
    rules, name = dict[str, tuple[list[Node], list[int]]](), ""
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("#") or line == "":
            continue
        if not line.startswith("  "):
            name = line.strip()
            rules[name] = ([], [])
            continue
        node, weight = _alternative(line[2:])
        nodes, weights = rules[name]
        nodes.append(node)
        weights.append((weights[-1] if weights else 0) + weight)
    return Grammar(rules)
