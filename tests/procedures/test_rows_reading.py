"""Which rows of a version rest on a question of its form."""

from __future__ import annotations

from apps.procedures.soundness import PARTS, rows_reading

LATE = {"fact": "is_late", "op": "eq", "value": True}
CONTENT = {part: [] for part in PARTS} | {
    "competences": [{"condition": {"fact": "subject_age", "op": "ge", "value": 14}}],
    "time_limits": [{"condition": None}, {"condition": {"not": LATE}}],
    "components": [{"condition": {"op": "gt", "left": {"sum": ["members", "share"]}, "right": 3}}],
    "fee_rules": [{"condition": LATE, "quantity": "copies"}, {"condition": None, "quantity": "first_pages"}],
}


def reading(path: str) -> list[tuple[str, int]]:
    return list(rows_reading(CONTENT, path))


def test_rows_rest_on_what_their_condition_and_their_quantity_read():
    assert reading("is_late") == [("time_limits", 2), ("fee_rules", 1)]
    assert reading("members") == reading("members.share") == [("components", 1)]
    assert reading("copies") == [("fee_rules", 1), ("fee_rules", 2)]
    assert reading("pages") == [("fee_rules", 2)]
    assert reading("members.name") == reading("nobody") == []


def test_the_age_of_the_person_concerned_rests_on_the_day_of_birth():
    assert reading("subject_born_on") == [("competences", 1)]
