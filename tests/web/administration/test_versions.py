"""An administrator builds a version in the browser, sees what differs, and publishes it; nobody else comes in."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from apps.accounts.choices import Role
from apps.core.models import AdministrativeAct
from apps.procedures.actions.importing import propose_import, start_import
from apps.procedures.models import Procedure, ProcedureVersion
from apps.procedures.selectors import rules_in_force
from tests import given
from tests.workbooks import LAWYER, national_list

CODE = given.CIVIL_EXTRACT


@pytest.fixture
def admin(enter) -> Client:
    return enter(given.administrator())


def words(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def typed(answer) -> dict[str, Any]:
    """Everything that the open form would send if nothing were changed."""
    body = answer.content.decode()
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input\b[^>]*>", body):
        name, value = _attribute(tag, "name"), _attribute(tag, "value")
        kind = _attribute(tag, "type")
        if not name or name in ("csrfmiddlewaretoken", "next"):
            continue
        if kind in ("checkbox", "radio"):
            if " checked" in tag:
                sent.setdefault(name, []).append(value or "on")
        else:
            sent[name] = value
    for name, inner in re.findall(r"<select\b[^>]*name=\"([^\"]+)\"[^>]*>(.*?)</select>", body, re.S):
        chosen = re.search(r"<option value=\"([^\"]*)\" selected", inner)
        first = re.search(r"<option value=\"([^\"]*)\"", inner)
        sent[name] = html.unescape((chosen or first)[1])
    for name, inner in re.findall(r"<textarea\b[^>]*name=\"([^\"]+)\"[^>]*>(.*?)</textarea>", body, re.S):
        sent[name] = html.unescape(inner).strip("\n")
    return sent


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


def address(version: ProcedureVersion, *rest: str) -> str:
    return "/".join(["/administration/versions", str(version.pk), *rest, ""])


def part(version: ProcedureVersion, name: str) -> str:
    return address(version, "parts", name)


def send(client: Client, url: str, action: str = "save", **changed: Any):
    return client.post(url, typed(client.get(url)) | {"action": action} | changed)


@pytest.mark.parametrize("name", ["basics", "competences", "time_limits", "components", "fee_rules", "steps"])
@pytest.mark.parametrize("code", [CODE, "1.001193", "1.004859", "2.001827"])
def test_a_part_saved_as_it_was_shown_is_what_it_was(admin, code, name):
    draft = given.drafted(code)
    from apps.procedures.content import content_of

    before = content_of(draft)
    answer = send(admin, part(draft, name))
    assert answer.status_code == 302, words(answer)
    assert content_of(ProcedureVersion.objects.get(pk=draft.pk)) == before
    assert ProcedureVersion.objects.get(pk=draft.pk).revision == 1


def test_a_procedure_of_the_national_list_is_built_and_published_in_the_browser(admin):
    by = given.administrator()
    job = propose_import(national_list(LAWYER), "list.xlsx", is_whole=True, by=by, at=given.NOW)
    start_import(job.pk, decision=given.DECISION, by=by, at=given.NOW)
    given.carry_out(given.NOW, "import_catalogue")
    code = LAWYER[0]
    home = f"/administration/procedures/{code}/"
    assert "No version yet" in words(admin.get(home))

    assert admin.post(f"{home}draft/", {"based_on": ""}).status_code == 302
    draft = ProcedureVersion.objects.get(procedure__code=code)
    page = words(admin.get(address(draft)))
    assert "What is missing before it can be published" in page
    assert "the procedure · Name, in English: is missing" in page

    described = {
        "name_en": "Registration of a branch",
        "field_en": "Lawyers",
        "level": "city",
        "for_citizens": "on",
    }
    assert admin.post(f"{home}describe/", described).status_code == 302
    basics = {"row0-result_name": "Giấy đăng ký", "row0-result_name_en": "Certificate"}
    assert send(admin, part(draft, "basics"), **basics).status_code == 302
    limit = {"row0-value": "10", "row0-unit": "working_day", "row0-is_established": "on"}
    assert send(admin, part(draft, "time_limits"), **limit).status_code == 302
    assert "Nothing is missing" in words(admin.get(address(draft)))
    assert "Registration of a branch" in words(admin.get(address(draft, "preview")))

    answer = send(admin, address(draft, "publish"), decision=given.DECISION)
    assert answer.status_code == 302, words(answer)
    rules = rules_in_force(code, given.NOW.date())
    assert (rules.version.decision, rules.time_limits[0].value) == (given.DECISION, 10)
    assert rules.is_open_for_filing(given.NOW.date())
    acts = list(AdministrativeAct.objects.filter(subject=code).order_by("pk").values_list("kind", flat=True))
    assert acts == ["draft_version", "describe_procedure", "save_draft", "save_draft", "publish_version"]
    history = words(admin.get(home))
    assert "Version published" in history and given.DECISION in history


def test_rows_are_added_moved_and_taken_away_and_what_was_typed_stays(admin):
    draft = given.drafted(CODE)
    url = part(draft, "components")
    before = len(ProcedureVersion.objects.get(pk=draft.pk).components.all())
    answer = send(admin, url, "add", **{"row0-name": "Tờ khai khác", "row0-copies": "hai"})
    shown = typed(answer)
    assert (answer.status_code, shown["rows"]) == (200, str(before + 1))
    assert (shown["row0-name"], shown["row0-copies"]) == ("Tờ khai khác", "hai")
    new = f"row{before}"
    answer = admin.post(url, shown | {f"{new}-name": "Giấy mới", "action": f"up-{before}"})
    shown = typed(answer)
    assert shown[f"row{before - 1}-name"] == "Giấy mới"
    answer = admin.post(url, shown | {"action": "remove-0"})
    assert typed(answer)["rows"] == str(before)
    assert ProcedureVersion.objects.get(pk=draft.pk).revision == 0


def test_what_cannot_be_read_is_told_beside_its_field_and_kept(admin):
    draft = given.drafted(CODE)
    url = part(draft, "components")
    answer = send(admin, url, **{"row0-copies": "hai", "row0-name_en": ""})
    assert answer.status_code == 422
    assert "Row 1 · Number of copies: must be a whole number from 0 to 100" in words(answer)
    assert 'href="#id_row0-copies"' in answer.content.decode()
    assert typed(answer)["row0-copies"] == "hai"
    assert ProcedureVersion.objects.get(pk=draft.pk).revision == 0
    assert not AdministrativeAct.objects.filter(kind="save_draft").exists()


def test_a_condition_is_entered_as_rows(admin):
    draft = given.drafted("1.004859")
    url = part(draft, "competences")
    shown = typed(admin.get(url))
    assert (shown["row0-condition-fact0"], shown["row0-condition-value0"]) == ("subject_age", "14")
    changed = {
        "row0-condition-join": "any",
        "row0-condition-fact1": "channel",
        "row0-condition-op1": "in",
        "row0-condition-value1": "Online, By post",
    }
    assert send(admin, url, **changed).status_code == 302
    assert ProcedureVersion.objects.get(pk=draft.pk).competences.get(position=1).condition == {
        "any": [
            {"fact": "subject_age", "op": "ge", "value": 14},
            {"fact": "channel", "op": "in", "value": ["online", "post"]},
        ]
    }
    answer = send(admin, url, **{"row0-condition-value0": "mười bốn"})
    assert answer.status_code == 422 and "must be a whole number" in words(answer)


def test_a_condition_of_another_shape_is_kept_until_it_is_replaced(admin):
    deep = {"not": {"all": [{"fact": "channel", "op": "eq", "value": "online"}]}}

    def with_deep(rows):
        rows[0]["condition"] = deep

    draft = given.drafted("1.004859", competences=with_deep)
    url = part(draft, "competences")
    assert send(admin, url).status_code == 302
    assert ProcedureVersion.objects.get(pk=draft.pk).competences.get(position=1).condition == deep
    shown = typed(admin.get(url))
    del shown["row0-condition-keeps"]
    assert admin.post(url, shown | {"action": "save"}).status_code == 302
    assert ProcedureVersion.objects.get(pk=draft.pk).competences.get(position=1).condition is None


def test_who_saves_second_is_told_who_was_first_and_loses_nothing(admin):
    draft = given.drafted(CODE)
    url = part(draft, "steps")
    opened = typed(admin.get(url))
    other = given.administrator()

    def renamed(rows):
        rows[0]["name"] = "Tiếp nhận hồ sơ giấy"

    given.saved(draft, "steps", renamed, by=other)
    answer = admin.post(url, opened | {"row1-name": "Xét hồ sơ", "action": "save"})
    assert answer.status_code == 409
    page = words(answer)
    assert f"{other.name} saved this draft" in page
    assert "Tiếp nhận hồ sơ giấy" in page and typed(answer)["row1-name"] == "Xét hồ sơ"
    assert ProcedureVersion.objects.get(pk=draft.pk).steps.get(position=1).name == "Tiếp nhận hồ sơ giấy"
    assert admin.post(url, typed(answer) | {"action": "save"}).status_code == 302


def test_the_page_of_publication_shows_what_differs_and_what_is_missing(admin):
    def dearer(rows):
        rows[0]["unit_price"] = 9000
        rows[0]["legal_basis"] = ""

    draft = given.drafted(CODE, fee_rules=dearer)
    page = words(admin.get(address(draft, "publish")))
    assert "8.000" in page and "9.000" in page
    assert "a fee without a legal basis is not established" in page
    answer = admin.post(address(draft, "publish"), {"decision": "x", "in_force_from_day": "1"})
    assert answer.status_code == 422


def test_two_versions_are_compared_in_words(admin):
    given.new_version(CODE, basics={"after_supplement": "resume"})
    page = words(admin.get(f"/administration/procedures/{CODE}/difference/"))
    assert "After a supplement" in page
    assert "The time with the applicant is given back" in page
    listed = words(admin.get(f"/administration/procedures/{CODE}/"))
    assert "Superseded" in listed and "In force" in listed


def test_a_draft_is_discarded(admin):
    draft = given.drafted(CODE)
    assert admin.post(address(draft, "discard")).status_code == 302
    assert not ProcedureVersion.objects.filter(pk=draft.pk).exists()
    assert "Draft discarded" in words(admin.get(f"/administration/procedures/{CODE}/"))


def test_a_published_version_is_shown_and_not_edited(admin):
    published = ProcedureVersion.objects.get(procedure__code=CODE)
    assert admin.get(address(published)).status_code == 200
    assert admin.get(part(published, "steps")).status_code == 302
    assert admin.get(address(published, "publish")).status_code == 302
    assert "is never changed" in words(admin.get(address(published)))


def test_filing_is_closed_and_opened_again_by_decision(admin, client):
    url = f"/administration/procedures/{CODE}/filing/"
    said = {"decision": given.DECISION, "note": "Tạm dừng để rà soát.", "note_en": "Paused for a review."}
    assert admin.post(url, said).status_code == 302
    assert Procedure.objects.get(code=CODE).closed_note == "Tạm dừng để rà soát."
    assert "Paused for a review." in words(admin.get(f"/administration/procedures/{CODE}/"))
    assert admin.post(url, {"decision": ""}).status_code == 422
    assert admin.post(url, {"decision": given.DECISION}).status_code == 302
    assert Procedure.objects.get(code=CODE).closed_note == ""


def test_what_does_not_exist_is_not_found(admin):
    draft = given.drafted(CODE)
    for url in (
        "/administration/procedures/9.999999/",
        "/administration/versions/0/",
        part(draft, "no_such_part"),
        part(draft, "form"),
    ):
        assert admin.get(url).status_code == 404, url


def test_nobody_else_comes_in(enter, client):
    draft = given.drafted(CODE)
    urls = [
        f"/administration/procedures/{CODE}/",
        address(draft),
        part(draft, "steps"),
        address(draft, "publish"),
    ]
    ward_admin = given.staff(given.ward_committee(), Role.ADMINISTRATOR)
    for who in (given.citizen(), given.receptionist(given.ward_committee()), ward_admin):
        assert {enter(who).get(url).status_code for url in urls} == {403}
    assert {client.get(url).status_code for url in urls} == {302}
