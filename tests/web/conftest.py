"""Browsers without a browser: a client signed in, at the tests' own moment, in English."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from apps.accounts.actors import Actor
from apps.accounts.models import User
from tests import given

Enter = Callable[[Actor], Client]


@pytest.fixture(autouse=True)
def _at_the_time_of_the_tests() -> Iterator[None]:
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def enter(db) -> Enter:
    """A client signed in as an actor, reading English so that tests can name texts by their msgids."""

    def sign_in(actor: Actor) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(User.objects.get(pk=actor.user_id))
        return client

    return sign_in
