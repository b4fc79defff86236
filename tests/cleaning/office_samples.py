"""Office files made part by part: words that print, and canaries in what must not."""

from __future__ import annotations

import io
import zipfile

from tests.cleaning.samples import Canaries

SHOWN = ("SHOWNFIRST", "SHOWNLAST")
"""Words of every file that stay visible."""
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OOXML = "application/vnd.openxmlformats-officedocument"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def archive(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def types(**overrides: str) -> str:
    rows = "".join(f'<Override PartName="/{part.replace("__", "/")}.xml" ContentType="{kind}"/>' for part, kind in overrides.items())
    return (f'{_HEAD}<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/><Default Extension="bin" ContentType="application/octet-stream"/>{rows}</Types>')


def links(*pairs: tuple[str, str], mode: str = "") -> str:
    rows = "".join(f'<Relationship Id="r{n}" Type="{kind if ":" in kind else _DOC + "/" + kind}" Target="{target}"{mode}/>' for n, (kind, target) in enumerate(pairs, 1))
    return f'{_HEAD}<Relationships xmlns="{_LINKS}">{rows}</Relationships>'


def _properties(word) -> dict[str, str]:
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    extended = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    custom = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
    return {
        "docProps/core.xml": f'{_HEAD}<cp:coreProperties xmlns:cp="{core}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:creator>{word('creator')}</dc:creator><dc:title>{word('title')}</dc:title><cp:keywords>{word('keywords')}</cp:keywords>"
        f"<dc:description>{word('description')}</dc:description><cp:lastModifiedBy>{word('last modified by')}</cp:lastModifiedBy></cp:coreProperties>",
        "docProps/app.xml": f'{_HEAD}<Properties xmlns="{extended}"><Company>{word("company")}</Company><Manager>{word("manager")}</Manager><Template>{word("template")}</Template></Properties>',
        "docProps/custom.xml": f'{_HEAD}<Properties xmlns="{custom}" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{word("custom name")}"><vt:lpwstr>{word("custom value")}</vt:lpwstr></property></Properties>',
        "customXml/item1.xml": f"<root>{word('custom xml')}</root>",
        "docProps/thumbnail.jpeg": word("thumbnail"),
    }


_ROOTS = (("officeDocument", "{main}"), ("http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml"),
          ("extended-properties", "docProps/app.xml"), ("custom-properties", "docProps/custom.xml"))


def _package(word, main: str, kinds: dict[str, str], parts: dict[str, str | bytes]) -> bytes:
    props = {"docProps__core": "application/vnd.openxmlformats-package.core-properties+xml",
             "docProps__app": f"{_OOXML}.extended-properties+xml", "docProps__custom": f"{_OOXML}.custom-properties+xml"}
    roots = links(*((kind, target.format(main=main)) for kind, target in _ROOTS))
    return archive({"[Content_Types].xml": types(**kinds, **props), "_rels/.rels": roots, **parts, **_properties(word)})


def docx(canaries: Canaries) -> bytes:
    word = canaries.word
    by = f'w:author="{word("author of a change")}" w:date="2026-01-01T00:00:00Z"'
    body = f"""<w:p w:rsidR="00C0FFEE"><w:r><w:t>SHOWNFIRST </w:t></w:r>
      <w:del w:id="1" {by}><w:r><w:delText>{word("tracked deletion")}</w:delText></w:r></w:del>
      <w:ins w:id="2" {by}><w:r><w:t>SHOWNLAST</w:t></w:r></w:ins>
      <w:moveFrom w:id="3" {by}><w:r><w:t>{word("moved away")}</w:t></w:r></w:moveFrom>
      <w:commentRangeStart w:id="0"/><w:r><w:t> x</w:t></w:r><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>
      <w:r><w:rPr><w:vanish/></w:rPr><w:t>{word("hidden text")}</w:t></w:r></w:p>
      <w:tbl><w:tr><w:trPr><w:del w:id="4" {by}/></w:trPr><w:tc><w:p><w:r><w:t>{word("deleted row")}</w:t></w:r></w:p></w:tc></w:tr>
      <w:tr><w:tc><w:p><w:r><w:t>row</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"""
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    comment = f'<w:comment w:id="0" {by} w:initials="Z"><w:p><w:r><w:t>{word("comment")}</w:t></w:r></w:p></w:comment>'
    kind = f"{_OOXML}.wordprocessingml"
    return _package(word, "word/document.xml", {"word__document": f"{kind}.document.main+xml", "word__comments": f"{kind}.comments+xml", "word__settings": f"{kind}.settings+xml"}, {
        "word/document.xml": f"{_HEAD}<w:document {names}><w:body>{body}</w:body></w:document>",
        "word/comments.xml": f"{_HEAD}<w:comments {names}>{comment}</w:comments>",
        "word/settings.xml": f'{_HEAD}<w:settings {names}><w:trackRevisions/><w:docVars><w:docVar w:name="{word("variable")}" w:val="{word("variable value")}"/></w:docVars></w:settings>',
        "word/_rels/document.xml.rels": links(("comments", "comments.xml"), ("settings", "settings.xml")),
        "word/embeddings/object1.bin": word("embedded object"),
        "word/vbaProject.bin": word("macro"),
    })  # fmt: skip


def xlsx(canaries: Canaries) -> bytes:
    word = canaries.word
    names = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="' + _DOC + '"'

    def cell(place: str, text: str) -> str:
        return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'

    def sheet(rows: str, columns: str = "", tail: str = "") -> str:
        return f"{_HEAD}<worksheet {names}>{columns}<sheetData>{rows}</sheetData>{tail}</worksheet>"

    rows = (f'<row r="1">{cell("A1", "SHOWNFIRST")}{cell("C1", word("hidden column"))}</row>'
            f'<row r="2" hidden="1">{cell("A2", word("hidden row"))}</row><row r="3">{cell("A3", "SHOWNLAST")}</row>')  # fmt: skip
    kind = f"{_OOXML}.spreadsheetml"
    return _package(word, "xl/workbook.xml", {"xl__workbook": f"{kind}.sheet.main+xml", "xl__comments1": f"{kind}.comments+xml", **{f"xl__worksheets__sheet{n}": f"{kind}.worksheet+xml" for n in (1, 2, 3)}}, {
        "xl/workbook.xml": f'{_HEAD}<workbook {names}><sheets><sheet name="One" sheetId="1" r:id="r1"/><sheet name="{word("hidden sheet name")}" sheetId="2" state="hidden" r:id="r2"/>'
        f'<sheet name="Three" sheetId="3" state="veryHidden" r:id="r3"/></sheets><definedNames><definedName name="{word("defined name")}">One!$A$1</definedName></definedNames></workbook>',
        "xl/_rels/workbook.xml.rels": links(*(("worksheet", f"worksheets/sheet{n}.xml") for n in (1, 2, 3))),
        "xl/worksheets/sheet1.xml": sheet(rows, '<cols><col min="3" max="3" hidden="1" width="9"/></cols>', '<pageSetup cellComments="atEnd"/>'),
        "xl/worksheets/_rels/sheet1.xml.rels": links(("comments", "../comments1.xml")),
        "xl/comments1.xml": f'{_HEAD}<comments {names}><authors><author>{word("comment author")}</author></authors><commentList><comment ref="A1" authorId="0"><text><t>{word("comment")}</t></text></comment></commentList></comments>',
        "xl/worksheets/sheet2.xml": sheet(f'<row r="1">{cell("A1", word("hidden sheet"))}</row>'),
        "xl/worksheets/sheet3.xml": sheet(f'<row r="1">{cell("A1", word("very hidden sheet"))}</row>'),
    })  # fmt: skip


def pptx(canaries: Canaries) -> bytes:
    word = canaries.word
    names = f'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{_DOC}"'

    def tree(text: str) -> str:
        return (f'<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/><p:sp><p:nvSpPr><p:cNvPr id="2" name="{word("shape name")}" descr="{word("alternative text")}"/>'
                '<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="900000" y="900000"/><a:ext cx="6000000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
                f'<p:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld>')  # fmt: skip

    kind = f"{_OOXML}.presentationml"
    kinds = {"ppt__presentation": f"{kind}.presentation.main+xml", "ppt__slides__slide1": f"{kind}.slide+xml", "ppt__slides__slide2": f"{kind}.slide+xml", "ppt__notesSlides__notesSlide1": f"{kind}.notesSlide+xml", "ppt__comments__comment1": f"{kind}.comments+xml"}
    return _package(word, "ppt/presentation.xml", kinds, {
        "ppt/presentation.xml": f'{_HEAD}<p:presentation {names}><p:sldIdLst><p:sldId id="256" r:id="r1"/><p:sldId id="257" r:id="r2"/></p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": links(("slide", "slides/slide1.xml"), ("slide", "slides/slide2.xml")),
        "ppt/slides/slide1.xml": f"{_HEAD}<p:sld {names}>{tree('SHOWNFIRST SHOWNLAST')}</p:sld>",
        "ppt/slides/slide2.xml": f'{_HEAD}<p:sld {names} show="0">{tree(word("hidden slide"))}</p:sld>',
        "ppt/slides/_rels/slide1.xml.rels": links(("notesSlide", "../notesSlides/notesSlide1.xml"), ("comments", "../comments/comment1.xml")),
        "ppt/notesSlides/notesSlide1.xml": f"{_HEAD}<p:notes {names}>{tree(word('speaker notes'))}</p:notes>",
        "ppt/comments/comment1.xml": f'{_HEAD}<p:cmLst {names}><p:cm authorId="0" idx="1"><p:pos x="1" y="1"/><p:text>{word("comment")}</p:text></p:cm></p:cmLst>',
    })  # fmt: skip


def odt(canaries: Canaries) -> bytes:
    word = canaries.word
    spaces = "office text dc meta table style".split()
    names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in spaces if n != "dc") + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    info = f"<office:change-info><dc:creator>{word('author of a change')}</dc:creator><dc:date>2026-01-01T00:00:00</dc:date></office:change-info>"
    changes = (f'<text:tracked-changes text:track-changes="true"><text:changed-region text:id="c1"><text:deletion>{info}<text:p>{word("tracked deletion")}</text:p></text:deletion></text:changed-region>'
               f'<text:changed-region text:id="c2"><text:insertion>{info}</text:insertion></text:changed-region></text:tracked-changes>')  # fmt: skip
    body = (f'<text:p>SHOWNFIRST<text:change text:change-id="c1"/> <text:change-start text:change-id="c2"/>SHOWNLAST<text:change-end text:change-id="c2"/>'
            f"<office:annotation><dc:creator>{word('comment author')}</dc:creator><text:p>{word('comment')}</text:p></office:annotation> tail</text:p>"
            f'<text:section text:name="hidden" text:display="none"><text:p>{word("hidden section")}</text:p></text:section>')  # fmt: skip
    kind = "application/vnd.oasis.opendocument.text"
    entries = "".join(f'<manifest:file-entry manifest:full-path="{p}" manifest:media-type="{m}"/>' for p, m in (("/", kind), ("content.xml", "text/xml"), ("meta.xml", "text/xml")))
    return archive({
        "mimetype": kind,
        "content.xml": f'{_HEAD}<office:document-content {names} office:version="1.3"><office:body><office:text>{changes}{body}</office:text></office:body></office:document-content>',
        "meta.xml": f'{_HEAD}<office:document-meta {names} office:version="1.3"><office:meta><meta:initial-creator>{word("creator")}</meta:initial-creator><dc:title>{word("title")}</dc:title><meta:keyword>{word("keyword")}</meta:keyword>'
        f'<meta:user-defined meta:name="{word("custom name")}">{word("custom value")}</meta:user-defined></office:meta></office:document-meta>',
        "META-INF/manifest.xml": f'{_HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">{entries}</manifest:manifest>',
        "Thumbnails/thumbnail.png": word("thumbnail"),
        "Basic/Standard/Module1.xml": f"<module>{word('macro')}</module>",
    })  # fmt: skip


MAKERS = {"docx": docx, "xlsx": xlsx, "pptx": pptx, "odt": odt}
