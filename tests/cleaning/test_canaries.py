"""Independent checkers find no planted word in a clean copy: exiftool, mat2, qpdf, poppler, ffprobe."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from reviewer import cleaning
from tests.cleaning import samples
from tests.cleaning.samples import Canaries, exiftool

MAKERS = {"jpeg": samples.jpeg, "png": samples.png, "webp": samples.webp, "pdf": samples.pdf}
SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf", "audio/ogg": ".ogg", "video/mp4": ".mp4"}


def output(*line: object) -> bytes:
    done = subprocess.run([str(word) for word in line], capture_output=True, check=False)
    return done.stdout + done.stderr


def left_in(data: bytes, suffix: str, canaries: Canaries) -> set[str]:
    """The places whose canary any of the checkers still finds."""
    said = [data, exiftool(data, "-a", "-u", "-U", "-ee", "-G1", "-b").encode()]
    with TemporaryDirectory() as folder:
        path = Path(folder, f"clean{suffix}")
        path.write_bytes(data)
        said.append(output("mat2", "--show", path))
        if suffix == ".pdf":
            assert b"No syntax or stream encoding errors" in output("qpdf", "--check", path)
            said.append(output("qpdf", "--qdf", "--object-streams=disable", path, "-"))
            said += [output("pdftotext", path, "-"), output("pdfinfo", "-meta", path), output("pdfinfo", "-js", path), output("pdfdetach", "-list", path)]
        if suffix in (".ogg", ".mp4"):
            said.append(output("ffprobe", "-v", "quiet", "-show_format", "-show_streams", "-show_chapters", "-of", "json", path))
    return canaries.in_(b"\0".join(said))


@pytest.mark.long
@pytest.mark.parametrize("kind", MAKERS)
def test_no_checker_finds_a_canary_in_a_clean_copy_and_they_find_them_before(kind, tmp_path):
    canaries = Canaries()
    data = MAKERS[kind](canaries, tmp_path)
    suffix = f".{kind}"
    assert len(left_in(data, suffix, canaries) if kind != "pdf" else canaries.in_(data)) >= 4
    clean = cleaning.clean(data)
    assert left_in(clean.data, SUFFIXES[clean.media_type], canaries) == set()


@pytest.mark.long
@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_mat2_calls_a_clean_picture_clean(kind, tmp_path):
    path = tmp_path / f"clean.{kind}"
    path.write_bytes(cleaning.clean(MAKERS[kind](Canaries(), tmp_path)).data)
    assert b"No metadata found" in output("mat2", "--show", path)
