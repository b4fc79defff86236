from __future__ import annotations

import io
import subprocess
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envelope import archive, padding
from envelope.errors import FormatError

_PART = st.from_regex(r"[A-Za-z0-9_-]([A-Za-z0-9._-]{0,8}[A-Za-z0-9_-])?", fullmatch=True)
_NAME = st.lists(_PART, min_size=1, max_size=3).map("/".join)
MEMBERS = st.lists(st.tuples(_NAME, st.binary(max_size=1500)), max_size=4)


def packed(*members, pad_to=None):
    return b"".join(archive.pack(members, pad_to))


@given(MEMBERS)
def test_what_is_packed_reads_back(members):
    data = packed(*members, pad_to=padding.bucket)
    assert len(data) == padding.FIRST
    assert [(name, bytes(content)) for name, content in archive.members(data)] == members


@given(MEMBERS)
def test_pythons_tarfile_reads_the_same(members):
    with tarfile.open(fileobj=io.BytesIO(packed(*members))) as tar:
        assert [(m.name, tar.extractfile(m).read()) for m in tar] == members
        assert all((m.mode, m.uid, m.gid, m.mtime) == (0o644, 0, 0, 0) for m in tar.getmembers())


@settings(max_examples=300)
@given(st.data())
def test_a_changed_byte_is_refused_or_stays_within_a_members_content(draw):
    data = bytearray(packed(("testimony.json", b"{}"), ("attachments/01", b"x" * 700)))
    at = draw.draw(st.integers(0, len(data) - 1))
    data[at] ^= 1 << draw.draw(st.integers(0, 7))
    content = set(range(512, 514)) | set(range(1536, 1536 + 700))
    if at in content:
        assert len(archive.unpack_testimony(bytes(data))) == 2
    else:
        with pytest.raises(FormatError):
            archive.unpack_testimony(bytes(data))


def test_tar_itself_unpacks_a_padded_testimony(tmp_path):
    data = packed(("testimony.json", b"{}\n"), ("attachments/01", b"\x00" * 513), pad_to=padding.bucket)
    subprocess.run(["tar", "-xf", "-", "-C", tmp_path], input=data, check=True)
    assert (tmp_path / "testimony.json").read_bytes() == b"{}\n"
    assert (tmp_path / "attachments/01").stat().st_size == 513


def test_a_testimony_holds_only_the_members_it_may_in_their_order():
    good = [("testimony.json", b"{}"), ("contact.age", b"c"), ("attachments/01", b"1"), ("attachments/02", b"2")]
    assert list(archive.unpack_testimony(packed(*good))) == [name for name, _ in good]
    bad = [
        [],
        good[1:],
        [good[0], good[3]],
        [good[0], good[2], good[1]],
        [good[0], good[0]],
        [*good, ("attachments/03", b""), ("attachments/03", b"")],
        [good[0], ("attachments/1", b"")],
        [good[0], ("notes.txt", b"")],
        [good[0], *((f"attachments/{n:02d}", b"") for n in range(1, 18))],
    ]
    for members in bad:
        with pytest.raises(FormatError):
            archive.unpack_testimony(packed(*members))


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "a/", ".x", "a/../b", "a b", "ü", "x" * 101, "a\\b", "a.", "a./b", ""])
def test_an_unsafe_name_is_neither_written_nor_read(name):
    with pytest.raises(FormatError):
        packed((name, b""))
    if name.isascii() and name and len(name) <= 100:
        block = bytearray(packed(("x", b""))[:512])
        block[:100] = name.encode().ljust(100, b"\0")
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
        with pytest.raises(FormatError):
            list(archive.members(bytes(block) + bytes(1024)))


@pytest.mark.parametrize("kind", ["symlink", "directory", "hardlink", "longname"])
def test_links_folders_and_extensions_are_refused(kind):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        info = tarfile.TarInfo("x" * (120 if kind == "longname" else 1))
        info.type = {"symlink": tarfile.SYMTYPE, "directory": tarfile.DIRTYPE, "hardlink": tarfile.LNKTYPE}.get(kind, tarfile.REGTYPE)
        info.linkname = "/etc/passwd" if "link" in kind else ""
        tar.addfile(info)
    with pytest.raises(FormatError):
        list(archive.members(out.getvalue()))


def test_extracting_writes_the_files_and_refuses_a_used_folder(tmp_path):
    data = packed(("bag/a.txt", b"a"), ("bag/data/b.txt", b"b"))
    archive.extract(data, tmp_path)
    assert (tmp_path / "bag/data/b.txt").read_bytes() == b"b"
    with pytest.raises(FormatError, match="empty"):
        archive.extract(data, tmp_path)


@pytest.mark.parametrize("names", [("a", "a"), ("a", "A"), ("a", "a/b"), ("a/b", "a"), ("D/a", "d/b")])
def test_names_that_collide_are_refused(tmp_path, names):
    with pytest.raises(FormatError):
        archive.extract(packed(*((n, b"") for n in names)), tmp_path)


def test_a_large_file_is_packed_in_pieces(tmp_path):
    path = tmp_path / "video"
    path.write_bytes(b"v" * (3 << 20))
    pieces = list(archive.pack([("attachments/01", path)]))
    assert max(map(len, pieces)) <= 1 << 20
    assert sum(map(len, pieces)) == 512 + (3 << 20) + 1024
