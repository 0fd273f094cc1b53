"""A person's own cases: who sees them, what stands there, the supplement and the withdrawal."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from apps.applications.models import ApplicationRevision
from apps.cases import notices
from apps.cases.actions.intake import decline_intake
from apps.cases.choices import Status
from apps.cases.models import CaseEvent
from apps.cases.tracking import secret_of
from apps.core.models import AccessRecord
from apps.documents.templatetags.papers import in_fours
from apps.web.ui.templatetags.ui import moment as moment_shown
from tests import given

pytestmark = pytest.mark.django_db


def moment(at: datetime | None) -> str:
    """A time as these pages, in English, show it."""
    with override("en"):
        return moment_shown(at)


PAGES = ("", "filed/", "provide-supplement/", "request-withdrawal/")


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_sent_to_sign_in(nobody, page: str) -> None:
    case = given.filed_online()
    assert nobody.get(f"/cases/{case.code}/{page}").url.startswith("/account/login/")


@pytest.mark.parametrize("page", PAGES)
def test_another_citizen_may_not_know_of_the_case(as_actor, page: str) -> None:
    case = given.filed_online()
    stranger = as_actor(given.citizen())
    assert stranger.get(f"/cases/{case.code}/{page}").status_code == 404
    assert stranger.get(f"/cases/H26.001.00001-990101-9999/{page}").status_code == 404


def test_a_clerk_sees_the_case_at_the_desk_and_not_here(as_actor) -> None:
    case = given.filed_online()
    clerk = given.receptionist(case.receiving_agency)
    assert as_actor(clerk).get(f"/cases/{case.code}/").status_code == 403
    # A clerk who is a citizen as well is still no party to this case.
    from apps.citizens.models import Citizen

    Citizen.objects.create(user_id=clerk.user_id, full_name=clerk.name)
    assert as_actor(clerk).get(f"/cases/{case.code}/").status_code == 404


def test_a_representative_sees_the_case_of_the_business(as_actor) -> None:
    who, business = given.representative()
    case = given.filed_online(given.FOOD_SAFETY, by=who, business_id=business)
    assert as_actor(who).get(f"/cases/{case.code}/").status_code == 200


@pytest.mark.parametrize("page", ["/cases/", "/cases/{code}/", "/cases/{code}/provide-supplement/"])
def test_looking_writes_no_event_and_no_row(as_actor, page: str) -> None:
    who = given.citizen()
    case, _handler = given.case_awaiting_supplement(by=who)
    before = CaseEvent.objects.count(), ApplicationRevision.objects.count()
    assert as_actor(who).get(page.format(code=case.code)).status_code == 200
    assert before == (CaseEvent.objects.count(), ApplicationRevision.objects.count())
    assert not AccessRecord.objects.exists()


def test_the_list_has_ones_own_cases_with_what_to_do_and_nobody_elses(as_actor) -> None:
    who = given.citizen()
    waiting, _handler = given.case_awaiting_supplement(by=who)
    unpaid = given.filed_online(given.FOOD_SAFETY, by=who)
    other = given.filed_online()
    page = as_actor(who).get("/cases/").content.decode()
    assert waiting.code in page and unpaid.code in page and other.code not in page
    assert "Complete the file" in page and "Pay 700.000\N{NO-BREAK SPACE}đ" in page


def test_an_empty_list_says_so(as_actor) -> None:
    assert "You have filed nothing yet" in as_actor(given.citizen()).get("/cases/").content.decode()


def test_the_list_takes_the_same_queries_at_2_rows_and_at_20(as_actor, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    who = given.citizen()
    client = as_actor(who)
    counts = []
    for number in (2, 18):
        for _ in range(number):
            given.filed_online(by=who)
        client.get("/cases/")
        with CaptureQueriesContext(
            connection,
        ) as taken:
            client.get("/cases/")
        counts.append(len(taken))
    assert counts[0] == counts[1] <= 8


def test_the_list_goes_on_page_by_page(as_actor, monkeypatch) -> None:
    monkeypatch.setattr("apps.web.portal.case_pages.PAGE_SIZE", 2)
    who = given.citizen()
    codes = [given.filed_online(by=who).code for _ in range(3)]
    client = as_actor(who)
    first = client.get("/cases/")
    assert codes[2] in first.content.decode() and codes[0] not in first.content.decode()
    [following] = re.findall(r'href="([^"]+)" rel="next"', first.content.decode())
    second = client.get("/cases/" + unescape(following))
    assert codes[0] in second.content.decode() and codes[2] not in second.content.decode()
    assert client.get("/cases/?before=x").status_code == 200


def test_the_page_of_a_case_says_everything_that_a_status_must_show(as_actor) -> None:
    who = given.citizen()
    case = given.accepted_case(given.FOOD_SAFETY, by=who)
    given.carry_out(given.NOW, "render_paper", "render_receipt")
    page = as_actor(who).get(f"/cases/{case.code}/").content.decode()
    for said in (
        case.code,
        "Accepted",
        "Tuesday 8 December 2026, 17:00",
        "Department of Agriculture",
        "700.000",
        "paid",
        "26TAA",
        "form 01",
        in_fours(secret_of(case.code, 1)),
    ):
        assert said in page, said


def test_the_head_of_a_case_says_what_comes_next_and_when(as_actor) -> None:
    who = given.citizen()
    filed, accepted = given.case_at_intake(by=who), given.accepted_case(given.HOUSEHOLD, by=who)
    waiting, _handler = given.case_awaiting_supplement(by=who)
    ready = given.resolved_case(given.HOUSEHOLD, by=who)
    client = as_actor(who)
    for case, what, when in (
        (filed, "Answer on acceptance due", moment(filed.due_at)),
        (accepted, "Result promised", moment(accepted.promised_due_at)),
        (waiting, "The time of the office stands still", ""),
        # What has ended says when, not until when it would have been in time.
        (ready, "Result ready since", moment(ready.ended_at)),
    ):
        for address in (f"/cases/{case.code}/", "/cases/"):
            page = client.get(address).content.decode()
            assert what in page and when in page, (address, what)
            assert "Due soon" not in page and "Overdue" not in page


def test_a_case_that_is_late_says_that_the_office_is(as_actor) -> None:
    who = given.citizen()
    case = given.accepted_case(given.HOUSEHOLD, by=who)
    with time_machine.travel(case.due_at + timedelta(days=3), tick=False):
        page = as_actor(who).get(f"/cases/{case.code}/").content.decode()
    assert "The office is late" in page


@pytest.mark.parametrize(
    ("delivery", "said"),
    [("counter", "Fetch the result at"), ("post", "Wait for the post")],
)
def test_a_result_that_is_ready_says_how_it_reaches_the_applicant(as_actor, delivery: str, said: str) -> None:
    who = given.citizen()
    case = given.resolved_case(
        given.HOUSEHOLD, by=who, delivery=delivery, delivery_address="Số 3, phố Hàng Đào"
    )
    for address in (f"/cases/{case.code}/", "/cases/"):
        assert said in as_actor(who).get(address).content.decode()


def test_who_owes_is_told_where_to_pay(as_actor) -> None:
    who, business = given.representative()
    case = given.case_at_intake(given.FOOD_SAFETY, by=who, business_id=business)
    page = unescape(as_actor(who).get(f"/cases/{case.code}/").content.decode())
    with override("en"):
        desks = f"{case.receiving_agency.title} or {case.current_agency.title}"
    assert f"Pay 700.000 đ at {desks}" in page


def test_a_paper_that_is_still_being_made_has_no_link(as_actor) -> None:
    who = given.citizen()
    case = given.accepted_case(by=who)
    page = as_actor(who).get(f"/cases/{case.code}/").content.decode()
    assert "being made" in page and f"/cases/{case.code}/papers/" not in page


def test_a_fee_without_an_established_price_is_never_0_and_never_missing(as_actor) -> None:
    who = given.citizen()
    case = given.case_at_intake("1.001699", by=who)
    client = as_actor(who)
    page = client.get(f"/cases/{case.code}/").content.decode()
    assert "not established; nothing is collected" in page
    filed = client.get(f"/cases/{case.code}/filed/").content.decode()
    assert "not established by a source: nothing is collected" in filed
    assert "You have nothing to pay" not in filed
    mine = client.get("/cases/").content.decode()
    for shown in (page, filed, mine):
        assert "\N{NO-BREAK SPACE}đ" not in shown and "Pay " not in shown


def test_no_title_and_no_address_has_personal_data(as_actor) -> None:
    who = given.citizen()
    case = given.filed_online(by=who)
    for address in ("/cases/", f"/cases/{case.code}/", f"/cases/{case.code}/filed/"):
        page = as_actor(who).get(address).content.decode()
        title = page.split("<title>")[1].split("</title>")[0]
        assert who.name not in title
        assert page.count("@example.vn") == 0


# What the applicant was told


def told(client, case) -> str:
    """The part of the page between the papers and what was filed."""
    page = client.get(f"/cases/{case.code}/").content.decode()
    return page.split("Messages to you")[1].split("What you filed")[0]


def test_messages_stand_on_the_page_before_any_was_sent_and_say_so(as_actor) -> None:
    who = given.citizen()
    case = given.accepted_case(by=who, contact_email="nguoi.nop@example.vn")
    page = told(as_actor(who), case)
    assert page.index(f"Case {case.code}: accepted") < page.index("your application has been filed")
    assert "The result is promised by Monday 23 November 2026, 17:00." in page
    assert page.count("E-mail: not sent yet") == 2
    given.carry_out(given.after(given.NOW, hours=1), "send_notice")
    page = told(as_actor(who), case)
    assert page.count("E-mail: sent Monday 23 November 2026, 10:00") == 2


def test_without_an_address_the_page_is_where_it_was_told(as_actor, monkeypatch) -> None:
    monkeypatch.setattr(notices, "_addresses", lambda *_: {})
    who = given.citizen()
    case = given.filed_online(by=who)
    assert "told on this page only" in told(as_actor(who), case)


def test_a_message_repeats_no_secret_and_no_markup_of_a_clerk(as_actor) -> None:
    who = given.citizen()
    case = given.case_at_intake(by=who)
    decline_intake(
        case.code,
        reason="papers_missing",
        text="<script>alert(1)</script> Thiếu & sai",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    page = told(as_actor(who), case)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Thiếu &amp; sai" in page and "<script" not in page
    assert secret_of(case.code, 1) not in page


def test_messages_cost_the_page_one_query(as_actor) -> None:
    who = given.citizen()
    client = as_actor(who)
    few, more = given.filed_online(by=who), given.resolved_case(by=who)
    counts = []
    for case in (few, more):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/cases/{case.code}/")
        counts.append(sum("cases_casenotice" in query["sql"] for query in asked))
    assert counts == [1, 1]


def supplement(**over: object) -> dict[str, object]:
    answers = given.typed(given.answers(given.CIVIL_EXTRACT))
    return {"request_key": given.key(), "message": "Đã bổ sung", "is_complete": "on", **answers, **over}


def test_the_supplement_page_says_what_is_asked_for(as_actor) -> None:
    who = given.citizen()
    case, _handler = given.case_awaiting_supplement(by=who)
    page = as_actor(who).get(f"/cases/{case.code}/provide-supplement/").content.decode()
    assert "Văn bản ủy quyền" in page and "Chưa có chứng thực" in page


def test_a_supplement_is_a_new_revision_with_what_changed(as_actor) -> None:
    who = given.citizen()
    case, _handler = given.case_awaiting_supplement(by=who)
    file = SimpleUploadedFile("uy-quyen.pdf", given.a_pdf())
    changed = supplement(**{"answers-request_content": "Xin trích lục khai sinh", "papers-authority": file})
    answer = as_actor(who).post(f"/cases/{case.code}/provide-supplement/", changed)
    assert answer.url == f"/cases/{case.code}/"
    assert given.fresh(case).status == Status.ACCEPTED
    revision = ApplicationRevision.objects.get(number=2)
    assert revision.answers == {"request_content": "Xin trích lục khai sinh"}
    assert revision.message == "Đã bổ sung" and revision.attachments.count() == 1


def test_a_supplement_that_is_not_declared_complete_is_a_part_and_the_clock_stands(as_actor) -> None:
    who = given.citizen()
    case, _handler = given.case_awaiting_supplement(by=who)
    client, typed = as_actor(who), supplement()
    del typed["is_complete"]
    page = client.post(f"/cases/{case.code}/provide-supplement/", typed, follow=True).content.decode()
    assert "This part is received." in page
    after = given.fresh(case)
    assert (after.status, after.is_clock_running) == (Status.AWAITING_SUPPLEMENT, False)
    declared = {"request_key": given.key(), **_answers_again(case), "is_complete": "on"}
    assert client.post(f"/cases/{case.code}/provide-supplement/", declared).status_code == 302
    assert given.fresh(case).status == Status.ACCEPTED


def _answers_again(case) -> dict[str, object]:
    from apps.applications.selectors import answers_of

    return {f"answers-{name}": value for name, value in answers_of(case.application_id).items()}


def test_the_applicant_reads_the_draft_and_says_that_it_is_right(as_actor) -> None:
    who = given.citizen()
    case, _handler = given.awaiting_confirmation(by=who)
    client = as_actor(who)
    own = client.get(f"/cases/{case.code}/").content.decode()
    assert f"/cases/{case.code}/confirm-draft/" in own and "Trần Văn Mít" not in own
    page = client.get(f"/cases/{case.code}/confirm-draft/").content.decode()
    assert "Họ, chữ đệm, tên: Trần Văn Mít" in page and "17:00" in page
    nothing = client.post(f"/cases/{case.code}/confirm-draft/", {"request_key": given.key()})
    assert nothing.status_code == 422 and given.fresh(case).is_draft_awaited
    wrong = {"request_key": given.key(), "is_correct": "no", "text": ""}
    assert client.post(f"/cases/{case.code}/confirm-draft/", wrong).status_code == 422
    right = {"request_key": given.key(), "is_correct": "yes"}
    assert client.post(f"/cases/{case.code}/confirm-draft/", right).url == f"/cases/{case.code}/"
    assert given.fresh(case).is_clock_running
    assert client.get(f"/cases/{case.code}/confirm-draft/").status_code == 302


def test_the_page_says_why_the_time_is_what_it_is_and_what_another_authority_has_set(as_actor) -> None:
    who = given.citizen()
    case, _handler = given.awaiting_payment(by=who)
    page = as_actor(who).get(f"/cases/{case.code}/").content.decode()
    assert "the clock has stood since Monday 23 November 2026, 09:00" in page
    assert "Chi cục Thuế quận Ba Đình" in page and "1.500.000" in page and "TB 12/2026" in page
    assert "Fulfil the obligation to the other authority" in page


def test_an_empty_supplement_is_refused(as_actor) -> None:
    who = given.citizen()
    case, _handler = given.case_awaiting_supplement(by=who)
    answer = as_actor(who).post(f"/cases/{case.code}/provide-supplement/", supplement(message=""))
    assert answer.status_code == 422 and '<a href="#id_message">' in answer.content.decode()


def test_a_supplement_sent_twice_is_taken_once(as_actor) -> None:
    who = given.citizen()
    case, _handler = given.case_awaiting_supplement(by=who)
    client, typed = as_actor(who), supplement()
    for _ in range(2):
        assert client.post(f"/cases/{case.code}/provide-supplement/", typed).status_code == 302
    assert ApplicationRevision.objects.filter(application=case.application).count() == 2


def test_a_supplement_nobody_asked_for_leads_back_to_the_case(as_actor) -> None:
    who = given.citizen()
    case = given.accepted_case(by=who)
    client = as_actor(who)
    assert client.get(f"/cases/{case.code}/provide-supplement/").url == f"/cases/{case.code}/"
    answer = client.post(f"/cases/{case.code}/provide-supplement/", supplement())
    assert answer.status_code == 422
    assert ApplicationRevision.objects.count() == 1


def test_another_citizen_cannot_supplement_or_withdraw(as_actor) -> None:
    case, _handler = given.case_awaiting_supplement()
    stranger = as_actor(given.citizen())
    assert stranger.post(f"/cases/{case.code}/provide-supplement/", supplement()).status_code == 404
    withdrawal = {"request_key": given.key(), "reason": "x"}
    assert stranger.post(f"/cases/{case.code}/request-withdrawal/", withdrawal).status_code == 404
    assert given.fresh(case).status == Status.AWAITING_SUPPLEMENT


def test_withdrawing_before_acceptance_ends_the_case(as_actor) -> None:
    who = given.citizen()
    case = given.filed_online(by=who)
    client = as_actor(who)
    assert "ends it at once" in client.get(f"/cases/{case.code}/request-withdrawal/").content.decode()
    typed = {"request_key": given.key(), "reason": "Không còn nhu cầu"}
    assert client.post(f"/cases/{case.code}/request-withdrawal/", typed).url == f"/cases/{case.code}/"
    assert given.fresh(case).status == Status.STOPPED


def test_withdrawing_later_is_a_request(as_actor) -> None:
    who = given.citizen()
    case = given.accepted_case(by=who)
    typed = {"request_key": given.key(), "reason": "Không còn nhu cầu"}
    as_actor(who).post(f"/cases/{case.code}/request-withdrawal/", typed)
    assert given.fresh(case).status == Status.WITHDRAWAL_REQUESTED


def test_withdrawing_needs_a_reason(as_actor) -> None:
    who = given.citizen()
    case = given.filed_online(by=who)
    typed = {"request_key": given.key(), "reason": "  "}
    answer = as_actor(who).post(f"/cases/{case.code}/request-withdrawal/", typed)
    assert answer.status_code == 422 and '<a href="#id_reason">' in answer.content.decode()
    assert given.fresh(case).status == Status.SUBMITTED


def test_a_case_that_has_ended_offers_no_withdrawal(as_actor) -> None:
    who = given.citizen()
    case = given.resolved_case(by=who)
    client = as_actor(who)
    assert "request-withdrawal" not in client.get(f"/cases/{case.code}/").content.decode()
    assert client.get(f"/cases/{case.code}/request-withdrawal/").status_code == 302
