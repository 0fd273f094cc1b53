"""A refused, declined or stopped case on its applicant's page and on the public one: why, and how to complain."""

from __future__ import annotations

from html import unescape

import pytest

from apps.cases.choices import HOW_TO_COMPLAIN, Outcome
from apps.cases.tracking import secret_of
from tests import given

pytestmark = pytest.mark.django_db

REASON = "The conditions of the law are not met"


def pages(as_actor, nobody, who, case) -> list[str]:
    """The applicant's own page, and what whoever holds code and secret is shown."""
    own = as_actor(who).get(f"/cases/{case.code}/")
    public = nobody.post("/track/", {"code": case.code, "secret": secret_of(case.code, 1)})
    return [unescape(page.content.decode()) for page in (own, public)]


def test_a_refusal_says_why_on_which_provision_and_how_to_complain(as_actor, nobody) -> None:
    who = given.citizen()
    case = given.resolved_case(by=who, outcome=Outcome.REFUSED)
    for page in pages(as_actor, nobody, who, case):
        assert REASON in page and str(HOW_TO_COMPLAIN) in page
        assert "not established" in page and "The law on complaints was not read" in page
        # What the handler wrote to the approver is between them.
        assert "Hồ sơ đủ điều kiện giải quyết" not in page


def test_what_was_granted_says_nothing_of_complaints(as_actor, nobody) -> None:
    who = given.citizen()
    case = given.resolved_case(by=who)
    for page in pages(as_actor, nobody, who, case):
        assert str(HOW_TO_COMPLAIN) not in page


def test_an_application_that_was_not_accepted_says_on_which_article_read_second_hand(
    as_actor, nobody
) -> None:
    who = given.citizen()
    case = given.case_at_intake(by=who)
    given.decline_intake(
        case.code,
        reason="not_competent",
        text="Bà Quách nộp sai nơi",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    own, public = pages(as_actor, nobody, who, case)
    for page in (own, public):
        assert "Nghị định 118/2025/NĐ-CP, article 17" in page and "read second-hand" in page
        assert str(HOW_TO_COMPLAIN) in page
    # The words are for the applicant only: they may name anybody.
    assert "Bà Quách" in own and "Bà Quách" not in public
