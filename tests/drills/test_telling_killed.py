"""The day's list to the tax authority: whoever makes, writes or sends it is killed at any step, and each receipt is told once."""

from __future__ import annotations

from collections import Counter

import pytest
from lxml import etree

from apps.core.models import OutboxRow
from apps.operations.integrity import check
from apps.receipts.actions.day_reports import RENDER, SEND, make_lists
from apps.receipts.choices import DayReportState
from apps.receipts.models import DayReport, DayReportAnswer, DayReportFile, DayReportLine, Receipt
from apps.receipts.tax_authority import TryAgain
from tests import given
from tests.drills import die_telling
from tests.drills.die_telling import MAKING, SENDING, WRITING
from tests.drills.dying import killed_in
from tests.receipts import authority as authorities
from tests.receipts.authority import notice
from tests.receipts.lists import receipt

pytestmark = pytest.mark.commits

EVENING = given.NOW.replace(hour=18)
TODAY = given.NOW.date()


@pytest.fixture
def authority(settings):
    with authorities.running() as running:
        settings.TAX_AUTHORITY = {"url": running.url, "token": ""}
        yield running


@pytest.fixture
def killed(committing_db, settings, authority):
    """Somebody at the lists of the evening is killed at a step; `task` names the outbox row that they are at."""
    places = {"MEDIA_ROOT": str(settings.MEDIA_ROOT), "TAX_AUTHORITY_URL": authority.url}
    with killed_in(die_telling.__name__, database=committing_db, **places) as killed:

        def at(step: str, task: str = "") -> None:
            said = {"at": EVENING.isoformat()}
            if task:
                said |= {"task": task.rsplit(".", 1)[1], "row_id": due(task).pk}
            assert killed(step, **said) == -9, step
            assert check(at=EVENING).broken == {}, step

        yield at


def due(task: str) -> OutboxRow:
    return OutboxRow.objects.get(task=task, done_at__isnull=True)


def new_list() -> DayReport:
    receipt()
    assert make_lists(TODAY, at=EVENING) == 1
    return DayReport.objects.latest("pk")


def written() -> None:
    given.carry_out(EVENING, "render_day_report")


def sent() -> None:
    given.carry_out(EVENING, "send_day_report")


def told_there(authority) -> Counter[tuple[str, ...]]:
    """How often the authority has been told of each receipt, over all that it holds."""
    names = ("KHMSBLai", "KHBLai", "SBLai")
    lines = [line for xml in authority.held.values() for line in etree.fromstring(xml).iter("{*}DLieu")]
    return Counter(tuple(line.findtext(name) or "" for name in names) for line in lines)


def assert_told_once(authority, lists: int) -> None:
    """Every receipt is on one list, every list accepted with one answer word for word, and nothing is left to do."""
    issued = Receipt.objects.values_list("series__form", "series__code", "number")
    assert told_there(authority) == Counter((form, code, str(number)) for form, code, number in issued)
    assert DayReportLine.objects.count() == Receipt.objects.count()
    reports = DayReport.objects.order_by("part")
    assert [(each.part, each.state) for each in reports] == [
        (part, DayReportState.ACCEPTED) for part in range(1, lists + 1)
    ]
    assert DayReportFile.objects.count() == 3 * lists
    answers = {f"{each.edition.report.uuid}-1": bytes(each.body) for each in kept("accepted")}
    assert answers == {key: notice(key) for key in authority.held}
    assert len(answers) == kept("accepted").count() == lists
    assert not OutboxRow.objects.filter(task__in=[RENDER, SEND], done_at__isnull=True).exists()
    assert check(at=EVENING).broken == {}
    later = check(at=given.after(EVENING, days=3)).broken
    assert {"told_once", "told_as_issued"}.isdisjoint(later)


def kept(outcome: str):
    return DayReportAnswer.objects.filter(outcome=outcome).select_related("edition__report")


def test_whoever_makes_a_list_is_killed_at_any_step_and_it_is_made_whole_or_not_at_all(killed, authority):
    for number, step in enumerate(MAKING, 1):
        receipt()
        killed(step)
        is_made = step == "after the list is committed"
        for rows in (DayReport.objects, DayReportLine.objects, OutboxRow.objects.filter(task=RENDER)):
            assert rows.count() == number - 1 + is_made, step
        assert make_lists(TODAY, at=EVENING) == (not is_made), step
    written()
    sent()
    assert_told_once(authority, len(MAKING))


def test_whoever_writes_a_list_is_killed_at_any_step_and_the_next_one_writes_it(killed, authority):
    for number, step in enumerate(WRITING, 1):
        new_list()
        killed(step, RENDER)
        is_written = step == "after its files are committed"
        assert DayReportFile.objects.count() == 3 * (number - 1 + is_written), step
        assert OutboxRow.objects.filter(task=SEND).count() == number - 1 + is_written, step
        assert authority.asked == [], step
        written()
    sent()
    assert len(authority.asked) == len(WRITING)
    assert_told_once(authority, len(WRITING))


def test_whoever_sends_a_list_is_killed_at_any_step_and_the_authority_holds_it_once(killed, authority):
    for number, step in enumerate(SENDING, 1):
        new_list()
        written()
        killed(step, SEND)
        is_kept = step == "after the answer is committed"
        assert kept("accepted").count() == number - 1 + is_kept, step
        was_told = len(authority.held)
        assert was_told == number - (step in ("before it is read", "before it is handed over")), step
        sent()
        assert len(authority.held) == number, step
    # Four times the answer was lost with whoever had heard it, and the list was handed over again under its key.
    assert len(authority.asked) == len(SENDING) + 3
    assert_told_once(authority, len(SENDING))


def test_whoever_hears_that_a_list_is_received_is_killed_and_what_became_of_it_is_still_asked(
    killed, authority
):
    lost, seen = "after the answer is understood", "after the authority answered, before the answer is read"
    new_list()
    written()
    authority.plan = ["receive"]
    killed(lost, SEND)
    assert (DayReport.objects.get().state, kept("received").count()) == (DayReportState.MADE, 0)
    authority.plan = ["receive"]
    with pytest.raises(TryAgain, match="answer_awaited"):
        sent()
    killed(seen, SEND)
    assert (DayReport.objects.get().state, kept("received").count()) == (DayReportState.SENT, 1)
    sent()
    assert [method for method, _key in authority.asked] == ["PUT", "PUT", "GET", "GET"]
    assert_told_once(authority, 1)
