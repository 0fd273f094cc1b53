"""Rows of several tables written in one statement: one round trip for everything that a verb adds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, router
from django.db.models import Model
from django.db.models.sql import InsertQuery


def insert_unless_known(row: Model) -> bool:
    """Inserts a new row unless a unique constraint says that it is there; whether it was inserted, with its key set.

    Waits for whoever inserts the same at this moment: after False a look-up finds their row.
    """
    model = type(row)
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    query = InsertQuery(model)
    query.insert_values(fields, [row])
    ((sql, params),) = query.get_compiler(connection=connection).as_sql()
    key = connection.ops.quote_name(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ON CONFLICT DO NOTHING RETURNING {key}", params)
        inserted = cursor.fetchone()
    if inserted is None:
        return False
    row.pk = inserted[0]
    _mark_stored(row)
    return True


def _mark_stored(row: Model) -> None:
    row._state.adding = False
    row._state.db = router.db_for_write(type(row))


def insert_together(rows: Iterable[Model]) -> None:
    """Inserts new rows of any tables at once, by one `WITH … INSERT`.

    Rows refer to one another by keys that are set beforehand; foreign keys are checked when the transaction commits,
    so the order does not matter. A row without a key gets one from its table and is not told which.
    """
    groups: dict[tuple[type[Model], bool], list[Model]] = {}
    for row in rows:
        groups.setdefault((type(row), row.pk is None), []).append(row)
    parts: list[str] = []
    values: list[Any] = []
    for (model, is_keyless), group in groups.items():
        fields = [
            field
            for field in model._meta.local_concrete_fields
            if not (field.generated or (is_keyless and field.primary_key))
        ]
        query = InsertQuery(model)
        query.insert_values(fields, group)
        for sql, params in query.get_compiler(connection=connection).as_sql():
            parts.append(sql)
            values += params
    if not parts:
        return
    *before, last = parts
    named = ", ".join(f"part_{number} AS ({sql})" for number, sql in enumerate(before))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} {last}" if named else last, values)
    for group in groups.values():
        for row in group:
            _mark_stored(row)
