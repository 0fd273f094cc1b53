"""The check of integrity: silent over a city at work, and naming the first row of whatever is broken by force."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.management import call_command

from apps.accounts.choices import Role
from apps.cases.actions.decision import hand_over_result
from apps.cases.actions.mending import undo_last
from apps.cases.actions.supplement import provide_supplement
from apps.cases.models import Case, CaseEvent
from apps.documents.models import StoredFile
from apps.operations.integrity import INVARIANTS, check
from apps.receipts.models import Receipt
from tests import databases, given

pytestmark = pytest.mark.commits


def a_city_at_work() -> None:
    """Cases in many states, every effect carried out."""
    case = given.at_competent_agency(
        given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
    )
    handler = given.handler_of(case)
    case = given.proposed(given.fresh(case), handler)
    undo_last(
        case.code,
        reason="Nhầm",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    delivered = given.resolved_case()
    hand_over_result(
        delivered.code,
        delivery="counter",
        recipient="Trần Thị Bưởi",
        by=given.receptionist(delivered.returning_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    asked, _ = given.case_awaiting_supplement(asked_at=given.after(given.NOW, hours=1))
    provide_supplement(
        asked.code,
        answers={},
        attachments={},
        message="Đã bổ sung",
        by=given.receptionist(asked.current_agency),
        at=given.after(given.NOW, hours=3),
        request_key=given.key(),
    )
    given.filed_online(given.FOOD_SAFETY, by=given.citizen())
    given.carry_out(given.NOW, "route_case", "render_paper", "render_receipt")


@pytest.fixture
def city(committing_db) -> str:
    with time_machine.travel(given.NOW, tick=False):
        a_city_at_work()
    return committing_db


@contextmanager
def by_force(name: str) -> Iterator[psycopg.Connection]:
    """A connection of the owner, who can lift every guard of its own tables."""
    url = databases._with_database(os.environ["DATABASE_OWNER_URL"], name)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def findings(**options):
    return check(at=given.NOW, **options)


def test_a_city_at_work_is_whole(city):
    found = findings()
    assert found.broken == {}
    assert found.counts["cases_case"] == 4
    assert found.counts["receipts_receipt"] == Receipt.objects.count() > 0
