"""What the papers of a case have in common: letterhead, persons, components, who signs, and what is not established."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from apps.accounts.choices import Role
from apps.applications.choices import Delivery, PartyRole
from apps.applications.models import Party
from apps.applications.selectors import answers_of, attachments_of, originals_of, party_in_role
from apps.businesses.choices import BusinessKind
from apps.cases.choices import Certainty
from apps.cases.models import CaseDocument, CaseEvent
from apps.cases.selectors import Provision
from apps.documents import snapshots as paper
from apps.documents.actions import decide_paper
from apps.procedures.choices import ComponentMode
from apps.units.models import Agency

if TYPE_CHECKING:
    from apps.cases.actions.acting import Act

DESK_NAME = "Bộ phận Tiếp nhận và Trả kết quả"
NOTE_GROUP = "Hồ sơ thuộc thủ tục liên thông {code} ({name})."
NOTE_PREREQUISITE = "Hồ sơ dựa trên kết quả của hồ sơ {codes}."
NOTE_AGENCY_CODE = "Mã định danh cơ quan trong mã hồ sơ do hệ thống đặt, chưa đối chiếu với mã chính thức."
NOTE_SECOND_HAND = "Căn cứ pháp lý được dẫn theo nguồn thứ cấp, chưa đối chiếu với nguyên văn."
_ROLES = {
    Role.RECEPTIONIST: "Người tiếp nhận",
    Role.CASHIER: "Người thu tiền",
    Role.HANDLER: "Chuyên viên thụ lý",
    Role.HEAD: "Trưởng bộ phận",
    Role.APPROVER: "Người có thẩm quyền ký",
    Role.REGISTRAR: "Văn thư",
    Role.RESULT_DESK: "Người trả kết quả",
}


def issue(
    act: Act,
    event: CaseEvent,
    kind: paper.PaperKind,
    snapshot: dict[str, Any],
    *,
    replaces: CaseDocument | None = None,
    issuer: Agency | None = None,
) -> CaseDocument:
    """Freezes a paper, ties it to the case and owes its file. `issuer` where that is not where the case is."""
    document = decide_paper(kind, snapshot, at=act.at)
    row = CaseDocument.objects.create(
        case=act.case,
        event=event,
        document=document,
        issuer=replaces.issuer if replaces else issuer or issuing_agency(act),
        replaces=replaces,
    )
    act.owe("apps.cases.tasks.render_paper", f"paper:{document.uuid}", document=document.pk)
    return row


def letterhead(act: Act, symbol: str) -> dict[str, Any]:
    """What every form begins and ends with."""
    return {
        "number": act.case.code.rsplit("-", 1)[-1],
        "symbol": symbol,
        "issued_at": spelled(act.at),
        "desk": desk_of(issuing_agency(act)),
        "signature": None,
    }


def desk_of(agency: Agency) -> dict[str, str]:
    """The one-stop desk of an agency, in whose name its papers are issued."""
    return {
        "parent_name": agency.name,
        "name": DESK_NAME,
        "place": "Hà Nội",
        "address": agency.address,
        "phone": "",
    }


def heading(act: Act, symbol: str) -> dict[str, Any]:
    return {
        **letterhead(act, symbol),
        "case_code": act.case.code,
        "applicant": party_of(party_in(act, PartyRole.APPLICANT), act),
        "procedure": procedure_of(act),
    }


def issuing_agency(act: Act) -> Agency:
    """Where the case is; who decides it may issue a paper also while another agency does a step of it."""
    case = act.case
    if case.step_agency_id == case.current_agency_id and case.competent_agency is not None:
        is_decider = act.by.holds(case.competent_agency_id, *Role)
        return case.competent_agency if is_decider else case.current_agency
    return case.current_agency


def notes_of(act: Act, provision: Provision | None = None) -> list[str]:
    """The case's code begins with the code of the agency that received it, whoever issues the paper; of linked procedures
    the paper names the group.
    """
    notes = [] if act.case.receiving_agency.is_code_established else [NOTE_AGENCY_CODE]
    if act.asked.is_group:
        group = act.asked.procedure
        notes.insert(0, NOTE_GROUP.format(code=group.code, name=group.name))
        if waits_for := act.entries[0].data.get("waits_for"):
            notes.insert(1, NOTE_PREREQUISITE.format(codes=", ".join(waits_for)))
    is_second_hand = provision is not None and provision.certainty == Certainty.SECOND_HAND
    return [*notes, NOTE_SECOND_HAND] if is_second_hand else notes


def spelled(moment: Any) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")


def procedure_of(act: Act) -> dict[str, str]:
    return {"code": act.rules.procedure.code, "name": act.rules.procedure.name}


def request_of(act: Act) -> str:
    asked = answers_of(act.case.application_id).get("request_content")
    return str(asked) if asked else act.rules.procedure.name


def party_in(act: Act, role: PartyRole) -> Party:
    return Party.objects.get(application_id=act.case.application_id, role=role, valid_to__isnull=True)


def name_in(act: Act, role: PartyRole) -> str:
    return str(party_in(act, role).particulars["name"])


_BUSINESS_NUMBERS = {
    BusinessKind.ENTERPRISE: "tax_code",
    BusinessKind.HOUSEHOLD: "household_code",
    BusinessKind.ORGANISATION: "founding_decision",
}


def party_of(party: Party, act: Act) -> dict[str, str]:
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


def representative_of(act: Act) -> dict[str, str] | None:
    """The person who files for somebody else, and by what right."""
    party = party_in_role(act.case.application, PartyRole.REPRESENTATIVE)
    return {**party_of(party, act), "authority_paper": party.authority} if party else None


def components_of(act: Act) -> list[dict[str, Any]]:
    lines = [
        {"name": row.name, "quantity": 1, "form": "biểu mẫu điện tử"}
        for row in act.asked.components
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


def return_to(act: Act) -> str:
    application = act.case.application
    if application.delivery == Delivery.COUNTER:
        return f"{DESK_NAME}, {act.case.returning_agency.name}"
    if application.delivery == Delivery.POST:
        return f"Qua bưu chính: {application.delivery_address}"
    return "Bản điện tử, trong tài khoản của người nộp"


def officer_of(act: Act, *roles: Role) -> dict[str, str]:
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
