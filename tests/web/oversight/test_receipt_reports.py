"""Pages of reports on receipts: the lists of a body and their lines, acted on by who answers for it, read by who supervises."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.choices import Role
from apps.cases.models import CaseReceipt
from apps.core.models import AccessRecord, OutboxRow
from apps.receipts.actions.day_reports import make_lists
from apps.receipts.models import DayReport, DayReportEdition
from tests import given
from tests.cases.doors import other_ward, supervisor
from tests.receipts.lists import list_made, receipt

pytestmark = pytest.mark.django_db

LISTS, SERIES, INCOME = (reverse(f"oversight:{name}") for name in ("day_lists", "series_use", "income"))


@pytest.fixture(autouse=True)
def _that_day():
    with time_machine.travel(given.NOW, tick=False):
        yield


def url(name: str = "day_list", **more) -> str:
    return reverse(f"oversight:{name}", kwargs={"report": DayReport.objects.get().uuid, **more})


def text(client, address: str, query=None) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def rejected() -> DayReport:
    report = list_made()
    DayReport.objects.update(state="rejected", sent_at=given.NOW, answered_at=given.NOW)
    return report


def test_the_head_finds_the_list_its_lines_the_case_and_the_files(enter):
    report = list_made()
    client = enter(given.staff(report.collecting_body, Role.HEAD))
    assert url() in text(client, LISTS)
    page = text(client, url())
    code = CaseReceipt.objects.get().case.code
    line = report.lines.select_related("receipt").get()
    assert reverse("desk:case", args=[code]) in page
    assert reverse("desk:receipt", args=[code, line.receipt.uuid]) in page
    for medium in ("xml", "xlsx", "pdf"):
        assert url("day_list_file", medium=medium) in page
        answer = client.get(url("day_list_file", medium=medium))
        assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    assert AccessRecord.objects.count() == 3
    assert client.get(url("day_list_file", medium="doc")).status_code == 404


def test_who_supervises_reads_the_list_and_acts_on_nothing(enter):
    rejected()
    client = enter(supervisor(given.ward()))
    page = text(client, url())
    code = CaseReceipt.objects.get().case.code
    assert reverse("oversight:case", args=[code]) in page
    assert reverse("desk:case", args=[code]) not in page and "make-anew" not in page
    assert client.post(url("act_on_list", act="make-anew"), {"explanation": "Sai"}).status_code == 403
    assert DayReportEdition.objects.count() == 1


def test_an_auditor_goes_from_a_list_to_the_receipt_the_case_and_the_day_in_the_books(enter):
    report = list_made()
    line, code = report.lines.select_related("receipt").get(), CaseReceipt.objects.get().case.code
    in_the_books = [
        reverse("audit:receipt", args=[line.receipt.uuid]),
        reverse("audit:case", args=[code]),
        reverse("audit:day", args=[report.collecting_body_id, report.day.isoformat()]),
    ]
    page = text(enter(given.staff(given.city_agency("city_committee"), Role.AUDITOR)), url())
    assert all(f'href="{address}"' in page for address in in_the_books)
    assert (
        reverse("desk:case", args=[code]) not in page and reverse("oversight:case", args=[code]) not in page
    )
    # Whoever only answers for the body or supervises it is shown no way into the books.
    for other in (given.staff(report.collecting_body, Role.HEAD), supervisor(given.ward())):
        page = text(enter(other), url())
        assert not any(address in page for address in in_the_books)


def test_others_learn_nothing_of_a_list(enter):
    report = list_made()
    body = report.collecting_body
    for stranger in (given.staff(other_ward(), Role.HEAD),):
        client = enter(stranger)
        assert str(report.uuid) not in text(client, LISTS)
        for address in (url(), url("day_list_file", medium="xml")):
            assert client.get(address).status_code == 404
        assert client.post(url("act_on_list", act="send-again")).status_code == 404
    for stranger in (given.staff(body, Role.CASHIER), given.citizen()):
        assert enter(stranger).get(LISTS).status_code == 403
        assert enter(stranger).get(INCOME).status_code == 403
        assert enter(stranger).get(SERIES).status_code == 403
        assert enter(stranger).get(url()).status_code == 404


def test_a_rejected_list_is_made_anew_from_its_page(enter):
    report = rejected()
    client = enter(given.staff(report.collecting_body, Role.HEAD))
    assert "make-anew" in text(client, url())
    empty = client.post(url("act_on_list", act="make-anew"), {"explanation": " "})
    assert empty.status_code == 422 and DayReportEdition.objects.count() == 1
    done = client.post(url("act_on_list", act="make-anew"), {"explanation": "Đã có mã số thuế"})
    assert done.status_code == 302
    assert DayReportEdition.objects.get(number=2).explanation == "Đã có mã số thuế"
    again = client.post(url("act_on_list", act="make-anew"), {"explanation": "Đã có mã số thuế"})
    assert again.status_code == 409 and DayReportEdition.objects.count() == 2
    assert client.post(url("act_on_list", act="burn")).status_code == 404


def test_a_list_without_an_address_says_so_and_is_not_sent(enter):
    report = list_made()
    client = enter(given.staff(report.collecting_body, Role.HEAD))
    page = text(client, url())
    assert "No address of the tax authority is set" in page and "send-again" not in page
    assert client.post(url("act_on_list", act="send-again")).status_code == 409
    assert not OutboxRow.objects.filter(task__endswith="send_day_report").exists()


def test_lists_are_found_by_day_and_by_how_they_stand(enter):
    report = list_made()
    client = enter(given.staff(report.collecting_body, Role.HEAD))
    assert url() in text(client, LISTS, {"day": "2026-11-23", "state": "made"})
    assert url() not in text(client, LISTS, {"state": "accepted"})
    assert url() not in text(client, LISTS, {"day": "2026-11-22"})
    assert url() not in text(client, LISTS, {"state": "past-time"})
    with time_machine.travel(given.after(report.send_by, hours=1), tick=False):
        client = enter(given.staff(report.collecting_body, Role.HEAD))
        assert url() in text(client, LISTS, {"state": "past-time"})
        assert "has passed" in text(client, url())
    assert client.get(LISTS, {"day": "x", "state": "y"}).status_code == 422


def test_income_and_use_of_series_are_shown_and_taken_away(enter):
    paid = receipt()
    client = enter(given.staff(paid.series.collecting_body, Role.APPROVER))
    page = text(client, INCOME, {"by": "procedure"})
    assert given.CIVIL_EXTRACT in page
    sheet = reverse("oversight:income_sheet")
    assert sheet in page and client.get(sheet).status_code == 200
    page = text(client, SERIES)
    assert "EBL01 26TAA" in page and client.get(reverse("oversight:series_use_sheet")).status_code == 200
    assert AccessRecord.objects.count() == 2
    assert client.get(INCOME, {"by": "weather"}).status_code == 422
    assert client.get(INCOME, {"starts_on": "2026-11-30", "ends_on": "2026-11-01"}).status_code == 422
    assert client.get(SERIES, {"quarter": "9"}).status_code == 422
    assert client.get(SERIES, {"body": str(other_ward().pk)}).status_code == 422


def counted(client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len([one for one in captured if "session" not in one["sql"] and "SAVEPOINT" not in one["sql"]])


def test_the_pages_cost_the_same_for_2_rows_and_for_20(enter):
    receipt()
    first = receipt()
    make_lists(given.NOW.date(), at=given.NOW)
    body = first.series.collecting_body
    client = enter(given.staff(body, Role.HEAD))
    address = reverse("oversight:day_list", args=[DayReport.objects.get().uuid])
    two = [counted(client, each) for each in (LISTS, address, INCOME, SERIES)]
    for day in range(1, 10):
        at = given.after(given.NOW, days=-day)
        receipt(at=at)
        make_lists(at.date(), at=at)
    at = given.after(given.NOW, days=1)
    for _ in range(9):
        receipt(at=at)
    make_lists(at.date(), at=at)
    longest = DayReport.objects.order_by("-lines_in_all")[0]
    address = reverse("oversight:day_list", args=[longest.uuid])
    many = [counted(client, each) for each in (LISTS, address, INCOME, SERIES)]
    assert two == many, (two, many)
