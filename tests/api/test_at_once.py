"""What really commits: two clerks press at once, and a filing stands once its transaction has ended."""

from __future__ import annotations

import threading

from django.db import connection

from apps.applications.models import Party, RevisionAttachment
from apps.cases.models import Case, CaseEvent, CaseFee, CaseNotice
from tests import given
from tests.api.calls import Caller, at_counter, uploads
from tests.factories import a_tax_code


def test_the_same_verb_by_two_clerks_at_once_is_played_once(committing_db):
    case = given.case_at_intake(given.HOUSEHOLD)
    clerks = [Caller(given.receptionist(case.current_agency)) for _ in range(2)]
    ready, answers = threading.Barrier(2), []

    def press(caller: Caller) -> None:
        try:
            ready.wait(10)
            answers.append(caller.post(f"/cases/{case.code}/accept-intake"))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[caller]) for caller in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (200, 409)
    told = lost.json()
    assert told["code"] == "verb_not_open"
    assert told["data"]["last_act"] == "Accepted" and told["data"]["last_by"]
    assert CaseEvent.objects.filter(case=case, kind="intake_accepted").count() == 1


def test_a_filing_with_new_people_papers_and_fees_holds_when_it_commits(committing_db):
    clerk = given.receptionist(given.ward_committee())
    body = at_counter(
        given.FOOD_SAFETY,
        attachments=uploads(given.FOOD_SAFETY, clerk),
        organisation={"name": "Công ty TNHH Sông Hồng", "number": a_tax_code(1), "seat": given.ward().pk},
    )
    caller = Caller(clerk)
    filed = [caller.post("/applications", body) for _ in range(2)]
    assert [answer.status_code for answer in filed] == [201, 201]
    first, second = (answer.json()["code"] for answer in filed)
    assert first.endswith("-0001") and second.endswith("-0002")
    for case in Case.objects.filter(code__in=[first, second]):
        assert Party.objects.filter(application=case.application).count() == 3
        assert RevisionAttachment.objects.filter(revision__application=case.application).count() == len(
            body["attachments"]
        )
        assert [fee.fee.amount for fee in CaseFee.objects.filter(case=case)] == [700_000]
        assert case.last_hash == CaseEvent.objects.get(case=case).hash
        assert CaseNotice.objects.filter(case=case).count() == 1
