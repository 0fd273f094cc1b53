"""A worker process that makes papers has read what it needs before the first is asked of it; others read nothing of that."""

from __future__ import annotations

import logging

import pytest

from apps.documents import receipt_files, rendering
from config.celery import app, make_ready


@pytest.mark.parametrize(("queues", "is_made_ready"), [("routing,documents", 1), ("routing,notices", 0)])
def test_only_workers_of_papers_are_made_ready(monkeypatch, queues, is_made_ready):
    made = []
    monkeypatch.setattr(receipt_files, "make_ready", lambda: made.append(1))
    before = dict(app.amqp.queues.consume_from)
    app.amqp.queues.select(queues.split(","))
    try:
        make_ready()
    finally:
        app.amqp.queues._consume_from = before
    assert len(made) == is_made_ready


def test_warming_up_reads_the_fonts_once_and_complains_of_nothing(caplog):
    rendering._typesetting.cache_clear()
    with caplog.at_level(logging.WARNING):
        rendering.warm_up()
        kept = rendering._typesetting()
        rendering.warm_up()
    assert rendering._typesetting() is kept
    assert caplog.records == []
