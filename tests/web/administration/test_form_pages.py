"""An administrator builds a form: questions are added, changed, moved and taken away, and every page says what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.core.models import AdministrativeAct
from apps.procedures.models import ProcedureVersion
from tests import given
from tests.procedures.forms_written import NUMBER, TEXT, YES, form, group
from tests.web.administration.test_versions import address, send, typed, words

CODE = given.CIVIL_EXTRACT
IF_LATE = {"fact": "is_late", "op": "eq", "value": True}
SMALL = form(
    is_late=YES,
    reason={**TEXT, "title_en": "Reason", "x-visible-if": IF_LATE},
    members=group(0, 3, share=NUMBER, name=TEXT),
)


@pytest.fixture
def admin(enter) -> Client:
    return enter(given.administrator())


@pytest.fixture
def draft(db) -> ProcedureVersion:
    return with_form(SMALL)


def with_form(schema: dict[str, Any], **parts: Any) -> ProcedureVersion:
    """A draft with a form and without conditions that read another."""

    def plain(rows):
        for row in rows:
            row["condition"] = None
            row |= {"quantity": "one"} if "quantity" in row else {}

    parts = {"components": plain, "fee_rules": plain, **parts}
    return given.drafted(CODE, form=schema, **parts)


def stored(draft: ProcedureVersion) -> dict[str, Any]:
    return ProcedureVersion.objects.get(pk=draft.pk).form_schema


def page(draft: ProcedureVersion, *rest: str) -> str:
    return address(draft, "form", *rest)


def new(kind: str, draft: ProcedureVersion, **at: str) -> str:
    more = "".join(f"&{name}={value}" for name, value in at.items())
    return f"{page(draft, 'add')}?kind={kind}{more}"


def act(admin: Client, draft: ProcedureVersion, action: str):
    return admin.post(page(draft), typed(admin.get(page(draft))) | {"action": action})


TITLES = {"title": "Lý do xin", "title_en": "Why"}


@pytest.mark.parametrize("code", ["1.001612", CODE])
def test_a_question_saved_as_it_was_shown_is_what_it_was(admin, code):
    draft = given.drafted(code)
    before = stored(draft)
    paths = [
        path
        for name, question in before["properties"].items()
        for path in [name, *(f"{name}.{row}" for row in question.get("items", {}).get("properties", ()))]
    ]
    for path in paths:
        answer = send(admin, page(draft, "questions", path))
        assert answer.status_code == 302, (path, words(answer))
        assert stored(draft) == before, path
    for name in ("sections", "eligibility", "parties"):
        assert send(admin, page(draft, "lists", name)).status_code == 302
        assert stored(draft) == before, name


# What each kind is sent beside its titles, and what of it is stored.
ADDED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": ({"minLength": "2", "maxLength": "40"}, {"type": "string", "minLength": 2, "maxLength": 40}),
    "long_text": ({}, {"type": "string", "maxLength": 2000}),
    "number": ({"maximum": "1.000"}, {"type": "integer", "minimum": 0, "maximum": 1000}),
    "money": (
        {"minimum": "1", "maximum": "9"},
        {"type": "integer", "x-kind": "money", "minimum": 1, "maximum": 9},
    ),
    "date": ({}, {"type": "string", "format": "date"}),
    "choice": (
        {"row0-vi": "Một", "row0-en": "One", "row1-vi": "Hai", "row1-en": "Two", "row1-value": "b"},
        {
            "type": "string",
            "enum": ["mot", "b"],
            "x-options": [
                {"value": "mot", "vi": "Một", "en": "One"},
                {"value": "b", "vi": "Hai", "en": "Two"},
            ],
        },
    ),
    "choices": (
        {"row0-vi": "Một", "row0-en": "One", "minItems": "1"},
        {
            "type": "array",
            "uniqueItems": True,
            "x-kind": "choices",
            "minItems": 1,
            "items": {"type": "string", "enum": ["mot"]},
            "x-options": [{"value": "mot", "vi": "Một", "en": "One"}],
        },
    ),
    "yes_no": ({}, {"type": "boolean"}),
    "personal_id": ({}, {"type": "string", "x-kind": "personal_id", "pattern": "^0[0-9]{11}$"}),
    "tax_code": ({}, {"type": "string", "x-kind": "tax_code", "pattern": "^[0-9]{10}(-[0-9]{3})?$"}),
    "phone": ({}, {"type": "string", "x-kind": "phone", "pattern": r"^\+?[0-9]{8,15}$"}),
    "email": ({}, {"type": "string", "x-kind": "email", "format": "email", "maxLength": 254}),
    "file": ({"component": "giay_moi"}, {"not": {}, "x-kind": "file", "x-component": "giay_moi"}),
    "explanation": (
        {"description": "Đọc kỹ.", "description_en": "Read this."},
        {"not": {}, "x-kind": "explanation", "description": "Đọc kỹ.", "description_en": "Read this."},
    ),
}


@pytest.mark.parametrize("kind", ADDED)
def test_a_question_of_each_kind_is_added_with_what_its_kind_has(admin, kind):
    def uploaded(rows):
        rows.append({**rows[0], "code": "giay_moi", "mode": "upload", "condition": None})

    draft = with_form(SMALL, components=uploaded)
    said, kept = ADDED[kind]
    answer = send(admin, new(kind, draft), **TITLES, **said)
    assert answer.status_code == 302, words(answer)
    assert answer.url == f"{page(draft)}#question-ly_do_xin"
    after = stored(draft)
    assert after["properties"]["ly_do_xin"] == {**TITLES, **kept}
    assert after["x-order"] == [*SMALL["x-order"], "ly_do_xin"]
    assert (after["required"], ProcedureVersion.objects.get(pk=draft.pk).revision) == (["request_content"], 4)
    assert "mc-part--wrong" not in admin.get(page(draft)).content.decode()


def test_an_address_and_a_group_with_questions_of_its_own_are_added(admin, draft):
    assert send(admin, new("address", draft), **TITLES).status_code == 302
    assert send(admin, new("group", draft), title="Con", title_en="Child").status_code == 302
    shown = words(admin.get(page(draft)))
    assert "Questions of the rows: must be" in shown or "must be 1 to 120 questions" in shown
    assert "must be 1 to 120 questions" in words(admin.get(page(draft, "try")))
    asked = send(
        admin, new("date", draft, group="con"), title="Ngày sinh", title_en="Born on", needed="always"
    )
    assert asked.status_code == 302
    rows = stored(draft)["properties"]["con"]["items"]
    assert (rows["x-order"], rows["required"]) == (["ngay_sinh"], ["ngay_sinh"])
    assert "must be 1 to 120 questions" not in words(admin.get(page(draft)))
    assert admin.get(new("group", draft, group="con")).status_code == 200
    assert "What does it ask for?" in words(admin.get(new("group", draft, group="con")))


def test_a_condition_and_when_an_answer_is_needed_are_entered_as_rows(admin, draft):
    late = {"visible-fact0": "is_late", "visible-op0": "eq", "visible-value0": "Yes"}
    assert send(admin, new("text", draft), **TITLES, **late, needed="always").status_code == 302
    question = stored(draft)["properties"]["ly_do_xin"]
    assert (question["x-visible-if"], question["x-required-if"]) == (IF_LATE, {})
    assert stored(draft)["required"] == ["request_content"]
    needed = {"needed-fact0": "count:members", "needed-op0": "ge", "needed-value0": "2"}
    answer = send(admin, page(draft, "questions", "ly_do_xin"), **needed, needed="sometimes")
    assert answer.status_code == 302, words(answer)
    two = {"op": "ge", "left": {"count": "members"}, "right": 2}
    assert stored(draft)["properties"]["ly_do_xin"]["x-required-if"] == two
    shown = words(admin.get(page(draft)))
    assert "Asked only if: “Câu hỏi”: có “Question”: yes" in shown
    assert "số dòng của “Câu hỏi” từ 2 trở lên" in shown
    assert "the number of rows of “Question” is 2 or more" in shown
    for wrong in ({"needed": "never"}, {"needed": "always"}):
        assert send(admin, page(draft, "questions", "ly_do_xin"), **wrong).status_code == 422
    cleared = {"needed": "sometimes", "needed-fact0": ""}
    answer = send(admin, page(draft, "questions", "ly_do_xin"), **cleared)
    assert answer.status_code == 422 and "Say below when it must be answered." in words(answer)


def test_in_a_row_a_condition_reads_the_row_as_well(admin, draft):
    share = {"visible-fact0": "share", "visible-op0": "gt", "visible-value0": "3"}
    late = {"visible-fact1": "is_late", "visible-op1": "eq", "visible-value1": "no", "visible-join": "any"}
    answer = send(admin, page(draft, "questions", "members.name"), **share, **late)
    assert answer.status_code == 302, words(answer)
    assert stored(draft)["properties"]["members"]["items"]["properties"]["name"]["x-visible-if"] == {
        "any": [
            {"fact": "share", "op": "gt", "value": 3},
            {"fact": "is_late", "op": "eq", "value": False},
        ]
    }
    assert 'value="share"' not in admin.get(page(draft, "questions", "reason")).content.decode()


def test_questions_are_moved_and_taken_away(admin, draft):
    assert act(admin, draft, "up:members").url == f"{page(draft)}#question-members"
    assert stored(draft)["x-order"] == ["request_content", "is_late", "members", "reason"]
    act(admin, draft, "down:members.share")
    assert stored(draft)["properties"]["members"]["items"]["x-order"] == ["name", "share"]
    assert act(admin, draft, "remove:reason").status_code == 302
    assert act(admin, draft, "remove:members.share").status_code == 302
    assert "reason" not in stored(draft)["properties"]
    assert AdministrativeAct.objects.filter(kind="save_draft", body__part="form").count() == 5


def test_what_something_refers_to_is_not_taken_away_and_what_refers_is_named(admin):
    def dear(rows):
        rows[0] |= {"condition": IF_LATE, "quantity": "copies", "name_en": "Charge for a copy"}

    schema = form(
        hints={
            "x-eligibility": [{"condition": {"is_answered": "age"}, "message": "Tuổi", "message_en": "Age"}],
            "x-parties": [{"role": "subject", "name": "who"}],
        },
        **{name: SMALL["properties"][name] for name in ("is_late", "reason")},
        age=NUMBER,
        who=TEXT,
        copies=NUMBER,
    )
    draft = with_form(schema, fee_rules=dear)
    before = ProcedureVersion.objects.get(pk=draft.pk).revision
    for path, what in (
        ("is_late", "the question “Reason”; Fees · 1. Charge for a copy"),
        ("age", "rule of eligibility 1 (“Age”)"),
        ("who", "the list of people whom the answers name"),
        ("copies", "Fees · 1. Charge for a copy"),
        ("request_content", "every application says what is asked for"),
    ):
        answer = act(admin, draft, f"remove:{path}")
        assert (answer.status_code, what in words(answer)) == (422, True), words(answer)
    # Under another code, and in another place, it would not be found either.
    answer = send(admin, page(draft, "questions", "is_late"), code="late")
    assert answer.status_code == 422 and "the question “Reason”" in words(answer)
    assert stored(draft) == schema
    assert ProcedureVersion.objects.get(pk=draft.pk).revision == before


def test_a_question_nothing_refers_to_gets_another_code_or_place(admin, draft):
    url = page(draft, "questions", "reason")
    assert send(admin, url, code="why").status_code == 302
    assert stored(draft)["x-order"] == ["request_content", "is_late", "why", "members"]
    assert send(admin, page(draft, "questions", "why"), place="group:members").status_code == 302
    assert stored(draft)["properties"]["members"]["items"]["x-order"] == ["share", "name", "why"]
    assert admin.get(url).status_code == 404
