"""The first three cases of the demo, played over HTTP through the running server and its workers, and told as they happen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from datetime import time as clock
from typing import Any

from apps.operations import expected
from apps.operations.client import Refused
from apps.operations.people import CITIZEN, HOME_WARD, OTHER_WARD, REPRESENTATIVE, agency, ward
from apps.operations.sample_papers import sample_paper
from apps.operations.stage import Stage, Told, dong

# What 2.001827 costs, in đồng.
FOOD_SAFETY_FEE = 700_000


def food_safety(stage: Stage) -> Told:
    """A business files 2.001827 online; its fee is recorded by the cashier; the city decides."""
    stage.tell("\n1. A business asks for a food-safety certificate (2.001827), online")
    told = file_food_safety(stage)
    refused_without_payment(stage, told, "tiepnhan.so")
    stage.take_cash("tiepnhan.so", told.code, FOOD_SAFETY_FEE)
    stage.tell(
        "   The cashier opened the drawer and recorded 700.000 đ; the receipt took its number in the same transaction."
    )
    return decide_food_safety(stage, told)


def file_food_safety(stage: Stage) -> Told:
    """2.001827 as the company's representative files it, routed to the city's department."""
    owner = stage.person(REPRESENTATIVE)
    business = owner.get("me")["businesses"][0]["id"]
    description = owner.upload(
        "ban-thuyet-minh.pdf",
        sample_paper(
            "Bản thuyết minh cơ sở sản xuất, kinh doanh",
            {
                "Cơ sở": "Xưởng sơ chế rau Văn Đức",
                "Diện tích nhà xưởng": "420 m², một chiều từ tiếp nhận đến đóng gói",
                "Nguồn nước": "Nước máy, kiểm nghiệm 6 tháng một lần",
            },
            signed="Người đại diện theo pháp luật",
        ),
    )
    filed = owner.post(
        "applications",
        {
            "procedure": "2.001827",
            "channel": "online",
            "business": business,
            "answers": {
                "request_content": "Đề nghị cấp Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm",
                "facility_name": "Xưởng sơ chế rau Văn Đức",
                "facility_address": "Thôn Chử Xá, xã Văn Đức, huyện Gia Lâm",
                **first_choices(stage, "2.001827", {"products": "Rau ăn lá, rau gia vị đóng gói"}),
            },
            "attachments": {"premises_description": [description]},
        },
    )
    told = Told(filed["code"], "2.001827")
    stage.tell(f"   Filed by the company's representative: {told.code}; the fee is {dong(filed['owed'])}.")
    case = stage.until("tiepnhan", told.code, is_routed, "routing")["case"]
    stage.tell(f"   The router brought it to: {case['current_agency']['name']}.")
    told.expect("competent agency", case["competent_agency"]["id"], agency("city_agriculture").pk)
    return told


def decide_food_safety(stage: Stage, told: Told) -> Told:
    """What is paid is accepted, handled, approved, released and delivered."""
    accepted = stage.person("tiepnhan.so").act(told.code, "accept-intake")["case"]
    stage.tell(f"   Accepted with form 01: the answer is promised for {local(accepted['due_at'])}.")
    told.expect(
        "due: 15 days",
        moment(accepted["due_at"]),
        expected.due_in_days(start_of_clock(accepted), 15, stage.fixtures),
    )
    handle(stage, told, "so", steps=1)
    case = stage.until(REPRESENTATIVE, told.code, is_delivered, "electronic delivery")
    stage.tell("   Released by the registrar and delivered into the company's own account.")
    return finish(stage, told, case, REPRESENTATIVE, receipt=FOOD_SAFETY_FEE)


def civil_extract(stage: Stage) -> Told:
    """A citizen's 2.000635 is taken at one ward's counter, 8.000 đ a copy, and decided in another ward."""
    stage.tell("\n2. A citizen asks for two copies of a birth extract (2.000635) at a counter")
    home, other = ward(*HOME_WARD), ward(*OTHER_WARD)
    desk = stage.person("tiepnhan")
    filed = desk.post(
        "applications",
        {
            "procedure": "2.000635",
            "channel": "counter",
            "has_consent": True,
            "filer": {
                "name": "Lê Văn Tám",
                "identity_kind": "personal_id",
                "identity_number": "001085000111",
                "born_on": "1985-03-02",
                "phone": "0987654321",
                "address": "Số 3, phố Châu Long",
                "residence": home.pk,
            },
            "connecting_unit": other.pk,
            "answers": {
                "request_content": "Xin cấp 02 bản sao trích lục khai sinh",
                **first_choices(stage, "2.000635", {"person_name": "Lê Văn Tám"}),
                "copies": 2,
            },
            "delivery": "counter",
        },
    )
    told = Told(filed["code"], "2.000635")
    stage.tell(f"   Taken at {HOME_WARD[0]}: {told.code}; two copies cost {dong(filed['owed'])}.")
    stage.take_cash("thuquy", told.code, 16_000)
    accepted = desk.act(told.code, "accept-intake")["case"]
    stage.tell(f"   Paid, and accepted with form 01 for {local(accepted['due_at'])}.")
    told.expect(
        "due: the same day",
        moment(accepted["due_at"]),
        expected.due_same_day(moment(accepted["received_at"]), clock(15, 0), stage.fixtures),
    )
    case = stage.until("tiepnhan", told.code, is_routed, "routing")["case"]
    told.expect("competent agency", case["competent_agency"]["id"], agency("ward_committee", other).pk)
    told.expect("still held by the counter", case["current_agency"]["id"], agency("ward_committee", home).pk)
    stage.person("tiepnhan.phuong").act(told.code, "receive-handover")
    stage.tell(f"   Handed over to {OTHER_WARD[0]}, which keeps the register, and received there.")
    handle(stage, told, "phuong", steps=0)
    case = stage.person("traketqua").act(
        told.code, "hand-over-result", delivery="counter", recipient="Lê Văn Tám, đã xem căn cước"
    )
    stage.tell(f"   The result was handed over at {HOME_WARD[0]}, where the citizen had asked.")
    return finish(stage, told, case, "tiepnhan", receipt=16_000)


def business_household(stage: Stage) -> Told:
    """1.001612 is filed online, 0 đ to the applicant with the legal basis shown, decided at the district."""
    stage.tell("\n3. A citizen registers a business household (1.001612), online")
    home = ward(*HOME_WARD)
    citizen = stage.person(CITIZEN)
    filed = citizen.post(
        "applications",
        {
            "procedure": "1.001612",
            "channel": "online",
            "connecting_unit": home.pk,
            "answers": {
                "request_content": "Đăng ký thành lập hộ kinh doanh",
                **first_choices(
                    stage,
                    "1.001612",
                    {
                        "household_name": "Hộ kinh doanh Mai Hương",
                        "business_line": "Bán lẻ bánh ngọt, đồ uống không cồn",
                        "seat_address": "Số 18, phố Châu Long",
                        "capital": 150_000_000,
                    },
                ),
            },
        },
    )
    told = Told(filed["code"], "1.001612")
    bases = [line["legal_basis"] for line in filed["fees"]]
    stage.tell(f"   Filed: {told.code}; {dong(filed['owed'])} to pay ({'; '.join(bases)}).")
    told.expect("owed", filed["owed"], 0)
    told.expect("legal basis", bases, ["Nghị quyết 78/2026/NQ-HĐND"])
    case = stage.until("tiepnhan", told.code, is_routed, "routing")["case"]
    assert home.parent is not None
    told.expect(
        "competent agency", case["competent_agency"]["id"], agency("district_finance", home.parent).pk
    )
    accepted = stage.person("tiepnhan.quan").act(told.code, "accept-intake")["case"]
    stage.tell(f"   Accepted at the district: {local(accepted['due_at'])}.")
    told.expect(
        "due: 3 working days",
        moment(accepted["due_at"]),
        expected.due_in_working_days(start_of_clock(accepted), 3, stage.fixtures),
    )
    handle(stage, told, "quan", steps=0)
    case = stage.until(CITIZEN, told.code, is_delivered, "electronic delivery")
    stage.tell("   Released and delivered into the citizen's account.")
    return finish(stage, told, case, CITIZEN, receipt=None)


def handle(stage: Stage, told: Told, team: str, *, steps: int) -> None:
    """Assigned, handled, proposed, approved by somebody else, released with its number and file."""
    handler, head = stage.person(f"chuyenvien.{team}"), stage.person(f"truongphong.{team}")
    head.act(told.code, "assign-handler", handler=handler.get("me")["id"])
    stage.tell("   The head of division gave it to a handler.")
    for _ in range(steps):
        handler.act(told.code, "complete-step", note="Hồ sơ đầy đủ, hợp lệ")
        stage.tell("   The handler completed a step.")
    handler.act(told.code, "propose-result", outcome="granted", text="Đủ điều kiện giải quyết theo quy định")
    stage.person(f"lanhdao.{team}").act(told.code, "approve-result")
    stage.tell("   Proposed by the handler, approved by somebody else.")
    registrar = stage.person(f"vanthu.{team}")
    case = registrar.get(f"cases/{told.code}")["case"]
    number = f"{told.code.partition('-')[2]}/KQ-{team.upper()}"
    signer = stage.person(f"lanhdao.{team}").get("me")["name"]
    paper = sample_paper(
        stage.person(CITIZEN).get(f"procedures/{told.procedure}")["result"],
        {"Số": number, "Mã hồ sơ": told.code, "Cơ quan cấp": case["competent_agency"]["name"]},
        signed=signer,
    )
    result = registrar.upload("ket-qua.pdf", paper)
    registrar.act(
        told.code,
        "release-result",
        number=number,
        dated_on=expected.today().isoformat(),
        attachment=result,
    )


def is_routed(detail: dict[str, Any]) -> bool:
    return bool(detail["case"]["routing"] == "routed")


def is_delivered(detail: dict[str, Any]) -> bool:
    return bool(detail["case"]["status"]["code"] == 10)


def finish(stage: Stage, told: Told, detail: dict[str, Any], who: str, *, receipt: int | None) -> Told:
    """What the rules say of the end, and the papers as the applicant's side downloads them."""
    case = detail["case"]
    told.status = case["status"]["code"]
    told.due_at = case["due_at"]
    told.agencies = {name: case[f"{name}_agency"]["name"] for name in ("receiving", "competent", "returning")}
    told.expect("final status", told.status, 10)
    told.expect("outcome", case["outcome"], "granted")
    papers = stage.until(
        who,
        told.code,
        lambda it: all(each["is_ready"] for each in [*it["documents"], *it["receipts"]]),
        "rendering of papers",
    )
    for paper in papers["documents"]:
        stage.keep(told, who, f"cases/{told.code}/documents/{paper['uuid']}", f"{paper['kind']}.pdf")
    told.expect("papers", [paper["kind"] for paper in papers["documents"]], ["form_01"])
    told.expect("receipts", [each["amount"] for each in papers["receipts"]], [receipt] if receipt else [])
    for each in papers["receipts"]:
        told.receipt = f"{each['form']} {each['series']} {each['number']}"
        stage.keep(told, who, f"cases/{told.code}/receipts/{each['uuid']}", "bien-lai.pdf")
        stage.tell(f"   Receipt {told.receipt}, {dong(each['amount'])}, of {each['collecting_body']}.")
    return told


def refused_without_payment(stage: Stage, told: Told, who: str) -> None:
    """Acceptance is a gate: it stays shut until the fee is paid."""

    try:
        stage.person(who).act(told.code, "accept-intake")
    except Refused as refusal:
        told.expect("acceptance before payment", refusal.body.get("code"), "fees_unpaid")
        stage.tell(f"   Acceptance was refused: “{refusal.body['message']}”")
    else:
        told.differences.append("accepted although unpaid")


def first_choices(stage: Stage, procedure: str, said: dict[str, Any]) -> dict[str, Any]:
    """What was said, and the first choice to each question that offers some and must be answered."""
    schema = stage.person(CITIZEN).get(f"procedures/{procedure}")["form_schema"]
    questions = {name: schema["properties"][name] for name in schema["required"]}
    return {**{name: of["enum"][0] for name, of in questions.items() if "enum" in of}, **said}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def start_of_clock(case: dict[str, Any]) -> datetime:
    """At acceptance, never later than the end of the intake limit."""
    return min(moment(case["accepted_at"]), moment(case["intake_due_at"]))


def local(text: str) -> str:
    return moment(text).astimezone(expected.HANOI).strftime("%H:%M %d/%m/%Y")


STORIES: tuple[Callable[[Stage], Told], ...] = (food_safety, civil_extract, business_household)
