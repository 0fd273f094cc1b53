"""Taking money: the payment, its ledger row and the receipt's number are one act."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import translation

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.cases.actions.intake import accept_intake
from apps.cases.actions.payment import record_payment
from apps.cases.choices import EventKind, Status
from apps.cases.errors import NotCompetent, NotYours, ReasonUnknown
from apps.cases.history import read_entry
from apps.cases.models import CaseReceipt
from apps.cases.policies import DESK
from apps.cases.selectors import fees_of, owed_at
from apps.receipts.actions.cashiers import open_session
from apps.receipts.errors import (
    AmountNotDue,
    FeeNotEstablished,
    NoOpenSeries,
    NoOpenSession,
    NothingDue,
    ReferenceTooLong,
    SessionElsewhere,
    SessionNotOfToday,
    SlipMissing,
)
from apps.receipts.models import FeeDue, Payment, Receipt, ReceiptSeries
from tests import given
from tests.cases import doors
from tests.factories import PostFactory

pytestmark = pytest.mark.django_db


def play(case, amount=8000, method="cash", at=given.NOW, reference=""):
    return lambda by, key: record_payment(
        case.code, amount=amount, method=method, reference=reference, by=by, at=at, request_key=key
    )


def test_only_a_desk_concerned_takes_the_money():
    case = given.filed_with_a_fee()
    at = case.current_agency
    event = doors.only_official(case, play(case, amount=700_000), right=given.cashier(at), at=at, roles=DESK)
    assert event.kind == EventKind.PAYMENT_RECORDED
    assert event.from_status == event.to_status == case.status


def test_one_settlement_is_one_payment_and_one_receipt_with_the_next_number():
    case = given.taken_at_counter()
    by = given.cashier(case.current_agency)
    event = doors.acted(case, lambda: play(case)(by, given.key()))
    receipt = CaseReceipt.objects.select_related("receipt__series", "receipt__payment").get(case=case).receipt
    assert (receipt.number, receipt.amount, receipt.payment.amount) == (1, 8000, 8000)
    assert receipt.series.last_number == 1
    assert receipt.snapshot["total_in_words"] == "Tám nghìn đồng"
    data = read_entry(event.body).data
    assert data["receipts"] == [str(receipt.uuid)]
    assert data["payments"] == [str(receipt.payment.uuid)]


def test_the_collecting_body_is_the_competent_agency_whichever_desk_takes_the_money():
    desk, holder = given.ward_committee("Phường Trúc Bạch"), given.ward_committee()
    case = given.taken_at_counter(desk=desk)
    play(case)(given.cashier(desk), given.key())
    payment = Payment.objects.get()
    assert (payment.collecting_body, payment.taken_at_desk) == (holder, desk)
    assert Receipt.objects.get().series.collecting_body == holder


def test_a_payment_owes_the_receipts_paper():
    case = given.taken_at_counter()
    by = given.cashier(case.current_agency)
    assert doors.owed_by(lambda: play(case)(by, given.key())) == ["render_receipt"]


@pytest.mark.parametrize("amount", [-8000, 0, 7999, 8001, 16000])
def test_another_amount_than_what_is_due_is_refused(amount):
    case = given.taken_at_counter()
    with doors.refused(AmountNotDue, field="amount") as told:
        play(case, amount=amount)(given.cashier(case.current_agency), given.key())
    assert told.value.data == {"due": "8.000", "given": f"{amount:,}".replace(",", ".")}


def test_what_is_paid_is_not_paid_twice():
    case = given.taken_at_counter()
    by = given.cashier(case.current_agency)
    play(case)(by, given.key())
    with doors.refused(NothingDue) as told:
        play(case)(by, given.key())
    doors.tells_of(told.value, doors.event_of(case))


@pytest.mark.parametrize(("language", "act"), [("vi", "Đã thu phí, lệ phí"), ("en", "Payment recorded")])
def test_who_took_the_money_is_told_in_the_readers_language(language, act):
    case = given.taken_at_counter()
    by = given.cashier(case.current_agency)
    play(case)(by, given.key())
    with translation.override(language), doors.refused(NothingDue) as told:
        play(case)(by, given.key())
    with translation.override(language):
        assert told.value.message.endswith(f" {act}: {by.name}, 09:00 23/11/2026.")


def test_what_the_citys_budget_bears_is_not_collected():
    case = given.case_at_intake()
    with doors.refused(NothingDue):
        play(case)(given.cashier(case.current_agency), given.key())


def test_a_fee_that_is_not_established_is_not_collected_and_that_is_said():
    case = given.case_at_intake("1.001699", by=given.citizen())
    [fee] = fees_of(case)
    assert (fee.unit_price, fee.amount, fee.is_owed_by_applicant) == (None, None, False)
    with doors.refused(FeeNotEstablished):
        play(case)(given.cashier(case.current_agency), given.key())


def test_money_is_taken_by_a_known_method():
    case = given.taken_at_counter()
    with doors.refused(ReasonUnknown, field="method"):
        play(case, method="gold")(given.cashier(case.current_agency), given.key())


def test_without_an_open_series_no_money_is_taken():
    case = given.taken_at_counter()
    ReceiptSeries.objects.filter(collecting_body=given.ward_committee()).update(closed_at=given.NOW)
    with doors.refused(NoOpenSeries) as told:
        play(case)(given.cashier(case.current_agency), given.key())
    assert told.value.data["body"] == given.ward_committee().title


def test_a_series_of_this_year_gives_no_number_to_the_next():
    case = given.taken_at_counter()
    new_year = datetime(2027, 1, 4, 9, 0, tzinfo=given.HANOI)
    with doors.refused(NoOpenSeries):
        play(case, at=new_year)(given.cashier(case.current_agency, at=new_year), given.key())


def test_where_no_agency_is_competent_nobody_collects():
    case = given.taken_at_counter(connecting_unit_id=given.ward("Phường Cống Vị").pk)
    type(given.ward()).objects.filter(name="Phường Cống Vị").update(valid_to=given.NOW.date())
    with doors.refused(NotCompetent):
        play(case)(given.cashier(case.current_agency), given.key())


def test_a_handler_takes_no_money():
    case, handler = given.assigned_case()
    with doors.refused(NotYours):
        play(case)(handler, given.key())


def test_no_money_is_taken_for_a_case_that_has_ended():
    from apps.cases.actions.intake import decline_intake

    case = given.taken_at_counter()
    by = given.cashier(case.current_agency, role=Role.RECEPTIONIST)
    decline_intake(
        case.code,
        reason="papers_missing",
        text="Thiếu",
        by=by,
        at=given.NOW,
        request_key=given.key(),
    )
    doors.only_open_in(case, play(case), by=by)


def test_the_same_request_takes_the_money_once():
    case = given.taken_at_counter()
    by = given.cashier(case.current_agency)
    doors.answers_once(case, play(case), by=by, other=play(case, method="card"))
    assert Receipt.objects.count() == 1


def test_the_number_is_taken_by_the_very_last_statement():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    case = given.taken_at_counter()
    by = given.cashier(case.current_agency)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        play(case)(by, given.key())
    work = [row["sql"] for row in queries if not row["sql"].startswith(("RELEASE", "SAVEPOINT"))]
    assert "UPDATE receipts_receiptseries" in work[-1]
    assert not any("receipts_receiptseries" in sql and "UPDATE" in sql for sql in work[:-1])


def test_while_one_line_that_applies_has_no_price_nothing_is_collected_of_the_others():
    # A change of land rights: one price for the ward is established, the rate of the other fee is not.
    case = given.taken_at_counter("1.013831")
    assert {fee.amount for fee in fees_of(case)} == {28_000, None}
    with doors.refused(FeeNotEstablished):
        play(case, amount=28_000)(given.cashier(case.current_agency), given.key())


def test_a_line_without_a_price_closes_no_gate():
    case = given.case_at_intake("1.001699", by=given.citizen())
    assert owed_at(case) == 0
    accept_intake(
        case.code, by=given.receptionist(case.current_agency), at=given.NOW, request_key=given.key()
    )
    assert given.fresh(case).status == Status.ACCEPTED


def test_what_may_not_be_collected_keeps_no_case_from_being_accepted():
    case = given.taken_at_counter("1.013831")
    assert owed_at(case) == 0
    accept_intake(
        case.code, by=given.receptionist(case.current_agency), at=given.NOW, request_key=given.key()
    )
    assert given.fresh(case).status == Status.ACCEPTED


def test_what_was_withdrawn_is_not_collected():
    case = given.taken_at_counter()
    FeeDue.objects.filter(pk__in=[fee.pk for fee in fees_of(case)]).update(withdrawn_at=given.NOW)
    with doors.refused(NothingDue):
        play(case)(given.cashier(case.current_agency), given.key())


def test_two_tabs_take_the_money_once():
    case = given.taken_at_counter()
    one, another = given.cashier(case.current_agency), given.cashier(case.current_agency)
    play(case)(one, given.key())
    for by in (one, another):
        with doors.refused(NothingDue):
            play(case)(by, given.key())
    assert Payment.objects.count() == Receipt.objects.count() == 1


def test_a_card_payment_names_its_slip_and_no_longer_than_its_column():
    case = given.taken_at_counter()
    by = given.cashier(case.current_agency)
    with doors.refused(ReferenceTooLong, field="reference"):
        play(case, method="card", reference="9" * 81)(by, given.key())
    with doors.refused(SlipMissing, field="reference"):
        play(case, method="card", reference=" ")(by, given.key())
    play(case, method="card", reference="9" * 80)(by, given.key())
    assert Payment.objects.get().reference == "9" * 80


def test_money_at_the_counter_is_taken_within_a_session():
    case = given.taken_at_counter()
    with doors.refused(NoOpenSession):
        play(case)(given.staff(case.current_agency, Role.CASHIER), given.key())


def test_a_session_of_yesterday_is_closed_before_money_is_taken():
    case = given.taken_at_counter()
    by = given.cashier(case.current_agency, at=given.after(given.NOW, days=-3))
    with doors.refused(SessionNotOfToday) as told:
        play(case)(by, given.key())
    assert told.value.data == {"on": "20/11/2026"}


def test_a_session_at_a_desk_without_a_part_in_the_case_takes_no_money_for_it():
    case = given.taken_at_counter()
    by = given.staff(case.current_agency, Role.CASHIER)
    elsewhere = given.ward_committee("Phường Trúc Bạch")
    PostFactory(user_id=by.user_id, agency=elsewhere, role=Role.CASHIER)
    by = given.act_as(User.objects.get(pk=by.user_id))
    open_session(elsewhere.pk, opening_balance=0, by=by, at=given.NOW, request_key=given.key())
    with doors.refused(SessionElsewhere):
        play(case)(by, given.key())


def test_the_money_names_the_session_in_which_it_was_taken():
    case = given.taken_at_counter()
    by = given.cashier(case.current_agency)
    play(case)(by, given.key())
    payment = Payment.objects.select_related("session").get()
    assert (payment.session.cashier_id, payment.session.desk_id) == (by.user_id, case.current_agency_id)
