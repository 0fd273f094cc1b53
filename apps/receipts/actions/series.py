"""Series of receipts: opened with the tax authority's acceptance, closed by a decision, at year end or by reorganisation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.actors import CLOCK, Actor
from apps.core.administration import note_administration
from apps.core.jobs import DecisionMissing
from apps.core.transactions import verb_transaction
from apps.receipts.choices import ReceiptForm
from apps.receipts.errors import (
    AcceptanceInFuture,
    AcceptanceKnown,
    AcceptanceMissing,
    DecisionInFuture,
    FaceValueWrong,
    FormNotInForce,
    ReasonNeeded,
    SeriesClosed,
    SeriesCodeWrong,
    SeriesUnknown,
    SeriesYearWrong,
    SuccessorWrong,
)
from apps.receipts.models import CollectingSuccession, ReceiptSeries
from apps.receipts.policies import may_keep_series, may_record_succession
from apps.receipts.regimes import ELECTRONIC, ELECTRONIC_SINCE, regime_of
from apps.units.models import Agency

_LETTERS = "ABCDEGHKLMNPQRSTUVXY"
_ACCEPTANCE_AT_MOST = 60
_DECISION_AT_MOST = 200
# What was paid before midnight is committed long before: who is later than this is refused, and pays in the new year.
GRACE = timedelta(hours=1)


def open_series(
    body: Agency,
    *,
    form: str,
    face_value: int | None,
    code: str,
    year: int,
    acceptance_number: str,
    accepted_on: date,
    by: Actor,
    at: datetime,
) -> ReceiptSeries:
    """Opens a series of a collecting body for this year or the next, with the tax authority's acceptance.

    `face_value` is in đồng, for EBL02 alone; `code` is such as 26TAA. One opened for the next year issues nothing before its
    1 January. Raises NotAllowed, BodySucceeded, SeriesYearWrong, FormNotInForce, SeriesCodeWrong, FaceValueWrong,
    AcceptanceMissing, AcceptanceInFuture, SeriesOverlaps.
    """
    may_keep_series(body.pk, by)
    today = timezone.localdate(at)
    if year not in (today.year, today.year + 1):
        raise SeriesYearWrong(field="year")
    if regime_of(max(today, date(year, 1, 1))) is not ELECTRONIC or form not in ReceiptForm.values:
        raise FormNotInForce(field="form", since=ELECTRONIC_SINCE.strftime("%d/%m/%Y"))
    if not re.fullmatch(ELECTRONIC.series, code) or not code.startswith(f"{year % 100:02d}"):
        raise SeriesCodeWrong(field="code", example=f"{year % 100:02d}TAA")
    if (form == ReceiptForm.FACE_VALUE) != bool(face_value and face_value > 0) or face_value == 0:
        raise FaceValueWrong(field="face_value")
    number = _acceptance(acceptance_number, accepted_on, today)
    with verb_transaction():
        series = ReceiptSeries.objects.create(
            collecting_body=body,
            form=form,
            face_value=face_value,
            code=code,
            year=year,
            acceptance_number=number,
            accepted_on=accepted_on,
            opened_at=at,
        )
        _note("open_series", series, by, at, acceptance=number, accepted_on=accepted_on.isoformat())
    return series


def record_acceptance(
    series_id: int, *, acceptance_number: str, accepted_on: date, by: Actor, at: datetime
) -> ReceiptSeries:
    """Records, once, with which notice the tax authority accepted a series that was loaded without it.

    Raises SeriesUnknown, NotAllowed, SeriesClosed, AcceptanceKnown, AcceptanceMissing, AcceptanceInFuture.
    """
    number = _acceptance(acceptance_number, accepted_on, timezone.localdate(at))
    with verb_transaction():
        series = _open_one(series_id, by)
        if series.acceptance_number:
            raise AcceptanceKnown()
        series.acceptance_number, series.accepted_on = number, accepted_on
        series.save(update_fields=["acceptance_number", "accepted_on"])
        _note("record_acceptance", series, by, at, acceptance=number, accepted_on=accepted_on.isoformat())
    return series


def close_series(series_id: int, *, reason: str, by: Actor, at: datetime) -> ReceiptSeries:
    """Closes a series for good: its numbers stay, it gives no more. Whoever is issuing in it is waited for.

    Raises SeriesUnknown, NotAllowed, SeriesClosed, ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    with verb_transaction():
        series = _open_one(series_id, by)
        _close([series], reason.strip(), by, at)
    return series


def close_for_succession(
    body: Agency, successor: Agency, *, decision: str, decided_on: date, by: Actor, at: datetime
) -> CollectingSuccession:
    """A collecting body ends by reorganisation: its series close, and its successor issues in its own from then on.

    From then on the successor answers for all that the body leaves behind: its receipts, refunds, drawers, accounts and
    lists. Raises NotAllowed, DecisionMissing, DecisionInFuture, BodySucceeded, SuccessorWrong (it has itself ended, or is no
    other).
    """
    may_record_succession(by)
    said = decision.strip()
    if not 0 < len(said) <= _DECISION_AT_MOST:
        raise DecisionMissing(field="decision")
    if decided_on > timezone.localdate(at):
        raise DecisionInFuture(field="decided_on")
    if body.pk == successor.pk or not successor.is_valid_on(timezone.localdate(at)):
        raise SuccessorWrong(field="successor")
    with verb_transaction():
        succession = CollectingSuccession.objects.create(
            body=body,
            successor=successor,
            decision=said,
            decided_on=decided_on,
            recorded_by_id=by.account_id,
            recorded_at=at,
        )
        note_administration(
            "succeed_body",
            subject=f"series:{body.pk}",
            decision=said,
            actor_id=by.user_id,
            at=at,
            successor=successor.pk,
            name=successor.name,
            decided_on=decided_on.isoformat(),
        )
        _close(_locked(collecting_body=body), said, by, at)
    return succession


def close_past_years(*, at: datetime) -> int:
    """Closes what is open of past years, once nothing of them is pending any more; returns how many series that were.

    A receipt belongs to the year of its issue, and the new year's series needs nothing from the old: nobody waits at midnight.
    """
    year = timezone.localdate(at - GRACE).year
    with verb_transaction():
        return _close(_locked(year__lt=year), "year end", CLOCK, at)


def load_series(bodies: Iterable[int], *, year: int, at: datetime) -> int:
    """Series of a year for bodies that have none and have not ended, without acceptance until it is recorded; how many.

    Every body may use the same pair of letters: a series is one of a body, a form and a year.
    """
    code = f"{year % 100:02d}T{_LETTERS[0] * 2}"
    have = set(
        ReceiptSeries.objects.filter(form=ReceiptForm.NO_FACE_VALUE, year=year).values_list(
            "collecting_body_id", flat=True
        )
    )
    have |= set(CollectingSuccession.objects.values_list("body_id", flat=True))
    new = [
        ReceiptSeries(
            collecting_body_id=body, form=ReceiptForm.NO_FACE_VALUE, code=code, year=year, opened_at=at
        )
        for body in dict.fromkeys(bodies)
        if body not in have
    ]
    ReceiptSeries.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _acceptance(number: str, accepted_on: date, today: date) -> str:
    if not 0 < len(number.strip()) <= _ACCEPTANCE_AT_MOST:
        raise AcceptanceMissing(field="acceptance_number")
    if accepted_on > today:
        raise AcceptanceInFuture(field="accepted_on")
    return number.strip()


def _locked(**of: object) -> list[ReceiptSeries]:
    """Open series, locked in the order in which issuers lock them."""
    rows = ReceiptSeries.objects.filter(closed_at__isnull=True, **of).order_by("pk")
    return list(rows.select_for_update(no_key=True, of=("self",)))


def _open_one(series_id: int, by: Actor) -> ReceiptSeries:
    """One series, locked. Raises SeriesUnknown (also for who keeps none of its body), SeriesClosed."""
    found = ReceiptSeries.objects.filter(pk=series_id).select_for_update(no_key=True, of=("self",)).first()
    if found is None:
        raise SeriesUnknown(field="series")
    may_keep_series(found.collecting_body_id, by)
    if found.closed_at is not None:
        raise SeriesClosed()
    return found


def _close(series: list[ReceiptSeries], reason: str, by: Actor, at: datetime) -> int:
    ReceiptSeries.objects.filter(pk__in=[each.pk for each in series]).update(closed_at=at)
    for each in series:
        each.closed_at = at
        _note("close_series", each, by, at, reason=reason, last_number=each.last_number)
    return len(series)


def _note(kind: str, series: ReceiptSeries, by: Actor, at: datetime, **body: Any) -> None:
    note_administration(
        kind,
        subject=f"series:{series.collecting_body_id}",
        actor_id=by.user_id,
        at=at,
        series=series.pk,
        form=series.form,
        code=series.code,
        **body,
    )
