"""Shows the outbox rows that need a person, and sends failed ones again; made to be called by monitoring."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.models import OutboxRow
from apps.core.outbox import failed_rows, overdue_rows, send_again


class Command(BaseCommand):
    """Lists what failed and what is long overdue, after sending again what it was told to.

    Ends with 1 when a row is listed, or when one that was named could not be sent again.
    """

    help = "List outbox rows that failed or are long overdue; send failed ones again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--resend", type=int, nargs="+", metavar="ID", help="send these failed rows again")
        which.add_argument("--resend-failed", action="store_true", help="send every failed row again")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        ids = options["resend"] or []
        if options["resend_failed"]:
            ids = list(failed_rows().values_list("pk", flat=True))
        unsent = [row_id for row_id in ids if not self._send_again(row_id, at)]
        failed, overdue = list(failed_rows()), list(overdue_rows(at))
        for row in failed:
            self._tell(_("FAILED"), row, row.failed_at or at)
        for row in overdue:
            self._tell(_("OVERDUE"), row, row.created_at)
        self.stdout.write(
            _("%(failed)d failed, %(overdue)d overdue") % {"failed": len(failed), "overdue": len(overdue)}
        )
        if failed or overdue or unsent:
            raise SystemExit(1)

    def _send_again(self, row_id: int, at: datetime) -> bool:
        is_sent = send_again(row_id, at)
        said = _("%(id)d: will be sent again") if is_sent else _("%(id)d: is not a failed row, left as it is")
        self.stdout.write(said % {"id": row_id})
        return is_sent

    def _tell(self, state: str, row: OutboxRow, since: datetime) -> None:
        self.stdout.write(
            _(
                "%(state)s %(id)d %(task)s %(effect)s: attempts %(attempts)d, last error %(error)s, since %(since)s"
            )
            % {
                "state": state,
                "id": row.pk,
                "task": row.task,
                "effect": row.effect,
                "attempts": row.attempts,
                "error": row.last_error or "—",
                "since": timezone.localtime(since).isoformat(timespec="seconds"),
            }
        )
