"""Every address that is read, by every actor: who is answered what, what is hidden from whom, and that nothing is written."""

from __future__ import annotations

import pytest

from tests.doors.attempts import (
    address,
    marked,
    numbers_of,
    secrets_out_of_place,
    told,
    unknown_of,
    without,
    written,
)
from tests.doors.scenes import NAME, finished, names_in_addresses, secrets_of
from tests.doors.table import ACTORS, DOWNLOAD, READING, STRANGERS

pytestmark = pytest.mark.django_db

AREAS = {
    "citizens": lambda route: (
        not route.startswith(("/desk/", "/oversight/", "/audit/", "/administration/", "/api/", "/account/"))
    ),
    "administration": lambda route: route.startswith("/administration/"),
    "desk": lambda route: route.startswith("/desk/"),
    "audit": lambda route: route.startswith("/audit/"),
    "oversight and accounts": lambda route: route.startswith(("/oversight/", "/account/")),
    "api, lists and catalogue": lambda route: route.startswith("/api/") and "/cases/" not in route,
    "api, one case": lambda route: route.startswith("/api/v1/cases/"),
}


@pytest.mark.parametrize("area", AREAS)
def test_who_reads_what(area):
    scene = finished()
    case, cast = scene.case, scene.cast()
    names, numbers, secrets = names_in_addresses(case), numbers_of(case), secrets_of(case)
    wrong = []
    for door in filter(lambda door: AREAS[area](door.route), READING):
        url = address(door.route, names)
        for who in ACTORS:
            with cast.acting(who) as client:
                client.raise_request_exception = False
                with written() as tables:
                    answer = client.get(url)
                is_download = answer.status_code == 200 and DOWNLOAD.search(door.route) is not None
                said: list[str] = []
                if marked(answer) != door.marks[who]:
                    said.append(f"{marked(answer)} instead of {door.marks[who]}")
                if tables != ["core_accessrecord"] * is_download:
                    said.append(f"wrote to {tables}")
                if who not in ("filer", "both"):
                    said += [f"tells {word}" for word in told(answer, (*numbers, *secrets))]
                if who not in ("filer", "both", "clerk", "role2"):
                    said += [f"tells {word}" for word in told(answer, (NAME,))]
                said += [f"address or title holds {word}" for word in secrets_out_of_place(answer, case)]
                if who in STRANGERS and "<" in door.route and case.code in url and "/track/" not in url:
                    other = unknown_of(case.code)
                    if without(client.get(url.replace(case.code, other)), other) != without(
                        answer, case.code
                    ):
                        said.append("tells that the case exists")
                wrong += [f"{door}, {who}: {each}" for each in said]
    assert wrong == [], "\n".join(wrong)
