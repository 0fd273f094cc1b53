"""Going over a table range by range, and reading again what looks broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from apps.operations.integrity.invariants import WRONG

SMALL, LARGE = 500, 5_000


class Fault(NamedTuple):
    """A row that breaks an invariant: the key by which it is read again, its name for a person, and what is wrong."""

    invariant: str
    pk: int
    row: str
    wrong: str
    detail: str = ""

    @property
    def what(self) -> str:
        """What is wrong with the row, in words."""
        return f"{WRONG[self.wrong]} ({self.detail})" if self.detail else str(WRONG[self.wrong])


Find = Callable[[int, int], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Walk:
    """One pass over a table; `find` gives what looks broken among the rows from one key to another."""

    table: str
    find: Find
    proves: frozenset[str]
    rows_at_once: int = LARGE


@dataclass(slots=True)
class Findings:
    """What a check found: the first broken row of each invariant, and how many rows of each table were read."""

    broken: dict[str, Fault] = field(default_factory=dict)
    unchecked: frozenset[str] = frozenset()
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return not self.broken


def go_over(walk: Walk, findings: Findings) -> None:
    """Reads the table as far as it reached at the start; what is added meanwhile is for the next check."""
    after, end, seen = 0, _highest(walk.table), 0
    while after < end:
        last, rows = _range(walk.table, after, end, walk.rows_at_once)
        if not rows:
            break
        for fault in walk.find(after + 1, last):
            if fault.invariant not in findings.broken and _is_so(walk, fault):
                findings.broken[fault.invariant] = fault
        after, seen = last, seen + rows
    findings.counts[walk.table] = seen


def _is_so(walk: Walk, fault: Fault) -> bool:
    """Reads the row again, alone: a live verb may have changed it between two statements."""
    return any(again.invariant == fault.invariant for again in walk.find(fault.pk, fault.pk))


def _highest(table: str) -> int:
    return int(rows_of(f"SELECT coalesce(max(id), 0) FROM {table}")[0][0])


def _range(table: str, after: int, end: int, most: int) -> tuple[int, int]:
    """The last key of the next rows, and how many they are."""
    ((last, rows),) = rows_of(
        f"""SELECT coalesce(max(id), 0), count(*) FROM (
            SELECT id FROM {table} WHERE id > %(after)s AND id <= %(end)s ORDER BY id LIMIT %(most)s
        ) AS next""",
        after=after,
        end=end,
        most=most,
    )
    return int(last), int(rows)


def rows_of(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """What one statement answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def by_sql(invariant: str, sql: str, **parameters: Any) -> Find:
    """Rows of (key, name, what is wrong) that one statement finds broken from `first` to `last`."""

    def find(first: int, last: int) -> Iterator[Fault]:
        for pk, row, wrong in rows_of(sql, first=first, last=last, **parameters):
            yield Fault(invariant, pk, row, wrong)

    return find


def table_of(model: Any) -> str:
    """The table of a model."""
    return str(model._meta.db_table)
