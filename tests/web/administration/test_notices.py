"""An administrator changes what applicants are told, sees how it reads, and sends again what could not be sent."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.cases import tasks
from apps.core.models import AdministrativeAct, OutboxRow
from apps.notifications.models import NoticeTemplate, Sending
from tests import given, provider
from tests.web.administration.test_query_counts import LIST, asked
from tests.web.administration.test_versions import typed, words

HERE = "/administration/notices/accepted/"
UNSENT = "/administration/unsent/"
AGAIN = "/administration/unsent/send-again/"


@pytest.fixture
def admin(enter) -> Client:
    return enter(given.administrator())


@pytest.fixture
def gateway(settings):
    with provider.running() as running:
        settings.NOTICE_GATEWAYS = {
            "sms": {"url": running.url, "token": ""},
            "zalo": {"url": "", "token": ""},
        }
        yield running


def failed_sms(gateway, number: int = 1) -> list[Sending]:
    """So many messages to a telephone that were refused for good."""
    for each in range(number):
        given.filed_online(contact_phone=f"09123456{each:02d}", contact_email="an@example.vn")
    rows = list(OutboxRow.objects.filter(payload__channel="sms", done_at=None).order_by("pk"))
    gateway.plan = [422] * len(rows)
    for row in rows:
        tasks.send_notice(row.pk)
    return list(Sending.objects.filter(state="failed").order_by("pk"))


def test_the_list_has_every_kind_and_says_what_was_not_sent(admin, gateway):
    page = words(admin.get("/administration/notices/"))
    assert "Frame of every e-mail" in page and "as it came with the program" in page
    assert "wait for a person" not in page and "waits for a person" not in page
    failed_sms(gateway)
    assert "1 message waits for a person." in words(admin.get("/administration/notices/"))


def test_the_page_shows_the_words_and_how_they_read_with_sample_values(admin):
    page = words(admin.get(HERE))
    assert "{{ due_at }}" in page
    assert "The result is promised by Thursday 26 November 2026, 17:00." in page
    assert "Dear Sir or Madam," in page and "Kính gửi Ông/Bà," in page
    assert "On a telephone: 97 characters, text messages: 1." in page or "text messages:" in page


def test_what_is_changed_is_a_version_that_is_shown_with_its_difference(admin):
    sent = typed(admin.get(HERE)) | {"subject_en": "Case {{ code }}: we have it", "action": "save"}
    answer = admin.post(HERE, sent, follow=True)
    assert "Version 2 is in force." in words(answer)
    page = words(admin.get(f"{HERE}2/"))
    assert "What differs from version 1" in page
    assert "Case {{ code }}: accepted" in page and "Case {{ code }}: we have it" in page
    assert admin.get(f"{HERE}3/").status_code == 404


def test_a_preview_stores_nothing_and_takes_a_name_as_empty_that_was_unticked(admin):
    here = "/administration/notices/declined/"
    sent = typed(admin.get(here)) | {"body_en": "Not accepted.{% if reason %} Why: {{ reason }}{% endif %}"}
    sent |= {"was_asked": ["reason"], "met": ["reason"]}
    both = [admin.post(here, sent | {"action": "preview"}), admin.post(f"{here}preview/", sent)]
    for answer in both:
        assert answer.status_code == 200
        assert "Not accepted. Why: The photograph is blurred." in words(answer)
    sent["met"] = []
    answer = admin.post(f"{here}preview/", sent)
    assert "Why:" not in words(answer) and "Not accepted." in words(answer)
    assert NoticeTemplate.objects.filter(kind="declined").count() == 1
    assert not AdministrativeAct.objects.filter(kind="change_notice_words").exists()


def test_a_fault_stands_beside_its_text_with_its_line_and_what_was_typed_stays(admin):
    sent = typed(admin.get(HERE)) | {"body_en": "First\n{{ nobody }}", "action": "save"}
    answer = admin.post(HERE, sent)
    assert answer.status_code == 422
    page = words(answer)
    assert "line 2: there is no name “nobody”" in page and "{{ nobody }}" in page
    assert NoticeTemplate.objects.filter(kind="accepted").count() == 1


def test_whoever_saves_second_is_told_who_looked_at_an_old_version(admin):
    old = typed(admin.get(HERE))
    admin.post(HERE, old | {"subject_en": "One {{ code }}", "action": "save"})
    answer = admin.post(HERE, old | {"subject_en": "Two {{ code }}", "action": "save"})
    assert answer.status_code == 409
    assert "Somebody has changed these words meanwhile" in words(answer)
    assert NoticeTemplate.objects.filter(kind="accepted").count() == 2


def test_markup_in_words_is_shown_as_it_was_typed_and_not_run(admin):
    sent = typed(admin.get(HERE)) | {"body_en": "<script>alert(1)</script>"}
    for answer in (
        admin.post(f"{HERE}preview/", sent),
        admin.post(HERE, sent | {"action": "save"}, follow=True),
        admin.get(f"{HERE}2/"),
    ):
        body = answer.content.decode()
        assert "&lt;script&gt;alert(1)" in body and "<script>alert" not in body


@pytest.mark.parametrize("path", ["no-such-kind/", "no-such-kind/1/", "accepted/7/"])
def test_what_does_not_exist_is_not_found(admin, path):
    assert admin.get(f"/administration/notices/{path}").status_code == 404


def test_what_could_not_be_sent_is_counted_masked_and_names_no_case(admin, gateway):
    (gone,) = failed_sms(gateway)
    page = words(admin.get(UNSENT))
    assert "SMS (1)" in page and "Zalo (0)" in page and "Answered with 422" in page
    assert gone.address not in page and "•••••••600" in page
    assert gone.notice.params["case"] not in page
    assert "Everything was sent" in words(admin.get(f"{UNSENT}?channel=zalo"))
    assert "Answered with 422" in words(admin.get(f"{UNSENT}?channel=fax"))


def test_one_or_all_that_are_shown_are_sent_again(admin, gateway):
    first, second, third = failed_sms(gateway, 3)
    answer = admin.post(AGAIN, {"one": first.pk, "shown": [first.pk, second.pk, third.pk], "channel": "sms"})
    assert answer.url == f"{UNSENT}?channel=sms"
    assert [each.pk for each in Sending.objects.filter(state="failed").order_by("pk")] == [
        second.pk,
        third.pk,
    ]
    answer = admin.post(AGAIN, {"shown": [second.pk, third.pk], "channel": ""}, follow=True)
    assert "2 messages are sent again." in words(answer)
    assert not Sending.objects.filter(state="failed").exists()
    assert AdministrativeAct.objects.filter(kind="send_notices_again").count() == 2
    for nothing in ({"shown": [first.pk]}, {}, {"one": "x"}):
        assert "None of these waits" in words(admin.post(AGAIN, nothing, follow=True))


def test_the_pages_cost_the_same_for_2_and_for_20(admin, gateway):
    failed_sms(gateway, 2)
    at_two = asked(admin, UNSENT)
    failed_sms(gateway, 18)
    assert asked(admin, UNSENT) == at_two <= LIST
    assert asked(admin, "/administration/notices/") <= LIST
    with CaptureQueriesContext(connection):
        once = asked(admin, HERE)
    for number in range(1, 4):
        sent = typed(admin.get(HERE)) | {"subject_en": f"Words {number}", "action": "save"}
        assert admin.post(HERE, sent).status_code == 302
    assert asked(admin, HERE) == once <= LIST
