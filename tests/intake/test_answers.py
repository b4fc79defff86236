"""Whatever the drop says to a person it says in three languages; to a script, in one English line."""

from __future__ import annotations

import re

import pytest

from intake import answers
from intake.errors import ANSWERS, STATUS, RefusedError, sentence

LANGUAGES = {"en", "my", "kac"}
MYANMAR = re.compile("[\u1000-\u109f]")


TEXTS = {"first_page": ANSWERS["first_page"], **ANSWERS["pages"]}


@pytest.mark.parametrize("key", TEXTS)
def test_an_answer_to_a_person_is_there_in_every_language(key: str) -> None:
    said = TEXTS[key]
    assert set(said) == LANGUAGES
    assert len(set(said.values())) == len(LANGUAGES)
    assert MYANMAR.search(said["my"])
    assert not MYANMAR.search(said["en"] + said["kac"])
    if key != "first_page":
        assert said["en"].endswith(".")
        assert said["my"].endswith("။")
        assert said["kac"].endswith(".")


def test_every_refusal_has_its_answer_and_every_answer_its_use() -> None:
    assert {*ANSWERS["pages"], *ANSWERS["scripts"]} == {*STATUS, "received"}
    assert not {*ANSWERS["pages"]} & {*ANSWERS["scripts"]}
    assert all(re.fullmatch(r"[A-Z][ -~]+\.", sentence(key)) for key in STATUS)


@pytest.mark.parametrize("key", ANSWERS["pages"])
def test_the_small_page_says_it_three_times_under_a_neutral_title(key: str) -> None:
    html = answers.small_page(key)
    for lang, text in ANSWERS["pages"][key].items():
        assert f'<p lang="{lang}">{text}</p>'.replace("'", "&#x27;") in html
    assert "<title>Form</title>" in html
    assert '<a href="/">' in html
    assert "<script" not in html
    assert "<input" not in html


@pytest.mark.parametrize("path", ["/sealed-form", "/", "/my", "/nothing/here", "/sealed/x"])
def test_a_person_is_refused_on_a_page(path: str) -> None:
    body, kind = answers.refusal(RefusedError("full"), path)
    assert (body.decode(), kind) == (answers.small_page("full"), answers.HTML)


@pytest.mark.parametrize("path", ["", "/sealed", "/t", "/t/0", "/t/0/done", "/keyring.json", "/keyring.json.sig"])
def test_a_script_is_refused_in_one_line(path: str) -> None:
    body, kind = answers.refusal(RefusedError("full"), path)
    assert (body.decode(), kind) == (sentence("full") + "\n", answers.TEXT)
