"""Pools of handlers: opened by the head, given cases, from which each member takes one."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.choices import Role
from apps.accounts.models import Pool, PoolMember
from apps.cases.actions.handling import assign_handler
from apps.cases.actions.handover import hand_over_case, receive_handover
from apps.cases.actions.pools import close_pool, join_pool, leave_pool, open_pool
from apps.cases.errors import (
    AssigneeMissing,
    NotAHandler,
    NotYours,
    PoolHasCases,
    PoolNameMissing,
    PoolNameTaken,
    PoolUnknown,
    VerbNotOpen,
)
from apps.cases.models import Case
from apps.cases.selectors import case_seen_by
from apps.core.models import AdministrativeAct
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def head_of(agency):
    return given.staff(agency, Role.HEAD)


def a_pool(agency, *members, name="Tổ hộ tịch"):
    pool = open_pool(agency.pk, name=name, by=head_of(agency), at=given.NOW)
    for member in members:
        join_pool(pool.pk, handler=member.user_id, by=head_of(agency), at=given.NOW)
    return pool


def give_to(case, **to):
    return lambda by, key: assign_handler(case.code, **to, by=by, at=given.NOW, request_key=key)


def test_the_head_gives_a_case_to_a_pool_and_one_of_its_members_takes_it():
    case = given.accepted_case()
    at = case.current_agency
    member, stranger = given.staff(at, Role.HANDLER), given.staff(at, Role.HANDLER)
    pool = a_pool(at, member)
    doors.only_official(
        case, give_to(case, pool=pool.pk), right=head_of(at), at=at, roles=(Role.HEAD, Role.HANDLER)
    )
    case = given.fresh(case)
    assert (case.pool, case.handler_id) == (pool, None)
    assert "assign_handler" not in case_seen_by(case.code, seen_by=stranger).verbs
    with doors.refused(VerbNotOpen):
        give_to(case, handler=stranger.user_id)(stranger, given.key())
    assert "assign_handler" in case_seen_by(case.code, seen_by=member).verbs
    doors.acted(case, lambda: give_to(case, handler=member.user_id)(member, given.key()))
    after = given.fresh(case)
    assert (after.pool_id, after.handler_id) == (None, member.user_id)


def test_a_case_is_given_to_one_of_the_two():
    case = given.accepted_case()
    pool = a_pool(case.current_agency)
    head = head_of(case.current_agency)
    for to in ({}, {"handler": head.user_id, "pool": pool.pk}):
        with doors.refused(AssigneeMissing):
            give_to(case, **to)(head, given.key())


def test_a_pool_of_another_agency_or_a_closed_one_takes_nothing():
    case = given.accepted_case()
    head = head_of(case.current_agency)
    elsewhere = a_pool(doors.other_ward())
    closed = a_pool(case.current_agency)
    close_pool(closed.pk, by=head, at=given.NOW)
    for pool in (elsewhere, closed):
        with doors.refused(PoolUnknown, field="pool"):
            give_to(case, pool=pool.pk)(head, given.key())


def test_whoever_left_the_pool_takes_nothing_from_it():
    case = given.accepted_case()
    member = given.staff(case.current_agency, Role.HANDLER)
    pool = a_pool(case.current_agency, member)
    give_to(case, pool=pool.pk)(head_of(case.current_agency), given.key())
    leave_pool(pool.pk, handler=member.user_id, by=head_of(case.current_agency), at=given.NOW)
    with doors.refused(VerbNotOpen):
        give_to(case, handler=member.user_id)(member, given.key())


def test_a_case_that_goes_to_another_agency_leaves_the_pool():
    case = given.accepted_case()
    head = head_of(case.current_agency)
    give_to(case, pool=a_pool(case.current_agency).pk)(head, given.key())
    to = given.ward_committee("Phường Trúc Bạch")
    hand_over_case(
        case.code, to_agency=to.pk, reason="Thẩm quyền", by=head, at=given.NOW, request_key=given.key()
    )
    receive_handover(case.code, by=given.receptionist(to), at=given.NOW, request_key=given.key())
    assert given.fresh(case).pool_id is None


def test_only_the_head_manages_the_pools_of_the_agency():
    agency = given.ward_committee()
    pool = a_pool(agency)
    clerk = given.staff(agency, Role.HANDLER, Role.RECEPTIONIST)
    for act in (
        lambda: open_pool(agency.pk, name="Tổ khác", by=clerk, at=given.NOW),
        lambda: close_pool(pool.pk, by=clerk, at=given.NOW),
        lambda: join_pool(pool.pk, handler=clerk.user_id, by=clerk, at=given.NOW),
        lambda: leave_pool(pool.pk, handler=clerk.user_id, by=head_of(doors.other_ward()), at=given.NOW),
    ):
        with pytest.raises(NotYours):
            act()
    assert not PoolMember.objects.exists()
    assert Pool.objects.count() == 1


def test_a_pool_has_a_name_of_its_own_and_handlers_of_its_agency():
    agency = given.ward_committee()
    head = head_of(agency)
    with pytest.raises(PoolNameMissing):
        open_pool(agency.pk, name=" ", by=head, at=given.NOW)
    pool = a_pool(agency)
    with pytest.raises(PoolNameTaken):
        open_pool(agency.pk, name="Tổ hộ tịch", by=head, at=given.NOW)
    with pytest.raises(NotAHandler):
        join_pool(pool.pk, handler=given.receptionist(agency).user_id, by=head, at=given.NOW)
    member = given.staff(agency, Role.HANDLER)
    for _ in range(2):
        join_pool(pool.pk, handler=member.user_id, by=head, at=given.NOW)
    assert PoolMember.objects.count() == 1
    assert AdministrativeAct.objects.filter(kind="join_pool").count() == 1


def test_a_pool_with_open_cases_is_not_closed():
    case = given.accepted_case()
    pool = a_pool(case.current_agency)
    head = head_of(case.current_agency)
    give_to(case, pool=pool.pk)(head, given.key())
    with pytest.raises(PoolHasCases):
        close_pool(pool.pk, by=head, at=given.NOW)
    pool.refresh_from_db()
    assert pool.valid_to is None


def test_the_database_gives_no_case_to_a_person_and_a_pool():
    case, _handler = given.assigned_case()
    pool = a_pool(case.current_agency)
    with pytest.raises(IntegrityError, match="case_with_a_person_or_a_pool"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(pool=pool)
