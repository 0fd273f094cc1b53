"""Measures receipts: rate against WeasyPrint alone, memory, many in one file, p95 from payment to stored PDF."""

from __future__ import annotations

import json
import logging
import os
import platform
import subprocess
import sys
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.bundles.actions import MOST_RECEIPTS
from apps.bundles.choices import Medium
from apps.operations.people import ensure_people
from apps.operations.receipt_bench import Row, against_weasyprint, bundled, pay, through_workers


class Command(BaseCommand):
    """Prints one table and keeps it under `receipts` in bench/latest.json. It fills the database that it is given."""

    help = "Measure receipts against WeasyPrint alone; for an empty database of its own (make bench)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--receipts",
            type=int,
            default=1000,
            help=f"how many are signed and then put into one file, {MOST_RECEIPTS} at most",
        )
        parser.add_argument("--through-workers", type=int, default=120)
        parser.add_argument("--per-second", type=float, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        # A line for each number would bury the table.
        logging.getLogger("apps.receipts").setLevel(logging.WARNING)
        owner = os.environ.get("DATABASE_OWNER_URL")
        if owner is None:
            raise CommandError("DATABASE_OWNER_URL is not set: run it with `make bench`.")
        if not 1 <= options["receipts"] <= MOST_RECEIPTS:
            raise CommandError(f"--receipts: choose from 1 to {MOST_RECEIPTS}.")
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": owner},
            check=True,
        )
        call_command("load_city", stdout=StringIO())
        ensure_people(timezone.now())
        self.stdout.write(f"Taking {options['receipts']} payments …")
        owed = list(pay(options["receipts"]))
        self.stdout.write("Signing them by one process, beside WeasyPrint alone …")
        rows = against_weasyprint(owed)
        self.stdout.write("Putting all of them into one file …")
        rows += [bundled(medium) for medium in Medium]
        self.stdout.write(f"Taking {options['through_workers']} payments with the demo's workers …")
        logs = settings.BASE_DIR / ".local" / "logs" / "bench"
        rows.append(
            through_workers(options["through_workers"], options["per_second"], logs, settings.BASE_DIR)
        )
        self._keep(rows)
        self._print(rows)

    def _print(self, rows: list[Row]) -> None:
        wide = max(len(row.work) for row in rows)
        figure = max(len(row.figure) for row in rows)
        for row in rows:
            ratio = "" if row.ratio is None else f"{row.ratio:.3f}"
            self.stdout.write(
                f"{row.work:<{wide}}  {row.size:>6}  {row.figure:<{figure}}  {ratio:>7}  {row.compared_with}"
            )

    def _keep(self, rows: list[Row]) -> None:
        path: Path = settings.BASE_DIR / "bench" / "latest.json"
        path.parent.mkdir(exist_ok=True)
        kept = json.loads(path.read_text()) if path.exists() else {}
        kept["receipts"] = {
            "at": timezone.now().isoformat(timespec="seconds"),
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "rows": [row.told() for row in rows],
        }
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n")
