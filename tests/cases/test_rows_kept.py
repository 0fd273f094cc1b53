"""What stands beside the ledger of a case is written once: the program's own role cannot make it say something else."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from apps.cases.models import EventText, Obligation
from tests import given

pytestmark = pytest.mark.django_db


def run(sql: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.rowcount


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE cases_obligation SET amount = 1",
        "UPDATE cases_obligation SET authority = 'Chi cục khác'",
        "UPDATE cases_obligation SET voucher = 'X'",
        "DELETE FROM cases_obligation",
        "UPDATE cases_casedocument SET case_id = case_id",
        "UPDATE cases_casenotice SET event_id = event_id",
        "UPDATE cases_caseresult SET number = 'X'",
        "UPDATE cases_lateentry SET taken_at = now()",
    ],
)
def test_papers_notices_results_and_obligations_are_not_rewritten(sql):
    given.awaiting_payment()
    given.resolved_case()
    with pytest.raises(ProgrammingError):
        run(sql)


def test_an_obligation_is_fulfilled_once():
    given.awaiting_payment()
    fulfil = (
        "UPDATE cases_obligation SET voucher = 'GNT 1', fulfilled_at = now(), fulfilled_by_id = asked_by_id"
    )
    assert run(fulfil) == 1
    with pytest.raises(ProgrammingError):
        run("UPDATE cases_obligation SET voucher = 'GNT 2', fulfilled_at = now()")
    assert Obligation.objects.get().voucher == "GNT 1"


@pytest.mark.parametrize(
    "change",
    ["text = 'khác'", "text = 'khác', redacted_at = now()", "text = ''", "event_id = event_id + 1"],
)
def test_a_reason_is_taken_away_or_stays_and_never_says_something_else(change):
    given.resolved_case()
    before = list(EventText.objects.order_by("pk").values_list("text", flat=True))
    assert any(before)
    with pytest.raises(ProgrammingError):
        run(f"UPDATE cases_eventtext SET {change}")
    assert list(EventText.objects.order_by("pk").values_list("text", flat=True)) == before


def test_what_was_taken_away_is_not_put_back():
    given.resolved_case()
    assert run("UPDATE cases_eventtext SET text = '', redacted_at = now()")
    with pytest.raises(ProgrammingError):
        run("UPDATE cases_eventtext SET redacted_at = NULL")
