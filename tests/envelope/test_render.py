"""The witness's pages: reproducible bytes, one hashed script, nothing that can break out of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from envelope import form, keyring, render, sshsig
from envelope.config import LANGUAGES, PageConfig
from envelope.errors import ConfigError
from envelope.keyring import Keyring, Recipient
from envelope.render import Page
from keys.identity import AgeIdentity

PATHS = ["/", *(f"/{lang}" for lang in LANGUAGES)]


def _key(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def _public(seed: int) -> bytes:
    return _key(seed).public_key().public_bytes_raw()


def _ring(team: str = "Invented Team") -> Keyring:
    people = [Recipient(f"r{n}", AgeIdentity(bytes([n]) * 32).recipient, _public(n)) for n in (1, 2, 3)]
    return Keyring(
        serial=1, team=team, epoch="2026-11", valid_from="2026-11-01", valid_until="2026-11-30",
        recipients=tuple(people), protection=None, drop=_public(4), minimum_release="0.1.0",
    )  # fmt: skip


def site(ring: Keyring | None = None, page: PageConfig | None = None) -> dict[str, Page]:
    data = keyring.encode(ring or _ring())
    return render.site(data, sshsig.sign(_key(5), sshsig.KEYRING, data), page or PageConfig())


class Elements(HTMLParser):
    """Collects start tags with their attributes, and the text of scripts and styles."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.text: list[str] = []
        self._inside = ""
        self.feed(html.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag if tag in self.raw else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        (self.raw[self._inside] if self._inside else self.text).append(data)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def _data(html: bytes) -> dict[str, object]:
    """The data the page's script begins with."""
    (script,) = Elements(html).raw["script"]
    value, _ = json.JSONDecoder().raw_decode(script.removeprefix("const SAKSE="))
    return dict(value)


def test_the_same_input_gives_the_same_bytes() -> None:
    assert site() == site()


@pytest.mark.parametrize("path", PATHS)
def test_the_policy_allows_exactly_the_one_style_and_the_one_script(path: str) -> None:
    page = site()[path]
    found = Elements(page.html)
    assert f'content="{page.csp}"'.replace("'", "&#39;") in page.html.decode()
    for kind in ("script", "style"):
        hashes = re.search(rf"{kind}-src ([^;]*)", page.csp)
        digests = [base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in found.raw[kind]]
        assert hashes is not None
        assert hashes[1] == (" ".join(f"'sha256-{d}'" for d in digests) or "'none'")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_names_nothing_outside_itself_but_the_drops_own_addresses(path: str) -> None:
    tags = Elements(site()[path].html).tags
    links = {v for _, attrs in tags for k, v in attrs.items() if k in ("src", "href", "action", "data")}
    languages = {f"/{lang}{query}" for lang in LANGUAGES for query in ("", "?dl")}
    assert links <= {"blob:", "/sealed-form", *(languages if path == "/" else ())}
    assert not [attrs for _, attrs in tags if any(name.startswith("on") or name == "style" for name in attrs)]


def test_the_hash_is_that_of_the_page() -> None:
    for page in site().values():
        assert page.sha256 == hashlib.sha256(page.html).hexdigest()


def test_the_page_carries_its_keyring_its_consent_and_the_fields_in_order() -> None:
    ring = _ring()
    data = _data(site(ring)["/en"].html)
    assert data["keyring"] == {
        "protection": ring.protection, "recipients": [r.age for r in ring.recipients],
        "team": ring.team, "valid_until": "2026-11-30",
    }  # fmt: skip
    asked = data["form"]
    assert isinstance(asked, dict)
    whole = form.load()
    assert asked["consent_sha256"] == whole.consent_sha256("en")
    assert "\n".join(asked["consent"]) == whole.consent_text("en")
    assert asked["fields"] == list(whole.fields)
    asks = {q.id for q in whole.questions if q.step <= 5}
    assert {q["id"] for q in asked["questions"]} == asks - {"contact"}  # nobody reads it in this team


def test_contact_is_offered_only_where_someone_can_open_it() -> None:
    ring = _ring()
    for protection, expected in ((None, False), (AgeIdentity(bytes(32)).recipient, True)):
        data = _data(site(replace(ring, protection=protection))["/en"].html)
        offered = data["form"]["shown"].get("c4", form.load().question("c4").choices)  # type: ignore[index]
        assert ("channel" in offered) is expected
        assert any(q["id"] == "contact" for q in data["form"]["questions"]) is expected  # type: ignore[index]
        assert ("contact" in data["form"]["follow_up"]["danger"]) is expected  # type: ignore[index]


def test_the_page_carries_the_licence_of_everything_in_it() -> None:
    html = site()["/en"].html.decode()
    (comment,) = re.findall(r"<!--(.*?)-->", html.rpartition("</script>")[2], re.DOTALL)
    for path in ("LICENSE", "browser/dist/LICENSES"):
        assert (render.ROOT / path).read_text().strip() in comment
    assert "--!>" not in comment


def test_the_page_shows_the_fingerprint_of_the_root() -> None:
    shown = sshsig.fingerprint(_public(5)).replace("-", "-<wbr>")  # never broken inside a group
    assert shown in site()["/en"].html.decode()


@pytest.mark.parametrize("path", ["/", "/en"])
def test_without_scripts_only_a_sealed_file_can_be_given(path: str) -> None:
    tags = Elements(site()[path].html).tags
    fields = [attrs for name, attrs in tags if name in ("input", "textarea", "select")]
    assert fields == [{"type": "file", "id": "sealed-file", "name": "sealed", "required": None}]


def chooser(*languages: str) -> Page:
    return site(page=PageConfig(languages=languages))["/"]


def test_the_chooser_links_to_each_language_the_drop_has_and_to_no_other() -> None:
    for languages in (LANGUAGES, ("my", "kac"), ("en",)):
        found = Elements(chooser(*languages).html)
        assert {a["lang"] for name, a in found.tags if name == "section"} == {*languages}
        links = [a["href"] for name, a in found.tags if name == "a"]
        assert sorted(links) == sorted(f"/{lang}{dl}" for lang in languages for dl in ("", "?dl"))


def test_the_chooser_says_in_every_language_what_to_do_without_scripts() -> None:
    (block,) = re.findall("<noscript>(.*?)</noscript>", chooser("en").html.decode(), re.DOTALL)
    for entry in json.loads((render.WITNESS / "chooser.json").read_bytes())["languages"]:
        for key in ("no_script", "file", "send"):
            assert f'lang="{entry["lang"]}">{entry[key]}<' in block
        assert all(word in entry["no_script"] for word in ("Standard", "Safer", "sakse-seal"))
    assert block.count("<form") == block.count("<input") == 1


@pytest.mark.parametrize("name", ["chooser.json", "answers.json"])
def test_texts_that_no_native_speaker_has_read_are_marked(name: str) -> None:
    assert "await review" in json.loads((render.WITNESS / name).read_bytes())["review"]


def test_every_text_of_the_chooser_is_there_in_every_language() -> None:
    entries = json.loads((render.WITNESS / "chooser.json").read_bytes())["languages"]
    assert [entry["lang"] for entry in entries] == [*LANGUAGES]
    assert len({tuple(entry) for entry in entries}) == 1
    assert all(text.strip() for entry in entries for text in entry.values())


def test_the_team_of_the_settings_comes_before_that_of_the_keyring() -> None:
    html = site(page=PageConfig(team="Other Invented Team"))["/en"].html.decode()
    assert "Other Invented Team" in html
    assert ">Invented Team" not in html


def test_a_language_without_a_page_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match=r"page\.languages: .*'de'"):
        site(page=PageConfig(languages=("en", "de")))


def test_only_the_burmese_page_brings_a_font() -> None:
    pages = site()
    assert [path for path in PATHS if b"font/woff2" in pages[path].html] == ["/my"]
    assert Elements(pages["/my"].html).count("style") == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_has_every_text_in_its_language_and_says_which_it_is(lang: str) -> None:
    english, here = (json.loads((render.ROOT / f"templates/witness/texts.{name}.json").read_bytes()) for name in ("en", lang))
    for part in ("static", "script"):
        assert list(here[part]) == list(english[part])
        for key, text in here[part].items():
            assert text.strip() == text and text, key
            assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", english[part][key])), key
            assert text.count("\n") == english[part][key].count("\n"), key
    if lang != "en":
        same = [key for part in ("static", "script") for key, text in here[part].items() if text == english[part][key]]
        assert same == []
        assert "awaits review by a native speaker" in here["review"]
    assert f'<html lang="{lang}">' in site()[f"/{lang}"].html.decode()


HOSTILE = "</script><script>alert(1)</script><!--<script>\u2028\u2029&lt;'\"{{7*7}}"


@settings(max_examples=30, deadline=None)
@given(st.one_of(st.just(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=40)))
def test_no_setting_can_break_out_of_the_page(text: str) -> None:
    page = PageConfig(team=text, referral={"en": text + HOSTILE})
    plain = Elements(site(page=PageConfig(referral={"en": "plain"}))["/en"].html)
    pages = site(page=page)
    found = Elements(pages["/en"].html)
    assert [name for name, _ in found.tags] == [name for name, _ in plain.tags]
    assert _data(pages["/en"].html)["referral"] == text + HOSTILE
    assert Elements(pages["/"].html).count("script") == 0


def test_a_hostile_team_name_in_a_keyring_stays_text() -> None:
    name = "</title><script>alert(1)</script>"
    pages = site(replace(_ring(), team=name))
    assert Elements(pages["/en"].html).count("script") == 1
    assert Elements(pages["/"].html).count("script") == 0
