"""A draft is saved part by part, read as a file is read; who saved meanwhile is not overwritten."""

from __future__ import annotations

import pytest
from django.utils import translation

from apps.core.models import AdministrativeAct
from apps.procedures.actions.drafting import save_draft
from apps.procedures.content import content_of
from apps.procedures.errors import (
    DraftRefused,
    DraftSavedMeanwhile,
    PartUnknown,
    VersionNotDraft,
    VersionUnknown,
)
from apps.procedures.models import ProcedureVersion
from tests import given
from tests.procedures.refusals import only_an_administrator_of_the_city, refused

pytestmark = pytest.mark.django_db
CODE = given.CIVIL_EXTRACT
LIMIT = {"value": 3, "unit": "working_day"}


def play(draft, part="time_limits", said=(LIMIT,), *, revision=0, by=None):
    return save_draft(draft.pk, part, said, revision=revision, by=by or given.administrator(), at=given.NOW)


def test_a_part_replaces_what_stood_there_and_leaves_the_others():
    draft, by = given.drafted(CODE), given.administrator()
    before = content_of(draft)
    saved = play(draft, by=by)
    after = content_of(ProcedureVersion.objects.get(pk=draft.pk))
    assert [row["value"] for row in after["time_limits"]] == [3]
    assert {name for name in after if after[name] != before[name]} == {"time_limits"}
    assert (saved.revision, saved.saved_by_id, saved.saved_at) == (1, by.user_id, given.NOW)
    act = AdministrativeAct.objects.latest("pk")
    assert (act.kind, act.body) == ("save_draft", {"version": 2, "part": "time_limits", "revision": 1})


def test_what_an_object_does_not_name_stays_as_it_is():
    draft = given.drafted(CODE)
    saved = play(draft, "basics", {"after_supplement": "resume"})
    assert (saved.after_supplement, saved.result_name) == ("resume", draft.result_name)


def test_every_fault_is_told_by_row_and_field_and_nothing_is_stored():
    draft = given.drafted(CODE)
    with translation.override("en"), refused(DraftRefused) as told:
        play(draft, said=[LIMIT, {"value": "x", "unit": "fortnight"}, {"unit": "day", "colour": "red"}])
    assert [(fault.row, fault.field) for fault in told.value.faults] == [
        ("time_limits/2", "value"),
        ("time_limits/2", "unit"),
        ("time_limits/3", "colour"),
        ("time_limits/3", "value"),
    ]
    with refused(DraftRefused) as told:
        play(draft, "competences", [{"agency_kind": "ministry_of_magic", "factor": "fixed_agency"}])
    assert [(fault.row, fault.field) for fault in told.value.faults] == [("competences/1", "agency_kind")]


def test_a_draft_may_be_saved_that_could_not_be_published():
    draft = given.drafted(CODE)
    assert play(draft, said=[]).time_limits.count() == 0
    nobody_knows = {"fact": "moon", "op": "eq", "value": "full"}
    assert play(draft, said=[{**LIMIT, "condition": nobody_knows}], revision=1).time_limits.get().condition


def test_the_second_of_two_editors_is_told_who_was_first_and_when():
    draft, first = given.drafted(CODE), given.administrator()
    play(draft, by=first)
    with refused(DraftSavedMeanwhile) as told:
        play(draft, said=[{"value": 9, "unit": "day"}])
    assert told.value.data == {"who": first.name, "when": "09:00 23/11/2026"}
    assert ProcedureVersion.objects.get(pk=draft.pk).time_limits.get().value == 3


def test_a_published_version_is_told_as_such_with_who_published_it():
    by = given.administrator()
    published = given.published(given.drafted(CODE), by=by)
    with refused(VersionNotDraft) as told:
        play(published)
    assert told.value.data["who"] == by.name
    with refused(VersionNotDraft):
        play(ProcedureVersion.objects.get(procedure__code="1.001193"))


@pytest.mark.parametrize("part", ["state", "form_schema", "number", "", "nothing"])
def test_only_parts_are_saved(part):
    draft = given.drafted(CODE)
    with refused(PartUnknown, field="part"):
        play(draft, part, {"state": "published"})
    with refused(VersionUnknown):
        save_draft(0, "basics", {}, revision=0, by=given.administrator(), at=given.NOW)


def test_nobody_publishes_by_saving():
    draft = given.drafted(CODE)
    with refused(DraftRefused):
        play(draft, "basics", {"state": "published"})


def test_only_an_administrator_of_the_city_saves():
    draft = given.drafted(CODE)
    only_an_administrator_of_the_city(lambda by: play(draft, by=by))
