"""Two administrators at the same moment: one wins, and the other is told who did what; nothing of either is lost."""

from __future__ import annotations

import pytest

from apps.cases.actions.moving import propose_move, start_move
from apps.cases.models import CaseEvent
from apps.cases.tasks import move_cases
from apps.core.jobs import JobNotOpen
from apps.core.models import AdministrativeAct, OutboxRow
from apps.operations.integrity import check
from apps.procedures.actions.drafting import discard_draft, draft_version, save_draft
from apps.procedures.actions.publishing import publish_version
from apps.procedures.errors import (
    DraftSavedMeanwhile,
    PublishedMeanwhile,
    VersionNotDraft,
    VersionUnknown,
)
from apps.procedures.models import ProcedureVersion
from tests import given
from tests.drills.at_once import at_once, errors

pytestmark = pytest.mark.commits
CODE = given.CIVIL_EXTRACT
LIMIT = {"value": 3, "unit": "working_day"}


@pytest.fixture(autouse=True)
def _whole_afterwards(committing_db):
    yield
    assert check(at=given.NOW).broken == {}


def publish(draft, by):
    return lambda: publish_version(
        draft.pk,
        decision=given.DECISION,
        in_force_from=given.NOW.date(),
        are_missing_agencies_known=False,
        revision=draft.revision,
        published_before=1,
        by=by,
        at=given.NOW,
    )


def save(draft, by, value):
    return lambda: save_draft(
        draft.pk, "time_limits", [LIMIT | {"value": value}], revision=0, by=by, at=given.NOW
    )


def one_lost(answers, *refusals):
    [lost] = errors(answers)
    assert isinstance(lost, refusals), lost
    return lost


def test_the_same_draft_published_twice_at_once_comes_into_force_once():
    draft = given.drafted(CODE)
    two = [given.administrator(), given.administrator()]
    lost = one_lost(at_once(*(publish(draft, by) for by in two)), VersionNotDraft)
    winner = ProcedureVersion.objects.get(pk=draft.pk).published_by
    assert lost.data["who"] == winner.full_name
    assert AdministrativeAct.objects.filter(kind="publish_version").count() == 1
    assert ProcedureVersion.objects.in_force_on(given.NOW.date()).get(procedure__code=CODE).pk == draft.pk


def test_two_drafts_published_at_once_are_not_in_force_together():
    by = given.administrator()
    drafts = [given.drafted(CODE, by=by), given.drafted(CODE, by=by)]
    lost = one_lost(at_once(*(publish(draft, by) for draft in drafts)), PublishedMeanwhile)
    in_force = ProcedureVersion.objects.in_force_on(given.NOW.date()).get(procedure__code=CODE)
    assert lost.data["number"] == in_force.number
    assert ProcedureVersion.objects.filter(procedure__code=CODE, state="draft").count() == 1


def test_two_who_save_at_once_the_second_is_told():
    draft = given.drafted(CODE)
    two = [given.administrator(), given.administrator()]
    lost = one_lost(at_once(save(draft, two[0], 3), save(draft, two[1], 4)), DraftSavedMeanwhile)
    stored = ProcedureVersion.objects.get(pk=draft.pk)
    assert lost.data["who"] == stored.saved_by.full_name
    assert stored.time_limits.get().value == 3 + two.index(
        next(b for b in two if b.user_id == stored.saved_by_id)
    )


def test_what_is_saved_while_it_is_published_is_in_it_or_is_refused():
    draft, by = given.drafted(CODE), given.administrator()
    one_lost(at_once(publish(draft, by), save(draft, by, 4)), VersionNotDraft, DraftSavedMeanwhile)


def test_what_is_discarded_while_it_is_published_is_one_or_the_other():
    draft, by = given.drafted(CODE), given.administrator()
    discard = lambda: discard_draft(draft.pk, by=by, at=given.NOW)  # noqa: E731
    one_lost(at_once(publish(draft, by), discard), VersionNotDraft, VersionUnknown)


def test_drafts_begun_at_once_have_each_a_number():
    by = given.administrator()
    begin = lambda: draft_version(CODE, based_on=1, by=by, at=given.NOW)  # noqa: E731
    assert sorted(draft.number for draft in at_once(begin, begin, begin)) == [2, 3, 4]


def test_a_move_started_twice_and_worked_on_twice_moves_each_case_once():
    case, by = given.accepted_case(CODE), given.administrator()
    new = given.new_version(CODE, time_limits=[LIMIT])
    job = propose_move(new.pk, by=by, at=given.NOW)
    start = lambda: start_move(job.pk, decision=given.DECISION, by=by, at=given.NOW)  # noqa: E731
    one_lost(at_once(start, start), JobNotOpen)
    row = OutboxRow.objects.get(task="apps.cases.tasks.move_cases")
    assert errors(at_once(lambda: move_cases(row.pk), lambda: move_cases(row.pk))) == []
    assert CaseEvent.objects.filter(case=case, kind="version_changed").count() == 1
    assert given.fresh(case).version_id == new.pk
