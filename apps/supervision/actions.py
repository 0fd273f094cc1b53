"""Asking for a register, or for a quarter's use of series on paper, which a worker then makes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.core import outbox
from apps.core.rows import insert_unless_known
from apps.core.transactions import lock_one, verb_transaction
from apps.documents.actions import fails_with
from apps.documents.choices import FileState
from apps.supervision.errors import FieldUnknown, PeriodWrong, RegisterAgencyUnknown
from apps.supervision.models import QuarterReport, Register
from apps.supervision.policies import can_read_register
from apps.supervision.registers import fields_of_catalogue
from apps.supervision.series_use import Quarter, use_of_series
from apps.units.models import Agency

TASK = "apps.supervision.tasks.render_register"
QUARTER_TASK = "apps.supervision.tasks.render_quarter_report"
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
            agency=agency, starts_on=starts_on, ends_on=ends_on, field=field, state=FileState.ASKED
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


def ask_quarter_report(body_id: int, quarter: Quarter, *, by: Actor, at: datetime) -> QuarterReport:
    """The use of a body's series in a quarter on paper, as it stands when a worker makes it.

    Who asks for what is being made already is given that one. Raises RegisterAgencyUnknown, QuarterWrong.
    """
    use_of_series(body_id, quarter, seen_by=by, today=timezone.localdate(at))
    asked = QuarterReport(
        body_id=body_id, year=quarter.year, quarter=quarter.number, asked_by_id=by.account_id, asked_at=at
    )
    with verb_transaction():
        if not insert_unless_known(asked):
            return QuarterReport.objects.get(
                body=body_id, year=quarter.year, quarter=quarter.number, state=FileState.ASKED
            )
        outbox.owe(QUARTER_TASK, f"quarter-report:{asked.pk}", at, report=asked.pk).save()
    return asked


def follow_the_outbox() -> None:
    """What is given up has failed: it may be asked for again."""
    fails_with(TASK, Register, "register")
    fails_with(QUARTER_TASK, QuarterReport, "report")
