"""What a receipt says."""

from __future__ import annotations

from typing import Literal, TypedDict

from apps.documents.snapshots.parts import (
    CheckPage,
    FormToApplicant,
    Officer,
    PaperParty,
    ProcedureReference,
    Signature,
)

FeeKind = Literal["phi", "le_phi"]


class FeeLine(TypedDict):
    """One line of a receipt; `amount` is what was collected, in đồng."""

    kind: FeeKind
    name: str
    unit: str  # "bản", "hồ sơ", "trang"
    unit_price: int
    quantity: int
    amount: int
    legal_basis: str


class CollectingBody(TypedDict):
    """The body in whose name a fee is collected; a tax code that is not established is None."""

    name: str
    tax_code: str | None
    address: str
    phone: str
    account: str  # bank account or empty


class SeriesAcceptance(TypedDict):
    """The tax authority's acceptance with which a receipt series was opened."""

    number: str
    accepted_on: str  # ISO date


class ReplacedReceipt(TypedDict):
    """The wrong receipt that a replacement names (Nghị định 254/2026/NĐ-CP)."""

    form: str
    series: str
    number: int
    issued_at: str
    reason: str


class ReceiptSnapshot(TypedDict):
    """Biên lai thu phí, lệ phí: contents of Nghị định 254/2026/NĐ-CP art. 23.2 and of sample 01/PLPĐT."""

    form: str  # "EBL01"
    series: str  # "26TAA"
    number: int
    collecting_body: CollectingBody
    payer: PaperParty
    lines: list[FeeLine]
    total: int
    total_in_words: str  # from apps.receipts.amount_in_words, stored so that the paper never changes
    payment_method: str  # "Tiền mặt", "Chuyển khoản"
    collected_at: str  # when the money was taken
    issued_at: str  # when the number was taken
    collected_by: Officer
    case_code: str
    procedure: ProcedureReference
    check: CheckPage
    series_acceptance: SeriesAcceptance | None  # None prints that it is not established
    replaces: ReplacedReceipt | None
    signature: Signature | None  # None prints the band and watermark of an unsigned trial
    notes: list[str]


class NoticedReceipt(TypedDict):
    """The receipt in which something is wrong, by what is printed on it."""

    form: str
    series: str
    number: int
    issued_at: str
    amount: int
    collecting_body: str
    tax_code: str | None


class CorrectedText(TypedDict):
    """One thing that was wrong: what stood there, and what is right."""

    what: str
    was: str
    right: str


class Form04SSSnapshot(FormToApplicant):
    """Mẫu số 04/SS-CTĐT, Thông báo chứng từ điện tử có sai sót (Nghị định 254/2026/NĐ-CP).

    Its exact layout was not found; the paper says so while `is_layout_established` is false.
    """

    case_code: str
    payer: PaperParty
    receipt: NoticedReceipt
    corrections: list[CorrectedText]
    reason: str
    signed_by: Officer
    is_layout_established: bool
