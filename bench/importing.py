"""Taking a stick in on the laptop: testimonies a second, from the bag to the vault's disk."""

from __future__ import annotations

import io
import json
import tempfile
from itertools import count, cycle, islice
from pathlib import Path

from bench.table import seconds, show, side_by_side
from envelope import testimony
from envelope.form import load
from keys.agefile import open_file
from reviewer import importing, transfer, vault
from tests.reviewer import world
from tests.reviewer.world import CONSENT, PASSPHRASE, World

FILES = 1000
ROUNDS = 3
CORPUS = Path(__file__).parents[1] / "tests/vectors/corpus/dev.jsonl"


def main() -> None:
    """Print the table: three rounds in new vaults, in turns with the raw limit."""
    with tempfile.TemporaryDirectory() as folder:
        team = world.make_team(Path(folder))
        files = sealed(team)
        bag = world.transfer(team, files)
        vaults = count()

        def ours() -> float:
            return FILES / taken_in(team, bag, Path(folder) / f"vault-{next(vaults)}")

        def raw() -> float:
            return FILES / seconds(lambda: opened(team, files))

        rate, limit, ratio = side_by_side(ours, raw, ROUNDS)
    show(
        f"Importing {FILES:,} text testimonies after unlocking: bag, copies, opening, commitments,"
        " vault, custody log\n  (testimonies a second; raw: keys.agefile opens the same files, in"
        " memory, one process, nothing else)",
        ["raw limit", "ours", "raw", "ours/raw", "goal"],
        [["opening alone", f"{rate:,.0f}", f"{limit:,.0f}", f"{ratio:.0%}", "300/s"]],
    )


def sealed(team: World) -> list[bytes]:
    """Testimonies as long as those of the corpus, a median of 500 characters, to two reviewers."""
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    found = []
    for text in islice(cycle(texts), FILES):
        made = testimony.build(
            load(), lang="my", answers=CONSENT, narrative=text, attachments=()
        )
        out = io.BytesIO()
        testimony.seal_testimony(made, (), team.ring, out)
        found.append(out.getvalue())
    return found


def taken_in(team: World, bag: Path, folder: Path) -> float:
    """Seconds from an open, empty vault to a committed import."""
    vault.create(folder, team.persons["bo"], team.folder / "keyring.json", team.root, PASSPHRASE)
    with vault.Vault(folder, PASSPHRASE) as mine:

        def work() -> None:
            found = transfer.read(bag, mine.keyring.drop)
            taken = importing.take_in(mine, [found], list, print)
            assert taken.opened == FILES, taken

        return seconds(work)


def opened(team: World, files: list[bytes]) -> None:
    """Only what age does: header, file key, chunks."""
    identities = list(team.persons["bo"].epochs.values())[:1]
    for data in files:
        for _ in open_file(io.BytesIO(data), identities, testimony=True).chunks:
            pass


if __name__ == "__main__":
    main()
