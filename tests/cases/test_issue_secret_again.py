"""The tracking secret issued again at a counter: a new form 01, and the secret before opens nothing."""

from __future__ import annotations

import logging

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.supplement import provide_supplement
from apps.cases.actions.tracking import issue_secret_again
from apps.cases.choices import EventKind, Status
from apps.cases.errors import CaseUnknown, IdentityUnchecked, NotYours, TrackingFailed
from apps.cases.history import read_entry
from apps.cases.models import CaseDocument, CaseEvent
from apps.cases.notices import notices_of
from apps.cases.policies import DESK
from apps.cases.selectors import case_by_secret, case_seen_by, documents_of, replaced_among
from apps.cases.tracking import secret_of
from apps.core.outbox import OutboxRow
from apps.documents.rendering import render_pdf
from apps.operations.integrity import check
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case, is_identity_checked=True, at=given.NOW):
    return lambda by, key: issue_secret_again(
        case.code, is_identity_checked=is_identity_checked, by=by, at=at, request_key=key
    )


def forms_01(case):
    return [row.document for row in documents_of(case, with_internal=True) if row.document.kind == "form_01"]


def test_only_a_desk_of_the_case_issues_it_again():
    case = given.accepted_case()
    at = case.receiving_agency
    event = doors.only_official(case, play(case), right=given.receptionist(at), at=at, roles=DESK)
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.SECRET_ISSUED_AGAIN,
        Status.ACCEPTED,
        Status.ACCEPTED,
    )
    assert given.fresh(case).tracking_generation == 2
    assert check(at=given.NOW).broken == {}


def test_the_desk_that_received_the_case_does_so_though_it_is_decided_elsewhere():
    case = given.at_competent_agency(
        given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
    )
    assert case.current_agency != case.receiving_agency
    doors.acted(case, lambda: play(case)(given.receptionist(case.receiving_agency), given.key()))


def test_the_secret_before_opens_nothing_and_the_new_one_does():
    case = given.accepted_case()
    old = secret_of(case.code, 1)
    assert case_by_secret(case.code, old).pk == case.pk
    play(case)(given.receptionist(case.current_agency), given.key())
    with pytest.raises(TrackingFailed):
        case_by_secret(case.code, old)
    assert case_by_secret(case.code, secret_of(case.code, 2)).pk == case.pk


def test_a_new_form_01_names_the_one_that_it_replaces_and_holds_the_new_secret():
    case = given.accepted_case()
    [before] = forms_01(case)
    by = given.receptionist(case.current_agency)
    at = given.after(given.NOW, hours=2)
    owed = doors.owed_by(lambda: play(case, at=at)(by, given.key()))
    assert owed == ["render_paper", "send_notice"]
    _, again = forms_01(case)
    assert again.snapshot["tracking"]["secret"] == secret_of(case.code, 2)
    assert again.snapshot["replaces"]["issued_at"] == before.snapshot["issued_at"]
    assert again.snapshot["replaces"]["issued_again_by"]["name"] == by.name
    same = before.snapshot.keys() - {"tracking", "issued_at", "check"}
    assert {name: again.snapshot[name] for name in same} == {name: before.snapshot[name] for name in same}
    assert before.snapshot["tracking"]["secret"] == secret_of(case.code, 1)
    assert set(replaced_among(documents_of(case, with_internal=True))) == {before.uuid}
    assert render_pdf("form_01", again.snapshot).startswith(b"%PDF-")


def test_it_promises_what_is_promised_now_and_while_the_clock_stands_what_was_promised():
    case, handler = given.case_awaiting_supplement(asked_at=given.after(given.NOW, hours=1))
    [first] = forms_01(case)
    desk = given.receptionist(case.current_agency)
    play(case, at=given.after(given.NOW, hours=2))(desk, given.key())
    assert forms_01(case)[-1].snapshot["promised_at"] == first.snapshot["promised_at"]
    provide_supplement(
        case.code,
        answers={},
        attachments={},
        message="Đã bổ sung",
        by=desk,
        at=given.after(given.NOW, days=7),
        request_key=given.key(),
    )
    play(case, at=given.after(given.NOW, days=7))(desk, given.key())
    promised = forms_01(case)[-1].snapshot["promised_at"]
    assert promised > first.snapshot["promised_at"]


def test_each_time_it_is_issued_again_the_last_paper_is_replaced():
    case = given.accepted_case()
    by = given.receptionist(case.current_agency)
    for hours in (1, 2):
        play(case, at=given.after(given.NOW, hours=hours))(by, given.key())
    papers = forms_01(case)
    assert given.fresh(case).tracking_generation == 3
    assert papers[2].snapshot["replaces"]["issued_at"] == papers[1].snapshot["issued_at"]
    assert set(replaced_among(documents_of(case, with_internal=True))) == {papers[0].uuid, papers[1].uuid}


def test_who_was_not_identified_gets_nothing():
    case = given.accepted_case()
    with doors.refused(IdentityUnchecked, field="is_identity_checked"):
        play(case, is_identity_checked=False)(given.receptionist(case.current_agency), given.key())
    assert case_by_secret(case.code, secret_of(case.code, 1)).pk == case.pk


def test_before_acceptance_there_is_no_form_to_issue_again():
    case = given.case_at_intake()
    doors.only_open_in(case, play(case), by=given.receptionist(case.current_agency))


def test_a_case_that_was_cancelled_before_acceptance_has_none_either():
    from apps.cases.actions.ending import request_withdrawal

    who = given.citizen()
    case = given.case_at_intake(by=who)
    request_withdrawal(case.code, reason="Thôi", by=who, at=given.NOW, request_key=given.key())
    clerk = given.receptionist(case.current_agency)
    assert "issue_secret_again" not in case_seen_by(case.code, seen_by=clerk).verbs
    with doors.refused(NotYours):
        play(case)(clerk, given.key())


def test_a_desk_that_has_nothing_to_do_with_the_case_is_told_of_none():
    case = given.accepted_case()
    with doors.refused(CaseUnknown):
        play(case)(given.staff(doors.other_ward(), Role.RECEPTIONIST), given.key())


def test_the_secret_is_in_no_event_no_notice_and_no_log(caplog):
    who = given.citizen()
    case = given.accepted_case(by=who)
    with caplog.at_level(logging.DEBUG):
        event = play(case)(given.receptionist(case.current_agency), given.key())
    secrets = [secret_of(case.code, 1), secret_of(case.code, 2)]
    assert read_entry(event.body).changes == {"tracking_generation": 2}
    told = notices_of(case_seen_by(case.code, seen_by=who), seen_by=who)
    assert told[0].about == EventKind.SECRET_ISSUED_AGAIN
    places = [bytes(row.body).decode() for row in CaseEvent.objects.filter(case=case)]
    places += [str(row.payload) for row in OutboxRow.objects.all()]
    places += [notice.text for notice in told] + [caplog.text]
    assert not [place for place in places for secret in secrets if secret in place]


def test_the_mail_that_tells_of_it_does_not_carry_it(mailoutbox):
    case = given.accepted_case(by=given.citizen())
    given.carry_out(given.NOW, "send_notice")
    play(case)(given.receptionist(case.current_agency), given.key())
    given.carry_out(given.NOW, "send_notice")
    assert case.code in mailoutbox[-1].subject
    assert secret_of(case.code, 2) not in mailoutbox[-1].body


def test_the_same_request_issues_it_once():
    case = given.accepted_case()
    by = given.receptionist(case.current_agency)
    doors.answers_once(case, play(case), by=by, other=play(case, is_identity_checked=False))
    assert CaseDocument.objects.filter(case=case, document__kind="form_01").count() == 2
