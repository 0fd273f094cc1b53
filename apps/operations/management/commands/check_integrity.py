"""Proves the invariants of the whole database; safe on a live system."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.operations.integrity import INVARIANTS, Findings, check

# What breaks nothing and must be seen: `manage.py outbox` shows what has failed.
COUNTED = {
    "outbox_rows": gettext_lazy("%(outbox_done)d done, %(outbox_due)d due, %(outbox_failed)d visibly failed"),
    "calendar_moves": gettext_lazy("%(calendar_owed)d cases owed"),
}


class Command(BaseCommand):
    """Prints a line for each invariant and a last line of JSON; ends with 1 when one is broken."""

    help = "Prove the invariants of the whole database and name the first row that breaks one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--without-files", action="store_true", help="leave the bytes of stored files unread, and say so"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        findings = check(at=timezone.now(), with_files=not options["without_files"])
        for name, text in INVARIANTS.items():
            counted = f" ({COUNTED[name] % findings.counts})" if name in COUNTED else ""
            self.stdout.write(f"{name}: {_answer(findings, name)}{counted} — {text}")
        seconds = round(time.monotonic() - started, 2)
        self.stdout.write(json.dumps(_summary(findings, seconds), ensure_ascii=False))
        if not findings.is_whole:
            raise SystemExit(1)


def _answer(findings: Findings, name: str) -> str:
    fault = findings.broken.get(name)
    if fault is not None:
        return _("BROKEN, first by %(row)s: %(what)s") % {"row": fault.row, "what": fault.what}
    return _("not checked") if name in findings.unchecked else _("ok")


def _summary(findings: Findings, seconds: float) -> dict[str, Any]:
    broken = {name: {"row": fault.row, "what": fault.what} for name, fault in findings.broken.items()}
    return {
        "ok": findings.is_whole,
        "invariants": {
            name: None if name in findings.unchecked else name not in broken for name in INVARIANTS
        },
        "broken": broken,
        "counts": findings.counts,
        "seconds": seconds,
    }
