"""What workers do for supervision: registers."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from apps.core import outbox
from apps.core.outbox import consumer
from apps.supervision.actions import TASK, make_register
from apps.supervision.models import Register


@shared_task(name=TASK)
@consumer
def render_register(row_id: int, payload: dict[str, Any]) -> None:
    """Makes a register: the spreadsheet whole, the paper as far as it is printed."""
    register = Register.objects.select_related("agency").get(pk=payload["register"])
    at = timezone.now()
    document, stored = make_register(register, at=at)

    def change() -> None:
        document.save(force_insert=True)
        stored.document = document
        stored.save(force_insert=True)
        register.paper = document
        register.save()

    outbox.effect(row_id, at, change)
