"""The national list in the browser: read, shown with its faults or its difference, decided, followed, put away."""

from __future__ import annotations

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.choices import Role
from apps.core.models import AdministrativeAct, Job, JobState
from apps.procedures.models import Procedure
from tests import given
from tests.workbooks import BIRTH, LAWYER, NOTARY, national_list

LIST = "/administration/imports/"


@pytest.fixture
def admin(enter) -> Client:
    return enter(given.administrator())


def words(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def file(*rows, name="danh-sach.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, national_list(*rows))


def uploaded(client, *rows, **more) -> Job:
    answer = client.post(LIST, {"file": file(*rows), **more})
    assert answer.status_code == 302, words(answer)
    return Job.objects.latest("pk")


def test_a_file_is_read_and_its_difference_shown_before_anything_changes(admin):
    before = list(Procedure.objects.order_by("pk").values())
    job = uploaded(admin, BIRTH, LAWYER)
    page = words(admin.get(f"{LIST}{job.pk}/"))
    assert "New (1)" in page and "Changed (1)" in page
    assert LAWYER[0] in page and LAWYER[1] in page
    changed = words(admin.get(f"{LIST}{job.pk}/?outcome=changed"))
    assert "Issued by: – → Bộ Tư pháp" in changed
    assert "Change 2 procedures" in page
    assert list(Procedure.objects.order_by("pk").values()) == before


def test_faults_are_shown_by_row_and_nothing_is_stored(admin):
    answer = admin.post(LIST, {"file": file(("1.2", *BIRTH[1:]), (BIRTH[0], "", *BIRTH[2:]))})
    page = words(answer)
    assert answer.status_code == 422
    assert "What is wrong in the file" in page and "row 3" in page and "row 4" in page
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "given_file",
    [
        None,
        SimpleUploadedFile("rong.xlsx", b""),
        SimpleUploadedFile("anh.xlsx", b"\x89PNG\r\n\x1a\n" + b"x" * 400),
        SimpleUploadedFile("danh-sach.xlsx", b"PK\x03\x04" + b"\x00" * 400),
        SimpleUploadedFile("van-ban.xlsx", "Mã số,Tên".encode()),
    ],
    ids=["none", "empty", "picture", "broken zip", "text"],
)
def test_what_is_no_such_spreadsheet_is_refused_in_words(admin, given_file):
    answer = admin.post(LIST, {"file": given_file} if given_file else {})
    assert answer.status_code == 422
    assert "There is a problem" in words(answer)
    assert not Job.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(admin, settings):
    settings.ATTACHMENT_MAX_BYTES = 1_048_576
    answer = admin.post(LIST, {"file": SimpleUploadedFile("to.xlsx", b"x" * 1_048_577)})
    assert answer.status_code == 422 and "larger than 1 MB" in words(answer)


def test_it_is_done_on_a_decision_and_followed_to_its_end(admin):
    job = uploaded(admin, LAWYER, NOTARY)
    answer = admin.post(f"{LIST}{job.pk}/start/", {"decision": "  "})
    assert answer.status_code == 422
    assert not AdministrativeAct.objects.exists()
    assert admin.post(f"{LIST}{job.pk}/start/", {"decision": given.DECISION}).status_code == 302
    running = admin.get(f"{LIST}{job.pk}/")
    assert "0 of 2 rows done." in words(running) and "data-refresh" in running.content.decode()
    given.carry_out(given.NOW, "import_catalogue")
    page = words(admin.get(f"{LIST}{job.pk}/"))
    assert "Done" in page and given.DECISION in page
    assert Procedure.objects.filter(code__in=[LAWYER[0], NOTARY[0]]).count() == 2
    again = admin.post(f"{LIST}{job.pk}/start/", {"decision": given.DECISION})
    assert again.status_code == 409 and "already started or dropped" in words(again)
    assert given.DECISION in words(admin.get(LIST))


def test_a_proposal_is_put_away(admin):
    before = Procedure.objects.count()
    job = uploaded(admin, LAWYER)
    assert admin.post(f"{LIST}{job.pk}/drop/").status_code == 302
    assert Job.objects.get().state == JobState.DROPPED
    assert "was put away" in words(admin.get(LIST))
    assert Procedure.objects.count() == before
    assert "Change 1" not in words(admin.get(f"{LIST}{job.pk}/"))


def test_a_part_of_a_list_closes_nothing(admin):
    admin.post(f"{LIST}{uploaded(admin, BIRTH, LAWYER).pk}/start/", {"decision": given.DECISION})
    given.carry_out(given.NOW, "import_catalogue")
    whole = words(admin.get(f"{LIST}{uploaded(admin, LAWYER).pk}/"))
    part = words(admin.get(f"{LIST}{uploaded(admin, LAWYER, is_part='on').pk}/"))
    assert "No longer on the list (1)" in whole and "Change 1 procedure" in whole
    assert "No longer on the list (0)" in part and "Change 1 procedure" not in part


def test_nobody_else_comes_in(enter, client, admin):
    job = uploaded(admin, LAWYER)
    urls = [LIST, f"{LIST}{job.pk}/"]
    for who in (given.citizen(), given.receptionist(given.ward_committee())):
        assert {enter(who).get(url).status_code for url in urls} == {403}
    ward_admin = enter(given.staff(given.ward_committee(), Role.ADMINISTRATOR))
    assert ward_admin.post(f"{LIST}{job.pk}/start/", {"decision": "x"}).status_code == 403
    assert {client.get(url).status_code for url in urls} == {302}
    assert Job.objects.get().state == JobState.PROPOSED


def test_a_job_of_another_kind_or_none_is_not_found(admin):
    assert admin.get(f"{LIST}999999/").status_code == 404
    assert admin.post(f"{LIST}999999/start/", {"decision": given.DECISION}).status_code == 404


def test_the_page_of_an_import_asks_the_same_for_2_rows_and_for_20(admin):
    few = uploaded(admin, LAWYER, NOTARY)
    many = uploaded(admin, *((f"1.5{n:05d}", *LAWYER[1:]) for n in range(20)))
    counts = []
    for job in (few, many):
        with CaptureQueriesContext(connection) as captured:
            admin.get(f"{LIST}{job.pk}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
