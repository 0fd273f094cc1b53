"""A version tried with answers: what a filing would be told, asked, charged and promised. Nobody files; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from apps.cases.routing import competence
from apps.cases.selectors.facts import age_of_subject, answers_read, facts_of
from apps.core.errors import Refusal
from apps.procedures.choices import Channel
from apps.procedures.conditions import Facts, holds
from apps.procedures.forms import Kind, kind_of, names_in_order, visible_in
from apps.procedures.models import Competence, Component, TimeLimit
from apps.procedures.selectors import VersionRules
from apps.procedures.tariff import AssessedFee, assess, is_established
from apps.units.models import AdministrativeUnit


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a trial says of a filing beside its answers. `unit` is the place that ties the case to its agency."""

    channel: Channel
    applicant_kind: str
    born_on: date | None = None
    unit: AdministrativeUnit | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What would come of answers. `faults` are those of the server's check; `owed` is the applicant's, in đồng.

    `asked` and `not_asked` name questions by the path of their answer, such as `members.0.name`.
    """

    answers: Mapping[str, Any]
    faults: list[Refusal]
    asked: list[str] = field(default_factory=list)
    not_asked: list[str] = field(default_factory=list)
    fees: list[AssessedFee] = field(default_factory=list)
    papers: list[Component] = field(default_factory=list)
    no_papers: list[Component] = field(default_factory=list)
    limit: TimeLimit | None = None
    competence: Competence | None = None

    @property
    def owed(self) -> int:
        return sum(line.owed for line in self.fees)

    @property
    def is_fee_established(self) -> bool:
        return is_established(self.fees)


def try_answers(
    rules: VersionRules, answers: Mapping[str, Any], circumstances: Circumstances, *, at: datetime
) -> Trial:
    """Answers held against the form, the fees, the papers, the limits and the competences of a version, a draft's too.

    Raises ConditionMalformed where a condition of the version cannot be read.
    """
    day, schema = timezone.localdate(at), rules.version.form_schema
    known = {
        "channel": circumstances.channel,
        "applicant_kind": circumstances.applicant_kind,
        "filed_on": day,
    }
    reading = answers_read(answers, schema, known, day)
    facts = facts_of(
        rules,
        channel=circumstances.channel,
        answers=reading.answers,
        applicant_kind=circumstances.applicant_kind,
        connecting_unit=circumstances.unit,
        subject_age=age_of_subject(reading.answers, circumstances.born_on, day),
        filed_on=day,
    )
    asked = dict(_asked(schema, reading.answers, known, ""))
    limits = rules.time_limits
    return Trial(
        answers=reading.answers,
        faults=reading.faults,
        asked=[path for path, is_asked in asked.items() if is_asked],
        not_asked=[path for path, is_asked in asked.items() if not is_asked],
        fees=assess(rules.fee_rules, facts, day),
        papers=[row for row in rules.components if holds(row.condition, facts)],
        no_papers=[row for row in rules.components if not holds(row.condition, facts)],
        # As at acceptance: the first that holds, else the first.
        limit=next((row for row in limits if holds(row.condition, facts)), limits[0] if limits else None),
        competence=competence(rules, facts),
    )


def _asked(
    schema: Mapping[str, Any], answers: Mapping[str, Any], facts: Facts, path: str
) -> Iterator[tuple[str, bool]]:
    visible = visible_in(schema, answers, facts)
    for name in names_in_order(schema):
        question, answer = schema["properties"][name], answers.get(name)
        yield f"{path}{name}", name in visible
        if kind_of(question) == Kind.GROUP and name in visible and isinstance(answer, list):
            for number, row in enumerate(answer):
                if isinstance(row, dict):
                    yield from _asked(question["items"], row, {**facts, **answers}, f"{path}{name}.{number}.")
