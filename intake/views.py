"""The drop's HTTP interface (doc/FORMAT.md): the same bytes for everyone, no cookie, no log."""

from __future__ import annotations

import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from envelope import canonical
from envelope.errors import FormatError
from envelope.render import Page
from intake import answers
from intake.compress import gzipped
from intake.errors import RefusedError
from intake.form import SealedRequest, sealed_file
from intake.store import PIECE_SIZE, Store

MAX_JSON = 1024
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")  # RFC 9530, one algorithm only
_ID = re.compile(r"[0-9a-f]{32}")
_HEX32 = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,3}")

views = Blueprint("drop", __name__)


@dataclass(frozen=True, slots=True)
class Drop:
    """What the views serve and where they store."""

    store: Store
    pages: dict[str, Page]
    keyring: bytes
    keyring_sig: bytes
    form_bytes: int


def create_app(drop: Drop) -> Flask:
    """A WSGI application for one drop; it has no static files, no session and no templates."""
    app = Flask(__name__, static_folder=None)
    app.request_class = SealedRequest
    app.config["MAX_FORM_PARTS"] = 1
    app.config["MAX_FORM_MEMORY_SIZE"] = PIECE_SIZE
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False  # it would redirect
    app.extensions["drop"] = drop
    app.register_blueprint(views)
    app.register_error_handler(Exception, _explain)
    app.after_request(_protect)
    return app


def _drop() -> Drop:
    drop: Drop = current_app.extensions["drop"]
    return drop


@views.get("/", defaults={"language": ""})
@views.get("/<language>")
def page(language: str) -> Response:
    """The chooser, or the witness's page in one language; `?dl` hands over the same bytes."""
    found = _drop().pages.get(f"/{language}")
    if found is None:
        raise RefusedError("not_found")
    response = Response(found.html, content_type=answers.HTML)
    if request.accept_encodings.quality("gzip") > 0:
        response.data = gzipped(found.html)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Content-Security-Policy"] = f"{found.csp}; frame-ancestors 'none'"
    if language and "dl" in request.args:
        response.headers["Content-Disposition"] = f'attachment; filename="form-{language}.html"'
    return response


@views.get("/keyring.json")
def keyring() -> Response:
    """The keyring the page seals to, byte for byte as the root signed it."""
    return Response(_drop().keyring, content_type="application/json")


@views.get("/keyring.json.sig")
def keyring_sig() -> Response:
    """The root's signature of the keyring."""
    return Response(_drop().keyring_sig, content_type=answers.TEXT)


@views.post("/sealed")
def sealed() -> Response:
    """Take a whole sealed file in one request."""
    _drop().store.put_sealed(*_sealed_body())
    return _text("received")


@views.post(answers.FORM_PATH)
def sealed_form() -> Response:
    """Take a whole sealed file from a browser without script."""
    body = sealed_file(request, _drop().form_bytes)
    _drop().store.put_sealed(body, hashlib.sha256(body).digest())
    return Response(answers.small_page("received"), content_type=answers.HTML)


@views.post("/t")
def start() -> Response:
    """Begin an upload in pieces."""
    asked = _json({"pieces", "size"})
    if not all(type(value) is int for value in asked.values()):
        raise RefusedError("request")
    return _answer({"id": _drop().store.start(asked["pieces"], asked["size"]).hex()}, 201)


@views.put("/t/<file>/<n>")
def piece(file: str, n: str) -> Response:
    """Take one piece."""
    if not _NUMBER.fullmatch(n):
        raise RefusedError("not_found")
    _drop().store.put_piece(_id(file), int(n), *_sealed_body())
    return _text("received")


@views.get("/t/<file>")
def missing(file: str) -> Response:
    """Say which pieces have not arrived."""
    return _answer({"missing": _drop().store.missing(_id(file))})


@views.post("/t/<file>/done")
def done(file: str) -> Response:
    """Make a whole upload a kept file."""
    digest = _json({"digest"})["digest"]
    if not isinstance(digest, str) or not _HEX32.fullmatch(digest):
        raise RefusedError("digest")
    _drop().store.done(_id(file), bytes.fromhex(digest))
    return _text("received")


def _sealed_body() -> tuple[bytes, bytes]:
    """The body and the digest its sender claims."""
    if request.mimetype != "application/age":
        raise RefusedError("type")
    match = _DIGEST.fullmatch(request.headers.get("Content-Digest", ""))
    if match is None:
        raise RefusedError("digest")
    body = request.get_data(cache=False)
    if len(body) > PIECE_SIZE:
        raise RefusedError("too_large")
    try:
        return body, binascii.a2b_base64(match[1], strict_mode=True)
    except binascii.Error:
        raise RefusedError("digest") from None


def _json(keys: set[str]) -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise RefusedError("request")
    try:
        value = canonical.loads(request.get_data(cache=False), what="This request", limit=MAX_JSON)
    except FormatError:
        raise RefusedError("request") from None
    if not isinstance(value, dict) or set(value) != keys:
        raise RefusedError("request")
    return value


def _id(text: str) -> bytes:
    if not _ID.fullmatch(text):
        raise RefusedError("unknown")
    return bytes.fromhex(text)


def _text(word: str) -> Response:
    return Response(f"{word}\n", content_type=answers.TEXT)


def _answer(value: dict[str, Any], status: int = 200) -> Response:
    return Response(canonical.dumps(value), status, content_type="application/json")


def _protect(response: Response) -> Response:
    for name, value in answers.HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _explain(error: Exception) -> Response:
    """Every error becomes a sentence; what was sent appears in none, nor in any log."""
    if not isinstance(error, RefusedError):
        error = RefusedError(_key(error))
    body, kind = answers.refusal(error, request.path)
    return Response(body, error.status, content_type=kind)


def _key(error: Exception) -> str:
    if isinstance(error, RequestEntityTooLarge):
        return "no_file"  # a form with more parts than the one file
    if isinstance(error, HTTPException):
        return {404: "not_found", 405: "method"}.get(error.code or 0, "request")
    return "fault"
