"""A draft is thrown away; what is published never is."""

from __future__ import annotations

import pytest

from apps.core.models import AdministrativeAct
from apps.procedures.actions.drafting import discard_draft, draft_version
from apps.procedures.errors import VersionNotDraft, VersionUnknown
from apps.procedures.models import Procedure, ProcedureVersion
from tests import given
from tests.procedures.refusals import catalogue, only_an_administrator_of_the_city, refused

pytestmark = pytest.mark.django_db
CODE = given.CIVIL_EXTRACT


def test_a_discarded_draft_leaves_nothing_but_the_record_of_it():
    by = given.administrator()
    before = catalogue()
    draft = given.drafted(CODE, by=by)
    discard_draft(draft.pk, by=by, at=given.NOW)
    after = catalogue()
    acts = after.pop("AdministrativeAct")
    assert after == {name: rows for name, rows in before.items() if name != "AdministrativeAct"}
    assert [act["kind"] for act in acts] == ["draft_version", "discard_draft"]


def test_a_draft_that_was_copied_from_it_goes_on():
    by = given.administrator()
    first = given.drafted(CODE, by=by)
    second = draft_version(CODE, based_on=first.number, by=by, at=given.NOW)
    discard_draft(first.pk, by=by, at=given.NOW)
    assert ProcedureVersion.objects.get(pk=second.pk).based_on is None


def test_what_a_published_version_was_copied_from_stays():
    by = given.administrator()
    first = given.drafted(CODE, by=by)
    given.published(draft_version(CODE, based_on=first.number, by=by, at=given.NOW), by=by)
    with refused(VersionNotDraft) as told:
        discard_draft(ProcedureVersion.objects.get(procedure__code=CODE, number=3).pk, by=by, at=given.NOW)
    assert told.value.data["who"] == by.name


def test_what_is_published_or_unknown_is_not_discarded():
    by = given.administrator()
    with refused(VersionNotDraft):
        discard_draft(ProcedureVersion.objects.get(procedure__code=CODE).pk, by=by, at=given.NOW)
    with refused(VersionUnknown):
        discard_draft(0, by=by, at=given.NOW)


def test_only_an_administrator_of_the_city_discards():
    draft = given.drafted(CODE)
    only_an_administrator_of_the_city(lambda by: discard_draft(draft.pk, by=by, at=given.NOW))
    assert Procedure.objects.filter(code=CODE, versions__state="draft").exists()
    assert not AdministrativeAct.objects.filter(kind="discard_draft").exists()
