"""What holds at every door: only the methods it has, no act for a foreign page, no file through another case, no secret out of place."""

from __future__ import annotations

import re

import pytest

from apps.accounts.models import User
from apps.cases.actions.decision import hand_over_result
from tests import given
from tests.cases.doors import supervisor
from tests.doors.attempts import address, everything, marked, numbers_of, secrets_out_of_place, told
from tests.doors.cast import browser
from tests.doors.scenes import (
    accept_intake,
    at_intake,
    filer,
    finished,
    names_in_addresses,
    secrets_of,
)
from tests.doors.table import ACTORS, DOWNLOAD, READING, VERBS, WITHOUT_SESSION, WRITING, Door, route_of

pytestmark = pytest.mark.django_db


def has_a_guest(door: Door) -> bool:
    """Whether anybody of the cast is let in; the city's administrators, who are not, try theirs in their own tests."""
    return bool({"200", "201", "302"} & set(door.marks.values()))


# What signs in, out and changes the language is not ours; it is tried in the tables.
OURS = [
    door
    for door in READING
    if not door.route.startswith("/account/") and "*" not in door.route and has_a_guest(door)
]
POSTED = {route_of(door) for door in [*WRITING, *VERBS]} | {"/desk/cases/<str:code>/<str:verb>/"}


def welcome(door: Door) -> str:
    """Somebody whom the door lets in."""
    return next(who for who in reversed(ACTORS) if door.marks[who] in ("200", "201", "302"))


def test_what_is_only_read_answers_no_other_method_and_nothing_happens():
    scene = finished()
    cast, names = scene.cast(), names_in_addresses(scene.case)
    before, wrong = everything(), []
    for door in OURS:
        with cast.acting(welcome(door)) as client:
            client.raise_request_exception = False
            url = address(door.route, names)
            methods = ["put", "patch", "delete"] + ["post"] * (door.route not in POSTED)
            for method in methods:
                answer = getattr(client, method)(url)
                if answer.status_code != 405:
                    wrong.append(f"{method.upper()} {door.route}: {marked(answer)}")
            if everything() != before:
                wrong.append(f"{door.route} changed something")
    assert wrong == [], "\n".join(wrong)


def test_what_is_only_written_to_is_not_read():
    scene = at_intake()
    cast, names = scene.cast(), names_in_addresses(scene.case)
    read, wrong = {door.route for door in READING}, []
    doors = [door for door in WRITING if door.route not in read and not door.route.startswith("/i18n/")]
    for door in filter(has_a_guest, doors):
        with cast.acting(welcome(door)) as client:
            answer = client.get(address(door.route, names))
            if answer.status_code != 405:
                wrong.append(f"GET {door.route}: {marked(answer)}")
    with cast.acting("clerk") as client:
        for door in (door for door in VERBS if door.method == "api"):
            answer = client.get(address(route_of(door), names))
            if answer.status_code != 405:
                wrong.append(f"GET {route_of(door)}: {marked(answer)}")
    assert wrong == [], "\n".join(wrong)


def test_a_foreign_page_cannot_act_with_somebodys_session():
    scene = at_intake()
    names, before, wrong = names_in_addresses(scene.case), everything(), []
    clerk = browser(scene.right, enforce_csrf_checks=True)
    citizen = browser(given.act_as(scene.case.application.filed_by), enforce_csrf_checks=True)
    for route in sorted(POSTED - WITHOUT_SESSION):
        client = citizen if route.startswith(("/cases/", "/procedures/")) else clerk
        answer = client.post(
            address(route, names),
            "{}",
            content_type="application/json",
            headers={"Idempotency-Key": given.key()},
        )
        if answer.status_code != 403:
            wrong.append(f"{route}: {marked(answer)}")
        if route.startswith("/api/") and answer.json()["code"] != "csrf_failed":
            wrong.append(f"{route}: {answer.json()['code']}")
    assert wrong == [], "\n".join(wrong)
    assert everything() == before


def test_a_program_that_sends_the_token_of_its_session_is_let_in():
    scene = accept_intake()
    client = browser(scene.right, enforce_csrf_checks=True)
    page = client.get(f"/desk/cases/{scene.case.code}/accept-intake/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    headers = {"X-CSRFToken": token, "Idempotency-Key": given.key()}
    url = f"/api/v1/cases/{scene.case.code}/accept-intake"
    assert client.post(url, "{}", content_type="application/json", headers=headers).status_code == 200


def test_no_file_is_had_through_another_case_not_even_by_those_who_may_have_both():
    scene = finished()
    names = names_in_addresses(scene.case)
    applicant = given.act_as(scene.case.application.filed_by)
    # Another case of the same person at the same agency.
    own = given.case_at_intake(given.FOOD_SAFETY, by=applicant)
    assert own.competent_agency == scene.case.competent_agency
    before, tried = everything(), 0
    for door in (door for door in READING if "cases/" in door.route and DOWNLOAD.search(door.route)):
        for client in (browser(applicant), browser(scene.right)):
            right, other = address(door.route, names), address(door.route, {**names, "cases": own.code})
            if client.get(right).status_code == 200:
                assert client.get(other).status_code == 404, other
                tried += 1
    assert tried == 5 * 2 * 2 + 6 + 2
    assert everything() == {**before, "access": before["access"] + tried}


def test_filing_and_tracking_show_the_secret_on_the_page_alone():
    by = filer()
    case = given.case_at_intake(by=by)
    secret, _printed = secrets_of(case)
    client = browser(by)
    shown = [
        client.get(f"/cases/{case.code}/filed/"),
        client.get(f"/cases/{case.code}/"),
        client.post("/track/", {"code": case.code, "secret": secret}),
    ]
    assert [answer.status_code for answer in shown] == [200] * 3
    assert any(printed in shown[0].content.decode() for printed in secrets_of(case))
    assert [secrets_out_of_place(answer, case) for answer in shown] == [[], [], []]
    # What was typed stands in no address of the page that answers.
    addresses = re.findall(r'(?:href|action|src)="([^"]*)"', shown[2].content.decode())
    assert addresses and not [url for url in addresses if secret in url]


def test_a_deactivated_account_is_not_let_in_again():
    person = given.receptionist(given.ward_committee())
    user = User.objects.get(pk=person.user_id)
    user.set_password("mot-cua-ha-noi-2026")
    user.save(update_fields=["password"])
    typed = {"login": user.username, "password": "mot-cua-ha-noi-2026"}
    client = browser()
    assert client.post("/account/login/", typed).status_code == 302
    assert client.get("/desk/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert marked(client.get("/desk/")) == "in"
    again = browser()
    again.post("/account/login/", typed)
    assert marked(again.get("/desk/")) == "in"


def test_signing_in_leads_to_no_other_site():
    user = User.objects.get(pk=given.receptionist(given.ward_committee()).user_id)
    user.set_password("mot-cua-ha-noi-2026")
    user.save(update_fields=["password"])
    typed = {"login": user.username, "password": "mot-cua-ha-noi-2026", "next": "https://elsewhere.example/"}
    assert browser().post("/account/login/", typed)["Location"] == "/"


def test_the_scenes_are_those_of_somebody_whose_data_could_be_told():
    # Were the applicant without a name or a number, the tests of what is hidden could not fail.
    assert all(numbers_of(at_intake().case))


def test_who_fetched_a_result_is_told_to_those_who_work_on_the_case_and_not_from_above():
    case = given.resolved_case(by=filer())
    desk = given.receptionist(case.returning_agency)
    fetched = "Đỗ Thị Người Nhận, căn cước 001185000777"
    sent = {"delivery": "counter", "recipient": fetched}
    hand_over_result(case.code, **sent, by=desk, at=given.NOW, request_key=given.key())
    below = [
        f"/api/v1/cases/{case.code}",
        f"/api/v1/cases/{case.code}/events",
        f"/oversight/cases/{case.code}/",
    ]
    for url in below:
        answer = browser(supervisor(case.receiving_agency.unit)).get(url)
        assert answer.status_code == 200
        assert told(answer, ("Người Nhận", "001185000777")) == [], url
    assert told(browser(desk).get(below[1]), (fetched,)) == [fetched]
