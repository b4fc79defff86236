"""A sentence that a witness sealed, or sent in clear by mistake, is nowhere on the drop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.intake import canary
from tests.intake.rig import Served, Site, multipart, rows, sealed, serving

LATIN = "invented canary 7319: they came to the tea shop at dusk"
BURMESE = "စမ်းသပ်စာကြောင်း ၇၃၁၉ လက်ဖက်ရည်ဆိုင်ကို ညနေစောင်းမှာ လာကြတယ်"
BOTH = f"{LATIN} {BURMESE}"


@contextmanager
def watched(site: Site, plant: str = "", planted: str = "") -> Iterator[Served]:
    """Serve with readable memory and a list of opened files."""
    environment = {"OPENED": str(site.folder / "opened"), "PLANT": plant, "CANARY": planted}
    with serving(site, module="tests.intake.watched", environment=environment) as running:
        yield running


def opened_files(site: Site) -> list[str]:
    return (site.folder / "opened").read_text().splitlines()


def nowhere(running: Served) -> None:
    for sentence in (LATIN, BURMESE):
        assert canary.places(running.process.pid, sentence, running.site.files()) == []


def test_fifty_sealed_sentences_are_nowhere_in_memory_or_on_disk(site: Site) -> None:
    with watched(site) as running:
        client = running.client()
        for n in range(50):
            if n % 10 == 0:
                assert client.send(sealed(BOTH, size=300_000)).status == 200
            elif n % 10 == 1:
                assert client.form(sealed(BOTH, size=600_000)).status == 200
            else:
                assert client.seal(sealed(BOTH)).status == 200
            if n in (10, 30):
                nowhere(running)
        nowhere(running)
        assert rows(site)["finished"] == 50
    assert canary.in_files(LATIN, site.files()) == canary.in_files(BURMESE, site.files()) == []


def plaintexts() -> list[tuple[str, bytes]]:
    """(path, body) of accounts sent in clear on purpose, small and above Werkzeug's 500 kB."""
    small, large = BOTH.encode(), BOTH.encode() * 9000
    field = multipart(small).replace(b'; filename="a.bin"', b"")
    return [
        ("/sealed", small),
        ("/sealed", BOTH.encode() * 500),
        ("/sealed", large),
        ("/sealed-form", multipart(small)),
        ("/sealed-form", multipart(large)),
        ("/sealed-form", multipart(large * 2)),
        ("/sealed-form", multipart(b"age-encryption.org/v1\n" + large)),
        ("/sealed-form", field),
        ("/sealed-form", small),
        ("/t", small),
        ("/en", small),
        (f"/{'x' * 100}", large),
    ]


def send_in_clear(running: Served) -> list[int]:
    kinds = {"/sealed": "application/age", "/sealed-form": "multipart/form-data; boundary=invented"}
    return [
        running.client().ask("POST", path, body, Content_Type=kinds.get(path, "text/plain")).status
        if path != "/sealed"
        else running.client().put(path, body).status
        for path, body in plaintexts()
    ]


def test_plaintext_sent_on_purpose_is_refused_and_on_no_disk(site: Site) -> None:
    with watched(site) as running:
        already = opened_files(site)
        statuses = send_in_clear(running)
        assert all(400 <= status < 500 for status in statuses), statuses
        # No file was opened for writing by Python code: not even one that is deleted at once.
        assert opened_files(site) == already
        for sentence in (LATIN, BURMESE):
            assert canary.in_files(sentence, site.files()) == []
        assert rows(site) == {"finished": 0, "unfinished": 0, "pieces": 0}
        assert running.log() == ""
    assert canary.in_files(LATIN, site.files()) == canary.in_files(BURMESE, site.files()) == []


@pytest.mark.long
@pytest.mark.parametrize("sentence", [LATIN, BURMESE])
def test_a_canary_planted_in_memory_is_found(site: Site, sentence: str) -> None:
    with watched(site, "memory", "|".join(sentence)) as running:
        found = canary.places(running.process.pid, sentence)
        assert any(place.startswith("memory") for place in found)


@pytest.mark.long
def test_a_canary_planted_in_the_log_is_found(site: Site) -> None:
    with watched(site, "log", "|".join(LATIN)) as running:
        found = canary.places(running.process.pid, LATIN, site.files())
        assert any("serve.log" in place for place in found)


@pytest.mark.long
def test_a_canary_planted_in_the_database_or_a_temporary_file_is_found(site: Site) -> None:
    with watched(site) as running:
        for name in ("state/drop.db-journal", "tmp/spooled"):
            path = site.folder / name
            path.write_bytes(b"\0" * 5000 + BURMESE.encode("utf-16-le"))
            assert canary.places(running.process.pid, BURMESE, site.files()) == [f"file {path}"]
            path.unlink()


def test_a_form_that_spools_to_disk_would_be_noticed(site: Site) -> None:
    with watched(site, "spool") as running:
        already = opened_files(site)
        send_in_clear(running)
        assert opened_files(site) != already
