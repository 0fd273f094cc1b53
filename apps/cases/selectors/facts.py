"""What conditions may read of a case, and which agency the law makes competent for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from apps.applications.choices import PartyRole
from apps.applications.models import Party
from apps.applications.selectors import answers_of, connecting_unit_of
from apps.businesses.tax_codes import is_tax_code
from apps.cases import routing
from apps.cases.choices import UnroutableReason
from apps.cases.models import Case
from apps.procedures.choices import Channel
from apps.procedures.conditions import Facts
from apps.procedures.forms import FORM_FACTS, Known, Reading, date_in, read_answers
from apps.procedures.models import Competence, FeeRule, Step
from apps.procedures.selectors import VersionRules, rules_of
from apps.receipts.succession import issuing_body
from apps.units.models import AdministrativeUnit, Agency
from apps.units.selectors import agency_at, wards_among


def facts_of(
    rules: VersionRules,
    *,
    channel: Channel,
    answers: dict[str, Any],
    applicant_kind: str,
    connecting_unit: AdministrativeUnit | None,
    subject_age: int | None,
    filed_on: date,
    group: str = "",
) -> Facts:
    """What conditions may read of one filing; `group` is the code of the linked procedures that it is a part of."""
    return {
        **answers,
        "channel": channel,
        "applicant_kind": applicant_kind,
        "filed_on": filed_on,
        "group": group or None,
        "unit_kind": connecting_unit.kind if connecting_unit else None,
        "subject_age": subject_age,
        "copies": answers.get("copies", 1),
        "pages": answers.get("pages", 1),
    }


def answers_read(answers: Mapping[str, Any], schema: dict[str, Any], facts: Facts, day: date) -> Reading:
    """Answers held against their form: by what is known of the filing, and the wards in force on `day`."""
    of_filing = {name: facts.get(name) for name in FORM_FACTS}
    known = Known(wards_among=lambda wards: wards_among(wards, day), is_tax_code=is_tax_code)
    return read_answers(dict(answers), schema, facts=of_filing, known=known)


def competent_agency(
    rules: VersionRules,
    facts: Facts,
    *,
    connecting_unit: AdministrativeUnit | None,
    receiving_agency: Agency,
    at: datetime,
) -> Agency | UnroutableReason:
    """The agency that the law makes competent, by one indexed look-up; or why a person must choose."""
    return _agency_at_place(
        routing.competence(rules, facts),
        connecting_unit=connecting_unit,
        receiving_agency=receiving_agency,
        at=at,
    )


def _agency_at_place(
    row: Competence | Step | routing.Tie | None,
    *,
    connecting_unit: AdministrativeUnit | None,
    receiving_agency: Agency,
    at: datetime,
) -> Agency | UnroutableReason:
    day = timezone.localdate(at)
    place = routing.place_named(
        row, connecting_unit=connecting_unit, receiving_unit=receiving_agency.unit, day=day
    )
    if isinstance(place, UnroutableReason):
        return place
    return agency_at(place.agency_kind_id, place.unit_id, day) or UnroutableReason.NO_AGENCY


def facts_of_case(case: Case) -> Facts:
    """What conditions may read of a case as it was filed and supplemented."""
    applicant = Party.objects.get(
        application_id=case.application_id, role=PartyRole.APPLICANT, valid_to__isnull=True
    )
    answers = answers_of(case.application_id)
    filed_on = timezone.localdate(case.application.filed_at)
    return facts_of(
        rules_of(case.version_id),
        channel=Channel(case.application.channel),
        answers=answers,
        applicant_kind="business" if applicant.is_organisation else "citizen",
        connecting_unit=connecting_unit_of(case.application),
        subject_age=age_of_subject(answers, date_in(applicant.particulars.get("born_on")), filed_on),
        filed_on=filed_on,
        group=group_code(case),
    )


def group_code(case: Case) -> str:
    """The code of the group of which a case is a part; empty for a case that was opened alone."""
    asked = rules_asked(case)
    return asked.procedure.code if asked.is_group else ""


def rules_asked(case: Case) -> VersionRules:
    """The version whose form and papers were asked for: of a part its group's, else the case's own."""
    filed = rules_of(case.application.version_id)
    return filed if filed.is_group else rules_of(case.version_id)


def facts_at_filing(case: Case) -> Facts:
    """What a page knows of a filing before its parties are read: how and when."""
    application = case.application
    return {"channel": application.channel, "filed_on": timezone.localdate(application.filed_at)}


def age_of_subject(answers: Mapping[str, Any], applicant_born_on: date | None, day: date) -> int | None:
    """Full years, on a day, of the person concerned: the one the answers name, else the applicant."""
    named = answers.get("subject_born_on")
    born = date_in(named) if named else applicant_born_on
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def competent_agency_of(case: Case, *, at: datetime) -> Agency | UnroutableReason:
    """Where the case was routed, else where its answers point."""
    return case.competent_agency or agency_by_answers(case, at=at)


def agency_by_answers(case: Case, *, at: datetime) -> Agency | UnroutableReason:
    """The one look-up for a case with its answers as they stand, wherever it was routed."""
    return competent_agency(
        rules_of(case.version_id),
        facts_of_case(case),
        connecting_unit=connecting_unit_of(case.application),
        receiving_agency=case.receiving_agency,
        at=at,
    )


def collecting_body(case: Case, rule: FeeRule, *, at: datetime) -> Agency | UnroutableReason:
    """For whom a fee is collected: the agency that decides, unless its rule authorises another; or why there is none.

    For one that has ended its successor collects.
    """
    if rule.collector_kind_id is None:
        found = competent_agency_of(case, at=at)
    else:
        found = _agency_at_place(
            routing.Tie(rule.collector_kind, rule.collector_factor),
            connecting_unit=connecting_unit_of(case.application),
            receiving_agency=case.receiving_agency,
            at=at,
        )
    return found if isinstance(found, UnroutableReason) else issuing_body(found)


def agency_of_step(case: Case, step: Step, *, at: datetime) -> Agency | UnroutableReason | None:
    """Where a step is done: None for the agency that decides, an agency of another kind, or why there is none."""
    if step.agency_kind_id is None:
        return None
    return _agency_at_place(
        step,
        connecting_unit=connecting_unit_of(case.application),
        receiving_agency=case.receiving_agency,
        at=at,
    )
