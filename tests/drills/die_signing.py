"""Signing a receipt, and the steps at which the process that signs it is killed."""

from __future__ import annotations

from datetime import datetime

import time_machine
from django.core.files.storage import default_storage

from apps.cases import tasks
from apps.core import outbox
from apps.documents import receipt_files
from apps.receipts.models import ReceiptDocument
from tests.drills.dying import Steps

STEPS: Steps = {
    "before anything": (receipt_files, "receipt_data", 0),
    "before the data is signed": (receipt_files, "sign_xml", 0),
    "after the data is signed": (receipt_files, "sign_xml", 1),
    "after rendering, before the PDF is signed": (receipt_files, "render_for_signing", 1),
    "after both are signed": (receipt_files, "sign_pdf", 1),
    "after the PDF is stored": (default_storage, "save", 1),
    "after both are stored": (default_storage, "save", 2),
    "after its row was closed, before its own rows": (outbox, "close", 1),
    "after its rows, before the commit": (ReceiptDocument.objects, "create", 1),
    "after the commit": (outbox, "effect", 1),
}


def play(row_id: int, at: str) -> None:
    with time_machine.travel(datetime.fromisoformat(at), tick=False):
        tasks.render_receipt(row_id)
