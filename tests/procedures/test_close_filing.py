"""Filing of a procedure is closed by decision, whatever its versions say, and opened again by another."""

from __future__ import annotations

import pytest
from django.utils import translation

from apps.core.jobs import DecisionMissing
from apps.core.models import AdministrativeAct
from apps.procedures.actions.publishing import close_filing, reopen_filing
from apps.procedures.choices import Channel
from apps.procedures.errors import EnglishMissing, FilingNotClosed, FilingNotOpen, ProcedureClosed
from apps.procedures.selectors import catalogue, open_among, rules_for_filing
from apps.procedures.selectors.whole import WholeState, procedures_known
from tests import given
from tests.procedures.refusals import only_an_administrator_of_the_city, refused

pytestmark = pytest.mark.django_db
CODE = given.CIVIL_EXTRACT
TODAY = given.NOW.date()


def close(by=None, **changed):
    said = {"note": "Tạm dừng.", "note_en": "Paused.", "decision": given.DECISION} | changed
    return close_filing(CODE, **said, by=by or given.administrator(), at=given.NOW)


def reopen(by=None, decision=given.DECISION):
    return reopen_filing(CODE, decision=decision, by=by or given.administrator(), at=given.NOW)


def test_nobody_files_any_more_and_everybody_is_told_why_at_once():
    rules_for_filing(CODE, Channel.ONLINE, TODAY)
    case = given.case_at_intake(CODE)
    close()
    with pytest.raises(ProcedureClosed) as told, translation.override("en"):
        rules_for_filing(CODE, Channel.ONLINE, TODAY)
    assert told.value.data["reason"] == "Paused."
    [version] = catalogue(TODAY, words=CODE)
    assert open_among([version], TODAY) == set()
    known = procedures_known(TODAY, words=CODE, seen_by=given.administrator()).get()
    assert known.whole_state == WholeState.CLOSED
    assert given.accepted(case).status == 2


def test_it_is_opened_again():
    close()
    reopen()
    assert rules_for_filing(CODE, Channel.ONLINE, TODAY)
    kinds = AdministrativeAct.objects.order_by("pk").values_list("kind", "decision")
    assert list(kinds) == [("close_filing", given.DECISION), ("reopen_filing", given.DECISION)]


def test_what_is_missing_or_done_already_is_refused():
    with refused(DecisionMissing, field="decision"):
        close(decision=" ")
    with refused(EnglishMissing, field="note_en"):
        close(note_en="")
    with refused(FilingNotClosed):
        reopen()
    close()
    with refused(FilingNotOpen):
        close()
    with refused(DecisionMissing):
        reopen(decision="")


def test_only_an_administrator_of_the_city_does_either():
    only_an_administrator_of_the_city(close)
    only_an_administrator_of_the_city(reopen)
