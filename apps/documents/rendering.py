"""Template + snapshot → PDF bytes: the only module that imports WeasyPrint.

Runs in worker processes, one paper at a time: Pango is not safe between threads. Fonts and the parsed
stylesheet are kept for the life of the process.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import weasyprint
from django.template.loader import get_template
from weasyprint.text.fonts import FontConfiguration

from .snapshots import PaperKind, require_complete

# A paper carries all it needs: only pictures written inside it are read, never a file and never the network.
FETCHER = weasyprint.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
STYLESHEET = "papers/paper.css"


@dataclass(frozen=True)
class Paper:
    """A template and the name that the law gives its form."""

    template: str
    form_name: str


PAPERS: Mapping[PaperKind, Paper] = {
    "receipt": Paper("papers/receipt.html", "Biên lai"),
    "form_01": Paper("papers/form_01.html", "Mẫu số 01"),
    "form_02": Paper("papers/form_02.html", "Mẫu số 02"),
    "form_03": Paper("papers/form_03.html", "Mẫu số 03"),
    "form_04": Paper("papers/form_04.html", "Mẫu số 04"),
    "form_05": Paper("papers/form_05.html", "Mẫu số 05"),
    "form_06": Paper("papers/form_06.html", "Mẫu số 06"),
    "form_07": Paper("papers/form_07.html", "Mẫu số 07"),
}


@dataclass(frozen=True)
class _Typesetting:
    fonts: FontConfiguration
    stylesheet: weasyprint.CSS


@cache
def _typesetting() -> _Typesetting:
    fonts = FontConfiguration()
    source = get_template(STYLESHEET).template.source  # type: ignore[attr-defined]
    return _Typesetting(fonts, weasyprint.CSS(string=source, font_config=fonts, url_fetcher=FETCHER))


def render_pdf(kind: PaperKind, snapshot: Mapping[str, Any]) -> bytes:
    """The paper of this kind as PDF (tagged, fonts embedded as subsets, A5 for a receipt, A4 for a form).

    The same snapshot gives the same bytes with the same fonts and library: the dates and the identifier
    inside the file come from the snapshot. Raises `SnapshotIncomplete` when the snapshot does not have
    exactly the shape of its paper. Slow (a tenth of a second): never inside a transaction.
    """
    require_complete(kind, snapshot)
    paper = PAPERS[kind]
    html = get_template(paper.template).render({**snapshot, "form_name": paper.form_name})
    return _write_pdf(html, identifier=_fingerprint(kind, snapshot))


def _write_pdf(html: str, *, identifier: bytes) -> bytes:
    typesetting = _typesetting()
    document = weasyprint.HTML(string=html, url_fetcher=FETCHER)
    pdf: bytes = document.write_pdf(
        stylesheets=[typesetting.stylesheet],
        font_config=typesetting.fonts,
        pdf_identifier=identifier,
        pdf_tags=True,
    )
    return pdf


def _fingerprint(kind: PaperKind, snapshot: Mapping[str, Any]) -> bytes:
    canonical = json.dumps([kind, snapshot], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).digest()[:16]


def render_sheets(template: str, said: Mapping[str, Any], *, identifier: bytes) -> bytes:
    """Sheets that go with other papers, a cover or a list, as PDF; they are no papers of their own. Never inside a transaction."""
    return _write_pdf(get_template(template).render(dict(said)), identifier=identifier)
