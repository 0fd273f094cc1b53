"""What a form does not take, and what becomes of two administrators at once."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.procedures.models import ProcedureVersion
from tests import given
from tests.procedures.forms_written import TEXT, YES, form
from tests.web.administration.test_form_pages import (
    SMALL,
    TITLES,
    act,
    new,
    page,
    stored,
    with_form,
)
from tests.web.administration.test_versions import send, typed, words


@pytest.fixture
def admin(enter) -> Client:
    return enter(given.administrator())


@pytest.fixture
def draft(db) -> ProcedureVersion:
    return with_form(SMALL)


@pytest.mark.parametrize(
    ("kind", "said", "told"),
    [
        ("text", {"title_en": ""}, "This field is required."),
        (
            "text",
            {"description": "Chỉ tiếng Việt"},
            "must be there in Vietnamese and in English, or in neither",
        ),
        ("text", {"minLength": "9", "maxLength": "3"}, "ends before it begins"),
        ("text", {"maxLength": ""}, "This field is required."),
        ("text", {"maxLength": "999999999"}, "less than or equal to 10000"),
        ("text", {"code": "channel"}, "“channel” is malformed or the name of a fact"),
        ("text", {"code": "Lý do"}, "Small letters without marks"),
        ("text", {"code": "a.b"}, "Small letters without marks"),
        ("text", {"code": "reason"}, "Another question has this code."),
        ("number", {"minimum": "9", "maximum": "3"}, "ends before it begins"),
        ("number", {"minimum": "abc"}, "Enter a whole number."),
        ("choice", {}, "Give at least one choice."),
        ("choice", {"row0-vi": "Một"}, "is missing"),
        (
            "choice",
            {
                "row0-vi": "A",
                "row0-en": "A",
                "row0-value": "x",
                "row1-vi": "B",
                "row1-en": "B",
                "row1-value": "x",
            },
            "“x” is there twice",
        ),
        ("choices", {"row0-vi": "Một", "row0-en": "One", "minItems": "3"}, "ends before it begins"),
        ("group", {"minItems": "5", "maxItems": "2"}, "no less than the least"),
        ("group", {"maxItems": "51"}, "less than or equal to 50"),
        ("file", {}, "This field is required."),
        ("explanation", {}, "This field is required."),
        ("text", {"visible-fact0": "is_late", "visible-value0": "maybe"}, "must be yes or no"),
        ("text", {"visible-fact0": "moon", "visible-value0": "full"}, "Select a valid choice"),
        ("text", {"visible-fact0": "members", "visible-value0": "3"}, "ask only whether it is answered"),
        ("text", {"place": "group:nobody"}, "Select a valid choice"),
    ],
)
def test_a_question_that_cannot_be_is_told_beside_its_field_and_kept(admin, draft, kind, said, told):
    answer = send(admin, new(kind, draft), **TITLES | said)
    assert answer.status_code == 422
    assert told in words(answer), words(answer)
    assert typed(answer)["title"] == TITLES["title"]
    assert stored(draft) == SMALL


def test_a_circle_of_conditions_is_refused(admin, draft):
    def on(name: str) -> dict[str, str]:
        return {"visible-fact0": name, "visible-op0": "answered"}

    assert send(admin, page(draft, "questions", "is_late"), **on("members")).status_code == 302
    answer = send(admin, page(draft, "questions", "members"), **on("reason"))
    assert answer.status_code == 422
    assert "hangs on itself" in words(answer)
    assert "x-visible-if" not in stored(draft)["properties"]["members"]
    assert '<option value="reason"' not in admin.get(page(draft, "questions", "reason")).content.decode()


def test_a_form_that_refers_to_nothing_or_to_itself_is_shown_with_its_faults(admin):
    lost = {**TEXT, "x-visible-if": {"fact": "nobody", "op": "eq", "value": "x"}}
    draft = with_form(form(lost=lost, other=TEXT))
    assert "reads “nobody”, which nobody knows" in words(admin.get(page(draft)))
    assert "reads “nobody”" in words(admin.get(page(draft, "try")))
    # What cannot be shown as rows is kept until it is replaced.
    url = page(draft, "questions", "lost")
    answer = send(admin, url)
    assert answer.status_code == 422 and "reads “nobody”" in words(answer)
    shown = typed(admin.get(url))
    del shown["visible-keeps"]
    assert admin.post(url, shown | {"action": "save"}).status_code == 302
    assert "x-visible-if" not in stored(draft)["properties"]["lost"]

    itself = {"fact": "b", "op": "eq", "value": "x"}
    circle = form(a={**TEXT, "x-visible-if": itself}, b={**TEXT, "x-visible-if": {**itself, "fact": "a"}})
    assert "hangs on itself" in words(admin.get(page(with_form(circle))))


def test_of_thousands_of_questions_the_first_are_shown_none_is_added_and_none_is_tried(admin):
    draft = with_form(form(**{f"q{number}": TEXT for number in range(3000)}))
    shown = words(admin.get(page(draft)))
    assert "must be 1 to 120 questions" in shown and "Add a question" not in shown
    assert "2881 more questions are left out here." in shown
    answer = send(admin, new("text", draft), **TITLES)
    assert answer.status_code == 422
    assert "must be 1 to 120 questions" in words(admin.get(page(draft, "try")))


def test_script_in_a_title_is_shown_and_never_run(admin, draft):
    evil = "<script>alert(1)</script>"
    said = {"title": evil, "title_en": evil, "description": evil, "description_en": evil}
    assert send(admin, new("yes_no", draft), **said).status_code == 302
    for url in (page(draft), page(draft, "try"), page(draft, "questions", "script_alert_1_script")):
        body = admin.get(url).content.decode()
        assert evil not in body and "&lt;script&gt;alert(1)" in body


def test_who_saves_second_is_told_who_was_first_and_what_was_typed_is_kept(admin, draft):
    url = page(draft, "questions", "reason")
    opened = typed(admin.get(url))
    other = given.administrator()

    def renamed(schema):
        schema["properties"]["reason"]["title_en"] = "The reason"

    given.saved(ProcedureVersion.objects.get(pk=draft.pk), "form", renamed, by=other)
    mine = opened | {"title_en": "My reason", "action": "save"}
    answer = admin.post(url, mine)
    page_of_it = words(answer)
    assert answer.status_code == 409
    assert f"{other.name} saved this draft at 09:00 23/11/2026" in page_of_it
    assert "The reason" in page_of_it and typed(answer)["title_en"] == "My reason"
    assert stored(draft)["properties"]["reason"]["title_en"] == "The reason"
    assert admin.post(url, typed(answer) | {"action": "save"}).status_code == 302
    assert stored(draft)["properties"]["reason"]["title_en"] == "My reason"


def test_a_button_of_an_old_page_does_nothing_and_says_who_saved(admin, draft):
    old = typed(admin.get(page(draft)))
    other = given.administrator()
    given.saved(ProcedureVersion.objects.get(pk=draft.pk), "form", dict.copy, by=other)
    answer = admin.post(page(draft), old | {"action": "remove:reason"})
    assert answer.status_code == 409 and other.name in words(answer)
    assert "reason" in stored(draft)["properties"]
    for action in ("remove:nobody", "up:", "", "explode:reason"):
        assert act(admin, draft, action).status_code == 409
    assert stored(draft) == SMALL


def test_a_question_that_was_taken_away_meanwhile_is_kept_as_a_new_one(admin, draft):
    url = page(draft, "questions", "reason")
    opened = typed(admin.get(url))
    act(admin, draft, "remove:reason")
    answer = admin.post(url, opened | {"action": "save"})
    assert answer.status_code == 409 and typed(answer)["title_en"] == "Reason"
    assert "reason" not in stored(draft)["properties"]
    assert admin.post(url, typed(answer) | {"action": "save"}).status_code == 302
    assert stored(draft)["x-order"][-1] == "reason"


def test_a_list_of_the_form_is_refused_like_any_part(admin, draft):
    url = page(draft, "lists", "eligibility")
    opened = typed(admin.get(url))
    other = given.administrator()
    given.saved(ProcedureVersion.objects.get(pk=draft.pk), "form", dict.copy, by=other)
    rule = {"rows": "1", "row0-message": "Không được nộp.", "row0-message_en": "May not file."}
    when = {"row0-condition-fact0": "is_late", "row0-condition-value0": "no"}
    answer = admin.post(url, opened | rule | when | {"action": "save"})
    assert answer.status_code == 409 and other.name in words(answer)
    assert typed(answer)["row0-message_en"] == "May not file."
    assert admin.post(url, typed(answer) | {"action": "save"}).status_code == 302
    assert stored(draft)["x-eligibility"] == [
        {
            "condition": {"fact": "is_late", "op": "eq", "value": False},
            "message": "Không được nộp.",
            "message_en": "May not file.",
        }
    ]
    answer = send(admin, url, **{"row0-message_en": ""})
    assert answer.status_code == 422
    assert "must be there in Vietnamese and in English" in words(answer)
    assert admin.get(page(draft, "lists", "nothing")).status_code == 404


def test_sections_are_added_ordered_and_taken_away_with_their_questions_following(admin, draft):
    url = page(draft, "lists", "sections")
    rows = {"row0-title": "Người nộp", "row0-title_en": "Who", "row1-title": "Việc", "row1-title_en": "What"}
    assert admin.post(url, typed(admin.get(url)) | rows | {"rows": "2", "action": "save"}).status_code == 302
    assert [each["name"] for each in stored(draft)["x-sections"]] == ["nguoi_nop", "viec"]
    for path, section in (("reason", "viec"), ("members", "nguoi_nop")):
        answer = send(admin, page(draft, "questions", path), place=f"section:{section}")
        assert answer.status_code == 302, words(answer)
    assert stored(draft)["x-order"][-2:] == ["members", "reason"]
    shown = admin.post(url, typed(admin.get(url)) | {"action": "up-1"})
    assert admin.post(url, typed(shown) | {"action": "save"}).status_code == 302
    assert stored(draft)["x-order"][-2:] == ["reason", "members"]
    shown = send(admin, url, "remove-0")
    assert admin.post(url, typed(shown) | {"action": "save"}).status_code == 302
    after = stored(draft)
    assert [each["name"] for each in after["x-sections"]] == ["nguoi_nop"]
    assert after["x-order"][-2:] == ["reason", "members"]
    assert "x-section" not in after["properties"]["reason"]


def test_a_published_version_is_tried_and_not_edited(admin):
    published = ProcedureVersion.objects.get(procedure__code=given.CIVIL_EXTRACT)
    for rest in ((), ("add",), ("lists", "sections"), ("questions", "request_content")):
        assert admin.get(page(published, *rest)).status_code == 302
        assert admin.post(page(published, *rest), {"action": "save"}).status_code == 302
    assert admin.get(page(published, "try")).status_code == 200


def test_choices_are_moved_added_and_taken_away_and_nothing_is_stored(admin, draft):
    url = new("choice", draft)
    shown = admin.post(url, typed(admin.get(url)) | {"row0-vi": "A", "row1-vi": "B", "action": "up-1"})
    assert (typed(shown)["row0-vi"], typed(shown)["row1-vi"], typed(shown)["rows"]) == ("B", "A", "3")
    shown = admin.post(url, typed(shown) | {"action": "add", "title": "Chọn"})
    assert (typed(shown)["rows"], typed(shown)["title"]) == ("4", "Chọn")
    shown = admin.post(url, typed(shown) | {"action": "remove-0"})
    assert (typed(shown)["row0-vi"], typed(shown)["rows"]) == ("A", "3")
    assert "There is a problem" not in words(shown)
    assert stored(draft) == SMALL


def test_the_question_of_every_application_stays_required_under_its_code(admin):
    draft = with_form(form(is_late=YES))
    for said in (
        {"needed": "never"},
        {"code": "other"},
        {"visible-fact0": "is_late", "visible-value0": "yes"},
    ):
        answer = send(admin, page(draft, "questions", "request_content"), **said)
        assert answer.status_code == 422, said
        assert "Every application must say what is asked for" in words(answer)
