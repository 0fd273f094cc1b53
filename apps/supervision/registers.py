"""Registers that an actor may read: those of their own agencies at the desk, those of agencies that they supervise above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import ExpressionWrapper, F, IntegerField, Q, QuerySet, Value

from apps.accounts.actors import Actor
from apps.cases.policies import agencies_worked_at
from apps.cases.selectors import Download
from apps.core.errors import NotFound
from apps.documents.actions import read_file, require_ready
from apps.procedures.models import Procedure
from apps.supervision.errors import RegisterUnknown
from apps.supervision.models import Register
from apps.supervision.policies import can_read_register, overseen
from apps.units.models import Agency
from apps.units.selectors import agencies_on

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_AGENCIES = 200


def registers_kept(*, seen_by: Actor) -> QuerySet[Register]:
    """Those of the agencies where the actor works on cases, newest first."""
    return _registers().filter(agency_id__in=agencies_worked_at(seen_by))


def registers_overseen(*, seen_by: Actor) -> QuerySet[Register]:
    """Those of the agencies that the actor supervises, newest first."""
    return _registers().filter(overseen(seen_by, "agency__"))


def registers_readable(*, seen_by: Actor) -> QuerySet[Register]:
    """Both together."""
    return _registers().filter(Q(agency_id__in=agencies_worked_at(seen_by)) | overseen(seen_by, "agency__"))


def _registers() -> QuerySet[Register]:
    """Newest first; `newest` is a number that grows that way, for pages."""
    newest = ExpressionWrapper(Value(999_999_999) - F("id"), output_field=IntegerField())
    return (
        Register.objects.select_related("agency__unit", "asked_by", "paper__file")
        .annotate(newest=newest)
        .order_by("newest")
    )


def agencies_kept(*, seen_by: Actor) -> list[Agency]:
    """The agencies where the actor works on cases."""
    return list(Agency.objects.filter(pk__in=agencies_worked_at(seen_by)).order_by("identification_code"))


def agencies_overseen(*, seen_by: Actor, day: date, words: str = "") -> list[Agency]:
    """The agencies that the actor supervises whose name or code holds every word; the first of them where many."""
    agencies = agencies_on(day).filter(overseen(seen_by))
    for word in words.split():
        agencies = agencies.filter(
            Q(name__icontains=word) | Q(name_en__icontains=word) | Q(identification_code__iexact=word)
        )
    return list(agencies[:MOST_AGENCIES])


def fields_of_catalogue() -> Sequence[str]:
    """Every field of administration that the catalogue has, as the national list spells it."""
    return list(Procedure.objects.order_by("field").values_list("field", flat=True).distinct())


def register_seen(register_id: int, *, seen_by: Actor) -> Register:
    """Raises RegisterUnknown, also where the actor may not read it."""
    found = _registers().filter(pk=register_id).first()
    if found is None or not can_read_register(found.agency, seen_by):
        raise RegisterUnknown(field="register")
    return found


def register_file(register_id: int, which: str, *, seen_by: Actor) -> Download:
    """The paper (`pdf`) or the spreadsheet (`xlsx`) of a register. Raises RegisterUnknown, FileNotReady, FileFailed, NotFound.

    Raises FileDamaged when the bytes are no longer those that were hashed.
    """
    register = register_seen(register_id, seen_by=seen_by)
    if which not in ("pdf", "xlsx"):
        raise NotFound()
    require_ready(register)
    name = (
        f"so-theo-doi-{register.agency.identification_code}-{register.starts_on:%Y%m%d}-"
        f"{register.ends_on:%Y%m%d}.{which}"
    )
    if which == "pdf":
        assert register.paper is not None
        return Download(name, "application/pdf", read_file(register.paper.file))
    return Download(name, SHEET, read_file(register))
