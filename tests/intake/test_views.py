"""The drop's HTTP interface, over its unix socket, as a witness's browser meets it."""

from __future__ import annotations

import gzip
import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from envelope import archive, config, keyring, render
from intake.answers import small_page
from intake.compress import gzipped
from intake.errors import sentence
from keys.agefile import open_file
from tests.intake.rig import (
    REVIEWERS,
    Answer,
    Client,
    Served,
    look_alike,
    pieces,
    raw,
    rows,
    sealed,
)

BURMESE = "ကျွန်တော်တို့ရွာကို လူတွေလာခေါ်သွားတယ်။ "  # invented: "people came and took some from our village"
EVERYWHERE = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


def opened(data: bytes) -> dict[str, bytes]:
    """The members of a sealed file, opened with a reviewer's identity."""
    chunks = open_file(io.BytesIO(data), REVIEWERS[:1], testimony=True).chunks
    return {name: bytes(content) for name, content in archive.members(b"".join(chunks))}


def assert_protected(answer: Answer) -> None:
    for name, value in EVERYWHERE.items():
        assert answer.headers[name] == value
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    for name in ("set-cookie", "server", "date", "location", "via", "etag", "last-modified"):
        assert name not in answer.headers


@pytest.mark.parametrize("path", ["/", "/en"])
def test_a_page_is_exactly_what_anyone_can_render(
    shared: Served, client: Client, path: str
) -> None:
    folder = shared.site.folder
    data, signature = (folder / n for n in ("keyring.json", "keyring.json.sig"))
    page = render.site(data.read_bytes(), signature.read_bytes(), config.PageConfig(languages=("en",)))[path]
    plain = client.ask("GET", path)
    packed = client.ask("GET", path, Accept_Encoding="gzip, deflate")
    assert plain.status == packed.status == 200
    assert hashlib.sha256(plain.body).hexdigest() == page.sha256
    assert (packed.headers["content-encoding"], packed.body) == ("gzip", gzipped(page.html))
    assert gzip.decompress(packed.body) == plain.body
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert plain.headers["content-security-policy"] == f"{page.csp}; frame-ancestors 'none'"
    assert client.ask("GET", path, Accept_Encoding="gzip;q=0").body == plain.body


def test_dl_hands_over_the_same_bytes_as_a_file(client: Client) -> None:
    kept = client.ask("GET", "/en?dl")
    assert kept.headers["content-disposition"] == 'attachment; filename="form-en.html"'
    assert kept.body == client.ask("GET", "/en").body
    assert "content-disposition" not in client.ask("GET", "/?dl").headers


def test_everyone_gets_the_same_bytes_and_headers(shared: Served) -> None:
    answers = [
        shared.client().ask(
            "GET", "/en", User_Agent=agent, Cookie=f"a={agent}", Accept_Language=lang
        )
        for agent, lang in (("Firefox", "my"), ("curl", "en-US"), ("", "kac"))
    ]
    assert answers[0] == answers[1] == answers[2]


def test_the_served_keyring_verifies_against_the_root(shared: Served, client: Client) -> None:
    data = client.ask("GET", "/keyring.json")
    signature = client.ask("GET", "/keyring.json.sig")
    assert keyring.verify(data.body, signature.body, shared.site.config.root).serial == 1
    assert_protected(data)
    assert_protected(signature)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200), ("GET", "/en", 200), ("HEAD", "/en", 200), ("GET", "//en", 200),
        ("GET", "/en/", 404), ("GET", "/EN", 404), ("GET", "/xx", 404), ("GET", "/favicon.ico", 404),
        ("GET", "/static/x", 404), ("GET", "/keyring.json/", 404), ("GET", "/%00", 404),
        ("GET", "/../etc/passwd", 404), ("GET", "/t/", 404), ("GET", "/t/zz", 404), ("GET", "/t//zz", 404),
        ("GET", "/sealed", 404), ("PUT", "/sealed", 405), ("POST", "/en", 405), ("DELETE", "/t/" + "0" * 32, 405),
        ("GET", "/t/" + "0" * 32, 404), ("TRACE", "/", 405), ("PUT", "/t/" + "0" * 32 + "/x", 404),
    ],
)  # fmt: skip
def test_no_address_redirects_sets_a_cookie_or_tells_time_or_software(
    client: Client, method: str, path: str, status: int
) -> None:
    answer = client.ask(method, path)
    assert answer.status == status
    assert_protected(answer)
    if status >= 400 and path.startswith(("/sealed", "/t/")):
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.text.endswith(".\n")
        assert answer.text.count("\n") == 1
    elif status >= 400 and method != "HEAD":
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert small_page({404: "not_found", 405: "method"}[status]) == answer.text


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 20000 + b"\r\n\r\n", b"400"),
        (b"POST /sealed HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /sealed HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nplain\r\n0\r\n\r\n", b"411"),
        (b"POST /sealed HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", b"400"),
        (b"POST /sealed HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"413"),
    ],
)  # fmt: skip
def test_what_never_reaches_the_application_is_answered_as_quietly(
    shared: Served, request_bytes: bytes, status: bytes
) -> None:
    head, _, body = raw(shared.site.config.listen, request_bytes).partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == status
    lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    assert not {b"date", b"server", b"set-cookie", b"via"} & set(lines)
    assert lines[b"cache-control"] == b"no-store"
    assert body.endswith((b".\n", b"</html>\n"))
    assert b"waitress" not in body


def test_a_sealed_file_is_stored_byte_for_byte_and_once(served: Served) -> None:
    client = served.client()
    body = sealed("an invented account")
    assert [client.seal(body).status for _ in range(3)] == [200, 200, 200]
    assert rows(served.site) == {"finished": 1, "unfinished": 0, "pieces": 1}
    assert stored(served) == [body]


def test_the_answer_does_not_tell_whether_the_bytes_were_there(client: Client) -> None:
    body = sealed()
    assert client.seal(body) == client.seal(body)


def test_a_hundred_thousand_burmese_characters_go_through(served: Served, tmp_path: Path) -> None:
    words = (BURMESE * 3000)[:100_000]
    body = sealed(words)
    assert served.client().send(body).status == 200
    (kept,) = stored(served)
    assert kept == body
    assert opened(kept)["testimony.json"].decode() == words


def test_an_upload_in_pieces_goes_on_where_it_stopped(served: Served) -> None:
    body = sealed(size=700_000)
    parts = pieces(body)
    client = served.client()
    upload = client.start(body)
    assert client.ask("GET", upload).json() == {"missing": [0, 1, 2, 3, 4, 5, 6]}
    for n in (5, 0, 3):
        assert client.piece(upload, n, parts[n]).status == 200
    client.http.close()
    served.kill()
    with_new = Served(served.site)
    try:
        client = with_new.client()
        missing = client.ask("GET", upload).json()["missing"]
        assert missing == [1, 2, 4, 6]
        for n in missing:
            assert client.piece(upload, n, parts[n]).status == 200
        assert client.done(upload, body).status == 200
        assert client.ask("GET", upload).json() == {"missing": []}
        assert stored(with_new) == [body]
    finally:
        with_new.stop()


def test_the_first_write_of_a_piece_wins(client: Client, shared: Served) -> None:
    body = sealed(size=300_000)
    upload = client.start(body)
    first, second = pieces(body)[:2]
    assert client.piece(upload, 0, first).status == 200
    assert client.piece(upload, 0, first).status == 200
    before = rows(shared.site)
    answer = client.piece(upload, 0, second)
    assert (answer.status, answer.text) == (409, sentence("rewritten") + "\n")
    assert rows(shared.site) == before


def test_after_done_nothing_changes_and_done_answers_the_same(served: Served) -> None:
    client = served.client()
    body, other = sealed(size=300_000), sealed(size=300_000)
    upload = client.start(body)
    for n, part in enumerate(pieces(body)):
        client.piece(upload, n, part)
    assert client.done(upload, body) == client.done(upload, body)
    assert client.piece(upload, 0, pieces(body)[0]).status == 200
    assert client.piece(upload, 0, pieces(other)[0]).status == 409
    assert client.done(upload, other).status == 409
    assert stored(served) == [body]


def test_sixteen_parallel_and_fifty_in_a_row_are_all_stored(served: Served) -> None:
    bodies = [look_alike() for _ in range(66)]
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda body: served.client().seal(body).status, bodies[:16]))
    client = served.client()
    statuses += [client.seal(body).status for body in bodies[16:]]
    assert statuses == [200] * 66
    assert sorted(stored(served)) == sorted(bodies)


def stored(served: Served) -> list[bytes]:
    """Every finished file, as an export would hand it over."""
    from intake import db, store

    with db.reading(db.engine(served.site.config)) as connection:
        return [b"".join(store.read(connection, file)) for file in store.kept(connection)]
