"""Making bundles as a worker does, and the lines of its tasks at which the process that makes them is killed."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

# The tasks load it when a part is made; here it is loaded once, for all that are to die.
import apps.documents.rendering  # noqa: F401
from apps.bundles import tasks
from apps.core.models import OutboxRow
from tests.drills.dying import Steps


def reached() -> None:
    """Called at each line."""


# Each is killed further on than the one before; the last ends when there is nothing left to do.
LINES = (12, 45, 80, 130)
STEPS: Steps = {str(line): (sys.modules[__name__], "reached", line) for line in LINES}
STEPS["no line"] = (sys.modules[__name__], "reached", sys.maxsize)


def _each_line(_frame: FrameType, event: str, _arg: Any) -> Any:
    if event == "line":
        reached()
    return _each_line


def _calls(frame: FrameType, _event: str, _arg: Any) -> Any:
    return _each_line if frame.f_code.co_filename == tasks.__file__ else None


def play() -> None:
    sys.settrace(_calls)
    rows = OutboxRow.objects.filter(task__startswith="apps.bundles.", done_at__isnull=True).order_by("id")
    while row := rows.first():
        getattr(tasks, row.task.rsplit(".", 1)[1])(row.pk)
    sys.settrace(None)
