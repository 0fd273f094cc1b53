"""The transaction of one verb: durable, with database errors translated once, around the outermost block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Model, QuerySet

from apps.core.errors import Busy, NotFound, refusal_of_constraint

M = TypeVar("M", bound=Model)


@contextmanager
def verb_transaction() -> Iterator[None]:
    """One verb, one durable transaction: when it ends, the change is on disk or did not happen.

    Raises the refusal declared for a violated constraint, and Busy when a lock was not had in time.
    """
    try:
        with transaction.atomic(durable=True):
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        refusal = refusal_of_constraint(getattr(diagnosis, "constraint_name", None))
        if refusal is None:
            raise
        raise refusal() from error
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) in {"55P03", "40P01"}:
            raise Busy() from error
        raise


def lock_one(rows: QuerySet[M]) -> M:
    """Locks exactly one row of its own table alone, leaving foreign-key checks of others free to pass.

    Ask for no related rows: they are read again under the lock. Raises NotFound when there is none.
    """
    row = rows.select_for_update(no_key=True, of=("self",)).first()
    if row is None:
        raise NotFound()
    return row
