"""The catalogue as administrators see it: also what nobody can file."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _

from apps.accounts.actors import Actor
from apps.procedures.models import Procedure, ProcedureVersion
from apps.procedures.policies import can_change_catalogue
from apps.procedures.selectors.catalogue import with_openness


class WholeState(TextChoices):
    """Whether a procedure can be filed, and what is missing where it cannot."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed for filing")
    NO_VERSION = "no_version", _("No version in force")
    GONE = "gone", _("Not on the national list")


def procedures_known(
    day: date, *, words: str = "", state: WholeState | None = None, seen_by: Actor
) -> QuerySet[Procedure]:
    """Every procedure with its `whole_state` on a day; nothing for whoever may not change the catalogue."""
    if not can_change_catalogue(seen_by):
        return Procedure.objects.none()
    in_force = ProcedureVersion.objects.in_force_on(day).filter(procedure=OuterRef("pk"))
    found = Procedure.objects.annotate(
        whole_state=Case(
            When(left_list_on__isnull=False, then=Value(WholeState.GONE.value)),
            When(
                Exists(with_openness(in_force, day).filter(Q(is_open=True))),
                then=Value(WholeState.OPEN.value),
            ),
            When(Exists(in_force), then=Value(WholeState.CLOSED.value)),
            default=Value(WholeState.NO_VERSION.value),
        )
    )
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(name_en__icontains=word) | Q(code__startswith=word))
    return found.filter(whole_state=state) if state else found
