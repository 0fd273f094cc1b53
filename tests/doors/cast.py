"""The actors of the table, each with a browser of their own, around one case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta

from django.db import transaction
from django.test import Client

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.cases.models import Case
from apps.cases.policies import CASEWORK
from apps.units.models import Agency
from tests import given
from tests.cases.doors import official_party, other_ward, supervisor
from tests.doors.table import ACTORS
from tests.factories import PostFactory, UserFactory


def browser(actor: Actor | None = None, **options: bool) -> Client:
    """A client in English, signed in where an actor is named."""
    client = Client(headers={"accept-language": "en"}, **options)
    if actor is not None:
        client.force_login(User.objects.get(pk=actor.user_id))
    return client


class Cast:
    """Everybody of the table. `right` holds `roles` at the agency `at`; the filer is a citizen with an account."""

    def __init__(self, case: Case, *, right: Actor, at: Agency, roles: tuple[Role, ...]) -> None:
        self.case, self.at = case, at
        self.right = right
        makers: dict[str, Callable[[], Client]] = {
            "nobody": browser,
            "citizen": lambda: browser(given.citizen()),
            "filer": lambda: browser(given.act_as(case.application.filed_by)),
            "ward2": lambda: browser(given.staff(other_ward(), *CASEWORK)),
            "role2": lambda: browser(given.staff(at, *(role for role in CASEWORK if role not in roles))),
            "clerk": lambda: browser(right),
            "dist2": lambda: browser(supervisor(given.ward("Phường Hàng Bạc"))),
            "dist": lambda: browser(supervisor(case.receiving_agency.unit)),
            "city": lambda: browser(given.staff(given.city_agency("city_inspectorate"), Role.INSPECTOR)),
            "admin": lambda: browser(given.staff(at, Role.ADMINISTRATOR)),
            "gone": lambda: _deactivated(at, right),
            "ended": lambda: browser(_ended(at, right)),
            "both": lambda: browser(given.act_as(case.application.filed_by)),
        }
        self.browsers = {who: makers[who]() for who in ACTORS}

    @contextmanager
    def acting(self, who: str) -> Iterator[Client]:
        """The actor's browser, on the scene as it was built: whatever it changes is taken back afterwards.

        A bare savepoint, since a verb insists on a transaction of its own.
        """
        client = self.browsers[who]
        cookies, point = deepcopy(client.cookies), transaction.savepoint()
        try:
            if who == "both":
                official_party(self.case, self.at, *CASEWORK)
            yield client
        finally:
            transaction.savepoint_rollback(point)
            client.cookies = cookies


def _deactivated(at: Agency, like: Actor) -> Client:
    """Signed in, with the posts of the right clerk, and deactivated since."""
    actor = given.staff(at, *(post.role for post in like.posts))
    client = browser(actor)
    User.objects.filter(pk=actor.user_id).update(is_active=False)
    return client


def _ended(at: Agency, like: Actor) -> Actor:
    """Held the posts of the right clerk until yesterday."""
    user = UserFactory(is_staff_member=True)
    for post in like.posts:
        PostFactory(user=user, agency=at, role=post.role, valid_to=given.NOW.date() - timedelta(days=1))
    return given.act_as(user)
