"""Proposes, approves and releases a bundle: two persons, one set of bytes (reviewer's laptop).

The law. `propose` builds the complete bag, puts it to the release tests (`reviewer.leaks`) and
signs it. `approve` never serves its own redactor: it checks consent in its own vault, builds the
same bag from its own copies of the testimonies, refuses if one byte differs, puts it to the same
tests, and signs the same tag manifest once every file was shown. Clean copies of attachments come
with the proposal: tested, looked at, never made again. `release` adds no byte but that signature.
Nobody approves knowing fewer transfers than the redactor, nothing is released once a newer one came
in: a withdrawal may be in it. An open bag lies in memory only (tmpfs).
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from envelope import archive, bag, sshsig
from envelope.disk import write_new
from envelope.errors import SignatureError
from keys.person import LEGAL, Card
from release import schema
from release.aggregates import LEAST
from release.build import addressed, build
from release.content import Addressee, tier
from release.files import read_object
from release.verify import KEYRING, verify_bundle
from reviewer import (
    attachments,
    consent,
    counting,
    decisions,
    leaks,
    plan,
    releases,
    sealing,
    translation,
)
from reviewer.compose import Copies, content
from reviewer.errors import ProposalError
from reviewer.plan import Attached, Plan
from reviewer.planning import planned
from reviewer.store import Entry
from reviewer.transfer import last_number
from reviewer.vault import Vault

FILE = "proposal.age"
PLAN, PLAN_SIG, BAG = "proposal.json", "proposal.json.sig", "bag"
MEMORY = Path("/dev/shm")  # noqa: S108 - tmpfs on every Linux: what lies there is on no disk
_DRAWS = 4
MAX_PROPOSAL = 512 << 20
_SIGNATURES = f"{bag.TAG_MANIFEST}.*.sig"


@dataclass(frozen=True, slots=True)
class Proposal:
    """An opened proposal: its plan, and the folder of its bag in memory."""

    plan: Plan
    bag: Path


PUBLIC = Addressee("the public", "public", None)


def addressee(card: Card) -> Addressee:
    """Whom a card's release is for; ProposalError for a card that is not a legal team's."""
    if card.kind != LEGAL or card.audience is None:
        raise ProposalError("A release goes to a legal team's card (kind legal); name that card.")
    return Addressee(card.name, card.audience, card.age)


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder in memory that is gone afterwards; ProposalError where there is none."""
    if not MEMORY.is_dir():
        raise ProposalError(f"{MEMORY} is missing, and a bag is never opened on a disk; mount it.")
    with tempfile.TemporaryDirectory(prefix="sakse-", dir=MEMORY) as folder:
        yield Path(folder)


def propose(
    vault: Vault,
    entries: Sequence[Entry],
    to: Addressee,
    purpose: str,
    out: Path,
    *,
    canaries: Sequence[str] = (),
) -> tuple[Plan, Path]:
    """Build, test, sign and seal a proposal; return its plan and file (in `out`, made if missing).

    `canaries` are names planted in a practice case. Raises ConsentError, ProposalError for an
    undecided finding, an identity still shown or a release that says nothing, LeakError for a
    release test that fails.
    """
    consent.require(entries, to.audience, consent.said(vault.store.entries()))
    translations = [note for entry in entries if (note := translation.of(vault, entry))]
    _require_decided([*entries, *translations], purpose)
    with scratch() as folder:
        draw = functools.partial(planned, vault, entries, to, purpose)
        made, bag_folder = _draft(vault, draw, folder, canaries)
        bag.sign(bag_folder, vault.person.sign, sshsig.RELEASE, vault.me)
        sealed = _seal_proposal(vault, made, bag_folder)
    _log(vault, made, "proposed")
    out.mkdir(parents=True, exist_ok=True)
    write_new(out / FILE, sealed)
    return made, out / FILE


def _draft(
    vault: Vault, draw: Callable[[], Plan], folder: Path, canaries: Sequence[str]
) -> tuple[Plan, Path]:
    """Plan and build a bag that passes the release tests; return its plan and folder.

    A random id can be the beginning of a hash of a name: then other ids are drawn, a few times.
    """
    for left in reversed(range(_DRAWS)):
        made = draw()
        audience = made.recipient.audience
        if not made.testimonies and not made.aggregates:
            raise ProposalError(
                f"No row of counts for {audience} reaches {LEAST[tier(audience)]} reports of a"
                " quarter that is over, so there is nothing to publish yet."
            )
        bag_folder = folder / f"sakse-{made.release_id}"
        build(bag_folder, content(vault, made, _own_copies(vault, made)))
        subject = leaks.gather(vault, made, bag_folder, canaries=canaries)
        if not left or not any(leaks.leaks(subject, [leaks.IDS])):
            break
    leaks.refuse(subject)
    return made, bag_folder


def open_proposal(vault: Vault, folder: Path, memory: Path) -> Proposal:
    """Open and check a proposal into `memory`: both signatures of its redactor hold.

    Raises ProposalError, BagError, or what opening an age file raises.
    """
    opened = memory / "opened"
    opened.mkdir()
    archive.extract(_unseal(vault, (folder / FILE).read_bytes()), opened)
    if {path.name for path in opened.iterdir()} != {PLAN, PLAN_SIG, BAG}:
        raise ProposalError("This proposal has other parts than a proposal; ask for it anew.")
    data = (opened / PLAN).read_bytes()
    made = plan.parse(data)
    signers = vault.keyring.signers()
    try:
        redactor = {signers[made.redactor]} if made.redactor in signers else set()
        sshsig.verify((opened / PLAN_SIG).read_bytes(), sshsig.RELEASE, data, redactor)
    except SignatureError as error:
        raise ProposalError(f"This proposal is not signed by its redactor: {error}") from error
    bag.validate(opened / BAG)
    if set(bag.verify(opened / BAG, sshsig.RELEASE, signers)) != {made.redactor}:
        raise ProposalError(
            "The proposed bag is not signed by its redactor alone; ask for it anew."
        )
    _require_same_release(made, opened / BAG)
    return Proposal(made, opened / BAG)


def _require_same_release(made: Plan, folder: Path) -> None:
    """A plan and a bag of two proposals are both signed, and would be taken for one."""
    said = read_object(folder / "data", "release.json", schema.RELEASE)
    planned = (made.release_id, made.purpose, addressed(made.recipient), sorted(made.testimonies))
    if planned != (said["id"], said["purpose"], said["recipient"], said["testimonies"]):
        raise ProposalError("The bag in this proposal is another release's; ask for it anew.")


def check(vault: Vault, found: Proposal, memory: Path) -> None:
    """Check a proposal as its approver: not one's own, consent, newest transfer, the same bytes.

    Raises ProposalError, ConsentError, LeakError, or VaultError for a testimony this vault does not
    hold.
    """
    made = found.plan
    if made.redactor == vault.me:
        raise ProposalError("You proposed this yourself; the other reviewer has to approve it.")
    if last_number(vault) < made.transfer:
        raise ProposalError(
            f"This was proposed after transfer {made.transfer}, and you have taken in only"
            f" {last_number(vault)}; import that transfer first, a withdrawal may be in it."
        )
    _require_consent(vault, made)
    counting.check(vault, made)
    again = memory / f"sakse-{made.release_id}"
    build(again, content(vault, made, _given_copies(found.bag)))
    ours, theirs = _files(again), _files(found.bag)
    for name in sorted(set(ours) ^ set(theirs) | {n for n in ours if ours[n] != theirs.get(n)}):
        if name != f"{bag.TAG_MANIFEST}.{made.redactor}.sig":
            raise ProposalError(
                f"{name} in the proposal is not what your own vault makes of it (other text, other"
                " keyring, or another release of Sakse); do not approve, ask the redactor."
            )
    leaks.refuse(leaks.gather(vault, made, found.bag))


def approve(vault: Vault, found: Proposal, folder: Path, read: Mapping[str, str]) -> Path:
    """Sign a checked proposal; the signature goes beside it, into `folder`.

    `read` is name → SHA-256 (hex) of every file as it was shown to her. Raises LeakError for one
    that was not, or not as it would leave.
    """
    leaks.refuse(leaks.gather(vault, found.plan, found.bag, read=read), [leaks.READER])
    signature = bag.sign(found.bag, vault.person.sign, sshsig.RELEASE, vault.me)
    releases.remember(vault, found.plan)
    _log(vault, found.plan, "consent_checked", "approved")
    path = folder / signature.name
    write_new(path, signature.read_bytes())
    return path


def release(vault: Vault, folder: Path, out: Path) -> tuple[Plan, list[str]]:
    """Seal an approved proposal to its recipient; return its plan and who signed.

    Raises ReleaseError without a second reviewer's signature, ProposalError if a newer transfer or
    keyring is known.
    """
    if out.exists():
        raise ProposalError(f"{out} is already there and is never overwritten; name another file.")
    with scratch() as memory:
        found = open_proposal(vault, folder, memory)
        made = found.plan
        approvals = sorted(folder.glob(_SIGNATURES))
        if not approvals:
            raise ProposalError(
                f"No approval lies in {folder}; the other reviewer has to run sakse-review approve."
            )
        for path in approvals:
            write_new(found.bag / path.name, path.read_bytes())
        if (found.bag / KEYRING).read_bytes() != vault.keyring_bytes:
            raise ProposalError(
                "This was proposed under another keyring than yours; propose again."
            )
        signers = list(verify_bundle(found.bag, root=vault.root).signers)
        if made.transfer < last_number(vault):
            raise ProposalError(
                f"Transfer {last_number(vault)} came in after this was proposed, and a withdrawal"
                " may be in it; propose again."
            )
        _require_consent(vault, made)
        sealed = _seal_folder(found.bag, f"sakse-{made.release_id}", made.recipient.age)
    releases.remember(vault, made)
    _log(vault, made, "consent_checked", "released", signers=signers)
    write_new(out, sealed)
    return made, signers


def _require_decided(entries: Sequence[Entry], purpose: str) -> None:
    for entry in entries:
        left = decisions.undecided(entry)
        if left is None:
            raise ProposalError(f"Nothing was sought in {entry.id}; run sakse-review suggest.")
        if left:
            raise ProposalError(
                f"{left} findings in {entry.id} are undecided; see sakse-review redact --list."
            )
    for name, form in decisions.still_shown(entries, {"the purpose": purpose}):
        raise ProposalError(
            f"{form!r} is replaced elsewhere in this release but still stands in {name}; replace it"
            " there too (sakse-review redact with all their ids and --accept-all), or reject it"
            " there with a reason."
        )


def _own_copies(vault: Vault, made: Plan) -> Copies:
    """The clean copies out of the redactor's own vault."""

    def give(name: str, one: Attached) -> bytes:
        entry = vault.store.by_hash(made.testimonies[name])
        return attachments.clean_copy(vault, attachments.record(vault, entry, one.ordinal))

    return give


def _given_copies(folder: Path) -> Copies:
    """Those that came with a proposal: no other machine makes the same bytes again."""

    def give(name: str, one: Attached) -> bytes:
        path = folder / "data/testimonies" / name / "attachments" / one.file
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            raise ProposalError(f"The clean copy {one.file} is missing in the proposal.")
        return path.read_bytes()

    return give


def _require_consent(vault: Vault, made: Plan) -> None:
    """What one's own vault allows, and that the plan says of it no more than that."""
    known = consent.said(vault.store.entries())
    entries = {name: vault.store.by_hash(one) for name, one in made.testimonies.items()}
    consent.require(entries.values(), made.recipient.audience, known)
    for name, entry in entries.items():
        said = made.allowed.get(name)
        if (
            said is None
            or not set(said.audiences) <= set(consent.audiences(entry, known))
            or said.level != consent.level(entry, known)
            or said.basis != consent.basis(entry, said.audiences, said.level)
        ):
            raise ProposalError(
                f"{entry.id} may go to fewer than this proposal says, by what your own vault knows"
                " of her consent; agree on it, and have it proposed again."
            )


def _log(vault: Vault, made: Plan, *events: str, **detail: list[str]) -> None:
    for event in events:
        for sealed in made.testimonies.values() or [""]:  # counts alone are about no testimony
            vault.log(event, sealed, release=made.release_id, **detail)
    vault.commit()


def _seal_proposal(vault: Vault, made: Plan, folder: Path) -> bytes:
    data = made.encode()
    signature = sshsig.sign(vault.person.sign, sshsig.RELEASE, data)
    members = [(PLAN, data), (PLAN_SIG, signature), *_members(folder, BAG)]
    return sealing.to_reviewers(vault, members)


def _seal_folder(folder: Path, name: str, recipient: str | None) -> bytes:
    """The bag as one file, sealed to its recipient; open, as a tar, for the public."""
    members = _members(folder, name)
    return sealing.seal_to(members, [recipient]) if recipient else b"".join(archive.pack(members))


def _members(folder: Path, name: str) -> list[tuple[str, archive.Source]]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(f"{name}/{path.relative_to(folder).as_posix()}", path) for path in paths]


def _unseal(vault: Vault, data: bytes) -> bytes:
    if len(data) > MAX_PROPOSAL:
        raise ProposalError("This proposal is larger than any can be; ask for it anew.")
    return sealing.unseal(vault, data)


def _files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
