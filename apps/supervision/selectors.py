"""What a supervisor sees of a district: lists over its wards and its own agencies, each with count and oldest.

A case is in sight when the district or a ward below received it or decides it; `lists` says whose time each list counts.
Whoever supervises acts on nothing: this module only reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, DateTimeField, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.translation import get_language

from apps.accounts.actors import Actor
from apps.calendars.models import CalendarVersion
from apps.calendars.selectors import working_calendar
from apps.cases.choices import (
    DeclineReason,
    EventKind,
    ReopenGround,
    Status,
    StopGround,
    UnroutableReason,
)
from apps.cases.errors import CaseUnknown
from apps.cases.history import read_entry
from apps.cases.models import Case, CaseEvent
from apps.cases.policies import can_supervise
from apps.cases.selectors import SeenCase, case_seen_by
from apps.procedures.models import Step
from apps.supervision.choices import Holder, ListName, Spans
from apps.supervision.errors import DistrictUnknown, NoSupervision
from apps.supervision.lists import SOON, District, held_now, held_when, open_cases, ran_out, rows_of
from apps.supervision.policies import can_see_district, districts_overseen, oversees, oversees_city
from apps.units.choices import Level
from apps.units.models import AdministrativeUnit, Agency


@dataclass(frozen=True, slots=True)
class Figure:
    """How many a list holds and since when the oldest."""

    count: int = 0
    oldest: datetime | None = None

    def with_other(self, other: Figure) -> Figure:
        """Both together."""
        moments = [moment for moment in (self.oldest, other.oldest) if moment is not None]
        return Figure(self.count + other.count, min(moments, default=None))


@dataclass(frozen=True, slots=True)
class Figures:
    """Every list of one ward, of the district's own agencies, or of agencies elsewhere."""

    title: str
    unit_code: str
    holder: Holder
    by_list: dict[ListName, Figure]


# Lists that name the step, and lists of which the moment is a due time.
_WITH_STEP = frozenset({ListName.STEP_LATE, ListName.OVERDUE, ListName.DUE_SOON, ListName.LATE_AT_INTAKE})
_OF_DUE_TIMES = _WITH_STEP | {
    ListName.HANDOVER_NOT_RECEIVED,
    ListName.OPINION_NOT_GIVEN,
    ListName.RESULT_NOT_ACKNOWLEDGED,
    ListName.EXTENDED,
}


@dataclass(frozen=True, slots=True)
class ListedCase:
    """One row of a list: the case without personal data, since when, whose, and why."""

    code: str
    procedure: str
    status: int
    agency: str
    since: datetime
    reason: str
    is_reason_established: bool
    is_since_established: bool


def districts_of(*, seen_by: Actor, day: date) -> list[AdministrativeUnit]:
    """The districts that the actor supervises: an inspector's are all. Raises NoSupervision."""
    if not oversees(seen_by):
        raise NoSupervision()
    districts = AdministrativeUnit.objects.valid_on(day).filter(level=Level.DISTRICT)
    if not oversees_city(seen_by):
        districts = districts.filter(pk__in=districts_overseen(seen_by))
    return list(districts.order_by("code", "id"))


def district_seen(
    unit: AdministrativeUnit, *, seen_by: Actor, at: datetime, spans: Spans | None = None
) -> District:
    """A district with its agencies and what “soon” means for each of their calendars. Raises DistrictUnknown."""
    if not can_see_district(unit, seen_by):
        raise DistrictUnknown(field="district")
    newest = CalendarVersion.objects.filter(calendar__code=OuterRef("calendar_code"), agency__isnull=True)
    rows = (
        Agency.objects.filter(Q(unit=unit) | Q(unit__parent=unit))
        .annotate(calendar_version=Subquery(newest.order_by("-number").values("id")[:1]))
        .select_related("unit")
        .order_by("unit__code", "id")
    )
    agencies: dict[int, int] = {}
    wards: dict[int, AdministrativeUnit] = {}
    calendars: dict[str, int] = {}
    for agency in rows:
        agencies[agency.pk] = agency.unit_id
        calendars[agency.calendar_code] = agency.calendar_version
        if agency.unit_id != unit.pk:
            wards[agency.unit_id] = agency.unit
    soon = {code: working_calendar(version).add_working(at, SOON) for code, version in calendars.items()}
    return District(unit, tuple(wards.values()), agencies, at, spans or Spans(), soon)


def place_seen(
    code: str, *, seen_by: Actor, at: datetime, spans: Spans | None = None
) -> tuple[District, AdministrativeUnit]:
    """The district and the unit with this code, today's or else the last: the district itself or a ward.

    Raises DistrictUnknown, NoSupervision.
    """
    if not oversees(seen_by):
        raise NoSupervision()
    unit = (
        AdministrativeUnit.objects.select_related("parent")
        .filter(code=code)
        .order_by(F("valid_to").desc(nulls_first=True))
        .first()
    )
    district = unit.parent if unit is not None and unit.level == Level.WARD else unit
    if unit is None or district is None:
        raise DistrictUnknown(field="unit")
    return district_seen(district, seen_by=seen_by, at=at, spans=spans), unit


def case_supervised(code: str, *, seen_by: Actor) -> SeenCase:
    """A case that the actor supervises, with no verb open. Raises NoSupervision, CaseUnknown."""
    if not oversees(seen_by):
        raise NoSupervision()
    seen = case_seen_by(code, seen_by=seen_by)
    if not can_supervise(seen.case, seen_by):
        raise CaseUnknown(field="code")
    return SeenCase(case=seen.case, standing=seen.standing, verbs=[], is_official=True)


def figures_of(district: District) -> list[Figures]:
    """Every list of the district's own agencies, of each ward, and of agencies elsewhere: two queries in all."""
    found: dict[int, dict[ListName, Figure]] = {}
    for agency, name, figure in [*_figures_held(district), *_figures_of_others(district)]:
        place = district.agencies.get(agency, 0)
        of_place = found.setdefault(place, {})
        of_place[name] = of_place.get(name, Figure()).with_other(figure)
    empty = dict.fromkeys(ListName, Figure())
    own = Figures(
        district.unit.title, district.unit.code, Holder.OWN_DESK, {**empty, **found.get(district.unit.pk, {})}
    )
    wards = [
        Figures(ward.title, ward.code, Holder.WHOLE, {**empty, **found.get(ward.pk, {})})
        for ward in district.wards
        # A ward that has ended is shown for as long as something of it is open.
        if ward.is_valid_on(timezone.localdate(district.at)) or ward.pk in found
    ]
    elsewhere = Figures("", district.unit.code, Holder.ELSEWHERE, {**empty, **found.get(0, {})})
    return [own, *wards, elsewhere]


def _figures_held(district: District) -> list[tuple[int, ListName, Figure]]:
    """One pass over the open cases in sight, a FILTER for each list."""
    lists = held_now(district)
    columns: dict[str, Any] = {}
    for place, (condition, since) in enumerate(lists.values()):
        columns[f"count_{place}"] = Count("pk", filter=condition)
        columns[f"oldest_{place}"] = Min(since, filter=condition)
    rows: Any = open_cases(district).order_by().values("current_agency_id").annotate(**columns)
    return [
        (row["current_agency_id"], name, Figure(row[f"count_{place}"], row[f"oldest_{place}"]))
        for row in rows
        for place, name in enumerate(lists)
        if row[f"count_{place}"]
    ]


def _figures_of_others(district: District) -> list[tuple[int, ListName, Figure]]:
    """The lists that are charged otherwise, or told by other rows than a case's own, in one query."""
    names = [name for name in ListName if name not in held_now(district)]
    first, *others = [
        rows_of(name, district)
        .order_by()
        .values("charged")
        .annotate(
            of_list=Value(name.value), count=Count("pk"), oldest=Min("since", output_field=DateTimeField())
        )
        .values_list("charged", "of_list", "count", "oldest")
        for name in names
    ]
    return [
        (charged, ListName(name), Figure(count, oldest))
        for charged, name, count, oldest in first.union(*others, all=True)
    ]


def listed(name: ListName, district: District, unit: AdministrativeUnit, holder: Holder) -> QuerySet[Any]:
    """The rows of one list for a ward, for the whole district or a part of it; page them by (`since`, id)."""
    rows = rows_of(name, district)
    if unit.pk != district.unit.pk or holder == Holder.OWN_DESK:
        rows = rows.filter(charged__in=district.agencies_on(unit.pk))
    elif holder == Holder.ELSEWHERE:
        rows = rows.exclude(charged__in=district.agency_ids)
    is_case = rows.model is Case
    prefix = "" if is_case else "case__"
    relations = ["version__procedure"]
    title = "name_en" if get_language() == "en" else "name"
    step = Step.objects.filter(version_id=OuterRef(f"{prefix}version_id"), position=OuterRef(f"{prefix}step"))
    agency = Agency.objects.filter(pk=OuterRef("charged")).values(title)
    rows = rows.select_related(
        *([*relations] if is_case else ["case", *(f"case__{name}" for name in relations)])
    )
    titled: QuerySet[Any] = rows.annotate(
        step_title=Subquery(step.values(title)[:1]),
        step_is_established=Subquery(step.values("is_established")[:1]),
        charged_title=Subquery(agency[:1]),
    )
    if name in (timed := ran_out(district)):
        then = held_when(timed[name][1])
        titled = titled.annotate(handler_then=Subquery(then.values("handler__full_name")[:1]))
    elif name == ListName.ENDED_WITHOUT_RESULT:
        last = CaseEvent.objects.filter(case=OuterRef("pk"), sequence=OuterRef("last_sequence"))
        titled = titled.annotate(body=Subquery(last.values("body")[:1]))
    return titled


def as_listed(rows: Sequence[Any], name: ListName) -> list[ListedCase]:
    """Rows of one page as they are shown."""
    return [
        ListedCase(
            code=(case := getattr(row, "case", row)).code,
            procedure=case.version.procedure.title,
            status=case.status,
            agency=row.charged_title or "",
            since=row.since,
            reason=_reason(name, row, case),
            # A step that no decision sets is ours.
            is_reason_established=not (name in _WITH_STEP and row.step_is_established is False),
            is_since_established=not (name in _OF_DUE_TIMES and _undecided_years(case, row.since)),
        )
        for row in rows
    ]


def _undecided_years(case: Case, due_at: datetime) -> tuple[int, ...]:
    return working_calendar(case.calendar_version_id).undecided_years(min(case.received_at, due_at), due_at)


def _reason(name: ListName, row: Any, case: Case) -> str:
    """Why a case was stopped, declined, reopened or cannot be routed; which step is late, and who had it when it was due."""
    if name == ListName.UNROUTED:
        return str(UnroutableReason(case.routing_reason).label)
    if name in (ListName.ENDED_WITHOUT_RESULT, ListName.MENDED):
        return _reason_of_event(bytes(row.body))
    if name == ListName.LATE_ENTRY:
        return str(row.form_number)
    if name == ListName.LONG_STOP:
        return str(Status(case.status).label)
    if name in (ListName.STEP_LATE, ListName.OVERDUE):
        return " · ".join(part for part in (row.step_title, row.handler_then) if part)
    return row.step_title or "" if name in (ListName.DUE_SOON, ListName.LATE_AT_INTAKE) else ""


def _reason_of_event(body: bytes) -> str:
    entry = read_entry(body)
    kind, data = entry.kind, entry.data
    if kind == EventKind.INTAKE_DECLINED:
        return str(DeclineReason(data["reason"]).label)
    if kind == EventKind.CASE_STOPPED:
        return str(StopGround(data["ground"]).label)
    if kind == EventKind.CASE_REOPENED:
        return f"{kind.label}: {ReopenGround(data['ground']).label}"
    return str(kind.label)
