"""Tells what a file is by its first bytes, never by its name or what it says of itself (laptop)."""

from __future__ import annotations

from dataclasses import dataclass

PICTURE, DOCUMENT, OFFICE = "picture", "document", "office"
SOUND, FILM, OTHER = "sound", "film", "other"


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of attachment, its format's short name, and why it is not opened ("" if it is)."""

    kind: str
    name: str
    why_not: str = ""


_MP3 = {bytes([0xFF, second]) for second in range(0xE2, 0x100) if second & 0x06 == 0x02}
_PLAIN = (
    (b"\xff\xd8\xff", Format(PICTURE, "jpeg")),
    (b"\x89PNG\r\n\x1a\n", Format(PICTURE, "png")),
    (b"%PDF-", Format(DOCUMENT, "pdf")),
    (b"PK\x03\x04", Format(OFFICE, "zip")),
    (b"OggS", Format(SOUND, "ogg")),
    (b"ID3", Format(SOUND, "mp3")),
    (b"fLaC", Format(SOUND, "flac")),
    (b"#!AMR", Format(SOUND, "amr")),
    (b"\x1aE\xdf\xa3", Format(FILM, "matroska")),
    (
        b"\xd0\xcf\x11\xe0",
        Format(OTHER, "ole", "it is an old Office file; save it as PDF and look at it"),
    ),
)
_RIFF = {b"WEBP": Format(PICTURE, "webp"), b"WAVE": Format(SOUND, "wav")}
_HEIC = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
_UNKNOWN = Format(OTHER, "unknown", "files of its kind are not opened")
_HEIC_WHY = Format(OTHER, "heic", "HEIC and AVIF pictures are not opened; make a JPEG of it")


def sniff(data: bytes | memoryview) -> Format:
    """Return the format these bytes begin as; OTHER with a reason for what is never opened."""
    head = bytes(data[:16])
    for magic, found in _PLAIN:
        if head.startswith(magic):
            return found
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], _UNKNOWN)
    if head[4:8] == b"ftyp":
        return _HEIC_WHY if head[8:12] in _HEIC else Format(FILM, "mov")
    return Format(SOUND, "mp3") if head[:2] in _MP3 else _UNKNOWN
