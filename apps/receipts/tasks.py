"""What workers do for money: files of the day's lists and their sending; a bank statement taken in, or forgotten."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from apps.core import jobs
from apps.core.outbox import consumer
from apps.receipts.actions import statements
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


@shared_task(name=statements.TASK)
@consumer
def take_statement(row_id: int, payload: dict[str, Any]) -> None:
    """Adds the lines of a statement, some hundred a transaction."""
    jobs.carry_out(payload["job"], row_id, statements.settle, clock=timezone.now)


@shared_task(name=statements.FORGET)
@consumer
def forget_statement(row_id: int, payload: dict[str, Any]) -> None:
    """Deletes the file of a statement that was proposed and put away."""
    statements.forget_file(row_id, payload["job"], clock=timezone.now)
