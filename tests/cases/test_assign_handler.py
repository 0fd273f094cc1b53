"""Giving a case to a handler: by the head to anybody, by a handler to themselves when nobody has it."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.businesses.models import Mandate
from apps.cases.actions.handling import assign_handler
from apps.cases.actions.steps import complete_step
from apps.cases.choices import EventKind, Status
from apps.cases.errors import AlreadyAssigned, NotAHandler, NotYours, PartyMayNotAct, VerbNotOpen
from tests import given
from tests.cases import doors
from tests.factories import CitizenFactory, MandateFactory, PostFactory

pytestmark = pytest.mark.django_db


def play(case, handler):
    return lambda by, key: assign_handler(case.code, handler=handler, by=by, at=given.NOW, request_key=key)


def test_only_the_head_gives_a_case_to_a_handler():
    case = given.accepted_case()
    at = case.current_agency
    handler = given.staff(at, Role.HANDLER)
    event = doors.only_official(
        case,
        play(case, handler.user_id),
        right=given.staff(at, Role.HEAD),
        at=at,
        roles=(Role.HEAD, Role.HANDLER),
    )
    assert (event.kind, event.to_status, event.handler_id) == (
        EventKind.HANDLER_ASSIGNED,
        Status.ACCEPTED,
        handler.user_id,
    )
    assert given.fresh(case).handler_id == handler.user_id


def test_a_handler_takes_a_case_that_nobody_has():
    case = given.accepted_case()
    handler = given.staff(case.current_agency, Role.HANDLER)
    doors.acted(case, lambda: play(case, handler.user_id)(handler, given.key()))
    assert given.fresh(case).handler_id == handler.user_id


def test_a_handler_gives_no_case_to_a_colleague():
    case = given.accepted_case()
    colleague = given.staff(case.current_agency, Role.HANDLER)
    with doors.refused(NotYours):
        play(case, colleague.user_id)(given.staff(case.current_agency, Role.HANDLER), given.key())


def test_a_handler_takes_no_case_from_a_colleague_and_the_head_does():
    case, _ = given.assigned_case()
    second = given.staff(case.current_agency, Role.HANDLER)
    with doors.refused(VerbNotOpen) as told:
        play(case, second.user_id)(second, given.key())
    doors.tells_of(told.value, doors.event_of(case))
    play(case, second.user_id)(given.staff(case.current_agency, Role.HEAD), given.key())
    assert given.fresh(case).handler_id == second.user_id


def test_a_case_is_not_given_to_whoever_has_it():
    case, handler = given.assigned_case()
    with doors.refused(AlreadyAssigned) as told:
        play(case, handler.user_id)(given.staff(case.current_agency, Role.HEAD), given.key())
    assert told.value.data["handler"] == handler.name
    doors.tells_of(told.value, doors.event_of(case))


@pytest.mark.parametrize("who", ["a receptionist", "a handler elsewhere", "nobody known"])
def test_who_holds_no_post_of_handler_here_gets_no_case(who):
    case = given.accepted_case()
    user_id = {
        "a receptionist": lambda: given.receptionist(case.current_agency).user_id,
        "a handler elsewhere": lambda: given.staff(doors.other_ward(), Role.HANDLER).user_id,
        "nobody known": lambda: 999_999_999,
    }[who]()
    with doors.refused(NotAHandler, field="handler"):
        play(case, user_id)(given.staff(case.current_agency, Role.HEAD), given.key())


def test_a_party_to_the_case_is_not_made_its_handler():
    case = given.accepted_case()
    party = doors.official_party(case, case.current_agency, Role.HANDLER)
    with doors.refused(NotAHandler, field="handler"):
        play(case, party.user_id)(given.staff(case.current_agency, Role.HEAD), given.key())


def for_business(seat=None):
    """A case filed for a business; its filer, and a colleague of theirs who may act for it as well."""
    filer, business = given.representative(seat)
    colleague = CitizenFactory(permanent_residence=given.ward())
    mandate = MandateFactory(citizen=colleague, business_id=business)
    case = given.accepted_case(given.FOOD_SAFETY, by=filer, business_id=business)
    return case, filer, colleague.user, mandate


def made_handler(user, at):
    """Somebody who is employed as a handler."""
    user.is_staff_member = True
    user.save()
    PostFactory(user=user, agency=at, role=Role.HANDLER)


def test_who_acts_for_the_business_is_no_handler_of_its_case_while_the_mandate_lasts():
    case, _filer, colleague, mandate = for_business()
    head = given.staff(case.current_agency, Role.HEAD)
    made_handler(colleague, case.current_agency)
    with doors.refused(NotAHandler, field="handler"):
        play(case, colleague.pk)(head, given.key())
    with doors.refused(PartyMayNotAct):
        play(case, colleague.pk)(given.act_as(colleague), given.key())
    mandate.valid_to = given.NOW.date()
    mandate.save()
    assert doors.acted(case, lambda: play(case, colleague.pk)(head, given.key())).handler_id == colleague.pk
    step = complete_step(
        case.code, note="", by=given.act_as(colleague), at=given.NOW, request_key=given.key()
    )
    assert step.kind == EventKind.STEP_COMPLETED


def test_who_filed_for_a_business_never_handles_its_case_also_after_the_mandate():
    case, filer, _colleague, _mandate = for_business()
    user = given.User.objects.get(pk=filer.user_id)
    made_handler(user, case.current_agency)
    Mandate.objects.filter(citizen_id=filer.citizen_id).update(valid_to=given.NOW.date())
    with doors.refused(NotAHandler, field="handler"):
        play(case, user.pk)(given.staff(case.current_agency, Role.HEAD), given.key())
    with doors.refused(PartyMayNotAct):
        play(case, user.pk)(given.act_as(user), given.key())


def test_a_case_still_at_intake_has_no_handler():
    case = given.case_at_intake()
    handler = given.staff(case.current_agency, Role.HANDLER)
    doors.only_open_in(case, play(case, handler.user_id), by=handler)


def test_the_same_request_assigns_once():
    case = given.accepted_case()
    handler = given.staff(case.current_agency, Role.HANDLER)
    other = given.staff(case.current_agency, Role.HANDLER)
    doors.answers_once(case, play(case, handler.user_id), by=handler, other=play(case, other.user_id))
