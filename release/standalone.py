"""Checks the bundle it lies in with Python's standard library and ssh-keygen, nothing else.

Exit 0: everything holds. 1: refused, naming the file. 2: whole, but nobody said whose keys these
are. 3: no ssh-keygen. Compare this file with release/standalone.py of Sakse: it can be forged too.
"""

# SPDX-License-Identifier: MIT. Copyright (c) 2026 the Sakse contributors; no warranty.
import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
from itertools import accumulate, pairwise, takewhile
from pathlib import Path
from typing import Any

MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
RELEASE, FORM = "data/release.json", "data/method/form-v1.json"
SIGNATURE = re.compile(r"tagmanifest-sha256\.txt\.([a-z0-9][a-z0-9-]{0,31})\.sig")
MARK = r"[PLNDAORWX]-\d{2,4}|[A-Z(][\w ()'/-]{,60} (?:township|region)|\d{4}(?:-\d\d)?|\d\d–\d\d"
TOKEN = re.compile(rf"\[(?:{MARK})\]", re.ASCII)
ANCHORED = "Everything holds: files, signatures of two reviewers, proofs."
UNKNOWN = "Whole, but signed by unknown keys: name --root or --signers to know whose."
UNCHECKED = "SIGNATURES NOT CHECKED: install ssh-keygen (OpenSSH) and run this again."
Shown = tuple[str, str, set[int]]  # "o", "h" or "p"; open text; offsets in it of what is hidden


class Refused(Exception):  # noqa: N818
    """The bundle must not be relied on; the message says why."""


def need(holds: object, why: str) -> None:
    if not holds:
        raise Refused(why)


def check_files(bag: Path) -> None:
    """Refuse a file added, missing or changed, a link, and a manifest not written as it must be."""
    tags = ["bag-info.txt", "bagit.txt", MANIFEST]
    for path in (paths := sorted(bag.rglob("*"))):
        filled = path.is_file() or (path.is_dir() and any(path.iterdir()))
        need(filled and not path.is_symlink(), f"{path} is a link, a device or an empty folder.")
    names = sorted(path.relative_to(bag).as_posix() for path in paths if path.is_file())
    payload = [name for name in names if name.startswith("data/")]
    check_manifest(bag, TAG_MANIFEST, names, tags)
    check_manifest(bag, MANIFEST, names, payload)
    for name in sorted({*names} - {*payload, *tags, TAG_MANIFEST}):
        need(SIGNATURE.fullmatch(name), f"{name} does not belong in the bundle: it was added.")


def check_manifest(bag: Path, manifest: str, present: list[str], names: list[str]) -> None:
    need(manifest in present, f"{manifest} is missing.")
    written = (bag / manifest).read_bytes().decode("utf-8", "replace")
    for name in sorted({line[66:] for line in written.split("\n") if line} - {*present}):
        raise Refused(f"{name!r} is named in {manifest} but missing.")
    lines = [f"{hashlib.sha256((bag / n).read_bytes()).hexdigest()}  {n}\n" for n in names]
    for name, line in zip(names, lines, strict=True):
        need(f"  {name}\n" in written, f"{name} is not in {manifest}: it was added.")
        need(line in written, f"{name} is not what {manifest} says: it was changed.")
    need(written == "".join(lines), f"{manifest} is not written as it must be.")


def load(bag: Path, name: str) -> Any:
    try:
        value = json.loads((bag / name).read_bytes())
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        need(text.encode() == (bag / name).read_bytes(), f"{name} is not in canonical form.")
    except (OSError, ValueError, RecursionError):
        raise Refused(f"{name} is missing or not readable JSON.") from None
    return value


def strings(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def check_signature(signed: Path, end: str, namespace: str, *who: Path | str) -> bytes:
    """Return the raw key that signed; `who` is ssh-keygen's -f FILE -I NAME, or nothing.

    The signature must be written in its only form: ssh-keygen itself accepts some changed bits.
    """
    path = signed.with_name(signed.name + end)
    lines = path.read_bytes().decode("ascii", "replace").split("\n")
    packed = re.sub("[^A-Za-z0-9+/]", "", "".join(lines[1:-2]))
    raw, start = base64.b64decode(packed + "A" * (-len(packed) % 4)), 106 + len(namespace)
    key, bare = raw[33:65], strings(b"ssh-ed25519", raw[start : start + 64])
    data = strings(strings(b"ssh-ed25519", key), namespace.encode(), b"", b"sha512", bare)
    text = base64.b64encode(b"SSHSIG\0\0\0\1" + data).decode()
    body = [text[i : i + 70] for i in range(0, len(text), 70)]
    armored = ["-----BEGIN SSH SIGNATURE-----", *body, "-----END SSH SIGNATURE-----", ""]
    need(lines == armored, f"{path.name} is not written as a signature must be.")
    command = ["ssh-keygen", "-Y", "verify" if who else "check-novalidate", "-n", namespace]
    command += ["-s", str(path), *map(str, who)]
    run = subprocess.run(command, check=False, input=signed.read_bytes(), capture_output=True)
    need(run.returncode == 0, f"{path.name} does not hold, or is by a key nobody allowed.")
    return key


def check_signatures(bag: Path, root: str | None, signers: Path | None) -> None:
    """The root must have signed the keyring; the redactor and a second reviewer in it, the bag."""
    name = "data/custody/keyring.json"
    lines = {item["id"]: item["sign"] for item in load(bag, name)["recipients"]}
    digest = sha(strings(b"ssh-ed25519", check_signature(bag / name, ".sig", "sakse-keyring@v1")))
    found = "".join(f"{int.from_bytes(digest[i : i + 2], 'big'):05d}" for i in range(0, 16, 2))
    if root is not None:
        digits = re.sub(r"[\s-]", "", root.translate({0x1040 + d: str(d) for d in range(10)}))
        need(digits == found, f"{name}.sig is by another root than you named: {found}.")
    listed = "".join(f'{i} namespaces="sakse-release@v1" {line}\n' for i, line in lines.items())
    own = bag / "data/custody/keys.allowed_signers"
    need(own.read_bytes() == listed.encode(), f"{own.name} is not what the keyring says.")
    ring = {who: base64.b64decode(line.split(" ")[1])[-32:] for who, line in lines.items()}
    signed, redactor, good = bag / TAG_MANIFEST, load(bag, RELEASE)["redactor"], {}
    for path in sorted(bag.glob(f"{TAG_MANIFEST}.*.sig")):
        who, asked = path.name.split(".")[2], ("-f", signers or own, "-I")
        key = check_signature(signed, f".{who}.sig", "sakse-release@v1", *asked, who)
        need(ring.get(who) == key, f"{path.name} is not by a reviewer of the keyring.")
        good[who] = key
    two = redactor in good and len({*good.values()}) > 1
    need(two, f"{TAG_MANIFEST} is not signed by the redactor and a second reviewer.")


def sha(tag: bytes, *parts: bytes) -> bytes:
    return hashlib.sha256(tag + b"".join(parts)).digest()


def unhex(value: object, size: int, what: str) -> bytes:
    good = re.fullmatch(f"[0-9a-f]{{{2 * size}}}", str(value)) and isinstance(value, str)
    need(good, f"{what} is not {size} bytes in lower-case hex.")
    return bytes.fromhex(str(value))


def whole(key: bytes, text: str) -> bytes:
    """Return the digest of a unit that is open: its code points, and empty cells between them."""
    cells = [b""]
    for i in range(len(text) + 1):
        byte = sha(b"SR1-deco", key, i.to_bytes(4, "big"))[0]
        cells += [b""] * (8 - (byte ^ 255).bit_length()) + [c.encode() for c in text[i : i + 1]]
    salts = [sha(b"SR1-salt", key, c.to_bytes(4, "big"))[:16] for c in range(len(cells))]
    return sha(b"SR1-node", *(sha(b"SR1-cell", *pair) for pair in zip(salts, cells, strict=True)))


def part(cells: Any, what: str) -> tuple[bytes, Shown]:
    """Check a unit open in part; return its digest and what it shows."""
    digests: list[bytes] = []
    for cell in cells:
        match cell:
            case str():
                digests.append(unhex(cell, 32, f"a hidden cell of {what}"))
            case [salt, str(text)] if len(text) < 2 and not "\ud800" <= text <= "\udfff":
                digests.append(sha(b"SR1-cell", unhex(salt, 16, f"salt of {what}"), text.encode()))
            case _:
                raise Refused(f"a cell of {what} is not hidden, empty or exactly one code point.")
    texts = [None if isinstance(cell, str) else cell[1] for cell in cells]
    beside = {("", None), (None, "")} & set(pairwise(texts))  # an empty cell beside a hidden one
    good = None in texts and any(texts) and not texts[0] and not beside
    need(good, f"{what} is not open in part as it must be.")
    offsets = accumulate((len(text or "") for text in texts), initial=0)
    gaps = {offset for offset, text in zip(offsets, texts, strict=False) if text is None}
    return sha(b"SR1-node", *digests), ("p", "".join(text or "" for text in texts), gaps)


def check_proof(proof: Any, fields: list[str], free: set[str]) -> list[Shown]:
    """Return what each unit of a proof shows; refuse it unless the units lead to its root."""
    good = isinstance(proof, dict) and set(proof) == {"R", "U", "format", "units"}
    need(good and proof["format"] == "sakse-proof@v1", "it does not have the parts of a proof.")
    units, narrative = proof["units"], 18 + len(fields)
    good = isinstance(units, list) and type(proof["U"]) is int and proof["U"] == len(units)
    need(good and len(units) >= narrative and len(units) % 16 == 0, "its units are not all there.")
    divisible = {u for u, f in enumerate(fields, 1) if f in free} | {*range(narrative, len(units))}
    found: list[tuple[bytes, Shown]] = []
    for u, unit in enumerate(units):
        match unit:
            case ["o", key, str(text)] if text or u < narrative:
                need(not re.search("[\ud800-\udfff]", text), f"unit {u} holds half a character.")
                found.append((whole(unhex(key, 32, f"key of unit {u}"), text), ("o", text, set())))
            case ["h", digest] if u:
                found.append((unhex(digest, 32, f"the digest of unit {u}"), ("h", "", {0})))
            case ["p", [*cells]] if u in divisible:
                found.append(part(cells, f"unit {u}"))
            case _:
                raise Refused(f"unit {u} is not open or hidden as it must be.")
    root = sha(b"SR1-root", len(units).to_bytes(4, "big"), *(digest for digest, _ in found))
    need(root == unhex(proof["R"], 32, "R"), "its units do not lead to its root R.")
    return [shown for _, shown in found]


def check_testimonies(bag: Path) -> None:
    """Compare each proof, which only courts get, with what lies beside it."""
    form, release = json.loads((bag / FORM).read_bytes()), load(bag, RELEASE)
    free = {f for q in form["questions"] if q["kind"] == "text" for f in q["fields"]}
    ids = release["testimonies"] if release["tier"] == "court" else []
    for name in map("data/testimonies/{}".format, ids):
        try:
            units = check_proof(load(bag, f"{name}/proof.json"), form["fields"], free)
            check_shown(bag, name, units, form["fields"])
        except Refused as error:
            raise Refused(f"{name}/proof.json is refused: {error}") from None


def check_shown(bag: Path, name: str, units: list[Shown], fields: list[str]) -> None:
    summary, consent = load(bag, f"{name}/testimony.json"), load(bag, f"{name}/consent.json")
    meta = f"{consent['form']} {consent['lang']} {consent['sha256']}"
    need(units[0][1] == meta, "consent.json names another form, language or consent text.")
    need({*summary["answers"]} <= {*fields}, "testimony.json answers what nobody asked.")
    for field, (kind, text, gaps) in zip(fields, units[1:], strict=False):
        answer, withheld = summary["answers"].get(field, ""), field in summary["withheld"]
        same = kind == "h" and not answer if withheld else without_tokens(answer) == (text, gaps)
        need(same, f"testimony.json answers {field} differently.")
    text, marks = without_tokens((bag / name / "narrative.txt").read_bytes().decode())
    shown, gaps, rest = "", set(), units[18 + len(fields) :]
    tail = len(list(takewhile(lambda unit: unit[0] == "h", reversed(rest))))
    for _, part_text, part_gaps in rest[: len(rest) - tail]:
        gaps |= {len(shown) + gap for gap in part_gaps}
        shown += part_text
    if tail > 15 or (tail and len(shown) in marks):  # fewer can be padding, which has no mark
        gaps.add(len(shown))
    need((text, marks) == (shown, gaps), "narrative.txt is another text, or is marked elsewhere.")


def without_tokens(text: str) -> tuple[str, set[int]]:
    """Return a text without its words in brackets, and the offsets in it where they stood."""
    pieces = TOKEN.split(text)
    return "".join(pieces), set(accumulate(map(len, pieces[:-1])))


def main() -> int:
    parser = argparse.ArgumentParser(description="Check this bundle.")
    parser.add_argument("bag", nargs="?", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--root", help="fingerprint of the team's root, by voice or on paper")
    parser.add_argument("--signers", type=Path, help="an allowed_signers file of your own")
    chosen = parser.parse_args()
    try:
        check_files(chosen.bag)
        if able := shutil.which("ssh-keygen"):
            check_signatures(chosen.bag, chosen.root, chosen.signers)
        check_testimonies(chosen.bag)
    except Exception as refused:  # noqa: BLE001 - whatever it trips over, it is refused
        print(f"REFUSED: {refused}", file=sys.stderr)
        return 1
    code = 3 if not able else 0 if chosen.root or chosen.signers else 2
    print({0: ANCHORED, 2: UNKNOWN, 3: UNCHECKED}[code])
    return code


if __name__ == "__main__":
    sys.exit(main())
