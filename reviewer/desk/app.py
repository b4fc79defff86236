"""Makes the desk's Flask application (reviewer's laptop)."""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, render_template, request, url_for
from flask import Response as Answer
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from envelope.errors import SakseError
from reviewer.desk import files, gate, moves, notes, pages, reading, second, sitting
from reviewer.desk.gate import Gate
from reviewer.desk.session import Session
from reviewer.desk.texts import LANGUAGES, TEMPLATES, reason, sentence, texts
from reviewer.network import refuse_if_up
from reviewer.screen import safe_line

# What may be asked while the desk is locked.
_OPEN = {"sitting.start", "sitting.locked", "sitting.unlock", "sitting.part", "sitting.language"}


def create_app(desk: Session, entrance: Gate) -> Flask:
    """An application for one start of the desk; it keeps no file and loads nothing from outside."""
    app = Flask(__name__, static_folder=None, template_folder=str(TEMPLATES))
    app.extensions["desk"] = desk
    app.jinja_env.filters["safe_line"] = safe_line
    app.jinja_env.filters["reason"] = reason
    app.jinja_env.filters["refusal"] = sentence
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    gate.protect(app, entrance)
    app.before_request(_only_unlocked)
    app.context_processor(_shared)
    app.register_error_handler(Exception, _explain)
    for part in (sitting, pages, reading, files, notes, moves, second):
        app.register_blueprint(part.views)
    app.wsgi_app = _OneHand(desk, app.wsgi_app)  # type: ignore[assignment]
    return app


class _OneHand:
    """Holds the vault for the length of a request, so that it does not lock in the middle."""

    def __init__(self, desk: Session, inner: Any) -> None:
        self._desk, self._inner = desk, inner

    def __call__(self, environ: Any, start: Any) -> Any:
        with self._desk.hand:
            return self._inner(environ, start)


def _shared() -> dict[str, object]:
    desk = sitting.desk()
    return {
        "t": texts(sitting.spoken()),
        "lang": sitting.spoken(),
        "languages": LANGUAGES,
        "idle": int(desk.idle),
        "locked": desk.locked,
    }


def _only_unlocked() -> Response | None:
    """Before each request but the few above: unlocked, and before each change off every network."""
    if request.endpoint is None or request.endpoint in _OPEN:
        return None
    if sitting.desk().locked:
        return redirect(url_for("sitting.locked"), 303)
    sitting.desk().touch()
    if request.method == "POST":
        refuse_if_up()
    return None


def _explain(error: Exception) -> tuple[str | Answer, int]:
    """Every error becomes a sentence; a stranger gets it bare, with no page and no cookie."""
    sentence, status = _told(error)
    if not gate.is_inside():
        return Answer(sentence, content_type="text/plain; charset=utf-8"), status
    return render_template("message.html", sentence=sentence), status


def _told(error: Exception) -> tuple[str, int]:
    """The sentence and the status; a fault names its kind only, never what was worked on."""
    words = texts(sitting.spoken())
    if isinstance(error, SakseError):
        return str(error), 400
    if isinstance(error, HTTPException) and error.code:
        return words.get(f"http.{error.code}", words["http.other"]), error.code
    if isinstance(error, OSError) and error.strerror:
        place = safe_line(str(error.filename or ""))
        return f"{place}: {error.strerror}. {words['http.disk']}", 400
    return f"{words['http.fault']} ({type(error).__name__})", 500
