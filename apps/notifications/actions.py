"""What an administrator does: writes the words of a kind anew, and sends again what could not be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from apps.accounts.actors import Actor
from apps.core import outbox
from apps.core.administration import note_administration
from apps.core.errors import Faults
from apps.core.models import OutboxRow
from apps.core.transactions import verb_transaction
from apps.notifications.choices import SendingState
from apps.notifications.delivery import effect_of
from apps.notifications.errors import ChangedMeanwhile, NotFailed, NothingChanged
from apps.notifications.models import NoticeTemplate, Sending
from apps.notifications.selectors import kind_known
from apps.notifications.soundness import NewWords, faults_of_words, tidied
from apps.procedures.policies import may_change_catalogue


def change_words(kind: str, words: NewWords, *, number: int, by: Actor, at: datetime) -> NoticeTemplate:
    """The next version of the words of a kind; `number` is the version that was looked at.

    What was told before stays in the words in which it was told. Raises NotAllowed, NoticeKindUnknown,
    ChangedMeanwhile, NothingChanged, and Faults of WordsMissing, WordsWrong, TextMissing, TooLongForPhone.
    """
    may_change_catalogue(by)
    of = kind_known(kind)
    tidy = tidied(words)
    if faults := faults_of_words(of, tidy):
        raise Faults(faults)
    with verb_transaction():
        newest = NoticeTemplate.objects.filter(kind=of).order_by("-number").first()
        if newest is None or newest.number != number:
            raise ChangedMeanwhile()
        if asdict(tidy) == {name: getattr(newest, name) for name in asdict(tidy)}:
            raise NothingChanged()
        changed = NoticeTemplate.objects.create(
            kind=of, number=number + 1, changed_by_id=by.user_id, changed_at=at, **asdict(tidy)
        )
        note_administration(
            "change_notice_words", subject=f"notice:{of}", actor_id=by.user_id, at=at, number=changed.number
        )
    return changed


def send_again(sendings: Sequence[int], *, by: Actor, at: datetime) -> int:
    """Sends again what has failed for good, from the beginning, under the same keys; how many of those named had.

    Raises NotAllowed, and NotFailed where there was none.
    """
    may_change_catalogue(by)
    with verb_transaction():
        failed = Sending.objects.filter(pk__in=sendings, state=SendingState.FAILED)
        effects = [
            effect_of(str(each.notice.uuid), each.channel)
            for each in failed.select_related("notice").order_by("id")
        ]
        rows = OutboxRow.objects.filter(effect__in=effects).order_by("id").values_list("pk", flat=True)
        sent = [row for row in rows if outbox.send_again(row, at)]
        if not sent:
            raise NotFailed()
        note_administration(
            "send_notices_again", subject="notices", actor_id=by.user_id, at=at, outbox_rows=sent
        )
    return len(sent)
