"""The simulated payment gateway as a process of its own, for the demo. It moves no money and forgets all when it ends."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.operations.gateway_simulator import running


class Command(BaseCommand):
    """Listens on loopback under the merchant and the key of the settings."""

    help = "Run the simulated payment gateway."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("port", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        said = settings.PAYMENT_GATEWAY
        if not said["url"].startswith("http://127.0.0.1:"):
            raise CommandError("PAYMENT_GATEWAY_URL names another gateway than one on this machine.")
        stopped = threading.Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: stopped.set())
        with running(said["key"], said["merchant"], port=options["port"]):
            stopped.wait()
