"""One district as its supervisor sees it: its figures and lists, and cases moved about in it."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.cases.actions.ending import request_withdrawal
from apps.cases.actions.handover import hand_over_case, receive_handover
from apps.cases.models import Case
from apps.supervision.choices import Holder, ListName, Spans
from apps.supervision.lists import District
from apps.supervision.selectors import (
    Figure,
    as_listed,
    district_seen,
    figures_of,
    listed,
)
from apps.units.models import Agency
from tests import given

NOW = given.NOW


def supervisor() -> Actor:
    return given.staff(given.agency("district_committee", given.ward().parent), Role.SUPERVISOR)


def seen(at: datetime, spans: Spans | None = None) -> District:
    return district_seen(given.ward().parent, seen_by=supervisor(), at=at, spans=spans)


def figure(name: ListName, at: datetime, of: str = "Phường Phúc Xá", spans: Spans | None = None) -> Figure:
    """One figure of one ward, or of the district's own or other agencies."""
    rows = figures_of(seen(at, spans))
    if of in Holder.values:
        return next(row for row in rows if row.holder == of).by_list[name]
    code = given.ward(of).code
    return next(row for row in rows if row.unit_code == code).by_list[name]


def codes(name: ListName, at: datetime, of: str = "Phường Phúc Xá", spans: Spans | None = None) -> list[str]:
    district = seen(at, spans)
    unit = district.unit if of in Holder.values else given.ward(of)
    holder = Holder(of) if of in Holder.values else Holder.WHOLE
    rows = listed(name, district, unit, holder).order_by("since", "id")
    return [row.code for row in as_listed(list(rows), name)]


def in_list(
    name: ListName,
    case: Case,
    at: datetime,
    of: str = "Phường Phúc Xá",
    spans: Spans | None = None,
) -> bool:
    """Whether the case is counted and listed; the two may never differ."""
    listed_here = codes(name, at, of, spans)
    assert figure(name, at, of, spans).count == len(listed_here)
    return case.code in listed_here


def moved(case: Case, to: Agency, at: datetime, *, received: bool = True) -> Case:
    """The case offered by the head of the agency that holds it, and received there."""
    head = given.staff(case.current_agency, Role.HEAD)
    hand_over_case(
        case.code, to_agency=to.pk, reason="Sai thẩm quyền", by=head, at=at, request_key=given.key()
    )
    if received:
        receive_handover(case.code, by=given.receptionist(to), at=at, request_key=given.key())
    return given.fresh(case)


def withdrawn(case: Case, at: datetime = NOW) -> Case:
    request_withdrawal(
        case.code,
        reason="Không cần nữa",
        by=given.act_as(case.application.filed_by),
        at=at,
        request_key=given.key(),
    )
    return given.fresh(case)
