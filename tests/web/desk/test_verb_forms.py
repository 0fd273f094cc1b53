"""Every verb at the desk: its form for the right clerk, its act, and what does not happen for anybody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.cases.actions.ending import request_withdrawal, stop_case
from apps.cases.actions.handover import hand_over_case
from apps.cases.choices import EventKind, Status
from apps.cases.models import Case, CaseDocument, CaseEvent, CaseReceipt
from apps.cases.policies import CAN
from apps.core.models import OutboxRow
from apps.web.desk.verbs import VERBS
from tests import given
from tests.factories import PostFactory, UserFactory
from tests.web.desk import clock_scenes, step_scenes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@dataclass
class Scene:
    """A case on which a verb is open, who may play it, and what they type."""

    case: Case
    actor: Actor
    data: dict[str, Any] = field(default_factory=dict)


def at_current(case: Case, *roles: Role) -> Actor:
    return given.staff(case.current_agency, *roles)


def decline_intake() -> Scene:
    case = given.case_at_intake()
    return Scene(
        case, given.receptionist(case.current_agency), {"reason": "not_competent", "text": "Sai nơi nhận."}
    )


def accept_intake() -> Scene:
    case = given.case_at_intake()
    return Scene(case, given.receptionist(case.current_agency))


def request_supplement() -> Scene:
    case = given.case_at_intake()
    data = {"omission": "applicant", "item_1": "Văn bản ủy quyền", "reason_1": "Chưa chứng thực"}
    return Scene(case, given.receptionist(case.current_agency), data)


def provide_supplement() -> Scene:
    case, _handler = given.case_awaiting_supplement()
    return Scene(
        case,
        given.receptionist(case.current_agency),
        supplement_typed(case, message="Đã mang đến.", is_complete="on"),
    )


def supplement_typed(case: Case, **more: Any) -> dict[str, Any]:
    from apps.applications.selectors import answers_of

    return {**given.typed(answers_of(case.application_id)), **more}


def assign_handler() -> Scene:
    case = given.accepted_case()
    handler = at_current(case, Role.HANDLER)
    return Scene(case, at_current(case, Role.HEAD), {"assignee": f"handler-{handler.user_id}"})


def complete_step() -> Scene:
    case, handler = given.assigned_case(given.FOOD_SAFETY)
    return Scene(case, handler, {"note": "Đã kiểm tra thực địa"})


def hand_over() -> Scene:
    case = given.accepted_case()
    near = given.agency("ward_police", case.current_agency.unit)
    return Scene(
        case, at_current(case, Role.HEAD), {"to_agency": near.pk, "reason": "Thuộc thẩm quyền công an"}
    )


def offered() -> tuple[Case, Actor]:
    """A case offered to the police of its ward."""
    case = given.accepted_case()
    to = given.agency("ward_police", case.current_agency.unit)
    hand_over_case(
        case.code,
        to_agency=to.pk,
        reason="Thuộc thẩm quyền công an",
        by=at_current(case, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    return given.fresh(case), given.receptionist(to)


def receive_handover() -> Scene:
    return Scene(*offered())


def return_handover() -> Scene:
    return Scene(*offered(), {"reason": "Không thuộc thẩm quyền"})


def record_payment() -> Scene:
    case = given.taken_at_counter()
    return Scene(case, given.cashier(case.current_agency), {"amount": 8000, "method": "cash"})


def decide_refund() -> Scene:
    case = given.declined_after_payment()
    refund = str(given.refund_of(case).uuid)
    typed = {"refund": refund, "is_granted": "yes", "method": "cash", "reason": "Không được tiếp nhận"}
    return Scene(case, at_current(case, Role.HEAD), typed)


def pay_refund() -> Scene:
    case = given.declined_after_payment()
    refund = str(given.refund_decided(case).uuid)
    typed = {"refund": refund, "recipient": "Trần Thị Bưởi, căn cước đã xem"}
    return Scene(case, given.cashier(case.current_agency), typed)


def propose_result() -> Scene:
    case, handler = given.assigned_case()
    return Scene(case, handler, {"outcome": "granted", "text": "Đủ điều kiện."})


def send_back() -> Scene:
    case, _handler = given.proposed_case()
    return Scene(case, at_current(case, Role.APPROVER), {"text": "Bổ sung căn cứ"})


def approve_result() -> Scene:
    case, _handler = given.proposed_case()
    return Scene(case, at_current(case, Role.APPROVER))


def release_result() -> Scene:
    case = given.approved_case()
    return Scene(case, at_current(case, Role.REGISTRAR), typed_release())


def typed_release() -> dict[str, Any]:
    return {
        "number": "15/TL-UBND",
        "dated_on_day": "23",
        "dated_on_month": "11",
        "dated_on_year": "2026",
        "file_result": SimpleUploadedFile("ket-qua.pdf", given.a_pdf(), "application/pdf"),
    }


def issue_secret_again() -> Scene:
    case = given.accepted_case()
    return Scene(case, given.receptionist(case.current_agency), {"is_identity_checked": "on"})


def correct_paper() -> Scene:
    case = given.accepted_case()
    typed = {"document": str(CaseDocument.objects.get(case=case).document.uuid), "reason": "Sai địa chỉ"}
    return Scene(case, at_current(case, Role.HEAD), typed)


def notify_receipt_error() -> Scene:
    case = given.accepted(given.taken_at_counter())
    receipt = given.wrong_receipt(case)
    typed = {"receipt": str(receipt.uuid), "name": "Trần Thị Bưởi Hồng", "reason": "Nhập nhầm"}
    return Scene(case, given.answers_for(receipt), typed)


def replace_receipt() -> Scene:
    case = given.accepted(given.taken_at_counter())
    receipt = given.wrong_receipt(case)
    typed = {"receipt": str(receipt.uuid), "identity": "001185999999", "reason": "Nhập nhầm"}
    return Scene(case, given.answers_for(receipt), typed)


def give_back_originals() -> Scene:
    case = given.declined_with_originals()
    by = given.receptionist(case.current_agency)
    return Scene(case, by, {"recipient": "Trần Thị Bưởi, căn cước đã xem"})


def hand_over_result() -> Scene:
    case = given.resolved_case()
    typed = {"delivery": "counter", "recipient": "Trần Thị Bưởi, căn cước đã xem"}
    return Scene(case, given.staff(case.returning_agency, Role.RESULT_DESK), typed)


def asked_to_withdraw() -> Case:
    filer = given.citizen()
    case = given.accepted(given.case_at_intake(by=filer))
    request_withdrawal(case.code, reason="Không còn nhu cầu", by=filer, at=given.NOW, request_key=given.key())
    return given.fresh(case)


def withdrawal_at_the_desk() -> Scene:
    case = given.accepted_case()
    return Scene(case, given.receptionist(case.current_agency), {"reason": "Ông Nam đến quầy xin rút"})


def decline_withdrawal() -> Scene:
    case = asked_to_withdraw()
    return Scene(case, given.receptionist(case.current_agency), {"reason": "Đã có quyết định"})


def stopping() -> Scene:
    case = asked_to_withdraw()
    typed = {"ground": "applicant_request", "text": "Theo đề nghị của công dân"}
    return Scene(case, at_current(case, Role.HEAD), typed)


def undo_last() -> Scene:
    case, _handler = given.assigned_case()
    return Scene(case, at_current(case, Role.HEAD), {"reason": "Giao nhầm người"})


def reopen_case() -> Scene:
    case = asked_to_withdraw()
    head = at_current(case, Role.HEAD)
    stop_case(
        case.code,
        ground="applicant_request",
        text="Theo đề nghị",
        by=head,
        at=given.NOW,
        request_key=given.key(),
    )
    return Scene(given.fresh(case), head, {"ground": "official_error", "reason": "Dừng nhầm hồ sơ"})


SCENES: dict[str, tuple[Callable[[], Scene], EventKind]] = {
    "accept_intake": (accept_intake, EventKind.INTAKE_ACCEPTED),
    "decline_intake": (decline_intake, EventKind.INTAKE_DECLINED),
    "request_supplement": (request_supplement, EventKind.SUPPLEMENT_REQUESTED),
    "provide_supplement": (provide_supplement, EventKind.SUPPLEMENT_PROVIDED),
    "assign_handler": (assign_handler, EventKind.HANDLER_ASSIGNED),
    "complete_step": (complete_step, EventKind.STEP_COMPLETED),
    "hand_over_case": (hand_over, EventKind.CASE_HANDED_OVER),
    "receive_handover": (receive_handover, EventKind.HANDOVER_RECEIVED),
    "return_handover": (return_handover, EventKind.HANDOVER_RETURNED),
    "record_payment": (record_payment, EventKind.PAYMENT_RECORDED),
    "decide_refund": (decide_refund, EventKind.REFUND_DECIDED),
    "pay_refund": (pay_refund, EventKind.REFUND_PAID),
    "propose_result": (propose_result, EventKind.RESULT_PROPOSED),
    "send_back": (send_back, EventKind.PROPOSAL_SENT_BACK),
    "approve_result": (approve_result, EventKind.RESULT_APPROVED),
    "release_result": (release_result, EventKind.RESULT_RELEASED),
    "hand_over_result": (hand_over_result, EventKind.RESULT_HANDED_OVER),
    "give_back_originals": (give_back_originals, EventKind.ORIGINALS_GIVEN_BACK),
    "issue_secret_again": (issue_secret_again, EventKind.SECRET_ISSUED_AGAIN),
    "correct_paper": (correct_paper, EventKind.PAPER_CORRECTED),
    "notify_receipt_error": (notify_receipt_error, EventKind.RECEIPT_NOTICED),
    "replace_receipt": (replace_receipt, EventKind.RECEIPT_REPLACED),
    "request_withdrawal": (withdrawal_at_the_desk, EventKind.WITHDRAWAL_REQUESTED),
    "decline_withdrawal": (decline_withdrawal, EventKind.WITHDRAWAL_DECLINED),
    "stop_case": (stopping, EventKind.CASE_STOPPED),
    "undo_last": (undo_last, EventKind.ACT_UNDONE),
    "reopen_case": (reopen_case, EventKind.CASE_REOPENED),
    **{
        verb: (lambda scene=scene: Scene(*scene()), kind)
        for verb, (scene, kind) in {**clock_scenes.SCENES, **step_scenes.SCENES}.items()
    },
}
every_verb = pytest.mark.parametrize("verb", SCENES)


def url_of(case: Case, verb: str) -> str:
    return reverse("desk:verb", args=[case.code, verb.replace("_", "-")])


def key_shown(page: str) -> str:
    return re.search(r'name="request_key" value="([^"]+)"', page)[1]


def state_of(case: Case) -> tuple[Any, ...]:
    """All that a verb could have changed."""
    now = given.fresh(case)
    return (
        now.status,
        now.last_sequence,
        bytes(now.last_hash),
        CaseEvent.objects.count(),
        OutboxRow.objects.count(),
        CaseReceipt.objects.count(),
    )


def post(client: Client, scene: Scene, verb: str, **more: Any):
    page = client.get(url_of(scene.case, verb))
    assert page.status_code == 200, page.content.decode()
    typed = {"request_key": key_shown(page.content.decode()), **scene.data, **more}
    return client.post(url_of(scene.case, verb), typed)


def test_every_verb_has_its_page_at_the_desk_and_its_scene():
    assert set(VERBS) == set(CAN) == set(SCENES)


@every_verb
def test_the_right_clerk_finds_the_button_opens_the_form_and_plays_the_verb(enter, verb):
    scene = SCENES[verb][0]()
    client = enter(scene.actor)
    page = client.get(reverse("desk:case", args=[scene.case.code])).content.decode()
    assert url_of(scene.case, verb) in page
    response = post(client, scene, verb)
    assert response.status_code == 302, response.content.decode()
    # What was returned to its sender is out of the receiver's sight.
    inbox, its_page = reverse("desk:inbox"), reverse("desk:case", args=[scene.case.code])
    assert response["Location"] == (inbox if verb == "return_handover" else its_page)
    last = CaseEvent.objects.filter(case=scene.case).order_by("-sequence").first()
    assert last.kind == SCENES[verb][1]
    assert last.by_id == scene.actor.user_id
    assert client.get(response["Location"]).status_code == 200


@every_verb
def test_a_clerk_of_another_ward_does_not_learn_of_the_case(enter, verb):
    scene = SCENES[verb][0]()
    other = given.staff(
        given.ward_committee("Phường Trúc Bạch"), *(set(Role) - {Role.SUPERVISOR, Role.INSPECTOR})
    )
    client, before = enter(other), state_of(scene.case)
    assert client.get(reverse("desk:case", args=[scene.case.code])).status_code == 404
    assert client.get(url_of(scene.case, verb)).status_code == 404
    typed = {"request_key": given.key(), **scene.data}
    assert client.post(url_of(scene.case, verb), typed).status_code == 404
    assert state_of(scene.case) == before


@every_verb
def test_a_clerk_of_another_role_is_not_offered_the_verb_and_is_refused(enter, verb):
    scene = SCENES[verb][0]()
    # A registrar may release and nothing else; where that is the verb, an approver stands in.
    role = Role.APPROVER if verb == "release_result" else Role.REGISTRAR
    client, before = enter(given.staff(scene.case.receiving_agency, role)), state_of(scene.case)
    page = client.get(reverse("desk:case", args=[scene.case.code])).content.decode()
    assert url_of(scene.case, verb) not in page
    assert client.get(url_of(scene.case, verb)).status_code == 403
    typed = {"request_key": given.key(), **scene.data}
    assert client.post(url_of(scene.case, verb), typed).status_code == 403
    assert state_of(scene.case) == before


@every_verb
@pytest.mark.parametrize("who", ["nobody", "citizen", "supervisor"])
def test_nobody_without_a_post_of_casework_plays_a_verb(client, enter, verb, who):
    scene = SCENES[verb][0]()
    before = state_of(scene.case)
    if who == "citizen":
        client = enter(given.citizen())
    elif who == "supervisor":
        district = given.agency("district_committee", given.ward().parent)
        client = enter(given.staff(district, Role.SUPERVISOR))
    for response in (
        client.get(url_of(scene.case, verb)),
        client.post(url_of(scene.case, verb), {"request_key": given.key(), **scene.data}),
    ):
        assert response.status_code == (302 if who == "nobody" else 403)
    assert state_of(scene.case) == before


@every_verb
def test_the_same_form_sent_twice_acts_once(enter, verb):
    scene = SCENES[verb][0]()
    client = enter(scene.actor)
    page = client.get(url_of(scene.case, verb)).content.decode()
    typed = {"request_key": key_shown(page), **scene.data}
    assert client.post(url_of(scene.case, verb), typed).status_code == 302
    before = state_of(scene.case)
    if "file_result" in typed:
        typed["file_result"].seek(0)
    again = client.post(url_of(scene.case, verb), typed, follow=True)
    assert "nothing was done twice" in again.content.decode()
    assert state_of(scene.case) == before


def test_a_second_clerk_is_told_who_did_what(enter):
    scene = accept_intake()
    second = given.receptionist(scene.case.current_agency)
    late = enter(second)
    page = late.get(url_of(scene.case, "decline_intake")).content.decode()
    assert post(enter(scene.actor), scene, "accept_intake").status_code == 302
    before = state_of(scene.case)
    typed = {"request_key": key_shown(page), "reason": "not_competent", "text": "Nộp sai nơi"}
    response = late.post(url_of(scene.case, "decline_intake"), typed)
    said = response.content.decode()
    assert response.status_code == 409
    assert scene.actor.name in said
    assert "09:00 23/11/2026" in said
    assert "Nộp sai nơi" in said
    assert state_of(scene.case) == before


def twin_of(actor: Actor) -> Actor:
    """A colleague who holds the same posts."""
    twin = UserFactory(is_staff_member=True)
    for post in actor.posts:
        PostFactory(user=twin, agency_id=post.agency_id, role=post.role)
    return given.act_as(twin)


@pytest.mark.parametrize(
    "verb",
    [
        "receive_handover",
        "return_handover",
        "record_payment",
        "approve_result",
        "give_back_originals",
        "undo_last",
    ],
)
def test_a_second_clerk_with_the_same_form_open_is_told_who_was_quicker(enter, verb):
    scene = SCENES[verb][0]()
    late = enter(twin_of(scene.actor))
    page = late.get(url_of(scene.case, verb))
    assert page.status_code == 200
    assert post(enter(scene.actor), scene, verb).status_code == 302
    before = state_of(scene.case)
    typed = {"request_key": key_shown(page.content.decode()), **scene.data}
    response = late.post(url_of(scene.case, verb), typed)
    assert response.status_code == 409
    assert f"{SCENES[verb][1].label}: {scene.actor.name}, 09:00 23/11/2026." in response.content.decode()
    assert state_of(scene.case) == before


def test_a_refusal_stands_in_the_summary_with_what_was_typed_kept(enter):
    scene = record_payment()
    before = state_of(scene.case)
    response = post(enter(scene.actor), scene, "record_payment", amount=5000, reference="CK 77")
    said = response.content.decode()
    assert response.status_code == 422
    assert "The amount due is 8.000 đ, not 5.000 đ." in said
    assert 'href="#id_amount"' in said
    assert 'value="5000"' in said
    assert 'value="CK 77"' in said
    assert state_of(scene.case) == before


def test_an_empty_form_names_each_field_that_is_missing(enter):
    scene = decline_intake()
    response = enter(scene.actor).post(url_of(scene.case, "decline_intake"), {"request_key": given.key()})
    said = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_reason_0"' in said
    assert 'href="#id_text"' in said
    assert "<title>Error:" in said
    assert given.fresh(scene.case).status == Status.SUBMITTED


def test_a_form_without_its_key_does_nothing(enter):
    scene = accept_intake()
    response = enter(scene.actor).post(url_of(scene.case, "accept_intake"), {})
    assert response.status_code == 422
    assert given.fresh(scene.case).status == Status.SUBMITTED


def test_a_key_used_for_another_act_is_refused_and_a_new_one_is_offered(enter):
    first, second = accept_intake(), accept_intake()
    clerk = enter(first.actor)
    key = given.key()
    assert clerk.post(url_of(first.case, "accept_intake"), {"request_key": key}).status_code == 302
    refused = clerk.post(url_of(second.case, "accept_intake"), {"request_key": key})
    assert refused.status_code == 409
    assert key_shown(refused.content.decode()) != key
    assert given.fresh(second.case).status == Status.SUBMITTED


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.pdf"), (b"MZ\x90\x00 not a paper", "a.pdf"), (b"%PDF-1.7 damaged", "a.pdf")],
)
def test_a_result_that_is_no_pdf_is_refused_by_its_field(enter, content, name):
    scene = release_result()
    before = state_of(scene.case)
    file = SimpleUploadedFile(name, content, "application/pdf")
    response = post(enter(scene.actor), scene, "release_result", file_result=file)
    assert response.status_code == 422
    assert 'href="#id_file_result"' in response.content.decode()
    assert 'value="15/TL-UBND"' in response.content.decode()
    assert state_of(scene.case) == before


def test_a_file_given_once_is_kept_while_another_field_is_mended(enter):
    scene = release_result()
    client = enter(scene.actor)
    refused = post(client, scene, "release_result", dated_on_day="31", dated_on_month="2")
    said = refused.content.decode()
    assert refused.status_code == 422
    assert "A file is already here" in said
    kept = re.search(r'name="kept_result" value="([^"]+)"', said)[1]
    typed = {**typed_release(), "kept_result": kept, "request_key": key_shown(said)}
    del typed["file_result"]
    assert client.post(url_of(scene.case, "release_result"), typed).status_code == 302
    assert given.fresh(scene.case).status == Status.RESOLVED


def test_a_supplement_brought_to_the_desk_holds_files_and_only_the_answers_that_changed(enter):
    scene = provide_supplement()
    from apps.applications.selectors import attachments_of, revisions_of

    file = SimpleUploadedFile("uy-quyen.pdf", given.a_pdf(), "application/pdf")
    typed = {"answers-copies": "3", "file_authority": file}
    assert post(enter(scene.actor), scene, "provide_supplement", **typed).status_code == 302
    revision = revisions_of(scene.case.application_id)[-1]
    assert revision.answers == {"copies": 3}
    assert [row.component.code for row in attachments_of(scene.case.application_id)] == ["authority"]
    page = enter(scene.actor).get(f"/desk/cases/{scene.case.code}/").content.decode()
    assert "What supplements changed" in page and "Number of copies: 1 → 3" in page and "Đã mang đến." in page


def test_what_was_brought_for_an_item_and_the_right_place_are_taken_in_at_the_desk(enter):
    scene = provide_supplement()
    from apps.applications.selectors import attachments_of, connecting_unit_of

    file, right = (
        SimpleUploadedFile("a.pdf", given.a_pdf(), "application/pdf"),
        given.ward("Phường Trúc Bạch"),
    )
    typed = {"file_1": file, "connecting_unit": right.pk}
    assert post(enter(scene.actor), scene, "provide_supplement", **typed).status_code == 302
    assert [row.asked_item for row in attachments_of(scene.case.application_id)] == ["Văn bản ủy quyền"]
    assert connecting_unit_of(scene.case.application) == right


def test_a_reason_is_offered_with_its_provision_and_how_sure_that_is(enter):
    scene = accept_intake()
    page = enter(scene.actor).get(url_of(scene.case, "decline_intake")).content.decode()
    assert page.count("Nghị định 118/2025/NĐ-CP, article 17 (read second-hand)") == 4


def test_an_agency_far_away_is_found_by_its_name(enter):
    scene = hand_over()
    client = enter(scene.actor)
    far = given.agency("ward_police", given.ward("Phường Trúc Bạch"))
    url = url_of(scene.case, "hand_over_case")
    assert f'value="{far.pk}"' not in client.get(url).content.decode()
    page = client.get(url, {"search": "Công an Trúc Bạch"}).content.decode()
    assert f'<option value="{far.pk}">' in page
    typed = {
        "request_key": key_shown(page),
        "to_agency": far.pk,
        "reason": "Thẩm quyền của công an",
        "search": "Công an Trúc Bạch",
    }
    assert client.post(url, typed).status_code == 302
    assert given.fresh(scene.case).handovers.get().to_agency == far


def test_a_verb_of_the_applicant_or_of_nobody_has_no_page_at_the_desk(enter):
    scene = accept_intake()
    client = enter(scene.actor)
    for verb in ("delete-case", "accept_intake"):
        assert client.get(f"/desk/cases/{scene.case.code}/{verb}/").status_code == 404


def test_an_official_who_is_a_party_is_offered_nothing(enter):
    filer = given.citizen()
    case = given.case_at_intake(by=filer)
    from apps.accounts.models import User
    from tests.factories import PostFactory

    User.objects.filter(pk=filer.user_id).update(is_staff_member=True)
    PostFactory(
        user_id=filer.user_id,
        user=User.objects.get(pk=filer.user_id),
        agency=case.current_agency,
        role=Role.RECEPTIONIST,
    )
    client, before = enter(given.act_as(User.objects.get(pk=filer.user_id))), state_of(case)
    page = client.get(reverse("desk:case", args=[case.code])).content.decode()
    assert url_of(case, "accept_intake") not in page
    assert client.get(url_of(case, "accept_intake")).status_code == 403
    refused = client.post(url_of(case, "accept_intake"), {"request_key": given.key()})
    assert refused.status_code == 403
    assert "party to this case" in refused.content.decode()
    assert state_of(case) == before


def test_no_agency_and_no_handler_is_chosen_beforehand(enter):
    scene = hand_over()
    response = enter(scene.actor).post(
        url_of(scene.case, "hand_over_case"), {"request_key": given.key(), "reason": "Sai", "to_agency": ""}
    )
    assert response.status_code == 422
    assert 'href="#id_to_agency"' in response.content.decode()
    at_current(scene.case, Role.HANDLER)
    at_current(scene.case, Role.HANDLER)
    page = enter(scene.actor).get(url_of(scene.case, "assign_handler")).content.decode()
    assert re.search(r'<select name="assignee".*?<option value="" selected>', page, re.S)
    assert not scene.case.handovers.exists()
