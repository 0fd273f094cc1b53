"""A form is tried: filled with sample answers, shown in both languages, and told what the server's check would say."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from apps.cases.models import Case, CaseEvent
from apps.core.models import AdministrativeAct, OutboxRow
from apps.procedures.models import ProcedureVersion
from tests import given
from tests.procedures.forms_written import NUMBER, SEVERAL, TEXT, YES, form, group
from tests.web.administration.test_form_pages import page, with_form
from tests.web.administration.test_versions import typed, words

IF_LATE = {"fact": "is_late", "op": "eq", "value": True}


@pytest.fixture
def admin(enter) -> Client:
    return enter(given.administrator())


def play(admin: Client, version: ProcedureVersion, action: str, **said: object):
    url = page(version, "try")
    return admin.post(url, typed(admin.get(url)) | said | {"action": action})


@pytest.mark.parametrize("code", ["1.001193", "1.000894", "1.001612", "1.013225", "3.000333", "2.000815"])
def test_the_sample_is_accepted_and_leaves_nothing_behind(admin, code):
    version = ProcedureVersion.objects.get(procedure__code=code)
    before = [model.objects.count() for model in (Case, CaseEvent, OutboxRow, AdministrativeAct)]
    filled = play(admin, version, "fill")
    assert "These are sample answers" in words(filled)
    answer = admin.post(page(version, "try"), typed(filled) | {"action": "try"})
    assert answer.status_code == 200, words(answer)
    shown = words(answer)
    assert "The answers are accepted." in shown
    assert "Fees" in shown and "Time limit" in shown and "Who decides" in shown
    assert [model.objects.count() for model in (Case, CaseEvent, OutboxRow, AdministrativeAct)] == before


def test_what_follows_from_the_answers_follows_from_the_draft(admin):
    def dear(rows):
        del rows[1:]
        rows[0] |= {"condition": IF_LATE, "quantity": "one", "unit_price": 5000, "is_established": True}
        rows[0] |= {"borne_by": "applicant", "name_en": "For being late", "most": None}

    def papers(rows):
        del rows[1:]
        rows.append({**rows[0], "code": "reason", "name_en": "Proof", "condition": IF_LATE})

    def limits(rows):
        rows.insert(0, {**rows[0], "value": 9, "unit": "working_day", "cut_off": None, "condition": IF_LATE})

    schema = form(is_late=YES, reason={**TEXT, "title_en": "Reason", "x-visible-if": IF_LATE})
    draft = with_form(schema, fee_rules=dear, components=papers, time_limits=limits)
    shown = words(play(admin, draft, "try", **given.typed({"request_content": "x", "is_late": True})))
    assert "Questions that are not asked" not in shown
    assert "For being late" in shown and "5.000 đ" in shown and "9 working days" in shown
    assert "Not asked for" not in shown
    shown = words(play(admin, draft, "try", **given.typed({"request_content": "x", "is_late": False})))
    assert "Questions that are not asked Reason" in shown
    assert "No line of the tariff applies." in shown and "Not asked for: Proof" in shown
    assert "9 working days" not in shown


def test_faults_are_those_of_the_check_beside_their_questions(admin):
    rule = {
        "condition": {"fact": "age", "op": "ge", "value": 18},
        "message": "Chưa đủ tuổi.",
        "message_en": "Young.",
    }
    schema = form(
        hints={"x-eligibility": [rule]},
        age=NUMBER,
        late={**TEXT, "x-required-if": {"fact": "age", "op": "lt", "value": 18}},
        rows=group(1, 2, ("name",), name=TEXT, note=TEXT),
        several=SEVERAL,
    )
    draft = with_form(schema)
    answer = play(admin, draft, "try", **given.typed({"age": 7, "rows": [{"note": "x"}]}))
    body, shown = answer.content.decode(), words(answer)
    assert answer.status_code == 422 and "The answers are not accepted" in shown
    for name in ("request_content", "late", "rows.0.name"):
        assert f'href="#id_answers-{name}"' in body, name
    answered = {"request_content": "x", "age": 7, "late": "x", "rows": [{"name": "An"}]}
    answer = play(admin, draft, "try", **given.typed(answered))
    assert answer.status_code == 422 and "Young." in words(answer)
    answer = play(admin, draft, "try", **given.typed(answered), **{"trial-language": "vi"})
    assert "Chưa đủ tuổi." in words(answer)
    answer = play(admin, draft, "try", **given.typed(answered | {"age": 18}))
    assert answer.status_code == 200, words(answer)


def test_it_is_shown_in_either_language_as_on_the_page_of_the_applicant(admin):
    version = ProcedureVersion.objects.get(procedure__code="1.001193")
    shown = words(play(admin, version, "show", **{"trial-language": "vi"}))
    assert "Họ, chữ đệm, tên của trẻ" in shown and "The child's" not in shown
    assert "What the applicant sees" in shown
    body = play(admin, version, "show", **{"trial-language": "en"}).content.decode()
    assert '<div class="mc-preview" lang="en">' in body
    answer = play(admin, version, "show", **{"trial-language": "fr"})
    assert answer.status_code == 200


def test_a_row_is_added_without_being_judged(admin):
    draft = with_form(form(rows=group(1, 3, ("name",), name=TEXT)))
    answer = play(admin, draft, "try", **{"rows-of-answers": "add:rows", "answers-rows.0.name": "An"})
    shown = typed(answer)
    assert (answer.status_code, shown["answers-rows.0.name"]) == (200, "An")
    assert "answers-rows.1.name" in shown and "There is a problem" not in words(answer)


def test_circumstances_that_cannot_be_read_are_told_and_nothing_is_tried(admin):
    draft = with_form(form(age=NUMBER))
    for said in ({"trial-channel": "pigeon"}, {"trial-unit": "Nowhere"}, {"trial-born_on_day": "40"}):
        answer = play(admin, draft, "try", **said)
        assert "What would come of these answers" not in words(answer)
        assert "govuk-error-message" in answer.content.decode()


def test_a_condition_elsewhere_that_cannot_be_read_is_said_so(admin):
    def broken(rows):
        rows[0]["condition"] = {"nonsense": 1}

    draft = with_form(form(age=NUMBER), fee_rules=broken)
    answer = play(admin, draft, "try", **given.typed({"request_content": "x"}))
    assert answer.status_code == 422
    assert "A condition of this version cannot be read" in words(answer)


def test_the_page_of_a_version_leads_to_the_form_and_to_what_is_wrong_with_it(admin):
    lost = {**TEXT, "title_en": "Lost", "x-visible-if": {"is_answered": "nobody"}}
    draft = with_form(form(lost=lost))
    body = admin.get(reverse("administration:version", args=[draft.pk])).content.decode()
    assert f'href="{page(draft)}"' in body
    assert f'href="{page(draft, "questions", "lost")}"' in body
    assert json.dumps("nobody").strip('"') in body
