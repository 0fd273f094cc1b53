"""What a receipt says."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

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
    body: NotRequired[
        str
    ]  # only where another body issued it, which has ended: a number is unique within its body
    issued_at: str
    reason: str


class ReceiptSignature(Signature):
    """Who signs a receipt and when, with which certificate; one of a test authority has no legal value, and the paper says so."""

    certificate: str  # SHA-256 in hexadecimal
    is_test: bool


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
    signature: ReceiptSignature  # without one there is no paper
    notes: list[str]


class ListedBody(TypedDict):
    """The collecting body of a list; a tax code that is not established is None."""

    name: str
    tax_code: str | None
    address: str


class ListLine(TypedDict):
    """One receipt or notice on the day's list; days are ISO dates, amounts đồng."""

    position: int
    form: str
    series: str
    number: int
    issued_on: str
    fee_name: str
    rate: int | None
    amount: int | None
    status: str
    adjusted_day: str | None
    related: str
    explanation: str
    note: str


class DayListSnapshot(TypedDict):
    """Bảng tổng hợp dữ liệu biên lai điện tử, mẫu 01/TH-BLĐT: what is printed of a day's list."""

    body: ListedBody
    day: str
    part: int
    edition: int
    explanation: str
    issued_at: str
    lines: list[ListLine]
    lines_in_all: int
    total: int
    notes: list[str]


class SeriesUseLine(TypedDict):
    """One series in a quarter; `first` and `last` are None where nothing was issued."""

    form: str
    code: str
    opening: int
    first: int | None
    last: int | None
    used: int
    amount: int
    replaced: int
    lost: int
    closing: int


class SeriesUseSnapshot(TypedDict):
    """Báo cáo tình hình sử dụng biên lai of a collecting body in a quarter."""

    body: ListedBody
    year: int
    quarter: int
    due_on: str
    issued_at: str
    lines: list[SeriesUseLine]
    used: int
    amount: int
    replaced: int
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
    """Mẫu số 04/SS-CTĐT, Thông báo chứng từ điện tử đã lập sai (Nghị định 254/2026/NĐ-CP).

    The title is the one that programs which send the form to the tax authority give it. Its exact layout was not found;
    the paper says so while `is_layout_established` is false.
    """

    case_code: str
    payer: PaperParty
    receipt: NoticedReceipt
    corrections: list[CorrectedText]
    reason: str
    signed_by: Officer
    is_layout_established: bool
