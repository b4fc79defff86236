"""Entering, locking and unlocking the desk, its language, and the parts of its pages (laptop)."""

from __future__ import annotations

from pathlib import Path

from flask import (
    Blueprint,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask import Response as FileResponse
from werkzeug.wrappers import Response

from envelope.errors import SakseError
from reviewer.desk import gate
from reviewer.desk.session import Session
from reviewer.desk.texts import LANGUAGES, TEMPLATES
from reviewer.errors import DeskError

views = Blueprint("sitting", __name__)

_MAX_PATH = 4096  # bytes, PATH_MAX of Linux
_FONT = TEMPLATES.parent / "witness" / "fonts" / "source.woff2"  # Padauk: all of Myanmar's scripts
_PARTS = {
    "desk.css": (TEMPLATES / "desk.css", "text/css; charset=utf-8"),
    "boxes.js": (TEMPLATES / "boxes.js", "text/javascript; charset=utf-8"),
    "desk.js": (TEMPLATES / "desk.js", "text/javascript; charset=utf-8"),
    "padauk.woff2": (_FONT, "font/woff2"),
}


def desk() -> Session:
    """What this process holds."""
    found: Session = current_app.extensions["desk"]
    return found


def spoken() -> str:
    """The language this browser chose."""
    lang = session.get("lang", "en")
    return lang if lang in LANGUAGES else "en"


def named(field: str) -> Path:
    """The absolute path a form names; DeskError if it is none."""
    given = request.form.get(field, "").strip()
    if not 0 < len(given) <= _MAX_PATH or "\0" in given or not Path(given).is_absolute():
        raise DeskError("Give the whole path, from / on, of the folder or file.")
    return Path(given)


@views.get(gate.START)
def start() -> str:
    """Take the start token, once, and go on by a page of our own: then the cookie is sent."""
    gate.enter(request.args.get("token", ""))
    return render_template("start.html")


@views.get("/parts/<name>")
def part(name: str) -> FileResponse:
    """Style, script and font."""
    if name not in _PARTS:
        abort(404)
    path, kind = _PARTS[name]
    return FileResponse(path.read_bytes(), content_type=kind)


@views.get("/locked")
def locked() -> str:
    """Ask for the passphrase; locks what is not."""
    desk().lock()
    return render_template("locked.html")


@views.post("/lock")
def lock() -> Response:
    """Lock now."""
    desk().lock()
    return redirect(url_for("sitting.locked"), 303)


@views.post("/unlock")
def unlock() -> Response | tuple[str, int]:
    """Open the vault again."""
    try:
        desk().unlock(request.form.get("passphrase", ""))
    except SakseError as error:
        return render_template("locked.html", sentence=str(error)), 403
    return redirect(url_for("pages.testimonies"), 303)


@views.post("/here")
def here() -> tuple[str, int]:
    """Somebody reads without pressing anything that asks the server."""
    return "", 204


@views.post("/language")
def language() -> Response:
    """Choose the language of the desk, and stay where one was."""
    chosen = request.form.get("lang", "")
    if chosen not in LANGUAGES:
        abort(400)
    session["lang"] = chosen
    back = request.form.get("back", "/")
    inside = back.startswith("/") and not back.startswith("//") and "\\" not in back
    return redirect(back if inside and back.isprintable() else "/", 303)
