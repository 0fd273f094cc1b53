"""Answers made up from a form itself, with which it can be tried. Pure: the same form gives the same answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import islice, product
from typing import Any

from apps.procedures.conditions import Facts, facts_used, holds
from apps.procedures.forms.dependencies import in_order_of_dependence
from apps.procedures.forms.kinds import UNANSWERED, Kind, choices_of, kind_of, names_in_order, questions_in
from apps.procedures.forms.reading import faults_in, is_required

# Made up: only their shapes and the check digit are right.
PERSONAL_ID = "001185000001"
TAX_CODE = "0101234565"
PHONE = "0901234567"
EMAIL = "nguoi.nop@example.vn"
STREET = "Số 1, phố Ví Dụ"
YEAR = 365
# So many days before or after the filing a date is tried, the likeliest first.
DAYS = (-30 * YEAR, -1, 0, 30, -30, YEAR, -YEAR, -45 * YEAR, -70 * YEAR)
MOST_TRIES = 2_000
LONGEST = 10_000
_ABSENT = object()


def sample_answers(schema: dict[str, Any], facts: Facts, *, ward: int) -> dict[str, Any]:
    """An answer to every question that is asked of a sound form, such that its rules of eligibility hold.

    `facts` are those of FORM_FACTS, `ward` the id of a ward in force. Where no answers are found that fulfil the rules,
    those are given that break the fewest. Raises ConditionMalformed for a form that is not sound.
    """
    chosen: dict[str, Any] = {}
    answers = _answered(schema, facts, ward, chosen)
    for _turn in schema.get("x-eligibility", ()):
        wrong = _broken(schema, answers, facts)
        if not wrong:
            break
        names = [name for name in names_in_order(schema) if name in facts_used(wrong[0])]
        options = [_candidates(questions_in(schema)[name], facts, ward) for name in names]
        best, fewest = chosen, len(wrong)
        for combination in _combinations(options):
            tried = chosen | dict(zip(names, combination, strict=True))
            found = _answered(schema, facts, ward, tried)
            count = len(_broken(schema, found, facts))
            if count < fewest and not faults_of_form(schema, found, facts):
                best, fewest = tried, count
            if count == 0:
                break
        if best is chosen:
            break
        chosen = best
        answers = _answered(schema, facts, ward, chosen)
    return answers


def _combinations(options: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    """So many that it soon ends; first those in which everything is answered."""
    answered = [[each for each in some if each is not _ABSENT] or some for some in options]
    yield from islice(product(*answered), MOST_TRIES)
    yield from islice(product(*options), MOST_TRIES)


def faults_of_form(schema: dict[str, Any], answers: dict[str, Any], facts: Facts) -> list[str]:
    """The codes of what is wrong with answers apart from the rules of eligibility."""
    return [fault.code for fault in faults_in(answers, schema | {"x-eligibility": []}, facts=facts)]


def _broken(schema: Mapping[str, Any], answers: Mapping[str, Any], facts: Facts) -> list[Any]:
    rules = [rule["condition"] for rule in schema.get("x-eligibility", ())]
    return [rule for rule in rules if not holds(rule, {**facts, **answers})]


def _answered(
    schema: Mapping[str, Any], facts: Facts, ward: int, chosen: Mapping[str, Any]
) -> dict[str, Any]:
    """Every question that is asked, in the order in which that is decided, with what was chosen for it or the likeliest."""
    given: dict[str, Any] = {}
    for name in in_order_of_dependence(schema):
        question = questions_in(schema)[name]
        kind = kind_of(question)
        known = {**facts, **given}
        if kind is None or kind in UNANSWERED or not holds(question.get("x-visible-if"), known):
            continue
        value = chosen.get(name)
        if value is _ABSENT:
            if not is_required(name, schema, known):
                continue
            value = None
        if kind == Kind.GROUP:
            count = value or min(max(question["minItems"], 1), question["maxItems"])
            # A row sees what stands before the group; what comes after is not answered yet and is not known to it.
            given[name] = [_answered(question["items"], known, ward, {}) for _row in range(count)]
        else:
            given[name] = next(_values(question, kind, facts, ward)) if value is None else value
    return {name: given[name] for name in names_in_order(schema) if name in given}


def _candidates(question: Mapping[str, Any], facts: Facts, ward: int) -> list[Any]:
    """What may be tried for one question: of a group a number of rows; last, no answer at all."""
    kind = kind_of(question)
    if kind is None or kind in UNANSWERED:
        return [_ABSENT]
    if kind == Kind.GROUP:
        return [*range(max(question["minItems"], 1), min(question["maxItems"], 3) + 1), _ABSENT]
    found: list[Any] = []
    for value in _values(question, kind, facts, ward):
        if value not in found:
            found.append(value)
    return [*found, _ABSENT]


def _values(question: Mapping[str, Any], kind: Kind, facts: Facts, ward: int) -> Iterator[Any]:
    """Values of a kind within what the question allows, the likeliest first."""
    match kind:
        case Kind.CHOICE:
            yield from choices_of(question)
        case Kind.CHOICES:
            values = choices_of(question)
            least, most = max(question.get("minItems", 1), 1), question.get("maxItems", len(values))
            yield values[:least]
            yield from ([each] for each in values if least == 1)
            yield values[:most]
        case Kind.YES_NO:
            yield from (True, False)
        case Kind.NUMBER | Kind.MONEY:
            yield from _numbers(question)
        case Kind.DATE:
            filed_on = facts.get("filed_on")
            day = filed_on if isinstance(filed_on, date) else date(2026, 1, 1)
            yield from ((day + timedelta(days=each)).isoformat() for each in DAYS)
        case Kind.PERSONAL_ID:
            yield PERSONAL_ID
        case Kind.TAX_CODE:
            yield TAX_CODE
        case Kind.PHONE:
            yield PHONE
        case Kind.EMAIL:
            yield EMAIL
        case Kind.ADDRESS:
            yield {"ward": ward, "street": STREET}
        case _:
            yield _words(question)


def _numbers(question: Mapping[str, Any]) -> Iterator[int]:
    least, most = question.get("minimum"), question.get("maximum")
    likely = (1, 2, 10, 100, 1_000_000, 0, least, most)
    for number in likely:
        if number is not None and (least is None or number >= least) and (most is None or number <= most):
            yield number


def _words(question: Mapping[str, Any]) -> str:
    """The title itself, so long as the question wants its answer."""
    least, most = min(question.get("minLength", 1), LONGEST), question["maxLength"]
    text = str(question.get("title", "")).strip() or "Ví dụ"
    return (text * (least // len(text) + 1) if len(text) < least else text)[:most].strip() or "x"
