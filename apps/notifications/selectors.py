"""Words in force at a time, their history, and what could not be sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from apps.accounts.actors import Actor
from apps.notifications.choices import Channel, NoticeKind, SendingState
from apps.notifications.errors import NoticeKindUnknown
from apps.notifications.models import NoticeTemplate, Sending
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
