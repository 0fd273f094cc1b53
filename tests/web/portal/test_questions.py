"""The questions of a procedure on the page, without a script: conditions said, rows added and removed, faults in place."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from apps.applications.models import ApplicationRevision
from apps.applications.selectors import answers_of
from apps.cases.models import Case
from tests import given
from tests.web.portal.test_filing_pages import fields, hidden

pytestmark = pytest.mark.django_db

BIRTH = "1.001193"
HOUSEHOLD = f"/procedures/{given.HOUSEHOLD}/apply/"
MEMBER = "answers-members"
FAMILY = {
    "answers-founder": "family",
    MEMBER: "2",
    f"{MEMBER}.0.name": "Lê Văn Tám",
    f"{MEMBER}.0.identity": "001 085 000111",
    f"{MEMBER}.1.name": "Trần Thị Bưởi",
    f"{MEMBER}.1.identity": "001185000222",
}


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def rows(page: str) -> list[str]:
    """The names typed in the rows of members."""
    return re.findall(r'name="answers-members\.\d+\.name" value="([^"]*)"', page)


def test_every_question_is_there_and_a_conditional_one_says_when_to_answer_it(as_actor) -> None:
    page = text_of(as_actor(given.citizen()).get(f"/procedures/{BIRTH}/apply/"))
    assert 'name="answers-mother_residence_elsewhere"' in page
    assert "Answer if “The mother lives in Ha Noi”: no." in page
    assert (
        "Answer only if the days from “Date of birth of the child” to the day of filing is more than 60."
        in page
    )
    assert "Registered late." in page


def test_what_a_script_needs_is_the_same_tree_and_what_the_page_knows(as_actor) -> None:
    page = text_of(as_actor(given.citizen()).get(HOUSEHOLD))
    conditions = [json.loads(each) for each in re.findall(r'data-visible-if="(.*?)">', page)]
    assert {"fact": "founder", "op": "eq", "value": "family"} in conditions
    found = re.search(r'<script id="answers-facts" type="application/json">(.*?)</script>', page)
    assert found and json.loads(found[1]) == {"channel": "online", "filed_on": "2026-11-23"}


def test_the_sections_stand_above_their_questions(as_actor) -> None:
    page = text_of(as_actor(given.citizen()).get(HOUSEHOLD))
    assert (
        page.index("The business household")
        < page.index("answers-household_name")
        < page.index("Owner and members")
    )


def test_a_row_is_added_by_a_button_and_nothing_typed_is_lost_or_judged(as_actor) -> None:
    client = as_actor(given.citizen())
    typed = fields(given.HOUSEHOLD, **FAMILY, contact_email="", **{"rows-of-answers": "add:members"})
    typed["answers-household_name"] = ""
    answer = client.post(HOUSEHOLD, typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert rows(page) == ["Lê Văn Tám", "Trần Thị Bưởi"] and 'name="answers-members.2.name"' in page
    assert "govuk-error" not in page
    assert not Case.objects.exists()


def test_a_row_is_removed_and_the_others_keep_their_answers(as_actor) -> None:
    client = as_actor(given.citizen())
    typed = fields(given.HOUSEHOLD, **FAMILY, **{"rows-of-answers": "remove:members:0"})
    page = client.post(HOUSEHOLD, typed).content.decode()
    assert rows(page) == ["Trần Thị Bưởi"]
    assert 'name="answers-members.1.name"' not in page


def test_at_most_as_many_rows_as_the_group_has(as_actor) -> None:
    client = as_actor(given.citizen())
    typed = fields(given.HOUSEHOLD, **{MEMBER: "999", "rows-of-answers": "add:members"})
    page = client.post(HOUSEHOLD, typed).content.decode()
    assert 'name="answers-members.19.name"' not in page
    full = fields(
        given.HOUSEHOLD,
        **{f"{MEMBER}.{n}.name": f"Người {n}" for n in range(25)},
        **{"rows-of-answers": "add:members"},
    )
    page = client.post(HOUSEHOLD, full).content.decode()
    assert len(rows(page)) == 20 and "add:members" not in page


def test_a_file_survives_the_adding_of_a_row(as_actor) -> None:
    who = given.citizen()
    uuid = given.uploaded(who)
    typed = fields(
        given.HOUSEHOLD, **FAMILY, **{"kept-authority": str(uuid), "rows-of-answers": "add:members"}
    )
    assert str(uuid) in as_actor(who).post(HOUSEHOLD, typed).content.decode()


def test_faults_of_a_row_stand_beside_its_field(as_actor) -> None:
    wrong = {**FAMILY, f"{MEMBER}.1.identity": "12", f"{MEMBER}.0.name": ""}
    answer = as_actor(given.citizen()).post(HOUSEHOLD, fields(given.HOUSEHOLD, **wrong))
    page = text_of(answer)
    assert answer.status_code == 422
    targets = re.findall(r'<a href="#(id_[^"]+)">', page)
    assert targets == ["id_answers-members.0.name", "id_answers-members.1.identity"]
    assert "A personal identification number has 12 digits" in page


def test_rows_that_are_filed_are_stored_shown_and_offered_again(as_actor) -> None:
    client = as_actor(given.citizen())
    typed = fields(given.HOUSEHOLD, **FAMILY)
    review = client.post(HOUSEHOLD, typed).content.decode()
    assert "Member of the family 2 – Full name" in review and "001185000222" in review
    client.post(HOUSEHOLD, {**hidden(review), "declared": "yes", "action": "submit"})
    stored = ApplicationRevision.objects.get().answers["members"]
    assert stored == [
        {"name": "Lê Văn Tám", "identity": "001085000111"},
        {"name": "Trần Thị Bưởi", "identity": "001185000222"},
    ]


def test_blank_rows_are_nobody(as_actor) -> None:
    client = as_actor(given.citizen())
    blank = {
        **FAMILY,
        MEMBER: "3",
        f"{MEMBER}.0.name": "",
        f"{MEMBER}.0.identity": "",
        f"{MEMBER}.2.name": " ",
    }
    review = client.post(HOUSEHOLD, fields(given.HOUSEHOLD, **blank)).content.decode()
    assert "Member of the family 1 – Full name" in review and "Member of the family 2" not in review


def test_a_family_without_members_is_told_so_at_the_group(as_actor) -> None:
    answer = as_actor(given.citizen()).post(
        HOUSEHOLD, fields(given.HOUSEHOLD, **{"answers-founder": "family"})
    )
    assert answer.status_code == 422
    assert '<a href="#id_answers-members">' in answer.content.decode()


def test_what_is_typed_into_a_question_that_is_not_asked_is_dropped_even_if_it_is_nonsense(as_actor) -> None:
    client = as_actor(given.citizen())
    nonsense = {
        **FAMILY,
        "answers-founder": "person",
        f"{MEMBER}.0.identity": "x",
        f"{MEMBER}.0.born_on_day": "40",
    }
    review = client.post(HOUSEHOLD, fields(given.HOUSEHOLD, **nonsense))
    assert review.status_code == 200
    client.post(HOUSEHOLD, {**hidden(review.content.decode()), "declared": "yes", "action": "submit"})
    assert "members" not in ApplicationRevision.objects.get().answers


def test_an_address_is_a_ward_of_the_list_and_a_street(as_actor) -> None:
    client, place = as_actor(given.citizen()), given.ward()
    other = {"answers-other_places": "1", "answers-other_places.0.address.street": "Số 9"}
    key = "answers-other_places.0.address.ward"
    answer = client.post(HOUSEHOLD, fields(given.HOUSEHOLD, **other, **{key: "Phường Không Có"}))
    assert '<a href="#id_answers-other_places.0.address.ward">' in answer.content.decode()
    answer = client.post(HOUSEHOLD, fields(given.HOUSEHOLD, **other))
    assert '<a href="#id_answers-other_places.0.address.ward">' in answer.content.decode()
    named = f"{place.name}, {place.parent.name}"
    review = client.post(HOUSEHOLD, fields(given.HOUSEHOLD, **other, **{key: named.upper()})).content.decode()
    assert f"Số 9, {place.name_en}, {place.parent.name_en}" in unescape(review)
    client.post(HOUSEHOLD, {**hidden(review), "declared": "yes", "action": "submit"})
    stored = ApplicationRevision.objects.get().answers["other_places"]
    assert stored == [{"address": {"ward": place.pk, "street": "Số 9"}}]


def test_a_rule_of_eligibility_is_told_in_its_own_words(as_actor) -> None:
    client = as_actor(given.citizen())
    married = {
        "answers-purpose": "marriage",
        "answers-marital_state": "married",
        "answers-spouse_name": "Lê Văn Tám",
    }
    answer = client.post("/procedures/1.004873/apply/", fields("1.004873", **married))
    assert answer.status_code == 422
    assert "Who is married cannot ask for this certificate in order to marry" in text_of(answer)
    assert not Case.objects.exists()


def test_a_supplement_takes_back_what_is_no_longer_asked(as_actor) -> None:
    who = given.citizen()
    said = {
        **given.answers(given.HOUSEHOLD),
        "founder": "family",
        "members": [{"name": "An", "identity": "001085000111"}],
    }
    case, _handler = given.case_awaiting_supplement(given.HOUSEHOLD, by=who, answers=said)
    client, address = as_actor(who), f"/cases/{case.code}/provide-supplement/"
    page = client.get(address).content.decode()
    assert rows(page) == ["An"]
    typed = {"request_key": given.key(), "is_complete": "on", **given.typed({**said, "founder": "person"})}
    more = client.post(address, {**typed, "rows-of-answers": "add:members"})
    assert more.status_code == 200 and 'name="answers-members.1.name"' in more.content.decode()
    assert client.post(address, typed).status_code == 302
    revision = ApplicationRevision.objects.get(number=2)
    assert revision.answers == {"founder": "person", "members": None}
    assert "members" not in answers_of(case.application_id)


def test_a_supplement_takes_back_an_answer_whose_field_was_emptied(as_actor) -> None:
    who = given.citizen()
    said = {**given.answers(given.HOUSEHOLD), "website": "example.vn", "started_on": "2026-12-01"}
    case, _handler = given.case_awaiting_supplement(given.HOUSEHOLD, by=who, answers=said)
    address = f"/cases/{case.code}/provide-supplement/"
    typed = {"request_key": given.key(), "is_complete": "on", **given.typed({**said, "website": ""})}
    typed |= {f"answers-started_on_{part}": "" for part in ("day", "month", "year")}
    assert as_actor(who).post(address, typed).status_code == 302
    assert ApplicationRevision.objects.get(number=2).answers == {"website": None, "started_on": None}
    assert answers_of(case.application_id) == given.answers(given.HOUSEHOLD)
