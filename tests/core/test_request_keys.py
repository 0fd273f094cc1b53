"""A request sent again is answered again, and acts once."""

from __future__ import annotations

import pytest

from apps.core.errors import KeyReused
from apps.core.models import RequestKey
from apps.core.request_keys import claim
from tests import given

pytestmark = pytest.mark.django_db


def ask(key="key-1", body=None, verb="accept_intake", actor=1, answer="H26-261123-0001"):
    return claim(actor_id=actor, key=key, verb=verb, body=body or {"a": 1}, answer=answer, at=given.NOW)


def test_a_new_key_is_taken_and_a_repeat_gets_the_first_answer():
    assert ask() is None
    assert ask(answer="something else") == "H26-261123-0001"
    assert RequestKey.objects.count() == 1


def test_another_body_or_another_verb_under_the_key_is_refused():
    ask()
    for change in ({"body": {"a": 2}}, {"verb": "decline_intake"}):
        with pytest.raises(KeyReused):
            ask(**change)


def test_the_order_of_the_body_does_not_matter():
    ask(body={"a": 1, "b": 2})
    assert ask(body={"b": 2, "a": 1}) == "H26-261123-0001"


def test_keys_of_two_people_are_two_keys():
    assert ask(actor=1) is None
    assert ask(actor=2) is None


def test_the_body_itself_is_not_kept():
    ask(body={"name": "Trần Thị Bưởi"})
    row = RequestKey.objects.values().get()
    assert "Bưởi" not in str(row)
    assert len(bytes(row["fingerprint"])) == 32
