"""Linked procedures over HTTP: what they cost, what a filing opens, what a case waits for, and who is told of what."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.models import Case
from apps.cases.tracking import secret_of
from tests import given
from tests.api.calls import Caller, online
from tests.cases import linked
from tests.cases.linked import BIRTH, BIRTH_GROUP, CARD, INSURANCE, RESIDENCE

pytestmark = pytest.mark.django_db


def body(who, **over):
    return online(
        BIRTH_GROUP,
        answers=linked.birth_answers(),
        attachments={"birth_proof": [str(given.uploaded(who))]},
        **over,
    )


def test_the_catalogue_says_which_cases_an_application_opens():
    shown = Caller().get(f"/procedures/{BIRTH_GROUP}").json()
    assert shown["is_open"] and shown["closed_reason"] == ""
    assert [(part["procedure"], part["waits_for"]) for part in shown["linked_parts"]] == [
        (BIRTH, []),
        (RESIDENCE, [1]),
        (INSURANCE, [1]),
        (CARD, [1]),
    ]
    assert Caller().get(f"/procedures/{BIRTH}").json()["linked_parts"] == []
    closed = Caller().get(f"/procedures/{linked.DEATH_GROUP}").json()
    assert not closed["is_open"] and linked.REMOVAL in closed["closed_reason"]


def test_a_quote_is_that_of_every_case_which_the_answers_open():
    def lines(card: bool) -> list[str]:
        asked = {"answers": linked.birth_answers(card=card)}
        return [
            line["name"] for line in Caller().post(f"/procedures/{BIRTH_GROUP}/quote", asked).json()["fees"]
        ]

    assert len(lines(card=True)) == len(lines(card=False)) + 1 >= 4


def test_a_filing_answers_with_every_case_and_a_repeat_with_the_same():
    who = given.citizen()
    caller, sent, key = Caller(who), body(who), given.key()
    first = caller.post("/applications", sent, key=key)
    assert first.status_code == 201, first.json()
    filed = first.json()
    cases = list(Case.objects.order_by("pk"))
    group = filed["group"]
    assert filed["code"] == cases[0].code
    assert filed["still_open"] == [] and not filed["is_still_open_elsewhere"]
    assert [each["code"] for each in group["cases"]] == [case.code for case in cases]
    assert [each["waits_for"] for each in group["cases"]] == [[], *[[cases[0].code]] * 3]
    assert [each["is_waiting"] for each in group["cases"]] == [False, True, True, True]
    assert (group["code"], group["due_at"], group["is_ended"]) == (BIRTH_GROUP, None, False)
    again = caller.post("/applications", sent, key=key)
    assert again.status_code == 200
    assert again.json()["group"] == group
    assert again.json()["fees"] == filed["fees"]
    assert Case.objects.count() == 4


def test_a_second_filing_is_warned_of_the_cases_still_open():
    who = given.citizen()
    caller = Caller(who)
    first = caller.post("/applications", body(who)).json()
    second = caller.post("/applications", body(who)).json()
    assert set(second["still_open"]) == {each["code"] for each in first["group"]["cases"]}


def test_a_waiting_case_refuses_its_desk_and_says_for_what_it_waits():
    cases = linked.routed()
    case = cases[RESIDENCE]
    desk = Caller(given.staff(case.current_agency, Role.RECEPTIONIST))
    answer = desk.post(f"/cases/{case.code}/accept-intake", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "prerequisite_awaited")
    shown = desk.get(f"/cases/{case.code}").json()
    assert cases[BIRTH].code in shown["shown"]["why"]
    assert shown["shown"]["intake_due_at"] is None
    assert "accept-intake" not in shown["verbs"]
    assert [each["code"] for each in shown["group"]["cases"]] == [cases[BIRTH].code, case.code, "", ""]
    assert shown["group"]["cases"][3]["status"] is None


def test_the_public_status_of_any_case_tells_of_all_and_names_nobody():
    cases = linked.routed()
    case = cases[CARD]
    asked = {"code": case.code, "secret": secret_of(case.code, 1)}
    shown = Caller().post("/status", asked).json()
    assert [each["code"] for each in shown["group"]["cases"]] == [each.code for each in cases.values()]
    assert "Mít" not in str(shown)
    alone = given.filed_online()
    asked = {"code": alone.code, "secret": secret_of(alone.code, 1)}
    assert Caller().post("/status", asked).json()["group"] is None
