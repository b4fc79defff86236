"""What every answer of the drop looks like: headers, the small page, a refusal (drop)."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from intake.errors import RefusedError

FORM_PATH = "/sealed-form"  # the one address that a person's browser opens by itself
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
# For everything but the witness's page, which brings its own policy.
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
RECEIVED = "This drop has received your sealed file. Nobody may read it soon."


def small_page(sentence: str) -> str:
    """A page that says one thing, for a browser without script."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f'<title>Answer</title><p role="status">{escape(sentence)}</p>'
        '<p><a href="/">First page</a></p></html>\n'
    )


def refusal(refused: RefusedError, path: str) -> tuple[bytes, str]:
    """Body and content type of a refusal: a page for the form, plain text for scripts."""
    if path == FORM_PATH:
        return small_page(str(refused)).encode(), HTML
    return f"{refused}\n".encode(), TEXT
