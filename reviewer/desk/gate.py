"""Who may talk to the desk: one browser of this start, nothing that another page sends (laptop).

The law, for every request: the Host is ours to the letter; no other site asks; whoever has not
shown the start token, which counts once and for a minute, is told nothing. Every POST carries the
token of its session (Flask-WTF). No answer may be kept, framed, or load a thing from elsewhere.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field

from flask import Flask, Response, abort, current_app, request, session
from flask_wtf.csrf import CSRFProtect, generate_csrf

TOKEN_SECONDS = 60
COOKIE = "sakse-desk"
START = "/start"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self';"
    " media-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",  # no-referrer makes our own forms come from Origin: null
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_INSIDE = "inside"


@dataclass(slots=True)
class Gate:
    """The address of one start of the desk, and the token that opens it once."""

    host: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    made: float = field(default_factory=time.monotonic)
    used: bool = False

    @property
    def link(self) -> str:
        """What the browser opens first."""
        return f"http://{self.host}{START}?token={self.token}"

    def opens(self, token: str) -> bool:
        """Whether this is the token, in time and for the first time.

        A wrong one spends nothing: any page can send one, and nobody guesses the right one.
        """
        fresh = time.monotonic() - self.made <= TOKEN_SECONDS
        same = hmac.compare_digest(token.encode(), self.token.encode())
        asked_before, self.used = self.used, self.used or same
        return same and fresh and not asked_before


def protect(app: Flask, gate: Gate) -> None:
    """Give an application its gate, CSRF tokens, its cookie's flags and every header."""
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        # A browser sends one address's cookies to all its ports: another start has another name.
        SESSION_COOKIE_NAME=f"{COOKIE}-{gate.host.rpartition(':')[2]}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session, which ends with the desk
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    app.extensions["gate"] = gate
    app.before_request(_check)
    CSRFProtect(app)
    app.after_request(_seal)


def enter(token: str) -> None:
    """Let this browser in for the rest of this start; 403 for a wrong, old or used token."""
    if not _gate().opens(token):
        abort(403)
    session[_INSIDE] = True
    generate_csrf()  # in this cookie: two pages asked for at once would each make their own


def is_inside() -> bool:
    """Whether this browser has shown the start token."""
    return bool(session.get(_INSIDE))


def _gate() -> Gate:
    gate: Gate = current_app.extensions["gate"]
    return gate


def _check() -> None:
    if request.headers.get("Host") != _gate().host:
        abort(421)
    if request.mimetype.startswith("multipart/"):  # no form needs it; its files go to a disk
        abort(415)
    if request.path == START:
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        abort(403)
    if request.headers.get("Origin", f"http://{_gate().host}") != f"http://{_gate().host}":
        abort(403)
    if not is_inside():
        abort(401)


def _seal(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response
