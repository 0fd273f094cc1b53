"""Whether a file that somebody holds is a receipt of ours as it was issued: its bytes, and its signature."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from apps.documents.signing.findings import (
    ENCRYPTED,
    FORBIDDEN,
    OTHER_KIND,
    TOO_LARGE,
    UNREADABLE,
    Finding,
)
from apps.documents.signing.outside import finding_of
from apps.receipts.choices import FileVerdict
from apps.receipts.errors import FileNotOurs, FileUnread, ReceiptUnknown
from apps.receipts.models import Receipt
from apps.receipts.selectors import receipt_by_lookup

_WHY_UNREAD = {
    OTHER_KIND: _("The file is neither a PDF nor the XML of a receipt."),
    TOO_LARGE: _("The file is larger than any receipt."),
    ENCRYPTED: _("The PDF is encrypted. Receipts are not: choose the file as you were given it."),
    FORBIDDEN: _("The file holds what no receipt holds, and was not read further."),
    UNREADABLE: _("The file cannot be read: it is damaged or was altered. It is not what was issued."),
}


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What may be said of a file. `receipt` is the one that it is, or claims to be; None where that cannot be told.

    `is_intact`: the signature holds. `is_trusted`: its certificate led to an authority that we trust when it was made.
    """

    verdict: FileVerdict
    receipt: Receipt | None
    is_intact: bool = False
    is_trusted: bool = False
    signed_by: str = ""
    signed_at: str = ""


def check_file(content: bytes, *, of: Receipt | None = None) -> CheckedFile:
    """The verdict on a file, held against the receipt whose code is known, or against the one that it claims to be.

    The bytes decide what is genuine; the signature, what can be said of any others. Raises FileUnread, FileNotOurs (it
    carries no signature of ours, or a code that we did not give), Busy.
    """
    found = finding_of(content)
    receipt = of or _claimed(found)
    if found.fault:
        if of is None or len(content) not in _sizes(of):
            raise FileUnread(field="file", why=_WHY_UNREAD[found.fault])
        return CheckedFile(FileVerdict.ALTERED, of)
    return CheckedFile(
        _verdict(content, found, receipt),
        receipt,
        is_intact=found.is_intact,
        is_trusted=found.is_trusted,
        signed_by=found.signed_by,
        signed_at=found.signed_at,
    )


def _verdict(content: bytes, found: Finding, receipt: Receipt | None) -> FileVerdict:
    paper = getattr(receipt, "paper", None)
    if paper is None or receipt is None:
        raise FileNotOurs(field="file")
    if hashlib.sha256(content).digest() in map(
        bytes, (paper.document.file.sha256, paper.document.data.sha256)
    ):
        return FileVerdict.GENUINE
    holds = found.is_intact and found.is_whole
    if holds and found.lookup_code != receipt.lookup_code and _is_by(_known(found.lookup_code), found):
        return FileVerdict.OF_ANOTHER
    # What was altered may be the certificate itself, or what no signature covers: then the length gives it away.
    if len(content) in _sizes(receipt):
        return FileVerdict.ALTERED
    if _is_by(receipt, found):
        return FileVerdict.OTHER_BYTES if holds else FileVerdict.ALTERED
    raise FileNotOurs(field="file")


def _is_by(receipt: Receipt | None, found: Finding) -> bool:
    """Whether a file is signed with the very certificate with which a receipt was."""
    paper = getattr(receipt, "paper", None)
    return paper is not None and found.certificate == bytes(paper.certificate).hex()


def _known(code: str) -> Receipt | None:
    try:
        return receipt_by_lookup(code)
    except ReceiptUnknown:
        return None


def _claimed(found: Finding) -> Receipt | None:
    """The receipt whose code the file carries. One that carries none, or a code that we did not give, is not ours."""
    receipt = _known(found.lookup_code)
    if receipt is None and not found.fault:
        raise FileNotOurs(field="file")
    return receipt


def _sizes(receipt: Receipt | None) -> set[int]:
    paper = getattr(receipt, "paper", None)
    return {paper.document.file.size, paper.document.data.size} if paper else set()
