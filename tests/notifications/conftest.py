"""A gateway that runs, and channels that are pointed at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import provider
from tests.provider import Provider


@pytest.fixture
def gateway(settings) -> Iterator[Provider]:
    """SMS and Zalo are on, at one provider; it never delivers the same twice."""
    with provider.running() as running:
        one = {"url": running.url, "token": "khoa-cua-cong"}
        settings.NOTICE_GATEWAYS = {"sms": one, "zalo": {**one, "token": ""}}
        yield running
    assert running.doubles == []
