"""What the demo expects of its cases is what the clock gives, whenever the demo is run: at night, on Sundays, at Tết."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from apps.calendars.working_time.limits import Limit, Unit, due_at
from apps.operations import expected
from tests.calendars.given import hanoi, official_calendar

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
CUT_OFF = time(15, 0)
# Three months with weekends, a swapped Saturday, New Year and Tết.
FIRST, HOURS = hanoi("2026-11-20", "00:01"), 24 * 100


@pytest.mark.parametrize(
    ("limit", "worked_out"),
    [
        (Limit(1, Unit.SAME_DAY, CUT_OFF), lambda at: expected.due_same_day(at, CUT_OFF, FIXTURES)),
        (Limit(2, Unit.WORKING_DAY), lambda at: expected.due_in_working_days(at, 2, FIXTURES)),
        (
            Limit(2, Unit.WORKING_DAY, CUT_OFF),
            lambda at: expected.due_in_working_days(at, 2, FIXTURES, cut_off=CUT_OFF),
        ),
        (Limit(15, Unit.DAY), lambda at: expected.due_in_days(at, 15, FIXTURES)),
    ],
    ids=["same day", "working days", "working days with a cut-off", "days"],
)
def test_the_demo_expects_what_the_clock_gives_at_every_hour(
    limit: Limit, worked_out: Callable[[datetime], datetime]
) -> None:
    calendar = official_calendar()
    moments = [FIRST + timedelta(hours=hour) for hour in range(HOURS)]
    assert [worked_out(at) for at in moments] == [due_at(calendar, at, limit) for at in moments]
