"""Pools of handlers: opened and closed by the head of an agency, joined and left by its handlers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.accounts.models import Pool, PoolMember
from apps.accounts.selectors import is_handler_at
from apps.cases.errors import NotAHandler, PoolHasCases, PoolNameMissing, PoolUnknown
from apps.cases.models import Case
from apps.cases.policies import may_manage_pools
from apps.cases.selectors import ENDED
from apps.core.administration import note_administration
from apps.core.errors import NotFound
from apps.core.transactions import lock_one, verb_transaction


def open_pool(agency_id: int, *, name: str, by: Actor, at: datetime) -> Pool:
    """A new pool of an agency. Raises NotAllowed, PoolNameMissing, PoolNameTaken."""
    may_manage_pools(agency_id, by)
    if not name.strip():
        raise PoolNameMissing(field="name")
    with verb_transaction():
        pool = Pool.objects.create(
            agency_id=agency_id, name=name.strip()[:120], valid_from=timezone.localdate(at)
        )
        _note("open_pool", pool, by, at, name=pool.name)
    return pool


def close_pool(pool_id: int, *, by: Actor, at: datetime) -> Pool:
    """Ends a pool and every membership. Raises NotAllowed, PoolUnknown, PoolHasCases while open cases are in it."""
    with verb_transaction():
        pool = _locked(pool_id, by)
        if Case.objects.filter(pool=pool).exclude(status__in=ENDED).exists():
            raise PoolHasCases()
        day = timezone.localdate(at)
        pool.valid_to = day
        pool.save(update_fields=["valid_to"])
        PoolMember.objects.filter(pool=pool, valid_to__isnull=True).update(valid_to=day)
        _note("close_pool", pool, by, at)
    return pool


def join_pool(pool_id: int, *, handler: int, by: Actor, at: datetime) -> Pool:
    """A handler of the agency belongs to the pool from today; again changes nothing.

    Raises NotAllowed, PoolUnknown, NotAHandler.
    """
    with verb_transaction():
        pool, day = _locked(pool_id, by), timezone.localdate(at)
        if not is_handler_at(handler, pool.agency_id, day):
            raise NotAHandler(field="handler")
        _member, is_new = PoolMember.objects.get_or_create(
            pool=pool, user_id=handler, valid_to=None, defaults={"valid_from": day}
        )
        if is_new:
            _note("join_pool", pool, by, at, handler=handler)
    return pool


def leave_pool(pool_id: int, *, handler: int, by: Actor, at: datetime) -> Pool:
    """A member belongs to it no more; what they have taken stays theirs. Raises NotAllowed, PoolUnknown."""
    with verb_transaction():
        pool, day = _locked(pool_id, by), timezone.localdate(at)
        left = PoolMember.objects.filter(pool=pool, user_id=handler, valid_to__isnull=True)
        if left.update(valid_to=day):
            _note("leave_pool", pool, by, at, handler=handler)
    return pool


def _locked(pool_id: int, by: Actor) -> Pool:
    try:
        pool = lock_one(Pool.objects.filter(pk=pool_id, valid_to__isnull=True))
    except NotFound as error:
        raise PoolUnknown(field="pool") from error
    may_manage_pools(pool.agency_id, by)
    return pool


def _note(kind: str, pool: Pool, by: Actor, at: datetime, **body: Any) -> None:
    note_administration(kind, subject=f"pool {pool.pk}", actor_id=by.user_id, at=at, **body)
