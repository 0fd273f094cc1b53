"""Loads the reference data of the city; may be run again at any time."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.loading import LoadRefused, Tally
from apps.operations.loading import City, load_city, open_receipt_series


class Command(BaseCommand):
    """Prints a line for each kind of row, and a last line of JSON."""

    help = "Load units, agencies, calendars and procedures from the fixtures, adding only what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="check everything and write nothing")
        parser.add_argument(
            "--series-year",
            type=int,
            nargs="+",
            help="open receipt series for these years (default: this one)",
        )
        parser.add_argument("--from", dest="folder", type=Path, default=Path(settings.BASE_DIR) / "fixtures")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            city, tallies = load_city(options["folder"], at=datetime.now(UTC), keep=not options["check"])
        except LoadRefused as refused:
            for fault in refused.faults:
                self.stderr.write(str(fault))
            raise CommandError(
                _("Nothing was written: the files hold %d faults.") % len(refused.faults)
            ) from None
        for tally in tallies:
            self._tell(tally)
        if not options["check"]:
            now = datetime.now(UTC)
            for year in options["series_year"] or [timezone.localtime(now).year]:
                tallies.append(open_receipt_series(year=year, at=now))
                self._tell(tallies[-1])
        if options["check"]:
            self.stdout.write(_("Only checked: nothing was written."))
        seconds = round(time.monotonic() - started, 2)
        self.stdout.write(json.dumps(_summary(city, tallies, options["check"], seconds), ensure_ascii=False))

    def _tell(self, tally: Tally) -> None:
        counts = {"new": tally.new, "unchanged": tally.unchanged, "different": len(tally.different)}
        line = _("%(new)d new, %(unchanged)d unchanged") % counts
        if tally.different:
            line += ", " + _("%(different)d kept as stored although the file says otherwise") % counts
        self.stdout.write(f"{tally.kind}: {line}")
        for name in tally.different:
            self.stdout.write(f"  {name}")


def _summary(city: City, tallies: list[Tally], checked: bool, seconds: float) -> dict[str, Any]:
    return {
        "units": city.structure.levels(),
        "agencies": len(city.structure.agencies),
        "calendars": len(city.calendars.calendars),
        "calendar_days": len(city.calendars.days),
        "procedures": len(city.catalogue.procedures),
        "new": {tally.kind: tally.new for tally in tallies},
        "unchanged": {tally.kind: tally.unchanged for tally in tallies},
        "different": {tally.kind: tally.different for tally in tallies if tally.different},
        "only_checked": checked,
        "seconds": seconds,
    }
