"""Files of every kind with an invented word, a canary, in each place that nobody sees or should see."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

LEFT = (0.1, 0.1, 0.3, 0.2)
"""x, y, w, h of a red field in every picture, which tests cover with a box."""


class Canaries:
    """Gives out words that stand nowhere else, and remembers them by place."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}

    def word(self, place: str) -> str:
        return self.places.setdefault(place, f"ZCANARY{len(self.places):03d}Q")

    def in_(self, data: bytes) -> set[str]:
        """The places whose word stands in these bytes, in any of three encodings."""
        kinds = ("utf-8", "utf-16-le", "utf-16-be")
        return {p for p, w in self.places.items() if any(w.encode(kind) in data for kind in kinds)}


def image(size: tuple[int, int] = (800, 600)) -> Image.Image:
    """Grey, a red field at LEFT, a green one at the lower right."""
    made = Image.new("RGB", size, (200, 200, 200))
    draw = ImageDraw.Draw(made)
    x, y, w, h = (n * size[k % 2] for k, n in enumerate(LEFT))
    draw.rectangle((x, y, x + w, y + h), fill=(220, 0, 0))
    draw.rectangle((size[0] * 0.7, size[1] * 0.7, size[0] * 0.9, size[1] * 0.9), fill=(0, 180, 0))
    return made


def exiftool(data: bytes, *arguments: str) -> str:
    """What exiftool prints about some bytes."""
    line = ["exiftool", *arguments, "-"]
    return subprocess.run(line, input=data, capture_output=True, check=False).stdout.decode(errors="replace")


def _profile(canaries: Canaries) -> bytes:
    """A colour profile whose description is a canary."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    old, new = "sRGB built-in", canaries.word("icc").ljust(13, "Z")
    for kind in ("ascii", "utf-16-be"):
        data = data.replace(old.encode(kind), new.encode(kind))
    return data


def _tagged(data: bytes, canaries: Canaries, suffix: str, folder: Path) -> bytes:
    """Write every text field that people and programs fill in, with exiftool."""
    path, thumb = folder / f"tagged{suffix}", folder / "thumb.jpg"
    path.write_bytes(data)
    small = io.BytesIO()
    image((160, 120)).save(small, "JPEG", comment=canaries.word("thumbnail").encode())
    thumb.write_bytes(small.getvalue())
    names = """EXIF:Artist EXIF:Copyright EXIF:ImageDescription EXIF:Make EXIF:Model EXIF:Software EXIF:HostComputer
        EXIF:UserComment EXIF:OwnerName EXIF:SerialNumber EXIF:LensModel EXIF:LensSerialNumber EXIF:ImageUniqueID
        EXIF:XPTitle EXIF:XPComment EXIF:XPAuthor EXIF:XPKeywords EXIF:XPSubject EXIF:DocumentName
        EXIF:GPSAreaInformation EXIF:GPSProcessingMethod XMP-dc:Creator XMP-dc:Title XMP-dc:Description
        XMP-dc:Rights XMP-dc:Subject XMP-iptcExt:PersonInImage XMP-photoshop:City XMP-xmpMM:DocumentID
        XMP-xmp:CreatorTool XMP-mwg-rs:RegionName""".split()
    if suffix == ".jpg":
        names += """IPTC:By-line IPTC:Caption-Abstract IPTC:City IPTC:Keywords IPTC:Writer-Editor IPTC:Contact
            IPTC:Headline IPTC:ObjectName Comment Photoshop:CopyrightFlag""".split()[:-1]
    texts = [f"-{name}={canaries.word(name)}" for name in names]
    place = ["-GPSLatitude=25.6134", "-GPSLatitudeRef=N", "-GPSLongitude=96.3091", "-GPSLongitudeRef=E"]
    if suffix == ".jpg":
        place.append(f"-ThumbnailImage<={thumb}")
    subprocess.run(["exiftool", "-q", "-q", "-m", "-overwrite_original", *texts, *place, path], check=False)
    return path.read_bytes()


def jpeg(canaries: Canaries, folder: Path) -> bytes:
    out = io.BytesIO()
    image().save(out, "JPEG", icc_profile=_profile(canaries), quality=92)
    return _tagged(out.getvalue(), canaries, ".jpg", folder) + canaries.word("after the end").encode()


def png(canaries: Canaries, folder: Path) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", canaries.word("tEXt"))
    info.add_text("Comment", canaries.word("zTXt"), zip=False)
    info.add_itxt("Title", canaries.word("iTXt"))
    info.add(b"prVt", canaries.word("private chunk").encode())
    out = io.BytesIO()
    image().save(out, "PNG", pnginfo=info)
    return _tagged(out.getvalue(), canaries, ".png", folder) + canaries.word("after the end").encode()


def webp(canaries: Canaries, folder: Path) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B], exif[0x010F] = canaries.word("exif artist"), canaries.word("exif make")
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{canaries.word('xmp')}</x:xmpmeta>".encode()
    image().save(out, "WEBP", exif=exif, xmp=xmp, icc_profile=_profile(canaries), quality=95)
    return out.getvalue()


def pdf(canaries: Canaries, _folder: Path) -> bytes:
    """Two pages; canaries in every place of a PDF that a page does not show."""
    word = canaries.word
    made = pikepdf.Pdf.new()
    made.docinfo = made.make_indirect(Dictionary())
    for key in ("Title", "Author", "Subject", "Keywords", "Creator", "Producer", "Invented"):
        made.docinfo[f"/{key}"] = word(f"Info {key}")
    font = Dictionary(F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    drawn = "0.86 0 0 rg 59.5 589.4 178.5 168.4 re f 0 0.7 0 rg 400 80 100 100 re f 0 g "
    texts = f"BT /F1 18 Tf 300 700 Td ({word('text layer')}) Tj ET BT 3 Tr /F1 9 Tf 30 30 Td ({word('invisible text')}) Tj ET"
    layer = made.make_indirect(Dictionary(Type=Name.OCG, Name=String(word("layer name"))))
    resources = Dictionary(Font=font, Properties=Dictionary(L=layer))
    off = f" /OC /L BDC BT /F1 18 Tf 300 300 Td ({word('layer switched off')}) Tj ET EMC"
    for _ in range(2):
        contents = made.make_stream((drawn + texts + off).encode())
        page = Dictionary(Type=Name.Page, MediaBox=Array([0, 0, 595, 842]), Resources=resources, Contents=contents)
        made.pages.append(pikepdf.Page(made.make_indirect(page)))
    made.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer]), Order=Array([layer])))
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([10, 10, 30, 30]),
                      Contents=String(word("note")), T=String(word("note's author")), NM=String(word("note's name")))
    made.pages[0].Annots = Array([made.make_indirect(note)])
    made.pages[0].PieceInfo = Dictionary(Invented=Dictionary(Private=String(word("piece info"))))
    script = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{word('script')}')"))
    made.Root.OpenAction = script
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String(word("script's name")), script])))
    made.attachments[word("attached file's name")] = word("attached file").encode()
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(word("outline"), 0))
    with made.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:creator"] = [word("xmp creator")]
        xmp["xmpMM:DocumentID"] = word("xmp id")
    field = Dictionary(FT=Name.Tx, T=String(word("form field")), V=String(word("form value")), F=2)
    made.Root.AcroForm = Dictionary(Fields=Array([made.make_indirect(field)]))
    out = io.BytesIO()
    made.save(out, compress_streams=False)
    return out.getvalue() + f"\n% {word('after the end')}\n".encode()
