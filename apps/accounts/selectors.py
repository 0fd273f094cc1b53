"""Which posts a person holds on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q, Value
from django.db.models.expressions import Combinable

from apps.accounts.actors import HeldPost
from apps.accounts.choices import Role
from apps.accounts.models import Pool, PoolMember, Post, User
from apps.units.choices import Level


def posts_held(user_id: int, day: date, *, succeeded: Combinable) -> tuple[HeldPost, ...]:
    """Posts of a person on a day, with the agency's unit and level, and what it `succeeded`: an array of agencies."""
    posts = (
        Post.objects.valid_on(day)
        .annotate(succeeded=succeeded)
        .filter(user_id=user_id)
        .select_related("agency", "agency__unit")
        .order_by("agency_id", "role")
    )
    return tuple(
        HeldPost(
            post_id=post.pk,
            agency_id=post.agency_id,
            agency_name=post.agency.title,
            unit_id=post.agency.unit_id,
            level=Level(post.agency.unit.level),
            role=Role(post.role),
            succeeded=tuple(post.succeeded),
        )
        for post in posts
    )


def holding(which: Q, day: date, *, but: Collection[int] = ()) -> list[Post]:
    """Posts of a kind that somebody holds on a day, except those of some people, with holder and agency, by name."""
    posts = Post.objects.valid_on(day).filter(which, user__is_active=True).exclude(user__in=but)
    return list(posts.select_related("user", "agency").order_by("user__full_name", "id"))


def handlers_at(agency_id: int, day: date) -> list[User]:
    """People who may be given a case at an agency."""
    return handlers_of((agency_id,), day)


def handlers_of(agency_ids: tuple[int, ...], day: date) -> list[User]:
    """People who may be given a case at any of these agencies."""
    return list(
        User.objects.filter(
            is_active=True,
            posts__in=Post.objects.valid_on(day).filter(agency_id__in=agency_ids, role=Role.HANDLER),
        )
        .distinct()
        .order_by("full_name", "id")
    )


def assignees_of(agency_ids: tuple[int, ...], day: date) -> list[tuple[bool, int, str]]:
    """Pools and handlers to whom cases of these agencies are given, in one query: whether it is a pool, its id, its name."""
    posts = Post.objects.valid_on(day).filter(agency_id__in=agency_ids, role=Role.HANDLER)
    people = User.objects.filter(is_active=True, posts__in=posts).distinct()
    pools = Pool.objects.valid_on(day).filter(agency_id__in=agency_ids)
    found = people.annotate(is_pool=Value(False)).values_list("is_pool", "pk", "full_name").order_by()
    both = found.union(pools.annotate(is_pool=Value(True)).values_list("is_pool", "pk", "name").order_by())
    return sorted(both, key=lambda row: (not row[0], row[2], row[1]))


def is_handler_at(user_id: int, agency_id: int, day: date) -> bool:
    return Post.objects.valid_on(day).filter(user_id=user_id, agency_id=agency_id, role=Role.HANDLER).exists()


def pools_at(agency_id: int, day: date) -> list[Pool]:
    """The pools of handlers of an agency on a day."""
    return pools_of((agency_id,), day)


def pools_of(agency_ids: tuple[int, ...], day: date) -> list[Pool]:
    """The pools of handlers of any of these agencies."""
    return list(
        Pool.objects.valid_on(day)
        .filter(agency_id__in=agency_ids)
        .select_related("agency")
        .order_by("name", "id")
    )


def pools_joined(pool_ids: Collection[int], user_id: int) -> frozenset[int]:
    """Those of some pools of which a person is a member now."""
    members = PoolMember.objects.filter(pool__in=pool_ids, user_id=user_id, valid_to__isnull=True)
    return frozenset(members.values_list("pool_id", flat=True))


def members_of(pool_ids: Collection[int]) -> dict[int, list[User]]:
    """Who belongs to each of some pools now."""
    found: dict[int, list[User]] = {pool: [] for pool in pool_ids}
    members = PoolMember.objects.filter(pool__in=pool_ids, valid_to__isnull=True).select_related("user")
    for member in members.order_by("user__full_name", "pk"):
        found[member.pool_id].append(member.user)
    return found
