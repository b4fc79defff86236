"""The whole path without a person: from 25 invented accounts to one verified bundle.

`python -m tests.scenarios.story`; every hop is the real command, the laptop's in a network
namespace without any interface. The last line is `bundle: PATH`.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from envelope import keyring, sshsig
from envelope.keyring import Keyring
from tests.ports import free_port
from tests.scenarios import attachments
from tests.scenarios.cast import STORY, Witness, as_the_page_seals, witnesses
from tests.scenarios.runner import BIN, Story, hop

REVIEWERS = ("reviewer-one", "reviewer-two")
START_SECONDS = 30
PURPOSE = "A story with invented accounts"
PER_BROWSER = 2
LONG_ENOUGH = 6  # code points of a name that no other word contains by chance


def prepare(story: Story) -> None:
    """Make root, people and drop; nothing of it is secret."""
    passphrase = story.folder / "passphrase"
    passphrase.write_text("an invented passphrase for the story")
    story.environment = {
        **os.environ,
        "SAKSE_PASSPHRASE_FILE": str(passphrase),
        "XDG_STATE_HOME": str(story.folder / "state"),
    }
    keys = story.folder / "keys"
    story.sakse("keys", "root", "--out", keys, offline=True)
    for person in REVIEWERS:
        story.sakse("keys", "new", person, "--out", keys, offline=True)
    story.sakse("keys", "new", "legal-team", "--legal", "iimm", "--out", keys, offline=True)
    story.root = sshsig.fingerprint(sshsig.parse_public((keys / "root.pub").read_text()))
    story.config = _write_config(story)
    public = story.sakse("intake", "init", "--config", story.config).strip()
    cards = [part for name in REVIEWERS for part in ("--card", keys / f"{name}.card.json")]
    ring = ("--drop", public, "--team", "Invented team", "--out", story.folder / "keyring.json")
    story.sakse("keys", "keyring", "--root", keys / "root.identity", *cards, *ring, offline=True)


def _write_config(story: Story) -> Path:
    port = free_port()
    story.url = f"http://127.0.0.1:{port}"
    path = story.folder / "config.toml"
    path.write_text(
        f'[drop]\nstate = "drop"\nlisten = "127.0.0.1:{port}"\nkeyring = "keyring.json"\n'
        f'root = "{story.root}"\n\n[page]\nteam = "Invented team"\n'
    )
    return path


@contextlib.contextmanager
def serving(story: Story) -> Iterator[None]:
    """Run the drop until the block ends; it must stop cleanly on SIGTERM."""
    command = [BIN / "sakse-intake", "serve", "--config", story.config]
    with (story.folder / "drop.log").open("wb") as log:
        drop = subprocess.Popen(command, env=story.environment, stdout=log, stderr=log)
        try:
            _wait_until_up(story, drop)
            yield
        finally:
            drop.terminate()
            stopped = drop.wait(START_SECONDS)
    if stopped != 0:
        raise SystemExit(
            f"the drop ended with {stopped}: {(story.folder / 'drop.log').read_text()}"
        )


def _wait_until_up(story: Story, drop: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and drop.poll() is None:
        with contextlib.suppress(OSError):  # not up, or hung up while starting
            urllib.request.urlopen(story.url + "/keyring.json", timeout=5).close()
            return
        time.sleep(0.1)
    raise SystemExit(f"the drop does not serve: {(story.folder / 'drop.log').read_text()}")


def compare_pages(story: Story) -> None:
    """See that the page made offline is, byte for byte, the one the drop serves."""
    anchor = ("--keyring", story.folder / "keyring.json", "--root", story.root)
    out = story.folder / "form"
    story.sakse("seal", "form", *anchor, "--config", story.config, "--out", out, offline=True)
    for path, name in (("/", "index.html"), ("/en?dl", "en.html")):
        with urllib.request.urlopen(story.url + path, timeout=START_SECONDS) as answer:
            if answer.read() != (out / name).read_bytes():
                raise SystemExit(f"the drop serves another {name} than sakse-seal form writes")


def type_in(story: Story, name: str, people: Sequence[Witness]) -> None:
    """Type accounts into the page in a real browser and send them."""
    from mozlog import structuredlog

    from tests.browser.drivers import browser
    from tests.browser.witness import testify

    # Else the driver of Firefox would tell its version on stdout.
    structuredlog.set_default_logger(structuredlog.StructuredLogger("story"))
    with browser(name) as tab:
        for witness in people:
            ended = testify(tab, story.url + "/en", witness.account(), witness.files)
            if ended != "received":
                raise SystemExit(f"{name}: the page ends with {ended} for {witness.id}")


def seal_and_send(story: Story, people: Sequence[Witness]) -> None:
    """Seal accounts on the documenter's laptop, offline, and send them together later."""
    folder = story.folder / "documenter"
    folder.mkdir()
    anchor = ("--keyring", story.folder / "keyring.json", "--root", story.root)
    sealed = []
    for witness in people:
        account, out = folder / f"{witness.id}.json", folder / f"{witness.id}.age"
        account.write_text(json.dumps(witness.account()), "utf-8")
        attached = [part for path in witness.files for part in ("--attach", path)]
        given = ("--answers", account, *attached, "--out", out)
        story.sakse("seal", "file", *anchor, *given, "--code", offline=True)
        sealed.append(out)
    story.sakse("seal", "send", *sealed, "--to", story.url)


def export(story: Story, expected: int) -> Path:
    """Empty the drop onto a stick, and see that every account is on it."""
    stick = story.folder / "stick"
    stick.mkdir()
    story.sakse("intake", "export", "--config", story.config, "--to", stick)
    transfer = next(stick.iterdir())
    found = len(list((transfer / "data/sealed").iterdir()))
    if found != expected:
        raise SystemExit(f"{expected} accounts were sent and {found} exported")
    return transfer


def take_in(story: Story, transfer: Path, people: Sequence[Witness]) -> list[str]:
    """Make both vaults and import; returns the ids of the testimonies, the same in both."""
    keys = story.folder / "keys"
    anchor = ("--keyring", story.folder / "keyring.json", "--root", story.root)
    listed = []
    for person in REVIEWERS:
        story.review(person, "init", "--identity", keys / f"{person}.identity", *anchor)
        story.review(person, "import", transfer)
        listed.append(sorted(row["id"] for row in story.read(person, "list")))
    if listed[0] != listed[1] or len(listed[0]) != len(people):
        raise SystemExit(f"two vaults hold {listed} of {len(people)} accounts")
    return listed[0]


def recognise(
    story: Story, ids: Sequence[str], people: Sequence[Witness]
) -> Iterator[tuple[str, str]]:
    """Show every testimony, compare it with what was told, yield (witness id, testimony id)."""
    for testimony in ids:
        shown = story.read(REVIEWERS[0], "show", testimony)
        same = [w for w in people if w.narrative == shown["narrative"]]
        expected = {"answers": same[0].answers, "files": [path.name for path in same[0].files]}
        answers = {**shown["answers"]}
        if answers.pop("written_on", "") == "":
            raise SystemExit(f"{same[0].id} does not say when it was written")
        if expected != {"answers": answers, "files": [f["name"] for f in shown["files"]]}:
            raise SystemExit(f"{same[0].id} was opened as {shown}")
        if shown["commitment"] != "ok":
            raise SystemExit(f"{same[0].id}: the commitment is {shown['commitment']}")
        yield same[0].id, testimony


def redact(story: Story, witness: Witness, testimony: str) -> int:
    """Accept what the finder proposes; add by hand each name and number it missed."""
    person = REVIEWERS[0]
    rows = story.read(person, "redact", testimony, "--accept-all")
    spans = [range(row["start"], row["end"]) for row in rows if row["state"] == "accepted"]
    covered = {at for span in spans for at in span}
    missed = [must for must in witness.must if not covered.issuperset(range(*must[:2]))]
    by_hand = [part for start, end, _ in missed for part in ("--add", f"{start}:{end}:PERSON")]
    if by_hand:
        story.review(person, "redact", testimony, *by_hand)
    return len(missed)


def release(story: Story, ids: dict[str, str], people: Sequence[Witness]) -> Path:
    """Propose what may be shared, sign as the second reviewer, seal to the legal team."""
    one, two = REVIEWERS
    card = story.folder / "keys/legal-team.card.json"
    to = ("--to", card, "--purpose", PURPOSE, "--out")
    for witness in people:
        if not witness.shared:
            unwanted = (ids[witness.id], *to, story.folder / "unwanted")
            story.refused(one, "propose", *unwanted, because=ids[witness.id])
    shared = [ids[witness.id] for witness in people if witness.shared]
    folder, sealed = story.folder / "proposal", story.folder / "release.age"
    story.review(one, "propose", *shared, *to, folder)
    # Nobody approves what she redacted, and one signature is not two.
    story.refused(one, "approve", folder, "--yes", because="yourself")
    story.refused(one, "release", folder, "--out", sealed, because="sakse-review approve")
    story.review(two, "approve", folder, "--yes")
    story.review(one, "release", folder, "--out", sealed)
    for person in REVIEWERS:
        story.review(person, "log", "verify")
    return sealed


def empty_the_drop(story: Story, number: int) -> None:
    """Two reviewers sign for what they hold, and the drop lets exactly that go."""
    one, two = REVIEWERS
    stick = story.folder / "back"
    story.review(one, "receipt", "--out", stick)
    config = ("--config", story.config)
    accept = (BIN / "sakse-intake", "accept", *config, stick)
    story.fails(*accept, because="signatures of two reviewers")
    story.review(two, "receipt", "--sign", stick, "--yes")
    said = story.run(*accept)
    left = json.loads(story.sakse("intake", "status", *config, "--json"))["files"]
    if f"{number} files deleted" not in said or left:
        raise SystemExit(f"the drop held {number} files, said {said!r} and holds {left}")


def open_bundle(story: Story, sealed: Path) -> Path:
    """Open and verify the release as the legal team does, who knows the fingerprint only."""
    identity = story.folder / "keys/legal-team.identity"
    out = story.folder / "bundle"
    who = ("--root", story.root, "--identity", identity, "--out", out)
    story.sakse("verify", "bundle", sealed, *who, offline=True)
    bag = next(path.parent for path in out.rglob("bagit.txt"))
    story.sakse("verify", "bundle", bag, "--root", story.root, offline=True)
    return bag


def check_with_standard_tools(story: Story, bag: Path) -> None:
    """Check signatures, hashes and bag without Sakse, against the keys of our own keyring."""
    ring = keyring.load(story.folder / "keyring.json", story.root)
    signers = story.folder / "allowed_signers"
    signers.write_text(_allowed_signers(ring))
    tags = bag / "tagmanifest-sha256.txt"
    for person in REVIEWERS:
        verify = ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", person]
        verify += ["-n", sshsig.RELEASE, "-s", f"{tags}.{person}.sig"]
        with tags.open("rb") as signed:
            subprocess.run(verify, stdin=signed, check=True, capture_output=True)
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        story.run("sh", "-c", f"cd {bag} && sha256sum --check --strict --quiet {manifest}")
    story.run(BIN / "bagit.py", "--validate", bag)
    story.run("python3", bag / "data/verify/verify.py", "--signers", signers, offline=True)


def _allowed_signers(ring: Keyring) -> str:
    return sshsig.allowed_signers((r.id, r.sign, sshsig.RELEASE) for r in ring.recipients)


def check_what_left(bag: Path, people: Sequence[Witness]) -> None:
    """See that every account that may be shared is there, and no name or number of anyone."""
    shared = [witness for witness in people if witness.shared]
    there = [path.name for path in (bag / "data/testimonies").iterdir()]
    if len(there) != len(shared):
        raise SystemExit(f"{len(shared)} accounts may be shared and {len(there)} were: {there}")
    secrets = {text for witness in people for *_, text in witness.must if len(text) >= LONG_ENOUGH}
    secrets |= {path.name for witness in people for path in witness.files}
    secrets |= {*attachments.GPS, "Invented phone"}
    for path in bag.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            left = [secret for secret in secrets if secret.encode() in content]
            if left:
                raise SystemExit(f"{path} still says {left}")


def play(folder: Path, counts: dict[str, int], browsers: Sequence[str]) -> Path:
    """Play the whole story in an empty folder and return the opened, verified bag."""
    story = Story(folder)
    files = attachments.make(story.folder)
    people = witnesses(counts, [files["jpeg"], files["opus"], files["pdf"]])
    typed = PER_BROWSER * len(browsers)
    with hop("making root, two reviewers, a legal team and a drop"):
        prepare(story)
    with serving(story):
        with hop("comparing the page served with the page made offline"):
            compare_pages(story)
        for n, name in enumerate(browsers):
            chosen = people[n * PER_BROWSER : (n + 1) * PER_BROWSER]
            with hop(f"typing {len(chosen)} accounts into the page in {name}"):
                type_in(story, name, chosen)
        with hop(f"sealing {len(people) - typed} accounts offline and sending them"):
            seal_and_send(story, people[typed:])
    people = [*map(as_the_page_seals, people[:typed]), *people[typed:]]
    with hop("exporting to a stick"):
        transfer = export(story, len(people))
    with hop("two laptops without any network: init, import, list"):
        listed = take_in(story, transfer, people)
    with hop("showing each account and comparing it with what was told"):
        ids = dict(recognise(story, listed, people))
    shared = [witness for witness in people if witness.shared]
    with hop(f"finding identities in {len(shared)} accounts"):
        story.review(REVIEWERS[0], "suggest", *(ids[witness.id] for witness in shared))
    with hop("deciding about them"):
        by_hand = sum(redact(story, witness, ids[witness.id]) for witness in shared)
        # What is replaced in one account is replaced in all of them.
        story.review(REVIEWERS[0], "redact", *(ids[w.id] for w in shared), "--accept-all")
    print(f"  {by_hand} names and numbers the finder missed were added by hand")
    with hop("propose, approve, release"):
        sealed = release(story, ids, people)
    with hop("two reviewers sign for what they hold, and the drop deletes it"):
        empty_the_drop(story, len(people))
    with hop("the legal team opens and verifies"):
        bag = open_bundle(story, sealed)
    with hop("ssh-keygen, sha256sum, bagit and the bundle's own verify.py agree"):
        check_with_standard_tools(story, bag)
    with hop("no name, number, place of a photo or file name has left"):
        check_what_left(bag, people)
    return bag


def main() -> None:
    """Play the full story; the last line names the bundle."""
    start = time.monotonic()
    bag = play(Path(tempfile.mkdtemp(prefix="sakse-story-")), STORY, ("chromium", "firefox"))
    print(f"the whole path in {time.monotonic() - start:.0f} s")
    print(f"bundle: {bag}")


if __name__ == "__main__":
    main()
