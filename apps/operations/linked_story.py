"""The fourth story of the demo: a birth as linked procedures (3.000722), one application and three cases at three agencies."""

from __future__ import annotations

from datetime import time as clock
from datetime import timedelta
from typing import Any

from apps.operations import expected
from apps.operations.client import Refused
from apps.operations.people import CITIZEN, OTHER_WARD, agency, ward
from apps.operations.sample_papers import sample_paper
from apps.operations.stage import Stage, Told
from apps.operations.stories import (
    finish,
    handle,
    is_delivered,
    is_routed,
    local,
    moment,
    start_of_clock,
)

GROUP = "3.000722"
BIRTH, RESIDENCE, INSURANCE = "1.001193", "1.004222", "3.000722.BHYT"
# Whoever decides each case; `ensure_people` gives each team its accounts.
TEAMS = {BIRTH: "phuong", RESIDENCE: "congan", INSURANCE: "bhxh"}
_CUT_OFF = clock(15, 0)


def linked_birth(stage: Stage) -> list[Told]:
    """3.000722 is filed once; the birth is registered first, then residence and health insurance side by side."""
    stage.tell(
        "\n4. A mother registers a birth, the child's residence and its health insurance in one application"
    )
    filed = _file(stage)
    group = filed["group"]
    cases = {each["procedure"]: Told(each["code"], each["procedure"], group=GROUP) for each in group["cases"]}
    birth, others = cases[BIRTH], [cases[RESIDENCE], cases[INSURANCE]]
    stage.tell(
        f"   One application ({GROUP}) opened {len(cases)} cases: {', '.join(t.code for t in cases.values())}."
    )
    birth.expect("cases opened", list(cases), [BIRTH, RESIDENCE, INSURANCE])
    for told in others:
        _waits(stage, told, birth)
    _decide(stage, birth)
    stage.tell("   The birth is registered; its result goes to the police and to social insurance by itself.")
    for told in others:
        _begins(stage, told)
    for told in others:
        _decide(stage, told)
    ended = [
        finish(
            stage,
            told,
            stage.until(CITIZEN, told.code, is_delivered, "electronic delivery"),
            CITIZEN,
            receipt=None,
        )
        for told in cases.values()
    ]
    whole = stage.person(CITIZEN).get(f"cases/{birth.code}")["group"]
    birth.expect("every case of the application has ended", whole["is_ended"], True)
    birth.expect("due with its latest case", moment(whole["due_at"]), max(moment(t.due_at) for t in ended))
    stage.tell(f"   All three are done; the last was promised for {local(whole['due_at'])}.")
    return ended


def _file(stage: Stage) -> dict[str, Any]:
    mother = stage.person(CITIZEN)
    proof = mother.upload(
        "giay-chung-sinh.pdf",
        sample_paper("Giấy chứng sinh", {"Trẻ": "Nguyễn Minh An"}, signed="Bệnh viện Phụ sản Hà Nội"),
    )
    filed: dict[str, Any] = mother.post(
        "applications",
        {
            "procedure": GROUP,
            "channel": "online",
            "connecting_unit": ward(*OTHER_WARD).pk,
            "answers": {
                "request_content": "Đăng ký khai sinh, thường trú và cấp thẻ BHYT cho con",
                "child_name": "Nguyễn Minh An",
                "child_born_on": (expected.today() - timedelta(days=12)).isoformat(),
                "wants_identity_card": False,
            },
            "attachments": {"birth_proof": [proof]},
        },
    )
    return filed


def _desk(told: Told) -> str:
    return f"tiepnhan.{TEAMS[told.procedure]}"


def _waits(stage: Stage, told: Told, birth: Told) -> None:
    """Nobody accepts a case that waits for another, and its page says for which."""
    detail = stage.until(_desk(told), told.code, is_routed, "routing")
    mine = next(each for each in detail["group"]["cases"] if each["code"] == told.code)
    told.expect("waits for the birth", (mine["is_waiting"], mine["waits_for"]), (True, [birth.code]))
    try:
        stage.person(_desk(told)).act(told.code, "accept-intake")
    except Refused as refusal:
        told.expect("accepted before the birth", refusal.body.get("code"), "prerequisite_awaited")
        stage.tell(f"   {detail['case']['competent_agency']['name']}: “{refusal.body['message']}”")
    else:
        told.differences.append("accepted before the result that it waits for")


def _begins(stage: Stage, told: Told) -> None:
    """The result is delivered to the agency of the waiting case, and its time begins."""
    detail = stage.until(
        _desk(told), told.code, lambda it: "accept-intake" in it["verbs"], "delivery of the birth's result"
    )
    mine = next(each for each in detail["group"]["cases"] if each["code"] == told.code)
    told.expect("still waits", mine["is_waiting"], False)
    passed = [each["result"] for each in detail["group"]["cases"] if each["result"]]
    told.expect("results delivered to it", len(passed), 1)
    content = stage.person(_desk(told)).download(f"cases/{told.code}/results/{passed[0]}")
    told.expect("the result is readable there", content[:5], b"%PDF-")


def _decide(stage: Stage, told: Told) -> None:
    accepted = stage.until(_desk(told), told.code, is_routed, "routing")["case"]
    accepted = stage.person(_desk(told)).act(told.code, "accept-intake")["case"]
    stage.tell(
        f"   {accepted['competent_agency']['name']} accepts {told.code} for {local(accepted['due_at'])}."
    )
    other = ward(*OTHER_WARD)
    assert other.parent is not None
    competent = {
        BIRTH: agency("ward_committee", other),
        RESIDENCE: agency("ward_police", other),
        INSURANCE: agency("district_social_insurance", other.parent),
    }
    told.expect("competent agency", accepted["competent_agency"]["id"], competent[told.procedure].pk)
    told.expect("due", moment(accepted["due_at"]), _due(stage, told, accepted))
    handle(stage, told, TEAMS[told.procedure], steps=0)


def _due(stage: Stage, told: Told, accepted: dict[str, Any]) -> Any:
    if told.procedure == BIRTH:
        return expected.due_same_day(moment(accepted["received_at"]), _CUT_OFF, stage.fixtures)
    cut_off = _CUT_OFF if told.procedure == RESIDENCE else None
    return expected.due_in_working_days(start_of_clock(accepted), 2, stage.fixtures, cut_off=cut_off)
