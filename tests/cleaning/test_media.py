"""Sound and film: written anew by ffmpeg in the sandbox; no tag, no option string, boxes in every frame."""

from __future__ import annotations

import io
import subprocess
import wave
from pathlib import Path

import pytest
from PIL import Image

from reviewer import cleaning
from reviewer.cleaning import Box, media
from reviewer.errors import CleaningError
from tests.cleaning.samples import LEFT, Canaries, exiftool, image
from tests.cleaning.test_canaries import left_in
from tests.scenarios.attachments import opus as silence

SOUNDS = {"ogg": ["-c:a", "libvorbis"], "mp3": ["-c:a", "libmp3lame"], "m4a": ["-c:a", "aac"], "wav": ["-c:a", "pcm_s16le"], "flac": ["-c:a", "flac"]}
FILMS = {
    "mp4": ["-c:v", "libx264", "-c:a", "aac"],
    "mov": ["-c:v", "mpeg4", "-c:a", "aac"],
    "webm": ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"],
    "3gp": ["-c:v", "h263", "-s", "352x288", "-c:a", "aac"],
}  # fmt: skip
SECONDS = 4
pytestmark = pytest.mark.long


def tags(canaries: Canaries) -> list[str]:
    names = "title artist album comment description copyright composer genre date location encoder author keywords synopsis".split()
    return [part for name in names for part in ("-metadata", f"{name}={canaries.word(name)}")]


def make(kind: str, canaries: Canaries, folder: Path) -> bytes:
    """Four seconds of a tone, and for a film a picture with a red field, with every tag set."""
    still, path = folder / "still.png", folder / f"made.{kind}"
    image((640, 480)).save(still)
    line = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}"]
    if kind in FILMS:
        line += ["-loop", "1", "-framerate", "10", "-t", str(SECONDS), "-i", str(still), "-map", "1:v", "-map", "0:a", "-pix_fmt", "yuv420p"]
        line += ["-metadata:s:v:0", f"handler_name={canaries.word('handler')}", "-metadata:s:v:0", f"title={canaries.word('stream title')}"]
    elif kind == "mp3":
        line += ["-i", str(still), "-map", "0:a", "-map", "1:v", "-c:v", "mjpeg", "-disposition:v", "attached_pic", "-metadata:s:v", f"title={canaries.word('cover')}"]
    subprocess.run([*line, *tags(canaries), "-movflags", "use_metadata_tags", *{**SOUNDS, **FILMS}[kind], str(path)], check=True)
    return path.read_bytes() + (canaries.word("after the end").encode() if kind != "wav" else b"")


def streams(data: bytes) -> list[str]:
    line = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", "-"]
    return subprocess.run(line, input=data, capture_output=True, check=True).stdout.decode().split()


def frames(data: bytes, folder: Path) -> list[Image.Image]:
    """Every frame of a film."""
    path = folder / "film.mp4"
    path.write_bytes(data)
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", str(path), str(folder / "frame%03d.png")], check=True)
    return [Image.open(one).convert("RGB") for one in sorted(folder.glob("frame*.png"))]


def level(samples: bytes) -> int:
    """The loudest sample."""
    return max(abs(int.from_bytes(samples[at : at + 2], "little", signed=True)) for at in range(0, len(samples), 2))


@pytest.mark.parametrize("kind", SOUNDS)
def test_no_tag_of_a_sound_is_left(kind, tmp_path):
    canaries = Canaries()
    data = make(kind, canaries, tmp_path)
    assert len(canaries.in_(data + exiftool(data, "-a", "-b", "-ee").encode())) >= 4
    assert cleaning.inspect(data).kind == "sound"
    clean = cleaning.clean(data, sound=True)
    assert clean.media_type == "audio/ogg" and streams(clean.data) == ["opus"]
    assert left_in(clean.data, ".ogg", canaries) == set()
    assert clean.data.count(b"OpusTags") == 1
    heard = clean.data.partition(b"OpusTags")[2][:60]
    assert b"ffmpeg" in heard and b"59." not in heard  # no version of what wrote it


@pytest.mark.parametrize("kind", FILMS)
def test_no_tag_of_a_film_and_no_option_of_its_encoder_is_left(kind, tmp_path):
    canaries = Canaries()
    data = make(kind, canaries, tmp_path)
    assert len(canaries.in_(data)) >= 4
    assert kind != "mp4" or b"x264 - core" in data
    clean = cleaning.clean(data, [Box(1, 2, *LEFT)])
    assert clean.media_type == "video/mp4" and streams(clean.data) == ["h264"]
    assert left_in(clean.data, ".mp4", canaries) == set()
    assert b"x264 - core" not in clean.data and b"options:" not in clean.data


def test_a_film_keeps_its_sound_only_when_told_to(tmp_path):
    data = make("mp4", Canaries(), tmp_path)
    assert streams(cleaning.clean(data, sound=True).data) == ["h264", "aac"]


def test_boxes_are_solid_in_every_frame_of_their_seconds_and_in_no_other(tmp_path):
    data = make("mp4", Canaries(), tmp_path)
    shown = frames(cleaning.clean(data, [Box(1, 2, *LEFT)]).data, tmp_path)
    assert len(shown) == 10 * SECONDS
    x, y, w, h = LEFT
    inside = (int(x * 640) + 2, int(y * 480) + 2, int((x + w) * 640) - 2, int((y + h) * 480) - 2)
    dark = [max(high for _, high in one.crop(inside).getextrema()) < 40 for one in shown]
    assert dark == [False] * 10 + [True] * 20 + [False] * 10 or dark == [False] * 10 + [True] * 21 + [False] * 9
    assert all(one.getpixel((500, 380))[1] > 130 for one in shown)


def test_a_film_is_inspected_and_previewed_by_the_second(tmp_path):
    data = make("webm", Canaries(), tmp_path)
    found = cleaning.inspect(data, "video/webm")
    assert (found.kind, found.pages, found.why_not) == ("film", 0, "") and SECONDS <= found.seconds <= SECONDS + 1
    picture = Image.open(io.BytesIO(cleaning.preview(data, 2)))
    assert picture.size == (640, 480) and picture.convert("RGB").getpixel((128, 96))[0] > 170


def test_a_voice_leaves_only_when_somebody_says_so():
    with pytest.raises(CleaningError, match="write a transcript"):
        cleaning.clean(silence(2))


def test_silenced_seconds_hold_no_sound(tmp_path):
    data = make("wav", Canaries(), tmp_path)
    with wave.open(io.BytesIO(cleaning.listen(data))) as heard:
        assert (heard.getframerate(), heard.getnchannels(), heard.getnframes()) == (media.RATE, 1, SECONDS * media.RATE)
    after = media.pcm(cleaning.clean(data, [Box(1, 2)], sound=True).data)
    second = media.SECOND
    assert level(after[second + second // 8 : 3 * second - second // 8]) < 50
    assert level(after[: second // 2]) > 1000 and level(after[3 * second + second // 4 :]) > 1000


def test_a_sound_that_is_too_long_says_so(monkeypatch):
    monkeypatch.setattr(media, "LONGEST_SOUND", 3)
    assert "longer than" in cleaning.inspect(silence(5)).why_not
