"""Cases on which each door can be tried: the case, who may act, what is sent to the API and what is typed on a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.applications.models import Attachment
from apps.applications.selectors import answers_of
from apps.bundles.actions import ask_day, ask_year
from apps.bundles.choices import Medium
from apps.bundles.models import Bundle
from apps.cases.actions.calendar_change import propose_calendar_change
from apps.cases.actions.control_sheet import ask_control_sheet
from apps.cases.actions.ending import request_withdrawal, stop_case
from apps.cases.actions.handover import hand_over_case
from apps.cases.choices import EventKind
from apps.cases.models import ActPaper, Case, CaseDocument, CaseReceipt, CaseResult
from apps.cases.policies import DESK
from apps.cases.tracking import secret_of
from apps.core.models import Job
from apps.documents.templatetags.papers import in_fours
from apps.procedures.choices import PayBefore
from apps.receipts.actions.day_reports import make_lists
from apps.receipts.models import CashierSession, DayReport, ReceiptSeries
from apps.supervision.actions import ask_quarter_report
from apps.supervision.models import QuarterReport, Register
from apps.supervision.series_use import Quarter
from apps.units.models import Agency
from tests import given
from tests.cases import asked, legs
from tests.cases.calendar_days import off
from tests.doors.cast import Cast

# A name that nobody else in these tests bears.
NAME = "Quách Thị Tuệ Lâm"


def filer() -> Actor:
    return given.citizen(user__full_name=NAME)


@dataclass
class Scene:
    """A case on which a verb is open to `right`, who holds the last of `roles` at the agency `at`.

    `roles` are all that would let somebody through; whoever plays a verb of their own handling has none.
    """

    case: Case
    at: Agency
    right: Actor
    roles: tuple[Role, ...] = ()
    body: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, Any] | None = None

    def cast(self) -> Cast:
        return Cast(self.case, right=self.right, at=self.at, roles=self.roles)

    def form(self) -> dict[str, Any]:
        """What is typed at the desk: what the API is sent, unless the page asks otherwise."""
        typed = self.body if self.typed is None else self.typed
        return {
            "request_key": given.key(),
            **{name: value() if callable(value) else value for name, value in typed.items()},
        }


def _open_to(case: Case, *roles: Role, at: Agency | None = None, **sent: Any) -> Scene:
    at = at or case.current_agency
    return Scene(case, at, given.staff(at, roles[-1]), roles, **sent)


def _at_intake(*roles: Role, **sent: Any) -> Scene:
    return _open_to(given.case_at_intake(by=filer()), *roles, **sent)


def _handled(procedure: str, **sent: Any) -> Scene:
    case, handler = given.assigned_case(procedure, by=filer())
    return Scene(case, case.current_agency, handler, **sent)


def accept_intake() -> Scene:
    return _at_intake(Role.RECEPTIONIST)


def decline_intake() -> Scene:
    return _at_intake(Role.RECEPTIONIST, body={"reason": "not_competent", "text": "Nộp sai nơi"})


def request_supplement() -> Scene:
    item = {"item": "Văn bản ủy quyền", "reason": "Chưa chứng thực"}
    typed = {"omission": "applicant", "item_1": item["item"], "reason_1": item["reason"]}
    return _at_intake(Role.RECEPTIONIST, body={"items": [item], "omission": "applicant"}, typed=typed)


def provide_supplement() -> Scene:
    case, _handler = given.case_awaiting_supplement(by=filer())
    answers = answers_of(case.application_id)
    typed = {
        **given.typed(answers),
        "message": "Đã bổ sung",
        "is_complete": "on",
    }
    return _open_to(case, Role.RECEPTIONIST, body={"message": "Đã bổ sung"}, typed=typed)


def request_payment() -> Scene:
    sent = {"what": "Thuế trước bạ", "authority": "Chi cục Thuế"}
    return _at_intake(Role.RECEPTIONIST, body={**sent, "amount": 1_500_000})


def fulfil_obligation() -> Scene:
    case, _handler = given.awaiting_payment(by=filer())
    return _open_to(case, Role.HANDLER, Role.HEAD, *DESK, body={"voucher": "BL 0000123"})


def ask_confirmation() -> Scene:
    return _handled(given.BIRTH, body={"draft": "Họ, chữ đệm, tên: Trần Văn Mít"})


def confirm_draft() -> Scene:
    case, _handler = given.awaiting_confirmation(by=filer())
    return _open_to(case, Role.RECEPTIONIST, body={"is_correct": True}, typed={"is_correct": "yes"})


NEW_DAY = {"until_on_day": "1", "until_on_month": "12", "until_on_year": "2026", "until_at": "17:00"}
NEW_TIME = "2026-12-01T17:00:00+07:00"


def _to_head(case: Case, said: dict[str, Any], typed: dict[str, Any] | None = None) -> Scene:
    """Time is moved and apologised for by the head, or by who signs."""
    body = {"reason": "Xác minh thêm", **said}
    return _open_to(
        case, Role.APPROVER, Role.HEAD, body=body, typed=None if typed is None else {**body, **typed}
    )


def prolong_for_verification() -> Scene:
    return _to_head(given.accepted_case(given.RECOGNITION, by=filer()), {"value": 8})


def prolong_by_agreement() -> Scene:
    given.law_says(given.CIVIL_EXTRACT, is_agreement_provided=True)
    said = {"until": NEW_TIME, "agreement": "Biên bản ngày 23/11/2026"}
    return _to_head(given.accepted_case(by=filer()), said, NEW_DAY)


def extend_deadline() -> Scene:
    return _to_head(given.accepted_case(by=filer()), {"until": NEW_TIME}, NEW_DAY)


def apologise_late() -> Scene:
    case = given.accepted_case(at=given.after(given.NOW, days=-4), by=filer())
    return _to_head(case, {})


def assign_handler() -> Scene:
    case = given.accepted_case(by=filer())
    handler = given.staff(case.current_agency, Role.HANDLER)
    typed = {"assignee": f"handler-{handler.user_id}"}
    return _open_to(case, Role.HANDLER, Role.HEAD, body={"handler": handler.user_id}, typed=typed)


def complete_step() -> Scene:
    return _handled(given.FOOD_SAFETY, body={"note": "Đã kiểm tra thực địa"})


def skip_step_() -> Scene:
    legs.three_levels()
    case = legs.received(given.accepted_case(given.HOUSEHOLD, by=filer()))
    return _open_to(case, Role.HEAD, body={"reason": "Đã xác minh trong hồ sơ trước"})


def send_back_step_() -> Scene:
    legs.three_levels()
    case = legs.received(given.accepted_case(given.HOUSEHOLD, by=filer()))
    case = legs.received(legs.verified(case, given.handler_of(case)))
    return _open_to(case, Role.HEAD, body={"reason": "Biên bản thiếu chữ ký"})


def request_opinion_() -> Scene:
    to = given.agency("ward_police", given.ward())
    sent = {"to_agency": to.pk, "hours": 8, "question": "Cư trú từ khi nào?"}
    return _open_to(given.accepted_case(by=filer()), Role.HEAD, body=sent)


def _asked(*roles: Role, at: Agency | None = None, **said: Any) -> Scene:
    case, _handler = asked.asked_case(by=filer())
    return _open_to(case, *roles, at=at, body={"number": 1, **said})


def give_opinion_() -> Scene:
    roles = (Role.HEAD, Role.APPROVER, Role.HANDLER)
    return _asked(*roles, at=asked.asked_agency(), text="Đã đăng ký năm 1990")


def remind_opinion_() -> Scene:
    return _asked(Role.HEAD)


def revoke_opinion_() -> Scene:
    return _asked(Role.HEAD, reason="Đã có trong dữ liệu")


def hand_over_case_() -> Scene:
    case = given.accepted_case(by=filer())
    to = given.agency("ward_police", case.current_agency.unit)
    sent = {"to_agency": to.pk, "reason": "Thuộc thẩm quyền công an"}
    return _open_to(case, Role.RECEPTIONIST, Role.HEAD, body=sent)


def _offered(**sent: Any) -> Scene:
    """Offered to the police of the same ward."""
    case = given.accepted_case(by=filer())
    to = given.agency("ward_police", case.current_agency.unit)
    hand_over_case(
        case.code,
        to_agency=to.pk,
        reason="Thuộc thẩm quyền công an",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    return _open_to(given.fresh(case), Role.HANDLER, Role.HEAD, Role.RECEPTIONIST, at=to, **sent)


def receive_handover() -> Scene:
    return _offered()


def return_handover() -> Scene:
    return _offered(body={"reason": "Không thuộc thẩm quyền"})


def record_payment() -> Scene:
    case = given.case_at_intake(given.FOOD_SAFETY, by=filer())
    right = given.cashier(case.current_agency, role=DESK[-1])
    return Scene(case, case.current_agency, right, DESK, body={"amount": 700_000, "method": "cash"})


def decide_refund() -> Scene:
    case = given.declined_after_payment(by=filer())
    sent = {"refund": str(given.refund_of(case).uuid), "method": "cash", "reason": "Không được tiếp nhận"}
    return _open_to(
        case,
        Role.APPROVER,
        Role.HEAD,
        body={**sent, "is_granted": True},
        typed={**sent, "is_granted": "yes"},
    )


def pay_refund() -> Scene:
    case = given.declined_after_payment(by=filer())
    refund = given.refund_decided(case)
    right = given.cashier(case.current_agency, role=DESK[-1], opening_balance=5_000_000)
    body = {"refund": str(refund.uuid), "recipient": "Người nộp hồ sơ, căn cước đã xem"}
    return Scene(case, case.current_agency, right, DESK, body=body)


def propose_result() -> Scene:
    return _handled(given.CIVIL_EXTRACT, body={"outcome": "granted", "text": "Đủ điều kiện."})


def _proposed(**sent: Any) -> Scene:
    case, _handler = given.proposed_case(by=filer())
    return _open_to(case, Role.APPROVER, **sent)


def send_back() -> Scene:
    return _proposed(body={"text": "Bổ sung căn cứ"})


def approve_result() -> Scene:
    return _proposed()


def release_result() -> Scene:
    scene = _open_to(given.approved_case(by=filer()), Role.REGISTRAR)
    scene.body = {
        "number": "15/TL-UBND",
        "dated_on": "2026-11-23",
        "attachment": str(given.uploaded(scene.right)),
    }
    scene.typed = {
        "number": "15/TL-UBND",
        "dated_on_day": "23",
        "dated_on_month": "11",
        "dated_on_year": "2026",
        "file_result": a_file,
    }
    return scene


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("ket-qua.pdf", given.a_pdf(), "application/pdf")


def hand_over_result() -> Scene:
    case = given.resolved_case(by=filer())
    sent = {"delivery": "counter", "recipient": "Người đến nhận, căn cước đã xem"}
    return _open_to(case, *DESK, at=case.returning_agency, body=sent)


def give_back_originals() -> Scene:
    """The permit was brought to the desk with a supplement, and the application was not accepted."""
    case = given.declined_with_originals(by=filer())
    return _open_to(case, *DESK, body={"recipient": "Người nộp hồ sơ, căn cước đã xem"})


def issue_secret_again() -> Scene:
    case = given.accepted_case(by=filer())
    return _open_to(case, *DESK, body={"is_identity_checked": True}, typed={"is_identity_checked": "on"})


def correct_paper() -> Scene:
    case = given.accepted_case(by=filer())
    document = str(CaseDocument.objects.get(case=case).document.uuid)
    return _open_to(case, Role.HEAD, body={"document": document, "reason": "Sai địa chỉ", "note": ""})


def notify_receipt_error() -> Scene:
    case = given.accepted_case(given.FOOD_SAFETY, by=filer())
    wrong = {"receipt": str(given.wrong_receipt(case).uuid), "reason": "Nhập nhầm"}
    return _open_to(
        case,
        Role.CASHIER,
        Role.HEAD,
        Role.APPROVER,
        body={**wrong, "corrections": {"name": "Tên đúng"}},
        typed={**wrong, "name": "Tên đúng"},
    )


def replace_receipt() -> Scene:
    case = given.accepted_case(given.FOOD_SAFETY, by=filer())
    wrong = {"receipt": str(given.wrong_receipt(case).uuid), "reason": "Nhập nhầm"}
    return _open_to(
        case,
        Role.CASHIER,
        Role.HEAD,
        Role.APPROVER,
        body={**wrong, "corrections": {"identity": "0101234567"}},
        typed={**wrong, "identity": "0101234567"},
    )


def request_withdrawal_() -> Scene:
    return _at_intake(Role.RECEPTIONIST, body={"reason": "Không còn nhu cầu"})


def _to_withdraw() -> Case:
    by = filer()
    case = given.accepted(given.case_at_intake(by=by))
    request_withdrawal(case.code, reason="Không còn nhu cầu", by=by, at=given.NOW, request_key=given.key())
    return given.fresh(case)


def decline_withdrawal() -> Scene:
    return _open_to(_to_withdraw(), Role.RECEPTIONIST, Role.HEAD, body={"reason": "Đã có quyết định"})


def stop_case_() -> Scene:
    sent = {"ground": "applicant_request", "text": "Theo đề nghị của công dân"}
    return _open_to(_to_withdraw(), Role.RECEPTIONIST, Role.HEAD, body=sent)


def undo_last() -> Scene:
    case, _handler = given.assigned_case(by=filer())
    return _open_to(case, Role.HEAD, body={"reason": "Giao nhầm người"})


def reopen_case() -> Scene:
    case = _to_withdraw()
    head = given.staff(case.current_agency, Role.HEAD)
    stopped = {"ground": "applicant_request", "text": "Theo đề nghị"}
    stop_case(case.code, **stopped, by=head, at=given.NOW, request_key=given.key())
    return _open_to(
        given.fresh(case), Role.HEAD, body={"ground": "official_error", "reason": "Dừng nhầm hồ sơ"}
    )


SCENES: dict[str, Callable[[], Scene]] = {
    "accept_intake": accept_intake,
    "decline_intake": decline_intake,
    "request_supplement": request_supplement,
    "provide_supplement": provide_supplement,
    "request_payment": request_payment,
    "fulfil_obligation": fulfil_obligation,
    "ask_confirmation": ask_confirmation,
    "confirm_draft": confirm_draft,
    "prolong_for_verification": prolong_for_verification,
    "prolong_by_agreement": prolong_by_agreement,
    "extend_deadline": extend_deadline,
    "apologise_late": apologise_late,
    "assign_handler": assign_handler,
    "complete_step": complete_step,
    "skip_step": skip_step_,
    "send_back_step": send_back_step_,
    "request_opinion": request_opinion_,
    "give_opinion": give_opinion_,
    "remind_opinion": remind_opinion_,
    "revoke_opinion": revoke_opinion_,
    "hand_over_case": hand_over_case_,
    "receive_handover": receive_handover,
    "return_handover": return_handover,
    "record_payment": record_payment,
    "decide_refund": decide_refund,
    "pay_refund": pay_refund,
    "propose_result": propose_result,
    "send_back": send_back,
    "approve_result": approve_result,
    "release_result": release_result,
    "hand_over_result": hand_over_result,
    "give_back_originals": give_back_originals,
    "issue_secret_again": issue_secret_again,
    "correct_paper": correct_paper,
    "notify_receipt_error": notify_receipt_error,
    "replace_receipt": replace_receipt,
    "request_withdrawal": request_withdrawal_,
    "decline_withdrawal": decline_withdrawal,
    "stop_case": stop_case_,
    "undo_last": undo_last,
    "reopen_case": reopen_case,
}


# Cases to read and to write beside


def finished() -> Scene:
    """Filed in a ward, decided by the city, its result released: with a paper, a receipt, a result, an attachment.

    The city's agency has a register, a list to the tax authority, the paper of a quarter, and has printed the receipts of the
    day; the applicant has put theirs together.
    """
    case = given.resolved_case(given.FOOD_SAFETY, by=filer())
    at = case.competent_agency
    done = case.events.filter(kind=EventKind.STEP_COMPLETED).first()
    record = Attachment.objects.get(uuid=given.uploaded(given.staff(at, Role.HANDLER)))
    ActPaper.objects.create(case=case, event=done, attachment=record)
    given.register_asked(at)
    make_lists(given.NOW.date(), at=given.NOW)
    ask_quarter_report(at.pk, Quarter(2026, 4), by=given.staff(at, Role.HEAD), at=given.NOW)
    made = ("paper", "receipt", "register", "day_report", "quarter_report")
    given.carry_out(given.NOW, *(f"render_{each}" for each in made))
    right = given.staff(at, Role.RECEPTIONIST, Role.HEAD)
    ask_year(2026, Medium.ZIP, by=given.act_as(case.application.filed_by), at=given.NOW)
    ask_day(at.pk, given.NOW.date(), by=right, at=given.NOW)
    given.carry_out(given.NOW, "make_part", "bind_parts")
    return Scene(case, at, right, (Role.RECEPTIONIST, Role.HEAD))


def at_intake() -> Scene:
    """At intake in the ward where it was filed, its fee paid there."""
    scene = _at_intake(Role.RECEPTIONIST)
    given.also_due(scene.case, PayBefore.HAND_OVER)
    scene.case = given.paid(scene.case)
    return scene


def calendar_proposal() -> Job:
    """A change of the calendar that waits for its decision and moves nobody."""
    by = given.staff(given.city_agency("city_inspectorate"), Role.ADMINISTRATOR)
    return propose_calendar_change([off(date(2027, 3, 3))], by=by, at=given.NOW)


def open_drawer(case: Case) -> UUID:
    """A drawer at the desk of the agency that decides the case, of somebody who is not of the cast."""
    standing = CashierSession.objects.filter(desk=case.competent_agency, payments__isnull=True).first()
    if standing is None:
        cashier = given.cashier(case.competent_agency)
        standing = CashierSession.objects.get(cashier_id=cashier.user_id)
    return standing.uuid


def series_in_addresses(case: Case) -> dict[str, Any]:
    """A series of the body that decides the case."""
    series = ReceiptSeries.objects.get(
        collecting_body=case.competent_agency or case.current_agency, form="EBL01"
    )
    return {
        "agency": series.collecting_body_id,
        "agency_id": series.collecting_body_id,
        "series": series.pk,
        "series_id": series.pk,
    }


def names_in_addresses(case: Case) -> dict[str, Any]:
    """What stands in an address: by the word before it, or by its own name."""
    files: dict[str, Any] = {}
    session = open_drawer(case)
    if CaseResult.objects.filter(case=case).exists():
        receipt = CaseReceipt.objects.get(case=case).receipt
        document = CaseDocument.objects.get(case=case).document
        paper = document.uuid
        files = {
            "check_code": document.check_code,
            "register": Register.objects.get().pk,
            "quarter": QuarterReport.objects.get().pk,
            "report": DayReport.objects.get(collecting_body=receipt.series.collecting_body).uuid,
            "files": Bundle.objects.get(of="year").uuid,
            "receipt-bundles": Bundle.objects.get(of="year").uuid,
            "printed": Bundle.objects.get(of="day").uuid,
            "medium": "pdf",
            "papers": paper,
            "documents": paper,
            "receipts": receipt.uuid,
            "lookup": receipt.lookup_code,
            "lookup_code": receipt.lookup_code,
            "results": CaseResult.objects.get(case=case).pk,
            "attachments": case.application.revisions.get().attachments.get().attachment.uuid,
        }
    else:
        by = given.receptionist(case.current_agency)
        sheet = ask_control_sheet(case.code, by=by, at=given.NOW)
        # Nothing was receipted: no list is there.
        files = {"check_code": sheet.document.check_code, "report": uuid4(), "act": "send-again"}
    return {
        "session": session,
        "cases": case.code,
        "order": "NOSUCHORDER2",
        "orders": "NOSUCHORDER2",
        "gateway": "city",
        "track": case.code,
        "procedures": given.HOUSEHOLD,
        "take-application": given.CIVIL_EXTRACT,
        "units": given.ward().pk,
        "unit": given.ward().code,
        "list_name": "overdue",
        "act-papers": getattr(case.act_papers.first(), "event", case.events.first()).sequence,
        "pools": 1,
        **series_in_addresses(case),
        "verb": "reopen-case",
        "versions": case.version_id,
        "parts": "steps",
        "lists": "sections",
        "questions": "request_content",
        "moves": 1,
        "proposed": 1,
        "statement-jobs": 1,
        "uuid": UUID(int=1),
        "pk": 1,
        "body": 1,
        "on": "2026-11-23",
        "subject": "line:1",
        "account": 1,
        "imports": 1,
        "kind": "accepted",
        "number": 1,
        "calendar": calendar_proposal().pk,
        **files,
    }


def secrets_of(case: Case) -> tuple[str, str]:
    """The tracking secret, as it is and as papers print it."""
    secret = secret_of(case.code, case.tracking_generation)
    return secret, in_fours(secret)
