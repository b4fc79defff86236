"""The Burmese page's font: made from its source, small, renamed, and the same on the screen."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import uharfbuzz
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from envelope import places

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "templates" / "witness" / "fonts"
BUILD = FONTS / "build.py"
LARGEST = 21_000  # bytes: what the page's budget leaves for a font
RESERVED = ("padauk", "namkio", "deemawso")

CONSONANTS = [chr(c) for c in range(0x1000, 0x1022)]
MEDIALS = ["", "ျ", "ြ", "ွ", "ှ", "ျွ", "ြွ", "ျှ", "ြှ", "ွှ", "ျွှ", "ြွှ"]
VOWELS = ["", "ာ", "ါ", "ိ", "ီ", "ု", "ူ", "ေ", "ဲ", "ေါ", "ော", "ို", "ံ", "ိံ", "ုံ", "က်", "င်္က"]
TONES = ["", "့", "း", "်"]


class Shaped:
    """One font under HarfBuzz, which shapes text in Firefox and Chromium."""

    def __init__(self, name: str) -> None:
        font = TTFont(FONTS / name)
        self.names = {str(entry) for entry in font["name"].names}
        self.tables = set(font.keys())
        self.characters = set(font.getBestCmap())
        self._order, self._glyphs = font.getGlyphOrder(), font.getGlyphSet()
        font.flavor = None
        plain = io.BytesIO()
        font.save(plain)
        self._font = uharfbuzz.Font(uharfbuzz.Face(plain.getvalue()))
        self.outline = cache(self._outline)

    def _outline(self, glyph: int) -> tuple[Any, ...]:
        pen = DecomposingRecordingPen(self._glyphs)
        self._glyphs[self._order[glyph]].draw(pen)
        return tuple(pen.value)

    def shape(self, text: str) -> list[tuple[Any, ...]]:
        """Return each glyph's cluster, advances, offsets and outline; fail on a missing one."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.language = "my"
        uharfbuzz.shape(self._font, buffer)
        assert all(info.codepoint for info in buffer.glyph_infos), text
        return [
            (info.cluster, at.x_advance, at.y_advance, at.x_offset, at.y_offset, self.outline(info.codepoint))
            for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        ]


@pytest.fixture(scope="module")
def cut() -> Shaped:
    return Shaped("burmese.woff2")


@pytest.fixture(scope="module")
def whole() -> Shaped:
    return Shaped("source.woff2")


def texts() -> set[str]:
    """Burmese words and names of the house: the finder's lists, the places, the invented corpus."""
    data = ROOT / "reviewer" / "finder" / "data"
    found = {line for path in data.glob("*burmese*.txt") for line in path.read_text("utf-8").splitlines()}
    found |= {name for part in ("state", "township", "tract") for name in places.names(part, "my").values()}
    for line in (ROOT / "tests" / "vectors" / "corpus" / "dev.jsonl").read_text("utf-8").splitlines():
        found |= set(json.loads(line)["text"].split())
    return found


def burmese(given: Iterable[str], font: Shaped) -> set[str]:
    """What the cut font must show of each text: the browser takes the rest from other fonts."""
    return {"".join(c for c in text if ord(c) in font.characters) for text in given} - {""}


def syllables() -> set[str]:
    """Every consonant under every mark that Burmese puts together, and every stack of two."""
    plain = {c + m + v + t for c in CONSONANTS for m in MEDIALS for v in VOWELS for t in TONES}
    stacked = {a + "\u1039" + b + v for a in CONSONANTS for b in CONSONANTS for v in ("", "ိ", "ု", "ာ", "ေ")}
    return plain | stacked | {"င်္" + c + v for c in CONSONANTS for v in ("", "ိ", "ီ", "ံ", "ျ")}


def test_the_font_is_made_again_to_the_byte(tmp_path: Path) -> None:
    made = tmp_path / "made.woff2"
    subprocess.run([sys.executable, BUILD, made], cwd=tmp_path, check=True)
    assert made.read_bytes() == (FONTS / "burmese.woff2").read_bytes()


def test_the_font_is_small_and_has_no_tables_a_browser_does_not_need(cut: Shaped) -> None:
    assert (FONTS / "burmese.woff2").stat().st_size <= LARGEST
    assert not cut.tables & {"Silf", "Glat", "Gloc", "Feat", "Sill", "fpgm", "prep", "cvt ", "DSIG"}


def test_the_changed_font_bears_no_reserved_name_and_its_licence_inside(cut: Shaped) -> None:
    assert not [name for name in cut.names for word in RESERVED if word in name.lower()]
    assert "Sakse Burmese" in cut.names
    assert any("SIL Open Font License, Version 1.1" in name for name in cut.names)
    assert any(name.startswith("Copyright (c) 2002-2022 SIL International") for name in cut.names)
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text("utf-8")


def test_the_font_has_every_character_of_burmese(cut: Shaped) -> None:
    missing = set(map(chr, range(0x1000, 0x1050))) - set(map(chr, cut.characters))
    assert missing == set("ဢဨဳဴဵ")  # Shan and Mon
    assert {0x200B, 0x200C, 0x200D, 0x25CC} <= cut.characters
    assert {ord(c) for part in ("state", "township", "tract") for name in places.names(part, "my").values()
            for c in name if not c.isascii()} <= cut.characters


def test_the_words_of_the_house_look_as_in_the_whole_font(cut: Shaped, whole: Shaped) -> None:
    found = burmese(texts(), cut)
    assert len(found) > 20_000
    assert [text for text in found if cut.shape(text) != whole.shape(text)] == []


def test_every_syllable_looks_as_in_the_whole_font(cut: Shaped, whole: Shaped) -> None:
    found = syllables()
    assert len(found) > 30_000
    assert [text for text in found if cut.shape(text) != whole.shape(text)] == []
