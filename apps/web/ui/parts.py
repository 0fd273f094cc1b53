"""The typed parameters of the components in `templates/components/`: what a view hands to an include.

Texts are already in the reader's language (or lazy translations). An empty string means "not shown".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation."""

    label: Text
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary; `target` is the id of the field to go to."""

    text: Text
    target: str = ""


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One line of a summary list; `note` stands smaller under the value, `href` and `action` make a link."""

    label: Text
    value: object
    note: Text = ""
    href: str = ""
    action: Text = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; numbers stand right."""

    label: Text
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table. `value` may be markup that is marked as safe, such as a status tag.

    `tone` is "", "none" (nothing to see), "warning" or "danger".
    """

    value: object
    href: str = ""
    note: Text = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event of a timeline, newest or oldest first as the view decides; `facts` stand between who and text."""

    at: datetime
    title: Text
    text: Text = ""
    by: str = ""
    is_current: bool = False
    facts: tuple[str, ...] = ()


class DueState(StrEnum):
    """How a due time stands; which one it is, the view decides in counted time."""

    ON_TIME = "on_time"
    SOON = "soon"
    LATE = "late"
    PAUSED = "paused"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Due:
    """A due time and how it stands; `remaining` is a phrase such as "3 working hours left".

    `undecided` names the years whose days off are not decided and through which it was reckoned.
    """

    at: datetime | None
    state: DueState
    remaining: Text = ""
    undecided: str = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """Neighbours of a keyset page; an empty address means that there is none."""

    previous_url: str = ""
    next_url: str = ""
    label: Text = ""

    @property
    def is_needed(self) -> bool:
        return bool(self.previous_url or self.next_url)


@dataclass(frozen=True, slots=True)
class Stat:
    """A count with the oldest thing it counts and the list behind it; `tone` is "", "warning" or "danger"."""

    label: Text
    count: int
    oldest: datetime | None = None
    href: str = ""
    tone: str = ""


Rows = Sequence[Sequence[Cell]]
