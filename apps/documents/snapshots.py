"""What each paper says, frozen at the moment it is issued: the shapes of the snapshots that rendering takes.

A snapshot is plain JSON: it can be stored beside the PDF, hashed, and rendered again years later to the same
paper. Times are ISO 8601 with an offset (`2026-11-24T09:05:00+07:00`), money is whole đồng, texts are
Vietnamese. What the law or the city has not settled is said in `notes`, one sentence each, and is printed.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NotRequired, TypedDict

PaperKind = Literal["receipt", "form_01", "form_02", "form_03", "form_04", "form_05"]
IdentityKind = Literal[
    "personal_id",
    "tax_code",
    "household_code",
    "founding_decision",
    "passport",
    "other",
    "none",
]
FeeKind = Literal["phi", "le_phi"]
LimitUnit = Literal["same_day", "working_hour", "clock_hour", "working_day", "day"]


class SnapshotIncomplete(ValueError):
    """A snapshot lacks something its paper must say, or carries something the paper does not know."""


class Desk(TypedDict):
    """The one-stop desk (Bộ phận Một cửa) in whose name a statutory paper is issued."""

    parent_name: str  # the unit above, first line of the letterhead: "Ủy ban nhân dân phường Hàng Bạc"
    name: str  # "Bộ phận Tiếp nhận và Trả kết quả"
    place: str  # where the paper is dated: "Hà Nội"
    address: str
    phone: str


class PaperParty(TypedDict):
    """A person or an organisation as a paper names them; what is unknown is empty, never invented."""

    name: str
    id_kind: IdentityKind
    id_number: str  # whole on the statutory forms; the receipt masks a person's number when it prints
    address: str
    phone: str
    email: str


class Representative(PaperParty):
    """The person authorised to file for the party, and by which paper."""

    authority_paper: str  # "Giấy ủy quyền ngày 20/11/2026"


class Officer(TypedDict):
    """A member of staff who signs, receives or takes the money; `title` may be empty."""

    name: str
    title: str


class ProcedureReference(TypedDict):
    """The procedure's code and its name in Vietnamese."""

    code: str
    name: str


class Signature(TypedDict):
    """A digital signature already decided on: who signs and when."""

    signed_by: str
    signed_at: str


class Tracking(TypedDict):
    """How the holder of form 01 follows the case; the secret reaches the page only behind `#`."""

    page_url: str  # the case's public page, without the secret: nothing personal is ever in it
    secret: str  # 80 random bits as text, without separators; printed in groups of four


class CheckPage(TypedDict):
    """Where anybody may ask whether this paper is genuine."""

    url: str  # short, whole, as the QR carries it
    code: str  # the look-up code typed by hand, printed in groups of four


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


class ComponentLine(TypedDict):
    """One paper handed in or shown; `form` says how: "bản chính", "bản sao", "bản điện tử", "xuất trình"."""

    name: str
    quantity: int
    form: str


class TimeLimit(TypedDict):
    """The limit of the procedure as the law says it; one that is not established is None in its place."""

    value: int
    unit: LimitUnit
    note: str  # "hồ sơ nhận sau 15 giờ thì trả kết quả trong ngày làm việc tiếp theo", or empty


class RegisterEntry(TypedDict):
    """Where form 07 (the register) has this case."""

    book: str
    ordinal: str


class ReplacedForm(TypedDict):
    """The form 01 that one with another secret replaces, and who issued that again."""

    issued_at: str
    issued_again_by: Officer


class Form01Snapshot(TypedDict):
    """Mẫu số 01, Giấy tiếp nhận hồ sơ và hẹn trả kết quả (Thông tư 03/2025/TT-VPCP)."""

    number: str | None  # the serial before the slash; None leaves the dots to be filled by hand
    symbol: str  # after the slash: "TNHS-BPTNTKQ"
    issued_at: str
    desk: Desk
    case_code: str
    applicant: PaperParty
    representative: Representative | None
    procedure: ProcedureReference
    request: str  # nội dung yêu cầu giải quyết, as filed
    components: list[ComponentLine]
    sets: int  # số lượng hồ sơ (bộ)
    limit: TimeLimit | None
    received_at: str
    promised_at: str
    return_to: str  # đăng ký nhận kết quả tại: a counter, an address, the applicant's electronic store
    register: RegisterEntry | None
    filed_by: str  # the person who hands in, under whose name the left signature stands
    received_by: Officer
    competent_agency: str
    tracking: Tracking
    replaces: NotRequired[ReplacedForm]  # only where the secret was issued again
    signature: Signature | None
    notes: list[str]


class RequestedItem(TypedDict):
    """One thing to complete, and why."""

    item: str
    reason: str


class Form02Snapshot(TypedDict):
    """Mẫu số 02, Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (Thông tư 03/2025/TT-VPCP)."""

    number: str | None
    symbol: str  # "PBS-BPTNTKQ"
    issued_at: str
    desk: Desk
    case_code: str
    applicant: PaperParty
    procedure: ProcedureReference
    request: str
    items: list[RequestedItem]
    reason: str  # lý do, for the request as a whole
    is_office_omission: bool  # the office should have asked before: the paper carries its apology
    respond_by: str | None  # end of the version's window; None where the law gives none
    contact: Officer
    contact_phone: str
    guided_by: Officer
    signature: Signature | None
    notes: list[str]


class Form03Snapshot(TypedDict):
    """Mẫu số 03, Phiếu từ chối tiếp nhận giải quyết hồ sơ (Thông tư 03/2025/TT-VPCP)."""

    number: str | None
    symbol: str  # "PTC-BPTNTKQ"
    issued_at: str
    desk: Desk
    case_code: str | None  # None when the papers were turned away before a code was given
    applicant: PaperParty
    procedure: ProcedureReference
    request: str
    reason: str
    legal_provision: str
    how_to_complain: str
    filed_by: str
    received_by: Officer
    signature: Signature | None
    notes: list[str]


class Form04Snapshot(TypedDict):
    """Mẫu số 04, Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết (Thông tư 03/2025/TT-VPCP)."""

    number: str | None
    symbol: str  # "PXL-BPTNTKQ"
    issued_at: str
    desk: Desk
    case_code: str
    applicant: PaperParty
    procedure: ProcedureReference
    received_at: str
    agency: str  # that which handles the case and is late
    promised_at: str  # thời gian hẹn trả, as it was promised
    reason: str
    renewed_at: str | None  # the new time; None where none can be named yet
    is_extended: bool  # whether the new time replaces the old one, or is only when the result is likely
    signed_by: Officer  # the head of the agency
    signature: Signature | None
    notes: list[str]


class Form05Snapshot(TypedDict):
    """Mẫu số 05, Thông báo dừng giải quyết hồ sơ (Thông tư 03/2025/TT-VPCP art. 7).

    Its exact fields were not found: it has those of form 03 and the moment of stopping, and says so while
    `is_layout_established` is false.
    """

    number: str | None
    symbol: str
    issued_at: str
    desk: Desk
    case_code: str
    applicant: PaperParty
    procedure: ProcedureReference
    request: str
    received_at: str
    requested_at: str | None  # when the applicant asked for it, where that is the ground
    stopped_at: str
    ground: str  # from the fixed list of grounds
    reason: str
    legal_provision: str
    how_to_complain: str
    filed_by: str
    received_by: Officer
    is_layout_established: bool
    signature: Signature | None
    notes: list[str]


SHAPES: Mapping[PaperKind, type] = {
    "receipt": ReceiptSnapshot,
    "form_01": Form01Snapshot,
    "form_02": Form02Snapshot,
    "form_03": Form03Snapshot,
    "form_04": Form04Snapshot,
    "form_05": Form05Snapshot,
}


def require_complete(kind: PaperKind, snapshot: Mapping[str, Any]) -> None:
    """Refuse a snapshot whose keys or types differ from the shape of its paper.

    Raises `SnapshotIncomplete`, naming every place that is wrong (never a value: it may be personal data),
    and `KeyError` for a kind of paper that does not exist.
    """
    faults = list(_faults(SHAPES[kind], snapshot, kind))
    if faults:
        raise SnapshotIncomplete("; ".join(faults))


def _faults(shape: Any, value: Any, place: str) -> Iterator[str]:
    if typing.is_typeddict(shape):
        yield from _faults_of_dict(shape, value, place)
        return
    origin = typing.get_origin(shape)
    if origin is list:
        if not isinstance(value, list):
            yield f"{place} is not a list"
            return
        (item_shape,) = typing.get_args(shape)
        for index, item in enumerate(value):
            yield from _faults(item_shape, item, f"{place}[{index}]")
    elif origin in (types.UnionType, typing.Union):
        if value is not None:
            (some_shape,) = (option for option in typing.get_args(shape) if option is not types.NoneType)
            yield from _faults(some_shape, value, place)
    elif origin is Literal:
        if value not in typing.get_args(shape):
            yield f"{place} is not one of {', '.join(typing.get_args(shape))}"
    elif type(value) is not shape:
        yield f"{place} is not {shape.__name__}"


def _faults_of_dict(shape: Any, value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{place} is not an object"
        return
    hints = typing.get_type_hints(shape, include_extras=True)
    for name, inner in hints.items():
        may_be_left_out = typing.get_origin(inner) is NotRequired
        if may_be_left_out:
            (inner,) = typing.get_args(inner)
        if name in value:
            yield from _faults(inner, value[name], f"{place}.{name}")
        elif not may_be_left_out:
            yield f"{place}.{name} is missing"
    for name in value:
        if name not in hints:
            yield f"{place}.{name} is unknown"
