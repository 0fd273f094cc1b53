"""Writes a specimen of every statutory paper into a folder, so that a person can look at them."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from apps.documents.rendering import PAPERS, render_pdf
from apps.operations.specimens import SPECIMENS

NOTE = "Bản mẫu của hồ sơ không có thật, để xem hình thức giấy tờ; không có giá trị pháp lý."


class Command(BaseCommand):
    """One PDF each: the receipt and forms 01 to 07, of people and cases that exist nowhere."""

    help = "Write a specimen of every statutory paper, as PDF, into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        for kind in PAPERS:
            said = dict(SPECIMENS[kind]())
            said["notes"] = [*said["notes"], NOTE]
            path = folder / f"{kind}.pdf"
            path.write_bytes(render_pdf(kind, said))
            self.stdout.write(str(path))
