"""Who may do what with money. Rights follow from posts and are asked here and in the policies of cases."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from apps.accounts.actors import Actor, HeldPost
from apps.accounts.choices import Role
from apps.accounts.models import Post
from apps.accounts.selectors import holding
from apps.core.errors import NotAllowed
from apps.procedures.policies import can_change_catalogue
from apps.receipts.models import CashierSession, CollectionAccount
from apps.receipts.succession import successors_of
from apps.units.choices import Level
from apps.units.models import Agency

ANSWER_FOR_MONEY = (Role.HEAD, Role.APPROVER)
# Of those at the body for which money was collected.
ANSWER_FOR_RECEIPTS = (Role.CASHIER, *ANSWER_FOR_MONEY)
TAKE_MONEY = (Role.RECEPTIONIST, Role.CASHIER, Role.RESULT_DESK)


def bodies_held(actor: Actor, *roles: Role) -> tuple[int, ...]:
    """The collecting bodies for which the actor holds one of the roles: where they hold it, and all that these have succeeded.

    What a body that has ended leaves behind is its successor's to answer for: this is the one place where that is asked.
    """
    posts = actor.posts_with(*roles)
    return tuple(dict.fromkeys(body for post in posts for body in (post.agency_id, *post.succeeded)))


def holds_for(bodies: Collection[int | None], actor: Actor, *roles: Role) -> bool:
    """Whether the actor holds one of the roles at one of these bodies, or at who has succeeded one of them."""
    return any(body in bodies for body in bodies_held(actor, *roles))


def can_take_money_at(agency_id: int | None, actor: Actor) -> bool:
    """Whoever stands at the desk of an agency keeps a drawer there."""
    return actor.holds(agency_id, *TAKE_MONEY)


def takes_money_for(desks: Collection[int | None], actor: Actor) -> bool:
    """Whether the actor stands at one of these desks where money is taken, or at who has succeeded one of them."""
    return holds_for(desks, actor, *TAKE_MONEY)


def desks_of_drawers(actor: Actor) -> tuple[HeldPost, ...]:
    """The posts at desks where the actor may keep a drawer."""
    return actor.posts_with(*TAKE_MONEY)


def drawers_in_sight(actor: Actor) -> Q:
    """A cashier's own sessions at desks where they still stand, and all of desks whose agency the actor answers for."""
    own = Q(cashier_id=actor.user_id, desk__in=actor.agencies_with(*TAKE_MONEY))
    return own | Q(desk__in=bodies_held(actor, *ANSWER_FOR_MONEY))


def answers_for_drawers_at(agency_id: int | None, actor: Actor) -> bool:
    """Who heads an agency, or signs for it, sees the drawers of its desk and closes one whose cashier is absent."""
    return holds_for([agency_id], actor, *ANSWER_FOR_MONEY)


def has_to_do_with_drawers(actor: Actor) -> bool:
    """Whether the actor keeps a drawer anywhere, or answers for some."""
    return bool(actor.posts_with(*TAKE_MONEY, *ANSWER_FOR_MONEY))


def is_second_pair_of_eyes(hands: Collection[int | None], actor: Actor) -> bool:
    """Whether the actor is none of those through whose hands something went: what one did, another looks at."""
    return actor.user_id not in hands


def may_acknowledge(session: CashierSession, actor: Actor) -> bool:
    """A difference is acknowledged by neither who kept the drawer nor who counted it."""
    hands = (session.cashier_id, session.closed_by_id)
    return is_second_pair_of_eyes(hands, actor) and answers_for_drawers_at(session.desk_id, actor)


def answers_for_money_of(agency_id: int | None, actor: Actor) -> bool:
    """Whoever heads a collecting body, or signs there, answers for what it tells the tax authority."""
    return holds_for([agency_id], actor, *ANSWER_FOR_MONEY)


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose money somebody may read: all of it, that of bodies at and below some units, that of some bodies.

    `of_no_body`: also what is known to be of none, which only rows that name no body can be.
    """

    is_whole: bool = False
    of_no_body: bool = False
    unit_ids: frozenset[int] = frozenset()
    agency_ids: frozenset[int] = frozenset()

    def covers(self, agency: Agency | None) -> bool:
        """Whether what is of a body, or known to be of none, is in sight."""
        if agency is None:
            return self.is_whole or self.of_no_body
        return (
            self.is_whole
            or agency.pk in self.agency_ids
            or bool({agency.unit_id, agency.unit.parent_id} & self.unit_ids)
        )

    def of(self, body: str = "") -> Q:
        """The condition on rows whose agency stands at `body`, such as `collecting_body`; on agencies where it is empty."""
        if self.is_whole:
            return Q()
        at = f"{body}__" if body else ""
        return (
            Q(**{f"{body or 'pk'}__in": self.agency_ids})
            | Q(**{f"{at}unit__in": self.unit_ids})
            | Q(**{f"{at}unit__parent__in": self.unit_ids})
        )


def reads_books(actor: Actor) -> bool:
    """Whether the actor reads the books of any body at all."""
    return bool(actor.posts_with(Role.AUDITOR, Role.ACCOUNTANT))


def may_read_books(actor: Actor) -> None:
    """Raises NotAllowed."""
    if not reads_books(actor):
        raise NotAllowed()


def sight_of(actor: Actor) -> Sight:
    """What an auditor reads of their unit and all below it, and an accountant of their own body; both also of those that
    it has succeeded. Raises NotAllowed.
    """
    may_read_books(actor)
    return books_of(actor)


def books_of(actor: Actor) -> Sight:
    """The same for whoever asks: nothing for somebody without such a post."""
    audited = actor.posts_with(Role.AUDITOR)
    if any(post.level == Level.CITY for post in audited):
        return Sight(is_whole=True)
    return Sight(
        of_no_body=accounts_for_the_city(actor),
        unit_ids=frozenset(post.unit_id for post in audited),
        agency_ids=frozenset(bodies_held(actor, Role.ACCOUNTANT, Role.AUDITOR)),
    )


def accounts_for_the_city(actor: Actor) -> bool:
    """An accountant at the city's level: what came through the city's one merchant at a gateway and is known to be of no body
    is theirs to look into.
    """
    return any(post.level == Level.CITY for post in actor.posts_with(Role.ACCOUNTANT))


def bodies_accounted_for(actor: Actor) -> tuple[int, ...]:
    """The bodies whose accounts the actor keeps."""
    return bodies_held(actor, Role.ACCOUNTANT)


def keeps_accounts(actor: Actor) -> bool:
    """Whether the actor is the accountant of any body: an auditor reads and never writes."""
    return bool(actor.posts_with(Role.ACCOUNTANT))


def can_keep_accounts_of(agency_id: int | None, actor: Actor) -> bool:
    """The accountant of a body takes its statements in, matches their lines and explains differences; what is of no body is
    an accountant's at the city's level.
    """
    if agency_id is None:
        return accounts_for_the_city(actor)
    return holds_for([agency_id], actor, Role.ACCOUNTANT)


def may_keep_accounts_of(agency_id: int | None, actor: Actor) -> None:
    """Raises NotAllowed."""
    if not can_keep_accounts_of(agency_id, actor):
        raise NotAllowed()


def who_explains(body_id: int | None, hands: Collection[int], day: date) -> list[Post]:
    """Who explains a difference of a body, never one through whose hands the money of it went: its accountants; where none
    is left, who heads it; then the accountants of the agency above, and of the one above that. What is of no body is
    explained by the accountants of the city. Empty where nobody holds such a post.
    """
    for turn in _explaining_in_turn(body_id):
        if found := holding(turn, day, but=hands):
            return found
    return []


def _explaining_in_turn(body_id: int | None) -> Iterator[Q]:
    """The posts that are asked one after the other, as conditions."""
    if body_id is None:
        yield Q(role=Role.ACCOUNTANT, agency__unit__level=Level.CITY)
        return
    body = Agency.objects.get(pk=body_id)
    # With what the agency of a post has succeeded, as `bodies_held` has it of an actor's.
    here = Q(agency=body) | Q(agency__in=successors_of(body))
    yield here & Q(role=Role.ACCOUNTANT)
    yield here & Q(role=Role.HEAD)
    while body.parent is not None:
        body = body.parent
        yield Q(role=Role.ACCOUNTANT, agency=body)


def can_explain(body_id: int | None, hands: Collection[int], actor: Actor, day: date) -> bool:
    """Whether the actor is one of those who explain a difference that money went through these hands."""
    return any(post.user_id == actor.user_id for post in who_explains(body_id, hands, day))


def may_change_accounts(actor: Actor) -> None:
    """Accounts at banks are kept by an administrator of the city. Raises NotAllowed."""
    if not any(post.role == Role.ADMINISTRATOR and post.level == Level.CITY for post in actor.posts):
        raise NotAllowed()


def may_answer_for_accounts(actor: Actor) -> None:
    """Whoever heads a body, or signs there, sees its accounts and confirms them. Raises NotAllowed."""
    if not actor.posts_with(*ANSWER_FOR_MONEY):
        raise NotAllowed()


def can_confirm(account: CollectionAccount, actor: Actor) -> bool:
    """An account is confirmed by who answers for the money of its body and did not open it."""
    is_second = is_second_pair_of_eyes([account.opened_by_id], actor)
    return is_second and answers_for_money_of(account.agency_id, actor)


def can_keep_series(body_id: int, actor: Actor) -> bool:
    """An administrator of the city, and who heads the collecting body or signs for it."""
    return can_change_catalogue(actor) or holds_for([body_id], actor, *ANSWER_FOR_MONEY)


def may_keep_series(body_id: int, actor: Actor) -> None:
    """Raises NotAllowed."""
    if not can_keep_series(body_id, actor):
        raise NotAllowed()


def may_keep_some_series(actor: Actor) -> None:
    """Raises NotAllowed for who keeps the series of no body at all."""
    if not (can_change_catalogue(actor) or keeps_series_somewhere(actor)):
        raise NotAllowed()


def keeps_series_somewhere(actor: Actor) -> bool:
    """Whether the actor keeps the series of any body by a post there."""
    return bool(actor.posts_with(*ANSWER_FOR_MONEY))


def bodies_kept(actor: Actor) -> tuple[int, ...]:
    """The bodies whose series the actor keeps by a post; an administrator of the city keeps all."""
    return bodies_held(actor, *ANSWER_FOR_MONEY)


def may_record_succession(actor: Actor) -> None:
    """Who succeeds a body is not for the body to say: an administrator of the city records it. Raises NotAllowed."""
    if not can_change_catalogue(actor):
        raise NotAllowed()


def can_answer_for_receipts(body_id: int, actor: Actor) -> bool:
    """Who answers for a wrong receipt of a collecting body: its cashier, its head, who signs there."""
    return holds_for([body_id], actor, *ANSWER_FOR_RECEIPTS)


def can_print_receipts(actor: Actor) -> bool:
    """Whether the actor takes money, or answers for it, anywhere."""
    return bool(actor.posts_with(*TAKE_MONEY, *ANSWER_FOR_RECEIPTS))


def receipts_in_sight(actor: Actor) -> Q:
    """Receipts, as a condition on rows that lead to one: whose money was taken at a desk of theirs or for a body of theirs."""
    return Q(receipt__payment__taken_at_desk_id__in=bodies_held(actor, *TAKE_MONEY)) | Q(
        receipt__payment__collecting_body_id__in=bodies_held(actor, *ANSWER_FOR_RECEIPTS)
    )


def desks_printed_for(actor: Actor) -> tuple[int, ...]:
    """The agencies whose receipts of a day the actor prints."""
    return bodies_held(actor, *TAKE_MONEY, *ANSWER_FOR_RECEIPTS)


def can_print_receipts_of(agency_id: int, actor: Actor) -> bool:
    """Whoever takes money at the agency's desk or answers for what was collected for it; each prints what is theirs to read."""
    return holds_for([agency_id], actor, *TAKE_MONEY, *ANSWER_FOR_RECEIPTS)
