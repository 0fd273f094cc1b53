"""Browsers without a browser: a client for each kind of person, at the tests' own moment, in English."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from apps.accounts.actors import Actor
from apps.accounts.models import User
from tests import given

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def nobody() -> Client:
    return Client(**ENGLISH)


@pytest.fixture
def as_actor(db) -> Callable[[Actor], Client]:
    """A client signed in as an actor."""

    def sign_in(actor: Actor) -> Client:
        client = Client(**ENGLISH)
        client.force_login(User.objects.get(pk=actor.user_id))
        return client

    return sign_in
