"""The lists of the desk: what is in them, for whom, narrowed, page by page, at a constant number of queries."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.cases.actions.handover import hand_over_case, receive_handover, return_handover
from apps.cases.selectors import inbox
from apps.web.ui.paging import page_of
from tests import given
from tests.factories import PostFactory

pytestmark = pytest.mark.django_db

LISTS = ["desk:inbox", "desk:handovers", "desk:sent_on", "desk:unrouted"]


def codes_in(response) -> list[str]:
    """The cases that a list shows, in its order."""
    return re.findall(r'<a class="govuk-link mc-code"[^>]*>([^<]+)</a>', response.content.decode())


@pytest.mark.parametrize("name", LISTS)
def test_nobody_is_sent_to_sign_in(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


@pytest.mark.parametrize("name", [*LISTS, "desk:take_application"])
def test_citizens_and_supervisors_have_no_desk(enter, name):
    district = given.ward().parent
    supervisor = given.staff(given.agency("district_committee", district), Role.SUPERVISOR)
    assert enter(given.citizen()).get(reverse(name)).status_code == 403
    assert enter(supervisor).get(reverse(name)).status_code == 403


def test_the_inbox_holds_the_open_cases_of_the_clerks_own_agency_only(enter):
    here = given.case_at_intake()
    elsewhere = given.case_at_intake(connecting_unit_id=given.ward("Phường Trúc Bạch").pk)
    response = enter(given.receptionist(here.current_agency)).get(reverse("desk:inbox"))
    assert codes_in(response) == [here.code]
    assert elsewhere.code not in response.content.decode()


def test_the_inbox_names_the_applicant_and_hides_every_number(enter):
    case = given.taken_at_counter()
    page = enter(given.receptionist(case.current_agency)).get(reverse("desk:inbox")).content.decode()
    assert "Trần Thị Bưởi" in page
    assert "001185000001" not in page
    assert "0987654321" not in page


def test_the_inbox_is_narrowed_by_status_handler_code_and_overdue(enter):
    desk = given.ward_committee()
    first = given.case_at_intake()
    second, handler = given.assigned_case()
    client = enter(given.staff(desk, Role.RECEPTIONIST, Role.HEAD))
    url = reverse("desk:inbox")
    assert set(codes_in(client.get(url))) == {first.code, second.code}
    assert codes_in(client.get(url, {"status": 1})) == [first.code]
    assert codes_in(client.get(url, {"handler": handler.user_id})) == [second.code]
    assert codes_in(client.get(url, {"handler": "nobody"})) == [first.code]
    assert codes_in(client.get(url, {"code": second.code[-4:]})) == [second.code]
    assert codes_in(client.get(url, {"overdue": "on"})) == []
    assert codes_in(client.get(url, {"agency": desk.pk, "status": 1})) == [first.code]


def test_the_inbox_ends_with_what_waits_for_the_applicant(enter):
    waiting, _handler = given.case_awaiting_supplement()
    later = given.case_at_intake(at=given.after(given.NOW, days=20))
    assert waiting.due_at < later.due_at
    page = enter(given.receptionist(waiting.current_agency)).get(reverse("desk:inbox"))
    assert codes_in(page) == [later.code, waiting.code]


def test_a_page_that_ends_among_what_waits_leads_on_and_back(enter):
    waiting, _handler = given.case_awaiting_supplement()
    later = given.case_at_intake(at=given.after(given.NOW, days=20))
    cases = inbox(seen_by=given.receptionist(waiting.current_agency))
    first = page_of(cases, RequestFactory().get("/"), by="next_due_at", size=1)
    second = page_of(cases, RequestFactory().get(f"/{first.pages.next_url}"), by="next_due_at", size=1)
    back = page_of(cases, RequestFactory().get(f"/{second.pages.previous_url}"), by="next_due_at", size=1)
    assert [page.rows for page in (first, second, back)] == [[later], [waiting], [later]]


def test_only_what_is_past_its_due_time_and_on_the_clock_is_overdue(enter):
    import time_machine

    late = given.case_at_intake()
    waiting, _handler = given.case_awaiting_supplement()
    client = enter(given.receptionist(late.current_agency))
    with time_machine.travel(given.after(given.NOW, days=10), tick=False):
        client = enter(given.receptionist(late.current_agency))
        assert codes_in(client.get(reverse("desk:inbox"), {"overdue": "on"})) == [late.code]
        assert waiting.code in client.get(reverse("desk:inbox")).content.decode()


def test_a_value_that_is_not_offered_narrows_nothing(enter):
    case = given.case_at_intake()
    client = enter(given.receptionist(case.current_agency))
    for query in ({"status": "99"}, {"agency": "abc"}, {"after": "not-a-key"}, {"after": "9" * 17 + "-1"}):
        response = client.get(reverse("desk:inbox"), query)
        assert response.status_code == 200
    assert codes_in(client.get(reverse("desk:inbox"), {"status": "99", "agency": "x"})) == [case.code]


def test_pages_follow_one_another_without_a_gap_or_a_double(enter, monkeypatch):
    from apps.web.ui import paging

    monkeypatch.setattr(paging.page_of, "__kwdefaults__", {"size": 2})
    cases = [given.case_at_intake() for _ in range(5)]
    client = enter(given.receptionist(cases[0].current_agency))
    seen, url, pages = [], reverse("desk:inbox"), []
    while url:
        response = client.get(url)
        pages.append(codes_in(response))
        seen += pages[-1]
        onward = re.search(r'href="(\?[^"]+)" rel="next"', response.content.decode())
        url = reverse("desk:inbox") + onward[1].replace("&amp;", "&") if onward else ""
    assert [len(page) for page in pages] == [2, 2, 1]
    assert seen == [case.code for case in inbox(seen_by=given.receptionist(cases[0].current_agency))]
    back = re.search(r'href="(\?[^"]+)" rel="prev"', response.content.decode())
    assert codes_in(client.get(reverse("desk:inbox") + back[1].replace("&amp;", "&"))) == pages[1]


def test_a_handover_waits_at_its_receiver_and_stays_in_sight_of_its_sender(enter):
    desk, holder = given.ward_committee("Phường Trúc Bạch"), given.ward_committee()
    case = given.accepted(given.taken_at_counter(desk=desk))
    given.carry_out(given.NOW, "route_case")
    receiver, sender = enter(given.receptionist(holder)), enter(given.receptionist(desk))
    assert codes_in(receiver.get(reverse("desk:handovers"))) == [case.code]
    assert codes_in(sender.get(reverse("desk:inbox"))) == [case.code]
    given.at_competent_agency(case)
    assert codes_in(receiver.get(reverse("desk:handovers"))) == []
    assert codes_in(receiver.get(reverse("desk:inbox"))) == [case.code]
    assert codes_in(sender.get(reverse("desk:inbox"))) == []
    assert codes_in(sender.get(reverse("desk:sent_on"))) == [case.code]


def test_a_case_sent_on_through_a_handover_stays_in_sight_of_the_agency_in_between(enter):
    """Received in Trúc Bạch, decided in Phúc Xá, handed on to Hàng Bạc and from there to Hàng Buồm."""
    first, second = given.ward_committee("Phường Trúc Bạch"), given.ward_committee()
    third, fourth = given.ward_committee("Phường Hàng Bạc"), given.ward_committee("Phường Hàng Buồm")
    case = given.at_competent_agency(given.accepted(given.taken_at_counter(desk=first)))
    at = {agency: enter(given.receptionist(agency)) for agency in (first, second, third, fourth)}
    for giver, taker in ((second, third), (third, fourth)):
        hand_over_case(
            case.code,
            to_agency=taker.pk,
            reason="Đúng nơi",
            by=given.receptionist(giver),
            at=given.NOW,
            request_key=given.key(),
        )
        assert codes_in(at[giver].get(reverse("desk:sent_on"))) == []
        receive_handover(case.code, by=given.receptionist(taker), at=given.NOW, request_key=given.key())
    for agency in (first, second, third):
        assert codes_in(at[agency].get(reverse("desk:sent_on"))) == [case.code], agency
        assert codes_in(at[agency].get(reverse("desk:inbox"))) == []
    assert codes_in(at[fourth].get(reverse("desk:sent_on"))) == []
    stranger = enter(given.receptionist(given.ward_committee("Phường Cống Vị")))
    assert codes_in(stranger.get(reverse("desk:sent_on"))) == []


def test_a_case_that_was_returned_was_not_sent_on(enter):
    case = given.accepted_case()
    holder = given.receptionist(case.current_agency)
    other = given.ward_committee("Phường Hàng Bạc")
    hand_over_case(
        case.code, to_agency=other.pk, reason="Nhầm", by=holder, at=given.NOW, request_key=given.key()
    )
    return_handover(
        case.code, reason="Không", by=given.receptionist(other), at=given.NOW, request_key=given.key()
    )
    assert codes_in(enter(holder).get(reverse("desk:sent_on"))) == []
    assert codes_in(enter(given.receptionist(other)).get(reverse("desk:sent_on"))) == []


def test_the_inbox_says_by_when_a_withdrawal_is_answered(enter):
    from apps.cases.actions.ending import request_withdrawal

    case = given.accepted_case()
    desk = enter(given.receptionist(case.current_agency))
    assert "Withdrawal to be answered" not in desk.get(reverse("desk:inbox")).content.decode()
    request_withdrawal(
        case.code,
        reason="Không cần nữa",
        by=given.act_as(case.application.filed_by),
        at=given.NOW,
        request_key=given.key(),
    )
    for url in (reverse("desk:inbox"), reverse("desk:case", args=[case.code])):
        page = desk.get(url).content.decode()
        assert "Withdrawal to be answered" in page
        assert "Wednesday 25 November 2026, 17:00" in page


def test_an_unroutable_case_stands_in_its_list_with_the_reason(enter):
    case = given.filed_online()
    unit = case.application.connecting_unit
    unit.valid_to = given.NOW.date()
    unit.save(update_fields=["valid_to"])
    given.carry_out(given.NOW, "route_case")
    response = enter(given.receptionist(case.receiving_agency)).get(reverse("desk:unrouted"))
    assert codes_in(response) == [case.code]
    assert "no longer exists" in response.content.decode()


def queries_of(client: Client, url: str) -> list[str]:
    client.get(url)  # what is frozen is read once in a process
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_as_many_queries_at_20_rows_as_at_2_and_at_most_8(enter, name):
    desk, holder = given.ward_committee("Phường Trúc Bạch"), given.ward_committee()

    def more(number: int) -> None:
        for _ in range(number):
            given.case_at_intake()
            given.accepted(given.taken_at_counter(desk=desk))
            moved = given.accepted_case(connecting_unit_id=desk.unit_id)
            head = given.staff(desk, Role.HEAD)
            hand_over_case(
                moved.code,
                to_agency=holder.pk,
                reason="Sai thẩm quyền",
                by=head,
                at=given.NOW,
                request_key=given.key(),
            )
        given.carry_out(given.NOW, "route_case")

    client = enter(given.staff(holder, Role.RECEPTIONIST, Role.HANDLER))
    more(2)
    at_2 = queries_of(client, reverse(name))
    more(8)
    at_20 = queries_of(client, reverse(name))
    assert len(at_2) == len(at_20), "\n".join(at_20)
    assert len(at_20) <= 8, "\n".join(at_20)


def test_counts_stop_at_99_plus():
    from apps.web.desk.queues import Tab

    assert Tab("Inbox", "/desk/", 99, True).shown == "99"
    assert Tab("Inbox", "/desk/", 100, True).shown == "99+"


def test_who_works_at_one_agency_does_not_read_its_name_in_every_row(enter):
    case = given.case_at_intake()
    here, elsewhere = case.current_agency, given.ward_committee("Phường Trúc Bạch")
    own = enter(given.receptionist(here)).get(reverse("desk:inbox")).content.decode()
    assert case.code in own
    assert 'name="agency"' not in own
    assert here.title not in own.split("<tbody")[1]
    user = given.receptionist(here)
    PostFactory(user_id=user.user_id, agency=elsewhere, role=Role.RECEPTIONIST)
    both = enter(given.act_as(User.objects.get(pk=user.user_id))).get(reverse("desk:inbox")).content.decode()
    assert 'name="agency"' in both
    assert case.current_agency.name_en in both.split("<tbody")[1].replace("&#x27;", "'")
