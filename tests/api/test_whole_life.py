"""A case from filing to hand-over, over HTTP only, as programs play it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.choices import Role
from tests import given
from tests.api.calls import ROOT, Caller

pytestmark = pytest.mark.django_db


def upload(caller: Caller) -> str:
    file = SimpleUploadedFile("ket-qua.pdf", given.a_pdf(), "application/pdf")
    answer = caller.client.post(f"{ROOT}/attachments", {"file": file})
    assert answer.status_code == 201, answer.content
    return answer.json()["uuid"]


def test_a_citizen_files_online_and_receives_the_result():
    applicant = Caller(given.citizen())
    filed = applicant.post(
        "/applications",
        {
            "procedure": given.HOUSEHOLD,
            "answers": given.answers(given.HOUSEHOLD),
            "connecting_unit": given.ward().pk,
        },
    )
    assert filed.status_code == 201, filed.content
    code, secret = filed.json()["code"], filed.json()["tracking_secret"]
    assert filed.json()["status"] == {"code": 1, "name": "submitted", "text": "Newly filed"}
    assert filed.json()["owed"] == 0
    assert filed.json()["fees"][0]["legal_basis"] == "Nghị quyết 78/2026/NQ-HĐND"

    assert Caller().post("/status", {"code": code, "secret": secret}).json()["status"]["code"] == 1
    given.carry_out(given.NOW, "route_case")

    office = given.agency("district_finance", given.ward().parent)
    clerk = Caller(given.staff(office, Role.RECEPTIONIST, Role.HANDLER, Role.REGISTRAR))
    assert [row["code"] for row in clerk.get("/inbox").json()["results"]] == [code]
    accepted = clerk.post(f"/cases/{code}/accept-intake")
    assert accepted.status_code == 200, accepted.content
    assert accepted.json()["case"]["status"]["code"] == 2

    me = clerk.get("/me").json()
    assert clerk.post(f"/cases/{code}/assign-handler", {"handler": me["id"]}).status_code == 200
    proposed = clerk.post(
        f"/cases/{code}/propose-result", {"outcome": "granted", "text": "Hồ sơ đủ điều kiện."}
    )
    assert proposed.json()["case"]["status"]["code"] == 4, proposed.content
    approver = Caller(given.staff(office, Role.APPROVER))
    assert "approve-result" in approver.get(f"/cases/{code}").json()["verbs"]
    assert approver.post(f"/cases/{code}/approve-result").status_code == 200
    released = clerk.post(
        f"/cases/{code}/release-result",
        {"number": "15/GCN", "dated_on": "2026-11-23", "attachment": upload(clerk)},
    )
    assert released.json()["case"]["status"]["code"] == 9, released.content
    given.carry_out(given.NOW, "deliver_result", "render_paper")

    case = applicant.get(f"/cases/{code}").json()
    assert case["case"]["status"]["code"] == 10
    assert case["parties"][0]["is_masked"] is False
    result = applicant.get(f"/cases/{code}/results/{case['results'][0]['id']}")
    assert result.content.startswith(b"%PDF") and "attachment" in result["Content-Disposition"]
    paper = applicant.get(f"/cases/{code}/documents/{case['documents'][0]['uuid']}")
    assert paper.content.startswith(b"%PDF")
    kinds = [event["kind"] for event in applicant.get(f"/cases/{code}/events").json()]
    assert kinds[0] == "application_submitted" and kinds[-1] == "result_handed_over"
