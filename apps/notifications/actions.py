"""What an administrator does: writes the words of a kind anew, and sends again what could not be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from apps.accounts.actors import Actor
from apps.core import outbox
from apps.core.administration import note_administration
from apps.core.errors import Faults, Refusal
from apps.core.models import OutboxRow
from apps.core.transactions import verb_transaction
from apps.notifications.choices import Language, NoticeKind, SendingState
from apps.notifications.delivery import effect_of
from apps.notifications.errors import (
    ChangedMeanwhile,
    NotFailed,
    NothingChanged,
    TextMissing,
    TooLongForPhone,
    WordsMissing,
    WordsWrong,
)
from apps.notifications.models import NoticeTemplate, Sending
from apps.notifications.names import Place, names_for, samples
from apps.notifications.selectors import kind_known
from apps.notifications.wording import (
    Printed,
    WordingWrong,
    parse,
    parts_of_message,
    printed_names,
    render,
)
from apps.procedures.policies import may_change_catalogue

# A message of more parts is one that nobody reads, and that costs as much as so many.
MOST_PARTS = 3


@dataclass(frozen=True, slots=True)
class NewWords:
    """The words of a kind, as typed; a letter has neither subject nor short text."""

    subject: str
    subject_en: str
    body: str
    body_en: str
    short: str = ""
    short_en: str = ""
    is_for_phone: bool = False


TEXTS: Mapping[str, Place] = {
    "subject": Place.EVERYWHERE,
    "subject_en": Place.EVERYWHERE,
    "body": Place.LONG,
    "body_en": Place.LONG,
    "short": Place.EVERYWHERE,
    "short_en": Place.EVERYWHERE,
}


def faults_of_words(kind: NoticeKind, words: NewWords) -> list[Refusal]:
    """Everything that is wrong with the words of a kind, each beside its text; nothing is stored."""
    said: Mapping[str, str] = {name: getattr(words, name) for name in TEXTS}
    found: list[Refusal] = []
    for name, text in said.items():
        place = Place.LETTER if kind == NoticeKind.LETTER else TEXTS[name]
        is_needed = name.startswith("body") or (name.startswith("subject") and kind != NoticeKind.LETTER)
        is_needed = is_needed or (name.startswith("short") and words.is_for_phone)
        if is_needed and not text.strip():
            found.append(WordsMissing(field=name))
            continue
        try:
            parts = parse(text, names_for(place))
        except WordingWrong as wrong:
            found.append(WordsWrong(field=name, faults="; ".join(map(str, wrong.faults))))
            continue
        is_frame = kind == NoticeKind.LETTER and name.startswith("body")
        if is_frame and (printed_names(text).count("text") != 1 or Printed("text") not in parts):
            found.append(TextMissing(field=name))
        if name.startswith("short") and words.is_for_phone:
            taken = parts_of_message(
                render(text, samples(Language.EN if name.endswith("_en") else Language.VI))
            )
            if taken > MOST_PARTS:
                found.append(TooLongForPhone(field=name, parts=taken, most=MOST_PARTS))
    return found


def change_words(kind: str, words: NewWords, *, number: int, by: Actor, at: datetime) -> NoticeTemplate:
    """The next version of the words of a kind; `number` is the version that was looked at.

    What was told before stays in the words in which it was told. Raises NotAllowed, NoticeKindUnknown,
    ChangedMeanwhile, NothingChanged, and Faults of WordsMissing, WordsWrong, TextMissing, TooLongForPhone.
    """
    may_change_catalogue(by)
    of = kind_known(kind)
    tidy = NewWords(**{name: _tidy(getattr(words, name)) for name in TEXTS}, is_for_phone=words.is_for_phone)
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


def _tidy(text: str) -> str:
    """As a form sends it, with lines ended in one way."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


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
