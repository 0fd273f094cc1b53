"""Refusals of notices: words that do not parse, a version that somebody else has changed, a sending that has not failed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotFound, Refusal, refuses_constraint


class NoticeKindUnknown(NotFound):
    code = "notice_kind_unknown"
    text = _("There is no such kind of notice.")


class WordsWrong(Refusal):
    """`faults` are the faults, each with its line."""

    code = "notice_words_wrong"
    status = 422
    text = _("The words cannot be used. %(faults)s")


class WordsMissing(Invalid):
    code = "notice_words_missing"
    text = _("This text must not be empty.")


class TextMissing(Invalid):
    code = "notice_text_missing"
    text = _("The frame must hold “{{ text }}” exactly once, under no condition.")


class TooLongForPhone(Invalid):
    code = "notice_too_long_for_phone"
    text = _("With sample values this takes %(parts)d text messages; at most %(most)d are sent.")


class NothingChanged(Invalid):
    code = "notice_words_unchanged"
    text = _("Nothing differs from the version in force.")


class ChangedMeanwhile(Refusal):
    code = "notice_words_changed_meanwhile"
    text = _("Somebody has changed these words meanwhile. Look at their version, then change yours.")


class NotFailed(Refusal):
    code = "sending_not_failed"
    text = _("None of these waits for a person any more.")


refuses_constraint("notice_template_key", ChangedMeanwhile)
