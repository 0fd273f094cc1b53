"""A draft comes into force on a decision: sound, from today or later, the version before ending where it begins."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation

from apps.core.jobs import DecisionMissing
from apps.core.models import AdministrativeAct
from apps.procedures.actions.publishing import publish_version
from apps.procedures.errors import (
    AgenciesMissing,
    DraftSavedMeanwhile,
    InForceFromPast,
    PublishedMeanwhile,
    VersionNotDraft,
    VersionNotSound,
)
from apps.procedures.models import Procedure, ProcedureVersion
from apps.procedures.selectors import rules_in_force
from apps.units.models import Agency
from tests import given
from tests.procedures.refusals import only_an_administrator_of_the_city, refused
from tests.procedures.test_draft_version import listed

pytestmark = pytest.mark.django_db
CODE = given.CIVIL_EXTRACT
TODAY = given.NOW.date()


def play(draft, *, by=None, on=TODAY, **changed):
    said = {
        "decision": given.DECISION,
        "in_force_from": on,
        "are_missing_agencies_known": False,
        "revision": draft.revision,
        "published_before": 1,
    }
    return publish_version(draft.pk, **(said | changed), by=by or given.administrator(), at=given.NOW)


def ends(code=CODE) -> list[tuple[int, date, date | None]]:
    versions = ProcedureVersion.objects.filter(procedure__code=code, state="published").order_by("number")
    return list(versions.values_list("number", "in_force_from", "in_force_to"))


def test_it_is_in_force_from_that_day_and_the_version_before_ends_there():
    before, by = rules_in_force(CODE, TODAY).version, given.administrator()
    tomorrow = TODAY + timedelta(days=1)
    published = play(given.drafted(CODE), by=by, on=tomorrow)
    assert rules_in_force(CODE, TODAY).version == before
    assert rules_in_force(CODE, tomorrow).version == published
    assert ends() == [(1, before.in_force_from, tomorrow), (2, tomorrow, None)]
    assert (published.decision, published.published_by_id, published.published_at) == (
        given.DECISION,
        by.user_id,
        given.NOW,
    )
    act = AdministrativeAct.objects.get(kind="publish_version")
    assert (act.subject, act.decision, act.body["version"]) == (CODE, given.DECISION, 2)
    assert act.body["in_force_from"] == tomorrow.isoformat()


def test_that_a_version_is_superseded_follows_from_its_dates():
    before = rules_in_force(CODE, TODAY).version
    play(given.drafted(CODE))
    before.refresh_from_db()
    assert before.is_superseded_on(TODAY) and not before.is_superseded_on(TODAY - timedelta(days=1))
    assert before.state == "published"


def test_one_published_for_a_day_before_a_planned_one_ends_where_that_begins():
    later = date(2027, 1, 1)
    given.published(given.drafted(CODE), on=later)
    given.published(given.drafted(CODE))
    first = ends()[0][1]
    assert ends() == [(1, first, TODAY), (2, later, None), (3, TODAY, later)]


def test_a_planned_version_is_replaced_before_it_begins():
    later = date(2027, 1, 1)
    given.published(given.drafted(CODE), on=later)
    third = given.published(given.drafted(CODE), on=later)
    assert ends()[1:] == [(2, later, later), (3, later, None)]
    assert rules_in_force(CODE, later).version == third


def test_the_first_version_of_a_listed_procedure_opens_it():
    listed()
    draft = given.drafted("1.777777", basics={"result_name": "Giấy phép", "result_name_en": "Licence"})
    Procedure.objects.filter(code="1.777777").update(name_en="Test", field_en="Tests", for_citizens=True)
    draft = given.saved(draft, "time_limits", [{"value": 5, "unit": "working_day"}])
    play(draft, published_before=0)
    assert rules_in_force("1.777777", TODAY).is_open_for_filing(TODAY)


def test_nothing_comes_into_force_in_the_past():
    draft = given.drafted(CODE)
    with refused(InForceFromPast, field="in_force_from"):
        play(draft, on=TODAY - timedelta(days=1))


def test_nothing_is_published_without_a_decision():
    draft = given.drafted(CODE)
    with refused(DecisionMissing, field="decision"):
        play(draft, decision="  ")


def unset(rows):
    rows[0] |= {"value": None, "is_established": False}


def over_the_whole(rows):
    rows[0] |= {"share": 7}


def free_of_law(rows):
    rows[0] |= {"legal_basis": ""}


def of_the_moon(rows):
    rows[0] |= {"condition": {"fact": "moon", "op": "eq", "value": "full"}}


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"time_limits": unset}, ("time_limits/1", "value")),
        ({"steps": over_the_whole}, ("steps", "share")),
        ({"fee_rules": free_of_law}, ("fee_rules/1", "legal_basis")),
        ({"fee_rules": of_the_moon}, ("fee_rules/1", "condition")),
        ({"components": of_the_moon}, ("components/1", "condition")),
        ({"competences": of_the_moon}, ("competences/1", "condition")),
        ({"fee_rules": lambda rows: rows.clear()}, ("", "fee_rules")),
        ({"steps": lambda rows: rows.pop()}, ("steps", "act")),
        ({"basics": {"presence_channels": ["post"], "channels": ["counter"]}}, ("", "presence_channels")),
        ({"form": lambda schema: schema["required"].append("ghost")}, ("form_schema", "required")),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "-".join(value),
)
def test_what_does_not_fit_is_told_by_part_and_row_and_nothing_is_published(parts, place):
    draft = given.drafted(CODE, **parts)
    with translation.override("en"), refused(VersionNotSound) as told:
        play(draft)
    assert place in {(fault.row, fault.field) for fault in told.value.faults}


def test_every_fault_is_told_at_once():
    draft = given.drafted(CODE, time_limits=unset, steps=over_the_whole, fee_rules=of_the_moon)
    with refused(VersionNotSound) as told:
        play(draft)
    assert {fault.row for fault in told.value.faults} >= {"time_limits/1", "steps", "fee_rules/1"}


def test_a_version_without_a_limit_may_be_published_when_it_says_why_it_is_closed():
    closed = {"closed_note": "Chờ quyết định.", "closed_note_en": "Waits for a decision."}
    published = play(given.drafted(CODE, time_limits=unset, basics=closed))
    assert not rules_in_force(CODE, TODAY).is_open_for_filing(TODAY)
    assert published.closed_note == "Chờ quyết định."


def test_wards_without_the_competent_agency_are_named_and_stop_it_unless_they_are_known():
    code = "1.004222"
    gone = [given.ward(name) for name in ("Phường Phúc Xá", "Phường Trúc Bạch", "Phường Cống Vị")]
    Agency.objects.filter(kind__code="ward_police", unit__in=gone).update(valid_to=TODAY)
    draft = given.drafted(code, fee_rules=lambda rows: [row.update(legal_basis="Thông tư") for row in rows])
    with refused(AgenciesMissing, field="are_missing_agencies_known") as told:
        play(draft)
    assert "(3)" in told.value.message and "Phường Trúc Bạch" in told.value.message
    play(draft, are_missing_agencies_known=True)
    said = AdministrativeAct.objects.get(kind="publish_version").body["units_without_an_agency"]
    assert len(said) == 1 and "Phường Cống Vị" in said[0]


def test_the_same_draft_is_published_once_and_the_second_is_told_who_was_first():
    draft, first = given.drafted(CODE), given.administrator()
    play(draft, by=first)
    with refused(VersionNotDraft) as told:
        play(draft)
    assert told.value.data == {"who": first.name, "when": "09:00 23/11/2026"}


def test_whoever_did_not_see_the_last_publication_is_told_of_it():
    one, other, first = given.drafted(CODE), given.drafted(CODE), given.administrator()
    play(other, by=first)
    with refused(PublishedMeanwhile) as told:
        play(one)
    assert (told.value.data["who"], told.value.data["number"]) == (first.name, other.number)
    assert play(one, published_before=2)


def test_whoever_saw_an_older_draft_is_told_who_saved_it():
    draft, first = given.drafted(CODE), given.administrator()
    given.saved(draft, "basics", {"result_name": "Khác"}, by=first)
    with refused(DraftSavedMeanwhile) as told:
        play(draft)
    assert told.value.data["who"] == first.name


def test_only_an_administrator_of_the_city_publishes():
    draft = given.drafted(CODE)
    only_an_administrator_of_the_city(lambda by: play(draft, by=by))
