"""Invented attachments made byte by byte: a JPEG that says where it was taken, a PDF, an Opus file."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

OPUS_SILENCE = b"\xf8\xff\xfe"  # RFC 6716: one 20 ms frame of silence
SAMPLES = 960  # of one such frame, at 48 kHz
GPS = ("25.6134", "96.3091")  # a made-up point


def make(folder: Path) -> dict[str, Path]:
    """Write the three files into `folder`; returns them as jpeg, pdf, opus."""
    files = {name: folder / f"{name} ဖိုင်.{name}" for name in ("jpeg", "pdf", "opus")}
    files["jpeg"].write_bytes(jpeg())
    latitude, longitude = GPS
    position = (f"-GPSLatitude={latitude}", f"-GPSLongitude={longitude}")
    hemisphere = ("-GPSLatitudeRef=N", "-GPSLongitudeRef=E", "-Model=Invented phone")
    edit = ["exiftool", "-q", "-overwrite_original", *position, *hemisphere, files["jpeg"]]
    subprocess.run(edit, check=True)
    files["pdf"].write_bytes(pdf("A list of invented names."))
    files["opus"].write_bytes(opus(seconds=12))
    return files


def jpeg(blocks: int = 1024) -> bytes:
    """A grey square of `blocks` × `blocks` 8-pixel blocks (ITU T.81 baseline)."""

    def segment(marker: int, body: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body

    side = blocks * 8
    one_code = bytes([1]) + bytes(15) + b"\0"  # one code of one bit, for symbol 0
    scan = bytes(blocks * blocks * 2 // 8)  # two bits a block: no difference, end of block
    return b"".join(
        [
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            segment(0xDB, b"\0" + b"\1" * 64),
            segment(0xC0, struct.pack(">BHHB3B", 8, side, side, 1, 1, 0x11, 0)),
            segment(0xC4, b"\x00" + one_code),
            segment(0xC4, b"\x10" + one_code),
            segment(0xDA, b"\1\1\0\0\x3f\0"),
            scan,
            b"\xff\xd9",
        ]
    )


def pdf(text: str) -> bytes:
    """One page with one line of text (PDF 1.4)."""
    drawn = f"BT /F1 18 Tf 40 750 Td ({text}) Tj ET".encode()
    font = "<</Font <</F1 <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources{font}>>".encode(),
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(drawn), drawn),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(bodies) + 1, table)
    tail = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return out + head + tail % (len(bodies) + 1, len(out))


def opus(seconds: int) -> bytes:
    """Silence in an Ogg container (RFC 3533, RFC 7845)."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 0, 48000, 0, 0)
    vendor = b"invented"
    tags = b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", 0)
    pages = [_ogg_page(2, 0, 0, [head]), _ogg_page(0, 0, 1, [tags])]
    for second in range(seconds):
        last = 4 if second == seconds - 1 else 0
        frames = [OPUS_SILENCE] * 50
        pages.append(_ogg_page(last, (second + 1) * 50 * SAMPLES, second + 2, frames))
    return b"".join(pages)


def _ogg_page(flags: int, position: int, number: int, packets: list[bytes]) -> bytes:
    sizes, body = bytes(map(len, packets)), b"".join(packets)
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, position, 1, number, 0)
    page = head + bytes([len(sizes)]) + sizes + body
    return page[:22] + struct.pack("<I", _ogg_crc(page)) + page[26:]


def _ogg_crc(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)
        crc &= 0xFFFFFFFF
    return crc
