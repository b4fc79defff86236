"""Cleaning attachments on the laptop: what the sandbox and the border of pixels cost."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable

import pypdfium2
from PIL import Image

from bench.table import seconds, show, side_by_side
from reviewer import cleaning, sandbox

PAGES = 10
_QUALITY = 90


def main() -> None:
    """Print the table."""
    picture, pages = _picture(), _pages()
    work = [
        ("start of a sandbox", _start, "a bare start", _bare_start, "-"),
        ("photograph of 12 megapixels", lambda: cleaning.clean(picture), "Pillow in this process",
         lambda: _small(picture), "-"),
        (f"PDF of {PAGES} pages", lambda: cleaning.clean(pages), "pdfium in this process",
         lambda: _drawn(pages), f"{0.36 * PAGES:.1f}"),
    ]  # fmt: skip
    rows = [_row(*one) for one in work]
    show("Cleaning (seconds)", ["what", "ours", "raw limit", "raw", "ours/raw", "goal"], rows)


def _row(
    what: str, ours: Callable[[], object], limit: str, raw: Callable[[], object], goal: str
) -> list[str]:
    mine, bare, ratio = side_by_side(lambda: seconds(ours), lambda: seconds(raw), 5)
    return [what, f"{mine:.3f}", limit, f"{bare:.3f}", f"{ratio:.1f}", goal]


def _start() -> None:
    sandbox.run(["/bin/true"], seconds=10, memory=64 << 20)


def _bare_start() -> None:
    subprocess.run(["/bin/true"], check=True)


def _picture() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((4000, 3000), 60).convert("RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _pages() -> bytes:
    out = io.BytesIO()
    sheets = [Image.effect_noise((1240, 1754), 30 + n).convert("RGB") for n in range(PAGES)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], resolution=150)
    return out.getvalue()


def _small(data: bytes) -> None:
    image = Image.open(io.BytesIO(data))
    image.draft("RGB", (2048, 2048))
    image.thumbnail((2048, 2048))
    image.save(io.BytesIO(), "JPEG", quality=_QUALITY, optimize=True)


def _drawn(data: bytes) -> None:
    with pypdfium2.PdfDocument(data) as opened:
        for page in opened:
            image = page.render(scale=150 / 72).to_pil().convert("RGB")
            image.save(io.BytesIO(), "JPEG", quality=_QUALITY, optimize=True)


if __name__ == "__main__":
    main()
