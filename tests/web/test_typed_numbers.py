"""A number that a button sends is one that it can have: what is none leaves the rows as they are."""

from __future__ import annotations

import pytest

from apps.web.administration.part_forms import order_after
from apps.web.ui import rows

NONE = ["²", "-1", "", "1e1", "9" * 5000]


@pytest.mark.parametrize("number", NONE)
def test_a_row_that_cannot_be_is_not_moved(number):
    assert order_after(f"remove-{number}", 2) == order_after(f"up-{number}", 2) == [0, 1]


@pytest.mark.parametrize("number", NONE)
def test_a_row_of_answers_that_cannot_be_is_not_removed(number, monkeypatch):
    monkeypatch.setattr(rows, "groups_in", lambda schema: {"children": {"minItems": 0, "maxItems": 3}})
    typed = {"a-children": "1", "a-children.0.name": "An", rows.BUTTON: f"remove:children:{number}"}
    assert rows.typed_rows({}, typed, "a")[1] == {"children": 1}
    typed[rows.BUTTON] = "remove:children:0"
    assert rows.typed_rows({}, typed, "a")[1] == {"children": 0}
