"""Reminding an agency of the opinion that it owes."""

from __future__ import annotations

import pytest

from apps.cases.actions.opinions import remind_opinion
from apps.cases.errors import (
    RemindedToday,
)
from apps.cases.models import OpinionRequest
from tests import given
from tests.cases import doors
from tests.cases.asked import asked_case

pytestmark = pytest.mark.django_db


def test_the_agency_is_reminded_once_a_day():
    case, handler = asked_case(hours=40)

    def remind(at=given.NOW):
        return remind_opinion(case.code, number=1, by=handler, at=at, request_key=given.key())

    remind()
    with doors.refused(RemindedToday):
        remind()
    remind(given.after(given.NOW, days=2))
    assert OpinionRequest.objects.get().reminded_at == given.after(given.NOW, days=2)
