"""`sakse-seal leaflet`: one A5 page a language, nothing outside it, the address as printed."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from doc.guides.leaflet import make
from envelope import sshsig
from envelope.config import LANGUAGES
from field.errors import AddressError
from field.leaflet import check_address, render
from tests.browser.drivers import Chromium, browser
from tests.field.team import Team

# An address that Tor would accept, of a key nobody has: SHA-256 of "an invented key of nobody".
ONION = "http://p7gi5ojysfkone7hlki472oq7eiyb54r4qfxdibvu6quhgripfl4pvyd.onion"
LOOPBACK = "http://127.0.0.1:8000"
SVG = "{http://www.w3.org/2000/svg}"
GUIDE = Path(make.__file__).parent


@pytest.fixture
def leaflets(tmp_path: Path, people: Team, sakse_seal: Callable[..., int]) -> Callable[..., Path]:
    ring = people.write(tmp_path / "keyring.json")

    def call(address: str, name: str = "out") -> Path:
        anchor = ("--keyring", ring, "--root", people.fingerprint)
        out = tmp_path / name
        assert sakse_seal("leaflet", *anchor, "--address", address, "--out", out) == 0
        return out

    return call


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with browser("chromium") as tab:
        assert isinstance(tab, Chromium)
        yield tab


def texts(path: Path) -> list[str]:
    return [line.text or "" for line in ET.parse(path).iter(f"{SVG}text")]


def test_every_language_has_a_leaflet_with_the_address_and_the_fingerprint(
    leaflets: Callable[..., Path], people: Team
) -> None:
    out = leaflets(ONION)
    assert {path.name for path in out.iterdir()} == {f"leaflet-{lang}.svg" for lang in LANGUAGES}
    for path in out.iterdir():
        lines = texts(path)
        assert ONION in "".join(lines)
        assert people.fingerprint.replace("-", "") in "".join(lines).replace(" ", "")
        assert [f"{n}." for n in range(1, 7)] == [
            line for line in lines if re.fullmatch(r"\d\.", line)
        ]
        assert "127.0.0.1" not in path.read_text()


def test_a_leaflet_asks_nothing_of_a_network_and_has_the_same_bytes_every_time(
    leaflets: Callable[..., Path],
) -> None:
    first, second = leaflets(ONION, "first"), leaflets(ONION, "second")
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes()
        linked = re.findall(r"""(?:href|src|url)\s*[=(]\s*["']?([^"')\s]+)""", path.read_text())
        assert all(link.startswith("data:") for link in linked)
    assert "data:font/woff2" in (first / "leaflet-my.svg").read_text()


def test_an_address_of_this_machine_makes_an_example_that_says_so(
    leaflets: Callable[..., Path],
) -> None:
    for path in (leaflets(LOOPBACK, "example"), leaflets(ONION, "real")):
        marked = [path / f"leaflet-{lang}.svg" for lang in LANGUAGES]
        words = [texts(file)[0] for file in marked]
        assert [word.startswith(("EXAMPLE", "နမူနာ", "KASI")) for word in words] == [
            path.name == "example"
        ] * 3


@pytest.mark.parametrize(
    ("address", "why"),
    [(ONION.replace("p7gi", "q7gi"), "letter of"), (ONION[:-6], "no address"),
     (ONION.replace("http:", "https:"), "no address"), (f"{ONION}/my", "no address"),
     (ONION.replace("p7gi", "P7GI"), "no address"), ("http://drop.example", "no address"),
     (f"http://{'a' * 56}.onion", "letter of"), ("http://127.0.0.1.example", "no address"),
     ("", "no address")],
)  # fmt: skip
def test_an_address_that_is_not_a_drops_is_not_printed(
    tmp_path: Path,
    people: Team,
    sakse_seal: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    address: str,
    why: str,
) -> None:
    ring = people.write(tmp_path / "keyring.json")
    anchor = ("--keyring", ring, "--root", people.fingerprint)
    assert sakse_seal("leaflet", *anchor, "--address", address, "--out", tmp_path / "out") == 1
    assert why in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_any_wrong_letter_of_an_onion_address_is_noticed() -> None:
    check_address(ONION)
    for at in range(len("http://"), len(ONION) - len(".onion")):
        wrong = ONION[:at] + ("a" if ONION[at] != "a" else "b") + ONION[at + 1 :]
        with pytest.raises(AddressError):
            check_address(wrong)


@pytest.mark.parametrize("address", [ONION, LOOPBACK])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_leaves_its_page_its_frame_or_touches_the_code(
    leaflets: Callable[..., Path], chromium: Chromium, lang: str, address: str
) -> None:
    chromium.open((leaflets(address) / f"leaflet-{lang}.svg").as_uri())
    boxes = chromium.run_async(
        "await document.fonts.ready;"
        "const mm = document.documentElement.getBoundingClientRect().width / 148;"
        "const box = (element) => { const b = element.getBoundingClientRect();"
        " return [b.left / mm, b.top / mm, b.right / mm, b.bottom / mm, element.textContent]; };"
        "return ['text', 'path', 'rect.frame'].map((kind) =>"
        " [...document.querySelectorAll(kind)].map(box));"
    )
    lines, (code,), frames = boxes
    assert len(lines) > 25 and len(frames) == 2
    for left, top, right, bottom, text in lines:
        assert left >= 9 and top >= 4 and right <= 140.5 and bottom <= 205, text
        assert left >= code[2] + 2 or bottom <= code[1] or top >= code[3], text
    for left, top, right, bottom, _ in frames:
        assert left >= 6 and top >= 4 and right <= 142 and bottom <= 206
        inside = [line for line in lines if top < (line[1] + line[3]) / 2 < bottom]
        assert len(inside) >= 2
        assert all(line[1] > top - 0.5 and line[3] < bottom + 0.5 for line in inside)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_leaflets_own_font_draws_every_burmese_letter(
    leaflets: Callable[..., Path], chromium: Chromium, lang: str
) -> None:
    chromium.open((leaflets(ONION) / f"leaflet-{lang}.svg").as_uri())
    chromium.run_async("await document.fonts.ready;")
    command = chromium.driver.execute_cdp_cmd
    command("DOM.enable", {})
    command("CSS.enable", {})
    root = command("DOM.getDocument", {})["root"]["nodeId"]
    found = command("DOM.querySelectorAll", {"nodeId": root, "selector": "text"})["nodeIds"]
    seen = [
        {font["familyName"]: font["isCustomFont"] for font in fonts}
        for node in found
        for fonts in [command("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]]
    ]
    for text, fonts in zip(
        texts(leaflets(ONION, "again") / f"leaflet-{lang}.svg"), seen, strict=True
    ):
        if re.fullmatch("[\u1000-\u109f ]+", text):
            assert fonts == {"Sakse Burmese": True}, text
        elif re.search("[\u1000-\u109f]", text):  # with Latin letters, which the font lacks
            assert fonts.get("Sakse Burmese") is True and len(fonts) == 2, text
        else:
            assert True not in fonts.values(), text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_leaflet_prints_as_exactly_one_a5_page(
    leaflets: Callable[..., Path], chromium: Chromium, lang: str
) -> None:
    pdf = make.printed(chromium, leaflets(ONION) / f"leaflet-{lang}.svg")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
    ((width, height),) = [box.split() for box in re.findall(rb"/MediaBox \[0 0 ([\d. ]+)\]", pdf)]
    assert abs(float(width) - 148 / 25.4 * 72) < 1 and abs(float(height) - 210 / 25.4 * 72) < 1


def test_the_examples_of_the_guide_are_what_the_command_writes_now() -> None:
    fingerprint = sshsig.fingerprint(make.ROOT.public_key().public_bytes_raw())
    for lang in LANGUAGES:
        path = GUIDE / f"leaflet-{lang}.svg"
        assert path.read_text() == render(lang, make.ADDRESS, fingerprint)
        assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.long
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_reader_of_qr_codes_reads_the_address_off_the_printed_page(
    leaflets: Callable[..., Path], chromium: Chromium, tmp_path: Path, lang: str
) -> None:
    pdf = tmp_path / "leaflet.pdf"
    pdf.write_bytes(make.printed(chromium, leaflets(ONION) / f"leaflet-{lang}.svg"))
    subprocess.run(["pdftoppm", "-r", "110", "-png", pdf, tmp_path / "page"], check=True)
    (picture,) = tmp_path.glob("page*.png")
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", picture], capture_output=True, text=True, check=True
    )
    assert read.stdout == f"{ONION}\n"
