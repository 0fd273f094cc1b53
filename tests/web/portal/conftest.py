"""Browsers of citizens: a client for nobody, and one for each kind of person, in English."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts.actors import Actor
from apps.accounts.models import User

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


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
