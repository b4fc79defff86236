"""The core's jobs, in a Worker and on the main thread of both browsers: sealing, and committing ahead."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest

from envelope import archive
from keys.agefile import open_file
from keys.errors import NoIdentity
from keys.identity import AgeIdentity
from tests.browser.drivers import Browser
from tests.browser.inside import account, inside, job, sealed_inside
from tests.browser.world import Team

# given: whether no Worker starts, then what the code is about.
CORE = """const core = new sakse.Core(sakse.core);
    if (given[0]) Worker = function () { throw new Error("no Worker here"); };
"""
SEAL = CORE + 'return base64(await core.ask("seal", given[1]));'
BOTH = pytest.mark.parametrize("is_blocked", [False, True], ids=["worker", "main thread"])
BURMESE = "သူတို့က ကျွန်တော့်ညီကို ဆွဲခေါ်သွားတယ်။ "


def members(sealed: bytes, team: Team) -> dict[str, bytes]:
    opened = open_file(io.BytesIO(sealed), [team.reviewers[0]], testimony=True)
    return {name: bytes(data) for name, data in archive.unpack_testimony(b"".join(opened.chunks)).items()}


@BOTH
def test_a_contact_opens_for_the_protection_officer_and_for_no_reviewer(
    modules: Browser, team: Team, is_blocked: bool
) -> None:
    officer = AgeIdentity.generate()
    contact = "Invented: signal, on Fridays after dark. ညနေ"
    sealed = sealed_inside(modules, SEAL, is_blocked, job(team, contact=contact, protection=officer.recipient))
    found = members(sealed, team)
    assert list(found) == ["testimony.json", "contact.age"]
    inner = found["contact.age"]
    text = b"".join(open_file(io.BytesIO(inner), [officer], testimony=False).chunks)
    assert text == contact.encode().ljust(4096, b"\0")
    with pytest.raises(NoIdentity):
        open_file(io.BytesIO(inner), team.reviewers, testimony=False)
    assert b"grease" not in inner
    assert team.open(sealed).testimony.narrative == account()["narrative"]


def test_every_contact_makes_a_member_of_one_size(modules: Browser, team: Team) -> None:
    texts = ["a", "ည" * 1365 + "a"]
    assert len(texts[1].encode()) == 4096
    sizes = {
        len(members(sealed_inside(modules, SEAL, False, job(team, contact=text)), team)["contact.age"])
        for text in texts
    }
    assert len(sizes) == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"contact": "ည" * 1366}, "contact-long"),
        ({"contact": "a", "protection": None}, "bad-keyring"),
        ({"contact": "a", "protection": ""}, "bad-keyring"),
        ({"recipients": []}, "bad-keyring"),
    ],
)
def test_what_cannot_be_sealed_is_refused_by_name(
    modules: Browser, team: Team, changes: dict[str, Any], error: str
) -> None:
    with pytest.raises(RuntimeError, match=error):
        inside(modules, SEAL, False, job(team, **changes))


def test_without_a_contact_there_is_no_such_member(modules: Browser, team: Team) -> None:
    sealed = sealed_inside(modules, SEAL, False, job(team, contact="", protection=None))
    assert list(members(sealed, team)) == ["testimony.json"]


def test_typed_text_and_receipt_code_are_sealed_and_committed_to(modules: Browser, team: Team) -> None:
    raw = json.dumps({"narrative": "ျမန္မာ"}, ensure_ascii=False, separators=(",", ":"))
    told = {**account("မြန်မာ"), "raw": raw, "code": "1234567" * 4}
    found = team.open(sealed_inside(modules, SEAL, False, job(team, account=told))).testimony
    assert (found.raw, found.code, found.narrative) == (raw, "1234567" * 4, "မြန်မာ")


# Prepares each account of given[2], seals the last, then seals it once more.
AHEAD = CORE + """const { account, ...rest } = given[1];
    const outcomes = [];
    for (const told of given[2]) outcomes.push(await core.ask("prepare", { account: told, fields: rest.fields }));
    const job = { ...rest, account: given[2].at(-1) };
    const sealed = [await core.ask("seal", job), await core.ask("seal", job)];
    return [outcomes, ...await Promise.all(sealed.map(base64))];"""


def drafts() -> list[dict[str, Any]]:
    """An account as it grows, is cut in the middle, and gets another answer."""
    sentences = [f"{BURMESE}{n}။ " for n in range(40)]
    texts = ["", sentences[0], "".join(sentences), "".join(sentences[:7] + sentences[9:])]
    return [account(text) for text in texts] + [account(texts[-1] + "!", k1="saw")]


@BOTH
def test_what_was_committed_to_ahead_opens_as_what_was_sealed(
    modules: Browser, team: Team, is_blocked: bool
) -> None:
    outcomes, *sealed = inside(modules, AHEAD, is_blocked, job(team), drafts())
    # Opening recomputes every commitment in Python.
    first, second = (team.open(base64.b64decode(text)) for text in sealed)
    assert outcomes == [None] * len(drafts())
    assert first.testimony.narrative == drafts()[-1]["narrative"]
    assert first.testimony.answers["k1"] == "saw"
    # Nothing that was made ahead serves twice.
    assert first.testimony.seed != second.testimony.seed
    assert first.testimony.r != second.testimony.r
    assert first.commitment != second.commitment


# Counts the cells that are digested: each asks the TextEncoder once.
COUNT = CORE + """const real = TextEncoder.prototype.encode;
    let calls = 0;
    TextEncoder.prototype.encode = function (text) { calls++; return real.call(this, text); };
    const ask = async (job, account) => {
        const before = calls;
        await core.ask(job, { ...given[1], account });
        return calls - before;
    };
    const out = [];
    for (const [job, account] of given[2]) out.push(await ask(job, account));
    return out;"""


def test_a_sentence_more_costs_a_sentence_more_and_sealing_nothing(modules: Browser, team: Team) -> None:
    long = account(BURMESE * 200)
    more = account(BURMESE * 201)
    steps = [("prepare", long), ("prepare", long), ("prepare", more), ("seal", more), ("seal", more)]
    whole, same, added, ahead, anew = inside(modules, COUNT, True, job(team), steps)
    assert whole > 2 * len(long["narrative"])
    assert same == 0
    assert len(BURMESE) < added < whole / 20
    assert ahead < whole / 20
    assert anew > whole * 0.9


# A "prepare" of a long text, and soon after it another job, which alone is waited for: the first is given up.
OVERTAKE = CORE + """const { account, ...rest } = given[1];
    const long = { ...account, narrative: given[2] };
    const ended = [];
    const ask = (name, job) => core.ask(job, { ...rest, account: name === "long" ? long : account }).then((result) => { ended.push(name); return result; });
    const first = ask("long", "prepare");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = ask("short", given[3]);
    const begun = ended.length;
    await second;
    await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 20000))]);
    return [begun, ended.includes("long"), given[3] === "seal" ? await base64(await second) : ""];"""


@BOTH
@pytest.mark.parametrize("second", ["seal", "prepare"])
def test_sealing_does_not_wait_for_what_is_committed_ahead(
    modules: Browser, team: Team, is_blocked: bool, second: str
) -> None:
    # One sentence of a million signs: it would take minutes, and no test would wait for it.
    endless = "က" * 1_000_000
    begun, is_given_up, sealed = inside(modules, OVERTAKE, is_blocked, job(team), endless, second)
    assert begun == 0
    assert is_given_up
    if sealed:
        assert team.open(base64.b64decode(sealed)).testimony.narrative == account()["narrative"]


def test_stopping_forgets_what_was_committed_to_ahead(modules: Browser, team: Team) -> None:
    # On the main thread, where nothing ends with a Worker.
    js = """const heard = [];
        const self = { postMessage: (data) => heard.push(data) };
        sakse.core(self);
        const ask = async (job, input) => {
            await self.onmessage({ data: { id: 1, job, input } });
            return heard.at(-1);
        };
        const { account, fields } = given[0];
        await ask("prepare", { account, fields });
        const real = TextEncoder.prototype.encode;
        const count = async () => {
            let calls = 0;
            TextEncoder.prototype.encode = function (text) { calls++; return real.call(this, text); };
            await ask("prepare", { account, fields });
            TextEncoder.prototype.encode = real;
            return calls;
        };
        const kept = await count();
        await ask("stop");
        return [kept, await count()];"""
    kept, forgotten = inside(modules, js, job(team))
    assert kept == 0
    assert forgotten > 100
