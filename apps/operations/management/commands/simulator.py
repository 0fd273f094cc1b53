"""A simulated party outside, as a process of its own, for the demo: it moves no money, tells nobody, and forgets all when it ends."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.operations import gateway_simulator, tax_authority_simulator


def _gateway(port: int) -> AbstractContextManager[Any]:
    said = settings.PAYMENT_GATEWAY
    return gateway_simulator.running(said["key"], said["merchant"], port=port)


def _tax_authority(port: int) -> AbstractContextManager[Any]:
    return tax_authority_simulator.running(port)


PARTIES: dict[str, tuple[str, Callable[[int], AbstractContextManager[Any]]]] = {
    "payment_gateway": ("PAYMENT_GATEWAY", _gateway),
    "tax_authority": ("TAX_AUTHORITY", _tax_authority),
}


class Command(BaseCommand):
    """Listens on loopback, where the settings say that the party is."""

    help = "Run the simulated payment gateway, or the simulated tax authority."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("party", choices=PARTIES)
        parser.add_argument("port", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        setting, running = PARTIES[options["party"]]
        if not getattr(settings, setting)["url"].startswith(f"http://127.0.0.1:{options['port']}"):
            raise CommandError(f"{setting}_URL names another than the one that would listen here.")
        stopped = threading.Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: stopped.set())
        with running(options["port"]):
            stopped.wait()
