"""What workers do for receipts: files of the day's lists, and their sending."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from apps.core.outbox import consumer
from apps.receipts.actions.day_reports import RENDER, SEND
from apps.receipts.actions.telling import edition_of, make_files, tell


@shared_task(name=RENDER)
@consumer
def render_day_report(row_id: int, payload: dict[str, Any]) -> None:
    """Makes the files of a day's list."""
    from apps.documents.rendering import render_pdf

    make_files(row_id, edition_of(payload["edition"]), render_pdf, clock=timezone.now)


@shared_task(name=SEND)
@consumer
def send_day_report(row_id: int, payload: dict[str, Any]) -> None:
    """Sends a day's list to the tax authority, or asks what became of it."""
    tell(row_id, edition_of(payload["edition"]), clock=timezone.now)
