"""Every verb at every door, by every actor: who plays it, and that for everybody else nothing at all happens."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.cases.models import CaseEvent
from tests import given
from tests.doors.attempts import (
    everything,
    marked,
    numbers_of,
    secrets_out_of_place,
    told,
    unknown_of,
    without,
    written,
)
from tests.doors.scenes import NAME, SCENES, Scene, secrets_of
from tests.doors.table import ACTORS, STRANGERS, VERBS, Door, route_of

pytestmark = pytest.mark.django_db


def url_of(door: Door, code: str) -> str:
    return route_of(door).replace("<words:code>", code).replace("<str:code>", code)


def send(client: Client, door: Door, scene: Scene, code: str) -> Any:
    """Plays the verb as a program or as a browser would."""
    if door.method == "api":
        headers = {"Idempotency-Key": given.key()}
        return client.post(url_of(door, code), scene.body, content_type="application/json", headers=headers)
    return client.post(url_of(door, code), scene.form())


def tried(client: Client, door: Door, scene: Scene, who: str, entered: dict[str, Any]) -> list[str]:
    """What is wrong with how one actor is answered at one door; `entered` is the world as it was."""
    code, expected, said = scene.case.code, door.marks[who], []
    if door.method != "api":
        page = client.get(url_of(door, code))
        if marked(page) != expected.replace("do", "200"):
            said.append(f"the form is answered {marked(page)} instead of {expected}")
        said += [f"the form holds {word} in its title" for word in secrets_out_of_place(page, scene.case)]
    with written() as tables:
        answer = send(client, door, scene, code)
    said += [f"address or title holds {word}" for word in secrets_out_of_place(answer, scene.case)]
    if expected == "do":
        is_done = answer.status_code in ((200, 204) if door.method == "api" else (302,))
        last = CaseEvent.objects.filter(case=scene.case).order_by("sequence").last()
        if not is_done or marked(answer) == "in":
            said.append(f"{marked(answer)} instead of acting: {answer.content.decode()[:400]}")
        elif CaseEvent.objects.count() != entered["CaseEvent"] + 1:
            said.append("no event, or more than one")
        elif str(last.by_id) != client.session.get("_auth_user_id"):
            said.append("the event names somebody else")
        return said
    if marked(answer) != expected:
        said.append(f"{marked(answer)} instead of {expected}")
    # What was not even tried need not be looked for.
    if tables and (left := everything()) != entered:
        said.append(f"changed {[name for name in left if left[name] != entered[name]]}")
    if who not in ("filer", "both"):
        words = (NAME, *numbers_of(scene.case), *secrets_of(scene.case))
        said += [f"tells {word}" for word in told(answer, words)]
    if who in STRANGERS:
        other = unknown_of(code)
        if without(send(client, door, scene, other), other) != without(answer, code):
            said.append("tells that the case exists")
    return said


@pytest.mark.parametrize("verb", SCENES)
def test_who_plays_the_verb(verb):
    scene = SCENES[verb]()
    cast, wrong = scene.cast(), []
    before = everything()
    for door in (door for door in VERBS if door.route == verb):
        for who in ACTORS:
            with cast.acting(who) as client:
                client.raise_request_exception = False
                wrong += [f"{door}, {who}: {each}" for each in tried(client, door, scene, who, before)]
    assert wrong == [], "\n".join(wrong)
