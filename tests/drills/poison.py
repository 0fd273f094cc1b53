"""A worker of the program with tasks that do harm: one that always raises, one that kills the process it runs in."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import django

from config.celery import app

# A worker reads this file before it reads the program's own tasks.
django.setup()

from apps.cases.tasks import consumer  # noqa: E402


def runs(task: str) -> Path:
    """Where a task leaves a line for each time it runs."""
    return Path(os.environ["DRILL_FOLDER"]) / f"{task}.runs"


@app.task(name="tests.drills.poison.raises")
@consumer
def raises(row_id: int, payload: dict[str, Any]) -> None:
    _note("raises")
    raise RuntimeError("Trần Thị Bưởi")


@app.task(name="tests.drills.poison.kills")
@consumer
def kills(row_id: int, payload: dict[str, Any]) -> None:
    _note("kills")
    os.kill(os.getpid(), signal.SIGKILL)


def _note(task: str) -> None:
    with runs(task).open("a") as file:
        file.write("once\n")
