"""What a status says of how a case ended: why, on which provision, and what whoever does not agree may do."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.ending import request_withdrawal, stop_case
from apps.cases.choices import Certainty, Outcome, ProvisionSubject, RefusalReason
from apps.cases.models import LegalProvision
from apps.cases.selectors import provision_of
from apps.cases.status_shown import status_shown
from tests import given

pytestmark = pytest.mark.django_db


def shown(case):
    return status_shown(given.fresh(case))


def test_a_refused_result_says_why_and_how_to_complain_and_that_no_provision_is_established():
    status = shown(given.resolved_case(outcome=Outcome.REFUSED))
    assert status.why == str(RefusalReason.CONDITIONS_NOT_MET.label)
    assert (status.provision.text, status.provision.certainty) == ("", Certainty.UNSET)
    assert status.provision.note
    assert status.how_to_complain
    assert status.complaint_provision.certainty == Certainty.UNSET


def test_a_provision_that_an_administrator_decides_on_is_shown_at_once():
    case = given.resolved_case(outcome=Outcome.REFUSED)
    LegalProvision.objects.filter(subject=ProvisionSubject.REFUSE, code="conditions_not_met").update(
        document="Luật Hộ tịch", article="18", clause="2", certainty=Certainty.ESTABLISHED
    )
    provision = shown(case).provision
    assert provision.is_established
    assert provision.text.startswith("Luật Hộ tịch, ") and provision.text.endswith(" 2")


def test_while_a_refusal_is_only_proposed_nothing_is_told():
    case, _ = given.proposed_case(outcome=Outcome.REFUSED)
    status = shown(case)
    assert (status.why, status.provision, status.how_to_complain) == ("", None, "")


@pytest.mark.parametrize(("outcome", "is_told"), [(Outcome.GRANTED, False), (Outcome.PARTLY, True)])
def test_what_was_granted_in_part_can_be_complained_of_and_what_was_granted_cannot(outcome, is_told):
    status = shown(given.resolved_case(outcome=outcome))
    assert bool(status.how_to_complain) == is_told
    assert (status.why, status.provision) == ("", None)


def test_a_declined_application_names_its_provision_as_read_second_hand():
    case = given.case_at_intake()
    given.decline_intake(
        case.code,
        reason="papers_missing",
        text="Thiếu bản sao",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    status = shown(case)
    assert status.provision.text.startswith("Nghị định 118/2025/NĐ-CP")
    assert status.provision.certainty == Certainty.SECOND_HAND
    assert status.how_to_complain


def test_a_case_stopped_on_the_offices_own_ground_can_be_complained_of():
    case, _ = given.proposed_case()
    head = given.staff(case.current_agency, Role.HEAD)
    stop_case(case.code, ground="duplicate", text="Trùng", by=head, at=given.NOW, request_key=given.key())
    status = shown(case)
    assert status.how_to_complain
    assert status.provision.certainty == Certainty.UNSET


def test_who_withdrew_has_nothing_to_complain_of():
    who = given.citizen()
    case = given.filed_online(by=who)
    request_withdrawal(case.code, reason="Không cần nữa", by=who, at=given.NOW, request_key=given.key())
    status = shown(case)
    assert status.how_to_complain == ""
    assert status.provision.is_established


def test_every_reason_of_the_lists_is_loaded_with_its_certainty():
    from apps.cases.loading import REASONS

    for subject, codes in REASONS.items():
        for code in codes:
            assert LegalProvision.objects.filter(subject=subject, code=code).count() == 1
            assert provision_of(subject, code).note or provision_of(subject, code).is_established
