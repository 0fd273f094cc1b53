"""The relay: carries due outbox rows to the broker; woken by the database, and by a poll each second."""

from __future__ import annotations

import logging
import signal
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, connection
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from apps.core.outbox import give_back, take_due
from config.celery import app

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Runs until it is told to stop; losing the database or the broker for a while stops nothing."""

    help = "Carry due outbox rows to the broker."

    def handle(self, *args: Any, **options: Any) -> None:
        self.going = True
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self.stop)
        while self.going:
            try:
                self.listen()
            except (OperationalError, BrokerError):
                logger.warning("the database or the broker is away; trying again in a second")
                connection.close()
                signal.sigtimedwait([], 1)

    def stop(self, *_: Any) -> None:
        self.going = False

    def listen(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("LISTEN outbox")
        while self.going:
            while sent := self.relay_once():
                logger.debug("sent %s rows", sent)
            with connection.wrap_database_errors:
                for _note in connection.connection.notifies(timeout=1, stop_after=1):
                    pass

    def relay_once(self) -> int:
        """Sends one batch. A crash between commit and sending costs only the wait until the next attempt.

        A broker that is away costs nothing: what was not sent is given back, else a long outage would use up the
        attempts of rows that no worker ever saw.
        """
        rows = take_due(timezone.now())
        for place, (row_id, task) in enumerate(rows):
            try:
                app.send_task(task, args=[row_id])
            except BrokerError:
                give_back([unsent for unsent, _task in rows[place:]], timezone.now())
                raise
        return len(rows)
