"""Who explains a difference is never one who had the money in hand: an accountant, else who heads the body, else one above."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.accounts.models import Post, User
from apps.core.errors import NotAllowed
from apps.receipts.actions.differences import explain_difference
from apps.receipts.choices import DifferenceKind
from apps.receipts.errors import DifferenceUnknown, OwnMoney
from apps.receipts.models import DifferenceExplanation
from apps.receipts.policies import who_explains
from apps.receipts.reconciliation import difference_of, hands_of
from tests import given
from tests.receipts import books
from tests.receipts.books import LATER
from tests.receipts.test_drawers import closed, opened

pytestmark = pytest.mark.django_db

KIND = DifferenceKind.SESSION_DIFFERENCE


def short_drawer(*roles: Role, counted_by=None):
    """A drawer of the ward that lacks money, by subject, and who kept it in these roles."""
    by = given.staff(given.ward_committee(), Role.CASHIER, *roles)
    why = {"explanation": "Thiếu"} | ({"reason": "Vắng"} if counted_by else {})
    session = closed(opened(by), counted_by or by, 0, **why)
    return f"session:{session.uuid}", by


def explain(subject, by):
    return explain_difference(
        KIND, subject, reason="Đã kiểm đếm lại", by=by, at=LATER, request_key=given.key()
    )


def asked(subject, body=None):
    body = body or given.ward_committee()
    return {post.user_id for post in who_explains(body.pk, hands_of(subject), LATER.date())}


def above() -> list:
    """The agencies above the ward's committee, the nearest first."""
    district = given.ward_committee().parent
    return [district, district.parent]


def test_while_another_accountant_is_there_nobody_else_is_asked():
    subject, both = short_drawer(Role.ACCOUNTANT)
    other, head = books.accountant(), given.staff(given.ward_committee(), Role.HEAD)
    assert asked(subject) == {other.user_id}
    with pytest.raises(OwnMoney):
        explain(subject, both)
    with pytest.raises(NotAllowed):
        explain(subject, head)
    assert not DifferenceExplanation.objects.exists()
    assert explain(subject, other).explained_by_id == other.user_id


def test_where_the_only_accountant_had_the_money_in_hand_who_heads_the_body_explains():
    subject, both = short_drawer(Role.ACCOUNTANT)
    head, signer = (given.staff(given.ward_committee(), role) for role in (Role.HEAD, Role.APPROVER))
    elsewhere = given.staff(given.ward_committee("Phường Trúc Bạch"), Role.HEAD)
    higher = books.accountant(above()[0])
    assert asked(subject) == {head.user_id}
    for who, refusal in ((both, OwnMoney), (signer, NotAllowed), (elsewhere, NotAllowed)):
        with pytest.raises(refusal):
            explain(subject, who)
    # An accountant above reads the books of the ward as little as before.
    with pytest.raises(DifferenceUnknown):
        explain(subject, higher)
    assert not DifferenceExplanation.objects.exists()
    assert difference_of(KIND, subject, at=LATER, seen_by=head).subject == subject
    assert explain(subject, head).explained_by_id == head.user_id


def test_a_head_who_counted_the_drawer_leaves_it_to_the_accountant_above_the_nearest_first():
    head = given.staff(given.ward_committee(), Role.HEAD)
    subject, both = short_drawer(Role.ACCOUNTANT, counted_by=head)
    district, city = (books.accountant(each) for each in above())
    assert asked(subject) == {district.user_id}
    with pytest.raises(DifferenceUnknown):
        explain(subject, city)
    for who in (both, head):
        with pytest.raises((OwnMoney, NotAllowed)):
            explain(subject, who)
    assert not DifferenceExplanation.objects.exists()
    assert explain(subject, district).explained_by_id == district.user_id


def test_where_the_agency_above_has_no_accountant_the_one_above_that_is_asked():
    subject, _both = short_drawer(Role.ACCOUNTANT)
    city = books.accountant(above()[1])
    assert asked(subject) == {city.user_id}
    assert explain(subject, city).explained_by_id == city.user_id


def test_a_post_that_has_ended_and_an_account_that_is_closed_are_not_asked():
    subject, _both = short_drawer(Role.ACCOUNTANT)
    gone, closed_one, head = (
        books.accountant(),
        books.accountant(),
        given.staff(given.ward_committee(), Role.HEAD),
    )
    Post.objects.filter(user=gone.user_id).update(valid_to=LATER.date())
    User.objects.filter(pk=closed_one.user_id).update(is_active=False)
    assert asked(subject) == {head.user_id}


def test_of_a_body_that_has_ended_the_people_of_its_successor_are_asked():
    subject, _both = short_drawer(Role.ACCOUNTANT)
    successor = given.succeeded(given.ward_committee())
    head = given.staff(successor, Role.HEAD)
    assert asked(subject) == {head.user_id}
    assert explain(subject, head).explained_by_id == head.user_id
    assert asked(subject, successor) == {head.user_id}


def test_where_nobody_holds_such_a_post_nobody_is_asked():
    subject, both = short_drawer(Role.ACCOUNTANT)
    assert asked(subject) == set()
    with pytest.raises(OwnMoney):
        explain(subject, both)
