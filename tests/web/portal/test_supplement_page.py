"""The page on which the applicant completes a file: a field for each item asked for, and the place to correct."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.applications.models import ApplicationRevision
from apps.applications.selectors import attachments_of
from apps.cases.actions.supplement import Item, request_supplement
from apps.cases.models import Case
from tests import given
from tests.web.portal.test_case_pages import supplement

pytestmark = pytest.mark.django_db

ITEMS = [Item("Văn bản ủy quyền", "Chưa có chứng thực"), Item("Ảnh chụp sổ gốc", "Không có trong hồ sơ")]


def asked(who, items=ITEMS) -> Case:
    """Status 5, asked for at intake."""
    case = given.case_at_intake(by=who)
    desk = given.receptionist(case.current_agency)
    request_supplement(
        case.code, items=items, omission="applicant", by=desk, at=given.NOW, request_key=given.key()
    )
    return given.fresh(case)


def a_file(name: str = "anh-so-goc.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, given.a_pdf())


def test_every_item_asked_for_has_its_own_field_with_why(as_actor) -> None:
    who = given.citizen()
    case = asked(who)
    page = as_actor(who).get(f"/cases/{case.code}/provide-supplement/").content.decode()
    for number, item in enumerate(ITEMS, 1):
        assert f'name="items-{number}"' in page and item.item in page and item.reason in page
    assert 'name="items-3"' not in page


def test_a_file_answers_the_item_under_which_it_was_given_and_applicant_and_clerk_see_which(as_actor) -> None:
    who = given.citizen()
    case = asked(who)
    client = as_actor(who)
    sent = client.post(f"/cases/{case.code}/provide-supplement/", supplement(**{"items-2": a_file()}))
    assert sent.status_code == 302
    [row] = [row for row in attachments_of(case.application_id) if row.revision.number == 2]
    assert (row.asked_item, row.component) == ("Ảnh chụp sổ gốc", None)
    assert "Ảnh chụp sổ gốc" in client.get(f"/cases/{case.code}/").content.decode()
    clerk = as_actor(given.receptionist(case.current_agency))
    assert "Ảnh chụp sổ gốc" in clerk.get(f"/desk/cases/{case.code}/").content.decode()


def test_a_file_for_an_item_is_kept_while_another_field_is_mended(as_actor) -> None:
    who = given.citizen()
    case = asked(who)
    client, typed = as_actor(who), supplement(**{"items-2": a_file()}, message="x" * 2001)
    page = client.post(f"/cases/{case.code}/provide-supplement/", typed)
    assert page.status_code == 422 and 'name="kept-2"' in page.content.decode()
    [kept] = re.findall(r'name="kept-2" value="([^"]+)"', page.content.decode())
    again = supplement(**{"kept-2": kept})
    assert client.post(f"/cases/{case.code}/provide-supplement/", again).status_code == 302
    [row] = [row for row in attachments_of(case.application_id) if row.revision.number == 2]
    assert (row.asked_item, row.attachment.uuid) == ("Ảnh chụp sổ gốc", UUID(kept))


def test_a_bad_file_is_a_fault_of_its_item(as_actor) -> None:
    who = given.citizen()
    case = asked(who)
    bad = SimpleUploadedFile("a.pdf", b"MZ not a paper")
    page = as_actor(who).post(f"/cases/{case.code}/provide-supplement/", supplement(**{"items-2": bad}))
    assert page.status_code == 422 and 'href="#id_items-2"' in page.content.decode()
    assert ApplicationRevision.objects.filter(application=case.application).count() == 1


def test_the_place_stands_as_declared_and_is_corrected_by_choosing_another(as_actor) -> None:
    who = given.citizen()
    case = asked(who)
    client, right = as_actor(who), given.ward("Phường Trúc Bạch")
    page = client.get(f"/cases/{case.code}/provide-supplement/").content.decode()
    assert f'<option value="{given.ward().pk}" selected>' in page
    sent = supplement(connecting_unit=str(right.pk))
    assert client.post(f"/cases/{case.code}/provide-supplement/", sent).status_code == 302
    given.carry_out(given.NOW, "route_case")
    assert given.fresh(case).competent_agency == given.ward_committee("Phường Trúc Bạch")
    assert "Truc Bach" in client.get(f"/cases/{case.code}/").content.decode()
    clerk = as_actor(given.receptionist(given.ward_committee("Phường Trúc Bạch")))
    assert "Place corrected: Truc Bach Ward" in clerk.get(f"/desk/cases/{case.code}/").content.decode()


def test_a_place_left_as_it_was_is_no_correction(as_actor) -> None:
    who = given.citizen()
    case = asked(who)
    sent = supplement(connecting_unit=str(given.ward().pk))
    assert as_actor(who).post(f"/cases/{case.code}/provide-supplement/", sent).status_code == 302
    assert ApplicationRevision.objects.get(number=2).connecting_unit is None
    assert given.fresh(case).routing == "routed"


def test_an_unknown_place_is_told_beside_its_field(as_actor) -> None:
    who = given.citizen()
    case = asked(who)
    sent = supplement(connecting_unit="999999999")
    page = as_actor(who).post(f"/cases/{case.code}/provide-supplement/", sent)
    assert page.status_code == 422 and 'href="#id_connecting_unit"' in page.content.decode()
