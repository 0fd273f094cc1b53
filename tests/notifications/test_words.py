"""The words of notices: changed by an administrator version by version; what was told stays as it was told."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from apps.accounts.choices import Role
from apps.cases.notices import notices_of
from apps.cases.selectors import case_seen_by
from apps.core.errors import Faults, NotAllowed
from apps.core.models import AdministrativeAct
from apps.notifications.actions import change_words
from apps.notifications.choices import NoticeKind
from apps.notifications.errors import ChangedMeanwhile, NothingChanged, NoticeKindUnknown
from apps.notifications.models import NoticeTemplate
from apps.notifications.selectors import asked_in, changes_of, newest_words, previews
from apps.notifications.soundness import MOST_PARTS, TEXTS, NewWords, faults_of_words
from apps.notifications.wording import parts_of_message
from tests import given

pytestmark = pytest.mark.django_db

ACCEPTED = NoticeKind.ACCEPTED


def stored(kind: NoticeKind = ACCEPTED, number: int = 1) -> NewWords:
    row = NoticeTemplate.objects.get(kind=kind, number=number)
    return NewWords(**{name: getattr(row, name) for name in asdict(NewWords("", "", "", ""))})


def changed(**texts: object) -> NewWords:
    return replace(stored(), **texts)


def change(words: NewWords, *, by=None, at=given.NOW, number: int = 1, kind: str = ACCEPTED):
    return change_words(kind, words, number=number, by=by or given.administrator(), at=at)


def faults(words: NewWords, kind: NoticeKind = ACCEPTED) -> dict[str, str]:
    with pytest.raises(Faults) as refused:
        change(words, kind=kind)
    return {fault.field: fault.code for fault in refused.value.faults}


def test_every_kind_has_its_first_words_and_they_are_sound():
    rows = newest_words(seen_by=given.administrator())
    assert [row.kind for row in rows] == NoticeKind.values
    for row in rows:
        assert (row.number, row.changed_at, row.changed_by) == (1, None, None)
        assert faults_of_words(NoticeKind(row.kind), stored(NoticeKind(row.kind))) == []


def test_a_change_is_the_next_version_with_who_and_when():
    by = given.administrator()
    made = change(changed(subject_en="Case {{ code }}: we have it"), by=by)
    assert (made.number, made.changed_at, made.changed_by_id) == (2, given.NOW, by.user_id)
    assert stored(number=1).subject_en == "Case {{ code }}: accepted"
    act = AdministrativeAct.objects.get(kind="change_notice_words")
    assert (act.actor_id, act.subject, act.body) == (by.user_id, "notice:accepted", {"number": 2})


def test_what_was_told_stays_in_its_words_and_what_follows_is_told_in_the_new_ones():
    who = given.citizen()
    before = given.accepted_case(by=who, language="en")
    change(changed(subject_en="Case {{ code }}: we have it"), at=given.NOW + timedelta(minutes=1))
    later = given.accepted_case(by=who, at=given.NOW + timedelta(minutes=2), language="en")
    with translation.override("en"):
        subjects = [
            notices_of(case_seen_by(case.code, seen_by=who), seen_by=who)[0].subject
            for case in (before, later)
        ]
    assert subjects == [f"Case {before.code}: accepted", f"Case {later.code}: we have it"]


def test_whoever_saves_second_is_told_and_nothing_is_overwritten():
    change(changed(subject_en="One {{ code }}"))
    with pytest.raises(ChangedMeanwhile):
        change(changed(subject_en="Another {{ code }}"))
    assert NoticeTemplate.objects.filter(kind=ACCEPTED).count() == 2


def test_nothing_new_is_no_version():
    with pytest.raises(NothingChanged):
        change(stored())
    with pytest.raises(NothingChanged):
        change(changed(body=stored().body.replace("\n", "  \r\n")))
    assert NoticeTemplate.objects.filter(kind=ACCEPTED).count() == 1


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"body": "{{ nobody }}"}, "notice_words_wrong"),
        ({"body": "{% if reason %}"}, "notice_words_wrong"),
        ({"body_en": "{{ secret }}"}, "notice_words_wrong"),
        ({"subject": "{{ reason }}"}, "notice_words_wrong"),
        ({"short": "{{ procedure }}"}, "notice_words_wrong"),
        ({"body": " \n "}, "notice_words_missing"),
        ({"subject_en": ""}, "notice_words_missing"),
        ({"short_en": ""}, "notice_words_missing"),
        ({"short": "ồ" * 67 * MOST_PARTS + "ồ"}, "notice_too_long_for_phone"),
    ],
)
def test_words_that_are_not_sound_are_refused_beside_their_text(texts, code):
    assert faults(changed(**texts)) == dict.fromkeys(texts, code)
    assert NoticeTemplate.objects.filter(kind=ACCEPTED).count() == 1
    assert not AdministrativeAct.objects.filter(kind="change_notice_words").exists()


@pytest.mark.parametrize(
    "body", ["without it", "{{ text }} {{ text }}", "{% if secret %}{{ text }}{% endif %}"]
)
def test_a_frame_that_does_not_hold_the_message_once_and_always_is_refused(body):
    letter = replace(stored(NoticeKind.LETTER), body_en=body)
    assert faults(letter, NoticeKind.LETTER) == {"body_en": "notice_text_missing"}


def test_what_does_not_go_to_a_telephone_needs_no_short_text():
    assert change(changed(short="", short_en="", is_for_phone=False)).is_for_phone is False


def test_nobody_but_an_administrator_of_the_city_changes_or_reads_them():
    for by in (given.citizen(), given.staff(given.ward_committee(), Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            change(changed(subject="x {{ code }}"), by=by)
        with pytest.raises(NotAllowed):
            newest_words(seen_by=by)
    assert NoticeTemplate.objects.filter(kind=ACCEPTED).count() == 1


def test_a_kind_that_does_not_exist_is_refused():
    with pytest.raises(NoticeKindUnknown):
        change(stored(), kind="no-such-kind")


@pytest.mark.parametrize("change_it", ["UPDATE {0} SET body = 'x'", "DELETE FROM {0}", "TRUNCATE {0}"])
def test_a_version_is_never_edited(change_it):
    from django.db import connection

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change_it.format("notifications_noticetemplate"))


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_reads_in_both_languages_with_all_and_with_nothing_of_what_it_asks_for(kind):
    words, by = stored(kind), given.administrator()
    for unmet in ((), tuple(asked_in(words))):
        for preview in previews(kind, words, unmet=unmet, seen_by=by):
            assert preview.faults == []
            assert preview.email
            for text in (preview.subject, preview.email, preview.short):
                assert not any(rest in text for rest in ("{", "}", "\n\n\n", "  "))
            assert bool(preview.short) is words.is_for_phone
            assert preview.parts == parts_of_message(preview.short) <= MOST_PARTS
    assert NoticeTemplate.objects.filter(kind=kind).count() == 1


def test_a_preview_of_words_that_do_not_parse_says_why_and_shows_the_rest():
    vi, en = previews(ACCEPTED, changed(body_en="{{ nobody }}"), unmet=(), seen_by=given.administrator())
    assert vi.faults == [] and vi.email
    assert len(en.faults) == 1 and en.subject


def test_a_difference_names_each_text_and_its_lines():
    made = change(changed(subject_en="Case {{ code }}: we have it", is_for_phone=False))
    (only,) = changes_of(made, NoticeTemplate.objects.get(kind=ACCEPTED, number=1))
    assert (only.text, only.lines) == (
        "subject_en",
        [("-", "Case {{ code }}: accepted"), ("+", "Case {{ code }}: we have it")],
    )
    assert set(TEXTS) >= {only.text}
