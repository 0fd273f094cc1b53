"""A paper that is held already: offered to whoever it is of, used with their consent, and traced to where it comes from."""

from __future__ import annotations

import pytest

from apps.applications.choices import HeldAs, LookupOutcome
from apps.applications.models import DataLookup, RevisionAttachment
from apps.cases.actions.filing import Filing
from apps.cases.actions.submission import submit_application
from apps.cases.choices import Outcome
from apps.cases.errors import PaperMissing, PaperNotHeld, PaperUnknown
from apps.cases.history import read_entry
from apps.cases.selectors.held import held_papers
from apps.core.errors import Faults
from apps.procedures.choices import Channel
from apps.procedures.selectors import rules_in_force
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db

MARRIAGE = "1.000894"
MARITAL_STATUS = "1.004873"
PERMIT_OF_A_HOUSE = "1.013225"


def components(code):
    return rules_in_force(code, given.NOW.date()).components


def held_of(person, code):
    return held_papers(components(code), citizen_id=person.citizen_id, business_id=None, seen_by=person)


def certificate(person, *, outcome=Outcome.GRANTED):
    """The city has issued the person's certificate of marital status."""
    return given.resolved_case(MARITAL_STATUS, by=person, outcome=outcome)


def house(person, **filing):
    return given.filed_online(PERMIT_OF_A_HOUSE, by=person, **filing)


def test_a_lasting_paper_given_before_is_offered_to_the_same_applicant_and_to_nobody_else():
    person = given.citizen()
    first = house(person)
    held = held_of(person, PERMIT_OF_A_HOUSE)
    assert {code: (paper.held_as, paper.held_from) for code, paper in held.items()} == {
        "land_right": (HeldAs.PAPER, first.code)
    }
    stranger = given.citizen()
    assert held_of(stranger, PERMIT_OF_A_HOUSE) == {}
    assert (
        held_papers(
            components(PERMIT_OF_A_HOUSE), citizen_id=person.citizen_id, business_id=None, seen_by=stranger
        )
        == {}
    )


def test_agreed_to_it_is_used_and_need_not_be_given_again():
    person = given.citizen()
    first = house(person)
    attachments = given.required_uploads(PERMIT_OF_A_HOUSE, person)
    del attachments["land_right"]
    with doors.refused(PaperMissing, field="attachments.land_right"):
        house(person, attachments=attachments)
    case = house(person, attachments=attachments, held=["land_right"])
    row = RevisionAttachment.objects.get(revision__application=case.application, component__code="land_right")
    assert (row.held_as, row.held_from) == (HeldAs.PAPER, first.code)
    source = RevisionAttachment.objects.get(
        revision__application=first.application, component__code="land_right"
    )
    assert row.attachment == source.attachment
    data = read_entry(bytes(case.events.get(sequence=1).body)).data
    assert data["held"] == [
        {
            "paper": row.component_id,
            "from": first.code,
            "sha256": bytes(row.attachment.sha256).hex(),
        }
    ]


def test_what_was_used_again_is_traced_to_where_it_was_first_given():
    person = given.citizen()
    first = house(person)
    attachments = given.required_uploads(PERMIT_OF_A_HOUSE, person)
    del attachments["land_right"]
    house(person, attachments=attachments, held=["land_right"])
    assert held_of(person, PERMIT_OF_A_HOUSE)["land_right"].held_from == first.code


def test_a_paper_that_is_not_held_is_not_used():
    person = given.citizen()
    attachments = given.required_uploads(PERMIT_OF_A_HOUSE, person)
    del attachments["land_right"]
    with doors.refused(Faults) as told:
        house(person, attachments=attachments, held=["land_right"])
    assert [type(fault) for fault in told.value.faults] == [PaperNotHeld, PaperMissing]
    with doors.refused(PaperUnknown, field="held.nothing"):
        house(person, held=["nothing"])


def test_nobody_uses_what_is_held_of_somebody_else():
    house(given.citizen())
    other = given.citizen()
    attachments = given.required_uploads(PERMIT_OF_A_HOUSE, other)
    with doors.refused(PaperNotHeld, field="held.land_right"):
        house(other, attachments=attachments, held=["land_right"])


def test_at_a_counter_the_person_agrees_and_the_receptionist_reads_nothing_of_what_is_held():
    from apps.citizens.models import Citizen

    desk_case = given.taken_at_counter(PERMIT_OF_A_HOUSE)
    person = Citizen.objects.get(pk=desk_case.application.parties.get(role="applicant").citizen_id)
    assert person is not None
    attachments = given.required_uploads(PERMIT_OF_A_HOUSE, given.receptionist(given.ward_committee()))
    del attachments["land_right"]
    by = given.receptionist(given.ward_committee())
    filing = Filing(
        procedure_code=PERMIT_OF_A_HOUSE,
        channel=Channel.COUNTER,
        answers=given.answers(PERMIT_OF_A_HOUSE),
        filer=given.person_at_counter(),
        has_consent=True,
        connecting_unit_id=given.ward().pk,
        attachments={code: [given.uploaded(by)] for code in attachments},
        held=["land_right"],
    )
    filed = submit_application(filing, by=by, at=given.NOW, request_key=given.key())
    row = RevisionAttachment.objects.get(
        revision__application=filed.case.application, component__code="land_right"
    )
    assert row.held_from == desk_case.code
    assert (
        held_papers(components(PERMIT_OF_A_HOUSE), citizen_id=person.pk, business_id=None, seen_by=by) == {}
    )


def test_a_result_that_the_city_issued_is_found_in_its_own_data_and_put_into_the_case():
    person = given.citizen()
    source = certificate(person)
    case = given.filed_online(MARRIAGE, by=person)
    row = RevisionAttachment.objects.get(
        revision__application=case.application, component__code="marital_status"
    )
    assert (row.held_as, row.held_from) == (HeldAs.RESULT, source.code)
    outcomes = dict(
        DataLookup.objects.filter(application=case.application).values_list("component__code", "outcome")
    )
    assert outcomes["marital_status"] == LookupOutcome.FOUND
    assert outcomes["identity"] == LookupOutcome.NOT_CONNECTED


def test_what_the_data_do_not_have_is_said_and_blocks_no_filing():
    case = given.filed_online(MARRIAGE)
    found = DataLookup.objects.get(application=case.application, component__code="marital_status")
    assert found.outcome == LookupOutcome.NOT_HELD
    assert not RevisionAttachment.objects.filter(
        revision__application=case.application, component__code="marital_status"
    ).exists()


def test_a_refusal_is_no_paper_and_nor_is_a_result_that_was_superseded_or_reopened():
    from apps.accounts.choices import Role
    from apps.cases.actions.mending import reopen_case

    refused = given.citizen()
    certificate(refused, outcome=Outcome.REFUSED)
    assert held_of(refused, MARRIAGE) == {}
    person = given.citizen()
    source = certificate(person)
    reopen_case(
        source.code,
        ground="official_error",
        reason="Sai tên",
        by=given.staff(source.competent_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    assert held_of(person, MARRIAGE) == {}


def test_a_business_uses_what_was_given_for_it_and_not_what_its_representative_holds():
    person, business = given.representative()
    given.filed_online(given.FOOD_SAFETY, by=person, business_id=business)
    as_business = held_papers(
        components(given.FOOD_SAFETY), citizen_id=None, business_id=business, seen_by=person
    )
    assert set(as_business) == {"premises_description"}
    assert held_of(person, given.FOOD_SAFETY) == {}
