"""Series are opened with the tax authority's acceptance, and closed by a decision, at year end, by reorganisation."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.accounts.choices import Role
from apps.cases.actions.payment import record_payment
from apps.core.errors import NotAllowed
from apps.core.jobs import DecisionMissing
from apps.core.models import AdministrativeAct
from apps.receipts.actions.numbering import open_series_of
from apps.receipts.actions.series import (
    close_for_succession,
    close_past_years,
    close_series,
    load_series,
    open_series,
    record_acceptance,
)
from apps.receipts.errors import (
    AcceptanceInFuture,
    AcceptanceKnown,
    AcceptanceMissing,
    BodySucceeded,
    DecisionInFuture,
    FaceValueWrong,
    FormNotInForce,
    NoOpenSeries,
    ReasonNeeded,
    SeriesClosed,
    SeriesCodeWrong,
    SeriesNotAccepted,
    SeriesOverlaps,
    SeriesUnknown,
    SeriesYearWrong,
    SuccessorWrong,
)
from apps.receipts.models import CollectingSuccession, Payment, Receipt, ReceiptSeries
from apps.receipts.selectors import acts_on_series, bodies_with_series, body_kept, series_of
from tests import given

pytestmark = pytest.mark.django_db

ACCEPTED_ON = date(2026, 11, 20)
LAST_SECOND = datetime(2026, 12, 31, 23, 59, 59, tzinfo=given.HANOI)
FIRST_SECOND = datetime(2027, 1, 1, 0, 0, 0, tzinfo=given.HANOI)


def play(by=None, at=given.NOW, **fields):
    wanted = {
        "form": "EBL02",
        "face_value": 8000,
        "code": "26TAB",
        "year": 2026,
        "acceptance_number": "123/TB-CT",
        "accepted_on": ACCEPTED_ON,
        **fields,
    }
    body = wanted.pop("body", None) or given.ward_committee()
    return open_series(body, by=by or given.administrator(), at=at, **wanted)


def refused(refusal, play, field=None):
    before = list(ReceiptSeries.objects.order_by("pk").values()), AdministrativeAct.objects.count()
    with pytest.raises(refusal) as told:
        play()
    assert told.type is refusal and told.value.message and "%(" not in told.value.message
    if field:
        assert told.value.field == field
    assert (list(ReceiptSeries.objects.order_by("pk").values()), AdministrativeAct.objects.count()) == before


def stored() -> ReceiptSeries:
    """The series of the ward as it was loaded: without an acceptance."""
    return ReceiptSeries.objects.get(collecting_body=given.ward_committee(), form="EBL01", year=2026)


def test_a_series_is_opened_with_the_tax_authoritys_acceptance_and_that_is_on_record():
    by = given.administrator()
    series = play(by)
    assert (series.acceptance_number, series.accepted_on, series.last_number) == ("123/TB-CT", ACCEPTED_ON, 0)
    act = AdministrativeAct.objects.latest("pk")
    assert (act.kind, act.actor_id, act.body["code"]) == ("open_series", by.user_id, "26TAB")
    assert open_series_of(given.ward_committee(), at=given.NOW, face_value=8000) == series


@pytest.mark.parametrize(
    ("fields", "refusal", "field"),
    [
        ({"acceptance_number": " "}, AcceptanceMissing, "acceptance_number"),
        ({"acceptance_number": "1" * 61}, AcceptanceMissing, "acceptance_number"),
        ({"accepted_on": date(2026, 11, 24)}, AcceptanceInFuture, "accepted_on"),
        ({"year": 2025, "code": "25TAB"}, SeriesYearWrong, "year"),
        ({"year": 2028, "code": "28TAB"}, SeriesYearWrong, "year"),
        ({"code": "27TAB"}, SeriesCodeWrong, "code"),
        ({"code": "26TAF"}, SeriesCodeWrong, "code"),
        ({"code": "26TABC"}, SeriesCodeWrong, "code"),
        ({"code": ""}, SeriesCodeWrong, "code"),
        ({"face_value": None}, FaceValueWrong, "face_value"),
        ({"face_value": 0}, FaceValueWrong, "face_value"),
        ({"form": "EBL01"}, FaceValueWrong, "face_value"),
        ({"form": "01BLP0-001"}, FormNotInForce, "form"),
        ({"form": "EBL01", "face_value": None}, SeriesOverlaps, None),
        ({"form": "EBL01", "face_value": None, "code": "26TAA"}, SeriesOverlaps, None),
    ],
)
def test_what_the_law_does_not_open_is_refused(fields, refusal, field):
    refused(refusal, lambda: play(**fields), field)


def test_two_face_values_stand_beside_each_other_and_the_same_one_overlaps():
    play()
    play(face_value=5000, code="26TAC")
    refused(SeriesOverlaps, lambda: play(code="26TAD"))
    refused(SeriesOverlaps, lambda: play(face_value=2000, code="26TAC"))


@pytest.mark.parametrize("day", [date(2026, 1, 5), date(2026, 6, 30)])
def test_before_the_law_was_in_force_no_electronic_series_is_opened(day):
    at = datetime(day.year, day.month, day.day, 9, tzinfo=given.HANOI)
    refused(FormNotInForce, lambda: play(at=at, accepted_on=day), "form")


@pytest.mark.parametrize("role", [Role.HEAD, Role.APPROVER])
def test_who_heads_the_body_or_signs_for_it_opens_its_series_and_no_others(role):
    play(given.staff(given.ward_committee(), role))
    by = given.staff(given.ward_committee("Phường Trúc Bạch"), role)
    refused(NotAllowed, lambda: play(by, code="26TAC", face_value=1000))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.HEAD, Role.APPROVER}))
def test_nobody_else_of_the_body_keeps_series(role):
    by = given.staff(given.ward_committee(), role)
    refused(NotAllowed, lambda: play(by))
    refused(NotAllowed, lambda: close_series(stored().pk, reason="Nhầm", by=by, at=given.NOW))
    assert series_of(given.ward_committee(), seen_by=by) == []
    with pytest.raises(SeriesUnknown):
        body_kept(given.ward_committee().pk, seen_by=by)


def test_a_series_gives_no_number_before_the_tax_authority_has_accepted_it(settings):
    settings.UNACCEPTED_SERIES_ALLOWED = False
    case = given.taken_at_counter()
    body = case.competent_agency or case.receiving_agency
    cashier = given.cashier(case.receiving_agency)

    def pay() -> None:
        record_payment(
            case.code, amount=8_000, method="cash", by=cashier, at=given.NOW, request_key=given.key()
        )

    refused(SeriesNotAccepted, pay)
    assert not Receipt.objects.exists()
    assert not Payment.objects.exists()
    series = ReceiptSeries.objects.get(collecting_body=body, year=given.NOW.year)
    record_acceptance(
        series.pk,
        acceptance_number="9/TB",
        accepted_on=ACCEPTED_ON,
        by=given.staff(body, Role.HEAD),
        at=given.NOW,
    )
    pay()
    assert Receipt.objects.get().series == series


def test_an_acceptance_is_recorded_once_for_a_series_that_was_loaded_without():
    by, series = given.administrator(), stored()
    record_acceptance(series.pk, acceptance_number="9/TB", accepted_on=ACCEPTED_ON, by=by, at=given.NOW)
    again = {"acceptance_number": "10/TB", "accepted_on": ACCEPTED_ON, "by": by, "at": given.NOW}
    assert stored().acceptance_number == "9/TB"
    refused(AcceptanceKnown, lambda: record_acceptance(series.pk, **again))
    refused(AcceptanceMissing, lambda: record_acceptance(series.pk, **{**again, "acceptance_number": ""}))
    future = {**again, "accepted_on": given.NOW.date() + timedelta(days=1)}
    refused(AcceptanceInFuture, lambda: record_acceptance(series.pk, **future))
    refused(SeriesUnknown, lambda: record_acceptance(0, **again))


def test_a_closed_series_stays_closed():
    by, series = given.administrator(), stored()
    refused(ReasonNeeded, lambda: close_series(series.pk, reason=" ", by=by, at=given.NOW))
    close_series(series.pk, reason="Cơ quan thuế yêu cầu", by=by, at=given.NOW)
    assert stored().closed_at == given.NOW
    refused(SeriesClosed, lambda: close_series(series.pk, reason="Nữa", by=by, at=given.NOW))
    again = {"acceptance_number": "9/TB", "accepted_on": ACCEPTED_ON, "by": by, "at": given.NOW}
    refused(SeriesClosed, lambda: record_acceptance(series.pk, **again))


def test_after_a_series_was_closed_another_is_opened_with_other_letters():
    by = given.administrator()
    close_series(stored().pk, reason="Hết", by=by, at=given.NOW)
    refused(SeriesOverlaps, lambda: play(form="EBL01", face_value=None, code="26TAA"))
    series = play(form="EBL01", face_value=None)
    assert open_series_of(given.ward_committee(), at=given.NOW) == series


# The turn of the year


def next_year() -> ReceiptSeries:
    return play(form="EBL01", face_value=None, code="27TAA", year=2027)


def pay(at: datetime) -> Receipt:
    case = given.taken_at_counter(at=at)
    record_payment(
        case.code,
        amount=8000,
        method="cash",
        by=given.cashier(case.current_agency, at=at),
        at=at,
        request_key=given.key(),
    )
    return given.wrong_receipt(case)


def test_the_moment_of_issue_decides_the_year_and_nobody_waits_at_midnight():
    new = next_year()
    old, first = pay(LAST_SECOND), pay(FIRST_SECOND)
    assert (old.series.year, old.number) == (2026, 1)
    assert (first.series, first.number) == (new, 1)


def test_money_taken_in_the_last_second_and_committed_after_midnight_is_of_the_old_year():
    next_year()
    close_past_years(at=FIRST_SECOND + timedelta(minutes=30))
    assert pay(LAST_SECOND).series.year == 2026


def test_the_old_year_is_closed_once_nothing_of_it_is_pending_and_only_then():
    new = next_year()
    assert close_past_years(at=LAST_SECOND) == 0
    assert close_past_years(at=FIRST_SECOND + timedelta(minutes=59)) == 0
    assert not ReceiptSeries.objects.filter(closed_at__isnull=False).exists()
    at = FIRST_SECOND + timedelta(minutes=90)
    with CaptureQueriesContext(connection) as queries:
        closed = close_past_years(at=at)
    # Hundreds of series wait for one statement.
    assert len([each for each in queries if each["sql"].startswith('UPDATE "receipts_receiptseries"')]) == 1
    assert closed == ReceiptSeries.objects.filter(year=2026, closed_at=at).count() > 0
    assert ReceiptSeries.objects.get(pk=new.pk).closed_at is None
    assert close_past_years(at=at) == 0
    act = AdministrativeAct.objects.filter(kind="close_series").latest("pk")
    assert (act.actor_id, act.body["reason"]) == (None, "year end")


def test_without_next_years_series_no_money_is_taken_in_the_new_year():
    case = given.taken_at_counter(at=FIRST_SECOND)
    by = given.cashier(case.current_agency, at=FIRST_SECOND)
    with pytest.raises(NoOpenSeries):
        record_payment(case.code, amount=8000, method="cash", by=by, at=FIRST_SECOND, request_key=given.key())
    assert not Receipt.objects.exists()


# Reorganisation


def test_a_body_that_ends_closes_its_series_and_opens_none_and_its_successor_goes_on():
    body, successor = given.ward_committee(), given.ward_committee("Phường Trúc Bạch")
    by = given.administrator()
    close_for_succession(
        body, successor, decision="1656/NQ-UBTVQH15", decided_on=given.NOW.date(), by=by, at=given.NOW
    )
    assert not ReceiptSeries.objects.filter(collecting_body=body, closed_at__isnull=True).exists()
    assert open_series_of(successor, at=given.NOW).collecting_body == successor
    refused(BodySucceeded, lambda: play(by))
    again = {"decision": "2", "decided_on": given.NOW.date(), "by": by, "at": given.NOW}
    refused(
        BodySucceeded, lambda: close_for_succession(body, given.ward_committee("Phường Hàng Bạc"), **again)
    )
    for pair in ((successor, body), (successor, successor)):
        refused(SuccessorWrong, lambda pair=pair: close_for_succession(*pair, **again))
    # The next year's series are opened for the others all the same.
    assert load_series([body.pk, successor.pk], year=2027, at=given.NOW) == 1
    recorded = CollectingSuccession.objects.get()
    assert (recorded.decision, recorded.decided_on) == ("1656/NQ-UBTVQH15", given.NOW.date())
    act = AdministrativeAct.objects.get(kind="succeed_body")
    assert (act.decision, act.actor_id, act.body["successor"]) == (
        recorded.decision,
        by.user_id,
        successor.pk,
    )


@pytest.mark.parametrize(
    ("fields", "refusal", "field"),
    [
        ({"decision": " "}, DecisionMissing, "decision"),
        ({"decision": "1" * 201}, DecisionMissing, "decision"),
        ({"decided_on": date(2026, 11, 24)}, DecisionInFuture, "decided_on"),
    ],
)
def test_who_succeeds_a_body_is_recorded_on_a_decision(fields, refusal, field):
    said = {"decision": "1656/NQ", "decided_on": ACCEPTED_ON, "by": given.administrator(), "at": given.NOW}
    pair = given.ward_committee(), given.ward_committee("Phường Trúc Bạch")
    refused(refusal, lambda: close_for_succession(*pair, **{**said, **fields}), field)


@pytest.mark.parametrize("role", sorted(Role))
def test_nobody_of_the_body_or_of_its_successor_says_who_succeeds_it(role):
    body, successor = given.ward_committee(), given.ward_committee("Phường Trúc Bạch")
    said = {"decision": "1656/NQ", "decided_on": ACCEPTED_ON, "at": given.NOW}
    for at in (body, successor):
        refused(
            NotAllowed, lambda at=at: close_for_succession(body, successor, by=given.staff(at, role), **said)
        )


def test_the_database_itself_keeps_successions_from_going_round_and_ended_bodies_from_opening():
    body = given.ward_committee()
    successor = given.succeeded(body)
    round_trip = {"decision": "2", "decided_on": ACCEPTED_ON, "recorded_at": given.NOW}
    with pytest.raises(IntegrityError) as told, transaction.atomic():
        CollectingSuccession.objects.create(
            body=successor, successor=body, recorded_by_id=given.administrator().user_id, **round_trip
        )
    assert told.value.__cause__.diag.constraint_name == "succeeded_by_who_stands"
    with pytest.raises(IntegrityError) as told, transaction.atomic():
        ReceiptSeries.objects.create(
            collecting_body=body, form="EBL01", code="26TAB", year=2026, opened_at=given.NOW
        )
    assert told.value.__cause__.diag.constraint_name == "series_of_a_body_that_stands"


# Who sees


def test_an_administrator_finds_bodies_by_name_and_a_head_has_their_own():
    found = bodies_with_series(seen_by=given.administrator(), name="Trúc Bạch")
    assert given.ward_committee("Phường Trúc Bạch") in found
    assert all("Trúc Bạch" in each.name for each in found)
    head = given.staff(given.ward_committee(), Role.HEAD)
    assert bodies_with_series(seen_by=head) == [given.ward_committee()]
    assert bodies_with_series(seen_by=given.citizen()) == []


def test_what_was_done_with_a_bodys_series_is_shown_to_who_keeps_them():
    by = given.administrator()
    play(by)
    assert [act.kind for act in acts_on_series(given.ward_committee(), seen_by=by)] == ["open_series"]
    assert acts_on_series(given.ward_committee(), seen_by=given.citizen()) == []
