"""Asking for receipts in one file, which workers then make part by part."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.actors import Actor
from apps.accounts.models import User
from apps.bundles.choices import BundleOf, Medium
from apps.bundles.errors import (
    DayWrong,
    DeskUnknown,
    NoReceipts,
    PayerUnknown,
    SessionUnknown,
    TooManyBundles,
    TooManyReceipts,
    YearWrong,
)
from apps.bundles.models import Bundle, BundlePart
from apps.bundles.selectors import FIRST_YEAR, of_day, of_session, of_year
from apps.cases.models import CaseReceipt
from apps.core import outbox
from apps.core.transactions import lock_one, verb_transaction
from apps.documents.actions import fails_with
from apps.documents.choices import FileState
from apps.receipts.models import CashierSession
from apps.receipts.policies import can_print_receipts_of

PART = "apps.bundles.tasks.make_part"
BINDING = "apps.bundles.tasks.bind_parts"
# Receipts in one file; a part of them is made by one task, in some seconds and some megabytes.
MOST_RECEIPTS = 5_000
RECEIPTS_IN_PART = 100
MOST_UNDER_WAY = 3


def ask_year(year: int, medium: Medium, *, business_id: int | None = None, by: Actor, at: datetime) -> Bundle:
    """The actor's receipts of a year as ZIP or PDF, or those of one business that they act for.

    Asked again while it is being made, or while the same receipts are ready, it is the same bundle. Raises YearWrong,
    PayerUnknown, NoReceipts, TooManyReceipts, TooManyBundles.
    """
    if not FIRST_YEAR <= year <= timezone.localdate(at).year:
        raise YearWrong(field="year", first=FIRST_YEAR)
    if business_id is not None and business_id not in by.business_ids:
        raise PayerUnknown(field="business")
    rows = of_year(year, seen_by=by, business_id=business_id)
    what = {"of": BundleOf.YEAR, "medium": medium, "year": year, "business_id": business_id}
    return _ask(rows, what, field="year", by=by, at=at)


def ask_day(agency_id: int, day: date, *, by: Actor, at: datetime) -> Bundle:
    """The receipts of an agency's day as one PDF: of money taken at its desk or for it.

    Raises DeskUnknown, DayWrong, NoReceipts, TooManyReceipts, TooManyBundles.
    """
    if not can_print_receipts_of(agency_id, by):
        raise DeskUnknown(field="agency")
    if not day.year >= FIRST_YEAR or day > timezone.localdate(at):
        raise DayWrong(field="day")
    what = {"of": BundleOf.DAY, "medium": Medium.PDF, "agency_id": agency_id, "day": day}
    return _ask(of_day(agency_id, day, seen_by=by), what, field="day", by=by, at=at)


def ask_session(session_uuid: UUID, *, by: Actor, at: datetime) -> Bundle:
    """The receipts of one cashier's session as one PDF.

    Raises SessionUnknown, also to those who neither take money at its desk nor answer for it; NoReceipts,
    TooManyReceipts, TooManyBundles.
    """
    session = CashierSession.objects.filter(uuid=session_uuid).first()
    if session is None or not can_print_receipts_of(session.desk_id, by):
        raise SessionUnknown(field="session")
    what = {
        "of": BundleOf.SESSION,
        "medium": Medium.PDF,
        "agency_id": session.desk_id,
        "day": timezone.localdate(session.opened_at),
        "session_id": session.pk,
    }
    return _ask(of_session(session.pk, seen_by=by), what, field="session", by=by, at=at)


def _ask(rows: QuerySet[CaseReceipt], what: dict[str, Any], *, field: str, by: Actor, at: datetime) -> Bundle:
    found = list(rows.values_list("receipt__id", "receipt__replaced_by__id")[: MOST_RECEIPTS + 1])
    if not found:
        raise NoReceipts(field=field)
    if len(found) > MOST_RECEIPTS:
        raise TooManyReceipts(field=field, most=MOST_RECEIPTS)
    contents = hashlib.sha256(repr(found).encode()).digest()
    with verb_transaction():
        # Whoever asks twice at the same moment waits here for the first.
        lock_one(User.objects.filter(pk=by.account_id))
        asked = Bundle.objects.filter(asked_by=by.account_id)
        same = _same(asked.filter(**what), contents)
        if same is not None:
            return same
        if asked.filter(state=FileState.ASKED).count() >= MOST_UNDER_WAY:
            raise TooManyBundles(most=MOST_UNDER_WAY)
        bundle = Bundle.objects.create(
            uuid=uuid4(),
            contents=contents,
            asked_by_id=by.account_id,
            asked_at=at,
            total=len(found),
            **what,
        )
        BundlePart.objects.bulk_create(_parts(bundle, [receipt for receipt, _replaced_by in found]))
        owe_next(bundle, 1, at=at)
    return bundle


def _same(asked: QuerySet[Bundle], contents: bytes) -> Bundle | None:
    """One under way, or a whole one of the same receipts that is not cleared away yet."""
    under_way = asked.filter(state=FileState.ASKED).first()
    ready = asked.filter(state=FileState.READY, contents=contents, lacking=0)
    return under_way or ready.order_by("-id").first()


def _parts(bundle: Bundle, receipts: Sequence[int]) -> list[BundlePart]:
    return [
        BundlePart(bundle=bundle, position=position, receipts=receipts[start : start + RECEIPTS_IN_PART])
        for position, start in enumerate(range(0, len(receipts), RECEIPTS_IN_PART), 1)
    ]


def owe_next(bundle: Bundle, position: int, *, at: datetime) -> None:
    """Owes the part of this position, or the binding once there is none; in the transaction of the part before."""
    if BundlePart.objects.filter(bundle=bundle, position=position).exists():
        effect = f"bundle:{bundle.pk}:{position}"
        outbox.owe(PART, effect, at, bundle=bundle.pk, position=position).save()
    else:
        outbox.owe(BINDING, f"bundle:{bundle.pk}:bound", at, bundle=bundle.pk).save()


def follow_the_outbox() -> None:
    """A bundle of which a part or the binding is given up has failed."""
    for task in (PART, BINDING):
        fails_with(task, Bundle, "bundle")
