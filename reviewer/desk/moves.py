"""What comes in and goes out by the desk: transfers, proposals, sealed releases (laptop)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from queue import SimpleQueue

from flask import Blueprint, Response, render_template, request
from markupsafe import escape

from envelope.errors import SakseError
from keys.person import parse_card
from reviewer import consent, importing, proposal, sticks, suspects, transfer
from reviewer.desk.session import Session
from reviewer.desk.sitting import desk, named, spoken
from reviewer.desk.texts import texts
from reviewer.errors import LeakError, ProposalError
from reviewer.importing import Listed, Taken
from reviewer.network import refuse_if_up
from reviewer.releases import gone
from reviewer.screen import safe_line
from reviewer.transfer import Transfer

views = Blueprint("moves", __name__)

_MARK = "\u0000"  # ends the lines of an import; no line holds it
_STEPS = 20  # lines that tell how far an import is
_MAX_CARD = 64 << 10  # bytes; a legal team's card has one recipient


@views.get("/import")
def ask_import() -> str:
    """Ask for the folder."""
    return render_template("import.html", lines=[])


@views.post("/import")
def import_() -> Response:
    """Take in a transfer, or all that lie in a folder, and tell how far it is as it goes."""
    vault, place = desk().vault, named("folder")
    first = str(sticks.check(place, sticks.IN, vault.root))
    found, refused = transfer.read_all(place, vault.keyring.drop)
    said: SimpleQueue[str] = SimpleQueue()
    work = _Import(desk(), found, said, texts(spoken()))
    before, after = render_template("import.html", lines=[_MARK]).split(f"<li>{_MARK}</li>")
    work.start()

    def page() -> Iterator[str]:
        yield before
        for line in (first, *refused, *iter(said.get, _MARK)):
            yield f"<li>{escape(safe_line(line))}</li>\n"
        yield after

    return Response(page(), content_type="text/html; charset=utf-8")


class _Import(threading.Thread):
    """One import beside the page that tells of it; it holds the vault until its end."""

    def __init__(
        self,
        session: Session,
        found: list[Transfer],
        said: SimpleQueue[str],
        words: Mapping[str, str],
    ) -> None:
        super().__init__(name="import")
        self._session, self._found, self._said, self._words = session, found, said, words

    def run(self) -> None:
        """Take in; the last line is the mark, whatever happens."""
        try:
            taken = self._take_in()
            counts = (taken.opened, taken.known, taken.set_aside, taken.left, taken.mismatches)
            self._said.put(self._words["import.done"].format(*counts))
        except SakseError as error:
            self._said.put(str(error))
        except OSError as error:
            self._said.put(f"{self._words['import.broken']} ({error.strerror})")
        except Exception as error:  # noqa: BLE001 - else a trace, and a page that looks well
            self._said.put(f"{self._words['http.fault']} ({type(error).__name__})")
        finally:
            self._said.put(_MARK)

    def _take_in(self) -> Taken:
        with self._session.hand:
            try:
                return importing.take_in(
                    self._session.vault, self._found, self._passed, self._said.put
                )
            finally:  # also what failed half-way has changed the vault
                self._session.forget_case()

    def _passed(self, files: list[Listed]) -> Iterator[Listed]:
        every = max(1, len(files) // _STEPS)
        for n, file in enumerate(files):
            if n and n % every == 0:
                self._session.touch()
                self._said.put(self._words["import.count"].format(n, len(files)))
            yield file


@views.get("/release")
def ask_release() -> str:
    """What is ready, and the two steps of a release."""
    return _release()


@views.post("/release/propose")
def propose() -> str:
    """Build, test and sign a bundle of what is ready; anything else is refused by name."""
    case, vault = desk().case, desk().vault
    entries = [case.entry(name) for name in dict.fromkeys(request.form.getlist("id"))]
    if not entries:
        raise ProposalError("Choose what to propose; nothing is marked.")
    for entry in entries:
        suspects.seek(case, entry.sha256)
    if left := [entry.id for entry in entries if not case.is_ready(entry.sha256)]:
        raise ProposalError(
            f"{', '.join(left)}: decide every row and read every paragraph, then propose again."
            " New rows come when a name that was replaced elsewhere stands there too, in part or"
            " otherwise spelled."
        )
    card, out = named("card"), named("out")
    if not card.is_file() or card.stat().st_size > _MAX_CARD:
        raise ProposalError(f"{card} is no card; name the legal team's card file.")
    sticks.check(out, sticks.OUT, vault.root)
    refuse_if_up()
    desk().note()
    purpose = request.form.get("purpose", "").strip()
    try:
        to = proposal.addressee(parse_card(card.read_bytes()))
        _, path = proposal.propose(vault, entries, to, purpose, out)
    except LeakError as error:
        if rows := suspects.stopped(case, str(error)):
            raise ProposalError(
                f"{error} These places are rows to decide now, in {', '.join(dict.fromkeys(rows))}."
            ) from None
        raise
    return _release(proposed=path.parent)


@views.post("/release/seal")
def seal() -> str:
    """Seal an approved proposal to its recipient."""
    folder, out = named("folder"), named("file")
    sticks.check(out, sticks.OUT, desk().vault.root)
    refuse_if_up()
    _, signers = proposal.release(desk().vault, folder, out)
    return _release(sealed=out, signers=signers)


def _release(**done: object) -> str:
    case, vault = desk().case, desk().vault
    known = consent.said(vault.store.entries())
    ready = [
        (entry, allowed)
        for entry in case.entries()
        if case.is_ready(entry.sha256) and (allowed := consent.open_to(entry, known))
    ]
    recalled = [one for one in gone(vault) if one.recall]
    return render_template("release.html", ready=ready, recalled=recalled, **done)
