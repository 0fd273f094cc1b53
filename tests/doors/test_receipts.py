"""Who is given a receipt: its payer, the desk that took the money, who answers for it at the collecting body; nobody else.

The case was filed online in a ward and is decided by the city; the money was taken at the ward's desk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.applications.choices import PartyRole
from apps.applications.models import Party
from apps.cases.models import Case, CaseDocument, CaseReceipt
from apps.cases.policies import CASEWORK, DESK
from apps.citizens.actions import person_of
from apps.citizens.models import Citizen
from apps.core.models import AccessRecord
from apps.receipts.models import Receipt
from tests import given
from tests.cases.doors import other_ward, supervisor
from tests.doors.attempts import numbers_of, told
from tests.doors.cast import browser

pytestmark = pytest.mark.django_db

ANSWERS_FOR_MONEY = (Role.CASHIER, Role.HEAD, Role.APPROVER)


def at_the_desk(case: Case) -> Case:
    """The fee is paid at the desk that received the case, and the receipt's paper is made."""
    given.record_payment(
        case.code,
        amount=700_000,
        method="cash",
        by=given.cashier(case.receiving_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    given.carry_out(given.NOW, "render_receipt")
    payment = Receipt.objects.get().payment
    assert payment.taken_at_desk == case.receiving_agency != payment.collecting_body == case.competent_agency
    return given.fresh(case)


def a_payer(case: Case) -> Actor:
    """Somebody who pays for the applicant and is nothing else to the case."""
    payer = given.citizen()
    person = Citizen.objects.get(pk=payer.citizen_id)
    Party.objects.create(
        application=case.application,
        role=PartyRole.PAYER,
        citizen=person,
        particulars=person_of(person).particulars,
        valid_from=case.application.filed_at,
    )
    return payer


def addresses(case: Case) -> dict[str, str]:
    receipt = CaseReceipt.objects.get(case=case).receipt_id
    return {
        "portal": f"/cases/{case.code}/receipts/{receipt}/",
        "portal data": f"/cases/{case.code}/receipts/{receipt}/data/",
        "desk": f"/desk/cases/{case.code}/receipts/{receipt}/",
        "desk data": f"/desk/cases/{case.code}/receipts/{receipt}/data/",
        "desk print": f"/desk/cases/{case.code}/receipts/{receipt}/print/",
        "api": f"/api/v1/cases/{case.code}/receipts/{receipt}",
        "api data": f"/api/v1/cases/{case.code}/receipts/{receipt}/data",
    }


def everywhere(**status: int) -> dict[str, int]:
    """The same answer for PDF, data and print at each door."""
    doors = ("portal", "portal data", "desk", "desk data", "desk print", "api", "api data")
    return {door: status[door.split()[0]] for door in doors}


def answered(actor: Actor, case: Case) -> dict[str, int]:
    return {door: browser(actor).get(url).status_code for door, url in addresses(case).items()}


GIVEN: dict[str, Callable[[Case], Actor]] = {
    **{
        f"{role} where the money was taken": (
            lambda case, role=role: given.staff(case.receiving_agency, role)
        )
        for role in DESK
    },
    **{
        f"{role} of the collecting body": (lambda case, role=role: given.staff(case.competent_agency, role))
        for role in ANSWERS_FOR_MONEY
    },
}
WITHHELD: dict[str, Callable[[Case], Actor]] = {
    "all others where the money was taken": lambda case: given.staff(
        case.receiving_agency, *set(CASEWORK) - set(DESK)
    ),
    "all others of the collecting body": lambda case: given.staff(
        case.competent_agency, *set(CASEWORK) - set(ANSWERS_FOR_MONEY)
    ),
}
STRANGERS: dict[str, Callable[[Case], Actor]] = {
    "all clerks of another ward": lambda _case: given.staff(other_ward(), *CASEWORK),
    "administrator": lambda case: given.staff(case.competent_agency, Role.ADMINISTRATOR),
}


@pytest.mark.parametrize("who", GIVEN)
def test_whoever_took_the_money_or_answers_for_it_is_given_the_receipt(who):
    case = at_the_desk(given.filed_with_a_fee())
    actor = GIVEN[who](case)
    assert answered(actor, case) == everywhere(portal=200, desk=200, api=200)
    assert AccessRecord.objects.count() == 7
    assert offered(actor, case) == {"desk": True, "api": True}


@pytest.mark.parametrize("role", ANSWERS_FOR_MONEY)
def test_whoever_answers_for_the_money_of_the_successor_is_given_the_receipt_of_a_body_that_has_ended(role):
    case = at_the_desk(given.filed_with_a_fee())
    successor, third = given.succeeded(case.competent_agency), other_ward()
    assert answered(given.staff(successor, role), case) == everywhere(portal=200, desk=200, api=200)
    # Who succeeds the successor has all that it had.
    assert answered(given.staff(third, role), case) == everywhere(portal=404, desk=404, api=404)
    given.succeeded(successor, third)
    assert answered(given.staff(third, role), case) == everywhere(portal=200, desk=200, api=200)


def test_all_others_of_the_successor_see_that_it_is_there_and_no_other_body_sees_anything():
    case = at_the_desk(given.filed_with_a_fee())
    successor = given.succeeded(case.competent_agency)
    others = given.staff(successor, *set(CASEWORK) - set(ANSWERS_FOR_MONEY))
    assert answered(others, case) == everywhere(portal=404, desk=404, api=404)
    assert offered(others, case) == {"desk": False, "api": False}
    stranger = given.staff(given.ward_committee("Phường Hàng Bạc"), *CASEWORK)
    assert browser(stranger).get(f"/desk/cases/{case.code}/").status_code == 404
    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize("who", WITHHELD)
def test_others_who_work_on_the_case_see_that_it_is_there_and_are_offered_nothing(who):
    case = at_the_desk(given.filed_with_a_fee())
    actor = WITHHELD[who](case)
    assert answered(actor, case) == everywhere(portal=404, desk=404, api=404)
    assert offered(actor, case) == {"desk": False, "api": False}
    assert not AccessRecord.objects.exists()


def offered(actor: Actor, case: Case) -> dict[str, bool]:
    """Whether the page and the API lead to the file."""
    [receipt] = browser(actor).get(f"/api/v1/cases/{case.code}").json()["receipts"]
    assert receipt["is_ready"]
    page = browser(actor).get(f"/desk/cases/{case.code}/").content.decode()
    return {"desk": addresses(case)["desk"] in page, "api": receipt["is_readable"]}


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_are_answered_as_if_there_were_no_case(who):
    case = at_the_desk(given.filed_with_a_fee())
    actor = STRANGERS[who](case)
    url = addresses(case)["api"]
    answer = browser(actor).get(url)
    unknown = browser(actor).get(url.replace(case.code, f"{case.code[:-4]}9999"))
    assert (answer.status_code, answer.json()) == (404, unknown.json())


def test_those_who_supervise_are_not_given_it():
    case = at_the_desk(given.filed_with_a_fee())
    for actor in (
        supervisor(case.receiving_agency.unit),
        given.staff(given.city_agency("city_inspectorate"), Role.INSPECTOR),
    ):
        assert answered(actor, case) == everywhere(portal=404, desk=403, api=404)


def test_the_applicants_side_is_given_what_it_paid_itself():
    case = at_the_desk(given.filed_with_a_fee())
    applicant = given.act_as(case.application.filed_by)
    assert answered(applicant, case) == everywhere(portal=200, desk=403, api=200)
    assert addresses(case)["portal"] in browser(applicant).get(f"/cases/{case.code}/").content.decode()


def test_a_payer_who_is_nothing_else_to_the_case_is_given_the_receipt_and_sees_nothing_more():
    case = given.filed_with_a_fee()
    payer = a_payer(case)
    case = at_the_desk(case)
    given.accept_intake(
        case.code, by=given.receptionist(case.current_agency), at=given.NOW, request_key=given.key()
    )
    given.carry_out(given.NOW, "render_paper")
    assert answered(payer, case) == everywhere(portal=200, desk=403, api=200)
    paper = CaseDocument.objects.get(case=case).document.uuid
    for url in (
        f"/cases/{case.code}/",
        f"/cases/{case.code}/papers/{paper}/",
        f"/api/v1/cases/{case.code}",
        f"/api/v1/cases/{case.code}/events",
        f"/api/v1/cases/{case.code}/documents/{paper}",
    ):
        answer: Any = browser(payer).get(url)
        assert answer.status_code == 404, url
        assert told(answer, numbers_of(case)) == []
    assert case.code not in browser(payer).get("/cases/").content.decode()


def test_where_somebody_else_paid_the_applicant_sees_that_it_is_there_and_is_not_given_it():
    case = given.filed_with_a_fee()
    a_payer(case)
    case = at_the_desk(case)
    applicant = given.act_as(case.application.filed_by)
    assert answered(applicant, case) == everywhere(portal=404, desk=403, api=404)
    page = browser(applicant).get(f"/cases/{case.code}/").content.decode()
    assert addresses(case)["portal"] not in page
    assert "given to its payer" in page


def test_who_pays_from_now_on_is_not_given_what_the_applicant_paid_before():
    case = at_the_desk(given.filed_with_a_fee())
    payer = a_payer(case)
    Party.objects.filter(role=PartyRole.PAYER).update(valid_from=given.after(given.NOW, hours=1))
    assert answered(payer, case) == everywhere(portal=404, desk=403, api=404)
    assert answered(given.act_as(case.application.filed_by), case)["api"] == 200
