"""What a filing must hold before it may become a case: who applies, where, with which answers and papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.applications.choices import Delivery, PartyRole
from apps.applications.selectors import has_account
from apps.businesses.actions import Organisation
from apps.calendars.selectors import NoCalendar, answer_times, with_latest_calendar, working_calendar
from apps.calendars.working_time import due_at
from apps.cases.actions.filed_papers import FiledPapers, papers_of_filing
from apps.cases.actions.parties import Side, side_of
from apps.cases.errors import (
    AccountMissing,
    DeskUnknown,
    EmailMissing,
    LateEntryAtDesk,
    LateEntryIncomplete,
    LateEntryTimeWrong,
    NotYours,
    PostalAddressMissing,
    UnitEnded,
    UnitMissing,
    UnitNotAWard,
    UnitUnknown,
)
from apps.cases.policies import counters_of
from apps.cases.routing import competence
from apps.cases.selectors import (
    NONE_OPEN,
    StillOpen,
    age_of_subject,
    answers_read,
    facts_of,
    still_open,
)
from apps.citizens.actions import Person
from apps.core.errors import Faults, Refusal
from apps.procedures.choices import Channel, ConnectingFactor, LimitUnit
from apps.procedures.conditions import Facts, holds
from apps.procedures.selectors import VersionRules
from apps.units.choices import Level
from apps.units.models import AdministrativeUnit, Agency

# Before any span of working days: a time so long ago is not reckoned with.
_LONGEST_AGO = timedelta(days=366)
_UNIT_WANTED = frozenset(
    set(ConnectingFactor) - {ConnectingFactor.RECEIVING_AGENCY, ConnectingFactor.FIXED_AGENCY}
)


@dataclass(frozen=True, slots=True)
class LateEntry:
    """A case that a desk took on paper while the system was away: when, why, and the number of the paper form."""

    taken_at: datetime
    reason: str
    form_number: str


@dataclass(frozen=True, slots=True)
class Filing:
    """What is filed. Online the actor is the filer; at a counter `filer` gives the person who stands there.

    Whoever files for somebody else says for whom and by what `authority`: `applicant` is another person,
    `organisation` one that a person at the counter acts for, `business_id` one for which the account has a mandate.
    `has_consent` is that of the person at the counter, to being filed for. `payer` pays in the applicant's stead.
    `attachments` are uuids of uploaded files by the code of the paper asked for; `originals` are codes of papers
    whose original the receptionist saw or took in; `held` are codes of papers for which the applicant agrees that the one
    that is held already is used. `late_entry` says that it was taken on paper earlier, at a desk.
    """

    procedure_code: str
    channel: Channel
    answers: Mapping[str, Any]
    attachments: Mapping[str, Sequence[UUID]] = field(default_factory=dict)
    originals: Sequence[str] = ()
    held: Sequence[str] = ()
    filer: Person | None = None
    applicant: Person | None = None
    organisation: Organisation | None = None
    business_id: int | None = None
    authority: str = ""
    has_consent: bool = False
    payer: Person | Organisation | None = None
    connecting_unit_id: int | None = None
    receiving_agency_id: int | None = None
    delivery: Delivery | None = None
    delivery_address: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    language: str = "vi"
    late_entry: LateEntry | None = None

    @property
    def applicant_kind(self) -> str:
        """The fact `applicant_kind` of conditions, before anybody is looked up."""
        return "citizen" if self.organisation is None and self.business_id is None else "business"


@dataclass(frozen=True, slots=True)
class CheckedFiling:
    """A filing that stands: everything it refers to exists and everything it must hold is there.

    `answers` are those to the questions that were asked; others, which a form without a script sends too, are dropped.
    """

    rules: VersionRules
    answers: Mapping[str, Any]
    side: Side
    agency: Agency
    calendar_version: int
    unit: AdministrativeUnit | None
    facts: Facts
    papers: FiledPapers
    email: str
    delivery: Delivery


def refuse_late_entry(filing: Filing, desk: Agency | None, at: datetime) -> None:
    """Raises LateEntryAtDesk, LateEntryIncomplete, and LateEntryTimeWrong for a time to come or too long ago."""
    late = filing.late_entry
    if late is None:
        return
    if desk is None:
        raise LateEntryAtDesk(field="late_entry")
    for name, said in (("reason", late.reason), ("form_number", late.form_number)):
        if not said.strip():
            raise LateEntryIncomplete(field=f"late_entry.{name}")
    version = _calendar_of(desk)
    calendar, most = working_calendar(version), answer_times(version).late_entry
    last_day = due_at(calendar, late.taken_at, most) if late.taken_at > at - _LONGEST_AGO else None
    if late.taken_at > at or last_day is None or last_day < at:
        raise LateEntryTimeWrong(
            field="late_entry.taken_at", span=f"{most.value} {LimitUnit(most.unit.value).label}"
        )


def check_filing(
    filing: Filing, rules: VersionRules, *, by: Actor, at: datetime, desk: Agency | None = None
) -> CheckedFiling:
    """Everything a filing must hold, looked up and found. Raises what `submit_application` raises of its content."""
    day = timezone.localdate(at)
    known = {"channel": filing.channel, "applicant_kind": filing.applicant_kind, "filed_on": day}
    reading = answers_read(filing.answers, rules.version.form_schema, known, day)
    filing, faults = replace(filing, answers=reading.answers), reading.faults
    places = _places(filing, day, faults)
    side = side_of(filing, rules.version.form_schema, places, by=by, day=day)
    unit = _connecting_unit(filing, rules, side, places, day, faults)
    agency = desk or _desk_online(filing, side, day)
    facts = facts_of(
        rules,
        channel=filing.channel,
        answers=reading.answers,
        applicant_kind=side.kind,
        connecting_unit=unit,
        subject_age=age_of_subject(filing.answers, side.born_on, day),
        filed_on=day,
    )
    row = competence(rules, facts)
    if unit is None and row is not None and row.factor in _UNIT_WANTED and not faults:
        faults.append(UnitMissing(field="connecting_unit"))
    asked = {row.code: row for row in rules.components if holds(row.condition, facts)}
    papers = papers_of_filing(filing, asked, side, faults, by=by)
    email = filing.contact_email or side.email
    if filing.channel == Channel.ONLINE and not email:
        faults.append(EmailMissing(field="contact_email"))
    delivery = _delivery(filing, side, day, faults)
    if faults:
        raise faults[0] if len(faults) == 1 else Faults(faults)
    return CheckedFiling(
        rules,
        reading.answers,
        side,
        agency,
        _calendar_of(agency),
        unit,
        facts,
        papers,
        email,
        delivery,
    )


def may_repeat(filing: Filing, checked: CheckedFiling, *, seen_by: Actor, besides: str = "") -> StillOpen:
    """Open cases that this filing may repeat, but one: a warning, never a refusal, with codes to who may see them."""
    if filing.channel == Channel.ONLINE and filing.applicant is not None:
        return NONE_OPEN
    applicant = checked.side.applicant
    subjects = [party.said for role, party in checked.side.concerned if role == PartyRole.SUBJECT]
    return still_open(
        checked.rules.procedure.pk,
        citizen_id=applicant.citizen.pk if applicant.citizen else None,
        business_id=applicant.business.pk if applicant.business else None,
        subjects={said.name for said in subjects},
        besides=besides,
        seen_by=seen_by,
    )


def _delivery(filing: Filing, side: Side, day: date, faults: list[Refusal]) -> Delivery:
    """How the result is wanted; where nothing is said, into the account online and at the counter otherwise."""
    is_online = filing.channel == Channel.ONLINE
    wanted = filing.delivery or (Delivery.ELECTRONIC if is_online else Delivery.COUNTER)
    if wanted == Delivery.ELECTRONIC and not has_account((side.filer, side.applicant), day=day):
        faults.append(AccountMissing(field="delivery"))
    if wanted == Delivery.POST and not filing.delivery_address.strip():
        faults.append(PostalAddressMissing(field="delivery_address"))
    return wanted


def desk_of(filing: Filing, by: Actor, day: date) -> Agency:
    """The counter at which the receptionist sits.

    Raises NotYours, and DeskUnknown when several must be told apart or the agency has ended.
    """
    mine = [post.agency_id for post in counters_of(by)]
    if not mine:
        raise NotYours()
    wanted = filing.receiving_agency_id or (mine[0] if len(mine) == 1 else None)
    if wanted is None or wanted not in mine:
        raise DeskUnknown(field="receiving_agency")
    agencies = with_latest_calendar(Agency.objects.valid_on(day).select_related("unit__parent__parent"))
    agency = agencies.filter(pk=wanted).first()
    if agency is None:
        raise DeskUnknown(field="receiving_agency")
    return agency


def _calendar_of(agency: Agency) -> int:
    """The version of its calendar, as `with_latest_calendar` found it. Raises NoCalendar."""
    version: int | None = getattr(agency, "calendar_version", None)
    if version is None:
        raise NoCalendar(agency.calendar_code)
    return version


def _desk_online(filing: Filing, side: Side, day: date) -> Agency:
    """The desk that the applicant chose, by default that of their ward. Raises DeskUnknown."""
    agencies = with_latest_calendar(
        Agency.objects.valid_on(day).select_related("unit__parent__parent").filter(has_desk=True)
    )
    ward = side.applicant.place or side.filer.place
    if filing.receiving_agency_id is not None:
        agency = agencies.filter(pk=filing.receiving_agency_id).first()
    elif ward is not None:
        agency = agencies.filter(unit_id=ward.pk, kind__code="ward_committee").first()
    else:
        agency = None
    if agency is None:
        raise DeskUnknown(field="receiving_agency")
    return agency


def _places(filing: Filing, day: date, faults: list[Refusal]) -> dict[int, AdministrativeUnit]:
    """Every place that the filing names, by one look-up; unknown and ended ones, and all but wards, are faults."""
    named = {
        "connecting_unit": filing.connecting_unit_id,
        "filer.residence": filing.filer.residence_id if filing.filer else None,
        "filer.temporary_residence": filing.filer.temporary_residence_id if filing.filer else None,
        "applicant.residence": filing.applicant.residence_id if filing.applicant else None,
        "applicant.temporary_residence": filing.applicant.temporary_residence_id
        if filing.applicant
        else None,
        "organisation.seat": filing.organisation.seat_id if filing.organisation else None,
    }
    wanted = {unit for unit in named.values() if unit is not None}
    if not wanted:
        return {}
    found = AdministrativeUnit.objects.select_related("parent__parent").filter(pk__in=wanted)
    places = {unit.pk: unit for unit in found}
    for field_name, unit_id in named.items():
        if unit_id is not None:
            _refuse_place(places.get(unit_id), field_name, day, faults)
    return places


def place_named(unit_id: int, field_name: str, day: date, faults: list[Refusal]) -> AdministrativeUnit | None:
    """One place by its id; an unknown and an ended one, and all but wards, are faults."""
    unit = AdministrativeUnit.objects.select_related("parent__parent").filter(pk=unit_id).first()
    _refuse_place(unit, field_name, day, faults)
    return unit


def _refuse_place(unit: AdministrativeUnit | None, field_name: str, day: date, faults: list[Refusal]) -> None:
    if unit is None:
        faults.append(UnitUnknown(field=field_name))
    elif unit.level != Level.WARD:
        faults.append(UnitNotAWard(field=field_name, unit=unit.title))
    else:
        _refuse_ended(unit, field_name, day, faults)


def _refuse_ended(unit: AdministrativeUnit, field_name: str, day: date, faults: list[Refusal]) -> None:
    if not unit.is_valid_on(day):
        ended_on = unit.valid_to.strftime("%d/%m/%Y") if unit.valid_to else ""
        faults.append(UnitEnded(field=field_name, unit=unit.title, ended_on=ended_on))


def _connecting_unit(
    filing: Filing,
    rules: VersionRules,
    side: Side,
    places: Mapping[int, AdministrativeUnit],
    day: date,
    faults: list[Refusal],
) -> AdministrativeUnit | None:
    """The place that ties the case to its agency: as given, else what the law's factor says of this applicant."""
    if filing.connecting_unit_id is not None:
        return places.get(filing.connecting_unit_id)
    unit = side.place({row.factor for row in rules.competences})
    if unit is not None and unit.pk not in places:
        _refuse_ended(unit, "connecting_unit", day, faults)
    return unit
