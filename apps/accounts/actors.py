"""The actor: who does something, with the posts and persons that rights follow from, read once for each request."""

from __future__ import annotations

from dataclasses import dataclass

from apps.accounts.choices import Role
from apps.units.choices import Level


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post as held today. `succeeded`: agencies that have ended and for which the post's own stands, in what is left of them."""

    post_id: int
    agency_id: int
    agency_name: str
    unit_id: int
    level: Level
    role: Role
    succeeded: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, or the program itself (`user_id` None and `program` naming the part that acts).

    `citizen_id` and `business_ids` are the persons on whose applications the actor has a role; ids of rows that this
    layer does not know.
    """

    user_id: int | None
    name: str
    posts: tuple[HeldPost, ...] = ()
    citizen_id: int | None = None
    business_ids: frozenset[int] = frozenset()
    program: str = ""
    username: str = ""

    @property
    def account_id(self) -> int:
        """The account of a person who acts. Raises TypeError for the program, which has none."""
        if self.user_id is None:
            raise TypeError("the program has no account")
        return self.user_id

    @property
    def is_staff(self) -> bool:
        return bool(self.posts)

    def holds(self, agency_id: int | None, *roles: Role) -> bool:
        """Whether one of the roles is held at the agency today."""
        return agency_id is not None and any(
            post.agency_id == agency_id and post.role in roles for post in self.posts
        )

    def agencies_with(self, *roles: Role) -> tuple[int, ...]:
        """The agencies at which one of the roles is held (any role when none is named)."""
        return tuple(dict.fromkeys(post.agency_id for post in self.posts if not roles or post.role in roles))

    def posts_with(self, *roles: Role) -> tuple[HeldPost, ...]:
        return tuple(post for post in self.posts if post.role in roles)


def the_program(part: str) -> Actor:
    """The program acting by itself: the router, the clock, the mailer."""
    return Actor(user_id=None, name=part, program=part)


ROUTER = the_program("router")
DELIVERY = the_program("delivery")
LINKER = the_program("linker")
REFUNDS = the_program("refunds")
CLOCK = the_program("clock")
CALENDAR = the_program("calendar")
PAYMENTS = the_program("payments")
