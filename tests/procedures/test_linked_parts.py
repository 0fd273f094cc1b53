"""The parts of a group: no part waits for itself, each has a version in force, and a published group is frozen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import translation

from apps.procedures.actions.publishing import close_filing
from apps.procedures.choices import Channel
from apps.procedures.errors import (
    ChannelNotOpen,
    DraftRefused,
    ProcedureClosed,
    VersionNotSound,
)
from apps.procedures.models import LinkedPart, ProcedureVersion
from apps.procedures.selectors import catalogue, open_among, rules_for_filing, rules_in_force
from apps.procedures.selectors.versions import difference_between, version_known
from apps.procedures.selectors.whole import WholeState, procedures_known
from tests import given
from tests.cases.linked import (
    BENEFIT,
    BIRTH,
    BIRTH_GROUP,
    DEATH_GROUP,
    INSURANCE,
    REMOVAL,
    RESIDENCE,
    limits_set_by_decision,
)
from tests.procedures.refusals import refused

pytestmark = pytest.mark.django_db
TODAY = given.NOW.date()


def parts(*waiting: list[int]) -> list[dict[str, Any]]:
    codes = [BIRTH, RESIDENCE, INSURANCE, "3.000722.CC"]
    return [{"procedure": code, "waits_for": each} for code, each in zip(codes, waiting, strict=False)]


@pytest.mark.parametrize(
    ("rows", "row", "field", "said"),
    [
        (parts([], [2]), "linked_parts/2", "waits_for", "waits for itself"),
        (parts([1]), "linked_parts/1", "waits_for", "waits for itself"),
        (parts([2], [1]), "linked_parts/1", "waits_for", "waits for itself, by way of others: 1 → 2 → 1"),
        (parts([], [3], [4], [2]), "linked_parts/3", "waits_for", "by way of others: 3 → 4 → 2 → 3"),
        (parts([], [3], []), "linked_parts/2", "waits_for", "part 3 comes after it"),
        (parts([], [9]), "linked_parts/2", "waits_for", "there is no part 9"),
        (parts([], [1]) + parts([]), "linked_parts/3", "procedure", "twice"),
        ([{"procedure": "9.999999"}], "linked_parts/1", "procedure", "no procedure that a group can open"),
        ([{"procedure": BIRTH_GROUP}], "linked_parts/1", "procedure", "no procedure that a group can open"),
        (
            [{"procedure": BIRTH, "condition": {"fact": "wants_identity_card", "op": "eq", "value": True}}],
            "linked_parts",
            "condition",
            "opens always",
        ),
        ([{"procedure": "birth"}], "linked_parts/1", "procedure", "malformed"),
        ([{"procedure": BIRTH, "waits_for": "1"}], "linked_parts/1", "waits_for", "list of numbers"),
        ([{"procedure": BIRTH, "waits_for": [1, 1]}], "linked_parts/1", "waits_for", "none twice"),
    ],
)
def test_a_group_that_waits_for_itself_or_for_nobody_is_not_even_saved(rows, row, field, said):
    draft = given.drafted(BIRTH_GROUP)
    with translation.override("en"), refused(DraftRefused) as told:
        given.saved(draft, "linked_parts", rows)
    assert any(
        (fault.row, fault.field) == (row, field) and said in fault.message for fault in told.value.faults
    ), told.value.faults


def test_the_database_holds_no_part_that_waits_for_itself_or_for_a_later_one():
    draft = given.drafted(BIRTH_GROUP)
    for waits_for in ([2], [1, 3]):
        with pytest.raises(IntegrityError), transaction.atomic():
            LinkedPart.objects.filter(version=draft, position=2).update(waits_for=waits_for)


def test_the_parts_of_a_published_group_are_frozen():
    version = rules_in_force(BIRTH_GROUP, TODAY).version
    for sql in (
        "UPDATE procedures_linkedpart SET waits_for = '{}' WHERE version_id = %s",
        "DELETE FROM procedures_linkedpart WHERE version_id = %s",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [version.pk])


@pytest.mark.parametrize(
    ("part", "said", "row"),
    [
        ("steps", lambda rows: rows.extend(_steps()), "steps"),
        ("fee_rules", lambda rows: rows.extend(_fees()), "fee_rules"),
        ("basics", lambda basics: basics.update(channels=["online", "counter"]), ""),
        ("time_limits", lambda rows: rows.insert(0, dict(rows[0], condition=_card())), "time_limits"),
    ],
)
def test_a_group_has_the_fees_and_steps_of_its_parts_and_is_filed_online(part, said, row):
    draft = given.drafted(BIRTH_GROUP, **{part: said})
    with refused(VersionNotSound) as told:
        given.published(draft)
    assert row in {fault.row for fault in told.value.faults}


def _card() -> dict[str, Any]:
    return {"fact": "wants_identity_card", "op": "eq", "value": True}


def _steps() -> list[dict[str, Any]]:
    from apps.procedures.content import document_of

    return document_of(rules_in_force(BIRTH, TODAY).version)["steps"]


def _fees() -> list[dict[str, Any]]:
    return [{"kind": "phi", "name": "Phí", "name_en": "Fee", "unit_price": 0, "legal_basis": "NQ"}]


def test_a_part_has_a_version_in_force_on_the_day_and_is_no_group():
    def another(rows):
        rows[1].update(procedure="1.009994")

    draft = given.drafted(BIRTH_GROUP, linked_parts=another)
    with translation.override("en"), refused(VersionNotSound) as told:
        given.published(draft, by=given.administrator())
    assert [(fault.row, fault.field) for fault in told.value.faults] == [("linked_parts/2", "procedure")]
    assert "has no version in force on 23/11/2026" in told.value.faults[0].message

    def a_group(rows):
        rows[1].update(procedure=DEATH_GROUP)

    draft = given.drafted(BIRTH_GROUP, linked_parts=a_group)
    with translation.override("en"), refused(VersionNotSound) as told:
        given.published(draft, by=given.administrator())
    assert told.value.faults[0].message == "is a group itself"


def test_a_group_is_open_once_every_part_has_its_limit_and_closed_with_any_of_them():
    def states() -> tuple[bool, bool, str]:
        [version] = catalogue(TODAY, words=DEATH_GROUP).filter(procedure__code=DEATH_GROUP)
        known = procedures_known(TODAY, words=DEATH_GROUP, seen_by=given.administrator())
        return (
            bool(open_among([version], TODAY)),
            rules_in_force(DEATH_GROUP, TODAY).is_open_for_filing(TODAY),
            known.get(code=DEATH_GROUP).whole_state,
        )

    assert states() == (False, False, WholeState.CLOSED)
    with translation.override("en"), pytest.raises(ProcedureClosed) as told:
        rules_for_filing(DEATH_GROUP, Channel.ONLINE, TODAY)
    assert REMOVAL in told.value.data["reason"]
    limits_set_by_decision()
    assert states() == (True, True, WholeState.OPEN)
    close_filing(
        BENEFIT,
        note="Tạm dừng.",
        note_en="Paused.",
        decision=given.DECISION,
        by=given.administrator(),
        at=given.NOW,
    )
    assert states()[0] is False
    with translation.override("en"), pytest.raises(ProcedureClosed) as told:
        rules_for_filing(DEATH_GROUP, Channel.ONLINE, TODAY)
    assert "Paused." in told.value.data["reason"]


def test_a_part_that_opens_only_within_its_group_is_not_filed_alone():
    with pytest.raises(ChannelNotOpen):
        rules_for_filing(INSURANCE, Channel.ONLINE, TODAY)


def test_the_version_of_a_part_that_is_in_force_on_the_day_of_filing_counts():
    version = given.new_version(INSURANCE, on=TODAY + timedelta(days=1))
    from apps.procedures.selectors import parts_in_force

    rules = rules_in_force(BIRTH_GROUP, TODAY)
    days = {
        day: next(each.rules.version.number for each in parts_in_force(rules, day) if each.part.position == 3)
        for day in (TODAY, TODAY + timedelta(days=1))
    }
    assert list(days.values()) == [1, version.number]


def test_what_differs_between_two_versions_of_a_group_is_told_part_by_part():
    def fewer(rows):
        rows[2].update(waits_for=[1, 2])
        del rows[3]

    draft = given.drafted(BIRTH_GROUP, linked_parts=fewer)
    by = given.administrator()
    before = ProcedureVersion.objects.get(procedure__code=BIRTH_GROUP, number=1)
    with translation.override("en"):
        found = difference_between(version_known(before.pk, seen_by=by), version_known(draft.pk, seen_by=by))
    changes = [(each.row, each.field, each.before, each.after) for each in found["linked_parts"]]
    assert (INSURANCE, "Begins after the results of", "1", "1, 2") in changes
    assert [row for row, field, _before, _after in changes if field == "Taken away"] == ["3.000722.CC"]
