"""What anybody may ask: status by secret, receipts, the catalogue, the contract; and what guessing meets."""

from __future__ import annotations

import pytest
from django.conf import settings

from apps.accounts.choices import Role
from apps.cases.choices import Outcome
from apps.cases.tracking import secret_of
from apps.core.models import AccessRecord
from apps.receipts.models import Receipt
from tests import given
from tests.api.calls import Caller, online

pytestmark = pytest.mark.django_db


# Status


def test_code_and_secret_show_everything_that_a_status_must_show():
    case = given.accepted_case()
    answer = Caller().post("/status", {"code": case.code, "secret": secret_of(case.code, 1)})
    shown = answer.json()
    assert answer.status_code == 200
    assert shown["status"] == {"code": 2, "name": "accepted", "text": "Accepted"}
    assert shown["receiving_agency"] and shown["competent_agency"] and shown["received_by"]
    assert shown["promised_at"].endswith("+07:00")
    assert [line["kind"] for line in shown["milestones"]][0] == "application_submitted"


def test_a_status_holds_nothing_personal():
    who = given.citizen(phone="0912345678", address="Số 99, phố Bí Mật")
    case = given.case_at_intake(by=who)
    shown = Caller().post("/status", {"code": case.code, "secret": secret_of(case.code, 1)}).content.decode()
    assert who.name not in shown and "0912345678" not in shown and "Bí Mật" not in shown


@pytest.mark.parametrize("code", ["H26.001.00001-261124-0001", "nonsense", "real"])
def test_the_code_alone_tells_nothing(code):
    case = given.case_at_intake()
    answer = Caller().post(
        "/status", {"code": case.code if code == "real" else code, "secret": "AAAAAAAAAAAAAAAA"}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "tracking_failed")
    assert answer.json()["data"] == {}


def test_guessing_is_slowed_and_knowing_is_not_counted():
    case = given.case_at_intake()
    caller, right = Caller(), {"code": case.code, "secret": secret_of(case.code, 1)}
    for _ in range(settings.GUESS_LIMIT + 5):
        assert caller.post("/status", right).status_code == 200
    for _ in range(settings.GUESS_LIMIT):
        assert caller.post("/status", {**right, "secret": "AAAAAAAAAAAAAAAA"}).status_code == 404
    answer = caller.post("/status", {**right, "secret": "AAAAAAAAAAAAAAAA"})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_guesses")
    # Who shares the address and knows the secret is answered all the same.
    assert caller.post("/status", right).status_code == 200


# Receipts


def a_receipt() -> Receipt:
    given.paid(given.taken_at_counter())
    return Receipt.objects.latest("id")


def test_a_receipt_of_ours_is_genuine_and_shows_the_least():
    receipt = a_receipt()
    answer = Caller().get(f"/receipts/{receipt.lookup_code.lower()}")
    shown = answer.json()
    assert (shown["is_genuine"], shown["is_signed"], shown["is_trial"]) == (True, False, True)
    assert (shown["form"], shown["number"], shown["amount"]) == ("EBL01", receipt.number, 8000)
    assert set(shown) == {
        "is_genuine",
        "state",
        "is_signed",
        "is_trial",
        "state",
        "chain",
        "form",
        "series",
        "number",
        "collecting_body",
        "amount",
        "issued_at",
    }
    assert "Bưởi" not in answer.content.decode()
    given.carry_out(given.NOW, "render_receipt")
    assert Caller().get(f"/receipts/{receipt.lookup_code}").json()["is_signed"]


@pytest.mark.parametrize("code", ["AAAAAAAAAAAAAAAA", "x", "' OR 1=1 --"])
def test_a_receipt_that_is_not_ours_is_not_found(code):
    answer = Caller().get(f"/receipts/{code}")
    assert (answer.status_code, answer.json()["code"]) == (404, "receipt_unknown")


def test_guessing_receipts_is_slowed_and_who_holds_one_is_not():
    given.accepted_case(given.FOOD_SAFETY)
    caller = Caller()
    for _ in range(settings.GUESS_LIMIT):
        assert caller.get("/receipts/AAAAAAAAAAAAAAAA").status_code == 404
    assert caller.get("/receipts/AAAAAAAAAAAAAAAA").status_code == 429
    assert caller.get(f"/receipts/{Receipt.objects.get().lookup_code}").status_code == 200


# Catalogue and structure


def test_the_catalogue_is_found_by_words_field_and_audience():
    caller = Caller(language="en")
    # 40 in the catalogue, one of them history, and four that open only as parts of linked procedures.
    shown = caller.get("/procedures", limit=200).json()["results"]
    assert len(shown) == 43 and "1.009994" not in {row["code"] for row in shown}
    (only,) = caller.get("/procedures", q="1.001612").json()["results"]
    assert only["name"] == "Business household registration" and only["is_open"] is True
    businesses = caller.get("/procedures", **{"for": "businesses", "limit": 200}).json()["results"]
    assert businesses and all(row["for_businesses"] for row in businesses)


def test_a_procedure_shows_papers_fees_with_their_basis_limits_and_what_is_not_established():
    shown = Caller().get(f"/procedures/{given.HOUSEHOLD}").json()
    assert {row["mode"] for row in shown["components"]} >= {"form", "upload"}
    assert shown["fee_rules"][0]["legal_basis"] == "Nghị quyết 78/2026/NQ-HĐND"
    assert (shown["time_limits"][0]["value"], shown["time_limits"][0]["unit"]) == (3, "working_day")
    assert shown["steps"][0]["is_established"] is False and shown["steps"][0]["note"]
    assert shown["form_schema"]["properties"]["household_name"]


@pytest.mark.parametrize(("channel", "owed"), [("online", 0), ("counter", 100_000)])
def test_a_quote_tells_the_fee_of_each_channel_before_filing(channel, owed):
    quoted = Caller().post(f"/procedures/{given.HOUSEHOLD}/quote", {"channel": channel}).json()
    assert quoted["owed"] == owed and quoted["fees"][0]["legal_basis"]


def test_a_quote_counts_copies_and_refuses_answers_that_cannot_be():
    caller = Caller()
    path = f"/procedures/{given.CIVIL_EXTRACT}/quote"
    assert caller.post(path, {"channel": "counter", "answers": {"copies": 3}}).json()["owed"] == 24_000
    assert caller.post(path, {"answers": {"copies": "three"}}).status_code == 422


def test_units_are_found_by_level_parent_and_name():
    caller = Caller(language="vi")
    assert len(caller.get("/units", level="district").json()["results"]) == 30
    wards = caller.get("/units", level="ward", limit=1000).json()
    assert len(wards["results"]) == 579 and wards["next"] is None
    ward = given.ward()
    below = caller.get("/units", parent=ward.parent_id, q="phúc xá").json()["results"]
    assert [row["id"] for row in below] == [ward.pk]
    assert caller.get(f"/units/{ward.pk}").json()["parent"]["id"] == ward.parent_id


def test_pages_of_units_hold_each_unit_once_there_and_back():
    caller = Caller()
    seen, page = [], caller.get("/units", limit=200).json()
    while True:
        seen += [row["id"] for row in page["results"]]
        if page["next"] is None:
            break
        page = caller.client.get(page["next"]).json()
    assert len(seen) == len(set(seen)) == 610
    back = caller.client.get(page["previous"]).json()
    assert [row["id"] for row in back["results"]] == seen[400:600]


def test_agencies_are_found_by_unit_and_kind():
    shown = Caller().get("/agencies", unit=given.ward().pk, kind="ward_committee").json()["results"]
    assert [row["id"] for row in shown] == [given.ward_committee().pk]


# The contract


def test_the_pages_of_the_contract_load_nothing_from_elsewhere():
    page = Caller().get("/docs/")
    html = page.content.decode()
    assert page.status_code == 200 and "swagger-ui-bundle.js" in html
    assert "https://" not in html.replace("https://testserver", "") and "<script>" not in html
    assert "script-src" not in page["Content-Security-Policy"]
    assert "default-src 'self'" in page["Content-Security-Policy"]
    script = Caller().get("/docs/?script=")
    assert script.status_code == 200 and "SwaggerUIBundle" in script.content.decode()


# Downloads and personal data


def test_a_download_is_an_attachment_and_leaves_a_line_in_the_access_log():
    case = given.accepted_case()
    given.carry_out(given.NOW, "render_paper")
    clerk = given.receptionist(case.current_agency)
    caller = Caller(clerk)
    (paper,) = caller.get(f"/cases/{case.code}").json()["documents"]
    assert paper["kind"] == "form_01" and paper["is_ready"] is True
    answer = caller.get(f"/cases/{case.code}/documents/{paper['uuid']}")
    assert answer["Content-Type"] == "application/pdf" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    line = AccessRecord.objects.get()
    assert (line.actor_id, line.action, line.subject) == (
        clerk.user_id,
        "download paper",
        f"{case.code}/{paper['uuid']}",
    )


def test_a_file_of_another_case_is_not_found_and_leaves_no_line():
    mine, theirs = given.citizen(), given.citizen()
    case, other = given.accepted_case(by=mine), given.accepted_case(by=theirs)
    given.carry_out(given.NOW, "render_paper")
    (paper,) = Caller(theirs).get(f"/cases/{other.code}").json()["documents"]
    for caller, code in ((Caller(mine), case.code), (Caller(mine), other.code), (Caller(theirs), case.code)):
        assert caller.get(f"/cases/{code}/documents/{paper['uuid']}").status_code == 404
    assert not AccessRecord.objects.exists()


def test_an_official_sees_people_masked_until_a_reason_is_given():
    who = given.citizen(phone="0912345678")
    case = given.case_at_intake(by=who)
    clerk = given.receptionist(case.current_agency)
    caller = Caller(clerk)
    seen = caller.get(f"/cases/{case.code}").json()["parties"][0]
    assert seen["is_masked"] is True and seen["name"] == who.name
    assert seen["phone"] == "•••••••678" and seen["address"] == "" and seen["born_on"] is None
    assert caller.post(f"/cases/{case.code}/reveal", {"reason": " "}).json()["code"] == "reason_missing"
    assert not AccessRecord.objects.exists()
    whole = caller.post(f"/cases/{case.code}/reveal", {"reason": "Đối chiếu giấy tờ"}).json()["parties"][0]
    assert whole["phone"] == "0912345678" and whole["is_masked"] is False
    line = AccessRecord.objects.get()
    assert (line.actor_id, line.action, line.subject) == (clerk.user_id, "reveal", case.code)
    assert line.reason == "Đối chiếu giấy tờ"


def test_a_supervisor_sees_the_case_without_answers_and_no_verb():
    case = given.case_at_intake()
    district = given.agency("district_committee", given.ward().parent)
    supervisor = Caller(given.staff(district, Role.SUPERVISOR))
    seen = supervisor.get(f"/cases/{case.code}").json()
    assert seen["answers"] is None and seen["verbs"] == [] and seen["parties"][0]["is_masked"] is True
    assert supervisor.get("/inbox").status_code == 403


def test_an_applicant_does_not_read_the_officials_notes():
    case, handler = given.assigned_case()
    caller = Caller(handler)
    caller.post(f"/cases/{case.code}/propose-result", {"outcome": "granted", "text": "Ghi chú nội bộ"})
    assert "Ghi chú nội bộ" in caller.get(f"/cases/{case.code}/events").content.decode()
    applicant = Caller(given.act_as(case.application.filed_by))
    shown = applicant.get(f"/cases/{case.code}/events")
    assert shown.status_code == 200 and "Ghi chú nội bộ" not in shown.content.decode()


def test_the_notices_of_a_case_are_read_by_the_applicant_in_their_language_and_by_who_works_on_it():
    who = given.citizen()
    case = given.accepted_case(by=who, contact_email="an@example.vn")
    given.carry_out(given.NOW, "send_notice")
    for caller in (Caller(who), Caller(given.receptionist(case.current_agency))):
        answer = caller.get(f"/cases/{case.code}/notices")
        assert answer.status_code == 200
        accepted, filed = answer.json()
        assert (accepted["kind"], filed["kind"]) == ("intake_accepted", "application_submitted")
        assert accepted["subject"] == f"Case {case.code}: accepted"
        assert accepted["sendings"] == [
            {"channel": "email", "state": "sent", "sent_at": "2026-11-23T09:00:00+07:00"}
        ]
        assert "The result is promised by Monday 23 November 2026, 17:00." in accepted["text"]
        for kept in (secret_of(case.code, 1), "an@example.vn", who.name):
            assert kept not in answer.content.decode()
    in_vietnamese = Caller(who, language="vi").get(f"/cases/{case.code}/notices").json()
    assert in_vietnamese[0]["subject"] != accepted["subject"]


def test_the_notices_of_a_case_do_not_exist_for_others():
    case = given.accepted_case()
    supervisor = given.staff(given.agency("district_committee", given.ward().parent), Role.SUPERVISOR)
    clerk = given.receptionist(given.ward_committee("Phường Trúc Bạch"))
    for caller in (Caller(supervisor), Caller(clerk), Caller(given.citizen())):
        answer = caller.get(f"/cases/{case.code}/notices")
        assert (answer.status_code, answer.json()["code"]) == (404, "case_unknown")
    assert Caller().get(f"/cases/{case.code}/notices").status_code == 401


def test_who_returns_a_handover_is_told_that_the_case_is_out_of_sight():
    desk = given.ward_committee("Phường Trúc Bạch")
    case = given.accepted(given.taken_at_counter(desk=desk))
    given.carry_out(given.NOW, "route_case")
    clerk = Caller(given.receptionist(given.ward_committee()))
    (row,) = clerk.get("/handovers").json()["results"]
    assert row["code"] == case.code
    answer = clerk.post(f"/cases/{case.code}/receive-handover")
    assert answer.status_code == 200 and answer.json()["handover"] is None
    assert clerk.get("/handovers").json()["results"] == []


def test_the_inbox_is_narrowed_by_its_filters():
    who = given.citizen()
    first, second = given.case_at_intake(by=who), given.accepted_case(by=who)
    clerk = Caller(given.receptionist(given.ward_committee()))

    def codes(**query: object) -> list[str]:
        return sorted(row["code"] for row in clerk.get("/inbox", **query).json()["results"])

    assert codes() == sorted([first.code, second.code])
    assert codes(status=2) == [second.code]
    assert codes(code=first.code.lower()) == [first.code]
    assert codes(procedure="1.001612") == []
    assert codes(unassigned="true") == codes()
    assert codes(overdue="true") == [] and codes(overdue="false") == codes()
    assert codes(due_before="2027-01-01T00:00:00+07:00") == codes()
    assert codes(routing="unroutable") == []


def test_the_tracking_secret_is_told_to_the_filer_only():
    caller = Caller(given.citizen())
    filed = caller.post("/applications", online()).json()
    assert filed["tracking_secret"] not in caller.get(f"/cases/{filed['code']}").content.decode()
    assert filed["tracking_secret"] not in caller.get("/cases").content.decode()


def test_no_outcome_is_told_to_the_applicant_before_it_is_released():
    applicant = given.citizen()
    case, handler = given.proposed_case(by=applicant, outcome=Outcome.REFUSED)
    told = Caller(applicant).get(f"/cases/{case.code}").json()
    assert told["case"]["outcome"] == ""
    assert "result_proposed" not in [line["kind"] for line in told["shown"]["milestones"]]
    assert told["shown"]["handled_by"] == handler.name
    assert Caller(handler).get(f"/cases/{case.code}").json()["case"]["outcome"] == "refused"


def test_what_a_session_sees_is_kept_by_no_cache():
    applicant = given.citizen()
    case = given.filed_online(by=applicant)
    answer = Caller(applicant).get(f"/cases/{case.code}")
    assert answer.headers["Cache-Control"] == "private, no-store"
