"""testimony.json: built, sealed, opened again, and everything a sealer never writes refused."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envelope import archive, canonical, commit, form, header, padding, testimony
from envelope.errors import FormatError
from envelope.keyring import Keyring, Recipient
from keys.agefile import open_file
from keys.errors import NoIdentity
from keys.identity import AgeIdentity

FORM = form.load()
ANSWERS = {
    "c1": "yes",
    "a1": "adult",
    "i1": "taken_home",
    "c2": "iimm un",
    "written_on": "2026-11-09",
}
NARRATIVE = "သူတို့က အိမ်တွေထဲဝင်ပြီး ခေါ်သွားတယ်။ They took him.\n"


def build(*files: Path, **changes: Any) -> testimony.Testimony:
    parts = {"lang": "en", "answers": ANSWERS, "narrative": NARRATIVE} | changes
    return testimony.build(FORM, attachments=files, **parts)


def keyring_for(*identities: AgeIdentity, protection: AgeIdentity | None = None) -> Keyring:
    people = tuple(
        Recipient(f"r{n}", identity.recipient, bytes([n]) * 32)
        for n, identity in enumerate(identities)
    )
    contact = protection.recipient if protection else None
    dates = ("2026-11", "2026-11-01", "2026-11-30")
    return Keyring(1, "Team", *dates, people, contact, bytes([99]) * 32, "0.1.0")


def seal(t: testimony.Testimony, files: list[Path], ring: Keyring, contact: str = "") -> bytes:
    out = io.BytesIO()
    testimony.seal_testimony(t, files, ring, out, contact=contact)
    return out.getvalue()


def unseal(sealed: bytes, identity: AgeIdentity) -> dict[str, memoryview]:
    opened = open_file(io.BytesIO(sealed), [identity], testimony=True)
    return archive.unpack_testimony(b"".join(opened.chunks))


@pytest.fixture(scope="module")
def people() -> list[AgeIdentity]:
    return [AgeIdentity.generate(), AgeIdentity.generate()]


def test_what_is_built_is_read_back_equal_and_has_fresh_secrets() -> None:
    first, second = build(), build()
    assert testimony.parse(first.encode()) == first
    assert first.r != second.r and first.seed != second.seed and first.r != first.seed
    assert first.consent_sha256 == FORM.consent_sha256("en")


def test_the_day_of_writing_is_added_when_the_answers_do_not_give_it() -> None:
    answers = {key: value for key, value in ANSWERS.items() if key != "written_on"}
    assert len(build(answers=answers).answers["written_on"]) == len("2026-11-09")
    assert build().answers["written_on"] == "2026-11-09"


def test_every_reviewer_opens_the_same_testimony_files_and_commitment(
    tmp_path: Path, people: list[AgeIdentity]
) -> None:
    photo, note = tmp_path / "photo ရွာ.jpg", tmp_path / "note.pdf"
    photo.write_bytes(b"\xff\xd8" + bytes(range(256)) * 9000)
    note.write_bytes(b"%PDF-")
    written = build(photo, note, code="1" * 28)
    sealed = seal(written, [photo, note], keyring_for(*people))
    for person in people:
        members = unseal(sealed, person)
        read = testimony.from_members(members)
        assert read == written
        assert [a.name for a in read.attachments] == ["photo ရွာ.jpg", "note.pdf"]
        assert bytes(members["attachments/01"]) == photo.read_bytes()
        root = commit.root(read.seed, testimony.units_of(read, members))
        grease = header.grease_body(header.parse(sealed)[0])
        assert commit.commitment(read.r, root) == grease


def test_short_and_long_accounts_have_one_size_on_the_wire(people: list[AgeIdentity]) -> None:
    sizes = {
        len(seal(build(narrative="က" * length), [], keyring_for(people[0])).partition(b"\n---")[2])
        for length in (50, 400, 19_000)
    }
    assert len(sizes) == 1


def test_a_hundred_thousand_burmese_characters_go_through(people: list[AgeIdentity]) -> None:
    written = build(narrative="ကျွန်တော် မြင်ခဲ့တယ်။ " * 4762)
    assert len(written.narrative) > 100_000
    members = unseal(seal(written, [], keyring_for(people[0])), people[0])
    assert testimony.from_members(members).narrative == written.narrative


def test_the_units_stand_in_the_order_of_the_form(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"abc")
    written = build(file)
    units = testimony.units_of(written, {"attachments/01": memoryview(b"abc")})
    assert units[0] == f"1 en {FORM.consent_sha256('en')}"
    assert units[1 : 1 + len(FORM.fields)] == [written.answers.get(f, "") for f in FORM.fields]
    files_at = 2 + len(FORM.fields)
    assert units[files_at - 1] == "" and units[files_at] == commit.attachment_unit([b"abc"])
    assert units[files_at + 1 : files_at + 16] == [""] * 15
    assert "".join(units[files_at + 16 :]) == NARRATIVE
    assert len(units) % 16 == 0


def test_the_vector_of_a_whole_testimony() -> None:
    vector = json.loads((Path(__file__).parents[1] / "vectors/testimony.json").read_bytes())
    read = testimony.parse(vector["testimony"].encode())
    files = {
        f"attachments/{n:02d}": memoryview(bytes([file["byte"]]) * file["size"])
        for n, file in enumerate(vector["attachments"], start=1)
    }
    units = testimony.units_of(read, files)
    root = commit.root(read.seed, units)
    assert units == vector["units"]
    assert root.hex() == vector["root"]
    assert commit.commitment(read.r, root).hex() == vector["commitment"]


def test_the_code_and_the_contact_are_never_units() -> None:
    units = testimony.units_of(build(code="7" * 28), {})
    assert all("7" * 28 not in unit for unit in units)


def test_a_contact_is_one_size_and_only_protection_can_read_it(people: list[AgeIdentity]) -> None:
    safe = AgeIdentity.generate()
    ring = keyring_for(people[0], protection=safe)
    short, long = (
        unseal(seal(build(), [], ring, contact), people[0])["contact.age"]
        for contact in ("after dark", "ည" * 1365)
    )
    assert len(short) == len(long)
    opened = open_file(io.BytesIO(bytes(short)), [safe], testimony=False)
    assert b"".join(opened.chunks).rstrip(b"\0") == b"after dark"
    with pytest.raises(NoIdentity):
        open_file(io.BytesIO(bytes(short)), people, testimony=False)


def test_a_contact_too_long_or_without_protection_recipient_is_refused(
    people: list[AgeIdentity],
) -> None:
    with pytest.raises(FormatError, match="takes no contact"):
        seal(build(), [], keyring_for(people[0]), "x")
    with pytest.raises(FormatError, match="longer than 4096"):
        seal(build(), [], keyring_for(people[0], protection=people[1]), "ည" * 1366)


def test_too_many_too_large_or_empty_files_are_refused_when_building(tmp_path: Path) -> None:
    file, empty, large = tmp_path / "a", tmp_path / "empty", tmp_path / "large"
    file.write_bytes(b"x")
    empty.touch()
    with large.open("wb") as stream:
        stream.truncate(padding.MAX_ATTACHMENT_BYTES)
    build(large)
    for files, why in (
        ([file] * 17, "more than 16"),
        ([empty], "empty"),
        ([large, file], "larger"),
    ):
        with pytest.raises(FormatError, match=why):
            build(*files)


def test_other_files_than_those_listed_are_not_sealed(
    tmp_path: Path, people: list[AgeIdentity]
) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"abc")
    written = build(file)
    file.write_bytes(b"abcd")
    with pytest.raises(FormatError):
        seal(written, [file], keyring_for(people[0]))
    with pytest.raises(FormatError):
        testimony.from_members({"testimony.json": memoryview(written.encode())})


@pytest.mark.parametrize(
    "change",
    [{"answers": {"c1": "yes", "zz": "x"}}, {"answers": {"a1": ""}}, {"answers": []},
     {"attachments": [{"name": "a", "size": 1}]}, {"attachments": {}},
     {"attachments": [{"name": "", "size": 1, "type": ""}]},
     {"attachments": [{"name": "a" * 4097, "size": 1, "type": ""}]},
     {"attachments": [{"name": "a", "size": -1, "type": ""}]},
     {"attachments": [{"name": "a", "size": True, "type": ""}]},
     {"attachments": [{"name": "a", "size": 1, "type": ""}] * 17},
     {"attachments": [{"name": "a", "size": 101 << 20, "type": ""}]},
     {"code": "1" * 27}, {"code": "၁" * 28}, {"code": 7}, {"consent": {"lang": "en"}},
     {"consent": {"lang": "EN", "sha256": "0" * 64}}, {"consent": {"lang": "en", "sha256": "A" * 64}},
     {"form": 2}, {"form": True}, {"form": "1"}, {"format": "sakse-testimony@v2"},
     {"narrative": None}, {"r": "0" * 62}, {"r": "0" * 63 + "\n"}, {"seed": "F" * 64},
     {"raw": "{}"}, {"raw": '{ "narrative":"x"}'}, {"raw": '{"zz":"x"}'}, {"raw": '{"c5":""}'},
     {"raw": "[]"}, {"more": 1}],
)  # fmt: skip
def test_what_no_sealer_writes_is_refused(change: dict[str, Any]) -> None:
    value = json.loads(build().encode()) | change
    with pytest.raises(FormatError):
        testimony.parse(canonical.dumps(value))


def test_a_missing_key_and_another_spelling_are_refused() -> None:
    value = json.loads(build().encode())
    for key in value:
        with pytest.raises(FormatError):
            testimony.parse(canonical.dumps({k: v for k, v in value.items() if k != key}))
    with pytest.raises(FormatError):
        testimony.parse(json.dumps(value).encode())


def test_raw_texts_are_read() -> None:
    value = json.loads(build().encode())
    value["raw"] = canonical.dumps({"narrative": "zg", "p2.village": "zg"}).decode()
    assert testimony.parse(canonical.dumps(value)).raw == value["raw"]


@given(st.data())
def test_what_parses_encodes_to_the_same_bytes(data: st.DataObject) -> None:
    written = bytearray(build().encode())
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] = data.draw(st.integers(0, 255))
    try:
        read = testimony.parse(bytes(written))
    except FormatError as refusal:
        assert str(refusal).endswith(".")
    else:
        assert read.encode() == bytes(written)


def test_an_account_of_more_than_a_million_characters_is_refused_before_it_costs_memory():
    with pytest.raises(FormatError, match="million"):
        testimony.parse(_with(narrative="x" * 1_000_001))


def test_a_phone_whose_clock_is_wrong_loses_nothing():
    for day in ("1970-01-01", "2106-02-07"):
        assert testimony.parse(_with(answers={"c1": "yes", "written_on": day})).answers["written_on"] == day


def _with(**changes):
    good = testimony.build(form.load(), lang="en", answers={"c1": "yes"}, narrative="invented", attachments=[])
    return canonical.dumps({**canonical.loads(good.encode(), what="It"), **changes})
