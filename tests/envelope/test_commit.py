"""SR1 commitments against the known answer, and what the construction promises."""

from __future__ import annotations

import itertools
import json
import time
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import commit

VECTOR = json.loads((Path(__file__).parents[1] / "vectors/sr1.json").read_bytes())
SEED = bytes.fromhex(VECTOR["seed"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def test_the_known_answer_of_one_unit() -> None:
    key = commit.unit_key(SEED, 0)
    assert key.hex() == "aecb394783d52c484b05210a133fb2f24d8c11fa848ea1ffe40810da586cfeb5"
    assert list(commit.cells(key, "my")) == ["", "", "", "", "", "m", "y", ""]
    assert commit.cell_salt(key, 0).hex() == "a0feaa9465f3748d218180d97dea372b"
    assert commit.unit_digest(key, "my").hex() == (
        "ccef4c0c806c7d20e3adbb7aed87cb7176a6635aab68f416c6216d4fd0e765a8"
    )


def test_the_whole_vector() -> None:
    sentences = commit.split_narrative(VECTOR["narrative"])
    assert VECTOR["fields"] + sentences + ["", ""] == VECTOR["units"]
    digests = [
        commit.unit_digest(commit.unit_key(SEED, u), text) for u, text in enumerate(VECTOR["units"])
    ]
    assert [digest.hex() for digest in digests] == VECTOR["unit_digests"]
    assert commit.root_of_digests(digests).hex() == VECTOR["root"]
    assert commit.root(SEED, VECTOR["units"]).hex() == VECTOR["root"]


def test_the_commitment_binds_r_and_the_root() -> None:
    expected = sha256(b"SR1-seal" + bytes(32) + SEED).digest()
    assert commit.commitment(bytes(32), SEED) == expected


@given(TEXTS)
def test_cells_hold_the_text_and_nothing_else(text: str) -> None:
    cells = list(commit.cells(commit.unit_key(SEED, 3), text))
    assert "".join(cells) == text
    assert cells[0] == "" and all(len(cell) <= 1 for cell in cells)


@given(TEXTS, st.binary(min_size=32, max_size=32))
def test_the_digest_of_a_unit_is_that_of_its_cells_one_by_one(text: str, key: bytes) -> None:
    """Once more from doc/FORMAT.md, by bits and bytes, and with none of the code's short cuts."""
    found = [""]
    for i in range(len(text) + 1):
        first = format(sha256(b"SR1-deco" + key + i.to_bytes(4, "big")).digest()[0], "08b")
        found += [""] * (len(first) - len(first.lstrip("1")))
        found += text[i : i + 1]
    assert commit.cells(key, text) == found
    whole = b"SR1-node"
    for c, cell in enumerate(found):
        salt = sha256(b"SR1-salt" + key + c.to_bytes(4, "big")).digest()[:16]
        assert commit.cell_digest(key, c, cell) == sha256(b"SR1-cell" + salt + cell.encode()).digest()
        whole += commit.cell_digest(key, c, cell)
    assert commit.unit_digest(key, text) == sha256(whole).digest()


@given(TEXTS, TEXTS, st.integers(0, 200))
def test_two_texts_never_share_a_digest(first: str, second: str, u: int) -> None:
    key = commit.unit_key(SEED, u)
    same = commit.unit_digest(key, first) == commit.unit_digest(key, second)
    assert same == (first == second)


@given(TEXTS)
def test_a_text_has_another_digest_in_another_place_or_under_another_seed(text: str) -> None:
    digests = {
        commit.unit_digest(commit.unit_key(seed, u), text) for seed in (SEED, bytes(32))
        for u in range(3)
    }  # fmt: skip
    assert len(digests) == 6


@given(st.text("ab \u104b.?!\n", max_size=60))
def test_an_account_is_cut_after_runs_of_end_marks_and_loses_nothing(text: str) -> None:
    parts = commit.split_narrative(text)
    assert "".join(parts) == text
    ends = set("\u104b.?!\n")
    for part, following in itertools.pairwise(parts):
        assert part[-1] in ends and following[0] not in ends
    for part in parts:
        bare = part.rstrip("\u104b.?!\n")
        assert not ends & set(bare)


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (2 << 20) + 7])
@pytest.mark.parametrize("step", [65536, 1 << 20, 3 << 20])
def test_an_attachment_is_hashed_in_slices_of_one_mebibyte_however_it_is_read(
    size: int, step: int
) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    slices = [data[at : at + (1 << 20)] for at in range(0, size, 1 << 20)]
    hashes = b"".join(sha256(piece).digest() for piece in slices)
    pieces = [data[at : at + step] for at in range(0, size, step)]
    assert commit.attachment_unit(pieces) == "sha256:" + sha256(hashes).hexdigest()


def test_three_thousand_burmese_characters_take_well_under_half_a_second() -> None:
    sentences = ["\u1000\u103b\u1014\u103a\u1010\u1031\u102c\u103a" * 7 + "\u104b"] * 53
    start = time.process_time()
    commit.root(SEED, sentences)
    assert time.process_time() - start < 0.25
