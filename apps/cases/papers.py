"""What the statutory papers of a case say: snapshots frozen in the transaction of the act, always in Vietnamese."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone, translation

from apps.accounts.choices import Role
from apps.applications.choices import Delivery, PartyRole
from apps.applications.models import Party
from apps.applications.selectors import answers_of, attachments_of, originals_of, party_in_role
from apps.businesses.choices import BusinessKind
from apps.calendars.selectors import working_calendar
from apps.cases.choices import (
    HOW_TO_COMPLAIN,
    Certainty,
    DeclineReason,
    EventKind,
    Omission,
    ProvisionSubject,
    StopGround,
    UnroutableReason,
)
from apps.cases.history import last_of, read_entry
from apps.cases.models import CaseDocument, CaseEvent, SupplementRequest
from apps.cases.selectors import Provision, competent_agency_of, provision_of
from apps.cases.tracking import secret_of
from apps.documents import snapshots as paper
from apps.documents.actions import decide_paper
from apps.documents.models import Document
from apps.procedures.choices import ComponentMode
from apps.receipts.amount_in_words import amount_in_words
from apps.receipts.choices import PaymentMethod
from apps.receipts.models import FeeDue, Payment, Receipt
from apps.units.models import Agency

if TYPE_CHECKING:
    from apps.cases.actions.acting import Act

DESK_NAME = "Bộ phận Tiếp nhận và Trả kết quả"
# After the kind of paper in its number (Thông tư 03/2025/TT-VPCP); a centre would be TTPVHCC.
DESK_SYMBOL = "BPTNTKQ"
# A case that its filer cancels before acceptance is stopped by nobody's hand.
BY_ITSELF = {"name": "Hệ thống Một Cửa", "title": "Tự động"}
NOTE_AGENCY_CODE = "Mã định danh cơ quan trong mã hồ sơ do hệ thống đặt, chưa đối chiếu với mã chính thức."
NOTE_CALENDAR = (
    "Thời gian trả kết quả được tính theo lịch nghỉ năm {years} chưa được quyết định; "
    "ngày hẹn có thể thay đổi khi có quyết định."
)
NOTE_UNROUTED = "Cơ quan giải quyết đang được xác định."
NOTE_SECOND_HAND = "Căn cứ pháp lý được dẫn theo nguồn thứ cấp, chưa đối chiếu với nguyên văn."
_METHODS = {PaymentMethod.CASH: "Tiền mặt", PaymentMethod.CARD: "Thẻ", PaymentMethod.TRANSFER: "Chuyển khoản"}
_ROLES = {
    Role.RECEPTIONIST: "Người tiếp nhận",
    Role.CASHIER: "Người thu tiền",
    Role.HANDLER: "Chuyên viên thụ lý",
    Role.HEAD: "Trưởng bộ phận",
    Role.APPROVER: "Người có thẩm quyền ký",
    Role.REGISTRAR: "Văn thư",
    Role.RESULT_DESK: "Người trả kết quả",
}


def issue_form_01(act: Act, event: CaseEvent) -> Document:
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả."""
    return _issue(act, event, "form_01", _form_01(act, event_limit(event)))


def issue_form_01_again(act: Act, event: CaseEvent) -> Document:
    """The same with the case's new secret: it names the paper that it replaces, and keeps who received the papers.

    It promises what is promised now; while the clock stands still there is nothing newer than what was promised.
    """
    accepted = last_of(act.entries, EventKind.INTAKE_ACCEPTED)
    assert accepted is not None
    issued = CaseDocument.objects.filter(case=act.case, document__kind="form_01").select_related("document")
    before = issued.latest("event__sequence").document.snapshot
    is_promise_known = act.case.is_clock_running or act.case.ended_at is not None
    snapshot = {
        **_form_01(act, accepted.data["limit"]),
        **{name: before[name] for name in ("desk", "received_by")},
        **({} if is_promise_known else {"promised_at": before["promised_at"]}),
        "replaces": {
            "issued_at": before["issued_at"],
            "issued_again_by": _officer(act, Role.RECEPTIONIST, Role.RESULT_DESK, Role.CASHIER),
        },
    }
    return _issue(act, event, "form_01", snapshot)


def _form_01(act: Act, limit_position: int) -> dict[str, Any]:
    case = act.case
    found = competent_agency_of(case, at=act.at)
    promised = case.promised_due_at or case.due_at
    notes = _notes(act)
    if years := working_calendar(case.calendar_version_id).undecided_years(case.received_at, promised):
        notes.append(NOTE_CALENDAR.format(years=", ".join(map(str, years))))
    if isinstance(found, UnroutableReason):
        notes.append(NOTE_UNROUTED)
    limit = act.rules.time_limit(limit_position)
    return {
        **_heading(act, f"TNHS-{DESK_SYMBOL}"),
        "representative": _representative(act),
        "request": _request(act),
        "components": _components(act),
        "sets": 1,
        "limit": {
            "value": limit.value or 0,
            "unit": limit.unit,
            "note": f"nhận sau {limit.cut_off:%H:%M} thì tính từ ngày làm việc tiếp theo"
            if limit.cut_off
            else "",
        },
        "received_at": _moment(case.received_at),
        "promised_at": _moment(promised),
        "return_to": _return_to(act),
        "register": None,
        "filed_by": _name(act, PartyRole.FILER),
        "received_by": _officer(act, Role.RECEPTIONIST),
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


def issue_form_02(act: Act, event: CaseEvent, request: SupplementRequest) -> Document:
    """Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ; the office's own omission carries its apology."""
    officer = _officer(act, Role.RECEPTIONIST, Role.HANDLER, Role.HEAD)
    snapshot: dict[str, Any] = {
        **_heading(act, f"PBS-{DESK_SYMBOL}"),
        "request": _request(act),
        "items": request.items,
        "reason": "Hồ sơ chưa đầy đủ hoặc chưa hợp lệ theo quy định của thủ tục.",
        "is_office_omission": request.omission == Omission.OFFICE,
        "respond_by": None,
        "contact": officer,
        "contact_phone": "",
        "guided_by": officer,
        "notes": _notes(act),
    }
    return _issue(act, event, "form_02", snapshot)


def issue_form_03(act: Act, event: CaseEvent, reason: DeclineReason, text: str) -> Document:
    """Phiếu từ chối tiếp nhận giải quyết hồ sơ."""
    with translation.override("vi"):
        label, how_to_complain = str(reason.label), str(HOW_TO_COMPLAIN)
        provision = provision_of(ProvisionSubject.DECLINE, reason)
    snapshot: dict[str, Any] = {
        **_heading(act, f"PTC-{DESK_SYMBOL}"),
        "request": _request(act),
        "reason": f"{label}. {text}",
        "legal_provision": provision.text,
        "how_to_complain": how_to_complain,
        "filed_by": _name(act, PartyRole.FILER),
        "received_by": _officer(act, Role.RECEPTIONIST),
        "notes": _notes(act, provision),
    }
    return _issue(act, event, "form_03", snapshot)


def issue_form_05(act: Act, event: CaseEvent, ground: StopGround, text: str) -> Document:
    """Thông báo dừng giải quyết hồ sơ."""
    with translation.override("vi"):
        label, how_to_complain = str(ground.label), str(HOW_TO_COMPLAIN)
        provision = provision_of(ProvisionSubject.STOP, ground)
    snapshot: dict[str, Any] = {
        **_heading(act, f"TBD-{DESK_SYMBOL}"),
        "request": _request(act),
        "received_at": _moment(act.case.received_at),
        "requested_at": _moment(act.at) if ground == StopGround.APPLICANT_REQUEST else None,
        "stopped_at": _moment(act.at),
        "ground": label,
        "reason": text,
        "legal_provision": provision.text,
        "how_to_complain": how_to_complain,
        "filed_by": _name(act, PartyRole.FILER),
        "received_by": BY_ITSELF if act.standing.is_party else _officer(act, Role.RECEPTIONIST, Role.HEAD),
        "is_layout_established": False,
        "notes": _notes(act, provision),
    }
    return _issue(act, event, "form_05", snapshot)


def receipt_snapshot(
    act: Act, payment: Payment, fees: Sequence[FeeDue], collecting_body: Agency, payer: Party
) -> dict[str, Any]:
    """What the receipt says besides its number, which is taken afterwards."""
    return {
        "collecting_body": {
            "name": collecting_body.name,
            "tax_code": collecting_body.tax_code or None,
            "address": collecting_body.address,
            "phone": "",
            "account": "",
        },
        "payer": _party(payer, act),
        "lines": [
            {
                "kind": fee.kind,
                "name": fee.name,
                "unit": "bản"
                if fee.rule.quantity == "copies"
                else "trang"
                if "pages" in fee.rule.quantity
                else "hồ sơ",
                "unit_price": fee.unit_price,
                "quantity": fee.quantity,
                "amount": fee.amount,
                "legal_basis": fee.legal_basis,
            }
            for fee in fees
        ],
        "total": payment.amount,
        "total_in_words": amount_in_words(payment.amount),
        "payment_method": _METHODS[PaymentMethod(payment.method)],
        "collected_at": _moment(payment.taken_at),
        "issued_at": _moment(act.at),
        "collected_by": _officer(act, Role.CASHIER, Role.RECEPTIONIST, Role.RESULT_DESK),
        "case_code": act.case.code,
        "procedure": _procedure(act),
        "replaces": None,
        "signature": None,
        "notes": _notes(act),
    }


def receipt_paper(receipt: Receipt) -> dict[str, Any]:
    """The whole snapshot of a numbered receipt, as its paper prints it."""
    series = receipt.series
    acceptance = (
        {"number": series.acceptance_number, "accepted_on": series.accepted_on.isoformat()}
        if series.acceptance_number and series.accepted_on
        else None
    )
    return {
        **receipt.snapshot,
        "form": series.form,
        "series": series.code,
        "number": receipt.number,
        "series_acceptance": acceptance,
        "check": {"url": f"{settings.PUBLIC_URL}/r/{receipt.lookup_code}", "code": receipt.lookup_code},
    }


def _issue(act: Act, event: CaseEvent, kind: paper.PaperKind, snapshot: dict[str, Any]) -> Document:
    document = decide_paper(kind, snapshot, at=act.at)
    CaseDocument.objects.create(case=act.case, event=event, document=document)
    act.owe("apps.cases.tasks.render_paper", f"paper:{document.uuid}", document=document.pk)
    return document


def _heading(act: Act, symbol: str) -> dict[str, Any]:
    agency = act.case.current_agency
    applicant = _party_in(act, PartyRole.APPLICANT)
    return {
        "number": act.case.code.rsplit("-", 1)[-1],
        "symbol": symbol,
        "issued_at": _moment(act.at),
        "desk": {
            "parent_name": agency.name,
            "name": DESK_NAME,
            "place": "Hà Nội",
            "address": agency.address,
            "phone": "",
        },
        "case_code": act.case.code,
        "applicant": _party(applicant, act),
        "procedure": _procedure(act),
        "signature": None,
    }


def _notes(act: Act, provision: Provision | None = None) -> list[str]:
    """The case's code begins with the code of the agency that received it, whoever issues the paper."""
    notes = [] if act.case.receiving_agency.is_code_established else [NOTE_AGENCY_CODE]
    is_second_hand = provision is not None and provision.certainty == Certainty.SECOND_HAND
    return [*notes, NOTE_SECOND_HAND] if is_second_hand else notes


def _moment(moment: Any) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")


def _procedure(act: Act) -> dict[str, str]:
    return {"code": act.rules.procedure.code, "name": act.rules.procedure.name}


def _request(act: Act) -> str:
    asked = answers_of(act.case.application_id).get("request_content")
    return str(asked) if asked else act.rules.procedure.name


def _party_in(act: Act, role: PartyRole) -> Party:
    return Party.objects.get(application_id=act.case.application_id, role=role, valid_to__isnull=True)


def _name(act: Act, role: PartyRole) -> str:
    return str(_party_in(act, role).particulars["name"])


_BUSINESS_NUMBERS = {
    BusinessKind.ENTERPRISE: "tax_code",
    BusinessKind.HOUSEHOLD: "household_code",
    BusinessKind.ORGANISATION: "founding_decision",
}


def _party(party: Party, act: Act) -> dict[str, str]:
    said = party.particulars
    is_business = party.is_organisation
    return {
        "name": said["name"],
        "id_kind": _BUSINESS_NUMBERS[BusinessKind(said["kind"])] if is_business else said["identity_kind"],
        "id_number": said["number"] if is_business else said["identity_number"],
        "address": said["address"],
        "phone": _reached(is_business, said["phone"], act.case.application.contact_phone),
        "email": _reached(is_business, said["email"], act.case.application.contact_email),
    }


def _reached(is_business: bool, own: str, of_filing: str) -> str:
    """A person is reached as the filing says; a business has its own number, and else the filing's."""
    return own or of_filing if is_business else of_filing or own


def _representative(act: Act) -> dict[str, str] | None:
    """The person who files for somebody else, and by what right."""
    party = party_in_role(act.case.application, PartyRole.REPRESENTATIVE)
    return {**_party(party, act), "authority_paper": party.authority} if party else None


def _components(act: Act) -> list[dict[str, Any]]:
    lines = [
        {"name": row.name, "quantity": 1, "form": "biểu mẫu điện tử"}
        for row in act.rules.components
        if row.mode == ComponentMode.FORM
    ]
    lines += [
        {
            "name": file.component.name if file.component else file.asked_item or file.attachment.filename,
            "quantity": 1,
            "form": "bản điện tử",
        }
        for file in attachments_of(act.case.application_id)
    ]
    lines += [
        {
            "name": seen.component.name,
            "quantity": max(seen.component.copies, 1),
            "form": "xuất trình" if seen.component.mode == ComponentMode.ORIGINAL_SHOWN else "bản chính",
        }
        for seen in originals_of(act.case.application_id)
    ]
    return lines


def _return_to(act: Act) -> str:
    application = act.case.application
    if application.delivery == Delivery.COUNTER:
        return f"{DESK_NAME}, {act.case.returning_agency.name}"
    if application.delivery == Delivery.POST:
        return f"Qua bưu chính: {application.delivery_address}"
    return "Bản điện tử, trong tài khoản của người nộp"


def _officer(act: Act, *roles: Role) -> dict[str, str]:
    """Who signs, with the title of the post held where the case is, or else at another agency concerned."""
    case = act.case
    places = (
        case.current_agency_id,
        case.competent_agency_id,
        case.receiving_agency_id,
        case.returning_agency_id,
    )
    held = next((role for place in places for role in roles if act.by.holds(place, role)), None)
    return {"name": act.by.name, "title": _ROLES.get(held, "") if held else ""}
