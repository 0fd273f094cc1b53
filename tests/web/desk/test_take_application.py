"""Taking an application at the counter: one page, every fault told by its field, nothing typed twice."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.accounts.choices import Role
from apps.applications.models import Party
from apps.applications.selectors import attachments_of, originals_of
from apps.cases.models import Case
from apps.citizens.models import Citizen
from apps.procedures.selectors import rules_in_force
from tests import given

pytestmark = pytest.mark.django_db

URL = f"/desk/take-application/{given.CIVIL_EXTRACT}/"
SINGLE_CODE = "1.004873"
SINGLE = f"/desk/take-application/{SINGLE_CODE}/"
WARD = "Phường Phúc Xá, Quận Ba Đình"


def typed(desk, **more: object) -> dict[str, object]:
    """What a receptionist types for a copy of a civil-status extract."""
    return {
        "request_key": given.key(),
        "receiving_agency": desk.pk,
        "filer-name": "Trần Thị Bưởi",
        "filer-identity_kind": "personal_id",
        "filer-identity_number": "001185000001",
        "filer-born_on_day": "2",
        "filer-born_on_month": "3",
        "filer-born_on_year": "1985",
        "filer-phone": "0987654321",
        "filer-residence": WARD,
        "connecting_unit": "phường phúc xá,  quận ba đình",
        "answers-request_content": "Xin bản sao trích lục khai sinh",
        "answers-record_kind": "birth",
        "answers-person_name": "Trần Thị Bưởi",
        "answers-copies": "2",
        "delivery": "counter",
        "has_consent": "on",
        **more,
    }


def living(desk, clerk, **more: object) -> dict[str, object]:
    """What is typed for a certificate of marital status of somebody with two residences."""
    page = typed(desk)
    kept = {name: value for name, value in page.items() if not name.startswith(("answers-", "connecting"))}
    answers = given.typed(given.answers(SINGLE_CODE))
    rules = rules_in_force(SINGLE_CODE, given.NOW.date())
    files = {
        f"kept_{code}": str(uuids[0]) for code, uuids in given.required_uploads(SINGLE_CODE, clerk).items()
    }
    originals = [row.code for row in rules.components if row.mode.startswith("original")]
    lodging = {"filer-temporary_residence": "Phường Hàng Bạc, Quận Hoàn Kiếm"}
    return {**kept, **answers, **files, "originals": originals, **lodging, **more}


@pytest.fixture
def desk():
    return given.ward_committee("Phường Trúc Bạch")


def test_procedures_of_the_counter_are_found_by_words(enter, desk):
    client = enter(given.receptionist(desk))
    page = client.get(reverse("desk:take_application"), {"q": "trích lục"}).content.decode()
    assert given.CIVIL_EXTRACT in page
    assert given.HOUSEHOLD not in page


@pytest.mark.parametrize("role", [Role.HANDLER, Role.CASHIER, Role.REGISTRAR])
def test_only_a_receptionist_takes_applications(enter, desk, role):
    client = enter(given.staff(desk, role))
    for url in (reverse("desk:take_application"), URL):
        assert client.get(url).status_code == 403
    assert client.post(URL, typed(desk)).status_code == 403
    assert not Case.objects.exists()


def test_an_application_is_taken_with_its_papers_and_leads_to_its_case(enter, desk):
    client = enter(given.receptionist(desk))
    page = client.get(URL).content.decode()
    assert "Phuc Xa" in page
    assert "Number of copies" in page
    file = SimpleUploadedFile("uy-quyen.pdf", given.a_pdf(), "application/pdf")
    response = client.post(URL, typed(desk, originals=["identity"], file_authority=file))
    assert response.status_code == 302, re.findall(r"error-message.*", response.content.decode())
    case = given.fresh(Case.objects.get())
    assert response["Location"] == reverse("desk:case", args=[case.code])
    assert case.receiving_agency == desk
    assert case.application.connecting_unit == given.ward()
    assert case.application.channel == "counter"
    assert [row.component.code for row in attachments_of(case.application_id)] == ["authority"]
    assert [row.component.code for row in originals_of(case.application_id)] == ["identity"]
    shown = client.get(response["Location"]).content.decode()
    assert reverse("desk:verb", args=[case.code, "record-payment"]) in shown
    assert reverse("desk:verb", args=[case.code, "accept-intake"]) in shown


def test_an_organisation_is_the_applicant_when_it_is_named(enter, desk):
    from apps.applications.choices import PartyRole
    from apps.applications.selectors import party_in_role
    from tests.factories import a_tax_code

    number = a_tax_code(7)
    more = {
        "business-name": "Công ty Sen",
        "business-kind": "enterprise",
        "business-number": number,
        "authority": "Giấy giới thiệu số 12",
    }
    assert enter(given.receptionist(desk)).post(URL, typed(desk, **more)).status_code == 302
    applicant = party_in_role(Case.objects.get().application, PartyRole.APPLICANT)
    assert applicant.business.number == number


def test_one_comes_for_another_person_and_a_third_pays(enter, desk):
    more = {
        "applicant-name": "Lê Minh An",
        "applicant-identity_kind": "none",
        "authority": "Mẹ đẻ",
        "payer-name": "Lê Văn Cha",
        "payer-kind": "person",
        "payer-number": "001085000077",
    }
    assert enter(given.receptionist(desk)).post(URL, typed(desk, **more)).status_code == 302
    parties = {party.role: party for party in Party.objects.all()}
    assert parties["applicant"].particulars["name"] == "Lê Minh An"
    assert parties["representative"].authority == "Mẹ đẻ"
    assert parties["payer"].particulars["identity_number"] == "001085000077"


def test_what_may_be_a_repeat_is_told_after_it_was_taken(enter, desk):
    client = enter(given.receptionist(desk))
    client.post(URL, typed(desk))
    first = Case.objects.get().code
    page = client.post(URL, typed(desk), follow=True).content.decode()
    assert first in page
    assert Case.objects.count() == 2


def test_of_a_case_at_another_agency_the_counter_hears_neither_code_nor_agency(enter, desk):
    elsewhere = given.ward_committee("Phường Hàng Bạc")
    enter(given.receptionist(elsewhere)).post(URL, typed(elsewhere))
    first = Case.objects.get().code
    page = enter(given.receptionist(desk)).post(URL, typed(desk), follow=True).content.decode()
    assert "an open case of this procedure that you may not see" in page
    assert first not in page and elsewhere.identification_code not in page
    assert elsewhere.name not in page and elsewhere.name_en not in page


def test_every_fault_is_told_by_its_field_and_what_was_typed_stays(enter, desk):
    client = enter(given.receptionist(desk))
    wrong = {
        "filer-identity_number": "123",
        "connecting_unit": "Phường Không Có",
        "answers-copies": "many",
        "answers-person_name": "",
        "filer-born_on_day": "31",
        "filer-born_on_month": "2",
    }
    response = client.post(URL, typed(desk, **wrong))
    page = response.content.decode()
    assert response.status_code == 422
    for target in ("connecting_unit", "answers-copies", "answers-person_name", "filer-born_on_day"):
        assert f'href="#id_{target}"' in page
    for kept in ("Phường Không Có", "many", "Xin bản sao trích lục khai sinh", "Trần Thị Bưởi"):
        assert kept in page
    assert not Case.objects.exists()
    assert not Citizen.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "target"),
    [
        ({"filer-identity_number": "123456789012"}, "id_filer-identity_number"),
        (
            {"business-name": "Công ty Sen", "business-number": "0100109107"},
            "id_business-number",
        ),
        ({"answers-copies": "51"}, "id_answers-copies"),
        ({"has_consent": ""}, "id_has_consent"),
        ({"applicant-name": "Lê Minh An", "applicant-identity_kind": "none"}, "id_authority"),
        ({"applicant-name": "Lê Minh An"}, "id_applicant-identity_number"),
        ({"filer-identity_number": ""}, "id_filer-identity_number"),
        ({"filer-identity_kind": "passport", "filer-identity_number": "B1"}, "id_filer-identity_country"),
        (
            {
                "filer-identity_kind": "passport",
                "filer-identity_number": "B1",
                "filer-identity_country": "XX",
            },
            "id_filer-identity_country",
        ),
        ({"payer-name": "Công ty An", "payer-kind": "enterprise"}, "id_payer-number"),
    ],
)
def test_a_refusal_of_the_domain_stands_at_its_field_and_nothing_is_filed(enter, desk, wrong, target):
    response = enter(given.receptionist(desk)).post(URL, typed(desk, **wrong))
    assert response.status_code == 422
    summary = re.findall(r'<a href="#(id_[^"]+)">', response.content.decode())
    assert summary == [target]
    assert not Case.objects.exists()
    assert not Citizen.objects.exists()


def test_a_passport_shown_twice_is_one_person_and_its_number_is_not_called_optional(enter, desk):
    client = enter(given.receptionist(desk))
    page = client.get(URL).content.decode()
    for name in ("identity_number", "identity_country"):
        label = re.search(rf'<label[^>]*for="id_filer-{name}">(.*?)</label>', page)[1]
        assert "optional" not in label
    passport = {
        "filer-name": "Anne Moreau",
        "filer-identity_kind": "passport",
        "filer-identity_number": "C4F8K21X",
        "filer-identity_country": "FR",
    }
    assert client.post(URL, typed(desk, **passport)).status_code == 302
    again = {**passport, "filer-identity_number": "c4f8 k21x"}
    assert client.post(URL, typed(desk, **again)).status_code == 302
    belgian = {**passport, "filer-identity_country": "BE"}
    assert client.post(URL, typed(desk, **belgian)).status_code == 302
    assert sorted(Citizen.objects.values_list("identity_country", "identity_number")) == [
        ("BE", "C4F8K21X"),
        ("FR", "C4F8K21X"),
    ]
    assert Case.objects.count() == 3


def test_what_is_wrong_with_a_person_is_told_with_what_else_is_wrong(enter, desk):
    wrong = {"filer-identity_number": "", "answers-copies": "many"}
    page = enter(given.receptionist(desk)).post(URL, typed(desk, **wrong)).content.decode()
    assert re.findall(r'<a href="#(id_[^"]+)">', page) == ["id_filer-identity_number", "id_answers-copies"]


@pytest.mark.parametrize(
    ("chosen", "decides"),
    [
        ({}, "Phường Phúc Xá"),
        ({"residence": "permanent"}, "Phường Phúc Xá"),
        ({"residence": "temporary"}, "Phường Hàng Bạc"),
        (
            {"residence": "temporary", "connecting_unit": "Phường Trúc Bạch, Quận Ba Đình"},
            "Phường Trúc Bạch",
        ),
    ],
)
def test_the_applicant_chooses_which_residence_decides(enter, desk, chosen, decides):
    clerk = given.receptionist(desk)
    client = enter(clerk)
    page = client.get(SINGLE).content.decode()
    assert re.search(r'name="residence" type="radio" value="permanent" checked', page)
    assert client.post(SINGLE, living(desk, clerk, **chosen)).status_code == 302
    assert Case.objects.get().application.connecting_unit.name == decides
    assert Citizen.objects.get(user=None).temporary_residence == given.ward("Phường Hàng Bạc")


def test_to_go_by_a_temporary_residence_is_to_name_it(enter, desk):
    clerk = given.receptionist(desk)
    typed = living(desk, clerk, residence="temporary", **{"filer-temporary_residence": ""})
    response = enter(clerk).post(SINGLE, typed)
    assert response.status_code == 422
    assert re.findall(r'<a href="#(id_[^"]+)">', response.content.decode()) == [
        "id_filer-temporary_residence"
    ]
    assert not Case.objects.exists()


def test_where_no_residence_decides_none_is_to_be_chosen(enter, desk):
    page = enter(given.receptionist(desk)).get(URL).content.decode()
    assert 'name="residence"' not in page


def test_a_wrong_file_is_refused_by_its_field_and_a_good_one_is_kept(enter, desk):
    client = enter(given.receptionist(desk))
    bad = SimpleUploadedFile("a.pdf", b"MZ not a paper", "application/pdf")
    page = client.post(URL, typed(desk, file_authority=bad)).content.decode()
    assert 'href="#id_file_authority"' in page
    good = SimpleUploadedFile("a.pdf", given.a_pdf(), "application/pdf")
    page = client.post(URL, typed(desk, file_authority=good, **{"answers-copies": ""})).content.decode()
    kept = re.search(r'name="kept_authority" value="([^"]+)"', page)[1]
    assert client.post(URL, typed(desk, kept_authority=kept)).status_code == 302
    assert len(attachments_of(Case.objects.get().application_id)) == 1


def test_somebody_elses_file_is_not_taken(enter, desk):
    stranger = given.uploaded(given.citizen())
    response = enter(given.receptionist(desk)).post(URL, typed(desk, kept_authority=str(stranger)))
    assert response.status_code == 422
    assert not Case.objects.exists()


def test_the_same_form_sent_twice_files_once_and_another_under_its_key_is_refused(enter, desk):
    client = enter(given.receptionist(desk))
    first = typed(desk)
    once = client.post(URL, first)
    again = client.post(URL, first)
    assert again["Location"] == once["Location"]
    other = client.post(URL, {**first, "answers-copies": "5"})
    assert other.status_code == 409
    assert first["request_key"] not in other.content.decode()
    assert Case.objects.count() == 1


def test_a_desk_that_is_not_the_clerks_own_is_refused(enter, desk):
    response = enter(given.receptionist(desk)).post(URL, typed(given.ward_committee()))
    assert response.status_code == 422
    assert 'href="#id_receiving_agency"' in response.content.decode()
    assert not Case.objects.exists()


def test_an_unknown_or_closed_procedure_has_no_page(enter, desk):
    client = enter(given.receptionist(desk))
    assert client.get("/desk/take-application/9.999999/").status_code == 404
    closed = client.get("/desk/take-application/1.009994/")
    assert closed.status_code == 422
    assert "not" in closed.content.decode()


def test_parts_that_nobody_needs_stay_folded_also_when_the_page_comes_back(enter, desk):
    client = enter(given.receptionist(desk))
    assert '<details class="govuk-details" open>' not in client.get(URL).content.decode()
    # What a browser sends of parts that were left as they were.
    left = {"applicant-identity_kind": "personal_id", "business-kind": "enterprise", "payer-kind": "person"}
    refused = client.post(URL, typed(desk, **left, **{"filer-name": ""}))
    assert refused.status_code == 422
    assert '<details class="govuk-details" open>' not in refused.content.decode()
    opened = client.post(URL, typed(desk, **left, **{"filer-name": "", "payer-name": "Người khác"}))
    assert opened.content.decode().count('<details class="govuk-details" open>') == 1


LATE = {
    "late_entry-taken_on_day": "20",
    "late_entry-taken_on_month": "11",
    "late_entry-taken_on_year": "2026",
    "late_entry-taken_at": "14:30",
    "late_entry-form_number": "GT-07",
    "late_entry-reason": "Mất điện",
}


def test_a_case_taken_on_paper_is_entered_with_its_true_time(enter, desk):
    client = enter(given.receptionist(desk))
    assert client.post(URL, typed(desk, **LATE)).status_code == 302
    case = Case.objects.get()
    assert case.received_at == given.after(given.NOW, days=-3, hours=5.5)
    assert case.late_entry.form_number == "GT-07"
    page = client.get(reverse("desk:case", args=[case.code])).content.decode()
    assert "Number of the paper form: GT-07" in page


def test_a_late_entry_is_filled_in_whole_and_not_to_come(enter, desk):
    client = enter(given.receptionist(desk))
    half = client.post(URL, typed(desk, **{**LATE, "late_entry-reason": ""}))
    assert half.status_code == 422 and 'href="#id_late_entry-reason"' in half.content.decode()
    to_come = client.post(URL, typed(desk, **{**LATE, "late_entry-taken_on_day": "24"}))
    assert to_come.status_code == 422 and 'href="#id_late_entry-taken_at"' in to_come.content.decode()
    assert not Case.objects.exists()
