"""The cases of one application as rows: in order, where each stands, until when, and what waits for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.cases.selectors import Group, LinkedCase
from apps.web.ui.parts import Text


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """One case of the group; what the reader may not see of it is empty. `to_do` is for the applicant only."""

    number: int
    code: str
    title: str
    url: str
    status: int | None
    outcome: str
    agency: str
    due_at: datetime | None
    waits: str
    to_do: Text
    is_current: bool


def linked_rows(
    group: Group, *, current: str = "", url_name: str = "", to_do: Mapping[int, Text] | None = None
) -> list[LinkedRow]:
    """The rows of a group; `current` is the code of the case on whose page they stand."""
    numbers = {each.case.code: number for number, each in enumerate(group.cases, 1)}
    return [
        LinkedRow(
            number=number,
            code=each.code,
            title=each.procedure,
            url=reverse(url_name, args=[each.case.code]) if url_name and each.is_seen else "",
            status=each.status.value if each.status else None,
            outcome=each.outcome,
            agency=each.agency,
            due_at=each.due_at,
            waits=_waits(each, numbers),
            to_do=(to_do or {}).get(each.case.pk, ""),
            is_current=each.case.code == current,
        )
        for number, each in enumerate(group.cases, 1)
    ]


def _waits(each: LinkedCase, numbers: Mapping[str, int]) -> str:
    """What it waits for, or waited for, in words."""
    before = ", ".join(str(numbers[code]) for code in each.waits_for)
    if not before:
        return ""
    if each.is_waiting:
        return _("Waits for the result of case %(number)s; its time has not begun.") % {"number": before}
    return _("Rests on the result of case %(number)s.") % {"number": before}
