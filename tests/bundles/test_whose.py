"""Whose receipts are whose: the statement that lists them says what the policy says of each."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.applications.choices import PartyRole
from apps.applications.models import Party
from apps.businesses.models import Mandate
from apps.cases.models import CaseReceipt
from apps.cases.selectors import receipts_as_payer, receipts_of_desks, standing_of
from apps.cases.selectors.money import readable_among
from tests import given
from tests.bundles.paid import paid_by
from tests.factories import CitizenFactory

pytestmark = pytest.mark.django_db


def by_policy(actor) -> set[int]:
    found = set()
    for row in CaseReceipt.objects.select_related("case", "receipt__payment"):
        if readable_among([row], row.case, standing_of(row.case, actor), actor):
            found.add(row.pk)
    return found


def by_statement(actor) -> set[int]:
    return {row.pk for rows in (receipts_as_payer, receipts_of_desks) for row in rows(seen_by=actor)}


def another_payer(case, *, citizen_id, until=None, since=None):
    Party.objects.create(
        application=case.application,
        role=PartyRole.PAYER,
        citizen_id=citizen_id,
        particulars={"name": "Người trả thay"},
        valid_from=since or given.after(given.NOW, days=-1),
        valid_to=until,
    )


def test_the_statement_and_the_policy_say_the_same_of_everybody():
    first, first_business = given.representative()
    second, second_business = given.representative()
    citizen = given.citizen()
    payer = given.act_as(CitizenFactory(permanent_residence=given.ward()).user)
    cases = [
        paid_by(first, business_id=first_business, is_stored=False),
        paid_by(second, business_id=second_business, is_stored=False),
        given.paid(given.case_at_intake(given.FOOD_SAFETY, by=citizen)),
        given.paid(given.case_at_intake(given.FOOD_SAFETY, by=citizen)),
        given.paid(given.case_at_intake(given.FOOD_SAFETY, by=citizen)),
        given.paid(given.case_at_intake(given.FOOD_SAFETY, by=citizen)),
    ]
    # Who paid when the money was taken; who paid no more then; who is named only since.
    another_payer(cases[0], citizen_id=payer.citizen_id)
    another_payer(cases[3], citizen_id=payer.citizen_id, until=given.after(given.NOW, hours=-1))
    another_payer(cases[4], citizen_id=payer.citizen_id, since=given.after(given.NOW, hours=1))
    another_payer(cases[5], citizen_id=None)
    desk = cases[0].current_agency
    # The mandate of who filed has ended; another acts for the business.
    former = type(second)(second.user_id, second.name, citizen_id=second.citizen_id)
    actors = {
        "first": first,
        "second": second,
        "former": former,
        "citizen": citizen,
        "payer": payer,
        "stranger": given.citizen(),
        "cashier": given.staff(desk, Role.CASHIER),
        "head": given.staff(desk, Role.HEAD),
        "handler": given.staff(desk, Role.HANDLER),
        "elsewhere": given.staff(given.ward_committee(), *Role),
    }
    found = {name: by_statement(actor) for name, actor in actors.items()}
    assert found == {name: by_policy(actor) for name, actor in actors.items()}
    rows = [CaseReceipt.objects.get(case=case).pk for case in cases]
    assert found["payer"] == {rows[0]} and found["first"] == set()
    assert found["second"] == {rows[1]} and found["former"] == set()
    assert found["citizen"] == {rows[2], rows[3], rows[4]}
    assert found["stranger"] == found["handler"] == found["elsewhere"] == set()
    assert found["cashier"] == found["head"] == set(rows)
    assert Mandate.objects.filter(business=second_business).exists()
