"""What the office's own papers say: form 06, the control sheet of a case, form 07, the register, and old papers taken over."""

from __future__ import annotations

from typing import Literal, TypedDict

from apps.documents.snapshots.parts import ProcedureReference, StatutoryForm

# Before, on or after the day that was due; none where the time of nobody ran.
Timeliness = Literal["early", "on_time", "late", "none"]


class Transfer(TypedDict):
    """One giving and receiving of the file; what is not received yet has no time of it."""

    giver: str
    receiver: str
    given_at: str
    received_at: str | None
    result: Timeliness
    note: str


class Form06Snapshot(StatutoryForm):
    """Mẫu số 06, Phiếu kiểm soát quá trình giải quyết hồ sơ (Thông tư 03/2025/TT-VPCP), from the ledger alone."""

    case_code: str
    procedure: ProcedureReference
    agency: str  # cơ quan giải quyết
    partners: list[str]  # cơ quan phối hợp
    received_at: str
    promised_at: str | None  # None before a time was promised
    transfers: list[Transfer]
    events: int  # the last event of the ledger that it tells of


class RegisterLine(TypedDict):
    """One case in the register."""

    case_code: str
    procedure: str
    applicant: str
    contact: str  # address, telephone
    agency: str  # cơ quan chủ trì giải quyết
    received_at: str
    promised_at: str | None
    returned: str  # when the result was returned, or how the case ended without one
    delivery: str  # phương thức nhận kết quả
    signed: str  # ký nhận: who received it


class RegisterOfField(TypedDict):
    """The part of one field of administration."""

    field: str
    lines: list[RegisterLine]


class Form07Snapshot(StatutoryForm):
    """Mẫu số 07, Sổ theo dõi hồ sơ (Thông tư 03/2025/TT-VPCP): what is printed of a register.

    The spreadsheet holds every line; `lines_printed` of `lines_in_all` stand on paper, and the paper says so.
    """

    agency: str
    starts_on: str  # ISO dates, both included
    ends_on: str
    field: str  # empty for all
    fields: list[RegisterOfField]
    lines_in_all: int
    lines_printed: int
    sheet_sha256: str


class LegacySnapshot(TypedDict):
    """A paper of Thông tư 01/2018/TT-VPCP that was made elsewhere and is kept as it was."""

    case_code: str
    number: str
    dated_on: str
    filename: str
    sha256: str
