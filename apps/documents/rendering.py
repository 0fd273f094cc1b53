"""Template + snapshot → PDF bytes: the only module that imports WeasyPrint.

Runs in worker processes, one paper at a time: Pango is not safe between threads. Fonts and the parsed
stylesheet are kept for the life of the process.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pydyf
import weasyprint
from django.template.loader import get_template
from weasyprint.text.fonts import FontConfiguration

from .signing.pades import place_for
from .snapshots import PaperKind, require_complete

# A paper carries all it needs: only pictures written inside it are read, never a file and never the network.
FETCHER = weasyprint.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
STYLESHEET = "papers/paper.css"


@dataclass(frozen=True)
class Paper:
    """A template, the name that the law gives its form, and that law."""

    template: str
    form_name: str
    law: str = "Thông tư số 03/2025/TT-VPCP ngày 15 tháng 9 năm 2025"


PAPERS: Mapping[PaperKind, Paper] = {
    "receipt": Paper("papers/receipt.html", "Biên lai"),
    "form_01": Paper("papers/form_01.html", "Mẫu số 01"),
    "form_02": Paper("papers/form_02.html", "Mẫu số 02"),
    "form_03": Paper("papers/form_03.html", "Mẫu số 03"),
    "form_04": Paper("papers/form_04.html", "Mẫu số 04"),
    "form_04ss": Paper("papers/form_04ss.html", "Mẫu số 04/SS-CTĐT", "Nghị định số 254/2026/NĐ-CP"),
    "form_05": Paper("papers/form_05.html", "Mẫu số 05"),
    "form_06": Paper("papers/form_06.html", "Mẫu số 06"),
    "form_07": Paper("papers/form_07.html", "Mẫu số 07"),
    "list_01": Paper("papers/list_01.html", "Mẫu 01/TH-BLĐT"),
    "use_01": Paper("papers/use_01.html", "Báo cáo tình hình sử dụng biên lai"),
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
    return _write_pdf(_html(kind, snapshot), identifier=_fingerprint(kind, snapshot), pdf_tags=True)


def render_for_signing(snapshot: Mapping[str, Any], data: bytes) -> bytes:
    """A receipt as PDF/A-3 with its structured data inside it, and with an open place for its signature.

    The same snapshot and data give the same bytes. Raises `SnapshotIncomplete`. As slow as any paper.
    """
    signed_at = datetime.fromisoformat(snapshot["signature"]["signed_at"])
    in_utc = signed_at.astimezone(UTC)
    attached = weasyprint.Attachment(
        string=data,
        name=f"bien-lai-{snapshot['series']}-{snapshot['number']}.xml",
        description="Dữ liệu của biên lai",
        relationship="Data",
        created=in_utc,
        modified=in_utc,
    )
    return _write_pdf(
        _html("receipt", snapshot),
        identifier=_fingerprint("receipt", snapshot),
        pdf_variant="pdf/a-3a",
        attachments=[attached],
        finisher=lambda _document, pdf: _leave_place(
            pdf, place_for(snapshot["signature"]["signed_by"], signed_at)
        ),
    )


def warm_up() -> None:
    """Reads fonts, stylesheet and templates before the first paper is asked for."""
    _typesetting()
    for paper in PAPERS.values():
        get_template(paper.template)
    _write_pdf(
        '<html lang="vi"><title>Một Cửa</title><p>Một Cửa', identifier=b"0" * 16, pdf_variant="pdf/a-3a"
    )


def _html(kind: PaperKind, snapshot: Mapping[str, Any]) -> str:
    require_complete(kind, snapshot)
    paper = PAPERS[kind]
    html: str = get_template(paper.template).render(
        {**snapshot, "form_name": paper.form_name, "law": paper.law}
    )
    return html


def _write_pdf(html: str, *, identifier: bytes, **options: Any) -> bytes:
    typesetting = _typesetting()
    document = weasyprint.HTML(string=html, url_fetcher=FETCHER)
    pdf: bytes = document.write_pdf(
        stylesheets=[typesetting.stylesheet],
        font_config=typesetting.fonts,
        pdf_identifier=identifier,
        **options,
    )
    return pdf


class _Place(pydyf.Object):
    """A signature dictionary: it is written as it stands, and lies in no compressed stream."""

    compressible = False

    def __init__(self, said: bytes) -> None:
        super().__init__()
        self._said = said

    @property
    def data(self) -> bytes:
        return self._said


def _leave_place(pdf: pydyf.PDF, said: bytes) -> None:
    """Adds the field of a signature, which shows nothing of its own: the paper says in text who signed, and when."""
    place = _Place(said)
    pdf.add_object(place)
    page: Any = next(
        each for each in reversed(pdf.objects) if isinstance(each, dict) and each.get("Type") == "/Page"
    )
    field = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String("ChuKySo"),
            "V": place.reference,
            "P": page.reference,
            "Rect": pydyf.Array([0, 0, 0, 0]),
            "F": 132,  # printed, locked
        }
    )
    pdf.add_object(field)
    page["Annots"] = pydyf.Array([*page.get("Annots", []), field.reference])
    # Each associated file is named once.
    pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array([field.reference]), "SigFlags": 3})


def _fingerprint(kind: PaperKind, snapshot: Mapping[str, Any]) -> bytes:
    canonical = json.dumps([kind, snapshot], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).digest()[:16]


def render_sheets(template: str, said: Mapping[str, Any], *, identifier: bytes) -> bytes:
    """Sheets that go with other papers, a cover or a list, as PDF; they are no papers of their own. Never inside a transaction."""
    return _write_pdf(get_template(template).render(dict(said)), identifier=identifier)
