"""A bank's statement as the bank gave it: for who reads the books of the body, for a reason that is kept, and only byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from apps.core.models import AccessRecord
from tests import given
from tests.api.calls import Caller
from tests.api.refusals import refused
from tests.receipts import books
from tests.receipts.books import MONDAY, NAME

pytestmark = pytest.mark.django_db

LINE = (MONDAY, "FT1", 8_000, f"{NAME} 0987654321 nop le phi")
REASON = {"reason": "Đối chiếu bản gốc của ngân hàng"}


@pytest.fixture
def statement() -> Any:
    return books.taken_in(books.an_account(), LINE)


@pytest.fixture
def unread(monkeypatch) -> None:
    """Whoever opens a stored file fails the test."""

    def opened(*_: Any, **__: Any) -> None:
        raise AssertionError("a stored file was opened")

    monkeypatch.setattr(default_storage, "open", opened)


def page_of(statement: Any) -> tuple[str, str]:
    """The page of a statement, and where its file is asked for."""
    return tuple(reverse(f"audit:{name}", args=[statement.uuid]) for name in ("statement", "statement_file"))


def api_of(statement: Any) -> str:
    return f"/books/bank-statements/{statement.uuid}/file"


def readers() -> list[Any]:
    """Auditors of the city and of the district, and the body's accountant."""
    district = given.agency("district_committee", given.ward().parent)
    return [books.auditor(), books.auditor(district), books.accountant()]


def test_auditors_and_the_bodys_accountant_have_the_file_for_a_reason_that_is_kept(enter, statement):
    page, file = page_of(statement)
    content = books.as_csv(statement.account, [LINE])
    who = readers()
    for reader in who:
        shown = enter(reader).get(page).content.decode()
        assert f'action="{file}"' in shown and NAME not in shown
        for answer in (enter(reader).post(file, REASON), Caller(reader).post(api_of(statement), REASON)):
            assert (answer.status_code, answer.content) == (200, content)
            assert answer["Content-Disposition"] == 'attachment; filename="sao-ke-20261123-20261123.csv"'
            assert answer["Cache-Control"] == "private, no-store"
    kept = AccessRecord.objects.order_by("pk").values_list("actor_id", "action", "subject", "reason")
    said = ("download bank statement", f"bank_statement:{statement.uuid}", REASON["reason"])
    assert list(kept) == [(reader.user_id, *said) for reader in who for _ in range(2)]


def test_without_a_reason_nothing_is_read_and_nothing_kept(enter, statement, unread):
    _page, file = page_of(statement)
    for reader in readers():
        assert enter(reader).get(file).status_code == 405
        for reason in ({}, {"reason": ""}, {"reason": " \n"}, {"reason": "x" * 301}):
            answer = enter(reader).post(file, reason)
            assert answer.status_code == 422 and NAME not in answer.content.decode()
            assert Caller(reader).post(api_of(statement), reason).status_code == 422
        refused(Caller(reader).post(api_of(statement), {"reason": " "}), 422, "reason_missing", "reason")
        assert Caller(reader).get(api_of(statement)).status_code == 405
    assert not AccessRecord.objects.exists()


def test_who_does_not_read_the_books_of_the_body_is_told_nothing_of_it(enter, statement, unread):
    _page, file = page_of(statement)
    elsewhere = given.agency("district_committee", given.ward("Phường Hàng Bạc").parent)
    for stranger in (books.auditor(elsewhere), books.accountant(given.ward_committee("Phường Trúc Bạch"))):
        assert enter(stranger).post(file, REASON).status_code == 404
        refused(Caller(stranger).post(api_of(statement), REASON), 404, "line_unknown", "statement")
    clerk = given.receptionist(statement.account.agency)
    assert enter(clerk).post(file, REASON).status_code == 403
    refused(Caller(clerk).post(api_of(statement), REASON), 403, "not_allowed")
    refused(Caller().post(api_of(statement), REASON), 401, "not_signed_in")
    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize("is_gone", [False, True], ids=["one byte altered", "gone"])
def test_a_file_that_is_not_what_the_bank_gave_goes_to_nobody_and_is_told_in_the_log(
    enter, statement, caplog, is_gone
):
    _page, file = page_of(statement)
    path = Path(default_storage.path(statement.storage_name))
    content = path.read_bytes()
    if is_gone:
        path.unlink()
    else:
        path.write_bytes(content.replace(b"8000", b"9000"))
    answer = enter(books.auditor()).post(file, REASON)
    assert answer.status_code == 500 and "is not handed out" in answer.content.decode()
    assert NAME not in answer.content.decode()
    refused(Caller(books.auditor()).post(api_of(statement), REASON), 500, "file_damaged")
    told = [each for each in caplog.records if each.name == "apps.documents.actions"]
    assert [each.levelname for each in told] == ["ERROR", "ERROR"]
    assert all(statement.storage_name in each.getMessage() for each in told)
    assert not AccessRecord.objects.exists()


def test_how_large_the_file_is_and_its_hash_stand_on_the_page_and_in_the_answer(enter, statement):
    page, _file = page_of(statement)
    shown = enter(books.auditor()).get(page).content.decode()
    assert f"{statement.size} bytes, stored" in shown and bytes(statement.sha256).hex() in shown
    answer = Caller(books.auditor()).get(f"/books/bank-statements/{statement.uuid}").json()
    assert (answer["size"], answer["sha256"]) == (statement.size, bytes(statement.sha256).hex())
