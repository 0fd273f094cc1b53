"""Handling: a case is given to a handler, or to a pool of them from which one takes it."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.accounts.models import Pool, User
from apps.accounts.selectors import is_handler_at
from apps.businesses.selectors import businesses_of
from apps.cases.actions.acting import acting
from apps.cases.choices import EventKind
from apps.cases.errors import AlreadyAssigned, AssigneeMissing, NotAHandler, NotYours, PoolUnknown
from apps.cases.models import Case, CaseEvent
from apps.cases.policies import can_assign_others
from apps.cases.selectors import standing_of


def assign_handler(
    code: str,
    *,
    handler: int | None = None,
    pool: int | None = None,
    by: Actor,
    at: datetime,
    request_key: str,
) -> CaseEvent:
    """Gives the case to a handler of the agency, or to one of its pools, whose members may take it.

    A handler may take for themselves a case that nobody has; from a pool only its members. Raises AssigneeMissing,
    AlreadyAssigned, NotAHandler, PoolUnknown, NotYours, and what all verbs raise.
    """
    body = {"handler": handler, "pool": pool}
    with acting("assign_handler", code, by=by, at=at, request_key=request_key, body=body) as act:
        case, day = act.case, timezone.localdate(act.at)
        if handler is not None and pool is not None:
            raise AssigneeMissing(field="handler")
        if handler != by.user_id and not can_assign_others(case, by):
            raise NotYours()
        if pool is not None:
            found = Pool.objects.valid_on(day).filter(pk=pool, agency_id=case.current_agency_id).first()
            if found is None:
                raise PoolUnknown(field="pool")
            if case.pool_id == pool:
                raise AlreadyAssigned(handler=found.name)
        elif handler is None:
            raise AssigneeMissing(field="handler")
        elif case.handler_id == handler:
            raise AlreadyAssigned(handler=User.objects.get(pk=handler).full_name)
        elif not is_handler_at(handler, case.current_agency_id, day) or _is_party(case, handler, day):
            raise NotAHandler(field="handler")
        return act.record(EventKind.HANDLER_ASSIGNED, changes={"handler_id": handler, "pool_id": pool})


def _is_party(case: Case, user_id: int, day: date) -> bool:
    """Whether a member of staff is a party to the case today, and so could do nothing to it.

    Who acts for a business is one while the mandate lasts; whoever filed for it is one for good.
    """
    citizen_id, business_ids = businesses_of(user_id, day)
    person = Actor(user_id=user_id, name="", citizen_id=citizen_id, business_ids=business_ids)
    return standing_of(case, person).is_party
