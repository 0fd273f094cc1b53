"""Filing an application: online by its applicant, or at a counter for the person who stands there."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from uuid import uuid4

import pytest

from apps.accounts.choices import Role
from apps.applications.choices import Delivery, PartyRole
from apps.applications.models import Application, ApplicationRevision, OriginalSeen, Party
from apps.businesses.actions import Organisation
from apps.businesses.errors import TaxCodeCheckDigitWrong
from apps.businesses.models import Business, Mandate
from apps.cases.actions.filing import Filing
from apps.cases.actions.submission import submit_application
from apps.cases.choices import EventKind, Routing, Status
from apps.cases.errors import (
    AccountMissing,
    ApplicantUnknown,
    AttachmentUnknown,
    DeskUnknown,
    EmailMissing,
    NotYours,
    PaperMissing,
    PaperUnknown,
    PartyMayNotAct,
    PostalAddressMissing,
    UnitEnded,
    UnitMissing,
    UnitUnknown,
)
from apps.cases.models import Case, CaseFee
from apps.cases.tracking import is_secret, secret_of
from apps.citizens.actions import Person
from apps.citizens.errors import IdentityPaperTaken, PersonalIdMalformed
from apps.citizens.models import Citizen
from apps.core.errors import Faults, KeyReused
from apps.core.request_keys import Replayed
from apps.procedures.choices import BorneBy, Channel
from apps.procedures.errors import (
    AnswerMissing,
    AnswerNotAChoice,
    AnswerUnknown,
    ChannelNotOpen,
    LimitNotEstablished,
    ProcedureClosed,
    ProcedureNotInForce,
    ProcedureUnknown,
)
from apps.procedures.models import ProcedureVersion
from apps.procedures.selectors import rules_in_force
from apps.units.models import AdministrativeUnit
from tests import databases, given
from tests.cases import doors
from tests.factories import CitizenFactory, PostFactory

pytestmark = pytest.mark.django_db


def online(procedure=given.CIVIL_EXTRACT, **changes) -> Filing:
    filing = Filing(
        procedure_code=procedure,
        channel=Channel.ONLINE,
        answers=given.answers(procedure),
        connecting_unit_id=given.ward().pk,
    )
    return dataclasses.replace(filing, **changes)


def at_counter(procedure=given.CIVIL_EXTRACT, **changes) -> Filing:
    rules = rules_in_force(procedure, given.NOW.date())
    filing = Filing(
        procedure_code=procedure,
        channel=Channel.COUNTER,
        answers=given.answers(procedure),
        filer=given.person_at_counter(),
        has_consent=True,
        connecting_unit_id=given.ward().pk,
        originals=[
            row.code for row in rules.components if row.is_required and row.mode.startswith("original")
        ],
    )
    return dataclasses.replace(filing, **changes)


def submit(filing, by, at=given.NOW, key=None):
    return submit_application(filing, by=by, at=at, request_key=key or given.key())


def submit_with_papers(filing, by, at=given.NOW):
    papers = given.required_uploads(filing.procedure_code, by, at)
    return submit(dataclasses.replace(filing, attachments=papers), by, at)


def test_an_online_filing_is_one_case_in_status_1_at_the_desk_of_the_applicants_ward():
    by = given.citizen()
    event = submit_with_papers(online(), by).event
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.APPLICATION_SUBMITTED,
        None,
        Status.SUBMITTED,
    )
    case = given.fresh(event.case)
    assert (case.receiving_agency, case.current_agency) == (given.ward_committee(), given.ward_committee())
    assert (case.routing, case.competent_agency, case.received_at) == (Routing.PENDING, None, given.NOW)
    assert case.intake_due_at == datetime(2026, 11, 25, 9, 0, tzinfo=given.HANOI)
    assert is_secret(secret_of(case.code, 1), case.tracking_hash)
    doors.adds_up(case)


def test_a_filing_online_owes_its_routing_and_a_notice():
    by = given.citizen()
    papers = given.required_uploads(given.CIVIL_EXTRACT, by)
    assert doors.owed_by(lambda: submit(online(attachments=papers), by)) == ["route_case", "send_notice"]


def test_a_filing_at_a_counter_is_not_routed_before_it_is_accepted():
    desk = given.receptionist(given.ward_committee())
    assert doors.owed_by(lambda: submit(at_counter(), desk)) == []


def test_what_was_declared_is_frozen_with_its_parties():
    by = given.citizen()
    event = submit_with_papers(online(), by)
    revision = ApplicationRevision.objects.get(application=event.case.application)
    assert (revision.number, revision.answers) == (1, given.answers(given.CIVIL_EXTRACT))
    parties = Party.objects.filter(application=event.case.application).order_by("role")
    assert [(party.role, party.citizen_id) for party in parties] == [
        (PartyRole.APPLICANT, by.citizen_id),
        (PartyRole.FILER, by.citizen_id),
        # Named by the answers, and nobody whom we know.
        (PartyRole.SUBJECT, None),
    ]
    assert parties[0].particulars["name"] == Citizen.objects.get(pk=by.citizen_id).full_name


def test_a_business_is_the_applicant_and_its_representative_the_filer():
    by, business = given.representative()
    event = submit_with_papers(online(given.FOOD_SAFETY, business_id=business), by)
    parties = {
        party.role: (party.citizen_id, party.business_id)
        for party in Party.objects.filter(application=event.case.application)
    }
    assert parties == {
        PartyRole.FILER: (by.citizen_id, None),
        PartyRole.APPLICANT: (None, business),
        PartyRole.REPRESENTATIVE: (by.citizen_id, None),
    }


def test_codes_count_from_1_each_day_for_each_agency_and_are_never_used_twice():
    desk = given.ward_committee()
    by = given.receptionist(desk)
    elsewhere = given.ward_committee("Phường Trúc Bạch")
    first, second = (submit(at_counter(), by).case.code for _ in range(2))
    other = submit(at_counter(), given.receptionist(elsewhere)).case.code
    next_day = submit(at_counter(), by, at=given.after(given.NOW, days=2)).case.code
    assert first == f"{desk.identification_code}-261123-0001"
    assert second == f"{desk.identification_code}-261123-0002"
    assert other == f"{elsewhere.identification_code}-261123-0001"
    assert next_day == f"{desk.identification_code}-261125-0001"


def test_what_the_applicant_owes_online_is_borne_by_the_city_and_at_the_counter_by_them():
    by = given.citizen()
    online_case = submit_with_papers(online(), by).case
    counter_case = submit(at_counter(), given.receptionist(given.ward_committee())).case
    for case, borne_by in ((online_case, BorneBy.BUDGET), (counter_case, BorneBy.APPLICANT)):
        fee = CaseFee.objects.select_related("fee").get(case=case).fee
        assert (fee.amount, fee.borne_by) == (8000, borne_by)
        assert fee.legal_basis


def test_three_copies_cost_three_times_as_much():
    answers = {**given.answers(given.CIVIL_EXTRACT), "copies": 3}
    case = submit(at_counter(answers=answers), given.receptionist(given.ward_committee())).case
    assert CaseFee.objects.get(case=case).fee.amount == 24_000


def test_a_counter_files_for_somebody_new_and_knows_them_afterwards():
    by = given.receptionist(given.ward_committee())
    before = Citizen.objects.count()
    submit(at_counter(), by)
    submit(at_counter(), by)
    assert Citizen.objects.count() == before + 1


def test_originals_seen_at_the_counter_are_ticked_by_name():
    procedure = "2.000815"
    by = given.receptionist(given.ward_committee())
    filing = at_counter(procedure, attachments=given.required_uploads(procedure, by))
    case = submit(filing, by).case
    seen = OriginalSeen.objects.filter(application=case.application)
    assert {row.component.code for row in seen} == set(filing.originals)
    assert all(row.seen_by_id == by.user_id for row in seen)
    assert filing.originals


def test_a_filing_at_night_counts_from_the_next_opening():
    by = given.citizen()
    night = datetime(2026, 11, 23, 22, 30, tzinfo=given.HANOI)
    case = submit_with_papers(online(), by, at=night).case
    assert case.received_at == datetime(2026, 11, 25, 8, 0, tzinfo=given.HANOI)


# Refusals


def test_a_procedure_that_does_not_exist_is_refused():
    with doors.refused(ProcedureUnknown, field="procedure"):
        submit(dataclasses.replace(online(), procedure_code="9.999999"), given.citizen())


def test_a_procedure_that_is_not_in_force_is_refused():
    filing = online()
    ProcedureVersion.objects.filter(procedure__code=given.CIVIL_EXTRACT).update(
        in_force_to=date(2026, 11, 23)
    )
    with doors.refused(ProcedureNotInForce, field="procedure"):
        submit(filing, given.citizen())


def test_a_procedure_that_became_history_is_refused():
    with doors.refused(ProcedureNotInForce, field="procedure"):
        submit(dataclasses.replace(online(), procedure_code="1.009994"), given.citizen())


def test_a_procedure_that_is_closed_is_refused_with_why():
    with doors.refused(ProcedureClosed, field="procedure") as told:
        submit(dataclasses.replace(online(), procedure_code="2.002913"), given.citizen())
    assert "2.002913" in told.value.message
    assert told.value.data["reason"]


def test_a_procedure_whose_limit_is_not_established_is_refused():
    """No version is published like that; a database of another program might hold one."""
    rules = rules_in_force("2.002913.XTT", given.NOW.date())
    rules.version.closed_note = rules.version.closed_note_en = ""
    with doors.refused(LimitNotEstablished, field="procedure"):
        submit(dataclasses.replace(online(), procedure_code="2.002913.XTT"), given.citizen())
    databases.forget_what_is_frozen()


def test_a_channel_that_is_not_open_is_refused():
    with doors.refused(ChannelNotOpen, field="channel"):
        submit(dataclasses.replace(online(), procedure_code="2.000815"), given.citizen())


def test_a_ward_that_ended_is_named_with_its_last_day():
    ward = given.ward("Phường Cống Vị")
    AdministrativeUnit.objects.filter(pk=ward.pk).update(valid_to=date(2026, 7, 1))
    by = given.citizen()
    papers = given.required_uploads(given.CIVIL_EXTRACT, by)
    with doors.refused(UnitEnded, field="connecting_unit") as told:
        submit(online(connecting_unit_id=ward.pk, attachments=papers), by)
    assert told.value.data == {"unit": "Phường Cống Vị", "ended_on": "01/07/2026"}


def test_a_place_that_does_not_exist_is_refused():
    by = given.citizen()
    papers = given.required_uploads(given.CIVIL_EXTRACT, by)
    with doors.refused(UnitUnknown, field="connecting_unit"):
        submit(online(connecting_unit_id=999_999_999, attachments=papers), by)


def test_a_matter_that_hangs_on_a_place_needs_one():
    person = given.act_as(CitizenFactory(permanent_residence=None).user)
    papers = given.required_uploads(given.CIVIL_EXTRACT, person)
    filing = online(
        connecting_unit_id=None, receiving_agency_id=given.ward_committee().pk, attachments=papers
    )
    with doors.refused(UnitMissing, field="connecting_unit"):
        submit(filing, person)


def test_without_a_residence_the_desk_must_be_chosen_and_be_one():
    person = given.act_as(CitizenFactory(permanent_residence=None).user)
    for chosen in (None, 999_999_999):
        with doors.refused(DeskUnknown, field="receiving_agency"):
            submit(online(receiving_agency_id=chosen), person)


def test_a_required_upload_that_is_missing_is_named():
    procedure = "1.001022"
    rules = rules_in_force(procedure, given.NOW.date())
    wanted = [
        row for row in rules.components if row.mode == "upload" and row.is_required and not row.condition
    ]
    assert wanted
    with doors.refused(PaperMissing if len(wanted) == 1 else Faults) as told:
        submit(online(procedure), given.citizen())
    faults = getattr(told.value, "faults", [told.value])
    assert {fault.field for fault in faults} == {f"attachments.{row.code}" for row in wanted}


def test_an_original_that_was_not_shown_at_the_counter_is_named():
    by = given.receptionist(given.ward_committee())
    procedure = "2.000815"
    filing = at_counter(procedure, attachments=given.required_uploads(procedure, by))
    with doors.refused(PaperMissing if len(filing.originals) == 1 else Faults) as told:
        submit(dataclasses.replace(filing, originals=[]), by)
    faults = getattr(told.value, "faults", [told.value])
    assert {fault.field for fault in faults} == {f"originals.{code}" for code in filing.originals}


def test_files_must_be_ones_own_and_for_papers_that_are_asked_for():
    by = given.citizen()
    code = rules_in_force(given.CIVIL_EXTRACT, given.NOW.date()).components[0].code
    with doors.refused(AttachmentUnknown, field=f"attachments.{code}"):
        submit(online(attachments={code: [uuid4()]}), by)
    with doors.refused(AttachmentUnknown):
        submit(online(attachments={code: [given.uploaded(given.citizen())]}), by)
    with doors.refused(PaperUnknown, field="attachments.diary"):
        submit(online(attachments={"diary": [given.uploaded(by)]}), by)


def test_all_faults_of_the_answers_are_told_together_with_their_fields():
    schema = rules_in_force(given.FOOD_SAFETY, given.NOW.date()).version.form_schema
    by, business = given.representative()
    missing = schema["required"][0]
    answers = {name: value for name, value in given.answers(given.FOOD_SAFETY).items() if name != missing} | {
        "unheard_of": 1
    }
    choice = next((name for name, of in schema["properties"].items() if "enum" in of), None)
    if choice and choice != missing:
        answers[choice] = "none of these"
    with doors.refused(Faults) as told:
        submit(online(given.FOOD_SAFETY, answers=answers, business_id=business), by)
    found = {(type(fault), fault.field) for fault in told.value.faults}
    assert (AnswerUnknown, "answers.unheard_of") in found
    assert (AnswerMissing, f"answers.{missing}") in found
    if choice and choice != missing:
        assert (AnswerNotAChoice, f"answers.{choice}") in found


def test_online_an_address_for_notices_is_needed():
    person = given.act_as(CitizenFactory(permanent_residence=given.ward(), email="").user)
    papers = given.required_uploads(given.CIVIL_EXTRACT, person)
    with doors.refused(EmailMissing, field="contact_email"):
        submit(online(attachments=papers), person)
    submit(online(attachments=papers, contact_email="an@example.vn"), person)
    assert Application.objects.get().contact_email == "an@example.vn"


def test_who_is_no_citizen_files_nothing_online():
    with doors.refused(ApplicantUnknown, field="filer"):
        submit(online(), given.receptionist(given.ward_committee()))


def test_nobody_files_for_a_business_without_a_mandate():
    _, business = given.representative()
    with doors.refused(ApplicantUnknown, field="business"):
        submit(online(given.FOOD_SAFETY, business_id=business), given.citizen())


def test_only_a_receptionist_files_at_a_counter_and_at_their_own():
    with doors.refused(NotYours):
        submit(at_counter(), given.citizen())
    with doors.refused(NotYours):
        submit(at_counter(), given.staff(given.ward_committee(), Role.HANDLER))
    with doors.refused(DeskUnknown, field="receiving_agency"):
        submit(
            at_counter(receiving_agency_id=doors.other_ward().pk),
            given.receptionist(given.ward_committee()),
        )


def test_a_counter_files_for_a_person_who_is_named():
    with doors.refused(ApplicantUnknown, field="filer"):
        submit(at_counter(filer=None), given.receptionist(given.ward_committee()))


def test_a_malformed_or_foreign_personal_id_at_the_counter_is_refused_and_nobody_becomes_known():
    by = given.receptionist(given.ward_committee())
    before = Citizen.objects.count()
    person = given.person_at_counter()
    with doors.refused(PersonalIdMalformed, field="filer.identity_number"):
        submit(at_counter(filer=dataclasses.replace(person, identity_number="12345")), by)
    CitizenFactory(full_name="Lê Văn An", identity_number=person.identity_number)
    with doors.refused(IdentityPaperTaken, field="filer.identity_number"):
        submit(at_counter(filer=person), by)
    assert Citizen.objects.count() == before + 1


def test_a_tax_code_with_a_wrong_check_digit_is_refused_at_the_counter():
    by = given.receptionist(given.ward_committee())
    with doors.refused(TaxCodeCheckDigitWrong, field="organisation.number"):
        organisation = Organisation(name="Công ty An", number="0100233489")
        submit(at_counter(organisation=organisation, authority="Giấy giới thiệu số 12"), by)


# Repeats


def test_the_same_request_files_once_and_is_answered_with_the_same_case():
    by, key = given.citizen(), given.key()
    filing = online(attachments=given.required_uploads(given.CIVIL_EXTRACT, by))
    case = submit(filing, by, key=key).case
    before = doors.world()
    with pytest.raises(Replayed) as replayed:
        submit(filing, by, key=key)
    assert replayed.value.code == case.code
    assert doors.world() == before


def test_the_same_key_with_another_body_is_refused():
    by, key = given.citizen(), given.key()
    filing = online(attachments=given.required_uploads(given.CIVIL_EXTRACT, by))
    submit(filing, by, key=key)
    with doors.refused(KeyReused):
        submit(dataclasses.replace(filing, language="en"), by, key=key)


def test_two_people_may_use_the_same_key():
    first, second, key = given.citizen(), given.citizen(), given.key()
    for by in (first, second):
        submit(online(attachments=given.required_uploads(given.CIVIL_EXTRACT, by)), by, key=key)
    assert Case.objects.count() == 2


def test_a_repeat_is_answered_even_when_the_procedure_has_closed_since():
    by, key = given.citizen(), given.key()
    filing = online(attachments=given.required_uploads(given.CIVIL_EXTRACT, by))
    case = submit(filing, by, key=key).case
    ProcedureVersion.objects.filter(pk=case.version_id).update(in_force_to=date(2026, 11, 23))
    with pytest.raises(Replayed) as replayed:
        submit(filing, by, key=key)
    assert replayed.value.code == case.code


def test_a_key_of_another_act_files_nothing():
    from apps.cases.actions.ending import request_withdrawal

    by, key = given.citizen(), given.key()
    papers = given.required_uploads(given.CIVIL_EXTRACT, by)
    case = submit(online(attachments=papers), by).case
    request_withdrawal(case.code, reason="Thôi", by=by, at=given.NOW, request_key=key)
    with doors.refused(KeyReused):
        submit(online(attachments=papers), by, key=key)


def test_who_has_no_account_receives_nothing_electronically():
    by = given.receptionist(given.ward_committee())
    with doors.refused(AccountMissing, field="delivery"):
        submit_with_papers(at_counter(delivery=Delivery.ELECTRONIC), by)


def test_an_organisation_has_the_account_of_whoever_acts_for_it_today():
    _someone, business_id = given.representative()
    known = Business.objects.get(pk=business_id)
    filing = at_counter(
        delivery=Delivery.ELECTRONIC,
        organisation=Organisation(name=known.name, number=known.number),
        authority="Giấy giới thiệu số 12",
    )
    by = given.receptionist(given.ward_committee())
    submit_with_papers(filing, by)
    Mandate.objects.filter(business=known).update(valid_to=given.NOW.date())
    with doors.refused(AccountMissing, field="delivery"):
        submit_with_papers(filing, by)


def test_a_result_by_post_has_an_address():
    by = given.receptionist(given.ward_committee())
    with doors.refused(PostalAddressMissing, field="delivery_address"):
        submit_with_papers(at_counter(delivery=Delivery.POST, delivery_address=" "), by)


@pytest.mark.parametrize("channel", ["online", "counter"])
def test_where_nothing_is_said_the_result_comes_to_the_account_or_to_the_counter(channel):
    if channel == "online":
        case = submit_with_papers(online(), given.citizen()).case
    else:
        case = submit_with_papers(at_counter(), given.receptionist(given.ward_committee())).case
    assert case.application.delivery == {"online": "electronic", "counter": "counter"}[channel]


def test_a_receptionist_does_not_take_their_own_application():
    desk = given.ward_committee()
    person = CitizenFactory(user__is_staff_member=True, permanent_residence=given.ward())
    PostFactory(user=person.user, agency=desk, role=Role.RECEPTIONIST)
    own = Person(
        name=person.full_name,
        identity_kind=person.identity_kind,
        identity_number=person.identity_number,
    )
    with doors.refused(PartyMayNotAct):
        submit_with_papers(at_counter(filer=own), given.act_as(person.user))
