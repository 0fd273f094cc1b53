"""The auditor's walk over HTTP, by links alone: bank line, payment, case, receipt, its files, the day's list, the day, and back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from apps.operations.client import Page, Person
from apps.operations.stage import Told

_ONE = "[0-9a-f-]{36}"


@dataclass(frozen=True, slots=True)
class Step:
    """One stop: what it is and where."""

    what: str
    path: str

    def __str__(self) -> str:
        return f"{self.what:<18}{self.path}"


def walked(auditor: Person, reference: str, told: Told, *, list_of: str) -> list[Step]:
    """Goes from a reference of the bank to the receipt of a case and back to where it began; differences are told.

    Raises LookupError where a page lacks the link to the next.
    """
    steps: list[Step] = []

    def at(what: str, page: Page) -> Page:
        steps.append(Step(what, page.path))
        return page

    found = at("found by", auditor.page(f"/audit/find/?q={reference}"))
    line = at("bank line", auditor.page(found.to(rf"/audit/lines/{_ONE}/")))
    # A gateway's one transfer may be many payments.
    payments = [auditor.page(each) for each in line.every(rf"/audit/payments/{_ONE}/")]
    of_case = f"/audit/cases/{told.code}/"
    payment = at("payment", next((each for each in payments if of_case in each.links), payments[0]))
    case = at("case", auditor.page(payment.to(of_case)))
    receipt = at("receipt", auditor.page(case.to(rf"/audit/receipts/{_ONE}/")))
    for medium, begins in (("pdf", b"%PDF-"), ("xml", b"<?xml")):
        _file(auditor, receipt, rf"/audit/receipts/{_ONE}/{medium}/", begins, told)
    day_list = at("day's list", auditor.page(receipt.to(f"/oversight/receipts/lists/{list_of}/")))
    for medium, begins in (("xml", b"<?xml"), ("xlsx", b"PK"), ("pdf", b"%PDF-")):
        _file(auditor, day_list, rf"/oversight/receipts/lists/{_ONE}/files/{medium}/", begins, told)
    day = at("day", auditor.page(day_list.to(r"/audit/days/\d+/[\d-]+/")))
    told.expect("the day leads to the receipt", receipt.path in day.links, True)
    lines = at("lines of the day", auditor.page(day.to(r"/audit/lines/\?.*")))
    told.expect("the lines lead back to the first", line.path in lines.links, True)
    at("bank line", auditor.page(line.path))
    return steps


def _file(auditor: Person, page: Page, address: str, begins: bytes, told: Told) -> None:
    """A file that a page offers is what the page says it is."""
    path = page.to(address)
    content = auditor.save(path)
    told.expect(f"{path} begins", content[: len(begins)], begins)
    told.expect(f"hash of {path} on its page", hashlib.sha256(content).hexdigest() in page.text, True)
