"""Who makes a request: the account with today's posts, its person, and the businesses that the person may act for."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from apps.accounts.actors import Actor
from apps.accounts.models import User
from apps.accounts.selectors import posts_held
from apps.businesses.selectors import businesses_of
from apps.receipts.succession import succeeded_by_each


def actor_of(user: User, day: date) -> Actor:
    """Read once for each request."""
    citizen_id, business_ids = businesses_of(user.pk, day)
    return Actor(
        user_id=user.pk,
        name=user.full_name,
        username=user.username,
        posts=posts_held(user.pk, day, succeeded=succeeded_by_each("accounts_post.agency_id"))
        if user.is_staff_member
        else (),
        citizen_id=citizen_id,
        business_ids=business_ids,
    )


NOBODY = Actor(user_id=None, name="")


def actor_of_request(request: HttpRequest) -> Actor:
    """Who the middleware found; `NOBODY` where nobody has signed in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
