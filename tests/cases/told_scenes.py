"""For each kind of notice, a case whose last act the applicant is told of, reached by playing the verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from apps.accounts.choices import Role
from apps.applications.choices import Delivery
from apps.cases.actions.correcting import correct_paper
from apps.cases.actions.decision import hand_over_result
from apps.cases.actions.ending import decline_withdrawal, request_withdrawal, stop_case
from apps.cases.actions.extension import apologise_late, extend_deadline
from apps.cases.actions.intake import decline_intake
from apps.cases.actions.mending import reopen_case, undo_last
from apps.cases.actions.moving import propose_move, start_move
from apps.cases.actions.obligation import fulfil_obligation
from apps.cases.actions.prolongation import prolong_for_verification
from apps.cases.actions.supplement import Item, provide_supplement, request_supplement
from apps.cases.actions.tracking import issue_secret_again
from apps.cases.choices import Omission, Outcome
from apps.cases.models import Case, CaseDocument
from apps.cases.periodic import watch
from tests import given

NAME = "Nguyễn Văn Khuất"


def filer():
    return given.citizen(user__full_name=NAME)


def head_of(case: Case):
    return given.staff(case.current_agency, Role.HEAD)


def submitted(**filing: object) -> Case:
    return given.filed_online(given.FOOD_SAFETY, by=filer(), **filing)


def accepted(**filing: object) -> Case:
    return given.accepted_case(by=filer(), **filing)


def declined(**filing: object) -> Case:
    case = given.case_at_intake(by=filer(), **filing)
    decline_intake(
        case.code,
        reason="papers_missing",
        text="Thiếu bản chính giấy khai sinh.",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def supplement_requested(omission: Omission = Omission.APPLICANT, **filing: object) -> Case:
    case = given.case_at_intake(by=filer(), **filing)
    request_supplement(
        case.code,
        items=[Item("Văn bản ủy quyền", "Chưa có chứng thực"), Item("Ảnh thẻ", "Mờ")],
        omission=omission,
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def withdrawal_declined(**filing: object) -> Case:
    by = filer()
    case = given.accepted_case(by=by, **filing)
    request_withdrawal(case.code, reason="Không còn nhu cầu", by=by, at=given.NOW, request_key=given.key())
    decline_withdrawal(
        case.code, reason="Đã có quyết định.", by=head_of(case), at=given.NOW, request_key=given.key()
    )
    return case


def stopped(**filing: object) -> Case:
    case, _handler = given.proposed_case(by=filer(), **filing)
    stop_case(
        case.code,
        ground="ruling",
        text="Theo quyết định của Tòa án.",
        by=head_of(case),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def withdrawn(**filing: object) -> Case:
    by = filer()
    case = given.filed_online(by=by, **filing)
    request_withdrawal(case.code, reason="Không còn nhu cầu", by=by, at=given.NOW, request_key=given.key())
    return case


def reopened(ground: str = "official_error", **filing: object) -> Case:
    case = declined(**filing)
    reopen_case(
        case.code,
        ground=ground,
        reason="Giấy khai sinh đã có trong hồ sơ.",
        by=head_of(case),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def released(outcome: Outcome = Outcome.GRANTED, **filing: object) -> Case:
    return given.resolved_case(by=filer(), outcome=outcome, **filing)


def handed_over(delivery: Delivery = Delivery.COUNTER, **filing: object) -> Case:
    case = released(**filing)
    hand_over_result(
        case.code,
        delivery=delivery,
        recipient=f"{NAME}, 001185000001",
        by=given.receptionist(case.returning_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def secret_issued_again(**filing: object) -> Case:
    case = given.accepted_case(by=filer(), **filing)
    issue_secret_again(
        case.code,
        is_identity_checked=True,
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def payment_requested(**filing: object) -> Case:
    return given.awaiting_payment(by=filer(), **filing)[0]


def confirmation_asked(**filing: object) -> Case:
    return given.awaiting_confirmation(by=filer(), **filing)[0]


def reminded(**filing: object) -> Case:
    """Two working days before the end of a window that this version has for this test."""
    given.law_says(given.CIVIL_EXTRACT, payment_window=5, payment_window_unit="day")
    case = payment_requested(**filing)
    at = given.NOW + timedelta(days=3)
    watch(at)
    given.carry_out(at, "remind_applicant")
    return case


def extended(**filing: object) -> Case:
    case = given.accepted_case(by=filer(), **filing)
    new = given.NOW + timedelta(days=3)
    extend_deadline(
        case.code, until=new, reason="Mất điện.", by=head_of(case), at=given.NOW, request_key=given.key()
    )
    return case


def late(**filing: object) -> Case:
    case = given.accepted_case(by=filer(), **filing)
    at, likely = given.NOW + timedelta(days=2), given.NOW + timedelta(days=3)
    apologise_late(case.code, expected=likely, reason="Ốm.", by=head_of(case), at=at, request_key=given.key())
    return case


def prolonged(**filing: object) -> Case:
    case = given.accepted_case(given.RECOGNITION, by=filer(), **filing)
    prolong_for_verification(
        case.code, value=8, reason="Xác minh.", by=head_of(case), at=given.NOW, request_key=given.key()
    )
    return case


def due_times_rederived(**filing: object) -> Case:
    case = given.accepted_case("1.004873", by=filer(), **filing)
    given.calendar_changed(date(2026, 11, 25))
    return case


def version_changed(**filing: object) -> Case:
    case = given.accepted_case("1.001612", by=filer(), **filing)

    def longer(limits: list[dict[str, object]]) -> None:
        limits[0] |= {"value": 7, "unit": "working_day", "is_established": True}

    by = given.administrator()
    job = propose_move(given.new_version("1.001612", time_limits=longer).pk, by=by, at=given.NOW)
    start_move(job.pk, decision=given.DECISION, by=by, at=given.NOW)
    given.carry_out(given.NOW, "move_cases")
    return case


def supplement_provided(**filing: object) -> Case:
    case, _handler = given.case_awaiting_supplement(by=filer(), **filing)
    provide_supplement(
        case.code,
        answers={},
        attachments={},
        message="Đã bổ sung",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def obligation_fulfilled(**filing: object) -> Case:
    case, handler = given.awaiting_payment(by=filer(), **filing)
    fulfil_obligation(case.code, voucher="BL 0000123", by=handler, at=given.NOW, request_key=given.key())
    return case


def in_progress(**filing: object) -> Case:
    """The first act of its handler is the proposal."""
    return given.proposed_case(by=filer(), **filing)[0]


def set_back(**filing: object) -> Case:
    case = in_progress(**filing)
    undo_last(
        case.code, reason="Nhầm hồ sơ", by=head_of(given.fresh(case)), at=given.NOW, request_key=given.key()
    )
    return case


def withdrawal_requested(**filing: object) -> Case:
    by = filer()
    case = given.accepted_case(by=by, **filing)
    request_withdrawal(case.code, reason="Không còn nhu cầu", by=by, at=given.NOW, request_key=given.key())
    return case


def paper_corrected(**filing: object) -> Case:
    case = given.accepted_case(by=filer(), **filing)
    correct_paper(
        case.code,
        document=CaseDocument.objects.get(case=case).document.uuid,
        reason="Ghi sai địa chỉ của cơ quan.",
        by=head_of(case),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def refund_decided(**filing: object) -> Case:
    case = given.declined_after_payment(by=filer(), **filing)
    given.refund_decided(case)
    return case


def refund_paid(**filing: object) -> Case:
    case = refund_decided(**filing)
    given.refund_paid(case)
    return case


def receipt_noticed(**filing: object) -> Case:
    return given.notified(given.accepted_case(given.FOOD_SAFETY, by=filer(), **filing))


def receipt_replaced(**filing: object) -> Case:
    case = given.accepted_case(given.FOOD_SAFETY, by=filer(), **filing)
    given.replaced(case)
    return case


# For each kind of notice, the acts that lead to it.
SCENES: dict[str, Callable[..., Case]] = {
    "submitted": submitted,
    "accepted": accepted,
    "declined": declined,
    "supplement_requested": supplement_requested,
    "withdrawal_declined": withdrawal_declined,
    "stopped": stopped,
    "reopened": reopened,
    "released": released,
    "handed_over": handed_over,
    "secret_issued_again": secret_issued_again,
    "refund_decided": refund_decided,
    "refund_paid": refund_paid,
    "paper_corrected": paper_corrected,
    "receipt_noticed": receipt_noticed,
    "receipt_replaced": receipt_replaced,
    "payment_requested": payment_requested,
    "confirmation_asked": confirmation_asked,
    "reminded": reminded,
    "extended": extended,
    "late": late,
    "prolonged": prolonged,
    "due_times_rederived": due_times_rederived,
    "version_changed": version_changed,
    "supplement_provided": supplement_provided,
    "obligation_fulfilled": obligation_fulfilled,
    "in_progress": in_progress,
    "set_back": set_back,
    "withdrawal_requested": withdrawal_requested,
}
