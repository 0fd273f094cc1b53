"""One case at the desk: what is shown, what is masked, who sees it whole and what is noted, and its files."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.choices import Role
from apps.cases.actions.mending import reopen_case
from apps.cases.choices import Outcome
from apps.cases.tracking import secret_of
from apps.core.models import AccessRecord
from tests import given
from tests.cases.doors import supervisor

pytestmark = pytest.mark.django_db

NUMBER, PHONE = "001185000001", "0987654321"


def page_of(client, case) -> str:
    response = client.get(reverse("desk:case", args=[case.code]))
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_says_what_a_status_must_show_the_fees_the_gate_and_the_ledger(enter):
    case = given.taken_at_counter()
    page = page_of(enter(given.receptionist(case.current_agency)), case)
    assert "2.000635" in page
    assert "8.000\N{NO-BREAK SPACE}đ" in page
    assert "Before acceptance" in page
    assert "Application filed" in page
    assert "What is asked for" in page
    assert "Still to be paid by the applicant" in page
    assert "ours and not the State" in page


def test_a_fee_without_an_established_price_is_said_in_its_line_and_among_what_is_owed(enter):
    case = given.taken_at_counter("1.013831")
    client = enter(given.receptionist(case.current_agency))
    page = client.get(f"/desk/cases/{case.code}/").content.decode()
    assert page.count("not established; nothing is collected") == 2
    assert "28.000" in page and ">0\N{NO-BREAK SPACE}đ" not in page
    above = enter(supervisor(case.receiving_agency.unit))
    assert (
        "not established; nothing is collected"
        in above.get(f"/oversight/cases/{case.code}/").content.decode()
    )


def test_particulars_are_masked_until_a_reason_is_given_and_the_reason_is_noted(enter):
    case = given.taken_at_counter()
    clerk = given.receptionist(case.current_agency)
    client = enter(clerk)
    page = page_of(client, case)
    assert "Trần Thị Bưởi" in page
    for hidden in (NUMBER, PHONE, "Số 3, ngõ 12", "1985-03-02"):
        assert hidden not in page
    assert "•••••••••001" in page

    url = reverse("desk:reveal", args=[case.code])
    refused = client.post(url, {"reason": " "})
    assert refused.status_code == 422
    assert NUMBER not in refused.content.decode()
    assert not AccessRecord.objects.exists()

    shown = client.post(url, {"reason": "Đối chiếu giấy tờ"}).content.decode()
    for whole in (NUMBER, PHONE, "Số 3, ngõ 12"):
        assert whole in shown
    noted = AccessRecord.objects.get()
    assert (noted.actor_id, noted.action, noted.subject) == (clerk.user_id, "reveal", case.code)
    assert noted.reason == "Đối chiếu giấy tờ"
    assert NUMBER not in page_of(client, case)


def test_the_page_says_what_the_applicant_was_told_and_whether_the_e_mail_has_gone_out(enter):
    case = given.accepted_case(contact_email="nguoi.nop@example.vn")
    clerk = enter(given.receptionist(case.current_agency))
    page = page_of(clerk, case).split("Messages to the applicant")[1]
    assert page.count("E-mail: not sent yet") == 2
    with time_machine.travel(given.after(given.NOW, hours=1), tick=False):
        given.carry_out(given.after(given.NOW, hours=1), "send_notice")
    page = page_of(clerk, case)
    assert "not sent yet" not in page and "10:00" in page.split("Messages to the applicant")[1]
    for kept in ("nguoi.nop@example.vn", secret_of(case.code, 1)):
        assert kept not in page


def test_the_page_says_when_there_is_no_address_to_write_to(enter):
    case = given.taken_at_counter()
    page = page_of(enter(given.receptionist(case.current_agency)), case)
    assert "on the applicant&#x27;s page only" in page


def test_a_reveal_is_a_post_and_is_closed_to_those_who_do_not_see_the_case(enter):
    case = given.taken_at_counter()
    url = reverse("desk:reveal", args=[case.code])
    assert enter(given.receptionist(case.current_agency)).get(url).status_code == 405
    other = enter(given.receptionist(given.ward_committee("Phường Trúc Bạch")))
    assert other.post(url, {"reason": "Tò mò"}).status_code == 404
    assert not AccessRecord.objects.exists()


def test_the_applicant_does_not_come_to_the_desk_to_see_the_case(enter):
    filer = given.citizen()
    case = given.case_at_intake(by=filer)
    assert enter(filer).get(reverse("desk:case", args=[case.code])).status_code == 403


def test_a_clerk_elsewhere_who_is_the_applicant_does_not_see_the_ledger_at_the_desk(enter):
    from apps.accounts.models import User
    from tests.factories import PostFactory

    filer = given.citizen()
    case = given.case_at_intake(by=filer)
    user = User.objects.get(pk=filer.user_id)
    user.is_staff_member = True
    user.save()
    PostFactory(user=user, agency=given.ward_committee("Phường Trúc Bạch"), role=Role.RECEPTIONIST)
    assert enter(filer).get(reverse("desk:case", args=[case.code])).status_code == 404


def test_a_malformed_code_is_not_found(enter):
    client = enter(given.receptionist(given.ward_committee()))
    assert client.get("/desk/cases/abc/").status_code == 404
    assert client.get("/desk/cases/H26.001.00001-261123-9999/").status_code == 404


def test_files_are_sent_as_downloads_to_the_clerks_of_the_case_and_each_is_noted(enter):
    case = given.resolved_case()
    result = case.results.get()
    clerk = given.receptionist(case.returning_agency)
    url = reverse("desk:result", args=[case.code, result.pk])
    response = enter(clerk).get(url)
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    noted = AccessRecord.objects.get()
    assert (noted.actor_id, noted.action, noted.subject) == (
        clerk.user_id,
        "download result",
        f"{case.code}/{result.pk}",
    )

    assert enter(given.receptionist(given.ward_committee("Phường Trúc Bạch"))).get(url).status_code == 404
    district = given.agency("district_committee", given.ward().parent)
    assert enter(given.staff(district, Role.SUPERVISOR)).get(url).status_code == 403
    assert AccessRecord.objects.count() == 1


def test_a_paper_that_is_still_being_made_says_so(enter):
    case = given.accepted_case()
    document = case.documents.get().document
    response = enter(given.receptionist(case.current_agency)).get(
        reverse("desk:paper", args=[case.code, document.uuid])
    )
    assert response.status_code == 409
    assert "still being made" in response.content.decode()


def test_the_page_costs_as_many_queries_whatever_happened_to_the_case(enter):
    case, handler = given.proposed_case()
    head = enter(given.staff(case.current_agency, Role.HEAD))
    page_of(head, case)
    with CaptureQueriesContext(connection) as few:
        page_of(head, case)
    from apps.cases.actions.decision import propose_result, send_back

    approver = given.staff(case.current_agency, Role.APPROVER)
    for _ in range(6):
        send_back(case.code, text="Xem lại", by=approver, at=given.NOW, request_key=given.key())
        propose_result(
            case.code, outcome="granted", text="Đủ", by=handler, at=given.NOW, request_key=given.key()
        )
    with CaptureQueriesContext(connection) as many:
        page_of(head, case)
    assert len(many) == len(few)


def test_an_overdue_case_says_how_long_in_counted_time(enter):
    case = given.case_at_intake()
    with time_machine.travel(given.after(given.NOW, days=3), tick=False):
        page = page_of(enter(given.receptionist(case.current_agency)), case)
    assert "Overdue" in page
    assert "by 1 working day" in page


def acts_of(page: str) -> list[tuple[str, bool]]:
    """The buttons of the page in order, and whether each is the one that stands out."""
    found = re.findall(r'<a class="(govuk-button[^"]*)"[^>]*>([^<]+)</a>', page)
    return [(title, "secondary" not in classes) for classes, title in found]


def test_the_next_act_stands_first_alone_in_its_colour_and_what_would_be_refused_is_not_offered(enter):
    case = given.taken_at_counter()
    clerk = enter(given.staff(case.current_agency, Role.RECEPTIONIST, Role.CASHIER))
    assert acts_of(page_of(clerk, case)) == [
        ("Record a payment", True),
        ("Accept", False),
        ("Request a supplement", False),
        ("Wait for an obligation to another authority", False),
        ("Do not accept", False),
        ("Take in a withdrawal", False),
    ]
    given.paid(case)
    assert acts_of(page_of(clerk, case))[0] == ("Accept", True)
    assert "Record a payment" not in page_of(clerk, case)


def test_a_handler_is_offered_the_act_that_closes_the_step_where_the_case_stands(enter):
    case, handler = given.assigned_case()
    offered = acts_of(page_of(enter(handler), case))
    assert offered[0] == ("Propose a result", True)
    assert [title for title, is_next in offered if is_next] == ["Propose a result"]
    assert "Complete the step" not in [title for title, _ in offered]
    head = enter(given.staff(case.current_agency, Role.HEAD))
    assert not [title for title, is_next in acts_of(page_of(head, case)) if is_next]


def test_the_ledger_says_in_words_what_each_act_decided_and_changed(enter):
    case = given.resolved_case(outcome=Outcome.REFUSED)
    head = given.staff(case.competent_agency, Role.HEAD)
    reopen_case(
        case.code,
        ground="complaint_upheld",
        reason="Quyết định 15",
        by=head,
        at=given.NOW,
        request_key=given.key(),
    )
    client = enter(head)
    ledger = page_of(client, case).split('class="mc-timeline"')[1]
    for said in (
        "1. Application filed",
        "Newly filed → Accepted",
        "Due: Monday 23 November 2026, 17:00",
        "Result: Refused",
        "Reason of a refusal: The conditions of the law are not met",
        "In progress → Resolved",
        "Ground: Complaint upheld",
        "Resolved → In progress",
        "Quyết định 15",
    ):
        assert said in ledger, said
    assert re.search(r"Handler: \w+", ledger)
    assert re.search(r"To which agency: People", ledger)


def test_who_approves_reads_the_proposal_beside_the_button(enter):
    case, _ = given.proposed_case(outcome=Outcome.REFUSED)
    approver = enter(given.staff(case.current_agency, Role.APPROVER))
    page = approver.get(f"/desk/cases/{case.code}/approve-result/").content.decode()
    assert "Result: Refused" in page
    assert "Hồ sơ đủ điều kiện giải quyết theo quy định." in page


def test_a_day_of_birth_shown_whole_is_written_as_people_write_it(enter):
    case = given.taken_at_counter()
    client = enter(given.receptionist(case.current_agency))
    page = client.post(reverse("desk:reveal", args=[case.code]), {"reason": "Đối chiếu"}).content.decode()
    assert "02/03/1985" in page and "1985-03-02" not in page
