"""The messages that applicants get: complete, with the case and its address, and no person in the subject."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import translation

from apps.cases.models import CaseEvent
from apps.cases.notices import TEMPLATES
from apps.cases.tasks import notice_context
from apps.cases.tracking import secret_of
from apps.notifications.delivery import compose
from apps.notifications.models import Notice
from tests import given

pytestmark = pytest.mark.django_db


def message(template: str, event: CaseEvent, language: str = "en"):
    notice = Notice(template=template, language=language, email="nguoi.nop@example.vn")
    return compose(notice, notice_context(event))


@pytest.mark.parametrize("template", sorted(TEMPLATES.values()))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_notice_names_the_case_and_leads_to_it(template: str, language: str) -> None:
    who = given.citizen(full_name="Nguyễn Văn Kín")
    case = given.resolved_case(by=who)
    for event in CaseEvent.objects.filter(case=case):
        sent = message(template, event, language)
        assert case.code in sent.subject and "\n" not in sent.subject
        assert "Kín" not in sent.subject + sent.body
        assert f"{settings.PUBLIC_URL}/track/{case.code}" in sent.body
        assert "{" not in sent.body


def test_only_the_first_notices_carry_the_secret() -> None:
    case = given.resolved_case()
    secret = secret_of(case.code, 1)
    for event in CaseEvent.objects.filter(case=case):
        template = TEMPLATES.get(event.kind)
        if template:
            is_first = template in ("submitted", "accepted")
            assert (secret in message(template, event).body) is is_first, template


def test_a_supplement_notice_says_what_to_complete_without_markup() -> None:
    case, _handler = given.case_awaiting_supplement()
    event = CaseEvent.objects.filter(case=case, kind="supplement_requested").get()
    body = message("supplement_requested", event).body
    assert "Văn bản ủy quyền: Chưa có chứng thực" in body
    assert "&" not in body and "People's Committee" in body


def test_the_reader_gets_it_in_their_own_language() -> None:
    event = CaseEvent.objects.filter(case=given.filed_online()).get()
    with translation.override("vi"):
        assert "filed" in message("submitted", event, "en").subject
