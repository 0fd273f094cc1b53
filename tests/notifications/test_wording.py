"""The language of notices: what it prints and keeps, every fault with its line, and what it can never do."""

from __future__ import annotations

import random
import re

import pytest

from apps.notifications.names import NAMES, Place, names_for, samples
from apps.notifications.wording import (
    DEEPEST,
    LONGEST,
    WordingWrong,
    asked_names,
    parse,
    parts_of_message,
    printed_names,
    render,
)

LONG = names_for(Place.LONG)


def faults(text: str, place: Place = Place.LONG) -> list[tuple[int, str]]:
    with pytest.raises(WordingWrong) as wrong:
        parse(text, names_for(place))
    return [(fault.line, fault.message) for fault in wrong.value.faults]


@pytest.fixture(autouse=True)
def _in_english():
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("Case {{ code }}.", {"code": "H26"}, "Case H26."),
        ("{{code}}{{  code  }}", {"code": "x"}, "xx"),
        ("A{% if reason %} because {{ reason }}{% endif %}.", {"reason": "ill"}, "A because ill."),
        ("A{% if reason %} because {{ reason }}{% endif %}.", {"reason": ""}, "A."),
        ("{% if not owed %}free{% endif %}", {}, "free"),
        ("{% if not owed %}free{% endif %}", {"owed": "1 đ"}, ""),
        ("{% if owed %}{% if not reason %}a{% endif %}b{% endif %}", {"owed": "1"}, "ab"),
        ("a\n\n{% if reason %}x{% endif %}\n\nb", {}, "a\n\nb"),
        ("{ one } % }", {}, "{ one } % }"),
    ],
)
def test_it_prints_names_and_keeps_what_is_there(text, values, said):
    assert render(text, values) == said


def test_what_a_clerk_wrote_is_printed_and_never_read_as_a_template():
    assert (
        render("{{ reason }}", {"reason": "{{ code }} {% if x %}", "code": "H26"}) == "{{ code }} {% if x %}"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{ nobody }}", [(1, "there is no name “nobody”")]),
        ("a\nb {{ secret }}", [(2, "“secret” cannot be used in this text")]),
        ("{{ by_post }}", [(1, "“by_post” is a condition: ask for it with “if”")]),
        ("a\n\n{% if reason %}", [(3, "“if reason” is never closed")]),
        ("{% endif %}", [(1, "“endif” closes nothing")]),
        ("{% if nobody %}{% endif %}", [(1, "there is no name “nobody”")]),
        ("{% for x in y %}", [(1, "“for x in y” is not known here: only if, if not and endif are")]),
        ("{% load i18n %}", [(1, "“load i18n” is not known here: only if, if not and endif are")]),
        ("{{ code|safe }}", [(1, "there is no name “code|safe”")]),
        ("{{ code.__class__ }}", [(1, "there is no name “code.__class__”")]),
        ("{{ }}", [(1, "there is no name “”")]),
        ("x\n{{ code }", [(2, "“{{” opens or closes nothing")]),
        ("code }} %}", [(1, "“}}” opens or closes nothing"), (1, "“%}” opens or closes nothing")]),
        ("{{ a }}\n{{ b }}", [(1, "there is no name “a”"), (2, "there is no name “b”")]),
    ],
)
def test_every_fault_is_told_with_its_line(text, found):
    assert faults(text) == found


def test_conditions_stand_so_deep_and_no_deeper():
    def nested(depth: int) -> str:
        return "{% if code %}" * depth + "{% endif %}" * depth

    parse(nested(DEEPEST), LONG)
    assert faults(nested(DEEPEST + 1)) == [(1, f"conditions stand more than {DEEPEST} deep")]


def test_a_text_is_so_long_and_no_longer():
    parse("x" * LONGEST, LONG)
    assert faults("x" * (LONGEST + 1)) == [(1, f"it is longer than {LONGEST} characters")]


def test_no_text_but_a_letter_may_name_the_secret():
    for place in (Place.LONG, Place.EVERYWHERE):
        assert not names_for(place) & {"secret", "text", "page_address", "track_address"}
    parse("{{ secret }} {{ text }}", names_for(Place.LETTER))
    # What an official wrote, and long names, go to no telephone.
    assert not names_for(Place.EVERYWHERE) & {"reason", "procedure", "obligation"}


def parsed(text: str):
    """The parts of a text, or the lines of its faults."""
    try:
        return parse(text, LONG), []
    except WordingWrong as wrong:
        return None, [fault.line for fault in wrong.faults]


PIECES = (
    *("{{ code }}", "{{ reason }}", "{{ nobody }}", "{% if code %}", "{% if not owed %}", "{% endif %}"),
    *("{{", "}}", "{%", "%}", "{", "}", "%", "\n", " ", "if", "chữ", "{% if", "{{ code", "code }}"),
)


def test_whatever_is_written_it_parses_or_says_why_and_prints_no_braces_of_its_own():
    """A thousand texts thrown together: each ends, and what parses leaves nothing of the language behind."""
    dice, sound = random.Random(20261128), 0
    values = dict.fromkeys(NAMES, "•")
    for _ in range(4000):
        text = "".join(dice.choice(PIECES) for _ in range(dice.randint(0, 14)))
        parts, found = parsed(text)
        if parts is None:
            assert found and all(1 <= line <= text.count("\n") + 1 for line in found)
            continue
        sound += 1
        said = render(text, values)
        assert not re.search(r"\{\{|\}\}|\{%|%\}", said)
        assert said.count("•") <= len(printed_names(text))
        assert render(said, values) == said
        assert bool(parts) == bool(text)
    assert sound > 200


def test_a_long_text_of_openings_ends_as_soon():
    for piece in ("{{", "{%", "{% if code %}", "{{ code ", "{" * 3):
        with pytest.raises(WordingWrong):
            parse((piece * LONGEST)[:LONGEST], LONG)


def test_every_name_has_a_meaning_and_two_samples():
    for language in ("vi", "en"):
        assert all(samples(language).values())
    assert all(str(each.meaning) for each in NAMES.values())


def test_what_a_text_asks_and_prints_is_found_at_every_depth():
    text = "{{ code }}{% if owed %}{{ owed }}{% if not reason %}{{ code }}{% endif %}{% endif %}"
    assert sorted(printed_names(text)) == ["code", "code", "owed"]
    assert asked_names(text) == {"owed", "reason"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ồ" * 70, 1),
        ("ồ" * 71, 2),
        ("ồ" + "a" * 133, 2),
        ("ồ" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_a_text_message_is_counted_as_operators_do(text, parts):
    assert parts_of_message(text) == parts
