"""A process of its own that signs a receipt and is killed at one step of it: nothing of it runs after that."""

from __future__ import annotations

import os
import sys
from typing import Any

from tests.drills.dying import dying

# Each step, and after which call of it the process dies: before it begins, the first time, the second time.
STEPS: dict[str, tuple[str, int]] = {
    "before anything": ("data", 0),
    "before the data is signed": ("sign_xml", 0),
    "after the data is signed": ("sign_xml", 1),
    "after rendering, before the PDF is signed": ("render", 1),
    "after both are signed": ("sign_pdf", 1),
    "after the PDF is stored": ("save", 1),
    "after both are stored": ("save", 2),
    "after its row was closed, before its own rows": ("close", 1),
    "after its rows, before the commit": ("paper", 1),
    "after the commit": ("effect", 1),
}


def main(step: str, row_id: int, at: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from datetime import datetime

    import time_machine
    from django.core.files.storage import default_storage

    from apps.cases import tasks
    from apps.core import outbox
    from apps.documents import receipt_files
    from apps.receipts.models import ReceiptDocument

    places: dict[str, tuple[Any, str]] = {
        "data": (receipt_files, "receipt_data"),
        "sign_xml": (receipt_files, "sign_xml"),
        "render": (receipt_files, "render_for_signing"),
        "sign_pdf": (receipt_files, "sign_pdf"),
        "save": (default_storage, "save"),
        "close": (outbox, "close"),
        "paper": (ReceiptDocument.objects, "create"),
        "effect": (outbox, "effect"),
    }
    name, times = STEPS[step]
    owner, attribute = places[name]
    setattr(owner, attribute, dying(getattr(owner, attribute), times))
    with time_machine.travel(datetime.fromisoformat(at), tick=False):
        tasks.render_receipt(row_id)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
