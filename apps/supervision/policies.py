"""Who may look on from above: a supervisor at one district, an inspector at the whole city. Neither acts on a case."""

from __future__ import annotations

from django.db.models import Q

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.cases.policies import agencies_worked_at
from apps.receipts.policies import (
    ANSWER_FOR_MONEY,
    answers_for_money_of,
    bodies_held,
    books_of,
    reads_books,
)
from apps.units.choices import Level
from apps.units.models import AdministrativeUnit, Agency


def oversees(actor: Actor) -> bool:
    """Whether the actor supervises anything at all."""
    return bool(actor.posts_with(Role.SUPERVISOR, Role.INSPECTOR))


def oversees_city(actor: Actor) -> bool:
    return bool(actor.posts_with(Role.INSPECTOR))


def districts_overseen(actor: Actor) -> frozenset[int]:
    """The districts of which the actor is supervisor, without those of an inspector, which are all."""
    return frozenset(
        post.unit_id for post in actor.posts_with(Role.SUPERVISOR) if post.level == Level.DISTRICT
    )


def can_see_district(unit: AdministrativeUnit, actor: Actor) -> bool:
    return unit.level == Level.DISTRICT and (oversees_city(actor) or unit.pk in districts_overseen(actor))


def supervises_agency(agency: Agency, actor: Actor) -> bool:
    """An agency of a district that the actor supervises or of a ward in it; an inspector's are all."""
    return oversees_city(actor) or bool({agency.unit_id, agency.unit.parent_id} & districts_overseen(actor))


def overseen(actor: Actor, prefix: str = "") -> Q:
    """The agencies that the actor supervises, as a condition on the agency that `prefix` leads to."""
    if oversees_city(actor):
        return Q(pk__isnull=False)
    districts = districts_overseen(actor)
    return Q(**{f"{prefix}unit_id__in": districts}) | Q(**{f"{prefix}unit__parent_id__in": districts})


def reads_money_reports(actor: Actor) -> bool:
    """Whether the actor reads reports on the money of any collecting body: who answers for it or keeps its books there,
    who supervises and who audits."""
    return oversees(actor) or reads_books(actor) or bool(actor.posts_with(*ANSWER_FOR_MONEY))


def money_in_sight(actor: Actor, prefix: str = "") -> Q:
    """The collecting bodies whose money the actor reads, as a condition on the agency that `prefix` leads to."""
    books = books_of(actor)
    if books.is_whole:
        return Q(pk__isnull=False)
    answered_for = Q(**{f"{prefix}id__in": bodies_held(actor, *ANSWER_FOR_MONEY)})
    return answered_for | overseen(actor, prefix) | books.of(prefix.removesuffix("__"))


def can_read_money_of(agency: Agency, actor: Actor) -> bool:
    return (
        answers_for_money_of(agency.pk, actor)
        or supervises_agency(agency, actor)
        or books_of(actor).covers(agency)
    )


def can_read_register(agency: Agency, actor: Actor) -> bool:
    """The agency's own staff, and whoever supervises it: a statutory book, with whole names."""
    return agency.pk in agencies_worked_at(actor) or supervises_agency(agency, actor)
