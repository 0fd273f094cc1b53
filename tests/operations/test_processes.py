"""Whoever asks the demo to stop, while it plays or while it serves, finds nothing of it running afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

# The demo with two processes of no interest, and with a story in which nothing happens, or without one.
DEMO = """
import signal, sys, time, types
import django
# Where this run is itself a command in the background, the shell has had it ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
django.setup()
from django.core.management import call_command
from apps.operations import processes
from apps.operations.management.commands import demo

def play(self, address):
    if sys.argv[1] == "story":
        self.say("stands still")
        time.sleep(300)
    return [], types.SimpleNamespace(begins_at=""), []

processes.SIMULATED = {}
processes.commands = lambda port: {
    "web": [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)],
    "worker": [sys.executable, "-c", "import time; time.sleep(300)"],
}
demo.SHOWN, demo.officials = (), list
demo.Command._prepare = lambda self: None
demo.Command._play = play
demo.Command._report = lambda self, cases, money: {"integrity": True}
call_command("demo")
"""
MARK = "STARTED_BY_THIS_TEST"


def running_with(mark: str) -> list[str]:
    """The commands of all processes that were started, by whomever, with this mark in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


@pytest.mark.parametrize(
    ("when", "said", "stopped_by", "code"),
    [
        ("story", "stands still", signal.SIGTERM, 128 + signal.SIGTERM),
        ("story", "stands still", signal.SIGHUP, 128 + signal.SIGHUP),
        ("story", "stands still", signal.SIGINT, -signal.SIGINT),
        ("serving", "The links lead", signal.SIGTERM, 0),
        ("serving", "The links lead", signal.SIGHUP, 128 + signal.SIGHUP),
        ("serving", "The links lead", signal.SIGINT, 0),
    ],
)
def test_a_demo_that_is_asked_to_stop_leaves_nothing_running(when, said, stopped_by, code):
    mark = uuid4().hex
    demo = subprocess.Popen(
        [sys.executable, "-c", DEMO, when],
        env={**os.environ, MARK: mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert demo.stdout is not None
    for line in demo.stdout:
        if line.startswith(said):
            break
    assert len(running_with(mark)) == 3

    demo.send_signal(stopped_by)
    demo.communicate(timeout=60)

    assert demo.returncode == code
    assert running_with(mark) == []
