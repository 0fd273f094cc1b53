"""Attaches a folder of papers of 2018 to their cases; may be run again with the same folder without harm."""

from __future__ import annotations

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.actors import the_program
from apps.cases.actions.legacy import take_over_paper
from apps.core.loading import LoadRefused
from apps.operations.legacy_papers import read_papers

OPERATOR = the_program("operator")


class Command(BaseCommand):
    """Prints each paper, and a last line of JSON: new, unchanged, refused."""

    help = "Attach old papers (Thông tư 01/2018/TT-VPCP), named in manifest.csv or manifest.json, to their cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check everything and attach nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, is_dry, at = options["folder"], options["dry_run"], timezone.now()
        if not folder.is_dir():
            raise CommandError(_("There is no such folder: %s") % folder)
        try:
            new, there = read_papers(folder, day=timezone.localdate(at))
        except LoadRefused as refused:
            for fault in refused.faults:
                self.stderr.write(str(fault))
            self._summary(0, 0, len(refused.faults), is_dry)
            raise CommandError(_("The manifest has faults; nothing was attached.")) from None
        attached = 0
        for paper in new:
            self.stdout.write(
                f"{paper.case_code} {paper.kind} {paper.number} {paper.dated_on:%d/%m/%Y} {paper.filename}"
            )
            if is_dry:
                continue
            content = (folder / paper.filename).read_bytes()
            if hashlib.sha256(content).hexdigest() != paper.sha256:
                raise CommandError(_("%s has changed since it was checked.") % paper.filename)
            attached += take_over_paper(paper, content, by=OPERATOR, at=timezone.now())
        self._summary(
            len(new) if is_dry else attached, len(there) + (0 if is_dry else len(new) - attached), 0, is_dry
        )

    def _summary(self, new: int, unchanged: int, refused: int, is_dry: bool) -> None:
        said = {"new": new, "unchanged": unchanged, "refused": refused, "dry_run": is_dry}
        self.stdout.write(json.dumps(said))
