"""What the statutory papers of a case say: snapshots frozen in the transaction of the act, always in Vietnamese."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation

from apps.accounts.choices import Role
from apps.applications.choices import PartyRole
from apps.calendars.selectors import working_calendar
from apps.cases.choices import (
    HOW_TO_COMPLAIN,
    DeclineReason,
    EventKind,
    Omission,
    ProvisionSubject,
    StopGround,
    UnroutableReason,
)
from apps.cases.history import last_of, read_entry
from apps.cases.models import CaseDocument, CaseEvent, SupplementRequest
from apps.cases.papers.parts import (
    components_of,
    heading,
    issue,
    issuing_agency,
    name_in,
    notes_of,
    officer_of,
    representative_of,
    request_of,
    return_to,
    spelled,
)
from apps.cases.selectors import competent_agency_of, provision_of
from apps.cases.tracking import secret_of

if TYPE_CHECKING:
    from apps.cases.actions.acting import Act

# After the kind of paper in its number (Thông tư 03/2025/TT-VPCP); a centre would be TTPVHCC.
DESK_SYMBOL = "BPTNTKQ"
# Stopped by nobody's hand: its filer cancels before acceptance, or a window has ended.
BY_ITSELF = {"name": "Hệ thống Một Cửa", "title": "Tự động"}
NOTE_CALENDAR = (
    "Thời gian trả kết quả được tính theo lịch nghỉ năm {years} chưa được quyết định; "
    "ngày hẹn có thể thay đổi khi có quyết định."
)
NOTE_UNROUTED = "Cơ quan giải quyết đang được xác định."


def issue_form_01(act: Act, event: CaseEvent) -> CaseDocument:
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả."""
    return issue(act, event, "form_01", _form_01(act, event_limit(event)))


def issue_form_01_again(act: Act, event: CaseEvent) -> CaseDocument:
    """The same with the case's new secret: it names the paper that it replaces, and keeps who received the papers.

    It promises what is promised now; while the clock stands still there is nothing newer than what was promised.
    """
    accepted = last_of(act.entries, EventKind.INTAKE_ACCEPTED)
    assert accepted is not None
    issued = CaseDocument.objects.filter(case=act.case, document__kind="form_01").select_related("document")
    last = issued.latest("event__sequence")
    before = last.document.snapshot
    is_promise_known = act.case.is_clock_running or act.case.ended_at is not None
    snapshot = {
        **_form_01(act, accepted.data["limit"]),
        **{name: before[name] for name in ("desk", "received_by")},
        **({} if is_promise_known else {"promised_at": before["promised_at"]}),
        "replaces": {
            "issued_at": before["issued_at"],
            "issued_again_by": officer_of(act, Role.RECEPTIONIST, Role.RESULT_DESK, Role.CASHIER),
        },
    }
    return issue(act, event, "form_01", snapshot, replaces=last)


def _form_01(act: Act, limit_position: int) -> dict[str, Any]:
    case = act.case
    found = competent_agency_of(case, at=act.at)
    promised = case.promised_due_at or case.due_at
    notes = notes_of(act)
    if years := working_calendar(case.calendar_version_id).undecided_years(case.received_at, promised):
        notes.append(NOTE_CALENDAR.format(years=", ".join(map(str, years))))
    if isinstance(found, UnroutableReason):
        notes.append(NOTE_UNROUTED)
    limit = act.rules.time_limit(limit_position)
    return {
        **heading(act, f"TNHS-{DESK_SYMBOL}"),
        "representative": representative_of(act),
        "request": request_of(act),
        "components": components_of(act),
        "sets": 1,
        "limit": {
            "value": limit.value or 0,
            "unit": limit.unit,
            "note": f"nhận sau {limit.cut_off:%H:%M} thì tính từ ngày làm việc tiếp theo"
            if limit.cut_off
            else "",
        },
        "received_at": spelled(case.received_at),
        "promised_at": spelled(promised),
        "return_to": return_to(act),
        "register": None,
        "filed_by": name_in(act, PartyRole.FILER),
        "received_by": officer_of(act, Role.RECEPTIONIST),
        "competent_agency": "" if isinstance(found, UnroutableReason) else found.name,
        "tracking": {
            "page_url": f"{settings.PUBLIC_URL}/track/{case.code}",
            "secret": secret_of(case.code, case.tracking_generation),
        },
        "notes": notes,
    }


def event_limit(event: CaseEvent) -> int:
    """The limit that the acceptance chose."""
    return int(read_entry(bytes(event.body)).data["limit"])


def issue_form_02(act: Act, event: CaseEvent, request: SupplementRequest) -> CaseDocument:
    """Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ; the office's own omission carries its apology."""
    officer = officer_of(act, Role.RECEPTIONIST, Role.HANDLER, Role.HEAD)
    snapshot: dict[str, Any] = {
        **heading(act, f"PBS-{DESK_SYMBOL}"),
        "request": request_of(act),
        "items": request.items,
        "reason": "Hồ sơ chưa đầy đủ hoặc chưa hợp lệ theo quy định của thủ tục.",
        "is_office_omission": request.omission == Omission.OFFICE,
        "respond_by": spelled(act.case.applicant_due_at) if act.case.applicant_due_at else None,
        "contact": officer,
        "contact_phone": "",
        "guided_by": officer,
        "notes": notes_of(act),
    }
    return issue(act, event, "form_02", snapshot)


def issue_form_03(act: Act, event: CaseEvent, reason: DeclineReason, text: str) -> CaseDocument:
    """Phiếu từ chối tiếp nhận giải quyết hồ sơ."""
    with translation.override("vi"):
        label, how_to_complain = str(reason.label), str(HOW_TO_COMPLAIN)
        provision = provision_of(ProvisionSubject.DECLINE, reason)
    snapshot: dict[str, Any] = {
        **heading(act, f"PTC-{DESK_SYMBOL}"),
        "request": request_of(act),
        "reason": f"{label}. {text}",
        "legal_provision": provision.text,
        "how_to_complain": how_to_complain,
        "filed_by": name_in(act, PartyRole.FILER),
        "received_by": officer_of(act, Role.RECEPTIONIST),
        "notes": notes_of(act, provision),
    }
    return issue(act, event, "form_03", snapshot)


def issue_form_04(
    act: Act, event: CaseEvent, *, reason: str, promised: datetime | None, renewed: datetime | None
) -> CaseDocument:
    """Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết; without a new time it says that none can be named yet."""
    snapshot: dict[str, Any] = {
        **heading(act, f"PXL-{DESK_SYMBOL}"),
        "received_at": spelled(act.case.received_at),
        "agency": issuing_agency(act).name,
        "promised_at": spelled(promised or act.case.due_at),
        "reason": reason,
        "renewed_at": spelled(renewed) if renewed else None,
        "is_extended": event.kind == EventKind.DEADLINE_EXTENDED,
        "signed_by": officer_of(act, Role.HEAD, Role.APPROVER),
        "notes": notes_of(act),
    }
    return issue(act, event, "form_04", snapshot)


def issue_form_05(act: Act, event: CaseEvent, ground: StopGround, text: str) -> CaseDocument:
    """Thông báo dừng giải quyết hồ sơ."""
    with translation.override("vi"):
        label, how_to_complain = str(ground.label), str(HOW_TO_COMPLAIN)
        provision = provision_of(ProvisionSubject.STOP, ground)
    snapshot: dict[str, Any] = {
        **heading(act, f"TBD-{DESK_SYMBOL}"),
        "request": request_of(act),
        "received_at": spelled(act.case.received_at),
        "requested_at": spelled(act.at) if ground == StopGround.APPLICANT_REQUEST else None,
        "stopped_at": spelled(act.at),
        "ground": label,
        "reason": text,
        "legal_provision": provision.text,
        "how_to_complain": how_to_complain,
        "filed_by": name_in(act, PartyRole.FILER),
        "received_by": BY_ITSELF
        if act.standing.is_party or act.by.program
        else officer_of(act, Role.RECEPTIONIST, Role.HEAD),
        "is_layout_established": False,
        "notes": notes_of(act, provision),
    }
    return issue(act, event, "form_05", snapshot)
