"""By which ways a message went to the applicant, in words: the same for them and for a desk."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.cases.notices import NoticeShown, SendingShown
from apps.core.spoken import moment


def ways_in_words(notice: NoticeShown) -> list[str]:
    """One phrase for each way, as `E-mail: Monday 23 November 2026, 10:00`; none where there is no address."""
    return [f"{each.channel.label}: {_how(each)}" for each in notice.sendings]


def _how(sending: SendingShown) -> str:
    if sending.sent_at is None:
        return str(sending.state.label).lower()
    return _("sent %(when)s") % {"when": moment(sending.sent_at)}
