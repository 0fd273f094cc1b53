"""Words in force at a time, their history, how they would read, and what could not be sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from difflib import ndiff
from functools import partial

from django.db.models import Count, Min, Q, QuerySet

from apps.accounts.actors import Actor
from apps.notifications.choices import Channel, Language, NoticeKind, SendingState
from apps.notifications.delivery import body_of, letter_of, short_of, subject_of
from apps.notifications.errors import NoticeKindUnknown
from apps.notifications.models import NoticeTemplate, Sending
from apps.notifications.names import NAMES, samples
from apps.notifications.soundness import TEXTS, NewWords
from apps.notifications.wording import WordingWrong, asked_names, parts_of_message
from apps.procedures.policies import may_change_catalogue


class Words:
    """The versions of some kinds, read once; `at` picks the one in force at a time."""

    def __init__(self, kinds: Iterable[str]) -> None:
        self._versions: dict[str, list[NoticeTemplate]] = {}
        for each in NoticeTemplate.objects.filter(kind__in=set(kinds)).order_by("kind", "-number"):
            self._versions.setdefault(each.kind, []).append(each)

    def at(self, kind: str, at: datetime) -> NoticeTemplate:
        """The newest version that is not from later. Raises LookupError where the city was not loaded."""
        for each in self._versions.get(kind, ()):
            if each.changed_at is None or each.changed_at <= at:
                return each
        raise LookupError(f"no words for notices of the kind {kind}: run load_city")


def kind_known(kind: str) -> NoticeKind:
    """Raises NoticeKindUnknown."""
    if kind not in NoticeKind.values:
        raise NoticeKindUnknown(field="kind")
    return NoticeKind(kind)


def newest_words(*, seen_by: Actor) -> list[NoticeTemplate]:
    """The newest version of every kind, in the order of the kinds. Raises NotAllowed."""
    may_change_catalogue(seen_by)
    newest = NoticeTemplate.objects.order_by("kind", "-number").distinct("kind").select_related("changed_by")
    order = {kind: place for place, kind in enumerate(NoticeKind.values)}
    return sorted(newest, key=lambda each: order[each.kind])


def versions_of_words(kind: str, *, seen_by: Actor) -> list[NoticeTemplate]:
    """Every version of a kind, the newest first. Raises NotAllowed, NoticeKindUnknown."""
    may_change_catalogue(seen_by)
    found = NoticeTemplate.objects.filter(kind=kind_known(kind)).select_related("changed_by")
    return list(found.order_by("-number"))


@dataclass(frozen=True, slots=True)
class Unsent:
    """How many sendings of a channel have failed for good, and since when the oldest has."""

    channel: Channel
    count: int
    oldest: datetime | None


def unsent_by_channel(*, seen_by: Actor) -> Sequence[Unsent]:
    """Every channel, also where nothing has failed. Raises NotAllowed."""
    may_change_catalogue(seen_by)
    failed = Q(state=SendingState.FAILED)
    rows = Sending.objects.filter(failed).values("channel").annotate(n=Count("id"), oldest=Min("failed_at"))
    found = {row["channel"]: row for row in rows.order_by("channel")}
    return [
        Unsent(each, found[each]["n"], found[each]["oldest"]) if each in found else Unsent(each, 0, None)
        for each in Channel
    ]


def unsent(*, seen_by: Actor, channel: Channel | None = None) -> QuerySet[Sending]:
    """What failed for good and waits for a person. Raises NotAllowed."""
    may_change_catalogue(seen_by)
    found = Sending.objects.filter(state=SendingState.FAILED).select_related("notice")
    return found.filter(channel=channel) if channel else found


@dataclass(frozen=True, slots=True)
class Preview:
    """How words would read in one language, with sample values. `faults` are those of texts that do not parse."""

    language: Language
    subject: str
    email: str
    short: str
    faults: list[str]

    @property
    def characters(self) -> int:
        """Of the short text."""
        return len(self.short)

    @property
    def parts(self) -> int:
        """How many text messages the short text takes."""
        return parts_of_message(self.short)


def asked_in(words: NewWords) -> list[str]:
    """The names that the words ask for with `if`, in the order of the table; a text that does not parse asks nothing."""
    asked: set[str] = set()
    for name in TEXTS:
        try:
            asked |= asked_names(getattr(words, name))
        except WordingWrong:
            continue
    return [name for name in NAMES if name in asked]


def previews(kind: str, words: NewWords, *, unmet: Collection[str], seen_by: Actor) -> list[Preview]:
    """Words that are not stored yet, as an e-mail and as a short message; names in `unmet` are empty.

    Raises NotAllowed, NoticeKindUnknown.
    """
    may_change_catalogue(seen_by)
    of = kind_known(kind)
    draft = NoticeTemplate(kind=of, **asdict(words))
    is_letter = of == NoticeKind.LETTER
    letter = draft if is_letter else versions_of_words(NoticeKind.LETTER, seen_by=seen_by)[0]
    found = []
    for language in Language:
        values = {name: "" if name in unmet else sample for name, sample in samples(language.value).items()}
        if of not in (NoticeKind.LETTER, NoticeKind.SUBMITTED):
            values["secret"] = ""
        faults: list[str] = []

        def shown(make: Callable[[], str], faults: list[str] = faults) -> str:
            try:
                return make()
            except WordingWrong as wrong:
                faults += map(str, wrong.faults)
                return ""

        subject = shown(partial(subject_of, draft, language, values))
        body = values["text"] if is_letter else shown(partial(body_of, draft, language, values))
        email = shown(partial(letter_of, letter, language, body, values))
        found.append(
            Preview(language, subject, email, shown(partial(short_of, draft, language, values)), faults)
        )
    return found


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text that a version has changed: its lines, each with whether it was kept (" "), added ("+") or taken out ("-")."""

    text: str
    lines: list[tuple[str, str]]


def changes_of(version: NoticeTemplate, before: NoticeTemplate | None) -> list[TextChange]:
    """What a version says otherwise than the one before it; nothing where there was none."""
    if before is None:
        return []
    found = []
    for name in TEXTS:
        old, new = getattr(before, name), getattr(version, name)
        if old != new:
            lines = [
                (line[0], line[2:])
                for line in ndiff(old.splitlines(), new.splitlines())
                if not line.startswith("?")
            ]
            found.append(TextChange(name, lines))
    return found
