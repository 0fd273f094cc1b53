"""Drawers as their cashiers, and who answers for them, see them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import ExpressionWrapper, F, IntegerField, Prefetch, QuerySet, Value

from apps.accounts.actors import Actor
from apps.receipts.errors import SessionUnknown
from apps.receipts.models import CashierSession, CashMovement, Payment, Receipt, Refund
from apps.receipts.policies import drawers_in_sight


def sessions_seen(*, seen_by: Actor) -> QuerySet[CashierSession]:
    """A cashier's own sessions at desks where they still stand, and all of desks whose agency the actor answers for."""
    return CashierSession.objects.filter(drawers_in_sight(seen_by)).select_related(
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
