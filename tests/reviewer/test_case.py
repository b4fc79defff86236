"""One row a person over a whole case, and what a reviewer does to it. All names are invented."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer import edits, planning, suspects
from reviewer.case import MIXED, Case
from reviewer.decisions import ACCEPTED, KINDS, REJECTED, UNDECIDED
from reviewer.errors import RedactionError
from reviewer.finder import find
from reviewer.vault import Vault
from tests.reviewer.world import PASSPHRASE, seal, short, transfer

FIRST = "They took U Tun Tun at night. Tun Tun came home, and Ko Zaw Lin has left."
SECOND = "I am Daw Hla May. In the night tun tun was beaten, and Hla May told me of it.\n\nNobody asked them."
ZAWGYI = "ဦးထြန္းထြန္း ကို ဖမ္းသြားတယ္။"


@pytest.fixture
def team(world):
    """A vault with three accounts, and the ids of them."""
    files = [seal(world.ring, text) for text in (FIRST, SECOND, ZAWGYI)]
    world.ok("ana", "import", transfer(world, files))
    return world, [short(data) for data in files]


@pytest.fixture
def vault(team):
    with Vault(team[0].vault("ana"), PASSPHRASE) as vault:
        yield vault


@pytest.fixture
def case(vault):
    made = Case(vault)
    for entry in made.entries():
        made.seek(entry.sha256, find)
    return made


def sha(case, start):
    return next(e.sha256 for e in case.entries() if e.testimony.narrative.startswith(start))


def row(case, form):
    (found,) = [r for r in case.all_rows() if form in r.forms]
    return found


def accept_all(case):
    while waiting := [one for one in case.all_rows() if one.state in (UNDECIDED, MIXED)]:
        case.change(edits.accept(case, waiting[0].id))


def state_of(case):
    return {e.sha256: case.findings(e.sha256) for e in case.entries()}


def test_names_short_names_and_other_cases_of_one_person_are_one_row(case):
    found = row(case, "U Tun Tun")
    assert set(found.forms) >= {"U Tun Tun", "Tun Tun"}
    assert row(case, "Daw Hla May") == row(case, "Hla May")
    assert found.state == UNDECIDED and found.reasons


def test_accepting_a_row_replaces_every_mention_and_finds_it_in_the_whole_case(case):
    found = row(case, "U Tun Tun")
    case.change(edits.accept(case, found.id))
    now = row(case, "U Tun Tun")
    assert now.state == ACCEPTED and now.testimonies == 3
    assert {"U Tun Tun", "Tun Tun", "tun tun", "ဦးထွန်းထွန်း"} <= set(now.forms)


def test_rejecting_a_row_asks_why_and_keeps_every_mention(case):
    found = row(case, "Ko Zaw Lin")
    with pytest.raises(RedactionError, match="why"):
        edits.reject(case, found.id, "  ")
    case.change(edits.reject(case, found.id, "a public figure"))
    assert (row(case, "Ko Zaw Lin").state, row(case, "Ko Zaw Lin").why) == (REJECTED, "a public figure")


def test_a_place_that_was_kept_stays_kept_when_the_same_words_are_replaced_elsewhere(case):
    first = sha(case, "They")
    number = next(n for n, f in enumerate(case.findings(first)) if case.form(first, n) == "Tun Tun")
    case.change(edits.split(case, first, number))
    kept = case.row_of(first, number)
    case.change(edits.reject(case, kept, "another man"))
    case.change(edits.accept(case, row(case, "U Tun Tun").id))
    (found,) = [f for n, f in enumerate(case.findings(first)) if case.form(first, n) == "Tun Tun"]
    assert (found.state, found.why, found.who) == (REJECTED, "another man", kept)


def test_the_kind_of_a_row_changes_for_all_mentions_and_the_row_stays_itself(case):
    found = row(case, "U Tun Tun")
    case.change(edits.relabel(case, found.id, "PERPETRATOR"))
    assert row(case, "U Tun Tun").label == "PERPETRATOR" and row(case, "U Tun Tun").id == found.id
    with pytest.raises(RedactionError):
        edits.relabel(case, found.id, "HERO")


def test_two_rows_merge_and_split_again(case):
    one, other = row(case, "U Tun Tun"), row(case, "Ko Zaw Lin")
    case.change(edits.accept(case, one.id))
    case.change(edits.merge(case, other.id, one.id))
    merged = row(case, "Ko Zaw Lin")
    assert merged.id == one.id and merged.state == ACCEPTED
    first = sha(case, "They")
    number = next(n for n, f in enumerate(case.findings(first)) if case.form(first, n) == "Ko Zaw Lin")
    case.change(edits.split(case, first, number))
    assert row(case, "Ko Zaw Lin").id != one.id and "Ko Zaw Lin" not in row(case, "U Tun Tun").forms


def test_added_words_are_found_everywhere_at_once_in_zawgyi_too(case):
    case.change(edits.add_words(case, "ထွန်းထွန်း", "PERSON", "ana"))
    zawgyi = sha(case, "ဦး")
    shown = [case.form(zawgyi, n) for n in range(len(case.findings(zawgyi)))]
    assert any("ထွန်းထွန်း" in form for form in shown)
    case.change(edits.add(case, sha(case, "They"), ("narrative", FIRST.index("night"), FIRST.index("night") + 5), "OTHER", "ana"))
    assert row(case, "night").state == ACCEPTED
    with pytest.raises(RedactionError, match="nowhere"):
        edits.add_words(case, "nobody said this", "PERSON", "ana")


def test_growing_one_mention_grows_all_that_read_the_same_there(case):
    case.change(edits.add_words(case, "asked", "OTHER", "ana"))
    second = sha(case, "I am")
    number = len(case.findings(second)) - 1
    case.change(edits.stretch(case, second, number, edits.RIGHT, 1))
    assert row(case, "asked them")
    case.change(edits.stretch(case, second, number, edits.LEFT, 1))
    assert row(case, "Nobody asked them")
    case.change(edits.stretch(case, second, number, edits.RIGHT, -1))
    assert row(case, "Nobody asked")


def test_everything_can_be_taken_back_to_the_beginning(case):
    before = state_of(case)
    case.change(edits.accept(case, row(case, "U Tun Tun").id))
    case.change(edits.reject(case, row(case, "Ko Zaw Lin").id, "no name"))
    case.change(edits.merge(case, row(case, "Ko Zaw Lin").id, row(case, "U Tun Tun").id))
    while case.undo():
        pass
    assert state_of(case) == before


def test_what_was_decided_is_in_the_vault_before_anything_is_shown(case, vault, team):
    case.change(edits.accept(case, row(case, "U Tun Tun").id))
    again = Case(vault)  # reads the database alone
    assert state_of(again) == state_of(case)
    assert row(again, "U Tun Tun").state == ACCEPTED


def test_a_release_is_unlocked_when_all_is_decided_and_all_was_seen(case):
    second = sha(case, "I am")
    assert len(case.unseen(second)) == 2 and not case.is_ready(second)
    accept_all(case)
    assert not case.is_ready(second)
    case.look(second, [("narrative", 0), ("narrative", 0), ("narrative", 7)])
    assert case.unseen(second) == [("narrative", 1)]
    case.look(second, [("narrative", 1)])
    assert case.is_ready(second)


def test_the_custody_log_is_told_once_for_each_testimony_what_was_decided(case, vault):
    lines = vault.custody_path.read_text().count('"redacted"')
    accept_all(case)
    assert vault.custody_path.read_text().count('"redacted"') == lines
    case.note_decisions()
    case.note_decisions()
    assert vault.custody_path.read_text().count('"redacted"') == lines + 3


def test_what_a_killed_desk_decided_is_told_to_the_custody_log_the_next_time(case, vault):
    case.change(edits.accept(case, row(case, "U Tun Tun").id))
    assert vault.custody_path.read_text().count('"redacted"') == 0
    Case(vault).note_decisions()
    assert vault.custody_path.read_text().count('"redacted"') == 3


def test_one_person_has_one_token_under_all_names_and_two_of_one_name_have_two(case, vault, team):
    _, ids = team
    accept_all(case)
    entries = [case.entry(name) for name in ids]
    marks = planning._marks([(f"T-{n}", entry) for n, entry in enumerate(entries)], {})
    tokens = {}
    for n, entry in enumerate(entries):
        for mark in marks[f"T-{n}"]["narrative"]:
            words = case.passages(entry.sha256)["narrative"].form(mark.start, mark.end)
            tokens.setdefault(words, set()).add(mark.token)
    assert tokens["U Tun Tun"] == tokens["Tun Tun"] == tokens["tun tun"]
    assert tokens["Ko Zaw Lin"] != tokens["Tun Tun"]


def test_two_people_of_one_name_have_two_tokens_once_they_are_split(case, team):
    _, ids = team
    second = case.entry(ids[1])
    case.change(edits.add_words(case, "Tun Tun", "PERSON", "ana"))
    here = next(n for n, f in enumerate(case.findings(second.sha256)) if case.form(second.sha256, n) == "tun tun")
    case.change(edits.split(case, second.sha256, here))
    marks = planning._marks([("T-1", case.entry(ids[0])), ("T-2", case.entry(ids[1]))], {})
    one = {mark.token for mark in marks["T-1"]["narrative"]}
    other = {mark.token for mark in marks["T-2"]["narrative"]}
    assert one and other and not one & other


def test_coarser_words_of_the_list_may_stand_instead_and_no_others(case):
    case.change(edits.add_words(case, "night", "DATE_EXACT", "ana"))
    found = row(case, "night")
    case.change(edits.coarsen(case, found.id, "2026-11"))
    assert row(case, "night").instead == "[2026-11]" and row(case, "night").state == ACCEPTED
    for word in ("a dark one", "[Hpakant township]", "", "2026-13"):
        with pytest.raises(RedactionError, match="can not stand"):
            edits.coarsen(case, found.id, word)
    case.change(edits.accept(case, found.id))
    assert row(case, "night").instead == ""


def test_the_command_line_keeps_what_the_desk_noted(team):
    world, ids = team
    with Vault(world.vault("ana"), PASSPHRASE) as vault:
        case = Case(vault)
        second = case.entry(ids[1]).sha256
        case.seek(second, find)
        case.look(second, [("narrative", 0)])
    rows = json.loads(world.ok("ana", "redact", ids[1], "--accept-all", "--json"))
    assert rows and all(one["state"] != UNDECIDED for one in rows)
    with Vault(world.vault("ana"), PASSPHRASE) as again:
        assert Case(again).seen(second) == {("narrative", 0)}


def suspected():
    """A case with a name replaced in its first account and two rows that it brought to the second."""
    case = Case(_Memory("They took Maran Brang Awng.", "Brang Awng came by, and Maran Brang Aung too."))
    first, second = (entry.sha256 for entry in case.entries())
    for sha256 in (first, second):
        case.seek(sha256, lambda text: [])
    case.change(edits.add(case, first, ("narrative", 10, 26), "PERSON", "ana"))
    assert suspects.seek(case, second) == 2
    return case, first, second


def test_a_short_name_replaced_in_one_testimony_becomes_a_row_in_another():
    case, _, second = suspected()
    assert {row(case, "Brang Awng").state, row(case, "Maran Brang Aung").state} == {UNDECIDED}
    assert suspects.seek(case, second) == 0


def test_undo_takes_back_the_last_decision_and_not_the_rows_it_brought():
    case, first, second = suspected()
    refusal = f"(of {case.entries()[1].id}) it stands at narrative:15:19"
    assert suspects.stopped(case, refusal)
    assert case.undo()
    assert case.findings(first) == () and len(case.findings(second)) == 3
    assert not case.undo()


def test_what_a_release_test_stopped_becomes_a_row_to_decide(case):
    first = case.entry(next(e.id for e in case.entries() if e.testimony.narrative.startswith("They")))
    at = FIRST.index("night")
    refusal = (
        f"Nothing is signed: data/x.txt (of {first.id}) a part of a replaced identity (P) stands at"
        f" narrative:{at}:{at + 5} (release test 3); data/y.txt (of {first.id}) a replaced number is"
        " written out at narrative:0:4 (release test 12); data/z.txt (of aaaaaaaa) it stands at narrative:1:2."
    )
    assert suspects.stopped(case, refusal) == [first.id, first.id]
    assert row(case, "night").state == UNDECIDED and row(case, "They").label == "PHONE"
    assert suspects.stopped(case, refusal) == []
    assert suspects.stopped(case, f"(of {first.id}) it stands at narrative:5:5000") == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["accept", "reject", "reopen", "kind", "merge", "split", "grow", "shrink", "undo", "coarsen"]),
        st.integers(0, 50),
        st.integers(0, 50),
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(STEPS)
def test_no_order_of_actions_loses_a_text_or_leaves_a_finding_outside_it(steps):
    case = Case(_Memory())
    for entry in case.entries():
        case.seek(entry.sha256, find)
    for wish, first, second in steps:
        rows = case.all_rows()
        one, other = rows[first % len(rows)], rows[second % len(rows)]
        sha256, number = case.members([one.id])[one.id][0]
        try:
            match wish:
                case "undo":
                    case.undo()
                case "accept":
                    case.change(edits.accept(case, one.id))
                case "coarsen":
                    case.change(edits.coarsen(case, one.id, "2026-11"))
                case "reject":
                    case.change(edits.reject(case, one.id, "why"))
                case "reopen":
                    case.change(edits.reopen(case, one.id))
                case "kind":
                    case.change(edits.relabel(case, one.id, list(KINDS)[second % len(KINDS)]))
                case "merge":
                    case.change(edits.merge(case, one.id, other.id))
                case "split":
                    case.change(edits.split(case, sha256, number))
                case "grow" | "shrink":
                    case.change(edits.stretch(case, sha256, number, edits.RIGHT, 1 if wish == "grow" else -1))
        except RedactionError:
            continue
    for entry in case.entries():
        for found in case.findings(entry.sha256):
            text = case.passages(entry.sha256)[found.field].source
            assert 0 <= found.start < found.end <= len(text)
            assert found.state in (UNDECIDED, ACCEPTED, REJECTED) and (found.state != REJECTED or found.why)
        assert all(one.state in (UNDECIDED, ACCEPTED, REJECTED, MIXED) for one in case.rows(entry.sha256))


class _Memory:
    """A vault's part that a case uses, on three invented accounts; hypothesis opens it often."""

    def __init__(self, *texts):
        from envelope import testimony
        from envelope.form import load
        from reviewer.store import OPENED, Entry, Facts

        given = {"c1": "yes", "a1": "adult", "c2": "iimm", "c3": "text"}
        made = [
            testimony.build(load(), lang="en", answers=given, narrative=text, attachments=(), code="")
            for text in texts or (FIRST, SECOND, ZAWGYI)
        ]
        self.rows = [
            Entry(f"{n:064x}", Facts(OPENED, 1, "2026-11-01"), b"", one) for n, one in enumerate(made, 1)
        ]
        self.store, self.records = self, {}

    def entries(self):
        return iter(self.rows)

    def put_reviews(self, reviews):
        pass

    def record(self, name):
        return self.records.get(name)

    def set_record(self, name, value):
        self.records[name] = value

    def commit(self):
        pass


def test_what_reaches_an_account_before_its_search_is_no_search_and_undo_loses_none_of_it(vault):
    made = Case(vault)
    first, second = sha(made, "They took"), sha(made, "I am")
    made.seek(first, find)
    made.change(edits.accept(made, row(made, "U Tun Tun").id))
    assert made.findings(second) and not made.is_sought(second) and not made.is_ready(second)
    assert not Case(vault).is_sought(second)
    made.seek(second, find)
    assert "Daw Hla May" in {form for one in made.all_rows() for form in one.forms}
    assert made.undo()
    assert "Daw Hla May" in {form for one in made.all_rows() for form in one.forms}
    assert made.is_sought(second) and made.undecided(second)
