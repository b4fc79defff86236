"""Renders the witness's pages, each one file with reproducible bytes; drop and checkers."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from envelope import form, keyring, places, sshsig
from envelope.config import PageConfig
from envelope.errors import ConfigError
from envelope.keyring import Keyring

ROOT = Path(__file__).resolve().parent.parent
WITNESS = ROOT / "templates" / "witness"
_SCRIPT = ROOT / "browser" / "dist" / "page.js"
# Licences ask to go with every copy, and the page is handed on alone; no line ends a comment.
_NOTICES = (ROOT / "LICENSE", ROOT / "browser" / "dist" / "LICENSES")
# Whose page brings a font: many phones and browsers have none for Burmese.
_FONTS = {"my": ROOT / "templates" / "witness" / "fonts" / "burmese.woff2"}
# Whose townships the page lists besides their tracts in Kachin State: more would cost every visit.
_WITH_TOWNSHIPS = ("MMR001", "MMR005", "MMR015")  # Kachin, Sagaing, Shan (North)
# What ends a script element, or a line in older JavaScript, must not stand in its data.
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Page:
    """One page as served: its bytes, the hash to publish, its policy.

    `csp` stands in the page too; the drop's header adds frame-ancestors, which only a header can.
    """

    html: bytes
    sha256: str
    csp: str


def site(keyring_json: bytes, keyring_sig: bytes, page: PageConfig) -> dict[str, Page]:
    """Return path → page: "/" and one page a language; the same bytes for the same input.

    The keyring is parsed, not verified against a root: whoever loads it does that. Raises
    KeyringError for a malformed one, ConfigError for a language this release has no page in.
    """
    ring = keyring.parse(keyring_json)
    root = sshsig.fingerprint(sshsig.signer(keyring_sig))
    for lang in page.languages:
        if lang not in form.load().languages or not _texts_file(lang).exists():
            raise ConfigError(f"page.languages: there is no page in {lang!r} yet; remove it.")
    pages = {"/": _chooser(ring, page)}
    return pages | {f"/{lang}": _witness(lang, ring, root, page) for lang in page.languages}


def script_json(value: Any) -> str:
    """JSON that is safe inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.translate(_ESCAPES)


def _chooser(ring: Keyring, page: PageConfig) -> Page:
    languages = _json(WITNESS / "chooser.json")["languages"]
    team = _team(ring, page)
    shown = [entry for entry in languages if entry["lang"] in page.languages]
    return _render(
        "chooser.html", "", "plain.css", font="", languages=languages, shown=shown, team=team
    )


def _witness(lang: str, ring: Keyring, root: str, page: PageConfig) -> Page:
    texts = _json(_texts_file(lang))
    data = {
        "lang": lang,
        "ui": texts["script"],
        "form": _form_data(lang, without=() if ring.protection else ("contact",)),
        "keyring": {
            "protection": ring.protection,
            "recipients": [r.age for r in ring.recipients],
            "team": _team(ring, page),
            "valid_until": ring.valid_until,
        },
        "referral": page.referral.get(lang, ""),
    }
    script = f"const SAKSE={script_json(data)};\n{_SCRIPT.read_text()}"
    return _render(
        "page.html",
        script,
        "style.css",
        font=_font(lang),
        lang=lang,
        texts=texts["static"],
        fingerprint=root,
        team=_team(ring, page),
        epoch=ring.epoch,
        referral=page.referral.get(lang, ""),
        notices=Markup("\n\n".join(path.read_text("utf-8").strip() for path in _NOTICES)),  # noqa: S704
    )


def _form_data(lang: str, *, without: tuple[str, ...]) -> dict[str, Any]:
    """What the script needs of the form: the witness's questions, their words, the field order.

    `without` are questions this team cannot ask, and with them the choices that lead there.
    """
    whole = form.load()
    asked = [q for q in whole.questions if q.step <= form.LAST_WITNESS_STEP]
    questions = [q for q in asked if q.id not in without]
    shown = {q.id: whole.shown_choices(q.id, lang) for q in questions if q.sort}
    if "contact" in without:
        shown["c4"] = tuple(code for code in whole.question("c4").choices if code != "channel")
    return {
        "version": whole.version,
        "fields": whole.fields,
        "conditions": whole.conditions,
        "follow_up": {
            purpose: [question for question in few if question not in without]
            for purpose, few in whole.follow_up.items()
        },
        "under_18": whole.under_18,
        "consent": whole.consent_text(lang).split("\n"),
        "consent_sha256": whole.consent_sha256(lang),
        "questions": [_question(q) for q in questions],
        "shown": shown,
        "places": {code: names for code, names in places.lists(lang).items() if _is_listed(code)},
        "texts": whole.words(lang, questions),
    }


def _is_listed(code: str) -> bool:
    return len(code) != len(_WITH_TOWNSHIPS[0]) or code in _WITH_TOWNSHIPS


def _question(q: form.Question) -> dict[str, Any]:
    asked = {"id": q.id, "step": q.step, "kind": q.kind, "fields": q.fields, "choices": q.choices}
    return asked | ({"when": q.when} if q.when else {})


def _font(lang: str) -> str:
    """The style sheet that brings a language's font, "" for most."""
    if lang not in _FONTS:
        return ""
    data = base64.b64encode(_FONTS[lang].read_bytes()).decode()
    return (
        '@font-face{font-family:"Sakse Burmese";font-display:block;'
        f"src:url(data:font/woff2;base64,{data})}}"
    )


def _render(template: str, script: str, sheet: str, font: str, **values: Any) -> Page:
    style = (WITNESS / sheet).read_text("utf-8")
    policy = _policy([style, font] if font else [style], script)
    text = environment(WITNESS).get_template(template).render(
        # Raw text elements take no entities: what stands in them is ours, and escaped for them.
        style=Markup(style),  # noqa: S704
        font=Markup(font),  # noqa: S704
        script=Markup(script),  # noqa: S704
        csp=policy,
        **values,
    )
    html = text.encode()
    return Page(
        html=html,
        sha256=hashlib.sha256(html).hexdigest(),
        csp=policy,
    )


def _policy(styles: list[str], script: str) -> str:
    """The Content-Security-Policy of FORMAT.md."""
    allowed = f"'{source_hash(script)}'" if script else "'none'"
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {allowed}",
            "style-src " + " ".join(f"'{source_hash(style)}'" for style in styles),
            "font-src data:",
            "img-src blob:",
            "connect-src 'self'",
            "worker-src blob:",
            "form-action 'self'",
            "base-uri 'none'",
        ]
    )


def source_hash(text: str) -> str:
    """What a Content-Security-Policy calls this script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def environment(folder: Path) -> jinja2.Environment:
    """Return what renders a page from the templates in a folder; a missing word is a fault."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _team(ring: Keyring, page: PageConfig) -> str:
    return page.team or ring.team


def _texts_file(lang: str) -> Path:
    return WITNESS / f"texts.{lang}.json"


def _json(path: Path) -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads(path.read_bytes())
    return data
