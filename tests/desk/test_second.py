"""What the second reviewer is shown of the redactor's decisions. All names are invented."""

from __future__ import annotations

from types import SimpleNamespace

from reviewer import plan
from reviewer.desk import second


def test_words_kept_in_a_translation_are_shown_though_no_other_vault_has_it():
    testimony = SimpleNamespace(narrative="They took U Tun Tun.", answers={})
    store = SimpleNamespace(by_hash=lambda _sha256: SimpleNamespace(testimony=testimony))
    kept = [
        plan.Kept("T-1", "narrative", 10, 19, "PERSON", "a public figure"),
        plan.Kept("T-1", plan.TRANSLATED, 5, 14, "PERSON", "a public figure", "Daw Mya Mya"),
    ]
    made = SimpleNamespace(plan=SimpleNamespace(kept=kept, testimonies={"T-1": "a" * 64}))
    shown = second._kept(SimpleNamespace(store=store), made)
    assert [one.words for one in shown] == ["U Tun Tun", "Daw Mya Mya"]
