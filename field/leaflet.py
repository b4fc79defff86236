"""`sakse-seal leaflet`: one printable A5 page a language, with address and fingerprint
(documenter's laptop)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha3_256
from pathlib import Path
from typing import Any

import click
import segno

from envelope import sshsig
from envelope.cli import warn
from envelope.config import LANGUAGES
from envelope.disk import PUBLIC, write_new
from envelope.render import environment
from field.errors import AddressError
from field.options import keyring_options
from field.serials import load_newest

_TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
_FONTS = {"my": _TEMPLATES / "witness" / "fonts" / "burmese.woff2"}
_ONION = re.compile(r"http://([a-z2-7]{56})\.onion")
_LOOPBACK = re.compile(r"http://127\.0\.0\.1(:[0-9]{1,5})?")
# Lengths in mm, A5 upright.
_TOP = 5.0
_MARGIN = 10.0
_INDENT = 6.0
_WIDTH = 148 - 2 * _MARGIN
_CODE = 42.0  # side of the QR code
_BESIDE = _MARGIN + _CODE + 4  # where text beside it begins
_ADDRESS_LINE = 24  # characters; an onion address takes three lines
_GROUPS = 4  # groups of the fingerprint in a line


@click.command()
@keyring_options
@click.option("--address", required=True, metavar="URL", help="The drop: http://….onion")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A folder.")
def leaflet(keyring: Path, root: str, address: str, out: Path) -> None:
    """Write one A5 leaflet a language: leaflet-en.svg, leaflet-my.svg, leaflet-kac.svg.

    A browser prints them, also into PDF. Hand them out only after a native speaker has read the
    Burmese and Jinghpaw words.
    """
    load_newest(keyring, root)
    check_address(address)
    out.mkdir(parents=True, exist_ok=True)
    for lang in LANGUAGES:
        texts = _texts(lang)
        if "review" in texts:
            warn(f"The words of leaflet-{lang}.svg are a first translation; have them read first.")
        write_new(out / f"leaflet-{lang}.svg", render(lang, address, root).encode(), mode=PUBLIC)
        click.echo(out / f"leaflet-{lang}.svg")


def check_address(address: str) -> None:
    """Raise AddressError unless this is an onion address (version 3) or this machine's.

    Source: Tor's rend-spec-v3, "Encoding onion addresses": the address holds a checksum, so that a
    wrong letter is noticed before it is printed.
    """
    if _LOOPBACK.fullmatch(address):
        return
    found = _ONION.fullmatch(address)
    if found is None:
        raise AddressError(
            f"{address} is no address for a leaflet; write http:// and the drop's 56 letters and"
            " digits before .onion, and nothing after it."
        )
    data = base64.b32decode(found[1].upper())
    key, checksum, version = data[:32], data[32:34], data[34:]
    if sha3_256(b".onion checksum" + key + version).digest()[:2] != checksum or version != b"\3":
        raise AddressError(
            f"A letter of {address} is wrong; copy it again from the drop (the file hostname)."
        )


def render(lang: str, address: str, root: str) -> str:
    """Return the SVG of one leaflet; the same bytes for the same input."""
    texts = _texts(lang)
    sheet = _Sheet(texts["size"], texts["leading"])
    _lay_out(sheet, texts, address, sshsig.normalise_fingerprint(root).split("-"))
    template = environment(_TEMPLATES / "leaflet").get_template("leaflet.svg")
    font = _FONTS.get(lang)
    return template.render(
        lang=lang,
        font=base64.b64encode(font.read_bytes()).decode() if font else "",
        lines=sheet.lines,
        boxes=sheet.boxes,
        code=sheet.code,
    )


@dataclass
class _Sheet:
    """What stands where; `y` is the base line of the next line."""

    size: float
    leading: float
    y: float = _TOP
    x: float = _MARGIN
    lines: list[dict[str, Any]] = field(default_factory=list)
    boxes: list[dict[str, float]] = field(default_factory=list)
    code: dict[str, Any] = field(default_factory=dict)

    def write(self, text: str, kind: str = "", size: float = 1.0, indent: float = 0.0) -> None:
        """Write one line; `size` is a multiple of the text's, `indent` in mm."""
        self.y += self.leading * max(size, 1.0)
        self.lines.append(
            {
                "text": text,
                "kind": kind,
                "size": round(self.size * size, 2),
                "x": round(self.x + indent, 2),
                "y": round(self.y, 2),
            }
        )

    def listed(self, marks: Sequence[str], items: Sequence[Sequence[str]]) -> None:
        """Write items with a mark before the first line of each."""
        for mark, item in zip(marks, items, strict=True):
            for at, text in enumerate(item):
                self.write(text, indent=_INDENT)
                if at == 0:
                    self.lines.append({**self.lines[-1], "text": mark, "x": self.x})

    def frame(self, top: float) -> None:
        """Draw a frame from `top` to a little below the last line."""
        self.y += self.leading * 0.5
        self.boxes.append(
            {"x": _MARGIN - 3, "y": top, "width": _WIDTH + 6, "height": round(self.y - top, 2)}
        )


def _lay_out(sheet: _Sheet, texts: Mapping[str, Any], address: str, groups: list[str]) -> None:
    if _LOOPBACK.fullmatch(address):
        sheet.write(texts["example"], "bold", 1.3)
    for line in texts["title"]:
        sheet.write(line, "bold", 1.5)
    sheet.y += 3
    top = sheet.y
    sheet.write(texts["limits_title"], "bold")
    sheet.listed("–" * len(texts["limits"]), texts["limits"])
    sheet.frame(top)
    _lay_out_address(sheet, texts, address, groups)
    sheet.write(texts["steps_title"], "bold")
    sheet.listed([f"{n}." for n in range(1, len(texts["steps"]) + 1)], texts["steps"])
    sheet.y += 3
    top = sheet.y
    for line in texts["warning"]:
        sheet.write(line, "bold")
    sheet.frame(top)


def _lay_out_address(
    sheet: _Sheet, texts: Mapping[str, Any], address: str, groups: list[str]
) -> None:
    sheet.y += 4
    top = sheet.y
    code = segno.make(address, error="m", micro=False)
    side = code.symbol_size(scale=1, border=2)[0]
    sheet.code = {"path": _path(code), "x": _MARGIN, "y": round(top, 2),
                  "scale": round(_CODE / side, 4)}  # fmt: skip
    sheet.x = _BESIDE
    sheet.write(texts["address_title"], "bold")
    for at in range(0, len(address), _ADDRESS_LINE):
        sheet.write(address[at : at + _ADDRESS_LINE], "mono", 1.15)
    sheet.y += 2
    sheet.write(texts["fingerprint_title"], "bold")
    for at in range(0, len(groups), _GROUPS):
        sheet.write(" ".join(groups[at : at + _GROUPS]), "mono", 1.15)
    for line in texts["fingerprint_note"]:
        sheet.write(line)
    sheet.x = _MARGIN
    sheet.y = max(sheet.y, top + _CODE) + 1


def _path(code: segno.QRCode) -> str:
    """Return the dark modules as one SVG path of horizontal strokes, two modules of border."""
    rows = []
    for y, row in enumerate(code.matrix_iter(border=2)):
        text = bytes(row)
        rows += [f"M{run.start()} {y}.5h{len(run[0])}" for run in re.finditer(b"\1+", text)]
    return "".join(rows)


def _texts(lang: str) -> dict[str, Any]:
    texts: dict[str, Any] = json.loads((_TEMPLATES / "leaflet" / f"{lang}.json").read_bytes())
    return texts
