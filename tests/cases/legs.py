"""A procedure whose steps are at three levels: the ward verifies, the city advises, the district decides."""

from __future__ import annotations

from typing import Any

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.cases.actions.handover import receive_handover
from apps.cases.actions.steps import complete_step, send_back_step, skip_step
from apps.cases.history import read_entry
from apps.cases.models import Case
from apps.units.models import Agency
from tests import given
from tests.cases import doors

VERIFY = {
    "code": "verification",
    "name": "Xác minh tại địa bàn",
    "name_en": "Verification on the spot",
    "agency_kind": "ward_committee",
    "factor": "business_seat",
    "role": "handler",
    "act": "complete_step",
    "product": "file",
    "product_name": "Biên bản xác minh",
    "product_name_en": "Record of the verification",
    "may_skip": "head",
    "share": 2,
    "share_of": 10,
    "is_established": False,
}
ADVISE = {
    "code": "city_review",
    "name": "Cấp Thành phố rà soát",
    "name_en": "Review by the city",
    "agency_kind": "city_planning_investment",
    "factor": "fixed_agency",
    "role": "head",
    "act": "complete_step",
    "product": "note",
    "product_name": "Ý kiến rà soát",
    "product_name_en": "Note of the review",
    "share": 1,
    "share_of": 10,
    "is_established": False,
}


def three_levels(*, condition: dict[str, Any] | None = None) -> None:
    """A new version of the household's registration, decided at the district, with two steps elsewhere."""

    def steps(rows: list[dict[str, Any]]) -> None:
        rows[1:1] = [dict(VERIFY, condition=condition), dict(ADVISE)]
        for row in rows:
            row.update(share=1, share_of=10) if row["code"] not in ("verification",) else None

    given.new_version(given.HOUSEHOLD, steps=steps)


def ward_agency() -> Agency:
    return given.ward_committee()


def city_agency() -> Agency:
    return given.city_agency("city_planning_investment")


def accepted_here() -> Case:
    """Accepted at the district, and offered to the ward that verifies."""
    return given.accepted_case(given.HOUSEHOLD)


def received(case: Case) -> Case:
    """Received where it was offered."""
    offered = case.handovers.get(answered_at__isnull=True).to_agency
    receive_handover(case.code, by=given.receptionist(offered), at=given.NOW, request_key=given.key())
    return given.fresh(case)


def at_the_ward() -> tuple[Case, Actor]:
    """With a handler of the ward, who verifies."""
    case = received(accepted_here())
    return case, given.handler_of(case)


def verified(case: Case, handler: Actor) -> Case:
    """The ward has verified; the city has the offer."""
    complete_step(
        case.code,
        note="Đúng địa điểm",
        attachment=given.uploaded(handler),
        by=handler,
        at=given.NOW,
        request_key=given.key(),
    )
    return given.fresh(case)


def at_the_city() -> tuple[Case, Actor]:
    """At the city, with the head who reviews."""
    case = received(verified(*at_the_ward()))
    return case, given.staff(case.current_agency, Role.HEAD)


def complete(case, note="Đã rà soát", attachment=None):
    return lambda by, key: complete_step(
        case.code, note=note, attachment=attachment, by=by, at=given.NOW, request_key=key
    )


def back(case, reason="Biên bản thiếu chữ ký"):
    return lambda by, key: send_back_step(case.code, reason=reason, by=by, at=given.NOW, request_key=key)


def skip(case, reason="Đã xác minh trong hồ sơ trước"):
    return lambda by, key: skip_step(case.code, reason=reason, by=by, at=given.NOW, request_key=key)


def data_of(case):
    return read_entry(bytes(doors.event_of(case).body)).data
