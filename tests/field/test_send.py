"""`sakse-seal send` against a real drop: whole files, pieces, broken lines, SOCKS, refusals."""

from __future__ import annotations

import contextlib
import io
import json
import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text
from waitress.server import create_server

import field.drop
import field.send
from envelope import form, testimony
from envelope.config import DropConfig
from field.drop import Drop, RefusedError
from field.errors import SendError
from field.received import file_and_drop
from field.send import PIECE, send_file
from intake import db
from intake.store import Store, kept, read
from intake.views import Drop as Served
from intake.views import create_app
from tests.field.lines import breaking, socks
from tests.field.team import Team
from tests.relay import Relay


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    config = DropConfig(state=tmp_path)
    engine = db.engine(config)
    db.create(engine)
    opened = Store(engine, config)
    yield opened
    opened.close()


@pytest.fixture
def port(store: Store) -> Iterator[int]:
    """A drop on loopback, under the server it really uses."""
    app = create_app(Served(store, {}, b"", b"", 2 << 20))
    # poll: select would raise in its thread when the sockets are closed from this one
    server = create_server(app, host="127.0.0.1", port=0, asyncore_use_poll=True)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield int(server.effective_port)
    with contextlib.suppress(OSError):
        server.close()
    thread.join(10)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(field.drop, "FIRST_WAIT", 0.001)


def sealed(folder: Path, people: Team, attached: int = 0) -> Path:
    """A sealed testimony, with an attachment of `attached` bytes if that is not 0."""
    files = [folder / "sound.opus"] if attached else []
    for file in files:
        file.write_bytes(bytes(attached))
    written = testimony.build(
        form.load(), lang="en", answers={"c1": "yes"}, narrative="Told.", attachments=files
    )
    out = io.BytesIO()
    testimony.seal_testimony(written, files, people.keyring, out)
    path = folder / "T.age"
    path.write_bytes(out.getvalue())
    return path


def deliver(path: Path, url: str) -> None:
    with contextlib.closing(Drop(url, None)) as drop:
        send_file(path, drop)


def stored(store: Store) -> list[bytes]:
    with db.reading(store.engine) as connection:
        return [b"".join(read(connection, file)) for file in kept(connection)]


def test_a_text_goes_in_one_request_and_is_stored_once_however_often_it_is_sent(
    tmp_path: Path, people: Team, store: Store, port: int, sakse_seal: Callable[..., int]
) -> None:
    path = sealed(tmp_path, people)
    for _ in range(2):
        assert sakse_seal("send", path, "--again", "--to", f"http://127.0.0.1:{port}") == 0
    assert stored(store) == [path.read_bytes()]


def test_a_large_file_goes_in_pieces_and_leaves_no_note(
    tmp_path: Path, people: Team, store: Store, port: int, sakse_seal: Callable[..., int]
) -> None:
    path = sealed(tmp_path, people, attached=600_000)
    assert path.stat().st_size > 4 * PIECE
    assert sakse_seal("send", path, "--to", f"http://127.0.0.1:{port}/") == 0
    assert stored(store) == [path.read_bytes()]
    assert not (tmp_path / "T.age.upload").exists()


def test_a_line_that_breaks_again_and_again_loses_nothing(
    tmp_path: Path, people: Team, store: Store, port: int
) -> None:
    path = sealed(tmp_path, people, attached=600_000)
    with breaking(port, [0, 100, 200_000, 50, 131_072]) as line:
        deliver(path, f"http://127.0.0.1:{line}")
    assert stored(store) == [path.read_bytes()]


def test_over_a_line_that_cuts_again_and_again_each_file_arrives_whole_and_once(
    tmp_path: Path, people: Team, store: Store, port: int, sakse_seal: Callable[..., int]
) -> None:
    folder = tmp_path / "film"
    folder.mkdir()
    text, film = sealed(tmp_path, people), sealed(folder, people, attached=4_900_000)
    with Relay(port, mean_bytes=300_000, seed=1) as line:
        assert sakse_seal("send", film, text, "--to", line.url) == 0
        assert line.cuts > film.stat().st_size / 300_000 / 2
    assert sorted(stored(store)) == sorted(path.read_bytes() for path in (film, text))


def test_whatever_answer_is_lost_the_file_is_stored_once_and_received(
    tmp_path: Path, people: Team, store: Store, port: int
) -> None:
    path = sealed(tmp_path, people, attached=200_000)
    with Relay(port) as line:
        line.lose = lambda n: n % 2 == 1
        deliver(path, line.url)
        assert line.cuts == line.answers / 2 >= 4
    assert stored(store) == [path.read_bytes()]


def test_a_second_run_goes_on_where_the_first_stopped(
    tmp_path: Path, people: Team, store: Store, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sealed(tmp_path, people, attached=600_000)
    monkeypatch.setattr(field.drop, "TRIES", 1)
    budgets = [300_000]
    with breaking(port, budgets) as line:
        with pytest.raises(SendError, match="goes on where it stopped"):
            deliver(path, f"http://127.0.0.1:{line}")
        note = json.loads((tmp_path / "T.age.upload").read_bytes())
        assert str(line) not in (tmp_path / "T.age.upload").read_text()  # nor any address
        missing = store.missing(bytes.fromhex(note["id"]))
        assert 0 < len(missing) < -(-path.stat().st_size // PIECE)
        budgets.append(len(missing) * PIECE + 20_000)  # too little to send all of it again
        deliver(path, f"http://127.0.0.1:{line}")
    assert stored(store) == [path.read_bytes()]


@pytest.fixture
def folder(tmp_path: Path, people: Team) -> Path:
    """A folder of three texts and a large file."""
    (tmp_path / "stick").mkdir()
    for n in range(4):
        path = sealed(tmp_path, people, attached=600_000 * (n == 3))
        path.rename(tmp_path / f"stick/notes-{n}.bin")
    return tmp_path / "stick"


def contents(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in folder.glob("*.bin"))


def test_a_folder_is_sent_whole_and_a_second_run_sends_nothing(
    folder: Path,
    store: Store,
    port: int,
    sakse_seal: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    to = f"http://127.0.0.1:{port}"
    (folder / "a word.txt").write_text("not for sending")
    assert sakse_seal("send", folder, folder / "notes-0.bin", "--to", to) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "received: 4 of 4"
    assert sorted(stored(store)) == contents(folder)
    with store.engine.begin() as connection:
        connection.execute(text("DELETE FROM piece"))
        connection.execute(text("DELETE FROM file"))
    assert sakse_seal("send", folder, "--to", f"{to}/") == 0
    assert capsys.readouterr().out == "received: 4 of 4\n"
    assert stored(store) == []
    assert sakse_seal("send", folder, "--to", to, "--again") == 0
    assert sorted(stored(store)) == contents(folder)


def test_the_note_of_what_was_received_holds_no_address_name_or_hash_of_a_file(
    folder: Path, port: int, store: Store, sakse_seal: Callable[..., int]
) -> None:
    assert sakse_seal("send", folder, "--to", f"http://127.0.0.1:{port}") == 0
    note = (folder / ".received").read_text()
    assert len(note.split()) == 4 and "127.0.0.1" not in note and "notes" not in note
    assert not any(sha256(file).hexdigest() in note for file in contents(folder))
    assert (folder / ".received").stat().st_mode & 0o777 == 0o600


def test_a_file_received_elsewhere_or_changed_since_is_sent(
    folder: Path, people: Team, port: int, store: Store, sakse_seal: Callable[..., int]
) -> None:
    with breaking(port, []) as other:
        assert sakse_seal("send", folder, "--to", f"http://127.0.0.1:{other}") == 0
    fresh = sealed(folder.parent, people)
    fresh.replace(folder / "notes-0.bin")
    assert sakse_seal("send", folder, "--to", f"http://127.0.0.1:{port}") == 0
    assert len(stored(store)) == 6  # three texts, the fresh one, the large file both times
    assert set(contents(folder)) <= set(stored(store))
    assert len((folder / ".received").read_text().split()) == 8


def test_after_a_cut_a_second_run_brings_the_rest_and_says_what_is_left_until_then(
    folder: Path,
    store: Store,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    sakse_seal: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(field.drop, "TRIES", 1)
    budgets, runs = [1_000_000, 10, 200_000, 0, 300_000, 150_000], 0
    with breaking(port, budgets) as line:
        while sakse_seal("send", folder, "--to", f"http://127.0.0.1:{line}") != 0:
            said, runs = capsys.readouterr(), runs + 1
            count = len(stored(store))
            assert f"received: {count} of 4" in said.out.splitlines()
            assert said.out.count("left: ") == 4 - count
            assert "does not answer" in said.err
    assert runs >= 2
    assert sorted(stored(store)) == contents(folder)
    assert list(folder.glob("*.upload")) == []


def test_stopped_by_a_key_it_says_what_was_received_and_goes_on_from_there(
    folder: Path,
    store: Store,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    sakse_seal: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    seen: list[Path] = []

    def stopping(path: Path, drop: Drop, advance: Callable[[int], object]) -> None:
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(path)
        send_file(path, drop, advance)

    with monkeypatch.context() as patch:
        patch.setattr(field.send, "send_file", stopping)
        assert sakse_seal("send", folder, "--to", f"http://127.0.0.1:{port}") == 1
    said = capsys.readouterr()
    assert "received: 2 of 4" in said.out and "Stopped before the end" in said.err
    assert len(stored(store)) == 2
    assert sakse_seal("send", folder, "--to", f"http://127.0.0.1:{port}") == 0
    again = capsys.readouterr().out
    assert again.count("received: /") == 2
    assert not any(f"received: {path}" in again for path in seen)
    assert sorted(stored(store)) == contents(folder)


def test_files_are_sent_in_an_order_that_tells_nothing(
    tmp_path: Path,
    people: Team,
    monkeypatch: pytest.MonkeyPatch,
    sakse_seal: Callable[..., int],
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(field.send, "send_file", lambda path, *_: seen.append(path.name))
    files = [tmp_path / f"{n:02d}.bin" for n in range(20)]
    whole = sealed(tmp_path, people).read_bytes()
    for path in files:
        path.write_bytes(whole)
    orders = set()
    for _ in range(3):
        assert sakse_seal("send", *files, "--to", "http://127.0.0.1:1", "--again") == 0
        orders.add(tuple(seen))
        assert sorted(seen) == [path.name for path in files]
        seen.clear()
    assert len(orders) == 3


def test_a_refused_file_does_not_keep_the_others_from_going(
    folder: Path,
    store: Store,
    port: int,
    sakse_seal: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    store._quota = store._reserve  # full for large files, not for texts
    assert sakse_seal("send", folder, "--to", f"http://127.0.0.1:{port}") == 1
    said = capsys.readouterr()
    assert f"refused: {folder / 'notes-3.bin'}: " in said.err and "is full" in said.err
    assert said.out.splitlines()[-2:] == ["received: 3 of 4", f"left: {folder / 'notes-3.bin'}"]
    assert len(stored(store)) == 3


def test_a_folder_without_sealed_files_is_refused(
    tmp_path: Path, sakse_seal: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    assert sakse_seal("send", tmp_path, "--to", "http://127.0.0.1:1") == 1
    assert "holds no sealed file" in capsys.readouterr().err
    (tmp_path / "photo.bin").write_bytes(b"x")
    assert sakse_seal("send", tmp_path, "--to", "http://127.0.0.1:1") == 1
    assert str(tmp_path / "photo.bin") in capsys.readouterr().err


def test_an_upload_the_drop_forgot_begins_again(
    tmp_path: Path, people: Team, store: Store, port: int
) -> None:
    path = sealed(tmp_path, people, attached=200_000)
    url = f"http://127.0.0.1:{port}"
    note = {"for": file_and_drop(path, url), "id": "0" * 32}
    (tmp_path / "T.age.upload").write_text(json.dumps(note))
    deliver(path, url)
    assert stored(store) == [path.read_bytes()]


def test_a_note_of_another_file_or_place_is_not_followed(
    tmp_path: Path, people: Team, store: Store, port: int
) -> None:
    path = sealed(tmp_path, people, attached=200_000)
    (tmp_path / "T.age.upload").write_text('{"for": "x", "id": "y"}')
    deliver(path, f"http://127.0.0.1:{port}")
    assert stored(store) == [path.read_bytes()]


def test_the_proxy_looks_the_onion_up_and_each_file_has_its_own_circuit(
    tmp_path: Path, people: Team, store: Store, port: int, sakse_seal: Callable[..., int]
) -> None:
    seen: list[tuple[bytes, str, int]] = []
    small = sealed(tmp_path, people)
    second = tmp_path / "U.age"
    small.rename(second)
    large = sealed(tmp_path, people, attached=200_000)
    onion = "a" * 56 + ".onion"
    with socks(port, seen) as proxy:
        to = ("--to", f"http://{onion}", "--socks", f"127.0.0.1:{proxy}")
        assert sakse_seal("send", second, large, *to) == 0
    assert sorted(stored(store)) == sorted([second.read_bytes(), large.read_bytes()])
    assert {(host, number) for _, host, number in seen} == {(onion, 80)}
    assert len({user for user, _, _ in seen}) == 2


@pytest.mark.parametrize(
    ("url", "why"),
    [("http://example.com", "--socks"), ("https://127.0.0.1", "no address"),
     ("127.0.0.1:8000", "no address"), ("http://127.0.0.1:99999", "no address"),
     ("http://127.0.0.1/path", "no address"), ("http://me@127.0.0.1", "no address")],
)  # fmt: skip
def test_an_address_that_would_betray_the_sender_is_refused(
    tmp_path: Path, people: Team, sakse_seal: Callable[..., int],
    capsys: pytest.CaptureFixture[str], url: str, why: str,
) -> None:  # fmt: skip
    assert sakse_seal("send", sealed(tmp_path, people), "--to", url) == 1
    assert why in capsys.readouterr().err


def test_what_is_not_sealed_never_leaves_the_machine(
    tmp_path: Path, people: Team, sakse_seal: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    plain, cut = tmp_path / "plain.txt", tmp_path / "cut.age"
    plain.write_text("They took him.")
    whole = sealed(tmp_path, people)
    cut.write_bytes(whole.read_bytes()[:-1])
    with breaking(1, []) as nowhere:
        for path in (plain, cut):
            assert sakse_seal("send", whole, path, "--to", f"http://127.0.0.1:{nowhere}") == 1
            assert capsys.readouterr().err.startswith("error: ")


def test_a_refusal_is_the_drops_own_sentence_and_is_not_tried_again(
    tmp_path: Path, people: Team, store: Store, port: int
) -> None:
    store._quota = store._reserve
    path = sealed(tmp_path, people, attached=200_000)
    with pytest.raises(RefusedError, match="server is full") as refusal:
        deliver(path, f"http://127.0.0.1:{port}")
    assert refusal.value.status == 507
    assert stored(store) == []


def test_a_drop_that_never_answers_is_named_and_nothing_is_lost(
    tmp_path: Path, people: Team
) -> None:
    path = sealed(tmp_path, people)
    with breaking(1, []) as nowhere, pytest.raises(SendError, match="does not answer"):
        deliver(path, f"http://127.0.0.1:{nowhere}")
    assert path.exists()


def test_a_login_page_that_answers_instead_of_the_drop_is_not_taken_for_received(
    tmp_path: Path, people: Team
) -> None:
    def portal(_environ: dict, start: Callable) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/html")])
        return [b"<!doctype html><title>Invented shop: please pay</title>"]

    server = create_server(portal, host="127.0.0.1", port=0, asyncore_use_poll=True)
    thread = threading.Thread(target=server.run)
    thread.start()
    drop = Drop(f"http://127.0.0.1:{server.effective_port}/", None)
    try:
        with pytest.raises(SendError, match="is no drop"):
            send_file(sealed(tmp_path, people), drop)
    finally:
        drop.close()
        with contextlib.suppress(OSError):
            server.close()
        thread.join(10)
