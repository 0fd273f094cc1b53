"""Papers read as a reader of PDF files reads them: one sample of each kind, rendered once."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

import pypdf
import pytest
from pdfminer.high_level import extract_text
from pdfminer.layout import LTChar, LTComponent, LTContainer, LTPage

from apps.documents.rendering import render_pdf
from apps.documents.snapshots import PaperKind
from apps.operations.specimens import SPECIMENS

EVERY_PAPER = pytest.mark.parametrize("kind", list(SPECIMENS))


@cache
def printed(kind: PaperKind) -> bytes:
    """The sample of this kind, rendered once for all the tests that only read it."""
    return render_pdf(kind, SPECIMENS[kind]())


def text_of(pdf: bytes) -> str:
    """The text of a PDF in reading order, on one line, composed letters."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", extract_text(io.BytesIO(pdf))))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def reader(pdf: bytes) -> Any:
    """The file as its objects; pypdf's types say too little to index them."""
    return pypdf.PdfReader(io.BytesIO(pdf))


def pages_of(pdf: bytes) -> int:
    return len(reader(pdf).pages)


def characters(component: LTComponent) -> Iterator[LTChar]:
    if isinstance(component, LTChar):
        yield component
    elif isinstance(component, LTContainer):
        for part in component:
            yield from characters(part)


def clipped(page: LTPage, *, margin: float) -> str:
    """The letters that reach into the page's outer margin (points)."""
    return "".join(
        letter.get_text()
        for letter in characters(page)
        if letter.x0 < margin or letter.x1 > page.width - margin or letter.y0 < 0 or letter.y1 > page.height
    )
