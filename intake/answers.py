"""What every answer of the drop looks like: headers, the small page, a refusal (drop)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from envelope.render import WITNESS, source_hash
from intake.errors import ANSWERS, RefusedError

FORM_PATH = "/sealed-form"  # the one address that a person's browser sends to by itself
# What only scripts ask; a person sees the answers to everything else. "" is what no one could read.
_SCRIPTS = re.compile(r"|/sealed|/t(/.*)?|/keyring\.json(\.sig)?", re.DOTALL)
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
_STYLE = (WITNESS / "plain.css").read_text("utf-8")
# For everything but the witness's page, which brings its own policy.
POLICY = (
    f"default-src 'none'; style-src '{source_hash(_STYLE)}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def small_page(key: str) -> str:
    """A page that says one thing, a key of the answers' `pages`, in every language there is."""
    said = "\n".join(
        f'<p lang="{lang}">{escape(text)}</p>' for lang, text in ANSWERS["pages"][key].items()
    )
    back = " · ".join(
        f'<span lang="{lang}">{escape(text)}</span>' for lang, text in ANSWERS["first_page"].items()
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f'<title>Form</title>\n<link rel="icon" href="blob:">\n<style>{_STYLE}</style>\n</head>\n'
        f'<body>\n<div role="status">\n{said}\n</div>\n'
        f'<p><a href="/">{back}</a></p>\n</body>\n</html>\n'
    )


def refusal(refused: RefusedError, path: str) -> tuple[bytes, str]:
    """Body and content type of a refusal: a page for a person, one English line for scripts."""
    if refused.key in ANSWERS["pages"] and not _SCRIPTS.fullmatch(path):
        return small_page(refused.key).encode(), HTML
    return f"{refused}\n".encode(), TEXT
