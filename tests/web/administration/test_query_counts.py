"""What the pages of administration ask of the database: the same for two rows and for twenty."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.procedures.actions.drafting import draft_version
from tests import given
from tests.procedures.forms_written import TEXT, form
from tests.procedures.test_draft_version import listed

LIST, PAGE = 8, 16
CODE = given.CIVIL_EXTRACT


@pytest.fixture
def admin(enter) -> Client:
    return enter(given.administrator())


def asked(client: Client, url: str) -> int:
    """Without what the session, the account and its posts cost every page."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    # Each statement that is not a transaction's own mark.
    return len([each for each in captured if not each["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))])


def test_the_catalogue_costs_the_same_for_2_and_for_20(admin):
    for number in range(2):
        listed(f"1.7777{number:02d}")
    at_two = asked(admin, "/administration/?q=1.7777")
    for number in range(2, 20):
        listed(f"1.7777{number:02d}")
    assert asked(admin, "/administration/?q=1.7777") == at_two <= LIST


def test_a_procedure_costs_the_same_for_2_versions_and_for_20(admin):
    by = given.administrator()
    url = f"/administration/procedures/{CODE}/"
    draft_version(CODE, based_on=1, by=by, at=given.NOW)
    at_two = asked(admin, url)
    for _ in range(18):
        draft_version(CODE, based_on=1, by=by, at=given.NOW)
    assert asked(admin, url) == at_two <= LIST


@pytest.mark.parametrize("page", ["", "publish/", "parts/components/", "preview/"])
def test_a_draft_costs_the_same_for_few_rows_and_for_many(admin, page):
    draft = given.drafted(CODE, components=lambda rows: rows.__delitem__(slice(1, None)))
    url = f"/administration/versions/{draft.pk}/{page}"
    at_one = asked(admin, url)

    def twenty(rows):
        rows.extend({**rows[0], "code": f"paper_{n}"} for n in range(20))

    given.saved(draft, "components", twenty)
    assert asked(admin, url) == at_one <= 26


@pytest.mark.parametrize(
    "page", ["", "add/?kind=text", "questions/request_content/", "try/", "lists/eligibility/"]
)
def test_a_form_costs_the_same_for_few_questions_and_for_many(admin, page):
    draft = given.drafted(CODE, form=form(b=TEXT))
    url = f"/administration/versions/{draft.pk}/form/{page}"
    at_two = asked(admin, url)
    many = {f"q{number}": {**TEXT, "x-visible-if": {"is_answered": "b"}} for number in range(18)}
    given.saved(draft, "form", form(b=TEXT, **many))
    assert asked(admin, url) == at_two <= 14
