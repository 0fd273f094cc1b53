"""Files from outside: known by what is in them, never by what they are called."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from apps.applications.errors import FileEmpty, FileKindRefused, FileTooLarge
from apps.applications.uploads import make_safe
from tests import given

MOST = 1_048_576


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **more)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", "x")
    return out.getvalue()


def safe(content: bytes, name: str = "giấy tờ.pdf"):
    return make_safe(name, content, most_bytes=MOST)


def test_a_pdf_is_kept_byte_by_byte():
    content = given.a_pdf(2)
    kept = safe(content)
    assert (kept.media_type, kept.content) == ("application/pdf", content)


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png")])
def test_a_picture_is_written_anew(kind, media_type):
    kept = safe(picture(kind), "ảnh.bin")
    assert kept.media_type == media_type
    assert kept.filename == f"ảnh.{kind.lower()}"
    assert Image.open(io.BytesIO(kept.content)).size == (40, 30)


def test_nothing_hidden_behind_or_inside_a_picture_survives():
    hidden = b"<script>alert(1)</script>"
    camera = Image.Exif()
    camera[0x010E] = "21.0285, 105.8542"
    for content in (picture() + hidden, picture(exif=camera), picture(comment=hidden)):
        kept = safe(content, "ảnh.jpg")
        assert hidden not in kept.content
        assert b"105.8542" not in kept.content


def test_notes_in_a_png_are_left_behind_and_a_photograph_is_turned_upright():
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Author", "Trần Thị Bưởi")
    notes.add_itxt("XML:com.adobe.xmp", "<secret/>")
    kept = safe(picture("PNG", pnginfo=notes), "ảnh.png").content
    assert b"Author" not in kept
    assert b"secret" not in kept
    turned = Image.Exif()
    turned[0x0112] = 6
    assert Image.open(io.BytesIO(safe(picture(exif=turned)).content)).size == (30, 40)


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + b"\x00" * 200,
        archive(),
        b"GIF89a" + b"\x00" * 100,
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"just words",
        b"\x00" * 500,
    ],
    ids=["program", "archive", "gif", "html", "svg", "text", "zeros"],
)
def test_other_kinds_are_refused_whatever_they_are_called(content):
    with pytest.raises(FileKindRefused) as told:
        safe(content, "giay-khai-sinh.pdf")
    assert told.value.field == "file"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n" + b"junk" * 50,
        picture()[:120],
        picture("PNG")[:60],
        b"\xff\xd8\xff" + b"\x00" * 100,
        given.a_pdf()[:80],
    ],
    ids=["pdf without pages", "cut jpeg", "cut png", "jpeg by its first bytes only", "cut pdf"],
)
def test_a_damaged_file_is_refused(content):
    with pytest.raises(FileKindRefused):
        safe(content)


def test_a_picture_that_explodes_when_opened_is_refused():
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )
    assert len(bomb) < 200
    with pytest.raises(FileKindRefused):
        safe(bomb)


def test_an_empty_file_and_one_too_large_are_refused_with_their_own_sentence():
    with pytest.raises(FileEmpty):
        safe(b"")
    with pytest.raises(FileTooLarge) as told:
        safe(b"x" * (MOST + 1))
    assert told.value.data == {"megabytes": 1}
    assert told.value.status == 413


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\giấy tờ\\Khai sinh.PDF", "Khai sinh.pdf"),
        ("a\x00b\n.pdf", "a_b_.pdf"),
        ("", "file.pdf"),
        ("....", "file.pdf"),
        (".htaccess", "file.pdf"),
        ("<img src=x>.pdf", "_img src_x_.pdf"),
        ("đ" * 300 + ".pdf", "đ" * 120 + ".pdf"),
    ],
)
def test_a_name_keeps_no_path_and_no_trick(name, kept):
    assert safe(given.a_pdf(), name).filename == kept


@pytest.mark.django_db
def test_a_stored_file_lies_under_a_name_of_our_own_with_its_hash():
    import hashlib

    from django.core.files.storage import default_storage

    from apps.applications.models import Attachment

    by = given.citizen()
    row = Attachment.objects.get(uuid=given.uploaded(by, name="../../khai sinh.pdf"))
    with default_storage.open(row.storage_name) as file:
        content = file.read()
    assert bytes(row.sha256) == hashlib.sha256(content).digest()
    assert row.size == len(content)
    assert "khai" not in row.storage_name
    assert ".." not in row.storage_name
    assert row.uploaded_by_id == by.user_id
