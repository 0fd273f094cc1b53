"""What the sheets of a bundle say: its cover, and the list of each part. In Vietnamese, as all papers are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from apps.bundles.choices import BundleOf, Lack, Medium
from apps.bundles.models import Bundle
from apps.cases.papers.parts import spelled
from apps.documents.models import Stored
from apps.receipts.amount_in_words import amount_in_words
from apps.receipts.models import Receipt

_LACKS = {
    Lack.NOT_MADE: "Tệp của biên lai này chưa lập xong khi tổng hợp.",
    Lack.BROKEN: "Tệp lưu trữ của biên lai này bị hỏng; đã báo người quản trị.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A receipt in a part: its files as they are stored, or what is lacking, and where it is found in the bundle."""

    receipt: Receipt
    files: tuple[tuple[str, bytes], ...] = ()
    lack: Lack | None = None
    where: str = ""


def stored_files(receipt: Receipt) -> list[tuple[str, Stored]]:
    """The signed files of a receipt, each with how its name ends, the PDF first; none before they are stored."""
    paper = getattr(receipt, "paper", None)
    return [("pdf", paper.document.file), ("xml", paper.document.data)] if paper else []


def file_name(receipt: Receipt) -> str:
    """What the files of a receipt are called: by day, body, series and number, and whether another replaces it."""
    series = receipt.series
    replaced = "-da-thay-the" if _replaced_by(receipt) else ""
    return (
        f"{timezone.localtime(receipt.issued_at):%Y-%m-%d}_{series.collecting_body.identification_code}"
        f"_{series.form}-{series.code}_{receipt.number:08d}{replaced}"
    )


def sums_of(entries: Iterable[Entry]) -> dict[str, int]:
    """How many receipts of a part are in force and their đồng, the same of replaced ones, and how many lack a file."""
    sums = {"count": 0, "amount": 0, "replaced": 0, "replaced_amount": 0, "lacking": 0}
    for entry in entries:
        of = "replaced" if _replaced_by(entry.receipt) else "count"
        sums[of] += 1
        sums["replaced_amount" if of == "replaced" else "amount"] += entry.receipt.amount
        sums["lacking"] += entry.lack is not None
    return sums


def list_said(
    bundle: Bundle, entries: Sequence[Entry], *, position: int, parts: int, first: int, sheets: Sequence[int]
) -> dict[str, Any]:
    """The list of a part, whose first receipt is the `first` of the bundle, and the numbers of sheets on its bands."""
    return {
        "title": title_of(bundle),
        "asked_at": spelled(bundle.asked_at),
        "position": position,
        "parts": parts,
        "is_pdf": bundle.medium == Medium.PDF,
        "lines": [_line(entry, number) for number, entry in enumerate(entries, first)],
        "sums": sums_of(entries),
        "sheets": sheets,
    }


def cover_said(bundle: Bundle, made: Sequence[dict[str, Any]], *, at: datetime) -> dict[str, Any]:
    """The cover of all parts: what this is and what it is not, and what each part holds."""
    sums = {name: sum(part["sums"][name] for part in made) for name in made[0]["sums"]}
    return {
        "title": title_of(bundle),
        "whose": whose(bundle),
        "asked_at": spelled(bundle.asked_at),
        "made_at": spelled(at),
        "is_pdf": bundle.medium == Medium.PDF,
        "is_of_desk": bundle.of != BundleOf.YEAR,
        "parts": made,
        "sums": sums,
        "in_words": amount_in_words(sums["amount"]),
        "check_url": f"{settings.PUBLIC_URL}/r/",
    }


def title_of(bundle: Bundle) -> str:
    match bundle.of:
        case BundleOf.YEAR:
            return f"Biên lai phí, lệ phí năm {bundle.year}"
        case BundleOf.DAY:
            return f"Biên lai phí, lệ phí lập ngày {bundle.day:%d/%m/%Y}"
    assert bundle.session is not None
    return f"Biên lai của phiên thu mở lúc {timezone.localtime(bundle.session.opened_at):%H:%M ngày %d/%m/%Y}"


def whose(bundle: Bundle) -> list[tuple[str, str]]:
    """Who paid, or who took the money, as lines of the cover."""
    if bundle.of == BundleOf.YEAR:
        if bundle.business is not None:
            return [("Doanh nghiệp", bundle.business.name), ("Người yêu cầu", bundle.asked_by.full_name)]
        scope = "của người yêu cầu, và của tổ chức mà người này đại diện, nếu có"
        return [("Người yêu cầu", bundle.asked_by.full_name), ("Biên lai", scope)]
    assert bundle.agency is not None
    lines = [("Nơi thu", bundle.agency.name)]
    if bundle.session is not None:
        lines.append(("Người thu tiền", bundle.session.cashier.full_name))
    return [*lines, ("Người yêu cầu", bundle.asked_by.full_name)]


def number_of(receipt: Receipt) -> str:
    return f"{receipt.series.form} {receipt.series.code} số {receipt.number}"


def _line(entry: Entry, number: int) -> dict[str, Any]:
    receipt, replaced_by = entry.receipt, _replaced_by(entry.receipt)
    marks = [
        f"Đã được thay thế bằng biên lai {number_of(replaced_by)}." if replaced_by else "",
        f"Thay thế cho biên lai {number_of(receipt.replaces)}." if receipt.replaces else "",
        _LACKS[entry.lack] if entry.lack else "",
    ]
    return {
        "ordinal": number,
        "form": receipt.series.form,
        "series": receipt.series.code,
        "number": receipt.number,
        "issued_at": spelled(receipt.issued_at),
        "body": receipt.series.collecting_body.name,
        "payer": receipt.snapshot["payer"]["name"],
        "case_code": receipt.snapshot["case_code"],
        "amount": receipt.amount,
        "is_replaced": replaced_by is not None,
        "marks": [mark for mark in marks if mark],
        "where": entry.where,
    }


def _replaced_by(receipt: Receipt) -> Receipt | None:
    return getattr(receipt, "replaced_by", None)
