"""What a test begins with: people in their posts, and cases brought to a state by playing the verbs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone
from django.utils.module_loading import import_string
from PIL import Image
from pypdf import PdfWriter

from apps.accounts.actors import DELIVERY, Actor
from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.applications.actions import store_upload
from apps.applications.choices import Delivery
from apps.calendars.choices import DayAction
from apps.calendars.soundness import DayChange
from apps.calendars.working_time import DayKind
from apps.cases.actions.acting import Act, lock_case
from apps.cases.actions.calendar_change import propose_calendar_change, start_calendar_change
from apps.cases.actions.confirmation import ask_confirmation
from apps.cases.actions.decision import approve_result, propose_result, release_result
from apps.cases.actions.filing import Filing
from apps.cases.actions.handling import assign_handler
from apps.cases.actions.handover import receive_handover
from apps.cases.actions.intake import accept_intake, decline_intake
from apps.cases.actions.obligation import request_payment
from apps.cases.actions.payment import record_payment
from apps.cases.actions.refund import decide_refund, pay_refund
from apps.cases.actions.refunding import told_of
from apps.cases.actions.steps import complete_step
from apps.cases.actions.submission import submit_application
from apps.cases.actions.supplement import Item, provide_supplement, request_supplement
from apps.cases.actions.wrong_receipts import notify_receipt_error, replace_receipt
from apps.cases.choices import EventKind, Omission, Outcome
from apps.cases.models import Case, CaseFee, CaseOrder, CaseReceipt, CaseRefund
from apps.cases.policies import Standing
from apps.cases.selectors import owed_at
from apps.citizens.actions import Person
from apps.citizens.choices import VIETNAM, IdentityKind
from apps.core.administration import note_administration
from apps.core.models import OutboxRow
from apps.core.printed_codes import new_code
from apps.core.transactions import verb_transaction
from apps.interface.actors import actor_of
from apps.procedures.actions.drafting import draft_version, save_draft
from apps.procedures.actions.publishing import publish_version
from apps.procedures.choices import BorneBy, Channel, PayBefore, StepAct, VersionState
from apps.procedures.content import BASICS, document_of
from apps.procedures.forms import Kind, kind_of, visible_in
from apps.procedures.forms.reading import is_required
from apps.procedures.models import ProcedureVersion
from apps.procedures.selectors import rules_of
from apps.receipts.actions.cashiers import open_session
from apps.receipts.actions.payments import Taken, settle
from apps.receipts.actions.refunds import propose
from apps.receipts.actions.series import close_for_succession
from apps.receipts.choices import OrderOutcome, PaymentMethod, RefundGround, RefundMethod
from apps.receipts.models import ORDER_CODE_LENGTH, FeeDue, Payment, PaymentOrder, Receipt, RefundProposal
from apps.supervision.actions import ask_register
from apps.supervision.models import Register
from apps.units.models import AdministrativeUnit, Agency
from tests.factories import (
    BusinessFactory,
    CitizenFactory,
    MandateFactory,
    PostFactory,
    UserFactory,
    a_tax_code,
)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
# Monday; Tuesday the 24th is a holiday.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)

# A permit of which the original is filed, decided at the district.
PERMIT = "1.013227"
FOOD_SAFETY = "2.001827"
CIVIL_EXTRACT = "2.000635"
# A draft is confirmed by the applicant.
BIRTH = "1.001193"
# 3 working days, and 8 in all where facts are verified.
RECOGNITION = "1.001022"
HOUSEHOLD = "1.001612"

_keys = count(1)
_numbers = count(1001)


def key() -> str:
    """A request key of its own for each act."""
    return f"key-{next(_keys):08d}"


def after(start: datetime, **delta: float) -> datetime:
    return start + timedelta(**delta)


# Places and people


def ward(name: str = "Phường Phúc Xá", district: str = "") -> AdministrativeUnit:
    """A ward by name, in a district where the name repeats."""
    units = AdministrativeUnit.objects.filter(level="ward", name=name)
    return (units.filter(parent__name=district) if district else units).get()


def agency(kind: str, unit: AdministrativeUnit) -> Agency:
    return Agency.objects.select_related("unit__parent", "kind").get(kind__code=kind, unit=unit)


def ward_committee(name: str = "Phường Phúc Xá") -> Agency:
    return agency("ward_committee", ward(name))


def city_agency(kind: str) -> Agency:
    return Agency.objects.select_related("unit__parent", "kind").get(kind__code=kind)


def agency_changed(agency: Agency, **columns: Any) -> None:
    """An agency has another name, address or code by a decision, which stands in the record of administration."""
    note_administration(
        "agency", subject=f"agency:{agency.pk}", decision=DECISION, actor_id=None, at=NOW, **columns
    )
    Agency.objects.filter(pk=agency.pk).update(**columns)


def act_as(user: User) -> Actor:
    """The actor as a request would read it today."""
    return actor_of(User.objects.get(pk=user.pk), NOW.date())


def staff(at: Agency, *roles: Role) -> Actor:
    """Somebody new who holds these posts at an agency."""
    user = UserFactory(is_staff_member=True)
    for role in roles:
        PostFactory(user=user, agency=at, role=role)
    return act_as(user)


def cashier(
    desk: Agency, *, at: datetime = NOW, role: Role = Role.CASHIER, opening_balance: int = 200_000
) -> Actor:
    """Somebody new at a desk, with a drawer opened that day."""
    by = staff(desk, role)
    open_session(desk.pk, opening_balance=opening_balance, by=by, at=at, request_key=key())
    return by


def receptionist(at: Agency) -> Actor:
    return staff(at, Role.RECEPTIONIST)


def citizen(of: AdministrativeUnit | None = None, **fields: object) -> Actor:
    """A citizen with an account who lives in a ward."""
    return act_as(CitizenFactory(permanent_residence=of or ward(), **fields).user)


def representative(seat: AdministrativeUnit | None = None) -> tuple[Actor, int]:
    """A citizen who may act for a business, and the business."""
    person = CitizenFactory(permanent_residence=ward())
    business = BusinessFactory(seat=seat or ward())
    MandateFactory(citizen=person, business=business)
    return act_as(person.user), business.pk


def person_at_counter(number: int = 1, name: str = "Trần Thị Bưởi") -> Person:
    return Person(
        name=name,
        identity_kind=IdentityKind.PERSONAL_ID,
        identity_number=f"001185{number:06d}",
        identity_country=VIETNAM,
        born_on=date(1985, 3, 2),
        phone="0987654321",
        address="Số 3, ngõ 12, phố Nghĩa Dũng",
        residence_id=ward().pk,
    )


# The catalogue


DECISION = "1234/QĐ-UBND 20/11/2026"


def administrator() -> Actor:
    """Somebody who may change the catalogue."""
    return staff(city_agency("city_inspectorate"), Role.ADMINISTRATOR)


def drafted(code: str, *, by: Actor | None = None, at: datetime = NOW, **parts: Any) -> ProcedureVersion:
    """A draft copied from the newest version, or blank where there is none, with some parts saved otherwise.

    A part is given whole, or as a function that changes what is there.
    """
    by = by or administrator()
    newest = ProcedureVersion.objects.filter(procedure__code=code).order_by("-number").first()
    draft = draft_version(code, based_on=newest.number if newest else None, by=by, at=at)
    for part, said in parts.items():
        draft = saved(draft, part, said, by=by, at=at)
    return draft


def saved(
    draft: ProcedureVersion, part: str, said: Any, *, by: Actor | None = None, at: datetime = NOW
) -> ProcedureVersion:
    """The draft with one part saved."""
    if callable(said):
        stored = document_of(ProcedureVersion.objects.get(pk=draft.pk))
        change, said = said, stored if part == "basics" else stored["form_schema" if part == "form" else part]
        change(said)
        if part == "basics":
            said = {name: said[name] for name in BASICS}
    if part == "form" and "form_schema" not in said:
        said = {"form_schema": said}
    return save_draft(draft.pk, part, said, revision=draft.revision, by=by or administrator(), at=at)


def published(
    draft: ProcedureVersion, *, by: Actor | None = None, at: datetime = NOW, on: date | None = None
) -> ProcedureVersion:
    """The draft in force from a day on, by default today."""
    return publish_version(
        draft.pk,
        decision=DECISION,
        in_force_from=on or timezone.localdate(at),
        are_missing_agencies_known=False,
        revision=draft.revision,
        published_before=ProcedureVersion.objects.filter(
            procedure=draft.procedure_id, state=VersionState.PUBLISHED
        ).count(),
        by=by or administrator(),
        at=at,
    )


def new_version(code: str, *, at: datetime = NOW, on: date | None = None, **parts: Any) -> ProcedureVersion:
    """A version like the newest, with some parts changed, in force from today or from a day on."""

    def with_a_basis(fees: list[dict[str, Any]]) -> None:
        for fee in fees:
            fee["legal_basis"] = fee["legal_basis"] or "Nghị quyết thử nghiệm"

    draft = drafted(code, at=at, fee_rules=with_a_basis)
    for part, said in parts.items():
        draft = saved(draft, part, said, at=at)
    return published(draft, at=at, on=on)


# Files


def a_pdf(pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def uploaded(by: Actor, at: datetime = NOW, name: str = "giay-to.pdf") -> UUID:
    return store_upload(name, a_pdf(), by=by, at=at).uuid


def uploaded_picture(by: Actor, at: datetime = NOW) -> UUID:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return store_upload("anh.png", out.getvalue(), by=by, at=at).uuid


# Answers


def answers(procedure: str) -> dict[str, object]:
    """Answers that the version asks for, made from its own schema, the same every time."""
    from apps.procedures.selectors import rules_in_force

    return answers_to(rules_in_force(procedure, NOW.date()).version.form_schema)


def answers_to(schema: dict[str, Any]) -> dict[str, object]:
    """An answer to every question that must be answered: always, or because of the answers given before."""
    questions = schema["properties"]
    given = {name: _answer(name, questions[name]) for name in schema.get("required", [])}
    program = {"channel": Channel.ONLINE, "applicant_kind": "citizen", "filed_on": NOW.date()}
    while wanting := [
        name
        for name in sorted(visible_in(schema, given, program) - set(given))
        if is_required(name, schema, {**program, **given})
    ]:
        given[wanting[0]] = _answer(wanting[0], questions[wanting[0]])
    return given


def _answer(name: str, of: dict[str, Any]) -> object:
    match kind_of(of):
        case Kind.CHOICE:
            return of["enum"][0]
        case Kind.CHOICES:
            return of["items"]["enum"][:1]
        case Kind.NUMBER | Kind.MONEY:
            return of["minimum"]
        case Kind.YES_NO:
            return True
        case Kind.DATE:
            return "1990-05-17"
        case Kind.PERSONAL_ID:
            return "001185000777"
        case Kind.TAX_CODE:
            return a_tax_code(7)
        case Kind.PHONE:
            return "0987654321"
        case Kind.EMAIL:
            return "nguoi.khai@example.vn"
        case Kind.ADDRESS:
            return {"ward": ward().pk, "street": f"Số 1 của {name}"}
        case Kind.GROUP:
            return [answers_to(of["items"])] * max(int(of["minItems"]), 1)
    return f"Nội dung của {name}"[: of.get("maxLength", 60)]


def typed(said: Mapping[str, Any], prefix: str = "answers-") -> dict[str, Any]:
    """Answers as a browser sends them: yes and no, three boxes of a date, rows one by one, a ward by its name."""
    fields: dict[str, Any] = {}
    for name, value in said.items():
        key = f"{prefix}{name}"
        if isinstance(value, bool):
            fields[key] = "yes" if value else "no"
        elif isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            parts = zip(("year", "month", "day"), value.split("-"), strict=True)
            fields |= {f"{key}_{part}": text for part, text in parts}
        elif isinstance(value, dict):
            unit = AdministrativeUnit.objects.select_related("parent").get(pk=value["ward"])
            fields |= {f"{key}.ward": f"{unit.name}, {unit.parent.name}", f"{key}.street": value["street"]}
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            fields[key] = len(value)
            for number, row in enumerate(value):
                fields |= typed(row, f"{key}.{number}.")
        else:
            fields[key] = value
    return fields


# Registers


def register_asked(of: Agency, *, by: Actor | None = None, at: datetime = NOW, **period: Any) -> Register:
    """A register of this month until today that a worker has still to make."""
    day = timezone.localdate(at)
    asked = {"starts_on": day.replace(day=1), "ends_on": day, **period}
    return ask_register(of.pk, **asked, by=by or staff(of, Role.HEAD), at=at)


# The broker's part, played at once


def carry_out(at: datetime, *only: str) -> int:
    """Runs the tasks of all open outbox rows, as relay and workers would; returns how many rows it closed."""
    done = 0
    while rows := _open_rows(only):
        for row in rows:
            with time_machine.travel(at, tick=False):
                import_string(row.task)(row.pk)
            done += 1
    return done


def _open_rows(only: Iterable[str]) -> list[OutboxRow]:
    rows = OutboxRow.objects.filter(done_at__isnull=True, failed_at__isnull=True).order_by("id")
    if only:
        rows = rows.filter(task__regex=rf"\.({'|'.join(only)})$")
    else:
        rows = rows.exclude(task__contains="render_").exclude(task__contains="send_")
    return list(rows)


def calendar_changed(day: date, *, at: datetime = NOW) -> None:
    """A day off that an administrator of the city decided, with every case re-derived that it moves."""
    by = staff(city_agency("city_inspectorate"), Role.ADMINISTRATOR)
    off = DayChange(DayAction.ADD, day, DayKind.HOLIDAY, "Ngày nghỉ", "Day off", "99/QĐ-TTg")
    job = propose_calendar_change([off], by=by, at=at)
    start_calendar_change(job.pk, decision="2345/QĐ-UBND 23/11/2026", by=by, at=at)
    carry_out(at, "change_calendar")


# Cases


def fresh(case: Case) -> Case:
    """The case as it stands now."""
    return Case.objects.select_related(
        "application",
        "receiving_agency__unit",
        "competent_agency__unit",
        "current_agency__unit",
        "returning_agency",
    ).get(pk=case.pk)


def filed_online(
    procedure: str = CIVIL_EXTRACT, *, by: Actor | None = None, at: datetime = NOW, **filing: object
) -> Case:
    """Status 1, not yet routed."""
    by = by or citizen()
    filed = Filing(
        procedure_code=procedure,
        channel=Channel.ONLINE,
        **{
            "answers": answers(procedure),
            "connecting_unit_id": ward().pk,
            "attachments": required_uploads(procedure, by, at),
            **filing,
        },
    )
    return fresh(submit_application(filed, by=by, at=at, request_key=key()).case)


def required_uploads(procedure: str, by: Actor, at: datetime = NOW) -> dict[str, list[UUID]]:
    from apps.procedures.selectors import rules_in_force

    rules = rules_in_force(procedure, NOW.date())
    return {
        row.code: [uploaded(by, at)]
        for row in rules.components
        if row.mode == "upload" and row.is_required and not row.condition
    }


def case_at_intake(procedure: str = CIVIL_EXTRACT, *, at: datetime = NOW, **filing: object) -> Case:
    """Status 1, in the intake queue of the competent agency."""
    case = filed_online(procedure, at=at, **filing)
    carry_out(at, "route_case")
    return fresh(case)


def taken_at_counter(
    procedure: str = CIVIL_EXTRACT, *, desk: Agency | None = None, at: datetime = NOW, **filing: object
) -> Case:
    """Status 1, filed at a counter by a receptionist for the person who stands there."""
    desk = desk or ward_committee()
    by = receptionist(desk)
    from apps.procedures.selectors import rules_in_force

    rules = rules_in_force(procedure, NOW.date())
    filed = Filing(
        procedure_code=procedure,
        **{
            "channel": Channel.COUNTER,
            "answers": answers(procedure),
            "filer": person_at_counter(),
            "has_consent": True,
            "connecting_unit_id": ward().pk,
            "originals": [
                row.code for row in rules.components if row.is_required and row.mode.startswith("original")
            ],
            "attachments": required_uploads(procedure, by, at),
            "delivery": Delivery.COUNTER,
            **filing,
        },
    )
    return fresh(submit_application(filed, by=by, at=at, request_key=key()).case)


def paid(case: Case, *, at: datetime = NOW) -> Case:
    """Whatever the applicant owes is paid at the desk that holds the case."""
    owed = owed_at(case)
    if owed:
        record_payment(
            case.code,
            amount=owed,
            method="cash",
            by=cashier(case.current_agency, at=at),
            at=at,
            request_key=key(),
        )
    return fresh(case)


def declined_after_payment(*, by: Actor | None = None, at: datetime = NOW, **filing: object) -> Case:
    """Status 3: what was paid in cash is proposed to be paid back: 8.000 đ, or 700.000 đ online by an applicant."""
    filed = case_at_intake(FOOD_SAFETY, by=by, at=at, **filing) if by else taken_at_counter(at=at, **filing)
    case = paid(filed, at=at)
    decline_intake(
        case.code,
        reason="not_competent",
        text="Nộp sai nơi",
        by=receptionist(case.current_agency),
        at=at,
        request_key=key(),
    )
    return fresh(case)


def wrong_receipt(case: Case) -> Receipt:
    """The receipt in force of a case."""
    return Receipt.objects.select_related("series__collecting_body", "payment").get(
        uuid__in=CaseReceipt.objects.filter(case=case).values("receipt_id"), replaced_by__isnull=True
    )


def succeeded(body: Agency, successor: Agency | None = None, at: datetime = NOW) -> Agency:
    """A collecting body has ended, and another stands for it from now on: that one, or a ward's committee."""
    successor = successor or ward_committee("Phường Trúc Bạch")
    close_for_succession(
        body,
        successor,
        decision="1656/NQ-UBTVQH15",
        decided_on=at.date(),
        by=administrator(),
        at=at,
    )
    return successor


def answers_for(receipt: Receipt, role: Role = Role.HEAD) -> Actor:
    """Somebody new who answers for a receipt at its collecting body."""
    return staff(receipt.series.collecting_body, role)


def notified(case: Case, *, by: Actor | None = None, at: datetime = NOW, **right: str) -> Case:
    """The payer is told that a name on the receipt is wrong, or what is said."""
    receipt = wrong_receipt(case)
    notify_receipt_error(
        case.code,
        receipt=receipt.uuid,
        corrections=right or {"name": "Trần Thị Bưởi Hồng"},
        reason="Nhập nhầm tên.",
        by=by or answers_for(receipt),
        at=at,
        request_key=key(),
    )
    return fresh(case)


def replaced(case: Case, *, by: Actor | None = None, at: datetime = NOW, **right: str) -> Receipt:
    """The receipt is replaced, by default since the identity number is wrong; the one in force then."""
    receipt = wrong_receipt(case)
    replace_receipt(
        case.code,
        receipt=receipt.uuid,
        corrections=right or {"identity": "001185999999"},
        reason="Nhập nhầm số giấy tờ.",
        by=by or answers_for(receipt),
        at=at,
        request_key=key(),
    )
    return wrong_receipt(case)


def also_due(case: Case, pay_before: PayBefore) -> None:
    """5.000 đ more from the applicant, before a gate that no tariff of today names."""
    rule = rules_of(case.version_id).fee_rules[0]
    fee = FeeDue.objects.create(
        uuid=uuid4(),
        rule=rule,
        kind=rule.kind,
        name="Phí khác",
        name_en="Other fee",
        unit_price=5000,
        quantity=1,
        amount=5000,
        borne_by=BorneBy.APPLICANT,
        pay_before=pay_before,
        assessed_at=case.application.filed_at,
    )
    CaseFee.objects.create(case=case, fee=fee)


def paid_online(case: Case, amount: int, *, at: datetime = NOW) -> Payment:
    """Money that came through the gateway and settles nothing: it is proposed to be paid back."""
    body = case.competent_agency or case.receiving_agency
    order = PaymentOrder.objects.create(
        uuid=uuid4(),
        code=new_code(ORDER_CODE_LENGTH),
        collecting_body=body,
        amount=amount,
        gateway="test",
        created_at=at,
        expires_at=after(at, hours=1),
    )
    CaseOrder.objects.create(case=case, order=order)
    with verb_transaction():
        act = Act(lock_case(case.code), by=DELIVERY, at=at, standing=Standing())
        taken = Taken(PaymentMethod.ONLINE, at, reference=f"G{next(_numbers)}", order=order)
        payment = settle([], collecting_body=body, taken=taken, amount=amount)
        refund = propose(payment, ground=RefundGround.NOT_DUE, amount=amount, at=at)
        money = {"payments": [str(payment.uuid)], "receipts": [], "amount": amount, "method": "online"}
        act.record(EventKind.PAYMENT_RECORDED, data={**money, **told_of(act, [refund])})
        OutboxRow.objects.bulk_create(act.owed)
        PaymentOrder.objects.filter(pk=order.pk).update(closed_at=at, outcome=OrderOutcome.SETTLED)
    return payment


def refund_of(case: Case) -> RefundProposal:
    """The refund of a case that was opened last, as it stands."""
    refunds = RefundProposal.objects.filter(pk__in=CaseRefund.objects.filter(case=case).values("proposal"))
    return refunds.with_state().latest("pk")


def refund_decided(
    case: Case,
    method: RefundMethod | str = RefundMethod.CASH,
    *,
    is_granted: bool = True,
    by: Actor | None = None,
    at: datetime = NOW,
) -> RefundProposal:
    """The last refund of a case, decided by a head of the collecting body."""
    refund = refund_of(case)
    decide_refund(
        case.code,
        refund=refund.uuid,
        is_granted=is_granted,
        method=method if is_granted else "",
        reason="Theo quy định về hoàn trả",
        by=by or staff(refund.payment.collecting_body, Role.HEAD),
        at=at,
        request_key=key(),
    )
    return refund_of(case)


def refund_paid(case: Case, *, by: Actor | None = None, at: datetime = NOW) -> RefundProposal:
    """The last refund of a case, paid in cash at the desk that holds it, or by a transfer."""
    refund = refund_of(case)
    is_cash = refund.method == RefundMethod.CASH
    pay_refund(
        case.code,
        refund=refund.uuid,
        recipient="Trần Thị Bưởi, căn cước 001185000001" if is_cash else "",
        reference="" if is_cash else f"FT{next(_numbers)}",
        by=by
        or (
            cashier(case.current_agency, at=at, opening_balance=5_000_000)
            if is_cash
            else staff(refund.payment.collecting_body, Role.HEAD)
        ),
        at=at,
        request_key=key(),
    )
    return refund_of(case)


def accepted(case: Case, *, at: datetime = NOW) -> Case:
    """Status 2: paid, and accepted by the desk that holds it."""
    paid(case, at=at)
    accept_intake(case.code, by=receptionist(case.current_agency), at=at, request_key=key())
    return fresh(case)


def accepted_case(procedure: str = CIVIL_EXTRACT, *, at: datetime = NOW, **filing: object) -> Case:
    """Status 2 at its competent agency, filed online."""
    return accepted(case_at_intake(procedure, at=at, **filing), at=at)


def at_competent_agency(case: Case, *, at: datetime = NOW) -> Case:
    """A case accepted at a counter, routed, handed over and received where it is decided."""
    carry_out(at, "route_case")
    case = fresh(case)
    if case.current_agency_id != case.competent_agency_id:
        receive_handover(case.code, by=receptionist(case.competent_agency), at=at, request_key=key())
    return fresh(case)


def handler_of(case: Case, *, at: datetime = NOW) -> Actor:
    """A new handler who has taken the case."""
    handler = staff(case.current_agency, Role.HANDLER)
    assign_handler(case.code, handler=handler.user_id, by=handler, at=at, request_key=key())
    return handler


def assigned_case(
    procedure: str = CIVIL_EXTRACT, *, at: datetime = NOW, **filing: object
) -> tuple[Case, Actor]:
    """Status 2 with a handler."""
    case = accepted_case(procedure, at=at, **filing)
    handler = handler_of(case, at=at)
    return fresh(case), handler


def case_awaiting_supplement(
    procedure: str = CIVIL_EXTRACT, *, at: datetime = NOW, asked_at: datetime | None = None, **filing: object
) -> tuple[Case, Actor]:
    """Status 5, asked for in handling."""
    case, handler = assigned_case(procedure, at=at, **filing)
    request_supplement(
        case.code,
        items=[Item("Văn bản ủy quyền", "Chưa có chứng thực")],
        omission=Omission.APPLICANT,
        by=handler,
        at=asked_at or at,
        request_key=key(),
    )
    return fresh(case), handler


def law_says(procedure: str, **fields: Any) -> None:
    """A new version in force says something else of time."""
    limits = {name: fields.pop(name) for name in ("verified_value", "verified_unit") if name in fields}

    def of_limits(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row.update(limits)

    parts: dict[str, Any] = {"basics": lambda basics: basics.update(fields)} if fields else {}
    new_version(procedure, **parts, **({"time_limits": of_limits} if limits else {}))


def awaiting_payment(
    procedure: str = CIVIL_EXTRACT, *, at: datetime = NOW, asked_at: datetime | None = None, **filing: object
) -> tuple[Case, Actor]:
    """Status 6: the tax authority has set something."""
    case, handler = assigned_case(procedure, at=at, **filing)
    request_payment(
        case.code,
        what="Thuế trước bạ",
        authority="Chi cục Thuế quận Ba Đình",
        amount=1_500_000,
        reference="TB 12/2026",
        by=handler,
        at=asked_at or at,
        request_key=key(),
    )
    return fresh(case), handler


def awaiting_confirmation(
    procedure: str = BIRTH, *, at: datetime = NOW, asked_at: datetime | None = None, **filing: object
) -> tuple[Case, Actor]:
    """Status 4, the clock standing: the applicant has the draft."""
    case, handler = assigned_case(procedure, at=at, **filing)
    ask_confirmation(
        case.code,
        draft="Họ, chữ đệm, tên: Trần Văn Mít",
        by=handler,
        at=asked_at or at,
        request_key=key(),
    )
    return fresh(case), handler


def proposed(case: Case, handler: Actor, *, outcome: Outcome = Outcome.GRANTED, at: datetime = NOW) -> Case:
    """Status 4: every step before the proposal done, and a result proposed."""
    while rules_of(case.version_id).step(case.step).act == StepAct.COMPLETE_STEP:
        complete_step(case.code, note="", by=handler, at=at, request_key=key())
        case = fresh(case)
    propose_result(
        case.code,
        outcome=outcome,
        reason="conditions_not_met" if outcome == Outcome.REFUSED else "",
        text="Hồ sơ đủ điều kiện giải quyết theo quy định.",
        by=handler,
        at=at,
        request_key=key(),
    )
    return fresh(case)


def proposed_case(
    procedure: str = CIVIL_EXTRACT,
    *,
    outcome: Outcome = Outcome.GRANTED,
    at: datetime = NOW,
    **filing: object,
) -> tuple[Case, Actor]:
    """Status 4 with a proposal by its handler."""
    case, handler = assigned_case(procedure, at=at, **filing)
    return proposed(case, handler, outcome=outcome, at=at), handler


def approved_case(
    procedure: str = CIVIL_EXTRACT,
    *,
    outcome: Outcome = Outcome.GRANTED,
    at: datetime = NOW,
    **filing: object,
) -> Case:
    """Status 4, signed and not yet released."""
    case, _ = proposed_case(procedure, outcome=outcome, at=at, **filing)
    approve_result(case.code, by=staff(case.current_agency, Role.APPROVER), at=at, request_key=key())
    return fresh(case)


def released(case: Case, *, at: datetime = NOW, number: str = "") -> Case:
    """Status 9, under a number of its own."""
    registrar = staff(case.current_agency, Role.REGISTRAR)
    release_result(
        case.code,
        number=number or f"{next(_numbers)}/TL-UBND",
        dated_on=timezone.localdate(at),
        attachment=uploaded(registrar, at),
        by=registrar,
        at=at,
        request_key=key(),
    )
    return fresh(case)


def resolved_case(
    procedure: str = CIVIL_EXTRACT,
    *,
    outcome: Outcome = Outcome.GRANTED,
    at: datetime = NOW,
    **filing: object,
) -> Case:
    """Status 9, waiting to be handed over at a counter."""
    filing.setdefault("delivery", Delivery.COUNTER)
    return released(approved_case(procedure, outcome=outcome, at=at, **filing), at=at)


def unroutable_case(*, at: datetime = NOW) -> Case:
    """Status 1, at its receiving agency: the ward that it names ended between filing and routing."""
    case = filed_online(
        connecting_unit_id=ward("Phường Cống Vị").pk, receiving_agency_id=ward_committee().pk, at=at
    )
    AdministrativeUnit.objects.filter(pk=case.application.connecting_unit_id).update(valid_to=at.date())
    carry_out(at, "route_case")
    return fresh(case)


def filed_with_a_fee(*, at: datetime = NOW) -> Case:
    """Status 1 at the city's department, filed online by a business that owes 700.000 đ before acceptance."""
    by, business = representative()
    return case_at_intake(FOOD_SAFETY, by=by, business_id=business, at=at)


def completed_with_originals(procedure: str = PERMIT, *, at: datetime = NOW, **filing: object) -> Case:
    """Status 1, filed online; the originals were then brought to the desk of the competent agency."""
    case = case_at_intake(procedure, at=at, **filing)
    desk = receptionist(case.current_agency)
    request_supplement(
        case.code,
        items=[Item("Bản chính giấy phép", "Phải nộp bản chính")],
        omission=Omission.APPLICANT,
        by=desk,
        at=at,
        request_key=key(),
    )
    filed = [row.code for row in rules_of(case.version_id).components if row.mode == "original_filed"]
    provide_supplement(
        case.code,
        answers={},
        attachments={},
        message="",
        originals=filed,
        by=desk,
        at=at,
        request_key=key(),
    )
    return fresh(case)


def declined_with_originals(*, at: datetime = NOW, **filing: object) -> Case:
    """Status 3, and the desk still holds the originals."""
    case = completed_with_originals(at=at, **filing)
    decline_intake(
        case.code,
        reason="not_competent",
        text="Nộp sai nơi",
        by=receptionist(case.current_agency),
        at=at,
        request_key=key(),
    )
    return fresh(case)
