"""Passphrases are words chosen by chance from the whole list."""

from __future__ import annotations

from collections import Counter

import pytest
from click.testing import CliRunner

from keys import passphrase
from keys.cli import cli


def test_the_list_is_the_eff_s_and_whole():
    words = passphrase.words()
    assert len(words) == len(set(words)) == 6**5
    assert (words[0], words[-1]) == ("abacus", "zoom")
    assert all(word.replace("-", "").isalpha() and word == word.lower() for word in words)


def test_no_two_offers_are_the_same_and_every_word_can_come():
    offers = [passphrase.suggest(20) for _ in range(2000)]
    assert len(set(offers)) == len(offers)
    seen = Counter(word for offer in offers for word in offer.split(" "))
    # 40,000 draws of 7,776: about 45 words are expected to be missing, and none comes 30 times.
    assert len(seen) > 7600 and max(seen.values()) < 30


@pytest.mark.parametrize("count", [0, 5, 21])
def test_fewer_than_six_words_are_not_offered(count):
    with pytest.raises(ValueError, match="6 to 20"):
        passphrase.suggest(count)


def test_the_command_prints_one_passphrase_and_its_strength():
    result = CliRunner().invoke(cli, ["passphrase"])
    assert result.exit_code == 0
    assert len(result.stdout.strip().split(" ")) == 7 and "90 bits" in result.stderr
    assert CliRunner().invoke(cli, ["passphrase", "--words", "5"]).exit_code != 0
