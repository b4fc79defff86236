"""The second review: another reviewer's proposed bag, file by file, and the signature (laptop)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request

from release.derived import DERIVED
from reviewer import cleaning, decisions, proposal, sticks
from reviewer.desk.sitting import desk, named
from reviewer.differences import Revealed, revealed
from reviewer.errors import CleaningError, ProposalError
from reviewer.network import refuse_if_up
from reviewer.plan import Plan
from reviewer.proposal import Proposal
from reviewer.releases import earlier
from reviewer.screen import safe, safe_line
from reviewer.vault import Vault

views = Blueprint("second", __name__)

_VISIBLE = ("picture", "document", "office", "film")
_AUDIBLE = ("sound", "film")
# Long lists of digests and what is the same in every bundle: there, but folded away.
_FOLDED = ("data/method/", "data/verify/", "data/consent-texts/", "manifest-", "tagmanifest-")


@dataclass(frozen=True, slots=True)
class File:
    """One file of the bag: its bytes, and its words with what hides shown as codes.

    `text` is None for bytes that are no UTF-8; `pages` says how many pictures of them can be shown,
    `heard` whether they can be played; both are made in the sandbox.
    """

    name: str
    data: bytes
    text: str | None
    folded: bool
    pages: int
    heard: bool

    @property
    def sha256(self) -> str:
        """The SHA-256 (hex) of what was shown."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """Words the redactor kept, of which testimony and as what, and why."""

    testimony: str
    label: str
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All of a proposal that passed every check; `digest` is the SHA-256 of what was opened.

    `held` are answers held back because few say the same, by testimony; `revealed` is what an
    earlier release shows of the words hidden here.
    """

    folder: Path
    digest: str
    plan: Plan
    files: tuple[File, ...]
    kept: tuple[Kept, ...]
    held: tuple[tuple[str, str], ...]
    revealed: tuple[Revealed, ...]


@views.get("/second")
def ask() -> str:
    """Ask for the folder of the proposal."""
    return render_template("second.html", shown=None)


@views.post("/second")
def show() -> str:
    """Check a proposal against one's own vault and show every byte that would leave."""
    shown = _shown(desk().vault, _folder())
    desk().keep(shown.digest, shown)
    return render_template("second.html", shown=shown)


@views.get("/second/<digest>/<int:file>/<int:page>")
def picture(digest: str, file: int, page: int) -> Response:
    """One page of an attachment as bare pixels, made in the sandbox."""
    files = _kept_shown(digest).files
    if not (file < len(files) and page < files[file].pages):
        abort(404)
    return Response(cleaning.preview(files[file].data, page), content_type="image/png")


@views.get("/second/<digest>/<int:file>/sound")
def sound(digest: str, file: int) -> Response:
    """The sound of an attachment as plain WAV, made in the sandbox."""
    files = _kept_shown(digest).files
    if not (file < len(files) and files[file].heard):
        abort(404)
    return Response(cleaning.listen(files[file].data), content_type="audio/wav")


@views.post("/second/sign")
def sign() -> str:
    """Sign what was shown, and nothing else."""
    if request.form.get("read") != "yes":
        raise ProposalError("Read all of it first, and say so; then sign.")
    vault, folder = desk().vault, _folder()
    shown = _kept_shown(request.form.get("digest", ""))
    looked = {*request.form.getlist("looked")}
    read = {f.name: f.sha256 for f in shown.files if f.text is not None or f.name in looked}
    sticks.check(folder, sticks.OUT, vault.root)  # the signature goes beside the proposal
    refuse_if_up()
    with proposal.scratch() as memory:
        if _digest(folder) != shown.digest:
            raise ProposalError("The proposal was changed since it was shown; read it again.")
        found = proposal.open_proposal(vault, folder, memory)
        proposal.check(vault, found, memory)
        path = proposal.approve(vault, found, folder, read)
    return render_template("second.html", shown=None, signed=path)


def _kept_shown(digest: str) -> Shown:
    found = desk().kept(digest)
    if not isinstance(found, Shown):
        raise ProposalError("Open the proposal again and read it; then sign.")
    return found


def _folder() -> Path:
    folder = named("folder")
    if not (folder / proposal.FILE).is_file():
        raise ProposalError(
            f"There is no {proposal.FILE} in that folder; name the one on the redactor's stick."
        )
    return folder


def _digest(folder: Path) -> str:
    return hashlib.sha256((folder / proposal.FILE).read_bytes()).hexdigest()


def _shown(vault: Vault, folder: Path) -> Shown:
    sticks.check(folder, sticks.OUT, vault.root)
    digest = _digest(folder)
    with proposal.scratch() as memory:
        found = proposal.open_proposal(vault, folder, memory)
        proposal.check(vault, found, memory)
        files = tuple(_files(found.bag))
        held = tuple((name, ", ".join(fields)) for name, fields in found.plan.withheld.items())
        shown_before = tuple(revealed(found.plan, earlier(vault)))
        kept = tuple(_kept(vault, found))
        return Shown(folder, digest, found.plan, files, kept, held, shown_before)


def _files(bag: Path) -> Iterator[File]:
    for path in sorted(path for path in bag.rglob("*") if path.is_file()):
        name, data = path.relative_to(bag).as_posix(), path.read_bytes()
        pages, heard, text = 0, False, None
        try:
            text = safe(data.decode("utf-8"))
        except UnicodeDecodeError:
            pages, heard = _shows(data)
        folded = name.startswith(_FOLDED) or name.removeprefix("data/") in DERIVED
        yield File(name, data, text, folded, pages, heard)


def _shows(data: bytes) -> tuple[int, bool]:
    """How many pictures of an attachment can be shown, and whether it has a sound."""
    found = cleaning.inspect(data, seek_faces=False)
    pages = found.pages or found.seconds if found.kind in _VISIBLE else 0
    return pages, found.kind in _AUDIBLE and _sounds(data)


def _sounds(data: bytes) -> bool:
    try:
        return bool(cleaning.listen(data))
    except CleaningError:  # a film without any
        return False


def _kept(vault: Vault, found: Proposal) -> Iterator[Kept]:
    for kept in found.plan.kept:
        entry = vault.store.by_hash(found.plan.testimonies[kept.testimony])
        text = decisions.texts(entry.testimony).get(kept.field, "") if entry.testimony else ""
        words = safe_line(kept.text or text[kept.start : kept.end])
        yield Kept(kept.testimony, kept.label, words, safe_line(kept.why))
