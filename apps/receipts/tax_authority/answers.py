"""Reads the tax authority's notice of a list: XML from outside, in which nothing is expanded, fetched or trusted.

    <TBao><MTDiep>key of the message</MTDiep><KQua>CHAP_NHAN</KQua><SoTB>number of the notice</SoTB>
        <DSLDo><LDo><MLoi>code</MLoi><MTa>what is wrong</MTa></LDo></DSLDo></TBao>

`KQua` is CHAP_NHAN (accepted), KHONG_CHAP_NHAN (not accepted) or DA_NHAN (received, answered later).
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from apps.receipts.choices import AnswerOutcome

MOST_REASONS = 50
_LONGEST = 300
_OUTCOMES = {
    "CHAP_NHAN": AnswerOutcome.ACCEPTED,
    "KHONG_CHAP_NHAN": AnswerOutcome.REJECTED,
    "DA_NHAN": AnswerOutcome.RECEIVED,
}


class Unreadable(ValueError):
    """It is no notice."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a notice says, and of which message."""

    key: str
    outcome: AnswerOutcome
    reference: str
    reasons: tuple[str, ...]


def read_answer(body: bytes) -> Said:
    """Raises Unreadable for anything but a notice with an outcome; a document type is refused before it is looked at."""
    # A document type cannot be told from the text in every encoding: only UTF-8 is read.
    if b"<!DOCTYPE" in body or b"\x00" in body:
        raise Unreadable("document type")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("syntax") from error
    outcome = _OUTCOMES.get(_text(root, "KQua"))
    if root.tag != "TBao" or outcome is None:
        raise Unreadable("outcome")
    reasons = [
        ": ".join(filter(None, (_text(reason, "MLoi"), _text(reason, "MTa"))))
        for reason in root.findall("DSLDo/LDo")[:MOST_REASONS]
    ]
    return Said(_text(root, "MTDiep"), outcome, _text(root, "SoTB")[:80], tuple(filter(None, reasons)))


def _text(of: etree._Element, name: str) -> str:
    return " ".join((of.findtext(name) or "").split())[:_LONGEST]
