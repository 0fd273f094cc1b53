"""Who is on an application: as declared, by what right, with whose consent; and what follows from it."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.applications.choices import Delivery, PartyRole
from apps.applications.models import Application, Party
from apps.businesses.actions import Organisation
from apps.businesses.errors import TaxCodeTaken
from apps.businesses.models import Business, Mandate
from apps.cases.actions.ending import request_withdrawal
from apps.cases.actions.filing import Filing, may_repeat
from apps.cases.actions.handling import assign_handler
from apps.cases.actions.payment import record_payment
from apps.cases.actions.submission import submit_application
from apps.cases.actions.supplement import provide_supplement
from apps.cases.errors import (
    ApplicantTwice,
    AuthorityMissing,
    CaseUnknown,
    ConsentMissing,
    DeskUnknown,
    NotAHandler,
    PartyMayNotAct,
    UnitMissing,
    UnitNotAWard,
)
from apps.cases.models import CaseReceipt
from apps.cases.selectors import StillOpen, case_seen_by, cases_of_person, facts_of_case
from apps.citizens.actions import Person
from apps.citizens.choices import IdentityKind
from apps.citizens.models import Citizen
from apps.procedures.choices import Channel
from apps.procedures.selectors import rules_in_force
from apps.units.models import AdministrativeUnit, Agency
from tests import given
from tests.cases import doors
from tests.factories import CitizenFactory, a_tax_code

pytestmark = pytest.mark.django_db

BIRTH = "1.001193"
SINGLE = "1.004873"
GRANDCHILD = Person(
    name="Lê Minh An",
    identity_kind=IdentityKind.PERSONAL_ID,
    identity_number="001210000042",
    born_on=date(2010, 5, 1),
)


def taken(desk, procedure=given.CIVIL_EXTRACT, **changes):
    """An application taken at a counter, with what it was checked to be."""
    rules = rules_in_force(procedure, given.NOW.date())
    filing = Filing(
        procedure_code=procedure,
        **{
            "channel": Channel.COUNTER,
            "answers": given.answers(procedure),
            "filer": given.person_at_counter(),
            "has_consent": True,
            "connecting_unit_id": given.ward().pk,
            "originals": [row.code for row in rules.components if row.mode.startswith("original")],
            "attachments": given.required_uploads(procedure, desk),
            **changes,
        },
    )
    filed = submit_application(filing, by=desk, at=given.NOW, request_key=given.key())
    return filing, filed


def parties(case) -> dict[str, Party]:
    return {party.role: party for party in Party.objects.filter(application=case.application)}


def repeated(filing, filed, seen_by) -> StillOpen:
    """What somebody hears of open cases that a filing may repeat."""
    return may_repeat(filing, filed.checked, seen_by=seen_by, besides=filed.case.code)


@pytest.fixture
def desk():
    return given.receptionist(given.ward_committee())


def test_a_person_already_known_is_on_the_application_as_declared_today(desk):
    known = CitizenFactory(
        user=None, full_name="Trần Thị Bưởi", identity_number="001185000001", phone="0901", address="Số 1"
    )
    case = taken(desk)[1].case
    filer = parties(case)[PartyRole.FILER]
    assert filer.citizen == known
    assert (filer.particulars["phone"], filer.particulars["address"]) == (
        "0987654321",
        "Số 3, ngõ 12, phố Nghĩa Dũng",
    )
    known.refresh_from_db()
    assert (known.phone, known.address) == ("0901", "Số 1")


def test_the_residence_declared_decides_and_not_the_one_known_before(desk):
    known_at, lives_at = given.ward("Phường Trúc Bạch"), given.ward()
    CitizenFactory(
        user=None,
        full_name="Trần Thị Bưởi",
        identity_number="001185000001",
        permanent_residence=known_at,
    )
    case = taken(desk, SINGLE, connecting_unit_id=None)[1].case
    assert case.application.connecting_unit == lives_at
    undeclared = dataclasses.replace(given.person_at_counter(), residence_id=None)
    with doors.refused(UnitMissing, field="connecting_unit"):
        taken(desk, SINGLE, connecting_unit_id=None, filer=undeclared)


def test_whoever_files_for_another_is_their_representative_by_a_named_right(desk):
    case = taken(desk, applicant=GRANDCHILD, authority="Bà nội, người giám hộ")[1].case
    on_it = parties(case)
    assert on_it[PartyRole.APPLICANT].particulars["name"] == "Lê Minh An"
    # Whose paper nobody has seen does not become known.
    assert on_it[PartyRole.APPLICANT].citizen is None
    assert not Citizen.objects.filter(identity_number="001210000042").exists()
    assert on_it[PartyRole.FILER].citizen == on_it[PartyRole.REPRESENTATIVE].citizen
    assert on_it[PartyRole.REPRESENTATIVE].authority == "Bà nội, người giám hộ"
    assert {party.authority for role, party in on_it.items() if role != PartyRole.REPRESENTATIVE} == {""}


def test_filing_for_another_without_a_right_is_refused_and_nobody_becomes_known(desk):
    before = Citizen.objects.count()
    with doors.refused(AuthorityMissing, field="authority"):
        taken(desk, applicant=GRANDCHILD, authority=" ")
    organisation = Organisation(name="Công ty An", number=a_tax_code(7))
    with doors.refused(AuthorityMissing, field="authority"):
        taken(desk, organisation=organisation)
    with doors.refused(ApplicantTwice, field="applicant"):
        taken(desk, organisation=organisation, applicant=GRANDCHILD, authority="Giấy ủy quyền")
    assert Citizen.objects.count() == before
    assert not Business.objects.exists()


def test_the_age_that_a_rule_reads_is_the_applicants(desk):
    case = taken(desk, applicant=GRANDCHILD, authority="Bà nội")[1].case
    assert facts_of_case(given.fresh(case))["subject_age"] == 16
    case = taken(desk)[1].case
    assert facts_of_case(given.fresh(case))["subject_age"] == 41


def test_nothing_is_filed_at_a_counter_without_the_persons_consent(desk):
    with doors.refused(ConsentMissing, field="has_consent"):
        taken(desk, has_consent=False)
    case = taken(desk)[1].case
    with pytest.raises(IntegrityError, match="application_at_counter_has_consent"), transaction.atomic():
        Application.objects.filter(pk=case.application_id).update(has_consent=False)


def test_online_one_files_for_another_person_who_is_tied_to_whom_we_know():
    grandmother = given.citizen()
    child = CitizenFactory(full_name="Lê Minh An", identity_number=GRANDCHILD.identity_number)
    case = given.filed_online(by=grandmother, applicant=GRANDCHILD, authority="Bà nội")
    assert parties(case)[PartyRole.APPLICANT].citizen == child
    # Both sides see the case; nobody else does.
    for who in (grandmother, given.act_as(child.user)):
        assert list(cases_of_person(seen_by=who)) == [case]
    with pytest.raises(CaseUnknown):
        case_seen_by(case.code, seen_by=given.citizen())


def test_online_a_stranger_declared_does_not_become_known_and_another_name_ties_nobody():
    known = CitizenFactory(full_name="Người Khác", identity_number=GRANDCHILD.identity_number)
    before = Citizen.objects.count()
    by = given.citizen()
    case = given.filed_online(by=by, applicant=GRANDCHILD, authority="Bà nội")
    assert parties(case)[PartyRole.APPLICANT].citizen is None
    assert parties(case)[PartyRole.APPLICANT].particulars["identity_number"] == GRANDCHILD.identity_number
    # The filer's own account was made with `by`; nobody else became known.
    assert Citizen.objects.count() == before + 1
    with pytest.raises(CaseUnknown):
        case_seen_by(case.code, seen_by=given.act_as(known.user))


def test_the_answers_name_the_person_concerned_and_the_other_party():
    mother = CitizenFactory(permanent_residence=given.ward())
    father = CitizenFactory(full_name="Lê Văn Cha", identity_number="001085000077")
    answers = {
        **given.answers(BIRTH),
        "child_name": "Lê Minh An",
        "child_born_on": "2026-11-20",
        "mother_name": mother.full_name,
        "mother_identity": mother.identity_number,
        "father_name": "Lê Văn Cha",
        "father_identity": "001085000077",
    }
    case = given.filed_online(BIRTH, by=given.act_as(mother.user), answers=answers)
    on_it = parties(case)
    child = on_it[PartyRole.SUBJECT]
    assert (child.citizen, child.particulars["name"], child.particulars["born_on"]) == (
        None,
        "Lê Minh An",
        "2026-11-20",
    )
    # The mother applies, so the father is the only other party.
    assert on_it[PartyRole.OTHER_PARTY].citizen == father
    assert Party.objects.filter(application=case.application, role=PartyRole.OTHER_PARTY).count() == 1
    # Being named gives no sight of the case.
    with pytest.raises(CaseUnknown):
        case_seen_by(case.code, seen_by=given.act_as(father.user))


def test_an_official_whom_the_answers_name_does_not_handle_the_case():
    case = given.at_competent_agency(given.accepted_case())
    at = case.current_agency
    handler = given.staff(at, Role.HANDLER)
    official = CitizenFactory(user_id=handler.user_id, identity_number="001085000099")
    Party.objects.create(
        application=case.application,
        role=PartyRole.OTHER_PARTY,
        citizen=official,
        particulars={"name": official.full_name, "identity_number": official.identity_number},
        valid_from=given.NOW,
    )
    head = given.staff(at, Role.HEAD)
    with doors.refused(NotAHandler, field="handler"):
        assign_handler(case.code, handler=handler.user_id, by=head, at=given.NOW, request_key=given.key())
    with doors.refused(PartyMayNotAct):
        assign_handler(
            case.code,
            handler=handler.user_id,
            by=given.act_as(official.user),
            at=given.NOW,
            request_key=given.key(),
        )


def test_a_receptionist_takes_no_application_on_which_they_are_named(desk):
    own = CitizenFactory(user_id=desk.user_id, full_name="Phạm Thị Hoa", identity_number="001085000099")
    by = given.act_as(own.user)
    person = Person("Phạm Thị Hoa", IdentityKind.PERSONAL_ID, "001085000099")
    with doors.refused(PartyMayNotAct):
        taken(by, filer=person)
    with doors.refused(PartyMayNotAct):
        taken(by, applicant=person, authority="Giấy ủy quyền số 3")
    # To pay for somebody is no part in the matter.
    taken(by, payer=person)


def test_the_receipt_names_who_pays_in_the_applicants_stead(desk):
    payer = Organisation(name="Công ty Sen", number=a_tax_code(7), address="Số 9, phố Hàng Bún")
    case = taken(desk, payer=payer)[1].case
    cashier = given.cashier(given.ward_committee())
    record_payment(case.code, amount=8_000, method="cash", by=cashier, at=given.NOW, request_key=given.key())
    receipt = CaseReceipt.objects.get(case=case).receipt
    assert receipt.snapshot["payer"]["name"] == "Công ty Sen"
    assert (receipt.snapshot["payer"]["id_kind"], receipt.snapshot["payer"]["id_number"]) == (
        "tax_code",
        payer.number,
    )
    assert not Business.objects.exists()


@pytest.mark.parametrize(
    "field", ["connecting_unit", "filer.residence", "filer.temporary_residence", "applicant.residence"]
)
def test_a_place_is_a_ward_and_nothing_larger(desk, field):
    district = AdministrativeUnit.objects.get(name="Quận Ba Đình")
    changes = {
        "connecting_unit": {"connecting_unit_id": district.pk},
        "filer.residence": {
            "filer": dataclasses.replace(given.person_at_counter(), residence_id=district.pk)
        },
        "filer.temporary_residence": {
            "filer": dataclasses.replace(given.person_at_counter(), temporary_residence_id=district.pk)
        },
        "applicant.residence": {
            "applicant": dataclasses.replace(GRANDCHILD, residence_id=district.pk),
            "authority": "Bà nội",
        },
    }[field]
    with doors.refused(UnitNotAWard, field=field):
        taken(desk, **changes)


def test_the_same_applicant_procedure_and_person_concerned_still_open_is_told_and_never_refused(desk):
    first = taken(desk)[1].case
    filing, second = taken(desk)
    assert repeated(filing, second, desk) == StillOpen([first.code], has_others=False)
    about_another = {**given.answers(given.CIVIL_EXTRACT), "person_name": "Trần Văn Khác"}
    filing, third = taken(desk, answers=about_another)
    assert not repeated(filing, third, desk)
    filing, other = taken(desk, filer=given.person_at_counter(2, "Lê Văn Cam"))
    assert not repeated(filing, other, desk)


def test_a_receptionist_hears_of_a_case_elsewhere_that_one_is_open_and_nothing_else(desk):
    elsewhere = given.receptionist(given.ward_committee("Phường Hàng Bạc"))
    taken(elsewhere)
    filing, second = taken(desk)
    assert repeated(filing, second, desk) == StillOpen([], has_others=True)
    filing, third = taken(desk)
    assert repeated(filing, third, desk) == StillOpen([second.case.code], has_others=True)


def test_where_a_case_was_sent_its_code_is_told(desk):
    first = taken(desk, connecting_unit_id=given.ward("Phường Hàng Bạc").pk)[1].case
    sent = given.at_competent_agency(given.accepted(first))
    assert sent.current_agency != first.receiving_agency
    clerk = given.receptionist(sent.current_agency)
    filing, second = taken(clerk)
    assert repeated(filing, second, clerk) == StillOpen([first.code], has_others=False)


def test_the_applicant_online_hears_the_code_wherever_the_case_is(desk):
    known = CitizenFactory(
        full_name="Trần Thị Bưởi", identity_number="001185000001", permanent_residence=given.ward()
    )
    elsewhere = given.receptionist(given.ward_committee("Phường Hàng Bạc"))
    first = taken(elsewhere)[1].case
    by = given.act_as(known.user)
    filing = Filing(
        procedure_code=given.CIVIL_EXTRACT,
        channel=Channel.ONLINE,
        answers=given.answers(given.CIVIL_EXTRACT),
        connecting_unit_id=given.ward().pk,
        attachments=given.required_uploads(given.CIVIL_EXTRACT, by),
    )
    filed = submit_application(filing, by=by, at=given.NOW, request_key=given.key())
    assert repeated(filing, filed, by) == StillOpen([first.code], has_others=False)


def test_how_many_cases_are_open_does_not_change_how_many_queries_that_takes(desk):
    elsewhere = given.receptionist(given.ward_committee("Phường Hàng Bạc"))
    counted = []
    for _round in range(2):
        for by in (desk, elsewhere, desk, elsewhere):
            filing, filed = taken(by)
        with CaptureQueriesContext(connection) as captured:
            repeated(filing, filed, elsewhere)
        counted.append(len(captured))
    assert counted[0] == counted[1] <= 5


def test_what_another_person_has_open_is_not_told_to_who_files_online_for_them():
    child = CitizenFactory(
        full_name="Lê Minh An",
        identity_number=GRANDCHILD.identity_number,
        permanent_residence=given.ward(),
    )
    given.filed_online(by=given.act_as(child.user))
    by = given.citizen()
    filing = Filing(
        procedure_code=given.CIVIL_EXTRACT,
        channel=Channel.ONLINE,
        answers=given.answers(given.CIVIL_EXTRACT),
        connecting_unit_id=given.ward().pk,
        attachments=given.required_uploads(given.CIVIL_EXTRACT, by),
        applicant=GRANDCHILD,
        authority="Bà nội",
    )
    filed = submit_application(filing, by=by, at=given.NOW, request_key=given.key())
    assert not repeated(filing, filed, by)


def test_a_result_goes_into_an_account_of_either_side(desk):
    child = CitizenFactory(full_name="Lê Minh An", identity_number=GRANDCHILD.identity_number)
    case = taken(desk, applicant=GRANDCHILD, authority="Bà nội", delivery=Delivery.ELECTRONIC)[1].case
    assert case.application.delivery == Delivery.ELECTRONIC
    assert child.user_id is not None


def test_a_supplement_that_names_somebody_else_ends_one_party_and_begins_another():
    by = given.citizen()
    case, _handler = given.case_awaiting_supplement(by=by)
    before = parties(case)[PartyRole.SUBJECT]
    at = given.after(given.NOW, hours=2)
    provide_supplement(
        case.code,
        answers={"person_name": "Trần Văn Đúng"},
        attachments={},
        message="",
        by=by,
        at=at,
        request_key=given.key(),
    )
    before.refresh_from_db()
    assert before.valid_to == at
    named = Party.objects.get(application=case.application, role=PartyRole.SUBJECT, valid_to__isnull=True)
    assert (named.particulars["name"], named.valid_from) == ("Trần Văn Đúng", at)
    others = Party.objects.filter(application=case.application).exclude(role=PartyRole.SUBJECT)
    assert not others.filter(valid_to__isnull=False).exists()


def test_a_representative_whose_mandate_has_ended_neither_sees_nor_stops_the_companys_case():
    by, business = given.representative()
    case = given.filed_online(given.FOOD_SAFETY, by=by, business_id=business)
    assert list(cases_of_person(seen_by=by)) == [case]
    Mandate.objects.update(valid_to=given.NOW.date())
    former = given.act_as(User.objects.get(pk=by.user_id))
    assert list(cases_of_person(seen_by=former)) == []
    with pytest.raises(CaseUnknown):
        case_seen_by(case.code, seen_by=former)
    with doors.refused(CaseUnknown):
        request_withdrawal(case.code, reason="Rút", by=former, at=given.NOW, request_key=given.key())


def test_an_organisation_is_tied_by_number_kind_and_name(desk):
    by, business = given.representative()
    known = Business.objects.get(pk=business)
    with doors.refused(TaxCodeTaken, field="organisation.number"):
        taken(
            desk,
            organisation=Organisation(name="Công ty Khác", number=known.number),
            authority="Giấy giới thiệu",
        )
    other_kind = Organisation(name=known.name, number=known.number, kind="organisation")
    with doors.refused(TaxCodeTaken, field="organisation.number"):
        taken(desk, organisation=other_kind, authority="Giấy giới thiệu")
    case = taken(desk, payer=Organisation(name="Công ty Khác", number=known.number))[1].case
    assert parties(case)[PartyRole.PAYER].business is None
    case = taken(desk, payer=Organisation(name=known.name.upper(), number=known.number))[1].case
    assert parties(case)[PartyRole.PAYER].business == known


def test_an_agency_that_has_ended_takes_no_application(desk):
    Agency.objects.filter(pk=given.ward_committee().pk).update(valid_to=given.NOW.date())
    with doors.refused(DeskUnknown, field="receiving_agency"):
        taken(desk)
