"""What an accountant does in the pages of the books: once, however often the button is pressed; an auditor may not."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.accounts.choices import Role
from apps.core.models import Job
from apps.receipts.actions.bank_matches import match_line
from apps.receipts.actions.cashiers import open_session
from apps.receipts.models import BankMatch, BankStatement, DifferenceExplanation, Payment
from tests import given
from tests.receipts import books
from tests.receipts.books import MONDAY

pytestmark = pytest.mark.django_db

ONCE = "This had already been done; nothing was done twice."


def unmatched() -> tuple[Payment, Any]:
    """A payment of ours, and a line of the bank that nothing says is the same."""
    account = books.an_account()
    payment = books.paid_by_bank(given.taken_at_counter(), "FT-OURS")
    books.taken_in(account, (MONDAY, "FT-BANK", 9_000, "khong ro"))
    return payment, books.line("FT-BANK")


def url_of(name: str, line: Any) -> str:
    return reverse(f"audit:{name}", args=[line.uuid])


def matching(payment: Payment, **said: Any) -> dict[str, Any]:
    return {
        "ours": [f"payment:{payment.uuid}"],
        "reason": "Sao kê ngân hàng ghi sai nội dung",
        "request_key": given.key(),
        **said,
    }


def by_hand(payment: Payment, line: Any) -> BankMatch:
    ours, by = [("payment", payment.pk)], books.accountant()
    (made,) = match_line(line.uuid, ours, reason="Ghi sai", by=by, at=given.NOW, request_key=given.key())
    return made


def texts(answer: Any) -> str:
    return answer.content.decode()


def test_an_accountant_matches_a_line_and_an_auditor_may_not(enter):
    payment, line = unmatched()
    url, typed, auditor = url_of("match_line", line), matching(payment), books.auditor()
    assert enter(auditor).get(url).status_code == 403
    assert enter(auditor).post(url, typed).status_code == 403
    client = enter(by := books.accountant())
    assert "8.000" in texts(client.get(url))
    for wrong in (
        {"reason": ""},
        {"ours": []},
        {"ours": ["payment:999"]},
        {"ours": [f"deposit:{payment.uuid}"]},
        {"request_key": ""},
    ):
        assert client.post(url, {**typed, **wrong}).status_code == 422, wrong
    assert not BankMatch.objects.exists()
    answer = client.post(url, typed, follow=True)
    assert "The line is matched." in texts(answer) and ONCE not in texts(answer)
    assert BankMatch.objects.get().matched_by_id == by.user_id


def test_what_was_ticked_and_typed_stays_on_a_form_that_lacks_something(enter):
    payment, line = unmatched()
    answer = enter(books.accountant()).post(
        f"{url_of('match_line', line)}?q=nothing-of-this-name", matching(payment, reason="")
    )
    page = texts(answer)
    assert answer.status_code == 422
    assert f'value="payment:{payment.uuid}" checked' in page


def test_a_match_pressed_twice_is_one_and_the_second_answer_shows_it(enter):
    payment, line = unmatched()
    client, typed = enter(books.accountant()), matching(payment)
    first = client.post(url_of("match_line", line), typed)
    again = client.post(url_of("match_line", line), typed, follow=True)
    assert (first.status_code, first["Location"]) == (302, url_of("line", line))
    assert again.redirect_chain == [(url_of("line", line), 302)]
    assert ONCE in texts(again) and typed["reason"] in texts(again)
    assert "The line is matched." in texts(again).partition(ONCE)[0]
    assert BankMatch.objects.count() == 1


def test_a_key_that_another_match_used_up_is_told_and_renewed(enter):
    payment, line = unmatched()
    books.a_deposit(line.account.agency, 100_000, "NT01")
    client, typed = enter(books.accountant()), matching(payment)
    client.post(url_of("match_line", line), typed)
    answer = client.post(url_of("match_line", line), {**typed, "reason": "Lý do khác"})
    assert answer.status_code == 409 and "sent before with something else" in texts(answer)
    assert typed["request_key"] not in texts(answer) and 'name="request_key"' in texts(answer)
    assert BankMatch.objects.get().reason == typed["reason"]


def test_a_match_is_withdrawn_for_a_reason_and_pressed_twice_once(enter):
    payment, line = unmatched()
    match = by_hand(payment, line)
    url, typed = (
        url_of("withdraw_match", line),
        {"match": match.pk, "reason": "Chọn nhầm", "request_key": given.key()},
    )
    assert enter(books.auditor()).post(url, typed).status_code == 403
    client = enter(books.accountant())
    lacking = client.post(url, {**typed, "reason": ""})
    assert lacking.status_code == 422 and '<details class="govuk-details" open>' in texts(lacking)
    assert client.post(url, {**typed, "match": 10**30}).status_code == 404
    assert BankMatch.objects.get().withdrawn_at is None
    done = client.post(url, typed, follow=True)
    assert "The match is withdrawn." in texts(done) and ONCE not in texts(done)
    again = client.post(url, typed, follow=True)
    assert again.redirect_chain == [(url_of("line", line), 302)]
    assert ONCE in texts(again) and "Chọn nhầm" in texts(again)
    withdrawn = BankMatch.objects.get()
    assert (withdrawn.withdrawn_reason, withdrawn.withdrawn_at) == ("Chọn nhầm", given.NOW)


def test_a_match_that_another_has_withdrawn_meanwhile_is_told_so(enter):
    payment, line = unmatched()
    match = by_hand(payment, line)
    client, url = enter(books.accountant()), url_of("withdraw_match", line)
    client.post(url, {"match": match.pk, "reason": "Chọn nhầm", "request_key": given.key()})
    answer = client.post(url, {"match": match.pk, "reason": "Khác", "request_key": given.key()})
    assert answer.status_code == 409 and "withdrawn already" in texts(answer)
    assert BankMatch.objects.get().withdrawn_reason == "Chọn nhầm"


def test_what_names_no_match_or_gives_no_reason_withdraws_nothing(enter):
    payment, line = unmatched()
    match = by_hand(payment, line)
    client, url = enter(books.accountant()), url_of("withdraw_match", line)
    for named, reason in ((match.pk, ""), (match.pk, "\x00"), ("9" * 5000, "x"), ("²", "x"), ("", "x")):
        answer = client.post(url, {"match": named, "reason": reason, "request_key": given.key()})
        assert answer.status_code == 422, (named, reason)
    assert client.post(url, {"match": 10**18, "reason": "x", "request_key": given.key()}).status_code == 404
    assert BankMatch.objects.get().withdrawn_at is None


def test_a_difference_is_explained_for_a_reason_and_pressed_twice_once(enter):
    _payment, line = unmatched()
    url = reverse("audit:difference", args=["line_without_payment", f"line:{line.uuid}"])
    typed = {"reason": "Lãi tiền gửi", "request_key": given.key()}
    assert enter(books.auditor()).post(url, typed).status_code == 403
    client = enter(books.accountant())
    assert client.post(url, {**typed, "reason": ""}).status_code == 422
    assert not DifferenceExplanation.objects.exists()
    done = client.post(url, typed, follow=True)
    assert "The difference is explained." in texts(done) and ONCE not in texts(done)
    again = client.post(url, typed, follow=True)
    assert ONCE in texts(again) and "Lãi tiền gửi" in texts(again)
    assert DifferenceExplanation.objects.count() == 1
    assert "Lãi tiền gửi" in texts(client.get(reverse("audit:differences")))


def test_a_statement_given_twice_is_read_once_and_taken_in_once(enter):
    account = books.an_account()
    content = books.as_csv(account, [(MONDAY, "FT1", 8_000, "le phi")])
    client, key, start = enter(books.accountant()), given.key(), given.key()

    def give(closing: str = "158000") -> Any:
        return client.post(
            reverse("audit:statements"),
            {
                "account": account.pk,
                "starts_on": "23/11/2026",
                "ends_on": "23/11/2026",
                "opening": "150000",
                "closing": closing,
                "file": SimpleUploadedFile("sao-ke.csv", content),
                "request_key": key,
            },
            follow=True,
        )

    give()
    again, job = give(), Job.objects.get(kind__startswith="bank_statement")
    assert ONCE in texts(again)
    assert again.redirect_chain == [(reverse("audit:statement_job", args=[job.pk]), 302)]
    assert give("1").status_code == 422
    page = texts(client.get(reverse("audit:statement_job", args=[job.pk])))
    assert 'name="request_key"' in page
    for times in (1, 2):
        answer = client.post(
            reverse("audit:start_statement", args=[job.pk]), {"request_key": start}, follow=True
        )
        assert texts(answer).count(ONCE) == times - 1
    assert BankStatement.objects.count() == 1


def test_pages_offer_nobody_what_went_through_their_own_hands(enter):
    account, desk = books.an_account(), given.ward_committee()
    both, other = given.staff(desk, Role.CASHIER, Role.ACCOUNTANT), books.accountant()
    open_session(desk.pk, opening_balance=200_000, by=both, at=given.NOW, request_key=given.key())
    deposit = books.a_deposit(desk, 100_000, "NT01", by=both)
    books.taken_in(account, (MONDAY, "FT-OPEN", 100_000, "khong ro"), (MONDAY, "FT-KNOWN", 9_000, "khong ro"))
    url = url_of("match_line", books.line("FT-OPEN"))
    typed = {
        "ours": [f"deposit:{deposit.uuid}"],
        "reason": "Ngân hàng ghi thiếu",
        "request_key": given.key(),
    }
    assert "NT01" not in texts(enter(both).get(url))
    assert enter(both).post(url, typed).status_code == 403
    assert not BankMatch.objects.exists()
    assert "NT01" in texts(enter(other).get(url))
    known = books.line("FT-KNOWN")
    match_line(
        known.uuid,
        [("deposit", deposit.pk)],
        reason="Ghi thiếu",
        by=other,
        at=given.NOW,
        request_key=given.key(),
    )
    page, withdraw = url_of("line", known), url_of("withdraw_match", known)
    assert withdraw not in texts(enter(both).get(page))
    assert withdraw in texts(enter(other).get(page))
    sent = {"match": BankMatch.objects.get().pk, "reason": "Nhầm", "request_key": given.key()}
    assert enter(both).post(withdraw, sent).status_code == 403
    assert BankMatch.objects.get().withdrawn_at is None
    explain = reverse("audit:difference", args=["amounts_differ", f"line:{known.uuid}"])
    assert "<textarea" not in texts(enter(both).get(explain))
    assert "<textarea" in texts(enter(other).get(explain))
    said = {"reason": "Phí", "request_key": given.key()}
    assert enter(both).post(explain, said).status_code == 403
    assert not DifferenceExplanation.objects.exists()
