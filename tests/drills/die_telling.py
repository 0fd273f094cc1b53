"""A day's list made, written and sent, and the steps at which the process that is at it is killed."""

from __future__ import annotations

from datetime import datetime

import time_machine
from django.core.files.storage import default_storage
from urllib3 import PoolManager

from apps.core import outbox
from apps.documents import rendering
from apps.receipts import tasks
from apps.receipts.actions import day_reports, telling
from apps.receipts.tax_authority import by_http
from tests.drills.dying import Steps

MAKING: Steps = {
    "before the list is made": (day_reports, "make_list", 0),
    "after its lines, before its edition": (day_reports, "_new_edition", 0),
    "after its edition, before its files are owed": (outbox, "owe", 0),
    "after its files are owed, before the commit": (day_reports, "_new_edition", 1),
    "after the list is committed": (day_reports, "make_list", 1),
}
WRITING: Steps = {
    "before its files": (telling, "write_sheet", 0),
    "after its data is written, before it is signed": (telling, "sign_list", 0),
    "after its data is signed": (telling, "sign_list", 1),
    "after its paper is rendered": (rendering, "render_pdf", 1),
    "after one of its files is stored": (default_storage, "save", 1),
    "after all of its files are stored": (default_storage, "save", 3),
    "after the row of its files was closed": (outbox, "close", 1),
    "after its sending is owed, before the commit": (telling, "owe_sending", 1),
    "after its files are committed": (outbox, "effect", 1),
}
SENDING: Steps = {
    "before it is read": (telling, "read_file", 0),
    "before it is handed over": (PoolManager, "request", 0),
    "after the authority answered, before the answer is read": (PoolManager, "request", 1),
    "after the answer is understood": (by_http, "_understood", 1),
    "after the answer is kept, before the commit": (telling, "_keep", 1),
    "after the answer is committed": (outbox, "effect", 1),
}
STEPS: Steps = MAKING | WRITING | SENDING


def play(at: str, row_id: int | None = None, task: str = "") -> None:
    """Makes the lists of the day, or carries out an outbox row."""
    moment = datetime.fromisoformat(at)
    with time_machine.travel(moment, tick=False):
        if row_id is None:
            day_reports.make_lists(moment.date(), at=moment)
        else:
            getattr(tasks, task)(row_id)
