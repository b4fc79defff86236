"""Verifies a release bundle on the legal team's computer: files, signatures, then every promise.

The law of trust: no key inside a bag is trusted. `root`, the fingerprint of the team's root from
outside, makes the keyring in the bag trusted; `signers`, an allowed_signers file of the verifier's
own, names the reviewers directly. Two different reviewers of the keyring, the redactor among them,
must have signed, and every signature that is there must hold. Without an anchor all of it is
still checked, and the report says that nobody knows whose keys these are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from envelope import bag, keyring, sshsig
from envelope.errors import KeyringError, SignatureError
from envelope.keyring import Keyring
from release.checks import Bundle, check_content
from release.errors import BundleError

KEYRING = "data/custody/keyring.json"
LEAST_SIGNERS = 2
_SIGNER = re.compile(
    r'([a-z0-9][a-z0-9-]{0,31}) (?:namespaces="([^"]+)" )?(ssh-ed25519 \S+)(?: .*)?'
)


@dataclass(frozen=True, slots=True)
class Report:
    """What holds: the release, its signers, the root of its keyring, and whether it is anchored.

    `keyring` says which keyring it is and for which days: a verifier remembers none, so a person
    compares it with the team's current one. `checks` are sentences, one for each thing checked.
    """

    release: str
    recipient: str
    testimonies: int
    signers: tuple[str, ...]
    root: str
    keyring: str
    anchored: bool
    checks: tuple[str, ...]


def verify_bundle(
    folder: Path, *, signers: Mapping[str, bytes] | None = None, root: str | None = None
) -> Report:
    """Check everything in the bag `folder` and return what holds.

    `signers` is reviewer's id → raw key, `root` a fingerprint; with neither, `anchored` is False.
    Raises SakseError at the first thing that does not hold, in a sentence that names the file.
    """
    bundle = check_content(folder)
    root_key = _check_root(folder, root)
    names = _check_signatures(folder, bundle.keyring, signers)
    if bundle.release["redactor"] not in names:
        raise BundleError(
            f"{bag.TAG_MANIFEST} is not signed by the redactor {bundle.release['redactor']}, "
            "whom data/release.json names; ask the team for it again."
        )
    return Report(
        release=bundle.release["id"],
        recipient=bundle.release["recipient"]["name"],
        testimonies=len(bundle.testimonies),
        signers=names,
        root=root_key,
        keyring=_describe(bundle.keyring),
        anchored=signers is not None or root is not None,
        checks=_checks(names, bundle),
    )


def read_signers(path: Path) -> dict[str, bytes]:
    """Return reviewer's id → raw key from an allowed_signers file.

    Only lines `id [namespaces="…"] ssh-ed25519 KEY` are understood; an entry whose namespaces do
    not name sakse-release@v1 is passed over. Raises SignatureError for anything else.
    """
    found: dict[str, bytes] = {}
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise SignatureError(f"{path.name} is not a text file of signers; name another.") from None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _SIGNER.fullmatch(line)
        if not match or match[1] in found:
            raise SignatureError(
                f"Line {number} of {path.name} is not one reviewer's id and ssh-ed25519 key; "
                "write one line for each."
            )
        if match[2] is None or sshsig.RELEASE in match[2].split(","):
            found[match[1]] = sshsig.parse_public(match[3])
    return found


def _check_root(folder: Path, root: str | None) -> str:
    """Check the keyring's signature, against `root` if given; return its root's fingerprint."""
    data = (folder / KEYRING).read_bytes()
    signature = (folder / f"{KEYRING}.sig").read_bytes()
    try:
        own = sshsig.fingerprint(sshsig.signer(signature))
        keyring.verify(data, signature, root if root is not None else own)
    except (SignatureError, KeyringError) as error:
        raise BundleError(f"{KEYRING}.sig: {error}") from error
    return own


def _check_signatures(
    folder: Path, ring: Keyring, signers: Mapping[str, bytes] | None
) -> tuple[str, ...]:
    """Check every signature of the bag; return the ids of the reviewers who signed."""
    reviewers = ring.signers()
    for name in bag.signatures(folder):
        if signers is not None and signers.get(name) != reviewers.get(name):
            raise BundleError(
                f"{bag.TAG_MANIFEST}.{name}.sig is by a key that is not {name}'s in your signers "
                "file; do not rely on this bundle, ask the team whose key it is."
            )
    keys = bag.verify(folder, sshsig.RELEASE, reviewers)
    if len(set(keys.values())) < LEAST_SIGNERS:
        raise BundleError(
            f"{bag.TAG_MANIFEST} is signed by {len(keys)} reviewer and not by two different "
            "ones; do not rely on this bundle, ask the team for it again."
        )
    return tuple(sorted(keys))


def _describe(ring: Keyring) -> str:
    return f"{ring.serial} of {ring.team}, for {ring.valid_from} to {ring.valid_until}"


def _checks(names: tuple[str, ...], bundle: Bundle) -> tuple[str, ...]:
    tool = bundle.release["tool"]["version"]
    return (
        "Every file is there, is named in a manifest, and is what the manifest says.",
        "The keyring is signed by one root, and keys.allowed_signers is what the keyring says.",
        f"The bundle is signed by {' and '.join(names)}, reviewers of that keyring.",
        "release.json, consents, custody extract and tables of redactions agree with the texts.",
        "Tables and load files say what the accounts say: they were computed again.",
        "So do index.html and the pictures."
        if bundle.drawn_here
        else f"index.html and the pictures were drawn by version {tool} and are NOT compared.",
        *(
            ["Every text and answer is what its proof shows under the commitment's root."]
            if bundle.release["tier"] == "court"
            else []
        ),
    )
