"""The pages are small on the wire, and are what they were."""

from __future__ import annotations

import gzip

import pytest

from envelope.config import LANGUAGES, PageConfig
from intake.compress import gzipped
from tests.envelope.test_render import site

CONFIRMATION = len(b"received\n")
CHOOSER_BUDGET = 3_500
BUDGET = {"en": 50_000, "kac": 50_000, "my": 72_000}  # bytes down, headers aside: chooser, form, confirmation; three reviewers


@pytest.mark.parametrize("lang", LANGUAGES)
def test_chooser_form_and_confirmation_fit_the_budget_of_a_slow_line(lang: str) -> None:
    pages = site(page=PageConfig(languages=LANGUAGES))
    down = sum(len(gzipped(pages[path].html)) for path in ("/", f"/{lang}"))
    assert down + CONFIRMATION <= BUDGET[lang]


def test_the_chooser_is_small_beside_what_it_leads_to() -> None:
    assert len(gzipped(site(page=PageConfig(languages=LANGUAGES))["/"].html)) <= CHOOSER_BUDGET


def test_a_compressed_page_is_the_page_and_tells_no_time() -> None:
    html = site()["/en"].html
    assert gzip.decompress(gzipped(html)) == html
    assert gzipped(html)[4:8] == bytes(4)
    assert len(gzipped(html)) < len(gzip.compress(html, 9))
