"""The supervisors' pages: their own district only, masked, without a single verb, at a constant number of queries."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.choices import Role
from apps.businesses.actions import Organisation
from apps.businesses.choices import BusinessKind
from apps.cases.actions.ending import request_withdrawal
from apps.cases.actions.intake import decline_intake
from apps.cases.models import CaseEvent
from apps.core.models import AccessRecord
from apps.supervision.choices import ListName
from tests import given
from tests.factories import a_tax_code

pytestmark = pytest.mark.django_db

LATER = given.after(given.NOW, days=3)


@pytest.fixture
def supervisor():
    return given.staff(given.agency("district_committee", given.ward().parent), Role.SUPERVISOR)


@pytest.fixture
def stranger():
    district = given.ward("Phường Hàng Bạc").parent
    return given.staff(given.agency("district_committee", district), Role.SUPERVISOR)


def list_url(name: ListName = ListName.LATE_AT_INTAKE) -> str:
    return reverse("oversight:list", args=[given.ward().code, name.value])


def test_nobody_is_sent_to_sign_in_and_others_are_refused(client, enter):
    case = given.case_at_intake()
    urls = [reverse("oversight:wards"), list_url(), reverse("oversight:case", args=[case.code])]
    clerk, citizen = given.receptionist(case.current_agency), given.citizen()
    for url in urls:
        assert client.get(url)["Location"].startswith("/account/login/")
        assert enter(clerk).get(url).status_code == 403
        assert enter(citizen).get(url).status_code == 403


def test_the_district_page_counts_ward_by_ward_with_the_oldest_and_leads_to_the_cases(enter, supervisor):
    case = given.case_at_intake()
    with time_machine.travel(LATER, tick=False):
        client = enter(supervisor)
        page = client.get(reverse("oversight:wards")).content.decode()
        assert page.count('role="row"') == 1 + 1 + 14
        assert list_url() in page
        assert "Oldest:" in page
        listed = client.get(list_url()).content.decode()
    assert case.code in listed
    assert reverse("oversight:case", args=[case.code]) in listed
    # The head of the page names the supervisor, who may be called the same.
    names = [party.particulars["name"] for party in case.application.parties.all()]
    assert names and [name for name in names if name in listed.split("<main")[1]] == []


def test_another_districts_supervisor_finds_nothing_there(enter, stranger):
    case = given.case_at_intake()
    client = enter(stranger)
    code = given.ward().parent.code
    assert client.get(reverse("oversight:wards"), {"district": code}).status_code == 404
    assert client.get(list_url()).status_code == 404
    assert client.get(reverse("oversight:case", args=[case.code])).status_code == 404
    assert client.post(reverse("oversight:reveal", args=[case.code]), {"reason": "x"}).status_code == 404
    assert not AccessRecord.objects.exists()
    with time_machine.travel(LATER, tick=False):
        assert list_url() not in enter(stranger).get(reverse("oversight:wards")).content.decode()


def test_an_inspector_chooses_any_district(enter):
    inspector = given.staff(given.city_agency("city_inspectorate"), Role.INSPECTOR)
    district = given.ward("Phường Hàng Bạc").parent
    page = enter(inspector).get(reverse("oversight:wards"), {"district": district.code}).content.decode()
    assert f'<option value="{district.code}" selected>' in page
    assert page.count("<option") == 30


def test_a_supervisors_case_page_has_the_ledger_masked_particulars_and_nothing_to_press(enter, supervisor):
    case = given.accepted(given.taken_at_counter())
    before = CaseEvent.objects.count()
    page = enter(supervisor).get(reverse("oversight:case", args=[case.code])).content.decode()
    for hidden in ("001185000001", "0987654321", "Trần Thị Bưởi", "Số 3, ngõ 12"):
        assert hidden not in page
    assert "T. T. Bưởi" in page
    assert "Payment recorded" in page
    assert "/desk/" not in re.sub(r"<nav.*?</nav>", "", page, flags=re.S)
    actions = set(re.findall(r'<form[^>]*action="([^"]+)"', page))
    assert actions <= {"/account/logout/", "/i18n/setlang/", reverse("oversight:reveal", args=[case.code])}
    assert not re.search(rf"{case.code}/(papers|receipts|results|attachments)/", page)
    assert CaseEvent.objects.count() == before


def test_of_organisations_a_supervisor_reads_name_and_number_but_not_that_of_a_households_owner(
    enter, supervisor
):
    company = Organisation(name="Công ty Sen Vàng", number=a_tax_code(7), phone="0243555666")
    household = Organisation(name="Hộ kinh doanh Bưởi", number="001185000077", kind=BusinessKind.HOUSEHOLD)
    for payer, name, seen, hidden in (
        (company, "Công ty Sen Vàng", a_tax_code(7), "0243555666"),
        (household, "Hộ kinh doanh Bưởi", "•••••••••077", "001185000077"),
    ):
        case = given.taken_at_counter(payer=payer)
        page = enter(supervisor).get(reverse("oversight:case", args=[case.code])).content.decode()
        assert name in page and seen in page
        assert hidden not in page


def test_whole_particulars_need_a_reason_that_is_noted_and_leave_the_case_alone(enter, supervisor):
    case = given.taken_at_counter()
    client, url = enter(supervisor), reverse("oversight:reveal", args=[case.code])
    assert client.get(url).status_code == 405
    assert client.post(url, {"reason": ""}).status_code == 422
    assert not AccessRecord.objects.exists()
    before = given.fresh(case).last_sequence
    assert "001185000001" in client.post(url, {"reason": "Kiểm tra khiếu nại"}).content.decode()
    noted = AccessRecord.objects.get()
    assert (noted.actor_id, noted.subject, noted.reason) == (
        supervisor.user_id,
        case.code,
        "Kiểm tra khiếu nại",
    )
    assert given.fresh(case).last_sequence == before


def test_the_name_of_whoever_fetched_a_result_is_hidden_in_the_ledger(enter, supervisor):
    from apps.cases.actions.decision import hand_over_result

    case = given.resolved_case()
    hand_over_result(
        case.code,
        delivery="counter",
        recipient="Trần Thị Bưởi, căn cước 001185000001",
        by=given.receptionist(case.returning_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    page = enter(supervisor).get(reverse("oversight:case", args=[case.code])).content.decode()
    assert "Trần Thị Bưởi, căn cước" not in page
    assert "Text hidden." in page


@pytest.mark.parametrize("name", ListName)
def test_every_list_opens_also_when_nothing_is_in_it(enter, supervisor, name):
    response = enter(supervisor).get(list_url(name))
    assert response.status_code == 200
    assert "Nothing is in this list now" in response.content.decode()


def test_the_page_says_what_the_reader_chose_and_hands_it_on_to_the_list(enter, supervisor):
    case, _handler = given.case_awaiting_supplement()
    with time_machine.travel(LATER, tick=False):
        client = enter(supervisor)
        page = client.get(reverse("oversight:wards"))
        assert ('name="long_stop" value="15"' in page.content.decode(), page.status_code) == (True, 200)
        assert list_url(ListName.LONG_STOP) not in page.content.decode()
        page = client.get(reverse("oversight:wards"), {"long_stop": "2"}).content.decode()
        assert 'name="long_stop" value="2"' in page
        assert f"{list_url(ListName.LONG_STOP)}?long_stop=2" in page
        listed = client.get(list_url(ListName.LONG_STOP), {"long_stop": "2"}).content.decode()
        assert case.code in listed and 'name="long_stop" value="2"' in listed
        assert 'name="recent"' not in listed
        assert case.code not in client.get(list_url(ListName.LONG_STOP)).content.decode()
        assert "mc-filter" not in client.get(list_url(ListName.OVERDUE)).content.decode()


@pytest.mark.parametrize("wrong", ["0", "367", "-1", "many", "1.5", "9" * 30])
def test_a_choice_that_is_none_is_told_and_the_lists_are_as_by_default(enter, supervisor, wrong):
    given.case_awaiting_supplement()
    with time_machine.travel(LATER, tick=False):
        client = enter(supervisor)
        for url in (reverse("oversight:wards"), list_url(ListName.LONG_STOP)):
            response = client.get(url, {"long_stop": wrong})
            assert response.status_code == 422
            assert "govuk-error-message" in response.content.decode()
        assert list_url(ListName.LONG_STOP) not in client.get(reverse("oversight:wards")).content.decode()


def test_an_unknown_list_or_place_is_not_found(enter, supervisor):
    client = enter(supervisor)
    assert client.get(f"/oversight/{given.ward().code}/everything/").status_code == 404
    assert client.get("/oversight/99999/overdue/").status_code == 404
    assert client.get(list_url(), {"of": "nonsense", "after": "zzz"}).status_code == 200


def test_pages_cost_as_many_queries_at_20_cases_as_at_2_and_at_most_8(enter, supervisor):
    def counted(url: str) -> int:
        with time_machine.travel(LATER, tick=False):
            client = enter(supervisor)
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
        most = 8 if url == reverse("oversight:wards") else 7
        assert len(queries) <= most, "\n".join(query["sql"] for query in queries)
        return len(queries)

    urls = [
        reverse("oversight:wards"),
        list_url(),
        list_url(ListName.OVERDUE),
        list_url(ListName.HANDOVER_NOT_RECEIVED),
        list_url(ListName.STEP_LATE),
        list_url(ListName.WITHDRAWAL_UNANSWERED),
        list_url(ListName.ENDED_WITHOUT_RESULT),
    ]

    def more(number: int) -> None:
        for _ in range(number):
            given.case_at_intake()
            given.assigned_case()
            withdrawn, declined = given.accepted_case(), given.case_at_intake()
            by = given.act_as(withdrawn.application.filed_by)
            request_withdrawal(withdrawn.code, reason="Thôi", by=by, at=given.NOW, request_key=given.key())
            decline_intake(
                declined.code,
                reason="papers_missing",
                text="Thiếu giấy tờ",
                by=given.receptionist(declined.current_agency),
                at=given.NOW,
                request_key=given.key(),
            )
            given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
        given.carry_out(given.NOW, "route_case")

    more(2)
    at_2 = [counted(url) for url in urls]
    more(18)
    assert [counted(url) for url in urls] == at_2
