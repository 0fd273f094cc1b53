"""The doors of who reads the books: an auditor reads and never writes, an accountant keeps their body's, and no other door opens."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.receipts.models import Receipt
from tests import given
from tests.cases.doors import other_ward
from tests.doors.attempts import address, everything, marked, numbers_of, told, written
from tests.doors.cast import browser
from tests.doors.scenes import NAME, at_intake, finished, names_in_addresses, secrets_of
from tests.doors.table import READING, WRITING
from tests.doors.test_writing import post, sent
from tests.receipts import books

pytestmark = pytest.mark.django_db

# Somebody of staff with no post that opens anything.
IDLE = Role.ADMINISTRATOR
# The books themselves, and the reports on receipts that are made of them.
OPEN = ("/audit/", "/oversight/receipts/", "/api/v1/day-lists", "/api/v1/books/")


def keepers(at):
    """An auditor of the city, one of the body, and the accountant of the body."""
    return {
        "auditor": browser(books.auditor()),
        "auditor of the body": browser(given.staff(at, Role.AUDITOR)),
        "accountant": browser(given.staff(at, Role.ACCOUNTANT)),
    }


def test_who_reads_the_books_opens_no_door_outside_them():
    scene = finished()
    names, hidden = names_in_addresses(scene.case), (NAME, *numbers_of(scene.case), *secrets_of(scene.case))
    idle, wrong = browser(given.staff(given.ward_committee(), IDLE)), []
    for door in READING:
        if door.route.startswith((*OPEN, "/account/")) or "*" in door.route:
            continue
        url = address(door.route, names)
        for who, client in keepers(scene.case.receiving_agency).items():
            with written() as tables:
                answer = client.get(url)
            if marked(answer) != marked(idle.get(url)):
                wrong.append(f"{door}, {who}: {marked(answer)}")
            wrong += [f"{door}, {who}: wrote to {tables}"] * bool(tables)
            wrong += [f"{door}, {who}: tells {word}" for word in told(answer, hidden)]
    assert wrong == [], "\n".join(wrong)


def test_an_auditor_writes_nothing_anywhere_but_why_something_was_seen_whole():
    scene = at_intake()
    names, bodies, wrong = names_in_addresses(scene.case), sent(scene), []
    before = everything()
    clients = keepers(scene.at)
    for door in WRITING:
        if not door.route.startswith(
            ("/audit/", "/desk/", "/oversight/", "/administration/", "/api/v1/books/")
        ):
            continue
        if door.route == "/oversight/receipts/series/ask/":
            # A paper of what they read; nothing of the books.
            continue
        for who in ("auditor", "auditor of the body"):
            answer = post(clients[who], door.route, address(door.route, names), bodies[door.route]())
            if answer.status_code not in (403, 404):
                wrong.append(f"{door}, {who}: {marked(answer)}")
    assert wrong == [], "\n".join(wrong)
    assert everything() == before


def test_the_api_of_the_books_opens_to_who_reads_them_and_tells_nobodys_name():
    scene = finished()
    receipt = Receipt.objects.get(uuid=names_in_addresses(scene.case)["receipts"])
    names = {**names_in_addresses(scene.case), "series_id": receipt.series_id}
    ours = {"payments": receipt.payment.uuid, "receipts": receipt.uuid}
    hidden = (NAME, *numbers_of(scene.case), *secrets_of(scene.case))
    clients, wrong = keepers(scene.at), []
    clients["accountant of another body"] = browser(books.accountant(other_ward()))
    for door in READING:
        if not door.route.startswith("/api/v1/books/"):
            continue
        what = door.route.split("/")[4]
        is_download, is_one = door.route.endswith("<slug:medium>"), "<" in door.route
        is_there = what in ours or what == "receipt-series"
        for who, client in clients.items():
            url = address(door.route, {**names, "uuid": ours.get(what, names["uuid"])})
            with written() as tables:
                answer = client.get(url)
            is_open = not is_one or (is_there and who != "accountant of another body")
            if marked(answer) != ("200" if is_open else "404"):
                wrong.append(f"{door}, {who}: {marked(answer)}")
            if tables != ["core_accessrecord"] * (is_download and is_open):
                wrong.append(f"{door}, {who}: wrote to {tables}")
            if not is_download:
                wrong += [f"{door}, {who}: tells {word}" for word in told(answer, hidden)]
            if who == "accountant of another body" and told(answer, (str(receipt.uuid),)):
                wrong.append(f"{door}, {who}: tells of the receipt")
    assert wrong == [], "\n".join(wrong)
