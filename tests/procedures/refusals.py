"""Proof that a refused verb of the catalogue changes nothing, and that nobody but an administrator of the city plays it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.core.errors import NotAllowed, Refusal
from apps.core.models import AdministrativeAct, Job
from apps.procedures.models import (
    Competence,
    Component,
    FeeRule,
    Procedure,
    ProcedureVersion,
    Step,
    TimeLimit,
)
from tests import given

CATALOGUE = (
    Procedure,
    ProcedureVersion,
    Competence,
    TimeLimit,
    Component,
    FeeRule,
    Step,
    AdministrativeAct,
    Job,
)


def catalogue() -> dict[str, Any]:
    """The whole catalogue and what administrators did, as it stands."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in CATALOGUE}


@contextmanager
def refused(refusal: type[Refusal], *, field: str | None = None) -> Iterator[pytest.ExceptionInfo]:
    """What is played inside is refused in this way, and nothing at all has changed."""
    before = catalogue()
    with pytest.raises(refusal) as told:
        yield told
    assert told.type is refusal
    if field is not None:
        assert told.value.field == field
    assert told.value.message and "%(" not in told.value.message
    assert catalogue() == before


def only_an_administrator_of_the_city(play: Callable[[Actor], object]) -> None:
    """Everybody else is refused without a trace."""
    others = [given.citizen(), given.staff(given.ward_committee(), Role.ADMINISTRATOR)]
    city = given.city_agency("city_inspectorate")
    others += [given.staff(city, role) for role in Role if role != Role.ADMINISTRATOR]
    for other in others:
        with refused(NotAllowed):
            play(other)
