"""Writes the complete release bag for one recipient, on the reviewer's laptop (unsigned).

The layout is doc/FORMAT.md, release bundle. Whatever this writes must pass the content checks of
`release.verify`, which run before the folder is handed on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from string import Template
from typing import Any

from envelope import bag, canonical, keyring
from keys.person import recipient_fingerprint
from release import aggregates
from release.checks import FIRST, allowed_signers, check_content
from release.content import (
    UNOFFICIAL,
    Addressee,
    Copy,
    CustodyEvent,
    ReleaseContent,
    ReleasedTestimony,
    band,
    consent_basis,
    tier,
)
from release.derived import derived
from release.errors import ReleaseError
from release.testimony import TRANSLATION
from release.texts import write_redactions
from release.tool import ROOT, TEMPLATES, tool_hash, version

STANDALONE = ROOT / "release" / "standalone.py"
FORM = ROOT / "envelope" / "form-v1.json"


def build(folder: Path, content: ReleaseContent) -> None:
    """Write the bag into `folder`, which must be new and named `content.folder`.

    Raises ReleaseError, and leaves the folder for inspection, if the content contradicts itself.
    """
    if folder.name != content.folder:
        raise ReleaseError(f"This release must be written to a folder named {content.folder}.")
    folder.mkdir(parents=True)
    own = dict(_payload(content))
    for name, data in (own | derived(own)).items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    bag.write(folder, _info(content))
    check_content(folder)


def _info(content: ReleaseContent) -> dict[str, str]:
    return {
        "Source-Organization": keyring.parse(content.keyring).team,
        "External-Identifier": content.folder,
        "Bagging-Date": content.day,
    }


def _payload(content: ReleaseContent) -> Iterator[tuple[str, bytes]]:
    names = {"folder": content.folder, "recipient": content.recipient.name}
    yield "README.txt", _text("README.txt", names)
    yield "release.json", canonical.dumps(_release(content))
    yield "method/METHOD.txt", _text("METHOD.txt", names)
    yield "method/DECLARATION.txt", _text("DECLARATION.txt", names)
    yield "method/form-v1.json", FORM.read_bytes()
    yield "verify/verify.py", STANDALONE.read_bytes()
    yield "custody/log.jsonl", b"".join(_custody(content.custody))
    yield "custody/keyring.json", content.keyring
    yield "custody/keyring.json.sig", content.keyring_sig
    yield "custody/keys.allowed_signers", allowed_signers(keyring.parse(content.keyring))
    for consent in content.consent_texts:
        yield f"consent-texts/form-{consent.form}.{consent.lang}.txt", consent.text.encode()
    yield aggregates.FILE, aggregates.write(content.aggregates)
    for testimony in content.testimonies:
        for name, data in _testimony(testimony):
            yield f"testimonies/{testimony.release_id}/{name}", data


def _text(name: str, values: Mapping[str, str]) -> bytes:
    return Template((TEMPLATES / name).read_text("utf-8")).substitute(values).encode()


def _release(content: ReleaseContent) -> dict[str, Any]:
    level = tier(content.recipient.audience)
    counts = content.counts
    numbers = {n: getattr(counts, n) for n in ("received", "released", "set_aside", "withheld")}
    return {
        "consent": consent_basis(content.recipient.audience),
        "counts": numbers if level == "court" else {n: band(c) for n, c in numbers.items()},
        "custody_head": content.custody_head,
        "day": content.day,
        "events": [
            {"dependent": sorted(one.dependent), "testimonies": sorted(one.testimonies)}
            for one in sorted(content.events, key=lambda one: sorted(one.testimonies))
        ],
        "format": "sakse-release@v1",
        "id": content.release_id,
        "keyring": {
            "serial": keyring.parse(content.keyring).serial,
            "sha256": sha256(content.keyring).hexdigest(),
        },
        "purpose": content.purpose,
        "recipient": addressed(content.recipient),
        "redactor": content.redactor,
        "supersedes": content.supersedes,
        "testimonies": sorted(t.release_id for t in content.testimonies),
        "tier": level,
        "tool": {"sha256": tool_hash(), "version": version()},
    }


def addressed(recipient: Addressee) -> dict[str, str | None]:
    """Return `recipient` of release.json."""
    return {
        "class": recipient.audience,
        "fingerprint": None if recipient.age is None else recipient_fingerprint(recipient.age),
        "name": recipient.name,
    }


def _custody(events: Iterable[CustodyEvent]) -> Iterator[bytes]:
    prev = FIRST
    for e in events:
        line = canonical.dumps(
            {
                "by": e.by,
                "day": e.day,
                "event": e.event,
                "line": e.line,
                "prev": prev,
                "testimony": e.testimony,
            }
        )
        prev = sha256(line).hexdigest()
        yield line + b"\n"


def _testimony(t: ReleasedTestimony) -> Iterator[tuple[str, bytes]]:
    yield "testimony.json", canonical.dumps(_summary(t))
    yield "narrative.txt", t.narrative.encode()
    if t.reading is not None:
        yield "narrative.reading.txt", t.reading.encode()
    if t.translation:
        yield TRANSLATION, f"{UNOFFICIAL}\n\n{t.translation}\n".encode()
    yield "redactions.csv", write_redactions(t.redactions)
    yield "consent.json", canonical.dumps(_consent(t))
    yield (
        "assessment.json",
        canonical.dumps(
            {
                "account": t.assessment.account,
                "format": "sakse-assessment@v1",
                "source": t.assessment.source,
                "testimony": t.release_id,
            }
        ),
    )
    for copy in t.copies:
        yield f"attachments/{copy.file}", copy.data
    for ordinal, transcript in t.transcripts.items():
        yield f"attachments/{ordinal:02}.transcript.txt", transcript.encode()
    if t.proof is not None:
        yield "proof.json", canonical.dumps(t.proof)


def _summary(t: ReleasedTestimony) -> dict[str, Any]:
    return {
        "answers": dict(t.answers),
        "attachments": [
            {"ordinal": a.ordinal, "reason": a.reason, "size": a.size, "type": a.type}
            for a in t.attachments
        ],
        "commitment": t.commitment,
        "copies": [_copy(copy) for copy in t.copies],
        "format": "sakse-released-testimony@v1",
        "id": t.release_id,
        "lang": t.lang,
        "withheld": sorted(t.withheld_fields),
    }


def _copy(copy: Copy) -> dict[str, Any]:
    return {
        "done": list(copy.done),
        "file": copy.file,
        "ordinal": copy.ordinal,
        "sha256": sha256(copy.data).hexdigest(),
        "size": len(copy.data),
        "type": copy.type,
    }


def _consent(t: ReleasedTestimony) -> dict[str, Any]:
    return {
        "audiences": list(t.consent.audiences),
        "basis": t.consent.basis,
        "form": t.consent.form,
        "format": "sakse-consent@v1",
        "lang": t.consent.lang,
        "level": t.consent.level,
        "sha256": t.consent.sha256,
        "testimony": t.release_id,
    }
