"""Imports a spreadsheet of the national list of procedures; may be run again with the same file without harm."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.actors import the_program
from apps.core import jobs
from apps.core.models import Job, OutboxRow
from apps.core.outbox import alone_with
from apps.procedures.actions.importing import TASK, drop_import, propose_import, settle, start_import
from apps.procedures.errors import ListRefused
from apps.procedures.national_list import KIND, Outcome
from apps.procedures.selectors.imports import counts_of, rows_of

OPERATOR = the_program("operator")
# What the last line calls them; `refused` counts the faults of a file that was not taken.
SAID = (Outcome.NEW, Outcome.CHANGED, Outcome.GONE, Outcome.BACK, Outcome.UNCHANGED)


class Command(BaseCommand):
    """Prints each difference, and a last line of JSON: new, changed, gone, back, unchanged, refused."""

    help = "Import a spreadsheet (.xlsx) of the national list of procedures into the catalogue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would change and change nothing"
        )
        parser.add_argument(
            "--part",
            action="store_true",
            help="the file is only a part of what its ministries have: close nothing",
        )
        parser.add_argument("--decision", default="", help="the decision on which the list is taken over")

    def handle(self, *args: Any, **options: Any) -> None:
        started, path = time.monotonic(), options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(_("The file cannot be read: %s") % error.strerror) from error
        try:
            job = propose_import(
                content, path.name, is_whole=not options["part"], by=OPERATOR, at=timezone.now()
            )
        except ListRefused as refusal:
            for fault in refusal.faults:
                self.stderr.write(str(fault))
            self._summary({}, len(refusal.faults), started, options["dry_run"])
            raise CommandError(str(refusal.message)) from None
        self._tell(job)
        if options["dry_run"]:
            drop_import(job.pk, by=OPERATOR, at=timezone.now())
        else:
            decision = options["decision"] or _("national list, file %s") % path.name
            self._do(start_import(job.pk, decision=decision, by=OPERATOR, at=timezone.now()))
        self._summary(counts_of(job), 0, started, options["dry_run"])

    def _do(self, job: Job) -> None:
        """Does here what a worker would do; one that is quicker leaves nothing to do."""
        row = OutboxRow.objects.get(effect=f"{KIND}:{job.pk}", task=TASK)
        with alone_with(row.pk) as is_alone:
            if is_alone:
                jobs.carry_out(job.pk, row.pk, settle, clock=timezone.now)

    def _tell(self, job: Job) -> None:
        for outcome in SAID:
            if outcome == Outcome.UNCHANGED:
                continue
            for row in rows_of(job, outcome):
                self.stdout.write(f"{outcome.label}: {row.key} {row.content.get('name') or row.stored_name}")  # type: ignore[attr-defined]
                for name, (before, after) in row.difference.items():
                    self.stdout.write(f"  {name}: {before!r} → {after!r}")

    def _summary(self, counts: dict[Outcome, int], refused: int, started: float, is_dry: bool) -> None:
        said: dict[str, Any] = {outcome.value: counts.get(outcome, 0) for outcome in SAID}
        said |= {"refused": refused, "dry_run": is_dry, "seconds": round(time.monotonic() - started, 2)}
        self.stdout.write(json.dumps(said, ensure_ascii=False))
