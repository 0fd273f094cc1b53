"""A draft is begun: a copy of a version, or blank, also of a procedure that no version has yet."""

from __future__ import annotations

import pytest

from apps.core.models import AdministrativeAct
from apps.procedures.actions.drafting import draft_version
from apps.procedures.content import content_of
from apps.procedures.errors import ProcedureUnknown, VersionUnknown
from apps.procedures.models import Procedure, ProcedureVersion
from apps.procedures.selectors import rules_in_force
from apps.procedures.selectors.versions import faults_before_publication
from tests import given
from tests.procedures.refusals import only_an_administrator_of_the_city, refused

pytestmark = pytest.mark.django_db
CODE = given.CIVIL_EXTRACT


def listed(code: str = "1.777777") -> Procedure:
    """A procedure as the national list brings it."""
    return Procedure.objects.create(
        code=code,
        name="Cấp giấy phép thử nghiệm " + "rất dài " * 60,
        field="Thử nghiệm",
        level="district",
        carried_out_by=["Ủy ban nhân dân cấp huyện"],
        for_citizens=False,
        for_businesses=False,
        is_verified=True,
    )


def test_a_copy_says_what_its_source_says_and_is_nobody_elses_yet():
    by = given.administrator()
    source = rules_in_force(CODE, given.NOW.date()).version
    draft = draft_version(CODE, based_on=1, by=by, at=given.NOW)
    life = {"number", "in_force_from", "decision"}
    before, after = content_of(source), content_of(draft)
    assert {name: after[name] for name in after if name not in life} == {
        name: before[name] for name in before if name not in life
    }
    assert (
        draft.number,
        draft.state,
        draft.based_on_id,
        draft.drafted_by_id,
        draft.drafted_at,
        draft.revision,
    ) == (
        2,
        "draft",
        source.pk,
        by.user_id,
        given.NOW,
        0,
    )
    assert rules_in_force(CODE, given.NOW.date()).version == source
    act = AdministrativeAct.objects.get()
    assert (act.kind, act.subject, act.actor_id, act.at) == ("draft_version", CODE, by.user_id, given.NOW)
    assert act.body == {"version": 2, "based_on": 1}


def test_a_blank_draft_of_a_listed_procedure_has_the_least_that_a_version_has():
    procedure = listed()
    draft = draft_version(procedure.code, based_on=None, by=given.administrator(), at=given.NOW)
    content = content_of(draft)
    assert (draft.number, draft.based_on) == (1, None)
    assert all(content[part] for part in ("competences", "time_limits", "components", "fee_rules", "steps"))
    assert content["time_limits"][0]["value"] is None and content["fee_rules"][0]["unit_price"] is None
    assert draft.competences.get().agency_kind.level == "district"
    places = {(fault.row, fault.field) for fault in faults_before_publication(draft)}
    assert places == {
        ("", "result_name"),
        ("", "result_name_en"),
        ("procedure", "name_en"),
        ("procedure", "field_en"),
        ("procedure", "audience"),
    }


def test_a_procedure_has_as_many_drafts_as_are_begun_each_with_its_number():
    by = given.administrator()
    numbers = [draft_version(CODE, based_on=1, by=by, at=given.NOW).number for _ in range(3)]
    assert numbers == [2, 3, 4]


def test_what_does_not_exist_is_not_copied():
    by = given.administrator()
    with refused(ProcedureUnknown, field="procedure"):
        draft_version("9.999999", based_on=None, by=by, at=given.NOW)
    with refused(VersionUnknown, field="based_on"):
        draft_version(CODE, based_on=7, by=by, at=given.NOW)


def test_only_an_administrator_of_the_city_begins_one():
    only_an_administrator_of_the_city(lambda by: draft_version(CODE, based_on=1, by=by, at=given.NOW))
    assert not ProcedureVersion.objects.filter(state="draft").exists()
