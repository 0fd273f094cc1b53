"""A case on which the division of justice was asked for its opinion."""

from __future__ import annotations

from apps.accounts.choices import Role
from apps.cases.actions.decision import propose_result
from apps.cases.actions.opinions import give_opinion, request_opinion
from apps.cases.choices import Outcome
from tests import given


def asked_agency():
    return given.agency("district_justice", given.ward().parent)


def ask(case, to=None, hours=8, question="Người này đã đăng ký ở đâu?", at=given.NOW):
    to = asked_agency().pk if to is None else to
    return lambda by, key: request_opinion(
        case.code, to_agency=to, hours=hours, question=question, by=by, at=at, request_key=key
    )


def give(case, number=1, text="Đã đăng ký năm 1990", attachment=None, at=given.NOW):
    return lambda by, key: give_opinion(
        case.code, number=number, text=text, attachment=attachment, by=by, at=at, request_key=key
    )


def asked_case(*, by=None, **asking):
    case, handler = given.assigned_case(by=by)
    ask(case, **asking)(handler, given.key())
    return given.fresh(case), handler


def propose(case, by, at=given.NOW):
    return propose_result(
        case.code,
        outcome=Outcome.GRANTED,
        text="Đủ điều kiện",
        by=by,
        at=at,
        request_key=given.key(),
    )


def answerer():
    return given.staff(asked_agency(), Role.HANDLER)
