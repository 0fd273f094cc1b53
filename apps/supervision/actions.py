"""Asking for a register, which a worker then makes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.core import outbox
from apps.core.transactions import lock_one, verb_transaction
from apps.supervision.choices import RegisterState
from apps.supervision.errors import FieldUnknown, PeriodWrong, RegisterAgencyUnknown
from apps.supervision.models import Register
from apps.supervision.policies import can_read_register
from apps.supervision.registers import fields_of_catalogue
from apps.units.models import Agency

TASK = "apps.supervision.tasks.render_register"
LONGEST = timedelta(days=366)


def ask_register(
    agency_id: int, *, starts_on: date, ends_on: date, field: str = "", by: Actor, at: datetime
) -> Register:
    """A register of an agency for a period, both days included, and one field or all; a worker makes it.

    Who asks for what is being made already is given that one. Raises RegisterAgencyUnknown, PeriodWrong, FieldUnknown.
    """
    agency = Agency.objects.select_related("unit").filter(pk=agency_id).first()
    if agency is None or not can_read_register(agency, by):
        raise RegisterAgencyUnknown(field="agency")
    if not starts_on <= ends_on <= timezone.localdate(at) or ends_on - starts_on >= LONGEST:
        raise PeriodWrong(field="ends_on")
    if field and field not in fields_of_catalogue():
        raise FieldUnknown(field="field")
    with verb_transaction():
        # Whoever asks at the same moment waits here for the one before.
        lock_one(Agency.objects.filter(pk=agency.pk))
        asked = Register.objects.filter(
            agency=agency, starts_on=starts_on, ends_on=ends_on, field=field, state=RegisterState.ASKED
        ).first()
        if asked is not None:
            return asked
        register = Register.objects.create(
            agency=agency,
            starts_on=starts_on,
            ends_on=ends_on,
            field=field,
            asked_by_id=by.account_id,
            asked_at=at,
        )
        outbox.owe(TASK, f"register:{register.pk}", at, register=register.pk).save()
    return register
