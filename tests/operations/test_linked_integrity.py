"""The check of integrity over linked cases: silent while they wait, begin and stop, and naming a link changed by force."""

from __future__ import annotations

import pytest
from django.db import connection

from apps.cases.choices import Outcome
from apps.cases.models import Case, CaseLink
from apps.operations.integrity import ledger
from tests import given
from tests.cases import linked
from tests.cases.linked import BIRTH, RESIDENCE

pytestmark = pytest.mark.django_db


def faults() -> list[tuple[str, str]]:
    newest = Case.objects.latest("pk").pk
    return [(fault.row, fault.wrong) for fault in ledger.replayed(1, newest)]


def test_waiting_begun_and_stopped_cases_are_whole():
    waiting, begun, stopped = linked.routed(), linked.routed(), linked.routed()
    linked.decided(begun[BIRTH])
    linked.decided(stopped[BIRTH], outcome=Outcome.REFUSED)
    linked.follow(waiting)
    given.accepted(begun[RESIDENCE])
    assert faults() == []


def test_a_link_that_no_event_tells_of_or_whose_result_is_another_is_found():
    cases, others = linked.routed(), linked.routed()
    linked.decided(cases[BIRTH])
    linked.follow(cases)
    CaseLink.objects.filter(case=cases[RESIDENCE]).update(result=None, delivered_at=None, acknowledge_by=None)
    CaseLink.objects.create(
        application=others[BIRTH].application, case=others["3.000722.CC"], prerequisite=others[RESIDENCE]
    )
    connection.check_constraints()
    assert faults() == [
        (cases[RESIDENCE].code, "links_differ"),
        (others["3.000722.CC"].code, "links_differ"),
    ]
