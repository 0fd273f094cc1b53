"""The command that shows the outbox: what failed and what waits too long, sent again when a person says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import translation

from apps.core import outbox
from apps.core.models import OutboxRow
from tests import given

pytestmark = pytest.mark.django_db


def row(effect: str, **columns: object) -> OutboxRow:
    owed = outbox.owe("apps.cases.tasks.route_case", effect, given.NOW, code="X")
    owed.save()
    OutboxRow.objects.filter(pk=owed.pk).update(**columns)
    return OutboxRow.objects.get(pk=owed.pk)


def failed(effect: str = "route:failed", at: datetime = given.NOW) -> OutboxRow:
    return row(effect, failed_at=at, attempts=outbox.MOST_ATTEMPTS, last_error="ConnectionRefusedError")


def played(*arguments: str, at: datetime = given.NOW) -> tuple[int, list[str]]:
    """The exit code and the lines of the command."""
    out, code = StringIO(), 0
    with time_machine.travel(at, tick=False), translation.override("en"):
        try:
            call_command("outbox", *arguments, stdout=out)
        except SystemExit as ended:
            code = int(ended.code or 0)
    return code, out.getvalue().splitlines()


def test_an_outbox_in_order_has_nothing_to_show():
    row("route:new")
    row("route:done", done_at=given.NOW, attempts=9)
    row("route:waits", attempts=3, next_attempt_at=given.NOW + timedelta(minutes=2))
    assert played() == (0, ["0 failed, 0 overdue"])


def test_a_failed_row_is_listed_with_all_that_tells_why():
    one = failed()
    code, lines = played(at=given.after(given.NOW, hours=2))
    assert code == 1
    assert lines == [
        f"FAILED {one.pk} apps.cases.tasks.route_case route:failed: attempts 12, last error ConnectionRefusedError, "
        "since 2026-11-23T09:00:00+07:00",
        "1 failed, 0 overdue",
    ]


@pytest.mark.parametrize(
    "columns",
    [
        {"next_attempt_at": given.NOW - timedelta(minutes=10)},
        {"attempts": 6, "next_attempt_at": given.NOW + timedelta(minutes=20)},
    ],
    ids=["due and sent by no relay", "sent again and again without effect"],
)
def test_a_row_that_waits_too_long_is_listed(columns):
    late = row("route:late", **columns)
    code, lines = played()
    assert code == 1
    assert lines[0].startswith(f"OVERDUE {late.pk} ") and "last error —" in lines[0]
    assert lines[1] == "0 failed, 1 overdue"


def test_a_named_row_is_sent_again_and_the_others_stay():
    one, other = failed("route:1"), failed("route:2")
    code, lines = played("--resend", str(one.pk))
    assert code == 1
    assert lines[0] == f"{one.pk}: will be sent again"
    assert lines[1].startswith(f"FAILED {other.pk} ")
    assert outbox.take_due(given.NOW) == [(one.pk, one.task)]


def test_what_is_no_failed_row_is_left_as_it_is_and_said():
    done = row("route:done", done_at=given.NOW)
    code, lines = played("--resend", str(done.pk), "987654321")
    assert code == 1
    assert lines[:2] == [
        f"{done.pk}: is not a failed row, left as it is",
        "987654321: is not a failed row, left as it is",
    ]
    assert OutboxRow.objects.get(pk=done.pk).done_at == given.NOW
    assert outbox.take_due(given.NOW) == []


def test_all_failed_rows_are_sent_again_from_the_beginning():
    rows = [failed(f"route:{number}", given.after(given.NOW, minutes=number)) for number in range(3)]
    at = given.after(given.NOW, hours=1)
    code, lines = played("--resend-failed", at=at)
    assert (code, lines[-1]) == (0, "0 failed, 0 overdue")
    assert lines[:-1] == [f"{one.pk}: will be sent again" for one in rows]
    assert sorted(outbox.take_due(at)) == [(one.pk, one.task) for one in rows]
    assert played("--resend-failed", at=at) == (0, ["0 failed, 0 overdue"])


def test_one_says_which_or_all_and_not_both():
    with pytest.raises(CommandError):
        call_command("outbox", "--resend", "1", "--resend-failed")


def test_nothing_personal_is_shown():
    outbox.note_error(failed().pk, ValueError("Trần Thị Bưởi, 001185000001"))
    _code, lines = played()
    assert "Bưởi" not in lines[0] and "last error ValueError" in lines[0]
