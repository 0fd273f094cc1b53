"""What workers do for the catalogue."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from apps.core import jobs
from apps.core.outbox import consumer
from apps.procedures.actions import importing


@shared_task(name=importing.TASK)
@consumer
def import_catalogue(row_id: int, payload: dict[str, Any]) -> None:
    """Writes a national list into the catalogue, some hundred rows a transaction."""
    jobs.carry_out(payload["job"], row_id, importing.settle, clock=timezone.now)
