"""The books in pages: an auditor walks from a bank line to the receipt and back, and can change nothing."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from apps.accounts.choices import Role
from apps.cases.models import CaseEvent
from apps.core.models import AccessRecord, OutboxRow
from apps.receipts.actions.day_reports import make_lists
from apps.receipts.choices import DifferenceKind
from apps.receipts.models import DayReport, Receipt
from tests import given
from tests.receipts import books
from tests.receipts.books import LATER, MONDAY, NAME

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor():
    return books.auditor()


def walked(number: int = 1):
    """A case paid by transfer, its line at the bank, its receipt with its paper."""
    account = books.CollectionAccount.objects.first() or books.an_account()
    payments = []
    for n in range(number):
        case = given.taken_at_counter(filer=given.person_at_counter(n + 1))
        payments.append((case, books.paid_by_bank(case, f"FT{given.key()}")))
    lines = [
        (MONDAY, payment.reference, payment.amount, f"{NAME} {payment.order.code} 0987654321")
        for _case, payment in payments
    ]
    books.taken_in(account, *lines)
    return [(case, payment, books.line(payment.reference)) for case, payment in payments]


def pages_of(case, payment, line) -> dict[str, str]:
    receipt = Receipt.objects.get(payment=payment)
    body = payment.collecting_body_id
    return {
        "home": reverse("audit:home"),
        "find": f"{reverse('audit:find')}?q={payment.order.code}",
        "statements": reverse("audit:statements"),
        "statement": reverse("audit:statement", args=[line.statement.uuid]),
        "lines": reverse("audit:lines"),
        "line": reverse("audit:line", args=[line.uuid]),
        "payments": reverse("audit:payments"),
        "payment": reverse("audit:payment", args=[payment.uuid]),
        "case": reverse("audit:case", args=[case.code]),
        "receipt": reverse("audit:receipt", args=[receipt.uuid]),
        "series_list": reverse("audit:series_list"),
        "series": reverse("audit:series", args=[receipt.series_id]),
        "day": reverse("audit:day", args=[body, MONDAY.isoformat()]),
        "differences": reverse("audit:differences"),
    }


def test_nobody_is_sent_to_sign_in_and_whoever_keeps_no_books_is_refused(client, enter):
    ((case, payment, line),) = walked()
    others = [
        given.receptionist(case.current_agency),
        given.citizen(),
        given.staff(given.city_agency("city_inspectorate"), Role.INSPECTOR, Role.ADMINISTRATOR),
    ]
    for url in pages_of(case, payment, line).values():
        assert client.get(url)["Location"].startswith("/account/login/")
        for who in others:
            assert enter(who).get(url).status_code == 403, url


def test_from_a_bank_line_to_the_receipt_and_back_by_links(enter, auditor):
    ((case, payment, line),) = walked()
    pages, client = pages_of(case, payment, line), enter(auditor)
    ways = [
        ("home", "lines"),
        ("lines", "line"),
        ("line", "payment"),
        ("payment", "case"),
        ("case", "receipt"),
        ("receipt", "series"),
        ("receipt", "day"),
        ("day", "receipt"),
        ("series", "receipt"),
        ("receipt", "payment"),
        ("receipt", "case"),
        ("case", "payment"),
        ("payment", "line"),
        ("line", "statement"),
        ("statement", "line"),
        ("line", "day"),
        ("day", "lines"),
        ("find", "line"),
        ("find", "payment"),
        ("payments", "payment"),
        ("series_list", "series"),
    ]
    for start, end in ways:
        page = client.get(pages[start]).content.decode()
        assert re.search(f'href="{re.escape(pages[end])}[?"]', page) or f'href="{pages[end]}"' in page, (
            start,
            end,
        )


def test_an_auditor_sees_names_and_accounts_of_payers_masked_and_finds_nothing_to_press(enter, auditor):
    ((case, payment, line),) = walked()
    client, before = enter(auditor), (CaseEvent.objects.count(), OutboxRow.objects.count())
    for name, url in pages_of(case, payment, line).items():
        page = client.get(url).content.decode()
        for hidden in ("BUOI", "Trần Thị Bưởi", "001185000001", "0987654321", "Số 3, ngõ 12"):
            assert hidden not in page, (name, hidden)
        actions = set(re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', page))
        assert all(url.endswith(("/reveal/", "/file/", "/logout/", "/setlang/")) for url in actions), (
            name,
            actions,
        )
        assert "/desk/" not in re.sub(r"<nav.*?</nav>", "", page, flags=re.S)
    assert not AccessRecord.objects.exists()
    assert (CaseEvent.objects.count(), OutboxRow.objects.count()) == before
    assert payment.order.code in client.get(reverse("audit:line", args=[line.uuid])).content.decode()


def test_whole_only_for_a_reason_that_is_kept(enter, auditor):
    ((_case, payment, line),) = walked()
    receipt = Receipt.objects.get(payment=payment)
    client = enter(auditor)
    for url, word in (
        (reverse("audit:reveal_line", args=[line.uuid]), NAME),
        (reverse("audit:reveal_receipt", args=[receipt.uuid]), "001185000001"),
    ):
        assert client.get(url).status_code == 405
        assert client.post(url, {"reason": " "}).status_code == 422
        answer = client.post(url, {"reason": "Đối chiếu khiếu nại"})
        assert word in answer.content.decode()
    assert list(AccessRecord.objects.values_list("actor_id", "subject", "reason")) == [
        (auditor.user_id, f"bank_line:{line.uuid}", "Đối chiếu khiếu nại"),
        (auditor.user_id, f"receipt:{receipt.uuid}", "Đối chiếu khiếu nại"),
    ]


def test_a_receipts_paper_is_downloaded_with_a_line_in_the_access_log(enter, auditor):
    ((_case, payment, _line),) = walked()
    receipt = Receipt.objects.get(payment=payment)
    client, url = enter(auditor), reverse("audit:receipt_file", args=[receipt.uuid, "pdf"])
    assert client.get(url).status_code == 409
    given.carry_out(given.NOW, "render_receipt")
    answer = client.get(url)
    assert answer.content.startswith(b"%PDF")
    assert f"bien-lai-{receipt.series.code}-{receipt.number}.pdf" in answer["Content-Disposition"]
    assert AccessRecord.objects.get().subject == f"receipt:{receipt.uuid}/pdf"
    assert client.get(reverse("audit:receipt_file", args=[receipt.uuid, "exe"])).status_code == 404
    page = client.get(reverse("audit:receipt", args=[receipt.uuid])).content.decode()
    assert bytes(receipt.paper.document.file.sha256).hex() in page


def test_an_auditor_of_a_district_sees_its_wards_and_of_another_nothing(enter):
    ((case, payment, line),) = walked()
    mine = books.auditor(given.agency("district_committee", given.ward().parent))
    other = books.auditor(given.agency("district_committee", given.ward("Phường Hàng Bạc").parent))
    mate, elsewhere = books.accountant(), books.accountant(given.ward_committee("Phường Trúc Bạch"))
    lists = {"home", "find", "statements", "lines", "payments", "series_list", "differences"}
    for name, url in pages_of(case, payment, line).items():
        for who in (mine, mate):
            assert enter(who).get(url).status_code == 200, name
        for who in (other, elsewhere):
            answer = enter(who).get(url)
            assert answer.status_code == (200 if name in lists else 404), name
            if name != "find":
                assert payment.reference not in answer.content.decode(), name
            assert f'href="/audit/lines/{line.uuid}/"' not in answer.content.decode()


@pytest.mark.parametrize(
    "typed",
    ["reference", "order", "lookup", "number", "number_only", "case", "amount", "lower"],
)
def test_anything_is_found_by_one_field(enter, auditor, typed):
    ((case, payment, line),) = walked()
    receipt = Receipt.objects.get(payment=payment)
    said = {
        "reference": payment.reference,
        "order": payment.order.code,
        "lookup": " ".join(re.findall("....", receipt.lookup_code)),
        "number": f"EBL01 {receipt.series.code} {receipt.number}",
        "number_only": f"{receipt.series.code}/{receipt.number}",
        "case": case.code.lower(),
        "amount": "8.000 đ 23/11/2026",
        "lower": payment.order.code.lower(),
    }[typed]
    page = enter(auditor).get(reverse("audit:find"), {"q": said}).content.decode()
    pages = pages_of(case, payment, line)
    wanted = {"lookup": "receipt", "number": "receipt", "number_only": "receipt", "case": "case"}.get(
        typed, "payment"
    )
    assert f'href="{pages[wanted]}"' in page


@pytest.mark.parametrize(
    "typed",
    ["x" * 300, "%", "1 31/02/2026", "9" * 19 + " 23/11/2026", "0 1/1/0001", "EBL01 26TAA 0"],
)
def test_what_is_nothing_is_told_to_be_nothing(enter, auditor, typed):
    answer = enter(auditor).get(reverse("audit:find"), {"q": typed})
    assert (answer.status_code, "Nothing in the books" in answer.content.decode()) == (200, True)


@pytest.mark.parametrize(
    "query",
    [
        {"first": "x"},
        {"first": "24/11/2026", "last": "23/11/2026"},
        {"first": "01/01/2020"},
        {"first": "31/12/9999", "last": "31/12/9999"},
        {"first": "01/01/0001", "last": "0001-01-01"},
        {"body": "999999"},
    ],
)
def test_days_that_are_none_are_told(enter, auditor, query):
    for name in ("home", "lines", "payments", "differences"):
        assert enter(auditor).get(reverse(f"audit:{name}"), query).status_code == 422


def test_what_does_not_exist_is_not_found(enter, auditor):
    client = enter(auditor)
    for name in ("line", "payment", "receipt", "session", "refund", "deposit", "statement"):
        assert client.get(reverse(f"audit:{name}", args=[uuid4()])).status_code == 404, name
    for url in (
        "/audit/series/999999/",
        "/audit/days/999999/2026-11-23/",
        f"/audit/days/{2**63}/2026-11-23/",
        f"/audit/days/{given.ward_committee().pk}/yesterday/",
        f"/audit/days/{given.ward_committee().pk}/9999-12-31/",
        f"/audit/days/{given.ward_committee().pk}/0001-01-01/",
        "/audit/cases/H26.1/",
        "/audit/differences/nonsense/line:1/",
        "/audit/differences/line_without_payment/line:1/",
        "/audit/differences/line_without_payment/line%00/",
        "/audit/statements/proposed/999999/",
    ):
        assert client.get(url).status_code == 404, url


def test_a_drawer_and_its_deposit_lead_to_the_bank_line(enter, auditor):
    account, desk = books.an_account(), given.ward_committee()
    by = given.cashier(desk)
    deposit = books.a_deposit(desk, 100_000, "NT01", by=by)
    books.taken_in(account, (MONDAY, "FT1", 100_000, "nop tien NT01"))
    client = enter(auditor)
    page = client.get(reverse("audit:deposit", args=[deposit.uuid]), follow=True).content.decode()
    assert reverse("audit:line", args=[books.line("FT1").uuid]) in page
    back = client.get(reverse("audit:line", args=[books.line("FT1").uuid])).content.decode()
    assert reverse("audit:session", args=[deposit.session.uuid]) in back


def test_balances_are_typed_with_or_without_marks_between_the_thousands(enter):
    account = books.an_account()
    content = books.as_csv(account, [(MONDAY, "FT1", 8_000, "le phi")])
    for opening, closing in (("150.000", "158.000"), ("150000", "158000")):
        typed = {
            "account": account.pk,
            "starts_on": "23/11/2026",
            "ends_on": "23/11/2026",
            "opening": opening,
            "closing": closing,
            "file": SimpleUploadedFile("sao-ke.csv", content),
            "request_key": given.key(),
        }
        answer = enter(books.accountant()).post(reverse("audit:statements"), typed)
        assert answer.status_code == 302, answer.content.decode()


def test_differences_as_a_spreadsheet_hold_texts_and_a_line_in_the_access_log(enter, auditor):
    books.taken_in(books.an_account(), (MONDAY, "=1+1", 9_000, "khong ro"))
    answer = enter(auditor).get(reverse("audit:differences_file"), {"kind": "line_without_payment"})
    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0)
    assert [row[1] for row in sheet.to_python()] == ["Which", "=1+1"]
    assert AccessRecord.objects.get().action == "download differences"


def test_the_series_shows_every_number_once(enter, auditor):
    ((_case, payment, _line),) = walked()
    receipt = Receipt.objects.get(payment=payment)
    page = enter(auditor).get(reverse("audit:series", args=[receipt.series_id])).content.decode()
    assert "none is missing, and none stands twice" in page


def test_pages_cost_as_many_queries_at_20_rows_as_at_2_and_at_most_8(enter, auditor):
    first, _second = walked(2)

    def counted() -> dict[str, int]:
        client, found = enter(auditor), {}
        with time_machine.travel(LATER, tick=False):
            client = enter(auditor)
            for name, url in pages_of(*first).items():
                days = "first=23/11/2026&last=23/11/2026"
                url = f"{url}{'&' if '?' in url else '?'}{days}" if name in ("lines", "payments") else url
                client.get(url)
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(url).status_code == 200
                assert len(queries) <= 8, name + "\n".join(query["sql"][:300] for query in queries)
                found[name] = len(queries)
        return found

    few = counted()
    for _ in range(18):
        walked()
    assert counted() == few


def test_every_kind_of_difference_can_be_listed(enter, auditor):
    client = enter(auditor)
    for kind in DifferenceKind:
        answer = client.get(reverse("audit:differences"), {"kind": kind.value, "explained": "no"})
        assert "Nothing differs" in answer.content.decode()


def test_a_receipts_page_tells_of_its_notices_and_of_the_day_on_which_each_was_told(enter, auditor):
    case = given.notified(given.paid(given.taken_at_counter()))
    receipt = given.wrong_receipt(case)
    given.carry_out(given.NOW, "render_receipt")
    make_lists(given.NOW.date(), at=given.NOW)
    page = enter(auditor).get(reverse("audit:receipt", args=[receipt.uuid])).content.decode()
    assert "Notice 1 of 2026" in page and "Nhập nhầm tên." in page
    report = DayReport.objects.get()
    assert reverse("oversight:day_list", args=[report.uuid]) in page
    assert receipt.paper.document.data.sha256.hex() in page
    assert enter(auditor).get(reverse("oversight:day_list", args=[report.uuid])).status_code == 200
