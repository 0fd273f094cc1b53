"""QR codes as pictures that a paper or a page can carry without any request."""

from __future__ import annotations

import base64
import io

import segno

QUIET_ZONE = 4  # modules of white around the code that ISO/IEC 18004 asks for


def qr_svg(text: str) -> str:
    """A QR code of `text` as a standalone SVG of 1 unit a module, quiet zone included.

    Error correction is at least M: a paper is folded and stamped. Raises `ValueError` for an empty text and
    `segno.DataOverflowError` (a ValueError) for one that no QR code can hold.
    """
    if not text:
        raise ValueError("a QR code needs a text")
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", border=QUIET_ZONE, xmldecl=False, omitsize=True)
    return out.getvalue().decode("utf-8").strip()


def qr_svg_uri(text: str) -> str:
    """The same code as a `data:` URI, for the `src` of an image."""
    return "data:image/svg+xml;base64," + base64.b64encode(qr_svg(text).encode("utf-8")).decode("ascii")
