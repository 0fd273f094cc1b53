"""Filing online page by page: checked before it is filed, nothing typed is lost, one application for one press."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.applications.models import Application, ApplicationRevision, Attachment, Party
from apps.cases.models import Case, CaseEvent
from apps.cases.tracking import secret_of
from apps.core.spoken import dong
from apps.documents.templatetags.papers import in_fours
from apps.procedures.selectors import rules_in_force
from apps.units.models import AdministrativeUnit, Agency
from tests import given

pytestmark = pytest.mark.django_db

HOUSEHOLD = f"/procedures/{given.HOUSEHOLD}/apply/"
SINGLE_CODE = "1.004873"
SINGLE = f"/procedures/{SINGLE_CODE}/apply/"
FOOD = f"/procedures/{given.FOOD_SAFETY}/apply/"


def fields(procedure: str, **over: object) -> dict[str, object]:
    """What a person types for a procedure, as the form names it."""
    typed: dict[str, object] = {
        "request_key": given.key(),
        "delivery": "electronic",
        "contact_email": "nguoi.nop@example.vn",
        "action": "check",
    }
    typed |= given.typed(given.answers(procedure))
    if procedure == given.HOUSEHOLD:
        typed["connecting_unit"] = given.ward().pk
    return {**typed, **over}


def pdf(name: str = "thuyet-minh.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, given.a_pdf(), content_type="application/pdf")


def hidden(page: str) -> dict[str, object]:
    """The hidden fields of a page, as the browser sends them again."""
    found: dict[str, object] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page):
        if name != "csrfmiddlewaretoken":
            found[name] = unescape(value)
    return found


def test_nobody_is_sent_to_sign_in_and_comes_back(nobody) -> None:
    answer = nobody.get(HOUSEHOLD)
    assert answer.status_code == 302
    assert answer.url == f"/account/login/?next={HOUSEHOLD}"


def test_a_clerk_without_a_persons_account_cannot_file_here(as_actor) -> None:
    clerk = given.receptionist(given.ward_committee())
    assert as_actor(clerk).get(HOUSEHOLD).status_code == 403


def test_the_form_asks_the_schemas_questions_and_begins_with_what_is_known(as_actor) -> None:
    page = as_actor(given.citizen(email="ba.lan@example.vn")).get(HOUSEHOLD).content.decode()
    assert 'name="answers-household_name"' in page and 'name="papers-household_authority"' in page
    assert 'value="ba.lan@example.vn"' in page
    assert f'<option value="{given.ward().pk}" selected>' in page


def test_where_the_person_lives_is_offered_first_and_the_permanent_residence_chosen(as_actor) -> None:
    home, lodging = given.ward(), given.ward("Phường Hàng Bạc")
    who = given.citizen(temporary_residence=lodging)
    client = as_actor(who)
    page = unescape(client.get(SINGLE).content.decode())
    place = re.search(r'<select name="connecting_unit".*?</select>', page, re.DOTALL)[0]
    assert re.findall(r'<optgroup label="([^"]+)"', place)[0] == "Where you live"
    offered = re.findall(r'<option value="(\d+)"( selected)?>\s*([^<]+?)\s*</option>', place)
    assert offered[:2] == [
        (str(home.pk), " selected", "Phuc Xa Ward, Ba Dinh District – Permanent residence"),
        (str(lodging.pk), "", "Hang Bac Ward, Hoan Kiem District – Temporary residence"),
    ]
    assert len(offered) == len({value for value, _selected, _name in offered}) == 579
    typed = fields(SINGLE_CODE, connecting_unit=lodging.pk, declared="yes", action="submit")
    files = {f"papers-{code}": pdf() for code in given.required_uploads(SINGLE_CODE, who)}
    answer = client.post(SINGLE, {**typed, **files})
    assert answer.status_code == 302, re.findall(r'<a href="#(id_[^"]+)">', answer.content.decode())
    assert Case.objects.get().application.connecting_unit == lodging


def test_a_procedure_about_a_place_offers_no_residence(as_actor) -> None:
    who = given.citizen(temporary_residence=given.ward("Phường Hàng Bạc"))
    assert "Where you live" not in as_actor(who).get(HOUSEHOLD).content.decode()


def test_a_residence_that_is_no_more_is_not_offered_as_one(as_actor) -> None:
    lodging = given.ward("Phường Hàng Bạc")
    who = given.citizen(temporary_residence=lodging)
    AdministrativeUnit.objects.filter(pk=lodging.pk).update(valid_to=given.NOW.date())
    page = as_actor(who).get(SINGLE).content.decode()
    assert "Permanent residence" in page and "Temporary residence" not in page


def test_the_parts_for_others_are_closed_until_they_are_used(as_actor) -> None:
    client = as_actor(given.citizen())
    first = client.get(HOUSEHOLD).content.decode()
    faulty = client.post(HOUSEHOLD, fields(given.HOUSEHOLD, contact_email="nobody")).content.decode()
    for page in (first, faulty):
        assert page.count('<details class="govuk-details">') == 3
    used = client.post(
        HOUSEHOLD, fields(given.HOUSEHOLD, **{"payer-name": "Lê Minh An", "contact_email": "x"})
    )
    assert used.content.decode().count('<details class="govuk-details" open>') == 1


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("150000000", 150_000_000),
        ("150.000.000", 150_000_000),
        ("150 000 000", 150_000_000),
        ("150.000", 150_000),
    ],
)
def test_a_whole_number_may_be_written_with_its_thousands_apart(as_actor, typed: str, read: int) -> None:
    client = as_actor(given.citizen())
    review = client.post(HOUSEHOLD, fields(given.HOUSEHOLD, **{"answers-capital": typed})).content.decode()
    assert dong(read) in review
    client.post(HOUSEHOLD, {**hidden(review), "declared": "yes", "action": "submit"})
    assert ApplicationRevision.objects.get().answers["capital"] == read


@pytest.mark.parametrize("typed", ["1.5", "15.00", "1.0", "150.000,5", "mười"])
def test_what_is_no_whole_number_is_refused_and_not_rounded(as_actor, typed: str) -> None:
    answer = as_actor(given.citizen()).post(HOUSEHOLD, fields(given.HOUSEHOLD, **{"answers-capital": typed}))
    assert answer.status_code == 422
    assert '<a href="#id_answers-capital">' in answer.content.decode()
    assert not Case.objects.exists()


def test_faults_are_told_in_the_order_of_the_page(as_actor) -> None:
    over = {
        "applicant-name": "An",
        "applicant-identity_kind": "personal_id",
        "applicant-identity_number": "1",
        "authority": "Con trai",
        "answers-capital": "x",
        "contact_email": "x",
    }
    page = as_actor(given.citizen()).post(HOUSEHOLD, fields(given.HOUSEHOLD, **over)).content.decode()
    targets = re.findall(r'<a href="#([^"]+)">', page)
    assert targets == ["id_applicant-identity_number", "id_answers-capital", "id_contact_email"]


def test_a_procedure_that_nobody_can_file_online_leads_back_to_its_page(as_actor) -> None:
    client = as_actor(given.citizen())
    for code in ("2.002913", "2.000815"):
        assert client.get(f"/procedures/{code}/apply/").url == f"/procedures/{code}/"
    assert client.get("/procedures/9.999999/apply/").status_code == 404


def test_looking_at_the_form_writes_nothing(as_actor) -> None:
    as_actor(given.citizen()).get(HOUSEHOLD)
    assert not Application.objects.exists() and not Attachment.objects.exists()


def test_checking_shows_fees_agencies_and_files_nothing(as_actor) -> None:
    answer = as_actor(given.citizen()).post(HOUSEHOLD, fields(given.HOUSEHOLD))
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 200, page
    assert "0 đ" in page and "Nghị quyết 78/2026/NQ-HĐND" in page
    assert "Division of Finance and Planning" in page and "People's Committee of Phuc Xa Ward" in unescape(
        page
    )
    assert not Case.objects.exists()


def test_a_fee_without_an_established_price_is_shown_as_such_and_no_total_is_made_of_it(as_actor) -> None:
    born = {
        "answers-subject_born_on_day": 17,
        "answers-subject_born_on_month": 5,
        "answers-subject_born_on_year": 1990,
    }
    typed = fields("1.001699", connecting_unit=given.ward().pk, **born)
    files = {
        f"papers-{row.code}": pdf()
        for row in rules_in_force("1.001699", given.NOW.date()).components
        if row.mode == "upload"
    }
    page = as_actor(given.citizen()).post("/procedures/1.001699/apply/", {**typed, **files}).content.decode()
    assert page.count("not established; nothing is collected") == 2, page
    assert "\N{NO-BREAK SPACE}đ" not in page


def test_declaring_files_one_case_and_leads_to_its_code_and_secret(as_actor) -> None:
    who = given.citizen()
    client = as_actor(who)
    review = client.post(HOUSEHOLD, fields(given.HOUSEHOLD)).content.decode()
    answer = client.post(HOUSEHOLD, {**hidden(review), "declared": "yes", "action": "submit"})
    case = Case.objects.get()
    assert answer.url == f"/cases/{case.code}/filed/"
    page = client.get(answer.url).content.decode()
    assert case.code in page and in_fours(secret_of(case.code, 1)) in page
    revision = ApplicationRevision.objects.get()
    assert revision.answers == given.answers(given.HOUSEHOLD)
    assert CaseEvent.objects.get().by_id == who.user_id


def test_one_files_for_another_person_and_the_check_says_by_what_right(as_actor) -> None:
    client = as_actor(given.citizen())
    for_another = {"applicant-name": "Lê Minh An", "applicant-identity_kind": "none"}
    answer = client.post(HOUSEHOLD, fields(given.HOUSEHOLD, **for_another))
    assert answer.status_code == 422
    assert 'href="#id_authority"' in answer.content.decode()
    for_another["authority"] = "Bà nội, người giám hộ"
    review = client.post(HOUSEHOLD, fields(given.HOUSEHOLD, **for_another)).content.decode()
    assert "Lê Minh An" in review and "Bà nội, người giám hộ" in review
    client.post(HOUSEHOLD, {**hidden(review), "declared": "yes", "action": "submit"})
    applicant = Party.objects.get(role="applicant")
    assert (applicant.particulars["name"], applicant.citizen) == ("Lê Minh An", None)
    assert Party.objects.get(role="representative").authority == "Bà nội, người giám hộ"


def test_a_person_with_a_passport_is_filed_for_and_the_country_is_asked(as_actor) -> None:
    client = as_actor(given.citizen())
    passport = {
        "applicant-name": "Anne Moreau",
        "applicant-identity_kind": "passport",
        "applicant-identity_number": "c4f8 k21x",
        "authority": "Vợ",
    }
    for country in ("", "XX"):
        typed = fields(given.HOUSEHOLD, **passport, **{"applicant-identity_country": country})
        page = client.post(HOUSEHOLD, typed).content.decode()
        assert re.findall(r'<a href="#(id_[^"]+)">', page) == ["id_applicant-identity_country"]
    typed = fields(given.HOUSEHOLD, **passport, **{"applicant-identity_country": "FR"})
    client.post(HOUSEHOLD, {**typed, "declared": "yes", "action": "submit"})
    said = Party.objects.get(role="applicant").particulars
    assert (said["identity_country"], said["identity_number"]) == ("FR", "C4F8K21X")


def test_faults_of_another_persons_particulars_are_told_at_their_fields(as_actor) -> None:
    wrong = {"applicant-name": "An", "applicant-email": "x", "applicant-born_on_day": "40", "authority": "Mẹ"}
    answer = as_actor(given.citizen()).post(HOUSEHOLD, fields(given.HOUSEHOLD, **wrong))
    assert answer.status_code == 422
    assert '<a href="#id_applicant-email">' in answer.content.decode()


def test_pressing_twice_files_once(as_actor) -> None:
    client = as_actor(given.citizen())
    typed = fields(given.HOUSEHOLD, declared="yes", action="submit")
    first, second = client.post(HOUSEHOLD, typed), client.post(HOUSEHOLD, typed)
    assert first.url == second.url
    assert Case.objects.count() == 1


def test_without_the_declaration_nothing_is_filed_and_the_fault_is_named(as_actor) -> None:
    answer = as_actor(given.citizen()).post(HOUSEHOLD, fields(given.HOUSEHOLD, action="submit"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_declared"' in page and "Error:" in page
    assert not Case.objects.exists()


def test_all_faults_are_told_at_once_each_with_its_field_and_nothing_typed_is_lost(as_actor) -> None:
    typed = fields(given.FOOD_SAFETY, contact_email="nobody")
    missing = next(iter(given.answers(given.FOOD_SAFETY)))
    kept = next(
        name for name in given.answers(given.FOOD_SAFETY) if name not in (missing,) and "name" in name
    )
    typed[f"answers-{missing}"] = ""
    answer = as_actor(given.citizen()).post(FOOD, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    for target in (f"id_answers-{missing}", "id_contact_email", "id_papers-premises_description"):
        assert f'<a href="#{target}">' in page, target
    assert str(typed[f"answers-{kept}"]) in unescape(page)
    assert 'value="nobody"' in page
    assert "<title>Error:" in page
    assert not Case.objects.exists()


def test_an_uploaded_file_is_kept_through_a_refused_submission(as_actor) -> None:
    client = as_actor(given.citizen())
    typed = {**fields(given.FOOD_SAFETY, contact_email=""), "papers-premises_description": pdf()}
    refused = client.post(FOOD, typed)
    assert refused.status_code == 422
    file = Attachment.objects.get()
    page = refused.content.decode()
    assert f'name="kept-premises_description" value="{file.uuid}"' in page and "thuyet-minh.pdf" in page

    again = fields(given.FOOD_SAFETY, **{"kept-premises_description": str(file.uuid)})
    review = client.post(FOOD, again).content.decode()
    client.post(FOOD, {**hidden(review), "declared": "yes", "action": "submit"})
    revision = ApplicationRevision.objects.get()
    assert [row.attachment_id for row in revision.attachments.all()] == [file.pk]
    assert Attachment.objects.count() == 1


def test_a_kept_file_can_be_removed(as_actor) -> None:
    who = given.citizen()
    uuid = given.uploaded(who)
    both = {"kept-premises_description": str(uuid), "drop-premises_description": str(uuid)}
    answer = as_actor(who).post(FOOD, fields(given.FOOD_SAFETY, **both))
    assert answer.status_code == 422
    assert str(uuid) not in answer.content.decode()


def test_another_persons_file_is_not_taken_for_ones_own(as_actor) -> None:
    uuid = given.uploaded(given.citizen())
    kept = {"kept-premises_description": str(uuid)}
    answer = as_actor(given.citizen()).post(FOOD, fields(given.FOOD_SAFETY, **kept))
    assert answer.status_code == 422
    assert str(uuid) not in answer.content.decode() and "giay-to.pdf" not in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [("trang.pdf", b"<html><script>alert(1)</script>"), ("rong.pdf", b""), ("gif.png", b"GIF89a<script>")],
)
def test_a_file_of_the_wrong_kind_is_refused_beside_its_field(as_actor, name: str, content: bytes) -> None:
    file = SimpleUploadedFile(name, content)
    answer = as_actor(given.citizen()).post(
        FOOD, {**fields(given.FOOD_SAFETY), "papers-premises_description": file}
    )
    assert answer.status_code == 422
    assert '<a href="#id_papers-premises_description">' in answer.content.decode()
    assert not Attachment.objects.exists()


def test_a_file_that_is_too_large_is_refused(as_actor, settings) -> None:
    settings.ATTACHMENT_MAX_BYTES = 100
    answer = as_actor(given.citizen()).post(
        FOOD, {**fields(given.FOOD_SAFETY), "papers-premises_description": pdf()}
    )
    assert answer.status_code == 422
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("place", ["", "0", "99999999", "x", "1'--"])
def test_a_place_that_is_not_offered_is_refused(as_actor, place: str) -> None:
    answer = as_actor(given.citizen()).post(HOUSEHOLD, fields(given.HOUSEHOLD, connecting_unit=place))
    assert answer.status_code == 422
    assert '<a href="#id_connecting_unit">' in answer.content.decode()
    assert not Case.objects.exists()


def test_the_result_by_post_needs_an_address(as_actor) -> None:
    answer = as_actor(given.citizen()).post(HOUSEHOLD, fields(given.HOUSEHOLD, delivery="post"))
    assert answer.status_code == 422
    assert '<a href="#id_delivery_address">' in answer.content.decode()


def test_going_back_to_change_keeps_everything(as_actor) -> None:
    client = as_actor(given.citizen())
    review = client.post(HOUSEHOLD, fields(given.HOUSEHOLD)).content.decode()
    answer = client.post(HOUSEHOLD, {**hidden(review), "action": "change"})
    assert answer.status_code == 200
    assert str(given.answers(given.HOUSEHOLD)["household_name"]) in unescape(answer.content.decode())


def test_a_representative_files_for_a_business(as_actor) -> None:
    who, business = given.representative()
    typed = fields(given.FOOD_SAFETY, business=business, declared="yes", action="submit")
    client = as_actor(who)
    assert f'value="{business}"' in client.get(FOOD).content.decode()
    client.post(FOOD, {**typed, "papers-premises_description": pdf()})
    assert Case.objects.get().application.parties.get(role="applicant").business_id == business


def test_nobody_files_for_a_business_of_others(as_actor) -> None:
    _owner, business = given.representative()
    stranger, own = given.representative()
    typed = fields(given.FOOD_SAFETY, business=business, declared="yes", action="submit")
    answer = as_actor(stranger).post(FOOD, {**typed, "papers-premises_description": pdf()})
    assert own != business and answer.status_code == 422
    assert not Case.objects.exists()


def test_another_desk_may_receive_the_application(as_actor) -> None:
    desk = Agency.objects.get(kind__code="ward_committee", unit=given.ward("Phường Hàng Bạc"))
    typed = fields(given.HOUSEHOLD, receiving_agency=desk.pk, declared="yes", action="submit")
    as_actor(given.citizen()).post(HOUSEHOLD, typed)
    assert Case.objects.get().receiving_agency_id == desk.pk


def test_a_post_without_a_request_key_is_refused(as_actor) -> None:
    typed = fields(given.HOUSEHOLD, request_key="", declared="yes", action="submit")
    assert as_actor(given.citizen()).post(HOUSEHOLD, typed).status_code == 400
    assert not Case.objects.exists()


def test_every_procedure_that_is_open_online_has_a_form(as_actor) -> None:
    from apps.procedures.models import Procedure

    client = as_actor(given.citizen())
    shown = 0
    for code in Procedure.objects.values_list("code", flat=True):
        answer = client.get(f"/procedures/{code}/apply/")
        if answer.status_code == 200:
            shown += 1
    assert shown > 30


def test_filing_takes_few_queries_however_long_the_lists_of_wards_and_desks(as_actor) -> None:
    client = as_actor(given.citizen())
    client.post(HOUSEHOLD, fields(given.HOUSEHOLD, declared="yes", action="submit"))
    with CaptureQueriesContext(connection) as taken:
        client.post(HOUSEHOLD, fields(given.HOUSEHOLD, declared="yes", action="submit"))
    assert Case.objects.count() == 2
    assert len(taken) <= 15, [query["sql"][:100] for query in taken]


def test_an_open_case_of_the_same_procedure_is_shown_and_nothing_is_refused(as_actor) -> None:
    who = given.citizen()
    client = as_actor(who)
    assert (
        "You already have an open case"
        not in client.post(HOUSEHOLD, fields(given.HOUSEHOLD)).content.decode()
    )
    first = given.filed_online(given.HOUSEHOLD, by=who)
    page = client.post(HOUSEHOLD, fields(given.HOUSEHOLD)).content.decode()
    assert "You already have an open case" in page and f'href="/cases/{first.code}/"' in page
    client.post(HOUSEHOLD, fields(given.HOUSEHOLD, declared="yes", action="submit"))
    assert Case.objects.count() == 2
