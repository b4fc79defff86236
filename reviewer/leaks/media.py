"""Release tests 22-24, 28 and 29: nothing rides along with pictures, sound and film (laptop)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

from release.content import COPIES
from reviewer.cleaning import child
from reviewer.cleaning.kinds import FILM, SOUND, sniff
from reviewer.errors import CleaningError
from reviewer.leaks import pdf
from reviewer.leaks.subject import Leak, Subject

_ALLOWED = {
    "JFIF": "JFIFVersion ResolutionUnit XResolution YResolution",
    "PNG": "ImageWidth ImageHeight BitDepth ColorType Compression Filter Interlace",
    "PDF": "PDFVersion Linearized PageCount",
    "Opus": "OpusVersion AudioChannels SampleRate OutputGain",
    "QuickTime": "MajorBrand MinorVersion CompatibleBrands MovieHeaderVersion TimeScale Duration"
    " PreferredRate PreferredVolume MatrixStructure PreviewTime PreviewDuration PosterTime"
    " SelectionTime SelectionDuration CurrentTime NextTrackID Free MediaDataSize MediaDataOffset"
    " MediaData",
    "Track": "TrackHeaderVersion TrackID TrackDuration TrackLayer TrackVolume MatrixStructure"
    " ImageWidth ImageHeight Unknown_edts Unknown_esds Unknown_btrt MediaHeaderVersion"
    " MediaTimeScale MediaDuration GraphicsMode OpColor CompressorID SourceImageWidth"
    " SourceImageHeight XResolution YResolution BitDepth AVCConfiguration PixelAspectRatio"
    " BufferSize MaxBitrate AverageBitrate VideoFrameRate SyncSampleTable Balance AudioFormat"
    " CompositionTimeToSample TimeToSampleTable SampleToChunk SampleSizes ChunkOffset"
    " AudioChannels AudioBitsPerSample AudioSampleRate SampleGroupDescription SampleToGroup",
}
"""exiftool's group → tags that say how a file is packed, and nothing of where it comes from."""
_FIXED = {
    "HandlerType": {"Metadata", "Video Track", "Audio Track"},
    "HandlerVendorID": {"Apple"},
    "HandlerDescription": {"VideoHandler", "SoundHandler"},
    "CompressorName": {"Lavc libx264"},
    "MediaLanguageCode": {"und"},
    "Vendor": {"ffmpeg"},
    "Encoder": {"Lavc libopus"},
}
"""Tags that hold words, and all that they may say; every date has to be zero."""
_NOT_FILES = {"ExifTool", "System", "File", "Composite", "SourceFile"}  # groups of exiftool's own
_NO_DATE = "0000:00:00 00:00:00"
_PNG_CHUNKS = {b"IHDR", b"IDAT", b"IEND"}
_BARE_JPEG = {*range(0xC0, 0xC4), *range(0xC5, 0xCC), 0xC4, 0xDB, 0xDD, 0xDA, 0xE0}
_BOXES = {b"ftyp", b"free", b"moov", b"mdat"}
_NO_BOXES = re.compile(rb"uuid|covr|Xtra|thmb|ID32|\xa9[a-z]{3}|loci|gps0|mett|camm")
PICTURE_SIDE, PAGE_SIDE, FILM_SIDE = 2048, 2600, 1280
"""Pixels on the longer side: of a picture, of a page, of a film."""


def metadata(subject: Subject) -> Iterator[Leak]:
    """22: exiftool sees nothing but an allow-list."""
    for name, data in subject.attachments:
        try:
            said = child.program(["exiftool", "-json", "-G1", "-a", "-u", "-"], data)
            tags = json.loads(said)[0]
        except (CleaningError, ValueError, LookupError) as error:
            why = error.why if isinstance(error, CleaningError) else "exiftool can not read it"
            yield Leak(name, f"could not be looked at: {why}")
            continue
        if name.rsplit(".", 1)[1] != COPIES.get(tags.get("File:MIMEType", "")):
            yield Leak(name, "is not what its name says")
        for tag, value in tags.items():
            if not _allowed(tag, value):
                yield Leak(name, f"carries {_plain(tag)}")


def after_the_end(subject: Subject) -> Iterator[Leak]:
    """23: nothing after the end marker, nothing before the beginning."""
    for name, data in subject.attachments:
        if not _whole(data):
            yield Leak(name, "has something after its end, or is not whole")


def thumbnails(subject: Subject) -> Iterator[Leak]:
    """24: no second, smaller picture that shows what the boxes hide."""
    for name, data in subject.attachments:
        kind = sniff(data).name
        if kind == "pdf":
            spare = b"/Thumb" in data or any(not _bare_jpeg(one) for one in pdf.pictures(data))
        elif kind == "jpeg":
            spare = not _bare_jpeg(data)
        elif kind == "png":
            spare = {chunk for chunk, _, _ in _chunks(data)} != _PNG_CHUNKS
        else:
            boxes = [body for box, body in _mp4(data) if box == b"moov"]
            spare = kind == "mov" and any(_NO_BOXES.search(body) for body in boxes)
        if spare:
            yield Leak(name, "has more in it than one picture (a thumbnail, or a tag)")


def large(subject: Subject) -> Iterator[Leak]:
    """28: downscaled: no picture is larger than it needs to be to be read."""
    for name, data in subject.attachments:
        for side, most in _sides(data):
            if side > most:
                yield Leak(name, f"is {side} pixels wide or high, more than {most}")


def voices(subject: Subject) -> Iterator[Leak]:
    """29: a voice leaves only where that was decided and recorded."""
    kept = {
        subject.of(testimony, f"attachments/{one.file}")
        for testimony, files in subject.plan.files.items()
        for one in files
        if one.file and one.voice
    }
    for name, data in subject.attachments:
        kind = sniff(data)
        sounds = kind.kind == SOUND or (kind.kind == FILM and _heard(data))
        if sounds and name not in kept:
            yield Leak(name, "can be heard, and nobody decided that a voice may leave")


def _heard(data: bytes) -> bool:
    """Whether a film has sound, or is no MP4 of ours, which could."""
    moov = [body for box, body in _mp4(data) if box == b"moov"]
    return not moov or any(b"soun" in body or b"mp4a" in body for body in moov)


def _allowed(tag: str, value: object) -> bool:
    group, _, name = tag.partition(":")
    if group in _NOT_FILES:
        return name != "Comment"
    if name.endswith("Date"):
        return value == _NO_DATE
    if name in _FIXED:
        return value in _FIXED[name]
    return name in _ALLOWED.get(re.sub(r"\d+$", "", group), "").split()


def _plain(tag: str) -> str:
    return re.sub(r"[^A-Za-z0-9:_-]", "?", tag)[:60]


def _whole(data: bytes) -> bool:
    kind = sniff(data).name
    if kind == "jpeg":
        return _jpeg_end(data) == len(data)
    if kind == "png":
        chunks = list(_chunks(data))
        return bool(chunks) and chunks[-1][0] == b"IEND" and chunks[-1][2] == len(data)
    if kind == "pdf":
        return data.startswith(b"%PDF-") and data.rstrip(b"\n").endswith(b"%%EOF")
    if kind == "ogg":
        return _ogg_whole(data)
    if kind == "mov":
        boxes = list(_mp4(data))
        size = sum(8 + len(body) for _, body in boxes)
        return size == len(data) and {box for box, _ in boxes} <= _BOXES
    return False


def _jpeg_end(data: bytes) -> int:
    """Where a JPEG's first end marker ends; -1 if there is none. Marker by marker, ITU-T T.81."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        at += 2 + size
        if marker == 0xDA:
            while (at := data.find(b"\xff", at)) >= 0:
                following = data[at + 1 : at + 2]
                if following == b"\xd9":
                    return at + 2
                if following != b"\x00" and not 0xD0 <= (following or b"\0")[0] <= 0xD7:
                    break
                at += 2
            else:
                return -1
    return -1


def _bare_jpeg(data: bytes) -> bool:
    """Whether a JPEG has no segment but those that a picture needs, and an empty JFIF head."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker not in _BARE_JPEG or (marker == 0xE0 and size != 16):
            return False
        if marker == 0xDA:
            return b"\xff\xd8" not in data[2:]
        at += 2 + size
    return False


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Yield (type, content, where it ends) of a PNG's chunks."""
    at = 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + size
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + size], end
        at = end


def _mp4(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (type, content) of an MP4's outermost boxes, as far as they have 32-bit sizes."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size < 8 or at + size > len(data):
            return
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size


def _ogg_whole(data: bytes) -> bool:
    """Whether Ogg pages (RFC 3533) cover a file, all of one stream, the last one marked so."""
    at, serials, last = 0, set[bytes](), False
    while at + 27 <= len(data) and data[at : at + 4] == b"OggS" and not last:
        table = data[at + 27 : at + 27 + data[at + 26]]
        serials.add(data[at + 14 : at + 18])
        last = bool(data[at + 5] & 4)
        at += 27 + len(table) + sum(table)
    return last and at == len(data) and len(serials) == 1


def _sides(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield (pixels, most allowed) for each side of each picture in a file."""
    kind = sniff(data).name
    if kind == "png":
        for chunk, body, _ in _chunks(data):
            if chunk == b"IHDR":
                yield int.from_bytes(body[:4], "big"), PICTURE_SIDE
                yield int.from_bytes(body[4:8], "big"), PICTURE_SIDE
    elif kind == "jpeg":
        yield from ((side, PICTURE_SIDE) for side in _jpeg_size(data))
    elif kind == "pdf":
        for one in pdf.pictures(data):
            yield from ((side, PAGE_SIDE) for side in _jpeg_size(one))
    elif kind == "mov":
        for box, body in _mp4(data):
            for match in re.finditer(rb"avc1.{24}(..)(..)", body if box == b"moov" else b"", re.S):
                yield int.from_bytes(match[1], "big"), FILM_SIDE
                yield int.from_bytes(match[2], "big"), FILM_SIDE


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            high, wide = data[at + 5 : at + 7], data[at + 7 : at + 9]
            return int.from_bytes(wide, "big"), int.from_bytes(high, "big")
        at += 2 + size
    return 1 << 20, 1 << 20  # no size: larger than anything allowed


Check = Callable[[Subject], Iterator[Leak]]
CHECKS: Mapping[int, Check] = {
    22: metadata,
    23: after_the_end,
    24: thumbnails,
    28: large,
    29: voices,
}
