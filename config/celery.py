"""The Celery application: workers take ids from the broker, and every effect stays in PostgreSQL."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
app = Celery("motcua")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="periodic")


@worker_process_init.connect
def make_ready(**_: Any) -> None:
    """A process that makes papers reads fonts, stylesheet, templates and schema before the first is asked of it."""
    if "documents" in app.amqp.queues.consume_from:
        from apps.documents.receipt_files import make_ready

        make_ready()
