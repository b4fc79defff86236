"""What is not a sealed file as FORMAT.md says is refused at once, in a sentence, and leaves nothing."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from envelope import header, padding
from envelope.header import Header, Stanza
from tests.intake.rig import (
    Answer,
    Client,
    Served,
    look_alike,
    make_site,
    multipart,
    pieces,
    rows,
    sealed,
    serving,
)

MAX_CPU = 0.05  # seconds
TRIES = 3  # the best counts: a loaded machine makes any one of them dear
GOOD = sealed("an invented account")
PARSED, OFFSET = header.parse(GOOD)
GREASE = next(s for s in PARSED.stanzas if header.is_grease(s))
PQ = [s for s in PARSED.stanzas if not header.is_grease(s)]
CLASSICAL = Stanza("X25519", ("A" * 43,), bytes(32))
SCRYPT = Stanza("scrypt", ("A" * 22, "18"), bytes(32))


def with_stanzas(stanzas: list[Stanza], payload: bytes = GOOD[OFFSET:]) -> bytes:
    return Header(tuple(stanzas), PARSED.mac).encode() + payload


def without_recipient() -> bytes:
    return header.VERSION_LINE + b"--- " + header.b64encode(bytes(32)) + b"\n" + GOOD[OFFSET:]


MALFORMED = {
    "no header": GOOD[OFFSET:],
    "not an age file": b"Hello, this is what I saw with my own eyes. " * 1500,
    "an armored age file": b"-----BEGIN AGE ENCRYPTED FILE-----\n" + GOOD[:60000],
    "nothing": b"",
    "only the first line": header.VERSION_LINE,
    "a version to come": GOOD.replace(b"/v1", b"/v2", 1),
    "a classical recipient": with_stanzas([*PARSED.stanzas, CLASSICAL]),
    "only a classical recipient": with_stanzas([CLASSICAL, GREASE]),
    "a passphrase": with_stanzas([SCRYPT, GREASE]),
    "no grease stanza": with_stanzas(PQ),
    "two grease stanzas": with_stanzas([*PARSED.stanzas, replace(GREASE, type="other-grease")]),
    "grease with an argument": with_stanzas([*PQ, replace(GREASE, args=("x",))]),
    "grease of 31 bytes": with_stanzas([*PQ, replace(GREASE, body=bytes(31))]),
    "no recipient": with_stanzas([GREASE]),
    "no stanza at all": without_recipient(),
    "65 stanzas": with_stanzas([*PQ[:1] * 64, GREASE]),
    "thousands of tiny stanzas": header.VERSION_LINE + b"-> a\n\n" * 21000,
    "a recipient cut short": with_stanzas([replace(PQ[0], body=bytes(31)), GREASE]),
    "a header that does not end": GOOD[: OFFSET - 40],
    "base64 with padding": GOOD.replace(b"\n--- ", b"=\n--- ", 1),
    "a payload one byte short": GOOD[:-1],
    "a payload one byte long": GOOD + b"\0",
    "a truncated last chunk": GOOD[:-16],
    "no payload": GOOD[:OFFSET],
    "half a payload": GOOD[: OFFSET + 32768],
}


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory):
    with serving(make_site(tmp_path_factory.mktemp("quiet"))) as running:
        warm = running.client()
        assert warm.seal(GOOD).status == 200
        warm.form(b"x")
        yield running


def assert_refused(answer: Answer) -> None:
    assert 400 <= answer.status < 500
    assert re.fullmatch(r"[A-Z0-9].+\.", sentence(answer)), answer.text
    assert "Traceback" not in answer.text


def sentence(answer: Answer) -> str:
    """What a refusal says: a line of plain text, or the English paragraph of a small page."""
    if answer.headers["content-type"].startswith("text/plain"):
        return answer.text.removesuffix("\n")
    (found,) = re.findall(r'<p lang="en">([^<]+)</p>', answer.text)
    return found


def assert_refused_cheaply(quiet: Served, ask: Callable[[], Answer]) -> Answer:
    spent = []
    for _ in range(TRIES):
        before = quiet.cpu()
        answer = ask()
        spent.append(quiet.cpu() - before)
        assert_refused(answer)
    assert min(spent) < MAX_CPU, spent
    return answer


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_is_refused_cheaply_and_leaves_no_row(quiet: Served, name: str) -> None:
    before = rows(quiet.site)
    assert_refused_cheaply(quiet, lambda: quiet.client().seal(MALFORMED[name]))
    assert rows(quiet.site) == before


@pytest.mark.parametrize("name", MALFORMED)
def test_the_form_refuses_the_same_and_leaves_no_row(quiet: Served, name: str) -> None:
    before = rows(quiet.site)
    answer = assert_refused_cheaply(quiet, lambda: quiet.client().form(MALFORMED[name]))
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert rows(quiet.site) == before


def upload(quiet: Served, body: bytes) -> tuple[Client, str]:
    client = quiet.client()
    address = client.start(body)
    for n, part in enumerate(pieces(body)):
        assert client.piece(address, n, part).status == 200
    return client, address


def lengthened(size: int) -> bytes:
    return PARSED.encode() + secrets.token_bytes(size)


PIECEWISE = {
    "wrong size": lengthened(300_000),
    "truncated last chunk": lengthened(padding.payload_size(262144) - 16),
    "no header": os.urandom(200_000),
    "a million stanzas": header.VERSION_LINE + b"-> a\n\n" * 1_000_000,
    "a classical recipient": with_stanzas(
        [*PARSED.stanzas, CLASSICAL], bytes(padding.payload_size(262144))
    ),
    "no grease stanza": with_stanzas(PQ, bytes(padding.payload_size(262144))),
}


@pytest.mark.parametrize("name", PIECEWISE)
def test_a_malformed_upload_is_refused_with_its_first_piece_and_deleted(
    quiet: Served, name: str
) -> None:
    before = rows(quiet.site)
    client = quiet.client()
    first = pieces(PIECEWISE[name])[0]
    begun = [client.start(PIECEWISE[name]) for _ in range(TRIES)]
    left = iter(begun)
    assert_refused_cheaply(quiet, lambda: client.piece(next(left), 0, first))
    assert rows(quiet.site) == before
    for address in begun:
        assert client.done(address, PIECEWISE[name]).status == 404


def test_a_right_upload_of_the_same_shape_is_kept(quiet: Served) -> None:
    body = lengthened(padding.payload_size(262144))
    client, address = upload(quiet, body)
    assert client.done(address, body).status == 200


def test_a_digest_that_does_not_match_leaves_no_row(quiet: Served) -> None:
    before = rows(quiet.site)
    client, body = quiet.client(), sealed()
    assert client.put("/sealed", body, bytes(32)).status == 400
    assert client.ask("POST", "/sealed", body, Content_Type="application/age").status == 400
    for claim in ("sha-256=:AAAA:", "md5=:AAAA:", "sha-256=:" + "A" * 43 + "=:, sha-256=:x:"):
        answer = client.ask(
            "POST", "/sealed", body, Content_Type="application/age", Content_Digest=claim
        )
        assert answer.status == 400
    assert rows(quiet.site) == before


def test_a_digest_of_pieces_that_does_not_match_deletes_the_upload(quiet: Served) -> None:
    before = rows(quiet.site)
    client, address = upload(quiet, lengthened(padding.payload_size(262144)))
    assert_refused(client.json(f"{address}/done", {"digest": "0" * 64}))
    assert rows(quiet.site) == before


def test_done_before_the_last_piece_makes_no_file_and_the_upload_can_go_on(quiet: Served) -> None:
    body = lengthened(padding.payload_size(262144))
    client = quiet.client()
    address = client.start(body)
    client.piece(address, 0, pieces(body)[0])
    before = rows(quiet.site)
    answer = client.done(address, body)
    assert answer.status == 409
    assert "have not arrived" in answer.text
    assert rows(quiet.site) == before
    for n in client.ask("GET", address).json()["missing"]:
        client.piece(address, n, pieces(body)[n])
    assert client.done(address, body).status == 200


def test_a_piece_of_another_size_or_number_is_refused(quiet: Served) -> None:
    body = lengthened(padding.payload_size(262144))
    client = quiet.client()
    address = client.start(body)
    before = rows(quiet.site)
    assert client.piece(address, 0, body[:1000]).status == 422
    assert client.piece(address, len(pieces(body)), body[:1000]).status == 422
    assert client.piece(address, 2, pieces(body)[2] + b"x").status == 422
    assert client.piece("/t/" + "0" * 32, 0, body[:1000]).status == 404
    assert client.put(f"{address}/00", pieces(body)[0], method="PUT").status == 404
    assert rows(quiet.site) == before


@pytest.mark.parametrize(
    "asked",
    [
        {"pieces": 1, "size": 131073}, {"pieces": 2, "size": 131072}, {"pieces": 0, "size": 0},
        {"pieces": -1, "size": -1}, {"pieces": 8192, "size": 1 << 30}, {"pieces": True, "size": 1},
        {"pieces": "1", "size": 1}, {"pieces": 1}, {"pieces": 1, "size": 1, "name": "x"}, [], "x",
        {"pieces": 1.0, "size": 1.0}, {"pieces": 1, "size": None},
    ],
)  # fmt: skip
def test_an_upload_that_cannot_be_is_not_begun(quiet: Served, asked: object) -> None:
    before = rows(quiet.site)
    assert_refused(quiet.client().json("/t", asked))
    assert rows(quiet.site) == before


@pytest.mark.parametrize(
    "kind", ["text/plain", "", "application/x-www-form-urlencoded", "application/json"]
)
def test_another_type_than_a_sealed_file_is_refused(quiet: Served, kind: str) -> None:
    assert quiet.client().put("/sealed", sealed(), kind=kind).status == 415


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (multipart(GOOD, name="other"), 400),
        (multipart(GOOD)[:-16] + b"\r\n" + multipart(GOOD), 400),
        (b'--invented\r\nContent-Disposition: form-data; name="sealed"\r\n\r\nI saw\r\n--invented--\r\n', 400),
        (multipart(b"", filename=""), 400),
        (b"not multipart at all", 400),
        (b"", 400),
        (multipart(GOOD)[:-30], 400),
    ],
)  # fmt: skip
def test_a_form_with_anything_but_one_sealed_file_is_refused(
    quiet: Served, body: bytes, status: int
) -> None:
    before = rows(quiet.site)
    answer = quiet.client().form(b"", extra=body or b"\r\n")
    assert answer.status == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert rows(quiet.site) == before


def test_the_form_takes_a_sealed_file_of_several_pieces(quiet: Served) -> None:
    before = rows(quiet.site)
    body = lengthened(padding.payload_size(262144))
    answers = [quiet.client().form(body) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert "received" in answers[0].text
    after = rows(quiet.site)
    assert (after["finished"] - before["finished"], after["pieces"] - before["pieces"]) == (1, 3)


def test_a_form_larger_than_the_setting_is_told_so(quiet: Served) -> None:
    for size in (padding.payload_size(2 << 20), 20 << 20):
        answer = quiet.client().form(PARSED.encode() + bytes(size))
        assert (answer.status, answer.headers["content-type"]) == (413, "text/html; charset=utf-8")


def test_a_hundred_half_uploads_at_the_quota_are_refused_and_leave_no_row(tmp_path: Path) -> None:
    site = make_site(tmp_path, quota_mib=16, text_reserve_mib=8)
    with serving(site) as running:
        client = running.client()
        body = lengthened(padding.payload_size(padding.LARGEST // 16))  # 7 MiB of the 8
        client, first = upload(running, body)
        half = client.start(body)
        statuses = [client.piece(half, n, part).status for n, part in enumerate(pieces(body))]
        assert (statuses[0], statuses[20]) == (200, 507)
        before, spent = rows(site), running.cpu()
        answers = [client.json("/t", {"pieces": 8, "size": 1 << 20}) for _ in range(100)]
        assert {answer.status for answer in answers} == {507}
        assert "full" in answers[0].text
        assert (running.cpu() - spent) / 100 < MAX_CPU
        assert rows(site) == before
        # Words still find room, and what was whole can still be finished.
        assert client.seal(look_alike()).status == 200
        assert client.done(first, body).status == 200


def test_a_hundred_uploads_at_once_are_too_many_if_the_setting_says_so(tmp_path: Path) -> None:
    site = make_site(tmp_path, open_uploads=10)
    with serving(site) as running:
        client = running.client()
        body = sealed(size=200_000)
        for _ in range(10):
            client.piece(client.start(body), 0, pieces(body)[0])
        statuses = [client.json("/t", {"pieces": 1, "size": 70000}).status for _ in range(100)]
        assert set(statuses) == {507}
        assert rows(site) == {"finished": 0, "unfinished": 10, "pieces": 10}
        assert client.seal(GOOD).status == 200
