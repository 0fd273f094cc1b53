"""The one spelling of a value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from apps.core.canonical import canonical, fingerprint, read_moment, spell_moment
from tests import given


def test_keys_are_sorted_without_spaces_and_letters_stay_letters():
    assert canonical({"b": 1, "a": ["đ", None, True]}) == '{"a":["đ",null,true],"b":1}'.encode()


def test_a_moment_is_spelled_in_utc_with_microseconds_and_read_back():
    moment = datetime(2026, 11, 23, 9, 0, 0, 5, tzinfo=given.HANOI)
    assert spell_moment(moment) == "2026-11-23T02:00:00.000005Z"
    assert read_moment(spell_moment(moment)) == moment


def test_dates_uuids_and_bytes_have_a_spelling():
    value = {"on": date(2026, 11, 23), "uuid": UUID(int=1), "raw": b"\x01\xff"}
    assert (
        canonical(value) == b'{"on":"2026-11-23","raw":"01ff","uuid":"00000000-0000-0000-0000-000000000001"}'
    )


@pytest.mark.parametrize("value", [1.5, {"a": 0.1}, [1, [2.0]], {"a": float("nan")}])
def test_a_float_has_no_spelling(value):
    with pytest.raises(TypeError, match="float"):
        canonical(value)


@pytest.mark.parametrize("value", [object(), {1, 2}])
def test_what_has_no_spelling_is_refused(value):
    with pytest.raises(TypeError):
        canonical(value)


@for_all(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)))
def test_every_moment_is_read_back_as_it_was(moment):
    aware = moment.replace(tzinfo=UTC)
    assert read_moment(spell_moment(aware)) == aware


@for_all(st.dictionaries(st.text(), st.integers() | st.text() | st.none() | st.booleans()))
def test_the_order_in_which_a_value_was_built_does_not_matter(value):
    assert fingerprint(value) == fingerprint(dict(reversed(list(value.items()))))
