"""What may be asked of receipts, accounts and drawers. Anybody who holds a receipt may ask whether it is ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import ExpressionWrapper, F, IntegerField, Prefetch, Q, QuerySet, Value

from apps.accounts.actors import Actor
from apps.calendars.selectors import with_latest_calendar, working_calendar
from apps.calendars.working_time import Limit, Unit, due_at
from apps.core.printed_codes import as_stored, can_be_code
from apps.receipts.choices import ReceiptState
from apps.receipts.errors import ReceiptUnknown, SessionUnknown
from apps.receipts.models import (
    LOOKUP_CODE_LENGTH,
    CashierSession,
    CashMovement,
    CollectionAccount,
    DayReport,
    DayReportLine,
    Payment,
    Receipt,
    Refund,
)
from apps.receipts.policies import ANSWER_FOR_MONEY, TAKE_MONEY
from apps.units.models import Agency

# Longer than this a receipt is not left unsigned without an alarm.
SIGNED_WITHIN = Limit(1, Unit.WORKING_HOUR)


def receipt_by_lookup(code: str) -> Receipt:
    """The receipt with the code that is printed on it, spaces and hyphens dropped. Raises ReceiptUnknown."""
    spelled = as_stored(code)
    receipt = (
        Receipt.objects.select_related(
            "series__collecting_body", "paper__document__file", "paper__document__data"
        )
        .filter(lookup_code=spelled)
        .first()
        if can_be_code(spelled, LOOKUP_CODE_LENGTH)
        else None
    )
    if receipt is None:
        raise ReceiptUnknown(field="lookup_code")
    return receipt


def state_of(receipt: Receipt) -> ReceiptState:
    """How a receipt stands: numbered and not signed yet, or signed and so available."""
    return ReceiptState.AVAILABLE if hasattr(receipt, "paper") else ReceiptState.BEING_SIGNED


def is_trial(receipt: Receipt) -> bool:
    """Whether it has no value as a receipt: not signed yet, or signed by a test authority."""
    if state_of(receipt) == ReceiptState.BEING_SIGNED:
        return True
    return bool(receipt.paper.document.snapshot["signature"]["is_test"])


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A receipt that should have been signed by `due_at`, and when its alarm was raised; None until the next tick."""

    receipt: Receipt
    due_at: datetime
    raised_at: datetime | None


def unsigned_receipts(at: datetime) -> list[Unsigned]:
    """Receipts that are not signed although a working hour of their collecting body has passed since, the oldest first.

    In as many queries for one as for all. For whoever answers for the money: it tells which body, and names nobody.
    """
    # By their ids alone, which indexes hold; a working hour is never shorter than an hour.
    unsigned = list(Receipt.objects.filter(paper__isnull=True).values_list("pk", flat=True))
    receipts = (
        Receipt.objects.filter(pk__in=unsigned, issued_at__lt=at - timedelta(hours=1))
        .select_related("series__collecting_body", "alarm")
        .defer("snapshot")
        .order_by("issued_at", "id")
    )
    bodies = {receipt.series.collecting_body_id for receipt in receipts}
    agencies: Iterable[Any] = with_latest_calendar(Agency.objects.filter(pk__in=bodies))
    calendars = {agency.pk: agency.calendar_version for agency in agencies}
    found = []
    for receipt in receipts:
        calendar = working_calendar(calendars[receipt.series.collecting_body_id])
        due = due_at(calendar, receipt.issued_at, SIGNED_WITHIN)
        if due < at:
            found.append(
                Unsigned(receipt, due, receipt.alarm.raised_at if hasattr(receipt, "alarm") else None)
            )
    return found


def account_of(body: Agency, day: date) -> CollectionAccount | None:
    """The account into which a body collects on a day; None where none is known."""
    return CollectionAccount.objects.valid_on(day).filter(agency=body).first()


def sessions_seen(*, seen_by: Actor) -> QuerySet[CashierSession]:
    """A cashier's own sessions at desks where they still stand, and all of desks whose agency the actor answers for."""
    own = Q(cashier_id=seen_by.user_id, desk__in=seen_by.agencies_with(*TAKE_MONEY))
    answered_for = Q(desk__in=seen_by.agencies_with(*ANSWER_FOR_MONEY))
    return CashierSession.objects.filter(own | answered_for).select_related(
        "desk", "cashier", "closed_by", "acknowledged__by"
    )


def session_seen(uuid: UUID, *, seen_by: Actor) -> CashierSession:
    """Raises SessionUnknown."""
    session = sessions_seen(seen_by=seen_by).filter(uuid=uuid).first()
    if session is None:
        raise SessionUnknown(field="session")
    return session


def open_session_of(actor: Actor) -> CashierSession | None:
    """The drawer that the actor has open."""
    return sessions_seen(seen_by=actor).filter(cashier_id=actor.user_id, closed_at__isnull=True).first()


def last_session_of(actor: Actor) -> CashierSession | None:
    """The drawer that the actor closed last: what was in it is likely to be in the next one."""
    closed = sessions_seen(seen_by=actor).filter(cashier_id=actor.user_id, closed_at__isnull=False)
    return closed.order_by("-closed_at").first()


def newest_first(sessions: QuerySet[CashierSession]) -> QuerySet[CashierSession]:
    """In the order of `newest`, a number that grows that way, for pages."""
    newest = ExpressionWrapper(Value(999_999_999) - F("id"), output_field=IntegerField())
    return sessions.annotate(newest=newest).order_by("newest")


def with_difference(sessions: QuerySet[CashierSession]) -> QuerySet[CashierSession]:
    """Those whose count differs and that nobody has acknowledged."""
    return sessions.exclude(expected_cash=F("counted_cash"), expected_cards=F("counted_cards")).filter(
        closed_at__isnull=False, acknowledged__isnull=True
    )


def payments_of_session(session: CashierSession) -> list[Payment]:
    """What was taken in a session, in its order, each payment with its receipts: the one in force comes last."""
    receipts = Receipt.objects.select_related("series").order_by("id")
    return list(
        session.payments.select_related("collecting_body")
        .prefetch_related(Prefetch("receipts", receipts))
        .order_by("taken_at", "id")
    )


def movements_of_session(session: CashierSession) -> list[CashMovement]:
    return list(session.movements.order_by("at", "id"))


def refunds_of_session(session: CashierSession) -> list[Refund]:
    """What was paid back out of a drawer, each with the payment that it came from."""
    return list(session.refunds.select_related("proposal__payment").order_by("paid_at", "id"))


def lines_telling(receipt: Receipt) -> list[DayReportLine]:
    """The lines of day's lists that told the tax authority of a receipt, each with its list."""
    return list(receipt.report_lines.select_related("report").order_by("pk"))


def lists_of_day(body_id: int, day: date) -> list[DayReport]:
    """The lists of a body for a day, its parts in order."""
    return list(DayReport.objects.filter(collecting_body=body_id, day=day).order_by("part"))
