"""The simulated tax authority is strict: it takes a list once for its key, and only one that our schema has."""

from __future__ import annotations

import urllib.request

import pytest
from lxml import etree

from apps.documents.actions import read_file
from apps.operations.tax_authority_simulator import SCHEMA, running
from apps.receipts.actions.day_reports import make_lists
from apps.receipts.choices import AnswerOutcome
from apps.receipts.models import DayReportFile
from apps.receipts.tax_authority.answers import read_answer
from apps.receipts.tax_authority.by_http import ByHttp
from tests import given
from tests.receipts.lists import list_made

pytestmark = pytest.mark.django_db


def the_list() -> bytes:
    list_made()
    return read_file(DayReportFile.objects.get(medium="xml"))


def test_a_list_is_taken_once_for_its_key_and_another_under_it_is_rejected(settings):
    xml = the_list()
    with running() as authority:
        settings.TAX_AUTHORITY = {"url": authority.url, "token": ""}
        assert ByHttp().hand_over("k", xml).outcome == AnswerOutcome.ACCEPTED
        assert ByHttp().hand_over("k", xml).outcome == AnswerOutcome.ACCEPTED
        assert authority.held == {"k": xml} and authority.invalid == []
        other = ByHttp().hand_over("k", xml.replace(b"?>", b"?><!-- -->", 1))
        assert (other.outcome, authority.held) == (AnswerOutcome.REJECTED, {"k": xml})
        assert len(authority.invalid) == 1


@pytest.mark.parametrize("xml", [b"<BLDT/>", b"no xml", b""])
def test_what_is_no_list_is_rejected_with_a_reason_and_not_held(settings, xml):
    with running() as authority:
        settings.TAX_AUTHORITY = {"url": authority.url, "token": ""}
        answer = ByHttp().hand_over("k", xml)
        assert answer.outcome == AnswerOutcome.REJECTED and answer.reasons
        assert authority.held == {} and len(authority.invalid) == 1


def test_an_error_explained_without_its_notice_is_rejected(settings):
    given.notified(given.paid(given.taken_at_counter()))
    make_lists(given.NOW.date(), at=given.NOW)
    given.carry_out(given.NOW, "render_day_report")
    whole = etree.fromstring(read_file(DayReportFile.objects.get(medium="xml")))
    without = etree.fromstring(etree.tostring(whole))
    for notice in without.findall(".//TBao"):
        notice.getparent().remove(notice)
    # The schema cannot say it.
    assert SCHEMA.validate(whole) and SCHEMA.validate(without)
    with running() as authority:
        settings.TAX_AUTHORITY = {"url": authority.url, "token": ""}
        answer = ByHttp().hand_over("without", etree.tostring(without))
        assert answer.outcome == AnswerOutcome.REJECTED and "04/SS-CTĐT" in answer.reasons[0]
        assert authority.held == {} and len(authority.invalid) == 1
        assert ByHttp().hand_over("whole", etree.tostring(whole)).outcome == AnswerOutcome.ACCEPTED


def test_its_notices_say_that_they_are_simulated():
    xml = the_list()
    with running() as authority:
        request = urllib.request.Request(f"{authority.url}/k", xml, method="PUT")
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert read_answer(answer.read()).reference.startswith("MO-PHONG-")
