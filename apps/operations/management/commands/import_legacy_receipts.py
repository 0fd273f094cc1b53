"""Takes over a list of receipts of the old regime; may be run again with the same list without harm."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.administration import note_administration
from apps.core.loading import LoadRefused
from apps.operations.legacy_receipts import read_legacy_receipts
from apps.receipts.models import LegacyReceipt


class Command(BaseCommand):
    """Prints every fault, and a last line of JSON: new, unchanged, refused."""

    help = "Take over receipts of Thông tư 303/2016/TT-BTC from a list (.xlsx or .csv)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check everything and take over nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path, is_dry, at = options["list"], options["dry_run"], timezone.now()
        if path.suffix not in (".csv", ".xlsx") or not path.is_file():
            raise CommandError(_("There is no such list: %s") % path)
        try:
            new, there = read_legacy_receipts(path, at=timezone.localtime(at))
        except LoadRefused as refused:
            for fault in refused.faults:
                self.stderr.write(str(fault))
            self._summary(0, 0, len(refused.faults), is_dry)
            raise CommandError(_("The list has faults; nothing was taken over.")) from None
        if not is_dry and new:
            with transaction.atomic(durable=True):
                LegacyReceipt.objects.bulk_create(new, batch_size=1000)
                note_administration(
                    "import_legacy_receipts", subject=path.name[:120], actor_id=None, at=at, new=len(new)
                )
        self._summary(len(new), there, 0, is_dry)

    def _summary(self, new: int, unchanged: int, refused: int, is_dry: bool) -> None:
        said = {"new": new, "unchanged": unchanged, "refused": refused, "dry_run": is_dry}
        self.stdout.write(json.dumps(said))
