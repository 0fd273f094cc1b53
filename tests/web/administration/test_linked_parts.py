"""An administrator edits a group in the browser, and opens one by deciding on the limits of its parts."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.cases.choices import Status
from apps.procedures.content import content_of
from apps.procedures.models import ProcedureVersion
from tests import given
from tests.cases import linked
from tests.cases.linked import BENEFIT, BIRTH_GROUP, DEATH, DEATH_GROUP, REMOVAL
from tests.web.administration.test_versions import address, part, send, typed, words


@pytest.fixture
def admin(enter) -> Client:
    return enter(given.administrator())


@pytest.mark.parametrize("name", ["linked_parts", "fee_rules", "steps", "time_limits"])
def test_a_part_of_a_group_saved_as_it_was_shown_is_what_it_was(admin, name):
    draft = given.drafted(BIRTH_GROUP)
    before = content_of(draft)
    answer = send(admin, part(draft, name))
    assert answer.status_code == 302, words(answer)
    assert content_of(ProcedureVersion.objects.get(pk=draft.pk)) == before


def test_a_group_that_waits_for_itself_is_told_on_its_row_and_what_was_typed_stays(admin):
    draft = given.drafted(BIRTH_GROUP)
    answer = send(admin, part(draft, "linked_parts"), **{"row1-waits_for": "3", "row2-waits_for": "2"})
    assert answer.status_code == 422
    assert "Row 2 · Begins after the results of: waits for itself, by way of others: 2 → 3 → 2" in words(
        answer
    )
    assert typed(answer)["row1-waits_for"] == "3"
    assert content_of(ProcedureVersion.objects.get(pk=draft.pk)) == content_of(draft)


def test_a_closed_group_is_opened_by_limits_decided_in_the_browser_and_filed_to_the_end(admin, enter):
    page = f"/procedures/{DEATH_GROUP}/"
    assert "Nobody can file this now" in words(admin.get(page))
    for code in (REMOVAL, BENEFIT):
        home = f"/administration/procedures/{code}/"
        assert admin.post(f"{home}draft/", {"based_on": "1"}).status_code == 302
        draft = ProcedureVersion.objects.get(procedure__code=code, number=2)
        basics = {"row0-closed_note": "", "row0-closed_note_en": ""}
        assert send(admin, part(draft, "basics"), **basics).status_code == 302
        limit = {"row0-value": "3", "row0-unit": "working_day", "row0-is_established": "on"}
        assert send(admin, part(draft, "time_limits"), **limit).status_code == 302
        answer = send(admin, address(draft, "publish"), decision=given.DECISION)
        assert answer.status_code == 302, words(answer)
    assert "File online" in words(admin.get(page))
    cases = linked.routed(DEATH_GROUP)
    linked.decided(cases[DEATH])
    cases = linked.follow(cases)
    for code in (REMOVAL, BENEFIT):
        linked.decided(cases[code])
    given.carry_out(given.NOW)
    assert set(linked.statuses(cases).values()) == {Status.DELIVERED}
