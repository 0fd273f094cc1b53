"""The official file: a case, its ledger, what is awaited of others, and what it gives."""

from apps.cases.models.awaited import Handover, Obligation, OpinionRequest, OriginalCustody, SupplementRequest
from apps.cases.models.case import Case, CaseEvent, CodeSerial, EventText, LateEntry
from apps.cases.models.issued import (
    ActPaper,
    CaseDocument,
    CaseFee,
    CaseNotice,
    CaseOrder,
    CaseReceipt,
    CaseRefund,
    CaseResult,
    LegalProvision,
)
from apps.cases.models.linked import CaseLink

__all__ = [
    "ActPaper",
    "Case",
    "CaseDocument",
    "CaseEvent",
    "CaseFee",
    "CaseLink",
    "CaseNotice",
    "CaseOrder",
    "CaseReceipt",
    "CaseRefund",
    "CaseResult",
    "CodeSerial",
    "EventText",
    "Handover",
    "LateEntry",
    "LegalProvision",
    "Obligation",
    "OpinionRequest",
    "OriginalCustody",
    "SupplementRequest",
]
