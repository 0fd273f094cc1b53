"""Files from outside: known by their content, opened again, pictures written anew, names stripped of paths."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass

import filetype
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from apps.applications.errors import FileEmpty, FileKindRefused, FileTooLarge

_MOST_PIXELS = 60_000_000
_MOST_PAGES = 500


@dataclass(frozen=True, slots=True)
class SafeFile:
    """What is kept of an upload."""

    filename: str
    media_type: str
    content: bytes


def make_safe(filename: str, content: bytes, *, most_bytes: int, field: str = "file") -> SafeFile:
    """A PDF as it is, a picture re-encoded without anything hidden in it.

    Raises FileEmpty, FileTooLarge, FileKindRefused (other kinds, damaged files, polyglot pictures that do not decode).
    """
    if not content:
        raise FileEmpty(field=field)
    if len(content) > most_bytes:
        raise FileTooLarge(field=field, megabytes=most_bytes // 1_048_576)
    kind = filetype.guess(content[:8192])
    media_type = kind.mime if kind else ""
    name = _plain_name(filename)
    if media_type == "application/pdf":
        _open_pdf(content, field)
        return SafeFile(f"{name}.pdf", media_type, content)
    if media_type in {"image/jpeg", "image/png"}:
        return SafeFile(f"{name}.{media_type[6:]}", media_type, _encode_again(content, media_type, field))
    raise FileKindRefused(field=field)


def _open_pdf(content: bytes, field: str) -> None:
    try:
        pages = len(PdfReader(io.BytesIO(content)).pages)
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
        OSError,
    ) as error:
        raise FileKindRefused(field=field) from error
    if not 0 < pages <= _MOST_PAGES:
        raise FileKindRefused(field=field)


def _encode_again(content: bytes, media_type: str, field: str) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    raise FileKindRefused(field=field)
                # A library elsewhere in the process may have allowed pictures that are cut off.
                ImageFile.LOAD_TRUNCATED_IMAGES = False
                picture.load()
                # Turned as the camera meant it, since what the camera noted is left behind with all other notes.
                bare = ImageOps.exif_transpose(picture)
                bare.info = {name: bare.info[name] for name in ("transparency",) if name in bare.info}
                out = io.BytesIO()
                if media_type == "image/jpeg":
                    bare.convert("RGB").save(out, "JPEG", quality=90)
                else:
                    bare.save(out, "PNG")
                return out.getvalue()
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombWarning,
    ) as error:
        raise FileKindRefused(field=field) from error
    except Image.DecompressionBombError as error:
        raise FileKindRefused(field=field) from error


def _plain_name(filename: str) -> str:
    """The stem of the name: no path, no control characters, at most 120 characters."""
    stem = unicodedata.normalize("NFC", filename).replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"[^\w .()-]", "_", stem).strip(" .")[:120] or "file"
