"""Writes sound and film anew with ffmpeg in the sandbox (reviewer's laptop).

Which demuxer reads a file is said by its first bytes and fixed with -f: playlists, concat lists and
other formats that name further files or addresses are never tried. Sound crosses as bare samples
and is encoded in a second sandbox from those; film is decoded and encoded in one.
"""

from __future__ import annotations

import io
import math
import re
import wave
from collections.abc import Sequence

from reviewer.cleaning import child
from reviewer.cleaning.kinds import sniff
from reviewer.cleaning.pixels import Box
from reviewer.cleaning.wire import SENTENCES, Page, Refusal
from reviewer.errors import CleaningError

RATE = 16_000  # samples a second: a voice needs no more
SECOND = 2 * RATE
"""Bytes of one second of mono 16-bit samples."""
LONGEST_SOUND = 3600  # seconds: 115 MB of samples
LONGEST_FILM = 900  # seconds
FILM_SIDE = 1280  # pixels
_DEMUXERS = {
    "amr": "amr", "flac": "flac", "matroska": "matroska", "mov": "mov", "mp3": "mp3",
    "ogg": "ogg", "wav": "wav",
}  # fmt: skip
_READ = [
    "-nostdin", "-v", "error", "-protocol_whitelist", "file,pipe", "-max_streams", "20",
    "-threads", "2",  # each holds a few frames
]  # fmt: skip
_INPUT = "/proc/self/fd/0"  # a file in memory, so that it can be sought in
_BARE = [
    "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-fflags", "+bitexact",
    "-flags:v", "+bitexact", "-flags:a", "+bitexact",
]  # fmt: skip
_PPM = re.compile(rb"P6\n([0-9]{1,4}) ([0-9]{1,4})\n255\n")
_SMALL = (
    f"scale=w='min({FILM_SIDE},iw)':h='min({FILM_SIDE},ih)'"
    ":force_original_aspect_ratio=decrease:force_divisible_by=2"
)
# SEI units (6) hold x264's version and options; unregistered data can hold anything.
_NO_SEI = ["-bsf:v", "filter_units=remove_types=6"]


def shows(data: bytes) -> bool:
    """Whether a file that may be a film has moving pictures: phones put bare sound in the same."""
    return _probe(data, "V:0", "stream=codec_type").get("codec_type") == "video"


def seconds(data: bytes) -> int:
    """How long a film is, in whole seconds rounded up; CleaningError if it does not say."""
    said = _probe(data, "V:0", "format=duration").get("duration", "")
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,9})?", said):
        raise CleaningError("it does not say how long it is; make an MP4 of it")
    if (whole := math.ceil(float(said))) > LONGEST_FILM:
        raise CleaningError(f"it is longer than {LONGEST_FILM // 60} minutes; cut it")
    return max(whole, 1)


def _probe(data: bytes, streams: str, entries: str) -> dict[str, str]:
    """What ffprobe says of these entries, by name."""
    line = ["ffprobe", *_READ[1:], "-f", _demuxer(data), "-select_streams", streams]
    asked = ["-show_entries", entries, "-of", "default=nw=1", _INPUT]
    rows = child.program([*line, *asked], data).decode("ascii", "replace").split("\n")
    return dict(row.split("=", 1) for row in rows if "=" in row)


def frame(data: bytes, second: int) -> Page:
    """The picture shown at the begin of a second of a film; CleaningError if none is."""
    line = ["ffmpeg", *_READ, "-f", _demuxer(data), "-ss", str(second), "-i", _INPUT]
    made = ["-frames:v", "1", "-vf", _SMALL, "-c:v", "ppm", "-f", "image2pipe", "pipe:1"]
    return _page(child.program([*line, "-map", "0:V:0", *made], data))


def pcm(data: bytes) -> bytes:
    """The sound of a file as mono samples, 16 bits, `RATE` a second."""
    line = ["ffmpeg", *_READ, "-f", _demuxer(data), "-i", _INPUT, "-map", "0:a:0"]
    made = ["-t", str(LONGEST_SOUND + 1), "-ac", "1", "-ar", str(RATE), "-f", "s16le", "pipe:1"]
    samples = child.program([*line, *made], data, seconds=120)
    if not samples:
        raise CleaningError("it holds no sound")
    if len(samples) > LONGEST_SOUND * SECOND:
        raise CleaningError(f"it is longer than {LONGEST_SOUND // 60} minutes; cut it")
    return samples


def wav(samples: bytes) -> bytes:
    """Samples as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples)
    return out.getvalue()


def opus(samples: bytes, silent: Sequence[Box] = ()) -> bytes:
    """Samples as Opus in Ogg without a tag of any source, silent in these seconds."""
    cut = bytearray(samples)
    for box in silent:
        start, end = box.first * SECOND, min((box.last + 1) * SECOND, len(cut))
        cut[start:end] = bytes(max(end - start, 0))
    line = ["ffmpeg", *_READ, "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", _INPUT]
    made = ["-c:a", "libopus", "-b:a", "24k", "-application", "voip", *_BARE, "-f", "ogg", "pipe:1"]
    return child.program([*line, *made], bytes(cut), seconds=120)


def film(data: bytes, boxes: Sequence[Box], *, sound: bool) -> bytes:
    """A film as MP4, every frame drawn anew, boxes filled in their seconds."""
    length = seconds(data)
    line = ["ffmpeg", *_READ, "-f", _demuxer(data), "-i", _INPUT, "-map", "0:V:0"]
    heard = ["-map", "0:a:0?", "-c:a", "aac", "-ac", "1", "-ar", str(RATE), "-b:a", "48k"]
    shown = ["-vf", ",".join([_SMALL, *map(_filled, boxes), "format=yuv420p"])]
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-threads", "2", *_NO_SEI]
    # the index goes before the pictures, so a file in memory is written and not a pipe
    made = [*coded, *(heard if sound else ["-an"]), *_BARE, "-f", "mp4", "-movflags", "+faststart"]
    out = "/proc/self/fd/1"
    return child.program([*line, *shown, *made, "-y", out], data, seconds=120 + 6 * length)


def _filled(box: Box) -> str:
    """A filter that fills a box, a pixel larger than drawn on every side."""
    place = f"x=iw*{box.x:.6f}-1:y=ih*{box.y:.6f}-1:w=iw*{box.w:.6f}+2:h=ih*{box.h:.6f}+2"
    return f"drawbox={place}:color=black:t=fill:enable='between(t,{box.first},{box.last + 1})'"


def _demuxer(data: bytes) -> str:
    name = sniff(data).name
    if name not in _DEMUXERS:
        raise CleaningError("it holds no sound and no film")
    return _DEMUXERS[name]


def _page(data: bytes) -> Page:
    """Read a PPM picture as ffmpeg writes it, and nothing else."""
    head = _PPM.match(data)
    if head is None:
        raise CleaningError(SENTENCES[Refusal.NO_SUCH_PAGE])
    width, height = int(head[1]), int(head[2])
    rgb = data[head.end() :]
    if not (0 < width <= FILM_SIDE and 0 < height <= FILM_SIDE and len(rgb) == width * height * 3):
        raise CleaningError(SENTENCES[Refusal.DAMAGED])
    return Page(1, width, height, rgb)
