"""What the papers to the applicant say: forms 01 to 05."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from apps.documents.snapshots.parts import FormToApplicant, Officer, Representative, Tracking

LimitUnit = Literal["same_day", "working_hour", "clock_hour", "working_day", "day"]


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


class Form01Snapshot(FormToApplicant):
    """Mẫu số 01, Giấy tiếp nhận hồ sơ và hẹn trả kết quả (Thông tư 03/2025/TT-VPCP)."""

    case_code: str
    representative: Representative | None
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


class RequestedItem(TypedDict):
    """One thing to complete, and why."""

    item: str
    reason: str


class Form02Snapshot(FormToApplicant):
    """Mẫu số 02, Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (Thông tư 03/2025/TT-VPCP)."""

    case_code: str
    request: str
    items: list[RequestedItem]
    reason: str  # lý do, for the request as a whole
    is_office_omission: bool  # the office should have asked before: the paper carries its apology
    respond_by: str | None  # end of the version's window; None where the law gives none
    contact: Officer
    contact_phone: str
    guided_by: Officer


class Form03Snapshot(FormToApplicant):
    """Mẫu số 03, Phiếu từ chối tiếp nhận giải quyết hồ sơ (Thông tư 03/2025/TT-VPCP)."""

    case_code: str | None  # None when the papers were turned away before a code was given
    request: str
    reason: str
    legal_provision: str
    how_to_complain: str
    filed_by: str
    received_by: Officer


class Form04Snapshot(FormToApplicant):
    """Mẫu số 04, Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết (Thông tư 03/2025/TT-VPCP)."""

    case_code: str
    received_at: str
    agency: str  # that which handles the case and is late
    promised_at: str  # thời gian hẹn trả, as it was promised
    reason: str
    renewed_at: str | None  # the new time; None where none can be named yet
    is_extended: bool  # whether the new time replaces the old one, or is only when the result is likely
    signed_by: Officer  # the head of the agency


class Form05Snapshot(FormToApplicant):
    """Mẫu số 05, Thông báo dừng giải quyết hồ sơ (Thông tư 03/2025/TT-VPCP art. 7).

    Its exact fields were not found: it has those of form 03 and the moment of stopping, and says so while
    `is_layout_established` is false.
    """

    case_code: str
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
